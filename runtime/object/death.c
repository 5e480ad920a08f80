// SPDX-License-Identifier: MIT
// death.c: the one door out. Every object dies here, in this order:
//
//   1  its finalizer runs, once; if that brings it back to life, it stays
//   2  its count word becomes 0, so that nobody sees it any more
//   3  its weak references become dead, their callbacks run
//   4  its described fields are dropped, in order; then its type's clear and dealloc are called
//   5  its block goes back to the heap
//
// Dropping a field may end another object: to a depth of 50 that happens at once, so that the order is the one that
// people know; what is deeper waits. The first PENDING_MAX that wait are in an array, the others in the dying bits
// of their pages, which are linked through their descriptors: so waiting needs no memory and no room in the object.
//
// With a budget (ouro/refcount.h) a drop ends no more than that, and what is left waits in the same way for somebody
// who goes on with it. An object with many references waits always, and drops a part of them at a time.
//
//   I-death-1  An object that waits has count word 0.
//   I-death-2  Nothing waits when the depth is 0, unless it is being worked off, or there is a budget.
//   I-death-3  Who works off is at depth 1 or more: nobody does it within, so no death is nested deeper for it.
#include "object.h"

static void death_defer(heap *h, ouro_obj *o) {
    page *p = page_of(o);
    h->deaths.waiting++;
    h->deaths.own++;
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
    if (t->finalizes && !t->finalizes(rt, o))
        return false;
    ouro_error_state aside;
    ouroi_error_aside(rt, &aside);
    meta_set(o, OUROI_FINALIZED);
    t->finalize(rt, o);
    event(rt, OURO_EVENT_FINALIZED, o, NULL, 0);
    ouroi_error_back(rt, &aside, "the finalizer", t->type);
    return true;
}

// One that waits for nothing any more.
static void death_waits_not(deaths *d) {
    d->waiting--;
    d->own -= d->own > 0;
}

// Makes an object whose last reference is gone visible again, for its finalizer. While it waited, a collection may have
// passed it by and taken its young bit: then it comes back old (I-heap-4); or the flag of its page (I-heap-5).
static void death_put_off(ouro_obj *o) {
    page *p = page_of(o);
    uint32_t flags = count_word(o) & (OUROI_TOUCHED | OUROI_SPARE);
    if (meta_generation(o) < 2 && p->kind == OURO_PAGE_TRACKED && !bits_test(page_young(p), page_slot(p, o)))
        meta_set_generation(o, 2);
    p->flags |= PAGE_STALE;
    __atomic_store_n(&o->ouroi_count, OUROI_ONE | flags, __ATOMIC_RELAXED);
}

// Runs the finalizer with one reference held. True if the object lives on.
static bool death_finalize(ouro_rt *rt, ouro_obj *o, const type_record *t) {
    if (!t->finalize || o->ouroi_meta & (OUROI_FINALIZED | META_HALF_BORN))
        return false;
    death_put_off(o);
    ouroi_object_finalize(rt, o, t);
    if (ouro_refcount(o) < 2) // a collection in the finalizer may have set the word aside
        return false;
    reference_drop(o);
    return true;
}

// A long object whose references are dropped in parts, later.
static bool death_is_in_parts(const heap *h, const ouro_obj *o) {
    return h->deaths.long_one == o;
}

static void death_weak(ouro_rt *rt, ouro_obj *o) {
    weak_queue queue = {NULL, NULL};
    ouroi_weak_clear(rt, o, WEAK_EVERY, rt->weak_is_wanted, &queue);
    ouroi_weak_run(rt, &queue);
}

// Its described references are gone: what else it has goes, and its block.
static void death_release(ouro_rt *rt, ouro_obj *o, const type_record *t) {
    ouroi_object_clear_hidden(rt, o, t);
    if (!meta_has(o, META_BARE))
        ouroi_object_dealloc(rt, o, t);
    if (t->tail_place == OURO_TAIL_POINTER)
        ouro_buf_free(rt, tail_start(o, t));
    event(rt, OURO_EVENT_FREED, o, NULL, 0);
    block_give(page_of(o), o);
}

