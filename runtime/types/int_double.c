// SPDX-License-Identifier: MIT
// int_double.c: between ints and doubles: conversions, true division, comparison. Nothing here is approximate: what has
// to be rounded is rounded once, to the nearest, ties to even; what is compared is compared exactly.
#include "int.h"

#include <float.h>
#include <math.h>

_Static_assert(DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024 && FLT_RADIX == 2, "doubles are those of IEEE 754");

#define DOUBLE_BITS 53
#define WHOLE_MAX ((int64_t)1 << DOUBLE_BITS) // up to here every int is a double
#define TWO_63 9223372036854775808.0

// ---- from a double ----

void ouroi_int_look_double(int_view *v, double whole) {
    int exponent;
    double fraction = frexp(fabs(whole), &exponent);
    uint64_t mantissa = (uint64_t)ldexp(fraction, DOUBLE_BITS);
    unsigned shift = (unsigned)exponent - DOUBLE_BITS, at = shift / DIGIT_BITS;
    unsigned __int128 two = (unsigned __int128)mantissa << shift % DIGIT_BITS;
    memset(v->digits, 0, sizeof v->digits);
    v->digits[at] = (uint64_t)two & DIGIT_MASK;
    v->own =
        (mp_int){.used = (int)at + 1, .alloc = DOUBLE_DIGITS, .sign = whole < 0 ? MP_NEG : MP_ZPOS, .dp = v->digits};
    if (two >> DIGIT_BITS)
        v->digits[v->own.used++] = (uint64_t)(two >> DIGIT_BITS);
    v->mp = &v->own;
}

ouro_obj *ouro_int_from_double(ouro_rt *rt, double value) {
    if (!isfinite(value)) {
        ouro_error_set(rt, isnan(value) ? OURO_ERR_VALUE : OURO_ERR_OVERFLOW, "%s has no int",
                       isnan(value) ? "a NaN" : "an infinity");
        return NULL;
    }
    if (value >= -TWO_63 && value < TWO_63)
        return ouro_int_new(rt, (int64_t)value);
    int_view v;
    ouroi_int_look_double(&v, value);
    return ouroi_big_make(rt, ouroi_big_type, v.mp);
}

// ---- to a double ----

// The 64 bits of a magnitude that begin with its highest one; *rest says if there are ones below.
static uint64_t int_top_bits(const mp_int *m, size_t bits, bool *rest) {
    if (bits <= 64)
        return int_low_magnitude(m) << (64 - bits);
    size_t low = bits - 64, at = low / DIGIT_BITS, shift = low % DIGIT_BITS;
    for (size_t i = 0; i < at && !*rest; i++)
        *rest = m->dp[i] != 0;
    *rest |= (m->dp[at] & (((uint64_t)1 << shift) - 1)) != 0;
    return int_bits_at(m, low);
}

// The double nearest to m * 2^exponent, and a little more if `rest` is set; false if it is beyond the largest.
static bool int_round(const mp_int *m, int exponent, bool rest, double *out) {
    size_t bits = int_count_bits(m);
    uint64_t top = int_top_bits(m, bits, &rest);
    int end = exponent + (int)bits; // the value is less than 2^end
    int drop = 64 - DOUBLE_BITS;
    if (end < DBL_MIN_EXP)
        drop += DBL_MIN_EXP - end;
    if (drop > 64) {
        *out = 0;
        return true;
    }
    uint64_t kept = drop < 64 ? top >> drop : 0, cut = drop < 64 ? top << (64 - drop) : top;
    uint64_t half = (uint64_t)1 << 63;
    kept += cut > half || (cut == half && (rest || kept & 1));
    *out = ldexp((double)kept, end - 64 + drop);
    return !isinf(*out);
}

int ouro_int_get_double(ouro_rt *rt, const ouro_obj *o, double *out) {
    number_kind kind = number_kind_of(o);
    if (!number_is_int(kind))
        return ouroi_wrong_type(rt, "ouro_int_get_double", "int", o);
    if (kind == NUMBER_WORD) {
        *out = (double)ouro_int_word(o);
        return 0;
    }
    double magnitude;
    if (!int_round(int_mp(o), 0, false, &magnitude))
        return ouro_error_set(rt, OURO_ERR_OVERFLOW, "int too large for a float");
    *out = ouro_int_sign(o) < 0 ? -magnitude : magnitude;
    return 0;
}

// ---- true division ----

// a * 2^shift / b as a whole number; *rest says if something was cut off.
static mp_err int_scaled_quotient(const mp_int *a, const mp_int *b, int shift, mp_int *quotient, bool *rest) {
    mp_int scaled, left;
    mp_err failed = mp_init_multi(&scaled, &left, NULL);
    if (failed != MP_OKAY)
        return failed;
    failed = mp_mul_2d(shift > 0 ? a : b, shift > 0 ? shift : -shift, &scaled);
    if (failed == MP_OKAY)
        failed = shift > 0 ? mp_div(&scaled, b, quotient, &left) : mp_div(a, &scaled, quotient, &left);
    *rest = !mp_iszero(&left);
    mp_clear_multi(&scaled, &left, NULL);
    return failed;
}

