// SPDX-License-Identifier: MIT
// model_lru.c: random operations on a cache and on a plain array of pairs, oldest first; in the plain way, typed, and
// with weak values that die now and then.
#include "caches.h"
#include "text_model.h"

#include "types/lru.h"

#define MODEL_KEYS 400
#define MODEL_VALUES 64

typedef struct model {
    ouro_rt *rt;
    text_random random;
    unsigned options;
    ouro_obj *cache;
    ouro_obj *keys[MODEL_KEYS], *twins[MODEL_KEYS]; // twins are equal, and other objects
    ouro_obj *values[MODEL_VALUES];                 // owned; NULL while there was no memory for another one
    // What the cache should hold and have counted.
    int key[MODEL_KEYS], value[MODEL_KEYS], n;
    size_t capacity;
    uint64_t hits, misses;
} model;

// ---- the plain array ----

// Every fourth key is a float that equals an int; only in a typed cache it is a key of its own.
static int model_id(const model *m, int key) {
    return key % 4 == 2 && !(m->options & OURO_LRU_TYPED) ? key - 2 : key;
}

static int model_find(const model *m, int key) {
    for (int i = 0; i < m->n; i++)
        if (m->key[i] == model_id(m, key))
            return i;
    return -1;
}

static void model_take(model *m, int at) {
    m->n--;
    memmove(m->key + at, m->key + at + 1, (size_t)(m->n - at) * sizeof *m->key);
    memmove(m->value + at, m->value + at + 1, (size_t)(m->n - at) * sizeof *m->value);
}

static void model_put(model *m, int key, int value) {
    int at = model_find(m, key);
    if (at >= 0)
        model_take(m, at);
    else if (!m->capacity)
        return;
    else if ((size_t)m->n >= m->capacity)
        model_take(m, 0);
    m->key[m->n] = model_id(m, key);
    m->value[m->n++] = value;
}

// ---- both are the same ----

static int model_is_key(const model *m, int id, const ouro_obj *o) {
    int same = o == m->keys[id] || o == m->twins[id];
    if (id % 4 == 0 && !(m->options & OURO_LRU_TYPED))
        same |= o == m->keys[id + 2] || o == m->twins[id + 2];
    return same;
}

static void model_check_table(const model *m) {
    const lru *c = lru_of(m->cache);
    uint32_t before = 0, n = 0;
    for (uint32_t i = c->map.first; i; before = i, i = table_ordered(&c->map.t, i - 1)->after, n++) {
        always(i <= c->map.t.filled && table_ordered(&c->map.t, i - 1)->before == before);
        always(table_entry(&c->map.t, ODICT_STRIDE, i - 1)->key != NULL);
    }
    always(before == c->map.last && n == c->map.t.live);
}

static void model_check(const model *m) {
    ouro_rt *rt = m->rt;
    ouro_lru_counts counts;
    ouro_lru_info(m->cache, &counts);
    always(counts.hits == m->hits && counts.misses == m->misses && counts.capacity == m->capacity);
    always(counts.size == (size_t)m->n);
    model_check_table(m);
    ouro_obj *list = ouro_lru_keys(rt, m->cache);
    if (!list) {
        always(test_broken(rt));
        ouro_error_clear(rt);
        return;
    }
    always(ouro_list_size(list) == (size_t)m->n);
    for (int i = 0; i < m->n; i++)
        always(model_is_key(m, m->key[i], ouro_list_peek(list, (size_t)i)));
    ouro_decref(list);
}

