// SPDX-License-Identifier: MIT
// native.c: functions in C, bound methods, cells.
#include "classes.h"

static ouro_obj *native_sum(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    size_t given = n + (kwnames ? ouro_tuple_size(kwnames) : 0);
    int64_t sum = self ? ouro_int_word(self) : 0;
    for (size_t i = 0; i < given; i++)
        sum = sum * 10 + (ouro_is_int(args[i]) ? ouro_int_word(args[i]) : 0);
    return ouro_int_new(rt, sum);
}

// 1 if calling f with the ints 1, 2, ... gives `sum`.
static int native_gives(ouro_rt *rt, ouro_obj *f, size_t n, ouro_obj *kwnames, int64_t sum) {
    ouro_obj *args[32];
    size_t given = n + (kwnames ? ouro_tuple_size(kwnames) : 0);
    for (size_t i = 0; i < given; i++)
        args[i] = ouro_int_new(rt, (int64_t)i + 1); // small ones: immortal, and always there
    ouro_obj *got = ouro_call(rt, f, args, n, kwnames);
    int result = int_is(got, sum);
    ouro_xdecref(got);
    if (!got)
        ouro_error_clear(rt);
    return result;
}

// 1 if calling f with n ints fails in these words.
static int native_refuses(ouro_rt *rt, ouro_obj *f, size_t n, ouro_obj *kwnames, int code, const char *words) {
    ouro_obj *args[32];
    for (size_t i = 0; i < 32; i++)
        args[i] = ouro_none(rt);
    ouro_obj *got = ouro_call(rt, f, args, n, kwnames);
    always(!got);
    return says(rt, code, words);
}

CASE(native, is_called_with_its_arguments) {
    ouro_obj *self = own(ouro_int_new(rt, 1000));
    need(self);
    ouro_obj *f = own(ouro_native_new(rt, "sum", native_sum, NULL, 0, OURO_ANY));
    need(f);
    ouro_obj *g = own(ouro_native_new(rt, "sum", native_sum, self, 2, 2));
    need(g);
    always(ouro_is_native(f) && !ouro_is_native(self) && !strcmp(ouro_native_name(f), "sum"));
    exact(ouro_refcount(self) == 2);
    check(native_gives(rt, f, 0, NULL, 0));
    check(native_gives(rt, f, 3, NULL, 123));
    check(native_gives(rt, g, 2, NULL, 100012));
    check(repr_is(rt, f, "<native sum>"));
}

CASE(native, counts_its_arguments) {
    ouro_obj *two = own(ouro_native_new(rt, "two", native_sum, NULL, 2, 2));
    need(two);
    ouro_obj *one = own(ouro_native_new(rt, "one", native_sum, NULL, 1, 1));
    need(one);
    ouro_obj *some = own(ouro_native_new(rt, "some", native_sum, NULL, 1, 2));
    need(some);
    ouro_obj *more = own(ouro_native_new(rt, "more", native_sum, NULL, 1, OURO_ANY));
    need(more);
    ouro_obj *none = own(ouro_native_new(rt, "nothing", native_sum, NULL, 0, 0));
    need(none);
    always(native_refuses(rt, two, 3, NULL, OURO_ERR_TYPE, "two() takes 2 arguments (3 given)"));
    always(native_refuses(rt, two, 1, NULL, OURO_ERR_TYPE, "two() takes 2 arguments (1 given)"));
    always(native_refuses(rt, one, 0, NULL, OURO_ERR_TYPE, "one() takes 1 argument (0 given)"));
    always(native_refuses(rt, some, 3, NULL, OURO_ERR_TYPE, "some() takes 1 to 2 arguments (3 given)"));
    always(native_refuses(rt, more, 0, NULL, OURO_ERR_TYPE, "more() takes at least 1 argument (0 given)"));
    always(native_refuses(rt, none, 1, NULL, OURO_ERR_TYPE, "nothing() takes 0 arguments (1 given)"));
    check(native_gives(rt, some, 1, NULL, 1) && native_gives(rt, some, 2, NULL, 12));
    check(native_gives(rt, more, 9, NULL, 123456789));
}

CASE(native, takes_arguments_by_name_if_it_says_so) {
    ouro_obj *names = own(tuple_of(rt, 2, ouro_intern(rt, "a"), ouro_intern(rt, "b")));
    need(names);
    ouro_obj *f = own(ouro_native_new_kw(rt, "f", native_sum, NULL, 0, 1));
    need(f);
    ouro_obj *g = own(ouro_native_new(rt, "g", native_sum, NULL, 0, 9));
    need(g);
    check(native_gives(rt, f, 1, names, 123));
    always(native_refuses(rt, g, 1, names, OURO_ERR_TYPE, "g() takes no keyword arguments"));
    always(native_refuses(rt, f, 2, names, OURO_ERR_TYPE, "f() takes 0 to 1 arguments (2 given)"));
    check(native_gives(rt, g, 2, ouroi_std(rt)->empty_tuple, 12));
}

