// SPDX-License-Identifier: MIT
// introspect.c: looking at the heap while it lives: objects of a generation, referrers, referents; and visitors and
// callbacks that change the heap while it is being looked at.
#include "graph.h"

// A row of n nodes, its first item the first node. Returns: new; NULL on failure.
static row *crowd_new(ouro_rt *rt, size_t n) {
    row *r = row_new(rt, n);
    for (size_t i = 0; r && i < n; i++) {
        node *member = node_new(rt);
        if (!member) {
            ouro_decref(&r->head);
            return NULL;
        }
        ouro_setref_steal(&r->head, &r->item[i], &member->head);
    }
    return r;
}

typedef struct tally {
    ouro_rt *rt;
    row *crowd;
    const ouro_obj *o;
    size_t nodes, others, twice;
    int stop_at, found;
} tally;

static int tally_visit(ouro_obj *o, void *arg) {
    tally *t = arg;
    t->found += o == t->o;
    if (!ouro_is(o, &node_type)) {
        t->others++;
        return 0;
    }
    t->nodes++;
    t->twice += ((node *)o)->id != 0;
    ((node *)o)->id = 1;
    return t->stop_at && t->nodes == (size_t)t->stop_at ? 42 : 0;
}

CASE(introspect, each_object_once) {
    row *crowd = own(crowd_new(rt, 5000));
    need(crowd);
    need(own(leaf_new(rt, 1)));
    tally t = {.rt = rt};
    always(ouro_gc_get_objects(rt, -1, tally_visit, &t) == 0 || test_broken(rt));
    check(t.nodes == 5000 && t.twice == 0 && t.others == 1);
}

CASE(introspect, generations_are_told_apart) {
    need(own(crowd_new(rt, 30)));
    ouro_gc_collect(rt, 1);
    need(own(crowd_new(rt, 20)));
    ouro_gc_collect(rt, 0);
    need(own(crowd_new(rt, 10)));
    exact(tracked_count(rt, 0) == 11 && tracked_count(rt, 1) == 21 && tracked_count(rt, 2) == 31);
    check(tracked_count(rt, -1) == 63);
}

CASE(introspect, a_visitor_ends_the_walk) {
    row *crowd = own(crowd_new(rt, 20));
    need(crowd);
    tally t = {.rt = rt, .stop_at = 7};
    int r = ouro_gc_get_objects(rt, -1, tally_visit, &t);
    check(r == 42 && t.nodes == 7);
}

CASE(introspect, what_is_not_tracked_is_not_shown) {
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    node *n = own(ouro_new_untracked(rt, &node_type, 0));
    need(n);
    check(tracked_count(rt, -1) == 0);
    ouro_track(&n->head);
    check(tracked_count(rt, -1) == 1);
}

static int dropping_visit(ouro_obj *o, void *arg) {
    tally *t = arg;
    tally_visit(o, arg);
    if (ouro_is(o, &node_type))
        for (size_t i = 0; i < t->crowd->n; i++)
            if (t->crowd->item[i] != o)
                ouro_clearref(&t->crowd->head, &t->crowd->item[i]);
    return 0;
}

CASE(introspect, what_a_visitor_drops_is_not_handed_over) {
    tally t = {.rt = rt};
    t.crowd = own(crowd_new(rt, 3000));
    need(t.crowd);
    ouro_gc_get_objects(rt, -1, dropping_visit, &t);
    check(t.nodes == 1);
    check(object_count(rt) == 2);
}

static int allocating_visit(ouro_obj *o, void *arg) {
    tally *t = arg;
    tally_visit(o, arg);
    for (int i = 0; i < 20 && t->nodes < 50; i++) // what is made may be handed over too
        if (ring_trash(t->rt, 3) < 0)
            ouro_error_clear(t->rt);
    return 0;
}

CASE(introspect, visitors_may_allocate_and_nothing_is_collected_meanwhile) {
    static watch w;
    need(own(crowd_new(rt, 50)));
    must(watch_open(rt, &w));
    ouro_gc_set_threshold(rt, 5, 1, 1);
    int before = w.starts;
    tally t = {.rt = rt};
    check(ouro_gc_get_objects(rt, -1, allocating_visit, &t) == 0);
    check(w.starts == before);
    check(t.nodes >= 50);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(object_count(rt) == 51);
}

