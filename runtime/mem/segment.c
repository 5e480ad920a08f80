// SPDX-License-Identifier: MIT
// segment.c: segments, and the runs of pages in them.
//
// A page that holds nothing may still have memory behind it (`backed`). Policy: such idle pages are kept for the next
// need while they are no more than IDLE_FLOOR and half of the most pages that were in use at once since the last trim;
// what is more is purged, page by page or as a whole empty segment. But what is purged and then needed again was
// missed, and so many more may stay from then on: a program that swings between much and nothing pays once, not each
// time (measured: 100,000 objects of 200 bytes, born and dropped in random order, 95 -> 63 ns each). What a runtime
// leaves at its end goes back to its source, or, from the operating system, into a small cache that all runtimes of the
// process share, so that making and ending small runtimes is cheap. All maps of a page that holds nothing are zero; so
// a cached segment is as good as a new one.
#include "../base/atomic.h"
#include "heap.h"

#define CACHE_MAX 16u
#define IDLE_FLOOR 64u // small heaps that swing between much and nothing would purge and fault in all the time
#define ALL_PAGES ((uint32_t)(UINT32_MAX << HEAD_PAGES))

static spin_lock cache_lock;
static void *cache_segments[CACHE_MAX];
static unsigned cache_n;

static void *cache_take(void) {
    spin_take(&cache_lock);
    void *s = cache_n ? cache_segments[--cache_n] : NULL;
    spin_drop(&cache_lock);
    return s;
}

static bool cache_put(void *s) {
    spin_take(&cache_lock);
    bool room = cache_n < CACHE_MAX;
    if (room)
        cache_segments[cache_n++] = s;
    spin_drop(&cache_lock);
    return room;
}

static void cache_empty(void) {
    for (void *s; (s = cache_take());)
        ouroi_os_unmap(s, OURO_SEGMENT_BYTES);
}

static void *source_os_acquire(void *user, size_t bytes) {
    (void)user;
    void *s = bytes == OURO_SEGMENT_BYTES ? cache_take() : NULL;
    return s ? s : ouroi_os_map(bytes, OURO_SEGMENT_BYTES);
}

static void source_os_release(void *user, void *memory, size_t bytes) {
    (void)user;
    if (bytes != OURO_SEGMENT_BYTES || !cache_put(memory))
        ouroi_os_unmap(memory, bytes);
}

static const ouro_page_source source_os = {source_os_acquire, source_os_release, NULL};

// ---- the list of segments with free pages, and the sorted table of all ----

static void roomy_add(heap *h, segment *s) {
    if (s->listed)
        return;
    s->listed = true;
    s->prev = NULL;
    s->next = h->roomy;
    if (s->next)
        s->next->prev = s;
    h->roomy = s;
}

static void roomy_remove(heap *h, segment *s) {
    if (!s->listed)
        return;
    s->listed = false;
    if (s->next)
        s->next->prev = s->prev;
    *(s->prev ? &s->prev->next : &h->roomy) = s->next;
}

