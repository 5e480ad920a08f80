// SPDX-License-Identifier: MIT
// report.h: what the program says.
#ifndef DEPGRAPH_REPORT_H
#define DEPGRAPH_REPORT_H

#include "trial.h"

#define REPORT_RUNS 3

// One way to make references of an index, and what came of it.
typedef struct report_run {
    const char *title;
    const char *heading[2]; // of its column in the table
    size_t cycles_shown;    // how many cycles are printed at most
    size_t columns;         // and how wide
    graph g;
    cycles c;
    trial_result r;
} report_run;

// The index that was read, and how its names are resolved.
void report_index(const char *path, const pkg_index *ix, const names *d, uint64_t read_ns);

// The cycles of a run by name, and what was left of it with the collector off. `number` is the run's, from 1.
void report_cycles(const pkg_index *ix, const report_run *run, int number);

void report_table(const report_run runs[REPORT_RUNS]);

// The one line that says what was shown.
void report_summary(const report_run *first);

#endif
