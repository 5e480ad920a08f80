// SPDX-License-Identifier: MIT
// set.c: the functions of ouro/set.h that deal with one set. A set is a table (table.h) of keys alone; a frozenset has
// its hash behind it. Nothing changes a frozenset once it has been handed out. Sets among each other: set_ops.c.
#include "set.h"

// The table of a set or frozenset; NULL, with an error, if the object is neither.
static inline table *set_check(ouro_rt *rt, const char *where, ouro_obj *o) {
    if (likely(ouro_is_set(o)) || ouroi_set_like(o) || ouroi_expect(rt, where, ouro_set_type, o))
        return table_of(o);
    return NULL;
}

// The table of a set that changes.
static inline table *set_check_changing(ouro_rt *rt, const char *where, ouro_obj *o) {
    return likely(ouro_is_set(o)) || ouroi_expect(rt, where, ouro_set_type, o) ? table_of(o) : NULL;
}

bool ouroi_set_like(const ouro_obj *o) {
    return ouro_is_set(o) || ouro_is_frozenset(o) || ouro_is_a(o, ouro_set_type) || ouro_is_a(o, ouro_frozenset_type);
}

size_t ouroi_keys_stride(const ouro_obj *o) {
    if (ouroi_set_like(o))
        return SET_STRIDE;
    return map_stride(o) == DICT_STRIDE ? DICT_STRIDE : 0;
}

// ---- filling ----

int ouroi_set_put(ouro_rt *rt, table *t, ouro_obj *x, uint32_t hash) {
    for (unsigned tries = 0; tries < TABLE_TRIES; tries++) {
        uint32_t at;
        int found = table_look_hashed(rt, t, SET_STRIDE, x, hash, &at);
        if (found)
            return found < 0 ? -1 : 0;
        if (table_has_room(t)) {
            table_append(rt, t, SET_STRIDE, x, hash);
            return 1;
        }
        if (ouroi_table_widen(rt, t, SET_STRIDE) < 0)
            return -1;
    }
    return ouroi_table_restless(rt, t);
}

static int set_put_any(ouro_rt *rt, table *t, ouro_obj *x) {
    uint32_t hash;
    if (unlikely(!hash_quick(rt, x, &hash)) && ouroi_table_hash(rt, x, &hash) < 0)
        return -1;
    return ouroi_set_put(rt, t, x, hash);
}

static int set_fill_item(ouro_rt *rt, ouro_obj *item, void *arg) {
    return set_put_any(rt, arg, item) < 0 ? -1 : 0;
}

static int set_fill_keys(ouro_rt *rt, table *t, const table *from, size_t stride) {
    uint64_t seen = map_seen(from, stride);
    if (t == from)
        return 0;
    if (ouroi_table_reserve(rt, t, SET_STRIDE, (size_t)t->live + from->live) < 0)
        return -1;
    for (uint32_t i = 0; (i = table_skip(from, stride, i)) < from->filled; i++) {
        const entry *e = table_entry(from, stride, i);
        ouro_obj *key = ouro_incref(e->key);
        int result = ouroi_set_put(rt, t, key, e->hash);
        ouro_decref(key);
        if (result < 0)
            return -1;
        if (seen != map_seen(from, stride))
            return ouroi_table_moved(rt, from);
    }
    return 0;
}

int ouroi_set_fill(ouro_rt *rt, table *t, ouro_obj *iterable) {
    size_t stride = ouroi_keys_stride(iterable);
    if (stride)
        return set_fill_keys(rt, t, table_of(iterable), stride);
    return ouroi_iterate(rt, iterable, set_fill_item, t);
}

// ---- making ----

// Makes a set of either type. Returns: new; NULL on failure.
static ouro_obj *set_make(ouro_rt *rt, const ouro_type *type, ouro_obj *iterable) {
    ouro_obj *o = ouro_new(rt, type);
    if (!o || !iterable)
        return o;
    size_t stride = ouroi_keys_stride(iterable);
    int result = stride ? ouroi_table_copy(rt, table_of(o), SET_STRIDE, table_of(iterable), stride)
                        : ouroi_set_fill(rt, table_of(o), iterable);
    if (result == 0)
        return o;
    ouro_decref(o);
    return NULL;
}

