// SPDX-License-Identifier: MIT
// hostile_callbacks.c: callbacks of weak references that reach into the set under decision through other weak
// references; errors left behind; calls that change the collector under its own hands; finalizers in any order.
#include "graph.h"

static ouro_obj *saved;
static int calls, member_calls;

static row *hostile_begin(ouro_rt *rt) {
    calls = member_calls = 0;
    row *v = vars_new(rt);
    return v && saved_open(rt, &saved) == 0 ? v : NULL;
}

// Makes a garbage ring of n nodes. A weak reference with this callback watches the first; its argument is one without
// a callback to the second, which by the order of 3.15 still works in the callback. Returns: -1 on failure.
static int watched_trash(ouro_rt *rt, int n, ouro_weak_fn fn) {
    node *ring = ring_new(rt, n);
    if (!ring)
        return -1;
    ouro_obj *door = own(ouro_weak_new(rt, ring->left, NULL, NULL));
    ouro_obj *bell = door ? own(ouro_weak_new(rt, &ring->head, fn, door)) : NULL;
    ouro_decref(&ring->head);
    return bell ? 0 : -1;
}

static void saving_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    ouro_obj *o;
    (void)rt;
    (void)weak;
    calls++;
    member_calls += ouro_weak_get(arg, &o);
    if (o)
        saved_put(saved, o);
    ouro_xdecref(o);
}

// Garbage without a finalizer, brought back by a callback.
CASE(hostile_callbacks, callback_resurrects) {
    need(hostile_begin(rt));
    must(watched_trash(rt, 5, saving_callback));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    if (test_broken(rt))
        return;
    check(calls == 1 && member_calls == 1 && saved_count(saved) == 1);
    node *n = (node *)((row *)saved)->item[0];
    for (int i = 0; n && i < 5; i++) {
        check(ouro_is(&n->head, &node_type) && n->id == (i + 1) % 5 && n->left);
        n = (node *)n->left;
    }
    forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    check(calls == 1);
}

static void order_311(ouro_options *options) {
    options->weak_order = OURO_WEAK_ORDER_311;
}

// By the order of 3.11 that door is closed before any callback runs.
CASE_WITH(hostile_callbacks, callback_cannot_resurrect_311, order_311) {
    need(hostile_begin(rt));
    must(watched_trash(rt, 5, saving_callback));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    check(calls == 1 && member_calls == 0 && saved_count(saved) == 0);
}

static void cutting_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    ouro_obj *o;
    (void)rt;
    (void)weak;
    calls++;
    if (ouro_weak_get(arg, &o))
        set((node *)o, left, NULL);
    ouro_xdecref(o);
}

// A callback breaks the ring: what dies by counting then is not found by the collection.
CASE(hostile_callbacks, callback_frees_members) {
    need(hostile_begin(rt));
    must(watched_trash(rt, 50, cutting_callback));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(calls == 1);
    check(object_count(rt) == 4);
}

static void busy_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)arg;
    calls++;
    for (int i = 0; i < 100; i++)
        if (ring_trash(rt, 3) < 0)
            ouro_error_clear(rt);
    member_calls += ouro_gc_collect(rt, OURO_GC_FULL) != 0;
    ouro_gc_freeze(rt);
    ouro_mem_trim(rt);
    ouro_gc_unfreeze(rt);
    ouro_safepoint(rt);
}

CASE(hostile_callbacks, callback_allocates_collects_freezes_trims) {
    need(hostile_begin(rt));
    must(watched_trash(rt, 5, busy_callback));
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(member_calls == 0 && ouro_verify(rt) == 0);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(calls == 1);
    check(object_count(rt) == 4);
}

static ouro_obj *peers_slot; // a row of weak references, which the callback that runs first empties

static void silencing_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    calls++;
    ouro_setslot(&peers_slot, NULL);
}

// Weak references that are dropped before their turn do not call (CPython holds them, and does).
CASE(hostile_callbacks, callback_drops_the_others) {
    for (int cyclic = 0; cyclic < 2; cyclic++) {
        peers_slot = NULL;
        row *v = hostile_begin(rt);
        need(v);
        must(ouro_root_add(rt, "peers", &peers_slot));
        row *peers = row_new(rt, 5);
        peers_slot = obj(peers);
        need(peers);
        node *n = keep(v, node_new(rt));
        need(n);
        if (cyclic)
            set(n, left, n);
        for (size_t i = 0; i < 5; i++) {
            ouro_obj *weak = ouro_weak_new(rt, &n->head, silencing_callback, NULL);
            need(weak);
            ouro_setref_steal(&peers->head, &peers->item[i], weak);
        }
        forget(v);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(calls == 1);
        check(peers_slot == NULL && object_count(rt) <= 2 + 2 * (size_t)cyclic);
        ouro_root_remove(rt, &peers_slot);
        ouro_root_remove(rt, &saved);
        ouro_setslot(&saved, NULL);
    }
}

