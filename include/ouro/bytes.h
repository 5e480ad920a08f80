// SPDX-License-Identifier: MIT
// ouro/bytes.h: bytes, immutable; any values, a NUL behind them.
#ifndef OURO_BYTES_H
#define OURO_BYTES_H

#include "kind.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_bytes_type;

typedef struct ouroi_bytes {
    ouro_obj head;
    uint64_t size;
    // the bytes and a NUL follow
} ouroi_bytes;

// Makes a bytes object; `data` of NULL gives n zeros. Returns: new; NULL on failure.
// Fails: OURO_ERR_MEMORY; OURO_ERR_OVERFLOW. Runs: as ouro_new.
OURO_API ouro_obj *ouro_bytes_new(ouro_rt *rt, const void *data, size_t n);

// 1 if the object is a bytes object, else 0.
static inline int ouro_is_bytes(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_BYTES);
}

// The bytes. Returns: borrowed, while the object lives.
static inline const uint8_t *ouro_bytes_data(const ouro_obj *o) {
    return (const uint8_t *)(const void *)((const ouroi_bytes *)(const void *)o + 1);
}

// How many.
static inline size_t ouro_bytes_size(const ouro_obj *o) {
    return (size_t)((const ouroi_bytes *)(const void *)o)->size;
}

// What lies between two positions, cut to what there is; negative ones count from the end. Returns: new.
OURO_API ouro_obj *ouro_bytes_slice(ouro_rt *rt, ouro_obj *o, ptrdiff_t start, ptrdiff_t stop);

// a and b, one behind the other. Returns: new.
OURO_API ouro_obj *ouro_bytes_concat(ouro_rt *rt, ouro_obj *a, ouro_obj *b);

OURO_END

#endif
