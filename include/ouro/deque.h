// SPDX-License-Identifier: MIT
// ouro/deque.h: a row of objects that grows and shrinks at both ends in O(1), and is indexed in O(1).
#ifndef OURO_DEQUE_H
#define OURO_DEQUE_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_deque_type;

// Makes an empty deque that holds at most `max` items (SIZE_MAX: any number): beyond, what is put in at one end pushes
// out what is at the other. Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_deque_new(ouro_rt *rt, size_t max);

// 1 if the object is a deque.
static inline int ouro_is_deque(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_DEQUE;
}

// How many items, and how many it may have.
OURO_API size_t ouro_deque_size(const ouro_obj *deque);
OURO_API size_t ouro_deque_max(const ouro_obj *deque);

// Adds an item at the right end, or the left. Takes: kept. Returns: 0, or -1: unchanged.
// Runs: arbitrary code (a collection; an item pushed out may die).
OURO_API int ouro_deque_append(ouro_rt *rt, ouro_obj *deque, ouro_obj *item);
OURO_API int ouro_deque_append_left(ouro_rt *rt, ouro_obj *deque, ouro_obj *item);

// Takes an item out at the right end, or the left: 1 and the item (new); 0 and NULL if it is empty; -1.
OURO_API int ouro_deque_pop(ouro_rt *rt, ouro_obj *deque, ouro_obj **item);
OURO_API int ouro_deque_pop_left(ouro_rt *rt, ouro_obj *deque, ouro_obj **item);

// Adds all that an iterable gives at the right end; the deque itself is allowed. Returns: 0, or -1: unchanged.
// Runs: arbitrary code. Cost: what it gives, in time; no more than `max` of it is kept meanwhile.
OURO_API int ouro_deque_extend(ouro_rt *rt, ouro_obj *deque, ouro_obj *iterable);

// The item at a position, which may be negative. Returns: new. Fails: OURO_ERR_INDEX.
OURO_API ouro_obj *ouro_deque_get(ouro_rt *rt, ouro_obj *deque, ptrdiff_t i);

// Puts an item in the place of another. Returns: 0, or -1. Fails: OURO_ERR_INDEX.
OURO_API int ouro_deque_set(ouro_rt *rt, ouro_obj *deque, ptrdiff_t i, ouro_obj *item);

// Moves n items from the right end to the left (negative: the other way). Returns: 0, or -1 if it is no deque.
// Cost: n, or what is left of the size if that is less.
OURO_API int ouro_deque_rotate(ouro_rt *rt, ouro_obj *deque, ptrdiff_t n);

// Removes every item. Returns: 0, or -1 if it is no deque.
OURO_API int ouro_deque_clear(ouro_rt *rt, ouro_obj *deque);

OURO_END

#endif
