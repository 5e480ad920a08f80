// SPDX-License-Identifier: MIT
// cycle_mark.c: the harvest, and marking in slices.
//
// Marks are only ever too few: what the program moves behind the marker's back stays unmarked, becomes a suspect, and
// shows a surplus later. Never too many: an object that is garbage when the harvest begins is reached from no root, no
// young object and no marked one, and stays so.
#include "cycle.h"

void ouroi_cycle_mark(gc *g, ouro_obj *o) {
    page *p = page_of(o);
    if (p->kind != OURO_PAGE_TRACKED || p->state == PAGE_FROZEN || p->heap != &g->rt->heap)
        return;
    uint32_t slot = page_slot(p, o);
    uint64_t *marked = alive_map_at(o);
    if (bits_test(marked, slot))
        return;
    bits_set(marked, slot);
    todo_add(g, p, slot);
    g->cycle->marks++;
    if (!(p->flags & PAGE_IN_YOUNG) || !bits_test(page_young(p), slot))
        g->cycle->found += page_block_bytes(p);
    event(g->rt, OURO_EVENT_ROOT, o, (ouro_obj *)(uintptr_t)g->cycle->owner, 0);
}

void ouroi_cycle_mark_anew(gc *g, ouro_obj *o) {
    page *p = page_of(o);
    if (p->kind != OURO_PAGE_TRACKED || p->state == PAGE_FROZEN)
        return;
    bits_set(page_alive(p), page_slot(p, o));
    todo_add(g, p, page_slot(p, o));
}

static inline void mark_field(ouro_obj **slot, void *g) {
    if (*slot)
        ouroi_cycle_mark(g, *slot);
}

static int mark_reference(ouro_obj *o, void *g) {
    if (o)
        ouroi_cycle_mark(g, o);
    return 0;
}

static void mark_references(gc *g, ouro_obj *o) {
    follow(g, o, mark_field, mark_reference);
}

// ---- what is todo ----

#define TODO_BATCH 64u

// Takes some todo bits of a page, and asks for the objects from memory, all at once.
static uint32_t todo_batch(page *p, ouro_obj **batch, uint32_t most) {
    uint64_t *todo = page_todo(p);
    uint32_t words = page_words(p), n = 0;
    for (uint32_t w = 0; w < words && n < most; w++) {
        uint64_t bits = todo[w];
        for (; bits && n < most; bits &= bits - 1) {
            batch[n] = page_object(p, w * 64 + bits_lowest(bits));
            __builtin_prefetch(batch[n++]);
        }
        todo[w] = bits;
    }
    return n;
}

static bool drain_page(gc *g, page *p, slice *s) {
    ouro_obj *batch[TODO_BATCH];
    uint32_t most = s->left < (int64_t)TODO_BATCH && s->left > 0 ? (uint32_t)s->left : TODO_BATCH;
    uint32_t n = todo_batch(p, batch, most), i = 0;
    if (!n)
        segment_of(p->base)->todo_pages &= ~(1u << (page_number(p) + HEAD_PAGES));
    for (; i < n && !g->cycle->part.o; i++)
        if (object_is_live(batch[i]) && meta_has(batch[i], OUROI_TRACKED))
            mark_references(g, batch[i]);
    for (uint32_t rest = i; rest < n; rest++)
        bits_set(page_todo(p), page_slot(p, batch[rest]));
    return slice_spend(s, i + 1);
}

bool ouroi_cycle_drain(gc *g, slice *s) {
    for (segment *at; (at = g->cycle->todo);) {
        if (!at->todo_pages) {
            g->cycle->todo = at->todo_next;
            at->todo_queued = false;
            continue;
        }
        if (!drain_page(g, segment_page(at, bits_lowest(at->todo_pages)), s) || g->cycle->part.o)
            return false;
    }
    return true;
}

// ---- the harvest ----

// A count that has no room in a set-aside word stays as it is: such an object counts as touched.
#define ASIDE_MAX 0x40000000u

