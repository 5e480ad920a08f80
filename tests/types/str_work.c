// SPDX-License-Identifier: MIT
// str_work.c: strs searched, split, joined, replaced, and asked through the protocols.
#include "ask.h"

// ---- find ----

// The obvious way.
static ptrdiff_t find_naive(const char *in, size_t n, const char *part, size_t m, size_t from) {
    for (size_t at = from; at + m <= n; at++)
        if (memcmp(in + at, part, m) == 0)
            return (ptrdiff_t)at;
    return -1;
}

static int find_agrees(ouro_rt *rt, ouro_obj *s, ouro_obj *part, size_t from) {
    size_t at = 0;
    int found = ouro_str_find(rt, s, part, from, &at);
    ptrdiff_t right = find_naive(ouro_str_data(s), ouro_str_size(s), ouro_str_data(part), ouro_str_size(part), from);
    return right < 0 ? found == 0 : found == 1 && (ptrdiff_t)at == right;
}

CASE(str_work, found_as_the_obvious_way_finds) {
    static const char *const parts[] = {"",   "a",    "b",    "z",       "ab",       "aab",     "aba",
                                        "aa", "aaaa", "abab", "abaabab", "babababa", "bbbbbbba"};
    char text[41];
    size_t step = kit_size(1, 400);
    for (size_t k = 0; k < 4096; k += step) {
        for (size_t i = 0; i < 40; i++)
            text[i] = (char)('a' + (k >> i % 12 & 1));
        ouro_obj *s = ouro_str_new(rt, text, 40);
        need(s);
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            ouro_obj *part = ouro_str_from(rt, parts[p]);
            if (part)
                check(find_agrees(rt, s, part, k % 45) && find_agrees(rt, s, part, 0));
            ouro_xdecref(part);
        }
        ouro_decref(s);
    }
}

// Texts that look right nearly everywhere, long enough that the search changes its way: words made as Fibonacci's
// numbers are, and powers of one letter.
CASE(str_work, found_in_texts_that_repeat_themselves) {
    ouro_obj *a = own(ouro_str_from(rt, "a")), *b = own(ouro_str_from(rt, "ab"));
    need(a && b);
    for (int i = 0; i < 13; i++) {
        ouro_obj *c = own(ouro_str_concat(rt, b, a));
        need(c);
        a = b;
        b = c;
    }
    size_t n = ouro_str_size(b);
    for (size_t from = 0; from < 200; from += 7)
        for (size_t m = 1; from + m < 500; m += 1 + m / 3) {
            char part_text[512];
            memcpy(part_text, ouro_str_data(b) + from, m);
            ouro_obj *part = ouro_str_new(rt, part_text, m);
            need(part);
            check(find_agrees(rt, b, part, 0) && find_agrees(rt, b, part, n / 2));
            ouro_decref(part);
            part_text[m - 1] = part_text[m - 1] == 'a' ? 'b' : 'a'; // occurs seldom, or never
            part = ouro_str_new(rt, part_text, m);
            need(part);
            check(find_agrees(rt, b, part, 0) && find_agrees(rt, b, part, n / 3));
            ouro_decref(part);
        }
}

// The part, k letters and one other among them, is nowhere until the end. The obvious way would take hours.
CASE(str_work, searching_is_linear) {
    size_t n = kit_size(4000000, 20000), m = n / 4;
    char *text = malloc(n + 1), *part = malloc(m + 1);
    always(text && part);
    memset(text, 'a', n);
    for (size_t other = 0; other < m; other += m / 5) {
        memset(part, 'a', m);
        part[other] = 'b';
        for (size_t i = other ? 0 : m; i + m < n; i += m)
            text[i + other] = 'b'; // breaks what the last round made
        memset(text, 'a', n);
        ouro_obj *s = ouro_str_new(rt, text, n), *p = ouro_str_new(rt, part, m);
        size_t at;
        if (s && p)
            check(ouro_str_find(rt, s, p, 0, &at) == 0 && ouro_contains(rt, s, p) == 0);
        ouro_xdecref(s);
        text[n - m + other] = 'b';
        s = ouro_str_new(rt, text, n);
        if (s && p)
            check(ouro_str_find(rt, s, p, 0, &at) == 1 && at == n - m);
        ouro_xdecref(s);
        ouro_xdecref(p);
        memset(text, 'a', n);
    }
    free(text);
    free(part);
}

