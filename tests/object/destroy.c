// SPDX-License-Identifier: MIT
// destroy.c: the end of a runtime: garbage gets its finalizers, what was forgotten is reported by type and number and
// taken apart, and the memory of everything goes.
#include "kit.h"

Test(destroy, an_empty_runtime) {
    ouro_rt *rt = kit_rt_new(NULL);
    always(ouro_rt_destroy(rt) == 0 && kit_warning_count == 0);
}

Test(destroy, garbage_is_collected_with_its_finalizers) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin_calls = 0;
    for (int i = 0; i < 3; i++) {
        fin *f = fin_new(rt, NULL);
        ouro_setref(&f->head, &f->left, &f->head);
        ouro_decref(&f->head);
    }
    always(ouro_rt_destroy(rt) == 0 && fin_calls == 3 && kit_warning_count == 0);
}

// ---- leaks ----

// 1 if a warning line has both words.
static int destroy_warned(const char *type, const char *number) {
    for (const char *line = kit_warnings; *line;) {
        const char *end = strchr(line, '\n');
        char text[512];
        snprintf(text, sizeof text, "%.*s", (int)(end - line), line);
        if (strstr(text, type) && strstr(text, number))
            return 1;
        line = end + 1;
    }
    fprintf(stderr, "no warning with \"%s\" and \"%s\" in:\n%s", type, number, kit_warnings);
    return 0;
}

Test(destroy, leaks_are_named_by_type_and_number) {
    ouro_rt *rt = kit_rt_new(NULL);
    for (int i = 0; i < 17; i++)
        node_new(rt);
    for (int i = 0; i < 23; i++)
        leaf_new(rt, i);
    always(ouro_rt_destroy(rt) == 40);
    always(kit_warning_count == 2);
    always(destroy_warned("node", "17") && destroy_warned("leaf", "23"));
}

Test(destroy, what_a_leak_holds_is_left_too) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = node_new(rt), *ring = kit_ring(rt, 4);
    ouro_setref_steal(&n->head, &n->left, &ring->head);
    always(ouro_rt_destroy(rt) == 5);
    always(destroy_warned("node", "5"));
}

Test(destroy, leaks_are_deallocated_but_not_finalized) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin_calls = hidden_deallocs = 0;
    fin *f = fin_new(rt, NULL);
    hidden *h = hidden_new(rt), *inner = hidden_new(rt);
    ouro_setref_steal(&h->head, &h->left, &inner->head);
    ouro_setref_steal(&f->head, &f->left, &h->head);
    always(ouro_rt_destroy(rt) == 3);
    always(fin_calls == 0 && hidden_deallocs == 2);
}

Test(destroy, leaked_cycles_of_every_shape_are_taken_apart) {
    ouro_rt *rt = kit_rt_new(NULL);
    hidden_deallocs = 0;
    row *r = row_new(rt, 3);
    vec *v = ouro_new_tail(rt, &vec_type, 3);
    hidden *h = hidden_new(rt);
    ouro_setref(&r->head, &r->item[1], &v->head);
    ouro_setref(&v->head, &v->item[2], &h->head);
    ouro_setref(&h->head, &h->right, &r->head);
    always(ouro_rt_destroy(rt) == 3 && hidden_deallocs == 1);
    always(destroy_warned("row", "1") && destroy_warned("vec", "1") && destroy_warned("hidden", "1"));
}

static int destroy_leaked;
static int64_t destroy_sum;

static int destroy_leak(ouro_obj *o, void *arg) {
    always(arg == &destroy_leaked && ouro_refcount(o) >= 1);
    if (ouro_is(o, &leaf_type))
        destroy_sum += ((leaf *)o)->value;
    if (ouro_is(o, &node_type) && ((node *)o)->left)
        destroy_sum += ((leaf *)((node *)o)->left)->value; // nothing has been taken apart yet
    destroy_leaked++;
    return 0;
}

Test(destroy, the_leak_hook_sees_each_object_whole) {
    ouro_rt *rt = kit_rt_new(NULL);
    destroy_leaked = 0;
    destroy_sum = 0;
    ouro_rt_set_leak_hook(rt, destroy_leak, &destroy_leaked);
    for (int i = 1; i <= 3; i++) {
        node *n = node_new(rt);
        ouro_setref_steal(&n->head, &n->left, &leaf_new(rt, i)->head);
    }
    always(ouro_rt_destroy(rt) == 6);
    always(destroy_leaked == 6 && destroy_sum == 2 * (1 + 2 + 3));
}

Test(destroy, the_leak_hook_can_be_taken_off) {
    ouro_rt *rt = kit_rt_new(NULL);
    destroy_leaked = 0;
    ouro_rt_set_leak_hook(rt, destroy_leak, &destroy_leaked);
    ouro_rt_set_leak_hook(rt, NULL, NULL);
    leaf_new(rt, 1);
    always(ouro_rt_destroy(rt) == 1 && destroy_leaked == 0);
}

Test(destroy, without_leaks_the_hook_is_silent) {
    ouro_rt *rt = kit_rt_new(NULL);
    destroy_leaked = 0;
    ouro_rt_set_leak_hook(rt, destroy_leak, &destroy_leaked);
    ouro_decref(&kit_ring(rt, 10)->head);
    always(ouro_rt_destroy(rt) == 0 && destroy_leaked == 0);
}

