// SPDX-License-Identifier: MIT
// numbers.c: what can be done with ints, bools and floats, alone and together: arithmetic, order, hashes.
#include "sums.h"

#include <math.h>

// ---- ints ----

CASE(numbers, words) {
    static const sum sums[] = {
        {"2 + 3", "5"},
        {"2 - 3", "-1"},
        {"-7 * 6", "-42"},
        {"7 // 2", "3"},
        {"-7 // 2", "-4"},
        {"7 // -2", "-4"},
        {"-7 // -2", "3"},
        {"8 // -2", "-4"},
        {"7 % 2", "1"},
        {"-7 % 2", "1"},
        {"7 % -2", "-1"},
        {"-7 % -2", "-1"},
        {"-8 % 2", "0"},
        {"7 // -1", "-7"},
        {"7 % -1", "0"},
        {"12 & 10", "8"},
        {"12 | 10", "14"},
        {"12 ^ 10", "6"},
        {"-1 & 255", "255"},
        {"1 << 10", "1024"},
        {"-3 << 2", "-12"},
        {"-9 >> 1", "-5"},
        {"9 >> 1", "4"},
        {"9 >> 63", "0"},
        {"-9 >> 64", "-1"},
        {"9 >> 1000", "0"},
        {"3 ** 4", "81"},
        {"-3 ** 3", "-27"},
        {"0 ** 0", "1"},
        {"5 ** 1", "5"},
        {"2 ** 62", "4611686018427387904"},
        {"7 / 2", "3.5"},
        {"6 / 3", "2.0"},
        {"0 / -5", "-0.0"},
        {"2 ** -1", "0.5"},
        {"-2 ** -3", "-0.125"},
        {"- 5", "-5"},
        {"+ 300", "300"},
        {"abs -300", "300"},
        {"abs 300", "300"},
        {"~ 0", "-1"},
        {"~ -1000", "999"},
    };
    check(SUMS(rt, sums));
}

CASE(numbers, out_of_a_word_and_back) {
    static const sum sums[] = {
        {"2^63-1 + 1", "9223372036854775808"},
        {"-2^63 - 1", "-9223372036854775809"},
        {"2^63 - 1", "9223372036854775807"},
        {"-2^63-1 + 1", "-9223372036854775808"},
        {"-2^63 // -1", "9223372036854775808"},
        {"-2^63 % -1", "0"},
        {"-2^63 * -1", "9223372036854775808"},
        {"- -2^63", "9223372036854775808"},
        {"- 2^63", "-9223372036854775808"},
        {"abs -2^63", "9223372036854775808"},
        {"abs -2^64", "18446744073709551616"},
        {"abs 2^64", "18446744073709551616"},
        {"+ 2^64", "18446744073709551616"},
        {"~ 2^64", "-18446744073709551617"},
        {"~ -2^64", "18446744073709551615"},
        {"~ -2^63-1", "9223372036854775808"},
        {"2^32 * 2^32", "18446744073709551616"},
        {"-2^32 * 2^31", "-9223372036854775808"},
        {"2^64 // 2^32", "4294967296"},
        {"2^64 - 2^64-1", "1"},
        {"1 << 62", "4611686018427387904"},
        {"1 << 63", "9223372036854775808"},
        {"-1 << 63", "-9223372036854775808"},
        {"-1 << 64", "-18446744073709551616"},
        {"-2 << 62", "-9223372036854775808"},
        {"-2^63 << 0", "-9223372036854775808"},
        {"0 << 100", "0"},
        {"0 << 2^100", "0"},
        {"2^100 >> 40", "1152921504606846976"},
        {"2^100 >> 101", "0"},
        {"-2^100 >> 101", "-1"},
        {"-2^100 >> 2^100", "-1"},
        {"1 >> 2^100", "0"},
        {"-2^100-1 >> 1", "-633825300114114700748351602689"},
        {"2 ** 64", "18446744073709551616"},
        {"-2 ** 63", "-9223372036854775808"},
        {"-2 ** 65", "-36893488147419103232"},
        {"3 ** 100", "515377520732011331036461129765621272702107522001"},
        {"1 ** 2^100", "1"},
        {"-1 ** 2^100", "1"},
        {"-1 ** 2^100+1", "-1"},
        {"0 ** 2^100", "0"},
    };
    check(SUMS(rt, sums));
}

