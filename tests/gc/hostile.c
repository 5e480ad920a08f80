// SPDX-License-Identifier: MIT
// hostile.c: finalizers and callbacks that pull the ground from under a collection: they free, mutate and resurrect
// members of the set under decision, fill the freed blocks again, allocate, collect, freeze and fail. Whatever they
// do, what is alive stays intact, each finalizer runs once, and in the end nothing is left over (which test.h checks).
#include "graph.h"

static ouro_obj *saved;

enum { SANE = 4711 };

static int allocated_ok(ouro_rt *rt, void *object) {
    if (!object)
        ouro_error_clear(rt);
    return object != NULL;
}

static row *hostile_begin(ouro_rt *rt) {
    row *v = vars_new(rt);
    return v && saved_open(rt, &saved) == 0 ? v : NULL;
}

// ---- freeing members of the set ----

static void cut_neighbours_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    fin *left = (fin *)self->left, *right = (fin *)self->right;
    if (left)
        set(left, left, NULL);
    if (right)
        set(right, right, NULL);
    set(self, left, NULL);
}

CASE(hostile, finalizers_free_members) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 40, cut_neighbours_hook)));
    forget(v);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(fin_calls == 40);
    check(object_count(rt) == 2);
}

// The first finalizer that runs empties a row that holds all others; each runs once, when counting frees it.
static void empty_row_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    if (self->right)
        forget((row *)self->right);
}

CASE(hostile, one_finalizer_frees_all_others) {
    row *v = hostile_begin(rt);
    need(v);
    row *r = keep(v, row_new(rt, 20));
    need(r);
    for (size_t i = 0; i < 20; i++) {
        fin *f = fin_new(rt, empty_row_hook);
        need(f);
        set(f, right, r);
        ouro_setref_steal(&r->head, &r->item[i], &f->head);
    }
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == 20);
    check(object_count(rt) == 2);
}

static int emptied;

// The first that runs frees all others, and fills what may have been their pages with blocks of other sizes.
static void empty_pages_hook(ouro_rt *rt, fin *self) {
    row *r = (row *)self->right;
    if (emptied || !r)
        return;
    emptied = 1;
    for (size_t i = 0; i < r->n; i++)
        ouro_clearref(&r->head, &r->item[i]);
    ouro_mem_trim(rt);
    for (size_t i = 0; i < 20; i++) {
        row *fresh = row_new(rt, 100 + 300 * i);
        if (!allocated_ok(rt, fresh))
            return;
        for (size_t k = 0; k < fresh->n; k += 2)
            ouro_setref(&fresh->head, &fresh->item[k], &fresh->head);
        saved_put(saved, &fresh->head);
        ouro_decref(&fresh->head);
    }
}

CASE(hostile, finalizer_empties_whole_pages) {
    size_t n = test_mode_now() == TEST_PLAIN ? 20000 : 200;
    emptied = 0;
    row *v = hostile_begin(rt);
    need(v);
    row *r = keep(v, row_new(rt, n));
    need(r);
    for (size_t i = 0; i < n; i++) {
        fin *f = fin_new(rt, empty_pages_hook);
        need(f);
        set(f, right, r);
        ouro_setref_steal(&r->head, &r->item[i], &f->head);
    }
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == (int)n && saved_count(saved) == 20);
    always(ouro_verify(rt) == 0);
    for (size_t i = 0; i < saved_count(saved); i++) {
        row *fresh = (row *)((row *)saved)->item[i];
        always(ouro_is(&fresh->head, &row_type) && fresh->n == 100 + 300 * i);
        always(fresh->item[0] == &fresh->head && !fresh->item[1]);
    }
    forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 20);
    check(object_count(rt) == 2);
}

// ---- filling freed blocks again ----

