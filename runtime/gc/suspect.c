// SPDX-License-Identifier: MIT
// suspect.c: of what marking has not reached, chooses what verdicts are worth asking for. The same arithmetic as in
// surplus.c, but in slices: so what it finds is a guess where the program has changed something meanwhile. Of garbage
// it is exact: nobody changes that, and only garbage refers to it. So garbage stays suspect; what is alive mostly goes.
#include "cycle.h"

static bool suspect_may_be(const ouro_obj *o) {
    return meta_generation(o) == 2 && !ouro_is_immortal(o);
}

// Whoever uses an object adds or drops a reference to it, or moves one: what was garbage at the harvest is clean still.
static bool is_touched(const ouro_obj *o) {
    return (count_word(o) & OUROI_IMMORTAL) != OUROI_SLOW;
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
static uint32_t rank_one_page(page *p, rank_page *r, uint32_t first) {
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

// The ranks of a segment's pages; their places are given out when the first is needed.
static rank_page *rank_pages_of(cycle *c, segment *s) {
    if (!s->ranks) {
        s->ranks = (uint32_t)c->rank_used + 1;
        c->rank_used += DATA_PAGES;
    }
    return &c->ranks[s->ranks - 1];
}

bool ouroi_suspect_rank_all(gc *g) {
    cycle *c = g->cycle;
    heap *h = &g->rt->heap;
    if (!c->ranks) {
        c->rank_room = h->segment_n * DATA_PAGES;
        c->ranks = ouroi_side_alloc(h, c->rank_room * sizeof *c->ranks);
    }
    if (!c->ranks)
        return false;
    size_t cursor = 0, n = 0;
    for (page *p; (p = ouroi_heap_next_page(h, &cursor));)
        if (p->kind == OURO_PAGE_TRACKED && page_has_suspects(p))
            n += rank_one_page(p, rank_pages_of(c, segment_of(p->base)) + page_number(p), (uint32_t)n);
    c->rank_n = n;
    return n < UINT32_MAX / 2;
}

void ouroi_suspect_forget_ranks(gc *g) {
    cycle *c = g->cycle;
    heap *h = &g->rt->heap;
    ouroi_side_free(h, c->ranks, c->rank_room * sizeof *c->ranks);
    c->ranks = NULL;
    c->rank_n = c->rank_used = c->rank_room = 0;
    for (size_t i = 0; i < h->segment_n; i++)
        h->segments[i]->ranks = 0;
}

// ---- the arithmetic ----

static void count_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    uint32_t n = ouro_refcount(o);
    (void)p;
    (void)slot;
    g->cycle->counts[suspect_rank(g, o)] = n;
    event(g->rt, OURO_EVENT_COPIED, o, NULL, n);
}

bool ouroi_suspect_count(gc *g, slice *s) {
    return place_each(g, s, page_is_open, word_suspect, count_one);
}

static void subtract_reference(gc *g, ouro_obj *o) {
    if (!is_suspect(g, o))
        return;
    uint32_t *count = &g->cycle->counts[suspect_rank(g, o)];
    *count -= *count > 0; // the program may have added references since it was copied
    event(g->rt, OURO_EVENT_SUBTRACTED, (ouro_obj *)(uintptr_t)g->cycle->owner, o, *count);
}

static void subtract_field(ouro_obj **slot, void *g) {
    if (*slot)
        subtract_reference(g, *slot);
}

static int subtract_visit(ouro_obj *o, void *g) {
    if (o)
        subtract_reference(g, o);
    return 0;
}

static void subtract_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    (void)p;
    (void)slot;
    follow(g, o, subtract_field, subtract_visit);
}

bool ouroi_suspect_subtract(gc *g, slice *s) {
    return place_each(g, s, page_is_open, word_suspect, subtract_one);
}

static void keep_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    (void)p;
    (void)slot;
    uint32_t surplus = g->cycle->counts[suspect_rank(g, o)];
    if (!surplus && !is_touched(o))
        return;
    event(g->rt, OURO_EVENT_KEPT, o, NULL, surplus);
    g->cycle->owner = NULL;
    ouroi_cycle_mark(g, o);
}

bool ouroi_suspect_keep(gc *g, slice *s) {
    return place_each(g, s, page_is_open, word_suspect, keep_one);
}
