// SPDX-License-Identifier: MIT
// call.c: calls. How deep they are nested is counted here, for everything that runs foreign code by calling it.
//
// What a C function gives back is checked where it is called: a result and an error together, or neither, would be
// noticed only later, by somebody who has nothing to do with it.
#include "class.h"

#include <stdio.h>

// ---- natives ----

COLD static void call_wrong_count(ouro_rt *rt, const ouroi_native *f, size_t n) {
    char takes[64];
    if (f->least == f->most)
        snprintf(takes, sizeof takes, "%zu", f->least);
    else if (f->most == OURO_ANY)
        snprintf(takes, sizeof takes, "at least %zu", f->least);
    else
        snprintf(takes, sizeof takes, "%zu to %zu", f->least, f->most);
    const char *plural = strcmp(takes, "1") != 0 && strcmp(takes, "at least 1") != 0 ? "s" : "";
    ouro_error_set(rt, OURO_ERR_TYPE, "%s() takes %s argument%s (%zu given)", f->name, takes, plural, n);
}

// The native does not take these arguments. Returns: NULL.
COLD static ouro_obj *call_refused(ouro_rt *rt, const ouroi_native *f, size_t n) {
    if (n < f->least || n > f->most)
        call_wrong_count(rt, f, n);
    else
        ouro_error_set(rt, OURO_ERR_TYPE, "%s() takes no keyword arguments", f->name);
    return NULL;
}

// The function has given a result and an error, or neither. Returns: NULL, with an error that names it.
COLD static ouro_obj *call_inconsistent(ouro_rt *rt, const char *name, ouro_obj *result) {
    if (!result) {
        ouro_error_set(rt, OURO_ERR_STATE, "%s() failed without an error", name);
        return NULL;
    }
    char left[160];
    snprintf(left, sizeof left, "%s", ouro_error_message(rt));
    ouro_error_set(rt, OURO_ERR_STATE, "%s() gave a result and left an error: %s", name, left);
    ouro_decref(result);
    return NULL;
}

static inline ouro_obj *call_native(ouro_rt *rt, const ouroi_native *f, ouro_obj *const *args, size_t n,
                                    ouro_obj *kwnames) {
    if (unlikely(n < f->least || n > f->most || (kwnames && !f->takes_names && ouro_tuple_size(kwnames))))
        return call_refused(rt, f, n);
    ouro_obj *result = f->fn(rt, f->self, args, n, kwnames);
    bool clean = ouro_error_code(rt) == OURO_OK;
    if (likely(result && clean))
        return result;
    return result || clean ? call_inconsistent(rt, f->name, result) : NULL;
}

ouro_obj *ouroi_native_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    return call_native(rt, ouroi_native_of(o), args, n, kwnames);
}

// ---- any object ----

NOINLINE static ouro_obj *call_any(ouro_rt *rt, ouro_obj *callable, ouro_obj *const *args, size_t n,
                                   ouro_obj *kwnames) {
    const ouro_ops *ops = ops_with(callable, call);
    if (!ops) {
        ouro_error_set(rt, OURO_ERR_TYPE, "'%s' object is not callable", ouroi_type_name(callable));
        return NULL;
    }
    if (!ouroi_enter(rt))
        return NULL;
    ouro_incref(callable);
    ouro_obj *result = ops->call(rt, callable, args, n, kwnames);
    ouro_decref(callable);
    ouroi_leave(rt);
    return result;
}

// Natives, in which nearly all calls end, are called from here (measured with two arguments: 6.4 -> 4.6 ns).
ouro_obj *ouro_call(ouro_rt *rt, ouro_obj *callable, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    if (!ouro_is_native(callable))
        return call_any(rt, callable, args, n, kwnames);
    if (!ouroi_enter(rt))
        return NULL;
    ouro_incref(callable);
    ouro_obj *result = call_native(rt, ouroi_native_of(callable), args, n, kwnames);
    ouro_decref(callable);
    ouroi_leave(rt);
    return result;
}

// What is read from a class, and would be bound, is called with the object before the arguments instead.
ouro_obj *ouro_call_method(ouro_rt *rt, ouro_obj *o, const char *name, ouro_obj *const *args, size_t n,
                           ouro_obj *kwnames) {
    ouro_obj *interned = ouro_intern(rt, name), *method = NULL, *result = NULL;
    if (!interned)
        return NULL;
    bool has_class = ouro_class_peek(o) != NULL;
    int found = has_class ? ouroi_attr_unbound(rt, o, interned, &method) : 0;
    if (!has_class)
        method = ouro_get_attr(rt, o, interned);
    else if (found == 0)
        ouro_error_set(rt, OURO_ERR_ATTRIBUTE, "'%s' object has no attribute '%s'", ouroi_type_name(o), name);
    if (found == 2)
        result = ouroi_call_prepended(rt, method, o, args, n, kwnames);
    else if (method)
        result = ouro_call(rt, method, args, n, kwnames);
    ouro_xdecref(method);
    ouro_decref(interned);
    return result;
}
