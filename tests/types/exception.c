// SPDX-License-Identifier: MIT
// exception.c: exceptions: their classes, what they are made of, how they are raised, and what they were raised in the
// handling of.
#include "raised.h"

// ---- classes ----

CASE(exception, every_code_has_a_class) {
    static const struct {
        int code;
        const char *name, *base;
    } expected[] = {
        {OURO_OK, "Exception", NULL},
        {OURO_ERR_MEMORY, "MemoryError", "Exception"},
        {OURO_ERR_TYPE, "TypeError", "Exception"},
        {OURO_ERR_VALUE, "ValueError", "Exception"},
        {OURO_ERR_INDEX, "IndexError", "LookupError"},
        {OURO_ERR_KEY, "KeyError", "LookupError"},
        {OURO_ERR_OVERFLOW, "OverflowError", "ArithmeticError"},
        {OURO_ERR_STATE, "StateError", "Exception"},
        {OURO_ERR_IO, "OSError", "Exception"},
        {OURO_ERR_ATTRIBUTE, "AttributeError", "Exception"},
        {OURO_ERR_DIVISION, "ZeroDivisionError", "ArithmeticError"},
        {OURO_ERR_DEPTH, "RecursionError", "Exception"},
        {OURO_ERR_THROWN, "Exception", NULL},
        {OURO_ERR_USER, "Exception", NULL},
        {-7, "Exception", NULL},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ouro_obj *class_object = ouro_exception_class(rt, expected[i].code);
        always(ouro_is_immortal(class_object) && !strcmp(ouro_class_name(class_object), expected[i].name));
        always(expected[i].base || ouro_class_mro_peek(class_object, 0) == ouro_exception_class(rt, OURO_ERR_THROWN));
        always(!expected[i].base || !strcmp(ouro_class_name(ouro_class_mro_peek(class_object, 1)), expected[i].base));
        always(ouro_class_is_a(class_object, ouro_exception_class(rt, OURO_ERR_THROWN)));
    }
    always(ouro_exception_class(rt, OURO_ERR_KEY) != ouro_exception_class(rt, OURO_ERR_INDEX));
    ouro_obj *stop = ouro_stop_iteration(rt);
    always(ouro_is_immortal(stop) && !strcmp(ouro_class_name(stop), "StopIteration"));
    always(ouro_class_mro_peek(stop, 1) == ouro_exception_class(rt, OURO_ERR_THROWN));
}

CASE(exception, made_of_a_class_and_arguments) {
    ouro_obj *items[] = {ouro_none(rt), ouro_bool(rt, 1)};
    ouro_obj *args = own(ouro_tuple_new(rt, items, 2));
    need(args);
    ouro_obj *e = own(ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), args));
    need(e);
    always(ouro_is_exception(e) && !ouro_is_exception(args) && ouro_exception_args_peek(e) == args);
    always(ouro_class_peek(e) == ouro_exception_class(rt, OURO_ERR_KEY));
    always(!ouro_exception_context_peek(e) && !ouro_exception_cause_peek(e) && ouro_exception_trace_size(e) == 0);
    ouro_obj *s = own(ouro_repr(rt, e));
    need(s);
    check(text_is(s, "KeyError(None, True)"));
    s = own(ouro_to_str(rt, e));
    need(s);
    check(text_is(s, "(None, True)"));
    ouro_obj *empty = own(ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), NULL));
    need(empty);
    always(ouro_tuple_size(ouro_exception_args_peek(empty)) == 0);
    s = own(ouro_repr(rt, empty));
    need(s);
    check(text_is(s, "KeyError()"));
    s = own(ouro_to_str(rt, empty));
    need(s);
    check(text_is(s, ""));
}

CASE(exception, text_of_one_argument) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "it's bad"));
    need(e);
    ouro_obj *s = own(ouro_repr(rt, e));
    need(s);
    check(text_is(s, "ValueError(\"it's bad\")"));
    s = own(ouro_to_str(rt, e));
    need(s);
    check(text_is(s, "it's bad"));
    ouro_obj *outer = own(ouro_tuple_new(rt, &e, 1));
    need(outer);
    outer = own(ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_TYPE), outer));
    need(outer);
    s = own(ouro_repr(rt, outer));
    need(s);
    check(text_is(s, "TypeError(ValueError(\"it's bad\"))"));
    s = own(ouro_to_str(rt, outer));
    need(s);
    check(text_is(s, "it's bad"));
}

