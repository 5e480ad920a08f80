// SPDX-License-Identifier: MIT
// setref.c: the ways in which a reference gets into and out of a field or slot. After each, the counts are right; and
// whatever code the dropped object runs, it sees the slot with its new value, and may change it, or free the owner.
#include "kit.h"

static uint32_t setref_count(const void *o) {
    return ouro_refcount(o);
}

CASE(setref, keeps_the_new_and_drops_the_old) {
    node *n = own(node_new(rt)), *a = own(node_new(rt)), *b = own(node_new(rt));
    need(n);
    need(a);
    need(b);
    set(n, left, a);
    always(n->left == &a->head && setref_count(a) == 2);
    set(n, left, b);
    always(n->left == &b->head && setref_count(a) == 1 && setref_count(b) == 2);
    set(n, left, NULL);
    always(!n->left && setref_count(b) == 1);
    set(n, left, NULL);
    always(!n->left);
}

CASE(setref, of_what_is_there_already) {
    node *n = own(node_new(rt)), *a = own(node_new(rt));
    need(n);
    need(a);
    set(n, left, a);
    set(n, left, n->left);
    always(n->left == &a->head && setref_count(a) == 2);
    hidden *h = hidden_new(rt);
    need(h);
    ouro_setref_steal(&n->head, &n->left, &h->head); // the only reference is the field's
    set(n, left, h);
    always(n->left == &h->head && setref_count(h) == 1 && hidden_deallocs == 0);
}

CASE(setref, of_the_owner_itself) {
    node *n = own(node_new(rt));
    need(n);
    set(n, left, n);
    always(setref_count(n) == 2);
    set(n, right, n);
    set(n, left, NULL);
    always(setref_count(n) == 2 && n->right == &n->head);
    ouro_clearref(&n->head, &n->right);
    always(setref_count(n) == 1);
}

CASE(setref, steal_takes_the_callers_reference) {
    node *n = own(node_new(rt)), *a = node_new(rt);
    if (!n)
        ouro_xdecref(obj(a));
    need(n);
    need(a);
    ouro_setref_steal(&n->head, &n->left, &a->head);
    always(n->left == &a->head && setref_count(a) == 1);
    ouro_setref_steal(&n->head, &n->right, ouro_incref(&a->head));
    always(setref_count(a) == 2);
    ouro_setref_steal(&n->head, &n->right, ouro_incref(&a->head)); // the same again: one comes, one goes
    always(setref_count(a) == 2 && n->right == &a->head);
    ouro_setref_steal(&n->head, &n->left, NULL);
    always(!n->left && setref_count(a) == 1);
}

CASE(setref, take_moves_out) {
    node *n = own(node_new(rt)), *a = own(node_new(rt));
    need(n);
    need(a);
    always(ouro_takeref(&n->head, &n->left) == NULL);
    set(n, left, a);
    ouro_obj *taken = ouro_takeref(&n->head, &n->left);
    always(taken == &a->head && !n->left && setref_count(a) == 2);
    ouro_decref(taken);
    always(setref_count(a) == 1);
}

CASE(setref, clear_empties) {
    node *n = own(node_new(rt));
    need(n);
    hidden *h = hidden_new(rt);
    need(h);
    ouro_setref_steal(&n->head, &n->left, &h->head);
    ouro_clearref(&n->head, &n->left);
    always(!n->left && hidden_deallocs == 1);
    ouro_clearref(&n->head, &n->left);
    always(!n->left && hidden_deallocs == 1);
}

CASE(setref, slots_have_no_owner) {
    ouro_obj *slot = NULL;
    node *a = own(node_new(rt)), *b = own(node_new(rt));
    need(a);
    need(b);
    ouro_setslot(&slot, &a->head);
    always(slot == &a->head && setref_count(a) == 2);
    ouro_setslot(&slot, slot);
    always(slot == &a->head && setref_count(a) == 2);
    ouro_setslot_steal(&slot, ouro_incref(&b->head));
    always(slot == &b->head && setref_count(a) == 1 && setref_count(b) == 2);
    ouro_obj *taken = ouro_takeslot(&slot);
    always(taken == &b->head && !slot && setref_count(b) == 2);
    ouro_setslot_steal(&slot, taken);
    ouro_setslot(&slot, NULL);
    always(!slot && setref_count(b) == 1);
    always(ouro_takeslot(&slot) == NULL);
    ouro_setslot_steal(&slot, NULL);
    always(!slot);
}

// ---- code that runs when the old value dies ----

static node *setref_owner;
static ouro_obj **setref_slot, *setref_seen, *setref_other;
static int setref_looked;

