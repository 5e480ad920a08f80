// SPDX-License-Identifier: MIT
// random_fault.c: the operations of graph.h while allocations fail, at random, once or from then on, or for a limit. A
// call that fails says OURO_ERR_MEMORY and has changed nothing (everything is compared after each); nothing is leaked
// at the end.
#include "../support/test.h"
#include "graph.h"

static int fault_runs(graph_options options, uint64_t steps, uint64_t first, uint64_t seeds) {
    uint64_t seed = graph_env("OURO_MODEL_SEED", 0);
    int failed = 0;
    options.faults = 1;
    if (test_mode_now() != TEST_PLAIN)
        steps /= 10;
    for (uint64_t k = 0; k < (seed ? 1 : seeds) && !failed; k++) {
        options.seed = seed ? seed : first + k;
        printf("model: faults, %u nodes, OURO_MODEL_SEED=%llu\n", options.nodes, (unsigned long long)options.seed);
        failed = graph_run(&options, graph_env("OURO_MODEL_STEPS", steps));
    }
    return failed;
}

Test(model, faults) {
    graph_options options = {.nodes = 60, .places = 8};
    cr_assert(fault_runs(options, 20000, 101, 5) == 0);
}

Test(model, faults_silent) {
    graph_options options = {.nodes = 60, .places = 8, .silent = 1};
    cr_assert(fault_runs(options, 20000, 201, 5) == 0);
}

Test(model, faults_safepoint_only) {
    graph_options options = {.nodes = 60, .places = 8, .when = OURO_AT_SAFEPOINT};
    cr_assert(fault_runs(options, 20000, 301, 2) == 0);
}

Test(model, faults_many_objects) {
    graph_options options = {.nodes = 1500, .places = 150};
    cr_assert(fault_runs(options, 6000, 401, 2) == 0);
    options.silent = 1;
    cr_assert(fault_runs(options, 6000, 501, 2) == 0);
}
