// SPDX-License-Identifier: MIT
// weakdict.c: the functions of ouro/weakdict.h, on the table of weakly.h.
#include "weakly.h"

int ouro_is_weakdict(const ouro_obj *o) {
    return ouroi_weakly_is_dict(o);
}

// The container, settled; NULL, with an error, if the object is none.
static weakly *weakdict_check(ouro_rt *rt, const char *where, ouro_obj *o) {
    if (ouroi_weakly_is_dict(o)) {
        ouroi_weakly_settle(rt, weakly_of(o));
        return weakly_of(o);
    }
    ouroi_wrong_type(rt, where, "weak dict", o);
    return NULL;
}

ouro_obj *ouro_weakvalues_new(ouro_rt *rt) {
    return ouroi_weakly_new(rt, ouro_weakvalues_type, DICT_STRIDE, true);
}

ouro_obj *ouro_weakkeys_new(ouro_rt *rt) {
    return ouroi_weakly_new(rt, ouro_weakkeys_type, DICT_STRIDE, false);
}

// ---- reading ----

int ouro_weakdict_size(ouro_rt *rt, ouro_obj *dict, size_t *size) {
    const weakly *w = weakdict_check(rt, "ouro_weakdict_size", dict);
    *size = w ? weakly_size(w) : 0;
    return w ? 0 : -1;
}

static int weakdict_look(ouro_rt *rt, weakly *w, ouro_obj *x, ouro_obj **value) {
    ouro_obj *key;
    uint32_t at;
    int found = ouroi_weakly_look(rt, w, x, &at, &key, value);
    ouro_xdecref(key);
    return found;
}

int ouro_weakdict_get(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj **value) {
    weakly *w = weakdict_check(rt, "ouro_weakdict_get", dict);
    *value = NULL;
    return w ? weakdict_look(rt, w, key, value) : -1;
}

int ouro_weakdict_has(ouro_rt *rt, ouro_obj *dict, ouro_obj *key) {
    weakly *w = weakdict_check(rt, "ouro_weakdict_has", dict);
    ouro_obj *value = NULL;
    int found = w ? weakdict_look(rt, w, key, &value) : -1;
    ouro_xdecref(value);
    return found;
}

int ouro_weakdict_each(const ouro_obj *dict, size_t *at, ouro_obj **key, ouro_obj **value) {
    return ouroi_weakly_step(weakly_of(dict), at, key, value);
}

ouro_obj *ouro_weakdict_values(ouro_rt *rt, ouro_obj *dict) {
    return weakdict_check(rt, "ouro_weakdict_values", dict) ? ouroi_weakly_iter(rt, dict, MAP_VALUES) : NULL;
}

ouro_obj *ouro_weakdict_items(ouro_rt *rt, ouro_obj *dict) {
    return weakdict_check(rt, "ouro_weakdict_items", dict) ? ouroi_weakly_iter(rt, dict, MAP_ITEMS) : NULL;
}

// Puts a weak reference to an object into a list. Returns: 0, or -1.
static int weakdict_refer(ouro_rt *rt, ouro_obj *list, ouro_obj *target) {
    ouro_obj *ref = ouro_weak_new(rt, target, NULL, NULL);
    int result = ref ? ouro_list_append(rt, list, ref) : -1;
    ouro_xdecref(ref);
    return result;
}

ouro_obj *ouro_weakdict_refs(ouro_rt *rt, ouro_obj *dict) {
    const weakly *w = weakdict_check(rt, "ouro_weakdict_refs", dict);
    ouro_obj *list = w ? ouro_list_new(rt, NULL, 0) : NULL, *key, *value;
    uint64_t seen = w ? w->changes : 0;
    for (size_t at = 0; list && ouroi_weakly_step(w, &at, &key, &value);) {
        int result = weakdict_refer(rt, list, w->by_value ? value : key);
        ouro_decref(key);
        ouro_decref(value);
        if (result == 0 && seen != w->changes)
            result = ouroi_table_moved(rt, &w->t);
        if (result < 0)
            ouro_setslot_steal(&list, NULL);
    }
    return list;
}

// ---- changing ----

int ouro_weakdict_set(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj *value) {
    weakly *w = weakdict_check(rt, "ouro_weakdict_set", dict);
    return w && ouroi_weakly_set(rt, w, key, value) >= 0 ? 0 : -1;
}

ouro_obj *ouro_weakdict_set_default(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj *value) {
    weakly *w = weakdict_check(rt, "ouro_weakdict_set_default", dict);
    ouro_obj *there = NULL;
    int found = w ? weakdict_look(rt, w, key, &there) : -1;
    if (found == 0 && ouroi_weakly_set(rt, w, key, value) >= 0)
        there = ouro_incref(value);
    return there;
}

static int weakdict_take(ouro_rt *rt, weakly *w, ouro_obj *x, ouro_obj **value) {
    ouro_obj *key;
    uint32_t at;
    int found = ouroi_weakly_look(rt, w, x, &at, &key, value);
    if (found == 1)
        ouroi_weakly_remove(rt, w, at);
    ouro_xdecref(key);
    return found;
}

int ouro_weakdict_pop(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj **value) {
    weakly *w = weakdict_check(rt, "ouro_weakdict_pop", dict);
    *value = NULL;
    return w ? weakdict_take(rt, w, key, value) : -1;
}

int ouro_weakdict_del(ouro_rt *rt, ouro_obj *dict, ouro_obj *key) {
    weakly *w = weakdict_check(rt, "ouro_weakdict_del", dict);
    ouro_obj *value = NULL;
    int found = w ? weakdict_take(rt, w, key, &value) : -1;
    ouro_xdecref(value);
    return found;
}

