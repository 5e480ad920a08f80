// SPDX-License-Identifier: MIT
// heap.h: how a runtime's memory is laid out, and the paths that every allocation and every death takes.
//
//   segment   2 MiB, aligned to its size; the first two of its 32 pages are its head. A block larger than a segment has
//             several in a row, and starts in the first. So masking any object's address finds its segment.
//   page      64 KiB of blocks of one size and kind, or the start of a run of pages for one large block. Described
//             in the head, not in the page: descriptors at one fixed offset of every page would fight for cache sets,
//             so each segment's array of them starts at a colour of its own.
//   slot      the number of a block in its page. The head has a bit for each slot in each of eight maps:
//             young, mark, black, white, dying, and three of the sliced collection: alive, todo, suspect.
//   bin       a kind and a size class. Each has a current page, and a list of pages with room.
//
//  head:  | segment | colour | 30 descriptors | young | mark | black | white | dying | alive | todo | suspect |
//
// A page's blocks are on its `free` list (handed out, an allocation just pops), on its `freed` list (given back since),
// in use, or not carved yet. Only the slow path moves blocks from freed to free, sets the young bits of the tracked
// ones it hands out, and hands out no more of those than may be born until the collector wants to be asked.
//
//   I-heap-1  A free block, an object being born, and one that is dying, have count word 0: no walker sees them.
//   I-heap-2  A page is in exactly one of these states: current of its bin, on its bin's list, full, frozen, or a run.
//   I-heap-3  `used` counts the blocks in use, and one more while the page is current, so that only a page which can
//             be given up ever reaches 0.
//   I-heap-4  A tracked object's young bit is set if and only if its generation is 0 or 1; its page is then in the
//             queue of young pages.
//   I-heap-5  In a tracked page that is neither stale, frozen, nor in the queue of young pages, the count word of every
//             tracked object is set aside, or immortal.
#ifndef OUROI_HEAP_H
#define OUROI_HEAP_H

#include "../base/atomic.h"
#include "../base/os.h"
#include "../base/sanitize.h"
#include "sizeclass.h"

#include <ouro/error.h>
#include <ouro/mem.h>
#include <ouro/object.h>

#define SEGMENT_PAGES 32u
#define HEAD_PAGES 2u
#define DATA_PAGES (SEGMENT_PAGES - HEAD_PAGES)
#define PAGE_SLOTS_MAX 4096u // of 16 bytes
#define MAP_WORDS (PAGE_SLOTS_MAX / 64)
#define RUN_SPAN_MAX (UINT32_MAX - 2 * SEGMENT_PAGES) // pages: no sum of them wraps
#define SIDE_NONE UINT32_MAX

typedef struct heap heap;
typedef struct page page;

// A block on a free list. The first word is the header's, and stays readable.
typedef struct block {
    uint32_t count, meta;
    struct block *next;
} block;

typedef enum page_state {
    PAGE_FREE,
    PAGE_RUN_REST,
    PAGE_LISTED,
    PAGE_CURRENT,
    PAGE_FULL,
    PAGE_FROZEN,
    PAGE_RUN
} page_state;

enum {
    PAGE_ATTENTION = 1, // a block given back needs more than a push: the page is full, frozen or a run
    PAGE_IN_YOUNG = 2,  // in the heap's queue of young pages
    PAGE_IN_GRAY = 4,   // in the collector's queue of pages with objects marked and not yet followed
    PAGE_IN_DYING = 8,  // in the death path's queue of pages with dying bits
    PAGE_IN_SET = 16,   // a collection has side counts and white bits for it
    PAGE_MARKS = 32,    // its objects can be marked now
    PAGE_FRESH = 64,    // none of its blocks has lost its young bit since the page was made
    PAGE_STALE = 128    // it may hold old objects whose count words are not set aside
};

struct page {
    // What allocation, death and marking touch: one cache line.
    block *free, *freed;
    uint8_t *base;
    heap *heap;
    uint32_t used;
    uint32_t inverse;        // of the block size, in units of 2^-32; 0 for a run
    uint32_t side;           // where its slots' side counts start, in units of 64; SIDE_NONE outside collections
    uint32_t block_bytes_32; // block size; 0 for a run, which says it in `span`
    uint8_t state, kind, flags, bin;
    uint32_t carved; // slots that are or have been blocks

