// SPDX-License-Identifier: MIT
// page.c: the slow path of allocation and of giving back: carving pages into blocks, taking over what was freed, moving
// pages between the states of heap.h (I-heap-2), and the queue of pages that may hold young objects.
// The split of a page's free blocks into two lists is mimalloc's (Leijen, Zorn, de Moura, "Mimalloc: Free List
// Sharding in Action", 2019); here the slow path between them is also what tells young objects from old ones.
#include "heap.h"

#define CARVE_BYTES 16384u

void ouroi_young_add(heap *h, page *p) {
    if (p->flags & PAGE_IN_YOUNG)
        return;
    p->flags |= PAGE_IN_YOUNG;
    p->used_base = page_live(p);
    p->young_prev = NULL;
    p->young_next = h->young;
    if (h->young)
        h->young->young_prev = p;
    h->young = p;
    h->young_pages++;
}

void ouroi_young_remove(heap *h, page *p) {
    p->flags &= (uint8_t)~PAGE_IN_YOUNG;
    if (p->young_next)
        p->young_next->young_prev = p->young_prev;
    *(p->young_prev ? &p->young_prev->young_next : &h->young) = p->young_next;
    h->young_pages--;
}

static void listed_add(heap *h, page *p) {
    p->state = PAGE_LISTED;
    p->flags &= (uint8_t)~PAGE_ATTENTION;
    p->prev = NULL;
    p->next = h->listed[p->bin];
    if (p->next)
        p->next->prev = p;
    h->listed[p->bin] = p;
}

static void listed_remove(heap *h, page *p) {
    if (p->next)
        p->next->prev = p->prev;
    *(p->prev ? &p->prev->next : &h->listed[p->bin]) = p->next;
}

// ---- handing out ----

// Moves up to `limit` blocks from the freed list, which is not empty, to the free one, which is. Returns how many.
// Where no young bit is missing, nothing has to be done for each of them (measured: 9.7 -> 7.3 ns for birth and death
// of 48 bytes).
static uint32_t page_take_over(page *p, uint32_t limit) {
    uint32_t there = p->carved - page_live(p) - p->quarantined;
    uint64_t *young = p->kind == OURO_PAGE_TRACKED && !(p->flags & PAGE_FRESH) ? page_young(p) : NULL;
    if (!young && there <= limit) {
        p->free = p->freed;
        p->freed = NULL;
        return there;
    }
    block *last = p->freed;
    uint32_t n = 1;
    for (;; n++) {
        if (young)
            bits_set(young, page_slot(p, last));
        block *next = block_next(last);
        if (!next || n == limit)
            break;
        last = next;
    }
    p->free = p->freed;
    p->freed = block_next(last);
    block_link(last, NULL);
    return n;
}

// Makes up to `limit` new blocks on the free list. Returns how many.
static uint32_t page_carve(page *p, uint32_t limit) {
    uint32_t n = CARVE_BYTES / p->block_bytes_32 ? CARVE_BYTES / p->block_bytes_32 : 1;
    n = n < limit ? n : limit;
    n = n < p->capacity - p->carved ? n : p->capacity - p->carved;
    block *next = NULL;
    for (uint32_t i = p->carved + n; i-- > p->carved;) {
        block *b = (block *)page_object(p, i);
        memory_show(b, sizeof(ouro_obj));
        b->count = 0;
        b->meta = 0;
        block_link(b, next);
        next = b;
    }
    p->free = next;
    if (p->kind == OURO_PAGE_TRACKED)
        bits_set_row(page_young(p), p->carved, n);
    p->carved += n;
    return n;
}

static page *page_new_for(heap *h, unsigned bin) {
    page *p = ouroi_page_new(h, 1);
    if (!p)
        return NULL;
    p->kind = (uint8_t)(bin / CLASS_COUNT);
    p->flags = PAGE_FRESH;
    p->bin = (uint8_t)bin;
    p->block_bytes_32 = class_bytes(bin % CLASS_COUNT);
    p->inverse = (uint32_t)(((UINT64_C(1) << 32) + p->block_bytes_32 - 1) / p->block_bytes_32);
    p->capacity = (uint32_t)(OURO_PAGE_BYTES / p->block_bytes_32);
    return p;
}

static void page_uncurrent(page *p) {
    p->used--;
    p->state = PAGE_FULL;
    p->flags |= PAGE_ATTENTION;
}

