// SPDX-License-Identifier: MIT
// call_key.c: the arguments of a call as one key: the positional ones, then those by name, whose names are a tuple. It
// never changes. A key of a type of its own is equal to no tuple that a user may make.
#include "lru.h"
#include "seq.h"

typedef struct call_key {
    ouro_obj head;
    uint32_t n;      // arguments
    uint32_t typed;  // 1: types count
    ouro_obj *names; // a tuple of the names of the last ones, or NULL
    // the arguments follow
} call_key;

static ouro_type call_key_type;

static call_key *call_key_of(const ouro_obj *o) {
    return (call_key *)(uintptr_t)o;
}

static ouro_obj **call_key_places(const call_key *k) {
    return (ouro_obj **)((uintptr_t)k + sizeof *k);
}

bool ouroi_is_call_key(const ouro_obj *o) {
    return ouro_is(o, &call_key_type);
}

// The arguments are held before there is a key: to make one may run code that drops them elsewhere.
ouro_obj *ouroi_call_key_new(ouro_rt *rt, ouro_obj *const *args, size_t n, ouro_obj *kwnames, bool typed) {
    size_t all = n + (kwnames ? ouro_tuple_size(kwnames) : 0);
    for (size_t i = 0; i < all; i++)
        ouro_incref(args[i]);
    ouro_xincref(kwnames);
    call_key *k = ouro_new_untracked(rt, &call_key_type, all);
    if (!k) {
        for (size_t i = 0; i < all; i++)
            ouro_decref(args[i]);
        ouro_xdecref(kwnames);
        return NULL;
    }
    k->typed = typed;
    k->names = kwnames;
    seq_copy(call_key_places(k), args, all);
    ouro_track(&k->head);
    return &k->head;
}

ouro_obj *ouroi_call_key_open(ouro_obj *stored) {
    const call_key *k = call_key_of(stored);
    bool wrapped = ouroi_is_call_key(stored) && k->typed && k->n == 1 && !k->names && *call_key_places(k);
    return wrapped ? *call_key_places(k) : stored;
}

// ---- operations ----

// The part that is hashed at a position: an argument, and behind the last the names.
static ouro_obj *call_key_part(ouro_rt *rt, const call_key *k, size_t at) {
    return at < k->n ? seq_peek(rt, call_key_places(k)[at]) : k->names;
}

static int call_key_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    const call_key *k = call_key_of(o);
    uint64_t sum = step->at ? hash_mix(step->number, *hash) : ouroi_hash_word(rt, k->n);
    size_t all = (size_t)k->n + (k->names != NULL);
    for (size_t i = step->at; i < all; i++) {
        ouro_obj *item = call_key_part(rt, k, i);
        if (kind_is_quick(ouroi_kind(item)) && ouro_hash(rt, item, hash) == 0) {
            sum = hash_mix(sum, *hash);
            continue;
        }
        step->at = i + 1;
        step->number = sum;
        *part = ouro_incref(item);
        return 1;
    }
    *hash = sum ^ sum >> 32;
    return 0;
}

// Without a walk where no argument has parts (measured, together with ouroi_call_key_compare: a hit with two ints took
// 123 ns, and 69).
int ouroi_call_key_place(ouro_rt *rt, ouro_obj *o, uint32_t *place) {
    ouro_step step = {0};
    ouro_obj *part;
    uint64_t hash;
    if (call_key_hash(rt, o, &step, &hash, &part) == 0) {
        *place = hash_place(hash);
        return 0;
    }
    ouro_decref(part);
    return ouroi_table_hash(rt, o, place);
}

// True if two arguments are of one type: of an instance the class is.
static bool call_key_same_type(const ouro_obj *a, const ouro_obj *b) {
    if (!a || !b)
        return a == b;
    const ouro_obj *class_object = ouro_class_peek(a);
    if (class_object || ouro_class_peek(b))
        return class_object == ouro_class_peek(b);
    return ouro_type_of(a) == ouro_type_of(b) || (ouro_is_int(a) && ouro_is_int(b));
}

static bool call_key_same_shape(const call_key *a, const call_key *b) {
    if (a->n != b->n || a->typed != b->typed || !a->names != !b->names)
        return false;
    for (uint32_t i = 0; a->typed && i < a->n; i++)
        if (!call_key_same_type(call_key_places(a)[i], call_key_places(b)[i]))
            return false;
    return true;
}

