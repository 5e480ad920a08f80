// SPDX-License-Identifier: MIT
// array.c: typed arrays: how they are made, grow and shrink, and what they do as a whole. Positions, slices and
// searches are in array_items.c.
#include "array.h"
#include "seq.h"
#include "str.h"

static void array_dealloc(ouro_rt *rt, ouro_obj *o) {
    ouro_buf_free(rt, array_of(o)->data);
}

static ouro_type array_type = {
    .struct_size = sizeof(ouro_type),
    .name = "array",
    .size = sizeof(ouroi_array),
    .dealloc = array_dealloc,
    .ops = &ouroi_array_ops,
};
const ouro_type *const ouro_array_type = &array_type;

// ---- size ----

bool ouroi_array_is_free(ouro_rt *rt, const ouroi_array *a) {
    if (likely(!a->exports))
        return true;
    ouro_error_set(rt, OURO_ERR_STATE, "array: its size cannot change while it is exported");
    return false;
}

int ouro_array_export(ouro_rt *rt, ouro_obj *o) {
    if (!array_expect(rt, "ouro_array_export", o))
        return -1;
    if (array_of(o)->exports == UINT32_MAX)
        return ouro_error_set(rt, OURO_ERR_OVERFLOW, "array: exported too often");
    array_of(o)->exports++;
    return 0;
}

void ouro_array_release(ouro_obj *o) {
    ASSERT(array_of(o)->exports);
    array_of(o)->exports--;
}

static void array_use(ouroi_array *a, void *buffer) {
    a->data = buffer;
    a->capacity = ouro_buf_size(buffer) / ouro_dtype_size(a->dtype);
}

// Moves the elements to another buffer. Runs nothing.
static void array_move(ouro_rt *rt, ouroi_array *a, void *buffer) {
    if (a->size)
        memcpy(buffer, a->data, a->size * ouro_dtype_size(a->dtype));
    ouro_buf_free(rt, a->data);
    array_use(a, buffer);
}

COLD static int array_too_large(ouro_rt *rt) {
    return ouro_error_set(rt, OURO_ERR_OVERFLOW, "an 'array' of so many elements is too large");
}

// Room for n elements in all, and for `more` behind them if memory has to be asked for; to be asked again afterwards.
static int array_reserve(ouro_rt *rt, ouroi_array *a, size_t n, size_t more) {
    size_t whole;
    if (!size_fits(1, n, more, &whole) || !size_fits(whole, ouro_dtype_size(a->dtype), 0, &whole))
        return array_too_large(rt);
    void *buffer = a->data ? ouro_buf_grow(rt, a->data, whole) : NULL;
    if (buffer) {
        array_use(a, buffer);
        return 0;
    }
    if (!(buffer = ouro_buf_alloc(rt, whole)))
        return -1;
    if (a->exports || n <= a->capacity)
        ouro_buf_free(rt, buffer);
    else
        array_move(rt, a, buffer);
    return 0;
}

void ouroi_array_shrink(ouro_rt *rt, ouroi_array *a) {
    size_t wanted = (a->size + a->size / 4) * ouro_dtype_size(a->dtype);
    if (!a->data || a->exports || ouro_buf_size(a->data) <= 64 || wanted > ouro_buf_size(a->data) / 4)
        return;
    void *buffer = ouro_buf_alloc(rt, wanted);
    if (!buffer)
        ouro_error_clear(rt);
    else if (!a->exports && a->size * ouro_dtype_size(a->dtype) <= ouro_buf_size(buffer))
        array_move(rt, a, buffer);
    else
        ouro_buf_free(rt, buffer);
}

// ---- making ----

ouro_obj *ouroi_array_blank(ouro_rt *rt, ouro_dtype dtype, size_t n) {
    ouroi_array *a = ouro_new(rt, &array_type);
    if (!a)
        return NULL;
    a->dtype = dtype;
    if (n && array_reserve(rt, a, n, 0) < 0) {
        ouro_decref(&a->head);
        return NULL;
    }
    a->size = n;
    return &a->head;
}

ouro_obj *ouro_array_new(ouro_rt *rt, ouro_dtype dtype, const void *items, size_t n) {
    ouro_obj *o = ouroi_dtype_check(rt, "ouro_array_new", dtype) ? ouroi_array_blank(rt, dtype, n) : NULL;
    if (o && n && items)
        memcpy(array_of(o)->data, items, n * ouro_dtype_size(dtype));
    else if (o && n)
        memset(array_of(o)->data, 0, n * ouro_dtype_size(dtype));
    return o;
}

