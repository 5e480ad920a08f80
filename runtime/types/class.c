// SPDX-License-Identifier: MIT
// class.c: class objects: their attributes, the versions that tell of changes, and what is asked of them. How a class
// is made is in class_new.c, how one is called in construct.c.
#include "class.h"

// ---- looking up ----

static void class_refresh(class_obj *c) {
    memset(c->found, 0, sizeof c->found);
    c->absent = 0;
    c->cached = c->version;
}

ouro_obj *ouroi_class_search(ouro_rt *rt, class_obj *c, const ouro_obj *name) {
    if (c->cached != c->version)
        class_refresh(c);
    ouro_obj *found = NULL;
    bool settled = true;
    mro_walk line = mro_begin(&c->head);
    for (const class_obj *k; !found && (k = mro_step(&line));) {
        settled &= !k->changing;
        found = k->dict ? ouroi_dict_peek_name(rt, k->dict, (ouro_obj *)(uintptr_t)name) : NULL;
    }
    if (!settled)
        c->cached = 0; // no version: nothing is noted
    else if (found)
        *class_found_at(c, name) = (class_found){name, found};
    return found;
}

bool ouroi_class_is_unhashable(ouro_rt *rt, const class_obj *c) {
    mro_walk line = mro_begin(&c->head);
    for (const class_obj *k; (k = mro_step(&line));) {
        if (k->dict && ouroi_dict_peek_name(rt, k->dict, special_name(rt, SPECIAL_HASH)))
            return false;
        if (k->dict && ouroi_dict_peek_name(rt, k->dict, special_name(rt, SPECIAL_EQ)))
            return true;
    }
    return false;
}

// ---- changing ----

// Takes a class and gives the classes that name it as a base, and have no version since `first`, one, and puts them on
// the chain before `todo`. Runs nothing: a reference is dropped that is not the last.
static class_obj *class_renew_below(ouro_rt *rt, const class_obj *c, uint64_t first, class_obj *todo) {
    for (size_t i = 0; c->subclasses && i < ouro_list_size(c->subclasses); i++) {
        ouro_obj *o;
        if (!ouro_weak_get(ouro_list_peek(c->subclasses, i), &o))
            continue;
        class_obj *below = class_obj_of(o);
        if (below->version < first) {
            below->version = ouroi_next_version(rt);
            below->todo = todo;
            todo = below;
        }
        ouro_decref(o);
    }
    return todo;
}

// Gives a class and all that inherit from it new versions. Needs no memory, runs nothing, and meets each class once,
// however many ways lead to it.
static void class_renew(ouro_rt *rt, class_obj *c) {
    uint64_t first = ouroi_next_version(rt);
    c->version = first;
    c->todo = NULL;
    for (class_obj *todo = c; todo;) {
        class_obj *next = todo;
        todo = next->todo;
        todo = class_renew_below(rt, next, first, todo);
    }
}

static int class_missing(ouro_rt *rt, const class_obj *c, const ouro_obj *name) {
    return ouro_error_set(rt, OURO_ERR_ATTRIBUTE, "class '%s' has no attribute '%s'", ouro_class_name(&c->head),
                          ouro_str_data(name));
}

// Changes the dict. What this runs looks into the dict itself: what was noted before has no version any more, and
// nothing is noted meanwhile. The second versions are for those who note the first.
static int class_store(ouro_rt *rt, class_obj *c, ouro_obj *name, ouro_obj *value) {
    if (!c->dict)
        return ouro_error_set(rt, OURO_ERR_STATE, "class '%s' has been taken apart", ouro_class_name(&c->head));
    ouro_obj *dict = ouro_incref(c->dict);
    class_renew(rt, c);
    c->changing++;
    int result = value ? ouro_dict_set(rt, dict, name, value) : ouro_dict_del(rt, dict, name);
    c->changing--;
    class_renew(rt, c);
    ouro_decref(dict);
    if (!value && result == 0)
        return class_missing(rt, c, name);
    return result < 0 ? -1 : 0;
}

static int class_get_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out) {
    *out = ouro_xincref(class_lookup(rt, class_obj_of(o), name));
    return *out != NULL;
}

static int class_set_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value) {
    return class_store(rt, class_obj_of(o), name, value);
}

static int class_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    return ouro_builder_format(out, "<class '%s'>", ouro_class_name(o));
}

// ---- the type ----

