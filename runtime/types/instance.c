// SPDX-License-Identifier: MIT
// instance.c: instances and their attributes. An object with a standard part keeps its attributes in a companion, an
// instance of the same class that nobody else refers to; so all is done here for both.
//
// Order of lookup: the object's own attributes, the class's (they may bind), the standard type's, __getattr__.
#include "class.h"

#include "exception.h"

// ---- where things are ----

instance_ext *ouroi_ext_of(const ouro_obj *o) {
    uint32_t kind = ouroi_kind(o);
    if (kind == OUROI_KIND_EXCEPTION)
        return &exc_of(o)->ext;
    return kind < OUROI_KIND_SLOTTED && kind & OUROI_KIND_DERIVED ? ouroi_derived_ext(o) : NULL;
}

// The instance that keeps an object's attributes; NULL if there is none yet.
static ouro_obj *instance_keeper(const ouro_obj *o) {
    if (ouroi_kind_is_instance(ouroi_kind(o)))
        return (ouro_obj *)(uintptr_t)o;
    const instance_ext *ext = ouroi_ext_of(o);
    return ext ? ext->companion : NULL;
}

// The same, made now if there is none.
static ouro_obj *instance_keeper_made(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *have = instance_keeper(o);
    if (have)
        return have;
    ouro_obj *made = ouroi_companion_new(rt, ouroi_ext_of(o)->of_class);
    if (!made)
        return NULL;
    if (instance_keeper(o)) // somebody has been faster
        ouro_decref(made);
    else
        ouro_setref_steal(o, &ouroi_ext_of(o)->companion, made);
    return instance_keeper(o);
}

int ouroi_instance_prepare(ouro_rt *rt, ouro_obj *o) {
    return instance_keeper_made(rt, o) ? 0 : -1;
}

// ---- an object's own attributes ----

// The dict of attributes that have no slot; NULL if there is none.
static ouro_obj *instance_dict(const ouro_obj *keeper) {
    ouro_obj **place = instance_place(keeper, SLOT_DICT);
    return place ? *place : NULL;
}

// Returns: borrowed, until foreign code runs; NULL if there is none.
static ouro_obj *instance_peek(ouro_rt *rt, const ouro_obj *keeper, ouro_obj *name) {
    ouro_obj *value = instance_slot_value(keeper, name), *dict = value ? NULL : instance_dict(keeper);
    return dict ? ouroi_dict_peek_name(rt, dict, name) : value;
}

// Makes room for `need` values. What runs meanwhile may make room, too, and sets what it likes.
static int instance_reserve(ouro_rt *rt, open_instance *i, uint32_t need) {
    while (i->n_values < need) {
        uint32_t n = ouroi_layout_room(class_obj_of(i->base.of_class), need);
        ouro_obj **fresh = ouro_buf_alloc(rt, n * sizeof *fresh), **old = i->values;
        if (!fresh)
            return -1;
        if (i->n_values >= need) {
            ouro_buf_free(rt, fresh);
            break;
        }
        if (i->n_values)
            memcpy(fresh, old, i->n_values * sizeof *fresh);
        memset(fresh + i->n_values, 0, (n - i->n_values) * sizeof *fresh);
        i->values = fresh;
        i->n_values = n;
        ouro_buf_free(rt, old);
    }
    return 0;
}

static int instance_store_dict(ouro_rt *rt, ouro_obj *keeper, ouro_obj *name, ouro_obj *value) {
    if (instance_reserve(rt, open_instance_of(keeper), SLOT_DICT + 1) < 0)
        return -1;
    if (!instance_dict(keeper)) {
        ouro_obj *dict = ouro_dict_new(rt);
        if (!dict)
            return -1;
        if (instance_dict(keeper))
            ouro_decref(dict);
        else
            ouro_setref_steal(keeper, instance_place(keeper, SLOT_DICT), dict);
    }
    ouro_obj *dict = ouro_incref(instance_dict(keeper));
    int result = ouro_dict_set(rt, dict, name, value);
    ouro_decref(dict);
    return result;
}

