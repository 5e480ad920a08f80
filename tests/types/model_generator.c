// SPDX-License-Identifier: MIT
// model_generator.c: random generators that delegate to each other, in circles, too, and are resumed, thrown into,
// closed and dropped at random; beside them a model that does the same by calling itself. What is given, who is resumed
// with what, in which order, and the state that each is in afterwards are the same. See plain.h for the environment.
//
// A player does what its text says, as the actors of actors.h; D delegates to the player `d`, E to `e`.
#include "plain.h"

#define PLAYERS 8
#define TEXT_MAX 12
#define NOTHING (-1) // no player; none

typedef struct player {
    char text[TEXT_MAX + 1];
    const char *does;
    int d, e;
    ouro_generator_state state;
    int inner, result;
} player;

typedef struct play {
    ouro_rt *rt;
    ouro_obj *generators[PLAYERS];
    player players[PLAYERS];
    int pending; // an error's code
    char expected[2048], happened[2048];
    uint64_t state;
} play;

// The bytes of a generator.
typedef struct real {
    play *m;
    int i;
    char text[TEXT_MAX + 1];
    uint32_t at;
} real;

static const char *const why_words[] = {"next", "send", "back", "throw", "close"};

static size_t play_below(play *m, size_t n) {
    return (size_t)(model_next(&m->state) % n);
}

static void play_note(char *trace, size_t size, ouro_resume why, int i) {
    size_t n = strlen(trace);
    snprintf(trace + n, size - n, " %s%d", why_words[why], i);
}

// ---- generators ----

static int real_fail(ouro_rt *rt) {
    return ouro_error_set(rt, OURO_ERR_USER, "a player");
}

static int real_delegate(const real *r, int to, ouro_obj **out) {
    if (!r->m->generators[to])
        return 0; // the play is over
    *out = ouro_incref(r->m->generators[to]);
    return OURO_YIELD_FROM;
}

static int real_act(ouro_rt *rt, ouro_frame *f, real *r, ouro_obj **out) {
    while (r->text[r->at] == 'c')
        r->at++;
    char c = r->text[r->at];
    r->at += c != 0;
    if (c == '!')
        return real_fail(rt);
    if (c == 'D' || c == 'E')
        return real_delegate(r, c == 'D' ? r->m->players[r->i].d : r->m->players[r->i].e, out);
    if (c == 'v')
        *out = ouro_incref(f->value ? f->value : ouro_none(rt));
    else if (c >= '0' && c <= '9')
        *out = ouro_int_new(rt, c - '0');
    else if (c == '=')
        *out = ouro_int_new(rt, r->text[r->at] - '0');
    return c == 'v' || (c >= '0' && c <= '9');
}

static int real_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    real *r = f->data;
    char c = r->text[r->at];
    play_note(r->m->happened, sizeof r->m->happened, f->why, r->i);
    if (f->why == OURO_RESUME_THROW && c != 'c')
        return -1;
    if (f->why == OURO_RESUME_CLOSE && c != 'c')
        return c == '!' ? real_fail(rt) : 0;
    if (f->why == OURO_RESUME_THROW)
        ouro_error_clear(rt);
    return real_act(rt, f, r, out);
}

static const ouro_generator_def real_def = {"real", real_step, real_step, 0, sizeof(real)};

// ---- the model. Returns: 1 and what is given, 0 and the result, -1 ----

static int play_fail(play *m, int code) {
    m->pending = code;
    return -1;
}

// Returns also 2, and whom it delegates to.
static int play_act(play *m, player *p, int value, int *out) {
    while (*p->does == 'c')
        p->does++;
    char c = *p->does;
    p->does += c != 0;
    *out = c == 'v' ? value : c == 'D' ? p->d : c == 'E' ? p->e : c == '=' ? *p->does - '0' : NOTHING;
    if (c >= '0' && c <= '9')
        *out = c - '0';
    if (c == '!')
        return play_fail(m, OURO_ERR_USER);
    return c == 'D' || c == 'E' ? 2 : c == 'v' || (c >= '0' && c <= '9');
}

