// SPDX-License-Identifier: MIT
// protocol.c: text, copies, attributes, calls, and what is said when a type lacks an operation; opening and seeds.
#include "ask.h"

// ---- text ----

CASE(protocol, text_of_nests) {
    must(ask_open(rt));
    ouro_obj *a = own(nest_new(rt, 2, 5));
    need(a);
    ouro_obj *s = own(ouro_repr(rt, a));
    need(s);
    check(text_is(s, "<None <None 5>>"));
    ouro_setref(a, &pair_of(a)->left, a);
    s = own(ouro_repr(rt, a));
    need(s);
    check(text_is(s, "<... <None 5>>"));
    ouro_clearref(a, &pair_of(a)->left);
    ouro_setref(a, &pair_of(a)->left, ouro_none(rt));
}

CASE(protocol, text_is_cut_at_the_depth_allowed) {
    must(ask_open(rt));
    ouro_obj *a = own(nest_new(rt, 1000, 5));
    need(a);
    ouro_obj *s = own(ouro_repr(rt, a));
    need(s);
    check(strstr(ouro_str_data(s), "<None ...>") && !strchr(ouro_str_data(s), '5'));
}

CASE(protocol, text_of_what_has_none) {
    must(ask_open(rt));
    ouro_obj *t = own(thing_new(rt, &thing_type, 3, 0));
    need(t);
    ouro_obj *s = own(ouro_to_str(rt, t));
    need(s);
    check(text_is(s, "thing 3"));
    s = own(ouro_repr(rt, t));
    need(s);
    check(strncmp(ouro_str_data(s), "<thing object at 0x", 19) == 0);
    ouro_obj *same = own(ouro_to_str(rt, s));
    check(same == s);
}

// ---- copies ----

CASE(protocol, deep_copies_keep_what_is_shared_and_what_is_a_circle) {
    must(ask_open(rt));
    ouro_obj *shared = own(nest_new(rt, 1, 5));
    need(shared);
    ouro_obj *a = own(pair_new(rt, shared, shared));
    need(a);
    ouro_obj *c = own(ouro_deep_copy(rt, a));
    need(c);
    check(pair_of(c)->left == pair_of(c)->right && pair_of(c)->left != shared);
    ouro_setref(a, &pair_of(a)->left, a);
    c = own(ouro_deep_copy(rt, a));
    need(c);
    check(pair_of(c)->left == c && c != a);
    c = own(ouro_copy(rt, a));
    need(c);
    check(pair_of(c)->left == a && pair_of(c)->right == shared);
}

CASE(protocol, what_cannot_be_copied_is_named_and_nothing_is_lost) {
    must(ask_open(rt));
    ouro_obj *t = own(thing_new(rt, &thing_type, 3, 0));
    need(t);
    ouro_obj *a = own(pair_new(rt, ouro_none(rt), t));
    need(a);
    check(!ouro_deep_copy(rt, a) && says(rt, OURO_ERR_TYPE, "'thing' objects cannot be copied"));
    ouro_error_clear(rt);
    check(!ouro_copy(rt, t) && says(rt, OURO_ERR_TYPE, "'thing' objects cannot be copied"));
    ouro_error_clear(rt);
    check(pair_of(a)->right == t && ouro_refcount(t) == 2);
}

// ---- what a type lacks ----

CASE(protocol, what_a_type_lacks_is_said) {
    must(ask_open(rt));
    node *n = own(node_new(rt));
    need(n);
    ouro_obj *o = &n->head, *out = o;
    size_t length;
    check(ouro_length(rt, o, &length) == -1 && says(rt, OURO_ERR_TYPE, "'node' object has no length"));
    check(!ouro_get_item(rt, o, o) && says(rt, OURO_ERR_TYPE, "'node' object has no items to read"));
    check(ouro_set_item(rt, o, o, o) == -1 && says(rt, OURO_ERR_TYPE, "has no items to set"));
    check(ouro_del_item(rt, o, o) == -1 && says(rt, OURO_ERR_TYPE, "has no items to delete"));
    check(!ouro_iter(rt, o) && says(rt, OURO_ERR_TYPE, "'node' object is not iterable"));
    check(ouro_contains(rt, o, o) == -1 && says(rt, OURO_ERR_TYPE, "is not iterable"));
    check(ouro_next(rt, o, &out) == -1 && !out && says(rt, OURO_ERR_TYPE, "'node' object is not an iterator"));
    check(!ouro_call(rt, o, NULL, 0, NULL) && says(rt, OURO_ERR_TYPE, "'node' object is not callable"));
    check(!ouro_unary(rt, OURO_NEG, o) && says(rt, OURO_ERR_TYPE, "bad operand type for -: 'node'"));
    check(!ouro_binary(rt, OURO_ADD, o, o) && says(rt, OURO_ERR_TYPE, "operand types for +: 'node' and 'node'"));
    check(!ouro_binary(rt, OURO_NEG, o, o) && says(rt, OURO_ERR_VALUE, "operation"));
    check(!ouro_unary(rt, OURO_ADD, o) && says(rt, OURO_ERR_VALUE, "operation"));
    check(ouro_truth(rt, o) == 1);
    ouro_error_clear(rt);
}

