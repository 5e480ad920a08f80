// SPDX-License-Identifier: MIT
// root.c: registered slots and root visitors: what is listed, under which name, and that forgetting or removing one
// costs time, never an object.
#include "kit.h"

static ouro_obj *root_slot_a, *root_slot_b;

typedef struct root_seen {
    int n, stop_at;
    ouro_obj *o[64];
    const char *name[64];
} root_seen;

static int root_see(ouro_obj *o, const char *name, void *arg) {
    root_seen *seen = arg;
    if (seen->n < 64) {
        seen->o[seen->n] = o;
        seen->name[seen->n] = name;
    }
    seen->n++;
    return seen->n == seen->stop_at ? 55 : 0;
}

// How often the roots named so hold the object.
static int root_count(ouro_rt *rt, const void *o, const char *name) {
    root_seen seen = {.n = 0};
    int times = 0;
    always(ouro_roots(rt, root_see, &seen) == 0);
    for (int i = 0; i < seen.n && i < 64; i++)
        times += seen.o[i] == o && !strcmp(seen.name[i], name);
    return times;
}

static void root_drop(ouro_rt *rt, ouro_obj **slot) {
    ouro_root_remove(rt, slot);
    ouro_setslot(slot, NULL);
}

CASE(root, a_slot_is_listed_by_its_name) {
    root_slot_a = NULL;
    must(ouro_root_add(rt, "globals", &root_slot_a));
    node *n = own(node_new(rt));
    if (!n)
        ouro_root_remove(rt, &root_slot_a);
    need(n);
    always(root_count(rt, &n->head, "globals") == 0);
    ouro_setslot(&root_slot_a, &n->head);
    always(root_count(rt, &n->head, "globals") == 1);
    ouro_setslot(&root_slot_a, NULL);
    always(root_count(rt, &n->head, "globals") == 0);
    root_drop(rt, &root_slot_a);
}

CASE(root, registering_twice_is_refused) {
    root_slot_a = NULL;
    must(ouro_root_add(rt, "one", &root_slot_a));
    always(ouro_root_add(rt, "two", &root_slot_a) == -1);
    always(ouro_error_code(rt) == OURO_ERR_STATE);
    ouro_error_clear(rt);
    ouro_root_remove(rt, &root_slot_a);
    must(ouro_root_add(rt, "three", &root_slot_a)); // off the list, so it may come again
    ouro_root_remove(rt, &root_slot_a);
}

CASE(root, removing_leaves_the_reference) {
    root_slot_a = NULL;
    must(ouro_root_add(rt, "globals", &root_slot_a));
    node *n = node_new(rt);
    if (!n)
        ouro_root_remove(rt, &root_slot_a);
    need(n);
    ouro_setslot_steal(&root_slot_a, &n->head);
    ouro_root_remove(rt, &root_slot_a);
    always(root_slot_a == &n->head && ouro_refcount(&n->head) == 1);
    always(root_count(rt, &n->head, "globals") == 0);
    ouro_root_remove(rt, &root_slot_a); // not on the list: no effect
    ouro_setslot(&root_slot_a, NULL);
}

CASE(root, what_it_reaches_survives_and_then_does_not) {
    root_slot_a = NULL;
    size_t before = kit_usage(rt).objects;
    must(ouro_root_add(rt, "globals", &root_slot_a));
    node *ring = kit_ring(rt, 30);
    ouro_setslot_steal(&root_slot_a, obj(ring));
    if (!ring)
        ouro_root_remove(rt, &root_slot_a);
    need(ring);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before + 30 && ring->left);
    ouro_setslot(&root_slot_a, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
    ouro_root_remove(rt, &root_slot_a);
}

CASE(root, forgetting_one_costs_no_object) {
    static ouro_obj *forgotten;
    forgotten = NULL;
    node *ring = kit_ring(rt, 30);
    need(ring);
    ouro_setslot_steal(&forgotten, &ring->head);
    for (int i = 0; i < 3; i++)
        ouro_gc_collect(rt, OURO_GC_FULL);
    int k = 1;
    for (ouro_obj *o = ring->left; o != &ring->head; o = ((node *)o)->left)
        always(((node *)o)->id == k++);
    always(k == 30);
    ouro_setslot(&forgotten, NULL);
}

CASE(root, many_slots) {
    static ouro_obj *slots[50];
    memset(slots, 0, sizeof slots);
    int added = 0;
    while (added < 50 && ouro_root_add(rt, "many", &slots[added]) == 0)
        added++;
    ouro_error_clear(rt);
    leaf *l = own(leaf_new(rt, 1));
    for (int i = 0; i < added; i++)
        ouro_setslot(&slots[i], obj(l));
    check(root_count(rt, l, "many") == 50);
    for (int i = 0; i < added; i += 2)
        root_drop(rt, &slots[i]);
    check(root_count(rt, l, "many") == 25 && ouro_refcount(&l->head) == 26);
    for (int i = 1; i < added; i += 2)
        root_drop(rt, &slots[i]);
    need(l);
    check(added == 50);
    always(root_count(rt, l, "many") == 0 && ouro_refcount(&l->head) == 1);
    ouro_error_clear(rt);
}

