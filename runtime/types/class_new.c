// SPDX-License-Identifier: MIT
// class_new.c: making a class. Whatever can fail comes before its bases are told of it. Until then nobody but a walker
// of the heap knows it, and every field may still be NULL (I-std-3).
#include "class.h"

#define SUBCLASSES_MIN 8 // listed before dead ones are looked for

// ---- the bases ----

// The bases as a tuple. Returns: new.
static ouro_obj *class_new_bases(ouro_rt *rt, ouro_obj *bases) {
    if (!bases)
        return ouro_incref(ouroi_std(rt)->empty_tuple);
    if (ouro_is_class(bases))
        return ouro_tuple_new(rt, &bases, 1);
    if (ouroi_expect(rt, "ouro_class_new", ouro_tuple_type, bases))
        return ouro_incref(bases);
    return NULL;
}

static class_obj *class_new_base(const class_obj *c, size_t i) {
    return class_obj_of(ouro_tuple_peek(c->bases, i));
}

// What the bases say of the instances: their kind, and whether their attributes are fixed.
static int class_new_inherit(ouro_rt *rt, class_obj *c) {
    const class_obj *leads = NULL;
    for (size_t i = 0; i < ouro_tuple_size(c->bases); i++) {
        const class_obj *base = class_new_base(c, i);
        if (!ouro_is_class(&base->head))
            return ouroi_wrong_type(rt, "ouro_class_new", "class", &base->head);
        if (!base->ordered || !base->bases || !base->dict)
            return ouro_error_set(rt, OURO_ERR_STATE, "class '%s' is not complete", ouro_class_name(&base->head));
        if (leads && base->kind && base->kind != leads->kind)
            return ouro_error_set(rt, OURO_ERR_TYPE, "the bases of class '%s' do not go together: '%s' and '%s'",
                                  ouro_class_name(&c->head), ouro_class_name(&leads->head),
                                  ouro_class_name(&base->head));
        leads = base->kind ? base : leads;
        c->fixed = c->fixed && base->fixed;
    }
    c->kind = leads ? leads->kind : c->kind;
    return 0;
}

// ---- the layout ----

static int class_new_slot(ouro_rt *rt, class_obj *c, ouro_obj *name) {
    uint32_t slot;
    if (ouroi_layout_add(rt, c, name, &slot) < 0)
        return -1;
    if (slot != SLOT_DICT || !c->fixed)
        return 0;
    return ouro_error_set(rt, OURO_ERR_OVERFLOW, "class '%s' has more than %d slots", ouro_class_name(&c->head),
                          OURO_LAYOUT_MAX);
}

// The slots of fixed bases come first.
static int class_new_inherit_slots(ouro_rt *rt, class_obj *c) {
    for (size_t i = 0; i < ouro_tuple_size(c->bases); i++)
        for (uint32_t k = 0; k < class_new_base(c, i)->n_layout; k++)
            if (class_new_slot(rt, c, class_new_base(c, i)->layout[k]) < 0)
                return -1;
    return 0;
}

static int class_new_own_slot(ouro_rt *rt, class_obj *c, ouro_obj *name) {
    if (!ouroi_expect(rt, "ouro_class_new: slots", ouro_str_type, name))
        return -1;
    ouro_obj *interned = ouro_str_intern(rt, name);
    int result = interned ? class_new_slot(rt, c, interned) : -1;
    ouro_xdecref(interned);
    return result;
}

static int class_new_layout(ouro_rt *rt, class_obj *c, ouro_obj *slots) {
    if (!slots)
        return 0;
    if (!ouroi_expect(rt, "ouro_class_new: slots", ouro_tuple_type, slots))
        return -1;
    if (c->fixed && class_new_inherit_slots(rt, c) < 0)
        return -1;
    for (size_t i = 0; i < ouro_tuple_size(slots); i++)
        if (class_new_own_slot(rt, c, ouro_tuple_peek(slots, i)) < 0)
            return -1;
    return 0;
}

// The instances of a class that is fixed, and whose layout is complete.
static int class_new_instances(ouro_rt *rt, class_obj *c) {
    if (!c->fixed || c->kind || c->n_layout > SLOTTED_MAX)
        return 0;
    c->instances = ouroi_slotted_type(rt, c->n_layout);
    return c->instances ? 0 : -1;
}

// ---- telling the bases ----

