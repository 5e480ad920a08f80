// SPDX-License-Identifier: MIT
// gc.h: the collector's state, and the contracts of its passes. collect.c tells the story; read it first.
//
//   candidate    a tracked object whose count a collection examines
//   set          the candidates, and the pages they lie in
//   white        in the set and, so far, not known to be alive: a bit of its page
//   side count   working copy of a count, from which references inside the set are taken; what is left is its surplus
//   marked       known to be alive: a bit of its page. Black: its references have been followed, too; gray: not yet.
//                Pages with gray objects wait in a queue
//
//   I-gc-1  No object pointer is kept across foreign code unless the object's white bit vouches for it: death clears
//           the bit (mem/page.c), birth never sets one.
//   I-gc-2  A page of the set is not given up before the collection ends.
//   I-gc-3  Outside a collection no page has mark, black or white bits, and every page's `side` is SIDE_NONE.
//   I-gc-4  Nothing between choosing the set and knowing the white runs foreign code, but traverse and root visitors.
#ifndef OUROI_GC_H
#define OUROI_GC_H

#include "../object/object.h"

#include <ouro/gc.h>

typedef struct gc_callback {
    ouro_gc_fn fn;
    void *user;
} gc_callback;

// The set of one collection. Side counts and pages are one piece of side memory.
//
// A side count is a byte: that is a quarter of the memory, and of what the caches must hold, of a word (measured with a
// random graph of 5 M, unregistered: 45 -> 20 ns an object). One that needs more has it in `wide`, which is memory that
// nobody touches where no object is referred to so often.
typedef struct gc_set {
    page **pages;
    size_t page_n, page_cap;
    uint8_t *counts;
    uint32_t *wide;
    size_t words, bytes; // 64 counts each; of the memory
    size_t white;        // how many bits are set while no foreign code runs
    bool widens;         // there is a wide count
    bool harvests;       // candidates are set aside
    uint32_t type;       // of the candidate chosen last
    bool special;        // there are candidates that need more than to be emptied and freed
} gc_set;

// What the white objects need before they can go. Surveyed once.
typedef struct gc_survey {
    size_t objects;
    bool weakly, weak, finalizers, hidden, releases;
} gc_survey;

#define PAUSE_STEP_BITS 3
#define PAUSE_STEPS (1u << PAUSE_STEP_BITS)
#define PAUSE_BUCKETS (40u * PAUSE_STEPS)

typedef struct pauses {
    uint64_t n, total_ns, longest_ns;
    uint64_t buckets[PAUSE_BUCKETS];
} pauses;

struct gc {
    bool collecting;
    bool pure;         // I-gc-4: no foreign code but traverse callbacks and root visitors
    unsigned disabled; // nested
    unsigned walking;  // introspection under way: no collection starts
    bool due;          // at a safepoint
    bool watching;     // a cycle in slices marks what grows old (I-cycle-2)
    unsigned debug;

    // The filter of full collections (harvest.c).
    bool exact;              // the next one must not use it
    unsigned filtered;       // how many in a row have used it
    unsigned filtered_most;  // after so many comes an exact one
    unsigned touched_most;   // no more than so many per cent of the objects may have been touched
    unsigned reachable_most; // nor reached from those

    bool pinned;           // CPython's fixed scheme
    size_t threshold[3];   // with it
    size_t young_goal;     // without it: net births before a young collection
    unsigned full_growth;  // per cent of growth before a full one
    unsigned start_growth; // before one in slices
    size_t since[3];       // [g]: collections of g - 1 since the last of g; [0] unused
    size_t promoted;       // grown old since the last full collection
    size_t old_at_full, bytes_at_full;
    size_t byte_goal;
    uint64_t looked_at; // when the bytes in use were added up, in slices
    uint64_t ended_at;  // when the last cycle ended

    gc_set set;
    page *gray, *gray_last; // queue
    uint64_t edges, marked;
    ouro_rt *rt;

    struct cycle *cycle; // see cycle.h
    ouro_gc_mode mode;
    uint64_t slice_ns;
    uint64_t foreign_ns; // spent in finalizers and callbacks, in all
    uint64_t old_ns;     // what a cycle costs for each old object, as the last one has shown
    pauses pauses;
    bool pausing;
    uint64_t slices, cycles_ended, cycles_given_up, cycles_forced;
    size_t live_bytes;      // of tracked objects that the last cycle found alive
    uint64_t handed_before; // bytes that the heap had handed out when the last cycle began
    uint64_t visits_last;   // of the last that ended, with so many old objects
    size_t old_last;
    bool trusting;        // the last cycle has found nearly all of its suspects to be garbage
    bool garbage_unknown; // since the last full collection did not come to its end

    ouro_gc_info given_up; // the last cycle that was, whose end has to be told
    bool given_up_untold;

    ouro_gc_stats stats[3];
    gc_callback *callbacks;
    size_t callback_n, callback_cap;
    ouro_obj **garbage;
    size_t garbage_n, garbage_cap;
};

