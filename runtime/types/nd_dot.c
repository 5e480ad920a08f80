// SPDX-License-Identifier: MIT
// nd_dot.c: products of matrices. Both are first made plain: of one type, row behind row. The rows of the result are
// then sums of rows of the second matrix, taken in pieces that stay in the processor's cache; where that has one column
// alone, the elements are products of runs.
#include "ndarray.h"

#define DOT_DEEP 64u  // rows of the second matrix
#define DOT_WIDE 256u // and elements of each that are used while they are in the cache

// Two matrices: rows * inner and inner * columns elements, side by side.
typedef struct dot_work {
    ouro_dtype t;
    size_t rows, inner, columns;
    const char *a, *b;
    char *to; // zeros
} dot_work;

static void dot_piece(const dot_work *w, size_t k0, size_t j0) {
    size_t size = ouro_dtype_size(w->t);
    size_t deep = w->inner - k0 < DOT_DEEP ? w->inner - k0 : DOT_DEEP;
    size_t wide = w->columns - j0 < DOT_WIDE ? w->columns - j0 : DOT_WIDE;
    for (size_t i = 0; i < w->rows; i++)
        ouroi_loop_axpy(w->t, w->to + (i * w->columns + j0) * size, w->a + (i * w->inner + k0) * size, deep,
                        w->b + (k0 * w->columns + j0) * size, w->columns * size, wide);
}

static void dot_matrices(const dot_work *w) {
    size_t size = ouro_dtype_size(w->t);
    for (size_t i = 0; w->columns == 1 && i < w->rows; i++)
        ouroi_loop_dot(w->t, w->to + i * size, w->a + i * w->inner * size, w->b, w->inner);
    for (size_t k = 0; w->columns > 1 && k < w->inner; k += DOT_DEEP)
        for (size_t j = 0; j < w->columns; j += DOT_WIDE)
            dot_piece(w, k, j);
}

// The shape of the result, and the three lengths; -1 if they do not fit.
static int dot_shape(const nd_view *a, const nd_view *b, dot_work *w, size_t *dims, size_t *shape) {
    if (!a->dims || !b->dims || a->dims > 2 || b->dims > 2 || a->shape[a->dims - 1] != b->shape[0])
        return -1;
    w->inner = b->shape[0];
    w->rows = a->dims == 2 ? a->shape[0] : 1;
    w->columns = b->dims == 2 ? b->shape[1] : 1;
    *dims = 0;
    if (a->dims == 2)
        shape[(*dims)++] = w->rows;
    if (b->dims == 2)
        shape[(*dims)++] = w->columns;
    return 0;
}

// A view as it is, if it is plain; else a copy, which *copy owns. False without memory.
static bool dot_plain(ouro_rt *rt, nd_view *v, ouro_dtype t, nd_array **copy) {
    *copy = NULL;
    if (v->dtype == t && ouroi_view_is_dense(v))
        return true;
    if (!(*copy = ouroi_nd_dense(rt, v, t)))
        return false;
    *v = (*copy)->view;
    return true;
}

// Two of one dimension, block by block: nothing is copied as a whole.
static ouro_obj *dot_runs(ouro_rt *rt, const nd_view *a, const nd_view *b, ouro_dtype t) {
    ouro_obj *out = ouro_ndarray_zeros(rt, t, 0, NULL);
    nd_cursor c, d;
    ouroi_cursor_open(&c, a, t);
    ouroi_cursor_open(&d, b, t);
    for (size_t n, left = nd_count(a); out && left; left -= n) {
        n = left < BLOCK ? left : BLOCK;
        const char *x = ouroi_cursor_next(&c, n), *y = ouroi_cursor_next(&d, n);
        ouroi_loop_dot(t, nd_of(out)->view.data, x, y, n);
    }
    return out;
}

static nd_array *dot_views(ouro_rt *rt, nd_view a, nd_view b) {
    dot_work w = {.t = ouro_dtype_meet(a.dtype, b.dtype)};
    size_t dims, shape[2];
    if (dot_shape(&a, &b, &w, &dims, shape) < 0) {
        nd_text x, y;
        ouro_error_set(rt, OURO_ERR_VALUE, "ouro_ndarray_dot: shapes %s and %s do not fit",
                       ouroi_nd_text(&x, a.dims, a.shape), ouroi_nd_text(&y, b.dims, b.shape));
        return NULL;
    }
    if (!dims)
        return (nd_array *)(void *)dot_runs(rt, &a, &b, w.t);
    nd_array *first = NULL, *second = NULL;
    ouro_obj *out = NULL;
    if (dot_plain(rt, &a, w.t, &first) && dot_plain(rt, &b, w.t, &second))
        out = ouro_ndarray_zeros(rt, w.t, dims, shape);
    if (out) {
        w.a = a.data;
        w.b = b.data;
        w.to = nd_of(out)->view.data;
        dot_matrices(&w);
    }
    ouro_xdecref((ouro_obj *)first);
    ouro_xdecref((ouro_obj *)second);
    return (nd_array *)(void *)out;
}

ouro_obj *ouro_ndarray_dot(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    if (!nd_expect(rt, "ouro_ndarray_dot", a) || !nd_expect(rt, "ouro_ndarray_dot", b))
        return NULL;
    ouro_incref(a);
    ouro_incref(b);
    nd_array *out = dot_views(rt, nd_of(a)->view, nd_of(b)->view);
    ouro_decref(b);
    ouro_decref(a);
    return ouroi_nd_unwrap_steal(rt, out);
}