CASE(str_work, found_by_code_points) {
    ouro_obj *s = own(ouro_str_from(rt, "\xc3\xa9t\xc3\xa9, \xe2\x82\xac 5, \xc3\xa9t\xc3\xa9"));
    ouro_obj *part = own(ouro_str_from(rt, "t\xc3\xa9")), *empty = ouro_str_from(rt, "");
    need(s && part);
    size_t at;
    check(ouro_str_find(rt, s, part, 0, &at) == 1 && at == 1);
    check(ouro_str_find(rt, s, part, 1, &at) == 1 && at == 1);
    check(ouro_str_find(rt, s, part, 2, &at) == 1 && at == 11);
    check(ouro_str_find(rt, s, part, 12, &at) == 0 && ouro_str_find(rt, s, part, 14, &at) == 0);
    check(ouro_str_find(rt, s, part, SIZE_MAX, &at) == 0);
    check(ouro_str_find(rt, s, empty, 13, &at) == 1 && at == 13);
    check(ouro_str_find(rt, s, empty, 14, &at) == 0 && ouro_str_find(rt, empty, s, 0, &at) == 0);
}

// ---- split, join, replace ----

static int list_is(ouro_obj *list, const char *const *texts, size_t n) {
    int right = ouro_list_size(list) == n;
    for (size_t i = 0; right && i < n; i++)
        right = text_is(ouro_list_peek(list, i), texts[i]);
    return right;
}

static int splits(ouro_rt *rt, const char *text, const char *separator, const char *const *texts, size_t n) {
    ouro_obj *s = ouro_str_from(rt, text), *by = separator ? ouro_str_from(rt, separator) : NULL;
    ouro_obj *list = s && (by || !separator) ? ouro_str_split(rt, s, by) : NULL;
    int right = list && list_is(list, texts, n);
    ouro_xdecref(list);
    ouro_xdecref(by);
    ouro_xdecref(s);
    return right;
}

CASE(str_work, split) {
    check(splits(rt, "a,b,,c", ",", (const char *[]){"a", "b", "", "c"}, 4));
    check(splits(rt, ",a,", ",", (const char *[]){"", "a", ""}, 3));
    check(splits(rt, "", ",", (const char *[]){""}, 1));
    check(splits(rt, "abc", "abcd", (const char *[]){"abc"}, 1));
    check(splits(rt, "aaaaa", "aa", (const char *[]){"", "", "a"}, 3));
    check(splits(rt, "x\xc3\xa9y\xc3\xa9", "\xc3\xa9", (const char *[]){"x", "y", ""}, 3));
    check(splits(rt, " \t one\r\ntwo  three\x1c", NULL, (const char *[]){"one", "two", "three"}, 3));
    check(splits(rt, "", NULL, NULL, 0) && splits(rt, "  ", NULL, NULL, 0));
    check(splits(rt, "one", NULL, (const char *[]){"one"}, 1));
    check(splits(rt,
                 "a\xc2\xa0\xc2\x85"
                 "b\xe1\x9a\x80\xe2\x80\x80\xe2\x80\x8a\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\x9f\xe3\x80\x80"
                 "c\xe2\x80\x8b",
                 NULL, (const char *[]){"a", "b", "c\xe2\x80\x8b"}, 3));
    ouro_obj *s = own(ouro_str_from(rt, "ab")), *empty = ouro_str_from(rt, "");
    need(s);
    check(!ouro_str_split(rt, s, empty) && says(rt, OURO_ERR_VALUE, "separator is empty"));
}

CASE(str_work, joined) {
    ouro_obj *separator = own(ouro_str_from(rt, ", ")), *list = own(ouro_list_new(rt, NULL, 0)), *s;
    ouro_obj *empty = ouro_str_from(rt, "");
    need(separator && list);
    s = own(ouro_str_join(rt, separator, list));
    need(s);
    check(text_is(s, "") && ouro_str_is_ascii(s));
    for (int i = 0; i < 3; i++) {
        s = own(ouro_str_format(rt, i == 1 ? "\xc3\xa9%d" : "%d", i));
        need(s);
        must(ouro_list_append(rt, list, s));
        if (i == 0)
            check(text_is(own(ouro_str_join(rt, separator, list)), "0"));
    }
    s = own(ouro_str_join(rt, separator, list));
    need(s);
    check(text_is(s, "0, \xc3\xa9"
                     "1, 2") &&
          ouro_str_length(s) == 8 && !ouro_str_is_ascii(s));
    s = own(ouro_str_join(rt, empty, list));
    need(s);
    check(text_is(s, "0\xc3\xa9"
                     "12"));
    ouro_obj *tuple = own(ouro_tuple_from(rt, list));
    need(tuple);
    s = own(ouro_str_join(rt, separator, tuple));
    need(s);
    check(ouro_str_length(s) == 8);
    s = own(ouro_str_join(rt, separator, s)); // a str is iterable, too
    need(s);
    check(text_is(s, "0, ,,  , \xc3\xa9, 1, ,,  , 2") && ouro_refcount(separator) == 1);
    must(ouro_list_append(rt, list, ouro_int_new(rt, 5)));
    check(!ouro_str_join(rt, separator, list) && says(rt, OURO_ERR_TYPE, "item 3: 'str' expected, not 'int'"));
}