// More than fits where no memory is needed.
CASE(exception, long_texts) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "thirty bytes of text, or more."));
    need(e);
    ouro_obj *items[] = {e, e, e, e, e, e, e, e};
    ouro_obj *list = own(ouro_list_new(rt, items, 8));
    need(list);
    ouro_obj *s = own(ouro_repr(rt, list));
    need(s);
    check(ouro_str_size(s) == 8 * strlen("ValueError('thirty bytes of text, or more.'), "));
    e = own(ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_VALUE), own(ouro_tuple_new(rt, items, 8))));
    need(e);
    s = own(ouro_to_str(rt, e));
    need(s);
    check(ouro_str_data(s)[0] == '(' &&
          ouro_str_size(s) == 8 * strlen("ValueError('thirty bytes of text, or more.'), "));
}

CASE(exception, not_of_any_class) {
    ouro_obj *plain = own(ouro_class_new(rt, "Plain", NULL, NULL));
    need(plain);
    check(!ouro_exception_new(rt, plain, NULL) && says(rt, OURO_ERR_TYPE, "class 'Plain' does not inherit"));
    check(!ouro_exception_new(rt, ouro_none(rt), NULL) && says(rt, OURO_ERR_TYPE, "'class' expected, not 'NoneType'"));
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    need(list);
    check(!ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), list) &&
          says(rt, OURO_ERR_TYPE, "ouro_exception_new: 'tuple' expected, not 'list'"));
}

CASE(exception, attributes) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "x")), *cause = own(error_new(rt, OURO_ERR_KEY, "k"));
    need(e && cause);
    ouro_obj *got = own(ouro_get_attr_text(rt, e, "args"));
    need(got);
    check(got == ouro_exception_args_peek(e));
    got = own(ouro_get_attr_text(rt, e, "__cause__"));
    need(got);
    check(ouro_is_none(got));
    ouro_exception_set_cause(e, cause);
    got = own(ouro_get_attr_text(rt, e, "__cause__"));
    need(got);
    check(got == cause);
    got = own(ouro_get_attr_text(rt, e, "__context__"));
    need(got);
    check(ouro_is_none(got));
    must(ouro_set_attr_text(rt, e, "note", cause));
    got = own(ouro_get_attr_text(rt, e, "note"));
    need(got);
    check(got == cause);
    check(!ouro_get_attr_text(rt, e, "other") && says(rt, OURO_ERR_ATTRIBUTE, "'ValueError' object has no attribute"));
}

CASE(exception, equal_to_itself_alone) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "x")), *other = own(error_new(rt, OURO_ERR_VALUE, "x"));
    need(e && other);
    uint64_t h1 = 0, h2 = 1;
    must(ouro_hash(rt, e, &h1));
    must(ouro_hash(rt, e, &h2));
    check(h1 == h2 && ouro_equal(rt, e, e) == 1 && ouro_equal(rt, e, other) == 0 && ouro_truth(rt, e) == 1);
}

// ---- raising ----

CASE(exception, raised_with_code_and_text) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "bad"));
    need(e);
    always(ouro_raise(rt, e) == -1 && ouro_error_peek(rt) == e && ouro_error_code(rt) == OURO_ERR_VALUE);
    check(!strcmp(ouro_error_message(rt), "bad"));
    ouro_obj *caught = own(ouro_catch(rt));
    always(caught == e && ouro_error_code(rt) == OURO_OK && !ouro_exception_context_peek(e));
}

CASE(exception, the_code_is_that_of_the_nearest_class) {
    ouro_obj *mine = own(error_class_new(rt, "MyKeyError", OURO_ERR_KEY));
    need(mine);
    ouro_obj *e = own(ouro_exception_new(rt, mine, NULL));
    need(e);
    ouro_raise(rt, e);
    always(ouro_error_code(rt) == OURO_ERR_KEY);
    check(ouro_error_message(rt)[0] == 0);
    ouro_error_clear(rt);
    ouro_obj *key_error = ouro_exception_class(rt, OURO_ERR_KEY);
    for (size_t i = 1; i < 3; i++) { // LookupError, Exception
        e = own(ouro_exception_new(rt, ouro_class_mro_peek(key_error, i), NULL));
        need(e);
        ouro_raise(rt, e);
        always(ouro_error_code(rt) == OURO_ERR_THROWN);
        ouro_error_clear(rt);
    }
}

