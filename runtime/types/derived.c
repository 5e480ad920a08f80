// SPDX-License-Identifier: MIT
// derived.c: the layouts of objects whose class derives from a standard type: that type's own, and behind it an
// instance_ext. Where a standard object has a fixed size, the two references are described fields; a str and a tuple
// keep what they hold in the object, and the two lie behind that, where only callbacks find them.
#include "class.h"
#include "set.h"

#include <pthread.h>

// Where a kind's instances keep their two references.
typedef enum derived_place { DERIVED_FIELDS, DERIVED_BEHIND } derived_place;

typedef struct derived_row {
    uint32_t kind;
    derived_place place;
    const ouro_type *const *base;
    const char *name;
} derived_row;

static const derived_row derived_rows[] = {
    {OUROI_KIND_INT, DERIVED_FIELDS, &ouro_int_type, "derived int"},
    {OUROI_KIND_BIG, DERIVED_FIELDS, &ouroi_big_type, "derived int (large)"},
    {OUROI_KIND_FLOAT, DERIVED_FIELDS, &ouro_float_type, "derived float"},
    {OUROI_KIND_STR, DERIVED_BEHIND, &ouro_str_type, "derived str"},
    {OUROI_KIND_TUPLE, DERIVED_BEHIND, &ouro_tuple_type, "derived tuple"},
    {OUROI_KIND_LIST, DERIVED_FIELDS, &ouro_list_type, "derived list"},
    {OUROI_KIND_DICT, DERIVED_FIELDS, &ouro_dict_type, "derived dict"},
    {OUROI_KIND_SET, DERIVED_FIELDS, &ouro_set_type, "derived set"},
    {OUROI_KIND_FROZENSET, DERIVED_FIELDS, &ouro_frozenset_type, "derived frozenset"},
    {OUROI_KIND_ODICT, DERIVED_FIELDS, &ouro_odict_type, "derived OrderedDict"},
    {OUROI_KIND_WEAK, DERIVED_FIELDS, &ouro_weak_type, "derived weak reference"},
};
#define DERIVED_ROWS (sizeof derived_rows / sizeof *derived_rows)

// By kind, and written once in the process; the rest of each is zero.
static ouro_type derived_types[CLASS_KIND_COUNT];
static ouro_field derived_fields[CLASS_KIND_COUNT][2];
static pthread_once_t derived_once = PTHREAD_ONCE_INIT;

// ---- the types ----

static int derived_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    const instance_ext *ext = ouroi_derived_ext(o);
    (void)start;
    (void)limit;
    int result = visit(ext->of_class, arg);
    return result ? result : visit(ext->companion, arg);
}

static void derived_clear(ouro_rt *rt, ouro_obj *o) {
    instance_ext *ext = ouroi_derived_ext(o);
    (void)rt;
    ouro_clearref(o, &ext->of_class);
    ouro_clearref(o, &ext->companion);
}

static void derived_describe_fields(ouro_type *type, ouro_field *fields) {
    size_t at = type->size;
    fields[0] = (ouro_field){at + offsetof(instance_ext, of_class), "class", NULL};
    fields[1] = (ouro_field){at + offsetof(instance_ext, companion), "attributes", NULL};
    type->fields = fields;
    type->n_fields = 2;
    type->size = at + sizeof(instance_ext);
}

static void derived_describe(void) {
    for (const derived_row *row = derived_rows; row < derived_rows + DERIVED_ROWS; row++) {
        ouro_type *type = &derived_types[row->kind];
        ouro_type_init(type, row->name, round_up((*row->base)->size, sizeof(void *)));
        type->base = *row->base;
        type->finalize = ouroi_derived_finalize;
        type->finalizes = ouroi_derived_finalizes;
        type->ops = &ouroi_derived_ops;
        if (row->place == DERIVED_FIELDS) {
            derived_describe_fields(type, derived_fields[row->kind]);
        } else {
            type->traverse = derived_traverse;
            type->clear = derived_clear;
        }
    }
}

int ouroi_derived_open(ouro_rt *rt) {
    pthread_once(&derived_once, derived_describe);
    for (const derived_row *row = derived_rows; row < derived_rows + DERIVED_ROWS; row++)
        if (ouroi_kind_open(rt, &derived_types[row->kind], row->kind | OUROI_KIND_DERIVED) < 0)
            return -1;
    return 0;
}

const ouro_type *ouroi_derived_base(uint32_t kind) {
    return kind == OUROI_KIND_BIG ? NULL : derived_types[kind].base;
}

// ---- the place behind ----

static void *derived_at(const ouro_obj *o, size_t offset) {
    return (char *)(uintptr_t)o + offset;
}

instance_ext *ouroi_derived_ext(const ouro_obj *o) {
    uint32_t kind = ouroi_kind(o) & ~(uint32_t)OUROI_KIND_DERIVED;
    if (kind == OUROI_KIND_STR)
        return derived_at(o, ouroi_str_bytes(o));
    if (kind == OUROI_KIND_TUPLE)
        return derived_at(o, sizeof(ouroi_tuple) + ouro_tuple_size(o) * sizeof(ouro_obj *));
    return derived_at(o, derived_types[kind].size - sizeof(instance_ext));
}

// Ends the making of an object, which is stolen; NULL passes through. What is behind a str or tuple holds no reference
// yet, and the collector does not look before the object is tracked.
static ouro_obj *derived_finish(ouro_obj *o, ouro_obj *class_object) {
    if (!o)
        return NULL;
    instance_ext *ext = ouroi_derived_ext(o);
    *ext = (instance_ext){NULL, NULL};
    ouro_setref(o, &ext->of_class, class_object);
    ouro_track(o);
    return o;
}

