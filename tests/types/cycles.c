// SPDX-License-Identifier: MIT
// cycles.c: the circles that programs make: closures, bound methods, classes, exceptions that hold where they come
// from. Counting cannot free them; the collector does, and nothing else with them.
#include "zoo.h"

// Lets go of an object and collects. Takes: `o` is stolen. Returns: 1 if it is gone then; -1 without memory to ask.
static int goes(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *weak = ouro_weak_new(rt, o, NULL, NULL), *alive = NULL;
    ouro_decref(o);
    ouro_gc_collect(rt, OURO_GC_FULL);
    int gone = weak ? !ouro_weak_get(weak, &alive) : -1;
    ouro_xdecref(alive);
    ouro_xdecref(weak);
    return gone;
}

static ouro_obj *nothing(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)args, (void)n, (void)kwnames;
    return ouro_none(rt);
}

// A function whose cell holds it: def f(): f()
CASE(cycles, a_closure_that_calls_itself) {
    ouro_obj *cell = ouro_cell_new(rt, NULL);
    need(cell);
    ouro_obj *f = ouro_native_new(rt, "f", nothing, cell, 0, 0);
    if (f)
        ouro_cell_set(cell, f);
    ouro_decref(cell);
    need(f);
    check(ouro_refcount(f) == 2);
    check(goes(rt, f) != 0);
}

// Two functions that share a cell that holds a list of both.
CASE(cycles, two_closures_with_one_cell) {
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    need(list);
    ouro_obj *cell = own(ouro_cell_new(rt, list));
    need(cell);
    ouro_obj *f = own(ouro_native_new(rt, "f", nothing, cell, 0, 0));
    ouro_obj *g = own(ouro_native_new(rt, "g", nothing, cell, 0, 0));
    need(f && g);
    must(ouro_list_append(rt, list, f));
    must(ouro_list_append(rt, list, g));
    always(ouro_refcount(list) == 2 && zoo_audit(rt));
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(ouro_list_size(list) == 2 && ouro_cell_peek(cell) == list);
}

CASE(cycles, an_instance_with_a_bound_method_of_its_own) {
    ouro_obj *class_object = own(ouro_class_new(rt, "Button", NULL, NULL));
    ouro_obj *native = own(ouro_native_new(rt, "press", nothing, NULL, 0, OURO_ANY));
    need(class_object && native);
    must(ouro_class_set(rt, class_object, "press", native));
    ouro_obj *o = ouro_instance_new(rt, class_object, NULL);
    need(o);
    ouro_obj *bound = ouro_get_attr_text(rt, o, "press");
    int set = bound ? ouro_set_attr_text(rt, o, "on_press", bound) : -1;
    always(!bound || ouro_is_method(bound));
    ouro_xdecref(bound);
    int gone = goes(rt, o);
    must(set);
    check(gone != 0);
    always(ouro_class_mro_peek(class_object, 0));
}

// class -> dict -> native -> self -> class, and an instance of it in the class.
CASE(cycles, a_class_that_its_methods_know) {
    ouro_obj *class_object = ouro_class_new(rt, "Single", NULL, NULL);
    need(class_object);
    ouro_obj *native = ouro_native_new(rt, "get", nothing, class_object, 0, OURO_ANY);
    ouro_obj *instance = ouro_instance_new(rt, class_object, NULL);
    int set = native && instance ? ouro_class_set(rt, class_object, "get", native) : -1;
    if (set == 0)
        set = ouro_class_set(rt, class_object, "instance", instance);
    if (set == 0)
        set = ouro_set_attr_text(rt, instance, "made_by", native);
    ouro_xdecref(native);
    ouro_xdecref(instance);
    int gone = goes(rt, class_object);
    must(set);
    check(gone != 0);
}

// A subclass dies while its base lives, and both when the base is let go of, too.
CASE(cycles, classes_that_inherit) {
    ouro_obj *base = ouro_class_new(rt, "Base", NULL, NULL);
    need(base);
    ouro_obj *sub = ouro_class_new(rt, "Sub", base, NULL);
    int sub_gone = sub ? goes(rt, sub) : -1;
    ouro_obj *second = ouro_class_new(rt, "Second", base, NULL);
    ouro_xdecref(second); // alive by its own order of lookup
    int gone = goes(rt, base);
    check(sub && second && sub_gone == 1 && gone == 1);
}

// An exception that its own context's arguments hold.
CASE(cycles, exceptions) {
    ouro_obj *list = ouro_list_new(rt, NULL, 0), *args = list ? ouro_tuple_new(rt, &list, 1) : NULL;
    ouro_obj *a = args ? ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), args) : NULL;
    ouro_obj *b = a ? ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), NULL) : NULL;
    int put = b ? ouro_list_append(rt, list, b) : -1;
    ouro_xdecref(args);
    ouro_xdecref(list);
    if (put == 0) {
        ouro_raise(rt, a);
        ouro_raise(rt, b);
        ouro_trace(rt, "f", "file", 1);
        ouro_error_clear(rt);
    }
    ouro_xdecref(a);
    int gone = b ? goes(rt, b) : -1;
    must(put);
    check(gone != 0);
}

// Two exceptions that are each other's cause.
CASE(cycles, causes) {
    ouro_obj *a = ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), NULL);
    need(a);
    ouro_obj *b = ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), NULL);
    if (b) {
        ouro_exception_set_cause(a, b);
        ouro_exception_set_cause(b, a);
        ouro_decref(b);
    }
    int gone = goes(rt, a);
    need(b);
    check(gone != 0);
}

// All kinds in one ring: each holds the one before.
CASE(cycles, all_kinds_in_one_ring) {
    node *first = node_new(rt);
    need(first);
    ouro_obj *before = ouro_incref(obj(first)), *weak = ouro_weak_new(rt, before, NULL, NULL), *alive = NULL;
    for (size_t i = 0; before && i < zoo_size; i++) {
        ouro_obj *parts[ZOO_PARTS] = {before, before, before, before};
        node *filler[ZOO_PARTS] = {NULL};
        for (size_t p = 1; p < ZOO_PARTS; p++) // keys have to differ
            if ((filler[p] = node_new(rt))) {
                set(filler[p], left, before);
                parts[p] = obj(filler[p]);
            }
        ouro_setslot_steal(&before, filler[1] && filler[2] && filler[3] ? zoo[i].make(rt, parts) : NULL);
        node *link = before ? node_new(rt) : NULL; // not every kind can be hashed
        if (link)
            set(link, left, before);
        ouro_setslot_steal(&before, obj(link));
        for (size_t p = 1; p < ZOO_PARTS; p++)
            ouro_xdecref(obj(filler[p]));
    }
    set(first, left, before);
    int made = before && weak;
    ouro_xdecref(before);
    ouro_decref(obj(first));
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(made && ouro_weak_get(weak, &alive) == 0);
    ouro_xdecref(weak);
}
