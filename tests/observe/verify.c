// SPDX-License-Identifier: MIT
// verify.c: the heap check finds what is planted, says where, and is content again when it is repaired; and it can be
// called at any time. Faults are planted by raw stores, the headers of objects included.
#include "kit.h"

// What is planted must be found, with both words in the message.
static void verify_finds(ouro_rt *rt, const char *word, const char *other, int line) {
    int r = ouro_verify(rt);
    if (r != -1 || ouro_error_code(rt) != OURO_ERR_STATE || !strstr(ouro_error_message(rt), word) ||
        !strstr(ouro_error_message(rt), other)) {
        fprintf(stderr, "expected words on %s and %s, got %d: %s\n", word, other, r, ouro_error_message(rt));
        test_fail(__FILE__, line, "the fault is found");
    }
    ouro_error_clear(rt);
}

#define VERIFY_FINDS(word, other) verify_finds(rt, word, other, __LINE__)

CASE(verify, a_heap_with_everything_in_it) {
    row *r = own(row_new(rt, 30));
    need(r);
    ouro_obj *made[6] = {NULL};
    made[0] = (ouro_obj *)kit_ring(rt, 20);
    made[1] = (ouro_obj *)leaf_new(rt, 1);
    made[2] = (ouro_obj *)vec_new(rt);
    made[3] = (ouro_obj *)fin_new(rt, NULL);
    made[4] = (ouro_obj *)hidden_new(rt);
    made[5] = (ouro_obj *)row_new(rt, 10000);
    for (int i = 0; i < 6; i++)
        ouro_setref_steal(&r->head, &r->item[i], made[i]);
    ouro_obj *w = own(ouro_weak_new(rt, &r->head, NULL, NULL));
    void *buf = ouro_buf_alloc(rt, 300);
    always(ouro_verify(rt) == 0);
    ouro_gc_collect(rt, 0);
    always(ouro_verify(rt) == 0);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_freeze(rt);
    always(ouro_verify(rt) == 0);
    ouro_gc_unfreeze(rt);
    ouro_buf_free(rt, buf);
    need(w);
}

CASE(verify, leaves_a_pending_error_alone) {
    ouro_error_set(rt, OURO_ERR_KEY, "pending");
    always(ouro_verify(rt) == 0);
    always(ouro_error_code(rt) == OURO_ERR_KEY && !strcmp(ouro_error_message(rt), "pending"));
    ouro_error_clear(rt);
}

CASE(verify, changes_nothing) {
    node *ring = own(kit_ring(rt, 50));
    need(ring);
    ouro_mem_usage before = kit_usage(rt);
    uint64_t asked = ouro_stress_allocations(rt);
    always(ouro_verify(rt) == 0);
    ouro_mem_usage after = kit_usage(rt);
    always(memcmp(&before, &after, sizeof before) == 0 && ouro_stress_allocations(rt) == asked);
}

// ---- wrong references ----

CASE(verify, pointers_to_what_is_no_object) {
    node *n = own(node_new(rt)), *other = own(node_new(rt));
    void *buf = ouro_buf_alloc(rt, 64);
    static uint64_t outside[8];
    void *wrong[] = {(void *)(uintptr_t)0x10008, (char *)other + 8, (char *)other + 1, buf, outside, n ? rt : NULL};
    for (size_t i = 0; n && other && buf && i < sizeof wrong / sizeof *wrong; i++) {
        n->left = wrong[i];
        VERIFY_FINDS("node", "'left'");
        n->left = NULL;
        n->right = wrong[i];
        VERIFY_FINDS("node", "'right'");
        n->right = NULL;
        always(ouro_verify(rt) == 0);
    }
    ouro_buf_free(rt, buf);
    check(n && other && buf);
}

CASE(verify, a_pointer_to_what_has_died) {
    node *n = own(node_new(rt)), *neighbour = own(node_new(rt)), *dead = node_new(rt);
    ouro_xdecref(obj(dead));
    if (n && neighbour && dead) {
        n->right = &dead->head;
        VERIFY_FINDS("node", "'right'");
        n->right = NULL;
        always(ouro_verify(rt) == 0);
    }
    check(n && neighbour && dead);
}

CASE(verify, a_pointer_into_another_runtime) {
    ouro_rt *other = kit_rt_new(NULL);
    node *n = own(node_new(rt)), *foreign = node_new(other);
    if (n) {
        n->left = &foreign->head;
        VERIFY_FINDS("node", "'left'");
        n->left = NULL;
        always(ouro_verify(rt) == 0 && ouro_verify(other) == 0);
    }
    ouro_decref(&foreign->head);
    ouro_rt_destroy(other);
    need(n);
}

