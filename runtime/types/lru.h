// SPDX-License-Identifier: MIT
// lru.h: the inside of a cache, and the keys that calls make.
//
// A cache is a table (table.h) with the list of an odict: oldest first. Its keys are *stored keys*: the user's own; in
// a typed cache, but for exact strs and ints, each is wrapped in a call key, which compares the types, too. Since a str
// or an int is equal to no call key, both kinds go together.
//
// The values of a weak cache are refs, as in a weak-value dict (weakly.h), and lead to it by a `self` as those do. That
// one has no callback: a cache that was garbage and is brought back goes on with it.
//
// What becomes of the list, and of values, is no business of a search that foreign code has interrupted: neither
// changes the stamp.
#ifndef OUROI_LRU_H
#define OUROI_LRU_H

#include "table.h"

typedef struct lru {
    ordered map; // first: table.c looks for the list behind the table
    unsigned options;
    size_t capacity;
    uint64_t hits, misses;
    ouro_obj *self; // NULL until a weak value comes
} lru;

static inline lru *lru_of(const ouro_obj *o) {
    return (lru *)(void *)(uintptr_t)o;
}

// ---- lru.c ----

// The stored key for a user's key, and the place of its hash. Returns: new; NULL on failure.
ouro_obj *ouroi_lru_key(ouro_rt *rt, const lru *c, ouro_obj *key, uint32_t *hash);

// 1 and the value of the entry at a position (new); 0 and NULL if it is gone.
int ouroi_lru_value(const lru *c, uint32_t at, ouro_obj **value);

// As ouro_lru_get and ouro_lru_put, with a stored key and the place of its hash.
int ouroi_lru_look(ouro_rt *rt, lru *c, ouro_obj *key, uint32_t hash, ouro_obj **value);
int ouroi_lru_store(ouro_rt *rt, lru *c, ouro_obj *key, uint32_t hash, ouro_obj *value);

// ---- lru_ops.c ----

extern const ouro_ops ouroi_lru_ops;

// ---- call_key.c ----

// The arguments of a call, as ouro_call takes them, in one object that can be hashed. `typed`: two keys are equal only
// if the types of their arguments are the same. Returns: new; NULL on failure.
ouro_obj *ouroi_call_key_new(ouro_rt *rt, ouro_obj *const *args, size_t n, ouro_obj *kwnames, bool typed);
bool ouroi_is_call_key(const ouro_obj *o);
// As ouroi_table_hash.
int ouroi_call_key_place(ouro_rt *rt, ouro_obj *key, uint32_t *place);

// The user's key behind a stored one. Returns: borrowed from it.
ouro_obj *ouroi_call_key_open(ouro_obj *stored);
int ouroi_call_key_open_type(ouro_rt *rt);

// ---- cached.c ----

int ouroi_cached_open(ouro_rt *rt);

#endif