NOINLINE static void death_in_full(ouro_rt *rt, ouro_obj *o, const type_record *t) {
    if (death_finalize(rt, o, t))
        return;
    death_zero(o);
    event(rt, OURO_EVENT_DEAD, o, NULL, 0);
    if (meta_has(o, OUROI_WEAKLY))
        death_weak(rt, o);
    if (unlikely(death_is_in_parts(&rt->heap, o)))
        return;
    object_each_slot(o, t, death_drop_slot, NULL);
    death_release(rt, o, t);
}

// How deep a death is nested is passed on from one to the next, and written to the heap only where foreign code may
// look for it (measured: binary trees 1.41 -> 1.05 s). So is the heap.
typedef struct dying {
    heap *heap;
    uint32_t depth;
} dying;

static void death_one(heap *h, page *p, ouro_obj *o, uint32_t depth);

// An object of which nobody has to hear that it dies.
static inline bool death_is_bare(const heap *h, const ouro_obj *o) {
    return (o->ouroi_meta & (META_BARE | OUROI_WEAKLY)) == META_BARE && !h->in_full;
}

// The same, but for references in fields and nowhere else.
static inline bool death_is_short(const heap *h, const ouro_obj *o) {
    return (o->ouroi_meta & (META_FIELDS | OUROI_WEAKLY)) == META_FIELDS && !h->in_full;
}

// An object that has nothing to finalize, and is plain but for that. Most instances of classes are such.
static inline bool death_only_asks(heap *h, const type_record *t, const ouro_obj *o) {
    return t->flags & TYPE_ASKS && !meta_has(o, OUROI_WEAKLY) && !h->in_full && !t->finalizes(rt_of_heap(h), o);
}

static inline void death_give(page *p, ouro_obj *o) {
    death_zero(o);
    block_give(p, o);
}

// Lowers the count of a child that has more than one; false if that is not all there is to do.
static inline bool death_lowers(ouro_obj *child) {
    uint32_t w = count_word(child);
    if (unlikely((int32_t)w < (int32_t)(2 * OUROI_ONE)))
        return false;
    __atomic_store_n(&child->ouroi_count, w - OUROI_ONE, __ATOMIC_RELAXED);
    return true;
}

// Drops a reference that is not simply lowered. The child is at depth + 1, if it dies.
NOINLINE static void death_drop_odd(heap *h, ouro_obj *child, uint32_t depth) {
    page *p = page_of(child);
    if (ouroi_count_back(child) && death_lowers(child))
        return;
    if (unlikely(count_word(child) - OUROI_ONE >= OUROI_ONE || p->heap != h)) {
        h->depth = depth;
        reference_drop(child);
    } else if (depth < DEPTH_MAX) {
        death_one(h, p, child, depth + 1);
    } else {
        death_zero(child);
        death_defer(h, child);
    }
}

static inline void death_drop(ouro_obj *child, const dying *d) {
    if (child && !death_lowers(child))
        death_drop_odd(d->heap, child, d->depth);
}

#define DEATH_AHEAD 24

// Items that are references and nothing else. What they refer to may lie anywhere, so it is asked for early where there
// are many (measured: 8.2 -> 7.2 ns an item of a tuple of a million in random order, 0.63 -> 0.69 ns of one of a
// thousand).
static void death_drop_row(ouro_obj **slot, uint64_t n, const dying *d) {
    ouro_obj **end = slot + n, **last = n > DEATH_AHEAD ? end - DEATH_AHEAD : slot;
    for (; slot < last; slot++) {
        __builtin_prefetch(slot[DEATH_AHEAD], 1);
        death_drop(*slot, d);
    }
    for (; slot < end; slot++)
        death_drop(*slot, d);
}

static void death_drop_tail(ouro_obj *o, const type_record *t, const dying *d) {
    char *item = tail_start(o, t);
    if (!item)
        return;
    uint64_t n = tail_length(o, t);
    if (t->tail_stride == sizeof(ouro_obj *)) {
        death_drop_row((ouro_obj **)(void *)item, n, d);
        return;
    }
    for (; n; n--, item += t->tail_stride)
        for (uint32_t i = 0; i < t->tail_ref_n; i++)
            death_drop(*(ouro_obj **)(void *)(item + t->tail_refs[i]), d);
}

