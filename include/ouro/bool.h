// SPDX-License-Identifier: MIT
// ouro/bool.h: true and false. Each runtime has one of each; they are immortal. As numbers they are 1 and 0, and equal
// to the ints 1 and 0.
#ifndef OURO_BOOL_H
#define OURO_BOOL_H

#include "none.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_bool_type;

// True for any number but 0. Returns: immortal: it may be dropped, and need not be.
static inline ouro_obj *ouro_bool(ouro_rt *rt, int value) {
    return ouroi_std(rt)->bools[value != 0];
}

// 1 if the object is true or false, else 0.
static inline int ouro_is_bool(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_BOOL;
}

// 1 for true, 0 for false; the object must be one of them.
OURO_API int ouro_bool_value(const ouro_obj *o);

OURO_END

#endif
