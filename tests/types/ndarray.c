// SPDX-License-Identifier: MIT
// ndarray.c: n-d arrays: how they are made, their shapes and views, and what holds the memory.
#include "nd_test.h"

// ---- making ----

CASE(ndarray, made) {
    size_t shape[] = {2, 3}, none[] = {0, 3};
    ouro_obj *zeros = own(ouro_ndarray_zeros(rt, OURO_INT16, 2, shape)), *one = small(rt, 1);
    ouro_obj *full = own(ouro_ndarray_full(rt, OURO_FLOAT32, 2, shape, one)),
             *range = own(ouro_ndarray_range(rt, 7, -3, -3));
    ouro_obj *blank = own(ouro_ndarray_blank(rt, OURO_UINT64, 2, shape)),
             *empty = own(ouro_ndarray_zeros(rt, OURO_INT8, 2, none));
    ouro_obj *point = own(ouro_ndarray_full(rt, OURO_INT8, 0, NULL, one));
    need(zeros && full && range && blank && empty && point);
    check(shown(rt, zeros, "ndarray([[0, 0, 0], [0, 0, 0]], int16)") &&
          shown(rt, range, "ndarray([7, 4, 1, -2], int64)"));
    check(shown(rt, full, "ndarray([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]], float32)") &&
          shown(rt, empty, "ndarray([], int8)"));
    check(shown(rt, point, "ndarray(1, int8)") && ouro_truth(rt, point) == 1 && ouro_truth(rt, empty) == 0);
    always(ouro_ndarray_dims(blank) == 2 && ouro_ndarray_shape(blank)[1] == 3 && ouro_ndarray_strides(blank)[0] == 24);
    always(ouro_ndarray_size(blank) == 6 && ouro_ndarray_size(empty) == 0 && ouro_ndarray_size(point) == 1);
    always(ouro_ndarray_dtype(full) == OURO_FLOAT32 && ouro_is_ndarray(full) && !ouro_is_array(full));
    size_t length;
    check(ouro_length(rt, zeros, &length) == 0 && length == 2 && ouro_length(rt, point, &length) < 0 &&
          says(rt, OURO_ERR_TYPE, "no length"));
    check(!ouro_iter(rt, point) && says(rt, OURO_ERR_TYPE, "no items"));
    check(ouro_truth(rt, zeros) < 0 && says(rt, OURO_ERR_VALUE, "6 elements"));
    uint64_t hash;
    check(ouro_hash(rt, zeros, &hash) < 0 && says(rt, OURO_ERR_TYPE, "unhashable type: 'ndarray'"));
}

