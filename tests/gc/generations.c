// SPDX-License-Identifier: MIT
// generations.c: when collections start, which generation they take, and how objects grow old.
// Most figures are those of plain runs: a collection before every allocation leaves nothing young.
#include "graph.h"

#include <signal.h>

static watch w;
static char sequence[64]; // the generations of the collections so far

static void sequence_callback(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    watch_collection(rt, phase, info, user);
    size_t n = strlen(sequence);
    if (phase == OURO_GC_START && n + 1 < sizeof sequence)
        sequence[n] = (char)('0' + info->generation);
}

// Returns: new, the head of a chain of live objects, after a full collection; collections are watched from here on.
static node *generations_begin(ouro_rt *rt) {
    memset(&w, 0, sizeof w);
    memset(sequence, 0, sizeof sequence);
    node *head = own(node_new(rt));
    if (!head)
        return NULL;
    ouro_gc_collect(rt, OURO_GC_FULL);
    return ouro_gc_callback_add(rt, sequence_callback, &w) < 0 ? NULL : head;
}

// Makes n live objects. Returns: -1 on failure.
static int births(ouro_rt *rt, node *head, int n) {
    for (int i = 0; i < n; i++) {
        node *young = node_new(rt);
        if (!young)
            return -1;
        ouro_setref_steal(&young->head, &young->left, ouro_takeref(&head->head, &head->left));
        ouro_setref_steal(&head->head, &head->left, &young->head);
    }
    return 0;
}

// Makes live objects until a collection starts, at most n. Returns: how many; -1 on failure.
static int births_until(ouro_rt *rt, node *head, int n) {
    int before = w.starts, made = 0;
    while (w.starts == before && made < n) {
        if (births(rt, head, 1) < 0)
            return -1;
        made++;
    }
    return made;
}

static size_t count0(ouro_rt *rt) {
    size_t c[3];
    ouro_gc_get_count(rt, &c[0], &c[1], &c[2]);
    return c[0];
}

static size_t threshold0(ouro_rt *rt) {
    size_t t[3];
    ouro_gc_get_threshold(rt, &t[0], &t[1], &t[2]);
    return t[0];
}

// A test about thousands of objects does with few of them when it is run hundreds of times.
static int many(int n) {
    return test_mode_now() == TEST_PLAIN ? n : 200;
}

CASE(generations, count_is_births_less_deaths) {
    ouro_gc_set_threshold(rt, 1000, 10, 10);
    node *head = generations_begin(rt);
    need(head);
    exact(count0(rt) == 0);
    must(births(rt, head, 5));
    exact(count0(rt) == 5);
    need(own(leaf_new(rt, 1)));
    exact(count0(rt) == 5);
    must(births(rt, (node *)head->left, 2)); // behind the newest
    exact(count0(rt) == 7);
    node *newest = (node *)head->left;
    set((node *)newest->left, left, NULL); // 5 of the 7 die
    exact(count0(rt) == 2);
}

CASE(generations, count_never_falls_below_zero) {
    ouro_gc_set_threshold(rt, 1000, 10, 10);
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, 10));
    ouro_gc_collect(rt, OURO_GC_FULL);
    set(head, left, NULL);
    check(count0(rt) == 0);
    must(births(rt, head, 1));
    exact(count0(rt) == 1);
}

CASE(generations, threshold_is_strict) {
    ouro_gc_set_threshold(rt, 10, 1000, 1000);
    node *head = generations_begin(rt);
    need(head);
    for (int i = 0; i < 5; i++) {
        int made = births_until(rt, head, 100);
        must(made);
        // As in CPython every 11th object; it is born after the collection (the first round has one more to make).
        exact(made == (i ? 11 : 12));
        exact(w.count0 == 11);
    }
    exact(w.of[0] == 5 && w.of[1] == 0 && w.of[2] == 0);
}

CASE(generations, threshold_of_one) {
    ouro_gc_set_threshold(rt, 1, 1000, 1000);
    node *head = generations_begin(rt);
    need(head);
    for (int i = 0; i < 50; i++) {
        int made = births_until(rt, head, 10);
        must(made);
        exact(made == (i ? 2 : 3));
    }
    exact(!strcmp(sequence, "00000000000000000000000000000000000000000000000000"));
}

CASE(generations, threshold_of_zero_is_off) {
    ouro_gc_set_threshold(rt, 0, 0, 0);
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, many(20000)));
    ouro_safepoint(rt);
    exact(w.starts == 0);
    ouro_gc_set_threshold(rt, 10, 10, 10);
    int made = births_until(rt, head, 2); // what was born meanwhile counts
    must(made);
    exact(made == 1 && w.starts == 1);
}

