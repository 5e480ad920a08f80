// SPDX-License-Identifier: MIT
// instance.c: instances: how they are made, their attributes, and copies of them.
#include "classes.h"

// ---- making ----

static ouro_obj *instance_init(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)kwnames;
    static const char *const names[] = {"", "x", "y"};
    for (size_t i = 1; i < n; i++)
        if (ouro_set_attr_text(rt, args[0], names[i], args[i]) < 0)
            return NULL;
    return ouro_none(rt);
}

static ouro_obj *instance_point(ouro_rt *rt) {
    ouro_obj *c = class_make(rt, "Point", NULL, NULL);
    if (c && class_method(rt, c, "__init__", instance_init) == 0)
        return c;
    ouro_xdecref(c);
    return NULL;
}

CASE(instance, calling_a_class_initialises) {
    ouro_obj *point = own(instance_point(rt)), *one = own(ouro_int_new(rt, 1)), *two = own(ouro_int_new(rt, 2));
    need(point);
    need(one);
    need(two);
    ouro_obj *p = own(call_with(rt, point, one, two));
    need(p);
    check(attr_is(rt, p, "x", 1) && attr_is(rt, p, "y", 2) && attr_lacks(rt, p, "z"));
    always(ouro_class_peek(p) == point && ouro_is_instance(p, point) && ouro_class_peek(one) == NULL);
    always(ouro_is_a(p, ouro_instance_type));
    ouro_obj *got = own(ouro_get_attr_text(rt, p, "z"));
    check(!got && says(rt, OURO_ERR_ATTRIBUTE, "'Point' object has no attribute 'z'"));
    ouro_error_clear(rt);
}

CASE(instance, a_class_without_init_takes_nothing) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL)), *names = own(tuple_of(rt, 1, ouro_intern(rt, "k")));
    need(c);
    need(names);
    ouro_obj *o = own(call_with(rt, c, NULL, NULL));
    need(o);
    check(!call_with(rt, c, o, o) && says(rt, OURO_ERR_TYPE, "C() takes no arguments (2 given)"));
    check(!ouro_call(rt, c, &o, 0, names) && says(rt, OURO_ERR_TYPE, "C() takes no keyword arguments"));
    check(!ouro_instance_new(rt, c, o) && says(rt, OURO_ERR_TYPE, "'C' derives from no standard type"));
    ouro_error_clear(rt);
}

CASE(instance, init_gives_none_or_fails) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    kit_trace_start();
    must(class_method(rt, c, "__init__", note_seven));
    check(!call_with(rt, c, NULL, NULL) && says(rt, OURO_ERR_TYPE, "__init__() should give none, not 'int'"));
    must(class_method(rt, c, "__init__", note_fails));
    check(!call_with(rt, c, c, NULL) && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
    check(kit_trace_is("seven1 fails2"));
}

// ---- attributes ----

CASE(instance, attributes_come_and_go) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
    need(o);
    must(attr_put(rt, o, "a", 1));
    must(attr_put(rt, o, "b", 2));
    must(attr_put(rt, o, "a", 3));
    check(attr_is(rt, o, "a", 3) && attr_is(rt, o, "b", 2));
    check(attr_drop(rt, o, "a") == 0 && attr_lacks(rt, o, "a") && attr_is(rt, o, "b", 2));
    check(attr_drop(rt, o, "a") < 0 && says(rt, OURO_ERR_ATTRIBUTE, "'C' object has no attribute 'a'"));
    check(attr_drop(rt, o, "never") < 0 && says(rt, OURO_ERR_ATTRIBUTE, "'C' object has no attribute 'never'"));
    ouro_error_clear(rt);
    must(attr_put(rt, o, "a", 4));
    check(attr_is(rt, o, "a", 4));
}

CASE(instance, more_names_than_slots) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL)), *other = own(ouro_instance_new(rt, c, NULL));
    need(o);
    need(other);
    char name[16];
    enum { NAMES = OURO_LAYOUT_MAX + 20 };
    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "n%d", i);
        must(attr_put(rt, o, name, i));
    }
    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "n%d", i);
        check(attr_is(rt, o, name, i) && attr_lacks(rt, other, name));
    }
    must(attr_put(rt, other, "n70", 7)); // the dict at once
    must(attr_put(rt, other, "n1", 1));
    check(attr_is(rt, other, "n70", 7) && attr_is(rt, other, "n1", 1) && attr_lacks(rt, other, "n71"));
    check(attr_drop(rt, o, "n70") == 0 && attr_lacks(rt, o, "n70") && attr_is(rt, o, "n71", 71));
    check(attr_drop(rt, o, "n70") < 0 && says(rt, OURO_ERR_ATTRIBUTE, "no attribute 'n70'"));
    ouro_error_clear(rt);
    size_t at = 0, seen = 0;
    ouro_obj *key, *value;
    while (ouro_instance_each_peek(o, &at, &key, &value))
        seen++;
    check(seen == NAMES - 1);
    at = seen = 0;
    while (ouro_instance_each_peek(other, &at, &key, &value))
        seen++;
    check(seen == 2);
}

