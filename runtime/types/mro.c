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
    const ouro_obj *tuple;
    size_t at, size;
} mro_list;

typedef struct mro_merge {
    mro_list *lists;
    size_t n, first; // lists before `first` are used up
    ouro_obj **out;
    size_t out_n;
} mro_merge;

static class_obj *mro_head(const mro_list *l) {
    return l->at < l->size ? class_obj_of(ouro_tuple_peek(l->tuple, l->at)) : NULL;
}

static void mro_count(const mro_merge *m) {
    for (size_t i = 0; i < m->n; i++)
        for (size_t k = m->lists[i].at + 1; k < m->lists[i].size; k++)
            class_obj_of(ouro_tuple_peek(m->lists[i].tuple, k))->behind++;
}

// After a merge that has failed.
static void mro_uncount(const mro_merge *m) {
    for (size_t i = 0; i < m->n; i++)
        for (size_t k = m->lists[i].at + 1; k < m->lists[i].size; k++)
            class_obj_of(ouro_tuple_peek(m->lists[i].tuple, k))->behind--;
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

// Fills in the lists. Returns: the number of their items; the lists may be NULL, then they are only counted.
static size_t mro_lists(const ouro_obj *bases, mro_list *lists) {
    size_t n = ouro_tuple_size(bases), items = n;
    for (size_t i = 0; i < n; i++) {
        const ouro_obj *tuple = class_obj_of(ouro_tuple_peek(bases, i))->mro;
        size_t size = tuple ? ouro_tuple_size(tuple) : 0;
        items += size;
        if (lists)
            lists[i] = (mro_list){tuple, 0, size};
    }
    if (lists)
        lists[n] = (mro_list){bases, 0, n};
    return items;
}

static ouro_obj *mro_merged(ouro_rt *rt, class_obj *c, void *memory) {
    size_t n = ouro_tuple_size(c->bases) + 1;
    mro_merge m = {.lists = memory, .n = n};
    m.out = (ouro_obj **)(void *)(m.lists + n);
    m.out[m.out_n++] = &c->head;
    mro_lists(c->bases, m.lists);
    if (mro_run(&m))
        return ouro_tuple_new(rt, m.out, m.out_n);
    ouro_error_set(rt, OURO_ERR_TYPE, "the bases of class '%s' contradict each other in their order",
                   ouro_class_name(&c->head));
    return NULL;
}

ouro_obj *ouroi_mro_new(ouro_rt *rt, class_obj *c) {
    size_t n = ouro_tuple_size(c->bases) + 1, items = mro_lists(c->bases, NULL) + 1, bytes;
    if (!size_fits(n, sizeof(mro_list), items * sizeof(ouro_obj *), &bytes)) {
        ouro_error_set(rt, OURO_ERR_OVERFLOW, "class '%s' has too many bases", ouro_class_name(&c->head));
        return NULL;
    }
    void *memory = ouro_buf_alloc(rt, bytes);
    ouro_obj *mro = memory ? mro_merged(rt, c, memory) : NULL;
    ouro_buf_free(rt, memory);
    return mro;
}
