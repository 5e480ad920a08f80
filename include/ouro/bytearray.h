// SPDX-License-Identifier: MIT
// ouro/bytearray.h: bytes that change: an array that grows at its end and gets shorter at its front, amortised O(1) a
// byte. Not hashable; equal to bytes of the same values.
#ifndef OURO_BYTEARRAY_H
#define OURO_BYTEARRAY_H

#include "kind.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_bytearray_type;

typedef struct ouroi_bytearray {
    ouro_obj head;
    uint8_t *data;
    uint64_t size, capacity;
    uint8_t *buffer; // what `data` points into
} ouroi_bytearray;

// Makes a bytearray with a copy of n bytes; `data` of NULL gives n zeros. Returns: new; NULL on failure.
// Fails: OURO_ERR_MEMORY; OURO_ERR_OVERFLOW. Runs: as ouro_new.
OURO_API ouro_obj *ouro_bytearray_new(ouro_rt *rt, const void *data, size_t n);

// 1 if the object is a bytearray, else 0.
static inline int ouro_is_bytearray(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_BYTEARRAY);
}

// The bytes, to read and write; may be NULL if there are none. Returns: borrowed, until the size changes.
static inline uint8_t *ouro_bytearray_data_peek(const ouro_obj *o) {
    return ((const ouroi_bytearray *)(const void *)o)->data;
}

// How many.
static inline size_t ouro_bytearray_size(const ouro_obj *o) {
    return (size_t)((const ouroi_bytearray *)(const void *)o)->size;
}

// In the functions below `data` may point into the array itself, and NULL stands for zeros. All fail with
// OURO_ERR_TYPE, OURO_ERR_MEMORY and OURO_ERR_OVERFLOW. Runs: arbitrary code (a collection may start).

// Adds n bytes at the end. Returns: 0, or -1: unchanged. Cost: n, amortised.
OURO_API int ouro_bytearray_append(ouro_rt *rt, ouro_obj *o, const void *data, size_t n);

// Makes the array n bytes long, by zeros behind it or by cutting it off. Returns: 0, or -1: unchanged.
OURO_API int ouro_bytearray_resize(ouro_rt *rt, ouro_obj *o, size_t n);

// Replaces the bytes between two positions by n others. Positions are cut to what there is; negative ones count from
// the end. Returns: 0, or -1: unchanged. Cost: n and the bytes behind; to take bytes away at the front, O(1) amortised.
OURO_API int ouro_bytearray_splice(ouro_rt *rt, ouro_obj *o, ptrdiff_t start, ptrdiff_t stop, const void *data,
                                   size_t n);

OURO_END

#endif
