// SPDX-License-Identifier: MIT
// slice.c: slices as objects, and what they mean for a length; list_edit.c tries every small one.
#include "rows.h"

CASE(slice, parts_that_are_missing_are_none) {
    ouro_obj *s = own(ouro_slice_new(rt, NULL, ouro_int_new(rt, 3), NULL));
    need(s);
    always(ouro_is_slice(s) && ouro_is(s, ouro_slice_type) && !ouro_is_slice(ouro_none(rt)));
    ouro_bounds b;
    always(ouro_slice_bounds(rt, s, 10, &b) == 0 && b.start == 0 && b.stop == 3 && b.step == 1 && b.count == 3);
    always(ouro_slice_bounds(rt, s, 2, &b) == 0 && b.start == 0 && b.stop == 2 && b.count == 2);
    always(ouro_slice_bounds(rt, s, 0, &b) == 0 && b.start == 0 && b.stop == 0 && b.count == 0);
    ouro_obj *text = own(ouro_repr(rt, s)), *none = own(ouro_repr(rt, ouro_none(rt)));
    need(text && none);
    char expected[64];
    snprintf(expected, sizeof expected, "slice(%s, 3, %s)", ouro_str_data(none), ouro_str_data(none));
    check(text_is(text, expected));
}

CASE(slice, numbers_of_any_size_are_cut) {
    static const struct {
        const char *start, *stop, *step;
        size_t length;
        ptrdiff_t from, to, by;
        size_t count;
    } cases[] = {
        {"-100000000000000000000", "100000000000000000000", "1", 5, 0, 5, 1, 5},
        {"100000000000000000000", "-100000000000000000000", "-1", 5, 4, -1, -1, 5},
        {"0", "9223372036854775807", "9223372036854775807", 7, 0, 7, PTRDIFF_MAX, 1},
        {"0", "9", "100000000000000000000", 7, 0, 7, PTRDIFF_MAX, 1},
        {"9223372036854775807", "-9223372036854775808", "-9223372036854775808", 7, 6, -1, -PTRDIFF_MAX, 1},
        {"6", "0", "-100000000000000000000", 7, 6, 0, -PTRDIFF_MAX, 1},
        {"-9223372036854775808", "-1", "2", 7, 0, 6, 2, 3},
        {"0", "9223372036854775807", "1", SIZE_MAX, 0, PTRDIFF_MAX, 1, PTRDIFF_MAX},
        {"-1", "-9223372036854775808", "-1", PTRDIFF_MAX, PTRDIFF_MAX - 1, -1, -1, PTRDIFF_MAX},
        {"5", "2", "1", 10, 5, 2, 1, 0},
        {"2", "5", "-1", 10, 2, 5, -1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ouro_obj *start = own(ouro_int_parse(rt, cases[i].start, strlen(cases[i].start), 10));
        ouro_obj *stop = own(ouro_int_parse(rt, cases[i].stop, strlen(cases[i].stop), 10));
        ouro_obj *step = own(ouro_int_parse(rt, cases[i].step, strlen(cases[i].step), 10));
        need(start && stop && step);
        ouro_obj *s = own(ouro_slice_new(rt, start, stop, step));
        need(s);
        ouro_bounds b;
        always(ouro_slice_bounds(rt, s, cases[i].length, &b) == 0);
        always(b.start == cases[i].from && b.stop == cases[i].to && b.step == cases[i].by && b.count == cases[i].count);
    }
}

CASE(slice, wrong_parts_are_refused_when_they_are_needed) {
    ouro_obj *x = own(ouro_float_new(rt, 1.0)), *zero = ouro_int_new(rt, 0), *one = ouro_int_new(rt, 1);
    need(x);
    ouro_obj *s[4] = {own(ouro_slice_new(rt, x, one, one)), own(ouro_slice_new(rt, one, x, one)),
                      own(ouro_slice_new(rt, one, one, x)), own(ouro_slice_new(rt, one, one, zero))};
    ouro_bounds b = {1, 2, 3, 4};
    need(s[0] && s[1] && s[2] && s[3]);
    for (int i = 0; i < 4; i++) {
        always(ouro_slice_bounds(rt, s[i], 5, &b) == -1);
        check(i < 3 ? says(rt, OURO_ERR_TYPE, "'int' expected, not 'float'")
                    : says(rt, OURO_ERR_VALUE, "the step is 0"));
        ouro_error_clear(rt);
    }
    always(b.start == 1 && b.stop == 2 && b.step == 3 && b.count == 4);
    always(ouro_slice_bounds(rt, x, 5, &b) == -1 && says(rt, OURO_ERR_TYPE, "'slice' expected"));
    ouro_obj *truth = own(ouro_slice_new(rt, ouro_bool(rt, 1), NULL, NULL));
    need(truth);
    always(ouro_slice_bounds(rt, truth, 5, &b) == 0 && b.start == 1 && b.count == 4);
}

CASE(slice, ends_are_clipped) {
    (void)rt;
    static const ptrdiff_t cases[][4] = {{0, 5, 0, 3},
                                         {-2, -1, 1, 2},
                                         {2, 1, 2, 2},
                                         {9, 12, 3, 3},
                                         {PTRDIFF_MIN, PTRDIFF_MAX, 0, 3},
                                         {PTRDIFF_MAX, PTRDIFF_MIN, 3, 3},
                                         {-1, 99, 2, 3},
                                         {-99, -3, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ptrdiff_t start = cases[i][0], stop = cases[i][1];
        ouro_clip(&start, &stop, 3);
        always(start == cases[i][2] && stop == cases[i][3]);
    }
}

CASE(slice, slices_compare_as_their_parts) {
    ouro_obj *one = ouro_int_new(rt, 1), *two = ouro_int_new(rt, 2);
    ouro_obj *a = own(ouro_slice_new(rt, one, two, NULL)), *b = own(ouro_slice_new(rt, one, two, NULL));
    ouro_obj *c = own(ouro_slice_new(rt, two, two, NULL));
    need(a && b && c);
    check(ouro_equal(rt, a, b) == 1 && ouro_equal(rt, a, c) == 0 && ouro_compare(rt, OURO_LT, a, c) == 1);
    check(ouro_equal(rt, a, one) == 0);
    uint64_t hash;
    check(ouro_hash(rt, a, &hash) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'slice'"));
    ouro_error_clear(rt);
    ouro_obj *copy = own(ouro_copy(rt, a));
    always(copy == a);
}

CASE(slice, a_deep_copy_has_copies_of_the_parts) {
    ouro_obj *l = own(list_with(rt, "1"));
    need(l);
    ouro_obj *s = own(ouro_slice_new(rt, l, ouro_int_new(rt, 1), l));
    need(s);
    ouro_obj *deep = own(ouro_deep_copy(rt, s));
    need(deep);
    check(deep != s && ouro_equal(rt, deep, s) == 1);
    must(ouro_list_append(rt, l, l));
    check(ouro_equal(rt, deep, s) == 0);
    must(ouro_list_clear(rt, l));
}

CASE(slice, a_cycle_through_a_slice_is_collected) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *l = ouro_list_new(rt, NULL, 0);
    need(l);
    ouro_obj *s = ouro_slice_new(rt, l, NULL, NULL);
    int result = s ? ouro_list_append(rt, l, s) : -1;
    ouro_xdecref(s);
    ouro_decref(l);
    must(result);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}
