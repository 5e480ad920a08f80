// SPDX-License-Identifier: MIT
// generator_line.c: generators that delegate: to iterators, to each other, to themselves.
#include "actors.h"
#include "rows.h"

// Throws an error of the user's.
static int throws(ouro_rt *rt, ouro_obj *g, ouro_obj **out) {
    ouro_error_set(rt, OURO_ERR_USER, "actor 0");
    return ouro_generator_throw(rt, g, out);
}

CASE(generator_line, gives_all_of_an_iterable) {
    ouro_obj *list = own(list_with(rt, "234")), *none = own(ouro_list_new(rt, NULL, 0));
    need(list && none);
    ouro_obj *g = own(actor_new(rt, 1, "1DE5", list, none));
    need(g);
    kit_trace_start();
    int all = acts(rt, g, "12345");
    check(all && kit_trace_is("next1 next1 back1 back1 next1"));
    ouro_error_clear(rt);
}

CASE(generator_line, receives_the_result_of_another) {
    ouro_obj *inner = own(actor_new(rt, 2, "12=7", NULL, NULL));
    ouro_obj *outer = inner ? own(actor_new(rt, 1, "Dv4", inner, NULL)) : NULL;
    need(outer);
    kit_trace_start();
    always(acts(rt, outer, "1274") && kit_trace_is("next1 next2 next2 next2 back1 next1 next1"));
}

CASE(generator_line, receives_none_of_what_is_no_generator_or_done) {
    ouro_obj *inner = own(actor_new(rt, 2, "=7", NULL, NULL)), *list = own(list_with(rt, "3")), *item;
    need(inner && list);
    always(acts(rt, inner, ""));
    ouro_obj *outer = own(actor_new(rt, 1, "DvEv", inner, list));
    need(outer);
    int more = ouro_next(rt, outer, &item);
    always(more == 1 && ouro_is_none(item) && ouro_int_word(ouro_generator_result_peek(inner)) == 7);
    more = ouro_next(rt, outer, &item);
    must(more);
    always(ouro_int_word(item) == 3 && ouro_next(rt, outer, &item) == 1 && ouro_is_none(item));
}

CASE(generator_line, hands_on_what_is_sent) {
    ouro_obj *inner = own(actor_new(rt, 2, "1v", NULL, NULL)), *list = own(list_with(rt, "34")), *item;
    need(inner && list);
    ouro_obj *outer = own(actor_new(rt, 1, "DE5", inner, list));
    need(outer);
    kit_trace_start();
    ouro_obj *six = ouro_int_new(rt, 6);
    always(answers(rt, outer, NULL, 1) && answers(rt, outer, six, 6));
    int more = ouro_next(rt, outer, &item);
    must(more);
    always(ouro_int_word(item) == 3 && answers(rt, outer, ouro_none(rt), 4));
    always(kit_trace_is("next1 next2 send2 next2 back1"));
}

CASE(generator_line, cannot_send_to_an_iterator) {
    ouro_obj *list = own(list_with(rt, "34")), *item;
    need(list);
    ouro_obj *g = own(actor_new(rt, 1, "Dc5", list, NULL)), *other = own(actor_new(rt, 2, "D", list, NULL));
    need(g && other);
    must(ouro_next(rt, g, &item));
    kit_trace_start();
    check(answers(rt, g, ouro_int_new(rt, 6), 5) && kit_trace_is("throw1"));
    must(ouro_next(rt, other, &item));
    always(ouro_generator_send(rt, other, ouro_int_new(rt, 6), &item) == -1 && !item);
    check(says(rt, OURO_ERR_TYPE, "'iterator' object takes no values"));
}

