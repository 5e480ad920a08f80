// SPDX-License-Identifier: MIT
// generator_hostile.c: generators that are asked by what they run, dropped while they run, collected, brought back, and
// taken apart.
#include "actors.h"

static ouro_obj *hostile_generator;
static int hostile_hooks;

static void hook_collects(ouro_rt *rt, ouro_frame *f) {
    (void)f;
    ouro_gc_collect(rt, OURO_GC_FULL);
    hostile_hooks++;
}

// ---- asked by its own step ----

static void hook_asks_itself(ouro_rt *rt, ouro_frame *f) {
    ouro_obj *item = f->generator;
    hostile_hooks++;
    always(ouro_generator_state_of(f->generator) == OURO_GENERATOR_RUNNING);
    always(ouro_next(rt, f->generator, &item) == -1 && !item && says(rt, OURO_ERR_STATE, "'actor' is running already"));
    always(ouro_generator_send(rt, f->generator, ouro_none(rt), &item) == -1 && says(rt, OURO_ERR_STATE, "running"));
    always(ouro_generator_close(rt, f->generator) == -1 && says(rt, OURO_ERR_STATE, "running"));
}

CASE(generator_hostile, asks_itself) {
    ouro_obj *g = own(actor_new(rt, 1, "1h2h", NULL, NULL));
    need(g);
    actor_hook = hook_asks_itself;
    hostile_hooks = 0;
    always(acts(rt, g, "12") && hostile_hooks == 2);
}

CASE(generator_hostile, asks_itself_while_it_is_closed_and_dropped) {
    actor_hook = hook_asks_itself;
    for (int i = 0; i < 2; i++) {
        ouro_obj *g = actor_new(rt, 1, "1h", NULL, NULL);
        need(g);
        hostile_hooks = 0;
        always(answers(rt, g, NULL, 1) && (i || ouro_generator_close(rt, g) == 0));
        ouro_decref(g);
        always(hostile_hooks == 1);
    }
}

// ---- dropped by its own step ----

static void hook_drops(ouro_rt *rt, ouro_frame *f) {
    ouro_setslot(&hostile_generator, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(ouro_is_generator(f->generator) && ouro_refcount(f->generator) >= 1);
}

CASE(generator_hostile, drops_itself) {
    static const char *const texts[] = {"h1", "h!", "h", "hD"};
    actor_hook = hook_drops;
    kit_trace_start();
    for (int i = 0; i < 4; i++) {
        ouro_obj *item;
        hostile_generator = actor_new(rt, i, texts[i], ouro_none(rt), NULL);
        need(hostile_generator);
        always(ouro_next(rt, hostile_generator, &item) == (i == 0 ? 1 : i == 2 ? 0 : -1));
        always(!hostile_generator && (item != NULL) == (i == 0));
        ouro_error_clear(rt);
    }
    always(kit_trace_is("next0 close0 next1 next2 next3 throw3"));
}

// What the second delegates to drops both, the first's owner let go.
CASE(generator_hostile, drops_the_line_it_is_in) {
    ouro_obj *inner = actor_new(rt, 2, "h1", NULL, NULL), *item = NULL;
    hostile_generator = inner ? actor_new(rt, 1, "D", inner, NULL) : NULL;
    ouro_xdecref(inner);
    need(hostile_generator);
    actor_hook = hook_drops;
    kit_trace_start();
    int more = ouro_next(rt, hostile_generator, &item);
    always(more == 1 && ouro_int_word(item) == 1 && kit_trace_is("next1 next2 close2 close1"));
}

// ---- collected ----

static void hook_sees_its_slots(ouro_rt *rt, ouro_frame *f) {
    hostile_hooks++;
    always(f->slot[0] && f->slot[1] == f->generator && ouro_is(f->slot[0], &node_type));
    always(((node *)(void *)f->slot[0])->left == f->generator && ouro_verify(rt) == 0);
}

// A ring of a node and the generator, which holds itself, too.
static ouro_obj *ring_new(ouro_rt *rt, const char *does, const ouro_generator_def *def) {
    node *n = node_new(rt);
    ouro_obj *g = n ? ouro_generator_new(rt, def, (ouro_obj *[]){obj(n), NULL}, (const char *[2]){does, NULL}) : NULL;
    if (g)
        set(n, left, g);
    ouro_xdecref(obj(n));
    return g;
}

static void hook_holds_itself(ouro_rt *rt, ouro_frame *f) {
    (void)rt;
    ouro_frame_set(f, 1, f->generator);
    actor_hook = hook_sees_its_slots;
}

CASE(generator_hostile, is_closed_when_it_is_collected) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *g = ring_new(rt, "h1h", &actor_def);
    need(g);
    actor_hook = hook_holds_itself;
    hostile_hooks = 0;
    kit_trace_start();
    always(answers(rt, g, NULL, 1) && ouro_verify(rt) == 0);
    ouro_decref(g);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before && hostile_hooks == 1 && kit_trace_is("next0 close0"));
}

