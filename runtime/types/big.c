// SPDX-License-Identifier: MIT
// big.c: ints of more than 64 bits, and the operations of ints whose result may be one. Short ones are computed in rows
// of digits on the C stack (digits.h); for long ones libtommath computes, in plain memory, which is freed at the end.
// Sizes are checked before, so that the only thing that can fail in there is memory.
#include "int.h"

// Based on the type of words, so that to the embedder both are one: ouro_is_a(o, ouro_int_type).
static ouro_type big_type = {
    .struct_size = sizeof(ouro_type),
    .name = "int",
    .size = sizeof(big_int),
    .base = &ouroi_word_type,
    .ops = &ouroi_int_ops,
};
const ouro_type *const ouroi_big_type = &big_type;

int ouroi_big_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &big_type, OUROI_KIND_BIG);
}

ouro_obj *ouroi_int_no_memory(ouro_rt *rt) {
    ouro_error_set(rt, OURO_ERR_MEMORY, "no memory for the digits of an int");
    return NULL;
}

ouro_obj *ouroi_int_too_large(ouro_rt *rt) {
    ouro_error_set(rt, OURO_ERR_OVERFLOW, "int too large: more than %zu bits", INT_BITS_MAX);
    return NULL;
}

// ---- views ----

static void big_look_at_word(int_view *v, int64_t value) {
    uint64_t magnitude = int_magnitude(value);
    v->digits[0] = magnitude & DIGIT_MASK;
    v->digits[1] = magnitude >> DIGIT_BITS;
    v->own = (mp_int){
        .used = v->digits[1] ? 2 : v->digits[0] != 0,
        .alloc = 2,
        .sign = value < 0 ? MP_NEG : MP_ZPOS,
        .dp = v->digits,
    };
    v->mp = &v->own;
}

void ouroi_int_look(int_view *v, const ouro_obj *o) {
    if (number_kind_of(o) == NUMBER_BIG)
        v->mp = int_mp(o);
    else
        big_look_at_word(v, ouro_int_word(o));
}

// ---- making ----

// A big with a copy of the digits, behind the fixed part of its type.
static ouro_obj *big_new(ouro_rt *rt, const ouro_type *type, const uint64_t *digits, size_t n, bool negative) {
    big_int *o = ouro_new_extra(rt, type, 0, n * sizeof *digits);
    if (!o)
        return NULL;
    o->mp = (mp_int){
        .used = (int)n,
        .alloc = (int)n,
        .sign = negative ? MP_NEG : MP_ZPOS,
        .dp = (mp_digit *)(void *)((char *)o + type->size),
    };
    memcpy(o->mp.dp, digits, n * sizeof *digits);
    o->head.value = (int64_t)int_low_bits(&o->mp);
    return &o->head.head;
}

ouro_obj *ouroi_big_make(ouro_rt *rt, const ouro_type *type, const mp_int *m) {
    return big_new(rt, type, m->dp, (size_t)m->used, m->sign == MP_NEG);
}

ouro_obj *ouroi_big_give(ouro_rt *rt, const uint64_t *digits, size_t n, bool negative) {
    uint64_t low = (n > 0 ? digits[0] : 0) | (n > 1 ? digits[1] << DIGIT_BITS : 0);
    bool is_short = n < 2 || (n == 2 && !(digits[1] >> (64 - DIGIT_BITS)));
    if (is_short && low <= (uint64_t)INT64_MAX + negative)
        return ouro_int_new(rt, (int64_t)(negative ? (uint64_t)0 - low : low));
    return big_new(rt, &big_type, digits, n, negative);
}

ouro_obj *ouroi_big_from_wide(ouro_rt *rt, __int128 value) {
    uint64_t digits[3];
    size_t n = 0;
    unsigned __int128 magnitude =
        value < 0 ? (unsigned __int128)0 - (unsigned __int128)value : (unsigned __int128)value;
    for (; magnitude; magnitude >>= DIGIT_BITS)
        digits[n++] = (uint64_t)magnitude & DIGIT_MASK;
    return ouroi_big_give(rt, digits, n, value < 0);
}

// Takes: `m`, which libtommath may have left half done, is stolen.
static ouro_obj *big_done(ouro_rt *rt, mp_err failed, mp_int *m) {
    ouro_obj *o =
        failed == MP_OKAY ? ouroi_big_give(rt, m->dp, (size_t)m->used, m->sign == MP_NEG) : ouroi_int_no_memory(rt);
    mp_clear(m);
    return o;
}

