// SPDX-License-Identifier: MIT
// builder.c: text put together piece by piece. A short one stays in the builder, on the C stack; a longer one is in a
// buffer that grows by half. The first error is remembered by its code, so that a caller who has cleared it is told
// again.
#include "str.h"

#include <stdio.h>

void ouro_builder_open(ouro_rt *rt, ouro_builder *b) {
    b->ouroi_rt = rt;
    b->ouroi_data = b->ouroi_inline;
    b->ouroi_size = 0;
    b->ouroi_cap = sizeof b->ouroi_inline;
    b->ouroi_failed = OURO_OK;
}

// Remembers the error that is pending; an operation of a foreign type may have failed without one.
COLD static int builder_fail(ouro_builder *b) {
    int code = ouro_error_code(b->ouroi_rt);
    b->ouroi_failed = code == OURO_OK ? OURO_ERR_STATE : code;
    return -1;
}

// Nothing more is done after an error; it is pending, or was.
COLD static int builder_refuse(ouro_builder *b) {
    if (ouro_error_code(b->ouroi_rt) == OURO_OK)
        ouro_error_set(b->ouroi_rt, b->ouroi_failed, "text is missing: an earlier call for it has failed");
    return -1;
}

// Room for n bytes more and a NUL. Nobody else sees the builder, so code that the allocation runs cannot change it.
NOINLINE static int builder_grow(ouro_builder *b, size_t n) {
    if (n > OURO_STR_MAX - b->ouroi_size) {
        ouro_error_set(b->ouroi_rt, OURO_ERR_OVERFLOW, "a text of more than %zu bytes is too large",
                       (size_t)OURO_STR_MAX);
        return builder_fail(b);
    }
    size_t cap = b->ouroi_size + n + (b->ouroi_size + n) / 2 + 1;
    bool near = b->ouroi_data == b->ouroi_inline;
    char *data = ouro_buf_realloc(b->ouroi_rt, near ? NULL : b->ouroi_data, cap);
    if (!data)
        return builder_fail(b);
    if (near)
        memcpy(data, b->ouroi_data, b->ouroi_size);
    b->ouroi_data = data;
    b->ouroi_cap = ouro_buf_size(data);
    return 0;
}

static inline int builder_reserve(ouro_builder *b, size_t n) {
    if (unlikely(b->ouroi_failed))
        return builder_refuse(b);
    return likely(n < b->ouroi_cap - b->ouroi_size) ? 0 : builder_grow(b, n);
}

int ouro_builder_add(ouro_builder *b, const char *bytes, size_t n) {
    if (builder_reserve(b, n) < 0)
        return -1;
    text_copy(b->ouroi_data + b->ouroi_size, bytes, n);
    b->ouroi_size += n;
    return 0;
}

int ouro_builder_text(ouro_builder *b, const char *text) {
    return ouro_builder_add(b, text, strlen(text));
}

int ouro_builder_char(ouro_builder *b, uint32_t code_point) {
    char text[4];
    size_t width = ouroi_utf8_encode(code_point, text);
    if (width)
        return ouro_builder_add(b, text, width);
    if (b->ouroi_failed)
        return builder_refuse(b);
    ouro_error_set(b->ouroi_rt, OURO_ERR_VALUE, "ouro_builder_char: 0x%x is not a code point", (unsigned)code_point);
    return builder_fail(b);
}

// What fits is written at once; else the first try has told how much room it takes.
int ouroi_builder_vformat(ouro_builder *b, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int n = -1;
    if (builder_reserve(b, 0) == 0) {
        n = vsnprintf(b->ouroi_data + b->ouroi_size, b->ouroi_cap - b->ouroi_size, format, args);
        if (n < 0) {
            ouro_error_set(b->ouroi_rt, OURO_ERR_VALUE, "text cannot be formatted as \"%s\"", format);
            builder_fail(b);
        } else if ((size_t)n >= b->ouroi_cap - b->ouroi_size) {
            n = builder_grow(b, (size_t)n) < 0
                    ? -1
                    : vsnprintf(b->ouroi_data + b->ouroi_size, b->ouroi_cap - b->ouroi_size, format, again);
        }
    }
    va_end(again);
    if (n < 0)
        return -1;
    b->ouroi_size += (size_t)n;
    return 0;
}

int ouro_builder_format(ouro_builder *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int result = ouroi_builder_vformat(b, format, args);
    va_end(args);
    return result;
}

// An exact str is added at once; code that runs when the text grows may drop it.
int ouro_builder_str(ouro_builder *b, ouro_obj *o) {
    if (likely(ouroi_kind(o) == OUROI_KIND_STR)) {
        ouro_incref(o);
        int result = ouro_builder_add(b, ouro_str_data(o), ouro_str_size(o));
        ouro_decref(o);
        return result;
    }
    if (b->ouroi_failed)
        return builder_refuse(b);
    return ouroi_print_str(b->ouroi_rt, o, b) < 0 ? builder_fail(b) : 0;
}

int ouro_builder_repr(ouro_builder *b, ouro_obj *o) {
    if (b->ouroi_failed)
        return builder_refuse(b);
    return ouroi_print(b->ouroi_rt, o, b) < 0 ? builder_fail(b) : 0;
}

ouro_obj *ouro_builder_finish(ouro_builder *b) {
    ouro_obj *s = NULL;
    if (b->ouroi_failed)
        builder_refuse(b);
    else
        s = ouro_str_new(b->ouroi_rt, b->ouroi_data, b->ouroi_size);
    ouro_builder_close(b);
    return s;
}

void ouro_builder_close(ouro_builder *b) {
    if (b->ouroi_data != b->ouroi_inline)
        ouro_buf_free(b->ouroi_rt, b->ouroi_data);
    b->ouroi_data = b->ouroi_inline;
    b->ouroi_size = 0;
    b->ouroi_cap = sizeof b->ouroi_inline;
}
