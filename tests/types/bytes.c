// SPDX-License-Identifier: MIT
// bytes.c: immutable bytes.
#include "ask.h"

static int bytes_are(ouro_obj *o, const char *data, size_t n) {
    return o && ouro_is_bytes(o) && ouro_bytes_size(o) == n && memcmp(ouro_bytes_data(o), data, n) == 0 &&
           ouro_bytes_data(o)[n] == 0;
}

CASE(bytes, made) {
    ouro_obj *b = own(ouro_bytes_new(rt, "a\0\xff", 3)), *zeros = own(ouro_bytes_new(rt, NULL, 5));
    need(b && zeros);
    check(bytes_are(b, "a\0\xff", 3) && bytes_are(zeros, "\0\0\0\0\0", 5) && ouro_is(b, ouro_bytes_type));
    check(!ouro_is_bytearray(b) && !ouro_gc_is_tracked(b));
    ouro_obj *empty = ouro_bytes_new(rt, "x", 0);
    check(empty == ouro_bytes_new(rt, NULL, 0) && bytes_are(empty, "", 0) && ouro_is_immortal(empty));
    check(!ouro_bytes_new(rt, "x", SIZE_MAX) && says(rt, OURO_ERR_OVERFLOW, "too many"));
    check(!ouro_bytes_new(rt, NULL, PTRDIFF_MAX) && says(rt, OURO_ERR_OVERFLOW, "too many"));
}

CASE(bytes, cut_and_joined) {
    ouro_obj *b = own(ouro_bytes_new(rt, "0123456789", 10)), *c = own(ouro_bytes_new(rt, "xyz", 3));
    need(b && c);
    for (ptrdiff_t i = 0; i <= 10; i++)
        for (ptrdiff_t j = 0; j <= 10; j++) {
            ouro_obj *part = ouro_bytes_slice(rt, b, i, j);
            need(part);
            check(bytes_are(part, &"0123456789"[i], i < j ? (size_t)(j - i) : 0) && (j - i < 10 || part == b));
            ouro_decref(part);
        }
    check(bytes_are(own(ouro_bytes_slice(rt, b, -3, PTRDIFF_MAX)), "789", 3));
    check(bytes_are(own(ouro_bytes_slice(rt, b, PTRDIFF_MIN, -8)), "01", 2));
    check(bytes_are(own(ouro_bytes_concat(rt, b, c)), "0123456789xyz", 13));
    check(bytes_are(own(ouro_bytes_concat(rt, c, c)), "xyzxyz", 6) && ouro_refcount(c) == 1);
    ouro_obj *i = ouro_int_new(rt, 5), *a = own(ouro_bytearray_new(rt, "x", 1));
    need(a);
    check(!ouro_bytes_slice(rt, i, 0, 1) && says(rt, OURO_ERR_TYPE, "ouro_bytes_slice: 'bytes' expected, not 'int'"));
    check(!ouro_bytes_concat(rt, i, b) && says(rt, OURO_ERR_TYPE, "ouro_bytes_concat"));
    check(!ouro_bytes_concat(rt, b, a) && says(rt, OURO_ERR_TYPE, "ouro_bytes_concat"));
}

CASE(bytes, items) {
    ouro_obj *b = own(ouro_bytes_new(rt, "\x01\x80\xff", 3)), *i = NULL, *it, *item;
    need(b);
    for (int k = -3; k < 3; k++) {
        i = ouro_get_item(rt, b, ouro_int_new(rt, k));
        check(i && ouro_int_word(i) == "\x01\x80\xff\x01\x80\xff"[k + 3] % 256 + (k % 3 ? 256 : 0));
    }
    check(!ouro_get_item(rt, b, ouro_int_new(rt, 3)) && says(rt, OURO_ERR_INDEX, "bytes"));
    check(!ouro_get_item(rt, b, ouro_int_new(rt, -4)) && says(rt, OURO_ERR_INDEX, "bytes"));
    check(!ouro_get_item(rt, b, b) && says(rt, OURO_ERR_TYPE, "bytes"));
    size_t length;
    check(ouro_length(rt, b, &length) == 0 && length == 3 && ouro_truth(rt, b) == 1);
    check(ouro_truth(rt, ouro_bytes_new(rt, NULL, 0)) == 0);
    it = own(ouro_iter(rt, b));
    need(it);
    for (size_t k = 0; k < 3; k++) {
        must(ouro_next(rt, it, &item));
        check(item && ouro_int_word(item) == ouro_bytes_data(b)[k]);
    }
    check(ouro_next(rt, it, &item) == 0);
    check(own(ouro_copy(rt, b)) == b && own(ouro_deep_copy(rt, b)) == b);
}

