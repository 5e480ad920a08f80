// SPDX-License-Identifier: MIT
// world.h: a small program, and what it knows of its objects, to prove collections in slices. random_slices.c draws
// what it does, explore_slices.c tries all that it can do.
//
//   thing   an object with a number and SLOTS slots, which says when it dies, whoever ends it
//   hand    a C variable that owns a reference; so does a root, which is registered by turns
//   shadow  what the program knows of a thing: whether it is alive, what its slots refer to
//   dated   there, and out of reach, when the full collection that is under way began
//   found   got hold of though it was out of reach: by a weak reference, introspection, a finalizer or a callback
//
// What is checked, for collections in slices and in one stop:
//   safe      what dies is out of reach
//   complete  what was dated is dead when the collection ends, but for what was found, and what that reaches
//   weak      a callback runs once; if its weak reference can be reached, not if that was dated as its target was
#ifndef WORLD_H
#define WORLD_H

#include "../support/test.h"

#include <ouro.h>
#include <stdbool.h>

#define SLOTS 3u
#define HANDS 6u
#define LOCALS 8u // hands that only last for a call
#define SCOPED 4u // what a scope holds counts as hands, too
#define OWNERS (HANDS + LOCALS + SCOPED)
#define ROOTS 2u
#define NOBODY UINT32_MAX

// With described fields; and a finalizer; with fields that callbacks know; with more fields than a slice follows in one
// go; a weak reference with a callback.
typedef enum thing_kind { THING_PLAIN, THING_FINAL, THING_HIDDEN, THING_LONG, THING_WEAK, THING_KINDS } thing_kind;

typedef struct shadow {
    ouro_obj *o;
    thing_kind kind;
    bool alive, reached, frozen, immortal, finalizing;
    bool out; // of reach when the last collection of generation 1 began
    bool dated;
    bool called, excused;     // a weak reference: its callback has run; need not
    uint32_t watched;         // by so many weak things
    uint32_t target;          // of a weak thing
    uint32_t slot[SLOTS + 1]; // numbers, or NOBODY; the last is the argument of a weak thing's callback
    uint64_t birth, target_birth;
    ouro_obj *weak; // a weak reference without a callback, that the program has; it may outlive the thing
} shadow;

typedef struct world world;

struct world {
    ouro_rt *rt;
    shadow *all;
    uint32_t *queue;
    uint32_t n;            // of things, at most
    uint32_t hand[OWNERS]; // numbers, or NOBODY
    unsigned locals;       // in use
    ouro_obj *root[ROOTS];
    bool registered[ROOTS];
    bool fresh;   // `reached` is right
    bool failing; // allocations are made to fail
    bool weaker;  // they were since the full collection began, or it was given up: callbacks may not have been put off
    bool ending;
    ouro_scope scope;
    unsigned scoped; // what it holds
    bool scope_closes;
    uint32_t scope_had[SCOPED]; // and goes on holding for a while when it closes
    unsigned reacting;          // how deep in finalizers and callbacks
    uint64_t births, skipped, out_skipped, ended_before;
    uint64_t deaths, judged, found; // figures; judged: full collections after which what was dated had to be dead
    // What the program does in a finalizer or a callback of the thing, or of the collector (NOBODY). May be NULL.
    void (*react)(world *w, uint32_t number);
    void *user;
    const char *fault;
    char text[256];
};

// Opens a world of n things at most. False without memory.
bool world_open(world *w, uint32_t n, ouro_when when);
// Ends it: the program drops all that it has, and nothing may be left. Returns the fault, or NULL.
const char *world_close(world *w);
// The program drops all that it has, and does nothing more in callbacks.
void world_let_go(world *w);
// What can be reached is whole, and the heap verifies.
void world_check(world *w);
bool world_reaches(world *w, uint32_t number);
bool world_under_way(const world *w);

// ---- what the program does (world_acts.c) ----
// Hands, and things that are reached from them, are its operands. An empty slot or hand is legal.

// The hand gets a new thing, if there is memory and room; the second kind is tracked when its slots are filled, with
// what hands have.
void world_new(world *w, thing_kind kind, uint32_t hand);
void world_new_later(world *w, thing_kind kind, uint32_t hand);
void world_new_weak(world *w, uint32_t target, uint32_t arg, uint32_t hand);
void world_drop(world *w, uint32_t hand);
// The hand gets a reference of its own to a thing; to one that may be out of reach.
void world_hold(world *w, uint32_t hand, uint32_t number);
void world_find(world *w, uint32_t hand, uint32_t number);
// The hand gets what is in the slot; which is empty then.
void world_load(world *w, uint32_t number, uint32_t k, uint32_t hand);
void world_take(world *w, uint32_t number, uint32_t k, uint32_t hand);
// The slot gets a reference of its own; the hand's; another slot's.
void world_store(world *w, uint32_t number, uint32_t k, uint32_t value);
void world_steal(world *w, uint32_t number, uint32_t k, uint32_t hand);
void world_move(world *w, uint32_t from, uint32_t i, uint32_t to, uint32_t k);
void world_root(world *w, uint32_t root, uint32_t value);
void world_register(world *w, uint32_t root);
// A scope keeps the thing, too; or if it is full, is closed.
void world_scope(world *w, uint32_t number);
// Makes a weak reference to the thing, or looks through it, or drops it when its thing has died.
void world_watch(world *w, uint32_t number, uint32_t hand);
void world_freeze(world *w);
void world_unfreeze(world *w);
void world_immortalize(world *w, uint32_t number);

// ---- the things (world_things.c) ----

bool things_register(ouro_rt *rt);
// NULL without memory. It has no number yet; one that is not tracked yet takes raw stores.
ouro_obj *thing_new(world *w, thing_kind kind, bool tracked);
ouro_obj *thing_new_weak(world *w, ouro_obj *target, ouro_obj *arg);
void thing_name(ouro_obj *o, uint32_t number);
ouro_obj **thing_slot(const shadow *s, uint32_t k);
// NOBODY for an object that is no thing, or none that lives.
uint32_t thing_number(const ouro_obj *o);

// ---- what the world is told (world.c) ----

void world_fail(world *w, const char *what);
void world_died(world *w, uint32_t number, const ouro_obj *o);
void world_called(world *w, uint32_t number);
void world_found(world *w, uint32_t number);
void world_reacts(world *w, uint32_t number);
void world_finalizes(world *w, uint32_t number);

#endif
