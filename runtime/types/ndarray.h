// SPDX-License-Identifier: MIT
// ndarray.h: what the files of n-d arrays know of each other.
//
// A *view* is a place in memory, an element type, a shape and strides: all that loops need. An n-d array is an object
// with a view and the typed array whose elements those are. It exports that array, so they neither move nor vanish
// while it lives (I-array-2); and what is computed goes into a new array that nobody else knows. So memory is asked for
// first, and what comes then can be disturbed by nobody.
//
// A *cursor* reads a view from its first element to its last (the last index changes fastest), in blocks that lie side
// by side and have one type, whatever the strides and the type of the view. So there is one loop for each operation,
// over plain blocks. A *pen* writes such blocks into a view.
#ifndef OUROI_NDARRAY_H
#define OUROI_NDARRAY_H

#include "array.h"

#define BLOCK 512u // elements

typedef struct nd_view {
    char *data;
    ouro_dtype dtype;
    uint32_t dims;
    size_t shape[OURO_DIMS_MAX];
    ptrdiff_t strides[OURO_DIMS_MAX];
} nd_view;

typedef struct nd_array {
    ouro_obj head;
    ouro_obj *array; // exported; not described, since it has to be there when the export ends
    nd_view view;
} nd_array;

static inline nd_array *nd_of(const ouro_obj *o) {
    return (nd_array *)(uintptr_t)o;
}

static inline bool nd_expect(ouro_rt *rt, const char *where, const ouro_obj *o) {
    return likely(ouro_is_ndarray(o)) || ouroi_expect(rt, where, ouro_ndarray_type, o);
}

static inline size_t nd_count(const nd_view *v) {
    size_t n = 1;
    for (size_t i = 0; i < v->dims; i++)
        n *= v->shape[i];
    return n;
}

// ---- ndarray.c: making ----

extern const ouro_ops ouroi_ndarray_ops;
// A new n-d array of elements of any value, in the order of its dimensions. Fails: see ouro_ndarray_blank.
nd_array *ouroi_nd_blank(ouro_rt *rt, ouro_dtype dtype, size_t dims, const size_t *shape);
// An n-d array with this view of the elements of another. Returns: new; NULL on failure.
ouro_obj *ouroi_nd_view_new(ouro_rt *rt, ouro_obj *of, const nd_view *view);
// A copy of a view that the caller keeps alive; `dtype` need not be one that holds its numbers.
nd_array *ouroi_nd_dense(ouro_rt *rt, const nd_view *view, ouro_dtype dtype);
// The result of an operation that has taken every dimension away is an int or float. Takes: o is stolen; may be NULL.
ouro_obj *ouroi_nd_unwrap_steal(ouro_rt *rt, nd_array *o);

// ---- nd_math.c ----

int ouroi_nd_unary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj **out);
int ouroi_nd_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out);

// ---- nd_cursor.c ----

typedef struct nd_walk {
    nd_view view; // without dimensions of 1, those that lie behind each other made one
    size_t index[OURO_DIMS_MAX];
    bool dense, constant; // all elements lie side by side; all are the same
} nd_walk;

typedef struct nd_cursor {
    nd_walk walk;
    ouro_dtype to;
    bool filled;                                      // of a constant: the block is there
    _Alignas(16) char raw[BLOCK * 8], out[BLOCK * 8]; // as they are; converted
} nd_cursor;

// Starts at the first element; `to` is a type that holds those of the view.
void ouroi_cursor_open(nd_cursor *c, const nd_view *view, ouro_dtype to);
// The next n elements, at most BLOCK; there are as many. Valid until the next call.
const char *ouroi_cursor_next(nd_cursor *c, size_t n);

typedef struct nd_pen {
    nd_walk walk;
} nd_pen;

void ouroi_pen_open(nd_pen *p, const nd_view *view);
// Writes the next n elements, of the view's own type.
void ouroi_pen_put(nd_pen *p, const char *from, size_t n);

// ---- nd_view.c: views of views. 0 or -1. ----

// Room for a shape as text: two of them, and what is said about them, are an error's message.
typedef struct nd_text {
    char bytes[96];
} nd_text;

// A shape as text, "(2, 3)": as many lengths as there is room for, then "...". Nothing is allocated, so that no error
// hides another. Returns: borrowed from `text`.
const char *ouroi_nd_text(nd_text *text, size_t dims, const size_t *shape);
// An axis, which may be negative, as a number of a dimension.
int ouroi_nd_axis(ouro_rt *rt, const nd_view *v, ptrdiff_t axis, size_t *at);
void ouroi_view_drop(nd_view *v, size_t axis);
// True if the elements lie side by side in the order of the dimensions.
bool ouroi_view_is_dense(const nd_view *v);
// Makes an axis the first.
void ouroi_view_front(nd_view *v, size_t axis);
// Repeats a view so that it has another's shape: -1, and nothing said, if that cannot be.
int ouroi_view_broadcast(nd_view *v, size_t dims, const size_t *shape);
// o[key] as a view.
int ouroi_nd_select(ouro_rt *rt, const nd_view *of, ouro_obj *key, nd_view *out);

// ---- nd_loops.c: n elements, side by side ----

// The arithmetic of ouro/ndarray.h. False if an int was divided by 0.
bool ouroi_loop_binary(ouro_op op, ouro_dtype t, char *out, const char *a, const char *b, size_t n);
// OURO_NEG, OURO_ABS; with OURO_POS a copy.
void ouroi_loop_unary(ouro_op op, ouro_dtype t, char *out, const char *a, size_t n);
void ouroi_loop_compare(ouro_relation relation, ouro_dtype t, char *out, const char *a, const char *b, size_t n);
// The less (OURO_LT) or the greater (OURO_GT) of each pair into the first; a NaN, if one is.
void ouroi_loop_extreme(ouro_relation which, ouro_dtype t, char *into, const char *x, size_t n);

// ---- nd_sums.c: loops that add up ----

// Sums and what they lack, side by side: the value of one is sum - lack.
void ouroi_loop_add(double *sum, double *lack, const double *x, size_t n);
double ouroi_run_add(const double *sum, const double *lack, size_t n);
// The exact sum of n ints, at most BLOCK.
__int128 ouroi_loop_ints(ouro_dtype t, const char *x, size_t n);
// Adds to n elements the sum of `count` rows of as many, each times a factor; the rows begin `stride` bytes apart.
void ouroi_loop_axpy(ouro_dtype t, char *into, const char *factors, size_t count, const char *rows, size_t stride,
                     size_t n);
// Adds the sum of the products of n pairs to *into.
void ouroi_loop_dot(ouro_dtype t, char *into, const char *x, const char *y, size_t n);

#endif
