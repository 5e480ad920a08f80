// SPDX-License-Identifier: MIT
// weakly.c: weak dicts and the weak set: an entry goes when its object dies, all else is as in dicts and sets. With the
// collector, and with foreign code: weakly_hostile.c.
#include "pen.h"

CASE(weakly, values_go_when_they_die) {
    ouro_obj *pen = own(pen_new(rt, 3)), *d = own(pen ? pen_values(rt, pen) : NULL), *v = NULL;
    ouro_obj *one = own(ouro_int_new(rt, 1)), *two = own(ouro_int_new(rt, 2));
    need(pen && d && one && two);
    always(ouro_is(d, ouro_weakvalues_type));
    check(ouro_is_weakdict(d) && !ouro_is_weakset(d) && !ouro_is_weakdict(pen) && ouro_refcount(pen_at(pen, 1)) == 1);
    check(ouro_weakdict_get(rt, d, one, &v) == 1 && v == pen_at(pen, 1) && pen_has(rt, d, 3));
    ouro_setslot_steal(&v, NULL);
    pen_kill(rt, pen, 1);
    check(ouro_weakdict_get(rt, d, one, &v) == 0 && !v && ouro_weakdict_has(rt, d, one) == 0 && pen_has(rt, d, 2));
    check(ouro_weakdict_has(rt, d, two) == 1 && ouro_weakdict_del(rt, d, one) == 0);
    must(ouro_weakdict_set(rt, d, one, pen_at(pen, 0)));
    check(pen_has(rt, d, 3));
    pen_kill(rt, pen, 0);
    check(pen_has(rt, d, 1) && ouro_weakdict_get(rt, d, two, &v) == 1);
    ouro_setslot_steal(&v, NULL);
}

CASE(weakly, keys_go_when_they_die_and_take_their_values_with_them) {
    ouro_obj *pen = own(pen_new(rt, 3)), *d = own(pen ? pen_keys(rt, pen) : NULL), *v = NULL;
    node *kept = own(node_new(rt));
    need(pen && d && kept);
    must(ouro_weakdict_set(rt, d, pen_at(pen, 1), &kept->head));
    check(ouro_weakdict_get(rt, d, pen_at(pen, 1), &v) == 1 && v == obj(kept) && pen_has(rt, d, 3));
    ouro_setslot_steal(&v, NULL);
    check(ouro_refcount(&kept->head) == 2 && ouro_refcount(pen_at(pen, 1)) == 1);
    pen_kill(rt, pen, 1);
    check(ouro_refcount(&kept->head) == 1 && pen_has(rt, d, 2));
    check(ouro_weakdict_pop(rt, d, pen_at(pen, 2), &v) == 1 && ouro_int_word(v) == 2 && pen_has(rt, d, 1));
    ouro_setslot_steal(&v, NULL);
    check(ouro_weakdict_pop(rt, d, pen_at(pen, 2), &v) == 0 && !v);
    must(ouro_weakdict_clear(rt, d));
    check(pen_has(rt, d, 0));
}

CASE(weakly, members_go_when_they_die) {
    ouro_obj *pen = own(pen_new(rt, 4)), *s = own(pen ? pen_set(rt, pen) : NULL), *x = NULL;
    need(pen && s);
    size_t n = 0;
    always(ouro_is(s, ouro_weakset_type));
    check(ouro_is_weakset(s) && !ouro_is_weakdict(s) && pen_has(rt, s, 4));
    check(ouro_weakset_add(rt, s, pen_at(pen, 3)) == 0 && ouro_weakset_has(rt, s, pen_at(pen, 3)) == 1);
    pen_kill(rt, pen, 3);
    check(pen_has(rt, s, 3) && ouro_weakset_size(rt, s, &n) == 0 && n == 3);
    check(ouro_weakset_pop(rt, s, &x) == 1 && x == pen_at(pen, 2) && pen_has(rt, s, 2));
    ouro_setslot_steal(&x, NULL);
    check(ouro_weakset_remove(rt, s, pen_at(pen, 0)) == 1 && ouro_weakset_remove(rt, s, pen_at(pen, 0)) == 0);
    pen_kill(rt, pen, 1);
    check(pen_has(rt, s, 0) && ouro_weakset_pop(rt, s, &x) == 0 && !x);
    int added = ouro_weakset_add(rt, s, pen_at(pen, 2));
    must(added);
    check(added == 1 && ouro_weakset_clear(rt, s) == 0 && pen_has(rt, s, 0));
}

