// SPDX-License-Identifier: MIT
// graph.h: what the tests of the collector share.
//
//   vars       a row owned by the test's scope: its items are the test's variables, and forget() drops them at once.
//              So a test that ends early, because an allocation was made to fail, leaves nothing behind.
//   saved      a row behind a registered static slot, into which finalizers put what they bring back. It outlives the
//              scope, because finalizers may still run when the body is over.
//   ring       nodes (or fins) of which each refers to the next, and the last to the first
//   stubborn   a type whose references traverse reports and nothing clears: a cycle of them alone cannot be taken apart
//   watch      counts collections through the callbacks
#ifndef OURO_TEST_GRAPH_H
#define OURO_TEST_GRAPH_H

#include "../support/test.h"

#define VARS 24

static inline row *vars_new(ouro_rt *rt) {
    return own(row_new(rt, VARS));
}

// Stores into the first empty item. Takes: steals the reference; NULL passes through. Returns: the same, borrowed.
static inline void *keep(row *vars, void *object) {
    size_t i = 0;
    while (i < vars->n && vars->item[i])
        i++;
    if (i == vars->n) {
        test_fail(__FILE__, __LINE__, "too many variables");
        abort();
    }
    if (object)
        ouro_setref_steal(&vars->head, &vars->item[i], object);
    return object;
}

// Drops every item.
static inline void forget(row *vars) {
    for (size_t i = 0; i < vars->n; i++)
        ouro_clearref(&vars->head, &vars->item[i]);
}

// Drops the item that holds this object.
static inline void forget_one(row *vars, const void *object) {
    for (size_t i = 0; i < vars->n; i++)
        if (vars->item[i] == object) {
            ouro_clearref(&vars->head, &vars->item[i]);
            return;
        }
}

// `slot` is static: it stays registered until the runtime is destroyed.
static inline int saved_open(ouro_rt *rt, ouro_obj **slot) {
    *slot = NULL;
    if (ouro_root_add(rt, "saved", slot) < 0)
        return -1;
    *slot = (ouro_obj *)row_new(rt, VARS);
    return *slot ? 0 : -1;
}

// Brings an object back: keeps it. No effect once the runtime is being destroyed, when the row is gone.
static inline void saved_put(ouro_obj *saved, ouro_obj *o) {
    if (saved)
        keep((row *)saved, ouro_incref(o));
}

static inline size_t saved_count(const ouro_obj *saved) {
    const row *r = (const row *)saved;
    size_t n = 0;
    for (size_t i = 0; r && i < r->n; i++)
        n += r->item[i] != NULL;
    return n;
}

// Returns: new, a ring of n nodes linked by `left` and numbered from 0; NULL with nothing left behind.
static inline node *ring_new(ouro_rt *rt, int n) {
    node *first = node_new(rt), *last = first;
    for (int i = 1; first && i < n; i++) {
        node *next = node_new(rt);
        if (!next) {
            ouro_decref(&first->head);
            return NULL;
        }
        next->id = i;
        ouro_setref_steal(&last->head, &last->left, &next->head);
        last = next;
    }
    if (first)
        set(last, left, first);
    return first;
}

// Leaves a ring of n nodes behind as garbage.
static inline int ring_trash(ouro_rt *rt, int n) {
    node *first = ring_new(rt, n);
    if (!first)
        return -1;
    ouro_decref(&first->head);
    return 0;
}

// Returns: new, a ring of n fins with this hook, linked by `left` forwards and by `right` backwards.
static inline fin *fin_ring_new(ouro_rt *rt, int n, void (*hook)(ouro_rt *, fin *)) {
    fin *first = fin_new(rt, NULL), *last = first;
    for (int i = 1; first && i < n; i++) {
        fin *next = fin_new(rt, NULL);
        if (!next) {
            ouro_decref(&first->head);
            return NULL;
        }
        next->id = i;
        ouro_setref_steal(&last->head, &last->left, &next->head);
        last = next;
    }
    if (!first)
        return NULL;
    set(last, left, first);
    for (fin *f = first;;) {
        fin *next = (fin *)f->left;
        f->hook = hook;
        set(next, right, f);
        f = next;
        if (f == first)
            return first;
    }
}

typedef struct stubborn {
    ouro_obj head;
    ouro_obj *left;
} stubborn;

static inline int stubborn_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    stubborn *s = (stubborn *)o;
    (void)start;
    (void)limit;
    return s->left ? visit(s->left, arg) : 0;
}

static inline void stubborn_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    ouro_setslot(&((stubborn *)o)->left, NULL);
}

// Without memory for the garbage list the runtime can only warn.
static inline void garbage_may_fail(void) {
    if (test_mode_now() == TEST_FAULT)
        test_expect_warnings();
}

static inline void saveall_on(ouro_rt *rt) {
    garbage_may_fail();
    ouro_gc_set_debug(rt, OURO_GC_DEBUG_SAVEALL);
}

static inline stubborn *stubborn_new(ouro_rt *rt) {
    static ouro_type type;
    if (!type.name) {
        ouro_type_init(&type, "stubborn", sizeof(stubborn));
        type.traverse = stubborn_traverse;
        type.dealloc = stubborn_dealloc;
    }
    garbage_may_fail();
    return ouro_type_register(rt, &type) < 0 ? NULL : ouro_new(rt, &type);
}

// 1 if the weak reference is alive.
static inline int weak_alive(ouro_obj *weak) {
    ouro_obj *o;
    int alive = ouro_weak_get(weak, &o);
    ouro_xdecref(o);
    return alive;
}

static inline int count_visit(ouro_obj *o, void *arg) {
    (void)o;
    ++*(size_t *)arg;
    return 0;
}

// How many tracked objects ouro_gc_get_objects hands over.
static inline size_t tracked_count(ouro_rt *rt, int generation) {
    size_t n = 0;
    ouro_gc_get_objects(rt, generation, count_visit, &n);
    return n;
}

// How many objects there are, tracked or not.
static inline size_t object_count(ouro_rt *rt) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    return usage.objects;
}

typedef struct watch {
    int starts, stops;
    int of[3];                // starts of each generation
    size_t count0, count1;    // as they were at the last start
    ouro_gc_info first, last; // of the last start; of the last stop
} watch;

static inline void watch_collection(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    watch *w = user;
    if (phase == OURO_GC_STOP) {
        w->stops++;
        w->last = *info;
        return;
    }
    size_t count2;
    w->starts++;
    w->of[info->generation]++;
    w->first = *info;
    ouro_gc_get_count(rt, &w->count0, &w->count1, &count2);
}

// `w` is zeroed, and is static or outlives the callback, which stays until it is removed.
static inline int watch_open(ouro_rt *rt, watch *w) {
    memset(w, 0, sizeof *w);
    return ouro_gc_callback_add(rt, watch_collection, w);
}

#endif
