// SPDX-License-Identifier: MIT
// surplus.c: a reference that the collector cannot explain keeps its object, and all that it reaches, alive, whoever
// owns it. Registering the owner changes how much work that is, never the outcome. And: types that report references
// wrongly.
#include "graph.h"

// Every generation is collected; nothing of the ring of 5 may be found. Then its owner lets go, and all of it is.
static void kept_in_all_generations(ouro_rt *rt, node *ring) {
    static const int generations[] = {0, 0, 1, 1, 2, 2};
    for (size_t i = 0; i < sizeof generations / sizeof *generations; i++)
        check(ouro_gc_collect(rt, generations[i]) == 0);
    node *n = ring;
    for (int i = 0; i < 5; i++) {
        always(ouro_is(&n->head, &node_type) && n->id == i && ouro_refcount(&n->head) >= 1);
        n = (node *)n->left;
    }
    always(n == ring);
}

CASE(surplus, local_variable) {
    node *ring = ring_new(rt, 5);
    need(ring);
    kept_in_all_generations(rt, ring);
    ouro_decref(&ring->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
}

CASE(surplus, local_variable_in_the_middle) {
    node *ring = ring_new(rt, 5);
    need(ring);
    node *third = (node *)ouro_incref(((node *)ring->left)->left);
    ouro_decref(&ring->head);
    kept_in_all_generations(rt, ring);
    ouro_decref(&third->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
}

// Kept through a tail of objects that are not in a cycle themselves.
CASE(surplus, what_survivors_reach_survives) {
    node *first = node_new(rt);
    need(first);
    node *second = node_new(rt);
    if (second) {
        ouro_setref_steal(&first->head, &first->left, &second->head);
        node *ring = ring_new(rt, 5);
        if (ring) {
            ouro_setref_steal(&second->head, &second->right, &ring->head);
            kept_in_all_generations(rt, ring);
        }
    }
    ouro_decref(&first->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    ouro_error_clear(rt);
}

CASE(surplus, untracked_object) {
    row *v = vars_new(rt);
    need(v);
    node *ring = keep(v, ring_new(rt, 5));
    need(ring);
    node *half = ouro_new_untracked(rt, &node_type, 0);
    need(half);
    half->left = ouro_incref(&ring->head);
    forget(v);
    kept_in_all_generations(rt, ring);
    ouro_decref(&half->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
}

// Until it is tracked its fields may hold anything: nobody follows them, whether a registered root reaches it or not.
CASE(surplus, untracked_object_is_not_looked_into) {
    row *v = vars_new(rt);
    need(v);
    node *reached = keep(v, ouro_new_untracked(rt, &node_type, 0)), *local = NULL;
    need(reached);
    local = ouro_new_untracked(rt, &node_type, 0);
    need(local);
    uintptr_t nonsense = 24; // a value on its way to a reference
    memcpy(&reached->left, &nonsense, sizeof nonsense);
    memcpy(&local->right, &nonsense, sizeof nonsense);
    for (int generation = 0; generation < 3; generation++)
        always(ouro_gc_collect(rt, generation) == 0);
    always(tracked_count(rt, -1) == 1);
    reached->left = local->right = NULL;
    ouro_track(&local->head);
    set(local, left, local);
    ouro_decref(&local->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
}

// Owns a reference, described or not; says that it is in no cycle.
typedef struct box {
    ouro_obj head;
    ouro_obj *value;
} box;

static ouro_type flat_type, dark_type;
static const ouro_field box_fields[] = {OURO_FIELD(box, value)};

static void dark_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    ouro_setslot(&((box *)o)->value, NULL);
}

static int box_types(ouro_rt *rt) {
    if (!flat_type.name) {
        ouro_type_init(&flat_type, "flat", sizeof(box));
        flat_type.flags = OURO_TYPE_ACYCLIC;
        flat_type.fields = box_fields;
        flat_type.n_fields = 1;
        ouro_type_init(&dark_type, "dark", sizeof(box));
        dark_type.dealloc = dark_dealloc;
    }
    return ouro_type_register(rt, &flat_type) < 0 ? -1 : ouro_type_register(rt, &dark_type);
}

static void kept_by_box(ouro_rt *rt, const ouro_type *type) {
    row *v = vars_new(rt);
    need(v);
    must(box_types(rt));
    node *ring = keep(v, ring_new(rt, 5));
    need(ring);
    box *b = ouro_new(rt, type);
    need(b);
    always(!ouro_gc_is_tracked(&b->head));
    if (type->n_fields)
        ouro_setref(&b->head, &b->value, &ring->head);
    else
        ouro_setslot(&b->value, &ring->head);
    forget(v);
    kept_in_all_generations(rt, ring);
    ouro_decref(&b->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
}

CASE(surplus, acyclic_object) {
    kept_by_box(rt, &flat_type);
}

CASE(surplus, object_that_reports_nothing) {
    kept_by_box(rt, &dark_type);
}

CASE(surplus, older_object) {
    row *v = vars_new(rt);
    need(v);
    node *old = own(node_new(rt));
    need(old);
    ouro_gc_collect(rt, OURO_GC_FULL);
    node *ring = keep(v, ring_new(rt, 5));
    need(ring);
    set(old, left, ring);
    forget(v);
    kept_in_all_generations(rt, ring);
    set(old, left, NULL);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
}

// Old garbage is as good an owner as any, until it is found itself.
CASE(surplus, older_garbage) {
    row *v = vars_new(rt);
    need(v);
    node *old = keep(v, ring_new(rt, 2));
    need(old);
    ouro_gc_collect(rt, 1);
    node *ring = keep(v, ring_new(rt, 5));
    need(ring);
    set(old, right, ring);
    forget(v);
    check(ouro_gc_collect(rt, 0) == 0);
    check(ouro_gc_collect(rt, 1) == 0);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 7);
}

CASE(surplus, younger_object) {
    row *v = vars_new(rt);
    need(v);
    node *ring = keep(v, ring_new(rt, 5));
    need(ring);
    ouro_gc_collect(rt, OURO_GC_FULL);
    node *young = own(node_new(rt));
    need(young);
    set(young, left, ring);
    forget(v);
    kept_in_all_generations(rt, ring);
    set(young, left, NULL);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
}

CASE(surplus, frozen_object) {
    row *v = vars_new(rt);
    need(v);
    node *frozen = own(node_new(rt));
    need(frozen);
    ouro_gc_freeze(rt);
    node *ring = keep(v, ring_new(rt, 5));
    need(ring);
    set(frozen, left, ring);
    forget(v);
    kept_in_all_generations(rt, ring);
    set(frozen, left, NULL);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    ouro_gc_unfreeze(rt);
}

static void ignore_warning(void *user, const char *message) {
    (void)user;
    (void)message;
}

// What an immortal object refers to lives as long as its runtime; so this runtime is not the test's own.
CASE(surplus, immortal_object) {
    ouro_options options;
    ouro_options_init(&options);
    options.warning = ignore_warning;
    ouro_rt *mortal = ouro_rt_create(&options);
    always(mortal != NULL);
    node *immortal = node_new(mortal), *ring = ring_new(mortal, 5);
    always(immortal && ring);
    ouro_immortalize(&immortal->head);
    ouro_setref_steal(&immortal->head, &immortal->left, &ring->head);
    kept_in_all_generations(mortal, ring);
    always(ouro_refcount(&immortal->head) == OURO_COUNT_IMMORTAL);
    ouro_clearref(&immortal->head, &immortal->left);
    always(ouro_gc_collect(mortal, OURO_GC_FULL) == 5);
    ouro_rt_destroy(mortal);
    check(object_count(rt) == 0);
}

CASE(surplus, argument_of_a_weak_reference) {
    row *v = vars_new(rt);
    need(v);
    node *target = own(node_new(rt));
    need(target);
    node *ring = keep(v, ring_new(rt, 5));
    need(ring);
    ouro_obj *weak = ouro_weak_new(rt, &target->head, NULL, &ring->head);
    need(weak);
    forget(v);
    kept_in_all_generations(rt, ring);
    ouro_decref(weak);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
}

CASE(surplus, pending_error) {
    row *v = vars_new(rt);
    need(v);
    node *ring = keep(v, ring_new(rt, 5));
    need(ring);
    ouro_error_throw(rt, &ring->head);
    forget(v);
    kept_in_all_generations(rt, ring);
    ouro_error_clear(rt);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
}

// ---- registered or not ----

CASE(surplus, registered_slot) {
    static ouro_obj *slot;
    slot = NULL;
    must(ouro_root_add(rt, "slot", &slot));
    node *ring = ring_new(rt, 5);
    need(ring);
    slot = &ring->head;
    kept_in_all_generations(rt, ring);
    ouro_root_remove(rt, &slot);
    kept_in_all_generations(rt, ring); // still owned
    ouro_setslot(&slot, NULL);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
}

CASE(surplus, scope) {
    ouro_scope s;
    ouro_scope_open(rt, &s);
    node *ring = ouro_scope_keep(&s, ring_new(rt, 5));
    if (ring)
        kept_in_all_generations(rt, ring);
    ouro_scope_close(&s);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    ouro_error_clear(rt);
}

typedef struct stack {
    ouro_obj *value[4];
    size_t reported;
} stack;

static void stack_visit(ouro_rt *rt, ouro_visit visit, void *arg, void *user) {
    stack *s = user;
    (void)rt;
    for (size_t i = 0; i < s->reported; i++)
        if (s->value[i] && visit(s->value[i], arg))
            return;
}

// A visitor that owns four references to a ring, and reports all, some or none of them.
CASE(surplus, root_visitor_may_report_fewer) {
    static stack s;
    memset(&s, 0, sizeof s);
    must(ouro_root_visitor_add(rt, "stack", stack_visit, &s));
    for (s.reported = 0; s.reported <= 4; s.reported++) {
        node *ring = ring_new(rt, 5);
        need(ring);
        s.value[0] = &ring->head;
        s.value[1] = ouro_incref(&ring->head);
        s.value[2] = ouro_incref(ring->left);
        s.value[3] = ouro_incref(((node *)ring->left)->left);
        kept_in_all_generations(rt, ring);
        for (int i = 0; i < 4; i++)
            ouro_setslot(&s.value[i], NULL);
        check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    }
    ouro_root_visitor_remove(rt, stack_visit, &s);
}

// Registered roots are marked, others counted; both ways the same objects live.
CASE(surplus, marked_or_counted) {
    for (int registered = 0; registered < 2; registered++) {
        static ouro_obj *slot;
        slot = NULL;
        if (registered)
            must(ouro_root_add(rt, "slot", &slot));
        node *ring = ring_new(rt, 100);
        need(ring);
        slot = &ring->head;
        int made = ring_trash(rt, 10);
        if (made < 0)
            ouro_setslot(&slot, NULL);
        must(made);
        ouro_gc_stats before[3], after[3];
        ouro_gc_get_stats(rt, before);
        int64_t found = ouro_gc_collect(rt, OURO_GC_FULL);
        exact(found == 10);
        ouro_gc_get_stats(rt, after);
        exact(after[2].marked - before[2].marked == (registered ? 100 : 0));
        exact(after[2].candidates - before[2].candidates == (registered ? 10 : 110));
        ouro_setslot(&slot, NULL);
        check(ouro_gc_collect(rt, OURO_GC_FULL) == 100);
    }
}

// ---- types that report wrongly ----

// `left` is reported `reports` times by traverse, though it is owned once, or, if `borrowed`, not at all.
typedef struct liar {
    ouro_obj head;
    ouro_obj *left, *self;
    int reports, borrowed;
} liar;

static ouro_type liar_type;
static const ouro_field liar_fields[] = {OURO_FIELD(liar, self)};

static int liar_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    liar *l = (liar *)o;
    (void)start;
    (void)limit;
    int r = 0;
    for (int i = 0; l->left && i < l->reports && !r; i++)
        r = visit(l->left, arg);
    return r;
}

static void liar_clear(ouro_rt *rt, ouro_obj *o) {
    liar *l = (liar *)o;
    (void)rt;
    if (l->borrowed)
        l->left = NULL;
    ouro_setslot(&l->left, NULL);
}

static liar *liar_new(ouro_rt *rt) {
    if (!liar_type.name) {
        ouro_type_init(&liar_type, "liar", sizeof(liar));
        liar_type.fields = liar_fields;
        liar_type.n_fields = 1;
        liar_type.traverse = liar_traverse;
        liar_type.clear = liar_clear;
    }
    return ouro_type_register(rt, &liar_type) < 0 ? NULL : ouro_new(rt, &liar_type);
}

CASE(surplus, reference_reported_twice) {
    row *v = vars_new(rt);
    need(v);
    test_expect_warnings();
    liar *l = keep(v, liar_new(rt));
    need(l);
    node *victim = keep(v, node_new(rt));
    need(victim);
    victim->id = 4711;
    l->reports = 2;
    set(victim, left, l);
    ouro_setslot(&l->left, &victim->head);
    forget(v);
    int before = test_warnings();
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(test_warnings() == before + 1 && strstr(test_last_warning(), "liar"));
    always(victim->id == 4711 && ouro_refcount(&victim->head) == 1 && l->left == &victim->head);
    l->reports = 1;
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
}

// The honest report and the surplus one come from different places: a field that is described and reported as well.
CASE(surplus, described_field_reported_again) {
    row *v = vars_new(rt);
    need(v);
    test_expect_warnings();
    liar *l = keep(v, liar_new(rt));
    need(l);
    node *victim = keep(v, node_new(rt));
    need(victim);
    victim->id = 4711;
    l->reports = l->borrowed = 1;
    set(victim, left, l);
    set(l, self, victim);
    l->left = &victim->head; // the reference that `self` owns
    forget(v);
    always(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(test_warnings() >= 1 && strstr(test_last_warning(), "liar"));
    always(victim->id == 4711 && ouro_refcount(&victim->head) == 1);
    l->left = NULL;
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
}

// A live object, of whose only reference somebody else's garbage claims that it is its own.
CASE(surplus, reference_reported_but_not_owned) {
    row *v = vars_new(rt);
    need(v);
    test_expect_warnings();
    liar *l = keep(v, liar_new(rt));
    need(l);
    node *victim = node_new(rt);
    need(victim);
    victim->id = 4711;
    l->reports = l->borrowed = 1;
    l->left = &victim->head;
    set(l, self, l);
    forget(v);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(victim->id == 4711 && ouro_refcount(&victim->head) >= 1 && ouro_verify(rt) == 0);
    check(test_warnings() >= 1);
    ouro_gc_garbage_clear(rt);
    always(ouro_refcount(&victim->head) == 1);
    ouro_decref(&victim->head);
    check(object_count(rt) == 1);
}

// A reference that is owned but not reported keeps its target, as a local variable does.
CASE(surplus, reference_not_reported) {
    row *v = vars_new(rt);
    need(v);
    liar *l = keep(v, liar_new(rt));
    need(l);
    node *ring = keep(v, ring_new(rt, 5));
    need(ring);
    set(ring, right, l);
    ouro_setslot(&l->left, &ring->head);
    forget(v);
    kept_in_all_generations(rt, ring);
    l->reports = 1; // that is no change which anybody would notice
    check(ouro_gc_collect(rt, OURO_GC_FULL | OURO_GC_EXACT) == 6);
}