CASE(generations, lowering_the_threshold_works_at_once) {
    ouro_gc_set_threshold(rt, 1000, 10, 10);
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, 50));
    exact(w.starts == 0);
    ouro_gc_set_threshold(rt, 10, 10, 10);
    must(births(rt, head, 1));
    exact(w.starts == 1);
}

CASE(generations, what_dies_does_not_count) {
    ouro_gc_set_threshold(rt, 100, 10, 10);
    need(generations_begin(rt));
    for (int i = 0; i < many(20000); i++) {
        node *n = node_new(rt);
        need(n);
        ouro_decref(&n->head);
    }
    exact(w.starts == 0);
}

// More than 3 collections of 0 make one of 1; more than 1 of those makes one of 2, as long as a quarter of what is old
// is new to it.
CASE(generations, older_generations_take_their_turn) {
    ouro_gc_set_threshold(rt, 10, 2, 1);
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, 11 * 18 + 1));
    exact(!strcmp(sequence, "000100012"
                            "000100012"));
}

// 1,000 old objects: however often generation 1 is collected, no full collection before 250 more have grown old.
CASE(generations, full_waits_for_a_quarter) {
    ouro_gc_set_threshold(rt, 0, 0, 0);
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, many(1000)));
    ouro_gc_collect(rt, OURO_GC_FULL);
    memset(&w, 0, sizeof w);
    ouro_gc_set_threshold(rt, 10, 0, 0);
    int made = 0;
    while (!w.of[2] && made < 2000) {
        must(births(rt, head, 1));
        made++;
    }
    exact(made >= 250 && made < 300);
    exact(w.of[1] > 8);
}

CASE(generations, promotion) {
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, 1));
    ouro_obj *o = head->left;
    exact(ouro_gc_generation(o) == 0);
    ouro_gc_collect(rt, 0);
    exact(ouro_gc_generation(o) == 1);
    ouro_gc_collect(rt, 0);
    exact(ouro_gc_generation(o) == 1);
    ouro_gc_collect(rt, 1);
    check(ouro_gc_generation(o) == 2);
    ouro_gc_collect(rt, 1);
    check(ouro_gc_generation(o) == 2);
    ouro_gc_collect(rt, 2);
    check(ouro_gc_generation(o) == 2);
}

CASE(generations, promotion_skips) {
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, 1));
    ouro_obj *first = head->left;
    ouro_gc_collect(rt, 1);
    check(ouro_gc_generation(first) == 2);
    must(births(rt, head, 1));
    ouro_obj *second = head->left;
    exact(ouro_gc_generation(second) == 0 && ouro_gc_generation(first) == 2);
    ouro_gc_collect(rt, 2);
    check(ouro_gc_generation(second) == 2);
}

CASE(generations, young_collections_leave_older_garbage) {
    row *v = vars_new(rt);
    need(v);
    ouro_gc_set_threshold(rt, 0, 0, 0);
    for (int age = 0; age < 3; age++) {
        need(keep(v, ring_new(rt, 4)));
        for (int i = 0; i < age; i++)
            ouro_gc_collect(rt, i);
        forget(v);
        for (int generation = 0; generation < 3; generation++)
            exact(ouro_gc_collect(rt, generation) == (generation == age ? 4 : 0));
    }
}

CASE(generations, count_of_collections) {
    ouro_gc_set_threshold(rt, 1000, 10, 10);
    need(generations_begin(rt));
    static const int collect[] = {0, 0, 0, 1, 0, 1, 2}, c1[] = {1, 2, 3, 0, 1, 0, 0}, c2[] = {0, 0, 0, 1, 1, 2, 0};
    for (size_t i = 0; i < sizeof collect / sizeof *collect; i++) {
        size_t c[3];
        check(ouro_gc_collect(rt, collect[i]) == 0);
        ouro_gc_get_count(rt, &c[0], &c[1], &c[2]);
        check(c[0] == 0 && c[1] == (size_t)c1[i] && c[2] == (size_t)c2[i]);
    }
}

CASE(generations, disable_nests) {
    ouro_gc_set_threshold(rt, 10, 10, 10);
    node *head = generations_begin(rt);
    need(head);
    always(ouro_gc_isenabled(rt) && ouro_gc_enable(rt) == 0);
    always(ouro_gc_disable(rt) == 1 && ouro_gc_disable(rt) == 2 && !ouro_gc_isenabled(rt));
    always(ouro_gc_enable(rt) == 1 && !ouro_gc_isenabled(rt));
    must(births(rt, head, 100));
    ouro_safepoint(rt);
    exact(w.starts == 0);
    always(ouro_gc_enable(rt) == 0 && ouro_gc_isenabled(rt));
    must(births(rt, head, 1));
    exact(w.starts == 1);
}