// Starts a result of at most so many bits, with room for `digits`; false, with the error, if that cannot be.
static bool big_open_result(ouro_rt *rt, mp_int *m, size_t bits, size_t digits) {
    if (bits > INT_BITS_MAX)
        ouroi_int_too_large(rt);
    else if (mp_init_size(m, (int)digits) != MP_OKAY)
        ouroi_int_no_memory(rt);
    else
        return true;
    return false;
}

// ---- operations of short ones ----

// A result on its way.
typedef struct big_row {
    uint64_t digits[DIGITS_NEAR + 2];
    size_t n;
    bool negative;
} big_row;

static ouro_obj *big_row_done(ouro_rt *rt, const big_row *r) {
    return ouroi_big_give(rt, r->digits, r->n, r->negative);
}

static bool big_row_can(const mp_int *a, const mp_int *b) {
    return a->used + b->used <= DIGITS_NEAR;
}

// a + b, or with the sign of b turned round.
static void big_row_add(big_row *r, const mp_int *a, const mp_int *b, bool turned) {
    size_t an = (size_t)a->used, bn = (size_t)b->used;
    bool b_negative = (b->sign == MP_NEG) != turned;
    r->negative = a->sign == MP_NEG;
    if (r->negative == b_negative) {
        r->n = ouroi_digits_add(r->digits, a->dp, an, b->dp, bn);
    } else if (ouroi_digits_compare(a->dp, an, b->dp, bn) >= 0) {
        r->n = ouroi_digits_subtract(r->digits, a->dp, an, b->dp, bn);
    } else {
        r->n = ouroi_digits_subtract(r->digits, b->dp, bn, a->dp, an);
        r->negative = b_negative;
    }
}

// A digit in two's complement: of a negative number all bits turned round, and 1 added, which *carry begins with.
static uint64_t big_row_complement(uint64_t digit, bool negative, uint64_t *carry) {
    if (!negative)
        return digit;
    digit = (~digit & DIGIT_MASK) + *carry;
    *carry = digit >> DIGIT_BITS;
    return digit & DIGIT_MASK;
}

static uint64_t big_row_bits(ouro_op op, uint64_t a, uint64_t b) {
    return op == OURO_AND ? a & b : op == OURO_OR ? a | b : a ^ b;
}

static void big_row_combine(big_row *r, ouro_op op, const mp_int *a, const mp_int *b) {
    bool a_negative = a->sign == MP_NEG, b_negative = b->sign == MP_NEG;
    uint64_t a_carry = 1, b_carry = 1, carry = 1;
    r->negative = big_row_bits(op, a_negative, b_negative);
    r->n = (size_t)(a->used > b->used ? a->used : b->used) + 1;
    for (size_t i = 0; i < r->n; i++) {
        uint64_t x = big_row_complement(i < (size_t)a->used ? a->dp[i] : 0, a_negative, &a_carry);
        uint64_t y = big_row_complement(i < (size_t)b->used ? b->dp[i] : 0, b_negative, &b_carry);
        r->digits[i] = big_row_complement(big_row_bits(op, x, y), r->negative, &carry);
    }
    r->n = digits_clean(r->digits, r->n);
}

// Rounded down: if something is left of a negative quotient, that is one less, and the rest is as far from b as it was
// from 0.
static void big_row_divide(big_row *r, ouro_op op, const mp_int *a, const mp_int *b) {
    const uint64_t one = 1;
    uint64_t other[DIGITS_NEAR + 1], *quotient = op == OURO_MOD ? other : r->digits;
    uint64_t *rest = op == OURO_MOD ? r->digits : other;
    size_t bn = (size_t)b->used, rest_n, n;
    n = ouroi_digits_divide(quotient, a->dp, (size_t)a->used, b->dp, bn, rest, &rest_n);
    bool turned = a->sign != b->sign, less = turned && rest_n;
    if (op == OURO_MOD) {
        r->negative = b->sign == MP_NEG;
        r->n = less ? ouroi_digits_subtract(rest, b->dp, bn, rest, rest_n) : rest_n;
    } else {
        r->negative = turned;
        r->n = less ? ouroi_digits_add(quotient, quotient, n, &one, 1) : n;
    }
}

static void big_row_operate(big_row *r, ouro_op op, const mp_int *a, const mp_int *b) {
    switch (op) {
    case OURO_ADD:
    case OURO_SUB:
        big_row_add(r, a, b, op == OURO_SUB);
        return;
    case OURO_MUL:
        r->n = ouroi_digits_multiply(r->digits, a->dp, (size_t)a->used, b->dp, (size_t)b->used);
        r->negative = a->sign != b->sign;
        return;
    case OURO_FLOORDIV:
    case OURO_MOD:
        big_row_divide(r, op, a, b);
        return;
    default:
        big_row_combine(r, op, a, b);
    }
}

