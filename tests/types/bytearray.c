// SPDX-License-Identifier: MIT
// bytearray.c: bytes that change; while memory is asked for, foreign code changes them too.
#include "ask.h"

static int array_is(ouro_obj *o, const char *data, size_t n) {
    return o && ouro_is_bytearray(o) && ouro_bytearray_size(o) == n &&
           (!n || memcmp(ouro_bytearray_data_peek(o), data, n) == 0);
}

static int array_is_text(ouro_obj *o, const char *text) {
    int right = array_is(o, text, strlen(text));
    if (o && !right)
        fprintf(stderr, "%.*s\n", (int)ouro_bytearray_size(o), (const char *)ouro_bytearray_data_peek(o));
    return right;
}

static ouro_obj *array_from(ouro_rt *rt, const char *text) {
    return ouro_bytearray_new(rt, text, strlen(text));
}

CASE(bytearray, made) {
    ouro_obj *a = own(ouro_bytearray_new(rt, "a\0\xff", 3)), *zeros = own(ouro_bytearray_new(rt, NULL, 5));
    ouro_obj *empty = own(ouro_bytearray_new(rt, NULL, 0)), *other = own(ouro_bytearray_new(rt, "x", 0));
    need(a && zeros && empty && other);
    check(array_is(a, "a\0\xff", 3) && array_is(zeros, "\0\0\0\0\0", 5) && array_is(empty, "", 0) && empty != other);
    check(ouro_is(a, ouro_bytearray_type) && !ouro_is_bytes(a) && !ouro_gc_is_tracked(a));
    check(!ouro_bytearray_new(rt, NULL, SIZE_MAX) && says(rt, OURO_ERR_OVERFLOW, "too large"));
}

CASE(bytearray, dies_with_its_data) {
    size_t before = kit_usage(rt).used;
    ouro_obj *a = ouro_bytearray_new(rt, NULL, 100000);
    need(a);
    exact(kit_usage(rt).used >= before + 100000);
    ouro_decref(a);
    exact(kit_usage(rt).used == before);
}

CASE(bytearray, appended_to) {
    size_t n = kit_size(100000, 400), i, moves = 0;
    ouro_obj *a = own(ouro_bytearray_new(rt, NULL, 0));
    need(a);
    for (i = 0; i < n; i++) {
        const uint8_t *before = ouro_bytearray_data_peek(a);
        uint8_t bytes[3] = {(uint8_t)i, (uint8_t)(i >> 8), 7};
        if (ouro_bytearray_append(rt, a, bytes, 3) < 0)
            break;
        moves += before != ouro_bytearray_data_peek(a);
    }
    check(i == n && moves < 80);
    always(ouro_bytearray_size(a) == 3 * i);
    for (size_t k = 0; k < i; k++) {
        const uint8_t *at = ouro_bytearray_data_peek(a) + 3 * k;
        always(at[0] == (uint8_t)k && at[1] == (uint8_t)(k >> 8) && at[2] == 7);
    }
    check(ouro_bytearray_append(rt, a, NULL, 0) == 0 && ouro_bytearray_append(rt, a, "x", 0) == 0);
    always(ouro_bytearray_size(a) == 3 * i);
}

CASE(bytearray, a_large_one_grows) {
    enum { PIECE = 1000 };
    size_t n = kit_size(20000, 100);
    uint8_t piece[PIECE];
    ouro_obj *a = own(ouro_bytearray_new(rt, NULL, 0));
    need(a);
    for (size_t i = 0; i < n; i++) {
        memset(piece, (int)(i % 251), PIECE);
        must(ouro_bytearray_append(rt, a, piece, PIECE));
    }
    always(ouro_bytearray_size(a) == n * PIECE);
    for (size_t i = 0; i < n * PIECE; i++)
        always(ouro_bytearray_data_peek(a)[i] == i / PIECE % 251);
    must(ouro_verify(rt));
}

