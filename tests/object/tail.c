// SPDX-License-Identifier: MIT
// tail.c: counted sequences of items: inside the object or in a buffer, one reference an item or several, counts of 4
// or 8 bytes. For each shape: the items are born NULL, exactly they are seen and dropped, and cycles through them are
// found.
#include "kit.h"

// An item of a table: two references among other things.
typedef struct tail_entry {
    uint64_t hash;
    ouro_obj *key;
    uint64_t age;
    ouro_obj *value;
} tail_entry;

typedef struct tail_inside {
    ouro_obj head;
    ouro_obj *owner;
    uint32_t n, other;
    tail_entry entry[1];
} tail_inside;

typedef struct tail_outside {
    ouro_obj head;
    tail_entry *entry;
    ouro_obj *owner;
    uint64_t n;
} tail_outside;

static ouro_type tail_inside_type, tail_outside_type;

static void tail_describe(ouro_type *t, ouro_tail_place place, size_t items, size_t count, size_t count_bytes) {
    static const ouro_field entry_fields[] = {OURO_FIELD(tail_entry, key), OURO_FIELD(tail_entry, value)};
    t->tail.place = place;
    t->tail.items = items;
    t->tail.count = count;
    t->tail.count_bytes = count_bytes;
    t->tail.stride = sizeof(tail_entry);
    t->tail.fields = entry_fields;
    t->tail.n_fields = 2;
}

static int tail_register(ouro_rt *rt) {
    static const ouro_field inside[] = {OURO_FIELD(tail_inside, owner)}, outside[] = {OURO_FIELD(tail_outside, owner)};
    if (!tail_inside_type.name) {
        ouro_type_init(&tail_inside_type, "inside", offsetof(tail_inside, entry));
        tail_inside_type.fields = inside;
        tail_inside_type.n_fields = 1;
        tail_describe(&tail_inside_type, OURO_TAIL_INLINE, offsetof(tail_inside, entry), offsetof(tail_inside, n), 4);
        ouro_type_init(&tail_outside_type, "outside", sizeof(tail_outside));
        tail_outside_type.fields = outside;
        tail_outside_type.n_fields = 1;
        tail_describe(&tail_outside_type, OURO_TAIL_POINTER, offsetof(tail_outside, entry), offsetof(tail_outside, n),
                      8);
    }
    return ouro_type_register(rt, &tail_inside_type) < 0 ? -1 : ouro_type_register(rt, &tail_outside_type);
}

// One of the two shapes, and its entries.
static ouro_obj *tail_new(ouro_rt *rt, int inside, size_t n, tail_entry **entry) {
    ouro_obj *o = ouro_new_tail(rt, inside ? &tail_inside_type : &tail_outside_type, n);
    *entry = !o ? NULL : inside ? ((tail_inside *)o)->entry : ((tail_outside *)o)->entry;
    return o;
}

static int tail_count(ouro_obj *o, void *arg) {
    (void)o;
    ++*(int *)arg;
    return 0;
}

CASE(tail, items_are_born_empty) {
    for (size_t n = 0; n < 3000; n = n * 3 + 1) {
        row *r = row_new(rt, n);
        need(r);
        always(r->n == n);
        for (size_t i = 0; i < n; i++)
            always(!r->item[i]);
        ouro_decref(&r->head);
        vec *v = ouro_new_tail(rt, &vec_type, n);
        need(v);
        always(v->n == n && (!n || v->item));
        for (size_t i = 0; i < n; i++)
            always(!v->item[i]);
        ouro_decref(&v->head);
    }
}

CASE(tail, counts_of_4_and_8_bytes_leave_their_neighbours_alone) {
    must(tail_register(rt));
    tail_entry *entry;
    tail_inside *in = own(tail_new(rt, 1, 5, &entry));
    need(in);
    always(in->n == 5 && in->other == 0 && !in->owner);
    tail_outside *out = own(tail_new(rt, 0, 6, &entry));
    need(out);
    always(out->n == 6 && !out->owner && out->entry);
}

CASE(tail, every_reference_of_an_item_is_seen) {
    must(tail_register(rt));
    for (int inside = 0; inside < 2; inside++) {
        tail_entry *entry;
        ouro_obj *o = own(tail_new(rt, inside, 10, &entry));
        need(o);
        for (int i = 0; i < 10; i++) {
            leaf *l = leaf_new(rt, i);
            need(l);
            entry[i].hash = entry[i].age = 0xDEADBEEFDEADBEEFu; // not references
            ouro_setref(o, &entry[i].value, &l->head);
            ouro_setref_steal(o, &entry[i].key, &l->head);
        }
        int seen = 0;
        ouro_gc_get_referents(rt, o, tail_count, &seen);
        always(seen == 20);
        must(ouro_verify(rt));
    }
}

CASE(tail, dropping_drops_every_item) {
    must(tail_register(rt));
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    for (int inside = 0; inside < 2; inside++) {
        tail_entry *entry;
        ouro_obj *o = tail_new(rt, inside, 100, &entry);
        need(o);
        for (int i = 0; i < 100; i++) {
            ouro_setref(o, &entry[i].key, &l->head);
            ouro_setref(o, &entry[i].value, &l->head);
        }
        always(ouro_refcount(&l->head) == 201);
        ouro_decref(o);
        always(ouro_refcount(&l->head) == 1);
    }
}