CASE(instance, own_attributes_are_walked_in_order) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL)), *empty = own(ouro_instance_new(rt, c, NULL));
    need(o);
    need(empty);
    must(attr_put(rt, c, "of_class", 9));
    must(attr_put(rt, o, "b", 1));
    must(attr_put(rt, o, "a", 2));
    must(attr_put(rt, o, "gone", 3));
    must(attr_drop(rt, o, "gone"));
    ouro_obj *key, *value;
    size_t at = 0;
    always(ouro_instance_each_peek(o, &at, &key, &value) == 1 && ouro_str_is(key, "b") && int_is(value, 1));
    always(ouro_instance_each_peek(o, &at, &key, &value) == 1 && ouro_str_is(key, "a") && int_is(value, 2));
    always(ouro_instance_each_peek(o, &at, &key, &value) == 0 && ouro_instance_each_peek(o, &at, &key, &value) == 0);
    at = 0;
    always(ouro_instance_each_peek(empty, &at, &key, &value) == 0);
    always(ouro_instance_each_peek(c, &at, &key, &value) == 0);
}

CASE(instance, own_attributes_alone) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL)), *name = own(ouro_str_from(rt, "x"));
    need(c);
    need(name);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL)), *got = NULL, *one = own(ouro_int_new(rt, 1));
    need(o);
    need(one);
    must(class_method(rt, c, "__setattr__", note_none));
    must(class_method(rt, c, "__delattr__", note_none));
    must(class_method(rt, c, "__getattr__", note_seven));
    must(attr_put(rt, c, "x", 5));
    kit_trace_start();
    check(ouro_instance_get(rt, o, name, &got) == 0 && !got);
    check(ouro_instance_set(rt, o, name, one) == 0 && ouro_instance_get(rt, o, name, &got) == 1 && got == one);
    ouro_xdecref(got);
    check(ouro_instance_set(rt, o, name, NULL) == 0 && ouro_instance_get(rt, o, name, &got) == 0);
    check(ouro_instance_set(rt, o, name, NULL) < 0 && says(rt, OURO_ERR_ATTRIBUTE, "no attribute 'x'"));
    check(ouro_instance_set(rt, o, one, one) < 0 && says(rt, OURO_ERR_TYPE, "'str' expected, not 'int'"));
    check(ouro_instance_get(rt, o, one, &got) < 0 && says(rt, OURO_ERR_TYPE, "'str' expected, not 'int'"));
    check(ouro_instance_set(rt, one, name, one) < 0 &&
          says(rt, OURO_ERR_TYPE, "'int' object: attributes cannot be set"));
    check(ouro_instance_get(rt, one, name, &got) == 0 && !got);
    ouro_error_clear(rt);
    check(kit_trace_is(""));
}

CASE(instance, what_a_name_means_in_order) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL)), *b = own(class_make(rt, "B", a, NULL));
    need(a);
    need(b);
    ouro_obj *o = own(ouro_instance_new(rt, b, NULL));
    need(o);
    kit_trace_start();
    must(class_method(rt, a, "__getattr__", note_seven));
    check(attr_is(rt, o, "x", 7));
    must(attr_put(rt, a, "x", 1));
    check(attr_is(rt, o, "x", 1));
    must(attr_put(rt, b, "x", 2));
    check(attr_is(rt, o, "x", 2));
    must(attr_put(rt, o, "x", 3));
    check(attr_is(rt, o, "x", 3));
    check(kit_trace_is("seven2"));
    must(class_method(rt, a, "__getattr__", note_fails));
    ouro_obj *got = own(ouro_get_attr_text(rt, o, "y"));
    check(!got && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

CASE(instance, setting_can_be_taken_over) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
    need(o);
    must(class_method(rt, c, "__setattr__", note_none));
    must(class_method(rt, c, "__delattr__", note_none));
    kit_trace_start();
    check(attr_put(rt, o, "x", 1) == 0 && attr_lacks(rt, o, "x") && attr_drop(rt, o, "x") == 0);
    check(kit_trace_is("none3 none2"));
    must(class_method(rt, c, "__setattr__", note_fails));
    check(attr_put(rt, o, "x", 1) < 0 && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

CASE(instance, methods_are_bound_when_read) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
    need(o);
    must(class_method(rt, c, "f", note_last));
    must(ouro_class_set(rt, c, "k", c)); // does not bind
    kit_trace_start();
    ouro_obj *m = own(ouro_get_attr_text(rt, o, "f"));
    need(m);
    always(ouro_is_method(m) && ouro_method_instance_peek(m) == o);
    ouro_obj *got = own(call_with(rt, m, NULL, NULL));
    check(got == o);
    got = own(ouro_call_method(rt, o, "f", &c, 1, NULL));
    check(got == c);
    got = own(ouro_get_attr_text(rt, o, "k"));
    check(got == c);
    must(ouro_set_attr_text(rt, o, "own", ouro_method_function_peek(m))); // of the object itself: not bound
    got = own(ouro_get_attr_text(rt, o, "own"));
    check(got == ouro_method_function_peek(m));
    got = own(ouro_call_method(rt, o, "own", NULL, 0, NULL));
    check(got == ouro_none(rt) && kit_trace_is("last1 last2 last0"));
    got = own(ouro_call_method(rt, o, "nothing", NULL, 0, NULL));
    check(!got && says(rt, OURO_ERR_ATTRIBUTE, "'C' object has no attribute 'nothing'"));
    ouro_error_clear(rt);
}

// Two in a row: the first may be what makes the layout. Returns: the bytes of the second, 0 if something has failed.
static size_t instance_bytes(ouro_rt *rt, ouro_obj *c) {
    static const char *const names[] = {"a", "b", "c"};
    size_t used = 0;
    for (int round = 0; round < 2; round++) {
        used = kit_usage(rt).used;
        ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
        for (int i = 0; o && i < 3; i++)
            if (attr_put(rt, o, names[i], i) < 0)
                return 0;
    }
    return kit_usage(rt).used - used;
}

CASE(instance, three_attributes_are_small) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL)), *d = own(class_make_fixed(rt, "D", NULL, "a b c"));
    need(c);
    need(d);
    exact(!kit_is_lean() || (instance_bytes(rt, c) == 56 && instance_bytes(rt, d) == 40));
}

