// SPDX-License-Identifier: MIT
// trial.h: what becomes of a graph of objects when the only root is dropped.
#ifndef DEPGRAPH_TRIAL_H
#define DEPGRAPH_TRIAL_H

#include "cycles.h"
#include "world.h"

// The phases of a collection, in their order.
typedef enum trial_phase {
    TRIAL_MARK,     // what registered roots reach is marked
    TRIAL_COPY,     // the counts of the others, the candidates, are copied
    TRIAL_SUBTRACT, // each reference between candidates is taken off the copies
    TRIAL_JUDGE,    // what has a surplus is alive, with all it reaches; the rest is unreachable
    TRIAL_DROP,     // the references of the unreachable are dropped
    TRIAL_FREE,     // their memory goes back
    TRIAL_PHASES
} trial_phase;

#define TRIAL_NAMES 3

typedef struct trial_result {
    uint64_t build_ns, drop_ns, collect_ns; // nothing watches
    size_t died;                            // packages that counting freed when the root was dropped
    size_t found;                           // packages that the collection freed
    size_t left;                            // objects left at the end, collector on
    uint64_t phase_ns[TRIAL_PHASES];        // with a watcher, which costs time
    uint64_t seen[TRIAL_PHASES];            // what the watcher counted in each
    uint64_t kept;                          // candidates judged alive
    size_t left_off;                        // objects left at the end, collector off
    size_t n_names;                         // of the first of those:
    char name[TRIAL_NAMES][80];             // with the number of packages that each needs and is needed by
    char warning[256];                      // what the runtime said to that
    const char *disagreement;               // how objects and graph disagree; NULL if they do not
} trial_result;

// What is tried: the same in all passes.
typedef struct trial_subject {
    const pkg_index *ix;
    const graph *g;
    const cycles *c;
} trial_subject;

// The time in nanoseconds, from a clock that only goes forward.
uint64_t trial_now(void);

// Builds the objects three times and drops the root: timed; watched; with the collector off.
// Returns: 0; -1 after a message.
int trial_run(const trial_subject *s, trial_result *r);

#endif
