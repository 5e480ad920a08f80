// SPDX-License-Identifier: MIT
// cached.c: functions that keep their results: what is one call and what another, errors, calls that come back in while
// the function runs, methods, attributes.
#include "caches.h"
#include "classes.h"

// A cached native that takes anything; its cache is new. Returns: new; NULL on failure.
static ouro_obj *cached_with(ouro_rt *rt, ouro_native_fn fn, ouro_obj *self, size_t capacity, unsigned options) {
    ouro_obj *f = ouro_native_new_kw(rt, "f", fn, self, 0, OURO_ANY),
             *c = f ? ouro_lru_new(rt, capacity, options) : NULL;
    ouro_obj *cached = c ? ouro_cached_new(rt, f, c) : NULL;
    ouro_xdecref(f);
    ouro_xdecref(c);
    return cached;
}

static int counts_are(const ouro_obj *f, uint64_t hits, uint64_t misses, size_t size) {
    return lru_counts_are(ouro_cached_cache_peek(f), hits, misses, size);
}

// Calls with the objects of characters, and drops the result. Returns: 0, or -1.
static int call_chars(ouro_rt *rt, ouro_obj *f, const char *args, ouro_obj *kwnames) {
    ouro_obj *all[8] = {NULL}, *result = NULL;
    size_t n = strlen(args), named = kwnames ? ouro_tuple_size(kwnames) : 0;
    int made = 1;
    for (size_t i = 0; i < n; i++)
        made &= (all[i] = char_object(rt, args[i])) != NULL;
    if (made)
        result = ouro_call(rt, f, all, n - named, kwnames);
    for (size_t i = 0; i < n; i++)
        ouro_xdecref(all[i]);
    ouro_xdecref(result);
    return result ? 0 : -1;
}

CASE(cached, calls_once_for_the_same_arguments) {
    kit_trace_start();
    ouro_obj *f = own(cached_with(rt, note_last, NULL, 10, 0)), *text = own(ouro_str_from(rt, "long enough"));
    need(f && text);
    always(ouro_is_cached(f) && ouro_is(f, ouro_cached_type) && !ouro_is_native(f));
    ouro_obj *a = own(ouro_call(rt, f, &text, 1, NULL)), *same = own(ouro_str_from(rt, "long enough"));
    need(a && same);
    ouro_obj *b = own(ouro_call(rt, f, &same, 1, NULL));
    need(b);
    always(b == text);
    must(call_chars(rt, f, "", NULL));
    must(call_chars(rt, f, "", NULL));
    must(call_chars(rt, f, "12", NULL));
    must(call_chars(rt, f, "12", NULL));
    must(call_chars(rt, f, "21", NULL));
    must(call_chars(rt, f, "1", NULL));
    check(kit_trace_is("last1 last0 last2 last2 last1") && counts_are(f, 3, 5, 5));
}

// f(1, 2), f((1, 2)), f(1, b=2), f(a=1, b=2), f(b=2, a=1) and f(1, 2, "b").
CASE(cached, what_is_another_call) {
    kit_trace_start();
    ouro_obj *f = own(cached_with(rt, note_none, NULL, 10, 0)), *both = own(tuple_with(rt, "12"));
    ouro_obj *b = own(tuple_with(rt, "b")), *ab = own(tuple_with(rt, "ab")), *ba = own(tuple_with(rt, "ba"));
    ouro_obj *none = own(ouro_tuple_new(rt, NULL, 0)), *b2 = own(tuple_with(rt, "b"));
    need(f && both && b && ab && ba && none && b2);
    for (int round = 0; round < 2; round++) {
        must(call_chars(rt, f, "12", round ? none : NULL));
        must(ouro_call(rt, f, &both, 1, NULL) ? 0 : -1);
        must(call_chars(rt, f, "12", round ? b : b2));
        must(call_chars(rt, f, "12", ab));
        must(call_chars(rt, f, "21", ba));
        must(call_chars(rt, f, "12b", NULL));
    }
    check(counts_are(f, 6, 6, 6));
    must(shows(rt, ouro_cached_cache_peek(f),
               "LRUCache({(1, 2): None, (1, 2): None, (1, b=2): None, (a=1, b=2): None, (b=2, a=1): None, "
               "(1, 2, 'b'): None}, maxsize=10)"));
}

