// SPDX-License-Identifier: MIT
// model_array.c: random operations on a typed array of a random element type, against a plain array of doubles. All
// numbers are small whole ones, which every element type has.
#include "text_model.h"

#define MODEL_MOST 600

typedef struct array_model {
    ouro_rt *rt;
    text_random random;
    ouro_obj *a;
    double at[MODEL_MOST + 100];
    size_t n;
    unsigned exports;
} array_model;

static size_t model_below(array_model *m, size_t n) {
    return text_below(&m->random, n);
}

static double model_element(const ouro_obj *a, size_t i) {
    const void *p = ouro_array_data_peek(a);
    switch (ouro_array_dtype(a)) {
    case OURO_INT8:
        return ((const int8_t *)p)[i];
    case OURO_INT16:
        return ((const int16_t *)p)[i];
    case OURO_INT32:
        return ((const int32_t *)p)[i];
    case OURO_INT64:
        return (double)((const int64_t *)p)[i];
    case OURO_UINT8:
        return ((const uint8_t *)p)[i];
    case OURO_UINT16:
        return ((const uint16_t *)p)[i];
    case OURO_UINT32:
        return ((const uint32_t *)p)[i];
    case OURO_UINT64:
        return (double)((const uint64_t *)p)[i];
    case OURO_FLOAT32:
        return (double)((const float *)p)[i];
    default:
        return ((const double *)p)[i];
    }
}

static int model_same(const ouro_obj *a, const double *at, size_t n) {
    int same = ouro_array_size(a) == n;
    for (size_t i = 0; same && i < n; i++)
        same = model_element(a, i) == at[i];
    return same;
}

