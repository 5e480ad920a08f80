// SPDX-License-Identifier: MIT
// runtime.c: making runtimes: options, refusals, several at once, threads, safepoints.
#include "kit.h"

#include <pthread.h>

Test(runtime, options_have_defaults) {
    ouro_options o;
    memset(&o, 0xFF, sizeof o);
    ouro_options_init(&o);
    always(o.struct_size == sizeof o && o.version == OURO_VERSION_NUMBER && o.debug == OURO_DEBUG);
    always(o.memory_limit == 0 && !o.pages && !o.user && !o.panic && !o.warning && o.error[0] == 0);
    always(o.when == OURO_AT_ALLOCATION && o.weak_order == OURO_WEAK_ORDER_315);
}

Test(runtime, null_stands_for_the_defaults) {
    ouro_rt *rt = ouro_rt_create(NULL);
    always(rt && test_types_register(rt) == 0);
    node *n = node_new(rt);
    always(n && ouro_rt_user(rt) == NULL && kit_usage(rt).limit == 0);
    ouro_decref(&n->head);
    always(ouro_rt_destroy(rt) == 0);
}

Test(runtime, destroying_null_is_allowed) {
    always(ouro_rt_destroy(NULL) == 0);
}

static void runtime_check_refused(ouro_options *o, const char *words) {
    ouro_rt *rt = ouro_rt_create(o);
    always(!rt);
    if (!strstr(o->error, words))
        test_fail(__FILE__, __LINE__, o->error);
    ouro_rt_destroy(rt);
}

Test(runtime, another_version_is_refused) {
    ouro_options o;
    ouro_options_init(&o);
    o.version = OURO_VERSION_NUMBER + 100;
    runtime_check_refused(&o, "version");
    ouro_options_init(&o);
    o.version = 0;
    runtime_check_refused(&o, "version");
}

Test(runtime, another_build_mode_is_refused) {
    ouro_options o;
    ouro_options_init(&o);
    o.debug = !OURO_DEBUG;
    runtime_check_refused(&o, "OURO_DEBUG");
}

Test(runtime, options_of_another_size_are_refused) {
    struct {
        ouro_options o;
        char more[64];
    } later;
    memset(&later, 0, sizeof later);
    ouro_options_init(&later.o);
    later.o.struct_size = sizeof later;
    ouro_rt *rt = ouro_rt_create(&later.o);
    always(!rt && later.o.error[0] != 0);
    ouro_rt_destroy(rt);
}

// ---- the embedder's pointer ----

static int runtime_user;

static void runtime_set_up(ouro_options *options) {
    options->user = &runtime_user;
}

CASE_WITH(runtime, the_user_pointer, runtime_set_up) {
    always(ouro_rt_user(rt) == &runtime_user);
    ouro_rt_set_user(rt, NULL);
    always(ouro_rt_user(rt) == NULL);
    ouro_rt_set_user(rt, rt);
    always(ouro_rt_user(rt) == rt);
}

static void *runtime_warned_user;

static void runtime_warn(void *user, const char *message) {
    (void)message;
    runtime_warned_user = user;
}

Test(runtime, hooks_are_given_the_user_pointer) {
    ouro_options o;
    ouro_options_init(&o);
    o.user = &runtime_user;
    o.warning = runtime_warn;
    runtime_warned_user = NULL;
    ouro_rt *rt = ouro_rt_create(&o);
    ouro_error_set(rt, OURO_ERR_KEY, "one");
    ouro_error_set(rt, OURO_ERR_KEY, "two");
    always(runtime_warned_user == &runtime_user);
    ouro_error_clear(rt);
    ouro_rt_destroy(rt);
}

// ---- several ----

Test(runtime, several_live_at_once) {
    enum { N = 8 };
    ouro_rt *rt[N];
    node *chain[N];
    for (int i = 0; i < N; i++) {
        rt[i] = kit_rt_new(NULL);
        chain[i] = kit_chain(rt[i], 100 * (size_t)(i + 1));
    }
    for (int i = 0; i < N; i++) {
        always(ouro_rt_of(&chain[i]->head) == rt[i]);
        always(kit_usage(rt[i]).objects == 100 * (size_t)(i + 1));
        always(ouro_verify(rt[i]) == 0);
    }
    for (int i = 0; i < N; i += 2) { // one ends, the others go on
        ouro_decref(&chain[i]->head);
        always(ouro_rt_destroy(rt[i]) == 0);
        node *more = kit_chain(rt[i + 1], 10);
        always(kit_usage(rt[i + 1]).objects == 100 * (size_t)(i + 2) + 10);
        ouro_decref(&more->head);
    }
    for (int i = 1; i < N; i += 2) {
        ouro_decref(&chain[i]->head);
        always(ouro_rt_destroy(rt[i]) == 0);
    }
}