CASE(cached, arguments_of_different_types) {
    kit_trace_start();
    ouro_obj *f = own(cached_with(rt, note_none, NULL, 10, 0));
    ouro_obj *g = own(cached_with(rt, note_none, NULL, 10, OURO_LRU_TYPED)), *k = own(tuple_with(rt, "k"));
    ouro_obj *one = own(ouro_float_new(rt, 1)), *two = own(ouro_int_new(rt, 2));
    need(f && g && k && one && two);
    ouro_obj *ints[] = {ouro_int_new(rt, 1), two}, *floats[] = {one, two};
    for (int round = 0; round < 2; round++)
        for (size_t n = 1; n <= 2; n++)
            for (int named = 0; named < 2; named++) {
                ouro_obj *names = named ? k : NULL;
                size_t at = n - (size_t)named;
                must(ouro_call(rt, f, ints, at, names) && ouro_call(rt, f, floats, at, names) ? 0 : -1);
                must(ouro_call(rt, g, ints, at, names) && ouro_call(rt, g, floats, at, names) ? 0 : -1);
            }
    check(counts_are(f, 12, 4, 4) && counts_are(g, 8, 8, 8));
}

CASE(cached, a_failure_is_not_kept) {
    kit_trace_start();
    ouro_obj *f = own(cached_with(rt, note_fails, NULL, 10, 0)), *list = own(list_with(rt, "1"));
    need(f && list);
    for (int i = 0; i < 2; i++)
        check(call_chars(rt, f, "1", NULL) == -1 && says(rt, OURO_ERR_USER, "on purpose"));
    check(!ouro_call(rt, f, &list, 1, NULL) && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    ouro_error_clear(rt);
    check(kit_trace_is("fails1 fails1") && counts_are(f, 0, 2, 0));
}

CASE(cached, without_room_it_only_counts) {
    kit_trace_start();
    ouro_obj *f = own(cached_with(rt, note_none, NULL, 0, 0)), *list = own(list_with(rt, "1"));
    need(f && list);
    must(call_chars(rt, f, "1", NULL));
    must(call_chars(rt, f, "1", NULL));
    must(ouro_call(rt, f, &list, 1, NULL) ? 0 : -1); // nobody hashes it
    check(counts_are(f, 0, 3, 0));
}

CASE(cached, two_functions_with_one_cache) {
    kit_trace_start();
    ouro_obj *f = own(cached_with(rt, note_seven, NULL, 10, 0)),
             *none = own(ouro_native_new(rt, "g", note_none, NULL, 0, 9));
    need(f && none);
    ouro_obj *g = own(ouro_cached_new(rt, none, ouro_cached_cache_peek(f)));
    need(g);
    must(call_chars(rt, f, "1", NULL));
    must(call_chars(rt, g, "1", NULL));
    check(kit_trace_is("seven1") && counts_are(g, 1, 1, 1));
    check(!ouro_cached_new(rt, none, f) && says(rt, OURO_ERR_TYPE, "ouro_cached_new: 'LRUCache' expected"));
    ouro_error_clear(rt);
}

// A nest that the C stack could not hold is hashed and compared as any argument.
CASE(cached, deep_arguments) {
    kit_trace_start();
    ouro_obj *f = own(cached_with(rt, note_none, NULL, 10, 0)), *nests[2] = {NULL};
    need(f);
    for (int i = 0; i < 2; i++) {
        nests[i] = ouro_int_new(rt, 1);
        for (size_t n = kit_size(200000, 100); nests[i] && n; n--)
            nests[i] = ouro_tuple_new_steal(rt, &nests[i], 1);
        own(nests[i]);
        need(nests[i]);
        must(ouro_call(rt, f, &nests[i], 1, NULL) ? 0 : -1);
    }
    check(counts_are(f, 1, 1, 1));
}

// ---- calls that come back in ----

// f(n) is n if that is less than 2, else f(n - 1) + f(n - 2). `self` is a cell with the cached function.
static ouro_obj *fib(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)n, (void)kwnames;
    int64_t i = ouro_int_word(args[0]);
    if (i < 2)
        return ouro_incref(args[0]);
    ouro_obj *one = ouro_int_new(rt, i - 1), *two = ouro_int_new(rt, i - 2);
    ouro_obj *a = one && two ? ouro_call(rt, ouro_cell_peek(self), &one, 1, NULL) : NULL;
    ouro_obj *b = a ? ouro_call(rt, ouro_cell_peek(self), &two, 1, NULL) : NULL;
    ouro_obj *sum = b ? ouro_binary(rt, OURO_ADD, a, b) : NULL;
    ouro_xdecref(one);
    ouro_xdecref(two);
    ouro_xdecref(a);
    ouro_xdecref(b);
    return sum;
}

