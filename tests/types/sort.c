// SPDX-License-Identifier: MIT
// sort.c: sorting: the order, that equal items stay in theirs, how many comparisons, and what comparisons may do.
#include "rows.h"

// ---- items that are told apart though they are equal: a key, and where it was at first ----

typedef struct mark {
    ouro_obj head;
    int key, place;
} mark;

static ouro_type mark_type;
static size_t mark_compared, mark_fail_at; // fails at this comparison; 0: never
static void (*mark_hook)(ouro_rt *rt);

static mark *mark_of(const ouro_obj *o) {
    return (mark *)(uintptr_t)o;
}

static int mark_before(ouro_rt *rt, ouro_obj *a, ouro_obj *b, void *arg) {
    always(arg == &mark_type);
    if (mark_hook)
        mark_hook(rt);
    if (++mark_compared == mark_fail_at)
        return ouro_error_set(rt, OURO_ERR_USER, "comparison %zu", mark_compared);
    return mark_of(a)->key < mark_of(b)->key;
}

// A list of n marks whose keys are those of `pattern`. Returns: new; NULL on failure.
static ouro_obj *mark_list(ouro_rt *rt, size_t n, int (*pattern)(size_t i, size_t n)) {
    if (!mark_type.name)
        ouro_type_init(&mark_type, "mark", sizeof(mark));
    ouro_obj *l = ouro_type_register(rt, &mark_type) < 0 ? NULL : ouro_list_new(rt, NULL, 0);
    for (size_t i = 0; l && i < n; i++) {
        mark *m = ouro_new(rt, &mark_type);
        if (m) {
            m->key = pattern(i, n);
            m->place = (int)i;
        }
        if (!m || ouro_list_append_steal(rt, l, &m->head) < 0)
            ouro_setslot_steal(&l, NULL);
    }
    mark_compared = mark_fail_at = 0;
    mark_hook = NULL;
    return l;
}

// 1 if each mark that was made is in the list, once.
static int mark_all_there(ouro_obj *l, size_t n) {
    static unsigned char seen[1 << 20];
    if (ouro_list_size(l) != n)
        return 0;
    memset(seen, 0, n);
    for (size_t i = 0; i < n; i++)
        if (!ouro_is(ouro_list_peek(l, i), &mark_type) || seen[mark_of(ouro_list_peek(l, i))->place]++)
            return 0;
    return 1;
}

// 1 if they are in order, and equal ones as they were.
static int mark_in_order(ouro_obj *l) {
    for (size_t i = 1; i < ouro_list_size(l); i++) {
        const mark *a = mark_of(ouro_list_peek(l, i - 1)), *b = mark_of(ouro_list_peek(l, i));
        if (a->key > b->key || (a->key == b->key && a->place > b->place))
            return 0;
    }
    return 1;
}

static uint64_t mark_random_state;
static uint64_t mark_random(void) {
    mark_random_state = mark_random_state * 6364136223846793005u + 1442695040888963407u;
    return mark_random_state >> 33;
}

static int rising(size_t i, size_t n) {
    (void)n;
    return (int)i;
}
static int falling(size_t i, size_t n) {
    return (int)(n - i);
}
static int all_equal(size_t i, size_t n) {
    (void)i;
    (void)n;
    return 7;
}
static int at_random(size_t i, size_t n) {
    (void)i;
    return (int)(mark_random() % (4 * n + 1));
}
static int few_values(size_t i, size_t n) {
    (void)i;
    (void)n;
    return (int)(mark_random() % 3);
}
static int saw(size_t i, size_t n) {
    return (int)(i % (n / 7 + 1));
}
static int pipe_organ(size_t i, size_t n) {
    return (int)(i < n / 2 ? i : n - i);
}
static int falling_pairs(size_t i, size_t n) {
    return (int)(n - i / 2);
}
static int rising_but_the_last(size_t i, size_t n) {
    return i + 1 == n ? -1 : (int)i;
}
static int two_rising(size_t i, size_t n) {
    return (int)(i < n / 2 ? 2 * i : 2 * (i - n / 2) + 1);
}
static int blocks_swapped(size_t i, size_t n) {
    return (int)(i < n / 3 ? i + n : i);
}
static int two_blocks_and_more(size_t i, size_t n) {
    return (int)(i < n / 4 ? 4 * i : i < n / 2 ? i : i % 2 ? 3 * i : i / 2);
}
static int runs_of_all_lengths(size_t i, size_t n) {
    size_t start = 0, length = 1;
    while (start + length <= i) {
        start += length;
        length = length * 5 / 3 + 1;
    }
    return (int)((i - start) * 97 % (n + 1));
}

static int (*const patterns[])(size_t, size_t) = {
    rising,
    falling,
    all_equal,
    at_random,
    few_values,
    saw,
    pipe_organ,
    falling_pairs,
    rising_but_the_last,
    two_rising,
    blocks_swapped,
    runs_of_all_lengths,
    two_blocks_and_more,
};
#define PATTERNS (sizeof patterns / sizeof *patterns)

static double log2_of(size_t n) {
    double bits = 0;
    for (; n > 1; n /= 2)
        bits++;
    return bits + 1;
}

