// SPDX-License-Identifier: MIT
// int_digits.c: arithmetic of ints whose digits of 60 bits (15 in base 16) are all zeros, all ones and their
// neighbours: what random numbers hardly ever meet, such as a digit of a quotient that was guessed too large.
#include "sums.h"

static uint64_t digits_state;

static unsigned digits_below(unsigned n) {
    digits_state = digits_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(digits_state >> 33) % n;
}

// An int of at most n such digits, maybe negative. Returns: new.
static ouro_obj *digits_new(ouro_rt *rt, unsigned n) {
    static const char *const digit[] = {"000000000000000", "000000000000001", "fffffffffffffff", "ffffffffffffffe",
                                        "800000000000000", "7ffffffffffffff", "800000000000001", "123456789abcdef"};
    char text[2 + 15 * 70 + 1] = "-";
    for (unsigned i = 0; i < n; i++)
        memcpy(text + 1 + 15 * i, digit[digits_below(8)], 16);
    unsigned from = digits_below(2) ? 1 : 0;
    return ouro_int_parse(rt, text + from, strlen(text + from), 16);
}

// True if x op y is z. Takes: z is stolen.
static int digits_give(ouro_rt *rt, ouro_op op, ouro_obj *x, ouro_obj *y, ouro_obj *z) {
    ouro_obj *got = ouro_binary(rt, op, x, y);
    int same = got && z && ouro_equal(rt, got, z) == 1;
    ouro_xdecref(got);
    ouro_xdecref(z);
    return same;
}

// a is b * quotient + rest, and the rest lies between 0 and b.
static int digits_divide(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    ouro_obj *quotient = ouro_binary(rt, OURO_FLOORDIV, a, b), *rest = ouro_binary(rt, OURO_MOD, a, b);
    ouro_obj *product = quotient ? ouro_binary(rt, OURO_MUL, quotient, b) : NULL, *none = ouro_int_new(rt, 0);
    int negative = ouro_int_sign(b) < 0, right = 0;
    if (product && rest)
        right = digits_give(rt, OURO_ADD, product, rest, ouro_incref(a)) &&
                ouro_compare(rt, negative ? OURO_GT : OURO_LT, rest, b) == 1 &&
                ouro_compare(rt, negative ? OURO_LE : OURO_GE, rest, none) == 1;
    ouro_xdecref(quotient);
    ouro_xdecref(rest);
    ouro_xdecref(product);
    return right;
}

static unsigned digits_rounds(unsigned n) {
    return test_mode_now() == TEST_PLAIN ? n : 20;
}

CASE(int_digits, division) {
    digits_state = 1;
    ouro_int_set_max_digits(rt, 0);
    for (unsigned i = 0, n = digits_rounds(20000); i < n; i++) {
        ouro_scope s;
        ouro_scope_open(rt, &s);
        ouro_obj *b = ouro_scope_keep(&s, digits_new(rt, 1 + digits_below(i % 100 ? 6 : 40)));
        ouro_obj *a = ouro_scope_keep(&s, digits_new(rt, 1 + digits_below(i % 100 ? 9 : 70)));
        int right = a && b && (ouro_int_sign(b) == 0 || digits_divide(rt, a, b));
        ouro_scope_close(&s);
        check(right);
        ouro_error_clear(rt);
    }
}

// (a + b) - b, a - b + b, (a * b) // b, and shifts there and back.
static int digits_there_and_back(ouro_rt *rt, ouro_obj *a, ouro_obj *b, unsigned shift) {
    ouro_obj *total = ouro_binary(rt, OURO_ADD, a, b), *less = ouro_binary(rt, OURO_SUB, a, b);
    ouro_obj *product = ouro_binary(rt, OURO_MUL, a, b), *by = ouro_int_new(rt, shift), *power = NULL;
    ouro_obj *left = by ? ouro_binary(rt, OURO_LSHIFT, a, by) : NULL,
             *right = by ? ouro_binary(rt, OURO_RSHIFT, a, by) : NULL;
    if (by)
        power = ouro_binary(rt, OURO_LSHIFT, ouro_int_new(rt, 1), by);
    int same = total && less && product && left && right && power &&
               digits_give(rt, OURO_SUB, total, b, ouro_incref(a)) &&
               digits_give(rt, OURO_ADD, less, b, ouro_incref(a)) &&
               (ouro_int_sign(b) == 0 || digits_give(rt, OURO_FLOORDIV, product, b, ouro_incref(a))) &&
               digits_give(rt, OURO_MUL, a, power, ouro_incref(left)) &&
               digits_give(rt, OURO_FLOORDIV, a, power, ouro_incref(right)) &&
               digits_give(rt, OURO_RSHIFT, left, by, ouro_incref(a));
    ouro_obj *all[] = {total, less, product, by, power, left, right};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ouro_xdecref(all[i]);
    return same;
}

CASE(int_digits, there_and_back) {
    digits_state = 2;
    ouro_int_set_max_digits(rt, 0);
    for (unsigned i = 0, n = digits_rounds(10000); i < n; i++) {
        ouro_scope s;
        ouro_scope_open(rt, &s);
        ouro_obj *b = ouro_scope_keep(&s, digits_new(rt, 1 + digits_below(i % 100 ? 6 : 66)));
        ouro_obj *a = ouro_scope_keep(&s, digits_new(rt, 1 + digits_below(i % 100 ? 6 : 66)));
        int same = a && b && digits_there_and_back(rt, a, b, digits_below(i % 100 ? 200 : 4000));
        ouro_scope_close(&s);
        check(same);
        ouro_error_clear(rt);
    }
}

// a & b, a | b and a ^ b tell the same in three ways.
static int digits_bits(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    ouro_obj *both = ouro_binary(rt, OURO_AND, a, b), *any = ouro_binary(rt, OURO_OR, a, b);
    ouro_obj *one = ouro_binary(rt, OURO_XOR, a, b), *not_a = ouro_unary(rt, OURO_INVERT, a), *not_b = NULL;
    not_b = ouro_unary(rt, OURO_INVERT, b);
    ouro_obj *neither = not_a && not_b ? ouro_binary(rt, OURO_AND, not_a, not_b) : NULL;
    ouro_obj *total = ouro_binary(rt, OURO_ADD, a, b);
    int same = both && any && one && neither && total && digits_give(rt, OURO_SUB, any, both, ouro_incref(one)) &&
               digits_give(rt, OURO_ADD, any, both, ouro_incref(total)) &&
               digits_give(rt, OURO_XOR, one, b, ouro_incref(a)) &&
               digits_give(rt, OURO_ADD, not_a, a, ouro_int_new(rt, -1)) &&
               digits_give(rt, OURO_SUB, ouro_int_new(rt, -1), neither, ouro_incref(any));
    ouro_obj *all[] = {both, any, one, not_a, not_b, neither, total};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ouro_xdecref(all[i]);
    return same;
}

CASE(int_digits, bits) {
    digits_state = 3;
    ouro_int_set_max_digits(rt, 0);
    for (unsigned i = 0, n = digits_rounds(10000); i < n; i++) {
        ouro_scope s;
        ouro_scope_open(rt, &s);
        ouro_obj *a = ouro_scope_keep(&s, digits_new(rt, 1 + digits_below(i % 100 ? 5 : 66)));
        ouro_obj *b = ouro_scope_keep(&s, digits_new(rt, 1 + digits_below(i % 100 ? 5 : 66)));
        int same = a && b && digits_bits(rt, a, b);
        ouro_scope_close(&s);
        check(same);
        ouro_error_clear(rt);
    }
}
