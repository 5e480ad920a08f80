// SPDX-License-Identifier: MIT
// stress.c: the switches that make rare things frequent: a collection before every allocation, allocations that fail,
// finalizers in disorder. The runtimes are the test's own, since the suite's runs use the same switches.
#include "kit.h"

static uint64_t stress_collections(ouro_rt *rt, int generation) {
    ouro_gc_stats stats[3];
    ouro_gc_get_stats(rt, stats);
    return stats[generation].collections;
}

Test(stress, collects_before_every_allocation) {
    for (int generation = 0; generation <= 2; generation++) {
        ouro_rt *rt = kit_rt_new(NULL);
        ouro_xdecref((ouro_obj *)node_new(rt));
        ouro_stress_collect(rt, generation);
        uint64_t before = stress_collections(rt, generation);
        for (int i = 0; i < 10; i++)
            ouro_decref(&node_new(rt)->head);
        always(stress_collections(rt, generation) - before == 10);
        void *buf = ouro_buf_alloc(rt, 10);
        always(stress_collections(rt, generation) - before == 11);
        ouro_buf_free(rt, buf);
        ouro_decref(&row_new(rt, 50000)->head);
        always(stress_collections(rt, generation) - before == 12);
        ouro_decref(&leaf_new(rt, 1)->head);
        always(stress_collections(rt, generation) - before == 13);
        ouro_stress_collect(rt, -1);
        ouro_decref(&node_new(rt)->head);
        always(stress_collections(rt, generation) - before == 13);
        always(ouro_rt_destroy(rt) == 0);
    }
}

Test(stress, collects_while_the_collector_is_off) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouro_gc_disable(rt);
    ouro_decref(&kit_ring(rt, 5)->head);
    ouro_stress_collect(rt, OURO_GC_FULL);
    ouro_decref(&node_new(rt)->head);
    always(kit_usage(rt).objects == 0);
    ouro_gc_enable(rt);
    ouro_rt_destroy(rt);
}

// ---- failing allocations ----

Test(stress, one_allocation_fails) {
    for (uint64_t n = 1; n <= 5; n++) {
        ouro_rt *rt = kit_rt_new(NULL);
        node *first = node_new(rt); // the heap has its tables
        ouro_stress_fail(rt, n, OURO_FAIL_ONCE);
        for (uint64_t i = 1; i <= 6; i++) {
            node *o = node_new(rt);
            always((o == NULL) == (i == n));
            always(ouro_error_code(rt) == (o ? OURO_OK : OURO_ERR_MEMORY));
            always(ouro_stress_failures(rt) == (i >= n));
            // After the failure, what the emergency collection asked for is counted too.
            always(i < n ? ouro_stress_allocations(rt) == i : ouro_stress_allocations(rt) >= i);
            ouro_error_clear(rt);
            ouro_xdecref(obj(o));
        }
        ouro_decref(&first->head);
        always(ouro_rt_destroy(rt) == 0);
    }
}

Test(stress, all_allocations_fail_from_one_on) {
    ouro_rt *rt = kit_rt_new(NULL);
    leaf *first = leaf_new(rt, 0);
    ouro_stress_fail(rt, 3, OURO_FAIL_FROM);
    for (int i = 1; i <= 10; i++) {
        leaf *l = leaf_new(rt, i);
        always((l != NULL) == (i < 3));
        ouro_error_clear(rt);
        ouro_xdecref(obj(l));
    }
    always(ouro_stress_allocations(rt) >= 10);
    always(ouro_stress_failures(rt) == ouro_stress_allocations(rt) - 2);
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    leaf *l = leaf_new(rt, 1);
    always(l && ouro_stress_allocations(rt) == 0 && ouro_stress_failures(rt) == 0);
    ouro_decref(&l->head);
    ouro_decref(&first->head);
    always(ouro_rt_destroy(rt) == 0);
}

Test(stress, allocations_are_counted) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = node_new(rt);
    ouro_stress_fail(rt, UINT64_MAX, OURO_FAIL_ONCE); // never reached
    for (uint64_t i = 1; i <= 20; i++) {
        ouro_decref(&node_new(rt)->head);
        always(ouro_stress_allocations(rt) == i);
    }
    ouro_buf_free(rt, ouro_buf_alloc(rt, 10));
    ouro_buf_free(rt, ouro_buf_alloc(rt, 100000));
    always(ouro_stress_allocations(rt) == 22 && ouro_stress_failures(rt) == 0);
    ouro_stress_fail(rt, UINT64_MAX, OURO_FAIL_ONCE);
    always(ouro_stress_allocations(rt) == 0);
    ouro_decref(&n->head);
    always(ouro_rt_destroy(rt) == 0);
}

