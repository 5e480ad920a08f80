// SPDX-License-Identifier: MIT
// weakly.c: the table of weak dicts and the weak set: refs and their callbacks, looking, putting in, taking out.
#include "weakly.h"

#include <pthread.h>

// ---- refs ----

typedef struct weakly_ref {
    ouro_weak weak;
    uint32_t hash; // of the entry
} weakly_ref;

static ouro_type weakly_ref_type;

ouro_obj *ouroi_ref_new(ouro_rt *rt, ouro_obj *target, uint32_t hash, ouro_weak_fn died, ouro_obj *self) {
    ouro_obj *o = ouro_weak_new_as(rt, &weakly_ref_type, target, died, self);
    if (o)
        ((weakly_ref *)(void *)o)->hash = hash;
    return o;
}

bool ouroi_ref_find(const ouro_obj *o, const table *t, size_t stride, size_t half, uint32_t *at) {
    uint32_t hash = ((const weakly_ref *)(const void *)o)->hash;
    for (uint32_t i = table_first(t, stride, hash); i; i = table_after(t, stride, i)) {
        const char *e = (const char *)table_entry(t, stride, i - 1);
        if (*(ouro_obj *const *)(const void *)(e + half) == o) {
            *at = i - 1;
            return true;
        }
    }
    return false;
}

// The base is another library's, so its address is not known before.
static void weakly_ref_describe(void) {
    ouro_type_init(&weakly_ref_type, "weak entry", sizeof(weakly_ref));
    weakly_ref_type.base = ouro_weak_type;
}

static int weakly_ref_open(ouro_rt *rt) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, weakly_ref_describe);
    return ouro_type_register(rt, &weakly_ref_type);
}

// ---- entries ----

static inline pair_entry *weakly_pair(const weakly *w, uint32_t i) {
    ASSERT(w->stride == DICT_STRIDE);
    return table_pair(&w->t, DICT_STRIDE, i);
}

// The ref of the entry at a position, borrowed; NULL if the collector has emptied it.
static inline ouro_obj *weakly_ref_at(const weakly *w, uint32_t i) {
    return w->by_value ? weakly_pair(w, i)->value : table_entry(&w->t, w->stride, i)->key;
}

// True unless the container was garbage that has been brought back (I-weakly-2).
static bool weakly_is_whole(const weakly *w) {
    ouro_obj *self = NULL;
    bool whole = !w->self || ouro_weak_get(w->self, &self);
    ouro_xdecref(self);
    return whole;
}

// ---- taking out ----

static void weakly_take(ouro_rt *rt, weakly *w, uint32_t at) {
    ouro_obj *key, *value;
    ouroi_table_remove(rt, &w->t, w->stride, at, &key, &value);
    ouro_xdecref(key);
    ouro_xdecref(value);
}

// The callback of a ref. Of a container that is dying nothing has to be taken out any more.
static void weakly_died(ouro_rt *rt, ouro_obj *o, ouro_obj *self) {
    ouro_obj *container;
    uint32_t at;
    if (!ouro_weak_get(self, &container))
        return;
    weakly *w = weakly_of(container);
    if (ouroi_ref_find(o, &w->t, w->stride, w->by_value ? REF_IS_VALUE : REF_IS_KEY, &at))
        weakly_take(rt, w, at);
    ouro_decref(container);
}

// The callback of `self`: having one is what makes a collection clear it before finalizers run.
static void weakly_self_died(ouro_rt *rt, ouro_obj *self, ouro_obj *arg) {
    (void)rt;
    (void)self;
    (void)arg;
}

// The first dead entry at or behind a position.
static bool weakly_find_dead(const weakly *w, uint32_t *at) {
    for (uint32_t i = *at; (i = table_skip(&w->t, w->stride, i)) < w->t.filled; i++) {
        ouro_obj *ref = weakly_ref_at(w, i), *alive;
        *at = i;
        if (!ref || !ouro_weak_get(ref, &alive))
            return true;
        ouro_decref(alive);
    }
    return false;
}

