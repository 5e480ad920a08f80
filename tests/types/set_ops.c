// SPDX-License-Identifier: MIT
// set_ops.c: sets among each other: unions, differences, subsets, equality, hashes; and comparisons that interfere.
#include "tables.h"

static int combines(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, const char *items) {
    ouro_obj *c = ouro_set_combine(rt, op, a, b);
    int right = c ? holds(c, items) && ouroi_kind(c) == ouroi_kind(a) : test_broken(rt);
    ouro_xdecref(c);
    return right;
}

CASE(set_ops, combinations_of_two_sets) {
    ouro_obj *a = own(set_with(rt, "abcd")), *b = own(set_with(rt, "xdb")), *f = own(frozen_with(rt, "dcb"));
    need(a && b && f);
    check(combines(rt, OURO_OR, a, b, "abcdx"));
    check(combines(rt, OURO_AND, a, b, "db"));
    check(combines(rt, OURO_AND, b, a, "db"));
    check(combines(rt, OURO_SUB, a, b, "ac"));
    check(combines(rt, OURO_XOR, a, b, "acx"));
    check(combines(rt, OURO_OR, f, b, "dcbx"));
    check(combines(rt, OURO_AND, f, a, "dcb"));
    check(combines(rt, OURO_SUB, f, a, ""));
    check(combines(rt, OURO_XOR, a, a, "") && combines(rt, OURO_SUB, a, a, "") && combines(rt, OURO_AND, a, a, "abcd"));
    check(holds(a, "abcd") && holds(b, "xdb") && holds(f, "dcb"));
}

CASE(set_ops, combinations_with_other_iterables) {
    ouro_obj *a = own(set_with(rt, "abcd")), *list = own(list_with(rt, "ddbx")), *dict = own(dict_with(rt, "d1y2"));
    need(a && list && dict);
    check(combines(rt, OURO_OR, a, list, "abcdx"));
    check(combines(rt, OURO_AND, a, list, "db"));
    check(combines(rt, OURO_SUB, a, list, "ac"));
    check(combines(rt, OURO_XOR, a, list, "acx"));
    check(combines(rt, OURO_OR, a, dict, "abcdy"));
    check(combines(rt, OURO_AND, a, dict, "d"));
    check(combines(rt, OURO_SUB, a, dict, "abc"));
    check(combines(rt, OURO_XOR, a, dict, "abcy"));
    check(!ouro_set_combine(rt, OURO_AND, a, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "not iterable"));
    check(!ouro_set_combine(rt, OURO_OR, a, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "not iterable"));
    ouro_error_clear(rt);
}

CASE(set_ops, and_keeps_the_left_ones_own) {
    ouro_obj *a = own(ouro_set_new(rt, NULL)), *b = own(ouro_set_new(rt, NULL)), *x = NULL;
    ouro_obj *one = own(ouro_int_new(rt, 1)), *real = own(ouro_float_new(rt, 1)), *two = own(ouro_int_new(rt, 2));
    need(a && b && one && real && two);
    must(ouro_set_add(rt, a, real));
    must(ouro_set_add(rt, b, one));
    for (int larger = 0; larger < 2; larger++) {
        ouro_obj *c = own(ouro_set_combine(rt, OURO_AND, a, b));
        need(c);
        size_t at = 0;
        check(ouro_set_each_peek(c, &at, &x) == 1 && x == real);
        must(ouro_set_add(rt, a, two));
    }
}

CASE(set_ops, operators_want_two_sets) {
    ouro_obj *a = own(set_with(rt, "ab")), *f = own(frozen_with(rt, "bc")), *list = own(list_with(rt, "a"));
    need(a && f && list);
    ouro_obj *c = own(ouro_binary(rt, OURO_XOR, a, f)), *d = own(ouro_binary(rt, OURO_AND, f, a));
    need(c && d);
    check(holds(c, "ac") && ouro_is_set(c) && holds(d, "b") && ouro_is_frozenset(d));
    check(!ouro_binary(rt, OURO_OR, a, list) && says(rt, OURO_ERR_TYPE, "unsupported operand types for |"));
    check(!ouro_binary(rt, OURO_ADD, a, f) && says(rt, OURO_ERR_TYPE, "unsupported operand types for +"));
    ouro_error_clear(rt);
}

