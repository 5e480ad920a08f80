// SPDX-License-Identifier: MIT
// protocol.c: finds the operation of an object's type and does it; says what is missing when there is none. What needs
// more than that has a file of its own: hash.c, compare.c, print.c, copy.c, call.c.
#include "class.h"

// ---- finding ----

const ouro_ops *ouroi_kind_ops[OUROI_TYPE_STD];

int ouroi_kind_open(ouro_rt *rt, ouro_type *type, uint32_t kind) {
    if (ouroi_type_register_std(rt, type, kind) < 0)
        return -1;
    __atomic_store_n(&ouroi_kind_ops[kind], (const ouro_ops *)type->ops, __ATOMIC_RELAXED);
    return 0;
}

const ouro_ops *ouroi_ops_of_type(const ouro_type *type, size_t offset) {
    for (const ouro_type *t = type; t; t = t->base) {
        const ouro_ops *ops = t->ops;
        if (ops && offset < ops->struct_size && ops_have(ops, offset))
            return ops;
    }
    return NULL;
}

const ouro_ops *ouroi_ops_with(const ouro_obj *o, size_t offset) {
    return ouroi_ops_of_type(ouro_type_of(o), offset);
}

// ---- saying ----

const char *ouroi_type_name(const ouro_obj *o) {
    const ouro_obj *class_object = ouro_class_peek(o);
    return class_object ? ouro_class_name(class_object) : ouro_type_of(o)->name;
}

int ouroi_wrong_type(ouro_rt *rt, const char *where, const char *expected, const ouro_obj *got) {
    return ouro_error_set(rt, OURO_ERR_TYPE, "%s: '%s' expected, not '%s'", where, expected, ouroi_type_name(got));
}

bool ouroi_expect(ouro_rt *rt, const char *where, const ouro_type *type, const ouro_obj *o) {
    if (ouro_is_a(o, type))
        return true;
    ouroi_wrong_type(rt, where, type->name, o);
    return false;
}

COLD static int protocol_lacks(ouro_rt *rt, const ouro_obj *o, const char *what) {
    return ouro_error_set(rt, OURO_ERR_TYPE, "'%s' object %s", ouroi_type_name(o), what);
}

COLD static ouro_obj *protocol_lacks_null(ouro_rt *rt, const ouro_obj *o, const char *what) {
    protocol_lacks(rt, o, what);
    return NULL;
}

bool ouroi_too_deep(ouro_rt *rt) {
    ouro_error_set(rt, OURO_ERR_DEPTH, "calls nested more than %zu deep", state_of(rt)->max_depth);
    return false;
}

int ouroi_index(ouro_rt *rt, const char *where, const ouro_obj *o, ptrdiff_t *i) {
    *i = 0;
    if (!ouro_is_int(o) && !ouro_is_bool(o))
        return ouroi_wrong_type(rt, where, "int", o);
    if (ouro_is_int(o) && !ouro_int_is_word(o))
        return ouro_error_set(rt, OURO_ERR_INDEX, "%s: the position is too large", where);
    *i = (ptrdiff_t)ouro_int_word(o);
    return 0;
}

int ouroi_position(ouro_rt *rt, const char *where, ptrdiff_t i, size_t length, size_t *at) {
    *at = i < 0 ? length - ((size_t)0 - (size_t)i) : (size_t)i;
    if (*at < length && (i >= 0 || (size_t)0 - (size_t)i <= length))
        return 0;
    return ouro_error_set(rt, OURO_ERR_INDEX, "%s: index %td out of range, the length is %zu", where, i, length);
}

// ---- truth and items ----

int ouro_truth(ouro_rt *rt, ouro_obj *o) {
    const ouro_ops *ops = ops_with(o, truth);
    if (ops)
        return ops->truth(rt, o);
    ops = ops_with(o, length);
    if (!ops)
        return 1;
    size_t length;
    return ops->length(rt, o, &length) < 0 ? -1 : length != 0;
}

