// SPDX-License-Identifier: MIT
// lru.c: caches: what is forgotten and when, typed keys, the protocols.
#include "caches.h"

CASE(lru, forgets_what_was_not_asked_for_longest) {
    ouro_obj *c = own(lru_with(rt, 3, 0, "a1b2c3"));
    need(c);
    always(ouro_is_lru(c) && ouro_is(c, ouro_lru_type) && !ouro_is_odict(c));
    check(lru_keys_are(rt, c, "abc"));
    check(lru_gives(rt, c, 'a', '1'));
    must(lru_put(rt, c, 'd', '4'));
    check(lru_keys_are(rt, c, "cad"));
    must(lru_put(rt, c, 'c', '7')); // a value that changes is new
    must(lru_put(rt, c, 'e', '5'));
    check(lru_keys_are(rt, c, "dce"));
    check(lru_gives(rt, c, 'a', '!') && lru_gives(rt, c, 'b', '!') && lru_gives(rt, c, 'c', '7'));
    check(lru_gives(rt, c, 'd', '4') && lru_gives(rt, c, 'e', '5'));
}

CASE(lru, counts) {
    ouro_obj *c = own(lru_with(rt, 2, 0, "a1b2")), *a = own(char_object(rt, 'a'));
    need(c && a);
    check(lru_gives(rt, c, 'b', '2') && lru_gives(rt, c, 'x', '!') && lru_gives(rt, c, 'a', '1'));
    check(lru_counts_are(c, 2, 1, 2));
    // To look whether it is there is not to ask for it.
    check(ouro_lru_has(rt, c, a) == 1 && ouro_lru_has(rt, c, ouro_none(rt)) == 0 && ouro_contains(rt, c, a) == 1);
    check(lru_keys_are(rt, c, "ba"));
    check(lru_counts_are(c, 2, 1, 2));
    check(ouro_lru_del(rt, c, a) == 1 && ouro_lru_del(rt, c, a) == 0);
    check(lru_counts_are(c, 2, 1, 1) && lru_gives(rt, c, 'a', '!'));
    check(ouro_lru_clear(rt, c) == 0 && lru_counts_are(c, 0, 0, 0));
    check(lru_keys_are(rt, c, "") && lru_gives(rt, c, 'b', '!'));
}

CASE(lru, capacities) {
    ouro_obj *zero = own(lru_with(rt, 0, 0, "a1b2")), *one = own(lru_with(rt, 1, 0, "a1b2"));
    ouro_obj *all = own(lru_with(rt, OURO_LRU_UNBOUNDED, 0, ""));
    need(zero && one && all);
    check(lru_keys_are(rt, zero, "") && lru_gives(rt, zero, 'a', '!') && lru_counts_are(zero, 0, 1, 0));
    check(lru_keys_are(rt, one, "b") && lru_gives(rt, one, 'b', '2') && lru_gives(rt, one, 'a', '!'));
    int64_t n = (int64_t)kit_size(20000, 100);
    for (int round = 0; round < 2; round++)
        for (int64_t i = 0; i < n; i++) {
            ouro_obj *k = ouro_int_new(rt, i), *v = NULL;
            int result = k && !round ? ouro_lru_put(rt, all, k, k) : k ? ouro_lru_get(rt, all, k, &v) : -1;
            always(result < 0 || !round || (result == 1 && ouro_int_word(v) == i));
            ouro_xdecref(k);
            ouro_xdecref(v);
            must(result);
        }
    check(lru_counts_are(all, (uint64_t)n, 0, (size_t)n));
}

// A cache that is full stays as large as it is, for ever.
CASE(lru, a_full_cache_does_not_grow) {
    ouro_obj *c = own(ouro_lru_new(rt, 100, 0));
    need(c);
    int64_t n = (int64_t)kit_size(20000, 300);
    size_t used = 0;
    for (int64_t i = 0; i < n; i++) {
        ouro_obj *k = ouro_int_new(rt, i + 1000);
        int result = k ? ouro_lru_put(rt, c, k, k) : -1;
        ouro_xdecref(k);
        must(result);
        if (i == 150)
            used = kit_usage(rt).used;
        always(ouro_lru_size(c) == (i < 100 ? (size_t)i + 1 : 100));
    }
    exact(kit_usage(rt).used == used);
    for (int64_t i = 0; i < 200; i++) {
        ouro_obj *k = ouro_int_new(rt, n - 200 + i + 1000);
        int found = k ? ouro_lru_has(rt, c, k) : -1;
        ouro_xdecref(k);
        must(found);
        check(found == (i >= 100));
    }
}

