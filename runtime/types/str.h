// SPDX-License-Identifier: MIT
// str.h: what the files of text and bytes know of each other: how a str lies in its block, UTF-8, searching.
//
//     | ouroi_str | text | NUL | up to 8 | trailer, if not ASCII | of a derived str: its instance_ext |  room to grow |
//
//   I-str-1  The text is valid UTF-8 and has a NUL behind it. ASCII is set if and only if no byte is above 127.
//   I-str-2  A str changes only in ouro_str_append, and only if it is exact, not interned, not watched by a weak
//            reference, and its one reference is the one being replaced. Hence: who holds a reference of his own may
//            keep pointers into the text across foreign code.
//   I-str-3  INTERNED is set if and only if the str is in the table of its runtime.
#ifndef OUROI_STR_H
#define OUROI_STR_H

#include "std.h"

#include <stdarg.h>

// Byte offsets of code points: the k-th of code point STR_STRIDE * k. The first `known` are worked out.
#define STR_STRIDE 64u
typedef struct str_table {
    uint32_t known;
    uint32_t offsets[];
} str_table;

// What a str that is not ASCII has behind its text.
typedef struct str_trailer {
    str_table *table; // NULL until it is needed, see str_index.c
    size_t length;    // in code points
} str_trailer;

static inline ouroi_str *str_of(const ouro_obj *o) {
    return (ouroi_str *)(uintptr_t)o;
}

static inline char *str_text(ouroi_str *s) {
    return (char *)(s + 1);
}

static inline str_trailer *str_trailer_of(const ouroi_str *s) {
    return (str_trailer *)((uintptr_t)s + round_up(sizeof *s + s->size + 1, 8));
}

static inline size_t str_length_of(const ouro_obj *s) {
    return likely(ouro_str_is_ascii(s)) ? ouro_str_size(s) : str_trailer_of(str_of(s))->length;
}

// True if the type fits, else an error that names the function.
static inline bool str_expect(ouro_rt *rt, const char *where, const ouro_obj *o) {
    return likely(ouro_is_str(o)) || ouroi_expect(rt, where, ouro_str_type, o);
}

// ---- str.c ----

// The 30 bits of hash that a str of this text has.
static inline uint32_t str_hash_of(const ouro_rt *rt, const char *utf8, size_t n) {
    uint32_t hash = (uint32_t)ouroi_hash_bytes(rt, utf8, n) & STR_HASH_MASK;
    return hash + !hash; // 0 stands for: not computed
}
// A new exact str for `size` bytes of text that are to be filled in at once; length (in code points) says if it is
// ASCII. `room` more bytes are there to grow into. OURO_ERR_OVERFLOW if it is too large.
ouroi_str *ouroi_str_blank(ouro_rt *rt, size_t size, size_t length, size_t room);
// An exact str of n bytes of a str that the caller holds, whole code points. Returns: new.
ouro_obj *ouroi_str_cut(ouro_rt *rt, const ouro_obj *s, const char *from, size_t n);
// The str of the code point at a position, which exists. Returns: new.
ouro_obj *ouroi_str_char(ouro_rt *rt, ouro_obj *s, size_t i);
extern const ouro_ops ouroi_str_ops;

// ---- str_index.c ----

// The byte at which a code point begins; the length gives the end. Returns: 0, or -1. Runs: arbitrary code.
int ouroi_str_offset(ouro_rt *rt, ouro_obj *s, size_t i, size_t *offset);

// ---- str_find.c ----

#define NOT_FOUND SIZE_MAX
// The first place of a part of m bytes in n bytes; NOT_FOUND if there is none. Cost: n + m.
size_t ouroi_find_bytes(const void *in, size_t n, const void *part, size_t m);

// ---- utf8.c ----

// How many of n bytes are valid UTF-8, from the first on; n if all are. In *length: how many code points they are.
size_t ouroi_utf8_check(const char *text, size_t n, size_t *length);
// How many code points valid text has.
size_t ouroi_utf8_length(const char *text, size_t n);
// Where code point k of the valid text between two places begins; `end` if it has no more.
const char *ouroi_utf8_skip(const char *at, const char *end, size_t k);
// The code point at a place in valid text; *width is its number of bytes.
uint32_t ouroi_utf8_decode(const char *at, size_t *width);
// Writes a code point. Returns: the number of bytes; 0 if it is none.
size_t ouroi_utf8_encode(uint32_t code_point, char out[4]);

