// SPDX-License-Identifier: MIT
// construct.c: calling a class. An instance's arguments go to __init__; without one, an object with a standard part is
// made of them as the standard type would be. Calling the class of a standard type makes an object of that type.
#include "class.h"

#include "exception.h"
#include "table.h"

// ---- objects of standard types, from no argument or one (int: and a base) ----

static ouro_obj *construct_from_text(ouro_rt *rt, uint32_t kind, ouro_obj *x) {
    if (kind == OUROI_KIND_INT)
        return ouro_int_parse(rt, ouro_str_data(x), ouro_str_size(x), 10);
    return ouro_float_parse(rt, ouro_str_data(x), ouro_str_size(x));
}

static ouro_obj *construct_int(ouro_rt *rt, ouro_obj *x) {
    if (ouroi_kind(x) == OUROI_KIND_INT || ouroi_kind(x) == OUROI_KIND_BIG)
        return ouro_incref(x);
    if (ouro_is_float(x))
        return ouro_int_from_double(rt, ouro_float_value(x));
    if (ouro_is_bool(x))
        return ouro_int_new(rt, ouro_bool_value(x));
    if (ouro_is_int(x)) // a derived one: its exact value
        return ouroi_int_make(rt, ouro_int_type, ouroi_big_type, x);
    if (ouro_is_str(x))
        return construct_from_text(rt, OUROI_KIND_INT, x);
    ouroi_wrong_type(rt, "int", "int", x);
    return NULL;
}

static ouro_obj *construct_float(ouro_rt *rt, ouro_obj *x) {
    double value;
    if (ouro_is_str(x))
        return construct_from_text(rt, OUROI_KIND_FLOAT, x);
    return ouro_float_get(rt, x, &value) < 0 ? NULL : ouro_float_new(rt, value);
}

// Takes: `made`, which is empty, is stolen; NULL passes through.
static ouro_obj *construct_map(ouro_rt *rt, ouro_obj *made, size_t stride, ouro_obj *x) {
    if (!made || ouroi_map_update(rt, table_of(made), stride, x) == 0)
        return made;
    ouro_decref(made);
    return NULL;
}

static ouro_obj *construct_dict(ouro_rt *rt, ouro_obj *x) {
    return construct_map(rt, ouro_dict_new(rt), DICT_STRIDE, x);
}

static ouro_obj *construct_odict(ouro_rt *rt, ouro_obj *x) {
    return construct_map(rt, ouro_odict_new(rt), ODICT_STRIDE, x);
}

static ouro_obj *construct_str(ouro_rt *rt, ouro_obj *x) {
    return ouro_to_str(rt, x);
}

static ouro_obj *construct_weak(ouro_rt *rt, ouro_obj *x) {
    return ouro_weak_new(rt, x, NULL, NULL);
}

// A tuple that is derived is an iterable like others here.
static ouro_obj *construct_tuple(ouro_rt *rt, ouro_obj *x) {
    if (ouroi_kind(x) != (OUROI_KIND_TUPLE | OUROI_KIND_DERIVED))
        return ouro_tuple_from(rt, x);
    ouro_obj *list = ouro_list_from(rt, x);
    ouro_obj *tuple = list ? ouro_tuple_from(rt, list) : NULL;
    ouro_xdecref(list);
    return tuple;
}

typedef ouro_obj *(*construct_fn)(ouro_rt *rt, ouro_obj *x);
static const construct_fn construct_by_kind[CLASS_KIND_COUNT] = {
    [OUROI_KIND_INT] = construct_int,     [OUROI_KIND_FLOAT] = construct_float,
    [OUROI_KIND_STR] = construct_str,     [OUROI_KIND_TUPLE] = construct_tuple,
    [OUROI_KIND_LIST] = ouro_list_from,   [OUROI_KIND_DICT] = construct_dict,
    [OUROI_KIND_SET] = ouro_set_new,      [OUROI_KIND_FROZENSET] = ouro_frozenset_new,
    [OUROI_KIND_ODICT] = construct_odict, [OUROI_KIND_WEAK] = construct_weak,
};

static ouro_obj *construct_empty(ouro_rt *rt, const class_obj *c) {
    switch (c->kind) {
    case OUROI_KIND_INT:
        return ouro_int_new(rt, 0);
    case OUROI_KIND_FLOAT:
        return ouro_float_new(rt, 0);
    case OUROI_KIND_STR:
        return ouro_incref(ouroi_std(rt)->empty_str);
    case OUROI_KIND_TUPLE:
        return ouro_incref(ouroi_std(rt)->empty_tuple);
    case OUROI_KIND_LIST:
        return ouro_list_new(rt, NULL, 0);
    case OUROI_KIND_DICT:
        return ouro_dict_new(rt);
    case OUROI_KIND_SET:
        return ouro_set_new(rt, NULL);
    case OUROI_KIND_FROZENSET:
        return ouro_frozenset_new(rt, NULL);
    case OUROI_KIND_ODICT:
        return ouro_odict_new(rt);
    default:
        ouro_error_set(rt, OURO_ERR_TYPE, "'%s' takes 1 argument (0 given)", ouro_class_name(&c->head));
        return NULL;
    }
}