static void reuse_hook(ouro_rt *rt, fin *self) {
    set(self, left, NULL); // from the third on, this frees the one before
    set(self, right, NULL);
    for (int i = 0; i < 8; i++) {
        fin *fresh = fin_new(rt, NULL); // of the same size: likely to lie where a member lay
        if (!allocated_ok(rt, fresh))
            return;
        fresh->id = SANE;
        fresh->calls = 1000;
        set(fresh, left, fresh);
        if (i == 0)
            saved_put(saved, &fresh->head);
        ouro_decref(&fresh->head);
    }
}

CASE(hostile, freed_blocks_are_filled_again) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 10, reuse_hook)));
    forget(v);
    ouro_gc_collect(rt, OURO_GC_FULL);
    if (test_broken(rt))
        return;
    check(saved_count(saved) == 10);
    row *r = (row *)saved;
    for (size_t i = 0; i < 10 && i < r->n; i++) {
        fin *fresh = (fin *)r->item[i];
        check(ouro_is(&fresh->head, &fin_type) && fresh->id == SANE && fresh->calls == 1000);
        check(fresh->left == &fresh->head && ouro_refcount(&fresh->head) == 2);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(object_count(rt) == 12);
    forget(r);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 10);
    check(fin_calls == 10 + 80);
}

// ---- allocating and collecting ----

static int nested_result;

static void busy_hook(ouro_rt *rt, fin *self) {
    int n = test_mode_now() == TEST_PLAIN ? 10000 : 30;
    (void)self;
    for (int i = 0; i < n; i++)
        if (ring_trash(rt, 3) < 0)
            ouro_error_clear(rt);
    nested_result += ouro_gc_collect(rt, OURO_GC_FULL) != 0;
    ouro_safepoint(rt);
}

CASE(hostile, finalizers_allocate_and_collect) {
    static watch w;
    nested_result = 0;
    row *v = hostile_begin(rt);
    need(v);
    ouro_gc_set_threshold(rt, 100, 2, 2);
    need(keep(v, fin_ring_new(rt, 4, busy_hook)));
    must(watch_open(rt, &w));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4);
    check(w.starts == 1 && w.stops == 1); // none within
    check(nested_result == 0 && fin_calls == 4);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(object_count(rt) == 2);
}

static void freezing_hook(ouro_rt *rt, fin *self) {
    (void)self;
    ouro_gc_freeze(rt);
}

static void thawing_hook(ouro_rt *rt, fin *self) {
    (void)self;
    ouro_gc_unfreeze(rt);
}

CASE(hostile, finalizers_freeze) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 3, freezing_hook)));
    need(keep(v, ring_new(rt, 3)));
    node *live = own(ring_new(rt, 3));
    need(live);
    forget(v);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(ouro_verify(rt) == 0);
    ouro_gc_unfreeze(rt);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(fin_calls == 3);
    check(object_count(rt) == 5 && ouro_is(live->left, &node_type));
}

CASE(hostile, finalizers_thaw) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, ring_new(rt, 3)));
    ouro_gc_freeze(rt);
    need(keep(v, fin_ring_new(rt, 3, thawing_hook)));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    always(ouro_verify(rt) == 0);
    check(ouro_gc_get_freeze_count(rt) > 0); // while a collection runs, thawing has no effect
    ouro_gc_unfreeze(rt);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    check(fin_calls == 3 && object_count(rt) == 2);
}

// ---- resurrection ----

static void save_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    saved_put(saved, &self->head);
}

static void save_right_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    if (self->right)
        saved_put(saved, self->right);
}

// Checks that what was saved is a ring of n intact fins.
static void saved_is_ring(ouro_rt *rt, int n) {
    if (test_broken(rt))
        return;
    fin *first = (fin *)((row *)saved)->item[0], *f = first;
    always(first != NULL);
    for (int i = 0; first && i < n; i++) {
        always(ouro_is(&f->head, &fin_type) && f->calls == 1 && ouro_gc_is_finalized(&f->head));
        always(((fin *)f->left)->right == &f->head);
        f = (fin *)f->left;
    }
    always(f == first);
}

