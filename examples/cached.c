// SPDX-License-Identifier: MIT
// Functions that remember. Look at: fib(80) calls the C function 81 times, not some 10^16 times; a full cache forgets
// what was asked for longest ago; and a cache of weak values keeps no icon alive, but as long as somebody shows one,
// everybody gets the same.
#include <ouro/std.h>
#include <stdio.h>

static int fib_calls;

// def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2). `self` is a cell that holds the cached function.
static ouro_obj *fib(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)n, (void)kwnames;
    int64_t i = ouro_int_word(args[0]);
    fib_calls++;
    if (i < 2)
        return ouro_incref(args[0]);
    ouro_obj *one = ouro_int_new(rt, i - 1), *two = ouro_int_new(rt, i - 2);
    ouro_obj *a = one ? ouro_call(rt, ouro_cell_peek(self), &one, 1, NULL) : NULL;
    ouro_obj *b = a && two ? ouro_call(rt, ouro_cell_peek(self), &two, 1, NULL) : NULL;
    ouro_obj *sum = b ? ouro_binary(rt, OURO_ADD, a, b) : NULL;
    ouro_xdecref(one);
    ouro_xdecref(two);
    ouro_xdecref(a);
    ouro_xdecref(b);
    return sum;
}

static ouro_obj *load_icon(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    printf("  load %s\n", ouro_str_data(args[0]));
    return ouro_list_new(rt, args, 1);
}

// A native function that keeps its results. Returns: new; NULL on failure.
static ouro_obj *cached_native(ouro_rt *rt, const char *name, ouro_native_fn fn, ouro_obj *self, ouro_obj *cache) {
    ouro_obj *f = ouro_native_new(rt, name, fn, self, 1, 1), *cached = f ? ouro_cached_new(rt, f, cache) : NULL;
    ouro_xdecref(f);
    return cached;
}

static int show(ouro_rt *rt, const char *what, ouro_obj *o) {
    ouro_obj *text = o ? ouro_repr(rt, o) : NULL;
    if (text)
        printf("%s: %s\n", what, ouro_str_data(text));
    ouro_xdecref(text);
    return text ? 0 : -1;
}

static int play_fib(ouro_rt *rt, ouro_scope *s) {
    ouro_obj *cell = ouro_scope_keep(s, ouro_cell_new(rt, NULL)), *n = ouro_scope_keep(s, ouro_int_new(rt, 80));
    ouro_obj *cache = ouro_scope_keep(s, ouro_lru_new(rt, 3, 0));
    ouro_obj *f = cell && n && cache ? ouro_scope_keep(s, cached_native(rt, "fib", fib, cell, cache)) : NULL;
    if (!f)
        return -1;
    ouro_cell_set(cell, f);
    int failed = show(rt, "fib(80)", ouro_scope_keep(s, ouro_call(rt, f, &n, 1, NULL)));
    ouro_cell_set(cell, NULL); // the function held the cell, and the cell the function
    printf("%d calls\n", fib_calls);
    return failed ? -1 : show(rt, "cache", cache);
}

static int play_icons(ouro_rt *rt, ouro_scope *s) {
    ouro_obj *cache = ouro_scope_keep(s, ouro_lru_new(rt, OURO_LRU_UNBOUNDED, OURO_LRU_WEAK));
    ouro_obj *name = ouro_scope_keep(s, ouro_str_from(rt, "sun"));
    ouro_obj *load = cache && name ? ouro_scope_keep(s, cached_native(rt, "load", load_icon, NULL, cache)) : NULL;
    ouro_obj *mine = load ? ouro_call(rt, load, &name, 1, NULL) : NULL;
    ouro_obj *yours = mine ? ouro_call(rt, load, &name, 1, NULL) : NULL;
    if (yours)
        printf("one icon for both: %s; in the cache: %zu\n", mine == yours ? "yes" : "no", ouro_lru_size(cache));
    ouro_xdecref(mine);
    ouro_xdecref(yours);
    if (yours)
        printf("dropped; in the cache: %zu\n", ouro_lru_size(cache));
    return yours ? 0 : -1;
}

int main(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt || ouro_std_open(rt) < 0)
        return 1;
    ouro_scope s;
    ouro_scope_open(rt, &s);
    int failed = play_fib(rt, &s) < 0 || play_icons(rt, &s) < 0;
    if (failed)
        fprintf(stderr, "cached: %s\n", ouro_error_message(rt));
    ouro_scope_close(&s);
    return ouro_rt_destroy(rt) != 0 || failed;
}
