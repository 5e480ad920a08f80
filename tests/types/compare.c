// SPDX-License-Identifier: MIT
// compare.c: relations and hashes: who is asked and in what order, how deep and in what circles nests may go.
#include "ask.h"

// ---- comparing ----

CASE(compare, a_relation_is_asked_left_then_right_turned) {
    must(ask_open(rt));
    ouro_obj *a = own(thing_new(rt, &thing_type, 1, OURO_PASS)), *b = own(thing_new(rt, &thing_type, 2, 1));
    need(a && b);
    must(ouro_compare(rt, OURO_LT, a, b));
    check(kit_trace_is("lt1 gt2"));
    kit_trace_start();
    must(ouro_compare(rt, OURO_GE, a, b));
    check(kit_trace_is("ge1 le2"));
}

CASE(compare, not_equal_is_the_opposite_of_equal_when_nobody_says_otherwise) {
    must(ask_open(rt));
    ouro_obj *a = own(thing_new(rt, &thing_type, 1, OURO_PASS)), *b = own(thing_new(rt, &thing_type, 2, OURO_PASS));
    need(a && b);
    int differ = ouro_compare(rt, OURO_NE, a, b);
    must(differ);
    check(differ == 1);
    check(kit_trace_is("ne1 ne2 eq1 eq2"));
    int same = ouro_compare(rt, OURO_NE, a, a);
    must(same);
    check(same == 0);
}

CASE(compare, a_type_that_extends_the_other_is_asked_first) {
    must(ask_open(rt));
    ouro_obj *a = own(thing_new(rt, &thing_type, 1, OURO_PASS)), *b = own(thing_new(rt, &thing2_type, 2, OURO_PASS));
    need(a && b);
    int less = ouro_compare(rt, OURO_LT, a, b);
    check(less == -1 && says(rt, OURO_ERR_TYPE, "'<' not supported between 'thing' and 'thing2'"));
    ouro_error_clear(rt);
    check(kit_trace_is("gt2 lt1"));
    kit_trace_start();
    check(!ouro_binary(rt, OURO_SUB, a, b));
    check(says(rt, OURO_ERR_TYPE, "unsupported operand types for -: 'thing' and 'thing2'"));
    ouro_error_clear(rt);
    check(kit_trace_is("second2 left1"));
}

CASE(compare, an_error_of_a_comparison_is_the_answer) {
    must(ask_open(rt));
    ouro_obj *bad = own(thing_new(rt, &thing_type, 7, -1));
    need(bad);
    ouro_obj *p = own(pair_new(rt, ouro_none(rt), bad));
    need(p);
    ouro_obj *q = own(pair_new(rt, ouro_none(rt), ouro_none(rt)));
    need(q);
    check(ouro_equal(rt, p, q) == -1 && says(rt, OURO_ERR_USER, "thing 7"));
    ouro_error_clear(rt);
    check(ouro_equal(rt, q, p) == -1 && says(rt, OURO_ERR_USER, "thing 7"));
    ouro_error_clear(rt);
}

CASE(compare, parts_that_differ_decide_the_order) {
    must(ask_open(rt));
    ouro_obj *two = own(ouro_int_new(rt, 2)), *three = own(ouro_int_new(rt, 3));
    need(two && three);
    ouro_obj *a = own(pair_new(rt, two, two)), *b = own(pair_new(rt, two, three));
    need(a && b);
    ouro_obj *outer_a = own(pair_new(rt, a, three)), *outer_b = own(pair_new(rt, b, two));
    need(outer_a && outer_b);
    static const int expected[] = {
        [OURO_EQ] = 0, [OURO_NE] = 1, [OURO_LT] = 1, [OURO_LE] = 1, [OURO_GT] = 0, [OURO_GE] = 0};
    for (ouro_relation r = OURO_EQ; r <= OURO_GE; r++) {
        int forth = ouro_compare(rt, r, outer_a, outer_b), back = ouro_compare(rt, r, outer_b, outer_a);
        must(forth);
        must(back);
        check(forth == expected[r]);
        check(back == (r <= OURO_NE ? expected[r] : !expected[r]));
        int self = ouro_compare(rt, r, outer_a, outer_a);
        must(self);
        check(self == (r == OURO_EQ || r == OURO_LE || r == OURO_GE));
    }
    ouro_error_clear(rt);
}