int ouro_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    const ouro_ops *ops = ops_with(o, length);
    return ops ? ops->length(rt, o, length) : protocol_lacks(rt, o, "has no length");
}

ouro_obj *ouro_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    const ouro_ops *ops = ops_with(o, get_item);
    return ops ? ops->get_item(rt, o, key) : protocol_lacks_null(rt, o, "has no items to read");
}

static int protocol_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value, const char *lack) {
    const ouro_ops *ops = ops_with(o, set_item);
    return ops ? ops->set_item(rt, o, key, value) : protocol_lacks(rt, o, lack);
}

int ouro_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    return protocol_set_item(rt, o, key, value, "has no items to set");
}

int ouro_del_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    return protocol_set_item(rt, o, key, NULL, "has no items to delete");
}

static int contains_item(ouro_rt *rt, ouro_obj *item, void *arg) {
    return ouro_equal(rt, item, arg);
}

int ouro_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    const ouro_ops *ops = ops_with(o, contains);
    return ops ? ops->contains(rt, o, x) : ouroi_iterate(rt, o, contains_item, x);
}

// ---- iterating ----

ouro_obj *ouro_iter(ouro_rt *rt, ouro_obj *o) {
    const ouro_ops *ops = ops_with(o, iter);
    if (ops)
        return ops->iter(rt, o);
    return ops_with(o, next) ? ouro_incref(o) : protocol_lacks_null(rt, o, "is not iterable");
}

int ouro_next(ouro_rt *rt, ouro_obj *it, ouro_obj **out) {
    if (likely(ouroi_kind(it) == OUROI_KIND_ITER))
        return ouroi_iter_next(rt, it, out);
    const ouro_ops *ops = ops_with(it, next);
    *out = NULL;
    return ops ? ops->next(rt, it, out) : protocol_lacks(rt, it, "is not an iterator");
}

static int iterate_any(ouro_rt *rt, ouro_obj *iterable, ouroi_item_fn each, void *arg) {
    ouro_obj *it = ouro_iter(rt, iterable), *item;
    if (!it)
        return -1;
    int more, result = 0;
    while (!result && (more = ouro_next(rt, it, &item)) != 0) {
        result = more < 0 ? -1 : each(rt, item, arg);
        ouro_xdecref(item);
    }
    ouro_decref(it);
    return result;
}

// A place that the collector has emptied (I-std-3) is read as none.
static ouro_obj *iterate_item(ouro_rt *rt, ouro_obj *place) {
    return ouro_incref(place ? place : ouro_none(rt));
}

// The list may change under our hands; its items are read one by one.
static int iterate_list(ouro_rt *rt, ouro_obj *list, ouroi_item_fn each, void *arg) {
    int result = 0;
    ouro_incref(list);
    for (size_t i = 0; !result && i < ouro_list_size(list); i++) {
        ouro_obj *item = iterate_item(rt, ouro_list_peek(list, i));
        result = each(rt, item, arg);
        ouro_decref(item);
    }
    ouro_decref(list);
    return result;
}

static int iterate_tuple(ouro_rt *rt, ouro_obj *tuple, ouroi_item_fn each, void *arg) {
    int result = 0;
    ouro_incref(tuple);
    for (size_t i = 0; !result && i < ouro_tuple_size(tuple); i++) {
        ouro_obj *item = iterate_item(rt, ouro_tuple_peek(tuple, i));
        result = each(rt, item, arg);
        ouro_decref(item);
    }
    ouro_decref(tuple);
    return result;
}

int ouroi_iterate(ouro_rt *rt, ouro_obj *iterable, ouroi_item_fn each, void *arg) {
    if (ouroi_kind(iterable) == OUROI_KIND_LIST)
        return iterate_list(rt, iterable, each, arg);
    if (ouroi_kind(iterable) == OUROI_KIND_TUPLE)
        return iterate_tuple(rt, iterable, each, arg);
    return iterate_any(rt, iterable, each, arg);
}

