// SPDX-License-Identifier: MIT
// generator.c: generators: a frame, and the walk that resumes one. A generator that delegates to another one is
// suspended there, and that one may delegate again: the *line* of a generator is those that lead from it to the one
// whose step is to be called. A resumption goes down the line to its end, and back up as steps end or fail.
//
//   I-gen-1  While a generator runs, only the resumption that has made it run changes it. It is held: the first of a
//            line by the resumption, each other by `inner` of the one above.
//   I-gen-2  `above` is set while the generator runs, and not read otherwise.
//   I-gen-3  `result` is the first field that is emptied when a generator is taken apart, and not NULL before: without
//            it no function of the generator is called any more.
#include "std.h"

#include <stdio.h>

typedef struct generator generator;
struct generator {
    ouro_obj head;
    ouro_obj *result;
    ouro_obj *inner; // the iterator it delegates to; NULL if it does not
    const ouro_generator_def *def;
    generator *above; // borrowed; NULL: the first of the line
    uint32_t n_slots;
    uint32_t state;
    ouro_obj *slot[]; // and def->bytes bytes behind them
};

// A resumption under way.
typedef struct resumption {
    ouro_rt *rt;
    generator *at; // the end of the line
    ouro_resume why;
    ouro_obj *value; // owned; NULL if there is none
    bool closing;
} resumption;

static ouro_type generator_type;

static generator *generator_peek(const ouro_obj *o) {
    return (generator *)(uintptr_t)o;
}

static ouro_generator_state generator_state(const generator *g) {
    return g->result ? (ouro_generator_state)g->state : OURO_GENERATOR_DONE;
}

// ---- making ----

// The objects are held before there is a generator: to make one may run code that drops them elsewhere.
ouro_obj *ouro_generator_new(ouro_rt *rt, const ouro_generator_def *def, ouro_obj *const *slots, const void *data) {
    for (size_t i = 0; slots && i < def->slots; i++)
        ouro_xincref(slots[i]);
    generator *g = ouro_new_extra(rt, &generator_type, def->slots, def->bytes);
    for (size_t i = 0; slots && i < def->slots; i++)
        if (g)
            g->slot[i] = slots[i];
        else
            ouro_xdecref(slots[i]);
    if (!g)
        return NULL;
    g->def = def;
    g->state = OURO_GENERATOR_SUSPENDED;
    g->result = ouro_incref(ouro_none(rt));
    if (data)
        memcpy(g->slot + def->slots, data, def->bytes);
    else
        memset(g->slot + def->slots, 0, def->bytes);
    ouro_track(&g->head);
    return &g->head;
}

// ---- one step ----

// What a step has answered makes no sense, or an error goes with an answer. Returns: -1.
COLD static int generator_inconsistent(ouro_rt *rt, const generator *g, int answer) {
    char left[160];
    if (ouro_error_code(rt) == OURO_OK)
        return ouro_error_set(rt, OURO_ERR_STATE, "generator '%s' %s", g->def->name,
                              answer < 0 ? "failed without an error" : "gave no item, or not as one");
    snprintf(left, sizeof left, "%s", ouro_error_message(rt));
    return ouro_error_set(rt, OURO_ERR_STATE, "generator '%s' gave an answer and left an error: %s", g->def->name,
                          left);
}

// Returns: as an ouro_step_fn; what is in *out is not to be dropped after -1.
static int generator_step(resumption *r, ouro_obj **out) {
    generator *g = r->at;
    bool unwinds = r->why >= OURO_RESUME_THROW; // the last two
    ouro_step_fn fn = unwinds ? g->def->unwind : g->def->step;
    *out = NULL;
    if (!fn)
        return r->why == OURO_RESUME_THROW ? -1 : 0;
    ouro_frame frame = {r->why, r->value, g->slot, g->slot + g->n_slots, &g->head};
    int answer = fn(r->rt, &frame, out);
    bool clean = ouro_error_code(r->rt) == OURO_OK;
    if (likely(answer < 0 ? !clean : clean && answer <= OURO_YIELD_FROM && (*out || !answer)))
        return answer < 0 ? -1 : answer;
    generator_inconsistent(r->rt, g, answer);
    if (answer >= 0)
        ouro_xdecref(*out);
    return -1;
}

