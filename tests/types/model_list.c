// SPDX-License-Identifier: MIT
// model_list.c: random operations on a list and on a plain array; see plain.h. An operation that fails leaves both as
// they were.
#include "plain.h"

typedef struct listed {
    ouro_rt *rt;
    ouro_obj *list;
    plain now, next; // next: what the operation should make of it
    uint64_t state;
} listed;

static size_t listed_below(listed *m, size_t n) {
    return n ? (size_t)(model_next(&m->state) % n) : 0;
}

static ouro_obj *listed_int(listed *m, int64_t *x) {
    *x = (int64_t)(model_next(&m->state) % 1000) + 300; // of its own memory
    return ouro_int_new(m->rt, *x);
}

static int listed_append(listed *m) {
    int64_t x;
    ouro_obj *o = listed_int(m, &x);
    if (!o)
        return -1;
    plain_insert(&m->next, m->next.n, x);
    return ouro_list_append_steal(m->rt, m->list, o);
}

static int listed_insert(listed *m) {
    int64_t x;
    ouro_obj *o = listed_int(m, &x);
    if (!o)
        return -1;
    size_t at = listed_below(m, m->now.n + 1);
    plain_insert(&m->next, at, x);
    ptrdiff_t i = (ptrdiff_t)at - (at < m->now.n && at % 2 ? (ptrdiff_t)m->now.n : 0);
    int result = ouro_list_insert(m->rt, m->list, i, o);
    ouro_decref(o);
    return result;
}

static int listed_pop(listed *m) {
    if (!m->now.n)
        return 0;
    size_t at = listed_below(m, m->now.n);
    int64_t x = plain_remove(&m->next, at);
    ouro_obj *o = ouro_list_pop(m->rt, m->list, at % 2 ? (ptrdiff_t)at : (ptrdiff_t)at - (ptrdiff_t)m->now.n);
    always(o && ouro_int_word(o) == x);
    ouro_decref(o);
    return 0;
}

static int listed_set(listed *m) {
    int64_t x;
    ouro_obj *o = listed_int(m, &x);
    if (!o || !m->now.n) {
        ouro_xdecref(o);
        return o ? 0 : -1;
    }
    size_t at = listed_below(m, m->now.n);
    m->next.at[at] = x;
    int result = ouro_list_set(m->rt, m->list, (ptrdiff_t)at, o);
    ouro_decref(o);
    return result;
}

// A list of up to 30 of the list's own items and others, and their numbers.
static ouro_obj *listed_some(listed *m, plain *some) {
    ouro_obj *l = ouro_list_new(m->rt, NULL, 0);
    some->n = 0;
    for (size_t n = listed_below(m, 30); l && n; n--) {
        int64_t x;
        ouro_obj *o = listed_int(m, &x);
        some->at[some->n++] = x;
        if (!o || ouro_list_append_steal(m->rt, l, o) < 0)
            ouro_setslot_steal(&l, NULL);
    }
    return l;
}

static int listed_splice(listed *m) {
    plain some;
    ouro_obj *with = listed_some(m, &some);
    if (!with)
        return -1;
    size_t start = listed_below(m, m->now.n + 1), stop = start + listed_below(m, m->now.n + 1 - start);
    for (size_t i = start; i < stop; i++)
        plain_remove(&m->next, start);
    for (size_t i = some.n; i; i--)
        plain_insert(&m->next, start, some.at[i - 1]);
    int result = ouro_list_splice(m->rt, m->list, (ptrdiff_t)start, (ptrdiff_t)stop, with);
    ouro_decref(with);
    return result;
}

static ouro_obj *listed_slice(listed *m, ptrdiff_t *start, ptrdiff_t *step) {
    *start = (ptrdiff_t)listed_below(m, m->now.n);
    *step = (ptrdiff_t)listed_below(m, 5) - 2;
    *step += *step >= 0;
    ouro_obj *a = ouro_int_new(m->rt, *start), *s = a ? ouro_int_new(m->rt, *step) : NULL;
    ouro_obj *slice = s ? ouro_slice_new(m->rt, a, NULL, s) : NULL;
    ouro_xdecref(a);
    ouro_xdecref(s);
    return slice;
}

// Deletes all items from some position on, by steps.
static int listed_cut(listed *m) {
    ptrdiff_t start, step;
    if (!m->now.n)
        return 0;
    ouro_obj *slice = listed_slice(m, &start, &step);
    if (!slice)
        return -1;
    m->next.n = 0;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)m->now.n; i++) {
        int named = (i - start) % step == 0 && (step > 0 ? i >= start : i <= start);
        if (!named)
            m->next.at[m->next.n++] = m->now.at[i];
    }
    int result = ouro_del_item(m->rt, m->list, slice);
    ouro_decref(slice);
    return result;
}

