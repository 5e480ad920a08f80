// SPDX-License-Identifier: MIT
// budget.c: a drop ends no more objects than the budget says; what waits is dying for everybody, holds on to what it
// refers to, and goes on with allocations, steps, safepoints and when it is told to.
#include "kit.h"

static int deaths; // finalizers that ran

static void count_death(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    deaths++;
}

// A list of so many, by `left`; the last refers to `end` by `right`. Returns: the first; NULL without memory.
static fin *chain_new(ouro_rt *rt, int n, ouro_obj *end) {
    fin *first = NULL;
    deaths = 0;
    for (int i = 0; i < n; i++) {
        fin *f = fin_new(rt, NULL);
        if (!f) {
            ouro_xdecref(obj(first));
            return NULL;
        }
        f->hook = count_death;
        f->id = n - 1 - i;
        if (!i)
            set(f, right, end);
        ouro_setref_steal(&f->head, &f->left, obj(first));
        first = f;
    }
    deaths = 0;
    return first;
}

CASE(budget, none_at_first) {
    always(ouro_death_get_budget(rt) == 0 && ouro_death_waiting(rt) == 0);
    fin *f = chain_new(rt, 1000, NULL);
    need(f);
    ouro_decref(&f->head);
    always(deaths == 1000 && ouro_death_waiting(rt) == 0);
    always(ouro_death_finish(rt, 10) == 0);
}

CASE(budget, a_drop_ends_no_more_than_that) {
    static const size_t budgets[] = {1, 2, 10, 49, 50, 51, 200};
    for (size_t k = 0; k < sizeof budgets / sizeof *budgets; k++) {
        ouro_death_set_budget(rt, 0);
        fin *f = chain_new(rt, 300, NULL);
        need(f);
        ouro_death_set_budget(rt, budgets[k]);
        ouro_decref(&f->head);
        always(deaths == (int)budgets[k] && ouro_death_waiting(rt) == 1);
        ouro_death_finish(rt, 5);
        always(deaths == (int)budgets[k] + 5);
        always(ouro_verify(rt) == 0);
        ouro_death_set_budget(rt, 0);
        always(deaths == 300 && ouro_death_waiting(rt) == 0);
    }
}

// A drop ends what is its own, not what waits from others before it.
CASE(budget, a_small_drop_does_not_pay_for_a_large_one) {
    fin *large = chain_new(rt, 300, NULL);
    need(large);
    node *small = node_new(rt);
    if (!small)
        ouro_decref(&large->head);
    need(small);
    ouro_death_set_budget(rt, 100);
    ouro_decref(&large->head);
    always(deaths == 100);
    ouro_decref(&small->head);
    always(deaths == 100 && ouro_death_waiting(rt) == 1);
}

static int nobody(ouro_obj *o, void *arg) {
    always(!ouro_is(o, &fin_type) || !((fin *)o)->id || !arg);
    return 0;
}

CASE(budget, what_waits_is_dying) {
    node *end = own(node_new(rt));
    need(end);
    fin *f = chain_new(rt, 10, &end->head);
    need(f);
    ouro_obj *weak = own(ouro_weak_new(rt, f->left, NULL, NULL)), *got;
    ouro_obj *held = own(ouro_weak_new(rt, ((fin *)f->left)->left, NULL, NULL));
    if (!weak || !held)
        ouro_decref(&f->head);
    need(weak);
    need(held);
    ouro_death_set_budget(rt, 1);
    ouro_decref(&f->head);
    always(deaths == 1);
    always(ouro_weak_get(weak, &got) == 0); // it waits
    always(ouro_weak_get(held, &got) == 1); // it hangs on what waits
    always(((fin *)got)->id == 2);
    ouro_decref(got);
    ouro_gc_get_objects(rt, -1, nobody, NULL);
    always(ouro_verify(rt) == 0);
    ouro_gc_collect(rt, 1);
    always(ouro_weak_get(held, &got) == 1 && ouro_refcount(&end->head) == 2);
    ouro_decref(got);
    ouro_gc_collect(rt, OURO_GC_FULL); // ends all that waits first
    always(deaths == 10 && ouro_refcount(&end->head) == 1);
}

// Garbage that only what waits refers to is no garbage before that is gone, for a collection in slices.
CASE(budget, collections_in_slices_take_it_for_alive) {
    ouro_gc_disable(rt);
    node *a = node_new(rt);
    need(a);
    set(a, left, a);
    fin *f = chain_new(rt, 100, &a->head);
    ouro_decref(&a->head);
    if (!f)
        ouro_gc_collect(rt, OURO_GC_FULL);
    need(f);
    ouro_obj *weak = own(ouro_weak_new(rt, &a->head, NULL, NULL)), *got;
    ouro_gc_collect(rt, 1);
    ouro_death_set_budget(rt, 1);
    ouro_decref(&f->head);
    need(weak);
    for (int i = 0; i < 90; i++)
        ouro_gc_step(rt, 0);
    always(ouro_weak_get(weak, &got) == 1);
    ouro_decref(got);
    for (int i = 0; i < 10 || !ouro_gc_step(rt, 0); i++)
        continue;
    check(ouro_death_waiting(rt) == 0 && deaths == 100);
    for (int i = 0; !ouro_gc_step(rt, 0); i++)
        continue;
    while (!ouro_gc_step(rt, 0))
        continue;
    check(ouro_weak_get(weak, &got) == 0);
}

