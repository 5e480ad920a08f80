// SPDX-License-Identifier: MIT
// component.c: reads the suspects into strongly connected components, in slices. (D. J. Pearce, "A Space-Efficient
// Algorithm for Finding Strongly Connected Components", 2016, made iterative; it goes back to R. E. Tarjan, 1972.)
//
// An object's references are copied when the search comes to it, so that the search is consistent whatever the program
// changes meanwhile; of garbage, which nobody changes, the result is exact. An object that is no valid suspect any more
// when the search comes to it is left out.
//
//   number   of a suspect: 0 before the search came to it; then the order in which it did, or the lowest such order that
//            is known to be reached from it; then COMPONENT and the number of its component
//   members  from the front: suspects whose component is not complete yet (their ranks); from the back: those of
//            components that are, the component completed last first. No component reaches one that was completed after
//            it: so the finished array has sources first.
#include "cycle.h"

bool ouroi_component_start(gc *g) {
    cycle *c = g->cycle;
    heap *h = &g->rt->heap;
    c->numbers = ouroi_side_alloc(h, c->rank_n * sizeof *c->numbers);
    c->members = ouroi_side_alloc(h, c->rank_n * sizeof *c->members);
    if (!c->numbers || !c->members)
        return false;
    memset(c->numbers, 0, c->rank_n * sizeof *c->numbers);
    c->low = c->rank_n;
    c->waiting = 0;
    c->index = 0;
    c->component_n = 0;
    return true;
}

static void enter_reference(gc *g, ouro_obj *o) {
    cycle *c = g->cycle;
    if (!is_suspect(g, o))
        return;
    ouro_obj **edge = ouroi_stack_push(g, &c->edges, sizeof *edge);
    if (!edge)
        return;
    *edge = o;
    ((frame *)stack_top(&c->frames, sizeof(frame)))->edges++;
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

static void enter(gc *g, ouro_obj *o, uint32_t rank) {
    cycle *c = g->cycle;
    frame *f = ouroi_stack_push(g, &c->frames, sizeof *f);
    if (!f)
        return;
    *f = (frame){(uintptr_t)o, rank, 0};
    c->numbers[rank] = ++c->index;
    follow(g, o, enter_field, enter_visit);
}

// Its component has an object that the search came to before: it is not the first of it.
static void lower(cycle *c, frame *f, uint32_t number) {
    if (number >= c->numbers[f->rank])
        return;
    c->numbers[f->rank] = number;
    f->object |= 1;
}

static void complete(cycle *c, ouro_obj *o, uint32_t rank) {
    c->numbers[rank] = COMPONENT | c->component_n;
    c->members[--c->low] = o;
    c->index--;
}

// Follows one reference of the object on top.
static void step_down(gc *g, frame *f) {
    cycle *c = g->cycle;
    ouro_obj *o = *(ouro_obj **)stack_top(&c->edges, sizeof o);
    ouroi_stack_pop(g, &c->edges);
    f->edges--;
    if (!suspect_is_valid(g, o))
        return;
    uint32_t rank = suspect_rank(g, o), number = c->numbers[rank];
    if (number)
        lower(c, f, number);
    else
        enter(g, o, rank);
}

// The object on top has no more references. The first of a component takes the others, one in each step, from among
// those that wait; any other waits for the first.
static void step_up(gc *g, frame *f) {
    cycle *c = g->cycle;
    ouro_obj *o = (ouro_obj *)(f->object & ~(uintptr_t)1);
    uint32_t rank = f->rank, number = c->numbers[rank];
    if (f->object & 1) {
        c->members[c->waiting++] = o;
    } else {
        ouro_obj *other = c->waiting ? c->members[c->waiting - 1] : NULL;
        if (other && c->numbers[suspect_rank(g, other)] >= number) {
            c->waiting--;
            complete(c, other, suspect_rank(g, other));
            return;
        }
        complete(c, o, rank);
        c->members[c->low] = (ouro_obj *)((uintptr_t)o | MEMBER_FIRST);
        c->component_n++;
    }
    ouroi_stack_pop(g, &c->frames);
    frame *outer = stack_top(&c->frames, sizeof *outer);
    if (outer)
        lower(c, outer, c->numbers[rank]);
}

// The walk over the heap goes on when all that is reached from the object has been searched.
static void start_one(gc *g, page *p, uint32_t slot, ouro_obj *o) {
    uint32_t rank = suspect_rank(g, o);
    (void)p;
    (void)slot;
    if (g->cycle->numbers[rank] || !suspect_is_valid(g, o))
        return;
    enter(g, o, rank);
    g->cycle->interrupt = true;
}

bool ouroi_component_read(gc *g, slice *s) {
    cycle *c = g->cycle;
    for (frame *f; (f = stack_top(&c->frames, sizeof *f));) {
        if (f->edges)
            step_down(g, f);
        else
            step_up(g, f);
        if (!slice_spend(s, 1) || c->part.o || c->failed)
            return false;
    }
    return place_each(g, s, page_is_open, word_suspect, start_one);
}