// What is new takes the place of what is old.
CASE(lru, a_full_cache_needs_no_memory) {
    if (test_mode_now() == TEST_FAULT)
        return; // this case makes allocations fail on its own
    ouro_obj *c = own(lru_with(rt, 4, 0, "a1b2c3d4")), *list = own(list_with(rt, "efghijklm"));
    ouro_obj *large = own(ouro_lru_new(rt, 1000, 0));
    for (int64_t i = 0; i < 1000; i++) {
        ouro_obj *k = ouro_int_new(rt, i + 1000);
        always(ouro_lru_put(rt, large, k, k) == 0);
        ouro_decref(k);
    }
    ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
    int put = 0;
    for (size_t i = 0; i < 9; i++)
        put += ouro_lru_put(rt, c, ouro_list_peek(list, i), list) == 0 &&
               ouro_lru_put(rt, large, ouro_list_peek(list, i), list) == 0;
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    always(put == 9 && lru_keys_are(rt, c, "jklm") && ouro_lru_size(large) == 1000);
}

CASE(lru, another_capacity) {
    ouro_obj *c = own(lru_with(rt, 5, 0, "a1b2c3d4e5"));
    need(c);
    check(lru_gives(rt, c, 'a', '1'));
    always(ouro_lru_resize(rt, c, 3) == 0);
    check(lru_keys_are(rt, c, "dea"));
    must(lru_put(rt, c, 'f', '6'));
    check(lru_keys_are(rt, c, "eaf"));
    always(ouro_lru_resize(rt, c, 4) == 0);
    must(lru_put(rt, c, 'g', '7'));
    check(lru_keys_are(rt, c, "eafg"));
    always(ouro_lru_resize(rt, c, 0) == 0);
    check(lru_keys_are(rt, c, ""));
    must(lru_put(rt, c, 'h', '8'));
    check(lru_keys_are(rt, c, ""));
}

CASE(lru, a_smaller_capacity_gives_memory_back) {
    ouro_obj *c = own(ouro_lru_new(rt, OURO_LRU_UNBOUNDED, 0));
    need(c);
    for (int64_t i = 0; i < 1000; i++) {
        ouro_obj *k = ouro_int_new(rt, i % 200); // of no memory of its own
        must(ouro_lru_put(rt, c, k, k));
        if (i < 200)
            continue;
        ouro_obj *other = ouro_int_new(rt, i + 1000);
        int result = other ? ouro_lru_put(rt, c, other, k) : -1;
        ouro_xdecref(other);
        must(result);
    }
    size_t used = kit_usage(rt).used;
    always(ouro_lru_resize(rt, c, 10) == 0 && ouro_lru_size(c) == 10);
    exact(kit_usage(rt).used + 990 * 16 + 30000 < used);
    for (int64_t i = 95; i < 100; i++) { // from the last round: both kinds, in turns
        ouro_obj *other = own(ouro_int_new(rt, i + 1900)), *v = NULL;
        need(other);
        check(ouro_lru_get(rt, c, other, &v) == 1 && ouro_int_word(v) == i + 100);
        ouro_xdecref(v);
    }
}

// ---- typed ----

static ouro_obj *three_ones(ouro_rt *rt, unsigned options) {
    ouro_obj *c = ouro_lru_new(rt, 10, options),
             *keys[] = {ouro_int_new(rt, 1), ouro_float_new(rt, 1), ouro_bool(rt, 1)};
    for (int64_t i = 0; c && i < 3; i++)
        if (!keys[i] || ouro_lru_put(rt, c, keys[i], ouro_int_new(rt, i + 5)) < 0)
            ouro_setslot_steal(&c, NULL);
    ouro_xdecref(keys[1]);
    return c;
}

