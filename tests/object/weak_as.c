// SPDX-License-Identifier: MIT
// weak_as.c: types that extend the weak reference: wherever the runtime treats weak references in a way of their own,
// those are treated so too.
#include "kit.h"

// A weak reference that remembers a key, as those in the values of a weak dictionary do.
typedef struct weak_keyed {
    ouro_weak weak;
    ouro_obj *key;
    int id;
} weak_keyed;

// And one that extends this again, with a finalizer.
typedef struct weak_noted {
    weak_keyed keyed;
    int note;
} weak_noted;

static ouro_type weak_keyed_type, weak_noted_type;
static int weak_as_finalized;

static void weak_as_finalize(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    weak_as_finalized++;
}

static void weak_as_describe(void) {
    static const ouro_field fields[] = {OURO_FIELD(weak_keyed, key)};
    ouro_type_init(&weak_keyed_type, "keyed", sizeof(weak_keyed));
    weak_keyed_type.base = ouro_weak_type;
    weak_keyed_type.fields = fields;
    weak_keyed_type.n_fields = 1;
    ouro_type_init(&weak_noted_type, "noted", sizeof(weak_noted));
    weak_noted_type.base = &weak_keyed_type;
    weak_noted_type.finalize = weak_as_finalize;
}

static int weak_as_register(ouro_rt *rt) {
    weak_as_finalized = 0;
    if (!weak_keyed_type.name)
        weak_as_describe();
    return ouro_type_register(rt, &weak_keyed_type) < 0 ? -1 : ouro_type_register(rt, &weak_noted_type);
}

// The last callback's weak reference and argument, and how many there were.
static ouro_obj *weak_as_told, *weak_as_arg;
static int weak_as_calls;

static void weak_as_note(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    weak_as_told = weak;
    weak_as_arg = arg;
    weak_as_calls++;
}

static weak_keyed *weak_as_new(ouro_rt *rt, const ouro_type *type, ouro_obj *target, ouro_obj *arg) {
    weak_as_calls = 0;
    return (weak_keyed *)(void *)ouro_weak_new_as(rt, type, target, weak_as_note, arg);
}

CASE(weak_as, is_a_weak_reference) {
    must(weak_as_register(rt));
    node *n = node_new(rt);
    need(n);
    leaf *l = own(leaf_new(rt, 1));
    weak_keyed *w = l ? own(weak_as_new(rt, &weak_keyed_type, &n->head, &l->head)) : NULL;
    ouro_obj *got = NULL;
    if (w) {
        always(ouro_is(&w->weak.head, &weak_keyed_type) && ouro_is_a(&w->weak.head, ouro_weak_type));
        always(!w->key && !w->id && ouro_weak_count(&n->head) == 1);
        always(ouro_weak_get(&w->weak.head, &got) == 1 && got == &n->head);
        ouro_decref(got);
        w->id = 77;
        ouro_setref(&w->weak.head, &w->key, &l->head);
        always(ouro_refcount(&l->head) == 3);
    }
    ouro_decref(&n->head);
    need(w);
    always(weak_as_calls == 1 && weak_as_told == &w->weak.head && weak_as_arg == &l->head);
    always(ouro_weak_get(&w->weak.head, &got) == 0 && !got && w->id == 77 && w->key == &l->head);
}

CASE(weak_as, of_a_type_two_steps_away) {
    must(weak_as_register(rt));
    node *n = node_new(rt);
    need(n);
    weak_noted *w = (weak_noted *)(void *)weak_as_new(rt, &weak_noted_type, &n->head, NULL);
    ouro_decref(&n->head);
    need(w);
    always(weak_as_calls == 1 && w->note == 0 && weak_as_finalized == 0);
    ouro_decref(&w->keyed.weak.head);
    always(weak_as_finalized == 1);
}

CASE(weak_as, dropped_before_its_target) {
    must(weak_as_register(rt));
    node *n = own(node_new(rt));
    need(n);
    weak_keyed *w = weak_as_new(rt, &weak_keyed_type, &n->head, NULL);
    need(w);
    ouro_decref(&w->weak.head);
    always(ouro_weak_count(&n->head) == 0 && weak_as_calls == 0);
}

CASE(weak_as, newest_first_among_all_kinds) {
    must(weak_as_register(rt));
    static const ouro_type *kinds[3];
    kinds[0] = &weak_keyed_type;
    kinds[1] = ouro_weak_type;
    kinds[2] = &weak_noted_type;
    node *n = node_new(rt);
    need(n);
    ouro_obj *made[6] = {NULL};
    int count = 0;
    for (; count < 6; count++)
        if (!(made[count] = own(ouro_weak_new_as(rt, kinds[count % 3], &n->head, weak_as_note, NULL))))
            break;
    weak_as_calls = 0;
    ouro_decref(&n->head);
    always(weak_as_calls == count && (!count || weak_as_told == made[0]));
    check(count == 6);
    ouro_error_clear(rt);
}

