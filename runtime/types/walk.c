// SPDX-License-Identifier: MIT
// walk.c: the stack of walk.h: a few frames in the walk itself, then chunks.
#include "walk.h"

bool ouroi_walk_open(walk *w, ouro_rt *rt) {
    w->rt = rt;
    w->first = w->top = NULL;
    w->depth = w->mark_depth = 0;
    return ouroi_enter(rt);
}

walk_frame *ouroi_walk_top(walk *w) {
    if (w->top)
        return &w->top->frames[w->top->n - 1];
    return w->depth ? &w->near[w->depth - 1] : NULL;
}

// The chunk above the top, empty; NULL without memory.
static walk_chunk *walk_grow(walk *w) {
    walk_chunk *c = w->top ? w->top->above : w->first;
    if (c)
        return c;
    c = ouro_buf_alloc(w->rt, sizeof *c + WALK_CHUNK * sizeof *c->frames);
    if (!c)
        return NULL;
    c->below = w->top;
    c->above = NULL;
    c->n = 0;
    *(w->top ? &w->top->above : &w->first) = c;
    return c;
}

// Room for one more frame; NULL without memory.
static walk_frame *walk_room(walk *w) {
    if (w->depth < WALK_NEAR)
        return &w->near[w->depth];
    if (!w->top || w->top->n == WALK_CHUNK) {
        walk_chunk *c = walk_grow(w);
        if (!c)
            return NULL;
        w->top = c;
    }
    return &w->top->frames[w->top->n++];
}

// True if the two are those of the remembered frame, which is below; else remembers them when it is time to.
static bool walk_circles(walk *w, const ouro_obj *a, const ouro_obj *b) {
    if (w->mark_depth && w->mark_a == a && w->mark_b == b)
        return true;
    if (w->depth >= 16 && (w->depth & (w->depth - 1)) == 0) {
        w->mark_depth = w->depth;
        w->mark_a = (ouro_obj *)(uintptr_t)a;
        w->mark_b = (ouro_obj *)(uintptr_t)b;
    }
    return false;
}

walk_frame *ouroi_walk_push_steal(walk *w, ouro_obj *a, ouro_obj *b) {
    walk_frame *f = walk_room(w);
    if (!f) {
        ouro_decref(a);
        ouro_xdecref(b);
        return NULL;
    }
    memset(f, 0, sizeof *f);
    f->a = a;
    f->b = b;
    w->depth++;
    if (unlikely(walk_circles(w, a, b))) {
        ouro_error_set(w->rt, OURO_ERR_DEPTH, "a '%s' object contains itself", ouroi_type_name(a));
        return NULL;
    }
    return f;
}

int ouroi_walk_each(walk *w, size_t from, size_t to, int (*each)(walk *w, walk_frame *f)) {
    int answer = OURO_PASS;
    const size_t near = WALK_NEAR;
    for (size_t i = from; i < to && i < near && answer == OURO_PASS; i++)
        answer = each(w, &w->near[i]);
    size_t at = near;
    for (walk_chunk *c = w->first; c && at < to && answer == OURO_PASS; c = c->above)
        for (size_t i = 0; i < c->n && at < to && answer == OURO_PASS; i++, at++)
            if (at >= from)
                answer = each(w, &c->frames[i]);
    return answer;
}

static bool frames_hold(const walk_frame *frames, size_t n, const ouro_obj *o) {
    for (size_t i = 0; i < n; i++)
        if (frames[i].a == o)
            return true;
    return false;
}

bool ouroi_walk_holds(const walk *w, const ouro_obj *o) {
    for (const walk_chunk *c = w->top; c; c = c->below)
        if (frames_hold(c->frames, c->n, o))
            return true;
    return frames_hold(w->near, w->depth < WALK_NEAR ? w->depth : WALK_NEAR, o);
}

void ouroi_walk_pop(walk *w) {
    walk_frame f = *ouroi_walk_top(w);
    walk_chunk *c = w->top;
    if (c && --c->n == 0) {
        w->top = c->below;
        ouro_buf_free(w->rt, c->above);
        c->above = NULL;
    }
    if (w->depth-- == w->mark_depth)
        w->mark_depth = 0;
    ouro_xdecref(f.step.held);
    ouro_xdecref(f.made);
    ouro_xdecref(f.b);
    ouro_decref(f.a);
}

void ouroi_walk_close(walk *w) {
    while (w->depth)
        ouroi_walk_pop(w);
    ouro_buf_free(w->rt, w->first);
    ouroi_leave(w->rt);
}
