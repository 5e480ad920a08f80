// SPDX-License-Identifier: MIT
// nd_reduce.c: sums, means, deviations and extremes, over all elements or along an axis.
//
// Along an axis there are two ways. *Runs*: one result after the other, each from the elements along the axis.
// *Columns*: up to BLOCK results at a time; row after row of the array is taken into all of them, so that memory is
// read in the order in which it lies. Columns serve where the elements along the axis do not lie next to each other.
#include "ndarray.h"

typedef enum reduction { REDUCE_SUM, REDUCE_MEAN, REDUCE_LEAST, REDUCE_GREATEST } reduction;

// A view whose first axis is taken away, and where the results go.
typedef struct reduce_work {
    reduction what;
    nd_view view;
    ouro_dtype out;
    char *to;
} reduce_work;

// ---- one run: the elements of a view of one dimension ----

#define RUN_LANES 32u // sums that run side by side

static double run_plain(const nd_view *run) {
    nd_cursor c;
    double sum = 0;
    ouroi_cursor_open(&c, run, run->dtype);
    for (size_t n, left = nd_count(run); left; left -= n) {
        n = left < BLOCK ? left : BLOCK;
        const char *block = ouroi_cursor_next(&c, n);
        for (size_t i = 0; i < n; i++)
            sum += real_get(run->dtype, block, i);
    }
    return sum;
}

// With an infinity or a NaN among them, what rounding took is not a number either: they are added up plainly.
static double run_reals(const nd_view *run) {
    double sum[RUN_LANES] = {0}, lack[RUN_LANES] = {0};
    nd_cursor c;
    ouroi_cursor_open(&c, run, OURO_FLOAT64);
    for (size_t n, left = nd_count(run); left; left -= n) {
        n = left < BLOCK ? left : BLOCK;
        const double *block = (const double *)(const void *)ouroi_cursor_next(&c, n);
        for (size_t i = 0; i < n; i += RUN_LANES)
            ouroi_loop_add(sum, lack, block + i, n - i < RUN_LANES ? n - i : RUN_LANES);
    }
    double total = ouroi_run_add(sum, lack, RUN_LANES);
    return isfinite(total) ? total : run_plain(run);
}

static __int128 run_ints(const nd_view *run) {
    nd_cursor c;
    __int128 sum = 0;
    ouroi_cursor_open(&c, run, run->dtype);
    for (size_t n, left = nd_count(run); left; left -= n) {
        n = left < BLOCK ? left : BLOCK;
        sum += ouroi_loop_ints(run->dtype, ouroi_cursor_next(&c, n), n);
    }
    return sum;
}

// Each place of a block gets the extreme of its own; then those are compared in halves.
static void run_extreme(const nd_view *run, ouro_relation which, char *to) {
    _Alignas(16) char best[BLOCK * 8], half[BLOCK * 4];
    size_t size = ouro_dtype_size(run->dtype), count = nd_count(run), lanes = count < BLOCK ? count : BLOCK;
    nd_cursor c;
    ouroi_cursor_open(&c, run, run->dtype);
    memcpy(best, ouroi_cursor_next(&c, lanes), lanes * size);
    for (size_t n, left = count - lanes; left; left -= n) {
        n = left < BLOCK ? left : BLOCK;
        ouroi_loop_extreme(which, run->dtype, best, ouroi_cursor_next(&c, n), n);
    }
    for (size_t behind; lanes > 1; lanes -= behind) {
        behind = lanes / 2;
        memcpy(half, best + (lanes - behind) * size, behind * size);
        ouroi_loop_extreme(which, run->dtype, best, half, behind);
    }
    memcpy(to, best, size);
}