CASE(numbers, large) {
    static const sum sums[] = {
        {"2^100 + 2^100", "2535301200456458802993406410752"},
        {"2^100-1 * 2^100+1", "1606938044258990275541962092341162602522202993782792835301375"},
        {"2^200 // 2^100-1", "1267650600228229401496703205377"},
        {"2^200 % 2^100-1", "1"},
        {"-2^200 // 2^100-1", "-1267650600228229401496703205378"},
        {"-2^200 % 2^100-1", "1267650600228229401496703205374"},
        {"2^200 // -2^100", "-1267650600228229401496703205376"},
        {"2^200 % -2^100", "0"},
        {"-2^200 % -2^100-1", "-1"},
        {"-2^63 // -1", "9223372036854775808"},
        {"2^200+5 // 1000", "1606938044258990275541962092341162602522202993782792835301"},
        {"-2^200-5 // 1000", "-1606938044258990275541962092341162602522202993782792835302"},
        {"2^200+5 // -1000", "-1606938044258990275541962092341162602522202993782792835302"},
        {"-2^200-5 // -1000", "1606938044258990275541962092341162602522202993782792835301"},
        {"2^200+5 % 1000", "381"},
        {"-2^200-5 % 1000", "619"},
        {"2^200+5 % -1000", "-619"},
        {"-2^200-5 % -1000", "-381"},
        {"2^200 // -2^59", "-2787593149816327892691964784081045188247552"},
        {"-2^200 % 2^59", "0"},
        {"5 // 2^100", "0"},
        {"-5 // 2^100", "-1"},
        {"5 % 2^100", "5"},
        {"-5 % -2^100", "-5"},
        {"-5 % 2^100", "1267650600228229401496703205371"},
        {"5 % -2^100", "-1267650600228229401496703205371"},
        {"-1 & 2^100-1", "1267650600228229401496703205375"},
        {"-2^100 & 2^101-1", "1267650600228229401496703205376"},
        {"-2^100 | 1", "-1267650600228229401496703205375"},
        {"2^100 ^ -1", "-1267650600228229401496703205377"},
        {"2^100 ^ 2^100", "0"},
        {"3 << 100", "3802951800684688204490109616128"},
        {"2^100 / 2^99", "2.0"},
        {"-2^100 / 2^100", "-1.0"},
        {"1 / 2^1074", "5e-324"},
        {"1 / 2^1075", "0.0"},
        {"1 / 2^1076", "0.0"},
        {"3 / 2^1076", "5e-324"},
        {"-1 / 2^2000", "-0.0"},
        {"2^1023 / 1", "8.98846567431158e+307"},
        {"2^1024-1 / 2^1000", "16777216.0"},
        {"2^53+1 / 1", "9007199254740992.0"},
        {"2^54+6 / 2", "9007199254740996.0"},
        {"5708990770823843327184944562486185035640602623 / 2^1175", "1.112536929253601e-308"},
        {"2^1025 / 3", "1.1984620899082105e+308"},
        {"381825609224134866526492277355067606994908594 / 3^60", "9007199254740994.0"},
        {"381825609224134866526492277355067606994908592 / 3^60", "9007199254740992.0"},
        {"0 / 2^70", "0.0"},
        {"0 / -2^70", "-0.0"},
        {"10^30 / 3^40", "82252633399.69958"},
    };
    check(SUMS(rt, sums));
}

