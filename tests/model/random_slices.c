// SPDX-License-Identifier: MIT
// random_slices.c: collections in slices, one visit at a time, with the program at work between any two, against plain
// reachability.
//
// Few objects, so that everything meets everything. Every object says when it dies, whoever ends it. Two promises are
// checked: what dies could not be reached then; and what could not be reached when a collection began is dead when it
// ends, unless somebody got hold of it meanwhile: a weak reference, an introspection, a finalizer.
#include "../support/test.h"

#include <ouro.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THINGS 64u
#define SLOTS 3u
#define HANDS 6u
#define CANARY 0x5EED5EEDu

typedef enum thing_kind { THING_PLAIN, THING_FINAL, THING_HIDDEN, THING_KINDS } thing_kind;

typedef struct thing {
    ouro_obj head;
    ouro_obj *slot[SLOTS];
    uint32_t number, canary;
    struct slices *run;
} thing;

// What the test knows of an object.
typedef struct shadow {
    thing *o;
    bool alive, dated, reached;
    uint32_t slot[SLOTS]; // number + 1; 0 for NULL
    ouro_obj *weak;
} shadow;

typedef struct slices {
    ouro_rt *rt;
    uint64_t random, steps;
    shadow all[THINGS];
    uint32_t hand[HANDS]; // what C variables own: number + 1
    ouro_obj *root[2];    // registered or not, by turns
    bool registered[2];
    bool excused, running; // garbage was used; a finalizer runs
    uint64_t deaths, ended, judged, brought_back;
    const char *fault;
} slices;

static uint64_t draw(slices *s, uint64_t n) {
    uint64_t x = s->random += 0x9E3779B97F4A7C15u; // splitmix64
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (x ^ x >> 31) % n;
}

// ---- reachability ----

static void reach(slices *s, uint32_t number, uint32_t *queue, uint32_t *n) {
    shadow *t = &s->all[number - 1];
    if (t->reached)
        return;
    t->reached = true;
    queue[(*n)++] = number;
}

static void reach_all(slices *s) {
    uint32_t queue[THINGS], n = 0;
    for (uint32_t i = 0; i < THINGS; i++)
        s->all[i].reached = false;
    for (uint32_t i = 0; i < HANDS; i++)
        if (s->hand[i])
            reach(s, s->hand[i], queue, &n);
    for (uint32_t i = 0; i < 2; i++)
        if (s->root[i])
            reach(s, ((thing *)s->root[i])->number + 1, queue, &n);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < SLOTS; k++)
            if (s->all[queue[i] - 1].slot[k])
                reach(s, s->all[queue[i] - 1].slot[k], queue, &n);
}

// ---- the objects ----

static void thing_died(ouro_rt *rt, ouro_obj *o) {
    thing *t = (thing *)o;
    slices *s = t->run;
    (void)rt;
    reach_all(s);
    if (t->canary != CANARY || s->all[t->number].o != t || !s->all[t->number].alive)
        s->fault = "an object died twice";
    else if (s->all[t->number].reached)
        s->fault = "an object died that could be reached";
    s->all[t->number].alive = false;
    memset(s->all[t->number].slot, 0, sizeof s->all[t->number].slot);
    t->canary = 0;
    s->deaths++;
}

static void take_in_hand(slices *s, thing *t) {
    uint32_t at = (uint32_t)draw(s, HANDS), old = s->hand[at];
    s->excused |= s->all[t->number].dated;
    s->hand[at] = t->number + 1;
    if (old)
        ouro_decref(&s->all[old - 1].o->head);
}

// Every third comes back.
static void thing_finalize(ouro_rt *rt, ouro_obj *o) {
    slices *s = ((thing *)o)->run;
    (void)rt;
    if (draw(s, 3))
        return;
    s->brought_back++;
    ouro_incref(o);
    take_in_hand(s, (thing *)o);
}

static int thing_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    thing *t = (thing *)o;
    (void)start;
    (void)limit;
    for (uint32_t k = 0; k < SLOTS; k++) {
        int r = t->slot[k] ? visit(t->slot[k], arg) : 0;
        if (r)
            return r;
    }
    return 0;
}

static void thing_clear(ouro_rt *rt, ouro_obj *o) {
    thing *t = (thing *)o;
    (void)rt;
    for (uint32_t k = 0; k < SLOTS; k++)
        ouro_clearref(o, &t->slot[k]);
}

static const ouro_field thing_fields[] = {OURO_FIELD(thing, slot[0]), OURO_FIELD(thing, slot[1]),
                                          OURO_FIELD(thing, slot[2])};
#define THING(n) .struct_size = sizeof(ouro_type), .name = n, .size = sizeof(thing), .dealloc = thing_died
static ouro_type thing_types[THING_KINDS] = {
    [THING_PLAIN] = {THING("plain thing"), .fields = thing_fields, .n_fields = SLOTS},
    [THING_FINAL] = {THING("final thing"), .fields = thing_fields, .n_fields = SLOTS, .finalize = thing_finalize},
    [THING_HIDDEN] = {THING("hidden thing"), .traverse = thing_traverse, .clear = thing_clear},
};