static int instance_missing(ouro_rt *rt, const class_obj *c, const ouro_obj *name) {
    return ouro_error_set(rt, OURO_ERR_ATTRIBUTE, "'%s' object has no attribute '%s'", ouro_class_name(&c->head),
                          ouro_str_data(name));
}

// The name has no place in the instance yet. A fixed class knows all the names there can be.
static int instance_store_new(ouro_rt *rt, ouro_obj *keeper, ouro_obj *name, ouro_obj *value) {
    class_obj *c = class_of(keeper);
    uint32_t slot = c ? layout_find(c, name) : SLOT_NONE;
    if (!c)
        return ouro_error_set(rt, OURO_ERR_STATE, "an object that has been taken apart cannot have attributes");
    if (slot == SLOT_NONE && c->fixed)
        return instance_missing(rt, c, name);
    if (slot == SLOT_NONE && ouroi_layout_add(rt, c, name, &slot) < 0)
        return -1;
    if (slot == SLOT_DICT)
        return instance_store_dict(rt, keeper, name, value);
    if (instance_reserve(rt, open_instance_of(keeper), slot + 1) < 0)
        return -1;
    ouro_setref(keeper, instance_place(keeper, slot), value);
    return 0;
}

static int instance_store(ouro_rt *rt, ouro_obj *keeper, ouro_obj *name, ouro_obj *value) {
    return instance_store_quick(keeper, name, value) ? 0 : instance_store_new(rt, keeper, name, value);
}

static int instance_delete(ouro_rt *rt, ouro_obj *keeper, const class_obj *c, ouro_obj *name) {
    if (!keeper || !instance_peek(rt, keeper, name))
        return instance_missing(rt, c, name);
    uint32_t slot = layout_find(c, name);
    if (slot != SLOT_NONE) {
        ouro_clearref(keeper, instance_place(keeper, slot));
        return 0;
    }
    ouro_obj *dict = ouro_incref(instance_dict(keeper));
    int found = ouro_dict_del(rt, dict, name);
    ouro_decref(dict);
    return found < 0 ? -1 : 0;
}

// The caller holds o, and o the instance that keeps its attributes.
static int instance_change(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value) {
    const class_obj *c = class_of(o);
    if (!c)
        return ouro_error_set(rt, OURO_ERR_TYPE, "'%s' object: attributes cannot be set", ouroi_type_name(o));
    if (!value)
        return instance_delete(rt, instance_keeper(o), c, name);
    ouro_obj *keeper = instance_keeper_made(rt, o);
    return keeper ? instance_store(rt, keeper, name, value) : -1;
}

// ---- attributes as the protocols see them ----

// What the class has, bound. With `unbound`, a native stays as it is.
static int instance_from_class(ouro_rt *rt, ouro_obj *o, ouro_obj *found, bool unbound, ouro_obj **out) {
    if (unbound && ouro_is_native(found)) {
        *out = ouro_incref(found);
        return ATTR_UNBOUND;
    }
    const ouro_ops *ops = ops_with(found, bind);
    ouro_incref(found);
    if (!ops) {
        *out = found;
        return 1;
    }
    *out = ops->bind(rt, found, o);
    ouro_decref(found);
    return *out ? 1 : -1;
}

static int instance_look(ouro_rt *rt, ouro_obj *o, ouro_obj *name, bool unbound, ouro_obj **out) {
    const ouro_obj *keeper = instance_keeper(o);
    ouro_obj *found = keeper ? instance_peek(rt, keeper, name) : NULL;
    if (found) {
        *out = ouro_incref(found);
        return 1;
    }
    class_obj *c = class_of(o);
    found = c ? class_lookup(rt, c, name) : NULL;
    if (found)
        return instance_from_class(rt, o, found, unbound, out);
    const ouro_ops *ops = ops_below(o, get_attr);
    int answer = ops ? ops->get_attr(rt, o, name, out) : 0;
    return answer ? answer : ouroi_special_call(rt, o, SPECIAL_GETATTR, &name, 1, out);
}

int ouroi_attr_unbound(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out) {
    return instance_look(rt, o, name, true, out);
}

int ouroi_instance_get_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out) {
    return instance_look(rt, o, name, false, out);
}