static int calls; // of callbacks of weak references

static void count_call(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    calls++;
}

// Its callback has to wait for the verdict over the weak reference itself; that dies meanwhile, and waits for its death
// when the callbacks run that had to wait. One slice from the first drop to the callbacks: a step would end what waits.
CASE(budget, a_weak_reference_that_waits_is_not_called) {
    ouro_gc_disable(rt);
    node *arg = own(node_new(rt));
    need(arg);
    node *ring = kit_ring(rt, 2000), *target = node_new(rt); // too large to be judged together with other garbage
    ouro_obj *weak = ring && target ? ouro_weak_new(rt, &target->head, count_call, &arg->head) : NULL;
    if (weak) {
        ouro_setref_steal(&ring->head, &ring->right, obj(target));
        ouro_setref_steal(&target->head, &target->left, weak);
        ouro_gc_collect(rt, 1); // all of it is old
    } else {
        ouro_xdecref(obj(target));
    }
    ouro_xdecref(obj(ring));
    need(weak);
    calls = 0;
    ouro_death_set_budget(rt, 1);
    check(ouro_gc_step(rt, 60u * 1000 * 1000));
    check(ouro_death_waiting(rt) == 1 && ouro_refcount(&arg->head) == 2);
    ouro_death_finish(rt, 1);
    check(ouro_death_waiting(rt) == 0 && ouro_refcount(&arg->head) == 1);
    always(calls == 0 && ouro_verify(rt) == 0);
}

CASE(budget, allocations_pay) {
    int n = test_mode_now() == TEST_PLAIN ? 200000 : 3000;
    fin *f = chain_new(rt, n, NULL);
    need(f);
    ouro_death_set_budget(rt, 100);
    ouro_mem_usage before, now;
    ouro_mem_get_usage(rt, &before);
    ouro_decref(&f->head);
    for (int i = 0; i < n && ouro_death_waiting(rt); i++) {
        int deaths_before = deaths;
        node *kept = own(node_new(rt));
        need(kept);
        exact(deaths - deaths_before <= 512);
    }
    check(ouro_death_waiting(rt) == 0 && deaths == n);
    ouro_mem_get_usage(rt, &now);
    exact(now.used <= before.used + 3 * OURO_PAGE_BYTES);
}

static void at_safepoint(ouro_options *options) {
    options->when = OURO_AT_SAFEPOINT;
}

CASE_WITH(budget, safepoints_pay_where_allocations_may_not, at_safepoint) {
    fin *f = chain_new(rt, 2000, NULL);
    need(f);
    ouro_death_set_budget(rt, 10);
    ouro_decref(&f->head);
    for (int i = 0; i < 2000; i++) {
        int before = deaths;
        node *n = node_new(rt);
        check(deaths == before);
        ouro_xdecref(obj(n));
        ouro_safepoint(rt);
    }
    check(deaths > 10);
}

CASE(budget, a_step_ends_some) {
    fin *f = chain_new(rt, 1000, NULL);
    need(f);
    ouro_death_set_budget(rt, 10);
    ouro_decref(&f->head);
    int before = deaths;
    ouro_gc_step(rt, 0);
    always(deaths - before == 10);
}

// A list whose items wait, and which is longer than one drop follows.
CASE(budget, a_long_object_goes_in_parts) {
    enum { LENGTH = 5000 };
    vec *v = vec_new(rt);
    need(v);
    int made = 0;
    deaths = 0;
    for (int i = 0; i < LENGTH && made == 0; i++) {
        fin *f = fin_new(rt, count_death);
        made = f ? vec_append(rt, v, &f->head) : -1;
        ouro_xdecref(obj(f));
    }
    int n = (int)v->n;
    deaths = 0;
    ouro_obj *weak = own(ouro_weak_new(rt, &v->head, NULL, NULL)), *got;
    ouro_death_set_budget(rt, 100);
    ouro_decref(&v->head);
    check(deaths >= 40 && deaths <= 100 && ouro_death_waiting(rt) > 0);
    always(!weak || ouro_weak_get(weak, &got) == 0);
    ouro_gc_collect(rt, 1);
    always(ouro_verify(rt) == 0);
    for (int last = -1; ouro_death_waiting(rt); last = deaths) {
        ouro_death_finish(rt, 64);
        always(deaths >= last && deaths - last <= 64 + 100);
    }
    always(deaths == n);
}

