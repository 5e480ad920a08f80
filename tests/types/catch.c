// SPDX-License-Identifier: MIT
// catch.c: errors taken out as exceptions, also when there is no memory, and exceptions as what they are: objects.
#include "raised.h"

// ---- catching ----

CASE(exception, caught_from_a_code) {
    always(!ouro_catch(rt));
    ouro_error_set(rt, OURO_ERR_DIVISION, "%d / 0", 1);
    ouro_obj *e = own(caught(rt));
    need(e);
    check(ouro_class_peek(e) == ouro_exception_class(rt, OURO_ERR_DIVISION) && ouro_error_code(rt) == OURO_OK);
    ouro_obj *s = own(ouro_to_str(rt, e));
    need(s);
    check(text_is(s, "1 / 0"));
    ouro_error_throw(rt, ouro_none(rt));
    always(ouro_is_none(ouro_catch(rt)));
}

CASE(exception, a_code_of_the_users_comes_back) {
    ouro_error_set(rt, OURO_ERR_USER + 3, "mine");
    ouro_obj *e = own(caught(rt));
    need(e);
    check(ouro_class_peek(e) == ouro_exception_class(rt, OURO_ERR_THROWN));
    ouro_raise(rt, e);
    check(says(rt, OURO_ERR_USER + 3, "mine"));
    ouro_error_clear(rt);
}

CASE(exception, messages_that_are_no_text) {
    static const struct {
        const char *said, *shown;
    } expected[] = {{"a\xff z", "a? z"}, {"\xc3\xa4 \xc3", "?? ?"}, {"\xc3\xa4", "\xc3\xa4"}, {"", ""}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ouro_error_set(rt, OURO_ERR_IO, "%s", expected[i].said);
        ouro_obj *e = own(caught(rt));
        need(e);
        ouro_obj *s = own(ouro_to_str(rt, e));
        need(s);
        check(text_is(s, expected[i].shown));
    }
}

// Whatever is pending stays so if there is no memory to make an exception of it.
CASE(exception, caught_without_memory) {
    if (test_mode_now() == TEST_FAULT)
        return; // this case makes allocations fail on its own
    ouro_error_set(rt, OURO_ERR_KEY, "k");
    ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
    ouro_obj *e, *none = ouro_catch(rt);
    int matched = ouro_catch_class(rt, ouro_exception_class(rt, OURO_ERR_KEY), &e);
    int other = ouro_catch_class(rt, ouro_exception_class(rt, OURO_ERR_INDEX), &e);
    ouro_trace(rt, "f", "file", 1);
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    always(!none && matched == -1 && other == 0 && !e && !ouro_error_peek(rt) && says(rt, OURO_ERR_KEY, "k"));
}

CASE(exception, out_of_memory_is_caught_without_memory) {
    if (test_mode_now() == TEST_FAULT)
        return;
    ouro_obj *before = own(error_new(rt, OURO_ERR_VALUE, "before"));
    need(before);
    ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
    void *refused = ouro_buf_alloc(rt, 10);
    ouro_trace(rt, "f", "file", 1);
    ouro_obj *e = ouro_catch(rt);
    ouro_raise(rt, before);
    ouro_raise(rt, e);
    ouro_exception_set_cause(e, before);
    ouro_trace(rt, "f", "file", 1);
    int code = ouro_error_code(rt);
    ouro_obj *again = ouro_catch(rt);
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    always(!refused && e && ouro_class_peek(e) == ouro_exception_class(rt, OURO_ERR_MEMORY) && ouro_is_immortal(e));
    always(code == OURO_ERR_MEMORY && again == e && !ouro_exception_trace_size(e));
    always(!ouro_exception_context_peek(e) && !ouro_exception_cause_peek(e));
    ouro_raise(rt, e);
    ouro_trace(rt, "f", "file", 1); // with memory, too
    ouro_error_clear(rt);
    always(!ouro_exception_trace_size(e));
    ouro_obj *report = own(ouro_exception_report(rt, e));
    check(text_is(report, "MemoryError\n"));
}

CASE(exception, caught_by_class) {
    ouro_obj *lookup = ouro_class_mro_peek(ouro_exception_class(rt, OURO_ERR_KEY), 1), *got = NULL;
    always(ouro_catch_class(rt, ouro_exception_class(rt, OURO_ERR_THROWN), &got) == 0 && !got);
    ouro_error_set(rt, OURO_ERR_KEY, "k");
    always(ouro_catch_class(rt, ouro_exception_class(rt, OURO_ERR_INDEX), &got) == 0 && !got);
    always(ouro_error_code(rt) == OURO_ERR_KEY);
    int matched = ouro_catch_class(rt, lookup, &got);
    check(matched == 1);
    always((matched == 1) == (ouro_error_code(rt) == OURO_OK) && (matched == 1) == (got != NULL));
    if (matched < 0)
        return; // by the rules of ouro_catch
    own(got);
    ouro_raise(rt, got);
    ouro_obj *same;
    always(ouro_catch_class(rt, ouro_exception_class(rt, OURO_ERR_VALUE), &same) == 0);
    always(ouro_catch_class(rt, lookup, &same) == 1 && same == got);
    ouro_decref(same);
    ouro_error_throw(rt, ouro_none(rt));
    always(ouro_catch_class(rt, ouro_exception_class(rt, OURO_ERR_THROWN), &same) == 0 && ouro_error_peek(rt));
    ouro_error_clear(rt);
}

// ---- being what they are: objects ----

CASE(exception, copies) {
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    need(list);
    ouro_obj *args = own(ouro_tuple_new(rt, &list, 1));
    need(args);
    ouro_obj *e = own(ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), args));
    need(e);
    must(ouro_list_append(rt, list, e)); // it holds itself
    ouro_obj *copy = own(ouro_deep_copy(rt, e));
    need(copy);
    ouro_obj *inner = ouro_tuple_peek(ouro_exception_args_peek(copy), 0);
    check(copy != e && ouro_class_peek(copy) == ouro_class_peek(e) && inner != list && ouro_is_list(inner));
    check(ouro_list_size(inner) == 1 && ouro_list_peek(inner, 0) == copy);
    ouro_obj *s = own(ouro_repr(rt, e));
    need(s);
    check(text_is(s, "KeyError([...])"));
}

CASE(exception, copies_keep_the_code) {
    ouro_error_set(rt, OURO_ERR_USER + 5, "mine");
    ouro_obj *e = own(caught(rt));
    need(e);
    ouro_obj *copy = own(ouro_deep_copy(rt, e));
    need(copy);
    ouro_raise(rt, copy);
    check(says(rt, OURO_ERR_USER + 5, "mine"));
    ouro_error_clear(rt);
}

static int deleted;

static ouro_obj *count_deletion(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)args, (void)n, (void)kwnames;
    deleted++;
    return ouro_none(rt);
}

CASE(exception, of_a_users_class_with_last_wishes) {
    deleted = 0;
    ouro_obj *class_object = own(error_class_new(rt, "Mortal", OURO_ERR_VALUE));
    need(class_object);
    must(method_set(rt, class_object, "__del__", count_deletion));
    ouro_obj *e = ouro_exception_new(rt, class_object, NULL);
    need(e);
    int set = ouro_set_attr_text(rt, e, "itself", e);
    ouro_obj *weak = own(ouro_weak_new(rt, e, NULL, NULL));
    ouro_obj *plain = ouro_exception_new(rt, class_object, NULL);
    ouro_xdecref(plain);
    check(deleted == 1);
    ouro_decref(e);
    must(set);
    need(weak);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_obj *alive;
    check(ouro_weak_get(weak, &alive) == 0 && deleted == 2);
}
