// SPDX-License-Identifier: MIT
// shim.c: main for tests built without Criterion; see shim.h.
#include "shim.h"

#include <stdio.h>
#include <string.h>

static shim_test *shim_first;
static int shim_failures_here;

void shim_register(shim_test *t) {
    t->next = shim_first;
    shim_first = t;
}

void shim_failed(const char *file, int line, const char *what) {
    fprintf(stderr, "[----] %s:%d: Assertion Failed: %s\n", file, line, what);
    shim_failures_here++;
}

int main(int argc, char **argv) {
    int tested = 0, failing = 0;
    for (shim_test *t = shim_first; t; t = t->next) {
        char full[256];
        snprintf(full, sizeof full, "%s.%s", t->suite, t->name);
        if (argc > 1 && !strstr(full, argv[1]))
            continue;
        shim_failures_here = 0;
        t->body();
        tested++;
        if (shim_failures_here) {
            failing++;
            fprintf(stderr, "[FAIL] %s::%s\n", t->suite, t->name);
        }
    }
    fprintf(stderr, "[====] Synthesis: Tested: %d | Passing: %d | Failing: %d | Crashing: 0 \n", tested,
            tested - failing, failing);
    return failing || !tested;
}
