// SPDX-License-Identifier: MIT
// int.c: the type of ints, and the arithmetic of those that fit a word. Each operation is tried in 64 bits; what does
// not fit goes through 128 bits or to big.c.
#include "int.h"

// ---- making ----

const ouro_type *const ouro_int_type = &ouroi_word_type;

ouro_obj *ouro_int_new(ouro_rt *rt, int64_t value) {
    uint64_t small = (uint64_t)value - (uint64_t)SMALL_INT_MIN;
    if (small <= SMALL_INT_MAX - SMALL_INT_MIN)
        return state_of(rt)->small_ints[small];
    ouroi_int *o = ouro_new(rt, &ouroi_word_type);
    if (unlikely(!o))
        return NULL;
    o->value = value;
    return &o->head;
}

ouro_obj *ouro_int_from_u64(ouro_rt *rt, uint64_t value) {
    return value <= INT64_MAX ? ouro_int_new(rt, (int64_t)value) : ouroi_big_from_wide(rt, (__int128)value);
}

number_kind ouroi_number_kind_slow(const ouro_obj *o) {
    if (ouro_is_a(o, &ouroi_word_type))
        return NUMBER_WORD;
    return ouro_is_a(o, ouro_float_type) ? NUMBER_FLOAT : NUMBER_NONE;
}

ouro_obj *ouroi_int_make(ouro_rt *rt, const ouro_type *type_word, const ouro_type *type_big, const ouro_obj *value) {
    if (number_kind_of(value) == NUMBER_BIG)
        return ouroi_big_make(rt, type_big, int_mp(value));
    if (type_word == &ouroi_word_type)
        return ouro_int_new(rt, ouro_int_word(value));
    ouroi_int *o = ouro_new_untracked(rt, type_word, 0);
    if (!o)
        return NULL;
    o->value = ouro_int_word(value);
    return &o->head;
}

// ---- reading ----

static int int_expected(ouro_rt *rt, const char *where, const ouro_obj *o) {
    return ouroi_wrong_type(rt, where, "int", o);
}

int ouro_int_get(ouro_rt *rt, const ouro_obj *o, int64_t *out) {
    number_kind kind = number_kind_of(o);
    if (!number_is_int(kind))
        return int_expected(rt, "ouro_int_get", o);
    if (kind == NUMBER_BIG)
        return ouro_error_set(rt, OURO_ERR_OVERFLOW, "ouro_int_get: an int of %zu bits does not fit", ouro_int_bits(o));
    *out = ouro_int_word(o);
    return 0;
}

int ouro_int_get_u64(ouro_rt *rt, const ouro_obj *o, uint64_t *out) {
    number_kind kind = number_kind_of(o);
    if (!number_is_int(kind))
        return int_expected(rt, "ouro_int_get_u64", o);
    if (ouro_int_sign(o) < 0)
        return ouro_error_set(rt, OURO_ERR_OVERFLOW, "ouro_int_get_u64: the int is negative");
    if (ouro_int_bits(o) > 64)
        return ouro_error_set(rt, OURO_ERR_OVERFLOW, "ouro_int_get_u64: an int of %zu bits does not fit",
                              ouro_int_bits(o));
    *out = (uint64_t)ouro_int_word(o); // of a big one, too, the lowest 64 bits
    return 0;
}

size_t ouro_int_bits(const ouro_obj *o) {
    ASSERT(number_is_int(number_kind_of(o)));
    if (number_kind_of(o) == NUMBER_BIG)
        return int_count_bits(int_mp(o));
    uint64_t magnitude = int_magnitude(ouro_int_word(o));
    return magnitude ? 64 - (size_t)__builtin_clzll(magnitude) : 0;
}

int ouro_int_sign(const ouro_obj *o) {
    ASSERT(number_is_int(number_kind_of(o)));
    if (number_kind_of(o) == NUMBER_BIG)
        return int_mp(o)->sign == MP_NEG ? -1 : 1;
    int64_t value = ouro_int_word(o);
    return (value > 0) - (value < 0);
}

// ---- operations ----

