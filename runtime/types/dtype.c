// SPDX-License-Identifier: MIT
// dtype.c: what the element types are called, which of them meet in which, and what fits an element.
#include "dtype.h"

static const char *const dtype_names[] = {"int8",   "int16",  "int32", "int64", "uint8",   "uint16",
                                          "uint32", "uint64", NULL,    NULL,    "float32", "float64"};

static bool dtype_exists(ouro_dtype t) {
    return (unsigned)t < sizeof dtype_names / sizeof *dtype_names && dtype_names[t];
}

const char *ouro_dtype_name(ouro_dtype t) {
    return dtype_exists(t) ? dtype_names[t] : "?";
}

bool ouroi_dtype_check(ouro_rt *rt, const char *where, ouro_dtype t) {
    if (dtype_exists(t))
        return true;
    ouro_error_set(rt, OURO_ERR_VALUE, "%s: there is no element type %d", where, (int)t);
    return false;
}

// A float that has all the numbers of ints of at most 16 bits, of all ints, and of floats.
static ouro_dtype dtype_real(ouro_dtype a, ouro_dtype b) {
    bool wide = a == OURO_FLOAT64 || b == OURO_FLOAT64 || (!dtype_is_real(a) && ouro_dtype_size(a) > 2) ||
                (!dtype_is_real(b) && ouro_dtype_size(b) > 2);
    return wide ? OURO_FLOAT64 : OURO_FLOAT32;
}

ouro_dtype ouro_dtype_meet(ouro_dtype a, ouro_dtype b) {
    if (dtype_is_real(a) || dtype_is_real(b))
        return dtype_real(a, b);
    if (dtype_family_of(a) == dtype_family_of(b))
        return a > b ? a : b;
    ouro_dtype with_sign = a < b ? a : b, without = a < b ? b : a;
    if (ouro_dtype_size(with_sign) > ouro_dtype_size(without))
        return with_sign;
    return without == OURO_UINT64 ? OURO_FLOAT64 : (ouro_dtype)(without - OURO_UINT8 + 1);
}

// ---- one number ----

static int elem_order_ints(__int128 a, __int128 b) {
    return (a > b) - (a < b);
}

// An int of at most 64 bits, and a double: rounded to an int, the double is on the same side of it as it was, or equal
// but for what was behind the point.
static int elem_order_mixed(__int128 i, double f) {
    if (isnan(f))
        return ELEM_UNORDERED;
    if (fabs(f) >= 0x1p65)
        return f < 0 ? 1 : -1;
    double whole = trunc(f);
    int order = elem_order_ints(i, (__int128)whole);
    return order ? order : (whole > f) - (whole < f);
}

int ouroi_elem_order(elem a, elem b) {
    if (!a.real && !b.real)
        return elem_order_ints(a.i, b.i);
    if (a.real && b.real)
        return isnan(a.f) || isnan(b.f) ? ELEM_UNORDERED : (a.f > b.f) - (a.f < b.f);
    int order = a.real ? elem_order_mixed(b.i, a.f) : elem_order_mixed(a.i, b.f);
    return a.real && order != ELEM_UNORDERED ? -order : order;
}

COLD static int elem_too_large(ouro_rt *rt, ouro_dtype t) {
    return ouro_error_set(rt, OURO_ERR_OVERFLOW, "a number is out of the range of '%s'", dtype_names[t]);
}

static int elem_store_int(ouro_rt *rt, ouro_dtype t, void *p, size_t i, __int128 value) {
    unsigned bits = 8u << (t & 3);
    __int128 least = dtype_family_of(t) == FAMILY_SIGNED ? -((__int128)1 << (bits - 1)) : 0;
    if (value < least || value >= least + ((__int128)1 << bits))
        return elem_too_large(rt, t);
    word_put(t, p, i, (uint64_t)value);
    return 0;
}

static int elem_store_real(ouro_rt *rt, ouro_dtype t, void *p, size_t i, double value) {
    if (t == OURO_FLOAT32 && isfinite(value) && isinf((float)value))
        return elem_too_large(rt, t);
    real_put(t, p, i, value);
    return 0;
}

int ouroi_elem_store(ouro_rt *rt, ouro_dtype t, void *p, size_t i, elem e) {
    if (!e.real && t == OURO_FLOAT32)
        ((float *)p)[i] = (float)e.i; // at once: by way of a double it would be rounded twice
    else if (dtype_is_real(t))
        return elem_store_real(rt, t, p, i, e.real ? e.f : (double)e.i);
    else if (!e.real)
        return elem_store_int(rt, t, p, i, e.i);
    else if (isnan(e.f))
        return ouro_error_set(rt, OURO_ERR_VALUE, "a NaN cannot be an element of '%s'", dtype_names[t]);
    else
        return fabs(e.f) < 0x1p65 ? elem_store_int(rt, t, p, i, (__int128)e.f) : elem_too_large(rt, t);
    return 0;
}

static int elem_of_big(ouro_rt *rt, ouro_dtype t, const ouro_obj *o, elem *out) {
    uint64_t w;
    double f;
    if (ouro_int_sign(o) > 0 && ouro_int_bits(o) <= 64) {
        if (ouro_int_get_u64(rt, o, &w) < 0)
            return -1;
        *out = elem_of_int(w);
        return 0;
    }
    if (!dtype_is_real(t))
        return elem_too_large(rt, t);
    if (ouro_int_get_double(rt, o, &f) < 0)
        return -1;
    *out = elem_of_real(f);
    return 0;
}

