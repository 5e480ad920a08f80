// SPDX-License-Identifier: MIT
// bytearray.c: bytes that change. The data lies in a buffer, with room behind it to grow into; bytes taken away at the
// front leave a gap before it, so that a bytearray serves as a queue too.
//
//     | gap | data, size bytes | room |
//     buffer ^data              ^data + size   ^data + capacity
//
//   I-bytearray-1  size <= capacity; data and buffer are NULL together, with a capacity of 0.
// Asking for memory may run code that changes the very array: reserve looks again, and its callers begin again.
#include "str.h"

static const ouro_ops bytearray_ops;
static void bytearray_dealloc(ouro_rt *rt, ouro_obj *o);

static ouro_type bytearray_type = {
    .struct_size = sizeof(ouro_type),
    .name = "bytearray",
    .size = sizeof(ouroi_bytearray),
    .dealloc = bytearray_dealloc,
    .ops = &bytearray_ops,
};
const ouro_type *const ouro_bytearray_type = &bytearray_type;

static ouroi_bytearray *bytearray_of(ouro_obj *o) {
    return (ouroi_bytearray *)(void *)o;
}

static bool bytearray_expect(ouro_rt *rt, const char *where, const ouro_obj *o) {
    return likely(ouro_is_bytearray(o)) || ouroi_expect(rt, where, &bytearray_type, o);
}

static void bytearray_dealloc(ouro_rt *rt, ouro_obj *o) {
    ouro_buf_free(rt, bytearray_of(o)->buffer);
}

// ---- size ----

static size_t bytearray_gap(const ouroi_bytearray *a) {
    return (size_t)(a->data - a->buffer);
}

static void bytearray_use(ouroi_bytearray *a, uint8_t *buffer) {
    a->data = a->buffer = buffer;
    a->capacity = ouro_buf_size(buffer);
}

// Moves the data to the start of another buffer. Runs nothing.
static void bytearray_move(ouro_rt *rt, ouroi_bytearray *a, uint8_t *buffer) {
    if (a->size)
        memcpy(buffer, a->data, a->size);
    ouro_buf_free(rt, a->buffer);
    bytearray_use(a, buffer);
}

COLD static int bytearray_too_large(ouro_rt *rt, size_t n) {
    return ouro_error_set(rt, OURO_ERR_OVERFLOW, "a 'bytearray' of %zu bytes is too large", n);
}

// Room for n bytes in all, and for `more` behind them if memory has to be asked for. What is moved then has been paid
// for by what was added, or by the gap.
static int bytearray_reserve(ouro_rt *rt, ouroi_bytearray *a, size_t n, size_t more) {
    size_t whole;
    if (likely(n <= a->capacity))
        return 0;
    if (!size_fits(1, n, more, &whole))
        return bytearray_too_large(rt, n);
    uint8_t *buffer = a->buffer && !bytearray_gap(a) ? ouro_buf_grow(rt, a->buffer, whole) : NULL;
    if (buffer) {
        bytearray_use(a, buffer);
        return 0;
    }
    if (!(buffer = ouro_buf_alloc(rt, whole)))
        return -1;
    if (n <= a->capacity)
        ouro_buf_free(rt, buffer);
    else
        bytearray_move(rt, a, buffer);
    return 0;
}

// Gives memory back when three quarters are not used. It is no failure if there is none to move to.
static void bytearray_shrink(ouro_rt *rt, ouroi_bytearray *a) {
    size_t whole = a->capacity + bytearray_gap(a), wanted = a->size + a->size / 4;
    if (whole <= 64 || wanted > whole / 4)
        return;
    uint8_t *buffer = ouro_buf_alloc(rt, wanted);
    if (!buffer)
        ouro_error_clear(rt);
    else if (a->size <= ouro_buf_size(buffer))
        bytearray_move(rt, a, buffer);
    else
        ouro_buf_free(rt, buffer);
}

// ---- making ----

ouro_obj *ouro_bytearray_new(ouro_rt *rt, const void *data, size_t n) {
    ouro_obj *o = ouro_new(rt, &bytearray_type);
    if (!o)
        return NULL;
    ouroi_bytearray *a = bytearray_of(o);
    if (bytearray_reserve(rt, a, n, 0) < 0) {
        ouro_decref(o);
        return NULL;
    }
    if (n && data)
        memcpy(a->data, data, n);
    else if (n)
        memset(a->data, 0, n);
    a->size = n;
    return o;
}

