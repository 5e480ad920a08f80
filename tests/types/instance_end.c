// SPDX-License-Identifier: MIT
// instance_end.c: __del__, and foreign code in the middle of what is done with attributes.
#include "classes.h"

static int instance_ends;
static ouro_obj *instance_saved;

static ouro_obj *instance_del(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)kwnames;
    always(n == 1);
    instance_ends++;
    return ouro_none(rt);
}

CASE(instance, del_runs_once_before_it_dies) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    must(class_method(rt, c, "__del__", instance_del));
    instance_ends = 0;
    ouro_obj *o = ouro_instance_new(rt, c, NULL);
    need(o);
    ouro_decref(o);
    always(instance_ends == 1);
    o = ouro_instance_new(rt, c, NULL);
    need(o);
    int is_set = ouro_set_attr_text(rt, o, "me", o);
    ouro_decref(o);
    must(is_set);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(instance_ends == 2);
}

CASE(instance, del_that_came_later) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    ouro_obj *o = ouro_instance_new(rt, c, NULL), *p = ouro_instance_new(rt, c, NULL);
    instance_ends = 0;
    ouro_xdecref(p); // "none" is noted now
    int is_set = o ? class_method(rt, c, "__del__", instance_del) : -1;
    ouro_xdecref(o);
    must(is_set);
    always(instance_ends == 1);
}

static ouro_obj *instance_rescue(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)n;
    (void)kwnames;
    instance_ends++;
    ouro_setslot(&instance_saved, args[0]);
    return ouro_none(rt);
}

CASE(instance, del_that_resurrects) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    must(class_method(rt, c, "__del__", instance_rescue));
    instance_ends = 0;
    instance_saved = NULL;
    ouro_obj *o = ouro_instance_new(rt, c, NULL);
    need(o);
    int is_set = attr_put(rt, o, "x", 3);
    ouro_decref(o);
    always(instance_saved == o && instance_ends == 1);
    check(is_set < 0 || attr_is(rt, o, "x", 3));
    ouro_setslot(&instance_saved, NULL);
    always(instance_ends == 1);
    must(is_set);
}

static ouro_obj *instance_wreck(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)n;
    (void)kwnames;
    ouro_obj *c = ouro_class_peek(args[0]);
    instance_ends++;
    if (attr_drop(rt, c, "__del__") < 0 || attr_put(rt, c, "x", 1) < 0 || attr_put(rt, args[0], "y", 1) < 0)
        return NULL;
    return ouro_none(rt);
}

// The last instance, which alone holds the class; its __del__ changes both, and takes itself off.
CASE(instance, del_that_changes_its_class) {
    ouro_obj *c = class_make(rt, "C", NULL, NULL);
    need(c);
    int is_set = class_method(rt, c, "__del__", instance_wreck);
    ouro_obj *o = is_set < 0 ? NULL : ouro_instance_new(rt, c, NULL);
    ouro_decref(c);
    need(o);
    instance_ends = 0;
    ouro_decref(o);
    always(instance_ends == 1);
}

CASE(instance, del_that_fails_is_a_warning) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    must(class_method(rt, c, "__del__", note_fails));
    kit_trace_start();
    test_expect_warnings();
    ouro_obj *o = ouro_instance_new(rt, c, NULL);
    need(o);
    ouro_decref(o);
    always(test_warnings() == 1 && ouro_error_code(rt) == OURO_OK);
}

// ---- hostile ----

static ouro_obj *instance_unname(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)n;
    (void)kwnames;
    if (attr_drop(rt, ouro_class_peek(args[0]), "__getattr__") < 0)
        return NULL;
    ouro_gc_collect(rt, OURO_GC_FULL);
    return ouro_int_new(rt, 11);
}

CASE(instance, getattr_that_takes_itself_off) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
    need(o);
    must(class_method(rt, c, "__getattr__", instance_unname));
    check(attr_is(rt, o, "x", 11));
    check(attr_lacks(rt, o, "x"));
}

static ouro_obj *instance_target;
static int instance_round;

static int instance_skip, instance_struck; // strikes to let pass; how many were not