CASE(bytearray, appends_its_own) {
    ouro_obj *a = own(array_from(rt, "abcdefgh"));
    need(a);
    size_t size = 8;
    for (int i = 0; i < 8; i++)
        if (ouro_bytearray_append(rt, a, ouro_bytearray_data_peek(a), size) == 0)
            size *= 2;
    check(size == 8 << 8);
    always(ouro_bytearray_size(a) == size);
    for (size_t i = 0; i < size; i++)
        always(ouro_bytearray_data_peek(a)[i] == "abcdefgh"[i % 8]);
    check(ouro_bytearray_append(rt, a, NULL, 3) == 0 && memcmp(ouro_bytearray_data_peek(a) + size, "\0\0\0", 3) == 0);
}

CASE(bytearray, spliced) {
    ouro_obj *a = own(array_from(rt, "0123456789"));
    need(a);
    check(ouro_bytearray_splice(rt, a, 2, 5, "xy", 2) == 0 && array_is_text(a, "01xy56789"));
    check(ouro_bytearray_splice(rt, a, 2, 4, "2345", 4) == 0 && array_is_text(a, "01234556789"));
    check(ouro_bytearray_splice(rt, a, -6, -5, NULL, 0) == 0 && array_is_text(a, "0123456789"));
    check(ouro_bytearray_splice(rt, a, 0, 3, "a", 1) == 0 && array_is_text(a, "a3456789"));
    check(ouro_bytearray_splice(rt, a, 0, 0, "012", 3) == 0 && array_is_text(a, "012a3456789"));
    check(ouro_bytearray_splice(rt, a, 3, 4, NULL, 0) == 0 && array_is_text(a, "0123456789"));
    check(ouro_bytearray_splice(rt, a, 7, 2, "!", 1) == 0 && array_is_text(a, "0123456!789"));
    check(ouro_bytearray_splice(rt, a, PTRDIFF_MAX, PTRDIFF_MIN, "?", 1) == 0 && array_is_text(a, "0123456!789?"));
    check(ouro_bytearray_splice(rt, a, 1, 11, NULL, 2) == 0 && array_is(a, "0\0\0?", 4));
    check(ouro_bytearray_splice(rt, a, 1, 3, "12", 2) == 0 && array_is_text(a, "012?"));
    check(ouro_bytearray_splice(rt, a, 0, 4, ouro_bytearray_data_peek(a) + 1, 2) == 0 && array_is_text(a, "12"));
    check(ouro_bytearray_splice(rt, a, 1, 1, ouro_bytearray_data_peek(a), 2) == 0 && array_is_text(a, "1122"));
    check(ouro_bytearray_splice(rt, a, PTRDIFF_MIN, PTRDIFF_MAX, NULL, 0) == 0 && ouro_bytearray_size(a) == 0);
    check(ouro_bytearray_splice(rt, a, 0, 0, NULL, 0) == 0 && ouro_bytearray_size(a) == 0);
    check(ouro_bytearray_splice(rt, a, 0, 0, "x", 1) == 0 && array_is_text(a, "x"));
    check(ouro_bytearray_splice(rt, a, 0, 0, "x", SIZE_MAX) < 0 && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(ouro_bytearray_splice(rt, a, 0, 0, "x", PTRDIFF_MAX - 1) < 0 && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(array_is_text(a, "x"));
}

CASE(bytearray, resized) {
    ouro_obj *a = own(array_from(rt, "abc"));
    need(a);
    check(ouro_bytearray_resize(rt, a, 6) == 0 && array_is(a, "abc\0\0\0", 6));
    check(ouro_bytearray_resize(rt, a, 2) == 0 && array_is(a, "ab", 2));
    check(ouro_bytearray_resize(rt, a, 5) == 0 && array_is(a, "ab\0\0\0", 5)); // what was there does not come back
    check(ouro_bytearray_resize(rt, a, 0) == 0 && array_is(a, "", 0));
    check(ouro_bytearray_resize(rt, a, SIZE_MAX) < 0 && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(array_is(a, "", 0));
}

CASE(bytearray, gives_memory_back) {
    ouro_obj *a = own(ouro_bytearray_new(rt, NULL, 1000000));
    need(a);
    size_t full = kit_usage(rt).buffer_bytes;
    check(ouro_bytearray_resize(rt, a, 100) == 0 && ouro_bytearray_size(a) == 100); // also without memory to move to
    exact(kit_usage(rt).buffer_bytes < full - 900000);
    must(ouro_bytearray_resize(rt, a, 1000000));
    check(ouro_bytearray_splice(rt, a, 0, 999990, NULL, 0) == 0 && ouro_bytearray_size(a) == 10);
    exact(kit_usage(rt).buffer_bytes < full - 900000);
}

CASE(bytearray, keeps_memory_when_there_is_none_to_move_to) {
    if (test_mode_now() != TEST_PLAIN)
        return;
    ouro_obj *a = own(ouro_bytearray_new(rt, NULL, 1000000));
    need(a);
    ouro_stress_fail(rt, 1, OURO_FAIL_ONCE);
    always(ouro_bytearray_resize(rt, a, 100) == 0 && ouro_bytearray_size(a) == 100);
    always(ouro_stress_failures(rt) == 1 && ouro_error_code(rt) == OURO_OK);
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
}

// As a queue: what goes in behind comes out in front, and neither costs what is in between. The obvious way would move
// 10^11 bytes.
CASE(bytearray, is_a_queue) {
    size_t n = kit_size(1000000, 3000), in = 0, out = 0, rounds = kit_size(300000, 300);
    ouro_obj *a = own(ouro_bytearray_new(rt, NULL, 0));
    need(a);
    for (; in < n; in++) {
        uint8_t byte = (uint8_t)(in * 7);
        must(ouro_bytearray_append(rt, a, &byte, 1));
    }
    size_t full = kit_usage(rt).buffer_bytes;
    for (size_t k = 0; k < rounds; k++) {
        uint8_t bytes[3];
        for (size_t i = 0; i < 3; i++, in++)
            bytes[i] = (uint8_t)(in * 7);
        always(ouro_bytearray_data_peek(a)[0] == (uint8_t)(out * 7));
        must(ouro_bytearray_append(rt, a, bytes, 3));
        must(ouro_bytearray_splice(rt, a, 0, 3, NULL, 0));
        out += 3;
    }
    always(ouro_bytearray_size(a) == n);
    for (size_t i = 0; i < n; i++)
        always(ouro_bytearray_data_peek(a)[i] == (uint8_t)((out + i) * 7));
    exact(kit_usage(rt).buffer_bytes < 3 * full);
}

CASE(bytearray, no_bytearray) {
    ouro_obj *i = ouro_int_new(rt, 5);
    check(ouro_bytearray_append(rt, i, "x", 1) < 0 &&
          says(rt, OURO_ERR_TYPE, "ouro_bytearray_append: 'bytearray' expected"));
    check(ouro_bytearray_resize(rt, i, 1) < 0 && says(rt, OURO_ERR_TYPE, "ouro_bytearray_resize"));
    check(ouro_bytearray_splice(rt, i, 0, 0, "x", 1) < 0 && says(rt, OURO_ERR_TYPE, "ouro_bytearray_splice"));
}

// ---- the protocols ----

CASE(bytearray, items) {
    ouro_obj *a = own(ouro_bytearray_new(rt, "\x01\x02\xff", 3)), *item, *it;
    need(a);
    for (int k = -3; k < 3; k++) {
        item = ouro_get_item(rt, a, ouro_int_new(rt, k));
        check(item && ouro_int_word(item) == ((int[]){1, 2, 255})[(k + 3) % 3]);
    }
    check(!ouro_get_item(rt, a, ouro_int_new(rt, 3)) && says(rt, OURO_ERR_INDEX, "bytearray"));
    check(!ouro_get_item(rt, a, a) && says(rt, OURO_ERR_TYPE, "bytearray"));
    check(ouro_set_item(rt, a, ouro_int_new(rt, -1), ouro_int_new(rt, 3)) == 0 && array_is(a, "\1\2\3", 3));
    check(ouro_set_item(rt, a, ouro_int_new(rt, 0), ouro_bool(rt, 0)) == 0 && array_is(a, "\0\2\3", 3));
    check(ouro_set_item(rt, a, ouro_int_new(rt, 3), ouro_int_new(rt, 3)) < 0 && says(rt, OURO_ERR_INDEX, "bytearray"));
    check(ouro_set_item(rt, a, ouro_int_new(rt, 0), ouro_int_new(rt, 256)) < 0 && says(rt, OURO_ERR_VALUE, "0 to 255"));
    check(ouro_set_item(rt, a, ouro_int_new(rt, 0), ouro_int_new(rt, -1)) < 0 && says(rt, OURO_ERR_VALUE, "0 to 255"));
    check(ouro_set_item(rt, a, ouro_int_new(rt, 0), a) < 0 &&
          says(rt, OURO_ERR_TYPE, "'int' expected, not 'bytearray'"));
    check(ouro_set_item(rt, a, a, a) < 0 && says(rt, OURO_ERR_TYPE, "bytearray"));
    check(ouro_del_item(rt, a, ouro_int_new(rt, 1)) == 0 && array_is(a, "\0\3", 2));
    check(ouro_del_item(rt, a, ouro_int_new(rt, -2)) == 0 && array_is(a, "\3", 1));
    check(ouro_del_item(rt, a, ouro_int_new(rt, 1)) < 0 && says(rt, OURO_ERR_INDEX, "bytearray"));
    check(ouro_contains(rt, a, ouro_int_new(rt, 3)) == 1 && ouro_contains(rt, a, ouro_int_new(rt, 2)) == 0);
    size_t length;
    check(ouro_length(rt, a, &length) == 0 && length == 1 && ouro_truth(rt, a) == 1);
    it = own(ouro_iter(rt, a));
    need(it);
    check(ouro_next(rt, it, &item) == 1 && ouro_int_word(item) == 3);
    must(ouro_bytearray_append(rt, a, "x", 1));
    check(ouro_next(rt, it, &item) == 1 && ouro_int_word(item) == 'x'); // by position
    check(ouro_next(rt, it, &item) == 0);
}

static ouro_obj *slice_of(ouro_rt *rt, int start, int stop, int step) {
    return ouro_slice_new(rt, start == 99 ? NULL : ouro_int_new(rt, start), stop == 99 ? NULL : ouro_int_new(rt, stop),
                          ouro_int_new(rt, step));
}

// What a slice of "0123456789" is, and what is left when it is deleted.
CASE(bytearray, slices) {
    static const struct {
        int start, stop, step;
        const char *part, *rest;
    } rows[] = {
        {99, 99, 1, "0123456789", ""}, {2, 5, 1, "234", "0156789"},    {5, 2, 1, "", "0123456789"},
        {99, 99, 2, "02468", "13579"}, {99, 99, -1, "9876543210", ""}, {8, 1, -3, "852", "0134679"},
        {1, 99, 3, "147", "0235689"},  {3, 4, 50, "3", "012456789"},   {4, 4, 2, "", "0123456789"},
        {99, -1, 9, "0", "123456789"}, {99, 99, 9, "09", "12345678"},  {-1, 99, 7, "9", "012345678"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ouro_obj *a = array_from(rt, "0123456789"), *slice = slice_of(rt, rows[i].start, rows[i].stop, rows[i].step);
        if (a && slice) {
            ouro_obj *part = ouro_get_item(rt, a, slice);
            check(array_is_text(part, rows[i].part) && part != a);
            ouro_xdecref(part);
            check(ouro_del_item(rt, a, slice) == 0 && array_is_text(a, rows[i].rest));
        }
        ouro_xdecref(a);
        ouro_xdecref(slice);
    }
}

CASE(bytearray, slices_set) {
    ouro_obj *a = own(array_from(rt, "0123456789")), *b = own(ouro_bytes_new(rt, "xy", 2)), *i = ouro_int_new(rt, 65);
    ouro_obj *middle = own(slice_of(rt, 3, 6, 1)), *odd = own(slice_of(rt, 1, 99, 4)),
             *none = own(slice_of(rt, 6, 2, 1));
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *whole = own(slice_of(rt, 99, 99, -1));
    need(a && b && middle && odd && none && list && whole);
    check(ouro_set_item(rt, a, middle, b) == 0 && array_is_text(a, "012xy6789"));
    check(ouro_set_item(rt, a, odd, b) == 0 && array_is_text(a, "0x2xyy789"));
    check(ouro_set_item(rt, a, none, b) == 0 && array_is_text(a, "0x2xyyxy789"));
    check(ouro_set_item(rt, a, odd, b) < 0 && says(rt, OURO_ERR_VALUE, "2 bytes given for a slice of 3"));
    must(ouro_list_append(rt, list, i));
    must(ouro_list_append(rt, list, i));
    check(ouro_set_item(rt, a, middle, list) == 0 && array_is_text(a, "0x2AAxy789"));
    check(ouro_set_item(rt, a, whole, a) == 0 && array_is_text(a, "987yxAA2x0"));
    check(ouro_set_item(rt, a, middle, a) == 0 && array_is_text(a, "987987yxAA2x0A2x0"));
    must(ouro_list_append(rt, list, ouro_bool(rt, 1)));
    must(ouro_list_append(rt, list, b));
    check(ouro_set_item(rt, a, middle, list) < 0 && says(rt, OURO_ERR_TYPE, "'int' expected, not 'bytes'"));
    check(ouro_set_item(rt, a, middle, i) < 0 && says(rt, OURO_ERR_TYPE, "iterable"));
    ouro_obj *zero = own(slice_of(rt, 0, 5, 0)), *other = own(array_from(rt, "!"));
    need(zero && other);
    check(ouro_set_item(rt, a, zero, b) < 0 && says(rt, OURO_ERR_VALUE, "step"));
    check(ouro_del_item(rt, a, zero) < 0 && says(rt, OURO_ERR_VALUE, "step"));
    check(!ouro_get_item(rt, a, zero) && says(rt, OURO_ERR_VALUE, "step"));
    check(ouro_set_item(rt, a, middle, other) == 0 && array_is_text(a, "987!yxAA2x0A2x0"));
}

CASE(bytearray, operations) {
    ouro_obj *a = own(array_from(rt, "ab")), *b = own(ouro_bytes_new(rt, "xyz", 3)), *s = own(ouro_str_from(rt, "x"));
    ouro_obj *empty = own(array_from(rt, "")), *three = ouro_int_new(rt, 3);
    need(a && b && s && empty);
    check(array_is_text(own(ouro_binary(rt, OURO_ADD, a, b)), "abxyz"));
    check(array_is_text(own(ouro_binary(rt, OURO_ADD, a, a)), "abab") && ouro_refcount(a) == 1);
    check(array_is_text(own(ouro_binary(rt, OURO_ADD, a, empty)), "ab") && array_is_text(a, "ab"));
    check(array_is_text(own(ouro_binary(rt, OURO_MUL, a, three)), "ababab"));
    check(array_is_text(own(ouro_binary(rt, OURO_MUL, three, a)), "ababab"));
    check(array_is_text(own(ouro_binary(rt, OURO_MUL, a, ouro_bool(rt, 0))), ""));
    check(array_is_text(own(ouro_binary(rt, OURO_MUL, empty, three)), ""));
    ouro_obj *huge = own(ouro_int_new(rt, INT64_MAX)), *big = own(ouro_int_parse(rt, "100000000000000000000", 21, 10));
    need(huge && big);
    check(!ouro_binary(rt, OURO_MUL, a, huge) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(!ouro_binary(rt, OURO_MUL, a, big) && says(rt, OURO_ERR_OVERFLOW, ""));
    check(!ouro_binary(rt, OURO_ADD, a, s) && says(rt, OURO_ERR_TYPE, "unsupported"));
    check(!ouro_binary(rt, OURO_ADD, s, a) && says(rt, OURO_ERR_TYPE, "unsupported"));
    check(!ouro_binary(rt, OURO_MUL, a, a) && says(rt, OURO_ERR_TYPE, "unsupported"));
    check(!ouro_binary(rt, OURO_AND, a, a) && says(rt, OURO_ERR_TYPE, "unsupported"));
}

CASE(bytearray, copied_and_shown) {
    ouro_obj *a = own(array_from(rt, "it's\n")), *c, *d;
    need(a);
    check(text_is(own(ouro_repr(rt, a)), "bytearray(b\"it's\\n\")"));
    c = own(ouro_copy(rt, a));
    d = own(ouro_deep_copy(rt, a));
    need(c && d);
    check(c != a && d != a && array_is_text(c, "it's\n") && array_is_text(d, "it's\n"));
    ouro_bytearray_data_peek(a)[0] = 'I';
    check(array_is_text(c, "it's\n") && array_is_text(d, "it's\n"));
}

// ---- foreign code ----

// An iterable that changes the array that is being changed: it gives three bytes, and makes it longer or shorter.
static ouro_obj *foreign_array;
static size_t foreign_size;

static int foreign_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    leaf *l = (leaf *)(void *)o;
    if (l->value == 3)
        return 0;
    l->value++;
    *out = ouro_int_new(rt, 'a');
    return ouro_bytearray_resize(rt, foreign_array, foreign_size) < 0 ? -1 : 1;
}

CASE(bytearray, set_from_what_changes_it) {
    static ouro_type foreign_type;
    static ouro_ops foreign_ops;
    if (!foreign_type.struct_size) {
        ouro_ops_init(&foreign_ops);
        foreign_ops.next = foreign_next;
        ouro_type_init(&foreign_type, "foreign", sizeof(leaf));
        foreign_type.ops = &foreign_ops;
    }
    must(ouro_type_register(rt, &foreign_type));
    static const struct {
        size_t size;
        const char *result;
    } rows[] = {{0, "aaa"}, {3, "01aaa"}, {5, "01aaa"}, {7, "01aaa56"}, {10, "01aaa56789"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ouro_obj *a = own(array_from(rt, "0123456789")), *slice = own(slice_of(rt, 2, 5, 1));
        ouro_obj *from = own(ouro_new(rt, &foreign_type));
        need(a && slice && from);
        foreign_array = a;
        foreign_size = rows[i].size;
        check(ouro_set_item(rt, a, slice, from) == 0 && array_is_text(a, rows[i].result));
    }
}

// At an allocation a finalizer makes the array another size.
static int foreign_armed;

static void foreign_hook(ouro_rt *rt, fin *self) {
    (void)self;
    if (foreign_armed && ouro_bytearray_resize(rt, foreign_array, foreign_size) < 0)
        ouro_error_clear(rt);
}

static int foreign_arm(ouro_rt *rt, ouro_obj *array, size_t size) {
    fin *f = fin_new(rt, foreign_hook);
    if (!f)
        return 0;
    set(f, left, f);
    ouro_decref(&f->head);
    foreign_array = array;
    foreign_size = size;
    foreign_armed = 1;
    ouro_stress_collect(rt, 2);
    return 1;
}

static void foreign_disarm(ouro_rt *rt) {
    foreign_armed = 0;
    if (test_mode_now() != TEST_STRESS)
        ouro_stress_collect(rt, -1);
}

static const size_t foreign_sizes[] = {0, 3, 8, 100, 5000};

// Every operation that asks for memory, while the array gets shorter or longer. What comes out is what the operation
// makes of the array before or after; most of all, it is in order.
CASE(bytearray, operations_while_it_changes) {
    for (size_t k = 0; k < 5 * 9; k++) {
        size_t n = foreign_sizes[k % 5];
        ouro_obj *a = own(array_from(rt, "0123456789abcdef")), *slice = own(slice_of(rt, 99, 99, 2)), *made = NULL;
        ouro_obj *b = own(ouro_bytes_new(rt, "xyz", 3)), *two = ouro_int_new(rt, 2);
        need(a && slice && b && foreign_arm(rt, a, n));
        const uint8_t *data = ouro_bytearray_data_peek(a);
        int done = 0;
        switch (k / 5) {
        case 0:
            done = ouro_bytearray_append(rt, a, "0123456789012345678901234567890123456789", 40);
            check(done == 0 && ouro_bytearray_size(a) == n + 40);
            check(memcmp(ouro_bytearray_data_peek(a) + n, "0123456789012345678901234567890123456789", 40) == 0);
            break;
        case 1: // its own bytes
            done = ouro_bytearray_append(rt, a, data, 16);
            check(n < 16 ? done < 0 && says(rt, OURO_ERR_STATE, "changed") : done == 0);
            check(n < 16 || memcmp(ouro_bytearray_data_peek(a) + n, "0123456789abcdef", 16) == 0);
            break;
        case 2:
            done = ouro_bytearray_splice(rt, a, 2, 6, "a longer text than there is room for", 36);
            check(done == 0 && ouro_bytearray_size(a) == (n < 2 ? 0u : 2u) + 36 + (n < 6 ? 0 : n - 6));
            break;
        case 3:
            done = ouro_bytearray_resize(rt, a, 6000);
            check(done == 0 && ouro_bytearray_size(a) == 6000 && !ouro_bytearray_data_peek(a)[5999]);
            break;
        case 4:
            made = own(ouro_get_item(rt, a, slice));
            check(made && ouro_bytearray_size(made) == (n + 1) / 2);
            break;
        case 5:
            made = own(ouro_binary(rt, OURO_ADD, a, b));
            check(made && ouro_bytearray_size(made) == n + 3 && !memcmp(ouro_bytearray_data_peek(made) + n, "xyz", 3));
            break;
        case 6:
            made = own(ouro_binary(rt, OURO_ADD, b, a));
            check(made && ouro_bytes_size(made) == n + 3 && !memcmp(ouro_bytes_data(made), "xyz", 3));
            break;
        case 7:
            made = own(ouro_binary(rt, OURO_MUL, a, two));
            check(made && ouro_bytearray_size(made) == 2 * n);
            break;
        default:
            made = own(ouro_copy(rt, a));
            check(made && ouro_bytearray_size(made) == n);
        }
        foreign_disarm(rt);
        ouro_error_clear(rt);
    }
}

// While it is shown, and while it gets shorter.
CASE(bytearray, shown_while_it_changes) {
    for (size_t k = 0; k < 4; k++) {
        ouro_obj *a = own(ouro_bytearray_new(rt, NULL, 1000)), *s;
        need(a && foreign_arm(rt, a, foreign_sizes[k]));
        s = own(ouro_repr(rt, a));
        foreign_disarm(rt);
        need(s);
        check(strncmp(ouro_str_data(s), "bytearray(b'\\x00", 16) == 0 && ouro_str_size(s) < 1000);
    }
    ouro_obj *a = own(ouro_bytearray_new(rt, NULL, 1000000));
    need(a && foreign_arm(rt, a, 2000000));
    check(ouro_bytearray_resize(rt, a, 1000) == 0); // gives memory back, and is longer then
    foreign_disarm(rt);
    check(ouro_bytearray_size(a) == 2000000 || ouro_bytearray_size(a) == 1000);
}
