// SPDX-License-Identifier: MIT
// api.c: a fuzzer's bytes as a sequence of operations on a heap, judged by the oracle of tests/model/graph.h.
//
// The first byte chooses the kind of run, all others are the decisions that random_graph.c draws from a generator. With
// libFuzzer (OURO_LIBFUZZER=1) the fuzzer has main; otherwise main replays the files that it is given.
#include "../model/graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

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

#if !OURO_LIBFUZZER
static uint8_t api_file[1 << 16];

int main(int argc, char **argv) {
    for (int k = 1; k < argc; k++) {
        FILE *f = fopen(argv[k], "rb");
        if (!f) {
            perror(argv[k]);
            return 1;
        }
        size_t n = fread(api_file, 1, sizeof api_file, f);
        fclose(f);
        LLVMFuzzerTestOneInput(api_file, n);
        printf("%s: %zu bytes, no fault\n", argv[k], n);
    }
    return 0;
}
#endif
