// SPDX-License-Identifier: MIT
// array.h: what the files of typed arrays and of n-d arrays know of each other.
//
//   I-array-1  size <= capacity, which is what the buffer has room for; without a buffer both are 0.
//   I-array-2  While exports is not 0, size and data stay what they are.
// Asking for memory may run code that changes the very array, or exports it: what changes a size looks again behind
// that, and begins again.
#ifndef OUROI_ARRAY_H
#define OUROI_ARRAY_H

#include "dtype.h"

static inline ouroi_array *array_of(ouro_obj *o) {
    return (ouroi_array *)(void *)o;
}

static inline char *array_at(const ouroi_array *a, size_t i) {
    return (char *)a->data + i * ouro_dtype_size(a->dtype);
}

static inline bool array_expect(ouro_rt *rt, const char *where, const ouro_obj *o) {
    return likely(ouro_is_array(o)) || ouroi_expect(rt, where, ouro_array_type, o);
}

// ---- array.c ----

extern const ouro_ops ouroi_array_ops;
// A new array of n elements of any value.
ouro_obj *ouroi_array_blank(ouro_rt *rt, ouro_dtype dtype, size_t n);
// Replaces the elements between two positions, cut to what there is, by n others, which are not the array's own; NULL
// for zeros. Returns: 0, or -1: unchanged. Runs: arbitrary code.
int ouroi_array_splice(ouro_rt *rt, ouroi_array *a, ptrdiff_t start, ptrdiff_t stop, const void *items, size_t n);
// False, and OURO_ERR_STATE, if the size must not change.
bool ouroi_array_is_free(ouro_rt *rt, const ouroi_array *a);
// Gives memory back when three quarters are not used; cannot fail. Runs: arbitrary code.
void ouroi_array_shrink(ouro_rt *rt, ouroi_array *a);

// ---- array_items.c ----

int ouroi_array_length(ouro_rt *rt, ouro_obj *o, size_t *length);
ouro_obj *ouroi_array_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key);
int ouroi_array_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value);
int ouroi_array_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x);
int ouroi_array_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b);

#endif
