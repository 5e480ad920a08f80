// SPDX-License-Identifier: MIT
// ndarray.c: the type of n-d arrays, and how they are made. What the protocols ask of them is in nd_protocol.c.
#include "ndarray.h"
#include "seq.h"

// ---- the type ----

static int nd_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    (void)start;
    (void)limit;
    return nd_of(o)->array ? visit(nd_of(o)->array, arg) : 0;
}

static void nd_clear(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *array = nd_of(o)->array;
    (void)rt;
    if (!array)
        return;
    nd_of(o)->array = NULL;
    ouro_array_release(array);
    ouro_decref(array);
}

// A typed array refers to nothing, so neither can be in a cycle.
static ouro_type ndarray_type = {
    .struct_size = sizeof(ouro_type),
    .name = "ndarray",
    .size = sizeof(nd_array),
    .flags = OURO_TYPE_ACYCLIC,
    .traverse = nd_traverse,
    .clear = nd_clear,
    .ops = &ouroi_ndarray_ops,
};
const ouro_type *const ouro_ndarray_type = &ndarray_type;

// ---- making ----

// An n-d array of a typed array, which is exported; the caller fills in the view.
static nd_array *nd_over(ouro_rt *rt, ouro_obj *array) {
    if (ouro_array_export(rt, array) < 0)
        return NULL;
    ouro_incref(array);
    nd_array *a = ouro_new(rt, &ndarray_type);
    if (a) {
        a->array = array;
        return a;
    }
    ouro_array_release(array);
    ouro_decref(array);
    return NULL;
}

ouro_obj *ouroi_nd_view_new(ouro_rt *rt, ouro_obj *of, const nd_view *view) {
    nd_array *a = nd_over(rt, nd_of(of)->array);
    if (!a)
        return NULL;
    a->view = *view;
    return &a->head;
}

// The shape, and strides in the order of the dimensions. False, and an error, if it has no honest size.
static bool nd_layout(ouro_rt *rt, nd_view *v, ouro_dtype dtype, size_t dims, const size_t *shape) {
    size_t count = ouro_dtype_size(dtype), whole = count;
    if (dims > OURO_DIMS_MAX) {
        ouro_error_set(rt, OURO_ERR_VALUE, "ndarray: %zu dimensions are too many", dims);
        return false;
    }
    *v = (nd_view){.dtype = dtype, .dims = (uint32_t)dims};
    for (size_t i = dims; i-- > 0;) {
        v->shape[i] = shape[i];
        v->strides[i] = (ptrdiff_t)whole;
        // An empty array has strides, too.
        if (!size_fits(whole, shape[i] ? shape[i] : 1, 0, &whole)) {
            nd_text text;
            ouro_error_set(rt, OURO_ERR_OVERFLOW, "an 'ndarray' of shape %s is too large",
                           ouroi_nd_text(&text, dims, shape));
            return false;
        }
    }
    return true;
}

nd_array *ouroi_nd_blank(ouro_rt *rt, ouro_dtype dtype, size_t dims, const size_t *shape) {
    nd_view v;
    if (!ouroi_dtype_check(rt, "ndarray", dtype) || !nd_layout(rt, &v, dtype, dims, shape))
        return NULL;
    ouro_obj *array = ouroi_array_blank(rt, dtype, nd_count(&v));
    nd_array *a = array ? nd_over(rt, array) : NULL;
    ouro_xdecref(array);
    if (!a)
        return NULL;
    a->view = v;
    a->view.data = array_of(array)->data;
    return a;
}

ouro_obj *ouro_ndarray_blank(ouro_rt *rt, ouro_dtype dtype, size_t dims, const size_t *shape) {
    nd_array *a = ouroi_nd_blank(rt, dtype, dims, shape);
    return a ? &a->head : NULL;
}

ouro_obj *ouro_ndarray_zeros(ouro_rt *rt, ouro_dtype dtype, size_t dims, const size_t *shape) {
    nd_array *a = ouroi_nd_blank(rt, dtype, dims, shape);
    if (a && nd_count(&a->view))
        memset(a->view.data, 0, nd_count(&a->view) * ouro_dtype_size(dtype));
    return a ? &a->head : NULL;
}

ouro_obj *ouro_ndarray_full(ouro_rt *rt, ouro_dtype dtype, size_t dims, const size_t *shape, ouro_obj *number) {
    ouro_incref(number);
    nd_array *a = ouroi_nd_blank(rt, dtype, dims, shape);
    ouro_obj *o = a ? &a->head : NULL;
    if (o && ouro_array_fill(rt, a->array, number) < 0)
        ouro_setslot(&o, NULL);
    ouro_decref(number);
    return o;
}

ouro_obj *ouro_ndarray_range(ouro_rt *rt, int64_t start, int64_t stop, int64_t step) {
    ouro_obj *range = ouro_range_new(rt, start, stop, step);
    if (!range)
        return NULL;
    uint64_t count = ouro_range_count(range), value = (uint64_t)start;
    size_t shape = count > SIZE_MAX ? SIZE_MAX : (size_t)count;
    ouro_decref(range);
    nd_array *a = ouroi_nd_blank(rt, OURO_INT64, 1, &shape);
    for (size_t i = 0; a && i < shape; i++, value += (uint64_t)step)
        word_put(OURO_INT64, a->view.data, i, value);
    return a ? &a->head : NULL;
}

