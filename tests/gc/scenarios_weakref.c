// SPDX-License-Identifier: MIT
// scenarios_weakref.c: what CPython's test_weakref promises about callbacks and the collector, one case for each test
// that makes sense for C types, named in the comment before it.
//
// Counts differ from CPython's: test_callback_in_cycle [16], test_callback_reachable_one_way [4],
// test_callback_different_classes [17], test_callback_in_cycle_resurrection [15,0] and test_callbacks_on_callback
// [14,0] count a class with its dictionary, descriptors and base tuple, and bound methods; here a class is a node, and
// "bound to x" means that x is the callback's argument. What is counted is written beside each case.
// Left out: equality, hashing, ordering, proxies, subclasses, attributes of the weak reference object, weak mappings
// and WeakMethod, all of which are made of weak references and not part of them.
// At the end: the order of 3.15 (weak references without a callback stay usable in finalizers) against that of 3.11.
#include "graph.h"

static ouro_obj *saved;
static int calls, alive_seen;

static void count_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)arg;
    calls++;
    alive_seen += weak_alive(weak);
}

// Asks the weak reference that is its argument.
static void ask_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    calls++;
    alive_seen += weak_alive(arg);
}

static void collecting_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)arg;
    calls++;
    ouro_gc_collect(rt, OURO_GC_FULL);
}

static row *weakref_begin(ouro_rt *rt) {
    calls = alive_seen = 0;
    return vars_new(rt);
}

// ReferencesTestCase.test_multiple_callbacks
CASE(scenarios_weakref, multiple_callbacks) {
    row *v = weakref_begin(rt);
    need(v);
    node *o = keep(v, node_new(rt));
    need(o);
    ouro_obj *one = own(ouro_weak_new(rt, &o->head, count_callback, NULL));
    need(one);
    ouro_obj *two = own(ouro_weak_new(rt, &o->head, count_callback, NULL));
    need(two);
    forget(v);
    always(!weak_alive(one) && !weak_alive(two));
    always(calls == 2 && alive_seen == 0);
}

// ReferencesTestCase.test_multiple_selfref_callbacks: all are dead before the first callback runs
CASE(scenarios_weakref, multiple_selfref_callbacks) {
    row *v = weakref_begin(rt);
    need(v);
    node *o = keep(v, node_new(rt));
    need(o);
    ouro_obj *older = own(ouro_weak_new(rt, &o->head, NULL, NULL));
    need(older);
    ouro_obj *newer = own(ouro_weak_new(rt, &o->head, ask_callback, older));
    need(newer);
    check(weak_alive(older));
    forget(v);
    always(calls == 1 && alive_seen == 0);
}

static int code_seen;

static void failing_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    count_callback(rt, weak, arg);
    code_seen = ouro_error_code(rt);
    ouro_error_set(rt, OURO_ERR_USER, "by the callback");
}

// ReferencesTestCase.test_callbacks_protected: an error under way is neither seen nor lost
CASE(scenarios_weakref, callbacks_protected) {
    row *v = weakref_begin(rt);
    need(v);
    test_expect_warnings();
    node *o = keep(v, ring_new(rt, 1));
    need(o);
    need(own(ouro_weak_new(rt, &o->head, failing_callback, NULL)));
    code_seen = -1;
    ouro_error_set(rt, OURO_ERR_KEY, "under way");
    forget(v);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(calls == 1 && code_seen == OURO_OK);
    check(ouro_error_code(rt) == OURO_ERR_KEY && !strcmp(ouro_error_message(rt), "under way"));
    check(test_warnings() == 1 && strstr(test_last_warning(), "by the callback"));
    ouro_error_clear(rt);
}

// ReferencesTestCase.test_sf_bug_840829: a callback collects while the watched object dies
CASE(scenarios_weakref, sf_bug_840829) {
    row *v = weakref_begin(rt);
    need(v);
    node *plain = keep(v, node_new(rt));
    need(plain);
    hidden *own_death = keep(v, hidden_new(rt));
    need(own_death);
    need(own(ouro_weak_new(rt, &plain->head, collecting_callback, NULL)));
    need(own(ouro_weak_new(rt, &own_death->head, collecting_callback, NULL)));
    forget(v);
    always(calls == 2 && hidden_deallocs == 1);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(object_count(rt) == 3);
}

