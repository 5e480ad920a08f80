// SPDX-License-Identifier: MIT
// verify.c: checks the whole heap against what mem/heap.h, ouro/object.h and the types' descriptions promise. It trusts
// nothing that it has not checked, follows no pointer that it has not found in a segment first, and changes nothing.
//
// Two walks. The first checks structure: segments, pages, free lists, headers. The second counts, for every object,
// the described references to it, in side memory of its own, and compares: there may be more counts than such
// references (C variables own counts too), never fewer.
#include "../object/object.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct verifier {
    ouro_rt *rt;
    heap *heap;
    uint32_t **edges; // for each page of each segment: a number for each slot
    size_t page_n;
    const ouro_obj *owner;
    bool wrong;
    char text[ERROR_TEXT];
} verifier;

// Notes the first fault. Returns false, for the caller to hand on.
static bool fault(verifier *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fault(verifier *v, const char *format, ...) {
    if (v->wrong)
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(v->text, sizeof v->text, format, args);
    va_end(args);
    v->wrong = true;
    return false;
}

static bool fault_in(verifier *v, const ouro_obj *o, const char *what) {
    char text[160];
    ouroi_describe(o, text, sizeof text);
    return fault(v, "%s: %s", text, what);
}

// ---- structure ----

// Checks that a list holds free blocks of the page, and counts them in *n.
static bool verify_list(verifier *v, page *p, block *b, uint32_t *n) {
    for (; b; b = block_next(b), ++*n) {
        if (ouroi_heap_find_page(v->heap, b) != p || (char *)b != (char *)page_object(p, page_slot(p, b)))
            return fault(v, "page %p: its free list leads to %p, which is no block of it", (void *)p->base, (void *)b);
        if (b->count)
            return fault(v, "page %p: block %p is on a free list and has count word %#x", (void *)p->base, (void *)b,
                         b->count);
        if (p->kind == OURO_PAGE_TRACKED && p->flags & PAGE_FRESH && !bits_test(page_young(p), page_slot(p, b)))
            return fault(v, "page %p: block %p has no young bit, though the page is fresh", (void *)p->base, (void *)b);
        if (*n > p->capacity)
            return fault(v, "page %p: its free list does not end", (void *)p->base);
    }
    return true;
}

// I-cycle-3: outside a collection in slices nothing is left of one.
static bool page_has_slices(const page *p) {
    uint64_t any = page_is_ranked(p);
    for (uint32_t w = 0; w < page_words(p); w++)
        any |= page_alive(p)[w] | page_todo(p)[w] | page_suspect(p)[w];
    return any;
}

static bool verify_page(verifier *v, page *p) {
    uint32_t idle = 0;
    if (p->heap != v->heap)
        return fault(v, "page %p belongs to another runtime", (void *)p->base);
    if (p->kind == OURO_PAGE_TRACKED && !v->heap->sliced && page_has_slices(p))
        return fault(v, "page %p: a collection in slices is over, and has left its bits", (void *)p->base);
    if (p->carved > p->capacity || page_live(p) > p->carved)
        return fault(v, "page %p: %u of %u carved blocks are in use, of %u", (void *)p->base, page_live(p), p->carved,
                     p->capacity);
    if (p->state != PAGE_CURRENT && p->free)
        return fault(v, "page %p: blocks are handed out, and it is not current", (void *)p->base);
    if (!verify_list(v, p, p->free, &idle) || !verify_list(v, p, p->freed, &idle))
        return false;
    if (idle + p->quarantined + page_live(p) != p->carved)
        return fault(v, "page %p: %u free and %u used blocks, and %u carved", (void *)p->base, idle, page_live(p),
                     p->carved);
    return true;
}

static bool verify_header(verifier *v, const page *p, uint32_t slot, const ouro_obj *o) {
    const type_record *t = ouroi_type_find(o->ouroi_meta & OUROI_TYPE_MASK);
    if (!t)
        return fault(v, "object %p: its header names no type", (const void *)o);
    if (o->ouroi_meta & ~(uint32_t)META_KNOWN)
        return fault_in(v, o, "its header has unknown flags");
    if (t->kind != p->kind)
        return fault_in(v, o, "it lies in a page of the wrong kind");
    if (meta_has(o, OUROI_TRACKED) && (!(t->flags & TYPE_CYCLIC) || meta_has(o, META_HALF_BORN)))
        return fault_in(v, o, "it is tracked, and must not be");
    if (meta_generation(o) > 2)
        return fault_in(v, o, "its generation is not 0, 1 or 2");
    if (meta_has(o, OUROI_WEAKLY) && !ouro_weak_count(o))
        return fault_in(v, o, "its header says that weak references watch it, and none does");
    if (p->kind == OURO_PAGE_TRACKED && p->state != PAGE_FROZEN && !ouro_is_immortal(o) &&
        (meta_generation(o) < 2) != bits_test(page_young(p), slot))
        return fault_in(v, o, "its generation and its page's young bits differ");
    if (p->kind == OURO_PAGE_TRACKED && p->state != PAGE_FROZEN && !(p->flags & (PAGE_STALE | PAGE_IN_YOUNG)) &&
        meta_has(o, OUROI_TRACKED) && (int32_t)count_word(o) > 0)
        return fault_in(v, o, "it was touched, and its page does not say so");
    return true;
}

static bool verify_inline_tail(verifier *v, const page *p, const ouro_obj *o, const type_record *t) {
    size_t room = page_block_bytes(p) - GUARD_BYTES;
    if (tail_length(o, t) && (room < t->tail_items || tail_length(o, t) > (room - t->tail_items) / t->tail_stride))
        return fault_in(v, o, "its tail has more items than its block has room for");
    return true;
}

// The described layout makes sense: where a tail's items lie, and that they fit their buffer.
static bool verify_tail(verifier *v, const page *in, const ouro_obj *o, const type_record *t) {
    if (t->tail_place == OURO_TAIL_INLINE)
        return verify_inline_tail(v, in, o, t);
    if (t->tail_place != OURO_TAIL_POINTER || !tail_start(o, t))
        return true;
    const page *p = ouroi_heap_find_page(v->heap, tail_start(o, t));
    if (!p || p->kind != OURO_PAGE_BUFFER)
        return fault_in(v, o, "its tail's items are not a buffer of this runtime");
    if (tail_length(o, t) > ouro_buf_size(tail_start(o, t)) / t->tail_stride)
        return fault_in(v, o, "its tail has more items than its buffer has room for");
    return true;
}

// ---- references ----

static uint32_t *edge_count(verifier *v, const page *p, const ouro_obj *o) {
    size_t low = 0, high = v->heap->segment_n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if ((uintptr_t)v->heap->segments[middle] <= (uintptr_t)o)
            low = middle;
        else
            high = middle;
    }
    return v->edges[low * SEGMENT_PAGES + page_number(p) + HEAD_PAGES] + page_slot(p, o);
}

