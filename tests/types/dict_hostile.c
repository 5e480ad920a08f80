// SPDX-License-Identifier: MIT
// dict_hostile.c: comparisons, finalizers, collections and copies that change the dict they are called from.
#include "tables.h"

#include "types/table.h"

// A dict with `n` odd keys 1 to n, all with one hash, and their number as value. Returns: new; NULL on failure.
static ouro_obj *odd_dict(ouro_rt *rt, int64_t n) {
    ouro_obj *d = ouro_dict_new(rt);
    for (int64_t i = 1; d && i <= n; i++) {
        ouro_obj *k = odd_new(rt, i, 7), *v = ouro_int_new(rt, i);
        if (!k || !v || ouro_dict_set(rt, d, k, v) < 0)
            ouro_setslot_steal(&d, NULL);
        ouro_setslot_steal(&k, NULL);
        ouro_setslot_steal(&v, NULL);
    }
    return d;
}

// ---- comparisons that change what is searched ----

static void hook_clear(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    odd_hook = NULL;
    ouro_dict_clear(rt, odd_map);
}

CASE(dict_hostile, a_comparison_clears_the_dict) {
    must(odd_open(rt));
    for (int n = 1; n < 12; n += 5) {
        ouro_obj *d = own(odd_dict(rt, n)), *key = own(odd_new(rt, 1, 7)), *v = NULL;
        need(d && key);
        odd_map = d;
        odd_hook = hook_clear;
        check(ouro_dict_get(rt, d, key, &v) == 0 && !v && ouro_dict_size(d) == 0);
        ouro_error_clear(rt);
        must(put(rt, d, '1', '1'));
        check(holds(d, "11"));
    }
}

CASE(dict_hostile, a_comparison_clears_the_dict_that_is_filled) {
    must(odd_open(rt));
    ouro_obj *d = own(odd_dict(rt, 6)), *key = own(odd_new(rt, 99, 7));
    need(d && key);
    odd_map = d;
    odd_hook = hook_clear;
    must(ouro_dict_set(rt, d, key, key));
    check(ouro_dict_size(d) == 1 && ouro_dict_has(rt, d, key) == 1);
}

// Puts in the very key that is being looked for, once, and takes another out so that the sizes are what they were.
static void hook_same(ouro_rt *rt, odd *a, odd *b) {
    ouro_obj *k = NULL, *v = NULL;
    (void)a;
    (void)b;
    odd_hook = NULL;
    if (ouro_dict_pop_last(rt, odd_map, &k, &v) == 1) {
        ouro_decref(k);
        ouro_decref(v);
    }
    if (ouro_dict_set(rt, odd_map, odd_key, ouro_none(rt)) < 0)
        ouro_error_clear(rt);
}

CASE(dict_hostile, a_comparison_puts_the_key_in) {
    must(odd_open(rt));
    for (int n = 1; n < 12; n += 5) {
        ouro_obj *d = own(odd_dict(rt, n)), *key = own(odd_new(rt, 99, 7)), *k = NULL, *v = NULL;
        need(d && key);
        odd_map = d;
        odd_key = key;
        odd_hook = hook_same;
        must(ouro_dict_set(rt, d, key, key));
        size_t at = 0, same = 0;
        while (ouro_dict_each_peek(d, &at, &k, &v))
            same += k == key;
        check(same == 1 && ouro_dict_size(d) == (size_t)n);
    }
}

static void hook_value(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    ouro_obj *n = ouro_int_new(rt, odd_asked + 1000);
    if (!n || ouro_dict_set(rt, odd_map, ouro_none(rt), n) < 0)
        ouro_error_clear(rt);
    ouro_xdecref(n);
}

// Counting its own calls in the dict that is searched: allowed, and no reason to search for ever.
CASE(dict_hostile, a_comparison_replaces_a_value_each_time) {
    must(odd_open(rt));
    ouro_obj *d = own(odd_dict(rt, 6)), *key = own(odd_new(rt, 99, 7)), *v = NULL;
    need(d && key);
    must(ouro_dict_set(rt, d, ouro_none(rt), key));
    odd_map = d;
    odd_hook = hook_value;
    int found = ouro_dict_get(rt, d, key, &v);
    check(found == 0 && odd_asked > 6 && odd_asked < 1000);
    ouro_setslot_steal(&v, NULL);
    ouro_error_clear(rt);
}

