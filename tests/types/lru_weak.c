// SPDX-License-Identifier: MIT
// lru_weak.c: caches that keep no value alive: an entry goes with its value, and only its own.
#include "caches.h"

static ouro_obj *weak_cache(ouro_rt *rt, size_t capacity) {
    return ouro_lru_new(rt, capacity, OURO_LRU_WEAK);
}

// Puts a new node under a key. Returns: the node, new; NULL on failure.
static node *weak_put(ouro_rt *rt, ouro_obj *cache, char key) {
    ouro_obj *k = char_object(rt, key);
    node *n = k ? node_new(rt) : NULL;
    if (n && ouro_lru_put(rt, cache, k, &n->head) < 0) {
        ouro_decref(&n->head);
        n = NULL;
    }
    ouro_xdecref(k);
    return n;
}

CASE(lru_weak, an_entry_goes_with_its_value) {
    ouro_obj *c = own(weak_cache(rt, 10)), *a = own(char_object(rt, 'a')), *v = NULL;
    need(c && a);
    node *n = weak_put(rt, c, 'a'), *m = n ? weak_put(rt, c, 'b') : NULL;
    if (m) {
        always(ouro_lru_get(rt, c, a, &v) == 1 && v == &n->head && ouro_refcount(v) == 2);
        ouro_decref(v);
        always(ouro_lru_size(c) == 2 && ouro_lru_has(rt, c, a) == 1);
        ouro_decref(&n->head);
        always(ouro_lru_size(c) == 1 && ouro_lru_get(rt, c, a, &v) == 0 && !v && ouro_lru_has(rt, c, a) == 0);
        always(lru_counts_are(c, 1, 1, 1));
        ouro_decref(&m->head);
        always(ouro_lru_size(c) == 0);
    } else {
        ouro_xdecref(obj(n));
    }
    need(m);
}

// What a key has under its name by now is not what dies.
CASE(lru_weak, an_old_value_does_not_take_the_new_ones_entry) {
    ouro_obj *c = own(weak_cache(rt, 10));
    need(c);
    node *old = weak_put(rt, c, 'a'), *now = own(old ? weak_put(rt, c, 'a') : NULL);
    ouro_xdecref(obj(old));
    need(now);
    check(lru_keys_are(rt, c, "a"));
}

CASE(lru_weak, a_value_under_two_keys) {
    ouro_obj *c = own(weak_cache(rt, 10)), *b = own(char_object(rt, 'b'));
    need(c && b);
    node *n = weak_put(rt, c, 'a');
    need(n);
    int result = ouro_lru_put(rt, c, b, &n->head);
    check(result < 0 || ouro_lru_size(c) == 2);
    ouro_decref(&n->head);
    always(ouro_lru_size(c) == 0);
    must(result);
}

CASE(lru_weak, the_key_goes_too) {
    ouro_obj *c = own(weak_cache(rt, OURO_LRU_UNBOUNDED));
    need(c);
    node *key = own(node_new(rt)), *n = node_new(rt);
    int result = key && n ? ouro_lru_put(rt, c, &key->head, &n->head) : -1;
    always(result < 0 || ouro_refcount(&key->head) == 2);
    ouro_xdecref(obj(n));
    always(!key || ouro_refcount(&key->head) == 1);
    must(result);
}

CASE(lru_weak, what_is_forgotten_may_die_later) {
    ouro_obj *c = own(weak_cache(rt, 2));
    need(c);
    node *n[4] = {NULL};
    int made = 1;
    for (int i = 0; i < 4; i++)
        made &= (n[i] = weak_put(rt, c, (char)('a' + i))) != NULL;
    check(!made || lru_keys_are(rt, c, "cd"));
    ouro_xdecref(obj(n[0]));
    check(!made || lru_keys_are(rt, c, "cd"));
    ouro_lru_clear(rt, c);
    for (int i = 1; i < 4; i++)
        ouro_xdecref(obj(n[i]));
    always(ouro_lru_size(c) == 0);
    check(made);
    ouro_error_clear(rt);
}

// By count alone: no entry holds the cache.
CASE(lru_weak, the_cache_may_die_first) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *c = weak_cache(rt, 10);
    need(c);
    node *n = weak_put(rt, c, '1');
    ouro_decref(c);
    exact(kit_usage(rt).objects == before + 1);
    need(n);
    ouro_decref(&n->head);
}

