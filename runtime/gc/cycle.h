// SPDX-License-Identifier: MIT
// cycle.h: a full collection in slices. Between slices the program runs, with nothing that watches its stores: there is
// no barrier. cycle.c tells the story; README.md says why it is right.
//
//   cycle      one such collection, from its first slice to its last
//   slice      a stop; its budget limits how long it is
//   marked     known to be alive: a bit of a map of its own, since young collections go on and mark, too
//   todo       marked, its references not yet followed: a bit; segments with such bits wait in a queue
//   suspect    old, not marked and not touched since the harvest when the walk that looks for such objects came by
//   rank       the number of a suspect among all of them, worked out from bits
//   component  suspects that reach each other; all of them are garbage, or none
//   verdict    taken in one stop over one or more whole components, on the counts and references that are there then:
//              they are garbage if and only if their counts add up to the references that come from themselves. All
//              that comes before only chooses what to ask about
//   condemned  found to be garbage, finalized, without weak references; its count word is 0, so that nobody sees it
//
//   I-cycle-1  A pointer that was kept from one slice to the next is believed only if suspect_is_valid; before
//              there are suspects, only if the heap has a living object there.
//   I-cycle-2  What grows old between the harvest and the last verdict is marked and todo (promote.c). So the slot of a
//              suspect that died and was born again holds an object that is young or marked.
//   I-cycle-3  Outside a cycle the maps alive, todo and suspect are zero.
//   I-cycle-4  No block of a condemned object goes back before the last field of all that were condemned with it is
//              empty.
//   I-cycle-5  While ranks are given out and read into components, no page that has some is given up; and no segment
//              that has had some, before the end.
// Each has its assertion. Mistakes that break the first four are in tests/gates/plant_slices, for the models to notice;
// for the last there is a test in tests/gc/slices.c.
#ifndef OUROI_CYCLE_H
#define OUROI_CYCLE_H

#include "gc.h"

typedef enum cycle_phase {
    CYCLE_IDLE,
    CYCLE_HARVEST,  // sets all old objects aside
    CYCLE_FROZEN,   // marks what frozen objects refer to
    CYCLE_MARK,     // marks what registered roots and young objects reach, until a look at them adds hardly anything
    CYCLE_SUSPECT,  // walks the heap for suspects
    CYCLE_NUMBER,   // gives them ranks, in the order of the heap
    CYCLE_COUNT,    // copies their counts
    CYCLE_SUBTRACT, // takes the references between suspects from those
    CYCLE_KEEP,     // marks what has a surplus, or was touched, and what that reaches: what is alive leaves here
    CYCLE_RENUMBER, // gives ranks to those that are left
    CYCLE_CONNECT,  // reads them into components
    CYCLE_JUDGE,    // verdicts over the components, sources first
    CYCLE_CALL,     // runs callbacks of weak references that had to wait for the verdict over themselves
    CYCLE_END,      // clears the maps
    CYCLE_RETURN,   // gives the memory back
    CYCLE_FREE      // from CYCLE_JUDGE, and back to it: takes the condemned apart
} cycle_phase;

// What may still be done in this slice.
typedef struct slice {
    int64_t left;      // visits until the clock is read
    uint64_t deadline; // 0: none, and `left` is all there is
    int64_t granted;   // what `left` began as
    uint64_t visits;   // that were done before
} slice;

// Where a walk over the heap has got to: since pages come and go meanwhile, an address and a slot.
typedef struct place {
    uintptr_t page;
    uint32_t slot;
} place;

// An object with many references is followed in parts: first its described slots, then what only callbacks know.
typedef struct part {
    ouro_obj *o; // NULL: none
    const type_record *type;
    uint64_t at;
    hidden_place hidden;
    slot_fn fn;
    ouro_visit visit;
} part;

// The ranks of a page's suspects.
typedef struct rank_page {
    uint32_t first;
    uint16_t before[MAP_WORDS]; // the suspects in the words before
} rank_page;

// Of nothing.
#define RANK_NONE (UINT32_MAX / 2)

// An object on the way of the search for components.
typedef struct frame {
    uintptr_t object; // and, in its lowest bits, FRAME_LOW and FRAME_EDGES
    uint32_t rank;
    uint32_t at; // the slot that is next; with FRAME_EDGES how many of its references are left on the stack of edges
} frame;

// A stack that grows by chunks: nothing is ever copied, which would be a pause of its own.
#define CHUNK_BYTES 32768u

typedef struct chunk {
    struct chunk *below;
    uint32_t n;
    _Alignas(8) char items[];
} chunk;

typedef struct stack {
    chunk *top, *spare;
} stack;