// While an attribute is set, others are set on the same object; one more than once.
static void instance_meddle(ouro_rt *rt) {
    char name[32];
    if (instance_skip-- > 0)
        return;
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "m%d_%d", instance_round, i);
        if (attr_put(rt, instance_target, name, i) < 0)
            ouro_error_clear(rt);
    }
    if (attr_put(rt, instance_target, "again", 99) < 0)
        ouro_error_clear(rt);
    instance_struck++;
}

// Sets an attribute in a storm that begins after `skip` collections, and looks for what was set meanwhile.
static int instance_put_in_storm(ouro_rt *rt, ouro_obj *o, const char *name, int value, int skip) {
    instance_target = o;
    instance_skip = skip;
    instance_struck = 0;
    instance_round++;
    storm_begin(rt, instance_meddle, skip + 1);
    int result = attr_put(rt, o, name, value);
    storm_end(rt);
    if (result < 0)
        return -1;
    char other[32];
    snprintf(other, sizeof other, "m%d_11", instance_round);
    check(!instance_struck || (attr_is(rt, o, other, 11) && attr_is(rt, o, "again", 99)));
    check(attr_is(rt, o, name, value));
    return 0;
}

CASE(instance, attributes_set_while_one_is_set) {
    ouro_obj *list = ouro_class_of_type(rt, ouro_list_type);
    need(list);
    instance_round = 0;
    char name[32];
    for (int i = 0; i < 24; i++) {
        ouro_obj *c = own(class_make(rt, "C", i % 2 ? list : NULL, NULL));
        need(c);
        ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
        need(o);
        for (int k = 0; i >= 12 && k < (i - 12) * 6; k++) { // so that the layout is about to grow, or full
            snprintf(name, sizeof name, "f%d", k);
            must(attr_put(rt, o, name, k));
        }
        must(instance_put_in_storm(rt, o, "a0", 0, i / 2 % 6));
        must(instance_put_in_storm(rt, o, "a1", 1, i / 2 % 6));
        check(attr_is(rt, o, "a0", 0) && attr_is(rt, o, "a1", 1));
        must(ouro_verify(rt));
    }
}

static int instance_strike_at; // collections to let pass

// A storm strikes as often as it can as soon as it can; this, once, in the middle.
static void instance_strike(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)info;
    (void)user;
    if (phase != OURO_GC_START || instance_strike_at-- != 0)
        return;
    instance_skip = 0;
    instance_meddle(rt);
}

// While the first attribute is set that needs a dict, others are that need it.
CASE(instance, dicts_made_while_one_is_made) {
    char name[32];
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL)), *first = own(c ? ouro_instance_new(rt, c, NULL) : NULL);
    need(first);
    for (int k = 0; k < OURO_LAYOUT_MAX; k++) {
        snprintf(name, sizeof name, "f%d", k);
        must(attr_put(rt, first, name, k));
    }
    instance_strike_at = -1;
    must(ouro_gc_callback_add(rt, instance_strike, NULL));
    for (int at = 0; at < 8; at++) {
        ouro_obj *o = instance_target = own(ouro_instance_new(rt, c, NULL));
        need(o);
        instance_round = instance_struck = 0;
        instance_strike_at = at;
        ouro_stress_collect(rt, OURO_GC_FULL);
        int result = attr_put(rt, o, "beyond", 5);
        ouro_stress_collect(rt, test_mode_now() == TEST_STRESS ? OURO_GC_FULL : -1);
        instance_strike_at = -1;
        must(result);
        check(attr_is(rt, o, "beyond", 5));
        check(!instance_struck || (attr_is(rt, o, "m0_11", 11) && attr_is(rt, o, "again", 99)));
    }
}

// A value that, when it dies, drops what replaced it.
static void instance_undo(ouro_rt *rt, fin *self) {
    (void)self;
    if (attr_drop(rt, instance_target, "x") < 0)
        ouro_error_clear(rt);
}

CASE(instance, a_value_that_undoes_its_replacement) {
    ouro_obj *c = own(class_make(rt, "C", NULL, NULL));
    need(c);
    ouro_obj *o = instance_target = own(ouro_instance_new(rt, c, NULL));
    need(o);
    fin *f = fin_new(rt, instance_undo);
    need(f);
    int is_set = ouro_set_attr_text(rt, o, "x", &f->head);
    ouro_decref(&f->head);
    must(is_set);
    must(attr_put(rt, o, "x", 1));
    check(attr_lacks(rt, o, "x"));
}
