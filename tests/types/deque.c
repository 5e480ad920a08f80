// SPDX-License-Identifier: MIT
// deque.c: deques: both ends, the ring, a bound, what the protocols say, and changes while they are looked at.
#include "rows.h"

static ouro_obj *hooked; // the deque that a hook changes; owned by the test

// Takes an item at an end and drops it; the character it stands for, or 0 if there is none.
static char take(ouro_rt *rt, ouro_obj *d, int (*pop)(ouro_rt *, ouro_obj *, ouro_obj **)) {
    ouro_obj *item;
    int some = pop(rt, d, &item);
    always(some == (item != NULL));
    if (some != 1)
        return 0;
    char c = ouro_is_int(item) ? (char)('0' + ouro_int_word(item)) : *ouro_str_data(item);
    ouro_decref(item);
    return c;
}

CASE(deque, an_empty_deque_is_a_deque) {
    ouro_obj *d = own(ouro_deque_new(rt, SIZE_MAX)), *item = d;
    need(d);
    always(ouro_is_deque(d) && ouro_is(d, ouro_deque_type) && !ouro_is_deque(ouro_none(rt)));
    always(ouro_deque_size(d) == 0 && ouro_deque_max(d) == SIZE_MAX && ouro_truth(rt, d) == 0);
    always(ouro_deque_pop(rt, d, &item) == 0 && !item && ouro_deque_pop_left(rt, d, &item) == 0 && !item);
}

CASE(deque, grows_and_shrinks_at_both_ends) {
    ouro_obj *d = own(ouro_deque_new(rt, SIZE_MAX)), *a = own(ouro_str_from(rt, "aa")),
             *b = own(ouro_str_from(rt, "bb"));
    need(d && a && b);
    must(went(rt, ouro_deque_append(rt, d, a), d, "", "a"));
    must(went(rt, ouro_deque_append_left(rt, d, b), d, "a", "ba"));
    must(went(rt, ouro_deque_append_left(rt, d, a), d, "ba", "aba"));
    must(went(rt, ouro_deque_append(rt, d, b), d, "aba", "abab"));
    must(went(rt, ouro_deque_append(rt, d, b), d, "abab", "ababb"));
    must(went(rt, ouro_deque_append_left(rt, d, b), d, "ababb", "bababb"));
    always(take(rt, d, ouro_deque_pop) == 'b' && take(rt, d, ouro_deque_pop_left) == 'b' && row_is(rt, d, "abab"));
    always(ouro_refcount(a) == 3 && ouro_refcount(b) == 3);
    always(take(rt, d, ouro_deque_pop_left) == 'a' && take(rt, d, ouro_deque_pop) == 'b' && row_is(rt, d, "ba"));
    always(take(rt, d, ouro_deque_pop) == 'a' && take(rt, d, ouro_deque_pop) == 'b' && !take(rt, d, ouro_deque_pop));
    always(ouro_refcount(a) == 1 && ouro_refcount(b) == 1);
}

CASE(deque, a_queue_stays_small) {
    ouro_obj *d = own(ouro_deque_new(rt, SIZE_MAX));
    need(d);
    size_t before = kit_usage(rt).buffer_bytes;
    for (int i = 0; i < 1000; i++) {
        must(ouro_deque_append(rt, d, ouro_int_new(rt, i % 10)));
        if (i >= 6)
            always(take(rt, d, ouro_deque_pop_left) == '0' + (i - 6) % 10);
    }
    always(ouro_deque_size(d) == 6 && (OURO_DEBUG || kit_usage(rt).buffer_bytes - before <= 128));
}

CASE(deque, gives_memory_back_when_it_shrinks) {
    ouro_obj *d = own(ouro_deque_new(rt, SIZE_MAX));
    need(d);
    size_t before = kit_usage(rt).buffer_bytes;
    for (int i = 0; i < 5000; i++)
        must(ouro_deque_append_left(rt, d, ouro_none(rt)));
    size_t full = kit_usage(rt).buffer_bytes - before;
    ouro_obj *item;
    while (ouro_deque_size(d) > 20)
        must((ouro_deque_size(d) % 2 ? ouro_deque_pop : ouro_deque_pop_left)(rt, d, &item));
    check(kit_usage(rt).buffer_bytes - before < full / 50);
    always(ouro_deque_size(d) == 20);
}

