// SPDX-License-Identifier: MIT
// weakset.c: the functions of ouro/weakset.h, on the table of weakly.h. Sets among each other are compared and combined
// as ordinary sets, made of the living members for the purpose.
#include "set.h"
#include "weakly.h"

int ouro_is_weakset(const ouro_obj *o) {
    return ouroi_weakly_is_set(o);
}

// The container, settled; NULL, with an error, if the object is none.
static weakly *weakset_check(ouro_rt *rt, const char *where, ouro_obj *o) {
    if (!ouroi_weakly_is_set(o) && !ouroi_expect(rt, where, ouro_weakset_type, o))
        return NULL;
    ouroi_weakly_settle(rt, weakly_of(o));
    return weakly_of(o);
}

static int weakset_put_item(ouro_rt *rt, ouro_obj *item, void *arg) {
    return ouroi_weakly_set(rt, arg, item, NULL) < 0 ? -1 : 0;
}

ouro_obj *ouro_weakset_new(ouro_rt *rt, ouro_obj *iterable) {
    ouro_obj *o = ouroi_weakly_new(rt, ouro_weakset_type, SET_STRIDE, false);
    if (!o || !iterable || ouro_weakset_update(rt, o, iterable) == 0)
        return o;
    ouro_decref(o);
    return NULL;
}

// ---- one set ----

int ouro_weakset_size(ouro_rt *rt, ouro_obj *set, size_t *size) {
    const weakly *w = weakset_check(rt, "ouro_weakset_size", set);
    *size = w ? weakly_size(w) : 0;
    return w ? 0 : -1;
}

int ouro_weakset_has(ouro_rt *rt, ouro_obj *set, ouro_obj *x) {
    weakly *w = weakset_check(rt, "ouro_weakset_has", set);
    ouro_obj *key = NULL, *none;
    uint32_t at;
    int found = w ? ouroi_weakly_look(rt, w, x, &at, &key, &none) : -1;
    ouro_xdecref(key);
    return found;
}

int ouro_weakset_add(ouro_rt *rt, ouro_obj *set, ouro_obj *x) {
    weakly *w = weakset_check(rt, "ouro_weakset_add", set);
    return w ? ouroi_weakly_set(rt, w, x, NULL) : -1;
}

int ouro_weakset_remove(ouro_rt *rt, ouro_obj *set, ouro_obj *x) {
    weakly *w = weakset_check(rt, "ouro_weakset_remove", set);
    ouro_obj *key = NULL, *none;
    uint32_t at;
    int found = w ? ouroi_weakly_look(rt, w, x, &at, &key, &none) : -1;
    if (found == 1)
        ouroi_weakly_remove(rt, w, at);
    ouro_xdecref(key);
    return found;
}

int ouro_weakset_pop(ouro_rt *rt, ouro_obj *set, ouro_obj **x) {
    weakly *w = weakset_check(rt, "ouro_weakset_pop", set);
    ouro_obj *none;
    *x = NULL;
    return w ? ouroi_weakly_pop(rt, w, x, &none) : -1;
}

int ouro_weakset_update(ouro_rt *rt, ouro_obj *set, ouro_obj *iterable) {
    weakly *w = weakset_check(rt, "ouro_weakset_update", set);
    return w ? ouroi_iterate(rt, iterable, weakset_put_item, w) : -1;
}

int ouro_weakset_clear(ouro_rt *rt, ouro_obj *set) {
    weakly *w = weakset_check(rt, "ouro_weakset_clear", set);
    if (!w)
        return -1;
    ouroi_weakly_clear(rt, w);
    return 0;
}

int ouro_weakset_each(const ouro_obj *set, size_t *at, ouro_obj **x) {
    ouro_obj *none;
    return ouroi_weakly_step(weakly_of(set), at, x, &none);
}

// ---- sets among each other ----

static bool weakset_is_operand(const ouro_obj *o) {
    return ouroi_weakly_is_set(o) || ouroi_set_like(o);
}

// The members of an operand as a set that holds them; one that is no weak set as it is. Returns: new; NULL on failure.
static ouro_obj *weakset_strong(ouro_rt *rt, ouro_obj *o) {
    if (!ouroi_weakly_is_set(o))
        return ouro_incref(o);
    ouro_obj *strong = ouro_set_new(rt, NULL), *x, *none;
    int result = strong ? 1 : -1;
    for (size_t at = 0; result >= 0 && ouroi_weakly_step(weakly_of(o), &at, &x, &none);) {
        result = ouroi_set_put(rt, table_of(strong), x, weakly_hash(weakly_of(o), at));
        ouro_decref(x);
    }
    if (result < 0)
        ouro_setslot_steal(&strong, NULL);
    return strong;
}

// The members of both are handed out, as sets, whose relation is the answer; if they are equal, this is asked again.
static int weakset_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                        ouro_obj **y) {
    if (step->at++)
        return relation == OURO_EQ || relation == OURO_LE || relation == OURO_GE;
    if (!weakset_is_operand(b))
        return OURO_PASS;
    *x = weakset_strong(rt, a);
    *y = *x ? weakset_strong(rt, b) : NULL;
    if (*y)
        return OURO_MORE;
    ouro_setslot_steal(x, NULL);
    return -1;
}

static int weakset_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    if (!ouroi_set_op(op) || !weakset_is_operand(a) || !weakset_is_operand(b))
        return OURO_PASS;
    ouro_obj *left = weakset_strong(rt, a), *right = left ? weakset_strong(rt, b) : NULL;
    *out = right ? ouro_set_combine(rt, op, left, right) : NULL;
    if (*out && ouroi_weakly_is_set(a))
        ouro_setslot_steal(out, ouro_weakset_new(rt, *out));
    ouro_xdecref(left);
    ouro_xdecref(right);
    return *out ? 1 : -1;
}

const ouro_ops ouroi_weakset_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = ouroi_map_unhashable,
    .pair = weakset_pair,
    .length = ouroi_weakly_length,
    .contains = ouro_weakset_has,
    .iter = ouroi_weakly_iter_keys,
    .repr = ouroi_weakly_repr,
    .binary = weakset_binary,
    .copy = ouroi_weakly_copy,
    .deep = ouroi_weakly_deep,
};
