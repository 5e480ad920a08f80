// SPDX-License-Identifier: MIT
// bytes.c: immutable bytes, and what they have in common with bytearrays. A bytearray may be changed by any code that
// runs: where one is read and memory is asked for, its size is looked at again behind that, and if it is another, the
// work begins again.
#include "str.h"

static const ouro_ops bytes_ops;
static ouro_type bytes_type = {
    .struct_size = sizeof(ouro_type),
    .name = "bytes",
    .size = sizeof(ouroi_bytes),
    .ops = &bytes_ops,
};
const ouro_type *const ouro_bytes_type = &bytes_type;

// ---- making ----

static uint8_t *bytes_text(ouro_obj *o) {
    return (uint8_t *)(void *)((ouroi_bytes *)(void *)o + 1);
}

// A new object for n bytes, which are to be filled in at once.
static ouro_obj *bytes_blank(ouro_rt *rt, size_t n) {
    if (unlikely(n > PTRDIFF_MAX / 2)) {
        ouro_error_set(rt, OURO_ERR_OVERFLOW, "%zu 'bytes' are too many", n);
        return NULL;
    }
    ouroi_bytes *b = ouro_new_extra(rt, &bytes_type, 0, n + 1);
    if (!b)
        return NULL;
    b->size = n;
    bytes_text(&b->head)[n] = 0;
    return &b->head;
}

ouro_obj *ouro_bytes_new(ouro_rt *rt, const void *data, size_t n) {
    if (!n)
        return state_of(rt)->empty_bytes;
    ouro_obj *o = bytes_blank(rt, n);
    if (o && data)
        memcpy(bytes_text(o), data, n);
    else if (o)
        memset(bytes_text(o), 0, n);
    return o;
}

ouro_obj *ouro_bytes_slice(ouro_rt *rt, ouro_obj *o, ptrdiff_t start, ptrdiff_t stop) {
    if (!ouro_is_bytes(o) && !ouroi_expect(rt, "ouro_bytes_slice", &bytes_type, o))
        return NULL;
    ouro_clip(&start, &stop, ouro_bytes_size(o));
    ouro_incref(o);
    if (!start && (size_t)stop == ouro_bytes_size(o) && ouro_is(o, &bytes_type))
        return o;
    ouro_obj *part = ouro_bytes_new(rt, ouro_bytes_data(o) + start, (size_t)(stop - start));
    ouro_decref(o);
    return part;
}

static byte_view bytes_view_of(const ouro_obj *o) {
    byte_view v = {NULL, 0};
    bytes_view(o, &v);
    return v;
}

static void bytes_put(uint8_t *to, byte_view v) {
    if (v.n)
        memcpy(to, v.at, v.n);
}

// A new bytes object of two, each of which is bytes or a bytearray.
static ouro_obj *bytes_both(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    ouro_obj *both;
    byte_view x = bytes_view_of(a), y = bytes_view_of(b);
    ouro_incref(a);
    ouro_incref(b);
    while ((both = bytes_blank(rt, x.n + y.n)) != NULL) {
        x = bytes_view_of(a);
        y = bytes_view_of(b);
        if (likely(ouro_bytes_size(both) == x.n + y.n))
            break;
        ouro_decref(both);
    }
    if (both) {
        bytes_put(bytes_text(both), x);
        bytes_put(bytes_text(both) + x.n, y);
    }
    ouro_decref(a);
    ouro_decref(b);
    return both;
}

ouro_obj *ouro_bytes_concat(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    if ((!ouro_is_bytes(a) && !ouroi_expect(rt, "ouro_bytes_concat", &bytes_type, a)) ||
        (!ouro_is_bytes(b) && !ouroi_expect(rt, "ouro_bytes_concat", &bytes_type, b)))
        return NULL;
    return bytes_both(rt, a, b);
}

static ouro_obj *bytes_repeat(ouro_rt *rt, ouro_obj *o, size_t times) {
    size_t n = ouro_bytes_size(o), whole;
    if (!n || !times)
        return state_of(rt)->empty_bytes;
    if (times == 1)
        return ouro_incref(o);
    if (!size_fits(n, times, 0, &whole))
        whole = SIZE_MAX;
    ouro_incref(o);
    ouro_obj *repeated = bytes_blank(rt, whole);
    if (repeated) {
        memcpy(bytes_text(repeated), ouro_bytes_data(o), n);
        ouroi_repeat_fill(bytes_text(repeated), n, whole);
    }
    ouro_decref(o);
    return repeated;
}

// ---- in common ----

static int bytes_order(byte_view a, byte_view b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.at, b.at, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

int ouroi_bytes_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    byte_view x, y;
    (void)rt;
    if (!bytes_view(a, &x) || !bytes_view(b, &y))
        return OURO_PASS;
    if ((relation == OURO_EQ || relation == OURO_NE) && x.n != y.n)
        return relation == OURO_NE;
    return str_order_is(bytes_order(x, y), relation);
}

int ouroi_byte_get(ouro_rt *rt, const ouro_obj *o, uint8_t *byte) {
    if (ouro_is_bool(o)) {
        *byte = (uint8_t)ouro_bool_value(o);
        return 0;
    }
    if (!ouro_is_int(o))
        return ouroi_wrong_type(rt, "a byte", "int", o);
    if (!ouro_int_is_word(o) || ouro_int_word(o) < 0 || ouro_int_word(o) > 255)
        return ouro_error_set(rt, OURO_ERR_VALUE, "a byte must be 0 to 255");
    *byte = (uint8_t)ouro_int_word(o);
    return 0;
}

