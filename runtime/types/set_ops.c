// SPDX-License-Identifier: MIT
// set_ops.c: sets among each other (union, intersection, difference, subsets, equality), and their other operations.
//
// The right operand is anything that has keys: a set or a dict as it is, of other iterables a set is made. Positions
// are walked by number, and what lies there is read again after each call that may run code; a set that has changed
// meanwhile is OURO_ERR_STATE.
#include "set.h"

// An operand: a table of keys. `own` is to be dropped.
typedef struct set_side {
    table *t;
    size_t stride;
    ouro_obj *own;
} set_side;

static bool set_side_open(ouro_rt *rt, set_side *s, ouro_obj *o) {
    s->stride = ouroi_keys_stride(o);
    s->own = s->stride ? NULL : ouro_set_new(rt, o);
    s->t = table_of(s->stride ? o : s->own);
    if (!s->stride)
        s->stride = SET_STRIDE;
    return s->t != NULL;
}

// What is done with a key of one operand: 0 to go on; anything else ends the walk. `there` says where the other operand
// has it, if it does.
typedef struct set_walk set_walk;
typedef int (*set_walk_fn)(ouro_rt *rt, set_walk *w, ouro_obj *key, uint32_t hash, bool found, uint32_t there);
struct set_walk {
    set_side from, other;
    ouro_obj *result; // NULL, or what keys are put into
    set_walk_fn each;
};

// Looks up each key of one operand in the other. Returns: 0, or what `each` did, or -1.
static int set_walk_run(ouro_rt *rt, set_walk *w) {
    const table *from = w->from.t;
    uint64_t seen = map_seen(from, w->from.stride);
    int result = 0;
    for (uint32_t i = 0; !result && (i = table_skip(from, w->from.stride, i)) < from->filled; i++) {
        uint32_t hash = table_entry(from, w->from.stride, i)->hash, there = 0;
        ouro_obj *key = ouro_incref(table_entry(from, w->from.stride, i)->key);
        int found = table_look_hashed(rt, w->other.t, w->other.stride, key, hash, &there);
        result = found < 0 ? -1 : w->each(rt, w, key, hash, found, there);
        ouro_decref(key);
        if (result >= 0 && seen != map_seen(from, w->from.stride))
            result = ouroi_table_moved(rt, from);
    }
    return result;
}

// ---- combining ----

// The keys of one operand differ from each other, so that they need not be looked for in the result.
static int set_result_add(ouro_rt *rt, ouro_obj *result, ouro_obj *key, uint32_t hash) {
    table *t = table_of(result);
    while (!table_has_room(t))
        if (ouroi_table_widen(rt, t, SET_STRIDE) < 0)
            return -1;
    table_append(rt, t, SET_STRIDE, key, hash);
    return 0;
}

static int set_keep_found(ouro_rt *rt, set_walk *w, ouro_obj *key, uint32_t hash, bool found, uint32_t there) {
    (void)there;
    return found ? set_result_add(rt, w->result, key, hash) : 0;
}

// The walk goes over the right operand, which is smaller: the left one's own key is kept.
static int set_keep_there(ouro_rt *rt, set_walk *w, ouro_obj *key, uint32_t hash, bool found, uint32_t there) {
    (void)key;
    if (!found)
        return 0;
    ouro_obj *left = ouro_incref(table_entry(w->other.t, w->other.stride, there)->key);
    int result = set_result_add(rt, w->result, left, hash);
    ouro_decref(left);
    return result;
}

static int set_keep_missing(ouro_rt *rt, set_walk *w, ouro_obj *key, uint32_t hash, bool found, uint32_t there) {
    (void)there;
    return found ? 0 : set_result_add(rt, w->result, key, hash);
}

static int set_and(ouro_rt *rt, ouro_obj *result, set_side a, set_side b) {
    bool turn = b.t->live < a.t->live;
    set_walk w = {turn ? b : a, turn ? a : b, result, turn ? set_keep_there : set_keep_found};
    return set_walk_run(rt, &w);
}

static int set_sub(ouro_rt *rt, ouro_obj *result, set_side a, set_side b) {
    set_walk w = {a, b, result, set_keep_missing};
    return set_walk_run(rt, &w);
}

static int set_combine_into(ouro_rt *rt, ouro_op op, ouro_obj *result, ouro_obj *a, ouro_obj *b) {
    set_side left = {table_of(a), SET_STRIDE, NULL}, right;
    if (op == OURO_OR)
        return ouroi_set_fill(rt, table_of(result), b);
    if (!set_side_open(rt, &right, b))
        return -1;
    int failed = op == OURO_AND ? set_and(rt, result, left, right) : set_sub(rt, result, left, right);
    if (!failed && op == OURO_XOR)
        failed = set_sub(rt, result, right, left);
    ouro_xdecref(right.own);
    return failed;
}

