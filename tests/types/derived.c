// SPDX-License-Identifier: MIT
// derived.c: objects whose class derives from a standard type: they are such objects, and have a class and attributes.
#include "classes.h"

typedef struct derived_case {
    const ouro_type *const *type;
    const char *start; // the value, as a text that `derived_value` reads
    const char *repr;
    const char *derived_repr; // where it is another one
} derived_case;

static const derived_case derived_cases[] = {
    {&ouro_int_type, "42", "42", NULL},
    {&ouro_int_type, "123456789012345678901234567890", "123456789012345678901234567890", NULL},
    {&ouro_float_type, "2.5", "2.5", NULL},
    {&ouro_str_type, "abc", "'abc'", NULL},
    {&ouro_str_type,
     "\xC3\xA9"
     "abcdefg",
     "'\xC3\xA9"
     "abcdefg'",
     NULL},
    {&ouro_str_type, "abcdefghijklmnopqrstuvwxyz", "'abcdefghijklmnopqrstuvwxyz'", NULL},
    {&ouro_tuple_type, "xyz", "('x', 'y', 'z')", NULL},
    {&ouro_list_type, "xyz", "['x', 'y', 'z']", NULL},
    {&ouro_set_type, "x", "{'x'}", "D({'x'})"},
    {&ouro_frozenset_type, "x", "frozenset({'x'})", "D({'x'})"},
    {&ouro_dict_type, "k", "{'k': 'k'}", NULL},
    {&ouro_odict_type, "k", "OrderedDict({'k': 'k'})", NULL},
};
#define DERIVED_CASES (sizeof derived_cases / sizeof *derived_cases)

static int derived_repr_is(ouro_rt *rt, ouro_obj *o, const derived_case *d) {
    return repr_is(rt, o, d->derived_repr ? d->derived_repr : d->repr);
}

// A dict from the text to itself.
static ouro_obj *derived_dict(ouro_rt *rt, ouro_obj *text) {
    ouro_obj *dict = ouro_dict_new(rt);
    if (dict && ouro_dict_set(rt, dict, text, text) < 0)
        ouro_setslot_steal(&dict, NULL);
    return dict;
}

// An exact object of the type. Returns: new.
static ouro_obj *derived_value(ouro_rt *rt, const derived_case *d) {
    int maps = *d->type == ouro_dict_type || *d->type == ouro_odict_type;
    ouro_obj *text = ouro_str_from(rt, d->start), *class_object = ouro_class_of_type(rt, *d->type), *value = NULL;
    if (maps && text)
        ouro_setslot_steal(&text, derived_dict(rt, text));
    if (text && class_object)
        value = call_with(rt, class_object, text, NULL);
    ouro_xdecref(text);
    return value;
}

static ouro_obj *derived_class(ouro_rt *rt, const ouro_type *type) {
    ouro_obj *base = ouro_class_of_type(rt, type);
    return base ? class_make(rt, "D", base, NULL) : NULL;
}

// An object of a class that derives from the type, of the case's value. Returns: new.
static ouro_obj *derived_object(ouro_rt *rt, const derived_case *d) {
    ouro_obj *c = derived_class(rt, *d->type), *value = c ? derived_value(rt, d) : NULL;
    ouro_obj *o = value ? ouro_instance_new(rt, c, value) : NULL;
    ouro_xdecref(value);
    ouro_xdecref(c);
    return o;
}

CASE(derived, is_an_object_of_the_standard_type) {
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        const derived_case *d = &derived_cases[i];
        ouro_obj *o = own(derived_object(rt, d)), *value = own(derived_value(rt, d));
        need(o);
        need(value);
        ouro_obj *base = ouro_class_of_type(rt, *d->type);
        always(ouro_class_peek(o) && !ouro_class_peek(value) &&
               ouroi_kind(o) == (ouroi_kind(value) | OUROI_KIND_DERIVED));
        always(ouro_is_a(o, ouro_type_of(value)) && ouro_is_instance(o, base) && ouro_is_instance(value, base));
        always(!ouro_is_instance(value, ouro_class_peek(o)));
        check(derived_repr_is(rt, o, d));
        check(ouro_equal(rt, o, value) == 1 && ouro_equal(rt, value, o) == 1);
        check(ouro_compare(rt, OURO_NE, o, value) == 0);
        must(ouro_verify(rt));
    }
}

