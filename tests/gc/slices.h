// SPDX-License-Identifier: MIT
// slices.h: what the tests of collections in slices share.
#ifndef OURO_TEST_SLICES_H
#define OURO_TEST_SLICES_H

#include "../support/test.h"

static inline ouro_gc_progress progress_of(const ouro_rt *rt) {
    ouro_gc_progress p;
    ouro_gc_get_progress(rt, &p);
    return p;
}

static inline ouro_gc_stats full_stats(const ouro_rt *rt) {
    ouro_gc_stats stats[3];
    ouro_gc_get_stats(rt, stats);
    return stats[OURO_GC_FULL];
}

// Two nodes that refer to each other: the first, which the caller owns; NULL without memory.
static inline node *ring_new(ouro_rt *rt) {
    node *a = node_new(rt), *b = a ? node_new(rt) : NULL;
    if (b) {
        set(a, left, b);
        set(b, left, a);
        ouro_decref(&b->head);
    } else if (a) {
        ouro_decref(&a->head);
        a = NULL;
    }
    return a;
}

// So many rings, old and then dropped: garbage for full collections alone. False without memory.
static inline int old_garbage(ouro_rt *rt, int n) {
    node *rings[64];
    int made = 0;
    while (made < n && (rings[made] = ring_new(rt)))
        made++;
    ouro_gc_collect(rt, 1);
    for (int i = 0; i < made; i++)
        ouro_decref(&rings[i]->head);
    return made == n;
}

static inline int finish(ouro_rt *rt) {
    int slices = 1;
    while (!ouro_gc_step(rt, 0))
        slices++;
    return slices;
}

#endif
