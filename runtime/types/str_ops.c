// SPDX-License-Identifier: MIT
// str_ops.c: how strs take part in the protocols.
#include "seq.h"
#include "str.h"

static int str_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)step;
    (void)part;
    *hash = ouroi_str_hash(rt, o);
    return 0;
}

static int str_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    (void)rt;
    if (!ouro_is_str(b))
        return OURO_PASS;
    if (relation == OURO_EQ || relation == OURO_NE)
        return ouro_str_equal(a, b) == (relation == OURO_EQ);
    return str_order_is(ouro_str_compare(a, b), relation);
}

static int str_truth(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_str_size(o) != 0;
}

static int str_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = ouro_str_length(o);
    return 0;
}

// ---- items ----

static ouro_obj *str_pick_ascii(ouro_rt *rt, const ouro_obj *s, const ouro_bounds *b) {
    ouroi_str *picked = ouroi_str_blank(rt, b->count, b->count, 0);
    if (!picked)
        return NULL;
    ptrdiff_t at = b->start;
    for (size_t i = 0; i < b->count; i++, at += b->step)
        str_text(picked)[i] = ouro_str_data(s)[at];
    return &picked->head;
}

static ouro_obj *str_pick(ouro_rt *rt, ouro_obj *s, const ouro_bounds *b) {
    ouro_builder out;
    ouro_builder_open(rt, &out);
    ptrdiff_t at = b->start;
    for (size_t i = 0; i < b->count; i++, at += b->step) {
        size_t offset, width;
        if (ouroi_str_offset(rt, s, (size_t)at, &offset) < 0) {
            ouro_builder_close(&out);
            return NULL;
        }
        ouroi_utf8_decode(ouro_str_data(s) + offset, &width);
        ouro_builder_add(&out, ouro_str_data(s) + offset, width);
    }
    return ouro_builder_finish(&out);
}

static ouro_obj *str_get_slice(ouro_rt *rt, ouro_obj *s, const ouro_obj *slice) {
    ouro_bounds b;
    if (ouro_slice_bounds(rt, slice, ouro_str_length(s), &b) < 0)
        return NULL;
    if (b.step == 1)
        return ouro_str_slice(rt, s, b.start, b.start + (ptrdiff_t)b.count);
    if (b.count <= 1)
        return b.count ? ouroi_str_char(rt, s, (size_t)b.start) : state_of(rt)->front.empty_str;
    ouro_incref(s);
    ouro_obj *picked = ouro_str_is_ascii(s) ? str_pick_ascii(rt, s, &b) : str_pick(rt, s, &b);
    ouro_decref(s);
    return picked;
}

static ouro_obj *str_get_item(ouro_rt *rt, ouro_obj *s, ouro_obj *key) {
    ptrdiff_t i;
    size_t at;
    if (ouro_is_slice(key))
        return str_get_slice(rt, s, key);
    if (ouroi_index(rt, "str", key, &i) < 0 || ouroi_position(rt, "str", i, ouro_str_length(s), &at) < 0)
        return NULL;
    return ouroi_str_char(rt, s, at);
}

static int str_contains(ouro_rt *rt, ouro_obj *s, ouro_obj *x) {
    if (!str_expect(rt, "in a str", x))
        return -1;
    return ouroi_find_bytes(ouro_str_data(s), ouro_str_size(s), ouro_str_data(x), ouro_str_size(x)) != NOT_FOUND;
}

static ouro_obj *str_iter(ouro_rt *rt, ouro_obj *s) {
    return ouroi_iter_new(rt, s, 0);
}

// ---- text ----

typedef struct quote_range {
    uint32_t first, last;
} quote_range;

// What is not printed as it is, beyond ASCII: controls, spaces other than the blank, what has no shape of its own or
// turns the direction of writing, private and forbidden code points.
static const quote_range quote_hidden[] = {
    {0x80, 0xA0},       {0xAD, 0xAD},       {0x600, 0x605},      {0x61C, 0x61C},   {0x6DD, 0x6DD},   {0x70F, 0x70F},
    {0x1680, 0x1680},   {0x180E, 0x180E},   {0x2000, 0x200F},    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000},
    {0xE000, 0xF8FF},   {0xFDD0, 0xFDEF},   {0xFEFF, 0xFEFF},    {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x1FFFE, 0x1FFFF},
    {0x2FFFE, 0x2FFFF}, {0x3FFFE, 0xE00FF}, {0xE01F0, 0x10FFFF},
};

