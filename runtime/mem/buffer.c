// SPDX-License-Identifier: MIT
// buffer.c: out-of-line storage for objects, external bytes, and what else is allocated beside blocks: the side memory
// of collections and tables. All of it can be made to fail.
#include "heap.h"

#include <ouro/debug.h>

bool ouroi_fault_hits(heap *h) {
    heap_fault *f = &h->fault;
    if (!h->slow || !f->at)
        return false;
    f->asked++;
    bool hit = f->mode == OURO_FAIL_ONCE ? f->asked == f->at : f->mode == OURO_FAIL_FROM && f->asked >= f->at;
    f->failed += hit;
    return hit;
}

void *ouro_buf_alloc(ouro_rt *rt, size_t bytes) {
    heap *h = heap_of(rt);
    size_t whole;
    if (!size_fits(1, bytes, GUARD_BYTES, &whole)) {
        h->hooks.no_memory(h, bytes);
        return NULL;
    }
    block *b = whole > CLASS_BYTES_MAX ? ouroi_block_take_large(h, OURO_PAGE_BUFFER, whole)
                                       : block_take(h, bin_of(OURO_PAGE_BUFFER, class_of(whole ? whole : 1)));
    if (b && OURO_DEBUG)
        ouroi_guard_born(h, b, bytes);
    return b;
}

size_t ouro_buf_size(const void *buf) {
    return OURO_DEBUG ? (size_t)ouroi_guard_of(buf)->bytes : page_block_bytes(page_of(buf));
}

// A block is kept while it is large enough and at least half of it is used.
static bool buf_still_fits(const void *buf, size_t bytes) {
    size_t room = ouro_buf_size(buf);
    return bytes <= room && (bytes > room / 2 || room <= 32);
}

// In debug builds buffers always move, so that who holds an old address is found out; and what is to be made to fail,
// or to collect first, is allocated anew. The collector is not asked: the next page that is needed does it.
void *ouro_buf_grow(ouro_rt *rt, void *buf, size_t bytes) {
    heap *h = heap_of(rt);
    page *p = page_of(buf);
    size_t span = bytes / OURO_PAGE_BYTES + (bytes % OURO_PAGE_BYTES != 0);
    if (bytes <= ouro_buf_size(buf))
        return buf;
    if (OURO_DEBUG || h->slow || p->state != PAGE_RUN || span > RUN_SPAN_MAX)
        return NULL;
    pool_take_back(h, buf);
    page *grown = ouroi_page_widen(p, (unsigned)span);
    if (grown)
        p = grown;
    pool_give(h, p->base, p->run_bytes);
    return grown ? p->base : NULL;
}

void *ouro_buf_realloc(ouro_rt *rt, void *buf, size_t bytes) {
    if (!buf)
        return ouro_buf_alloc(rt, bytes);
    if (!OURO_DEBUG && buf_still_fits(buf, bytes))
        return buf;
    void *grown = bytes > ouro_buf_size(buf) ? ouro_buf_grow(rt, buf, bytes) : NULL;
    if (grown)
        return grown;
    void *moved = ouro_buf_alloc(rt, bytes);
    if (!moved)
        return NULL;
    size_t room = ouro_buf_size(buf);
    memcpy(moved, buf, room < bytes ? room : bytes);
    ouro_buf_free(rt, buf);
    return moved;
}

void ouro_buf_free(ouro_rt *rt, void *buf) {
    (void)rt;
    if (!buf)
        return;
    if (!OURO_DEBUG) // there the guard does it, once it has seen that nobody wrote behind the end
        ((block *)buf)->count = 0;
    block_give(page_of(buf), buf);
}

int ouro_external(ouro_rt *rt, ptrdiff_t bytes) {
    heap *h = heap_of(rt);
    if (bytes > 0) {
        if (h->byte_budget <= 0)
            h->hooks.due(h);
        if (!ouroi_heap_within_limit(h, (size_t)bytes) &&
            (!h->hooks.emergency(h) || !ouroi_heap_within_limit(h, (size_t)bytes))) {
            h->hooks.no_memory(h, (size_t)bytes);
            return -1;
        }
        h->external += (size_t)bytes;
        h->byte_budget -= bytes;
        h->handed += (size_t)bytes;
    } else {
        size_t less = (size_t)-bytes;
        h->external -= less < h->external ? less : h->external;
    }
    return 0;
}

#define SIDE_LARGE ((size_t)64 << 10)
#define SIDE_SPARE_MAX ((size_t)4 << 20)

static void *side_map(heap *h, size_t bytes) {
    void *spare = h->side_spare;
    if (!spare || h->side_spare_bytes < bytes)
        return ouroi_os_map(bytes, OURO_PAGE_BYTES);
    // What is left of a larger spare goes back: a piece is given back by the size it was asked for.
    if (h->side_spare_bytes > bytes)
        ouroi_os_unmap((char *)spare + bytes, h->side_spare_bytes - bytes);
    h->side_spare = NULL;
    return spare;
}

void *ouroi_side_alloc(heap *h, size_t bytes) {
    void *p = NULL;
    if (!ouroi_fault_hits(h))
        p = bytes >= SIDE_LARGE ? side_map(h, round_up(bytes, OURO_PAGE_BYTES)) : malloc(bytes ? bytes : 1);
    if (p)
        h->side_bytes += bytes;
    return p;
}

void ouroi_side_drop_spare(heap *h) {
    if (h->side_spare)
        ouroi_os_unmap(h->side_spare, h->side_spare_bytes);
    h->side_spare = NULL;
}

void ouroi_side_free(heap *h, void *p, size_t bytes) {
    if (!p)
        return;
    h->side_bytes -= bytes;
    if (bytes < SIDE_LARGE) {
        free(p);
        return;
    }
    size_t whole = round_up(bytes, OURO_PAGE_BYTES);
    if (whole > SIDE_SPARE_MAX) {
        ouroi_os_unmap(p, whole);
        return;
    }
    ouroi_side_drop_spare(h);
    h->side_spare = p;
    h->side_spare_bytes = whole;
}

void ouroi_side_shorten(heap *h, void *p, size_t bytes, size_t to) {
    size_t whole = round_up(bytes, OURO_PAGE_BYTES), left = round_up(to, OURO_PAGE_BYTES);
    ASSERT(to >= SIDE_LARGE && to <= bytes);
    h->side_bytes -= bytes - to;
    if (left < whole)
        ouroi_os_unmap((char *)p + left, whole - left);
}