ouro_obj *ouro_set_new(ouro_rt *rt, ouro_obj *iterable) {
    return set_make(rt, ouro_set_type, iterable);
}

ouro_obj *ouroi_frozenset_finish(ouro_rt *rt, ouro_obj *made) {
    if (!made || table_of(made)->live)
        return made;
    ouro_decref(made);
    return ouro_incref(state_of(rt)->empty_frozenset);
}

ouro_obj *ouro_frozenset_new(ouro_rt *rt, ouro_obj *iterable) {
    if (!iterable)
        return ouro_incref(state_of(rt)->empty_frozenset);
    if (ouro_is(iterable, ouro_frozenset_type))
        return ouro_incref(iterable);
    return ouroi_frozenset_finish(rt, set_make(rt, ouro_frozenset_type, iterable));
}

// ---- reading ----

size_t ouro_set_size(const ouro_obj *set) {
    return table_of(set)->live;
}

// Looking for x has failed. If that is because x is a set, which has no hash, the frozenset with the same objects is
// looked for instead.
NOINLINE static int set_frozen(ouro_rt *rt, ouro_obj *set, ouro_obj *x,
                               int (*look)(ouro_rt *rt, ouro_obj *set, ouro_obj *x)) {
    if (!ouro_is_set(x) || ouro_error_code(rt) != OURO_ERR_TYPE)
        return -1;
    ouro_error_clear(rt);
    ouro_obj *frozen = ouro_frozenset_new(rt, x);
    int found = frozen ? look(rt, set, frozen) : -1;
    ouro_xdecref(frozen);
    return found;
}

int ouro_set_has(ouro_rt *rt, ouro_obj *set, ouro_obj *x) {
    table *t = set_check(rt, "ouro_set_has", set);
    uint32_t hash, at;
    if (unlikely(!t))
        return -1;
    int found = table_look(rt, t, SET_STRIDE, x, &hash, &at);
    return likely(found >= 0) ? found : set_frozen(rt, set, x, ouro_set_has);
}

int ouro_set_each_peek(const ouro_obj *set, size_t *at, ouro_obj **x) {
    const table *t = table_of(set);
    uint32_t i = table_skip(t, SET_STRIDE, (uint32_t)*at);
    if (i >= t->filled)
        return 0;
    *x = table_entry(t, SET_STRIDE, i)->key;
    *at = i + 1;
    return 1;
}

// ---- changing ----

int ouro_set_add(ouro_rt *rt, ouro_obj *set, ouro_obj *x) {
    table *t = set_check_changing(rt, "ouro_set_add", set);
    return t ? set_put_any(rt, t, x) : -1;
}

int ouro_set_remove(ouro_rt *rt, ouro_obj *set, ouro_obj *x) {
    table *t = set_check_changing(rt, "ouro_set_remove", set);
    ouro_obj *key, *none;
    uint32_t hash, at;
    if (unlikely(!t))
        return -1;
    int found = table_look(rt, t, SET_STRIDE, x, &hash, &at);
    if (found != 1)
        return found ? set_frozen(rt, set, x, ouro_set_remove) : 0;
    ouroi_table_remove(rt, t, SET_STRIDE, at, &key, &none);
    ouro_xdecref(key);
    return 1;
}

int ouro_set_pop(ouro_rt *rt, ouro_obj *set, ouro_obj **x) {
    table *t = set_check_changing(rt, "ouro_set_pop", set);
    ouro_obj *none;
    *x = NULL;
    if (!t)
        return -1;
    uint32_t n = t->filled;
    while (n && !table_entry(t, SET_STRIDE, n - 1)->key)
        n--;
    if (n)
        ouroi_table_remove(rt, t, SET_STRIDE, n - 1, x, &none);
    return n != 0;
}