static void weakly_purge(ouro_rt *rt, weakly *w) {
    uint32_t at = 0;
    w->doubtful = ouroi_rt_is_collecting(rt);
    ouro_incref(&w->t.head);
    while (weakly_find_dead(w, &at)) {
        uint64_t seen = w->changes;
        weakly_take(rt, w, at);
        if (seen != w->changes)
            at = 0;
    }
    ouro_decref(&w->t.head);
}

void ouroi_weakly_settle(ouro_rt *rt, weakly *w) {
    if (unlikely(!weakly_is_whole(w))) {
        ouro_clearref(&w->t.head, &w->self);
        ouroi_weakly_clear(rt, w);
    } else if (unlikely(w->doubtful)) {
        weakly_purge(rt, w);
    }
}

void ouroi_weakly_remove(ouro_rt *rt, weakly *w, uint32_t at) {
    w->changes++;
    weakly_take(rt, w, at);
}

void ouroi_weakly_clear(ouro_rt *rt, weakly *w) {
    w->changes++;
    w->doubtful = false;
    ouroi_table_clear(rt, &w->t, w->stride);
}

// ---- looking ----

// Reads the entry at a position: 1 and new references; 0 and NULLs if it is dead.
static int weakly_read(const weakly *w, uint32_t at, ouro_obj **key, ouro_obj **value) {
    ouro_obj *ref = weakly_ref_at(w, at), *alive = NULL;
    *key = *value = NULL;
    if (!ref || !ouro_weak_get(ref, &alive))
        return 0;
    *key = w->by_value ? ouro_incref(table_entry(&w->t, w->stride, at)->key) : alive;
    if (w->stride == DICT_STRIDE)
        *value = w->by_value ? alive : ouro_xincref(weakly_pair(w, at)->value);
    if (likely(w->stride == SET_STRIDE || *value))
        return 1;
    ouro_setslot_steal(key, NULL);
    return 0;
}

// True if the ref's object is alive and equals x: 1, 0, -1; TABLE_ASK if foreign code has changed the table meanwhile.
static int weakly_ask(ouro_rt *rt, const weakly *w, ouro_obj *ref, ouro_obj *x) {
    uint64_t stamp = w->t.stamp;
    ouro_obj *alive;
    if (!ouro_weak_get(ref, &alive))
        return 0;
    int same = ouro_equal(rt, alive, x);
    ouro_decref(alive);
    return same < 0 || w->t.stamp == stamp ? same : TABLE_ASK;
}

static int weakly_find_once(ouro_rt *rt, const weakly *w, ouro_obj *x, uint32_t hash, uint32_t *at) {
    for (uint32_t i = table_first(&w->t, w->stride, hash); i; i = table_after(&w->t, w->stride, i)) {
        const entry *e = table_entry(&w->t, w->stride, i - 1);
        int same = e->key && e->hash == hash ? weakly_ask(rt, w, e->key, x) : 0;
        *at = i - 1;
        if (same)
            return same;
    }
    return 0;
}

// Looks for a key whose hash is known: 1 and its position; 0; -1. A weak value there may be dead.
static int weakly_find(ouro_rt *rt, weakly *w, ouro_obj *x, uint32_t hash, uint32_t *at) {
    if (w->by_value)
        return table_look_hashed(rt, &w->t, DICT_STRIDE, x, hash, at);
    for (unsigned tries = 0; tries < TABLE_TRIES; tries++) {
        int found = weakly_find_once(rt, w, x, hash, at);
        if (found != TABLE_ASK)
            return found;
    }
    return ouroi_table_restless(rt, &w->t);
}

static int weakly_hash_of(ouro_rt *rt, ouro_obj *x, uint32_t *hash) {
    return hash_quick(rt, x, hash) ? 0 : ouroi_table_hash(rt, x, hash);
}

