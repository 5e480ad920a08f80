// SPDX-License-Identifier: MIT
// random_slices.c: collections in slices, mostly of one visit, with a random program at work between any two; see
// world.h for what is checked.
//
// What a program does, how often, and with how many objects differs from seed to seed: one that never collects young
// objects finds other mistakes than one that always does. A fault is reported with its seed, which does it again:
//     OURO_SLICES_SEED=12345 build/release/tests/model/suite --filter 'model/slices_even'
// OURO_SLICES_SEEDS and OURO_SLICES_STEPS say how many are tried, and how long each; `make check-slices` tries many.
#include "world.h"

#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || OURO_DEBUG
#define STEPS 10000u
#else
#define STEPS 60000u
#endif
#define SEEDS 48u
#define KINDS_OF_ACTS 32u

typedef struct run {
    world world;
    uint64_t random, steps;
    unsigned weight[KINDS_OF_ACTS], weights;
    unsigned slow;   // one act for so many slices
    unsigned odd;    // one thing of so many is no plain one
    unsigned reacts; // one finalizer or callback of so many does something
    unsigned hurry;  // so many slices at once, at most
    bool timed;      // collections start by themselves: then the clock has a say, and a seed may not do the same again
    bool long_ones;  // every second thing is one
    unsigned immortal;
    bool reports;
    ptrdiff_t external;
    uint32_t referred;
} run;

static void act(run *r);

static uint64_t draw(run *r, uint64_t n) {
    uint64_t x = r->random += 0x9E3779B97F4A7C15u; // splitmix64
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (x ^ x >> 31) % n;
}

// ---- operands ----

static uint32_t any_hand(run *r) {
    return (uint32_t)draw(r, HANDS);
}

// A thing in a hand, or a few steps from there; NOBODY if hands are empty.
static uint32_t any_thing(run *r) {
    const world *w = &r->world;
    uint32_t at = any_hand(r), number = NOBODY;
    for (uint32_t i = 0; i < HANDS && number == NOBODY; i++)
        number = w->hand[(at + i) % HANDS];
    for (uint64_t steps = draw(r, 4); steps && number != NOBODY; steps--) {
        uint32_t next = w->all[number].slot[draw(r, SLOTS + 1)];
        number = next == NOBODY ? number : next;
    }
    return number;
}

static uint32_t any_slot(run *r) {
    return (uint32_t)draw(r, SLOTS);
}

// Long things make a collection long. But they fill pages, which are given up and taken again in the middle of one.
static thing_kind any_kind(run *r) {
    if (r->long_ones && draw(r, 2))
        return THING_LONG;
    thing_kind kind = draw(r, r->odd) ? THING_PLAIN : (thing_kind)draw(r, THING_LONG + 1);
    return kind == THING_LONG && draw(r, 8) ? THING_FINAL : kind;
}

// ---- acts ----

static void act_new(run *r) {
    world_new(&r->world, any_kind(r), any_hand(r));
}

static void act_new_later(run *r) {
    world_new_later(&r->world, any_kind(r), any_hand(r));
}

static void act_new_weak(run *r) {
    uint32_t target = any_thing(r), arg = any_thing(r);
    if (target != NOBODY)
        world_new_weak(&r->world, target, arg, any_hand(r));
}

static void act_load(run *r) {
    uint32_t number = any_thing(r);
    if (number != NOBODY)
        world_load(&r->world, number, any_slot(r), any_hand(r));
}

static void act_take(run *r) {
    uint32_t number = any_thing(r);
    if (number != NOBODY)
        world_take(&r->world, number, any_slot(r), any_hand(r));
}

static void act_store(run *r) {
    uint32_t number = any_thing(r);
    if (number != NOBODY)
        world_store(&r->world, number, any_slot(r), any_thing(r));
}

static void act_clear(run *r) {
    uint32_t number = any_thing(r);
    if (number != NOBODY)
        world_store(&r->world, number, any_slot(r), NOBODY);
}

static void act_steal(run *r) {
    uint32_t number = any_thing(r);
    if (number != NOBODY)
        world_steal(&r->world, number, any_slot(r), any_hand(r));
}

