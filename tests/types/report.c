// SPDX-License-Identifier: MIT
// report.c: where exceptions passed through, and what a user is shown of them.
#include "raised.h"

// 1 if the i-th entry is this place.
static int entry_is(const ouro_obj *e, size_t i, const char *function, const char *file, int line) {
    ouro_trace_entry entry;
    return ouro_exception_trace_at(e, i, &entry) == 1 && entry.line == line && !strcmp(entry.function, function) &&
           !strcmp(entry.file, file);
}

// 1 if the report of an exception is this text; or if there was no memory for it.
static int report_is(ouro_rt *rt, ouro_obj *e, const char *text) {
    ouro_obj *report = ouro_exception_report(rt, e);
    int same = report ? text_is(report, text) : ouro_error_code(rt) == OURO_ERR_MEMORY;
    if (!report)
        ouro_error_clear(rt);
    ouro_xdecref(report);
    return same;
}

// ---- traces ----

CASE(report, places_of_a_pending_exception) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "bad"));
    need(e);
    ouro_trace_entry entry;
    always(ouro_exception_trace_at(e, 0, &entry) == 0);
    ouro_raise(rt, e);
    always(ouro_trace(rt, "f", "main.my", 3) == -1 && ouro_error_peek(rt) == e);
    always(ouro_error_code(rt) == OURO_ERR_VALUE);
    ouro_trace(rt, "g", "main.my", -1);
    ouro_error_clear(rt);
    check(ouro_exception_trace_size(e) == 2 && entry_is(e, 0, "f", "main.my", 3) && entry_is(e, 1, "g", "main.my", -1));
    always(ouro_exception_trace_at(e, 2, &entry) == 0 && ouro_exception_trace_at(e, SIZE_MAX, &entry) == 0);
    check(report_is(rt, e,
                    "Traceback (most recent call last):\n"
                    "  File \"main.my\", line -1, in g\n"
                    "  File \"main.my\", line 3, in f\n"
                    "ValueError: bad\n"));
}

CASE(report, places_of_a_code) {
    ouro_error_set(rt, OURO_ERR_USER + 1, "mine");
    ouro_trace(rt, "f", "a", 1);
    always(ouro_error_code(rt) == OURO_ERR_USER + 1 && !strcmp(ouro_error_message(rt), "mine"));
    ouro_obj *e = own(ouro_catch(rt));
    check(e);
    if (!e)
        return; // without memory the error stays what it was
    check(ouro_exception_trace_size(e) == 1 && entry_is(e, 0, "f", "a", 1));
    check(report_is(rt, e, "Traceback (most recent call last):\n  File \"a\", line 1, in f\nException: mine\n"));
}

CASE(report, places_of_nothing) {
    always(ouro_trace(rt, "f", "a", 1) == -1 && ouro_error_code(rt) == OURO_OK);
    ouro_error_throw(rt, ouro_none(rt));
    always(ouro_trace(rt, "f", "a", 1) == -1 && ouro_is_none(ouro_error_peek(rt)));
    ouro_error_clear(rt);
}

CASE(report, places_without_names) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "bad"));
    need(e);
    ouro_raise(rt, e);
    ouro_trace(rt, NULL, "\xff", 1);
    ouro_error_clear(rt);
    check(ouro_exception_trace_size(e) == 1);
    always(!ouro_exception_trace_size(e) || entry_is(e, 0, "?", "?", 1));
    check(report_is(rt, e, "Traceback (most recent call last):\n  File \"?\", line 1, in ?\nValueError: bad\n"));
}

CASE(report, many_places) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_DEPTH, "deep"));
    need(e);
    int n = (int)kit_size(100000, 60);
    ouro_raise(rt, e);
    for (int i = 0; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i % 3);
        ouro_trace(rt, name, "a", i);
    }
    ouro_error_clear(rt);
    check(ouro_exception_trace_size(e) == (size_t)n);
    for (int i = 0; i < n && !test_broken(rt); i++)
        always(entry_is(e, (size_t)i, i % 3 == 0 ? "f0" : i % 3 == 1 ? "f1" : "f2", "a", i));
}

// The collector runs a finalizer in the middle of the growth of a trace, which adds to that very trace.
static ouro_obj *meddled;