CASE(tail, cycles_through_an_item_are_collected) {
    must(tail_register(rt));
    size_t before = kit_usage(rt).objects;
    for (int inside = 0; inside < 2; inside++)
        for (int which = 0; which < 2; which++) {
            tail_entry *entry;
            ouro_obj *o = tail_new(rt, inside, 7, &entry);
            need(o);
            ouro_setref(o, which ? &entry[6].value : &entry[0].key, o);
            ouro_decref(o);
            ouro_gc_collect(rt, OURO_GC_FULL);
            check(kit_usage(rt).objects == before);
        }
}

CASE(tail, cycles_of_rows_and_vecs_are_collected) {
    size_t objects = kit_usage(rt).objects, bytes = kit_usage(rt).buffer_bytes;
    row *r = row_new(rt, 3);
    vec *v = r ? ouro_new_tail(rt, &vec_type, 3) : NULL;
    if (!v)
        ouro_xdecref(obj(r));
    need(v);
    set(r, item[2], v);
    ouro_setref_steal(&v->head, &v->item[0], &r->head);
    ouro_decref(&v->head);
    check(kit_usage(rt).objects == objects + 2);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == objects && kit_usage(rt).buffer_bytes == bytes);
}

CASE(tail, only_the_counted_items_are_seen) {
    vec *v = own(ouro_new_tail(rt, &vec_type, 8));
    need(v);
    leaf *l = leaf_new(rt, 1);
    need(l);
    ouro_setref_steal(&v->head, &v->item[0], &l->head);
    v->n = 1;
    for (int i = 1; i < 8; i++)
        v->item[i] = (ouro_obj *)(uintptr_t)0xDEADBEE8u; // room that is not in use
    must(ouro_verify(rt));
    ouro_gc_collect(rt, OURO_GC_FULL);
    int seen = 0;
    ouro_gc_get_referents(rt, &v->head, tail_count, &seen);
    always(seen == 1);
}

CASE(tail, the_buffer_dies_with_the_object) {
    size_t bytes = kit_usage(rt).buffer_bytes;
    for (size_t n = 1; n < 100000; n *= 10) {
        vec *v = ouro_new_tail(rt, &vec_type, n);
        need(v);
        always(kit_usage(rt).buffer_bytes >= bytes + n * sizeof(ouro_obj *));
        ouro_decref(&v->head);
        always(kit_usage(rt).buffer_bytes == bytes);
    }
}

CASE(tail, a_pointer_may_be_null) {
    vec *v = ouro_new_tail(rt, &vec_type, 4);
    need(v);
    ouro_buf_free(rt, v->item);
    v->item = NULL;
    v->n = 0;
    must(ouro_verify(rt));
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_decref(&v->head);
}

CASE(tail, a_list_grows) {
    vec *v = own(vec_new(rt));
    need(v);
    for (int i = 0; i < 1000; i++) {
        leaf *l = leaf_new(rt, i);
        int r = l ? vec_append(rt, v, &l->head) : -1;
        ouro_xdecref(obj(l));
        if (r < 0)
            for (uint32_t k = 0; k < v->n; k++)
                always(((leaf *)v->item[k])->value == k);
        must(r);
    }
    for (int i = 0; i < 1000; i++)
        always(((leaf *)v->item[i])->value == i && ouro_refcount(v->item[i]) == 1);
}

CASE(tail, nothing_to_hold) {
    must(tail_register(rt));
    for (int inside = 0; inside < 2; inside++) {
        tail_entry *entry;
        ouro_obj *o = tail_new(rt, inside, 0, &entry);
        need(o);
        int seen = 0;
        ouro_gc_get_referents(rt, o, tail_count, &seen);
        always(seen == 0);
        ouro_gc_collect(rt, OURO_GC_FULL);
        ouro_decref(o);
    }
}

CASE(tail, sizes_that_cannot_be) {
    must(tail_register(rt));
    const size_t most = SIZE_MAX / sizeof(tail_entry);
    const size_t counts[] = {most + 1, most, most - 1, SIZE_MAX, SIZE_MAX / 2 + 2};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (int inside = 0; inside < 2; inside++) {
            tail_entry *entry;
            always(!tail_new(rt, inside, counts[i], &entry));
            int code = ouro_error_code(rt); // where the size is a number, nobody has so much memory
            always(code == OURO_ERR_OVERFLOW || (code == OURO_ERR_MEMORY && counts[i] <= most));
            ouro_error_clear(rt);
        }
    always(ouro_verify(rt) == 0);
}

CASE(tail, fields_and_tail_together) {
    must(tail_register(rt));
    size_t before = kit_usage(rt).objects;
    for (int inside = 0; inside < 2; inside++) {
        tail_entry *entry;
        ouro_obj *o = tail_new(rt, inside, 2, &entry);
        need(o);
        leaf *l = leaf_new(rt, 1);
        if (!l)
            ouro_decref(o);
        need(l);
        ouro_setref_steal(o, inside ? &((tail_inside *)o)->owner : &((tail_outside *)o)->owner, &l->head);
        ouro_setref(o, &entry[1].key, o);
        ouro_decref(o);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(kit_usage(rt).objects == before);
    }
}
