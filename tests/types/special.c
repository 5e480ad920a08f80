// SPDX-License-Identifier: MIT
// special.c: special attributes of classes: what each protocol asks, and what it does without.
#include "classes.h"

static ouro_obj *special_minus(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)n;
    (void)kwnames;
    return ouro_int_new(rt, -1);
}

static ouro_obj *special_text(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)n;
    (void)kwnames;
    return ouro_str_from(rt, "t\xC3\xA9xt");
}

static ouro_obj *special_false(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)n;
    (void)kwnames;
    return ouro_bool(rt, 0);
}

// ---- without any ----

CASE(special, an_object_without_any) {
    ouro_obj *o = own(object_with(rt, NULL, NULL)), *p = own(object_with(rt, NULL, NULL));
    need(o);
    need(p);
    uint64_t of_o = 0, of_p = 0;
    size_t length;
    ouro_obj *got;
    check(ouro_hash(rt, o, &of_o) == 0 && ouro_hash(rt, p, &of_p) == 0 && of_o != of_p);
    check(ouro_equal(rt, o, o) == 1 && ouro_equal(rt, o, p) == 0 && ouro_compare(rt, OURO_NE, o, p) == 1);
    check(ouro_compare(rt, OURO_LT, o, p) < 0 && says(rt, OURO_ERR_TYPE, "'<' not supported between 'S' and 'S'"));
    check(ouro_truth(rt, o) == 1);
    check(ouro_length(rt, o, &length) < 0 && says(rt, OURO_ERR_TYPE, "'S' object has no length"));
    check(!ouro_get_item(rt, o, o) && says(rt, OURO_ERR_TYPE, "'S' object has no items to read"));
    check(ouro_set_item(rt, o, o, o) < 0 && says(rt, OURO_ERR_TYPE, "'S' object has no items to set"));
    check(ouro_del_item(rt, o, o) < 0 && says(rt, OURO_ERR_TYPE, "'S' object has no items to delete"));
    check(ouro_contains(rt, o, o) < 0 && says(rt, OURO_ERR_TYPE, "'S' object is not iterable"));
    check(!ouro_iter(rt, o) && says(rt, OURO_ERR_TYPE, "'S' object is not iterable"));
    check(ouro_next(rt, o, &got) < 0 && !got && says(rt, OURO_ERR_TYPE, "'S' object is not an iterator"));
    check(!call_with(rt, o, NULL, NULL) && says(rt, OURO_ERR_TYPE, "'S' object is not callable"));
    check(!ouro_unary(rt, OURO_NEG, o) && says(rt, OURO_ERR_TYPE, "bad operand type for -: 'S'"));
    check(!ouro_binary(rt, OURO_ADD, o, p) && says(rt, OURO_ERR_TYPE, "operand types for +: 'S' and 'S'"));
    ouro_error_clear(rt);
    char text[64];
    snprintf(text, sizeof text, "<S object at %p>", (void *)o);
    check(repr_is(rt, o, text));
    got = own(ouro_to_str(rt, o));
    check(text_is(got, text));
}

// ---- hash and relations ----

CASE(special, hash) {
    ouro_obj *o = own(object_with(rt, "__hash__", note_seven)), *seven = own(ouro_int_new(rt, 7));
    need(o);
    need(seven);
    uint64_t hash = 0, of_seven = 1;
    check(ouro_hash(rt, o, &hash) == 0 && ouro_hash(rt, seven, &of_seven) == 0 && hash == of_seven);
    must(method_put(rt, o, "__hash__", note_true));
    check(ouro_hash(rt, o, &hash) == 0);
    must(method_put(rt, o, "__hash__", special_text));
    check(ouro_hash(rt, o, &hash) < 0 && says(rt, OURO_ERR_TYPE, "__hash__() should give 'int', not 'str'"));
    must(method_put(rt, o, "__hash__", note_fails));
    check(ouro_hash(rt, o, &hash) < 0 && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

CASE(special, who_sets_eq_and_not_hash_is_unhashable) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL)), *b = own(class_make(rt, "B", a, NULL));
    need(a);
    need(b);
    ouro_obj *o = own(ouro_instance_new(rt, b, NULL));
    need(o);
    uint64_t hash;
    must(class_method(rt, a, "__eq__", note_true));
    check(ouro_hash(rt, o, &hash) < 0 && says(rt, OURO_ERR_TYPE, "unhashable type: 'B'"));
    must(class_method(rt, b, "__hash__", note_seven));
    check(ouro_hash(rt, o, &hash) == 0); // B's own
    must(attr_drop(rt, b, "__hash__"));
    must(class_method(rt, a, "__hash__", note_seven));
    check(ouro_hash(rt, o, &hash) == 0); // set where __eq__ is
    must(class_method(rt, b, "__eq__", note_true));
    check(ouro_hash(rt, o, &hash) < 0 && says(rt, OURO_ERR_TYPE, "unhashable type: 'B'"));
    must(attr_drop(rt, b, "__eq__"));
    must(attr_drop(rt, a, "__eq__"));
    must(attr_drop(rt, a, "__hash__"));
    check(ouro_hash(rt, o, &hash) == 0);
    ouro_error_clear(rt);
}

