// SPDX-License-Identifier: MIT
// ouro/range.h: the ints from start to stop (not included), step apart; immutable, O(1) in memory. A slice of one is a
// range again; one whose stop or step would not fit 64 bits is OURO_ERR_OVERFLOW.
#ifndef OURO_RANGE_H
#define OURO_RANGE_H

#include "kind.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_range_type;

// Makes a range. Returns: new; NULL on failure. Fails: OURO_ERR_VALUE if the step is 0; OURO_ERR_MEMORY.
OURO_API ouro_obj *ouro_range_new(ouro_rt *rt, int64_t start, int64_t stop, int64_t step);

// 1 if the object is a range, else 0.
static inline int ouro_is_range(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_RANGE;
}

// How many ints it has, and the first and the distance.
OURO_API uint64_t ouro_range_count(const ouro_obj *o);
OURO_API int64_t ouro_range_start(const ouro_obj *o);
OURO_API int64_t ouro_range_step(const ouro_obj *o);

OURO_END

#endif