static int collecting_visit(ouro_obj *o, void *arg) {
    tally *t = arg;
    t->found += ouro_gc_collect(t->rt, OURO_GC_FULL) != 0;
    ouro_safepoint(t->rt);
    return tally_visit(o, arg);
}

CASE(introspect, collect_in_a_visitor_does_nothing) {
    need(own(crowd_new(rt, 10)));
    need(own(ring_new(rt, 3)));
    must(ring_trash(rt, 4));
    tally t = {.rt = rt};
    ouro_gc_get_objects(rt, -1, collecting_visit, &t);
    check(t.found == 0);
    check(t.nodes == 17);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4);
}

static int nesting_visit(ouro_obj *o, void *arg) {
    tally *t = arg;
    (void)o;
    t->others += tracked_count(t->rt, -1);
    return 0;
}

CASE(introspect, walks_nest) {
    need(own(crowd_new(rt, 9)));
    tally t = {.rt = rt};
    ouro_gc_get_objects(rt, -1, nesting_visit, &t);
    check(t.others == 100);
}

static size_t referrers(ouro_rt *rt, ouro_obj *target) {
    size_t n = 0;
    ouro_gc_get_referrers(rt, target, count_visit, &n);
    return n;
}

static size_t referents(ouro_rt *rt, ouro_obj *o) {
    size_t n = 0;
    ouro_gc_get_referents(rt, o, count_visit, &n);
    return n;
}

CASE(introspect, referrers_of_every_shape_once_each) {
    row *v = vars_new(rt);
    need(v);
    leaf *target = own(leaf_new(rt, 1));
    need(target);
    check(referrers(rt, &target->head) == 0); // a scope is no object
    node *n = keep(v, node_new(rt));
    need(n);
    set(n, left, target);
    set(n, right, target);
    check(referrers(rt, &target->head) == 1);
    row *r = keep(v, row_new(rt, 3));
    need(r);
    ouro_setref(&r->head, &r->item[2], &target->head);
    vec *l = keep(v, vec_new(rt));
    need(l);
    must(vec_append(rt, l, &target->head));
    hidden *h = keep(v, hidden_new(rt));
    need(h);
    ouro_setslot(&h->right, &target->head);
    check(referrers(rt, &target->head) == 4);
    check(referrers(rt, &n->head) == 1);
    set(n, left, n);
    check(referrers(rt, &n->head) == 2); // v, and itself
    set(n, left, NULL);
    set(n, right, NULL);
    check(referrers(rt, &target->head) == 3);
}

CASE(introspect, weak_references_refer_to_their_argument_only) {
    node *target = own(node_new(rt)), *arg = own(node_new(rt));
    need(target);
    need(arg);
    ouro_obj *weak = own(ouro_weak_new(rt, &target->head, NULL, &arg->head));
    need(weak);
    check(referrers(rt, &target->head) == 0 && referrers(rt, &arg->head) == 1);
    check(referents(rt, weak) == 1 && ouro_refcount(&target->head) == 1 && ouro_refcount(&arg->head) == 2);
}

typedef struct stopper {
    int visits, stop_at;
} stopper;

static int stopping_visit(ouro_obj *o, void *arg) {
    stopper *s = arg;
    (void)o;
    return ++s->visits == s->stop_at ? -7 : 0;
}

CASE(introspect, referents_and_referrers_end_when_told) {
    row *v = vars_new(rt);
    need(v);
    leaf *target = own(leaf_new(rt, 1));
    need(target);
    for (int i = 0; i < 5; i++) {
        node *n = keep(v, node_new(rt));
        need(n);
        set(n, left, target);
    }
    stopper s = {0, 3};
    check(ouro_gc_get_referents(rt, &v->head, stopping_visit, &s) == -7 && s.visits == 3);
    s.visits = 0;
    check(ouro_gc_get_referrers(rt, &target->head, stopping_visit, &s) == -7 && s.visits == 3);
    s.visits = s.stop_at = 0;
    check(ouro_gc_get_referents(rt, &v->head, stopping_visit, &s) == 0 && s.visits == 5);
}

typedef struct cutter {
    row *v;
    int visits;
} cutter;

