// SPDX-License-Identifier: MIT
// ouro/weakset.h: a set that does not keep its members alive: one goes the moment in which it dies. All that is said in
// ouro/weakdict.h of weak keys is true of members.
#ifndef OURO_WEAKSET_H
#define OURO_WEAKSET_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_weakset_type; // "WeakSet"

// Makes a weak set of what an iterable gives (NULL: empty). What nobody else holds is gone again at once.
// Returns: new; NULL on failure. Fails: OURO_ERR_TYPE for what cannot be hashed; OURO_ERR_MEMORY. Runs: arbitrary code.
OURO_API ouro_obj *ouro_weakset_new(ouro_rt *rt, ouro_obj *iterable);

// 1 if the object is a weak set.
OURO_API int ouro_is_weakset(const ouro_obj *o);

// All functions below fail with OURO_ERR_TYPE if `set` is none or an object cannot be hashed, and leave it as it was
// when they fail, but ouro_weakset_update. They may run arbitrary code.

// Returns: 0 and the number of members, or -1.
OURO_API int ouro_weakset_size(ouro_rt *rt, ouro_obj *set, size_t *size);

// 1 if an equal object is in it; 0; -1. O(1).
OURO_API int ouro_weakset_has(ouro_rt *rt, ouro_obj *set, ouro_obj *x);

// Puts an object in. Returns: 1, 0 if an equal one was in already, -1. O(1).
OURO_API int ouro_weakset_add(ouro_rt *rt, ouro_obj *set, ouro_obj *x);

// Takes an object out. Returns: 1, 0 if it was not in, -1. O(1).
OURO_API int ouro_weakset_remove(ouro_rt *rt, ouro_obj *set, ouro_obj *x);

// Takes the newest living object out: 1 and the object (new); 0 and NULL if there is none; -1 and NULL.
OURO_API int ouro_weakset_pop(ouro_rt *rt, ouro_obj *set, ouro_obj **x);

// Puts in all that an iterable gives. A failure half way leaves what was put in before it. Returns: 0, or -1.
OURO_API int ouro_weakset_update(ouro_rt *rt, ouro_obj *set, ouro_obj *iterable);

// Takes every object out. Returns: 0, or -1.
OURO_API int ouro_weakset_clear(ouro_rt *rt, ouro_obj *set);

// Walks over a set from C, as ouro_weakdict_each: 1 and the next living member (new); 0 and NULL. Runs: nothing.
OURO_API int ouro_weakset_each(const ouro_obj *set, size_t *at, ouro_obj **x);

// Besides: ouro_iter behaves as for weak dicts. Comparisons and | & - ^ (ouro_compare, ouro_binary) are those of sets,
// the other operand a weak set, set or frozenset; of a weak set on the left, the result is a weak set, too.

OURO_END

#endif