// Result number i, of a view of one dimension.
static int reduce_run(ouro_rt *rt, const reduce_work *w, const nd_view *run, size_t i) {
    if (w->what == REDUCE_LEAST || w->what == REDUCE_GREATEST)
        run_extreme(run, w->what == REDUCE_LEAST ? OURO_LT : OURO_GT, w->to + i * ouro_dtype_size(w->out));
    else if (w->what == REDUCE_MEAN)
        real_put(OURO_FLOAT64, w->to, i, run_reals(run) / (double)nd_count(run));
    else if (dtype_is_real(w->out))
        real_put(OURO_FLOAT64, w->to, i, run_reals(run));
    else
        return ouroi_elem_store(rt, w->out, w->to, i, elem_of_int(run_ints(run)));
    return 0;
}

// Where result number i begins in the rest of a view; that is walked by an index for each dimension.
static char *reduce_place(const nd_view *v, size_t i) {
    char *at = v->data;
    for (size_t k = v->dims; k-- > 1; i /= v->shape[k])
        at += (ptrdiff_t)(i % v->shape[k]) * v->strides[k];
    return at;
}

static int reduce_runs(ouro_rt *rt, const reduce_work *w, size_t results) {
    nd_view run = w->view;
    int result = 0;
    run.dims = 1;
    for (size_t i = 0; result == 0 && i < results; i++) {
        run.data = reduce_place(&w->view, i);
        result = reduce_run(rt, w, &run, i);
    }
    return result;
}

// ---- columns ----

// A row of the view, from its element `from` on, is read by a cursor that has gone so far.
static const char *column_read(const reduce_work *w, nd_cursor *c, size_t row, size_t from, size_t n, ouro_dtype t) {
    nd_view v = w->view;
    v.data += (ptrdiff_t)row * v.strides[0];
    ouroi_view_drop(&v, 0);
    if (v.dims == 1) {
        v.data += (ptrdiff_t)from * v.strides[0];
        v.shape[0] = n;
    }
    ouroi_cursor_open(c, &v, t);
    return ouroi_cursor_next(c, n);
}

static void column_extremes(const reduce_work *w, size_t from, size_t n) {
    nd_cursor c;
    size_t size = ouro_dtype_size(w->out);
    ouro_relation which = w->what == REDUCE_LEAST ? OURO_LT : OURO_GT;
    memcpy(w->to + from * size, column_read(w, &c, 0, from, n, w->out), n * size);
    for (size_t row = 1; row < w->view.shape[0]; row++)
        ouroi_loop_extreme(which, w->out, w->to + from * size, column_read(w, &c, row, from, n, w->out), n);
}

static void column_reals(const reduce_work *w, size_t from, size_t n) {
    double sum[BLOCK] = {0}, lack[BLOCK] = {0};
    double by = w->what == REDUCE_MEAN ? (double)w->view.shape[0] : 1;
    nd_cursor c;
    for (size_t row = 0; row < w->view.shape[0]; row++)
        ouroi_loop_add(sum, lack, (const double *)(const void *)column_read(w, &c, row, from, n, OURO_FLOAT64), n);
    for (size_t i = 0; i < n; i++) {
        nd_view run = w->view;
        run.dims = 1;
        run.data = reduce_place(&w->view, from + i);
        double total = sum[i] - lack[i];
        real_put(OURO_FLOAT64, w->to, from + i, (isfinite(total) ? total : run_plain(&run)) / by);
    }
}

static int column_ints(ouro_rt *rt, const reduce_work *w, size_t from, size_t n) {
    __int128 sum[BLOCK] = {0};
    nd_cursor c;
    for (size_t row = 0; row < w->view.shape[0]; row++) {
        const char *block = column_read(w, &c, row, from, n, w->view.dtype);
        for (size_t i = 0; i < n; i++)
            sum[i] += elem_load(w->view.dtype, block, i).i;
    }
    for (size_t i = 0; i < n; i++)
        if (ouroi_elem_store(rt, w->out, w->to, from + i, elem_of_int(sum[i])) < 0)
            return -1;
    return 0;
}

