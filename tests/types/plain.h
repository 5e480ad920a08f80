// SPDX-License-Identifier: MIT
// plain.h: what the random tests of sequences share: numbers at random, and an array that does everything the plain
// way.
//
// Each test prints its seed. The seeds are fixed, so that a test which passed once passes again; OURO_MODEL_SEED tries
// another one, OURO_MODEL_STEPS makes runs longer or shorter.
#ifndef OURO_PLAIN_H
#define OURO_PLAIN_H

#include "rows.h"

#define PLAIN_MAX 400

// The numbers of the ints that a sequence should hold.
typedef struct plain {
    size_t n;
    int64_t at[PLAIN_MAX];
} plain;

static inline uint64_t model_env(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static inline uint64_t model_next(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline void plain_insert(plain *p, size_t at, int64_t x) {
    memmove(p->at + at + 1, p->at + at, (p->n++ - at) * sizeof *p->at);
    p->at[at] = x;
}

static inline int64_t plain_remove(plain *p, size_t at) {
    int64_t x = p->at[at];
    memmove(p->at + at, p->at + at + 1, (--p->n - at) * sizeof *p->at);
    return x;
}

#endif
