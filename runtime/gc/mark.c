// SPDX-License-Identifier: MIT
// mark.c: the first pass of a full collection: whatever registered roots reach is alive and need not be counted. A
// marked object has the bit of its slot; one whose references are still to be followed has a gray bit too. Pages, not
// objects, wait in a queue, and are worked off in the order of their addresses: so no stack is needed, however deep the
// graph, and objects that lie together are read together (after Go's "Green Tea" collector).
#include "gc.h"

static inline void mark(gc *g, ouro_obj *o) {
    page *p = page_of(o);
    if (p->kind != OURO_PAGE_TRACKED || p->state == PAGE_FROZEN || p->heap != &g->rt->heap)
        return;
    uint32_t slot = page_slot(p, o);
    uint64_t *marked = mark_map_at(o);
    if (bits_test(marked, slot))
        return;
    bits_set(marked, slot);
    gray_add(g, p, slot);
    event(g->rt, OURO_EVENT_ROOT, o, (ouro_obj *)(uintptr_t)g->owner, 0);
}

static inline void mark_slot(ouro_obj **slot, void *arg) {
    if (*slot)
        mark(arg, *slot);
}

static int mark_visit(ouro_obj *o, void *arg) {
    gc *g = arg;
    g->edges++;
    if (o)
        mark(g, o);
    return 0;
}

// An object that is not tracked yet is not looked into: it need not be fit for it.
static inline void mark_object(gc *g, ouro_obj *o) {
    if (!object_is_live(o) || !meta_has(o, OUROI_TRACKED))
        return;
    const type_record *t = type_of(o);
    g->marked++;
    g->edges += object_slots(o, t);
    g->owner = o;
    object_each_slot(o, t, mark_slot, g);
    if (unlikely(t->flags & TYPE_TRAVERSES))
        ouroi_object_traverse(o, t, mark_visit, g);
}

static void mark_page(gc *g, page *p) {
    ouro_obj *batch[GRAY_BATCH];
    uint32_t at = 0;
    for (uint32_t n; (n = gray_batch(p, &at, batch));)
        for (uint32_t i = 0; i < n; i++)
            mark_object(g, batch[i]);
}

void ouroi_mark_from_roots(ouro_rt *rt) {
    rt->gc->owner = NULL;
    ouroi_roots_each(rt, mark_visit, rt->gc);
    for (page *p; (p = gray_take(rt->gc));)
        mark_page(rt->gc, p);
}

void ouroi_mark_forget(ouro_rt *rt) {
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (p->kind == OURO_PAGE_TRACKED)
            memset(page_mark(p), 0, page_words(p) * sizeof(uint64_t));
}
