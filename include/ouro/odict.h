// SPDX-License-Identifier: MIT
// ouro/odict.h: a dict whose order can be changed in O(1): a key moves to either end, the oldest or newest is taken
// out. Two of them are equal if their keys are in the same order; one and a dict, whatever the order.
#ifndef OURO_ODICT_H
#define OURO_ODICT_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_odict_type;

// One of the two ends of an ordered dict.
typedef enum ouro_end { OURO_FIRST, OURO_LAST } ouro_end;

// Makes an empty ordered dict. Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_odict_new(ouro_rt *rt);

// 1 if the object is an ordered dict.
static inline int ouro_is_odict(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_ODICT);
}

// As the functions of ouro/dict.h of the same name. A walk by ouro_odict_each_peek whose loop moves keys may meet them
// again, or not at all.
OURO_API size_t ouro_odict_size(const ouro_obj *odict);
OURO_API int ouro_odict_get(ouro_rt *rt, ouro_obj *odict, ouro_obj *key, ouro_obj **value);
OURO_API int ouro_odict_has(ouro_rt *rt, ouro_obj *odict, ouro_obj *key);
OURO_API int ouro_odict_set(ouro_rt *rt, ouro_obj *odict, ouro_obj *key, ouro_obj *value);
OURO_API int ouro_odict_del(ouro_rt *rt, ouro_obj *odict, ouro_obj *key);
OURO_API int ouro_odict_clear(ouro_rt *rt, ouro_obj *odict);
OURO_API int ouro_odict_each_peek(const ouro_obj *odict, size_t *at, ouro_obj **key, ouro_obj **value);

// Moves a key to one of the ends. Returns: 1, 0 if there is no such key, -1. Runs: arbitrary code.
OURO_API int ouro_odict_move(ouro_rt *rt, ouro_obj *odict, ouro_obj *key, ouro_end end);

// Takes the key at one of the ends out: 1 and both (new); 0 and NULLs if it is empty; -1.
OURO_API int ouro_odict_pop(ouro_rt *rt, ouro_obj *odict, ouro_end end, ouro_obj **key, ouro_obj **value);

OURO_END

#endif
