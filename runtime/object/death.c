// SPDX-License-Identifier: MIT
// death.c: the one door out. Every object dies here, in this order:
//
//   1  its finalizer runs, once; if that brings it back to life, it stays
//   2  its count word becomes 0, so that nobody sees it any more
//   3  its weak references become dead, their callbacks run
//   4  its described fields are dropped, in order; then its type's clear and dealloc are called
//   5  its block goes back to the heap
//
// Dropping a field may end another object: to a depth of 50 that happens on the C stack, so that the order is the one
// that people know; what is deeper waits. The first PENDING_MAX that wait are in an array, the others in the dying bits
// of their pages, which are linked through their descriptors: so waiting needs no memory and no room in the object.
//
//   I-death-1  An object that waits has count word 0.
//   I-death-2  Nothing waits when the depth is 0, unless it is being worked off.
#include "object.h"

#define DEPTH_MAX 50u

static void death_defer(heap *h, ouro_obj *o) {
    page *p = page_of(o);
    if (p->flags & PAGE_IN_SET)
        ouroi_page_forget(p, o);
    if (h->pending_n < PENDING_MAX) {
        h->pending[h->pending_n++] = o;
        return;
    }
    bits_set(page_dying(p), page_slot(p, o));
    if (!(p->flags & PAGE_IN_DYING)) {
        p->flags |= PAGE_IN_DYING;
        p->dying_next = h->dying;
        h->dying = p;
    }
}

// Takes the last of the waiting objects of the first page in the queue. The page leaves the queue with it: when its
// last block goes, the page may go too.
static ouro_obj *death_from_page(heap *h) {
    page *p = h->dying;
    uint64_t *bits = page_dying(p);
    uint32_t w = page_words(p) - 1;
    while (!bits[w])
        w--;
    uint32_t slot = w * 64 + bits_lowest(bits[w]);
    bits[w] &= bits[w] - 1;
    while (!bits[w] && w)
        w--;
    if (!bits[w]) {
        h->dying = p->dying_next;
        p->flags &= (uint8_t)~PAGE_IN_DYING;
    }
    return page_object(p, slot);
}

static void death_zero(ouro_obj *o) {
    __atomic_store_n(&o->ouroi_count, 0, __ATOMIC_RELAXED);
}

static inline void death_drop_slot(ouro_obj **slot, void *arg) {
    (void)arg;
    ouro_obj *child = *slot;
    *slot = NULL;
    if (child)
        reference_drop(child);
}

bool ouroi_object_finalize(ouro_rt *rt, ouro_obj *o, const type_record *t) {
    if (!t->finalize || o->ouroi_meta & (OUROI_FINALIZED | META_HALF_BORN))
        return false;
    error_record aside;
    ouroi_error_aside(rt, &aside);
    meta_set(o, OUROI_FINALIZED);
    t->finalize(rt, o);
    event(rt, OURO_EVENT_FINALIZED, o, NULL, 0);
    ouroi_error_back(rt, &aside, "the finalizer", t->type);
    return true;
}

// Runs the finalizer with one reference held. True if the object lives on.
static bool death_finalize(ouro_rt *rt, ouro_obj *o, const type_record *t) {
    if (!t->finalize || o->ouroi_meta & (OUROI_FINALIZED | META_HALF_BORN))
        return false;
    uint32_t flags = count_word(o) & (OUROI_TOUCHED | OUROI_SPARE);
    __atomic_store_n(&o->ouroi_count, OUROI_ONE | flags, __ATOMIC_RELAXED);
    ouroi_object_finalize(rt, o, t);
    uint32_t w = count_word(o);
    if (w < 2 * OUROI_ONE)
        return false;
    reference_drop(o);
    return true;
}

static void death_weak(ouro_rt *rt, ouro_obj *o) {
    weak_queue queue = {NULL, NULL};
    ouroi_weak_clear(rt, o, WEAK_EVERY, object_is_live, &queue);
    ouroi_weak_run(rt, &queue);
}

NOINLINE static void death_in_full(ouro_rt *rt, ouro_obj *o, const type_record *t) {
    if (death_finalize(rt, o, t))
        return;
    death_zero(o);
    event(rt, OURO_EVENT_DEAD, o, NULL, 0);
    if (meta_has(o, OUROI_WEAKLY))
        death_weak(rt, o);
    object_each_slot(o, t, death_drop_slot, NULL);
    ouroi_object_clear_hidden(rt, o, t);
    ouroi_object_dealloc(rt, o, t);
    if (t->tail_place == OURO_TAIL_POINTER)
        ouro_buf_free(rt, tail_start(o, t));
    event(rt, OURO_EVENT_FREED, o, NULL, 0);
    block_give(o);
}

static inline void death_now(heap *h, ouro_obj *o) {
    const type_record *t = type_of(o);
    if (unlikely(!(t->flags & TYPE_PLAIN) || meta_has(o, OUROI_WEAKLY) || h->events)) {
        death_in_full(rt_of_heap(h), o, t);
        return;
    }
    death_zero(o);
    object_each_slot(o, t, death_drop_slot, NULL);
    block_give(o);
}

NOINLINE static void death_work_off(heap *h) {
    h->depth++;
    while (h->pending_n || h->dying)
        death_now(h, h->pending_n ? h->pending[--h->pending_n] : death_from_page(h));
    h->depth--;
}

void ouroi_object_die(ouro_obj *o) {
    heap *h = page_of(o)->heap;
    if (unlikely(h->depth >= DEPTH_MAX)) {
        death_zero(o);
        death_defer(h, o);
        return;
    }
    h->depth++;
    death_now(h, o);
    h->depth--;
    if (unlikely(!h->depth && (h->pending_n || h->dying)))
        death_work_off(h);
}
