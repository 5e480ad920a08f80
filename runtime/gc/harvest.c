// SPDX-License-Identifier: MIT
// harvest.c: the filter that lets a full collection leave alone what cannot have become garbage.
//
//   set aside  the count word of an old object that a full collection has found alive: it has its SLOW bit, so that the
//              first change of its count, or move of a reference to it, goes through object/count.c
//   touched    not set aside: such a change has been since, or the object was born since
//   stale      a page that may hold touched objects; pages of the young queue may, too
//
// For garbage to come into being a reference must have been lost: a count was lowered, and not to zero, in the garbage;
// or a reference that a C variable owned was moved into it, and closed a cycle. Either touches an object of it. So
// whatever has become garbage since the last full collection is touched, or can be reached from garbage that is
// (D. F. Bacon and V. T. Rajan, "Concurrent Cycle Collection in Reference Counted Systems", 2001). If few objects are
// touched, and not many can be reached from them, those are the candidates. Their arithmetic is as good as that of all:
// what is referred to from anywhere else has a surplus.
//
//   I-harvest-1  Only a full collection sets objects aside, and what it leaves set aside is alive in that moment. So
//                growing old does not: what an old piece of garbage holds would be taken for alive. A collection that
//                is called off for lack of memory has set aside what it found alive, and nothing else.
//   I-harvest-2  What a full collection has found unreachable, and may live on, is touched again.
//   I-harvest-3  After frozen objects came back, and where a reference was reported that nobody owns, the next full
//                collection is exact.
#include "gc.h"

static size_t percent_of(size_t n, unsigned percent) {
    return n / 100 * percent + n % 100 * percent / 100;
}

static bool page_is_looked_at(const page *p) {
    return p->kind == OURO_PAGE_TRACKED && p->state != PAGE_FROZEN;
}

static bool page_may_be_touched(const page *p) {
    return page_is_looked_at(p) && p->flags & (PAGE_STALE | PAGE_IN_YOUNG);
}

static size_t harvest_tracked(const ouro_rt *rt) {
    size_t cursor = 0, n = 0;
    for (const page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        n += page_is_looked_at(p) ? page_live(p) : 0;
    return n;
}

// Marks the touched objects of a page. Returns how many.
static size_t harvest_page(ouro_rt *rt, page *p) {
    size_t n = 0;
    uint32_t slot = 0;
    for (ouro_obj *o; (o = ouroi_page_next_object(p, &slot));)
        if (meta_has(o, OUROI_TRACKED) && (int32_t)count_word(o) > 0) {
            bits_set(page_mark(p), slot - 1);
            n++;
        }
    if (n)
        gray_queue(rt->gc, p);
    return n;
}

// Marks all that are touched, unless there are more. Returns how many.
static size_t harvest_touched(ouro_rt *rt, size_t most) {
    size_t cursor = 0, n = 0;
    for (page *p; n <= most && (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (page_may_be_touched(p))
            n += harvest_page(rt, p);
    return n;
}

// Marks what is touched, and what can be reached from that. SET_UNMARKED, and no marks, if that is too much.
static set_source harvest_try(ouro_rt *rt) {
    const gc *g = rt->gc;
    size_t all = harvest_tracked(rt), most = percent_of(all, g->touched_most), n = harvest_touched(rt, most);
    size_t room = n <= most ? percent_of(all, g->reachable_most) + 1 : 0;
    if (ouroi_mark_follow(rt, room, (ouro_event_kind)0))
        return n ? SET_MARKED : SET_EMPTY;
    ouroi_mark_forget(rt);
    ouroi_mark_open(rt);
    return SET_UNMARKED;
}

// Whether there is anything to be done; if not, nothing is written, be it only to descriptions of pages: a forked child
// would have to copy them.
static bool harvest_is_due(const ouro_rt *rt) {
    size_t cursor = 0;
    for (const page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (page_may_be_touched(p))
            return true;
    return false;
}

set_source ouroi_harvest_begin(ouro_rt *rt) {
    gc *g = rt->gc;
    bool exact = g->exact || g->filtered >= g->filtered_most;
    g->exact = false;
    set_source source = SET_EMPTY;
    if (exact || harvest_is_due(rt)) {
        ouroi_mark_open(rt);
        source = exact ? SET_UNMARKED : harvest_try(rt);
    }
    g->filtered = source == SET_UNMARKED ? 0 : g->filtered + 1;
    if (source == SET_UNMARKED)
        ouroi_mark_from_roots(rt);
    return source;
}

void ouroi_harvest_end(ouro_rt *rt) {
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (page_is_looked_at(p) && p->flags & PAGE_STALE)
            p->flags &= (uint8_t)~PAGE_STALE;
}

void ouroi_harvest_undo(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)rt;
    (void)arg;
    ouroi_touch(o);
}
