// SPDX-License-Identifier: MIT
// collect.c: a collection, from beginning to end. The file to read first: the story is in collect_set.
//
//   1  full only: mark what registered roots reach (mark.c); it needs no arithmetic. Or, if little was touched since
//      the last one, what can be reached from that: nothing else needs to be examined (harvest.c)
//   2  choose the candidates, copy their counts into side counts (set.c)
//   3  subtract the references inside the set; keep what has a surplus and all it reaches (surplus.c). The rest is
//      white: nobody but itself refers to it
//   4  survivors grow older (promote.c)
//   5  weak references with callbacks are cleared, callbacks run; finalizers run, once for each object (finish.c)
//   6  that was foreign code: look again, by the same arithmetic. What it brought back, and all that reaches, stays
//   7  the last weak references are cleared; the white are taken apart and freed (finish.c, clear.c)
//
// Up to 4 no foreign code runs, nothing is written to old objects, and the collection could be called off. From 5 on
// objects may die, change and be born at every step; the white bits are kept true by whoever frees (I-gc-1).
#include "cycle.h"
#include "probe.h"

#include <stdio.h>

// ---- 4 to 7 ----

static inline void survey_one(ouro_rt *rt, ouro_obj *o, void *arg) {
    gc_survey *s = arg;
    const type_record *t = type_of(o);
    s->weakly |= meta_has(o, OUROI_WEAKLY);
    s->weak |= (t->flags & TYPE_WEAK) != 0;
    s->finalizers |= t->finalize && !meta_has(o, OUROI_FINALIZED);
    s->hidden |= (t->flags & (TYPE_TRAVERSES | TYPE_CLEARS)) != 0;
    s->releases |= t->flags & TYPE_DEALLOCS || t->tail_place == OURO_TAIL_POINTER;
    event(rt, OURO_EVENT_UNREACHABLE, o, NULL, 0);
    if (rt->gc->debug & OURO_GC_DEBUG_COLLECTABLE) {
        char text[256];
        ouroi_describe(o, text, sizeof text);
        fprintf(stderr, "gc: collectable %s\n", text);
    }
}

gc_survey ouroi_survey(ouro_rt *rt) {
    gc_survey s = {.objects = rt->gc->set.white};
    if (rt->gc->set.special || rt->gc->debug || rt->heap.events)
        set_each(rt, survey_one, &s);
    return s;
}

static void brought_back(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    int oldest = OURO_GC_FULL;
    ouroi_promote_one(rt, o, &oldest);
}

// Returns how many objects foreign code has brought back.
static size_t look_again(ouro_rt *rt) {
    ouroi_set_recount(rt);
    size_t before = rt->gc->set.white;
    ouroi_surplus_subtract(rt);
    ouroi_surplus_keep(rt, OURO_EVENT_RESURRECTED, brought_back);
    return before - rt->gc->set.white;
}

static void save(ouro_rt *rt, ouro_obj *o, void *arg) {
    int oldest = OURO_GC_FULL;
    ouroi_promote_one(rt, o, &oldest);
    ouroi_harvest_undo(rt, o, arg);
    ouroi_garbage_add(rt, o);
}

void ouroi_free_white(ouro_rt *rt, const gc_survey *s, ouro_gc_info *info) {
    gc *g = rt->gc;
    size_t n = g->set.white, left = 0;
    if (g->debug & OURO_GC_DEBUG_SAVEALL)
        set_each(rt, save, NULL);
    else
        left = ouroi_clear(rt, s);
    info->uncollectable += left;
    info->collected += n - left;
}

size_t ouroi_finish_white(ouro_rt *rt, const gc_survey *s, ouro_gc_info *info) {
    if (s->finalizers || s->weakly || s->weak)
        set_each(rt, ouroi_harvest_undo, NULL);
    info->collected += ouroi_finish_before(rt, s);
    if (s->finalizers || s->weakly)
        info->resurrected += look_again(rt);
    if (s->finalizers || s->weakly || s->weak)
        ouroi_finish_after(rt);
    return rt->gc->set.white;
}

