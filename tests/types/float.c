// SPDX-License-Identifier: MIT
// float.c: floats made and read, and as text. Arithmetic is in numbers.c, random ones are in model_float.c.
#include "sums.h"
#include "types/float_powers.h"

#include <float.h>
#include <locale.h>
#include <math.h>

// ---- making and reading ----

CASE(float, made_and_told_apart) {
    ouro_obj *f = own(ouro_float_new(rt, 2.5)), *i = own(ouro_int_new(rt, 1000));
    need(f);
    need(i);
    always(ouro_is_float(f) && !ouro_is_float(i) && !ouro_is_int(f) && !ouro_is_bool(f));
    always(ouro_float_value(f) == 2.5 && ouro_is(f, ouro_float_type) && ouro_type_is_acyclic(ouro_float_type));
    exact(OURO_DEBUG || ouro_block_size(f) == 16);
}

CASE(float, any_number_as_a_double) {
    static const struct {
        const char *text;
        double value;
    } all[] = {{"2.5", 2.5},     {"-3", -3},         {"True", 1},        {"False", 0},
               {"2^64", 0x1p64}, {"2^53+1", 0x1p53}, {"-inf", -INFINITY}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        double d = 7;
        ouro_obj *o = own(number_of(rt, all[i].text));
        need(o);
        check(ouro_float_get(rt, o, &d) == 0 && d == all[i].value);
    }
    double d = 7;
    ouro_obj *large = own(number_of(rt, "-2^1024"));
    need(large);
    check(ouro_float_get(rt, large, &d) == -1 && says(rt, OURO_ERR_OVERFLOW, "int too large for a float"));
    check(ouro_float_get(rt, ouro_none(rt), &d) == -1 &&
          says(rt, OURO_ERR_TYPE, "ouro_float_get: 'float' expected, not 'NoneType'"));
    always(d == 7);
}

// ---- writing ----

static int formats(double value, const char *text) {
    char out[OURO_FLOAT_TEXT];
    size_t n = ouro_float_format(value, out);
    if (n == strlen(text) && !strcmp(out, text))
        return 1;
    fprintf(stderr, "%a is %s, not %s\n", value, out, text);
    return 0;
}