static void setref_look(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    setref_seen = *setref_slot;
    setref_looked++;
}

static void setref_start(ouro_obj **slot) {
    setref_slot = slot;
    setref_seen = NULL;
    setref_looked = 0;
}

CASE(setref, the_dying_see_the_new_value) {
    node *n = own(node_new(rt)), *a = own(node_new(rt));
    need(n);
    need(a);
    setref_start(&n->left);
    for (int i = 1; i <= 4; i++) {
        fin *f = fin_new(rt, setref_look);
        need(f);
        ouro_setref_steal(&n->head, &n->left, &f->head);
        if (i == 1)
            set(n, left, a);
        else if (i == 2)
            ouro_setref_steal(&n->head, &n->left, ouro_incref(&a->head));
        else
            ouro_clearref(&n->head, &n->left);
        always(setref_looked == i && setref_seen == (i <= 2 ? &a->head : NULL));
        ouro_clearref(&n->head, &n->left);
    }
}

CASE(setref, the_dying_see_the_new_value_of_a_slot) {
    static ouro_obj *slot;
    slot = NULL;
    node *a = own(node_new(rt));
    need(a);
    setref_start(&slot);
    for (int i = 1; i <= 2; i++) {
        fin *f = fin_new(rt, setref_look);
        need(f);
        ouro_setslot_steal(&slot, &f->head);
        if (i == 1)
            ouro_setslot(&slot, &a->head);
        else
            ouro_setslot_steal(&slot, ouro_incref(&a->head));
        always(setref_looked == i && setref_seen == &a->head);
        ouro_setslot(&slot, NULL);
    }
}

static void setref_write_again(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    setref_looked++;
    ouro_setref(&setref_owner->head, setref_slot, setref_other);
}

CASE(setref, the_dying_may_write_the_slot) {
    node *n = own(node_new(rt)), *a = own(node_new(rt)), *b = own(node_new(rt));
    need(n);
    need(a);
    need(b);
    fin *f = fin_new(rt, setref_write_again);
    need(f);
    setref_start(&n->left);
    setref_owner = n;
    setref_other = &b->head;
    ouro_setref_steal(&n->head, &n->left, &f->head);
    set(n, left, a); // f dies of it, and stores b
    always(setref_looked == 1 && n->left == &b->head);
    always(setref_count(a) == 1 && setref_count(b) == 2);
}

static void setref_free_owner(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    setref_looked++;
    ouro_setslot(&setref_other, NULL);
}

CASE(setref, the_dying_may_free_the_owner) {
    node *a = own(node_new(rt));
    need(a);
    for (int i = 0; i < 3; i++) {
        hidden *h = hidden_new(rt);
        fin *f = h ? fin_new(rt, setref_free_owner) : NULL;
        if (!f)
            ouro_xdecref(obj(h));
        need(f);
        setref_start(NULL);
        setref_other = &h->head; // the only reference to the owner
        ouro_setref_steal(&h->head, &h->left, &f->head);
        if (i == 0)
            ouro_setref(&h->head, &h->left, &a->head);
        else if (i == 1)
            ouro_setref_steal(&h->head, &h->left, ouro_incref(&a->head));
        else
            ouro_clearref(&h->head, &h->left);
        always(setref_looked == 1 && hidden_deallocs == i + 1);
        always(setref_count(a) == 1);
    }
}

static void setref_collect(ouro_rt *rt, fin *self) {
    (void)self;
    setref_looked++;
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
    always(ouro_verify(rt) == 0);
}

CASE(setref, the_dying_may_collect) {
    node *ring = own(kit_ring(rt, 20));
    need(ring);
    fin *f = fin_new(rt, setref_collect);
    need(f);
    setref_start(NULL);
    ouro_setref_steal(&ring->head, &ring->right, &f->head);
    set(ring, right, ring);
    always(setref_looked == 1 && ring->right == &ring->head);
    ouro_clearref(&ring->head, &ring->right);
}

CASE(setref, moving_about_in_one_object_is_free) {
    row *r = own(row_new(rt, 5));
    need(r);
    for (int i = 0; i < 5; i++) {
        leaf *l = leaf_new(rt, i);
        need(l);
        ouro_setref_steal(&r->head, &r->item[i], &l->head);
    }
    for (int i = 0; i < 2; i++) { // reversed with plain stores
        ouro_obj *t = r->item[i];
        r->item[i] = r->item[4 - i];
        r->item[4 - i] = t;
    }
    must(ouro_verify(rt));
    ouro_gc_collect(rt, OURO_GC_FULL);
    for (int i = 0; i < 5; i++)
        always(((leaf *)r->item[i])->value == 4 - i);
}
