// SPDX-License-Identifier: MIT
// ouro/lru.h: a cache, which is a map that forgets the key that was not asked for longest when it has no more room; and
// a function that keeps its results in one.
//
//     ouro_obj *cache = ouro_lru_new(rt, 1000, 0), *value;
//     int hit = ouro_lru_get(rt, cache, key, &value);
//     if (hit == 0 && (value = make_it(rt, key)) && ouro_lru_put(rt, cache, key, value) < 0) ...
//
//     ouro_obj *fast = ouro_cached_new(rt, slow, cache); // calls slow for arguments that are not in the cache
//
// All is O(1): a table finds the entries, and they are in a doubly linked list besides, oldest first. A full cache
// gives the place of its oldest entry to a new one: it needs no memory then, and nothing is moved. Foreign code (the
// hash and equality of keys, the last wishes of what is forgotten) may call into the same cache.
//
// A cache of weak values keeps no value alive. The entry of one that dies goes at once, its key with it; a key must not
// hold its value, then.
#ifndef OURO_LRU_H
#define OURO_LRU_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_lru_type;
OURO_API extern const ouro_type *const ouro_cached_type;

// The capacity of a cache that never forgets.
#define OURO_LRU_UNBOUNDED SIZE_MAX

// What a cache may be besides; any of them, with | between.
enum {
    OURO_LRU_TYPED = 1, // keys of different types differ, even if they are equal: 1 and 1.0
    OURO_LRU_WEAK = 2   // values are not kept alive
};

// Makes an empty cache for at most `capacity` keys; with 0 it keeps nothing. It is compared by identity.
// Returns: new; NULL on failure. Fails: OURO_ERR_VALUE for other options; OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_lru_new(ouro_rt *rt, size_t capacity, unsigned options);

// 1 if the object is a cache, else 0.
static inline int ouro_is_lru(const ouro_obj *o) {
    return ouro_is(o, ouro_lru_type);
}

// All functions below fail with OURO_ERR_TYPE if `cache` is none or a key cannot be hashed, and leave it as it was when
// they fail. Those that take a key may run arbitrary code, unless it and those it meets are strs or ints; if that code
// changes the cache each time that a key is compared, they fail with OURO_ERR_STATE.

// How many keys. `cache` is one.
OURO_API size_t ouro_lru_size(const ouro_obj *cache);

// What a cache has done since it was made or cleared.
typedef struct ouro_lru_counts {
    uint64_t hits, misses; // of ouro_lru_get, of cache[key], and of calls
    size_t size, capacity;
} ouro_lru_counts;

// Fills in the counts of a cache.
OURO_API void ouro_lru_info(const ouro_obj *cache, ouro_lru_counts *counts);

// Asks for a key, which becomes the newest: 1 and the value (new) in *value, a hit; 0 and NULL, a miss; -1 and NULL.
// Fails: also OURO_ERR_MEMORY, if the cache is typed.
OURO_API int ouro_lru_get(ouro_rt *rt, ouro_obj *cache, ouro_obj *key, ouro_obj **value);

// 1 if there is such a key; 0; -1. Nothing is counted, and the key becomes no newer.
OURO_API int ouro_lru_has(ouro_rt *rt, ouro_obj *cache, ouro_obj *key);

// Puts a value under a key, which becomes the newest; without room, the oldest one is forgotten for it. Takes: both are
// kept, the value not if values are weak. Returns: 0, or -1. Fails: also OURO_ERR_MEMORY. Runs: arbitrary code.
OURO_API int ouro_lru_put(ouro_rt *rt, ouro_obj *cache, ouro_obj *key, ouro_obj *value);

// Removes a key. Returns: 1, 0 if there is none, -1.
OURO_API int ouro_lru_del(ouro_rt *rt, ouro_obj *cache, ouro_obj *key);

// Changes the capacity; the oldest keys that have no room are forgotten, and memory that is not needed is given back.
// Returns: 0, or -1 if it is no cache. Runs: arbitrary code. Cost: the keys that it had.
OURO_API int ouro_lru_resize(ouro_rt *rt, ouro_obj *cache, size_t capacity);

// Forgets every key, and all that was counted. Returns: 0, or -1 if it is no cache. Runs: arbitrary code.
OURO_API int ouro_lru_clear(ouro_rt *rt, ouro_obj *cache);

// A list of the keys, oldest first; those of calls print as their arguments. This is what an iterator over a cache
// walks: so the loop may use the cache as it likes. Returns: new; NULL on failure. Cost: the size.
OURO_API ouro_obj *ouro_lru_keys(ouro_rt *rt, ouro_obj *cache);

// ---- functions that keep their results ----

// Makes an object that is called as `function` is, and keeps the results in `cache`. The key is the argument, if there
// is one; else all arguments together, with the names that some have (the same ones by name in another order are
// another key). A call that fails is not kept. Two functions with one cache share their results. In a class it becomes
// a method, as a native does; then the instance is part of the key, and the cache keeps it alive.
// Attributes: __wrapped__, the function; cache; cache_info(), a tuple of hits, misses, capacity (None: unbounded) and
// size; cache_parameters(), a dict of maxsize and typed; cache_clear().
// Takes: both are kept. Returns: new; NULL on failure. Fails: OURO_ERR_TYPE if `cache` is none; OURO_ERR_MEMORY.
// Runs: as ouro_new.
//
// A call of it fails as the function does; OURO_ERR_TYPE if an argument cannot be hashed; OURO_ERR_MEMORY if the result
// cannot be kept.
OURO_API ouro_obj *ouro_cached_new(ouro_rt *rt, ouro_obj *function, ouro_obj *cache);

// 1 if the object is a cached function, else 0.
static inline int ouro_is_cached(const ouro_obj *o) {
    return ouro_is(o, ouro_cached_type);
}

// What a cached function calls, and where it keeps the results. Returns: borrowed, while it lives.
OURO_API ouro_obj *ouro_cached_function_peek(const ouro_obj *cached);
OURO_API ouro_obj *ouro_cached_cache_peek(const ouro_obj *cached);

OURO_END

#endif