CASE(deque, a_bound_pushes_out_at_the_other_end) {
    ouro_obj *d = own(deque_with(rt, 3, "12345"));
    need(d);
    always(row_is(rt, d, "345") && ouro_deque_max(d) == 3);
    ouro_obj *x = own(ouro_str_from(rt, "xx"));
    need(x);
    must(went(rt, ouro_deque_append(rt, d, x), d, "345", "45x"));
    must(went(rt, ouro_deque_append_left(rt, d, x), d, "45x", "x45"));
    ouro_obj *t = own(tuple_with(rt, "ab"));
    need(t);
    must(went(rt, ouro_deque_extend(rt, d, t), d, "x45", "5ab"));
    must(went(rt, ouro_deque_extend(rt, d, d), d, "5ab", "5ab"));
    always(ouro_refcount(x) == 1);
    ouro_obj *nothing = own(ouro_deque_new(rt, 0));
    need(nothing);
    must(ouro_deque_append(rt, nothing, x));
    must(ouro_deque_append_left(rt, nothing, x));
    must(ouro_deque_extend(rt, nothing, t));
    always(ouro_deque_size(nothing) == 0 && ouro_refcount(x) == 1);
}

CASE(deque, extend_is_done_or_not) {
    ouro_obj *d = own(deque_with(rt, SIZE_MAX, "12")), *t = own(tuple_with(rt, "abcdef"));
    need(d && t);
    must(went(rt, ouro_deque_extend(rt, d, t), d, "12", "12abcdef"));
    must(went(rt, ouro_deque_extend(rt, d, d), d, "12abcdef", "12abcdef12abcdef"));
    check(ouro_deque_extend(rt, d, ouro_none(rt)) == -1 && says(rt, OURO_ERR_TYPE, "not iterable"));
    ouro_error_clear(rt);
    always(row_is(rt, d, "12abcdef12abcdef"));
}

CASE(deque, items_are_read_and_set_by_positions_from_both_ends) {
    ouro_obj *d = own(deque_with(rt, SIZE_MAX, "cd")), *b = own(ouro_str_from(rt, "b"));
    need(d && b);
    must(ouro_deque_append_left(rt, d, b));
    for (ptrdiff_t i = -3; i < 3; i++) {
        ouro_obj *key = own(ouro_int_new(rt, i)), *item = ouro_deque_get(rt, d, i);
        need(key);
        ouro_obj *again = ouro_get_item(rt, d, key);
        always(item == again && *ouro_str_data(item) == "bcd"[i < 0 ? i + 3 : i]);
        ouro_decref(item);
        ouro_decref(again);
    }
    must(went(rt, ouro_deque_set(rt, d, -1, b), d, "bcd", "bcb"));
    must(went(rt, ouro_set_item(rt, d, ouro_int_new(rt, 1), b), d, "bcb", "bbb"));
    always(!ouro_deque_get(rt, d, 3) && says(rt, OURO_ERR_INDEX, "index 3 out of range, the length is 3"));
    always(ouro_deque_set(rt, d, -4, b) == -1 && says(rt, OURO_ERR_INDEX, "index -4"));
    always(!ouro_get_item(rt, d, b) && says(rt, OURO_ERR_TYPE, "'int' expected"));
    always(ouro_set_item(rt, d, b, b) == -1 && says(rt, OURO_ERR_TYPE, "'int' expected"));
}

CASE(deque, an_item_in_the_middle_is_deleted) {
    for (int i = 0; i < 6; i++)
        for (int turned = 0; turned < 6; turned++) {
            char expected[7] = "abcdef";
            memmove(expected + i, expected + i + 1, (size_t)(6 - i));
            ouro_obj *d = deque_with(rt, SIZE_MAX, "abcdef");
            need(d);
            int result = ouro_deque_rotate(rt, d, turned);
            result = result < 0 ? result : ouro_deque_rotate(rt, d, -turned);
            result = result < 0 ? result : went(rt, ouro_del_item(rt, d, ouro_int_new(rt, i)), d, "abcdef", expected);
            ouro_decref(d);
            must(result);
        }
}

CASE(deque, rotates_by_any_number) {
    static const char *const texts[] = {"", "1", "12", "1234", "12345"};
    static const ptrdiff_t turns[] = {0, 1, -1, 2, -2, 3, 4, 5, -5, 7, 1000001, PTRDIFF_MIN, PTRDIFF_MAX};
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < sizeof turns / sizeof *turns; k++) {
            ptrdiff_t n = (ptrdiff_t)strlen(texts[i]);
            char expected[8] = "";
            for (ptrdiff_t j = 0; j < n; j++)
                expected[((j + turns[k] % n) % n + n) % n] = texts[i][j];
            ouro_obj *d = deque_with(rt, SIZE_MAX, texts[i]);
            need(d);
            int result = went(rt, ouro_deque_rotate(rt, d, turns[k]), d, texts[i], expected);
            ouro_decref(d);
            must(result);
        }
}

