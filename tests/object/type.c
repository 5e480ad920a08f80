// SPDX-License-Identifier: MIT
// type.c: registration: idempotent, from any thread, and refused with the name of the member that is wrong; and what
// the library works out from the targets of fields: which types can be in a cycle.
#include "kit.h"

#include <pthread.h>

// ---- descriptions that are wrong, one member each ----

typedef struct type_thing {
    ouro_obj head;
    ouro_obj *left, *right;
    ouro_obj **item;
    uint64_t n;
} type_thing;

static ouro_field type_fields[2];
static ouro_type type_stranger;

// A description with which nothing is wrong.
static void type_describe(ouro_type *t) {
    const ouro_field left = OURO_FIELD(type_thing, left), right = OURO_FIELD(type_thing, right);
    type_fields[0] = left;
    type_fields[1] = right;
    ouro_type_init(t, "thing", sizeof(type_thing));
    t->fields = type_fields;
    t->n_fields = 2;
    t->tail.place = OURO_TAIL_POINTER;
    t->tail.items = offsetof(type_thing, item);
    t->tail.count = offsetof(type_thing, n);
    t->tail.count_bytes = 8;
    t->tail.stride = 8;
}

// Registers a description that is wrong in one way: refused, with that member in the message.
static void type_refuse(ouro_rt *rt, ouro_type *t, const char *member, int line) {
    always(ouro_type_register(rt, t) == -1);
    if (ouro_error_code(rt) != OURO_ERR_VALUE || !strstr(ouro_error_message(rt), member)) {
        fprintf(stderr, "expected a word on %s, got %s: %s\n", member, ouro_code_name(ouro_error_code(rt)),
                ouro_error_message(rt));
        test_fail(__FILE__, line, "the description is refused");
    }
    always(t->ouroi_index == 0);
    ouro_error_clear(rt);
    type_describe(t);
}

#define TYPE_REFUSE(member) type_refuse(rt, &t, member, __LINE__)

CASE(type, wrong_struct_size) {
    static ouro_type t;
    type_describe(&t);
    t.struct_size = 0;
    TYPE_REFUSE("struct_size");
    t.struct_size = sizeof(ouro_type) + 8; // from a later version
    TYPE_REFUSE("struct_size");
}

CASE(type, wrong_name) {
    static ouro_type t;
    type_describe(&t);
    t.name = NULL;
    TYPE_REFUSE("name");
}

CASE(type, wrong_size) {
    static ouro_type t;
    type_describe(&t);
    t.size = 0;
    TYPE_REFUSE("size");
    t.size = 4; // not even a header
    TYPE_REFUSE("size");
    t.size = SIZE_MAX;
    TYPE_REFUSE("size");
}

CASE(type, wrong_align) {
    static ouro_type t;
    const size_t wrong[] = {1, 4, 12, 24, 48, 128, 4096, SIZE_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        type_describe(&t);
        t.align = wrong[i];
        TYPE_REFUSE("align");
    }
}

CASE(type, wrong_flags) {
    static ouro_type t;
    type_describe(&t);
    t.flags = 0x80000000u;
    TYPE_REFUSE("flags");
    t.flags = 2;
    TYPE_REFUSE("flags");
}

CASE(type, wrong_fields) {
    static ouro_type t;
    const size_t offsets[] = {0, 4, sizeof(type_thing), sizeof(type_thing) + 8, 12, 9, SIZE_MAX - 7, SIZE_MAX};
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        type_describe(&t);
        type_fields[1].offset = offsets[i];
        TYPE_REFUSE("fields");
    }
    type_fields[1].offset = type_fields[0].offset; // twice the same: one drop too many
    TYPE_REFUSE("fields");
    t.fields = NULL;
    TYPE_REFUSE("fields");
    type_fields[0].name = NULL;
    TYPE_REFUSE("name");
}

