// SPDX-License-Identifier: MIT
// world.c: what can be reached, what must die, and what dies.
#include "world.h"

void world_fail(world *w, const char *what) {
    if (w->fault)
        return;
    snprintf(w->text, sizeof w->text, "%s", what);
    w->fault = w->text;
}

// ---- reachability ----

static void reach_one(world *w, uint32_t number, uint32_t *n) {
    if (number == NOBODY || w->all[number].reached)
        return;
    w->all[number].reached = true;
    w->queue[(*n)++] = number;
}

// Goes on from the first n in the queue. Returns how many there are in the end.
static uint32_t reach_from(world *w, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k <= SLOTS; k++)
            reach_one(w, w->all[w->queue[i]].slot[k], &n);
    return n;
}

static bool target_is_gone(const world *w, const shadow *s) {
    const shadow *target = &w->all[s->target];
    return target->birth != s->target_birth || !target->alive || !ouro_refcount(target->o);
}

// What keeps a thing alive though the program cannot reach it: that it is frozen, so that no collection looks at it;
// that its death has begun and waits for something, be it for its own finalizer; that its callback runs, or is to run.
static bool holds(const world *w, const shadow *s) {
    bool calls = s->kind == THING_WEAK && w->reacting && target_is_gone(w, s);
    return s->alive && (s->frozen || s->finalizing || calls || !ouro_refcount(s->o));
}

static void reach_all(world *w, bool from_holders) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->n; i++)
        w->all[i].reached = false;
    for (uint32_t i = 0; i < OWNERS; i++)
        reach_one(w, w->hand[i], &n);
    for (uint32_t i = 0; i < ROOTS; i++)
        reach_one(w, w->root[i] ? thing_number(w->root[i]) : NOBODY, &n);
    for (uint32_t i = 0; i < w->scoped && from_holders && w->scope_closes; i++)
        reach_one(w, w->scope_had[i], &n);
    for (uint32_t i = 0; i < w->n; i++)
        if (w->all[i].immortal || (from_holders && holds(w, &w->all[i])))
            reach_one(w, i, &n);
    reach_from(w, n);
    w->fresh = !from_holders;
}

bool world_reaches(world *w, uint32_t number) {
    if (!w->fresh)
        reach_all(w, false);
    return w->all[number].reached;
}

void world_found(world *w, uint32_t number) {
    if (world_reaches(w, number))
        return;
    uint32_t n = 0;
    w->found++;
    reach_one(w, number, &n);
    n = reach_from(w, n);
    for (uint32_t i = 0; i < n; i++) {
        shadow *s = &w->all[w->queue[i]];
        s->out = s->dated = false;
        s->excused = true;
    }
    w->fresh = false;
}

// ---- what things tell ----

static bool watches(const world *w, const shadow *s, uint32_t number) {
    return s->alive && s->kind == THING_WEAK && s->target == number && s->target_birth == w->all[number].birth;
}

// A weak reference that is out of reach now need not call.
static void excuse_watchers(world *w, uint32_t number) {
    for (uint32_t i = 0; i < w->n; i++)
        if (watches(w, &w->all[i], number))
            w->all[i].excused |= !world_reaches(w, i);
    w->all[number].watched = 0;
}

void world_died(world *w, uint32_t number, const ouro_obj *o) {
    shadow *s = &w->all[number];
    if (s->o != o || !s->alive)
        world_fail(w, "a thing died that was dead");
    else if (!w->ending && world_reaches(w, number))
        world_fail(w, "a thing died that could be reached");
    if (s->watched)
        excuse_watchers(w, number);
    s->alive = s->frozen = s->immortal = false;
    for (uint32_t k = 0; k <= SLOTS; k++)
        s->slot[k] = NOBODY;
    w->deaths++;
}

void world_reacts(world *w, uint32_t number) {
    if (!w->react || w->ending)
        return;
    w->reacting++;
    w->react(w, number);
    w->reacting--;
}

void world_finalizes(world *w, uint32_t number) {
    w->all[number].finalizing = true;
    world_reacts(w, number);
    w->all[number].finalizing = false;
}

static uint64_t skipped_of(const world *w) {
    ouro_gc_stats stats[3];
    ouro_gc_get_stats(w->rt, stats);
    return stats[1].skipped + stats[2].skipped;
}

void world_called(world *w, uint32_t number) {
    shadow *s = &w->all[number], *target = &w->all[s->target];
    if (!s->alive || s->called)
        world_fail(w, s->alive ? "a callback runs twice" : "a callback runs for a weak reference that is dead");
    bool sure = !w->weaker && skipped_of(w) == w->skipped;
    if (sure && s->dated && target->birth == s->target_birth && target->dated)
        world_fail(w, "a callback runs though its weak reference is garbage, as its target");
    s->called = true;
    world_found(w, number); // by its own callback
    world_reacts(w, number);
}

// ---- what must die ----

static ouro_gc_progress progress_of(const world *w) {
    ouro_gc_progress p;
    ouro_gc_get_progress(w->rt, &p);
    return p;
}

