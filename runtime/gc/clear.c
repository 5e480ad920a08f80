// SPDX-License-Identifier: MIT
// clear.c: taking the white apart. By now they are condemned: finalized, without weak references, referred to by each other alone.
//
// Where descriptions tell all their references, none of their counts matters any more. Their count words become 0, so that
// nobody sees them; their fields are emptied, and references that lead out of the set are dropped, which may run foreign code;
// only when the last field of the last object is empty do the blocks go back, a page's at a time.
// Where callbacks hide references, all of the set is held by one more reference each, every object is cleared, and then
// let go one by one: they die like others, in death.c. What is alive after that cannot be taken apart by its type.
#include "gc.h"

// ---- all references described ----

static void condemn(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    __atomic_store_n(&o->ouroi_count, 0, __ATOMIC_RELAXED);
    event(rt, OURO_EVENT_DEAD, o, NULL, 0);
}

static inline void empty_slot(ouro_obj **slot, void *arg) {
    ouro_obj *child = *slot;
    *slot = NULL;
    if (child && !(rt_of(child) == arg && is_white(child)))
        reference_drop(child);
}

static void empty(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)arg;
    object_each_slot(o, type_of(o), empty_slot, rt);
    event(rt, OURO_EVENT_CLEARED, o, NULL, 0);
}

static void give_block(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    (void)arg;
    if (t->flags & TYPE_DEALLOCS)
        ouroi_object_dealloc(rt, o, t);
    if (t->tail_place == OURO_TAIL_POINTER)
        ouro_buf_free(rt, tail_start(o, t));
    event(rt, OURO_EVENT_FREED, o, NULL, 0);
    block_give(o);
}

static void clear_described(ouro_rt *rt) {
    ouroi_set_each(rt, condemn, NULL);
    ouroi_set_each(rt, empty, NULL);
    ouroi_set_each(rt, give_block, NULL);
}

// ---- some references hidden ----

static void hold(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)rt;
    (void)arg;
    ouro_incref(o);
}

static inline void drop_slot(ouro_obj **slot, void *arg) {
    ouro_obj *child = *slot;
    (void)arg;
    *slot = NULL;
    if (child)
        reference_drop(child);
}

static void clear(ouro_rt *rt, ouro_obj *o, void *arg) {
    const type_record *t = type_of(o);
    object_each_slot(o, t, drop_slot, arg);
    ouroi_object_clear_hidden(rt, o, t);
    event(rt, OURO_EVENT_CLEARED, o, NULL, 0);
}

static void let_go(ouro_rt *rt, ouro_obj *o, void *arg) {
    (void)rt;
    (void)arg;
    reference_drop(o);
}

static void could_not(ouro_rt *rt, ouro_obj *o, void *arg) {
    size_t *n = arg;
    ++*n;
    int oldest = OURO_GC_FULL;
    ouroi_promote_one(rt, o, &oldest);
    if (rt->gc->debug & OURO_GC_DEBUG_UNCOLLECTABLE) {
        char text[256];
        ouroi_describe(o, text, sizeof text);
        ouroi_warn(rt, "gc: uncollectable %s", text);
    }
    ouroi_garbage_add(rt, o);
}

static size_t clear_hidden(ouro_rt *rt) {
    size_t left = 0;
    ouroi_set_each(rt, hold, NULL);
    ouroi_set_each(rt, clear, NULL);
    ouroi_set_each(rt, let_go, NULL);
    ouroi_set_each(rt, could_not, &left);
    return left;
}

size_t ouroi_clear(ouro_rt *rt, const gc_survey *s) {
    if (s->hidden)
        return clear_hidden(rt);
    clear_described(rt);
    return 0;
}
