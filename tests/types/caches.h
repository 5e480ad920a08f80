// SPDX-License-Identifier: MIT
// caches.h: what the tests of caches share. Keys and values are written as characters, as in tables.h.
#ifndef OURO_CACHES_H
#define OURO_CACHES_H

#include "tables.h"

// A cache with these pairs: "a1b2". Returns: new; NULL on failure.
ouro_obj *lru_with(ouro_rt *rt, size_t capacity, unsigned options, const char *pairs);
// Puts one pair in. Returns: 0, or -1.
int lru_put(ouro_rt *rt, ouro_obj *cache, char key, char value);
// Asks for a key: 1 and its value's character in *value; 0; -1.
int lru_ask(ouro_rt *rt, ouro_obj *cache, char key, char *value);
// 1 if asking for a key gives this value ('!': a miss); an error of memory is cleared.
int lru_gives(ouro_rt *rt, ouro_obj *cache, char key, char value);
// 1 if the keys are these, oldest first; shows them if not. An error of memory is cleared.
int lru_keys_are(ouro_rt *rt, ouro_obj *cache, const char *keys);
// 1 if a cache has counted this.
int lru_counts_are(const ouro_obj *cache, uint64_t hits, uint64_t misses, size_t size);

#endif