static int play_step(play *m, int i, ouro_resume why, int value, int *out) {
    player *p = &m->players[i];
    play_note(m->expected, sizeof m->expected, why, i);
    *out = NOTHING;
    if (why == OURO_RESUME_THROW && *p->does != 'c')
        return -1;
    if (why == OURO_RESUME_CLOSE && *p->does != 'c')
        return *p->does == '!' ? play_fail(m, OURO_ERR_USER) : 0;
    if (why == OURO_RESUME_THROW)
        m->pending = OURO_OK;
    return play_act(m, p, value, out);
}

static int play_resume(play *m, int i, ouro_resume why, int value, int closing, int *out);

// What a player delegates to has the turn. Returns: 1; or 0, and what the player is resumed with.
static int play_inner(play *m, player *p, ouro_resume *why, int *value, int closing, int *out) {
    int inner = p->inner, was_done = m->players[inner].state == OURO_GENERATOR_DONE;
    int more = play_resume(m, inner, *why, *value, closing, out);
    if (more == 1)
        return 1;
    p->inner = NOTHING;
    *value = was_done || more < 0 ? NOTHING : m->players[inner].result;
    *why = more < 0 ? OURO_RESUME_THROW : closing ? OURO_RESUME_CLOSE : OURO_RESUME_BACK;
    return 0;
}

static int play_run(play *m, int i, ouro_resume why, int value, int closing, int *out) {
    player *p = &m->players[i];
    for (;;) {
        if (p->inner != NOTHING && play_inner(m, p, &why, &value, closing, out))
            return 1;
        int answer = play_step(m, i, why, value, out);
        if (answer > 0 && closing)
            answer = play_fail(m, OURO_ERR_STATE);
        if (answer < 2)
            return answer;
        p->inner = *out;
        why = OURO_RESUME_NEXT;
        value = NOTHING;
    }
}

static int play_resume(play *m, int i, ouro_resume why, int value, int closing, int *out) {
    player *p = &m->players[i];
    *out = NOTHING;
    if (p->state == OURO_GENERATOR_RUNNING)
        return play_fail(m, OURO_ERR_STATE);
    if (p->state == OURO_GENERATOR_DONE)
        return why == OURO_RESUME_THROW ? -1 : 0;
    p->state = OURO_GENERATOR_RUNNING;
    int more = play_run(m, i, why, value, closing, out);
    p->state = more == 1 ? OURO_GENERATOR_SUSPENDED : OURO_GENERATOR_DONE;
    if (more != 1)
        p->inner = NOTHING;
    if (more == 0)
        p->result = *out;
    return more;
}

// ---- the same on both sides ----

static void play_text(play *m, char *text) {
    static const char letters[] = "0123456789vvvvDDDDDEEEEEcccccc!=.";
    size_t n = play_below(m, TEXT_MAX);
    for (size_t k = 0; k < n; k++)
        text[k] =
            k && text[k - 1] == '=' ? (char)('0' + play_below(m, 10)) : letters[play_below(m, sizeof letters - 1)];
    if (n && text[n - 1] == '=')
        text[n - 1] = '.';
    text[n] = 0;
}

// A player to whom nobody delegates is dropped, and a new one is put in its place; without memory it stays.
static void play_new(play *m, int i) {
    real r = {m, i, "", 0};
    player *p = &m->players[i];
    int out;
    for (int k = 0; k < PLAYERS; k++)
        if (m->generators[k] && m->players[k].inner == i)
            return;
    play_text(m, r.text);
    ouro_obj *g = ouro_generator_new(m->rt, &real_def, NULL, &r), *old = m->generators[i];
    if (g) {
        if (old)
            play_resume(m, i, OURO_RESUME_CLOSE, NOTHING, 1, &out);
        m->generators[i] = g;
        ouro_xdecref(old);
        *p = (player){.d = (int)play_below(m, PLAYERS), .e = (int)play_below(m, PLAYERS), .inner = NOTHING};
        p->result = NOTHING;
        strcpy(p->text, r.text);
        p->does = p->text;
    }
    ouro_error_clear(m->rt);
    m->pending = OURO_OK;
}