CASE(set_ops, order_is_inclusion) {
    ouro_obj *a = own(set_with(rt, "ab")), *b = own(frozen_with(rt, "bca")), *c = own(set_with(rt, "bx"));
    ouro_obj *list = own(list_with(rt, "cbaa")), *same = own(set_with(rt, "ba"));
    need(a && b && c && list && same);
    check(ouro_set_is_subset(rt, a, b) == 1 && ouro_set_is_subset(rt, b, a) == 0 && ouro_set_is_subset(rt, c, b) == 0);
    check(ouro_set_is_subset(rt, a, list) == 1 && ouro_set_is_subset(rt, a, a) == 1);
    check(ouro_compare(rt, OURO_LT, a, b) == 1 && ouro_compare(rt, OURO_LE, a, b) == 1);
    check(ouro_compare(rt, OURO_GT, a, b) == 0 && ouro_compare(rt, OURO_GE, a, b) == 0);
    check(ouro_compare(rt, OURO_GT, b, a) == 1 && ouro_compare(rt, OURO_GE, b, a) == 1);
    check(ouro_compare(rt, OURO_LT, a, same) == 0 && ouro_compare(rt, OURO_LE, a, same) == 1);
    check(ouro_compare(rt, OURO_LT, a, c) == 0 && ouro_compare(rt, OURO_LE, c, a) == 0);
    check(ouro_compare(rt, OURO_LT, a, list) == -1 && says(rt, OURO_ERR_TYPE, "'<' not supported"));
    ouro_error_clear(rt);
}