static int array_take_item(ouro_rt *rt, ouro_obj *item, void *arg) {
    return ouro_array_append(rt, arg, item);
}

// Of n elements of another type that are part of `from`, which may change while memory is asked for.
static ouro_obj *array_converted(ouro_rt *rt, ouro_dtype dtype, ouro_obj *from) {
    ouroi_array *a = array_of(from);
    ouro_obj *o = ouroi_array_blank(rt, dtype, a->size);
    while (o && ouro_array_size(o) != a->size)
        ouro_setslot_steal(&o, ouroi_array_blank(rt, dtype, a->size));
    if (o && ouroi_elems_convert(rt, dtype, array_at(array_of(o), 0), a->dtype, array_at(a, 0), a->size) < 0)
        ouro_setslot(&o, NULL);
    return o;
}

ouro_obj *ouro_array_convert(ouro_rt *rt, ouro_obj *from, ouro_dtype dtype) {
    if (!array_expect(rt, "ouro_array_convert", from) || !ouroi_dtype_check(rt, "ouro_array_convert", dtype))
        return NULL;
    ouro_incref(from);
    ouro_obj *o = array_converted(rt, dtype, from);
    ouro_decref(from);
    return o;
}

ouro_obj *ouro_array_from(ouro_rt *rt, ouro_dtype dtype, ouro_obj *iterable) {
    if (ouro_is_array(iterable))
        return ouro_array_convert(rt, iterable, dtype);
    ouro_incref(iterable);
    ouro_obj *o = ouro_array_new(rt, dtype, NULL, 0);
    if (o && ouroi_iterate(rt, iterable, array_take_item, o) < 0)
        ouro_setslot(&o, NULL);
    ouro_decref(iterable);
    return o;
}

// `bytes` may be a bytearray, which may change while memory is asked for.
static ouro_obj *array_of_bytes(ouro_rt *rt, ouro_dtype dtype, const ouro_obj *bytes) {
    size_t size = ouro_dtype_size(dtype);
    byte_view v = {NULL, 0};
    ouro_obj *o = NULL;
    while (bytes_view(bytes, &v) && (!o || ouro_array_size(o) * size != v.n)) {
        if (v.n % size) {
            ouro_error_set(rt, OURO_ERR_VALUE, "array: %zu bytes are no whole number of '%s'", v.n,
                           ouro_dtype_name(dtype));
            ouro_setslot(&o, NULL);
            return NULL;
        }
        ouro_setslot_steal(&o, ouroi_array_blank(rt, dtype, v.n / size));
        if (!o)
            return NULL;
    }
    if (v.n)
        memcpy(array_of(o)->data, v.at, v.n);
    return o;
}

ouro_obj *ouro_array_from_bytes(ouro_rt *rt, ouro_dtype dtype, ouro_obj *bytes) {
    byte_view v;
    if (!ouroi_dtype_check(rt, "ouro_array_from_bytes", dtype))
        return NULL;
    if (!bytes_view(bytes, &v)) {
        ouroi_wrong_type(rt, "ouro_array_from_bytes", "bytes", bytes);
        return NULL;
    }
    ouro_incref(bytes);
    ouro_obj *o = array_of_bytes(rt, dtype, bytes);
    ouro_decref(bytes);
    return o;
}

ouro_obj *ouro_array_to_bytes(ouro_rt *rt, ouro_obj *o) {
    if (!array_expect(rt, "ouro_array_to_bytes", o))
        return NULL;
    ouro_incref(o);
    array_of(o)->exports++; // so that it stays what it is while memory is asked for
    ouro_obj *bytes = ouro_bytes_new(rt, array_of(o)->data, ouro_array_size(o) * ouro_dtype_size(array_of(o)->dtype));
    array_of(o)->exports--;
    ouro_decref(o);
    return bytes;
}

// ---- changing the size ----

// Makes the elements from `start` up to `stop` n elements, of any value. There is room.
static void array_make_place(ouroi_array *a, size_t start, size_t stop, size_t n) {
    size_t behind = a->size - stop;
    if (behind && stop - start != n)
        memmove(array_at(a, start + n), array_at(a, stop), behind * ouro_dtype_size(a->dtype));
    a->size = start + n + behind;
}

