// SPDX-License-Identifier: MIT
// tuple.c: tuples: making, reading, hashing, what the protocols say of them.
#include "rows.h"

CASE(tuple, the_empty_one_is_unique_and_immortal) {
    ouro_obj *t = ouro_tuple_new(rt, NULL, 0), *l = own(ouro_list_new(rt, NULL, 0));
    always(ouro_is_tuple(t) && ouro_tuple_size(t) == 0 && ouro_is_immortal(t));
    always(ouro_tuple_new_steal(rt, NULL, 0) == t && ouro_truth(rt, t) == 0);
    need(l);
    ouro_obj *from = own(ouro_tuple_from(rt, l));
    need(from);
    always(from == t);
    ouro_obj *text = own(ouro_repr(rt, t));
    need(text);
    check(text_is(text, "()"));
}

CASE(tuple, made_of_items_it_keeps_or_steals_them) {
    leaf *a = own(leaf_new(rt, 1));
    need(a);
    ouro_obj *items[2] = {&a->head, &a->head};
    ouro_obj *t = ouro_tuple_new(rt, items, 2);
    always(ouro_refcount(&a->head) == (t ? 3 : 1));
    need(t);
    always(ouro_tuple_size(t) == 2 && ouro_tuple_peek(t, 1) == &a->head);
    ouro_decref(t);
    ouro_incref(&a->head);
    ouro_incref(&a->head);
    t = ouro_tuple_new_steal(rt, items, 2);
    always(ouro_refcount(&a->head) == (t ? 3 : 1));
    need(t);
    ouro_decref(t);
    always(ouro_refcount(&a->head) == 1);
}

CASE(tuple, too_many_items_are_refused) {
    ouro_obj *none = ouro_none(rt);
    always(!ouro_tuple_new(rt, &none, SIZE_MAX / 4) && says(rt, OURO_ERR_OVERFLOW, "a tuple cannot have"));
    ouro_obj *t = own(tuple_with(rt, "12")), *many = own(ouro_int_new(rt, INT64_MAX / 4)),
             *more = own(ouro_int_new(rt, INT64_MAX));
    need(t && many && more);
    check(!ouro_binary(rt, OURO_MUL, t, many) && says(rt, OURO_ERR_OVERFLOW, "too many"));
    ouro_obj *big = own(tuple_with(rt, "1234"));
    need(big);
    check(!ouro_binary(rt, OURO_MUL, more, big) && says(rt, OURO_ERR_OVERFLOW, "cannot be repeated"));
    ouro_error_clear(rt);
}

CASE(tuple, from_anything_that_can_be_iterated) {
    ouro_obj *l = own(list_with(rt, "abc")), *s = own(ouro_str_from(rt, "xyz"));
    need(l && s);
    ouro_obj *t = own(ouro_tuple_from(rt, l)), *u = own(ouro_tuple_from(rt, s));
    need(t && u);
    always(row_is(rt, t, "abc") && row_is(rt, u, "xyz") && ouro_refcount(t) == 1);
    ouro_obj *same = ouro_tuple_from(rt, t);
    always(same == t);
    ouro_decref(same);
    check(!ouro_tuple_from(rt, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "not iterable"));
    ouro_error_clear(rt);
}

CASE(tuple, items_are_read_by_positions_from_both_ends) {
    ouro_obj *t = own(tuple_with(rt, "abcd"));
    need(t);
    for (ptrdiff_t i = -4; i < 4; i++) {
        ouro_obj *item = ouro_tuple_get(rt, t, i), *key = ouro_int_new(rt, i), *again = ouro_get_item(rt, t, key);
        always(item == ouro_tuple_peek(t, (size_t)(i < 0 ? i + 4 : i)) && again == item);
        ouro_decref(item);
        ouro_decref(again);
    }
    always(!ouro_tuple_get(rt, t, 4) && says(rt, OURO_ERR_INDEX, "index 4 out of range, the length is 4"));
    always(!ouro_tuple_get(rt, t, -5) && says(rt, OURO_ERR_INDEX, "out of range"));
    always(!ouro_tuple_get(rt, t, PTRDIFF_MIN) && says(rt, OURO_ERR_INDEX, "out of range"));
    always(!ouro_get_item(rt, t, t) && says(rt, OURO_ERR_TYPE, "'int' expected, not 'tuple'"));
    always(ouro_set_item(rt, t, t, t) == -1 && says(rt, OURO_ERR_TYPE, "has no items to set"));
    size_t n;
    always(ouro_length(rt, t, &n) == 0 && n == 4);
}