CASE(numbers, what_cannot_be) {
    static const sum sums[] = {
        {"1 / 0", "!DIVISION division by zero"},
        {"2^64 / 0", "!DIVISION division by zero"},
        {"1 // 0", "!DIVISION integer division by zero"},
        {"1 % 0", "!DIVISION integer modulo by zero"},
        {"2^64 // 0", "!DIVISION integer division by zero"},
        {"2^64 % False", "!DIVISION integer modulo by zero"},
        {"0 ** -1", "!DIVISION negative power"},
        {"1 << -1", "!VALUE negative shift count"},
        {"2^64 >> -1", "!VALUE negative shift count"},
        {"1 >> -2^64", "!VALUE negative shift count"},
        {"1 << 2^31", "!OVERFLOW too large"},
        {"1 << 2^62", "!OVERFLOW too large"},
        {"2^64 << 2^31-256", "!OVERFLOW too large"},
        {"1 << 2^70", "!OVERFLOW too large"},
        {"3 ** 2^31", "!OVERFLOW too large"},
        {"3 ** 2^62", "!OVERFLOW too large"},
        {"2 ** 2^70", "!OVERFLOW too large"},
        {"2^70 ** 2^62", "!OVERFLOW too large"},
        {"2^1100 / 3", "!OVERFLOW too large for a float"},
        {"2^1024-1 / 1", "!OVERFLOW too large for a float"},
        {"2^1100 ** -1", "!OVERFLOW too large for a float"},
        {"2 ** -2^1100", "!OVERFLOW too large for a float"},
        {"~ 1.5", "!TYPE bad operand type for ~: 'float'"},
        {"1 & 1.5", "!TYPE 'int' and 'float'"},
        {"1.5 | 2^64", "!TYPE 'float' and 'int'"},
        {"1.5 << 1", "!TYPE unsupported"},
        {"1.5 / 0", "!DIVISION float division by zero"},
        {"1 / 0.0", "!DIVISION float division by zero"},
        {"1.5 // 0", "!DIVISION float floor division"},
        {"1.5 % -0.0", "!DIVISION float modulo"},
        {"0.0 ** -1", "!DIVISION negative power"},
        {"-8 ** 0.5", "!VALUE fractional power"},
        {"10.0 ** 400", "!OVERFLOW too large for a float"},
        {"2^1024 + 1.0", "!OVERFLOW int too large for a float"},
        {"1.0 * -2^1024", "!OVERFLOW int too large for a float"},
    };
    check(SUMS(rt, sums));
}

// ---- bools and floats ----

CASE(numbers, bools_are_ints) {
    static const sum sums[] = {
        {"True + True", "2"},      {"True & True", "True"},
        {"True & False", "False"}, {"False | True", "True"},
        {"True ^ True", "False"},  {"True & 3", "1"},
        {"3 | False", "3"},        {"True ^ 2^64", "18446744073709551617"},
        {"True << 3", "8"},        {"- True", "-1"},
        {"+ True", "1"},           {"+ False", "0"},
        {"~ True", "-2"},          {"abs True", "1"},
        {"True / 2", "0.5"},       {"2 ** True", "2"},
        {"True + 0.5", "1.5"},     {"1.5 * True", "1.5"},
        {"7 // True", "7"},        {"2^64 * True", "18446744073709551616"},
    };
    check(SUMS(rt, sums));
}

CASE(numbers, floats) {
    static const sum sums[] = {
        {"0.1 + 0.2", "0.30000000000000004"},
        {"1.5 - 2", "-0.5"},
        {"2 - 1.5", "0.5"},
        {"1e308 * 10", "inf"},
        {"1 / 3.0", "0.3333333333333333"},
        {"7.5 // 2", "3.0"},
        {"-7.5 // 2", "-4.0"},
        {"7.5 // -2", "-4.0"},
        {"7.5 % 2", "1.5"},
        {"-7.5 % 2", "0.5"},
        {"7.5 % -2", "-0.5"},
        {"-7.5 % -2", "-1.5"},
        {"-4.0 % 2", "0.0"},
        {"4.0 % -2", "-0.0"},
        {"0.5 // 2", "0.0"},
        {"-0.5 // 2", "-1.0"},
        {"-0.0 // 2", "-0.0"},
        {"1.0 // 0.1", "9.0"},
        {"283186104352.6935 // 0.0008581052361884045", "330013257593637.0"},
        {"0.3 // 0.1", "2.0"},
        {"1e300 // 7", "1.4285714285714286e+299"},
        {"-1.0 % inf", "inf"},
        {"1.0 % inf", "1.0"},
        {"1.0 % -inf", "-inf"},
        {"inf % 2", "nan"},
        {"inf // 2", "nan"},
        {"1 // inf", "0.0"},
        {"-1 // inf", "-1.0"},
        {"2.0 ** 10", "1024.0"},
        {"2 ** 0.5", "1.4142135623730951"},
        {"-8.0 ** 3", "-512.0"},
        {"0.0 ** -inf", "inf"},
        {"-inf ** 0.5", "inf"},
        {"inf ** 2", "inf"},
        {"nan ** 0", "1.0"},
        {"-1.0 ** inf", "1.0"},
        {"1e-200 ** 2", "0.0"},
        {"- 0.0", "-0.0"},
        {"+ -1.5", "-1.5"},
        {"abs -0.0", "0.0"},
        {"abs -2.5", "2.5"},
        {"2^1023 + 0.0", "8.98846567431158e+307"},
        {"nan + 1", "nan"},
        {"inf - inf", "nan"},
    };
    check(SUMS(rt, sums));
}

