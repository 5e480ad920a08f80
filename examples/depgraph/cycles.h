// SPDX-License-Identifier: MIT
// cycles.h: the cycles of a graph, found without any collector: what the collector's answer is checked against.
#ifndef DEPGRAPH_CYCLES_H
#define DEPGRAPH_CYCLES_H

#include "graph.h"

// A cycle here is a largest set of two or more packages of which each reaches each other (a strongly connected
// component).
typedef struct cycles {
    size_t n;         // how many
    size_t in_cycles; // packages that are part of one
    size_t waiting;   // packages that are part of one or that one reaches: counting can never free these
    uint32_t *member; // of all cycles, largest cycle first, each in the order of the index
    size_t *start;    // n + 1: where in `member` each cycle begins
    uint8_t *waits;   // for each package: 1 if it is among the waiting
} cycles;

// Returns: 0; -1 if there is no memory. cycles_free is due in both cases.
int cycles_find(cycles *c, const graph *g);
void cycles_free(cycles *c);

#endif