static int replaces(ouro_rt *rt, const char *text, const char *from, const char *to, const char *result) {
    ouro_obj *s = ouro_str_from(rt, text), *a = ouro_str_from(rt, from), *b = ouro_str_from(rt, to);
    ouro_obj *r = s && a && b ? ouro_str_replace(rt, s, a, b) : NULL;
    int right = r && text_is(r, result);
    if (right)
        right = ouro_str_length(r) == strlen(result) || !ouro_str_is_ascii(r);
    ouro_xdecref(s);
    ouro_xdecref(a);
    ouro_xdecref(b);
    ouro_xdecref(r);
    return right;
}

CASE(str_work, replaced) {
    check(replaces(rt, "one two one", "one", "1", "1 two 1") && replaces(rt, "one", "one", "", ""));
    check(replaces(rt, "aaaaa", "aa", "b", "bba") && replaces(rt, "abc", "x", "y", "abc"));
    check(replaces(rt, "abc", "", "-", "-a-b-c-") && replaces(rt, "", "", "-", "-"));
    check(replaces(rt, "\xc3\xa9x\xc3\xa9", "\xc3\xa9", "e", "exe") && replaces(rt, "", "a", "b", ""));
    check(replaces(rt, "x\xc3\xa9", "", "\xe2\x82\xac", "\xe2\x82\xacx\xe2\x82\xac\xc3\xa9\xe2\x82\xac"));
    check(replaces(rt, "ax", "x", "\xc3\xa9", "a\xc3\xa9") && replaces(rt, "aba", "b", "long text", "along texta"));
    ouro_obj *s = own(ouro_str_from(rt, "unchanged")), *x = ouro_str_from(rt, "x");
    need(s && x);
    check(own(ouro_str_replace(rt, s, x, x)) == s);
}

// ---- the protocols ----

CASE(str_work, items) {
    ouro_obj *s = own(ouro_str_from(rt, "h\xc3\xa9llo")), *item;
    need(s);
    for (int i = -5; i < 5; i++) {
        item = own(ouro_get_item(rt, s, ouro_int_new(rt, i)));
        need(item);
        check(ouro_str_length(item) == 1 &&
              ouro_str_is(item, ((const char *[]){"h", "\xc3\xa9", "l", "l", "o"})[(i + 5) % 5]));
    }
    check(!ouro_get_item(rt, s, ouro_int_new(rt, 5)) && says(rt, OURO_ERR_INDEX, "str"));
    ouro_obj *low = own(ouro_int_new(rt, -6));
    need(low);
    check(!ouro_get_item(rt, s, low) && says(rt, OURO_ERR_INDEX, "str"));
    check(!ouro_get_item(rt, s, s) && says(rt, OURO_ERR_TYPE, "str"));
    item = ouro_get_item(rt, s, ouro_bool(rt, 1));
    check(item && ouro_str_is(item, "\xc3\xa9"));
    ouro_xdecref(item);
    size_t length;
    check(ouro_length(rt, s, &length) == 0 && length == 5);
    check(ouro_truth(rt, s) == 1 && ouro_truth(rt, ouro_str_from(rt, "")) == 0);
    check(ouro_set_item(rt, s, ouro_int_new(rt, 0), s) < 0 && says(rt, OURO_ERR_TYPE, "'str' object"));
    check(own(ouro_copy(rt, s)) == s && own(ouro_deep_copy(rt, s)) == s && own(ouro_to_str(rt, s)) == s);
}

CASE(str_work, items_of_long_texts) {
    ouro_obj *s = own(ouro_str_from(rt, "h\xc3\xa9llo")), *item, *at;
    need(s);
    s = own(ouro_str_repeat(rt, s, 100));
    need(s);
    for (int i = 499; i >= 0; i -= 7) {
        at = own(ouro_int_new(rt, i));
        need(at);
        item = own(ouro_get_item(rt, s, at));
        need(item);
        check(ouro_str_is(item, ((const char *[]){"h", "\xc3\xa9", "l", "l", "o"})[i % 5]));
    }
}

