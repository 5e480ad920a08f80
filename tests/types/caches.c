// SPDX-License-Identifier: MIT
// caches.c: see caches.h.
#include "caches.h"

int lru_put(ouro_rt *rt, ouro_obj *cache, char key, char value) {
    ouro_obj *k = char_object(rt, key), *v = char_object(rt, value);
    int result = k && v ? ouro_lru_put(rt, cache, k, v) : -1;
    ouro_xdecref(k);
    ouro_xdecref(v);
    return result;
}

ouro_obj *lru_with(ouro_rt *rt, size_t capacity, unsigned options, const char *pairs) {
    ouro_obj *cache = ouro_lru_new(rt, capacity, options);
    for (; cache && *pairs; pairs += 2)
        if (lru_put(rt, cache, pairs[0], pairs[1]) < 0)
            ouro_setslot_steal(&cache, NULL);
    return cache;
}

static char lru_char(const ouro_obj *o) {
    if (ouro_is_int(o) && ouro_int_is_word(o) && ouro_int_word(o) >= 0 && ouro_int_word(o) < 10)
        return (char)('0' + ouro_int_word(o));
    return ouro_is_str(o) && ouro_str_size(o) == 1 ? *ouro_str_data(o) : '?';
}

int lru_ask(ouro_rt *rt, ouro_obj *cache, char key, char *value) {
    ouro_obj *k = char_object(rt, key), *v = NULL;
    int found = k ? ouro_lru_get(rt, cache, k, &v) : -1;
    always((found == 1) == (v != NULL));
    *value = found == 1 ? lru_char(v) : '!';
    ouro_xdecref(k);
    ouro_xdecref(v);
    return found;
}

int lru_gives(ouro_rt *rt, ouro_obj *cache, char key, char value) {
    char got;
    int found = lru_ask(rt, cache, key, &got);
    if (found < 0 && test_broken(rt))
        ouro_error_clear(rt);
    return found >= 0 && got == value;
}

int lru_keys_are(ouro_rt *rt, ouro_obj *cache, const char *keys) {
    ouro_obj *list = ouro_lru_keys(rt, cache);
    if (!list) {
        ouro_error_clear(rt);
        return 0;
    }
    char text[256];
    size_t n = ouro_list_size(list);
    for (size_t i = 0; i < n && i < sizeof text - 1; i++)
        text[i] = lru_char(ouro_list_peek(list, i));
    text[n] = 0;
    ouro_decref(list);
    if (strcmp(text, keys) == 0)
        return 1;
    fprintf(stderr, "keys \"%s\", not \"%s\"\n", text, keys);
    return 0;
}

int lru_counts_are(const ouro_obj *cache, uint64_t hits, uint64_t misses, size_t size) {
    ouro_lru_counts c;
    ouro_lru_info(cache, &c);
    if (c.hits == hits && c.misses == misses && c.size == size && ouro_lru_size(cache) == size)
        return 1;
    fprintf(stderr, "%llu hits, %llu misses, %zu keys\n", (unsigned long long)c.hits, (unsigned long long)c.misses,
            c.size);
    return 0;
}