// A slice of bytes or a bytearray; 99 stands for none. The numbers are small, and immortal.
static ouro_obj *sliced(ouro_rt *rt, ouro_obj *o, int start, int stop, int step) {
    ouro_obj *slice = ouro_slice_new(rt, start == 99 ? NULL : ouro_int_new(rt, start),
                                     stop == 99 ? NULL : ouro_int_new(rt, stop), ouro_int_new(rt, step));
    ouro_obj *part = slice ? ouro_get_item(rt, o, slice) : NULL;
    ouro_xdecref(slice);
    return part;
}

CASE(bytes, slices) {
    ouro_obj *b = own(ouro_bytes_new(rt, "0123456789", 10));
    need(b);
    check(own(sliced(rt, b, 99, 99, 1)) == b && bytes_are(own(sliced(rt, b, 2, 5, 1)), "234", 3));
    check(bytes_are(own(sliced(rt, b, 99, 99, -1)), "9876543210", 10));
    check(bytes_are(own(sliced(rt, b, 1, 8, 3)), "147", 3) && bytes_are(own(sliced(rt, b, 7, 2, -2)), "753", 3));
    check(sliced(rt, b, 5, 2, 2) == ouro_bytes_new(rt, NULL, 0));
    check(bytes_are(own(sliced(rt, b, 5, 99, 100)), "5", 1));
    check(!sliced(rt, b, 0, 1, 0) && says(rt, OURO_ERR_VALUE, "step"));
}

CASE(bytes, contains) {
    ouro_obj *b = own(ouro_bytes_new(rt, "haystack\0\xff", 10)), *part = own(ouro_bytes_new(rt, "sta", 3));
    ouro_obj *a = own(ouro_bytearray_new(rt, "k\0", 2)), *no = own(ouro_bytes_new(rt, "stab", 4));
    need(b && part && a && no);
    check(ouro_contains(rt, b, part) == 1 && ouro_contains(rt, b, a) == 1 && ouro_contains(rt, b, no) == 0);
    check(ouro_contains(rt, b, ouro_bytes_new(rt, NULL, 0)) == 1 && ouro_contains(rt, a, b) == 0);
    check(ouro_contains(rt, b, ouro_int_new(rt, 255)) == 1 && ouro_contains(rt, b, ouro_int_new(rt, 0)) == 1);
    check(ouro_contains(rt, b, ouro_int_new(rt, 5)) == 0 && ouro_contains(rt, b, ouro_bool(rt, 1)) == 0);
    check(ouro_contains(rt, b, ouro_int_new(rt, 256)) < 0 && says(rt, OURO_ERR_VALUE, "0 to 255"));
    check(ouro_contains(rt, b, ouro_int_new(rt, -1)) < 0 && says(rt, OURO_ERR_VALUE, "0 to 255"));
    ouro_obj *large = own(ouro_int_parse(rt, "100000000000000000000", 21, 10)), *s = own(ouro_str_from(rt, "st"));
    need(large && s);
    check(ouro_contains(rt, b, large) < 0 && says(rt, OURO_ERR_VALUE, "0 to 255"));
    check(ouro_contains(rt, b, s) < 0 && says(rt, OURO_ERR_TYPE, "'int' expected, not 'str'"));
}

// Bytes and bytearrays are ordered together.
CASE(bytes, compared) {
    static const char *const texts[] = {"", "a", "ab", "b", "b\x7f", "b\x80", "\xff"};
    int n = (int)(sizeof texts / sizeof *texts);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int kinds = 0; kinds < 4; kinds++) {
                ouro_obj *a = (kinds & 1 ? ouro_bytes_new : ouro_bytearray_new)(rt, texts[i], strlen(texts[i]));
                ouro_obj *b = (kinds & 2 ? ouro_bytes_new : ouro_bytearray_new)(rt, texts[j], strlen(texts[j]));
                if (a && b) {
                    check(ouro_compare(rt, OURO_EQ, a, b) == (i == j) && ouro_compare(rt, OURO_NE, a, b) == (i != j));
                    check(ouro_compare(rt, OURO_LT, a, b) == (i < j) && ouro_compare(rt, OURO_LE, a, b) == (i <= j));
                    check(ouro_compare(rt, OURO_GT, a, b) == (i > j) && ouro_compare(rt, OURO_GE, a, b) == (i >= j));
                }
                ouro_xdecref(a);
                ouro_xdecref(b);
            }
    ouro_obj *b = own(ouro_bytes_new(rt, "x", 1)), *s = ouro_str_from(rt, "x");
    need(b && s);
    check(ouro_compare(rt, OURO_EQ, b, s) == 0 && ouro_compare(rt, OURO_NE, s, b) == 1);
    check(ouro_compare(rt, OURO_LT, b, s) < 0 && says(rt, OURO_ERR_TYPE, "'bytes' and 'str'"));
}