// Takes dead subclasses off the list, when it has grown to twice as many as were alive the last time.
static int class_new_prune(ouro_rt *rt, class_obj *base) {
    ouro_obj *list = ouro_incref(base->subclasses), *alive;
    size_t kept = 0;
    int result = 0;
    for (size_t i = 0; !result && i < ouro_list_size(list); i++) {
        if (!ouro_weak_get(ouro_list_peek(list, i), &alive))
            continue;
        ouro_decref(alive);
        result = ouro_list_set(rt, list, (ptrdiff_t)kept++, ouro_list_peek(list, i));
    }
    if (!result)
        result = ouro_list_splice(rt, list, (ptrdiff_t)kept, PTRDIFF_MAX, NULL);
    ouro_decref(list);
    base->prune_at = 2 * kept > SUBCLASSES_MIN ? 2 * kept : SUBCLASSES_MIN;
    return result;
}

static int class_new_tell(ouro_rt *rt, const class_obj *c, class_obj *base) {
    if (!base->subclasses) {
        ouro_obj *list = ouro_list_new(rt, NULL, 0);
        if (!list)
            return -1;
        base->prune_at = SUBCLASSES_MIN;
        ouro_setref_steal(&base->head, &base->subclasses, list);
    }
    if (ouro_list_size(base->subclasses) >= base->prune_at && class_new_prune(rt, base) < 0)
        return -1;
    return ouro_list_append(rt, base->subclasses, c->watch);
}

// ---- the class ----

// Sets a field to what its maker gave. Returns: false if that is NULL.
static bool class_new_set(class_obj *c, ouro_obj **field, ouro_obj *value) {
    ouro_setref_steal(&c->head, field, value);
    return value != NULL;
}

static int class_new_fill(ouro_rt *rt, class_obj *c, ouro_obj *bases, ouro_obj *slots) {
    if (!class_new_set(c, &c->bases, class_new_bases(rt, bases)) || class_new_inherit(rt, c) < 0 ||
        ouroi_mro_find(rt, c) < 0 || class_new_layout(rt, c, slots) < 0 || class_new_instances(rt, c) < 0 ||
        !class_new_set(c, &c->dict, ouro_dict_new(rt)) ||
        !class_new_set(c, &c->watch, ouro_weak_new(rt, &c->head, NULL, NULL)))
        return -1;
    for (size_t i = 0; i < ouro_tuple_size(c->bases); i++)
        if (class_new_tell(rt, c, class_new_base(c, i)) < 0)
            return -1;
    c->version = ouroi_next_version(rt);
    c->changing--;
    return 0;
}

static class_obj *class_new(ouro_rt *rt, const char *name) {
    class_obj *c = ouro_new_tail(rt, ouro_class_type, 0);
    if (!c)
        return NULL;
    c->version = ouroi_next_version(rt);
    c->changing = 1;
    if (class_new_set(c, &c->name, ouro_str_from(rt, name)))
        return c;
    ouro_decref(&c->head);
    return NULL;
}

ouro_obj *ouro_class_new(ouro_rt *rt, const char *name, ouro_obj *bases, ouro_obj *slots) {
    class_obj *c = class_new(rt, name);
    if (!c)
        return NULL;
    c->fixed = slots != NULL;
    if (class_new_fill(rt, c, bases, slots) == 0)
        return &c->head;
    ouro_decref(&c->head);
    return NULL;
}

ouro_obj *ouroi_class_builtin(ouro_rt *rt, const char *name, ouro_obj *base, uint32_t kind) {
    class_obj *c = class_new(rt, name);
    if (!c)
        return NULL;
    c->kind = kind;
    if (class_new_fill(rt, c, base, NULL) == 0)
        return &c->head;
    ouro_decref(&c->head);
    return NULL;
}

// ---- the classes of standard types ----

static ouro_obj *class_new_standard(ouro_rt *rt, const ouro_type *type, uint32_t kind) {
    ouro_obj *o = ouroi_class_builtin(rt, type->name, NULL, kind);
    if (!o)
        return NULL;
    class_obj_of(o)->standard = class_obj_of(o)->fixed = true;
    ouro_obj **place = &state_of(rt)->classes[kind];
    if (*place) { // somebody asked meanwhile
        ouro_decref(o);
        return *place;
    }
    ouro_immortalize(o);
    return *place = o;
}

ouro_obj *ouro_class_of_type(ouro_rt *rt, const ouro_type *type) {
    if (type == ouro_exception_type)
        return ouro_exception_class(rt, OURO_ERR_THROWN);
    const ouro_type *wanted = type == ouroi_big_type ? ouro_int_type : type;
    for (uint32_t kind = 0; kind < CLASS_KIND_COUNT; kind++)
        if (wanted == ouroi_derived_base(kind)) {
            ouro_obj *known = state_of(rt)->classes[kind];
            return known ? known : class_new_standard(rt, wanted, kind);
        }
    ouro_error_set(rt, OURO_ERR_TYPE, "no class may derive from '%s'", type->name);
    return NULL;
}
