// SPDX-License-Identifier: MIT
// weak.c: weak references: what they give while the object lives and after, in which order callbacks run, and what a
// callback may do. Weak references and collections: weak_gc.c.
#include "kit.h"

static int weak_calls;
static ouro_obj *weak_slot[8];

static void weak_note(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    ouro_obj *got = &weak[0];
    (void)rt;
    weak_calls++;
    always(ouro_weak_get(weak, &got) == 0 && !got);
    kit_trace_add("w", arg ? (int)((leaf *)arg)->value : -1);
}

static void weak_start(void) {
    weak_calls = 0;
    memset(weak_slot, 0, sizeof weak_slot);
    kit_trace_start();
}

static void weak_finish(void) {
    for (int i = 0; i < 8; i++)
        ouro_setslot(&weak_slot[i], NULL);
}

// A weak reference with weak_note as callback, and a leaf of that value as argument.
static ouro_obj *weak_watch(ouro_rt *rt, void *target, int value) {
    leaf *l = leaf_new(rt, value);
    ouro_obj *w = l ? ouro_weak_new(rt, target, weak_note, &l->head) : NULL;
    ouro_xdecref(obj(l));
    return w;
}

static int weak_is_dead(ouro_obj *w) {
    ouro_obj *got = w;
    int r = ouro_weak_get(w, &got);
    if (r)
        ouro_decref(got);
    return r == 0 && !got;
}

CASE(weak, gives_a_new_reference) {
    node *n = own(node_new(rt));
    need(n);
    ouro_obj *w = own(ouro_weak_new(rt, &n->head, NULL, NULL)), *got = NULL;
    need(w);
    always(ouro_refcount(&n->head) == 1 && ouro_is(w, ouro_weak_type));
    always(ouro_weak_get(w, &got) == 1 && got == &n->head && ouro_refcount(&n->head) == 2);
    ouro_decref(got);
    always(ouro_weak_get(w, &got) == 1 && got == &n->head);
    ouro_decref(got);
}

CASE(weak, gives_nothing_after_death) {
    node *n = node_new(rt);
    need(n);
    ouro_obj *w = own(ouro_weak_new(rt, &n->head, NULL, NULL)), *got = w;
    ouro_decref(&n->head);
    need(w);
    always(ouro_weak_get(w, &got) == 0 && got == NULL);
    always(ouro_weak_get(w, &got) == 0); // and for ever
}

CASE(weak, a_new_object_in_the_old_place_is_not_meant) {
    for (int i = 0; i < 50; i++) {
        leaf *l = leaf_new(rt, i);
        need(l);
        ouro_obj *w = ouro_weak_new(rt, &l->head, NULL, NULL);
        ouro_decref(&l->head);
        need(w);
        l = leaf_new(rt, i);
        always(weak_is_dead(w) && (!l || ouro_weak_count(&l->head) == 0));
        ouro_decref(w);
        ouro_xdecref(obj(l));
        need(l);
    }
}

CASE(weak, are_counted) {
    node *n = own(node_new(rt));
    need(n);
    always(ouro_weak_count(&n->head) == 0);
    ouro_obj *w[5] = {NULL};
    int made = 0;
    for (; made < 5 && (w[made] = ouro_weak_new(rt, &n->head, NULL, NULL)); made++)
        always(ouro_weak_count(&n->head) == (size_t)made + 1);
    const int order[] = {2, 0, 4, 1, 3};
    for (int i = 0, left = made; i < 5; i++)
        if (w[order[i]]) {
            ouro_decref(w[order[i]]);
            always(ouro_weak_count(&n->head) == (size_t)--left);
        }
    check(made == 5);
    ouro_error_clear(rt);
}

CASE(weak, dropped_before_its_target) {
    weak_start();
    node *n = own(node_new(rt));
    need(n);
    for (int i = 0; i < 3; i++) {
        ouro_obj *w = weak_watch(rt, n, i);
        need(w);
        ouro_decref(w);
    }
    always(ouro_weak_count(&n->head) == 0 && ouro_refcount(&n->head) == 1);
    hidden *h = hidden_new(rt);
    need(h);
    ouro_obj *w = weak_watch(rt, h, 9);
    ouro_xdecref(w);
    ouro_decref(&h->head);
    always(weak_calls == 0); // one that is gone is not called
    need(w);
}

CASE(weak, keeps_its_argument) {
    weak_start();
    leaf *arg = own(leaf_new(rt, 1));
    node *n = own(node_new(rt));
    need(arg);
    need(n);
    ouro_obj *w = ouro_weak_new(rt, &n->head, weak_note, &arg->head);
    need(w);
    always(ouro_refcount(&arg->head) == 2);
    ouro_decref(w);
    always(ouro_refcount(&arg->head) == 1 && weak_calls == 0);
}

CASE(weak, callbacks_run_newest_first) {
    weak_start();
    node *n = node_new(rt);
    need(n);
    for (int i = 0; i < 5; i++)
        weak_slot[i] = weak_watch(rt, n, i);
    ouro_decref(&n->head);
    check(weak_calls == 5 && kit_trace_is("w4 w3 w2 w1 w0"));
    weak_finish();
    ouro_error_clear(rt);
}