static void hook_restless(ouro_rt *rt, odd *a, odd *b) {
    static int64_t fresh;
    (void)a;
    (void)b;
    ouro_obj *n = ouro_int_new(rt, 1000 + fresh++);
    if (!n || ouro_dict_set(rt, odd_map, n, n) < 0)
        ouro_error_clear(rt);
    ouro_xdecref(n);
}

CASE(dict_hostile, a_comparison_that_never_rests) {
    must(odd_open(rt));
    ouro_obj *d = own(odd_dict(rt, 2)), *key = own(odd_new(rt, 99, 7)), *v = NULL;
    need(d && key);
    odd_map = d;
    odd_hook = hook_restless;
    check(ouro_dict_get(rt, d, key, &v) == -1 && says(rt, OURO_ERR_STATE, "'dict' changed each time"));
    check(ouro_dict_set(rt, d, key, key) == -1 && says(rt, OURO_ERR_STATE, "'dict' changed each time"));
    ouro_error_clear(rt);
    odd_hook = NULL;
    int found = ouro_dict_has(rt, d, key);
    check(found == 0);
    ouro_error_clear(rt);
}

CASE(dict_hostile, a_comparison_or_hash_that_fails) {
    must(odd_open(rt));
    ouro_obj *d = own(odd_dict(rt, 6)), *key = own(odd_new(rt, 3, 7)), *bad = own(odd_new(rt, -1, 7)), *v = NULL;
    need(d && key && bad);
    odd_fails = 1;
    check(ouro_dict_get(rt, d, key, &v) == -1 && !v && says(rt, OURO_ERR_USER, "no comparison"));
    check(ouro_dict_set(rt, d, key, key) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    check(ouro_dict_del(rt, d, key) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    check(!ouro_dict_set_default(rt, d, key, key) && says(rt, OURO_ERR_USER, "no comparison"));
    odd_fails = 0;
    check(ouro_dict_set(rt, d, bad, key) == -1 && says(rt, OURO_ERR_USER, "no hash"));
    check(ouro_dict_pop(rt, d, bad, &v) == -1 && says(rt, OURO_ERR_USER, "no hash"));
    ouro_error_clear(rt);
    check(ouro_dict_size(d) == 6 && ouro_dict_get(rt, d, key, &v) == 1 && ouro_int_word(v) == 3);
    ouro_setslot_steal(&v, NULL);
    ouro_error_clear(rt);
}

static void hook_drop_key(ouro_rt *rt, odd *a, odd *b) {
    (void)b;
    odd_hook = NULL;
    ouro_obj *key = ouro_incref(&a->head);
    if (ouro_dict_del(rt, odd_map, key) < 0)
        ouro_error_clear(rt);
    ouro_decref(key);
}

CASE(dict_hostile, a_comparison_removes_the_key_that_is_compared) {
    must(odd_open(rt));
    for (int64_t id = 1; id <= 6; id++) {
        ouro_obj *d = own(odd_dict(rt, 6)), *key = own(odd_new(rt, id, 7)), *v = NULL;
        need(d && key);
        odd_map = d;
        odd_hook = hook_drop_key;
        int found = ouro_dict_get(rt, d, key, &v);
        ouro_setslot_steal(&v, NULL);
        check(found == (id != 1) && ouro_dict_size(d) == 5);
        ouro_error_clear(rt);
    }
}

// ---- finalizers of what is dropped ----

static ouro_obj *fin_dict; // NULL: nobody looks any more
static int fin_saw;

static void fin_looks(ouro_rt *rt, fin *self) {
    (void)self;
    if (!fin_dict)
        return;
    fin_saw = (int)ouro_dict_size(fin_dict);
    ouro_obj *key = ouro_int_new(rt, 77);
    if (!key || ouro_dict_set(rt, fin_dict, key, key) < 0)
        ouro_error_clear(rt);
    ouro_xdecref(key);
}

static int set_fin(ouro_rt *rt, ouro_obj *d, char key) {
    fin *f = fin_new(rt, fin_looks);
    ouro_obj *k = char_object(rt, key);
    int result = f && k ? ouro_dict_set(rt, d, k, &f->head) : -1;
    ouro_setslot_steal(&k, NULL);
    if (f) {
        if (result < 0)
            f->hook = NULL;
        ouro_decref(&f->head);
    }
    return result;
}

static void fin_rounds(ouro_rt *rt, ouro_obj *d) {
    must(set_fin(rt, d, 'a'));
    fin_saw = -1;
    must(put(rt, d, 'a', '3'));
    check(fin_saw == 2 && holds(d, "a3b2??"));
    must(ouro_dict_clear(rt, d));
    must(set_fin(rt, d, 'c'));
    must(put(rt, d, 'd', '1'));
    ouro_obj *c = own(ouro_str_from(rt, "c"));
    need(c);
    check(ouro_dict_del(rt, d, c) == 1 && fin_saw == 1 && holds(d, "d1??"));
    must(set_fin(rt, d, 'e'));
    must(set_fin(rt, d, 'f'));
    check(ouro_dict_clear(rt, d) == 0 && fin_saw < 2 && holds(d, "??"));
    must(set_fin(rt, d, 'g'));
    ouro_obj *k = NULL, *v = NULL;
    check(ouro_dict_pop_last(rt, d, &k, &v) == 1);
    ouro_setslot_steal(&k, NULL);
    ouro_setslot_steal(&v, NULL);
    check(fin_saw == 1);
}

// The dict dies with the test's scope, after the last look.
CASE(dict_hostile, what_is_dropped_sees_the_dict_changed_already) {
    fin_dict = NULL;
    ouro_obj *d = own(dict_with(rt, "a1b2"));
    need(d);
    fin_dict = d;
    fin_rounds(rt, d);
    fin_dict = NULL;
}

// ---- a collection in an allocation ----

static void trap_clears(ouro_rt *rt) {
    ouro_dict_clear(rt, fin_dict);
}

static void trap_fills(ouro_rt *rt) {
    for (char c = 'A'; c < 'Z'; c++)
        if (put(rt, fin_dict, c, '1') < 0)
            ouro_error_clear(rt);
}

static void trap_takes(ouro_rt *rt) {
    ouro_obj *k = NULL, *v = NULL;
    if (ouro_dict_pop_last(rt, fin_dict, &k, &v) == 1) {
        ouro_decref(k);
        ouro_decref(v);
    }
}

CASE(dict_hostile, a_collection_while_it_grows) {
    void (*const hooks[])(ouro_rt *) = {trap_clears, trap_fills, trap_takes};
    static const size_t sizes[] = {0, 3, 5, 10, 20};
    static const size_t after[3][5] = {{1, 1, 1, 1, 1}, {26, 29, 31, 36, 46}, {1, 3, 5, 10, 20}};
    for (size_t h = 0; h < 3; h++)
        for (size_t s = 0; s < 5; s++) {
            ouro_obj *d = fin_dict = own(ouro_dict_new(rt)), *key = own(ouro_int_new(rt, 1000)), *v = NULL;
            need(d && key);
            for (size_t i = 0; i < sizes[s]; i++) {
                ouro_obj *k = own(ouro_int_new(rt, (int64_t)i + 2000));
                need(k);
                must(ouro_dict_set(rt, d, k, k));
            }
            must(trap_set(rt, hooks[h]));
            int result = ouro_dict_set(rt, d, key, key);
            trap_done(rt);
            must(result);
            check(ouro_dict_get(rt, d, key, &v) == 1 && v == key);
            ouro_setslot_steal(&v, NULL);
            exact(ouro_dict_size(d) == after[h][s]);
        }
}

CASE(dict_hostile, a_collection_while_it_is_copied) {
    for (int h = 0; h < 2; h++) {
        ouro_obj *d = fin_dict = own(dict_with(rt, "a1b2c3d4e5"));
        need(d);
        must(trap_set(rt, h ? trap_fills : trap_clears));
        ouro_obj *c = ouro_copy(rt, d);
        trap_done(rt);
        need(own(c));
        exact(ouro_dict_size(c) == (h ? 30 : 0));
        check(ouro_equal(rt, c, d) == 1);
    }
}

CASE(dict_hostile, a_collection_while_room_is_made) {
    ouro_obj *d = fin_dict = own(dict_with(rt, "a1b2c3d4e5"));
    need(d);
    must(trap_set(rt, trap_fills));
    int result = ouro_dict_reserve(rt, d, 15);
    trap_done(rt);
    must(result);
    exact(ouro_dict_size(d) == 30);
}

// ---- in the middle of walks ----

static void hook_source(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    if (put(rt, odd_map2, 'x', '1') < 0)
        ouro_error_clear(rt);
}

CASE(dict_hostile, update_while_the_source_changes) {
    must(odd_open(rt));
    ouro_obj *to = own(odd_dict(rt, 2)), *from = own(odd_dict(rt, 3));
    need(to && from);
    odd_map2 = from;
    odd_hook = hook_source;
    check(ouro_dict_update(rt, to, from) == -1 && says(rt, OURO_ERR_STATE, "dict changed size"));
    odd_hook = NULL;
    ouro_error_clear(rt);
}

CASE(dict_hostile, a_failing_key_in_an_update) {
    must(odd_open(rt));
    ouro_obj *to = own(odd_dict(rt, 2)), *from = own(odd_dict(rt, 3));
    need(to && from);
    odd_fails = 1;
    check(ouro_dict_update(rt, to, from) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    ouro_error_clear(rt);
    check(ouro_dict_size(to) == 2);
}

static void hook_clear_both(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    odd_hook = NULL;
    ouro_dict_clear(rt, odd_map);
    if (odd_map2)
        ouro_dict_clear(rt, odd_map2);
}

CASE(dict_hostile, equality_while_the_dicts_are_cleared) {
    must(odd_open(rt));
    for (int64_t n = 1; n < 4; n++)
        for (int both = 0; both < 2; both++) {
            ouro_obj *a = own(odd_dict(rt, n)), *b = own(odd_dict(rt, n));
            need(a && b);
            odd_map = a;
            odd_map2 = both ? b : NULL;
            odd_hook = hook_clear_both;
            int same = ouro_equal(rt, a, b);
            check(same == (both && n > 1 ? same : 0));
            ouro_error_clear(rt);
            check(ouro_dict_size(a) == 0 && ouro_dict_size(b) == (both ? 0 : (size_t)n));
        }
}

CASE(dict_hostile, the_text_of_a_dict_that_is_cleared_meanwhile) {
    must(odd_open(rt));
    ouro_obj *d = own(odd_dict(rt, 3));
    need(d);
    odd_map = d;
    odd_map2 = NULL;
    odd_hook = hook_clear_both;
    must(shows(rt, d, "{odd: 1}"));
    ouro_obj *view, *e = own(odd_dict(rt, 3));
    need(e);
    view = own(ouro_dict_keys(rt, e));
    need(view);
    odd_map = e;
    odd_hook = hook_clear_both;
    must(shows(rt, view, "dict_keys([odd])"));
}

CASE(dict_hostile, a_deep_copy_of_a_dict_that_changes) {
    must(odd_open(rt));
    ouro_obj *d = own(odd_dict(rt, 3));
    need(d);
    odd_map = d;
    odd_map2 = NULL;
    odd_hook = hook_clear_both;
    check(!ouro_deep_copy(rt, d) && says(rt, OURO_ERR_STATE, "dict changed size"));
    ouro_error_clear(rt);
}

static void hook_pop(ouro_rt *rt, odd *a, odd *b) {
    ouro_obj *k = NULL, *v = NULL;
    (void)a;
    (void)b;
    odd_hook = NULL;
    if (ouro_dict_pop_last(rt, odd_map, &k, &v) == 1) {
        ouro_decref(k);
        ouro_decref(v);
    }
}

CASE(dict_hostile, a_view_searched_while_its_dict_changes) {
    must(odd_open(rt));
    ouro_obj *d = own(ouro_dict_new(rt)), *key = own(ouro_int_new(rt, 1)), *x = own(odd_new(rt, 1, 7));
    ouro_obj *y = own(odd_new(rt, 2, 7));
    need(d && key && x && y);
    must(ouro_dict_set(rt, d, key, x));
    must(ouro_dict_set(rt, d, ouro_none(rt), x));
    ouro_obj *view = own(ouro_dict_values(rt, d));
    need(view);
    odd_map = d;
    odd_hook = hook_pop;
    check(ouro_contains(rt, view, y) == -1 && says(rt, OURO_ERR_STATE, "dict changed size"));
    ouro_error_clear(rt);
}

// ---- what the collector has emptied ----

static void empty_fields(ouro_obj *d, size_t stride) {
    table *t = table_of(d);
    for (uint32_t i = 0; i < t->filled; i++) {
        ouro_clearref(d, &table_entry(t, stride, i)->key);
        if (stride > SET_STRIDE)
            ouro_clearref(d, &table_pair(t, stride, i)->value);
    }
}

CASE(dict_hostile, a_dict_whose_fields_were_emptied) {
    for (int64_t n = 1; n < 40; n += 6) {
        ouro_obj *d = own(ouro_dict_new(rt)), *k = NULL, *v = NULL, *key = own(ouro_int_new(rt, 3));
        need(d && key);
        for (int64_t i = 0; i < n; i++) {
            k = own(ouro_int_new(rt, i));
            need(k);
            must(ouro_dict_set(rt, d, k, k));
        }
        empty_fields(d, DICT_STRIDE);
        size_t at = 0;
        check(ouro_dict_each_peek(d, &at, &k, &v) == 0);
        check(ouro_dict_get(rt, d, key, &v) == 0 && ouro_dict_del(rt, d, key) == 0);
        check(ouro_dict_pop_last(rt, d, &k, &v) == 0);
        for (int64_t i = 0; i < 50; i++) {
            k = own(ouro_int_new(rt, i));
            need(k);
            must(ouro_dict_set(rt, d, k, k));
            if (i % 3 == 0)
                always(ouro_dict_del(rt, d, k) == 1);
        }
        size_t count = 0;
        for (at = 0; ouro_dict_each_peek(d, &at, &k, &v);)
            count++;
        check(count == 33);
        check(ouro_dict_clear(rt, d) == 0 && ouro_dict_size(d) == 0);
    }
}

CASE(dict_hostile, an_odict_whose_fields_were_emptied) {
    ouro_obj *o = own(odict_with(rt, "a1b2c3d4e5f6g7h8")), *k = NULL, *v = NULL;
    need(o);
    empty_fields(o, ODICT_STRIDE);
    size_t at = 0;
    check(ouro_odict_each_peek(o, &at, &k, &v) == 0);
    check(ouro_odict_pop(rt, o, OURO_FIRST, &k, &v) == 0 && !k && ouro_odict_pop(rt, o, OURO_LAST, &k, &v) == 0 && !k);
    must(shows(rt, o, "OrderedDict()"));
    for (char c = 'A'; c <= 'Z'; c++)
        must(put(rt, o, c, '1'));
    for (at = 0; ouro_odict_each_peek(o, &at, &k, &v);)
        check(ouro_str_size(k) == 1);
    check(ouro_odict_pop(rt, o, OURO_LAST, &k, &v) == 1 && ouro_str_is(k, "Z"));
    ouro_setslot_steal(&k, NULL);
    ouro_setslot_steal(&v, NULL);
}

CASE(dict_hostile, a_set_whose_fields_were_emptied) {
    ouro_obj *s = own(set_with(rt, "abcdefgh")), *x = NULL, *key = own(ouro_str_from(rt, "c"));
    need(s && key);
    empty_fields(s, SET_STRIDE);
    check(ouro_set_pop(rt, s, &x) == 0 && !x && ouro_set_has(rt, s, key) == 0);
    must(shows(rt, s, "set()"));
    must(ouro_set_add(rt, s, key));
    check(ouro_set_has(rt, s, key) == 1 && ouro_set_pop(rt, s, &x) == 1 && x == key);
    ouro_setslot_steal(&x, NULL);
}

CASE(dict_hostile, names_are_found_without_code) {
    must(odd_open(rt));
    ouro_obj *d = own(odd_dict(rt, 2)), *name = own(ouro_intern(rt, "width")), *other = own(ouro_intern(rt, "height"));
    need(d && name && other);
    must(ouro_dict_set(rt, d, name, other));
    check(ouroi_dict_peek_name(rt, d, name) == other);
    check(ouroi_dict_peek_name(rt, d, other) == NULL);
}
