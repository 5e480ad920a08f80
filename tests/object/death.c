// SPDX-License-Identifier: MIT
// death.c: the order in which an object dies: finalizer, (if it is still dead) weak references and their callbacks,
// fields in order, dealloc with the fields NULL, block. What happens is recorded as words: "f1" the finalizer of object
// 1, "w1" a weak reference's callback, "d1" its dealloc.
#include "kit.h"

typedef struct mortal {
    ouro_obj head;
    ouro_obj *a, *b, *c;
    int id;
} mortal;

static ouro_type death_type;
static void (*death_hook)(ouro_rt *rt, mortal *self);
static ouro_obj *death_saved, *death_weak;
static int death_dirty; // deallocs that found a field which was not NULL

static void death_finalize(ouro_rt *rt, ouro_obj *o) {
    mortal *m = (mortal *)o;
    kit_trace_add("f", m->id);
    if (death_hook)
        death_hook(rt, m);
}

static void death_dealloc(ouro_rt *rt, ouro_obj *o) {
    mortal *m = (mortal *)o;
    (void)rt;
    death_dirty += m->a || m->b || m->c;
    kit_trace_add("d", m->id);
}

static int death_start(ouro_rt *rt, void (*hook)(ouro_rt *rt, mortal *self)) {
    static const ouro_field fields[] = {OURO_FIELD(mortal, a), OURO_FIELD(mortal, b), OURO_FIELD(mortal, c)};
    if (!death_type.name)
        ouro_type_init(&death_type, "mortal", sizeof(mortal));
    death_type.fields = fields;
    death_type.n_fields = 3;
    death_type.finalize = death_finalize;
    death_type.dealloc = death_dealloc;
    death_hook = hook;
    death_saved = death_weak = NULL;
    death_dirty = 0;
    kit_trace_start();
    return ouro_type_register(rt, &death_type);
}

// Takes: the three references are stolen, also on failure.
static mortal *death_new(ouro_rt *rt, int id, void *a, void *b, void *c) {
    mortal *m = ouro_new(rt, &death_type);
    ouro_obj *refs[3] = {a, b, c};
    if (m) {
        m->id = id;
        ouro_setref_steal(&m->head, &m->a, a);
        ouro_setref_steal(&m->head, &m->b, b);
        ouro_setref_steal(&m->head, &m->c, c);
    }
    for (int i = 0; !m && i < 3; i++)
        ouro_xdecref(refs[i]);
    return m;
}

static void death_on_weak(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    ouro_obj *got = NULL;
    (void)rt;
    always(ouro_weak_get(weak, &got) == 0 && !got);
    kit_trace_add("w", (int)((leaf *)arg)->value);
}

// A weak reference whose callback says "w<number>".
static ouro_obj *death_watch(ouro_rt *rt, void *target, int number) {
    leaf *l = leaf_new(rt, number);
    ouro_obj *w = l ? ouro_weak_new(rt, target, death_on_weak, &l->head) : NULL;
    ouro_xdecref(obj(l));
    return w;
}

CASE(death, alone) {
    must(death_start(rt, NULL));
    mortal *m = death_new(rt, 1, NULL, NULL, NULL);
    need(m);
    always(kit_trace_is(""));
    ouro_decref(&m->head);
    always(kit_trace_is("f1 d1"));
}

// CPython's order for A{b{d}, c} is A, b, d, c.
CASE(death, parents_before_children_before_siblings) {
    must(death_start(rt, NULL));
    mortal *d = death_new(rt, 4, NULL, NULL, NULL), *b = d ? death_new(rt, 2, d, NULL, NULL) : NULL;
    mortal *c = b ? death_new(rt, 3, NULL, NULL, NULL) : NULL;
    if (!c)
        ouro_xdecref(obj(b));
    need(c);
    mortal *a = death_new(rt, 1, b, c, NULL);
    need(a);
    kit_trace_start();
    ouro_decref(&a->head);
    always(kit_trace_is("f1 f2 f4 d4 d2 f3 d3 d1"));
    always(death_dirty == 0);
}