Test(stress, blocks_handed_out_before_fail_too) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *a = node_new(rt), *b = node_new(rt); // the page has many more ready
    ouro_stress_fail(rt, 1, OURO_FAIL_ONCE);
    always(!node_new(rt));
    ouro_error_clear(rt);
    ouro_decref(&a->head);
    ouro_decref(&b->head);
    always(ouro_rt_destroy(rt) == 0);
}

Test(stress, everything_that_allocates_fails) {
    ouro_rt *rt = kit_rt_new(NULL);
    static ouro_obj *slot;
    static ouro_type late;
    node *n = node_new(rt);
    void *buf = ouro_buf_alloc(rt, 10);
    if (!late.name)
        ouro_type_init(&late, "late", 16);
    ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
    for (int i = 0; i < 9; i++) {
        int failed = i == 0   ? !node_new(rt)
                     : i == 1 ? !row_new(rt, 3)
                     : i == 2 ? !row_new(rt, 100000)
                     : i == 3 ? !ouro_buf_alloc(rt, 0)
                     : i == 4 ? !ouro_buf_realloc(rt, buf, 100000)
                     : i == 5 ? !ouro_weak_new(rt, &n->head, NULL, NULL)
                     : i == 6 ? ouro_root_add(rt, "slot", &slot) == -1
                     : i == 7 ? ouro_type_register(rt, &late) == -1
                              : !ouro_new_untracked(rt, &vec_type, 100);
        if (!failed || ouro_error_code(rt) != OURO_ERR_MEMORY || !ouro_stress_failures(rt))
            fprintf(stderr, "number %d: %s\n", i, ouro_code_name(ouro_error_code(rt)));
        always(failed && ouro_error_code(rt) == OURO_ERR_MEMORY);
        ouro_error_clear(rt);
        always(ouro_verify(rt) == 0);
    }
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    ouro_buf_free(rt, buf);
    ouro_decref(&n->head);
    always(ouro_rt_destroy(rt) == 0);
}

Test(stress, death_and_introspection_need_nothing) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *chain = kit_chain(rt, 500);
    row *r = row_new(rt, 100000);
    fin_calls = 0;
    fin *f = fin_new(rt, NULL);
    ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
    ouro_decref(&chain->head);
    ouro_decref(&r->head);
    ouro_decref(&f->head);
    always(kit_usage(rt).objects == 0 && fin_calls == 1 && ouro_error_code(rt) == OURO_OK);
    always(ouro_verify(rt) == 0);
    always(ouro_rt_destroy(rt) == 0);
}

Test(stress, a_collection_without_memory_is_skipped) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouro_decref(&kit_ring(rt, 5)->head);
    ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
    int64_t found = ouro_gc_collect(rt, OURO_GC_FULL);
    always((found == 0 && kit_usage(rt).objects == 5) || (found == 5 && kit_usage(rt).objects == 0));
    always(ouro_error_code(rt) == OURO_OK && ouro_verify(rt) == 0);
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(kit_usage(rt).objects == 0);
    always(ouro_rt_destroy(rt) == 0);
}

// ---- disorder ----

enum { STRESS_RING = 20 };
static int stress_order[STRESS_RING], stress_finalized;

static void stress_note(ouro_rt *rt, fin *self) {
    (void)rt;
    stress_order[stress_finalized++ % STRESS_RING] = self->id;
}

// The order in which a seed runs the finalizers of a ring.
static void stress_run(uint64_t seed, int order[STRESS_RING]) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin *first = fin_new(rt, stress_note), *last = first;
    for (int i = 1; i < STRESS_RING; i++) {
        fin *f = fin_new(rt, stress_note);
        f->id = i;
        ouro_setref_steal(&last->head, &last->left, &f->head);
        last = f;
    }
    ouro_setref_steal(&last->head, &last->left, &first->head);
    ouro_stress_shuffle(rt, seed);
    stress_finalized = 0;
    always(ouro_gc_collect(rt, OURO_GC_FULL) == STRESS_RING && stress_finalized == STRESS_RING);
    memcpy(order, stress_order, sizeof stress_order);
    always(ouro_rt_destroy(rt) == 0);
}

Test(stress, finalizers_in_the_order_of_a_seed) {
    int heap[STRESS_RING], one[STRESS_RING], again[STRESS_RING], two[STRESS_RING];
    stress_run(0, heap);
    stress_run(1, one);
    stress_run(1, again);
    stress_run(2, two);
    always(memcmp(one, again, sizeof one) == 0); // reproducible
    always(memcmp(one, two, sizeof one) != 0 && memcmp(one, heap, sizeof one) != 0);
    int sum = 0;
    for (int i = 0; i < STRESS_RING; i++)
        sum += one[i];
    always(sum == STRESS_RING * (STRESS_RING - 1) / 2); // each once
}
