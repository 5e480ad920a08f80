// SPDX-License-Identifier: MIT
// surplus.c: the arithmetic that finds garbage without knowing who holds what. From the side count of each object of
// the set, one is taken for each reference that comes from inside the set. What is left was not explained: somebody
// outside owns it. So an object with a surplus is alive, and with it all that it reaches; the rest is held by itself
// alone. (T. W. Christopher, "Reference Count Garbage Collection", 1984; N. Schemenauer's collector of CPython.)
//
// A reference that an object reports but does not own would take too much. Where that shows, as a count below zero, the
// object that is referred to is kept, whatever else is found, and the mistake is reported.
#include "gc.h"

#define COUNT_KEPT 0x40000000u

// ---- fast: for millions ----

// A side count waits in a ring while it is on its way from memory (measured, with gray_batch: 80-100 -> 30 ns an object
// on a random graph of 5 M). One that would go below zero is only noticed: who is to blame is found out by subtracting
// again, told.
#define AHEAD 32u

typedef struct subtraction {
    const heap *heap;
    uint32_t *counts;
    uint64_t edges;
    uint32_t n, none; // none: what the places of the ring hold at first
    // The reference before, and its count if it is in the set: a sequence that holds one object many times is common
    // (measured: lists of a thousand references to one object 3.3 -> 0.7 ms).
    const ouro_obj *last;
    uint32_t *last_count;
    bool overdrawn;
    uint32_t *ring[AHEAD];
} subtraction;

static inline void subtract_now(subtraction *s, uint32_t *count) {
    if (unlikely(*count == 0))
        s->overdrawn = true;
    else
        --*count;
}

static inline void subtract(subtraction *s, const ouro_obj *o) {
    if (o == s->last) {
        subtract_now(s, s->last_count);
        return;
    }
    const page *p = page_of(o);
    s->last = o;
    s->last_count = &s->none;
    if (p->side == SIDE_NONE || p->heap != s->heap)
        return;
    uint32_t slot = page_slot(p, o), at = s->n % AHEAD;
    if (!bits_test(white_map_at(o), slot))
        return;
    uint32_t *count = &s->counts[(size_t)p->side * 64 + slot], *ready = s->ring[at];
    __builtin_prefetch(count, 1);
    s->ring[at] = s->last_count = count;
    s->n++;
    subtract_now(s, ready);
}

static inline void subtract_slot(ouro_obj **slot, void *arg) {
    if (*slot)
        subtract(arg, *slot);
}

static int subtract_visit(ouro_obj *o, void *arg) {
    ((subtraction *)arg)->edges++;
    subtract(arg, o);
    return 0;
}

static inline void subtract_object(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    subtraction *s = arg;
    (void)rt;
    s->edges += object_slots(o, t);
    object_each_slot(o, t, subtract_slot, s);
    if (unlikely(t->flags & TYPE_TRAVERSES))
        ouroi_object_traverse(o, t, subtract_visit, s);
}

// Returns whether every side count was large enough.
static bool subtract_fast(ouro_rt *rt) {
    subtraction s = {.heap = &rt->heap, .counts = rt->gc->set.counts, .none = UINT32_MAX};
    for (uint32_t i = 0; i < AHEAD; i++)
        s.ring[i] = &s.none;
    set_each(rt, subtract_object, &s);
    for (uint32_t i = 0; i < AHEAD; i++)
        subtract_now(&s, s.ring[i]);
    rt->gc->edges += s.edges;
    return !s.overdrawn;
}

// ---- told: with events, and with the name of who reports too much ----

static void tell_overdrawn(gc *g, ouro_obj *o, ouro_obj **slot) {
    const char *field = slot ? ouroi_type_slot_name(g->owner, slot) : NULL;
    ouroi_warn(
        g->rt,
        "an object of type '%s' is referred to more often than it was kept; the last such reference is reported by "
        "an object of type '%s'%s%s; it is kept alive",
        ouro_type_of(o)->name, ouro_type_of(g->owner)->name, field ? ", field " : ", by its traverse callback",
        field ? field : "");
}

