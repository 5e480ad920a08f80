// SPDX-License-Identifier: MIT
// set.c: which objects a collection examines, and the side memory it does that in.
//
// The pages that may hold candidates are known before any object is looked at, so the memory is had, or not, at once:
// a collection that cannot have it has changed nothing. Most of it stays untouched where few slots are candidates.
#include "gc.h"

static bool page_may_hold(const page *p, int generation) {
    if (p->kind != OURO_PAGE_TRACKED || p->state < PAGE_LISTED || p->state == PAGE_FROZEN || !page_live(p))
        return false;
    return generation == OURO_GC_FULL || p->flags & PAGE_IN_YOUNG;
}

// The next page that a collection of this generation looks at: any, or one of the queue of young pages.
static page *page_next(const heap *h, int generation, size_t *cursor, page *last) {
    if (generation == OURO_GC_FULL)
        return ouroi_heap_next_page(h, cursor);
    return last ? last->young_next : h->young;
}

static bool set_reserve(ouro_rt *rt, int generation) {
    gc_set *set = &rt->gc->set;
    size_t cursor = 0, pages = 0, words = 0;
    for (page *p = NULL; (p = page_next(&rt->heap, generation, &cursor, p));)
        if (page_may_hold(p, generation)) {
            pages++;
            words += page_words(p);
        }
    if (words >= SIDE_NONE)
        return false;
    set->bytes = pages * sizeof(page *) + words * 64 * sizeof(uint32_t);
    char *memory = ouroi_side_alloc(&rt->heap, set->bytes);
    if (!memory)
        return false;
    set->pages = (page **)(void *)memory;
    set->counts = (uint32_t *)(void *)(memory + pages * sizeof(page *));
    set->page_cap = pages;
    set->page_n = set->words = set->white = 0;
    set->type = 0;
    set->special = false;
    return true;
}

// Slots of a word that may hold candidates: the young ones, or those not marked.
static uint64_t word_to_look_at(const page *p, uint32_t w, int generation) {
    if (generation < OURO_GC_FULL)
        return page_young(p)[w];
    uint32_t rest = p->carved - w * 64;
    return ~page_mark(p)[w] & (rest < 64 ? ((uint64_t)1 << rest) - 1 : UINT64_MAX);
}

static inline bool is_candidate(const ouro_obj *o, int generation) {
    uint32_t w = count_word(o);
    return w && (w & OUROI_IMMORTAL) != OUROI_IMMORTAL && meta_has(o, OUROI_TRACKED) &&
           meta_generation(o) <= (uint32_t)generation;
}

// Whether something is special is noted on the way, so that a set in which nothing is need not be looked through for
// it.
static inline void set_note(gc_set *set, const ouro_obj *o) {
    uint32_t type = o->ouroi_meta & OUROI_TYPE_MASK;
    set->special |= meta_has(o, OUROI_WEAKLY);
    if (likely(type == set->type))
        return;
    set->type = type;
    const type_record *t = type_of(o);
    set->special |= !(t->flags & TYPE_PLAIN) || t->tail_place == OURO_TAIL_POINTER;
}

static uint64_t set_add_word(ouro_rt *rt, page *p, uint32_t w, int generation) {
    gc *g = rt->gc;
    uint32_t *counts = g->set.counts + (size_t)p->side * 64;
    uint64_t white = 0;
    for (uint64_t look = word_to_look_at(p, w, generation); look; look &= look - 1) {
        uint32_t slot = w * 64 + bits_lowest(look);
        ouro_obj *o = page_object(p, slot);
        if (!is_candidate(o, generation))
            continue;
        white |= look & -look;
        set_note(&g->set, o);
        counts[slot] = (count_word(o) & ~OUROI_SLOW) / OUROI_ONE;
        event(rt, OURO_EVENT_COPIED, o, NULL, counts[slot]);
    }
    page_white(p)[w] = white;
    return white;
}

static void set_add_page(ouro_rt *rt, page *p, int generation) {
    gc_set *set = &rt->gc->set;
    p->side = (uint32_t)set->words;
    size_t n = 0;
    for (uint32_t w = 0; w < page_words(p); w++) {
        uint64_t white = set_add_word(rt, p, w, generation);
        n += white ? bits_count(white) : 0;
    }
    if (!n) {
        p->side = SIDE_NONE;
        return;
    }
    p->flags |= PAGE_IN_SET;
    set->words += page_words(p);
    set->pages[set->page_n++] = p;
    set->white += n;
}

bool ouroi_set_choose(ouro_rt *rt, int generation) {
    if (!set_reserve(rt, generation))
        return false;
    size_t cursor = 0;
    for (page *p = NULL; (p = page_next(&rt->heap, generation, &cursor, p));)
        if (page_may_hold(p, generation))
            set_add_page(rt, p, generation);
    return true;
}

static void recount_one(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    *set_count(rt->gc, o) = ouro_refcount(o);
    rt->gc->set.white++;
}

void ouroi_set_recount(ouro_rt *rt) {
    rt->gc->set.white = 0;
    set_each(rt, recount_one, NULL);
}

void ouroi_set_release(ouro_rt *rt) {
    gc_set *set = &rt->gc->set;
    for (size_t i = 0; i < set->page_n; i++) {
        page *p = set->pages[i];
        memset(page_white(p), 0, page_words(p) * sizeof(uint64_t));
        p->side = SIDE_NONE;
        p->flags &= (uint8_t)~PAGE_IN_SET;
        ouroi_page_settle(p);
    }
    ouroi_side_free(&rt->heap, set->pages, set->bytes);
    *set = (gc_set){0};
}
