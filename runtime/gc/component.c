// SPDX-License-Identifier: MIT
// component.c: reads the suspects into strongly connected components, in slices. (D. J. Pearce, "A Space-Efficient
// Algorithm for Finding Strongly Connected Components", 2016, made iterative; it goes back to R. E. Tarjan, 1972.)
//
// Of what the program changes meanwhile the result means nothing; of garbage, which nobody changes, it is exact: no
// suspect that is alive ever refers to garbage, so none is taken into a component of it. An object that is no valid
// suspect any more when the search comes to it, or back to it, has no references.
//
//   number   of a suspect: 0 before the search came to it; then the order in which it did, or the lowest such order
//            that is known to be reached from it; then COMPONENT and the number of its component
//   members  from the front: suspects whose component is not complete yet; from the back: those of components that are,
//            the component completed last first. No component reaches one that was completed after it: so the finished
//            array has sources first.
#include "cycle.h"

#define CLEAR_STEP 16384u

enum {
    FRAME_LOW = 1,  // known not to be the first of its component
    FRAME_EDGES = 2 // its references have been copied to the stack of edges
};

bool ouroi_component_start(gc *g) {
    cycle *c = g->cycle;
    c->member_room = c->low = c->rank_n;
    c->members = ouroi_side_alloc(&g->rt->heap, c->member_room * sizeof *c->members);
    c->failed |= !c->members;
    return c->members;
}

static void enter_reference(gc *g, ouro_obj *o) {
    cycle *c = g->cycle;
    if (!is_suspect(g, o))
        return;
    ouro_obj **edge = stack_push(g, &c->edges, sizeof *edge);
    if (!edge)
        return;
    *edge = o;
    ((frame *)stack_top(&c->frames, sizeof(frame)))->at++;
}

static void enter_field(ouro_obj **slot, void *g) {
    if (*slot)
        enter_reference(g, *slot);
}

static int enter_visit(ouro_obj *o, void *g) {
    if (o)
        enter_reference(g, o);
    return 0;
}

// Described slots are read one by one, later. What a callback reports is copied now.
static void enter(gc *g, ouro_obj *o, uint32_t rank) {
    cycle *c = g->cycle;
    const type_record *t = type_of(o);
    frame *f = stack_push(g, &c->frames, sizeof *f);
    if (!f)
        return;
    *f = (frame){(uintptr_t)o, rank, 0};
    c->numbers[rank] = ++c->index;
    if (likely(!(t->flags & TYPE_TRAVERSES) && object_slots(o, t) <= UINT32_MAX))
        return;
    f->object |= FRAME_EDGES;
    follow(g, o, enter_field, enter_visit);
}

static ouro_obj *frame_object(const frame *f) {
    return (ouro_obj *)(f->object & ~(uintptr_t)(FRAME_LOW | FRAME_EDGES));
}

// Its component has an object that the search came to before: it is not the first of it.
static void lower(cycle *c, frame *f, uint32_t number) {
    if (number >= c->numbers[f->rank])
        return;
    c->numbers[f->rank] = number;
    f->object |= FRAME_LOW;
}

static void complete(cycle *c, ouro_obj *o, uint32_t rank) {
    c->numbers[rank] = COMPONENT | c->component_n;
    c->members[--c->low] = o;
    c->index--;
}

// Follows a reference of the object on top. True if another object is on top now.
static bool follow_one(gc *g, frame *f, ouro_obj *o) {
    cycle *c = g->cycle;
    uint32_t rank = suspect_find_rank(g, o);
    if (rank == RANK_NONE)
        return false;
    if (c->numbers[rank]) {
        lower(c, f, c->numbers[rank]);
        return false;
    }
    enter(g, o, rank);
    return true;
}

static bool edges_follow(gc *g, frame *f, slice *s) {
    while (f->at) {
        ouro_obj *o = *(ouro_obj **)stack_top(&g->cycle->edges, sizeof o);
        stack_pop(g, &g->cycle->edges);
        f->at--;
        if (follow_one(g, f, o) || --s->left <= 0)
            return true;
    }
    return false;
}

static bool slots_follow(gc *g, frame *f, slice *s) {
    ouro_obj *o = frame_object(f);
    if (!suspect_is_valid(g, o))
        return false;
    const type_record *t = type_of(o);
    uint64_t n = object_slots(o, t);
    while (f->at < n) {
        ouro_obj *child = *object_slot(o, t, f->at++);
        if ((child && follow_one(g, f, child)) || --s->left <= 0)
            return true;
    }
    return false;
}

// Follows references of the object on top until one leads to an object that the search has not come to, or the slice
// may be over. False if it has no more.
static bool step_down(gc *g, frame *f, slice *s) {
    return f->object & FRAME_EDGES ? edges_follow(g, f, s) : slots_follow(g, f, s);
}

// The object on top has no more references. The first of a component takes the others, one in each step, from among
// those that wait; any other waits for the first.
static void step_up(gc *g, frame *f) {
    cycle *c = g->cycle;
    ouro_obj *o = frame_object(f);
    uint32_t rank = f->rank, number = c->numbers[rank];
    if (f->object & FRAME_LOW) {
        c->members[c->waiting++] = o;
    } else {
        ouro_obj *other = c->waiting ? c->members[c->waiting - 1] : NULL;
        uint32_t other_rank = other ? suspect_rank(g, other) : 0;
        if (other && c->numbers[other_rank] >= number) {
            c->waiting--;
            complete(c, other, other_rank);
            return;
        }
        complete(c, o, rank);
        c->members[c->low] = (ouro_obj *)((uintptr_t)o | MEMBER_FIRST);
        c->component_n++;
    }
    stack_pop(g, &c->frames);
    frame *outer = stack_top(&c->frames, sizeof *outer);
    if (outer)
        lower(c, outer, c->numbers[rank]);
}

// Goes on with the search. True when all that is reached from where it began has been searched.
static bool search(gc *g, slice *s) {
    cycle *c = g->cycle;
    for (frame *f; (f = stack_top(&c->frames, sizeof *f));) {
        if (!step_down(g, f, s))
            step_up(g, f);
        if (!slice_spend(s, 1) || c->part.o || c->failed)
            return false;
    }
    return true;
}

static void start_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    uint32_t rank = slot_rank(g, p, slot);
    if (g->cycle->numbers[rank] || !slot_is_valid(g, p, slot, o))
        return;
    enter(g, o, rank);
    g->cycle->interrupt = g->cycle->part.o || !search(g, g->cycle->slice);
}

static bool numbers_clear(cycle *c, slice *s) {
    while (c->cleared < c->rank_n) {
        size_t n = c->rank_n - c->cleared < CLEAR_STEP ? c->rank_n - c->cleared : CLEAR_STEP;
        memset(c->numbers + c->cleared, 0, n * sizeof *c->numbers);
        c->cleared += n;
        if (!slice_spend(s, n / 32))
            return false;
    }
    return true;
}

bool ouroi_component_read(gc *g, slice *s) {
    g->cycle->slice = s;
    return numbers_clear(g->cycle, s) && search(g, s) && place_each(g, s, page_is_open, word_suspect, start_one);
}
