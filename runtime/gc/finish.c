// SPDX-License-Identifier: MIT
// finish.c: what an unreachable object is owed before it goes. The order is CPython 3.15's, or 3.11's on request:
//
//   weak references with a callback (3.11: all) are cleared, and callbacks of those that are reachable run
//   finalizers run, each object's once, with all objects of the set still intact
//   (the collection looks again: what was brought back stays)
//   all weak references that are left, to the set and in it, are cleared, so that nobody sees what is taken apart
#include "cycle.h"

// A callback runs unless its weak reference is garbage itself; where that is not known yet, it waits. What garbage in
// slices ends by dropping it is garbage, too: so this is asked for whatever dies.
weak_when ouroi_weak_is_wanted(const ouro_obj *weak) {
    const gc *g = rt_of(weak)->gc;
    if (!object_is_live(weak) || is_white(weak))
        return WEAK_NEVER;
    bool judges = g->collecting && (g->cycle->phase == CYCLE_JUDGE || g->cycle->phase == CYCLE_FREE);
    return judges && suspect_is_valid(g, weak) ? WEAK_LATER : WEAK_NOW;
}

static void weak_clear_first(ouro_rt *rt, ouro_obj *o, void *queue) {
    weak_which which = rt->weak_order == OURO_WEAK_ORDER_311 ? WEAK_EVERY : WEAK_WITH_CALLBACK;
    if (meta_has(o, OUROI_WEAKLY))
        ouroi_weak_clear(rt, o, which, ouroi_weak_is_wanted, queue);
}

// A weak reference in the set does not run its callback when its target dies while the set is worked on.
static void weak_disarm(ouro_rt *rt, ouro_obj *o, void *arg) {
    weak_ref *w = (weak_ref *)o;
    (void)arg;
    if (object_is_weak(o) && (w->fn || rt->weak_order == OURO_WEAK_ORDER_311))
        ouroi_weak_disarm(rt, w);
}

static void finalize(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    (void)arg;
    if (!t->finalize || o->ouroi_meta & OUROI_FINALIZED)
        return;
    ouro_incref(o);
    ouroi_object_finalize(rt, o, t);
    reference_drop(o);
}

static uint64_t shuffle_next(ouro_rt *rt) {
    uint64_t z = rt->shuffle += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

// Each call finalizes a random half of what is left, the last all: pages cannot be put into any order, subsets can.
static void finalize_sometimes(ouro_rt *rt, ouro_obj *o, void *arg) {
    if (shuffle_next(rt) & 1)
        finalize(rt, o, arg);
}

static void finalize_all(ouro_rt *rt) {
    for (int round = 0; rt->shuffle && round < 4; round++)
        set_each(rt, finalize_sometimes, NULL);
    set_each(rt, finalize, NULL);
}

size_t ouroi_finish_before(ouro_rt *rt, const gc_survey *s) {
    weak_queue queue = {NULL, NULL};
    if (s->weakly)
        set_each(rt, weak_clear_first, &queue);
    if (s->weak)
        set_each(rt, weak_disarm, NULL);
    if (!queue.first && !s->finalizers)
        return 0;
    uint64_t start = ouroi_os_now();
    size_t died = ouroi_weak_run(rt, &queue);
    if (s->finalizers)
        finalize_all(rt);
    rt->gc->foreign_ns += ouroi_os_now() - start;
    return died;
}

static void weak_clear_last(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    if (meta_has(o, OUROI_WEAKLY))
        ouroi_weak_clear(rt, o, WEAK_EVERY, NULL, NULL);
    if (object_is_weak(o))
        ouroi_weak_disarm(rt, (weak_ref *)o);
}

void ouroi_finish_after(ouro_rt *rt) {
    set_each(rt, weak_clear_last, NULL);
}