static bool quote_is_hidden(uint32_t c) {
    size_t low = 0, high = sizeof quote_hidden / sizeof *quote_hidden;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > quote_hidden[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof quote_hidden / sizeof *quote_hidden && c >= quote_hidden[low].first;
}

static inline bool quote_is_plain(uint32_t c, char quote) {
    if (c < 0x80)
        return c >= ' ' && c != 0x7F && c != '\\' && c != (uint8_t)quote;
    return !quote_is_hidden(c);
}

static int quote_escaped(ouro_builder *out, uint32_t c) {
    switch (c) {
    case '\n':
        return ouro_builder_text(out, "\\n");
    case '\r':
        return ouro_builder_text(out, "\\r");
    case '\t':
        return ouro_builder_text(out, "\\t");
    default:
        if (c >= ' ' && c < 0x7F)
            return ouro_builder_format(out, "\\%c", (int)c);
        return ouro_builder_format(out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
    }
}

static int quote_body(ouro_builder *out, const char *at, const char *end, char quote) {
    const char *plain = at; // not written yet, from here on
    size_t width;
    for (; at < end; at += width) {
        uint32_t c = (uint8_t)*at;
        width = 1;
        if (c >= 0x80)
            c = ouroi_utf8_decode(at, &width);
        if (quote_is_plain(c, quote))
            continue;
        if (ouro_builder_add(out, plain, (size_t)(at - plain)) < 0 || quote_escaped(out, c) < 0)
            return -1;
        plain = at + width;
    }
    return ouro_builder_add(out, plain, (size_t)(at - plain));
}

int ouroi_str_quote(ouro_builder *out, const char *utf8, size_t n) {
    char quote = memchr(utf8, '\'', n) && !memchr(utf8, '"', n) ? '"' : '\'';
    if (ouro_builder_add(out, &quote, 1) < 0 || quote_body(out, utf8, utf8 + n, quote) < 0)
        return -1;
    return ouro_builder_add(out, &quote, 1);
}

static int str_repr(ouro_rt *rt, ouro_obj *s, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    ouro_incref(s);
    int result = ouroi_str_quote(out, ouro_str_data(s), ouro_str_size(s));
    ouro_decref(s);
    return result;
}

static int str_str(ouro_rt *rt, ouro_obj *s, ouro_builder *out) {
    (void)rt;
    ouro_incref(s);
    int result = ouro_builder_add(out, ouro_str_data(s), ouro_str_size(s));
    ouro_decref(s);
    return result;
}

// ---- operations ----

// Whether the product has a size is for the caller to see, who knows what is repeated.
int ouroi_repeat_args(ouro_rt *rt, ouro_obj *a, ouro_obj *b, ouro_obj **sequence, size_t *times) {
    bool number_first = ouro_is_int(a) || ouro_is_bool(a);
    *sequence = number_first ? b : a;
    return ouroi_seq_times(rt, number_first ? a : b, 0, times);
}

static int str_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    ouro_obj *s;
    size_t times;
    if (op == OURO_ADD && ouro_is_str(a) && ouro_is_str(b)) {
        *out = ouro_str_concat(rt, a, b);
    } else if (op == OURO_MUL) {
        int repeated = ouroi_repeat_args(rt, a, b, &s, &times);
        if (repeated != 1)
            return repeated;
        *out = ouro_str_repeat(rt, s, (ptrdiff_t)times);
    } else {
        return OURO_PASS;
    }
    return *out ? 1 : -1;
}

static ouro_obj *str_copy_self(ouro_rt *rt, ouro_obj *s) {
    (void)rt;
    return ouro_incref(s);
}

const ouro_ops ouroi_str_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = str_hash,
    .compare = str_compare,
    .truth = str_truth,
    .length = str_length,
    .get_item = str_get_item,
    .contains = str_contains,
    .iter = str_iter,
    .repr = str_repr,
    .str = str_str,
    .binary = str_binary,
    .copy = str_copy_self,
};