// Set in the number of a suspect whose component is complete. Higher than any order.
#define COMPONENT 0x80000000u
// The lowest bit of the first member of each component.
#define MEMBER_FIRST 1u

// Counts, and the references from inside.
typedef struct adding {
    uint64_t counts, inside;
} adding;

typedef enum free_step { FREE_EMPTY, FREE_LAST, FREE_RELEASE, FREE_GIVE } free_step;

typedef struct cycle cycle;

struct cycle {
    cycle_phase phase;
    bool failed;    // for lack of memory
    bool interrupt; // the walk over the heap stops behind this object
    slice *slice;   // that the search for components may use up
    place at;
    part part;
    segment *todo;
    const ouro_obj *owner; // whose references are followed, for events

    size_t root_at;     // registered slots that this look at the roots has seen
    uint64_t marks;     // so far
    unsigned looks;     // at roots and young objects
    uint64_t looked_at; // marks when this look began
    bool roots_seen;    // by this look

    rank_page *ranks;
    size_t rank_n;               // how many suspects have one
    size_t rank_room, rank_used; // pages in `ranks`
    uint32_t *numbers;           // by rank: side counts, then the order of the search (component.c)
    size_t number_room, cleared; // of them

    ouro_obj **members; // components, sources first; the lowest bit marks the first of each
    size_t member_room, low, waiting;
    uint32_t index, component_n;
    stack frames, edges;

    size_t judged;  // members up to here have had their verdict
    size_t looked;  // members of a large component up to here were looked at before its verdict
    size_t careful; // members up to here are judged one component at a time
    bool large;     // the component that is judged
    adding sum;     // the look at it
    page **pages;   // of the set
    size_t page_room;
    size_t return_at; // of the segments

    size_t stop_from; // the members this stop began with; the condemned are there afterwards
    size_t condemned; // how many
    free_step step;
    size_t at_member; // of the condemned
    uint64_t at_field;
    bool releases, last_ones;

    ouro_gc_info info;
    size_t old;   // objects when it began
    size_t begun; // bytes of tracked objects then
    size_t found; // bytes of those that were there then, and have been found alive
    size_t freed; // bytes of those that have been freed
    uint64_t visits;
    uint64_t foreign_ns; // of finalizers and callbacks
    int64_t window;      // births until it should have ended
    size_t room;         // bytes until then, when `room_at` had been handed out
    uint64_t room_at;
    uint64_t handed;   // when the last automatic slice was
    size_t live_bytes; // of marked objects, added up at the end
};

// ---- slices (cycle.c) ----

// Reads the clock. True if the slice may go on.
bool ouroi_slice_refill(slice *s);

static inline bool slice_spend(slice *s, uint64_t visits) {
    s->left -= (int64_t)visits;
    return likely(s->left > 0) || ouroi_slice_refill(s);
}

// ---- walks ----

typedef bool (*place_wanted)(const page *p);
typedef uint64_t (*place_word)(const page *p, uint32_t w);
typedef void (*place_step)(gc *g, page *p, uint32_t slot, ouro_obj *o);

__attribute__((always_inline)) static inline bool place_page(gc *g, page *p, place *at, slice *s, place_word word,
                                                             place_step step) {
    uint64_t from = UINT64_MAX << at->slot % 64;
    for (uint32_t w = at->slot / 64; w < page_words(p); w++, from = UINT64_MAX)
        for (uint64_t bits = word(p, w) & from; bits; bits &= bits - 1) {
            uint32_t slot = w * 64 + bits_lowest(bits);
            ouro_obj *o = page_object(p, slot);
            if (!object_is_live(o) || !meta_has(o, OUROI_TRACKED))
                continue;
            step(g, p, slot, o);
            at->slot = slot + 1;
            if (!slice_spend(s, 1) || g->cycle->interrupt) {
                g->cycle->interrupt = false;
                return false;
            }
        }
    return true;
}

// Goes through the pages from g->cycle->at on, as long as the slice lasts: each that is passed by is a visit, too.
// Where a segment went away meanwhile, the address says where the walk was.
typedef struct page_walk {
    size_t cursor, segment_n;
} page_walk;

static inline page *page_walk_next(gc *g, page_walk *w) {
    const heap *h = &g->rt->heap;
    if (w->segment_n != h->segment_n)
        *w = (page_walk){ouroi_heap_place(h, g->cycle->at.page), h->segment_n};
    return ouroi_heap_next_page(h, &w->cursor);
}

