// SPDX-License-Identifier: MIT
// module.c: modules: attributes in a dict that anybody may change.
#include "classes.h"

static const ouro_native_def module_functions[] = {
    {"seven", note_seven, 0, 0},
    {"last", note_last, 1, 2},
};

CASE(module, keeps_attributes) {
    ouro_obj *m = own(ouro_module_new(rt, "here"));
    need(m);
    always(ouro_is_module(m) && ouro_is_dict(ouro_module_dict_peek(m)) && !ouro_is_module(ouro_module_dict_peek(m)));
    must(attr_put(rt, m, "x", 5));
    must(attr_put(rt, m, "x", 6));
    check(attr_is(rt, m, "x", 6) && attr_lacks(rt, m, "y"));
    always(ouro_dict_size(ouro_module_dict_peek(m)) == 1);
    check(attr_drop(rt, m, "x") == 0 && attr_lacks(rt, m, "x"));
    check(attr_drop(rt, m, "x") < 0 && says(rt, OURO_ERR_ATTRIBUTE, "module 'here' has no attribute 'x'"));
    check(!ouro_get_attr_text(rt, m, "x") && says(rt, OURO_ERR_ATTRIBUTE, "'module' object has no attribute 'x'"));
    ouro_error_clear(rt);
    check(repr_is(rt, m, "<module 'here'>"));
}

CASE(module, what_is_put_into_its_dict_is_an_attribute) {
    ouro_obj *m = own(ouro_module_new(rt, "here"));
    need(m);
    ouro_obj *one = own(ouro_int_new(rt, 1));
    need(one);
    must(ouro_dict_set_text(rt, ouro_module_dict_peek(m), "one", one));
    must(ouro_dict_set(rt, ouro_module_dict_peek(m), one, one)); // not by a name: no harm
    check(attr_is(rt, m, "one", 1));
}

CASE(module, functions) {
    ouro_obj *m = own(ouro_module_new(rt, "here"));
    need(m);
    kit_trace_start();
    must(ouro_module_add(rt, m, module_functions, 2));
    ouro_obj *got = own(ouro_call_method(rt, m, "seven", NULL, 0, NULL));
    check(int_is(got, 7));
    need(got);
    ouro_obj *last = own(ouro_call_method(rt, m, "last", &got, 1, NULL));
    check(last == got && kit_trace_is("seven0 last1"));
    ouro_error_clear(rt);
    check(ouro_module_add(rt, got, module_functions, 2) < 0 && says(rt, OURO_ERR_TYPE, "'module' expected, not 'int'"));
    ouro_error_clear(rt);
}

CASE(module, an_empty_one_is_no_danger) {
    ouro_obj *m = own(ouro_new(rt, ouro_module_type));
    need(m);
    check(attr_lacks(rt, m, "x") && repr_is(rt, m, "<module '?'>"));
    check(attr_put(rt, m, "x", 1) < 0 && says(rt, OURO_ERR_STATE, "taken apart"));
    check(attr_drop(rt, m, "x") < 0 && says(rt, OURO_ERR_STATE, "taken apart"));
    ouro_error_clear(rt);
}

CASE(module, a_name_that_is_no_utf8) {
    check(!ouro_module_new(rt, "\xFF") && says(rt, OURO_ERR_VALUE, ""));
    ouro_error_clear(rt);
}

CASE(module, that_holds_itself_is_collected) {
    ouro_obj *m = ouro_module_new(rt, "here");
    need(m);
    int set_itself = ouro_set_attr_text(rt, m, "me", m);
    ouro_obj *weak = own(ouro_weak_new(rt, m, NULL, NULL)), *got = NULL;
    ouro_decref(m);
    must(set_itself);
    need(weak);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(ouro_weak_get(weak, &got) == 0);
    ouro_xdecref(got);
}
