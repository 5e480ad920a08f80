// SPDX-License-Identifier: MIT
// pace.c: when a collection starts by itself.
//
// The heap hands tracked blocks out in portions and counts none of them; it calls `due` when it has handed out the
// budget. Then, and only then, the true number is worked out from the young pages: births net of deaths. If that has
// not come to the threshold, what is missing is the next budget. So a threshold of 1 is exact, and a birth costs
// nothing.
//
// By itself the young threshold goes from YOUNG_MIN up to YOUNG_MAX while hardly anything is found, and back; a full
// collection starts when old objects, or the bytes of everything, have grown by FULL_MIN to FULL_MAX per cent.
// Growth is net: what has grown old and died by counting since is not growth.
#include "cycle.h"

#define YOUNG_MIN ((size_t)8192)
#define YOUNG_MAX ((size_t)262144)
#define FULL_MIN 25u
#define FULL_MAX 100u
#define OLD_FLOOR ((size_t)65536) // fewer old objects than this are never worth a full collection
#define BYTES_FLOOR ((size_t)32 << 20)
#define BYTE_GOAL ((size_t)64 << 20)
// Of the objects, in per cent: examining few by their addresses, wherever they lie, costs several times as much for
// each as going through all.
#define TOUCHED_MOST 3u
#define REACHABLE_MOST 10u
#define FILTERED_MOST 16u
#define FOR_EVER (INT64_MAX / 2)
// In slices: by how much, in per cent, what is alive may grow before a full collection begins. The sooner, the less
// memory garbage takes; the later, the less time collections take: so it moves while their part of the time is more
// than one in SHARE_MOST, or less than one in SHARE_LEAST.
#define START_MIN 25u
#define START_MAX 60u
#define SHARE_MOST 4u
#define SHARE_LEAST 8u
#define ALIVE_LEAST ((size_t)32 << 20) // a smaller heap is taken for one of so many bytes
#define LOOK_NS 1000u                  // for each page

size_t ouroi_pace_births(const ouro_rt *rt) {
    int64_t n = 0;
    for (const page *p = rt->heap.young; p; p = p->young_next)
        n += (int64_t)page_live(p) - (int64_t)p->used_base;
    return n > 0 ? (size_t)n : 0;
}

// Tracked objects, but for those born since the last young collection, and the frozen. Cost: the number of pages.
size_t ouroi_pace_old(const ouro_rt *rt) {
    size_t cursor = 0, n = 0, births = ouroi_pace_births(rt);
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (p->kind == OURO_PAGE_TRACKED && p->state != PAGE_FROZEN)
            n += page_live(p);
    return n > births ? n - births : 0;
}

size_t ouroi_pace_tracked_bytes(const ouro_rt *rt) {
    size_t cursor = 0, n = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (p->kind == OURO_PAGE_TRACKED && p->state != PAGE_FROZEN)
            n += page_live(p) * page_block_bytes(p);
    return n;
}

static size_t pace_bytes(const ouro_rt *rt) {
    return rt->heap.pages_used * OURO_PAGE_BYTES + rt->heap.external;
}

// Bytes of blocks in use, and external ones. Cost: the number of pages.
static size_t pace_bytes_in_use(const ouro_rt *rt) {
    size_t cursor = 0, n = rt->heap.external;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        n += page_live(p) * page_block_bytes(p);
    return n;
}

static bool pace_is_sliced(const ouro_rt *rt) {
    return rt->gc->mode == OURO_GC_SLICED;
}

static bool pace_is_on(const gc *g) {
    return !g->disabled && (!g->pinned || g->threshold[0]);
}

// Births that are allowed before a young collection.
static size_t pace_goal(const gc *g) {
    if (g->pinned)
        return g->threshold[0];
    return g->mode == OURO_GC_SLICED ? YOUNG_MIN : g->young_goal; // some hundred microseconds
}

void ouroi_pace_init(ouro_rt *rt) {
    gc *g = rt->gc;
    g->young_goal = YOUNG_MIN;
    g->full_growth = FULL_MIN;
    g->start_growth = START_MIN;
    g->ended_at = ouroi_os_now();
    g->byte_goal = BYTE_GOAL;
    g->touched_most = TOUCHED_MOST;
    g->reachable_most = REACHABLE_MOST;
    g->filtered_most = FILTERED_MOST;
    ouroi_pace_reset(rt);
}