CASE(weak, callbacks_run_once) {
    weak_start();
    node *n = node_new(rt);
    need(n);
    ouro_obj *w = own(weak_watch(rt, n, 1));
    ouro_decref(&n->head);
    need(w);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(weak_calls == 1);
}

CASE(weak, without_an_argument) {
    weak_start();
    node *n = node_new(rt);
    need(n);
    ouro_obj *w = own(ouro_weak_new(rt, &n->head, weak_note, NULL));
    ouro_decref(&n->head);
    need(w);
    always(kit_trace_is("w"));
}

static void weak_check_others(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    for (int i = 0; i < 4; i++)
        always(!weak_slot[i] || weak_is_dead(weak_slot[i]));
    weak_calls++;
}

CASE(weak, all_are_dead_before_the_first_callback) {
    weak_start();
    node *n = node_new(rt);
    need(n);
    for (int i = 0; i < 4; i++)
        weak_slot[i] = ouro_weak_new(rt, &n->head, i % 2 ? weak_check_others : NULL, NULL);
    ouro_decref(&n->head);
    check(weak_calls == 2);
    weak_finish();
    ouro_error_clear(rt);
}

// ---- what a callback may do ----

static void weak_drop_others(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    weak_calls++;
    weak_finish();
}

CASE(weak, a_callback_drops_weak_references) {
    weak_start();
    node *n = node_new(rt), *other = own(node_new(rt));
    for (int i = 0; n && other && i < 8; i++)
        weak_slot[i] = ouro_weak_new(rt, i < 4 ? &n->head : &other->head, i < 4 ? weak_drop_others : weak_note, NULL);
    ouro_xdecref(obj(n));
    check(weak_calls >= 1 && weak_calls <= 4);
    weak_finish();
    always(!other || ouro_weak_count(&other->head) == 0);
    ouro_error_clear(rt);
}

static node *weak_other;

static void weak_make_more(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)arg;
    weak_calls++;
    weak_slot[1] = ouro_weak_new(rt, &weak_other->head, weak_note, NULL);
    weak_slot[2] = ouro_weak_new(rt, weak, NULL, NULL); // to the one whose callback this is
    ouro_error_clear(rt);
}

CASE(weak, a_callback_makes_weak_references) {
    weak_start();
    node *n = node_new(rt);
    weak_other = own(node_new(rt));
    if (n && weak_other)
        weak_slot[0] = ouro_weak_new(rt, &n->head, weak_make_more, NULL);
    ouro_xdecref(obj(n));
    check(weak_calls == 1 && ouro_weak_count(&weak_other->head) == 1);
    check(!weak_is_dead(weak_slot[1]) && !weak_is_dead(weak_slot[2]));
    ouro_setslot(&weak_slot[0], NULL);
    check(weak_is_dead(weak_slot[2]));
    weak_finish();
    ouro_error_clear(rt);
}

static void weak_collect(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)arg;
    weak_calls++;
    ouro_xdecref((ouro_obj *)kit_ring(rt, 20));
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
    always(ouro_verify(rt) == 0);
}

CASE(weak, a_callback_allocates_and_collects) {
    weak_start();
    node *ring = own(kit_ring(rt, 10)), *n = node_new(rt);
    for (int i = 0; n && ring && i < 3; i++)
        weak_slot[i] = ouro_weak_new(rt, &n->head, weak_collect, &ring->head);
    ouro_xdecref(obj(n));
    check(weak_calls == 3 && ring->left);
    weak_finish();
    ouro_error_clear(rt);
}

static void weak_drop_itself(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)arg;
    weak_calls++;
    if (weak_slot[0] == weak)
        ouro_setslot(&weak_slot[0], NULL);
}

CASE(weak, a_callback_drops_its_own_weak_reference) {
    weak_start();
    size_t before = kit_usage(rt).objects;
    node *n = node_new(rt);
    if (n)
        weak_slot[0] = ouro_weak_new(rt, &n->head, weak_drop_itself, NULL);
    ouro_xdecref(obj(n));
    check(weak_calls == 1);
    always(!weak_slot[0] && kit_usage(rt).objects == before);
    ouro_error_clear(rt);
}

static void weak_kill_next(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    weak_calls++;
    ouro_setslot(&weak_slot[6 - weak_calls], NULL); // the object that the next one watches
}

CASE(weak, one_death_leads_to_another) {
    weak_start();
    ouro_obj *watch[3] = {NULL};
    for (int i = 0; i < 3; i++)
        weak_slot[4 + i] = (ouro_obj *)node_new(rt);
    for (int i = 0; i < 3; i++)
        if (weak_slot[4 + i])
            watch[i] = ouro_weak_new(rt, weak_slot[4 + i], weak_kill_next, NULL);
    weak_calls = 0;
    ouro_setslot(&weak_slot[6], NULL);
    check(weak_calls == 3 && !weak_slot[5] && !weak_slot[4]);
    for (int i = 0; i < 3; i++)
        ouro_xdecref(watch[i]);
    weak_finish();
    ouro_error_clear(rt);
}