CASE(death, fields_in_the_order_of_the_description) {
    must(death_start(rt, NULL));
    mortal *m = death_new(rt, 0, NULL, NULL, NULL);
    need(m);
    ouro_obj **slot[3] = {&m->b, &m->c, &m->a}; // filled in another order
    const int ids[3] = {2, 3, 1};
    for (int i = 0; i < 3; i++) {
        mortal *k = death_new(rt, ids[i], NULL, NULL, NULL);
        if (!k)
            ouro_decref(&m->head);
        need(k);
        ouro_setref_steal(&m->head, slot[i], &k->head);
    }
    kit_trace_start();
    ouro_decref(&m->head);
    always(kit_trace_is("f0 f1 d1 f2 d2 f3 d3 d0"));
}

CASE(death, items_of_a_tail_in_order) {
    must(death_start(rt, NULL));
    for (int inside = 0; inside < 2; inside++) {
        ouro_obj *o = inside ? (ouro_obj *)row_new(rt, 4) : (ouro_obj *)ouro_new_tail(rt, &vec_type, 4);
        need(o);
        ouro_obj **item = inside ? ((row *)o)->item : ((vec *)o)->item;
        for (int i = 0; i < 4; i++) {
            mortal *m = death_new(rt, i, NULL, NULL, NULL);
            if (!m)
                ouro_decref(o);
            need(m);
            ouro_setref_steal(o, &item[i], &m->head);
        }
        kit_trace_start();
        ouro_decref(o);
        always(kit_trace_is("f0 d0 f1 d1 f2 d2 f3 d3"));
    }
}

// Objects that have fields and nothing else die in a loop of their own: what hangs on them dies in the same order.
CASE(death, plain_objects_keep_the_order) {
    must(death_start(rt, NULL));
    node *n[7];
    int made = 0;
    for (; made < 7; made++) {
        mortal *m = death_new(rt, made, NULL, NULL, NULL);
        n[made] = m ? node_new(rt) : NULL;
        if (!n[made]) {
            ouro_xdecref(obj(m));
            break;
        }
        ouro_setref_steal(&n[made]->head, made < 3 ? &n[made]->left : &n[made]->right, &m->head);
    }
    for (int i = made; made < 7 && i > 0; i--)
        ouro_decref(&n[i - 1]->head);
    check(made == 7);
    if (made < 7)
        return;
    // 0 has 1 below it on the right; 3 to 6 hang by their left, one below the other, under 2, which hangs on 1.
    for (int i = 0; i < 2; i++)
        ouro_setref_steal(&n[i]->head, &n[i]->right, &n[i + 1]->head);
    ouro_setref_steal(&n[2]->head, &n[2]->right, &n[3]->head);
    for (int i = 3; i < 6; i++)
        ouro_setref_steal(&n[i]->head, &n[i]->left, &n[i + 1]->head);
    kit_trace_start();
    ouro_decref(&n[0]->head);
    always(kit_trace_is("f0 d0 f1 d1 f2 d2 f6 d6 f5 d5 f4 d4 f3 d3"));
}

CASE(death, weak_references_between_finalizer_and_fields) {
    must(death_start(rt, NULL));
    mortal *child = death_new(rt, 2, NULL, NULL, NULL);
    need(child);
    mortal *m = death_new(rt, 1, child, NULL, NULL);
    need(m);
    ouro_obj *w1 = own(death_watch(rt, m, 1)), *w2 = w1 ? own(death_watch(rt, m->a, 2)) : NULL;
    kit_trace_start();
    ouro_decref(&m->head);
    need(w2);
    always(kit_trace_is("f1 w1 f2 w2 d2 d1"));
}

static int death_got;

