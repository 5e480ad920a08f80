// SPDX-License-Identifier: MIT
// odict.c: the functions of ouro/odict.h. An odict is a table (table.h) whose entries are also in a doubly linked list,
// by their numbers: its order. The functions that change it do as those of dict.c do, and link and unlink.
#include "table.h"

static inline ordered *odict_of(const ouro_obj *o) {
    return (ordered *)(void *)(uintptr_t)o;
}

static inline ouro_obj **odict_value(const ordered *d, uint32_t at) {
    return &table_pair(&d->t, ODICT_STRIDE, at)->value;
}

// The object as an odict; NULL, with an error, if it is none.
static ordered *odict_check(ouro_rt *rt, const char *where, ouro_obj *o) {
    if (unlikely(!ouro_is_odict(o)) && !ouroi_expect(rt, where, ouro_odict_type, o))
        return NULL;
    return odict_of(o);
}

// ---- reading ----

ouro_obj *ouro_odict_new(ouro_rt *rt) {
    return ouro_new(rt, ouro_odict_type);
}

size_t ouro_odict_size(const ouro_obj *odict) {
    return odict_of(odict)->t.live;
}

int ouro_odict_get(ouro_rt *rt, ouro_obj *odict, ouro_obj *key, ouro_obj **value) {
    ordered *d = odict_check(rt, "ouro_odict_get", odict);
    uint32_t hash, at;
    int found = d ? table_look(rt, &d->t, ODICT_STRIDE, key, &hash, &at) : -1;
    *value = found == 1 ? ouro_xincref(*odict_value(d, at)) : NULL;
    return found == 1 ? *value != NULL : found;
}

int ouro_odict_has(ouro_rt *rt, ouro_obj *odict, ouro_obj *key) {
    ordered *d = odict_check(rt, "ouro_odict_has", odict);
    uint32_t hash, at;
    return d ? table_look(rt, &d->t, ODICT_STRIDE, key, &hash, &at) : -1;
}

int ouro_odict_each_peek(const ouro_obj *odict, size_t *at, ouro_obj **key, ouro_obj **value) {
    pair_entry *pair;
    if (!map_step(&odict_of(odict)->t, ODICT_STRIDE, at, &pair))
        return 0;
    *key = pair->e.key;
    *value = pair->value;
    return 1;
}

// ---- changing ----

static void odict_append(ouro_rt *rt, ordered *d, ouro_obj *key, uint32_t hash, ouro_obj *value) {
    pair_entry *pair = (pair_entry *)table_append(rt, &d->t, ODICT_STRIDE, key, hash);
    pair->value = NULL;
    ouro_setref(&d->t.head, &pair->value, value);
    ordered_link(d, d->t.filled, OURO_LAST);
}

int ouroi_odict_put(ouro_rt *rt, table *t, ouro_obj *key, uint32_t hash, ouro_obj *value) {
    ordered *d = (ordered *)t;
    for (unsigned tries = 0; tries < TABLE_TRIES; tries++) {
        uint32_t at;
        int found = table_look_hashed(rt, t, ODICT_STRIDE, key, hash, &at);
        if (found < 0)
            return -1;
        if (found)
            ouro_setref(&t->head, odict_value(d, at), value);
        else if (table_has_room(t))
            odict_append(rt, d, key, hash, value);
        else if (ouroi_table_widen(rt, t, ODICT_STRIDE) < 0)
            return -1;
        else
            continue;
        return 0;
    }
    return ouroi_table_restless(rt, t);
}

int ouro_odict_set(ouro_rt *rt, ouro_obj *odict, ouro_obj *key, ouro_obj *value) {
    ordered *d = odict_check(rt, "ouro_odict_set", odict);
    return d ? ouroi_map_set(rt, &d->t, ODICT_STRIDE, key, value) : -1;
}

static void odict_take(ouro_rt *rt, ordered *d, uint32_t at, ouro_obj **key, ouro_obj **value) {
    ordered_unlink(d, at + 1);
    ouroi_table_remove(rt, &d->t, ODICT_STRIDE, at, key, value);
}

