// SPDX-License-Identifier: MIT
// scenarios_finalization.c: CPython's test_finalization, one case for each test that makes sense for C types, named in
// the comment before it, with what its two collections return in brackets. No count differs.
//
// Words of the original: simple (a finalizer that only looks around), resurrecting (stores the object where it is kept
// alive), suicidal (drops the object's own references). Every finalizer checks first that its neighbours are intact.
// In CPython 3.11 all weak references to cyclic garbage are dead once finalizers run, so a resurrected object has lost
// them; by the order of 3.15 those without a callback survive with it. Both orders are tested.
// A type has no tp_del here: test_legacy and test_legacy_resurrect are left out, in test_legacy_self_cycle its place is
// taken by a type that cannot be taken apart. test_non_gc uses a type that can be in no cycle; CPython finalizes such
// an object again after each resurrection since it has no place for a flag, here every object has one.
#include "graph.h"

enum { MAGIC = 4711 };

typedef void (*fin_hook)(ouro_rt *rt, fin *self);

static ouro_obj *saved;
static int insane; // finalizers that saw a neighbour in ruins

static void look_around(fin *self) {
    fin *left = (fin *)self->left, *right = (fin *)self->right;
    if ((left && left->id != MAGIC) || (right && right->id != MAGIC))
        insane++;
}

static void simple_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    look_around(self);
}

static void resurrecting_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    look_around(self);
    saved_put(saved, &self->head);
}

static void suicidal_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    look_around(self);
    set(self, left, NULL);
    set(self, right, NULL);
}

// One object, its weak reference in the test's scope, and the only other reference in v.
typedef struct single {
    row *v;
    fin *object;
    ouro_obj *weak;
} single;

// Returns: -1 on failure.
static int single_make(ouro_rt *rt, single *s, fin_hook hook) {
    insane = 0;
    s->v = vars_new(rt);
    if (!s->v || saved_open(rt, &saved) < 0)
        return -1;
    s->object = keep(s->v, fin_new(rt, hook));
    if (!s->object)
        return -1;
    s->object->id = MAGIC;
    s->weak = own(ouro_weak_new(rt, &s->object->head, NULL, NULL));
    return s->weak ? 0 : -1;
}

// SimpleFinalizationTest.test_simple
CASE(scenarios_finalization, simple) {
    single s;
    must(single_make(rt, &s, simple_hook));
    forget(s.v);
    always(fin_calls == 1);
    always(!weak_alive(s.weak));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    always(fin_calls == 1 && insane == 0);
}

// SimpleFinalizationTest.test_simple_resurrect: death by counting leaves weak references alone until it is final
CASE(scenarios_finalization, simple_resurrect) {
    single s;
    must(single_make(rt, &s, resurrecting_hook));
    forget(s.v);
    always(fin_calls == 1 && saved_count(saved) == 1);
    always(weak_alive(s.weak));
    forget((row *)saved);
    always(fin_calls == 1 && saved_count(saved) == 0);
    always(!weak_alive(s.weak));
}

typedef struct atom {
    ouro_obj head;
    int64_t value;
} atom;

static int atom_calls;

static void atom_count(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    atom_calls++;
}

static void atom_resurrect(ouro_rt *rt, ouro_obj *o) {
    atom_count(rt, o);
    saved_put(saved, o);
}

// Returns: new, of a type that can be in no cycle; NULL on failure.
static atom *atom_new(ouro_rt *rt, ouro_type *type, void (*finalize)(ouro_rt *, ouro_obj *)) {
    atom_calls = 0;
    if (!type->name) {
        ouro_type_init(type, "atom", sizeof(atom));
        type->finalize = finalize;
    }
    return ouro_type_register(rt, type) < 0 ? NULL : ouro_new(rt, type);
}

// SimpleFinalizationTest.test_non_gc
CASE(scenarios_finalization, non_gc) {
    static ouro_type type;
    atom *a = atom_new(rt, &type, atom_count);
    need(a);
    always(!ouro_gc_is_tracked(&a->head));
    ouro_decref(&a->head);
    always(atom_calls == 1);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    always(atom_calls == 1 && object_count(rt) == 0);
}