static ouro_obj *victim_slot;

static void kill_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    ouro_setslot(&victim_slot, NULL);
}

static void silent_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    calls++;
}

// A finalizer ends a live object that a weak reference in the garbage watches: being garbage, it does not call.
CASE(hostile_callbacks, garbage_does_not_call_while_finalizers_run) {
    victim_slot = NULL;
    row *v = hostile_begin(rt);
    need(v);
    must(ouro_root_add(rt, "victim", &victim_slot));
    victim_slot = (ouro_obj *)node_new(rt);
    need(victim_slot);
    fin *f = keep(v, fin_new(rt, kill_hook));
    need(f);
    ouro_obj *weak = keep(v, ouro_weak_new(rt, victim_slot, silent_callback, &f->head));
    need(weak);
    set(f, left, weak);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(fin_calls == 1 && victim_slot == NULL && calls == 0);
    check(object_count(rt) == 2);
}

// ---- errors ----

static void failing_hook(ouro_rt *rt, fin *self) {
    calls += ouro_error_code(rt) != OURO_OK;
    ouro_error_set(rt, OURO_ERR_USER + self->id, "finalizer %d", self->id);
}

CASE(hostile_callbacks, every_error_is_told_and_the_pending_one_stays) {
    row *v = hostile_begin(rt);
    need(v);
    test_expect_warnings();
    need(keep(v, fin_ring_new(rt, 5, failing_hook)));
    ouro_error_set(rt, OURO_ERR_INDEX, "pending %d", 1);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    check(test_warnings() == 5 && strstr(test_last_warning(), "finalizer "));
    check(calls == 0);
    check(ouro_error_code(rt) == OURO_ERR_INDEX && !strcmp(ouro_error_message(rt), "pending 1"));
    ouro_error_clear(rt);
}

static void throwing_hook(ouro_rt *rt, fin *self) {
    ouro_error_throw(rt, &self->head);
}

// The error owns the object that threw itself, for a moment. That is no resurrection to last.
CASE(hostile_callbacks, finalizer_throws_itself) {
    row *v = hostile_begin(rt);
    need(v);
    test_expect_warnings();
    need(keep(v, fin_ring_new(rt, 3, throwing_hook)));
    fin *alone = keep(v, fin_new(rt, throwing_hook));
    need(alone);
    forget(v);
    check(test_warnings() == 1);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(test_warnings() == 4 && fin_calls == 4);
    check(object_count(rt) == 2);
}

// ---- changing the collector ----

static ouro_obj *late_slot;

static void rooting_hook(ouro_rt *rt, fin *self) {
    if (self->id == 1 && ouro_root_add(rt, "late", &late_slot) == 0)
        late_slot = ouro_incref(&self->head);
    ouro_error_clear(rt);
}

CASE(hostile_callbacks, finalizer_registers_a_root) {
    late_slot = NULL;
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 4, rooting_hook)));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == 4 && late_slot && ((fin *)late_slot)->left);
    ouro_setslot(&late_slot, NULL);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4);
}

static void tuning_hook(ouro_rt *rt, fin *self) {
    (void)self;
    ouro_gc_set_threshold(rt, 1, 1, 1);
    ouro_gc_set_threshold_bytes(rt, 1);
    ouro_gc_disable(rt);
    ouro_gc_enable(rt);
    ouro_gc_request(rt);
    ouro_gc_adapt(rt);
    ouro_gc_garbage_clear(rt);
    ouro_mem_trim(rt);
    ouro_event_hook(rt, 0, NULL, NULL);
}

CASE(hostile_callbacks, finalizer_tunes_the_collector) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 4, tuning_hook)));
    need(keep(v, ring_new(rt, 4)));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 8);
    always(ouro_verify(rt) == 0);
    check(object_count(rt) == 2);
}

static int saveall_armed;

