// SPDX-License-Identifier: MIT
// weak_more.c: weak references to everything that can be watched, in great numbers, among each other, and in garbage.
#include "kit.h"

static int weak_more_calls;

static void weak_more_note(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    weak_more_calls++;
}

static int weak_more_alive(ouro_obj *w) {
    ouro_obj *got;
    int r = ouro_weak_get(w, &got);
    ouro_xdecref(got);
    return r;
}

CASE(weak_more, to_every_type) {
    weak_more_calls = 0;
    for (int i = 0; i < 7; i++) {
        ouro_obj *o = i == 0   ? (ouro_obj *)node_new(rt)
                      : i == 1 ? (ouro_obj *)leaf_new(rt, 1)
                      : i == 2 ? (ouro_obj *)row_new(rt, 3)
                      : i == 3 ? (ouro_obj *)vec_new(rt)
                      : i == 4 ? (ouro_obj *)fin_new(rt, NULL)
                      : i == 5 ? (ouro_obj *)hidden_new(rt)
                               : (ouro_obj *)ouro_new_untracked(rt, &node_type, 0);
        need(o);
        ouro_obj *w = ouro_weak_new(rt, o, weak_more_note, NULL);
        if (w)
            always(weak_more_alive(w) == 1 && ouro_weak_count(o) == 1);
        ouro_decref(o);
        need(w);
        always(weak_more_alive(w) == 0 && weak_more_calls == i + 1);
        ouro_decref(w);
    }
}

CASE(weak_more, to_a_weak_reference) {
    weak_more_calls = 0;
    node *n = own(node_new(rt));
    need(n);
    ouro_obj *w = ouro_weak_new(rt, &n->head, NULL, NULL);
    need(w);
    ouro_obj *ww = own(ouro_weak_new(rt, w, weak_more_note, NULL)), *got = NULL;
    if (ww) {
        always(ouro_weak_get(ww, &got) == 1 && got == w && ouro_weak_count(w) == 1);
        ouro_decref(got);
    }
    ouro_decref(w);
    need(ww);
    always(weak_more_calls == 1 && weak_more_alive(ww) == 0 && ouro_weak_count(&n->head) == 0);
}

CASE(weak_more, a_thousand_to_one) {
    weak_more_calls = 0;
    node *n = node_new(rt);
    vec *v = own(vec_new(rt));
    int made = 0;
    for (; n && v && made < 1000; made++) {
        ouro_obj *w = ouro_weak_new(rt, &n->head, weak_more_note, NULL);
        int r = w ? vec_append(rt, v, w) : -1;
        ouro_xdecref(w);
        if (r < 0)
            break;
    }
    always(!n || !v || made < 1000 || ouro_weak_count(&n->head) == 1000);
    ouro_xdecref(obj(n));
    check(made == 1000 && weak_more_calls == 1000);
    for (uint32_t i = 0; v && i < v->n; i++)
        always(weak_more_alive(v->item[i]) == 0);
    ouro_error_clear(rt);
}

CASE(weak_more, one_to_each_of_thousands) {
    weak_more_calls = 0;
    size_t n = kit_size(20000, 300), side = kit_usage(rt).side;
    vec *targets = own(ouro_new_tail(rt, &vec_type, n)), *watchers = own(ouro_new_tail(rt, &vec_type, n));
    need(targets);
    need(watchers);
    for (size_t i = 0; i < n; i++) {
        node *o = node_new(rt);
        need(o);
        ouro_setref_steal(&targets->head, &targets->item[i], &o->head);
        ouro_obj *w = ouro_weak_new(rt, &o->head, weak_more_note, NULL);
        need(w);
        ouro_setref_steal(&watchers->head, &watchers->item[i], w);
    }
    must(ouro_verify(rt));
    for (size_t i = 0; i < n; i += 2)
        ouro_clearref(&targets->head, &targets->item[i]);
    check(weak_more_calls == (int)(n + 1) / 2);
    for (size_t i = 0; i < n; i++)
        always(weak_more_alive(watchers->item[i]) == (int)(i % 2));
    for (size_t i = 1; i < n; i += 2)
        ouro_clearref(&targets->head, &targets->item[i]);
    check(weak_more_calls == (int)n);
    check(kit_usage(rt).side <= side + 64 * 1024); // the table is empty again
}

CASE(weak_more, the_flag_of_the_object_follows) {
    node *n = own(node_new(rt));
    need(n);
    always(!(n->head.ouroi_meta & OUROI_WEAKLY));
    ouro_obj *a = ouro_weak_new(rt, &n->head, NULL, NULL);
    need(a);
    ouro_obj *b = ouro_weak_new(rt, &n->head, NULL, NULL);
    always(n->head.ouroi_meta & OUROI_WEAKLY);
    ouro_xdecref(b);
    always(n->head.ouroi_meta & OUROI_WEAKLY);
    ouro_decref(a);
    always(!(n->head.ouroi_meta & OUROI_WEAKLY));
    need(b);
}

