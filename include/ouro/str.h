// SPDX-License-Identifier: MIT
// ouro/str.h: text, immutable. UTF-8 inside and out, checked when it comes in, with a NUL behind it. Positions and
// lengths are code points, as in Python; what counts bytes says "bytes" or "size". A text of ASCII alone is indexed in
// O(1); any other gets a table of positions when it is first indexed, O(1) from then on.
// The hash is computed once and kept. Interned strs are unique in their runtime: equal ones are the same object.
#ifndef OURO_STR_H
#define OURO_STR_H

#include "kind.h"

OURO_BEGIN

// The most bytes that a str can have.
#define OURO_STR_MAX 0xFFFFFFF0u

OURO_API extern const ouro_type *const ouro_str_type;

typedef struct ouroi_str {
    ouro_obj head;
    uint32_t size;      // bytes, without the NUL
    uint32_t hash_bits; // 30 bits of hash, 0 if not computed; ASCII and INTERNED
    // the text and a NUL follow
} ouroi_str;

#define OURO_STR_ASCII 0x40000000u
#define OURO_STR_INTERNED 0x80000000u

// ---- making ----

// Makes a str of `n` bytes of UTF-8. Returns: new; NULL on failure.
// Fails: OURO_ERR_VALUE if it is not UTF-8, saying at which byte; OURO_ERR_OVERFLOW; OURO_ERR_MEMORY. Runs: as
// ouro_new.
OURO_API ouro_obj *ouro_str_new(ouro_rt *rt, const char *utf8, size_t n);

// Makes a str of a NUL-terminated text. As ouro_str_new.
OURO_API ouro_obj *ouro_str_from(ouro_rt *rt, const char *utf8);

// Makes a str of text formatted as by printf. As ouro_str_new.
OURO_API ouro_obj *ouro_str_format(ouro_rt *rt, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Makes a str of one code point. Fails: also OURO_ERR_VALUE if it is none.
OURO_API ouro_obj *ouro_str_from_char(ouro_rt *rt, uint32_t code_point);

// The one interned str of this text: what it returns for the same text later is the same object, while one is alive.
// Returns: new; NULL on failure. As ouro_str_from.
OURO_API ouro_obj *ouro_intern(ouro_rt *rt, const char *utf8);

// The interned str that is equal to a str. Returns: new; `s` itself if there was none before.
OURO_API ouro_obj *ouro_str_intern(ouro_rt *rt, ouro_obj *s);

// ---- reading ----

// 1 if the object is a str, else 0.
static inline int ouro_is_str(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_STR);
}

// The bytes of a str, NUL-terminated (a text may have NULs inside). Returns: borrowed, while the str lives.
static inline const char *ouro_str_data(const ouro_obj *s) {
    return (const char *)(const void *)((const ouroi_str *)(const void *)s + 1);
}

// How many bytes, without the NUL.
static inline size_t ouro_str_size(const ouro_obj *s) {
    return ((const ouroi_str *)(const void *)s)->size;
}

// 1 if all of it is ASCII.
static inline int ouro_str_is_ascii(const ouro_obj *s) {
    return (((const ouroi_str *)(const void *)s)->hash_bits & OURO_STR_ASCII) != 0;
}

// 1 if the str is interned.
static inline int ouro_str_is_interned(const ouro_obj *s) {
    return (((const ouroi_str *)(const void *)s)->hash_bits & OURO_STR_INTERNED) != 0;
}

// How many code points.
OURO_API size_t ouro_str_length(const ouro_obj *s);

// 1 if a str has the same text as a NUL-terminated one. Runs: nothing.
OURO_API int ouro_str_is(const ouro_obj *s, const char *utf8);

// 1 if two strs have the same text. Runs: nothing.
OURO_API int ouro_str_equal(const ouro_obj *a, const ouro_obj *b);

// -1, 0 or 1, in the order of code points. Runs: nothing.
OURO_API int ouro_str_compare(const ouro_obj *a, const ouro_obj *b);

// The code point at a position, which may be negative. Returns: 0, or -1. Fails: OURO_ERR_INDEX; OURO_ERR_MEMORY.
OURO_API int ouro_str_at(ouro_rt *rt, ouro_obj *s, ptrdiff_t i, uint32_t *code_point);

// ---- working ----

// What lies between two positions, cut to what there is; negative ones count from the end. Returns: new.
OURO_API ouro_obj *ouro_str_slice(ouro_rt *rt, ouro_obj *s, ptrdiff_t start, ptrdiff_t stop);

// a and b, one behind the other. Returns: new.
OURO_API ouro_obj *ouro_str_concat(ouro_rt *rt, ouro_obj *a, ouro_obj *b);

// Appends to the str in *s, in place (amortised, growing by half) when *s is the only reference to it, else as
// ouro_str_concat. Takes: *s is stolen and replaced; on failure it is as it was. Returns: 0, or -1.
OURO_API int ouro_str_append(ouro_rt *rt, ouro_obj **s, ouro_obj *more);

// `s`, n times. Fails: OURO_ERR_OVERFLOW. A negative n counts as 0.
OURO_API ouro_obj *ouro_str_repeat(ouro_rt *rt, ouro_obj *s, ptrdiff_t n);

// 1 and the first position of `part` at or behind `from` in *at, or 0. Returns: 1, 0, or -1.
OURO_API int ouro_str_find(ouro_rt *rt, ouro_obj *s, ouro_obj *part, size_t from, size_t *at);

// A list of the parts between separators; a separator of NULL stands for any run of white space. Returns: new.
OURO_API ouro_obj *ouro_str_split(ouro_rt *rt, ouro_obj *s, ouro_obj *separator);

// The strs of an iterable with `separator` between them. Fails: OURO_ERR_TYPE naming an item that is no str.
// Runs: arbitrary code.
OURO_API ouro_obj *ouro_str_join(ouro_rt *rt, ouro_obj *separator, ouro_obj *iterable);

// `s` with every occurrence of one text replaced by another. Returns: new.
OURO_API ouro_obj *ouro_str_replace(ouro_rt *rt, ouro_obj *s, ouro_obj *old_text, ouro_obj *new_text);

OURO_END

#endif
