// SPDX-License-Identifier: MIT
// scenarios_control.c: what CPython's test_gc promises about counts, generations, introspection, statistics, freezing
// and thresholds, one case for each of its tests that makes sense for C types; the comment before a case names the
// test. No count differs. test_deferred_refcount_frozen has no meaning here.
#include "graph.h"

static int ouch_collects, ouch_found;

static void ouch_hook(ouro_rt *rt, fin *self) {
    (void)self;
    if (fin_calls % 17 == 0) {
        ouch_collects++;
        ouch_found += ouro_gc_collect(rt, OURO_GC_FULL) != 0;
    }
}

// Takes: steals inner. Returns: new, a container of `inner` and an ouch; NULL on failure.
static ouro_obj *nest_level(ouro_rt *rt, int kind, ouro_obj *inner) {
    ouro_obj *pair[2] = {inner, (ouro_obj *)fin_new(rt, ouch_hook)}, *outer = NULL;
    if (inner && pair[1]) {
        row *r = kind == 0 ? row_new(rt, 2) : NULL;
        node *n = kind == 1 ? node_new(rt) : NULL;
        vec *l = kind == 2 ? vec_new(rt) : NULL;
        for (int i = 0; i < 2; i++) {
            if (r)
                ouro_setref(&r->head, &r->item[i], pair[i]);
            if (n)
                ouro_setref(&n->head, i ? &n->right : &n->left, pair[i]);
            if (l && vec_append(rt, l, pair[i]) < 0) {
                ouro_decref(&l->head);
                l = NULL;
            }
        }
        outer = r ? &r->head : n ? &n->head : obj(l);
    }
    ouro_xdecref(pair[0]);
    ouro_xdecref(pair[1]);
    return outer;
}

// test_trashcan: deep structures in which every 17th death collects
CASE(scenarios_gc, trashcan) {
    ouch_collects = ouch_found = 0;
    for (int round = 0; round < 2; round++)
        for (int kind = 0; kind < 3; kind++) {
            ouro_obj *t = (ouro_obj *)row_new(rt, 0);
            for (int depth = 0; t && depth < 150; depth++)
                t = nest_level(rt, kind, t);
            need(t);
            ouro_decref(t);
        }
    check(fin_calls == 900);
    check(ouch_collects == 52);
    check(ouch_found == 0);
    check(object_count(rt) == 0);
}

// test_get_count
CASE(scenarios_control, get_count) {
    row *v = vars_new(rt);
    need(v);
    size_t a, b, c, d, e, f;
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_get_count(rt, &a, &b, &c);
    check(a < 5 && b == 0 && c == 0);
    need(keep(v, vec_new(rt)));
    ouro_gc_get_count(rt, &d, &e, &f);
    exact(d > a);
    check(e == 0 && f == 0);
}

// test_collect_generations
CASE(scenarios_control, collect_generations) {
    row *v = vars_new(rt);
    need(v);
    ouro_gc_set_threshold(rt, 700, 10, 10);
    ouro_gc_collect(rt, OURO_GC_FULL);
    need(keep(v, node_new(rt)));
    size_t a, b, c;
    ouro_gc_collect(rt, 0);
    ouro_gc_get_count(rt, &a, &b, &c);
    check(b == 1 && c == 0);
    ouro_gc_collect(rt, 1);
    ouro_gc_get_count(rt, &a, &b, &c);
    check(b == 0 && c == 1);
    ouro_gc_collect(rt, 2);
    ouro_gc_get_count(rt, &a, &b, &c);
    check(b == 0 && c == 0);
}

static int referent_log[16], referent_n;

static int referent_visit(ouro_obj *o, void *arg) {
    (void)arg;
    if (referent_n < 16)
        referent_log[referent_n++] = ouro_is(o, &leaf_type) ? (int)((leaf *)o)->value : -1;
    return 0;
}

// Returns: 1 if the object refers to exactly these numbers, in this order.
static int refers_to(ouro_rt *rt, ouro_obj *o, const int *numbers, int n) {
    referent_n = 0;
    if (ouro_gc_get_referents(rt, o, referent_visit, NULL) != 0 || referent_n != n)
        return 0;
    return n == 0 || !memcmp(referent_log, numbers, (size_t)n * sizeof *numbers);
}

