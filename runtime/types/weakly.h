// SPDX-License-Identifier: MIT
// weakly.h: what weak dicts and the weak set have in common: a table (table.h) in which one side of each entry, key or
// value, is a *ref*: a weak reference that knows the hash of its entry, and whose callback takes the entry out. (The
// values of a weak cache are refs, too: lru.h.)
//
// A ref has no reference to its container, which would make a cycle of each of them: all share one more weak reference,
// `self`, as argument, which leads to the container while that is alive. It also tells whether the container has been
// garbage: a collection clears `self` first of all, with the refs.
//
//   I-weakly-1  An entry is in the chain of its ref's hash; so a callback finds it by the ref, and runs no code.
//   I-weakly-2  An entry whose ref is dead will be taken out by its callback; but in a container whose `self` is dead,
//               all are taken out when it is next looked at; and so are those in a *doubtful* one, into which code that
//               a collection ran has put something: then the callback may never run (ouro/weak.h).
//   I-weakly-3  `changes` grows with each entry that the program puts in or takes out, and whenever entries move. What
//               dies leaves a hole.
#ifndef OUROI_WEAKLY_H
#define OUROI_WEAKLY_H

#include "table.h"

// ---- refs ----

// Which half of an entry its ref is.
#define REF_IS_KEY offsetof(pair_entry, e.key)
#define REF_IS_VALUE offsetof(pair_entry, value)

// A ref to `target` for an entry with this hash; its callback gets `self`. Returns: new; NULL on failure.
ouro_obj *ouroi_ref_new(ouro_rt *rt, ouro_obj *target, uint32_t hash, ouro_weak_fn died, ouro_obj *self);

// True, and the position of the entry that has this ref (I-weakly-1). Runs: nothing.
bool ouroi_ref_find(const ouro_obj *ref, const table *t, size_t stride, size_t half, uint32_t *at);

// ---- weak containers ----

typedef struct weakly {
    table t;
    ouro_obj *self; // NULL until something is put in
    uint64_t changes;
    uint16_t stride; // of the table: a set's, or a dict's
    bool by_value;   // the refs are the values
    bool doubtful;
} weakly;

static inline weakly *weakly_of(const ouro_obj *o) {
    return (weakly *)(void *)(uintptr_t)o;
}

// In the wide sense of ouro_is_a.
bool ouroi_weakly_is_dict(const ouro_obj *o);
bool ouroi_weakly_is_set(const ouro_obj *o);

// Makes an empty container. Returns: new; NULL on failure.
ouro_obj *ouroi_weakly_new(ouro_rt *rt, const ouro_type *type, size_t stride, bool by_value);

// Takes out what is dead and has no callback to come (I-weakly-2). Runs: arbitrary code.
void ouroi_weakly_settle(ouro_rt *rt, weakly *w);

// How many entries there are, in a settled container.
static inline size_t weakly_size(const weakly *w) {
    return w->t.live;
}

// Looks for a key: 1, its position, and new references to what is there (the value NULL in a set); 0 and NULLs if there
// is none alive; -1 and NULLs.
int ouroi_weakly_look(ouro_rt *rt, weakly *w, ouro_obj *x, uint32_t *at, ouro_obj **key, ouro_obj **value);

// The next living entry, as ouroi_weakly_look: *at is 0 at first, then the position behind. Runs: nothing.
int ouroi_weakly_step(const weakly *w, size_t *at, ouro_obj **key, ouro_obj **value);

// Hashes a key and puts a value under it, as ouroi_weakly_put.
int ouroi_weakly_set(ouro_rt *rt, weakly *w, ouro_obj *key, ouro_obj *value);

// Puts in an entry whose key's hash is known; `value` is NULL in a set. Returns: 1, 0 if the key was there, -1.
int ouroi_weakly_put(ouro_rt *rt, weakly *w, ouro_obj *key, uint32_t hash, ouro_obj *value);

// Takes out the newest living entry: as ouroi_weakly_look.
int ouroi_weakly_pop(ouro_rt *rt, weakly *w, ouro_obj **key, ouro_obj **value);

// Takes out the entry at a position, and everything. Runs: arbitrary code, when that is done.
void ouroi_weakly_remove(ouro_rt *rt, weakly *w, uint32_t at);
void ouroi_weakly_clear(ouro_rt *rt, weakly *w);

// Puts all living entries of another container of the same kind in. Returns: 0, or -1.
int ouroi_weakly_fill(ouro_rt *rt, weakly *w, const weakly *from);

// The hash of the entry before the position that a step has left.
static inline uint32_t weakly_hash(const weakly *w, size_t at) {
    return table_entry(&w->t, w->stride, (uint32_t)at - 1)->hash;
}

// ---- weakly_ops.c ----

int ouroi_weakly_length(ouro_rt *rt, ouro_obj *o, size_t *length);
int ouroi_weakly_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part);
ouro_obj *ouroi_weakly_copy(ouro_rt *rt, ouro_obj *o);
int ouroi_weakly_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part);
ouro_obj *ouroi_weakly_iter(ouro_rt *rt, ouro_obj *o, map_part part);
ouro_obj *ouroi_weakly_iter_keys(ouro_rt *rt, ouro_obj *o);
int ouroi_weakly_iter_open(ouro_rt *rt);

// ---- weakdict.c, weakset.c ----

extern const ouro_ops ouroi_weakdict_ops, ouroi_weakset_ops;

#endif
