// SPDX-License-Identifier: MIT
// hostile_chaos.c: random graphs whose finalizers and callbacks do random harm. The graphs and the harm follow from a
// seed; what must hold does not: the heap verifies after every collection, nobody sees a wreck, every object is
// finalized exactly once, and when nothing is held any more nothing is left.
#include "graph.h"

enum { SIZE = 24, SANE = 4711 };

static uint64_t state;
static ouro_obj *saved;
static int born, wrecks;

static unsigned dice(unsigned n) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(state >> 33) % n;
}

static void look(const ouro_obj *o) {
    if (o && (!ouro_is(o, &fin_type) || ((const fin *)o)->id != SANE))
        wrecks++;
}

static void harm_hook(ouro_rt *rt, fin *self);

static fin *member_new(ouro_rt *rt) {
    fin *f = fin_new(rt, harm_hook);
    if (!f) {
        ouro_error_clear(rt);
        return NULL;
    }
    f->id = SANE;
    born++;
    return f;
}

// Puts the object into a random place of `saved`, and drops what was there.
static void save_somewhere(ouro_obj *o) {
    row *r = (row *)saved;
    if (r)
        ouro_setref(&r->head, &r->item[dice(SIZE / 2)], o);
}

static void replace_left(ouro_rt *rt, fin *self) {
    fin *fresh = member_new(rt);
    if (!fresh)
        return;
    set(fresh, right, self->left);
    set(self, left, fresh);
    if (dice(2))
        set(fresh, left, self);
    ouro_decref(&fresh->head);
}

static void do_harm(ouro_rt *rt, fin *self) {
    fin *left = (fin *)self->left;
    switch (dice(10)) {
    case 0:
        set(self, left, NULL);
        break;
    case 1:
        set(self, right, NULL);
        break;
    case 2:
        save_somewhere(&self->head);
        break;
    case 3:
        save_somewhere(self->right);
        break;
    case 4:
        replace_left(rt, self);
        break;
    case 5:
        if (left)
            set(left, left, self->right);
        break;
    case 6:
        if (left)
            set(left, right, NULL);
        break;
    case 7:
        ouro_gc_collect(rt, (int)dice(3));
        break;
    case 8:
        ouro_error_set(rt, OURO_ERR_USER, "harm");
        break;
    default:
        save_somewhere(NULL);
    }
}

static void harm_hook(ouro_rt *rt, fin *self) {
    look(&self->head);
    look(self->left);
    look(self->right);
    for (unsigned i = dice(4); i > 0; i--)
        do_harm(rt, self);
}

static void harm_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    ouro_obj *o;
    wrecks += weak_alive(weak);
    if (ouro_weak_get(arg, &o)) {
        look(o);
        do_harm(rt, (fin *)o);
        ouro_decref(o);
    }
}

// Watches two random members: a plain weak reference to one, and one to the other whose callback asks the first.
static int watch_some(ouro_rt *rt, fin **member, row *weaks) {
    ouro_obj *plain = ouro_weak_new(rt, &member[dice(SIZE)]->head, NULL, NULL);
    ouro_obj *loud = plain ? ouro_weak_new(rt, &member[dice(SIZE)]->head, harm_callback, plain) : NULL;
    ouro_xdecref(plain);
    if (!loud)
        return -1;
    ouro_setref_steal(&weaks->head, &weaks->item[dice(VARS)], loud);
    return 0;
}

// Makes a random graph; returns with some of it held by `v`. Returns: -1 on failure.
static int graph_make(ouro_rt *rt, row *v, row *weaks) {
    fin *member[SIZE];
    for (int i = 0; i < SIZE; i++) {
        member[i] = fin_new(rt, harm_hook);
        if (!keep(v, member[i]))
            return -1;
        member[i]->id = SANE;
        born++;
    }
    for (int i = 0; i < SIZE; i++) {
        set(member[i], left, member[dice(SIZE)]);
        if (dice(3))
            set(member[i], right, member[dice(SIZE)]);
    }
    for (int i = 0; i < 4; i++)
        if (watch_some(rt, member, weaks) < 0)
            return -1;
    return 0;
}

static void chaos(ouro_rt *rt, int seeds) {
    born = wrecks = 0;
    must(saved_open(rt, &saved));
    test_expect_warnings();
    row *v = vars_new(rt), *weaks = vars_new(rt);
    need(v);
    need(weaks);
    for (int seed = 1; seed <= seeds; seed++) {
        state = (uint64_t)seed * UINT64_C(0x9E3779B97F4A7C15);
        ouro_stress_shuffle(rt, (uint64_t)seed % 3 ? (uint64_t)seed : 0);
        must(graph_make(rt, v, weaks));
        forget(v);
        for (int i = 0; i < 3; i++) {
            ouro_safepoint(rt);
            ouro_gc_collect(rt, (int)dice(3));
            always(ouro_verify(rt) == 0);
        }
    }
    // Finalizers may make new objects with finalizers; that peters out.
    for (int i = 0; i < 200 && object_count(rt) > 3; i++) {
        forget((row *)saved);
        forget(weaks);
        ouro_gc_collect(rt, OURO_GC_FULL);
    }
    check(object_count(rt) == 3);
    check(fin_calls == born);
    always(wrecks == 0);
}

CASE(hostile_chaos, order_315) {
    chaos(rt, test_mode_now() == TEST_PLAIN ? 2000 : 3);
}

static void order_311(ouro_options *options) {
    options->weak_order = OURO_WEAK_ORDER_311;
}

CASE_WITH(hostile_chaos, order_311, order_311) {
    chaos(rt, test_mode_now() == TEST_PLAIN ? 2000 : 3);
}

static void limited(ouro_options *options) {
    options->memory_limit = (size_t)3 << 20;
}

static void at_safepoint(ouro_options *options) {
    options->when = OURO_AT_SAFEPOINT;
}

// With collections by themselves, nearly all the time.
CASE_WITH(hostile_chaos, automatic, limited) {
    ouro_gc_set_threshold(rt, 7, 3, 3);
    chaos(rt, test_mode_now() == TEST_PLAIN ? 2000 : 3);
}

CASE_WITH(hostile_chaos, at_safepoints, at_safepoint) {
    ouro_gc_set_threshold(rt, 7, 3, 3);
    chaos(rt, test_mode_now() == TEST_PLAIN ? 2000 : 3);
}
