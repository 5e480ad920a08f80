// SPDX-License-Identifier: MIT
// dict.c: what a dict holds after each kind of call, what it refuses, and how it looks.
#include "tables.h"

#include "types/table.h"

// The value under a key, both as characters; '!' if there is none.
static char value_of(ouro_rt *rt, ouro_obj *dict, char key) {
    ouro_obj *k = char_object(rt, key), *value = NULL;
    int found = k ? ouro_dict_get(rt, dict, k, &value) : -1;
    char c = found == 1 && ouro_is_int(value) ? (char)('0' + ouro_int_word(value)) : '!';
    ouro_setslot_steal(&k, NULL);
    ouro_xdecref(value);
    return c;
}

static int drop_key(ouro_rt *rt, ouro_obj *dict, char key) {
    ouro_obj *k = char_object(rt, key);
    int result = k ? ouro_dict_del(rt, dict, k) : -1;
    ouro_setslot_steal(&k, NULL);
    return result;
}

// ---- keys and values ----

CASE(dict, an_empty_one_has_nothing) {
    ouro_obj *d = own(ouro_dict_new(rt)), *key = NULL, *value = NULL;
    need(d);
    size_t at = 0;
    check(ouro_is_dict(d) && ouro_is(d, ouro_dict_type));
    check(ouro_dict_size(d) == 0 && !ouro_truth(rt, d));
    check(ouro_dict_get(rt, d, ouro_none(rt), &value) == 0 && !value);
    check(ouro_dict_has(rt, d, ouro_none(rt)) == 0);
    check(ouro_dict_del(rt, d, ouro_none(rt)) == 0);
    check(ouro_dict_pop(rt, d, ouro_none(rt), &value) == 0 && !value);
    check(ouro_dict_pop_last(rt, d, &key, &value) == 0 && !key && !value);
    check(ouro_dict_each_peek(d, &at, &key, &value) == 0);
    check(ouro_dict_clear(rt, d) == 0);
    must(shows(rt, d, "{}"));
}

CASE(dict, keys_stay_in_the_order_in_which_they_came) {
    ouro_obj *d = own(dict_with(rt, "a1b2c3d4"));
    need(d);
    must(put(rt, d, 'b', '9'));
    check(holds(d, "a1b9c3d4"));
    check(drop_key(rt, d, 'a') == 1);
    check(holds(d, "b9c3d4"));
    must(put(rt, d, 'a', '5'));
    check(holds(d, "b9c3d4a5"));
    check(drop_key(rt, d, 'x') == 0);
    check(value_of(rt, d, 'a') == '5' && value_of(rt, d, 'x') == '!');
    check(ouro_dict_size(d) == 4 && ouro_truth(rt, d) == 1);
}

CASE(dict, every_size_up_to_some_hundred) {
    ouro_obj *d = own(ouro_dict_new(rt));
    need(d);
    int64_t n = (int64_t)kit_size(700, 40);
    for (int64_t i = 0; i < n; i++) {
        ouro_obj *k = i % 3 ? ouro_int_new(rt, i * 1000) : ouro_str_format(rt, "%d", (int)i), *v = ouro_int_new(rt, i);
        int result = k && v ? ouro_dict_set(rt, d, k, v) : -1;
        ouro_setslot_steal(&k, NULL);
        ouro_setslot_steal(&v, NULL);
        must(result);
        check(ouro_dict_size(d) == (size_t)i + 1);
    }
    for (int64_t i = 0; i < n; i++) {
        ouro_obj *k = i % 3 ? ouro_int_new(rt, i * 1000) : ouro_str_format(rt, "%d", (int)i), *v = NULL;
        int found = k ? ouro_dict_pop(rt, d, k, &v) : -1;
        ouro_setslot_steal(&k, NULL);
        must(found);
        always(found == 1 && ouro_int_word(v) == i);
        ouro_decref(v);
        check(ouro_dict_size(d) == (size_t)(n - i - 1));
    }
}

