// SPDX-License-Identifier: MIT
// scope.c: lists of references on the C stack: sixteen without memory, any number with it; dropped newest first, in
// whatever state an error is.
#include "kit.h"

static void scope_note(ouro_rt *rt, fin *self) {
    (void)rt;
    kit_trace_add("f", self->id);
}

static fin *scope_fin(ouro_rt *rt, int id) {
    fin *f = fin_new(rt, scope_note);
    if (f)
        f->id = id;
    return f;
}

CASE(scope, keeps_and_drops) {
    ouro_scope s;
    ouro_scope_open(rt, &s);
    hidden *h = ouro_scope_keep(&s, hidden_new(rt));
    always(!h || (hidden_deallocs == 0 && ouro_refcount(&h->head) == 1)); // stolen, not kept
    ouro_scope_close(&s);
    need(h);
    always(hidden_deallocs == 1);
}

CASE(scope, null_passes_through) {
    ouro_scope s;
    ouro_scope_open(rt, &s);
    for (int i = 0; i < 100; i++)
        always(ouro_scope_keep(&s, NULL) == NULL);
    always(ouro_error_code(rt) == OURO_OK);
    ouro_scope_close(&s);
}

CASE(scope, nothing_in_it) {
    size_t before = kit_usage(rt).objects;
    ouro_scope a, b;
    ouro_scope_open(rt, &a);
    ouro_scope_open(rt, &b);
    ouro_scope_close(&b);
    ouro_scope_close(&a);
    always(kit_usage(rt).objects == before);
}

CASE(scope, the_newest_goes_first) {
    ouro_scope s;
    int made = 0;
    kit_trace_start();
    ouro_scope_open(rt, &s);
    for (int i = 1; i <= 5; i++)
        made += ouro_scope_keep(&s, scope_fin(rt, i)) != NULL;
    ouro_scope_close(&s);
    check(made == 5 && kit_trace_is("f5 f4 f3 f2 f1"));
    ouro_error_clear(rt);
}

CASE(scope, the_first_16_need_no_memory) {
    ouro_obj *o[16];
    int made = 0;
    for (int i = 0; i < 16; i++) {
        o[i] = (ouro_obj *)hidden_new(rt);
        made += o[i] != NULL;
    }
    uint64_t asked = ouro_stress_allocations(rt);
    ouro_scope s;
    ouro_scope_open(rt, &s);
    for (int i = 0; i < 16; i++)
        always(ouro_scope_keep(&s, o[i]) == o[i]);
    always(ouro_stress_allocations(rt) == asked);
    ouro_scope_close(&s);
    always(hidden_deallocs == made && ouro_stress_allocations(rt) == asked);
    check(made == 16);
    ouro_error_clear(rt);
}

CASE(scope, hundreds_of_references) {
    ouro_scope s;
    int kept = 0;
    ouro_xdecref((ouro_obj *)hidden_new(rt)); // the heap has its tables
    size_t side = kit_usage(rt).side;
    hidden_deallocs = 0;
    ouro_scope_open(rt, &s);
    for (int i = 0; i < 500; i++) {
        hidden *h = hidden_new(rt);
        if (h)
            h->id = i;
        hidden *same = ouro_scope_keep(&s, h);
        always(!same || same == h);
        kept += same != NULL;
    }
    check(kept == 500 && hidden_deallocs == 0);
    ouro_scope_close(&s);
    always(hidden_deallocs >= kept);
    check(kit_usage(rt).side == side);
    ouro_error_clear(rt);
}

Test(scope, without_memory_the_17th_is_dropped) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouro_scope s;
    ouro_scope_open(rt, &s);
    hidden_deallocs = 0;
    for (int i = 0; i < 16; i++)
        always(ouro_scope_keep(&s, hidden_new(rt)) != NULL);
    hidden *h = hidden_new(rt);
    ouro_stress_fail(rt, 1, OURO_FAIL_FROM);
    always(ouro_scope_keep(&s, h) == NULL);
    always(ouro_error_code(rt) == OURO_ERR_MEMORY && hidden_deallocs == 1);
    always(ouro_stress_failures(rt) > 0);
    ouro_error_clear(rt);
    ouro_scope_close(&s); // needs nothing
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    always(hidden_deallocs == 17);
    always(ouro_rt_destroy(rt) == 0);
}

