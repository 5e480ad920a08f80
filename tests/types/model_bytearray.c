// SPDX-License-Identifier: MIT
// model_bytearray.c: random operations on a bytearray, against a plain array.
#include "text_model.h"

#define MODEL_MOST 3000

typedef struct model {
    ouro_rt *rt;
    text_random random;
    ouro_obj *a;
    uint8_t data[MODEL_MOST + 100];
    size_t n;
} model;

static int model_is(const ouro_obj *a, const uint8_t *data, size_t n) {
    return ouro_bytearray_size(a) == n && (!n || memcmp(ouro_bytearray_data_peek(a), data, n) == 0);
}

// An operation was done, or has failed for lack of memory.
static int model_done(model *m, int result) {
    ouro_rt *rt = m->rt;
    if (result >= 0)
        return 1;
    always(test_broken(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    return 0;
}

static void model_splice(model *m, size_t start, size_t stop, const uint8_t *data, size_t n) {
    memmove(m->data + start + n, m->data + stop, m->n - stop);
    if (n)
        memcpy(m->data + start, data, n);
    m->n = m->n - (stop - start) + n;
}

static size_t model_random_bytes(model *m, uint8_t *out, size_t most) {
    size_t n = text_below(&m->random, most + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)text_below(&m->random, 256);
    return m->n + n <= MODEL_MOST ? n : 0;
}

static void model_step_append(model *m) {
    uint8_t bytes[90];
    size_t n = model_random_bytes(m, bytes, text_below(&m->random, 5) ? 5 : 90);
    if (model_done(m, ouro_bytearray_append(m->rt, m->a, bytes, n)))
        model_splice(m, m->n, m->n, bytes, n);
}

static void model_step_splice(model *m) {
    uint8_t bytes[60];
    size_t n = model_random_bytes(m, bytes, 60), start = text_below(&m->random, m->n + 1);
    size_t stop = start + text_below(&m->random, text_below(&m->random, 2) ? 20 : m->n - start + 1);
    if (stop > m->n)
        stop = m->n;
    if (text_below(&m->random, 3) == 0) // at the front
        stop -= start, start = 0;
    if (model_done(m, ouro_bytearray_splice(m->rt, m->a, (ptrdiff_t)start, (ptrdiff_t)stop, bytes, n)))
        model_splice(m, start, stop, bytes, n);
}

// Its own bytes, anywhere in it.
static void model_step_splice_own(model *m) {
    static uint8_t bytes[MODEL_MOST + 100];
    size_t from = text_below(&m->random, m->n + 1), n = text_below(&m->random, m->n - from + 1);
    size_t start = text_below(&m->random, m->n + 1), stop = start + text_below(&m->random, m->n - start + 1);
    if (m->n + n > MODEL_MOST)
        return;
    if (n)
        memcpy(bytes, m->data + from, n);
    const uint8_t *own = n ? ouro_bytearray_data_peek(m->a) + from : NULL;
    if (model_done(m, ouro_bytearray_splice(m->rt, m->a, (ptrdiff_t)start, (ptrdiff_t)stop, own, n)))
        model_splice(m, start, stop, bytes, n);
}

static void model_step_front(model *m) {
    size_t n = text_below(&m->random, m->n / 4 + 2);
    n = n < m->n ? n : m->n;
    if (model_done(m, ouro_bytearray_splice(m->rt, m->a, 0, (ptrdiff_t)n, NULL, 0)))
        model_splice(m, 0, n, NULL, 0);
}

static void model_step_resize(model *m) {
    size_t n = text_below(&m->random, text_below(&m->random, 4) ? m->n + 20 : MODEL_MOST);
    if (n > MODEL_MOST || !model_done(m, ouro_bytearray_resize(m->rt, m->a, n)))
        return;
    if (n > m->n)
        memset(m->data + m->n, 0, n - m->n);
    m->n = n;
}

// A slice of random ends and steps: read, set to as many bytes, or deleted.
static void model_step_slice(model *m) {
    static uint8_t bytes[MODEL_MOST];
    ptrdiff_t step = (ptrdiff_t)text_below(&m->random, 7) - 3;
    ptrdiff_t start = (ptrdiff_t)text_below(&m->random, m->n + 1), stop = (ptrdiff_t)text_below(&m->random, m->n + 1);
    size_t n = 0, kept = 0;
    if (!step)
        step = 1;
    for (ptrdiff_t i = step < 0 && start == (ptrdiff_t)m->n ? start - 1 : start; step > 0 ? i < stop : i > stop;
         i += step)
        bytes[n++] = m->data[i];
    ouro_obj *x = ouro_int_new(m->rt, start), *y = ouro_int_new(m->rt, stop), *z = ouro_int_new(m->rt, step);
    ouro_obj *slice = x && y && z ? ouro_slice_new(m->rt, x, y, z) : NULL, *part = NULL, *value = NULL;
    size_t what = text_below(&m->random, 3);
    if (!slice) {
        model_done(m, -1);
    } else if (what == 0) {
        part = ouro_get_item(m->rt, m->a, slice);
        if (model_done(m, part ? 0 : -1))
            always(model_is(part, bytes, n));
    } else if (what == 1) {
        value = ouro_bytes_new(m->rt, NULL, n);
        if (model_done(m, value ? ouro_set_item(m->rt, m->a, slice, value) : -1)) {
            ptrdiff_t at = step < 0 && start == (ptrdiff_t)m->n ? start - 1 : start;
            for (size_t i = 0; i < n; i++, at += step)
                m->data[at] = 0;
        }
    } else if (model_done(m, ouro_del_item(m->rt, m->a, slice)) && n) {
        ptrdiff_t first = step < 0 && start == (ptrdiff_t)m->n ? start - 1 : start;
        ptrdiff_t last = first + (ptrdiff_t)(n - 1) * step, low = first < last ? first : last;
        ptrdiff_t high = first < last ? last : first, by = step < 0 ? -step : step;
        for (ptrdiff_t i = 0; i < (ptrdiff_t)m->n; i++)
            if (i < low || i > high || (i - low) % by)
                m->data[kept++] = m->data[i];
        m->n = kept;
    }
    ouro_xdecref(x);
    ouro_xdecref(y);
    ouro_xdecref(z);
    ouro_xdecref(slice);
    ouro_xdecref(part);
    ouro_xdecref(value);
}

static void model_step_copy(model *m) {
    ouro_obj *copy = ouro_copy(m->rt, m->a);
    if (model_done(m, copy ? 0 : -1))
        ouro_setslot_steal(&m->a, copy);
}

CASE(model_bytearray, random_operations) {
    static void (*const operations[])(model *) = {
        model_step_append, model_step_append, model_step_append, model_step_splice, model_step_splice_own,
        model_step_front,  model_step_resize, model_step_slice,  model_step_slice,  model_step_copy,
    };
    static model m;
    size_t steps;
    m.random = text_random_open("bytearray", 4711, 400000, 300, &steps);
    m.rt = rt;
    m.n = 0;
    m.a = ouro_bytearray_new(rt, NULL, 0);
    need(m.a);
    for (size_t k = 0; k < steps; k++) {
        operations[text_below(&m.random, sizeof operations / sizeof *operations)](&m);
        always(model_is(m.a, m.data, m.n));
    }
    ouro_decref(m.a);
}