// 1 if an object is this digit, or none.
static int play_is(const ouro_obj *o, int value) {
    return value == NOTHING ? ouro_is_none(o) : ouro_is_int(o) && ouro_int_word(o) == value;
}

static void play_op(play *m, int i) {
    ouro_obj *g = m->generators[i], *item = NULL;
    int kind = (int)play_below(m, 16), value = (int)play_below(m, 10), out, more, expected;
    if (kind < 7) {
        expected = play_resume(m, i, OURO_RESUME_NEXT, NOTHING, 0, &out);
        more = ouro_next(m->rt, g, &item);
    } else if (kind < 12) {
        expected = play_resume(m, i, OURO_RESUME_SEND, value, 0, &out);
        more = ouro_generator_send(m->rt, g, ouro_int_new(m->rt, value), &item);
    } else if (kind < 15) {
        m->pending = OURO_ERR_USER;
        expected = play_resume(m, i, OURO_RESUME_THROW, NOTHING, 0, &out);
        real_fail(m->rt);
        more = ouro_generator_throw(m->rt, g, &item);
    } else {
        expected = play_resume(m, i, OURO_RESUME_CLOSE, NOTHING, 1, &out);
        more = ouro_generator_close(m->rt, g);
    }
    always(more == expected && (item != NULL) == (more == 1) && (more != 1 || play_is(item, out)));
    always(ouro_error_code(m->rt) == (more < 0 ? m->pending : OURO_OK));
    ouro_xdecref(item);
}

static void play_check(play *m) {
    for (int i = 0; i < PLAYERS; i++) {
        always(ouro_generator_state_of(m->generators[i]) == m->players[i].state);
        always(play_is(ouro_generator_result_peek(m->generators[i]), m->players[i].result));
    }
    if (strcmp(m->expected, m->happened) != 0)
        fprintf(stderr, "expected%s\nhappened%s\n", m->expected, m->happened);
    always(!strcmp(m->expected, m->happened));
    ouro_error_clear(m->rt);
    m->pending = OURO_OK;
    m->expected[0] = m->happened[0] = 0;
}

// All of them are let go of at once; those that delegate in circles wait for the collector.
static void play_over(play *m) {
    for (int i = 0; i < PLAYERS; i++)
        ouro_setslot(&m->generators[i], NULL);
    ouro_gc_collect(m->rt, OURO_GC_FULL);
    ouro_error_clear(m->rt);
    m->happened[0] = 0;
}

static int play_begin(play *m) {
    for (int i = 0; i < PLAYERS; i++)
        play_new(m, i);
    for (int i = 0; i < PLAYERS; i++)
        if (!m->generators[i])
            return 0;
    return 1;
}

CASE(model_generator, as_functions_that_call_each_other) {
    static play m;
    uint64_t seed = model_env("OURO_MODEL_SEED", 4715), steps = model_env("OURO_MODEL_STEPS", kit_size(400000, 400));
    if (test_mode_now() == TEST_PLAIN)
        printf("model: generator, OURO_MODEL_SEED=%llu, %llu steps\n", (unsigned long long)seed,
               (unsigned long long)steps);
    test_expect_warnings(); // of errors that are replaced, and of those that are dropped and do not close
    memset(&m, 0, sizeof m);
    m.rt = rt;
    m.state = seed * 2654435761u + 1;
    for (uint64_t i = 0; i < steps; i++) {
        if (i % 100 == 0) {
            play_over(&m);
            if (!play_begin(&m))
                break;
        }
        int at = (int)play_below(&m, PLAYERS);
        if (play_below(&m, 8))
            play_op(&m, at);
        else
            play_new(&m, at);
        play_check(&m);
    }
    play_over(&m);
}
