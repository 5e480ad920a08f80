// SPDX-License-Identifier: MIT
// str_parts.c: strs taken apart and put together again: split, join, replace. Each holds the strs that it works on by
// references of its own, so that pointers into them stay good (I-str-2).
#include "seq.h"
#include "str.h"

// ---- split ----

// White space as in Unicode, and the four separators among the controls.
static inline bool split_is_space(uint32_t c) {
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

// The width of the white space that begins at a place; 0 if there is none.
static inline size_t split_space(const char *at) {
    size_t width = 1;
    uint32_t c = (uint8_t)*at;
    if (unlikely(c >= 0x80))
        c = ouroi_utf8_decode(at, &width);
    return split_is_space(c) ? width : 0;
}

static const char *split_skip_space(const char *at, const char *end) {
    for (size_t width; at < end && (width = split_space(at)) != 0; at += width)
        ;
    return at;
}

// Behind the bytes that begin no white space; those in the middle of a code point do not either.
static const char *split_skip_word(const char *at, const char *end) {
    while (at < end && (((uint8_t)*at & 0xC0) == 0x80 || !split_space(at)))
        at++;
    return at;
}

static int split_add(ouro_rt *rt, ouro_obj *list, const ouro_obj *s, const char *from, const char *to) {
    ouro_obj *part = ouroi_str_cut(rt, s, from, (size_t)(to - from));
    return part ? ouro_list_append_steal(rt, list, part) : -1;
}

static int split_at_space(ouro_rt *rt, const ouro_obj *s, ouro_obj *list) {
    const char *at = ouro_str_data(s), *end = at + ouro_str_size(s);
    while ((at = split_skip_space(at, end)) < end) {
        const char *from = at;
        at = split_skip_word(at, end);
        if (split_add(rt, list, s, from, at) < 0)
            return -1;
    }
    return 0;
}

static int split_at(ouro_rt *rt, const ouro_obj *s, const ouro_obj *separator, ouro_obj *list) {
    const char *at = ouro_str_data(s), *end = at + ouro_str_size(s), *part = ouro_str_data(separator);
    for (;;) {
        size_t found = ouroi_find_bytes(at, (size_t)(end - at), part, ouro_str_size(separator));
        if (found == NOT_FOUND)
            return split_add(rt, list, s, at, end);
        if (split_add(rt, list, s, at, at + found) < 0)
            return -1;
        at += found + ouro_str_size(separator);
    }
}

ouro_obj *ouro_str_split(ouro_rt *rt, ouro_obj *s, ouro_obj *separator) {
    if (!str_expect(rt, "ouro_str_split", s) || (separator && !str_expect(rt, "ouro_str_split", separator)))
        return NULL;
    if (separator && !ouro_str_size(separator)) {
        ouro_error_set(rt, OURO_ERR_VALUE, "ouro_str_split: the separator is empty");
        return NULL;
    }
    ouro_incref(s);
    ouro_xincref(separator);
    ouro_obj *list = ouro_list_new(rt, NULL, 0);
    if (list && (separator ? split_at(rt, s, separator, list) : split_at_space(rt, s, list)) < 0)
        ouro_setslot(&list, NULL);
    ouro_decref(s);
    ouro_xdecref(separator);
    return list;
}

// ---- join ----

typedef struct join_sum {
    size_t size, length;
} join_sum;

static inline bool join_takes(const ouro_obj *s) {
    return s && (likely(ouro_is_str(s)) || ouro_is_a(s, ouro_str_type));
}

// Adds up the strs of a row and the separators between them; false, with an error, if one is no str, or all together
// are too large. A size is below 2^32, and the sum is looked at after each: it cannot wrap.
static bool join_measure(ouro_rt *rt, const ouro_obj *separator, seq_row row, join_sum *sum) {
    size_t size = ouro_str_size(separator), length = str_length_of(separator);
    *sum = (join_sum){0, 0};
    for (size_t i = 0; i < row.size; i++) {
        const ouro_obj *s = row.items[i];
        if (unlikely(!join_takes(s))) {
            ouro_error_set(rt, OURO_ERR_TYPE, "ouro_str_join: item %zu: 'str' expected, not '%s'", i,
                           s ? ouroi_type_name(s) : "nothing");
            return false;
        }
        sum->size += ouro_str_size(s) + (i ? size : 0);
        sum->length += str_length_of(s) + (i ? length : 0);
        if (unlikely(sum->size > OURO_STR_MAX)) {
            ouro_error_set(rt, OURO_ERR_OVERFLOW, "ouro_str_join: the 'str' would be too large");
            return false;
        }
    }
    return true;
}

static inline char *parts_put(char *to, const ouro_obj *s) {
    text_copy(to, ouro_str_data(s), ouro_str_size(s));
    return to + ouro_str_size(s);
}

// Fills what was measured; false if the row is another one by now and does not fill it exactly.
static bool join_fill(char *to, const ouro_obj *separator, seq_row row, join_sum room) {
    size_t size = ouro_str_size(separator), length = str_length_of(separator);
    for (size_t i = 0; i < row.size; i++) {
        const ouro_obj *s = row.items[i];
        if (unlikely(!join_takes(s) || ouro_str_size(s) + (i ? size : 0) > room.size))
            return false;
        if (i)
            to = parts_put(to, separator);
        to = parts_put(to, s);
        room.size -= ouro_str_size(s) + (i ? size : 0);
        room.length -= str_length_of(s) + (i ? length : 0);
    }
    return !room.size && !room.length;
}

// The strs of a list or tuple. A list may be another one when the memory is there: then it is measured again.
static ouro_obj *join_row(ouro_rt *rt, const ouro_obj *separator, ouro_obj *items) {
    join_sum sum;
    while (join_measure(rt, separator, seq_row_of(items), &sum)) {
        ouroi_str *s = ouroi_str_blank(rt, sum.size, sum.length, 0);
        if (!s)
            return NULL;
        if (likely(join_fill(str_text(s), separator, seq_row_of(items), sum)))
            return &s->head;
        ouro_decref(&s->head);
    }
    return NULL;
}

ouro_obj *ouro_str_join(ouro_rt *rt, ouro_obj *separator, ouro_obj *iterable) {
    if (!str_expect(rt, "ouro_str_join", separator))
        return NULL;
    ouro_incref(separator);
    bool list = ouroi_kind(iterable) == OUROI_KIND_LIST;
    ouro_obj *items = list ? ouro_incref(iterable) : ouro_tuple_from(rt, iterable);
    ouro_obj *joined = items ? join_row(rt, separator, items) : NULL;
    ouro_xdecref(items);
    ouro_decref(separator);
    return joined;
}

// ---- replace ----

// How often a part that is not empty occurs.
static size_t replace_count(const ouro_obj *s, const ouro_obj *part) {
    const char *at = ouro_str_data(s), *end = at + ouro_str_size(s);
    size_t n = 0, found;
    for (; (found = ouroi_find_bytes(at, (size_t)(end - at), ouro_str_data(part), ouro_str_size(part))) != NOT_FOUND;
         n++)
        at += found + ouro_str_size(part);
    return n;
}

static void replace_fill(char *to, const ouro_obj *s, const ouro_obj *old_text, const ouro_obj *new_text) {
    const char *at = ouro_str_data(s), *end = at + ouro_str_size(s);
    size_t m = ouro_str_size(old_text), found;
    while ((found = ouroi_find_bytes(at, (size_t)(end - at), ouro_str_data(old_text), m)) != NOT_FOUND) {
        memcpy(to, at, found);
        to = parts_put(to + found, new_text);
        at += found + m;
    }
    memcpy(to, at, (size_t)(end - at));
}

// The empty text is before each code point, and at the end.
static void replace_fill_between(char *to, const ouro_obj *s, const ouro_obj *new_text) {
    const char *at = ouro_str_data(s), *end = at + ouro_str_size(s);
    for (size_t width; at < end; at += width) {
        to = parts_put(to, new_text);
        ouroi_utf8_decode(at, &width);
        memcpy(to, at, width);
        to += width;
    }
    parts_put(to, new_text);
}

// Sizes are below 2^32, so what comes out fits 64 bits in any case.
static ouro_obj *replace_all(ouro_rt *rt, ouro_obj *s, ouro_obj *old_text, ouro_obj *new_text) {
    size_t m = ouro_str_size(old_text), k = str_length_of(old_text);
    size_t n = m ? replace_count(s, old_text) : str_length_of(s) + 1;
    if (!n)
        return ouro_str_slice(rt, s, 0, PTRDIFF_MAX);
    uint64_t size = (uint64_t)n * ouro_str_size(new_text) + (ouro_str_size(s) - n * m);
    size_t length = str_length_of(s) - n * k + n * str_length_of(new_text);
    ouroi_str *replaced = ouroi_str_blank(rt, size > OURO_STR_MAX ? SIZE_MAX : (size_t)size, length, 0);
    if (replaced && m)
        replace_fill(str_text(replaced), s, old_text, new_text);
    else if (replaced)
        replace_fill_between(str_text(replaced), s, new_text);
    return replaced ? &replaced->head : NULL;
}

ouro_obj *ouro_str_replace(ouro_rt *rt, ouro_obj *s, ouro_obj *old_text, ouro_obj *new_text) {
    const char *where = "ouro_str_replace";
    if (!str_expect(rt, where, s) || !str_expect(rt, where, old_text) || !str_expect(rt, where, new_text))
        return NULL;
    ouro_incref(s);
    ouro_incref(old_text);
    ouro_incref(new_text);
    ouro_obj *replaced = replace_all(rt, s, old_text, new_text);
    ouro_decref(s);
    ouro_decref(old_text);
    ouro_decref(new_text);
    return replaced;
}
