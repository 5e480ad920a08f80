// SPDX-License-Identifier: MIT
// float.c: the type of floats, and their arithmetic. An int as the other operand is rounded to a double first, except
// in comparisons, which are exact. What is infinite though its operands are not is an error for powers alone.
#include "int.h"

#include <math.h>

static ouro_type float_type;
const ouro_type *const ouro_float_type = &float_type;

ouro_obj *ouro_float_new(ouro_rt *rt, double value) {
    ouroi_float *o = ouro_new(rt, &float_type);
    if (unlikely(!o))
        return NULL;
    o->value = value;
    return &o->head;
}

int ouro_float_get(ouro_rt *rt, const ouro_obj *o, double *out) {
    number_kind kind = number_kind_of(o);
    if (kind == NUMBER_NONE)
        return ouroi_wrong_type(rt, "ouro_float_get", "float", o);
    if (kind != NUMBER_FLOAT)
        return ouro_int_get_double(rt, o, out);
    *out = ouro_float_value(o);
    return 0;
}

// ---- operations ----

// Whole numbers have the hash of the int. -2^63 is the least of a word, 2^63 the first beyond.
static uint64_t float_hash_value(const ouro_rt *rt, double value) {
    uint64_t bits;
    bool whole = isfinite(value) && value == trunc(value);
    if (whole && value >= -0x1p63 && value < 0x1p63)
        return ouroi_hash_word(rt, (uint64_t)(int64_t)value);
    if (whole)
        return ouroi_big_hash_of_double(rt, value);
    memcpy(&bits, &value, sizeof bits);
    return ouroi_hash_word(rt, ~bits);
}

static int float_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)step;
    (void)part;
    *hash = float_hash_value(rt, ouro_float_value(o));
    return 0;
}

static int float_truth(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_float_value(o) != 0;
}

static int float_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    char text[OURO_FLOAT_TEXT];
    (void)rt;
    (void)step;
    (void)part;
    return ouro_builder_add(out, text, ouro_float_format(ouro_float_value(o), text));
}

static int float_unary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj **out) {
    double value = ouro_float_value(a);
    if (op == OURO_INVERT)
        return OURO_PASS;
    if (op == OURO_POS && ouro_is(a, &float_type))
        return number_give(out, ouro_incref(a));
    return number_give(out, ouro_float_new(rt, op == OURO_NEG ? -value : op == OURO_ABS ? fabs(value) : value));
}

static ouro_obj *float_refuse(ouro_rt *rt, int code, const char *why) {
    ouro_error_set(rt, code, "%s", why);
    return NULL;
}

// What is left of x / y rounded down; has the sign of y. fmod is exact, and has the sign of x.
static double float_modulo(double x, double y) {
    double rest = fmod(x, y);
    if (rest == 0)
        return copysign(0, y);
    return (rest < 0) == (y < 0) ? rest : rest + y;
}

// (x - rest) / y is a whole number but for rounding: the nearest one is meant.
static double float_floor(double x, double y) {
    double rest = fmod(x, y), quotient = (x - rest) / y;
    if (rest != 0 && (rest < 0) != (y < 0))
        quotient -= 1;
    if (quotient == 0)
        return copysign(0, x / y);
    double down = floor(quotient);
    return quotient - down > 0.5 ? down + 1 : down;
}

ouro_obj *ouroi_float_power(ouro_rt *rt, double x, double y) {
    if (x == 0 && y < 0 && isfinite(y))
        return float_refuse(rt, OURO_ERR_DIVISION, "0.0 cannot be raised to a negative power");
    if (x < 0 && isfinite(x) && isfinite(y) && y != floor(y))
        return float_refuse(rt, OURO_ERR_VALUE, "a negative number cannot be raised to a fractional power");
    double result = pow(x, y);
    if (isinf(result) && isfinite(x) && isfinite(y))
        return float_refuse(rt, OURO_ERR_OVERFLOW, "the power is too large for a float");
    return ouro_float_new(rt, result);
}

static ouro_obj *float_operate(ouro_rt *rt, ouro_op op, double x, double y) {
    switch (op) {
    case OURO_ADD:
        return ouro_float_new(rt, x + y);
    case OURO_SUB:
        return ouro_float_new(rt, x - y);
    case OURO_MUL:
        return ouro_float_new(rt, x * y);
    case OURO_DIV:
        return y == 0 ? float_refuse(rt, OURO_ERR_DIVISION, "float division by zero") : ouro_float_new(rt, x / y);
    case OURO_FLOORDIV:
        return y == 0 ? float_refuse(rt, OURO_ERR_DIVISION, "float floor division by zero")
                      : ouro_float_new(rt, float_floor(x, y));
    case OURO_MOD:
        return y == 0 ? float_refuse(rt, OURO_ERR_DIVISION, "float modulo by zero")
                      : ouro_float_new(rt, float_modulo(x, y));
    default:
        return ouroi_float_power(rt, x, y);
    }
}

// One of the two is a float; the other is any object.
static int float_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    double x, y;
    if (likely(ouro_is_float(a) && ouro_is_float(b) && op < OURO_AND))
        return number_give(out, float_operate(rt, op, ouro_float_value(a), ouro_float_value(b)));
    if (op >= OURO_AND || number_kind_of(a) == NUMBER_NONE || number_kind_of(b) == NUMBER_NONE)
        return OURO_PASS;
    if (ouro_float_get(rt, a, &x) < 0 || ouro_float_get(rt, b, &y) < 0)
        return -1;
    return number_give(out, float_operate(rt, op, x, y));
}

// ---- the type ----

static const ouro_ops float_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = float_hash,
    .compare = ouroi_number_compare,
    .truth = float_truth,
    .repr = float_repr,
    .unary = float_unary,
    .binary = float_binary,
    .copy = ouroi_number_copy,
};

static ouro_type float_type = {
    .struct_size = sizeof(ouro_type),
    .name = "float",
    .size = sizeof(ouroi_float),
    .ops = &float_ops,
};

int ouroi_float_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &float_type, OUROI_KIND_FLOAT);
}