// Walking all young pages for a few more births would make a birth cost as much as there are pages: with many of them
// the budget may go past the goal, by no more than a quarter of their number.
static void pace_budget(ouro_rt *rt) {
    gc *g = rt->gc;
    int64_t left = (int64_t)pace_goal(g) + 1 - (int64_t)ouroi_pace_births(rt),
            coarse = (int64_t)(rt->heap.young_pages / 4);
    rt->heap.budget = left > 0 && left < coarse ? coarse : left;
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static size_t pace_growth(const gc *g, unsigned percent) {
    return (g->bytes_at_full > ALIVE_LEAST ? g->bytes_at_full : ALIVE_LEAST) / 100 * percent;
}

// Bytes handed out since; what was taken back unused does not count.
static uint64_t pace_handed_since(const ouro_rt *rt, uint64_t before) {
    return rt->heap.handed > before ? rt->heap.handed - before : 0;
}

// Bytes that may be handed out until the next slice. What they have come to since the last look may have been freed
// again: so little is left to be thought so at the least.
static uint64_t pace_byte_portion(const ouro_rt *rt) {
    const gc *g = rt->gc;
    const cycle *c = g->cycle;
    uint64_t since = pace_handed_since(rt, c->room_at), room = c->room > since ? c->room - since : 0;
    uint64_t least_room = pace_growth(g, 1);
    return (room > least_room ? room : least_room) / ouroi_cycle_slices(g) + 1;
}

// While a cycle is under way the next slice is due after a portion of births, or of bytes.
static void pace_budget_sliced(ouro_rt *rt) {
    gc *g = rt->gc;
    heap *h = &rt->heap;
    int64_t bytes = (int64_t)pace_byte_portion(rt);
    h->budget = least(h->budget, (int64_t)ouroi_cycle_portion(g));
    if (g->byte_goal)
        h->byte_budget = least(h->byte_budget, bytes > (int64_t)OURO_PAGE_BYTES ? bytes : (int64_t)OURO_PAGE_BYTES);
}

void ouroi_pace_reset(ouro_rt *rt) {
    gc *g = rt->gc;
    heap *h = &rt->heap;
    ouroi_heap_flush(h);
    bool asks = pace_is_on(g) && !g->collecting && !g->walking && !g->due;
    h->byte_budget = asks && g->byte_goal ? (int64_t)g->byte_goal : FOR_EVER;
    h->budget = FOR_EVER;
    if (asks)
        pace_budget(rt);
    if (asks && pace_is_sliced(rt) && g->cycle->phase != CYCLE_IDLE)
        pace_budget_sliced(rt);
}

void ouroi_pace_later(ouro_rt *rt) {
    rt->heap.budget = (int64_t)pace_goal(rt->gc);
    rt->heap.byte_budget = rt->gc->byte_goal ? (int64_t)rt->gc->byte_goal : FOR_EVER;
}

// Old objects, net of those that died, have grown by so many per cent.
static bool pace_old_has_grown(const ouro_rt *rt, unsigned percent, size_t floor) {
    const gc *g = rt->gc;
    size_t goal = g->old_at_full / 100 * percent;
    goal = goal > floor ? goal : floor;
    return g->promoted >= goal && ouroi_pace_old(rt) >= g->old_at_full + goal;
}

static bool pace_bytes_have_grown(const ouro_rt *rt) {
    const gc *g = rt->gc;
    size_t goal = g->bytes_at_full / 100 * g->full_growth;
    return pace_bytes(rt) >= g->bytes_at_full + (goal > BYTES_FLOOR ? goal : BYTES_FLOOR);
}

static int pace_generation_pinned(const ouro_rt *rt) {
    const gc *g = rt->gc;
    if (g->since[2] > g->threshold[2] && pace_old_has_grown(rt, FULL_MIN, 0))
        return 2;
    return g->since[1] > g->threshold[1] ? 1 : 0;
}

void ouroi_pace_note(ouro_rt *rt, int generation, size_t found, size_t candidates) {
    gc *g = rt->gc;
    for (int i = 0; i <= generation; i++)
        g->since[i] = 0;
    if (generation < 2) {
        g->since[generation + 1]++;
        if (found * 64 < candidates)
            g->young_goal = g->young_goal < YOUNG_MAX ? g->young_goal * 2 : YOUNG_MAX;
        else if (found * 10 > candidates)
            g->young_goal = YOUNG_MIN;
        return;
    }
    g->promoted = 0;
    g->old_at_full = ouroi_pace_old(rt);
    g->bytes_at_full = pace_is_sliced(rt) ? pace_bytes_in_use(rt) : pace_bytes(rt);
    if (found * 20 > g->old_at_full)
        g->full_growth = FULL_MIN;
    else if (g->full_growth < FULL_MAX)
        g->full_growth *= 2;
}

// ---- in slices ----

// A cycle has worked for so long; the time since the one before ended is what it is a part of.
static void pace_move_start(gc *g, uint64_t worked) {
    uint64_t now = ouroi_os_now(), period = now - g->ended_at;
    unsigned later = g->start_growth * 3 / 2, sooner = g->start_growth * 2 / 3;
    g->ended_at = now;
    if (worked > period / SHARE_MOST)
        g->start_growth = later < START_MAX ? later : START_MAX;
    else if (worked < period / SHARE_LEAST)
        g->start_growth = sooner > START_MIN ? sooner : START_MIN;
}

// What was born while the collection went on may be garbage by now, and nobody has asked.
void ouroi_pace_verified(ouro_rt *rt, size_t alive, uint64_t worked) {
    size_t tracked = ouroi_pace_tracked_bytes(rt);
    rt->gc->bytes_at_full -= tracked > alive ? tracked - alive : 0;
    pace_move_start(rt->gc, worked);
}

// Whether to add up the bytes in use, for which the descriptions of all pages are read, at some 30 ns each: so seldom
// that it takes a few hundredths of the time.
static bool pace_may_look(ouro_rt *rt) {
    uint64_t now = ouroi_os_now();
    if (now - rt->gc->looked_at < rt->heap.pages_used * LOOK_NS)
        return false;
    rt->gc->looked_at = now;
    return true;
}

// How much more may come into use until the cycle should have ended. True if it has fallen far behind.
static bool pace_is_late(ouro_rt *rt, size_t in_use) {
    gc *g = rt->gc;
    size_t end = g->bytes_at_full + pace_growth(g, g->start_growth + FULL_MIN);
    g->cycle->room = end > in_use ? end - in_use : 0;
    g->cycle->room_at = rt->heap.handed;
    return in_use >= g->bytes_at_full + pace_growth(g, FULL_MAX);
}

void ouroi_pace_begin(ouro_rt *rt) {
    cycle *c = rt->gc->cycle;
    c->room = pace_growth(rt->gc, FULL_MIN);
    c->room_at = c->handed = rt->heap.handed;
}

// Blocks are handed out by pages: more may have been, of large ones, than the portion. Then the slice is longer.
#define SLICES_AT_ONCE 8u

static uint64_t pace_slices_due(const ouro_rt *rt) {
    const cycle *c = rt->gc->cycle;
    if (c->phase == CYCLE_IDLE)
        return 1;
    uint64_t portions = pace_handed_since(rt, c->handed) / pace_byte_portion(rt);
    return portions > SLICES_AT_ONCE ? SLICES_AT_ONCE : portions > 1 ? portions : 1;
}

static void pace_slice(ouro_rt *rt) {
    slice s = {.left = 1, .deadline = ouroi_os_now() + pace_slices_due(rt) * rt->gc->slice_ns};
    ouroi_cycle_step(rt, &s);
    rt->gc->cycle->handed = rt->heap.handed;
}

// A young collection if one is due; then a slice of the full collection that is under way or has to begin. One that
// falls far behind is done in one stop.
static void pace_collect_sliced(ouro_rt *rt) {
    gc *g = rt->gc;
    bool young = ouroi_pace_births(rt) > pace_goal(g), under_way = g->cycle->phase != CYCLE_IDLE;
    gc_pause p = ouroi_pause_begin(g);
    if (young || !under_way)
        ouroi_collect(rt, g->pinned && g->since[1] <= g->threshold[1] ? 0 : 1);
    size_t in_use = pace_may_look(rt) ? pace_bytes_in_use(rt) : 0;
    if (under_way && in_use && pace_is_late(rt, in_use)) {
        g->cycles_forced++;
        ouroi_collect(rt, OURO_GC_FULL);
    } else if (under_way || in_use >= g->bytes_at_full + pace_growth(g, g->start_growth)) {
        pace_slice(rt);
    }
    ouroi_pause_end(g, p);
}

// ---- starting ----

static void pace_collect(ouro_rt *rt) {
    if (pace_is_sliced(rt)) {
        pace_collect_sliced(rt);
        return;
    }
    if (rt->gc->pinned) {
        ouroi_collect(rt, pace_generation_pinned(rt));
        return;
    }
    ouroi_collect(rt, 1);
    if (pace_old_has_grown(rt, rt->gc->full_growth, OLD_FLOOR) || pace_bytes_have_grown(rt))
        ouroi_collect(rt, OURO_GC_FULL);
}

// A collection is due now. At a safepoint only? Then it is remembered, and nobody is asked again until then.
static void pace_start(ouro_rt *rt, void (*collect)(ouro_rt *)) {
    if (rt->when == OURO_AT_ALLOCATION) {
        collect(rt);
        return;
    }
    rt->gc->due = true;
    ouroi_pace_reset(rt);
}

static bool pace_is_due(const ouro_rt *rt) {
    if (pace_is_sliced(rt) && rt->gc->cycle->phase != CYCLE_IDLE)
        return true;
    return rt->heap.byte_budget <= 0 || ouroi_pace_births(rt) > pace_goal(rt->gc);
}

static void collect_requested(ouro_rt *rt) {
    atomic_put(&rt->heap.requested, 0);
    ouroi_collect(rt, OURO_GC_FULL);
}

static void collect_stress(ouro_rt *rt) {
    ouroi_collect(rt, rt->stress_generation);
}

void ouroi_pace_due(heap *h) {
    ouro_rt *rt = rt_of_heap(h);
    gc *g = rt->gc;
    if (OURO_DEBUG && g->pure)
        ouroi_panic(rt, "a traverse callback or root visitor asked for memory while a collection was counting");
    if (g->collecting || g->walking)
        return;
    if (rt->stress_generation >= 0)
        pace_start(rt, collect_stress);
    else if (atomic_get(&rt->heap.requested))
        pace_start(rt, collect_requested);
    else if (pace_is_on(g) && !g->due && pace_is_due(rt))
        pace_start(rt, pace_collect);
    else
        ouroi_pace_reset(rt);
}

void ouro_safepoint(ouro_rt *rt) {
    heap *h = &rt->heap;
    gc *g = rt->gc;
    if (unlikely(h->deaths.debt))
        ouroi_death_settle(h);
    if (likely(h->budget > 0 && h->byte_budget > 0 && !g->due && !atomic_get(&h->requested) && !h->collect_always))
        return;
    if (g->collecting || g->walking)
        return;
    if (h->collect_always)
        collect_stress(rt);
    else if (atomic_get(&h->requested))
        collect_requested(rt);
    else if (pace_is_on(g) && (g->due || pace_is_due(rt)))
        pace_collect(rt);
    g->due = false;
    ouroi_pace_reset(rt);
}

void ouro_gc_request(ouro_rt *rt) {
    atomic_put(&rt->heap.requested, 1);
}

bool ouroi_pace_emergency(heap *h) {
    ouro_rt *rt = rt_of_heap(h);
    gc *g = rt->gc;
    bool ended = rt->when == OURO_AT_ALLOCATION && ouroi_death_go_on(h, SIZE_MAX);
    if (g->collecting || g->walking || g->disabled)
        return ended;
    g->exact = true;
    size_t found = rt->when == OURO_AT_ALLOCATION ? (size_t)ouroi_collect(rt, OURO_GC_FULL) : ouroi_collect_quietly(rt);
    if (OURO_DEBUG)
        ouroi_guard_flush(h);
    return found || ended || OURO_DEBUG;
}

// ---- the switches of ouro/gc.h ----

unsigned ouro_gc_disable(ouro_rt *rt) {
    rt->gc->disabled++;
    ouroi_pace_reset(rt);
    return rt->gc->disabled;
}

unsigned ouro_gc_enable(ouro_rt *rt) {
    if (rt->gc->disabled)
        rt->gc->disabled--;
    ouroi_pace_reset(rt);
    return rt->gc->disabled;
}

int ouro_gc_isenabled(const ouro_rt *rt) {
    return !rt->gc->disabled;
}

void ouro_gc_set_threshold(ouro_rt *rt, size_t t0, size_t t1, size_t t2) {
    gc *g = rt->gc;
    g->pinned = true;
    g->threshold[0] = t0;
    g->threshold[1] = t1;
    g->threshold[2] = t2;
    ouroi_pace_reset(rt);
}

void ouro_gc_adapt(ouro_rt *rt) {
    rt->gc->pinned = false;
    ouroi_pace_reset(rt);
}

void ouro_gc_get_threshold(const ouro_rt *rt, size_t *t0, size_t *t1, size_t *t2) {
    const gc *g = rt->gc;
    *t0 = pace_goal(g);
    *t1 = g->pinned ? g->threshold[1] : 0;
    *t2 = g->pinned ? g->threshold[2] : 0;
}

void ouro_gc_set_threshold_bytes(ouro_rt *rt, size_t bytes) {
    rt->gc->byte_goal = bytes;
    ouroi_pace_reset(rt);
}

size_t ouro_gc_get_threshold_bytes(const ouro_rt *rt) {
    return rt->gc->byte_goal;
}

void ouro_gc_get_count(const ouro_rt *rt, size_t *c0, size_t *c1, size_t *c2) {
    *c0 = ouroi_pace_births(rt);
    *c1 = rt->gc->since[1];
    *c2 = rt->gc->since[2];
}