static fin *saved;

static void save(ouro_rt *rt, fin *self) {
    (void)rt;
    saved = self;
    ouro_incref(&self->head);
}

CASE(budget, what_waited_comes_back) {
    saved = NULL;
    fin *f = chain_new(rt, 3, NULL);
    need(f);
    ouro_gc_collect(rt, 1);
    ((fin *)f->left)->hook = save;
    ouro_death_set_budget(rt, 1);
    ouro_decref(&f->head);
    always(deaths == 1 && !saved);
    ouro_gc_collect(rt, 0);
    while (ouro_death_finish(rt, 1))
        continue;
    always(saved && deaths == 1 && saved->left && ouro_refcount(&saved->head) == 1);
    always(ouro_verify(rt) == 0);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(ouro_verify(rt) == 0);
    ouro_decref(&saved->head);
    ouro_death_set_budget(rt, 0);
    always(deaths == 2);
}

// A row whose type has a finalizer that brings it back.
static ouro_type long_type;
static ouro_obj *long_saved;

static void long_finalize(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    long_saved = ouro_incref(o);
}

CASE(budget, a_long_object_comes_back) {
    if (!long_type.name) {
        long_type = row_type;
        long_type.name = "long";
        long_type.ouroi_index = 0;
        long_type.finalize = long_finalize;
    }
    must(ouro_type_register(rt, &long_type));
    row *r = ouro_new_tail(rt, &long_type, 2000);
    need(r);
    long_saved = NULL;
    ouro_death_set_budget(rt, 10);
    ouro_decref(&r->head);
    always(long_saved == &r->head && ouro_death_waiting(rt) == 0);
    ouro_setslot(&long_saved, NULL);
    always(ouro_death_waiting(rt) == 1);
    while (ouro_death_finish(rt, 7))
        continue;
    always(ouro_verify(rt) == 0);
}

// A collection in its finalizer finds it alive, and sets its count aside: that is not to be taken for a reference more.
static void long_collect(ouro_rt *rt, ouro_obj *o) {
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(ouro_refcount(o) == 1);
}

CASE(budget, a_finalizer_of_a_long_object_collects) {
    static ouro_type collects_type;
    if (!collects_type.name) {
        collects_type = row_type;
        collects_type.name = "collects";
        collects_type.ouroi_index = 0;
        collects_type.finalize = long_collect;
    }
    must(ouro_type_register(rt, &collects_type));
    row *r = ouro_new_tail(rt, &collects_type, 2000);
    need(r);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_death_set_budget(rt, 10);
    ouro_decref(&r->head);
    always(ouro_death_waiting(rt) == 1);
    while (ouro_death_finish(rt, 700))
        continue;
    always(ouro_verify(rt) == 0);
    check(kit_usage(rt).objects == 0);
}

// ---- hostile ----

static int within;

static void meddle(ouro_rt *rt, fin *self) {
    deaths++;
    within++;
    size_t waiting = ouro_death_waiting(rt);
    int before = deaths;
    always(ouro_death_finish(rt, 1000) == waiting && deaths == before);
    if (self->id % 3 == 0)
        ouro_gc_collect(rt, OURO_GC_FULL);
    if (self->id % 5 == 0)
        ouro_death_set_budget(rt, (size_t)(self->id % 10));
    if (self->id % 7 == 0) {
        node *n = node_new(rt);
        ouro_xdecref(obj(n));
        ouro_error_clear(rt);
    }
    within--;
    always(within == 0 || self->id < 300);
}

CASE(budget, finalizers_meddle) {
    within = 0;
    ouro_death_set_budget(rt, 3);
    fin *f = chain_new(rt, 300, NULL);
    need(f);
    for (fin *at = f; at; at = (fin *)at->left)
        at->hook = meddle;
    ouro_decref(&f->head);
    for (int i = 0; i < 10000 && ouro_death_waiting(rt); i++)
        ouro_death_finish(rt, 2);
    always(deaths == 300 && ouro_death_waiting(rt) == 0);
}

CASE(budget, a_runtime_ends_with_some_waiting) {
    fin *f = chain_new(rt, 500, NULL);
    need(f);
    f->id = 500;
    ouro_death_set_budget(rt, 1);
    ouro_decref(&f->head);
    always(ouro_death_waiting(rt) == 1);
}

CASE(budget, memory_that_has_run_out_ends_all) {
    fin *f = chain_new(rt, 5000, NULL);
    need(f);
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    ouro_death_set_budget(rt, 10);
    ouro_decref(&f->head);
    ouro_mem_set_limit(rt, usage.pages);
    void *large = ouro_buf_alloc(rt, usage.pages / 2);
    exact(large && deaths == 5000);
    ouro_buf_free(rt, large);
    ouro_error_clear(rt);
    ouro_mem_set_limit(rt, 0);
}
