// SPDX-License-Identifier: MIT
// lru_ops.c: what caches answer to the protocols. All that goes through a cache goes through a list of what was in it
// at first: reading a cache changes its order, and weak values leave when they like.
#include "lru.h"
#include "seq.h"

// ---- what is in a cache ----

// A bare list with room for `each` items for each entry. Returns: new; NULL on failure.
static ouroi_list *lru_list(ouro_rt *rt, const lru *c, size_t each) {
    ouroi_list *l = ouroi_list_bare(rt);
    while (l && !list_has_room(l, each * c->map.t.live))
        if (!ouroi_list_room(rt, l, each * c->map.t.live)) {
            ouro_decref(&l->head);
            l = NULL;
        }
    return l;
}

// The next entry that has a key and a value (new): *at is 0 at first, and then its number. NULL at the end.
static const pair_entry *lru_step(const lru *c, uint32_t *at, ouro_obj **value) {
    for (uint32_t i = *at ? table_ordered(&c->map.t, *at - 1)->after : c->map.first; i;
         i = table_ordered(&c->map.t, i - 1)->after) {
        const pair_entry *pair = table_pair(&c->map.t, ODICT_STRIDE, i - 1);
        if (pair->e.key && ouroi_lru_value(c, i - 1, value)) {
            *at = i;
            return pair;
        }
    }
    return NULL;
}

// A bare list of keys and values, in turns, oldest first. Returns: new; NULL on failure.
static ouroi_list *lru_pairs(ouro_rt *rt, const lru *c) {
    ouroi_list *l = lru_list(rt, c, 2);
    const pair_entry *pair;
    ouro_obj *value;
    uint32_t at = 0;
    while (l && (pair = lru_step(c, &at, &value)) != NULL) {
        list_push(l, ouroi_call_key_open(pair->e.key));
        list_push_steal(l, value);
    }
    return l;
}

ouro_obj *ouro_lru_keys(ouro_rt *rt, ouro_obj *cache) {
    if (!ouro_is_lru(cache) && !ouroi_expect(rt, "ouro_lru_keys", ouro_lru_type, cache))
        return NULL;
    const lru *c = lru_of(cache);
    ouroi_list *l = lru_list(rt, c, 1);
    const pair_entry *pair;
    ouro_obj *value;
    uint32_t at = 0;
    if (!l)
        return NULL;
    while ((pair = lru_step(c, &at, &value)) != NULL) {
        list_push(l, ouroi_call_key_open(pair->e.key));
        ouro_decref(value);
    }
    ouro_track(&l->head);
    return &l->head;
}

// ---- items ----

static int lru_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = ouro_lru_size(o);
    return 0;
}

static ouro_obj *lru_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    ouro_obj *value;
    if (ouro_lru_get(rt, o, key, &value) == 0)
        ouroi_dict_missing(rt, key);
    return value;
}

static int lru_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    if (value)
        return ouro_lru_put(rt, o, key, value);
    int found = ouro_lru_del(rt, o, key);
    return found == 0 ? ouroi_dict_missing(rt, key) : found < 0 ? -1 : 0;
}

static ouro_obj *lru_iter(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *keys = ouro_lru_keys(rt, o), *it = keys ? ouro_iter(rt, keys) : NULL;
    ouro_xdecref(keys);
    return it;
}

// ---- text ----

static int lru_repr_close(const lru *c, ouro_builder *out) {
    if (c->capacity == OURO_LRU_UNBOUNDED)
        return ouro_builder_text(out, "}, maxsize=None)");
    return ouro_builder_format(out, "}, maxsize=%zu)", c->capacity);
}

// What is written lies in step->held.
static int lru_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    if (!step->held) {
        ouroi_list *pairs = lru_pairs(rt, lru_of(o));
        if (!pairs)
            return -1;
        step->held = &pairs->head;
        if (ouro_builder_text(out, "LRUCache({") < 0)
            return -1;
    }
    const ouroi_list *l = (const ouroi_list *)(const void *)step->held;
    if (step->at == l->size)
        return lru_repr_close(lru_of(o), out);
    if (step->at && ouro_builder_text(out, step->at % 2 ? ": " : ", ") < 0)
        return -1;
    *part = ouro_incref(l->items[step->at++]);
    return 1;
}

// ---- copies ----

static ouro_obj *lru_blank(ouro_rt *rt, const lru *c) {
    return ouro_lru_new(rt, c->capacity, c->options);
}

static ouro_obj *lru_copy(ouro_rt *rt, ouro_obj *o) {
    ouroi_list *l = lru_pairs(rt, lru_of(o));
    ouro_obj *copy = l ? lru_blank(rt, lru_of(o)) : NULL;
    for (size_t i = 0; copy && i < l->size; i += 2)
        if (ouro_lru_put(rt, copy, l->items[i], l->items[i + 1]) < 0)
            ouro_setslot_steal(&copy, NULL);
    if (l)
        ouro_decref(&l->head);
    return copy;
}

// The copy of the item at step->at has come. Returns: 0, or -1.
static int lru_deep_take(ouro_rt *rt, ouro_step *step, ouro_obj *made, ouro_obj *copy) {
    const ouroi_list *l = (const ouroi_list *)(const void *)step->held;
    ouro_setslot_steal(&l->items[step->at++], copy);
    // What only the copy would hold is no weak value: these stay the same.
    if (lru_of(made)->options & OURO_LRU_WEAK)
        step->at++;
    return step->at % 2 ? 0 : ouro_lru_put(rt, made, l->items[step->at - 2], l->items[step->at - 1]);
}

// Each item of the list in step->held gives way to its copy.
static int lru_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    ouro_obj *copy = ouro_takeslot(part);
    if (copy && lru_deep_take(rt, step, *made, copy) < 0)
        return -1;
    if (!step->held) {
        ouroi_list *pairs = lru_pairs(rt, lru_of(o));
        step->held = pairs ? &pairs->head : NULL;
        if (!pairs || !(*made = lru_blank(rt, lru_of(o))))
            return -1;
    }
    const ouroi_list *l = (const ouroi_list *)(const void *)step->held;
    if (step->at == l->size)
        return 0;
    *part = ouro_incref(l->items[step->at]);
    return 1;
}

const ouro_ops ouroi_lru_ops = {
    .struct_size = sizeof(ouro_ops),
    .length = lru_length,
    .get_item = lru_get_item,
    .set_item = lru_set_item,
    .contains = ouro_lru_has,
    .iter = lru_iter,
    .repr = lru_repr,
    .copy = lru_copy,
    .deep = lru_deep,
};
