// SPDX-License-Identifier: MIT
// graph.h: who refers to whom, as plain numbers: what the objects are built from and their deaths are checked against.
#ifndef DEPGRAPH_GRAPH_H
#define DEPGRAPH_GRAPH_H

#include "index.h"
#include "names.h"

#define GRAPH_REFS_MAX ((size_t)1 << 27)

// Package i refers to to[start[i]] ... to[start[i + 1] - 1]: first to what it depends on, from needed[i] on to those
// that need it.
typedef struct graph {
    uint32_t n;     // packages
    size_t *start;  // n + 1
    size_t *needed; // n
    uint32_t *to;
    size_t n_refs, room;
    size_t unresolved; // relations of which no alternative is in the index
    size_t itself;     // references from a package to itself, left out
} graph;

// Resolves all relations up to and including `last`, in the order of index_field.
// Returns: 0; -1 if there is no memory (or far too many references). graph_free is due in both cases.
int graph_build(graph *g, const pkg_index *ix, const names *d, index_field last);

// The graph `from`, and in every package the list of those that need it besides. As graph_build.
int graph_build_both_ways(graph *g, const graph *from);

void graph_free(graph *g);

#endif