CASE(generator_line, hands_on_errors) {
    ouro_obj *deaf = own(actor_new(rt, 3, "1c2", NULL, NULL)), *frail = own(actor_new(rt, 2, "3", NULL, NULL)), *item;
    need(deaf && frail);
    ouro_obj *outer = own(actor_new(rt, 1, "DEc45", deaf, frail));
    need(outer);
    kit_trace_start();
    always(answers(rt, outer, NULL, 1) && throws(rt, outer, &item) == 1 && ouro_int_word(item) == 2);
    always(answers(rt, outer, NULL, 3) && throws(rt, outer, &item) == 1 && ouro_int_word(item) == 4);
    always(throws(rt, outer, &item) == -1 && says(rt, OURO_ERR_USER, "actor 0") && acts(rt, outer, ""));
    always(kit_trace_is("next1 next3 throw3 next3 back1 next2 throw2 throw1 throw1"));
    always(ouro_generator_state_of(frail) == OURO_GENERATOR_DONE);
}

CASE(generator_line, handles_an_error_of_what_it_delegates_to) {
    ouro_obj *inner = own(actor_new(rt, 2, "1!", NULL, NULL));
    ouro_obj *outer = inner ? own(actor_new(rt, 1, "Dc4", inner, NULL)) : NULL;
    need(outer);
    kit_trace_start();
    always(acts(rt, outer, "14") && kit_trace_is("next1 next2 next2 throw1 next1"));
}

CASE(generator_line, throws_away_an_iterator_that_cannot_be_thrown_into) {
    ouro_obj *list = own(list_with(rt, "34")), *item;
    need(list);
    ouro_obj *g = own(actor_new(rt, 1, "Dc5", list, NULL));
    need(g);
    must(ouro_next(rt, g, &item));
    check(throws(rt, g, &item) == 1 && ouro_int_word(item) == 5 && ouro_refcount(list) == 2); // slot, and scope
}

CASE(generator_line, is_closed_from_the_inside) {
    ouro_obj *c = own(actor_new(rt, 3, "1", NULL, NULL)), *b = c ? own(actor_new(rt, 2, "D", c, NULL)) : NULL;
    ouro_obj *a = b ? own(actor_new(rt, 1, "D", b, NULL)) : NULL;
    need(a);
    kit_trace_start();
    always(answers(rt, a, NULL, 1) && ouro_generator_close(rt, a) == 0);
    always(kit_trace_is("next1 next2 next3 close3 close2 close1"));
    always(ouro_generator_state_of(b) == OURO_GENERATOR_DONE && ouro_generator_state_of(c) == OURO_GENERATOR_DONE);
}

// An error on the way is thrown into the next one, which may handle it, but not go on.
CASE(generator_line, that_cannot_be_closed_inside) {
    static const struct {
        const char *middle, *trace;
        int code; // 0: it has been handled
    } lines[] = {
        {"D", "next1 next2 next3 close3 throw2 throw1", OURO_ERR_USER},
        {"Dc.", "next1 next2 next3 close3 throw2 close1", OURO_OK},
        {"Dc4", "next1 next2 next3 close3 throw2 throw1", OURO_ERR_STATE},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        ouro_obj *c = own(actor_new(rt, 3, "1!", NULL, NULL));
        ouro_obj *b = c ? own(actor_new(rt, 2, lines[i].middle, c, NULL)) : NULL;
        ouro_obj *a = b ? own(actor_new(rt, 1, "D", b, NULL)) : NULL;
        need(a);
        kit_trace_start();
        always(answers(rt, a, NULL, 1) && ouro_generator_close(rt, a) == (lines[i].code ? -1 : 0));
        always(ouro_error_code(rt) == lines[i].code && kit_trace_is(lines[i].trace));
        ouro_error_clear(rt);
        always(acts(rt, a, "") && acts(rt, b, "") && acts(rt, c, ""));
    }
}

// Even if the first has no unwind, and somebody else has what it delegates to.
CASE(generator_line, is_closed_when_the_first_is_dropped) {
    ouro_obj *c = actor_new(rt, 3, "1", NULL, NULL), *b = c ? actor_new(rt, 2, "D", c, NULL) : NULL;
    ouro_obj *a = b ? actor_new(rt, 1, "D", b, NULL) : NULL;
    ouro_obj *plain =
        a ? ouro_generator_new(rt, &plain_def, (ouro_obj *[]){a, NULL}, (const char *[2]){"D", NULL}) : NULL;
    ouro_xdecref(b);
    kit_trace_start();
    if (plain)
        always(answers(rt, plain, NULL, 1));
    ouro_xdecref(plain);
    if (plain)
        always(kit_trace_is("next0 next1 next2 next3 close3 close2 close1"));
    if (c)
        always(!plain || ouro_generator_state_of(c) == OURO_GENERATOR_DONE);
    ouro_xdecref(a);
    ouro_xdecref(c);
    need(plain);
}

