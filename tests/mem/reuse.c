// SPDX-License-Identifier: MIT
// reuse.c: blocks and pages are used again: the same size at once, other sizes once a page is empty.
#include "kit.h"

CASE(reuse, a_loop_of_births_and_deaths_needs_one_page) {
    node *first = node_new(rt);
    need(first);
    ouro_decref(&first->head);
    size_t pages = kit_usage(rt).pages;
    for (size_t i = 0; i < kit_size(1000000, 3000); i++) {
        node *n = node_new(rt);
        need(n);
        ouro_decref(&n->head);
    }
    check(kit_usage(rt).pages <= pages + OURO_PAGE_BYTES * (OURO_DEBUG ? 4 : 1));
}

CASE(reuse, a_loop_of_buffers_needs_one_page) {
    size_t pages = kit_usage(rt).pages;
    for (size_t i = 0; i < kit_size(300000, 3000); i++) {
        void *buf = ouro_buf_alloc(rt, 48);
        need(buf);
        ouro_buf_free(rt, buf);
    }
    check(kit_usage(rt).pages <= pages + OURO_PAGE_BYTES * (OURO_DEBUG ? 4 : 1));
}

// Fills `rt` with buffers of one size up to `bytes`, then frees them all. Returns 0 if memory ran out.
static int reuse_round(ouro_rt *rt, size_t size, size_t bytes) {
    size_t n = bytes / size, made = 0;
    void **buf = calloc(n, sizeof *buf);
    for (; made < n && (buf[made] = ouro_buf_alloc(rt, size)); made++)
        memset(buf[made], 0xEE, size);
    for (size_t i = 0; i < made; i++)
        ouro_buf_free(rt, buf[i]);
    free(buf);
    return made == n ? 0 : -1;
}

CASE(reuse, an_emptied_page_serves_any_size) {
    static const size_t sizes[] = {16, 24, 40, 128, 160, 448, 1000, 5000, 20000, 32768, 50000, 150000, 24};
    size_t bytes = kit_size(1 << 20, 150000);
    must(reuse_round(rt, 24, bytes));
    size_t reserved = kit_usage(rt).reserved;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        must(reuse_round(rt, sizes[i], bytes));
    check(OURO_DEBUG || kit_usage(rt).reserved <= reserved + OURO_SEGMENT_BYTES);
}

CASE(reuse, pages_go_from_objects_to_buffers_and_back) {
    size_t n = kit_size(30000, 1000);
    node *chain = kit_chain(rt, n);
    need(chain);
    ouro_decref(&chain->head);
    size_t reserved = kit_usage(rt).reserved;
    for (int i = 0; i < 4; i++) {
        must(reuse_round(rt, 32, n * 32));
        chain = kit_chain(rt, n);
        need(chain);
        ouro_decref(&chain->head);
    }
    check(OURO_DEBUG || kit_usage(rt).reserved <= reserved + OURO_SEGMENT_BYTES);
}

CASE(reuse, holes_are_filled) {
    size_t n = kit_size(50000, 1000);
    vec *v = own(ouro_new_tail(rt, &vec_type, n));
    need(v);
    for (size_t i = 0; i < n; i++) {
        node *o = node_new(rt);
        need(o);
        ouro_setref_steal(&v->head, &v->item[i], &o->head);
    }
    size_t pages = kit_usage(rt).pages;
    for (size_t i = 0; i < n; i += 2)
        ouro_clearref(&v->head, &v->item[i]);
    for (size_t i = 0; i < n; i += 2) {
        node *o = node_new(rt);
        need(o);
        ouro_setref_steal(&v->head, &v->item[i], &o->head);
    }
    check(kit_usage(rt).pages <= pages + OURO_PAGE_BYTES * (OURO_DEBUG ? 4 : 1));
    for (size_t i = 0; i < n; i++)
        always(v->item[i] && ouro_is(v->item[i], &node_type));
}

CASE(reuse, a_block_used_again_is_zeroed) {
    for (int i = 0; i < 5000; i++) {
        node *n = node_new(rt);
        need(n);
        always(!n->left && !n->right && n->id == 0);
        n->id = -1;
        row *r = row_new(rt, 2);
        if (r)
            set(r, item[1], n);
        ouro_decref(&n->head);
        need(r);
        always(r->n == 2 && !r->item[0]);
        ouro_decref(&r->head);
    }
}

CASE(reuse, blocks_never_overlap) {
    size_t n = kit_size(3000, 300);
    unsigned char **buf = calloc(n, sizeof *buf);
    size_t made = 0;
    for (size_t i = 0; i < n; i++) {
        buf[i] = ouro_buf_alloc(rt, i % 300);
        if (buf[i])
            memset(buf[i], (int)(i & 255), ouro_buf_size(buf[i]));
        made += buf[i] != NULL;
        if (i % 3 == 2) {
            ouro_buf_free(rt, buf[i - 1]);
            buf[i - 1] = NULL;
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; buf[i] && k < ouro_buf_size(buf[i]); k++)
            always(buf[i][k] == (i & 255));
        ouro_buf_free(rt, buf[i]);
    }
    free(buf);
    check(made == n);
    ouro_error_clear(rt);
}

CASE(reuse, trimming_at_any_time_harms_nothing) {
    node *ring = own(kit_ring(rt, 500));
    need(ring);
    for (int i = 0; i < 20; i++) {
        node *chain = kit_chain(rt, 300);
        ouro_mem_trim(rt);
        ouro_xdecref(obj(chain));
        need(chain);
        ouro_mem_trim(rt);
        must(ouro_verify(rt));
    }
    int n = 1;
    for (ouro_obj *o = ring->left; o != &ring->head; o = ((node *)o)->left)
        always(((node *)o)->id == n++);
    always(n == 500);
}
