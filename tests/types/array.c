// SPDX-License-Identifier: MIT
// array.c: typed arrays: what fits an element, what changes the size and who forbids it, and foreign code that runs in
// between.
#include "rows.h"

static const ouro_dtype dtypes[] = {OURO_INT8,   OURO_INT16,  OURO_INT32,  OURO_INT64,   OURO_UINT8,
                                    OURO_UINT16, OURO_UINT32, OURO_UINT64, OURO_FLOAT32, OURO_FLOAT64};
#define DTYPES (sizeof dtypes / sizeof *dtypes)

// 1 if o is an array of these int32.
static int ints_are(const ouro_obj *o, const int32_t *items, size_t n) {
    return o && ouro_is_array(o) && ouro_array_dtype(o) == OURO_INT32 && ouro_array_size(o) == n &&
           (!n || memcmp(ouro_array_data_peek(o), items, n * sizeof *items) == 0);
}
#define ARE(o, ...) ints_are((o), (const int32_t[]){__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}) / 4)

// 0 to n - 1.
static ouro_obj *ints_to(ouro_rt *rt, int n) {
    int32_t items[64];
    for (int i = 0; i < n; i++)
        items[i] = i;
    return ouro_array_new(rt, OURO_INT32, items, (size_t)n);
}

static ouro_obj *small(ouro_rt *rt, int n) {
    return ouro_int_new(rt, n); // -5 to 256 need no memory
}

static int shown(ouro_rt *rt, ouro_obj *o, const char *text) {
    ouro_obj *s = o ? ouro_repr(rt, o) : NULL;
    int right = s && text_is(s, text);
    ouro_xdecref(s);
    return right;
}

static ouro_obj *slice_of(ouro_rt *rt, int start, int stop, int step) {
    return ouro_slice_new(rt, start == 99 ? NULL : small(rt, start), stop == 99 ? NULL : small(rt, stop),
                          small(rt, step));
}