// ---- order ----

CASE(numbers, order_of_ints_and_floats_is_exact) {
    static const char *const less[] = {
        "-inf",
        "-1e308",
        "-2^1000",
        "-2^64",
        "-2^63-1",
        "-2^63",
        "-1.5",
        "-1",
        "-0.5",
        "0",
        "5e-324",
        "0.5",
        "1",
        "1.5",
        "2^53-1",
        "2^53",
        "2^53+1",
        "9007199254740994.0",
        "2^53+3",
        "2^62-1",
        "2^62",
        "2^62+1",
        "9223372036854774784.0",
        "2^63-1",
        "9223372036854775808.0",
        "2^63+1",
        "2^64-1",
        "18446744073709551616.0",
        "2^64+1",
        "2^1000",
        "2^1023",
        "1.797e308",
        "2^1024",
        "inf",
    };
    size_t n = sizeof less / sizeof *less;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            char text[128];
            ouro_obj *a = number_of(rt, less[i]), *b = a ? number_of(rt, less[k]) : NULL;
            for (int r = OURO_EQ; b && r <= OURO_GE; r++) {
                int is = r == OURO_EQ   ? i == k
                         : r == OURO_NE ? i != k
                         : r == OURO_LT ? i < k
                         : r == OURO_LE ? i <= k
                         : r == OURO_GT ? i > k
                                        : i >= k;
                snprintf(text, sizeof text, "%s, %s: relation %d", less[i], less[k], r);
                int answer = ouro_compare(rt, (ouro_relation)r, a, b);
                if (answer != is && !test_broken(rt))
                    test_fail(__FILE__, __LINE__, text);
            }
            ouro_xdecref(a);
            ouro_xdecref(b);
            need(b);
        }
}

CASE(numbers, equal_ones_of_different_types) {
    static const char *const same[] = {"1 == 1.0",
                                       "1 == True",
                                       "0 == False",
                                       "0 == -0.0",
                                       "1.0 == True",
                                       "2^53 == 9007199254740992.0",
                                       "-2^63 == -9223372036854775808.0",
                                       "2^64 == 18446744073709551616.0",
                                       "2^64 == 2^64",
                                       "True == True",
                                       "-2^1023 == -8.98846567431158e+307"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        check(relation_of(rt, same[i]) == 1);
    check(relation_of(rt, "True < 2") == 1 && relation_of(rt, "False >= 0.5") == 0 &&
          relation_of(rt, "True > False") == 1);
}

CASE(numbers, a_nan_has_no_order) {
    static const char *const others[] = {"nan", "0", "1.5", "2^53+1", "2^64", "-2^64", "inf", "True"};
    static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">="};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        for (int r = 0; r < 6; r++) {
            char text[64];
            snprintf(text, sizeof text, "nan %s %s", signs[r], others[i]);
            check(relation_of(rt, text) == (r == 1));
            snprintf(text, sizeof text, "%s %s nan", others[i], signs[r]);
            check(relation_of(rt, text) == (r == 1));
        }
    ouro_obj *nan = own(ouro_float_new(rt, NAN));
    need(nan);
    check(ouro_equal(rt, nan, nan) == 1); // the same object
}