int ouroi_weakly_look(ouro_rt *rt, weakly *w, ouro_obj *x, uint32_t *at, ouro_obj **key, ouro_obj **value) {
    uint32_t hash;
    *key = *value = NULL;
    int found = weakly_hash_of(rt, x, &hash) < 0 ? -1 : weakly_find(rt, w, x, hash, at);
    return found == 1 ? weakly_read(w, *at, key, value) : found;
}

int ouroi_weakly_step(const weakly *w, size_t *at, ouro_obj **key, ouro_obj **value) {
    *key = *value = NULL;
    if (!weakly_is_whole(w))
        return 0;
    for (uint32_t i = (uint32_t)*at; (i = table_skip(&w->t, w->stride, i)) < w->t.filled; i++)
        if (weakly_read(w, i, key, value)) {
            *at = (size_t)i + 1;
            return 1;
        }
    return 0;
}

int ouroi_weakly_pop(ouro_rt *rt, weakly *w, ouro_obj **key, ouro_obj **value) {
    *key = *value = NULL;
    for (uint32_t i = w->t.filled; i; i--)
        if (table_entry(&w->t, w->stride, i - 1)->key && weakly_read(w, i - 1, key, value)) {
            ouroi_weakly_remove(rt, w, i - 1);
            return 1;
        }
    return 0;
}

// ---- putting in ----

// Makes sure that there is a `self` that is alive. Returns: it, new; NULL on failure.
static ouro_obj *weakly_self(ouro_rt *rt, weakly *w) {
    if (!w->self) {
        ouro_obj *self = ouro_weak_new(rt, &w->t.head, weakly_self_died, NULL);
        if (!self)
            return NULL;
        ouro_setref_steal(&w->t.head, &w->self, self);
    }
    return ouro_incref(w->self);
}

// Makes a ref for an entry. Returns: new; NULL on failure.
static ouro_obj *weakly_ref_new(ouro_rt *rt, weakly *w, ouro_obj *target, uint32_t hash) {
    ouro_obj *self = weakly_self(rt, w);
    if (!self)
        return NULL;
    ouro_obj *o = ouroi_ref_new(rt, target, hash, weakly_died, self);
    ouro_decref(self);
    return o;
}

// Stores the second half of an entry that is there; nothing in a set.
static void weakly_store(weakly *w, uint32_t at, ouro_obj *half) {
    if (w->stride == DICT_STRIDE)
        ouro_setref(&w->t.head, &weakly_pair(w, at)->value, half);
}

static void weakly_append(ouro_rt *rt, weakly *w, ouro_obj *first, uint32_t hash, ouro_obj *half) {
    uint32_t at = w->t.filled;
    w->changes++;
    table_append(rt, &w->t, w->stride, first, hash);
    if (w->stride == DICT_STRIDE)
        weakly_pair(w, at)->value = NULL;
    weakly_store(w, at, half);
}

// Puts in an entry for which there is a ref. As ouroi_weakly_put.
static int weakly_put_ref(ouro_rt *rt, weakly *w, ouro_obj *key, uint32_t hash, ouro_obj *value, ouro_obj *ref) {
    ouro_obj *first = w->by_value ? key : ref, *half = w->by_value ? ref : value;
    for (unsigned tries = 0; tries < TABLE_TRIES; tries++) {
        uint32_t at;
        int found = weakly_find(rt, w, key, hash, &at);
        if (found < 0)
            return -1;
        if (found)
            weakly_store(w, at, half);
        else if (table_has_room(&w->t))
            weakly_append(rt, w, first, hash, half);
        else if (ouroi_table_widen(rt, &w->t, w->stride) < 0)
            return -1;
        else {
            w->changes++;
            continue;
        }
        return !found;
    }
    return ouroi_table_restless(rt, &w->t);
}

