// SPDX-License-Identifier: MIT
// ouro/none.h: the object that stands for nothing. Each runtime has one; it is immortal.
#ifndef OURO_NONE_H
#define OURO_NONE_H

#include "kind.h"
#include "runtime.h"

OURO_BEGIN

// What each runtime with the standard objects has at hand. All immortal.
typedef struct ouroi_std_front {
    ouro_obj *none, *bools[2], *empty_str, *empty_tuple;
} ouroi_std_front;

// The debug build says it when they are not open.
static inline const ouroi_std_front *ouroi_std(const ouro_rt *rt) {
    const ouroi_std_front *front = (const ouroi_std_front *)ouroi_rt_std(rt);
    if (OURO_DEBUG && !front)
        ouroi_std_missing(rt);
    return front;
}

OURO_API extern const ouro_type *const ouro_none_type;

// The runtime's none. Returns: immortal: it may be dropped, and need not be.
static inline ouro_obj *ouro_none(ouro_rt *rt) {
    return ouroi_std(rt)->none;
}

// 1 if the object is none, else 0.
static inline int ouro_is_none(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_NONE;
}

OURO_END

#endif