// Checks fib(n), in a cache for so many results. Returns: 0, or -1.
static int fib_in(ouro_rt *rt, size_t capacity, int64_t n, int64_t result) {
    ouro_obj *cell = own(ouro_cell_new(rt, NULL)), *number = own(ouro_int_new(rt, n)), *f = NULL, *got = NULL;
    if (cell && number && (f = cached_with(rt, fib, cell, capacity, 0))) {
        ouro_cell_set(cell, f);
        got = ouro_call(rt, f, &number, 1, NULL);
        check(!got || ouro_int_word(got) == result);
        check(capacity < 3 ||
              counts_are(f, (uint64_t)n - 2, (uint64_t)n + 1, capacity < 70 ? capacity : (size_t)n + 1));
        ouro_cell_set(cell, NULL);
    }
    ouro_xdecref(f);
    ouro_xdecref(got);
    return got ? 0 : -1;
}

CASE(cached, recursion) {
    must(fib_in(rt, OURO_LRU_UNBOUNDED, 70, 190392490709135));
}

// Its own entry is forgotten while the inner calls run.
CASE(cached, recursion_in_little_room) {
    must(fib_in(rt, 3, 30, 832040));
    must(fib_in(rt, 1, 10, 55));
    must(fib_in(rt, 0, 8, 21));
}

CASE(cached, recursion_without_end) {
    ouro_obj *cell = own(ouro_cell_new(rt, NULL)), *number = own(ouro_int_new(rt, 1000000));
    need(cell && number);
    ouro_obj *f = cached_with(rt, fib, cell, OURO_LRU_UNBOUNDED, 0);
    need(f);
    ouro_cell_set(cell, f);
    check(!ouro_call(rt, f, &number, 1, NULL) && says(rt, OURO_ERR_DEPTH, "deep"));
    ouro_error_clear(rt);
    ouro_cell_set(cell, NULL);
    ouro_decref(f);
}

static ouro_obj *meddled; // a cached function
static void (*meddle)(ouro_rt *rt);

static ouro_obj *meddling(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)kwnames;
    if (meddle && meddled)
        meddle(rt);
    return n ? ouro_incref(args[n - 1]) : ouro_none(rt);
}

static void meddle_clear(ouro_rt *rt) {
    ouro_lru_clear(rt, ouro_cached_cache_peek(meddled));
}

static void meddle_close(ouro_rt *rt) {
    ouro_lru_resize(rt, ouro_cached_cache_peek(meddled), 0);
}

static void meddle_drop(ouro_rt *rt) {
    (void)rt;
    ouro_setslot(&meddled, NULL);
}