static void death_look_at_self(ouro_rt *rt, mortal *self) {
    ouro_obj *got = NULL;
    (void)rt;
    if (!death_weak)
        return;
    death_got = ouro_weak_get(death_weak, &got) == 1 && got == &self->head;
    ouro_xdecref(got);
    always(ouro_refcount(&self->head) >= 1);
}

CASE(death, a_finalizer_finds_everything_intact) {
    must(death_start(rt, death_look_at_self));
    leaf *l = leaf_new(rt, 42);
    need(l);
    mortal *m = death_new(rt, 1, l, NULL, NULL);
    need(m);
    death_weak = own(ouro_weak_new(rt, &m->head, NULL, NULL));
    death_got = -1;
    always(((leaf *)m->a)->value == 42);
    ouro_decref(&m->head);
    need(death_weak);
    always(death_got == 1); // weak references are cleared after the finalizer
    ouro_obj *got;
    always(ouro_weak_get(death_weak, &got) == 0);
}

// ---- resurrection ----

static void death_resurrect(ouro_rt *rt, mortal *self) {
    (void)rt;
    ouro_setslot(&death_saved, &self->head);
}

CASE(death, a_resurrected_object_is_as_before) {
    must(death_start(rt, death_resurrect));
    leaf *l = leaf_new(rt, 9);
    need(l);
    mortal *m = death_new(rt, 1, l, NULL, NULL);
    need(m);
    ouro_obj *w = own(death_watch(rt, m, 1)), *got = NULL;
    ouro_decref(&m->head);
    always(kit_trace_is("f1") && death_saved == &m->head && ouro_refcount(death_saved) == 1);
    always(ouro_gc_is_finalized(death_saved) && ouro_gc_is_tracked(death_saved));
    always(m->a == &l->head && l->value == 9);
    always(!w || (ouro_weak_get(w, &got) == 1 && got == &m->head));
    ouro_xdecref(got);
    ouro_setslot(&death_saved, NULL); // the second time there is no finalizer
    need(w);
    always(kit_trace_is("f1 w1 d1"));
}

CASE(death, a_finalizer_runs_once) {
    must(death_start(rt, death_resurrect));
    mortal *m = death_new(rt, 1, NULL, NULL, NULL);
    need(m);
    always(!ouro_gc_is_finalized(&m->head));
    ouro_decref(&m->head);
    mortal *again = (mortal *)ouro_takeslot(&death_saved);
    always(again == m);
    ouro_setref_steal(&m->head, &m->b, ouro_incref(&m->head)); // now a cycle
    ouro_decref(&again->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_trace_is("f1 d1"));
    check(!death_saved);
}

static void death_store_child(ouro_rt *rt, mortal *self) {
    (void)rt;
    if (self->id == 1)
        ouro_setslot(&death_saved, self->a);
}

CASE(death, what_a_finalizer_saves_survives_its_owner) {
    must(death_start(rt, death_store_child));
    mortal *child = death_new(rt, 2, NULL, NULL, NULL);
    need(child);
    mortal *m = death_new(rt, 1, child, NULL, NULL);
    need(m);
    ouro_decref(&m->head);
    always(kit_trace_is("f1 d1") && death_saved == &child->head && ouro_refcount(death_saved) == 1);
    ouro_setslot(&death_saved, NULL);
    always(kit_trace_is("f1 d1 f2 d2"));
}

// ---- the dying are seen by nobody ----

static ouro_obj *death_parent;
static int death_seen;

static int death_see(ouro_obj *o, void *arg) {
    (void)arg;
    death_seen += o == death_parent;
    return 0;
}

static void death_search_parent(ouro_rt *rt, mortal *self) {
    ouro_obj *got = NULL;
    if (self->id != 2 || !death_weak)
        return;
    always(ouro_weak_get(death_weak, &got) == 0 && !got);
    always(!((mortal *)death_parent)->a); // emptied before what it held is dropped
    ouro_gc_get_objects(rt, -1, death_see, NULL);
    ouro_gc_get_referrers(rt, &self->head, death_see, NULL);
    ouro_error_clear(rt);
    kit_trace_add("searched", -1);
}

