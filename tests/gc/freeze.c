// SPDX-License-Identifier: MIT
// freeze.c: objects that were set aside: no collection looks at them, yet what they own lives, counting frees them as
// ever, and unfreezing makes them ordinary old objects.
#include "graph.h"

CASE(freeze, counts_tracked_objects) {
    row *v = vars_new(rt);
    need(v);
    need(keep(v, leaf_new(rt, 1)));
    need(keep(v, ring_new(rt, 10)));
    need(keep(v, ouro_new_untracked(rt, &node_type, 0)));
    check(ouro_gc_get_freeze_count(rt) == 0);
    ouro_gc_freeze(rt);
    check(ouro_gc_get_freeze_count(rt) == 11);
    ouro_gc_unfreeze(rt);
    check(ouro_gc_get_freeze_count(rt) == 0);
}

CASE(freeze, takes_every_generation_and_gives_back_old_objects) {
    node *old = own(node_new(rt));
    need(old);
    ouro_gc_collect(rt, OURO_GC_FULL);
    node *middle = own(node_new(rt));
    need(middle);
    ouro_gc_collect(rt, 0);
    node *young = own(node_new(rt));
    need(young);
    node *all[] = {old, middle, young};
    ouro_gc_freeze(rt);
    for (int i = 0; i < 3; i++)
        check(ouro_gc_generation(&all[i]->head) == 2 && ouro_gc_is_tracked(&all[i]->head));
    check(tracked_count(rt, -1) == 0);
    ouro_gc_unfreeze(rt);
    for (int i = 0; i < 3; i++)
        check(ouro_gc_generation(&all[i]->head) == 2);
    check(tracked_count(rt, 2) == 3 && tracked_count(rt, 0) == 0 && tracked_count(rt, 1) == 0);
}

CASE(freeze, again_adds_what_is_new) {
    row *v = vars_new(rt);
    need(v);
    ouro_gc_freeze(rt);
    need(keep(v, ring_new(rt, 4)));
    check(ouro_gc_get_freeze_count(rt) == 1 && tracked_count(rt, -1) == 4);
    ouro_gc_freeze(rt);
    check(ouro_gc_get_freeze_count(rt) == 5 && tracked_count(rt, -1) == 0);
    ouro_gc_unfreeze(rt);
    check(ouro_gc_get_freeze_count(rt) == 0 && tracked_count(rt, -1) == 5);
}

CASE(freeze, resets_the_counts) {
    ouro_gc_set_threshold(rt, 1000, 10, 10);
    row *v = vars_new(rt);
    need(v);
    ouro_gc_collect(rt, 1);
    ouro_gc_collect(rt, 0);
    need(keep(v, ring_new(rt, 40)));
    size_t c[3];
    ouro_gc_get_count(rt, &c[0], &c[1], &c[2]);
    exact(c[0] == 40 && c[1] == 1 && c[2] == 1);
    ouro_gc_freeze(rt);
    ouro_gc_get_count(rt, &c[0], &c[1], &c[2]);
    check(c[0] == 0 && c[1] == 0 && c[2] == 0);
    for (int generation = 0; generation < 3; generation++)
        check(ouro_gc_collect(rt, generation) == 0);
    ouro_gc_stats s[3];
    ouro_gc_get_stats(rt, s);
    exact(s[1].collections == 2 && s[0].collections == 2 && s[2].collections == 1);
    exact(s[2].candidates == 0 && s[1].candidates == 1 && s[0].candidates == 0); // v alone, in the first one
}

CASE(freeze, frozen_garbage_waits) {
    row *v = vars_new(rt);
    need(v);
    fin *ring = keep(v, fin_ring_new(rt, 3, NULL));
    need(ring);
    ouro_gc_freeze(rt);
    forget(v);
    for (int generation = 0; generation < 3; generation++)
        always(ouro_gc_collect(rt, generation) == 0);
    always(fin_calls == 0);
    ouro_gc_unfreeze(rt);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    check(fin_calls == 3);
}

CASE(freeze, counting_still_frees) {
    row *v = vars_new(rt);
    need(v);
    fin *f = keep(v, fin_new(rt, NULL));
    need(f);
    ouro_obj *weak = own(ouro_weak_new(rt, &f->head, NULL, NULL));
    need(weak);
    ouro_gc_freeze(rt);
    check(ouro_gc_get_freeze_count(rt) == 3);
    check(weak_alive(weak));
    forget(v);
    always(fin_calls == 1 && !weak_alive(weak));
    check(ouro_gc_get_freeze_count(rt) == 2);
    check(object_count(rt) == 2);
}

CASE(freeze, what_frozen_objects_own_lives) {
    row *v = vars_new(rt);
    need(v);
    ouro_gc_freeze(rt);
    node *n = keep(v, ring_new(rt, 2));
    need(n);
    for (int generation = 0; generation < 3; generation++)
        always(ouro_gc_collect(rt, generation) == 0);
    always(ouro_is(n->left, &node_type) && ((node *)n->left)->id == 1);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
}