CASE(lru_weak, values_that_the_collector_frees) {
    ouro_obj *c = own(weak_cache(rt, OURO_LRU_UNBOUNDED));
    need(c);
    int64_t all = (int64_t)kit_size(2000, 50);
    for (int64_t i = 0; i < all; i++) {
        ouro_obj *k = ouro_int_new(rt, i);
        node *n = k ? node_new(rt) : NULL;
        int result = n ? ouro_lru_put(rt, c, k, &n->head) : -1;
        if (n)
            set(n, left, n);
        ouro_xdecref(obj(n));
        ouro_xdecref(k);
        must(result);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(ouro_lru_size(c) == 0); // a collection, too, may lack memory
}

// The cache is garbage together with its values: their callbacks do not run.
CASE(lru_weak, a_cache_in_a_cycle_with_its_values) {
    ouro_obj *c = weak_cache(rt, 10);
    need(c);
    node *n = weak_put(rt, c, 'a');
    if (n) {
        set(n, left, c);
        set(n, right, n);
        ouro_decref(&n->head);
    }
    ouro_decref(c);
    ouro_gc_collect(rt, OURO_GC_FULL);
    need(n);
}

// What never dies may be cached weakly, too.
CASE(lru_weak, immortal_values) {
    ouro_obj *c = own(lru_with(rt, 2, OURO_LRU_WEAK | OURO_LRU_TYPED, "a1b2c3"));
    need(c);
    must(shows(rt, c, "LRUCache({'b': 2, 'c': 3}, maxsize=2)"));
    ouro_obj *copy = own(ouro_copy(rt, c)), *deep = own(ouro_deep_copy(rt, c));
    need(copy && deep);
    check(lru_keys_are(rt, copy, "bc") && lru_keys_are(rt, deep, "bc"));
}

CASE(lru_weak, copies_have_the_same_values) {
    ouro_obj *c = own(weak_cache(rt, 10));
    need(c);
    node *n = own(weak_put(rt, c, 'a')), *m = n ? weak_put(rt, c, 'b') : NULL;
    need(n);
    need(m);
    ouro_obj *copy = own(ouro_copy(rt, c)), *deep = own(ouro_deep_copy(rt, c)), *a = own(char_object(rt, 'a')),
             *v = NULL;
    check(!copy || lru_keys_are(rt, copy, "ab"));
    ouro_decref(&m->head);
    need(copy && deep && a);
    check(lru_keys_are(rt, c, "a") && lru_keys_are(rt, copy, "a") && lru_keys_are(rt, deep, "a"));
    check(ouro_lru_get(rt, deep, a, &v) == 1 && v == &n->head);
    ouro_xdecref(v);
}

// A value whose last wish is to be put back under the same key: it is dead to the cache, and gets a new entry.
static ouro_obj *revival_cache, *revival_kept;
static void revival(ouro_rt *rt, fin *self) {
    if (ouro_lru_put(rt, revival_cache, ouro_none(rt), &self->head) < 0)
        ouro_error_clear(rt);
    ouro_setslot(&revival_kept, &self->head);
}

CASE(lru_weak, a_value_that_comes_back) {
    ouro_obj *c = own(weak_cache(rt, 10)), *v = NULL;
    need(c);
    revival_cache = c;
    revival_kept = NULL;
    fin *f = fin_new(rt, revival);
    need(f);
    int result = ouro_lru_put(rt, c, ouro_none(rt), &f->head);
    ouro_decref(&f->head);
    always(revival_kept == &f->head && ouro_lru_size(c) <= 1);
    check(ouro_lru_get(rt, c, ouro_none(rt), &v) == 1 && v == revival_kept);
    ouro_xdecref(v);
    ouro_setslot(&revival_kept, NULL);
    always(ouro_lru_size(c) == 0);
    must(result);
}

// A value of which the cache is not told: it is put in by a finalizer of the very collection that frees it.
static void late(ouro_rt *rt, fin *self) {
    if (revival_cache && ouro_lru_put(rt, revival_cache, ouro_none(rt), self->left) < 0)
        ouro_error_clear(rt);
}

CASE(lru_weak, a_value_that_is_garbage_already) {
    ouro_obj *c = own(weak_cache(rt, 10)), *v = NULL;
    need(c);
    revival_cache = c;
    node *n = node_new(rt);
    fin *f = n ? fin_new(rt, late) : NULL;
    if (f) {
        set(n, left, f);
        set(f, left, n);
    }
    ouro_xdecref(obj(n));
    need(f);
    ouro_decref(&f->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    exact(fin_calls == 1 && ouro_lru_has(rt, c, ouro_none(rt)) == 0);
    check(lru_keys_are(rt, c, ""));
    check(ouro_lru_get(rt, c, ouro_none(rt), &v) == 0 && !v && ouro_lru_size(c) == 0);
    revival_cache = NULL; // a collection without memory leaves it to the next, and the cache is gone then
}

// A value's death runs code that uses the cache: by the key that is dropped with it.
static ouro_obj *wish_cache;
static void wish(ouro_rt *rt, fin *self) {
    (void)self;
    if (ouro_lru_put(rt, wish_cache, ouro_none(rt), ouro_none(rt)) < 0)
        ouro_error_clear(rt);
}

CASE(lru_weak, a_key_with_a_last_wish) {
    ouro_obj *c = own(weak_cache(rt, 10));
    need(c);
    wish_cache = c;
    fin *key = fin_new(rt, wish);
    node *n = key ? node_new(rt) : NULL;
    int result = n ? ouro_lru_put(rt, c, &key->head, &n->head) : -1;
    ouro_xdecref(obj(key));
    ouro_xdecref(obj(n));
    check(ouro_lru_size(c) == 1 && ouro_lru_has(rt, c, ouro_none(rt)) == 1);
    ouro_error_clear(rt);
    must(result < 0 && test_broken(rt) ? 0 : result);
}