static void act_move(run *r) {
    uint32_t from = any_thing(r), to = any_thing(r);
    if (from != NOBODY)
        world_move(&r->world, from, any_slot(r), to, any_slot(r));
}

static void act_drop(run *r) {
    world_drop(&r->world, any_hand(r));
}

static void act_root(run *r) {
    world *w = &r->world;
    uint32_t root = (uint32_t)draw(r, ROOTS), number = w->root[root] ? thing_number(w->root[root]) : NOBODY;
    if (number != NOBODY && draw(r, 2))
        world_hold(w, any_hand(r), number);
    else
        world_root(w, root, draw(r, 3) ? any_thing(r) : NOBODY);
}

static void act_register(run *r) {
    world_register(&r->world, (uint32_t)draw(r, ROOTS));
}

// A root visitor reports what the first two hands have, or not.
static void report_hands(ouro_rt *rt, ouro_visit visit, void *arg, void *user) {
    const world *w = user;
    (void)rt;
    for (uint32_t i = 0; i < 2; i++)
        if (w->hand[i] != NOBODY)
            visit(w->all[w->hand[i]].o, arg);
}

static void act_report(run *r) {
    world *w = &r->world;
    if (r->reports)
        ouro_root_visitor_remove(w->rt, report_hands, w);
    else if (ouro_root_visitor_add(w->rt, "hands", report_hands, w) < 0)
        return ouro_error_clear(w->rt);
    r->reports = !r->reports;
}

static void act_watch(run *r) {
    world_watch(&r->world, (uint32_t)draw(r, r->world.n), any_hand(r));
}

static void act_collect_young(run *r) {
    ouro_gc_collect(r->world.rt, (int)draw(r, 2));
}

static void act_collect(run *r) {
    ouro_gc_collect(r->world.rt, draw(r, 2) ? OURO_GC_FULL : OURO_GC_FULL | OURO_GC_EXACT);
}

// A structure of many things, linked in one direction or both, perhaps a ring; one hand has it.
static void act_build(run *r) {
    world *w = &r->world;
    uint32_t head = any_hand(r), fresh = (head + 1) % HANDS, last = NOBODY;
    bool both = draw(r, 2);
    for (uint64_t n = draw(r, w->n / 2); n; n--) {
        world_new(w, any_kind(r), fresh);
        if (w->hand[head] == NOBODY || w->hand[fresh] == NOBODY)
            return;
        world_store(w, w->hand[fresh], 0, w->hand[head]);
        if (both && w->hand[fresh] != NOBODY && w->hand[head] != NOBODY)
            world_store(w, w->hand[head], 1, w->hand[fresh]);
        last = last == NOBODY ? w->hand[head] : last;
        if (w->hand[fresh] != NOBODY)
            world_hold(w, head, w->hand[fresh]);
    }
    if (last != NOBODY && world_reaches(w, last) && draw(r, 2))
        world_store(w, last, 2, w->hand[head]);
    world_drop(w, fresh);
}

static int look_at(ouro_obj *o, void *arg) {
    run *r = arg;
    uint32_t number = ouro_is(o, ouro_weak_type) ? NOBODY : thing_number(o);
    if (number == NOBODY)
        return 0;
    if (!r->world.all[number].alive || r->world.all[number].o != o)
        world_fail(&r->world, "a thing that is dead is handed over");
    if (!draw(r, 100))
        world_find(&r->world, any_hand(r), number);
    if (!draw(r, 100))
        act(r);
    return !draw(r, 60);
}

static int look_at_referrer(ouro_obj *o, void *arg) {
    run *r = arg;
    const shadow *s = ouro_is(o, ouro_weak_type) ? NULL : &r->world.all[thing_number(o)];
    bool refers = !s;
    for (uint32_t k = 0; s && k <= SLOTS; k++)
        refers |= s->slot[k] == r->referred;
    if (!refers)
        world_fail(&r->world, "a thing is handed over as one that refers to another, and does not");
    return 0;
}

