// SPDX-License-Identifier: MIT
// derived_more.c: the two layouts that are made in other ways: weak references, which need something to refer to, and
// exceptions, which have their class in their own struct.
#include "classes.h"

// ---- weak references ----

static ouro_obj *derived_weak_class(ouro_rt *rt) {
    ouro_obj *base = ouro_class_of_type(rt, ouro_weak_type);
    return base ? class_make(rt, "D", base, NULL) : NULL;
}

CASE(derived, weak_references) {
    ouro_obj *c = own(derived_weak_class(rt)), *got = NULL;
    need(c);
    ouro_obj *target = ouro_list_new(rt, NULL, 0);
    need(target);
    ouro_obj *o = own(call_with(rt, c, target, NULL)), *copy = o ? own(ouro_copy(rt, o)) : NULL;
    int alive = o && ouro_weak_get(o, &got) == 1 && got == target;
    ouro_xdecref(got);
    int watched = copy && ouro_weak_count(target) == 2;
    ouro_decref(target);
    need(o);
    need(copy);
    always(alive && watched && ouro_class_peek(o) == c && ouro_is_a(o, ouro_weak_type));
    always(ouro_weak_get(o, &got) == 0 && ouro_weak_get(copy, &got) == 0);
    must(attr_put(rt, o, "x", 1));
    check(attr_is(rt, o, "x", 1));
    ouro_obj *dead = own(ouro_instance_new(rt, c, NULL));
    need(dead);
    always(ouro_weak_get(dead, &got) == 0 && !got);
    ouro_obj *dead_too = own(ouro_instance_new(rt, c, dead));
    need(dead_too);
    always(ouro_weak_get(dead_too, &got) == 0 && !got);
    check(!ouro_instance_new(rt, c, c) && says(rt, OURO_ERR_TYPE, "expected, not 'class'"));
    ouro_error_clear(rt);
}

// ---- exceptions ----

CASE(derived, exceptions) {
    ouro_obj *base = ouro_exception_class(rt, OURO_ERR_VALUE), *got;
    ouro_obj *c = own(class_make(rt, "MyError", base, NULL)), *word = own(ouro_str_from(rt, "bad"));
    need(c);
    need(word);
    ouro_obj *o = own(call_with(rt, c, word, NULL));
    need(o);
    always(ouro_is_exception(o) && ouro_class_peek(o) == c && ouro_is_instance(o, base));
    check(repr_is(rt, o, "MyError('bad')"));
    must(attr_put(rt, o, "x", 1));
    check(attr_is(rt, o, "x", 1));
    got = own(ouro_get_attr_text(rt, o, "args"));
    check(got == ouro_exception_args_peek(o));
    ouro_obj *like = own(ouro_instance_new(rt, c, o));
    need(like);
    check(repr_is(rt, like, "MyError('bad')") && attr_lacks(rt, like, "x"));
    ouro_obj *copy = own(ouro_copy(rt, o)), *deep = own(ouro_deep_copy(rt, o));
    need(copy);
    need(deep);
    check(repr_is(rt, copy, "MyError('bad')") && attr_is(rt, copy, "x", 1) && attr_is(rt, deep, "x", 1));
    check(!ouro_instance_new(rt, c, word) && says(rt, OURO_ERR_TYPE, "expected, not 'str'"));
    ouro_error_clear(rt);
    must(class_method(rt, c, "__init__", note_none));
    must(class_method(rt, c, "__str__", note_fails));
    kit_trace_start();
    ouro_obj *made = own(call_with(rt, c, word, word));
    need(made);
    check(kit_trace_is("none3") && ouro_tuple_size(ouro_exception_args_peek(made)) == 2);
    check(!ouro_to_str(rt, made) && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_obj *names = own(tuple_of(rt, 1, ouro_intern(rt, "k")));
    need(names);
    check(!ouro_call(rt, base, &word, 0, names) && says(rt, OURO_ERR_TYPE, "takes no keyword arguments"));
    ouro_error_clear(rt);
}

CASE(derived, ordered_dicts_and_frozensets_stay_what_they_are) {
    ouro_obj *keys[3], *base = ouro_class_of_type(rt, ouro_odict_type),
                       *frozen = ouro_class_of_type(rt, ouro_frozenset_type);
    need(base);
    need(frozen);
    ouro_obj *c = own(class_make(rt, "Queue", base, NULL)), *f = own(class_make(rt, "Fixed", frozen, NULL));
    need(c);
    need(f);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
    need(o);
    for (int i = 0; i < 3; i++) {
        need(keys[i] = ouro_int_new(rt, i));
        must(ouro_odict_set(rt, o, keys[i], keys[i]));
    }
    must(ouro_odict_move(rt, o, keys[0], OURO_LAST));
    check(repr_is(rt, o, "OrderedDict({1: 1, 2: 2, 0: 0})"));
    ouro_obj *twin = own(ouro_instance_new(rt, c, o)), *set = own(call_with(rt, f, o, NULL));
    need(twin);
    need(set);
    check(ouro_equal(rt, o, twin) == 1 && ouro_set_size(set) == 3 && ouro_set_has(rt, set, keys[2]) == 1);
    check(ouro_set_add(rt, set, keys[0]) < 0 && says(rt, OURO_ERR_TYPE, ""));
    ouro_error_clear(rt);
    ouro_obj *both = own(ouro_set_combine(rt, OURO_OR, set, o));
    need(both);
    always(ouro_is(both, ouro_frozenset_type)); // of the exact type
}
