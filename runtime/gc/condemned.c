// SPDX-License-Identifier: MIT
// condemned.c: takes apart, in slices, what one stop has condemned: as clear.c does it in one go. First references that
// lead out are dropped, but for the last ones; then those, since their targets' deaths may run foreign code; then what
// types release; then the blocks go back. Between slices the condemned are invisible, since their count words are 0.
#include "cycle.h"

// Goes on with the fields of one object. True when all have been handed to fn.
static bool fields_each(gc *g, ouro_obj *o, slice *s, slot_fn fn) {
    cycle *c = g->cycle;
    const type_record *t = type_of(o);
    uint64_t n = object_slots(o, t);
    bool goes_on = true;
    while (c->at_field < n && goes_on) {
        fn(object_slot(o, t, c->at_field++), &c->last_ones);
        goes_on = slice_spend(s, 1);
    }
    if (c->at_field < n)
        return false;
    c->at_field = 0;
    return true;
}

static bool empty(gc *g, ouro_obj *o, slice *s) {
    return fields_each(g, o, s, ouroi_empty_slot);
}

static bool empty_last(gc *g, ouro_obj *o, slice *s) {
    return fields_each(g, o, s, ouroi_empty_last_slot);
}

static bool release(gc *g, ouro_obj *o, slice *s) {
    (void)s;
    event(g->rt, OURO_EVENT_CLEARED, o, NULL, 0);
    ouroi_release_one(g->rt, o, NULL);
    event(g->rt, OURO_EVENT_FREED, o, NULL, 0);
    return true;
}

static bool give_back(gc *g, ouro_obj *o, slice *s) {
    page *p = page_of(o);
    (void)s;
    g->cycle->freed += page_block_bytes(p);
    // It is no death of an object born since the last young collection.
    if (p->flags & PAGE_IN_YOUNG && p->used_base > 0)
        p->used_base--;
    block_give(p, o);
    g->cycle->info.collected++;
    return true;
}

typedef bool (*condemned_step)(gc *g, ouro_obj *o, slice *s);

// Hands each condemned object to the step, which says whether it has done with it. True at the end.
static bool condemned_each(gc *g, slice *s, condemned_step step) {
    cycle *c = g->cycle;
    while (c->at_member < c->condemned) {
        if (!step(g, c->members[c->stop_from + c->at_member], s))
            return false;
        c->at_member++;
        if (!slice_spend(s, 1))
            return false;
    }
    c->at_member = 0;
    return true;
}

static bool free_some(gc *g, slice *s) {
    switch (g->cycle->step) {
    case FREE_EMPTY:
        return condemned_each(g, s, empty);
    case FREE_LAST:
        return !g->cycle->last_ones || condemned_each(g, s, empty_last);
    case FREE_RELEASE:
        return (!g->cycle->releases && !g->rt->heap.events) || condemned_each(g, s, release);
    case FREE_GIVE:
        return condemned_each(g, s, give_back);
    }
    return true;
}

static void field_is_empty(ouro_obj **slot, void *all) {
    *(bool *)all &= !*slot || !object_is_live(*slot);
}

// I-cycle-4. What is left in fields refers to others of the condemned.
static bool condemned_are_empty(const gc *g) {
    const cycle *c = g->cycle;
    bool all = true;
    for (size_t i = 0; i < c->condemned; i++) {
        ouro_obj *o = c->members[c->stop_from + i];
        object_each_slot(o, type_of(o), field_is_empty, &all);
    }
    return all;
}

bool ouroi_condemned_free(gc *g, slice *s) {
    while (free_some(g, s)) {
        ASSERT(g->cycle->step != FREE_LAST || condemned_are_empty(g));
        if (g->cycle->step == FREE_GIVE) {
            g->cycle->condemned = 0;
            return true;
        }
        g->cycle->step++;
    }
    return false;
}