static int look_at_referent(ouro_obj *o, void *arg) {
    run *r = arg;
    if (thing_number(o) == NOBODY)
        world_fail(&r->world, "a thing refers to one that is dead");
    return 0;
}

static void act_look(run *r) {
    ouro_rt *rt = r->world.rt;
    uint32_t number = any_thing(r);
    if (number == NOBODY || draw(r, 2)) {
        ouro_gc_get_objects(rt, (int)draw(r, 4) - 1, look_at, r);
        return;
    }
    ouro_gc_get_referents(rt, r->world.all[number].o, look_at_referent, r);
    r->referred = number;
    ouro_gc_get_referrers(rt, r->world.all[number].o, look_at_referrer, r);
}

static void act_verify(run *r) {
    world_check(&r->world);
}

static void act_freeze(run *r) {
    world_freeze(&r->world);
}

static void act_unfreeze(run *r) {
    world_unfreeze(&r->world);
}

static void act_scope(run *r) {
    world_scope(&r->world, any_thing(r));
}

static void act_immortalize(run *r) {
    uint32_t number = any_thing(r);
    if (number != NOBODY && r->world.births > 1000 && r->immortal++ < 2)
        world_immortalize(&r->world, number);
}

// Allocations fail from now on, or a single one; until this is done again.
static void act_fail(run *r) {
    world *w = &r->world;
    w->failing = !w->failing && !w->ending;
    w->weaker |= w->failing;
    ouro_stress_fail(w->rt, w->failing ? 1 + draw(r, 12) : 0, draw(r, 2) ? OURO_FAIL_ONCE : OURO_FAIL_FROM);
}

// Automatic collections, too, in slices or not, at times that births and memory decide.
static void act_automatic(run *r) {
    ouro_rt *rt = r->world.rt;
    uint64_t kind = draw(r, 6);
    if (!r->timed)
        return;
    r->world.weaker |= kind == 0; // callbacks are put off no more
    if (kind == 0)
        ouro_gc_set_mode(rt, draw(r, 3) ? OURO_GC_SLICED : OURO_GC_ONE_STOP);
    else if (kind == 1)
        ouro_gc_set_threshold(rt, draw(r, 20), 1 + draw(r, 3), 1 + draw(r, 3));
    else if (kind == 2)
        ouro_gc_adapt(rt);
    else if (kind == 3)
        ouro_gc_set_threshold_bytes(rt, draw(r, 2) ? 1 << 20 : 64 << 20);
    else if (kind == 4)
        ouro_gc_set_slice(rt, (unsigned)draw(r, 20));
    else
        ouro_gc_request(rt);
}

// Memory outside that comes and goes, so that there is growth.
static void act_external(run *r) {
    ptrdiff_t most = (ptrdiff_t)256 << 20, bytes = draw(r, 2) ? most / 8 : r->external;
    bool more = bytes == most / 8 && r->external < most;
    if (ouro_external(r->world.rt, more ? bytes : -r->external) < 0)
        ouro_error_clear(r->world.rt);
    r->external = more ? r->external + bytes : 0;
}

static void act_safepoint(run *r) {
    ouro_safepoint(r->world.rt);
}

// By the clock only where a run depends on it anyway.
static void act_step(run *r) {
    if (r->timed && !draw(r, 30))
        ouro_gc_step(r->world.rt, 1 + draw(r, 50));
    for (uint64_t n = r->hurry ? draw(r, r->hurry) : 1; n; n--)
        ouro_gc_step(r->world.rt, 0);
}

static const struct {
    unsigned weight;
    void (*act)(run *r);
} acts[] = {
    {200, act_new},          {30, act_new_later}, {30, act_new_weak},   {150, act_load}, {70, act_take},
    {180, act_store},        {60, act_clear},     {100, act_steal},     {60, act_move},  {150, act_drop},
    {50, act_root},          {10, act_register},  {10, act_report},     {40, act_watch}, {10, act_build},
    {30, act_collect_young}, {3, act_collect},    {2, act_look},        {1, act_verify}, {1, act_freeze},
    {3, act_unfreeze},       {10, act_scope},     {1, act_immortalize}, {4, act_fail},   {4, act_automatic},
    {4, act_external},       {20, act_safepoint}, {20, act_step},
};
#define ACTS (sizeof acts / sizeof *acts)

