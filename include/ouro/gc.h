// SPDX-License-Identifier: MIT
// ouro/gc.h: the cycle collector. Names and meanings follow CPython's gc module.
//
// Counting frees almost everything. What it cannot free is garbage that refers to itself; the collector finds it by
// arithmetic: in a set of objects, take from each count the references that come from inside the set; what is left
// over comes from outside (a C variable, an older object, anything), and keeps that object and all it reaches alive.
// Objects are born into generation 0; survivors of a collection move on to 1 and 2. A full collection (2) marks what
// the registered roots reach first, and does the arithmetic only for the rest.
#ifndef OURO_GC_H
#define OURO_GC_H

#include "base.h"

OURO_BEGIN

#define OURO_GC_FULL 2
#define OURO_GC_EXACT 4

// Collects a generation and those younger than it, whether or not the collector is enabled. A full collection also
// gives empty pages back (ouro/mem.h).
// A full collection need not look at everything: what was alive at the last one, and met no change of its count since,
// can only be garbage if something that did change is garbage, too, and leads to it. So one that follows another at
// once costs next to nothing, and one after few changes little. Every 17th in a row, and OURO_GC_FULL | OURO_GC_EXACT,
// examine everything, whatever a type may have kept secret.
// Returns: how many unreachable objects were found (freed, or put into garbage); 0 if called while collecting; -1 on
// failure.
// Fails: OURO_ERR_VALUE for a generation other than 0, 1, 2 and that. If there is no memory for the collection's side
// table the collection is skipped and counted in the statistics; that is no failure, and nothing has changed.
// Runs: arbitrary code.
OURO_API int64_t ouro_gc_collect(ouro_rt *rt, int generation);

// ---- in slices ----
//
// A full collection can go on in slices: short stops, between which the program does what it likes. There is no write
// barrier, and nothing that the program does costs more than without. What could not be reached when it began is gone
// when it ends, but for what finalizers, weak references and walks have brought back, and what hangs on objects that
// wait for their death (ouro/refcount.h); what is alive stays. It takes longer than one in one stop, and side memory: 4
// bytes for each old object that marking does not reach, 8 and more for each of them that then looks like garbage.
//
// A slice is as long as it is told, and then ends at the next of its steps. Longer than that are
//   the verdict over garbage of which each part reaches every other: 20 to 40 ns for each of its references, once;
//   what a type's own clear does; one root visitor and one scope, but not what they report: that is marked in slices;
//   the young collection at the beginning, and those that come between the slices as ever;
//   finalizers and callbacks, which are the program's own, and the deaths of what only garbage refers to, which have a
//   budget if the program sets one (ouro/refcount.h).
// A program that registers no roots gets the same. All its old objects are examined then: twice the time.

// Does a part of a full collection in slices, for about `budget` microseconds; 0 for as little as possible. The first
// part begins one. For programs with an idle loop, or a frame to draw: ouro_gc_set_mode and ouro_gc_disable are for
// automatic ones, and do not matter. Objects that wait for their death (ouro/refcount.h) come first, a budget's worth.
// Returns: 1 if this part was the last, or there was no memory for the rest (a collection skipped, in the statistics);
// 0 if there is more to do, or if called while collecting.
// Runs: arbitrary code.
OURO_API int ouro_gc_step(ouro_rt *rt, uint64_t budget);

// How a collection in slices gets on, and what it knows. Bytes are those of blocks. `tracked` objects are those that
// can be in cycles; their buffers, and leaves that they refer to, come on top.
//
// What was garbage when the collection began, and is still there, is no more than garbage_most. For an object that is
// found to be alive was reached from something in use, so it was no garbage then. After the young collection at the
// beginning all garbage is old: garbage_most is what objects took then, less those of them that have been found alive
// since (each counted once), less those freed. It falls to 0 with the end. What has become garbage since the beginning
// was alive then, or is new: it is no more than alive (at the end) and allocated together, and the next collection's.
typedef struct ouro_gc_progress {
    int under_way;                    // 1 if one has begun and not ended
    unsigned part, parts;             // which part of its work it is at, of how many
    uint64_t visits, visits_expected; // its work so far; in all, judged by the last one, and not less than so far
    size_t condemned;                 // objects found to be garbage, finalized, and not freed yet
    size_t in_use;                    // tracked bytes in use now, but for frozen ones
    size_t alive;                     // tracked bytes found alive so far; if none is under way, by the last
    uint64_t allocated;  // bytes of all kinds allocated since it (or the last) began, up to a page of blocks
                         // of each size too many
    size_t garbage_most; // see above; if none is under way: 0, or in_use after one that was given up
    uint64_t slices;     // so far, of all collections
    uint64_t ended, given_up, forced; // collections that ended; were given up for one in one stop, a freeze or the
                                      // like; those of them that had fallen behind
} ouro_gc_progress;

// Cost: the number of pages.
OURO_API void ouro_gc_get_progress(const ouro_rt *rt, ouro_gc_progress *progress);

