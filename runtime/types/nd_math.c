// SPDX-License-Identifier: MIT
// nd_math.c: arithmetic, comparisons and copies, element by element. First all is looked at and memory asked for, then
// the blocks run. Operands are held meanwhile: who asks for memory may run code that lets go of them.
#include "ndarray.h"

// ---- operands ----

// One side of an operation: an n-d array, or a number in the place of one.
typedef struct operand {
    ouro_obj *held; // NULL for a number
    nd_view view;
    elem_room number;
} operand;

static bool operand_is_number(const ouro_obj *o) {
    return ouro_is_int(o) || ouro_is_bool(o) || ouro_is_float(o);
}

static bool operand_fits(const ouro_obj *o) {
    return ouro_is_a(o, ouro_ndarray_type) || operand_is_number(o);
}

// The type in which the two operands meet; one of them is an n-d array.
static ouro_dtype operand_meet(const ouro_obj *a, const ouro_obj *b) {
    const ouro_obj *array = operand_is_number(a) ? b : a, *number = operand_is_number(a) ? a : b;
    ouro_dtype t = nd_of(array)->view.dtype;
    if (!operand_is_number(number))
        return ouro_dtype_meet(t, nd_of(number)->view.dtype);
    return ouro_is_float(number) && !dtype_is_real(t) ? OURO_FLOAT64 : t;
}

// Fills in an operand; it has to be closed, on success alone. It stays where it is: the view points into it.
static int operand_open(ouro_rt *rt, operand *x, ouro_obj *o, ouro_dtype t) {
    x->held = NULL;
    if (!operand_is_number(o)) {
        x->view = nd_of(o)->view;
        x->held = ouro_incref(o);
        return 0;
    }
    x->view = (nd_view){.data = x->number.bytes, .dtype = t};
    return ouroi_elem_put(rt, "ndarray", t, x->number.bytes, 0, o);
}

static void operand_close(operand *x) {
    ouro_xdecref(x->held);
}

// ---- two operands ----

// The shape in which two views meet, both repeated so that they have it; or both as they were: where the second fits
// the first does, too.
static int pair_broadcast(ouro_rt *rt, nd_view *a, nd_view *b) {
    size_t dims = a->dims > b->dims ? a->dims : b->dims, shape[OURO_DIMS_MAX];
    for (size_t i = 0; i < dims; i++) {
        size_t x = i < dims - a->dims ? 1 : a->shape[i - (dims - a->dims)];
        size_t y = i < dims - b->dims ? 1 : b->shape[i - (dims - b->dims)];
        shape[i] = x == 1 ? y : x;
    }
    if (ouroi_view_broadcast(b, dims, shape) == 0 && ouroi_view_broadcast(a, dims, shape) == 0)
        return 0;
    nd_text x, y;
    return ouro_error_set(rt, OURO_ERR_VALUE, "ndarray: shapes %s and %s do not fit",
                          ouroi_nd_text(&x, a->dims, a->shape), ouroi_nd_text(&y, b->dims, b->shape));
}

// What is done with each pair of blocks.
typedef struct pair_work {
    bool compares;
    ouro_op op;
    ouro_relation relation;
    ouro_dtype t, out; // computed in, given
} pair_work;

static bool pair_blocks(const pair_work *w, const nd_view *a, const nd_view *b, char *out, size_t left) {
    nd_cursor c, d;
    bool good = true;
    ouroi_cursor_open(&c, a, w->t);
    ouroi_cursor_open(&d, b, w->t);
    for (size_t n; good && left; left -= n, out += n * ouro_dtype_size(w->out)) {
        n = left < BLOCK ? left : BLOCK;
        const char *x = ouroi_cursor_next(&c, n), *y = ouroi_cursor_next(&d, n);
        if (w->compares)
            ouroi_loop_compare(w->relation, w->t, out, x, y, n);
        else
            good = ouroi_loop_binary(w->op, w->t, out, x, y, n);
    }
    return good;
}

static ouro_obj *pair_views(ouro_rt *rt, const pair_work *w, nd_view *a, nd_view *b) {
    if (pair_broadcast(rt, a, b) < 0)
        return NULL;
    nd_array *out = ouroi_nd_blank(rt, w->out, a->dims, a->shape);
    if (!out || pair_blocks(w, a, b, out->view.data, nd_count(a)))
        return out ? &out->head : NULL;
    ouro_decref(&out->head);
    ouro_error_set(rt, OURO_ERR_DIVISION, "ndarray: integer division or modulo by zero");
    return NULL;
}

static ouro_obj *pair_operate(ouro_rt *rt, const pair_work *w, ouro_obj *a, ouro_obj *b) {
    operand x, y;
    ouro_obj *o = NULL;
    if (operand_open(rt, &x, a, w->t) < 0)
        return NULL;
    if (operand_open(rt, &y, b, w->t) == 0) {
        o = pair_views(rt, w, &x.view, &y.view);
        operand_close(&y);
    }
    operand_close(&x);
    return o;
}

int ouroi_nd_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    if (op < OURO_ADD || op > OURO_MOD || !operand_fits(a) || !operand_fits(b))
        return OURO_PASS;
    ouro_dtype t = operand_meet(a, b);
    if (op == OURO_DIV && !dtype_is_real(t))
        t = OURO_FLOAT64;
    pair_work w = {.op = op, .t = t, .out = t};
    *out = pair_operate(rt, &w, a, b);
    return *out ? 1 : -1;
}

