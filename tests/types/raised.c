// SPDX-License-Identifier: MIT
// raised.c: see raised.h.
#include "raised.h"

ouro_obj *error_new(ouro_rt *rt, int code, const char *text) {
    ouro_obj *s = ouro_str_from(rt, text);
    ouro_obj *args = s ? ouro_tuple_new_steal(rt, &s, 1) : NULL;
    ouro_obj *e = args ? ouro_exception_new(rt, ouro_exception_class(rt, code), args) : NULL;
    ouro_xdecref(args);
    return e;
}

ouro_obj *caught(ouro_rt *rt) {
    ouro_obj *e = ouro_catch(rt);
    if (!e) {
        ouro_error_clear(rt);
        ouro_error_set(rt, OURO_ERR_MEMORY, "no memory to catch an error");
    }
    return e;
}

ouro_obj *error_class_new(ouro_rt *rt, const char *name, int code) {
    return ouro_class_new(rt, name, ouro_exception_class(rt, code), NULL);
}

int method_set(ouro_rt *rt, ouro_obj *class_object, const char *name, ouro_native_fn fn) {
    ouro_obj *native = ouro_native_new(rt, name, fn, NULL, 1, OURO_ANY);
    int result = native ? ouro_class_set(rt, class_object, name, native) : -1;
    ouro_xdecref(native);
    return result;
}
