// SPDX-License-Identifier: MIT
// cached.c: functions that keep their results in a cache. The key of a call with one argument is that argument; of any
// other it is a call key (lru.h).
#include "lru.h"

typedef struct cached {
    ouro_obj head;
    ouro_obj *function, *cache;
} cached;

static ouro_type cached_type;

static const cached *cached_of(const ouro_obj *o) {
    return (const cached *)(const void *)o;
}

ouro_obj *ouro_cached_new(ouro_rt *rt, ouro_obj *function, ouro_obj *cache) {
    if (!ouro_is_lru(cache) && !ouroi_expect(rt, "ouro_cached_new", ouro_lru_type, cache))
        return NULL;
    cached *f = ouro_new(rt, &cached_type);
    if (!f)
        return NULL;
    ouro_setref(&f->head, &f->function, function);
    ouro_setref(&f->head, &f->cache, cache);
    return &f->head;
}

ouro_obj *ouro_cached_function_peek(const ouro_obj *o) {
    return cached_of(o)->function;
}

ouro_obj *ouro_cached_cache_peek(const ouro_obj *o) {
    return cached_of(o)->cache;
}

// ---- calls ----

typedef struct cached_args {
    ouro_obj *const *args;
    size_t n;
    ouro_obj *kwnames;
} cached_args;

// The key of a call, and the place of its hash. Returns: new; NULL on failure.
static ouro_obj *cached_key(ouro_rt *rt, const lru *c, const cached_args *a, uint32_t *hash) {
    ouro_obj *names = a->kwnames && ouro_tuple_size(a->kwnames) ? a->kwnames : NULL;
    if (a->n == 1 && !names && !ouroi_is_call_key(a->args[0]))
        return ouroi_lru_key(rt, c, a->args[0], hash);
    ouro_obj *key = ouroi_call_key_new(rt, a->args, a->n, names, c->options & OURO_LRU_TYPED);
    if (key && ouroi_call_key_place(rt, key, hash) < 0)
        ouro_setslot_steal(&key, NULL);
    return key;
}

// Gives what the cache has, or calls the function and keeps what it gives. What the function does to the cache
// meanwhile is its own affair: the cache is asked anew.
static ouro_obj *cached_ask(ouro_rt *rt, ouro_obj *function, lru *c, const cached_args *a) {
    ouro_obj *value, *key;
    uint32_t hash;
    if (!c->capacity) {
        c->misses++;
        return ouro_call(rt, function, a->args, a->n, a->kwnames);
    }
    if (!(key = cached_key(rt, c, a, &hash)))
        return NULL;
    if (ouroi_lru_look(rt, c, key, hash, &value) == 0) {
        value = ouro_call(rt, function, a->args, a->n, a->kwnames);
        if (value && ouroi_lru_store(rt, c, key, hash, value) < 0)
            ouro_setslot_steal(&value, NULL);
    }
    ouro_decref(key);
    return value;
}

static ouro_obj *cached_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    const cached *f = cached_of(o);
    if (unlikely(!f->function || !f->cache)) {
        ouro_error_set(rt, OURO_ERR_STATE, "a cached function that has been taken apart was called");
        return NULL;
    }
    ouro_obj *function = ouro_incref(f->function), *cache = ouro_incref(f->cache);
    ouro_obj *value = cached_ask(rt, function, lru_of(cache), &(cached_args){args, n, kwnames});
    ouro_decref(function);
    ouro_decref(cache);
    return value;
}

static ouro_obj *cached_bind(ouro_rt *rt, ouro_obj *o, ouro_obj *instance) {
    return ouro_method_new(rt, o, instance);
}

// ---- attributes; `self` of the functions is the cache ----

static ouro_obj *cached_maxsize(ouro_rt *rt, const lru *c) {
    return c->capacity == OURO_LRU_UNBOUNDED ? ouro_none(rt) : ouro_int_from_u64(rt, c->capacity);
}

static ouro_obj *cached_info(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)args, (void)n, (void)kwnames;
    const lru *c = lru_of(self);
    ouro_obj *parts[4] = {ouro_int_from_u64(rt, c->hits), NULL};
    if (parts[0])
        parts[1] = ouro_int_from_u64(rt, c->misses);
    if (parts[1])
        parts[2] = cached_maxsize(rt, c);
    if (parts[2])
        parts[3] = ouro_int_from_u64(rt, c->map.t.live);
    ouro_obj *info = parts[3] ? ouro_tuple_new(rt, parts, 4) : NULL;
    for (size_t i = 0; i < 4; i++)
        ouro_xdecref(parts[i]);
    return info;
}

static ouro_obj *cached_parameters(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)args, (void)n, (void)kwnames;
    const lru *c = lru_of(self);
    ouro_obj *maxsize = cached_maxsize(rt, c), *dict = maxsize ? ouro_dict_new(rt) : NULL;
    int result = dict ? ouro_dict_set_text(rt, dict, "maxsize", maxsize) : -1;
    if (result == 0)
        result = ouro_dict_set_text(rt, dict, "typed", ouro_bool(rt, (c->options & OURO_LRU_TYPED) != 0));
    ouro_xdecref(maxsize);
    if (result < 0)
        ouro_setslot_steal(&dict, NULL);
    return dict;
}

static ouro_obj *cached_clear(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)args, (void)n, (void)kwnames;
    return ouro_lru_clear(rt, self) < 0 ? NULL : ouro_none(rt);
}

static const struct {
    const char *name;
    ouro_native_fn fn;
} cached_natives[] = {
    {"cache_info", cached_info},
    {"cache_parameters", cached_parameters},
    {"cache_clear", cached_clear},
};

static int cached_get_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out) {
    const cached *f = cached_of(o);
    bool function = ouro_str_is(name, "__wrapped__");
    *out = NULL;
    if (function || ouro_str_is(name, "cache"))
        *out = ouro_xincref(function ? f->function : f->cache);
    for (size_t i = 0; f->cache && i < sizeof cached_natives / sizeof *cached_natives; i++)
        if (ouro_str_is(name, cached_natives[i].name)) {
            *out = ouro_native_new(rt, cached_natives[i].name, cached_natives[i].fn, f->cache, 0, 0);
            return *out ? 1 : -1;
        }
    return *out != NULL;
}

// ---- the rest ----

static int cached_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const ouro_obj *f = cached_of(o)->function;
    (void)rt;
    (void)step;
    (void)part;
    return ouro_builder_format(out, "<cached %s>",
                               !f                  ? "function"
                               : ouro_is_native(f) ? ouro_native_name(f)
                                                   : ouroi_type_name(f));
}

// Copies are the function itself: it is what it does.
static ouro_obj *cached_copy(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

static int cached_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    *made = ouro_incref(o);
    return 0;
}

static const ouro_ops cached_ops = {
    .struct_size = sizeof(ouro_ops),
    .call = cached_call,
    .bind = cached_bind,
    .get_attr = cached_get_attr,
    .repr = cached_repr,
    .copy = cached_copy,
    .deep = cached_deep,
};

static const ouro_field cached_fields[] = {OURO_FIELD(cached, function), OURO_FIELD(cached, cache)};
static ouro_type cached_type = {
    .struct_size = sizeof(ouro_type),
    .name = "cached function",
    .size = sizeof(cached),
    .fields = cached_fields,
    .n_fields = 2,
    .ops = &cached_ops,
};
const ouro_type *const ouro_cached_type = &cached_type;

int ouroi_cached_open(ouro_rt *rt) {
    return ouro_type_register(rt, &cached_type);
}
