// SPDX-License-Identifier: MIT
// object.h: what the object floor offers the ones above: death, weak references and roots, as the collector needs them.
#ifndef OUROI_OBJECT_H
#define OUROI_OBJECT_H

#include "type.h"

#include <ouro/refcount.h>

// ---- death ----

// Makes the count word of an object that a full collection set aside a plain one; false if it is not set aside.
bool ouroi_count_back(ouro_obj *o);
// Any drop but one that leaves a plain count, or ends the object.
void ouroi_decref_odd(ouro_obj *o);
// Runs an object's finalizer with a reference of the caller's held; true if it had one that had not run yet.
bool ouroi_object_finalize(ouro_rt *rt, ouro_obj *o, const type_record *t);
// Ends objects that wait, as many as are owed for what was allocated: a part of them where an allocation has to pay for
// itself; all of them.
void ouroi_death_pay(heap *h);
void ouroi_death_settle(heap *h);
// Ends up to so many. Returns whether there were any.
bool ouroi_death_go_on(heap *h, size_t most);
// Drops a reference for the collector: like ouro_decref, without the trace that ouro_decref leaves in debug builds.
static inline void reference_drop(ouro_obj *o) {
    (ouro_decref)(o);
}

// ---- weak references ----

typedef struct weak_ref {
    ouro_obj head;
    ouro_obj *arg; // described
    ouro_weak_fn fn;
    ouro_obj *target; // not owned; NULL once dead
    struct weak_ref *newer, *older;
} weak_ref;

_Static_assert(sizeof(weak_ref) == sizeof(ouro_weak), "what extends a weak reference begins behind it");

// Weak references whose callbacks are to run, each held by a reference of the queue, linked by `older`.
typedef struct weak_queue {
    weak_ref *first, *last;
} weak_queue;

typedef enum weak_which { WEAK_WITH_CALLBACK, WEAK_EVERY } weak_which;

// Makes the weak references to an object dead; queues those which have a callback that is wanted now (NULL: none).
// Those wanted later are alive if and when ouroi_weak_run_postponed calls them.
void ouroi_weak_clear(ouro_rt *rt, ouro_obj *target, weak_which which, weak_wanted wanted, weak_queue *queue);
// Runs the callbacks of a queue and empties it. Returns how many of its weak references died with that.
size_t ouroi_weak_run(ouro_rt *rt, weak_queue *queue);
void ouroi_weak_run_postponed(ouro_rt *rt);
// Makes a weak reference dead without a callback, now or later.
void ouroi_weak_disarm(ouro_rt *rt, weak_ref *w);
static inline bool object_is_weak(const ouro_obj *o) {
    return type_of(o)->flags & TYPE_WEAK;
}
// The first fault in the table, as text; NULL if there is none.
const char *ouroi_weak_verify(ouro_rt *rt);

// ---- roots ----

// Hands every reference of registered slots, visitors and scopes to visit.
void ouroi_roots_each(ouro_rt *rt, ouro_visit visit, void *arg);
// The next n registered slots, from *at on; true if there are more. And all other roots. NULL may be among them.
bool ouroi_roots_slots(ouro_rt *rt, size_t *at, size_t n, ouro_visit visit, void *arg);
void ouroi_roots_others(ouro_rt *rt, ouro_visit visit, void *arg);
void ouroi_roots_empty(ouro_rt *rt);
void ouroi_roots_free(ouro_rt *rt);

#endif