static void meddle(ouro_rt *rt, fin *self) {
    (void)self;
    if (!meddled)
        return;
    ouro_raise(rt, meddled);
    for (int i = 0; i < 9; i++)
        ouro_trace(rt, "meddler", "m", i);
    ouro_error_clear(rt);
}

CASE(report, places_added_while_there_is_no_room) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "x"));
    need(e);
    meddled = e;
    need(own(ouro_intern(rt, "g"))); // so that the first thing that needs memory is the room
    need(own(ouro_intern(rt, "b")));
    fin *garbage = fin_new(rt, meddle);
    need(garbage);
    set(garbage, left, garbage);
    ouro_raise(rt, e);
    for (int i = 0; i < 4; i++)
        ouro_trace(rt, "f", "a", i);
    ouro_decref(&garbage->head);
    ouro_stress_collect(rt, OURO_GC_FULL);
    ouro_trace(rt, "g", "b", 4); // needs room: the collection before it is where the meddler runs
    ouro_stress_collect(rt, test_mode_now() == TEST_STRESS ? OURO_GC_FULL : -1);
    ouro_error_clear(rt);
    meddled = NULL; // without memory the collection comes later
    size_t n = ouro_exception_trace_size(e);
    check(fin_calls == 1 && n == 14);
    size_t theirs = 0, ours = 0;
    for (size_t i = 0; i < n; i++) {
        theirs += (size_t)entry_is(e, i, "meddler", "m", (int)theirs);
        ours += (size_t)(entry_is(e, i, "f", "a", (int)ours) || entry_is(e, i, "g", "b", 4));
    }
    check(theirs == 9 && ours == 5);
}

// What cannot be noted is nobody's trouble: neither an error nor a warning.
Test(report, places_without_memory) {
    ouro_rt *rt = kit_rt_new(NULL);
    always(ouro_std_open(rt) == 0);
    ouro_obj *e = error_new(rt, OURO_ERR_VALUE, "x");
    for (int made = 0; made < 2; made++) {
        if (made)
            ouro_raise(rt, e);
        else
            ouro_error_set(rt, OURO_ERR_VALUE, "y");
        ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
        ouro_trace(rt, "f", "a", 1);
        ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
        always(ouro_error_peek(rt) == (made ? e : NULL));
        always(says(rt, OURO_ERR_VALUE, made ? "x" : "y"));
    }
    always(kit_warning_count == 0 && ouro_exception_trace_size(e) == 0);
    ouro_decref(e);
    always(ouro_rt_destroy(rt) == 0);
}

// ---- reports ----

CASE(report, nothing_is_left_over) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_VALUE, "a text that is too long to be put together without memory"));
    need(e);
    ouro_raise(rt, e);
    ouro_trace(rt, "f", "a file with a name that is too long to be put together without memory", 1);
    ouro_error_clear(rt);
    size_t before = kit_usage(rt).buffer_bytes;
    ouro_obj *report = ouro_exception_report(rt, e);
    always(kit_usage(rt).buffer_bytes == before);
    need(report);
    always(strstr(ouro_str_data(report), "ValueError: a text that is too long")); // all of it, or nothing
    ouro_decref(report);
}

CASE(report, of_what_was_never_raised) {
    ouro_obj *e = own(ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_STATE), NULL));
    need(e);
    check(report_is(rt, e, "StateError\n"));
    check(!ouro_exception_report(rt, ouro_none(rt)) &&
          says(rt, OURO_ERR_TYPE, "ouro_exception_report: 'exception' expected, not 'NoneType'"));
}

CASE(report, places_that_repeat) {
    ouro_obj *e = own(error_new(rt, OURO_ERR_DEPTH, "deep"));
    need(e);
    ouro_raise(rt, e);
    static const char *const passed[] = {"f", "f", "f", "g", "g", "f"};
    for (size_t i = 0; i < 6; i++)
        ouro_trace(rt, passed[i], "a", 7);
    ouro_trace(rt, "f", "b", 7);
    ouro_trace(rt, "f", "b", 8);
    ouro_error_clear(rt);
    check(report_is(rt, e,
                    "Traceback (most recent call last):\n"
                    "  File \"b\", line 8, in f\n"
                    "  File \"b\", line 7, in f\n"
                    "  File \"a\", line 7, in f\n"
                    "  File \"a\", line 7, in g (2 times)\n"
                    "  File \"a\", line 7, in f (3 times)\n"
                    "RecursionError: deep\n"));
}