// A slice of a text, each of start, stop, step a number or (99) none.
static ouro_obj *sliced(ouro_rt *rt, ouro_obj *s, int start, int stop, int step) {
    ouro_obj *by = own(ouro_int_new(rt, step)); // the others are small, and immortal
    if (!by)
        return NULL;
    ouro_obj *slice = ouro_slice_new(rt, start == 99 ? NULL : ouro_int_new(rt, start),
                                     stop == 99 ? NULL : ouro_int_new(rt, stop), step == 99 ? NULL : by);
    ouro_obj *part = slice ? ouro_get_item(rt, s, slice) : NULL;
    ouro_xdecref(slice);
    return part;
}

CASE(str_work, slices_with_steps) {
    ouro_obj *ascii = own(ouro_str_from(rt, "0123456789")), *mixed = own(ouro_str_from(rt, "\xc3\xa9"
                                                                                           "1\xe2\x82\xac"
                                                                                           "345678\xc3\xa9"));
    need(ascii && mixed);
    static const struct {
        int start, stop, step;
        const char *plain, *other;
    } rows[] = {
        {99, 99, 99, "0123456789",
         "\xc3\xa9"
         "1\xe2\x82\xac"
         "345678\xc3\xa9"},
        {99, 99, -1, "9876543210",
         "\xc3\xa9"
         "876543\xe2\x82\xac"
         "1\xc3\xa9"},
        {1, 8, 3, "147", "147"},
        {99, 99, 4, "048",
         "\xc3\xa9"
         "48"},
        {-2, 1, -3, "852", "85\xe2\x82\xac"},
        {3, 3, 2, "", ""},
        {5, 99, 100, "5", "5"},
        {2, 5, 99, "234",
         "\xe2\x82\xac"
         "34"},
        {8, 2, 99, "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check(text_is(own(sliced(rt, ascii, rows[i].start, rows[i].stop, rows[i].step)), rows[i].plain));
        check(text_is(own(sliced(rt, mixed, rows[i].start, rows[i].stop, rows[i].step)), rows[i].other));
    }
    check(!sliced(rt, ascii, 0, 5, 0) && says(rt, OURO_ERR_VALUE, "step"));
    ouro_obj *many = own(ouro_str_repeat(rt, mixed, 100)), *part;
    need(many);
    part = own(sliced(rt, many, 99, 99, -7));
    need(part);
    uint32_t a, b;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)ouro_str_length(part); i++) {
        must(ouro_str_at(rt, part, i, &a));
        must(ouro_str_at(rt, many, 999 - 7 * i, &b));
        check(a == b);
    }
    check(ouro_str_length(part) == 143);
}

CASE(str_work, contains_parts) {
    ouro_obj *s = own(ouro_str_from(rt, "haystack")), *part = own(ouro_str_from(rt, "sta"));
    ouro_obj *other = own(ouro_str_from(rt, "needle"));
    need(s && part && other);
    check(ouro_contains(rt, s, part) == 1 && ouro_contains(rt, s, other) == 0);
    check(ouro_contains(rt, s, s) == 1 && ouro_contains(rt, s, ouro_str_from(rt, "")) == 1);
    check(ouro_contains(rt, s, ouro_int_new(rt, 5)) < 0 && says(rt, OURO_ERR_TYPE, "'str' expected, not 'int'"));
}

