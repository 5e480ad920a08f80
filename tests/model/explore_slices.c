// SPDX-License-Identifier: MIT
// explore_slices.c: collections in slices, tried out: all that a program of a few steps can do to a few objects, each
// step before any slice of one visit. See world.h for what is checked.
//
//   start     which objects two variables and the objects' slots refer to; everything is old. Object 0 is watched by a
//             weak reference, and may be of another type
//   step      something that a program does, with its variables for operands. Variable 0 is reported as a root, or not
//   schedule  steps, each with the number of slices before it. Each is tried from the start, with nothing left from
//             others
//
// A step that has no effect where it stands ends the search there: without it the schedule is another one.
#include "../support/kit.h"
#include "world.h"

#include <stdlib.h>

#define PLACES 2u // slots that are used
#define OBJECTS_MAX 5u
#define STEPS_MAX 3u

// A digit for each variable and each slot of each object: the number of an object from 1 on, or 0.
typedef struct start {
    unsigned objects;
    uint8_t variable[2], slot[OBJECTS_MAX][PLACES];
    thing_kind kind; // of object 0
} start;

typedef enum step_kind {
    STEP_LOAD,
    STEP_TAKE,
    STEP_STORE,
    STEP_STEAL,
    STEP_MOVE,
    STEP_CLEAR,
    STEP_DROP,
    STEP_NEW,
    STEP_COPY,
    STEP_WATCH,
    STEP_YOUNG,
    STEP_REPORT,
    STEP_KINDS
} step_kind;

// Operands: of variables a and b; the slot i of a. STEP_MOVE goes to the other slot of b.
typedef struct step {
    step_kind kind;
    uint8_t a, i, b;
    uint32_t before; // slices
} step;

typedef struct search {
    start start;
    step steps[STEPS_MAX];
    unsigned n, most;
    uint64_t starts, tried, slices;
    world world;
    bool reports;
} search;

// ---- steps ----

// Sets up the next step of all there are, beginning with a zero one. False behind the last.
static bool step_next(step *s) {
    static const uint8_t uses[STEP_KINDS][3] = {
        [STEP_LOAD] = {2, PLACES, 2},  [STEP_TAKE] = {2, PLACES, 2},  [STEP_STORE] = {2, PLACES, 2},
        [STEP_STEAL] = {2, PLACES, 2}, [STEP_CLEAR] = {2, PLACES, 1}, [STEP_DROP] = {2, 1, 1},
        [STEP_NEW] = {2, 1, 1},        [STEP_COPY] = {2, 1, 1},       [STEP_YOUNG] = {1, 1, 1},
        [STEP_MOVE] = {2, PLACES, 2},  [STEP_REPORT] = {1, 1, 1},     [STEP_WATCH] = {2, 1, 1},
    };
    const uint8_t *use = uses[s->kind];
    if (++s->b < use[2])
        return true;
    s->b = 0;
    if (++s->i < use[1])
        return true;
    s->i = 0;
    if (++s->a < use[0])
        return true;
    s->a = 0;
    return ++s->kind < STEP_KINDS;
}

static uint32_t slot_of(const world *w, uint32_t number, uint32_t k) {
    return number == NOBODY ? NOBODY : w->all[number].slot[k];
}

// Steps on slots of what a variable refers to. False if that does nothing.
static bool step_on_slot(world *w, const step *s) {
    uint32_t a = w->hand[s->a], b = w->hand[s->b], has = slot_of(w, a, s->i);
    if (a == NOBODY)
        return false;
    switch (s->kind) {
    case STEP_LOAD:
        world_load(w, a, s->i, s->b);
        return has != NOBODY && has != b;
    case STEP_TAKE:
        world_take(w, a, s->i, s->b);
        return has != NOBODY;
    case STEP_STORE:
        world_store(w, a, s->i, b);
        return b != NOBODY && has != b;
    case STEP_STEAL:
        world_steal(w, a, s->i, s->b);
        return b != NOBODY && s->a != s->b;
    case STEP_CLEAR:
        world_store(w, a, s->i, NOBODY);
        return has != NOBODY;
    default:
        if (b != NOBODY)
            world_move(w, a, s->i, b, !s->i);
        return b != NOBODY && has != NOBODY;
    }
}

static bool step_do(search *f, const step *s) {
    world *w = &f->world;
    uint32_t had = w->hand[s->a];
    switch (s->kind) {
    case STEP_DROP:
        world_drop(w, s->a);
        return had != NOBODY;
    case STEP_NEW:
        world_new(w, THING_PLAIN, s->a);
        return true;
    case STEP_COPY:
        if (w->hand[!s->a] != NOBODY)
            world_hold(w, s->a, w->hand[!s->a]);
        return had != w->hand[s->a];
    case STEP_WATCH:
        world_watch(w, 0, s->a);
        return had != w->hand[s->a];
    case STEP_YOUNG:
        ouro_gc_collect(w->rt, 1);
        return true;
    case STEP_REPORT:
        f->reports = !f->reports;
        return w->hand[0] != NOBODY;
    default:
        return step_on_slot(w, s);
    }
}