// Of the digits and the sign, in pieces, each hashed together with the hash of those before it: no piece needs memory.
static uint64_t int_hash_digits(const ouro_rt *rt, const mp_int *m) {
    uint64_t piece[1 + 32];
    piece[0] = (uint64_t)m->sign;
    for (int i = 0; i < m->used; i += 32) {
        size_t n = (size_t)(m->used - i < 32 ? m->used - i : 32);
        memcpy(piece + 1, m->dp + i, n * sizeof *piece);
        piece[0] = ouroi_hash_bytes(rt, piece, (n + 1) * sizeof *piece);
    }
    return piece[0];
}

uint64_t ouroi_int_hash(const ouro_rt *rt, const ouro_obj *o) {
    if (number_kind_of(o) == NUMBER_BIG)
        return int_hash_digits(rt, int_mp(o));
    return ouroi_hash_word(rt, (uint64_t)ouro_int_word(o));
}

uint64_t ouroi_big_hash_of_double(const ouro_rt *rt, double value) {
    int_view v;
    ouroi_int_look_double(&v, value);
    return int_hash_digits(rt, v.mp);
}

int ouroi_int_hash_op(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)step;
    (void)part;
    *hash = ouroi_int_hash(rt, o);
    return 0;
}

int ouroi_int_truth(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return number_kind_of(o) == NUMBER_BIG || ouro_int_word(o) != 0;
}

ouro_obj *ouroi_number_copy(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

int ouroi_int_unary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj **out) {
    if (number_kind_of(a) == NUMBER_BIG)
        return number_give(out, ouroi_big_unary(rt, op, a));
    int64_t value = ouro_int_word(a);
    if (op == OURO_INVERT)
        return number_give(out, ouro_int_new(rt, ~value));
    if (op == OURO_POS || (op == OURO_ABS && value >= 0))
        return number_give(out, ouro_is(a, &ouroi_word_type) ? ouro_incref(a) : ouro_int_new(rt, value));
    return number_give(out, ouroi_big_from_wide(rt, -(__int128)value));
}

// The quotient of two words rounded down, or what is left; b is neither 0 nor -1.
static int64_t int_floor(ouro_op op, int64_t a, int64_t b) {
    int64_t quotient = a / b, rest = a % b;
    bool down = rest != 0 && (rest ^ b) < 0;
    return op == OURO_MOD ? rest + (down ? b : 0) : quotient - down;
}

// a to the power of b, b not negative; false if it does not fit a word.
static bool int_power(int64_t a, int64_t b, int64_t *result) {
    int64_t product = 1;
    for (;;) {
        if (b & 1 && __builtin_mul_overflow(product, a, &product))
            return false;
        b >>= 1;
        if (!b)
            break;
        if (__builtin_mul_overflow(a, a, &a))
            return false;
    }
    *result = product;
    return true;
}

// An int to a negative power is a float.
static ouro_obj *int_power_below_1(ouro_rt *rt, const ouro_obj *a, const ouro_obj *b) {
    double x, y;
    if (ouro_int_get_double(rt, a, &x) < 0 || ouro_int_get_double(rt, b, &y) < 0)
        return NULL;
    return ouroi_float_power(rt, x, y);
}

// A word shifted; false if the result might not fit one.
static bool int_shift(ouro_op op, int64_t a, int64_t by, int64_t *result) {
    if (op == OURO_RSHIFT) {
        *result = a >> (by < 63 ? by : 63);
        return true;
    }
    if (by > 62 || (by && int_magnitude(a) >> (63 - by)))
        return false;
    *result = (int64_t)((uint64_t)a << by);
    return true;
}

// What the operation gives in words; false if it gives none, or not surely one that fits.
static inline bool int_compute(ouro_op op, int64_t a, int64_t b, int64_t *r) {
    switch (op) {
    case OURO_ADD:
        return !__builtin_add_overflow(a, b, r);
    case OURO_SUB:
        return !__builtin_sub_overflow(a, b, r);
    case OURO_MUL:
        return !__builtin_mul_overflow(a, b, r);
    case OURO_FLOORDIV:
    case OURO_MOD:
        if (b == 0 || b == -1)
            return false;
        *r = int_floor(op, a, b);
        return true;
    case OURO_AND:
        *r = a & b;
        return true;
    case OURO_OR:
        *r = a | b;
        return true;
    case OURO_XOR:
        *r = a ^ b;
        return true;
    case OURO_POW:
        return b >= 0 && int_power(a, b, r);
    case OURO_LSHIFT:
    case OURO_RSHIFT:
        return b >= 0 && int_shift(op, a, b, r);
    default: // a true division is no int
        return false;
    }
}

