// SPDX-License-Identifier: MIT
// instance_copy.c: copies of objects of users' classes: an object of the same class, made without __init__, with the
// same standard part and the same attributes, or with copies of them.
#include "class.h"

ouro_obj *ouroi_derived_copy(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *made;
    if (ouroi_special_call(rt, o, SPECIAL_COPY, NULL, 0, &made))
        return made;
    class_obj *c = class_of(o);
    if (!c) {
        ouro_error_set(rt, OURO_ERR_STATE, "an object that has been taken apart cannot be copied");
        return NULL;
    }
    made = ouro_instance_new(rt, &c->head, c->kind ? o : NULL);
    if (made && ouroi_instance_copy_values(rt, made, o) < 0)
        ouro_setslot_steal(&made, NULL);
    return made;
}

// ---- deep ----
//
// First the standard part, by its own type's `deep`, to which the empty copy is given; then the attributes one by one.
// Each has its own use of the step: the copy has got attributes (or a place for them) once it is their turn.

static bool deep_has_below(const ouro_obj *o) {
    return ouroi_kind(o) != OUROI_KIND_INSTANCE && ops_below(o, deep) != NULL;
}

// The copy, still empty, but for a standard part that holds no objects.
static ouro_obj *deep_start(ouro_rt *rt, ouro_obj *o) {
    class_obj *c = class_of(o);
    bool below = deep_has_below(o);
    if (below && c->kind != OUROI_KIND_EXCEPTION)
        return ouroi_derived_blank(rt, o);
    return ouro_instance_new(rt, &c->head, c->kind && !below ? o : NULL);
}

// Sets the attribute whose value was handed out, `step->held`, to the value's copy, which is stolen.
static int deep_store(ouro_rt *rt, ouro_step *step, ouro_obj *made, ouro_obj **part) {
    ouro_obj *name = step->held, *copy = *part;
    step->held = *part = NULL;
    int result = ouro_instance_set(rt, made, name, copy);
    ouro_decref(name);
    ouro_xdecref(copy);
    return result;
}

static int deep_attributes(ouro_rt *rt, const ouro_obj *o, ouro_step *step, ouro_obj *made, ouro_obj **part) {
    ouro_obj *name, *value;
    if (step->held && deep_store(rt, step, made, part) < 0)
        return -1;
    if (!ouro_instance_each_peek(o, &step->at, &name, &value))
        return 0;
    step->held = ouro_incref(name);
    *part = ouro_incref(value);
    return 1;
}

// The standard part's turn; when it is done, the attributes'.
static int deep_below(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    int more = ops_below(o, deep)->deep(rt, o, step, made, part);
    if (more)
        return more;
    ouro_setslot_steal(&step->held, NULL);
    *step = (ouro_step){0, 0, NULL};
    if (!ouroi_ext_of(o)->companion)
        return 0;
    return ouroi_instance_prepare(rt, *made) < 0 ? -1 : deep_attributes(rt, o, step, *made, part);
}

int ouroi_derived_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    if (!*made) {
        if (ouroi_special_call(rt, o, SPECIAL_DEEPCOPY, NULL, 0, made))
            return *made ? 0 : -1;
        if (!class_of(o))
            return ouro_error_set(rt, OURO_ERR_STATE, "an object that has been taken apart cannot be copied");
        if (!(*made = deep_start(rt, o)))
            return -1;
    }
    if (deep_has_below(o) && !ouroi_ext_of(*made)->companion)
        return deep_below(rt, o, step, made, part);
    return deep_attributes(rt, o, step, *made, part);
}