CASE(death, the_dying_are_not_found) {
    must(death_start(rt, death_search_parent));
    mortal *child = death_new(rt, 2, NULL, NULL, NULL);
    need(child);
    mortal *m = death_new(rt, 1, child, NULL, NULL);
    need(m);
    death_weak = own(ouro_weak_new(rt, &m->head, NULL, NULL));
    death_parent = &m->head;
    death_seen = 0;
    ouro_decref(&m->head);
    need(death_weak);
    always(kit_trace_is("f1 f2 searched d2 d1") && death_seen == 0);
}

// What waits for its death because others are being taken apart is dying too. Of two objects that wait, whichever
// comes first finds the other one gone.
static ouro_obj *death_watch_of[2];
static int death_found;

static void death_search_sibling(ouro_rt *rt, mortal *self) {
    ouro_obj *got = NULL;
    (void)rt;
    if (self->id < 2 && death_watch_of[1 - self->id])
        death_found += ouro_weak_get(death_watch_of[1 - self->id], &got);
    ouro_xdecref(got);
}

CASE(death, the_waiting_are_not_found) {
    must(death_start(rt, death_search_sibling));
    death_watch_of[0] = death_watch_of[1] = NULL;
    mortal *top = death_new(rt, 2, NULL, NULL, NULL);
    need(top);
    for (int i = 0; i < 2; i++) {
        mortal *m = death_new(rt, i, NULL, NULL, NULL);
        death_watch_of[i] = m ? own(ouro_weak_new(rt, &m->head, NULL, NULL)) : NULL;
        ouro_setref_steal(&top->head, i ? &top->b : &top->a, obj(m));
    }
    for (int i = 0; i < 49 && top; i++)
        top = death_new(rt, 3, top, NULL, NULL);
    death_found = 0;
    ouro_xdecref(obj(top));
    always(death_found == 0);
    check(death_watch_of[0] && death_watch_of[1]);
    ouro_error_clear(rt);
}

static void death_save_the_last(ouro_rt *rt, mortal *self) {
    (void)rt;
    if (self->id == 99)
        ouro_setslot(&death_saved, &self->head);
}

// One that has waited may be brought back to life as well, and is an object like any other then.
CASE(death, the_waiting_may_be_resurrected) {
    must(death_start(rt, death_save_the_last));
    size_t before = kit_usage(rt).objects;
    mortal *top = death_new(rt, 99, NULL, NULL, NULL);
    need(top);
    for (int i = 0; i < 70 && top; i++)
        top = death_new(rt, 0, top, NULL, NULL);
    ouro_xdecref(obj(top));
    check(death_saved && ouro_refcount(death_saved) == 1 && kit_usage(rt).objects == before + 1);
    always(ouro_verify(rt) == 0);
    if (death_saved) {
        mortal *m = (mortal *)death_saved;
        ouro_setref(death_saved, &m->a, death_saved);
        ouro_setslot(&death_saved, NULL); // garbage now, whose finalizer has run
        ouro_gc_collect(rt, OURO_GC_FULL);
    }
    check(kit_usage(rt).objects == before);
    ouro_error_clear(rt);
}

// ---- depth ----

static int death_next;

static void death_count_up(ouro_rt *rt, mortal *self) {
    (void)rt;
    death_next = self->id == death_next ? death_next + 1 : -1000000;
}

CASE(death, a_long_chain_dies_in_order_each_once) {
    must(death_start(rt, death_count_up));
    mortal *head = NULL;
    for (int i = 2999; i >= 0; i--) {
        head = death_new(rt, i, head, NULL, NULL);
        need(head);
    }
    size_t before = kit_usage(rt).objects;
    death_next = 0;
    ouro_decref(&head->head);
    always(death_next == 3000 && death_dirty == 0);
    always(kit_usage(rt).objects == before - 3000);
}

