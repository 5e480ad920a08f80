// SPDX-License-Identifier: MIT
// inspect.c: who is there, who refers to whom; and freezing. While a walk is under way no page is given up and no
// collection starts, so that a visitor may do what it likes; the object that it is handed is held for it.
#include "cycle.h"

static void walk_begin(ouro_rt *rt) {
    rt->gc->walking++;
    ouroi_heap_hold(&rt->heap);
    ouroi_pace_reset(rt);
}

static void walk_end(ouro_rt *rt) {
    rt->gc->walking--;
    ouroi_heap_unhold(&rt->heap);
    ouroi_pace_reset(rt);
}

typedef struct walk {
    int generation;
    ouro_obj *target;
    bool refers;
    ouro_visit visit;
    void *arg;
} walk;

typedef bool (*walk_test)(walk *w, ouro_obj *o);

// A word that a harvest has set aside stays so while the visitor has the object, one higher: then an object that it has
// only looked at is not touched by that. Whatever else is done with it goes the slow way, and makes the word a plain
// one.
static int walk_hand_aside(walk *w, ouro_obj *o) {
    uint32_t before = count_word(o);
    __atomic_store_n(&o->ouroi_count, before + OUROI_ONE, __ATOMIC_RELAXED);
    int r = w->visit(o, w->arg);
    if (count_word(o) == before + OUROI_ONE)
        __atomic_store_n(&o->ouroi_count, before, __ATOMIC_RELAXED);
    else
        ouro_decref(o);
    return r;
}

static int walk_hand(walk *w, ouro_obj *o) {
    if ((count_word(o) & OUROI_IMMORTAL) == OUROI_SLOW && count_word(o) < OUROI_IMMORTAL - OUROI_ONE)
        return walk_hand_aside(w, o);
    ouro_incref(o);
    int r = w->visit(o, w->arg);
    ouro_decref(o);
    return r;
}

static int walk_objects(ouro_rt *rt, walk *w, walk_test test) {
    size_t cursor = 0;
    int r = 0;
    for (page *p; !r && (p = ouroi_heap_next_page(&rt->heap, &cursor));) {
        if (p->kind != OURO_PAGE_TRACKED || p->state == PAGE_FROZEN)
            continue;
        uint32_t slot = 0;
        for (ouro_obj *o; !r && (o = ouroi_page_next_object(p, &slot));)
            if (meta_has(o, OUROI_TRACKED) && !is_white(o) && test(w, o))
                r = walk_hand(w, o);
    }
    return r;
}

static bool test_generation(walk *w, ouro_obj *o) {
    return w->generation < 0 || meta_generation(o) == (uint32_t)w->generation;
}

int ouro_gc_get_objects(ouro_rt *rt, int generation, ouro_visit visit, void *arg) {
    if (generation < -1 || generation > OURO_GC_FULL)
        return ouro_error_set(rt, OURO_ERR_VALUE, "generation %d is not -1, 0, 1 or 2", generation);
    walk w = {generation, NULL, false, visit, arg};
    walk_begin(rt);
    int r = walk_objects(rt, &w, test_generation);
    walk_end(rt);
    return r;
}

static int refers_visit(ouro_obj *o, void *arg) {
    walk *w = arg;
    w->refers |= o == w->target;
    return w->refers;
}

static bool test_refers(walk *w, ouro_obj *o) {
    w->refers = false;
    ouroi_object_visit(o, refers_visit, w);
    return w->refers;
}

int ouro_gc_get_referrers(ouro_rt *rt, ouro_obj *target, ouro_visit visit, void *arg) {
    walk w = {-1, target, false, visit, arg};
    walk_begin(rt);
    int r = walk_objects(rt, &w, test_refers);
    walk_end(rt);
    return r;
}

int ouro_gc_get_referents(ouro_rt *rt, ouro_obj *o, ouro_visit visit, void *arg) {
    (void)rt;
    if (type_of(o)->flags & TYPE_TRAVERSES && !meta_has(o, OUROI_TRACKED))
        return 0;
    return ouroi_object_visit(o, visit, arg);
}

// ---- freezing ----

void ouro_gc_freeze(ouro_rt *rt) {
    if (rt->gc->collecting)
        return;
    ouroi_cycle_abort(rt);
    ouroi_heap_flush(&rt->heap);
    ouroi_promote(rt, 1); // what is young becomes old
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (p->kind == OURO_PAGE_TRACKED && p->state != PAGE_FROZEN && page_live(p)) {
            if (p->flags & PAGE_IN_YOUNG)
                ouroi_young_remove(&rt->heap, p);
            ouroi_page_close(p);
        }
    for (int i = 1; i < 3; i++)
        rt->gc->since[i] = 0;
    rt->gc->promoted = rt->gc->old_at_full = 0;
    ouroi_pace_reset(rt);
}

// An object that was not tracked when its page was frozen is still young, or has been tracked since and is old now.
static void unfreeze_page(ouro_rt *rt, page *p) {
    int oldest = OURO_GC_FULL;
    uint32_t slot = 0;
    p->flags |= PAGE_STALE;
    ouroi_page_reopen(p); // first: what is frozen is not marked (I-cycle-2)
    for (ouro_obj *o; (o = ouroi_page_next_object(p, &slot));)
        if (!bits_test(page_young(p), slot - 1)) {
            continue;
        } else if (meta_has(o, OUROI_TRACKED)) {
            page_clear_young(p, slot - 1);
            ouroi_promote_one(rt, o, &oldest);
        } else {
            ouroi_young_add(&rt->heap, p);
        }
}

void ouro_gc_unfreeze(ouro_rt *rt) {
    if (rt->gc->collecting)
        return;
    // What frozen garbage kept alive meanwhile was taken for alive, and set aside.
    rt->gc->exact = true;
    ouroi_heap_hold(&rt->heap);
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (p->state == PAGE_FROZEN)
            unfreeze_page(rt, p);
    ouroi_heap_unhold(&rt->heap);
    ouroi_pace_reset(rt);
}

size_t ouro_gc_get_freeze_count(const ouro_rt *rt) {
    size_t cursor = 0, n = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));) {
        uint32_t slot = 0;
        if (p->state == PAGE_FROZEN)
            for (ouro_obj *o; (o = ouroi_page_next_object(p, &slot));)
                n += meta_has(o, OUROI_TRACKED);
    }
    return n;
}