// The place of the first segment that is not below the address.
static size_t table_find(const heap *h, const void *address) {
    size_t low = 0, high = h->segment_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((uintptr_t)h->segments[middle] < (uintptr_t)address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool table_reserve(heap *h) {
    if (h->segment_n < h->segment_cap)
        return true;
    size_t cap = h->segment_cap ? h->segment_cap * 2 : 16;
    segment **grown = realloc(h->segments, cap * sizeof(segment *));
    if (!grown)
        return false;
    h->side_bytes += (cap - h->segment_cap) * sizeof(segment *);
    h->segments = grown;
    h->segment_cap = cap;
    return true;
}

// There is room for it.
static void table_add(heap *h, segment *s) {
    size_t at = table_find(h, s);
    memmove(h->segments + at + 1, h->segments + at, (h->segment_n - at) * sizeof(segment *));
    h->segments[at] = s;
    h->segment_n++;
}

static void table_remove(heap *h, const segment *s) {
    size_t at = table_find(h, s);
    memmove(h->segments + at, h->segments + at + 1, (h->segment_n - at - 1) * sizeof(segment *));
    h->segment_n--;
}

// ---- segments ----

// The size of a segment for a run of its own.
static size_t segment_bytes_for(unsigned span) {
    return round_up(((size_t)span + HEAD_PAGES) * OURO_PAGE_BYTES, OURO_SEGMENT_BYTES);
}

// A long run gets the system's large pages: to touch it first costs a fifth then (measured: a list of 1 M items, with
// growing in place, 15 -> 5 ns an append). If it were less than two thirds of its segment, too much might be backed for
// nothing.
static void segment_advise(segment *s, unsigned span) {
    if (span > DATA_PAGES && span >= segment_bytes_for(span) / OURO_PAGE_BYTES / 3 * 2)
        ouroi_os_prefer_huge(s, segment_bytes_for(span));
}

// A segment with room for a run.
static segment *segment_new(heap *h, unsigned span) {
    if (!table_reserve(h))
        return NULL;
    size_t bytes = segment_bytes_for(span);
    segment *s = h->source.acquire(h->source.user, bytes);
    if (!s)
        return NULL;
    bool ours = h->source.acquire == source_os_acquire;
    if (ours)
        segment_advise(s, span);
    memset(s, 0, ours ? MAPS_OFFSET : HEAD_PAGES * OURO_PAGE_BYTES);
    s->heap = h;
    s->bytes = bytes;
    s->free_pages = ALL_PAGES;
    table_add(h, s);
    roomy_add(h, s);
    return s;
}

// All its pages are free. The cache is for what a runtime leaves at its end: there nobody would give it back.
static void segment_release(heap *h, segment *s) {
    roomy_remove(h, s);
    h->pages_idle -= bits_count(s->backed_pages);
    table_remove(h, s);
    memory_show(s, s->bytes);
    if (h->source.release == source_os_release)
        ouroi_os_unmap(s, s->bytes);
    else
        h->source.release(h->source.user, s, s->bytes);
}

static void *segment_page_base(segment *s, unsigned i) {
    return (char *)s + (size_t)i * OURO_PAGE_BYTES;
}

// Where `span` free pages in a row begin; 0 if nowhere. A single page is one with memory behind it, if there is one.
static unsigned segment_find_run(const segment *s, unsigned span) {
    uint32_t free = s->free_pages;
    if (span == 1)
        return free ? bits_lowest(free & s->backed_pages ? free & s->backed_pages : free) : 0;
    for (unsigned i = HEAD_PAGES; i + span <= SEGMENT_PAGES; i++)
        if ((free >> i & ((1u << span) - 1)) == (1u << span) - 1)
            return i;
    return 0;
}

// A segment with such a run. The search is short: beyond a few segments a new one costs less than looking further.
static segment *segment_with_run(heap *h, unsigned span, unsigned *at) {
    unsigned tries = 32;
    for (segment *s = h->roomy; s && tries; s = s->next, tries--)
        if ((*at = segment_find_run(s, span)))
            return s;
    *at = HEAD_PAGES;
    return segment_new(h, span);
}

// The bits of a run's pages that lie in its first segment.
static uint32_t run_bits(unsigned at, unsigned span) {
    return span >= SEGMENT_PAGES - at ? UINT32_MAX << at : ((1u << span) - 1) << at;
}

static void page_describe_rest(segment *s, unsigned at, unsigned span) {
    for (unsigned i = at + 1; i < at + span && i < SEGMENT_PAGES; i++)
        segment_page(s, i)->state = PAGE_RUN_REST;
}

static void page_describe(heap *h, segment *s, unsigned at, unsigned span) {
    page *p = segment_page(s, at);
    memset(p, 0, sizeof *p);
    p->base = segment_page_base(s, at);
    p->heap = h;
    p->span = span;
    p->side = SIDE_NONE;
    p->state = PAGE_FULL;
    page_describe_rest(s, at, span);
    memory_hide(p->base, (size_t)span * OURO_PAGE_BYTES);
}

// So many pages come into use that have no memory behind them; those that were purged before would have had it.
static void idle_count_missed(heap *h, size_t n) {
    size_t missed = n < h->pages_purged ? n : h->pages_purged;
    h->pages_purged -= missed;
    h->pages_missed += missed;
}

// An empty segment goes before a page does, and at once: where memory is given back in the order of its addresses, no
// page goes by itself (measured: a chain of ten million dropped, 0.090 -> 0.085 s).
static bool idle_is_much(const heap *h, unsigned floor) {
    return h->pages_idle > h->pages_peak / 2 + floor + h->pages_missed;
}

// Pages of a segment come into use: `more`, of which those in its first 2 MiB have the bits.
static void segment_take(heap *h, segment *s, uint32_t bits, size_t more) {
    idle_count_missed(h, bits_count(bits & ~s->backed_pages));
    h->pages_idle -= bits_count(s->backed_pages & bits);
    s->free_pages &= ~bits;
    s->backed_pages &= ~bits;
    if (!s->free_pages)
        roomy_remove(h, s);
    h->pages_used += more;
    if (h->pages_used > h->pages_peak)
        h->pages_peak = h->pages_used;
    h->byte_budget -= (int64_t)(more * OURO_PAGE_BYTES);
}

page *ouroi_page_new(heap *h, unsigned span) {
    unsigned at = 0;
    bool allowed = ouroi_heap_within_limit(h, (size_t)span * OURO_PAGE_BYTES);
    segment *s = allowed ? segment_with_run(h, span, &at) : NULL;
    if (!s)
        return NULL;
    segment_take(h, s, run_bits(at, span), span);
    page_describe(h, s, at, span);
    return segment_page(s, at);
}

static void page_purge(heap *h, segment *s, unsigned at) {
    memory_show(segment_page_base(s, at), OURO_PAGE_BYTES);
    ouroi_os_purge(segment_page_base(s, at), OURO_PAGE_BYTES);
    s->backed_pages &= ~(1u << at);
    h->pages_idle--;
    h->pages_purged++;
}

// A sliced collection has pointers into it.
static bool segment_is_kept(const segment *s) {
    return s->ranks || s->todo_queued;
}

static void segment_give_run(heap *h, segment *s, unsigned at, unsigned span) {
    uint32_t bits = run_bits(at, span);
    s->free_pages |= bits;
    s->backed_pages |= bits;
    h->pages_idle += bits_count(bits);
    for (uint32_t rest = bits; rest; rest &= rest - 1)
        segment_page(s, bits_lowest(rest))->state = PAGE_FREE;
    if (s->free_pages == ALL_PAGES && !segment_is_kept(s) &&
        (s->bytes > OURO_SEGMENT_BYTES || idle_is_much(h, IDLE_FLOOR - DATA_PAGES))) {
        h->pages_purged += bits_count(s->backed_pages);
        segment_release(h, s);
        return;
    }
    roomy_add(h, s);
    for (uint32_t rest = bits; rest && idle_is_much(h, IDLE_FLOOR); rest &= rest - 1)
        page_purge(h, s, bits_lowest(rest));
}

// What a sliced collection has noted about a page means nothing for the next one in its place.
static void page_forget_slices(page *p) {
    size_t bytes = page_words(p) * sizeof(uint64_t);
    memset(page_alive(p), 0, bytes);
    memset(page_todo(p), 0, bytes);
    memset(page_suspect(p), 0, bytes);
    segment_of(p->base)->todo_pages &= ~(1u << (page_number(p) + HEAD_PAGES));
}

void ouroi_page_release(page *p) {
    heap *h = p->heap;
    ASSERT(!p->used && !p->quarantined && !(p->flags & (PAGE_IN_GRAY | PAGE_IN_DYING | PAGE_IN_SET | PAGE_MARKS)));
    ASSERT(!page_is_ranked(p)); // I-cycle-5
    if (p->flags & PAGE_IN_YOUNG)
        ouroi_young_remove(h, p);
    if (p->kind == OURO_PAGE_TRACKED)
        memset(page_young(p), 0, page_words(p) * sizeof(uint64_t));
    if (h->sliced && p->kind == OURO_PAGE_TRACKED)
        page_forget_slices(p);
    h->pages_used -= p->span;
    memory_hide(p->base, p->span * OURO_PAGE_BYTES);
    segment_give_run(h, segment_of(p->base), page_number(p) + HEAD_PAGES, p->span);
}

// ---- runs that grow ----

// Takes the free pages behind a run into it. False if they are not free.
static bool run_widen(heap *h, page *p, unsigned span) {
    segment *s = segment_of(p->base);
    unsigned at = page_number(p) + HEAD_PAGES;
    uint32_t bits = run_bits(at, span) & ~run_bits(at, p->span);
    if (((size_t)at + span) * OURO_PAGE_BYTES > s->bytes || bits & ~s->free_pages)
        return false;
    segment_take(h, s, bits, span - p->span);
    page_describe_rest(s, at, span);
    return true;
}

// A run that fills its segment from the first page on, so that nothing else moves with it.
static bool run_is_alone(const page *p) {
    return page_number(p) == 0 && (segment_of(p->base)->free_pages | run_bits(HEAD_PAGES, p->span)) == ALL_PAGES;
}

// Maps a segment with nothing but this run elsewhere. The descriptors are to be at another place of the head then.
static page *run_move(heap *h, page *p, unsigned span) {
    segment *from = segment_of(p->base);
    page run = *p;
    size_t before = from->bytes, bytes = segment_bytes_for(span);
    segment *s = ouroi_os_grow(from, before, bytes, OURO_SEGMENT_BYTES);
    if (!s)
        return NULL;
    memory_show(from, before);
    table_remove(h, from);
    table_add(h, s);
    s->bytes = bytes;
    segment_take(h, s, s->free_pages, span - run.span);
    segment_advise(s, span);
    memset((char *)s + PAGES_OFFSET, 0, MAPS_OFFSET - PAGES_OFFSET);
    p = segment_page(s, HEAD_PAGES);
    *p = run;
    p->base = segment_page_base(s, HEAD_PAGES);
    page_describe_rest(s, HEAD_PAGES, span);
    return p;
}

// Who walks the table of segments (`hold`) must not miss one.
page *ouroi_page_widen(page *p, unsigned span) {
    heap *h = p->heap;
    ASSERT(p->kind == OURO_PAGE_BUFFER && p->state == PAGE_RUN && span > p->span);
    if (!ouroi_heap_within_limit(h, (size_t)(span - p->span) * OURO_PAGE_BYTES))
        return NULL;
    bool may_move =
        !h->hold && !segment_is_kept(segment_of(p->base)) && h->source.acquire == source_os_acquire && run_is_alone(p);
    if (!run_widen(h, p, span))
        p = may_move ? run_move(h, p, span) : NULL;
    if (!p)
        return NULL;
    h->handed += (size_t)(span - p->span) * OURO_PAGE_BYTES;
    p->span = span;
    p->run_bytes = (size_t)span * OURO_PAGE_BYTES;
    return p;
}

// ---- the heap as a whole ----

page *ouroi_heap_next_page(const heap *h, size_t *cursor) {
    while (*cursor < h->segment_n * SEGMENT_PAGES) {
        size_t i = (*cursor)++;
        segment *s = h->segments[i / SEGMENT_PAGES];
        if (i % SEGMENT_PAGES < HEAD_PAGES)
            continue;
        page *p = segment_page(s, (unsigned)(i % SEGMENT_PAGES));
        if (p->state >= PAGE_LISTED)
            return p;
    }
    return NULL;
}

size_t ouroi_heap_place(const heap *h, uintptr_t at) {
    // Below the first page of a segment there is its head: the address of a segment's end is that of the next one.
    size_t i = table_find(h, segment_of((const void *)at)) * SEGMENT_PAGES;
    if (i < h->segment_n * SEGMENT_PAGES && (uintptr_t)h->segments[i / SEGMENT_PAGES] < at)
        i += at / OURO_PAGE_BYTES % SEGMENT_PAGES;
    return i;
}

page *ouroi_heap_find_page(const heap *h, const void *address) {
    size_t at = table_find(h, segment_of(address));
    if (at == h->segment_n || h->segments[at] != segment_of(address))
        return NULL;
    unsigned i = (unsigned)((uintptr_t)address / OURO_PAGE_BYTES % SEGMENT_PAGES);
    page *p = i < HEAD_PAGES ? NULL : segment_page(h->segments[at], i);
    return p && p->state >= PAGE_LISTED ? p : NULL;
}

bool ouroi_heap_return_one(heap *h, size_t *at) {
    if (*at > h->segment_n)
        *at = h->segment_n;
    while (*at && idle_is_much(h, IDLE_FLOOR - DATA_PAGES)) {
        segment *s = h->segments[--*at];
        if (s->free_pages != ALL_PAGES || s->todo_queued)
            continue;
        h->pages_purged += bits_count(s->backed_pages);
        segment_release(h, s);
        return true;
    }
    return false;
}

bool ouroi_heap_within_limit(const heap *h, size_t bytes) {
    size_t used = h->pages_used * OURO_PAGE_BYTES + h->external;
    return !h->limit || (used <= h->limit && bytes <= h->limit - used);
}

static void segment_trim(heap *h, segment *s) {
    if (s->free_pages == ALL_PAGES && !segment_is_kept(s))
        segment_release(h, s);
    else
        for (uint32_t rest = s->backed_pages; rest; rest &= rest - 1)
            page_purge(h, s, bits_lowest(rest));
}

void ouroi_heap_trim(heap *h) {
    if (OURO_DEBUG)
        ouroi_guard_flush(h);
    ouroi_page_leave_idle(h);
    for (size_t i = h->segment_n; i-- > 0;)
        segment_trim(h, h->segments[i]);
    h->pages_peak = h->pages_used;
    h->pages_purged = h->pages_missed = 0;
    ouroi_side_drop_spare(h);
    cache_empty();
}

void ouroi_heap_init(heap *h, const ouro_page_source *source, size_t limit) {
    memset(h, 0, sizeof *h);
    h->source = source ? *source : source_os;
    h->limit = limit;
    h->none.state = PAGE_CURRENT;
    for (unsigned b = 0; b <= BIN_LARGE; b++)
        h->current[b] = &h->none;
    pool_open(h);
}

void ouroi_heap_fini(heap *h) {
    pool_close(h);
    ouroi_side_drop_spare(h);
    // The blocks are gone whatever their state; cached segments must have clean maps again.
    for (size_t i = 0; i < h->segment_n; i++) {
        segment *s = h->segments[i];
        for (unsigned at = HEAD_PAGES; at < SEGMENT_PAGES; at++) {
            page *p = segment_page(s, at);
            if (p->state >= PAGE_LISTED && p->kind == OURO_PAGE_TRACKED)
                memset(page_young(p), 0, page_words(p) * sizeof(uint64_t));
        }
        memory_show(s, s->bytes);
        h->source.release(h->source.user, s, s->bytes);
    }
    free(h->segments);
}