// ---- the set (set.c) ----

// Where candidates come from: the young objects; all that are not marked; those that are; nowhere.
typedef enum set_source { SET_YOUNG, SET_UNMARKED, SET_MARKED, SET_EMPTY } set_source;

// Notes what a set needs to know of a type that it has not met just before. Returns its index.
uint32_t ouroi_set_note_type(gc_set *set, const ouro_obj *o);
// Chooses the candidates of a generation and copies their counts. False without memory: then nothing has changed.
bool ouroi_set_choose(ouro_rt *rt, int generation, set_source source);
// Copies the counts of what is still white again.
void ouroi_set_recount(ouro_rt *rt);
void ouroi_set_release(ouro_rt *rt);

// What is in the byte of a slot that is not white; and of one whose count is wide.
#define COUNT_NONE 254u
#define COUNT_WIDE 255u

static inline size_t count_at(const page *p, uint32_t slot) {
    return (size_t)p->side * 64 + slot;
}

static inline void count_put(gc_set *set, size_t at, uint32_t n) {
    set->counts[at] = (uint8_t)(likely(n < COUNT_NONE) ? n : COUNT_WIDE);
    if (likely(n < COUNT_NONE))
        return;
    set->wide[at] = n;
    set->widens = true;
}

static inline uint32_t count_get(const gc_set *set, size_t at) {
    return likely(set->counts[at] != COUNT_WIDE) ? set->counts[at] : set->wide[at];
}

static inline bool is_white(const ouro_obj *o) {
    const page *p = page_of(o);
    return p->flags & PAGE_IN_SET && bits_test(page_white(p), page_slot(p, o));
}

// Where a page's objects lie. A copy, so that a loop over them which writes bytes need not read the descriptor again.
typedef struct page_view {
    uint8_t *base;
    size_t bytes;
} page_view;

static inline page_view page_view_of(const page *p) {
    return (page_view){p->base, p->block_bytes_32};
}

static inline ouro_obj *view_object(page_view v, uint32_t slot) {
    return (ouro_obj *)(void *)(v.base + slot * v.bytes);
}

// Sets the count word of a living object aside: the first change of it, or move of a reference to it, is then noticed.
// One whose count is too large for that leaves no collection the filter.
static inline void harvest(gc *g, ouro_obj *o) {
    uint32_t w = count_word(o);
    if (unlikely((int32_t)w < 0))
        return;
    if (likely(w < OUROI_SHARED))
        __atomic_store_n(&o->ouroi_count, (w | OUROI_SLOW) & ~OUROI_TOUCHED, __ATOMIC_RELAXED);
    else
        g->exact = true;
}

typedef void (*gc_step)(ouro_rt *rt, ouro_obj *o, void *arg);

// Hands each white object to the step, which may run foreign code: an object that dies meanwhile is left out, since its
// word is read again after each step. Always inlined, and the step with it: a collection of millions calls nothing per
// object.
__attribute__((always_inline)) static inline void set_each(ouro_rt *rt, gc_step step, void *arg) {
    gc_set *set = &rt->gc->set;
    for (size_t i = 0; i < set->page_n; i++) {
        page *p = set->pages[i];
        const uint64_t *white = page_white(p);
        for (uint32_t w = 0; w < page_words(p); w++) {
            uint64_t todo = UINT64_MAX, bits;
            while ((bits = white[w] & todo)) {
                todo = ~((bits & -bits) | ((bits & -bits) - 1));
                step(rt, page_object(p, w * 64 + bits_lowest(bits)), arg);
            }
        }
    }
}

// The same for steps that run no foreign code, and change no white bit.
__attribute__((always_inline)) static inline void set_each_purely(ouro_rt *rt, gc_step step, void *arg) {
    gc_set *set = &rt->gc->set;
    for (size_t i = 0; i < set->page_n; i++) {
        page *p = set->pages[i];
        const uint64_t *white = page_white(p);
        page_view view = page_view_of(p);
        for (uint32_t w = 0, words = page_words(p); w < words; w++)
            for (uint64_t bits = white[w]; bits; bits &= bits - 1)
                step(rt, view_object(view, w * 64 + bits_lowest(bits)), arg);
    }
}

// ---- the passes ----

