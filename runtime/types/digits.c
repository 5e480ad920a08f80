// SPDX-License-Identifier: MIT
// digits.c: see digits.h. Division is Knuth's algorithm D (The Art of Computer Programming, volume 2, 4.3.1), with
// quotient digits from the reciprocal of the divisor's highest digit.
#include "digits.h"

#include <string.h>

int ouroi_digits_compare(const uint64_t *a, size_t an, const uint64_t *b, size_t bn) {
    if (an != bn)
        return an < bn ? -1 : 1;
    while (an-- > 0)
        if (a[an] != b[an])
            return a[an] < b[an] ? -1 : 1;
    return 0;
}

size_t ouroi_digits_add(uint64_t *r, const uint64_t *a, size_t an, const uint64_t *b, size_t bn) {
    if (an < bn)
        return ouroi_digits_add(r, b, bn, a, an);
    uint64_t carry = 0;
    size_t i = 0;
    for (; i < bn; i++) {
        uint64_t sum = a[i] + b[i] + carry;
        r[i] = sum & DIGIT_MASK;
        carry = sum >> DIGIT_BITS;
    }
    for (; i < an; i++) {
        r[i] = (a[i] + carry) & DIGIT_MASK;
        carry &= !r[i];
    }
    r[an] = carry;
    return an + (carry != 0);
}

size_t ouroi_digits_subtract(uint64_t *r, const uint64_t *a, size_t an, const uint64_t *b, size_t bn) {
    uint64_t borrow = 0;
    size_t i = 0;
    for (; i < bn; i++) {
        uint64_t difference = a[i] - b[i] - borrow;
        r[i] = difference & DIGIT_MASK;
        borrow = difference >> 63;
    }
    for (; i < an; i++) {
        uint64_t difference = a[i] - borrow;
        r[i] = difference & DIGIT_MASK;
        borrow = difference >> 63;
    }
    return digits_clean(r, an);
}

size_t ouroi_digits_multiply(uint64_t *r, const uint64_t *a, size_t an, const uint64_t *b, size_t bn) {
    memset(r, 0, bn * sizeof *r);
    for (size_t i = 0; i < an; i++) {
        uint64_t carry = 0;
        for (size_t k = 0; k < bn; k++) {
            unsigned __int128 sum = (unsigned __int128)a[i] * b[k] + r[i + k] + carry;
            r[i + k] = (uint64_t)sum & DIGIT_MASK;
            carry = (uint64_t)(sum >> DIGIT_BITS);
        }
        r[i + bn] = carry;
    }
    return digits_clean(r, an + bn);
}

// From above, so that a row may be shifted in its own memory.
size_t ouroi_digits_shift_left(uint64_t *r, const uint64_t *a, size_t an, size_t bits) {
    size_t whole = bits / DIGIT_BITS, part = bits % DIGIT_BITS;
    uint64_t above = 0;
    for (size_t i = an; i-- > 0;) {
        unsigned __int128 two = (unsigned __int128)a[i] << part;
        r[i + whole + 1] = above | (uint64_t)(two >> DIGIT_BITS);
        above = (uint64_t)two & DIGIT_MASK;
    }
    r[whole] = above;
    memset(r, 0, whole * sizeof *r);
    return an ? digits_clean(r, an + whole + 1) : 0;
}

size_t ouroi_digits_shift_right(uint64_t *r, const uint64_t *a, size_t an, size_t bits, int *lost) {
    size_t whole = bits / DIGIT_BITS, part = bits % DIGIT_BITS;
    *lost = 0;
    for (size_t i = 0; i < whole && i < an && !*lost; i++)
        *lost = a[i] != 0;
    if (whole >= an)
        return 0;
    *lost |= (a[whole] & (((uint64_t)1 << part) - 1)) != 0;
    for (size_t i = whole; i < an; i++) {
        unsigned __int128 two = (unsigned __int128)(i + 1 < an ? a[i + 1] : 0) << DIGIT_BITS | a[i];
        r[i - whole] = (uint64_t)(two >> part) & DIGIT_MASK;
    }
    return digits_clean(r, an - whole);
}

// ---- division ----

static size_t digits_divide_by_one(uint64_t *q, const uint64_t *a, size_t an, uint64_t b, uint64_t *rest) {
    divider d = divider_new(b);
    *rest = 0;
    for (size_t i = an; i-- > 0;)
        q[i] = divider_divide(&d, (unsigned __int128)*rest << DIGIT_BITS | a[i], rest);
    return digits_clean(q, an);
}

// The next digit of the quotient, or one more: of the digits u[0] to u[n], and v of n digits.
static uint64_t digits_guess(const uint64_t *u, const uint64_t *v, size_t n, const divider *top) {
    uint64_t rest, guess = divider_divide(top, (unsigned __int128)u[n] << DIGIT_BITS | u[n - 1], &rest);
    while (guess > DIGIT_MASK ||
           (unsigned __int128)guess * v[n - 2] > ((unsigned __int128)rest << DIGIT_BITS | u[n - 2])) {
        guess--;
        rest += v[n - 1]; // beyond a digit it ends the loop
    }
    return guess;
}

// u -= v * digit. Returns: 1 if that was too much, and u is too large by 2^(60 * (n + 1)) now.
static uint64_t digits_take(uint64_t *u, const uint64_t *v, size_t n, uint64_t digit) {
    uint64_t carry = 0, borrow = 0;
    for (size_t i = 0; i <= n; i++) {
        unsigned __int128 product = (unsigned __int128)(i < n ? v[i] : 0) * digit + carry;
        uint64_t difference = u[i] - ((uint64_t)product & DIGIT_MASK) - borrow;
        carry = (uint64_t)(product >> DIGIT_BITS);
        u[i] = difference & DIGIT_MASK;
        borrow = difference >> 63;
    }
    return borrow;
}

static void digits_put_back(uint64_t *u, const uint64_t *v, size_t n) {
    uint64_t carry = 0;
    for (size_t i = 0; i <= n; i++) {
        uint64_t sum = u[i] + (i < n ? v[i] : 0) + carry;
        u[i] = sum & DIGIT_MASK;
        carry = sum >> DIGIT_BITS;
    }
}

size_t ouroi_digits_divide(uint64_t *q, const uint64_t *a, size_t an, const uint64_t *b, size_t bn, uint64_t *rest,
                           size_t *rest_n) {
    if (bn == 1) {
        size_t n = digits_divide_by_one(q, a, an, b[0], rest);
        *rest_n = *rest != 0;
        return n;
    }
    if (an < bn) {
        memcpy(rest, a, an * sizeof *a);
        *rest_n = an;
        return 0;
    }
    // Both shifted, so that the divisor's highest bit is set: then a guess is at most two too large.
    uint64_t u[DIGITS_NEAR + 2], v[DIGITS_NEAR + 2];
    unsigned shift = (unsigned)__builtin_clzll(b[bn - 1]) - (64 - DIGIT_BITS);
    ouroi_digits_shift_left(v, b, bn, shift);
    ouroi_digits_shift_left(u, a, an, shift);
    divider top = divider_new(v[bn - 1]);
    for (size_t i = an - bn + 1; i-- > 0;) {
        q[i] = digits_guess(u + i, v, bn, &top);
        if (digits_take(u + i, v, bn, q[i])) {
            q[i]--;
            digits_put_back(u + i, v, bn);
        }
    }
    int lost;
    *rest_n = ouroi_digits_shift_right(rest, u, digits_clean(u, bn), shift, &lost);
    return digits_clean(q, an - bn + 1);
}
