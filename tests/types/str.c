// SPDX-License-Identifier: MIT
// str.c: strs made and compared; what UTF-8 is taken and what is refused.
#include "ask.h"

// ---- making ----

CASE(str, made_from_text) {
    static const char *const texts[] = {"", "a", "abc", "seven..", "eight...", "nine.....", "a longer text of ASCII"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ouro_obj *s = ouro_str_from(rt, texts[i]);
        need(s);
        check(ouro_is_str(s) && ouro_is(s, ouro_str_type) && !ouro_str_is_interned(s));
        check(ouro_str_size(s) == strlen(texts[i]) && ouro_str_length(s) == strlen(texts[i]));
        check(ouro_str_is_ascii(s) && strcmp(ouro_str_data(s), texts[i]) == 0);
        ouro_decref(s);
    }
    ouro_obj *s = own(ouro_str_from(rt, "na\xc3\xafve \xf0\x9f\x90\x8d"));
    need(s);
    check(ouro_str_size(s) == 11 && ouro_str_length(s) == 7 && !ouro_str_is_ascii(s));
    check(ouro_str_data(s)[11] == 0);
    s = own(ouro_str_new(rt, "a\0b", 3));
    need(s);
    check(ouro_str_size(s) == 3 && memcmp(ouro_str_data(s), "a\0b", 4) == 0);
    check(!ouro_str_is(s, "a") && !ouro_gc_is_tracked(s));
}

CASE(str, none_and_one_character_are_shared) {
    ouro_obj *a = ouro_str_from(rt, "x"), *b = ouro_str_new(rt, "xyz", 1);
    check(a == b && ouro_is_immortal(a));
    check(ouro_str_from(rt, "") == ouro_str_new(rt, "abc", 0));
    ouro_obj *s = own(ouro_str_from(rt, "abcx"));
    need(s);
    check(ouro_str_slice(rt, s, 3, 4) == a && ouro_str_from_char(rt, 'x') == a);
    check(ouro_str_slice(rt, s, 3, 3) == ouro_str_from(rt, ""));
    ouro_obj *zero = ouro_str_new(rt, "", 1); // the NUL behind the text
    need(zero);
    check(ouro_str_size(zero) == 1 && ouro_is_immortal(zero));
}

CASE(str, formatted) {
    ouro_obj *s = own(ouro_str_format(rt, "%s is %d", "six", 6));
    need(s);
    check(text_is(s, "six is 6"));
    s = own(ouro_str_format(rt, "%0300d|", 7));
    need(s);
    check(ouro_str_size(s) == 301 && ouro_str_data(s)[299] == '7' && ouro_str_data(s)[300] == '|');
    check(!ouro_str_format(rt, "%s", "\xff") && says(rt, OURO_ERR_VALUE, "not UTF-8"));
}

