// SPDX-License-Identifier: MIT
// usage.c: the figures of ouro/mem.h, counted when they are asked for, so that allocation pays nothing for them.
#include "heap.h"

static void usage_add_page(ouro_mem_usage *u, const page *p) {
    size_t live = page_live(p), bytes = live * page_block_bytes(p);
    if (p->kind == OURO_PAGE_BUFFER) {
        u->buffer_bytes += bytes;
    } else {
        u->objects += live;
        u->object_bytes += bytes;
    }
    if (live)
        u->pages += p->span * OURO_PAGE_BYTES;
}

void ouro_mem_get_usage(const ouro_rt *rt, ouro_mem_usage *usage) {
    heap *h = heap_of(rt);
    ouro_mem_usage u = {0};
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(h, &cursor));)
        usage_add_page(&u, p);
    u.external_bytes = h->external;
    u.used = u.object_bytes + u.buffer_bytes + u.external_bytes;
    u.fragmentation = u.pages - u.object_bytes - u.buffer_bytes;
    u.peak_pages = h->pages_peak * OURO_PAGE_BYTES;
    for (size_t i = 0; i < h->segment_n; i++)
        u.reserved += h->segments[i]->bytes;
    u.side = h->side_bytes;
    u.limit = h->limit;
    *usage = u;
}

size_t ouro_block_size(const ouro_obj *o) {
    return OURO_DEBUG ? (size_t)ouroi_guard_of(o)->bytes : page_block_bytes(page_of(o));
}

static void class_add_page(ouro_mem_class *c, const page *p) {
    c->pages += p->span;
    c->blocks_used += page_live(p);
    c->blocks_free += p->capacity - page_live(p);
}

int ouro_mem_classes(const ouro_rt *rt, int (*visit)(const ouro_mem_class *c, void *arg), void *arg) {
    ouro_mem_class all[BIN_COUNT + 3] = {{OURO_PAGE_TRACKED, 0, 0, 0, 0}};
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(heap_of(rt), &cursor));)
        class_add_page(&all[p->bin == BIN_LARGE ? BIN_COUNT + p->kind : p->bin], p);
    for (unsigned c = 0; c <= CLASS_COUNT; c++)
        for (unsigned kind = 0; kind < 3; kind++) {
            ouro_mem_class *m = &all[c < CLASS_COUNT ? bin_of(kind, c) : BIN_COUNT + kind];
            m->kind = (ouro_page_kind)kind;
            m->block_bytes = c < CLASS_COUNT ? class_bytes(c) : 0;
            int r = m->pages ? visit(m, arg) : 0;
            if (r)
                return r;
        }
    return 0;
}

void ouro_mem_trim(ouro_rt *rt) {
    ouroi_heap_trim(heap_of(rt));
}

void ouro_mem_set_limit(ouro_rt *rt, size_t bytes) {
    heap_of(rt)->limit = bytes;
}