// ---- results and errors that contradict each other ----

static ouro_obj *native_silent(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)rt;
    (void)self;
    (void)args;
    (void)n;
    (void)kwnames;
    return NULL;
}

static ouro_obj *native_torn(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)args;
    (void)n;
    (void)kwnames;
    ouro_error_set(rt, OURO_ERR_USER, "half a failure");
    return ouro_incref(self);
}

CASE(native, a_contradiction_is_an_error_that_names_it) {
    ouro_obj *self = own(ouro_list_new(rt, NULL, 0));
    need(self);
    ouro_obj *silent = own(ouro_native_new(rt, "silent", native_silent, NULL, 0, OURO_ANY));
    need(silent);
    ouro_obj *torn = own(ouro_native_new(rt, "torn", native_torn, self, 0, OURO_ANY));
    need(torn);
    test_expect_warnings(); // the error that is replaced
    always(native_refuses(rt, silent, 0, NULL, OURO_ERR_STATE, "silent() failed without an error"));
    always(native_refuses(rt, torn, 0, NULL, OURO_ERR_STATE, "torn() gave a result and left an error: half a failure"));
    always(test_warnings() == 1 && ouro_refcount(self) == 2);
}

// ---- arguments live until the function returns ----

static ouro_obj *native_dropper(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)kwnames;
    (void)n;
    ouro_cell_set(self, NULL);
    if (ouro_refcount(args[0]) < 1)
        return NULL;
    return ouro_tuple_new(rt, args, 1);
}

CASE(native, arguments_live_while_it_runs) {
    ouro_obj *cell = own(ouro_cell_new(rt, NULL));
    need(cell);
    ouro_obj *f = ouro_native_new(rt, "dropper", native_dropper, cell, 1, 1);
    need(f);
    ouro_obj *list = ouro_list_new(rt, NULL, 0);
    ouro_obj *m = list ? ouro_method_new(rt, f, list) : NULL;
    ouro_xdecref(list);
    ouro_decref(f);
    need(m);
    ouro_cell_set(cell, m); // nobody else holds the method now, and it alone its function and instance
    ouro_obj *got = own(ouro_call(rt, m, NULL, 0, NULL));
    ouro_decref(m);
    check(got && ouro_is_list(ouro_tuple_peek(got, 0)));
    always(!got || ouro_refcount(ouro_tuple_peek(got, 0)) == 1);
    always(ouro_cell_peek(cell) == NULL || !got);
}

// ---- methods ----

CASE(native, a_method_puts_its_instance_first) {
    ouro_obj *f = own(ouro_native_new_kw(rt, "sum", native_sum, NULL, 1, OURO_ANY));
    need(f);
    ouro_obj *nine = own(ouro_int_new(rt, 9));
    need(nine);
    ouro_obj *m = own(ouro_method_new(rt, f, nine));
    need(m);
    always(ouro_is_method(m) && !ouro_is_method(f));
    always(ouro_method_function_peek(m) == f && ouro_method_instance_peek(m) == nine);
    check(native_gives(rt, m, 0, NULL, 9));
    check(native_gives(rt, m, 6, NULL, 9123456));
    check(native_gives(rt, m, 7, NULL, 91234567)); // all that fits without memory
    check(native_gives(rt, m, 8, NULL, 912345678));
    check(native_gives(rt, m, 9, NULL, 9123456789));
    ouro_obj *names = own(tuple_of(rt, 2, ouro_intern(rt, "a"), ouro_intern(rt, "b")));
    need(names);
    check(native_gives(rt, m, 5, names, 91234567));
    check(native_gives(rt, m, 6, names, 912345678));
    check(native_gives(rt, m, 7, names, 9123456789));
}