// ---- objects that have fields and nothing else ----
//
// They die in a loop, whose stack is in the heap: an object waits there while what one of its fields refers to dies,
// and only if more of its fields hold something (measured: binary trees 1.23 -> 1.08 s, a chain of ten million 0.122 ->
// 0.091 s).
// Fields are not emptied: nobody sees them any more, and the block goes back at once.

static inline ouro_obj *death_field(const ouro_obj *o, const uint32_t *ref) {
    return *(ouro_obj *const *)(const void *)((const char *)o + *ref);
}

// Goes on to the first field whose reference is not simply lowered.
static inline void death_lower_fields(death_place *at) {
    while (at->ref < at->end) {
        ouro_obj *child = death_field(at->o, at->ref);
        if (child && !death_lowers(child))
            return;
        at->ref++;
    }
}

static inline death_place death_place_of(page *p, ouro_obj *o) {
    const type_record *t = type_of(o);
    death_zero(o);
    death_place at = {p, o, t->refs, t->refs + t->ref_n};
    death_lower_fields(&at);
    return at;
}

// Leaves an object for a child of its. If it has nothing left to drop, its block goes back before: so the last fields
// of objects make no depth.
static inline uint32_t death_leave(heap *h, death_place *at, uint32_t depth) {
    while (at->ref < at->end && !death_field(at->o, at->ref))
        at->ref++;
    if (at->ref < at->end)
        h->dying_above[depth++] = *at;
    else
        block_give(at->page, at->o);
    return depth;
}

// Ends the object at hand, and all that dies with it.
static void death_chain(heap *h, death_place at, uint32_t first) {
    uint32_t depth = first;
    for (;;) {
        while (at.ref < at.end) {
            ouro_obj *child = death_field(at.o, at.ref++);
            page *p = page_of(child);
            bool last = count_word(child) - OUROI_ONE < OUROI_ONE && p->heap == h;
            if (likely(last && death_is_short(h, child) && depth < DEPTH_MAX)) {
                death_place below = death_place_of(p, child);
                if (below.ref < below.end) {
                    depth = death_leave(h, &at, depth);
                    at = below;
                    continue;
                }
                block_give(p, child);
            } else if (last && death_is_bare(h, child)) {
                death_give(p, child);
            } else if (ouroi_count_back(child)) {
                at.ref--; // and again, with a plain word: so old chains make no depth either
            } else {
                death_drop_odd(h, child, depth);
            }
            death_lower_fields(&at);
        }
        block_give(at.page, at.o);
        if (depth == first)
            return;
        at = h->dying_above[--depth];
        death_lower_fields(&at);
    }
}

// ---- any object ----

static void death_one(heap *h, page *p, ouro_obj *o, uint32_t depth) {
    if (death_is_bare(h, o)) {
        death_give(p, o);
        return;
    }
    if (death_is_short(h, o)) {
        death_chain(h, death_place_of(p, o), depth);
        return;
    }
    const type_record *t = type_of(o);
    if (unlikely(!(t->flags & TYPE_PLAIN) || meta_has(o, OUROI_WEAKLY) || h->in_full)) {
        if (!death_only_asks(h, t, o)) {
            h->depth = depth;
            death_in_full(rt_of_heap(h), o, t);
            return;
        }
    }
    dying d = {h, depth};
    death_zero(o);
    for (uint32_t i = 0; i < t->ref_n; i++)
        death_drop(death_field(o, t->refs + i), &d);
    if (t->flags & TYPE_HAS_TAIL)
        death_drop_tail(o, t, &d);
    if (t->tail_place == OURO_TAIL_POINTER)
        ouro_buf_free(rt_of_heap(h), tail_start(o, t));
    block_give(p, o);
}

// ---- what waits ----

#define DEATH_LONG 1024u