// The class has __setattr__ or __delattr__.
static int instance_ask_to_change(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value) {
    ouro_obj *args[] = {name, value}, *result;
    int asked = value ? ouroi_special_call(rt, o, SPECIAL_SETATTR, args, 2, &result)
                      : ouroi_special_call(rt, o, SPECIAL_DELATTR, args, 1, &result);
    ouro_xdecref(result);
    return asked < 0 ? -1 : 0;
}

int ouroi_instance_set_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value) {
    if (unlikely(special_find(rt, class_of(o), value ? SPECIAL_SETATTR : SPECIAL_DELATTR) != NULL))
        return instance_ask_to_change(rt, o, name, value);
    return instance_change(rt, o, name, value);
}

// ---- from outside ----

ouro_obj *ouro_instance_new(ouro_rt *rt, ouro_obj *class_object, ouro_obj *start) {
    if (!ouro_is_class(class_object) && !ouroi_expect(rt, "ouro_instance_new", ouro_class_type, class_object))
        return NULL;
    const class_obj *c = class_obj_of(class_object);
    if (c->standard)
        ouro_error_set(rt, OURO_ERR_TYPE, "ouro_instance_new: '%s' is not a user's class",
                       ouro_class_name(class_object));
    else if (c->kind == OUROI_KIND_EXCEPTION)
        return !start || ouroi_expect(rt, "ouro_instance_new", ouro_exception_type, start)
                   ? ouroi_exception_make(rt, class_object, start ? ouro_exception_args_peek(start) : NULL)
                   : NULL;
    else if (c->kind)
        return ouroi_derived_new(rt, class_object, start);
    else if (!start)
        return ouroi_instance_plain(rt, class_object);
    else
        ouro_error_set(rt, OURO_ERR_TYPE, "ouro_instance_new: '%s' derives from no standard type to start with",
                       ouro_class_name(class_object));
    return NULL;
}

static ouro_obj *instance_name(ouro_rt *rt, const char *where, ouro_obj *name) {
    return ouroi_expect(rt, where, ouro_str_type, name) ? ouro_str_intern(rt, name) : NULL;
}

int ouro_instance_get(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **value) {
    *value = NULL;
    ouro_obj *interned = instance_name(rt, "ouro_instance_get", name);
    if (!interned)
        return -1;
    const ouro_obj *keeper = instance_keeper(o);
    *value = keeper ? ouro_xincref(instance_peek(rt, keeper, interned)) : NULL;
    ouro_decref(interned);
    return *value != NULL;
}

int ouro_instance_set(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value) {
    ouro_obj *interned = instance_name(rt, "ouro_instance_set", name);
    int result = interned ? instance_change(rt, o, interned, value) : -1;
    ouro_xdecref(interned);
    return result;
}

// Slots first: *at is the next slot; from SLOT_DICT on, that and the place in the dict.
int ouro_instance_each_peek(const ouro_obj *o, size_t *at, ouro_obj **name, ouro_obj **value) {
    const ouro_obj *keeper = instance_keeper(o);
    const class_obj *c = keeper ? class_of(keeper) : NULL;
    ouro_obj **place;
    for (; c && *at < c->n_layout && (place = instance_place(keeper, (uint32_t)*at)); ++*at)
        if (*place) {
            *name = c->layout[*at];
            *value = *place;
            ++*at;
            return 1;
        }
    if (!keeper || !instance_dict(keeper))
        return 0;
    size_t in_dict = *at < SLOT_DICT ? 0 : *at - SLOT_DICT;
    int more = ouro_dict_each_peek(instance_dict(keeper), &in_dict, name, value);
    *at = SLOT_DICT + in_dict;
    return more;
}

int ouroi_instance_copy_values(ouro_rt *rt, ouro_obj *to, const ouro_obj *from) {
    ouro_obj *name, *value;
    for (size_t at = 0; ouro_instance_each_peek(from, &at, &name, &value);) {
        ouro_incref(name);
        ouro_incref(value);
        int result = instance_change(rt, to, name, value);
        ouro_decref(value);
        ouro_decref(name);
        if (result < 0)
            return -1;
    }
    return 0;
}