CASE(exception, only_exceptions_are_raised) {
    always(ouro_raise(rt, ouro_none(rt)) == -1);
    always(says(rt, OURO_ERR_TYPE, "ouro_raise: 'exception' expected, not 'NoneType'"));
}

CASE(exception, raised_from_a_format) {
    ouro_obj *class_object = ouro_exception_class(rt, OURO_ERR_INDEX);
    ouro_raise_format(rt, class_object, "%d of %s", 5, "3");
    check(says(rt, OURO_ERR_INDEX, "5 of 3"));
    ouro_error_clear(rt);
    ouro_raise_format(rt, class_object, "%300d|", 7);
    ouro_obj *e = own(caught(rt));
    need(e && ouro_is_exception(e));
    ouro_obj *s = own(ouro_to_str(rt, e));
    need(s);
    check(ouro_str_size(s) == 301 && ouro_str_data(s)[300] == '|');
    for (size_t n = 255; n <= 256; n++) { // where the text no longer fits beside
        ouro_raise_format(rt, class_object, "%*d", (int)n, 7);
        e = own(caught(rt));
        need(e);
        s = own(ouro_to_str(rt, e));
        need(s);
        check(ouro_str_size(s) == n && ouro_str_data(s)[n - 1] == '7');
    }
    ouro_raise_format(rt, class_object, "%ls", L"\x4e2d"); // what the C locale has no bytes for
    e = own(caught(rt));
    need(e);
    check(ouro_class_peek(e) == class_object || ouro_class_peek(e) == ouro_exception_class(rt, OURO_ERR_MEMORY));
    ouro_raise_format(rt, class_object, "\xff");
    check(says(rt, OURO_ERR_VALUE, ""));
    ouro_error_clear(rt);
    ouro_raise_format(rt, ouro_none(rt), "x");
    check(says(rt, OURO_ERR_TYPE, "ouro_exception_new: 'class' expected"));
}

static ouro_obj *str_fails(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)args, (void)n, (void)kwnames;
    ouro_raise_format(rt, ouro_exception_class(rt, OURO_ERR_VALUE), "no text");
    return NULL;
}

static ouro_obj *str_raises_itself(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    ouro_raise(rt, args[0]);
    return NULL;
}

static ouro_obj *str_says(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)args, (void)n, (void)kwnames;
    ouro_trace(rt, "nowhere", "nothing", 0); // none is pending here
    ouro_xdecref(ouro_catch(rt));
    return ouro_str_from(rt, "in my own words");
}

static ouro_obj *speaking(ouro_rt *rt, ouro_native_fn fn) {
    ouro_obj *class_object = error_class_new(rt, "Speaking", OURO_ERR_STATE);
    ouro_obj *e = NULL;
    if (class_object && method_set(rt, class_object, "__str__", fn) == 0)
        e = ouro_exception_new(rt, class_object, NULL);
    ouro_xdecref(class_object);
    return e;
}

CASE(exception, texts_of_the_users) {
    ouro_obj *e = own(speaking(rt, str_says));
    need(e);
    test_expect_warnings(); // without memory for a context, what was pending is told of
    ouro_error_set(rt, OURO_ERR_KEY, "first");
    ouro_raise(rt, e);
    check(!strcmp(ouro_error_message(rt), "in my own words"));
    always(ouro_error_code(rt) == OURO_ERR_STATE && ouro_error_peek(rt) == e);
    ouro_error_clear(rt);
    check(ouro_exception_context_peek(e) && test_warnings() == 0);
    ouro_native_fn failing[] = {str_fails, str_raises_itself};
    for (size_t i = 0; i < 2; i++) {
        e = own(speaking(rt, failing[i]));
        need(e);
        ouro_raise(rt, e);
        always(ouro_error_code(rt) == OURO_ERR_STATE && ouro_error_peek(rt) == e);
        check(!strcmp(ouro_error_message(rt), "Speaking"));
        ouro_error_clear(rt);
    }
    check(test_warnings() == 0);
}

// ---- what it was raised in the handling of ----

