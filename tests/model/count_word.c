// SPDX-License-Identifier: MIT
// count_word.c: the count word against a model in plain words, in random sequences around its boundaries.
//
// The model: a count (a number that never wraps), and three facts: immortal, set aside (SLOW without SHARED: nothing
// has changed since the harvest), touched (it was set aside, and changed since). A count beyond 2^29 - 1 is immortal
// for good.
#include "../support/test.h"

#define COUNT_MAX ((1u << 29) - 1)

typedef struct word_model {
    uint32_t count;
    int immortal, aside, touched;
} word_model;

static uint32_t word_of(const word_model *m) {
    if (m->immortal)
        return OUROI_IMMORTAL;
    return m->count * OUROI_ONE | (m->aside ? OUROI_SLOW : 0) | (m->touched ? OUROI_TOUCHED : 0);
}

// Any change, and a move, ends being set aside, and only then touches.
static void word_moved(word_model *m) {
    m->touched |= m->aside;
    m->aside = 0;
}

static void word_kept(word_model *m) {
    word_moved(m);
    if (m->count == COUNT_MAX)
        m->immortal = 1;
    else
        m->count++;
}

static void word_dropped(word_model *m) {
    word_moved(m);
    m->count--;
}

static uint32_t word_random(uint64_t *state) {
    uint64_t x = *state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)(x >> 33);
}

// A word near one of the boundaries: 1, 2, the largest count, a high bit, immortal.
static word_model word_start(uint64_t *state) {
    static const uint32_t near[] = {1,        2, 3, 1u << 27, (1u << 28) - 1, 1u << 28, COUNT_MAX - 2, COUNT_MAX - 1,
                                    COUNT_MAX};
    word_model m = {near[word_random(state) % (sizeof near / sizeof *near)], 0, 0, (int)(word_random(state) % 2)};
    // What is set aside has a count of bits 2 to 29 only.
    m.aside = m.count < 1u << 28 && word_random(state) % 2;
    m.touched = m.touched && !m.aside;
    m.immortal = word_random(state) % 16 == 0;
    return m;
}

// One change to both. The last reference is never dropped here.
static void word_step(ouro_rt *rt, uint64_t *state, word_model *m, leaf *o, ouro_obj **slot) {
    (void)rt;
    switch (word_random(state) % 4) {
    case 0:
        ouro_incref(&o->head);
        if (!m->immortal)
            word_kept(m);
        return;
    case 1:
        if (m->count < 2 && !m->immortal)
            return;
        ouro_decref(&o->head);
        if (!m->immortal)
            word_dropped(m);
        return;
    case 2:
        *slot = NULL; // forgotten, not dropped: only the move matters
        ouro_setslot_steal(slot, &o->head);
        return;
    default:
        ouroi_touch(&o->head);
        if (!m->immortal)
            word_moved(m);
    }
}

static int word_agrees(const word_model *m, const ouro_obj *o) {
    uint32_t count = m->immortal ? OURO_COUNT_IMMORTAL : m->count;
    return o->ouroi_count == word_of(m) && ouro_refcount(o) == count && ouro_is_immortal(o) == m->immortal;
}

CASE(count_word, random_sequences) {
    uint64_t state = 42;
    ouro_obj *slot = NULL;
    leaf *o = own(leaf_new(rt, 7));
    need(o);
    for (int run = 0; run < 40000; run++) {
        word_model m = word_start(&state);
        o->head.ouroi_count = word_of(&m);
        for (int k = 0; k < 12; k++) {
            word_step(rt, &state, &m, o, &slot);
            always(word_agrees(&m, &o->head));
        }
    }
    always(o->value == 7);
    o->head.ouroi_count = OUROI_ONE;
}

// Up to the limit and over it, then down by more than was ever added: it leaks, it is not freed.
CASE(count_word, overflow_leaks) {
    leaf *o = own(leaf_new(rt, 7));
    need(o);
    o->head.ouroi_count = (COUNT_MAX - 3) * OUROI_ONE;
    for (int k = 0; k < 3; k++)
        ouro_incref(&o->head);
    always(ouro_refcount(&o->head) == COUNT_MAX && !ouro_is_immortal(&o->head));
    ouro_incref(&o->head);
    always(ouro_is_immortal(&o->head));
    for (int k = 0; k < 100000; k++)
        ouro_decref(&o->head);
    always(ouro_is_immortal(&o->head) && o->value == 7);
    o->head.ouroi_count = OUROI_ONE;
}

// The largest count falls to one again without loss.
CASE(count_word, down_from_the_limit) {
    leaf *o = own(leaf_new(rt, 7));
    need(o);
    uint32_t count = COUNT_MAX;
    o->head.ouroi_count = count * OUROI_ONE;
    for (int k = 0; k < 100000; k++, count--)
        ouro_decref(&o->head);
    always(ouro_refcount(&o->head) == count);
    o->head.ouroi_count = OUROI_ONE;
}

// The last reference ends the object whatever flags its word has.
CASE(count_word, last_reference) {
    static const uint32_t flags[] = {0, OUROI_TOUCHED, OUROI_SLOW, OUROI_SLOW | OUROI_TOUCHED};
    for (size_t k = 0; k < sizeof flags / sizeof *flags; k++) {
        leaf *o = leaf_new(rt, 7);
        need(o);
        ouro_obj *weak = own(ouro_weak_new(rt, &o->head, NULL, NULL)), *out;
        if (!weak)
            ouro_decref(&o->head);
        need(weak);
        always(ouro_weak_get(weak, &out) == 1 && out == &o->head);
        o->head.ouroi_count = 2 * OUROI_ONE | flags[k];
        ouro_decref(&o->head);
        always(ouro_refcount(&o->head) == 1);
        o->head.ouroi_count = OUROI_ONE | flags[k];
        ouro_decref(out);
        always(ouro_weak_get(weak, &out) == 0 && out == NULL);
    }
}
