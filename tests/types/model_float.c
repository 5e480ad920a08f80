// SPDX-License-Identifier: MIT
// model_float.c: random doubles as text: what is written reads back as the same double, no shorter text does, and of
// those as short it is the closest. The C library, asked with many digits, is the judge. OURO_MODEL_SEED and
// OURO_MODEL_STEPS change the run.
#include "sums.h"

#include <math.h>
#include <stdbool.h>

static double double_of(uint64_t bits) {
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

// Any bits, or a number of few digits, or one near a power of two.
static double random_double(uint64_t *state) {
    uint64_t r = random_next(state), kind = random_next(state) % 8;
    if (kind == 0)
        return (double)(int64_t)(r >> (r & 63)) / (double)(1 + (random_next(state) >> 50));
    if (kind == 1)
        return double_of((r & 0x7FF0000000000000u) + (r >> 12 & 7) - 3);
    if (kind == 2)
        return (double)(r % 100000) * pow(10, (double)(random_next(state) % 40) - 20);
    return double_of(r);
}

// The digits of a written number without point, leading zeros and zeros at the end.
static int digits_of(const char *text, char digits[OURO_FLOAT_TEXT]) {
    int n = 0;
    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (n || *text != '0'))
            digits[n++] = *text;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    digits[n] = 0;
    return n;
}

static bool float_round_trip(ouro_rt *rt, double d, const char *text) {
    ouro_obj *o = ouro_float_parse(rt, text, strlen(text));
    double back = o ? ouro_float_value(o) : 0;
    ouro_xdecref(o);
    return isnan(d) ? isnan(back) : back == d && signbit(back) == signbit(d);
}

// The text of the neighbours of |d| with n digits, below and above.
static double neighbour(double d, int n, int above) {
    char text[80], digits[32] = {0};
    snprintf(text, sizeof text, "%.30e", fabs(d));
    int exponent = atoi(strchr(text, 'e') + 1);
    digits[0] = text[0];
    memcpy(digits + 1, text + 2, (size_t)n - 1);
    unsigned long long whole = strtoull(digits, NULL, 10) + (unsigned)above;
    snprintf(text, sizeof text, "%llue%d", whole, exponent - n + 1);
    return strtod(text, NULL);
}

static bool float_is_shortest(double d, const char *text) {
    char digits[OURO_FLOAT_TEXT], nearest[80], its[OURO_FLOAT_TEXT];
    int n = digits_of(text, digits);
    double magnitude = fabs(d);
    if (n > 1 && (neighbour(d, n - 1, 0) == magnitude || neighbour(d, n - 1, 1) == magnitude))
        return false;
    snprintf(nearest, sizeof nearest, "%.*e", n - 1, magnitude);
    digits_of(nearest, its);
    return strtod(nearest, NULL) != magnitude || !strcmp(its, digits);
}

static bool float_step(ouro_rt *rt, uint64_t *state) {
    char text[OURO_FLOAT_TEXT];
    double d = random_double(state);
    size_t n = ouro_float_format(d, text);
    bool right = n < sizeof text && strlen(text) == n && float_round_trip(rt, d, text);
    if (right && isfinite(d) && d != 0 && random_next(state) % 16 == 0)
        right = float_is_shortest(d, text);
    if (!right && !test_broken(rt))
        fprintf(stderr, "%a was written as %s\n", d, text);
    return right;
}

CASE(model_float, text_there_and_back) {
    uint64_t state = random_seed("floats as text", 5711);
    for (size_t i = 0, n = random_steps(1000000, 100); i < n; i++) {
        bool right = float_step(rt, &state);
        check(right);
        if (!right)
            return;
    }
}

// Decimals of any length are read as the C library reads them.
static bool float_read_step(ouro_rt *rt, uint64_t *state) {
    char text[200];
    size_t n = 0, digits = 1 + random_next(state) % (random_next(state) % 4 ? 20 : 120),
           point = random_next(state) % (digits + 1);
    for (size_t i = 0; i < digits; i++) {
        if (i == point)
            text[n++] = '.';
        text[n++] = (char)('0' + (random_next(state) & 1 ? random_next(state) % 10 : 0));
    }
    snprintf(text + n, sizeof text - n, "e%d", (int)(random_next(state) % 700) - 350 - (int)(random_next(state) % 20));
    ouro_obj *o = ouro_float_parse(rt, text, strlen(text));
    bool right = o && ouro_float_value(o) == strtod(text, NULL);
    if (o && !right)
        fprintf(stderr, "%s was read as %a\n", text, ouro_float_value(o));
    ouro_xdecref(o);
    return right;
}

CASE(model_float, decimals) {
    uint64_t state = random_seed("decimals", 5712);
    for (size_t i = 0, n = random_steps(300000, 100); i < n; i++) {
        bool right = float_read_step(rt, &state);
        check(right);
        if (!right)
            return;
    }
}