CASE(special, relations) {
    ouro_obj *o = own(object_with(rt, "__lt__", note_true)), *p = own(object_with(rt, NULL, NULL));
    need(o);
    need(p);
    kit_trace_start();
    check(ouro_compare(rt, OURO_LT, o, p) == 1 && ouro_compare(rt, OURO_GT, p, o) == 1 && kit_trace_is("true2 true2"));
    check(ouro_compare(rt, OURO_GT, o, p) < 0 && says(rt, OURO_ERR_TYPE, "'>' not supported"));
    must(method_put(rt, o, "__ge__", special_false));
    check(ouro_compare(rt, OURO_GE, o, p) == 0 && ouro_compare(rt, OURO_LE, p, o) == 0);
    must(method_put(rt, o, "__le__", note_true));
    must(method_put(rt, o, "__gt__", note_fails));
    check(ouro_compare(rt, OURO_LE, o, p) == 1 && ouro_compare(rt, OURO_GT, o, p) < 0);
    check(says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

CASE(special, equal_and_not_equal) {
    ouro_obj *o = own(object_with(rt, "__eq__", note_true)), *p = own(object_with(rt, NULL, NULL));
    need(o);
    need(p);
    kit_trace_start();
    check(ouro_equal(rt, o, p) == 1 && ouro_equal(rt, p, o) == 1 && ouro_compare(rt, OURO_NE, o, p) == 0);
    check(kit_trace_is("true2 true2 true2"));
    must(method_put(rt, o, "__ne__", note_true));
    check(ouro_compare(rt, OURO_NE, o, p) == 1 && ouro_compare(rt, OURO_NE, p, o) == 1);
    must(method_put(rt, o, "__eq__", note_pass));
    must(method_put(rt, p, "__eq__", note_pass));
    kit_trace_start();
    check(ouro_equal(rt, o, p) == 0 && kit_trace_is("pass2 pass2")); // both asked, once
    must(method_put(rt, o, "__eq__", special_text));                 // any object is an answer
    check(ouro_equal(rt, o, p) == 1);
    must(method_put(rt, o, "__eq__", note_fails));
    check(ouro_equal(rt, o, p) < 0 && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

CASE(special, a_subclass_that_knows_better_is_asked_first) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL)), *b = own(class_make(rt, "B", a, NULL));
    need(a);
    need(b);
    ouro_obj *o = own(ouro_instance_new(rt, a, NULL)), *p = own(ouro_instance_new(rt, b, NULL)), *got;
    need(o);
    need(p);
    must(class_method(rt, a, "__lt__", note_seven));
    must(class_method(rt, a, "__gt__", note_seven));
    must(class_method(rt, a, "__add__", note_seven));
    must(class_method(rt, a, "__radd__", note_true));
    kit_trace_start();
    check(ouro_compare(rt, OURO_LT, o, p) == 1 && kit_trace_is("seven2"));
    got = own(ouro_binary(rt, OURO_ADD, o, p));
    check(int_is(got, 7) && kit_trace_is("seven2 seven2"));
    must(class_method(rt, b, "__gt__", note_true));
    must(class_method(rt, b, "__radd__", note_last));
    kit_trace_start();
    check(ouro_compare(rt, OURO_LT, o, p) == 1);
    got = own(ouro_binary(rt, OURO_ADD, o, p));
    check(got == o && kit_trace_is("true2 last2"));
    must(class_method(rt, b, "__radd__", note_pass));
    kit_trace_start();
    got = own(ouro_binary(rt, OURO_ADD, o, p));
    check(int_is(got, 7) && kit_trace_is("pass2 seven2"));
    must(class_method(rt, a, "__add__", note_pass));
    kit_trace_start();
    got = own(ouro_binary(rt, OURO_ADD, o, p));
    check(!got && says(rt, OURO_ERR_TYPE, "operand types for +: 'A' and 'B'") && kit_trace_is("pass2 pass2"));
    ouro_error_clear(rt);
}

// ---- truth, length, items ----

CASE(special, truth_and_length) {
    ouro_obj *o = own(object_with(rt, "__len__", note_seven));
    need(o);
    size_t length = 0;
    check(ouro_length(rt, o, &length) == 0 && length == 7 && ouro_truth(rt, o) == 1);
    must(method_put(rt, o, "__len__", special_false));
    check(ouro_length(rt, o, &length) == 0 && length == 0 && ouro_truth(rt, o) == 0);
    must(method_put(rt, o, "__bool__", note_true));
    check(ouro_truth(rt, o) == 1);
    must(method_put(rt, o, "__bool__", special_false));
    check(ouro_truth(rt, o) == 0);
    must(method_put(rt, o, "__bool__", note_seven));
    check(ouro_truth(rt, o) < 0 && says(rt, OURO_ERR_TYPE, "__bool__() should give 'bool', not 'int'"));
    must(method_put(rt, o, "__bool__", note_fails));
    check(ouro_truth(rt, o) < 0 && says(rt, OURO_ERR_USER, "on purpose"));
    must(method_put(rt, o, "__len__", special_minus));
    check(ouro_length(rt, o, &length) < 0 && says(rt, OURO_ERR_VALUE, "__len__() should not give less than 0"));
    must(method_put(rt, o, "__len__", special_text));
    check(ouro_length(rt, o, &length) < 0 && says(rt, OURO_ERR_TYPE, "__len__() should give 'int', not 'str'"));
    must(method_put(rt, o, "__len__", note_fails));
    must(attr_drop(rt, ouro_class_peek(o), "__bool__"));
    check(ouro_truth(rt, o) < 0 && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

static ouro_obj *special_huge(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)n;
    (void)kwnames;
    return ouro_int_parse(rt, "123456789012345678901234567890", 30, 10);
}

CASE(special, a_length_beyond_all_numbers) {
    ouro_obj *o = own(object_with(rt, "__len__", special_huge));
    need(o);
    size_t length;
    check(ouro_length(rt, o, &length) < 0 && says(rt, OURO_ERR_OVERFLOW, ""));
    ouro_error_clear(rt);
}

CASE(special, items) {
    ouro_obj *o = own(object_with(rt, "__getitem__", note_last)), *key = own(ouro_int_new(rt, 3)), *got;
    need(o);
    need(key);
    must(method_put(rt, o, "__setitem__", note_last));
    must(method_put(rt, o, "__delitem__", note_none));
    must(method_put(rt, o, "__contains__", note_seven));
    kit_trace_start();
    got = own(ouro_get_item(rt, o, key));
    check(got == key && ouro_set_item(rt, o, key, key) == 0 && ouro_del_item(rt, o, key) == 0);
    check(ouro_contains(rt, o, key) == 1 && kit_trace_is("last2 last3 none2 seven2"));
    must(method_put(rt, o, "__contains__", note_none));
    check(ouro_contains(rt, o, key) == 0);
    static const char *const names[] = {"__getitem__", "__setitem__", "__delitem__", "__contains__"};
    for (int i = 0; i < 4; i++)
        must(method_put(rt, o, names[i], note_fails));
    check(!ouro_get_item(rt, o, key) && says(rt, OURO_ERR_USER, "on purpose"));
    check(ouro_set_item(rt, o, key, key) < 0 && says(rt, OURO_ERR_USER, "on purpose"));
    check(ouro_del_item(rt, o, key) < 0 && says(rt, OURO_ERR_USER, "on purpose"));
    check(ouro_contains(rt, o, key) < 0 && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

// ---- iterating and calling ----

static ouro_obj *special_count(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)kwnames;
    (void)args;
    (void)n;
    int64_t at = ouro_int_word(ouro_cell_peek(self));
    ouro_obj *next = ouro_int_new(rt, at + 1);
    if (!next)
        return NULL;
    ouro_cell_set(self, next);
    if (at < 3)
        return next;
    ouro_decref(next);
    ouro_raise_format(rt, ouro_stop_iteration(rt), "after three");
    return NULL;
}

CASE(special, iterating) {
    ouro_obj *o = own(object_with(rt, NULL, NULL)), *zero = own(ouro_int_new(rt, 0)), *got;
    need(o);
    need(zero);
    ouro_obj *cell = own(ouro_cell_new(rt, zero));
    need(cell);
    ouro_obj *f = own(ouro_native_new(rt, "__next__", special_count, cell, 1, 1));
    need(f);
    must(ouro_class_set(rt, ouro_class_peek(o), "__next__", f));
    ouro_obj *list = own(ouro_list_from(rt, o)); // without __iter__, it is its own iterator
    need(list);
    check(repr_is(rt, list, "[1, 2, 3]"));
    check(ouro_next(rt, o, &got) == 0 && !got && ouro_error_code(rt) == OURO_OK);
    ouro_cell_set(cell, zero);
    must(method_put(rt, o, "__iter__", note_last));
    ouro_obj *three = own(ouro_int_new(rt, 3));
    need(three);
    check(ouro_contains(rt, o, three) == 1);
    ouro_cell_set(cell, zero);
    check(ouro_contains(rt, o, list) == 0);
    must(method_put(rt, o, "__iter__", note_seven));
    check(!ouro_iter(rt, o) && says(rt, OURO_ERR_TYPE, "__iter__() should give 'iterator', not 'int'"));
    must(method_put(rt, o, "__iter__", note_fails));
    check(!ouro_iter(rt, o) && says(rt, OURO_ERR_USER, "on purpose"));
    must(method_put(rt, o, "__next__", note_fails));
    check(ouro_next(rt, o, &got) < 0 && !got && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

CASE(special, calling) {
    ouro_obj *o = own(object_with(rt, "__call__", note_last)), *names = own(tuple_of(rt, 1, ouro_intern(rt, "k")));
    need(o);
    need(names);
    ouro_obj *args[12];
    for (int i = 0; i < 12; i++)
        args[i] = i < 11 ? ouro_none(rt) : names;
    kit_trace_start();
    ouro_obj *got = own(ouro_call(rt, o, args, 0, NULL));
    check(got == o);
    got = own(ouro_call(rt, o, args, 11, names));
    check(got == names && kit_trace_is("last1 last12"));
    must(attr_put(rt, o, "__call__", 3)); // an attribute of the object is not special
    got = own(ouro_call(rt, o, args, 0, NULL));
    check(got == o);
}

// What does not bind is called without the object; what binds in a way of its own, with what it likes.
CASE(special, callables_that_are_no_natives) {
    ouro_obj *inner = own(object_with(rt, "__call__", note_last)), *o = own(object_with(rt, NULL, NULL));
    need(inner);
    need(o);
    must(ouro_class_set(rt, ouro_class_peek(o), "__call__", inner));
    kit_trace_start();
    ouro_obj *got = own(call_with(rt, o, o, NULL));
    check(got == o && kit_trace_is("last2"));
    must(ouro_class_set(rt, ouro_class_peek(o), "__call__", ouro_none(rt)));
    check(!call_with(rt, o, o, NULL) && says(rt, OURO_ERR_TYPE, "'NoneType' object is not callable"));
    ouro_error_clear(rt);
}

// A function of the embedder's own, that binds.
typedef struct special_function {
    ouro_obj head;
    ouro_obj *inner;
} special_function;
static ouro_type special_function_type;
static ouro_ops special_function_ops;

static ouro_obj *special_function_bind(ouro_rt *rt, ouro_obj *o, ouro_obj *instance) {
    kit_trace_add("bind", -1);
    return ouro_method_new(rt, ((special_function *)(void *)o)->inner, instance);
}

static int special_function_register(ouro_rt *rt) {
    static const ouro_field fields[] = {OURO_FIELD(special_function, inner)};
    if (!special_function_type.name) {
        ouro_ops_init(&special_function_ops);
        special_function_ops.bind = special_function_bind;
        ouro_type_init(&special_function_type, "function", sizeof(special_function));
        special_function_type.fields = fields;
        special_function_type.n_fields = 1;
        special_function_type.ops = &special_function_ops;
    }
    return ouro_type_register(rt, &special_function_type);
}

CASE(special, functions_of_the_embedder) {
    must(special_function_register(rt));
    ouro_obj *o = own(object_with(rt, NULL, NULL)), *inner = own(ouro_native_new(rt, "f", note_last, NULL, 1, 2));
    need(o);
    need(inner);
    special_function *f = own(ouro_new(rt, &special_function_type));
    need(f);
    set(f, inner, inner);
    must(ouro_class_set(rt, ouro_class_peek(o), "f", &f->head));
    must(ouro_class_set(rt, ouro_class_peek(o), "__neg__", &f->head));
    kit_trace_start();
    ouro_obj *got = own(ouro_call_method(rt, o, "f", NULL, 0, NULL));
    check(got == o);
    got = own(ouro_unary(rt, OURO_NEG, o));
    check(got == o && kit_trace_is("bind last1 bind last1"));
}

// ---- text ----

CASE(special, texts) {
    ouro_obj *o = own(object_with(rt, "__repr__", special_text)), *got;
    need(o);
    check(repr_is(rt, o, "t\xC3\xA9xt"));
    got = own(ouro_to_str(rt, o));
    check(text_is(got, "t\xC3\xA9xt"));
    ouro_obj *list = own(ouro_list_new(rt, &o, 1));
    need(list);
    check(repr_is(rt, list, "[t\xC3\xA9xt]"));
    must(method_put(rt, o, "__repr__", note_seven));
    check(!ouro_repr(rt, o) && says(rt, OURO_ERR_TYPE, "__repr__() should give 'str', not 'int'"));
    must(method_put(rt, o, "__str__", special_text));
    got = own(ouro_to_str(rt, o));
    check(text_is(got, "t\xC3\xA9xt"));
    must(method_put(rt, o, "__str__", note_fails));
    check(!ouro_to_str(rt, o) && says(rt, OURO_ERR_USER, "on purpose"));
    ouro_error_clear(rt);
}

static ouro_obj *special_repr_again(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)n;
    (void)kwnames;
    return ouro_repr(rt, args[0]);
}

static ouro_obj *special_long_text(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)n;
    (void)kwnames;
    return ouro_str_format(rt, "%0300d", 7);
}

CASE(special, long_texts) {
    ouro_obj *o = own(object_with(rt, "__repr__", special_long_text)), *got;
    need(o);
    must(method_put(rt, o, "__str__", special_long_text));
    got = own(ouro_repr(rt, o));
    need(got);
    always(ouro_str_size(got) == 300);
    got = own(ouro_to_str(rt, o));
    need(got);
    always(ouro_str_size(got) == 300);
}

CASE(special, a_repr_that_asks_for_itself) {
    ouro_obj *o = own(object_with(rt, "__repr__", special_repr_again));
    need(o);
    check(repr_is(rt, o, "..."));
}

// ---- the negative answers that are kept ----

CASE(special, what_was_missing_is_found_once_it_is_there) {
    ouro_obj *a = own(class_make(rt, "A", NULL, NULL)), *b = own(class_make(rt, "B", a, NULL));
    need(a);
    need(b);
    ouro_obj *o = own(ouro_instance_new(rt, b, NULL));
    need(o);
    size_t length;
    for (int round = 0; round < 3; round++) {
        check(ouro_length(rt, o, &length) < 0 && says(rt, OURO_ERR_TYPE, "has no length"));
        ouro_error_clear(rt);
        must(class_method(rt, round % 2 ? b : a, "__len__", note_seven));
        check(ouro_length(rt, o, &length) == 0 && length == 7);
        must(attr_drop(rt, round % 2 ? b : a, "__len__"));
    }
}