// ---- schedules ----

static void report(ouro_rt *rt, ouro_visit visit, void *arg, void *user) {
    search *f = user;
    (void)rt;
    if (f->reports && f->world.hand[0] != NOBODY)
        visit(f->world.all[f->world.hand[0]].o, arg);
}

// An object that is finalized comes back: into variable 1.
static void come_back(world *w, uint32_t number) {
    if (number != NOBODY && w->all[number].kind == THING_FINAL)
        world_find(w, 1, number);
}

// Makes what a start describes. Hands behind the variables hold the objects meanwhile.
static void begin(search *f) {
    const start *from = &f->start;
    world *w = &f->world;
    w->react = come_back;
    f->reports = true;
    for (uint32_t i = 0; i < from->objects; i++)
        world_new(w, i ? THING_PLAIN : from->kind, 1 + i);
    world_watch(w, 0, 0);
    for (uint32_t i = 0; i < from->objects; i++)
        for (uint32_t k = 0; k < PLACES; k++)
            world_store(w, i, k, from->slot[i][k] - 1u);
    ouro_gc_collect(w->rt, 1);
    if (from->variable[0])
        world_hold(w, 0, from->variable[0] - 1u);
    if (from->variable[1])
        world_hold(w, 1, from->variable[1] - 1u);
    else
        world_drop(w, 1);
    for (uint32_t i = 1; i < from->objects; i++)
        world_drop(w, 1 + i);
}

// What has become garbage since a collection began is found by the next, though that is in one stop and looks only at
// what was touched since; so is, in slices, what the program drops in the end.
static void finish(search *f) {
    world *w = &f->world;
    ouro_gc_collect(w->rt, OURO_GC_FULL);
    world_check(w);
    world_let_go(w);
    while (!ouro_gc_step(w->rt, 1000000)) // the clock goes on while others have the processor
        continue;
    for (uint32_t i = 0; i < w->n; i++)
        if (w->all[i].alive)
            world_fail(w, "a thing lives though nothing is left");
}

// Tries the schedule, to the end of the collection. Returns how many slices that had; 0 if a step has no effect.
static uint32_t try(search *f) {
    world *w = &f->world;
    uint32_t slices = 0;
    bool effect = true;
    begin(f);
    for (unsigned at = 0; effect; slices++) {
        for (; effect && at < f->n && f->steps[at].before == slices; at++)
            effect = step_do(f, &f->steps[at]);
        if (ouro_gc_step(w->rt, 0))
            break;
    }
    finish(f);
    f->tried += effect;
    f->slices += effect ? slices + 1 : 0;
    return w->fault ? NOBODY : effect ? slices + 1 : 0;
}

static void tell(const search *f) {
    fprintf(stderr, "explored: %s\n    %u objects, the first of kind %d, variables %u %u, slots", f->world.fault,
            f->start.objects, (int)f->start.kind, f->start.variable[0], f->start.variable[1]);
    for (unsigned i = 0; i < f->start.objects; i++)
        fprintf(stderr, " %u,%u", f->start.slot[i][0], f->start.slot[i][1]);
    for (unsigned i = 0; i < f->n; i++)
        fprintf(stderr, "; %u slices, step %d of %u.%u, %u", f->steps[i].before, (int)f->steps[i].kind, f->steps[i].a,
                f->steps[i].i, f->steps[i].b);
    fprintf(stderr, "\n");
}

// All schedules of up to `most` steps: a counter whose digits are the steps and where they stand.
static bool explore(search *f) {
    uint32_t slices[STEPS_MAX + 1];
    f->n = 0;
    f->starts++;
    for (slices[0] = try(f);; slices[f->n] = try(f)) {
        if (slices[f->n] == NOBODY) {
            tell(f);
            return false;
        }
        if (slices[f->n] && f->n < f->most) { // one more
            f->steps[f->n] = (step){.before = f->n ? f->steps[f->n - 1].before : 0};
            f->n++;
            continue;
        }
        while (f->n) { // the next for the last, or one less
            step *s = &f->steps[f->n - 1];
            if (step_next(s))
                break;
            if (s->before + 1 < slices[f->n - 1]) {
                *s = (step){.before = s->before + 1};
                break;
            }
            f->n--;
        }
        if (!f->n)
            return true;
    }
}

// ---- starts ----

// Sets up the next start, of as many objects. False behind the last.
static bool start_next(start *s) {
    uint8_t *digit[2 + OBJECTS_MAX * PLACES] = {&s->variable[0], &s->variable[1]};
    unsigned n = 2;
    for (unsigned i = 0; i < s->objects; i++)
        for (unsigned k = 0; k < PLACES; k++)
            digit[n++] = &s->slot[i][k];
    for (unsigned i = 0; i < n; i++) {
        if (++*digit[i] <= s->objects)
            return true;
        *digit[i] = 0;
    }
    return false;
}

