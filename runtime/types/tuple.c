// SPDX-License-Identifier: MIT
// tuple.c: a fixed row of objects. A tuple is never changed once somebody else can see it, but for one that a deep copy
// is filling. The empty one is made once in a runtime.
#include "seq.h"

static ouro_type tuple_type;

static ouro_obj **tuple_places(ouroi_tuple *t) {
    return (ouro_obj **)(void *)(t + 1);
}

// ---- making ----

// With `extra` bytes (zero) behind the items the object is left untracked: the caller fills them in and tracks it.
// `items` of NULL stands for none in every place.
ouro_obj *ouroi_tuple_make(ouro_rt *rt, const ouro_type *type, ouro_obj *const *items, size_t n, size_t extra) {
    ouroi_tuple *t = extra ? ouro_new_extra(rt, type, n, extra) : ouro_new_untracked(rt, type, n);
    if (!t)
        return NULL;
    ouro_obj **places = tuple_places(t);
    for (size_t i = 0; i < n; i++)
        places[i] = ouro_incref(items ? items[i] : ouro_none(rt));
    memset(places + n, 0, extra);
    if (!extra)
        ouro_track(&t->head);
    return &t->head;
}

// A tuple of n items, to be filled in before it is tracked. Returns: new; NULL on failure.
static ouroi_tuple *tuple_bare(ouro_rt *rt, size_t n) {
    return ouro_new_untracked(rt, &tuple_type, n);
}

static ouro_obj *tuple_empty(ouro_rt *rt) {
    return ouro_incref(ouroi_std(rt)->empty_tuple);
}

// Puts references into an untracked tuple. Takes: kept.
static void tuple_fill(ouro_rt *rt, ouro_obj **places, ouro_obj *const *items, size_t n) {
    for (size_t i = 0; i < n; i++)
        places[i] = seq_item(rt, items[i]);
}

COLD static ouro_obj *tuple_give_up(ouro_obj *const *items, size_t n) {
    for (size_t i = 0; i < n; i++)
        ouro_decref(items[i]);
    return NULL;
}

// The items are held before there is a tuple: to make one may run code that drops them elsewhere. Nothing runs between
// its birth and the last store.
ouro_obj *ouro_tuple_new(ouro_rt *rt, ouro_obj *const *items, size_t n) {
    if (!n)
        return tuple_empty(rt);
    if (n > PTRDIFF_MAX / sizeof *items) {
        ouro_error_set(rt, OURO_ERR_OVERFLOW, "a tuple cannot have %zu items", n);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        ouro_incref(items[i]);
    ouroi_tuple *t = ouro_new_tail(rt, &tuple_type, n);
    if (unlikely(!t))
        return tuple_give_up(items, n);
    ouro_obj **places = tuple_places(t);
    for (size_t i = 0; i < n; i++)
        places[i] = items[i];
    return &t->head;
}

ouro_obj *ouro_tuple_new_steal(ouro_rt *rt, ouro_obj *const *items, size_t n) {
    if (!n)
        return tuple_empty(rt);
    ouroi_tuple *t = tuple_bare(rt, n);
    if (unlikely(!t))
        return tuple_give_up(items, n);
    ouro_obj **places = tuple_places(t);
    for (size_t i = 0; i < n; i++) {
        ouroi_touch(items[i]);
        places[i] = items[i];
    }
    ouro_track(&t->head);
    return &t->head;
}

ouro_obj *ouro_tuple_from(ouro_rt *rt, ouro_obj *iterable) {
    if (ouroi_kind(iterable) == OUROI_KIND_TUPLE)
        return ouro_incref(iterable);
    ouroi_list *l = ouroi_list_collect(rt, iterable);
    if (!l)
        return NULL;
    ouro_obj *t = ouro_tuple_new(rt, l->items, l->size);
    ouro_decref(&l->head);
    return t;
}

// ---- reading ----

static ouroi_tuple *tuple_of(ouro_rt *rt, ouro_obj *o, const char *where) {
    if (likely(ouro_is_tuple(o)) || ouroi_expect(rt, where, &tuple_type, o))
        return (ouroi_tuple *)(void *)o;
    return NULL;
}

ouro_obj *ouro_tuple_get(ouro_rt *rt, ouro_obj *o, ptrdiff_t i) {
    ouroi_tuple *t = tuple_of(rt, o, "ouro_tuple_get");
    size_t at = (size_t)i;
    if (!t || (unlikely(at >= t->size) && ouroi_position(rt, "tuple", i, (size_t)t->size, &at) < 0))
        return NULL;
    return seq_item(rt, tuple_places(t)[at]);
}

// The items that bounds name. Returns: new; all of an exact tuple is the tuple itself.
static ouro_obj *tuple_part(ouro_rt *rt, ouroi_tuple *from, const ouro_bounds *b) {
    if (b->step == 1 && b->count == from->size && ouroi_kind(&from->head) == OUROI_KIND_TUPLE)
        return ouro_incref(&from->head);
    if (!b->count)
        return tuple_empty(rt);
    ouroi_tuple *t = tuple_bare(rt, b->count);
    if (!t)
        return NULL;
    ouro_obj **places = tuple_places(t);
    size_t at = (size_t)b->start;
    for (size_t i = 0; i < b->count; i++, at += (size_t)b->step)
        places[i] = seq_item(rt, tuple_places(from)[at]);
    ouro_track(&t->head);
    return &t->head;
}

ouro_obj *ouro_tuple_slice(ouro_rt *rt, ouro_obj *o, ptrdiff_t start, ptrdiff_t stop) {
    ouroi_tuple *t = tuple_of(rt, o, "ouro_tuple_slice");
    if (!t)
        return NULL;
    ouro_clip(&start, &stop, (size_t)t->size);
    ouro_bounds bounds = {start, stop, 1, (size_t)(stop - start)};
    return tuple_part(rt, t, &bounds);
}

ouro_obj *ouro_tuple_concat(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    ouroi_tuple *x = tuple_of(rt, a, "ouro_tuple_concat"), *y = x ? tuple_of(rt, b, "ouro_tuple_concat") : NULL;
    if (!y)
        return NULL;
    if (!y->size && ouroi_kind(a) == OUROI_KIND_TUPLE)
        return ouro_incref(a);
    if (!x->size && ouroi_kind(b) == OUROI_KIND_TUPLE)
        return ouro_incref(b);
    if (!(x->size + y->size))
        return tuple_empty(rt);
    ouroi_tuple *t = tuple_bare(rt, (size_t)(x->size + y->size));
    if (!t)
        return NULL;
    tuple_fill(rt, tuple_places(t), tuple_places(x), (size_t)x->size);
    tuple_fill(rt, tuple_places(t) + x->size, tuple_places(y), (size_t)y->size);
    ouro_track(&t->head);
    return &t->head;
}

// ---- operations ----

static int tuple_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    seq_row row = seq_row_of(o);
    uint64_t sum = step->at ? hash_mix(step->number, *hash) : ouroi_hash_word(rt, row.size);
    for (size_t i = step->at; i < row.size; i++) {
        ouro_obj *item = seq_peek(rt, row.items[i]);
        if (ouroi_kind(item) == OUROI_KIND_STR) {
            sum = hash_mix(sum, ouroi_str_hash(rt, item));
        } else if (ouroi_kind(item) == OUROI_KIND_INT) {
            sum = hash_mix(sum, ouroi_hash_word(rt, (uint64_t)ouro_int_word(item)));
        } else {
            step->at = i + 1;
            step->number = sum;
            *part = ouro_incref(item);
            return 1;
        }
    }
    *hash = sum ^ sum >> 32;
    return 0;
}