// What is marked already has grown old since the cycle began: it may have become garbage since, and is no suspect of
// this cycle. So it stays touched, for the next one.
static uint32_t harvest_page_step(gc *g, page *p) {
    uint32_t slot = 0, left = 0;
    (void)g;
    if (p->state == PAGE_FROZEN || !(p->flags & (PAGE_STALE | PAGE_IN_YOUNG)))
        return 1;
    for (ouro_obj *o; (o = ouroi_page_next_object(p, &slot));) {
        uint32_t w = count_word(o);
        if (!meta_has(o, OUROI_TRACKED) || meta_generation(o) < 2 || (int32_t)w < 0)
            continue;
        if (w >= ASIDE_MAX || bits_test(page_alive(p), slot - 1))
            left++;
        else
            __atomic_store_n(&o->ouroi_count, (w | OUROI_SLOW) & ~OUROI_TOUCHED, __ATOMIC_RELAXED);
    }
    if (!left)
        p->flags &= (uint8_t)~PAGE_STALE;
    return p->carved / 4;
}

// A page at a time. Some of what is set aside is garbage: so if the cycle does not come to its end, the next full
// collection must not trust that (I-harvest-1).
bool ouroi_cycle_harvest(gc *g, slice *s) {
    return pages_each(g, s, harvest_page_step);
}

static bool page_is_frozen(const page *p) {
    return p->state == PAGE_FROZEN;
}

// What is frozen is only read.
static void frozen_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    (void)p;
    (void)slot;
    mark_references(g, o);
}

bool ouroi_cycle_mark_frozen(gc *g, slice *s) {
    return place_each(g, s, page_is_frozen, word_carved, frozen_one);
}

// ---- roots ----

static bool page_is_young(const page *p) {
    return p->flags & PAGE_IN_YOUNG;
}

static uint64_t word_young(const page *p, uint32_t w) {
    return page_young(p)[w];
}

static void young_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    (void)p;
    (void)slot;
    mark_references(g, o);
}

static int note_root(ouro_obj *o, void *arg) {
    gc *g = arg;
    ouro_obj **noted = o ? stack_push(g, &g->cycle->edges, sizeof *noted) : NULL;
    if (noted)
        *noted = o;
    return 0;
}

// An object that has died meanwhile is no root any more; one that has taken its place is alive, too.
static bool mark_noted(gc *g, slice *s) {
    for (ouro_obj **top; (top = stack_top(&g->cycle->edges, sizeof *top));) {
        ouro_obj *o = *top;
        const page *p = ouroi_heap_find_page(&g->rt->heap, o);
        stack_pop(g, &g->cycle->edges);
        if (p && p->kind == OURO_PAGE_TRACKED && page_object(p, page_slot(p, o)) == o && object_is_live(o))
            ouroi_cycle_mark(g, o);
        if (!slice_spend(s, 2))
            return false;
    }
    return true;
}

// Registered slots in slices. What visitors and scopes report is noted in one go, which touches no object, and marked
// in slices.
static bool mark_registered(gc *g, slice *s) {
    cycle *c = g->cycle;
    g->cycle->owner = NULL;
    while (ouroi_roots_slots(g->rt, &c->root_at, TODO_BATCH, mark_reference, g))
        if (!slice_spend(s, TODO_BATCH))
            return false;
    ouroi_roots_others(g->rt, note_root, g);
    c->roots_seen = true;
    return slice_spend(s, TODO_BATCH);
}

// What is young is a root: who refers to it is not asked. A look at all roots that adds hardly anything is the last,
// and so is one of many: marking more only saves work later.
#define LOOK_WORTH 256u
#define LOOKS_MAX 16u

bool ouroi_cycle_mark_roots(gc *g, slice *s) {
    cycle *c = g->cycle;
    if (!c->roots_seen && !mark_registered(g, s))
        return false;
    g->cycle->owner = NULL;
    if (!mark_noted(g, s) || !place_each(g, s, page_is_young, word_young, young_one))
        return false;
    bool last = c->marks - c->looked_at <= c->marks / LOOK_WORTH || ++c->looks == LOOKS_MAX;
    c->looked_at = c->marks;
    c->root_at = 0;
    c->roots_seen = false;
    return last;
}
