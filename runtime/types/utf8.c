// SPDX-License-Identifier: MIT
// utf8.c: UTF-8: check it, count and find its code points, read and write one. Strict when text comes in: no byte
// sequence that is longer than needed, no half of a surrogate pair, nothing above U+10FFFF. Behind that door text is
// trusted: the other functions do not check again.
#include "str.h"

#define UTF8_LOW 0x0101010101010101u

// How many of eight bytes begin a code point: those that continue one give 1 each, and the product adds them up.
static inline size_t utf8_begins(uint64_t w) {
    return 8 - (size_t)(((w >> 7) & (~w >> 6) & UTF8_LOW) * UTF8_LOW >> 56);
}

static inline bool utf8_continues(char c) {
    return ((uint8_t)c & 0xC0) == 0x80;
}

// The bytes of a code point by its first byte, in valid text.
static inline size_t utf8_width(uint8_t first) {
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// What the second byte may be: it is there that sequences too long, surrogates and numbers too large show.
static bool utf8_second(uint8_t first, uint8_t second) {
    uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    return second >= least && second <= most;
}

// The bytes of the code point that begins here and is not ASCII; 0 if it is not valid.
static size_t utf8_valid_width(const char *at, size_t n) {
    uint8_t first = (uint8_t)*at;
    size_t width = utf8_width(first);
    if (first < 0xC2 || first > 0xF4 || width > n || !utf8_second(first, (uint8_t)at[1]))
        return 0;
    for (size_t i = 2; i < width; i++)
        if (!utf8_continues(at[i]))
            return 0;
    return width;
}

size_t ouroi_utf8_check(const char *text, size_t n, size_t *length) {
    size_t i = 0, continued = 0;
    while (i < n) {
        if ((uint8_t)text[i] >= 0x80) {
            size_t width = utf8_valid_width(text + i, n - i);
            if (!width)
                break;
            i += width;
            continued += width - 1;
        } else if (n - i >= 8 && !(utf8_word(text + i) & UTF8_HIGH)) {
            i += 8;
        } else {
            i++;
        }
    }
    *length = i - continued;
    return i;
}

size_t ouroi_utf8_length(const char *text, size_t n) {
    size_t length = 0, i = 0;
    for (; i + 8 <= n; i += 8)
        length += utf8_begins(utf8_word(text + i));
    for (; i < n; i++)
        length += !utf8_continues(text[i]);
    return length;
}

const char *ouroi_utf8_skip(const char *at, const char *end, size_t k) {
    while (end - at >= 8) {
        size_t begin = utf8_begins(utf8_word(at));
        if (begin > k)
            break;
        k -= begin;
        at += 8;
    }
    for (; at < end; at++)
        if (!utf8_continues(*at) && !k--)
            break;
    return at;
}

uint32_t ouroi_utf8_decode(const char *at, size_t *width) {
    uint8_t first = (uint8_t)*at;
    *width = utf8_width(first);
    if (*width == 1)
        return first;
    uint32_t code_point = first & (0x7Fu >> *width);
    for (size_t i = 1; i < *width; i++)
        code_point = code_point << 6 | ((uint8_t)at[i] & 0x3F);
    return code_point;
}

size_t ouroi_utf8_encode(uint32_t code_point, char out[4]) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        return 0;
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t width = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = width; --i;) {
        out[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    out[0] = (char)(uint8_t)(0xF00u >> width | code_point);
    return width;
}