// How long the collector has stopped the program: young collections, slices, collections in one stop. Finalizers and
// callbacks, which are the program's own code, do not count, nor do deaths that counting alone brings. Percentiles are
// exact within an eighth.
typedef struct ouro_gc_pauses {
    uint64_t n;
    uint64_t total_ns, p50_ns, p99_ns, p999_ns, longest_ns; // half, 99 %, 99.9 %, all of them took no longer
} ouro_gc_pauses;

OURO_API void ouro_gc_get_pauses(const ouro_rt *rt, ouro_gc_pauses *pauses);

// Begins to count anew.
OURO_API void ouro_gc_reset_pauses(ouro_rt *rt);

// How automatic full collections are done.
typedef enum ouro_gc_mode { OURO_GC_ONE_STOP, OURO_GC_SLICED } ouro_gc_mode;

// From now on automatic full collections are done in one stop, as at first, or in slices. Gives up the one in slices
// that is under way.
// In slices: a full collection begins when the bytes in use have grown by a quarter of what the last one has found
// alive, or later, up to 60 %, while collections take more than a quarter of the time; a heap with less than 32 MiB
// alive is taken for one of 32 MiB. Slices come with allocations, so that it ends before they have grown by some 85 %.
// If they grow by as much again as was alive, the rest is done in one stop, and counted as forced. Young collections
// come after 8,192 net new objects.
// Runs: arbitrary code (what that one had found to be garbage is freed).
OURO_API void ouro_gc_set_mode(ouro_rt *rt, ouro_gc_mode mode);
OURO_API ouro_gc_mode ouro_gc_get_mode(const ouro_rt *rt);

// How long an automatic slice is to take, in microseconds; 250 at first. Up to eight times as long if memory is taken
// faster than slices come.
OURO_API void ouro_gc_set_slice(ouro_rt *rt, unsigned microseconds);
OURO_API unsigned ouro_gc_get_slice(const ouro_rt *rt);

// Turns automatic collection, and the one before an allocation fails, off until ouro_gc_enable was called as often as
// this. Returns: how often it is now off.
OURO_API unsigned ouro_gc_disable(ouro_rt *rt);

// Takes one ouro_gc_disable back; no effect if there is none. Returns: how often it is still off.
OURO_API unsigned ouro_gc_enable(ouro_rt *rt);

// 1 if automatic collection is on.
OURO_API int ouro_gc_isenabled(const ouro_rt *rt);

// Asks for a full collection at the next safepoint, or when the runtime next takes a page for allocation.
// Thread: any, and signal handlers.
OURO_API void ouro_gc_request(ouro_rt *rt);

// Pins CPython's scheme: generation 0 is collected when more than t0 tracked objects have been born, net of those
// that died, since the last time; 1 after more than t1 collections of 0; 2 after more than t2 of 1, and when what has
// grown old since the last full collection is a quarter of what is old. t0 of 0 turns automatic collection off.
OURO_API void ouro_gc_set_threshold(ouro_rt *rt, size_t t0, size_t t1, size_t t2);

// Goes back to the default scheme: a young collection (generations 0 and 1 together) after 8,192 net new objects,
// doubling up to 262,144 while hardly anything is found, going back when something is; a full one when the number of
// old objects, or the bytes of all memory in use, has grown by a quarter since the last, up to as much again while
// full collections find hardly anything.
OURO_API void ouro_gc_adapt(ouro_rt *rt);

// The thresholds in force.
OURO_API void ouro_gc_get_threshold(const ouro_rt *rt, size_t *t0, size_t *t1, size_t *t2);

// Also collects the young generations when so many bytes of pages, large buffers and external memory have been
// taken since the last collection; 0 for never. The default is 64 MiB.
OURO_API void ouro_gc_set_threshold_bytes(ouro_rt *rt, size_t bytes);
OURO_API size_t ouro_gc_get_threshold_bytes(const ouro_rt *rt);

// The counts that are compared with the thresholds. Cost: the number of pages that hold young objects.
OURO_API void ouro_gc_get_count(const ouro_rt *rt, size_t *c0, size_t *c1, size_t *c2);

// What the collections of one generation have done so far.
typedef struct ouro_gc_stats {
    uint64_t collections;
    uint64_t candidates;    // objects whose counts were examined
    uint64_t marked;        // objects found by marking from registered roots instead
    uint64_t collected;     // unreachable objects freed (or saved in garbage on request)
    uint64_t uncollectable; // unreachable objects that could not be taken apart
    uint64_t resurrected;   // unreachable objects brought back by finalizers
    uint64_t edges;         // references visited
    uint64_t skipped;       // collections not done for lack of memory
    uint64_t duration_ns;   // by the clock on the wall, finalizers and callbacks included
    uint64_t longest_ns;    // of one collection; of those in slices, of one slice
} ouro_gc_stats;

// Fills in the statistics of the three generations.
OURO_API void ouro_gc_get_stats(const ouro_rt *rt, ouro_gc_stats stats[3]);