static int collecting_seen;

static void collecting_look(ouro_rt *rt, fin *self) {
    (void)self;
    collecting_seen = ouroi_rt_is_collecting(rt);
}

CASE(generations, who_asks_learns_whether_a_collection_runs_him) {
    collecting_seen = -1;
    fin *f = fin_new(rt, collecting_look);
    need(f);
    ouro_decref(&f->head);
    always(collecting_seen == 0 && ouroi_rt_is_collecting(rt) == 0);
    need(f = fin_new(rt, collecting_look));
    set(f, left, f);
    ouro_decref(&f->head);
    ouro_gc_collect(rt, 2);
    check(collecting_seen == 1 && ouroi_rt_is_collecting(rt) == 0);
}

CASE(generations, collect_works_while_disabled) {
    ouro_gc_disable(rt);
    must(ring_trash(rt, 3));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
}

CASE(generations, collect_refuses_other_generations) {
    static const int wrong[] = {3, -1, 1000};
    must(ring_trash(rt, 1));
    for (size_t i = 0; i < 3; i++) {
        always(ouro_gc_collect(rt, wrong[i]) == -1 && ouro_error_code(rt) == OURO_ERR_VALUE);
        ouro_error_clear(rt);
    }
    check(ouro_gc_collect(rt, 2) == 1);
}

static void at_safepoint(ouro_options *options) {
    options->when = OURO_AT_SAFEPOINT;
}

CASE_WITH(generations, only_at_safepoints, at_safepoint) {
    ouro_gc_set_threshold(rt, 10, 10, 10);
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, many(5000)));
    exact(w.starts == 0);
    ouro_safepoint(rt);
    exact(w.starts == 1 && w.of[0] == 1);
    ouro_safepoint(rt);
    exact(w.starts == 1);
}

CASE(generations, safepoint_does_what_is_due) {
    ouro_gc_set_threshold(rt, 10, 10, 10);
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, 10));
    ouro_safepoint(rt);
    exact(w.starts == 0);
    must(births(rt, head, 1));
    ouro_safepoint(rt);
    exact(w.starts == 1 && count0(rt) == 0);
}

CASE_WITH(generations, request_is_served_at_the_next_safepoint, at_safepoint) {
    node *head = generations_begin(rt);
    need(head);
    ouro_gc_request(rt);
    ouro_gc_request(rt);
    check(w.starts == 0);
    ouro_safepoint(rt);
    check(w.starts == 1 && w.of[2] == 1);
    ouro_safepoint(rt);
    exact(w.starts == 1);
}

static ouro_rt *signalled;

static void signal_handler(int number) {
    (void)number;
    ouro_gc_request(signalled);
}

CASE(generations, request_from_a_signal_handler_is_served_at_the_next_page) {
    ouro_gc_set_threshold(rt, 1000000, 10, 10);
    ouro_gc_set_threshold_bytes(rt, 0);
    node *head = generations_begin(rt);
    need(head);
    signalled = rt;
    void (*old)(int) = signal(SIGUSR1, signal_handler);
    raise(SIGUSR1);
    signal(SIGUSR1, old);
    exact(w.starts == 0);
    int made = births_until(rt, head, many((int)(2 * OURO_PAGE_BYTES / sizeof(node))));
    must(made);
    exact(w.starts == 1 && w.of[2] == 1);
}

// Makes garbage of n lists, each with a buffer that takes a page.
static int big_trash(ouro_rt *rt, int n) {
    for (int i = 0; i < n; i++) {
        vec *l = vec_new(rt);
        if (!l)
            return -1;
        if (vec_append(rt, l, &l->head) < 0) {
            ouro_decref(&l->head);
            return -1;
        }
        ouro_obj **item = ouro_buf_realloc(rt, l->item, OURO_PAGE_BYTES - 2048);
        if (item)
            l->item = item;
        ouro_decref(&l->head);
        if (!item)
            return -1;
    }
    return 0;
}

CASE(generations, threshold_bytes) {
    check(ouro_gc_get_threshold_bytes(rt) == (size_t)64 << 20);
    ouro_gc_set_threshold(rt, 1000000, 10, 10);
    ouro_gc_set_threshold_bytes(rt, 0);
    always(ouro_gc_get_threshold_bytes(rt) == 0);
    need(generations_begin(rt));
    must(big_trash(rt, 40));
    exact(w.starts == 0);
    ouro_gc_collect(rt, OURO_GC_FULL);
    memset(&w, 0, sizeof w);
    ouro_gc_set_threshold_bytes(rt, 1 << 20);
    always(ouro_gc_get_threshold_bytes(rt) == 1 << 20);
    must(big_trash(rt, 40)); // 2.5 MiB
    exact(w.starts >= 1 && w.starts <= 3);
    exact(object_count(rt) < 1 + 20);
}

