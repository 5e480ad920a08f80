// SPDX-License-Identifier: MIT
// dict.c: the functions of ouro/dict.h. A dict is a table (table.h) whose entries have a value. What it shares with the
// odict is in map_ops.c; its iterators and views have files of their own.
#include "table.h"

static inline ouro_obj **dict_value(const table *t, uint32_t at) {
    return &table_pair(t, DICT_STRIDE, at)->value;
}

// The table of a dict; NULL, with an error, if the object is none.
static inline table *dict_check(ouro_rt *rt, const char *where, ouro_obj *dict) {
    if (unlikely(!ouro_is_dict(dict)) && !ouroi_expect(rt, where, ouro_dict_type, dict))
        return NULL;
    return table_of(dict);
}

ouro_obj *ouro_dict_new(ouro_rt *rt) {
    return ouro_new(rt, ouro_dict_type);
}

size_t ouro_dict_size(const ouro_obj *dict) {
    return table_of(dict)->live;
}

// A dict that has never changed gets its number when it is asked for: so making one costs nothing.
uint64_t ouro_dict_version(const ouro_obj *dict) {
    table *t = table_of(dict);
    if (!(t->stamp >> 8))
        table_changed(ouro_rt_of(dict), t);
    return t->stamp >> 8;
}

// ---- reading ----

int ouro_dict_get(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj **value) {
    table *t = dict_check(rt, "ouro_dict_get", dict);
    uint32_t hash, at;
    int found = t ? table_look(rt, t, DICT_STRIDE, key, &hash, &at) : -1;
    *value = found == 1 ? ouro_xincref(*dict_value(t, at)) : NULL;
    return found == 1 ? *value != NULL : found;
}

int ouro_dict_get_text(ouro_rt *rt, ouro_obj *dict, const char *key, ouro_obj **value) {
    ouro_obj *name = ouro_intern(rt, key);
    *value = NULL;
    int found = name ? ouro_dict_get(rt, dict, name, value) : -1;
    ouro_xdecref(name);
    return found;
}

int ouro_dict_has(ouro_rt *rt, ouro_obj *dict, ouro_obj *key) {
    table *t = dict_check(rt, "ouro_dict_has", dict);
    uint32_t hash, at;
    return t ? table_look(rt, t, DICT_STRIDE, key, &hash, &at) : -1;
}

ouro_obj *ouroi_dict_peek_name(const ouro_rt *rt, ouro_obj *dict, ouro_obj *name) {
    const table *t = table_of(dict);
    uint32_t at;
    return table_find(t, DICT_STRIDE, name, ouroi_str_place(rt, name), &at) == 1 ? *dict_value(t, at) : NULL;
}

int ouro_dict_each_peek(const ouro_obj *dict, size_t *at, ouro_obj **key, ouro_obj **value) {
    pair_entry *pair;
    if (!map_step(table_of(dict), DICT_STRIDE, at, &pair))
        return 0;
    *key = pair->e.key;
    *value = pair->value;
    return 1;
}

// ---- changing ----

static inline void dict_append(ouro_rt *rt, table *t, ouro_obj *key, uint32_t hash, ouro_obj *value) {
    pair_entry *pair = (pair_entry *)table_append(rt, t, DICT_STRIDE, key, hash);
    pair->value = NULL;
    ouro_setref(&t->head, &pair->value, value);
}

static inline void dict_replace(ouro_rt *rt, table *t, uint32_t at, ouro_obj *value) {
    table_changed(rt, t);
    ouro_setref(&t->head, dict_value(t, at), value);
}

int ouroi_dict_put(ouro_rt *rt, table *t, ouro_obj *key, uint32_t hash, ouro_obj *value) {
    for (unsigned tries = 0; tries < TABLE_TRIES; tries++) {
        uint32_t at;
        int found = table_look_hashed(rt, t, DICT_STRIDE, key, hash, &at);
        if (found < 0)
            return -1;
        if (found)
            dict_replace(rt, t, at, value);
        else if (table_has_room(t))
            dict_append(rt, t, key, hash, value);
        else if (ouroi_table_widen(rt, t, DICT_STRIDE) < 0)
            return -1;
        else
            continue;
        return 0;
    }
    return ouroi_table_restless(rt, t);
}

int ouro_dict_set(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj *value) {
    table *t = dict_check(rt, "ouro_dict_set", dict);
    uint32_t hash;
    if (!t || (unlikely(!hash_quick(rt, key, &hash)) && ouroi_table_hash(rt, key, &hash) < 0))
        return -1;
    return ouroi_dict_put(rt, t, key, hash, value);
}

int ouro_dict_set_text(ouro_rt *rt, ouro_obj *dict, const char *key, ouro_obj *value) {
    ouro_obj *name = ouro_intern(rt, key);
    int result = name ? ouro_dict_set(rt, dict, name, value) : -1;
    ouro_xdecref(name);
    return result;
}

ouro_obj *ouro_dict_set_default(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj *value) {
    table *t = dict_check(rt, "ouro_dict_set_default", dict);
    for (unsigned tries = 0; t && tries < TABLE_TRIES; tries++) {
        uint32_t hash, at;
        int found = table_look(rt, t, DICT_STRIDE, key, &hash, &at);
        if (found < 0)
            return NULL;
        if (found)
            return ouro_incref(*dict_value(t, at) ? *dict_value(t, at) : value);
        if (table_has_room(t)) {
            dict_append(rt, t, key, hash, value);
            return ouro_incref(value);
        }
        if (ouroi_table_widen(rt, t, DICT_STRIDE) < 0)
            return NULL;
    }
    if (t)
        ouroi_table_restless(rt, t);
    return NULL;
}