// The generator at the end of the line is done. Takes: the result is stolen; NULL for none. Runs: arbitrary code.
static void generator_end_steal(generator *g, ouro_obj *result) {
    g->state = OURO_GENERATOR_DONE;
    if (result && g->result)
        ouro_setref_steal(&g->head, &g->result, result);
    else
        ouro_xdecref(result);
    ouro_clearref(&g->head, &g->inner);
    for (uint32_t i = 0; i < g->n_slots; i++)
        ouro_clearref(&g->head, &g->slot[i]);
}

// ---- the line ----

// The next to be called gets this. Takes: the value is stolen; NULL for none.
static void resumption_turn(resumption *r, ouro_resume why, ouro_obj *value) {
    r->why = why;
    ouro_setslot_steal(&r->value, value);
}

// Asks an iterator that is no generator, or one that cannot be resumed, for the generator that delegates to it.
static int resumption_ask(resumption *r, ouro_obj *inner, ouro_obj **out) {
    *out = NULL;
    if (r->why >= OURO_RESUME_THROW && !ouro_is_generator(inner))
        return 0;
    if (r->why == OURO_RESUME_SEND && !ouro_is_none(r->value) && !ouro_is_generator(inner))
        return ouro_error_set(r->rt, OURO_ERR_TYPE, "'%s' object takes no values", ouroi_type_name(inner));
    return ouro_next(r->rt, inner, out);
}

// The iterator that the end of the line delegates to has the turn. Returns: 1 if it has given an item; else 0, and
// `at` has the turn now.
static int resumption_inner(resumption *r, ouro_obj **out) {
    generator *g = r->at;
    ouro_obj *inner = g->inner;
    if (ouro_is_generator(inner) && generator_state(generator_peek(inner)) == OURO_GENERATOR_SUSPENDED) {
        r->at = generator_peek(inner);
        r->at->above = g;
        r->at->state = OURO_GENERATOR_RUNNING;
        return 0;
    }
    int more = resumption_ask(r, inner, out);
    if (more == 1)
        return 1;
    ouro_clearref(&g->head, &g->inner);
    if (more < 0)
        resumption_turn(r, OURO_RESUME_THROW, NULL);
    else if (r->why < OURO_RESUME_THROW)
        resumption_turn(r, OURO_RESUME_BACK, ouro_incref(ouro_none(r->rt)));
    return 0;
}

// The end of the line wants all that an iterable gives. Takes: stolen.
static void resumption_delegate_steal(resumption *r, ouro_obj *iterable) {
    ouro_obj *inner = ouro_iter(r->rt, iterable);
    ouro_decref(iterable);
    if (inner)
        ouro_setref_steal(&r->at->head, &r->at->inner, inner);
    resumption_turn(r, inner ? OURO_RESUME_NEXT : OURO_RESUME_THROW, NULL);
}

// The end of the line has ended (0) or failed (-1): the one above has the turn. Takes: the result is stolen.
// Returns: true if there is one.
static bool resumption_up_steal(resumption *r, int answer, ouro_obj *result) {
    generator *g = r->at, *above = g->above;
    ouro_obj *value = answer < 0 || r->closing ? NULL : ouro_incref(result ? result : ouro_none(r->rt));
    generator_end_steal(g, result);
    resumption_turn(r, answer < 0 ? OURO_RESUME_THROW : r->closing ? OURO_RESUME_CLOSE : OURO_RESUME_BACK, value);
    if (!above)
        return false;
    r->at = above;
    ouro_clearref(&above->head, &above->inner);
    return true;
}

// An item is to be handed out: all of the line are suspended again.
static int resumption_pause(const resumption *r) {
    for (generator *g = r->at; g; g = g->above)
        g->state = OURO_GENERATOR_SUSPENDED;
    return 1;
}

// Returns: 1 and an item, 0, or -1.
static int resumption_run(resumption *r, ouro_obj **out) {
    for (;;) {
        if (unlikely(r->at->inner)) {
            if (resumption_inner(r, out))
                return resumption_pause(r);
            continue;
        }
        int answer = generator_step(r, out);
        if (unlikely(answer > 0 && r->closing)) {
            ouro_setslot_steal(out, NULL);
            answer =
                ouro_error_set(r->rt, OURO_ERR_STATE, "generator '%s' went on when it was closed", r->at->def->name);
        }
        if (likely(answer == 1))
            return resumption_pause(r);
        ouro_obj *given = answer < 0 ? NULL : ouro_takeslot(out);
        *out = NULL;
        if (answer == OURO_YIELD_FROM)
            resumption_delegate_steal(r, given);
        else if (!resumption_up_steal(r, answer, given))
            return answer;
    }
}