// ---- making, by kind ----

static ouro_obj *derived_empty(ouro_rt *rt, uint32_t kind, ouro_obj *class_object) {
    return derived_finish(ouro_new_untracked(rt, &derived_types[kind], 0), class_object);
}

// An empty one, filled by `fill` from another object of its kind.
static ouro_obj *derived_filled(ouro_rt *rt, uint32_t kind, ouro_obj *class_object, ouro_obj *start,
                                int (*fill)(ouro_rt *rt, ouro_obj *o, ouro_obj *from)) {
    ouro_obj *o = derived_empty(rt, kind, class_object);
    if (!o || !start || fill(rt, o, start) == 0)
        return o;
    ouro_decref(o);
    return NULL;
}

// Nobody has seen the frozenset yet.
static int derived_fill_frozenset(ouro_rt *rt, ouro_obj *o, ouro_obj *from) {
    return ouroi_set_fill(rt, table_of(o), from);
}

static int derived_fill_odict(ouro_rt *rt, ouro_obj *o, ouro_obj *from) {
    return ouroi_map_update(rt, table_of(o), ODICT_STRIDE, from);
}

static ouro_obj *derived_int(ouro_rt *rt, ouro_obj *class_object, const ouro_obj *start) {
    const ouro_obj *value = start ? start : state_of(rt)->small_ints[-SMALL_INT_MIN];
    return derived_finish(ouroi_int_make(rt, &derived_types[OUROI_KIND_INT], &derived_types[OUROI_KIND_BIG], value),
                          class_object);
}

static ouro_obj *derived_float(ouro_rt *rt, ouro_obj *class_object, const ouro_obj *start) {
    ouro_obj *o = derived_empty(rt, OUROI_KIND_FLOAT, class_object);
    if (o && start)
        ((ouroi_float *)(void *)o)->value = ouro_float_value(start);
    return o;
}

static ouro_obj *derived_str(ouro_rt *rt, ouro_obj *class_object, const ouro_obj *start) {
    const char *text = start ? ouro_str_data(start) : "";
    size_t size = start ? ouro_str_size(start) : 0;
    return derived_finish(ouroi_str_make(rt, &derived_types[OUROI_KIND_STR], text, size, sizeof(instance_ext)),
                          class_object);
}

static ouro_obj *derived_tuple(ouro_rt *rt, ouro_obj *class_object, ouro_obj *const *items, size_t n) {
    return derived_finish(ouroi_tuple_make(rt, &derived_types[OUROI_KIND_TUPLE], items, n, sizeof(instance_ext)),
                          class_object);
}

static ouro_obj *derived_tuple_like(ouro_rt *rt, ouro_obj *class_object, const ouro_obj *start) {
    if (!start)
        return derived_tuple(rt, class_object, NULL, 0);
    return derived_tuple(rt, class_object, (ouro_obj *const *)derived_at(start, sizeof(ouroi_tuple)),
                         ouro_tuple_size(start));
}

// A weak reference to what `start` refers to. To nothing, if that is nothing: to a cell that dies at once.
static ouro_obj *derived_weak(ouro_rt *rt, ouro_obj *class_object, ouro_obj *start) {
    ouro_obj *target = NULL;
    if (start)
        ouro_weak_get(start, &target);
    if (!target && !(target = ouro_cell_new(rt, NULL)))
        return NULL;
    ouro_obj *o = ouro_weak_new_as(rt, &derived_types[OUROI_KIND_WEAK], target, NULL, NULL);
    ouro_decref(target);
    return derived_finish(o, class_object);
}

ouro_obj *ouroi_derived_new(ouro_rt *rt, ouro_obj *class_object, ouro_obj *start) {
    uint32_t kind = class_obj_of(class_object)->kind;
    bool fits = kind == OUROI_KIND_INT && start && ouro_is_int(start);
    if (start && !fits && !ouroi_expect(rt, "ouro_instance_new", derived_types[kind].base, start))
        return NULL;
    switch (kind) {
    case OUROI_KIND_INT:
        return derived_int(rt, class_object, start);
    case OUROI_KIND_FLOAT:
        return derived_float(rt, class_object, start);
    case OUROI_KIND_STR:
        return derived_str(rt, class_object, start);
    case OUROI_KIND_TUPLE:
        return derived_tuple_like(rt, class_object, start);
    case OUROI_KIND_LIST:
        return derived_filled(rt, kind, class_object, start, ouro_list_extend);
    case OUROI_KIND_DICT:
        return derived_filled(rt, kind, class_object, start, ouro_dict_update);
    case OUROI_KIND_SET:
        return derived_filled(rt, kind, class_object, start, ouro_set_update);
    case OUROI_KIND_FROZENSET:
        return derived_filled(rt, kind, class_object, start, derived_fill_frozenset);
    case OUROI_KIND_ODICT:
        return derived_filled(rt, kind, class_object, start, derived_fill_odict);
    default:
        ASSERT(kind == OUROI_KIND_WEAK);
        return derived_weak(rt, class_object, start);
    }
}

ouro_obj *ouroi_derived_blank(ouro_rt *rt, const ouro_obj *o) {
    uint32_t kind = ouroi_kind(o) & ~(uint32_t)OUROI_KIND_DERIVED;
    ouro_obj *class_object = ouroi_derived_ext(o)->of_class;
    if (kind == OUROI_KIND_TUPLE)
        return derived_tuple(rt, class_object, NULL, ouro_tuple_size(o));
    return derived_empty(rt, kind, class_object);
}
