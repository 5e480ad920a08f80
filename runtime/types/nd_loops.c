// SPDX-License-Identifier: MIT
// nd_loops.c: element by element over blocks. Each loop is written once, for a constant operation and element type, and
// inlined once for each pair (see dtype.h): the compiler makes vectors of all but what the processor has no
// instruction for (divisions of ints; at its baseline, products and comparisons of 64-bit ints).
#include "ndarray.h"

// ---- one element ----

// x / y rounded down. y is not 0; the one quotient that does not fit wraps around.
FOLDED int64_t word_floor(int64_t x, int64_t y) {
    if (y == -1)
        return (int64_t)(0 - (uint64_t)x);
    int64_t quotient = x / y;
    return quotient - (x % y != 0 && (x < 0) != (y < 0));
}

FOLDED int64_t word_modulo(int64_t x, int64_t y) {
    int64_t rest = y == -1 ? 0 : x % y;
    return rest && (rest < 0) != (y < 0) ? rest + y : rest;
}

FOLDED uint64_t word_operate(ouro_op op, dtype_family family, uint64_t x, uint64_t y) {
    switch (op) {
    case OURO_ADD:
        return x + y;
    case OURO_SUB:
        return x - y;
    case OURO_MUL:
        return x * y;
    case OURO_FLOORDIV:
        return family == FAMILY_SIGNED ? (uint64_t)word_floor((int64_t)x, (int64_t)y) : x / y;
    default:
        return family == FAMILY_SIGNED ? (uint64_t)word_modulo((int64_t)x, (int64_t)y) : x % y;
    }
}

// What is left of x / y rounded down; has the sign of y.
static double real_modulo(double x, double y) {
    double rest = fmod(x, y);
    if (rest == 0)
        return copysign(0, y);
    return isnan(rest) || (rest < 0) == (y < 0) ? rest : rest + y;
}

// (x - rest) / y is a whole number but for rounding: the nearest one is meant.
static double real_floor(double x, double y) {
    if (isinf(y) && isfinite(x))
        return x != 0 && (x < 0) != (y < 0) ? -1 : copysign(0, x / y);
    if (y == 0 || !isfinite(x) || isnan(y))
        return floor(x / y);
    double quotient = (x - real_modulo(x, y)) / y;
    return quotient == 0 ? copysign(0, x / y) : round(quotient);
}

FOLDED double real_operate(ouro_op op, double x, double y) {
    switch (op) {
    case OURO_ADD:
        return x + y;
    case OURO_SUB:
        return x - y;
    case OURO_MUL:
        return x * y;
    case OURO_DIV:
        return x / y;
    case OURO_FLOORDIV:
        return real_floor(x, y);
    default:
        return real_modulo(x, y);
    }
}

FOLDED bool word_relation(ouro_relation relation, dtype_family family, uint64_t x, uint64_t y) {
    int64_t i = (int64_t)x, j = (int64_t)y;
    bool with_sign = family == FAMILY_SIGNED;
    switch (relation) {
    case OURO_EQ:
        return x == y;
    case OURO_NE:
        return x != y;
    case OURO_LT:
        return with_sign ? i < j : x < y;
    case OURO_LE:
        return with_sign ? i <= j : x <= y;
    case OURO_GT:
        return with_sign ? i > j : x > y;
    default:
        return with_sign ? i >= j : x >= y;
    }
}

FOLDED bool real_relation(ouro_relation relation, double x, double y) {
    switch (relation) {
    case OURO_EQ:
        return x == y;
    case OURO_NE:
        return x != y;
    case OURO_LT:
        return x < y;
    case OURO_LE:
        return x <= y;
    case OURO_GT:
        return x > y;
    default:
        return x >= y;
    }
}

FOLDED bool elem_relation(ouro_relation relation, ouro_dtype t, const char *a, const char *b, size_t i) {
    if (dtype_is_real(t))
        return real_relation(relation, real_get(t, a, i), real_get(t, b, i));
    return word_relation(relation, dtype_family_of(t), word_get(t, a, i), word_get(t, b, i));
}

// ---- what a loop does with element i; which of them is a constant ----

typedef enum loop_kind { LOOP_BINARY, LOOP_UNARY, LOOP_COMPARE, LOOP_EXTREME } loop_kind;

FOLDED void elem_binary(ouro_op op, ouro_dtype t, char *out, const char *a, const char *b, size_t i) {
    if (dtype_is_real(t))
        real_put(t, out, i, real_operate(op, real_get(t, a, i), real_get(t, b, i)));
    else
        word_put(t, out, i, word_operate(op, dtype_family_of(t), word_get(t, a, i), word_get(t, b, i)));
}

FOLDED void elem_unary(ouro_op op, ouro_dtype t, char *out, const char *a, size_t i) {
    if (dtype_is_real(t)) {
        double x = real_get(t, a, i);
        real_put(t, out, i, op == OURO_NEG ? -x : fabs(x));
    } else {
        uint64_t x = word_get(t, a, i);
        bool turn = op == OURO_NEG || (dtype_family_of(t) == FAMILY_SIGNED && (int64_t)x < 0);
        word_put(t, out, i, turn ? 0 - x : x);
    }
}

FOLDED void elem_extreme(ouro_relation which, ouro_dtype t, char *into, const char *x, size_t i) {
    if (dtype_is_real(t)) {
        double old = real_get(t, into, i), now = real_get(t, x, i);
        real_put(t, into, i, real_relation(which, now, old) || now != now ? now : old);
    } else {
        uint64_t old = word_get(t, into, i), now = word_get(t, x, i);
        word_put(t, into, i, word_relation(which, dtype_family_of(t), now, old) ? now : old);
    }
}