ouro_obj *ouro_set_combine(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b) {
    if (!ouroi_set_like(a) && !ouroi_expect(rt, "ouro_set_combine", ouro_set_type, a))
        return NULL;
    if (!ouroi_set_op(op)) {
        ouro_error_set(rt, OURO_ERR_VALUE, "ouro_set_combine: operation %d is none of sets", (int)op);
        return NULL;
    }
    bool frozen = ouro_is_frozenset(a) || ouro_is_a(a, ouro_frozenset_type);
    ouro_obj *result = ouro_new(rt, frozen ? ouro_frozenset_type : ouro_set_type);
    if (!result)
        return NULL;
    int failed = op == OURO_OR ? ouroi_table_copy(rt, table_of(result), SET_STRIDE, table_of(a), SET_STRIDE) : 0;
    if (!failed)
        failed = set_combine_into(rt, op, result, a, b);
    if (failed)
        ouro_setslot_steal(&result, NULL);
    return frozen ? ouroi_frozenset_finish(rt, result) : result;
}

static int set_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    if (!ouroi_set_op(op) || !ouroi_set_like(a) || !ouroi_set_like(b))
        return OURO_PASS;
    *out = ouro_set_combine(rt, op, a, b);
    return *out ? 1 : -1;
}

// ---- subsets ----

static int set_stop_missing(ouro_rt *rt, set_walk *w, ouro_obj *key, uint32_t hash, bool found, uint32_t there) {
    (void)rt;
    (void)w;
    (void)key;
    (void)hash;
    (void)there;
    return !found;
}

int ouro_set_is_subset(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    set_walk w = {{table_of(a), SET_STRIDE, NULL}, {NULL, 0, NULL}, NULL, set_stop_missing};
    if (!ouroi_set_like(a) && !ouroi_expect(rt, "ouro_set_is_subset", ouro_set_type, a))
        return -1;
    if (!set_side_open(rt, &w.other, b))
        return -1;
    int missing = w.from.t->live > w.other.t->live ? 1 : set_walk_run(rt, &w);
    ouro_xdecref(w.other.own);
    return missing < 0 ? -1 : !missing;
}

// Order is inclusion. Equality is answered by set_pair.
static int set_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    if (!ouroi_set_like(a) || !ouroi_set_like(b) || relation == OURO_EQ || relation == OURO_NE)
        return OURO_PASS;
    bool up = relation == OURO_LT || relation == OURO_LE;
    ouro_obj *small = up ? a : b, *large = up ? b : a;
    if ((relation == OURO_LT || relation == OURO_GT) && ouro_set_size(small) >= ouro_set_size(large))
        return 0;
    return ouro_set_is_subset(rt, small, large);
}

static bool set_hashes_differ(const ouro_obj *a, const ouro_obj *b) {
    if (!ouro_is_frozenset(a) || !ouro_is_frozenset(b))
        return false;
    uint64_t x = ((const frozenset *)(const void *)a)->hash, y = ((const frozenset *)(const void *)b)->hash;
    return x && y && x != y;
}

// Finds what the object at a position of one set has to be compared with in the other: 1 if an equal one is there, 0,
// -1; or OURO_MORE and the two.
static int set_pair_one(ouro_rt *rt, const table *from, uint32_t i, table *in, ouro_obj **x, ouro_obj **y) {
    uint32_t hash = table_entry(from, SET_STRIDE, i)->hash, there;
    ouro_obj *key = table_entry(from, SET_STRIDE, i)->key;
    int found = table_find(in, SET_STRIDE, key, hash, &there);
    if (found != TABLE_ASK)
        return found;
    ouro_incref(key);
    found = ouroi_table_match(rt, in, SET_STRIDE, key, hash, &there);
    if (found == TABLE_ASK) {
        *x = key;
        *y = ouro_incref(table_entry(in, SET_STRIDE, there)->key);
        return OURO_MORE;
    }
    ouro_decref(key);
    return found;
}

// Each object of the left set is looked for in the right one. If only foreign code can tell, the two are handed out.
static int set_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                    ouro_obj **y) {
    const table *from = table_of(a), *in = table_of(b);
    if (relation != OURO_EQ || !ouroi_set_like(a) || !ouroi_set_like(b))
        return OURO_PASS;
    if (from->live != in->live || set_hashes_differ(a, b))
        return 0;
    for (uint32_t i; (i = table_skip(from, SET_STRIDE, (uint32_t)step->at)) < from->filled;) {
        step->at = (size_t)i + 1;
        int found = set_pair_one(rt, from, i, table_of(b), x, y);
        if (found != 1)
            return found;
    }
    return from->live == in->live;
}