// Keys are equal by their id; the hash is the same for all, so that each is compared.
CASE(weakly, keys_are_found_by_equality) {
    must(odd_open(rt));
    ouro_obj *d = own(ouro_weakkeys_new(rt)), *s = own(ouro_weakset_new(rt, NULL)), *v = NULL;
    ouro_obj *keys = own(ouro_list_new(rt, NULL, 0)), *like = own(odd_new(rt, 7, 5)), *none = ouro_none(rt);
    need(d && s && keys && like);
    for (int64_t i = 0; i < 20; i++) {
        ouro_obj *k = own(ouro_int_new(rt, i)), *key = odd_new(rt, i, 5);
        int result = key && k ? ouro_list_append(rt, keys, key) : -1;
        if (result == 0)
            result = ouro_weakdict_set(rt, d, key, k);
        if (result == 0)
            result = ouro_weakset_add(rt, s, key);
        ouro_xdecref(key);
        must(result);
    }
    int found = ouro_weakdict_get(rt, d, like, &v);
    must(found);
    check(found == 1 && ouro_int_word(v) == 7);
    ouro_setslot_steal(&v, NULL);
    must(ouro_weakdict_set(rt, d, like, none));
    must(ouro_weakset_add(rt, s, like));
    check(pen_has(rt, d, 20) && pen_has(rt, s, 20));
    always(ouro_list_set(rt, keys, 7, none) == 0); // the key that was there first
    found = ouro_weakdict_has(rt, d, like);
    must(found);
    check(found == 0 && pen_has(rt, d, 19) && pen_has(rt, s, 19));
    must(ouro_weakdict_set(rt, d, like, none));
    check(pen_has(rt, d, 20));
}

CASE(weakly, a_value_that_is_replaced_or_there_twice) {
    ouro_obj *pen = own(pen_new(rt, 3)), *d = own(ouro_weakvalues_new(rt)), *v = NULL;
    ouro_obj *a = own(ouro_str_from(rt, "a")), *b = own(ouro_str_from(rt, "b"));
    need(pen && d && a && b);
    must(ouro_weakdict_set(rt, d, a, pen_at(pen, 0)));
    must(ouro_weakdict_set(rt, d, b, pen_at(pen, 1)));
    must(ouro_weakdict_set(rt, d, a, pen_at(pen, 1)));
    pen_kill(rt, pen, 0);
    check(pen_has(rt, d, 2) && ouro_weakdict_get(rt, d, a, &v) == 1 && v == pen_at(pen, 1));
    ouro_setslot_steal(&v, NULL);
    pen_kill(rt, pen, 1);
    check(pen_has(rt, d, 0));
    v = ouro_weakdict_set_default(rt, d, a, pen_at(pen, 2));
    need(v);
    check(v == pen_at(pen, 2));
    ouro_setslot_steal(&v, ouro_weakdict_set_default(rt, d, a, pen));
    need(v);
    check(v == pen_at(pen, 2) && pen_has(rt, d, 1));
    ouro_setslot_steal(&v, NULL);
}

CASE(weakly, immortal_objects_stay) {
    ouro_obj *s = own(ouro_weakset_new(rt, NULL)), *d = own(ouro_weakvalues_new(rt));
    ouro_obj *small = own(ouro_int_new(rt, 5)), *empty = own(ouro_str_from(rt, ""));
    need(s && d && small && empty);
    must(ouro_weakset_add(rt, s, ouro_none(rt)));
    must(ouro_weakset_add(rt, s, small));
    must(ouro_weakset_add(rt, s, empty));
    must(ouro_weakdict_set(rt, d, small, ouro_none(rt)));
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(pen_has(rt, s, 3) && pen_has(rt, d, 1) && ouro_weakset_has(rt, s, small) == 1);
    // Of other atoms the object counts that was put in.
    ouro_obj *large = ouro_int_new(rt, 1000000), *other = own(ouro_int_new(rt, 1000000));
    int added = large && other ? ouro_weakset_add(rt, s, large) : -1;
    check(ouro_weakset_has(rt, s, other) == 1);
    ouro_xdecref(large);
    must(added);
    check(ouro_weakset_has(rt, s, other) == 0 && pen_has(rt, s, 3));
}

