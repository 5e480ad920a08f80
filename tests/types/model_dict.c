// SPDX-License-Identifier: MIT
// model_dict.c: random operations on a dict, and on an ordered dict, against a plain array of pairs.
#include "tables.h"
#include "text_model.h"

#include "types/table.h"

#define MODEL_KEYS 400
#define MODEL_VALUES 16

typedef struct model {
    ouro_rt *rt;
    text_random random;
    int ordered;
    ouro_obj *map;
    ouro_obj *keys[MODEL_KEYS], *twins[MODEL_KEYS]; // twins are equal, and other objects
    ouro_obj *values[MODEL_VALUES];
    // What the map should hold: pairs in order.
    int key[MODEL_KEYS], value[MODEL_KEYS], n;
    int growing; // out of 8 steps, how many add
} model;

// ---- the plain array ----

static int model_find(const model *m, int key) {
    for (int i = 0; i < m->n; i++)
        if (m->key[i] == key)
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
    if (at < 0)
        m->key[at = m->n++] = key;
    m->value[at] = value;
}

static void model_move(model *m, int at, int to_first) {
    int key = m->key[at], value = m->value[at];
    model_take(m, at);
    if (!to_first) {
        model_put(m, key, value);
        return;
    }
    memmove(m->key + 1, m->key, (size_t)m->n * sizeof *m->key);
    memmove(m->value + 1, m->value, (size_t)m->n * sizeof *m->value);
    m->key[0] = key;
    m->value[0] = value;
    m->n++;
}

// ---- both are the same ----

static int model_each(const model *m, size_t *at, ouro_obj **key, ouro_obj **value) {
    return m->ordered ? ouro_odict_each_peek(m->map, at, key, value) : ouro_dict_each_peek(m->map, at, key, value);
}

static void model_check(const model *m) {
    const table *t = table_of(m->map);
    ouro_obj *key, *value;
    size_t at = 0, size = m->ordered ? ouro_odict_size(m->map) : ouro_dict_size(m->map);
    always(size == (size_t)m->n);
    // Room at the end is free as soon as it can be (I-table-1).
    always(!t->filled || table_entry(t, m->ordered ? ODICT_STRIDE : DICT_STRIDE, t->filled - 1)->key);
    for (int i = 0; i < m->n; i++) {
        always(model_each(m, &at, &key, &value) == 1);
        always(key == m->keys[m->key[i]] || key == m->twins[m->key[i]]);
        always(value == m->values[m->value[i]]);
    }
    always(model_each(m, &at, &key, &value) == 0);
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
    return (int)text_below(&m->random, MODEL_KEYS);
}

static ouro_obj *model_key_object(model *m, int key) {
    return text_below(&m->random, 2) ? m->keys[key] : m->twins[key];
}

static void model_step_set(model *m) {
    int key = model_key(m), value = (int)text_below(&m->random, MODEL_VALUES);
    ouro_obj *k = model_key_object(m, key), *v = m->values[value];
    int result = m->ordered ? ouro_odict_set(m->rt, m->map, k, v) : ouro_dict_set(m->rt, m->map, k, v);
    if (model_done(m, result))
        model_put(m, key, value);
}

static void model_step_set_default(model *m) {
    int key = model_key(m), value = (int)text_below(&m->random, MODEL_VALUES), at = model_find(m, key);
    if (m->ordered)
        return;
    ouro_obj *got = ouro_dict_set_default(m->rt, m->map, model_key_object(m, key), m->values[value]);
    if (!model_done(m, got ? 0 : -1))
        return;
    always(got == m->values[at < 0 ? value : m->value[at]]);
    ouro_decref(got);
    if (at < 0)
        model_put(m, key, value);
}

static void model_step_get(model *m) {
    int key = model_key(m), at = model_find(m, key);
    ouro_obj *k = model_key_object(m, key), *v;
    int found = m->ordered ? ouro_odict_get(m->rt, m->map, k, &v) : ouro_dict_get(m->rt, m->map, k, &v);
    if (!model_done(m, found))
        return;
    always(found == (at >= 0) && v == (at >= 0 ? m->values[m->value[at]] : NULL));
    ouro_xdecref(v);
}

static void model_step_del(model *m) {
    // Mostly keys that are there.
    int at = m->n && text_below(&m->random, 8) ? (int)text_below(&m->random, (size_t)m->n) : -1;
    int key = at >= 0 ? m->key[at] : model_key(m);
    ouro_obj *k = model_key_object(m, key);
    at = model_find(m, key);
    int found = m->ordered ? ouro_odict_del(m->rt, m->map, k) : ouro_dict_del(m->rt, m->map, k);
    if (!model_done(m, found))
        return;
    always(found == (at >= 0));
    if (at >= 0)
        model_take(m, at);
}

