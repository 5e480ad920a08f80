// SPDX-License-Identifier: MIT
// surplus.c: the arithmetic that finds garbage without knowing who holds what. From the side count of each object of the set,
// one is taken for each reference that comes from inside the set. What is left was not explained: somebody outside owns
// it. So an object with a surplus is alive, and with it all that it reaches; the rest is held by itself alone.
// (T. W. Christopher, "Reference Count Garbage Collection", 1984; N. Schemenauer's collector of CPython.)
//
// A reference that an object reports but does not own would take too much. Where that shows, as a count below zero, the
// object that is referred to is kept, whatever else is found, and the mistake is reported.
#include "gc.h"

#define COUNT_KEPT 0x40000000u

// A reference waits in a ring while the side count that it leads to is on its way from memory (measured, with gray_batch:
// 80-100 -> 45 ns an object on a random graph of 5 M).
#define AHEAD 32u

typedef struct waiting {
    ouro_obj *o, *owner, **slot; // slot: NULL if a callback reported the reference
    uint32_t *count;
} waiting;

typedef struct subtraction {
    gc *g;
    ouro_obj *owner;
    uint32_t n;
    waiting ring[AHEAD];
} subtraction;

COLD static void surplus_overdrawn(gc *g, const waiting *w) {
    const char *field = w->slot ? ouroi_type_slot_name(w->owner, w->slot) : NULL;
    *w->count = COUNT_KEPT;
    ouroi_warn(g->rt,
               "an object of type '%s' is referred to more often than it was kept; the last such reference is reported by "
               "an object of type '%s'%s%s; it is kept alive",
               ouro_type_of(w->o)->name, ouro_type_of(w->owner)->name, field ? ", field " : ", by its traverse callback",
               field ? field : "");
}

static inline void subtract_now(gc *g, const waiting *w) {
    page *p = page_of(w->o);
    if (!bits_test(page_white(p), page_slot(p, w->o)))
        return;
    if (unlikely(*w->count == 0))
        surplus_overdrawn(g, w);
    else
        --*w->count;
    event(g->rt, OURO_EVENT_SUBTRACTED, w->owner, w->o, *w->count);
}

static inline void subtract(subtraction *s, ouro_obj *o, ouro_obj **slot) {
    gc *g = s->g;
    page *p = page_of(o);
    g->edges++;
    if (p->side == SIDE_NONE || p->heap != &g->rt->heap)
        return;
    uint32_t *count = &g->set.counts[(size_t)p->side * 64 + page_slot(p, o)];
    __builtin_prefetch(count, 1);
    waiting *w = &s->ring[s->n++ % AHEAD];
    if (w->o)
        subtract_now(g, w);
    *w = (waiting){o, s->owner, slot, count};
}

static inline void subtract_slot(ouro_obj **slot, void *arg) {
    if (*slot)
        subtract(arg, *slot, slot);
}

static int subtract_visit(ouro_obj *o, void *arg) {
    subtract(arg, o, NULL);
    return 0;
}

static inline void subtract_object(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    subtraction *s = arg;
    (void)rt;
    s->owner = o;
    object_each_slot(o, t, subtract_slot, s);
    if (unlikely(t->flags & TYPE_TRAVERSES))
        ouroi_object_traverse(o, t, subtract_visit, s);
}

void ouroi_surplus_subtract(ouro_rt *rt) {
    subtraction s = {.g = rt->gc};
    set_each(rt, subtract_object, &s);
    for (uint32_t i = 0; i < AHEAD; i++, s.n++)
        if (s.ring[s.n % AHEAD].o)
            subtract_now(rt->gc, &s.ring[s.n % AHEAD]);
}

// ---- keeping ----

typedef struct keeping {
    gc *g;
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
    k->g->edges++;
    page *p = page_of(o);
    if (p->side == SIDE_NONE || p->heap != &k->g->rt->heap)
        return;
    uint32_t slot = page_slot(p, o);
    if (bits_test(page_white(p), slot))
        keep(k, p, slot, 0);
}

static inline void keep_slot(ouro_obj **slot, void *arg) {
    if (*slot)
        keep_child(arg, *slot);
}

static int keep_visit(ouro_obj *o, void *arg) {
    keep_child(arg, o);
    return 0;
}

static inline void keep_object(keeping *k, ouro_obj *o) {
    const type_record *t = type_of(o);
    k->g->owner = o;
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
    keeping k = {g, kind, kept};
    for (size_t i = 0; i < g->set.page_n; i++)
        keep_surplus(&k, g->set.pages[i]);
    for (page *p; (p = gray_take(g));)
        if (g->set.white)
            keep_page(&k, p);
        else
            keep_forget(p);
}
