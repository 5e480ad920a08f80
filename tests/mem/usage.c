// SPDX-License-Identifier: MIT
// usage.c: the figures of ouro_mem_get_usage: each counts what it says, and comes back when that is gone. Exact block
// sizes hold in the release build; the debug build's blocks have red zones.
#include "kit.h"

CASE(usage, fresh_runtime_uses_nothing) {
    ouro_rt *other = kit_rt_new(NULL);
    ouro_mem_usage u = kit_usage(other);
    check(u.objects == 0 && u.object_bytes == 0 && u.buffer_bytes == 0 && u.external_bytes == 0);
    check(u.used == 0 && u.limit == 0);
    check(u.pages == 0 && u.fragmentation == 0);
    check(u.reserved % OURO_SEGMENT_BYTES == 0 && u.reserved <= OURO_SEGMENT_BYTES);
    always(ouro_rt_destroy(other) == 0);
}

CASE(usage, objects_are_counted) {
    size_t before = kit_usage(rt).objects;
    node *chain = own(kit_chain(rt, 1000));
    need(chain);
    check(kit_usage(rt).objects == before + 1000);
    ouro_clearref(&chain->head, &chain->left);
    check(kit_usage(rt).objects == before + 1);
    leaf *l = own(leaf_new(rt, 5));
    need(l);
    check(kit_usage(rt).objects == before + 2);
}

CASE(usage, buffers_are_not_objects) {
    size_t before = kit_usage(rt).objects;
    void *buf = ouro_buf_alloc(rt, 500);
    need(buf);
    check(kit_usage(rt).objects == before);
    ouro_buf_free(rt, buf);
}

CASE(usage, object_bytes_are_those_of_blocks) {
    size_t before = kit_usage(rt).object_bytes;
    node *chain = own(kit_chain(rt, 100));
    need(chain);
    size_t bytes = kit_usage(rt).object_bytes - before;
    check(OURO_DEBUG || bytes == 100 * sizeof(node));
    check(bytes >= 100 * sizeof(node));
    row *r = own(row_new(rt, 15)); // 8 of header, 8 of count, 15 items: 136, so 160
    need(r);
    check(OURO_DEBUG || kit_usage(rt).object_bytes - before == bytes + 160);
    ouro_clearref(&chain->head, &chain->left);
    check(OURO_DEBUG || kit_usage(rt).object_bytes - before == sizeof(node) + 160);
}

CASE(usage, buffer_bytes_are_those_of_blocks) {
    size_t before = kit_usage(rt).buffer_bytes;
    char *buf = ouro_buf_alloc(rt, 100);
    need(buf);
    size_t one = kit_usage(rt).buffer_bytes - before;
    check(one >= 100 && (OURO_DEBUG || one == 104));
    char *grown = ouro_buf_realloc(rt, buf, 1000);
    if (!grown)
        ouro_buf_free(rt, buf);
    need(grown);
    check(kit_usage(rt).buffer_bytes - before >= 1000);
    check(OURO_DEBUG || kit_usage(rt).buffer_bytes - before == 1024);
    ouro_buf_free(rt, grown);
    check(kit_usage(rt).buffer_bytes == before);
}

CASE(usage, tail_buffers_are_buffer_bytes) {
    size_t before = kit_usage(rt).buffer_bytes;
    vec *v = ouro_new_tail(rt, &vec_type, 100);
    need(v);
    check(kit_usage(rt).buffer_bytes - before >= 100 * sizeof(ouro_obj *));
    ouro_decref(&v->head);
    check(kit_usage(rt).buffer_bytes == before);
}

CASE(usage, used_is_the_sum) {
    vec *v = own(ouro_new_tail(rt, &vec_type, 10));
    need(v);
    must(ouro_external(rt, 12345));
    ouro_mem_usage u = kit_usage(rt);
    always(u.external_bytes == 12345);
    always(u.used == u.object_bytes + u.buffer_bytes + u.external_bytes);
    must(ouro_external(rt, -12345));
}

CASE(usage, fragmentation_is_the_rest_of_pages) {
    node *chain = own(kit_chain(rt, 5000));
    need(chain);
    void *buf = ouro_buf_alloc(rt, 70000);
    ouro_mem_usage u = kit_usage(rt);
    ouro_buf_free(rt, buf);
    need(buf);
    always(u.fragmentation == u.pages - u.object_bytes - u.buffer_bytes);
    always(u.pages % OURO_PAGE_BYTES == 0 && u.reserved % OURO_SEGMENT_BYTES == 0);
    always(u.pages <= u.reserved && u.pages <= u.peak_pages);
}