// Adds what a bytes object or another bytearray holds to an array that nobody else knows.
static int bytearray_add_all(ouro_rt *rt, ouroi_bytearray *a, const ouro_obj *from) {
    byte_view v = {NULL, 0};
    while (bytes_view(from, &v) && v.n > a->capacity - a->size)
        if (bytearray_reserve(rt, a, a->size + v.n, 0) < 0)
            return -1;
    if (v.n)
        memcpy(a->data + a->size, v.at, v.n);
    a->size += v.n;
    return 0;
}

// A new array of one object, or two one behind the other, which are bytes or bytearrays; the second may be NULL.
static ouro_obj *bytearray_join(ouro_rt *rt, ouro_obj *first, ouro_obj *second) {
    ouro_incref(first);
    ouro_xincref(second);
    ouro_obj *o = ouro_bytearray_new(rt, NULL, 0);
    if (o && (bytearray_add_all(rt, bytearray_of(o), first) < 0 ||
              (second && bytearray_add_all(rt, bytearray_of(o), second) < 0)))
        ouro_setslot(&o, NULL);
    ouro_decref(first);
    ouro_xdecref(second);
    return o;
}

// ---- changing ----

// Makes the bytes from `start` up to `stop` n bytes, of any value. There is room.
static void bytearray_make_place(ouroi_bytearray *a, size_t start, size_t stop, size_t n) {
    size_t behind = a->size - stop;
    if (stop - start == n)
        return;
    if (!start && n < stop) {
        a->data += stop - n;
        a->capacity -= stop - n;
    } else if (behind) {
        memmove(a->data + start + n, a->data + stop, behind);
    }
    a->size = start + n + behind;
}

// Splice, for data that is not the array's own; NULL for zeros.
static int bytearray_splice(ouro_rt *rt, ouroi_bytearray *a, ptrdiff_t start, ptrdiff_t stop, const void *data,
                            size_t n) {
    ptrdiff_t from, to;
    for (;;) {
        from = start;
        to = stop;
        ouro_clip(&from, &to, a->size);
        size_t kept = a->size - (size_t)(to - from), whole;
        if (!size_fits(1, kept, n, &whole))
            return bytearray_too_large(rt, SIZE_MAX);
        if (whole <= a->capacity)
            break;
        if (bytearray_reserve(rt, a, whole, whole / 4 + 8) < 0)
            return -1;
    }
    bytearray_make_place(a, (size_t)from, (size_t)to, n);
    if (n && data)
        memcpy(a->data + from, data, n);
    else if (n)
        memset(a->data + from, 0, n);
    bytearray_shrink(rt, a);
    return 0;
}

// The place of data in the array's own; false if it is not there.
static bool bytearray_owns(const ouroi_bytearray *a, const void *data, size_t *at) {
    *at = (size_t)((uintptr_t)data - (uintptr_t)a->data);
    return data && *at < a->size;
}

// Splice of n of the array's own bytes, which are copied first.
static int bytearray_splice_own(ouro_rt *rt, ouroi_bytearray *a, ptrdiff_t start, ptrdiff_t stop, size_t at, size_t n) {
    uint8_t *copy = ouro_buf_alloc(rt, n);
    if (!copy)
        return -1;
    int result;
    if (at <= a->size && n <= a->size - at) {
        memcpy(copy, a->data + at, n);
        result = bytearray_splice(rt, a, start, stop, copy, n);
    } else {
        result = ouro_error_set(rt, OURO_ERR_STATE, "a 'bytearray' was changed while it was copied");
    }
    ouro_buf_free(rt, copy);
    return result;
}

static int bytearray_splice_any(ouro_rt *rt, ouro_obj *o, ptrdiff_t start, ptrdiff_t stop, const void *data, size_t n) {
    size_t at;
    ouro_incref(o);
    int result = n && bytearray_owns(bytearray_of(o), data, &at)
                     ? bytearray_splice_own(rt, bytearray_of(o), start, stop, at, n)
                     : bytearray_splice(rt, bytearray_of(o), start, stop, data, n);
    ouro_decref(o);
    return result;
}

int ouro_bytearray_splice(ouro_rt *rt, ouro_obj *o, ptrdiff_t start, ptrdiff_t stop, const void *data, size_t n) {
    return bytearray_expect(rt, "ouro_bytearray_splice", o) ? bytearray_splice_any(rt, o, start, stop, data, n) : -1;
}

