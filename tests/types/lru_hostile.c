// SPDX-License-Identifier: MIT
// lru_hostile.c: comparisons, last wishes, collections and texts that use the cache they are called from.
#include "caches.h"
#include "classes.h"

#include "types/lru.h"

// A cache for `capacity` keys with `n` odd keys 1 to n, all with one hash. Returns: new; NULL on failure.
static ouro_obj *odd_cache(ouro_rt *rt, size_t capacity, int64_t n) {
    ouro_obj *c = ouro_lru_new(rt, capacity, 0);
    for (int64_t i = 1; c && i <= n; i++) {
        ouro_obj *k = odd_new(rt, i, 7), *v = ouro_int_new(rt, i);
        if (!k || !v || ouro_lru_put(rt, c, k, v) < 0)
            ouro_setslot_steal(&c, NULL);
        ouro_xdecref(k);
        ouro_xdecref(v);
    }
    return c;
}

// The list of a cache is whole.
static void list_is_whole(const ouro_obj *cache) {
    const lru *c = lru_of(cache);
    uint32_t n = 0, before = 0;
    for (uint32_t i = c->map.first; i; before = i, i = table_ordered(&c->map.t, i - 1)->after, n++)
        always(table_ordered(&c->map.t, i - 1)->before == before);
    always(n == c->map.t.live && before == c->map.last);
}

// ---- comparisons ----

static void hook_clear(ouro_rt *rt, odd *a, odd *b) {
    (void)a, (void)b;
    odd_hook = NULL;
    ouro_lru_clear(rt, odd_map);
}

static void hook_close(ouro_rt *rt, odd *a, odd *b) {
    (void)a, (void)b;
    odd_hook = NULL;
    ouro_lru_resize(rt, odd_map, 0);
}

static void hook_same(ouro_rt *rt, odd *a, odd *b) {
    (void)a, (void)b;
    odd_hook = NULL;
    if (ouro_lru_put(rt, odd_map, odd_key, ouro_none(rt)) < 0)
        ouro_error_clear(rt);
}

static void hook_fill(ouro_rt *rt, odd *a, odd *b) {
    (void)a, (void)b;
    odd_hook = NULL;
    for (char c = 'a'; c <= 'z'; c++)
        if (lru_put(rt, odd_map, c, '1') < 0)
            ouro_error_clear(rt);
}

// Moves all keys about, each time: that is none of a search's business.
static void hook_read(ouro_rt *rt, odd *a, odd *b) {
    void (*hook)(ouro_rt *, odd *, odd *) = odd_hook;
    ouro_obj *v;
    (void)b;
    odd_hook = NULL;
    if (ouro_lru_get(rt, odd_map, &a->head, &v) < 0)
        ouro_error_clear(rt);
    ouro_xdecref(v);
    odd_hook = hook;
}

static int hostile_do(ouro_rt *rt, ouro_obj *c, ouro_obj *key, int what) {
    ouro_obj *v = NULL;
    int result = what == 0   ? ouro_lru_put(rt, c, key, key)
                 : what == 1 ? ouro_lru_get(rt, c, key, &v)
                 : what == 2 ? ouro_lru_del(rt, c, key)
                             : ouro_lru_has(rt, c, key);
    ouro_xdecref(v);
    return result;
}

CASE(lru_hostile, comparisons_that_change_the_cache) {
    static void (*const hooks[])(ouro_rt *, odd *, odd *) = {hook_clear, hook_close, hook_same, hook_fill, hook_read};
    must(odd_open(rt));
    for (int h = 0; h < 5; h++)
        for (int what = 0; what < 4; what++)
            for (int64_t n = 1; n < 16; n += 7) {
                odd_hook = NULL;
                ouro_obj *c = own(odd_cache(rt, 16, n)), *key = own(odd_new(rt, n + 1, 7));
                need(c && key);
                odd_map = c;
                odd_key = key;
                odd_hook = hooks[h];
                int result = hostile_do(rt, c, key, what);
                odd_hook = NULL;
                must(result);
                list_is_whole(c);
                check(ouro_lru_size(c) <= 16);
                check(what != 0 || h == 1 || ouro_lru_has(rt, c, key) == 1);
                check(h != 1 || ouro_lru_size(c) == 0);
                ouro_error_clear(rt);
            }
}

