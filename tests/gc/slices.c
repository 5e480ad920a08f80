// SPDX-License-Identifier: MIT
// slices.c: full collections in slices: what they find, when they are given up, what is reported. That nothing is lost
// whatever happens between slices is tested by tests/model/random_slices.c.
#include "slices.h"

CASE(slices, collect_rings) {
    ouro_gc_disable(rt);
    need(old_garbage(rt, 20));
    uint64_t before = full_stats(rt).collected;
    check(finish(rt) > 100);
    check(full_stats(rt).collected - before == 40);
    always(!progress_of(rt).under_way);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
}

CASE(slices, keep_what_is_alive) {
    ouro_gc_disable(rt);
    node *a = own(ring_new(rt));
    need(a);
    ouro_gc_collect(rt, 1);
    finish(rt);
    always(a->left && ((node *)a->left)->left == &a->head);
    always(ouro_refcount(&a->head) == 2);
}

// A reference that is taken from where marking has not been to where it has is the classic way to lose an object.
CASE(slices, a_reference_moves_behind_the_marker) {
    static node *from, *to;
    ouro_gc_disable(rt);
    from = own(node_new(rt));
    need(from);
    to = own(node_new(rt));
    need(to);
    node *moved = ring_new(rt);
    need(moved);
    ouro_setref_steal(&from->head, &from->left, &moved->head);
    ouro_gc_collect(rt, 1);
    for (int i = 0; !ouro_gc_step(rt, 0); i++) {
        node *a = i % 2 ? from : to, *b = i % 2 ? to : from;
        if (a->left)
            ouro_setref_steal(&b->head, &b->left, ouro_takeref(&a->head, &a->left));
    }
    ouro_obj *there = from->left ? from->left : to->left;
    always(there == &moved->head && ((node *)((node *)there)->left)->left == there);
    always(ouro_verify(rt) == 0);
}

CASE(slices, one_under_way_is_reported) {
    ouro_gc_disable(rt);
    need(old_garbage(rt, 1));
    ouro_gc_progress before = progress_of(rt);
    always(!before.under_way && before.part == 0);
    ouro_gc_step(rt, 0);
    check(progress_of(rt).under_way && progress_of(rt).part >= 1 && progress_of(rt).part <= progress_of(rt).parts);
    check(progress_of(rt).slices == before.slices + 1);
    finish(rt);
    check(progress_of(rt).ended == before.ended + 1);
}

CASE(slices, a_collection_in_one_stop_takes_its_place) {
    ouro_gc_disable(rt);
    need(old_garbage(rt, 3));
    for (int i = 0; i < 10; i++)
        ouro_gc_step(rt, 0);
    int64_t found = ouro_gc_collect(rt, OURO_GC_FULL);
    check(found == 6);
    always(!progress_of(rt).under_way);
    check(progress_of(rt).given_up == 1);
}

CASE(slices, freezing_takes_its_place) {
    ouro_gc_disable(rt);
    need(old_garbage(rt, 3));
    for (int i = 0; i < 10; i++)
        ouro_gc_step(rt, 0);
    ouro_gc_freeze(rt);
    always(!progress_of(rt).under_way);
    finish(rt);
    check(ouro_gc_get_freeze_count(rt) == 6);
    ouro_gc_unfreeze(rt);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 6);
}

// Garbage that holds on to garbage, found in one and in as many slices as there are.
CASE(slices, garbage_behind_garbage_goes_in_one_collection) {
    ouro_gc_disable(rt);
    node *last = NULL;
    for (int i = 0; i < 30; i++) {
        node *ring = ring_new(rt);
        if (ring && last)
            ouro_setref_steal(&ring->head, &ring->right, &last->head);
        last = ring ? ring : last;
    }
    need(last);
    ouro_gc_collect(rt, 1);
    uint64_t before = full_stats(rt).collected;
    ouro_decref(&last->head);
    finish(rt);
    check(full_stats(rt).collected - before == 60);
}

static int garbage_called;

static void garbage_call(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    garbage_called++;
}

// One ring holds a node, another a weak reference to that, each alone.
static int garbage_that_watches(ouro_rt *rt, node *holds, node *watches) {
    node *target = node_new(rt);
    ouro_obj *weak = target ? ouro_weak_new(rt, &target->head, garbage_call, NULL) : NULL;
    if (target)
        ouro_setref_steal(&holds->head, &holds->right, &target->head);
    if (weak)
        ouro_setref_steal(&watches->head, &watches->right, weak);
    return weak != NULL;
}

// Four rings, of which two watch what the others hold. Each is asked about first once. False without memory.
static int garbage_that_watches_both_ways(ouro_rt *rt) {
    int made = 1;
    garbage_called = 0;
    for (int first = 0; first < 2 && made; first++) {
        ouro_scope s;
        ouro_scope_open(rt, &s);
        node *a = ouro_scope_keep(&s, ring_new(rt)), *b = ouro_scope_keep(&s, a ? ring_new(rt) : NULL);
        made = b && garbage_that_watches(rt, first ? a : b, first ? b : a);
        ouro_gc_collect(rt, 1);
        ouro_scope_close(&s);
    }
    return made;
}

