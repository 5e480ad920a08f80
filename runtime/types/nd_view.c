// SPDX-License-Identifier: MIT
// nd_view.c: views of views: nothing here touches an element.
#include "ndarray.h"

#include <stdio.h>

#define TEXT_CUT ", ...)"

const char *ouroi_nd_text(nd_text *text, size_t dims, const size_t *shape) {
    size_t n = 0, most = sizeof text->bytes - sizeof TEXT_CUT;
    for (size_t i = 0; i < dims; i++) {
        char length[24] = "rest";
        if (shape[i] != OURO_DIM_REST)
            snprintf(length, sizeof length, "%zu", shape[i]);
        size_t more = (size_t)snprintf(text->bytes + n, most - n, "%s%s", i ? ", " : "(", length);
        if (more >= most - n) {
            memcpy(text->bytes + n, TEXT_CUT, sizeof TEXT_CUT);
            return text->bytes;
        }
        n += more;
    }
    snprintf(text->bytes + n, sizeof text->bytes - n, dims > 1 ? ")" : dims ? ",)" : "()");
    return text->bytes;
}

int ouroi_nd_axis(ouro_rt *rt, const nd_view *v, ptrdiff_t axis, size_t *at) {
    *at = 0;
    ptrdiff_t dims = (ptrdiff_t)v->dims;
    nd_text text;
    if (axis < -dims || axis >= dims)
        return ouro_error_set(rt, OURO_ERR_INDEX, "ndarray: there is no axis %td in shape %s", axis,
                              ouroi_nd_text(&text, v->dims, v->shape));
    *at = (size_t)(axis < 0 ? axis + dims : axis);
    return 0;
}

void ouroi_view_drop(nd_view *v, size_t axis) {
    v->dims--;
    for (size_t i = axis; i < v->dims; i++) {
        v->shape[i] = v->shape[i + 1];
        v->strides[i] = v->strides[i + 1];
    }
}

bool ouroi_view_is_dense(const nd_view *v) {
    ptrdiff_t stride = (ptrdiff_t)ouro_dtype_size(v->dtype);
    bool dense = true;
    for (size_t i = v->dims; i-- > 0; stride *= (ptrdiff_t)v->shape[i])
        dense &= v->shape[i] == 1 || v->strides[i] == stride;
    return dense;
}

void ouroi_view_front(nd_view *v, size_t axis) {
    size_t length = v->shape[axis];
    ptrdiff_t stride = v->strides[axis];
    for (; axis; axis--) {
        v->shape[axis] = v->shape[axis - 1];
        v->strides[axis] = v->strides[axis - 1];
    }
    v->shape[0] = length;
    v->strides[0] = stride;
}

int ouroi_view_broadcast(nd_view *v, size_t dims, const size_t *shape) {
    nd_view wide = *v;
    if (v->dims > dims)
        return -1;
    wide.dims = (uint32_t)dims;
    for (size_t i = 0; i < dims; i++) {
        size_t missing = dims - v->dims;
        bool own = i >= missing && v->shape[i - missing] == shape[i];
        if (i >= missing && !own && v->shape[i - missing] != 1)
            return -1;
        wide.shape[i] = shape[i];
        wide.strides[i] = own ? v->strides[i - missing] : 0;
    }
    *v = wide;
    return 0;
}

// ---- positions and parts ----

// `number` is that of the axis in the array that was asked, which may have had more of them.
static int view_pick(ouro_rt *rt, nd_view *v, size_t axis, ptrdiff_t i, size_t number) {
    size_t length = v->shape[axis], at = i < 0 ? length + (size_t)i : (size_t)i;
    if (at >= length)
        return ouro_error_set(rt, OURO_ERR_INDEX, "ndarray: index %td out of range, axis %zu has length %zu", i, number,
                              length);
    v->data += (ptrdiff_t)at * v->strides[axis];
    ouroi_view_drop(v, axis);
    return 0;
}

// An empty part stays where it is: there may be nothing where it would begin.
static void view_cut(nd_view *v, size_t axis, const ouro_bounds *b) {
    if (b->count)
        v->data += b->start * v->strides[axis];
    v->shape[axis] = b->count;
    v->strides[axis] *= b->count > 1 ? b->step : 1;
}

ouro_obj *ouro_ndarray_pick(ouro_rt *rt, ouro_obj *o, ptrdiff_t axis, ptrdiff_t i) {
    size_t at;
    if (!nd_expect(rt, "ouro_ndarray_pick", o))
        return NULL;
    nd_view v = nd_of(o)->view;
    if (ouroi_nd_axis(rt, &v, axis, &at) < 0 || view_pick(rt, &v, at, i, at) < 0)
        return NULL;
    return ouroi_nd_view_new(rt, o, &v);
}

ouro_obj *ouro_ndarray_cut(ouro_rt *rt, ouro_obj *o, ptrdiff_t axis, const ouro_bounds *bounds) {
    size_t at;
    if (!nd_expect(rt, "ouro_ndarray_cut", o))
        return NULL;
    nd_view v = nd_of(o)->view;
    if (ouroi_nd_axis(rt, &v, axis, &at) < 0)
        return NULL;
    view_cut(&v, at, bounds);
    return ouroi_nd_view_new(rt, o, &v);
}

// Part `number` of a key, for the dimension *axis; an int takes that away, behind a slice comes the next.
static int view_select(ouro_rt *rt, nd_view *v, size_t *axis, const ouro_obj *key, size_t number) {
    ptrdiff_t i;
    ouro_bounds b;
    if (!ouro_is_slice(key))
        return ouroi_index(rt, "ndarray", key, &i) < 0 ? -1 : view_pick(rt, v, *axis, i, number);
    if (ouro_slice_bounds(rt, key, v->shape[*axis], &b) < 0)
        return -1;
    view_cut(v, (*axis)++, &b);
    return 0;
}

