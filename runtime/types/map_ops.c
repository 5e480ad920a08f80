// SPDX-License-Identifier: MIT
// map_ops.c: what dict and odict do alike, step by step where it goes into what they hold (see "Nests" in ouro/ops.h).
// Positions in a map are numbers of entries, 0 is before the first; what lies there is read again after each step.
#include "table.h"

int ouroi_map_unhashable(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)step;
    (void)hash;
    (void)part;
    return ouro_error_set(rt, OURO_ERR_TYPE, "unhashable type: '%s'", ouroi_type_name(o));
}

int ouroi_map_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = ((const table *)(void *)o)->live;
    return 0;
}

// ---- equality. Two odicts are walked side by side; otherwise the keys of the left one are looked up in the right one.
// Keys and values that only foreign code can compare are handed out. ----

typedef struct map_sides {
    table *a, *b;
    size_t stride_a, stride_b;
} map_sides;

#define MAP_END 4
// In step->number, above the number of the right entry: the two keys have been handed out.
#define MAP_KEYS_ASKED ((uint64_t)1 << 32)

// The pair with a number, if it is still there; else NULL.
static const pair_entry *map_pair_at(const table *t, size_t stride, size_t i) {
    const pair_entry *pair = i && i <= t->filled ? table_pair(t, stride, (uint32_t)i - 1) : NULL;
    return pair && pair->e.key && pair->value ? pair : NULL;
}

static int map_hand_out(ouro_obj *a, ouro_obj *b, ouro_obj **x, ouro_obj **y) {
    *x = ouro_incref(a);
    *y = ouro_incref(b);
    return OURO_MORE;
}

// Finds the next entry on the left, and on the right what it has to be compared with: notes both numbers in the step.
// Returns: 1 if the keys are equal, 0, -1, TABLE_ASK, MAP_END.
static int map_pair_next(ouro_rt *rt, const map_sides *s, ouro_step *step) {
    pair_entry *left, *right;
    uint32_t at;
    if (!map_step(s->a, s->stride_a, &step->at, &left))
        return MAP_END;
    if (s->stride_a == ODICT_STRIDE && s->stride_b == ODICT_STRIDE) {
        size_t j = (size_t)step->number;
        if (!map_step(s->b, s->stride_b, &j, &right))
            return 0;
        step->number = j;
        return left->e.hash == right->e.hash ? ouroi_key_compare(left->e.key, right->e.key) : 0;
    }
    int found = table_find(s->b, s->stride_b, left->e.key, left->e.hash, &at);
    if (found == TABLE_ASK) {
        ouro_obj *key = ouro_incref(left->e.key);
        found = ouroi_table_match(rt, s->b, s->stride_b, key, left->e.hash, &at);
        ouro_decref(key);
    }
    step->number = (uint64_t)at + 1;
    return found;
}

// Compares the values, or the keys, of the two entries noted in the step: 1, 0, or OURO_MORE.
static int map_pair_parts(const map_sides *s, const ouro_step *step, bool keys, ouro_obj **x, ouro_obj **y) {
    const pair_entry *left = map_pair_at(s->a, s->stride_a, step->at);
    const pair_entry *right = map_pair_at(s->b, s->stride_b, (uint32_t)step->number);
    if (!left || !right)
        return 0;
    if (keys)
        return map_hand_out(left->e.key, right->e.key, x, y);
    int same = ouroi_key_compare(left->value, right->value);
    return same == TABLE_ASK ? map_hand_out(left->value, right->value, x, y) : same;
}

int ouroi_map_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                   ouro_obj **y) {
    map_sides s = {table_of(a), table_of(b), map_stride(a), map_stride(b)};
    if (relation != OURO_EQ || !s.stride_a || !s.stride_b)
        return OURO_PASS;
    if (s.a->live != s.b->live)
        return 0;
    for (;;) {
        int same = 1;
        if (step->number & MAP_KEYS_ASKED)
            step->number &= ~MAP_KEYS_ASKED;
        else
            same = map_pair_next(rt, &s, step);
        if (same == MAP_END)
            return s.a->live == s.b->live;
        if (same == 1) {
            same = map_pair_parts(&s, step, false, x, y);
        } else if (same == TABLE_ASK) {
            same = map_pair_parts(&s, step, true, x, y);
            step->number |= MAP_KEYS_ASKED;
        }
        if (same != 1)
            return same;
    }
}

// ---- repr ----

// Begins the text, or what follows the last value.
static int map_repr_open(const table *t, size_t stride, const ouro_step *step, ouro_builder *out) {
    if (step->at)
        return map_more(t, stride, step->at) ? ouro_builder_text(out, ", ") : 0;
    if (stride == DICT_STRIDE)
        return ouro_builder_text(out, "{");
    return ouro_builder_text(out, map_more(t, stride, 0) ? "OrderedDict({" : "OrderedDict(");
}

static int map_repr_close(size_t stride, const ouro_step *step, ouro_builder *out) {
    if (stride == DICT_STRIDE)
        return ouro_builder_text(out, "}");
    return ouro_builder_text(out, step->at ? "})" : ")");
}

int ouroi_map_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const table *t = table_of(o);
    size_t stride = map_stride(o);
    pair_entry *pair;
    (void)rt;
    if (step->held) {
        if (ouro_builder_text(out, ": ") < 0)
            return -1;
        *part = ouro_takeslot(&step->held);
        return 1;
    }
    if (map_repr_open(t, stride, step, out) < 0)
        return -1;
    if (!map_step(t, stride, &step->at, &pair))
        return map_repr_close(stride, step, out);
    step->held = ouro_incref(pair->value);
    *part = ouro_incref(pair->e.key);
    return 1;
}

