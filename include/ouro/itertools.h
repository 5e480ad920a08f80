// SPDX-License-Identifier: MIT
// ouro/itertools.h: iterators over what others give, one item at a time: a chain of them needs the same memory for ten
// items and for ten million.
//
//     ouro_obj *lines = ouro_lines_open(rt, "log"), *errors = lines ? ouro_iter_filter(rt, is_error, lines) : NULL;
//
// All begin with nothing read. Errors of a source or function pass through; the iterator may be asked again, and goes
// on with the source's next item: the one that was under way is lost if the source has given it. It never is for want
// of memory of its own. At the end an iterator lets go of its source, and the end stays the end.
// Zip and enumerate hold the tuple that they gave last, and so its items, until they are asked again. If nobody else
// has it by then, and no weak reference watches it, it is what they give next, with other items.
// A source that asks the iterator that is asking it is told OURO_ERR_STATE, as by a generator; it may drop it.
// Each level of a nest of iterators counts as a call: beyond ouro_std_options.max_depth of them the next item is
// OURO_ERR_DEPTH, and nothing has changed.
//
// Each function here returns: new, an iterator; NULL on failure. Takes: what is passed is kept. Fails: OURO_ERR_TYPE if
// something is not iterable; OURO_ERR_MEMORY. Runs: arbitrary code.
#ifndef OURO_ITERTOOLS_H
#define OURO_ITERTOOLS_H

#include "base.h"

OURO_BEGIN

// All items of the first of some iterables, then all of the next, ... `iterables` is itself iterable, asked for the
// next one only when the last has ended.
OURO_API ouro_obj *ouro_iter_chain(ouro_rt *rt, ouro_obj *iterables);

// What a callable gives for each item.
OURO_API ouro_obj *ouro_iter_map(ouro_rt *rt, ouro_obj *callable, ouro_obj *iterable);

// The items for which a callable gives something true; without one (NULL) those that are true themselves.
OURO_API ouro_obj *ouro_iter_filter(ouro_rt *rt, ouro_obj *callable, ouro_obj *iterable);

// Tuples of one item of each iterable. The first that has ended is the end; what those before it have given then is
// lost, and so it is if one fails. None at all end at once.
OURO_API ouro_obj *ouro_iter_zip(ouro_rt *rt, ouro_obj *const *iterables, size_t n);

// Tuples of a number and an item, the first number `start`. Beyond 2^63 - 1 an item is OURO_ERR_OVERFLOW, unread.
OURO_API ouro_obj *ouro_iter_enumerate(ouro_rt *rt, ouro_obj *iterable, int64_t start);

// The items at start, start + step, ... before stop (SIZE_MAX: to the end). Lets go of the source with the last one.
// Fails: also OURO_ERR_VALUE if step is 0.
OURO_API ouro_obj *ouro_iter_slice(ouro_rt *rt, ouro_obj *iterable, size_t start, size_t stop, size_t step);

// The first n items.
static inline ouro_obj *ouro_iter_take(ouro_rt *rt, ouro_obj *iterable, size_t n) {
    return ouro_iter_slice(rt, iterable, 0, n, 1);
}

OURO_END

#endif
