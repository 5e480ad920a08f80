// SPDX-License-Identifier: MIT
// model_ndarray.c: random views and operations, against a model that knows no strides: of each array it has the shape
// and, for each element in order, the number of a cell; views have cells in common. Numbers in cells are 0 to 9, which
// every element type has; what is computed from them is checked and thrown away.
#include "text_model.h"

#define POOL 6
#define CELLS 700
#define DIMS 4 // fewer than there may be, so that one more can be tried

typedef struct model_view {
    ouro_obj *o; // NULL: none
    size_t memory, dims, shape[DIMS], n;
    unsigned short cell[CELLS];
} model_view;

typedef struct nd_model {
    ouro_rt *rt;
    text_random random;
    model_view pool[POOL];
    double memory[POOL + 1][CELLS]; // the one behind is for a view that is being made
} nd_model;

static size_t nd_below(nd_model *m, size_t n) {
    return text_below(&m->random, n);
}

static ouro_dtype nd_dtype(nd_model *m) {
    static const ouro_dtype dtypes[] = {OURO_INT8,   OURO_INT16,  OURO_INT32,  OURO_INT64,   OURO_UINT8,
                                        OURO_UINT16, OURO_UINT32, OURO_UINT64, OURO_FLOAT32, OURO_FLOAT64};
    return dtypes[nd_below(m, 10)];
}

static double nd_number(ouro_dtype dtype, const void *p) {
    switch (dtype) {
    case OURO_INT8:
        return *(const int8_t *)p;
    case OURO_INT16:
        return *(const int16_t *)p;
    case OURO_INT32:
        return *(const int32_t *)p;
    case OURO_INT64:
        return (double)*(const int64_t *)p;
    case OURO_UINT8:
        return *(const uint8_t *)p;
    case OURO_UINT16:
        return *(const uint16_t *)p;
    case OURO_UINT32:
        return *(const uint32_t *)p;
    case OURO_UINT64:
        return (double)*(const uint64_t *)p;
    case OURO_FLOAT32:
        return (double)*(const float *)p;
    default:
        return *(const double *)p;
    }
}

// The index of element number k of a shape, and back.
static void nd_index(const size_t *shape, size_t dims, size_t k, size_t *index) {
    for (size_t i = dims; i-- > 0; k /= shape[i])
        index[i] = k % shape[i];
}

static size_t nd_place(const size_t *shape, size_t dims, const size_t *index) {
    size_t k = 0;
    for (size_t i = 0; i < dims; i++)
        k = k * shape[i] + index[i];
    return k;
}

static size_t nd_product(const size_t *shape, size_t dims) {
    size_t n = 1;
    for (size_t i = 0; i < dims; i++)
        n *= shape[i];
    return n;
}

// Element number k as the library has it, and as the model has it.
static double nd_at(const ouro_obj *o, size_t k) {
    size_t index[OURO_DIMS_MAX], dims = ouro_ndarray_dims(o);
    const char *at = ouro_ndarray_data_peek(o);
    nd_index(ouro_ndarray_shape(o), dims, k, index);
    for (size_t i = 0; i < dims; i++)
        at += (ptrdiff_t)index[i] * ouro_ndarray_strides(o)[i];
    return nd_number(ouro_ndarray_dtype(o), at);
}

static double model_at(const nd_model *m, const model_view *v, size_t k) {
    return m->memory[v->memory][v->cell[k]];
}

static int nd_has_shape(const ouro_obj *o, const size_t *shape, size_t dims) {
    return ouro_ndarray_dims(o) == dims && (!dims || memcmp(ouro_ndarray_shape(o), shape, dims * sizeof *shape) == 0);
}

static int nd_is(const nd_model *m, const model_view *v) {
    int same = nd_has_shape(v->o, v->shape, v->dims);
    for (size_t k = 0; same && k < v->n; k++)
        same = nd_at(v->o, k) == model_at(m, v, k);
    return same;
}