CASE(weak_more, failing_to_make_one_changes_nothing) {
    node *n = own(node_new(rt));
    leaf *arg = own(leaf_new(rt, 1));
    need(n);
    need(arg);
    ouro_obj *w = ouro_weak_new(rt, &n->head, weak_more_note, &arg->head);
    if (!w) {
        always(ouro_refcount(&arg->head) == 1 && ouro_weak_count(&n->head) == 0);
        always(!(n->head.ouroi_meta & OUROI_WEAKLY));
        always(ouro_verify(rt) == 0);
    }
    need(w);
    ouro_decref(w);
}

// ---- in garbage ----

CASE(weak_more, garbage_weak_references_are_not_called) {
    weak_more_calls = 0;
    size_t before = kit_usage(rt).objects;
    for (int pending = 0; pending < 2; pending++) {
        node *ring = kit_ring(rt, 4);
        need(ring);
        // The weak reference is part of the ring's garbage, its argument too.
        ouro_obj *w = ouro_weak_new(rt, ring->left, weak_more_note, pending ? &ring->head : NULL);
        if (w)
            ouro_setref_steal(&ring->head, &ring->right, w);
        ouro_decref(&ring->head);
        ouro_gc_collect(rt, OURO_GC_FULL);
        need(w);
        check(weak_more_calls == 0 && kit_usage(rt).objects == before);
    }
}

CASE(weak_more, from_outside_into_garbage_is_called) {
    weak_more_calls = 0;
    node *ring = kit_ring(rt, 4);
    need(ring);
    ouro_obj *w = own(ouro_weak_new(rt, ring->left, weak_more_note, NULL));
    ouro_obj *quiet = own(ouro_weak_new(rt, ring->left, NULL, NULL));
    ouro_decref(&ring->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(weak_more_calls == 1 && !weak_more_alive(w) && !weak_more_alive(quiet));
    ouro_error_clear(rt);
}

CASE(weak_more, a_weak_reference_does_not_keep_a_cycle) {
    size_t before = kit_usage(rt).objects;
    node *n = node_new(rt);
    need(n);
    ouro_obj *w = ouro_weak_new(rt, &n->head, NULL, NULL);
    if (w)
        ouro_setref_steal(&n->head, &n->left, w); // the object holds its own weak reference: no cycle
    ouro_decref(&n->head);
    check(kit_usage(rt).objects == before);
    need(w);
}

CASE(weak_more, a_cycle_through_the_argument_is_collected) {
    size_t before = kit_usage(rt).objects;
    node *target = own(node_new(rt)), *arg = node_new(rt);
    ouro_obj *w = target && arg ? ouro_weak_new(rt, &target->head, weak_more_note, &arg->head) : NULL;
    if (w)
        ouro_setref_steal(&arg->head, &arg->left, w);
    ouro_xdecref(obj(arg));
    weak_more_calls = 0;
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before + 1 && weak_more_calls == 0 && ouro_weak_count(&target->head) == 0);
    ouro_error_clear(rt);
}

// ---- the two orders in which a collection clears ----

static ouro_obj *weak_more_quiet, *weak_more_called;
static int weak_more_quiet_alive, weak_more_called_alive;

static void weak_more_look(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    weak_more_quiet_alive = weak_more_alive(weak_more_quiet);
    weak_more_called_alive = weak_more_alive(weak_more_called);
}

// A finalizer in garbage looks at two weak references to it: without a callback, and with one.
static void weak_more_collect(ouro_rt *rt) {
    weak_more_calls = 0;
    weak_more_quiet_alive = weak_more_called_alive = -1;
    fin *f = fin_new(rt, weak_more_look);
    ouro_setref(&f->head, &f->left, &f->head);
    weak_more_quiet = ouro_weak_new(rt, &f->head, NULL, NULL);
    weak_more_called = ouro_weak_new(rt, &f->head, weak_more_note, NULL);
    ouro_decref(&f->head);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    always(weak_more_calls == 1 && !weak_more_alive(weak_more_quiet));
    ouro_decref(weak_more_quiet);
    ouro_decref(weak_more_called);
    always(ouro_rt_destroy(rt) == 0);
}

Test(weak_more, those_without_callback_are_usable_in_finalizers) {
    weak_more_collect(kit_rt_new(NULL));
    always(weak_more_quiet_alive == 1 && weak_more_called_alive == 0);
}

static void weak_more_older(ouro_options *options) {
    options->weak_order = OURO_WEAK_ORDER_311;
}

Test(weak_more, in_the_older_order_none_is) {
    weak_more_collect(kit_rt_new(weak_more_older));
    always(weak_more_quiet_alive == 0 && weak_more_called_alive == 0);
}