CASE(generations, external_bytes_count) {
    ouro_gc_set_threshold(rt, 1000000, 10, 10);
    ouro_gc_set_threshold_bytes(rt, 1 << 20);
    need(generations_begin(rt));
    must(ouro_external(rt, (1 << 20) + 1));
    ouro_safepoint(rt);
    exact(w.starts == 1);
    ouro_external(rt, -((1 << 20) + 1));
    ouro_safepoint(rt);
    exact(w.starts == 1);
}

CASE(generations, adaptive_young_collections) {
    check(threshold0(rt) == 8192);
    node *head = generations_begin(rt);
    need(head);
    int made = births_until(rt, head, many(9000));
    must(made);
    exact(made >= 8193 && made <= 8195);
    exact(w.of[1] == 1 && w.starts == 1); // 0 and 1 together
    exact(threshold0(rt) == 16384);       // nothing was found
}

CASE(generations, adaptive_threshold_grows_and_goes_back) {
    node *head = generations_begin(rt);
    need(head);
    size_t most = 0;
    for (int i = 0; i < many(1200000); i++) {
        must(births(rt, head, 1));
        if (threshold0(rt) > most)
            most = threshold0(rt);
    }
    exact(most == 262144);
    exact(w.of[2] > 0 && w.of[2] < 40); // full ones too, at each growth by a quarter
    for (int i = 0; i < many(600000) / 10; i++)
        must(ring_trash(rt, 10));
    exact(threshold0(rt) < most);
}

CASE(generations, adapt_goes_back_to_the_default) {
    size_t t[3];
    ouro_gc_set_threshold(rt, 7, 8, 9);
    ouro_gc_get_threshold(rt, &t[0], &t[1], &t[2]);
    always(t[0] == 7 && t[1] == 8 && t[2] == 9);
    ouro_gc_adapt(rt);
    always(threshold0(rt) == 8192);
    node *head = generations_begin(rt);
    need(head);
    must(births(rt, head, 1000));
    exact(w.starts == 0);
}

CASE(generations, tracked_late_is_young) {
    ouro_gc_set_threshold(rt, 1000, 10, 10);
    need(generations_begin(rt));
    node *late = ouro_new_untracked(rt, &node_type, 0);
    need(late);
    ouro_gc_collect(rt, 0);
    ouro_track(&late->head);
    check(ouro_gc_generation(&late->head) == 0);
    set(late, left, late);
    ouro_decref(&late->head);
    check(ouro_gc_collect(rt, 2) == 1);
}

CASE(generations, statistics) {
    row *v = vars_new(rt);
    need(v);
    need(keep(v, ring_new(rt, 20)));
    node *unregistered = ring_new(rt, 5);
    need(unregistered);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_stats s[3];
    ouro_gc_get_stats(rt, s);
    exact(s[2].collections == 1 && s[2].marked == 21 && s[2].candidates == 5 && s[2].collected == 0);
    exact(s[2].edges >= 21 + 5);
    exact(s[2].duration_ns > 0 && s[2].longest_ns == s[2].duration_ns);
    ouro_decref(&unregistered->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_get_stats(rt, s);
    exact(s[2].collections == 2 && s[2].collected == 5 && s[2].uncollectable == 0 && s[2].resurrected == 0);
    exact(s[2].longest_ns < s[2].duration_ns && s[2].skipped == 0);
    exact(s[0].collections == 0 && s[1].collections == 0);
}

// The collection's own memory is refused: it does not take place, says so, and the next one finds everything.
CASE(generations, skipped_for_lack_of_memory) {
    if (test_mode_now() != TEST_PLAIN) // the switches for failures serve the sweep there
        return;
    always(ring_trash(rt, 6) == 0);
    fin *f = fin_ring_new(rt, 2, NULL);
    need(f);
    ouro_decref(&f->head);
    for (int generation = 0; generation < 3; generation++) {
        ouro_gc_stats s[3];
        ouro_stress_fail(rt, 1, OURO_FAIL_ONCE);
        always(ouro_gc_collect(rt, generation) == 0 && ouro_stress_failures(rt) == 1);
        always(ouro_error_code(rt) == OURO_OK && fin_calls == 0 && object_count(rt) == 8);
        ouro_gc_get_stats(rt, s);
        always(s[generation].skipped == 1 && s[generation].collections == 0 && s[generation].collected == 0);
    }
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    always(ouro_gc_collect(rt, 0) == 8 && fin_calls == 2); // still young
}