// Gives the bin another current page: one from its list, or a new one. False if there is no memory.
static bool page_change(heap *h, unsigned bin) {
    page *p = h->listed[bin];
    if (p)
        listed_remove(h, p);
    else if (!(p = page_new_for(h, bin)))
        return false;
    page *old = h->current[bin];
    if (old != &h->none)
        page_uncurrent(old);
    p->state = PAGE_CURRENT;
    p->flags &= (uint8_t)~PAGE_ATTENTION;
    p->used++;
    h->current[bin] = p;
    return true;
}

// How many blocks may be handed out at once: tracked ones at most half of what may be born before the collector wants
// to be asked, so that the rest need not be taken back when another size is in demand.
static uint32_t page_portion(const heap *h, unsigned bin) {
    if (h->slow)
        return 1;
    int64_t n = bin / CLASS_COUNT == OURO_PAGE_TRACKED ? h->budget / 2 : PAGE_SLOTS_MAX, most = PAGE_SLOTS_MAX;
    if (heap_owes(h))
        most = DEATH_PORTION / class_bytes(bin % CLASS_COUNT);
    n = n < most ? n : most;
    return n < 1 ? 1 : (uint32_t)n;
}

static void page_hands(heap *h, size_t bytes) {
    h->handed += bytes;
    if (heap_owes(h))
        h->deaths.debt += bytes / DEATH_BYTES;
}

// Puts blocks on the free list of the bin's current page. False if there is no memory.
static bool page_refill(heap *h, unsigned bin) {
    uint32_t portion = page_portion(h, bin), n = 0;
    page *p = h->current[bin];
    while (!n) {
        if (p->freed)
            n = page_take_over(p, portion);
        else if (p->carved < p->capacity)
            n = page_carve(p, portion);
        else if (!page_change(h, bin))
            return false;
        p = h->current[bin];
    }
    if (p->kind == OURO_PAGE_TRACKED) {
        h->budget -= n;
        ouroi_young_add(h, p);
    }
    page_hands(h, (size_t)n * p->block_bytes_32);
    return true;
}

// The collector is asked before the block exists; what it runs may also have refilled this very bin.
static void page_ask(heap *h, ouro_page_kind kind) {
    if (unlikely(h->deaths.debt))
        h->hooks.pay(h);
    if (h->collect_always || h->byte_budget <= 0 || atomic_get(&h->requested) ||
        (kind == OURO_PAGE_TRACKED && h->budget <= 0))
        h->hooks.due(h);
}

NOINLINE block *ouroi_block_take_slow(heap *h, unsigned bin) {
    page_ask(h, (ouro_page_kind)(bin / CLASS_COUNT));
    bool fault = ouroi_fault_hits(h), there = !fault && (h->current[bin]->free || page_refill(h, bin));
    if (!there && h->hooks.emergency(h))
        there = !fault && (h->current[bin]->free || page_refill(h, bin));
    if (!there) {
        h->hooks.no_memory(h, class_bytes(bin % CLASS_COUNT));
        return NULL;
    }
    return block_pop(h, bin);
}

static page *page_new_run(heap *h, ouro_page_kind kind, size_t bytes) {
    size_t span = bytes / OURO_PAGE_BYTES + (bytes % OURO_PAGE_BYTES != 0);
    page *p = span <= RUN_SPAN_MAX ? ouroi_page_new(h, (unsigned)span) : NULL;
    if (!p)
        return NULL;
    p->state = PAGE_RUN;
    p->kind = (uint8_t)kind;
    p->flags = PAGE_ATTENTION;
    p->bin = BIN_LARGE;
    p->run_bytes = span * OURO_PAGE_BYTES;
    p->capacity = p->carved = p->used = 1;
    return p;
}

block *ouroi_block_take_large(heap *h, ouro_page_kind kind, size_t bytes) {
    page_ask(h, kind);
    bool fault = ouroi_fault_hits(h);
    page *p = fault ? NULL : page_new_run(h, kind, bytes);
    if (!p && h->hooks.emergency(h) && !fault)
        p = page_new_run(h, kind, bytes);
    if (!p) {
        h->hooks.no_memory(h, bytes);
        return NULL;
    }
    page_hands(h, p->run_bytes);
    block *b = (block *)p->base;
    pool_give(h, b, p->run_bytes);
    b->count = 0;
    if (kind == OURO_PAGE_TRACKED) {
        h->budget--;
        ouroi_young_add(h, p);
        p->used_base = 0;
        bits_set(page_young(p), 0);
    }
    return b;
}

// ---- giving back ----

static bool page_is_idle(const page *p) {
    return !p->used && !p->quarantined;
}