static void model_step_pop(model *m) {
    int first = m->ordered && text_below(&m->random, 2), at = first ? 0 : m->n - 1;
    ouro_obj *k, *v;
    int found = m->ordered ? ouro_odict_pop(m->rt, m->map, first ? OURO_FIRST : OURO_LAST, &k, &v)
                           : ouro_dict_pop_last(m->rt, m->map, &k, &v);
    always(found == (m->n > 0));
    if (!found)
        return;
    always((k == m->keys[m->key[at]] || k == m->twins[m->key[at]]) && v == m->values[m->value[at]]);
    ouro_decref(k);
    ouro_decref(v);
    model_take(m, at);
}

static void model_step_oldest(model *m) {
    if (!m->n)
        return;
    ouro_obj *k = m->keys[m->key[0]];
    int found = m->ordered ? ouro_odict_del(m->rt, m->map, k) : ouro_dict_del(m->rt, m->map, k);
    if (model_done(m, found)) {
        always(found == 1);
        model_take(m, 0);
    }
}

static void model_step_move(model *m) {
    int key = model_key(m), at = model_find(m, key), first = (int)text_below(&m->random, 2);
    if (!m->ordered)
        return;
    int found = ouro_odict_move(m->rt, m->map, model_key_object(m, key), first ? OURO_FIRST : OURO_LAST);
    if (!model_done(m, found))
        return;
    always(found == (at >= 0));
    if (at >= 0)
        model_move(m, at, first);
}

// A copy is equal, and takes the place of the map.
static void model_step_copy(model *m) {
    ouro_obj *copy = ouro_copy(m->rt, m->map);
    if (!model_done(m, copy ? 0 : -1))
        return;
    int same = ouro_equal(m->rt, copy, m->map);
    if (model_done(m, same))
        always(same == 1);
    ouro_setslot_steal(&m->map, copy);
}

static void model_step_reserve(model *m) {
    if (!m->ordered)
        model_done(m, ouro_dict_reserve(m->rt, m->map, text_below(&m->random, 2 * MODEL_KEYS)));
}

static void model_step_clear(model *m) {
    if (text_below(&m->random, 20))
        return;
    always((m->ordered ? ouro_odict_clear(m->rt, m->map) : ouro_dict_clear(m->rt, m->map)) == 0);
    m->n = 0;
}

static void model_step(model *m) {
    static void (*const adding[])(model *) = {model_step_set, model_step_set, model_step_set_default, model_step_move};
    static void (*const taking[])(model *) = {model_step_del, model_step_pop, model_step_oldest, model_step_oldest};
    static void (*const other[])(model *) = {model_step_get, model_step_move, model_step_copy, model_step_reserve};
    if (text_below(&m->random, 500) == 0)
        m->growing = (int)text_below(&m->random, 8);
    if (text_below(&m->random, 3000) == 0)
        model_step_clear(m);
    if (text_below(&m->random, 4) == 0)
        other[text_below(&m->random, 20) ? 0 : text_below(&m->random, 4)](m);
    else
        ((int)text_below(&m->random, 8) < m->growing ? adding : taking)[text_below(&m->random, 4)](m);
}

// ---- runs ----

// Ints, strs, floats, and keys of which four each have one hash.
static ouro_obj *model_make_key(ouro_rt *rt, int i) {
    switch (i % 4) {
    case 0:
        return ouro_int_new(rt, (int64_t)i << 34);
    case 1:
        return ouro_str_format(rt, "key %d", i);
    case 2:
        return ouro_float_new(rt, i + 0.5);
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
    for (int i = 0; i < MODEL_VALUES; i++)
        if (!(m->values[i] = own(ouro_int_new(rt, 1000 + i))))
            return -1;
    m->map = m->ordered ? ouro_odict_new(rt) : ouro_dict_new(rt);
    return m->map ? 0 : -1;
}

static void model_run(ouro_rt *rt, const char *name, int is_ordered, uint64_t seed, size_t full, size_t small) {
    static model m;
    size_t steps;
    memset(&m, 0, sizeof m);
    m.rt = rt;
    m.ordered = is_ordered;
    m.growing = 5;
    m.random = text_random_open(name, seed, full, small, &steps);
    must(odd_open(rt));
    must(model_open(&m));
    for (size_t i = 0; i < steps; i++) {
        model_step(&m);
        if (i % 64 == 0)
            model_check(&m);
    }
    model_check(&m);
    ouro_decref(m.map);
}

CASE(model_dict, random_operations) {
    model_run(rt, "dict", 0, 20261, 300000, 400);
}

CASE(model_dict, random_operations_on_an_odict) {
    model_run(rt, "odict", 1, 20262, 300000, 400);
}
