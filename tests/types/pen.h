// SPDX-License-Identifier: MIT
// pen.h: what the tests of weak containers share: a pen is a list that alone keeps its objects alive, so that they die
// when the test wants it. They are nodes, numbered from 0; a dead one's place holds none.
#ifndef OURO_PEN_H
#define OURO_PEN_H

#include "tables.h"

// Returns: new; NULL on failure.
static inline ouro_obj *pen_new(ouro_rt *rt, size_t n) {
    ouro_obj *pen = ouro_list_new(rt, NULL, 0);
    for (size_t i = 0; pen && i < n; i++) {
        node *x = node_new(rt);
        if (x)
            x->id = (int)i;
        if (!x || ouro_list_append(rt, pen, &x->head) < 0)
            ouro_setslot_steal(&pen, NULL);
        ouro_xdecref(obj(x));
    }
    return pen;
}

static inline ouro_obj *pen_at(const ouro_obj *pen, size_t i) {
    return ouro_list_peek(pen, i);
}

static inline void pen_kill(ouro_rt *rt, ouro_obj *pen, size_t i) {
    always(ouro_list_set(rt, pen, (ptrdiff_t)i, ouro_none(rt)) == 0);
}

// Makes a ring of the objects from `first` up to, and without, `end`, and lets go of them: what only a collection ends.
static inline void pen_ring(ouro_rt *rt, ouro_obj *pen, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        node *x = (node *)(void *)pen_at(pen, i);
        set(x, left, pen_at(pen, i + 1 < end ? i + 1 : first));
    }
    for (size_t i = first; i < end; i++)
        pen_kill(rt, pen, i);
}

// The number of entries of any container.
static inline size_t pen_size(ouro_rt *rt, ouro_obj *o) {
    size_t n = SIZE_MAX;
    always(ouro_length(rt, o, &n) == 0);
    return n;
}

// 1 if walking over a weak dict or set meets so many, and that is its size.
static inline int pen_has(ouro_rt *rt, ouro_obj *o, size_t n) {
    ouro_obj *key, *value = NULL;
    size_t at = 0, met = 0;
    while (ouro_is_weakset(o) ? ouro_weakset_each(o, &at, &key) : ouro_weakdict_each(o, &at, &key, &value)) {
        ouro_decref(key);
        ouro_xdecref(value);
        met++;
    }
    if (met == n && pen_size(rt, o) == n)
        return 1;
    fprintf(stderr, "%zu met, size %zu, not %zu\n", met, pen_size(rt, o), n);
    return 0;
}

// A weak-key dict of what is in a pen, each object's value its number; a weak-value dict the other way round; a weak
// set of all. Returns: new; NULL on failure.
static inline ouro_obj *pen_keys(ouro_rt *rt, const ouro_obj *pen) {
    ouro_obj *d = ouro_weakkeys_new(rt);
    for (size_t i = 0; d && i < ouro_list_size(pen); i++) {
        ouro_obj *number = ouro_int_new(rt, (int64_t)i);
        if (!number || ouro_weakdict_set(rt, d, pen_at(pen, i), number) < 0)
            ouro_setslot_steal(&d, NULL);
        ouro_xdecref(number);
    }
    return d;
}

static inline ouro_obj *pen_values(ouro_rt *rt, const ouro_obj *pen) {
    ouro_obj *d = ouro_weakvalues_new(rt);
    for (size_t i = 0; d && i < ouro_list_size(pen); i++) {
        ouro_obj *number = ouro_int_new(rt, (int64_t)i);
        if (!number || ouro_weakdict_set(rt, d, number, pen_at(pen, i)) < 0)
            ouro_setslot_steal(&d, NULL);
        ouro_xdecref(number);
    }
    return d;
}

static inline ouro_obj *pen_set(ouro_rt *rt, ouro_obj *pen) {
    return ouro_weakset_new(rt, pen);
}

#endif