CASE(derived, has_attributes) {
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        ouro_obj *o = own(derived_object(rt, &derived_cases[i]));
        need(o);
        check(attr_lacks(rt, o, "x"));
        check(attr_drop(rt, o, "x") < 0 && says(rt, OURO_ERR_ATTRIBUTE, "'D' object has no attribute 'x'"));
        ouro_error_clear(rt);
        must(attr_put(rt, o, "x", 1));
        must(attr_put(rt, ouro_class_peek(o), "y", 2));
        must(class_method(rt, ouro_class_peek(o), "f", note_last));
        check(attr_is(rt, o, "x", 1) && attr_is(rt, o, "y", 2));
        ouro_obj *got = own(ouro_call_method(rt, o, "f", NULL, 0, NULL));
        check(got == o);
        must(ouro_set_attr_text(rt, o, "me", o));
        got = own(ouro_get_attr_text(rt, o, "me"));
        check(got == o);
        must(ouro_verify(rt));
    }
}

// o -> companion -> o, and its class: collected.
CASE(derived, cycles_through_attributes_are_collected) {
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        ouro_obj *o = derived_object(rt, &derived_cases[i]), *got = NULL;
        need(o);
        ouro_obj *weak = own(ouro_weak_new(rt, o, NULL, NULL));
        ouro_obj *weak_class = own(ouro_weak_new(rt, ouro_class_peek(o), NULL, NULL));
        int is_set = ouro_set_attr_text(rt, o, "me", o);
        ouro_decref(o);
        need(weak);
        need(weak_class);
        must(is_set);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(ouro_weak_get(weak, &got) == 0 && ouro_weak_get(weak_class, &got) == 0);
    }
}

CASE(derived, dies_at_once_without_a_cycle) {
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        ouro_obj *o = derived_object(rt, &derived_cases[i]), *part = ouro_list_new(rt, NULL, 0);
        int is_set = o && part ? ouro_set_attr_text(rt, o, "x", part) : -1;
        ouro_xdecref(o);
        own(part);
        need(o);
        must(is_set);
        always(ouro_refcount(part) == 1);
    }
}

CASE(derived, empty_ones) {
    static const char *const reprs[] = {"0", "0.0", "''", "()", "[]", "{}", "D()", "D()", "OrderedDict()"};
    const ouro_type *types[] = {ouro_int_type,  ouro_float_type, ouro_str_type,       ouro_tuple_type, ouro_list_type,
                                ouro_dict_type, ouro_set_type,   ouro_frozenset_type, ouro_odict_type};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        ouro_obj *c = own(derived_class(rt, types[i]));
        need(c);
        ouro_obj *o = own(ouro_instance_new(rt, c, NULL)), *called = own(call_with(rt, c, NULL, NULL));
        need(o);
        need(called);
        check(repr_is(rt, o, reprs[i]) && repr_is(rt, called, reprs[i]) && ouro_truth(rt, o) == 0);
        must(attr_put(rt, o, "x", 1));
        check(attr_is(rt, o, "x", 1));
        must(ouro_verify(rt));
    }
}

CASE(derived, values_that_are_of_another_type) {
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        ouro_obj *c = own(derived_class(rt, *derived_cases[i].type));
        need(c);
        check(!ouro_instance_new(rt, c, c) && says(rt, OURO_ERR_TYPE, "expected, not 'class'"));
        ouro_error_clear(rt);
    }
}

