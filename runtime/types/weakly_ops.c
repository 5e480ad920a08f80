// SPDX-License-Identifier: MIT
// weakly_ops.c: what weak dicts and the weak set do alike: length, text, copies, iterators. All of it walks from one
// living entry to the next; what it has been given it holds, and what has died in between it does not see.
#include "weakly.h"

int ouroi_weakly_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    ouroi_weakly_settle(rt, weakly_of(o));
    *length = weakly_size(weakly_of(o));
    return 0;
}

// step->number counts the entries, step->held is a value to be written behind its key.
int ouroi_weakly_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    if (step->held) {
        *part = ouro_takeslot(&step->held);
        if (ouro_builder_text(out, ": ") == 0)
            return 1;
        ouro_setslot_steal(part, NULL);
        return -1;
    }
    ouro_obj *key, *value;
    if (!step->number && ouro_builder_text(out, ouroi_type_name(o)) < 0)
        return -1;
    if (!ouroi_weakly_step(weakly_of(o), &step->at, &key, &value))
        return ouro_builder_text(out, step->number ? "})" : "()");
    if (ouro_builder_text(out, step->number ? ", " : "({") < 0) {
        ouro_decref(key);
        ouro_xdecref(value);
        return -1;
    }
    step->number++;
    step->held = value;
    *part = key;
    return 1;
}

// ---- copies ----

static ouro_obj *weakly_new_like(ouro_rt *rt, const weakly *w) {
    return ouroi_weakly_new(rt, ouro_type_of(&w->t.head), w->stride, w->by_value);
}

ouro_obj *ouroi_weakly_copy(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *copy = weakly_new_like(rt, weakly_of(o));
    if (!copy || ouroi_weakly_fill(rt, weakly_of(copy), weakly_of(o)) == 0)
        return copy;
    ouro_decref(copy);
    return NULL;
}

// The copy of an entry's strong half has come, which is stolen; the weak half is held.
static int weakly_deep_take(ouro_rt *rt, ouro_step *step, ouro_obj *made, ouro_obj *copy) {
    weakly *w = weakly_of(made);
    ouro_obj *weak_half = ouro_takeslot(&step->held);
    int result = ouroi_weakly_set(rt, w, w->by_value ? copy : weak_half, w->by_value ? weak_half : copy);
    ouro_decref(weak_half);
    ouro_decref(copy);
    return result;
}

// step->number is how often the container had changed at first, plus 1, so that 0 is the first call. A set has nothing
// to be copied.
int ouroi_weakly_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    const weakly *w = weakly_of(o);
    ouro_obj *copy = ouro_takeslot(part), *key, *value;
    if (copy && weakly_deep_take(rt, step, *made, copy) < 0)
        return -1;
    if (!*made && !(*made = weakly_new_like(rt, w)))
        return -1;
    if (w->stride == SET_STRIDE)
        return ouroi_weakly_fill(rt, weakly_of(*made), w);
    if (!step->number)
        step->number = w->changes + 1;
    if (step->number != w->changes + 1)
        return ouroi_table_moved(rt, &w->t);
    if (!ouroi_weakly_step(w, &step->at, &key, &value))
        return 0;
    step->held = w->by_value ? value : key;
    *part = w->by_value ? key : value;
    return 1;
}

// ---- iterators ----

typedef struct weakly_iter {
    ouro_obj head;
    ouro_obj *of; // NULL at the end
    uint64_t at;
    uint64_t seen; // how often the container had changed
    uint32_t part;
} weakly_iter;

#define WEAKLY_NEVER UINT64_MAX // no container has changed so often: the iterator has failed

static ouro_type weakly_iter_type;

ouro_obj *ouroi_weakly_iter(ouro_rt *rt, ouro_obj *o, map_part part) {
    weakly_iter *it = ouro_new(rt, &weakly_iter_type);
    if (!it)
        return NULL;
    it->part = part;
    it->seen = weakly_of(o)->changes;
    ouro_setref(&it->head, &it->of, o);
    return &it->head;
}

ouro_obj *ouroi_weakly_iter_keys(ouro_rt *rt, ouro_obj *o) {
    return ouroi_weakly_iter(rt, o, MAP_KEYS);
}

// The part of an entry that is wanted. Takes: both are stolen; the value may be NULL. Returns: new; NULL on failure.
static ouro_obj *weakly_part_steal(ouro_rt *rt, map_part part, ouro_obj *key, ouro_obj *value) {
    ouro_obj *both[2] = {key, value};
    if (part == MAP_ITEMS)
        return ouro_tuple_new_steal(rt, both, 2);
    ouro_xdecref(part == MAP_KEYS ? value : key);
    return part == MAP_KEYS ? key : value;
}

static int weakly_iter_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    weakly_iter *it = (weakly_iter *)(void *)o;
    size_t at = (size_t)it->at;
    ouro_obj *key, *value;
    *out = NULL;
    if (!it->of)
        return 0;
    const weakly *w = weakly_of(it->of);
    if (it->seen != w->changes) {
        it->seen = WEAKLY_NEVER;
        return ouroi_table_moved(rt, &w->t);
    }
    if (!ouroi_weakly_step(w, &at, &key, &value)) {
        ouro_clearref(o, &it->of);
        return 0;
    }
    *out = weakly_part_steal(rt, (map_part)it->part, key, value);
    if (!*out)
        return -1;
    it->at = at;
    return 1;
}

static ouro_obj *weakly_iter_iter(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

static const ouro_ops weakly_iter_ops = {
    .struct_size = sizeof(ouro_ops),
    .iter = weakly_iter_iter,
    .next = weakly_iter_next,
};

static const ouro_field weakly_iter_fields[] = {OURO_FIELD(weakly_iter, of)};
static ouro_type weakly_iter_type = {
    .struct_size = sizeof(ouro_type),
    .name = "weak container iterator",
    .size = sizeof(weakly_iter),
    .fields = weakly_iter_fields,
    .n_fields = 1,
    .ops = &weakly_iter_ops,
};

int ouroi_weakly_iter_open(ouro_rt *rt) {
    return ouro_type_register(rt, &weakly_iter_type);
}