CASE(ndarray, not_made) {
    size_t many[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, large[] = {SIZE_MAX / 2, 4}, behind[] = {0, SIZE_MAX / 2, 4};
    ouro_obj *half = own(ouro_float_new(rt, 0.5));
    need(half);
    check(!ouro_ndarray_zeros(rt, OURO_INT8, 9, many) && says(rt, OURO_ERR_VALUE, "9 dimensions are too many"));
    check(!ouro_ndarray_zeros(rt, OURO_INT8, 2, large) &&
          says(rt, OURO_ERR_OVERFLOW, "shape (9223372036854775807, 4) is too large"));
    check(!ouro_ndarray_zeros(rt, OURO_INT8, 3, behind) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(!ouro_ndarray_zeros(rt, (ouro_dtype)8, 1, many) && says(rt, OURO_ERR_VALUE, "no element type 8"));
    check(!ouro_ndarray_full(rt, OURO_INT8, 1, many, half) && says(rt, OURO_ERR_TYPE, "'int' expected, not 'float'"));
    check(!ouro_ndarray_range(rt, 0, 1, 0) && says(rt, OURO_ERR_VALUE, "step is 0"));
    check(!ouro_ndarray_range(rt, INT64_MIN, INT64_MAX, 1) && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(!ouro_ndarray_over(rt, half) && says(rt, OURO_ERR_TYPE, "'array' expected, not 'float'"));
}

CASE(ndarray, from_lists) {
    ouro_obj *a = own(list_with(rt, "123")), *b = own(tuple_with(rt, "456")), *rows, *o, *c = own(list_with(rt, "78"));
    ouro_obj *both = own(ouro_list_new(rt, NULL, 0)), *uneven = own(ouro_list_new(rt, NULL, 0)),
             *deep = own(ouro_list_new(rt, NULL, 0));
    ouro_obj *word = own(list_with(rt, "1x")), *empty = own(ouro_list_new(rt, NULL, 0));
    need(a && b && c && both && uneven && deep && word && empty);
    must(ouro_list_append(rt, both, a));
    must(ouro_list_append(rt, both, b));
    o = own(ouro_ndarray_from(rt, OURO_INT8, both));
    check(shown(rt, o, "ndarray([[1, 2, 3], [4, 5, 6]], int8)"));
    check(shown(rt, own(ouro_ndarray_from(rt, OURO_FLOAT64, a)), "ndarray([1.0, 2.0, 3.0], float64)"));
    check(shown(rt, own(ouro_ndarray_from(rt, OURO_INT8, small(rt, 5))), "ndarray(5, int8)"));
    check(shown(rt, own(ouro_ndarray_from(rt, OURO_INT8, empty)), "ndarray([], int8)"));
    check(!ouro_ndarray_from(rt, OURO_INT8, word) && says(rt, OURO_ERR_TYPE, "'int' expected, not 'str'"));
    must(ouro_list_append(rt, uneven, a));
    must(ouro_list_append(rt, uneven, c));
    check(!ouro_ndarray_from(rt, OURO_INT8, uneven) && says(rt, OURO_ERR_VALUE, "not all of shape (2, 3)"));
    must(ouro_list_set(rt, uneven, 1, small(rt, 4)));
    check(!ouro_ndarray_from(rt, OURO_INT8, uneven) && says(rt, OURO_ERR_VALUE, "not all of shape (2, 3)"));
    must(ouro_list_set(rt, uneven, 0, small(rt, 4)));
    must(ouro_list_set(rt, uneven, 1, a));
    check(!ouro_ndarray_from(rt, OURO_INT8, uneven) && says(rt, OURO_ERR_VALUE, "not all of shape (2,)"));
    must(ouro_list_set(rt, uneven, 0, empty));
    check(!ouro_ndarray_from(rt, OURO_INT8, uneven) && says(rt, OURO_ERR_VALUE, "not all of shape (2, 0)"));
    must(ouro_list_append(rt, deep, deep));
    check(!ouro_ndarray_from(rt, OURO_INT8, deep) && says(rt, OURO_ERR_VALUE, "more than 8 deep"));
    must(ouro_list_clear(rt, deep));
    rows = own(ouro_list_new(rt, (ouro_obj *[]){both, both, both}, 3));
    need(rows);
    o = own(ouro_ndarray_from(rt, OURO_UINT16, rows));
    need(o);
    always(ouro_ndarray_dims(o) == 3 && ouro_ndarray_shape(o)[0] == 3 && ouro_ndarray_shape(o)[1] == 2 &&
           ouro_ndarray_size(o) == 18);
    for (size_t i = 0; i < 18; i++)
        always(((uint16_t *)ouro_ndarray_data_peek(o))[i] == i % 6 + 1);
}

// ---- memory ----

CASE(ndarray, shares_a_typed_array) {
    ouro_obj *array = own(ouro_array_new(rt, OURO_INT32, (const int32_t[]){1, 2, 3, 4}, 4)), *a, *view;
    need(array);
    a = ouro_ndarray_over(rt, array);
    need(a);
    view = ouro_ndarray_pick(rt, a, 0, 2);
    check(ouro_array_append(rt, array, small(rt, 1)) < 0 && says(rt, OURO_ERR_STATE, "exported"));
    if (view)
        always(ouro_ndarray_array_peek(view) == array && ouro_refcount(array) == 3);
    ouro_decref(a);
    if (view) {
        *(int32_t *)ouro_ndarray_data_peek(view) = 33;
        check(ouro_array_append(rt, array, small(rt, 1)) < 0 && says(rt, OURO_ERR_STATE, "exported"));
        ouro_decref(view);
    }
    must(ouro_array_append(rt, array, small(rt, 1))); // nobody looks any more
    check(!view || ((int32_t *)ouro_array_data_peek(array))[2] == 33);
    always(ouro_refcount(array) == 1 && ouro_array_size(array) == 5);
}

// A view keeps the memory alive, and its size fixed, when all else is gone.
CASE(ndarray, a_view_is_enough) {
    ouro_obj *a = grid(rt, OURO_INT64, 3, 4);
    need(a);
    ouro_obj *line = own(ouro_ndarray_pick(rt, a, 0, -1));
    ouro_decref(a);
    need(line);
    check(shown(rt, line, "ndarray([8, 9, 10, 11], int64)"));
    check(ouro_array_resize(rt, ouro_ndarray_array_peek(line), 0) < 0 && says(rt, OURO_ERR_STATE, "exported"));
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(shown(rt, line, "ndarray([8, 9, 10, 11], int64)"));
}

// ---- views ----

CASE(ndarray, keys) {
    ouro_obj *a = own(grid(rt, OURO_INT64, 3, 4)), *back = own(slice(rt, 99, 99, -1)), *odd = own(slice(rt, 1, 99, 2));
    ouro_obj *none = own(slice(rt, 3, 1, 1)), *empty = own(ouro_tuple_new(rt, NULL, 0)), *k;
    need(a && back && odd && none && empty);
    check(shown(rt, a, "ndarray([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]], int64)"));
    check(shown(rt, own(ouro_get_item(rt, a, small(rt, -1))), "ndarray([8, 9, 10, 11], int64)"));
    check(shown(rt, own(ouro_get_item(rt, a, back)), "ndarray([[8, 9, 10, 11], [4, 5, 6, 7], [0, 1, 2, 3]], int64)"));
    k = own(key(rt, back, odd));
    need(k);
    check(shown(rt, own(ouro_get_item(rt, a, k)), "ndarray([[9, 11], [5, 7], [1, 3]], int64)"));
    k = own(key(rt, small(rt, 1), back));
    need(k);
    check(shown(rt, own(ouro_get_item(rt, a, k)), "ndarray([7, 6, 5, 4], int64)"));
    k = own(key(rt, back, small(rt, 2)));
    need(k);
    check(shown(rt, own(ouro_get_item(rt, a, k)), "ndarray([10, 6, 2], int64)"));
    k = own(key(rt, none, odd));
    need(k);
    check(shown(rt, own(ouro_get_item(rt, a, k)), "ndarray([], int64)"));
    check(shown(rt, own(ouro_get_item(rt, a, empty)), "ndarray([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]], int64)"));
    k = own(key(rt, small(rt, 1), small(rt, -1)));
    need(k);
    check(is_int(ouro_get_item(rt, a, k), 7) && ouro_set_item(rt, a, k, small(rt, 70)) == 0 &&
          is_int(ouro_get_item(rt, a, k), 70));
    k = own(key(rt, small(rt, 3), small(rt, 0)));
    need(k);
    check(!ouro_get_item(rt, a, k) && says(rt, OURO_ERR_INDEX, "ndarray: index 3 out of range, axis 0 has length 3"));
    check(ouro_set_item(rt, a, k, small(rt, 0)) < 0 && says(rt, OURO_ERR_INDEX, "ndarray"));
    k = own(ouro_tuple_new(rt, (ouro_obj *[]){small(rt, 0), small(rt, 0), small(rt, 0)}, 3));
    need(k);
    check(!ouro_get_item(rt, a, k) && says(rt, OURO_ERR_INDEX, "3 indexes are too many for shape (3, 4)"));
    check(!ouro_get_item(rt, a, a) && says(rt, OURO_ERR_TYPE, "'int' expected, not 'ndarray'"));
    check(ouro_del_item(rt, a, small(rt, 0)) < 0 && says(rt, OURO_ERR_TYPE, "cannot be deleted"));
}

CASE(ndarray, set) {
    ouro_obj *a = own(grid(rt, OURO_INT16, 3, 4)), *front = own(slice(rt, 0, 3, 1)), *behind = own(slice(rt, 1, 4, 1)),
             *all = own(slice(rt, 99, 99, 1));
    ouro_obj *list = own(list_with(rt, "123")), *half = own(ouro_float_new(rt, 0.5)),
             *huge = own(ouro_int_new(rt, 40000)), *line, *k, *part;
    ouro_obj *array = own(ouro_array_new(rt, OURO_FLOAT64, (const double[]){5.9, 6, 7, 8}, 4)),
             *wide = own(grid(rt, OURO_INT64, 0, 4));
    need(a && front && behind && all && list && half && huge && array && wide);
    line = own(ouro_ndarray_pick(rt, a, 0, 1));
    need(line);
    part = own(ouro_get_item(rt, line, front));
    need(part);
    must(ouro_set_item(rt, line, behind, part)); // overlapping
    check(shown(rt, a, "ndarray([[0, 1, 2, 3], [4, 4, 5, 6], [8, 9, 10, 11]], int16)"));
    must(ouro_set_item(rt, a, small(rt, 0), array));
    check(shown(rt, a, "ndarray([[5, 6, 7, 8], [4, 4, 5, 6], [8, 9, 10, 11]], int16)"));
    k = own(key(rt, all, small(rt, 0)));
    need(k);
    must(ouro_set_item(rt, a, k, small(rt, 1)));
    check(shown(rt, a, "ndarray([[1, 6, 7, 8], [1, 4, 5, 6], [1, 9, 10, 11]], int16)"));
    check(ouro_ndarray_assign(rt, a, half) < 0 && says(rt, OURO_ERR_TYPE, "'int' expected, not 'float'"));
    check(ouro_ndarray_assign(rt, a, huge) < 0 && says(rt, OURO_ERR_OVERFLOW, "'int16'"));
    check(ouro_ndarray_assign(rt, a, list) < 0 && says(rt, OURO_ERR_TYPE, "'int' expected, not 'list'"));
    check(ouro_ndarray_assign(rt, list, a) < 0 && says(rt, OURO_ERR_TYPE, "'ndarray' expected, not 'list'"));
    check(ouro_ndarray_assign(rt, part, a) < 0 &&
          says(rt, OURO_ERR_VALUE, "a value of shape (3, 4) does not fit into shape (3,)"));
    ((int64_t *)ouro_ndarray_data_peek(wide))[3] = 1 << 20; // the last does not fit: none is put in
    check(ouro_ndarray_assign(rt, a, wide) < 0 && says(rt, OURO_ERR_OVERFLOW, "'int16'"));
    check(shown(rt, a, "ndarray([[1, 6, 7, 8], [1, 4, 5, 6], [1, 9, 10, 11]], int16)"));
    ((int64_t *)ouro_ndarray_data_peek(wide))[3] = -1;
    must(ouro_ndarray_assign(rt, a, wide));
    check(shown(rt, a, "ndarray([[0, 1, 2, -1], [0, 1, 2, -1], [0, 1, 2, -1]], int16)"));
}

CASE(ndarray, shapes) {
    ouro_obj *a = own(grid(rt, OURO_INT64, 3, 4)), *t, *r, *cut;
    size_t two[] = {2, 6}, rest[] = {2, OURO_DIM_REST, 3}, bad[] = {5, OURO_DIM_REST},
           twice[] = {OURO_DIM_REST, OURO_DIM_REST}, flat[] = {12}, more[] = {13};
    need(a);
    t = own(ouro_ndarray_transpose(rt, a, NULL));
    need(t);
    check(shown(rt, t, "ndarray([[0, 4, 8], [1, 5, 9], [2, 6, 10], [3, 7, 11]], int64)"));
    always(ouro_ndarray_array_peek(t) == ouro_ndarray_array_peek(a));
    check(shown(rt, own(ouro_ndarray_reshape(rt, a, 2, two)),
                "ndarray([[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]], int64)"));
    r = own(ouro_ndarray_reshape(rt, a, 3, rest));
    check(shown(rt, r, "ndarray([[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]], int64)"));
    check(!ouro_ndarray_reshape(rt, a, 2, bad) &&
          says(rt, OURO_ERR_VALUE, "ndarray: shape (3, 4) cannot become (5, rest)"));
    check(!ouro_ndarray_reshape(rt, a, 2, twice) &&
          says(rt, OURO_ERR_VALUE, "shape (3, 4) cannot become (rest, rest)"));
    check(!ouro_ndarray_reshape(rt, a, 1, more) && says(rt, OURO_ERR_VALUE, "shape (3, 4) cannot become (13,)"));
    check(!ouro_ndarray_reshape(rt, a, 9, more) && says(rt, OURO_ERR_VALUE, "9 dimensions are too many"));
    check(!ouro_ndarray_reshape(rt, t, 1, flat) &&
          says(rt, OURO_ERR_VALUE, "shape (4, 3) cannot become (12,) without a copy"));
    r = own(ouro_copy(rt, t));
    need(r);
    check(
        shown(rt, own(ouro_ndarray_reshape(rt, r, 1, flat)), "ndarray([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], int64)"));
    check(!ouro_ndarray_transpose(rt, a, (const ptrdiff_t[]){0, -2}) &&
          says(rt, OURO_ERR_VALUE, "axis 0 is named twice"));
    check(!ouro_ndarray_transpose(rt, a, (const ptrdiff_t[]){0, 2}) &&
          says(rt, OURO_ERR_INDEX, "no axis 2 in shape (3, 4)"));
    ouro_bounds b = {1, 4, 2, 2};
    cut = own(ouro_ndarray_cut(rt, a, -1, &b));
    check(shown(rt, cut, "ndarray([[1, 3], [5, 7], [9, 11]], int64)"));
    check(!ouro_ndarray_cut(rt, a, 2, &b) && says(rt, OURO_ERR_INDEX, "no axis 2"));
    check(!ouro_ndarray_pick(rt, a, -3, 0) && says(rt, OURO_ERR_INDEX, "no axis -3 in shape (3, 4)"));
    check(!ouro_ndarray_pick(rt, a, 1, 4) && says(rt, OURO_ERR_INDEX, "index 4 out of range, axis 1 has length 4"));
    ouro_obj *none = ouro_none(rt);
    check(!ouro_ndarray_pick(rt, none, 0, 0) && says(rt, OURO_ERR_TYPE, "ouro_ndarray_pick: 'ndarray' expected"));
    check(!ouro_ndarray_cut(rt, none, 0, &b) && says(rt, OURO_ERR_TYPE, "ouro_ndarray_cut"));
    check(!ouro_ndarray_transpose(rt, none, NULL) && says(rt, OURO_ERR_TYPE, "ouro_ndarray_transpose"));
    check(!ouro_ndarray_reshape(rt, none, 1, flat) && says(rt, OURO_ERR_TYPE, "ouro_ndarray_reshape"));
    check(!ouro_ndarray_convert(rt, none, OURO_INT8) && says(rt, OURO_ERR_TYPE, "ouro_ndarray_convert"));
    check(!ouro_ndarray_dot(rt, a, none) && says(rt, OURO_ERR_TYPE, "ouro_ndarray_dot"));
    check(!ouro_ndarray_compare(rt, OURO_LT, a, none) && says(rt, OURO_ERR_TYPE, "'ndarray' expected, not 'NoneType'"));
    check(!ouro_ndarray_sum(rt, none, 0) && says(rt, OURO_ERR_TYPE, "ouro_ndarray_sum"));
    check(!ouro_ndarray_std(rt, none, 0) && says(rt, OURO_ERR_TYPE, "ouro_ndarray_std"));
}

// What does not fit is named, as it was before anything was repeated or taken away.
CASE(ndarray, messages) {
    size_t cube[] = {2, 1, 3}, wide[] = {1, 4}, none[] = {0};
    ouro_obj *a = own(ouro_ndarray_zeros(rt, OURO_INT8, 3, cube)), *b = own(ouro_ndarray_zeros(rt, OURO_INT8, 2, wide)),
             *c = own(ouro_ndarray_zeros(rt, OURO_INT8, 1, none)),
             *point = own(ouro_ndarray_zeros(rt, OURO_INT8, 0, NULL)), *all = own(slice(rt, 99, 99, 1));
    need(a && b && c && point && all);
    ouro_obj *first = own(key(rt, small(rt, 1), small(rt, 1))), *second = own(key(rt, all, small(rt, -2)));
    need(first && second);
    check(!ouro_get_item(rt, a, first) && says(rt, OURO_ERR_INDEX, "index 1 out of range, axis 1 has length 1"));
    check(!ouro_get_item(rt, a, second) && says(rt, OURO_ERR_INDEX, "index -2 out of range, axis 1 has length 1"));
    check(!ouro_get_item(rt, c, small(rt, 0)) && says(rt, OURO_ERR_INDEX, "axis 0 has length 0"));
    check(!ouro_get_item(rt, c, first) && says(rt, OURO_ERR_INDEX, "2 indexes are too many for shape (0,)"));
    check(!ouro_get_item(rt, point, all) && says(rt, OURO_ERR_INDEX, "1 indexes are too many for shape ()"));
    check(!ouro_ndarray_pick(rt, a, -1, PTRDIFF_MIN) && says(rt, OURO_ERR_INDEX, "out of range, axis 2 has length 3"));
    check(!ouro_ndarray_sum(rt, point, 0) && says(rt, OURO_ERR_INDEX, "no axis 0 in shape ()"));
    check(!ouro_binary(rt, OURO_ADD, a, b) && says(rt, OURO_ERR_VALUE, "shapes (2, 1, 3) and (1, 4) do not fit"));
    check(!ouro_binary(rt, OURO_ADD, b, a) && says(rt, OURO_ERR_VALUE, "shapes (1, 4) and (2, 1, 3) do not fit"));
    check(ouro_set_item(rt, a, small(rt, 0), b) < 0 &&
          says(rt, OURO_ERR_VALUE, "shape (1, 4) does not fit into shape (1, 3)"));
    check(ouro_ndarray_assign(rt, c, b) < 0 && says(rt, OURO_ERR_VALUE, "shape (1, 4) does not fit into shape (0,)"));
}

// Positions of an empty array, too, are so many bytes apart that they can be counted.
CASE(ndarray, empty_ones_have_an_honest_size) {
    size_t none[] = {0}, far[] = {0, PTRDIFF_MAX / 8}, too_far[] = {0, PTRDIFF_MAX / 4}, back[] = {OURO_DIM_REST, 5};
    ouro_obj *a = own(ouro_ndarray_zeros(rt, OURO_INT64, 1, none));
    need(a);
    ouro_obj *wide = own(ouro_ndarray_reshape(rt, a, 2, far));
    ouro_obj *last = own(wide ? ouro_ndarray_pick(rt, wide, 1, -1) : NULL);
    check(shown(rt, last, "ndarray([], int64)") &&
          shown(rt, own(ouro_ndarray_reshape(rt, a, 2, back)), "ndarray([], int64)"));
    check(!ouro_ndarray_reshape(rt, a, 2, too_far) &&
          says(rt, OURO_ERR_VALUE, "cannot become (0, 2305843009213693951)"));
}

// A message has room for two shapes of whatever lengths: what is too long for it ends with dots.
CASE(ndarray, messages_have_room_for_any_shape) {
    const size_t most = SIZE_MAX - 1, deep[] = {0, 1, 2, 3, 4, 5, 6, 7},
                 huge[] = {most, most, most, most, most, most, most, most};
    ouro_obj *a = own(ouro_ndarray_zeros(rt, OURO_INT8, 8, deep)), *b = own(grid(rt, OURO_INT8, 0, 9));
    need(a && b);
    check(!ouro_binary(rt, OURO_MUL, a, b) && says(rt, OURO_ERR_VALUE, "(0, 1, 2, 3, 4, 5, 6, 7) and (9,) do not fit"));
    check(!ouro_ndarray_reshape(rt, b, 8, huge) &&
          says(rt, OURO_ERR_VALUE,
               "shape (9,) cannot become (18446744073709551614, 18446744073709551614, 18446744073709551614, "
               "18446744073709551614, ...)"));
}

CASE(ndarray, large_ones_are_shown_in_part) {
    ouro_obj *a = own(grid(rt, OURO_INT64, 11, 100)), *b = own(grid(rt, OURO_INT64, 0, 1000)), *s;
    need(a && b);
    s = own(ouro_repr(rt, a));
    need(s);
    check(text_is(s,
                  "ndarray([[0, 1, 2, ..., 97, 98, 99], [100, 101, 102, ..., 197, 198, 199], [200, 201, 202, ..., 297, "
                  "298, 299], ..., [800, 801, 802, ..., 897, 898, 899], [900, 901, 902, ..., 997, 998, 999], [1000, "
                  "1001, 1002, ..., 1097, 1098, 1099]], int64)"));
    s = own(ouro_repr(rt, b));
    need(s);
    always(!strstr(ouro_str_data(s), "...") && strstr(ouro_str_data(s), "498, 499, 500"));
}

CASE(ndarray, as_a_container) {
    ouro_obj *a = own(grid(rt, OURO_INT16, 2, 3)), *b = own(grid(rt, OURO_FLOAT32, 2, 3)),
             *flat = own(grid(rt, OURO_INT16, 0, 6)), *it, *item = NULL;
    ouro_obj *nan = own(DOUBLES(rt, 0.0 / 1, strtod("nan", NULL))), *five = own(ouro_float_new(rt, 5)), *copy;
    ouro_obj *big = own(ouro_int_parse(rt, "18446744073709551617", 20, 10)), *power,
             *shift = own(ouro_int_new(rt, 5000));
    need(a && b && flat && nan && five && big && shift);
    power = own(ouro_binary(rt, OURO_LSHIFT, small(rt, 1), shift));
    need(power);
    check(ouro_equal(rt, a, b) == 1 && ouro_equal(rt, a, flat) == 0 && ouro_compare(rt, OURO_NE, a, flat) == 1);
    check(ouro_equal(rt, a, five) == 0 && ouro_compare(rt, OURO_LT, a, b) < 0 && says(rt, OURO_ERR_TYPE, "'<'"));
    copy = own(ouro_copy(rt, nan));
    need(copy);
    check(ouro_equal(rt, nan, copy) == 0);
    check(ouro_contains(rt, a, five) == 1 && ouro_contains(rt, a, small(rt, 6)) == 0 && ouro_contains(rt, a, a) == 0);
    check(ouro_contains(rt, a, big) == 0 && ouro_contains(rt, a, power) == 0 &&
          ouro_contains(rt, a, ouro_bool(rt, 1)) == 1);
    it = own(ouro_iter(rt, a));
    need(it);
    check(ouro_next(rt, it, &item) == 1 && shown(rt, item, "ndarray([0, 1, 2], int16)"));
    ouro_xdecref(item);
    copy = own(ouro_deep_copy(rt, a));
    need(copy);
    *(int16_t *)ouro_ndarray_data_peek(copy) = 9;
    check(shown(rt, a, "ndarray([[0, 1, 2], [3, 4, 5]], int16)") &&
          shown(rt, copy, "ndarray([[9, 1, 2], [3, 4, 5]], int16)"));
}