CASE(bytes, hashed) {
    ouro_obj *a = own(ouro_bytes_new(rt, "some", 4)), *b = own(ouro_bytes_new(rt, "some", 4));
    ouro_obj *c = own(ouro_bytes_new(rt, "Some", 4)), *array = own(ouro_bytearray_new(rt, "some", 4));
    need(a && b && c && array);
    uint64_t x, y, z;
    must(ouro_hash(rt, a, &x));
    must(ouro_hash(rt, b, &y));
    must(ouro_hash(rt, c, &z));
    check(a != b && x == y && x != z);
    check(ouro_hash(rt, array, &x) < 0 && says(rt, OURO_ERR_TYPE, "unhashable type: 'bytearray'"));
}

CASE(bytes, operations) {
    ouro_obj *b = own(ouro_bytes_new(rt, "ab", 2)), *a = own(ouro_bytearray_new(rt, "xyz", 3)), *r;
    ouro_obj *three = ouro_int_new(rt, 3), *s = own(ouro_str_from(rt, "ab"));
    need(a && b && s);
    check(bytes_are(own(ouro_binary(rt, OURO_ADD, b, b)), "abab", 4));
    check(bytes_are(own(ouro_binary(rt, OURO_ADD, b, a)), "abxyz", 5));
    check((r = own(ouro_binary(rt, OURO_ADD, a, b))) && ouro_is_bytearray(r) && ouro_bytearray_size(r) == 5);
    check(bytes_are(own(ouro_binary(rt, OURO_MUL, b, three)), "ababab", 6));
    check(bytes_are(own(ouro_binary(rt, OURO_MUL, three, b)), "ababab", 6));
    check(own(ouro_binary(rt, OURO_MUL, b, ouro_int_new(rt, 1))) == b);
    check(bytes_are(ouro_binary(rt, OURO_MUL, b, ouro_int_new(rt, -5)), "", 0));
    ouro_obj *huge = own(ouro_int_new(rt, INT64_MAX)), *half = own(ouro_int_new(rt, INT64_MAX / 4));
    ouro_obj *big = own(ouro_int_parse(rt, "100000000000000000000", 21, 10));
    need(huge && half && big);
    check(!ouro_binary(rt, OURO_MUL, b, huge) && says(rt, OURO_ERR_OVERFLOW, "too many"));
    check(!ouro_binary(rt, OURO_MUL, b, half) && ouro_error_code(rt) != OURO_OK);
    ouro_error_clear(rt);
    check(!ouro_binary(rt, OURO_MUL, b, big) && says(rt, OURO_ERR_OVERFLOW, ""));
    check(!ouro_binary(rt, OURO_ADD, b, s) && says(rt, OURO_ERR_TYPE, "'bytes' and 'str'"));
    check(!ouro_binary(rt, OURO_ADD, s, b) && says(rt, OURO_ERR_TYPE, "'str' and 'bytes'"));
    check(!ouro_binary(rt, OURO_MUL, b, b) && says(rt, OURO_ERR_TYPE, "unsupported"));
    check(!ouro_binary(rt, OURO_SUB, b, b) && says(rt, OURO_ERR_TYPE, "unsupported"));
}

static int shows(ouro_rt *rt, const char *data, size_t n, const char *text) {
    ouro_obj *b = ouro_bytes_new(rt, data, n), *s = b ? ouro_repr(rt, b) : NULL;
    int right = s && text_is(s, text);
    ouro_xdecref(b);
    ouro_xdecref(s);
    return right;
}

CASE(bytes, shown) {
    check(shows(rt, "", 0, "b''") && shows(rt, "plain", 5, "b'plain'") && shows(rt, "it's", 4, "b\"it's\""));
    check(shows(rt, "'\"", 2, "b'\\'\"'") && shows(rt, "\n\r\t\\\0\x7f\xff", 7, "b'\\n\\r\\t\\\\\\x00\\x7f\\xff'"));
    char data[300], text[1300] = "b'";
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i % 3 ? 'x' : '\xab');
    for (size_t i = 0; i < sizeof data; i++)
        strcat(text, i % 3 ? "x" : "\\xab");
    check(shows(rt, data, sizeof data, strcat(text, "'")));
    ouro_obj *b = own(ouro_bytes_new(rt, "str", 3));
    need(b);
    check(text_is(own(ouro_to_str(rt, b)), "b'str'"));
}