CASE(dict, equal_keys_are_one_key_and_the_first_stays) {
    ouro_obj *d = own(ouro_dict_new(rt)), *one = own(ouro_int_new(rt, 1)), *real = own(ouro_float_new(rt, 1.0)),
             *v = NULL;
    need(d && one && real);
    must(ouro_dict_set(rt, d, real, one));
    must(ouro_dict_set(rt, d, ouro_bool(rt, 1), ouro_none(rt)));
    must(ouro_dict_set(rt, d, one, real));
    check(ouro_dict_size(d) == 1);
    size_t at = 0;
    ouro_obj *key = NULL;
    check(ouro_dict_each_peek(d, &at, &key, &v) == 1 && key == real && v == real);
    ouro_obj *big = own(ouro_int_parse(rt, "123456789012345678901234567890", 30, 10));
    need(big);
    must(ouro_dict_set(rt, d, big, one));
    check(ouro_dict_has(rt, d, big) == 1 && ouro_dict_size(d) == 2);
}

CASE(dict, texts_that_are_equal_but_not_the_same_object) {
    ouro_obj *d = own(ouro_dict_new(rt)), *a = own(ouro_str_from(rt, "some name")), *v = NULL;
    ouro_obj *b = own(ouro_str_from(rt, "some name")), *c = own(ouro_str_from(rt, "some more"));
    need(d && a && b && c);
    must(ouro_dict_set(rt, d, a, c));
    check(ouro_dict_get(rt, d, b, &v) == 1 && v == c);
    ouro_setslot_steal(&v, NULL);
    check(ouro_dict_has(rt, d, c) == 0);
}

CASE(dict, values_by_a_text) {
    ouro_obj *d = own(ouro_dict_new(rt)), *one = own(ouro_int_new(rt, 1)), *v = NULL;
    need(d && one);
    must(ouro_dict_set_text(rt, d, "width", one));
    int found = ouro_dict_get_text(rt, d, "width", &v);
    must(found);
    check(found == 1 && v == one);
    ouro_setslot_steal(&v, NULL);
    found = ouro_dict_get_text(rt, d, "height", &v);
    must(found);
    check(found == 0 && !v);
    check(ouro_dict_get_text(rt, d, "\xFF", &v) == -1 && !v && says(rt, OURO_ERR_VALUE, "UTF-8"));
    check(ouro_dict_set_text(rt, d, "\xFF", one) == -1 && says(rt, OURO_ERR_VALUE, "UTF-8"));
    ouro_error_clear(rt);
    check(ouro_dict_size(d) == 1);
}

CASE(dict, set_default_puts_only_what_is_not_there) {
    ouro_obj *d = own(dict_with(rt, "a1")), *two = own(ouro_int_new(rt, 2));
    need(d && two);
    for (char c = 'a'; c < 'j'; c++) {
        ouro_obj *key = char_object(rt, c);
        ouro_obj *value = key ? ouro_dict_set_default(rt, d, key, two) : NULL;
        ouro_xdecref(key);
        need(value);
        check(c == 'a' ? value != two : value == two);
        ouro_decref(value);
    }
    check(holds(d, "a1b2c2d2e2f2g2h2i2"));
}

CASE(dict, pop_takes_out_and_gives) {
    ouro_obj *d = own(dict_with(rt, "a1b2c3")), *key = own(ouro_str_from(rt, "b")), *k = NULL, *v = NULL;
    need(d && key);
    check(ouro_dict_pop(rt, d, key, &v) == 1 && ouro_int_word(v) == 2);
    ouro_setslot_steal(&v, NULL);
    check(holds(d, "a1c3"));
    check(ouro_dict_pop_last(rt, d, &k, &v) == 1 && ouro_str_is(k, "c") && ouro_int_word(v) == 3);
    ouro_setslot_steal(&k, NULL);
    ouro_setslot_steal(&v, NULL);
    check(ouro_dict_pop_last(rt, d, &k, &v) == 1 && ouro_str_is(k, "a"));
    ouro_setslot_steal(&k, NULL);
    ouro_setslot_steal(&v, NULL);
    check(ouro_dict_pop_last(rt, d, &k, &v) == 0 && !k && !v);
    check(holds(d, ""));
}

CASE(dict, clearing_and_filling_again) {
    ouro_obj *d = own(dict_with(rt, "a1b2c3d4e5f6g7h8"));
    need(d);
    check(ouro_dict_clear(rt, d) == 0);
    check(holds(d, ""));
    must(put(rt, d, 'c', '9'));
    check(holds(d, "c9"));
}

// ---- what is refused ----

