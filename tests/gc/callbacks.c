// SPDX-License-Identifier: MIT
// callbacks.c: the functions that are called around collections: what they are told, and what they may do to the list
// of callbacks, to the heap and to the pending error.
#include "graph.h"

static watch w;

static row *callbacks_begin(ouro_rt *rt) {
    row *v = vars_new(rt);
    return v && watch_open(rt, &w) == 0 ? v : NULL;
}

CASE(callbacks, infos) {
    row *v = callbacks_begin(rt);
    need(v);
    node *kept = node_new(rt);
    need(kept);
    ouro_gc_collect(rt, OURO_GC_FULL);
    memset(&w, 0, sizeof w);
    ouro_decref(&kept->head);
    must(ring_trash(rt, 6));
    exact(ouro_gc_collect(rt, 1) == 6);
    exact(w.first.generation == 1 && w.first.candidates == 0 && w.first.collected == 0 && w.first.uncollectable == 0);
    exact(w.first.resurrected == 0 && w.first.duration_ns == 0);
    exact(w.last.generation == 1 && w.last.candidates == 6 && w.last.collected == 6 && w.last.uncollectable == 0);
    exact(w.last.resurrected == 0 && w.last.duration_ns > 0);
}

static ouro_obj *saved;

static void save_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    saved_put(saved, &self->head);
}

CASE(callbacks, infos_agree_with_statistics) {
    row *v = callbacks_begin(rt);
    need(v);
    must(saved_open(rt, &saved));
    fin *back = keep(v, fin_ring_new(rt, 3, NULL));
    need(back);
    back->hook = save_hook;
    need(keep(v, ring_new(rt, 5)));
    stubborn *s = keep(v, stubborn_new(rt));
    need(s);
    ouro_gc_stats before[3], after[3];
    ouro_gc_get_stats(rt, before);
    ouro_setslot(&s->left, &s->head);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 6);
    check(w.last.collected == 5 && w.last.uncollectable == 1 && w.last.resurrected == 3);
    ouro_gc_get_stats(rt, after);
    check(after[2].collected - before[2].collected == 5 && after[2].uncollectable == 1 && after[2].resurrected == 3);
    check(after[2].candidates - before[2].candidates == w.last.candidates);
    ouro_setslot(&s->left, NULL);
}

typedef struct meddler {
    ouro_gc_fn fn;
    int calls, at_start;
    watch *other;
    int64_t found;
} meddler;

static void count_call(meddler *m, ouro_gc_phase phase) {
    m->calls++;
    m->at_start += phase == OURO_GC_START;
}

static void remove_itself(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)info;
    count_call(user, phase);
    ouro_gc_callback_remove(rt, remove_itself, user);
}

// Two that take themselves off stand between two that stay: none of those is passed over.
CASE(callbacks, removes_itself) {
    static watch last;
    static meddler one, two;
    memset(&one, 0, sizeof one);
    memset(&two, 0, sizeof two);
    need(callbacks_begin(rt));
    must(ouro_gc_callback_add(rt, remove_itself, &one));
    must(ouro_gc_callback_add(rt, remove_itself, &two));
    must(watch_open(rt, &last));
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(one.calls == 1 && two.calls == 1);
    exact(w.starts == 2 && w.stops == 2 && last.starts == 2 && last.stops == 2);
}

static void remove_other(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    meddler *m = user;
    (void)info;
    count_call(m, phase);
    ouro_gc_callback_remove(rt, watch_collection, m->other);
}

CASE(callbacks, removes_others) {
    static watch first, last;
    static meddler m;
    memset(&m, 0, sizeof m);
    need(callbacks_begin(rt));
    must(watch_open(rt, &first));
    m.other = &last;
    must(ouro_gc_callback_add(rt, remove_other, &m));
    must(watch_open(rt, &last));
    memset(&first, 0, sizeof first);
    memset(&w, 0, sizeof w);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(last.starts <= 1 && last.stops == 0);
    check(first.starts == 1 && first.stops == 1 && w.starts == 1 && w.stops == 1);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(last.stops == 0 && first.stops == 2 && w.stops == 2 && m.calls == 4);
}

static void add_another(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    meddler *m = user;
    (void)info;
    count_call(m, phase);
    if (m->calls <= 40 && ouro_gc_callback_add(rt, watch_collection, m->other) < 0)
        ouro_error_clear(rt);
}

// So many that the list has to move while it is walked.
CASE(callbacks, adds_others) {
    static watch added;
    static meddler m;
    memset(&m, 0, sizeof m);
    memset(&added, 0, sizeof added);
    need(callbacks_begin(rt));
    m.other = &added;
    must(ouro_gc_callback_add(rt, add_another, &m));
    for (int i = 0; i < 20; i++)
        ouro_gc_collect(rt, OURO_GC_FULL);
    check(m.calls == 40 && m.at_start == 20);
    memset(&added, 0, sizeof added);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(added.starts == 40 && added.stops == 40);
}

static void rearm(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    meddler *m = user;
    (void)info;
    count_call(m, phase);
    ouro_gc_callback_remove(rt, rearm, m);
    if (m->calls < 1000 && ouro_gc_callback_add(rt, rearm, m) < 0)
        ouro_error_clear(rt);
}

