// SPDX-License-Identifier: MIT
// nd_protocol.c: what the protocols ask of n-d arrays.
#include "ndarray.h"

// ---- items ----

static int nd_flat(ouro_rt *rt, const char *what) {
    return ouro_error_set(rt, OURO_ERR_TYPE, "an 'ndarray' without dimensions has no %s", what);
}

static int nd_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    if (!nd_of(o)->view.dims)
        return nd_flat(rt, "length");
    *length = nd_of(o)->view.shape[0];
    return 0;
}

static int nd_truth(ouro_rt *rt, ouro_obj *o) {
    const nd_view *v = &nd_of(o)->view;
    if (nd_count(v) > 1)
        return ouro_error_set(rt, OURO_ERR_VALUE, "the truth of an 'ndarray' of %zu elements is not one", nd_count(v));
    if (!nd_count(v))
        return 0;
    elem e = elem_load(v->dtype, v->data, 0);
    return e.real ? e.f != 0 : e.i != 0;
}

static ouro_obj *nd_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    nd_view v;
    if (ouroi_nd_select(rt, &nd_of(o)->view, key, &v) < 0)
        return NULL;
    if (!v.dims)
        return ouroi_elem_box(rt, v.dtype, v.data, 0);
    return ouroi_nd_view_new(rt, o, &v);
}

static int nd_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    nd_view v;
    if (!value)
        return ouro_error_set(rt, OURO_ERR_TYPE, "elements of an 'ndarray' cannot be deleted");
    if (ouroi_nd_select(rt, &nd_of(o)->view, key, &v) < 0)
        return -1;
    ouro_incref(value);
    ouro_obj *part = ouroi_nd_view_new(rt, o, &v);
    int result = part ? ouro_ndarray_assign(rt, part, value) : -1;
    ouro_xdecref(part);
    ouro_decref(value);
    return result;
}

static ouro_obj *nd_iter(ouro_rt *rt, ouro_obj *o) {
    if (nd_of(o)->view.dims)
        return ouroi_iter_new(rt, o, 0);
    nd_flat(rt, "items");
    return NULL;
}

// True if an element is equal to a number. What is no number is in no n-d array.
static int nd_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    if (!ouro_is_int(x) && !ouro_is_bool(x) && !ouro_is_float(x))
        return 0;
    nd_view v = nd_of(o)->view;
    elem wanted;
    if (ouroi_elem_of(rt, "ndarray", OURO_FLOAT64, x, &wanted) < 0) {
        ouro_error_clear(rt); // an int that is larger than any float
        return 0;
    }
    nd_cursor c;
    ouroi_cursor_open(&c, &v, v.dtype);
    for (size_t n, left = nd_count(&v); left; left -= n) {
        n = left < BLOCK ? left : BLOCK;
        const char *block = ouroi_cursor_next(&c, n);
        for (size_t i = 0; i < n; i++)
            if (ouroi_elem_order(elem_load(v.dtype, block, i), wanted) == 0)
                return 1;
    }
    return 0;
}

static int nd_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    (void)rt;
    if ((relation != OURO_EQ && relation != OURO_NE) || !ouro_is_a(b, ouro_ndarray_type))
        return OURO_PASS;
    const nd_view *x = &nd_of(a)->view, *y = &nd_of(b)->view;
    bool same = x->dims == y->dims && memcmp(x->shape, y->shape, x->dims * sizeof *x->shape) == 0;
    nd_cursor c, d;
    ouroi_cursor_open(&c, x, x->dtype);
    ouroi_cursor_open(&d, y, y->dtype);
    for (size_t n, left = same ? nd_count(x) : 0; same && left; left -= n) {
        n = left < BLOCK ? left : BLOCK;
        const char *p = ouroi_cursor_next(&c, n), *q = ouroi_cursor_next(&d, n);
        for (size_t i = 0; same && i < n; i++)
            same = ouroi_elem_order(elem_load(x->dtype, p, i), elem_load(y->dtype, q, i)) == 0;
    }
    return same == (relation == OURO_EQ);
}

static ouro_obj *nd_copy(ouro_rt *rt, ouro_obj *o) {
    return ouro_ndarray_convert(rt, o, nd_of(o)->view.dtype);
}

// ---- text ----

// Arrays of more elements are shown by their first and last three along each axis.
#define SHOWN_WHOLE 1000u
#define SHOWN_EDGE 3u

// The position that is shown next in a dimension.
static size_t repr_next(size_t i, size_t length, bool whole) {
    return !whole && length > 2 * SHOWN_EDGE && i + 1 == SHOWN_EDGE ? length - SHOWN_EDGE : i + 1;
}

// Goes on to the next element that is shown, and writes what lies between. Returns: 1, 0 at the end, -1.
static int repr_step(ouro_builder *out, const nd_view *v, size_t *index, bool whole) {
    for (size_t k = v->dims; k-- > 0; index[k] = 0) {
        size_t i = index[k];
        index[k] = repr_next(i, v->shape[k], whole);
        if (index[k] < v->shape[k])
            return ouro_builder_text(out, index[k] > i + 1 ? ", ..., " : ", ") < 0 ? -1 : 1;
        if (ouro_builder_text(out, "]") < 0)
            return -1;
    }
    return 0;
}

// An element, behind a bracket for each dimension that begins with it.
static int repr_element(ouro_builder *out, const nd_view *v, const size_t *index) {
    const char *at = v->data;
    for (size_t k = 0; k < v->dims; k++)
        at += (ptrdiff_t)index[k] * v->strides[k];
    for (size_t k = v->dims; k > 0 && !index[k - 1]; k--)
        if (ouro_builder_text(out, "[") < 0)
            return -1;
    return ouroi_elem_print(out, v->dtype, at, 0);
}

static int repr_elements(ouro_builder *out, const nd_view *v) {
    size_t index[OURO_DIMS_MAX] = {0};
    bool whole = nd_count(v) <= SHOWN_WHOLE;
    int more = 1;
    if (!nd_count(v))
        return ouro_builder_text(out, "[]");
    while (more == 1)
        more = repr_element(out, v, index) < 0 ? -1 : repr_step(out, v, index, whole);
    return more;
}

static int nd_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    ouro_incref(o);
    int result = ouro_builder_text(out, "ndarray(");
    result = result < 0 ? -1 : repr_elements(out, &nd_of(o)->view);
    result = result < 0 ? -1 : ouro_builder_format(out, ", %s)", ouro_dtype_name(nd_of(o)->view.dtype));
    ouro_decref(o);
    return result;
}

const ouro_ops ouroi_ndarray_ops = {
    .struct_size = sizeof(ouro_ops),
    .compare = nd_compare,
    .truth = nd_truth,
    .length = nd_length,
    .get_item = nd_get_item,
    .set_item = nd_set_item,
    .contains = nd_contains,
    .iter = nd_iter,
    .repr = nd_repr,
    .unary = ouroi_nd_unary,
    .binary = ouroi_nd_binary,
    .copy = nd_copy,
};
