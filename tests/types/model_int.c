// SPDX-License-Identifier: MIT
// model_int.c: random arithmetic on ints against numbers of 2,048 bits in two's complement, which know no signs and no
// sizes. Only text in base 16 goes between the two. OURO_MODEL_SEED and OURO_MODEL_STEPS change the run.
#include "sums.h"

#include <stdbool.h>

#define LIMBS 64

typedef struct fixed {
    uint32_t limb[LIMBS]; // lowest first
} fixed;

static fixed fixed_of(int64_t value) {
    fixed f;
    for (int i = 0; i < LIMBS; i++)
        f.limb[i] = i < 2 ? (uint32_t)((uint64_t)value >> (32 * i)) : value < 0 ? UINT32_MAX : 0;
    return f;
}

static bool fixed_negative(const fixed *f) {
    return f->limb[LIMBS - 1] >> 31;
}

static fixed fixed_add(const fixed *a, const fixed *b, uint64_t carry) {
    fixed r;
    for (int i = 0; i < LIMBS; i++) {
        carry += (uint64_t)a->limb[i] + b->limb[i];
        r.limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return r;
}

static fixed fixed_not(const fixed *a) {
    fixed r;
    for (int i = 0; i < LIMBS; i++)
        r.limb[i] = ~a->limb[i];
    return r;
}

static fixed fixed_sub(const fixed *a, const fixed *b) {
    fixed not_b = fixed_not(b);
    return fixed_add(a, &not_b, 1);
}

static fixed fixed_mul(const fixed *a, const fixed *b) {
    fixed r = {{0}};
    for (int i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;
        for (int k = 0; i + k < LIMBS; k++) {
            carry += (uint64_t)a->limb[i] * b->limb[k] + r.limb[i + k];
            r.limb[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    return r;
}

static fixed fixed_bitwise(ouro_op op, const fixed *a, const fixed *b) {
    fixed r;
    for (int i = 0; i < LIMBS; i++)
        r.limb[i] = op == OURO_AND  ? a->limb[i] & b->limb[i]
                    : op == OURO_OR ? a->limb[i] | b->limb[i]
                                    : a->limb[i] ^ b->limb[i];
    return r;
}

// The limb at a position that may be outside.
static uint32_t fixed_limb(const fixed *a, int i) {
    return i < 0 ? 0 : i < LIMBS ? a->limb[i] : fixed_negative(a) ? UINT32_MAX : 0;
}

static fixed fixed_shift(const fixed *a, int left) {
    fixed r;
    int whole = left >= 0 ? left / 32 : -((31 - left) / 32), rest = left - 32 * whole;
    for (int i = 0; i < LIMBS; i++) {
        uint64_t two = (uint64_t)fixed_limb(a, i - whole) << 32 | fixed_limb(a, i - whole - 1);
        r.limb[i] = (uint32_t)(two << rest >> 32);
    }
    return r;
}

static int fixed_order(const fixed *a, const fixed *b) {
    if (fixed_negative(a) != fixed_negative(b))
        return fixed_negative(a) ? -1 : 1;
    for (int i = LIMBS; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

static bool fixed_is(const fixed *a, int64_t value) {
    fixed f = fixed_of(value);
    return fixed_order(a, &f) == 0;
}

static void fixed_text(const fixed *a, char text[LIMBS * 8 + 2]) {
    fixed zero = fixed_of(0), magnitude = fixed_negative(a) ? fixed_sub(&zero, a) : *a;
    int top = LIMBS - 1;
    while (top && !magnitude.limb[top])
        top--;
    text += sprintf(text, "%s%x", fixed_negative(a) ? "-" : "", magnitude.limb[top]);
    while (top--)
        text += sprintf(text, "%08x", magnitude.limb[top]);
}

static fixed fixed_read(const char *text) {
    fixed r = fixed_of(0), zero = r;
    size_t n = strlen(text), sign = *text == '-';
    for (size_t i = 0; i < n - sign; i++) {
        char c = text[n - 1 - i];
        r.limb[i / 8] |= (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10) << (i % 8 * 4);
    }
    return sign ? fixed_sub(&zero, &r) : r;
}

static fixed fixed_random(uint64_t *state, int bits) {
    fixed r = fixed_of(0), zero = r;
    int width = (int)(random_next(state) % (uint64_t)bits) + 1;
    for (int i = 0; i * 32 < width; i++)
        r.limb[i] = (uint32_t)random_word(state, 32);
    if (width % 32)
        r.limb[width / 32] &= (1u << width % 32) - 1;
    return random_next(state) & 1 ? fixed_sub(&zero, &r) : r;
}

// ---- between the two ----

static ouro_obj *int_of(ouro_rt *rt, const fixed *f) {
    char text[LIMBS * 8 + 2];
    fixed_text(f, text);
    return ouro_int_parse(rt, text, strlen(text), 16);
}

// Reads an int; false, with a word about it, if there is none.
static bool fixed_of_int(ouro_rt *rt, ouro_obj *o, fixed *f) {
    ouro_obj *s = o ? ouro_int_to_str(rt, o, 16) : NULL;
    if (s)
        *f = fixed_read(ouro_str_data(s));
    ouro_xdecref(s);
    return s != NULL;
}

// What the operation should give; division is judged by what a quotient and a rest have to be to each other.
static bool model_is_right(ouro_rt *rt, ouro_op op, const fixed *a, const fixed *b, int by, ouro_obj *result,
                           ouro_obj *rest) {
    fixed r, left, should, whole;
    if (!fixed_of_int(rt, result, &r))
        return false;
    switch (op) {
    case OURO_FLOORDIV:
        if (!fixed_of_int(rt, rest, &left))
            return false;
        should = fixed_mul(&r, b);
        whole = fixed_add(&should, &left, 0);
        return fixed_order(&whole, a) == 0 && (fixed_is(&left, 0) || fixed_negative(&left) == fixed_negative(b)) &&
               (fixed_negative(b) ? fixed_order(&left, b) > 0 : fixed_order(&left, b) < 0);
    case OURO_ADD:
        should = fixed_add(a, b, 0);
        break;
    case OURO_SUB:
        should = fixed_sub(a, b);
        break;
    case OURO_MUL:
        should = fixed_mul(a, b);
        break;
    case OURO_LSHIFT:
        should = fixed_shift(a, by);
        break;
    case OURO_RSHIFT:
        should = fixed_shift(a, -by);
        break;
    case OURO_POW:
        for (should = fixed_of(1); by; by--)
            should = fixed_mul(&should, a);
        break;
    default:
        should = fixed_bitwise(op, a, b);
    }
    return fixed_order(&r, &should) == 0;
}

// A canonical int: what fits a word is one.
static bool int_is_canonical(const fixed *f, const ouro_obj *o) {
    fixed least = fixed_of(INT64_MIN), most = fixed_of(INT64_MAX);
    bool fits = fixed_order(f, &least) >= 0 && fixed_order(f, &most) <= 0;
    return (bool)ouro_int_is_word(o) == fits && ouro_int_sign(o) == (fixed_negative(f) ? -1 : !fixed_is(f, 0));
}

static bool model_relations(ouro_rt *rt, const fixed *a, const fixed *b, ouro_obj *x, ouro_obj *y) {
    int order = fixed_order(a, b);
    uint64_t h, g;
    return ouro_compare(rt, OURO_LT, x, y) == (order < 0) && ouro_compare(rt, OURO_GE, x, y) == (order >= 0) &&
           ouro_compare(rt, OURO_EQ, x, y) == (order == 0) && ouro_hash(rt, x, &h) == 0 && ouro_hash(rt, y, &g) == 0 &&
           (h == g) == (order == 0);
}

// Decimal text there and back.
static bool model_text(ouro_rt *rt, ouro_obj *x, int base) {
    ouro_obj *s = ouro_int_to_str(rt, x, base),
             *back = s ? ouro_int_parse(rt, ouro_str_data(s), ouro_str_size(s), base) : NULL;
    bool same = back && ouro_equal(rt, x, back) == 1;
    ouro_xdecref(s);
    ouro_xdecref(back);
    return same;
}

static bool model_unary(ouro_rt *rt, const fixed *a, ouro_obj *x) {
    fixed zero = fixed_of(0), negative = fixed_sub(&zero, a), inverse = fixed_not(a), r, s, t;
    ouro_obj *n = ouro_unary(rt, OURO_NEG, x), *i = ouro_unary(rt, OURO_INVERT, x), *m = ouro_unary(rt, OURO_ABS, x);
    bool right = fixed_of_int(rt, n, &r) && fixed_of_int(rt, i, &s) && fixed_of_int(rt, m, &t) &&
                 fixed_order(&r, &negative) == 0 && fixed_order(&s, &inverse) == 0 &&
                 fixed_order(&t, fixed_negative(a) ? &negative : a) == 0 && int_is_canonical(&r, n) &&
                 int_is_canonical(&s, i) && int_is_canonical(&t, m);
    ouro_xdecref(n);
    ouro_xdecref(i);
    ouro_xdecref(m);
    return right;
}

static bool model_binary(ouro_rt *rt, ouro_op op, const fixed *a, const fixed *b, int by, ouro_obj *x, ouro_obj *y) {
    bool small = op == OURO_POW || op == OURO_LSHIFT || op == OURO_RSHIFT;
    ouro_obj *n = ouro_int_new(rt, by), *rest = NULL;
    ouro_obj *result = n ? ouro_binary(rt, op, x, small ? n : y) : NULL;
    if (result && op == OURO_FLOORDIV)
        rest = ouro_binary(rt, OURO_MOD, x, y);
    fixed r;
    bool right =
        model_is_right(rt, op, a, b, by, result, rest) && fixed_of_int(rt, result, &r) && int_is_canonical(&r, result);
    ouro_xdecref(n);
    ouro_xdecref(rest);
    ouro_xdecref(result);
    return right;
}

static bool model_step(ouro_rt *rt, uint64_t *state, int bits) {
    static const ouro_op ops[] = {OURO_ADD, OURO_SUB, OURO_MUL, OURO_FLOORDIV, OURO_FLOORDIV, OURO_AND,
                                  OURO_OR,  OURO_XOR, OURO_POW, OURO_LSHIFT,   OURO_RSHIFT};
    ouro_op op = ops[random_next(state) % (sizeof ops / sizeof *ops)];
    fixed a = fixed_random(state, bits), b = random_next(state) % 16 ? fixed_random(state, bits) : a;
    int by = (int)(random_next(state) % (op == OURO_POW ? 4 : 400));
    if (op == OURO_FLOORDIV && fixed_is(&b, 0))
        b = fixed_of(-1);
    ouro_obj *x = int_of(rt, &a), *y = x ? int_of(rt, &b) : NULL;
    bool right = y && model_binary(rt, op, &a, &b, by, x, y) && model_relations(rt, &a, &b, x, y) &&
                 model_unary(rt, &a, x) &&
                 (random_next(state) % 8 || model_text(rt, x, 2 + (int)(random_next(state) % 35)));
    ouro_xdecref(x);
    ouro_xdecref(y);
    return right;
}

static void model_run(ouro_rt *rt, const char *name, uint64_t seed, int bits) {
    uint64_t state = random_seed(name, seed);
    for (size_t i = 0, n = random_steps(60000, 20); i < n; i++) {
        bool right = model_step(rt, &state, bits);
        if (!right && !test_broken(rt))
            fprintf(stderr, "model: %s, step %zu\n", name, i);
        check(right);
        if (!right)
            return;
    }
}

CASE(model_int, about_a_word) {
    model_run(rt, "ints about a word", 4711, 70);
}

CASE(model_int, some_words) {
    model_run(rt, "ints of some words", 4712, 480);
}

// ---- words, against 128 bits ----

static __int128 word_result(ouro_op op, __int128 a, __int128 b) {
    __int128 rest;
    switch (op) {
    case OURO_ADD:
        return a + b;
    case OURO_SUB:
        return a - b;
    case OURO_MUL:
        return a * b;
    case OURO_AND:
        return a & b;
    case OURO_OR:
        return a | b;
    case OURO_XOR:
        return a ^ b;
    default:
        rest = a % b;
        if (rest && (rest < 0) != (b < 0))
            rest += b;
        return op == OURO_MOD ? rest : (a - rest) / b;
    }
}

static bool word_step(ouro_rt *rt, uint64_t *state) {
    static const ouro_op ops[] = {OURO_ADD, OURO_SUB, OURO_MUL, OURO_AND, OURO_OR, OURO_XOR, OURO_FLOORDIV, OURO_MOD};
    ouro_op op = ops[random_next(state) % 8];
    int64_t a = (int64_t)random_word(state, 64), b = (int64_t)random_word(state, 64);
    if (random_next(state) & 1)
        a = (int64_t)(0 - (uint64_t)a);
    if (random_next(state) & 1)
        b = (int64_t)(0 - (uint64_t)b);
    b += !b && op >= OURO_FLOORDIV;
    __int128 should = word_result(op, a, b);
    ouro_obj *x = ouro_int_new(rt, a), *y = x ? ouro_int_new(rt, b) : NULL, *r = y ? ouro_binary(rt, op, x, y) : NULL;
    int64_t word = 0;
    bool fits = should >= INT64_MIN && should <= INT64_MAX;
    bool right = r && (fits ? ouro_int_get(rt, r, &word) == 0 && word == (int64_t)should
                            : !ouro_int_is_word(r) && ouro_int_sign(r) == (should < 0 ? -1 : 1));
    ouro_xdecref(x);
    ouro_xdecref(y);
    ouro_xdecref(r);
    return right;
}

CASE(model_int, words) {
    uint64_t state = random_seed("words", 4713);
    for (size_t i = 0, n = random_steps(1000000, 200); i < n; i++) {
        bool right = word_step(rt, &state);
        check(right);
        if (!right)
            return;
    }
}