CASE(derived, called_with_what_makes_the_standard_type) {
    ouro_obj *c = own(derived_class(rt, ouro_float_type)), *x = own(ouro_float_new(rt, 21.5)), *got;
    need(c);
    need(x);
    ouro_obj *o = own(call_with(rt, c, x, NULL));
    need(o);
    always(ouro_is_float(o) && ouro_class_peek(o) == c && ouro_float_value(o) == 21.5);
    got = own(ouro_binary(rt, OURO_ADD, o, x)); // of the exact type
    check(got && ouro_is(got, ouro_float_type) && ouro_float_value(got) == 43);
    check(!call_with(rt, c, x, x) && says(rt, OURO_ERR_TYPE, "D() takes at most 1 argument (2 given)"));
    check(!call_with(rt, c, c, NULL) && says(rt, OURO_ERR_TYPE, ""));
    ouro_error_clear(rt);
    kit_trace_start();
    must(class_method(rt, c, "__init__", note_none));
    ouro_obj *p = own(call_with(rt, c, x, x));
    need(p);
    check(ouro_float_value(p) == 0 && kit_trace_is("none3"));
}

// Exact values come out of derived ones.
CASE(derived, standard_types_made_from_it) {
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        const derived_case *d = &derived_cases[i];
        ouro_obj *o = own(derived_object(rt, d)), *c = ouro_class_of_type(rt, *d->type);
        need(o);
        need(c);
        ouro_obj *got = own(call_with(rt, c, o, NULL));
        need(got);
        always(!ouro_class_peek(got));
        check(repr_is(rt, got, d->repr));
        ouro_obj *again = own(ouro_instance_new(rt, ouro_class_peek(o), o));
        need(again);
        check(derived_repr_is(rt, again, d) && ouro_equal(rt, o, again) == 1);
    }
}

CASE(derived, hashes) {
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        const derived_case *d = &derived_cases[i];
        ouro_obj *o = own(derived_object(rt, d)), *value = own(derived_value(rt, d));
        need(o);
        need(value);
        uint64_t hash = 0, exact_hash = 1;
        int hashable = ouro_hash(rt, value, &exact_hash) == 0;
        ouro_error_clear(rt);
        check(hashable ? ouro_hash(rt, o, &hash) == 0 && hash == exact_hash
                       : ouro_hash(rt, o, &hash) < 0 && says(rt, OURO_ERR_TYPE, "unhashable type: 'D'"));
        must(class_method(rt, ouro_class_peek(o), "__hash__", note_seven));
        check(ouro_hash(rt, o, &hash) == 0 && hash != exact_hash);
        must(attr_drop(rt, ouro_class_peek(o), "__hash__"));
        must(class_method(rt, ouro_class_peek(o), "__eq__", note_true));
        check(ouro_hash(rt, o, &hash) < 0 && says(rt, OURO_ERR_TYPE, "unhashable type: 'D'"));
        check(ouro_equal(rt, o, rt ? ouro_none(rt) : NULL) == 1 && ouro_compare(rt, OURO_NE, o, value) == 0);
        must(class_method(rt, ouro_class_peek(o), "__eq__", note_pass));
        check(ouro_equal(rt, o, o) == 1);
        ouro_error_clear(rt);
    }
}

// ---- the protocols of the type below ----

