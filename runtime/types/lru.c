// SPDX-License-Identifier: MIT
// lru.c: the functions of ouro/lru.h about caches. What the protocols ask is in lru_ops.c, cached functions are in
// cached.c.
#include "lru.h"
#include "weakly.h"

static ouro_type lru_type;

// The object as a cache; NULL, with an error, if it is none.
static lru *lru_check(ouro_rt *rt, const char *where, ouro_obj *o) {
    return ouro_is_lru(o) || ouroi_expect(rt, where, &lru_type, o) ? lru_of(o) : NULL;
}

static ouro_obj **lru_place(const lru *c, uint32_t at) {
    return &table_pair(&c->map.t, ODICT_STRIDE, at)->value;
}

ouro_obj *ouro_lru_new(ouro_rt *rt, size_t capacity, unsigned options) {
    if (options & ~(unsigned)(OURO_LRU_TYPED | OURO_LRU_WEAK)) {
        ouro_error_set(rt, OURO_ERR_VALUE, "ouro_lru_new: there are no options %u", options);
        return NULL;
    }
    lru *c = ouro_new(rt, &lru_type);
    if (!c)
        return NULL;
    c->capacity = capacity;
    c->options = options;
    return &c->map.t.head;
}

size_t ouro_lru_size(const ouro_obj *cache) {
    return lru_of(cache)->map.t.live;
}

void ouro_lru_info(const ouro_obj *cache, ouro_lru_counts *counts) {
    const lru *c = lru_of(cache);
    *counts = (ouro_lru_counts){c->hits, c->misses, c->map.t.live, c->capacity};
}

// ---- stored keys ----

ouro_obj *ouroi_lru_key(ouro_rt *rt, const lru *c, ouro_obj *key, uint32_t *hash) {
    if (hash_quick(rt, key, hash))
        return ouro_incref(key);
    bool wrap = c->options & OURO_LRU_TYPED && !ouroi_is_call_key(key);
    ouro_obj *stored = wrap ? ouroi_call_key_new(rt, &key, 1, NULL, true) : ouro_incref(key);
    int hashed = !stored ? -1 : wrap ? ouroi_call_key_place(rt, stored, hash) : ouroi_table_hash(rt, stored, hash);
    if (hashed < 0)
        ouro_setslot_steal(&stored, NULL);
    return stored;
}

// Looks for a user's key: 1 and its position; 0; -1.
static int lru_find(ouro_rt *rt, lru *c, ouro_obj *key, uint32_t *at) {
    uint32_t hash;
    ouro_obj *stored = ouroi_lru_key(rt, c, key, &hash);
    if (!stored)
        return -1;
    int found = table_look_hashed(rt, &c->map.t, ODICT_STRIDE, stored, hash, at);
    ouro_decref(stored); // runs nothing: the caller holds his key
    return found;
}

// Forgets the entry at a position. Runs: arbitrary code, at the end.
static void lru_drop(ouro_rt *rt, lru *c, uint32_t at) {
    ouro_obj *key, *value;
    ordered_unlink(&c->map, at + 1);
    ouroi_table_remove(rt, &c->map.t, ODICT_STRIDE, at, &key, &value);
    ouro_xdecref(key);
    ouro_xdecref(value);
}

// ---- weak values ----

// The object behind a weak value has died: its entry goes.
static void lru_died(ouro_rt *rt, ouro_obj *ref, ouro_obj *self) {
    ouro_obj *cache;
    uint32_t at;
    if (!ouro_weak_get(self, &cache))
        return;
    if (ouroi_ref_find(ref, table_of(cache), ODICT_STRIDE, REF_IS_VALUE, &at))
        lru_drop(rt, lru_of(cache), at);
    ouro_decref(cache);
}