static int listed_reverse(listed *m) {
    for (size_t i = 0; i < m->now.n; i++)
        m->next.at[i] = m->now.at[m->now.n - 1 - i];
    return ouro_list_reverse(m->rt, m->list);
}

static int listed_sort(listed *m) {
    plain *p = &m->next;
    for (size_t i = 1; i < p->n; i++)
        for (size_t k = i; k && p->at[k - 1] > p->at[k]; k--) {
            int64_t x = p->at[k];
            p->at[k] = p->at[k - 1];
            p->at[k - 1] = x;
        }
    int result = ouro_list_sort(m->rt, m->list, NULL, NULL);
    if (result <
        0) // all items are there, in some order: so that the sizes can go on being compared, sort the model, too
        result = ouro_list_sort(m->rt, m->list, NULL, NULL) < 0 ? -1 : 0;
    return result;
}

static int listed_remove(listed *m) {
    int64_t x = m->now.n ? m->now.at[listed_below(m, m->now.n)] : 5;
    size_t at = 0;
    ouro_obj *o = ouro_int_new(m->rt, x);
    if (!o)
        return -1;
    while (at < m->now.n && m->now.at[at] != x)
        at++;
    if (at < m->now.n)
        plain_remove(&m->next, at);
    int result = ouro_list_remove(m->rt, m->list, o);
    always(result == (at < m->now.n));
    ouro_decref(o);
    return result;
}

static int listed_extend_by_itself(listed *m) {
    if (m->now.n > 40)
        return 0;
    memcpy(m->next.at + m->now.n, m->now.at, m->now.n * sizeof *m->now.at);
    m->next.n *= 2;
    return ouro_list_extend(m->rt, m->list, m->list);
}

static int listed_clear(listed *m) {
    if (listed_below(m, 8))
        return 0;
    m->next.n = 0;
    return ouro_list_clear(m->rt, m->list);
}

static int listed_reserve(listed *m) {
    return ouro_list_reserve(m->rt, m->list, listed_below(m, 100));
}

static int listed_copy(listed *m) {
    ouro_obj *copy = ouro_copy(m->rt, m->list);
    if (!copy)
        return -1;
    ouro_setslot_steal(&m->list, copy);
    return 0;
}

static void listed_check(listed *m) {
    always(ouro_list_size(m->list) == m->now.n);
    for (size_t i = 0; i < m->now.n; i++)
        always(ouro_int_word(ouro_list_peek(m->list, i)) == m->now.at[i]);
}

static void listed_step(listed *m) {
    static int (*const ops[])(listed *) = {
        listed_append,  listed_append,  listed_append, listed_insert, listed_insert,           listed_pop,
        listed_set,     listed_splice,  listed_cut,    listed_remove, listed_extend_by_itself, listed_clear,
        listed_reverse, listed_reserve, listed_copy,   listed_pop,
    };
    m->next = m->now;
    size_t which = listed_below(m, sizeof ops / sizeof *ops);
    if (m->now.n > PLAIN_MAX / 2 - 40) {
        m->next.n = 0;
        always(ouro_list_clear(m->rt, m->list) == 0);
    } else if (ops[which](m) < 0) {
        always(test_broken(m->rt) && ouro_error_code(m->rt) == OURO_ERR_MEMORY);
        ouro_error_clear(m->rt);
        m->next = m->now;
    }
    m->now = m->next;
    listed_check(m);
}

CASE(model_list, as_a_plain_array) {
    static listed m;
    memset(&m, 0, sizeof m);
    uint64_t seed = model_env("OURO_MODEL_SEED", 4711), steps = model_env("OURO_MODEL_STEPS", kit_size(300000, 300));
    m.rt = rt;
    m.state = seed * 2654435761u + 1;
    if (test_mode_now() == TEST_PLAIN)
        printf("model: list, OURO_MODEL_SEED=%llu, %llu steps\n", (unsigned long long)seed, (unsigned long long)steps);
    m.list = ouro_list_new(rt, NULL, 0);
    need(m.list);
    for (uint64_t i = 0; i < steps; i++) {
        listed_step(&m);
        if (i % 64 == 0) {
            m.next = m.now;
            if (listed_sort(&m) == 0)
                m.now = m.next;
            else
                break;
            listed_check(&m);
        }
    }
    ouro_error_clear(rt);
    ouro_decref(m.list);
}
