// SPDX-License-Identifier: MIT
// bench_pauses.h: what a peer does for the workloads P1 to P7, which ask how long single requests take while a
// collector works beside them.
//
// All objects are links, with three slots: `back`, `next` and `down`. A list is linked both ways, so that only a
// collector can free it; it is held by its last link, which has no `next`. A string is linked by `next` alone. In a
// tree `down` is the first child, `next` the next sibling, `back` the parent. pauses.c has the requests and the clock,
// the same for all peers; a peer (pause_NAME.c) has steps of at least ten links. Dropping, collecting, and what an
// array needs to hold references, are in the peer's bench_ops.
#ifndef BENCH_PAUSES_H
#define BENCH_PAUSES_H

#include "bench.h"

typedef struct bench_pauses {
    void (*open)(const bench_run *run, void *runtime); // where work_NAME.c has one to hand over; or NULL
    // Puts n links behind the last one of a list, or begins one (NULL). With a payload, an object of so many bytes
    // hangs from each link. Takes the list. Returns: the list, which is held by the last of them now.
    void *(*extend)(void *list, size_t n, size_t payload);
    void (*hang)(void *link, void *down); // takes what is to be its `down`
    // Makes a hundred links: nine strings of ten, dropped at once, and a list of ten. The `down` of the first link of
    // each is the session. Returns: the list.
    void *(*request)(void *session);
    void *(*tree)(int depth); // ten children each
    // Moves n times to what comes next in the tree, the cursor being a reference to each link on the way; goes on at
    // the root when there is nothing left. Takes the cursor. NULL: begins at the root.
    void *(*walk)(void *cursor, void *root, size_t n);
    // If what comes next to the cursor's parent is a leaf or a parent of leaves: puts another like it in its place.
    void (*renew)(void *cursor);
    // What only a peer that tells can print: the figures of its own collector, from `reset` on; or both NULL.
    void (*reset)(void);
    void (*report)(void);
    int counts; // living() of bench_ops counts objects, and not only memory
    // What the peer does, if that is something else than P1 and P3 to P7 without distinctions.
    const bench_work *works;
    size_t n_works;
} bench_pauses;

// The workloads (pauses.c); what they are is in README.md.
void bench_server(const bench_run *run);    // P1
void bench_grid(const bench_run *run);      // P2
void bench_clinging(const bench_run *run);  // P3
void bench_component(const bench_run *run); // P4
void bench_cursor(const bench_run *run);    // P5
void bench_swap(const bench_run *run);      // P6
void bench_bursts(const bench_run *run);    // P7

// Of the peer that this program is for, if it is written in C.
extern const bench_pauses bench_pauses_peer;

// The works P1 to P7. Called once.
bench_part bench_pauses_part(const bench_pauses *does, bench_fn open, const bench_ops *ops);

#endif
