// SPDX-License-Identifier: MIT
// control.c: the collector's public face, as far as it is not pace (pace.c) or introspection (inspect.c): collect,
// statistics, callbacks, debug flags, the garbage list.
#include "cycle.h"

bool ouroi_gc_new(ouro_rt *rt) {
    gc *g = calloc(1, sizeof *g + sizeof(cycle));
    if (!g)
        return false;
    g->rt = rt;
    g->cycle = (cycle *)(void *)(g + 1);
    g->slice_ns = 250000;
    g->old_ns = 100;
    rt->gc = g;
    ouroi_pace_init(rt);
    return true;
}

void ouroi_gc_free(ouro_rt *rt) {
    gc *g = rt->gc;
    ouroi_table_free(&rt->heap, g->callbacks, g->callback_cap, sizeof *g->callbacks);
    ouroi_table_free(&rt->heap, g->garbage, g->garbage_cap, sizeof *g->garbage);
    free(g);
    rt->gc = NULL;
}

static bool generation_is_valid(ouro_rt *rt, int generation) {
    if (generation >= 0 && generation <= OURO_GC_FULL)
        return true;
    ouro_error_set(rt, OURO_ERR_VALUE, "generation %d is not 0, 1 or 2", generation);
    return false;
}

int64_t ouro_gc_collect(ouro_rt *rt, int generation) {
    if (generation == (OURO_GC_FULL | OURO_GC_EXACT)) {
        generation = OURO_GC_FULL;
        rt->gc->exact = true;
    }
    if (!generation_is_valid(rt, generation))
        return -1;
    int64_t found = ouroi_collect(rt, generation);
    if (generation == OURO_GC_FULL && !rt->gc->collecting)
        ouro_mem_trim(rt);
    return found;
}

void ouro_gc_set_mode(ouro_rt *rt, ouro_gc_mode mode) {
    if (!rt->gc->collecting)
        ouroi_cycle_abort(rt);
    rt->gc->mode = mode;
    ouroi_pace_reset(rt);
}

ouro_gc_mode ouro_gc_get_mode(const ouro_rt *rt) {
    return rt->gc->mode;
}

void ouro_gc_set_slice(ouro_rt *rt, unsigned microseconds) {
    rt->gc->slice_ns = (microseconds ? microseconds : 1) * UINT64_C(1000);
}

unsigned ouro_gc_get_slice(const ouro_rt *rt) {
    return (unsigned)(rt->gc->slice_ns / 1000);
}

int ouro_gc_step(ouro_rt *rt, uint64_t budget) {
    slice s = {.left = 1, .deadline = budget ? ouroi_os_now() + budget * 1000 : 0};
    ouroi_death_go_on(&rt->heap, rt->heap.deaths.budget);
    return ouroi_cycle_step(rt, &s);
}

static size_t garbage_most(const gc *g, size_t in_use) {
    const cycle *c = g->cycle;
    if (c->phase == CYCLE_IDLE)
        return g->garbage_unknown ? in_use : 0;
    size_t gone = c->found + c->freed, most = c->begun > gone ? c->begun - gone : 0;
    return most < in_use ? most : in_use;
}

// A first collection is expected to take so many visits for each old object.
#define VISITS_FIRST 5

static uint64_t visits_expected(const gc *g) {
    const cycle *c = g->cycle;
    uint64_t n = g->old_last ? g->visits_last * (c->old + 1) / (g->old_last + 1) : VISITS_FIRST * (uint64_t)c->old;
    return n > c->visits ? n : c->visits;
}

