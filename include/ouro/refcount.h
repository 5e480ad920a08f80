// SPDX-License-Identifier: MIT
// ouro/refcount.h: owning references. One word is read and written; nothing is called unless the object dies.
//
// A C variable that holds a reference simply owns a count: locals need no registration. What lies inside objects
// changes through the setref family, which takes the owner, because the collector must learn of references that move:
//
//     ouro_setref(&n->head, &n->left, v);     a field of a tracked object: keeps v, drops what was there
//     ouro_setslot(&global, v);               a root slot or a local: the same, without an owner
//
// A raw store into a described field is legal only before the object is tracked. Moving references about inside one
// object is free. A dropped reference may run arbitrary code, after the store: the slot is never seen half changed.
#ifndef OURO_REFCOUNT_H
#define OURO_REFCOUNT_H

#include "object.h"

OURO_BEGIN

OURO_API void ouroi_incref_slow(ouro_obj *o);
OURO_API void ouroi_decref_slow(ouro_obj *o);
OURO_API void ouroi_touch_slow(ouro_obj *o);
OURO_API void ouroi_store_check(ouro_obj *owner, ouro_obj **slot, ouro_obj *v);

// Adds a reference. A count that would overflow makes the object immortal: it leaks, it is never freed too early.
// Returns: o, now owned once more.
static inline ouro_obj *ouro_incref(ouro_obj *o) {
    uint32_t w = __atomic_load_n(&o->ouroi_count, __ATOMIC_RELAXED);
    uint32_t n = w + OUROI_ONE;
    if (__builtin_expect((int32_t)n > 0 && (!OURO_DEBUG || w >= OUROI_ONE), 1))
        __atomic_store_n(&o->ouroi_count, n, __ATOMIC_RELAXED);
    else
        ouroi_incref_slow(o);
    return o;
}

// Drops a reference; the object dies at once if it was the last (but see the budget below). One more operation between
// load and store would show (measured: 0.58 ns for a pair on a hot object, 0.97 with a flag to set): what has to be
// noted of an object is noted where its word is below 0, out of line.
// Runs: arbitrary code, if the object dies.
static inline void ouro_decref(ouro_obj *o) {
    uint32_t w = __atomic_load_n(&o->ouroi_count, __ATOMIC_RELAXED);
    if (__builtin_expect((int32_t)w >= (int32_t)(2 * OUROI_ONE), 1))
        __atomic_store_n(&o->ouroi_count, w - OUROI_ONE, __ATOMIC_RELAXED);
    else
        ouroi_decref_slow(o);
}

// ouro_incref, for a pointer that may be NULL. Returns: o.
static inline ouro_obj *ouro_xincref(ouro_obj *o) {
    return o ? ouro_incref(o) : o;
}

// ouro_decref, for a pointer that may be NULL.
static inline void ouro_xdecref(ouro_obj *o) {
    if (o)
        ouro_decref(o);
}

// A clean object whose reference moved into a field, without a change of count, is clean no more.
static inline void ouroi_touch(ouro_obj *o) {
    if (__builtin_expect((int32_t)__atomic_load_n(&o->ouroi_count, __ATOMIC_RELAXED) < 0, 0))
        ouroi_touch_slow(o);
}

// Stores v, which may be NULL, into a field of `owner` and drops what was there.
// Takes: v is stolen. Runs: arbitrary code, if what was there dies.
static inline void ouro_setref_steal(ouro_obj *owner, ouro_obj **slot, ouro_obj *v) {
    ouro_obj *old = *slot;
    if (OURO_DEBUG)
        ouroi_store_check(owner, slot, v);
    else
        (void)owner;
    if (v)
        ouroi_touch(v);
    *slot = v;
    ouro_xdecref(old);
}

// Stores v, which may be NULL, into a field of `owner` and drops what was there.
// Takes: v is kept. Runs: arbitrary code, if what was there dies.
static inline void ouro_setref(ouro_obj *owner, ouro_obj **slot, ouro_obj *v) {
    ouro_obj *old = *slot;
    if (OURO_DEBUG)
        ouroi_store_check(owner, slot, v);
    else
        (void)owner;
    *slot = ouro_xincref(v);
    ouro_xdecref(old);
}

