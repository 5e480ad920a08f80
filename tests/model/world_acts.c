// SPDX-License-Identifier: MIT
// world_acts.c: what the program does. The shadow is changed first: what the change ends says so while it happens.
#include "world.h"

static ouro_obj *object_of(const world *w, uint32_t number) {
    return number == NOBODY ? NULL : w->all[number].o;
}

static uint32_t room(const world *w) {
    for (uint32_t i = 0; i < w->n; i++)
        if (!w->all[i].alive && !w->all[i].weak)
            return i;
    return NOBODY;
}

// The hand gets a reference that is the program's already.
static void give(world *w, uint32_t hand, uint32_t number) {
    uint32_t old = w->hand[hand];
    w->hand[hand] = number;
    w->fresh = false;
    ouro_xdecref(object_of(w, old));
}

void world_drop(world *w, uint32_t hand) {
    give(w, hand, NOBODY);
}

void world_hold(world *w, uint32_t hand, uint32_t number) {
    ouro_incref(w->all[number].o);
    give(w, hand, number);
}

void world_find(world *w, uint32_t hand, uint32_t number) {
    world_found(w, number);
    world_hold(w, hand, number);
}

// ---- births ----

static void enter(world *w, uint32_t number, thing_kind kind, ouro_obj *o) {
    shadow *s = &w->all[number];
    *s = (shadow){.o = o, .kind = kind, .alive = true, .birth = ++w->births, .excused = w->reacting > 0};
    for (uint32_t k = 0; k <= SLOTS; k++)
        s->slot[k] = NOBODY;
    w->fresh = false;
}

// While memory is asked for, the program may do anything, in callbacks: a number is chosen afterwards, and operands are
// held meanwhile.
static void born(world *w, thing_kind kind, ouro_obj *o, uint32_t hand) {
    uint32_t number = o ? room(w) : NOBODY;
    if (!o)
        return ouro_error_clear(w->rt);
    if (number == NOBODY)
        return ouro_decref(o);
    thing_name(o, number);
    enter(w, number, kind, o);
    give(w, hand, number);
}

static uint32_t local(world *w, uint32_t number) {
    uint32_t hand = HANDS + w->locals++;
    world_hold(w, hand, number);
    return hand;
}

static void local_end(world *w) {
    world_drop(w, HANDS + --w->locals);
}

void world_new(world *w, thing_kind kind, uint32_t hand) {
    born(w, kind, thing_new(w, kind, true), hand);
}

void world_new_later(world *w, thing_kind kind, uint32_t hand) {
    ouro_obj *o = thing_new(w, kind, false);
    uint32_t number = room(w);
    if (!o || number == NOBODY)
        return born(w, kind, o, hand);
    thing_name(o, number);
    enter(w, number, kind, o);
    for (uint32_t k = 0; k < SLOTS; k++)
        if ((w->all[number].slot[k] = w->hand[k]) != NOBODY)
            *thing_slot(&w->all[number], k) = ouro_incref(w->all[w->hand[k]].o);
    ouro_track(o);
    give(w, hand, number);
}

void world_new_weak(world *w, uint32_t target, uint32_t arg, uint32_t hand) {
    local(w, target);
    local(w, arg);
    ouro_obj *o = thing_new_weak(w, w->all[target].o, w->all[arg].o);
    uint32_t number = o ? room(w) : NOBODY;
    if (number != NOBODY) {
        thing_name(o, number);
        enter(w, number, THING_WEAK, o);
        shadow *s = &w->all[number];
        s->target = target;
        s->target_birth = w->all[target].birth;
        s->slot[SLOTS] = arg;
        w->all[target].watched++;
        give(w, hand, number);
    } else {
        born(w, THING_WEAK, o, hand);
    }
    local_end(w);
    local_end(w);
}

// ---- slots ----

static ouro_obj **slot_set(world *w, uint32_t number, uint32_t k, uint32_t value) {
    shadow *s = &w->all[number];
    s->slot[k] = value;
    w->fresh = false;
    return thing_slot(s, k);
}

void world_load(world *w, uint32_t number, uint32_t k, uint32_t hand) {
    if (w->all[number].slot[k] != NOBODY)
        world_hold(w, hand, w->all[number].slot[k]);
}

void world_take(world *w, uint32_t number, uint32_t k, uint32_t hand) {
    uint32_t value = w->all[number].slot[k];
    if (value == NOBODY)
        return;
    ouro_takeref(w->all[number].o, slot_set(w, number, k, NOBODY));
    give(w, hand, value);
}

