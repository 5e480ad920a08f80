// SPDX-License-Identifier: MIT
// types.c: every standard type by its public name: what it is called, and that objects of it are told from all others.
#include "std_test.h"

static ouro_obj *native_none(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)args;
    (void)n;
    (void)kwnames;
    return ouro_none(rt);
}

typedef ouro_obj *(*maker)(ouro_rt *rt);

static ouro_obj *make_none(ouro_rt *rt) {
    return ouro_none(rt);
}
static ouro_obj *make_bool(ouro_rt *rt) {
    return ouro_bool(rt, 1);
}
static ouro_obj *make_int(ouro_rt *rt) {
    return ouro_int_new(rt, 70000);
}
static ouro_obj *make_float(ouro_rt *rt) {
    return ouro_float_new(rt, 0.5);
}
static ouro_obj *make_str(ouro_rt *rt) {
    return ouro_str_from(rt, "text");
}
static ouro_obj *make_bytes(ouro_rt *rt) {
    return ouro_bytes_new(rt, "abc", 3);
}
static ouro_obj *make_bytearray(ouro_rt *rt) {
    return ouro_bytearray_new(rt, "abc", 3);
}
static ouro_obj *make_array(ouro_rt *rt) {
    return ouro_array_new(rt, OURO_INT16, NULL, 3);
}
static ouro_obj *make_ndarray(ouro_rt *rt) {
    return ouro_ndarray_range(rt, 0, 3, 1);
}
static ouro_obj *make_tuple(ouro_rt *rt) {
    return ouro_tuple_new(rt, (ouro_obj *[]){ouro_none(rt)}, 1);
}
static ouro_obj *make_list(ouro_rt *rt) {
    return ouro_list_new(rt, NULL, 0);
}
static ouro_obj *make_dict(ouro_rt *rt) {
    return ouro_dict_new(rt);
}
static ouro_obj *make_set(ouro_rt *rt) {
    return ouro_set_new(rt, NULL);
}
static ouro_obj *make_frozenset(ouro_rt *rt) {
    return ouro_frozenset_new(rt, NULL);
}
static ouro_obj *make_odict(ouro_rt *rt) {
    return ouro_odict_new(rt);
}
static ouro_obj *make_deque(ouro_rt *rt) {
    return ouro_deque_new(rt, SIZE_MAX);
}
static ouro_obj *make_range(ouro_rt *rt) {
    return ouro_range_new(rt, 0, 3, 1);
}
static ouro_obj *make_slice(ouro_rt *rt) {
    return ouro_slice_new(rt, NULL, NULL, NULL);
}
static ouro_obj *make_native(ouro_rt *rt) {
    return ouro_native_new(rt, "none", native_none, NULL, 0, 0);
}
static ouro_obj *make_method(ouro_rt *rt) {
    return ouro_method_new(rt, ouro_none(rt), ouro_none(rt));
}
static ouro_obj *make_cell(ouro_rt *rt) {
    return ouro_cell_new(rt, NULL);
}
static ouro_obj *make_module(ouro_rt *rt) {
    return ouro_module_new(rt, "sys");
}
static ouro_obj *make_class(ouro_rt *rt) {
    return ouro_class_new(rt, "Point", NULL, NULL);
}
static ouro_obj *make_exception(ouro_rt *rt) {
    return ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_VALUE), NULL);
}
static ouro_obj *make_lru(ouro_rt *rt) {
    return ouro_lru_new(rt, 1, 0);
}
static ouro_obj *make_cached(ouro_rt *rt) {
    ouro_obj *cache = ouro_lru_new(rt, 1, 0), *o = cache ? ouro_cached_new(rt, ouro_none(rt), cache) : NULL;
    ouro_xdecref(cache);
    return o;
}
static int generator_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    (void)rt, (void)f, (void)out;
    return 0;
}
static ouro_obj *make_generator(ouro_rt *rt) {
    static const ouro_generator_def def = {"nothing", generator_step, NULL, 0, 0};
    return ouro_generator_new(rt, &def, NULL, NULL);
}

static const struct {
    maker make;
    const ouro_type *const *type;
    int (*is)(const ouro_obj *o);
} kinds[] = {
    {make_none, &ouro_none_type, ouro_is_none},
    {make_bool, &ouro_bool_type, ouro_is_bool},
    {make_int, &ouro_int_type, ouro_is_int},
    {make_float, &ouro_float_type, ouro_is_float},
    {make_str, &ouro_str_type, ouro_is_str},
    {make_bytes, &ouro_bytes_type, ouro_is_bytes},
    {make_bytearray, &ouro_bytearray_type, ouro_is_bytearray},
    {make_array, &ouro_array_type, ouro_is_array},
    {make_ndarray, &ouro_ndarray_type, ouro_is_ndarray},
    {make_tuple, &ouro_tuple_type, ouro_is_tuple},
    {make_list, &ouro_list_type, ouro_is_list},
    {make_dict, &ouro_dict_type, ouro_is_dict},
    {make_set, &ouro_set_type, ouro_is_set},
    {make_frozenset, &ouro_frozenset_type, ouro_is_frozenset},
    {make_odict, &ouro_odict_type, ouro_is_odict},
    {make_deque, &ouro_deque_type, ouro_is_deque},
    {make_range, &ouro_range_type, ouro_is_range},
    {make_slice, &ouro_slice_type, ouro_is_slice},
    {make_native, &ouro_native_type, ouro_is_native},
    {make_method, &ouro_method_type, ouro_is_method},
    {make_cell, &ouro_cell_type, ouro_is_cell},
    {make_module, &ouro_module_type, ouro_is_module},
    {make_class, &ouro_class_type, ouro_is_class},
    {make_exception, &ouro_exception_type, ouro_is_exception},
    {make_lru, &ouro_lru_type, ouro_is_lru},
    {make_cached, &ouro_cached_type, ouro_is_cached},
    {make_generator, &ouro_generator_type, ouro_is_generator},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

CASE(types, every_object_is_of_its_type_and_of_no_other) {
    for (size_t i = 0; i < KINDS; i++) {
        ouro_obj *o = kinds[i].make(rt);
        need(o);
        own(o);
        for (size_t k = 0; k < KINDS; k++) {
            check(kinds[k].is(o) == (i == k));
            check(ouro_is(o, *kinds[k].type) == (i == k));
            check(ouro_is_a(o, *kinds[k].type) == (i == k));
        }
        check(ouro_type_of(o)->name[0] != 0);
    }
}
