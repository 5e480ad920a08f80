// SPDX-License-Identifier: MIT
// list.c: lists: making, reading, growing, what the protocols say of them.
#include "rows.h"

// ---- making and reading ----

CASE(list, an_empty_list_is_a_list) {
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    always(ouro_is_list(l) && ouro_is(l, ouro_list_type) && ouro_list_size(l) == 0);
    always(!ouro_is_tuple(l) && ouro_truth(rt, l) == 0);
}

CASE(list, made_of_items_it_keeps_them) {
    leaf *a = own(leaf_new(rt, 1));
    need(a);
    ouro_obj *items[3] = {&a->head, &a->head, &a->head};
    ouro_obj *l = ouro_list_new(rt, items, 3);
    always(ouro_refcount(&a->head) == (l ? 4 : 1));
    need(l);
    always(ouro_list_size(l) == 3 && ouro_list_peek(l, 2) == &a->head);
    ouro_decref(l);
    always(ouro_refcount(&a->head) == 1);
}

CASE(list, one_of_three_items_is_small) {
    size_t before = kit_usage(rt).used;
    ouro_obj *l = list_with(rt, "123");
    need(l);
    always(OURO_DEBUG || kit_usage(rt).used - before == 24 + 24);
    ouro_decref(l);
    always(kit_usage(rt).used == before);
    l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    for (int i = 1; i <= 3; i++)
        must(ouro_list_append(rt, l, ouro_none(rt)));
    always(OURO_DEBUG || kit_usage(rt).used - before == 24 + 32);
}

CASE(list, too_many_items_are_refused) {
    ouro_obj *none = ouro_none(rt);
    check(!ouro_list_new(rt, &none, (size_t)OURO_LIST_MAX + 1) && says(rt, OURO_ERR_OVERFLOW, "4294967296 items"));
    ouro_obj *l = own(list_with(rt, "12"));
    need(l);
    check(ouro_list_reserve(rt, l, SIZE_MAX) == -1 && says(rt, OURO_ERR_OVERFLOW, "items"));
    ouro_obj *many = own(ouro_int_new(rt, INT64_MAX / 2)), *some = own(ouro_int_new(rt, OURO_LIST_MAX));
    need(many && some);
    check(!ouro_binary(rt, OURO_MUL, l, many) && says(rt, OURO_ERR_OVERFLOW, "items"));
    check(!ouro_binary(rt, OURO_MUL, some, l) && says(rt, OURO_ERR_OVERFLOW, "items"));
    always(row_is(rt, l, "12"));
    ouro_error_clear(rt);
}

CASE(list, from_anything_that_can_be_iterated) {
    ouro_obj *t = own(tuple_with(rt, "abc")), *s = own(ouro_str_from(rt, "xyz"));
    need(t && s);
    ouro_obj *l = own(ouro_list_from(rt, t));
    need(l);
    always(row_is(rt, l, "abc"));
    ouro_obj *m = own(ouro_list_from(rt, l)), *x = own(ouro_list_from(rt, s));
    need(m && x);
    always(m != l && row_is(rt, m, "abc") && row_is(rt, x, "xyz"));
    check(!ouro_list_from(rt, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "not iterable"));
    ouro_error_clear(rt);
}

CASE(list, items_are_read_and_set_by_positions_from_both_ends) {
    ouro_obj *l = own(list_with(rt, "abcd"));
    need(l);
    for (ptrdiff_t i = -4; i < 4; i++) {
        ouro_obj *item = ouro_list_get(rt, l, i);
        always(item == ouro_list_peek(l, (size_t)(i < 0 ? i + 4 : i)));
        ouro_decref(item);
    }
    must(went(rt, ouro_list_set(rt, l, -1, ouro_list_peek(l, 0)), l, "abcd", "abca"));
    must(went(rt, ouro_list_set(rt, l, 1, ouro_list_peek(l, 2)), l, "abca", "acca"));
    static const ptrdiff_t outside[] = {4, -5, PTRDIFF_MAX, PTRDIFF_MIN};
    for (size_t i = 0; i < 4; i++) {
        always(!ouro_list_get(rt, l, outside[i]) && says(rt, OURO_ERR_INDEX, "the length is 4"));
        always(ouro_list_set(rt, l, outside[i], l) == -1 && says(rt, OURO_ERR_INDEX, "out of range"));
        always(!ouro_list_pop(rt, l, outside[i]) && says(rt, OURO_ERR_INDEX, "out of range"));
        always(ouro_list_del(rt, l, outside[i]) == -1 && says(rt, OURO_ERR_INDEX, "out of range"));
    }
    always(row_is(rt, l, "acca"));
}

