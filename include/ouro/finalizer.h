// SPDX-License-Identifier: MIT
// ouro/finalizer.h: a function that runs when somebody else's object dies: to remove a temporary file, to close a
// connection. It runs once, or never: when the object has died, or earlier if it is asked to, or at the latest when the
// runtime ends; unless it is detached.
//
//     static void close_file(ouro_rt *rt, void *user) { fclose(user); }
//     ouro_obj *f = ouro_finalizer_new(rt, reader, close_file, file);
//     ouro_xdecref(f);    // the runtime keeps it
//
// A finalizer is a weak reference: ouro_weak_get gives its object. Unlike a type's `finalize` the function does not see
// the object, and cannot bring it back. What it is given must not lead to the object, which would then live until the
// runtime ends.
//
// - Of several for one object the newest runs first. They run inside the drop, or the collection, that ends the object;
//   those that were made inside a collection run when it is over, if their object has not survived it.
// - An error that the function leaves goes to the warning hook.
// - ouro_rt_destroy begins with those that are left, while every object is as the program left it: the newest runs
//   first, then the next, also of those that are made meanwhile, until there is none. One whose at_end is 0 does not
//   run but is detached when its turn comes. After that none can be made: objects that die later have none.
#ifndef OURO_FINALIZER_H
#define OURO_FINALIZER_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_finalizer_type;

typedef void (*ouro_finalizer_fn)(ouro_rt *rt, void *user);

// Has fn(rt, user) run when `target` has died. Returns: new, and may be dropped at once; NULL on failure.
// Fails: OURO_ERR_MEMORY; OURO_ERR_STATE if the runtime is ending. Runs: as ouro_new. O(1).
OURO_API ouro_obj *ouro_finalizer_new(ouro_rt *rt, ouro_obj *target, ouro_finalizer_fn fn, void *user);

// As ouro_finalizer_new, for an object that is called; arguments as in ouro_call. Takes: all of them are kept until it
// has run or is detached.
OURO_API ouro_obj *ouro_finalizer_new_call(ouro_rt *rt, ouro_obj *target, ouro_obj *callable, ouro_obj *const *args,
                                           size_t n, ouro_obj *kwnames);

// 1 if the object is a finalizer.
OURO_API int ouro_is_finalizer(const ouro_obj *o);

// 1 if it has neither run nor been detached.
OURO_API int ouro_finalizer_is_alive(const ouro_obj *finalizer);

// Runs it now. Returns: 1, and in *result what the callable gives, or none (new); 0 and NULL if it has run or been
// detached; -1 and NULL if the function leaves an error: it has run all the same. Fails: also OURO_ERR_TYPE if
// `finalizer` is none. Runs: arbitrary code. Calling the object does the same, and gives none if it has run before.
OURO_API int ouro_finalizer_run(ouro_rt *rt, ouro_obj *finalizer, ouro_obj **result);

// Has it never run. Returns: 1, 0 if it has run or been detached, -1. Fails: OURO_ERR_TYPE. Runs: arbitrary code, if
// what it keeps dies. O(1).
OURO_API int ouro_finalizer_detach(ouro_rt *rt, ouro_obj *finalizer);

// Whether it runs when the runtime ends; at first it does.
OURO_API int ouro_finalizer_at_end(const ouro_obj *finalizer);
OURO_API void ouro_finalizer_set_at_end(ouro_obj *finalizer, int at_end);

OURO_END

#endif