static void big_row_shift_left(big_row *r, const mp_int *a, size_t bits) {
    r->n = ouroi_digits_shift_left(r->digits, a->dp, (size_t)a->used, bits);
    r->negative = a->sign == MP_NEG;
}

// Rounded down.
static void big_row_shift_right(big_row *r, const mp_int *a, size_t bits) {
    const uint64_t one = 1;
    int lost;
    r->n = ouroi_digits_shift_right(r->digits, a->dp, (size_t)a->used, bits, &lost);
    r->negative = a->sign == MP_NEG;
    if (lost && r->negative)
        r->n = ouroi_digits_add(r->digits, r->digits, r->n, &one, 1);
}

static void big_row_unary(big_row *r, ouro_op op, const mp_int *a) {
    mp_digit one = 1;
    const mp_int minus_one = {.used = 1, .alloc = 1, .sign = MP_NEG, .dp = &one};
    if (op == OURO_INVERT) { // -a - 1
        big_row_add(r, &minus_one, a, true);
        return;
    }
    r->n = (size_t)a->used;
    r->negative = a->sign != MP_NEG;
    memcpy(r->digits, a->dp, r->n * sizeof *r->digits);
}

// ---- operations ----

ouro_obj *ouroi_big_unary(ouro_rt *rt, ouro_op op, ouro_obj *a) {
    bool same = op == OURO_POS || (op == OURO_ABS && ouro_int_sign(a) > 0);
    if (same)
        return ouro_is(a, &big_type) ? ouro_incref(a) : ouroi_big_make(rt, &big_type, int_mp(a));
    if (int_mp(a)->used <= DIGITS_NEAR) {
        big_row row;
        big_row_unary(&row, op, int_mp(a));
        return big_row_done(rt, &row);
    }
    mp_int r;
    if (!big_open_result(rt, &r, ouro_int_bits(a) + 1, (size_t)int_mp(a)->used + 1))
        return NULL;
    if (op == OURO_INVERT)
        return big_done(rt, mp_complement(int_mp(a), &r), &r);
    return big_done(rt, mp_neg(int_mp(a), &r), &r);
}

// The quotient rounded down and what is left, from those rounded towards 0.
static mp_err big_floor(const mp_int *a, const mp_int *b, mp_int *quotient, mp_int *rest) {
    mp_err failed = mp_div(a, b, quotient, rest);
    if (failed != MP_OKAY || mp_iszero(rest) || rest->sign == b->sign)
        return failed;
    failed = mp_add(rest, b, rest);
    return failed != MP_OKAY ? failed : mp_sub_d(quotient, 1, quotient);
}

// By a divisor of one digit, which is not 0.
static ouro_obj *big_divide_by_digit(ouro_rt *rt, ouro_op op, const mp_int *a, const mp_int *b) {
    mp_digit rest;
    mp_int quotient;
    bool turned = a->sign != b->sign;
    if (op == OURO_MOD) {
        if (mp_mod_d(a, b->dp[0], &rest) != MP_OKAY)
            return ouroi_int_no_memory(rt);
        int64_t left = (int64_t)(rest && turned ? b->dp[0] - rest : rest);
        return ouro_int_new(rt, b->sign == MP_NEG ? -left : left);
    }
    if (mp_init_size(&quotient, a->used + 1) != MP_OKAY)
        return ouroi_int_no_memory(rt);
    mp_err failed = mp_div_d(a, b->dp[0], &quotient, &rest);
    if (!mp_iszero(&quotient))
        quotient.sign = turned ? MP_NEG : MP_ZPOS;
    if (failed == MP_OKAY && rest && turned)
        failed = mp_sub_d(&quotient, 1, &quotient);
    return big_done(rt, failed, &quotient);
}

static ouro_obj *big_divide(ouro_rt *rt, ouro_op op, const mp_int *a, const mp_int *b) {
    mp_int quotient, rest;
    if (b->used == 1)
        return big_divide_by_digit(rt, op, a, b);
    if (mp_init_multi(&quotient, &rest, NULL) != MP_OKAY)
        return ouroi_int_no_memory(rt);
    mp_err failed = big_floor(a, b, &quotient, &rest);
    mp_clear(op == OURO_MOD ? &quotient : &rest);
    return big_done(rt, failed, op == OURO_MOD ? &rest : &quotient);
}

