// SPDX-License-Identifier: MIT
// iter.c: iterators over sequences.
#include "rows.h"

static ouro_obj *iterated;

// 1 if the iterator gives exactly these, and then nothing, however often it is asked.
static int gives(ouro_rt *rt, ouro_obj *it, const char *items) {
    for (; *items; items++) {
        ouro_obj *item = NULL;
        if (ouro_next(rt, it, &item) != 1)
            return test_broken(rt);
        char c = ouro_is_int(item) ? (char)('0' + ouro_int_word(item)) : *ouro_str_data(item);
        ouro_decref(item);
        if (c != *items)
            return 0;
    }
    for (int i = 0; i < 3; i++) {
        ouro_obj *item = it;
        if (ouro_next(rt, it, &item) != 0 || item)
            return test_broken(rt);
    }
    return 1;
}

CASE(iter, over_each_kind_of_sequence) {
    ouro_obj *l = own(list_with(rt, "1ab")), *t = own(tuple_with(rt, "1ab")), *s = own(ouro_str_from(rt, "1ab"));
    ouro_obj *r = own(ouro_range_new(rt, 3, 0, -1)), *b = own(ouro_bytes_new(rt, "\1\2\3", 3));
    ouro_obj *a = own(ouro_bytearray_new(rt, "\1\2\3", 3)), *d = own(deque_with(rt, SIZE_MAX, "123"));
    need(l && t && s && r && b && a && d);
    ouro_obj *of[] = {l, t, s, r, b, a, d};
    static const char *const items[] = {"1ab", "1ab", "1ab", "321", "123", "123", "123"};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        ouro_obj *it = own(ouro_iter(rt, of[i]));
        need(it);
        ouro_obj *again = own(ouro_iter(rt, it));
        need(again);
        always(again == it && gives(rt, it, items[i]));
    }
}

CASE(iter, of_empty_sequences_ends_at_once) {
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0)), *s = own(ouro_str_from(rt, "")),
             *r = own(ouro_range_new(rt, 0, 0, 1));
    ouro_obj *b = own(ouro_bytes_new(rt, "", 0)), *d = own(ouro_deque_new(rt, 5));
    need(l && s && r && b && d);
    ouro_obj *of[] = {l, ouro_tuple_new(rt, NULL, 0), s, r, b, d};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        ouro_obj *it = own(ouro_iter(rt, of[i]));
        need(it);
        always(gives(rt, it, ""));
    }
}

CASE(iter, a_str_gives_code_points) {
    static const char text[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    static const uint32_t points[] = {'a', 0xE9, 0x20AC, 0x1F600, 'z'};
    ouro_obj *s = own(ouro_str_from(rt, text));
    need(s);
    ouro_obj *it = own(ouro_iter(rt, s)), *item;
    need(it);
    for (size_t i = 0; i < 5; i++) {
        uint32_t point = 0;
        must(ouro_next(rt, it, &item));
        item = own(item);
        need(item);
        must(ouro_str_at(rt, item, 0, &point));
        always(point == points[i] && ouro_str_length(item) == 1);
    }
    always(ouro_next(rt, it, &item) == 0 && !item);
}

CASE(iter, lets_go_of_the_sequence_at_the_end) {
    ouro_obj *l = own(list_with(rt, "1"));
    need(l);
    ouro_obj *it = own(ouro_iter(rt, l));
    need(it);
    always(ouro_refcount(l) == 2 && gives(rt, it, "1") && ouro_refcount(l) == 1);
    must(ouro_list_append(rt, l, ouro_none(rt)));
    ouro_obj *item;
    always(ouro_next(rt, it, &item) == 0 && !item);
}

CASE(iter, goes_on_by_position_when_a_list_changes) {
    ouro_obj *l = own(list_with(rt, "1234")), *item;
    need(l);
    ouro_obj *it = own(ouro_iter(rt, l));
    need(it);
    always(ouro_next(rt, it, &item) == 1 && ouro_int_word(item) == 1);
    must(ouro_list_del(rt, l, 0));
    always(ouro_next(rt, it, &item) == 1 && ouro_int_word(item) == 3);
    must(ouro_list_append(rt, l, ouro_int_new(rt, 5)));
    always(gives(rt, it, "45"));
    it = own(ouro_iter(rt, l));
    need(it);
    always(ouro_next(rt, it, &item) == 1);
    must(ouro_list_clear(rt, l));
    always(gives(rt, it, ""));
}

static void trap_exhausts(ouro_rt *rt) {
    ouro_obj *item;
    while (ouro_next(rt, iterated, &item) == 1)
        ouro_decref(item);
}

// Making an item may run code that takes the rest: it is handed out all the same, and that was the end.
CASE(iter, that_is_exhausted_while_it_makes_an_item) {
    for (int i = 0; i < 2; i++) {
        ouro_obj *of = i ? own(ouro_range_new(rt, 1000, 1003, 1)) : own(ouro_str_from(rt, "\xE2\x82\xAC\xE2\x82\xAC"));
        need(of);
        iterated = own(ouro_iter(rt, of));
        need(iterated);
        must(trap_set(rt, trap_exhausts));
        ouro_obj *item = NULL;
        int more = ouro_next(rt, iterated, &item);
        trap_done(rt);
        item = own(item);
        must(more);
        check(more == 1 && ouro_next(rt, iterated, &item) == 0);
        ouro_error_clear(rt);
    }
}

CASE(iter, a_cycle_through_an_iterator_is_collected) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *l = ouro_list_new(rt, NULL, 0);
    need(l);
    ouro_obj *it = ouro_iter(rt, l);
    int result = it ? ouro_list_append(rt, l, it) : -1;
    ouro_xdecref(it);
    ouro_decref(l);
    must(result);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}
