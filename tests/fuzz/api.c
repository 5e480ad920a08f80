// SPDX-License-Identifier: MIT
// api.c: a fuzzer's bytes as a sequence of operations on a heap, judged by the oracle of tests/model/graph.h.
//
// The first byte chooses the kind of run, all others are the decisions that random_graph.c draws from a generator.
#include "../model/graph.h"
#include "replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    if (n < 2)
        return 0;
    graph_options options = {.bytes = bytes + 1, .n_bytes = n - 1, .nodes = 60, .places = 6};
    options.silent = bytes[0] & 1;
    options.faults = bytes[0] >> 1 & 1;
    options.when = bytes[0] & 4 ? OURO_AT_SAFEPOINT : OURO_AT_ALLOCATION;
    options.weak_order = bytes[0] & 8 ? OURO_WEAK_ORDER_311 : OURO_WEAK_ORDER_315;
    options.stress = bytes[0] >> 4 & 1;
    if (graph_run(&options, n))
        abort();
    return 0;
}
