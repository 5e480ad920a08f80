// SPDX-License-Identifier: MIT
// ouro/weak.h: references that do not keep alive. A weak reference is an object of its own; it costs the object it
// watches one flag bit and an entry in a side table.
//
// When an object dies all its weak references become dead first; then the callbacks run, newest first. A callback
// does not run when its weak reference is gone, or is garbage itself; nor when the weak reference was made by a
// finalizer of the very collection that frees the object.
#ifndef OURO_WEAK_H
#define OURO_WEAK_H

#include "base.h"

OURO_BEGIN

// Told that the object watched by `weak` has died; `arg` is borrowed. The weak reference is dead already.
typedef void (*ouro_weak_fn)(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg);

// Makes a weak reference to `target`. fn and arg may be NULL; arg is kept.
// Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_weak_new(ouro_rt *rt, ouro_obj *target, ouro_weak_fn fn, ouro_obj *arg);

// 1 and a new reference in *out while the object lives; 0 and NULL once it is dead or dying.
OURO_API int ouro_weak_get(ouro_obj *weak, ouro_obj **out);

// How many weak references watch the object.
OURO_API size_t ouro_weak_count(const ouro_obj *target);

// The type of weak references, for ouro_is.
OURO_API extern const ouro_type *const ouro_weak_type;

OURO_END

#endif
