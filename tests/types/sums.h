// SPDX-License-Identifier: MIT
// sums.h: sums as text. A number is written as ouro_repr writes it, or with a prefix (0xff), or as a power and a little
// more ("2^64-1"; in "-2^63-1" the power is negative). A sum is "a sign b" ("7 // -2"), or one of "- a", "+ a", "abs
// a", "~ a". What it should give is a number's text, or "!" and words of the error's code name and message ("!DIVISION
// modulo").
#ifndef OURO_SUMS_H
#define OURO_SUMS_H

#include "ask.h"

typedef struct sum {
    const char *text, *result;
} sum;

// Returns: new; NULL on failure.
ouro_obj *number_of(ouro_rt *rt, const char *text);
// 1 if the sum gives what it should; shows the difference if not. No error is left pending.
int sum_is(ouro_rt *rt, const char *text, const char *result);
// 1 if all n are right.
int sums_are(ouro_rt *rt, const sum *sums, size_t n);
#define SUMS(rt, table) sums_are((rt), (table), sizeof(table) / sizeof *(table))
// The answer of a relation of two numbers ("1 <= 2.5"); -2 if anything fails.
int relation_of(ouro_rt *rt, const char *text);

// A pseudo-random number; the state is one word that is not 0.
uint64_t random_next(uint64_t *state);
// One of 1 to `bits` bits, with a bias to long runs of equal bits.
uint64_t random_word(uint64_t *state, unsigned bits);
// A seed and a number of steps from the environment, else these; printed.
uint64_t random_seed(const char *model, uint64_t seed);
size_t random_steps(size_t plain, size_t other);

#endif