// Of two dimensions, or of few enough results that one block holds them.
static int reduce_columns(ouro_rt *rt, const reduce_work *w, size_t results) {
    int result = 0;
    for (size_t n, from = 0; result == 0 && from < results; from += n) {
        n = results - from < BLOCK ? results - from : BLOCK;
        if (w->what == REDUCE_LEAST || w->what == REDUCE_GREATEST)
            column_extremes(w, from, n);
        else if (dtype_is_real(w->out))
            column_reals(w, from, n);
        else
            result = column_ints(rt, w, from, n);
    }
    return result;
}

// ---- which way ----

// Few results, or elements along the axis that lie next to each other: runs.
static bool reduce_by_runs(const nd_view *v, size_t results) {
    ptrdiff_t along = v->strides[0] < 0 ? -v->strides[0] : v->strides[0];
    ptrdiff_t inner = v->dims > 1 ? v->strides[v->dims - 1] : 0;
    inner = inner < 0 ? -inner : inner;
    return results < 8 || v->dims == 1 || along <= inner || (v->dims > 2 && results > BLOCK);
}

static ouro_dtype reduce_type(reduction what, ouro_dtype t) {
    if (what == REDUCE_LEAST || what == REDUCE_GREATEST)
        return t;
    if (what == REDUCE_MEAN || dtype_is_real(t))
        return OURO_FLOAT64;
    return dtype_family_of(t) == FAMILY_SIGNED ? OURO_INT64 : OURO_UINT64;
}

static nd_array *reduce_front(ouro_rt *rt, reduction what, const nd_view *v) {
    if (what != REDUCE_SUM && !v->shape[0]) {
        ouro_error_set(rt, OURO_ERR_VALUE, "ndarray: no elements have no mean, least or greatest");
        return NULL;
    }
    nd_array *out = ouroi_nd_blank(rt, reduce_type(what, v->dtype), v->dims - 1, v->shape + 1);
    if (!out)
        return NULL;
    reduce_work w = {what, *v, out->view.dtype, out->view.data};
    size_t results = nd_count(&out->view);
    int done = reduce_by_runs(v, results) ? reduce_runs(rt, &w, results) : reduce_columns(rt, &w, results);
    if (done == 0)
        return out;
    ouro_decref(&out->head);
    return NULL;
}

// One dimension of all elements, in any order, if they can be read in place; else a copy that can.
static nd_array *reduce_all(ouro_rt *rt, reduction what, const nd_view *v) {
    size_t count = nd_count(v);
    nd_view flat = {.data = v->data, .dtype = v->dtype, .dims = 1};
    nd_array *copy = NULL;
    flat.shape[0] = count;
    flat.strides[0] = (ptrdiff_t)ouro_dtype_size(v->dtype);
    if (v->dims == 1) {
        flat.strides[0] = v->strides[0];
    } else if (!ouroi_view_is_dense(v)) {
        if (!(copy = ouroi_nd_dense(rt, v, v->dtype)))
            return NULL;
        flat.data = copy->view.data;
    }
    nd_array *out = reduce_front(rt, what, &flat);
    ouro_xdecref((ouro_obj *)copy);
    return out;
}

static nd_array *reduce_view(ouro_rt *rt, reduction what, nd_view v, ptrdiff_t axis) {
    size_t at;
    if (axis == OURO_ALL_AXES)
        return reduce_all(rt, what, &v);
    if (ouroi_nd_axis(rt, &v, axis, &at) < 0)
        return NULL;
    ouroi_view_front(&v, at);
    return reduce_front(rt, what, &v);
}

static nd_array *reduce(ouro_rt *rt, const char *where, reduction what, ouro_obj *a, ptrdiff_t axis) {
    if (!nd_expect(rt, where, a))
        return NULL;
    ouro_incref(a);
    nd_array *out = reduce_view(rt, what, nd_of(a)->view, axis);
    ouro_decref(a);
    return out;
}

