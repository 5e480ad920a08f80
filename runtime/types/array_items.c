// SPDX-License-Identifier: MIT
// array_items.c: the elements of typed arrays by position and by slice; what is searched for and compared.
#include "array.h"
#include "seq.h"

// ---- one element ----

ouro_obj *ouro_array_get(ouro_rt *rt, ouro_obj *o, ptrdiff_t i) {
    size_t at;
    if (!array_expect(rt, "ouro_array_get", o) || ouroi_position(rt, "array", i, ouro_array_size(o), &at) < 0)
        return NULL;
    return ouroi_elem_box(rt, array_of(o)->dtype, array_of(o)->data, at);
}

int ouro_array_set(ouro_rt *rt, ouro_obj *o, ptrdiff_t i, ouro_obj *number) {
    size_t at;
    if (!array_expect(rt, "ouro_array_set", o) || ouroi_position(rt, "array", i, ouro_array_size(o), &at) < 0)
        return -1;
    return ouroi_elem_put(rt, "array", array_of(o)->dtype, array_of(o)->data, at, number);
}

int ouro_array_fill(ouro_rt *rt, ouro_obj *o, ouro_obj *number) {
    elem_room element;
    if (!array_expect(rt, "ouro_array_fill", o))
        return -1;
    ouroi_array *a = array_of(o);
    if (ouroi_elem_put(rt, "ouro_array_fill", a->dtype, element.bytes, 0, number) < 0)
        return -1;
    if (a->size) {
        memcpy(a->data, element.bytes, ouro_dtype_size(a->dtype));
        ouroi_elems_fill(a->dtype, a->data, a->size);
    }
    return 0;
}

int ouro_array_reverse(ouro_rt *rt, ouro_obj *o) {
    if (!array_expect(rt, "ouro_array_reverse", o))
        return -1;
    const ouroi_array *a = array_of(o);
    size_t size = ouro_dtype_size(a->dtype);
    for (size_t i = 0; i < a->size / 2; i++) {
        char *x = array_at(a, i), *y = array_at(a, a->size - 1 - i), swap[8];
        memcpy(swap, x, size);
        memcpy(x, y, size);
        memcpy(y, swap, size);
    }
    return 0;
}

// ---- slices ----

// Copies the elements that bounds name to where they lie side by side, or from there.
static void array_pick(char *to, const ouroi_array *a, const ouro_bounds *b) {
    size_t size = ouro_dtype_size(a->dtype);
    if (b->step == 1 && b->count)
        memcpy(to, array_at(a, (size_t)b->start), b->count * size);
    for (size_t i = 0; b->step != 1 && i < b->count; i++)
        memcpy(to + i * size, array_at(a, (size_t)(b->start + (ptrdiff_t)i * b->step)), size);
}

static void array_spread(ouroi_array *a, const ouro_bounds *b, const char *from) {
    size_t size = ouro_dtype_size(a->dtype);
    for (size_t i = 0; i < b->count; i++)
        memcpy(array_at(a, (size_t)(b->start + (ptrdiff_t)i * b->step)), from + i * size, size);
}

static ouro_obj *array_get_slice(ouro_rt *rt, ouro_obj *o, const ouro_obj *slice) {
    ouro_bounds b;
    for (;;) {
        size_t n = ouro_array_size(o);
        if (ouro_slice_bounds(rt, slice, n, &b) < 0)
            return NULL;
        ouro_obj *part = ouroi_array_blank(rt, array_of(o)->dtype, b.count);
        if (!part)
            return NULL;
        if (likely(ouro_array_size(o) == n)) {
            array_pick(array_of(part)->data, array_of(o), &b);
            return part;
        }
        ouro_decref(part);
    }
}

ouro_obj *ouroi_array_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    size_t at;
    if (ouro_is_slice(key)) {
        ouro_incref(o);
        ouro_incref(key);
        ouro_obj *part = array_get_slice(rt, o, key);
        ouro_decref(key);
        ouro_decref(o);
        return part;
    }
    if (ouroi_seq_key(rt, "array", key, ouro_array_size(o), &at) < 0)
        return NULL;
    return ouroi_elem_box(rt, array_of(o)->dtype, array_of(o)->data, at);
}

// Removes the elements that bounds name, in one pass.
static void array_remove(ouroi_array *a, const ouro_bounds *b) {
    size_t size = ouro_dtype_size(a->dtype), step = (size_t)(b->step < 0 ? -b->step : b->step);
    size_t at = (size_t)(b->step < 0 ? b->start + (ptrdiff_t)(b->count - 1) * b->step : b->start), to = at;
    for (size_t i = 1; i <= b->count; i++) {
        size_t next = i < b->count ? at + step : a->size;
        memmove(array_at(a, to), array_at(a, at + 1), (next - at - 1) * size);
        to += next - at - 1;
        at = next;
    }
    a->size -= b->count;
}

static int array_del_slice(ouro_rt *rt, ouroi_array *a, const ouro_obj *slice) {
    ouro_bounds b;
    if (ouro_slice_bounds(rt, slice, a->size, &b) < 0)
        return -1;
    if (b.step == 1)
        return ouroi_array_splice(rt, a, b.start, b.start + (ptrdiff_t)b.count, NULL, 0);
    if (!b.count)
        return 0;
    if (!ouroi_array_is_free(rt, a))
        return -1;
    array_remove(a, &b);
    ouroi_array_shrink(rt, a);
    return 0;
}

