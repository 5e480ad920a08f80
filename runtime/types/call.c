// SPDX-License-Identifier: MIT
// call.c: calls. How deep they are nested is counted here, for everything that runs foreign code by calling it.
#include "class.h"

ouro_obj *ouro_call(ouro_rt *rt, ouro_obj *callable, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
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