CASE(derived, a_list_does_what_a_list_does) {
    ouro_obj *o = own(derived_object(rt, &derived_cases[7])), *one = own(ouro_int_new(rt, 1)), *got;
    need(o);
    need(one);
    must(ouro_list_append(rt, o, one));
    size_t length = 0;
    check(ouro_length(rt, o, &length) == 0 && length == 4 && ouro_contains(rt, o, one) == 1 && ouro_truth(rt, o) == 1);
    got = own(ouro_get_item(rt, o, one));
    check(text_is(got, "y"));
    check(ouro_set_item(rt, o, one, one) == 0 && repr_is(rt, o, "['x', 1, 'z', 1]"));
    check(ouro_del_item(rt, o, one) == 0 && repr_is(rt, o, "['x', 'z', 1]"));
    got = own(ouro_binary(rt, OURO_ADD, o, o));
    check(got && ouro_is(got, ouro_list_type) && ouro_list_size(got) == 6);
    got = own(ouro_list_from(rt, o));
    check(got && ouro_equal(rt, got, o) == 1);
    check(ouro_compare(rt, OURO_LE, o, o) == 1);
    got = own(ouro_unary(rt, OURO_NEG, o));
    check(!got && says(rt, OURO_ERR_TYPE, "bad operand type for -: 'D'"));
    ouro_error_clear(rt);
    got = own(call_with(rt, o, NULL, NULL));
    check(!got && says(rt, OURO_ERR_TYPE, "'D' object is not callable"));
    ouro_error_clear(rt);
}

CASE(derived, overriding_is_honoured_by_protocols_alone) {
    ouro_obj *o = own(derived_object(rt, &derived_cases[7])), *zero = own(ouro_int_new(rt, 0)), *got;
    need(o);
    need(zero);
    must(class_method(rt, ouro_class_peek(o), "__getitem__", note_seven));
    must(class_method(rt, ouro_class_peek(o), "__len__", note_seven));
    must(class_method(rt, ouro_class_peek(o), "__add__", note_seven));
    must(class_method(rt, ouro_class_peek(o), "__radd__", note_true));
    kit_trace_start();
    got = own(ouro_get_item(rt, o, zero));
    check(int_is(got, 7));
    got = own(ouro_list_get(rt, o, 0));
    check(text_is(got, "x"));
    size_t length = 0;
    check(ouro_length(rt, o, &length) == 0 && length == 7 && ouro_list_size(o) == 3);
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    need(list);
    got = own(ouro_binary(rt, OURO_ADD, o, list));
    check(int_is(got, 7));
    got = own(ouro_binary(rt, OURO_ADD, list, o)); // the right one extends the left one's type
    check(got == ouro_bool(rt, 1));
}

// Where the class says what is equal, the standard type below is not asked; but the other operand's is.
CASE(derived, a_class_that_says_what_is_equal) {
    ouro_obj *o = own(derived_object(rt, &derived_cases[2])), *x = own(ouro_float_new(rt, 9));
    need(o);
    need(x);
    must(class_method(rt, ouro_class_peek(o), "__eq__", note_true));
    check(ouro_compare(rt, OURO_NE, o, x) == 0 && ouro_compare(rt, OURO_EQ, o, x) == 1);
    ouro_obj *list = own(derived_object(rt, &derived_cases[7]));
    need(list);
    ouro_obj *same = own(ouro_instance_new(rt, ouro_class_peek(list), list));
    need(same);
    check(ouro_equal(rt, list, same) == 1);
    must(class_method(rt, ouro_class_peek(list), "__eq__", note_pass));
    check(ouro_equal(rt, list, same) == 0 && ouro_equal(rt, list, list) == 1);
}

CASE(derived, on_the_right_of_another_type) {
    ouro_obj *o = own(derived_object(rt, &derived_cases[7])), *two = own(ouro_int_new(rt, 2)), *got;
    need(o);
    need(two);
    got = own(ouro_binary(rt, OURO_MUL, two, o));
    check(got && ouro_is(got, ouro_list_type) && ouro_list_size(got) == 6);
    must(class_method(rt, ouro_class_peek(o), "__rmul__", note_pass)); // its own way: not the list's
    got = own(ouro_binary(rt, OURO_MUL, two, o));
    check(!got && says(rt, OURO_ERR_TYPE, "operand types for *: 'int' and 'D'"));
    ouro_error_clear(rt);
}