CASE(tuple, nothing_else_is_taken_for_one) {
    ouro_obj *o = ouro_none(rt), *t = own(tuple_with(rt, "1"));
    need(t);
    always(!ouro_tuple_get(rt, o, 0) && says(rt, OURO_ERR_TYPE, "ouro_tuple_get: 'tuple' expected, not '"));
    always(!ouro_tuple_slice(rt, o, 0, 0) && says(rt, OURO_ERR_TYPE, "ouro_tuple_slice: "));
    always(!ouro_tuple_concat(rt, o, t) && says(rt, OURO_ERR_TYPE, "ouro_tuple_concat: "));
    always(!ouro_tuple_concat(rt, t, o) && says(rt, OURO_ERR_TYPE, "ouro_tuple_concat: "));
    always(!ouro_is_tuple(o) && ouro_is_tuple(t));
}

CASE(tuple, parts_of_it) {
    static const struct {
        ptrdiff_t start, stop;
        const char *part;
    } cases[] = {{1, 3, "bc"}, {0, 4, "abcd"}, {-2, 99, "cd"},
                 {3, 1, ""},   {-99, -3, "a"}, {PTRDIFF_MIN, PTRDIFF_MAX, "abcd"}};
    ouro_obj *t = own(tuple_with(rt, "abcd"));
    need(t);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ouro_obj *part = own(ouro_tuple_slice(rt, t, cases[i].start, cases[i].stop));
        need(part);
        always(row_is(rt, part, cases[i].part) && (part == t) == !strcmp(cases[i].part, "abcd"));
    }
    ouro_obj *back = own(ouro_slice_new(rt, NULL, NULL, ouro_int_new(rt, -1))),
             *none = own(ouro_slice_new(rt, t, NULL, NULL));
    need(back && none);
    ouro_obj *turned = own(ouro_get_item(rt, t, back));
    need(turned);
    always(row_is(rt, turned, "dcba"));
    check(!ouro_get_item(rt, t, none) && says(rt, OURO_ERR_TYPE, "'int' expected"));
    ouro_error_clear(rt);
}

CASE(tuple, is_added_and_repeated) {
    ouro_obj *a = own(tuple_with(rt, "12")), *b = own(tuple_with(rt, "ab")), *empty = ouro_tuple_new(rt, NULL, 0);
    need(a && b);
    ouro_obj *sum = own(ouro_binary(rt, OURO_ADD, a, b)), *left = own(ouro_tuple_concat(rt, a, empty));
    ouro_obj *right = own(ouro_tuple_concat(rt, empty, b)), *none = own(ouro_tuple_concat(rt, empty, empty));
    need(sum && left && right && none);
    always(row_is(rt, sum, "12ab") && left == a && right == b && none == empty);
    static const char *const times[] = {"", "12", "1212", "121212"};
    for (int i = -1; i < 4; i++) {
        ouro_obj *n = ouro_int_new(rt, i), *x = own(ouro_binary(rt, OURO_MUL, a, n)),
                 *y = own(ouro_binary(rt, OURO_MUL, n, a));
        need(x && y);
        always(row_is(rt, x, times[i < 0 ? 0 : i]) && row_is(rt, y, times[i < 0 ? 0 : i]) && (x == a) == (i == 1));
    }
    ouro_obj *large = own(ouro_int_new(rt, INT64_MAX));
    need(large);
    ouro_obj *nothing = own(ouro_binary(rt, OURO_MUL, empty, large));
    need(nothing);
    always(nothing == empty);
    check(!ouro_binary(rt, OURO_MUL, a, b) && says(rt, OURO_ERR_TYPE, "unsupported operand types for *"));
    check(!ouro_binary(rt, OURO_ADD, a, large) && says(rt, OURO_ERR_TYPE, "unsupported operand types for +"));
    check(!ouro_binary(rt, OURO_SUB, a, b) && says(rt, OURO_ERR_TYPE, "unsupported operand types for -"));
    ouro_error_clear(rt);
}

CASE(tuple, is_written_with_a_comma_if_it_has_one_item) {
    ouro_obj *one = own(tuple_with(rt, "1")), *two = own(tuple_with(rt, "1a"));
    need(one && two);
    ouro_obj *s = own(ouro_repr(rt, one)), *t = own(ouro_repr(rt, two));
    need(s && t);
    check(text_is(s, "(1,)") && text_is(t, "(1, 'a')"));
}