CASE(set_ops, equality_and_hash) {
    ouro_obj *a = own(set_with(rt, "abc1")), *b = own(frozen_with(rt, "1cba")), *c = own(set_with(rt, "abcd"));
    ouro_obj *d = own(frozen_with(rt, "ab1c")), *e = own(frozen_with(rt, "abc2")), *f = own(set_with(rt, "abc"));
    need(a && b && c && d && e && f);
    check(ouro_equal(rt, a, b) == 1 && ouro_equal(rt, b, a) == 1 && ouro_equal(rt, a, c) == 0);
    check(ouro_equal(rt, a, f) == 0 && ouro_equal(rt, a, ouro_none(rt)) == 0);
    check(ouro_compare(rt, OURO_NE, a, c) == 1 && ouro_compare(rt, OURO_NE, a, b) == 0);
    uint64_t x = 0, y = 1, z = 0;
    must(ouro_hash(rt, b, &x));
    must(ouro_hash(rt, d, &y));
    must(ouro_hash(rt, e, &z));
    check(x == y && x != z);
    check(ouro_equal(rt, b, d) == 1 && ouro_equal(rt, b, e) == 0);
    check(ouro_hash(rt, a, &x) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'set'"));
    ouro_error_clear(rt);
}

CASE(set_ops, hashes_of_many_small_sets_differ) {
    size_t n = kit_size(3000, 30);
    uint64_t *seen = malloc(n * sizeof *seen);
    always(seen != NULL);
    for (size_t i = 0; i < n; i++) {
        ouro_obj *two[2] = {ouro_int_new(rt, (int64_t)i), ouro_int_new(rt, (int64_t)i + 1)};
        ouro_obj *t = two[0] && two[1] ? ouro_tuple_new(rt, two, 2) : NULL, *f = t ? ouro_frozenset_new(rt, t) : NULL;
        seen[i] = i;
        if (f && ouro_hash(rt, f, &seen[i]) < 0)
            ouro_error_clear(rt);
        ouro_xdecref(two[0]);
        ouro_xdecref(two[1]);
        ouro_xdecref(t);
        ouro_xdecref(f);
        for (size_t j = 0; j < i; j++)
            check(seen[i] != seen[j]);
    }
    free(seen);
    ouro_error_clear(rt);
}

// ---- sets of sets ----

CASE(set_ops, deep_ones_need_no_stack) {
    size_t n = kit_size(100000, 50);
    ouro_obj *both[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        ouro_obj *s = ouro_str_from(rt, "core");
        for (size_t k = 0; s && k < n; k++) {
            ouro_obj *one = ouro_tuple_new_steal(rt, &s, 1);
            s = one ? ouro_frozenset_new(rt, one) : NULL;
            ouro_xdecref(one);
        }
        both[i] = own(s);
        need(both[i]);
    }
    int same = ouro_equal(rt, both[0], both[1]);
    must(same);
    check(same == 1);
}

// ---- comparisons that interfere ----

static ouro_obj *odd_set(ouro_rt *rt, int64_t n) {
    ouro_obj *s = ouro_set_new(rt, NULL);
    for (int64_t i = 1; s && i <= n; i++) {
        ouro_obj *k = odd_new(rt, i, 7);
        if (!k || ouro_set_add(rt, s, k) < 0)
            ouro_setslot_steal(&s, NULL);
        ouro_setslot_steal(&k, NULL);
    }
    return s;
}

static void hook_clear(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    odd_hook = NULL;
    ouro_set_clear(rt, odd_map);
}

CASE(set_ops, a_comparison_clears_the_set) {
    must(odd_open(rt));
    for (int64_t n = 1; n < 10; n += 4) {
        ouro_obj *s = own(odd_set(rt, n)), *x = own(odd_new(rt, 99, 7));
        need(s && x);
        odd_map = s;
        odd_hook = hook_clear;
        int result = ouro_set_add(rt, s, x);
        must(result);
        check(result == 1 && ouro_set_size(s) == 1);
        odd_hook = hook_clear;
        ouro_obj *y = own(odd_new(rt, 99, 7));
        need(y);
        check(ouro_set_remove(rt, s, y) == 0 && ouro_set_size(s) == 0);
        ouro_error_clear(rt);
    }
}

CASE(set_ops, a_comparison_clears_an_operand) {
    must(odd_open(rt));
    static const ouro_op ops[] = {OURO_OR, OURO_AND, OURO_SUB, OURO_XOR};
    for (int i = 0; i < 4; i++)
        for (int side = 0; side < 2; side++) {
            ouro_obj *a = own(odd_set(rt, 3)), *b = own(odd_set(rt, 3));
            need(a && b);
            odd_map = side ? b : a;
            odd_hook = hook_clear;
            ouro_obj *c = own(ouro_set_combine(rt, ops[i], a, b));
            check(c || says(rt, OURO_ERR_STATE, "set changed size during iteration"));
            ouro_error_clear(rt);
            check(ouro_set_size(odd_map) == 0);
        }
}

CASE(set_ops, a_comparison_clears_what_is_compared) {
    must(odd_open(rt));
    for (int64_t n = 1; n < 4; n++)
        for (int side = 0; side < 2; side++) {
            ouro_obj *a = own(odd_set(rt, n)), *b = own(odd_set(rt, n));
            need(a && b);
            odd_map = side ? b : a;
            odd_hook = hook_clear;
            // With one object the comparison has answered before anybody looks again.
            int same = ouro_equal(rt, a, b);
            check(same == 0);
            ouro_error_clear(rt);
            odd_hook = NULL;
            check(ouro_set_size(odd_map) == 0);
        }
}

CASE(set_ops, a_comparison_that_fails) {
    must(odd_open(rt));
    ouro_obj *a = own(odd_set(rt, 3)), *b = own(odd_set(rt, 3)), *x = own(odd_new(rt, 2, 7));
    need(a && b && x);
    odd_fails = 1;
    check(ouro_set_has(rt, a, x) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    check(ouro_set_remove(rt, a, x) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    check(ouro_set_add(rt, a, x) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    check(ouro_set_update(rt, a, b) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    check(ouro_equal(rt, a, b) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    check(ouro_compare(rt, OURO_LE, a, b) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    check(!ouro_set_combine(rt, OURO_AND, a, b) && says(rt, OURO_ERR_USER, "no comparison"));
    ouro_error_clear(rt);
    odd_fails = 0;
    check(ouro_set_size(a) == 3);
    int same = ouro_equal(rt, a, b);
    must(same);
    check(same == 1);
}

static void hook_add(ouro_rt *rt, odd *a, odd *b) {
    static int64_t fresh;
    (void)a;
    (void)b;
    ouro_obj *n = ouro_int_new(rt, 1000 + fresh++);
    if (!n || ouro_set_add(rt, odd_map, n) < 0)
        ouro_error_clear(rt);
    ouro_xdecref(n);
}

CASE(set_ops, a_set_that_never_rests) {
    must(odd_open(rt));
    ouro_obj *a = own(odd_set(rt, 2)), *b = own(odd_set(rt, 2)), *x = own(odd_new(rt, 99, 7));
    need(a && b && x);
    odd_map = a;
    odd_hook = hook_add;
    check(ouro_set_add(rt, a, x) == -1 && says(rt, OURO_ERR_STATE, "'set' changed each time"));
    ouro_error_clear(rt);
    odd_map = b;
    check(ouro_set_update(rt, b, b) == 0);
    odd_hook = NULL;
}

CASE(set_ops, a_deep_copy_of_a_set_that_changes) {
    must(odd_open(rt));
    ouro_obj *s = own(odd_set(rt, 3));
    need(s);
    odd_map = s;
    odd_hook = hook_clear;
    check(!ouro_deep_copy(rt, s) && says(rt, OURO_ERR_STATE, "set changed size"));
    ouro_error_clear(rt);
}

CASE(set_ops, an_update_from_a_set_that_changes) {
    must(odd_open(rt));
    ouro_obj *to = own(odd_set(rt, 2)), *from = own(odd_set(rt, 3));
    need(to && from);
    odd_map = from;
    odd_hook = hook_add;
    check(ouro_set_update(rt, to, from) == -1 && says(rt, OURO_ERR_STATE, "set changed size"));
    odd_hook = NULL;
    ouro_error_clear(rt);
}