// The quotient is computed to 65 or 66 bits: 53 of them are kept, the others and the rest say how to round.
static int int_divide_large(ouro_rt *rt, const ouro_obj *a, const ouro_obj *b, double *out) {
    int difference = (int)ouro_int_bits(a) - (int)ouro_int_bits(b);
    if (difference > DBL_MAX_EXP)
        return ouro_error_set(rt, OURO_ERR_OVERFLOW, "the quotient is too large for a float");
    *out = 0;
    if (difference < DBL_MIN_EXP - DOUBLE_BITS - 2)
        return 0;
    int_view x, y;
    mp_int quotient;
    bool rest;
    ouroi_int_look(&x, a);
    ouroi_int_look(&y, b);
    if (mp_init(&quotient) != MP_OKAY) {
        ouroi_int_no_memory(rt);
        return -1;
    }
    int result = 0, shift = 65 - difference;
    if (int_scaled_quotient(x.mp, y.mp, shift, &quotient, &rest) != MP_OKAY) {
        ouroi_int_no_memory(rt);
        result = -1;
    } else if (!int_round(&quotient, -shift, rest, out))
        result = ouro_error_set(rt, OURO_ERR_OVERFLOW, "the quotient is too large for a float");
    mp_clear(&quotient);
    return result;
}

int ouroi_int_divide(ouro_rt *rt, const ouro_obj *a, const ouro_obj *b, double *out) {
    int64_t x = ouro_int_word(a), y = ouro_int_word(b);
    bool exact = number_kind_of(a) == NUMBER_WORD && number_kind_of(b) == NUMBER_WORD &&
                 int_magnitude(x) <= (uint64_t)WHOLE_MAX && int_magnitude(y) <= (uint64_t)WHOLE_MAX;
    if (exact || !ouro_int_sign(a)) {
        *out = exact ? (double)x / (double)y : ouro_int_sign(b) < 0 ? -0.0 : 0.0;
        return 0;
    }
    if (int_divide_large(rt, a, b, out) < 0)
        return -1;
    if (ouro_int_sign(a) != ouro_int_sign(b))
        *out = -*out;
    return 0;
}

// ---- comparing. The order of two numbers is -1, 0 or 1, or UNORDERED if one is a NaN. ----

#define UNORDERED 2

static int number_order_doubles(double a, double b) {
    return a < b ? -1 : a > b ? 1 : a == b ? 0 : UNORDERED;
}

static int number_order_words(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int number_order_bigs(const mp_int *a, const mp_int *b) {
    if (a->sign != b->sign)
        return a->sign == MP_NEG ? -1 : 1;
    int order = ouroi_digits_compare(a->dp, (size_t)a->used, b->dp, (size_t)b->used);
    return a->sign == MP_NEG ? -order : order;
}

static int number_order_word_double(int64_t a, double b) {
    if (a >= -WHOLE_MAX && a <= WHOLE_MAX)
        return number_order_doubles((double)a, b);
    if (b >= TWO_63)
        return -1;
    if (b < -TWO_63)
        return 1;
    // What is left is of 64 bits; and if it has a fraction, it is so small that the fraction does not matter here.
    return isnan(b) ? UNORDERED : number_order_words(a, (int64_t)b);
}

static int number_order_big_double(const ouro_obj *a, double b) {
    int sign = ouro_int_sign(a);
    if (isnan(b))
        return UNORDERED;
    if (isinf(b))
        return b > 0 ? -1 : 1;
    if (b > -TWO_63 && b < TWO_63) // closer to 0 than any big
        return sign;
    int_view v;
    ouroi_int_look_double(&v, b);
    return number_order_bigs(int_mp(a), v.mp);
}

static int number_order_ints(const ouro_obj *a, const ouro_obj *b) {
    int_view x, y;
    ouroi_int_look(&x, a);
    ouroi_int_look(&y, b);
    return number_order_bigs(x.mp, y.mp);
}

static int number_order_int_double(number_kind kind, const ouro_obj *a, double b) {
    return kind == NUMBER_WORD ? number_order_word_double(ouro_int_word(a), b) : number_order_big_double(a, b);
}

static int number_order(number_kind x, const ouro_obj *a, number_kind y, const ouro_obj *b) {
    if (x == NUMBER_WORD && y == NUMBER_WORD)
        return number_order_words(ouro_int_word(a), ouro_int_word(b));
    if (x == NUMBER_FLOAT && y == NUMBER_FLOAT)
        return number_order_doubles(ouro_float_value(a), ouro_float_value(b));
    if (y == NUMBER_FLOAT)
        return number_order_int_double(x, a, ouro_float_value(b));
    if (x != NUMBER_FLOAT)
        return number_order_ints(a, b);
    int turned = number_order_int_double(y, b, ouro_float_value(a));
    return turned == UNORDERED ? UNORDERED : -turned;
}

int ouroi_number_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    (void)rt;
    number_kind x = number_kind_of(a), y = number_kind_of(b);
    if (x == NUMBER_NONE || y == NUMBER_NONE)
        return OURO_PASS;
    int order = number_order(x, a, y, b);
    switch (relation) {
    case OURO_EQ:
        return order == 0;
    case OURO_NE:
        return order != 0;
    case OURO_LT:
        return order == -1;
    case OURO_LE:
        return order == -1 || order == 0;
    case OURO_GT:
        return order == 1;
    default:
        return order == 1 || order == 0;
    }
}
