// SPDX-License-Identifier: MIT
// limit.c: the memory limit. Whoever meets it gets a clean error, loses nothing, and goes on when there is room again.
#include "kit.h"

// Objects of 32 bytes; where each birth costs a collection of all, of 4 KiB.
static size_t limit_items(void) {
    return kit_size(2, 500);
}

// Prepends rows to *chain until there is no more memory, or `most` of them. Returns how many.
static size_t limit_fill(ouro_rt *rt, ouro_obj **chain, size_t most) {
    size_t n = 0;
    for (; n < most; n++) {
        row *r = row_new(rt, limit_items());
        if (!r)
            break;
        ouro_setref_steal(&r->head, &r->item[0], *chain);
        *chain = &r->head;
    }
    return n;
}

static int limit_chain_is_whole(ouro_obj *chain, size_t n) {
    for (; chain; chain = ((row *)chain)->item[0], n--)
        if (!ouro_is(chain, &row_type) || ((row *)chain)->n != limit_items() || ouro_refcount(chain) != 1)
            return 0;
    return n == 0;
}

// How many of them `pages` pages must have room for.
static size_t limit_room(size_t pages) {
    size_t bytes = 16 + 8 * limit_items() + (OURO_DEBUG ? 64 : 0);
    return pages * OURO_PAGE_BYTES / (bytes + bytes / 4);
}

CASE(limit, is_shown_in_usage) {
    always(kit_usage(rt).limit == 0);
    ouro_mem_set_limit(rt, 123456789);
    always(kit_usage(rt).limit == 123456789);
    ouro_mem_set_limit(rt, 0);
    always(kit_usage(rt).limit == 0);
}

CASE(limit, a_full_runtime_says_so_and_loses_nothing) {
    ouro_obj *chain = NULL;
    ouro_mem_set_limit(rt, kit_usage(rt).pages + 4 * OURO_PAGE_BYTES);
    size_t n = limit_fill(rt, &chain, 100000);
    always(n < 100000 && ouro_error_code(rt) == OURO_ERR_MEMORY);
    always(ouro_error_message(rt)[0] != 0);
    ouro_error_clear(rt);
    check(n >= limit_room(3));
    always(limit_chain_is_whole(chain, n));
    always(ouro_verify(rt) == 0);
    row *more = row_new(rt, limit_items());
    check(!more); // still full
    ouro_xdecref(obj(more));
    ouro_error_clear(rt);
    ouro_mem_set_limit(rt, 0);
    row *o = row_new(rt, limit_items());
    always(limit_chain_is_whole(chain, n));
    ouro_xdecref(chain);
    need(o);
    ouro_decref(&o->head);
}

CASE(limit, pages_and_external_memory_stay_below) {
    ouro_obj *chain = NULL;
    size_t limit = kit_usage(rt).pages + 8 * OURO_PAGE_BYTES;
    ouro_mem_set_limit(rt, limit);
    int reported = ouro_external(rt, 3 * OURO_PAGE_BYTES);
    limit_fill(rt, &chain, 100000);
    ouro_mem_usage u = kit_usage(rt);
    always(u.pages + u.external_bytes <= limit);
    check(reported == 0 && u.pages + u.external_bytes > limit - 2 * OURO_PAGE_BYTES);
    always(ouro_external(rt, -3 * (ptrdiff_t)OURO_PAGE_BYTES) == 0);
    ouro_error_clear(rt);
    size_t more = limit_fill(rt, &chain, 100000);
    check(more >= limit_room(2));
    ouro_error_clear(rt);
    ouro_xdecref(chain);
    ouro_mem_set_limit(rt, 0);
}

static void limit_set_up(ouro_options *options) {
    options->memory_limit = 2 << 20;
}