CASE(float, shortest_text) {
    (void)rt;
    static const struct {
        double value;
        const char *text;
    } all[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {100.0, "100.0"},
        {123456789.125, "123456789.125"},
        {1e15, "1000000000000000.0"},
        {9007199254740993.0, "9007199254740992.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {1.2345e16, "1.2345e+16"},
        {12345678901234567890.0, "1.2345678901234567e+19"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {9e22, "9e+22"},
        {1e100, "1e+100"},
        {0.001, "0.001"},
        {0.0001, "0.0001"},
        {0.00012345, "0.00012345"},
        {0.00001, "1e-05"},
        {1.5e-5, "1.5e-05"},
        {1e-10, "1e-10"},
        {1e-100, "1e-100"},
        {1.0 / 3, "0.3333333333333333"},
        {2.0 / 3, "0.6666666666666666"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {-DBL_MAX, "-1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {0x0.fffffffffffffp-1022, "2.225073858507201e-308"},
        {0x0.0000000000001p-1022, "5e-324"},
        {0x0.0000000000002p-1022, "1e-323"},
        {0x0.0000000000003p-1022, "1.5e-323"},
        {0x1p-44, "5.684341886080802e-14"},
        {0x1p-1022, "2.2250738585072014e-308"},
        {0x1p63, "9.223372036854776e+18"},
        {1125899906842624.25, "1125899906842624.2"}, // a tie between two as short: the even one
        {1125899906842624.75, "1125899906842624.8"},
        {0x1p-1021, "4.450147717014403e-308"},
        {0x1p1023, "8.98846567431158e+307"},
        {9.5367431640625e-07, "9.5367431640625e-07"},
        {2e-323, "2e-323"},
        {4.35, "4.35"},
        {5e-5, "5e-05"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        always(formats(all[i].value, all[i].text));
    always(formats(-NAN, "nan"));
}

CASE(float, powers_of_two_and_ten) {
    (void)rt;
    char out[OURO_FLOAT_TEXT], wanted[64];
    for (int e = -1074; e < 1024; e++) { // half of the distance to the number below is missing
        size_t n = ouro_float_format(ldexp(1, e), out);
        always(n < sizeof out && strtod(out, NULL) == ldexp(1, e));
    }
    for (int e = -323; e <= 308; e++) {
        snprintf(wanted, sizeof wanted, "1e%d", e);
        double value = strtod(wanted, NULL);
        ouro_float_format(value, out);
        snprintf(wanted, sizeof wanted, "1e%c%02d", e < 0 ? '-' : '+', abs(e));
        always((e > -5 && e < 16) || !strcmp(out, wanted));
        always(strtod(out, NULL) == value);
    }
}

CASE(float, shown) {
    ouro_obj *f = own(ouro_float_new(rt, -0.1));
    need(f);
    ouro_obj *repr = own(ouro_repr(rt, f)), *str = own(ouro_to_str(rt, f));
    need(repr);
    need(str);
    check(text_is(repr, "-0.1") && text_is(str, "-0.1"));
}

// Each entry of the table from nothing but whole numbers: 10^k, or 2^n / 10^-k, cut to 128 bits and rounded up.
CASE(float, table_of_powers) {
    if (test_mode_now() != TEST_PLAIN)
        return;
    ouro_obj *ten = ouro_int_new(rt, 10), *one = ouro_int_new(rt, 1);
    for (int k = POWER_MIN; k <= POWER_MAX; k++) {
        ouro_obj *n = ouro_int_new(rt, abs(k)), *power = ouro_binary(rt, OURO_POW, ten, n);
        size_t bits = ouro_int_bits(power);
        ouro_obj *by = ouro_int_new(rt, (int64_t)(k < 0 ? bits + 127 : 128));
        ouro_obj *high = ouro_binary(rt, OURO_LSHIFT, k < 0 ? one : power, by);
        ouro_obj *cut = ouro_int_new(rt, (int64_t)bits);
        ouro_obj *floor = k < 0 ? ouro_binary(rt, OURO_FLOORDIV, high, power) : ouro_binary(rt, OURO_RSHIFT, high, cut);
        int is_exact = k >= 0 && k <= 55; // 5^55 is the last of less than 128 bits
        ouro_obj *up = ouro_binary(rt, OURO_ADD, floor, ouro_int_new(rt, !is_exact)),
                 *text = ouro_int_to_str(rt, up, 16);
        char entry[40];
        snprintf(entry, sizeof entry, "%016llx%016llx", (unsigned long long)float_powers[k - POWER_MIN][0],
                 (unsigned long long)float_powers[k - POWER_MIN][1]);
        check(text_is(text, entry));
        ouro_obj *all[] = {n, power, by, high, cut, floor, up, text};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            ouro_decref(all[i]);
    }
}

// ---- reading ----

static int reads(ouro_rt *rt, const char *text, double value) {
    ouro_obj *o = ouro_float_parse(rt, text, strlen(text));
    double got = o ? ouro_float_value(o) : 0;
    int right = o && (isnan(value) ? isnan(got) : got == value && !signbit(got) == !signbit(value));
    if (o && !right)
        fprintf(stderr, "'%s' gave %a, not %a\n", text, got, value);
    ouro_xdecref(o);
    return right;
}

CASE(float, read_from_text) {
    static const struct {
        const char *text;
        double value;
    } all[] = {
        {"0", 0},
        {"-0.0", -0.0},
        {"1", 1},
        {"+1.5", 1.5},
        {".5", .5},
        {"5.", 5},
        {"00012.50", 12.5},
        {" \t1.5\n ", 1.5},
        {"1e3", 1000},
        {"1E+3", 1000},
        {"1e-3", 0.001},
        {"1.e5", 1e5},
        {".1e1", 1},
        {"1_000.000_1e1_0", 1000.0001e10},
        {"0.1", 0.1},
        {"123456789012345678", 123456789012345678.0},
        {"9007199254740993", 9007199254740992.0},
        {"9007199254740993.00000000000000000000000000000000000000001", 9007199254740994.0},
        {"9007199254740991e22", 9007199254740991e22},
        {"999999999999999e22", 999999999999999e22},
        {"999999999999999e-22", 999999999999999e-22},
        {"1e22", 1e22},
        {"1e23", 1e23},
        {"1e-22", 1e-22},
        {"1e-23", 1e-23},
        {"1.7976931348623157e308", DBL_MAX},
        {"1.7976931348623158e308", DBL_MAX},
        {"1.7976931348623159e308", INFINITY},
        {"1e309", INFINITY},
        {"-1e400", -INFINITY},
        {"1e99999999999999999999999999", INFINITY},
        {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
        {"5e-324", 0x1p-1074},
        {"2.4703282292062327e-324", 0},
        {"2.4703282292062328e-324", 0x1p-1074},
        {"-1e-400", -0.0},
        {"1e-99999999999999999999999999", 0},
        {"0e99999999999999999999999999", 0},
        {"0.0000000000000000000000000000000001e34", 1},
        {"10000000000000000000000000000000000e-34", 1},
        {"inf", INFINITY},
        {"-Infinity", -INFINITY},
        {" +INF ", INFINITY},
        {"nan", NAN},
        {"-NaN", NAN},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        check(reads(rt, all[i].text, all[i].value));
}

CASE(float, what_is_no_float) {
    static const char *const all[] = {"",     " ",          ".",       "-",         "+-1",    "1 2",   "1e",   "1e+",
                                      "e5",   ".e5",        "1e5.0",   "1.2.3",     "_1",     "1_",    "1__0", "1_.5",
                                      "1._5", "1_e5",       "1e_5",    "1e5_",      "0x10",   "0x1p3", "1,5",  "1f",
                                      "in",   "infi",       "infinit", "infinityy", "nan(1)", "na",    "- 1",  "1d5",
                                      "--1",  "\xC2\xA0+1", "1e5e5",   "i",         "n"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ouro_obj *o = ouro_float_parse(rt, all[i], strlen(all[i]));
        if (o && !test_broken(rt))
            fprintf(stderr, "'%s' was taken for a float\n", all[i]);
        check(!o && says(rt, OURO_ERR_VALUE, "not a float: '"));
        ouro_xdecref(o);
    }
    check(!ouro_float_parse(rt, "1\0", 2) && says(rt, OURO_ERR_VALUE, "not a float: '1\\x00'"));
    check(!ouro_float_parse(rt, "1.5\0001", 5) && says(rt, OURO_ERR_VALUE, "not a float"));
}

// Texts of any length, and a tie that only a digit far behind the others decides.
CASE(float, long_texts) {
    static char text[20000];
    memset(text, '0', sizeof text);
    text[0] = '1';
    memcpy(text + 10001, "e-10000", 8);
    check(reads(rt, text, 1));
    memset(text, '0', sizeof text);
    text[1] = '.';
    memcpy(text + 10001, "1e10000", 8);
    check(reads(rt, text, 1));
    static char tie[3000] = "9007199254740993.";
    memset(tie + 17, '0', 2900);
    check(reads(rt, tie, 9007199254740992.0));
    tie[2916] = '1';
    check(reads(rt, tie, 9007199254740994.0));
    ouro_obj *half = own(number_of(rt, "5^1075")); // times 10^-1075: between 0 and the least float
    need(half);
    ouro_obj *digits = own(ouro_int_to_str(rt, half, 10));
    need(digits);
    snprintf(text, sizeof text, "%se-1075", ouro_str_data(digits));
    check(reads(rt, text, 0));
    snprintf(text, sizeof text, "%s%0500d1e-1576", ouro_str_data(digits), 0);
    check(reads(rt, text, 0x1p-1074));
    memset(text, '9', sizeof text);
    memcpy(text + 5000, "e-5000", 7);
    check(reads(rt, text, 1));
}

CASE(float, the_locale_does_not_matter) {
    const char *names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C"};
    char out[OURO_FLOAT_TEXT];
    for (size_t i = 0; i < 4 && !setlocale(LC_ALL, names[i]); i++)
        ;
    ouro_float_format(1234.5678, out);
    always(!strcmp(out, "1234.5678"));
    check(reads(rt, "1234.5678", 1234.5678) && reads(rt, "1234567890.0987654321", 1234567890.0987654321));
    setlocale(LC_ALL, "C");
}
