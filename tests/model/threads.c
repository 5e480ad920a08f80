// SPDX-License-Identifier: MIT
// threads.c: several threads, each with a runtime of its own, do random work at once; another asks all of them for
// collections; types are registered from everywhere; a runtime is handed from thread to thread. For TSan, above all.
#include "../support/test.h"
#include "graph.h"

#include <pthread.h>
#include <time.h>

#define THREADS 4
#define OWN_TYPES 40

typedef struct worker {
    pthread_t thread;
    graph *g;
    uint64_t steps;
    int failed;
    ouro_type types[OWN_TYPES];
} worker;

static worker workers[THREADS];
static pthread_barrier_t worker_start;
static int workers_busy;
static ouro_type worker_shared_types[OWN_TYPES];

static uint64_t worker_steps(void) {
    int slow = test_mode_now() != TEST_PLAIN || OURO_DEBUG;
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    slow = 1;
#endif
    return graph_env("OURO_MODEL_STEPS", slow ? 4000 : 40000);
}

static void worker_describe(ouro_type *types, const char *name) {
    for (int k = 0; k < OWN_TYPES; k++)
        ouro_type_init(&types[k], name, sizeof(ouro_obj) + 8 * (size_t)k);
}

// The shared types in different orders, the own ones in between.
static int worker_register(worker *w) {
    size_t shift = (size_t)(w - workers) * 11;
    for (size_t k = 0; k < OWN_TYPES; k++)
        if (ouro_type_register(w->g->rt, &worker_shared_types[(k + shift) % OWN_TYPES]) < 0 ||
            ouro_type_register(w->g->rt, &w->types[k]) < 0)
            return -1;
    for (size_t k = 0; k < OWN_TYPES; k++) {
        ouro_obj *o = ouro_new(w->g->rt, &worker_shared_types[k]);
        if (!o || ouro_type_of(o) != &worker_shared_types[k])
            return -1;
        ouro_decref(o);
    }
    return 0;
}

static void *worker_run(void *arg) {
    worker *w = arg;
    pthread_barrier_wait(&worker_start);
    for (uint64_t step = 0; step < w->steps && !w->g->failed; step++)
        graph_step(w->g);
    __atomic_sub_fetch(&workers_busy, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void *worker_register_run(void *arg) {
    worker *w = arg;
    pthread_barrier_wait(&worker_start);
    w->failed = worker_register(w);
    return NULL;
}

static graph *worker_graph(uint64_t seed, int silent) {
    graph_options options = {.seed = seed, .nodes = 150, .places = 20, .silent = silent};
    printf("model: thread, OURO_MODEL_SEED=%llu\n", (unsigned long long)seed);
    return graph_open(&options);
}

// The first `silent` of the graphs are silent.
static void workers_open(uint64_t seed, unsigned silent) {
    for (unsigned k = 0; k < THREADS; k++) {
        workers[k].g = worker_graph(seed + k, k < silent);
        workers[k].steps = worker_steps();
        cr_assert(workers[k].g != NULL);
    }
}

static void workers_start(void *(*run)(void *)) {
    pthread_barrier_init(&worker_start, NULL, THREADS);
    workers_busy = THREADS;
    for (unsigned k = 0; k < THREADS; k++)
        cr_assert(pthread_create(&workers[k].thread, NULL, run, &workers[k]) == 0);
}

static void workers_join(void) {
    for (unsigned k = 0; k < THREADS; k++)
        pthread_join(workers[k].thread, NULL);
    pthread_barrier_destroy(&worker_start);
}

static void workers_close(void) {
    for (unsigned k = 0; k < THREADS; k++)
        cr_assert(graph_close(workers[k].g) == 0);
}

Test(model, threads) {
    workers_open(graph_env("OURO_MODEL_SEED", 9001), 2);
    workers_start(worker_run);
    workers_join();
    workers_close();
}

Test(model, threads_asked_to_collect) {
    workers_open(graph_env("OURO_MODEL_SEED", 9101), 2);
    workers_start(worker_run);
    while (__atomic_load_n(&workers_busy, __ATOMIC_ACQUIRE)) {
        struct timespec pause = {0, 100000};
        for (unsigned k = 0; k < THREADS; k++)
            ouro_gc_request(workers[k].g->rt);
        nanosleep(&pause, NULL);
    }
    workers_join();
    workers_close();
}

Test(model, threads_register_types) {
    worker_describe(worker_shared_types, "shared");
    for (unsigned k = 0; k < THREADS; k++)
        worker_describe(workers[k].types, "own");
    workers_open(9201, THREADS); // the mirrors know nothing of what is made here
    workers_start(worker_register_run);
    workers_join();
    for (unsigned k = 0; k < THREADS; k++)
        cr_assert(workers[k].failed == 0);
    workers_close();
}

// Each runtime goes on in another thread, and once more.
Test(model, runtimes_handed_over) {
    workers_open(graph_env("OURO_MODEL_SEED", 9301), 2);
    for (int round = 0; round < 3; round++) {
        workers_start(worker_run);
        workers_join();
        graph *first = workers[0].g;
        for (unsigned k = 0; k + 1 < THREADS; k++)
            workers[k].g = workers[k + 1].g;
        workers[THREADS - 1].g = first;
    }
    workers_close();
}