CASE(scope, one_inside_the_other) {
    ouro_scope outer, inner;
    kit_trace_start();
    ouro_scope_open(rt, &outer);
    int made = ouro_scope_keep(&outer, scope_fin(rt, 1)) != NULL;
    ouro_scope_open(rt, &inner);
    made += ouro_scope_keep(&inner, scope_fin(rt, 2)) != NULL;
    made += ouro_scope_keep(&outer, scope_fin(rt, 3)) != NULL; // the outer one may still be added to
    ouro_scope_close(&inner);
    check(made == 3 && kit_trace_is("f2"));
    ouro_scope_close(&outer);
    check(kit_trace_is("f2 f3 f1"));
    ouro_error_clear(rt);
}

CASE(scope, a_pending_error_stays) {
    ouro_scope s;
    ouro_scope_open(rt, &s);
    void *kept = ouro_scope_keep(&s, scope_fin(rt, 1));
    ouro_error_clear(rt);
    ouro_error_set(rt, OURO_ERR_KEY, "no such key: %s", "x");
    kit_trace_start();
    ouro_scope_close(&s);
    always(ouro_error_code(rt) == OURO_ERR_KEY && !strcmp(ouro_error_message(rt), "no such key: x"));
    always(!kept || kit_trace_is("f1"));
    ouro_error_clear(rt);
}

static int scope_listed;

static int scope_see(ouro_obj *o, const char *name, void *arg) {
    scope_listed += o == arg && !strcmp(name, "scope");
    return 0;
}

CASE(scope, its_references_are_roots) {
    node *n = own(node_new(rt));
    need(n);
    scope_listed = 0;
    always(ouro_roots(rt, scope_see, n) == 0 && scope_listed == 1);
    ouro_scope s;
    ouro_scope_open(rt, &s);
    ouro_scope_keep(&s, ouro_incref(&n->head));
    scope_listed = 0;
    always(ouro_roots(rt, scope_see, n) == 0 && scope_listed == 2);
    ouro_scope_close(&s);
    scope_listed = 0;
    always(ouro_roots(rt, scope_see, n) == 0 && scope_listed == 1);
}

static void scope_nested(ouro_rt *rt, fin *self) {
    ouro_scope s;
    ouro_scope_open(rt, &s);
    for (int i = 0; i < 20; i++)
        ouro_scope_keep(&s, node_new(rt));
    ouro_gc_collect(rt, OURO_GC_FULL);
    kit_trace_add("f", self->id);
    ouro_scope_close(&s);
    ouro_error_clear(rt);
}

CASE(scope, a_finalizer_in_the_closing_opens_its_own) {
    ouro_scope s;
    kit_trace_start();
    ouro_scope_open(rt, &s);
    fin *a = ouro_scope_keep(&s, fin_new(rt, scope_nested)), *b = ouro_scope_keep(&s, fin_new(rt, scope_nested));
    if (a && b)
        a->id = 1, b->id = 2;
    ouro_scope_close(&s);
    check(a && b && kit_trace_is("f2 f1"));
    must(ouro_verify(rt));
    ouro_error_clear(rt);
}

CASE(scope, the_same_object_often) {
    node *n = own(node_new(rt));
    need(n);
    ouro_scope s;
    ouro_scope_open(rt, &s);
    for (int i = 0; i < 40; i++)
        ouro_scope_keep(&s, ouro_incref(&n->head));
    check(ouro_refcount(&n->head) == 41);
    ouro_scope_close(&s);
    always(ouro_refcount(&n->head) == 1);
    ouro_error_clear(rt);
}
