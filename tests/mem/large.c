// SPDX-License-Identifier: MIT
// large.c: blocks with pages of their own: of one page, of several, of a whole segment and of more than one. An object
// of 40 MiB is an object like any other.
#include "kit.h"

static const size_t large_sizes[] = {
    32769,
    OURO_PAGE_BYTES - 8,
    OURO_PAGE_BYTES,
    OURO_PAGE_BYTES + 1,
    5 * OURO_PAGE_BYTES,
    1 << 20,
    OURO_SEGMENT_BYTES - 3 * OURO_PAGE_BYTES,
    OURO_SEGMENT_BYTES - 2 * OURO_PAGE_BYTES,
    OURO_SEGMENT_BYTES - OURO_PAGE_BYTES,
    OURO_SEGMENT_BYTES - 8,
    OURO_SEGMENT_BYTES,
    OURO_SEGMENT_BYTES + 1,
    3 * OURO_SEGMENT_BYTES - 5,
    40 << 20,
};
enum { LARGE_SIZES = sizeof large_sizes / sizeof *large_sizes };

CASE(large, buffers_of_every_size) {
    ouro_mem_usage before = kit_usage(rt);
    for (size_t i = 0; i < LARGE_SIZES; i++) {
        size_t n = large_sizes[i];
        unsigned char *buf = ouro_buf_alloc(rt, n);
        need(buf);
        buf[0] = 1;
        buf[n / 2] = 2;
        buf[n - 1] = 3;
        always(ouro_buf_size(buf) >= n);
        check(kit_usage(rt).buffer_bytes >= before.buffer_bytes + n);
        check(kit_usage(rt).pages >= before.pages + n);
        always(buf[0] == 1 && buf[n / 2] == 2 && buf[n - 1] == 3);
        ouro_buf_free(rt, buf);
        always(kit_usage(rt).buffer_bytes == before.buffer_bytes);
    }
    check(OURO_DEBUG || kit_usage(rt).pages == before.pages);
}

CASE(large, many_at_once_do_not_overlap) {
    unsigned char *buf[LARGE_SIZES] = {NULL};
    for (size_t i = 0; i < LARGE_SIZES - 1; i++) {
        buf[i] = ouro_buf_alloc(rt, large_sizes[i]);
        if (buf[i])
            memset(buf[i], (int)i + 1, large_sizes[i]);
    }
    for (size_t i = 0; i < LARGE_SIZES - 1; i++)
        for (size_t k = 0; buf[i] && k < large_sizes[i]; k += 4093)
            always(buf[i][k] == i + 1);
    int missing = 0;
    for (size_t i = 0; i < LARGE_SIZES - 1; i++) {
        missing += !buf[i];
        ouro_buf_free(rt, buf[i]);
    }
    check(!missing);
    ouro_error_clear(rt);
}

CASE(large, objects_of_every_size) {
    for (size_t i = 0; i < LARGE_SIZES; i++) {
        size_t n = large_sizes[i] / sizeof(ouro_obj *);
        row *r = row_new(rt, n);
        need(r);
        always(r->n == n && !r->item[0] && !r->item[n / 2] && !r->item[n - 1]);
        always(ouro_rt_of(&r->head) == rt && ouro_type_of(&r->head) == &row_type);
        always(ouro_refcount(&r->head) == 1 && ouro_gc_is_tracked(&r->head));
        leaf *l = leaf_new(rt, 1);
        if (l)
            ouro_setref_steal(&r->head, &r->item[n - 1], &l->head);
        ouro_decref(&r->head);
        need(l);
    }
}

CASE(large, dropping_one_drops_what_it_holds) {
    size_t before = kit_usage(rt).objects;
    row *r = row_new(rt, 100000);
    need(r);
    for (size_t i = 0; i < r->n; i += 997) {
        leaf *l = leaf_new(rt, (int64_t)i);
        if (!l)
            ouro_decref(&r->head);
        need(l);
        ouro_setref_steal(&r->head, &r->item[i], &l->head);
    }
    check(kit_usage(rt).objects == before + 102);
    ouro_decref(&r->head);
    check(kit_usage(rt).objects == before);
}

