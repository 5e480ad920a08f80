// SPDX-License-Identifier: MIT
// int.c: ints made, read, and written as text; where their memory is, and what happens when there is none.
#include "sums.h"

#include <limits.h>
#include <math.h>

// ---- making and reading ----

CASE(int, small_ones_are_shared) {
    for (int i = -8; i <= 260; i++) {
        ouro_obj *a = own(ouro_int_new(rt, i)), *b = own(ouro_int_new(rt, i));
        need(a);
        need(b);
        int small = i >= -5 && i <= 256;
        check(ouro_int_word(a) == i && ouro_int_word(b) == i && (a == b) == small);
        check(ouro_is_immortal(a) == small);
    }
}

CASE(int, words_are_leaves_of_16_bytes) {
    ouro_obj *o = own(ouro_int_new(rt, 1000));
    need(o);
    exact(OURO_DEBUG || ouro_block_size(o) == 16);
    always(ouro_type_is_acyclic(ouro_int_type) && ouro_type_is_acyclic(ouro_type_of(o)));
}

CASE(int, told_apart) {
    ouro_obj *word = own(ouro_int_new(rt, 1000)), *big = own(number_of(rt, "2^64")), *f = own(ouro_float_new(rt, 1));
    need(word);
    need(big);
    need(f);
    always(ouro_is_int(word) && ouro_int_is_word(word) && ouro_is_a(word, ouro_int_type));
    always(ouro_is_int(big) && !ouro_int_is_word(big) && ouro_is_a(big, ouro_int_type));
    always(!ouro_is_int(f) && !ouro_int_is_word(f) && !ouro_is_float(word) && !ouro_is_float(big));
    always(!ouro_is_int(ouro_none(rt)) && !strcmp(ouro_type_of(big)->name, "int"));
}

// One value all ways.
static int reads(ouro_rt *rt, const char *text, int64_t word, int fits_word, uint64_t u64, int fits_u64) {
    ouro_obj *o = number_of(rt, text);
    int64_t i = 77;
    uint64_t u = 77;
    if (!o)
        return 0;
    int right = (ouro_int_get(rt, o, &i) == 0) == fits_word && i == (fits_word ? word : 77);
    right &= fits_word || says(rt, OURO_ERR_OVERFLOW, "does not fit");
    right &= (ouro_int_get_u64(rt, o, &u) == 0) == fits_u64 && u == (fits_u64 ? u64 : 77);
    right &= fits_u64 || says(rt, OURO_ERR_OVERFLOW, *text == '-' ? "negative" : "does not fit");
    right &= ouro_int_is_word(o) == fits_word || ouro_is_bool(o);
    ouro_decref(o);
    return right;
}

CASE(int, read_into_words) {
    check(reads(rt, "0", 0, 1, 0, 1));
    check(reads(rt, "True", 1, 1, 1, 1));
    check(reads(rt, "-1", -1, 1, 0, 0));
    check(reads(rt, "-2^63", INT64_MIN, 1, 0, 0));
    check(reads(rt, "-2^63-1", 0, 0, 0, 0));
    check(reads(rt, "2^63-1", INT64_MAX, 1, INT64_MAX, 1));
    check(reads(rt, "2^63", 0, 0, (uint64_t)INT64_MAX + 1, 1));
    check(reads(rt, "2^64-1", 0, 0, UINT64_MAX, 1));
    check(reads(rt, "2^64", 0, 0, 0, 0));
    check(reads(rt, "2^200", 0, 0, 0, 0));
    check(reads(rt, "-2^200", 0, 0, 0, 0));
}

CASE(int, made_of_u64) {
    static const uint64_t values[] = {0, 256, 257, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        uint64_t back = 1;
        ouro_obj *o = own(ouro_int_from_u64(rt, values[i]));
        need(o);
        check(ouro_int_get_u64(rt, o, &back) == 0 && back == values[i]);
        check(ouro_int_is_word(o) == (values[i] <= INT64_MAX));
    }
}

