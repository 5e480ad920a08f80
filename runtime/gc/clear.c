// SPDX-License-Identifier: MIT
// clear.c: taking the white apart. By now they are condemned: finalized, without weak references, referred to by each
// other alone.
//
// Where descriptions tell all their references, none of their counts matters any more. Their count words become 0, so
// that nobody sees them; references that lead out of the set are dropped, which may run foreign code; only when the
// last of them is gone do the blocks go back, a page's at a time. Where callbacks hide references, all of the set is
// held by one more reference each, every object is cleared, and then let go one by one: they die like others, in
// death.c. What is alive after that cannot be taken apart by its type.
#include "gc.h"

#include <stdio.h>

// ---- all references described ----

inline void ouroi_condemn_one(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)rt;
    (void)arg;
    __atomic_store_n(&o->ouroi_count, 0, __ATOMIC_RELAXED);
}

static void condemn_tell(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    event(rt, OURO_EVENT_DEAD, o, NULL, 0);
}

// A child whose count word is 0 is condemned too: nobody else could still refer to it, and nobody will look at the
// field. Otherwise the reference leads out of the set, and is dropped now if it is not the last; a last one stays, for
// its death may run foreign code.
inline void ouroi_empty_slot(ouro_obj **slot, void *last_ones) {
    ouro_obj *child = *slot;
    uint32_t w = child ? count_word(child) : 0;
    if (likely(!w))
        return;
    if ((w & ~OUROI_SLOW) < 2 * OUROI_ONE) {
        *(bool *)last_ones = true;
        return;
    }
    *slot = NULL;
    reference_drop(child);
}

typedef struct emptying {
    type_memo type;
    bool last_ones;
} emptying;

static inline void empty_one(ouro_rt *rt, ouro_obj *o, void *arg) {
    emptying *e = arg;
    (void)rt;
    object_each_slot(o, type_of_next(o, &e->type), ouroi_empty_slot, &e->last_ones);
}

inline void ouroi_empty_last_slot(ouro_obj **slot, void *arg) {
    ouro_obj *child = *slot;
    (void)arg;
    if (!child || !object_is_live(child))
        return;
    *slot = NULL;
    reference_drop(child);
}

static void empty_last_ones(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)rt;
    object_each_slot(o, type_of(o), ouroi_empty_last_slot, arg);
}

static void empty_tell(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    event(rt, OURO_EVENT_CLEARED, o, NULL, 0);
}

static inline void null_slot(ouro_obj **slot, void *arg) {
    (void)arg;
    *slot = NULL;
}

void ouroi_release_one(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    if (t->flags & TYPE_DEALLOCS) {
        object_each_slot(o, t, null_slot, arg);
        ouroi_object_dealloc(rt, o, t);
    }
    if (t->tail_place == OURO_TAIL_POINTER)
        ouro_buf_free(rt, tail_start(o, t));
}

static void release_tell(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    event(rt, OURO_EVENT_FREED, o, NULL, 0);
}

static void tell(ouro_rt *rt, gc_step step) {
    if (rt->heap.events)
        set_each(rt, step, NULL);
}

void ouroi_condemned_tell(ouro_rt *rt) {
    tell(rt, condemn_tell);
}

static void clear_described(ouro_rt *rt, const gc_survey *s) {
    emptying e = {{NULL, 0}, false};
    set_each_purely(rt, ouroi_condemn_one, NULL);
    ouroi_condemned_tell(rt);
    set_each_purely(rt, empty_one, &e);
    if (e.last_ones)
        set_each(rt, empty_last_ones, NULL);
    tell(rt, empty_tell);
    if (s->releases)
        set_each(rt, ouroi_release_one, NULL);
    tell(rt, release_tell);
    for (size_t i = 0; i < rt->gc->set.page_n; i++)
        ouroi_page_give_white(rt->gc->set.pages[i]);
}

// ---- some references hidden ----

static inline void drop_slot(ouro_obj **slot, void *arg) {
    ouro_obj *child = *slot;
    (void)arg;
    *slot = NULL;
    if (child)
        reference_drop(child);
}

static void hidden_hold(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)rt;
    (void)arg;
    ouro_incref(o);
}

static void hidden_clear(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    object_each_slot(o, t, drop_slot, arg);
    ouroi_object_clear_hidden(rt, o, t);
    event(rt, OURO_EVENT_CLEARED, o, NULL, 0);
}

static void hidden_let_go(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)rt;
    (void)arg;
    reference_drop(o);
}

static void hidden_stays(ouro_rt *rt, ouro_obj *o, void *arg) {
    size_t *n = arg;
    ++*n;
    int oldest = OURO_GC_FULL;
    ouroi_promote_one(rt, o, &oldest);
    if (rt->gc->debug & OURO_GC_DEBUG_UNCOLLECTABLE) {
        char text[256];
        ouroi_describe(o, text, sizeof text);
        fprintf(stderr, "gc: uncollectable %s\n", text);
    }
    ouroi_garbage_add(rt, o);
}

// Only a traverse callback that reports a reference which its object does not own can lead here.
static void hidden_was_alive(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    int oldest = OURO_GC_FULL;
    ouroi_promote_one(rt, o, &oldest);
    ouroi_warn(
        rt,
        "an object of type '%s' is still referred to by somebody, though all its references were accounted for: a "
        "traverse callback reports one that its object does not own; it is kept alive, its own references are lost",
        ouro_type_of(o)->name);
}

static size_t clear_with_hidden(ouro_rt *rt) {
    size_t left = 0;
    set_each(rt, hidden_hold, NULL);
    set_each(rt, hidden_clear, NULL);
    set_each(rt, hidden_let_go, NULL);
    ouroi_set_recount(rt);
    if (!rt->gc->set.white)
        return 0;
    ouroi_surplus_subtract(rt);
    ouroi_surplus_keep(rt, OURO_EVENT_KEPT, hidden_was_alive);
    set_each(rt, hidden_stays, &left);
    return left;
}

size_t ouroi_clear(ouro_rt *rt, const gc_survey *s) {
    if (s->hidden)
        return clear_with_hidden(rt);
    clear_described(rt, s);
    return 0;
}
