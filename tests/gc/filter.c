// SPDX-License-Identifier: MIT
// filter.c: a full collection examines what was touched since the last one, and what that reaches, if that is little.
// What it finds is what an exact one finds: tests/model/random_filter.c.
#include "graph.h"

#define FILTER_NODES 4000

static ouro_obj *filter_root;

static int filter_many(int n) {
    return test_mode_now() == TEST_PLAIN ? n : 300;
}

// Nodes in a chain, with a ring of each ten. NULL without memory.
static node *filter_chain(ouro_rt *rt, node **all, int n) {
    for (int i = 0; i < n; i++) {
        all[i] = node_new(rt);
        if (!all[i])
            return NULL;
        if (i)
            ouro_setref_steal(&all[i - 1]->head, &all[i - 1]->left, &all[i]->head);
        else
            filter_root = &all[0]->head;
        if (i % 10 == 9)
            set(all[i], right, all[i - 9]);
    }
    return all[0];
}

// How many objects the full collections have looked at so far.
static uint64_t filter_work(ouro_rt *rt) {
    ouro_gc_stats s[3];
    ouro_gc_get_stats(rt, s);
    return s[2].candidates + s[2].marked;
}

static uint64_t filter_collect(ouro_rt *rt, int generation, int64_t found) {
    uint64_t before = filter_work(rt);
    int64_t n = ouro_gc_collect(rt, generation);
    exact(n == found);
    return filter_work(rt) - before;
}

CASE(filter, what_nobody_touched_is_not_looked_at) {
    static node *all[FILTER_NODES];
    filter_root = NULL;
    must(ouro_root_add(rt, "filter", &filter_root));
    node *head = filter_chain(rt, all, filter_many(FILTER_NODES));
    need(head);
    exact(filter_collect(rt, OURO_GC_FULL, 0) == FILTER_NODES);
    exact(filter_collect(rt, OURO_GC_FULL, 0) == 0);
    exact(filter_collect(rt, OURO_GC_FULL | OURO_GC_EXACT, 0) == FILTER_NODES);
    ouro_root_remove(rt, &filter_root); // the reference stays, unexplained: that is no change to an object
    exact(filter_collect(rt, OURO_GC_FULL, 0) == 0);
    exact(filter_collect(rt, OURO_GC_FULL | OURO_GC_EXACT, 0) == FILTER_NODES);
    ouro_decref(ouro_takeslot(&filter_root));
}

CASE(filter, what_was_touched_is_looked_at_with_all_it_reaches) {
    static node *all[FILTER_NODES];
    filter_root = NULL;
    must(ouro_root_add(rt, "filter", &filter_root));
    int n = filter_many(FILTER_NODES);
    node *head = filter_chain(rt, all, n);
    need(head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_decref(ouro_incref(&all[n - 20]->head));
    exact(filter_collect(rt, OURO_GC_FULL, 0) == 20);
    // The last ring loses its only reference from outside, and is garbage.
    ouro_clearref(&all[n - 11]->head, &all[n - 11]->left);
    exact(filter_collect(rt, OURO_GC_FULL, 10) == 10);
    exact(filter_collect(rt, OURO_GC_FULL, 0) == 0);
    // A node that reaches too many.
    ouro_decref(ouro_incref(&all[0]->head));
    exact(filter_collect(rt, OURO_GC_FULL, 0) >= FILTER_NODES - 10);
    ouro_root_remove(rt, &filter_root);
    ouro_decref(ouro_takeslot(&filter_root));
}

// The only trace that a stolen reference leaves is that its object was touched.
CASE(filter, stolen_reference_closes_a_cycle) {
    static node *all[FILTER_NODES];
    filter_root = NULL;
    must(ouro_root_add(rt, "filter", &filter_root));
    need(filter_chain(rt, all, filter_many(FILTER_NODES)));
    node *a = node_new(rt);
    need(a);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_setref_steal(&a->head, &a->left, &a->head);
    check(filter_collect(rt, OURO_GC_FULL, 1) < FILTER_NODES);
    ouro_root_remove(rt, &filter_root);
    ouro_decref(ouro_takeslot(&filter_root));
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(object_count(rt) == 0);
}

CASE(filter, every_17th_is_exact) {
    static node *all[FILTER_NODES];
    filter_root = NULL;
    must(ouro_root_add(rt, "filter", &filter_root));
    need(filter_chain(rt, all, filter_many(FILTER_NODES)));
    ouro_gc_collect(rt, OURO_GC_FULL);
    for (int i = 1; i <= 40; i++)
        exact(filter_collect(rt, OURO_GC_FULL, 0) == (i % 17 ? 0 : FILTER_NODES));
    ouro_root_remove(rt, &filter_root);
    ouro_decref(ouro_takeslot(&filter_root));
}

// Generations alone do not know of exactness.
CASE(filter, exact_is_for_full_collections) {
    always(ouro_gc_collect(rt, OURO_GC_EXACT) == -1 && ouro_error_code(rt) == OURO_ERR_VALUE);
    ouro_error_clear(rt);
    always(ouro_gc_collect(rt, 1 | OURO_GC_EXACT) == -1 && ouro_error_code(rt) == OURO_ERR_VALUE);
    ouro_error_clear(rt);
}

// What an exact collection was to make good is not forgotten because it was refused memory.
CASE(filter, exact_is_due_until_it_was_done) {
    static node *all[FILTER_NODES];
    if (test_mode_now() != TEST_PLAIN) // the switches for failures serve the sweep there
        return;
    filter_root = NULL;
    must(ouro_root_add(rt, "filter", &filter_root));
    need(filter_chain(rt, all, FILTER_NODES));
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_freeze(rt);
    ouro_gc_unfreeze(rt);
    ouro_stress_fail(rt, 1, OURO_FAIL_ONCE);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 0 && ouro_stress_failures(rt) == 1);
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    exact(filter_collect(rt, OURO_GC_FULL, 0) >= FILTER_NODES);
    exact(filter_collect(rt, OURO_GC_FULL, 0) == 0);
    ouro_root_remove(rt, &filter_root);
    ouro_decref(ouro_takeslot(&filter_root));
}

// A chain whose words are set aside dies without nesting on the stack, and all of it.
CASE(filter, old_chain_dies) {
    node *head = node_new(rt), *last = head;
    need(head);
    for (int i = 1; i < filter_many(300000); i++) {
        node *n = node_new(rt);
        if (!n)
            break;
        ouro_setref_steal(&last->head, &last->left, &n->head);
        last = n;
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_decref(&head->head);
    check(object_count(rt) == 0);
}
