// SPDX-License-Identifier: MIT
// ouro/kind.h: the numbers under which the standard types are registered, so that asking "is it a list?" is one load
// and one compare.
//
// A class of the user may derive from some of them; the layout of its instances has the base's number and one bit more.
// Those of classes that derive from none have the numbers from 64 on.
// The type tests of the standard objects, such as ouro_is_list, are true for both; what must tell them apart asks
// ouro_is(o, ouro_list_type). A type of the embedder's own may name a standard type as its base, too: the functions of
// the standard type take its objects, ouro_is_a knows them, and only the inline tests do not.
#ifndef OURO_KIND_H
#define OURO_KIND_H

#include "object.h"

OURO_BEGIN

enum {
    OUROI_KIND_NONE = 1,
    OUROI_KIND_BOOL = 2,
    OUROI_KIND_INT = 4, // the value in one word
    OUROI_KIND_BIG = 5, // an int that needs more; one bit from INT, so that one test finds both
    OUROI_KIND_FLOAT = 6,
    OUROI_KIND_STR = 7,
    OUROI_KIND_BYTES = 8,
    OUROI_KIND_BYTEARRAY = 9,
    OUROI_KIND_TUPLE = 10,
    OUROI_KIND_LIST = 11,
    OUROI_KIND_DICT = 12,
    OUROI_KIND_SET = 13,
    OUROI_KIND_FROZENSET = 14,
    OUROI_KIND_ODICT = 15,
    OUROI_KIND_DEQUE = 16,
    OUROI_KIND_RANGE = 17,
    OUROI_KIND_SLICE = 18,
    OUROI_KIND_NATIVE = 19,
    OUROI_KIND_METHOD = 20,
    OUROI_KIND_CELL = 21,
    OUROI_KIND_MODULE = 22,
    OUROI_KIND_CLASS = 23,
    OUROI_KIND_EXCEPTION = 25,
    OUROI_KIND_WEAK = 26, // only with OUROI_KIND_DERIVED: the plain one belongs to the core
    OUROI_KIND_ITER = 27, // iterators over sequences; dict and set have their own
    OUROI_KIND_DICT_ITER = 28,
    OUROI_KIND_DICT_VIEW = 29,
    OUROI_KIND_SET_ITER = 30,
    OUROI_KIND_GENERATOR = 31,
    OUROI_KIND_DERIVED = 32,
    OUROI_KIND_SLOTTED = 64,  // and up: an instance with (number - 64) slots inside
    OUROI_KIND_INSTANCE = 127 // one that keeps its attributes in a buffer
};

// The number of an object's type.
static inline uint32_t ouroi_kind(const ouro_obj *o) {
    return __atomic_load_n(&o->ouroi_meta, __ATOMIC_RELAXED) & OUROI_TYPE_MASK;
}

// 1 for an instance of a user's class that derives from no standard type.
static inline int ouroi_kind_is_instance(uint32_t kind) {
    return kind / OUROI_KIND_SLOTTED == 1;
}

// 1 if the object is of this standard type, or an instance of a user's class that derives from it.
static inline int ouroi_is_kind(const ouro_obj *o, uint32_t kind) {
    return (ouroi_kind(o) & ~(uint32_t)OUROI_KIND_DERIVED) == kind;
}

OURO_END

#endif
