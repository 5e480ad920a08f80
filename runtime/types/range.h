// SPDX-License-Identifier: MIT
// range.h: the inside of a range, for iterators.
#ifndef OUROI_RANGE_H
#define OUROI_RANGE_H

#include "seq.h"

typedef struct range_object {
    ouro_obj head;
    int64_t start, stop, step;
    uint64_t count;
} range_object;

static inline const range_object *range_peek(const ouro_obj *o) {
    return (const range_object *)(const void *)o;
}

// The int at a position less than the count.
static inline int64_t range_item(const range_object *r, uint64_t i) {
    return (int64_t)((uint64_t)r->start + i * (uint64_t)r->step);
}

#endif
