// SPDX-License-Identifier: MIT
// suspect.c: of what marking has not reached, chooses what verdicts are worth asking for. The same arithmetic as in
// surplus.c, but in slices: so what it finds is a guess where the program has changed something meanwhile. Of garbage
// it is exact: nobody changes that, and only garbage refers to it. So garbage stays suspect; what is alive mostly goes.
#include "cycle.h"

static bool suspect_may_be(const ouro_obj *o) {
    return meta_generation(o) == 2 && !ouro_is_immortal(o);
}

static uint64_t word_unmarked(const page *p, uint32_t w) {
    return word_carved(p, w) & ~page_alive(p)[w];
}

static void find_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    if (!suspect_may_be(o))
        return;
    if (is_touched(o)) {
        g->cycle->owner = NULL;
        ouroi_cycle_mark(g, o);
        return;
    }
    bits_set(page_suspect(p), slot);
    event(g->rt, OURO_EVENT_SUSPECTED, o, NULL, 0);
}

bool ouroi_suspect_find(gc *g, slice *s) {
    return place_each(g, s, page_is_open, word_unmarked, find_one);
}

// ---- ranks ----

// Marked objects are suspects no more. Returns how many are left.
static uint32_t rank_suspects(page *p, rank_page *r, uint32_t first) {
    uint64_t *suspect = page_suspect(p), *mark = page_alive(p);
    uint32_t n = 0;
    r->first = first;
    for (uint32_t w = 0; w < page_words(p); w++) {
        suspect[w] &= ~mark[w];
        r->before[w] = (uint16_t)n;
        n += suspect[w] ? bits_count(suspect[w]) : 0;
    }
    uint32_t bit = 1u << (page_number(p) + HEAD_PAGES);
    segment *in = segment_of(p->base);
    in->ranked_pages = n ? in->ranked_pages | bit : in->ranked_pages & ~bit;
    return n;
}

static bool page_has_suspects(const page *p) {
    uint64_t any = 0;
    for (uint32_t w = 0; w < page_words(p); w++)
        any |= page_suspect(p)[w];
    return any;
}

// The ranks of a segment's pages; their places are given out when the first is needed. Segments that have come since
// there was room for all have no suspects.
static rank_page *rank_pages_of(cycle *c, segment *s) {
    if (!s->ranks) {
        s->ranks = (uint32_t)c->rank_used + 1;
        c->rank_used += DATA_PAGES;
        ASSERT(c->rank_used <= c->rank_room);
    }
    return &c->ranks[s->ranks - 1];
}

static uint32_t rank_page_step(gc *g, page *p) {
    cycle *c = g->cycle;
    if (page_has_suspects(p))
        c->rank_n += rank_suspects(p, rank_pages_of(c, segment_of(p->base)) + page_number(p), (uint32_t)c->rank_n);
    c->failed |= c->rank_n >= RANK_NONE;
    return page_words(p) / 4 + 1;
}

static bool ranks_make(gc *g) {
    cycle *c = g->cycle;
    heap *h = &g->rt->heap;
    c->rank_room = h->segment_n * DATA_PAGES;
    c->ranks = ouroi_side_alloc(h, c->rank_room * sizeof *c->ranks);
    return c->ranks;
}

bool ouroi_suspect_rank(gc *g, slice *s) {
    cycle *c = g->cycle;
    if (!c->at.page)
        c->rank_n = 0;
    c->failed |= !c->ranks && !ranks_make(g);
    return !c->failed && pages_each(g, s, rank_page_step);
}

// ---- the arithmetic ----

static void count_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    uint32_t n = ouro_refcount(o);
    g->cycle->numbers[slot_rank(g, p, slot)] = n;
    event(g->rt, OURO_EVENT_COPIED, o, NULL, n);
}

bool ouroi_suspect_count(gc *g, slice *s) {
    return place_each(g, s, page_is_open, word_suspect, count_one);
}

static void subtract_reference(gc *g, ouro_obj *o) {
    if (!is_suspect(g, o))
        return;
    uint32_t *count = &g->cycle->numbers[suspect_rank(g, o)];
    *count -= *count > 0; // the program may have added references since it was copied
    event(g->rt, OURO_EVENT_SUBTRACTED, (ouro_obj *)(uintptr_t)g->cycle->owner, o, *count);
}

static void suspect_subtract_field(ouro_obj **slot, void *g) {
    if (*slot)
        subtract_reference(g, *slot);
}

static int suspect_subtract_visit(ouro_obj *o, void *g) {
    if (o)
        subtract_reference(g, o);
    return 0;
}

static void subtract_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    (void)p;
    (void)slot;
    follow(g, o, suspect_subtract_field, suspect_subtract_visit);
}

bool ouroi_suspect_subtract(gc *g, slice *s) {
    return place_each(g, s, page_is_open, word_suspect, subtract_one);
}

static void keep_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    uint32_t surplus = g->cycle->numbers[slot_rank(g, p, slot)];
    if (!surplus && !is_touched(o))
        return;
    event(g->rt, OURO_EVENT_KEPT, o, NULL, surplus);
    g->cycle->owner = NULL;
    ouroi_cycle_mark(g, o);
}

bool ouroi_suspect_keep(gc *g, slice *s) {
    return place_each(g, s, page_is_open, word_suspect, keep_one);
}