// ---- what the program does ----

static uint32_t any_hand(slices *s) {
    uint32_t at = (uint32_t)draw(s, HANDS);
    for (uint32_t i = 0; i < HANDS; i++)
        if (s->hand[(at + i) % HANDS])
            return (at + i) % HANDS;
    return HANDS;
}

static void do_new(slices *s) {
    for (uint32_t i = 0; i < THINGS; i++) {
        shadow *t = &s->all[i];
        if (t->alive || t->weak)
            continue;
        thing_kind kind = draw(s, 8) ? THING_PLAIN : (thing_kind)draw(s, THING_KINDS);
        thing *o = ouro_new(s->rt, &thing_types[kind]);
        if (!o)
            return ouro_error_clear(s->rt);
        o->number = i;
        o->canary = CANARY;
        o->run = s;
        *t = (shadow){.o = o, .alive = true};
        take_in_hand(s, o);
        return;
    }
}

static void do_drop(slices *s) {
    uint32_t at = any_hand(s);
    if (at == HANDS)
        return;
    thing *t = s->all[s->hand[at] - 1].o;
    s->hand[at] = 0;
    ouro_decref(&t->head);
}

// Takes what a slot refers to in hand; `move` empties the slot.
static void do_load(slices *s, bool move) {
    uint32_t at = any_hand(s), k = (uint32_t)draw(s, SLOTS);
    shadow *t = at == HANDS ? NULL : &s->all[s->hand[at] - 1];
    if (!t || !t->slot[k])
        return;
    thing *got = s->all[t->slot[k] - 1].o;
    if (move) {
        t->slot[k] = 0;
        ouro_takeref(&t->o->head, &t->o->slot[k]);
    } else {
        ouro_incref(&got->head);
    }
    take_in_hand(s, got);
}

// Stores what is in one hand into a slot of what is in another; `move` empties the hand.
static void do_store(slices *s, bool move) {
    uint32_t to = any_hand(s), from = any_hand(s), k = (uint32_t)draw(s, SLOTS);
    if (to == HANDS || (move && to == from))
        return;
    thing *owner = s->all[s->hand[to] - 1].o, *v = s->all[s->hand[from] - 1].o;
    s->all[owner->number].slot[k] = v->number + 1;
    if (move) {
        s->hand[from] = 0;
        ouro_setref_steal(&owner->head, &owner->slot[k], &v->head);
    } else {
        ouro_setref(&owner->head, &owner->slot[k], &v->head);
    }
}

static void do_clear(slices *s) {
    uint32_t at = any_hand(s), k = (uint32_t)draw(s, SLOTS);
    if (at == HANDS)
        return;
    thing *owner = s->all[s->hand[at] - 1].o;
    s->all[owner->number].slot[k] = 0;
    ouro_clearref(&owner->head, &owner->slot[k]);
}

static void do_root(slices *s) {
    uint32_t at = any_hand(s), i = (uint32_t)draw(s, 2);
    if (at == HANDS || draw(s, 3) == 0)
        ouro_setslot(&s->root[i], NULL);
    else if (draw(s, 3) && s->root[i]) {
        ouro_incref(s->root[i]);
        take_in_hand(s, (thing *)s->root[i]);
    } else
        ouro_setslot(&s->root[i], &s->all[s->hand[at] - 1].o->head);
}

static void do_register(slices *s) {
    uint32_t i = (uint32_t)draw(s, 2);
    if (s->registered[i])
        ouro_root_remove(s->rt, &s->root[i]);
    else if (ouro_root_add(s->rt, "root", &s->root[i]) < 0)
        return ouro_error_clear(s->rt);
    s->registered[i] = !s->registered[i];
}

static void do_weak(slices *s) {
    shadow *t = &s->all[draw(s, THINGS)];
    ouro_obj *out = NULL;
    if (!t->weak && t->alive) {
        reach_all(s);
        if (t->reached && !(t->weak = ouro_weak_new(s->rt, &t->o->head, NULL, NULL)))
            ouro_error_clear(s->rt);
    } else if (t->weak && ouro_weak_get(t->weak, &out)) {
        if (!t->alive || out != &t->o->head)
            s->fault = "a weak reference finds another object than its own";
        take_in_hand(s, t->o);
    } else if (t->weak && !t->alive) {
        ouro_decref(t->weak);
        t->weak = NULL;
    }
}

static int keep_some(ouro_obj *o, void *arg) {
    slices *s = arg;
    if (ouro_is(o, ouro_weak_type) || draw(s, 100))
        return 0;
    if (!s->all[((thing *)o)->number].alive)
        s->fault = "an object that is dead is handed over";
    ouro_incref(o);
    take_in_hand(s, (thing *)o);
    return 1;
}

