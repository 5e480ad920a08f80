// SPDX-License-Identifier: MIT
// dict_ask.c: dicts through the protocols: items, iterators, views, equality, text, copies.
#include "tables.h"

// ---- items ----

CASE(dict, items_through_the_protocol) {
    ouro_obj *d = own(dict_with(rt, "a1")), *key = own(ouro_str_from(rt, "a")), *x = own(ouro_str_from(rt, "x\n"));
    need(d && key && x);
    ouro_obj *v = own(ouro_get_item(rt, d, key));
    need(v);
    check(ouro_int_word(v) == 1);
    check(!ouro_get_item(rt, d, x) && says(rt, OURO_ERR_KEY, "'x\\n'"));
    ouro_error_clear(rt);
    must(ouro_set_item(rt, d, x, v));
    check(ouro_contains(rt, d, x) == 1);
    must(ouro_del_item(rt, d, x));
    check(ouro_contains(rt, d, x) == 0);
    check(ouro_del_item(rt, d, x) == -1 && says(rt, OURO_ERR_KEY, "'x\\n'"));
    ouro_error_clear(rt);
    size_t n;
    check(ouro_length(rt, d, &n) == 0 && n == 1);
    check(ouro_set_item(rt, d, d, v) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'dict'"));
    check(ouro_del_item(rt, d, d) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'dict'"));
    ouro_error_clear(rt);
}

CASE(dict, a_long_missing_key_is_cut_between_characters) {
    ouro_obj *d = own(ouro_dict_new(rt)), *umlaut = own(ouro_str_from(rt, "\xC3\xA4"));
    need(d && umlaut);
    ouro_obj *key = own(ouro_str_repeat(rt, umlaut, 80)), *v = NULL;
    need(key);
    check(!(v = ouro_get_item(rt, d, key)) && says(rt, OURO_ERR_KEY, "\xC3\xA4..."));
    check(ouro_error_code(rt) == OURO_OK || strlen(ouro_error_message(rt)) < 110);
    ouro_error_clear(rt);
}

// ---- iterators ----

static int iter_gives(ouro_rt *rt, ouro_obj *it, const char *keys) {
    ouro_obj *item = NULL;
    int more;
    while ((more = ouro_next(rt, it, &item)) == 1) {
        ouro_obj *expected = char_object(rt, *keys ? *keys++ : '-');
        int same = expected ? ouro_equal(rt, item, expected) : -1;
        ouro_xdecref(expected);
        ouro_decref(item);
        if (same != 1)
            return same;
    }
    return more < 0 ? -1 : !*keys;
}

CASE(dict, an_iterator_gives_the_keys) {
    ouro_obj *d = own(dict_with(rt, "a1b2c3")), *it, *item = NULL;
    need(d);
    it = own(ouro_iter(rt, d));
    need(it);
    ouro_obj *again = own(ouro_iter(rt, it));
    check(again == it);
    exact(ouro_refcount(d) == 2);
    int all = iter_gives(rt, it, "abc");
    must(all);
    check(all == 1);
    exact(ouro_refcount(d) == 1);
    must(put(rt, d, 'd', '4'));
    check(ouro_next(rt, it, &item) == 0 && !item);
}

CASE(dict, keys_that_come_or_go_end_an_iterator) {
    ouro_obj *d = own(dict_with(rt, "a1b2c3")), *it, *item = NULL, *v = NULL;
    need(d);
    it = own(ouro_iter(rt, d));
    need(it);
    must(put(rt, d, 'b', '9'));
    check(ouro_next(rt, it, &item) == 1);
    ouro_setslot_steal(&item, NULL);
    must(put(rt, d, 'd', '4'));
    check(ouro_next(rt, it, &item) == -1 && !item && says(rt, OURO_ERR_STATE, "dict changed size during iteration"));
    ouro_error_clear(rt);
    check(ouro_dict_pop_last(rt, d, &item, &v) == 1);
    ouro_setslot_steal(&item, NULL);
    ouro_setslot_steal(&v, NULL);
    check(holds(d, "a1b9c3"));
    check(ouro_next(rt, it, &item) == -1 && !item && says(rt, OURO_ERR_STATE, "dict changed size during iteration"));
    ouro_error_clear(rt);
}

CASE(dict, an_iterator_holds_its_dict) {
    ouro_obj *d = dict_with(rt, "a1b2");
    need(d);
    ouro_obj *it = own(ouro_iter(rt, d));
    ouro_decref(d);
    need(it);
    int all = iter_gives(rt, it, "ab");
    must(all);
    check(all == 1);
}

// ---- views ----

CASE(dict, views_show_what_the_dict_holds) {
    ouro_obj *d = own(dict_with(rt, "a1b2"));
    need(d);
    ouro_obj *keys = own(ouro_dict_keys(rt, d)), *values = own(ouro_dict_values(rt, d));
    ouro_obj *items = own(ouro_dict_items(rt, d));
    need(keys && values && items);
    must(shows(rt, keys, "dict_keys(['a', 'b'])"));
    must(shows(rt, values, "dict_values([1, 2])"));
    must(shows(rt, items, "dict_items([('a', 1), ('b', 2)])"));
    must(put(rt, d, 'c', '3'));
    must(shows(rt, keys, "dict_keys(['a', 'b', 'c'])"));
    size_t n;
    check(ouro_length(rt, items, &n) == 0 && n == 3 && ouro_truth(rt, values) == 1);
    must(ouro_dict_clear(rt, d));
    check(ouro_length(rt, keys, &n) == 0 && n == 0 && ouro_truth(rt, values) == 0);
    must(shows(rt, items, "dict_items([])"));
}

CASE(dict, views_are_searched) {
    ouro_obj *d = own(dict_with(rt, "a1b2")), *b = own(ouro_str_from(rt, "b")), *two = own(ouro_int_new(rt, 2));
    need(d && b && two);
    ouro_obj *keys = own(ouro_dict_keys(rt, d)), *values = own(ouro_dict_values(rt, d));
    ouro_obj *items = own(ouro_dict_items(rt, d)), *b2 = own(tuple_with(rt, "b2")), *b3 = own(tuple_with(rt, "b3"));
    ouro_obj *c2 = own(tuple_with(rt, "c2")), *b22 = own(tuple_with(rt, "b22"));
    need(keys && values && items && b2 && b3 && c2 && b22);
    check(ouro_contains(rt, keys, b) == 1 && ouro_contains(rt, keys, two) == 0);
    check(ouro_contains(rt, values, two) == 1 && ouro_contains(rt, values, b) == 0);
    check(ouro_contains(rt, items, b2) == 1 && ouro_contains(rt, items, b3) == 0);
    check(ouro_contains(rt, items, c2) == 0 && ouro_contains(rt, items, b22) == 0 && ouro_contains(rt, items, b) == 0);
    check(ouro_contains(rt, keys, d) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'dict'"));
    ouro_error_clear(rt);
}

// Asserts that the result of an operation has this text. Returns: 0, or -1 without memory.
static int gives(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, const char *text) {
    ouro_obj *result = own(ouro_binary(rt, op, a, b));
    return result ? shows(rt, result, text) : -1;
}

CASE(dict, views_are_combined_like_sets) {
    ouro_obj *d = own(dict_with(rt, "a1b2c3")), *e = own(dict_with(rt, "b2c4x5")), *s = own(set_with(rt, "cz"));
    need(d && e && s);
    ouro_obj *keys = own(ouro_dict_keys(rt, d)), *others = own(ouro_dict_keys(rt, e)),
             *values = own(ouro_dict_values(rt, d));
    ouro_obj *items = own(ouro_dict_items(rt, d)), *pairs = own(ouro_dict_items(rt, e));
    need(keys && others && values && items && pairs);
    must(gives(rt, OURO_AND, keys, others, "{'b', 'c'}"));
    must(gives(rt, OURO_OR, keys, others, "{'a', 'b', 'c', 'x'}"));
    must(gives(rt, OURO_SUB, keys, others, "{'a'}"));
    must(gives(rt, OURO_XOR, keys, others, "{'a', 'x'}"));
    must(gives(rt, OURO_SUB, keys, s, "{'a', 'b'}"));
    must(gives(rt, OURO_SUB, s, keys, "{'z'}"));
    must(gives(rt, OURO_AND, items, pairs, "{('b', 2)}"));
    must(gives(rt, OURO_SUB, items, pairs, "{('a', 1), ('c', 3)}"));
    check(!ouro_binary(rt, OURO_AND, values, s) && says(rt, OURO_ERR_TYPE, "unsupported operand types for &"));
    check(!ouro_binary(rt, OURO_ADD, keys, s) && says(rt, OURO_ERR_TYPE, "unsupported operand types for +"));
    check(!ouro_binary(rt, OURO_AND, keys, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, ""));
}

CASE(dict, views_are_iterated) {
    ouro_obj *d = own(dict_with(rt, "a1b2"));
    need(d);
    ouro_obj *values = own(ouro_dict_values(rt, d)), *items = own(ouro_dict_items(rt, d)), *item = NULL;
    need(values && items);
    ouro_obj *it = own(ouro_iter(rt, values)), *pairs = own(ouro_iter(rt, items));
    need(it && pairs);
    int all = iter_gives(rt, it, "12");
    must(all);
    check(all == 1);
    int more = ouro_next(rt, pairs, &item);
    must(more);
    check(ouro_is_tuple(item) && ouro_tuple_size(item) == 2 && ouro_str_is(ouro_tuple_peek(item, 0), "a"));
    ouro_setslot_steal(&item, NULL);
    must(put(rt, d, 'c', '3'));
    check(ouro_next(rt, pairs, &item) == -1 && says(rt, OURO_ERR_STATE, "dict changed size"));
    ouro_error_clear(rt);
}

// ---- equality ----

CASE(dict, equality_is_of_contents_in_any_order) {
    ouro_obj *a = own(dict_with(rt, "a1b2c3")), *b = own(dict_with(rt, "c3a1b2")), *c = own(dict_with(rt, "a1b2c4"));
    ouro_obj *d = own(dict_with(rt, "a1b2x3")), *e = own(dict_with(rt, "a1b2")), *o = own(odict_with(rt, "b2c3a1"));
    need(a && b && c && d && e && o);
    check(ouro_equal(rt, a, b) == 1 && ouro_equal(rt, b, a) == 1);
    check(ouro_equal(rt, a, c) == 0 && ouro_equal(rt, a, d) == 0 && ouro_equal(rt, a, e) == 0);
    check(ouro_equal(rt, a, o) == 1 && ouro_equal(rt, o, a) == 1 && ouro_equal(rt, c, o) == 0);
    check(ouro_compare(rt, OURO_NE, a, c) == 1 && ouro_compare(rt, OURO_NE, a, b) == 0);
    check(ouro_equal(rt, a, ouro_none(rt)) == 0);
    check(ouro_compare(rt, OURO_LT, a, b) == -1 && says(rt, OURO_ERR_TYPE, "'<' not supported"));
    uint64_t hash;
    check(ouro_hash(rt, a, &hash) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'dict'"));
    ouro_error_clear(rt);
}

CASE(dict, equality_goes_into_values_and_keys) {
    must(odd_open(rt));
    ouro_obj *a = own(ouro_dict_new(rt)), *b = own(ouro_dict_new(rt));
    ouro_obj *in = own(dict_with(rt, "x1y2")), *in2 = own(dict_with(rt, "y2x1"));
    ouro_obj *k1 = own(odd_new(rt, 1, 7)), *k2 = own(odd_new(rt, 2, 7)), *k1b = own(odd_new(rt, 1, 7));
    ouro_obj *k2b = own(odd_new(rt, 2, 7));
    need(a && b && in && in2 && k1 && k2 && k1b && k2b);
    // One candidate with the hash: it is handed out. Two: they are asked one by one.
    must(ouro_dict_set(rt, a, k1, in));
    must(ouro_dict_set(rt, b, k1b, in2));
    int same = ouro_equal(rt, a, b);
    must(same);
    check(same == 1);
    must(ouro_dict_set(rt, a, k2, in2));
    must(ouro_dict_set(rt, b, k2b, in));
    same = ouro_equal(rt, a, b);
    must(same);
    check(same == 1);
    must(put(rt, in, 'x', '9'));
    same = ouro_equal(rt, a, b);
    must(same);
    check(same == 0);
}

CASE(dict, equality_when_a_key_differs) {
    must(odd_open(rt));
    ouro_obj *a = own(ouro_dict_new(rt)), *b = own(ouro_dict_new(rt)), *k = own(odd_new(rt, 1, 7));
    ouro_obj *other = own(odd_new(rt, 2, 7));
    need(a && b && k && other);
    must(ouro_dict_set(rt, a, k, k));
    must(ouro_dict_set(rt, b, other, k));
    int same = ouro_equal(rt, a, b);
    must(same);
    check(same == 0);
    odd_fails = 1;
    check(ouro_equal(rt, a, b) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
    ouro_error_clear(rt);
}

// Keys that are sets of sets of ...: no C stack is used for each.
CASE(dict, equality_of_deep_keys) {
    size_t n = kit_size(100000, 50);
    ouro_obj *both[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        ouro_obj *key = ouro_str_from(rt, "core");
        for (size_t k = 0; key && k < n; k++) {
            ouro_obj *one = ouro_tuple_new_steal(rt, &key, 1);
            key = one ? ouro_frozenset_new(rt, one) : NULL;
            ouro_xdecref(one);
        }
        need(own(key));
        both[i] = own(ouro_dict_new(rt));
        need(both[i]);
        must(ouro_dict_set(rt, both[i], key, ouro_none(rt)));
    }
    int same = ouro_equal(rt, both[0], both[1]);
    must(same);
    check(same == 1);
}

// ---- text ----

CASE(dict, its_text) {
    ouro_obj *d = own(dict_with(rt, "a12-")), *in;
    need(d);
    must(shows(rt, d, "{'a': 1, 2: None}"));
    in = own(dict_with(rt, "x1"));
    need(in);
    must(ouro_dict_set(rt, d, ouro_none(rt), in));
    must(ouro_dict_set(rt, in, ouro_none(rt), d));
    must(shows(rt, d, "{'a': 1, 2: None, None: {'x': 1, None: {...}}}"));
    must(ouro_dict_clear(rt, in));
}

// ---- merging and copies ----

CASE(dict, or_merges) {
    ouro_obj *a = own(dict_with(rt, "a1b2")), *b = own(dict_with(rt, "b3c4")), *o = own(odict_with(rt, "z9"));
    need(a && b && o);
    ouro_obj *c = own(ouro_binary(rt, OURO_OR, a, b)), *d = own(ouro_binary(rt, OURO_OR, o, a));
    need(c && d);
    check(holds(c, "a1b3c4") && holds(a, "a1b2") && holds(b, "b3c4"));
    check(holds(d, "z9a1b2") && ouro_is_odict(d));
    check(!ouro_binary(rt, OURO_AND, a, b) && says(rt, OURO_ERR_TYPE, "unsupported operand types for &"));
    check(!ouro_binary(rt, OURO_OR, a, ouro_none(rt)) && says(rt, OURO_ERR_TYPE, "unsupported operand types for |"));
    ouro_error_clear(rt);
}

CASE(dict, a_copy_holds_the_same_objects) {
    ouro_obj *d = own(dict_with(rt, "a1b2c3d4e5")), *in = own(ouro_list_new(rt, NULL, 0)), *v = NULL;
    ouro_obj *key = own(ouro_str_from(rt, "b")), *b = own(ouro_str_from(rt, "b"));
    need(d && in && key && b);
    must(ouro_dict_set(rt, d, key, in));
    ouro_obj *a = own(ouro_str_from(rt, "a"));
    need(a);
    check(ouro_dict_del(rt, d, a) == 1);
    ouro_obj *c = own(ouro_copy(rt, d));
    need(c);
    check(ouro_is(c, ouro_dict_type) && ouro_dict_size(c) == 4 && ouro_equal(rt, c, d) == 1);
    check(ouro_dict_get(rt, c, b, &v) == 1 && v == in);
    ouro_setslot_steal(&v, NULL);
    must(put(rt, c, 'z', '1'));
    check(ouro_dict_size(d) == 4);
    ouro_obj *empty = own(ouro_dict_new(rt));
    need(empty);
    ouro_obj *nothing = own(ouro_copy(rt, empty));
    need(nothing);
    check(holds(nothing, ""));
}

CASE(dict, a_deep_copy_keeps_cycles_and_what_is_shared) {
    ouro_obj *d = own(dict_with(rt, "a1")), *in = own(list_with(rt, "12")), *v = NULL, *w = NULL;
    ouro_obj *x = own(ouro_str_from(rt, "x")), *y = own(ouro_str_from(rt, "y"));
    need(d && in && x && y);
    must(ouro_dict_set(rt, d, x, in));
    must(ouro_dict_set(rt, d, y, in));
    must(ouro_dict_set(rt, d, ouro_none(rt), d));
    ouro_obj *c = own(ouro_deep_copy(rt, d));
    need(c);
    check(ouro_dict_get(rt, c, x, &v) == 1 && v != in && ouro_is_list(v));
    check(ouro_dict_get(rt, c, y, &w) == 1 && w == v);
    ouro_setslot_steal(&v, NULL);
    ouro_setslot_steal(&w, NULL);
    check(ouro_dict_get(rt, c, ouro_none(rt), &v) == 1 && v == c);
    ouro_setslot_steal(&v, NULL);
    check(ouro_dict_size(c) == 4);
    must(ouro_dict_del(rt, c, ouro_none(rt)));
    must(ouro_dict_del(rt, d, ouro_none(rt)));
}