static void array_put(ouroi_array *a, size_t at, const void *items, size_t n) {
    size_t size = ouro_dtype_size(a->dtype);
    if (n && items)
        memcpy(array_at(a, at), items, n * size);
    else if (n)
        memset(array_at(a, at), 0, n * size);
}

int ouroi_array_splice(ouro_rt *rt, ouroi_array *a, ptrdiff_t start, ptrdiff_t stop, const void *items, size_t n) {
    ptrdiff_t from, to;
    for (;;) {
        from = start;
        to = stop;
        ouro_clip(&from, &to, a->size);
        size_t kept = a->size - (size_t)(to - from), whole;
        if ((size_t)(to - from) != n && !ouroi_array_is_free(rt, a))
            return -1;
        if (!size_fits(1, kept, n, &whole))
            return array_too_large(rt);
        if (whole <= a->capacity)
            break;
        if (array_reserve(rt, a, whole, whole / 4 + 8) < 0)
            return -1;
    }
    array_make_place(a, (size_t)from, (size_t)to, n);
    array_put(a, (size_t)from, items, n);
    ouroi_array_shrink(rt, a);
    return 0;
}

static int array_splice_held(ouro_rt *rt, ouro_obj *o, ptrdiff_t start, ptrdiff_t stop, const void *items, size_t n) {
    ouro_incref(o);
    int result = ouroi_array_splice(rt, array_of(o), start, stop, items, n);
    ouro_decref(o);
    return result;
}

int ouro_array_add(ouro_rt *rt, ouro_obj *o, const void *items, size_t n) {
    if (!array_expect(rt, "ouro_array_add", o))
        return -1;
    ouroi_array *a = array_of(o);
    if (likely(n <= a->capacity - a->size && !a->exports)) {
        a->size += n;
        array_put(a, a->size - n, items, n);
        return 0;
    }
    return array_splice_held(rt, o, PTRDIFF_MAX, PTRDIFF_MAX, items, n);
}

int ouro_array_append(ouro_rt *rt, ouro_obj *o, ouro_obj *number) {
    elem_room element;
    if (!array_expect(rt, "ouro_array_append", o))
        return -1;
    ouroi_array *a = array_of(o);
    if (unlikely(a->size == a->capacity || a->exports))
        return ouroi_elem_put(rt, "ouro_array_append", a->dtype, element.bytes, 0, number) < 0
                   ? -1
                   : array_splice_held(rt, o, PTRDIFF_MAX, PTRDIFF_MAX, element.bytes, 1);
    if (ouroi_elem_put(rt, "ouro_array_append", a->dtype, a->data, a->size, number) < 0)
        return -1;
    a->size++;
    return 0;
}

int ouro_array_extend(ouro_rt *rt, ouro_obj *o, ouro_obj *iterable) {
    if (!array_expect(rt, "ouro_array_extend", o))
        return -1;
    ouro_incref(o);
    ouro_obj *more = ouro_array_from(rt, array_of(o)->dtype, iterable);
    int result = -1;
    if (more)
        result =
            ouroi_array_splice(rt, array_of(o), PTRDIFF_MAX, PTRDIFF_MAX, array_of(more)->data, ouro_array_size(more));
    ouro_xdecref(more);
    ouro_decref(o);
    return result;
}

int ouro_array_insert(ouro_rt *rt, ouro_obj *o, ptrdiff_t i, ouro_obj *number) {
    elem_room element;
    if (!array_expect(rt, "ouro_array_insert", o) ||
        ouroi_elem_put(rt, "ouro_array_insert", array_of(o)->dtype, element.bytes, 0, number) < 0)
        return -1;
    return array_splice_held(rt, o, i, i, element.bytes, 1);
}

// The object is made first, which may run code; then the element is looked for again.
ouro_obj *ouro_array_pop(ouro_rt *rt, ouro_obj *o, ptrdiff_t i) {
    size_t at;
    if (!array_expect(rt, "ouro_array_pop", o) || !ouroi_array_is_free(rt, array_of(o)) ||
        ouroi_position(rt, "ouro_array_pop", i, ouro_array_size(o), &at) < 0)
        return NULL;
    size_t size = ouro_array_size(o);
    ouro_incref(o);
    ouro_obj *item = ouroi_elem_box(rt, array_of(o)->dtype, array_of(o)->data, at);
    if (item && unlikely(ouro_array_size(o) != size))
        ouro_error_set(rt, OURO_ERR_STATE, "array: changed while an element was taken out");
    if (item && (ouro_array_size(o) != size ||
                 ouroi_array_splice(rt, array_of(o), (ptrdiff_t)at, (ptrdiff_t)at + 1, NULL, 0) < 0))
        ouro_setslot(&item, NULL);
    ouro_decref(o);
    return item;
}

