// SPDX-License-Identifier: MIT
// model_set.c: random operations on some sets, against bit maps.
#include "tables.h"
#include "text_model.h"

#define MODEL_SETS 4
#define MODEL_KEYS 192

typedef struct bits {
    uint64_t words[MODEL_KEYS / 64];
} bits;

typedef struct model {
    ouro_rt *rt;
    text_random random;
    ouro_obj *sets[MODEL_SETS];
    bits has[MODEL_SETS];
    ouro_obj *keys[MODEL_KEYS];
} model;

static int bits_has(const bits *b, size_t i) {
    return (int)(b->words[i / 64] >> (i % 64) & 1);
}

static size_t bits_size(const bits *b) {
    size_t n = 0;
    for (size_t i = 0; i < MODEL_KEYS / 64; i++)
        n += (size_t)__builtin_popcountll(b->words[i]);
    return n;
}

static int bits_same(const bits *a, const bits *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

static bits bits_combine(ouro_op op, const bits *a, const bits *b) {
    bits c;
    for (size_t i = 0; i < MODEL_KEYS / 64; i++) {
        uint64_t x = a->words[i], y = b->words[i];
        c.words[i] = op == OURO_OR ? x | y : op == OURO_AND ? x & y : op == OURO_SUB ? x & ~y : x ^ y;
    }
    return c;
}

static size_t model_key_of(const model *m, const ouro_obj *x) {
    for (size_t i = 0; i < MODEL_KEYS; i++)
        if (m->keys[i] == x)
            return i;
    return MODEL_KEYS;
}

static void model_check_one(const model *m, const ouro_obj *set, const bits *b) {
    bits seen = {{0}};
    size_t at = 0, n = 0;
    ouro_obj *x;
    while (ouro_set_each_peek(set, &at, &x)) {
        size_t key = model_key_of(m, x);
        always(key < MODEL_KEYS && !bits_has(&seen, key));
        seen.words[key / 64] |= (uint64_t)1 << (key % 64);
        n++;
    }
    always(bits_same(&seen, b) && n == ouro_set_size(set));
}

// True if an operation was done; false if memory has failed it, which has changed nothing.
static int model_done(model *m, int result) {
    ouro_rt *rt = m->rt;
    if (result >= 0)
        return 1;
    always(test_broken(rt) && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    for (size_t i = 0; i < MODEL_SETS; i++)
        model_check_one(m, m->sets[i], &m->has[i]);
    return 0;
}

static void model_step_add(model *m, size_t s) {
    size_t key = text_below(&m->random, MODEL_KEYS);
    int added = ouro_set_add(m->rt, m->sets[s], m->keys[key]);
    if (!model_done(m, added))
        return;
    always(added == !bits_has(&m->has[s], key));
    m->has[s].words[key / 64] |= (uint64_t)1 << (key % 64);
}

static void model_step_remove(model *m, size_t s) {
    size_t key = text_below(&m->random, MODEL_KEYS);
    int there = ouro_set_has(m->rt, m->sets[s], m->keys[key]);
    if (!model_done(m, there))
        return;
    int removed = ouro_set_remove(m->rt, m->sets[s], m->keys[key]);
    if (!model_done(m, removed))
        return;
    always(there == bits_has(&m->has[s], key) && removed == there);
    m->has[s].words[key / 64] &= ~((uint64_t)1 << (key % 64));
}

static void model_step_pop(model *m, size_t s) {
    ouro_obj *x;
    int found = ouro_set_pop(m->rt, m->sets[s], &x);
    always(found == (bits_size(&m->has[s]) > 0));
    if (!found)
        return;
    size_t key = model_key_of(m, x);
    ouro_decref(x);
    always(bits_has(&m->has[s], key));
    m->has[s].words[key / 64] &= ~((uint64_t)1 << (key % 64));
}

// The combination of two sets, either of which may be frozen first, takes the place of a third.
static void model_step_combine(model *m, size_t s) {
    static const ouro_op ops[] = {OURO_OR, OURO_AND, OURO_SUB, OURO_XOR};
    size_t b = text_below(&m->random, MODEL_SETS), to = text_below(&m->random, MODEL_SETS);
    ouro_op op = ops[text_below(&m->random, 4)];
    ouro_obj *right = text_below(&m->random, 2) ? ouro_frozenset_new(m->rt, m->sets[b]) : ouro_incref(m->sets[b]);
    ouro_obj *made = right ? ouro_set_combine(m->rt, op, m->sets[s], right) : NULL;
    ouro_xdecref(right);
    if (!model_done(m, made ? 0 : -1))
        return;
    m->has[to] = bits_combine(op, &m->has[s], &m->has[b]);
    ouro_setslot_steal(&m->sets[to], made);
    model_check_one(m, made, &m->has[to]);
}

static void model_step_compare(model *m, size_t s) {
    size_t b = text_below(&m->random, MODEL_SETS);
    const bits *x = &m->has[s], *y = &m->has[b];
    bits common = bits_combine(OURO_AND, x, y);
    int same = ouro_equal(m->rt, m->sets[s], m->sets[b]);
    if (model_done(m, same))
        always(same == bits_same(x, y));
    int subset = ouro_compare(m->rt, OURO_LE, m->sets[s], m->sets[b]);
    if (model_done(m, subset))
        always(subset == bits_same(&common, x));
    int less = ouro_compare(m->rt, OURO_LT, m->sets[s], m->sets[b]);
    if (model_done(m, less))
        always(less == (bits_same(&common, x) && !bits_same(x, y)));
}

// Equal frozensets, made in other orders, have equal hashes.
static void model_step_hash(model *m, size_t s) {
    ouro_obj *a = ouro_frozenset_new(m->rt, m->sets[s]), *list = a ? ouro_list_from(m->rt, a) : NULL;
    int result = list ? ouro_list_reverse(m->rt, list) : -1;
    ouro_obj *b = result == 0 ? ouro_frozenset_new(m->rt, list) : NULL;
    uint64_t x = 0, y = 0;
    if (!a || !b || ouro_hash(m->rt, a, &x) < 0 || ouro_hash(m->rt, b, &y) < 0)
        model_done(m, -1);
    else
        always(x == y && ouro_set_size(a) == bits_size(&m->has[s]));
    ouro_xdecref(a);
    ouro_xdecref(b);
    ouro_xdecref(list);
}

static void model_step_clear(model *m, size_t s) {
    if (text_below(&m->random, 30))
        return;
    always(ouro_set_clear(m->rt, m->sets[s]) == 0);
    memset(&m->has[s], 0, sizeof m->has[s]);
}

static void model_step(model *m) {
    static void (*const steps[])(model *, size_t) = {
        model_step_add,     model_step_add,     model_step_add,  model_step_add, model_step_remove, model_step_remove,
        model_step_combine, model_step_compare, model_step_hash, model_step_pop, model_step_pop,    model_step_clear,
    };
    size_t s = text_below(&m->random, MODEL_SETS);
    size_t step = text_below(&m->random, 8) ? text_below(&m->random, 6) : text_below(&m->random, 12);
    steps[step](m, s);
    if (text_below(&m->random, 64) == 0)
        model_check_one(m, m->sets[s], &m->has[s]);
}

static int model_open(model *m) {
    ouro_rt *rt = m->rt;
    for (size_t i = 0; i < MODEL_KEYS; i++) {
        m->keys[i] = own(i % 3 == 0   ? ouro_int_new(rt, (int64_t)i << 33)
                         : i % 3 == 1 ? ouro_str_format(rt, "%zu", i)
                                      : odd_new(rt, (int64_t)i, i / 16));
        if (!m->keys[i])
            return -1;
    }
    int result = 0;
    for (size_t i = 0; i < MODEL_SETS; i++)
        if (!(m->sets[i] = ouro_set_new(rt, NULL)))
            result = -1;
    return result;
}

static void model_close(model *m) {
    for (size_t i = 0; i < MODEL_SETS; i++)
        ouro_setslot_steal(&m->sets[i], NULL);
}

CASE(model_set, random_operations) {
    static model m;
    size_t steps;
    memset(&m, 0, sizeof m);
    m.rt = rt;
    m.random = text_random_open("set", 20263, 200000, 300, &steps);
    must(odd_open(rt));
    int opened = model_open(&m);
    for (size_t i = 0; opened == 0 && i < steps; i++)
        model_step(&m);
    for (size_t i = 0; opened == 0 && i < MODEL_SETS; i++)
        model_check_one(&m, m.sets[i], &m.has[i]);
    model_close(&m);
    must(opened);
}