CASE(hostile, all_come_back) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 6, save_hook)));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(saved_count(saved) == 6);
    saved_is_ring(rt, 6);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 6);
    check(fin_calls == 6);
}

CASE(hostile, one_brings_back_its_component) {
    row *v = hostile_begin(rt);
    need(v);
    fin *saving = keep(v, fin_ring_new(rt, 5, NULL)), *lost = keep(v, fin_ring_new(rt, 7, NULL));
    need(saving);
    need(lost);
    need(keep(v, ring_new(rt, 11)));
    saving->hook = save_hook;
    ouro_obj *weak_saved = own(ouro_weak_new(rt, saving->left, NULL, NULL));
    need(weak_saved);
    ouro_obj *weak_lost = own(ouro_weak_new(rt, lost->left, NULL, NULL));
    need(weak_lost);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 7 + 11);
    check(fin_calls == 12 && saved_count(saved) == 1);
    check(weak_alive(weak_saved) && !weak_alive(weak_lost));
    saved_is_ring(rt, 5);
}

// A finalizer saves another object: the finalizers of both have run once when both are dropped for good.
CASE(hostile, one_brings_back_a_neighbour) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 4, save_right_hook)));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(saved_count(saved) == 4);
    saved_is_ring(rt, 4);
    forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4);
    check(fin_calls == 4);
}

// Part of a component: the ring is cut, what is reached from the saved object lives, what only reached it does not.
static void save_and_cut_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    if (self->id == 2) {
        set(self, right, NULL);
        saved_put(saved, &self->head);
    } else if (self->id == 5)
        set(self, left, NULL);
    if (self->id > 2 && self->id <= 5)
        set(self, right, NULL);
}

CASE(hostile, part_of_a_component_comes_back) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 8, save_and_cut_hook)));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4); // 6, 7, 0 and 1 hold each other, and reach 2
    check(fin_calls == 8 && saved_count(saved) == 1);
    check(object_count(rt) == 2 + 4);
    forget((row *)saved);
    check(object_count(rt) == 2);
}

// Resurrected once, finalized for ever: afterwards it is ordinary garbage, whatever its hook would do.
CASE(hostile, nobody_comes_back_twice) {
    row *v = hostile_begin(rt);
    need(v);
    fin *f = keep(v, fin_new(rt, save_hook));
    need(f);
    set(f, left, f);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    for (int i = 0; i < 3; i++) {
        if (test_broken(rt))
            return;
        keep(v, ouro_incref(((row *)saved)->item[0]));
        forget((row *)saved);
        check(ouro_gc_collect(rt, OURO_GC_FULL) == 0 && fin_calls == 1);
        saved_put(saved, &f->head);
        forget(v);
    }
    forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(fin_calls == 1 && saved_count(saved) == 0);
}

// ---- mutating ----

// Ties each object of the set to a fresh one that is in no set, and the other way round.
static void entangle_hook(ouro_rt *rt, fin *self) {
    fin *fresh = fin_new(rt, NULL);
    if (!allocated_ok(rt, fresh))
        return;
    set(fresh, left, self);
    set(fresh, right, self->left);
    set(self, left, fresh);
    ouro_decref(&fresh->head);
}

CASE(hostile, finalizers_rebuild_the_graph) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 20, entangle_hook)));
    forget(v);
    // The new objects hold the set from outside: it stays, as after a resurrection, and goes with them.
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == 20);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 40);
    check(fin_calls == 40);
    check(object_count(rt) == 2);
}

static void swap_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    ouro_obj *left = ouro_takeref(&self->head, &self->left);
    ouro_obj *right = ouro_takeref(&self->head, &self->right);
    ouro_setref_steal(&self->head, &self->left, right);
    ouro_setref_steal(&self->head, &self->right, left);
}

CASE(hostile, finalizers_swap_references) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 9, swap_hook)));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 9);
    check(fin_calls == 9 && object_count(rt) == 2);
}

