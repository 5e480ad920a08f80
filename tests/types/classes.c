// SPDX-License-Identifier: MIT
// classes.c: see classes.h.
#include "classes.h"

#include <stdarg.h>

ouro_obj *class_make(ouro_rt *rt, const char *name, ouro_obj *base, ouro_obj *second) {
    if (!second)
        return ouro_class_new(rt, name, base, NULL);
    ouro_obj *both[] = {base, second}, *bases = ouro_tuple_new(rt, both, 2);
    ouro_obj *made = bases ? ouro_class_new(rt, name, bases, NULL) : NULL;
    ouro_xdecref(bases);
    return made;
}

ouro_obj *class_make_fixed(ouro_rt *rt, const char *name, ouro_obj *base, const char *slots) {
    ouro_obj *text = ouro_str_from(rt, slots), *words = text ? ouro_str_split(rt, text, NULL) : NULL;
    ouro_obj *tuple = words ? ouro_tuple_from(rt, words) : NULL;
    ouro_obj *made = tuple ? ouro_class_new(rt, name, base, tuple) : NULL;
    ouro_xdecref(tuple);
    ouro_xdecref(words);
    ouro_xdecref(text);
    return made;
}

int class_method(ouro_rt *rt, ouro_obj *class_object, const char *name, ouro_native_fn fn) {
    ouro_obj *f = ouro_native_new_kw(rt, name, fn, NULL, 0, OURO_ANY);
    int result = f ? ouro_class_set(rt, class_object, name, f) : -1;
    ouro_xdecref(f);
    return result;
}

ouro_obj *tuple_of(ouro_rt *rt, size_t n, ...) {
    ouro_obj *items[80];
    va_list list;
    int all = 1;
    va_start(list, n);
    for (size_t i = 0; i < n; i++)
        all &= (items[i] = va_arg(list, ouro_obj *)) != NULL;
    va_end(list);
    if (all)
        return ouro_tuple_new_steal(rt, items, n);
    for (size_t i = 0; i < n; i++)
        ouro_xdecref(items[i]);
    return NULL;
}

ouro_obj *call_with(ouro_rt *rt, ouro_obj *f, ouro_obj *first, ouro_obj *second) {
    ouro_obj *args[] = {first, second};
    return ouro_call(rt, f, args, second ? 2 : first != NULL, NULL);
}

int attr_put(ouro_rt *rt, ouro_obj *o, const char *name, int64_t value) {
    ouro_obj *number = ouro_int_new(rt, value);
    int result = number ? ouro_set_attr_text(rt, o, name, number) : -1;
    ouro_xdecref(number);
    return result;
}

int int_is(const ouro_obj *o, int64_t value) {
    return o && ouro_is_int(o) && ouro_int_is_word(o) && ouro_int_word(o) == value;
}

static int attr_find(ouro_rt *rt, ouro_obj *o, const char *name, ouro_obj **out) {
    ouro_obj *text = ouro_str_from(rt, name);
    int found = text ? ouro_find_attr(rt, o, text, out) : -1;
    ouro_xdecref(text);
    return found;
}

int attr_is(ouro_rt *rt, ouro_obj *o, const char *name, int64_t value) {
    ouro_obj *got = NULL;
    int result = attr_find(rt, o, name, &got) == 1 && int_is(got, value);
    ouro_xdecref(got);
    if (!got && test_broken(rt))
        ouro_error_clear(rt);
    return result;
}

int attr_lacks(ouro_rt *rt, ouro_obj *o, const char *name) {
    ouro_obj *got = NULL;
    int found = attr_find(rt, o, name, &got);
    ouro_xdecref(got);
    if (found < 0)
        ouro_error_clear(rt);
    return found == 0;
}

int attr_drop(ouro_rt *rt, ouro_obj *o, const char *name) {
    ouro_obj *text = ouro_str_from(rt, name);
    int result = text ? ouro_del_attr(rt, o, text) : -1;
    ouro_xdecref(text);
    return result;
}

int repr_is(ouro_rt *rt, ouro_obj *o, const char *text) {
    ouro_obj *got = ouro_repr(rt, o);
    int result = got && text_is(got, text);
    ouro_xdecref(got);
    if (!got)
        ouro_error_clear(rt);
    return result;
}

ouro_obj *note_none(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)kwnames;
    kit_trace_add("none", (int)n);
    return ouro_none(rt);
}

ouro_obj *note_pass(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)kwnames;
    kit_trace_add("pass", (int)n);
    return ouro_not_implemented(rt);
}

ouro_obj *note_seven(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)kwnames;
    kit_trace_add("seven", (int)n);
    return ouro_int_new(rt, 7);
}

ouro_obj *note_true(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)kwnames;
    kit_trace_add("true", (int)n);
    return ouro_bool(rt, 1);
}

ouro_obj *note_last(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    kit_trace_add("last", (int)n);
    size_t given = n + (kwnames ? ouro_tuple_size(kwnames) : 0);
    return given ? ouro_incref(args[given - 1]) : ouro_none(rt);
}

ouro_obj *note_fails(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)kwnames;
    kit_trace_add("fails", (int)n);
    ouro_error_set(rt, OURO_ERR_USER, "on purpose");
    return NULL;
}

static void (*storm_strike)(ouro_rt *rt);
static int storm_left;

// Garbage with a finalizer, for the next collection to find.
static void storm_seed(ouro_rt *rt, void (*hook)(ouro_rt *, fin *)) {
    fin *f = fin_new(rt, hook);
    if (f) {
        set(f, left, f);
        ouro_decref(&f->head);
    } else {
        ouro_error_clear(rt);
    }
}

static void storm_hook(ouro_rt *rt, fin *self) {
    (void)self;
    if (!storm_strike || storm_left-- <= 0)
        return;
    storm_strike(rt);
    ouro_error_clear(rt);
    storm_seed(rt, storm_hook);
}

void storm_begin(ouro_rt *rt, void (*strike)(ouro_rt *rt), int strikes) {
    storm_strike = strike;
    storm_left = strikes;
    storm_seed(rt, storm_hook);
    ouro_stress_collect(rt, OURO_GC_FULL);
}

void storm_end(ouro_rt *rt) {
    storm_strike = NULL;
    ouro_stress_collect(rt, test_mode_now() == TEST_STRESS ? OURO_GC_FULL : -1);
}

ouro_obj *object_with(ouro_rt *rt, const char *name, ouro_native_fn fn) {
    ouro_obj *c = class_make(rt, "S", NULL, NULL);
    ouro_obj *o = c && (!name || class_method(rt, c, name, fn) == 0) ? ouro_instance_new(rt, c, NULL) : NULL;
    ouro_xdecref(c);
    return o;
}

int method_put(ouro_rt *rt, ouro_obj *o, const char *name, ouro_native_fn fn) {
    return class_method(rt, ouro_class_peek(o), name, fn);
}
