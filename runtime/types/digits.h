// SPDX-License-Identifier: MIT
// digits.h: arithmetic of magnitudes as rows of digits of 60 bits, lowest first, in memory that the caller has. For
// ints of some words, where a library's own memory would cost more than the work; see big.c.
//
// Words. A row is *clean* if its highest digit is not 0; the empty row is 0. Rows are clean, and so is each result,
// whose number of digits is returned.
#ifndef OUROI_DIGITS_H
#define OUROI_DIGITS_H

#include <stddef.h>
#include <stdint.h>

#define DIGIT_BITS 60u
#define DIGIT_MASK (((uint64_t)1 << DIGIT_BITS) - 1)
// The longest row that divisors and their dividends may be.
#define DIGITS_NEAR 64

// Division of a number of two words by one that does not change, by multiplication with its reciprocal. Moeller and
// Granlund, "Improved division by invariant integers", 2011.
typedef struct divider {
    uint64_t divisor, reciprocal; // the divisor shifted to its highest bit
    unsigned shift;
} divider;

static inline divider divider_new(uint64_t divisor) {
    divider d = {.shift = (unsigned)__builtin_clzll(divisor)};
    d.divisor = divisor << d.shift;
    d.reciprocal = (uint64_t)(~(unsigned __int128)0 / d.divisor);
    return d;
}

// The quotient, which has to fit a word; *rest is what is left.
static inline uint64_t divider_divide(const divider *d, unsigned __int128 n, uint64_t *rest) {
    n <<= d->shift;
    unsigned __int128 q = (unsigned __int128)d->reciprocal * (uint64_t)(n >> 64) + n;
    uint64_t quotient = (uint64_t)(q >> 64) + 1, left = (uint64_t)n - quotient * d->divisor;
    if (left > (uint64_t)q) {
        quotient--;
        left += d->divisor;
    }
    if (__builtin_expect(left >= d->divisor, 0)) {
        quotient++;
        left -= d->divisor;
    }
    *rest = left >> d->shift;
    return quotient;
}

// Without the zeroes on top: how many digits are left.
static inline size_t digits_clean(const uint64_t *a, size_t n) {
    while (n && !a[n - 1])
        n--;
    return n;
}

// -1, 0 or 1.
int ouroi_digits_compare(const uint64_t *a, size_t an, const uint64_t *b, size_t bn);

// a + b, one digit more than the longer of them has; a - b, where a is not less; a * b, an + bn digits. The result of a
// sum or difference may lie where an operand does.
size_t ouroi_digits_add(uint64_t *r, const uint64_t *a, size_t an, const uint64_t *b, size_t bn);
size_t ouroi_digits_subtract(uint64_t *r, const uint64_t *a, size_t an, const uint64_t *b, size_t bn);
size_t ouroi_digits_multiply(uint64_t *r, const uint64_t *a, size_t an, const uint64_t *b, size_t bn);

// a shifted by some bits: to the left, bits / 60 + 1 digits more; to the right, *lost tells if ones were lost. `r` may
// be a.
size_t ouroi_digits_shift_left(uint64_t *r, const uint64_t *a, size_t an, size_t bits);
size_t ouroi_digits_shift_right(uint64_t *r, const uint64_t *a, size_t an, size_t bits, int *lost);

// a / b, where b is not 0; and what is left, in `rest` (bn digits, *rest_n of them used). The quotient has an - bn + 1
// digits, and may be a's memory if bn is 1. At most DIGITS_NEAR digits each.
size_t ouroi_digits_divide(uint64_t *q, const uint64_t *a, size_t an, const uint64_t *b, size_t bn, uint64_t *rest,
                           size_t *rest_n);

#endif