CASE(weakly, grows_and_shrinks_with_its_objects) {
    size_t n = kit_size(20000, 100);
    ouro_obj *pen = own(pen_new(rt, n)), *k = own(pen ? pen_keys(rt, pen) : NULL);
    ouro_obj *v = own(pen ? pen_values(rt, pen) : NULL), *s = own(pen ? pen_set(rt, pen) : NULL), *got = NULL;
    need(pen && k && v && s);
    for (size_t round = 2; round < 5; round++) {
        size_t alive = 0;
        for (size_t i = 0; i < n; i++)
            if (i % round == 0)
                pen_kill(rt, pen, i);
        for (size_t i = 0; i < n; i++)
            alive += !ouro_is_none(pen_at(pen, i));
        check(pen_has(rt, k, alive) && pen_has(rt, v, alive) && pen_has(rt, s, alive));
    }
    for (size_t i = 1; i < n; i += 2)
        if (!ouro_is_none(pen_at(pen, i))) {
            check(ouro_weakdict_get(rt, k, pen_at(pen, i), &got) == 1 && ouro_int_word(got) == (int64_t)i);
            ouro_setslot_steal(&got, NULL);
        }
}

// ---- many at once ----

CASE(weakly, updated_from_dicts_of_any_kind) {
    ouro_obj *d = own(dict_with(rt, "a-b-")), *o = own(odict_with(rt, "b5c-")), *v = own(ouro_weakvalues_new(rt));
    ouro_obj *e = own(ouro_weakvalues_new(rt)), *letter = own(char_object(rt, 'd')), *none = ouro_none(rt);
    need(d && o && v && e && letter);
    must(ouro_weakdict_set(rt, e, letter, none));
    must(ouro_weakdict_update(rt, v, d));
    must(ouro_weakdict_update(rt, v, o));
    must(ouro_weakdict_update(rt, v, e));
    must(ouro_weakdict_update(rt, v, v));
    must(shows(rt, v, "WeakValueDictionary({'a': None, 'b': 5, 'c': None, 'd': None})"));
    ouro_obj *two = own(ouro_tuple_new(rt, (ouro_obj *[]){letter, ouro_bool(rt, 1)}, 2)),
             *single = own(list_with(rt, "x"));
    ouro_obj *pairs = own(two ? ouro_list_new(rt, &two, 1) : NULL);
    need(pairs && single);
    must(ouro_weakdict_update(rt, v, pairs));
    must(shows(rt, v, "WeakValueDictionary({'a': None, 'b': 5, 'c': None, 'd': True})"));
    // What fails in an iterable changes nothing, whatever it gave before.
    must(ouro_weakdict_clear(rt, v));
    must(ouro_list_append(rt, pairs, single));
    check(ouro_weakdict_update(rt, v, pairs) == -1 && says(rt, OURO_ERR_VALUE, "item 1 has less than the 2 parts"));
    check(ouro_weakdict_update(rt, v, none) == -1 && says(rt, OURO_ERR_TYPE, "'NoneType' object is not iterable"));
    ouro_error_clear(rt);
    check(pen_has(rt, v, 0));
}

// What an iterable alone keeps alive is in the dict as long as the iterable.
CASE(weakly, updated_with_what_dies) {
    ouro_obj *pen = own(pen_new(rt, 3)), *k = own(ouro_weakkeys_new(rt)), *pairs = own(ouro_list_new(rt, NULL, 0));
    need(pen && k && pairs);
    for (size_t i = 0; i < 3; i++) {
        ouro_obj *two = ouro_tuple_new(rt, (ouro_obj *[]){pen_at(pen, i), pen_at(pen, 0)}, 2);
        int result = two ? ouro_list_append(rt, pairs, two) : -1;
        ouro_xdecref(two);
        must(result);
    }
    must(ouro_weakdict_update(rt, k, pairs));
    pen_kill(rt, pen, 1);
    pen_kill(rt, pen, 2);
    check(pen_has(rt, k, 3));
    must(ouro_list_clear(rt, pairs));
    check(pen_has(rt, k, 1) && ouro_refcount(pen_at(pen, 0)) == 2);
    must(ouro_weakdict_clear(rt, k)); // a key that its own value keeps
}

