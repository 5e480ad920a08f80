// SPDX-License-Identifier: MIT
// special.h: the special attributes of classes, numbered. Their names are interned once in a runtime.
#ifndef OUROI_SPECIAL_H
#define OUROI_SPECIAL_H

#include "std.h"

// In the order of special_names; the relations, the operators and the reflected ones in that of ouro/ops.h.
typedef enum special {
    SPECIAL_INIT,
    SPECIAL_DEL,
    SPECIAL_CALL,
    SPECIAL_REPR,
    SPECIAL_STR,
    SPECIAL_HASH,
    SPECIAL_EQ,
    SPECIAL_NE,
    SPECIAL_LT,
    SPECIAL_LE,
    SPECIAL_GT,
    SPECIAL_GE,
    SPECIAL_BOOL,
    SPECIAL_LEN,
    SPECIAL_GETITEM,
    SPECIAL_SETITEM,
    SPECIAL_DELITEM,
    SPECIAL_CONTAINS,
    SPECIAL_ITER,
    SPECIAL_NEXT,
    SPECIAL_GETATTR,
    SPECIAL_SETATTR,
    SPECIAL_DELATTR,
    SPECIAL_COPY,
    SPECIAL_DEEPCOPY,
    SPECIAL_NEG, // to INVERT
    SPECIAL_ADD = SPECIAL_NEG + 4,
    SPECIAL_RADD = SPECIAL_ADD + 12,
    SPECIAL_COUNT = SPECIAL_RADD + 12
} special;

_Static_assert(SPECIAL_COUNT < 64, "a word has a bit for each, and one more");

static inline special special_of_relation(ouro_relation relation) {
    return (special)(SPECIAL_EQ + (unsigned)relation);
}

static inline special special_of_unary(ouro_op op) {
    return (special)(SPECIAL_NEG + (unsigned)op);
}

static inline special special_of_binary(ouro_op op) {
    return (special)(SPECIAL_ADD + (unsigned)op - OURO_ADD);
}

static inline special special_reflected(ouro_op op) {
    return (special)(SPECIAL_RADD + (unsigned)op - OURO_ADD);
}

// The name, an interned str. Returns: immortal.
static inline ouro_obj *special_name(const ouro_rt *rt, special s) {
    return state_of(rt)->names[s];
}

// Makes the names. Returns: 0, or -1.
int ouroi_special_open(ouro_rt *rt);

// Calls f with `self` before the arguments if f binds, as a method of self; without it otherwise.
ouro_obj *ouroi_special_apply(ouro_rt *rt, ouro_obj *f, ouro_obj *self, ouro_obj *const *args, size_t n,
                              ouro_obj *kwnames);

// Calls a special attribute of an object's class, positional arguments only. Returns: 1 and the result (new) in *out;
// 0 if the class has none; -1.
int ouroi_special_call(ouro_rt *rt, ouro_obj *o, special s, ouro_obj *const *args, size_t n, ouro_obj **out);

#endif