CASE_WITH(limit, from_the_options, limit_set_up) {
    ouro_obj *chain = NULL;
    always(kit_usage(rt).limit == 2 << 20);
    size_t n = limit_fill(rt, &chain, 200000);
    always(n < 200000 && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    always(kit_usage(rt).pages <= 2 << 20);
    always(limit_chain_is_whole(chain, n));
    ouro_xdecref(chain);
}

CASE_WITH(limit, refuses_large_blocks, limit_set_up) {
    ouro_mem_usage before = kit_usage(rt);
    always(!ouro_buf_alloc(rt, 40 << 20));
    always(ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    always(!row_new(rt, 1 << 20));
    always(ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    ouro_mem_usage after = kit_usage(rt);
    always(after.objects == before.objects && after.used == before.used && after.pages <= before.pages);
    void *buf = ouro_buf_alloc(rt, 1 << 20);
    need(buf);
    ouro_buf_free(rt, buf);
}

CASE(limit, below_what_is_in_use_only_stops_growth) {
    node *chain = own(kit_chain(rt, 5000));
    need(chain);
    ouro_mem_set_limit(rt, 1);
    always(kit_usage(rt).pages > 1);
    always(!ouro_buf_alloc(rt, 100000));
    always(ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    always(ouro_verify(rt) == 0 && chain->left);
    ouro_clearref(&chain->head, &chain->left); // dying needs nothing
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
    ouro_mem_set_limit(rt, 0);
    void *buf = ouro_buf_alloc(rt, 100000);
    need(buf);
    ouro_buf_free(rt, buf);
}

CASE(limit, garbage_is_collected_before_anything_fails) {
    ouro_gc_set_threshold(rt, (size_t)1 << 40, 10, 10);
    ouro_gc_set_threshold_bytes(rt, 0);
    ouro_mem_set_limit(rt, kit_usage(rt).pages + (1 << 20) * (OURO_DEBUG ? 4 : 1));
    for (size_t i = 0; i < kit_size(3000, 40); i++) {
        node *ring = kit_ring(rt, 50);
        need(ring);
        ouro_decref(&ring->head);
    }
    ouro_mem_set_limit(rt, 0);
}

CASE(limit, garbage_buffers_are_collected_too) {
    ouro_gc_set_threshold(rt, (size_t)1 << 40, 10, 10);
    ouro_gc_set_threshold_bytes(rt, 0);
    ouro_mem_set_limit(rt, kit_usage(rt).pages + (8 << 20));
    for (int i = 0; i < 30; i++) {
        vec *v = ouro_new_tail(rt, &vec_type, 125000); // 1 MB each
        need(v);
        ouro_setref(&v->head, &v->item[1], &v->head);
        ouro_decref(&v->head);
    }
    ouro_mem_set_limit(rt, 0);
}

CASE(limit, what_lives_is_not_collected_to_make_room) {
    node *ring = own(kit_ring(rt, 100));
    need(ring);
    ouro_obj *chain = NULL;
    ouro_mem_set_limit(rt, kit_usage(rt).pages + 2 * OURO_PAGE_BYTES);
    limit_fill(rt, &chain, 100000);
    ouro_error_clear(rt);
    size_t n = 1;
    for (ouro_obj *o = ring->left; o != &ring->head; o = ((node *)o)->left)
        always(((node *)o)->id == (int)n++);
    always(n == 100);
    ouro_xdecref(chain);
    ouro_mem_set_limit(rt, 0);
}

CASE(limit, a_pending_error_is_replaced_by_the_failure) {
    test_expect_warnings();
    ouro_error_set(rt, OURO_ERR_KEY, "older");
    ouro_mem_set_limit(rt, 1);
    always(!ouro_buf_alloc(rt, 1 << 20));
    always(ouro_error_code(rt) == OURO_ERR_MEMORY);
    always(strstr(test_last_warning(), "older") != NULL);
    ouro_error_clear(rt);
    ouro_mem_set_limit(rt, 0);
}

CASE(limit, room_comes_back_when_something_dies) {
    ouro_mem_set_limit(rt, kit_usage(rt).pages + (3 << 20));
    void *buf = ouro_buf_alloc(rt, 2 << 20);
    need(buf);
    always(!ouro_buf_alloc(rt, 2 << 20));
    ouro_error_clear(rt);
    ouro_buf_free(rt, buf);
    ouro_mem_trim(rt);
    buf = ouro_buf_alloc(rt, 2 << 20);
    need(buf);
    ouro_buf_free(rt, buf);
    ouro_mem_set_limit(rt, 0);
}