ouro_obj *ouro_ndarray_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    if (!operand_fits(a) || !operand_fits(b) || (operand_is_number(a) && operand_is_number(b))) {
        ouroi_wrong_type(rt, "ouro_ndarray_compare", "ndarray", operand_fits(a) ? b : a);
        return NULL;
    }
    pair_work w = {.compares = true, .relation = relation, .t = operand_meet(a, b), .out = OURO_UINT8};
    return pair_operate(rt, &w, a, b);
}

// ---- one operand ----

int ouroi_nd_unary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj **out) {
    if (op == OURO_INVERT)
        return OURO_PASS;
    nd_view v = nd_of(a)->view;
    ouro_incref(a);
    nd_array *o = ouroi_nd_blank(rt, v.dtype, v.dims, v.shape);
    nd_cursor c;
    ouroi_cursor_open(&c, &v, v.dtype);
    for (size_t n, done = 0, count = nd_count(&v); o && done < count; done += n) {
        n = count - done < BLOCK ? count - done : BLOCK;
        ouroi_loop_unary(op, v.dtype, o->view.data + done * ouro_dtype_size(v.dtype), ouroi_cursor_next(&c, n), n);
    }
    ouro_decref(a);
    *out = o ? &o->head : NULL;
    return o ? 1 : -1;
}

// ---- copies ----

nd_array *ouroi_nd_dense(ouro_rt *rt, const nd_view *v, ouro_dtype dtype) {
    nd_array *o = ouroi_nd_blank(rt, dtype, v->dims, v->shape);
    nd_cursor c;
    ouroi_cursor_open(&c, v, v->dtype);
    for (size_t n, done = 0, count = nd_count(v); o && done < count; done += n) {
        n = count - done < BLOCK ? count - done : BLOCK;
        char *to = o->view.data + done * ouro_dtype_size(dtype);
        if (ouroi_elems_convert(rt, dtype, to, v->dtype, ouroi_cursor_next(&c, n), n) == 0)
            continue;
        ouro_decref(&o->head);
        return NULL;
    }
    return o;
}

ouro_obj *ouro_ndarray_convert(ouro_rt *rt, ouro_obj *a, ouro_dtype dtype) {
    if (!nd_expect(rt, "ouro_ndarray_convert", a) || !ouroi_dtype_check(rt, "ouro_ndarray_convert", dtype))
        return NULL;
    nd_view v = nd_of(a)->view;
    ouro_incref(a);
    nd_array *o = ouroi_nd_dense(rt, &v, dtype);
    ouro_decref(a);
    return o ? &o->head : NULL;
}

// `from` has the shape and the type of `to`, and no element in common with it.
static void assign_blocks(const nd_view *to, const nd_view *from) {
    nd_cursor c;
    nd_pen p;
    ouroi_cursor_open(&c, from, to->dtype);
    ouroi_pen_open(&p, to);
    for (size_t n, left = nd_count(to); left; left -= n) {
        n = left < BLOCK ? left : BLOCK;
        ouroi_pen_put(&p, ouroi_cursor_next(&c, n), n);
    }
}

static int assign_view(ouro_rt *rt, const nd_view *to, nd_view from) {
    if (ouroi_view_broadcast(&from, to->dims, to->shape) == 0) {
        assign_blocks(to, &from);
        return 0;
    }
    nd_text x, y;
    return ouro_error_set(rt, OURO_ERR_VALUE, "ndarray: a value of shape %s does not fit into shape %s",
                          ouroi_nd_text(&x, from.dims, from.shape), ouroi_nd_text(&y, to->dims, to->shape));
}

// From an n-d array: what has to be converted, or may lie in the same memory, is copied first.
static int assign_array(ouro_rt *rt, const nd_view *to, const nd_array *a, ouro_obj *value) {
    const nd_array *from = nd_of(value);
    if (from->view.dtype == to->dtype && from->array != a->array)
        return assign_view(rt, to, from->view);
    nd_array *copy = ouroi_nd_dense(rt, &from->view, to->dtype);
    int result = copy ? assign_view(rt, to, copy->view) : -1;
    ouro_xdecref((ouro_obj *)copy);
    return result;
}

static int assign_any(ouro_rt *rt, ouro_obj *a, ouro_obj *value) {
    nd_view to = nd_of(a)->view;
    elem_room number;
    if (ouro_is_a(value, ouro_ndarray_type))
        return assign_array(rt, &to, nd_of(a), value);
    if (ouro_is_a(value, ouro_array_type)) {
        ouro_obj *over = ouro_ndarray_over(rt, value);
        int result = over ? assign_array(rt, &to, nd_of(a), over) : -1;
        ouro_xdecref(over);
        return result;
    }
    if (ouroi_elem_put(rt, "ndarray", to.dtype, number.bytes, 0, value) < 0)
        return -1;
    return assign_view(rt, &to, (nd_view){.data = number.bytes, .dtype = to.dtype});
}

int ouro_ndarray_assign(ouro_rt *rt, ouro_obj *a, ouro_obj *value) {
    if (!nd_expect(rt, "ouro_ndarray_assign", a))
        return -1;
    ouro_incref(a);
    ouro_incref(value);
    int result = assign_any(rt, a, value);
    ouro_decref(value);
    ouro_decref(a);
    return result;
}