CASE(str_work, iterated) {
    ouro_obj *s = own(ouro_str_from(rt, "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8d")), *it, *item;
    need(s);
    it = own(ouro_iter(rt, s));
    need(it);
    static const char *const texts[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x8d"};
    for (int i = 0; i < 4; i++) {
        must(ouro_next(rt, it, &item));
        check(text_is(item, texts[i]));
        ouro_xdecref(item);
    }
    check(ouro_next(rt, it, &item) == 0 && !item);
}

CASE(str_work, operations) {
    ouro_obj *s = own(ouro_str_from(rt, "ab")), *three = ouro_int_new(rt, 3);
    need(s);
    check(text_is(own(ouro_binary(rt, OURO_ADD, s, s)), "abab"));
    check(text_is(own(ouro_binary(rt, OURO_MUL, s, three)), "ababab"));
    check(text_is(own(ouro_binary(rt, OURO_MUL, three, s)), "ababab"));
    check(own(ouro_binary(rt, OURO_MUL, s, ouro_bool(rt, 1))) == s);
    check(text_is(own(ouro_binary(rt, OURO_MUL, s, ouro_int_new(rt, -3))), ""));
    ouro_obj *large = own(ouro_int_parse(rt, "100000000000000000000", 21, 10));
    need(large);
    check(!ouro_binary(rt, OURO_MUL, s, large) && says(rt, OURO_ERR_OVERFLOW, ""));
    check(!ouro_binary(rt, OURO_ADD, s, three) && says(rt, OURO_ERR_TYPE, "'str' and 'int'"));
    check(!ouro_binary(rt, OURO_ADD, three, s) && says(rt, OURO_ERR_TYPE, "'int' and 'str'"));
    check(!ouro_binary(rt, OURO_MUL, s, s) && says(rt, OURO_ERR_TYPE, "'str' and 'str'"));
    check(!ouro_binary(rt, OURO_SUB, s, s) && says(rt, OURO_ERR_TYPE, "unsupported"));
    check(!ouro_unary(rt, OURO_NEG, s) && says(rt, OURO_ERR_TYPE, "bad operand"));
}

static int quotes(ouro_rt *rt, const char *text, size_t n, const char *result) {
    ouro_obj *s = ouro_str_new(rt, text, n), *r = s ? ouro_repr(rt, s) : NULL;
    int right = r && text_is(r, result);
    ouro_xdecref(s);
    ouro_xdecref(r);
    return right;
}

CASE(str_work, shown_as_in_a_program) {
    check(quotes(rt, "", 0, "''") && quotes(rt, "plain", 5, "'plain'"));
    check(quotes(rt, "it's", 4, "\"it's\"") && quotes(rt, "\"it\"", 4, "'\"it\"'"));
    check(quotes(rt, "'\"", 2, "'\\'\"'") && quotes(rt, "a\\b", 3, "'a\\\\b'"));
    check(quotes(rt, "\n\r\t\0\x1f\x7f", 6, "'\\n\\r\\t\\x00\\x1f\\x7f'"));
    check(quotes(rt, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8d", 9, "'\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8d'"));
    check(quotes(rt, "\xc2\x80\xc2\xa0\xc2\xa1\xc2\xad", 8, "'\\x80\\xa0\xc2\xa1\\xad'"));
    check(quotes(rt, "\xe2\x80\xa8\xe2\x80\xae\xef\xbb\xbf", 9, "'\\u2028\\u202e\\ufeff'"));
    check(quotes(rt, "\xf4\x8f\xbf\xbf\xf3\xa0\x80\x81", 8, "'\\U0010ffff\\U000e0001'"));
    char text[200], shown[500] = "'";
    memset(text, '\n', sizeof text);
    for (size_t i = 0; i < sizeof text; i++)
        strcat(shown, "\\n");
    check(quotes(rt, text, sizeof text, strcat(shown, "'")));
    check(quotes(rt, "\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd", 9, "'\xed\x9f\xbf\\ue000\xef\xbf\xbd'"));
}

// ---- a list that changes while it is joined ----

static ouro_obj *joined_list;
static int joined_mode;

static void joined_hook(ouro_rt *rt, fin *self) {
    (void)self;
    ouro_obj *x = joined_list ? ouro_str_from(rt, joined_mode == 1 ? "\xc3\xa9" : "much longer than it was") : NULL;
    if (x && joined_mode == 0)
        ouro_list_clear(rt, joined_list);
    else if (x && joined_mode == 3)
        ouro_list_set(rt, joined_list, 1, ouro_none(rt));
    else if (x)
        ouro_list_set(rt, joined_list, 1, x);
    ouro_xdecref(x);
    ouro_error_clear(rt);
}

CASE(str_work, joined_while_the_list_changes) {
    static const char *const results[] = {"", "aa,\xc3\xa9,aa", "aa,much longer than it was,aa"};
    for (joined_mode = 0; joined_mode < 4; joined_mode++) {
        ouro_obj *a = own(ouro_str_from(rt, "aa")), *comma = ouro_str_from(rt, ","), *made;
        need(a && comma);
        ouro_obj *list = own(ouro_list_new(rt, (ouro_obj *[]){a, a, a}, 3));
        fin *f = list ? fin_new(rt, joined_hook) : NULL;
        need(f);
        set(f, left, f);
        joined_list = list;
        ouro_decref(&f->head);
        ouro_stress_collect(rt, 2);
        made = own(ouro_str_join(rt, comma, list));
        joined_list = NULL;
        if (test_mode_now() != TEST_STRESS)
            ouro_stress_collect(rt, -1);
        check(joined_mode < 3 ? text_is(made, results[joined_mode]) : !made && says(rt, OURO_ERR_TYPE, "item 1"));
        check(!made || ouro_str_is_ascii(made) == (joined_mode != 1));
    }
}
