// SPDX-License-Identifier: MIT
// platform.h: what the compiler and the processor give: attributes, bit arithmetic, checked sizes, assertions.
// An assertion states an invariant of this library and is compiled, not evaluated, in release builds; a mistake of
// the embedder is reported by ouroi_panic instead, with words that he can use.
#ifndef OUROI_PLATFORM_H
#define OUROI_PLATFORM_H

#include <ouro/base.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))
#define COLD __attribute__((noinline, cold))

static inline bool likely(bool b) {
    return __builtin_expect(b, 1);
}

static inline bool unlikely(bool b) {
    return __builtin_expect(b, 0);
}

// Says where and what, and ends the process.
void ouroi_assert_failed(const char *file, int line, const char *what) __attribute__((noreturn, cold));

#define ASSERT(c) (!OURO_DEBUG || likely(c) ? (void)0 : ouroi_assert_failed(__FILE__, __LINE__, #c))

// The number of the lowest set bit of a word that is not 0.
static inline unsigned bits_lowest(uint64_t w) {
    return (unsigned)__builtin_ctzll(w);
}

// Without the processor's instruction, which not every x86-64 has, the compiler's own would be a call.
static inline unsigned bits_count(uint64_t w) {
#ifdef __POPCNT__
    return (unsigned)__builtin_popcountll(w);
#else
    w -= w >> 1 & 0x5555555555555555u;
    w = (w & 0x3333333333333333u) + (w >> 2 & 0x3333333333333333u);
    w = (w + (w >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    return (unsigned)(w * 0x0101010101010101u >> 56);
#endif
}

static inline bool bits_test(const uint64_t *map, uint32_t i) {
    return map[i / 64] >> (i % 64) & 1;
}

static inline void bits_set(uint64_t *map, uint32_t i) {
    map[i / 64] |= (uint64_t)1 << (i % 64);
}

static inline void bits_clear(uint64_t *map, uint32_t i) {
    map[i / 64] &= ~((uint64_t)1 << (i % 64));
}

// Sets n bits from bit i on.
static inline void bits_set_row(uint64_t *map, uint32_t i, uint32_t n) {
    for (uint32_t part; n; i += part, n -= part) {
        part = 64 - i % 64 < n ? 64 - i % 64 : n;
        map[i / 64] |= UINT64_MAX >> (64 - part) << (i % 64);
    }
}

static inline size_t round_up(size_t n, size_t to) {
    return (n + to - 1) / to * to;
}

// *out = a * b + c; false if that does not fit half the address space, beyond which no size is honest.
static inline bool size_fits(size_t a, size_t b, size_t c, size_t *out) {
    size_t product;
    return !__builtin_mul_overflow(a, b, &product) && !__builtin_add_overflow(product, c, out) && *out <= PTRDIFF_MAX;
}

#endif
