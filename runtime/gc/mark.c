// SPDX-License-Identifier: MIT
// mark.c: marking what is alive. A full collection begins with it: whatever registered roots reach need not be counted;
// and every collection ends its arithmetic with it: whatever is reached from objects with a surplus stays.
//
// A marked object has the bit of its slot; when its references have been followed it has its black bit too. Pages, not
// objects, wait in a queue, and are worked off in the order of their addresses: so no stack is needed, however deep the
// graph, and objects that lie together are read together (after Go's "Green Tea" collector).
#include "gc.h"

typedef struct marking {
    gc *g;
    const heap *heap;
    const ouro_obj *last;  // the item before
    const ouro_obj *owner; // whose references are followed, for events
    uint64_t marked, followed, edges;
    type_memo type;
    ouro_event_kind kind; // of an event for each object
    bool told;            // somebody wants it
    bool harvests;
} marking;

NOINLINE static void mark_odd(marking *m, page *p, ouro_obj *o) {
    if (!(p->flags & PAGE_IN_GRAY))
        gray_queue(m->g, p);
    event(m->g->rt, m->kind, o, (ouro_obj *)(uintptr_t)m->owner, 0);
}

// Whether the object was marked before, and its page waits, is nothing that a branch could foresee: both go into one
// that is hardly ever taken.
static inline void mark(marking *m, ouro_obj *o) {
    page *p = page_of(o);
    if (!(p->flags & PAGE_MARKS) || p->heap != m->heap)
        return;
    uint32_t slot = page_slot(p, o);
    uint64_t *word = &mark_map_at(o)[slot / 64], old = *word, bit = (uint64_t)1 << slot % 64;
    bool now = !(old & bit), waits = p->flags & PAGE_IN_GRAY;
    *word = old | bit;
    m->marked += now;
    if (unlikely(now & (!waits | m->told)))
        mark_odd(m, p, o);
}

static inline void mark_slot(ouro_obj **slot, void *arg) {
    if (*slot)
        mark(arg, *slot);
}

// A sequence that holds one object many times is common.
static inline void mark_item(ouro_obj **slot, void *arg) {
    marking *m = arg;
    if (*slot == m->last)
        return;
    m->last = *slot;
    mark_slot(slot, arg);
}

static int mark_visit(ouro_obj *o, void *arg) {
    marking *m = arg;
    m->edges++;
    if (o)
        mark(m, o);
    return 0;
}

// An object that is not tracked yet is not looked into: it need not be fit for it.
static inline void mark_object(marking *m, ouro_obj *o) {
    if (!object_is_live(o) || !meta_has(o, OUROI_TRACKED))
        return;
    const type_record *t = type_of_next(o, &m->type);
    if (m->harvests)
        harvest(m->g, o);
    m->followed++;
    m->edges += t->ref_n;
    m->owner = o;
    object_each_field(o, t, mark_slot, m);
    if (likely(!(t->flags & (TYPE_HAS_TAIL | TYPE_TRAVERSES))))
        return;
    m->edges += object_slots(o, t) - t->ref_n;
    object_each_item(o, t, mark_item, m);
    if (t->flags & TYPE_TRAVERSES)
        ouroi_object_traverse(o, t, mark_visit, m);
}

#define GRAY_BATCH 64u

// Makes some gray objects of a page black and asks for them from memory, all at once: following them one by one would
// wait for each (measured: 37 -> 16 ns an object on a fresh tree of 5 M, 50 -> 30 ns unregistered). Goes on, in a
// circle, from *at, the last word that had some: a chain of neighbours goes on there, and little is found by looking
// far. Returns how many; 0 when none is left, and then the page is out of the queue.
static inline uint32_t gray_batch(page *p, uint32_t *at, ouro_obj **batch) {
    const uint64_t *marked = page_mark(p);
    uint64_t *black = page_black(p);
    uint32_t words = page_words(p), n = 0;
    uint32_t look = words;
    for (uint32_t w = *at; look && n < GRAY_BATCH; look--, w = w + 1 < words ? w + 1 : 0) {
        uint64_t bits = marked[w] & ~black[w];
        if (!bits)
            continue;
        for (; bits && n < GRAY_BATCH; bits &= bits - 1) {
            batch[n] = page_object(p, w * 64 + bits_lowest(bits));
            __builtin_prefetch(batch[n++]);
        }
        black[w] = marked[w] & ~bits;
        *at = w;
        look = look < 2 * n + 2 ? look : 2 * n + 2;
    }
    if (!n)
        p->flags &= (uint8_t)~PAGE_IN_GRAY;
    return n;
}

static void mark_page(marking *m, page *p) {
    ouro_obj *batch[GRAY_BATCH];
    uint32_t at = 0;
    for (uint32_t n; (n = gray_batch(p, &at, batch));)
        for (uint32_t i = 0; i < n; i++)
            mark_object(m, batch[i]);
}

static marking mark_begin(ouro_rt *rt, ouro_event_kind kind) {
    gc *g = rt->gc;
    return (marking){.g = g, .heap = &rt->heap, .kind = kind, .told = rt->heap.events & (uint32_t)kind};
}

// Returns whether all gray objects were followed.
static bool mark_on(marking *m, size_t most) {
    gc *g = m->g;
    for (page *p; (p = g->gray) && m->marked < most;) {
        mark_page(m, p);
        g->gray = p->gray_next;
    }
    bool all = !g->gray;
    for (; g->gray; g->gray = g->gray->gray_next)
        g->gray->flags &= (uint8_t)~PAGE_IN_GRAY;
    g->edges += m->edges;
    return all;
}

bool ouroi_mark_follow(ouro_rt *rt, size_t most, ouro_event_kind kind) {
    marking m = mark_begin(rt, kind);
    return mark_on(&m, most);
}

void ouroi_mark_open(ouro_rt *rt) {
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (p->kind == OURO_PAGE_TRACKED && p->state != PAGE_FROZEN)
            p->flags |= PAGE_MARKS;
}

void ouroi_mark_from_roots(ouro_rt *rt) {
    marking m = mark_begin(rt, OURO_EVENT_ROOT);
    m.harvests = true;
    ouroi_roots_each(rt, mark_visit, &m);
    mark_on(&m, SIZE_MAX);
    rt->gc->marked += m.followed;
}

void ouroi_mark_forget_page(page *p) {
    memset(page_mark(p), 0, page_words(p) * sizeof(uint64_t));
    memset(page_black(p), 0, page_words(p) * sizeof(uint64_t));
    p->flags &= (uint8_t)~PAGE_MARKS;
}

void ouroi_mark_forget(ouro_rt *rt) {
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));)
        if (p->flags & PAGE_MARKS)
            ouroi_mark_forget_page(p);
}