CASE(verify, an_item_of_a_tail) {
    row *r = own(row_new(rt, 100));
    vec *v = own(ouro_new_tail(rt, &vec_type, 100));
    need(r);
    need(v);
    r->item[99] = (ouro_obj *)(uintptr_t)0x12340;
    VERIFY_FINDS("row", "item");
    r->item[99] = NULL;
    v->item[50] = (ouro_obj *)(uintptr_t)0x12340;
    VERIFY_FINDS("vec", "item");
    v->item[50] = NULL;
    always(ouro_verify(rt) == 0);
}

CASE(verify, a_target_of_another_type) {
    static ouro_type strict_type;
    static const ouro_field fields[] = {{8, "any", NULL}, {16, "number", &leaf_type}};
    if (!strict_type.name) {
        ouro_type_init(&strict_type, "strict", sizeof(node));
        strict_type.fields = fields;
        strict_type.n_fields = 2;
    }
    must(ouro_type_register(rt, &strict_type));
    node *s = own(ouro_new(rt, &strict_type)), *n = own(node_new(rt));
    leaf *l = own(leaf_new(rt, 1));
    need(s);
    need(n);
    need(l);
    set(s, right, l);
    set(s, left, n);
    always(ouro_verify(rt) == 0);
    ouro_obj *right = s->right;
    s->right = &n->head;
    ouro_incref(&n->head);
    VERIFY_FINDS("strict", "'number'");
    s->right = right;
    ouro_decref(&n->head);
    always(ouro_verify(rt) == 0);
}

// ---- wrong counts ----

CASE(verify, a_count_that_is_too_low) {
    node *n = own(node_new(rt)), *a = own(node_new(rt));
    need(n);
    need(a);
    set(n, left, a);
    set(n, right, a);
    uint32_t saved = a->head.ouroi_count;
    a->head.ouroi_count = 2 * OUROI_ONE; // two fields and a scope: the check cannot know of the scope
    always(ouro_verify(rt) == 0);
    a->head.ouroi_count = OUROI_ONE;
    VERIFY_FINDS("node", "count");
    a->head.ouroi_count = saved;
    always(ouro_verify(rt) == 0);
}

CASE(verify, a_reference_that_was_not_counted) {
    node *n = own(node_new(rt));
    leaf *l = leaf_new(rt, 1);
    if (!n)
        ouro_xdecref(obj(l));
    need(n);
    need(l);
    ouro_setref_steal(&n->head, &n->left, &l->head);
    n->right = &l->head; // raw, without a count
    VERIFY_FINDS("leaf", "count");
    n->right = NULL;
    always(ouro_verify(rt) == 0);
}

CASE(verify, a_count_may_be_too_high) {
    node *n = own(node_new(rt));
    need(n);
    for (int i = 0; i < 10; i++)
        ouro_incref(&n->head); // held by C variables, for all it knows
    always(ouro_verify(rt) == 0);
    for (int i = 0; i < 10; i++)
        ouro_decref(&n->head);
}

// ---- wrong headers ----

CASE(verify, wrong_flags) {
    node *n = own(node_new(rt));
    leaf *l = own(leaf_new(rt, 1));
    need(n);
    need(l);
    uint32_t *meta = &n->head.ouroi_meta, saved = *meta;
    const uint32_t wrong[] = {saved | 0x80000000u, saved | OUROI_GEN_MASK, saved | OUROI_WEAKLY, saved ^ 0x00200000u};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        *meta = wrong[i];
        VERIFY_FINDS("node", "object");
        *meta = saved;
    }
    *meta = saved | OUROI_TYPE_MASK; // there is no such type
    VERIFY_FINDS("type", "object");
    *meta = saved;
    meta = &l->head.ouroi_meta;
    *meta |= OUROI_TRACKED; // a leaf is never tracked
    VERIFY_FINDS("leaf", "tracked");
    *meta &= ~OUROI_TRACKED;
    always(ouro_verify(rt) == 0);
}

CASE(verify, wrong_headers_of_old_objects) {
    node *n = own(node_new(rt));
    need(n);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
    uint32_t *meta = &n->head.ouroi_meta, saved = *meta;
    *meta = saved | OUROI_GEN_MASK; // generation 3
    VERIFY_FINDS("node", "generation");
    *meta = (saved & OUROI_GEN_MASK) | leaf_type.ouroi_index; // among nodes
    VERIFY_FINDS("leaf", "object");
    *meta = saved;
    always(ouro_verify(rt) == 0);
}

