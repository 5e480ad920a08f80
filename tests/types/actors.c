// SPDX-License-Identifier: MIT
// actors.c: see actors.h.
#include "actors.h"

typedef struct actor {
    const char *does;
    int number;
} actor;

void (*actor_hook)(ouro_rt *rt, ouro_frame *f);

static int actor_fails(ouro_rt *rt, const actor *a) {
    return ouro_error_set(rt, OURO_ERR_USER, "actor %d", a->number);
}

// One character; 4: it was nothing to stop for.
static int actor_act(ouro_rt *rt, ouro_frame *f, actor *a, ouro_obj **out) {
    char c = *a->does++;
    if (c >= '0' && c <= '9')
        return (*out = ouro_int_new(rt, c - '0')) ? 1 : -1;
    if (c == 'v')
        return (*out = ouro_incref(f->value ? f->value : ouro_none(rt))) ? 1 : -1;
    if (c == 'D' || c == 'E') {
        *out = ouro_incref(f->slot[c - 'D']);
        return OURO_YIELD_FROM;
    }
    if (c == '=') {
        *out = ouro_int_new(rt, *a->does - '0');
        return 0;
    }
    if (c == 'h')
        actor_hook(rt, f);
    return c == '!' ? actor_fails(rt, a) : c == 'h' || c == 'c' ? 4 : 0;
}

static int actor_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    static const char *const words[] = {"next", "send", "back", "throw", "close"};
    actor *a = f->data;
    int answer = 4;
    kit_trace_add(words[f->why], a->number);
    if (f->why >= OURO_RESUME_THROW && *a->does != 'c') {
        if (f->why == OURO_RESUME_THROW)
            return -1;
        if (*a->does == 'h')
            actor_hook(rt, f);
        return *a->does == '!' ? actor_fails(rt, a) : 0;
    }
    if (f->why == OURO_RESUME_THROW)
        ouro_error_clear(rt);
    while (answer == 4)
        answer = actor_act(rt, f, a, out);
    return answer;
}

const ouro_generator_def actor_def = {"actor", actor_step, actor_step, 2, sizeof(actor)};
const ouro_generator_def plain_def = {"plain", actor_step, NULL, 2, sizeof(actor)};

ouro_obj *actor_new(ouro_rt *rt, int number, const char *does, ouro_obj *d, ouro_obj *e) {
    ouro_obj *slots[] = {d, e};
    actor a = {does, number};
    return ouro_generator_new(rt, &actor_def, slots, &a);
}

int answers(ouro_rt *rt, ouro_obj *g, ouro_obj *value, int64_t item) {
    ouro_obj *got = g;
    int more = value ? ouro_generator_send(rt, g, value, &got) : ouro_next(rt, g, &got);
    int same = more == 1 && ouro_is_int(got) && ouro_int_word(got) == item;
    if (more == 1)
        ouro_decref(got);
    return same;
}

int acts(ouro_rt *rt, ouro_obj *it, const char *items) {
    for (; *items && *items != '!'; items++)
        if (!answers(rt, it, NULL, *items - '0'))
            return 0;
    ouro_obj *got = it;
    if (*items && (ouro_next(rt, it, &got) != -1 || got || !says(rt, OURO_ERR_USER, "actor")))
        return 0;
    for (int i = 0; i < 3; i++) {
        got = it;
        if (ouro_next(rt, it, &got) != 0 || got)
            return 0;
    }
    return 1;
}
