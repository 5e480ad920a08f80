// SPDX-License-Identifier: MIT
// range.c: ranges: how many ints they have, which, and at the ends of what 64 bits hold.
#include "rows.h"

static const struct {
    int64_t start, stop, step;
    uint64_t count;
} ranges[] = {
    {0, 10, 1, 10},
    {0, 10, 3, 4},
    {0, 9, 3, 3},
    {10, 0, -1, 10},
    {10, 0, -3, 4},
    {0, 0, 1, 0},
    {5, 3, 1, 0},
    {3, 5, -1, 0},
    {-3, 4, 2, 4},
    {INT64_MIN, INT64_MAX, 1, UINT64_MAX},
    {INT64_MAX, INT64_MIN, -1, UINT64_MAX},
    {INT64_MIN, INT64_MAX, INT64_MAX, 3},
    {INT64_MAX, INT64_MIN, INT64_MIN, 2},
    {0, INT64_MAX, INT64_MAX, 1},
    {0, INT64_MIN, INT64_MIN, 1},
    {INT64_MAX - 1, INT64_MAX, 1, 1},
};
#define RANGES (sizeof ranges / sizeof *ranges)

static ouro_obj *range_case(ouro_rt *rt, size_t i) {
    return ouro_range_new(rt, ranges[i].start, ranges[i].stop, ranges[i].step);
}

CASE(range, how_many_ints_it_has) {
    for (size_t i = 0; i < RANGES; i++) {
        ouro_obj *r = own(range_case(rt, i));
        need(r);
        always(ouro_is_range(r) && ouro_is(r, ouro_range_type) && ouro_range_count(r) == ranges[i].count);
        always(ouro_range_start(r) == ranges[i].start && ouro_range_step(r) == ranges[i].step);
        size_t n;
        always(ouro_length(rt, r, &n) == 0 && n == ranges[i].count && ouro_truth(rt, r) == (n > 0));
    }
    always(!ouro_range_new(rt, 0, 1, 0) && says(rt, OURO_ERR_VALUE, "the step is 0"));
}

CASE(range, which_ints_it_has) {
    for (size_t i = 0; i < RANGES; i++) {
        ouro_obj *r = own(range_case(rt, i));
        need(r);
        uint64_t n = ranges[i].count;
        for (uint64_t at = 0; at<n; at += n> 20 ? n / 3 : 1) {
            int64_t expected = (int64_t)((uint64_t)ranges[i].start + at * (uint64_t)ranges[i].step);
            ouro_obj *x = own(ouro_int_new(rt, expected));
            need(x);
            check(ouro_contains(rt, r, x) == 1);
            ouro_obj *key =
                at <= INT64_MAX ? own(ouro_int_new(rt, (int64_t)at)) : own(ouro_int_new(rt, -(int64_t)(n - at)));
            need(key);
            ouro_obj *item = own(ouro_get_item(rt, r, key));
            need(item);
            always(ouro_int_word(item) == expected);
        }
    }
}

CASE(range, which_ints_it_has_not) {
    ouro_obj *r = own(ouro_range_new(rt, -6, 7, 3)), *d = own(ouro_range_new(rt, 6, -7, -3)),
             *e = own(ouro_range_new(rt, 1, 1, 1));
    need(r && d && e);
    for (int i = -20; i < 20; i++) {
        ouro_obj *x = own(ouro_int_new(rt, i));
        need(x);
        int expected = i >= -6 && i <= 6 && i % 3 == 0;
        check(ouro_contains(rt, r, x) == expected && ouro_contains(rt, d, x) == expected &&
              ouro_contains(rt, e, x) == 0);
    }
    ouro_obj *low = own(ouro_int_new(rt, INT64_MIN)), *high = own(ouro_int_new(rt, INT64_MAX));
    need(low && high);
    check(ouro_contains(rt, r, low) == 0 && ouro_contains(rt, d, low) == 0 && ouro_contains(rt, r, high) == 0);
}

CASE(range, what_else_is_in_it) {
    must(ask_open(rt));
    ouro_obj *r = own(ouro_range_new(rt, 0, 9, 3)), *big = own(ouro_int_parse(rt, "100000000000000000000", 21, 10));
    ouro_obj *three = own(ouro_float_new(rt, 3.0)), *half = own(ouro_float_new(rt, 3.5)),
             *huge = own(ouro_float_new(rt, 1e300));
    ouro_obj *edge = own(ouro_float_new(rt, 9223372036854775808.0)),
             *nan = own(ouro_float_new(rt, strtod("nan", NULL)));
    ouro_obj *yes = own(thing_new(rt, &thing_type, 1, 1)), *no = own(thing_new(rt, &thing_type, 2, 0));
    ouro_obj *bad = own(thing_new(rt, &thing_type, 3, -1)), *text = own(ouro_str_from(rt, "3"));
    need(r && big && three && half && huge && edge && nan && yes && no && bad && text);
    check(ouro_contains(rt, r, three) == 1 && ouro_contains(rt, r, half) == 0 && ouro_contains(rt, r, huge) == 0);
    check(ouro_contains(rt, r, edge) == 0 && ouro_contains(rt, r, nan) == 0 && ouro_contains(rt, r, big) == 0);
    check(ouro_contains(rt, r, ouro_bool(rt, 0)) == 1 && ouro_contains(rt, r, ouro_bool(rt, 1)) == 0);
    check(ouro_contains(rt, r, ouro_none(rt)) == 0 && ouro_contains(rt, r, text) == 0);
    check(ouro_contains(rt, r, yes) == 1 && ouro_contains(rt, r, no) == 0);
    check(ouro_contains(rt, r, bad) == -1 && says(rt, OURO_ERR_USER, "thing 3"));
    ouro_error_clear(rt);
}

