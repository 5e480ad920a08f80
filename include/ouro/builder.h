// SPDX-License-Identifier: MIT
// ouro/builder.h: text put together piece by piece, and made a str at the end. It grows by half, so n bytes cost O(n).
//
//     ouro_builder b;
//     ouro_builder_open(rt, &b);
//     if (ouro_builder_text(&b, "x = ") < 0 || ouro_builder_repr(&b, x) < 0) ...   // may stop here: then close it
//     ouro_obj *s = ouro_builder_finish(&b);                      // NULL also if anything failed before
//
// A builder lives on the C stack. Once a call has failed all later ones fail too, and the first error stays.
#ifndef OURO_BUILDER_H
#define OURO_BUILDER_H

#include "base.h"

OURO_BEGIN

#define OUROI_BUILDER_INLINE 112

typedef struct ouro_builder {
    ouro_rt *ouroi_rt;
    char *ouroi_data;
    size_t ouroi_size, ouroi_cap;
    int ouroi_failed;
    char ouroi_inline[OUROI_BUILDER_INLINE];
} ouro_builder;

// Starts an empty text.
OURO_API void ouro_builder_open(ouro_rt *rt, ouro_builder *b);

// Adds n bytes, which are checked to be UTF-8 when the text is finished. Returns: 0, or -1.
// Fails: OURO_ERR_MEMORY; OURO_ERR_OVERFLOW beyond OURO_STR_MAX bytes. Runs: arbitrary code (a collection may start).
OURO_API int ouro_builder_add(ouro_builder *b, const char *bytes, size_t n);

// Adds a NUL-terminated text. As ouro_builder_add.
OURO_API int ouro_builder_text(ouro_builder *b, const char *text);

// Adds one code point. Fails: also OURO_ERR_VALUE if it is none.
OURO_API int ouro_builder_char(ouro_builder *b, uint32_t code_point);

// Adds text formatted as by printf.
OURO_API int ouro_builder_format(ouro_builder *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Adds the text of an object, as ouro_to_str gives it. Runs: arbitrary code.
OURO_API int ouro_builder_str(ouro_builder *b, ouro_obj *o);

// Adds the text of an object, as ouro_repr gives it. Runs: arbitrary code.
OURO_API int ouro_builder_repr(ouro_builder *b, ouro_obj *o);

// How many bytes there are.
static inline size_t ouro_builder_size(const ouro_builder *b) {
    return b->ouroi_size;
}

// Makes a str of the text and closes the builder.
// Returns: new; NULL on failure, the builder closed all the same.
// Fails: OURO_ERR_VALUE if it is not UTF-8; as anything that failed before. Runs: as ouro_new.
OURO_API ouro_obj *ouro_builder_finish(ouro_builder *b);

// Gives the text up. Closing again does nothing.
OURO_API void ouro_builder_close(ouro_builder *b);

OURO_END

#endif