CASE(slices, garbage_that_watches_garbage_does_not_call) {
    ouro_gc_disable(rt);
    need(garbage_that_watches_both_ways(rt));
    uint64_t before = full_stats(rt).collected;
    finish(rt);
    check(garbage_called == 0);
    exact(full_stats(rt).collected - before >= 8);
}

// Nor if a collection in one stop takes the place of that in slices, however far that has come.
CASE(slices, garbage_does_not_call_when_one_is_given_up) {
    ouro_gc_disable(rt);
    int ended = 0;
    for (int slices = 1; !ended; slices++) {
        need(garbage_that_watches_both_ways(rt));
        for (int i = 0; i < slices && !ended; i++)
            ended = ouro_gc_step(rt, 0);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(garbage_called == 0);
    }
}

// What grows old and dies while the harvest goes on is no suspect of this collection. The next one must not take it for
// what was alive at the harvest.
CASE(slices, garbage_made_during_the_harvest_is_found_by_the_next) {
    ouro_gc_disable(rt);
    for (int i = 0; i < 8; i++) // pages for the first slice
        need(own(row_new(rt, 2000)));
    ouro_gc_collect(rt, 1);
    ouro_gc_step(rt, 0);
    node *ring = ring_new(rt);
    need(ring);
    ouro_gc_collect(rt, 1);
    ouro_decref(&ring->head);
    finish(rt);
    exact(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
}

// It has no room in a word that is set aside.
CASE(slices, a_huge_count_stays_touched) {
    ouro_gc_disable(rt);
    node *a = own(node_new(rt));
    need(a);
    ouro_gc_collect(rt, 1);
    uint32_t *word = &a->head.ouroi_count, saved = *word;
    *word = OUROI_SHARED | OUROI_TOUCHED;
    finish(rt);
    always(*word == (OUROI_SHARED | OUROI_TOUCHED) && ouro_verify(rt) == 0);
    *word = saved;
}

// I-cycle-5: a page that has emptied is not taken for other blocks. Part 6 is the first that reads what part 5 has
// numbered.
CASE(slices, pages_with_suspects_are_not_taken_for_others) {
    enum { ROWS = 12 };
    uintptr_t page[ROWS];
    ouro_obj *held[ROWS];
    int n = 0;
    ouro_gc_disable(rt);
    for (; n < ROWS && (held[n] = (ouro_obj *)row_new(rt, 2000)); n++)
        page[n] = (uintptr_t)held[n] / OURO_PAGE_BYTES;
    for (int i = 0; i < 1000 && progress_of(rt).part < 6; i++) // without memory it never gets there
        ouro_gc_step(rt, 0);
    for (int i = 0; i < n; i++)
        ouro_decref(held[i]);
    need(n == ROWS);
    for (int i = 0; i < ROWS; i++) {
        row *other = own(row_new(rt, 3500));
        need(other);
        for (int k = 0; k < ROWS; k++)
            exact((uintptr_t)other / OURO_PAGE_BYTES != page[k]);
    }
}

// A young collection that finds all of a page to be garbage gives its blocks back one by one if the page must stay.
CASE(slices, pages_with_suspects_can_be_emptied_at_once) {
    enum { ROWS = 12 };
    ouro_gc_disable(rt);
    for (int round = 0; round < 2; round++) {
        row *r[ROWS];
        int n = 0;
        while (n < ROWS && (r[n] = row_new(rt, 2000)))
            n++;
        for (int i = 0; i < 1000 && round == 0 && progress_of(rt).part < 6; i++)
            ouro_gc_step(rt, 0);
        for (int i = 0; i < n; i++) {
            if (round == 1)
                set(r[i], item[0], r[i]);
            ouro_decref(&r[i]->head);
        }
        need(n == ROWS);
    }
    ouro_gc_collect(rt, 1);
    always(ouro_verify(rt) == 0);
}

static fin *kept_by_finalizer;
static int coming_back;

static void come_back(ouro_rt *rt, fin *self) {
    (void)rt;
    if (!coming_back)
        return;
    kept_by_finalizer = self;
    ouro_incref(&self->head);
}

CASE(slices, a_finalizer_brings_its_object_back) {
    ouro_gc_disable(rt);
    kept_by_finalizer = NULL;
    coming_back = 1;
    fin *a = fin_new(rt, come_back);
    need(a);
    set(a, left, a);
    ouro_gc_collect(rt, 1);
    ouro_decref(&a->head);
    finish(rt);
    coming_back = 0;
    check(kept_by_finalizer == a && a->calls == 1 && a->left == &a->head);
    if (!kept_by_finalizer)
        return;
    ouro_clearref(&a->head, &a->left);
    ouro_decref(&a->head);
}

static int step_in_finalizer;

static void step_within(ouro_rt *rt, fin *self) {
    (void)self;
    step_in_finalizer = ouro_gc_step(rt, 0);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
}

CASE(slices, none_within_a_slice) {
    ouro_gc_disable(rt);
    step_in_finalizer = -1;
    fin *a = fin_new(rt, step_within);
    need(a);
    set(a, left, a);
    ouro_gc_collect(rt, 1);
    ouro_decref(&a->head);
    finish(rt);
    check(step_in_finalizer == 0);
}

static int weak_calls;

static void note_weak(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    ouro_obj *out;
    (void)rt;
    (void)arg;
    weak_calls++;
    always(ouro_weak_get(weak, &out) == 0);
}

CASE(slices, weak_references_die_and_call) {
    ouro_gc_disable(rt);
    weak_calls = 0;
    node *a = ring_new(rt);
    need(a);
    ouro_obj *w = own(ouro_weak_new(rt, &a->head, note_weak, NULL)), *out;
    ouro_gc_collect(rt, 1);
    ouro_decref(&a->head);
    need(w);
    finish(rt);
    check(weak_calls == 1);
    check(ouro_weak_get(w, &out) == 0);
}

// The garbage ring `first` is judged before the ring that has the weak reference to it, which is garbage as well: its
// callback must not run, though nobody knows that yet.
CASE(slices, a_weak_reference_that_is_garbage_does_not_call) {
    ouro_gc_disable(rt);
    weak_calls = 0;
    node *first = ring_new(rt), *second = first ? ring_new(rt) : NULL;
    if (!second) {
        ouro_xdecref(first ? &first->head : NULL);
        need(second);
    }
    ouro_obj *w = ouro_weak_new(rt, &first->head, note_weak, &second->head);
    if (w)
        ouro_setref_steal(&second->head, &second->right, w);
    set(first, right, second);
    ouro_gc_collect(rt, 1);
    ouro_decref(&second->head);
    ouro_decref(&first->head);
    finish(rt);
    check(weak_calls == 0);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
}

// The same, but the ring with the weak reference is alive after all: held by C alone, which shows only at its verdict.
CASE(slices, a_callback_that_had_to_wait_runs) {
    ouro_gc_disable(rt);
    weak_calls = 0;
    node *first = ring_new(rt), *second = first ? own(ring_new(rt)) : NULL;
    if (!second) {
        ouro_xdecref(first ? &first->head : NULL);
        need(second);
    }
    ouro_obj *w = ouro_weak_new(rt, &first->head, note_weak, NULL);
    if (w)
        ouro_setref_steal(&second->head, &second->right, w);
    ouro_gc_collect(rt, 1);
    ouro_decref(&first->head);
    finish(rt);
    need(w);
    check(weak_calls == 1);
}

// An object with more references than one slice follows.
CASE(slices, a_large_object) {
    ouro_gc_disable(rt);
    vec *v = vec_new(rt);
    need(v);
    int made = vec_append(rt, v, &v->head);
    for (int i = 0; i < 3000 && made == 0; i++) {
        node *n = node_new(rt);
        made = n ? vec_append(rt, v, &n->head) : -1;
        ouro_xdecref(n ? &n->head : NULL);
    }
    ouro_gc_collect(rt, 1);
    finish(rt);
    exact(v->n == 3001);
    ouro_decref(&v->head);
    finish(rt);
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    check(usage.objects == 0);
}

// What is marked and not yet followed dies, and the memory it was in is given back.
CASE(slices, memory_is_trimmed_meanwhile) {
    static ouro_obj *root;
    int n = test_mode_now() == TEST_PLAIN ? 200000 : 200;
    root = NULL;
    ouro_gc_disable(rt);
    must(ouro_root_add(rt, "root", &root));
    vec *v = vec_new(rt);
    need(v);
    ouro_setslot_steal(&root, &v->head);
    for (int i = 0, made = 0; i < n && made == 0; i++) {
        node *item = node_new(rt);
        made = item ? vec_append(rt, v, &item->head) : -1;
        ouro_xdecref(obj(item));
    }
    ouro_gc_collect(rt, 1);
    for (int i = 0; i < 300; i++)
        ouro_gc_step(rt, 0);
    ouro_setslot(&root, NULL);
    ouro_mem_trim(rt);
    finish(rt);
    always(ouro_verify(rt) == 0);
}

CASE(slices, references_that_callbacks_hide) {
    ouro_gc_disable(rt);
    hidden *a = hidden_new(rt);
    need(a);
    a->left = ouro_incref(&a->head);
    ouro_gc_collect(rt, 1);
    int before = hidden_deallocs;
    ouro_decref(&a->head);
    finish(rt);
    check(hidden_deallocs == before + 1);
}

// What frozen objects, and those that nobody ends, refer to is alive.
CASE(slices, frozen_objects_are_roots) {
    ouro_gc_disable(rt);
    node *owner = own(node_new(rt));
    need(owner);
    ouro_gc_freeze(rt);
    node *ring = ring_new(rt);
    need(ring);
    ouro_setref_steal(&owner->head, &owner->left, &ring->head);
    ouro_gc_collect(rt, 1);
    finish(rt);
    always(ouro_refcount(owner->left) == 2);
    ouro_gc_unfreeze(rt);
}
