// SPDX-License-Identifier: MIT
// generator.c: generators that are resumed, end, fail, are sent to and thrown into, and closed.
#include "actors.h"

// ---- the frame ----

static int fibonacci_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    ouro_obj *sum = ouro_binary(rt, OURO_ADD, f->slot[0], f->slot[1]);
    if (!sum)
        return -1;
    *out = ouro_incref(f->slot[0]);
    ouro_frame_set(f, 0, f->slot[1]);
    ouro_frame_set_steal(f, 1, sum);
    return 1;
}

CASE(generator, keeps_objects_between_its_steps) {
    static const ouro_generator_def fibonacci = {"fibonacci", fibonacci_step, NULL, 2, 0};
    ouro_obj *first[] = {own(ouro_int_new(rt, 0)), own(ouro_int_new(rt, 1))}, *item = NULL;
    ouro_obj *g = own(ouro_generator_new(rt, &fibonacci, first, NULL));
    need(g);
    for (int i = 0; i <= 150; i++) {
        ouro_xdecref(item);
        int more = ouro_next(rt, g, &item);
        must(more);
        always(more == 1 && item);
    }
    ouro_obj *text = own(ouro_repr(rt, item));
    ouro_decref(item);
    need(text);
    check(text_is(text, "9969216677189303386214405760200"));
}

static int frame_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    const unsigned char *bytes = f->data;
    int sum = 0;
    for (size_t i = 0; i < 13; i++)
        sum += bytes[i];
    always((uintptr_t)f->data % 8 == 0 && f->generator && !f->value && f->why == OURO_RESUME_NEXT);
    *out = ouro_int_new(rt, sum + 100 * (f->slot[0] != NULL) + 200 * (f->slot[2] != NULL));
    return 1;
}

CASE(generator, begins_with_what_it_is_given) {
    static const ouro_generator_def def = {"frame", frame_step, NULL, 3, 13};
    node *n = own(node_new(rt));
    need(n);
    ouro_obj *slots[] = {obj(n), NULL, NULL};
    ouro_obj *a = own(ouro_generator_new(rt, &def, slots, "\1\2\3\4\5\6\7\1\2\3\4\5\6"));
    ouro_obj *b = own(ouro_generator_new(rt, &def, NULL, NULL));
    need(a && b);
    always(answers(rt, a, NULL, 149) && answers(rt, b, NULL, 0) && ouro_refcount(obj(n)) == 2);
    always(ouro_is_generator(a) && ouro_is(a, ouro_generator_type) && !ouro_is_generator(obj(n)));
    ouro_obj *text = own(ouro_repr(rt, a)), *it = own(ouro_iter(rt, a));
    need(text);
    char expected[64];
    snprintf(expected, sizeof expected, "<generator frame at %p>", (void *)a);
    check(text_is(text, expected) && it == a);
}

CASE(generator, of_which_there_cannot_be_one) {
    static const ouro_generator_def def = {"huge", frame_step, NULL, 0, SIZE_MAX - 8};
    check(!ouro_generator_new(rt, &def, NULL, NULL) && says(rt, OURO_ERR_OVERFLOW, ""));
    ouro_error_clear(rt);
}

// ---- to the end ----

CASE(generator, is_suspended_and_then_done) {
    node *n = own(node_new(rt));
    need(n);
    ouro_obj *g = own(actor_new(rt, 1, "12=7", obj(n), NULL));
    need(g);
    kit_trace_start();
    always(ouro_generator_state_of(g) == OURO_GENERATOR_SUSPENDED && ouro_refcount(obj(n)) == 2);
    always(answers(rt, g, NULL, 1) && ouro_generator_state_of(g) == OURO_GENERATOR_SUSPENDED);
    always(answers(rt, g, NULL, 2) && ouro_is_none(ouro_generator_result_peek(g)));
    always(acts(rt, g, "") && ouro_generator_state_of(g) == OURO_GENERATOR_DONE);
    always(ouro_int_word(ouro_generator_result_peek(g)) == 7 && ouro_refcount(obj(n)) == 1);
    always(kit_trace_is("next1 next1 next1"));
}

CASE(generator, that_gives_nothing_at_its_end) {
    ouro_obj *g = own(actor_new(rt, 1, "1", NULL, NULL));
    need(g);
    always(acts(rt, g, "1") && ouro_is_none(ouro_generator_result_peek(g)));
}

CASE(generator, that_fails_is_done) {
    node *n = own(node_new(rt));
    need(n);
    ouro_obj *g = own(actor_new(rt, 1, "1!2", obj(n), NULL));
    need(g);
    kit_trace_start();
    always(acts(rt, g, "1!") && ouro_generator_state_of(g) == OURO_GENERATOR_DONE && ouro_refcount(obj(n)) == 1);
    always(ouro_is_none(ouro_generator_result_peek(g)) && ouro_generator_close(rt, g) == 0);
    always(kit_trace_is("next1 next1"));
}