static int cutting_visit(ouro_obj *o, void *arg) {
    cutter *c = arg;
    c->visits++;
    for (size_t i = 0; i < c->v->n; i++)
        if (c->v->item[i] != o)
            ouro_clearref(&c->v->head, &c->v->item[i]);
    return 0;
}

CASE(introspect, referrers_dropped_by_the_visitor_are_not_handed_over) {
    cutter c = {vars_new(rt), 0};
    need(c.v);
    leaf *target = own(leaf_new(rt, 1));
    need(target);
    for (int i = 0; i < 10; i++) {
        node *n = keep(c.v, node_new(rt));
        need(n);
        set(n, left, target);
    }
    ouro_gc_get_referrers(rt, &target->head, cutting_visit, &c);
    check(c.visits == 1);
    check(ouro_refcount(&target->head) == 2);
}

CASE(introspect, half_made_objects_are_not_shown) {
    node *half = own(ouro_new_untracked(rt, &node_type, 0));
    need(half);
    node *target = own(node_new(rt));
    need(target);
    half->left = ouro_incref(&target->head);
    check(referrers(rt, &target->head) == 0);
    check(referents(rt, &half->head) == 1); // described fields can be read at any time
    ouro_track(&half->head);
    check(referrers(rt, &target->head) == 1);
}

static ouro_obj *dying_address, *dying_leaf;
static int dying_seen, dying_verified;

static void dying_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    tally t = {.rt = rt, .o = dying_address};
    (void)weak;
    (void)arg;
    ouro_gc_get_objects(rt, -1, tally_visit, &t);
    dying_seen = t.found + (int)referrers(rt, dying_leaf);
    dying_verified = ouro_verify(rt) == 0;
    ouro_error_clear(rt);
}

CASE(introspect, dying_objects_are_not_shown) {
    dying_seen = dying_verified = -1;
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    row *v = vars_new(rt);
    need(v);
    node *n = keep(v, node_new(rt));
    need(n);
    dying_address = &n->head;
    dying_leaf = &l->head;
    set(n, right, l);
    need(own(ouro_weak_new(rt, &n->head, dying_callback, NULL)));
    check(referrers(rt, dying_leaf) == 1);
    forget(v);
    check(dying_seen == 0 && dying_verified == 1);
}

static int verified, verified_wrong;

static void verify_here(ouro_rt *rt) {
    verified++;
    if (ouro_verify(rt) < 0) {
        verified_wrong++;
        ouro_error_clear(rt);
    }
}

static void verifying_hook(ouro_rt *rt, fin *self) {
    (void)self;
    verify_here(rt);
}

static void verifying_weak(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)arg;
    verify_here(rt);
}

static void verifying_gc(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)phase;
    (void)info;
    (void)user;
    verify_here(rt);
}

static int verifying_visit(ouro_obj *o, void *arg) {
    (void)o;
    verify_here(arg);
    return 0;
}

CASE(introspect, the_heap_verifies_at_any_time) {
    verified = verified_wrong = 0;
    row *v = vars_new(rt);
    need(v);
    must(ouro_gc_callback_add(rt, verifying_gc, NULL));
    fin *ring = keep(v, fin_ring_new(rt, 5, verifying_hook));
    need(ring);
    need(own(ouro_weak_new(rt, &ring->head, verifying_weak, NULL)));
    fin *alone = fin_new(rt, verifying_hook);
    need(alone);
    ouro_decref(&alone->head);
    ouro_gc_get_objects(rt, -1, verifying_visit, rt);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    exact(verified == 1 + 7 + 1 + 1 + 5 + 1); // alone, a walk over seven, start, callback, finalizers, stop
    always(verified_wrong == 0);
}

// The page of the size of `row` holds nothing when memory is trimmed, and cannot go while the walk is under way.
static int trim_meanwhile(ouro_obj *o, void *arg) {
    ouro_rt *rt = arg;
    row *r = row_new(rt, 40);
    (void)o;
    ouro_xdecref(obj(r));
    ouro_mem_trim(rt);
    always(ouro_verify(rt) == 0 || test_broken(rt));
    return r == NULL;
}

CASE(introspect, a_visitor_trims) {
    node *n = own(node_new(rt));
    need(n);
    ouro_gc_get_objects(rt, -1, trim_meanwhile, rt);
    always(ouro_verify(rt) == 0 || test_broken(rt));
    ouro_error_clear(rt);
}