CASE(report, causes_and_contexts) {
    ouro_obj *a = own(error_new(rt, OURO_ERR_KEY, "a")), *b = own(error_new(rt, OURO_ERR_VALUE, "b"));
    ouro_obj *c = own(error_new(rt, OURO_ERR_TYPE, "c")), *unseen = own(error_new(rt, OURO_ERR_IO, "hidden"));
    need(a && b && c && unseen);
    ouro_raise(rt, a);
    ouro_raise(rt, b);
    ouro_trace(rt, "f", "x", 1);
    ouro_error_clear(rt);
    ouro_raise(rt, unseen);
    ouro_raise(rt, c);
    ouro_error_clear(rt);
    ouro_exception_set_cause(c, b);
    always(ouro_exception_cause_peek(c) == b && ouro_exception_context_peek(c) == unseen);
    check(test_broken(rt) || report_is(rt, c,
                                       "KeyError: a\n"
                                       "\n"
                                       "While the error above was handled, this one came up:\n"
                                       "\n"
                                       "Traceback (most recent call last):\n"
                                       "  File \"x\", line 1, in f\n"
                                       "ValueError: b\n"
                                       "\n"
                                       "The error above is the reason for this one:\n"
                                       "\n"
                                       "TypeError: c\n"));
    ouro_exception_set_cause(c, NULL);
    always(!ouro_exception_cause_peek(c));
    check(report_is(rt, c,
                    "OSError: hidden\n\n"
                    "While the error above was handled, this one came up:\n\nTypeError: c\n"));
}

CASE(report, causes_that_make_a_circle) {
    ouro_obj *a = own(error_new(rt, OURO_ERR_KEY, "a")), *b = own(error_new(rt, OURO_ERR_VALUE, "b"));
    need(a && b);
    ouro_exception_set_cause(a, a);
    check(report_is(rt, a, "KeyError: a\n"));
    ouro_exception_set_cause(a, b);
    ouro_exception_set_cause(b, a);
    for (int again = 0; again < 2; again++)
        always(report_is(rt, a, "ValueError: b\n\nThe error above is the reason for this one:\n\nKeyError: a\n"));
}

CASE(report, a_long_chain) {
    size_t n = kit_size(1000000, 200);
    ouro_obj *e = error_new(rt, OURO_ERR_KEY, "k");
    need(e);
    for (size_t i = 1; i < n; i++) {
        ouro_obj *next = ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), NULL);
        if (next)
            ouro_exception_set_cause(next, e);
        ouro_decref(e);
        e = next;
        need(e);
    }
    ouro_obj *report = ouro_exception_report(rt, e);
    ouro_decref(e);
    need(report);
    size_t link = strlen("\nThe error above is the reason for this one:\n\nKeyError\n");
    check(ouro_str_size(report) == strlen("KeyError: k\n") + (n - 1) * link);
    ouro_decref(report);
}

static ouro_obj *text_fails(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    ouro_exception_set_cause(args[0], NULL); // the chain that is being reported
    ouro_raise_format(rt, ouro_exception_class(rt, OURO_ERR_VALUE), "no text");
    return NULL;
}

CASE(report, a_text_that_fails_and_changes_the_chain) {
    ouro_obj *class_object = own(ouro_class_new(rt, "Mute", ouro_exception_class(rt, OURO_ERR_IO), NULL));
    ouro_obj *native = own(ouro_native_new(rt, "__str__", text_fails, NULL, 1, 1));
    need(class_object && native);
    must(ouro_class_set(rt, class_object, "__str__", native));
    ouro_obj *e = ouro_exception_new(rt, class_object, NULL);
    need(e);
    for (int i = 0; i < 2; i++) {
        ouro_obj *next = ouro_exception_new(rt, class_object, NULL);
        if (next)
            ouro_exception_set_cause(next, e);
        ouro_decref(e);
        e = next;
        need(e);
    }
    const char *one = "Mute: <its text cannot be made>\n";
    const char *caused = "\nThe error above is the reason for this one:\n\n";
    char expected[512];
    snprintf(expected, sizeof expected, "%s%s%s%s%s", one, caused, one, caused, one);
    int same = report_is(rt, e, expected);
    int cut = !ouro_exception_cause_peek(e);
    ouro_decref(e);
    check(same && cut);
}