int ouroi_elem_of(ouro_rt *rt, const char *where, ouro_dtype t, const ouro_obj *o, elem *out) {
    if (ouro_is_int(o) && !ouro_int_is_word(o))
        return elem_of_big(rt, t, o, out);
    if (ouro_is_int(o) || ouro_is_bool(o))
        *out = elem_of_int(ouro_int_word(o));
    else if (ouro_is_float(o) && dtype_is_real(t))
        *out = elem_of_real(ouro_float_value(o));
    else
        return ouroi_wrong_type(rt, where, dtype_is_real(t) ? "float" : "int", o);
    return 0;
}

int ouroi_elem_put(ouro_rt *rt, const char *where, ouro_dtype t, void *p, size_t i, const ouro_obj *o) {
    elem e;
    return ouroi_elem_of(rt, where, t, o, &e) < 0 ? -1 : ouroi_elem_store(rt, t, p, i, e);
}

ouro_obj *ouroi_elem_box(ouro_rt *rt, ouro_dtype t, const void *p, size_t i) {
    if (dtype_is_real(t))
        return ouro_float_new(rt, real_get(t, p, i));
    if (t == OURO_UINT64)
        return ouro_int_from_u64(rt, word_get(t, p, i));
    return ouro_int_new(rt, (int64_t)word_get(t, p, i));
}

int ouroi_elem_quick(ouro_dtype t, const void *p, size_t i, const ouro_obj *x) {
    switch (ouroi_kind(x)) {
    case OUROI_KIND_BOOL:
    case OUROI_KIND_INT:
        return ouroi_elem_order(elem_load(t, p, i), elem_of_int(ouro_int_word(x))) == 0;
    case OUROI_KIND_FLOAT:
        return ouroi_elem_order(elem_load(t, p, i), elem_of_real(ouro_float_value(x))) == 0;
    default:
        return 2;
    }
}

int ouroi_elem_print(ouro_builder *out, ouro_dtype t, const void *p, size_t i) {
    char text[OURO_FLOAT_TEXT];
    if (dtype_is_real(t))
        return ouro_builder_add(out, text, ouro_float_format(real_get(t, p, i), text));
    if (t == OURO_UINT64)
        return ouro_builder_format(out, "%llu", (unsigned long long)word_get(t, p, i));
    return ouro_builder_format(out, "%lld", (long long)word_get(t, p, i));
}

// ---- many ----

FOLDED void widen_strip(ouro_dtype to, char *restrict out, ouro_dtype from, const char *restrict in, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (dtype_is_real(to))
            real_put(to, out, i, real_get(from, in, i));
        else
            word_put(to, out, i, word_get(from, in, i));
}

FOLDED void widen_loop(ouro_dtype to, char *restrict out, ouro_dtype from, const char *restrict in, size_t n) {
    for (; n >= STRIP; n -= STRIP, out += STRIP * ouro_dtype_size(to), in += STRIP * ouro_dtype_size(from))
        widen_strip(to, out, from, in, STRIP);
    widen_strip(to, out, from, in, n);
}

FOLDED void widen_to(ouro_dtype to, char *restrict out, ouro_dtype from, const char *restrict in, size_t n) {
    switch (from) {
    case OURO_INT8:
        widen_loop(to, out, OURO_INT8, in, n);
        return;
    case OURO_INT16:
        widen_loop(to, out, OURO_INT16, in, n);
        return;
    case OURO_INT32:
        widen_loop(to, out, OURO_INT32, in, n);
        return;
    case OURO_INT64:
        widen_loop(to, out, OURO_INT64, in, n);
        return;
    case OURO_UINT8:
        widen_loop(to, out, OURO_UINT8, in, n);
        return;
    case OURO_UINT16:
        widen_loop(to, out, OURO_UINT16, in, n);
        return;
    case OURO_UINT32:
        widen_loop(to, out, OURO_UINT32, in, n);
        return;
    case OURO_UINT64:
        widen_loop(to, out, OURO_UINT64, in, n);
        return;
    case OURO_FLOAT32:
        widen_loop(to, out, OURO_FLOAT32, in, n);
        return;
    default:
        return; // float64 is held by itself alone, and copied
    }
}

// An int type is held by wider ones, whose lowest bits are the same for signed and unsigned.
void ouroi_elems_widen(ouro_dtype to, char *restrict out, ouro_dtype from, const char *restrict in, size_t n) {
    if (!n)
        return;
    if (to == from)
        memcpy(out, in, n * ouro_dtype_size(to));
    else if (to == OURO_FLOAT64)
        widen_to(OURO_FLOAT64, out, from, in, n);
    else if (to == OURO_FLOAT32)
        widen_to(OURO_FLOAT32, out, from, in, n);
    else if (ouro_dtype_size(to) == 8)
        widen_to(OURO_INT64, out, from, in, n);
    else if (ouro_dtype_size(to) == 4)
        widen_to(OURO_INT32, out, from, in, n);
    else
        widen_to(OURO_INT16, out, from, in, n);
}

int ouroi_elems_convert(ouro_rt *rt, ouro_dtype to, char *out, ouro_dtype from, const char *in, size_t n) {
    if (dtype_holds(to, from)) {
        ouroi_elems_widen(to, out, from, in, n);
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        if (ouroi_elem_store(rt, to, out, i, elem_load(from, in, i)) < 0)
            return -1;
    return 0;
}

void ouroi_elems_fill(ouro_dtype t, char *p, size_t n) {
    size_t size = ouro_dtype_size(t), whole = n * size, done = size;
    for (; done < whole; done *= 2)
        memcpy(p + done, p, done < whole - done ? done : whole - done);
}
