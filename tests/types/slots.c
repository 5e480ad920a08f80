// SPDX-License-Identifier: MIT
// slots.c: instances whose slots lie inside them, in every number there can be, and what the collector makes of them.
#include "classes.h"

static int slots_ends;

static ouro_obj *slots_del(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)n;
    (void)kwnames;
    slots_ends++;
    return ouro_none(rt);
}

// A class with the slots n0 to n<count - 1>. Returns: new.
static ouro_obj *slots_class(ouro_rt *rt, int count) {
    ouro_obj *names[OURO_LAYOUT_MAX] = {NULL}, *made = NULL;
    int n = 0;
    while (n < count && (names[n] = ouro_str_format(rt, "n%d", n)))
        n++;
    ouro_obj *tuple = n == count ? ouro_tuple_new(rt, names, (size_t)n) : NULL;
    if (tuple)
        made = ouro_class_new(rt, "S", NULL, tuple);
    ouro_xdecref(tuple);
    while (n-- > 0)
        ouro_decref(names[n]);
    return made;
}

static void slots_set_each(ouro_rt *rt, ouro_obj *o, int count) {
    char name[16];
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "n%d", i);
        must(attr_put(rt, o, name, i));
    }
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "n%d", i);
        check(attr_is(rt, o, name, i));
    }
    check(attr_put(rt, o, "other", 1) < 0 && says(rt, OURO_ERR_ATTRIBUTE, "'S' object has no attribute 'other'"));
    ouro_error_clear(rt);
}

CASE(slots, any_number) {
    static const int counts[] = {0, 1, 2, 3, 7, 31, 61, 62, 63, OURO_LAYOUT_MAX};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        ouro_obj *c = own(slots_class(rt, counts[i])), *name, *value;
        need(c);
        ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
        need(o);
        always(ouro_is_a(o, ouro_instance_type) && ouro_class_peek(o) == c);
        size_t at = 0, seen = 0;
        always(ouro_instance_each_peek(o, &at, &name, &value) == 0);
        slots_set_each(rt, o, counts[i]);
        at = 0;
        while (ouro_instance_each_peek(o, &at, &name, &value))
            check(int_is(value, (int64_t)seen++));
        check(seen == (size_t)counts[i]);
        ouro_obj *twin = own(ouro_deep_copy(rt, o));
        need(twin);
        check(counts[i] == 0 || attr_is(rt, twin, "n0", 0));
        must(ouro_verify(rt));
    }
}

CASE(slots, come_and_go) {
    ouro_obj *c = own(class_make_fixed(rt, "C", NULL, "x y")), *o = own(c ? ouro_instance_new(rt, c, NULL) : NULL);
    need(o);
    check(attr_lacks(rt, o, "x") && attr_drop(rt, o, "x") < 0 && ouro_error_code(rt) == OURO_ERR_ATTRIBUTE);
    ouro_error_clear(rt);
    must(attr_put(rt, c, "x", 10)); // the class's own is behind it
    check(attr_is(rt, o, "x", 10));
    must(attr_put(rt, o, "x", 1));
    must(attr_put(rt, o, "x", 2));
    check(attr_is(rt, o, "x", 2) && attr_drop(rt, o, "x") == 0 && attr_is(rt, o, "x", 10));
}

CASE(slots, names_that_are_not_interned) {
    ouro_obj *c = own(class_make_fixed(rt, "C", NULL, "attribute")),
             *o = own(c ? ouro_instance_new(rt, c, NULL) : NULL);
    need(o);
    must(attr_put(rt, o, "attribute", 1));
    ouro_obj *name = own(ouro_str_from(rt, "attribute")), *two = own(ouro_int_new(rt, 2));
    need(name);
    need(two);
    must(ouro_set_attr(rt, o, name, two));
    ouro_obj *got = own(ouro_get_attr(rt, o, name));
    need(got);
    check(got == two && attr_is(rt, o, "attribute", 2));
    check(!ouro_get_attr(rt, o, two) && says(rt, OURO_ERR_TYPE, "an attribute's name must be a 'str', not 'int'"));
    ouro_error_clear(rt);
    check(ouro_set_attr(rt, o, two, two) < 0 && says(rt, OURO_ERR_TYPE, "an attribute's name must be a 'str'"));
    ouro_error_clear(rt);
}