CASE(generator_line, to_what_is_no_iterable) {
    ouro_obj *g = own(actor_new(rt, 1, "1Dc2", ouro_none(rt), NULL)),
             *h = own(actor_new(rt, 2, "D", ouro_none(rt), NULL));
    ouro_obj *item = g;
    need(g && h);
    always(acts(rt, g, "12") && ouro_next(rt, h, &item) == -1 && !item);
    check(says(rt, OURO_ERR_TYPE, "'NoneType' object is not iterable"));
}

// ---- who is asked twice ----

static void hook_to_itself(ouro_rt *rt, ouro_frame *f) {
    (void)rt;
    ouro_frame_set(f, 0, f->generator);
}

CASE(generator_line, to_itself_fails_and_is_collected) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *g = actor_new(rt, 1, "hDc2D", NULL, NULL), *item;
    need(g);
    actor_hook = hook_to_itself;
    always(answers(rt, g, NULL, 2) && ouro_next(rt, g, &item) == -1);
    check(says(rt, OURO_ERR_STATE, "generator 'actor' is running already"));
    ouro_decref(g);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}

// Two that share a third: each gets what the other leaves.
CASE(generator_line, that_meet) {
    ouro_obj *shared = own(actor_new(rt, 3, "12345", NULL, NULL));
    ouro_obj *a = shared ? own(actor_new(rt, 1, "D", shared, NULL)) : NULL;
    ouro_obj *b = shared ? own(actor_new(rt, 2, "D8", shared, NULL)) : NULL;
    need(a && b);
    always(answers(rt, a, NULL, 1) && answers(rt, b, NULL, 2) && answers(rt, shared, NULL, 3) &&
           answers(rt, a, NULL, 4));
    kit_trace_start();
    always(ouro_generator_close(rt, a) == 0 && kit_trace_is("close3 close1") && acts(rt, b, "8"));
}

// One in the middle is resumed on its own, to its end: who delegated to it finds it done.
CASE(generator_line, whose_middle_is_taken_away) {
    ouro_obj *c = own(actor_new(rt, 3, "12", NULL, NULL)), *b = c ? own(actor_new(rt, 2, "D", c, NULL)) : NULL;
    ouro_obj *a = b ? own(actor_new(rt, 1, "D9", b, NULL)) : NULL;
    need(a);
    always(answers(rt, a, NULL, 1) && acts(rt, b, "2") && acts(rt, a, "9"));
}

static ouro_obj *line_first;

static void hook_asks_the_first(ouro_rt *rt, ouro_frame *f) {
    ouro_obj *item = NULL;
    (void)f;
    if (!line_first)
        return;
    always(ouro_generator_state_of(line_first) == OURO_GENERATOR_RUNNING);
    always(ouro_next(rt, line_first, &item) == -1 && !item && says(rt, OURO_ERR_STATE, "running already"));
    always(ouro_generator_close(rt, line_first) == -1 && says(rt, OURO_ERR_STATE, "running already"));
}

CASE(generator_line, that_runs_as_a_whole) {
    line_first = NULL;
    actor_hook = hook_asks_the_first;
    ouro_obj *c = own(actor_new(rt, 3, "h1", NULL, NULL)), *b = c ? own(actor_new(rt, 2, "D", c, NULL)) : NULL;
    ouro_obj *a = b ? own(actor_new(rt, 1, "D", b, NULL)) : NULL;
    need(a);
    line_first = a;
    always(acts(rt, a, "1"));
    ouro_error_clear(rt);
}