FOLDED void loop_strip(loop_kind kind, int what, ouro_dtype t, char *restrict out, const char *restrict a,
                       const char *restrict b, size_t n) {
    for (size_t i = 0; i < n; i++)
        switch (kind) {
        case LOOP_BINARY:
            elem_binary((ouro_op)what, t, out, a, b, i);
            break;
        case LOOP_UNARY:
            elem_unary((ouro_op)what, t, out, a, i);
            break;
        case LOOP_COMPARE:
            ((uint8_t *)out)[i] = elem_relation((ouro_relation)what, t, a, b, i);
            break;
        default:
            elem_extreme((ouro_relation)what, t, out, a, i);
        }
}

FOLDED void loop_of(loop_kind kind, int what, ouro_dtype t, char *restrict out, const char *restrict a,
                    const char *restrict b, size_t n) {
    size_t size = ouro_dtype_size(t), out_size = kind == LOOP_COMPARE ? 1 : size;
    for (; n >= STRIP; n -= STRIP, out += STRIP * out_size, a += STRIP * size, b += STRIP * size)
        loop_strip(kind, what, t, out, a, b, STRIP);
    loop_strip(kind, what, t, out, a, b, n);
}

// ---- each type ----

FOLDED void loop_reals(loop_kind kind, int what, ouro_dtype t, char *restrict out, const char *restrict a,
                       const char *restrict b, size_t n) {
    if (t == OURO_FLOAT32)
        loop_of(kind, what, OURO_FLOAT32, out, a, b, n);
    else
        loop_of(kind, what, OURO_FLOAT64, out, a, b, n);
}

FOLDED void loop_types(loop_kind kind, int what, ouro_dtype t, char *restrict out, const char *restrict a,
                       const char *restrict b, size_t n) {
    switch (t) {
    case OURO_INT8:
        loop_of(kind, what, OURO_INT8, out, a, b, n);
        return;
    case OURO_INT16:
        loop_of(kind, what, OURO_INT16, out, a, b, n);
        return;
    case OURO_INT32:
        loop_of(kind, what, OURO_INT32, out, a, b, n);
        return;
    case OURO_INT64:
        loop_of(kind, what, OURO_INT64, out, a, b, n);
        return;
    case OURO_UINT8:
        loop_of(kind, what, OURO_UINT8, out, a, b, n);
        return;
    case OURO_UINT16:
        loop_of(kind, what, OURO_UINT16, out, a, b, n);
        return;
    case OURO_UINT32:
        loop_of(kind, what, OURO_UINT32, out, a, b, n);
        return;
    case OURO_UINT64:
        loop_of(kind, what, OURO_UINT64, out, a, b, n);
        return;
    default:
        loop_reals(kind, what, t, out, a, b, n);
    }
}

// ---- each operation ----

static bool loop_has_zero(ouro_dtype t, const char *b, size_t n) {
    bool zero = false;
    for (size_t i = 0; i < n; i++)
        zero |= !word_get(t, b, i);
    return zero;
}

bool ouroi_loop_binary(ouro_op op, ouro_dtype t, char *out, const char *a, const char *b, size_t n) {
    switch (op) {
    case OURO_ADD:
        loop_types(LOOP_BINARY, OURO_ADD, t, out, a, b, n);
        return true;
    case OURO_SUB:
        loop_types(LOOP_BINARY, OURO_SUB, t, out, a, b, n);
        return true;
    case OURO_MUL:
        loop_types(LOOP_BINARY, OURO_MUL, t, out, a, b, n);
        return true;
    case OURO_DIV: // of floats alone
        loop_reals(LOOP_BINARY, OURO_DIV, t, out, a, b, n);
        return true;
    default:
        break;
    }
    if (!dtype_is_real(t) && loop_has_zero(t, b, n))
        return false;
    if (op == OURO_FLOORDIV)
        loop_types(LOOP_BINARY, OURO_FLOORDIV, t, out, a, b, n);
    else
        loop_types(LOOP_BINARY, OURO_MOD, t, out, a, b, n);
    return true;
}

void ouroi_loop_unary(ouro_op op, ouro_dtype t, char *out, const char *a, size_t n) {
    if (op == OURO_NEG)
        loop_types(LOOP_UNARY, OURO_NEG, t, out, a, a, n);
    else if (op == OURO_ABS)
        loop_types(LOOP_UNARY, OURO_ABS, t, out, a, a, n);
    else
        memcpy(out, a, n * ouro_dtype_size(t));
}

void ouroi_loop_compare(ouro_relation relation, ouro_dtype t, char *out, const char *a, const char *b, size_t n) {
    switch (relation) {
    case OURO_EQ:
        loop_types(LOOP_COMPARE, OURO_EQ, t, out, a, b, n);
        return;
    case OURO_NE:
        loop_types(LOOP_COMPARE, OURO_NE, t, out, a, b, n);
        return;
    case OURO_LT:
        loop_types(LOOP_COMPARE, OURO_LT, t, out, a, b, n);
        return;
    case OURO_LE:
        loop_types(LOOP_COMPARE, OURO_LE, t, out, a, b, n);
        return;
    case OURO_GT: // b < a
        loop_types(LOOP_COMPARE, OURO_LT, t, out, b, a, n);
        return;
    default:
        loop_types(LOOP_COMPARE, OURO_LE, t, out, b, a, n);
    }
}

void ouroi_loop_extreme(ouro_relation which, ouro_dtype t, char *into, const char *x, size_t n) {
    if (which == OURO_LT)
        loop_types(LOOP_EXTREME, OURO_LT, t, into, x, x, n);
    else
        loop_types(LOOP_EXTREME, OURO_GT, t, into, x, x, n);
}