// Worked, or failed for lack of memory.
static int nd_worked(nd_model *m, int result) {
    ouro_rt *rt = m->rt;
    if (result >= 0)
        return 1;
    always(test_broken(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    return 0;
}

// Puts a view that was made (o is stolen, may be NULL) in a random place of the pool.
static void nd_keep(nd_model *m, ouro_obj *o, model_view *v) {
    if (!nd_worked(m, o ? 0 : -1))
        return;
    size_t to = nd_below(m, POOL);
    int used = 0;
    if (v->memory == POOL) { // memory of its own needs a place that no other view has cells in
        for (size_t i = 0; i < POOL; i++)
            used |= i != to && m->pool[i].o && m->pool[i].memory == to;
        if (used) {
            ouro_decref(o);
            return;
        }
        memcpy(m->memory[to], m->memory[POOL], sizeof m->memory[to]);
        v->memory = to;
    }
    ouro_setslot(&m->pool[to].o, NULL);
    m->pool[to] = *v;
    m->pool[to].o = o;
}

static model_view *nd_any(nd_model *m) {
    return &m->pool[nd_below(m, POOL)];
}

// ---- new ones, and views ----

static void nd_do_new(nd_model *m) {
    static model_view v;
    v.dims = nd_below(m, DIMS + 1);
    for (size_t i = 0; i < v.dims; i++)
        v.shape[i] = nd_below(m, 12) ? 1 + nd_below(m, v.dims > 2 ? 5 : 20) : nd_below(m, 2);
    v.n = nd_product(v.shape, v.dims);
    v.memory = POOL;
    ouro_dtype dtype = nd_dtype(m);
    ouro_obj *o = ouro_ndarray_zeros(m->rt, dtype, v.dims, v.shape);
    for (size_t k = 0; k < v.n; k++) {
        v.cell[k] = (unsigned short)k;
        m->memory[POOL][k] = (double)nd_below(m, 10);
    }
    for (size_t k = 0; o && k < v.n; k++)
        ouro_array_set(m->rt, ouro_ndarray_array_peek(o), (ptrdiff_t)k,
                       ouro_int_new(m->rt, (int64_t)m->memory[POOL][k]));
    nd_keep(m, o, &v);
}

static void nd_do_copy(nd_model *m) {
    static model_view v;
    const model_view *from = nd_any(m);
    if (!from->o)
        return;
    v = *from;
    for (size_t k = 0; k < v.n; k++) {
        m->memory[POOL][k] = model_at(m, from, k);
        v.cell[k] = (unsigned short)k;
    }
    v.memory = POOL;
    nd_keep(m, ouro_ndarray_convert(m->rt, from->o, nd_dtype(m)), &v);
}

static void nd_do_cut(nd_model *m) {
    static model_view v;
    const model_view *from = nd_any(m);
    if (!from->o || !from->dims)
        return;
    size_t axis = nd_below(m, from->dims), length = from->shape[axis], index[DIMS];
    ptrdiff_t step = (ptrdiff_t)nd_below(m, 7) - 3;
    ouro_bounds b = {.step = step ? step : 2};
    if (length) {
        b.start = (ptrdiff_t)nd_below(m, length);
        size_t most =
            b.step > 0 ? (length - 1 - (size_t)b.start) / (size_t)b.step + 1 : (size_t)b.start / (size_t)-b.step + 1;
        b.count = nd_below(m, most + 1);
    }
    v = *from;
    v.shape[axis] = b.count;
    v.n = nd_product(v.shape, v.dims);
    for (size_t k = 0; k < v.n; k++) {
        nd_index(v.shape, v.dims, k, index);
        index[axis] = (size_t)(b.start + (ptrdiff_t)index[axis] * b.step);
        v.cell[k] = from->cell[nd_place(from->shape, from->dims, index)];
    }
    nd_keep(m, ouro_ndarray_cut(m->rt, from->o, (ptrdiff_t)axis, &b), &v);
}

static void nd_do_pick(nd_model *m) {
    static model_view v;
    const model_view *from = nd_any(m);
    size_t axis = nd_below(m, DIMS), index[DIMS], rest[DIMS];
    if (!from->o || axis >= from->dims || !from->shape[axis])
        return;
    size_t at = nd_below(m, from->shape[axis]);
    v = *from;
    v.dims--;
    for (size_t i = axis; i < v.dims; i++)
        v.shape[i] = from->shape[i + 1];
    v.n = nd_product(v.shape, v.dims);
    for (size_t k = 0; k < v.n; k++) {
        nd_index(v.shape, v.dims, k, rest);
        for (size_t i = 0; i < from->dims; i++)
            index[i] = i == axis ? at : rest[i - (i > axis)];
        v.cell[k] = from->cell[nd_place(from->shape, from->dims, index)];
    }
    nd_keep(m, ouro_ndarray_pick(m->rt, from->o, (ptrdiff_t)axis - (ptrdiff_t)from->dims, (ptrdiff_t)at), &v);
}

static void nd_do_transpose(nd_model *m) {
    static model_view v;
    const model_view *from = nd_any(m);
    ptrdiff_t axes[DIMS] = {0, 1, 2, 3};
    size_t index[DIMS], old[DIMS];
    if (!from->o)
        return;
    v = *from;
    for (size_t i = 0; i < v.dims; i++) {
        size_t j = i + nd_below(m, v.dims - i);
        ptrdiff_t swap = axes[i];
        axes[i] = axes[j];
        axes[j] = swap;
        v.shape[i] = from->shape[axes[i]];
    }
    for (size_t k = 0; k < v.n; k++) {
        nd_index(v.shape, v.dims, k, index);
        for (size_t i = 0; i < v.dims; i++)
            old[axes[i]] = index[i];
        v.cell[k] = from->cell[nd_place(from->shape, from->dims, old)];
    }
    nd_keep(m, ouro_ndarray_transpose(m->rt, from->o, axes), &v);
}

// A random shape of as many elements. What cannot be done without a copy can be done with one.
static void nd_do_reshape(nd_model *m) {
    static model_view v;
    const model_view *from = nd_any(m);
    if (!from->o)
        return;
    v = *from;
    v.dims = nd_below(m, DIMS) + 1;
    size_t left = v.n;
    for (size_t i = 0; i < v.dims; i++) {
        size_t part = left ? 1 + nd_below(m, left) : nd_below(m, 3);
        while (left && left % part)
            part--;
        v.shape[i] = i + 1 < v.dims ? part : left;
        left /= left ? part : 1;
    }
    if (nd_product(v.shape, v.dims) != v.n)
        return;
    ouro_obj *o = ouro_ndarray_reshape(m->rt, from->o, v.dims, v.shape);
    if (!o && ouro_error_code(m->rt) == OURO_ERR_VALUE) {
        ouro_error_clear(m->rt);
        ouro_obj *copy = ouro_copy(m->rt, from->o);
        o = copy ? ouro_ndarray_reshape(m->rt, copy, v.dims, v.shape) : NULL;
        ouro_xdecref(copy);
        for (size_t k = 0; k < v.n; k++) {
            m->memory[POOL][k] = model_at(m, from, k);
            v.cell[k] = (unsigned short)k;
        }
        v.memory = POOL;
    }
    nd_keep(m, o, &v);
}

// ---- two at once ----

// The element of a view that meets element `index` of a larger shape; SIZE_MAX if the shapes do not fit.
static size_t nd_meets(const model_view *v, const size_t *shape, size_t dims, const size_t *index) {
    size_t own[DIMS];
    for (size_t i = 0; i < v->dims; i++) {
        size_t at = i + dims - v->dims;
        if (v->dims > dims || (v->shape[i] != shape[at] && v->shape[i] != 1))
            return SIZE_MAX;
        own[i] = v->shape[i] == 1 ? 0 : index[at];
    }
    return nd_place(v->shape, v->dims, own);
}

// The shape in which two meet; 0 if they do not.
static int nd_meeting(const model_view *a, const model_view *b, size_t *dims, size_t *shape) {
    *dims = a->dims > b->dims ? a->dims : b->dims;
    for (size_t i = 0; i < *dims; i++) {
        size_t x = i + a->dims < *dims ? 1 : a->shape[i + a->dims - *dims];
        size_t y = i + b->dims < *dims ? 1 : b->shape[i + b->dims - *dims];
        if (x != y && x != 1 && y != 1)
            return 0;
        shape[i] = x == 1 ? y : x;
    }
    return 1;
}

// What is left of a whole number in an element of an int type.
static double nd_wrapped(ouro_dtype t, double x) {
    int64_t i = (int64_t)x;
    switch (t) {
    case OURO_INT8:
        return (int8_t)i;
    case OURO_UINT8:
        return (uint8_t)i;
    case OURO_UINT16:
        return (uint16_t)i;
    case OURO_UINT32:
        return (uint32_t)i;
    case OURO_UINT64:
        return (double)(uint64_t)i;
    default:
        return x;
    }
}

// Division by 0 of ints is left out: the second operand is one more.
static double nd_result(ouro_op op, ouro_dtype t, double x, double y) {
    double down = (double)((int)x / (y == 0 ? 1 : (int)y)), ratio = x / y;
    switch (op) {
    case OURO_ADD:
        return nd_wrapped(t, x + y);
    case OURO_SUB:
        return nd_wrapped(t, x - y);
    case OURO_MUL:
        return nd_wrapped(t, x * y);
    case OURO_DIV:
        return t == OURO_FLOAT32 ? (double)(float)ratio : ratio;
    case OURO_FLOORDIV:
        return down;
    default:
        return x - y * down;
    }
}

static void nd_do_binary(nd_model *m) {
    const model_view *a = nd_any(m), *b = nd_any(m);
    size_t dims, shape[DIMS], index[DIMS];
    ouro_rt *rt = m->rt;
    if (!a->o || !b->o)
        return;
    ouro_op op = (ouro_op)(OURO_ADD + nd_below(m, 6));
    ouro_obj *more = op >= OURO_DIV ? ouro_binary(rt, OURO_ADD, b->o, ouro_int_new(rt, 1)) : ouro_incref(b->o);
    ouro_obj *o = more ? ouro_binary(rt, op, a->o, more) : NULL;
    ouro_xdecref(more);
    if (!nd_meeting(a, b, &dims, shape)) {
        always(!o && (ouro_error_code(rt) == OURO_ERR_VALUE || test_broken(rt)));
        ouro_error_clear(rt);
        return;
    }
    if (!nd_worked(m, o ? 0 : -1))
        return;
    ouro_dtype t = ouro_dtype_meet(ouro_ndarray_dtype(a->o), ouro_ndarray_dtype(b->o));
    t = op == OURO_DIV && t < OURO_FLOAT32 ? OURO_FLOAT64 : t;
    always(nd_has_shape(o, shape, dims) && ouro_ndarray_dtype(o) == t);
    for (size_t k = 0, n = nd_product(shape, dims); k < n; k++) {
        nd_index(shape, dims, k, index);
        double x = model_at(m, a, nd_meets(a, shape, dims, index)), y = model_at(m, b, nd_meets(b, shape, dims, index));
        always(nd_at(o, k) == nd_result(op, t, x, op >= OURO_DIV ? y + 1 : y));
    }
    ouro_decref(o);
}

static void nd_do_compare(nd_model *m) {
    const model_view *a = nd_any(m);
    ouro_rt *rt = m->rt;
    if (!a->o)
        return;
    int number = (int)nd_below(m, 10);
    ouro_relation relation = (ouro_relation)nd_below(m, 6);
    ouro_obj *o = ouro_ndarray_compare(rt, relation, a->o, ouro_int_new(rt, number));
    if (!nd_worked(m, o ? 0 : -1))
        return;
    always(nd_has_shape(o, a->shape, a->dims) && ouro_ndarray_dtype(o) == OURO_UINT8);
    for (size_t k = 0; k < a->n; k++) {
        double x = model_at(m, a, k);
        int holds[] = {x == number, x != number, x<number, x <= number, x> number, x >= number};
        always(nd_at(o, k) == holds[relation]);
    }
    ouro_decref(o);
}

static void nd_do_assign(nd_model *m) {
    static double values[CELLS];
    model_view *a = nd_any(m), *b = nd_any(m);
    size_t index[DIMS];
    ouro_rt *rt = m->rt;
    if (!a->o || !b->o)
        return;
    int fits = b->dims <= a->dims;
    for (size_t i = 0; fits && i < b->dims; i++)
        fits = b->shape[i] == 1 || b->shape[i] == a->shape[i + a->dims - b->dims];
    int result = ouro_ndarray_assign(rt, a->o, b->o);
    always(fits || (result < 0 && (ouro_error_code(rt) == OURO_ERR_VALUE || test_broken(rt))));
    if (!fits)
        ouro_error_clear(rt);
    if (!fits || !nd_worked(m, result))
        return;
    for (size_t k = 0; k < a->n; k++) {
        nd_index(a->shape, a->dims, k, index);
        values[k] = model_at(m, b, nd_meets(b, a->shape, a->dims, index));
    }
    for (size_t k = 0; k < a->n; k++)
        m->memory[a->memory][a->cell[k]] = values[k];
}

static void nd_do_dot(nd_model *m) {
    const model_view *a = nd_any(m), *b = nd_any(m);
    ouro_rt *rt = m->rt;
    if (!a->o || !b->o || a->dims != 2 || b->dims != 2 || a->shape[1] != b->shape[0])
        return;
    ouro_obj *o = ouro_ndarray_dot(rt, a->o, b->o);
    if (!nd_worked(m, o ? 0 : -1))
        return;
    size_t shape[] = {a->shape[0], b->shape[1]};
    always(nd_has_shape(o, shape, 2));
    for (size_t i = 0; i < shape[0]; i++)
        for (size_t j = 0; j < shape[1]; j++) {
            double sum = 0;
            for (size_t k = 0; k < a->shape[1]; k++)
                sum += model_at(m, a, i * a->shape[1] + k) * model_at(m, b, k * shape[1] + j);
            always(nd_at(o, i * shape[1] + j) == nd_wrapped(ouro_ndarray_dtype(o), sum));
        }
    ouro_decref(o);
}

static double nd_reduced(nd_model *m, const model_view *a, size_t what, size_t axis, const size_t *rest) {
    size_t index[DIMS];
    double sum = 0, best = what == 2 ? 99 : -99;
    for (size_t i = 0; i < a->dims; i++)
        index[i] = i == axis ? 0 : rest[i - (i > axis)];
    for (; index[axis] < a->shape[axis]; index[axis]++) {
        double x = model_at(m, a, nd_place(a->shape, a->dims, index));
        sum += x;
        best = what == 2 ? (x < best ? x : best) : (x > best ? x : best);
    }
    return what == 0 ? sum : what == 1 ? sum / (double)a->shape[axis] : best;
}

static void nd_do_reduce(nd_model *m) {
    static ouro_obj *(*const reductions[])(ouro_rt *, ouro_obj *, ptrdiff_t) = {ouro_ndarray_sum, ouro_ndarray_mean,
                                                                                ouro_ndarray_min, ouro_ndarray_max};
    const model_view *a = nd_any(m);
    size_t what = nd_below(m, 4), axis = nd_below(m, DIMS), shape[DIMS], rest[DIMS];
    ouro_rt *rt = m->rt;
    if (!a->o || axis >= a->dims || a->dims < 2 || !a->shape[axis])
        return;
    ouro_obj *o = reductions[what](rt, a->o, (ptrdiff_t)axis);
    if (!nd_worked(m, o ? 0 : -1))
        return;
    for (size_t i = 0; i + 1 < a->dims; i++)
        shape[i] = a->shape[i + (i >= axis)];
    always(nd_has_shape(o, shape, a->dims - 1));
    for (size_t k = 0, n = nd_product(shape, a->dims - 1); k < n; k++) {
        nd_index(shape, a->dims - 1, k, rest);
        always(nd_at(o, k) == nd_reduced(m, a, what, axis, rest));
    }
    ouro_decref(o);
}

static void nd_do_reduce_all(nd_model *m) {
    const model_view *a = nd_any(m);
    ouro_rt *rt = m->rt;
    double sum = 0, got = 0;
    for (size_t k = 0; a->o && k < a->n; k++)
        sum += model_at(m, a, k);
    if (!a->o)
        return;
    ouro_obj *o = ouro_ndarray_sum(rt, a->o, OURO_ALL_AXES);
    if (!nd_worked(m, o ? ouro_float_get(rt, o, &got) : -1))
        return;
    always(got == sum);
    ouro_decref(o);
}

CASE(model_ndarray, random_views_and_operations) {
    static void (*const operations[])(nd_model *) = {
        nd_do_new,       nd_do_copy,    nd_do_cut,    nd_do_cut,    nd_do_pick,
        nd_do_transpose, nd_do_reshape, nd_do_binary, nd_do_binary, nd_do_compare,
        nd_do_assign,    nd_do_dot,     nd_do_dot,    nd_do_reduce, nd_do_reduce_all,
    };
    static nd_model m;
    size_t steps;
    m.random = text_random_open("ndarray", 2718, 200000, 300, &steps);
    m.rt = rt;
    memset(m.pool, 0, sizeof m.pool);
    for (size_t k = 0; k < steps; k++) {
        operations[nd_below(&m, sizeof operations / sizeof *operations)](&m);
        for (size_t i = 0; i < POOL; i++)
            always(!m.pool[i].o || nd_is(&m, &m.pool[i]));
    }
    for (size_t i = 0; i < POOL; i++)
        ouro_setslot(&m.pool[i].o, NULL);
}