int ouro_odict_del(ouro_rt *rt, ouro_obj *odict, ouro_obj *key) {
    ordered *d = odict_check(rt, "ouro_odict_del", odict);
    ouro_obj *old_key, *value;
    uint32_t hash, at;
    int found = d ? table_look(rt, &d->t, ODICT_STRIDE, key, &hash, &at) : -1;
    if (found != 1)
        return found;
    odict_take(rt, d, at, &old_key, &value);
    ouro_xdecref(old_key);
    ouro_xdecref(value);
    return 1;
}

int ouro_odict_clear(ouro_rt *rt, ouro_obj *odict) {
    ordered *d = odict_check(rt, "ouro_odict_clear", odict);
    if (!d)
        return -1;
    d->first = d->last = 0;
    ouroi_table_clear(rt, &d->t, ODICT_STRIDE);
    return 0;
}

int ouro_odict_move(ouro_rt *rt, ouro_obj *odict, ouro_obj *key, ouro_end end) {
    ordered *d = odict_check(rt, "ouro_odict_move", odict);
    uint32_t hash, at;
    int found = d ? table_look(rt, &d->t, ODICT_STRIDE, key, &hash, &at) : -1;
    if (found != 1 || (end == OURO_LAST ? d->last : d->first) == at + 1)
        return found;
    ordered_unlink(d, at + 1);
    ordered_link(d, at + 1, end);
    table_changed(rt, &d->t);
    return 1;
}

int ouro_odict_pop(ouro_rt *rt, ouro_obj *odict, ouro_end end, ouro_obj **key, ouro_obj **value) {
    ordered *d = odict_check(rt, "ouro_odict_pop", odict);
    *key = *value = NULL;
    if (!d)
        return -1;
    uint32_t i = end == OURO_LAST ? d->last : d->first;
    // The collector may have emptied some.
    while (i && !(table_entry(&d->t, ODICT_STRIDE, i - 1)->key && *odict_value(d, i - 1)))
        i = end == OURO_LAST ? table_ordered(&d->t, i - 1)->before : table_ordered(&d->t, i - 1)->after;
    if (i)
        odict_take(rt, d, i - 1, key, value);
    return i != 0;
}

// ---- operations ----

static ouro_obj *odict_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    ouro_obj *value;
    if (ouro_odict_get(rt, o, key, &value) == 0)
        ouroi_dict_missing(rt, key);
    return value;
}

static int odict_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    if (value)
        return ouro_odict_set(rt, o, key, value);
    int found = ouro_odict_del(rt, o, key);
    return found == 0 ? ouroi_dict_missing(rt, key) : found < 0 ? -1 : 0;
}

static ouro_obj *odict_iter(ouro_rt *rt, ouro_obj *o) {
    return ouroi_map_iter_new(rt, o, MAP_KEYS);
}

static const ouro_ops odict_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = ouroi_map_unhashable,
    .pair = ouroi_map_pair,
    .length = ouroi_map_length,
    .get_item = odict_get_item,
    .set_item = odict_set_item,
    .contains = ouro_odict_has,
    .iter = odict_iter,
    .repr = ouroi_map_repr,
    .binary = ouroi_map_binary,
    .copy = ouroi_map_copy,
    .deep = ouroi_map_deep,
};

static const ouro_field odict_entry_fields[] = {
    {offsetof(order_entry, e.key), "key", NULL},
    {offsetof(order_entry, value), "value", NULL},
};

static ouro_type odict_type = {
    .struct_size = sizeof(ouro_type),
    .name = "OrderedDict",
    .size = sizeof(ordered),
    .tail = {.place = OURO_TAIL_POINTER,
             .items = offsetof(table, entries),
             .count = offsetof(table, filled),
             .count_bytes = sizeof(uint32_t),
             .stride = ODICT_STRIDE,
             .fields = odict_entry_fields,
             .n_fields = 2},
    .ops = &odict_ops,
};
const ouro_type *const ouro_odict_type = &odict_type;

int ouroi_odict_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &odict_type, OUROI_KIND_ODICT);
}
