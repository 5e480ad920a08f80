// SPDX-License-Identifier: MIT
// model_deque.c: random operations on a deque and on a plain array; see plain.h. An operation that fails leaves both as
// they were.
#include "plain.h"

typedef struct queued {
    ouro_rt *rt;
    ouro_obj *deque;
    size_t max;
    plain now, next; // next: what the operation should make of it
    uint64_t state;
} queued;

static size_t queued_below(queued *m, size_t n) {
    return n ? (size_t)(model_next(&m->state) % n) : 0;
}

static ouro_obj *queued_int(queued *m, int64_t *x) {
    *x = (int64_t)(model_next(&m->state) % 1000) + 300; // of its own memory
    return ouro_int_new(m->rt, *x);
}

static int queued_append(queued *m) {
    int64_t x;
    ouro_obj *o = queued_int(m, &x);
    if (!o)
        return -1;
    plain_insert(&m->next, m->next.n, x);
    if (m->next.n > m->max)
        plain_remove(&m->next, 0);
    int result = ouro_deque_append(m->rt, m->deque, o);
    ouro_decref(o);
    return result;
}

static int queued_append_left(queued *m) {
    int64_t x;
    ouro_obj *o = queued_int(m, &x);
    if (!o)
        return -1;
    plain_insert(&m->next, 0, x);
    if (m->next.n > m->max)
        plain_remove(&m->next, m->max);
    int result = ouro_deque_append_left(m->rt, m->deque, o);
    ouro_decref(o);
    return result;
}

static int queued_pop(queued *m) {
    ouro_obj *o;
    int some = ouro_deque_pop(m->rt, m->deque, &o);
    always(some == (m->now.n > 0));
    if (some)
        always(ouro_int_word(o) == plain_remove(&m->next, m->now.n - 1));
    ouro_xdecref(o);
    return 0;
}

static int queued_pop_left(queued *m) {
    ouro_obj *o;
    int some = ouro_deque_pop_left(m->rt, m->deque, &o);
    always(some == (m->now.n > 0));
    if (some)
        always(ouro_int_word(o) == plain_remove(&m->next, 0));
    ouro_xdecref(o);
    return 0;
}

static int queued_pop_many(queued *m) {
    for (size_t n = queued_below(m, m->now.n + 1); n; n--) {
        m->now = m->next;
        queued_pop_left(m);
    }
    return 0;
}

static int queued_set(queued *m) {
    int64_t x;
    ouro_obj *o = queued_int(m, &x);
    if (!o || !m->now.n) {
        ouro_xdecref(o);
        return o ? 0 : -1;
    }
    size_t at = queued_below(m, m->now.n);
    m->next.at[at] = x;
    int result = ouro_deque_set(m->rt, m->deque, (ptrdiff_t)at - (at % 2 ? (ptrdiff_t)m->now.n : 0), o);
    ouro_decref(o);
    return result;
}

static int queued_del(queued *m) {
    if (!m->now.n)
        return 0;
    size_t at = queued_below(m, m->now.n);
    ouro_obj *key = ouro_int_new(m->rt, (int64_t)at);
    if (!key)
        return -1;
    plain_remove(&m->next, at);
    int result = ouro_del_item(m->rt, m->deque, key);
    ouro_decref(key);
    return result;
}

static int queued_rotate(queued *m) {
    ptrdiff_t n = (ptrdiff_t)queued_below(m, 300) - 150, size = (ptrdiff_t)m->now.n;
    for (ptrdiff_t i = 0; i < size; i++)
        m->next.at[((i + n) % size + size) % size] = m->now.at[i];
    return ouro_deque_rotate(m->rt, m->deque, n);
}

static int queued_extend(queued *m) {
    int64_t first = (int64_t)queued_below(m, 1000), n = (int64_t)queued_below(m, 40);
    ouro_obj *r = ouro_range_new(m->rt, first, first + n, 1);
    if (!r)
        return -1;
    for (int64_t i = 0; i < n; i++) {
        plain_insert(&m->next, m->next.n, first + i);
        if (m->next.n > m->max)
            plain_remove(&m->next, 0);
    }
    int result = ouro_deque_extend(m->rt, m->deque, r);
    ouro_decref(r);
    return result;
}

static int queued_copy(queued *m) {
    ouro_obj *copy = queued_below(m, 2) ? ouro_copy(m->rt, m->deque) : ouro_deep_copy(m->rt, m->deque);
    if (!copy)
        return -1;
    ouro_setslot_steal(&m->deque, copy);
    return 0;
}

static int queued_clear(queued *m) {
    if (queued_below(m, 10))
        return 0;
    m->next.n = 0;
    return ouro_deque_clear(m->rt, m->deque);
}

static void queued_check(queued *m) {
    always(ouro_deque_size(m->deque) == m->now.n && ouro_deque_max(m->deque) == m->max);
    for (size_t i = 0; i < m->now.n; i++) {
        ouro_obj *o = ouro_deque_get(m->rt, m->deque, (ptrdiff_t)i);
        always(ouro_int_word(o) == m->now.at[i]);
        ouro_decref(o);
    }
}

static void queued_step(queued *m) {
    static int (*const ops[])(queued *) = {
        queued_append,   queued_append, queued_append_left, queued_append_left, queued_pop,
        queued_pop_left, queued_set,    queued_pop_many,    queued_del,         queued_rotate,
        queued_extend,   queued_extend, queued_copy,        queued_clear,
    };
    m->next = m->now;
    if (m->now.n > PLAIN_MAX - 50) {
        m->next.n = 0;
        always(ouro_deque_clear(m->rt, m->deque) == 0);
    } else if (ops[queued_below(m, sizeof ops / sizeof *ops)](m) < 0) {
        always(test_broken(m->rt) && ouro_error_code(m->rt) == OURO_ERR_MEMORY);
        ouro_error_clear(m->rt);
        m->next = m->now;
    }
    m->now = m->next;
    queued_check(m);
}

static void queued_run(ouro_rt *rt, size_t max, uint64_t seed, uint64_t steps) {
    static queued m;
    memset(&m, 0, sizeof m);
    m.rt = rt;
    m.max = max;
    m.state = seed * 2654435761u + 1;
    m.deque = ouro_deque_new(rt, max);
    need(m.deque);
    for (uint64_t i = 0; i < steps; i++)
        queued_step(&m);
    ouro_decref(m.deque);
}

CASE(model_deque, as_a_plain_array) {
    uint64_t seed = model_env("OURO_MODEL_SEED", 4712), steps = model_env("OURO_MODEL_STEPS", kit_size(150000, 150));
    if (test_mode_now() == TEST_PLAIN)
        printf("model: deque, OURO_MODEL_SEED=%llu, %llu steps\n", (unsigned long long)seed, (unsigned long long)steps);
    queued_run(rt, SIZE_MAX, seed, steps / 2);
    queued_run(rt, 23, seed + 1, steps / 4);
    queued_run(rt, 1, seed + 2, steps / 8);
    queued_run(rt, 0, seed + 3, steps / 8);
    ouro_error_clear(rt);
}