static void saveall_hook(ouro_rt *rt, fin *self) {
    (void)self;
    if (saveall_armed)
        saveall_on(rt);
}

// Whichever way the rest of that collection is decided: everything found is freed or saved, nothing both.
CASE(hostile_callbacks, finalizer_switches_saveall_on) {
    row *v = hostile_begin(rt);
    need(v);
    saveall_armed = 0;
    need(keep(v, fin_ring_new(rt, 3, saveall_hook)));
    forget(v);
    saveall_armed = 1;
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    saveall_armed = 0;
    size_t garbage = ouro_gc_garbage_count(rt);
    check(garbage == 0 || garbage == 3);
    check(object_count(rt) == 2 + garbage);
    ouro_gc_set_debug(rt, 0);
    ouro_gc_garbage_clear(rt);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(object_count(rt) == 2 && fin_calls == 3);
}

static void walking_hook(ouro_rt *rt, fin *self) {
    member_calls += tracked_count(rt, -1) > 0;
    calls += ouro_verify(rt) < 0;
    ouro_error_clear(rt);
    set(self, right, NULL);
}

CASE(hostile_callbacks, finalizers_walk_the_heap) {
    row *v = hostile_begin(rt);
    need(v);
    need(keep(v, fin_ring_new(rt, 12, walking_hook)));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 12);
    check(calls == 0 && member_calls == 12);
}

// A finalizer drops a long chain, whose deaths all fall into the collection.
static ouro_obj *chain_slot;

static void dropping_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    ouro_setslot(&chain_slot, NULL);
}

CASE(hostile_callbacks, finalizer_drops_a_long_chain) {
    int n = test_mode_now() == TEST_PLAIN ? 200000 : 300;
    chain_slot = NULL;
    row *v = hostile_begin(rt);
    need(v);
    must(ouro_root_add(rt, "chain", &chain_slot));
    for (int i = 0; i < n; i++) {
        node *link = node_new(rt);
        need(link);
        ouro_setref_steal(&link->head, &link->left, chain_slot);
        chain_slot = &link->head;
    }
    need(keep(v, fin_ring_new(rt, 2, dropping_hook)));
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(object_count(rt) == 2);
}

// ---- any order ----

static int order[8], order_n;

static void ordered_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    if (order_n < 8)
        order[order_n++] = self->id;
    if (self->id == 2)
        set(self, left, NULL);
    if (self->id == 4)
        saved_put(saved, self->right); // 3
    if (self->id == 6)
        set(self, right, NULL);
}

// Returns: a number that tells orders apart; 0 if not all eight ran, each once.
static int order_code(void) {
    int code = 0, ran = 0;
    for (int i = 0; i < order_n; i++) {
        code = code * 8 + order[i];
        ran |= 1 << order[i];
    }
    return order_n == 8 && ran == 255 ? code + 1 : 0;
}

// The same garbage under many seeds: other orders, the same outcome.
CASE(hostile_callbacks, finalizers_in_any_order) {
    row *v = hostile_begin(rt);
    need(v);
    int first = 0, differed = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        order_n = 0;
        ouro_stress_shuffle(rt, seed);
        need(keep(v, fin_ring_new(rt, 8, ordered_hook)));
        forget(v);
        check(ouro_gc_collect(rt, OURO_GC_FULL) == 0); // 3 reaches all
        check(order_code() != 0 && saved_count(saved) == 1);
        if (seed == 0)
            first = order_code();
        differed += order_code() != first;
        forget((row *)saved);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(object_count(rt) == 2);
    }
    check(differed > 10);
    check(fin_calls == 320);
}

// A seed stands for an order: the same in a runtime in which the same has happened.
CASE(hostile_callbacks, a_seed_repeats) {
    int code[3];
    saved = NULL;
    for (int i = 0; i < 3; i++) {
        ouro_rt *other = ouro_rt_create(NULL);
        fin *ring = other ? fin_ring_new(other, 8, ordered_hook) : NULL;
        always(ring != NULL);
        order_n = 0;
        ouro_stress_shuffle(other, i < 2 ? 12345 : 0);
        ouro_decref(&ring->head);
        ouro_gc_collect(other, OURO_GC_FULL);
        code[i] = order_code();
        always(ouro_rt_destroy(other) == 0);
    }
    check(code[0] == code[1] && code[0] != 0 && code[2] != code[0]);
    check(object_count(rt) == 0);
}