ouro_obj *ouro_ndarray_sum(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis) {
    return ouroi_nd_unwrap_steal(rt, reduce(rt, "ouro_ndarray_sum", REDUCE_SUM, a, axis));
}

ouro_obj *ouro_ndarray_mean(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis) {
    return ouroi_nd_unwrap_steal(rt, reduce(rt, "ouro_ndarray_mean", REDUCE_MEAN, a, axis));
}

ouro_obj *ouro_ndarray_min(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis) {
    return ouroi_nd_unwrap_steal(rt, reduce(rt, "ouro_ndarray_min", REDUCE_LEAST, a, axis));
}

ouro_obj *ouro_ndarray_max(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis) {
    return ouroi_nd_unwrap_steal(rt, reduce(rt, "ouro_ndarray_max", REDUCE_GREATEST, a, axis));
}

// ---- the standard deviation: the mean first, then the squares of the distances from it ----

// The squares of the distances of a view's elements from `mean`, which is repeated to its shape.
static nd_array *squares_of(ouro_rt *rt, const nd_view *v, nd_view mean) {
    nd_array *out = ouroi_nd_blank(rt, OURO_FLOAT64, v->dims, v->shape);
    nd_cursor c, d;
    if (!out || ouroi_view_broadcast(&mean, v->dims, v->shape) < 0)
        return out;
    ouroi_cursor_open(&c, v, OURO_FLOAT64);
    ouroi_cursor_open(&d, &mean, OURO_FLOAT64);
    char *to = out->view.data;
    for (size_t n, left = nd_count(v); left; left -= n, to += n * sizeof(double)) {
        n = left < BLOCK ? left : BLOCK;
        const char *x = ouroi_cursor_next(&c, n), *m = ouroi_cursor_next(&d, n);
        for (size_t i = 0; i < n; i++) {
            double distance = real_get(OURO_FLOAT64, x, i) - real_get(OURO_FLOAT64, m, i);
            real_put(OURO_FLOAT64, to, i, distance * distance);
        }
    }
    return out;
}

// `v` has the axis in front; the means of its columns lie behind each other as its other dimensions do.
static nd_array *deviation(ouro_rt *rt, const nd_view *v) {
    nd_array *mean = reduce_front(rt, REDUCE_MEAN, v);
    nd_array *squares = mean ? squares_of(rt, v, mean->view) : NULL;
    nd_array *out = squares ? reduce_front(rt, REDUCE_MEAN, &squares->view) : NULL;
    for (size_t i = 0; out && i < nd_count(&out->view); i++)
        real_put(OURO_FLOAT64, out->view.data, i, sqrt(real_get(OURO_FLOAT64, out->view.data, i)));
    ouro_xdecref((ouro_obj *)mean);
    ouro_xdecref((ouro_obj *)squares);
    return out;
}

static nd_array *deviation_of_all(ouro_rt *rt, const nd_view *v) {
    nd_array *flat = ouroi_nd_dense(rt, v, v->dtype);
    if (!flat)
        return NULL;
    flat->view.shape[0] = nd_count(v);
    flat->view.strides[0] = (ptrdiff_t)ouro_dtype_size(v->dtype);
    flat->view.dims = 1;
    nd_array *out = deviation(rt, &flat->view);
    ouro_decref(&flat->head);
    return out;
}

ouro_obj *ouro_ndarray_std(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis) {
    size_t at;
    if (!nd_expect(rt, "ouro_ndarray_std", a))
        return NULL;
    nd_view v = nd_of(a)->view;
    nd_array *out = NULL;
    ouro_incref(a);
    if (axis == OURO_ALL_AXES) {
        out = deviation_of_all(rt, &v);
    } else if (ouroi_nd_axis(rt, &v, axis, &at) == 0) {
        ouroi_view_front(&v, at);
        out = deviation(rt, &v);
    }
    ouro_decref(a);
    return ouroi_nd_unwrap_steal(rt, out);
}
