// SPDX-License-Identifier: MIT
// random_graph.c: millions of random operations against a plain reachability oracle; see graph.h.
//
// Each run prints its seed. The seeds are fixed, so that a test which passed once passes again; OURO_MODEL_SEED tries
// another one (for each shape), OURO_MODEL_STEPS makes runs longer or shorter:
//     OURO_MODEL_SEED=12345 OURO_MODEL_STEPS=20000 build/.../tests model
#include "../support/test.h"
#include "graph.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || OURO_DEBUG
#define SLOWER 8u
#else
#define SLOWER 1u
#endif

static uint64_t random_steps(uint64_t steps) {
    uint64_t slower = test_mode_now() == TEST_PLAIN ? SLOWER : 10;
    return graph_env("OURO_MODEL_STEPS", steps / slower);
}

static int random_runs(const char *name, graph_options options, uint64_t steps, uint64_t first, uint64_t seeds) {
    uint64_t seed = graph_env("OURO_MODEL_SEED", 0), failed = 0;
    options.stress = test_mode_now() == TEST_STRESS;
    options.faults = test_mode_now() == TEST_FAULT;
    for (uint64_t k = 0; k < (seed ? 1 : seeds) && !failed; k++) {
        options.seed = seed ? seed : first + k;
        printf("model: %s, OURO_MODEL_SEED=%llu, %llu steps\n", name, (unsigned long long)options.seed,
               (unsigned long long)random_steps(steps));
        failed = (uint64_t)graph_run(&options, random_steps(steps));
    }
    return (int)failed;
}

// Few objects: every operation meets every other.
Test(model, small_reacting) {
    graph_options options = {.nodes = 40, .places = 6};
    cr_assert(random_runs("small, reacting", options, 150000, 1001, 6) == 0);
}

Test(model, small_silent) {
    graph_options options = {.nodes = 40, .places = 6, .silent = 1};
    cr_assert(random_runs("small, silent", options, 150000, 2001, 6) == 0);
}

Test(model, medium_reacting) {
    graph_options options = {.nodes = 700, .places = 80};
    cr_assert(random_runs("medium, reacting", options, 120000, 3001, 4) == 0);
}

Test(model, medium_silent) {
    graph_options options = {.nodes = 700, .places = 80, .silent = 1};
    cr_assert(random_runs("medium, silent", options, 120000, 4001, 4) == 0);
}

// Full collections go on in slices, one visit at a time, with operations in between.
Test(model, sliced_small) {
    graph_options options = {.nodes = 40, .places = 6, .silent = 1, .sliced = 1};
    cr_assert(random_runs("sliced, small, silent", options, 60000, 11001, 4) == 0);
    options.silent = 0;
    cr_assert(random_runs("sliced, small, reacting", options, 60000, 12001, 4) == 0);
}

Test(model, sliced_medium) {
    graph_options options = {.nodes = 400, .places = 50, .silent = 1, .sliced = 1};
    cr_assert(random_runs("sliced, medium, silent", options, 40000, 13001, 2) == 0);
    options.silent = 0;
    cr_assert(random_runs("sliced, medium, reacting", options, 40000, 14001, 2) == 0);
}

// Drops end a few objects; the others wait, and die when something else goes on.
Test(model, budget) {
    graph_options options = {.nodes = 40, .places = 6, .budget = 1};
    cr_assert(random_runs("budget, small, reacting", options, 60000, 15001, 4) == 0);
    options.silent = 1;
    cr_assert(random_runs("budget, small, silent", options, 60000, 16001, 2) == 0);
    options = (graph_options){.nodes = 500, .places = 50, .budget = 1, .sliced = 1};
    cr_assert(random_runs("budget, sliced, medium", options, 40000, 17001, 2) == 0);
    options.when = OURO_AT_SAFEPOINT;
    cr_assert(random_runs("budget, safepoint only", options, 40000, 18001, 2) == 0);
}

// Many pages and more than one segment.
Test(model, large_reacting) {
    graph_options options = {.nodes = 12000, .places = 2000};
    cr_assert(random_runs("large, reacting", options, 40000, 5001, 1) == 0);
}

Test(model, large_silent) {
    graph_options options = {.nodes = 20000, .places = 3000, .silent = 1};
    cr_assert(random_runs("large, silent", options, 50000, 6001, 1) == 0);
}

Test(model, safepoint_only) {
    graph_options options = {.nodes = 300, .places = 40, .when = OURO_AT_SAFEPOINT, .weak_order = OURO_WEAK_ORDER_311};
    cr_assert(random_runs("safepoint only", options, 100000, 7001, 3) == 0);
}

// In between: some pages, and few enough objects that they meet.
Test(model, middling) {
    graph_options options = {.nodes = 200, .places = 25};
    cr_assert(random_runs("middling, reacting", options, 60000, 9501, 1) == 0);
    options.silent = 1;
    cr_assert(random_runs("middling, silent", options, 60000, 9502, 1) == 0);
}

// Runtimes used in turn by one thread do not disturb each other.
Test(model, several_runtimes) {
    graph *g[4];
    int failed = 0;
    for (unsigned k = 0; k < 4; k++) {
        graph_options options = {.seed = 8001 + k, .nodes = 100 * (k + 1), .places = 12, .silent = k % 2};
        g[k] = graph_open(&options);
        cr_assert(g[k] != NULL);
    }
    for (uint64_t step = 0; step < random_steps(120000); step++)
        if (!g[step % 4]->failed)
            graph_step(g[step % 4]);
    for (unsigned k = 0; k < 4; k++)
        failed |= graph_close(g[(k + 2) % 4]);
    cr_assert(!failed);
}