    uint32_t capacity, span; // slots; pages of a run
    uint32_t used_base;      // `used` at the last young collection, for the net number of births
    uint32_t quarantined;    // blocks held back in debug builds
    size_t run_bytes;        // size of a run's block
    page *next, *prev;
    page *young_next, *young_prev;
    page *gray_next, *dying_next;
};

typedef struct segment {
    heap *heap;
    size_t bytes;                // a multiple of 2 MiB
    uint32_t free_pages;         // bit i: page i holds nothing
    uint32_t backed_pages;       // bit i: page i has memory behind it though it holds nothing
    struct segment *next, *prev; // those with free pages
    bool listed;
    // Of the sliced collection: the pages with todo bits, the queue of segments that have such pages, the pages whose
    // suspects have ranks, and where those are, from 1 on.
    bool todo_queued;
    uint32_t todo_pages, ranked_pages, ranks;
    struct segment *todo_next;
} segment;

typedef uint64_t slot_map[MAP_WORDS];

typedef struct segment_maps {
    slot_map young[DATA_PAGES], mark[DATA_PAGES], black[DATA_PAGES], white[DATA_PAGES], dying[DATA_PAGES];
    slot_map alive[DATA_PAGES], todo[DATA_PAGES], suspect[DATA_PAGES];
} segment_maps;

#define SEGMENT_COLOURS 64u
#define PAGES_OFFSET 128u
#define MAPS_OFFSET (PAGES_OFFSET + SEGMENT_COLOURS * 64u + DATA_PAGES * sizeof(page))

_Static_assert(sizeof(void *) != 8 || sizeof(page) == 128, "a descriptor is two cache lines");
_Static_assert(sizeof(segment) <= PAGES_OFFSET, "the segment's own words come before the descriptors");
_Static_assert(MAPS_OFFSET + sizeof(segment_maps) <= HEAD_PAGES * OURO_PAGE_BYTES, "the head fits its pages");

// What the floors above do for this one. Filled by runtime.c.
typedef struct heap_hooks {
    // The hand-out of tracked blocks, or of bytes, has come to where the collector wants to be asked; or a stress
    // switch is on.
    void (*due)(heap *h);
    // There is no memory. Returns true if some was freed, so that asking again makes sense.
    bool (*emergency)(heap *h);
    // Out of memory after all: makes the error pending.
    void (*no_memory)(heap *h, size_t bytes);
    // Objects that wait for their death are owed some.
    void (*pay)(heap *h);
    // The debug build found a block misused: says so, with all that is known of it, and does not return.
    void (*misuse)(heap *h, const void *block, const char *what);
} heap_hooks;

typedef struct heap_fault {
    uint64_t asked, failed, at; // allocations asked for, made to fail; the number at which it begins
    int mode;                   // ouro_stress_mode
} heap_fault;

#define PENDING_MAX 64u
#define DEPTH_MAX 50u

// A dying object, and its fields that are still to be dropped.
typedef struct death_place {
    page *page;
    ouro_obj *o;
    const uint32_t *ref, *end;
} death_place;

// Objects whose count is 0, and who wait for what comes then. Budgets are in deaths, and references of long objects.
typedef struct deaths {
    size_t waiting;     // objects
    size_t budget;      // of one drop; 0: no limit
    size_t left;        // of that, now
    size_t own;         // that this drop has made wait
    size_t debt;        // deaths owed for what was allocated while objects wait
    ouro_obj *long_one; // one of them, whose references are dropped in parts
    uint64_t long_at;
} deaths;

// Every death, or reference of a long object, gives back so many bytes at least: so memory does not grow while they
// wait.
#define DEATH_BYTES 8u
// Blocks are handed out by so many bytes meanwhile, that paying for them is no long stop.
#define DEATH_PORTION 4096u

#define QUARANTINE_MAX 1024u

struct heap {
    // Death: see object/death.c.
    uint32_t depth, pending_n;
    uint32_t events; // kinds that somebody listens to
    uint32_t hold;   // walkers under way: no page is given up
    bool in_full;    // each death takes the long way: somebody listens, or there is a budget
    bool sliced;     // a sliced collection is under way: pages may have its bits
    deaths deaths;
    ouro_obj *pending[PENDING_MAX];
    page *dying;
    death_place dying_above[DEPTH_MAX]; // those that wait for one of their children