CASE(tuple, that_holds_itself_is_written_short) {
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    ouro_obj *t = own(ouro_tuple_new(rt, &l, 1));
    need(t);
    must(ouro_list_append(rt, l, t));
    ouro_obj *s = own(ouro_repr(rt, t));
    need(s);
    check(text_is(s, "([(...)],)"));
    must(ouro_list_clear(rt, l));
}

CASE(tuple, tuples_compare_item_by_item) {
    static const char *const texts[] = {"", "1", "12", "13", "2", "21", "3"};
    ouro_obj *t[7];
    for (size_t i = 0; i < 7; i++)
        need(t[i] = own(tuple_with(rt, texts[i])));
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++) {
            check(ouro_compare(rt, OURO_EQ, t[i], t[j]) == (i == j));
            check(ouro_compare(rt, OURO_NE, t[i], t[j]) == (i != j));
            check(ouro_compare(rt, OURO_LT, t[i], t[j]) == (i < j));
            check(ouro_compare(rt, OURO_LE, t[i], t[j]) == (i <= j));
            check(ouro_compare(rt, OURO_GT, t[i], t[j]) == (i > j));
            check(ouro_compare(rt, OURO_GE, t[i], t[j]) == (i >= j));
        }
    check(ouro_contains(rt, t[3], ouro_int_new(rt, 3)) == 1 && ouro_contains(rt, t[3], t[0]) == 0);
    ouro_error_clear(rt);
}

// ---- hashes ----

CASE(tuple, equal_tuples_have_equal_hashes) {
    ouro_obj *f = own(ouro_float_new(rt, 2.0));
    need(f);
    ouro_obj *parts[3][3] = {{ouro_int_new(rt, 1), ouro_int_new(rt, 2), ouro_tuple_new(rt, NULL, 0)},
                             {ouro_int_new(rt, 1), f, ouro_tuple_new(rt, NULL, 0)},
                             {ouro_bool(rt, 1), ouro_int_new(rt, 2), ouro_tuple_new(rt, NULL, 0)}};
    uint64_t hash[3] = {0, 0, 0};
    for (int i = 0; i < 3; i++) {
        ouro_obj *t = own(ouro_tuple_new(rt, parts[i], 3));
        need(t);
        must(ouro_hash(rt, t, &hash[i]));
    }
    check(hash[0] == hash[1] && hash[0] == hash[2]);
}

CASE(tuple, hashes_depend_on_order_number_and_nesting) {
    ouro_obj *t[8];
    uint64_t hash[8];
    static const char *const texts[] = {"", "1", "11", "12", "21", "123"};
    for (size_t i = 0; i < 6; i++)
        need(t[i] = own(tuple_with(rt, texts[i])));
    need(t[6] = own(ouro_tuple_new(rt, &t[0], 1)));
    need(t[7] = own(ouro_tuple_new(rt, &t[6], 1)));
    for (size_t i = 0; i < 8; i++) {
        must(ouro_hash(rt, t[i], &hash[i]));
        for (size_t j = 0; j < i; j++)
            check(hash[i] != hash[j]);
    }
}

CASE(tuple, hashes_of_many_small_tuples_rarely_meet) {
    int side = (int)kit_size(100, 6), meet = 0;
    static unsigned char seen[1 << 13];
    memset(seen, 0, sizeof seen);
    for (int a = 0; a < side; a++)
        for (int b = 0; b < side; b++) {
            uint64_t hash = 0;
            ouro_obj *parts[2] = {ouro_int_new(rt, a), ouro_int_new(rt, b)}, *t = ouro_tuple_new(rt, parts, 2);
            need(t);
            int result = ouro_hash(rt, t, &hash);
            ouro_decref(t);
            must(result);
            unsigned char bit = (unsigned char)(1 << (hash & 7));
            meet += (seen[hash >> 3 & 8191] & bit) != 0;
            seen[hash >> 3 & 8191] |= bit;
        }
    check(meet < side * side / 10); // of 10,000 in 65,536 places 730 meet by chance
}