// ReferencesTestCase.test_callback_in_cycle: i, j and the weak reference are garbage together
CASE(scenarios_weakref, callback_in_cycle) {
    row *v = weakref_begin(rt);
    need(v);
    node *i = keep(v, node_new(rt)), *j = keep(v, ring_new(rt, 1));
    need(i);
    need(j);
    ouro_obj *wr = keep(v, ouro_weak_new(rt, &j->head, count_callback, &i->head));
    need(wr);
    set(i, left, j);
    set(i, right, wr);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    check(calls == 0);
}

// ReferencesTestCase.test_callback_reachable_one_way: c2 refers to c1 and owns the weak reference to it, whose callback
// is bound to c2: c1, c2 and the weak reference
CASE(scenarios_weakref, callback_reachable_one_way) {
    row *v = weakref_begin(rt);
    need(v);
    node *c1 = keep(v, node_new(rt)), *c2 = keep(v, node_new(rt));
    need(c1);
    need(c2);
    ouro_obj *wr = keep(v, ouro_weak_new(rt, &c1->head, count_callback, &c2->head));
    need(wr);
    set(c2, left, c1);
    set(c2, right, wr);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    check(calls == 0);
}

// ReferencesTestCase.test_callback_different_classes: the same with objects of two types
CASE(scenarios_weakref, callback_different_classes) {
    row *v = weakref_begin(rt);
    need(v);
    fin *c1 = keep(v, fin_new(rt, NULL));
    need(c1);
    vec *c2 = keep(v, vec_new(rt));
    need(c2);
    ouro_obj *wr = keep(v, ouro_weak_new(rt, &c1->head, count_callback, &c2->head));
    need(wr);
    must(vec_append(rt, c2, &c1->head));
    must(vec_append(rt, c2, wr));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    check(fin_calls == 1 && calls == 0);
}

// ReferencesTestCase.test_callback_in_cycle_resurrection: c1 and c2 own weak references to each other whose callbacks
// would resurrect them; an outer weak reference to c1 has a callback too. Two objects and two weak references.
static int resurrections;

static void resurrecting_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)rt;
    resurrections++;
    saved_put(saved, arg);
}

CASE(scenarios_weakref, callback_in_cycle_resurrection) {
    resurrections = 0;
    row *v = weakref_begin(rt);
    need(v);
    must(saved_open(rt, &saved));
    node *c1 = keep(v, node_new(rt)), *c2 = keep(v, node_new(rt));
    need(c1);
    need(c2);
    ouro_obj *outer = own(ouro_weak_new(rt, &c1->head, count_callback, NULL));
    need(outer);
    ouro_obj *wr1 = keep(v, ouro_weak_new(rt, &c2->head, resurrecting_callback, &c1->head));
    need(wr1);
    ouro_obj *wr2 = keep(v, ouro_weak_new(rt, &c1->head, resurrecting_callback, &c2->head));
    need(wr2);
    set(c1, left, c2);
    set(c2, left, c1);
    set(c1, right, wr1);
    set(c2, right, wr2);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4);
    check(calls == 1 && alive_seen == 0);
    check(resurrections == 0 && saved_count(saved) == 0);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(calls == 1);
}

// ReferencesTestCase.test_callbacks_on_callback: weak references to what a callback is bound to; those in the garbage
// are silent, the one outside speaks. c, d, the method and two weak references.
CASE(scenarios_weakref, callbacks_on_callback) {
    row *v = weakref_begin(rt);
    need(v);
    node *c = keep(v, node_new(rt)), *d = keep(v, node_new(rt)), *method = keep(v, node_new(rt));
    need(c);
    need(d);
    need(method);
    ouro_obj *external = own(ouro_weak_new(rt, &method->head, count_callback, NULL));
    need(external);
    ouro_obj *c_wr = keep(v, ouro_weak_new(rt, &d->head, count_callback, &method->head));
    need(c_wr);
    ouro_obj *d_wr = keep(v, ouro_weak_new(rt, &method->head, count_callback, &d->head));
    need(d_wr);
    set(c, left, d);
    set(d, left, c);
    set(method, left, c);
    set(c, right, c_wr);
    set(d, right, d_wr);
    forget(v);
    check(calls == 0);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    check(calls == 1 && alive_seen == 0);
    check(!weak_alive(external));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
}