int ouro_set_update(ouro_rt *rt, ouro_obj *set, ouro_obj *iterable) {
    table *t = set_check_changing(rt, "ouro_set_update", set);
    return t ? ouroi_set_fill(rt, t, iterable) : -1;
}

int ouro_set_clear(ouro_rt *rt, ouro_obj *set) {
    table *t = set_check_changing(rt, "ouro_set_clear", set);
    if (!t)
        return -1;
    ouroi_table_clear(rt, t, SET_STRIDE);
    return 0;
}

// ---- iterating ----

typedef struct set_iterator {
    ouro_obj head;
    ouro_obj *of;  // NULL at the end
    uint64_t at;   // the position of the next
    uint64_t seen; // the stamp
} set_iterator;

static ouro_type set_iter_type;

ouro_obj *ouroi_set_iter(ouro_rt *rt, ouro_obj *o) {
    set_iterator *it = ouro_new(rt, &set_iter_type);
    if (!it)
        return NULL;
    it->seen = table_of(o)->stamp;
    ouro_setref(&it->head, &it->of, o);
    return &it->head;
}

static int set_iter_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    set_iterator *it = (set_iterator *)(void *)o;
    size_t at = (size_t)it->at;
    *out = NULL;
    if (!it->of)
        return 0;
    // A stamp never comes back, so an iterator that has failed goes on failing.
    if (unlikely(it->seen != table_of(it->of)->stamp))
        return ouroi_table_moved(rt, table_of(it->of));
    if (unlikely(!ouro_set_each_peek(it->of, &at, out))) {
        ouro_clearref(o, &it->of);
        return 0;
    }
    it->at = at;
    ouro_incref(*out);
    return 1;
}

static ouro_obj *set_iter_iter(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

static const ouro_ops set_iter_ops = {
    .struct_size = sizeof(ouro_ops),
    .iter = set_iter_iter,
    .next = set_iter_next,
};

static const ouro_field set_iter_fields[] = {OURO_FIELD(set_iterator, of)};
static ouro_type set_iter_type = {
    .struct_size = sizeof(ouro_type),
    .name = "set iterator",
    .size = sizeof(set_iterator),
    .fields = set_iter_fields,
    .n_fields = 1,
    .ops = &set_iter_ops,
};

// ---- the types ----

static const ouro_field set_entry_fields[] = {{offsetof(entry, key), "key", NULL}};

#define SET_TAIL                                                                                                       \
    {                                                                                                                  \
        .place = OURO_TAIL_POINTER, .items = offsetof(table, entries), .count = offsetof(table, filled),               \
        .count_bytes = sizeof(uint32_t), .stride = SET_STRIDE, .fields = set_entry_fields, .n_fields = 1               \
    }

static ouro_type set_type = {
    .struct_size = sizeof(ouro_type),
    .name = "set",
    .size = sizeof(table),
    .tail = SET_TAIL,
    .ops = &ouroi_set_ops,
};
const ouro_type *const ouro_set_type = &set_type;

static ouro_type frozenset_type = {
    .struct_size = sizeof(ouro_type),
    .name = "frozenset",
    .size = sizeof(frozenset),
    .tail = SET_TAIL,
    .ops = &ouroi_frozenset_ops,
};
const ouro_type *const ouro_frozenset_type = &frozenset_type;

int ouroi_set_open(ouro_rt *rt) {
    if (ouroi_kind_open(rt, &set_type, OUROI_KIND_SET) < 0 ||
        ouroi_kind_open(rt, &frozenset_type, OUROI_KIND_FROZENSET) < 0 ||
        ouroi_kind_open(rt, &set_iter_type, OUROI_KIND_SET_ITER) < 0)
        return -1;
    ouro_obj *empty = ouro_new(rt, &frozenset_type);
    if (!empty)
        return -1;
    ouro_immortalize(empty);
    state_of(rt)->empty_frozenset = empty;
    return 0;
}