CASE(derived, numbers_count) {
    ouro_obj *o = own(derived_object(rt, &derived_cases[0])), *big = own(derived_object(rt, &derived_cases[1]));
    ouro_obj *two = own(ouro_int_new(rt, 2)), *got;
    need(o);
    need(big);
    need(two);
    got = own(ouro_binary(rt, OURO_MUL, o, two));
    check(int_is(got, 84) && ouro_is(got, ouro_int_type));
    got = own(ouro_binary(rt, OURO_SUB, two, o));
    check(int_is(got, -40));
    got = own(ouro_binary(rt, OURO_SUB, o, o));
    check(int_is(got, 0));
    got = own(ouro_unary(rt, OURO_NEG, o));
    check(int_is(got, -42));
    got = own(ouro_binary(rt, OURO_SUB, big, big));
    check(int_is(got, 0));
    check(ouro_compare(rt, OURO_LT, o, big) == 1 && ouro_compare(rt, OURO_GT, o, two) == 1);
    check(ouro_truth(rt, o) == 1);
    must(class_method(rt, ouro_class_peek(o), "__bool__", note_fails));
    check(ouro_truth(rt, o) < 0 && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

CASE(derived, as_a_key) {
    ouro_obj *o = own(derived_object(rt, &derived_cases[3])), *exact_one = own(derived_value(rt, &derived_cases[3])),
             *got;
    need(o);
    need(exact_one);
    ouro_obj *dict = own(ouro_dict_new(rt));
    need(dict);
    must(ouro_dict_set(rt, dict, o, ouro_none(rt)));
    check(ouro_dict_get(rt, dict, exact_one, &got) == 1 && got == ouro_none(rt));
    must(ouro_set_attr(rt, o, o, exact_one)); // a derived str as a name
    got = own(ouro_get_attr_text(rt, o, "abc"));
    check(got == exact_one);
}

// ---- copies ----

CASE(derived, copies) {
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        const derived_case *d = &derived_cases[i];
        ouro_obj *o = own(derived_object(rt, d));
        need(o);
        ouro_obj *bare = own(ouro_deep_copy(rt, o));
        need(bare);
        always(bare != o && ouro_class_peek(bare) == ouro_class_peek(o));
        check(derived_repr_is(rt, bare, d));
        must(attr_put(rt, o, "x", 5));
        must(ouro_set_attr_text(rt, o, "me", o));
        ouro_obj *flat = own(ouro_copy(rt, o)), *deep = own(ouro_deep_copy(rt, o)), *got;
        need(flat);
        need(deep);
        always(ouro_class_peek(flat) == ouro_class_peek(o) && ouro_class_peek(deep) == ouro_class_peek(o));
        check(derived_repr_is(rt, flat, d) && derived_repr_is(rt, deep, d));
        check(attr_is(rt, flat, "x", 5) && attr_is(rt, deep, "x", 5));
        got = own(ouro_get_attr_text(rt, flat, "me"));
        check(got == o);
        got = own(ouro_get_attr_text(rt, deep, "me"));
        check(got == deep);
        must(ouro_verify(rt));
    }
}

// The parts of the standard part are copied, too, and one that occurs there and in an attribute stays one.
CASE(derived, deep_copies_of_parts) {
    const ouro_type *types[] = {ouro_list_type, ouro_tuple_type};
    for (size_t i = 0; i < 2; i++) {
        ouro_obj *inner = own(ouro_list_new(rt, NULL, 0)), *c = own(derived_class(rt, types[i]));
        need(inner);
        need(c);
        ouro_obj *items = own(ouro_list_new(rt, &inner, 1));
        need(items);
        ouro_obj *o = own(call_with(rt, c, items, NULL));
        need(o);
        must(ouro_set_attr_text(rt, o, "inner", inner));
        must(ouro_list_append(rt, inner, o)); // round
        ouro_obj *deep = own(ouro_deep_copy(rt, o)), *got;
        need(deep);
        got = own(ouro_get_attr_text(rt, deep, "inner"));
        need(got);
        always(got != inner && ouro_list_peek(got, 0) == deep);
        always((i ? ouro_tuple_peek(deep, 0) : ouro_list_peek(deep, 0)) == got);
    }
}

CASE(derived, copies_taken_over) {
    ouro_obj *o = own(derived_object(rt, &derived_cases[7])), *got;
    need(o);
    must(class_method(rt, ouro_class_peek(o), "__deepcopy__", note_seven));
    must(class_method(rt, ouro_class_peek(o), "__copy__", note_true));
    got = own(ouro_copy(rt, o));
    check(got == ouro_bool(rt, 1));
    got = own(ouro_deep_copy(rt, o));
    check(int_is(got, 7));
}

// ---- the end, and the collector's ----

static int derived_ends;

static ouro_obj *derived_del(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)n;
    (void)kwnames;
    derived_ends++;
    return ouro_class_peek(args[0]) ? ouro_none(rt) : NULL;
}