CASE(numbers, compared_with_other_things) {
    ouro_obj *big = own(number_of(rt, "2^64")), *text = own(ouro_str_from(rt, "1"));
    need(big);
    need(text);
    check(ouro_equal(rt, big, text) == 0 && ouro_equal(rt, text, ouro_int_new(rt, 1)) == 0);
    check(ouro_compare(rt, OURO_NE, ouro_bool(rt, 1), text) == 1);
    check(ouro_compare(rt, OURO_LT, big, ouro_none(rt)) == -1 &&
          says(rt, OURO_ERR_TYPE, "'<' not supported between 'int' and 'NoneType'"));
    check(!ouro_binary(rt, OURO_ADD, big, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "'int' and 'NoneType'"));
    ouro_obj *half = own(ouro_float_new(rt, 0.5));
    need(half);
    check(!ouro_binary(rt, OURO_SUB, text, half) && says(rt, OURO_ERR_TYPE, "'str' and 'float'"));
}

// ---- hashes, truth, copies ----

static int same_hash(ouro_rt *rt, const char *x, const char *y) {
    ouro_obj *a = number_of(rt, x), *b = a ? number_of(rt, y) : NULL;
    uint64_t h = 0, g = 1;
    int same = b && ouro_hash(rt, a, &h) == 0 && ouro_hash(rt, b, &g) == 0 && h == g;
    ouro_xdecref(a);
    ouro_xdecref(b);
    return same;
}

CASE(numbers, equal_ones_have_equal_hashes) {
    check(same_hash(rt, "0.0", "0") && same_hash(rt, "-0.0", "False") && same_hash(rt, "1.0", "True"));
    check(same_hash(rt, "-3.0", "-3") && same_hash(rt, "9007199254740992.0", "2^53"));
    check(same_hash(rt, "-9223372036854775808.0", "-2^63") && same_hash(rt, "9223372036854775808.0", "2^63"));
    check(same_hash(rt, "1.8446744073709552e+19", "2^64") && same_hash(rt, "-8.98846567431158e+307", "-2^1023"));
    check(same_hash(rt, "2^3000+7", "2^3000+7") && same_hash(rt, "1.5", "1.5") && same_hash(rt, "inf", "inf"));
    check(same_hash(rt, "1e22", "10^22") && same_hash(rt, "1.5845632502852868e+29", "2^97"));
}

CASE(numbers, different_ones_have_different_hashes) {
    check(!same_hash(rt, "2^64", "-2^64") && !same_hash(rt, "2^64", "2^65") && !same_hash(rt, "1", "2"));
    check(!same_hash(rt, "1.5", "-1.5") && !same_hash(rt, "inf", "-inf") && !same_hash(rt, "2^3000", "2^3000+1"));
    check(!same_hash(rt, "2^1920", "2^1921") && !same_hash(rt, "2^3840", "2^1920") && !same_hash(rt, "0.5", "0.25"));
}

CASE(numbers, only_zeros_are_false) {
    static const char *const falses[] = {"0", "0.0", "-0.0", "False"};
    static const char *const trues[] = {"1", "-1", "0.5", "nan", "inf", "True", "2^64", "-2^64", "5e-324"};
    for (size_t i = 0; i < 4; i++) {
        ouro_obj *o = own(number_of(rt, falses[i]));
        need(o);
        check(ouro_truth(rt, o) == 0);
    }
    for (size_t i = 0; i < sizeof trues / sizeof *trues; i++) {
        ouro_obj *o = own(number_of(rt, trues[i]));
        need(o);
        check(ouro_truth(rt, o) == 1);
    }
}

CASE(numbers, are_their_own_copies) {
    static const char *const all[] = {"7", "1000", "2^64", "1.5", "True"};
    for (size_t i = 0; i < 5; i++) {
        ouro_obj *o = own(number_of(rt, all[i]));
        need(o);
        ouro_obj *copy = own(ouro_copy(rt, o)), *deep = own(ouro_deep_copy(rt, o));
        need(copy);
        need(deep);
        check(copy == o && deep == o);
    }
    ouro_obj *word = own(number_of(rt, "1000")), *big = own(number_of(rt, "2^64")), *f = own(number_of(rt, "1.5"));
    need(word);
    need(big);
    need(f);
    check(own(ouro_unary(rt, OURO_POS, word)) == word && own(ouro_unary(rt, OURO_ABS, big)) == big);
    check(own(ouro_unary(rt, OURO_POS, f)) == f);
}
