// SPDX-License-Identifier: MIT
// world.h: a runtime with one object a package, all of them held by one root.
#ifndef DEPGRAPH_WORLD_H
#define DEPGRAPH_WORLD_H

#include "graph.h"

#include <ouro.h>

// A package and its references: `n_deps` to what it depends on, then those to what needs it. The description says where
// they are; that is all the runtime must know. There is no callback.
typedef struct package {
    ouro_obj head;
    const char *name; // borrowed from the index, which outlives the runtime
    ouro_obj **refs;  // in a buffer of the runtime's, freed with the object
    uint32_t n_refs;
    uint32_t n_deps;
    uint32_t number; // in the index and in the graph
} package;

// What the root holds: a reference to every package.
typedef struct listing {
    ouro_obj head;
    uint64_t n;
    ouro_obj *packages[1]; // n of them, in the object
} listing;

typedef struct world {
    ouro_rt *rt;
    ouro_obj *root;    // a registered slot
    size_t warnings;   // given by the runtime
    char warning[256]; // the last one
} world;

// Makes a runtime, in which no collection starts by itself, and in it the objects of a graph.
// Returns: 0; -1 after a message, with everything closed. The world must not move while it is open.
int world_open(world *w, const pkg_index *ix, const graph *g);

// Ends the runtime. Returns: how many objects were left.
size_t world_close(world *w);

// Returns: the object as a package; NULL if it is none.
package *world_package(ouro_obj *o);

#endif
