// SPDX-License-Identifier: MIT
// random_filter.c: the operations of graph.h with the filter of full collections (gc/harvest.c) wide open: however many
// objects are touched, a full collection examines those and what they reach and nothing else, and no exact one follows
// by itself. The oracle knows of no filter. It asks that each full collection finds all that is unreachable: an object
// that the filter loses is lost for ever, and is found missing at once.
#include "../support/kit.h"
#include "../support/test.h"
#include "graph.h"

#include "gc/gc.h"
#include <limits.h>

static int filter_run(const graph_options *options, uint64_t steps) {
    graph *g = graph_open(options);
    if (!g)
        return 1;
    g->rt->gc->touched_most = g->rt->gc->reachable_most = 100;
    g->rt->gc->filtered_most = UINT_MAX;
    while (g->step < steps && !g->failed)
        graph_step(g);
    return graph_close(g);
}

static int filter_runs(graph_options options, uint64_t steps, uint64_t first, uint64_t seeds) {
    uint64_t seed = graph_env("OURO_MODEL_SEED", 0);
    int failed = 0;
    options.stress = test_mode_now() == TEST_STRESS;
    options.faults |= test_mode_now() == TEST_FAULT;
    if (test_mode_now() != TEST_PLAIN || !kit_is_lean())
        steps /= 10;
    for (uint64_t k = 0; k < (seed ? 1 : seeds) && !failed; k++) {
        options.seed = seed ? seed : first + k;
        printf("model: filter, %u nodes, OURO_MODEL_SEED=%llu\n", options.nodes, (unsigned long long)options.seed);
        failed = filter_run(&options, graph_env("OURO_MODEL_STEPS", steps));
    }
    return failed;
}

Test(model, filter_reacting) {
    graph_options options = {.nodes = 60, .places = 8};
    cr_assert(filter_runs(options, 100000, 11001, 5) == 0);
}

Test(model, filter_silent) {
    graph_options options = {.nodes = 60, .places = 8, .silent = 1};
    cr_assert(filter_runs(options, 100000, 12001, 5) == 0);
}

Test(model, filter_many_objects) {
    graph_options options = {.nodes = 1500, .places = 150};
    cr_assert(filter_runs(options, 40000, 13001, 2) == 0);
    options.silent = 1;
    cr_assert(filter_runs(options, 40000, 14001, 2) == 0);
}

Test(model, filter_faults) {
    graph_options options = {.nodes = 60, .places = 8, .faults = 1};
    cr_assert(filter_runs(options, 20000, 15001, 4) == 0);
    options.silent = 1;
    cr_assert(filter_runs(options, 20000, 16001, 4) == 0);
    options.when = OURO_AT_SAFEPOINT;
    cr_assert(filter_runs(options, 20000, 17001, 4) == 0);
}