static bool fault_slot(verifier *v, ouro_obj *const *slot, const char *what) {
    char text[160];
    ouroi_describe(v->owner, text, sizeof text);
    const char *name = ouroi_type_slot_name(v->owner, slot);
    return fault(v, "%s, field '%s': %p %s", text, name ? name : "?", (void *)*slot, what);
}

static const page *verify_reference(verifier *v, ouro_obj *const *slot) {
    ouro_obj *o = *slot;
    const page *p = (uintptr_t)o & 7 ? NULL : ouroi_heap_find_page(v->heap, o);
    const ouro_type *target = ouroi_type_slot_target(v->owner, slot);
    if (!p || p->kind == OURO_PAGE_BUFFER || page_object(p, page_slot(p, o)) != o || page_slot(p, o) >= p->carved)
        return fault_slot(v, slot, "is not an object of this runtime"), NULL;
    if (!object_is_live(o))
        return fault_slot(v, slot, "is an object that has died"), NULL;
    if (target && !ouro_is(o, target))
        return fault_slot(v, slot, "is not of the type that the field is described with"), NULL;
    return p;
}

static void verify_slot(ouro_obj **slot, void *arg) {
    verifier *v = arg;
    const page *p = *slot && !v->wrong ? verify_reference(v, slot) : NULL;
    if (p)
        ++*edge_count(v, p, *slot);
}

// ---- the walks ----

typedef bool (*verify_step)(verifier *v, page *p, uint32_t slot, ouro_obj *o);

static bool verify_each(verifier *v, verify_step step) {
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(v->heap, &cursor));) {
        if (p->kind == OURO_PAGE_BUFFER)
            continue;
        uint32_t slot = 0;
        for (ouro_obj *o; (o = ouroi_page_next_object(p, &slot));)
            if (!step(v, p, slot - 1, o))
                return false;
    }
    return true;
}

static bool step_header(verifier *v, page *p, uint32_t slot, ouro_obj *o) {
    return verify_header(v, p, slot, o) && verify_tail(v, p, o, type_of(o));
}

static bool step_references(verifier *v, page *p, uint32_t slot, ouro_obj *o) {
    (void)p;
    (void)slot;
    v->owner = o;
    object_each_slot(o, type_of(o), verify_slot, v);
    return !v->wrong;
}

static bool step_counts(verifier *v, page *p, uint32_t slot, ouro_obj *o) {
    (void)slot;
    uint32_t edges = *edge_count(v, p, o), count = ouro_refcount(o);
    if (edges <= count)
        return true;
    char text[160];
    ouroi_describe(o, text, sizeof text);
    return fault(v, "%s: its count is %u, and described fields hold %u references to it", text, count, edges);
}

static bool verify_pages(verifier *v) {
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(v->heap, &cursor));)
        if (!verify_page(v, p))
            return false;
    return true;
}

// Numbers for the slots of every page that holds objects. False without memory.
static bool edges_new(verifier *v) {
    v->page_n = v->heap->segment_n * SEGMENT_PAGES;
    v->edges = calloc(v->page_n ? v->page_n : 1, sizeof *v->edges);
    size_t cursor = 0;
    for (page *p; v->edges && (p = ouroi_heap_next_page(v->heap, &cursor));) {
        if (p->kind == OURO_PAGE_BUFFER)
            continue;
        v->edges[cursor - 1] = calloc(p->carved ? p->carved : 1, sizeof(uint32_t));
        if (!v->edges[cursor - 1])
            return false;
    }
    return v->edges != NULL;
}

static void edges_free(verifier *v) {
    for (size_t i = 0; v->edges && i < v->page_n; i++)
        free(v->edges[i]);
    free(v->edges);
}

static void verify_all(verifier *v) {
    if (OURO_DEBUG)
        ouroi_guard_verify(v->heap);
    const char *weak = verify_pages(v) && verify_each(v, step_header) ? ouroi_weak_verify(v->rt) : NULL;
    if (weak)
        fault(v, "%s", weak);
    if (v->wrong)
        return;
    if (!edges_new(v))
        fault(v, "no memory to count references");
    else if (verify_each(v, step_references))
        verify_each(v, step_counts);
    edges_free(v);
}

int ouro_verify(ouro_rt *rt) {
    verifier v = {rt, &rt->heap, NULL, 0, NULL, false, ""};
    verify_all(&v);
    return v.wrong ? ouro_error_set(rt, OURO_ERR_STATE, "%s", v.text) : 0;
}