// What an entry holds for a value: in a weak cache a ref to it. Returns: new; NULL on failure.
static ouro_obj *lru_held(ouro_rt *rt, lru *c, ouro_obj *value, uint32_t hash) {
    if (!(c->options & OURO_LRU_WEAK))
        return ouro_incref(value);
    if (!c->self) {
        ouro_obj *self = ouro_weak_new(rt, &c->map.t.head, NULL, NULL);
        if (!self)
            return NULL;
        ouro_setref_steal(&c->map.t.head, &c->self, self);
    }
    return ouroi_ref_new(rt, value, hash, lru_died, c->self);
}

int ouroi_lru_value(const lru *c, uint32_t at, ouro_obj **value) {
    ouro_obj *held = *lru_place(c, at);
    *value = NULL;
    if (held && c->options & OURO_LRU_WEAK)
        return ouro_weak_get(held, value);
    *value = ouro_xincref(held);
    return held != NULL;
}

// ---- reading ----

// The entry at a position becomes the newest.
static inline void lru_touch(lru *c, uint32_t at) {
    if (c->map.last == at + 1)
        return;
    ordered_unlink(&c->map, at + 1);
    ordered_link(&c->map, at + 1, OURO_LAST);
}

// Counts what a search has found. An entry whose value is dead, but was not told of, goes now: a weak reference that a
// finalizer made to what its own collection then freed has no callback.
static int lru_found(ouro_rt *rt, lru *c, int found, uint32_t at, ouro_obj **value) {
    *value = NULL;
    if (found < 0)
        return -1;
    if (found && ouroi_lru_value(c, at, value)) {
        lru_touch(c, at);
        c->hits++;
        return 1;
    }
    c->misses++;
    if (found)
        lru_drop(rt, c, at);
    return 0;
}

int ouroi_lru_look(ouro_rt *rt, lru *c, ouro_obj *key, uint32_t hash, ouro_obj **value) {
    uint32_t at;
    int found = table_look_hashed(rt, &c->map.t, ODICT_STRIDE, key, hash, &at);
    return lru_found(rt, c, found, at, value);
}

int ouro_lru_get(ouro_rt *rt, ouro_obj *cache, ouro_obj *key, ouro_obj **value) {
    lru *c = lru_check(rt, "ouro_lru_get", cache);
    uint32_t at = 0;
    int found = c ? lru_find(rt, c, key, &at) : -1;
    return lru_found(rt, c, found, at, value);
}

int ouro_lru_has(ouro_rt *rt, ouro_obj *cache, ouro_obj *key) {
    lru *c = lru_check(rt, "ouro_lru_has", cache);
    ouro_obj *value = NULL;
    uint32_t at;
    int found = c ? lru_find(rt, c, key, &at) : -1;
    if (found == 1)
        found = ouroi_lru_value(c, at, &value);
    ouro_xdecref(value);
    return found;
}

// ---- changing ----

// Puts a new entry behind the newest; there is room. Takes: `held` is stolen.
static void lru_append(ouro_rt *rt, lru *c, ouro_obj *key, uint32_t hash, ouro_obj *held) {
    table *t = &c->map.t;
    pair_entry *pair = (pair_entry *)table_append(rt, t, ODICT_STRIDE, key, hash);
    pair->value = NULL;
    ouro_setref_steal(&t->head, &pair->value, held);
    ordered_link(&c->map, t->filled, OURO_LAST);
}

// Puts a new entry into the place of the oldest. Takes: `held` is stolen. Runs: arbitrary code, at the end.
static void lru_supersede(ouro_rt *rt, lru *c, ouro_obj *key, uint32_t hash, ouro_obj *held) {
    ouro_obj *old_key, *old_value;
    uint32_t at = c->map.first - 1;
    ouroi_table_exchange(rt, &c->map.t, ODICT_STRIDE, at, key, hash, &old_key, &old_value);
    ouro_setref_steal(&c->map.t.head, lru_place(c, at), held);
    lru_touch(c, at);
    ouro_xdecref(old_key);
    ouro_xdecref(old_value);
}

