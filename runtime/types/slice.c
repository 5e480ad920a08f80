// SPDX-License-Identifier: MIT
// slice.c: start, stop and step as an object, and the arithmetic of positions. Numbers that do not fit a position are
// as good as the largest: all positions are cut to a length in the end.
#include "seq.h"

typedef struct slice_object {
    ouro_obj head;
    ouro_obj *start, *stop, *step; // in this order: together they are a row
} slice_object;

static ouro_type slice_type;

ouro_obj *ouro_slice_new(ouro_rt *rt, ouro_obj *start, ouro_obj *stop, ouro_obj *step) {
    ouro_obj *parts[3] = {start ? start : ouro_none(rt), stop ? stop : ouro_none(rt), step ? step : ouro_none(rt)};
    for (size_t i = 0; i < 3; i++)
        ouro_incref(parts[i]);
    slice_object *s = ouro_new(rt, &slice_type);
    for (size_t i = 0; i < 3; i++)
        if (s)
            ouro_setref_steal(&s->head, &s->start + i, parts[i]);
        else
            ouro_decref(parts[i]);
    return s ? &s->head : NULL;
}

// One of the three as a number; `absent` if it is none.
static int slice_number(ouro_rt *rt, const ouro_obj *o, ptrdiff_t absent, ptrdiff_t *out) {
    *out = absent;
    if (!o || ouro_is_none(o))
        return 0;
    if (ouro_is_int(o) && !ouro_int_is_word(o)) {
        *out = ouro_int_sign(o) < 0 ? PTRDIFF_MIN : PTRDIFF_MAX;
        return 0;
    }
    return ouroi_index(rt, "slice", o, out);
}

// Cuts one end to a length; going down, a position before the first is -1.
static ptrdiff_t slice_cut(ptrdiff_t i, ptrdiff_t length, ptrdiff_t step) {
    ptrdiff_t before = step < 0 ? -1 : 0, behind = step < 0 ? length - 1 : length;
    if (i < 0)
        i += length;
    return i < before ? before : i > behind ? behind : i;
}

static size_t slice_count(const ouro_bounds *b) {
    if (b->step < 0)
        return b->stop < b->start ? (size_t)(b->start - b->stop - 1) / (size_t)-b->step + 1 : 0;
    return b->start < b->stop ? (size_t)(b->stop - b->start - 1) / (size_t)b->step + 1 : 0;
}

int ouro_slice_bounds(ouro_rt *rt, const ouro_obj *o, size_t length, ouro_bounds *bounds) {
    ptrdiff_t n = length > PTRDIFF_MAX ? PTRDIFF_MAX : (ptrdiff_t)length;
    ouro_bounds b;
    if (!ouro_is_slice(o) && !ouroi_expect(rt, "ouro_slice_bounds", &slice_type, o))
        return -1;
    const slice_object *s = (const slice_object *)(const void *)o;
    if (slice_number(rt, s->step, 1, &b.step) < 0)
        return -1;
    if (!b.step)
        return ouro_error_set(rt, OURO_ERR_VALUE, "slice: the step is 0");
    if (b.step < -PTRDIFF_MAX)
        b.step = -PTRDIFF_MAX; // so that it can be turned round
    if (slice_number(rt, s->start, b.step < 0 ? PTRDIFF_MAX : 0, &b.start) < 0 ||
        slice_number(rt, s->stop, b.step < 0 ? PTRDIFF_MIN : PTRDIFF_MAX, &b.stop) < 0)
        return -1;
    b.start = slice_cut(b.start, n, b.step);
    b.stop = slice_cut(b.stop, n, b.step);
    b.count = slice_count(&b);
    *bounds = b;
    return 0;
}

void ouro_clip(ptrdiff_t *start, ptrdiff_t *stop, size_t length) {
    ptrdiff_t n = length > PTRDIFF_MAX ? PTRDIFF_MAX : (ptrdiff_t)length;
    *start = slice_cut(*start, n, 1);
    *stop = slice_cut(*stop, n, 1);
    if (*stop < *start)
        *stop = *start;
}

// ---- operations ----

static int slice_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                      ouro_obj **y) {
    if (!ouro_is_slice(b))
        return OURO_PASS;
    return ouroi_row_pair(rt, relation, a, b, step, x, y);
}

static int slice_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    return ouroi_row_repr(rt, o, step, out, part, "slice(", ")");
}

static ouro_obj *slice_copy(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

static int slice_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    if (!*made && !(*made = ouro_slice_new(rt, NULL, NULL, NULL)))
        return -1;
    return ouroi_row_deep(rt, o, step, *made, part);
}

static const ouro_ops slice_ops = {
    .struct_size = sizeof(ouro_ops),
    .pair = slice_pair,
    .repr = slice_repr,
    .copy = slice_copy,
    .deep = slice_deep,
};

static const ouro_field slice_fields[] = {OURO_FIELD(slice_object, start), OURO_FIELD(slice_object, stop),
                                          OURO_FIELD(slice_object, step)};
static ouro_type slice_type = {
    .struct_size = sizeof(ouro_type),
    .name = "slice",
    .size = sizeof(slice_object),
    .fields = slice_fields,
    .n_fields = 3,
    .ops = &slice_ops,
};
const ouro_type *const ouro_slice_type = &slice_type;

int ouroi_slice_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &slice_type, OUROI_KIND_SLICE);
}