static int array_resize(ouro_rt *rt, ouroi_array *a, size_t n) {
    while (n > a->capacity) {
        if (!ouroi_array_is_free(rt, a) || array_reserve(rt, a, n, n / 4) < 0)
            return -1;
    }
    if (n != a->size && !ouroi_array_is_free(rt, a))
        return -1;
    if (n > a->size)
        array_put(a, a->size, NULL, n - a->size);
    a->size = n;
    ouroi_array_shrink(rt, a);
    return 0;
}

int ouro_array_resize(ouro_rt *rt, ouro_obj *o, size_t n) {
    if (!array_expect(rt, "ouro_array_resize", o))
        return -1;
    ouro_incref(o);
    int result = array_resize(rt, array_of(o), n);
    ouro_decref(o);
    return result;
}

// ---- operations ----

static ouro_obj *array_iter(ouro_rt *rt, ouro_obj *o) {
    return ouroi_iter_new(rt, o, 0);
}

// Exported while it is written, so that the elements stay where they are.
static int array_repr_items(ouro_builder *out, const ouroi_array *a) {
    int result = ouro_builder_format(out, "array(%s, [", ouro_dtype_name(a->dtype));
    for (size_t i = 0; result == 0 && i < a->size; i++) {
        result = i ? ouro_builder_text(out, ", ") : 0;
        result = result < 0 ? -1 : ouroi_elem_print(out, a->dtype, a->data, i);
    }
    return result < 0 ? -1 : ouro_builder_text(out, "])");
}

static int array_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)step;
    (void)part;
    if (ouro_array_export(rt, o) < 0)
        return -1;
    ouro_incref(o);
    int result = array_repr_items(out, array_of(o));
    ouro_array_release(o);
    ouro_decref(o);
    return result;
}

static ouro_obj *array_copy(ouro_rt *rt, ouro_obj *o) {
    return ouro_array_convert(rt, o, array_of(o)->dtype);
}

static ouro_obj *array_concat(ouro_rt *rt, ouro_obj *a, ouro_obj *b) {
    ouro_incref(b);
    ouro_obj *o = array_copy(rt, a);
    if (o && ouro_array_extend(rt, o, b) < 0)
        ouro_setslot(&o, NULL);
    ouro_decref(b);
    return o;
}

static ouro_obj *array_repeat(ouro_rt *rt, ouro_obj *o, size_t times) {
    ouro_obj *repeated = array_copy(rt, o);
    if (!repeated)
        return NULL;
    size_t n = ouro_array_size(repeated), size = ouro_dtype_size(array_of(repeated)->dtype), whole;
    if (!size_fits(n, times, 0, &whole))
        whole = SIZE_MAX; // refused by what follows
    if (ouro_array_resize(rt, repeated, whole) < 0)
        ouro_setslot(&repeated, NULL);
    else if (whole)
        ouroi_repeat_fill(array_of(repeated)->data, n * size, whole * size);
    return repeated;
}

static int array_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    bool first = ouro_is_a(a, &array_type), second = ouro_is_a(b, &array_type);
    ouro_obj *o = first ? a : b;
    size_t times;
    if (op == OURO_ADD && first && second && array_of(a)->dtype == array_of(b)->dtype) {
        *out = array_concat(rt, a, b);
    } else if (op == OURO_MUL && first != second) {
        int repeated = ouroi_seq_times(rt, first ? b : a, ouro_array_size(o), &times);
        if (repeated != 1)
            return repeated;
        *out = array_repeat(rt, o, times);
    } else {
        return OURO_PASS;
    }
    return *out ? 1 : -1;
}

const ouro_ops ouroi_array_ops = {
    .struct_size = sizeof(ouro_ops),
    .compare = ouroi_array_compare,
    .length = ouroi_array_length,
    .get_item = ouroi_array_get_item,
    .set_item = ouroi_array_set_item,
    .contains = ouroi_array_contains,
    .iter = array_iter,
    .repr = array_repr,
    .binary = array_binary,
    .copy = array_copy,
};

int ouroi_array_open(ouro_rt *rt) {
    return ouro_type_register(rt, &array_type);
}