CASE(list, nothing_else_is_taken_for_one) {
    ouro_obj *o = ouro_none(rt);
    size_t at;
    ouro_bounds b = {0, 0, 1, 0};
    always(!ouro_list_get(rt, o, 0) && says(rt, OURO_ERR_TYPE, "ouro_list_get: 'list' expected, not '"));
    always(ouro_list_set(rt, o, 0, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_set: "));
    always(ouro_list_append(rt, o, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_append: "));
    always(ouro_list_append_steal(rt, o, ouro_incref(o)) == -1 && says(rt, OURO_ERR_TYPE, "_steal: "));
    always(ouro_list_extend(rt, o, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_extend: "));
    always(ouro_list_insert(rt, o, 0, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_insert: "));
    always(!ouro_list_pop(rt, o, 0) && says(rt, OURO_ERR_TYPE, "ouro_list_pop: "));
    always(ouro_list_del(rt, o, 0) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_del: "));
    always(ouro_list_find(rt, o, o, &at) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_find: "));
    always(ouro_list_remove(rt, o, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_remove: "));
    always(!ouro_list_slice(rt, o, &b) && says(rt, OURO_ERR_TYPE, "ouro_list_slice: "));
    always(ouro_list_splice(rt, o, 0, 0, NULL) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_splice: "));
    always(ouro_list_reserve(rt, o, 0) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_reserve: "));
    always(ouro_list_clear(rt, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_clear: "));
    always(ouro_list_reverse(rt, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_reverse: "));
    always(ouro_list_sort(rt, o, NULL, NULL) == -1 && says(rt, OURO_ERR_TYPE, "ouro_list_sort: "));
}

// ---- growing ----

CASE(list, grows_by_one_at_a_time_and_keeps_all) {
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    size_t n = kit_size(3000, 60);
    for (size_t i = 0; i < n; i++) {
        ouro_obj *x = ouro_int_new(rt, (int64_t)i);
        need(x);
        int result = i % 2 ? ouro_list_append_steal(rt, l, x) : ouro_list_append(rt, l, x);
        if (i % 2 == 0)
            ouro_decref(x);
        always(ouro_list_size(l) == i + (result == 0));
        must(result);
    }
    for (size_t i = 0; i < n; i++)
        always(ouro_int_word(ouro_list_peek(l, i)) == (int64_t)i);
    must(ouro_verify(rt));
}

CASE(list, growing_moves_each_item_a_few_times_only) {
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    size_t moves = 0, n = kit_size(100000, 300);
    ouro_obj **place = NULL;
    for (size_t i = 0; i < n; i++) {
        must(ouro_list_append(rt, l, l));
        ouro_obj **now = ((ouroi_list *)l)->items;
        moves += now != place ? i : 0;
        place = now;
    }
    check(moves < 6 * n);
    must(ouro_list_clear(rt, l));
}

CASE(list, large_ones_grow_side_by_side) {
    ouro_obj *a = own(ouro_list_new(rt, NULL, 0)), *b = own(ouro_list_new(rt, NULL, 0));
    need(a && b);
    size_t n = kit_size(1500000, 300);
    for (size_t i = 0; i < n; i++) {
        must(ouro_list_append(rt, a, i % 3 ? ouro_none(rt) : ouro_bool(rt, 1)));
        must(ouro_list_append(rt, b, i % 5 ? ouro_none(rt) : ouro_bool(rt, 0)));
    }
    must(ouro_verify(rt));
    for (size_t i = 0; i < n; i++) {
        always(ouro_list_peek(a, i) == (i % 3 ? ouro_none(rt) : ouro_bool(rt, 1)));
        always(ouro_list_peek(b, i) == (i % 5 ? ouro_none(rt) : ouro_bool(rt, 0)));
    }
}

CASE(list, gives_memory_back_when_it_shrinks) {
    size_t before = kit_usage(rt).buffer_bytes, n = 5000;
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    must(ouro_list_reserve(rt, l, n));
    size_t full = kit_usage(rt).buffer_bytes - before;
    always(full >= n * sizeof(void *));
    for (size_t i = 0; i < n; i++)
        must(ouro_list_append(rt, l, ouro_none(rt)));
    always(kit_usage(rt).buffer_bytes - before == full);
    for (size_t i = 0; i < n - 10; i++)
        must(ouro_list_del(rt, l, -1));
    always(ouro_list_size(l) == 10);
    check(kit_usage(rt).buffer_bytes - before < full / 50);
}

CASE(list, room_for_items_is_made_at_once) {
    ouro_obj *l = own(list_with(rt, "12"));
    need(l);
    must(went(rt, ouro_list_reserve(rt, l, 100), l, "12", "12"));
    ouro_obj **place = ((ouroi_list *)l)->items;
    for (int i = 0; i < 98; i++)
        always(ouro_list_append(rt, l, ouro_none(rt)) == 0);
    always(((ouroi_list *)l)->items == place);
}

// ---- what the protocols say ----

CASE(list, is_written_with_brackets) {
    ouro_obj *l = own(list_with(rt, "1a"));
    need(l);
    must(ouro_list_append(rt, l, l));
    ouro_obj *s = own(ouro_repr(rt, l));
    need(s);
    check(text_is(s, "[1, 'a', [...]]"));
    must(ouro_list_clear(rt, l));
    s = own(ouro_repr(rt, l));
    need(s);
    check(text_is(s, "[]"));
}

CASE(list, lists_compare_item_by_item) {
    static const char *const texts[] = {"", "1", "12", "13", "2", "21", "3"};
    ouro_obj *l[7];
    for (size_t i = 0; i < 7; i++)
        need(l[i] = own(list_with(rt, texts[i])));
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++) {
            check(ouro_compare(rt, OURO_EQ, l[i], l[j]) == (i == j));
            check(ouro_compare(rt, OURO_NE, l[i], l[j]) == (i != j));
            check(ouro_compare(rt, OURO_LT, l[i], l[j]) == (i < j));
            check(ouro_compare(rt, OURO_LE, l[i], l[j]) == (i <= j));
            check(ouro_compare(rt, OURO_GT, l[i], l[j]) == (i > j));
            check(ouro_compare(rt, OURO_GE, l[i], l[j]) == (i >= j));
        }
    ouro_obj *t = own(tuple_with(rt, "12"));
    need(t);
    check(ouro_compare(rt, OURO_EQ, l[2], t) == 0 && ouro_compare(rt, OURO_EQ, t, l[2]) == 0);
    check(ouro_compare(rt, OURO_LT, l[2], t) == -1 && says(rt, OURO_ERR_TYPE, "'<' not supported"));
    ouro_error_clear(rt);
}

// Where items have to be asked whether they are equal, those behind them count as well.
CASE(list, items_behind_equal_ones_decide) {
    ouro_obj *a = own(ouro_list_new(rt, NULL, 0)), *b = own(ouro_list_new(rt, NULL, 0));
    need(a && b);
    for (int i = 0; i < 4; i++) {
        ouro_obj *x = own(ouro_float_new(rt, i == 1 ? 2.5 : 1.0));
        need(x);
        must(ouro_list_append(rt, a, ouro_int_new(rt, 1)));
        must(ouro_list_append(rt, b, x));
        int before = ouro_compare(rt, OURO_LT, a, b), same = ouro_equal(rt, a, b);
        must(before);
        must(same);
        check(before == (i >= 1) && same == (i < 1));
    }
}

CASE(list, has_no_hash) {
    ouro_obj *l = own(list_with(rt, "12"));
    uint64_t hash;
    need(l);
    check(ouro_hash(rt, l, &hash) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    ouro_error_clear(rt);
}

CASE(list, is_added_and_repeated) {
    ouro_obj *a = own(list_with(rt, "12")), *b = own(list_with(rt, "ab"));
    need(a && b);
    ouro_obj *sum = own(ouro_binary(rt, OURO_ADD, a, b));
    need(sum);
    always(row_is(rt, sum, "12ab"));
    static const char *const times[] = {"", "12", "1212", "121212"};
    for (int i = -1; i < 4; i++) {
        ouro_obj *n = ouro_int_new(rt, i);
        ouro_obj *x = own(ouro_binary(rt, OURO_MUL, a, n)), *y = own(ouro_binary(rt, OURO_MUL, n, a));
        need(x && y);
        always(x != a && row_is(rt, x, times[i < 0 ? 0 : i]) && row_is(rt, y, times[i < 0 ? 0 : i]));
    }
    ouro_obj *once = own(ouro_binary(rt, OURO_MUL, a, ouro_bool(rt, 1))), *t = own(tuple_with(rt, "1"));
    ouro_obj *empty = own(ouro_list_new(rt, NULL, 0)), *large = own(ouro_int_new(rt, INT64_MAX));
    need(once && t && empty && large);
    always(row_is(rt, once, "12"));
    ouro_obj *nothing = own(ouro_binary(rt, OURO_MUL, empty, large));
    need(nothing);
    always(row_is(rt, nothing, ""));
    check(!ouro_binary(rt, OURO_ADD, a, t) && says(rt, OURO_ERR_TYPE, "unsupported operand types for +"));
    check(!ouro_binary(rt, OURO_MUL, a, b) && says(rt, OURO_ERR_TYPE, "unsupported operand types for *"));
    check(!ouro_binary(rt, OURO_SUB, a, b) && says(rt, OURO_ERR_TYPE, "unsupported operand types for -"));
    check(!ouro_binary(rt, OURO_MUL, a, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "unsupported operand types for *"));
    ouro_obj *big = own(ouro_int_parse(rt, "100000000000000000000", 21, 10));
    need(big);
    check(!ouro_binary(rt, OURO_MUL, a, big) && says(rt, OURO_ERR_OVERFLOW, ""));
    ouro_error_clear(rt);
}

CASE(list, copies_share_the_items_and_deep_ones_do_not) {
    ouro_obj *l = own(list_with(rt, "1a")), *inner = own(list_with(rt, "9"));
    need(l && inner);
    must(ouro_list_append(rt, l, inner));
    must(ouro_list_append(rt, l, inner));
    must(ouro_list_append(rt, l, l));
    ouro_obj *copy = own(ouro_copy(rt, l)), *deep = own(ouro_deep_copy(rt, l));
    need(copy && deep);
    always(copy != l && ouro_list_size(copy) == 5 && ouro_list_peek(copy, 2) == inner && ouro_list_peek(copy, 4) == l);
    always(deep != l && ouro_list_size(deep) == 5 && ouro_list_peek(deep, 2) != inner);
    always(ouro_list_peek(deep, 2) == ouro_list_peek(deep, 3) && ouro_list_peek(deep, 4) == deep);
    always(row_is(rt, ouro_list_peek(deep, 2), "9"));
}

CASE(list, a_key_is_an_int_or_a_slice) {
    ouro_obj *l = own(list_with(rt, "ab"));
    need(l);
    ouro_obj *item = ouro_get_item(rt, l, ouro_bool(rt, 1));
    always(item == ouro_list_peek(l, 1));
    ouro_decref(item);
    size_t length = 0;
    always(ouro_length(rt, l, &length) == 0 && length == 2);
    always(!ouro_get_item(rt, l, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "'int' expected, not '"));
    always(ouro_set_item(rt, l, ouro_none(rt), l) == -1 && says(rt, OURO_ERR_TYPE, "'int' expected"));
    ouro_obj *two = ouro_int_new(rt, 2), *first = ouro_int_new(rt, -2);
    always(!ouro_get_item(rt, l, two) && says(rt, OURO_ERR_INDEX, "index 2 out of range, the length is 2"));
    always(ouro_set_item(rt, l, two, two) == -1 && says(rt, OURO_ERR_INDEX, "index 2"));
    must(went(rt, ouro_set_item(rt, l, first, two), l, "ab", "2b"));
    must(went(rt, ouro_del_item(rt, l, first), l, "2b", "b"));
    ouro_obj *big = own(ouro_int_parse(rt, "-100000000000000000000", 22, 10));
    need(big);
    check(!ouro_get_item(rt, l, big) && says(rt, OURO_ERR_INDEX, "too large"));
    ouro_error_clear(rt);
}

// ---- searching ----

CASE(list, finds_the_first_equal_item) {
    ouro_obj *l = own(list_with(rt, "1a2a")), *a = own(ouro_str_from(rt, "a")), *f = own(ouro_float_new(rt, 2.0));
    need(l && a && f);
    size_t at = 99;
    check(ouro_list_find(rt, l, a, &at) == 1 && at == 1);
    check(ouro_list_find(rt, l, f, &at) == 1 && at == 2);
    check(ouro_list_find(rt, l, ouro_none(rt), &at) == 0);
    check(ouro_contains(rt, l, f) == 1 && ouro_contains(rt, l, l) == 0);
    must(went(rt, ouro_list_remove(rt, l, a), l, "1a2a", "12a"));
    check(ouro_list_remove(rt, l, f) == 1 && row_is(rt, l, "1a"));
    check(ouro_list_remove(rt, l, f) == 0 && row_is(rt, l, "1a"));
    ouro_error_clear(rt);
}

CASE(list, a_comparison_that_fails_ends_the_search) {
    must(ask_open(rt));
    ouro_obj *bad = own(thing_new(rt, &thing_type, 5, -1));
    need(bad);
    ouro_obj *l = own(ouro_list_new(rt, &bad, 1));
    size_t at;
    need(l);
    check(ouro_list_find(rt, l, ouro_none(rt), &at) == -1 && says(rt, OURO_ERR_USER, "thing 5"));
    check(ouro_list_remove(rt, l, ouro_none(rt)) == -1 && says(rt, OURO_ERR_USER, "thing 5"));
    check(ouro_contains(rt, l, ouro_none(rt)) == -1 && says(rt, OURO_ERR_USER, "thing 5"));
    ouro_error_clear(rt);
    always(ouro_list_size(l) == 1);
}

// ---- lists that are more than lists, or less ----

typedef struct named {
    ouroi_list list;
    ouro_obj *name;
} named;

CASE(list, a_type_of_the_embedders_own_extends_it) {
    static const ouro_field fields[] = {OURO_FIELD(named, name)};
    static ouro_type type;
    if (!type.name) {
        ouro_type_init(&type, "named", sizeof(named));
        type.base = ouro_list_type;
        type.fields = fields;
        type.n_fields = 1;
    }
    must(ouro_type_register(rt, &type));
    ouro_obj *l = own(ouro_new_tail(rt, &type, 0)), *same = own(list_with(rt, "321"));
    need(l && same);
    always(!ouro_is_list(l) && ouro_is_a(l, ouro_list_type));
    for (int i = 0; i < 3; i++)
        must(ouro_list_append(rt, l, ouro_int_new(rt, i + 1)));
    must(ouro_list_reverse(rt, l));
    check(ouro_equal(rt, l, same) == 1 && ouro_equal(rt, same, l) == 1);
    must(ouro_list_sort(rt, l, NULL, NULL));
    always(row_is(rt, l, "123"));
    ouro_obj *all = own(ouro_list_from(rt, l)), *sum = own(ouro_binary(rt, OURO_ADD, l, same));
    need(all && sum);
    always(row_is(rt, all, "123") && row_is(rt, sum, "123321") && ouro_is(sum, ouro_list_type));
    ouro_obj *text = own(ouro_repr(rt, l));
    need(text);
    always(text_is(text, "[1, 2, 3]"));
}

// As the collector leaves an object that it has emptied.
CASE(list, empty_places_read_as_none) {
    ouro_obj *l = own(list_with(rt, "12a"));
    need(l);
    ouroi_list *inside = (ouroi_list *)l;
    ouro_clearref(l, &inside->items[0]);
    ouro_clearref(l, &inside->items[2]);
    ouro_obj *first = ouro_list_get(rt, l, 0), *text = own(ouro_repr(rt, l));
    always(first == ouro_none(rt));
    need(text);
    ouro_obj *none = own(ouro_repr(rt, ouro_none(rt)));
    need(none);
    check(ouro_contains(rt, l, ouro_none(rt)) == 1);
    check(ouro_compare(rt, OURO_EQ, l, l) == 1);
    ouro_obj *copy = own(ouro_copy(rt, l)), *deep = own(ouro_deep_copy(rt, l));
    need(copy && deep);
    check(ouro_equal(rt, copy, l) == 1 && ouro_equal(rt, l, deep) == 1 && ouro_list_peek(copy, 2) == ouro_none(rt));
    ouro_obj *it = own(ouro_iter(rt, l)), *item;
    need(it);
    check(ouro_next(rt, it, &item) == 1 && item == ouro_none(rt));
    ouro_obj *last = ouro_list_pop(rt, l, -1);
    always(last == ouro_none(rt));
    must(ouro_list_sort(rt, copy, NULL, NULL) < 0 && says(rt, OURO_ERR_TYPE, "") ? 0 : -1);
    must(ouro_list_clear(rt, l));
}

CASE(list, cycles_of_lists_are_collected) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *a = ouro_list_new(rt, NULL, 0);
    need(a);
    ouro_obj *b = ouro_list_new(rt, &a, 1);
    int result = b ? ouro_list_append(rt, a, b) : -1;
    ouro_xdecref(b);
    ouro_decref(a);
    must(result);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}