CASE(sort, every_pattern_of_every_size_stably) {
    static const size_t sizes[] = {0,  1,  2,  3,   4,   5,   7,   8,   31,  32,   33,   63,
                                   64, 65, 66, 100, 127, 128, 129, 200, 500, 1023, 1025, 3000};
    for (size_t s = 0; s < kit_size(sizeof sizes / sizeof *sizes, 16); s++)
        for (size_t p = 0; p < PATTERNS; p++) {
            size_t n = sizes[s];
            mark_random_state = s * 1000 + p;
            ouro_obj *l = mark_list(rt, n, patterns[p]);
            need(l);
            int result = ouro_list_sort(rt, l, mark_before, &mark_type);
            always(mark_all_there(l, n) && (result < 0 || mark_in_order(l)));
            check((double)mark_compared <= (double)n * log2_of(n) + 1);
            ouro_decref(l);
            must(result);
        }
}

CASE(sort, what_is_sorted_already_costs_one_comparison_an_item) {
    size_t n = kit_size(10000, 100);
    ouro_obj *l = own(mark_list(rt, n, rising)), *m = own(mark_list(rt, n, falling)),
             *e = own(mark_list(rt, n, all_equal));
    need(l && m && e);
    ouro_obj *lists[] = {l, m, e};
    for (int i = 0; i < 3; i++) {
        mark_compared = 0;
        must(ouro_list_sort(rt, lists[i], mark_before, &mark_type));
        always(mark_compared == n - 1 && mark_in_order(lists[i]));
    }
}

CASE(sort, long_runs_cost_few_comparisons) {
    size_t n = kit_size(10000, 200);
    ouro_obj *l = own(mark_list(rt, n, blocks_swapped)), *m = own(mark_list(rt, n, rising_but_the_last));
    need(l && m);
    must(ouro_list_sort(rt, l, mark_before, &mark_type));
    always(mark_compared < n + 50 && mark_in_order(l));
    mark_compared = 0;
    must(ouro_list_sort(rt, m, mark_before, &mark_type));
    always(mark_compared < n + 50 && mark_in_order(m));
}

CASE(sort, random_items_cost_hardly_more_than_they_must) {
    size_t n = kit_size(50000, 300);
    mark_random_state = 5;
    ouro_obj *l = own(mark_list(rt, n, at_random));
    need(l);
    must(ouro_list_sort(rt, l, mark_before, &mark_type));
    always(mark_in_order(l));
    check((double)mark_compared < (double)n * (log2_of(n) - 1.2));
}

CASE(sort, a_comparison_that_fails_loses_nothing) {
    size_t n = 150;
    for (size_t p = 0; p < PATTERNS; p++)
        for (size_t at = 1, done = 0; !done; at += kit_size(1, 97)) {
            mark_random_state = p;
            ouro_obj *l = mark_list(rt, n, patterns[p]);
            need(l);
            mark_fail_at = at;
            int result = ouro_list_sort(rt, l, mark_before, &mark_type);
            done = mark_compared < at;
            always(mark_all_there(l, n));
            check(result == 0 ? done && mark_in_order(l) : says(rt, OURO_ERR_USER, "comparison"));
            ouro_error_clear(rt);
            ouro_decref(l);
        }
}

static int int_after(ouro_rt *rt, ouro_obj *a, ouro_obj *b, void *arg) {
    (void)rt;
    (void)arg;
    return ouro_int_word(a) > ouro_int_word(b) ? 99 : 0;
}

CASE(sort, an_order_of_the_callers_own_counts_for_ints_too) {
    ouro_obj *l = own(list_with(rt, "3142"));
    need(l);
    must(went(rt, ouro_list_sort(rt, l, int_after, NULL), l, "3142", "4321"));
    must(went(rt, ouro_list_sort(rt, l, NULL, NULL), l, "4321", "1234"));
}

// ---- what comparisons do to the list ----

static ouro_obj *sorted_now;
static int hook_calls;

static void hook_adds(ouro_rt *rt) {
    always(hook_calls || ouro_list_size(sorted_now) == 0);
    if (hook_calls++ < 3)
        ouro_list_append(rt, sorted_now, ouro_none(rt));
}

static void hook_adds_and_clears(ouro_rt *rt) {
    ouro_list_append(rt, sorted_now, ouro_none(rt));
    ouro_list_clear(rt, sorted_now);
}

static void hook_sorts(ouro_rt *rt) {
    always(ouro_list_sort(rt, sorted_now, mark_before, NULL) == 0);
}

static void hook_collects(ouro_rt *rt) {
    if (hook_calls++ % 16 == 0)
        ouro_gc_collect(rt, OURO_GC_FULL);
}

static void hook_drops(ouro_rt *rt) {
    (void)rt;
    if (!hook_calls++)
        ouro_decref(sorted_now);
}