// `value` is an array of the same element type that nobody else knows.
static int array_set_slice(ouro_rt *rt, ouroi_array *a, const ouro_obj *slice, const ouroi_array *value) {
    ouro_bounds b;
    if (ouro_slice_bounds(rt, slice, a->size, &b) < 0)
        return -1;
    if (b.step == 1)
        return ouroi_array_splice(rt, a, b.start, b.start + (ptrdiff_t)b.count, value->data, value->size);
    if (b.count != value->size)
        return ouro_error_set(rt, OURO_ERR_VALUE, "array: %zu numbers given for a slice of %zu", (size_t)value->size,
                              b.count);
    array_spread(a, &b, value->data);
    return 0;
}

static int array_put_slice(ouro_rt *rt, ouro_obj *o, ouro_obj *slice, ouro_obj *value) {
    ouro_incref(o);
    ouro_incref(slice);
    ouro_obj *own = value ? ouro_array_from(rt, array_of(o)->dtype, value) : NULL;
    int result = -1;
    if (own)
        result = array_set_slice(rt, array_of(o), slice, array_of(own));
    else if (!value)
        result = array_del_slice(rt, array_of(o), slice);
    ouro_xdecref(own);
    ouro_decref(slice);
    ouro_decref(o);
    return result;
}

int ouroi_array_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    size_t at;
    ouroi_array *a = array_of(o);
    if (ouro_is_slice(key))
        return array_put_slice(rt, o, key, value);
    if (ouroi_seq_key(rt, "array", key, a->size, &at) < 0)
        return -1;
    if (value)
        return ouroi_elem_put(rt, "array", a->dtype, a->data, at, value);
    ouro_incref(o);
    int result = ouroi_array_splice(rt, a, (ptrdiff_t)at, (ptrdiff_t)at + 1, NULL, 0);
    ouro_decref(o);
    return result;
}

int ouroi_array_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)rt;
    *length = ouro_array_size(o);
    return 0;
}

// ---- searching ----

// 1 if element i is equal to x, which may be an object of any type: it is asked, and may change the array.
static int array_equals(ouro_rt *rt, ouro_obj *o, size_t i, ouro_obj *x) {
    int equal = ouroi_elem_quick(array_of(o)->dtype, array_of(o)->data, i, x);
    if (equal != 2)
        return equal;
    ouro_obj *item = ouroi_elem_box(rt, array_of(o)->dtype, array_of(o)->data, i);
    if (!item)
        return -1;
    equal = ouro_equal(rt, item, x);
    ouro_decref(item);
    return equal;
}

// From *at on: 1 and the position of the first element that is equal; 0; -1.
static int array_search(ouro_rt *rt, ouro_obj *o, ouro_obj *x, size_t *at) {
    int found = 0;
    ouro_incref(o);
    ouro_incref(x);
    for (; !found && *at < ouro_array_size(o); *at += !found)
        found = array_equals(rt, o, *at, x);
    ouro_decref(x);
    ouro_decref(o);
    return found;
}

int ouro_array_find(ouro_rt *rt, ouro_obj *o, ouro_obj *x, size_t *at) {
    *at = 0;
    return array_expect(rt, "ouro_array_find", o) ? array_search(rt, o, x, at) : -1;
}

int ouroi_array_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    size_t at = 0;
    return array_search(rt, o, x, &at);
}

int ouro_array_count(ouro_rt *rt, ouro_obj *o, ouro_obj *x, size_t *count) {
    *count = 0;
    if (!array_expect(rt, "ouro_array_count", o))
        return -1;
    size_t n = 0;
    int found = 1;
    ouro_incref(o);
    for (size_t at = 0; found == 1; at++)
        n += (found = array_search(rt, o, x, &at)) == 1;
    ouro_decref(o);
    *count = found < 0 ? 0 : n;
    return found < 0 ? -1 : 0;
}

// ---- comparing ----

// How the first pair of elements that are not equal are in order; 0 if there is none up to the end of the shorter.
static int array_order(const ouroi_array *a, const ouroi_array *b) {
    size_t n = a->size < b->size ? a->size : b->size;
    if (a->dtype == b->dtype && !dtype_is_real(a->dtype) && n &&
        memcmp(a->data, b->data, n * ouro_dtype_size(a->dtype)) == 0)
        return 0;
    int order = 0;
    for (size_t i = 0; !order && i < n; i++)
        order = ouroi_elem_order(elem_load(a->dtype, a->data, i), elem_load(b->dtype, b->data, i));
    return order;
}

int ouroi_array_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    (void)rt;
    if (!ouro_is_a(b, ouro_array_type))
        return OURO_PASS;
    if ((relation == OURO_EQ || relation == OURO_NE) && ouro_array_size(a) != ouro_array_size(b))
        return relation == OURO_NE;
    int order = array_order(array_of(a), array_of(b));
    if (!order)
        return ouroi_seq_relation(relation, ouro_array_size(a), ouro_array_size(b));
    if (order == ELEM_UNORDERED)
        return relation == OURO_NE;
    bool less = relation == OURO_LT || relation == OURO_LE, greater = relation == OURO_GT || relation == OURO_GE;
    return relation == OURO_NE || (order < 0 ? less : greater);
}
