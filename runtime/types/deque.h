// SPDX-License-Identifier: MIT
// deque.h: the inside of a deque, for the two files that it is made of. It is a ring of places, a power of two in
// number. The items begin at `first` and go on, past the last place to the first one; all other places are NULL, so
// that the whole ring is a described tail.
//
// Every change of the order or number of items gives the deque another version, by which iterators notice it.
#ifndef OUROI_DEQUE_H
#define OUROI_DEQUE_H

#include "seq.h"

typedef struct deque_object {
    ouro_obj head;
    ouro_obj **ring;
    uint32_t capacity, first, size;
    uint32_t version;
    size_t max;
} deque_object;

static inline deque_object *deque_peek(const ouro_obj *o) {
    return (deque_object *)(uintptr_t)o;
}

static inline ouro_obj **deque_place(const deque_object *d, size_t i) {
    return &d->ring[(d->first + i) & (d->capacity - 1)];
}

// Gives memory back when most of it is empty; cannot fail. Runs: arbitrary code.
void ouroi_deque_shrink(ouro_rt *rt, deque_object *d);
// The operations of its type, see deque_ops.c.
extern const ouro_ops ouroi_deque_ops;
// Registers the type of its iterators. 0, or -1.
int ouroi_deque_iter_open(ouro_rt *rt);

#endif
