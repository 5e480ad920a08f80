// SPDX-License-Identifier: MIT
// odict.c: ordered dicts: what dicts do, and their order.
#include "tables.h"

static int with_key(ouro_rt *rt, int (*act)(ouro_rt *, ouro_obj *, ouro_obj *), ouro_obj *o, char key) {
    ouro_obj *k = char_object(rt, key);
    int result = k ? act(rt, o, k) : -1;
    ouro_setslot_steal(&k, NULL);
    return result;
}

static int to_first(ouro_rt *rt, ouro_obj *o, ouro_obj *k) {
    return ouro_odict_move(rt, o, k, OURO_FIRST);
}

static int to_last(ouro_rt *rt, ouro_obj *o, ouro_obj *k) {
    return ouro_odict_move(rt, o, k, OURO_LAST);
}

static char pop_at(ouro_rt *rt, ouro_obj *o, ouro_end end) {
    ouro_obj *k = NULL, *v = NULL;
    int found = ouro_odict_pop(rt, o, end, &k, &v);
    char c = found == 1 ? *ouro_str_data(k) : found == 0 && !k && !v ? '!' : '?';
    ouro_setslot_steal(&k, NULL);
    ouro_setslot_steal(&v, NULL);
    return c;
}

CASE(odict, is_a_dict_with_an_order) {
    ouro_obj *o = own(odict_with(rt, "a1b2c3")), *key = own(ouro_str_from(rt, "b")), *v = NULL;
    need(o && key);
    check(ouro_is_odict(o) && !ouro_is_dict(o) && ouro_odict_size(o) == 3);
    check(ouro_odict_get(rt, o, key, &v) == 1 && ouro_int_word(v) == 2);
    ouro_setslot_steal(&v, NULL);
    check(ouro_odict_has(rt, o, key) == 1 && ouro_odict_has(rt, o, ouro_none(rt)) == 0);
    check(ouro_odict_get(rt, o, ouro_none(rt), &v) == 0 && !v);
    must(put(rt, o, 'a', '7'));
    check(holds(o, "a7b2c3"));
    check(ouro_odict_del(rt, o, key) == 1 && ouro_odict_del(rt, o, key) == 0 && holds(o, "a7c3"));
    check(ouro_odict_clear(rt, o) == 0 && holds(o, ""));
    must(put(rt, o, 'z', '1'));
    check(holds(o, "z1"));
}

CASE(odict, keys_move_to_either_end) {
    ouro_obj *o = own(odict_with(rt, "a1b2c3d4"));
    need(o);
    int found = with_key(rt, to_first, o, 'c');
    must(found);
    check(found == 1 && holds(o, "c3a1b2d4"));
    must(with_key(rt, to_last, o, 'a'));
    check(holds(o, "c3b2d4a1"));
    must(with_key(rt, to_last, o, 'a'));
    must(with_key(rt, to_first, o, 'c'));
    check(holds(o, "c3b2d4a1"));
    must(with_key(rt, to_last, o, 'c'));
    must(with_key(rt, to_first, o, 'a'));
    check(holds(o, "a1b2d4c3"));
    found = with_key(rt, to_first, o, 'x');
    must(found);
    check(found == 0);
    must(put(rt, o, 'e', '5'));
    check(holds(o, "a1b2d4c3e5"));
}

CASE(odict, pops_at_either_end) {
    ouro_obj *o = own(odict_with(rt, "a1b2c3d4"));
    need(o);
    check(pop_at(rt, o, OURO_FIRST) == 'a' && pop_at(rt, o, OURO_LAST) == 'd');
    must(with_key(rt, to_first, o, 'c'));
    check(pop_at(rt, o, OURO_LAST) == 'b' && pop_at(rt, o, OURO_LAST) == 'c' && pop_at(rt, o, OURO_FIRST) == '!');
    check(holds(o, ""));
}