CASE(tuple, one_that_holds_a_list_has_no_hash) {
    ouro_obj *l = own(list_with(rt, "1"));
    need(l);
    ouro_obj *items[2] = {ouro_none(rt), l}, *t = own(ouro_tuple_new(rt, items, 2));
    uint64_t hash;
    need(t);
    check(ouro_hash(rt, t, &hash) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    ouro_error_clear(rt);
}

// ---- copies ----

CASE(tuple, copies_are_made_only_of_what_can_change) {
    ouro_obj *atoms = own(tuple_with(rt, "1a"));
    need(atoms);
    ouro_obj *copy = own(ouro_copy(rt, atoms)), *deep = own(ouro_deep_copy(rt, atoms));
    need(copy && deep);
    always(copy == atoms && deep == atoms);
    ouro_obj *l = own(list_with(rt, "12"));
    need(l);
    ouro_obj *items[4] = {l, ouro_none(rt), l, atoms}, *t = own(ouro_tuple_new(rt, items, 4));
    need(t);
    ouro_obj *d = own(ouro_deep_copy(rt, t));
    need(d);
    always(d != t && ouro_tuple_size(d) == 4 && ouro_tuple_peek(d, 0) != l && row_is(rt, ouro_tuple_peek(d, 0), "12"));
    always(ouro_tuple_peek(d, 2) == ouro_tuple_peek(d, 0) && ouro_tuple_peek(d, 1) == ouro_none(rt));
    always(ouro_tuple_peek(d, 3) == atoms);
}

CASE(tuple, a_cycle_through_a_tuple_is_copied_as_one) {
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    ouro_obj *t = own(ouro_tuple_new(rt, &l, 1));
    need(t);
    must(ouro_list_append(rt, l, t));
    ouro_obj *d = own(ouro_deep_copy(rt, t));
    need(d);
    ouro_obj *inner = ouro_tuple_peek(d, 0);
    always(d != t && inner != l && ouro_list_size(inner) == 1 && ouro_list_peek(inner, 0) == d);
    must(ouro_list_clear(rt, l));
    must(ouro_list_clear(rt, inner));
}

// ---- the rest ----

CASE(tuple, empty_places_read_as_none) {
    ouro_obj *t = own(tuple_with(rt, "ab"));
    need(t);
    ouro_clearref(t, (ouro_obj **)(void *)((ouroi_tuple *)t + 1));
    ouro_obj *first = ouro_tuple_get(rt, t, 0);
    always(first == ouro_none(rt));
    ouro_obj *deep = own(ouro_deep_copy(rt, t)), *text = own(ouro_repr(rt, t));
    need(deep && text);
    uint64_t hash;
    must(ouro_hash(rt, t, &hash));
    check(ouro_contains(rt, t, ouro_none(rt)) == 1);
    ouro_obj *sum = own(ouro_tuple_concat(rt, t, t));
    need(sum);
    always(ouro_tuple_peek(sum, 0) == ouro_none(rt) && ouro_tuple_peek(sum, 2) == ouro_none(rt));
}

CASE(tuple, a_type_of_the_embedders_own_extends_it) {
    static ouro_type type;
    if (!type.name) {
        ouro_type_init(&type, "mine", sizeof(ouroi_tuple));
        type.base = ouro_tuple_type;
    }
    must(ouro_type_register(rt, &type));
    ouro_obj *mine = own(ouro_new_tail(rt, &type, 2)), *plain = own(tuple_with(rt, "12"));
    need(mine && plain);
    for (size_t i = 0; i < 2; i++)
        ouro_setref(mine, (ouro_obj **)(void *)((ouroi_tuple *)mine + 1) + i, ouro_tuple_peek(plain, i));
    check(ouro_equal(rt, mine, plain) == 1 && ouro_equal(rt, plain, mine) == 1);
    uint64_t a = 0, b = 1;
    must(ouro_hash(rt, mine, &a));
    must(ouro_hash(rt, plain, &b));
    check(a == b);
    ouro_obj *exact_one = own(ouro_tuple_from(rt, mine)), *part = own(ouro_tuple_slice(rt, mine, 0, 2));
    ouro_obj *sum = own(ouro_binary(rt, OURO_ADD, mine, plain));
    need(exact_one && part && sum);
    always(ouro_is(exact_one, ouro_tuple_type) && ouro_is(part, ouro_tuple_type) && row_is(rt, sum, "1212"));
    ouro_obj *it = own(ouro_iter(rt, mine)), *item;
    need(it);
    check(ouro_next(rt, it, &item) == 1 && item == ouro_tuple_peek(plain, 0));
}

CASE(tuple, nests_of_any_depth_die_and_hash) {
    ouro_obj *t = tuple_with(rt, "1");
    need(t);
    for (size_t i = kit_size(200000, 50); i; i--) {
        ouro_obj *outer = ouro_tuple_new_steal(rt, &t, 1);
        need(outer);
        t = outer;
    }
    uint64_t hash;
    int result = ouro_hash(rt, t, &hash);
    ouro_decref(t);
    must(result);
}
