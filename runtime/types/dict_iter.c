// SPDX-License-Identifier: MIT
// dict_iter.c: iterators over dicts and odicts. An iterator holds its map and remembers its shape: when keys have come
// or gone since (of an odict: or its order has changed), the next step fails, and so do all further ones. A value may
// be replaced. At the end the map is let go.
#include "table.h"

typedef struct map_iter {
    ouro_obj head;
    ouro_obj *of; // NULL at the end
    uint32_t at;  // the number of the entry given last
    uint32_t part;
    uint64_t seen; // the shape, or the stamp of an odict
} map_iter;

#define MAP_NEVER UINT64_MAX // no map looks like that: the iterator has failed

static ouro_type map_iter_type;

ouro_obj *ouroi_map_iter_new(ouro_rt *rt, ouro_obj *map, map_part part) {
    map_iter *it = ouro_new(rt, &map_iter_type);
    if (!it)
        return NULL;
    it->part = part;
    it->seen = map_seen(table_of(map), map_stride(map));
    ouro_setref(&it->head, &it->of, map);
    return &it->head;
}

ouro_obj *ouroi_map_part(ouro_rt *rt, const pair_entry *pair, map_part part) {
    if (part == MAP_KEYS)
        return ouro_incref(pair->e.key);
    if (part == MAP_VALUES)
        return ouro_incref(pair->value);
    ouro_obj *both[2] = {ouro_incref(pair->e.key), ouro_incref(pair->value)};
    return ouro_tuple_new_steal(rt, both, 2);
}

static int map_iter_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    map_iter *it = (map_iter *)(void *)o;
    size_t at = it->at;
    pair_entry *pair;
    *out = NULL;
    if (!it->of)
        return 0;
    const table *t = table_of(it->of);
    size_t stride = map_stride(it->of);
    if (unlikely(it->seen != map_seen(t, stride))) {
        it->seen = MAP_NEVER;
        return ouroi_table_moved(rt, t);
    }
    if (unlikely(!map_step(t, stride, &at, &pair))) {
        ouro_clearref(o, &it->of);
        return 0;
    }
    *out = ouroi_map_part(rt, pair, (map_part)it->part);
    if (!*out)
        return -1;
    it->at = (uint32_t)at;
    return 1;
}

static ouro_obj *map_iter_iter(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

static const ouro_ops map_iter_ops = {
    .struct_size = sizeof(ouro_ops),
    .iter = map_iter_iter,
    .next = map_iter_next,
};

static const ouro_field map_iter_fields[] = {OURO_FIELD(map_iter, of)};
static ouro_type map_iter_type = {
    .struct_size = sizeof(ouro_type),
    .name = "dict iterator",
    .size = sizeof(map_iter),
    .fields = map_iter_fields,
    .n_fields = 1,
    .ops = &map_iter_ops,
};

int ouroi_dict_iter_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &map_iter_type, OUROI_KIND_DICT_ITER);
}