CASE(deque, nothing_else_is_taken_for_one) {
    ouro_obj *o = ouro_none(rt), *item = o;
    always(ouro_deque_append(rt, o, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_deque_append: 'deque' expected"));
    always(ouro_deque_append_left(rt, o, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_deque_append_left: "));
    always(ouro_deque_pop(rt, o, &item) == -1 && !item && says(rt, OURO_ERR_TYPE, "ouro_deque_pop: "));
    always(ouro_deque_pop_left(rt, o, &item) == -1 && says(rt, OURO_ERR_TYPE, "ouro_deque_pop_left: "));
    always(ouro_deque_extend(rt, o, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_deque_extend: "));
    always(!ouro_deque_get(rt, o, 0) && says(rt, OURO_ERR_TYPE, "ouro_deque_get: "));
    always(ouro_deque_set(rt, o, 0, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_deque_set: "));
    always(ouro_deque_rotate(rt, o, 1) == -1 && says(rt, OURO_ERR_TYPE, "ouro_deque_rotate: "));
    always(ouro_deque_clear(rt, o) == -1 && says(rt, OURO_ERR_TYPE, "ouro_deque_clear: "));
}

// ---- what the protocols say ----

CASE(deque, is_written_with_its_bound) {
    ouro_obj *d = own(deque_with(rt, SIZE_MAX, "1a")), *m = own(deque_with(rt, 3, "")),
             *n = own(deque_with(rt, 2, "12"));
    need(d && m && n);
    must(ouro_deque_append(rt, d, d));
    ouro_obj *s = own(ouro_repr(rt, d)), *t = own(ouro_repr(rt, m)), *u = own(ouro_repr(rt, n));
    need(s && t && u);
    check(!strncmp(ouro_str_data(s), "deque([1, 'a', ", 15) && text_is(t, "deque([], maxlen=3)"));
    check(text_is(u, "deque([1, 2], maxlen=2)"));
    must(ouro_deque_clear(rt, d));
}

CASE(deque, deques_compare_item_by_item) {
    static const char *const texts[] = {"", "1", "12", "13", "2", "21", "3"};
    ouro_obj *d[7];
    for (size_t i = 0; i < 7; i++) {
        need(d[i] = own(deque_with(rt, SIZE_MAX, texts[i])));
        must(ouro_deque_rotate(rt, d[i], 0));
    }
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++) {
            check(ouro_compare(rt, OURO_EQ, d[i], d[j]) == (i == j));
            check(ouro_compare(rt, OURO_NE, d[i], d[j]) == (i != j));
            check(ouro_compare(rt, OURO_LT, d[i], d[j]) == (i < j));
            check(ouro_compare(rt, OURO_GE, d[i], d[j]) == (i >= j));
        }
    ouro_obj *l = own(list_with(rt, "12"));
    uint64_t hash;
    need(l);
    check(ouro_equal(rt, d[2], l) == 0 && ouro_equal(rt, l, d[2]) == 0);
    check(ouro_hash(rt, d[2], &hash) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'deque'"));
    ouro_error_clear(rt);
}

CASE(deque, is_added_copied_and_copied_deeply) {
    ouro_obj *a = own(deque_with(rt, 4, "123")), *b = own(deque_with(rt, SIZE_MAX, "ab")), *l = own(list_with(rt, "9"));
    need(a && b && l);
    ouro_obj *sum = own(ouro_binary(rt, OURO_ADD, a, b)), *copy = own(ouro_copy(rt, a));
    need(sum && copy);
    always(row_is(rt, sum, "23ab") && ouro_deque_max(sum) == 4 && row_is(rt, a, "123"));
    always(copy != a && row_is(rt, copy, "123") && ouro_deque_max(copy) == 4);
    check(!ouro_binary(rt, OURO_ADD, a, l) && says(rt, OURO_ERR_TYPE, "unsupported operand types for +"));
    check(!ouro_binary(rt, OURO_MUL, a, b) && says(rt, OURO_ERR_TYPE, "unsupported operand types for *"));
    ouro_error_clear(rt);
    must(ouro_deque_append(rt, b, l));
    must(ouro_deque_append(rt, b, b));
    ouro_obj *deep = own(ouro_deep_copy(rt, b));
    need(deep);
    ouro_obj *inner = ouro_deque_get(rt, deep, 2), *self = ouro_deque_get(rt, deep, 3);
    always(ouro_deque_size(deep) == 4 && inner != l && row_is(rt, inner, "9") && self == deep);
    ouro_decref(inner);
    ouro_decref(self);
    must(ouro_deque_clear(rt, b));
    must(ouro_deque_clear(rt, deep));
}

CASE(deque, finds_an_equal_item) {
    must(ask_open(rt));
    ouro_obj *d = own(deque_with(rt, SIZE_MAX, "1a2")), *f = own(ouro_float_new(rt, 2.0));
    ouro_obj *bad = own(thing_new(rt, &thing_type, 3, -1));
    need(d && f && bad);
    check(ouro_contains(rt, d, f) == 1 && ouro_contains(rt, d, ouro_none(rt)) == 0);
    must(ouro_deque_append_left(rt, d, bad));
    check(ouro_contains(rt, d, f) == -1 && says(rt, OURO_ERR_USER, "thing 3"));
    ouro_error_clear(rt);
}

// ---- changes while it is looked at ----

CASE(deque, a_change_ends_the_iteration) {
    for (int i = 0; i < 8; i++) {
        ouro_obj *d = own(deque_with(rt, SIZE_MAX, "123")), *item;
        need(d);
        ouro_obj *it = own(ouro_iter(rt, d)), *list = own(list_with(rt, "7"));
        need(it && list);
        always(ouro_next(rt, it, &item) == 1);
        int result = i == 0   ? ouro_deque_append(rt, d, item)
                     : i == 1 ? ouro_deque_append_left(rt, d, item)
                     : i == 2 ? ouro_deque_pop(rt, d, &item)
                     : i == 3 ? ouro_deque_pop_left(rt, d, &item)
                     : i == 4 ? ouro_deque_rotate(rt, d, 1)
                     : i == 5 ? ouro_deque_clear(rt, d)
                     : i == 6 ? ouro_del_item(rt, d, item)
                              : ouro_deque_extend(rt, d, list);
        must(result);
        check(ouro_next(rt, it, &item) == -1 && !item && says(rt, OURO_ERR_STATE, "deque mutated during iteration"));
        ouro_error_clear(rt);
        always(ouro_next(rt, it, &item) == 0 && !item && ouro_refcount(d) == 1);
    }
    ouro_obj *d = own(deque_with(rt, SIZE_MAX, "12")), *item;
    need(d);
    ouro_obj *it = own(ouro_iter(rt, d));
    need(it);
    must(ouro_deque_set(rt, d, 0, ouro_none(rt)));
    always(ouro_next(rt, it, &item) == 1 && item == ouro_none(rt));
}

static void hook_clears(ouro_rt *rt, ouro_obj *self) {
    (void)self;
    ouro_deque_clear(rt, hooked);
}

CASE(deque, a_comparison_that_changes_it_ends_the_search) {
    must(ask_open(rt));
    for (int answer = 0; answer < 2; answer++) {
        hooked = own(deque_with(rt, SIZE_MAX, ""));
        ouro_obj *it = thing_new(rt, &thing_type, 1, answer);
        need(it);
        int result = hooked ? ouro_deque_append(rt, hooked, it) : -1;
        ouro_decref(it);
        must(result);
        thing_hook = hook_clears;
        int found = ouro_contains(rt, hooked, ouro_none(rt));
        thing_hook = NULL;
        check(found == -1 && says(rt, OURO_ERR_STATE, "deque mutated during iteration"));
        ouro_error_clear(rt);
    }
}

static void trap_fills(ouro_rt *rt) {
    for (int i = 0; i < 40; i++)
        ouro_deque_append_left(rt, hooked, ouro_int_new(rt, 7));
}

static void trap_empties(ouro_rt *rt) {
    ouro_deque_clear(rt, hooked);
}

CASE(deque, changes_while_it_asks_for_memory) {
    for (int i = 0; i < 6; i++) {
        hooked = own(deque_with(rt, SIZE_MAX, "1234"));
        ouro_obj *t = own(tuple_with(rt, "ab")), *x = own(ouro_str_from(rt, "x"));
        need(hooked && t && x);
        must(trap_set(rt, i % 2 ? trap_fills : trap_empties));
        int result = i / 2 == 0   ? ouro_deque_append(rt, hooked, x)
                     : i / 2 == 1 ? ouro_deque_append_left(rt, hooked, x)
                                  : ouro_deque_extend(rt, hooked, t);
        trap_done(rt);
        must(result);
        check(ouro_deque_size(hooked) == (i % 2 ? 44u : 0u) + (i / 2 == 2 ? 2 : 1));
        must(ouro_verify(rt));
    }
}

static void trap_refills(ouro_rt *rt) {
    while (ouro_deque_size(hooked) < 60)
        if (ouro_deque_append(rt, hooked, ouro_int_new(rt, 7)) < 0)
            return;
}

// A pop that gives memory back asks for a smaller ring, and the deque has grown when it gets it.
CASE(deque, is_filled_again_while_it_shrinks) {
    hooked = own(ouro_deque_new(rt, SIZE_MAX));
    need(hooked);
    for (int i = 0; i < 64; i++)
        must(ouro_deque_append(rt, hooked, ouro_int_new(rt, i % 10)));
    ouro_obj *item;
    while (ouro_deque_size(hooked) > 9)
        must(ouro_deque_pop(rt, hooked, &item));
    must(trap_set(rt, trap_refills));
    must(ouro_deque_pop(rt, hooked, &item));
    trap_done(rt);
    check(ouro_int_word(item) == 8 && ouro_deque_size(hooked) == 60);
    must(ouro_verify(rt));
}

static ouro_obj *trap_item;
static void trap_drops(ouro_rt *rt) {
    (void)rt;
    ouro_setslot(&trap_item, NULL);
}

CASE(deque, holds_what_is_put_in_while_it_asks_for_memory) {
    for (int i = 0; i < 2; i++) {
        ouro_obj *d = own(ouro_deque_new(rt, SIZE_MAX)), *item = obj(leaf_new(rt, 7));
        trap_item = item;
        int result = d && item ? trap_set(rt, trap_drops) : -1;
        if (result == 0)
            result = (i ? ouro_deque_append : ouro_deque_append_left)(rt, d, item);
        trap_done(rt);
        ouro_setslot(&trap_item, NULL);
        must(result);
        item = ouro_deque_get(rt, d, 0);
        always(ouro_refcount(item) == 2 && ((leaf *)item)->value == 7);
        ouro_decref(item);
    }
}

static void dying_refills(ouro_rt *rt, fin *self) {
    (void)self;
    if (!ouro_refcount(hooked))
        return; // the test has ended
    always(ouro_deque_size(hooked) <= 2);
    ouro_deque_append(rt, hooked, ouro_none(rt));
    ouro_error_clear(rt);
}

CASE(deque, what_is_pushed_out_or_cleared_dies_last) {
    hooked = own(ouro_deque_new(rt, 2));
    need(hooked);
    for (int i = 0; i < 3; i++) {
        fin *f = fin_new(rt, dying_refills);
        need(f);
        int result = ouro_deque_append(rt, hooked, &f->head);
        ouro_decref(&f->head);
        must(result);
    }
    check(fin_calls > 0 && ouro_deque_size(hooked) == 2);
    must(ouro_deque_clear(rt, hooked));
    must(ouro_deque_clear(rt, hooked));
    always(ouro_deque_size(hooked) == 0);
}

static void dying_looks(ouro_rt *rt, fin *self) {
    (void)self;
    if (ouro_refcount(hooked) && !test_broken(rt))
        always(row_is(rt, hooked, "abc"));
}

CASE(deque, what_extend_pushes_out_dies_when_all_is_in) {
    hooked = own(ouro_deque_new(rt, 3));
    ouro_obj *t = own(tuple_with(rt, "abc"));
    need(hooked && t);
    for (int i = 0; i < 3; i++) {
        fin *f = fin_new(rt, dying_looks);
        need(f);
        int result = ouro_deque_append(rt, hooked, &f->head);
        ouro_decref(&f->head);
        must(result);
    }
    must(ouro_deque_extend(rt, hooked, t));
    check(fin_calls == 3);
}

CASE(deque, empty_places_read_as_none) {
    ouro_obj *d = own(deque_with(rt, 3, "123")), *item;
    need(d);
    ouro_obj **ring = *(ouro_obj ***)(void *)(d + 1);
    for (int i = 0; i < 3; i++)
        ouro_clearref(d, &ring[i]);
    item = ouro_deque_get(rt, d, 0);
    always(item == ouro_none(rt));
    must(ouro_deque_append(rt, d, ouro_none(rt)));
    must(ouro_deque_extend(rt, d, d));
    always(ouro_deque_pop(rt, d, &item) == 1 && item == ouro_none(rt));
    always(ouro_deque_pop_left(rt, d, &item) == 1 && item == ouro_none(rt));
    must(ouro_del_item(rt, d, ouro_int_new(rt, 0)));
}

CASE(deque, cycles_of_deques_are_collected) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *d = ouro_deque_new(rt, SIZE_MAX);
    need(d);
    int result = ouro_deque_append(rt, d, d);
    ouro_obj *it = ouro_iter(rt, d);
    if (it && result == 0)
        result = ouro_deque_append_left(rt, d, it);
    ouro_xdecref(it);
    ouro_decref(d);
    must(result);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}