// SimpleFinalizationTest.test_non_gc_resurrect: as every object, finalized once (CPython: at each death)
CASE(scenarios_finalization, non_gc_resurrect) {
    static ouro_type type;
    must(saved_open(rt, &saved));
    atom *a = atom_new(rt, &type, atom_resurrect);
    need(a);
    ouro_decref(&a->head);
    always(atom_calls == 1 && saved_count(saved) == 1);
    always(ouro_gc_is_finalized(&a->head) && ouro_refcount(&a->head) == 1);
    forget((row *)saved);
    always(atom_calls == 1 && saved_count(saved) == 0);
    check(object_count(rt) == 1);
}

// Makes the object refer to itself, drops it and collects.
static int64_t self_cycle(ouro_rt *rt, single *s) {
    set(s->object, left, s->object);
    forget(s->v);
    return ouro_gc_collect(rt, OURO_GC_FULL);
}

// SelfCycleFinalizationTest.test_simple [1,0]
CASE(scenarios_finalization, self_cycle_simple) {
    single s;
    must(single_make(rt, &s, simple_hook));
    check(self_cycle(rt, &s) == 1);
    check(fin_calls == 1 && insane == 0);
    check(!weak_alive(s.weak));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == 1);
}

// Returns: 1 if the weak reference survived the resurrection, 0 if not; -1 on failure.
static int self_cycle_resurrect(ouro_rt *rt) {
    single s;
    if (single_make(rt, &s, resurrecting_hook) < 0)
        return -1;
    check(self_cycle(rt, &s) == 0);
    check(fin_calls == 1 && saved_count(saved) == 1 && insane == 0);
    int survived = weak_alive(s.weak);
    if (saved)
        forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(fin_calls == 1);
    check(!weak_alive(s.weak));
    return survived;
}

static void order_311(ouro_options *options) {
    options->weak_order = OURO_WEAK_ORDER_311;
}

// SelfCycleFinalizationTest.test_simple_resurrect [0,1], in the order of 3.15
CASE(scenarios_finalization, self_cycle_resurrect) {
    int survived = self_cycle_resurrect(rt);
    must(survived);
    check(survived == 1);
}

// SelfCycleFinalizationTest.test_simple_resurrect [0,1], in the order of 3.11
CASE_WITH(scenarios_finalization, self_cycle_resurrect_311, order_311) {
    int survived = self_cycle_resurrect(rt);
    must(survived);
    check(survived == 0);
}

// SelfCycleFinalizationTest.test_simple_suicide [0,0]
CASE(scenarios_finalization, self_cycle_suicide) {
    single s;
    must(single_make(rt, &s, suicidal_hook));
    check(self_cycle(rt, &s) == 0);
    check(fin_calls == 1 && insane == 0);
    check(!weak_alive(s.weak));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == 1);
}

enum { CHAIN = 6 };

typedef struct chain {
    row *v;
    fin *link[CHAIN];
    ouro_obj *weak[CHAIN];
    int n;
} chain;

// A ring in which each object refers to both neighbours, made of the given kinds in this order.
static int chain_make(ouro_rt *rt, chain *c, const fin_hook *kinds, int n) {
    insane = 0;
    c->n = n;
    c->v = vars_new(rt);
    if (!c->v || saved_open(rt, &saved) < 0)
        return -1;
    for (int i = 0; i < n; i++) {
        c->link[i] = keep(c->v, fin_new(rt, kinds[i]));
        if (!c->link[i])
            return -1;
        c->link[i]->id = MAGIC;
        c->weak[i] = own(ouro_weak_new(rt, &c->link[i]->head, NULL, NULL));
        if (!c->weak[i])
            return -1;
    }
    for (int i = 0; i < n; i++) {
        set(c->link[i], left, c->link[(i + n - 1) % n]);
        set(c->link[i], right, c->link[(i + 1) % n]);
    }
    return 0;
}

static int chain_weak_alive(const chain *c) {
    int alive = 0;
    for (int i = 0; i < c->n; i++)
        alive += weak_alive(c->weak[i]);
    return alive;
}

// Drops a chain and collects; drops what was saved and collects again.
// Checks: what each collection returns, that each finalizer ran once, who was saved, and the weak references between.
static int chain_run(ouro_rt *rt, const fin_hook *kinds, int n, int first, int second) {
    chain c;
    if (chain_make(rt, &c, kinds, n) < 0)
        return -1;
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(c.v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == first);
    check(fin_calls == n && insane == 0);
    if (test_broken(rt))
        return 0;
    row *survivors = (row *)saved;
    size_t resurrecting = 0;
    for (int i = 0; i < n; i++)
        resurrecting += kinds[i] == resurrecting_hook;
    check(saved_count(saved) == resurrecting);
    for (size_t i = 0; i < resurrecting; i++)
        check(((fin *)survivors->item[i])->hook == resurrecting_hook);
    check(chain_weak_alive(&c) == second);
    forget(survivors);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == second);
    check(fin_calls == n && chain_weak_alive(&c) == 0);
    check(object_count(rt) == 2 + (size_t)n); // v, saved, and the weak references
    return 0;
}

