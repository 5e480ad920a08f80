// SPDX-License-Identifier: MIT
// ouro/slice.h: start, stop and step, as an object (for ouro_get_item) and as numbers. Each of the three may be none.
#ifndef OURO_SLICE_H
#define OURO_SLICE_H

#include "kind.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_slice_type;

// What a slice means for a sequence of a certain length: `count` positions from `start` on, `step` apart.
typedef struct ouro_bounds {
    ptrdiff_t start, stop, step;
    size_t count;
} ouro_bounds;

// Makes a slice; NULL stands for none. Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_slice_new(ouro_rt *rt, ouro_obj *start, ouro_obj *stop, ouro_obj *step);

// 1 if the object is a slice, else 0.
static inline int ouro_is_slice(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_SLICE;
}

// Works out what a slice means for a length. Returns: 0, or -1.
// Fails: OURO_ERR_TYPE if one of the three is neither int nor none; OURO_ERR_VALUE if the step is 0. Runs: nothing.
OURO_API int ouro_slice_bounds(ouro_rt *rt, const ouro_obj *slice, size_t length, ouro_bounds *bounds);

// Cuts start and stop, negative ones counted from the end, to 0 <= start <= stop <= length.
OURO_API void ouro_clip(ptrdiff_t *start, ptrdiff_t *stop, size_t length);

OURO_END

#endif