static mp_err big_compute(ouro_op op, const mp_int *a, const mp_int *b, mp_int *r) {
    switch (op) {
    case OURO_ADD:
        return mp_add(a, b, r);
    case OURO_SUB:
        return mp_sub(a, b, r);
    case OURO_MUL:
        return mp_mul(a, b, r);
    case OURO_AND:
        return mp_and(a, b, r);
    case OURO_OR:
        return mp_or(a, b, r);
    default:
        return mp_xor(a, b, r);
    }
}

static ouro_obj *big_shift_left(ouro_rt *rt, const ouro_obj *a, const ouro_obj *by) {
    if (!ouro_int_sign(a))
        return ouro_int_new(rt, 0);
    if (number_kind_of(by) == NUMBER_BIG)
        return ouroi_int_too_large(rt);
    size_t bits = ouro_int_bits(a), count = (size_t)ouro_int_word(by);
    int_view v;
    mp_int r;
    ouroi_int_look(&v, a);
    if (count / DIGIT_BITS + (size_t)v.mp->used < DIGITS_NEAR) {
        big_row row;
        big_row_shift_left(&row, v.mp, count);
        return big_row_done(rt, &row);
    }
    if (!big_open_result(rt, &r, bits + count, (bits + count) / DIGIT_BITS + 2))
        return NULL;
    return big_done(rt, mp_mul_2d(v.mp, (int)count, &r), &r);
}

static ouro_obj *big_shift_right(ouro_rt *rt, const ouro_obj *a, const ouro_obj *by) {
    size_t bits = ouro_int_bits(a);
    if (number_kind_of(by) == NUMBER_BIG || (uint64_t)ouro_int_word(by) >= bits)
        return ouro_int_new(rt, ouro_int_sign(a) < 0 ? -1 : 0);
    int_view v;
    mp_int r;
    ouroi_int_look(&v, a);
    if (v.mp->used <= DIGITS_NEAR) {
        big_row row;
        big_row_shift_right(&row, v.mp, (size_t)ouro_int_word(by));
        return big_row_done(rt, &row);
    }
    if (!big_open_result(rt, &r, bits, (size_t)v.mp->used + 1))
        return NULL;
    return big_done(rt, mp_signed_rsh(v.mp, (int)ouro_int_word(by), &r), &r);
}

// b is not negative. Only 0, 1 and -1 have powers of any size.
static ouro_obj *big_power(ouro_rt *rt, const ouro_obj *a, const ouro_obj *b) {
    size_t bits = ouro_int_bits(a), all;
    if (bits <= 1)
        return ouro_int_new(rt, ouro_int_sign(a) < 0 && !(ouro_int_word(b) & 1) ? 1 : ouro_int_sign(a));
    if (number_kind_of(b) == NUMBER_BIG || !size_fits(bits, (size_t)ouro_int_word(b), 0, &all))
        return ouroi_int_too_large(rt);
    int_view v;
    mp_int r;
    ouroi_int_look(&v, a);
    if (!big_open_result(rt, &r, all, 2))
        return NULL;
    return big_done(rt, mp_expt_u32(v.mp, (uint32_t)ouro_int_word(b), &r), &r);
}

static size_t big_result_size(ouro_op op, size_t a, size_t b) {
    return op == OURO_MUL ? a + b : a > b ? a : b;
}

static ouro_obj *big_combine(ouro_rt *rt, ouro_op op, const mp_int *a, const mp_int *b) {
    mp_int r;
    size_t bits = big_result_size(op, int_count_bits(a), int_count_bits(b));
    size_t digits = big_result_size(op, (size_t)a->used, (size_t)b->used);
    if (!big_open_result(rt, &r, bits + 1, digits + 1))
        return NULL;
    return big_done(rt, big_compute(op, a, b, &r), &r);
}

// What needs the digits of both.
static ouro_obj *big_operate(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b) {
    int_view x, y;
    ouroi_int_look(&x, a);
    ouroi_int_look(&y, b);
    if (big_row_can(x.mp, y.mp)) {
        big_row row;
        big_row_operate(&row, op, x.mp, y.mp);
        return big_row_done(rt, &row);
    }
    return op == OURO_FLOORDIV || op == OURO_MOD ? big_divide(rt, op, x.mp, y.mp) : big_combine(rt, op, x.mp, y.mp);
}

ouro_obj *ouroi_big_binary(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b) {
    switch (op) {
    case OURO_POW:
        return big_power(rt, a, b);
    case OURO_LSHIFT:
        return big_shift_left(rt, a, b);
    case OURO_RSHIFT:
        return big_shift_right(rt, a, b);
    default:
        return big_operate(rt, op, a, b);
    }
}