// CycleChainFinalizationTest.test_homogenous [3,0]
CASE(scenarios_finalization, homogenous) {
    static const fin_hook kinds[] = {simple_hook, simple_hook, simple_hook};
    must(chain_run(rt, kinds, 3, 3, 0));
}

// CycleChainFinalizationTest.test_homogenous_resurrect [0,3]
CASE(scenarios_finalization, homogenous_resurrect) {
    static const fin_hook kinds[] = {resurrecting_hook, resurrecting_hook, resurrecting_hook};
    must(chain_run(rt, kinds, 3, 0, 3));
}

// CycleChainFinalizationTest.test_homogenous_suicidal [0,0]
CASE(scenarios_finalization, homogenous_suicidal) {
    static const fin_hook kinds[] = {suicidal_hook, suicidal_hook, suicidal_hook};
    must(chain_run(rt, kinds, 3, 0, 0));
}

// CycleChainFinalizationTest.test_heterogenous_suicidal_one [0,0]
CASE(scenarios_finalization, heterogenous_suicidal_one) {
    static const fin_hook kinds[] = {suicidal_hook, simple_hook, suicidal_hook, simple_hook};
    must(chain_run(rt, kinds, 4, 0, 0));
}

// CycleChainFinalizationTest.test_heterogenous_suicidal_two [4,0]
CASE(scenarios_finalization, heterogenous_suicidal_two) {
    static const fin_hook kinds[] = {suicidal_hook, suicidal_hook, simple_hook, simple_hook};
    must(chain_run(rt, kinds, 4, 4, 0));
}

// CycleChainFinalizationTest.test_heterogenous_resurrect_one [0,4]
CASE(scenarios_finalization, heterogenous_resurrect_one) {
    static const fin_hook kinds[] = {resurrecting_hook, simple_hook, resurrecting_hook, simple_hook};
    must(chain_run(rt, kinds, 4, 0, 4));
}

// CycleChainFinalizationTest.test_heterogenous_resurrect_two [0,6]
CASE(scenarios_finalization, heterogenous_resurrect_two) {
    static const fin_hook kinds[] = {resurrecting_hook, simple_hook, suicidal_hook,
                                     resurrecting_hook, simple_hook, suicidal_hook};
    must(chain_run(rt, kinds, 6, 0, 6));
}

// CycleChainFinalizationTest.test_heterogenous_resurrect_three [0,6]
CASE(scenarios_finalization, heterogenous_resurrect_three) {
    static const fin_hook kinds[] = {resurrecting_hook, resurrecting_hook, simple_hook,
                                     simple_hook,       suicidal_hook,     suicidal_hook};
    must(chain_run(rt, kinds, 6, 0, 6));
}

// CycleChainFinalizationTest.test_homogenous_resurrect in the order of 3.11: no weak reference survives
CASE_WITH(scenarios_finalization, homogenous_resurrect_311, order_311) {
    static const fin_hook kinds[] = {resurrecting_hook, resurrecting_hook, resurrecting_hook};
    chain c;
    must(chain_make(rt, &c, kinds, 3));
    forget(c.v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(chain_weak_alive(&c) == 0);
    check(saved_count(saved) == 3);
    forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    check(fin_calls == 3);
}

// LegacyFinalizationTest.test_legacy_self_cycle [1,0]: what cannot be taken apart waits in garbage, untouched
CASE(scenarios_finalization, legacy_self_cycle) {
    row *v = vars_new(rt);
    need(v);
    stubborn *s = keep(v, stubborn_new(rt));
    need(s);
    ouro_setslot(&s->left, &s->head);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(ouro_gc_garbage_count(rt) == 1 && ouro_gc_garbage_peek(rt, 0) == &s->head);
    check(s->left == &s->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(ouro_gc_garbage_count(rt) == 1);
    ouro_setslot(&s->left, NULL);
    ouro_gc_garbage_clear(rt);
    check(object_count(rt) == 1);
}
