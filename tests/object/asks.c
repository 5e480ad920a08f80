// SPDX-License-Identifier: MIT
// asks.c: types of whose objects few have anything to finalize: each is asked before its finalizer runs.
#include "kit.h"

// A node that says itself whether its finalizer is to run.
typedef struct asked {
    ouro_obj head;
    ouro_obj *left, *right;
    int wants;
} asked;

static int asks_finalized;
static ouro_obj *asks_saved;

static int asks_finalizes(ouro_rt *rt, const ouro_obj *o) {
    always(rt == ouro_rt_of(o));
    return ((const asked *)(const void *)o)->wants;
}

static void asks_finalize(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    always(((asked *)o)->wants);
    asks_finalized++;
    if (((asked *)o)->wants == 2)
        ouro_setslot(&asks_saved, o);
}

static const ouro_field asks_fields[] = {OURO_FIELD(asked, left), OURO_FIELD(asked, right)};
static ouro_type asks_type;

static int asks_register(ouro_rt *rt) {
    if (!asks_type.name) {
        ouro_type_init(&asks_type, "asked", sizeof(asked));
        asks_type.fields = asks_fields;
        asks_type.n_fields = 2;
        asks_type.finalize = asks_finalize;
        asks_type.finalizes = asks_finalizes;
    }
    asks_finalized = 0;
    asks_saved = NULL;
    return ouro_type_register(rt, &asks_type);
}

CASE(asks, only_those_that_want_it_are_finalized) {
    must(asks_register(rt));
    for (int wants = 0; wants < 2; wants++) {
        asked *a = own(ouro_new(rt, &asks_type)), *b;
        need(a);
        need(b = ouro_new(rt, &asks_type));
        b->wants = wants;
        ouro_setref_steal(&a->head, &a->left, &b->head);
        set(a, right, b);
        ouro_clearref(&a->head, &a->left);
        always(asks_finalized == 0);
        ouro_clearref(&a->head, &a->right);
        always(asks_finalized == wants);
    }
}

CASE(asks, it_may_come_to_want_it_and_is_finalized_once) {
    must(asks_register(rt));
    asked *a = ouro_new(rt, &asks_type);
    need(a);
    a->wants = 2;
    ouro_decref(&a->head);
    always(asks_finalized == 1 && asks_saved == &a->head && ouro_gc_is_finalized(&a->head));
    ouro_setslot(&asks_saved, NULL);
    always(asks_finalized == 1);
}

// More than may lie on the C stack; every third wants it.
CASE(asks, in_a_long_chain) {
    must(asks_register(rt));
    ouro_obj *last = NULL;
    int n = test_mode_now() == TEST_PLAIN ? 30000 : 300;
    for (int i = 0; i < n; i++) {
        asked *a = ouro_new(rt, &asks_type);
        if (!a)
            ouro_setslot(&last, NULL);
        need(a);
        a->wants = i % 3 == 0;
        ouro_setref_steal(&a->head, &a->left, last);
        last = &a->head;
    }
    asks_finalized = 0;
    ouro_decref(last);
    always(asks_finalized == n / 3);
}

CASE(asks, garbage_is_asked) {
    must(asks_register(rt));
    asked *a = ouro_new(rt, &asks_type), *b = a ? ouro_new(rt, &asks_type) : NULL;
    if (b) {
        b->wants = 1;
        set(a, left, b);
        set(b, left, a);
    }
    ouro_xdecref((ouro_obj *)a);
    ouro_xdecref((ouro_obj *)b);
    need(b);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(asks_finalized == 1);
}

CASE(asks, weak_references_to_it_die) {
    must(asks_register(rt));
    ouro_obj *o = ouro_new(rt, &asks_type), *target;
    need(o);
    ouro_obj *weak = own(ouro_weak_new(rt, o, NULL, NULL));
    ouro_decref(o);
    need(weak);
    always(ouro_weak_get(weak, &target) == 0 && asks_finalized == 0);
}

CASE(asks, not_before_it_is_complete) {
    must(asks_register(rt));
    asked *a = ouro_new_untracked(rt, &asks_type, 0);
    need(a);
    a->wants = 1;
    ouro_decref(&a->head);
    always(asks_finalized == 0);
}

static void asks_simply(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    asks_finalized += 100;
}

// The nearest finalizer runs, and asks what is said with it.
CASE(asks, what_is_based_on_it) {
    static ouro_type inherits, overrides;
    must(asks_register(rt));
    if (!inherits.name) {
        ouro_type_init(&inherits, "inherits", sizeof(asked));
        inherits.base = &asks_type;
        ouro_type_init(&overrides, "overrides", sizeof(asked));
        overrides.base = &asks_type;
        overrides.finalize = asks_simply;
    }
    must(ouro_type_register(rt, &inherits));
    must(ouro_type_register(rt, &overrides));
    asked *first = ouro_new(rt, &inherits), *second = ouro_new(rt, &inherits), *third = ouro_new(rt, &overrides);
    int made = first && second && third;
    if (second)
        second->wants = 1;
    asks_finalized = 0;
    ouro_xdecref((ouro_obj *)first);
    ouro_xdecref((ouro_obj *)second);
    ouro_xdecref((ouro_obj *)third);
    check(made && asks_finalized == 101);
    ouro_error_clear(rt);
}

CASE(asks, there_must_be_a_finalizer) {
    static ouro_type bad;
    ouro_type_init(&bad, "bad", sizeof(asked));
    bad.finalizes = asks_finalizes;
    check(ouro_type_register(rt, &bad) < 0 && ouro_error_code(rt) == OURO_ERR_VALUE);
    ouro_error_clear(rt);
}