CASE(weak_as, other_types_are_refused) {
    static ouro_type stranger;
    must(weak_as_register(rt));
    ouro_type_init(&stranger, "stranger", sizeof(weak_keyed));
    stranger.base = ouro_weak_type;
    node *n = own(node_new(rt));
    need(n);
    always(!ouro_weak_new_as(rt, &node_type, &n->head, NULL, NULL) && ouro_error_code(rt) == OURO_ERR_TYPE);
    always(strstr(ouro_error_message(rt), "node") != NULL);
    ouro_error_clear(rt);
    always(!ouro_weak_new_as(rt, &stranger, &n->head, NULL, NULL) && ouro_error_code(rt) == OURO_ERR_STATE);
    ouro_error_clear(rt);
    always(ouro_weak_count(&n->head) == 0 && ouro_refcount(&n->head) == 1);
}

CASE(weak_as, failing_changes_nothing) {
    must(weak_as_register(rt));
    node *n = own(node_new(rt));
    need(n);
    if (test_mode_now() != TEST_PLAIN)
        return; // this makes allocations fail itself
    for (uint64_t at = 1; at <= 3; at++) {
        size_t objects = kit_usage(rt).objects;
        ouro_stress_fail(rt, at, OURO_FAIL_FROM);
        weak_keyed *w = weak_as_new(rt, &weak_noted_type, &n->head, &n->head);
        int failed = !w && ouro_error_code(rt) == OURO_ERR_MEMORY;
        ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
        always(failed && weak_as_finalized == 0); // not even its finalizer hears of it
        always(kit_usage(rt).objects == objects && ouro_weak_count(&n->head) == 0 && ouro_refcount(&n->head) == 1);
        ouro_error_clear(rt);
    }
}

static void weak_as_complain(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)arg;
    ouro_error_set(rt, OURO_ERR_IO, "left in a callback");
}

CASE(weak_as, its_callbacks_errors_name_its_type) {
    test_expect_warnings();
    must(weak_as_register(rt));
    node *n = node_new(rt);
    need(n);
    ouro_obj *w = own(ouro_weak_new_as(rt, &weak_keyed_type, &n->head, weak_as_complain, NULL));
    int before = test_warnings();
    ouro_decref(&n->head);
    need(w);
    always(test_warnings() == before + 1 && strstr(test_last_warning(), "'keyed'"));
}

// ---- in collections ----

// A ring of two that holds a weak reference to one of its own: not called, since it is garbage itself.
CASE(weak_as, in_garbage_it_is_not_called) {
    must(weak_as_register(rt));
    node *ring = kit_ring(rt, 2);
    need(ring);
    weak_keyed *w = weak_as_new(rt, &weak_keyed_type, ring->left, NULL);
    if (w) {
        ouro_setref(&w->weak.head, &w->key, &ring->head); // so it is in the cycle
        ouro_setref_steal(&ring->head, &ring->right, &w->weak.head);
    }
    ouro_decref(&ring->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    need(w);
    check(weak_as_calls == 0);
}

CASE(weak_as, from_outside_into_garbage_it_is_called) {
    must(weak_as_register(rt));
    node *ring = kit_ring(rt, 2);
    need(ring);
    weak_keyed *w = own(weak_as_new(rt, &weak_keyed_type, ring->left, NULL));
    ouro_decref(&ring->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    need(w);
    check(weak_as_calls == 1 && weak_as_told == &w->weak.head);
}

CASE(weak_as, a_cycle_through_what_it_adds_is_collected) {
    must(weak_as_register(rt));
    size_t objects = kit_usage(rt).objects;
    node *n = node_new(rt);
    need(n);
    weak_keyed *w = weak_as_new(rt, &weak_keyed_type, &n->head, &n->head);
    if (w) {
        ouro_setref(&w->weak.head, &w->key, &w->weak.head);
        ouro_setref_steal(&n->head, &n->left, &w->weak.head);
    }
    ouro_decref(&n->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    need(w);
    check(kit_usage(rt).objects == objects && weak_as_calls == 0);
}

// A finalizer in the garbage looks through a weak reference of the garbage, without a callback: in the newer order it
// is usable, in the older one it is not.
static int weak_as_usable;

static void weak_as_look(ouro_rt *rt, fin *self) {
    ouro_obj *got = NULL;
    (void)rt;
    weak_as_usable = self->right ? ouro_weak_get(self->right, &got) : -1;
    ouro_xdecref(got);
}

static void weak_as_order(ouro_rt *rt, int usable) {
    must(weak_as_register(rt));
    weak_as_usable = -1;
    fin *f = fin_new(rt, weak_as_look);
    need(f);
    set(f, left, f);
    ouro_obj *w = ouro_weak_new_as(rt, &weak_keyed_type, &f->head, NULL, NULL);
    if (w)
        ouro_setref_steal(&f->head, &f->right, w);
    ouro_decref(&f->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    need(w);
    check(weak_as_usable == usable);
}

static void weak_as_311(ouro_options *options) {
    options->weak_order = OURO_WEAK_ORDER_311;
}

CASE(weak_as, without_callback_it_is_usable_in_finalizers) {
    weak_as_order(rt, 1);
}

CASE_WITH(weak_as, in_the_older_order_it_is_not, weak_as_311) {
    weak_as_order(rt, 0);
}
