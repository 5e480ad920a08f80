// SPDX-License-Identifier: MIT
// acyclic.c: which types can be in a cycle, as worked out from their description. A wrong "no" would leak every cycle
// through the type; a wrong "yes" would make the collector visit what it need not.
#include "kit.h"

typedef struct acyclic_pair {
    ouro_obj head;
    ouro_obj *a, *b;
} acyclic_pair;

typedef struct acyclic_list {
    ouro_obj head;
    ouro_obj **item;
    uint64_t n;
} acyclic_list;

static int acyclic_register(ouro_rt *rt, ouro_type *t, const char *name, const ouro_field *fields, size_t n) {
    if (!t->name) {
        ouro_type_init(t, name, sizeof(acyclic_pair));
        t->fields = fields;
        t->n_fields = n;
    }
    return ouro_type_register(rt, t);
}

CASE(acyclic, the_test_types) {
    must(test_types_register(rt));
    always(ouro_type_is_acyclic(&leaf_type));
    always(!ouro_type_is_acyclic(&node_type) && !ouro_type_is_acyclic(&row_type) && !ouro_type_is_acyclic(&vec_type));
    always(!ouro_type_is_acyclic(&fin_type) && !ouro_type_is_acyclic(&hidden_type)); // callbacks can say anything
}

CASE(acyclic, a_chain_of_targets_that_ends_in_leaves) {
    static ouro_type second, third;
    static const ouro_field to_leaf[] = {{8, "a", &leaf_type}, {16, "b", &leaf_type}};
    static const ouro_field to_second[] = {{8, "a", &second}, {16, "b", &leaf_type}};
    must(acyclic_register(rt, &second, "second", to_leaf, 2));
    must(acyclic_register(rt, &third, "third", to_second, 2));
    always(ouro_type_is_acyclic(&second) && ouro_type_is_acyclic(&third));
    acyclic_pair *p = own(ouro_new(rt, &third));
    need(p);
    always(!ouro_gc_is_tracked(&p->head));
    acyclic_pair *q = ouro_new(rt, &second);
    need(q);
    ouro_setref_steal(&p->head, &p->a, &q->head);
    leaf *l = leaf_new(rt, 3);
    need(l);
    ouro_setref_steal(&q->head, &q->b, &l->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(p->a == &q->head && q->b == &l->head && l->value == 3); // not visited, not lost
}

CASE(acyclic, a_target_that_is_the_type_itself) {
    static ouro_type own_kind;
    static const ouro_field to_own[] = {{8, "a", &own_kind}};
    must(acyclic_register(rt, &own_kind, "own kind", to_own, 1));
    always(!ouro_type_is_acyclic(&own_kind));
    size_t before = kit_usage(rt).objects;
    acyclic_pair *p = ouro_new(rt, &own_kind);
    need(p);
    ouro_setref(&p->head, &p->a, &p->head);
    ouro_decref(&p->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}

CASE(acyclic, one_field_that_may_hold_anything) {
    static ouro_type half;
    static const ouro_field fields[] = {{8, "a", &leaf_type}, {16, "b", NULL}};
    must(acyclic_register(rt, &half, "half", fields, 2));
    always(!ouro_type_is_acyclic(&half));
}

CASE(acyclic, a_target_that_may_hold_anything) {
    static ouro_type before_node;
    static const ouro_field fields[] = {{8, "a", &node_type}};
    must(acyclic_register(rt, &before_node, "before node", fields, 1));
    always(!ouro_type_is_acyclic(&before_node)); // node -> anything -> this
    size_t before = kit_usage(rt).objects;
    acyclic_pair *p = ouro_new(rt, &before_node);
    node *n = p ? node_new(rt) : NULL;
    if (!n)
        ouro_xdecref(obj(p));
    need(n);
    ouro_setref(&p->head, &p->a, &n->head);
    ouro_setref_steal(&n->head, &n->left, &p->head);
    ouro_decref(&n->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}

CASE(acyclic, no_references_at_all) {
    static ouro_type bare;
    must(acyclic_register(rt, &bare, "bare", NULL, 0));
    always(ouro_type_is_acyclic(&bare));
}

CASE(acyclic, a_traverse_callback_can_say_anything) {
    static ouro_type told;
    if (!told.name) {
        ouro_type_init(&told, "told", sizeof(hidden));
        told.traverse = hidden_type.traverse;
        told.clear = hidden_type.clear;
    }
    must(ouro_type_register(rt, &told));
    always(!ouro_type_is_acyclic(&told));
}

CASE(acyclic, the_author_vouches) {
    static ouro_type vouched;
    static const ouro_field fields[] = {{8, "a", NULL}, {16, "b", NULL}};
    if (!vouched.name) {
        ouro_type_init(&vouched, "vouched", sizeof(acyclic_pair));
        vouched.fields = fields;
        vouched.n_fields = 2;
        vouched.flags = OURO_TYPE_ACYCLIC;
    }
    must(ouro_type_register(rt, &vouched));
    always(ouro_type_is_acyclic(&vouched));
    acyclic_pair *p = own(ouro_new(rt, &vouched));
    need(p);
    node *n = kit_ring(rt, 3);
    need(n);
    ouro_setref_steal(&p->head, &p->a, &n->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(!ouro_gc_is_tracked(&p->head) && n->left && ((node *)n->left)->id == 1); // what it holds lives
}

CASE(acyclic, tails_count_as_fields_do) {
    static ouro_type closed, open;
    static const ouro_field leaves[] = {{0, "item", &leaf_type}};
    ouro_type *types[] = {&closed, &open};
    for (int i = 0; i < 2; i++) {
        ouro_type *t = types[i];
        if (!t->name) {
            ouro_type_init(t, i ? "open list" : "closed list", sizeof(acyclic_list));
            t->tail.place = OURO_TAIL_POINTER;
            t->tail.items = offsetof(acyclic_list, item);
            t->tail.count = offsetof(acyclic_list, n);
            t->tail.count_bytes = t->tail.stride = 8;
            t->tail.fields = i ? NULL : leaves;
            t->tail.n_fields = i ? 0 : 1;
        }
        must(ouro_type_register(rt, t));
    }
    always(ouro_type_is_acyclic(&closed) && !ouro_type_is_acyclic(&open));
    acyclic_list *list = own(ouro_new_tail(rt, &closed, 2));
    need(list);
    leaf *l = leaf_new(rt, 6);
    need(l);
    ouro_setref_steal(&list->head, &list->item[1], &l->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(!ouro_gc_is_tracked(&list->head) && ((leaf *)list->item[1])->value == 6);
}

// Cycles among the objects of a target do not lead back to the type that has it.
CASE(acyclic, a_target_with_cycles_of_its_own) {
    static ouro_type ring_kind, holder;
    static const ouro_field to_ring[] = {{8, "a", &ring_kind}};
    must(acyclic_register(rt, &ring_kind, "ring kind", to_ring, 1));
    must(acyclic_register(rt, &holder, "holder", to_ring, 1));
    always(!ouro_type_is_acyclic(&ring_kind) && ouro_type_is_acyclic(&holder));
    acyclic_pair *h = own(ouro_new(rt, &holder)), *r = h ? ouro_new(rt, &ring_kind) : NULL;
    need(r);
    ouro_setref(&r->head, &r->a, &r->head);
    ouro_setref_steal(&h->head, &h->a, &r->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(h->a == &r->head && r->a == &r->head && ouro_refcount(&r->head) == 2);
}