static void meddle_again(ouro_rt *rt) {
    meddle = NULL;
    if (call_chars(rt, meddled, "x", NULL) < 0)
        ouro_error_clear(rt);
    meddle = meddle_again;
}

static void meddle_fill(ouro_rt *rt) {
    for (char c = 'a'; c <= 'z'; c++)
        if (lru_put(rt, ouro_cached_cache_peek(meddled), c, '1') < 0)
            ouro_error_clear(rt);
}

static void meddle_collect(ouro_rt *rt) {
    ouro_gc_collect(rt, OURO_GC_FULL);
}

// What a function does to its own cache while it runs.
CASE(cached, functions_that_meddle) {
    static void (*const ways[])(ouro_rt *) = {meddle_clear, meddle_close, meddle_drop,
                                              meddle_again, meddle_fill,  meddle_collect};
    for (size_t i = 0; i < 6; i++)
        for (int args = 1; args <= 2; args++) {
            meddle = NULL;
            meddled = cached_with(rt, meddling, NULL, 5, 0);
            need(meddled);
            int result = call_chars(rt, meddled, "a", NULL);
            meddle = ways[i];
            for (int k = 0; k < 3 && meddled && result == 0; k++)
                result = call_chars(rt, meddled, &"yx"[2 - args], NULL);
            ouro_setslot(&meddled, NULL);
            must(result);
        }
}

// ---- in a class ----

