// SPDX-License-Identifier: MIT
// nd_test.h: what the tests of n-d arrays share: small arrays, and looks at results, which may be NULL.
#ifndef OURO_ND_TEST_H
#define OURO_ND_TEST_H

#include "rows.h"

static inline int shown(ouro_rt *rt, ouro_obj *o, const char *text) {
    ouro_obj *s = o ? ouro_repr(rt, o) : NULL;
    int right = s && text_is(s, text);
    ouro_xdecref(s);
    return right;
}

static inline ouro_obj *small(ouro_rt *rt, int n) {
    return ouro_int_new(rt, n); // -5 to 256 need no memory
}

// 0 to n - 1, in two dimensions (or one, if there are no rows). Returns: new.
static inline ouro_obj *grid(ouro_rt *rt, ouro_dtype dtype, size_t rows, size_t columns) {
    size_t shape[] = {rows, columns};
    ouro_obj *numbers = ouro_ndarray_range(rt, 0, (int64_t)((rows ? rows : 1) * columns), 1);
    ouro_obj *o = numbers ? ouro_ndarray_convert(rt, numbers, dtype) : NULL;
    ouro_xdecref(numbers);
    if (o && rows)
        ouro_setslot_steal(&o, ouro_ndarray_reshape(rt, o, 2, shape));
    return o;
}

// One dimension of these. Returns: new.
static inline ouro_obj *of_doubles(ouro_rt *rt, const double *values, size_t n) {
    ouro_obj *array = ouro_array_new(rt, OURO_FLOAT64, values, n), *o = array ? ouro_ndarray_over(rt, array) : NULL;
    ouro_xdecref(array);
    return o;
}
#define DOUBLES(rt, ...)                                                                                               \
    of_doubles((rt), (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static inline ouro_obj *key(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    ouro_obj *parts[] = {a, b}, *o = a && b ? ouro_tuple_new(rt, parts, 2) : NULL;
    return o;
}

static inline ouro_obj *slice(ouro_rt *rt, int start, int stop, int step) {
    return ouro_slice_new(rt, start == 99 ? NULL : small(rt, start), stop == 99 ? NULL : small(rt, stop),
                          small(rt, step));
}

static inline int is_float(ouro_obj *o, double value) {
    int right = o && ouro_is_float(o) &&
                (ouro_float_value(o) == value || (value != value && ouro_float_value(o) != ouro_float_value(o)));
    if (o && !right)
        fprintf(stderr, "not %.17g, but %.17g\n", value, ouro_is_float(o) ? ouro_float_value(o) : 0);
    ouro_xdecref(o);
    return right;
}

// Item i of o (stolen; may be NULL).
static inline ouro_obj *item_of(ouro_rt *rt, ouro_obj *o, int i) {
    ouro_obj *item = o ? ouro_get_item(rt, o, small(rt, i)) : NULL;
    ouro_xdecref(o);
    return item;
}

static inline int is_int(ouro_obj *o, int64_t value) {
    int right = o && ouro_is_int(o) && ouro_int_is_word(o) && ouro_int_word(o) == value;
    ouro_xdecref(o);
    return right;
}

#endif