CASE(compare, equal_parts_of_another_type_keep_their_order) {
    must(ask_open(rt));
    // The part on the left knows nothing of pairs; the one on the right is asked turned round, and still is the right.
    ouro_obj *t = own(thing_new(rt, &thing_type, 1, OURO_PASS)), *p = own(pair_new(rt, ouro_none(rt), ouro_none(rt)));
    need(t && p);
    ouro_obj *a = own(pair_new(rt, t, p)), *b = own(pair_new(rt, p, t));
    need(a && b);
    check(ouro_compare(rt, OURO_LT, a, b) == -1);
    check(says(rt, OURO_ERR_TYPE, "'<' not supported between 'thing' and 'pair'"));
    ouro_error_clear(rt);
}

CASE(compare, deep_nests_are_hashed_compared_and_copied) {
    must(ask_open(rt));
    size_t n = kit_size(300000, 50);
    ouro_obj *a = own(nest_new(rt, n, 5)), *b = own(nest_new(rt, n, 5)), *c = own(nest_new(rt, n, 6));
    need(a && b && c);
    int same = ouro_equal(rt, a, b), other = ouro_equal(rt, a, c), less = ouro_compare(rt, OURO_LT, a, c);
    must(same);
    must(other);
    must(less);
    check(same == 1 && other == 0 && less == 1);
    uint64_t ha, hb;
    must(ouro_hash(rt, a, &ha));
    must(ouro_hash(rt, b, &hb));
    check(ha == hb);
    exact(pair_hashes == 2 * (int)n);
    ouro_obj *copy = own(ouro_deep_copy(rt, a));
    need(copy);
    check(copy != a && pair_of(copy)->right != pair_of(a)->right);
    same = ouro_equal(rt, a, copy);
    must(same);
    check(same == 1);
    ouro_error_clear(rt);
}

CASE(compare, what_contains_itself_is_an_error_to_compare_and_hash) {
    must(ask_open(rt));
    ouro_obj *a = own(pair_new(rt, ouro_none(rt), ouro_none(rt)));
    ouro_obj *b = own(pair_new(rt, ouro_none(rt), ouro_none(rt)));
    need(a && b);
    ouro_setref(a, &pair_of(a)->right, a);
    ouro_setref(b, &pair_of(b)->right, b);
    check(ouro_equal(rt, a, b) == -1 && says(rt, OURO_ERR_DEPTH, "contains itself"));
    ouro_error_clear(rt);
    // Circles of different lengths meet again all the same.
    ouro_obj *c = own(pair_new(rt, ouro_none(rt), b));
    need(c);
    ouro_setref(b, &pair_of(b)->right, c);
    check(ouro_equal(rt, a, b) == -1 && says(rt, OURO_ERR_DEPTH, "contains itself"));
    ouro_error_clear(rt);
    uint64_t hash;
    check(ouro_hash(rt, a, &hash) == -1 && says(rt, OURO_ERR_DEPTH, "contains itself"));
    ouro_error_clear(rt);
}

static ouro_obj *victim_holder;

static void drop_the_pair(ouro_rt *rt, ouro_obj *self) {
    (void)rt;
    (void)self;
    ouro_setslot(&victim_holder, NULL);
}

CASE(compare, what_is_compared_may_be_dropped_meanwhile) {
    must(ask_open(rt));
    ouro_obj *t = own(thing_new(rt, &thing_type, 1, 1)), *other = own(pair_new(rt, ouro_none(rt), ouro_none(rt)));
    need(t && other);
    victim_holder = pair_new(rt, t, ouro_none(rt));
    need(victim_holder);
    thing_hook = drop_the_pair;
    int same = ouro_equal(rt, victim_holder, other);
    ouro_setslot(&victim_holder, NULL);
    must(same);
    check(same == 1 && kit_trace_is("eq1"));
}

// ---- hashing ----

CASE(compare, identity_is_hashed_unless_the_type_compares) {
    must(ask_open(rt));
    uint64_t h1, h2;
    node *n = own(node_new(rt));
    need(n);
    must(ouro_hash(rt, &n->head, &h1));
    must(ouro_hash(rt, &n->head, &h2));
    check(h1 == h2);
    ouro_obj *t = own(thing_new(rt, &thing_type, 1, 1));
    need(t);
    check(ouro_hash(rt, t, &h1) == -1 && says(rt, OURO_ERR_TYPE, "unhashable type: 'thing'"));
    ouro_error_clear(rt);
}
