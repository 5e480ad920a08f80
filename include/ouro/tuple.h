// SPDX-License-Identifier: MIT
// ouro/tuple.h: a fixed row of objects, immutable. The items lie in the object.
#ifndef OURO_TUPLE_H
#define OURO_TUPLE_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_tuple_type;

typedef struct ouroi_tuple {
    ouro_obj head;
    uint64_t size;
    // the items follow
} ouroi_tuple;

// Makes a tuple of n objects. Takes: the items are kept. Returns: new; the empty tuple is one and immortal.
// Fails: OURO_ERR_MEMORY; OURO_ERR_OVERFLOW. Runs: as ouro_new.
OURO_API ouro_obj *ouro_tuple_new(ouro_rt *rt, ouro_obj *const *items, size_t n);

// As ouro_tuple_new. Takes: the items are stolen, on failure too.
OURO_API ouro_obj *ouro_tuple_new_steal(ouro_rt *rt, ouro_obj *const *items, size_t n);

// Makes a tuple of what an iterable gives; a tuple gives itself. Runs: arbitrary code.
OURO_API ouro_obj *ouro_tuple_from(ouro_rt *rt, ouro_obj *iterable);

// 1 if the object is a tuple, else 0.
static inline int ouro_is_tuple(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_TUPLE);
}

// How many items a tuple has.
static inline size_t ouro_tuple_size(const ouro_obj *o) {
    return (size_t)((const ouroi_tuple *)(const void *)o)->size;
}

// The item at a position that is less than the size. Returns: borrowed, while the tuple lives.
static inline ouro_obj *ouro_tuple_peek(const ouro_obj *o, size_t i) {
    return ((ouro_obj *const *)(const void *)((const ouroi_tuple *)(const void *)o + 1))[i];
}

// The item at a position, which may be negative. Returns: new. Fails: OURO_ERR_TYPE, OURO_ERR_INDEX.
OURO_API ouro_obj *ouro_tuple_get(ouro_rt *rt, ouro_obj *o, ptrdiff_t i);

// What lies between two positions, cut to what there is; negative ones count from the end. Returns: new.
OURO_API ouro_obj *ouro_tuple_slice(ouro_rt *rt, ouro_obj *o, ptrdiff_t start, ptrdiff_t stop);

// a and b, one behind the other. Returns: new.
OURO_API ouro_obj *ouro_tuple_concat(ouro_rt *rt, ouro_obj *a, ouro_obj *b);

OURO_END

#endif
