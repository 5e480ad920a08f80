// SPDX-License-Identifier: MIT
// visit.c: references that only callbacks know, and all references of an object handed to one visitor.
#include "type.h"

// Large enough that a type which resumes is asked rarely, small enough that a slice ends.
#define TRAVERSE_LIMIT ((size_t)4096)

// A traverse callback returns 1 both for "there is more" and for a visitor that said 1: so the visitor's word is kept
// here.
typedef struct traversal {
    ouro_visit visit;
    void *arg;
    int result;
} traversal;

static int traverse_visit(ouro_obj *o, void *arg) {
    traversal *t = arg;
    t->result = o ? t->visit(o, t->arg) : 0;
    return t->result;
}

int ouroi_object_traverse(ouro_obj *o, const type_record *t, ouro_visit visit, void *arg) {
    traversal all = {visit, arg, 0};
    for (const ouro_type *type = t->type; type && !all.result; type = type->base) {
        size_t start = 0;
        while (type->traverse && type->traverse(o, start, TRAVERSE_LIMIT, traverse_visit, &all) && !all.result)
            start += TRAVERSE_LIMIT;
    }
    return all.result;
}

bool ouroi_object_traverse_part(ouro_obj *o, hidden_place *at, ouro_visit visit, void *arg) {
    for (; at->type; *at = (hidden_place){at->type->base, 0})
        if (at->type->traverse && at->type->traverse(o, at->start, HIDDEN_PART, visit, arg)) {
            at->start += HIDDEN_PART;
            return true;
        }
    return false;
}

static void visit_slot(ouro_obj **slot, void *arg) {
    traversal *t = arg;
    if (*slot && !t->result)
        t->result = t->visit(*slot, t->arg);
}

int ouroi_object_visit(ouro_obj *o, ouro_visit visit, void *arg) {
    const type_record *t = type_of(o);
    traversal all = {visit, arg, 0};
    object_each_slot(o, t, visit_slot, &all);
    return all.result || !(t->flags & TYPE_TRAVERSES) ? all.result : ouroi_object_traverse(o, t, visit, arg);
}

void ouroi_object_clear_hidden(ouro_rt *rt, ouro_obj *o, const type_record *t) {
    for (const ouro_type *type = t->type; type; type = type->base)
        if (type->clear)
            type->clear(rt, o);
}

void ouroi_object_dealloc(ouro_rt *rt, ouro_obj *o, const type_record *t) {
    for (const ouro_type *type = t->type; type; type = type->base)
        if (type->dealloc)
            type->dealloc(rt, o);
}
