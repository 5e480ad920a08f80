// SPDX-License-Identifier: MIT
// ouro/int.h: whole numbers of any size, immutable. Those of up to some thousand bits are computed
// here, larger ones by libtommath. Ints from -5 to 256 are made once in a runtime, shared and immortal.
// Arithmetic is ouro_unary and ouro_binary: exact, division and remainder rounded down. A result of more than about
// 2^31 bits is OURO_ERR_OVERFLOW, one that finds no memory OURO_ERR_MEMORY.
#ifndef OURO_INT_H
#define OURO_INT_H

#include "kind.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_int_type;

typedef struct ouroi_int {
    ouro_obj head;
    int64_t value; // of a big one: its lowest 64 bits
} ouroi_int;

// Makes an int. Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_int_new(ouro_rt *rt, int64_t value);
OURO_API ouro_obj *ouro_int_from_u64(ouro_rt *rt, uint64_t value);

// The number without what is behind its point.
// Fails: OURO_ERR_OVERFLOW for an infinity, OURO_ERR_VALUE for a NaN; OURO_ERR_MEMORY.
OURO_API ouro_obj *ouro_int_from_double(ouro_rt *rt, double value);

// Reads `n` bytes of text: an optional sign and digits of `base`, 2 to 36 (0: by the prefix 0x, 0o or 0b, else 10; then
// a number other than 0 does not begin with 0). The prefix of the base, blanks around it all and single underscores
// between digits are allowed.
// Fails: OURO_ERR_VALUE if the text is something else, or has more digits than allowed; OURO_ERR_OVERFLOW;
// OURO_ERR_MEMORY.
// Cost: linear for bases that are powers of two, else quadratic: hence the limit.
OURO_API ouro_obj *ouro_int_parse(ouro_rt *rt, const char *text, size_t n, int base);

// The digits of an int in `base`, 2 to 36, as a str. Returns: new.
// Fails: OURO_ERR_VALUE if there are more digits than allowed (bases that are powers of two are free); OURO_ERR_MEMORY.
OURO_API ouro_obj *ouro_int_to_str(ouro_rt *rt, const ouro_obj *o, int base);

// Sets how many decimal digits are read and written at most, 0 for any number; 4,300 at first.
OURO_API void ouro_int_set_max_digits(ouro_rt *rt, size_t digits);

// 1 if the object is an int (a bool is not), else 0.
static inline int ouro_is_int(const ouro_obj *o) {
    return (ouroi_kind(o) & ~(uint32_t)(OUROI_KIND_DERIVED | 1)) == OUROI_KIND_INT;
}

// 1 if the int fits 64 bits.
static inline int ouro_int_is_word(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_INT);
}

// The value of an int for which ouro_int_is_word is true.
static inline int64_t ouro_int_word(const ouro_obj *o) {
    return ((const ouroi_int *)(const void *)o)->value;
}

// Reads an int or bool. Returns: 0, or -1. Fails: OURO_ERR_TYPE; OURO_ERR_OVERFLOW if it does not fit. Runs: nothing.
OURO_API int ouro_int_get(ouro_rt *rt, const ouro_obj *o, int64_t *out);
OURO_API int ouro_int_get_u64(ouro_rt *rt, const ouro_obj *o, uint64_t *out);

// The nearest double, ties to even. Fails: OURO_ERR_OVERFLOW if it is beyond the largest.
OURO_API int ouro_int_get_double(ouro_rt *rt, const ouro_obj *o, double *out);

// The number of bits of the absolute value; 0 for 0.
OURO_API size_t ouro_int_bits(const ouro_obj *o);

// -1, 0 or 1.
OURO_API int ouro_int_sign(const ouro_obj *o);

OURO_END

#endif