CASE(odict, keeps_its_order_when_it_grows_and_is_moved_together) {
    ouro_obj *o = own(ouro_odict_new(rt)), *k = NULL, *v = NULL;
    need(o);
    int64_t n = (int64_t)kit_size(20000, 200), live = 0, next = 0;
    for (int64_t i = 0; i < n; i++) {
        k = ouro_int_new(rt, i);
        int result = k ? ouro_odict_set(rt, o, k, k) : -1;
        if (result == 0 && i % 2)
            result = ouro_odict_move(rt, o, k, OURO_FIRST);
        ouro_setslot_steal(&k, NULL);
        must(result);
        live++;
        // Odd ones are at the front, newest first; even ones follow, oldest first.
        if (i % 3 == 2) {
            always(ouro_odict_pop(rt, o, OURO_LAST, &k, &v) == 1);
            ouro_decref(k);
            ouro_decref(v);
            live--;
        }
        next++;
    }
    check(ouro_odict_size(o) == (size_t)live && next == n);
    int64_t before = INT64_MAX;
    size_t at = 0, evens = 0;
    while (ouro_odict_each_peek(o, &at, &k, &v)) {
        int64_t i = ouro_int_word(k);
        always(k == v);
        if (i % 2 == 0 && !evens++)
            before = -1;
        always(i % 2 ? !evens && i < before : i > before);
        before = i;
    }
}

CASE(odict, a_queue_for_long) {
    ouro_obj *o = own(ouro_odict_new(rt)), *k = NULL, *v = NULL;
    need(o);
    int64_t n = (int64_t)kit_size(100000, 200);
    for (int64_t i = 0; i < n; i++) {
        k = ouro_int_new(rt, i);
        int result = k ? ouro_odict_set(rt, o, k, k) : -1;
        ouro_setslot_steal(&k, NULL);
        must(result);
        if (i < 50)
            continue;
        always(ouro_odict_pop(rt, o, OURO_FIRST, &k, &v) == 1 && ouro_int_word(k) == i - 50);
        ouro_decref(k);
        ouro_decref(v);
    }
}