int ouroi_nd_select(ouro_rt *rt, const nd_view *of, ouro_obj *key, nd_view *out) {
    bool many = ouro_is_tuple(key);
    size_t axis = 0, n = many ? ouro_tuple_size(key) : 1;
    int result = 0;
    nd_text text;
    *out = *of;
    if (n > of->dims)
        return ouro_error_set(rt, OURO_ERR_INDEX, "ndarray: %zu indexes are too many for shape %s", n,
                              ouroi_nd_text(&text, of->dims, of->shape));
    for (size_t i = 0; result == 0 && i < n; i++)
        result = view_select(rt, out, &axis, many ? ouro_tuple_peek(key, i) : key, i);
    return result;
}

// ---- other shapes ----

ouro_obj *ouro_ndarray_transpose(ouro_rt *rt, ouro_obj *o, const ptrdiff_t *axes) {
    if (!nd_expect(rt, "ouro_ndarray_transpose", o))
        return NULL;
    const nd_view *from = &nd_of(o)->view;
    nd_view v = *from;
    unsigned seen = 0;
    for (size_t i = 0; i < v.dims; i++) {
        size_t axis = v.dims - 1 - i;
        if (axes && ouroi_nd_axis(rt, from, axes[i], &axis) < 0)
            return NULL;
        if (seen >> axis & 1) {
            ouro_error_set(rt, OURO_ERR_VALUE, "ndarray: axis %zu is named twice", axis);
            return NULL;
        }
        seen |= 1u << axis;
        v.shape[i] = from->shape[axis];
        v.strides[i] = from->strides[axis];
    }
    return ouroi_nd_view_new(rt, o, &v);
}

// Puts in what is left for OURO_DIM_REST. -1, and nothing said, if the number of elements is not that of the shape; or
// if it has no honest size: an empty array has strides and positions, too.
static int shape_complete(size_t *shape, size_t dims, size_t count, size_t size) {
    size_t product = 1, rest = dims;
    for (size_t i = 0; i < dims; i++) {
        if (shape[i] == OURO_DIM_REST && rest != dims)
            return -1;
        if (shape[i] == OURO_DIM_REST)
            rest = i;
        else if (!size_fits(size, shape[i] ? shape[i] : 1, 0, &size))
            return -1;
        else
            product *= shape[i];
    }
    if (rest == dims)
        return product == count ? 0 : -1;
    if (!product || count % product)
        return -1;
    shape[rest] = count / product;
    return 0;
}

// Strides for v's shape so that its elements are those of `from` in the same order; -1 if there are none. Both shapes
// are cut into groups of the same number of elements; within a group `from` has to be one row.
static int shape_restride(nd_view *v, const nd_view *from) {
    size_t i = 0, k = 0;
    while (i < from->dims && k < v->dims) {
        size_t old = from->shape[i++], now = v->shape[k++], i0 = i - 1, k0 = k - 1;
        while (old != now)
            if (old < now)
                old *= from->shape[i++];
            else
                now *= v->shape[k++];
        for (size_t j = i0; j + 1 < i; j++)
            if (from->strides[j] != (ptrdiff_t)from->shape[j + 1] * from->strides[j + 1])
                return -1;
        v->strides[k - 1] = from->strides[i - 1];
        for (size_t j = k - 1; j > k0; j--)
            v->strides[j - 1] = v->strides[j] * (ptrdiff_t)v->shape[j];
    }
    return 0;
}

// Without the dimensions of 1, which have no say in it.
static void view_squeeze(nd_view *v) {
    for (size_t i = v->dims; i-- > 0;)
        if (v->shape[i] == 1)
            ouroi_view_drop(v, i);
}

// Gives v, whose shape is complete, strides for the elements of `from`: first those of its dimensions other than 1.
static int view_reshape(nd_view *v, const nd_view *from) {
    nd_view small = *from, squeezed = *v;
    view_squeeze(&small);
    view_squeeze(&squeezed);
    if (nd_count(from) && shape_restride(&squeezed, &small) < 0)
        return -1;
    for (size_t i = 0, k = 0; i < v->dims; i++)
        v->strides[i] =
            v->shape[i] == 1 || !nd_count(from) ? (ptrdiff_t)ouro_dtype_size(v->dtype) : squeezed.strides[k++];
    return 0;
}

ouro_obj *ouro_ndarray_reshape(ouro_rt *rt, ouro_obj *o, size_t dims, const size_t *shape) {
    if (!nd_expect(rt, "ouro_ndarray_reshape", o))
        return NULL;
    if (dims > OURO_DIMS_MAX) {
        ouro_error_set(rt, OURO_ERR_VALUE, "ndarray: %zu dimensions are too many", dims);
        return NULL;
    }
    const nd_view *from = &nd_of(o)->view;
    nd_view v = {.data = from->data, .dtype = from->dtype, .dims = (uint32_t)dims};
    nd_text old, now;
    for (size_t i = 0; i < dims; i++)
        v.shape[i] = shape[i];
    bool fits = shape_complete(v.shape, dims, nd_count(from), ouro_dtype_size(v.dtype)) == 0;
    if (fits && view_reshape(&v, from) == 0)
        return ouroi_nd_view_new(rt, o, &v);
    ouro_error_set(rt, OURO_ERR_VALUE, "ndarray: shape %s cannot become %s%s",
                   ouroi_nd_text(&old, from->dims, from->shape), ouroi_nd_text(&now, dims, shape),
                   fits ? " without a copy" : "");
    return NULL;
}