// True if an operation was done; false if memory has failed it, which has changed nothing.
static int model_done(model *m, int result) {
    ouro_rt *rt = m->rt;
    if (result >= 0)
        return 1;
    always(test_broken(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    model_check(m);
    return 0;
}

// ---- steps ----

static int model_key(model *m) {
    // Most from a few, so that there are hits.
    size_t among = text_below(&m->random, 3) ? 60 : MODEL_KEYS;
    return (int)text_below(&m->random, among);
}

static ouro_obj *model_key_object(model *m, int key) {
    return text_below(&m->random, 2) ? m->keys[key] : m->twins[key];
}

static void model_step_put(model *m) {
    int key = model_key(m), value = (int)text_below(&m->random, MODEL_VALUES);
    if (m->values[value] && model_done(m, ouro_lru_put(m->rt, m->cache, model_key_object(m, key), m->values[value])))
        model_put(m, key, value);
}

static void model_step_get(model *m) {
    int key = model_key(m), at = model_find(m, key);
    ouro_obj *v;
    int found = ouro_lru_get(m->rt, m->cache, model_key_object(m, key), &v);
    if (!model_done(m, found))
        return;
    always(found == (at >= 0) && v == (at >= 0 ? m->values[m->value[at]] : NULL));
    ouro_xdecref(v);
    m->hits += at >= 0;
    m->misses += at < 0;
    if (at >= 0)
        model_put(m, key, m->value[at]);
}

static void model_step_has(model *m) {
    int key = model_key(m), found = ouro_lru_has(m->rt, m->cache, model_key_object(m, key));
    if (model_done(m, found))
        always(found == (model_find(m, key) >= 0));
}

static void model_step_del(model *m) {
    int key = model_key(m), at = model_find(m, key);
    int found = ouro_lru_del(m->rt, m->cache, model_key_object(m, key));
    if (!model_done(m, found))
        return;
    always(found == (at >= 0));
    if (at >= 0)
        model_take(m, at);
}

static void model_step_resize(model *m) {
    static const size_t sizes[] = {0, 1, 3, 10, 11, 40, 200, OURO_LRU_UNBOUNDED};
    m->capacity = sizes[text_below(&m->random, 8)];
    always(ouro_lru_resize(m->rt, m->cache, m->capacity) == 0);
    while ((size_t)m->n > m->capacity)
        model_take(m, 0);
}

static void model_step_clear(model *m) {
    if (text_below(&m->random, 10))
        return;
    always(ouro_lru_clear(m->rt, m->cache) == 0);
    m->n = 0;
    m->hits = m->misses = 0;
}

// A copy takes the place of the cache.
static void model_step_copy(model *m) {
    int deep = m->options & OURO_LRU_WEAK && text_below(&m->random, 2);
    ouro_obj *copy = deep ? ouro_deep_copy(m->rt, m->cache) : ouro_copy(m->rt, m->cache);
    if (!model_done(m, copy ? 0 : -1))
        return;
    ouro_setslot_steal(&m->cache, copy);
    m->hits = m->misses = 0;
}

// A value is replaced by a new one; in a weak cache its entries go.
static void model_step_value(model *m) {
    int value = (int)text_below(&m->random, MODEL_VALUES);
    if (!(m->options & OURO_LRU_WEAK))
        return;
    // A collection may lack memory.
    if (m->values[value] && test_mode_now() != TEST_FAULT && text_below(&m->random, 4) == 0)
        ouro_setref(m->values[value], &((node *)m->values[value])->left, m->values[value]);
    ouro_obj *gone = m->values[value];
    m->values[value] = NULL;
    int cyclic = gone && ((node *)gone)->left;
    ouro_xdecref(gone);
    if (cyclic)
        ouro_gc_collect(m->rt, OURO_GC_FULL);
    for (int i = m->n - 1; i >= 0; i--)
        if (m->value[i] == value)
            model_take(m, i);
    model_check(m);
    m->values[value] = obj(node_new(m->rt));
    model_done(m, m->values[value] ? 0 : -1);
}

static void model_step(model *m) {
    static void (*const often[])(model *) = {model_step_put, model_step_put, model_step_put, model_step_get,
                                             model_step_get, model_step_has, model_step_del};
    if (text_below(&m->random, 20))
        often[text_below(&m->random, 7)](m);
    else
        model_step_value(m);
    if (text_below(&m->random, 300) == 0)
        model_step_resize(m);
    if (text_below(&m->random, 500) == 0)
        model_step_clear(m);
    if (text_below(&m->random, 500) == 0)
        model_step_copy(m);
}

// ---- runs ----

// Ints, strs, the floats that equal the ints, and keys of which four each have one hash.
static ouro_obj *model_make_key(ouro_rt *rt, int i) {
    switch (i % 4) {
    case 0:
        return ouro_int_new(rt, 1000 + i);
    case 1:
        return ouro_str_format(rt, "key %d", i);
    case 2:
        return ouro_float_new(rt, 1000 + i - 2);
    default:
        return odd_new(rt, i, (uint64_t)i / 16);
    }
}

static int model_open(model *m) {
    ouro_rt *rt = m->rt;
    for (int i = 0; i < MODEL_KEYS; i++) {
        m->keys[i] = own(model_make_key(rt, i));
        m->twins[i] = own(model_make_key(rt, i));
        if (!m->keys[i] || !m->twins[i])
            return -1;
    }
    m->cache = own(ouro_lru_new(rt, m->capacity, m->options));
    return m->cache ? (int)(ouro_incref(m->cache) != NULL) : -1;
}

static int model_open_values(model *m) {
    int made = 1;
    for (int i = 0; i < MODEL_VALUES; i++)
        made &= (m->values[i] = obj(node_new(m->rt))) != NULL;
    return made ? 0 : -1;
}

static void model_run(ouro_rt *rt, const char *name, unsigned options, uint64_t seed) {
    static model m;
    size_t steps;
    memset(&m, 0, sizeof m);
    m.rt = rt;
    m.options = options;
    m.capacity = 40;
    m.random = text_random_open(name, seed, 150000, 300, &steps);
    must(odd_open(rt));
    must(model_open(&m));
    int made = model_open_values(&m);
    for (size_t i = 0; i <= steps && made == 0; i++) {
        if (i % 64 == 0 || i == steps)
            model_check(&m);
        model_step(&m);
    }
    ouro_decref(m.cache);
    for (int i = 0; i < MODEL_VALUES; i++)
        ouro_xdecref(m.values[i]);
    must(made);
}

CASE(model_lru, random_operations) {
    model_run(rt, "lru", 0, 20263);
}

CASE(model_lru, random_operations_typed) {
    model_run(rt, "lru, typed", OURO_LRU_TYPED, 20264);
}

CASE(model_lru, random_operations_weak) {
    model_run(rt, "lru, weak", OURO_LRU_WEAK, 20265);
}

CASE(model_lru, random_operations_typed_weak) {
    model_run(rt, "lru, typed and weak", OURO_LRU_TYPED | OURO_LRU_WEAK, 20266);
}