// test_get_referents: containers give what they hold, a second time if they hold it twice; atoms give nothing
CASE(scenarios_control, get_referents) {
    static const int values[] = {1, 3, 5, 1}, two[] = {3, 1};
    row *v = vars_new(rt);
    need(v);
    vec *list = keep(v, vec_new(rt));
    need(list);
    row *tuple = keep(v, row_new(rt, 4));
    need(tuple);
    leaf *atom[4];
    for (int i = 0; i < 3; i++) {
        atom[i] = keep(v, leaf_new(rt, values[i]));
        need(atom[i]);
    }
    atom[3] = atom[0];
    for (int i = 0; i < 4; i++) {
        must(vec_append(rt, list, &atom[i]->head));
        ouro_setref(&tuple->head, &tuple->item[i], &atom[i]->head);
    }
    node *pair = keep(v, node_new(rt));
    need(pair);
    set(pair, left, atom[1]);
    set(pair, right, atom[0]);
    check(refers_to(rt, &list->head, values, 4));
    check(refers_to(rt, &tuple->head, values, 4));
    check(refers_to(rt, &pair->head, two, 2));
    check(refers_to(rt, &atom[0]->head, NULL, 0));
    set(pair, left, NULL);
    check(refers_to(rt, &pair->head, values, 1));
}

// test_get_referents_on_capsule: an object that is not tracked may be half made, its traverse is not called
CASE(scenarios_control, get_referents_on_capsule) {
    static const int one[] = {1};
    hidden *h = own(ouro_new_untracked(rt, &hidden_type, 0));
    need(h);
    h->left = (ouro_obj *)leaf_new(rt, 1);
    need(h->left);
    check(refers_to(rt, &h->head, NULL, 0));
    ouro_track(&h->head);
    check(refers_to(rt, &h->head, one, 1));
}

// test_is_tracked
CASE(scenarios_control, is_tracked) {
    row *v = vars_new(rt);
    need(v);
    leaf *number = keep(v, leaf_new(rt, 1));
    need(number);
    check(!ouro_gc_is_tracked(&number->head) && ouro_type_is_acyclic(&leaf_type));
    ouro_obj *all[] = {keep(v, node_new(rt)), keep(v, row_new(rt, 0)), keep(v, vec_new(rt)), keep(v, fin_new(rt, NULL)),
                       keep(v, hidden_new(rt))};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        need(all[i]);
        check(ouro_gc_is_tracked(all[i]) && !ouro_type_is_acyclic(ouro_type_of(all[i])));
    }
    ouro_obj *later = keep(v, ouro_new_untracked(rt, &node_type, 0));
    need(later);
    check(!ouro_gc_is_tracked(later));
    ouro_track(later);
    check(ouro_gc_is_tracked(later));
}

// test_get_stats
CASE(scenarios_control, get_stats) {
    ouro_gc_stats old[3], now[3];
    ouro_gc_get_stats(rt, old);
    for (int i = 0; i < 3; i++)
        check(old[i].collections == 0 && old[i].collected == 0 && old[i].uncollectable == 0);
    ouro_gc_collect(rt, 0);
    ouro_gc_get_stats(rt, now);
    for (int i = 0; i < 3; i++)
        check(now[i].collections == old[i].collections + (i == 0));
    ouro_gc_collect(rt, 2);
    ouro_gc_get_stats(rt, now);
    for (int i = 0; i < 3; i++)
        check(now[i].collections == old[i].collections + (i != 1));
}

// test_freeze
CASE(scenarios_control, freeze) {
    need(vars_new(rt));
    ouro_gc_freeze(rt);
    check(ouro_gc_get_freeze_count(rt) > 0);
    ouro_gc_unfreeze(rt);
    always(ouro_gc_get_freeze_count(rt) == 0);
}

typedef struct search {
    const ouro_obj *wanted;
    int seen;
} search;

static int search_visit(ouro_obj *o, void *arg) {
    search *s = arg;
    s->seen += o == s->wanted;
    return 0;
}

// Returns: how often the object is handed over as one of that generation.
static int seen_in(ouro_rt *rt, const ouro_obj *o, int generation) {
    search s = {o, 0};
    ouro_gc_get_objects(rt, generation, search_visit, &s);
    return s.seen;
}

// test_get_objects, test_get_objects_generations
CASE(scenarios_control, get_objects) {
    row *v = vars_new(rt);
    need(v);
    ouro_gc_collect(rt, OURO_GC_FULL);
    node *l = keep(v, ring_new(rt, 1));
    need(l);
    static const int home[] = {0, 1, 2, 2}; // after no, one, ... collections, each of the next generation
    for (int i = 0; i < 4; i++) {
        for (int generation = 0; generation < 3; generation++)
            check(seen_in(rt, &l->head, generation) == (generation == home[i]));
        check(seen_in(rt, &l->head, -1) == 1);
        check(ouro_gc_collect(rt, i < 3 ? i : 2) == 0);
    }
    forget(v);
    check(seen_in(rt, &l->head, 2) == 1); // garbage, but not yet found
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(seen_in(rt, &l->head, -1) == 0);
}

