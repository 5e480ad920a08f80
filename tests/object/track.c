// SPDX-License-Identifier: MIT
// track.c: objects that are built before the collector may look at them, and the ways in which a birth is refused.
#include "kit.h"

CASE(track, made_untracked) {
    node *n = own(ouro_new_untracked(rt, &node_type, 0));
    need(n);
    always(!ouro_gc_is_tracked(&n->head) && ouro_refcount(&n->head) == 1);
    always(ouro_type_of(&n->head) == &node_type && !n->left && !n->right);
    ouro_track(&n->head);
    always(ouro_gc_is_tracked(&n->head));
    ouro_track(&n->head); // again: no effect
    always(ouro_gc_is_tracked(&n->head) && ouro_refcount(&n->head) == 1);
}

CASE(track, no_effect_on_what_is_tracked) {
    node *n = own(node_new(rt));
    need(n);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
    ouro_obj before = n->head;
    ouro_track(&n->head);
    always(memcmp(&before, &n->head, sizeof before) == 0);
}

CASE(track, no_effect_on_acyclic_types) {
    leaf *l = own(leaf_new(rt, 1)), *m = own(ouro_new_untracked(rt, &leaf_type, 0));
    need(l);
    need(m);
    ouro_track(&l->head);
    ouro_track(&m->head);
    always(!ouro_gc_is_tracked(&l->head) && !ouro_gc_is_tracked(&m->head));
}

CASE(track, raw_stores_are_legal_before) {
    size_t before = kit_usage(rt).objects;
    node *n = ouro_new_untracked(rt, &node_type, 0);
    need(n);
    leaf *l = leaf_new(rt, 8);
    if (!l)
        ouro_decref(&n->head);
    need(l);
    n->left = &l->head;
    n->right = ouro_incref(&l->head);
    must(ouro_verify(rt));
    ouro_track(&n->head);
    must(ouro_verify(rt));
    always(ouro_refcount(&l->head) == 2);
    ouro_decref(&n->head);
    always(kit_usage(rt).objects == before);
}

