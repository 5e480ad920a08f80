// SPDX-License-Identifier: MIT
// ouro/weak.h: references that do not keep alive. A weak reference is an object of its own; it costs the object it
// watches one flag bit and an entry in a side table.
//
// When an object dies all its weak references become dead first; then the callbacks run, newest first. A callback
// does not run when its weak reference is gone, or is garbage itself; nor when the weak reference was made by a
// finalizer of the very collection that frees the object.
#ifndef OURO_WEAK_H
#define OURO_WEAK_H

#include "object.h"

OURO_BEGIN

// Told that the object watched by `weak` has died; `arg` is borrowed. The weak reference is dead already.
typedef void (*ouro_weak_fn)(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg);

// Makes a weak reference to `target`. fn and arg may be NULL; arg is kept.
// Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_weak_new(ouro_rt *rt, ouro_obj *target, ouro_weak_fn fn, ouro_obj *arg);

// What a struct begins with whose type extends ouro_weak_type (its base); fields are added behind.
typedef struct ouro_weak {
    ouro_obj head;
    void *ouroi_words[5];
} ouro_weak;

// As ouro_weak_new, of a registered type that has ouro_weak_type among its bases and no tail. What the type adds is
// zero, as in a new object.
// Fails: also OURO_ERR_TYPE if ouro_weak_type is not among the bases; OURO_ERR_STATE if the type is not registered, or
// has a tail.
OURO_API ouro_obj *ouro_weak_new_as(ouro_rt *rt, const ouro_type *type, ouro_obj *target, ouro_weak_fn fn,
                                    ouro_obj *arg);

// 1 and a new reference in *out while the object lives; 0 and NULL once it is dead or dying.
OURO_API int ouro_weak_get(ouro_obj *weak, ouro_obj **out);

// How many weak references watch the object.
OURO_API size_t ouro_weak_count(const ouro_obj *target);

// The type of weak references, for ouro_is, and as a base. It is registered when a runtime is created.
OURO_API extern const ouro_type *const ouro_weak_type;

OURO_END

#endif