// Moves the reference out of a field of `owner`, which becomes NULL.
// Returns: new, or NULL if the field was empty.
static inline ouro_obj *ouro_takeref(ouro_obj *owner, ouro_obj **slot) {
    ouro_obj *old = *slot;
    if (OURO_DEBUG)
        ouroi_store_check(owner, slot, 0);
    else
        (void)owner;
    *slot = 0;
    return old;
}

// Empties a field of `owner`. Runs: arbitrary code, if what was there dies.
static inline void ouro_clearref(ouro_obj *owner, ouro_obj **slot) {
    ouro_xdecref(ouro_takeref(owner, slot));
}

// Stores v, which may be NULL, into a root slot or a local variable and drops what was there.
// Takes: v is kept. Runs: arbitrary code, if what was there dies.
static inline void ouro_setslot(ouro_obj **slot, ouro_obj *v) {
    ouro_obj *old = *slot;
    *slot = ouro_xincref(v);
    ouro_xdecref(old);
}

// As ouro_setslot. Takes: v is stolen.
static inline void ouro_setslot_steal(ouro_obj **slot, ouro_obj *v) {
    ouro_obj *old = *slot;
    *slot = v;
    ouro_xdecref(old);
}

// Moves the reference out of a root slot or a local variable, which becomes NULL.
// Returns: new, or NULL if the slot was empty.
static inline ouro_obj *ouro_takeslot(ouro_obj **slot) {
    ouro_obj *old = *slot;
    *slot = 0;
    return old;
}

// ---- a budget for deaths ----
//
// An object that dies drops what it refers to, and that may die as well: the drop of the first of ten million in a
// list ends them all, there and then. A program that must not stop so long sets a budget. One drop ends no more objects
// then; the others wait, and go on dying a few at a time:
//
//   in calls that allocate, about 500 at a time, one for every 8 bytes: the program gets no memory faster than it gets
//   it back, so the heap does not grow while objects wait (OURO_AT_SAFEPOINT: in ouro_safepoint instead, as many as
//   were due in between);
//   in ouro_gc_step (ouro/gc.h), a budget's worth;
//   in ouro_death_finish, as many as it is told.
//
// All that wait are ended by a full collection in one stop, before it begins; when memory has run out, before an
// allocation fails; without a budget; and by ouro_rt_destroy. A program that does none of these keeps them waiting.
//
// What waits is dying: weak references do not find it, walks do not hand it over, nobody can get hold of it. But its
// finalizer, the callbacks of its weak references and its dealloc have not run, and what it refers to is alive: weak
// references do find that, and collections other than those named above take it for alive, so that cycles among it
// go one collection later. The order of deaths is the
// usual one as far as one drop goes, and not promised beyond. An object with more than 1,024 described references drops
// them in parts, each at the price of a death. Not in parts: a type's own clear and dealloc, and the garbage that one
// collection in one stop has found. The price: every death takes the way of those that have callbacks, some 20 ns more.

// Sets how many objects one drop may end; 0 for all, as at first: then what waits dies now (in a callback of a death:
// when the drop that runs it ends). Runs: arbitrary code.
OURO_API void ouro_death_set_budget(ouro_rt *rt, size_t n);
OURO_API size_t ouro_death_get_budget(const ouro_rt *rt);

// How many objects wait. How many more will die with them is not known.
OURO_API size_t ouro_death_waiting(const ouro_rt *rt);

// Ends up to n of those that wait, and of those that die with them. Does nothing in a callback of a death.
// Returns: how many wait now. Runs: arbitrary code.
OURO_API size_t ouro_death_finish(ouro_rt *rt, size_t n);

#if OURO_DEBUG
static inline void ouroi_decref_here(ouro_obj *o, const char *file, int line) {
    ouroi_here(file, line);
    ouro_decref(o);
}
#define ouro_decref(o) ouroi_decref_here((o), __FILE__, __LINE__)
#endif

OURO_END

#endif