CASE(generator, is_an_iterable_like_others) {
    ouro_obj *g = own(actor_new(rt, 1, "123456789", NULL, NULL)), *five = own(ouro_int_new(rt, 5));
    need(g);
    always(ouro_contains(rt, g, five) == 1 && ouro_truth(rt, g) == 1);
    ouro_obj *rest = own(ouro_list_from(rt, g));
    need(rest);
    always(ouro_list_size(rest) == 4 && ouro_list_peek(rest, 0) == ouro_int_new(rt, 6));
    size_t length;
    always(ouro_length(rt, g, &length) < 0);
    check(says(rt, OURO_ERR_TYPE, "'generator' object has no length"));
    check(!ouro_copy(rt, g) && says(rt, OURO_ERR_TYPE, "'generator' objects cannot be copied"));
    ouro_error_clear(rt);
}

// ---- sending and throwing ----

CASE(generator, receives_what_is_sent) {
    ouro_obj *g = own(actor_new(rt, 1, "vvv", NULL, NULL)), *item = g;
    need(g);
    kit_trace_start();
    ouro_obj *five = ouro_int_new(rt, 5), *six = ouro_int_new(rt, 6);
    always(answers(rt, g, five, 5) && answers(rt, g, six, 6));
    always(ouro_next(rt, g, &item) == 1 && ouro_is_none(item));
    item = g;
    always(ouro_generator_send(rt, g, five, &item) == 0 && !item);
    item = g;
    always(ouro_generator_send(rt, g, five, &item) == 0 && !item);
    always(kit_trace_is("send1 send1 next1 send1"));
}

// Throws an error of the user's.
static int throws(ouro_rt *rt, ouro_obj *g, ouro_obj **out) {
    ouro_error_set(rt, OURO_ERR_USER, "actor 0");
    return ouro_generator_throw(rt, g, out);
}

CASE(generator, handles_an_error_or_lets_it_pass) {
    ouro_obj *g = own(actor_new(rt, 1, "1c23", NULL, NULL)), *item;
    need(g);
    kit_trace_start();
    always(answers(rt, g, NULL, 1) && throws(rt, g, &item) == 1 && ouro_int_word(item) == 2);
    always(ouro_error_code(rt) == OURO_OK && throws(rt, g, &item) == -1 && !item);
    always(says(rt, OURO_ERR_USER, "actor 0") && ouro_generator_state_of(g) == OURO_GENERATOR_DONE);
    always(throws(rt, g, &item) == -1 && !item && says(rt, OURO_ERR_USER, "actor 0") && acts(rt, g, ""));
    always(kit_trace_is("next1 throw1 throw1"));
}

CASE(generator, passes_an_exception_as_it_is) {
    ouro_obj *g = own(actor_new(rt, 1, "1", NULL, NULL)), *item;
    ouro_obj *e = own(ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), NULL));
    need(g && e);
    ouro_raise(rt, e);
    check(ouro_generator_throw(rt, g, &item) == -1 && ouro_error_peek(rt) == e);
    ouro_error_clear(rt);
}

CASE(generator, may_end_when_an_error_comes) {
    ouro_obj *g = own(actor_new(rt, 1, "1c=4", NULL, NULL)), *item = g;
    need(g);
    always(answers(rt, g, NULL, 1) && throws(rt, g, &item) == 0 && !item && ouro_error_code(rt) == OURO_OK);
    always(ouro_int_word(ouro_generator_result_peek(g)) == 4);
}

CASE(generator, without_unwind_lets_all_errors_pass) {
    ouro_obj *g = own(ouro_generator_new(rt, &plain_def, NULL, (const char *[2]){"12", NULL})), *item = g;
    need(g);
    kit_trace_start();
    always(answers(rt, g, NULL, 1) && throws(rt, g, &item) == -1 && !item && says(rt, OURO_ERR_USER, "actor 0"));
    always(acts(rt, g, "") && kit_trace_is("next0"));
}

CASE(generator, is_thrown_only_what_there_is) {
    ouro_obj *g = own(actor_new(rt, 1, "1", NULL, NULL)), *item = g;
    need(g);
    always(ouro_generator_throw(rt, g, &item) == -1 && !item);
    check(says(rt, OURO_ERR_STATE, "no error is pending"));
    always(acts(rt, g, "1"));
}

// ---- closing ----

CASE(generator, is_closed_once) {
    node *n = own(node_new(rt));
    need(n);
    ouro_obj *g = own(actor_new(rt, 1, "123", obj(n), NULL)), *fresh = own(actor_new(rt, 2, "1", NULL, NULL));
    need(g && fresh);
    kit_trace_start();
    always(answers(rt, g, NULL, 1) && ouro_generator_close(rt, g) == 0 && ouro_refcount(obj(n)) == 1);
    always(ouro_generator_close(rt, g) == 0 && acts(rt, g, ""));
    always(ouro_generator_close(rt, fresh) == 0 && acts(rt, fresh, ""));
    always(kit_trace_is("next1 close1 close2"));
}

