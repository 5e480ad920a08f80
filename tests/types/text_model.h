// SPDX-License-Identifier: MIT
// text_model.h: what the model tests of texts and bytes share: random numbers from a printed seed, and how far to go.
// OURO_MODEL_SEED tries another seed, OURO_MODEL_STEPS another number of steps.
#ifndef OURO_TEXT_MODEL_H
#define OURO_TEXT_MODEL_H

#include "ask.h"

typedef struct text_random {
    uint64_t state;
} text_random;

static inline uint64_t text_env(const char *name, uint64_t otherwise) {
    const char *value = getenv(name);
    return value && *value ? strtoull(value, NULL, 0) : otherwise;
}

// Starts a run: `full` steps in plain mode, `small` in others.
static inline text_random text_random_open(const char *name, uint64_t seed, size_t full, size_t small, size_t *steps) {
    text_random r = {text_env("OURO_MODEL_SEED", seed)};
    *steps = (size_t)text_env("OURO_MODEL_STEPS", kit_size(full, small));
    if (test_mode_now() != TEST_FAULT)
        printf("model: %s, OURO_MODEL_SEED=%llu, %zu steps\n", name, (unsigned long long)r.state, *steps);
    return r;
}

// A number below n. (Guy L. Steele, Doug Lea, Christine H. Flood, "Fast Splittable Pseudorandom Number Generators",
// 2014.)
static inline size_t text_below(text_random *r, size_t n) {
    uint64_t x = r->state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (size_t)((x ^ x >> 31) % n);
}

#endif