CASE(dict, what_is_no_dict_is_refused) {
    ouro_obj *no = own(ouro_list_new(rt, NULL, 0)), *k = ouro_none(rt), *v = NULL, *w = NULL;
    need(no);
    check(ouro_dict_get(rt, no, k, &v) == -1 && !v);
    check(says(rt, OURO_ERR_TYPE, "ouro_dict_get: 'dict' expected, not 'list'"));
    check(ouro_dict_get_text(rt, no, "x", &v) == -1 && !v && says(rt, OURO_ERR_TYPE, "'dict' expected"));
    check(ouro_dict_has(rt, no, k) == -1 && says(rt, OURO_ERR_TYPE, "ouro_dict_has: "));
    check(ouro_dict_set(rt, no, k, k) == -1 && says(rt, OURO_ERR_TYPE, "ouro_dict_set: "));
    check(ouro_dict_set_text(rt, no, "x", k) == -1 && says(rt, OURO_ERR_TYPE, "'dict' expected"));
    check(!ouro_dict_set_default(rt, no, k, k) && says(rt, OURO_ERR_TYPE, "ouro_dict_set_default: "));
    check(ouro_dict_del(rt, no, k) == -1 && says(rt, OURO_ERR_TYPE, "ouro_dict_del: "));
    check(ouro_dict_pop(rt, no, k, &v) == -1 && !v && says(rt, OURO_ERR_TYPE, "ouro_dict_pop: "));
    check(ouro_dict_pop_last(rt, no, &w, &v) == -1 && !w && !v && says(rt, OURO_ERR_TYPE, "ouro_dict_pop_last: "));
    check(ouro_dict_update(rt, no, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_dict_update: "));
    check(ouro_dict_reserve(rt, no, 1) == -1 && says(rt, OURO_ERR_TYPE, "ouro_dict_reserve: "));
    check(ouro_dict_clear(rt, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_dict_clear: "));
    check(!ouro_dict_keys(rt, no) && says(rt, OURO_ERR_TYPE, "ouro_dict_keys: "));
    check(!ouro_dict_values(rt, no) && says(rt, OURO_ERR_TYPE, "ouro_dict_values: "));
    check(!ouro_dict_items(rt, no) && says(rt, OURO_ERR_TYPE, "ouro_dict_items: "));
    ouro_error_clear(rt);
}

CASE(dict, keys_must_be_hashable) {
    ouro_obj *d = own(dict_with(rt, "a1")), *list = own(ouro_list_new(rt, NULL, 0)), *v = NULL;
    need(d && list);
    check(ouro_dict_get(rt, d, list, &v) == -1 && !v && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(ouro_dict_set(rt, d, list, list) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(ouro_dict_set(rt, d, d, d) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'dict'"));
    check(ouro_dict_del(rt, d, list) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(!ouro_dict_set_default(rt, d, list, d) && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(ouro_contains(rt, d, list) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'list'"));
    ouro_error_clear(rt);
    check(holds(d, "a1"));
}

// ---- versions ----

CASE(dict, the_version_is_another_after_each_change) {
    ouro_obj *d = own(ouro_dict_new(rt)), *e = own(ouro_dict_new(rt)), *v = NULL;
    need(d && e);
    uint64_t seen[10];
    size_t n = 0;
    seen[n++] = ouro_dict_version(e);
    seen[n++] = ouro_dict_version(d);
    check(ouro_dict_version(d) == seen[1]);
    must(put(rt, d, 'a', '1'));
    seen[n++] = ouro_dict_version(d);
    must(put(rt, d, 'a', '2'));
    seen[n++] = ouro_dict_version(d);
    check(value_of(rt, d, 'a') == '2' && value_of(rt, d, 'b') == '!' && drop_key(rt, d, 'b') == 0);
    check(ouro_dict_get(rt, d, e, &v) == -1 && says(rt, OURO_ERR_TYPE, "unhashable"));
    ouro_error_clear(rt);
    check(ouro_dict_version(d) == seen[3]);
    check(drop_key(rt, d, 'a') == 1);
    seen[n++] = ouro_dict_version(d);
    must(ouro_dict_clear(rt, d));
    seen[n++] = ouro_dict_version(d);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            check(seen[i] != seen[j]);
}

// ---- update ----

CASE(dict, update_from_another_dict) {
    ouro_obj *d = own(dict_with(rt, "a1b2")), *e = own(dict_with(rt, "b3c4")), *o = own(odict_with(rt, "z9a8"));
    need(d && e && o);
    must(ouro_dict_update(rt, d, e));
    check(holds(d, "a1b3c4"));
    must(ouro_dict_update(rt, d, o));
    check(holds(d, "a8b3c4z9"));
    must(ouro_dict_update(rt, d, d));
    check(holds(d, "a8b3c4z9") && holds(e, "b3c4") && holds(o, "z9a8"));
}

CASE(dict, update_from_pairs) {
    ouro_obj *d = own(dict_with(rt, "a1")), *list = own(ouro_list_new(rt, NULL, 0));
    ouro_obj *two = own(tuple_with(rt, "b2")), *other = own(list_with(rt, "c3"));
    need(d && list && two && other);
    must(ouro_list_append(rt, list, two));
    must(ouro_list_append(rt, list, other));
    must(ouro_dict_update(rt, d, list));
    check(holds(d, "a1b2c3"));
}

CASE(dict, update_from_what_is_no_pair) {
    ouro_obj *d = own(dict_with(rt, "a1")), *three = own(tuple_with(rt, "123")), *one = own(tuple_with(rt, "1"));
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *good = own(tuple_with(rt, "b2"));
    need(d && three && one && list && good);
    must(ouro_list_append(rt, list, good));
    must(ouro_list_append(rt, list, three));
    check(ouro_dict_update(rt, d, list) == -1 && says(rt, OURO_ERR_VALUE, "item 1 has more than the 2 parts"));
    ouro_error_clear(rt);
    check(holds(d, "a1b2"));
    must(ouro_list_set(rt, list, 0, one));
    check(ouro_dict_update(rt, d, list) == -1 && says(rt, OURO_ERR_VALUE, "item 0 has less than the 2 parts"));
    check(ouro_dict_update(rt, d, one) == -1 && says(rt, OURO_ERR_TYPE, "not iterable"));
    check(ouro_dict_update(rt, d, ouro_none(rt)) == -1 && says(rt, OURO_ERR_TYPE, "not iterable"));
    ouro_error_clear(rt);
    check(holds(d, "a1b2"));
}

// ---- room ----

CASE(dict, reserved_room_needs_no_memory) {
    ouro_obj *d = own(dict_with(rt, "a1")), *keys[50];
    need(d);
    for (int i = 0; i < 50; i++)
        need(keys[i] = own(ouro_int_new(rt, i)));
    must(ouro_dict_reserve(rt, d, 51));
    must(ouro_dict_reserve(rt, d, 10));
    if (test_mode_now() == TEST_PLAIN)
        ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
    for (int i = 0; i < 50; i++)
        always(ouro_dict_set(rt, d, keys[i], keys[i]) == 0);
    if (test_mode_now() == TEST_PLAIN)
        ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    check(ouro_dict_size(d) == 51);
}

CASE(dict, more_room_than_there_can_be) {
    ouro_obj *d = own(dict_with(rt, "a1"));
    need(d);
    check(ouro_dict_reserve(rt, d, SIZE_MAX) == -1 && says(rt, OURO_ERR_OVERFLOW, "more entries"));
    check(ouro_dict_reserve(rt, d, (size_t)1 << 31) == -1 && says(rt, OURO_ERR_OVERFLOW, "more entries"));
    ouro_mem_set_limit(rt, (size_t)64 << 20);
    check(ouro_dict_reserve(rt, d, (size_t)1 << 30) == -1 && says(rt, OURO_ERR_MEMORY, ""));
    ouro_error_clear(rt);
    ouro_mem_set_limit(rt, 0);
    check(holds(d, "a1"));
}

CASE(dict, small_ones_are_small) {
    ouro_obj *d = own(ouro_dict_new(rt));
    need(d);
    ouro_mem_usage before = kit_usage(rt);
    must(put(rt, d, '1', '1'));
    must(put(rt, d, '2', '2'));
    must(put(rt, d, '3', '3'));
    ouro_mem_usage after = kit_usage(rt);
    if (kit_is_lean()) {
        exact(ouro_block_size(d) == 32);
        exact(after.used - before.used == 80);
    }
}

// ---- many removals ----

CASE(dict, first_in_first_out_for_long) {
    ouro_obj *d = own(ouro_dict_new(rt));
    need(d);
    int64_t n = (int64_t)kit_size(100000, 300), live = 60;
    for (int64_t i = 0; i < n; i++) {
        ouro_obj *k = ouro_int_new(rt, i), *key = NULL, *value = NULL;
        int result = k ? ouro_dict_set(rt, d, k, k) : -1;
        ouro_setslot_steal(&k, NULL);
        must(result);
        if (i < live)
            continue;
        size_t at = 0;
        always(ouro_dict_each_peek(d, &at, &key, &value) == 1 && ouro_int_word(key) == i - live);
        ouro_incref(key);
        always(ouro_dict_del(rt, d, key) == 1);
        ouro_decref(key);
    }
    check(ouro_dict_size(d) == (size_t)live);
}

// Walking from the first key costs the same whatever has been removed before it: all of that is one run of holes.
CASE(dict, taking_the_first_of_many) {
    ouro_obj *d = own(ouro_dict_new(rt)), *key = NULL, *value = NULL;
    need(d);
    int64_t n = (int64_t)kit_size(300000, 200);
    for (int64_t i = 0; i < n; i++) {
        ouro_obj *k = ouro_int_new(rt, i * 64);
        int result = k ? ouro_dict_set(rt, d, k, k) : -1;
        ouro_setslot_steal(&k, NULL);
        must(result);
    }
    // From both ends, and one in the middle stays.
    for (int64_t i = 0; ouro_dict_size(d) > 1; i++) {
        size_t at = 0;
        always(ouro_dict_each_peek(d, &at, &key, &value) == 1);
        always(table_holes_end(table_of(d), DICT_STRIDE, 0) == at - 1);
        if (ouro_int_word(key) == n / 2 * 64 || i % 2) {
            always(ouro_dict_pop_last(rt, d, &key, &value) == 1);
            ouro_decref(value);
        } else {
            ouro_incref(key);
            always(ouro_dict_del(rt, d, key) == 1);
        }
        ouro_decref(key);
    }
}

static size_t walked(const ouro_obj *d) {
    size_t at = 0, n = 0;
    ouro_obj *key, *value;
    while (ouro_dict_each_peek(d, &at, &key, &value))
        n++;
    return n;
}

// The collector may empty entries of a dict that is still in use. Two of them, of which the first leads to the second
// in a chain, look like the ends of a run of holes, and what is between them must not be passed over.
CASE(dict, emptied_entries_are_no_run_of_holes) {
    ouro_obj *d = own(dict_with(rt, "a1b2c3d4e5f6g7h8i9j1k2l3"));
    need(d);
    table *t = table_of(d);
    for (uint32_t i = 2; i <= 6; i += 4) {
        ouro_clearref(d, &table_entry(t, DICT_STRIDE, i)->key);
        ouro_clearref(d, &table_pair(t, DICT_STRIDE, i)->value);
    }
    entry *first = table_entry(t, DICT_STRIDE, 2);
    uint32_t next = first->next;
    first->next = 7;
    always(walked(d) == 10 && table_holes_end(t, DICT_STRIDE, 2) == 2);
    first->next = next;
    // Removing what is beside them joins nothing that is not a hole.
    must(drop_key(rt, d, 'b'));
    must(drop_key(rt, d, 'h'));
    check(walked(d) == 8);
    for (char c = 'm'; c <= 'z'; c++)
        must(put(rt, d, c, '1'));
    check(walked(d) == 22 && ouro_dict_size(d) == 22);
}

CASE(dict, a_walk_from_c_survives_removals) {
    ouro_obj *d = own(dict_with(rt, "a1b2c3d4e5f6g7h8i9"));
    need(d);
    ouro_obj *key = NULL, *value = NULL;
    size_t at = 0, n = 0;
    while (ouro_dict_each_peek(d, &at, &key, &value)) {
        n++;
        int64_t v = ouro_int_word(value);
        ouro_incref(key);
        always(ouro_dict_del(rt, d, key) == 1);
        ouro_decref(key);
        if (v == 2)
            check(drop_key(rt, d, 'c') == 1 && drop_key(rt, d, 'd') == 1);
    }
    check(n == 7 && ouro_dict_size(d) == 0);
}