CASE(cached, as_a_method_it_keeps_its_instance) {
    kit_trace_start();
    ouro_obj *class_object = own(ouro_class_new(rt, "Price", NULL, NULL)),
             *f = own(cached_with(rt, note_seven, NULL, 10, 0));
    need(class_object && f);
    must(ouro_class_set(rt, class_object, "of", f));
    ouro_obj *o = ouro_instance_new(rt, class_object, NULL);
    need(o);
    ouro_obj *weak = own(ouro_weak_new(rt, o, NULL, NULL)), *alive = NULL;
    ouro_obj *first = weak ? ouro_call_method(rt, o, "of", NULL, 0, NULL) : NULL;
    ouro_obj *bound = first ? ouro_get_attr_text(rt, o, "of") : NULL;
    ouro_obj *again = bound ? ouro_call(rt, bound, NULL, 0, NULL) : NULL;
    check(!again || (ouro_is_method(bound) && kit_trace_is("seven1") && counts_are(f, 1, 1, 1)));
    ouro_xdecref(bound);
    ouro_xdecref(again);
    ouro_decref(o);
    need(first);
    check(ouro_weak_get(weak, &alive) == 1); // only the cache knows it
    ouro_setslot(&alive, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(ouro_weak_get(weak, &alive) == 1);
    ouro_setslot(&alive, NULL);
    always(ouro_lru_clear(rt, ouro_cached_cache_peek(f)) == 0);
    always(ouro_weak_get(weak, &alive) == 0);
}

// ---- attributes ----

static ouro_obj *call_attr(ouro_rt *rt, ouro_obj *f, const char *name) {
    return ouro_call_method(rt, f, name, NULL, 0, NULL);
}

CASE(cached, attributes) {
    kit_trace_start();
    ouro_obj *f = own(cached_with(rt, note_none, NULL, 10, OURO_LRU_TYPED)), *x = NULL;
    ouro_obj *g = own(cached_with(rt, note_none, NULL, OURO_LRU_UNBOUNDED, 0));
    need(f && g);
    must(call_chars(rt, f, "1", NULL));
    must(call_chars(rt, f, "2", NULL));
    must(call_chars(rt, f, "2", NULL));
    x = own(ouro_get_attr_text(rt, f, "__wrapped__"));
    need(x);
    check(x == ouro_cached_function_peek(f) && ouro_is_native(x));
    x = own(ouro_get_attr_text(rt, f, "cache"));
    need(x);
    check(x == ouro_cached_cache_peek(f));
    ouro_obj *info = own(call_attr(rt, f, "cache_info"));
    need(info);
    ouro_obj *parameters = own(call_attr(rt, f, "cache_parameters"));
    need(parameters);
    must(shows(rt, info, "(1, 2, 10, 2)"));
    must(shows(rt, parameters, "{'maxsize': 10, 'typed': True}"));
    must(call_attr(rt, f, "cache_clear") ? 0 : -1);
    check(counts_are(f, 0, 0, 0));
    info = own(call_attr(rt, g, "cache_info"));
    need(info);
    parameters = own(call_attr(rt, g, "cache_parameters"));
    need(parameters);
    must(shows(rt, info, "(0, 0, None, 0)"));
    must(shows(rt, parameters, "{'maxsize': None, 'typed': False}"));
    check(!ouro_get_attr_text(rt, f, "cached") && says(rt, OURO_ERR_ATTRIBUTE, "'cached function'"));
    ouro_error_clear(rt);
}

CASE(cached, copies_and_text) {
    ouro_obj *f = own(cached_with(rt, note_none, NULL, 10, 0)),
             *class_object = own(ouro_class_new(rt, "P", NULL, NULL));
    need(f && class_object);
    ouro_obj *g = own(ouro_cached_new(rt, class_object, ouro_cached_cache_peek(f)));
    ouro_obj *copy = own(ouro_copy(rt, f)), *deep = own(ouro_deep_copy(rt, f));
    need(g && copy && deep);
    check(copy == f && deep == f && ouro_equal(rt, f, g) == 0);
    must(shows(rt, f, "<cached f>"));
    must(shows(rt, g, "<cached class>"));
}

// The keys of calls are objects, too: they are printed, compared, copied, and used as keys elsewhere.
CASE(cached, keys_of_calls) {
    ouro_obj *f = own(cached_with(rt, note_none, NULL, 10, OURO_LRU_TYPED)), *k = own(tuple_with(rt, "k"));
    need(f && k);
    must(call_chars(rt, f, "12", k));
    must(call_chars(rt, f, "", NULL));
    ouro_obj *keys = own(ouro_lru_keys(rt, ouro_cached_cache_peek(f)));
    need(keys);
    ouro_obj *key = ouro_list_peek(keys, 0), *deep = own(ouro_deep_copy(rt, key)), *copy = own(ouro_copy(rt, key));
    need(deep && copy);
    must(shows(rt, deep, "(1, k=2)"));
    must(shows(rt, ouro_list_peek(keys, 1), "()"));
    uint64_t h1 = 1, h2 = 2;
    check(copy == key && deep != key && ouro_equal(rt, key, deep) == 1 && ouro_equal(rt, key, keys) == 0);
    check(ouro_hash(rt, key, &h1) == 0 && ouro_hash(rt, deep, &h2) == 0 && h1 == h2);
    check(ouro_lru_has(rt, ouro_cached_cache_peek(f), deep) == 1);
    check(ouro_compare(rt, OURO_LT, key, deep) == -1 && says(rt, OURO_ERR_TYPE, "call key"));
    ouro_error_clear(rt);
}

// What is shared within an argument is shared in the copy.
CASE(cached, deep_copies_of_caches_of_calls) {
    ouro_obj *f = own(cached_with(rt, note_last, NULL, 10, 0)), *both = own(tuple_with(rt, "ab"));
    need(f && both);
    node *n = own(node_new(rt));
    need(n);
    ouro_obj *args[] = {both, ouro_int_new(rt, 1)}, *got = ouro_call(rt, f, args, 2, NULL);
    need(got);
    ouro_obj *cache = ouro_cached_cache_peek(f), *deep = own(ouro_deep_copy(rt, cache));
    need(deep);
    check(ouro_lru_size(deep) == 1);
    must(shows(rt, deep, "LRUCache({(('a', 'b'), 1): 1}, maxsize=10)"));
}