// harvest.c: marks what a full collection need not examine, or, with the filter, what it must; says which.
set_source ouroi_harvest_begin(ouro_rt *rt);
// After the arithmetic: whatever is not white is alive, and set aside.
void ouroi_harvest_end(ouro_rt *rt);
// A white object may live on: it is touched again.
void ouroi_harvest_undo(ouro_rt *rt, ouro_obj *o, void *arg);
// mark.c: lets all objects of the heap be marked.
void ouroi_mark_open(ouro_rt *rt);
// Marks what registered roots reach, and sets it aside.
void ouroi_mark_from_roots(ouro_rt *rt);
// Goes on from what is marked and gray, until that is all, or so many more have been marked. Returns whether it was
// all.
bool ouroi_mark_follow(ouro_rt *rt, size_t most, ouro_event_kind kind);
// Takes the marks of one page, or of all, away.
void ouroi_mark_forget_page(page *p);
void ouroi_mark_forget(ouro_rt *rt);
// surplus.c: takes the references inside the set from the side counts; then keeps what has a surplus, and what that
// reaches: those objects are not white any more, and handed to `kept` if it is not NULL.
void ouroi_surplus_subtract(ouro_rt *rt);
void ouroi_surplus_keep(ouro_rt *rt, ouro_event_kind kind, gc_step kept);
// promote.c: survivors of a young generation grow older.
void ouroi_promote(ouro_rt *rt, int generation);
void ouroi_promote_one(ouro_rt *rt, ouro_obj *o, void *generation);
// finish.c: weak references and finalizers of the white, in the order of ouro/gc.h. Returns how many weak references
// died.
size_t ouroi_finish_before(ouro_rt *rt, const gc_survey *s);
void ouroi_finish_after(ouro_rt *rt);
// Whether a weak reference's callback runs.
weak_when ouroi_weak_is_wanted(const ouro_obj *weak);
// clear.c: takes the white apart and frees them. Returns how many could not be freed.
size_t ouroi_clear(ouro_rt *rt, const gc_survey *s);
// Gives an object count word 0: nobody sees it any more. Tells of all the white, when they have it.
void ouroi_condemn_one(ouro_rt *rt, ouro_obj *o, void *arg);
void ouroi_condemned_tell(ouro_rt *rt);
// What is done to a slot of the condemned: drops a reference that leads out, but for a last one, which is noted in a
// bool; drops that. To an object: what its type releases.
void ouroi_empty_slot(ouro_obj **slot, void *last_ones);
void ouroi_empty_last_slot(ouro_obj **slot, void *arg);
void ouroi_release_one(ouro_rt *rt, ouro_obj *o, void *arg);

// The queue of pages with gray objects. A page counts as queued while it is worked on.
static inline void gray_queue(gc *g, page *p) {
    p->flags |= PAGE_IN_GRAY;
    p->gray_next = NULL;
    *(g->gray ? &g->gray_last->gray_next : &g->gray) = p;
    g->gray_last = p;
}

// ---- pause.c ----

// A stop of the program. One within another is part of that.
typedef struct gc_pause {
    uint64_t start, foreign;
    bool outer;
} gc_pause;

gc_pause ouroi_pause_begin(gc *g);
// Returns how long it was, finalizers and callbacks apart.
uint64_t ouroi_pause_end(gc *g, gc_pause p);

// ---- pace.c ----

void ouroi_pace_init(ouro_rt *rt);
// After anything that changes when the next collection is to start.
void ouroi_pace_reset(ouro_rt *rt);
// After a collection that had to be skipped: the next is due after as many births again, not at the next one.
void ouroi_pace_later(ouro_rt *rt);
void ouroi_pace_note(ouro_rt *rt, int generation, size_t found, size_t candidates);
// Before one in slices.
void ouroi_pace_begin(ouro_rt *rt);
// After one in slices, which has worked for so many nanoseconds: growth is measured from the tracked bytes that it has
// found alive.
void ouroi_pace_verified(ouro_rt *rt, size_t alive, uint64_t worked);
void ouroi_pace_due(heap *h);
bool ouroi_pace_emergency(heap *h);
// Net births of tracked objects since the last young collection.
size_t ouroi_pace_births(const ouro_rt *rt);
size_t ouroi_pace_old(const ouro_rt *rt);
// Bytes of tracked objects, but for frozen ones. Cost: the number of pages.
size_t ouroi_pace_tracked_bytes(const ouro_rt *rt);

// ---- collect.c ----

gc_survey ouroi_survey(ouro_rt *rt);
// Weak references, callbacks and finalizers of the white, and the second look. Returns how many are still white.
size_t ouroi_finish_white(ouro_rt *rt, const gc_survey *s, ouro_gc_info *info);
// Frees the white, or saves them on request.
void ouroi_free_white(ouro_rt *rt, const gc_survey *s, ouro_gc_info *info);
void ouroi_stats_add(gc *g, const ouro_gc_info *info, bool done);
// A collection, callbacks and all. Returns what ouro_gc_collect does.
int64_t ouroi_collect(ouro_rt *rt, int generation);
// One without gc callbacks that frees only what needs no foreign code to be freed. Returns how many.
size_t ouroi_collect_quietly(ouro_rt *rt);
// The last ones of a runtime: without gc callbacks.
void ouroi_collect_finally(ouro_rt *rt);

// ---- control.c ----

bool ouroi_gc_new(ouro_rt *rt);
void ouroi_gc_free(ouro_rt *rt);
void ouroi_callbacks_run(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info);
// Puts an object into garbage; false without memory.
bool ouroi_garbage_add(ouro_rt *rt, ouro_obj *o);

#endif