    page *current[BIN_COUNT + 1]; // with BIN_LARGE
    page *listed[BIN_COUNT];
    page none; // current page of a bin that has none: nothing to pop

    page *young; // queue of pages that may hold young objects
    size_t young_pages;
    int64_t budget;        // tracked blocks that may be handed out until `due` is called
    int64_t byte_budget;   // bytes of pages and external memory likewise
    bool slow;             // every allocation takes the slow path: a stress switch or a birth hook is on
    bool collect_always;   // ... and asks `due` first
    atomic_word requested; // a collection, from another thread or a signal handler

    segment **segments; // sorted by address
    size_t segment_n, segment_cap;
    segment *roomy;                            // list of segments with free pages
    size_t pages_used, pages_peak, pages_idle; // idle: empty, but backed by memory
    size_t pages_purged, pages_missed;         // since the last trim: given back; and of these, needed again
    uint64_t handed;                           // bytes of blocks handed out so far, less those taken back unused
    size_t buffer_bytes_large;
    size_t external, limit, side_bytes;
    void *side_spare;
    size_t side_spare_bytes;
    bool deferred; // pages became empty while held

    ouro_page_source source;
    heap_hooks hooks;
    heap_fault fault;
    void *quarantine[QUARANTINE_MAX];
    size_t quarantine_n; // put in so far
};

// How a runtime begins (asserted where the runtime is defined): so this floor finds the heap and knows no more.
typedef struct rt_head {
    ouroi_rt_front front;
    heap heap;
} rt_head;

static inline heap *heap_of(const ouro_rt *rt) {
    return &((rt_head *)(uintptr_t)rt)->heap;
}

// ---- from an address to what describes it ----

static inline segment *segment_of(const void *p) {
    return (segment *)((uintptr_t)p & ~(uintptr_t)(OURO_SEGMENT_BYTES - 1));
}

static inline page *segment_page(segment *s, unsigned i) {
    size_t colour = (uintptr_t)s / OURO_SEGMENT_BYTES % SEGMENT_COLOURS * 64;
    return (page *)((char *)s + PAGES_OFFSET + colour) - HEAD_PAGES + i;
}

static inline segment_maps *segment_maps_of(segment *s) {
    return (segment_maps *)((char *)s + MAPS_OFFSET);
}

static inline page *page_of(const void *at) {
    return segment_page(segment_of(at), (unsigned)((uintptr_t)at / OURO_PAGE_BYTES % SEGMENT_PAGES));
}

static inline unsigned page_number(const page *p) {
    return (unsigned)((uintptr_t)p->base / OURO_PAGE_BYTES % SEGMENT_PAGES) - HEAD_PAGES;
}

// Exact for every offset in a page: the error of the inverse, below 1, times 2^16, stays below 2^32 / 2^16.
static inline uint32_t page_slot(const page *p, const void *at) {
    return (uint32_t)((uint64_t)((uintptr_t)at % OURO_PAGE_BYTES) * p->inverse >> 32);
}

static inline ouro_obj *page_object(const page *p, uint32_t slot) {
    return (ouro_obj *)(p->base + (size_t)slot * p->block_bytes_32);
}

static inline size_t page_block_bytes(const page *p) {
    return p->block_bytes_32 ? p->block_bytes_32 : p->run_bytes;
}

static inline uint64_t *page_young(const page *p) {
    return segment_maps_of(segment_of(p->base))->young[page_number(p)];
}

static inline uint64_t *page_mark(const page *p) {
    return segment_maps_of(segment_of(p->base))->mark[page_number(p)];
}

static inline uint64_t *page_black(const page *p) {
    return segment_maps_of(segment_of(p->base))->black[page_number(p)];
}

static inline uint64_t *page_white(const page *p) {
    return segment_maps_of(segment_of(p->base))->white[page_number(p)];
}

static inline uint64_t *page_dying(const page *p) {
    return segment_maps_of(segment_of(p->base))->dying[page_number(p)];
}