CASE(sort, what_is_put_in_meanwhile_is_an_error) {
    sorted_now = own(mark_list(rt, 200, saw));
    need(sorted_now);
    mark_hook = hook_adds;
    hook_calls = 0;
    int result = ouro_list_sort(rt, sorted_now, mark_before, &mark_type);
    always(mark_all_there(sorted_now, 200));
    check(result == -1 && says(rt, OURO_ERR_STATE, "list changed while it was sorted") && mark_in_order(sorted_now));
    ouro_error_clear(rt);
    mark_hook = hook_adds;
    mark_fail_at = mark_compared + 20;
    hook_calls = 1;
    result = ouro_list_sort(rt, sorted_now, mark_before, &mark_type);
    always(result == -1 && mark_all_there(sorted_now, 200));
    check(says(rt, OURO_ERR_USER, "comparison"));
    ouro_error_clear(rt);
}

CASE(sort, looks_at_the_list_meanwhile_are_harmless) {
    static void (*const hooks[])(ouro_rt *) = {hook_sorts, hook_collects, hook_adds_and_clears};
    for (int i = 0; i < 3; i++) {
        sorted_now = own(mark_list(rt, 300, pipe_organ));
        need(sorted_now);
        mark_hook = hooks[i];
        hook_calls = 0;
        int result = ouro_list_sort(rt, sorted_now, mark_before, &mark_type);
        mark_hook = NULL;
        always(mark_all_there(sorted_now, 300));
        ouro_error_clear(rt);
        check(result == 0 && mark_in_order(sorted_now));
    }
}

CASE(sort, the_list_may_be_dropped_meanwhile) {
    sorted_now = mark_list(rt, 100, falling_pairs);
    need(sorted_now);
    mark_hook = hook_drops;
    hook_calls = 0;
    int result = ouro_list_sort(rt, sorted_now, mark_before, &mark_type);
    must(result);
}

// ---- kinds that are compared without running code ----

static int kind_in_order(ouro_rt *rt, ouro_obj *l) {
    for (size_t i = 1; i < ouro_list_size(l); i++)
        if (ouro_compare(rt, OURO_LT, ouro_list_peek(l, i), ouro_list_peek(l, i - 1)) != 0)
            return 0;
    return 1;
}

static ouro_obj *kind_item(ouro_rt *rt, int kind, uint64_t r) {
    char text[32];
    switch (kind) {
    case 0:
        return ouro_int_new(rt, (int64_t)(r % 2000) - 1000);
    case 1:
        return ouro_float_new(rt, (double)(r % 2000) / 8 - 100);
    case 2:
        snprintf(text, sizeof text, "%s%u", r % 3 ? "" : "\xC3\xA9", (unsigned)(r % 5000));
        return ouro_str_from(rt, text);
    case 3:
        return r % 2 ? ouro_int_new(rt, (int64_t)(r % 500)) : ouro_float_new(rt, (double)(r % 999) / 2);
    default: {
        ouro_obj *parts[2] = {ouro_int_new(rt, (int64_t)(r % 20)), ouro_int_new(rt, (int64_t)(r / 20 % 200))};
        return ouro_tuple_new(rt, parts, 2);
    }
    }
}

CASE(sort, ints_floats_strs_mixtures_and_tuples) {
    size_t n = kit_size(2000, 80);
    for (int kind = 0; kind < 5; kind++) {
        ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
        need(l);
        mark_random_state = (uint64_t)kind;
        for (size_t i = 0; i < n; i++) {
            ouro_obj *item = kind_item(rt, kind, mark_random());
            need(item);
            must(ouro_list_append_steal(rt, l, item));
        }
        must(ouro_list_sort(rt, l, NULL, NULL));
        always(ouro_list_size(l) == n);
        check(kind_in_order(rt, l));
        ouro_error_clear(rt);
    }
}

CASE(sort, items_without_an_order_are_an_error_and_stay) {
    ouro_obj *l = own(list_with(rt, "1a2b3"));
    need(l);
    check(ouro_list_sort(rt, l, NULL, NULL) == -1 && says(rt, OURO_ERR_TYPE, "'<' not supported between"));
    ouro_error_clear(rt);
    always(ouro_list_size(l) == 5);
    must(ouro_list_append(rt, l, ouro_none(rt)));
}

CASE(sort, a_nan_among_floats_loses_nothing) {
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    double sum = 0;
    for (int i = 0; i < 200; i++) {
        ouro_obj *x = ouro_float_new(rt, i % 7 ? (double)(i * 37 % 100) : strtod("nan", NULL));
        need(x);
        must(ouro_list_append_steal(rt, l, x));
        sum += i % 7 ? (double)(i * 37 % 100) : 0;
    }
    must(ouro_list_sort(rt, l, NULL, NULL));
    for (size_t i = 0; i < 200; i++) {
        double x = ouro_float_value(ouro_list_peek(l, i));
        sum -= x == x ? x : 0;
    }
    always(sum > -0.5 && sum < 0.5);
}

CASE(sort, references_are_neither_lost_nor_won) {
    ouro_obj *l = own(mark_list(rt, 100, falling));
    need(l);
    uint32_t before = ouro_refcount(ouro_list_peek(l, 0));
    must(ouro_list_sort(rt, l, mark_before, &mark_type));
    for (size_t i = 0; i < 100; i++)
        always(ouro_refcount(ouro_list_peek(l, i)) == before);
    must(ouro_verify(rt));
}
