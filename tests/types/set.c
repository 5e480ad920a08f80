// SPDX-License-Identifier: MIT
// set.c: what sets hold after each kind of call, what they refuse, and how they look.
#include "tables.h"

static int add(ouro_rt *rt, ouro_obj *set, char c) {
    ouro_obj *x = char_object(rt, c);
    int result = x ? ouro_set_add(rt, set, x) : -1;
    ouro_setslot_steal(&x, NULL);
    return result;
}

CASE(set, objects_are_in_once_and_in_order) {
    ouro_obj *s = own(ouro_set_new(rt, NULL)), *x = NULL;
    need(s);
    check(ouro_is_set(s) && !ouro_is_frozenset(s) && ouro_set_size(s) == 0 && !ouro_truth(rt, s));
    int added = add(rt, s, 'b');
    must(added);
    check(added == 1);
    must(add(rt, s, 'a'));
    added = add(rt, s, 'b');
    must(added);
    check(added == 0 && holds(s, "ba"));
    x = own(ouro_str_from(rt, "b"));
    need(x);
    check(ouro_set_has(rt, s, x) == 1 && ouro_contains(rt, s, x) == 1);
    check(ouro_set_remove(rt, s, x) == 1 && ouro_set_remove(rt, s, x) == 0 && ouro_set_has(rt, s, x) == 0);
    check(holds(s, "a"));
}

CASE(set, pop_takes_the_newest) {
    ouro_obj *s = own(set_with(rt, "abc")), *x = NULL;
    need(s);
    for (const char *c = "cba"; *c; c++) {
        check(ouro_set_pop(rt, s, &x) == 1 && *ouro_str_data(x) == *c);
        ouro_setslot_steal(&x, NULL);
    }
    check(ouro_set_pop(rt, s, &x) == 0 && !x && holds(s, ""));
}

