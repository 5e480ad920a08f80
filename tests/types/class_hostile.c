// SPDX-License-Identifier: MIT
// class_hostile.c: foreign code in the middle of everything that a class does, and classes that are not complete.
#include "classes.h"

static ouro_obj *class_hostile;
static int class_hostile_seen;

// Dies in the middle of a change of the class that held it, and looks at the class.
static void class_look(ouro_rt *rt, fin *self) {
    (void)self;
    ouro_obj *got = ouro_get_attr_text(rt, class_hostile, "x");
    class_hostile_seen = got ? 1 : 0;
    ouro_xdecref(got);
    ouro_error_clear(rt);
    if (ouro_class_set(rt, class_hostile, "y", ouro_none(rt)) < 0)
        ouro_error_clear(rt);
}

CASE(class, a_value_that_looks_when_it_dies) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL));
    need(a);
    ouro_obj *b = class_hostile = own(class_make(rt, "B", a, NULL));
    need(b);
    for (int round = 0; round < 3; round++) {
        fin *f = fin_new(rt, class_look);
        need(f);
        int is_set = ouro_class_set(rt, a, "x", &f->head);
        ouro_decref(&f->head);
        must(is_set);
        ouro_obj *got = ouro_get_attr_text(rt, b, "x"); // in the cache now
        need(got);
        ouro_decref(got);
        class_hostile_seen = -1;
        if (round == 0)
            must(attr_drop(rt, a, "x"));
        else
            must(attr_put(rt, a, "x", round));
        check(class_hostile_seen == (round > 0));
        check(round == 0 ? attr_lacks(rt, b, "x") : attr_is(rt, b, "x", round));
    }
}

// While a class is made, its base is changed, gets other subclasses, and dies of nothing.
static void class_meddle(ouro_rt *rt) {
    if (ouro_class_set(rt, class_hostile, "m", ouro_none(rt)) < 0)
        ouro_error_clear(rt);
    ouro_xdecref(class_make(rt, "Below", class_hostile, NULL));
}

CASE(class, bases_that_change_meanwhile) {
    ouro_obj *a = class_hostile = own(class_make(rt, "A", NULL, NULL));
    need(a);
    for (int i = 0; i < 12; i++) {
        storm_begin(rt, class_meddle, 50);
        ouro_obj *b = own(class_make_fixed(rt, "B", a, "p q r s t"));
        storm_end(rt);
        need(b);
        must(attr_put(rt, a, "x", i));
        check(attr_is(rt, b, "x", i));
    }
}

// ---- classes that are not complete: found by a walk of the heap while they are made ----

static int class_handle(ouro_obj *o, void *arg) {
    ouro_obj **found = arg;
    if (ouro_is_class(o) && !ouro_class_mro_peek(o, 0))
        *found = o;
    return 0;
}

// Uses what there is of a class in every way. Returns: nothing; all may fail.
static void class_use(ouro_rt *rt, ouro_obj *c) {
    ouro_obj *o = ouro_call(rt, c, NULL, 0, NULL), *got;
    ouro_error_clear(rt);
    ouro_xdecref(class_make(rt, "Below", c, NULL));
    ouro_error_clear(rt);
    if (attr_put(rt, c, "x", 1) < 0)
        ouro_error_clear(rt);
    ouro_xdecref(ouro_repr(rt, c));
    always(!ouro_class_is_a(c, class_hostile) && ouro_class_version(c) != 1);
    if (o) {
        always(attr_lacks(rt, o, "y") || test_broken(rt));
        always(ouro_equal(rt, o, c) == 0 || test_broken(rt));
        if (attr_put(rt, o, "z", 1) < 0)
            ouro_error_clear(rt);
        got = ouro_deep_copy(rt, o);
        ouro_error_clear(rt);
        ouro_xdecref(got);
        ouro_decref(o);
    }
    ouro_error_clear(rt);
}

static void class_find_half_made(ouro_rt *rt) {
    ouro_obj *found = NULL;
    if (ouro_gc_get_objects(rt, -1, class_handle, &found) == 0 && found) {
        ouro_incref(found);
        class_hostile_seen++;
        class_use(rt, found);
        ouro_decref(found);
    }
}

static int64_t class_value;

static int class_other_handle(ouro_obj *o, void *arg) {
    ouro_obj **found = arg;
    if (ouro_is_class(o) && o != class_hostile)
        *found = o;
    return 0;
}