Test(destroy, with_the_collector_off_cycles_are_reported) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin_calls = 0;
    ouro_gc_disable(rt);
    ouro_decref(&kit_ring(rt, 12)->head);
    fin *f = fin_new(rt, NULL);
    ouro_setref(&f->head, &f->left, &f->head);
    ouro_decref(&f->head);
    always(ouro_rt_destroy(rt) == 13 && fin_calls == 0);
    always(destroy_warned("node", "12") && destroy_warned("fin", "1"));
}

Test(destroy, what_is_frozen_or_old_is_left_as_well) {
    ouro_rt *rt = kit_rt_new(NULL);
    kit_chain(rt, 5);
    ouro_gc_collect(rt, OURO_GC_FULL);
    kit_chain(rt, 6);
    ouro_gc_freeze(rt);
    always(ouro_rt_destroy(rt) == 11);
}

Test(destroy, a_large_leak) {
    ouro_rt *rt = kit_rt_new(NULL);
    row *r = row_new(rt, 1000000);
    ouro_setref_steal(&r->head, &r->item[999999], &leaf_new(rt, 1)->head);
    always(ouro_rt_destroy(rt) == 2);
    always(destroy_warned("row", "1") && destroy_warned("leaf", "1"));
}

Test(destroy, a_leaked_weak_reference_and_its_target) {
    ouro_rt *rt = kit_rt_new(NULL);
    node *n = node_new(rt);
    ouro_obj *w = ouro_weak_new(rt, &n->head, NULL, NULL);
    always(w && ouro_rt_destroy(rt) == 2);
}

static void destroy_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    destroy_leaked++;
}

Test(destroy, an_untracked_leak) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin_calls = 0;
    fin *f = ouro_new_untracked(rt, &fin_type, 0);
    always(f && ouro_rt_destroy(rt) == 1 && fin_calls == 0);
}

// ---- code that runs at the end ----

static void destroy_make_more(ouro_rt *rt, fin *self) {
    (void)self;
    ouro_decref(&kit_ring(rt, 6)->head); // garbage made by a finalizer
    ouro_decref(&kit_chain(rt, 6)->head);
}

Test(destroy, finalizers_may_make_garbage) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin_calls = 0;
    fin *f = fin_new(rt, destroy_make_more);
    ouro_setref(&f->head, &f->left, &f->head);
    ouro_decref(&f->head);
    size_t left = ouro_rt_destroy(rt);
    always(fin_calls == 1 && (left == 0 || left == 6));
}

static ouro_obj *destroy_saved;

static void destroy_save(ouro_rt *rt, fin *self) {
    (void)rt;
    ouro_setslot(&destroy_saved, &self->head);
}

Test(destroy, what_a_finalizer_saves_is_left) {
    ouro_rt *rt = kit_rt_new(NULL);
    destroy_saved = NULL;
    fin_calls = 0;
    fin *f = fin_new(rt, destroy_save);
    ouro_setref(&f->head, &f->left, &f->head);
    ouro_decref(&f->head);
    always(ouro_rt_destroy(rt) == 1 && fin_calls == 1);
    destroy_saved = NULL; // it is gone all the same
}

Test(destroy, weak_callbacks_of_garbage_run) {
    ouro_rt *rt = kit_rt_new(NULL);
    destroy_leaked = 0;
    node *ring = kit_ring(rt, 3);
    ouro_obj *w = ouro_weak_new(rt, &ring->head, destroy_callback, NULL);
    ouro_decref(&ring->head);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 3 && destroy_leaked == 1);
    ouro_decref(w);
    always(ouro_rt_destroy(rt) == 0);
}

Test(destroy, a_pending_error_holds_nothing_back) {
    ouro_rt *rt = kit_rt_new(NULL);
    hidden_deallocs = 0;
    hidden *h = hidden_new(rt);
    ouro_error_throw(rt, &h->head);
    ouro_decref(&h->head);
    ouro_rt_destroy(rt);
    always(hidden_deallocs == 1);
}

Test(destroy, garbage_kept_on_request_is_no_leak) {
    ouro_rt *rt = kit_rt_new(NULL);
    ouro_gc_set_debug(rt, OURO_GC_DEBUG_SAVEALL);
    ouro_decref(&kit_ring(rt, 4)->head);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 4 && ouro_gc_garbage_count(rt) == 4);
    ouro_gc_set_debug(rt, 0);
    ouro_gc_garbage_clear(rt);
    always(ouro_rt_destroy(rt) == 0);
}

// ---- the last words of a program ----

static void destroy_itself(ouro_rt *rt, fin *self) {
    (void)self;
    ouro_rt_destroy(rt);
}

static void destroy_in_finalizer(void) {
    ouro_decref(&fin_new(kit_rt_new(NULL), destroy_itself)->head);
}

static void destroy_in_collection(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    fin *f = fin_new(rt, destroy_itself);
    ouro_setref(&f->head, &f->left, &f->head);
    ouro_decref(&f->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
}

Test(destroy, by_code_that_the_runtime_runs_is_a_panic) {
    child_result r;
    child_run(destroy_in_finalizer, &r);
    always(child_aborted(&r) && child_said(&r, "destroyed"));
    child_run(destroy_in_collection, &r);
    always(child_aborted(&r) && child_said(&r, "destroyed"));
}

static void destroy_without_hooks(void) {
    ouro_rt *rt = ouro_rt_create(NULL);
    test_types_register(rt);
    leaf_new(rt, 1);
    ouro_rt_destroy(rt);
}

Test(destroy, without_a_hook_warnings_go_to_stderr) {
    child_result r;
    child_run(destroy_without_hooks, &r);
    always(r.code == 0 && child_said(&r, "leaf"));
}