// ReferencesTestCase.test_gc_during_ref_creation, test_gc_during_proxy_creation: a collection starts inside the
// creation of a weak reference, and finds an older one to the same object in garbage
CASE(scenarios_weakref, gc_during_ref_creation) {
    row *v = weakref_begin(rt);
    need(v);
    node *a = own(node_new(rt));
    need(a);
    ouro_gc_set_threshold(rt, 1, 1, 1);
    for (int i = 0; i < 10; i++) {
        node *b = keep(v, ring_new(rt, 1));
        need(b);
        ouro_obj *old = keep(v, ouro_weak_new(rt, &a->head, count_callback, NULL));
        need(old);
        set(b, right, old);
        forget(v);
        ouro_obj *fresh = ouro_weak_new(rt, &a->head, count_callback, NULL);
        need(fresh);
        always(weak_alive(fresh));
        ouro_decref(fresh);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(ouro_weak_count(&a->head) == 0 && calls == 0);
}

static ouro_obj *made_in_finalizer;

static void weak_making_hook(ouro_rt *rt, fin *self) {
    ouro_setslot_steal(&made_in_finalizer, ouro_weak_new(rt, &self->head, NULL, NULL));
    if (!made_in_finalizer)
        ouro_error_clear(rt);
}

// ReferencesTestCase.test_ref_created_during_del, by counting and by the collector
CASE(scenarios_weakref, ref_created_during_del) {
    made_in_finalizer = NULL;
    must(ouro_root_add(rt, "made", &made_in_finalizer));
    for (int cyclic = 0; cyclic < 2; cyclic++) {
        fin *x = fin_new(rt, weak_making_hook);
        need(x);
        if (cyclic)
            set(x, left, x);
        ouro_decref(&x->head);
        check(ouro_gc_collect(rt, OURO_GC_FULL) == cyclic);
        check(fin_calls == cyclic + 1);
        check(made_in_finalizer && !weak_alive(made_in_finalizer));
    }
}

static int trashcan_calls;

static void trashcan_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    trashcan_calls++;
    alive_seen += weak_alive(arg); // the child, which dies at about the same time
}

// ReferencesTestCase.test_trashcan_16602: a chain in which each child watches its parent, and the callback of the
// parent's death asks for the child
CASE(scenarios_weakref, trashcan_16602) {
    trashcan_calls = alive_seen = 0;
    node *root = node_new(rt), *parent = root;
    need(root);
    for (int i = 0; i < 100; i++) {
        node *child = node_new(rt);
        if (child)
            ouro_setref_steal(&parent->head, &parent->left, &child->head);
        ouro_obj *to_child = child ? ouro_weak_new(rt, &child->head, NULL, NULL) : NULL;
        ouro_obj *to_parent = to_child ? ouro_weak_new(rt, &parent->head, trashcan_callback, to_child) : NULL;
        ouro_xdecref(to_child);
        if (!to_parent) {
            ouro_decref(&root->head);
            need(to_parent);
        }
        ouro_setref_steal(&child->head, &child->right, to_parent);
        parent = child;
    }
    ouro_decref(&root->head);
    check(trashcan_calls == 100);
    check(alive_seen == 100); // a parent's callback runs before its fields are dropped
    check(object_count(rt) == 0);
}

// ReferencesTestCase.test_callback_gcs: the callback collects, the watched object has a finalizer
CASE(scenarios_weakref, callback_gcs) {
    row *v = weakref_begin(rt);
    need(v);
    fin *x = keep(v, fin_new(rt, NULL));
    need(x);
    need(own(ouro_weak_new(rt, &x->head, collecting_callback, NULL)));
    forget(v);
    always(fin_calls == 1 && calls == 1);
}

// SubclassableWeakrefTestCase.test_subclass_refs_with_cycle: a weak reference owns the only reference to what it
// watches; the one that goes first tells nobody
CASE(scenarios_weakref, subclass_refs_with_cycle) {
    calls = 0;
    for (int n = 1; n <= 2; n++) {
        node *o = node_new(rt);
        need(o);
        ouro_obj *weak[2] = {NULL, NULL};
        for (int i = 0; i < n; i++)
            weak[i] = ouro_weak_new(rt, &o->head, count_callback, &o->head);
        ouro_decref(&o->head);
        check(weak[0] && (n == 1 || weak[1]));
        check(ouro_refcount(&o->head) == (uint32_t)n);
        ouro_xdecref(weak[1]);
        ouro_xdecref(weak[0]);
        check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
        check(object_count(rt) == 0 && calls == 0);
        ouro_error_clear(rt);
    }
}

