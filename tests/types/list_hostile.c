// SPDX-License-Identifier: MIT
// list_hostile.c: comparisons, dying items and collections that change the list that is being worked on.
#include "rows.h"

static ouro_obj *hostile; // the list that a hook changes; owned by the test

// ---- comparisons and deaths ----

static void hook_clear(ouro_rt *rt, ouro_obj *self) {
    (void)self;
    ouro_list_clear(rt, hostile);
}

static void hook_swap(ouro_rt *rt, ouro_obj *self) {
    (void)self;
    ouro_list_set(rt, hostile, 0, ouro_none(rt));
}

CASE(list_hostile, what_a_comparison_takes_away_is_not_found) {
    must(ask_open(rt));
    for (int i = 0; i < 4; i++) {
        ouro_obj *yes = thing_new(rt, &thing_type, i, 1);
        need(yes);
        hostile = own(ouro_list_new(rt, NULL, 0));
        if (!hostile || ouro_list_append(rt, hostile, yes) < 0 || ouro_list_append(rt, hostile, ouro_bool(rt, 0)) < 0) {
            ouro_decref(yes);
            need(hostile);
            must(-1);
        }
        ouro_decref(yes); // the list's is the only reference
        thing_hook = i % 2 ? hook_swap : hook_clear;
        int found =
            i < 2 ? ouro_contains(rt, hostile, ouro_bool(rt, 1)) : ouro_list_remove(rt, hostile, ouro_bool(rt, 1));
        thing_hook = NULL;
        check(found == 0 && ouro_list_size(hostile) == (i % 2 ? 2 : 0));
        must(found);
    }
}

static void hook_drop_x(ouro_rt *rt, fin *self) {
    (void)self;
    if (hostile && ouro_refcount(hostile)) // else the test has ended
        ouro_list_insert(rt, hostile, 0, ouro_none(rt));
    ouro_error_clear(rt);
}

// The object that is looked for dies of the removal, and its finalizer changes the list.
CASE(list_hostile, removing_the_last_reference_runs_code_afterwards) {
    hostile = own(ouro_list_new(rt, NULL, 0));
    need(hostile);
    fin *f = fin_new(rt, hook_drop_x);
    need(f);
    int result = ouro_list_append_steal(rt, hostile, &f->head);
    must(result);
    must(ouro_list_append(rt, hostile, ouro_bool(rt, 0)));
    result = ouro_list_remove(rt, hostile, ouro_list_peek(hostile, 0));
    must(result);
    check(result == 1 && ouro_list_size(hostile) == 2 && ouro_list_peek(hostile, 0) == ouro_none(rt));
    always(ouro_list_peek(hostile, ouro_list_size(hostile) - 1) == ouro_bool(rt, 0));
}

// ---- foreign code between an allocation and its use ----

static void trap_grow(ouro_rt *rt) {
    for (int i = 0; i < 40; i++)
        ouro_list_append(rt, hostile, ouro_none(rt));
}

static void trap_empty(ouro_rt *rt) {
    ouro_list_clear(rt, hostile);
}

// Four items fill what an append makes room for: the fifth asks for memory, and the list changes meanwhile.
CASE(list_hostile, changes_while_it_asks_for_memory) {
    for (int i = 0; i < 2; i++) {
        hostile = own(ouro_list_new(rt, NULL, 0));
        need(hostile);
        while (ouro_list_size(hostile) < ((ouroi_list *)hostile)->capacity || !ouro_list_size(hostile))
            must(ouro_list_append(rt, hostile, ouro_bool(rt, 0)));
        size_t size = ouro_list_size(hostile);
        must(trap_set(rt, i ? trap_grow : trap_empty));
        int result = ouro_list_append(rt, hostile, ouro_bool(rt, 1));
        trap_done(rt);
        must(result);
        check(ouro_list_size(hostile) == (i ? size + 41 : 1));
        always(ouro_list_peek(hostile, ouro_list_size(hostile) - 1) == ouro_bool(rt, 1));
    }
}

CASE(list_hostile, a_slice_of_a_list_that_shrinks_meanwhile_is_shorter) {
    hostile = own(list_with(rt, "123456"));
    need(hostile);
    ouro_bounds b = {5, -1, -1, 6};
    must(trap_set(rt, trap_empty));
    ouro_obj *part = own(ouro_list_slice(rt, hostile, &b));
    trap_done(rt);
    need(part);
    check(ouro_list_size(part) == 0 && ouro_list_size(hostile) == 0);
}

CASE(list_hostile, a_sum_of_lists_that_change_meanwhile) {
    hostile = own(list_with(rt, "123456"));
    need(hostile);
    must(trap_set(rt, trap_grow));
    ouro_obj *sum = own(ouro_binary(rt, OURO_ADD, hostile, hostile));
    trap_done(rt);
    need(sum);
    check(ouro_list_size(sum) == 92 && ouro_list_size(hostile) == 46);
    must(trap_set(rt, trap_empty));
    ouro_obj *copy = own(ouro_copy(rt, hostile));
    trap_done(rt);
    need(copy);
    check(ouro_list_size(copy) == 0);
    must(ouro_list_append(rt, hostile, ouro_none(rt)));
    must(trap_set(rt, trap_grow));
    ouro_obj *twice = own(ouro_binary(rt, OURO_MUL, hostile, ouro_int_new(rt, 2)));
    trap_done(rt);
    need(twice);
    check(ouro_list_size(twice) <= 2);
}

CASE(list_hostile, is_extended_by_a_list_that_grows_meanwhile) {
    hostile = own(list_with(rt, "123456"));
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(hostile && l);
    must(trap_set(rt, trap_grow));
    int result = ouro_list_extend(rt, l, hostile);
    trap_done(rt);
    must(result);
    check(ouro_list_size(hostile) == 46 && ouro_list_size(l) == 46);
    must(ouro_verify(rt));
}

static ouro_obj *trap_item;
static void trap_drop(ouro_rt *rt) {
    (void)rt;
    ouro_setslot(&trap_item, NULL);
}

// What is put in may be held by nobody else by the time there is room.
CASE(list_hostile, holds_what_is_put_in_while_it_asks_for_memory) {
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    for (int i = 0; i < 4; i++) {
        trap_item = NULL;
        ouro_obj *item = obj(leaf_new(rt, 7));
        need(item);
        trap_item = item;
        int result = trap_set(rt, trap_drop);
        ouro_obj *made = NULL;
        if (result == 0 && i < 2)
            result = i ? ouro_list_insert(rt, l, 0, item) : ouro_list_append(rt, l, item);
        else if (result == 0)
            made = own(i == 2 ? ouro_list_new(rt, &item, 1) : ouro_tuple_new(rt, &item, 1));
        trap_done(rt);
        ouro_setslot(&trap_item, NULL);
        must(result);
        if (i >= 2)
            need(made);
        ouro_obj *held = i < 2 ? ouro_list_peek(l, 0) : i == 2 ? ouro_list_peek(made, 0) : ouro_tuple_peek(made, 0);
        always(ouro_refcount(held) == 1 && ((leaf *)held)->value == 7);
        must(ouro_list_clear(rt, l));
        must(ouro_list_reserve(rt, l, 0));
    }
}