static void finish(ouro_rt *rt, ouro_gc_info *info) {
    gc_survey s = ouroi_survey(rt);
    if (!s.objects)
        return;
    ouroi_finish_white(rt, &s, info);
    ouroi_free_white(rt, &s, info);
}

// ---- the whole ----

// 1 to 3. False if there is no memory for it: nothing has changed.
static bool find_white_purely(ouro_rt *rt, int generation, ouro_gc_info *info) {
    gc *g = rt->gc;
    bool full = generation == OURO_GC_FULL;
    set_source source = full ? ouroi_harvest_begin(rt) : SET_YOUNG;
    bool chosen = ouroi_set_choose(rt, generation, source);
    if (full)
        ouroi_mark_forget(rt);
    if (!chosen) {
        g->exact |= source == SET_UNMARKED; // it is still to be done
        return false;
    }
    info->candidates = g->set.white;
    ouroi_surplus_subtract(rt);
    ouroi_surplus_keep(rt, OURO_EVENT_KEPT, NULL);
    if (full)
        ouroi_harvest_end(rt);
    return true;
}

// Traverse callbacks and root visitors must not allocate. With nothing handed out and no budget, whoever does ends up
// in ouroi_pace_due, where a debug build says so.
static bool find_white(ouro_rt *rt, int generation, ouro_gc_info *info) {
    heap *h = &rt->heap;
    int64_t budget = h->budget, byte_budget = h->byte_budget;
    ouroi_heap_flush(h);
    h->budget = h->byte_budget = 0;
    rt->gc->pure = true;
    bool found = find_white_purely(rt, generation, info);
    rt->gc->pure = false;
    h->budget = budget;
    h->byte_budget = byte_budget;
    return found;
}

static bool collect_set(ouro_rt *rt, int generation, ouro_gc_info *info) {
    if (!find_white(rt, generation, info))
        return false;
    ouroi_promote(rt, generation);
    finish(rt, info);
    ouroi_set_release(rt);
    return true;
}

void ouroi_stats_add(gc *g, const ouro_gc_info *info, bool done) {
    ouro_gc_stats *s = &g->stats[info->generation];
    if (info->generation == OURO_GC_FULL)
        g->garbage_unknown = !done;
    s->collections += done;
    s->skipped += !done;
    s->candidates += info->candidates;
    s->marked += g->marked;
    s->collected += info->collected;
    s->uncollectable += info->uncollectable;
    s->resurrected += info->resurrected;
    s->edges += g->edges;
    s->duration_ns += info->duration_ns;
    if (info->longest_ns > s->longest_ns)
        s->longest_ns = info->longest_ns;
}

static void debug_start(const ouro_rt *rt, int generation) {
    if (rt->gc->debug & OURO_GC_DEBUG_STATS)
        fprintf(stderr, "gc: collecting generation %d...\ngc: %zu net births, %zu old objects\n", generation,
                ouroi_pace_births(rt), ouroi_pace_old(rt));
}

static void debug_done(const ouro_rt *rt, const ouro_gc_info *info) {
    if (rt->gc->debug & OURO_GC_DEBUG_STATS)
        fprintf(stderr, "gc: done, %llu unreachable, %llu uncollectable, %.6fs elapsed\n",
                (unsigned long long)(info->collected + info->uncollectable), (unsigned long long)info->uncollectable,
                (double)info->duration_ns * 1e-9);
}

// Everything but the gc callbacks. False if the collection was skipped.
static bool collect_timed(ouro_rt *rt, ouro_gc_info *info) {
    gc *g = rt->gc;
    uint64_t start = ouroi_os_now();
    gc_pause p = ouroi_pause_begin(g);
    g->edges = g->marked = 0;
    bool done = collect_set(rt, info->generation, info);
    info->duration_ns = info->longest_ns = ouroi_os_now() - start;
    ouroi_pause_end(g, p);
    ouroi_stats_add(g, info, done);
    return done;
}

