// SPDX-License-Identifier: MIT
// replay.h: how a fuzzer's entry is reached. With libFuzzer (OURO_LIBFUZZER=1) the fuzzer has main, and calls it with
// bytes of its own; otherwise main is here, and replays the files that it is given. One file of each program includes
// this.
#ifndef OURO_REPLAY_H
#define OURO_REPLAY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// Tries bytes out; aborts if something is wrong with what they lead to. Returns: 0.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#ifndef OURO_LIBFUZZER
int main(int argc, char **argv) {
    static uint8_t bytes[1 << 16];
    for (int k = 1; k < argc; k++) {
        FILE *f = fopen(argv[k], "rb");
        if (!f) {
            perror(argv[k]);
            return 1;
        }
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        LLVMFuzzerTestOneInput(bytes, n);
        printf("%s: %zu bytes, no fault\n", argv[k], n);
    }
    return 0;
}
#endif

#endif
