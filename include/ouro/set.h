// SPDX-License-Identifier: MIT
// ouro/set.h: sets: each object once, in the order in which they came. A set changes; a frozenset does not, and has a
// hash. The functions take both, except where they change.
#ifndef OURO_SET_H
#define OURO_SET_H

#include "kind.h"
#include "ops.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_set_type;
OURO_API extern const ouro_type *const ouro_frozenset_type;

// Makes a set, or a frozenset, of what an iterable gives (NULL: empty). Returns: new; NULL on failure.
// Fails: OURO_ERR_TYPE for what cannot be hashed; OURO_ERR_MEMORY. Runs: arbitrary code.
OURO_API ouro_obj *ouro_set_new(ouro_rt *rt, ouro_obj *iterable);
OURO_API ouro_obj *ouro_frozenset_new(ouro_rt *rt, ouro_obj *iterable);

// 1 if the object is a set that changes.
static inline int ouro_is_set(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_SET);
}

// 1 if the object is a frozenset.
static inline int ouro_is_frozenset(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_FROZENSET);
}

// How many objects.
OURO_API size_t ouro_set_size(const ouro_obj *set);

// 1 if an equal object is in it; 0; -1. A set, which has no hash, is looked for as the frozenset that equals it.
// Runs: arbitrary code.
OURO_API int ouro_set_has(ouro_rt *rt, ouro_obj *set, ouro_obj *x);

// Puts an object in. Returns: 1, 0 if an equal one was in already, -1: unchanged. Runs: arbitrary code.
OURO_API int ouro_set_add(ouro_rt *rt, ouro_obj *set, ouro_obj *x);

// Takes an object out; a set finds the frozenset that equals it. Returns: 1, 0 if it was not in, -1. Runs: arbitrary
// code.
OURO_API int ouro_set_remove(ouro_rt *rt, ouro_obj *set, ouro_obj *x);

// Takes the newest object out: 1 and the object (new); 0 and NULL if the set is empty; -1.
OURO_API int ouro_set_pop(ouro_rt *rt, ouro_obj *set, ouro_obj **x);

// Puts in all that an iterable gives. A failure half way leaves what was put in before it. Returns: 0, or -1.
OURO_API int ouro_set_update(ouro_rt *rt, ouro_obj *set, ouro_obj *iterable);

// Removes every object. Returns: 0, or -1 if it is no set.
OURO_API int ouro_set_clear(ouro_rt *rt, ouro_obj *set);

// A new set, of the type of `a`: OURO_OR what is in a or b, OURO_AND in both, OURO_SUB in a alone, OURO_XOR in one of
// the two. Any iterable will do for b. Returns: new. Runs: arbitrary code.
OURO_API ouro_obj *ouro_set_combine(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b);

// 1 if all of a is in b; 0; -1. Runs: arbitrary code.
OURO_API int ouro_set_is_subset(ouro_rt *rt, ouro_obj *a, ouro_obj *b);

// Walks over a set from C, as ouro_dict_each_peek.
OURO_API int ouro_set_each_peek(const ouro_obj *set, size_t *at, ouro_obj **x);

OURO_END

#endif