// ---- attributes ----

// The interned str for a name. Returns: new; NULL on failure.
static ouro_obj *attr_name(ouro_rt *rt, ouro_obj *name) {
    if (!ouro_is_str(name)) {
        ouro_error_set(rt, OURO_ERR_TYPE, "an attribute's name must be a 'str', not '%s'", ouroi_type_name(name));
        return NULL;
    }
    return ouro_str_is_interned(name) ? ouro_incref(name) : ouro_str_intern(rt, name);
}

static int attr_find(ouro_rt *rt, ouro_obj *o, ouro_obj *interned, ouro_obj **out) {
    const ouro_ops *ops = ops_with(o, get_attr);
    *out = NULL;
    return ops ? ops->get_attr(rt, o, interned, out) : 0;
}

COLD static int attr_missing(ouro_rt *rt, const ouro_obj *o, const ouro_obj *name) {
    return ouro_error_set(rt, OURO_ERR_ATTRIBUTE, "'%s' object has no attribute '%s'", ouroi_type_name(o),
                          ouro_str_data(name));
}

// Takes: the name is stolen; NULL is a failure that passes through.
static ouro_obj *attr_get_steal(ouro_rt *rt, ouro_obj *o, ouro_obj *interned) {
    ouro_obj *out = NULL;
    if (interned && attr_find(rt, o, interned, &out) == 0)
        attr_missing(rt, o, interned);
    ouro_xdecref(interned);
    return out;
}

// Takes: the name is stolen; NULL is a failure that passes through.
static int attr_set_steal(ouro_rt *rt, ouro_obj *o, ouro_obj *interned, ouro_obj *value) {
    if (!interned)
        return -1;
    const ouro_ops *ops = ops_with(o, set_attr);
    int result = ops ? ops->set_attr(rt, o, interned, value)
                     : ouro_error_set(rt, OURO_ERR_ATTRIBUTE, "'%s' object: attribute '%s' cannot be %s",
                                      ouroi_type_name(o), ouro_str_data(interned), value ? "set" : "deleted");
    ouro_decref(interned);
    return result;
}

// What lies in a slot is found under no name but an interned one, and goes before all else that an instance has.
ouro_obj *ouro_get_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name) {
    ouro_obj *own = ouroi_kind_is_instance(ouroi_kind(o)) ? instance_slot_value(o, name) : NULL;
    if (likely(own != NULL))
        return ouro_incref(own);
    return attr_get_steal(rt, o, attr_name(rt, name));
}

ouro_obj *ouro_get_attr_text(ouro_rt *rt, ouro_obj *o, const char *name) {
    return attr_get_steal(rt, o, ouro_intern(rt, name));
}

int ouro_find_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out) {
    ouro_obj *interned = attr_name(rt, name);
    *out = NULL;
    int found = interned ? attr_find(rt, o, interned, out) : -1;
    ouro_xdecref(interned);
    return found;
}

// Whether the class of an instance leaves it to the runtime to set attributes.
static bool attr_sets_plainly(ouro_rt *rt, const ouro_obj *o) {
    class_obj *c = ouroi_kind_is_instance(ouroi_kind(o)) ? class_obj_of(instance_of(o)->of_class) : NULL;
    return c && !special_find(rt, c, SPECIAL_SETATTR);
}

int ouro_set_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value) {
    if (likely(value && attr_sets_plainly(rt, o)) && instance_store_quick(o, name, value))
        return 0;
    return attr_set_steal(rt, o, attr_name(rt, name), value);
}

int ouro_set_attr_text(ouro_rt *rt, ouro_obj *o, const char *name, ouro_obj *value) {
    return attr_set_steal(rt, o, ouro_intern(rt, name), value);
}

int ouro_del_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name) {
    return attr_set_steal(rt, o, attr_name(rt, name), NULL);
}