ouro_obj *ouro_ndarray_over(ouro_rt *rt, ouro_obj *array) {
    if (!array_expect(rt, "ouro_ndarray_over", array))
        return NULL;
    nd_array *a = nd_over(rt, array);
    if (!a)
        return NULL;
    a->view = (nd_view){.data = array_of(array)->data, .dtype = array_of(array)->dtype, .dims = 1};
    a->view.shape[0] = ouro_array_size(array);
    a->view.strides[0] = (ptrdiff_t)ouro_dtype_size(a->view.dtype);
    return &a->head;
}

ouro_obj *ouroi_nd_unwrap_steal(ouro_rt *rt, nd_array *a) {
    if (!a || a->view.dims)
        return a ? &a->head : NULL;
    ouro_obj *number = ouroi_elem_box(rt, a->view.dtype, a->view.data, 0);
    ouro_decref(&a->head);
    return number;
}

// ---- making, of lists in lists ----

static bool nested_is_row(const ouro_obj *o) {
    return ouro_is_list(o) || ouro_is_tuple(o);
}

static seq_row nested_row_of(const ouro_obj *row) {
    return seq_row_of((ouro_obj *)(uintptr_t)row);
}

// The shape that the first of the first ... says; behind a length of 0 there is none.
static int nested_shape(ouro_rt *rt, const ouro_obj *o, size_t *dims, size_t *shape) {
    for (*dims = 0; nested_is_row(o);) {
        seq_row row = nested_row_of(o);
        if (*dims == OURO_DIMS_MAX)
            return ouro_error_set(rt, OURO_ERR_VALUE, "ndarray: lists in each other more than %d deep", OURO_DIMS_MAX);
        shape[(*dims)++] = row.size;
        if (!row.size)
            break;
        o = seq_peek(rt, row.items[0]);
    }
    return 0;
}

// Number k of the innermost rows; NULL if one that it lies in has not the length that the shape says.
static const ouro_obj *nested_inner(ouro_rt *rt, const ouro_obj *o, const nd_view *v, size_t k) {
    size_t below = 1; // innermost rows in each item
    for (size_t i = 1; i + 1 < v->dims; i++)
        below *= v->shape[i];
    for (size_t i = 0; i < v->dims; i++) {
        if (!nested_is_row(o) || nested_row_of(o).size != v->shape[i])
            return NULL;
        if (i + 1 == v->dims)
            break;
        o = seq_peek(rt, nested_row_of(o).items[k / below]);
        k %= below;
        below /= i + 2 < v->dims ? v->shape[i + 1] : 1;
    }
    return o;
}

// Puts the numbers in, one innermost row after the other. Runs nothing, so the lists stay what they are.
static int nested_fill(ouro_rt *rt, const ouro_obj *nested, const nd_view *v) {
    size_t rows = 1, inner = v->dims ? v->shape[v->dims - 1] : 1;
    for (size_t i = 0; i + 1 < v->dims; i++)
        rows *= v->shape[i];
    for (size_t k = 0; k < rows; k++) {
        const ouro_obj *o = nested_inner(rt, nested, v, k);
        for (size_t i = 0; o && i < inner; i++) {
            const ouro_obj *item = v->dims ? seq_peek(rt, nested_row_of(o).items[i]) : o;
            if (nested_is_row(item))
                o = NULL;
            else if (ouroi_elem_put(rt, "ndarray", v->dtype, v->data, k * inner + i, item) < 0)
                return -1;
        }
        nd_text text;
        if (!o)
            return ouro_error_set(rt, OURO_ERR_VALUE, "ndarray: lists in each other that are not all of shape %s",
                                  ouroi_nd_text(&text, v->dims, v->shape));
    }
    return 0;
}

// Asking for memory may change the lists: then their shape is another, which is found when they are read.
ouro_obj *ouro_ndarray_from(ouro_rt *rt, ouro_dtype dtype, ouro_obj *nested) {
    size_t dims, shape[OURO_DIMS_MAX];
    if (nested_shape(rt, nested, &dims, shape) < 0)
        return NULL;
    ouro_incref(nested);
    ouro_obj *o = ouro_ndarray_zeros(rt, dtype, dims, shape);
    if (o && nested_fill(rt, nested, &nd_of(o)->view) < 0)
        ouro_setslot(&o, NULL);
    ouro_decref(nested);
    return o;
}

// ---- looking ----

size_t ouro_ndarray_dims(const ouro_obj *o) {
    return nd_of(o)->view.dims;
}

size_t ouro_ndarray_size(const ouro_obj *o) {
    return nd_count(&nd_of(o)->view);
}

ouro_dtype ouro_ndarray_dtype(const ouro_obj *o) {
    return nd_of(o)->view.dtype;
}

const size_t *ouro_ndarray_shape(const ouro_obj *o) {
    return nd_of(o)->view.shape;
}

const ptrdiff_t *ouro_ndarray_strides(const ouro_obj *o) {
    return nd_of(o)->view.strides;
}

void *ouro_ndarray_data_peek(const ouro_obj *o) {
    return nd_of(o)->view.data;
}

ouro_obj *ouro_ndarray_array_peek(const ouro_obj *o) {
    return nd_of(o)->array;
}

int ouroi_ndarray_open(ouro_rt *rt) {
    return ouro_type_register(rt, &ndarray_type);
}