// test_get_objects_arguments
CASE(scenarios_control, get_objects_arguments) {
    static const int wrong[] = {3, -2, 1000, -1000};
    need(vars_new(rt));
    check(tracked_count(rt, -1) == tracked_count(rt, 0) + tracked_count(rt, 1) + tracked_count(rt, 2));
    check(tracked_count(rt, -1) == 1);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size_t n = 0;
        always(ouro_gc_get_objects(rt, wrong[i], count_visit, &n) == -1 && n == 0);
        always(ouro_error_code(rt) == OURO_ERR_VALUE);
        ouro_error_clear(rt);
    }
}

static int during_ran, during_saw;

static void during_hook(ouro_rt *rt, fin *self) {
    size_t referrers = 0;
    during_ran = 1;
    during_saw = seen_in(rt, &self->head, -1);
    ouro_gc_get_referrers(rt, &self->head, count_visit, &referrers);
    during_saw += (int)referrers;
    ouro_error_clear(rt);
}

// test_get_objects_during_gc: a finalizer that looks for itself finds neither itself nor what refers to it
CASE(scenarios_control, get_objects_during_gc) {
    during_ran = during_saw = 0;
    fin *f = fin_new(rt, during_hook);
    need(f);
    set(f, left, f);
    ouro_decref(&f->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(during_ran == 1);
    check(during_saw == 0);
}

// test_traverse_frozen_objects: garbage that refers to a frozen object
CASE(scenarios_control, traverse_frozen_objects) {
    row *v = vars_new(rt);
    need(v);
    row *x = keep(v, row_new(rt, 1));
    need(x);
    ouro_gc_freeze(rt);
    row *y = row_new(rt, 2);
    need(y);
    ouro_setref(&y->head, &y->item[0], &x->head);
    ouro_setref(&y->head, &y->item[1], &y->head);
    ouro_decref(&y->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(ouro_refcount(&x->head) == 1);
    ouro_gc_unfreeze(rt);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
}

// Returns: how many of `n` self-loops there still are after they were dropped one by one.
static size_t loops_left(ouro_rt *rt, int n) {
    for (int i = 0; i < n; i++)
        if (ring_trash(rt, 1) < 0)
            return 0;
    return object_count(rt);
}

// test_indirect_calls_with_gc_disabled
CASE(scenarios_control, indirect_calls_with_gc_disabled) {
    int n = test_mode_now() == TEST_PLAIN ? 10000 : 200;
    ouro_gc_set_threshold(rt, 1000, 0, 0);
    exact(loops_left(rt, n) < 2000);
    ouro_gc_disable(rt);
    exact(loops_left(rt, n) >= 10000);
    ouro_gc_enable(rt);
    exact(loops_left(rt, 10) < 2000);
}

// test_threshold_zero
CASE(scenarios_control, threshold_zero) {
    int n = test_mode_now() == TEST_PLAIN ? 50000 : 200;
    ouro_gc_set_threshold(rt, 0, 10, 10);
    exact(loops_left(rt, n) == 50000);
    ouro_gc_stats stats[3];
    ouro_gc_get_stats(rt, stats);
    exact(stats[0].collections + stats[1].collections + stats[2].collections == 0);
}

// test_incremental_gc_handles_fast_cycle_creation: 20,000 rings of 20 that refer to a live structure of 1,000 nodes;
// collections must keep pace with them
CASE(scenarios_control, fast_cycle_creation) {
    int rings = test_mode_now() == TEST_PLAIN ? 20000 : 20;
    node *live = own(ring_new(rt, test_mode_now() == TEST_PLAIN ? 1000 : 50));
    need(live);
    for (node *n = live; n->left != &live->head; n = (node *)n->left)
        set((node *)n->left, right, n);
    size_t most = 0;
    for (int i = 0; i < rings; i++) {
        node *r = ring_new(rt, 20);
        need(r);
        set(r, right, live);
        ouro_decref(&r->head);
        if (object_count(rt) > most)
            most = object_count(rt);
    }
    exact(most < 1000 + 400000 / 8);
    ouro_gc_collect(rt, OURO_GC_FULL);
    exact(object_count(rt) == 1000);
}