// How a start reads if objects have other numbers; which of an object's slots has what makes no difference.
static uint64_t start_read(const start *s, const uint8_t number[]) {
    uint64_t text = number[s->variable[0]] * 8u + number[s->variable[1]];
    for (unsigned at = 1; at <= s->objects; at++)
        for (unsigned i = 0; i < s->objects; i++)
            if (number[i + 1] == at) {
                unsigned a = number[s->slot[i][0]], b = number[s->slot[i][1]];
                text = text * 64 + (a > b ? a * 8 + b : b * 8 + a);
            }
    return text;
}

// Of all starts that differ in that only, one is tried. Object 0 keeps its number.
static bool start_is_new(const start *s) {
    static const uint8_t swapped[] = {0, 1, 3, 2}, as_it_is[] = {0, 1, 2, 3};
    for (unsigned i = 0; i < s->objects; i++)
        if (s->slot[i][0] < s->slot[i][1])
            return false;
    return s->objects != 3 || start_read(s, as_it_is) >= start_read(s, swapped);
}

static search explored;

static void explore_open(unsigned objects, thing_kind kind, unsigned most) {
    search *f = &explored;
    *f = (search){.start = {.objects = objects, .kind = kind}, .most = most};
    cr_assert(world_open(&f->world, objects + STEPS_MAX, OURO_AT_ALLOCATION));
    cr_assert(ouro_root_visitor_add(f->world.rt, "variable", report, f) == 0);
    ouro_gc_disable(f->world.rt);
}

static void explore_close(bool good) {
    const search *f = &explored;
    printf("explored: %u objects, the first of kind %d, %u steps: %llu starts, %llu schedules, %llu slices\n",
           f->start.objects, (int)f->start.kind, f->most, (unsigned long long)f->starts, (unsigned long long)f->tried,
           (unsigned long long)f->slices);
    cr_assert(good && !world_close(&explored.world));
}

// One of so many starts.
static void explore_starts(unsigned objects, thing_kind kind, unsigned most, uint64_t one_of) {
    uint64_t n = 0;
    bool good = true;
    explore_open(objects, kind, most);
    do
        if (start_is_new(&explored.start) && n++ % one_of == 0)
            good = explore(&explored);
    while (good && start_next(&explored.start));
    explore_close(good);
}

// Garbage and what is alive, linked in ways that need more objects.
static void explore_shapes(unsigned most) {
    static const start shapes[] = {
        {4, {0, 0}, {{2, 3}, {1, 0}, {4, 0}, {3, 0}}, THING_PLAIN},         // a ring of garbage that leads to another
        {4, {3, 0}, {{2, 3}, {1, 0}, {4, 0}, {3, 0}}, THING_PLAIN},         // to one that is alive
        {4, {1, 3}, {{2, 0}, {1, 0}, {4, 0}, {3, 0}}, THING_PLAIN},         // two rings, alive
        {5, {1, 0}, {{2, 0}, {3, 1}, {4, 2}, {5, 3}, {4, 0}}, THING_PLAIN}, // linked both ways, alive
        {5, {0, 5}, {{2, 0}, {3, 0}, {1, 4}, {4, 5}, {0, 0}}, THING_FINAL}, // a chain of garbage to what is alive
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i += kit_is_lean() ? 1 : 4) {
        explore_open(shapes[i].objects, shapes[i].kind, most);
        explored.start = shapes[i];
        explore_close(explore(&explored));
    }
}

// ---- tests ----

// Where everything is many times slower, fewer starts are tried.
static uint64_t explore_rest(uint64_t one_of) {
    return kit_is_lean() ? one_of : 20 * one_of;
}

// OURO_EXPLORE=n tries one of n starts with schedules that are longer by a step; 1 takes a quarter of an hour.
static uint64_t explore_part(void) {
    const char *text = getenv("OURO_EXPLORE");
    return text && *text ? strtoull(text, NULL, 0) : 0;
}

Test(model, explore_two) {
    uint64_t part = explore_part();
    explore_starts(2, THING_PLAIN, 1, part ? 1 : explore_rest(5));
    explore_starts(2, THING_FINAL, 1, part ? 1 : explore_rest(15));
    explore_starts(2, THING_HIDDEN, 1, part ? 1 : explore_rest(15));
    if (part)
        explore_starts(2, THING_PLAIN, 2, part);
}

Test(model, explore_three) {
    uint64_t part = explore_part();
    explore_starts(3, THING_PLAIN, 1, part ? part : explore_rest(400));
    if (part)
        explore_starts(3, THING_FINAL, 1, 4 * part);
}

Test(model, explore_shapes) {
    explore_shapes(explore_part() ? 2 : 1);
}