// ---- resuming ----

// The depth of calls is the caller's business. Takes: the value is kept.
static int generator_go(ouro_rt *rt, generator *g, ouro_resume why, ouro_obj *value, ouro_obj **out) {
    resumption r = {rt, g, why, ouro_xincref(value), why == OURO_RESUME_CLOSE};
    ouro_incref(&g->head);
    g->above = NULL;
    g->state = OURO_GENERATOR_RUNNING;
    int more = resumption_run(&r, out);
    ouro_xdecref(r.value);
    ouro_decref(&g->head);
    return more;
}

static int generator_resume(ouro_rt *rt, ouro_obj *o, ouro_resume why, ouro_obj *value, ouro_obj **out) {
    generator *g = generator_peek(o);
    ouro_generator_state state = generator_state(g);
    *out = NULL;
    if (unlikely(state == OURO_GENERATOR_RUNNING))
        return ouro_error_set(rt, OURO_ERR_STATE, "generator '%s' is running already", g->def->name);
    if (unlikely(state == OURO_GENERATOR_DONE))
        return why == OURO_RESUME_THROW ? -1 : 0;
    if (!ouroi_enter(rt))
        return -1;
    int more = generator_go(rt, g, why, value, out);
    ouroi_leave(rt);
    return more;
}

static int generator_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    return generator_resume(rt, o, OURO_RESUME_NEXT, NULL, out);
}

static bool generator_expect(ouro_rt *rt, const ouro_obj *o, const char *where) {
    return likely(ouro_is_generator(o)) || ouroi_expect(rt, where, &generator_type, o);
}

int ouro_generator_send(ouro_rt *rt, ouro_obj *o, ouro_obj *value, ouro_obj **out) {
    *out = NULL;
    if (!generator_expect(rt, o, "ouro_generator_send"))
        return -1;
    return generator_resume(rt, o, OURO_RESUME_SEND, value, out);
}

int ouro_generator_throw(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    *out = NULL;
    if (!generator_expect(rt, o, "ouro_generator_throw"))
        return -1;
    if (ouro_error_code(rt) == OURO_OK)
        return ouro_error_set(rt, OURO_ERR_STATE, "ouro_generator_throw: no error is pending");
    return generator_resume(rt, o, OURO_RESUME_THROW, NULL, out);
}

int ouro_generator_close(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *out;
    if (!generator_expect(rt, o, "ouro_generator_close"))
        return -1;
    return generator_resume(rt, o, OURO_RESUME_CLOSE, NULL, &out);
}

ouro_generator_state ouro_generator_state_of(const ouro_obj *o) {
    return generator_state(generator_peek(o));
}

ouro_obj *ouro_generator_result_peek(const ouro_obj *o) {
    ouro_obj *result = generator_peek(o)->result;
    return result ? result : ouro_none(ouro_rt_of(o));
}

// ---- the end ----

static int generator_finalizes(ouro_rt *rt, const ouro_obj *o) {
    const generator *g = generator_peek(o);
    (void)rt;
    return generator_state(g) == OURO_GENERATOR_SUSPENDED && (g->def->unwind || g->inner);
}

// However deep the calls are nested: it has to be closed now.
static void generator_finalize(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *out;
    state_of(rt)->depth++;
    generator_go(rt, generator_peek(o), OURO_RESUME_CLOSE, NULL, &out);
    state_of(rt)->depth--;
}

// ---- the type ----

static int generator_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    return ouro_builder_format(out, "<generator %s at %p>", generator_peek(o)->def->name, (void *)o);
}

static const ouro_ops generator_ops = {
    .struct_size = sizeof(ouro_ops),
    .next = generator_next,
    .repr = generator_repr,
};

static const ouro_field generator_fields[] = {OURO_FIELD(generator, result), OURO_FIELD(generator, inner)};
static ouro_type generator_type = {
    .struct_size = sizeof(ouro_type),
    .name = "generator",
    .size = sizeof(generator),
    .fields = generator_fields,
    .n_fields = 2,
    .tail = {.place = OURO_TAIL_INLINE,
             .items = offsetof(generator, slot),
             .count = offsetof(generator, n_slots),
             .count_bytes = 4,
             .stride = sizeof(ouro_obj *)},
    .finalize = generator_finalize,
    .finalizes = generator_finalizes,
    .ops = &generator_ops,
};
const ouro_type *const ouro_generator_type = &generator_type;

int ouroi_generator_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &generator_type, OUROI_KIND_GENERATOR);
}