static void do_collect(slices *s) {
    uint64_t kind = draw(s, 400);
    if (kind < 380)
        ouro_gc_collect(s->rt, (int)draw(s, 2));
    else if (kind < 390)
        ouro_gc_get_objects(s->rt, -1, keep_some, s);
    else if (kind < 393)
        ouro_gc_collect(s->rt, OURO_GC_FULL);
    else if (kind < 396)
        ouro_gc_freeze(s->rt);
    else
        ouro_gc_unfreeze(s->rt);
}

static void do_something(slices *s) {
    uint64_t what = draw(s, 100);
    if (what < 22)
        do_new(s);
    else if (what < 38)
        do_load(s, draw(s, 3) == 0);
    else if (what < 66)
        do_store(s, draw(s, 3) == 0);
    else if (what < 82)
        do_drop(s);
    else if (what < 87)
        do_clear(s);
    else if (what < 92)
        do_root(s);
    else if (what < 93)
        do_register(s);
    else if (what < 97)
        do_weak(s);
    else
        do_collect(s);
}

// ---- slices ----

static bool under_way(const slices *s, uint64_t *skipped) {
    ouro_gc_progress progress;
    ouro_gc_stats stats[3];
    ouro_gc_get_progress(s->rt, &progress);
    ouro_gc_get_stats(s->rt, stats);
    *skipped = stats[0].skipped + stats[1].skipped + stats[2].skipped;
    return progress.under_way;
}

// Frozen objects are no garbage to the collector: then nothing is dated.
static void date(slices *s) {
    reach_all(s);
    s->excused = ouro_gc_get_freeze_count(s->rt) > 0;
    for (uint32_t i = 0; i < THINGS; i++)
        s->all[i].dated = s->all[i].alive && !s->all[i].reached;
}

static void check_dated(slices *s) {
    s->ended++;
    s->judged += !s->excused;
    for (uint32_t i = 0; i < THINGS && !s->excused; i++)
        if (s->all[i].dated && s->all[i].alive)
            s->fault = "garbage was there when a collection in slices began, and when it ended";
}

static void do_slice(slices *s) {
    static uint64_t skipped_before;
    uint64_t skipped, back = s->brought_back;
    if (!under_way(s, &skipped)) {
        date(s);
        skipped_before = skipped;
    }
    bool ended = ouro_gc_step(s->rt, draw(s, 30) ? 0 : 1 + draw(s, 50));
    s->excused |= s->brought_back != back;
    under_way(s, &skipped);
    if (ended && skipped == skipped_before)
        check_dated(s);
}

static void check_alive(slices *s) {
    reach_all(s);
    for (uint32_t i = 0; i < THINGS; i++)
        if (s->all[i].reached && (!s->all[i].alive || s->all[i].o->canary != CANARY))
            s->fault = "an object that can be reached is dead";
    if (!s->fault && ouro_verify(s->rt) < 0)
        s->fault = ouro_error_message(s->rt);
}

static void drop_everything(slices *s) {
    for (uint32_t i = 0; i < HANDS; i++)
        if (s->hand[i]) {
            thing *t = s->all[s->hand[i] - 1].o;
            s->hand[i] = 0;
            ouro_decref(&t->head);
        }
    for (uint32_t i = 0; i < 2; i++)
        ouro_setslot(&s->root[i], NULL);
    for (uint32_t i = 0; i < THINGS; i++)
        ouro_setslot(&s->all[i].weak, NULL);
}

static uint64_t environment(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void run(uint64_t seed, uint64_t steps) {
    slices s = {.random = seed};
    s.rt = ouro_rt_create(NULL);
    cr_assert(s.rt != NULL);
    for (int k = 0; k < THING_KINDS; k++)
        cr_assert(ouro_type_register(s.rt, &thing_types[k]) == 0);
    uint64_t slow = 2 + draw(&s, 9);
    for (; s.steps < steps && !s.fault; s.steps++) {
        if (draw(&s, slow) == 0)
            do_something(&s);
        else
            do_slice(&s);
        if (s.steps % 4096 == 0)
            check_alive(&s);
    }
    printf("slices: %llu ended, %llu judged, %llu deaths, %llu back\n", (unsigned long long)s.ended,
           (unsigned long long)s.judged, (unsigned long long)s.deaths, (unsigned long long)s.brought_back);
    if (s.fault)
        printf("slices: %s [OURO_SLICES_SEED=%llu, step %llu]\n", s.fault, (unsigned long long)seed,
               (unsigned long long)s.steps);
    cr_assert(!s.fault);
    cr_assert(s.judged > steps / 10000 && s.deaths > steps / 100);
    drop_everything(&s);
    cr_assert(ouro_rt_destroy(s.rt) == 0);
}

Test(model, slices) {
    uint64_t seed = environment("OURO_SLICES_SEED", 0), steps = environment("OURO_SLICES_STEPS", 300000);
    for (uint64_t k = 1; k <= (seed ? 1 : 8); k++)
        run(seed ? seed : 20260000 + k, steps);
}