CASE(verify, a_type_that_lies_elsewhere) {
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    uint32_t saved = l->head.ouroi_meta;
    l->head.ouroi_meta = node_type.ouroi_index; // among leaves
    VERIFY_FINDS("node", "object");
    l->head.ouroi_meta = saved;
    always(ouro_verify(rt) == 0);
}

CASE(verify, more_items_than_there_is_room) {
    vec *v = own(ouro_new_tail(rt, &vec_type, 10));
    need(v);
    v->n = 1000000;
    VERIFY_FINDS("vec", "tail");
    v->n = 10;
    row *r = own(row_new(rt, 10));
    need(r);
    r->n = (uint64_t)1 << 40;
    VERIFY_FINDS("row", "tail");
    r->n = 10;
    always(ouro_verify(rt) == 0);
}

CASE(verify, items_that_are_no_buffer) {
    vec *v = own(ouro_new_tail(rt, &vec_type, 10)), *other = own(ouro_new_tail(rt, &vec_type, 10));
    need(v);
    need(other);
    ouro_obj **saved = v->item;
    v->item = (ouro_obj **)(void *)other; // an object
    VERIFY_FINDS("vec", "tail");
    v->item = (ouro_obj **)(uintptr_t)0x5550; // nothing
    VERIFY_FINDS("vec", "tail");
    v->item = saved;
    always(ouro_verify(rt) == 0);
}

// ---- free blocks. The debug build ends the process for them (misuse.c), valgrind reports the store itself ----

#if !OURO_DEBUG && !defined(OURO_VALGRIND)
__attribute__((no_sanitize_address)) static uint64_t verify_exchange(void *block, size_t word, uint64_t value) {
    volatile uint64_t *at = (volatile uint64_t *)block + word;
    uint64_t old = *at;
    *at = value;
    return old;
}

CASE(verify, the_list_of_free_blocks_is_overwritten) {
    node *neighbour = own(node_new(rt)), *dead = node_new(rt);
    ouro_xdecref(obj(dead));
    need(neighbour);
    need(dead);
    uint64_t saved = verify_exchange(dead, 1, 0x4141414141414140u);
    VERIFY_FINDS("free", "page");
    verify_exchange(dead, 1, saved);
    always(ouro_verify(rt) == 0);
}

CASE(verify, a_free_block_with_a_count) {
    node *neighbour = own(node_new(rt)), *dead = node_new(rt);
    ouro_xdecref(obj(dead));
    need(neighbour);
    need(dead);
    uint64_t saved = verify_exchange(dead, 0, OUROI_ONE | (uint64_t)node_type.ouroi_index << 32);
    VERIFY_FINDS("free", "block");
    verify_exchange(dead, 0, saved);
    always(ouro_verify(rt) == 0);
}
#endif

// ---- at any time ----

static int verify_calls;

static void verify_now(ouro_rt *rt) {
    always(ouro_verify(rt) == 0);
    verify_calls++;
}

static void verify_in_finalizer(ouro_rt *rt, fin *self) {
    (void)self;
    verify_now(rt);
}

static void verify_in_weak(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)arg;
    verify_now(rt);
}

static void verify_in_gc(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)phase;
    (void)info;
    (void)user;
    verify_now(rt);
}

static void verify_in_event(ouro_rt *rt, const ouro_event *event, void *user) {
    (void)event;
    (void)user;
    verify_now(rt);
}

CASE(verify, in_callbacks) {
    verify_calls = 0;
    node *target = node_new(rt);
    ouro_obj *w = target ? own(ouro_weak_new(rt, &target->head, verify_in_weak, NULL)) : NULL;
    ouro_xdecref(obj(target));
    need(w);
    check(verify_calls == 1);
    must(ouro_gc_callback_add(rt, verify_in_gc, NULL));
    fin *f = fin_new(rt, verify_in_finalizer);
    if (f) {
        ouro_setref(&f->head, &f->left, &f->head);
        ouro_decref(&f->head);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_callback_remove(rt, verify_in_gc, NULL);
    check(verify_calls >= 4);
    need(f);
}

CASE(verify, in_events) {
    verify_calls = 0;
    ouro_event_hook(rt, OURO_EVENT_ALL, verify_in_event, NULL);
    node *ring = kit_ring(rt, 5);
    fin *f = fin_new(rt, NULL);
    ouro_xdecref(obj(f));
    row *r = row_new(rt, 4);
    ouro_xdecref(obj(r));
    ouro_xdecref(obj(ring));
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_event_hook(rt, 0, NULL, NULL);
    check(verify_calls > 20);
    ouro_error_clear(rt);
}