static size_t construct_names(const ouro_obj *kwnames) {
    return kwnames ? ouro_tuple_size(kwnames) : 0;
}

COLD static ouro_obj *construct_refuse(ouro_rt *rt, const class_obj *c, size_t most, size_t n,
                                       const ouro_obj *kwnames) {
    if (construct_names(kwnames))
        ouro_error_set(rt, OURO_ERR_TYPE, "%s() takes no keyword arguments", ouro_class_name(&c->head));
    else if (most)
        ouro_error_set(rt, OURO_ERR_TYPE, "%s() takes at most %zu argument%s (%zu given)", ouro_class_name(&c->head),
                       most, most > 1 ? "s" : "", n);
    else
        ouro_error_set(rt, OURO_ERR_TYPE, "%s() takes no arguments (%zu given)", ouro_class_name(&c->head), n);
    return NULL;
}

// An object of the standard type of the class's kind. Returns: new.
static ouro_obj *construct_exact(ouro_rt *rt, const class_obj *c, ouro_obj *const *args, size_t n,
                                 const ouro_obj *kwnames) {
    size_t most = c->kind == OUROI_KIND_INT ? 2 : 1;
    if (n > most || construct_names(kwnames))
        return construct_refuse(rt, c, most, n, kwnames);
    if (n == 0)
        return construct_empty(rt, c);
    if (n == 1)
        return construct_by_kind[c->kind](rt, args[0]);
    int64_t base;
    if (!ouroi_expect(rt, "int", ouro_str_type, args[0]) || ouro_int_get(rt, args[1], &base) < 0)
        return NULL;
    int within = base >= 0 && base <= 36 ? (int)base : -1; // no base: refused with the others
    return ouro_int_parse(rt, ouro_str_data(args[0]), ouro_str_size(args[0]), within);
}

// ---- instances ----

static ouro_obj *construct_exception(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n) {
    ouro_obj *tuple = ouro_tuple_new(rt, args, n);
    ouro_obj *made = tuple ? ouroi_exception_make(rt, o, tuple) : NULL;
    ouro_xdecref(tuple);
    return made;
}

// Without __init__, the arguments make the standard part.
static ouro_obj *construct_uninitialised(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n,
                                         const ouro_obj *kwnames) {
    const class_obj *c = class_obj_of(o);
    if (!c->kind)
        return n || construct_names(kwnames) ? construct_refuse(rt, c, 0, n, kwnames) : ouroi_instance_plain(rt, o);
    if (c->kind == OUROI_KIND_EXCEPTION)
        return construct_names(kwnames) ? construct_refuse(rt, c, 0, n, kwnames) : construct_exception(rt, o, args, n);
    ouro_obj *start = construct_exact(rt, c, args, n, kwnames);
    ouro_obj *made = start ? ouroi_derived_new(rt, o, start) : NULL;
    ouro_xdecref(start);
    return made;
}

static int construct_initialise(ouro_rt *rt, ouro_obj *made, ouro_obj *init, ouro_obj *const *args, size_t n,
                                ouro_obj *kwnames) {
    ouro_obj *result = ouroi_special_apply(rt, init, made, args, n, kwnames);
    if (!result)
        return -1;
    int wrong = !ouro_is_none(result);
    if (wrong)
        ouro_error_set(rt, OURO_ERR_TYPE, "__init__() should give none, not '%s'", ouroi_type_name(result));
    ouro_decref(result);
    return wrong ? -1 : 0;
}

// Takes: `init` is stolen.
static ouro_obj *construct_with_init(ouro_rt *rt, ouro_obj *o, ouro_obj *init, ouro_obj *const *args, size_t n,
                                     ouro_obj *kwnames) {
    ouro_obj *made = class_obj_of(o)->kind == OUROI_KIND_EXCEPTION ? construct_exception(rt, o, args, n)
                                                                   : ouro_instance_new(rt, o, NULL);
    if (made && construct_initialise(rt, made, init, args, n, kwnames) < 0)
        ouro_setslot_steal(&made, NULL);
    ouro_decref(init);
    return made;
}

ouro_obj *ouroi_class_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    class_obj *c = class_obj_of(o);
    if (c->standard)
        return construct_exact(rt, c, args, n, kwnames);
    ouro_obj *init = special_find(rt, c, SPECIAL_INIT);
    return init ? construct_with_init(rt, o, ouro_incref(init), args, n, kwnames)
                : construct_uninitialised(rt, o, args, n, kwnames);
}