static bool death_is_long(const ouro_obj *o) {
    const type_record *t = type_of(o);
    return t->flags & TYPE_HAS_TAIL && object_slots(o, t) > DEATH_LONG;
}

// True if there is no budget, or something is left of it, and then less.
static bool death_pays(deaths *d) {
    if (d->budget && !d->left)
        return false;
    d->left -= d->left > 0;
    return true;
}

// Goes on with the references of the long object.
static void death_go_on_long(heap *h) {
    deaths *d = &h->deaths;
    ouro_obj *o = d->long_one;
    const type_record *t = type_of(o);
    uint64_t n = object_slots(o, t);
    while (d->long_at < n && death_pays(d))
        death_drop_slot(object_slot(o, t, d->long_at++), NULL);
    if (d->long_at < n)
        return;
    d->long_one = NULL;
    death_waits_not(d);
    death_release(rt_of_heap(h), o, t);
}

// Takes one that waits. A long one waits on, while its references go; if its finalizer brings it back, it does not.
static void death_take(heap *h) {
    deaths *d = &h->deaths;
    ouro_obj *o = h->pending_n ? h->pending[--h->pending_n] : death_from_page(h);
    death_pays(d);
    if (!d->budget || !death_is_long(o)) {
        death_waits_not(d);
        death_one(h, page_of(o), o, 1);
        return;
    }
    d->long_one = o;
    d->long_at = 0;
    death_one(h, page_of(o), o, 1);
    if (d->long_one && object_is_live(o)) {
        d->long_one = NULL;
        death_waits_not(d);
    }
}

static void death_next(heap *h) {
    h->depth = 1;
    if (h->deaths.long_one)
        death_go_on_long(h);
    else
        death_take(h);
}

// After a drop: all that waits, or with a budget as much as the drop has added, and only while something is left.
NOINLINE static void death_work_off(heap *h) {
    const deaths *d = &h->deaths;
    while (d->waiting && (!d->budget || (d->left && d->own)))
        death_next(h);
    h->depth = 0;
}

bool ouroi_death_go_on(heap *h, size_t most) {
    deaths *d = &h->deaths;
    if (h->depth || !d->waiting)
        return false;
    d->left = most;
    while (d->waiting && (!d->budget || d->left))
        death_next(h);
    h->depth = 0;
    return true;
}

// After a death that began at this depth.
static inline void death_done(heap *h, uint32_t depth) {
    h->depth = depth;
    if (unlikely(!depth && h->deaths.waiting))
        death_work_off(h);
}

NOINLINE static void death_begin(heap *h, page *p, ouro_obj *o) {
    uint32_t depth = h->depth;
    deaths *d = &h->deaths;
    if (unlikely(d->budget && !depth)) {
        d->left = d->budget;
        d->own = 0;
    }
    if (unlikely(depth >= DEPTH_MAX || (d->budget && (death_is_long(o) || !death_pays(d))))) {
        death_zero(o);
        death_defer(h, o);
    } else {
        death_one(h, p, o, depth + 1);
    }
    death_done(h, depth);
}

// The fields before `ref` are dropped already. At DEPTH_MAX what is below waits.
NOINLINE static void death_begin_chain(heap *h, ouro_obj *o, const uint32_t *ref) {
    const type_record *t = type_of(o);
    uint32_t depth = h->depth;
    death_chain(h, (death_place){page_of(o), o, ref, t->refs + t->ref_n}, depth + 1);
    death_done(h, depth);
}

// The deaths that end no other object call nothing.
void ouroi_decref_slow(ouro_obj *o) {
    if (unlikely(count_word(o) - OUROI_ONE >= OUROI_ONE)) {
        ouroi_decref_odd(o);
        return;
    }
    page *p = page_of(o);
    heap *h = p->heap;
    if (death_is_bare(h, o)) {
        death_give(p, o);
    } else if (death_is_short(h, o)) {
        death_place at = death_place_of(p, o);
        if (likely(at.ref == at.end))
            block_give(p, o);
        else
            death_begin_chain(h, o, at.ref);
    } else {
        death_begin(h, p, o);
    }
}