// An update that has no memory for all leaves the first ones, in their order.
CASE(weakly, updates_without_memory) {
    if (test_mode_now() == TEST_FAULT)
        return;
    ouro_obj *pen = own(pen_new(rt, 20)), *from = own(pen ? pen_keys(rt, pen) : NULL);
    ouro_obj *strong = own(ouro_dict_new(rt));
    need(from && strong);
    must(ouro_dict_update(rt, strong, own(ouro_weakdict_items(rt, from))));
    int failed = 1;
    for (uint64_t n = 1; failed; n++) {
        ouro_obj *k = ouro_weakkeys_new(rt), *key, *value;
        always(k != NULL);
        ouro_stress_fail(rt, n, OURO_FAIL_ONCE);
        failed = ouro_weakdict_update(rt, k, n % 2 ? from : strong) < 0;
        ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
        check(!failed || says(rt, OURO_ERR_MEMORY, ""));
        ouro_error_clear(rt);
        size_t met = 0;
        for (size_t at = 0; ouro_weakdict_each(k, &at, &key, &value); met++) {
            always(key == pen_at(pen, met) && ouro_int_word(value) == (int64_t)met);
            ouro_decref(key);
            ouro_decref(value);
        }
        always(met == pen_size(rt, k) && (failed ? met < 20 : met == 20) && ouro_verify(rt) == 0);
        ouro_decref(k);
    }
    check(pen_has(rt, from, 20));
}

CASE(weakly, the_newest_entry_is_taken_out) {
    ouro_obj *pen = own(pen_new(rt, 3)), *k = own(pen ? pen_keys(rt, pen) : NULL);
    ouro_obj *v = own(pen ? pen_values(rt, pen) : NULL), *key = NULL, *value = NULL;
    need(k && v);
    pen_kill(rt, pen, 2);
    check(ouro_weakdict_pop_last(rt, k, &key, &value) == 1 && key == pen_at(pen, 1) && ouro_int_word(value) == 1);
    ouro_setslot_steal(&key, NULL);
    ouro_setslot_steal(&value, NULL);
    check(ouro_weakdict_pop_last(rt, v, &key, &value) == 1 && value == pen_at(pen, 1) && ouro_int_word(key) == 1);
    ouro_setslot_steal(&key, NULL);
    ouro_setslot_steal(&value, NULL);
    check(pen_has(rt, k, 1) && pen_has(rt, v, 1));
    pen_kill(rt, pen, 0);
    check(ouro_weakdict_pop_last(rt, k, &key, &value) == 0 && !key && !value);
    check(ouro_weakdict_pop_last(rt, v, &key, &value) == 0 && !key && !value);
}

CASE(weakly, references_to_the_weak_side) {
    ouro_obj *pen = own(pen_new(rt, 4)), *x;
    ouro_obj *dicts[2] = {own(pen ? pen_keys(rt, pen) : NULL), own(pen ? pen_values(rt, pen) : NULL)}, *refs[2];
    need(dicts[0] && dicts[1]);
    pen_kill(rt, pen, 0);
    for (size_t i = 0; i < 2; i++) {
        refs[i] = own(ouro_weakdict_refs(rt, dicts[i]));
        need(refs[i]);
        check(ouro_list_size(refs[i]) == 3);
        for (size_t j = 0; j < 3; j++) {
            check(ouro_weak_get(ouro_list_peek(refs[i], j), &x) == 1 && x == pen_at(pen, j + 1));
            ouro_xdecref(x);
        }
    }
    pen_kill(rt, pen, 2);
    check(ouro_weak_get(ouro_list_peek(refs[0], 1), &x) == 0 && pen_has(rt, dicts[0], 2) && pen_has(rt, dicts[1], 2));
}