int ouro_bytearray_append(ouro_rt *rt, ouro_obj *o, const void *data, size_t n) {
    if (!bytearray_expect(rt, "ouro_bytearray_append", o))
        return -1;
    ouroi_bytearray *a = bytearray_of(o);
    if (unlikely(n > a->capacity - a->size || !n || !data))
        return bytearray_splice_any(rt, o, PTRDIFF_MAX, PTRDIFF_MAX, data, n);
    memcpy(a->data + a->size, data, n);
    a->size += n;
    return 0;
}

int ouro_bytearray_resize(ouro_rt *rt, ouro_obj *o, size_t n) {
    if (!bytearray_expect(rt, "ouro_bytearray_resize", o))
        return -1;
    ouroi_bytearray *a = bytearray_of(o);
    ouro_incref(o);
    int result = 0;
    while (result == 0 && n > a->capacity)
        result = bytearray_reserve(rt, a, n, n / 4);
    if (result == 0) {
        if (n > a->size)
            memset(a->data + a->size, 0, n - a->size);
        a->size = n;
        bytearray_shrink(rt, a);
    }
    ouro_decref(o);
    return result;
}

// ---- items ----

static int bytearray_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = ouro_bytearray_size(o);
    return 0;
}

static ouro_obj *bytearray_get_slice(ouro_rt *rt, ouro_obj *o, const ouro_obj *slice) {
    ouro_bounds b;
    for (;;) {
        size_t n = ouro_bytearray_size(o);
        if (ouro_slice_bounds(rt, slice, n, &b) < 0)
            return NULL;
        ouro_obj *part = ouro_bytearray_new(rt, NULL, b.count);
        if (!part)
            return NULL;
        if (likely(ouro_bytearray_size(o) == n)) {
            ouroi_bytes_pick(bytearray_of(part)->data, bytearray_of(o)->data, &b);
            return part;
        }
        ouro_decref(part);
    }
}

static ouro_obj *bytearray_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    ptrdiff_t i;
    size_t at;
    if (ouro_is_slice(key)) {
        ouro_incref(o);
        ouro_obj *part = bytearray_get_slice(rt, o, key);
        ouro_decref(o);
        return part;
    }
    if (ouroi_index(rt, "bytearray", key, &i) < 0 ||
        ouroi_position(rt, "bytearray", i, ouro_bytearray_size(o), &at) < 0)
        return NULL;
    return ouro_int_new(rt, bytearray_of(o)->data[at]);
}

static int bytearray_add_item(ouro_rt *rt, ouro_obj *item, void *arg) {
    uint8_t byte;
    return ouroi_byte_get(rt, item, &byte) < 0 ? -1 : ouro_bytearray_append(rt, arg, &byte, 1);
}

// What is to be put in, as an object that does not change: bytes as they are, anything else copied. Returns: new.
static ouro_obj *bytearray_value(ouro_rt *rt, ouro_obj *value) {
    if (ouro_is_bytes(value))
        return ouro_incref(value);
    if (ouro_is_bytearray(value))
        return bytearray_join(rt, value, NULL);
    ouro_obj *o = ouro_bytearray_new(rt, NULL, 0);
    if (o && ouroi_iterate(rt, value, bytearray_add_item, o) < 0)
        ouro_setslot(&o, NULL);
    return o;
}

// Removes the bytes that bounds name, in one pass.
static void bytearray_remove(ouroi_bytearray *a, const ouro_bounds *b) {
    size_t step = (size_t)(b->step < 0 ? -b->step : b->step);
    size_t at = (size_t)(b->step < 0 ? b->start + (ptrdiff_t)(b->count - 1) * b->step : b->start), to = at;
    for (size_t i = 1; i <= b->count; i++) {
        size_t next = i < b->count ? at + step : a->size;
        memmove(a->data + to, a->data + at + 1, next - at - 1);
        to += next - at - 1;
        at = next;
    }
    a->size -= b->count;
}

static int bytearray_del_slice(ouro_rt *rt, ouro_obj *o, const ouro_obj *slice) {
    ouro_bounds b;
    ouroi_bytearray *a = bytearray_of(o);
    if (ouro_slice_bounds(rt, slice, a->size, &b) < 0)
        return -1;
    if (b.step == 1)
        return bytearray_splice(rt, a, b.start, b.start + (ptrdiff_t)b.count, NULL, 0);
    if (b.count) {
        bytearray_remove(a, &b);
        bytearray_shrink(rt, a);
    }
    return 0;
}