// Looks at the base through a class that it does not know of yet, and changes it.
static void class_change_behind(ouro_rt *rt) {
    ouro_obj *found = NULL;
    if (ouro_gc_get_objects(rt, -1, class_other_handle, &found) != 0 || !found)
        return;
    ouro_incref(found);
    always(attr_lacks(rt, found, "x") || attr_is(rt, found, "x", class_value) || test_broken(rt));
    if (attr_put(rt, class_hostile, "x", class_value + 1) == 0)
        class_value++;
    ouro_error_clear(rt);
    always(attr_lacks(rt, found, "x") || attr_is(rt, found, "x", class_value) || test_broken(rt));
    class_hostile_seen++;
    ouro_decref(found);
}

CASE(class, half_made_classes_note_nothing) {
    ouro_obj *a = class_hostile = own(class_make(rt, "A", NULL, NULL));
    need(a);
    class_value = 1000;
    must(attr_put(rt, a, "x", class_value));
    class_hostile_seen = 0;
    storm_begin(rt, class_change_behind, 200);
    ouro_obj *b = own(class_make_fixed(rt, "B", a, "p q r s t"));
    storm_end(rt);
    need(b);
    check(class_hostile_seen > 0);
    check(attr_is(rt, b, "x", class_value));
}

CASE(class, half_made_classes_that_are_used) {
    ouro_obj *a = class_hostile = own(class_make(rt, "A", NULL, NULL));
    need(a);
    class_hostile_seen = 0;
    storm_begin(rt, class_find_half_made, 60);
    ouro_obj *b = class_make_fixed(rt, "B", a, "p q r s t");
    storm_end(rt);
    own(b);
    need(b);
    check(class_hostile_seen > 0);
    must(attr_put(rt, a, "x", 4));
    check(attr_is(rt, b, "x", 4));
}

// What is left of a class when its fields are empty.
CASE(class, an_empty_class_is_no_danger) {
    ouro_obj *a = class_hostile = own(class_make(rt, "A", NULL, NULL));
    need(a);
    ouro_obj *empty = own(ouro_new_tail(rt, ouro_class_type, 0));
    need(empty);
    class_use(rt, empty);
    check(attr_put(rt, empty, "x", 1) < 0 && says(rt, OURO_ERR_STATE, "class '?' has been taken apart"));
    check(!class_make(rt, "B", empty, NULL) && says(rt, OURO_ERR_STATE, "class '?' is not complete"));
    ouro_error_clear(rt);
    check(repr_is(rt, empty, "<class '?'>"));
    ouro_obj *instance = own(ouro_new_tail(rt, ouro_instance_type, 0)), *got;
    need(instance);
    uint64_t hash;
    check(attr_lacks(rt, instance, "x") && ouro_equal(rt, instance, a) == 0 && ouro_truth(rt, instance) == 1);
    check(ouro_hash(rt, instance, &hash) == 0 && ouro_class_peek(instance) == NULL);
    got = own(ouro_binary(rt, OURO_ADD, instance, a));
    check(!got && says(rt, OURO_ERR_TYPE, "operand types for +: 'instance' and 'class'"));
    check(attr_put(rt, instance, "x", 1) < 0 && says(rt, OURO_ERR_TYPE, "attributes cannot be set"));
    ouro_error_clear(rt);
    got = own(ouro_repr(rt, instance));
    need(got);
}

// ---- lookups in the middle of a change ----

static uint64_t class_peeped; // the version that was seen

static void class_peep(ouro_rt *rt) {
    size_t length;
    class_peeped = ouro_class_version(class_hostile);
    ouro_obj *got = ouro_get_attr_text(rt, class_hostile, "x");
    ouro_error_clear(rt);
    always(!got || ouro_is_int(got));
    ouro_xdecref(got);
    ouro_obj *o = ouro_instance_new(rt, class_hostile, NULL);
    if (o && ouro_length(rt, o, &length) < 0)
        ouro_error_clear(rt);
    ouro_xdecref(o);
}

