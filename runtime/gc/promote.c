// SPDX-License-Identifier: MIT
// promote.c: survivors of a collection of generation g belong to g + 1 afterwards, or stay in 2. Only young objects are
// written: a full collection leaves the old ones alone (a child process that collects copies no page of them).
#include "cycle.h"

// I-cycle-2. What is frozen is nobody's suspect.
static bool promote_is_noted(const ouro_rt *rt, const ouro_obj *o) {
    cycle_phase phase = rt->gc->cycle->phase;
    bool matters = (phase != CYCLE_IDLE && phase < CYCLE_CALL) || phase == CYCLE_FREE;
    return !matters || page_of(o)->state == PAGE_FROZEN || bits_test(alive_map_at(o), page_slot(page_of(o), o));
}

// Whether the slot's young bit stays: for objects not tracked yet, and what is still young. Free blocks lose it (what
// had been handed out was taken back when the collection began) and get it again when they are handed out.
static bool promote_slot(ouro_rt *rt, ouro_obj *o, uint32_t generation) {
    if (!object_is_live(o))
        return false;
    if (!meta_has(o, OUROI_TRACKED))
        return true;
    if (ouro_is_immortal(o)) {
        meta_set_generation(o, 2);
        return false;
    }
    if (meta_generation(o) <= generation) {
        uint32_t next = generation < 2 ? generation + 1 : 2;
        meta_set_generation(o, next);
        rt->gc->promoted += next == 2;
        if (unlikely(next == 2 && rt->gc->watching))
            ouroi_cycle_mark_anew(rt->gc, o);
        ASSERT(next < 2 || promote_is_noted(rt, o));
    }
    return meta_generation(o) < 2;
}

static void promote_page(ouro_rt *rt, page *p, uint32_t generation) {
    ASSERT(!p->free);
    p->flags &= (uint8_t)~PAGE_FRESH;
    if (generation < OURO_GC_FULL)
        p->flags |= PAGE_STALE; // a full collection has set its survivors aside
    uint64_t *young = page_young(p), any = 0;
    uint32_t white = 0;
    for (uint32_t w = 0; w < page_words(p); w++) {
        // What is white is not looked at, and stays as it is.
        uint64_t gone = p->flags & PAGE_IN_SET ? page_white(p)[w] : 0, stay = young[w] & gone;
        for (uint64_t bits = young[w] & ~gone; bits; bits &= bits - 1)
            if (promote_slot(rt, page_object(p, w * 64 + bits_lowest(bits)), generation))
                stay |= bits & -bits;
        young[w] = stay;
        any |= stay;
        white += gone ? bits_count(gone) : 0;
    }
    if (!any)
        ouroi_young_remove(&rt->heap, p);
    // What is white is as good as gone: it is not to be taken for deaths of objects born later.
    p->used_base = page_live(p) - (white < page_live(p) ? white : page_live(p));
}

void ouroi_promote(ouro_rt *rt, int generation) {
    for (page *p = rt->heap.young, *next; p; p = next) {
        next = p->young_next;
        promote_page(rt, p, (uint32_t)generation);
    }
}

void ouroi_promote_one(ouro_rt *rt, ouro_obj *o, void *generation) {
    uint32_t now = meta_generation(o), next = *(const int *)generation < 1 ? 1 : 2;
    if (unlikely(rt->gc->watching))
        ouroi_cycle_mark_anew(rt->gc, o);
    ASSERT(next < 2 || promote_is_noted(rt, o));
    if (now >= next)
        return;
    meta_set_generation(o, next);
    page *p = page_of(o);
    p->flags |= PAGE_STALE;
    if (next == 2 && p->flags & PAGE_IN_YOUNG) {
        page_clear_young(p, page_slot(p, o));
        rt->gc->promoted++;
    }
}