// ---- filling ----

int ouroi_map_set(ouro_rt *rt, table *t, size_t stride, ouro_obj *key, ouro_obj *value) {
    uint32_t hash;
    if (!hash_quick(rt, key, &hash) && ouroi_table_hash(rt, key, &hash) < 0)
        return -1;
    return map_put(rt, t, stride, key, hash, value);
}

static int map_update_map(ouro_rt *rt, table *t, size_t stride, const table *from, size_t from_stride) {
    uint64_t seen = map_seen(from, from_stride);
    size_t at = 0;
    pair_entry *pair;
    if (t == from)
        return 0;
    if (ouroi_table_reserve(rt, t, stride, (size_t)t->live + from->live) < 0)
        return -1;
    while (map_step(from, from_stride, &at, &pair)) {
        ouro_obj *key = ouro_incref(pair->e.key), *value = ouro_incref(pair->value);
        int result = map_put(rt, t, stride, key, pair->e.hash, value);
        ouro_decref(key);
        ouro_decref(value);
        if (result < 0)
            return -1;
        if (seen != map_seen(from, from_stride))
            return ouroi_table_moved(rt, from);
    }
    return 0;
}

// Two items of an iterable, owned, and how many there were.
typedef struct map_two {
    ouro_obj *items[2];
    size_t n;
} map_two;

static int map_two_add(ouro_rt *rt, ouro_obj *item, void *arg) {
    map_two *two = arg;
    (void)rt;
    if (two->n < 2)
        two->items[two->n] = ouro_incref(item);
    return ++two->n > 2;
}

typedef struct map_filler {
    table *t;
    size_t stride, n;
} map_filler;

static int map_update_item(ouro_rt *rt, ouro_obj *item, void *arg) {
    map_filler *f = arg;
    map_two two = {.n = 0};
    int result = ouroi_iterate(rt, item, map_two_add, &two);
    if (result >= 0 && two.n == 2)
        result = ouroi_map_set(rt, f->t, f->stride, two.items[0], two.items[1]);
    else if (result >= 0)
        result = ouro_error_set(rt, OURO_ERR_VALUE, "item %zu has %s than the 2 parts of a pair", f->n,
                                two.n < 2 ? "less" : "more");
    f->n++;
    ouro_xdecref(two.items[0]);
    ouro_xdecref(two.items[1]);
    return result;
}

int ouroi_map_update(ouro_rt *rt, table *t, size_t stride, ouro_obj *other) {
    size_t from_stride = map_stride(other);
    if (from_stride)
        return map_update_map(rt, t, stride, table_of(other), from_stride);
    map_filler f = {t, stride, 0};
    return ouroi_iterate(rt, other, map_update_item, &f);
}

// ---- copies ----

static ouro_obj *map_new(ouro_rt *rt, size_t stride) {
    return ouro_new(rt, stride == DICT_STRIDE ? ouro_dict_type : ouro_odict_type);
}

ouro_obj *ouroi_map_copy(ouro_rt *rt, ouro_obj *o) {
    size_t stride = map_stride(o);
    ouro_obj *copy = map_new(rt, stride);
    if (!copy)
        return NULL;
    table *to = table_of(copy);
    const table *from = table_of(o);
    int result = stride == DICT_STRIDE ? ouroi_table_copy(rt, to, stride, from, stride)
                                       : map_update_map(rt, to, stride, from, stride);
    if (result == 0)
        return copy;
    ouro_decref(copy);
    return NULL;
}

int ouroi_map_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    if (op != OURO_OR || !map_stride(a) || !map_stride(b))
        return OURO_PASS;
    *out = ouroi_map_copy(rt, a);
    if (*out && ouroi_map_update(rt, table_of(*out), map_stride(*out), b) < 0)
        ouro_setslot_steal(out, NULL);
    return *out ? 1 : -1;
}

static int map_deep_begin(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made) {
    size_t stride = map_stride(o);
    if (!*made && !(*made = map_new(rt, stride)))
        return -1;
    step->number = map_seen(table_of(o), stride) + 1;
    return 0;
}

// The copy of a part has come, which is stolen: of a key, to be kept in `held` until that of its value is there.
static int map_deep_take(ouro_rt *rt, ouro_step *step, ouro_obj *made, ouro_obj *copy) {
    if (!step->held) {
        step->held = copy;
        return 0;
    }
    ouro_obj *key = ouro_takeslot(&step->held);
    int result = ouroi_map_set(rt, table_of(made), map_stride(made), key, copy);
    ouro_decref(key);
    ouro_decref(copy);
    return result;
}

// step->number is what the map looked like at first, plus 1, so that 0 is the first call.
int ouroi_map_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    ouro_obj *copy = ouro_takeslot(part);
    if (!step->number && map_deep_begin(rt, o, step, made) < 0)
        return -1;
    if (copy && map_deep_take(rt, step, *made, copy) < 0)
        return -1;
    const table *t = table_of(o);
    size_t stride = map_stride(o);
    const pair_entry *pair = map_pair_at(t, stride, step->at);
    if (step->number != map_seen(t, stride) + 1 || (step->held && !pair))
        return ouroi_table_moved(rt, t);
    if (step->held) {
        *part = ouro_incref(pair->value);
        return 1;
    }
    pair_entry *next;
    if (!map_step(t, stride, &step->at, &next))
        return 0;
    *part = ouro_incref(next->e.key);
    return 1;
}