CASE(usage, pages_follow_what_is_in_use) {
    ouro_rt *other = kit_rt_new(NULL);
    void *buf = ouro_buf_alloc(other, 24);
    always(kit_usage(other).pages == OURO_PAGE_BYTES);
    void *large = ouro_buf_alloc(other, 10 * OURO_PAGE_BYTES);
    size_t pages = kit_usage(other).pages;
    always(pages >= 11 * OURO_PAGE_BYTES && pages <= 12 * OURO_PAGE_BYTES);
    ouro_buf_free(other, large);
    check(OURO_DEBUG || kit_usage(other).pages == OURO_PAGE_BYTES);
    ouro_buf_free(other, buf);
    check(OURO_DEBUG || kit_usage(other).pages == 0);
    always(ouro_rt_destroy(other) == 0);
}

CASE(usage, peak_stays_until_trim) {
    size_t before = kit_usage(rt).pages;
    void *buf = ouro_buf_alloc(rt, 4 << 20);
    need(buf);
    size_t high = kit_usage(rt).pages;
    check(high >= before + (4 << 20));
    ouro_buf_free(rt, buf);
    ouro_mem_usage u = kit_usage(rt);
    check(u.pages <= high && u.peak_pages >= high);
    check(OURO_DEBUG || u.pages < high);
    ouro_mem_trim(rt);
    u = kit_usage(rt);
    check(u.peak_pages == u.pages);
}

CASE(usage, peak_is_the_most_at_once) {
    ouro_rt *other = kit_rt_new(NULL);
    for (int i = 0; i < 3; i++)
        ouro_buf_free(other, ouro_buf_alloc(other, 20 * OURO_PAGE_BYTES));
    size_t peak = kit_usage(other).peak_pages;
    check(peak >= 20 * OURO_PAGE_BYTES);
    check(OURO_DEBUG || peak <= 21 * OURO_PAGE_BYTES); // not the sum of the three
    always(ouro_rt_destroy(other) == 0);
}

CASE(usage, external_bytes_go_up_and_down) {
    size_t before = kit_usage(rt).used;
    always(ouro_external(rt, 1000) == 0);
    always(ouro_external(rt, 500) == 0);
    always(ouro_external(rt, -300) == 0);
    ouro_mem_usage u = kit_usage(rt);
    always(u.external_bytes == 1200 && u.used == before + 1200);
    always(ouro_external(rt, -1200) == 0);
    always(kit_usage(rt).external_bytes == 0);
}

CASE(usage, external_bytes_over_the_limit_are_not_counted) {
    ouro_mem_set_limit(rt, kit_usage(rt).pages + 1000);
    always(ouro_external(rt, 2000) == -1);
    always(ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    always(kit_usage(rt).external_bytes == 0);
    always(ouro_external(rt, 500) == 0);
    always(ouro_external(rt, 600) == -1);
    ouro_error_clear(rt);
    always(kit_usage(rt).external_bytes == 500);
    always(ouro_external(rt, -500) == 0);
    ouro_mem_set_limit(rt, 0);
}

CASE(usage, external_bytes_bring_a_collection_nearer) {
    node *ring = kit_ring(rt, 10);
    need(ring);
    ouro_gc_set_threshold_bytes(rt, 1 << 20);
    ouro_decref(&ring->head);
    ouro_gc_stats before[3], after[3];
    ouro_gc_get_stats(rt, before);
    must(ouro_external(rt, 2 << 20));
    for (size_t i = 0; i < kit_size(100000, 2000); i++) { // the next page that objects need, at the latest
        node *o = node_new(rt);
        if (!o)
            ouro_external(rt, -(2 << 20));
        need(o);
        ouro_decref(&o->head);
    }
    node *chain = kit_chain(rt, kit_size(10000, 3000));
    ouro_external(rt, -(2 << 20));
    need(chain);
    ouro_gc_get_stats(rt, after);
    ouro_decref(&chain->head);
    check(after[0].collections + after[1].collections + after[2].collections >
          before[0].collections + before[1].collections + before[2].collections);
}

CASE(usage, side_memory_is_shown) {
    vec *v = own(vec_new(rt));
    need(v);
    size_t before = kit_usage(rt).side;
    for (int i = 0; i < 1000; i++) {
        ouro_obj *w = ouro_weak_new(rt, &v->head, NULL, NULL);
        int r = w ? vec_append(rt, v, w) : -1;
        ouro_xdecref(w);
        must(r);
    }
    check(kit_usage(rt).side > before); // the table of weak references
}

CASE(usage, runtimes_do_not_share_figures) {
    ouro_rt *other = kit_rt_new(NULL);
    node *chain = kit_chain(rt, 500);
    check(kit_usage(other).objects == 0);
    ouro_xdecref(obj(chain));
    always(ouro_rt_destroy(other) == 0);
    need(chain);
}
