// SPDX-License-Identifier: MIT
// deque_ops.c: what deques answer to the protocols, and their iterators. A deque that is changed while it is iterated
// or searched is noticed by its version; all else reads it anew after foreign code has run.
#include "deque.h"

typedef struct deque_iter {
    ouro_obj head;
    ouro_obj *deque; // NULL at the end
    uint32_t at, version;
} deque_iter;

static ouro_type deque_iter_type;

// Takes the item at a position out, the shorter side moving up. Returns: new; NULL as deque_take.
static ouro_obj *deque_cut(deque_object *d, size_t at) {
    ouro_obj *item = *deque_place(d, at);
    if (at < d->size / 2) {
        for (size_t i = at; i; i--)
            *deque_place(d, i) = *deque_place(d, i - 1);
        *deque_place(d, 0) = NULL;
        d->first = (d->first + 1) & (d->capacity - 1);
        d->size--;
    } else {
        for (size_t i = at + 1; i < d->size; i++)
            *deque_place(d, i - 1) = *deque_place(d, i);
        *deque_place(d, --d->size) = NULL;
    }
    d->version++;
    return item;
}

static bool deque_is(const ouro_obj *o) {
    return ouro_is_deque(o) || ouro_is_a(o, ouro_deque_type);
}

COLD static int deque_mutated(ouro_rt *rt) {
    return ouro_error_set(rt, OURO_ERR_STATE, "deque mutated during iteration");
}

static int deque_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                      ouro_obj **y) {
    if (!deque_is(b))
        return OURO_PASS;
    const deque_object *p = deque_peek(a), *q = deque_peek(b);
    if (p->size != q->size && (relation == OURO_EQ || relation == OURO_NE))
        return relation == OURO_NE;
    size_t i = step->at, n = p->size < q->size ? p->size : q->size;
    while (i < n && seq_quick(*deque_place(p, i), *deque_place(q, i)) == 1)
        i++;
    if (i >= n)
        return ouroi_seq_relation(relation, p->size, q->size);
    step->at = i + 1;
    *x = seq_item(rt, *deque_place(p, i));
    *y = seq_item(rt, *deque_place(q, i));
    return OURO_MORE;
}

static int deque_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = deque_peek(o)->size;
    return 0;
}

static ouro_obj *deque_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    const deque_object *d = deque_peek(o);
    size_t at;
    return ouroi_seq_key(rt, "deque", key, d->size, &at) < 0 ? NULL : seq_item(rt, *deque_place(d, at));
}

static int deque_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    deque_object *d = deque_peek(o);
    size_t at;
    if (ouroi_seq_key(rt, "deque", key, d->size, &at) < 0)
        return -1;
    if (value) {
        ouro_setref(o, deque_place(d, at), value);
    } else {
        ouro_obj *item = deque_cut(d, at);
        ouroi_deque_shrink(rt, d);
        ouro_xdecref(item);
    }
    return 0;
}

// Asks the item at i whether it is x: 1, 0, -1.
static int deque_ask(ouro_rt *rt, deque_object *d, size_t i, ouro_obj *x) {
    int equal = seq_quick(*deque_place(d, i), x);
    if (equal != SEQ_ASK)
        return equal;
    uint32_t version = d->version;
    ouro_obj *item = seq_item(rt, *deque_place(d, i));
    equal = ouro_equal(rt, item, x);
    ouro_decref(item);
    return equal >= 0 && d->version != version ? deque_mutated(rt) : equal;
}

static int deque_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    deque_object *d = deque_peek(o);
    int found = 0;
    ouro_incref(o);
    ouro_incref(x);
    for (size_t i = 0; !found && i < d->size; i++)
        found = deque_ask(rt, d, i, x);
    ouro_decref(x);
    ouro_decref(o);
    return found;
}

static ouro_obj *deque_iterate(ouro_rt *rt, ouro_obj *o) {
    ouro_incref(o);
    deque_iter *it = ouro_new(rt, &deque_iter_type);
    if (!it) {
        ouro_decref(o);
        return NULL;
    }
    it->version = deque_peek(o)->version;
    ouro_setref_steal(&it->head, &it->deque, o);
    return &it->head;
}

static int deque_iter_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    deque_iter *it = (deque_iter *)(void *)o;
    int more = 0;
    *out = NULL;
    if (!it->deque)
        return 0;
    const deque_object *d = deque_peek(it->deque);
    if (unlikely(it->version != d->version)) {
        more = deque_mutated(rt);
    } else if (it->at < d->size) {
        *out = seq_item(rt, *deque_place(d, it->at++));
        return 1;
    }
    ouro_clearref(o, &it->deque);
    return more;
}

static int deque_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const deque_object *d = deque_peek(o);
    if (ouro_builder_text(out, step->at ? "" : "deque([") < 0 ||
        (step->at && step->at < d->size && ouro_builder_text(out, ", ") < 0))
        return -1;
    if (step->at < d->size) { // asked again: writing may have run code
        *part = seq_item(rt, *deque_place(d, step->at++));
        return 1;
    }
    if (d->max == SIZE_MAX)
        return ouro_builder_text(out, "])");
    return ouro_builder_format(out, "], maxlen=%zu)", d->max);
}

static ouro_obj *deque_copy(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *copy = ouro_deque_new(rt, deque_peek(o)->max);
    if (copy && ouro_deque_extend(rt, copy, o) < 0) {
        ouro_decref(copy);
        return NULL;
    }
    return copy;
}

static int deque_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    if (op != OURO_ADD || !deque_is(a) || !deque_is(b))
        return OURO_PASS;
    *out = deque_copy(rt, a);
    if (*out && ouro_deque_extend(rt, *out, b) < 0)
        ouro_setslot_steal(out, NULL);
    return *out ? 1 : -1;
}

static int deque_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    const deque_object *d = deque_peek(o);
    int result = 0;
    if (step->at) {
        result = ouro_deque_append(rt, *made, *part);
        ouro_decref(*part);
    }
    if (!*made && !(*made = ouro_deque_new(rt, d->max)))
        result = -1;
    if (result < 0 || step->at >= d->size)
        return result;
    *part = seq_item(rt, *deque_place(d, step->at++));
    return 1;
}

const ouro_ops ouroi_deque_ops = {
    .struct_size = sizeof(ouro_ops),
    .pair = deque_pair,
    .length = deque_length,
    .get_item = deque_get_item,
    .set_item = deque_set_item,
    .contains = deque_contains,
    .iter = deque_iterate,
    .repr = deque_repr,
    .binary = deque_binary,
    .copy = deque_copy,
    .deep = deque_deep,
};

static const ouro_ops deque_iter_ops = {.struct_size = sizeof(ouro_ops), .next = deque_iter_next};

static const ouro_field deque_iter_fields[] = {OURO_FIELD(deque_iter, deque)};
static ouro_type deque_iter_type = {
    .struct_size = sizeof(ouro_type),
    .name = "deque iterator",
    .size = sizeof(deque_iter),
    .fields = deque_iter_fields,
    .n_fields = 1,
    .ops = &deque_iter_ops,
};

int ouroi_deque_iter_open(ouro_rt *rt) {
    return ouro_type_register(rt, &deque_iter_type);
}