// Hands the living tracked objects in the wanted pages whose bits `word` gives to `step`, which runs no foreign code,
// from g->cycle->at on. False if the slice is over or the step has asked for an interruption; true at the end of the
// heap, and then the next walk begins anew.
__attribute__((always_inline)) static inline bool place_each(gc *g, slice *s, place_wanted wanted, place_word word,
                                                             place_step step) {
    place *at = &g->cycle->at;
    page_walk walk = {0, 0};
    for (page *p; (p = page_walk_next(g, &walk));) {
        if ((uintptr_t)p->base != at->page)
            *at = (place){(uintptr_t)p->base, 0};
        if (p->kind == OURO_PAGE_TRACKED && wanted(p) && !place_page(g, p, at, s, word, step))
            return false;
        *at = (place){at->page + OURO_PAGE_BYTES, 0};
        if (!slice_spend(s, 1))
            return false;
    }
    *at = (place){0, 0};
    return true;
}

// Hands each page of tracked objects to `step`, which says how many visits that was worth, in the same way.
__attribute__((always_inline)) static inline bool pages_each(gc *g, slice *s, uint32_t (*step)(gc *g, page *p)) {
    place *at = &g->cycle->at;
    page_walk walk = {0, 0};
    for (page *p; (p = page_walk_next(g, &walk));) {
        at->page = (uintptr_t)p->base + OURO_PAGE_BYTES;
        if (!slice_spend(s, p->kind == OURO_PAGE_TRACKED ? step(g, p) : 1))
            return false;
    }
    *at = (place){0, 0};
    return true;
}

static inline bool page_is_open(const page *p) {
    return p->state != PAGE_FROZEN;
}

static inline uint64_t word_carved(const page *p, uint32_t w) {
    uint32_t rest = p->carved - w * 64;
    return rest < 64 ? ((uint64_t)1 << rest) - 1 : UINT64_MAX;
}

static inline uint64_t word_suspect(const page *p, uint32_t w) {
    return page_suspect(p)[w] & ~page_alive(p)[w];
}

// ---- following references ----

#define PART_SLOTS 1024u

// Follows what only callbacks know, or leaves it for later.
void ouroi_follow_hidden(gc *g, ouro_obj *o, slot_fn fn, ouro_visit visit);
// Leaves all of an object for later.
void ouroi_follow_later(gc *g, ouro_obj *o, slot_fn fn, ouro_visit visit);

// Hands an object's references to fn and visit; of many, the first part now or later, and the others when the phase
// goes on. The caller does nothing else before that, if there is a part.
__attribute__((always_inline)) static inline void follow(gc *g, ouro_obj *o, slot_fn fn, ouro_visit visit) {
    const type_record *t = type_of(o);
    g->cycle->owner = o;
    if (unlikely(t->flags & TYPE_HAS_TAIL && tail_length(o, t) > PART_SLOTS)) {
        ouroi_follow_later(g, o, fn, visit);
        return;
    }
    object_each_slot(o, t, fn, g);
    if (unlikely(t->flags & TYPE_TRAVERSES))
        ouroi_follow_hidden(g, o, fn, visit);
}

// Goes on with the object that is followed in parts.
void ouroi_follow_part(gc *g, slice *s);

// ---- marking (cycle_mark.c) ----

static inline void todo_add(gc *g, page *p, uint32_t slot) {
    segment *s = segment_of(p->base);
    bits_set(page_todo(p), slot);
    if (!s->todo_pages && !s->todo_queued) {
        s->todo_queued = true;
        s->todo_next = g->cycle->todo;
        g->cycle->todo = s;
    }
    s->todo_pages |= 1u << (page_number(p) + HEAD_PAGES);
}

void ouroi_cycle_mark(gc *g, ouro_obj *o);
// The same, also if its slot is marked: it may be another object's mark. Not for what was there when the cycle began.
void ouroi_cycle_mark_anew(gc *g, ouro_obj *o);
// Follows what is todo. True when nothing is.
bool ouroi_cycle_drain(gc *g, slice *s);
bool ouroi_cycle_harvest(gc *g, slice *s);
bool ouroi_cycle_mark_frozen(gc *g, slice *s);
bool ouroi_cycle_mark_roots(gc *g, slice *s);

// ---- suspects (suspect.c): here and below, what works for a phase returns true when done ----

static inline bool is_suspect(const gc *g, const ouro_obj *o) {
    const page *p = page_of(o);
    return bits_test(page_suspect(p), page_slot(p, o)) && p->heap == &g->rt->heap;
}

// A suspect, in its slot, that is still what it was when it became one.
static inline bool slot_is_valid(const gc *g, const page *p, uint32_t slot, const ouro_obj *o) {
    if (!bits_test(page_suspect(p), slot) || bits_test(page_alive(p), slot) || p->heap != &g->rt->heap)
        return false;
    uint32_t w = count_word(o);
    return w && (w & OUROI_IMMORTAL) != OUROI_IMMORTAL && meta_has(o, OUROI_TRACKED) && meta_generation(o) == 2;
}