CASE(generator, that_fails_to_close_is_closed) {
    ouro_obj *g = own(actor_new(rt, 1, "1!", NULL, NULL));
    need(g);
    always(answers(rt, g, NULL, 1) && ouro_generator_close(rt, g) == -1 && says(rt, OURO_ERR_USER, "actor 1"));
    always(acts(rt, g, "") && ouro_generator_close(rt, g) == 0);
}

CASE(generator, that_takes_no_notice_is_closed) {
    ouro_obj *n = own(node_new(rt));
    need(n);
    ouro_obj *of[] = {own(actor_new(rt, 1, "1c23", n, NULL)), own(actor_new(rt, 2, "1cD3", n, NULL))};
    need(of[0] && of[1]);
    for (int i = 0; i < 2; i++) {
        always(answers(rt, of[i], NULL, 1) && ouro_generator_close(rt, of[i]) == -1);
        check(says(rt, OURO_ERR_STATE, "generator 'actor' went on when it was closed"));
        always(acts(rt, of[i], "") && ouro_generator_close(rt, of[i]) == 0);
    }
    always(ouro_refcount(n) == 1);
}

CASE(generator, without_unwind_is_closed_without_a_call) {
    ouro_obj *g = own(ouro_generator_new(rt, &plain_def, NULL, (const char *[2]){"12", NULL}));
    need(g);
    kit_trace_start();
    always(answers(rt, g, NULL, 1) && ouro_generator_close(rt, g) == 0 && acts(rt, g, "") && kit_trace_is("next0"));
}

CASE(generator, is_closed_when_it_is_dropped_half_way) {
    kit_trace_start();
    ouro_obj *g = actor_new(rt, 1, "12", NULL, NULL);
    need(g);
    always(answers(rt, g, NULL, 1));
    ouro_decref(g);
    always(kit_trace_is("next1 close1"));
    kit_trace_start();
    g = actor_new(rt, 2, "12", NULL, NULL);
    need(g);
    always(acts(rt, g, "12"));
    ouro_decref(g);
    always(kit_trace_is("next2 next2 next2"));
    g = ouro_generator_new(rt, &plain_def, NULL, (const char *[2]){"12", NULL});
    need(g);
    kit_trace_start();
    always(answers(rt, g, NULL, 1));
    ouro_decref(g);
    always(kit_trace_is("next0"));
}

CASE(generator, that_fails_while_it_is_dropped_tells_the_hook) {
    test_expect_warnings();
    ouro_obj *g = actor_new(rt, 1, "1!", NULL, NULL);
    need(g);
    always(answers(rt, g, NULL, 1));
    ouro_error_set(rt, OURO_ERR_KEY, "pending");
    ouro_decref(g);
    always(says(rt, OURO_ERR_KEY, "pending") && test_warnings() == 1 && strstr(test_last_warning(), "actor 1"));
}

// ---- what is wrong ----

static int wrong_answer;
static int wrong_item, wrong_error;

static int wrong_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    (void)f;
    if (wrong_item)
        *out = ouro_none(rt);
    if (wrong_error)
        ouro_error_set(rt, OURO_ERR_USER, "left");
    return wrong_answer;
}

CASE(generator, that_answers_nonsense_fails) {
    static const ouro_generator_def def = {"wrong", wrong_step, NULL, 0, 0};
    static const struct {
        int answer, item, error;
        const char *says;
    } wrongs[] = {
        {1, 0, 0, "generator 'wrong' gave no item"},         {OURO_YIELD_FROM, 0, 0, "generator 'wrong' gave no item"},
        {3, 1, 0, "generator 'wrong' gave no item"},         {-1, 0, 0, "generator 'wrong' failed without an error"},
        {1, 1, 1, "gave an answer and left an error: left"}, {0, 1, 1, "gave an answer and left an error: left"},
    };
    test_expect_warnings(); // of the error that is replaced
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        ouro_obj *g = own(ouro_generator_new(rt, &def, NULL, NULL)), *item = g;
        need(g);
        wrong_answer = wrongs[i].answer;
        wrong_item = wrongs[i].item;
        wrong_error = wrongs[i].error;
        always(ouro_next(rt, g, &item) == -1 && !item && says(rt, OURO_ERR_STATE, wrongs[i].says));
        always(acts(rt, g, ""));
    }
}

CASE(generator, is_asked_for_by_name) {
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *item = list;
    need(list);
    always(ouro_generator_send(rt, list, list, &item) == -1 && !item);
    check(says(rt, OURO_ERR_TYPE, "ouro_generator_send: 'generator' expected, not 'list'"));
    always(ouro_generator_close(rt, list) == -1);
    check(says(rt, OURO_ERR_TYPE, "ouro_generator_close: 'generator' expected, not 'list'"));
    item = list;
    always(ouro_generator_throw(rt, list, &item) == -1 && !item);
    check(says(rt, OURO_ERR_TYPE, "ouro_generator_throw: 'generator' expected, not 'list'"));
    ouro_error_clear(rt);
}