CASE(generator_hostile, without_unwind_is_just_collected) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *g = ring_new(rt, "h1", &plain_def);
    need(g);
    actor_hook = hook_holds_itself;
    always(answers(rt, g, NULL, 1));
    ouro_decref(g);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}

static void hook_comes_back(ouro_rt *rt, ouro_frame *f) {
    (void)rt;
    hostile_hooks++;
    ouro_setslot(&hostile_generator, f->generator);
}

CASE(generator_hostile, comes_back_done) {
    for (int i = 0; i < 2; i++) {
        ouro_obj *g = i ? ring_new(rt, "1h2", &actor_def) : actor_new(rt, 0, "1h2", NULL, NULL);
        need(g);
        actor_hook = hook_comes_back;
        hostile_hooks = 0;
        always(answers(rt, g, NULL, 1));
        ouro_decref(g);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(hostile_generator == g);
        actor_hook = hook_collects; // for one that there was no memory to collect
        if (!hostile_generator)
            continue;
        always(ouro_generator_state_of(hostile_generator) == OURO_GENERATOR_DONE && acts(rt, hostile_generator, ""));
        always(ouro_refcount(hostile_generator) == 1);
        ouro_setslot(&hostile_generator, NULL);
        always(hostile_hooks == 1);
    }
}

// ---- taken apart: an immortal one whose runtime ends, asked by the finalizer of what it held ----

static void last_asks(ouro_rt *rt, fin *self) {
    ouro_obj *item = obj(self);
    hostile_hooks++;
    always(ouro_generator_state_of(hostile_generator) == OURO_GENERATOR_DONE);
    always(ouro_next(rt, hostile_generator, &item) == 0 && !item && ouro_generator_close(rt, hostile_generator) == 0);
    always(ouro_is_none(ouro_generator_result_peek(hostile_generator)));
}

Test(generator_hostile, is_done_when_it_is_taken_apart) {
    ouro_rt *rt = kit_rt_new(NULL);
    always(ouro_std_open(rt) == 0);
    fin *f = fin_new(rt, last_asks);
    hostile_generator = actor_new(rt, 1, "12", obj(f), NULL);
    hostile_hooks = 0;
    kit_trace_start();
    always(f && hostile_generator && answers(rt, hostile_generator, NULL, 1));
    ouro_decref(obj(f));
    ouro_immortalize(hostile_generator);
    always(ouro_rt_destroy(rt) == 0 && hostile_hooks == 1 && kit_trace_is("next1"));
    hostile_generator = NULL;
}

// ---- too deep ----

static void hook_goes_down(ouro_rt *rt, ouro_frame *f) {
    ouro_obj *g = actor_new(rt, 1, "h1", NULL, NULL), *item = NULL;
    (void)f;
    hostile_hooks++;
    if (g && ouro_next(rt, g, &item) == -1 && says(rt, OURO_ERR_DEPTH, "calls nested")) {
        check(ouro_generator_state_of(g) == OURO_GENERATOR_SUSPENDED);
        actor_hook = hook_asks_itself; // for whoever is on top of it, when it is dropped
    }
    ouro_xdecref(g);
    ouro_error_clear(rt);
}

CASE(generator_hostile, goes_too_deep) {
    ouro_obj *g = own(actor_new(rt, 1, "h1", NULL, NULL));
    need(g);
    actor_hook = hook_goes_down;
    hostile_hooks = 0;
    always(acts(rt, g, "1"));
    check(hostile_hooks >= 1000);
}

// ---- errors in between ----

static void fin_asks(ouro_rt *rt, fin *self) {
    ouro_obj *item;
    (void)self;
    hostile_hooks++;
    if (!hostile_generator)
        return;
    always(ouro_generator_state_of(hostile_generator) == OURO_GENERATOR_DONE);
    always(ouro_next(rt, hostile_generator, &item) == 0 && ouro_error_code(rt) == OURO_OK);
}

// What a generator lets go of at its end asks it, while its error is on the way.
CASE(generator_hostile, is_asked_by_what_it_lets_go_of) {
    hostile_generator = NULL;
    fin *f = fin_new(rt, fin_asks);
    need(f);
    ouro_obj *g = own(actor_new(rt, 1, "h1!", obj(f), NULL));
    ouro_decref(obj(f));
    need(g);
    hostile_generator = g;
    actor_hook = hook_collects;
    hostile_hooks = 0;
    always(acts(rt, g, "1!") && hostile_hooks == 2);
    hostile_generator = NULL;
}