CASE(weakly, dicts_are_joined) {
    ouro_obj *pen = own(pen_new(rt, 3)), *k = own(pen ? pen_keys(rt, pen) : NULL), *none = ouro_none(rt);
    ouro_obj *v = own(ouro_weakvalues_new(rt)), *d = own(dict_with(rt, "a-b-")), *o = own(odict_with(rt, "b5c-"));
    ouro_obj *letter = own(char_object(rt, 'c'));
    need(k && v && d && o && letter);
    must(ouro_weakdict_set(rt, v, letter, ouro_bool(rt, 1)));
    ouro_obj *right = own(ouro_binary(rt, OURO_OR, v, d)), *left = own(ouro_binary(rt, OURO_OR, o, v));
    ouro_obj *both = own(ouro_binary(rt, OURO_OR, k, v));
    need(right && left && both);
    must(shows(rt, right, "WeakValueDictionary({'c': True, 'a': None, 'b': None})"));
    must(shows(rt, left, "WeakValueDictionary({'b': 5, 'c': True})"));
    must(shows(rt, v, "WeakValueDictionary({'c': True})"));
    check(ouro_is(both, ouro_weakkeys_type) && pen_has(rt, both, 4));
    for (size_t i = 0; i < 3; i++)
        pen_kill(rt, pen, i);
    must(shows(rt, both, "WeakKeyDictionary({'c': True})"));
    check(!ouro_binary(rt, OURO_OR, k, none) && says(rt, OURO_ERR_TYPE, "unsupported operand types for |"));
    check(!ouro_binary(rt, OURO_AND, k, v) && says(rt, OURO_ERR_TYPE, "unsupported operand types for &"));
    ouro_error_clear(rt);
}

// ---- walking ----

CASE(weakly, iterators_pass_over_what_dies) {
    ouro_obj *pen = own(pen_new(rt, 6)), *x = NULL;
    ouro_obj *all[3] = {own(pen ? pen_keys(rt, pen) : NULL), own(pen ? pen_values(rt, pen) : NULL),
                        own(pen ? pen_set(rt, pen) : NULL)};
    need(pen && all[0] && all[1] && all[2]);
    ouro_obj *its[5] = {own(ouro_iter(rt, all[0])), own(ouro_weakdict_values(rt, all[0])),
                        own(ouro_weakdict_items(rt, all[0])), own(ouro_weakdict_values(rt, all[1])),
                        own(ouro_iter(rt, all[2]))};
    need(its[0] && its[1] && its[2] && its[3] && its[4]);
    size_t left[5] = {4, 4, 4, 4, 4};
    for (size_t i = 0; i < 5; i++) {
        int more = ouro_next(rt, its[i], &x);
        must(more);
        check(more == 1 && (i != 2 || (ouro_is_tuple(x) && ouro_tuple_size(x) == 2)));
        ouro_setslot_steal(&x, NULL);
    }
    pen_kill(rt, pen, 0);
    pen_kill(rt, pen, 3);
    for (size_t i = 0; i < 5; i++) {
        int more;
        while ((more = ouro_next(rt, its[i], &x)) == 1) {
            ouro_setslot_steal(&x, NULL);
            left[i]--;
        }
        must(more);
        check(left[i] == 0 && ouro_next(rt, its[i], &x) == 0);
    }
    ouro_obj *again = own(ouro_iter(rt, its[0]));
    check(again == its[0]);
}