static ouro_obj *slots_refuse(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)kwnames;
    always(n == 3);
    ouro_error_set(rt, OURO_ERR_STATE, "not set");
    return NULL;
}

// __setattr__ that comes after attributes have been set without one.
CASE(slots, setattr_that_came_later) {
    ouro_obj *c = own(class_make_fixed(rt, "C", NULL, "x")), *o = own(c ? ouro_instance_new(rt, c, NULL) : NULL);
    need(o);
    must(attr_put(rt, o, "x", 1));
    must(class_method(rt, c, "__setattr__", slots_refuse));
    check(attr_put(rt, o, "x", 2) < 0 && says(rt, OURO_ERR_STATE, "not set"));
    ouro_error_clear(rt);
    check(attr_is(rt, o, "x", 1));
    must(attr_drop(rt, c, "__setattr__"));
    must(attr_put(rt, o, "x", 3));
    check(attr_is(rt, o, "x", 3));
}

CASE(slots, in_cycles) {
    ouro_obj *c = own(class_make_fixed(rt, "C", NULL, "me other"));
    need(c);
    must(class_method(rt, c, "__del__", slots_del));
    slots_ends = 0;
    ouro_obj *o = ouro_instance_new(rt, c, NULL), *p = o ? ouro_instance_new(rt, c, NULL) : NULL;
    int linked = p && ouro_set_attr_text(rt, o, "me", o) == 0 && ouro_set_attr_text(rt, o, "other", p) == 0 &&
                 ouro_set_attr_text(rt, p, "other", o) == 0;
    ouro_xdecref(o);
    ouro_xdecref(p);
    check(linked);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(slots_ends == 2);
    ouro_error_clear(rt);
}

CASE(slots, del_that_came_later) {
    ouro_obj *c = own(class_make_fixed(rt, "C", NULL, "x")), *d = own(c ? class_make_fixed(rt, "D", c, "y") : NULL);
    need(d);
    ouro_obj *o = ouro_instance_new(rt, d, NULL), *p = ouro_instance_new(rt, d, NULL);
    slots_ends = 0;
    ouro_xdecref(p); // "none" is noted now
    always(slots_ends == 0);
    int is_set = o ? class_method(rt, c, "__del__", slots_del) : -1;
    ouro_xdecref(o);
    must(is_set);
    always(slots_ends == 1);
}

// ---- a class that is not complete yet ----

static ouro_obj *slots_seen;

static int slots_find(ouro_obj *o, void *arg) {
    if (ouro_is_class(o) && !strcmp(ouro_class_name(o), arg) && !slots_seen)
        slots_seen = ouro_incref(o);
    return 0;
}

// Finds the class while it is made, and makes an instance of it.
static void slots_meddle(ouro_rt *rt) {
    static char name[] = "half";
    slots_seen = NULL;
    ouro_gc_get_objects(rt, -1, slots_find, name);
    ouro_obj *o = slots_seen ? ouro_instance_new(rt, slots_seen, NULL) : NULL;
    if (o && attr_put(rt, o, "q", 1) == 0)
        always(attr_is(rt, o, "q", 1));
    ouro_error_clear(rt);
    ouro_xdecref(o);
    ouro_xdecref(slots_seen);
}

CASE(slots, instances_of_half_a_class) {
    for (int i = 0; i < 8; i++) {
        storm_begin(rt, slots_meddle, 50);
        ouro_obj *c = own(class_make_fixed(rt, "half", NULL, "p q r"));
        storm_end(rt);
        need(c);
        ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
        need(o);
        must(attr_put(rt, o, "r", 7));
        check(attr_is(rt, o, "r", 7));
    }
}
