// SPDX-License-Identifier: MIT
// ndarray_math.c: n-d arrays: the rules of arithmetic, sums and their accuracy, and operands that foreign code lets go
// of.
#include "nd_test.h"

// ---- arithmetic ----

CASE(ndarray_math, ints_wrap) {
    ouro_obj *a = own(ouro_ndarray_full(rt, OURO_INT8, 1, (const size_t[]){20}, small(rt, 100))), *least, *one,
             *minus = small(rt, -1);
    ouro_obj *array = own(ouro_array_new(rt, OURO_INT64, (const int64_t[]){INT64_MIN, INT64_MAX}, 2));
    need(a && array);
    check(is_int(item_of(rt, ouro_binary(rt, OURO_ADD, a, a), 17), -56));
    check(is_int(item_of(rt, ouro_binary(rt, OURO_MUL, a, a), 3), 16));
    ouro_obj *negative = own(ouro_unary(rt, OURO_NEG, a));
    need(negative);
    check(is_int(item_of(rt, ouro_binary(rt, OURO_SUB, negative, a), 19), 56));
    least = own(ouro_ndarray_over(rt, array));
    one = own(ouro_ndarray_full(rt, OURO_INT64, 1, (const size_t[]){2}, small(rt, 1)));
    need(least && one);
    check(shown(rt, own(ouro_unary(rt, OURO_NEG, least)),
                "ndarray([-9223372036854775808, -9223372036854775807], int64)"));
    check(
        shown(rt, own(ouro_unary(rt, OURO_ABS, least)), "ndarray([-9223372036854775808, 9223372036854775807], int64)"));
    check(
        shown(rt, own(ouro_unary(rt, OURO_POS, least)), "ndarray([-9223372036854775808, 9223372036854775807], int64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_SUB, least, one)),
                "ndarray([9223372036854775807, 9223372036854775806], int64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_FLOORDIV, least, minus)),
                "ndarray([-9223372036854775808, -9223372036854775807], int64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_MOD, least, minus)), "ndarray([0, 0], int64)"));
    check(!ouro_unary(rt, OURO_INVERT, least) && says(rt, OURO_ERR_TYPE, "for ~: 'ndarray'"));
    check(!ouro_binary(rt, OURO_POW, least, one) && says(rt, OURO_ERR_TYPE, "unsupported"));
}

CASE(ndarray_math, divisions) {
    static const int8_t x[] = {7, -7, 7, -7}, y[] = {2, 2, -2, -2};
    ouro_obj *p = own(ouro_array_new(rt, OURO_INT8, x, 4)), *q = own(ouro_array_new(rt, OURO_INT8, y, 4)), *a, *b, *f,
             *z;
    need(p && q);
    a = own(ouro_ndarray_over(rt, p));
    b = own(ouro_ndarray_over(rt, q));
    need(a && b);
    check(shown(rt, own(ouro_binary(rt, OURO_FLOORDIV, a, b)), "ndarray([3, -4, -4, 3], int8)"));
    check(shown(rt, own(ouro_binary(rt, OURO_MOD, a, b)), "ndarray([1, 1, -1, -1], int8)"));
    check(shown(rt, own(ouro_binary(rt, OURO_DIV, a, b)), "ndarray([3.5, -3.5, -3.5, 3.5], float64)"));
    check(!ouro_binary(rt, OURO_FLOORDIV, a, small(rt, 0)) &&
          says(rt, OURO_ERR_DIVISION, "division or modulo by zero"));
    ((int8_t *)ouro_ndarray_data_peek(b))[3] = 0;
    check(!ouro_binary(rt, OURO_MOD, a, b) && says(rt, OURO_ERR_DIVISION, "division or modulo by zero"));
    check(shown(rt, own(ouro_binary(rt, OURO_DIV, a, b)), "ndarray([3.5, -3.5, -3.5, -inf], float64)"));
    f = own(DOUBLES(rt, 7.5, -7.5, 0, strtod("inf", NULL), -1));
    z = own(DOUBLES(rt, 2, 2, 0, 3, strtod("inf", NULL)));
    need(f && z);
    check(shown(rt, own(ouro_binary(rt, OURO_FLOORDIV, f, z)), "ndarray([3.0, -4.0, nan, inf, -1.0], float64)") ||
          shown(rt, own(ouro_binary(rt, OURO_FLOORDIV, f, z)), "ndarray([3.0, -4.0, -nan, inf, -1.0], float64)"));
    ouro_obj *rest = own(ouro_binary(rt, OURO_MOD, f, z));
    need(rest);
    const double *r = ouro_ndarray_data_peek(rest);
    check(r[0] == 1.5 && r[1] == 0.5 && r[2] != r[2] && r[3] != r[3] && r[4] == strtod("inf", NULL));
}

CASE(ndarray_math, types_meet) {
    ouro_obj *i = own(grid(rt, OURO_INT8, 0, 3)), *u = own(grid(rt, OURO_UINT32, 0, 3)),
             *f = own(grid(rt, OURO_FLOAT32, 0, 3));
    ouro_obj *half = own(ouro_float_new(rt, 0.5)), *huge = own(ouro_float_new(rt, 1e300)),
             *more = own(ouro_int_new(rt, 300));
    need(i && u && f && half && huge && more);
    check(shown(rt, own(ouro_binary(rt, OURO_ADD, i, u)), "ndarray([0, 2, 4], int64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_ADD, i, f)), "ndarray([0.0, 2.0, 4.0], float32)"));
    check(shown(rt, own(ouro_binary(rt, OURO_SUB, u, f)), "ndarray([0.0, 0.0, 0.0], float64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_ADD, small(rt, 5), i)), "ndarray([5, 6, 7], int8)"));
    check(shown(rt, own(ouro_binary(rt, OURO_MUL, i, half)), "ndarray([0.0, 0.5, 1.0], float64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_SUB, half, f)), "ndarray([0.5, -0.5, -1.5], float32)"));
    check(shown(rt, own(ouro_binary(rt, OURO_DIV, i, small(rt, 2))), "ndarray([0.0, 0.5, 1.0], float64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_DIV, f, small(rt, 2))), "ndarray([0.0, 0.5, 1.0], float32)"));
    check(shown(rt, own(ouro_binary(rt, OURO_ADD, i, ouro_bool(rt, 1))), "ndarray([1, 2, 3], int8)"));
    check(!ouro_binary(rt, OURO_ADD, i, more) && says(rt, OURO_ERR_OVERFLOW, "out of the range of 'int8'"));
    check(!ouro_binary(rt, OURO_ADD, huge, f) && says(rt, OURO_ERR_OVERFLOW, "'float32'"));
    check(!ouro_binary(rt, OURO_ADD, i, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "unsupported"));
}

CASE(ndarray_math, broadcast) {
    ouro_obj *a = own(grid(rt, OURO_INT64, 2, 3)), *line = own(grid(rt, OURO_INT64, 0, 3)),
             *column = own(grid(rt, OURO_INT64, 2, 1));
    ouro_obj *four = own(grid(rt, OURO_INT64, 0, 4)), *one = own(grid(rt, OURO_INT64, 0, 1)),
             *none = own(grid(rt, OURO_INT64, 0, 0));
    need(a && line && column && four && one && none);
    check(shown(rt, own(ouro_binary(rt, OURO_ADD, a, line)), "ndarray([[0, 2, 4], [3, 5, 7]], int64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_ADD, column, line)), "ndarray([[0, 1, 2], [1, 2, 3]], int64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_SUB, one, a)), "ndarray([[0, -1, -2], [-3, -4, -5]], int64)"));
    check(shown(rt, own(ouro_binary(rt, OURO_SUB, one, none)), "ndarray([], int64)"));
    check(!ouro_binary(rt, OURO_ADD, a, four) && says(rt, OURO_ERR_VALUE, "shapes (2, 3) and (4,) do not fit"));
    check(!ouro_binary(rt, OURO_ADD, none, line) && says(rt, OURO_ERR_VALUE, "shapes (0,) and (3,) do not fit"));
}

CASE(ndarray_math, compared) {
    ouro_obj *a = own(DOUBLES(rt, 1, 2, 3, strtod("nan", NULL))), *b = own(DOUBLES(rt, 2, 2, 2, strtod("nan", NULL)));
    static const struct {
        ouro_relation relation;
        const char *with, *ints;
    } rows[] = {{OURO_EQ, "[0, 1, 0, 0]", "[0, 0, 1, 0]"}, {OURO_NE, "[1, 0, 1, 1]", "[1, 1, 0, 1]"},
                {OURO_LT, "[1, 0, 0, 0]", "[1, 1, 0, 0]"}, {OURO_LE, "[1, 1, 0, 0]", "[1, 1, 1, 0]"},
                {OURO_GT, "[0, 0, 1, 0]", "[0, 0, 0, 1]"}, {OURO_GE, "[0, 1, 1, 0]", "[0, 0, 1, 1]"}};
    ouro_obj *i = own(grid(rt, OURO_INT16, 0, 4)), *u = own(grid(rt, OURO_UINT64, 0, 4)), *two = small(rt, 2);
    char text[64];
    need(a && b && i && u);
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        snprintf(text, sizeof text, "ndarray(%s, uint8)", rows[k].with);
        check(shown(rt, own(ouro_ndarray_compare(rt, rows[k].relation, a, b)), text));
        snprintf(text, sizeof text, "ndarray(%s, uint8)", rows[k].ints);
        check(shown(rt, own(ouro_ndarray_compare(rt, rows[k].relation, i, two)), text));
        check(shown(rt, own(ouro_ndarray_compare(rt, rows[k].relation, u, two)), text));
    }
    ouro_obj *below = own(ouro_binary(rt, OURO_SUB, i, two));
    need(below);
    check(shown(rt, own(ouro_ndarray_compare(rt, OURO_LT, below, small(rt, 0))), "ndarray([1, 1, 0, 0], uint8)"));
    check(shown(rt, own(ouro_ndarray_compare(rt, OURO_LT, small(rt, 0), below)), "ndarray([0, 0, 0, 1], uint8)"));
    check(!ouro_ndarray_compare(rt, OURO_LT, two, two) && says(rt, OURO_ERR_TYPE, "'ndarray' expected, not 'int'"));
    ouro_obj *three = own(grid(rt, OURO_INT8, 0, 3));
    need(three);
    check(!ouro_ndarray_compare(rt, OURO_EQ, a, three) && says(rt, OURO_ERR_VALUE, "shapes (4,) and (3,) do not fit"));
}

// ---- sums ----

CASE(ndarray_math, sums) {
    ouro_obj *a = own(grid(rt, OURO_INT8, 3, 4)), *f, *none = own(grid(rt, OURO_INT8, 0, 0)),
             *point = own(ouro_ndarray_full(rt, OURO_UINT8, 0, NULL, small(rt, 200)));
    need(a && none && point);
    check(is_int(ouro_ndarray_sum(rt, a, OURO_ALL_AXES), 66) &&
          is_int(ouro_ndarray_sum(rt, point, OURO_ALL_AXES), 200));
    check(shown(rt, own(ouro_ndarray_sum(rt, a, 0)), "ndarray([12, 15, 18, 21], int64)"));
    check(shown(rt, own(ouro_ndarray_sum(rt, a, -1)), "ndarray([6, 22, 38], int64)"));
    check(is_float(ouro_ndarray_mean(rt, a, OURO_ALL_AXES), 5.5) &&
          shown(rt, own(ouro_ndarray_mean(rt, a, 1)), "ndarray([1.5, 5.5, 9.5], float64)"));
    check(is_int(ouro_ndarray_min(rt, a, OURO_ALL_AXES), 0) && is_int(ouro_ndarray_max(rt, a, OURO_ALL_AXES), 11));
    check(shown(rt, own(ouro_ndarray_max(rt, a, 0)), "ndarray([8, 9, 10, 11], int8)") &&
          shown(rt, own(ouro_ndarray_min(rt, a, 1)), "ndarray([0, 4, 8], int8)"));
    f = own(ouro_ndarray_convert(rt, a, OURO_FLOAT64));
    need(f);
    check(shown(rt, own(ouro_ndarray_std(rt, f, 0)),
                "ndarray([3.265986323710904, 3.265986323710904, 3.265986323710904, 3.265986323710904], float64)"));
    check(shown(rt, own(ouro_ndarray_std(rt, a, 1)),
                "ndarray([1.118033988749895, 1.118033988749895, 1.118033988749895], float64)"));
    check(is_float(ouro_ndarray_std(rt, point, OURO_ALL_AXES), 0) &&
          is_float(ouro_ndarray_std(rt, f, OURO_ALL_AXES), 3.452052529534663));
    check(is_int(ouro_ndarray_sum(rt, none, OURO_ALL_AXES), 0) && is_int(ouro_ndarray_sum(rt, none, 0), 0));
    check(!ouro_ndarray_mean(rt, none, OURO_ALL_AXES) && says(rt, OURO_ERR_VALUE, "no elements"));
    check(!ouro_ndarray_min(rt, none, 0) && says(rt, OURO_ERR_VALUE, "no elements"));
    check(!ouro_ndarray_max(rt, none, 0) && says(rt, OURO_ERR_VALUE, "no elements"));
    check(!ouro_ndarray_std(rt, none, 0) && says(rt, OURO_ERR_VALUE, "no elements"));
    check(!ouro_ndarray_sum(rt, a, 2) && says(rt, OURO_ERR_INDEX, "no axis 2"));
    check(!ouro_ndarray_std(rt, a, 2) && says(rt, OURO_ERR_INDEX, "no axis 2"));
}

// The sum of ints is exact, whatever its parts are.
CASE(ndarray_math, sums_of_ints_are_exact) {
    static const int64_t parts[] = {INT64_MAX, INT64_MAX, -INT64_MAX, -INT64_MAX, 5};
    static const uint64_t tops[] = {UINT64_MAX, 0, 1};
    ouro_obj *p = own(ouro_array_new(rt, OURO_INT64, parts, 5)), *q = own(ouro_array_new(rt, OURO_UINT64, tops, 3)), *a,
             *b, *s, *wide;
    need(p && q);
    a = own(ouro_ndarray_over(rt, p));
    b = own(ouro_ndarray_over(rt, q));
    wide = own(grid(rt, OURO_INT64, 3, 20)); // by columns
    need(a && b && wide);
    check(is_int(ouro_ndarray_sum(rt, a, OURO_ALL_AXES), 5));
    check(!ouro_ndarray_sum(rt, b, OURO_ALL_AXES) && says(rt, OURO_ERR_OVERFLOW, "out of the range of 'uint64'"));
    ((uint64_t *)ouro_ndarray_data_peek(b))[2] = 0;
    s = own(ouro_ndarray_sum(rt, b, OURO_ALL_AXES));
    check(s && ouro_int_bits(s) == 64);
    ((int64_t *)ouro_ndarray_data_peek(wide))[7] = INT64_MAX;
    check(!ouro_ndarray_sum(rt, wide, 0) && says(rt, OURO_ERR_OVERFLOW, "out of the range of 'int64'"));
    ((int64_t *)ouro_ndarray_data_peek(wide))[27] = -27;
    ((int64_t *)ouro_ndarray_data_peek(wide))[47] = 27;
    check(is_int(item_of(rt, ouro_ndarray_sum(rt, wide, 0), 7), INT64_MAX));
}

// Where adding one after the other is off by thousands of units in the last place, the sum is off by two at most.
CASE(ndarray_math, sums_of_floats_are_near) {
    size_t n = kit_size(1000000, 5000);
    ouro_obj *a = own(ouro_ndarray_blank(rt, OURO_FLOAT64, 1, &n)), *s, *c;
    need(a);
    double *at = ouro_ndarray_data_peek(a), plain = 0;
    long double truth = 0;
    uint64_t seed = 99;
    for (size_t i = 0; i < n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        at[i] = (double)(seed >> 11) * 0x1p-53;
        plain += at[i];
        truth += (long double)at[i];
    }
    s = own(ouro_ndarray_sum(rt, a, OURO_ALL_AXES));
    need(s);
    long double error = (long double)ouro_float_value(s) - truth, plain_error = (long double)plain - truth;
    error = error < 0 ? -error : error;
    plain_error = plain_error < 0 ? -plain_error : plain_error;
    always(error <= truth * 0x1p-51L);
    if (n == 1000000)
        always(plain_error > 10 * error);
    size_t columns[] = {n / 50, 50}; // the same by columns
    c = own(ouro_ndarray_reshape(rt, a, 2, columns));
    need(c);
    s = own(ouro_ndarray_sum(rt, c, 0));
    need(s);
    for (size_t k = 0; k < 50; k++) {
        long double column = 0, off;
        for (size_t i = 0; i < n / 50; i++)
            column += (long double)at[i * 50 + k];
        off = (long double)((double *)ouro_ndarray_data_peek(s))[k] - column;
        always((off < 0 ? -off : off) <= column * 0x1p-51L);
    }
}

CASE(ndarray_math, infinities_and_nans) {
    double inf = strtod("inf", NULL), nan = strtod("nan", NULL);
    ouro_obj *a = own(DOUBLES(rt, 1, inf, 2)), *b = own(DOUBLES(rt, inf, -inf, 1)), *c = own(DOUBLES(rt, 3, nan, 1, 2)),
             *d, *wide;
    size_t shape[] = {2, 600};
    wide = own(ouro_ndarray_full(rt, OURO_FLOAT32, 2, shape, small(rt, 2)));
    need(a && b && c && wide);
    check(is_float(ouro_ndarray_sum(rt, a, 0), inf) && is_float(ouro_ndarray_sum(rt, b, 0), nan) &&
          is_float(ouro_ndarray_mean(rt, a, 0), inf));
    check(is_float(ouro_ndarray_min(rt, c, 0), nan) && is_float(ouro_ndarray_max(rt, c, 0), nan));
    check(is_float(ouro_ndarray_max(rt, b, 0), inf) && is_float(ouro_ndarray_min(rt, b, 0), -inf));
    float *at = ouro_ndarray_data_peek(wide);
    at[599] = (float)inf;
    at[700] = (float)nan;
    d = own(ouro_ndarray_sum(rt, wide, 0));
    need(d);
    const double *sums = ouro_ndarray_data_peek(d);
    check(sums[0] == 4 && sums[599] == inf && sums[100] != sums[100]);
    d = own(ouro_ndarray_max(rt, wide, 0));
    need(d);
    const float *most = ouro_ndarray_data_peek(d);
    check(most[0] == 2 && most[599] == (float)inf && most[100] != most[100]);
    check(is_float(ouro_ndarray_min(rt, wide, OURO_ALL_AXES), nan));
}

// ---- products ----

CASE(ndarray_math, products) {
    ouro_obj *a = own(grid(rt, OURO_INT64, 2, 3)), *b = own(grid(rt, OURO_INT64, 3, 2)),
             *x = own(grid(rt, OURO_INT64, 0, 3)), *f = own(grid(rt, OURO_FLOAT32, 0, 3));
    ouro_obj *bytes = own(ouro_ndarray_full(rt, OURO_INT8, 1, (const size_t[]){3}, small(rt, 100))),
             *point = own(ouro_ndarray_full(rt, OURO_INT8, 0, NULL, small(rt, 1)));
    need(a && b && x && f && bytes && point);
    check(shown(rt, own(ouro_ndarray_dot(rt, a, b)), "ndarray([[10, 13], [28, 40]], int64)"));
    ouro_obj *ta = own(ouro_ndarray_transpose(rt, a, NULL)), *tb = own(ouro_ndarray_transpose(rt, b, NULL));
    need(ta && tb);
    check(shown(rt, own(ouro_ndarray_dot(rt, tb, ta)), "ndarray([[10, 28], [13, 40]], int64)"));
    check(shown(rt, own(ouro_ndarray_dot(rt, a, x)), "ndarray([5, 14], int64)") &&
          shown(rt, own(ouro_ndarray_dot(rt, x, b)), "ndarray([10, 13], int64)"));
    check(is_int(ouro_ndarray_dot(rt, x, x), 5) && is_float(ouro_ndarray_dot(rt, f, x), 5) &&
          is_float(ouro_ndarray_dot(rt, f, f), 5));
    check(is_int(ouro_ndarray_dot(rt, bytes, bytes), 48)); // 30,000 wrapped
    check(!ouro_ndarray_dot(rt, a, a) &&
          says(rt, OURO_ERR_VALUE, "ouro_ndarray_dot: shapes (2, 3) and (2, 3) do not fit"));
    check(!ouro_ndarray_dot(rt, a, point) && says(rt, OURO_ERR_VALUE, "shapes (2, 3) and () do not fit"));
    ouro_obj *cube = own(ouro_ndarray_zeros(rt, OURO_INT8, 3, (const size_t[]){1, 1, 3}));
    need(cube);
    check(!ouro_ndarray_dot(rt, cube, x) && says(rt, OURO_ERR_VALUE, "shapes (1, 1, 3) and (3,) do not fit"));
    ouro_obj *empty = own(ouro_ndarray_zeros(rt, OURO_INT8, 2, (const size_t[]){2, 0}));
    need(empty);
    ouro_obj *turned = own(ouro_ndarray_transpose(rt, empty, NULL));
    need(turned);
    check(shown(rt, own(ouro_ndarray_dot(rt, empty, turned)), "ndarray([[0, 0], [0, 0]], int8)"));
}

// More rows and columns than are worked on at a time, and no multiple of it.
CASE(ndarray_math, products_of_large_matrices) {
    enum { ROWS = 3, INNER = 131, COLUMNS = 301 };
    ouro_obj *a = own(grid(rt, OURO_INT64, ROWS, INNER)), *b = own(grid(rt, OURO_FLOAT64, INNER, COLUMNS)), *ints, *o,
             *p;
    need(a && b);
    o = own(ouro_ndarray_dot(rt, a, b));
    need(o);
    ints = own(ouro_ndarray_convert(rt, b, OURO_UINT8));
    check(!ints && says(rt, OURO_ERR_OVERFLOW, "'uint8'"));
    ints = own(ouro_ndarray_convert(rt, b, OURO_INT64));
    need(ints);
    p = own(ouro_ndarray_dot(rt, a, ints));
    need(p);
    const double *reals = ouro_ndarray_data_peek(o);
    const int64_t *words = ouro_ndarray_data_peek(p);
    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t j = 0; j < COLUMNS; j++) {
            int64_t sum = 0;
            for (int64_t k = 0; k < INNER; k++)
                sum += (i * INNER + k) * (k * COLUMNS + j);
            always(words[i * COLUMNS + j] == sum && reals[i * COLUMNS + j] == (double)sum);
        }
}

// ---- foreign code: a finalizer that lets go of both operands while memory for the result is asked for ----

static ouro_obj *hooked[2];

static void hooked_drop(ouro_rt *rt) {
    (void)rt;
    ouro_setslot(&hooked[0], NULL);
    ouro_setslot(&hooked[1], NULL);
}

typedef ouro_obj *(*hooked_operation)(ouro_rt *rt, ouro_obj *a, ouro_obj *b);

static ouro_obj *hooked_add(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    return ouro_binary(rt, OURO_ADD, a, b);
}
static ouro_obj *hooked_less(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    return ouro_ndarray_compare(rt, OURO_LT, a, b);
}
static ouro_obj *hooked_negate(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    (void)b;
    return ouro_unary(rt, OURO_NEG, a);
}
static ouro_obj *hooked_copy(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    (void)b;
    return ouro_copy(rt, a);
}
static ouro_obj *hooked_sum(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    (void)b;
    return ouro_ndarray_sum(rt, a, 0);
}
static ouro_obj *hooked_std(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    (void)b;
    return ouro_ndarray_std(rt, a, OURO_ALL_AXES);
}
static ouro_obj *hooked_dot(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    return ouro_ndarray_dot(rt, a, b);
}
static ouro_obj *hooked_pick(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    (void)b;
    return ouro_ndarray_pick(rt, a, 0, 1);
}
static ouro_obj *hooked_turn(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    (void)b;
    return ouro_ndarray_transpose(rt, a, NULL);
}
static ouro_obj *hooked_item(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    (void)b;
    return ouro_get_item(rt, a, small(rt, 1));
}
static ouro_obj *hooked_set(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    return ouro_set_item(rt, a, small(rt, 1), b) < 0 ? NULL : ouro_none(rt);
}
static ouro_obj *hooked_assign(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    return ouro_ndarray_assign(rt, a, b) < 0 ? NULL : ouro_none(rt);
}
static ouro_obj *hooked_repr(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    (void)b;
    return ouro_repr(rt, a);
}

CASE(ndarray_math, operands_are_held) {
    static const hooked_operation operations[] = {
        hooked_add,  hooked_less, hooked_negate, hooked_copy, hooked_sum,    hooked_std,  hooked_dot,
        hooked_pick, hooked_turn, hooked_item,   hooked_set,  hooked_assign, hooked_repr,
    };
    for (size_t k = 0; k < sizeof operations / sizeof *operations; k++) {
        ouro_obj *a = own(grid(rt, OURO_FLOAT32, 20, 20)), *b = own(grid(rt, OURO_INT8, 0, 20));
        need(a && b);
        ouro_obj *expected = own(operations[k](rt, a, b));
        need(expected);
        hooked[0] = grid(rt, OURO_FLOAT32, 20, 20);
        hooked[1] = grid(rt, OURO_INT8, 0, 20);
        int set = hooked[0] && hooked[1] ? trap_set(rt, hooked_drop) : -1;
        ouro_obj *o = set == 0 ? operations[k](rt, hooked[0], hooked[1]) : NULL;
        trap_done(rt);
        hooked_drop(rt);
        always(set < 0 || !o == (ouro_error_code(rt) != OURO_OK));
        check(o && ouro_equal(rt, o, expected) == 1);
        ouro_xdecref(o);
        must(o ? 0 : -1);
    }
}