CASE(track, the_collector_does_not_look_inside) {
    size_t before = kit_usage(rt).objects;
    node *n = ouro_new_untracked(rt, &node_type, 0);
    need(n);
    n->left = ouro_incref(&n->head);
    ouro_decref(&n->head); // a cycle that nobody holds, but not finished either
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(kit_usage(rt).objects == before + 1);
    always(n->left == &n->head && ouro_refcount(&n->head) == 1);
    ouro_track(&n->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}

CASE(track, what_an_untracked_object_holds_lives) {
    node *n = own(ouro_new_untracked(rt, &node_type, 0));
    need(n);
    node *ring = kit_ring(rt, 5);
    need(ring);
    n->left = &ring->head;
    ouro_gc_collect(rt, OURO_GC_FULL);
    int k = 1;
    for (ouro_obj *o = ring->left; o != &ring->head; o = ((node *)o)->left)
        always(((node *)o)->id == k++);
    always(k == 5);
    ouro_track(&n->head);
}

CASE(track, dying_untracked_runs_no_finalizer) {
    fin *f = ouro_new_untracked(rt, &fin_type, 0);
    need(f);
    leaf *l = own(leaf_new(rt, 2));
    if (l)
        f->left = ouro_incref(&l->head);
    ouro_decref(&f->head);
    always(fin_calls == 0);
    need(l);
    always(ouro_refcount(&l->head) == 1); // its fields were dropped
}

CASE(track, dying_tracked_does) {
    fin *f = ouro_new_untracked(rt, &fin_type, 0);
    need(f);
    ouro_track(&f->head);
    ouro_decref(&f->head);
    always(fin_calls == 1);
}

CASE(track, dying_untracked_is_deallocated) {
    hidden *h = ouro_new_untracked(rt, &hidden_type, 0);
    need(h);
    ouro_decref(&h->head);
    always(hidden_deallocs == 1);
}

CASE(track, untracked_with_a_tail) {
    row *r = own(ouro_new_untracked(rt, &row_type, 3));
    vec *v = own(ouro_new_untracked(rt, &vec_type, 4));
    need(r);
    need(v);
    always(r->n == 3 && !r->item[0] && !r->item[2] && !ouro_gc_is_tracked(&r->head));
    always(v->n == 4 && v->item && !v->item[3] && !ouro_gc_is_tracked(&v->head));
    for (int i = 0; i < 3; i++) {
        leaf *l = leaf_new(rt, i);
        need(l);
        r->item[i] = &l->head;
        v->item[i] = ouro_incref(&l->head);
    }
    ouro_track(&r->head);
    ouro_track(&v->head);
    must(ouro_verify(rt));
}

static int track_count(ouro_obj *o, void *arg) {
    (void)o;
    ++*(int *)arg;
    return 0;
}

CASE(track, untracked_objects_are_not_handed_to_visitors) {
    int before = 0, after = 0;
    ouro_gc_get_objects(rt, -1, track_count, &before);
    node *n = own(ouro_new_untracked(rt, &node_type, 0));
    need(n);
    ouro_gc_get_objects(rt, -1, track_count, &after);
    check(after == before);
    ouro_track(&n->head);
    after = 0;
    ouro_gc_get_objects(rt, -1, track_count, &after);
    check(after == before + 1);
}

// ---- refusals ----

static void track_check_refused(ouro_rt *rt, void *made, int code, const char *words) {
    always(!made);
    always(ouro_error_code(rt) == code);
    if (!strstr(ouro_error_message(rt), words))
        test_fail(__FILE__, __LINE__, ouro_error_message(rt));
    ouro_error_clear(rt);
}

CASE(track, a_type_that_is_not_registered) {
    static ouro_type stranger;
    ouro_type_init(&stranger, "stranger", sizeof(node));
    size_t before = kit_usage(rt).objects;
    track_check_refused(rt, ouro_new(rt, &stranger), OURO_ERR_STATE, "stranger");
    track_check_refused(rt, ouro_new_tail(rt, &stranger, 3), OURO_ERR_STATE, "stranger");
    track_check_refused(rt, ouro_new_untracked(rt, &stranger, 0), OURO_ERR_STATE, "stranger");
    always(kit_usage(rt).objects == before);
}

CASE(track, a_tail_needs_a_number_of_items) {
    track_check_refused(rt, ouro_new(rt, &row_type), OURO_ERR_STATE, "row");
}

CASE(track, a_pointer_tail_starts_without_items) {
    vec *v = own(ouro_new(rt, &vec_type));
    need(v);
    check(v->n == 0 && !v->item);
}

CASE(track, items_for_a_type_that_has_none) {
    track_check_refused(rt, ouro_new_tail(rt, &node_type, 3), OURO_ERR_STATE, "node");
    track_check_refused(rt, ouro_new_untracked(rt, &leaf_type, 1), OURO_ERR_STATE, "leaf");
}

CASE(track, sizes_that_cannot_be) {
    const size_t counts[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 8, SIZE_MAX / 8 + 1, SIZE_MAX / 16 * 15};
    size_t objects = kit_usage(rt).objects, bytes = kit_usage(rt).buffer_bytes;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        track_check_refused(rt, ouro_new_tail(rt, &row_type, counts[i]), OURO_ERR_OVERFLOW, "row");
        track_check_refused(rt, ouro_new_tail(rt, &vec_type, counts[i]), OURO_ERR_OVERFLOW, "vec");
        track_check_refused(rt, ouro_new_untracked(rt, &row_type, counts[i]), OURO_ERR_OVERFLOW, "row");
    }
    always(kit_usage(rt).objects == objects && kit_usage(rt).buffer_bytes == bytes);
}

CASE(track, a_count_of_4_bytes_ends_at_its_largest_number) {
    track_check_refused(rt, ouro_new_tail(rt, &vec_type, (size_t)UINT32_MAX + 1), OURO_ERR_OVERFLOW, "vec");
    track_check_refused(rt, ouro_new_tail(rt, &vec_type, (size_t)UINT32_MAX * 16), OURO_ERR_OVERFLOW, "vec");
}

CASE(track, sizes_that_nobody_has) {
    always(!ouro_new_tail(rt, &row_type, (size_t)1 << 45)); // 256 TiB
    always(ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    always(!ouro_new_tail(rt, &row_type, (size_t)1 << 56));
    always(ouro_error_code(rt) == OURO_ERR_MEMORY || ouro_error_code(rt) == OURO_ERR_OVERFLOW);
    ouro_error_clear(rt);
    must(ouro_verify(rt));
}