void ouro_gc_get_progress(const ouro_rt *rt, ouro_gc_progress *progress) {
    const gc *g = rt->gc;
    const cycle *c = g->cycle;
    cycle_phase phase = c->phase == CYCLE_FREE ? CYCLE_JUDGE : c->phase;
    size_t in_use = ouroi_pace_tracked_bytes(rt);
    *progress = (ouro_gc_progress){
        .under_way = phase != CYCLE_IDLE,
        .part = (unsigned)phase,
        .parts = CYCLE_RETURN,
        .visits = c->visits,
        .visits_expected = phase == CYCLE_IDLE ? 0 : visits_expected(g),
        .condemned = c->condemned,
        .in_use = in_use,
        .alive = phase == CYCLE_IDLE ? g->live_bytes : c->found,
        .allocated = rt->heap.handed - g->handed_before,
        .garbage_most = garbage_most(g, in_use),
        .slices = g->slices,
        .ended = g->cycles_ended,
        .given_up = g->cycles_given_up,
        .forced = g->cycles_forced,
    };
}

void ouro_gc_get_stats(const ouro_rt *rt, ouro_gc_stats stats[3]) {
    memcpy(stats, rt->gc->stats, sizeof rt->gc->stats);
}

void ouro_gc_set_debug(ouro_rt *rt, unsigned flags) {
    rt->gc->debug = flags;
}

unsigned ouro_gc_get_debug(const ouro_rt *rt) {
    return rt->gc->debug;
}

// ---- callbacks ----

int ouro_gc_callback_add(ouro_rt *rt, ouro_gc_fn fn, void *user) {
    gc *g = rt->gc;
    void *items = g->callbacks;
    if (!ouroi_table_grow(&rt->heap, &items, g->callback_n, &g->callback_cap, sizeof *g->callbacks))
        return ouro_error_set(rt, OURO_ERR_MEMORY, "no memory for a gc callback");
    g->callbacks = items;
    g->callbacks[g->callback_n++] = (gc_callback){fn, user};
    return 0;
}

void ouro_gc_callback_remove(ouro_rt *rt, ouro_gc_fn fn, void *user) {
    gc *g = rt->gc;
    for (size_t i = 0; i < g->callback_n; i++)
        if (g->callbacks[i].fn == fn && g->callbacks[i].user == user) {
            memmove(g->callbacks + i, g->callbacks + i + 1, (g->callback_n - i - 1) * sizeof *g->callbacks);
            g->callback_n--;
            return;
        }
}

// By index, read again each time: a callback may add and remove callbacks, itself among them. No more are called than
// there were at first, so that one which goes to the end of the list over and over does not keep the others from their
// work.
void ouroi_callbacks_run(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info) {
    gc *g = rt->gc;
    uint64_t start = g->callback_n ? ouroi_os_now() : 0;
    for (size_t i = 0, left = g->callback_n; left && i < g->callback_n; left--) {
        gc_callback c = g->callbacks[i];
        ouro_error_state aside;
        ouroi_error_aside(rt, &aside);
        c.fn(rt, phase, info, c.user);
        ouroi_error_back(rt, &aside, "a gc callback", NULL);
        if (i < g->callback_n && g->callbacks[i].fn == c.fn && g->callbacks[i].user == c.user)
            i++;
    }
    g->foreign_ns += start ? ouroi_os_now() - start : 0;
}

// ---- garbage ----

bool ouroi_garbage_add(ouro_rt *rt, ouro_obj *o) {
    gc *g = rt->gc;
    void *items = g->garbage;
    if (!ouroi_table_grow(&rt->heap, &items, g->garbage_n, &g->garbage_cap, sizeof *g->garbage)) {
        ouroi_warn(rt, "no memory to put an object of type '%s' into garbage", ouro_type_of(o)->name);
        return false;
    }
    g->garbage = items;
    g->garbage[g->garbage_n++] = ouro_incref(o);
    return true;
}

size_t ouro_gc_garbage_count(const ouro_rt *rt) {
    return rt->gc->garbage_n;
}

ouro_obj *ouro_gc_garbage_peek(const ouro_rt *rt, size_t i) {
    return i < rt->gc->garbage_n ? rt->gc->garbage[i] : NULL;
}

void ouro_gc_garbage_clear(ouro_rt *rt) {
    gc *g = rt->gc;
    while (g->garbage_n)
        ouro_decref(g->garbage[--g->garbage_n]);
}