static ouro_obj *int_refuse(ouro_rt *rt, int code, const char *why) {
    ouro_error_set(rt, code, "%s", why);
    return NULL;
}

// Two ints of any size, and an operation that is not defined for all of them.
static ouro_obj *int_operate_within(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b) {
    int sign = ouro_int_sign(b);
    if (op == OURO_FLOORDIV && !sign)
        return int_refuse(rt, OURO_ERR_DIVISION, "integer division by zero");
    if (op == OURO_MOD && !sign)
        return int_refuse(rt, OURO_ERR_DIVISION, "integer modulo by zero");
    if (op == OURO_DIV && !sign)
        return int_refuse(rt, OURO_ERR_DIVISION, "division by zero");
    if (op == OURO_DIV) {
        double quotient;
        return ouroi_int_divide(rt, a, b, &quotient) < 0 ? NULL : ouro_float_new(rt, quotient);
    }
    if (op == OURO_POW && sign < 0)
        return int_power_below_1(rt, a, b);
    if ((op == OURO_LSHIFT || op == OURO_RSHIFT) && sign < 0)
        return int_refuse(rt, OURO_ERR_VALUE, "negative shift count");
    return ouroi_big_binary(rt, op, a, b);
}

ouro_obj *ouroi_int_operate(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b) {
    switch (op) {
    case OURO_ADD:
    case OURO_SUB:
    case OURO_MUL:
    case OURO_AND:
    case OURO_OR:
    case OURO_XOR:
        return ouroi_big_binary(rt, op, a, b);
    default:
        return int_operate_within(rt, op, a, b);
    }
}

// Two words, when what they give does not fit one or is none.
NOINLINE static ouro_obj *int_operate_wide(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b) {
    __int128 x = ouro_int_word(a), y = ouro_int_word(b);
    switch (op) {
    case OURO_ADD:
        return ouroi_big_from_wide(rt, x + y);
    case OURO_SUB:
        return ouroi_big_from_wide(rt, x - y);
    case OURO_MUL:
        return ouroi_big_from_wide(rt, x * y);
    default:
        return int_operate_within(rt, op, a, b);
    }
}

ouro_obj *ouroi_int_words(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b) {
    int64_t r;
    if (likely(int_compute(op, ouro_int_word(a), ouro_int_word(b), &r)))
        return ouro_int_new(rt, r);
    return int_operate_wide(rt, op, a, b);
}

int ouroi_int_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    number_kind x = number_kind_of(a), y = number_kind_of(b);
    if (x == NUMBER_WORD && y == NUMBER_WORD)
        return number_give(out, ouroi_int_words(rt, op, a, b));
    if (!number_is_int(x) || !number_is_int(y))
        return OURO_PASS;
    return number_give(out, ouroi_int_operate(rt, op, a, b));
}

// ---- the type ----

const ouro_ops ouroi_int_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = ouroi_int_hash_op,
    .compare = ouroi_number_compare,
    .truth = ouroi_int_truth,
    .repr = ouroi_int_repr,
    .unary = ouroi_int_unary,
    .binary = ouroi_int_binary,
    .copy = ouroi_number_copy,
};

ouro_type ouroi_word_type = {
    .struct_size = sizeof(ouro_type),
    .name = "int",
    .size = sizeof(ouroi_int),
    .ops = &ouroi_int_ops,
};

int ouroi_int_open(ouro_rt *rt) {
    std_state *s = state_of(rt);
    if (ouroi_kind_open(rt, &ouroi_word_type, OUROI_KIND_INT) < 0 || ouroi_big_open(rt) < 0)
        return -1;
    for (int i = SMALL_INT_MIN; i <= SMALL_INT_MAX; i++) {
        ouroi_int *o = ouro_new(rt, &ouroi_word_type);
        if (!o)
            return -1;
        o->value = i;
        ouro_immortalize(&o->head);
        s->small_ints[i - SMALL_INT_MIN] = &o->head;
    }
    return 0;
}