static inline uint64_t *page_todo(const page *p) {
    return segment_maps_of(segment_of(p->base))->todo[page_number(p)];
}

static inline uint64_t *page_suspect(const page *p) {
    return segment_maps_of(segment_of(p->base))->suspect[page_number(p)];
}

static inline uint64_t *page_alive(const page *p) {
    return segment_maps_of(segment_of(p->base))->alive[page_number(p)];
}

// The same map of the page that an object lies in, from the object's address alone.
static inline uint64_t *mark_map_at(const ouro_obj *o) {
    return segment_maps_of(segment_of(o))
        ->mark[(ptrdiff_t)((uintptr_t)o / OURO_PAGE_BYTES % SEGMENT_PAGES) - HEAD_PAGES];
}

static inline uint64_t *alive_map_at(const ouro_obj *o) {
    return segment_maps_of(segment_of(o))
        ->alive[(ptrdiff_t)((uintptr_t)o / OURO_PAGE_BYTES % SEGMENT_PAGES) - HEAD_PAGES];
}

// A slot is young no more.
static inline void page_clear_young(page *p, uint32_t slot) {
    bits_clear(page_young(p), slot);
    p->flags &= (uint8_t)~PAGE_FRESH;
}

// A sliced collection has numbered its suspects: it is not given up.
static inline bool page_is_ranked(const page *p) {
    return segment_of(p->base)->ranked_pages >> (page_number(p) + HEAD_PAGES) & 1;
}

// The words of a page's map that can have bits set.
static inline uint32_t page_words(const page *p) {
    return (p->carved + 63) / 64;
}

static inline bool page_holds_objects(const page *p) {
    return p->state >= PAGE_LISTED && p->kind != OURO_PAGE_BUFFER;
}

// Blocks in use; see I-heap-3.
static inline uint32_t page_live(const page *p) {
    return p->used - (p->state == PAGE_CURRENT);
}

// ---- objects ----

static inline uint32_t count_word(const ouro_obj *o) {
    return __atomic_load_n(&o->ouroi_count, __ATOMIC_RELAXED);
}

static inline bool object_is_live(const ouro_obj *o) {
    return count_word(o) != 0;
}

// ---- blocks ----

block *ouroi_block_take_slow(heap *h, unsigned bin);
block *ouroi_block_take_large(heap *h, ouro_page_kind kind, size_t bytes);
void ouroi_page_attention(page *p, block *b);

// Debug builds put a red zone and this record at the end of each block, and hold freed blocks back for a while.
typedef struct guard {
    const char *born_file, *dead_file;
    uint32_t born_line, dead_line;
    uint64_t bytes : 63, dead : 1; // asked for; freed
} guard;

#define GUARD_BYTES ((size_t)(OURO_DEBUG ? 16 + sizeof(guard) : 0))

void ouroi_guard_born(heap *h, void *at, size_t bytes);
void ouroi_guard_dead(heap *h, block *b);
// What is known of a block, in use or freed; NULL in release builds.
const guard *ouroi_guard_of(const void *at);
// Lets go of every block held back.
void ouroi_guard_flush(heap *h);
// Reports a write into a freed block that is still held back.
void ouroi_guard_verify(heap *h);

// A block's link, which sanitizers hide from everybody else.
static inline block *block_next(block *b) {
    memory_show(&b->next, sizeof b->next);
    block *next = b->next;
    memory_hide(&b->next, sizeof b->next);
    return next;
}

static inline void block_link(block *b, block *next) {
    memory_show(&b->next, sizeof b->next);
    b->next = next;
    memory_hide(&b->next, sizeof b->next);
}

// A block that is handed out to its bin already; NULL if there is none.
static inline block *block_pop(heap *h, unsigned bin) {
    page *p = h->current[bin];
    block *b = p->free;
    if (unlikely(!b))
        return NULL;
    p->free = block_next(b);
    p->used++;
    pool_give(h, b, p->block_bytes_32);
    return b;
}

// A block of a bin; its count word is 0, the rest is undefined. NULL on failure, with the error pending.
static inline block *block_take(heap *h, unsigned bin) {
    block *b = block_pop(h, bin);
    return likely(b != NULL) ? b : ouroi_block_take_slow(h, bin);
}

