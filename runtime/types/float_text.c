// SPDX-License-Identifier: MIT
// float_text.c: floats as text. Written is the shortest decimal that reads back as the same float and, of those, the
// one closest to it, by the method of Raffaello Giulietti, "The Schubfach way to render doubles", 2021. Read is any
// decimal, rounded once: by one exact operation if it is short (William D. Clinger, "How to read floating point numbers
// accurately", 1990), else by the C library, which is handed whole digits and an exponent, so that no locale matters.
#include "float_powers.h"
#include "int.h"

#include <math.h>
#include <stdio.h>

// value = digits * 10^exponent
typedef struct decimal {
    uint64_t digits;
    int exponent;
} decimal;

// ---- writing ----

#define MANTISSA_BITS 52
#define HIDDEN_ONE ((uint64_t)1 << MANTISSA_BITS)

// Logarithms rounded down, right for every exponent that a double has: of 2^e and 3/4 * 2^e to base 10, of 10^e to base
// 2.
static int float_log10_pow2(int e) {
    return (e * 1262611) >> 22;
}

static int float_log10_three_quarters_pow2(int e) {
    return (e * 1262611 - 524031) >> 22;
}

static int float_log2_pow10(int e) {
    return (e * 1741647) >> 19;
}

// power * c / 2^128; the lowest bit is set if something was cut off. The power is a little too large, by less than what
// a middle part of more than 1 stands for.
static uint64_t float_scale(const uint64_t power[2], uint64_t c) {
    unsigned __int128 low = (unsigned __int128)power[1] * c;
    unsigned __int128 high = (unsigned __int128)power[0] * c + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

// The one of the two neighbours `down` and `down + 1` (in units of which v has four) that lies between the bounds; -1
// if none or both do.
static int float_only_neighbour(uint64_t down, uint64_t unit, uint64_t lower, uint64_t upper) {
    bool below = lower <= down * unit, above = (down + 1) * unit <= upper;
    return below == above ? -1 : above;
}

// The shortest decimal for mantissa * 2^exponent: one in the interval of what is read as that number.
static decimal float_shortest(uint64_t mantissa, int exponent) {
    bool even = !(mantissa & 1), narrow = mantissa == HIDDEN_ONE && exponent > -1074; // half the distance below
    int k = narrow ? float_log10_three_quarters_pow2(exponent) : float_log10_pow2(exponent);
    const uint64_t *power = float_powers[-k - POWER_MIN];
    int shift = exponent + float_log2_pow10(-k) + 1;
    uint64_t v = float_scale(power, 4 * mantissa << shift);
    uint64_t lower = float_scale(power, (4 * mantissa - (narrow ? 1 : 2)) << shift) + !even;
    uint64_t upper = float_scale(power, (4 * mantissa + 2) << shift) - !even;
    uint64_t down = v / 4;
    int up = down >= 10 ? float_only_neighbour(down / 10, 40, lower, upper) : -1;
    if (up >= 0)
        return (decimal){down / 10 + (unsigned)up, k + 1};
    up = float_only_neighbour(down, 4, lower, upper);
    if (up < 0)
        up = v % 4 > 2 || (v % 4 == 2 && down & 1);
    return (decimal){down + (unsigned)up, k};
}

static decimal float_decimal(double magnitude) {
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    int biased = (int)(bits >> MANTISSA_BITS);
    uint64_t mantissa = (bits & (HIDDEN_ONE - 1)) | (biased ? HIDDEN_ONE : 0);
    int exponent = (biased ? biased : 1) - 1075;
    bool whole = exponent <= 0 && exponent >= -MANTISSA_BITS && !(mantissa & (((uint64_t)1 << -exponent) - 1));
    decimal d = whole ? (decimal){mantissa >> -exponent, 0} : float_shortest(mantissa, exponent);
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    return d;
}

static char *float_put_zeros(char *to, int n) {
    for (; n > 0; n--)
        *to++ = '0';
    return to;
}

static char *float_put_digits(char *to, const char *digits, int n) {
    memcpy(to, digits, (size_t)n);
    return to + n;
}

// Digits with the point behind the first `before` of them; both may be outside of what there is.
static char *float_put_fixed(char *to, const char *digits, int n, int before) {
    int whole = before < 0 ? 0 : before < n ? before : n;
    to = whole ? float_put_digits(to, digits, whole) : float_put_zeros(to, 1);
    to = float_put_zeros(to, before - n);
    *to++ = '.';
    to = float_put_zeros(to, whole ? 0 : -before);
    return whole < n ? float_put_digits(to, digits + whole, n - whole) : float_put_zeros(to, 1);
}

static char *float_put_exponent(char *to, const char *digits, int n, int exponent) {
    *to++ = *digits;
    if (n > 1)
        *to++ = '.';
    to = float_put_digits(to, digits + 1, n - 1);
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    int e = exponent < 0 ? -exponent : exponent;
    if (e >= 100)
        *to++ = (char)('0' + e / 100);
    *to++ = (char)('0' + e / 10 % 10);
    *to++ = (char)('0' + e % 10);
    return to;
}

static char *float_put_finite(char *to, double magnitude) {
    char digits[20], *first = digits + sizeof digits;
    decimal d = float_decimal(magnitude);
    for (; d.digits; d.digits /= 10)
        *--first = (char)('0' + d.digits % 10);
    int n = (int)(digits + sizeof digits - first), before = n + d.exponent;
    return before > -4 && before <= 16 ? float_put_fixed(to, first, n, before)
                                       : float_put_exponent(to, first, n, before - 1);
}

size_t ouro_float_format(double value, char text[OURO_FLOAT_TEXT]) {
    char *to = text;
    if (!isnan(value) && signbit(value))
        *to++ = '-';
    if (isnan(value) || isinf(value) || value == 0) {
        const char *word = isnan(value) ? "nan" : value != 0 ? "inf" : "0.0";
        to = float_put_digits(to, word, 3);
    } else
        to = float_put_finite(to, fabs(value));
    *to = 0;
    return (size_t)(to - text);
}

// ---- reading ----

// A tie between two doubles has no more than 767 digits. Of further ones it matters only whether they are all 0.
#define DIGITS_READ 780
// An exponent is kept below what the digits that fit in memory could make up for.
#define EXPONENT_MOST ((int64_t)1 << 56)

typedef struct float_reader {
    const char *at, *end;
    char digits[DIGITS_READ + 24]; // without leading zeros; in the end an exponent and a NUL are written behind them
    size_t n;
    int64_t exponent;
    bool any; // a digit was seen
} float_reader;

// What does not fit any more makes the last digit odd, unless it is 0: then this is no tie.
static void float_take_digit(float_reader *r, char c, bool behind_point) {
    r->any = true;
    r->exponent -= behind_point;
    if (!r->n && c == '0')
        return;
    if (r->n < DIGITS_READ) {
        r->digits[r->n++] = c;
        return;
    }
    r->exponent++;
    if (c != '0')
        r->digits[DIGITS_READ - 1] |= 1;
}

static void float_take_exponent_digit(float_reader *r, char c, int64_t *exponent) {
    r->any = true;
    *exponent = *exponent * 10 + (c - '0');
    if (*exponent > EXPONENT_MOST)
        *exponent = EXPONENT_MOST;
}

// Digits of one part, single underscores between them; false if an underscore is elsewhere.
static bool float_take_digits(float_reader *r, bool behind_point, int64_t *exponent) {
    const char *start = r->at;
    bool after_digit = false;
    for (; r->at < r->end; r->at++) {
        bool is_digit = *r->at >= '0' && *r->at <= '9';
        if (!is_digit && *r->at != '_')
            break;
        if (!is_digit && !after_digit)
            return false;
        if (is_digit && exponent)
            float_take_exponent_digit(r, *r->at, exponent);
        else if (is_digit)
            float_take_digit(r, *r->at, behind_point);
        after_digit = is_digit;
    }
    return r->at == start || after_digit;
}

static bool float_take(float_reader *r, char lower) {
    bool taken = r->at < r->end && (*r->at | 0x20) == lower;
    r->at += taken;
    return taken;
}

static bool float_take_sign(float_reader *r) {
    bool negative = r->at < r->end && *r->at == '-';
    r->at += negative || (r->at < r->end && *r->at == '+');
    return negative;
}

// Digits, point, exponent; false if that is not what it is.
static bool float_read_decimal(float_reader *r) {
    if (!float_take_digits(r, false, NULL))
        return false;
    if (r->at < r->end && *r->at == '.') {
        r->at++;
        if (!float_take_digits(r, true, NULL))
            return false;
    }
    if (r->any && float_take(r, 'e')) {
        bool negative = float_take_sign(r);
        int64_t exponent = 0;
        r->any = false;
        if (!float_take_digits(r, false, &exponent))
            return false;
        r->exponent += negative ? -exponent : exponent;
    }
    return r->any && r->at == r->end;
}

static double float_of_digits(float_reader *r) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int64_t end = r->exponent + (int64_t)r->n; // the number is less than 10^end
    if (!r->n || end < -330)
        return 0;
    if (end > 310)
        return INFINITY;
    if (r->n <= 15 && r->exponent >= -22 && r->exponent <= 22) { // both are exact as doubles
        uint64_t whole = 0;
        for (size_t i = 0; i < r->n; i++)
            whole = whole * 10 + (uint64_t)(r->digits[i] - '0');
        return r->exponent < 0 ? (double)whole / powers[-r->exponent] : (double)whole * powers[r->exponent];
    }
    snprintf(r->digits + r->n, sizeof r->digits - r->n, "e%d", (int)r->exponent);
    return strtod(r->digits, NULL);
}

// inf, infinity or nan in any case. Returns: false if it is none of them.
static bool float_read_word(const float_reader *r, double *value) {
    static const char *const words[] = {"inf", "infinity", "nan"};
    size_t n = (size_t)(r->end - r->at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t same = 0;
        while (same < n && words[i][same] && (r->at[same] | 0x20) == words[i][same])
            same++;
        if (same == n && !words[i][same]) {
            *value = words[i][0] == 'n' ? NAN : INFINITY;
            return true;
        }
    }
    return false;
}

ouro_obj *ouro_float_parse(ouro_rt *rt, const char *text, size_t n) {
    const char *whole = text;
    size_t whole_size = n;
    ouroi_number_trim(&text, &n);
    float_reader r;
    r.at = text;
    r.end = text + n;
    r.n = 0;
    r.exponent = 0;
    r.any = false;
    bool negative = float_take_sign(&r);
    double value;
    if (!float_read_word(&r, &value)) {
        if (!float_read_decimal(&r)) {
            ouroi_number_bad_text(rt, "not a float", whole, whole_size);
            return NULL;
        }
        value = float_of_digits(&r);
    }
    return ouro_float_new(rt, negative ? -value : value);
}