CASE(range, positions_that_it_has_not) {
    ouro_obj *r = own(ouro_range_new(rt, 0, 9, 3)), *key = own(ouro_int_new(rt, -4)),
             *odd = own(ouro_str_from(rt, "x"));
    need(r && key && odd);
    check(!ouro_get_item(rt, r, ouro_int_new(rt, 3)) &&
          says(rt, OURO_ERR_INDEX, "index 3 out of range, the length is 3"));
    check(!ouro_get_item(rt, r, key) && says(rt, OURO_ERR_INDEX, "index -4"));
    check(!ouro_get_item(rt, r, odd) && says(rt, OURO_ERR_TYPE, "'int' expected, not 'str'"));
    ouro_error_clear(rt);
}

CASE(range, a_part_is_a_range) {
    ouro_obj *r = own(ouro_range_new(rt, 0, 20, 2));
    need(r);
    static const struct {
        int64_t start, stop, step;
        const char *text;
    } parts[] = {{2, 5, 1, "range(4, 10, 2)"},
                 {8, 1, -3, "range(16, 2, -6)"},
                 {5, 5, 1, "range(10, 10, 2)"},
                 {0, 99, 4, "range(0, 20, 8)"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        ouro_obj *step = own(ouro_int_new(rt, parts[i].step));
        ouro_obj *key =
            own(ouro_slice_new(rt, ouro_int_new(rt, parts[i].start), ouro_int_new(rt, parts[i].stop), step));
        need(key);
        ouro_obj *part = own(ouro_get_item(rt, r, key));
        need(part);
        ouro_obj *text = own(ouro_repr(rt, part));
        need(text);
        check(text_is(text, parts[i].text));
    }
}

CASE(range, a_part_that_64_bits_cannot_say_is_refused) {
    ouro_obj *all = own(ouro_range_new(rt, INT64_MIN, INT64_MAX, 1)),
             *wide = own(ouro_range_new(rt, 0, INT64_MAX, INT64_MAX / 2));
    ouro_obj *low = own(ouro_range_new(rt, INT64_MIN, INT64_MIN + 2, 1)), *minus = own(ouro_int_new(rt, -1));
    need(all && wide && low && minus);
    ouro_obj *back = own(ouro_slice_new(rt, NULL, NULL, minus)),
             *far = own(ouro_slice_new(rt, NULL, NULL, ouro_int_new(rt, 5)));
    ouro_obj *zero = own(ouro_slice_new(rt, NULL, NULL, ouro_int_new(rt, 0)));
    need(back && far && zero);
    check(!ouro_get_item(rt, all, far) && says(rt, OURO_ERR_OVERFLOW, "too long for a slice"));
    check(!ouro_get_item(rt, wide, far) && says(rt, OURO_ERR_OVERFLOW, "does not fit 64 bits"));
    check(!ouro_get_item(rt, low, back) && says(rt, OURO_ERR_OVERFLOW, "does not fit 64 bits"));
    check(!ouro_get_item(rt, low, zero) && says(rt, OURO_ERR_VALUE, "the step is 0"));
    ouro_error_clear(rt);
}

CASE(range, equal_ones_have_the_same_ints) {
    static const int64_t same[][2][3] = {
        {{0, 0, 1}, {5, 3, 9}}, {{0, 1, 1}, {0, 100, 500}}, {{0, 3, 2}, {0, 4, 2}}, {{0, 10, 5}, {0, 6, 5}}};
    static const int64_t other[][2][3] = {
        {{0, 3, 1}, {0, 4, 1}}, {{0, 3, 1}, {1, 4, 1}}, {{0, 4, 2}, {0, 6, 3}}, {{0, 1, 1}, {1, 2, 1}}};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 2; k++) {
            const int64_t *a = k ? other[i][0] : same[i][0], *b = k ? other[i][1] : same[i][1];
            ouro_obj *x = own(ouro_range_new(rt, a[0], a[1], a[2])), *y = own(ouro_range_new(rt, b[0], b[1], b[2]));
            need(x && y);
            uint64_t h[2] = {0, 0};
            must(ouro_hash(rt, x, &h[0]));
            must(ouro_hash(rt, y, &h[1]));
            check(ouro_equal(rt, x, y) == !k && ouro_compare(rt, OURO_NE, x, y) == k && (h[0] == h[1]) == !k);
        }
    ouro_obj *r = own(ouro_range_new(rt, 0, 3, 1));
    need(r);
    check(ouro_equal(rt, r, ouro_none(rt)) == 0);
    check(ouro_compare(rt, OURO_LT, r, r) == -1 && says(rt, OURO_ERR_TYPE, "'<' not supported"));
    ouro_error_clear(rt);
}

CASE(range, is_written_as_it_was_made) {
    ouro_obj *r = own(ouro_range_new(rt, 0, 3, 1)), *s = own(ouro_range_new(rt, INT64_MIN, INT64_MAX, -7));
    need(r && s);
    ouro_obj *a = own(ouro_repr(rt, r)), *b = own(ouro_repr(rt, s));
    need(a && b);
    check(text_is(a, "range(0, 3)") && text_is(b, "range(-9223372036854775808, 9223372036854775807, -7)"));
    ouro_obj *copy = own(ouro_copy(rt, r)), *deep = own(ouro_deep_copy(rt, r));
    need(copy && deep);
    always(copy == r && deep == r);
}