CASE(native, methods_are_equal_if_both_parts_are_the_same) {
    ouro_obj *f = own(ouro_native_new(rt, "f", native_sum, NULL, 1, 1));
    need(f);
    ouro_obj *g = own(ouro_native_new(rt, "g", native_sum, NULL, 1, 1));
    need(g);
    ouro_obj *a = own(ouro_method_new(rt, f, f));
    need(a);
    ouro_obj *b = own(ouro_method_new(rt, f, f));
    need(b);
    ouro_obj *c = own(ouro_method_new(rt, f, g));
    need(c);
    ouro_obj *d = own(ouro_method_new(rt, g, f));
    need(d);
    check(ouro_equal(rt, a, b) == 1 && ouro_equal(rt, a, c) == 0 && ouro_equal(rt, a, d) == 0);
    check(ouro_equal(rt, c, d) == 0 && ouro_equal(rt, a, f) == 0 && ouro_equal(rt, f, a) == 0);
    check(ouro_compare(rt, OURO_NE, a, b) == 0 && ouro_compare(rt, OURO_NE, a, c) == 1);
    uint64_t of_a = 0, of_b = 1, of_c = 0, of_d = 0;
    check(ouro_hash(rt, a, &of_a) == 0 && ouro_hash(rt, b, &of_b) == 0 && of_a == of_b);
    check(ouro_hash(rt, c, &of_c) == 0 && ouro_hash(rt, d, &of_d) == 0 && of_c != of_d && of_c != of_a);
    check(ouro_compare(rt, OURO_LT, a, b) == -1 && says(rt, OURO_ERR_TYPE, "'<' not supported"));
    ouro_error_clear(rt);
}

CASE(native, texts) {
    ouro_obj *f = own(ouro_native_new(rt, "f", native_sum, NULL, 1, 1));
    need(f);
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    need(list);
    ouro_obj *m = own(ouro_method_new(rt, f, list));
    need(m);
    ouro_obj *odd = own(ouro_method_new(rt, list, list));
    need(odd);
    char text[100];
    snprintf(text, sizeof text, "<bound method f of 'list' object at %p>", (void *)list);
    check(repr_is(rt, m, text));
    snprintf(text, sizeof text, "<bound method list of 'list' object at %p>", (void *)list);
    check(repr_is(rt, odd, text));
    ouro_obj *cell = own(ouro_cell_new(rt, list));
    need(cell);
    snprintf(text, sizeof text, "<cell of 'list' object at %p>", (void *)list);
    check(repr_is(rt, cell, text));
    ouro_cell_set(cell, NULL);
    check(repr_is(rt, cell, "<empty cell>"));
}

CASE(native, a_method_of_what_cannot_be_called) {
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    need(list);
    ouro_obj *m = own(ouro_method_new(rt, list, list));
    need(m);
    always(!call_with(rt, m, NULL, NULL) && says(rt, OURO_ERR_TYPE, "'list' object is not callable"));
}

CASE(native, an_empty_method_is_no_danger) {
    ouro_obj *m = own(ouro_new(rt, ouro_method_type));
    need(m);
    check(repr_is(rt, m, "<bound method>"));
    always(!call_with(rt, m, NULL, NULL) && says(rt, OURO_ERR_STATE, "taken apart"));
    uint64_t hash;
    always(ouro_hash(rt, m, &hash) == 0);
}

// ---- cells ----

CASE(native, a_cell_holds_one_object) {
    ouro_obj *a = own(ouro_list_new(rt, NULL, 0));
    need(a);
    ouro_obj *cell = own(ouro_cell_new(rt, a));
    need(cell);
    always(ouro_is_cell(cell) && !ouro_is_cell(a) && ouro_cell_peek(cell) == a && ouro_refcount(a) == 2);
    ouro_cell_set(cell, cell); // a cycle
    always(ouro_refcount(a) == 1 && ouro_cell_peek(cell) == cell);
}

CASE(native, not_implemented_is_one_and_no_function) {
    ouro_obj *o = ouro_not_implemented(rt);
    always(o && o == ouro_not_implemented(rt) && ouro_is_immortal(o));
    check(repr_is(rt, o, "<native not_implemented>"));
    always(!call_with(rt, o, o, NULL) && says(rt, OURO_ERR_TYPE, "not_implemented cannot be called"));
}

// A closure: function -> its cell -> function.
CASE(native, a_closure_that_holds_itself_is_collected) {
    ouro_obj *cell = ouro_cell_new(rt, NULL);
    need(cell);
    ouro_obj *f = ouro_native_new(rt, "f", native_sum, cell, 0, 0);
    ouro_obj *m = f ? ouro_method_new(rt, f, cell) : NULL;
    ouro_cell_set(cell, m);
    ouro_obj *weak = own(ouro_weak_new(rt, cell, NULL, NULL)), *got = NULL;
    ouro_xdecref(m);
    ouro_xdecref(f);
    ouro_decref(cell);
    need(weak);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(ouro_weak_get(weak, &got) == 0);
    ouro_xdecref(got);
}