CASE(odict, what_is_refused) {
    ouro_obj *no = own(ouro_dict_new(rt)), *o = own(odict_with(rt, "a1")), *k = NULL, *v = NULL;
    need(no && o);
    check(ouro_odict_get(rt, no, o, &v) == -1 && !v &&
          says(rt, OURO_ERR_TYPE, "ouro_odict_get: 'OrderedDict' expected"));
    check(ouro_odict_has(rt, no, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_odict_has: "));
    check(ouro_odict_set(rt, no, o, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_odict_set: "));
    check(ouro_odict_del(rt, no, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_odict_del: "));
    check(ouro_odict_clear(rt, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_odict_clear: "));
    check(ouro_odict_move(rt, no, o, OURO_LAST) == -1 && says(rt, OURO_ERR_TYPE, "ouro_odict_move: "));
    check(ouro_odict_pop(rt, no, OURO_LAST, &k, &v) == -1 && !k && !v && says(rt, OURO_ERR_TYPE, "ouro_odict_pop: "));
    check(ouro_odict_set(rt, o, o, o) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'OrderedDict'"));
    check(ouro_odict_move(rt, o, o, OURO_LAST) == -1 && says(rt, OURO_ERR_TYPE, "unhashable"));
    check(!ouro_get_item(rt, o, ouro_none(rt)) && says(rt, OURO_ERR_KEY, "None"));
    check(ouro_del_item(rt, o, ouro_none(rt)) == -1 && says(rt, OURO_ERR_KEY, "None"));
    ouro_error_clear(rt);
    check(holds(o, "a1"));
}

CASE(odict, through_the_protocols) {
    ouro_obj *o = own(odict_with(rt, "a1b2")), *e = own(ouro_odict_new(rt)), *a = own(ouro_str_from(rt, "a")),
             *x = NULL;
    need(o && e && a);
    must(with_key(rt, to_last, o, 'a'));
    must(shows(rt, o, "OrderedDict({'b': 2, 'a': 1})"));
    must(shows(rt, e, "OrderedDict()"));
    ouro_obj *it = own(ouro_iter(rt, o)), *other = own(ouro_iter(rt, o));
    need(it && other);
    check(ouro_next(rt, it, &x) == 1 && ouro_str_is(x, "b"));
    ouro_setslot_steal(&x, NULL);
    must(ouro_set_item(rt, o, a, ouro_none(rt)));
    check(ouro_next(rt, it, &x) == 1 && ouro_str_is(x, "a"));
    ouro_setslot_steal(&x, NULL);
    check(ouro_next(rt, it, &x) == 0);
    must(with_key(rt, to_first, o, 'a'));
    check(ouro_next(rt, other, &x) == -1 && says(rt, OURO_ERR_STATE, "OrderedDict changed"));
    ouro_error_clear(rt);
    must(ouro_del_item(rt, o, a));
    check(holds(o, "b2") && ouro_contains(rt, o, a) == 0);
    size_t n;
    check(ouro_length(rt, o, &n) == 0 && n == 1 && ouro_truth(rt, e) == 0);
}

CASE(odict, equality_sees_the_order) {
    ouro_obj *a = own(odict_with(rt, "a1b2")), *b = own(odict_with(rt, "b2a1")), *c = own(odict_with(rt, "a1b2"));
    ouro_obj *d = own(odict_with(rt, "a1b3")), *dict = own(dict_with(rt, "b2a1"));
    need(a && b && c && d && dict);
    check(ouro_equal(rt, a, b) == 0 && ouro_equal(rt, a, c) == 1 && ouro_equal(rt, a, d) == 0);
    check(ouro_equal(rt, a, dict) == 1 && ouro_equal(rt, dict, a) == 1);
    must(with_key(rt, to_last, b, 'b'));
    check(ouro_equal(rt, a, b) == 1);
}

CASE(odict, equality_of_keys_that_have_to_be_asked) {
    must(odd_open(rt));
    ouro_obj *a = own(ouro_odict_new(rt)), *b = own(ouro_odict_new(rt)), *in = own(list_with(rt, "12"));
    ouro_obj *in2 = own(list_with(rt, "12"));
    need(a && b && in && in2);
    for (int64_t i = 0; i < 3; i++) {
        ouro_obj *k = own(odd_new(rt, i, 7)), *l = own(odd_new(rt, i, 7));
        need(k && l);
        must(ouro_odict_set(rt, a, k, in));
        must(ouro_odict_set(rt, b, l, in2));
    }
    int same = ouro_equal(rt, a, b);
    must(same);
    check(same == 1);
    odd_fails = 1;
    check(ouro_equal(rt, a, b) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    ouro_error_clear(rt);
}

CASE(odict, copies_and_merges_keep_the_order) {
    ouro_obj *a = own(odict_with(rt, "a1b2c3")), *b = own(dict_with(rt, "z9a7"));
    need(a && b);
    must(with_key(rt, to_last, a, 'a'));
    ouro_obj *c = own(ouro_copy(rt, a)), *d = own(ouro_deep_copy(rt, a)), *e = own(ouro_binary(rt, OURO_OR, a, b));
    need(c && d && e);
    check(ouro_is_odict(c) && holds(c, "b2c3a1") && holds(d, "b2c3a1") && holds(e, "b2c3a7z9"));
    check(holds(a, "b2c3a1"));
}

static void hook_clear(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    odd_hook = NULL;
    ouro_odict_clear(rt, odd_map);
}

CASE(odict, a_comparison_clears_it) {
    must(odd_open(rt));
    for (int act = 0; act < 4; act++) {
        ouro_obj *o = own(ouro_odict_new(rt)), *x = own(odd_new(rt, 2, 7)), *y = own(odd_new(rt, 3, 7)), *v = NULL;
        need(o && x && y);
        must(ouro_odict_set(rt, o, x, x));
        odd_map = o;
        odd_hook = hook_clear;
        int result = act == 0   ? ouro_odict_set(rt, o, y, y)
                     : act == 1 ? ouro_odict_del(rt, o, y)
                     : act == 2 ? ouro_odict_move(rt, o, y, OURO_FIRST)
                                : ouro_odict_get(rt, o, y, &v);
        must(result);
        check(result == 0 && ouro_odict_size(o) == (act == 0));
    }
}

// Removing what the walk is at does not lose the rest.
CASE(odict, a_walk_from_c_survives_removals) {
    ouro_obj *o = own(odict_with(rt, "a1b2c3d4")), *k = NULL, *v = NULL;
    need(o);
    size_t at = 0, n = 0;
    while (ouro_odict_each_peek(o, &at, &k, &v)) {
        ouro_incref(k);
        always(ouro_odict_del(rt, o, k) == 1);
        ouro_decref(k);
        n++;
    }
    check(n == 4 && ouro_odict_size(o) == 0);
}