// Takes a key out: 1 and both (new); 0; -1.
static int dict_take(ouro_rt *rt, const char *where, ouro_obj *dict, ouro_obj *key, ouro_obj **old_key,
                     ouro_obj **value) {
    table *t = dict_check(rt, where, dict);
    uint32_t hash, at;
    int found = t ? table_look(rt, t, DICT_STRIDE, key, &hash, &at) : -1;
    *old_key = *value = NULL;
    if (found == 1)
        ouroi_table_remove(rt, t, DICT_STRIDE, at, old_key, value);
    return found == 1 ? *value != NULL : found;
}

int ouro_dict_del(ouro_rt *rt, ouro_obj *dict, ouro_obj *key) {
    ouro_obj *old_key, *value;
    int found = dict_take(rt, "ouro_dict_del", dict, key, &old_key, &value);
    ouro_xdecref(old_key);
    ouro_xdecref(value);
    return found;
}

int ouro_dict_pop(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj **value) {
    ouro_obj *old_key;
    int found = dict_take(rt, "ouro_dict_pop", dict, key, &old_key, value);
    ouro_xdecref(old_key);
    return found;
}

int ouro_dict_pop_last(ouro_rt *rt, ouro_obj *dict, ouro_obj **key, ouro_obj **value) {
    table *t = dict_check(rt, "ouro_dict_pop_last", dict);
    *key = *value = NULL;
    if (!t)
        return -1;
    uint32_t n = t->filled;
    while (n && !(table_entry(t, DICT_STRIDE, n - 1)->key && *dict_value(t, n - 1)))
        n--;
    if (n)
        ouroi_table_remove(rt, t, DICT_STRIDE, n - 1, key, value);
    return n != 0;
}

int ouro_dict_update(ouro_rt *rt, ouro_obj *dict, ouro_obj *other) {
    table *t = dict_check(rt, "ouro_dict_update", dict);
    return t ? ouroi_map_update(rt, t, DICT_STRIDE, other) : -1;
}

int ouro_dict_reserve(ouro_rt *rt, ouro_obj *dict, size_t n) {
    table *t = dict_check(rt, "ouro_dict_reserve", dict);
    return t ? ouroi_table_reserve(rt, t, DICT_STRIDE, n) : -1;
}

int ouro_dict_clear(ouro_rt *rt, ouro_obj *dict) {
    table *t = dict_check(rt, "ouro_dict_clear", dict);
    if (!t)
        return -1;
    ouroi_table_clear(rt, t, DICT_STRIDE);
    return 0;
}

// ---- operations ----

int ouroi_dict_missing(ouro_rt *rt, ouro_obj *key) {
    ouro_obj *text = ouro_repr(rt, key);
    if (!text)
        return -1;
    size_t n = ouro_str_size(text), most = 100;
    const char *data = ouro_str_data(text);
    if (n > most) {
        // Not in the middle of a character.
        while ((data[most] & 0xC0) == 0x80)
            most--;
        ouro_error_set(rt, OURO_ERR_KEY, "%.*s...", (int)most, data);
    } else {
        ouro_error_set(rt, OURO_ERR_KEY, "%s", data);
    }
    ouro_decref(text);
    return -1;
}

static ouro_obj *dict_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    ouro_obj *value;
    if (ouro_dict_get(rt, o, key, &value) == 0)
        ouroi_dict_missing(rt, key);
    return value;
}

static int dict_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    if (value)
        return ouro_dict_set(rt, o, key, value);
    int found = ouro_dict_del(rt, o, key);
    return found == 0 ? ouroi_dict_missing(rt, key) : found < 0 ? -1 : 0;
}

static ouro_obj *dict_iter(ouro_rt *rt, ouro_obj *o) {
    return ouroi_map_iter_new(rt, o, MAP_KEYS);
}

static const ouro_ops dict_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = ouroi_map_unhashable,
    .pair = ouroi_map_pair,
    .length = ouroi_map_length,
    .get_item = dict_get_item,
    .set_item = dict_set_item,
    .contains = ouro_dict_has,
    .iter = dict_iter,
    .repr = ouroi_map_repr,
    .binary = ouroi_map_binary,
    .copy = ouroi_map_copy,
    .deep = ouroi_map_deep,
};

static const ouro_field dict_entry_fields[] = {
    {offsetof(pair_entry, e.key), "key", NULL},
    {offsetof(pair_entry, value), "value", NULL},
};

static ouro_type dict_type = {
    .struct_size = sizeof(ouro_type),
    .name = "dict",
    .size = sizeof(table),
    .tail = {.place = OURO_TAIL_POINTER,
             .items = offsetof(table, entries),
             .count = offsetof(table, filled),
             .count_bytes = sizeof(uint32_t),
             .stride = DICT_STRIDE,
             .fields = dict_entry_fields,
             .n_fields = 2},
    .ops = &dict_ops,
};
const ouro_type *const ouro_dict_type = &dict_type;

int ouroi_dict_open(ouro_rt *rt) {
    if (ouroi_kind_open(rt, &dict_type, OUROI_KIND_DICT) < 0 || ouroi_dict_iter_open(rt) < 0)
        return -1;
    return ouroi_dict_view_open(rt);
}