// Makes an object outside refer to the set.
static void store_outside_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    row *r = (row *)saved;
    if (r && self->id == 0)
        ouro_setref(&r->head, &r->item[3], self->left);
}

CASE(hostile, finalizers_store_into_old_objects) {
    row *v = hostile_begin(rt);
    need(v);
    ouro_gc_collect(rt, OURO_GC_FULL); // saved is old
    need(keep(v, fin_ring_new(rt, 3, store_outside_hook)));
    forget(v);
    exact(ouro_gc_collect(rt, 0) == 0 && fin_calls == 3);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == 3 && saved_count(saved) == 1 && object_count(rt) == 5);
    forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
}

// ---- an outsider ----

static int outsider_wrong;

// Runs while the garbage that held this object is being taken apart.
static void outsider_hook(ouro_rt *rt, fin *self) {
    size_t before = tracked_count(rt, -1);
    outsider_wrong += ouro_verify(rt) < 0;
    for (int i = 0; i < 100; i++) {
        node *fresh = node_new(rt); // not in the blocks that are being freed
        if (!allocated_ok(rt, fresh))
            return;
        fresh->id = SANE;
        set(fresh, left, fresh);
        if (i % 10 == 0)
            saved_put(saved, &fresh->head);
        ouro_decref(&fresh->head);
    }
    outsider_wrong += ouro_gc_collect(rt, OURO_GC_FULL) != 0;
    outsider_wrong += tracked_count(rt, -1) != before + 100;
    saved_put(saved, &self->head);
}

// An old object with a finalizer, held by young garbage alone, dies by counting in the middle of it.
CASE(hostile, old_object_dies_with_young_garbage) {
    outsider_wrong = 0;
    row *v = hostile_begin(rt);
    need(v);
    fin *old = keep(v, fin_new(rt, NULL));
    need(old);
    ouro_gc_collect(rt, OURO_GC_FULL);
    node *ring = keep(v, ring_new(rt, 300));
    need(ring);
    set(ring, right, old);
    old->hook = outsider_hook;
    forget(v);
    int64_t found = ouro_gc_collect(rt, 1);
    exact(found == 300);
    for (int i = 0; i < 2; i++)
        ouro_gc_collect(rt, OURO_GC_FULL);
    check(outsider_wrong == 0 && fin_calls == 1);
    check(saved_count(saved) == 11 && object_count(rt) == 2 + 11);
    if (test_broken(rt))
        return;
    row *r = (row *)saved;
    for (int i = 0; i < 10; i++)
        check(((node *)r->item[i])->id == SANE && ((node *)r->item[i])->left == r->item[i]);
    check(r->item[10] == &old->head && ouro_gc_is_finalized(&old->head));
}

static void look_left_hook(ouro_rt *rt, fin *self) {
    const fin *left = (const fin *)self->left;
    (void)rt;
    if (left)
        outsider_wrong += !ouro_is(&left->head, &fin_type) || left->id != SANE || left->calls != 0;
}

// Three of them, each referred to twice by the garbage, and the third by the first too: it must not die before.
CASE(hostile, old_objects_die_in_turn) {
    outsider_wrong = 0;
    row *v = hostile_begin(rt);
    need(v);
    fin *old[3];
    for (int i = 0; i < 3; i++) {
        old[i] = keep(v, fin_new(rt, look_left_hook));
        need(old[i]);
        old[i]->id = SANE;
    }
    set(old[0], left, old[2]);
    ouro_gc_collect(rt, OURO_GC_FULL);
    node *n = keep(v, ring_new(rt, 6));
    need(n);
    for (int i = 0; i < 6; i++, n = (node *)n->left)
        set(n, right, old[i / 2]);
    forget(v);
    int64_t found = ouro_gc_collect(rt, 1);
    exact(found == 6);
    ouro_gc_collect(rt, OURO_GC_FULL);
    exact(outsider_wrong == 0);
    check(fin_calls == 3 && object_count(rt) == 2);
}
