// SPDX-License-Identifier: MIT
// ouro/root.h: registered places that own references. An accelerator with names: a full collection marks what they
// reach first, and reports can say who holds an object. Forgetting to register one costs time, never safety.
#ifndef OURO_ROOT_H
#define OURO_ROOT_H

#include "base.h"

OURO_BEGIN

// Registers a variable that owns a reference or is NULL. Change it by ouro_setslot. ouro_rt_destroy empties it.
// The name is for reports; the string must stay valid. Fails: OURO_ERR_MEMORY; OURO_ERR_STATE if registered already.
OURO_API int ouro_root_add(ouro_rt *rt, const char *name, ouro_obj **slot);

// Takes a variable off the list; what it owns stays its own. No effect if it is not registered.
OURO_API void ouro_root_remove(ouro_rt *rt, ouro_obj **slot);

// Reports the references that the embedder owns, such as an interpreter's value stack. May report fewer than it owns,
// never more: each owned reference at most once.
typedef void (*ouro_root_fn)(ouro_rt *rt, ouro_visit visit, void *arg, void *user);

// Registers a root visitor; it is called at any collection. Fails: OURO_ERR_MEMORY.
OURO_API int ouro_root_visitor_add(ouro_rt *rt, const char *name, ouro_root_fn fn, void *user);

// Takes the visitor registered with this function and user off the list. No effect if there is none.
OURO_API void ouro_root_visitor_remove(ouro_rt *rt, ouro_root_fn fn, void *user);

// Hands every reference that a registered root owns, with the root's name, to `visit` until it returns non-zero.
// Scopes are named "scope". Returns: what the last visit returned.
OURO_API int ouro_roots(ouro_rt *rt, int (*visit)(ouro_obj *o, const char *name, void *arg), void *arg);

#define OUROI_SCOPE_INLINE 16

// A list of references on the C stack, which it owns: closing it drops them all. So that an error path is one line:
//
//     ouro_scope s;
//     ouro_scope_open(rt, &s);
//     node *a = ouro_scope_keep(&s, ouro_new(rt, &node_type));
//     node *b = ouro_scope_keep(&s, ouro_new(rt, &node_type));
//     if (a && b) ...
//     ouro_scope_close(&s);
//
// Scopes close in the reverse order of opening. The first 16 references need no memory.
typedef struct ouro_scope {
    ouro_rt *ouroi_rt;
    struct ouro_scope *ouroi_outer;
    size_t ouroi_n, ouroi_cap;
    ouro_obj **ouroi_items;
    ouro_obj *ouroi_inline[OUROI_SCOPE_INLINE];
} ouro_scope;

// Opens a scope.
OURO_API void ouro_scope_open(ouro_rt *rt, ouro_scope *s);

// Puts a reference into the scope; NULL passes through. The pointer is to an object's header, or to its struct.
// Takes: steals it. Returns: the same pointer, borrowed until the scope is closed; NULL on failure.
// Fails: OURO_ERR_MEMORY beyond 16 references; the reference is dropped then.
OURO_API void *ouro_scope_keep(ouro_scope *s, void *object);

// Drops everything in the scope, newest first, and leaves a pending error alone. Runs: arbitrary code.
OURO_API void ouro_scope_close(ouro_scope *s);

OURO_END

#endif