int ouroi_call_key_compare(const ouro_obj *a, const ouro_obj *b) {
    const call_key *p = call_key_of(a), *q = call_key_of(b);
    if (!ouroi_is_call_key(a) || !ouroi_is_call_key(b))
        return TABLE_ASK;
    if (!call_key_same_shape(p, q))
        return 0;
    int same = p->names == q->names ? 1 : TABLE_ASK;
    for (uint32_t i = 0; same && i < p->n; i++) {
        int one = seq_quick(call_key_places(p)[i], call_key_places(q)[i]);
        same = one == 1 ? same : one;
    }
    return same;
}

// step->number is 0 at the first call: then the shapes are compared, and the names.
static int call_key_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                         ouro_obj **y) {
    if (relation != OURO_EQ || !ouroi_is_call_key(b))
        return OURO_PASS;
    const call_key *p = call_key_of(a), *q = call_key_of(b);
    if (!step->number && !call_key_same_shape(p, q))
        return 0;
    if (!step->number++ && p->names && q->names && p->names != q->names) {
        *x = ouro_incref(p->names);
        *y = ouro_incref(q->names);
        return OURO_MORE;
    }
    for (size_t i = step->at; i < p->n; i++) {
        int same = seq_quick(call_key_places(p)[i], call_key_places(q)[i]);
        if (!same)
            return 0;
        if (same == 1)
            continue;
        step->at = i + 1;
        *x = seq_item(rt, call_key_places(p)[i]);
        *y = seq_item(rt, call_key_places(q)[i]);
        return OURO_MORE;
    }
    return 1;
}

// Writes what comes before an argument.
static int call_key_repr_name(const call_key *k, size_t at, ouro_builder *out) {
    size_t named = k->names ? ouro_tuple_size(k->names) : 0;
    if (at && ouro_builder_text(out, ", ") < 0)
        return -1;
    if (at < k->n - named)
        return 0;
    const ouro_obj *name = ouro_tuple_peek(k->names, at - (k->n - named));
    if (!name || !ouro_is_str(name))
        return 0;
    return ouro_builder_add(out, ouro_str_data(name), ouro_str_size(name)) < 0 ? -1 : ouro_builder_text(out, "=");
}

static int call_key_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const call_key *k = call_key_of(o);
    if (!step->at && ouro_builder_text(out, "(") < 0)
        return -1;
    if (step->at == k->n)
        return ouro_builder_text(out, ")");
    if (call_key_repr_name(k, step->at, out) < 0)
        return -1;
    *part = seq_item(rt, call_key_places(k)[step->at++]);
    return 1;
}

static ouro_obj *call_key_copy(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

// A key of the same shape without arguments. Returns: new; NULL on failure.
static ouro_obj *call_key_blank(ouro_rt *rt, const call_key *k) {
    ouro_obj *names = ouro_xincref(k->names);
    call_key *made = ouro_new_tail(rt, &call_key_type, k->n);
    if (made) {
        made->typed = k->typed;
        ouro_setref(&made->head, &made->names, names);
    }
    ouro_xdecref(names);
    return made ? &made->head : NULL;
}

static int call_key_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    const call_key *k = call_key_of(o);
    if (!*made && !(*made = call_key_blank(rt, k)))
        return -1;
    if (step->at)
        ouro_setref_steal(*made, &call_key_places(call_key_of(*made))[step->at - 1], ouro_takeslot(part));
    if (step->at == k->n)
        return 0;
    *part = seq_item(rt, call_key_places(k)[step->at++]);
    return 1;
}

static const ouro_ops call_key_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = call_key_hash,
    .pair = call_key_pair,
    .repr = call_key_repr,
    .copy = call_key_copy,
    .deep = call_key_deep,
};

static const ouro_field call_key_fields[] = {OURO_FIELD(call_key, names)};
static ouro_type call_key_type = {
    .struct_size = sizeof(ouro_type),
    .name = "call key",
    .size = sizeof(call_key),
    .fields = call_key_fields,
    .n_fields = 1,
    .tail = {.place = OURO_TAIL_INLINE,
             .items = sizeof(call_key),
             .count = offsetof(call_key, n),
             .count_bytes = sizeof(uint32_t),
             .stride = sizeof(ouro_obj *)},
    .ops = &call_key_ops,
};

int ouroi_call_key_open_type(ouro_rt *rt) {
    return ouro_type_register(rt, &call_key_type);
}