typedef enum ouro_gc_phase { OURO_GC_START, OURO_GC_STOP } ouro_gc_phase;

typedef struct ouro_gc_info {
    int generation;
    uint64_t candidates, collected, uncollectable, resurrected, duration_ns; // 0 at start
    uint64_t slices;                                                         // stops, if it was done in slices; else 0
    uint64_t longest_ns;                                                     // the longest of its stops
    uint64_t allocated, alive; // in slices: bytes allocated meanwhile, and found alive; see ouro_gc_progress
    int given_up;              // at the end: 1 if it was in slices, and not brought to its end
} ouro_gc_info;

// Called before and after each collection, but the one in ouro_rt_destroy. One in slices that is given up ends, too,
// with what it has found until then; if that was for lack of memory, it is told as soon as arbitrary code may run.
typedef void (*ouro_gc_fn)(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user);

// Adds a function to be called around collections. Fails: OURO_ERR_MEMORY.
OURO_API int ouro_gc_callback_add(ouro_rt *rt, ouro_gc_fn fn, void *user);

// Takes off the callback added with this function and user. No effect if there is none. Legal in a callback.
OURO_API void ouro_gc_callback_remove(ouro_rt *rt, ouro_gc_fn fn, void *user);

enum {
    OURO_GC_DEBUG_STATS = 1,         // a summary of each collection on stderr
    OURO_GC_DEBUG_COLLECTABLE = 2,   // a line for each unreachable object
    OURO_GC_DEBUG_UNCOLLECTABLE = 4, // a line for each that cannot be taken apart
    OURO_GC_DEBUG_SAVEALL = 32       // unreachable objects go to garbage instead of being freed
};

OURO_API void ouro_gc_set_debug(ouro_rt *rt, unsigned flags);
OURO_API unsigned ouro_gc_get_debug(const ouro_rt *rt);

// The garbage list: what could not be taken apart, or was saved on request. It owns its references.
OURO_API size_t ouro_gc_garbage_count(const ouro_rt *rt);

// The i-th object in garbage. Returns: borrowed, until the list changes; NULL beyond the end.
OURO_API ouro_obj *ouro_gc_garbage_peek(const ouro_rt *rt, size_t i);

// Drops everything in garbage. Runs: arbitrary code.
OURO_API void ouro_gc_garbage_clear(ouro_rt *rt);

// Hands each tracked object of a generation (0, 1, 2; -1 for all three) to `visit` until it returns non-zero; frozen
// ones excepted, and in finalizers and callbacks of a collection also those that it found unreachable. The visitor may
// do anything: no collection starts meanwhile, what it drops is not handed over, and what it makes may be.
// Returns: what the last visit returned; -1 on failure. Fails: OURO_ERR_VALUE for another generation.
OURO_API int ouro_gc_get_objects(ouro_rt *rt, int generation, ouro_visit visit, void *arg);

// Hands each tracked object that refers to `target` to `visit`, once each, as ouro_gc_get_objects does. Cost: the whole
// heap.
OURO_API int ouro_gc_get_referrers(ouro_rt *rt, ouro_obj *target, ouro_visit visit, void *arg);

// Hands each reference that the object owns to `visit`, which must not change the object. Nothing for an object that is
// not tracked and whose type has a traverse callback. Returns: what the last visit returned.
OURO_API int ouro_gc_get_referents(ouro_rt *rt, ouro_obj *o, ouro_visit visit, void *arg);

// 1 if the collector looks after the object. 0 for acyclic types.
static inline int ouro_gc_is_tracked(const ouro_obj *o);

// 1 if the object's finalizer has run.
static inline int ouro_gc_is_finalized(const ouro_obj *o);

// Which generation a tracked object is in: 0, 1 or 2 (frozen ones are 2).
static inline int ouro_gc_generation(const ouro_obj *o);

// Sets all tracked objects aside: no collection looks at them until ouro_gc_unfreeze, their pages are closed to new
// objects, and a forked child that collects does not copy them. No effect while a collection runs.
// Cost: the number of young objects and of pages.
OURO_API void ouro_gc_freeze(ouro_rt *rt);

// Puts frozen objects back, into generation 2. No effect while a collection runs.
OURO_API void ouro_gc_unfreeze(ouro_rt *rt);

// How many objects are frozen.
OURO_API size_t ouro_gc_get_freeze_count(const ouro_rt *rt);

OURO_END

#include "object.h"

static inline int ouro_gc_is_tracked(const ouro_obj *o) {
    return (o->ouroi_meta & OUROI_TRACKED) != 0;
}

static inline int ouro_gc_is_finalized(const ouro_obj *o) {
    return (o->ouroi_meta & OUROI_FINALIZED) != 0;
}

static inline int ouro_gc_generation(const ouro_obj *o) {
    return (int)((o->ouroi_meta & OUROI_GEN_MASK) >> OUROI_GEN_SHIFT);
}

#endif
