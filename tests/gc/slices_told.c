// SPDX-License-Identifier: MIT
// slices_told.c: collections in slices: what is told of them, and those that start by themselves.
#include "slices.h"

static uint64_t event_suspects, event_components, event_slices;

static void count_events(ouro_rt *rt, const ouro_event *event, void *user) {
    (void)rt;
    (void)user;
    event_suspects += event->kind == OURO_EVENT_SUSPECTED;
    event_components += event->kind == OURO_EVENT_COMPONENT && event->number == 2;
    event_slices += event->kind == OURO_EVENT_SLICE_START;
}

CASE(slices, are_told) {
    ouro_gc_disable(rt);
    need(old_garbage(rt, 5));
    event_suspects = event_components = event_slices = 0;
    ouro_event_hook(rt, OURO_EVENT_ALL, count_events, NULL);
    int slices = finish(rt);
    ouro_event_hook(rt, 0, NULL, NULL);
    check(event_suspects == 10 && event_components == 5);
    check(event_slices == (uint64_t)slices);
}

// ---- automatic ----

CASE(slices, mode_is_what_was_set) {
    always(ouro_gc_get_mode(rt) == OURO_GC_ONE_STOP);
    ouro_gc_set_mode(rt, OURO_GC_SLICED);
    always(ouro_gc_get_mode(rt) == OURO_GC_SLICED);
    ouro_gc_set_slice(rt, 100);
    always(ouro_gc_get_slice(rt) == 100);
    ouro_gc_set_mode(rt, OURO_GC_ONE_STOP);
}

// Rings that die old, in a program that does nothing else: memory stays bounded.
CASE(slices, automatic_ones_keep_memory_bounded) {
    enum { KEPT = 512, RINGS = 400000 };
    static node *kept[KEPT];
    int n = test_mode_now() == TEST_PLAIN && !OURO_DEBUG ? RINGS : 2000;
    memset(kept, 0, sizeof kept);
    ouro_gc_set_mode(rt, OURO_GC_SLICED);
    for (int i = 0; i < n; i++) {
        node *old = kept[i % KEPT];
        kept[i % KEPT] = ring_new(rt);
        ouro_xdecref(old ? &old->head : NULL);
    }
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    exact(usage.objects < 400000);
    for (int i = 0; i < KEPT; i++)
        ouro_xdecref(kept[i] ? &kept[i]->head : NULL);
    ouro_gc_set_mode(rt, OURO_GC_ONE_STOP);
}

// What a collection in slices frees is no death of what was born meanwhile: young collections are not put off by it.
CASE(slices, what_is_freed_does_not_hide_births) {
    enum { MOST = 4000 };
    static node *kept[MOST];
    size_t born = 0, young, rest[2];
    ouro_gc_disable(rt);
    need(old_garbage(rt, 60));
    for (size_t i = 1; !ouro_gc_step(rt, 0); i++)
        if (i % 8 == 0 && born < MOST && (kept[born] = node_new(rt)))
            born++;
    ouro_gc_get_count(rt, &young, &rest[0], &rest[1]);
    exact(young == born && born > 20);
    for (size_t i = 0; i < born; i++)
        ouro_decref(&kept[i]->head);
}

CASE(slices, pauses_are_measured) {
    ouro_gc_pauses p;
    need(old_garbage(rt, 2));
    ouro_gc_reset_pauses(rt);
    ouro_gc_get_pauses(rt, &p);
    always(p.n == 0 && p.longest_ns == 0 && p.p99_ns == 0);
    finish(rt);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_get_pauses(rt, &p);
    check(p.n > 2 && p.p50_ns <= p.p99_ns && p.p99_ns <= p.p999_ns && p.p999_ns <= p.longest_ns);
    check(p.longest_ns <= p.total_ns);
}