CASE(int, other_objects_are_refused) {
    int64_t i;
    uint64_t u;
    double d;
    ouro_obj *f = own(ouro_float_new(rt, 1)), *s = own(ouro_str_from(rt, "1"));
    need(f);
    need(s);
    check(ouro_int_get(rt, f, &i) == -1 && says(rt, OURO_ERR_TYPE, "ouro_int_get: 'int' expected, not 'float'"));
    check(ouro_int_get_u64(rt, s, &u) == -1 && says(rt, OURO_ERR_TYPE, "ouro_int_get_u64: 'int' expected, not 'str'"));
    check(ouro_int_get_double(rt, f, &d) == -1 && says(rt, OURO_ERR_TYPE, "ouro_int_get_double: 'int' expected"));
    check(!ouro_int_to_str(rt, s, 10) && says(rt, OURO_ERR_TYPE, "ouro_int_to_str: 'int' expected, not 'str'"));
}

CASE(int, bits_and_sign) {
    static const struct {
        const char *text;
        size_t bits;
        int sign;
    } all[] = {{"0", 0, 0},       {"1", 1, 1},           {"-1", 1, -1},   {"255", 8, 1},   {"256", 9, 1},
               {"-2^63", 64, -1}, {"2^63-1", 63, 1},     {"2^63", 64, 1}, {"2^64", 65, 1}, {"-2^64", 65, -1},
               {"2^60", 61, 1},   {"2^1000-1", 1000, 1}, {"True", 1, 1},  {"False", 0, 0}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ouro_obj *o = own(number_of(rt, all[i].text));
        need(o);
        check(ouro_int_bits(o) == all[i].bits && ouro_int_sign(o) == all[i].sign);
    }
}

// ---- doubles ----