// Births, deaths, cycles, weak references and buffers, checked as they go.
static int runtime_work(ouro_rt *rt, int rounds) {
    ouro_obj *root = NULL;
    for (int i = 0; i < rounds; i++) {
        node *ring = kit_ring(rt, 1 + (size_t)i % 50), *chain = kit_chain(rt, 20);
        ouro_obj *w = ouro_weak_new(rt, &ring->head, NULL, NULL), *got = NULL;
        void *buf = ouro_buf_alloc(rt, (size_t)i * 7 % 5000);
        if (ouro_weak_get(w, &got) != 1 || got != &ring->head || ((node *)chain->left)->id != 1)
            return -1;
        ouro_decref(got);
        ouro_decref(w);
        ouro_buf_free(rt, buf);
        ouro_setslot_steal(&root, &chain->head);
        ouro_decref(&ring->head);
    }
    ouro_setslot(&root, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    return kit_usage(rt).objects == 0 && ouro_verify(rt) == 0 ? 0 : -1;
}

static void *runtime_thread(void *arg) {
    ouro_rt *rt = ouro_rt_create(NULL);
    *(int *)arg = rt && test_types_register(rt) == 0 ? runtime_work(rt, (int)kit_size(2000, 200)) : -1;
    if (ouro_rt_destroy(rt))
        *(int *)arg = -1;
    return NULL;
}

Test(runtime, each_thread_its_own) {
    pthread_t thread[3];
    int result[3] = {1, 1, 1};
    ouro_rt_destroy(kit_rt_new(NULL)); // the test types are known before the threads start
    for (int i = 0; i < 3; i++)
        always(pthread_create(&thread[i], NULL, runtime_thread, &result[i]) == 0);
    for (int i = 0; i < 3; i++) {
        pthread_join(thread[i], NULL);
        always(result[i] == 0);
    }
}

static void *runtime_handed(void *arg) {
    return runtime_work(arg, 100) == 0 ? arg : NULL;
}

Test(runtime, handed_from_thread_to_thread) {
    ouro_rt *rt = kit_rt_new(NULL);
    for (int i = 0; i < 4; i++) {
        pthread_t thread;
        void *result = NULL;
        always(pthread_create(&thread, NULL, runtime_handed, rt) == 0);
        pthread_join(thread, &result);
        always(result == rt);
        always(runtime_work(rt, 50) == 0);
    }
    always(ouro_rt_destroy(rt) == 0);
}

// ---- when collections run ----

static void runtime_safepoints(ouro_options *options) {
    options->when = OURO_AT_SAFEPOINT;
}

static uint64_t runtime_collections(ouro_rt *rt) {
    ouro_gc_stats stats[3];
    ouro_gc_get_stats(rt, stats);
    return stats[0].collections + stats[1].collections + stats[2].collections;
}

Test(runtime, at_safepoints_an_allocation_runs_no_code) {
    ouro_rt *rt = kit_rt_new(runtime_safepoints);
    fin_calls = 0;
    ouro_gc_set_threshold(rt, 100, 10, 10);
    fin *f = fin_new(rt, NULL);
    ouro_setref(&f->head, &f->left, &f->head);
    ouro_decref(&f->head);
    for (int i = 0; i < 50; i++)
        ouro_decref(&kit_ring(rt, 20)->head);
    always(runtime_collections(rt) == 0 && fin_calls == 0);
    ouro_safepoint(rt);
    always(runtime_collections(rt) >= 1 && fin_calls == 1);
    always(ouro_rt_destroy(rt) == 0);
}

Test(runtime, a_safepoint_with_nothing_due_does_nothing) {
    ouro_rt *rt = kit_rt_new(runtime_safepoints);
    node *ring = kit_ring(rt, 5);
    for (int i = 0; i < 1000; i++)
        ouro_safepoint(rt);
    always(runtime_collections(rt) == 0);
    ouro_decref(&ring->head);
    always(ouro_rt_destroy(rt) == 0);
}

Test(runtime, a_request_is_served_at_the_next_safepoint) {
    for (int when = 0; when < 2; when++) {
        ouro_rt *rt = kit_rt_new(when ? runtime_safepoints : NULL);
        node *ring = kit_ring(rt, 5);
        ouro_decref(&ring->head);
        ouro_gc_request(rt);
        always(runtime_collections(rt) == 0 && kit_usage(rt).objects == 5);
        ouro_safepoint(rt);
        always(runtime_collections(rt) == 1 && kit_usage(rt).objects == 0);
        ouro_safepoint(rt);
        always(runtime_collections(rt) == 1);
        always(ouro_rt_destroy(rt) == 0);
    }
}

Test(runtime, at_allocations_collections_come_by_themselves) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouro_gc_set_threshold(rt, 100, 10, 10);
    for (int i = 0; i < 50; i++)
        ouro_decref(&kit_ring(rt, 20)->head);
    always(runtime_collections(rt) >= 5 && kit_usage(rt).objects < 300);
    always(ouro_rt_destroy(rt) == 0);
}