// ---- copies ----

CASE(instance, copies) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL)), *list = own(ouro_list_new(rt, NULL, 0));
    need(c);
    need(list);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
    need(o);
    must(class_method(rt, c, "__init__", note_fails)); // is not called
    must(attr_put(rt, o, "x", 5));
    must(ouro_set_attr_text(rt, o, "list", list));
    must(ouro_set_attr_text(rt, o, "again", list));
    must(ouro_set_attr_text(rt, o, "me", o));
    ouro_obj *flat = own(ouro_copy(rt, o)), *got;
    need(flat);
    always(flat != o && ouro_class_peek(flat) == c);
    check(attr_is(rt, flat, "x", 5));
    got = own(ouro_get_attr_text(rt, flat, "list"));
    check(got == list);
    got = own(ouro_get_attr_text(rt, flat, "me"));
    check(got == o);
    ouro_obj *deep = own(ouro_deep_copy(rt, o)), *again;
    need(deep);
    always(deep != o && ouro_class_peek(deep) == c);
    check(attr_is(rt, deep, "x", 5));
    got = own(ouro_get_attr_text(rt, deep, "list"));
    again = own(ouro_get_attr_text(rt, deep, "again"));
    check(got && got != list && ouro_is_list(got) && got == again);
    got = own(ouro_get_attr_text(rt, deep, "me"));
    check(got == deep);
    ouro_error_clear(rt);
}

CASE(instance, copies_can_be_taken_over) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
    need(o);
    must(class_method(rt, c, "__copy__", note_seven));
    must(class_method(rt, c, "__deepcopy__", note_true));
    kit_trace_start();
    ouro_obj *got = own(ouro_copy(rt, o));
    check(int_is(got, 7));
    got = own(ouro_deep_copy(rt, o));
    check(got == ouro_bool(rt, 1) && kit_trace_is("seven1 true1"));
    must(class_method(rt, c, "__copy__", note_fails));
    must(class_method(rt, c, "__deepcopy__", note_fails));
    check(!ouro_copy(rt, o) && says(rt, OURO_ERR_USER, "on purpose"));
    check(!ouro_deep_copy(rt, o) && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

// A chain of instances, copied and dropped without a deep C stack.
CASE(instance, deep_chains) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    size_t n = kit_size(200000, 100);
    ouro_obj *first = NULL;
    for (size_t i = 0; i < n; i++) {
        ouro_obj *o = ouro_instance_new(rt, c, NULL);
        int is_set = !o ? -1 : first ? ouro_set_attr_text(rt, o, "next", first) : 0;
        if (is_set < 0)
            ouro_xdecref(o);
        else
            ouro_setslot_steal(&first, o);
        if (is_set < 0 && first)
            own(first);
        must(is_set);
    }
    own(first);
    ouro_obj *deep = own(ouro_deep_copy(rt, first));
    need(deep);
    size_t length = 0;
    for (ouro_obj *at = ouro_incref(deep), *next; at; at = next, length++) {
        if (!(next = ouro_get_attr_text(rt, at, "next")))
            ouro_error_clear(rt);
        ouro_decref(at);
    }
    check(length == n);
}