CASE(array, made) {
    ouro_obj *a = own(ints_to(rt, 3)), *zeros = own(ouro_array_new(rt, OURO_FLOAT64, NULL, 2));
    ouro_obj *empty = own(ouro_array_new(rt, OURO_UINT8, NULL, 0)), *list = own(list_with(rt, "1239"));
    need(a && zeros && empty && list);
    always(ARE(a, 0, 1, 2) && ouro_array_size(zeros) == 2 && ouro_array_size(empty) == 0);
    check(shown(rt, a, "array(int32, [0, 1, 2])") && shown(rt, zeros, "array(float64, [0.0, 0.0])"));
    check(shown(rt, empty, "array(uint8, [])") && ouro_truth(rt, empty) == 0 && ouro_truth(rt, a) == 1);
    ouro_obj *of_list = own(ouro_array_from(rt, OURO_INT32, list)), *of_array = own(ouro_array_from(rt, OURO_INT8, a));
    need(of_list && of_array);
    always(ARE(of_list, 1, 2, 3, 9) && ouro_array_dtype(of_array) == OURO_INT8);
    check(!ouro_array_new(rt, (ouro_dtype)8, NULL, 1) && says(rt, OURO_ERR_VALUE, "no element type 8"));
    check(!ouro_array_from(rt, (ouro_dtype)99, list) && says(rt, OURO_ERR_VALUE, "no element type 99"));
    check(!ouro_array_new(rt, OURO_INT64, NULL, SIZE_MAX / 8) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(!ouro_array_new(rt, OURO_INT64, NULL, SIZE_MAX) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    uint64_t hash;
    check(ouro_hash(rt, a, &hash) < 0 && says(rt, OURO_ERR_TYPE, "unhashable type: 'array'"));
}

CASE(array, names_and_meetings) {
    static const char *const names[] = {"int8",   "int16",  "int32",  "int64",   "uint8",
                                        "uint16", "uint32", "uint64", "float32", "float64"};
    static const size_t sizes[] = {1, 2, 4, 8, 1, 2, 4, 8, 4, 8};
    // Row and column in the order of dtypes; digits are indexes of the result.
    static const char *const meet[] = {"0123123989",
                                       "1123123989",
                                       "2223223999",
                                       "3333333999",
                                       "1123456789",
                                       "1123556789",
                                       "2223666799" /* see below */,
                                       "9999777799",
                                       "8899889989",
                                       "9999999999"};
    (void)rt;
    for (size_t i = 0; i < DTYPES; i++) {
        always(strcmp(ouro_dtype_name(dtypes[i]), names[i]) == 0 && ouro_dtype_size(dtypes[i]) == sizes[i]);
        for (size_t j = 0; j < DTYPES; j++)
            always(ouro_dtype_meet(dtypes[i], dtypes[j]) == ouro_dtype_meet(dtypes[j], dtypes[i]));
        always(ouro_dtype_meet(dtypes[i], dtypes[i]) == dtypes[i]);
        always(ouro_dtype_meet(dtypes[i], OURO_FLOAT64) == OURO_FLOAT64);
        always(ouro_dtype_meet(dtypes[i], OURO_FLOAT32) == dtypes[meet[8][i] - '0']);
        always(ouro_dtype_meet(dtypes[i], OURO_INT8) == dtypes[meet[0][i] - '0']);
        always(ouro_dtype_meet(dtypes[i], OURO_INT16) == dtypes[meet[1][i] - '0']);
    }
    always(ouro_dtype_meet(OURO_UINT32, OURO_INT8) == OURO_INT64 &&
           ouro_dtype_meet(OURO_UINT32, OURO_UINT8) == OURO_UINT32);
    always(ouro_dtype_meet(OURO_UINT64, OURO_INT8) == OURO_FLOAT64 &&
           ouro_dtype_meet(OURO_UINT8, OURO_INT64) == OURO_INT64);
    always(strcmp(ouro_dtype_name((ouro_dtype)8), "?") == 0 && strcmp(ouro_dtype_name((ouro_dtype)-1), "?") == 0);
}

// ---- what fits ----

// Both ends of each int type fit, what is beyond them does not; what did not fit has changed nothing.
CASE(array, ints_at_the_ends) {
    static const struct {
        ouro_dtype dtype;
        const char *least, *most, *below, *beyond;
    } rows[] = {
        {OURO_INT8, "-128", "127", "-129", "128"},
        {OURO_INT16, "-32768", "32767", "-32769", "32768"},
        {OURO_INT32, "-2147483648", "2147483647", "-2147483649", "2147483648"},
        {OURO_INT64, "-9223372036854775808", "9223372036854775807", "-9223372036854775809", "9223372036854775808"},
        {OURO_UINT8, "0", "255", "-1", "256"},
        {OURO_UINT16, "0", "65535", "-1", "65536"},
        {OURO_UINT32, "0", "4294967295", "-1", "4294967296"},
        {OURO_UINT64, "0", "18446744073709551615", "-1", "18446744073709551616"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *texts[] = {rows[i].least, rows[i].most, rows[i].below, rows[i].beyond};
        ouro_obj *a = own(ouro_array_new(rt, rows[i].dtype, NULL, 2)), *n[4], *back;
        for (size_t k = 0; k < 4; k++)
            n[k] = own(ouro_int_parse(rt, texts[k], strlen(texts[k]), 10));
        need(a && n[0] && n[1] && n[2] && n[3]);
        check(ouro_array_set(rt, a, 0, n[0]) == 0 && ouro_array_set(rt, a, 1, n[1]) == 0);
        back = own(ouro_array_get(rt, a, -1));
        check(back && ouro_equal(rt, back, n[1]) == 1);
        for (size_t k = 2; k < 4; k++) {
            check(ouro_array_set(rt, a, 1, n[k]) < 0 && says(rt, OURO_ERR_OVERFLOW, "out of the range of"));
            check(ouro_array_append(rt, a, n[k]) < 0 && says(rt, OURO_ERR_OVERFLOW, ouro_dtype_name(rows[i].dtype)));
            check(ouro_contains(rt, a, n[k]) == 0);
        }
        back = own(ouro_array_get(rt, a, 1));
        check(back && ouro_equal(rt, back, n[1]) == 1 && ouro_array_size(a) == 2);
        check(ouro_contains(rt, a, n[0]) == 1 && ouro_contains(rt, a, n[1]) == 1);
    }
}

CASE(array, floats_and_others) {
    ouro_obj *f = own(ouro_array_new(rt, OURO_FLOAT32, NULL, 1)), *d = own(ouro_array_new(rt, OURO_FLOAT64, NULL, 1));
    ouro_obj *i = own(ints_to(rt, 1)), *half = own(ouro_float_new(rt, 0.5)), *huge = own(ouro_float_new(rt, 1e300));
    ouro_obj *infinite = own(ouro_float_new(rt, 1e300 * 1e300)), *tie = own(ouro_int_new(rt, (1 << 24) + 1));
    ouro_obj *twice = own(ouro_int_new(rt, ((int64_t)1 << 60) + ((int64_t)1 << 36) + 1));
    ouro_obj *big = own(ouro_int_parse(rt, "100000000000000000000000", 24, 10));
    need(f && d && i && half && huge && infinite && tie && twice && big);
    check(ouro_array_set(rt, i, 0, half) < 0 && says(rt, OURO_ERR_TYPE, "'int' expected, not 'float'"));
    check(ouro_array_set(rt, d, 0, i) < 0 && says(rt, OURO_ERR_TYPE, "'float' expected, not 'array'"));
    check(ouro_array_set(rt, i, 0, ouro_bool(rt, 1)) == 0 && ARE(i, 1));
    check(ouro_array_set(rt, f, 0, huge) < 0 && says(rt, OURO_ERR_OVERFLOW, "'float32'"));
    check(ouro_array_set(rt, f, 0, infinite) == 0 && shown(rt, f, "array(float32, [inf])"));
    check(ouro_array_set(rt, f, 0, tie) == 0 && *(float *)ouro_array_data_peek(f) == 16777216.0f);
    check(ouro_array_set(rt, f, 0, twice) == 0 &&
          *(float *)ouro_array_data_peek(f) == 0x1.000002p60f); // not to a double first
    check(ouro_array_set(rt, d, 0, big) == 0 && *(double *)ouro_array_data_peek(d) == 1e23);
    check(ouro_array_set(rt, f, 0, half) == 0 && ouro_contains(rt, f, half) == 1 && ouro_contains(rt, f, huge) == 0);
}

// ---- conversions ----

CASE(array, converted) {
    static const double good[] = {0, 1.9, -0.9, 127}, far[] = {128, -129, 1e300, -1e300};
    ouro_obj *a = own(ouro_array_new(rt, OURO_FLOAT64, good, 4)), *b;
    need(a);
    check(shown(rt, b = own(ouro_array_convert(rt, a, OURO_INT8)), "array(int8, [0, 1, 0, 127])"));
    check(shown(rt, b = own(ouro_array_convert(rt, a, OURO_UINT64)), "array(uint64, [0, 1, 0, 127])"));
    for (size_t i = 0; i < 4; i++) {
        ((double *)ouro_array_data_peek(a))[1] = far[i];
        check(!ouro_array_convert(rt, a, OURO_INT8) && says(rt, OURO_ERR_OVERFLOW, "out of the range of 'int8'"));
    }
    ((double *)ouro_array_data_peek(a))[1] = strtod("nan", NULL);
    check(!ouro_array_convert(rt, a, OURO_INT64) && says(rt, OURO_ERR_VALUE, "a NaN cannot be an element of 'int64'"));
    check(shown(rt, b = own(ouro_array_convert(rt, a, OURO_FLOAT32)),
                "array(float32, [0.0, nan, -0.8999999761581421, 127.0])"));
    ((double *)ouro_array_data_peek(a))[1] = 0x1p63;
    check(!ouro_array_convert(rt, a, OURO_INT64) && says(rt, OURO_ERR_OVERFLOW, ""));
    check(
        shown(rt, b = own(ouro_array_convert(rt, a, OURO_UINT64)), "array(uint64, [0, 9223372036854775808, 0, 127])"));
    check(!ouro_array_convert(rt, a, (ouro_dtype)9) && says(rt, OURO_ERR_VALUE, "no element type"));
    always(ouro_array_size(a) == 4);
    (void)b;
}

// Every type into every other and back, ten times more elements than a strip of a loop has: 0 to 99 fit everywhere.
CASE(array, converted_there_and_back) {
    ouro_obj *numbers = own(ouro_array_new(rt, OURO_INT8, NULL, 100));
    need(numbers);
    for (int i = 0; i < 100; i++)
        ((int8_t *)ouro_array_data_peek(numbers))[i] = (int8_t)i;
    for (size_t i = 0; i < DTYPES; i++)
        for (size_t j = 0; j < DTYPES; j++) {
            ouro_obj *a = ouro_array_convert(rt, numbers, dtypes[i]);
            ouro_obj *b = a ? ouro_array_convert(rt, a, dtypes[j]) : NULL;
            check(b && ouro_array_dtype(b) == dtypes[j] && ouro_equal(rt, a, b) == 1 &&
                  ouro_equal(rt, b, numbers) == 1);
            ouro_xdecref(a);
            ouro_xdecref(b);
        }
}

CASE(array, bytes) {
    ouro_obj *a = own(ints_to(rt, 2)), *bytes, *changing = own(ouro_bytearray_new(rt, "\1\0\0\0\2", 5));
    need(a && changing);
    bytes = own(ouro_array_to_bytes(rt, a));
    need(bytes);
    check(ouro_bytes_size(bytes) == 8 && memcmp(ouro_bytes_data(bytes), ouro_array_data_peek(a), 8) == 0);
    check(ARE(own(ouro_array_from_bytes(rt, OURO_INT32, bytes)), 0, 1));
    check(!ouro_array_from_bytes(rt, OURO_INT32, changing) && says(rt, OURO_ERR_VALUE, "5 bytes are no whole number"));
    check(shown(rt, own(ouro_array_from(rt, OURO_INT32, changing)), "array(int32, [1, 0, 0, 0, 2])"));
    must(ouro_bytearray_resize(rt, changing, 0));
    check(shown(rt, own(ouro_array_from_bytes(rt, OURO_INT32, changing)), "array(int32, [])"));
    check(!ouro_array_from_bytes(rt, OURO_INT32, a) && says(rt, OURO_ERR_TYPE, "'bytes' expected, not 'array'"));
    check(!ouro_array_from_bytes(rt, (ouro_dtype)-1, bytes) && says(rt, OURO_ERR_VALUE, "no element type"));
}

// ---- changing ----

CASE(array, grows_and_shrinks) {
    ouro_obj *a = own(ints_to(rt, 3)), *list = own(list_with(rt, "78")), *mixed = own(list_with(rt, "78x")), *item;
    static const int32_t two[] = {5, 6};
    need(a && list && mixed);
    must(ouro_array_append(rt, a, small(rt, 3)));
    always(ARE(a, 0, 1, 2, 3));
    must(ouro_array_add(rt, a, two, 2));
    must(ouro_array_add(rt, a, NULL, 1));
    always(ARE(a, 0, 1, 2, 3, 5, 6, 0));
    must(ouro_array_extend(rt, a, list));
    check(ouro_array_extend(rt, a, mixed) < 0 && says(rt, OURO_ERR_TYPE, "'int' expected, not 'str'"));
    always(ARE(a, 0, 1, 2, 3, 5, 6, 0, 7, 8));
    must(ouro_array_insert(rt, a, 4, small(rt, 4)));
    must(ouro_array_insert(rt, a, -100, small(rt, -1)));
    always(ARE(a, -1, 0, 1, 2, 3, 4, 5, 6, 0, 7, 8));
    item = ouro_array_pop(rt, a, -3);
    check(item == small(rt, 0) && ARE(a, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8));
    check(ouro_array_pop(rt, a, 0) == small(rt, -1) && ouro_array_pop(rt, a, -1) == small(rt, 8));
    check(!ouro_array_pop(rt, a, 8) && says(rt, OURO_ERR_INDEX, "index 8 out of range, the length is 8"));
    must(ouro_array_extend(rt, a, a));
    check(ARE(a, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7));
    must(ouro_array_resize(rt, a, 3));
    must(ouro_array_resize(rt, a, 5));
    check(ARE(a, 0, 1, 2, 0, 0) && ouro_array_reverse(rt, a) == 0 && ARE(a, 0, 0, 2, 1, 0));
    check(ouro_array_fill(rt, a, small(rt, 9)) == 0 && ARE(a, 9, 9, 9, 9, 9));
    check(ouro_array_fill(rt, a, list) < 0 && says(rt, OURO_ERR_TYPE, "'int' expected") && ARE(a, 9, 9, 9, 9, 9));
    check(ouro_array_resize(rt, a, SIZE_MAX) < 0 && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(ouro_array_add(rt, a, two, SIZE_MAX - 2) < 0 && says(rt, OURO_ERR_OVERFLOW, "too large") &&
          ARE(a, 9, 9, 9, 9, 9));
}

CASE(array, gives_memory_back) {
    ouro_obj *a = own(ouro_array_new(rt, OURO_INT64, NULL, 100000));
    need(a);
    size_t full = kit_usage(rt).buffer_bytes;
    check(ouro_array_resize(rt, a, 10) == 0 && ouro_array_size(a) == 10);
    exact(kit_usage(rt).buffer_bytes < full - 700000);
}

CASE(array, slices) {
    static const struct {
        int start, stop, step;
        const char *part, *rest;
    } rows[] = {
        {99, 99, 1, "0, 1, 2, 3, 4, 5", ""}, {2, 4, 1, "2, 3", "0, 1, 4, 5"},      {4, 2, 1, "", "0, 1, 2, 3, 4, 5"},
        {99, 99, 2, "0, 2, 4", "1, 3, 5"},   {99, 99, -1, "5, 4, 3, 2, 1, 0", ""}, {5, 0, -3, "5, 2", "0, 1, 3, 4"},
        {-2, 99, 1, "4, 5", "0, 1, 2, 3"},   {1, 99, 9, "1", "0, 2, 3, 4, 5"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64];
        ouro_obj *a = ints_to(rt, 6), *slice = slice_of(rt, rows[i].start, rows[i].stop, rows[i].step);
        ouro_obj *part = a && slice ? ouro_get_item(rt, a, slice) : NULL;
        snprintf(text, sizeof text, "array(int32, [%s])", rows[i].part);
        check(part && shown(rt, part, text));
        snprintf(text, sizeof text, "array(int32, [%s])", rows[i].rest);
        check(a && slice && ouro_del_item(rt, a, slice) == 0 && shown(rt, a, text));
        ouro_xdecref(a);
        ouro_xdecref(slice);
        ouro_xdecref(part);
    }
}

CASE(array, items_set) {
    ouro_obj *a = own(ints_to(rt, 6)), *list = own(list_with(rt, "78")), *odd = own(slice_of(rt, 1, 99, 3));
    ouro_obj *middle = own(slice_of(rt, 2, 4, 1)), *all = own(slice_of(rt, 99, 99, -1)),
             *zero = own(slice_of(rt, 0, 1, 0));
    need(a && list && odd && middle && all && zero);
    check(ouro_set_item(rt, a, odd, list) == 0 && ARE(a, 0, 7, 2, 3, 8, 5));
    check(ouro_set_item(rt, a, all, a) == 0 && ARE(a, 5, 8, 3, 2, 7, 0));
    check(ouro_set_item(rt, a, all, list) < 0 && says(rt, OURO_ERR_VALUE, "2 numbers given for a slice of 6"));
    must(ouro_set_item(rt, a, middle, a));
    check(ARE(a, 5, 8, 5, 8, 3, 2, 7, 0, 7, 0));
    check(ouro_set_item(rt, a, zero, list) < 0 && says(rt, OURO_ERR_VALUE, "step"));
    check(!ouro_get_item(rt, a, zero) && says(rt, OURO_ERR_VALUE, "step"));
    check(ouro_del_item(rt, a, zero) < 0 && says(rt, OURO_ERR_VALUE, "step"));
    check(ouro_set_item(rt, a, middle, small(rt, 1)) < 0 && says(rt, OURO_ERR_TYPE, "iterable"));
    check(ouro_set_item(rt, a, small(rt, -1), small(rt, 4)) == 0 && ouro_get_item(rt, a, small(rt, 9)) == small(rt, 4));
    check(ouro_set_item(rt, a, small(rt, 10), small(rt, 4)) < 0 && says(rt, OURO_ERR_INDEX, "array"));
    check(!ouro_get_item(rt, a, small(rt, 10)) && says(rt, OURO_ERR_INDEX, "array"));
    check(!ouro_get_item(rt, a, list) && says(rt, OURO_ERR_TYPE, "array"));
    check(ouro_del_item(rt, a, small(rt, 0)) == 0 && ouro_del_item(rt, a, small(rt, -1)) == 0);
    check(ARE(a, 8, 5, 8, 3, 2, 7, 0, 7));
}

// ---- as a whole ----

CASE(array, compared) {
    static const double reals[] = {0, 1, 2};
    ouro_obj *a = own(ints_to(rt, 3)), *b = own(ouro_array_new(rt, OURO_FLOAT64, reals, 3)), *c = own(ints_to(rt, 4));
    ouro_obj *list = own(list_with(rt, "012")), *big = own(ouro_array_new(rt, OURO_INT64, NULL, 1));
    ouro_obj *near = own(ouro_array_new(rt, OURO_FLOAT64, NULL, 1)),
             *top = own(ouro_array_new(rt, OURO_UINT64, NULL, 1));
    need(a && b && c && list && big && near && top);
    check(ouro_equal(rt, a, b) == 1 && ouro_equal(rt, a, c) == 0 && ouro_equal(rt, a, list) == 0);
    check(ouro_compare(rt, OURO_LT, a, c) == 1 && ouro_compare(rt, OURO_GE, b, c) == 0 &&
          ouro_compare(rt, OURO_NE, a, c) == 1);
    ((double *)ouro_array_data_peek(b))[1] = 0.5;
    check(ouro_compare(rt, OURO_GT, a, b) == 1 && ouro_compare(rt, OURO_LE, a, b) == 0 &&
          ouro_compare(rt, OURO_LT, b, c) == 1);
    ((double *)ouro_array_data_peek(b))[1] = strtod("nan", NULL);
    check(ouro_compare(rt, OURO_NE, a, b) == 1 && ouro_compare(rt, OURO_EQ, a, b) == 0);
    check(ouro_compare(rt, OURO_LT, a, b) == 0 && ouro_compare(rt, OURO_GE, a, b) == 0);
    check(ouro_compare(rt, OURO_LT, a, list) < 0 && says(rt, OURO_ERR_TYPE, "'<'"));
    *(int64_t *)ouro_array_data_peek(big) = INT64_MAX; // as a double it is 2^63
    *(double *)ouro_array_data_peek(near) = 0x1p63;
    *(uint64_t *)ouro_array_data_peek(top) = UINT64_MAX;
    check(ouro_compare(rt, OURO_LT, big, near) == 1 && ouro_compare(rt, OURO_GT, near, big) == 1);
    check(ouro_compare(rt, OURO_LT, near, top) == 1 && ouro_compare(rt, OURO_GT, top, big) == 1);
    *(double *)ouro_array_data_peek(near) = -0.5;
    *(int64_t *)ouro_array_data_peek(big) = 0;
    check(ouro_compare(rt, OURO_LT, near, big) == 1);
    *(double *)ouro_array_data_peek(near) = -1e300;
    check(ouro_compare(rt, OURO_LT, near, big) == 1 && ouro_compare(rt, OURO_GT, big, near) == 1);
}

CASE(array, searched) {
    ouro_obj *a = own(ouro_array_new(rt, OURO_UINT8, "\1\2\1\3\1", 5));
    ouro_obj *one = own(ouro_float_new(rt, 1)), *big = own(ouro_int_parse(rt, "18446744073709551617", 20, 10));
    size_t at, n;
    need(a && one && big);
    check(ouro_array_find(rt, a, small(rt, 3), &at) == 1 && at == 3 && ouro_array_find(rt, a, small(rt, 4), &at) == 0);
    check(ouro_array_find(rt, a, one, &at) == 1 && at == 0 && ouro_array_count(rt, a, one, &n) == 0 && n == 3);
    check(ouro_array_count(rt, a, ouro_bool(rt, 1), &n) == 0 && n == 3 &&
          ouro_array_count(rt, a, small(rt, 9), &n) == 0 && n == 0);
    check(ouro_array_find(rt, a, big, &at) == 0 && ouro_array_find(rt, a, a, &at) == 0 &&
          ouro_contains(rt, a, ouro_none(rt)) == 0);
}

CASE(array, operations) {
    ouro_obj *a = own(ints_to(rt, 3)), *bytes = own(ouro_array_new(rt, OURO_INT8, NULL, 1)), *copy, *it, *item;
    ouro_obj *huge = own(ouro_int_new(rt, INT64_MAX));
    need(a && bytes && huge);
    check(ARE(own(ouro_binary(rt, OURO_ADD, a, a)), 0, 1, 2, 0, 1, 2) && ARE(a, 0, 1, 2));
    check(ARE(own(ouro_binary(rt, OURO_MUL, a, small(rt, 2))), 0, 1, 2, 0, 1, 2));
    check(ARE(own(ouro_binary(rt, OURO_MUL, small(rt, 1), a)), 0, 1, 2));
    check(shown(rt, own(ouro_binary(rt, OURO_MUL, a, small(rt, -1))), "array(int32, [])"));
    check(!ouro_binary(rt, OURO_ADD, a, bytes) && says(rt, OURO_ERR_TYPE, "unsupported"));
    check(!ouro_binary(rt, OURO_SUB, a, a) && says(rt, OURO_ERR_TYPE, "unsupported"));
    check(!ouro_binary(rt, OURO_MUL, a, huge) && says(rt, OURO_ERR_OVERFLOW, "cannot be repeated"));
    check(!ouro_binary(rt, OURO_MUL, bytes, huge) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    copy = own(ouro_deep_copy(rt, a));
    need(copy);
    must(ouro_array_append(rt, a, small(rt, 7)));
    check(ARE(copy, 0, 1, 2) && ouro_equal(rt, a, copy) == 0);
    it = own(ouro_iter(rt, a));
    need(it);
    for (int i = 0; i < 3; i++)
        check(ouro_next(rt, it, &item) == 1 && item == small(rt, i));
    must(ouro_array_resize(rt, a, 1));
    check(ouro_next(rt, it, &item) == 0);
}

// ---- exported ----

CASE(array, exported) {
    ouro_obj *a = own(ints_to(rt, 3)), *list = own(list_with(rt, "78")), *two = own(slice_of(rt, 0, 2, 1));
    ouro_obj *ends = own(slice_of(rt, 0, 3, 2));
    need(a && list && two && ends);
    always(ouro_array_export(rt, a) == 0 && ouro_array_export(rt, a) == 0);
    void *data = ouro_array_data_peek(a);
    check(ouro_array_append(rt, a, small(rt, 1)) < 0 && says(rt, OURO_ERR_STATE, "while it is exported"));
    check(ouro_array_extend(rt, a, list) < 0 && says(rt, OURO_ERR_STATE, "exported"));
    check(ouro_array_insert(rt, a, 0, small(rt, 1)) < 0 && says(rt, OURO_ERR_STATE, "exported"));
    check(!ouro_array_pop(rt, a, 0) && says(rt, OURO_ERR_STATE, "exported"));
    check(ouro_array_resize(rt, a, 2) < 0 && says(rt, OURO_ERR_STATE, "exported"));
    check(ouro_array_resize(rt, a, 200) < 0 && says(rt, OURO_ERR_STATE, "exported"));
    check(ouro_del_item(rt, a, two) < 0 && says(rt, OURO_ERR_STATE, "exported"));
    check(ouro_del_item(rt, a, ends) < 0 && says(rt, OURO_ERR_STATE, "exported"));
    ouro_array_release(a);
    check(ouro_array_append(rt, a, small(rt, 1)) < 0 && says(rt, OURO_ERR_STATE, "exported"));
    always(ARE(a, 0, 1, 2) && ouro_array_data_peek(a) == data);
    check(ouro_set_item(rt, a, two, list) == 0 && ARE(a, 7, 8, 2)); // as many as there were
    must(ouro_array_resize(rt, a, 3));
    ouro_array_release(a);
    must(ouro_array_append(rt, a, small(rt, 1)));
    check(ARE(a, 7, 8, 2, 1));
}

CASE(array, no_array) {
    ouro_obj *i = small(rt, 5);
    size_t at;
    check(ouro_array_append(rt, i, i) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_append: 'array' expected, not 'int'"));
    check(ouro_array_add(rt, i, NULL, 0) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_add"));
    check(ouro_array_extend(rt, i, i) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_extend"));
    check(ouro_array_insert(rt, i, 0, i) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_insert"));
    check(!ouro_array_pop(rt, i, 0) && says(rt, OURO_ERR_TYPE, "ouro_array_pop"));
    check(ouro_array_resize(rt, i, 0) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_resize"));
    check(ouro_array_fill(rt, i, i) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_fill"));
    check(ouro_array_reverse(rt, i) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_reverse"));
    check(!ouro_array_get(rt, i, 0) && says(rt, OURO_ERR_TYPE, "ouro_array_get"));
    check(ouro_array_set(rt, i, 0, i) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_set"));
    check(ouro_array_find(rt, i, i, &at) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_find"));
    check(ouro_array_count(rt, i, i, &at) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_count"));
    check(!ouro_array_convert(rt, i, OURO_INT8) && says(rt, OURO_ERR_TYPE, "ouro_array_convert"));
    check(!ouro_array_to_bytes(rt, i) && says(rt, OURO_ERR_TYPE, "ouro_array_to_bytes"));
    check(ouro_array_export(rt, i) < 0 && says(rt, OURO_ERR_TYPE, "ouro_array_export"));
}
