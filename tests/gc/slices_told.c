// SPDX-License-Identifier: MIT
// slices_told.c: collections in slices: what is told of them, and those that start by themselves.
#include "slices.h"

#include <time.h>

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

static int open_now, open_most, ended, given_up;

static void count_open(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)rt;
    (void)user;
    if (info->generation < OURO_GC_FULL)
        return;
    open_now += phase == OURO_GC_START ? 1 : -1;
    open_most = open_now > open_most ? open_now : open_most;
    ended += phase == OURO_GC_STOP;
    given_up += info->given_up;
}

// Whatever takes its place.
CASE(slices, one_that_is_given_up_is_told_its_end) {
    ouro_gc_disable(rt);
    open_now = open_most = ended = given_up = 0;
    must(ouro_gc_callback_add(rt, count_open, NULL));
    need(old_garbage(rt, 5));
    ouro_gc_step(rt, 0);
    exact(open_now == 1 && ended == 0);
    ouro_gc_set_mode(rt, OURO_GC_SLICED);
    exact(open_now == 0 && ended == 1);
    ouro_gc_step(rt, 0);
    ouro_gc_collect(rt, OURO_GC_FULL);
    exact(open_now == 0 && ended == 3);
    ouro_gc_step(rt, 0);
    ouro_gc_freeze(rt);
    always(open_now == 0 && open_most == 1);
    exact(ended == 4 && given_up == 3);
    ouro_gc_unfreeze(rt);
    ouro_gc_callback_remove(rt, count_open, NULL);
}

// ---- automatic ----

// What young collections were used to before does not make those between slices long.
CASE(slices, young_collections_stay_small) {
    size_t births, rest[2];
    int n = test_mode_now() == TEST_PLAIN ? 40000 : 100;
    row *r = own(row_new(rt, (size_t)n));
    need(r);
    for (int i = 0; i < n; i++) {
        node *item = node_new(rt);
        need(item);
        ouro_setref_steal(&r->head, &r->item[i], &item->head);
    }
    ouro_gc_get_threshold(rt, &births, &rest[0], &rest[1]);
    exact(births > 8192);
    ouro_gc_set_mode(rt, OURO_GC_SLICED);
    ouro_gc_get_threshold(rt, &births, &rest[0], &rest[1]);
    always(births == 8192);
    ouro_gc_set_mode(rt, OURO_GC_ONE_STOP);
}

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

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !OURO_DEBUG
// Later, while collections are most of what is done; sooner again when they are not.
enum { DENSE = 8, CALM = 1, MIB = 1 << 20 };
static size_t in_use_at_start[DENSE + CALM], starts_seen;

static void note_start(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)user;
    if (phase == OURO_GC_START && info->generation == OURO_GC_FULL && starts_seen < DENSE + CALM)
        in_use_at_start[starts_seen++] = progress_of(rt).in_use;
}

enum { KEPT_LONG = 16384 };
static node *kept_long[KEPT_LONG];

// Rings that die old, until so many collections have begun.
static void litter(ouro_rt *rt, size_t starts) {
    for (size_t i = 0; starts_seen < starts; i = (i + 1) % KEPT_LONG) {
        ouro_xdecref(obj(kept_long[i]));
        kept_long[i] = ring_new(rt);
    }
}

CASE(slices, begin_later_while_they_take_much_time) {
    if (test_mode_now() != TEST_PLAIN)
        return;
    starts_seen = 0;
    must(ouro_gc_callback_add(rt, note_start, NULL));
    ouro_gc_set_mode(rt, OURO_GC_SLICED);
    time_t begin = time(NULL);
    litter(rt, DENSE);
    always(in_use_at_start[0] < 10 * MIB);
    always(in_use_at_start[DENSE - 1] > 16 * MIB && in_use_at_start[DENSE - 1] < 24 * MIB);
    // Much longer than one took, however busy the machine is.
    nanosleep(&(struct timespec){.tv_sec = 1 + 2 * (time(NULL) - begin)}, NULL);
    litter(rt, DENSE + CALM);
    always(in_use_at_start[DENSE + CALM - 1] < 16 * MIB);
    for (size_t i = 0; i < KEPT_LONG; i++)
        ouro_decref(&kept_long[i]->head);
    ouro_gc_set_mode(rt, OURO_GC_ONE_STOP);
}

// Nodes that live, and rings with 400 bytes hanging from each: those are handed out by many at once, so that slices
// come too seldom if they are not longer then.
CASE(slices, keep_up_with_large_blocks) {
    enum { LIVING = 300000, MOST = 20000, RINGS = 300000 };
    static node *kept[MOST];
    if (test_mode_now() != TEST_PLAIN)
        return;
    row *living = own(row_new(rt, LIVING));
    for (int i = 0; i < LIVING; i++)
        ouro_setref_steal(&living->head, &living->item[i], obj(node_new(rt)));
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_set_mode(rt, OURO_GC_SLICED);
    ouro_gc_set_slice(rt, 30);
    for (int i = 0; i < RINGS; i++) {
        ouro_xdecref(obj(kept[i % MOST]));
        kept[i % MOST] = ring_new(rt);
        ouro_setref_steal(&kept[i % MOST]->head, &kept[i % MOST]->right, ouro_new_extra(rt, &leaf_type, 0, 400));
    }
    always(progress_of(rt).ended > 2 && progress_of(rt).forced == 0);
    for (int i = 0; i < MOST; i++)
        ouro_setslot((ouro_obj **)(void *)&kept[i], NULL);
    ouro_gc_set_mode(rt, OURO_GC_ONE_STOP);
}
#endif

// ---- side counts ----

#define PART_OF_COUNTS 6u

// Whether a collection in slices, from here on, has a part that copies counts.
static int finish_counting(ouro_rt *rt) {
    int counts = 0;
    while (!ouro_gc_step(rt, 0))
        counts |= progress_of(rt).part == PART_OF_COUNTS;
    return counts;
}

// Where all suspects of the last one were garbage; and if the living are among them after all, they stay.
CASE(slices, side_counts_are_left_out_where_they_told_nothing) {
    uint64_t found[2];
    int counts[2], made = 1;
    ouro_gc_disable(rt);
    need(old_garbage(rt, 5));
    exact(finish_counting(rt));
    row *alive = row_new(rt, 64); // no root
    need(alive);
    for (int i = 0; i < 64; i++)
        ouro_setref_steal(&alive->head, &alive->item[i], obj(ring_new(rt)));
    for (int i = 0; i < 2; i++) {
        made &= old_garbage(rt, 5);
        counts[i] = finish_counting(rt);
        found[i] = full_stats(rt).collected;
        for (int k = 0; k < 64; k++)
            check(alive->item[k] && ouro_refcount(alive->item[k]) == 2);
    }
    ouro_decref(&alive->head);
    need(made);
    exact(!counts[0] && counts[1]);
    exact(found[0] == 20 && found[1] == 30);
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