// Puts what an entry is to hold under a key. Returns: 0, and `held` is stolen; -1.
static int lru_put_held(ouro_rt *rt, lru *c, ouro_obj *key, uint32_t hash, ouro_obj *held) {
    for (unsigned tries = 0; tries < TABLE_TRIES; tries++) {
        uint32_t at;
        int found = table_look_hashed(rt, &c->map.t, ODICT_STRIDE, key, hash, &at);
        if (found < 0)
            return -1;
        if (found) {
            lru_touch(c, at);
            ouro_setref_steal(&c->map.t.head, lru_place(c, at), held);
        } else if (!c->capacity) {
            ouro_decref(held);
        } else if (c->map.t.live >= c->capacity) {
            lru_supersede(rt, c, key, hash, held);
        } else if (table_has_room(&c->map.t)) {
            lru_append(rt, c, key, hash, held);
        } else if (ouroi_table_widen(rt, &c->map.t, ODICT_STRIDE) < 0) {
            return -1;
        } else {
            continue;
        }
        return 0;
    }
    return ouroi_table_restless(rt, &c->map.t);
}

int ouroi_lru_store(ouro_rt *rt, lru *c, ouro_obj *key, uint32_t hash, ouro_obj *value) {
    if (!c->capacity)
        return 0;
    ouro_obj *held = lru_held(rt, c, value, hash);
    if (!held)
        return -1;
    int result = lru_put_held(rt, c, key, hash, held);
    if (result < 0)
        ouro_decref(held);
    return result;
}

int ouro_lru_put(ouro_rt *rt, ouro_obj *cache, ouro_obj *key, ouro_obj *value) {
    lru *c = lru_check(rt, "ouro_lru_put", cache);
    uint32_t hash;
    ouro_obj *stored = c ? ouroi_lru_key(rt, c, key, &hash) : NULL;
    if (!stored)
        return -1;
    int result = ouroi_lru_store(rt, c, stored, hash, value);
    ouro_decref(stored);
    return result;
}

int ouro_lru_del(ouro_rt *rt, ouro_obj *cache, ouro_obj *key) {
    lru *c = lru_check(rt, "ouro_lru_del", cache);
    uint32_t at;
    int found = c ? lru_find(rt, c, key, &at) : -1;
    if (found == 1)
        lru_drop(rt, c, at);
    return found;
}

int ouro_lru_resize(ouro_rt *rt, ouro_obj *cache, size_t capacity) {
    lru *c = lru_check(rt, "ouro_lru_resize", cache);
    if (!c)
        return -1;
    c->capacity = capacity;
    while (c->map.t.live > c->capacity)
        lru_drop(rt, c, c->map.first - 1);
    ouroi_table_shrink(rt, &c->map.t, ODICT_STRIDE);
    return 0;
}

int ouro_lru_clear(ouro_rt *rt, ouro_obj *cache) {
    lru *c = lru_check(rt, "ouro_lru_clear", cache);
    if (!c)
        return -1;
    c->hits = c->misses = 0;
    c->map.first = c->map.last = 0;
    ouroi_table_clear(rt, &c->map.t, ODICT_STRIDE);
    return 0;
}

// ---- types ----

static const ouro_field lru_fields[] = {OURO_FIELD(lru, self)};
static const ouro_field lru_entry_fields[] = {
    {offsetof(order_entry, e.key), "key", NULL},
    {offsetof(order_entry, value), "value", NULL},
};

static ouro_type lru_type = {
    .struct_size = sizeof(ouro_type),
    .name = "LRUCache",
    .size = sizeof(lru),
    .fields = lru_fields,
    .n_fields = 1,
    .tail = {.place = OURO_TAIL_POINTER,
             .items = offsetof(table, entries),
             .count = offsetof(table, filled),
             .count_bytes = sizeof(uint32_t),
             .stride = ODICT_STRIDE,
             .fields = lru_entry_fields,
             .n_fields = 2},
    .ops = &ouroi_lru_ops,
};
const ouro_type *const ouro_lru_type = &lru_type;

int ouroi_lru_open(ouro_rt *rt) {
    if (ouro_type_register(rt, &lru_type) < 0 || ouroi_call_key_open_type(rt) < 0)
        return -1;
    return ouroi_cached_open(rt);
}
