// SPDX-License-Identifier: MIT
// ouro/debug.h: look inside: verify the heap, watch what happens, and make rare things frequent.
#ifndef OURO_DEBUG_H
#define OURO_DEBUG_H

#include "base.h"

OURO_BEGIN

// Checks the whole heap: the structure of segments and pages, free lists, headers, flags, that every described field
// holds NULL or a living object of this runtime and of the field's target type, and that no object has fewer counts
// than the described references to it. May be called at any time, in callbacks too.
// Returns: 0 if all is well; -1 with OURO_ERR_STATE and a message that names the first fault. Cost: the whole heap.
OURO_API int ouro_verify(ouro_rt *rt);

typedef enum ouro_event_kind {
    OURO_EVENT_BORN = 1,        // o was made
    OURO_EVENT_DEAD = 2,        // o is about to be taken apart: its count is 0, its fields are still there
    OURO_EVENT_GC_START = 4,    // number: the generation
    OURO_EVENT_COPIED = 8,      // o is a candidate; number: its count, copied into its side count
    OURO_EVENT_SUBTRACTED = 16, // o refers to other; number: other's side count after taking 1 away
    OURO_EVENT_ROOT = 32, // o is no candidate: a registered root refers to it, or other does, which a root reaches
    OURO_EVENT_KEPT = 64, // o is alive: number: its surplus (0: reached from other, which is kept)
    OURO_EVENT_UNREACHABLE = 128,   // no surplus, and nothing kept reaches o
    OURO_EVENT_WEAK_CLEARED = 256,  // a weak reference to o became dead
    OURO_EVENT_FINALIZED = 512,     // o's finalizer has run
    OURO_EVENT_RESURRECTED = 1024,  // the second look found o alive again
    OURO_EVENT_CLEARED = 2048,      // o's references were dropped
    OURO_EVENT_FREED = 4096,        // o's block goes back; only its address means something now
    OURO_EVENT_GC_DONE = 8192,      // number: what the collection returns
    OURO_EVENT_SUSPECTED = 16384,   // in slices: o is old, and marking has not reached it
    OURO_EVENT_COMPONENT = 32768,   // in slices: a verdict over o and what is strongly connected with it. number: how
                                    // many they are, if they are garbage; else that less than 0
    OURO_EVENT_SLICE_START = 65536, // in slices: a slice begins; number: at which part of the collection
    OURO_EVENT_SLICE_DONE = 131072, // number: the part that is next
    OURO_EVENT_ALL = 262143
} ouro_event_kind;

// One thing that happened. What the list above does not name is NULL, or 0.
typedef struct ouro_event {
    ouro_event_kind kind;
    ouro_obj *o, *other;
    int64_t number;
} ouro_event;

// The hook only reads: it must not allocate, keep or drop.
typedef void (*ouro_event_fn)(ouro_rt *rt, const ouro_event *event, void *user);

// Sends the kinds of events in `kinds` (added up) to fn; 0 turns it off, and then nothing is paid for.
OURO_API void ouro_event_hook(ouro_rt *rt, unsigned kinds, ouro_event_fn fn, void *user);

// Runs a collection of generation `generation` before every allocation; -1 turns it off.
OURO_API void ouro_stress_collect(ouro_rt *rt, int generation);

typedef enum ouro_stress_mode { OURO_FAIL_NEVER, OURO_FAIL_ONCE, OURO_FAIL_FROM } ouro_stress_mode;

// Makes the n-th allocation from now fail (1 is the next), once, or that one and all after it. Objects, buffers, side
// memory of collections and the runtime's own tables count. n of 0, or OURO_FAIL_NEVER, turns it off; an n that is
// never reached only counts.
OURO_API void ouro_stress_fail(ouro_rt *rt, uint64_t n, ouro_stress_mode mode);

// How many allocations have been asked for since ouro_stress_fail was last turned on, and how many of them it made
// fail.
OURO_API uint64_t ouro_stress_allocations(const ouro_rt *rt);
OURO_API uint64_t ouro_stress_failures(const ouro_rt *rt);

// Runs the finalizers of a collection in an order that depends on the seed; 0 for the order of the heap.
OURO_API void ouro_stress_shuffle(ouro_rt *rt, uint64_t seed);

OURO_END

#endif