CASE(weakly, iterators_see_what_the_program_changes) {
    ouro_obj *pen = own(pen_new(rt, 3)), *x = NULL, *s = own(pen ? pen_set(rt, pen) : NULL);
    ouro_obj *it = own(s ? ouro_iter(rt, s) : NULL), *second = own(s ? ouro_iter(rt, s) : NULL);
    need(pen && s && it && second);
    check(ouro_weakset_add(rt, s, pen_at(pen, 0)) == 0 && ouro_next(rt, it, &x) == 1);
    ouro_setslot_steal(&x, NULL);
    int added = ouro_weakset_add(rt, s, pen);
    check(added == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(ouro_next(rt, it, &x) == 1);
    ouro_setslot_steal(&x, NULL);
    check(ouro_weakset_remove(rt, s, pen_at(pen, 2)) == 1);
    check(ouro_next(rt, it, &x) == -1 && !x && says(rt, OURO_ERR_STATE, "WeakSet changed size during iteration"));
    check(ouro_next(rt, it, &x) == -1 && says(rt, OURO_ERR_STATE, "WeakSet changed"));
    ouro_error_clear(rt);
    ouro_obj *third = own(ouro_iter(rt, s));
    need(third);
    must(ouro_weakset_add(rt, s, pen_at(pen, 2)));
    check(ouro_next(rt, second, &x) == -1 && says(rt, OURO_ERR_STATE, "WeakSet changed"));
    check(ouro_next(rt, third, &x) == -1 && says(rt, OURO_ERR_STATE, "WeakSet changed"));
    ouro_error_clear(rt);
}

CASE(weakly, a_walk_from_c_survives_deaths_and_removals) {
    ouro_obj *pen = own(pen_new(rt, 5)), *d = own(pen ? pen_keys(rt, pen) : NULL), *k = NULL, *v = NULL;
    need(pen && d);
    size_t at = 0, n = 0;
    while (ouro_weakdict_each(d, &at, &k, &v)) {
        always(k == pen_at(pen, (size_t)ouro_int_word(v)));
        if (n++ == 0)
            pen_kill(rt, pen, 2);
        check(ouro_weakdict_del(rt, d, k) == 1);
        ouro_setslot_steal(&k, NULL);
        ouro_setslot_steal(&v, NULL);
    }
    check(n == 4 && pen_has(rt, d, 0));
}

// ---- protocols ----

CASE(weakly, through_the_protocols) {
    ouro_obj *pen = own(pen_new(rt, 2)), *d = own(ouro_weakkeys_new(rt)), *e = own(ouro_weakvalues_new(rt));
    ouro_obj *s = own(ouro_weakset_new(rt, NULL)), *one = own(ouro_int_new(rt, 1)), *x = NULL;
    need(pen && d && e && s && one);
    must(shows(rt, d, "WeakKeyDictionary()"));
    must(shows(rt, s, "WeakSet()"));
    check(ouro_truth(rt, d) == 0 && ouro_truth(rt, s) == 0);
    must(ouro_set_item(rt, d, pen_at(pen, 0), one));
    must(ouro_set_item(rt, d, ouro_none(rt), one));
    must(ouro_set_item(rt, e, one, ouro_none(rt)));
    must(ouro_weakset_add(rt, s, ouro_none(rt)));
    must(ouro_weakset_add(rt, s, one));
    check(ouro_truth(rt, d) == 1 && ouro_contains(rt, d, pen_at(pen, 0)) == 1);
    pen_kill(rt, pen, 0);
    must(shows(rt, d, "WeakKeyDictionary({None: 1})"));
    must(shows(rt, e, "WeakValueDictionary({1: None})"));
    must(shows(rt, s, "WeakSet({None, 1})"));
    x = ouro_get_item(rt, d, ouro_none(rt));
    check(x == one);
    ouro_xdecref(x);
    check(!ouro_get_item(rt, d, one) && says(rt, OURO_ERR_KEY, "1"));
    check(ouro_del_item(rt, d, one) == -1 && says(rt, OURO_ERR_KEY, "1"));
    must(ouro_del_item(rt, d, ouro_none(rt)));
    check(pen_size(rt, d) == 0);
    uint64_t h;
    check(ouro_hash(rt, d, &h) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'WeakKeyDictionary'"));
    check(ouro_hash(rt, s, &h) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'WeakSet'"));
    check(!ouro_get_item(rt, s, one) && says(rt, OURO_ERR_TYPE, "'WeakSet' object has no items to read"));
    ouro_error_clear(rt);
}

CASE(weakly, what_is_refused) {
    ouro_obj *no = own(ouro_dict_new(rt)), *d = own(ouro_weakkeys_new(rt)), *s = own(ouro_weakset_new(rt, NULL));
    ouro_obj *k = NULL, *v = NULL;
    size_t n;
    need(no && d && s);
    check(ouro_weakdict_size(rt, no, &n) == -1 && n == 0 &&
          says(rt, OURO_ERR_TYPE, "ouro_weakdict_size: 'weak dict' expected, not 'dict'"));
    check(ouro_weakdict_get(rt, s, no, &v) == -1 && !v && says(rt, OURO_ERR_TYPE, "ouro_weakdict_get: "));
    check(ouro_weakdict_has(rt, s, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakdict_has: "));
    check(ouro_weakdict_set(rt, s, no, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakdict_set: "));
    check(!ouro_weakdict_set_default(rt, s, no, no) && says(rt, OURO_ERR_TYPE, "ouro_weakdict_set_default: "));
    check(ouro_weakdict_del(rt, s, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakdict_del: "));
    check(ouro_weakdict_pop(rt, s, no, &v) == -1 && !v && says(rt, OURO_ERR_TYPE, "ouro_weakdict_pop: "));
    check(ouro_weakdict_pop_last(rt, s, &k, &v) == -1 && !k && !v &&
          says(rt, OURO_ERR_TYPE, "ouro_weakdict_pop_last: "));
    check(ouro_weakdict_update(rt, s, d) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakdict_update: "));
    check(!ouro_weakdict_refs(rt, s) && says(rt, OURO_ERR_TYPE, "ouro_weakdict_refs: "));
    check(ouro_weakdict_clear(rt, s) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakdict_clear: "));
    check(!ouro_weakdict_values(rt, s) && says(rt, OURO_ERR_TYPE, "ouro_weakdict_values: "));
    check(!ouro_weakdict_items(rt, s) && says(rt, OURO_ERR_TYPE, "ouro_weakdict_items: "));
    check(ouro_weakset_size(rt, d, &n) == -1 && n == 0 && says(rt, OURO_ERR_TYPE, "ouro_weakset_size: 'WeakSet' exp"));
    check(ouro_weakset_has(rt, d, d) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakset_has: "));
    check(ouro_weakset_add(rt, d, d) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakset_add: "));
    check(ouro_weakset_remove(rt, d, d) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakset_remove: "));
    check(ouro_weakset_pop(rt, d, &v) == -1 && !v && says(rt, OURO_ERR_TYPE, "ouro_weakset_pop: "));
    check(ouro_weakset_update(rt, d, s) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakset_update: "));
    check(ouro_weakset_clear(rt, d) == -1 && says(rt, OURO_ERR_TYPE, "ouro_weakset_clear: "));
    check(ouro_weakdict_set(rt, d, no, no) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'dict'"));
    check(!ouro_weakset_new(rt, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "'NoneType' object is not iterable"));
    ouro_error_clear(rt);
    check(pen_has(rt, d, 0) && pen_has(rt, s, 0));
}

CASE(weakly, dicts_are_equal_by_their_living_entries) {
    ouro_obj *pen = own(pen_new(rt, 3)), *a = own(pen ? pen_keys(rt, pen) : NULL);
    ouro_obj *b = own(pen ? pen_keys(rt, pen) : NULL), *d = own(ouro_dict_new(rt)), *o = own(ouro_odict_new(rt));
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *list2 = own(ouro_list_new(rt, NULL, 0));
    need(a && b && d && o && list && list2);
    check(ouro_equal(rt, a, b) == 1 && ouro_equal(rt, a, d) == 0 && ouro_equal(rt, a, pen) == 0);
    must(ouro_weakdict_set(rt, a, pen_at(pen, 0), list));
    must(ouro_weakdict_set(rt, b, pen_at(pen, 0), list2));
    check(ouro_equal(rt, a, b) == 1);
    must(ouro_list_append(rt, list, d));
    check(ouro_equal(rt, a, b) == 0 && ouro_compare(rt, OURO_NE, a, b) == 1);
    must(ouro_list_append(rt, list2, d));
    must(ouro_weakdict_set(rt, a, ouro_none(rt), list));
    check(ouro_equal(rt, a, b) == 0 && ouro_equal(rt, b, a) == 0);
    must(ouro_odict_set(rt, o, ouro_none(rt), list2));
    pen_kill(rt, pen, 0);
    pen_kill(rt, pen, 1);
    pen_kill(rt, pen, 2);
    check(ouro_equal(rt, a, o) == 1 && ouro_equal(rt, o, a) == 1 && ouro_equal(rt, b, o) == 0);
    check(ouro_compare(rt, OURO_LT, a, b) == -1 && says(rt, OURO_ERR_TYPE, "'<' not supported"));
    ouro_error_clear(rt);
}

static int relation_is(ouro_rt *rt, ouro_relation r, ouro_obj *a, ouro_obj *b, int answer) {
    return ouro_compare(rt, r, a, b) == answer;
}

CASE(weakly, sets_among_each_other) {
    ouro_obj *pen = own(pen_new(rt, 4)), *a = own(pen ? pen_set(rt, pen) : NULL), *b = own(ouro_weakset_new(rt, NULL));
    ouro_obj *c = own(ouro_set_new(rt, pen)), *f = own(ouro_frozenset_new(rt, pen));
    need(a && b && c && f);
    must(ouro_weakset_add(rt, b, pen_at(pen, 1)));
    must(ouro_weakset_add(rt, b, ouro_none(rt)));
    check(ouro_equal(rt, a, c) == 1 && ouro_equal(rt, c, a) == 1 && ouro_equal(rt, f, a) == 1);
    check(ouro_equal(rt, a, b) == 0 && ouro_equal(rt, a, pen) == 0);
    check(relation_is(rt, OURO_LE, a, c, 1) && relation_is(rt, OURO_LT, a, c, 0) && relation_is(rt, OURO_GE, c, a, 1));
    check(relation_is(rt, OURO_NE, a, b, 1) && relation_is(rt, OURO_NE, a, c, 0) && relation_is(rt, OURO_LE, b, a, 0));
    ouro_obj * or = own(ouro_binary(rt, OURO_OR, a, b)), *and = own(ouro_binary(rt, OURO_AND, b, f));
    ouro_obj *sub = own(ouro_binary(rt, OURO_SUB, b, a)), *xor = own(ouro_binary(rt, OURO_XOR, c, b));
    need(or &&and&&sub && xor);
    check(ouro_is_weakset(or) && pen_has(rt, or, 5) && pen_has(rt, and, 1) && pen_has(rt, sub, 1));
    check(ouro_is_set(xor) && ouro_set_size(xor) == 4);
    check(relation_is(rt, OURO_LT, and, a, 1) && relation_is(rt, OURO_GT, a, and, 1));
    check(!ouro_binary(rt, OURO_OR, a, pen) && says(rt, OURO_ERR_TYPE, "unsupported operand"));
    check(!ouro_binary(rt, OURO_ADD, a, b) && says(rt, OURO_ERR_TYPE, "unsupported operand"));
    ouro_error_clear(rt);
    must(ouro_weakset_update(rt, b, b));
    must(ouro_weakset_update(rt, b, f));
    check(pen_has(rt, b, 5));
}

CASE(weakly, copies) {
    ouro_obj *pen = own(pen_new(rt, 3)), *k = own(pen ? pen_keys(rt, pen) : NULL);
    ouro_obj *v = own(pen ? pen_values(rt, pen) : NULL), *s = own(pen ? pen_set(rt, pen) : NULL), *x = NULL;
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    need(k && v && s && list);
    must(ouro_weakdict_set(rt, k, pen_at(pen, 1), list));
    ouro_obj *k2 = own(ouro_copy(rt, k)), *v2 = own(ouro_copy(rt, v)), *s2 = own(ouro_copy(rt, s));
    ouro_obj *k3 = own(ouro_deep_copy(rt, k)), *v3 = own(ouro_deep_copy(rt, v)), *s3 = own(ouro_deep_copy(rt, s));
    need(k2 && v2 && s2 && k3 && v3 && s3);
    check(ouro_equal(rt, k, k2) == 1 && ouro_equal(rt, v, v2) == 1 && ouro_equal(rt, s, s2) == 1 && k != k2);
    check(ouro_equal(rt, k, k3) == 1 && ouro_equal(rt, v, v3) == 1 && ouro_equal(rt, s, s3) == 1 && k != k3);
    check(ouro_weakdict_get(rt, k2, pen_at(pen, 1), &x) == 1 && x == list);
    ouro_setslot_steal(&x, NULL);
    check(ouro_weakdict_get(rt, k3, pen_at(pen, 1), &x) == 1 && x != list && ouro_is_list(x));
    ouro_setslot_steal(&x, NULL);
    for (size_t i = 0; i < 3; i++)
        pen_kill(rt, pen, i);
    check(pen_has(rt, k2, 0) && pen_has(rt, v2, 0) && pen_has(rt, s2, 0));
    check(pen_has(rt, k3, 0) && pen_has(rt, v3, 0) && pen_has(rt, s3, 0));
}