CASE(set, made_of_any_iterable) {
    ouro_obj *dict = own(dict_with(rt, "a1b2")), *odict = own(odict_with(rt, "b1a2")),
             *list = own(list_with(rt, "1a1"));
    need(dict && odict && list);
    ouro_obj *a = own(ouro_set_new(rt, dict)), *b = own(ouro_set_new(rt, odict)), *c = own(ouro_set_new(rt, list));
    need(a && b && c);
    check(holds(a, "ab") && holds(b, "ba") && holds(c, "1a"));
    ouro_obj *d = own(ouro_frozenset_new(rt, list)), *e = own(ouro_set_new(rt, d));
    need(d && e);
    check(holds(d, "1a") && ouro_is_frozenset(d) && !ouro_is_set(d) && holds(e, "1a"));
    check(own(ouro_frozenset_new(rt, d)) == d);
    check(!ouro_set_new(rt, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "not iterable"));
    must(ouro_list_append(rt, list, list));
    check(!ouro_set_new(rt, list) && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(!ouro_frozenset_new(rt, list) && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    ouro_error_clear(rt);
    must(ouro_list_clear(rt, list));
}

CASE(set, the_empty_frozenset_is_one) {
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *empty = own(ouro_frozenset_new(rt, NULL));
    need(list && empty);
    check(ouro_is_immortal(empty) && ouro_set_size(empty) == 0);
    check(own(ouro_frozenset_new(rt, list)) == empty);
    check(own(ouro_copy(rt, empty)) == empty);
}

CASE(set, what_is_refused) {
    ouro_obj *s = own(set_with(rt, "ab")), *f = own(frozen_with(rt, "ab")), *no = own(ouro_list_new(rt, NULL, 0)),
             *x = NULL;
    need(s && f && no);
    check(ouro_set_has(rt, no, s) == -1 && says(rt, OURO_ERR_TYPE, "ouro_set_has: 'set' expected, not 'list'"));
    check(ouro_set_add(rt, f, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_set_add: 'set' expected, not 'frozenset'"));
    check(ouro_set_remove(rt, f, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_set_remove: "));
    check(ouro_set_pop(rt, f, &x) == -1 && !x && says(rt, OURO_ERR_TYPE, "ouro_set_pop: "));
    check(ouro_set_update(rt, f, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_set_update: "));
    check(ouro_set_clear(rt, f) == -1 && says(rt, OURO_ERR_TYPE, "ouro_set_clear: "));
    check(!ouro_set_combine(rt, OURO_OR, no, s) && says(rt, OURO_ERR_TYPE, "ouro_set_combine: "));
    check(!ouro_set_combine(rt, OURO_ADD, s, s) && says(rt, OURO_ERR_VALUE, "none of sets"));
    check(ouro_set_is_subset(rt, no, s) == -1 && says(rt, OURO_ERR_TYPE, "ouro_set_is_subset: "));
    check(ouro_set_is_subset(rt, s, ouro_none(rt)) == -1 && says(rt, OURO_ERR_TYPE, "not iterable"));
    check(ouro_set_add(rt, s, no) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(ouro_set_remove(rt, s, no) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(ouro_set_add(rt, s, s) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'set'"));
    ouro_error_clear(rt);
    check(holds(s, "ab") && holds(f, "ab"));
}

CASE(set, update_and_clear) {
    ouro_obj *s = own(set_with(rt, "ab")), *t = own(set_with(rt, "bcd")), *list = own(list_with(rt, "de"));
    need(s && t && list);
    must(ouro_set_update(rt, s, t));
    must(ouro_set_update(rt, s, s));
    must(ouro_set_update(rt, s, list));
    check(holds(s, "abcde"));
    must(ouro_list_append(rt, list, list));
    check(ouro_set_update(rt, s, list) == -1 && says(rt, OURO_ERR_TYPE, "unhashable"));
    ouro_error_clear(rt);
    check(holds(s, "abcde"));
    check(ouro_set_clear(rt, s) == 0 && holds(s, ""));
    must(add(rt, s, 'z'));
    check(holds(s, "z"));
    must(ouro_list_clear(rt, list));
}

CASE(set, grows_and_shrinks) {
    ouro_obj *s = own(ouro_set_new(rt, NULL));
    need(s);
    int64_t n = (int64_t)kit_size(3000, 60);
    for (int64_t i = 0; i < n; i++) {
        ouro_obj *x = ouro_int_new(rt, i << 20);
        int result = x ? ouro_set_add(rt, s, x) : -1;
        ouro_setslot_steal(&x, NULL);
        must(result);
    }
    for (int64_t i = 0; i < n; i += 2) {
        ouro_obj *x = ouro_int_new(rt, i << 20);
        int result = x ? ouro_set_remove(rt, s, x) : -1;
        ouro_setslot_steal(&x, NULL);
        must(result);
        check(result == 1);
    }
    check(ouro_set_size(s) == (size_t)n / 2);
    size_t at = 0, count = 0;
    ouro_obj *x = NULL;
    while (ouro_set_each_peek(s, &at, &x))
        always(ouro_int_word(x) == (int64_t)(2 * count++ + 1) << 20);
    check(count == (size_t)n / 2);
}

CASE(set, a_set_finds_the_frozenset_that_equals_it) {
    ouro_obj *s = own(set_with(rt, "1")), *in = own(frozen_with(rt, "ab")), *x = own(set_with(rt, "ba"));
    ouro_obj *y = own(set_with(rt, "a")), *none = own(ouro_set_new(rt, NULL)), *list = own(ouro_list_new(rt, NULL, 0));
    need(s && in && x && y && none && list);
    must(ouro_set_add(rt, s, in));
    int found = ouro_set_has(rt, s, x);
    must(found);
    check(found == 1);
    must(found = ouro_set_has(rt, s, y));
    check(found == 0);
    must(found = ouro_contains(rt, s, none));
    check(found == 0);
    check(ouro_set_has(rt, s, list) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(ouro_set_add(rt, s, x) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'set'"));
    must(found = ouro_set_remove(rt, s, y));
    check(found == 0 && ouro_set_size(s) == 2);
    must(found = ouro_set_remove(rt, s, x));
    check(found == 1 && holds(s, "1"));
}

CASE(set, small_ones_are_small) {
    ouro_obj *s = own(ouro_set_new(rt, NULL));
    need(s);
    ouro_mem_usage before = kit_usage(rt);
    must(add(rt, s, '1'));
    must(add(rt, s, '2'));
    must(add(rt, s, '3'));
    ouro_mem_usage after = kit_usage(rt);
    if (kit_is_lean()) {
        exact(ouro_block_size(s) == 32);
        exact(after.used - before.used == 56);
    }
}

// ---- iterating ----

CASE(set, iterators) {
    ouro_obj *s = own(set_with(rt, "ab")), *x = NULL;
    need(s);
    ouro_obj *it = own(ouro_iter(rt, s)), *other = own(ouro_iter(rt, s)), *third = own(ouro_iter(rt, s));
    need(it && other && third);
    check(own(ouro_iter(rt, it)) == it);
    for (const char *c = "ab"; *c; c++) {
        check(ouro_next(rt, it, &x) == 1 && *ouro_str_data(x) == *c);
        ouro_setslot_steal(&x, NULL);
    }
    check(ouro_next(rt, it, &x) == 0 && !x);
    must(add(rt, s, 'c'));
    check(ouro_next(rt, it, &x) == 0 && !x);
    check(ouro_next(rt, other, &x) == -1 && !x && says(rt, OURO_ERR_STATE, "set changed size during iteration"));
    check(ouro_set_pop(rt, s, &x) == 1);
    ouro_setslot_steal(&x, NULL);
    check(ouro_next(rt, other, &x) == -1 && says(rt, OURO_ERR_STATE, "set changed size during iteration"));
    check(ouro_next(rt, third, &x) == -1 && says(rt, OURO_ERR_STATE, "set changed size during iteration"));
    ouro_error_clear(rt);
}

// ---- text and copies ----

CASE(set, texts) {
    ouro_obj *s = own(set_with(rt, "1a")), *f = own(frozen_with(rt, "2")), *e = own(ouro_set_new(rt, NULL));
    need(s && f && e);
    must(shows(rt, s, "{1, 'a'}"));
    must(shows(rt, f, "frozenset({2})"));
    must(shows(rt, e, "set()"));
    must(shows(rt, own(ouro_frozenset_new(rt, NULL)), "frozenset()"));
    must(ouro_set_add(rt, s, f));
    must(shows(rt, s, "{1, 'a', frozenset({2})}"));
}

CASE(set, copies) {
    ouro_obj *s = own(set_with(rt, "12345678ab")), *f = own(frozen_with(rt, "12")), *x = own(tuple_with(rt, "3"));
    need(s && f && x);
    ouro_obj *c = own(ouro_copy(rt, s));
    need(c);
    check(c != s && ouro_is_set(c) && holds(c, "12345678ab"));
    check(own(ouro_copy(rt, f)) == f);
    ouro_obj *d = own(ouro_deep_copy(rt, s)), *g = own(ouro_deep_copy(rt, f));
    need(d && g);
    check(d != s && ouro_equal(rt, d, s) == 1 && ouro_is_set(d));
    check(ouro_equal(rt, g, f) == 1 && ouro_is_frozenset(g));
}