bool world_under_way(const world *w) {
    return progress_of(w).under_way;
}

static void note_out(world *w) {
    reach_all(w, true);
    w->out_skipped = skipped_of(w);
    for (uint32_t i = 0; i < w->n; i++)
        w->all[i].out = w->all[i].alive && !w->all[i].reached;
}

// One in slices begins with a collection of generation 1: what was out of reach before that counts.
static void note_dated(world *w) {
    if (!world_under_way(w))
        note_out(w);
    w->skipped = w->out_skipped;
    w->ended_before = progress_of(w).ended;
    w->weaker = w->failing;
    for (uint32_t i = 0; i < w->n; i++)
        w->all[i].dated = w->all[i].out;
}

// What is waiting for its death, since others that die are before it, has count 0.
static bool lives_on(const shadow *s) {
    return s->alive && ouro_refcount(s->o) > 0;
}

static void judge_dated(world *w) {
    bool complete = skipped_of(w) == w->skipped;
    w->judged += complete;
    for (uint32_t i = 0; i < w->n; i++) {
        if (complete && w->all[i].dated && lives_on(&w->all[i]))
            world_fail(w, progress_of(w).ended > w->ended_before
                              ? "a thing was garbage when a collection in slices began, and lives when it ends"
                              : "a thing was garbage when a collection in one stop began, and lives when it ends");
        w->all[i].dated = false;
    }
}

static void heard(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    world *w = user;
    (void)rt;
    if (w->ending)
        return;
    if (phase == OURO_GC_START && info->generation == 1)
        note_out(w);
    else if (phase == OURO_GC_START && info->generation == OURO_GC_FULL)
        note_dated(w);
    else if (info->generation == OURO_GC_FULL && !info->given_up)
        judge_dated(w);
    world_reacts(w, NOBODY);
}

// ---- checks ----

static void check_one(world *w, uint32_t i) {
    const shadow *s = &w->all[i];
    if (s->reached && (!s->alive || thing_number(s->o) != i))
        world_fail(w, "a thing that can be reached is dead");
    for (uint32_t k = 0; k < SLOTS && s->reached && !w->fault; k++)
        if (*thing_slot(s, k) != (s->slot[k] == NOBODY ? NULL : w->all[s->slot[k]].o))
            world_fail(w, "a slot has not what was put there");
    bool gone = s->kind == THING_WEAK && s->reached && target_is_gone(w, s);
    if (gone && !s->called && !s->excused && !world_under_way(w))
        world_fail(w, "a callback has not run");
}

void world_check(world *w) {
    reach_all(w, false);
    for (uint32_t i = 0; i < w->n; i++)
        check_one(w, i);
    if (!w->fault && ouro_verify(w->rt) < 0)
        world_fail(w, ouro_error_message(w->rt));
}

// ---- beginning and end ----

static void warned(void *user, const char *text) {
    world *w = user;
    if (!w->failing)
        world_fail(w, text);
}

bool world_open(world *w, uint32_t n, ouro_when when) {
    ouro_options options;
    ouro_options_init(&options);
    options.when = when;
    options.user = w;
    options.warning = warned;
    w->rt = ouro_rt_create(&options);
    w->all = calloc(n, sizeof *w->all);
    w->queue = calloc(n, sizeof *w->queue);
    w->n = n;
    for (uint32_t i = 0; w->all && i < n; i++)
        for (uint32_t k = 0; k <= SLOTS; k++)
            w->all[i].slot[k] = NOBODY;
    for (uint32_t i = 0; i < OWNERS; i++)
        w->hand[i] = NOBODY;
    return w->rt && w->all && w->queue && things_register(w->rt) && ouro_gc_callback_add(w->rt, heard, w) == 0;
}

void world_let_go(world *w) {
    w->react = NULL;
    w->failing = false;
    world_scope(w, NOBODY);
    for (uint32_t i = 0; i < HANDS; i++)
        world_drop(w, i);
    for (uint32_t i = 0; i < ROOTS; i++)
        world_root(w, i, NOBODY);
    for (uint32_t i = 0; i < w->n; i++)
        ouro_setslot(&w->all[i].weak, NULL);
    if (ouro_gc_get_freeze_count(w->rt)) // or the next full collection would be an exact one for nothing
        world_unfreeze(w);
}

const char *world_close(world *w) {
    world_let_go(w);
    while (world_under_way(w) && !w->fault)
        ouro_gc_step(w->rt, 0);
    ouro_gc_collect(w->rt, OURO_GC_FULL);
    ouro_gc_collect(w->rt, OURO_GC_FULL | OURO_GC_EXACT);
    for (uint32_t i = 0; i < w->n; i++)
        if (w->all[i].alive && !world_reaches(w, i))
            world_fail(w, "a thing lives though nothing is left");
    w->ending = true;
    if (!w->fault && ouro_rt_destroy(w->rt))
        world_fail(w, "objects were left at the end");
    free(w->all);
    free(w->queue);
    return w->fault;
}