// SubclassableWeakrefTestCase.test_subclass_refs_dont_replace_standard_refs: every weak reference counts
CASE(scenarios_weakref, subclass_refs_dont_replace_standard_refs) {
    row *v = vars_new(rt);
    need(v);
    node *o = own(node_new(rt));
    need(o);
    check(ouro_weak_count(&o->head) == 0);
    ouro_obj *plain = keep(v, ouro_weak_new(rt, &o->head, NULL, NULL));
    need(plain);
    check(ouro_weak_count(&o->head) == 1);
    need(own(ouro_weak_new(rt, &o->head, count_callback, NULL)));
    check(ouro_weak_count(&o->head) == 2);
    need(own(ouro_weak_new(rt, &o->head, count_callback, &o->head)));
    check(ouro_weak_count(&o->head) == 3);
    forget(v);
    check(ouro_weak_count(&o->head) == 2);
}

static int order_log[4], order_n;

static void order_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    if (order_n < 4)
        order_log[order_n++] = (int)((leaf *)arg)->value;
}

// FinalizeTestCase.test_order: callbacks run newest first; a weak reference that went before is skipped
CASE(scenarios_weakref, order) {
    static const int expected[] = {3, 1, 0};
    for (int cyclic = 0; cyclic < 2; cyclic++) {
        row *v = vars_new(rt), *w = vars_new(rt);
        need(v);
        need(w);
        node *o = keep(v, cyclic ? ring_new(rt, 1) : node_new(rt));
        need(o);
        ouro_obj *weak[4];
        for (int i = 0; i < 4; i++) {
            leaf *number = own(leaf_new(rt, i));
            need(number);
            weak[i] = keep(w, ouro_weak_new(rt, &o->head, order_callback, &number->head));
            need(weak[i]);
        }
        order_n = 0;
        forget_one(w, weak[2]);
        forget(v);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(order_n == 3 && !memcmp(order_log, expected, sizeof expected));
    }
}

// What a finalizer saw through a weak reference without a callback, and one with.
static int seen_without, seen_with;

static void looking_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    row *r = (row *)self->right;
    seen_without = weak_alive(r->item[0]);
    seen_with = weak_alive(r->item[1]);
    saved_put(saved, self->left);
}

// Makes garbage of a node that a finalizer next to it resurrects, watched by two weak references from outside.
// What they are when the collection is over goes to `after`.
static int look_from_finalizer(ouro_rt *rt, int after[2]) {
    row *v = weakref_begin(rt);
    row *r = v ? own(row_new(rt, 2)) : NULL;
    node *n = r && saved_open(rt, &saved) == 0 ? keep(v, node_new(rt)) : NULL;
    fin *f = n ? keep(v, fin_new(rt, NULL)) : NULL;
    ouro_obj *without = f ? ouro_weak_new(rt, &n->head, NULL, NULL) : NULL;
    if (!without)
        return -1;
    ouro_setref_steal(&r->head, &r->item[0], without);
    ouro_obj *with = ouro_weak_new(rt, &n->head, count_callback, NULL);
    if (!with)
        return -1;
    ouro_setref_steal(&r->head, &r->item[1], with);
    set(n, left, f);
    set(f, left, n);
    set(f, right, r);
    f->hook = looking_hook;
    seen_without = seen_with = -1;
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == 1 && saved_count(saved) == 1);
    check(calls == 1 && alive_seen == 0);
    after[0] = weak_alive(r->item[0]);
    after[1] = weak_alive(r->item[1]);
    return 0;
}

// By the order of 3.15 (gh-135552): only the one with a callback is dead in finalizers and after a resurrection.
CASE(scenarios_weakref, order_315) {
    int after[2];
    must(look_from_finalizer(rt, after));
    check(seen_without == 1 && seen_with == 0);
    check(after[0] == 1 && after[1] == 0);
}

static void order_311_options(ouro_options *options) {
    options->weak_order = OURO_WEAK_ORDER_311;
}

// By the order of 3.11 both are.
CASE_WITH(scenarios_weakref, order_311, order_311_options) {
    int after[2];
    must(look_from_finalizer(rt, after));
    check(seen_without == 0 && seen_with == 0);
    check(after[0] == 0 && after[1] == 0);
}

// Owns the last reference to the weak reference whose callback drops it: it dies with that call, and counts as found,
// as in CPython, though it was not in the set.
static ouro_obj *last_weak;

static void last_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    count_callback(rt, weak, arg);
    ouro_setslot(&last_weak, NULL);
}

CASE(scenarios_weakref, weak_that_dies_in_its_callback_is_counted) {
    last_weak = NULL;
    row *v = weakref_begin(rt);
    need(v);
    must(ouro_root_add(rt, "last", &last_weak));
    node *n = keep(v, ring_new(rt, 1));
    need(n);
    last_weak = ouro_weak_new(rt, &n->head, last_callback, NULL);
    need(last_weak);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(calls == 1);
    check(object_count(rt) == 1);
}