CASE(type, wrong_target) {
    static ouro_type t;
    type_describe(&t);
    ouro_type_init(&type_stranger, "stranger", 16);
    type_fields[1].target = &type_stranger;
    TYPE_REFUSE("target");
    static const ouro_field entry[] = {{0, "key", &type_stranger}};
    t.tail.fields = entry;
    t.tail.n_fields = 1;
    TYPE_REFUSE("target");
}

CASE(type, wrong_place_of_a_tail) {
    static ouro_type t;
    type_describe(&t);
    t.tail.place = (ouro_tail_place)7;
    TYPE_REFUSE("place");
}

CASE(type, wrong_count_of_a_tail) {
    static ouro_type t;
    const size_t widths[] = {0, 1, 2, 3, 16}, offsets[] = {0, 4, sizeof(type_thing), SIZE_MAX - 7, SIZE_MAX, 33};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        type_describe(&t);
        t.tail.count_bytes = widths[i];
        TYPE_REFUSE("count_bytes");
    }
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        t.tail.count = offsets[i];
        TYPE_REFUSE("count");
    }
    t.tail.count = offsetof(type_thing, left);
    TYPE_REFUSE("count");
    t.tail.count = offsetof(type_thing, item);
    TYPE_REFUSE("tail");
}

CASE(type, wrong_items_of_a_tail) {
    static ouro_type t;
    const size_t outside[] = {0, sizeof(type_thing), 25, SIZE_MAX - 7, SIZE_MAX};
    type_describe(&t);
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        t.tail.items = outside[i];
        TYPE_REFUSE("items");
    }
    t.tail.items = offsetof(type_thing, right); // the pointer overlaps a field
    TYPE_REFUSE("items");
    t.tail.place = OURO_TAIL_INLINE; // the items overlap the fixed part
    t.tail.items = offsetof(type_thing, right);
    TYPE_REFUSE("items");
    t.tail.place = OURO_TAIL_INLINE;
    t.tail.items = SIZE_MAX - 7;
    TYPE_REFUSE("items");
}

CASE(type, wrong_stride_of_a_tail) {
    static ouro_type t;
    const size_t wrong[] = {0, 4, 7, 9, 12, SIZE_MAX, SIZE_MAX - 7};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        type_describe(&t);
        t.tail.stride = wrong[i];
        TYPE_REFUSE("stride");
    }
}

CASE(type, wrong_fields_of_a_tail) {
    static const ouro_field beyond[] = {{8, "value", NULL}}, crooked[] = {{4, "value", NULL}};
    static const ouro_field twice[] = {{0, "key", NULL}, {0, "value", NULL}};
    static ouro_type t;
    type_describe(&t);
    t.tail.fields = beyond; // of a stride of 8
    t.tail.n_fields = 1;
    TYPE_REFUSE("fields");
    t.tail.fields = crooked;
    t.tail.n_fields = 1;
    t.tail.stride = 16;
    TYPE_REFUSE("fields");
    t.tail.fields = twice;
    t.tail.n_fields = 2;
    t.tail.stride = 16;
    TYPE_REFUSE("fields");
    t.tail.fields = NULL;
    t.tail.n_fields = 1;
    TYPE_REFUSE("fields");
}

CASE(type, wrong_base) {
    static ouro_type t;
    type_describe(&t);
    ouro_type_init(&type_stranger, "stranger", 16);
    t.base = &type_stranger;
    TYPE_REFUSE("base");
    t.base = &node_type;
    t.size = 16; // smaller than what it extends
    t.n_fields = 0;
    t.tail.place = OURO_TAIL_NONE;
    TYPE_REFUSE("base");
    t.base = &row_type; // whose items have no end
    t.n_fields = 0;
    t.tail.place = OURO_TAIL_NONE;
    TYPE_REFUSE("size");
    t.base = &vec_type; // which has a tail already
    TYPE_REFUSE("tail");
    static ouro_type aligned;
    if (!aligned.name)
        ouro_type_init(&aligned, "aligned", 32);
    aligned.align = 32;
    must(ouro_type_register(rt, &aligned));
    t.base = &aligned; // its objects lie on 32 bytes, this type's would on 8
    t.n_fields = 0;
    t.tail.place = OURO_TAIL_NONE;
    TYPE_REFUSE("align");
    t.base = &node_type;
    t.size = sizeof(type_thing) + 64;
    type_fields[0].offset = offsetof(node, left); // described by the base
    TYPE_REFUSE("fields");
}

