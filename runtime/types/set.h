// SPDX-License-Identifier: MIT
// set.h: what set.c and set_ops.c know of each other.
#ifndef OUROI_SET_H
#define OUROI_SET_H

#include "table.h"

typedef struct frozenset {
    table t;
    uint64_t hash; // 0 if not computed
} frozenset;

extern const ouro_ops ouroi_set_ops, ouroi_frozenset_ops;

// True for sets and frozensets, in the wide sense of ouro_is_a.
bool ouroi_set_like(const ouro_obj *o);
// The stride of the table whose keys an object consists of, in their order: a set, frozenset or dict; else 0.
size_t ouroi_keys_stride(const ouro_obj *o);

// True for the operations of sets.
static inline bool ouroi_set_op(ouro_op op) {
    return op == OURO_OR || op == OURO_AND || op == OURO_SUB || op == OURO_XOR;
}

// Puts in an object whose hash is known. Returns: 1, 0 if it was in already, -1.
int ouroi_set_put(ouro_rt *rt, table *t, ouro_obj *x, uint32_t hash);
// Puts in all that an iterable gives. Returns: 0, or -1.
int ouroi_set_fill(ouro_rt *rt, table *t, ouro_obj *iterable);
// Makes the one empty frozenset of an empty one, which is stolen; NULL passes through.
ouro_obj *ouroi_frozenset_finish(ouro_rt *rt, ouro_obj *made);
ouro_obj *ouroi_set_iter(ouro_rt *rt, ouro_obj *o);

#endif