CASE(str, too_large) {
    check(!ouro_str_new(rt, "x", (size_t)OURO_STR_MAX + 1) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(!ouro_str_new(rt, "x", SIZE_MAX) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    ouro_obj *s = own(ouro_str_from(rt, "0123456789"));
    need(s);
    check(!ouro_str_repeat(rt, s, PTRDIFF_MAX) && says(rt, OURO_ERR_OVERFLOW, "10 bytes"));
    check(!ouro_str_repeat(rt, s, OURO_STR_MAX / 10 + 1) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    ouro_obj *x = ouro_str_from(rt, "x"), *many = NULL;
    need(x);
    many = own(ouro_str_repeat(rt, x, 1 << 17));
    need(many);
    check(!ouro_str_replace(rt, many, x, many) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    need(list);
    for (int i = 0; i < (1 << 15); i++)
        must(ouro_list_append(rt, list, many));
    check(!ouro_str_join(rt, x, list) && says(rt, OURO_ERR_OVERFLOW, "too large"));
}

CASE(str, not_a_str) {
    ouro_obj *s = own(ouro_str_from(rt, "text")), *i = ouro_int_new(rt, 5), *out = s;
    need(s && i);
    uint32_t c;
    size_t at;
    check(!ouro_str_intern(rt, i) && says(rt, OURO_ERR_TYPE, "ouro_str_intern: 'str' expected, not 'int'"));
    check(ouro_str_at(rt, i, 0, &c) < 0 && says(rt, OURO_ERR_TYPE, "ouro_str_at"));
    check(!ouro_str_slice(rt, i, 0, 1) && says(rt, OURO_ERR_TYPE, "ouro_str_slice"));
    check(!ouro_str_concat(rt, i, s) && says(rt, OURO_ERR_TYPE, "ouro_str_concat"));
    check(!ouro_str_concat(rt, s, i) && says(rt, OURO_ERR_TYPE, "ouro_str_concat"));
    check(ouro_str_append(rt, &out, i) < 0 && out == s && says(rt, OURO_ERR_TYPE, "ouro_str_append"));
    out = i;
    check(ouro_str_append(rt, &out, s) < 0 && out == i && says(rt, OURO_ERR_TYPE, "ouro_str_append"));
    check(!ouro_str_repeat(rt, i, 2) && says(rt, OURO_ERR_TYPE, "ouro_str_repeat"));
    check(ouro_str_find(rt, i, s, 0, &at) < 0 && says(rt, OURO_ERR_TYPE, "ouro_str_find"));
    check(ouro_str_find(rt, s, i, 0, &at) < 0 && says(rt, OURO_ERR_TYPE, "ouro_str_find"));
    check(!ouro_str_split(rt, i, NULL) && says(rt, OURO_ERR_TYPE, "ouro_str_split"));
    check(!ouro_str_split(rt, s, i) && says(rt, OURO_ERR_TYPE, "ouro_str_split"));
    check(!ouro_str_join(rt, i, s) && says(rt, OURO_ERR_TYPE, "ouro_str_join"));
    check(!ouro_str_join(rt, s, i) && says(rt, OURO_ERR_TYPE, "iterable"));
    check(!ouro_str_replace(rt, i, s, s) && says(rt, OURO_ERR_TYPE, "ouro_str_replace"));
    check(!ouro_str_replace(rt, s, i, s) && says(rt, OURO_ERR_TYPE, "ouro_str_replace"));
    check(!ouro_str_replace(rt, s, s, i) && says(rt, OURO_ERR_TYPE, "ouro_str_replace"));
}

// ---- UTF-8 ----

// The rules once more, as a table of what each byte may be (Unicode Standard, table 3-7).
static size_t utf8_valid(const unsigned char *s, size_t n) {
    static const unsigned char rows[][8] = {
        {0x00, 0x7F},
        {0xC2, 0xDF, 0x80, 0xBF},
        {0xE0, 0xE0, 0xA0, 0xBF, 0x80, 0xBF},
        {0xE1, 0xEC, 0x80, 0xBF, 0x80, 0xBF},
        {0xED, 0xED, 0x80, 0x9F, 0x80, 0xBF},
        {0xEE, 0xEF, 0x80, 0xBF, 0x80, 0xBF},
        {0xF0, 0xF0, 0x90, 0xBF, 0x80, 0xBF, 0x80, 0xBF},
        {0xF1, 0xF3, 0x80, 0xBF, 0x80, 0xBF, 0x80, 0xBF},
        {0xF4, 0xF4, 0x80, 0x8F, 0x80, 0xBF, 0x80, 0xBF},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        size_t k = 0;
        while (k < 4 && (k == 0 || rows[r][2 * k]) && k < n && s[k] >= rows[r][2 * k] && s[k] <= rows[r][2 * k + 1])
            k++;
        if (k && (k == 4 || !rows[r][2 * k]))
            return k;
    }
    return 0;
}

// The code points of a text; -1 if it is not valid.
static ptrdiff_t utf8_count(const unsigned char *s, size_t n) {
    ptrdiff_t count = 0;
    for (size_t i = 0, width; i < n; i += width, count++)
        if (!(width = utf8_valid(s + i, n - i)))
            return -1;
    return count;
}

// True if the library says of a text what the table says.
static int utf8_agrees(ouro_rt *rt, const unsigned char *s, size_t n) {
    ptrdiff_t count = utf8_count(s, n);
    ouro_obj *o = ouro_str_new(rt, (const char *)s, n);
    int right = o ? (ptrdiff_t)ouro_str_length(o) == count && memcmp(ouro_str_data(o), s, n) == 0 : count < 0;
    ouro_xdecref(o);
    if (!o && count < 0)
        right = ouro_error_code(rt) == OURO_ERR_VALUE;
    ouro_error_clear(rt);
    return right;
}

CASE(str, utf8_of_two_bytes_at_any_place) {
    unsigned char text[24];
    size_t step = kit_size(1, 37);
    for (size_t two = 0; two < 0x10000; two += step) {
        size_t before = two * 7 % 17;
        memset(text, 'a', sizeof text);
        text[before] = (unsigned char)(two >> 8);
        text[before + 1] = (unsigned char)two;
        check(utf8_agrees(rt, text, before + 2) && utf8_agrees(rt, text, sizeof text));
    }
}

CASE(str, utf8_of_three_and_four_bytes) {
    static const unsigned char edges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
                                          0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
    size_t n = sizeof edges, step = kit_size(1, 997);
    for (size_t k = 0; k < n * n * n * n; k += step) {
        unsigned char text[5] = {edges[k % n], edges[k / n % n], edges[k / n / n % n], edges[k / n / n / n], 'z'};
        for (size_t length = 3; length <= 5; length++)
            check(utf8_agrees(rt, text, length));
    }
}

CASE(str, utf8_says_where) {
    check(!ouro_str_from(rt, "0123456789\xc3") && says(rt, OURO_ERR_VALUE, "byte 0xc3 at 10 of 11"));
    check(!ouro_str_from(rt, "\xc3\xa9\xed\xa0\x80") && says(rt, OURO_ERR_VALUE, "byte 0xed at 2 of 5"));
    check(!ouro_str_from(rt, "abc\x80xyz") && says(rt, OURO_ERR_VALUE, "byte 0x80 at 3 of 7"));
}

CASE(str, every_code_point) {
    uint32_t step = (uint32_t)kit_size(1, 1009);
    for (uint32_t c = 0; c < 0x110000 + 10; c += step) {
        uint32_t back = 0;
        ouro_obj *s = ouro_str_from_char(rt, c);
        if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
            check(!s && says(rt, OURO_ERR_VALUE, "not a code point"));
            continue;
        }
        need(s);
        check(ouro_str_length(s) == 1 && ouro_str_at(rt, s, 0, &back) == 0 && back == c);
        check(utf8_count((const unsigned char *)ouro_str_data(s), ouro_str_size(s)) == 1);
        ouro_decref(s);
    }
    check(!ouro_str_from_char(rt, UINT32_MAX) && says(rt, OURO_ERR_VALUE, "not a code point"));
}

// ---- comparing ----

CASE(str, order_of_code_points) {
    static const char *const texts[] = {
        "", "A", "AB", "B", "a", "a\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xef\xbf\xbd", "\xf0\x90\x80\x80"};
    int n = (int)(sizeof texts / sizeof *texts);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            ouro_obj *a = own(ouro_str_from(rt, texts[i])), *b = own(ouro_str_format(rt, "%s", texts[j]));
            need(a && b);
            check(ouro_str_compare(a, b) == (i > j) - (i < j) && ouro_str_equal(a, b) == (i == j));
            check(ouro_compare(rt, OURO_EQ, a, b) == (i == j) && ouro_compare(rt, OURO_NE, a, b) == (i != j));
            check(ouro_compare(rt, OURO_LT, a, b) == (i < j) && ouro_compare(rt, OURO_LE, a, b) == (i <= j));
            check(ouro_compare(rt, OURO_GT, a, b) == (i > j) && ouro_compare(rt, OURO_GE, a, b) == (i >= j));
            check(ouro_str_is(a, texts[i]) && ouro_str_is(a, texts[j]) == (i == j));
        }
}

CASE(str, equal_ones_have_one_hash) {
    ouro_obj *a = own(ouro_str_from(rt, "equal")), *b = own(ouro_str_format(rt, "eq%s", "ual"));
    ouro_obj *c = own(ouro_str_from(rt, "equaL"));
    need(a && b && c);
    uint64_t x, y, z;
    check(a != b && ouro_str_equal(a, b));
    must(ouro_hash(rt, a, &x));
    must(ouro_hash(rt, b, &y));
    must(ouro_hash(rt, c, &z));
    check(x == y && x != z && x != 0);
    check(ouro_str_equal(a, b) && !ouro_str_equal(a, c)); // now by their hashes
    check(ouro_hash(rt, a, &y) == 0 && y == x);
    ouro_obj *i = ouro_int_new(rt, 5);
    check(ouro_compare(rt, OURO_EQ, a, i) == 0 && ouro_compare(rt, OURO_LT, a, i) < 0);
    check(says(rt, OURO_ERR_TYPE, "'<' not supported between 'str' and 'int'"));
}