// `value` does not change, and is not the array.
static int bytearray_set_slice(ouro_rt *rt, ouro_obj *o, const ouro_obj *slice, const ouro_obj *value) {
    ouro_bounds b;
    byte_view v;
    ouroi_bytearray *a = bytearray_of(o);
    if (!bytes_view(value, &v) || ouro_slice_bounds(rt, slice, a->size, &b) < 0)
        return -1;
    if (b.step == 1)
        return bytearray_splice(rt, a, b.start, b.start + (ptrdiff_t)b.count, v.at, v.n);
    if (b.count != v.n)
        return ouro_error_set(rt, OURO_ERR_VALUE, "bytearray: %zu bytes given for a slice of %zu", v.n, b.count);
    for (size_t i = 0; i < v.n; i++)
        a->data[b.start + (ptrdiff_t)i * b.step] = v.at[i];
    return 0;
}

static int bytearray_put_slice(ouro_rt *rt, ouro_obj *o, ouro_obj *slice, ouro_obj *value) {
    ouro_incref(o);
    ouro_incref(slice);
    ouro_obj *stable = value ? bytearray_value(rt, value) : NULL;
    int result = -1;
    if (stable)
        result = bytearray_set_slice(rt, o, slice, stable);
    else if (!value)
        result = bytearray_del_slice(rt, o, slice);
    ouro_xdecref(stable);
    ouro_decref(slice);
    ouro_decref(o);
    return result;
}

static int bytearray_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    ptrdiff_t i;
    size_t at;
    uint8_t byte;
    if (ouro_is_slice(key))
        return bytearray_put_slice(rt, o, key, value);
    if (ouroi_index(rt, "bytearray", key, &i) < 0 ||
        ouroi_position(rt, "bytearray", i, ouro_bytearray_size(o), &at) < 0)
        return -1;
    if (!value)
        return bytearray_splice_any(rt, o, (ptrdiff_t)at, (ptrdiff_t)at + 1, NULL, 0);
    if (ouroi_byte_get(rt, value, &byte) < 0)
        return -1;
    bytearray_of(o)->data[at] = byte;
    return 0;
}

// ---- operations ----

static ouro_obj *bytearray_iter(ouro_rt *rt, ouro_obj *o) {
    return ouroi_iter_new(rt, o, 0);
}

static int bytearray_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    ouro_incref(o);
    int result = ouro_builder_text(out, "bytearray(");
    if (result == 0)
        result = ouroi_bytes_quote(o, out);
    ouro_decref(o);
    return result < 0 ? -1 : ouro_builder_text(out, ")");
}

static ouro_obj *bytearray_repeat(ouro_rt *rt, ouro_obj *o, size_t times) {
    size_t whole;
    ouro_obj *repeated = bytearray_join(rt, o, NULL);
    if (!repeated)
        return NULL;
    ouroi_bytearray *a = bytearray_of(repeated);
    if (!size_fits(a->size, times, 0, &whole))
        whole = SIZE_MAX;
    if (bytearray_reserve(rt, a, whole, 0) < 0) {
        ouro_decref(repeated);
        return NULL;
    }
    ouroi_repeat_fill(a->data, a->size, whole);
    a->size = whole;
    return repeated;
}

static int bytearray_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    ouro_obj *o;
    size_t times;
    byte_view v;
    if (op == OURO_ADD && ouro_is_bytearray(a) && bytes_view(b, &v)) {
        *out = bytearray_join(rt, a, b);
    } else if (op == OURO_MUL) {
        int repeated = ouroi_repeat_args(rt, a, b, &o, &times);
        if (repeated != 1)
            return repeated;
        *out = bytearray_repeat(rt, o, times);
    } else {
        return OURO_PASS;
    }
    return *out ? 1 : -1;
}

static ouro_obj *bytearray_copy(ouro_rt *rt, ouro_obj *o) {
    return bytearray_join(rt, o, NULL);
}

static const ouro_ops bytearray_ops = {
    .struct_size = sizeof(ouro_ops),
    .compare = ouroi_bytes_compare,
    .length = bytearray_length,
    .get_item = bytearray_get_item,
    .set_item = bytearray_set_item,
    .contains = ouroi_bytes_contains,
    .iter = bytearray_iter,
    .repr = bytearray_repr,
    .binary = bytearray_binary,
    .copy = bytearray_copy,
};

int ouroi_bytearray_open(ouro_rt *rt) {
    return ouroi_kind_open(rt, &bytearray_type, OUROI_KIND_BYTEARRAY);
}