CASE(lru, equal_keys_of_different_types) {
    ouro_obj *one = own(three_ones(rt, 0)), *three = own(three_ones(rt, OURO_LRU_TYPED));
    need(one && three);
    check(ouro_lru_size(one) == 1 && lru_gives(rt, one, '1', '7'));
    check(ouro_lru_size(three) == 3 && lru_gives(rt, three, '1', '5'));
    must(shows(rt, one, "LRUCache({1: 7}, maxsize=10)"));
    must(shows(rt, three, "LRUCache({1.0: 6, True: 7, 1: 5}, maxsize=10)"));
    ouro_obj *f = own(ouro_float_new(rt, 1)), *keys = own(ouro_lru_keys(rt, three));
    need(f && keys);
    check(ouro_is_float(ouro_list_peek(keys, 0)) && ouro_is_bool(ouro_list_peek(keys, 1)));
    check(ouro_lru_has(rt, three, f) == 1 && ouro_lru_del(rt, three, f) == 1 && ouro_lru_has(rt, three, f) == 0);
    check(ouro_lru_has(rt, three, ouro_bool(rt, 1)) == 1 && ouro_lru_has(rt, three, ouro_bool(rt, 0)) == 0);
    ouro_error_clear(rt);
}

// Instances of two classes that say that they are equal.
CASE(lru, typed_keys_of_classes) {
    ouro_obj *base = ouro_class_of_type(rt, ouro_str_type);
    need(base);
    ouro_obj *a = own(ouro_class_new(rt, "A", base, NULL)), *b = own(ouro_class_new(rt, "B", base, NULL));
    ouro_obj *c = own(ouro_lru_new(rt, 10, OURO_LRU_TYPED)), *text = own(ouro_str_from(rt, "x"));
    need(a && b && c && text);
    ouro_obj *x = own(ouro_instance_new(rt, a, text)), *y = own(ouro_instance_new(rt, b, text));
    ouro_obj *z = own(ouro_instance_new(rt, a, text)), *v = NULL;
    need(x && y && z);
    must(ouro_lru_put(rt, c, x, a));
    must(ouro_lru_put(rt, c, y, b));
    must(ouro_lru_put(rt, c, text, c));
    check(ouro_lru_size(c) == 3 && ouro_lru_get(rt, c, z, &v) == 1 && v == a);
    ouro_xdecref(v);
    must(ouro_lru_clear(rt, c));
}

// ---- what is refused ----

