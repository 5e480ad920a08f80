// SPDX-License-Identifier: MIT
// big.c: ints of more than 64 bits, and the operations of ints whose result may be one. libtommath computes; what it
// allocates is plain memory, and belongs to an object at the end or is freed. Sizes are checked before, so that the
// only thing that can fail in there is memory.
#include "int.h"

static void big_dealloc(ouro_rt *rt, ouro_obj *o) {
    mp_int *m = &((big_int *)o)->mp;
    ouro_external(rt, -(ptrdiff_t)((size_t)m->alloc * sizeof(mp_digit)));
    mp_clear(m);
}

// Based on the type of words, so that to the embedder both are one: ouro_is_a(o, ouro_int_type).
static ouro_type big_type = {
    .struct_size = sizeof(ouro_type),
    .name = "int",
    .size = sizeof(big_int),
    .dealloc = big_dealloc,
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

// Takes: the digits are stolen.
static ouro_obj *big_make(ouro_rt *rt, const ouro_type *type, mp_int *m, size_t extra) {
    ptrdiff_t bytes = (ptrdiff_t)((size_t)m->alloc * sizeof(mp_digit));
    if (ouro_external(rt, bytes) < 0) {
        mp_clear(m);
        return NULL;
    }
    big_int *o = ouro_new_extra(rt, type, 0, extra);
    if (!o) {
        ouro_external(rt, -bytes);
        mp_clear(m);
        return NULL;
    }
    memset((char *)o + type->size, 0, extra);
    o->head.value = (int64_t)int_low_bits(m);
    o->mp = *m;
    return &o->head.head;
}

ouro_obj *ouroi_big_make(ouro_rt *rt, const ouro_type *type, const mp_int *m, size_t extra) {
    mp_int copy;
    if (mp_init_copy(&copy, m) != MP_OKAY)
        return ouroi_int_no_memory(rt);
    return big_make(rt, type, &copy, extra);
}

static bool big_fits_word(const mp_int *m) {
    if (m->used > 2 || (m->used == 2 && m->dp[1] >> (64 - DIGIT_BITS)))
        return false;
    int64_t low = (int64_t)int_low_bits(m);
    return m->used == 0 || (low < 0) == (m->sign == MP_NEG);
}

ouro_obj *ouroi_big_finish(ouro_rt *rt, mp_int *m) {
    if (big_fits_word(m)) {
        int64_t value = (int64_t)int_low_bits(m);
        mp_clear(m);
        return ouro_int_new(rt, value);
    }
    if (m->alloc - m->used > 2 + m->used / 8 && mp_shrink(m) != MP_OKAY) {
        mp_clear(m);
        return ouroi_int_no_memory(rt);
    }
    return big_make(rt, &big_type, m, 0);
}

ouro_obj *ouroi_big_from_wide(ouro_rt *rt, __int128 value) {
    if (value >= INT64_MIN && value <= INT64_MAX)
        return ouro_int_new(rt, (int64_t)value);
    mp_int m;
    if (mp_init_size(&m, 3) != MP_OKAY)
        return ouroi_int_no_memory(rt);
    unsigned __int128 magnitude =
        value < 0 ? (unsigned __int128)0 - (unsigned __int128)value : (unsigned __int128)value;
    for (; magnitude; magnitude >>= DIGIT_BITS)
        m.dp[m.used++] = (uint64_t)magnitude & DIGIT_MASK;
    m.sign = value < 0 ? MP_NEG : MP_ZPOS;
    return ouroi_big_finish(rt, &m);
}

// Takes: `m`, which libtommath may have left half done, is stolen.
static ouro_obj *big_done(ouro_rt *rt, mp_err failed, mp_int *m) {
    if (failed == MP_OKAY)
        return ouroi_big_finish(rt, m);
    mp_clear(m);
    return ouroi_int_no_memory(rt);
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

// ---- operations ----

ouro_obj *ouroi_big_unary(ouro_rt *rt, ouro_op op, ouro_obj *a) {
    bool same = op == OURO_POS || (op == OURO_ABS && ouro_int_sign(a) > 0);
    if (same)
        return ouro_is(a, &big_type) ? ouro_incref(a) : ouroi_big_make(rt, &big_type, int_mp(a), 0);
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

static ouro_obj *big_divide(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b) {
    int_view x, y;
    mp_int quotient, rest;
    ouroi_int_look(&x, a);
    ouroi_int_look(&y, b);
    if (y.mp->used == 1)
        return big_divide_by_digit(rt, op, x.mp, y.mp);
    if (mp_init_multi(&quotient, &rest, NULL) != MP_OKAY)
        return ouroi_int_no_memory(rt);
    mp_err failed = big_floor(x.mp, y.mp, &quotient, &rest);
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

static ouro_obj *big_combine(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b) {
    int_view x, y;
    mp_int r;
    ouroi_int_look(&x, a);
    ouroi_int_look(&y, b);
    size_t bits = big_result_size(op, ouro_int_bits(a), ouro_int_bits(b));
    size_t digits = big_result_size(op, (size_t)x.mp->used, (size_t)y.mp->used);
    if (!big_open_result(rt, &r, bits + 1, digits + 1))
        return NULL;
    return big_done(rt, big_compute(op, x.mp, y.mp, &r), &r);
}

ouro_obj *ouroi_big_binary(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b) {
    switch (op) {
    case OURO_FLOORDIV:
    case OURO_MOD:
        return big_divide(rt, op, a, b);
    case OURO_POW:
        return big_power(rt, a, b);
    case OURO_LSHIFT:
        return big_shift_left(rt, a, b);
    case OURO_RSHIFT:
        return big_shift_right(rt, a, b);
    default:
        return big_combine(rt, op, a, b);
    }
}