// A frozen object that is itself garbage keeps what it owns until it is thawed.
CASE(freeze, cycle_between_frozen_and_new) {
    row *v = vars_new(rt);
    need(v);
    node *frozen = keep(v, node_new(rt));
    need(frozen);
    ouro_gc_freeze(rt);
    node *fresh = keep(v, node_new(rt));
    need(fresh);
    set(frozen, left, fresh);
    set(fresh, left, frozen);
    forget(v);
    for (int generation = 0; generation < 3; generation++)
        always(ouro_gc_collect(rt, generation) == 0);
    ouro_gc_unfreeze(rt);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
}

CASE(freeze, new_objects_are_collected) {
    row *v = vars_new(rt);
    need(v);
    node *frozen = keep(v, node_new(rt));
    need(frozen);
    ouro_gc_freeze(rt);
    node *fresh = ring_new(rt, 5);
    need(fresh);
    set(fresh, right, frozen);
    ouro_decref(&fresh->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    check(ouro_refcount(&frozen->head) == 1);
    check(ouro_gc_get_freeze_count(rt) == 2);
}

// So that the pages of frozen objects stay as they are, and shared with a forked child.
CASE(freeze, frozen_pages_are_closed) {
    row *v = vars_new(rt);
    need(v);
    node *frozen = keep(v, node_new(rt));
    need(frozen);
    ouro_gc_freeze(rt);
    for (int i = 0; i < 10; i++) {
        node *fresh = keep(v, node_new(rt));
        need(fresh);
        check((uintptr_t)fresh / OURO_PAGE_BYTES != (uintptr_t)frozen / OURO_PAGE_BYTES);
    }
}

// After thawing, its free blocks serve again, and what is born there is young.
CASE(freeze, thawed_pages_are_open) {
    row *v = vars_new(rt);
    need(v);
    need(keep(v, ring_new(rt, 3)));
    ouro_gc_freeze(rt);
    ouro_gc_unfreeze(rt);
    node *n = keep(v, ring_new(rt, 3));
    need(n);
    exact(ouro_gc_generation(&n->head) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 6);
    check(object_count(rt) == 1);
}

// A referrer that is frozen is set aside for introspection too.
CASE(freeze, introspection_passes_over) {
    row *v = vars_new(rt);
    need(v);
    node *n = keep(v, node_new(rt));
    need(n);
    size_t referrers = 0;
    ouro_gc_get_referrers(rt, &n->head, count_visit, &referrers);
    check(referrers == 1);
    ouro_gc_freeze(rt);
    referrers = 0;
    ouro_gc_get_referrers(rt, &n->head, count_visit, &referrers);
    always(referrers == 0);
    ouro_gc_unfreeze(rt);
}

// An object that was not yet tracked when all others were set aside, and is garbage before they come back.
CASE(freeze, half_made_object) {
    row *v = vars_new(rt);
    need(v);
    node *half = keep(v, ouro_new_untracked(rt, &node_type, 0));
    need(half);
    ouro_gc_freeze(rt);
    check(ouro_gc_get_freeze_count(rt) == 1);
    ouro_track(&half->head);
    set(half, left, half);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    always(half->left == &half->head);
    ouro_gc_unfreeze(rt);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(object_count(rt) == 1);
}

CASE(freeze, without_objects) {
    ouro_gc_unfreeze(rt);
    ouro_gc_freeze(rt);
    always(ouro_gc_get_freeze_count(rt) == 0);
    ouro_gc_freeze(rt);
    ouro_gc_unfreeze(rt);
    ouro_gc_unfreeze(rt);
    must(ring_trash(rt, 3));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
}

// Several rounds over several pages, with deaths in between.
CASE(freeze, rounds) {
    int n = test_mode_now() == TEST_PLAIN ? 4000 : 40;
    row *v = vars_new(rt);
    need(v);
    for (int round = 0; round < 8; round++) {
        node *live = keep(v, ring_new(rt, n));
        need(live);
        must(ring_trash(rt, n));
        int64_t found = ouro_gc_collect(rt, OURO_GC_FULL);
        exact(found == n);
        ouro_gc_freeze(rt);
        check(ouro_gc_get_freeze_count(rt) == (size_t)(1 + n));
        if (round & 1)
            ouro_gc_unfreeze(rt);
        forget(v);
        ouro_gc_unfreeze(rt);
        check(ouro_gc_collect(rt, OURO_GC_FULL) == n);
        check(object_count(rt) == 1 && ouro_verify(rt) == 0);
    }
}

// It was tracked while its page was frozen, and grows old in the middle of a collection in slices.
CASE(freeze, thawed_during_a_collection_in_slices) {
    ouro_gc_disable(rt);
    node *n = own(ouro_new_untracked(rt, &node_type, 0));
    need(n);
    ouro_gc_freeze(rt);
    ouro_track(&n->head);
    ouro_gc_step(rt, 0);
    ouro_gc_unfreeze(rt);
    while (!ouro_gc_step(rt, 0))
        continue;
    always(ouro_gc_generation(&n->head) == 2 && ouro_verify(rt) == 0);
}