// ---- the rest ----

static uint64_t set_mix(uint64_t x) {
    x = (x ^ x >> 33) * 0xFF51AFD7ED558CCDu;
    x = (x ^ x >> 33) * 0xC4CEB9FE1A85EC53u;
    return x ^ x >> 33;
}

// The hashes of the keys, each mixed by itself, added up: whatever their order.
static int frozenset_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    frozenset *f = (frozenset *)(void *)o;
    (void)rt;
    (void)step;
    (void)part;
    if (!f->hash) {
        uint64_t sum = f->t.live;
        for (uint32_t i = 0; (i = table_skip(&f->t, SET_STRIDE, i)) < f->t.filled; i++)
            sum += set_mix(table_entry(&f->t, SET_STRIDE, i)->hash + 0x9E3779B97F4A7C15u);
        f->hash = set_mix(sum) | 1;
    }
    *hash = f->hash;
    return 0;
}

static int set_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = ouro_set_size(o);
    return 0;
}

// A set's own type writes {1, 2}; any other puts its name before it: frozenset({1, 2}). Nothing inside: set().
static int set_repr_open(ouro_obj *o, const ouro_step *step, ouro_builder *out) {
    size_t at = step->at;
    ouro_obj *x;
    bool more = ouro_set_each_peek(o, &at, &x);
    if (step->at)
        return more ? ouro_builder_text(out, ", ") : 0;
    if (more && ouro_is(o, ouro_set_type))
        return ouro_builder_text(out, "{");
    return ouro_builder_format(out, more ? "%s({" : "%s(", ouroi_type_name(o));
}

static int set_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    if (set_repr_open(o, step, out) < 0)
        return -1;
    if (ouro_set_each_peek(o, &step->at, part)) {
        ouro_incref(*part);
        return 1;
    }
    if (!step->at)
        return ouro_builder_text(out, ")");
    return ouro_builder_text(out, ouro_is(o, ouro_set_type) ? "}" : "})");
}

static ouro_obj *set_copy(ouro_rt *rt, ouro_obj *o) {
    return ouro_set_new(rt, o);
}

static ouro_obj *frozenset_copy(ouro_rt *rt, ouro_obj *o) {
    return ouro_frozenset_new(rt, o);
}

// The copy of an object has come, which is stolen.
static int set_deep_take(ouro_rt *rt, ouro_obj *made, ouro_obj *copy) {
    uint32_t hash;
    int result = ouroi_table_hash(rt, copy, &hash);
    if (result == 0)
        result = ouroi_set_put(rt, table_of(made), copy, hash);
    ouro_decref(copy);
    return result;
}

// step->number is the set's stamp at first, plus 1, so that 0 is the first call.
static int set_deep_from(ouro_rt *rt, ouro_obj *o, const ouro_type *type, ouro_step *step, ouro_obj **made,
                         ouro_obj **part) {
    ouro_obj *copy = ouro_takeslot(part);
    if (copy && set_deep_take(rt, *made, copy) < 0)
        return -1;
    if (!step->number) {
        if (!*made && !(*made = ouro_new(rt, type)))
            return -1;
        step->number = table_of(o)->stamp + 1;
    }
    if (step->number != table_of(o)->stamp + 1)
        return ouroi_table_moved(rt, table_of(o));
    if (!ouro_set_each_peek(o, &step->at, part))
        return 0;
    ouro_incref(*part);
    return 1;
}

static int set_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    return set_deep_from(rt, o, ouro_set_type, step, made, part);
}

static int frozenset_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    return set_deep_from(rt, o, ouro_frozenset_type, step, made, part);
}

const ouro_ops ouroi_set_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = ouroi_map_unhashable,
    .compare = set_compare,
    .pair = set_pair,
    .length = set_length,
    .contains = ouro_set_has,
    .iter = ouroi_set_iter,
    .repr = set_repr,
    .binary = set_binary,
    .copy = set_copy,
    .deep = set_deep,
};

const ouro_ops ouroi_frozenset_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = frozenset_hash,
    .compare = set_compare,
    .pair = set_pair,
    .length = set_length,
    .contains = ouro_set_has,
    .iter = ouroi_set_iter,
    .repr = set_repr,
    .binary = set_binary,
    .copy = frozenset_copy,
    .deep = frozenset_deep,
};