// Deaths are put off, and paid for by allocations.
static inline bool heap_owes(const heap *h) {
    return unlikely(h->deaths.budget && h->deaths.waiting);
}

// Puts a block on its page's list; used by block_give, and when the quarantine lets go.
static inline void block_return(page *p, block *b) {
    block_link(b, p->freed);
    p->freed = b;
}

// Puts a block on its page's list, and hides it from everybody but the heap.
static inline void block_hide(page *p, block *b) {
    pool_take_back(p->heap, b);
    memory_show(b, sizeof(ouro_obj));
    memory_hide((char *)b + sizeof(ouro_obj), page_block_bytes(p) - sizeof(ouro_obj));
    block_return(p, b);
}

// Gives a block of a page back. Its count word is 0 already.
static inline void block_give(page *p, void *object) {
    block *b = object;
    if (OURO_DEBUG)
        ouroi_guard_dead(p->heap, b);
    else
        block_hide(p, b);
    if (unlikely(--p->used == 0 || p->flags & (PAGE_ATTENTION | PAGE_IN_SET)))
        ouroi_page_attention(p, b);
}

// ---- pages and the heap as a whole ----

// A page, or the first page of a run, that holds blocks; goes on from *cursor, which starts as 0. NULL at the end.
page *ouroi_heap_next_page(const heap *h, size_t *cursor);
// Where *cursor is for the first page from an address on: for walks during which pages come and go.
size_t ouroi_heap_place(const heap *h, uintptr_t at);
// The next living object of a page from *slot on, which starts as 0; NULL at the end.
ouro_obj *ouroi_page_next_object(const page *p, uint32_t *slot);
// The object or NULL, whatever the bits of the address: for verification and reports.
page *ouroi_heap_find_page(const heap *h, const void *address);

page *ouroi_page_new(heap *h, unsigned span);
// Makes the run of a buffer longer without copying it. Returns its page, which may be another one, with the block at
// its base; NULL if that cannot be done: nothing has changed then, and no error is pending. Runs: nothing.
page *ouroi_page_widen(page *p, unsigned span);
void ouroi_page_release(page *p);
void ouroi_page_close(page *p);      // takes it out of its bin, blocks handed out back to its freed list
void ouroi_page_leave_idle(heap *h); // gives up the current pages that hold nothing
void ouroi_page_reopen(page *p);     // gives a closed page with room back to its bin; releases it if it is empty
void ouroi_page_forget(page *p, const void *at); // takes a block out of the set that a collection decides on
void ouroi_page_give_white(page *p);             // gives back all blocks that have white bits; their count words are 0
void ouroi_page_settle(page *p);                 // gives the page up if it is idle and nobody looks at it any more
void ouroi_young_add(heap *h, page *p);
void ouroi_young_remove(heap *h, page *p);

void ouroi_heap_init(heap *h, const ouro_page_source *source, size_t limit);
void ouroi_heap_fini(heap *h);
// Gives every empty page and cached segment back.
void ouroi_heap_trim(heap *h);
// Takes back what was handed out and not used, so that counters and young bits are exact, and the next birth is slow.
void ouroi_heap_flush(heap *h);
void ouroi_heap_hold(heap *h);
// Gives back one empty segment of the first *at, and makes *at its place, if more is idle than is worth keeping. False
// if there is none.
bool ouroi_heap_return_one(heap *h, size_t *at);
void ouroi_heap_unhold(heap *h);
// Side memory, outside segments and limit: counted, failing in the sweep, not zeroed. NULL on failure, without an
// error. A large piece comes from the system, so that it goes back to it; the last one is kept for the next collection
// until a trim.
void *ouroi_side_alloc(heap *h, size_t bytes);
void ouroi_side_free(heap *h, void *p, size_t bytes);
// Gives the end of a large piece back: it has `to` bytes now, no less than OURO_PAGE_BYTES.
void ouroi_side_shorten(heap *h, void *p, size_t bytes, size_t to);
void ouroi_side_drop_spare(heap *h);
// True if this allocation is to fail.
bool ouroi_fault_hits(heap *h);
// True if `bytes` more stay within the limit.
bool ouroi_heap_within_limit(const heap *h, size_t bytes);

#endif
