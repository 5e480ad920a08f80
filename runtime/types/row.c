// SPDX-License-Identifier: MIT
// row.c: what tuples, lists and slices have in common: their items lie in a row. Each function here reads the row anew
// whenever foreign code may have run, since a list may have changed by then.
#include "seq.h"

seq_row ouroi_row_odd(ouro_obj *o) {
    if (ouro_is_slice(o))
        return (seq_row){(ouro_obj **)(void *)(o + 1), 3};
    if (ouro_is_a(o, ouro_list_type)) {
        ouroi_list *l = (ouroi_list *)(void *)o;
        return (seq_row){l->items, l->size};
    }
    ASSERT(ouro_is_a(o, ouro_tuple_type));
    ouroi_tuple *t = (ouroi_tuple *)(void *)o;
    return (seq_row){(ouro_obj **)(void *)(t + 1), (size_t)t->size};
}

int ouroi_seq_relation(ouro_relation relation, size_t a, size_t b) {
    enum { LESS = 1, SAME = 2, MORE = 4 };
    static const unsigned char holds[] = {
        [OURO_EQ] = SAME,        [OURO_NE] = LESS | MORE, [OURO_LT] = LESS,
        [OURO_LE] = LESS | SAME, [OURO_GT] = MORE,        [OURO_GE] = MORE | SAME,
    };
    return (holds[relation] & (a < b ? LESS : a > b ? MORE : SAME)) != 0;
}

int ouroi_row_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                   ouro_obj **y) {
    seq_row p = seq_row_of(a), q = seq_row_of(b);
    if (p.size != q.size && (relation == OURO_EQ || relation == OURO_NE))
        return relation == OURO_NE;
    size_t i = step->at, n = p.size < q.size ? p.size : q.size;
    while (i < n && seq_quick(p.items[i], q.items[i]) == 1)
        i++;
    if (i >= n)
        return ouroi_seq_relation(relation, p.size, q.size);
    step->at = i + 1;
    *x = seq_item(rt, p.items[i]);
    *y = seq_item(rt, q.items[i]);
    return OURO_MORE;
}

int ouroi_row_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = seq_row_of(o).size;
    return 0;
}

// Asks the item at i whether it is x: 1 if so and it is still there, 0, -1.
static int row_ask(ouro_rt *rt, ouro_obj *o, size_t i, ouro_obj *x) {
    ouro_obj *item = seq_item(rt, seq_row_of(o).items[i]);
    int equal = ouro_equal(rt, item, x);
    seq_row now = seq_row_of(o);
    if (equal > 0 && (i >= now.size || seq_peek(rt, now.items[i]) != item))
        equal = 0;
    ouro_decref(item);
    return equal;
}

// The first position from i on whose item is x, or cannot say without running code; the row's size if there is none.
static size_t row_skip(ouro_obj *o, size_t i, const ouro_obj *x) {
    seq_row row = seq_row_of(o);
    while (i < row.size && seq_quick(row.items[i], x) == 0)
        i++;
    return i;
}

int ouroi_row_find(ouro_rt *rt, ouro_obj *o, ouro_obj *x, size_t *at) {
    int found = 0;
    ouro_incref(o);
    ouro_incref(x);
    for (size_t i = 0; !found && (i = row_skip(o, i, x)) < seq_row_of(o).size; i++) {
        found = seq_quick(seq_row_of(o).items[i], x) == 1 ? 1 : row_ask(rt, o, i, x);
        *at = i;
    }
    ouro_decref(x);
    ouro_decref(o);
    return found;
}

int ouroi_row_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    size_t at;
    return ouroi_row_find(rt, o, x, &at);
}

int ouroi_row_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part, const char *open,
                   const char *close) {
    if (!step->at && ouro_builder_text(out, open) < 0)
        return -1;
    if (step->at >= seq_row_of(o).size)
        return ouro_builder_text(out, close);
    if (step->at && ouro_builder_text(out, ", ") < 0)
        return -1;
    seq_row row = seq_row_of(o); // writing may have run code
    if (step->at >= row.size)
        return ouro_builder_text(out, close);
    *part = seq_item(rt, row.items[step->at++]);
    return 1;
}

int ouroi_row_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj *made, ouro_obj **part) {
    seq_row from = seq_row_of(o), to = seq_row_of(made);
    size_t n = from.size < to.size ? from.size : to.size;
    if (step->at)
        ouro_setref_steal(made, &to.items[step->at - 1], *part);
    while (step->at < n) {
        size_t i = step->at++;
        ouro_obj *item = seq_peek(rt, from.items[i]);
        if (!seq_is_atom(item)) {
            *part = ouro_incref(item);
            return 1;
        }
        ouro_setref(made, &to.items[i], item);
    }
    return 0;
}

int ouroi_seq_key(ouro_rt *rt, const char *where, const ouro_obj *key, size_t length, size_t *at) {
    ptrdiff_t i;
    if (ouroi_index(rt, where, key, &i) < 0)
        return -1;
    return ouroi_position(rt, where, i, length, at);
}

int ouroi_row_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out, const row_sums *sums) {
    bool a_is = ouro_is_a(a, sums->type), b_is = ouro_is_a(b, sums->type);
    size_t times;
    if (op == OURO_ADD && a_is && b_is) {
        *out = sums->concat(rt, a, b);
        return *out ? 1 : -1;
    }
    if (op != OURO_MUL || a_is == b_is)
        return OURO_PASS;
    ouro_obj *o = a_is ? a : b;
    int known = ouroi_seq_times(rt, a_is ? b : a, seq_row_of(o).size, &times);
    if (known != 1)
        return known;
    *out = sums->repeat(rt, o, times);
    return *out ? 1 : -1;
}

int ouroi_seq_times(ouro_rt *rt, const ouro_obj *by, size_t size, size_t *times) {
    int64_t n;
    size_t product;
    if (!ouro_is_int(by) && !ouro_is_bool(by))
        return OURO_PASS;
    if (ouro_int_get(rt, by, &n) < 0)
        return -1;
    *times = n < 0 ? 0 : (size_t)n;
    if (size && __builtin_mul_overflow(size, *times, &product))
        return ouro_error_set(rt, OURO_ERR_OVERFLOW, "%zu items cannot be repeated %zu times", size, *times);
    return 1;
}