static void hook_restless(ouro_rt *rt, odd *a, odd *b) {
    void (*hook)(ouro_rt *, odd *, odd *) = odd_hook;
    (void)a, (void)b;
    odd_hook = NULL;
    if (lru_put(rt, odd_map, 'x', '1') < 0 || ouro_lru_del(rt, odd_map, odd_key) < 0)
        ouro_error_clear(rt);
    odd_hook = hook;
}

CASE(lru_hostile, a_comparison_that_changes_it_each_time) {
    must(odd_open(rt));
    ouro_obj *c = own(odd_cache(rt, 10, 3)), *key = own(odd_new(rt, 9, 7)), *x = own(char_object(rt, 'x'));
    need(c && key && x);
    odd_map = c;
    odd_key = x;
    odd_hook = hook_restless;
    check(ouro_lru_put(rt, c, key, key) == -1 && says(rt, OURO_ERR_STATE, "'LRUCache' changed each time"));
    odd_hook = NULL;
    ouro_error_clear(rt);
    list_is_whole(c);
}

CASE(lru_hostile, comparisons_that_fail) {
    must(odd_open(rt));
    ouro_obj *c = own(odd_cache(rt, 3, 3)), *key = own(odd_new(rt, 9, 7)), *v;
    need(c && key);
    odd_fails = 1;
    check(ouro_lru_put(rt, c, key, key) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    check(ouro_lru_get(rt, c, key, &v) == -1 && !v && says(rt, OURO_ERR_USER, "no comparison"));
    check(ouro_lru_del(rt, c, key) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    odd_fails = 0;
    ouro_error_clear(rt);
    check(lru_counts_are(c, 0, 0, 3));
}

// ---- last wishes ----

static ouro_obj *wish_cache;
static int wish_what, wish_left;

static void wish(ouro_rt *rt, fin *self) {
    if (wish_left-- <= 0)
        return;
    fin *more = wish_what == 3 ? fin_new(rt, wish) : NULL;
    int result = wish_what == 0   ? ouro_lru_clear(rt, wish_cache)
                 : wish_what == 1 ? ouro_lru_resize(rt, wish_cache, 1)
                 : wish_what == 2 ? lru_put(rt, wish_cache, 'w', '1')
                 : wish_what == 3 ? (more ? ouro_lru_put(rt, wish_cache, &more->head, &more->head) : -1)
                                  : ouro_lru_put(rt, wish_cache, ouro_none(rt), &self->head);
    ouro_xdecref(obj(more));
    if (result < 0)
        ouro_error_clear(rt);
}

// Puts keys and values with last wishes into a small cache, one after the other.
static int wishes_flow(ouro_rt *rt, ouro_obj *c, int n) {
    int result = 0;
    for (int i = 0; i < n && result == 0; i++) {
        fin *k = fin_new(rt, wish), *v = k ? fin_new(rt, wish) : NULL;
        result = v ? ouro_lru_put(rt, c, &k->head, &v->head) : -1;
        ouro_xdecref(obj(k));
        ouro_xdecref(obj(v));
        list_is_whole(c);
        always(ouro_lru_size(c) <= 3);
    }
    return result;
}

CASE(lru_hostile, last_wishes_of_what_is_forgotten) {
    for (wish_what = 0; wish_what < 5; wish_what++) {
        ouro_obj *c = ouro_lru_new(rt, 3, 0);
        need(c);
        wish_cache = c;
        wish_left = 40;
        int result = wishes_flow(rt, c, 10);
        if (wish_what != 1)
            ouro_lru_resize(rt, c, 3);
        if (result == 0)
            result = wishes_flow(rt, c, 5);
        ouro_lru_resize(rt, c, 1);
        ouro_lru_resize(rt, c, 0);
        always(ouro_lru_size(c) == 0);
        list_is_whole(c);
        wish_left = 0;
        ouro_decref(c);
        must(result);
    }
}

// A value that is replaced clears the cache as it dies.
CASE(lru_hostile, last_wishes_of_what_is_replaced) {
    for (wish_what = 0; wish_what < 5; wish_what++) {
        ouro_obj *c = own(lru_with(rt, 3, 0, "a1b2"));
        fin *v = c ? fin_new(rt, wish) : NULL;
        need(v);
        wish_cache = c;
        wish_left = 3;
        int result = ouro_lru_put(rt, c, ouro_none(rt), &v->head);
        ouro_decref(&v->head);
        if (result == 0)
            result = ouro_lru_put(rt, c, ouro_none(rt), c);
        list_is_whole(c);
        ouro_lru_clear(rt, c);
        wish_left = 0;
        must(result);
    }
}

// ---- collections ----

static void strike_clear(ouro_rt *rt) {
    ouro_lru_clear(rt, wish_cache);
}

static void strike_fill(ouro_rt *rt) {
    for (int i = 0; i < 20; i++) {
        ouro_obj *k = ouro_int_new(rt, 100000 + (int64_t)wish_left++);
        if (!k || ouro_lru_put(rt, wish_cache, k, k) < 0)
            ouro_error_clear(rt);
        ouro_xdecref(k);
    }
}

static void strike_close(ouro_rt *rt) {
    ouro_lru_resize(rt, wish_cache, 5);
}

// Whatever allocates, foreign code runs meanwhile: growing, weak values, wrapped keys, texts, copies.
CASE(lru_hostile, storms) {
    static void (*const strikes[])(ouro_rt *) = {strike_clear, strike_fill, strike_close};
    if (test_mode_now() == TEST_FAULT)
        return; // what fails in a finalizer is a warning
    for (int i = 0; i < 3 * 4; i++) {
        ouro_obj *c = own(ouro_lru_new(rt, 500, (unsigned)i % 4)), *f = own(ouro_float_new(rt, 0.5));
        need(c && f);
        wish_cache = c;
        wish_left = 0;
        storm_begin(rt, strikes[i / 4], 60);
        int result = 0;
        for (int64_t k = 0; k < 100 && result >= 0; k++) {
            ouro_obj *key = ouro_int_new(rt, 1000 + k);
            result = ouro_lru_put(rt, c, key, f) < 0 ? -1 : ouro_lru_put(rt, c, f, key);
            ouro_decref(key);
        }
        ouro_obj *copy = ouro_copy(rt, c), *deep = ouro_deep_copy(rt, c), *text = ouro_repr(rt, c);
        ouro_obj *keys = ouro_lru_keys(rt, c);
        storm_end(rt);
        always(result >= 0 && copy && deep && text && keys);
        list_is_whole(c);
        ouro_decref(copy);
        ouro_decref(deep);
        ouro_decref(text);
        ouro_decref(keys);
    }
}

// ---- texts and copies of parts ----

CASE(lru_hostile, what_is_printed_and_copied_changes_the_cache) {
    static void (*const hooks[])(ouro_rt *, odd *, odd *) = {hook_clear, hook_close, hook_fill, hook_read};
    must(odd_open(rt));
    for (int h = 0; h < 4; h++)
        for (int what = 0; what < 2; what++) {
            odd_hook = NULL;
            ouro_obj *c = own(odd_cache(rt, 16, 9)), *key = own(odd_new(rt, 10, 7));
            need(c && key);
            odd_map = c;
            odd_key = key;
            odd_hook = hooks[h];
            ouro_obj *got = what ? ouro_deep_copy(rt, c) : ouro_repr(rt, c);
            odd_hook = NULL;
            check(got && (!what || ouro_lru_size(got) == 9));
            ouro_xdecref(got);
            ouro_error_clear(rt);
            list_is_whole(c);
        }
}
