// SPDX-License-Identifier: MIT
// range.c: ints at equal distances. All four numbers are kept: the count costs a division, and who prints a range wants
// the stop that it was made with. Up to 2^64 - 1 ints; the arithmetic is modulo 2^64, and exact where it ends inside.
#include "range.h"

static ouro_type range_type;

static uint64_t range_count(int64_t start, int64_t stop, int64_t step) {
    if (step > 0)
        return start < stop ? ((uint64_t)stop - (uint64_t)start - 1) / (uint64_t)step + 1 : 0;
    return stop < start ? ((uint64_t)start - (uint64_t)stop - 1) / ((uint64_t)0 - (uint64_t)step) + 1 : 0;
}

ouro_obj *ouro_range_new(ouro_rt *rt, int64_t start, int64_t stop, int64_t step) {
    if (!step) {
        ouro_error_set(rt, OURO_ERR_VALUE, "range: the step is 0");
        return NULL;
    }
    range_object *r = ouro_new(rt, &range_type);
    if (!r)
        return NULL;
    r->start = start;
    r->stop = stop;
    r->step = step;
    r->count = range_count(start, stop, step);
    return &r->head;
}

uint64_t ouro_range_count(const ouro_obj *o) {
    return range_peek(o)->count;
}

int64_t ouro_range_start(const ouro_obj *o) {
    return range_peek(o)->start;
}

int64_t ouro_range_step(const ouro_obj *o) {
    return range_peek(o)->step;
}

// ---- operations ----

static int range_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    const range_object *r = range_peek(o);
    (void)step;
    (void)part;
    uint64_t h = ouroi_hash_word(rt, r->count);
    if (r->count)
        h = ouroi_hash_word(rt, h ^ (uint64_t)r->start);
    if (r->count > 1)
        h = ouroi_hash_word(rt, h ^ (uint64_t)r->step);
    *hash = h;
    return 0;
}

static int range_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    (void)rt;
    if ((relation != OURO_EQ && relation != OURO_NE) || !ouro_is_range(b))
        return OURO_PASS;
    const range_object *r = range_peek(a), *q = range_peek(b);
    bool same = r->count == q->count && (!r->count || r->start == q->start) && (r->count < 2 || r->step == q->step);
    return same == (relation == OURO_EQ);
}

static int range_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    uint64_t count = range_peek(o)->count;
    if (count > SIZE_MAX)
        return ouro_error_set(rt, OURO_ERR_OVERFLOW, "range: its length does not fit a size");
    *length = (size_t)count;
    return 0;
}

// start + i * step, if that is an int64_t.
static bool range_at(const range_object *r, ptrdiff_t i, int64_t *out) {
    int64_t way;
    return !__builtin_mul_overflow((int64_t)i, r->step, &way) && !__builtin_add_overflow(r->start, way, out);
}

static ouro_obj *range_part(ouro_rt *rt, const range_object *r, const ouro_obj *slice) {
    ouro_bounds b;
    int64_t start, stop, step;
    if (r->count > PTRDIFF_MAX) {
        ouro_error_set(rt, OURO_ERR_OVERFLOW, "range: too long for a slice");
        return NULL;
    }
    if (ouro_slice_bounds(rt, slice, (size_t)r->count, &b) < 0)
        return NULL;
    if (range_at(r, b.start, &start) && range_at(r, b.stop, &stop) &&
        !__builtin_mul_overflow((int64_t)b.step, r->step, &step))
        return ouro_range_new(rt, start, stop, step);
    ouro_error_set(rt, OURO_ERR_OVERFLOW, "range: the slice's stop or step does not fit 64 bits");
    return NULL;
}

static ouro_obj *range_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    const range_object *r = range_peek(o);
    size_t at;
    if (ouro_is_slice(key))
        return range_part(rt, r, key);
    if (ouroi_seq_key(rt, "range", key, (size_t)r->count, &at) < 0)
        return NULL;
    return ouro_int_new(rt, range_item(r, at));
}

// The way from the start to a value behind it is, modulo 2^64, longer than any range.
static bool range_has(const range_object *r, int64_t value) {
    uint64_t way = r->step > 0 ? (uint64_t)value - (uint64_t)r->start : (uint64_t)r->start - (uint64_t)value;
    uint64_t step = r->step > 0 ? (uint64_t)r->step : (uint64_t)0 - (uint64_t)r->step;
    return way % step == 0 && way / step < r->count;
}

// An object that may be equal to ints in a way of its own is compared with each.
static int range_search(ouro_rt *rt, const range_object *r, ouro_obj *x) {
    int found = 0;
    for (uint64_t i = 0; !found && i < r->count; i++) {
        ouro_obj *item = ouro_int_new(rt, range_item(r, i));
        found = item ? ouro_equal(rt, item, x) : -1;
        ouro_xdecref(item);
    }
    return found;
}

static int range_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    const range_object *r = range_peek(o);
    switch (ouroi_kind(x)) {
    case OUROI_KIND_INT:
        return range_has(r, ouro_int_word(x));
    case OUROI_KIND_BOOL:
        return range_has(r, ouro_bool_value(x));
    case OUROI_KIND_FLOAT: {
        double value = ouro_float_value(x);
        bool fits = value >= -0x1p63 && value < 0x1p63;
        return fits && (double)(int64_t)value == value && range_has(r, (int64_t)value);
    }
    case OUROI_KIND_BIG:
    case OUROI_KIND_NONE:
    case OUROI_KIND_STR:
    case OUROI_KIND_BYTES:
        return 0;
    default:
        break;
    }
    ouro_incref(o);
    ouro_incref(x);
    int found = range_search(rt, r, x);
    ouro_decref(x);
    ouro_decref(o);
    return found;
}

static ouro_obj *range_iter(ouro_rt *rt, ouro_obj *o) {
    return ouroi_iter_new(rt, o, 0);
}

static int range_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const range_object *r = range_peek(o);
    (void)rt;
    (void)step;
    (void)part;
    if (r->step == 1)
        return ouro_builder_format(out, "range(%lld, %lld)", (long long)r->start, (long long)r->stop);
    return ouro_builder_format(out, "range(%lld, %lld, %lld)", (long long)r->start, (long long)r->stop,
                               (long long)r->step);
}

static ouro_obj *range_copy(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

static const ouro_ops range_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = range_hash,
    .compare = range_compare,
    .length = range_length,
    .get_item = range_get_item,
    .contains = range_contains,
    .iter = range_iter,
    .repr = range_repr,
    .copy = range_copy,
};

static ouro_type range_type = {
    .struct_size = sizeof(ouro_type),
    .name = "range",
    .size = sizeof(range_object),
    .ops = &range_ops,
};
const ouro_type *const ouro_range_type = &range_type;

int ouroi_range_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &range_type, OUROI_KIND_RANGE);
}
