// SPDX-License-Identifier: MIT
// set.c: which objects a collection examines, and the side memory it does that in.
//
// The pages that may hold candidates are known before any object is looked at, so the memory is had, or not, at once:
// a collection that cannot have it has changed nothing. Most of it stays untouched where few slots are candidates.
#include "gc.h"

static bool page_has_marks(const page *p) {
    const uint64_t *marked = page_mark(p);
    uint64_t any = 0;
    for (uint32_t w = 0; w < page_words(p); w++)
        any |= marked[w];
    return any;
}

static bool page_may_hold(const page *p, set_source source) {
    if (p->kind != OURO_PAGE_TRACKED || p->state < PAGE_LISTED || p->state == PAGE_FROZEN || !page_live(p))
        return false;
    return source == SET_YOUNG ? p->flags & PAGE_IN_YOUNG : source == SET_UNMARKED || page_has_marks(p);
}

// The next page that a collection looks at: any, or one of the queue of young pages.
static page *page_next(const heap *h, set_source source, size_t *cursor, page *last) {
    if (source != SET_YOUNG)
        return ouroi_heap_next_page(h, cursor);
    return last ? last->young_next : h->young;
}

static bool set_reserve(ouro_rt *rt, set_source source) {
    gc_set *set = &rt->gc->set;
    size_t cursor = 0, pages = 0, words = 0;
    for (page *p = NULL; (p = page_next(&rt->heap, source, &cursor, p));)
        if (page_may_hold(p, source)) {
            pages++;
            words += page_words(p);
        }
    if (words >= SIDE_NONE)
        return false;
    set->bytes = pages * sizeof(page *) + words * 64 * (sizeof(uint8_t) + sizeof(uint32_t));
    char *memory = ouroi_side_alloc(&rt->heap, set->bytes);
    if (!memory)
        return false;
    set->pages = (page **)(void *)memory;
    set->counts = (uint8_t *)(memory + pages * sizeof(page *));
    set->wide = (uint32_t *)(void *)(set->counts + words * 64);
    set->page_cap = pages;
    set->page_n = set->words = set->white = 0;
    set->type = 0;
    set->special = set->widens = false;
    set->harvests = source != SET_YOUNG;
    return true;
}

// Slots of a word that may hold candidates.
static uint64_t word_to_look_at(const page *p, uint32_t w, set_source source) {
    if (source == SET_YOUNG)
        return page_young(p)[w];
    if (source == SET_MARKED)
        return page_mark(p)[w];
    uint32_t rest = p->carved - w * 64;
    return ~page_mark(p)[w] & (rest < 64 ? ((uint64_t)1 << rest) - 1 : UINT64_MAX);
}

// A living object, not immortal, tracked, and of the generation or a younger one.
static inline bool is_candidate(const ouro_obj *o, int generation) {
    return count_word(o) - 1 < OUROI_IMMORTAL - 1 && meta_has(o, OUROI_TRACKED) &&
           meta_generation(o) <= (uint32_t)generation;
}

// Whether something is special is noted on the way, so that a set in which nothing is need not be looked through for
// it.
NOINLINE uint32_t ouroi_set_note_type(gc_set *set, const ouro_obj *o) {
    const type_record *t = type_of(o);
    set->type = o->ouroi_meta & OUROI_TYPE_MASK;
    set->special |= !(t->flags & TYPE_PLAIN) || t->tail_place == OURO_TAIL_POINTER;
    return set->type;
}

static inline uint64_t set_add_word(ouro_rt *rt, page *p, uint32_t w, int generation, set_source source) {
    gc_set *set = &rt->gc->set;
    page_view view = page_view_of(p);
    uint8_t *counts = set->counts + count_at(p, 0);
    uint64_t white = 0;
    uint32_t metas = 0, type = set->type;
    for (uint64_t look = word_to_look_at(p, w, source); look; look &= look - 1) {
        uint32_t slot = w * 64 + bits_lowest(look);
        ouro_obj *o = view_object(view, slot);
        if (!is_candidate(o, generation))
            continue;
        white |= look & -look;
        metas |= o->ouroi_meta;
        if (unlikely((o->ouroi_meta & OUROI_TYPE_MASK) != type))
            type = ouroi_set_note_type(set, o);
        uint32_t n = (count_word(o) & ~OUROI_SLOW) / OUROI_ONE;
        counts[slot] = (uint8_t)n;
        if (unlikely(n >= COUNT_NONE))
            count_put(set, count_at(p, slot), n);
        if (set->harvests)
            harvest(rt->gc, o);
    }
    set->special |= (metas & OUROI_WEAKLY) != 0;
    return white;
}

static void set_tell_word(ouro_rt *rt, const page *p, uint32_t w, uint64_t white) {
    for (; white; white &= white - 1) {
        uint32_t slot = w * 64 + bits_lowest(white);
        event(rt, OURO_EVENT_COPIED, page_object(p, slot), NULL, count_get(&rt->gc->set, count_at(p, slot)));
    }
}

static void set_add_page(ouro_rt *rt, page *p, int generation, set_source source) {
    gc_set *set = &rt->gc->set;
    size_t n = 0;
    p->side = (uint32_t)set->words;
    memset(set->counts + count_at(p, 0), COUNT_NONE, page_words(p) * 64);
    for (uint32_t w = 0; w < page_words(p); w++) {
        uint64_t white = set_add_word(rt, p, w, generation, source);
        page_white(p)[w] = white;
        n += white ? bits_count(white) : 0;
        if (unlikely(rt->heap.events))
            set_tell_word(rt, p, w, white);
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

bool ouroi_set_choose(ouro_rt *rt, int generation, set_source source) {
    if (source == SET_EMPTY)
        return true;
    if (!set_reserve(rt, source))
        return false;
    size_t cursor = 0;
    for (page *p = NULL; (p = page_next(&rt->heap, source, &cursor, p));)
        if (page_may_hold(p, source))
            set_add_page(rt, p, generation, source);
    return true;
}

static void recount_one(ouro_rt *rt, ouro_obj *o, void *arg) {
    const page *p = page_of(o);
    (void)arg;
    count_put(&rt->gc->set, count_at(p, page_slot(p, o)), ouro_refcount(o));
    rt->gc->set.white++;
}

void ouroi_set_recount(ouro_rt *rt) {
    gc_set *set = &rt->gc->set;
    set->white = 0;
    memset(set->counts, COUNT_NONE, set->words * 64);
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