int ouro_weakdict_pop_last(ouro_rt *rt, ouro_obj *dict, ouro_obj **key, ouro_obj **value) {
    weakly *w = weakdict_check(rt, "ouro_weakdict_pop_last", dict);
    *key = *value = NULL;
    return w ? ouroi_weakly_pop(rt, w, key, value) : -1;
}

// Puts in all that a dict or odict has.
static int weakdict_fill(ouro_rt *rt, weakly *w, const table *from, size_t stride) {
    uint64_t seen = map_seen(from, stride);
    pair_entry *pair;
    for (size_t at = 0; map_step(from, stride, &at, &pair);) {
        ouro_obj *key = ouro_incref(pair->e.key), *value = ouro_incref(pair->value);
        int result = ouroi_weakly_put(rt, w, key, pair->e.hash, value);
        ouro_decref(key);
        ouro_decref(value);
        if (result < 0)
            return -1;
        if (seen != map_seen(from, stride))
            return ouroi_table_moved(rt, from);
    }
    return 0;
}

// A dict of the pairs that an iterable gives: it keeps them alive until all have been put in. Returns: new; NULL on
// failure.
static ouro_obj *weakdict_gather(ouro_rt *rt, ouro_obj *pairs) {
    ouro_obj *dict = ouro_dict_new(rt);
    if (dict && ouro_dict_update(rt, dict, pairs) < 0)
        ouro_setslot_steal(&dict, NULL);
    return dict;
}

int ouro_weakdict_update(ouro_rt *rt, ouro_obj *dict, ouro_obj *other) {
    weakly *w = weakdict_check(rt, "ouro_weakdict_update", dict);
    if (!w)
        return -1;
    if (ouroi_weakly_is_dict(other))
        return dict == other ? 0 : ouroi_weakly_fill(rt, w, weakly_of(other));
    ouro_obj *map = map_stride(other) ? ouro_incref(other) : weakdict_gather(rt, other);
    int result = map ? weakdict_fill(rt, w, table_of(map), map_stride(map)) : -1;
    ouro_xdecref(map);
    return result;
}

int ouro_weakdict_clear(ouro_rt *rt, ouro_obj *dict) {
    weakly *w = weakdict_check(rt, "ouro_weakdict_clear", dict);
    if (!w)
        return -1;
    ouroi_weakly_clear(rt, w);
    return 0;
}

// ---- operations ----

static ouro_obj *weakdict_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    ouro_obj *value;
    if (ouro_weakdict_get(rt, o, key, &value) == 0)
        ouroi_dict_missing(rt, key);
    return value;
}

static int weakdict_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    if (value)
        return ouro_weakdict_set(rt, o, key, value);
    int found = ouro_weakdict_del(rt, o, key);
    return found == 0 ? ouroi_dict_missing(rt, key) : found < 0 ? -1 : 0;
}

// True if the object is a dict of any kind.
static bool weakdict_is_mapping(const ouro_obj *o) {
    return ouroi_weakly_is_dict(o) || map_stride(o);
}

// What a dict of any kind has under a key. As ouro_dict_get.
static int weakdict_other_get(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj **value) {
    if (ouroi_weakly_is_dict(o))
        return ouro_weakdict_get(rt, o, key, value);
    return map_stride(o) == DICT_STRIDE ? ouro_dict_get(rt, o, key, value) : ouro_odict_get(rt, o, key, value);
}

static size_t weakdict_other_size(ouro_rt *rt, ouro_obj *o) {
    if (ouroi_weakly_is_dict(o))
        ouroi_weakly_settle(rt, weakly_of(o));
    return table_of(o)->live;
}

// Each living entry is looked up in the other dict, and the two values are handed out; step->number counts them. Keys
// cannot nest weak dicts, which have no hash, so looking them up nests no more than one call.
static int weakdict_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                         ouro_obj **y) {
    ouro_obj *key;
    if (relation != OURO_EQ || !weakdict_is_mapping(b))
        return OURO_PASS;
    if (!ouroi_weakly_step(weakly_of(a), &step->at, &key, x))
        return weakdict_other_size(rt, b) == step->number;
    int found = weakdict_other_get(rt, b, key, y);
    ouro_decref(key);
    step->number++;
    if (found == 1)
        return OURO_MORE;
    ouro_setslot_steal(x, NULL);
    return found;
}

static int weakdict_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    if (op != OURO_OR || !weakdict_is_mapping(a) || !weakdict_is_mapping(b))
        return OURO_PASS;
    const weakly *like = weakly_of(ouroi_weakly_is_dict(a) ? a : b);
    *out = ouroi_weakly_new(rt, ouro_type_of(&like->t.head), DICT_STRIDE, like->by_value);
    if (*out && (ouro_weakdict_update(rt, *out, a) < 0 || ouro_weakdict_update(rt, *out, b) < 0))
        ouro_setslot_steal(out, NULL);
    return *out ? 1 : -1;
}

const ouro_ops ouroi_weakdict_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = ouroi_map_unhashable,
    .pair = weakdict_pair,
    .length = ouroi_weakly_length,
    .get_item = weakdict_get_item,
    .set_item = weakdict_set_item,
    .contains = ouro_weakdict_has,
    .iter = ouroi_weakly_iter_keys,
    .repr = ouroi_weakly_repr,
    .binary = weakdict_binary,
    .copy = ouroi_weakly_copy,
    .deep = ouroi_weakly_deep,
};