CASE(large, a_cycle_through_the_last_item_is_collected) {
    size_t before = kit_usage(rt).objects;
    row *r = row_new(rt, (40 << 20) / sizeof(ouro_obj *));
    need(r);
    ouro_setref(&r->head, &r->item[r->n - 1], &r->head);
    check(kit_usage(rt).objects == before + 1);
    ouro_decref(&r->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}

CASE(large, is_kept_by_its_last_item) {
    node *n = own(node_new(rt));
    need(n);
    row *r = row_new(rt, 600000);
    need(r);
    ouro_setref_steal(&n->head, &n->left, &r->head);
    ouro_setref(&r->head, &r->item[r->n - 1], &n->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(n->left == &r->head && r->n == 600000 && r->item[599999] == &n->head);
    ouro_clearref(&n->head, &n->left);
}

CASE(large, is_zeroed_where_there_was_something) {
    for (int i = 0; i < 4; i++) {
        size_t n = 300000 + (size_t)i * 1000;
        unsigned char *buf = ouro_buf_alloc(rt, n);
        need(buf);
        memset(buf, 0xA5, ouro_buf_size(buf));
        ouro_buf_free(rt, buf);
        row *r = row_new(rt, (n - 16) / sizeof(ouro_obj *));
        need(r);
        size_t dirty = 0;
        for (size_t k = 0; k < r->n; k++)
            dirty += r->item[k] != NULL;
        always(dirty == 0);
        ouro_decref(&r->head);
    }
}

CASE(large, pages_are_used_again) {
    ouro_mem_usage u = kit_usage(rt);
    for (int i = 0; i < 60; i++) {
        void *buf = ouro_buf_alloc(rt, (size_t)(i % 7 + 1) * 300000);
        need(buf);
        ouro_buf_free(rt, buf);
    }
    size_t held = OURO_DEBUG ? 1024 * (size_t)2100000 : 0; // freed blocks in quarantine
    check(kit_usage(rt).reserved <= u.reserved + 3 * OURO_SEGMENT_BYTES + held);
}

CASE(large, growing_in_steps_keeps_the_contents) {
    size_t n = 50000;
    uint32_t *buf = ouro_buf_alloc(rt, n * sizeof *buf);
    need(buf);
    for (size_t i = 0; i < n; i++)
        buf[i] = (uint32_t)i;
    while (n < 3000000) {
        size_t more = n + n / 2;
        uint32_t *grown = ouro_buf_realloc(rt, buf, more * sizeof *buf);
        if (!grown)
            ouro_buf_free(rt, buf);
        need(grown);
        buf = grown;
        always(buf[0] == 0 && buf[n - 1] == n - 1 && buf[n / 3] == n / 3);
        for (size_t i = n; i < more; i++)
            buf[i] = (uint32_t)i;
        n = more;
    }
    ouro_buf_free(rt, buf);
}

CASE(large, a_large_pointer_tail) {
    size_t before = kit_usage(rt).buffer_bytes;
    vec *v = ouro_new_tail(rt, &vec_type, 1000000);
    need(v);
    always(v->n == 1000000 && v->item && !v->item[0] && !v->item[999999]);
    ouro_setref(&v->head, &v->item[999999], &v->head);
    check(kit_usage(rt).buffer_bytes >= before + 8000000);
    ouro_decref(&v->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).buffer_bytes == before);
}

// A struct of 64 KiB and more, without a tail.
typedef struct large_struct {
    ouro_obj head;
    char room[100000];
    ouro_obj *last;
} large_struct;

CASE(large, a_type_of_large_objects) {
    static ouro_type type;
    static const ouro_field fields[] = {OURO_FIELD(large_struct, last)};
    if (!type.name)
        ouro_type_init(&type, "large struct", sizeof(large_struct));
    type.fields = fields;
    type.n_fields = 1;
    must(ouro_type_register(rt, &type));
    size_t before = kit_usage(rt).objects;
    large_struct *l = ouro_new(rt, &type);
    need(l);
    always(!l->last && !l->room[0] && !l->room[99999] && ouro_gc_is_tracked(&l->head));
    ouro_setref(&l->head, &l->last, &l->head);
    ouro_decref(&l->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before);
}

CASE(large, can_be_watched_and_resurrected) {
    row *r = row_new(rt, 50000);
    need(r);
    ouro_obj *w = own(ouro_weak_new(rt, &r->head, NULL, NULL)), *got = NULL;
    if (!w)
        ouro_decref(&r->head);
    need(w);
    always(ouro_weak_get(w, &got) == 1 && got == &r->head);
    ouro_decref(got);
    ouro_decref(&r->head);
    always(ouro_weak_get(w, &got) == 0 && !got);
}