CASE(exception, what_was_pending_becomes_the_context) {
    ouro_obj *a = own(error_new(rt, OURO_ERR_VALUE, "a")), *b = own(error_new(rt, OURO_ERR_KEY, "b"));
    need(a && b);
    test_expect_warnings();
    ouro_raise(rt, a);
    ouro_raise(rt, b);
    always(ouro_error_peek(rt) == b && ouro_error_code(rt) == OURO_ERR_KEY && ouro_exception_context_peek(b) == a);
    ouro_raise(rt, b); // again: nothing changes
    always(ouro_error_peek(rt) == b && ouro_exception_context_peek(b) == a && !ouro_exception_context_peek(a));
    ouro_error_clear(rt);
    ouro_error_set(rt, OURO_ERR_INDEX, "by code");
    ouro_raise(rt, a);
    ouro_error_clear(rt);
    ouro_obj *context = ouro_exception_context_peek(a);
    check(context && ouro_class_peek(context) == ouro_exception_class(rt, OURO_ERR_INDEX));
    check(test_warnings() == 0);
    ouro_raise(rt, b); // nothing is pending: the context stays what it was
    always(ouro_exception_context_peek(b) == a);
    ouro_error_clear(rt);
}

CASE(exception, contexts_never_make_a_circle) {
    test_expect_warnings(); // an error may be pending while there is no memory for the next
    enum { N = 5 };
    ouro_obj *e[N];
    for (size_t i = 0; i < N; i++) {
        e[i] = own(error_new(rt, OURO_ERR_VALUE, "e"));
        need(e[i]);
        ouro_raise(rt, e[i]);
    }
    for (size_t i = 1; i < N; i++)
        always(ouro_exception_context_peek(e[i]) == e[i - 1]);
    ouro_raise(rt, e[2]); // 4 -> 3 -> 2 -> 1 -> 0 becomes 2 -> 4 -> 3, and what 2 had is let go
    always(ouro_error_peek(rt) == e[2] && ouro_exception_context_peek(e[2]) == e[4]);
    always(ouro_exception_context_peek(e[4]) == e[3] && !ouro_exception_context_peek(e[3]));
    ouro_raise(rt, e[0]);
    always(ouro_exception_context_peek(e[0]) == e[2]);
    ouro_raise(rt, e[2]); // the one that is next
    always(ouro_exception_context_peek(e[2]) == e[0] && !ouro_exception_context_peek(e[0]));
    ouro_error_clear(rt);
}

CASE(exception, a_thrown_object_is_no_context) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "e"));
    need(e);
    test_expect_warnings();
    ouro_error_throw(rt, ouro_none(rt));
    ouro_raise(rt, e);
    always(ouro_error_peek(rt) == e && !ouro_exception_context_peek(e));
    always(test_warnings() > 0);
    ouro_error_clear(rt);
}

// Fresh exceptions raised one upon the other, and an old one upon them all.
CASE(exception, a_long_chain) {
    test_expect_warnings(); // an error may be pending while there is no memory for the next
    size_t n = kit_size(100000, 300);
    ouro_obj *first = own(error_new(rt, OURO_ERR_VALUE, "first"));
    need(first);
    ouro_raise(rt, first);
    for (size_t i = 1; i < n; i++) {
        ouro_obj *e = error_new(rt, OURO_ERR_VALUE, "");
        need(e);
        ouro_raise(rt, e);
        ouro_decref(e);
    }
    ouro_obj *last = own(ouro_catch(rt)), *at = last;
    size_t length = 0;
    for (; at; at = ouro_exception_context_peek(at))
        length++;
    always(length == n);
    ouro_raise(rt, last);
    ouro_raise(rt, first);
    always(ouro_exception_context_peek(first) == last);
    ouro_error_clear(rt);
}

// Each is made of the one before it, and has no text but that one's.
CASE(exception, text_of_exceptions_in_exceptions) {
    ouro_obj *value_error = ouro_exception_class(rt, OURO_ERR_VALUE), *o = ouro_str_from(rt, "at the bottom");
    need(o);
    for (size_t n = kit_size(100000, 20); n; n--) {
        ouro_obj *args = ouro_tuple_new_steal(rt, &o, 1);
        need(args);
        o = ouro_exception_new(rt, value_error, args);
        ouro_decref(args);
        need(o);
    }
    ouro_obj *text = own(ouro_to_str(rt, o));
    ouro_decref(o);
    need(text);
    check(ouro_str_is(text, "at the bottom"));
}