// Two that go to the end of the list each time they are called: that comes to an end, too.
CASE(callbacks, go_to_the_end_of_the_list) {
    static meddler one, two;
    memset(&one, 0, sizeof one);
    memset(&two, 0, sizeof two);
    need(callbacks_begin(rt));
    must(ouro_gc_callback_add(rt, rearm, &one));
    must(ouro_gc_callback_add(rt, rearm, &two));
    int before = one.calls + two.calls;
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(one.calls + two.calls - before <= 8 && w.stops > 0);
}

CASE(callbacks, function_and_user_name_it) {
    static watch other;
    need(callbacks_begin(rt));
    must(watch_open(rt, &other));
    ouro_gc_callback_remove(rt, watch_collection, &saved); // was never added
    ouro_gc_callback_remove(rt, remove_itself, &other);
    ouro_gc_callback_remove(rt, watch_collection, &w);
    memset(&w, 0, sizeof w);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(w.starts == 0 && w.stops == 0 && other.starts == 1 && other.stops == 1);
    ouro_gc_callback_remove(rt, watch_collection, &other);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(other.starts == 1);
}

static void collect_again(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    meddler *m = user;
    (void)info;
    count_call(m, phase);
    m->found += ouro_gc_collect(rt, OURO_GC_FULL) != 0;
    ouro_safepoint(rt);
}

CASE(callbacks, collect_in_a_callback_does_nothing) {
    static meddler m;
    memset(&m, 0, sizeof m);
    need(callbacks_begin(rt));
    must(ouro_gc_callback_add(rt, collect_again, &m));
    memset(&m, 0, sizeof m);
    must(ring_trash(rt, 3));
    int starts = w.starts;
    int64_t found = ouro_gc_collect(rt, OURO_GC_FULL);
    check(found == 3);
    check(w.starts == starts + 1 && m.found == 0);
}

static void make_garbage(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)info;
    count_call(user, phase);
    if (ring_trash(rt, 7) < 0)
        ouro_error_clear(rt);
}

// What is dropped at the start of a full collection belongs to it, what is dropped at its end to the next.
CASE(callbacks, may_allocate) {
    static meddler m;
    memset(&m, 0, sizeof m);
    need(callbacks_begin(rt));
    must(ouro_gc_callback_add(rt, make_garbage, &m));
    int64_t first = ouro_gc_collect(rt, OURO_GC_FULL), second = ouro_gc_collect(rt, OURO_GC_FULL);
    exact(first == 7 && second == 14);
    ouro_gc_callback_remove(rt, make_garbage, &m);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 7);
    check(object_count(rt) == 1);
}

static void drop_at_start(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)rt;
    (void)info;
    if (phase == OURO_GC_START)
        forget(user);
}

CASE(callbacks, may_drop) {
    row *v = callbacks_begin(rt);
    need(v);
    need(keep(v, ring_new(rt, 9)));
    must(ouro_gc_callback_add(rt, drop_at_start, v));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 9);
    ouro_gc_callback_remove(rt, drop_at_start, v);
}

static int codes_seen;

static void leave_error(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)info;
    count_call(user, phase);
    codes_seen |= ouro_error_code(rt);
    ouro_error_set(rt, OURO_ERR_USER, phase == OURO_GC_START ? "at the start" : "at the end");
}

CASE(callbacks, errors_go_to_the_warning_hook) {
    static meddler m;
    memset(&m, 0, sizeof m);
    codes_seen = 0;
    need(callbacks_begin(rt));
    test_expect_warnings();
    must(ouro_gc_callback_add(rt, leave_error, &m));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    always(ouro_error_code(rt) == OURO_OK);
    check(test_warnings() == 2 && strstr(test_last_warning(), "at the end"));
    ouro_error_set(rt, OURO_ERR_KEY, "before");
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(ouro_error_code(rt) == OURO_ERR_KEY && !strcmp(ouro_error_message(rt), "before"));
    check(test_warnings() == 4 && codes_seen == 0);
    ouro_error_clear(rt);
    ouro_gc_callback_remove(rt, leave_error, &m);
}

// The thrown object that was pending is the same one afterwards, owned once.
CASE(callbacks, a_thrown_object_stays_pending) {
    static meddler m;
    memset(&m, 0, sizeof m);
    need(callbacks_begin(rt));
    test_expect_warnings();
    must(ouro_gc_callback_add(rt, leave_error, &m));
    leaf *thrown = own(leaf_new(rt, 5));
    need(thrown);
    ouro_error_throw(rt, &thrown->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(ouro_error_code(rt) == OURO_ERR_THROWN);
    ouro_obj *taken = ouro_error_take(rt);
    always(taken == &thrown->head && ouro_refcount(taken) == 2);
    ouro_xdecref(taken);
    ouro_gc_callback_remove(rt, leave_error, &m);
}

CASE(callbacks, automatic_collections_call_too) {
    row *v = callbacks_begin(rt);
    need(v);
    ouro_gc_set_threshold(rt, 50, 10, 10);
    for (int i = 0; i < 20; i++)
        must(ring_trash(rt, 10));
    exact(w.starts >= 3 && w.stops == w.starts && w.of[0] == w.starts);
    exact(w.last.collected > 0);
}

CASE(callbacks, the_end_of_a_runtime_calls_none) {
    static watch mortal_watch;
    need(callbacks_begin(rt));
    ouro_rt *mortal = ouro_rt_create(NULL);
    always(mortal && watch_open(mortal, &mortal_watch) == 0);
    always(ring_trash(mortal, 3) == 0);
    always(ouro_rt_destroy(mortal) == 0);
    always(mortal_watch.starts == 0 && mortal_watch.stops == 0);
}