// Gives an idle page up, unless walkers or a collection still look at it; then it is found when they have ended.
static void page_give_up(page *p) {
    heap *h = p->heap;
    if (h->hold || p->flags & PAGE_IN_SET || page_is_ranked(p)) {
        h->deferred = true;
        return;
    }
    if (p->state == PAGE_LISTED)
        listed_remove(h, p);
    ouroi_page_release(p);
}

void ouroi_page_forget(page *p, const void *at) {
    bits_clear(page_white(p), page_slot(p, at));
}

NOINLINE void ouroi_page_attention(page *p, block *b) {
    if (p->flags & PAGE_IN_SET)
        ouroi_page_forget(p, b);
    if (page_is_idle(p) && p->state != PAGE_CURRENT)
        page_give_up(p);
    else if (p->state == PAGE_FULL && p->freed)
        listed_add(p->heap, p);
}

static void page_flush(page *p) {
    block *last = p->free;
    if (!last)
        return;
    p->heap->handed -= p->block_bytes_32;
    for (block *next; (next = block_next(last)); last = next)
        p->heap->handed -= p->block_bytes_32;
    block_link(last, p->freed);
    p->freed = p->free;
    p->free = NULL;
}

void ouroi_heap_flush(heap *h) {
    for (unsigned b = 0; b < BIN_COUNT; b++)
        page_flush(h->current[b]);
}

void ouroi_page_leave_idle(heap *h) {
    for (unsigned b = 0; b < BIN_COUNT; b++) {
        page *p = h->current[b];
        if (p == &h->none || page_live(p) || p->quarantined || page_is_ranked(p)) // ranked: it would not be given up
            continue;
        h->current[b] = &h->none;
        page_flush(p); // it may have to stay
        page_uncurrent(p);
        page_give_up(p);
    }
}

void ouroi_page_close(page *p) {
    heap *h = p->heap;
    if (p->state == PAGE_LISTED)
        listed_remove(h, p);
    if (p->state == PAGE_CURRENT) {
        page_flush(p);
        h->current[p->bin] = &h->none;
        page_uncurrent(p);
    }
    p->state = PAGE_FROZEN;
    p->flags |= PAGE_ATTENTION;
}

void ouroi_page_reopen(page *p) {
    ASSERT(p->state == PAGE_FROZEN);
    p->state = p->bin == BIN_LARGE ? PAGE_RUN : PAGE_FULL;
    if (page_is_idle(p))
        page_give_up(p);
    else if (p->state == PAGE_FULL && (p->freed || p->carved < p->capacity))
        listed_add(p->heap, p);
}

// In debug builds each block goes through the quarantine; else they are linked at once, or not at all where the page
// goes.
void ouroi_page_give_white(page *p) {
    uint64_t *white = page_white(p);
    uint32_t n = 0;
    for (uint32_t w = 0; w < page_words(p); w++)
        n += bits_count(white[w]);
    bool whole = n == p->used && !OURO_DEBUG && !page_is_ranked(p);
    for (uint32_t w = 0; w < page_words(p); w++) {
        for (uint64_t bits = whole ? 0 : white[w]; bits; bits &= bits - 1) {
            block *b = (block *)page_object(p, w * 64 + bits_lowest(bits));
            if (OURO_DEBUG)
                ouroi_guard_dead(p->heap, b);
            else
                block_hide(p, b);
        }
        white[w] = 0;
    }
    p->used -= n;
    if (p->state == PAGE_FULL && p->freed)
        listed_add(p->heap, p);
}

void ouroi_page_settle(page *p) {
    if (page_is_idle(p) && p->state != PAGE_CURRENT)
        page_give_up(p);
}

void ouroi_heap_hold(heap *h) {
    h->hold++;
}

void ouroi_heap_unhold(heap *h) {
    if (--h->hold || !h->deferred)
        return;
    h->deferred = false;
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(h, &cursor));)
        if (page_is_idle(p) && p->state != PAGE_CURRENT) {
            // Giving the page up may take its segment out of the table.
            size_t before = h->segment_n;
            page_give_up(p);
            if (h->segment_n < before)
                cursor = (cursor - 1) / SEGMENT_PAGES * SEGMENT_PAGES;
        }
}

ouro_obj *ouroi_page_next_object(const page *p, uint32_t *slot) {
    while (*slot < p->carved) {
        ouro_obj *o = page_object(p, (*slot)++);
        if (object_is_live(o))
            return o;
    }
    return NULL;
}
