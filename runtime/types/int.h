// SPDX-License-Identifier: MIT
// int.h: what the files about numbers know of each other.
//
// Words. A *word* is an int whose value fits 64 bits; true and false are words, too. A *big* is an int that does not:
// libtommath has its value, digits of 60 bits, lowest first, beside a sign. A *view* is the value of any int in that
// form, to be read only.
//
//   I-int-1  What fits 64 bits is a word, never a big: a value has one form.
//   I-int-2  A big's digits lie in the object, behind the fixed part of its type; `mp` points at them.
//   I-int-3  A result is computed in plain memory first; the runtime is asked for an object last, when the operands are
//            not needed any more: what a collection runs cannot pull them away.
#ifndef OUROI_INT_H
#define OUROI_INT_H

#include "digits.h"
#include "std.h"

#include <limits.h>
#include <tommath.h>

_Static_assert(MP_DIGIT_BIT == DIGIT_BITS && sizeof(mp_digit) == 8,
               "digits of libtommath are read and written as they are here");

// Beyond this many bits libtommath's own counts would not be safe.
#define INT_BITS_MAX ((size_t)INT_MAX - 255)
// As many digits as the largest double has.
#define DOUBLE_DIGITS 18

typedef struct big_int {
    ouroi_int head;
    mp_int mp;
} big_int;

typedef enum number_kind { NUMBER_NONE, NUMBER_WORD, NUMBER_BIG, NUMBER_FLOAT } number_kind;

// What an object of a type that is not a standard one counts as: types of the embedder may be based on these.
COLD number_kind ouroi_number_kind_slow(const ouro_obj *o);

static inline number_kind number_kind_of(const ouro_obj *o) {
    uint32_t kind = ouroi_kind(o);
    switch (kind & ~(uint32_t)OUROI_KIND_DERIVED) {
    case OUROI_KIND_BOOL:
    case OUROI_KIND_INT:
        return NUMBER_WORD;
    case OUROI_KIND_BIG:
        return NUMBER_BIG;
    case OUROI_KIND_FLOAT:
        return NUMBER_FLOAT;
    default:
        return kind < OUROI_TYPE_STD ? NUMBER_NONE : ouroi_number_kind_slow(o);
    }
}

static inline bool number_is_int(number_kind kind) {
    return kind == NUMBER_WORD || kind == NUMBER_BIG;
}

// The answer of a unary or binary operation: `o` is its result, NULL if it failed.
static inline int number_give(ouro_obj **out, ouro_obj *o) {
    *out = o;
    return o ? 1 : -1;
}

static inline const mp_int *int_mp(const ouro_obj *big) {
    return &((const big_int *)(const void *)big)->mp;
}

// The absolute value of a word.
static inline uint64_t int_magnitude(int64_t value) {
    return value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
}

// The lowest 64 bits of the absolute value; and all, in two's complement.
static inline uint64_t int_low_magnitude(const mp_int *m) {
    return (m->used > 0 ? m->dp[0] : 0) | (m->used > 1 ? m->dp[1] << DIGIT_BITS : 0);
}

static inline uint64_t int_low_bits(const mp_int *m) {
    return m->sign == MP_NEG ? (uint64_t)0 - int_low_magnitude(m) : int_low_magnitude(m);
}

// How many bits the absolute value has.
static inline size_t int_count_bits(const mp_int *m) {
    if (!m->used)
        return 0;
    size_t top = (size_t)m->used - 1;
    return top * DIGIT_BITS + 64 - (size_t)__builtin_clzll(m->dp[top]);
}

// 64 bits of the absolute value, from bit `at` upwards, which exists.
static inline uint64_t int_bits_at(const mp_int *m, size_t at) {
    size_t i = at / DIGIT_BITS, shift = at % DIGIT_BITS, used = (size_t)m->used;
    uint64_t bits = m->dp[i] >> shift;
    if (i + 1 < used)
        bits |= m->dp[i + 1] << (DIGIT_BITS - shift);
    if (i + 2 < used && shift > 2 * DIGIT_BITS - 64)
        bits |= m->dp[i + 2] << (2 * DIGIT_BITS - shift);
    return bits;
}

typedef struct int_view {
    const mp_int *mp; // of a big its own, else `own`
    mp_int own;
    mp_digit digits[DOUBLE_DIGITS];
} int_view;

// ---- int.c ----

// The type of words, and the operations of all ints.
extern ouro_type ouroi_word_type;
extern const ouro_ops ouroi_int_ops;

// Operations that bools have, too.
int ouroi_int_hash_op(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part);
int ouroi_int_truth(ouro_rt *rt, ouro_obj *o);
int ouroi_int_unary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj **out);
int ouroi_int_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out);
// The same for two words, which surely have it. Returns: new; NULL on failure.
ouro_obj *ouroi_int_words(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b);
ouro_obj *ouroi_int_operate(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b); // of any size
// An immutable object is its own copy.
ouro_obj *ouroi_number_copy(ouro_rt *rt, ouro_obj *o);

// ---- big.c ----

int ouroi_big_open(ouro_rt *rt);
// Say what is wrong. Returns: NULL.
COLD ouro_obj *ouroi_int_no_memory(ouro_rt *rt);
COLD ouro_obj *ouroi_int_too_large(ouro_rt *rt);

void ouroi_int_look(int_view *v, const ouro_obj *o);
// A view of a whole number of 2^63 or more, or -2^63 or less.
void ouroi_int_look_double(int_view *v, double whole);

// Makes an int of any size from clean digits. Returns: new; NULL on failure.
ouro_obj *ouroi_big_give(ouro_rt *rt, const uint64_t *digits, size_t n, bool negative);
ouro_obj *ouroi_big_from_wide(ouro_rt *rt, __int128 value);
// Makes a big with a copy of a value, as an instance of big's type or one based on it.
ouro_obj *ouroi_big_make(ouro_rt *rt, const ouro_type *type, const mp_int *m);

// Operations for ints of any size; division by zero has been told apart. Returns: new; NULL on failure.
ouro_obj *ouroi_big_unary(ouro_rt *rt, ouro_op op, ouro_obj *a);
ouro_obj *ouroi_big_binary(ouro_rt *rt, ouro_op op, const ouro_obj *a, const ouro_obj *b);

// ---- int_double.c ----

// a / b, rounded once; b is not 0. Returns: 0, or -1. Fails: OURO_ERR_OVERFLOW; OURO_ERR_MEMORY.
int ouroi_int_divide(ouro_rt *rt, const ouro_obj *a, const ouro_obj *b, double *out);
// The comparison of any two numbers, exact; OURO_PASS for other operands.
int ouroi_number_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b);

// ---- float.c ----

// x to the power of y. Fails: OURO_ERR_DIVISION, OURO_ERR_VALUE, OURO_ERR_OVERFLOW.
ouro_obj *ouroi_float_power(ouro_rt *rt, double x, double y);

// ---- int_text.c ----

int ouroi_int_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part);
// OURO_ERR_VALUE: "<what>: '<text>'", the text cut and made printable. Returns: -1.
COLD int ouroi_number_bad_text(ouro_rt *rt, const char *what, const char *text, size_t n);
// Leaves out the blanks at both ends of a text.
void ouroi_number_trim(const char **text, size_t *n);

#endif
