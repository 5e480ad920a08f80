// SPDX-License-Identifier: MIT
// iter.c: the iterator over a sequence: the sequence and a position. A list may change meanwhile; the iterator goes on
// by position. At the end it lets go of the sequence, so what has ended has ended for good.
#include "range.h"

typedef struct iter_object {
    ouro_obj head;
    ouro_obj *sequence; // NULL at the end
    size_t at;          // of a str: in bytes
} iter_object;

static ouro_type iter_type;

// ---- one item, by the kind of sequence: 1, 0 at the end, -1 ----

static int iter_row(ouro_rt *rt, iter_object *it, seq_row row, ouro_obj **out) {
    if (it->at >= row.size)
        return 0;
    *out = seq_item(rt, row.items[it->at++]);
    return 1;
}

static int iter_int(ouro_rt *rt, iter_object *it, int64_t value, ouro_obj **out) {
    *out = ouro_int_new(rt, value);
    if (!*out)
        return -1;
    it->at++;
    return 1;
}

static int iter_bytes(ouro_rt *rt, iter_object *it, const uint8_t *bytes, size_t n, ouro_obj **out) {
    return it->at < n ? iter_int(rt, it, bytes[it->at], out) : 0;
}

// How many bytes the code point has that begins with this one.
static size_t iter_width(char first) {
    unsigned char c = (unsigned char)first;
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

static uint32_t iter_code_point(const char *at, size_t width) {
    unsigned char first = (unsigned char)*at;
    uint32_t c = width == 1 ? first : first & (0x7Fu >> width);
    for (size_t i = 1; i < width; i++)
        c = c << 6 | ((unsigned char)at[i] & 0x3Fu);
    return c;
}

// By bytes, since positions of code points have to be searched for.
static int iter_str(ouro_rt *rt, iter_object *it, const ouro_obj *s, ouro_obj **out) {
    if (it->at >= ouro_str_size(s))
        return 0;
    const char *at = ouro_str_data(s) + it->at;
    size_t width = iter_width(*at);
    *out = ouro_str_from_char(rt, iter_code_point(at, width));
    if (!*out)
        return -1;
    it->at += width;
    return 1;
}

// Any other sequence: it is asked for its length, then for the item.
static int iter_any(ouro_rt *rt, iter_object *it, ouro_obj *sequence, ouro_obj **out) {
    size_t length, at = it->at;
    if (ouro_length(rt, sequence, &length) < 0)
        return -1;
    if (at >= length || at > INT64_MAX)
        return 0;
    ouro_obj *key = ouro_int_new(rt, (int64_t)at);
    if (!key)
        return -1;
    *out = ouro_get_item(rt, sequence, key);
    ouro_decref(key);
    if (!*out)
        return -1;
    it->at = at + 1;
    return 1;
}

// What may run code runs with the sequence held: the iterator may be asked again meanwhile, and let go of it.
static int iter_other(ouro_rt *rt, iter_object *it, ouro_obj *s, ouro_obj **out) {
    int more;
    ouro_incref(s);
    if (ouroi_is_kind(s, OUROI_KIND_STR))
        more = iter_str(rt, it, s, out);
    else if (ouroi_is_kind(s, OUROI_KIND_BYTES))
        more = iter_bytes(rt, it, ouro_bytes_data(s), ouro_bytes_size(s), out);
    else if (ouroi_is_kind(s, OUROI_KIND_BYTEARRAY))
        more = iter_bytes(rt, it, ouro_bytearray_data_peek(s), ouro_bytearray_size(s), out);
    else if (ouro_is_a(s, ouro_list_type) || ouro_is_a(s, ouro_tuple_type))
        more = iter_row(rt, it, seq_row_of(s), out);
    else
        more = iter_any(rt, it, s, out);
    ouro_decref(s);
    return more;
}

int ouroi_iter_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    iter_object *it = (iter_object *)(void *)o;
    ouro_obj *s = it->sequence;
    int more = 0;
    *out = NULL;
    if (!s)
        return 0;
    if (ouroi_kind(s) == OUROI_KIND_LIST && it->at < ouro_list_size(s)) {
        *out = seq_item(rt, ouro_list_peek(s, it->at++));
        return 1;
    }
    if (ouroi_is_kind(s, OUROI_KIND_LIST) || ouroi_is_kind(s, OUROI_KIND_TUPLE))
        more = iter_row(rt, it, seq_row_of(s), out);
    else if (ouro_is_range(s))
        more = it->at < range_peek(s)->count ? iter_int(rt, it, range_item(range_peek(s), it->at), out) : 0;
    else
        more = iter_other(rt, it, s, out);
    if (unlikely(!more))
        ouro_clearref(o, &it->sequence);
    return more;
}

ouro_obj *ouroi_iter_new(ouro_rt *rt, ouro_obj *sequence, ptrdiff_t at) {
    ouro_incref(sequence);
    iter_object *it = ouro_new(rt, &iter_type);
    if (!it) {
        ouro_decref(sequence);
        return NULL;
    }
    it->at = (size_t)at;
    ouro_setref_steal(&it->head, &it->sequence, sequence);
    return &it->head;
}

static const ouro_ops iter_ops = {.struct_size = sizeof(ouro_ops), .next = ouroi_iter_next};

static const ouro_field iter_fields[] = {OURO_FIELD(iter_object, sequence)};
static ouro_type iter_type = {
    .struct_size = sizeof(ouro_type),
    .name = "iterator",
    .size = sizeof(iter_object),
    .fields = iter_fields,
    .n_fields = 1,
    .ops = &iter_ops,
};
const ouro_type *const ouroi_iter_type = &iter_type;

int ouroi_iter_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &iter_type, OUROI_KIND_ITER);
}