CASE(lru, what_is_refused) {
    ouro_obj *no = own(odict_with(rt, "a1")), *c = own(lru_with(rt, 2, 0, "a1")), *v = NULL;
    need(no && c);
    check(ouro_lru_get(rt, no, c, &v) == -1 && !v && says(rt, OURO_ERR_TYPE, "ouro_lru_get: 'LRUCache' expected"));
    check(ouro_lru_has(rt, no, c) == -1 && says(rt, OURO_ERR_TYPE, "ouro_lru_has: "));
    check(ouro_lru_put(rt, no, c, c) == -1 && says(rt, OURO_ERR_TYPE, "ouro_lru_put: "));
    check(ouro_lru_del(rt, no, c) == -1 && says(rt, OURO_ERR_TYPE, "ouro_lru_del: "));
    check(ouro_lru_resize(rt, no, 1) == -1 && says(rt, OURO_ERR_TYPE, "ouro_lru_resize: "));
    check(ouro_lru_clear(rt, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_lru_clear: "));
    check(!ouro_lru_keys(rt, no) && says(rt, OURO_ERR_TYPE, "ouro_lru_keys: "));
    check(!ouro_lru_new(rt, 1, 4) && says(rt, OURO_ERR_VALUE, "options 4"));
    check(ouro_lru_put(rt, c, no, c) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'OrderedDict'"));
    check(ouro_lru_get(rt, c, no, &v) == -1 && !v && says(rt, OURO_ERR_TYPE, "unhashable"));
    check(!ouro_get_item(rt, c, ouro_none(rt)) && says(rt, OURO_ERR_KEY, "None"));
    check(ouro_del_item(rt, c, ouro_none(rt)) == -1 && says(rt, OURO_ERR_KEY, "None"));
    ouro_error_clear(rt);
    check(lru_keys_are(rt, c, "a") && lru_counts_are(c, 0, 1, 1));
}

CASE(lru, an_unhashable_key_in_a_typed_cache) {
    ouro_obj *no = own(list_with(rt, "1")), *c = own(lru_with(rt, 2, OURO_LRU_TYPED, "a1")), *v = NULL;
    need(no && c);
    check(ouro_lru_put(rt, c, no, c) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(ouro_lru_get(rt, c, no, &v) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    ouro_error_clear(rt);
    check(lru_keys_are(rt, c, "a") && lru_counts_are(c, 0, 0, 1));
}

// ---- the protocols ----

CASE(lru, through_the_protocols) {
    ouro_obj *c = own(lru_with(rt, 3, 0, "a1b2")), *e = own(ouro_lru_new(rt, OURO_LRU_UNBOUNDED, 0));
    ouro_obj *a = own(char_object(rt, 'a')), *x = NULL;
    need(c && e && a);
    must(shows(rt, c, "LRUCache({'a': 1, 'b': 2}, maxsize=3)"));
    must(shows(rt, e, "LRUCache({}, maxsize=None)"));
    check((x = ouro_get_item(rt, c, a)) && ouro_int_word(x) == 1 && lru_counts_are(c, 1, 0, 2));
    ouro_error_clear(rt);
    must(ouro_set_item(rt, c, ouro_none(rt), a));
    must(shows(rt, c, "LRUCache({'b': 2, 'a': 1, None: 'a'}, maxsize=3)"));
    must(ouro_del_item(rt, c, ouro_none(rt)));
    size_t n;
    check(ouro_length(rt, c, &n) == 0 && n == 2 && ouro_truth(rt, c) == 1 && ouro_truth(rt, e) == 0);
    uint64_t hash;
    check(ouro_equal(rt, c, c) == 1 && ouro_equal(rt, c, e) == 0 && ouro_hash(rt, c, &hash) == 0);
    ouro_error_clear(rt);
}

// The loop may ask for what it walks over, and forget it.
CASE(lru, iteration_is_over_what_there_was) {
    ouro_obj *c = own(lru_with(rt, 3, 0, "a1b2c3")), *it = c ? own(ouro_iter(rt, c)) : NULL, *x, *v;
    need(c && it);
    char seen[4] = "";
    for (int i = 0; i < 3; i++) {
        int more = ouro_next(rt, it, &x);
        must(more);
        always(more == 1);
        seen[i] = *ouro_str_data(x);
        int found = ouro_lru_get(rt, c, x, &v);
        always(found == 1 || (found == 0 && i == 2));
        ouro_xdecref(v);
        ouro_decref(x);
        if (i == 1)
            must(lru_put(rt, c, 'z', '9'));
    }
    always(ouro_next(rt, it, &x) == 0 && !strcmp(seen, "abc"));
}

CASE(lru, copies) {
    ouro_obj *list = own(list_with(rt, "12")), *c = own(lru_with(rt, 3, OURO_LRU_TYPED, "a1b2"));
    need(list && c);
    must(lru_put(rt, c, 'c', '3'));
    must(ouro_lru_put(rt, c, ouro_none(rt), list));
    check(lru_gives(rt, c, 'b', '2'));
    ouro_obj *copy = own(ouro_copy(rt, c)), *deep = own(ouro_deep_copy(rt, c)), *v = NULL;
    need(copy && deep);
    must(shows(rt, copy, "LRUCache({'c': 3, None: [1, 2], 'b': 2}, maxsize=3)"));
    must(shows(rt, deep, "LRUCache({'c': 3, None: [1, 2], 'b': 2}, maxsize=3)"));
    check(lru_counts_are(copy, 0, 0, 3) && lru_counts_are(deep, 0, 0, 3));
    check(ouro_lru_get(rt, copy, ouro_none(rt), &v) == 1 && v == list);
    ouro_setslot_steal(&v, NULL);
    check(ouro_lru_get(rt, deep, ouro_none(rt), &v) == 1 && v != list);
    ouro_setslot_steal(&v, NULL);
    must(lru_put(rt, copy, 'd', '4'));
    check(ouro_lru_size(copy) == 3 && lru_gives(rt, copy, 'c', '!') && lru_gives(rt, c, 'c', '3'));
    ouro_error_clear(rt);
}

CASE(lru, a_cache_in_itself) {
    ouro_obj *c = ouro_lru_new(rt, 2, 0);
    need(c);
    int result = ouro_lru_put(rt, c, c, c);
    if (result == 0)
        result = shows(rt, c, "LRUCache({...: ...}, maxsize=2)");
    ouro_obj *deep = result == 0 ? ouro_deep_copy(rt, c) : NULL, *v = NULL;
    check(!deep || (ouro_lru_get(rt, deep, deep, &v) == 1 && v == deep));
    ouro_xdecref(v);
    ouro_xdecref(deep);
    ouro_decref(c);
    must(result);
}
