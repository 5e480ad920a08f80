// SPDX-License-Identifier: MIT
// print.c: the text of objects. A type writes step by step, and hands out the parts that are to be written in between.
// What is being written already is cut to three points, and so is what is nested too deep. Foreign code in between may
// print, too; so all texts being made in a runtime are in one list, and count together.
#include "walk.h"

struct printer {
    printer *outer;
    size_t outer_depth; // of all outer ones together
    walk walk;
    ouro_builder *out;
};

static const char *print_short(const ouro_obj *o) {
    switch (ouroi_kind(o) & ~(uint32_t)OUROI_KIND_DERIVED) {
    case OUROI_KIND_LIST:
        return "[...]";
    case OUROI_KIND_TUPLE:
        return "(...)";
    case OUROI_KIND_DICT:
    case OUROI_KIND_SET:
        return "{...}";
    default:
        return "...";
    }
}

static bool print_is_open(const printer *p, const ouro_obj *o) {
    for (; p; p = p->outer)
        if (ouroi_walk_holds(&p->walk, o))
            return true;
    return false;
}

// What holds nothing is never too deep.
static bool print_is_deep(const printer *p, const ouro_obj *o) {
    size_t depth = p->outer_depth + p->walk.depth;
    return depth >= state_of(p->walk.rt)->max_print_depth && !ouro_type_is_acyclic(ouro_type_of(o));
}

// Begins to write an object, which is stolen.
static int print_enter(printer *p, ouro_obj *o) {
    if (!print_is_deep(p, o) && !print_is_open(p, o))
        return ouroi_walk_push_steal(&p->walk, o, NULL) ? 0 : -1;
    int result = ouro_builder_text(p->out, print_short(o));
    ouro_decref(o);
    return result;
}

static int print_step(printer *p, ouro_obj **part) {
    walk_frame *f = ouroi_walk_top(&p->walk);
    const ouro_ops *ops = ops_with(f->a, repr);
    if (ops)
        return ops->repr(p->walk.rt, f->a, &f->step, p->out, part);
    return ouro_builder_format(p->out, "<%s object at %p>", ouroi_type_name(f->a), (void *)f->a);
}

static int print_walk(printer *p, ouro_obj *o) {
    int result = print_enter(p, ouro_incref(o));
    while (result >= 0 && p->walk.depth) {
        ouro_obj *part = NULL;
        result = print_step(p, &part);
        if (result > 0)
            result = print_enter(p, part);
        else if (result == 0)
            ouroi_walk_pop(&p->walk);
    }
    return result;
}

int ouroi_print(ouro_rt *rt, ouro_obj *o, ouro_builder *out) {
    std_state *s = state_of(rt);
    printer p;
    if (!ouroi_walk_open(&p.walk, rt))
        return -1;
    p.outer = s->printing;
    p.outer_depth = p.outer ? p.outer->outer_depth + p.outer->walk.depth : 0;
    p.out = out;
    s->printing = &p;
    int result = print_walk(&p, o);
    s->printing = p.outer;
    ouroi_walk_close(&p.walk);
    return result;
}

int ouroi_print_str(ouro_rt *rt, ouro_obj *o, ouro_builder *out) {
    const ouro_ops *ops = ops_with(o, str);
    if (!ops)
        return ouroi_print(rt, o, out);
    if (!ouroi_enter(rt))
        return -1;
    int result = ops->str(rt, o, out);
    ouroi_leave(rt);
    return result;
}

// ---- as strs ----

static ouro_obj *print_to_str(ouro_rt *rt, ouro_obj *o, int (*print)(ouro_rt *, ouro_obj *, ouro_builder *)) {
    ouro_builder b;
    ouro_builder_open(rt, &b);
    if (print(rt, o, &b) == 0)
        return ouro_builder_finish(&b);
    ouro_builder_close(&b);
    return NULL;
}

ouro_obj *ouro_repr(ouro_rt *rt, ouro_obj *o) {
    return print_to_str(rt, o, ouroi_print);
}

ouro_obj *ouro_to_str(ouro_rt *rt, ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_STR ? ouro_incref(o) : print_to_str(rt, o, ouroi_print_str);
}