CASE(derived, del_runs_once_although_there_is_a_companion) {
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        ouro_obj *o = derived_object(rt, &derived_cases[i]);
        need(o);
        derived_ends = 0;
        int is_set = class_method(rt, ouro_class_peek(o), "__del__", derived_del);
        int expected = is_set == 0;
        is_set = is_set < 0 ? -1 : attr_put(rt, o, "x", 1);
        ouro_decref(o);
        always(derived_ends == expected);
        must(is_set);
    }
}

static int derived_count(ouro_obj *o, void *arg) {
    (void)o;
    ++*(int *)arg;
    return 0;
}

CASE(derived, the_collector_sees_class_and_attributes) {
    static const int parts[] = {0, 0, 0, 0, 0, 0, 3, 3, 1, 1, 2, 2};
    for (size_t i = 0; i < DERIVED_CASES; i++) {
        ouro_obj *o = own(derived_object(rt, &derived_cases[i]));
        need(o);
        int seen = 0;
        must(ouro_gc_get_referents(rt, o, derived_count, &seen));
        always(seen == parts[i] + 1);
        must(attr_put(rt, o, "x", 1));
        seen = 0;
        must(ouro_gc_get_referents(rt, o, derived_count, &seen));
        always(seen == parts[i] + 2);
    }
}

CASE(derived, fixed_slots) {
    ouro_obj *base = ouro_class_of_type(rt, ouro_list_type);
    need(base);
    ouro_obj *c = own(class_make_fixed(rt, "F", base, "x"));
    need(c);
    ouro_obj *o = own(ouro_instance_new(rt, c, NULL));
    need(o);
    must(attr_put(rt, o, "x", 1));
    check(attr_put(rt, o, "y", 1) < 0 && says(rt, OURO_ERR_ATTRIBUTE, "'F' object has no attribute 'y'"));
    ouro_error_clear(rt);
}

// A type of the embedder's that is based on instances: it has no class.
CASE(derived, types_of_the_embedder) {
    static ouro_type own_type;
    if (!own_type.name) {
        ouro_type_init(&own_type, "own instance", ouro_instance_type->size);
        own_type.base = ouro_instance_type;
    }
    must(ouro_type_register(rt, &own_type));
    ouro_obj *o = own(ouro_new_tail(rt, &own_type, 0));
    need(o);
    always(ouro_class_peek(o) == NULL);
    char text[64];
    snprintf(text, sizeof text, "<own instance object at %p>", (void *)o);
    check(repr_is(rt, o, text) && attr_lacks(rt, o, "x") && ouro_equal(rt, o, ouro_none(rt)) == 0);
    check(attr_put(rt, o, "x", 1) < 0 && says(rt, OURO_ERR_TYPE, "'own instance' object: attributes cannot be set"));
    check(!ouro_copy(rt, o) && says(rt, OURO_ERR_STATE, "cannot be copied"));
    check(!ouro_deep_copy(rt, o) && says(rt, OURO_ERR_STATE, "cannot be copied"));
    ouro_error_clear(rt);
}