int ouroi_bytes_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    byte_view v = bytes_view_of(o), part;
    uint8_t byte;
    if (!bytes_view(x, &part)) {
        if (ouroi_byte_get(rt, x, &byte) < 0)
            return -1;
        part = (byte_view){&byte, 1};
    }
    return !part.n || ouroi_find_bytes(v.at, v.n, part.at, part.n) != NOT_FOUND;
}

void ouroi_bytes_pick(uint8_t *to, const uint8_t *from, const ouro_bounds *b) {
    if (b->step == 1 && b->count)
        memcpy(to, from + b->start, b->count);
    for (size_t i = 0; b->step != 1 && i < b->count; i++)
        to[i] = from[b->start + (ptrdiff_t)i * b->step];
}

// Writes one byte as it looks in b'...'. Returns: its length, at most 4.
static size_t bytes_quote_one(uint8_t c, char quote, char *to) {
    static const char digits[] = "0123456789abcdef";
    char letter = (char)(c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c == '\\' || c == quote ? c : 0);
    if (!letter && c >= ' ' && c < 0x7F) {
        to[0] = (char)c;
        return 1;
    }
    to[0] = '\\';
    to[1] = letter ? letter : 'x';
    to[2] = digits[c >> 4];
    to[3] = digits[c & 15];
    return letter ? 2 : 4;
}

#define QUOTE_CHUNK ((size_t)64)

int ouroi_bytes_quote(ouro_obj *o, ouro_builder *out) {
    byte_view v = bytes_view_of(o);
    bool turn = v.n && memchr(v.at, '\'', v.n) && !memchr(v.at, '"', v.n);
    char text[QUOTE_CHUNK * 4], quote = turn ? '"' : '\'';
    int result = ouro_builder_text(out, turn ? "b\"" : "b'");
    for (size_t i = 0; result == 0 && (v = bytes_view_of(o)).n > i;) {
        size_t stop = v.n - i < QUOTE_CHUNK ? v.n : i + QUOTE_CHUNK, n = 0;
        while (i < stop)
            n += bytes_quote_one(v.at[i++], quote, text + n);
        result = ouro_builder_add(out, text, n);
    }
    return result < 0 ? -1 : ouro_builder_add(out, &quote, 1);
}

// ---- operations ----

static int bytes_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)step;
    (void)part;
    *hash = ouroi_hash_bytes(rt, ouro_bytes_data(o), ouro_bytes_size(o));
    return 0;
}

static int bytes_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = ouro_bytes_size(o);
    return 0;
}

static ouro_obj *bytes_get_slice(ouro_rt *rt, ouro_obj *o, const ouro_obj *slice) {
    ouro_bounds b;
    if (ouro_slice_bounds(rt, slice, ouro_bytes_size(o), &b) < 0)
        return NULL;
    if (b.step == 1)
        return ouro_bytes_slice(rt, o, b.start, b.start + (ptrdiff_t)b.count);
    if (!b.count)
        return state_of(rt)->empty_bytes;
    ouro_incref(o);
    ouro_obj *picked = bytes_blank(rt, b.count);
    if (picked)
        ouroi_bytes_pick(bytes_text(picked), ouro_bytes_data(o), &b);
    ouro_decref(o);
    return picked;
}

static ouro_obj *bytes_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    ptrdiff_t i;
    size_t at;
    if (ouro_is_slice(key))
        return bytes_get_slice(rt, o, key);
    if (ouroi_index(rt, "bytes", key, &i) < 0 || ouroi_position(rt, "bytes", i, ouro_bytes_size(o), &at) < 0)
        return NULL;
    return ouro_int_new(rt, ouro_bytes_data(o)[at]);
}

static ouro_obj *bytes_iter(ouro_rt *rt, ouro_obj *o) {
    return ouroi_iter_new(rt, o, 0);
}

static int bytes_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    ouro_incref(o);
    int result = ouroi_bytes_quote(o, out);
    ouro_decref(o);
    return result;
}

static int bytes_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    ouro_obj *o;
    size_t times;
    byte_view v;
    if (op == OURO_ADD && ouro_is_bytes(a) && bytes_view(b, &v)) {
        *out = bytes_both(rt, a, b);
    } else if (op == OURO_MUL) {
        int repeated = ouroi_repeat_args(rt, a, b, &o, &times);
        if (repeated != 1)
            return repeated;
        *out = bytes_repeat(rt, o, times);
    } else {
        return OURO_PASS;
    }
    return *out ? 1 : -1;
}

static ouro_obj *bytes_copy_self(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    return ouro_incref(o);
}

static const ouro_ops bytes_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = bytes_hash,
    .compare = ouroi_bytes_compare,
    .length = bytes_length,
    .get_item = bytes_get_item,
    .contains = ouroi_bytes_contains,
    .iter = bytes_iter,
    .repr = bytes_repr,
    .binary = bytes_binary,
    .copy = bytes_copy_self,
};

int ouroi_bytes_open(ouro_rt *rt) {
    std_state *s = state_of(rt);
    if (ouroi_kind_open(rt, &bytes_type, OUROI_KIND_BYTES) < 0 || ouroi_bytearray_open(rt) < 0)
        return -1;
    if (s->empty_bytes)
        return 0;
    ouro_obj *empty = bytes_blank(rt, 0);
    if (!empty)
        return -1;
    ouro_immortalize(empty);
    s->empty_bytes = empty;
    return 0;
}