static void tell_subtract(gc *g, ouro_obj *o, ouro_obj **slot) {
    uint32_t *count = set_count(g, o);
    if (!count)
        return;
    if (*count == 0) {
        tell_overdrawn(g, o, slot);
        *count = COUNT_KEPT;
    } else {
        --*count;
    }
    event(g->rt, OURO_EVENT_SUBTRACTED, (ouro_obj *)(uintptr_t)g->owner, o, *count);
}

static void tell_slot(ouro_obj **slot, void *arg) {
    if (*slot)
        tell_subtract(arg, *slot, slot);
}

static int tell_visit(ouro_obj *o, void *arg) {
    tell_subtract(arg, o, NULL);
    return 0;
}

static void tell_object(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    rt->gc->owner = o;
    object_each_slot(o, t, tell_slot, arg);
    if (t->flags & TYPE_TRAVERSES)
        ouroi_object_traverse(o, t, tell_visit, arg);
}

void ouroi_surplus_subtract(ouro_rt *rt) {
    if (!rt->heap.events) {
        if (subtract_fast(rt))
            return;
        ouroi_set_recount(rt);
    }
    set_each(rt, tell_object, rt->gc);
}

// ---- keeping ----

typedef struct keeping {
    gc *g;
    const ouro_obj *last; // the reference before
    ouro_event_kind kind;
    gc_step kept;
} keeping;

static inline void keep(keeping *k, page *p, uint32_t slot, int64_t surplus) {
    gc *g = k->g;
    bits_clear(page_white(p), slot);
    g->set.white--;
    gray_add(g, p, slot);
    ouro_obj *o = page_object(p, slot);
    event(g->rt, k->kind, o, surplus ? NULL : (ouro_obj *)(uintptr_t)g->owner, surplus);
    if (k->kept)
        k->kept(g->rt, o, NULL);
}

static inline void keep_child(keeping *k, ouro_obj *o) {
    if (o == k->last)
        return;
    k->last = o;
    page *p = page_of(o);
    if (p->side == SIDE_NONE || p->heap != &k->g->rt->heap)
        return;
    uint32_t slot = page_slot(p, o);
    if (bits_test(white_map_at(o), slot))
        keep(k, p, slot, 0);
}

static inline void keep_slot(ouro_obj **slot, void *arg) {
    if (*slot)
        keep_child(arg, *slot);
}

static int keep_visit(ouro_obj *o, void *arg) {
    ((keeping *)arg)->g->edges++;
    keep_child(arg, o);
    return 0;
}

static inline void keep_object(keeping *k, ouro_obj *o) {
    const type_record *t = type_of(o);
    k->g->owner = o;
    k->g->edges += object_slots(o, t);
    object_each_slot(o, t, keep_slot, k);
    if (unlikely(t->flags & TYPE_TRAVERSES))
        ouroi_object_traverse(o, t, keep_visit, k);
}

static void keep_page(keeping *k, page *p) {
    ouro_obj *batch[GRAY_BATCH];
    uint32_t at = 0;
    for (uint32_t n; (n = gray_batch(p, &at, batch));)
        for (uint32_t i = 0; i < n; i++)
            keep_object(k, batch[i]);
}

// Nothing is left that could be reached: gray objects need not be followed.
static void keep_forget(page *p) {
    memset(page_gray(p), 0, page_words(p) * sizeof(uint64_t));
    p->flags &= (uint8_t)~PAGE_IN_GRAY;
}

static void keep_surplus(keeping *k, page *p) {
    const uint32_t *counts = k->g->set.counts + (size_t)p->side * 64;
    const uint64_t *white = page_white(p);
    for (uint32_t w = 0; w < page_words(p); w++)
        for (uint64_t bits = white[w]; bits; bits &= bits - 1) {
            uint32_t slot = w * 64 + bits_lowest(bits);
            if (counts[slot])
                keep(k, p, slot, counts[slot]);
        }
}

void ouroi_surplus_keep(ouro_rt *rt, ouro_event_kind kind, gc_step kept) {
    gc *g = rt->gc;
    keeping k = {g, NULL, kind, kept};
    for (size_t i = 0; i < g->set.page_n; i++)
        keep_surplus(&k, g->set.pages[i]);
    for (page *p; (p = gray_take(g));)
        if (g->set.white)
            keep_page(&k, p);
        else
            keep_forget(p);
}