// An operation was done, or has failed for lack of memory, or since the array is exported and its size would change.
static int model_did(array_model *m, int result, int resizes) {
    ouro_rt *rt = m->rt;
    if (result >= 0) {
        always(!resizes || !m->exports);
        return 1;
    }
    always((m->exports && resizes && ouro_error_code(rt) == OURO_ERR_STATE) ||
           (test_broken(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY));
    ouro_error_clear(rt);
    return 0;
}

static void model_put(array_model *m, size_t start, size_t stop, const double *with, size_t n) {
    memmove(m->at + start + n, m->at + stop, (m->n - stop) * sizeof *m->at);
    for (size_t i = 0; i < n; i++)
        m->at[start + i] = with[i];
    m->n = m->n - (stop - start) + n;
}

static ouro_obj *model_number(array_model *m, double *value) {
    *value = (double)model_below(m, 100);
    return ouro_int_new(m->rt, (int64_t)*value); // a small one
}

static void model_do_append(array_model *m) {
    double x;
    ouro_obj *o = model_number(m, &x);
    if (m->n < MODEL_MOST && model_did(m, ouro_array_append(m->rt, m->a, o), 1))
        model_put(m, m->n, m->n, &x, 1);
}

static void model_do_insert(array_model *m) {
    double x;
    ouro_obj *o = model_number(m, &x);
    size_t at = model_below(m, m->n + 1);
    if (m->n < MODEL_MOST && model_did(m, ouro_array_insert(m->rt, m->a, (ptrdiff_t)at, o), 1))
        model_put(m, at, at, &x, 1);
}

static void model_do_pop(array_model *m) {
    if (!m->n)
        return;
    size_t at = model_below(m, m->n);
    ouro_obj *o = ouro_array_pop(m->rt, m->a, (ptrdiff_t)at - (model_below(m, 2) ? (ptrdiff_t)m->n : 0));
    if (model_did(m, o ? 0 : -1, 1))
        model_put(m, at, at + 1, NULL, 0);
    ouro_xdecref(o);
}

static void model_do_set(array_model *m) {
    double x;
    ouro_obj *o = model_number(m, &x);
    size_t at = model_below(m, m->n + 1), found = 0, wanted = 0;
    if (at < m->n && model_did(m, ouro_array_set(m->rt, m->a, (ptrdiff_t)at, o), 0))
        m->at[at] = x;
    while (wanted < m->n && m->at[wanted] != x)
        wanted++;
    int is = ouro_array_find(m->rt, m->a, o, &found);
    always(is == (wanted < m->n) && (!is || found == wanted));
}

static void model_do_extend(array_model *m) {
    static double more[MODEL_MOST + 100];
    size_t n = model_below(m, 30), own = model_below(m, 4) == 0;
    ouro_obj *from = own ? ouro_incref(m->a) : ouro_array_new(m->rt, OURO_FLOAT32, NULL, n);
    if (own)
        n = m->n;
    memcpy(more, m->at, n * sizeof *more);
    for (size_t i = 0; from && !own && i < n; i++)
        ((float *)ouro_array_data_peek(from))[i] = (float)(more[i] = (double)model_below(m, 100));
    if (m->n + n <= MODEL_MOST && model_did(m, from ? ouro_array_extend(m->rt, m->a, from) : -1, n > 0))
        model_put(m, m->n, m->n, more, n);
    else if (!from)
        ouro_error_clear(m->rt);
    ouro_xdecref(from);
}

static void model_do_resize(array_model *m) {
    size_t n = model_below(m, model_below(m, 4) ? m->n + 9 : MODEL_MOST);
    if (n > MODEL_MOST || !model_did(m, ouro_array_resize(m->rt, m->a, n), n != m->n))
        return;
    for (size_t i = m->n; i < n; i++)
        m->at[i] = 0;
    m->n = n;
}

static void model_do_reverse(array_model *m) {
    if (!model_did(m, ouro_array_reverse(m->rt, m->a), 0))
        return;
    for (size_t i = 0; i < m->n / 2; i++) {
        double x = m->at[i];
        m->at[i] = m->at[m->n - 1 - i];
        m->at[m->n - 1 - i] = x;
    }
}

// Read, set to as many numbers, or deleted.
static void model_slice(array_model *m, ouro_obj *slice, const ouro_bounds *b) {
    static double picked[MODEL_MOST + 100];
    size_t what = model_below(m, 3), kept = 0;
    for (size_t i = 0; i < b->count; i++)
        picked[i] = m->at[b->start + (ptrdiff_t)i * b->step];
    if (what == 0) {
        ouro_obj *part = ouro_get_item(m->rt, m->a, slice);
        if (model_did(m, part ? 0 : -1, 0))
            always(model_same(part, picked, b->count));
        ouro_xdecref(part);
    } else if (what == 1) {
        ouro_obj *zeros = ouro_bytes_new(m->rt, NULL, b->count);
        if (model_did(m, zeros ? ouro_set_item(m->rt, m->a, slice, zeros) : -1, 0))
            for (size_t i = 0; i < b->count; i++)
                m->at[b->start + (ptrdiff_t)i * b->step] = 0;
        ouro_xdecref(zeros);
    } else if (model_did(m, ouro_del_item(m->rt, m->a, slice), b->count > 0)) {
        for (size_t i = 0; i < b->count; i++)
            m->at[b->start + (ptrdiff_t)i * b->step] = -1;
        for (size_t i = 0; i < m->n; i++)
            if (m->at[i] >= 0)
                m->at[kept++] = m->at[i];
        m->n = kept;
    }
}

static void model_do_slice(array_model *m) {
    ptrdiff_t at[3] = {(ptrdiff_t)model_below(m, 2 * m->n + 3) - (ptrdiff_t)m->n - 1,
                       (ptrdiff_t)model_below(m, 2 * m->n + 3) - (ptrdiff_t)m->n - 1, (ptrdiff_t)model_below(m, 7) - 3};
    ouro_obj *parts[3], *slice = NULL;
    ouro_bounds b;
    int made = 1;
    for (size_t i = 0; i < 3; i++)
        made &= (parts[i] = ouro_int_new(m->rt, i == 2 && !at[2] ? 1 : at[i])) != NULL;
    if (made)
        slice = ouro_slice_new(m->rt, parts[0], parts[1], parts[2]);
    if (model_did(m, slice ? ouro_slice_bounds(m->rt, slice, m->n, &b) : -1, 0))
        model_slice(m, slice, &b);
    for (size_t i = 0; i < 3; i++)
        ouro_xdecref(parts[i]);
    ouro_xdecref(slice);
}

static void model_do_convert(array_model *m) {
    static const ouro_dtype dtypes[] = {OURO_INT8,   OURO_INT16,  OURO_INT32,  OURO_INT64,   OURO_UINT8,
                                        OURO_UINT16, OURO_UINT32, OURO_UINT64, OURO_FLOAT32, OURO_FLOAT64};
    ouro_obj *other = ouro_array_convert(m->rt, m->a, dtypes[model_below(m, 10)]);
    if (!model_did(m, other ? 0 : -1, 0))
        return;
    for (; m->exports; m->exports--)
        ouro_array_release(m->a);
    ouro_setslot_steal(&m->a, other);
}

static void model_do_export(array_model *m) {
    if (m->exports && model_below(m, 3)) {
        ouro_array_release(m->a);
        m->exports--;
    } else if (model_below(m, 4) == 0 && model_did(m, ouro_array_export(m->rt, m->a), 0)) {
        m->exports++;
    }
}

CASE(model_array, random_operations) {
    static void (*const operations[])(array_model *) = {
        model_do_append, model_do_append,  model_do_insert, model_do_pop,   model_do_set,    model_do_extend,
        model_do_resize, model_do_reverse, model_do_slice,  model_do_slice, model_do_export, model_do_convert,
    };
    static array_model m;
    size_t steps;
    m.random = text_random_open("array", 1234, 400000, 300, &steps);
    m.rt = rt;
    m.n = m.exports = 0;
    m.a = ouro_array_new(rt, OURO_INT16, NULL, 0);
    need(m.a);
    for (size_t k = 0; k < steps; k++) {
        operations[model_below(&m, sizeof operations / sizeof *operations)](&m);
        always(model_same(m.a, m.at, m.n));
    }
    for (; m.exports; m.exports--)
        ouro_array_release(m.a);
    ouro_decref(m.a);
}
