// SPDX-License-Identifier: MIT
// main.c: the case studies: what a choice of objects costs and saves, in bytes and in time.
//   studies              all of them, whole
//   studies --quick      all of them at a tenth of the size or less
//   studies NAME...      these, whole
#include "study.h"

#include <stdio.h>
#include <string.h>

typedef struct study_entry {
    const char *name;
    void (*run)(size_t part); // 1 for the whole, 10 for a tenth of it
    const char *about;
} study_entry;

static const study_entry entries[] = {
    {"choose", study_choose, "tuple or list, set or list, shared values or values of their own"},
    {"prices", study_prices, "orders that share prices through a cache, and two ways to lose by it"},
    {"stream", study_stream, "a log of 200 MB: lists, and generators"},
    {"stock", study_stock, "many trades: objects, tuples, columns, one n-d array"},
    {NULL, NULL, NULL},
};

static int study_called(const study_entry *e, int n, char **names) {
    int named = 0;
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], e->name) == 0)
            return 1;
        named += names[i][0] != '-';
    }
    return !named;
}

static int study_known(const char *name) {
    for (const study_entry *e = entries; e->name; e++)
        if (strcmp(e->name, name) == 0)
            return 1;
    return strcmp(name, "--quick") == 0;
}

static int study_help(void) {
    fprintf(stderr, "usage: studies [--quick] [NAME...]\n");
    for (const study_entry *e = entries; e->name; e++)
        fprintf(stderr, "  %-10s %s\n", e->name, e->about);
    return 2;
}

int main(int argc, char **argv) {
    size_t part = 1;
    for (int i = 1; i < argc; i++) {
        if (!study_known(argv[i]))
            return study_help();
        if (strcmp(argv[i], "--quick") == 0)
            part = 10;
    }
    int shown = 0;
    for (const study_entry *e = entries; e->name; e++) {
        if (!study_called(e, argc - 1, argv + 1))
            continue;
        e->run(part);
        shown++;
    }
    printf("\nshown: %d case stud%s, %s: bytes are exact, times are this machine's\n", shown, shown == 1 ? "y" : "ies",
           part == 1 ? "whole" : "at a tenth of the size");
    return fflush(stdout) == 0 ? 0 : 1;
}