// The last field of an object makes no depth: a list dies from its head to its end, however long it is.
CASE(death, a_long_list_dies_in_order) {
    int n = (int)kit_size(200000, 300);
    must(death_start(rt, death_count_up));
    node *list = NULL;
    for (int i = n; i > 0; i--) {
        node *link = node_new(rt);
        mortal *m = link ? death_new(rt, i - 1, NULL, NULL, NULL) : NULL;
        if (!m) {
            death_hook = NULL;
            ouro_xdecref(obj(link));
            ouro_xdecref(obj(list));
        }
        need(m);
        ouro_setref_steal(&link->head, &link->left, &m->head);
        ouro_setref_steal(&link->head, &link->right, obj(list));
        list = link;
    }
    death_next = 0;
    ouro_decref(&list->head);
    always(death_next == n);
}

CASE(death, of_everything_a_wide_row_holds) {
    row *r = row_new(rt, 5000);
    need(r);
    for (size_t i = 0; i < r->n; i++) {
        hidden *h = hidden_new(rt);
        if (!h)
            ouro_decref(&r->head);
        need(h);
        ouro_setref_steal(&r->head, &r->item[i], &h->head);
    }
    ouro_decref(&r->head);
    always(hidden_deallocs == 5000);
}

// ---- callbacks ----

static void death_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    kit_trace_add("c", ((mortal *)o)->id);
    ouro_setslot(&((mortal *)o)->a, NULL);
}

static int death_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    mortal *m = (mortal *)o;
    (void)limit;
    return m->a && !start ? visit(m->a, arg) : 0;
}

CASE(death, clear_comes_before_dealloc) {
    static ouro_type type;
    must(death_start(rt, NULL));
    if (!type.name)
        ouro_type_init(&type, "mortal by hand", sizeof(mortal));
    type.traverse = death_traverse;
    type.clear = death_clear;
    type.dealloc = death_dealloc;
    must(ouro_type_register(rt, &type));
    mortal *outer = ouro_new(rt, &type), *inner = ouro_new(rt, &type);
    if (outer && inner) {
        outer->id = 1, inner->id = 2;
        ouro_setref_steal(&outer->head, &outer->a, &inner->head);
        ouro_decref(&outer->head);
        always(kit_trace_is("c1 c2 d2 d1") && death_dirty == 0);
        return;
    }
    ouro_xdecref(obj(outer));
    ouro_xdecref(obj(inner));
    check(outer && inner);
}

CASE(death, an_acyclic_object_has_its_finalizer_too) {
    static ouro_type type;
    must(death_start(rt, NULL));
    if (!type.name)
        ouro_type_init(&type, "mortal leaf", sizeof(mortal));
    type.finalize = death_finalize;
    type.dealloc = death_dealloc;
    must(ouro_type_register(rt, &type));
    mortal *m = ouro_new(rt, &type);
    need(m);
    m->id = 5;
    always(!ouro_gc_is_tracked(&m->head));
    ouro_decref(&m->head);
    always(kit_trace_is("f5 d5"));
}

static void death_fill_memory(ouro_rt *rt, mortal *self) {
    (void)self;
    for (int i = 0; i < 100; i++)
        ouro_xdecref((ouro_obj *)node_new(rt));
    ouro_xdecref((ouro_obj *)kit_ring(rt, 30));
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
}

CASE(death, a_finalizer_may_allocate_and_collect) {
    must(death_start(rt, death_fill_memory));
    mortal *child = death_new(rt, 2, NULL, NULL, NULL);
    need(child);
    mortal *m = death_new(rt, 1, child, NULL, NULL);
    need(m);
    ouro_decref(&m->head);
    always(kit_trace_is("f1 f2 d2 d1") && death_dirty == 0);
}
