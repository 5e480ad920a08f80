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

COLD static void surplus_overdrawn(gc *g, ouro_obj *o, ouro_obj **slot, uint32_t *count) {
    const char *field = slot ? ouroi_type_slot_name(g->owner, slot) : NULL;
    *count = COUNT_KEPT;
    ouroi_warn(g->rt,
               "an object of type '%s' is referred to more often than it was kept; the last such reference is reported by "
               "an object of type '%s'%s%s; it is kept alive",
               ouro_type_of(o)->name, ouro_type_of(g->owner)->name, field ? ", field " : ", by its traverse callback",
               field ? field : "");
}

static inline void subtract(gc *g, ouro_obj *o, ouro_obj **slot) {
    g->edges++;
    uint32_t *count = set_count(g, o);
    if (!count)
        return;
    if (unlikely(*count == 0))
        surplus_overdrawn(g, o, slot, count);
    else
        --*count;
    event(g->rt, OURO_EVENT_SUBTRACTED, (ouro_obj *)(uintptr_t)g->owner, o, *count);
}

static inline void subtract_slot(ouro_obj **slot, void *arg) {
    if (*slot)
        subtract(arg, *slot, slot);
}

static int subtract_visit(ouro_obj *o, void *arg) {
    subtract(arg, o, NULL);
    return 0;
}

static inline void subtract_object(gc *g, ouro_obj *o) {
    const type_record *t = type_of(o);
    g->owner = o;
    object_each_slot(o, t, subtract_slot, g);
    if (unlikely(t->flags & TYPE_TRAVERSES))
        ouroi_object_traverse(o, t, subtract_visit, g);
}

void ouroi_surplus_subtract(ouro_rt *rt) {
    gc *g = rt->gc;
    for (size_t i = 0; i < g->set.page_n; i++) {
        page *p = g->set.pages[i];
        const uint64_t *white = page_white(p);
        for (uint32_t w = 0; w < page_words(p); w++)
            for (uint64_t bits = white[w]; bits; bits &= bits - 1)
                subtract_object(g, page_object(p, w * 64 + bits_lowest(bits)));
    }
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
    uint64_t *gray = page_gray(p);
    for (uint32_t w = 0; w < page_words(p); w++)
        while (gray[w]) {
            uint32_t slot = w * 64 + bits_lowest(gray[w]);
            gray[w] &= gray[w] - 1;
            keep_object(k, page_object(p, slot));
        }
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
    while (g->gray) {
        page *p = gray_take(g);
        // Nothing left that could be reached: the gray bits need not be followed.
        if (g->set.white)
            keep_page(&k, p);
        else
            memset(page_gray(p), 0, page_words(p) * sizeof(uint64_t));
    }
}
