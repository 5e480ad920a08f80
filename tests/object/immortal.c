// SPDX-License-Identifier: MIT
// immortal.c: objects made immortal. They are not counted, written or freed before their runtime ends, and what they
// refer to stays alive with them. The runtimes here are the test's own: what they leave behind is looked at.
#include "kit.h"

Test(immortal, is_not_counted) {
    ouro_rt *rt = kit_rt_new(NULL);
    leaf *l = leaf_new(rt, 7);
    always(!ouro_is_immortal(&l->head));
    ouro_immortalize(&l->head);
    always(ouro_is_immortal(&l->head) && ouro_refcount(&l->head) == OURO_COUNT_IMMORTAL);
    for (int i = 0; i < 100; i++)
        ouro_decref(&l->head);
    for (int i = 0; i < 50; i++)
        ouro_incref(&l->head);
    always(l->head.ouroi_count == OUROI_IMMORTAL && l->value == 7);
    ouro_immortalize(&l->head);
    always(ouro_is_immortal(&l->head));
    ouro_rt_destroy(rt);
}

Test(immortal, keeps_what_it_refers_to) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = node_new(rt), *ring = kit_ring(rt, 5);
    ouro_setref_steal(&n->head, &n->left, &ring->head);
    ouro_immortalize(&n->head);
    ouro_decref(&n->head); // the one reference that there was
    for (int generation = 0; generation <= 2; generation++)
        always(ouro_gc_collect(rt, generation) == 0);
    always(kit_usage(rt).objects == 6 && ouro_verify(rt) == 0);
    int k = 1;
    for (ouro_obj *o = ring->left; o != &ring->head; o = ((node *)o)->left)
        always(((node *)o)->id == k++);
    always(n->left == &ring->head && k == 5);
    ouro_rt_destroy(rt);
}

Test(immortal, can_let_go_of_what_it_refers_to) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = node_new(rt), *ring = kit_ring(rt, 5);
    ouro_setref_steal(&n->head, &n->left, &ring->head);
    ouro_immortalize(&n->head);
    ouro_clearref(&n->head, &n->left);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 5 && kit_usage(rt).objects == 1);
    ouro_rt_destroy(rt);
}

Test(immortal, in_a_cycle) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *ring = kit_ring(rt, 10);
    ouro_immortalize(ring->left);
    ouro_decref(&ring->head);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 0 && kit_usage(rt).objects == 10);
    always(ouro_verify(rt) == 0);
    ouro_rt_destroy(rt);
}

Test(immortal, is_gone_with_its_runtime) {
    ouro_rt *rt = kit_rt_new(NULL);
    hidden *h = hidden_new(rt);
    hidden_deallocs = 0;
    ouro_immortalize(&h->head);
    ouro_rt_destroy(rt);
    always(hidden_deallocs == 1);
}

Test(immortal, is_no_leak) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = node_new(rt);
    leaf *l = leaf_new(rt, 1);
    ouro_setref_steal(&n->head, &n->left, &l->head);
    ouro_immortalize(&n->head);
    always(ouro_rt_destroy(rt) == 0); // the embedder forgot nothing
    always(kit_warning_count == 0);
}

Test(immortal, can_be_watched) {
    ouro_rt *rt = kit_rt_new(NULL);
    leaf *l = leaf_new(rt, 7);
    ouro_immortalize(&l->head);
    ouro_obj *w = ouro_weak_new(rt, &l->head, NULL, NULL), *got = NULL;
    always(w && ouro_weak_get(w, &got) == 1 && got == &l->head);
    ouro_decref(got);
    always(l->head.ouroi_count == OUROI_IMMORTAL && ouro_weak_count(&l->head) == 1);
    ouro_decref(w);
    always(ouro_weak_count(&l->head) == 0);
    ouro_rt_destroy(rt);
}

Test(immortal, made_by_its_finalizer) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin_calls = 0;
    fin *f = fin_new(rt, NULL);
    f->hook = NULL;
    leaf *l = leaf_new(rt, 3);
    ouro_setref_steal(&f->head, &f->left, &l->head);
    ouro_immortalize(&f->head);
    ouro_decref(&f->head);
    always(fin_calls == 0 && ouro_gc_collect(rt, OURO_GC_FULL) == 0 && fin_calls == 0);
    always(f->left == &l->head && l->value == 3);
    ouro_rt_destroy(rt);
}