int ouroi_weakly_put(ouro_rt *rt, weakly *w, ouro_obj *key, uint32_t hash, ouro_obj *value) {
    uint32_t at;
    int found = weakly_find(rt, w, key, hash, &at);
    if (found < 0)
        return -1;
    if (found && !w->by_value) {
        weakly_store(w, at, value);
        return 0;
    }
    ouro_obj *ref = weakly_ref_new(rt, w, w->by_value ? value : key, hash);
    if (!ref)
        return -1;
    w->doubtful |= ouroi_rt_is_collecting(rt);
    int result = weakly_put_ref(rt, w, key, hash, value, ref);
    ouro_decref(ref);
    return result;
}

int ouroi_weakly_set(ouro_rt *rt, weakly *w, ouro_obj *key, ouro_obj *value) {
    uint32_t hash;
    return weakly_hash_of(rt, key, &hash) < 0 ? -1 : ouroi_weakly_put(rt, w, key, hash, value);
}

int ouroi_weakly_fill(ouro_rt *rt, weakly *w, const weakly *from) {
    ouro_obj *key, *value;
    uint64_t seen = from->changes;
    for (size_t at = 0; ouroi_weakly_step(from, &at, &key, &value);) {
        int result = ouroi_weakly_put(rt, w, key, weakly_hash(from, at), value);
        ouro_decref(key);
        ouro_xdecref(value);
        if (result < 0)
            return -1;
        if (seen != from->changes)
            return ouroi_table_moved(rt, &from->t);
    }
    return 0;
}

// ---- the types ----

ouro_obj *ouroi_weakly_new(ouro_rt *rt, const ouro_type *type, size_t stride, bool by_value) {
    weakly *w = ouro_new(rt, type);
    if (!w)
        return NULL;
    w->stride = (uint16_t)stride;
    w->by_value = by_value;
    return &w->t.head;
}

static const ouro_field weakly_fields[] = {OURO_FIELD(weakly, self)};
static const ouro_field weakly_entry_fields[] = {
    {offsetof(pair_entry, e.key), "key", NULL},
    {offsetof(pair_entry, value), "value", NULL},
};

#define WEAKLY_TYPE(type_name, entry_bytes, per_entry, type_ops)                                                       \
    {                                                                                                                  \
        .struct_size = sizeof(ouro_type), .name = (type_name), .size = sizeof(weakly), .fields = weakly_fields,        \
        .n_fields = 1,                                                                                                 \
        .tail = {.place = OURO_TAIL_POINTER,                                                                           \
                 .items = offsetof(table, entries),                                                                    \
                 .count = offsetof(table, filled),                                                                     \
                 .count_bytes = sizeof(uint32_t),                                                                      \
                 .stride = (entry_bytes),                                                                              \
                 .fields = weakly_entry_fields,                                                                        \
                 .n_fields = (per_entry)},                                                                             \
        .ops = &(type_ops)                                                                                             \
    }

static ouro_type weakly_values_type = WEAKLY_TYPE("WeakValueDictionary", DICT_STRIDE, 2, ouroi_weakdict_ops);
static ouro_type weakly_keys_type = WEAKLY_TYPE("WeakKeyDictionary", DICT_STRIDE, 2, ouroi_weakdict_ops);
static ouro_type weakly_set_type = WEAKLY_TYPE("WeakSet", SET_STRIDE, 1, ouroi_weakset_ops);
const ouro_type *const ouro_weakvalues_type = &weakly_values_type;
const ouro_type *const ouro_weakkeys_type = &weakly_keys_type;
const ouro_type *const ouro_weakset_type = &weakly_set_type;

bool ouroi_weakly_is_dict(const ouro_obj *o) {
    return ouro_is_a(o, &weakly_keys_type) || ouro_is_a(o, &weakly_values_type);
}

bool ouroi_weakly_is_set(const ouro_obj *o) {
    return ouro_is_a(o, &weakly_set_type);
}

int ouroi_weakly_open(ouro_rt *rt) {
    if (weakly_ref_open(rt) < 0 || ouro_type_register(rt, &weakly_values_type) < 0 ||
        ouro_type_register(rt, &weakly_keys_type) < 0 || ouro_type_register(rt, &weakly_set_type) < 0)
        return -1;
    return ouroi_weakly_iter_open(rt);
}