#define UTF8_HIGH 0x8080808080808080u

static inline uint64_t utf8_word(const char *at) {
    uint64_t w;
    memcpy(&w, at, sizeof w);
    return w;
}

// Eight bytes at a time; the last eight may overlap those before.
static inline bool utf8_is_ascii(const char *text, size_t n) {
    uint64_t seen = 0;
    if (n < 8) {
        for (size_t i = 0; i < n; i++)
            seen |= (uint64_t)(uint8_t)text[i];
        return seen < 0x80;
    }
    for (size_t i = 0; i + 8 <= n; i += 8)
        seen |= utf8_word(text + i);
    return !((seen | utf8_word(text + n - 8)) & UTF8_HIGH);
}

// memcpy for pieces of text, which are short as a rule: two words, which may overlap, cost less than a call (measured:
// pieces of ten bytes joined by the thousand, 6.9 -> 3.3 ns each).
static inline void text_copy(char *to, const char *from, size_t n) {
    if (unlikely(n > 16)) {
        memcpy(to, from, n);
    } else if (likely(n >= 8)) {
        uint64_t first = utf8_word(from), last = utf8_word(from + n - 8);
        memcpy(to, &first, sizeof first);
        memcpy(to + n - 8, &last, sizeof last);
    } else {
        for (size_t i = 0; i < n; i++)
            to[i] = from[i];
    }
}

// ---- builder.c ----

// As ouro_builder_format.
int ouroi_builder_vformat(ouro_builder *b, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

// ---- bytes.c ----

// What a bytes object or a bytearray holds at present.
typedef struct byte_view {
    const uint8_t *at;
    size_t n;
} byte_view;

// False if it is neither.
static inline bool bytes_view(const ouro_obj *o, byte_view *v) {
    if (ouro_is_bytes(o))
        *v = (byte_view){ouro_bytes_data(o), ouro_bytes_size(o)};
    else if (ouro_is_bytearray(o))
        *v = (byte_view){ouro_bytearray_data_peek(o), ouro_bytearray_size(o)};
    else
        return false;
    return true;
}

// 1 if an order, less than 0, 0, or greater than 0, is that of a relation; else 0.
static inline int str_order_is(int order, ouro_relation relation) {
    switch (relation) {
    case OURO_EQ:
        return order == 0;
    case OURO_NE:
        return order != 0;
    case OURO_LT:
        return order < 0;
    case OURO_LE:
        return order <= 0;
    case OURO_GT:
        return order > 0;
    default:
        return order >= 0;
    }
}

// Operations that bytes and bytearrays have in common.
int ouroi_bytes_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b);
int ouroi_bytes_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x);
// A number of 0 to 255 from an int or bool. Returns: 0, or -1 (OURO_ERR_TYPE, OURO_ERR_VALUE).
int ouroi_byte_get(ouro_rt *rt, const ouro_obj *o, uint8_t *byte);
// Writes b'...' into a builder. Foreign code may change a bytearray meanwhile; what is written then is some of each.
int ouroi_bytes_quote(ouro_obj *o, ouro_builder *out);
// Copies the bytes that bounds name.
void ouroi_bytes_pick(uint8_t *to, const uint8_t *from, const ouro_bounds *b);
// Of a sequence and an int or bool, in any order: which is the sequence, and how often it is to be repeated (not less
// than 0). Returns: 1, -1, or OURO_PASS if they are something else.
int ouroi_repeat_args(ouro_rt *rt, ouro_obj *a, ouro_obj *b, ouro_obj **sequence, size_t *times);
// Fills `whole` bytes with repetitions of the first n of them, n not 0 unless whole is.
void ouroi_repeat_fill(void *data, size_t n, size_t whole);

// ---- bytearray.c ----

int ouroi_bytearray_open(ouro_rt *rt);

#endif