static inline bool suspect_is_valid(const gc *g, const ouro_obj *o) {
    const page *p = page_of(o);
    return slot_is_valid(g, p, page_slot(p, o), o);
}

static inline uint32_t slot_rank(const gc *g, const page *p, uint32_t slot) {
    const rank_page *r = &g->cycle->ranks[segment_of(p->base)->ranks - 1 + page_number(p)];
    uint64_t below = page_suspect(p)[slot / 64] & (((uint64_t)1 << slot % 64) - 1);
    return r->first + r->before[slot / 64] + bits_count(below);
}

static inline uint32_t suspect_rank(const gc *g, const ouro_obj *o) {
    const page *p = page_of(o);
    ASSERT(is_suspect(g, o) && page_is_ranked(p));
    return slot_rank(g, p, page_slot(p, o));
}

// The rank of a valid suspect; RANK_NONE of anything else.
static inline uint32_t suspect_find_rank(const gc *g, const ouro_obj *o) {
    const page *p = page_of(o);
    uint32_t slot = page_slot(p, o);
    return slot_is_valid(g, p, slot, o) ? slot_rank(g, p, slot) : RANK_NONE;
}

// Whoever uses an object adds or drops a reference to it, or moves one: what was garbage at the harvest is clean still.
static inline bool is_touched(const ouro_obj *o) {
    return (count_word(o) & OUROI_IMMORTAL) != OUROI_SLOW;
}

bool ouroi_suspect_find(gc *g, slice *s);     // CYCLE_SUSPECT
bool ouroi_suspect_count(gc *g, slice *s);    // CYCLE_COUNT
bool ouroi_suspect_subtract(gc *g, slice *s); // CYCLE_SUBTRACT
bool ouroi_suspect_keep(gc *g, slice *s);     // CYCLE_KEEP
bool ouroi_suspect_rank(gc *g, slice *s);     // CYCLE_NUMBER, CYCLE_RENUMBER: ranks for those that are left

// ---- components (component.c) ----

bool ouroi_component_start(gc *g); // false without memory
// CYCLE_CONNECT
bool ouroi_component_read(gc *g, slice *s);

// ---- verdicts (verdict.c), taking apart (condemned.c) ----

bool ouroi_verdict_start(gc *g); // false without memory
// CYCLE_JUDGE. True when the last verdict has been given; when much was condemned the phase is CYCLE_FREE.
bool ouroi_verdict_next(gc *g, slice *s);
bool ouroi_condemned_free(gc *g, slice *s);

// ---- cycle.c ----

// Objects: with fewer, nothing is ever urgent.
#define CYCLE_FLOOR 16384u
#define PORTION_MIN 64u

// How many slices the cycle may still take, as far as can be told.
size_t ouroi_cycle_slices(const gc *g);
// How many tracked objects may be born until the next slice, for the cycle to end in time.
size_t ouroi_cycle_portion(const gc *g);

// Begins a cycle, or goes on with the one under way, for one slice. Returns 1 if a cycle has ended, else 0.
int ouroi_cycle_step(ouro_rt *rt, slice *s);
// Gives up the cycle that is under way, if there is one. What has been condemned goes.
void ouroi_cycle_abort(ouro_rt *rt);
// The same for a collection in one stop, which begins now, and runs callbacks that wait when it knows which are wanted.
void ouroi_cycle_replace(ouro_rt *rt);
// The same where no foreign code may run: not in CYCLE_FREE.
void ouroi_cycle_abort_quietly(ouro_rt *rt);

// Adds a chunk. False without memory: the cycle fails.
bool ouroi_stack_widen(gc *g, stack *s);
// The chunk on top is empty.
void ouroi_stack_narrow(gc *g, stack *s);

#define CHUNK_ROOM (CHUNK_BYTES - sizeof(chunk))

// The place of a new item; NULL without memory.
static inline void *stack_push(gc *g, stack *s, size_t bytes) {
    if (unlikely(!s->top || (s->top->n + 1) * bytes > CHUNK_ROOM) && !ouroi_stack_widen(g, s))
        return NULL;
    return s->top->items + s->top->n++ * bytes;
}

static inline void stack_pop(gc *g, stack *s) {
    if (unlikely(!--s->top->n))
        ouroi_stack_narrow(g, s);
}

// The item on top; NULL if there is none.
static inline void *stack_top(const stack *s, size_t bytes) {
    return s->top ? s->top->items + (s->top->n - 1) * bytes : NULL;
}

#endif