void world_store(world *w, uint32_t number, uint32_t k, uint32_t value) {
    ouro_obj *v = object_of(w, value);
    ouro_setref(w->all[number].o, slot_set(w, number, k, value), v);
}

// The hand that held the thing itself may be the one that is emptied: then nobody has it any more when it is stored to.
void world_steal(world *w, uint32_t number, uint32_t k, uint32_t hand) {
    uint32_t value = w->hand[hand];
    if (value == NOBODY)
        return;
    w->hand[hand] = NOBODY;
    ouro_setref_steal(w->all[number].o, slot_set(w, number, k, value), w->all[value].o);
}

void world_move(world *w, uint32_t from, uint32_t i, uint32_t to, uint32_t k) {
    uint32_t value = w->all[from].slot[i];
    if (value == NOBODY || (from == to && i == k))
        return;
    ouro_obj *v = ouro_takeref(w->all[from].o, slot_set(w, from, i, NOBODY));
    ouro_setref_steal(w->all[to].o, slot_set(w, to, k, value), v);
}

void world_root(world *w, uint32_t root, uint32_t value) {
    w->fresh = false;
    ouro_setslot(&w->root[root], object_of(w, value));
}

void world_register(world *w, uint32_t root) {
    if (w->registered[root])
        ouro_root_remove(w->rt, &w->root[root]);
    else if (ouro_root_add(w->rt, "root", &w->root[root]) < 0)
        return ouro_error_clear(w->rt);
    w->registered[root] = !w->registered[root];
}

// ---- others ----

// What it drops may do anything, but not use the scope again before it is closed.
static void scope_close(world *w) {
    for (uint32_t i = 0; i < w->scoped; i++) {
        w->scope_had[i] = w->hand[HANDS + LOCALS + i];
        w->hand[HANDS + LOCALS + i] = NOBODY;
    }
    w->fresh = false;
    w->scope_closes = true;
    ouro_scope_close(&w->scope);
    w->scope_closes = false;
    w->scoped = 0;
}

void world_scope(world *w, uint32_t number) {
    if (w->scope_closes)
        return;
    if (number == NOBODY || w->scoped == SCOPED) {
        if (w->scoped)
            scope_close(w);
        return;
    }
    if (!w->scoped)
        ouro_scope_open(w->rt, &w->scope);
    ouro_scope_keep(&w->scope, ouro_incref(w->all[number].o));
    w->hand[HANDS + LOCALS + w->scoped++] = number;
    w->fresh = false;
}

static void watch_anew(world *w, uint32_t number) {
    ouro_obj *o = w->all[number].o;
    local(w, number);
    ouro_obj *weak = ouro_weak_new(w->rt, o, NULL, NULL);
    if (!weak)
        ouro_error_clear(w->rt);
    else if (w->all[number].weak)
        ouro_decref(weak);
    else
        w->all[number].weak = weak;
    local_end(w);
}

static void watch_look(world *w, uint32_t number, uint32_t hand) {
    ouro_obj *out = NULL;
    if (!ouro_weak_get(w->all[number].weak, &out))
        return;
    if (!w->all[number].alive || out != w->all[number].o)
        return world_fail(w, "a weak reference finds another thing than its own");
    world_found(w, number);
    give(w, hand, number);
}

void world_watch(world *w, uint32_t number, uint32_t hand) {
    shadow *s = &w->all[number];
    if (s->weak && s->alive)
        watch_look(w, number, hand);
    else if (s->weak)
        ouro_setslot(&s->weak, NULL);
    else if (s->alive && world_reaches(w, number))
        watch_anew(w, number);
}

void world_freeze(world *w) {
    w->weaker = true; // callbacks are put off no more
    ouro_gc_freeze(w->rt);
    for (uint32_t i = 0; i < w->n && ouro_gc_get_freeze_count(w->rt); i++)
        w->all[i].frozen |= w->all[i].alive;
}

// While a collection runs, neither has an effect.
void world_unfreeze(world *w) {
    ouro_gc_unfreeze(w->rt);
    for (uint32_t i = 0; i < w->n && !ouro_gc_get_freeze_count(w->rt); i++)
        w->all[i].frozen = false;
}

void world_immortalize(world *w, uint32_t number) {
    w->all[number].immortal = true;
    w->fresh = false;
    ouro_immortalize(w->all[number].o);
}