static int tuple_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                      ouro_obj **y) {
    if (!ouro_is_tuple(b) && !ouro_is_a(b, &tuple_type))
        return OURO_PASS;
    return ouroi_row_pair(rt, relation, a, b, step, x, y);
}

static ouro_obj *tuple_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    seq_row row = seq_row_of(o);
    size_t at;
    if (!ouro_is_slice(key))
        return ouroi_seq_key(rt, "tuple", key, row.size, &at) < 0 ? NULL : seq_item(rt, row.items[at]);
    ouro_bounds bounds;
    if (ouro_slice_bounds(rt, key, row.size, &bounds) < 0)
        return NULL;
    return tuple_part(rt, (ouroi_tuple *)(void *)o, &bounds);
}

static ouro_obj *tuple_iter(ouro_rt *rt, ouro_obj *o) {
    return ouroi_iter_new(rt, o, 0);
}

static int tuple_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    return ouroi_row_repr(rt, o, step, out, part, "(", seq_row_of(o).size == 1 ? ",)" : ")");
}

static ouro_obj *tuple_repeat(ouro_rt *rt, ouro_obj *o, size_t times) {
    seq_row row = seq_row_of(o);
    if (times == 1 && ouroi_kind(o) == OUROI_KIND_TUPLE)
        return ouro_incref(o);
    if (!times || !row.size)
        return tuple_empty(rt);
    ouroi_tuple *t = tuple_bare(rt, row.size * times);
    if (!t)
        return NULL;
    for (size_t i = 0; i < times; i++)
        tuple_fill(rt, tuple_places(t) + i * row.size, row.items, row.size);
    ouro_track(&t->head);
    return &t->head;
}

static int tuple_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    return ouroi_row_binary(rt, op, a, b, out, &(row_sums){&tuple_type, ouro_tuple_concat, tuple_repeat});
}

static ouro_obj *tuple_copy(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

static bool tuple_is_all_atoms(ouro_obj *o) {
    seq_row row = seq_row_of(o);
    for (size_t i = 0; i < row.size; i++)
        if (row.items[i] && !seq_is_atom(row.items[i]))
            return false;
    return true;
}

static int tuple_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    if (!*made && tuple_is_all_atoms(o)) {
        *made = ouro_incref(o);
        return 0;
    }
    if (!*made && !(*made = ouroi_tuple_make(rt, &tuple_type, NULL, seq_row_of(o).size, 0)))
        return -1;
    return ouroi_row_deep(rt, o, step, *made, part);
}

static const ouro_ops tuple_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = tuple_hash,
    .pair = tuple_pair,
    .length = ouroi_row_length,
    .get_item = tuple_get_item,
    .contains = ouroi_row_contains,
    .iter = tuple_iter,
    .repr = tuple_repr,
    .binary = tuple_binary,
    .copy = tuple_copy,
    .deep = tuple_deep,
};

static ouro_type tuple_type = {
    .struct_size = sizeof(ouro_type),
    .name = "tuple",
    .size = sizeof(ouroi_tuple),
    .tail = {.place = OURO_TAIL_INLINE,
             .items = sizeof(ouroi_tuple),
             .count = offsetof(ouroi_tuple, size),
             .count_bytes = 8,
             .stride = sizeof(ouro_obj *)},
    .ops = &tuple_ops,
};
const ouro_type *const ouro_tuple_type = &tuple_type;

int ouroi_tuple_open(ouro_rt *rt) {
    if (ouroi_kind_open(rt, &tuple_type, OUROI_KIND_TUPLE) < 0)
        return -1;
    std_state *s = state_of(rt);
    if (!s->front.empty_tuple) {
        s->front.empty_tuple = ouro_new_tail(rt, &tuple_type, 0);
        if (!s->front.empty_tuple)
            return -1;
        ouro_immortalize(s->front.empty_tuple);
    }
    return 0;
}