static void act(run *r) {
    uint64_t at = draw(r, r->weights);
    size_t i = 0;
    while (at >= r->weight[i])
        at -= r->weight[i++];
    acts[i].act(r);
}

// In a finalizer or callback, two deep at most.
static void react(world *w, uint32_t number) {
    run *r = w->user;
    if (w->reacting > 2 || draw(r, r->reacts))
        return;
    if (number != NOBODY && draw(r, 2))
        world_find(w, any_hand(r), number);
    for (uint64_t n = draw(r, 3); n; n--)
        act(r);
}

// ---- runs ----

static uint32_t any_size(run *r) {
    uint64_t kind = draw(r, 32);
    return (uint32_t)(kind == 0 ? 3000 : kind < 4 ? 65 + draw(r, 240) : 4 + draw(r, 61));
}

// Leaves out a fifth of the acts, and does some far more often.
static void choose_weights(run *r) {
    for (size_t i = 0; i < ACTS; i++) {
        uint64_t kind = draw(r, 10);
        r->weight[i] = kind < 2 && i ? 0 : acts[i].weight * (kind == 9 ? 5 : 1);
        r->weights += r->weight[i];
    }
}

static void run_steps(run *r, uint64_t steps) {
    for (; r->steps < steps && !r->world.fault; r->steps++) {
        if (draw(r, r->slow) == 0)
            act(r);
        else
            act_step(r);
        if (r->steps % 4096 == 0)
            world_check(&r->world);
    }
}

static bool run_one(uint64_t seed, uint64_t steps, uint64_t figures[4]) {
    static run r;
    world *w = &r.world;
    r = (run){.random = seed};
    uint32_t n = any_size(&r);
    choose_weights(&r);
    r.slow = 1 + (unsigned)draw(&r, draw(&r, 2) ? 4 : 12);
    r.odd = 1 + (unsigned)draw(&r, 12);
    r.reacts = 1 + (unsigned)draw(&r, 12);
    r.long_ones = n < 200 && !draw(&r, 8);
    r.hurry = n < 1000 && !r.long_ones ? 0 : 200;
    r.timed = !draw(&r, 8);
    cr_assert(world_open(w, n, draw(&r, 8) ? OURO_AT_ALLOCATION : OURO_AT_SAFEPOINT));
    w->user = &r;
    w->react = draw(&r, 4) ? react : NULL;
    if (!draw(&r, 3))
        ouro_stress_shuffle(w->rt, seed);
    run_steps(&r, r.hurry ? steps / 8 : steps);
    ouro_stress_fail(w->rt, 0, OURO_FAIL_NEVER);
    const char *fault = world_close(w);
    if (fault)
        fprintf(stderr, "slices: %s [OURO_SLICES_SEED=%llu, step %llu]\n", fault, (unsigned long long)seed,
                (unsigned long long)r.steps);
    const uint64_t more[] = {r.steps, w->judged, w->deaths, w->found};
    for (int i = 0; i < 4; i++)
        figures[i] += more[i];
    return !fault;
}

static uint64_t environment(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

// Every second seed, so that two processors share them.
static void run_many(uint64_t first) {
    uint64_t only = environment("OURO_SLICES_SEED", 0), steps = environment("OURO_SLICES_STEPS", STEPS);
    uint64_t seeds = only ? first : environment("OURO_SLICES_SEEDS", SEEDS), figures[4] = {0};
    bool good = true;
    for (uint64_t k = first; k <= seeds && good; k += 2)
        good = run_one(only ? only : k, steps, figures);
    printf("slices: %llu steps, %llu collections judged, %llu deaths, %llu things found again\n",
           (unsigned long long)figures[0], (unsigned long long)figures[1], (unsigned long long)figures[2],
           (unsigned long long)figures[3]);
    cr_assert(good);
    cr_assert(only || figures[1] > figures[0] / 10000);
}

Test(model, slices_odd) {
    run_many(1);
}

Test(model, slices_even) {
    run_many(2);
}