CASE(int, of_a_double) {
    static const struct {
        double value;
        const char *text;
    } all[] = {{0.0, "0"},
               {-0.9, "0"},
               {2.9, "2"},
               {-2.9, "-2"},
               {0x1p63, "9223372036854775808"},
               {-0x1p63, "-9223372036854775808"},
               {0x1.fffffffffffffp62, "9223372036854774784"},
               {0x1p64, "18446744073709551616"},
               {-0x1.8p100, "-1901475900342344102245054808064"},
               {1e22, "10000000000000000000000"},
               {0x1.0000000000001p119, "664613997892458084025856119816585216"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ouro_obj *o = own(ouro_int_from_double(rt, all[i].value));
        need(o);
        ouro_obj *s = own(ouro_int_to_str(rt, o, 10));
        need(s);
        check(text_is(s, all[i].text));
    }
    double back = 0;
    ouro_obj *largest = own(ouro_int_from_double(rt, -0x1.fffffffffffffp1023));
    need(largest);
    check(ouro_int_bits(largest) == 1024 && ouro_int_get_double(rt, largest, &back) == 0 &&
          back == -0x1.fffffffffffffp1023);
    check(!ouro_int_from_double(rt, INFINITY) && says(rt, OURO_ERR_OVERFLOW, "infinity"));
    check(!ouro_int_from_double(rt, -INFINITY) && says(rt, OURO_ERR_OVERFLOW, "infinity"));
    check(!ouro_int_from_double(rt, NAN) && says(rt, OURO_ERR_VALUE, "NaN"));
}

CASE(int, as_the_nearest_double) {
    static const struct {
        const char *text;
        double value;
    } all[] = {{"0", 0},
               {"True", 1},
               {"-1000", -1000},
               {"2^53+1", 0x1p53},
               {"2^53+3", 0x1p53 + 4},
               {"2^63", 0x1p63},
               {"-2^63-1", -0x1p63},
               {"2^64+2048", 0x1p64},        // a tie, to even
               {"2^64+2049", 0x1p64 + 4096}, // just above it
               {"2^64+6144", 0x1p64 + 8192}, // a tie, to even
               {"2^64+6143", 0x1p64 + 4096},
               {"18446744073709551616", 0x1p64},
               {"-2^100", -0x1p100},
               {"2^100-1", 0x1p100},
               {"0x1fffffffffffff00000000000000000000000000000000", 0x1.fffffffffffffp180},
               {"0x1fffffffffffff80000000000000000000000000000000", 0x1p181},               // a tie
               {"0x1ffffffffffffe80000000000000000000000000000000", 0x1.ffffffffffffep180}, // a tie
               {"0x1ffffffffffffe80000000000000000000000000000001", 0x1.fffffffffffffp180},
               {"2^1023", 0x1p1023}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        double d = 0.5;
        ouro_obj *o = own(number_of(rt, all[i].text));
        need(o);
        check(ouro_int_get_double(rt, o, &d) == 0 && d == all[i].value);
    }
    double d = 0.5;
    ouro_obj *half = own(number_of(rt, "2^970")), *top = own(number_of(rt, "2^1024"));
    need(half);
    need(top);
    ouro_obj *tie = own(ouro_binary(rt, OURO_SUB, top, half)); // half way to what would be the next double
    need(tie);
    check(ouro_int_get_double(rt, tie, &d) == -1 && d == 0.5 && says(rt, OURO_ERR_OVERFLOW, "too large for a float"));
    ouro_obj *below = own(ouro_binary(rt, OURO_SUB, tie, ouro_int_new(rt, 1)));
    need(below);
    check(ouro_int_get_double(rt, below, &d) == 0 && d == 0x1.fffffffffffffp1023);
}

// ---- text ----

static int parses(ouro_rt *rt, const char *text, int base, const char *decimal) {
    ouro_obj *o = ouro_int_parse(rt, text, strlen(text), base), *s = o ? ouro_int_to_str(rt, o, 10) : NULL;
    int right = s && text_is(s, decimal);
    ouro_xdecref(o);
    ouro_xdecref(s);
    return right;
}

CASE(int, read_from_text) {
    check(parses(rt, "0", 10, "0") && parses(rt, "-0", 10, "0") && parses(rt, "+7", 10, "7"));
    check(parses(rt, " \t\n\v\f\r42 \n", 10, "42") && parses(rt, "1_000_000", 10, "1000000"));
    check(parses(rt, "007", 10, "7") && parses(rt, "9223372036854775807", 10, "9223372036854775807"));
    check(parses(rt, "-9223372036854775808", 10, "-9223372036854775808"));
    check(parses(rt, "9223372036854775808", 10, "9223372036854775808"));
    check(parses(rt, "-9223372036854775809", 10, "-9223372036854775809"));
    check(parses(rt, "18446744073709551615", 10, "18446744073709551615"));
    check(parses(rt, "18446744073709551616", 10, "18446744073709551616"));
    check(parses(rt, "0000000000000000000000000000001", 10, "1") &&
          parses(rt, "0000000000000000000000000000001", 2, "1"));
    check(parses(rt, "1_2345678901234567890_1234567890123456789", 10, "123456789012345678901234567890123456789"));
    check(parses(rt, "123456789_0123456789_0123456789_0123456789", 10, "123456789012345678901234567890123456789"));
}

CASE(int, read_in_other_bases) {
    check(parses(rt, "ff", 16, "255") && parses(rt, "0xFF", 16, "255") && parses(rt, "-0Xff", 0, "-255"));
    check(parses(rt, "0o17", 0, "15") && parses(rt, "0O17", 8, "15") && parses(rt, "17", 8, "15"));
    check(parses(rt, "0b101", 0, "5") && parses(rt, "0B101", 2, "5") && parses(rt, "0b1", 16, "177"));
    check(parses(rt, "0x_f", 0, "15") && parses(rt, "zZ", 36, "1295") && parses(rt, "10", 7, "7"));
    check(parses(rt, "0", 0, "0") && parses(rt, "000", 0, "0") && parses(rt, "0_0", 0, "0") &&
          parses(rt, "10", 0, "10"));
    check(parses(rt, "ffffffffffffffff", 16, "18446744073709551615"));
    check(parses(rt, "-1_0000_0000_0000_0000_0000_0000", 16, "-79228162514264337593543950336"));
    check(parses(rt, "vvvvvvvvvvvvvvvvvvvv", 32, "1267650600228229401496703205375"));
    check(parses(rt, "3333333333333333333333333333333333333333333333333333", 4, "20282409603651670423947251286015"));
    check(parses(rt, "777777777777777777777777777777777777", 8, "324518553658426726783156020576255"));
    check(parses(rt, "zzzzzzzzzzzzzzzzzzzzzzzzz", 36, "808281277464764060643139600456536293375"));
    check(parses(rt, "1000000000000000000000000000000000000000000000000000000000000000000000000", 2,
                 "4722366482869645213696"));
}

CASE(int, what_is_no_int) {
    static const struct {
        const char *text;
        int base;
    } all[] = {{"", 10},     {" ", 10},        {"-", 10},
               {"+", 0},     {"--1", 10},      {"1-", 10},
               {"1 2", 10},  {"_1", 10},       {"1_", 10},
               {"1__2", 10}, {"a", 10},        {"12a", 10},
               {"2", 2},     {"0b2", 0},       {"0b1", 10},
               {"0x", 0},    {"0x", 16},       {"0x_", 0},
               {"0x__1", 0}, {"0xg", 0},       {"012", 0},
               {"0_7", 0},   {"z", 35},        {"1.0", 10},
               {"1e5", 10},  {"- 1", 10},      {"0x-1", 16},
               {"@", 36},    {"[", 36},        {"`", 36},
               {"{", 36},    {"\xC2\xB2", 10}, {"0123456789012345678901234567890", 0}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ouro_obj *o = ouro_int_parse(rt, all[i].text, strlen(all[i].text), all[i].base);
        check(!o && says(rt, OURO_ERR_VALUE, "not an int in base"));
        if (o && !test_broken(rt))
            fprintf(stderr, "'%s' was taken for an int\n", all[i].text);
        ouro_xdecref(o);
    }
    check(!ouro_int_parse(rt, "1\0002", 3, 10) && says(rt, OURO_ERR_VALUE, "not an int in base 10: '1\\x002'"));
    check(!ouro_int_parse(rt, "\xFFq", 2, 10) && says(rt, OURO_ERR_VALUE, "'\\xffq'"));
    char nines[100];
    memset(nines, '9', sizeof nines);
    nines[99] = '?';
    check(!ouro_int_parse(rt, nines, 100, 10) &&
          says(rt, OURO_ERR_VALUE, "'9999999999999999999999999999999999999999...'"));
}

CASE(int, bases_there_are_not) {
    static const int bases[] = {-1, 1, 37, INT_MAX, INT_MIN};
    for (size_t i = 0; i < 5; i++) {
        check(!ouro_int_parse(rt, "1", 1, bases[i]) && says(rt, OURO_ERR_VALUE, "ouro_int_parse: the base"));
        check(!ouro_int_to_str(rt, ouro_int_new(rt, 1), bases[i]) &&
              says(rt, OURO_ERR_VALUE, "ouro_int_to_str: the base"));
    }
    check(!ouro_int_to_str(rt, ouro_int_new(rt, 1), 0) && says(rt, OURO_ERR_VALUE, "not 0"));
}

static int written(ouro_rt *rt, const char *number, int base, const char *text) {
    ouro_obj *o = number_of(rt, number), *s = o ? ouro_int_to_str(rt, o, base) : NULL;
    int right = s && text_is(s, text);
    ouro_xdecref(o);
    ouro_xdecref(s);
    return right;
}

CASE(int, written_in_any_base) {
    check(written(rt, "0", 10, "0") && written(rt, "0", 2, "0") && written(rt, "-255", 16, "-ff"));
    check(written(rt, "-2^63", 10, "-9223372036854775808") && written(rt, "True", 10, "1"));
    check(written(rt, "-2^63", 2, "-1000000000000000000000000000000000000000000000000000000000000000"));
    check(written(rt, "2^64", 16, "10000000000000000") && written(rt, "2^64-1", 16, "ffffffffffffffff"));
    check(written(rt, "2^64", 8, "2000000000000000000000") && written(rt, "-2^64", 32, "-g000000000000"));
    check(written(rt, "2^100", 36, "3ewfdnca0n6ld1ggvfgg"));
    check(written(rt, "10^36", 10, "1000000000000000000000000000000000000"));
    check(written(rt, "10^36-1", 10, "999999999999999999999999999999999999"));
    check(written(rt, "-10^18", 10, "-1000000000000000000") && written(rt, "10^19+5", 10, "10000000000000000005"));
    check(written(rt, "3^80", 3, "100000000000000000000000000000000000000000000000000000000000000000000000000000000"));
    check(written(rt, "36^20", 36, "100000000000000000000"));
}

CASE(int, every_base_there_and_back) {
    static const char *const all[] = {"2^64", "-2^64-1", "3^100", "-10^40+7", "2^300-1", "2^120", "12345"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int base = 2; base <= 36; base += test_mode_now() == TEST_PLAIN ? 1 : 7) {
            ouro_obj *o = number_of(rt, all[i]), *s = o ? ouro_int_to_str(rt, o, base) : NULL;
            ouro_obj *back = s ? ouro_int_parse(rt, ouro_str_data(s), ouro_str_size(s), base) : NULL;
            check(back && ouro_equal(rt, o, back) == 1);
            ouro_xdecref(o);
            ouro_xdecref(s);
            ouro_xdecref(back);
        }
}

// ---- the limit of digits ----

CASE(int, digits_are_limited) {
    static char nines[5000];
    memset(nines, '9', sizeof nines);
    ouro_obj *most = own(ouro_int_parse(rt, nines, 4300, 10));
    need(most);
    check(!ouro_int_parse(rt, nines, 4301, 10) && says(rt, OURO_ERR_VALUE, "more than 4300 digits is not read"));
    ouro_obj *text = own(ouro_int_to_str(rt, most, 10));
    need(text);
    check(ouro_str_size(text) == 4300);
    ouro_obj *more = own(ouro_binary(rt, OURO_ADD, most, ouro_int_new(rt, 1)));
    need(more);
    check(!ouro_int_to_str(rt, more, 10) && says(rt, OURO_ERR_VALUE, "more than 4300 digits is not written"));
    check(!ouro_repr(rt, more) && says(rt, OURO_ERR_VALUE, "ouro_int_set_max_digits"));
    ouro_obj *large = own(number_of(rt, "2^100000"));
    need(large);
    check(!ouro_repr(rt, large) && says(rt, OURO_ERR_VALUE, "4300"));
    ouro_int_set_max_digits(rt, 4301);
    ouro_obj *now = own(ouro_repr(rt, more));
    need(now);
    check(ouro_str_size(now) == 4301);
    ouro_int_set_max_digits(rt, 0);
    ouro_obj *all = own(ouro_int_parse(rt, nines, 5000, 10));
    need(all);
    ouro_obj *back = own(ouro_int_to_str(rt, all, 10));
    need(back);
    check(ouro_str_size(back) == 5000 && !memcmp(ouro_str_data(back), nines, 5000));
}

CASE(int, digits_of_words_are_limited_too) {
    ouro_int_set_max_digits(rt, 3);
    check(parses(rt, "-999", 10, "-999") && !ouro_int_parse(rt, "1000", 4, 10) && says(rt, OURO_ERR_VALUE, "3 digits"));
    ouro_obj *o = own(ouro_int_new(rt, -1000));
    need(o);
    check(!ouro_repr(rt, o) && says(rt, OURO_ERR_VALUE, "3 digits is not written"));
    ouro_obj *s = own(ouro_int_to_str(rt, o, 2)); // linear: not limited
    need(s);
    check(text_is(s, "-1111101000"));
    ouro_obj *back = own(ouro_int_parse(rt, "1111101000", 10, 2));
    need(back);
    check(ouro_int_word(back) == 1000);
}

// ---- memory ----

CASE(int, digits_lie_in_the_object) {
    ouro_mem_usage before = kit_usage(rt);
    ouro_obj *o = ouro_binary(rt, OURO_LSHIFT, ouro_int_new(rt, 1), ouro_int_new(rt, 250)); // digits: 251 / 60
    need(o);
    ouro_mem_usage with = kit_usage(rt);
    exact(!kit_is_lean() || with.object_bytes - before.object_bytes == 40 + 5 * 8);
    always(with.external_bytes == before.external_bytes);
    ouro_decref(o);
    always(kit_usage(rt).used == before.used);
}

CASE(int, a_result_keeps_no_more_than_it_needs) {
    ouro_obj *a = own(number_of(rt, "2^60000")), *places = own(ouro_int_new(rt, 59000));
    need(a);
    need(places);
    ouro_obj *b = own(ouro_binary(rt, OURO_SUB, a, ouro_int_new(rt, 1)));
    need(b);
    size_t before = kit_usage(rt).used;
    ouro_obj *rest = own(ouro_binary(rt, OURO_RSHIFT, b, places));
    need(rest);
    exact(!kit_is_lean() || kit_usage(rt).used - before <= 25 * 8);
    ouro_obj *small = own(ouro_binary(rt, OURO_SUB, a, b));
    need(small);
    check(ouro_is_immortal(small) && ouro_int_word(small) == 1);
}

CASE(int, the_limit_of_memory_holds_for_digits) {
    ouro_mem_usage usage = kit_usage(rt);
    ouro_obj *o = own(number_of(rt, "2^1000")), *n = own(ouro_int_new(rt, 1 << 26));
    need(o);
    need(n);
    ouro_mem_set_limit(rt, usage.pages + (1 << 20));
    check(!ouro_binary(rt, OURO_LSHIFT, o, n) && says(rt, OURO_ERR_MEMORY, ""));
    always(kit_usage(rt).used < usage.used + (1 << 20));
    ouro_mem_set_limit(rt, 0);
    ouro_obj *large = own(ouro_binary(rt, OURO_LSHIFT, o, n));
    need(large);
    check(ouro_int_bits(large) == 1001 + (1u << 26) && kit_usage(rt).used > 1 << 23);
}

// ---- types of the embedder's own, based on these ----

typedef struct mark {
    ouroi_int number;
    ouro_obj *note;
} mark;

static const ouro_field mark_fields[] = {OURO_FIELD(mark, note)};
static ouro_type mark_type, meter_type;

static ouro_obj *mark_new(ouro_rt *rt, int64_t value) {
    if (!mark_type.name) {
        ouro_type_init(&mark_type, "mark", sizeof(mark));
        mark_type.fields = mark_fields;
        mark_type.n_fields = 1;
        mark_type.base = ouro_int_type;
    }
    mark *m = ouro_type_register(rt, &mark_type) < 0 ? NULL : ouro_new(rt, &mark_type);
    if (m)
        m->number.value = value;
    return obj(m);
}

static ouro_obj *meter_new(ouro_rt *rt, double value) {
    if (!meter_type.name) {
        ouro_type_init(&meter_type, "meter", sizeof(ouroi_float));
        meter_type.base = ouro_float_type;
    }
    ouroi_float *m = ouro_type_register(rt, &meter_type) < 0 ? NULL : ouro_new(rt, &meter_type);
    if (m)
        m->value = value;
    return obj(m);
}

CASE(int, a_type_based_on_it_is_one) {
    ouro_obj *m = own(mark_new(rt, 41)), *f = own(meter_new(rt, 0.5));
    int64_t i = 0;
    double d = 0;
    need(m);
    need(f);
    check(ouro_int_get(rt, m, &i) == 0 && i == 41 && ouro_int_bits(m) == 6 && ouro_int_sign(m) == 1);
    check(ouro_float_get(rt, f, &d) == 0 && d == 0.5);
    ouro_obj *total = own(ouro_binary(rt, OURO_ADD, m, ouro_int_new(rt, 1)));
    need(total);
    check(ouro_is(total, ouro_int_type) && ouro_int_word(total) == 42);
    ouro_obj *half = own(ouro_binary(rt, OURO_MUL, m, f)), *plain = own(ouro_unary(rt, OURO_POS, m));
    need(half);
    need(plain);
    check(ouro_is(half, ouro_float_type) && ouro_float_value(half) == 20.5);
    check(ouro_is(plain, ouro_int_type) && ouro_int_word(plain) == 41);
    ouro_obj *bare = own(ouro_unary(rt, OURO_POS, f));
    need(bare);
    check(bare != f && ouro_is(bare, ouro_float_type) && ouro_equal(rt, bare, f) == 1);
    check(ouro_compare(rt, OURO_LT, f, m) == 1 && ouro_equal(rt, plain, m) == 1 && ouro_truth(rt, m) == 1);
    ouro_obj *s = own(ouro_repr(rt, m));
    need(s);
    check(text_is(s, "41"));
}

CASE(int, other_types_are_no_numbers) {
    ouro_obj *t = own(obj(node_new(rt)));
    double d;
    need(t);
    check(ouro_float_get(rt, t, &d) == -1 && says(rt, OURO_ERR_TYPE, "'float' expected, not 'node'"));
    check(!ouro_binary(rt, OURO_ADD, ouro_int_new(rt, 1), t) && says(rt, OURO_ERR_TYPE, "'int' and 'node'"));
}

// ---- instances of the user's classes, based on these ----

CASE(int, a_class_based_on_it_has_ints_of_any_size) {
    static const char *const values[] = {"41", "1000", "2^64", "-2^200"};
    ouro_obj *base = ouro_class_of_type(rt, ouro_int_type);
    need(base);
    ouro_obj *count = own(ouro_class_new(rt, "Count", base, NULL));
    need(count);
    ouro_obj *seven = own(ouro_instance_new(rt, count, ouro_int_new(rt, 7)));
    need(seven);
    ouro_obj *shared = ouro_call(rt, base, &seven, 1, NULL);
    check(shared == ouro_int_new(rt, 7) && seven != shared);
    size_t before = kit_usage(rt).used;
    for (size_t i = 0; i < 4; i++) {
        ouro_obj *value = number_of(rt, values[i]), *o = value ? ouro_instance_new(rt, count, value) : NULL;
        ouro_obj *plain = o ? ouro_unary(rt, OURO_POS, o) : NULL, *repr = o ? ouro_repr(rt, o) : NULL;
        ouro_obj *twice = o ? ouro_binary(rt, OURO_ADD, o, o) : NULL,
                 *none = twice ? ouro_binary(rt, OURO_SUB, twice, o) : NULL;
        uint64_t h = 0, g = 1;
        check(ouro_is_int(o) && !ouro_is(o, ouro_int_type) && ouro_int_is_word(o) == (i < 2));
        check(ouro_equal(rt, o, value) == 1 && ouro_equal(rt, none, o) == 1 && ouro_int_sign(o) == (i < 3 ? 1 : -1));
        check(ouro_hash(rt, o, &h) == 0 && ouro_hash(rt, value, &g) == 0 && h == g);
        check(plain != o && ouro_type_of(plain) == ouro_type_of(value) && ouro_equal(rt, plain, value) == 1);
        check((i == 0) == ouro_is_immortal(plain) && ouro_is_int(twice) && repr);
        ouro_xdecref(value);
        ouro_xdecref(o);
        ouro_xdecref(plain);
        ouro_xdecref(repr);
        ouro_xdecref(twice);
        ouro_xdecref(none);
    }
    exact(kit_usage(rt).used == before);
}
