// SPDX-License-Identifier: MIT
// mro.c: the order in which classes are looked through: C3, "A Monotonic Superclass Linearization for Dylan" (Barrett,
// Cassels, Haahr, Moon, Playford, Withington, 1996).
//
// The orders of the bases, and the list of the bases itself, are merged: again and again, the first of their heads is
// taken that stands behind the head of no other. How often a class does is counted in the class (`behind`), so that
// nothing is searched for: the cost is the number of lists times the length of the result. The counts are 0 before and
// after; no foreign code runs in between.
#include "class.h"

// What is left of one order.
typedef struct mro_list {
    class_obj **at, **end;
} mro_list;

typedef struct mro_merge {
    mro_list *lists;
    size_t n, first; // lists before `first` are used up
    ouro_obj **out;
    size_t out_n;
} mro_merge;

static class_obj *mro_head(const mro_list *l) {
    return l->at < l->end ? *l->at : NULL;
}

static void mro_count(const mro_merge *m) {
    for (size_t i = 0; i < m->n; i++)
        for (class_obj **c = m->lists[i].at + 1; c < m->lists[i].end; c++)
            (*c)->behind++;
}

// After a merge that has failed.
static void mro_uncount(const mro_merge *m) {
    for (size_t i = 0; i < m->n; i++)
        for (class_obj **c = m->lists[i].at + 1; c < m->lists[i].end; c++)
            (*c)->behind--;
}

// The first head that may come next; NULL if there is none.
static class_obj *mro_next(mro_merge *m) {
    while (m->first < m->n && !mro_head(&m->lists[m->first]))
        m->first++;
    for (size_t i = m->first; i < m->n; i++) {
        class_obj *head = mro_head(&m->lists[i]);
        if (head && !head->behind)
            return head;
    }
    return NULL;
}

// Takes a class off the lists that begin with it.
static void mro_take(mro_merge *m, const class_obj *c) {
    for (size_t i = m->first; i < m->n; i++) {
        mro_list *l = &m->lists[i];
        if (mro_head(l) != c)
            continue;
        l->at++;
        if (mro_head(l))
            mro_head(l)->behind--;
    }
}

static bool mro_run(mro_merge *m) {
    mro_count(m);
    for (class_obj *c; (c = mro_next(m));) {
        m->out[m->out_n++] = &c->head;
        mro_take(m, c);
    }
    mro_uncount(m);
    return m->first == m->n;
}

// Writes down the orders of the bases, and the bases themselves. Returns: how many places that takes; with `lists` NULL
// they are only counted.
static size_t mro_write(const ouro_obj *bases, mro_list *lists, class_obj **to) {
    size_t n = ouro_tuple_size(bases), items = 0, start = 0;
    for (size_t i = 0; i <= n; i++, start = items) {
        mro_walk line = {NULL, bases, 0}; // the last list
        if (i < n)
            line = mro_begin(ouro_tuple_peek(bases, i));
        for (class_obj *c; (c = mro_step(&line)); items++)
            if (lists)
                to[items] = c;
        if (lists)
            lists[i] = (mro_list){to + start, to + items};
    }
    return items;
}

// In memory for the lists, their items, and the result.
static ouro_obj *mro_merged(ouro_rt *rt, const class_obj *c, void *memory) {
    size_t n = ouro_tuple_size(c->bases) + 1;
    mro_merge m = {.lists = memory, .n = n};
    class_obj **items = (class_obj **)(void *)(m.lists + n);
    m.out = (ouro_obj **)(void *)(items + mro_write(c->bases, m.lists, items));
    if (mro_run(&m))
        return ouro_tuple_new(rt, m.out, m.out_n);
    ouro_error_set(rt, OURO_ERR_TYPE, "the bases of class '%s' contradict each other in their order",
                   ouro_class_name(&c->head));
    return NULL;
}

static ouro_obj *mro_order(ouro_rt *rt, const class_obj *c) {
    size_t n = ouro_tuple_size(c->bases) + 1, items = 2 * mro_write(c->bases, NULL, NULL), bytes;
    if (!size_fits(n, sizeof(mro_list), items * sizeof(ouro_obj *), &bytes)) {
        ouro_error_set(rt, OURO_ERR_OVERFLOW, "class '%s' has too many bases", ouro_class_name(&c->head));
        return NULL;
    }
    void *memory = ouro_buf_alloc(rt, bytes);
    ouro_obj *order = memory ? mro_merged(rt, c, memory) : NULL;
    ouro_buf_free(rt, memory);
    return order;
}

int ouroi_mro_find(ouro_rt *rt, class_obj *c) {
    if (ouro_tuple_size(c->bases) > 1) {
        ouro_obj *order = mro_order(rt, c);
        if (!order)
            return -1;
        ouro_setref_steal(&c->head, &c->order, order);
    }
    c->ordered = true;
    return 0;
}