CASE(type, a_refused_description_can_be_mended) {
    static ouro_type t;
    if (!t.ouroi_index) {
        type_describe(&t);
        t.align = 5;
        always(ouro_type_register(rt, &t) == -1);
        ouro_error_clear(rt);
        t.align = 16;
    }
    must(ouro_type_register(rt, &t));
    type_thing *o = own(ouro_new_tail(rt, &t, 3));
    need(o);
    always(ouro_type_of(&o->head) == &t && (uintptr_t)o % 16 == 0);
}

// ---- registering ----

CASE(type, registering_again_does_nothing) {
    uint32_t index = node_type.ouroi_index;
    always(index != 0);
    for (int i = 0; i < 5; i++)
        must(ouro_type_register(rt, &node_type));
    always(node_type.ouroi_index == index);
    ouro_rt *other = kit_rt_new(NULL);
    always(ouro_type_register(other, &node_type) == 0 && node_type.ouroi_index == index);
    ouro_rt_destroy(other);
}

CASE(type, survives_its_runtime) {
    static ouro_type t;
    ouro_rt *first = kit_rt_new(NULL);
    if (!t.name)
        ouro_type_init(&t, "survivor", 16);
    always(ouro_type_register(first, &t) == 0);
    ouro_rt_destroy(first);
    ouro_obj *o = own(ouro_new(rt, &t)); // known to the process
    need(o);
    always(ouro_is(o, &t));
}

enum { TYPE_MANY = 300, TYPE_THREADS = 4 };
static ouro_type type_many[TYPE_MANY];
static uint32_t type_seen[TYPE_THREADS][TYPE_MANY];

static void *type_register_many(void *arg) {
    size_t thread = *(size_t *)arg;
    ouro_rt *rt = ouro_rt_create(NULL);
    for (size_t k = 0; rt && k < TYPE_MANY; k++) {
        size_t i = (k * 7 + thread * 61) % TYPE_MANY; // each in its own order
        if (ouro_type_register(rt, &type_many[i]) < 0)
            break;
        type_seen[thread][i] = type_many[i].ouroi_index;
    }
    ouro_rt_destroy(rt);
    return NULL;
}

Test(type, threads_agree_on_every_type) {
    pthread_t threads[TYPE_THREADS];
    size_t number[TYPE_THREADS];
    for (size_t i = 0; i < TYPE_MANY; i++)
        ouro_type_init(&type_many[i], "one of many", 8 + 8 * (i % 20));
    for (size_t i = 0; i < TYPE_THREADS; i++) {
        number[i] = i;
        always(pthread_create(&threads[i], NULL, type_register_many, &number[i]) == 0);
    }
    for (size_t i = 0; i < TYPE_THREADS; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < TYPE_MANY; i++) {
        always(type_many[i].ouroi_index != 0);
        for (size_t k = 0; k < TYPE_THREADS; k++)
            always(type_seen[k][i] == type_many[i].ouroi_index);
        for (size_t k = 0; k < i; k++)
            always(type_many[k].ouroi_index != type_many[i].ouroi_index);
    }
}

CASE(type, more_than_a_few_hundred) {
    static ouro_type many[700];
    for (size_t i = 0; i < 700; i++) {
        if (!many[i].name)
            ouro_type_init(&many[i], "numerous", 16);
        must(ouro_type_register(rt, &many[i]));
    }
    ouro_obj *o = own(ouro_new(rt, &many[699]));
    need(o);
    always(ouro_type_of(o) == &many[699] && ouro_is(o, &many[699]) && !ouro_is(o, &many[698]));
}