int64_t ouroi_collect(ouro_rt *rt, int generation) {
    gc *g = rt->gc;
    if (g->collecting || g->walking)
        return 0;
    if (generation == OURO_GC_FULL) {
        ouroi_death_go_on(&rt->heap, SIZE_MAX); // what only dying objects refer to is not garbage before they are gone
        ouroi_cycle_replace(rt);
    }
    g->collecting = true;
    g->due = false;
    ouroi_pace_reset(rt);
    debug_start(rt, generation);
    PROBE1(gc__start, generation);
    event(rt, OURO_EVENT_GC_START, NULL, NULL, generation);
    ouro_gc_info info = {.generation = generation};
    ouroi_callbacks_run(rt, OURO_GC_START, &info);
    bool done = collect_timed(rt, &info);
    if (generation == OURO_GC_FULL)
        ouroi_weak_run_postponed(rt);
    if (done)
        ouroi_pace_note(rt, generation, info.collected, info.candidates);
    ouroi_callbacks_run(rt, OURO_GC_STOP, &info);
    int64_t found = (int64_t)(info.collected + info.uncollectable);
    event(rt, OURO_EVENT_GC_DONE, NULL, NULL, found);
    PROBE1(gc__done, found);
    debug_done(rt, &info);
    g->collecting = false;
    ouroi_pace_reset(rt);
    if (!done)
        ouroi_pace_later(rt);
    return found;
}

void ouroi_collect_finally(ouro_rt *rt) {
    gc *g = rt->gc;
    ouro_gc_info info;
    ouroi_cycle_replace(rt);
    // What finalizers leave behind may be garbage again; one that goes on for ever does not go on for ever.
    int rounds = 100;
    do {
        info = (ouro_gc_info){.generation = OURO_GC_FULL};
        g->collecting = g->exact = true;
        collect_timed(rt, &info);
        ouroi_weak_run_postponed(rt);
        g->collecting = false;
    } while ((info.collected || info.resurrected) && --rounds);
}

// ---- quietly ----

static bool needs_code(const ouro_obj *o, const type_record *t) {
    return (!(t->flags & TYPE_PLAIN) && !meta_has(o, META_BARE)) || meta_has(o, OUROI_WEAKLY);
}

// A child outside the set must be one whose death runs nothing and reaches nothing.
static void quiet_child(ouro_obj **slot, void *arg) {
    bool *quiet = arg;
    ouro_obj *o = *slot;
    if (!o || is_white(o))
        return;
    const type_record *t = type_of(o);
    if (needs_code(o, t) || t->ref_n || t->flags & TYPE_HAS_TAIL)
        *quiet = false;
}

static void quiet_one(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    bool quiet = !needs_code(o, t) && !(t->flags & (TYPE_TRAVERSES | TYPE_CLEARS | TYPE_DEALLOCS));
    (void)arg;
    if (quiet)
        object_each_slot(o, t, quiet_child, &quiet);
    const page *p = page_of(o);
    count_put(&rt->gc->set, count_at(p, page_slot(p, o)), !quiet);
}

size_t ouroi_collect_quietly(ouro_rt *rt) {
    gc *g = rt->gc;
    ouro_gc_info info = {.generation = OURO_GC_FULL};
    if (g->cycle->phase == CYCLE_FREE)
        return 0;
    ouroi_cycle_abort_quietly(rt);
    g->collecting = g->exact = true;
    g->edges = g->marked = 0;
    if (find_white(rt, OURO_GC_FULL, &info)) {
        // What needs code is kept, as if it had a surplus, until a collection that may run it.
        set_each(rt, quiet_one, NULL);
        ouroi_surplus_keep(rt, OURO_EVENT_KEPT, ouroi_harvest_undo);
        ouroi_promote(rt, OURO_GC_FULL);
        gc_survey s = ouroi_survey(rt);
        if (s.objects)
            ouroi_free_white(rt, &s, &info);
        ouroi_set_release(rt);
        ouroi_stats_add(g, &info, true);
    }
    g->collecting = false;
    ouro_gc_request(rt);
    ouroi_pace_reset(rt);
    return (size_t)info.collected;
}