static const ouro_field class_fields[] = {
    OURO_FIELD(class_obj, name), OURO_FIELD(class_obj, bases), OURO_FIELD(class_obj, order),
    OURO_FIELD(class_obj, dict), OURO_FIELD(class_obj, watch), OURO_FIELD(class_obj, subclasses),
};
static const ouro_ops class_ops = {
    .struct_size = sizeof(ouro_ops),
    .call = ouroi_class_call,
    .get_attr = class_get_attr,
    .set_attr = class_set_attr,
    .repr = class_repr,
};
static ouro_type class_type = {
    .struct_size = sizeof(ouro_type),
    .name = "class",
    .size = sizeof(class_obj),
    .fields = class_fields,
    .n_fields = sizeof class_fields / sizeof *class_fields,
    .tail = {OURO_TAIL_POINTER, offsetof(class_obj, layout), offsetof(class_obj, n_layout), 4, sizeof(ouro_obj *), NULL,
             0},
    .ops = &class_ops,
};
const ouro_type *const ouro_class_type = &class_type;

// ---- what is asked from outside ----

const char *ouro_class_name(const ouro_obj *o) {
    const ouro_obj *name = class_obj_of(o)->name;
    return name ? ouro_str_data(name) : "?";
}

ouro_obj *ouro_class_mro_peek(const ouro_obj *o, size_t i) {
    mro_walk line = mro_begin(o);
    class_obj *c = mro_step(&line);
    while (c && i--)
        c = mro_step(&line);
    return (ouro_obj *)c;
}

uint64_t ouro_class_version(const ouro_obj *o) {
    return class_obj_of(o)->version;
}

uint32_t ouroi_class_kind(const ouro_obj *o) {
    return class_obj_of(o)->kind;
}

int ouro_class_set(ouro_rt *rt, ouro_obj *o, const char *name, ouro_obj *value) {
    if (!ouro_is_class(o) && !ouroi_expect(rt, "ouro_class_set", &class_type, o))
        return -1;
    ouro_obj *interned = ouro_intern(rt, name);
    if (!interned)
        return -1;
    int result = class_store(rt, class_obj_of(o), interned, value);
    ouro_decref(interned);
    return result;
}

int ouro_class_find(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **value) {
    *value = NULL;
    if (!ouroi_expect(rt, "ouro_class_find", &class_type, o) ||
        !ouroi_expect(rt, "ouro_class_find", ouro_str_type, name))
        return -1;
    ouro_obj *interned = ouro_str_intern(rt, name);
    if (!interned)
        return -1;
    int found = class_get_attr(rt, o, interned, value);
    ouro_decref(interned);
    return found;
}

int ouro_class_is_a(const ouro_obj *o, const ouro_obj *base) {
    if (!ouro_is_class(o) || !ouro_is_class(base))
        return 0;
    mro_walk line = mro_begin(o);
    for (const class_obj *c; (c = mro_step(&line));)
        if (&c->head == base)
            return 1;
    return o == base;
}

ouro_obj *ouro_class_peek(const ouro_obj *o) {
    class_obj *c = class_of(o);
    return c ? &c->head : NULL;
}

// An object that is of no user's class may still be of a standard one.
int ouro_is_instance(const ouro_obj *o, const ouro_obj *class_object) {
    const class_obj *c = class_of(o);
    if (c || !ouro_is_class(class_object))
        return c ? ouro_class_is_a(&c->head, class_object) : 0;
    const class_obj *wanted = class_obj_of(class_object);
    const ouro_type *type = wanted->standard ? ouroi_derived_base(wanted->kind) : NULL;
    return type && (ouro_is_a(o, type) || (wanted->kind == OUROI_KIND_INT && ouro_is_int(o)));
}

int ouroi_class_open(ouro_rt *rt) {
    std_state *s = state_of(rt);
    if (ouroi_special_open(rt) < 0 || ouroi_kind_open(rt, &class_type, OUROI_KIND_CLASS) < 0 ||
        ouroi_instance_open(rt) < 0 || ouroi_derived_open(rt) < 0)
        return -1;
    size_t bytes = CLASS_KIND_COUNT * sizeof *s->classes;
    if (s->classes)
        return 0;
    s->classes = ouro_buf_alloc(rt, bytes);
    if (s->classes)
        memset(s->classes, 0, bytes);
    return s->classes ? 0 : -1;
}