CASE(class, lookups_while_it_changes) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL)), *b = class_hostile = own(class_make(rt, "B", a, NULL));
    need(a);
    need(b);
    ouro_obj *o = own(ouro_instance_new(rt, b, NULL));
    need(o);
    for (int i = 300; i < 312; i++) { // numbers that are no shared objects
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        class_peeped = 0;
        storm_begin(rt, class_peep, 60);
        int result = attr_put(rt, a, name, i); // makes the dict grow now and then
        int later = ouro_class_version(b) > class_peeped;
        result = result < 0 ? -1 : attr_put(rt, a, "x", i);
        later &= ouro_class_version(b) > class_peeped || result < 0;
        result = result < 0 ? -1 : i % 2 ? attr_drop(rt, a, "__len__") : class_method(rt, a, "__len__", note_seven);
        storm_end(rt);
        check(later);
        if (i % 2 && result < 0 && ouro_error_code(rt) == OURO_ERR_ATTRIBUTE)
            ouro_error_clear(rt);
        else
            must(result);
        check(attr_is(rt, b, "x", i));
        size_t length = 0;
        check(i % 2 ? ouro_length(rt, o, &length) < 0 : ouro_length(rt, o, &length) == 0 && length == 7);
        ouro_error_clear(rt);
    }
}

// A value that, when it dies, must not be found any more.
static void class_not_me(ouro_rt *rt, fin *self) {
    if (!class_hostile) // the classes are dying, too
        return;
    ouro_obj *got = ouro_get_attr_text(rt, class_hostile, "x");
    if (!got)
        ouro_error_clear(rt);
    always(got != &self->head);
    ouro_xdecref(got);
}

// Sets the attribute that is just being set, and has it noted.
static void class_overtake(ouro_rt *rt) {
    fin *f = fin_new(rt, class_not_me);
    if (!f)
        return;
    if (ouro_class_set(rt, ouro_class_mro_peek(class_hostile, 1), "x", &f->head) == 0)
        ouro_xdecref(ouro_get_attr_text(rt, class_hostile, "x"));
    ouro_decref(&f->head);
}

CASE(class, a_change_overtaken_by_another) {
    char name[16];
    for (int n = 0; n < 24; n++) {
        ouro_obj *a = own(class_make(rt, "A", NULL, NULL)), *b = class_hostile = own(class_make(rt, "B", a, NULL));
        need(a);
        need(b);
        ouro_obj *f = own(ouro_native_new(rt, "f", note_none, NULL, 0, 0)), *x = own(ouro_intern(rt, "x"));
        need(f);
        need(x);
        for (int i = 0; i < n; i++) { // so that the dict grows at one of the rounds
            snprintf(name, sizeof name, "n%d", i);
            must(attr_put(rt, a, name, i));
        }
        storm_begin(rt, class_overtake, 60);
        int result = ouro_set_attr(rt, a, x, f);
        storm_end(rt);
        class_hostile = NULL;
        must(result);
        ouro_obj *got = own(ouro_get_attr(rt, b, x));
        check(got == f);
        must(ouro_set_attr(rt, a, x, ouro_none(rt)));
    }
}

static void class_ask(ouro_rt *rt) {
    class_hostile = ouro_class_of_type(rt, ouro_set_type);
}

CASE(class, standard_classes_asked_for_twice_at_once) {
    storm_begin(rt, class_ask, 60);
    ouro_obj *c = ouro_class_of_type(rt, ouro_set_type);
    storm_end(rt);
    need(c);
    always(c == ouro_class_of_type(rt, ouro_set_type));
    check(class_hostile == c);
}

// ---- opening ----

static int class_works(ouro_rt *rt) {
    ouro_obj *c = class_make(rt, "C", NULL, NULL);
    int works = class_method(rt, c, "__len__", note_seven) == 0;
    ouro_obj *o = ouro_instance_new(rt, c, NULL);
    size_t length = 0;
    works = works && ouro_length(rt, o, &length) == 0 && length == 7;
    ouro_decref(o);
    ouro_decref(c);
    return works;
}

CASE(class, opening_that_fails_half_way_is_tried_again) {
    (void)rt;
    for (uint64_t n = 1; n == 1 || (test_mode_now() == TEST_PLAIN && n < 2000); n++) {
        ouro_rt *other = kit_rt_new(NULL);
        ouro_stress_fail(other, n, OURO_FAIL_ONCE);
        int opened = ouro_std_open(other);
        uint64_t failures = ouro_stress_failures(other);
        always((opened < 0) == (failures > 0));
        ouro_stress_fail(other, 0, OURO_FAIL_NEVER);
        ouro_error_clear(other);
        always(ouro_std_open(other) == 0 && ouro_not_implemented(other));
        ouro_obj *c = ouro_class_of_type(other, ouro_list_type);
        always(c && class_works(other));
        always(ouro_rt_destroy(other) == 0);
        if (!failures)
            break;
    }
}