CASE(root, the_visitor_can_stop_the_walk) {
    root_slot_a = root_slot_b = NULL;
    must(ouro_root_add(rt, "a", &root_slot_a));
    int r = ouro_root_add(rt, "b", &root_slot_b);
    leaf *l = own(leaf_new(rt, 1));
    ouro_setslot(&root_slot_a, obj(l));
    ouro_setslot(&root_slot_b, obj(l));
    root_seen seen = {.n = 0, .stop_at = 1};
    check(ouro_roots(rt, root_see, &seen) == 55 && seen.n == 1);
    root_drop(rt, &root_slot_a);
    root_drop(rt, &root_slot_b);
    must(r);
    need(l);
}

// ---- root visitors ----

typedef struct root_stack {
    ouro_obj *value[10];
    int n, calls;
} root_stack;

static void root_visit_stack(ouro_rt *rt, ouro_visit visit, void *arg, void *user) {
    root_stack *stack = user;
    (void)rt;
    stack->calls++;
    for (int i = 0; i < stack->n; i++)
        if (stack->value[i] && visit(stack->value[i], arg))
            return;
}

static void root_stack_drop(root_stack *stack) {
    while (stack->n)
        ouro_xdecref(stack->value[--stack->n]);
}

CASE(root, a_visitor_reports_under_its_name) {
    static root_stack stack;
    memset(&stack, 0, sizeof stack);
    must(ouro_root_visitor_add(rt, "value stack", root_visit_stack, &stack));
    node *n = own(node_new(rt));
    for (int i = 0; n && i < 3; i++)
        stack.value[stack.n++] = ouro_incref(&n->head);
    always(!n || root_count(rt, n, "value stack") == 3);
    ouro_root_visitor_remove(rt, root_visit_stack, &stack);
    always(root_count(rt, n, "value stack") == 0);
    root_stack_drop(&stack);
    need(n);
    always(ouro_refcount(&n->head) == 1);
}

CASE(root, a_visitor_is_called_at_a_full_collection) {
    static root_stack stack;
    memset(&stack, 0, sizeof stack);
    must(ouro_root_visitor_add(rt, "value stack", root_visit_stack, &stack));
    node *ring = kit_ring(rt, 20);
    stack.value[stack.n++] = obj(ring);
    stack.calls = 0;
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(stack.calls > 0 && ring->left && ((node *)ring->left)->id == 1);
    must(ouro_verify(rt));
    ouro_root_visitor_remove(rt, root_visit_stack, &stack);
    ouro_gc_collect(rt, OURO_GC_FULL); // fewer reported than owned: slower, nothing else
    check(ring->left && ((node *)ring->left)->id == 1);
    root_stack_drop(&stack);
    need(ring);
}

CASE(root, visitors_are_told_apart_by_function_and_user) {
    static root_stack one, two;
    memset(&one, 0, sizeof one);
    memset(&two, 0, sizeof two);
    must(ouro_root_visitor_add(rt, "one", root_visit_stack, &one));
    int r = ouro_root_visitor_add(rt, "two", root_visit_stack, &two);
    leaf *l = own(leaf_new(rt, 1));
    one.value[0] = two.value[0] = obj(l);
    one.n = two.n = l ? 1 : 0;
    ouro_root_visitor_remove(rt, root_visit_stack, &one);
    check(root_count(rt, l, "one") == 0 && root_count(rt, l, "two") == 1);
    ouro_root_visitor_remove(rt, root_visit_stack, &one); // gone already: no effect
    check(root_count(rt, l, "two") == 1);
    ouro_root_visitor_remove(rt, root_visit_stack, &two);
    always(root_count(rt, l, "two") == 0);
    must(r);
    need(l);
}

// ---- destroy ----

static int root_was_empty;

static void root_look(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    root_was_empty = root_slot_a == NULL;
}

Test(root, destroy_empties_registered_slots) {
    ouro_rt *rt = kit_rt_new(NULL);
    root_slot_a = root_slot_b = NULL;
    root_was_empty = -1;
    fin_calls = 0;
    always(ouro_root_add(rt, "a", &root_slot_a) == 0 && ouro_root_add(rt, "b", &root_slot_b) == 0);
    ouro_setslot_steal(&root_slot_a, (ouro_obj *)fin_new(rt, root_look));
    ouro_setslot_steal(&root_slot_b, (ouro_obj *)kit_ring(rt, 10));
    always(ouro_rt_destroy(rt) == 0);
    always(!root_slot_a && !root_slot_b);
    always(fin_calls == 1 && root_was_empty == 1 && kit_warning_count == 0);
}