CASE(protocol, attributes_of_what_has_none) {
    must(ask_open(rt));
    node *n = own(node_new(rt));
    ouro_obj *name = own(ouro_intern(rt, "colour"));
    need(n && name);
    ouro_obj *out;
    check(!ouro_get_attr(rt, &n->head, name));
    check(says(rt, OURO_ERR_ATTRIBUTE, "'node' object has no attribute 'colour'"));
    check(ouro_find_attr(rt, &n->head, name, &out) == 0 && !out);
    check(ouro_set_attr(rt, &n->head, name, name) == -1);
    check(says(rt, OURO_ERR_ATTRIBUTE, "attribute 'colour' cannot be set"));
    check(ouro_del_attr(rt, &n->head, name) == -1);
    check(says(rt, OURO_ERR_ATTRIBUTE, "attribute 'colour' cannot be deleted"));
    check(!ouro_get_attr(rt, &n->head, ouro_none(rt)));
    check(says(rt, OURO_ERR_TYPE, "an attribute's name must be a 'str'"));
    ouro_error_clear(rt);
}

CASE(protocol, attributes_are_asked_by_interned_names) {
    must(ask_open(rt));
    ouro_obj *t = own(thing_new(rt, &thing_type, 1, 1));
    need(t);
    must(ouro_set_attr_text(rt, t, "value", ouro_none(rt)));
    ouro_obj *name = own(ouro_str_from(rt, "value"));
    need(name);
    ouro_obj *got = own(ouro_get_attr(rt, t, name));
    need(got);
    check(got == ouro_none(rt));
    must(ouro_del_attr(rt, t, name));
    check(!ouro_get_attr_text(rt, t, "value") && says(rt, OURO_ERR_ATTRIBUTE, "no attribute 'value'"));
    ouro_error_clear(rt);
}

// ---- calls ----

CASE(protocol, calls_that_never_return_end_at_the_depth_allowed) {
    must(ask_open(rt));
    ouro_obj *t = own(thing_new(rt, &thing_type, 1, 1));
    need(t);
    check(!ouro_call(rt, t, &t, 1, NULL) && says(rt, OURO_ERR_DEPTH, "calls nested more than 1000 deep"));
    ouro_error_clear(rt);
    // and the count is back where it was
    ouro_obj *r = own(ouro_call(rt, t, NULL, 0, NULL));
    need(r);
    check(r == ouro_none(rt) && kit_trace_is("call1"));
}

// ---- opening ----

#if OURO_DEBUG
static void int_unopened(void) {
    ouro_int_new(kit_rt_new(NULL), 5);
}

static void none_unopened(void) {
    ouro_none(kit_rt_new(NULL));
}

Test(std, forgetting_to_open_is_said) {
    void (*const bodies[])(void) = {int_unopened, none_unopened};
    for (size_t i = 0; i < 2; i++) {
        child_result r;
        child_run(bodies[i], &r);
        always(child_aborted(&r) && child_said(&r, "call ouro_std_open first"));
    }
}
#endif

CASE(std, opening_twice_changes_nothing) {
    ouro_obj *none = ouro_none(rt);
    must(ouro_std_open(rt));
    check(ouro_none(rt) == none);
    ouro_std_options options;
    ouro_std_options_init(&options);
    check(ouro_std_open_with(rt, &options) == -1 && says(rt, OURO_ERR_STATE, "open already"));
    options.max_depth = 0;
    check(ouro_std_open_with(rt, &options) == -1 && says(rt, OURO_ERR_VALUE, "a depth of 0"));
    options.struct_size = 1;
    check(ouro_std_open_with(rt, &options) == -1 && says(rt, OURO_ERR_VALUE, "another version"));
}

// Each allocation of opening fails in turn; then it is tried again.
Test(std, opening_survives_every_failing_allocation) {
    for (uint64_t n = 1;; n++) {
        ouro_rt *rt = kit_rt_new(NULL);
        ouro_stress_fail(rt, n, OURO_FAIL_ONCE);
        int opened = ouro_std_open(rt);
        int failed = ouro_stress_failures(rt) > 0;
        ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
        always(failed || opened == 0);
        if (opened < 0) {
            always(ouro_error_code(rt) == OURO_ERR_MEMORY);
            ouro_error_clear(rt);
        }
        always(ouro_std_open(rt) == 0);
        ouro_obj *list = ouro_list_new(rt, NULL, 0);
        always(list && ouro_list_append(rt, list, ouro_none(rt)) == 0);
        ouro_decref(list);
        always(ouro_verify(rt) == 0);
        always(ouro_rt_destroy(rt) == 0);
        if (!failed)
            break;
    }
}

Test(std, the_seed_decides_the_hashes) {
    uint64_t hashes[3];
    for (int i = 0; i < 3; i++) {
        ouro_rt *rt = kit_rt_new(NULL);
        ouro_std_options options;
        ouro_std_options_init(&options);
        options.seeded = 1;
        options.seed[0] = i == 2 ? 8 : 7;
        always(ouro_std_open_with(rt, &options) == 0);
        ouro_obj *s = ouro_str_from(rt, "a text to be hashed");
        always(s && ouro_hash(rt, s, &hashes[i]) == 0);
        ouro_decref(s);
        always(ouro_rt_destroy(rt) == 0);
    }
    always(hashes[0] == hashes[1]);
    always(hashes[0] != hashes[2]);
}
