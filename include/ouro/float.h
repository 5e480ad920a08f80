// SPDX-License-Identifier: MIT
// ouro/float.h: double-precision numbers, immutable. Their text is the shortest that reads back as the same number.
// A float that is a whole number equals the int, and has its hash.
#ifndef OURO_FLOAT_H
#define OURO_FLOAT_H

#include "kind.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_float_type;

typedef struct ouroi_float {
    ouro_obj head;
    double value;
} ouroi_float;

// Makes a float. Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_float_new(ouro_rt *rt, double value);

// Reads `n` bytes of text, as C's strtod does in the C locale: decimal, inf, infinity, nan, blanks around them and
// single underscores between digits allowed. Fails: OURO_ERR_VALUE if the text is something else; OURO_ERR_MEMORY.
OURO_API ouro_obj *ouro_float_parse(ouro_rt *rt, const char *text, size_t n);

// 1 if the object is a float, else 0.
static inline int ouro_is_float(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_FLOAT);
}

// The value of an object for which ouro_is_float is true.
static inline double ouro_float_value(const ouro_obj *o) {
    return ((const ouroi_float *)(const void *)o)->value;
}

// Reads a float, int or bool as a double. Returns: 0, or -1. Fails: OURO_ERR_TYPE; OURO_ERR_OVERFLOW. Runs: nothing.
OURO_API int ouro_float_get(ouro_rt *rt, const ouro_obj *o, double *out);

#define OURO_FLOAT_TEXT 32

// Writes the shortest text that reads back as `value` ("0.1", "1e+16", "inf"), NUL-terminated, a point or exponent in
// it always ("1.0"). Independent of the locale. Returns: its length. Runs: nothing.
OURO_API size_t ouro_float_format(double value, char text[OURO_FLOAT_TEXT]);

OURO_END

#endif
