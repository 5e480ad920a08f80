// SPDX-License-Identifier: MIT
// errors.c: what cannot be done, and what is said then: wrong input to the protocols and to the functions of each type,
// with the code and the words of the error. Nothing is changed by any of it: the texts of all objects stay what they
// were.
#include "zoo.h"

#include <math.h>

// What the calls below are tried on.
typedef struct world {
    ouro_rt *rt;
    ouro_obj *none, *one, *huge, *half, *str, *bytes, *bytes2, *tuple, *list, *dict, *set, *frozenset, *odict, *deque;
    ouro_obj *range, *slice, *native, *module, *class_object, *instance, *node, *thousand;
} world;

static ouro_obj *errors_nothing(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)args, (void)n, (void)kwnames;
    return ouro_none(rt);
}

static void world_atoms(ouro_rt *rt, world *w) {
    w->none = ouro_none(rt);
    w->one = own(ouro_int_new(rt, 1));
    w->thousand = own(ouro_int_new(rt, 1000));
    w->huge = own(ouro_int_parse(rt, "100000000000000000000", 21, 10));
    w->half = own(ouro_float_new(rt, 0.5));
    w->str = own(ouro_str_from(rt, "abc"));
    w->bytes = own(ouro_bytes_new(rt, "abc", 3));
    w->bytes2 = own(ouro_bytearray_new(rt, "abc", 3));
    w->node = own(node_new(rt));
}

static void world_containers(ouro_rt *rt, world *w) {
    ouro_obj *three[] = {w->one, w->half, w->str};
    w->tuple = own(ouro_tuple_new(rt, three, 3));
    w->list = own(ouro_list_new(rt, three, 3));
    w->dict = own(ouro_dict_new(rt));
    w->odict = own(ouro_odict_new(rt));
    w->deque = own(ouro_deque_new(rt, SIZE_MAX));
    w->set = w->tuple ? own(ouro_set_new(rt, w->tuple)) : NULL;
    w->frozenset = w->tuple ? own(ouro_frozenset_new(rt, w->tuple)) : NULL;
    w->range = own(ouro_range_new(rt, 0, 3, 1));
    w->slice = own(ouro_slice_new(rt, NULL, NULL, w->str));
}

static void world_programs(ouro_rt *rt, world *w) {
    w->native = own(ouro_native_new(rt, "two", errors_nothing, NULL, 2, 2));
    w->module = own(ouro_module_new(rt, "mod"));
    w->class_object = own(ouro_class_new(rt, "Thing", NULL, NULL));
    w->instance = w->class_object ? own(ouro_instance_new(rt, w->class_object, NULL)) : NULL;
}

// 1 if all is there.
static int world_open(ouro_rt *rt, world *w) {
    *w = (world){.rt = rt};
    world_atoms(rt, w);
    if (!w->one || !w->half || !w->str)
        return 0;
    world_containers(rt, w);
    world_programs(rt, w);
    ouro_obj *const *all = &w->none;
    for (size_t i = 0; i < (sizeof *w - offsetof(world, none)) / sizeof *all; i++)
        if (!all[i])
            return 0;
    return ouro_dict_set(rt, w->dict, w->one, w->str) == 0 && ouro_odict_set(rt, w->odict, w->one, w->str) == 0 &&
           ouro_deque_append(rt, w->deque, w->one) == 0;
}

// The texts of all objects, one after the other. Returns: new; NULL on failure.
static ouro_obj *world_text(world *w) {
    ouro_builder b;
    ouro_builder_open(w->rt, &b);
    ouro_obj *const *all = &w->none;
    for (size_t i = 0; i < (sizeof *w - offsetof(world, none)) / sizeof *all; i++)
        if (ouro_builder_repr(&b, all[i]) < 0)
            break;
    return ouro_builder_finish(&b);
}

// 1 if the texts are what they were.
static int world_is(world *w, const ouro_obj *before) {
    ouro_obj *now = world_text(w);
    int same = now && ouro_str_equal(now, before);
    ouro_xdecref(now);
    return same && ouro_verify(w->rt) == 0;
}

// 1 if a call has failed with this error.
static int refused(ouro_rt *rt, int result, int code, const char *words) {
    return says(rt, code, words) && result == -1;
}

static int refused_object(ouro_rt *rt, ouro_obj *result, int code, const char *words) {
    ouro_xdecref(result);
    return says(rt, code, words) && !result;
}

static int hash_of(ouro_rt *rt, ouro_obj *o) {
    uint64_t hash;
    return ouro_hash(rt, o, &hash);
}

static int length_of(ouro_rt *rt, ouro_obj *o) {
    size_t length;
    return ouro_length(rt, o, &length);
}

static int next_of(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *item;
    return ouro_next(rt, o, &item);
}

static ouro_obj *shifted(ouro_rt *rt, ouro_obj *o, int64_t by) {
    ouro_obj *n = ouro_int_new(rt, by);
    return ouro_binary(rt, OURO_LSHIFT, o, n); // a small int: immortal
}

static int int_of(ouro_rt *rt, ouro_obj *o) {
    int64_t value;
    return ouro_int_get(rt, o, &value);
}

static int u64_of(ouro_rt *rt, int64_t value) {
    uint64_t out;
    return ouro_int_get_u64(rt, ouro_int_new(rt, value), &out);
}

static int float_of(ouro_rt *rt, ouro_obj *o) {
    double value;
    return ouro_float_get(rt, o, &value);
}

static int code_point_at(ouro_rt *rt, ouro_obj *o, ptrdiff_t i) {
    uint32_t c;
    return ouro_str_at(rt, o, i, &c);
}

static int bounds_of(ouro_rt *rt, ouro_obj *slice) {
    ouro_bounds bounds;
    return ouro_slice_bounds(rt, slice, 3, &bounds);
}

// Of functions that give an object through a pointer: it is NULL when they fail.
static int popped(ouro_rt *rt, ouro_obj *o, int (*pop)(ouro_rt *rt, ouro_obj *o, ouro_obj **out)) {
    ouro_obj *out = o;
    int result = pop(rt, o, &out);
    always(!out);
    return result;
}

static int popped2(ouro_rt *rt, ouro_obj *o, ouro_obj *key,
                   int (*get)(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj **out)) {
    ouro_obj *out = o;
    int result = get(rt, o, key, &out);
    always(!out);
    return result;
}

static ouro_obj *called(ouro_rt *rt, ouro_obj *callable, world *w, size_t n) {
    ouro_obj *args[] = {w->one, w->one, w->one};
    return ouro_call(rt, callable, args, n, NULL);
}

static ouro_obj *class_of_two(ouro_rt *rt) {
    ouro_obj *two[] = {ouro_class_of_type(rt, ouro_list_type), ouro_class_of_type(rt, ouro_dict_type)};
    ouro_obj *bases = two[0] && two[1] ? ouro_tuple_new(rt, two, 2) : NULL;
    ouro_obj *made = bases ? ouro_class_new(rt, "X", bases, NULL) : NULL;
    ouro_xdecref(bases);
    return made;
}

CASE(errors, unhashable) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused(rt, hash_of(rt, w.list), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, hash_of(rt, w.dict), OURO_ERR_TYPE, "unhashable type: 'dict'"));
    check(refused(rt, hash_of(rt, w.set), OURO_ERR_TYPE, "unhashable type: 'set'"));
    check(refused(rt, hash_of(rt, w.odict), OURO_ERR_TYPE, "unhashable type: '"));
    check(refused(rt, hash_of(rt, w.deque), OURO_ERR_TYPE, "unhashable type: 'deque'"));
    check(refused(rt, hash_of(rt, w.bytes2), OURO_ERR_TYPE, "unhashable type: 'bytearray'"));
    check(world_is(&w, before));
}

CASE(errors, without_order) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused(rt, ouro_compare(rt, OURO_LT, w.one, w.str), OURO_ERR_TYPE,
                  "'<' not supported between 'int' and 'str'"));
    check(refused(rt, ouro_compare(rt, OURO_GE, w.none, w.none), OURO_ERR_TYPE,
                  "'>=' not supported between 'NoneType' and 'NoneType'"));
    check(refused(rt, ouro_compare(rt, OURO_LE, w.tuple, w.list), OURO_ERR_TYPE,
                  "'<=' not supported between 'tuple' and 'list'"));
    check(refused(rt, ouro_compare(rt, OURO_LT, w.dict, w.dict), OURO_ERR_TYPE,
                  "'<' not supported between 'dict' and 'dict'"));
    check(refused(rt, ouro_compare(rt, OURO_LT, w.instance, w.one), OURO_ERR_TYPE,
                  "'<' not supported between 'Thing' and 'int'"));
    check(world_is(&w, before));
}

CASE(errors, without_items) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused(rt, length_of(rt, w.one), OURO_ERR_TYPE, "'int' object has no length"));
    check(refused(rt, length_of(rt, w.instance), OURO_ERR_TYPE, "'Thing' object has no length"));
    check(refused_object(rt, ouro_get_item(rt, w.one, w.one), OURO_ERR_TYPE, "'int' object"));
    check(refused_object(rt, ouro_get_item(rt, w.node, w.one), OURO_ERR_TYPE, "'node' object has no items to read"));
    check(refused(rt, ouro_set_item(rt, w.str, w.one, w.str), OURO_ERR_TYPE, "'str' object has no items to set"));
    check(refused(rt, ouro_set_item(rt, w.tuple, w.one, w.str), OURO_ERR_TYPE, "'tuple' object has no items to set"));
    check(refused(rt, ouro_del_item(rt, w.tuple, w.one), OURO_ERR_TYPE, "'tuple' object has no items to delete"));
    check(refused(rt, ouro_contains(rt, w.one, w.one), OURO_ERR_TYPE, "'int' object is not iterable"));
    check(refused_object(rt, ouro_iter(rt, w.none), OURO_ERR_TYPE, "'NoneType' object is not iterable"));
    check(refused_object(rt, ouro_iter(rt, w.instance), OURO_ERR_TYPE, "'Thing' object is not iterable"));
    check(refused(rt, next_of(rt, w.list), OURO_ERR_TYPE, "'list' object is not an iterator"));
    check(world_is(&w, before));
}

CASE(errors, not_callable) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_call(rt, w.one, NULL, 0, NULL), OURO_ERR_TYPE, "'int' object is not callable"));
    check(
        refused_object(rt, ouro_call(rt, w.instance, NULL, 0, NULL), OURO_ERR_TYPE, "'Thing' object is not callable"));
    check(refused_object(rt, ouro_call_method(rt, w.instance, "nowhere", NULL, 0, NULL), OURO_ERR_ATTRIBUTE,
                         "'Thing' object has no attribute 'nowhere'"));
    check(world_is(&w, before));
}

CASE(errors, attributes) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_get_attr_text(rt, w.one, "nowhere"), OURO_ERR_ATTRIBUTE,
                         "'int' object has no attribute 'nowhere'"));
    check(refused_object(rt, ouro_get_attr(rt, w.instance, w.one), OURO_ERR_TYPE,
                         "an attribute's name must be a 'str', not 'int'"));
    check(refused(rt, ouro_set_attr(rt, w.instance, w.one, w.one), OURO_ERR_TYPE, "must be a 'str', not 'int'"));
    check(refused(rt, ouro_del_attr(rt, w.instance, w.none), OURO_ERR_TYPE, "must be a 'str', not 'NoneType'"));
    check(refused(rt, ouro_set_attr_text(rt, w.one, "x", w.one), OURO_ERR_ATTRIBUTE, "'int' object"));
    check(
        refused(rt, ouro_del_attr(rt, w.instance, w.str), OURO_ERR_ATTRIBUTE, "'Thing' object has no attribute 'abc'"));
    check(world_is(&w, before));
}

CASE(errors, operators) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_unary(rt, OURO_NEG, w.str), OURO_ERR_TYPE, "bad operand type for -: 'str'"));
    check(refused_object(rt, ouro_unary(rt, OURO_INVERT, w.half), OURO_ERR_TYPE, "bad operand type for ~: 'float'"));
    check(refused_object(rt, ouro_unary(rt, OURO_ADD, w.one), OURO_ERR_VALUE, "operation"));
    check(refused_object(rt, ouro_binary(rt, OURO_NEG, w.one, w.one), OURO_ERR_VALUE, "operation"));
    check(refused_object(rt, ouro_binary(rt, OURO_ADD, w.one, w.str), OURO_ERR_TYPE,
                         "unsupported operand types for +: 'int' and 'str'"));
    check(refused_object(rt, ouro_binary(rt, OURO_ADD, w.list, w.tuple), OURO_ERR_TYPE,
                         "unsupported operand types for +: 'list' and 'tuple'"));
    check(refused_object(rt, ouro_binary(rt, OURO_SUB, w.instance, w.instance), OURO_ERR_TYPE,
                         "unsupported operand types for -: 'Thing' and 'Thing'"));
    check(world_is(&w, before));
}

CASE(errors, copies) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_copy(rt, w.node), OURO_ERR_TYPE, "'node' objects cannot be copied"));
    check(refused_object(rt, ouro_deep_copy(rt, w.node), OURO_ERR_TYPE, "'node' objects cannot be copied"));
    check(world_is(&w, before));
}

CASE(errors, numbers) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(
        refused_object(rt, ouro_binary(rt, OURO_DIV, w.one, ouro_bool(rt, 0)), OURO_ERR_DIVISION, "division by zero"));
    check(refused_object(rt, ouro_binary(rt, OURO_FLOORDIV, w.huge, ouro_bool(rt, 0)), OURO_ERR_DIVISION,
                         "integer division by zero"));
    check(refused_object(rt, ouro_binary(rt, OURO_MOD, w.half, ouro_bool(rt, 0)), OURO_ERR_DIVISION,
                         "float modulo by zero"));
    check(refused_object(rt, shifted(rt, w.one, -1), OURO_ERR_VALUE, "negative shift count"));
    check(refused_object(rt, ouro_int_parse(rt, "12x", 3, 10), OURO_ERR_VALUE, "not an int in base 10: '12x'"));
    check(refused_object(rt, ouro_int_parse(rt, "", 0, 10), OURO_ERR_VALUE, "not an int in base 10: ''"));
    check(refused_object(rt, ouro_int_parse(rt, "1", 1, 37), OURO_ERR_VALUE, "the base must be from 2 to 36, not 37"));
    check(refused_object(rt, ouro_int_to_str(rt, w.one, 1), OURO_ERR_VALUE, "the base must be from 2 to 36, not 1"));
    check(refused_object(rt, ouro_float_parse(rt, "1.5.2", 5), OURO_ERR_VALUE, "not a float: '1.5.2'"));
    check(refused(rt, int_of(rt, w.str), OURO_ERR_TYPE, "'str'"));
    check(refused(rt, int_of(rt, w.huge), OURO_ERR_OVERFLOW, "an int of 67 bits does not fit"));
    check(refused(rt, u64_of(rt, -1), OURO_ERR_OVERFLOW, "the int is negative"));
    check(refused(rt, float_of(rt, w.str), OURO_ERR_TYPE, "'str'"));
    check(refused_object(rt, ouro_int_from_double(rt, INFINITY), OURO_ERR_OVERFLOW, "an infinity has no int"));
    check(refused_object(rt, ouro_int_from_double(rt, NAN), OURO_ERR_VALUE, "a NaN has no int"));
    check(world_is(&w, before));
}

CASE(errors, strs) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_str_new(rt, "a\xff", 2), OURO_ERR_VALUE, "not UTF-8: byte 0xff at 1 of 2"));
    check(refused_object(rt, ouro_str_from_char(rt, 0xD800), OURO_ERR_VALUE, "0xd800 is not a code point"));
    check(refused_object(rt, ouro_str_from_char(rt, 0x110000), OURO_ERR_VALUE, "0x110000 is not a code point"));
    check(refused_object(rt, ouro_get_item(rt, w.str, w.thousand), OURO_ERR_INDEX,
                         "str: index 1000 out of range, the length is 3"));
    check(refused_object(rt, ouro_get_item(rt, w.str, w.huge), OURO_ERR_INDEX, "str: the position is too large"));
    check(refused_object(rt, ouro_get_item(rt, w.str, w.str), OURO_ERR_TYPE, "'str'"));
    check(refused(rt, code_point_at(rt, w.str, -4), OURO_ERR_INDEX, "str: index -4 out of range"));
    check(refused(rt, ouro_contains(rt, w.str, w.one), OURO_ERR_TYPE, "'int'"));
    check(refused_object(rt, ouro_str_join(rt, w.str, w.list), OURO_ERR_TYPE, "'int'"));
    check(refused_object(rt, ouro_str_join(rt, w.str, w.one), OURO_ERR_TYPE, "'int' object is not iterable"));
    check(refused_object(rt, ouro_get_item(rt, w.str, w.slice), OURO_ERR_TYPE, "slice: 'int' expected, not 'str'"));
    check(world_is(&w, before));
}

CASE(errors, bytes) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_get_item(rt, w.bytes, w.thousand), OURO_ERR_INDEX, "bytes: index 1000 out of range"));
    check(refused(rt, ouro_contains(rt, w.bytes, w.str), OURO_ERR_TYPE, "'str'"));
    check(refused(rt, ouro_set_item(rt, w.bytes2, w.one, w.thousand), OURO_ERR_VALUE, "a byte must be 0 to 255"));
    check(refused(rt, ouro_set_item(rt, w.bytes2, w.one, w.str), OURO_ERR_TYPE, "'str'"));
    check(refused(rt, ouro_set_item(rt, w.bytes2, w.thousand, w.one), OURO_ERR_INDEX,
                  "bytearray: index 1000 out of range"));
    check(refused(rt, ouro_bytearray_append(rt, w.str, "x", 1), OURO_ERR_TYPE, "'bytearray' expected, not 'str'"));
    check(refused(rt, ouro_bytearray_resize(rt, w.list, 1), OURO_ERR_TYPE, "'bytearray' expected, not 'list'"));
    check(world_is(&w, before));
}

CASE(errors, tuples) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_tuple_get(rt, w.tuple, 3), OURO_ERR_INDEX,
                         "tuple: index 3 out of range, the length is 3"));
    check(refused_object(rt, ouro_tuple_get(rt, w.tuple, -4), OURO_ERR_INDEX, "-4"));
    check(refused_object(rt, ouro_tuple_get(rt, w.list, 0), OURO_ERR_TYPE,
                         "ouro_tuple_get: 'tuple' expected, not 'list'"));
    check(refused_object(rt, ouro_tuple_slice(rt, w.str, 0, 1), OURO_ERR_TYPE, "'tuple' expected, not 'str'"));
    check(refused_object(rt, ouro_tuple_concat(rt, w.tuple, w.list), OURO_ERR_TYPE, "'tuple' expected, not 'list'"));
    check(refused_object(rt, ouro_tuple_from(rt, w.one), OURO_ERR_TYPE, "'int' object is not iterable"));
    check(refused_object(rt, ouro_get_item(rt, w.tuple, w.str), OURO_ERR_TYPE, "'str'"));
    check(world_is(&w, before));
}

CASE(errors, lists_by_position) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_list_from(rt, w.none), OURO_ERR_TYPE, "'NoneType' object is not iterable"));
    check(refused_object(rt, ouro_list_get(rt, w.list, 3), OURO_ERR_INDEX, "list: index"));
    check(refused_object(rt, ouro_list_get(rt, w.list, PTRDIFF_MIN), OURO_ERR_INDEX, "list: index"));
    check(refused(rt, ouro_list_set(rt, w.list, -4, w.one), OURO_ERR_INDEX,
                  "list: index -4 out of range, the length is 3"));
    check(refused_object(rt, ouro_list_pop(rt, w.list, 7), OURO_ERR_INDEX, "list: index 7 out of range"));
    check(refused(rt, ouro_list_del(rt, w.list, 3), OURO_ERR_INDEX, "list: index 3 out of range"));
    check(refused_object(rt, ouro_get_item(rt, w.list, w.huge), OURO_ERR_INDEX, "list: the position is too large"));
    check(refused_object(rt, ouro_get_item(rt, w.list, w.str), OURO_ERR_TYPE, "'str'"));
    check(refused_object(rt, ouro_get_item(rt, w.list, w.slice), OURO_ERR_TYPE, "slice: 'int' expected, not 'str'"));
    check(refused(rt, ouro_set_item(rt, w.list, w.str, w.one), OURO_ERR_TYPE, "'str'"));
    check(refused(rt, ouro_del_item(rt, w.list, w.thousand), OURO_ERR_INDEX, "list: index 1000 out of range"));
    check(
        refused(rt, ouro_list_append(rt, w.str, w.one), OURO_ERR_TYPE, "ouro_list_append: 'list' expected, not 'str'"));
    check(world_is(&w, before));
}

CASE(errors, not_lists) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused(rt, ouro_list_append_steal(rt, w.str, ouro_incref(w.one)), OURO_ERR_TYPE,
                  "'list' expected, not 'str'"));
    check(refused(rt, ouro_list_extend(rt, w.tuple, w.list), OURO_ERR_TYPE, "'list' expected, not 'tuple'"));
    check(refused(rt, ouro_list_extend(rt, w.list, w.one), OURO_ERR_TYPE, "'int' object is not iterable"));
    check(refused(rt, ouro_list_insert(rt, w.none, 0, w.one), OURO_ERR_TYPE, "'list' expected, not 'NoneType'"));
    check(refused(rt, ouro_list_find(rt, w.str, w.one, &(size_t){0}), OURO_ERR_TYPE, "'list' expected, not 'str'"));
    check(refused(rt, ouro_list_remove(rt, w.dict, w.one), OURO_ERR_TYPE, "'list' expected, not 'dict'"));
    check(refused(rt, ouro_list_splice(rt, w.set, 0, 1, NULL), OURO_ERR_TYPE, "'list' expected, not 'set'"));
    check(refused(rt, ouro_list_splice(rt, w.list, 0, 1, w.one), OURO_ERR_TYPE, "'int' object is not iterable"));
    check(refused(rt, ouro_list_reserve(rt, w.tuple, 9), OURO_ERR_TYPE, "'list' expected, not 'tuple'"));
    check(refused(rt, ouro_list_reserve(rt, w.list, SIZE_MAX), OURO_ERR_OVERFLOW,
                  "a list cannot have 18446744073709551615 items"));
    check(refused(rt, ouro_list_clear(rt, w.tuple), OURO_ERR_TYPE, "'list' expected, not 'tuple'"));
    check(refused(rt, ouro_list_reverse(rt, w.tuple), OURO_ERR_TYPE, "'list' expected, not 'tuple'"));
    check(refused(rt, ouro_list_sort(rt, w.tuple, NULL, NULL), OURO_ERR_TYPE, "'list' expected, not 'tuple'"));
    check(world_is(&w, before));
}

CASE(errors, ranges_and_slices) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    ouro_obj *zero = own(ouro_slice_new(rt, NULL, NULL, ouro_bool(rt, 0)));
    need(zero);
    check(refused_object(rt, ouro_range_new(rt, 0, 1, 0), OURO_ERR_VALUE, "range: the step is 0"));
    check(refused_object(rt, ouro_get_item(rt, w.range, w.thousand), OURO_ERR_INDEX,
                         "range: index 1000 out of range, the length is 3"));
    check(refused(rt, bounds_of(rt, w.slice), OURO_ERR_TYPE, "'str'"));
    check(refused(rt, bounds_of(rt, zero), OURO_ERR_VALUE, "slice: the step is 0"));
    check(world_is(&w, before));
}

CASE(errors, deques) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_deque_get(rt, w.deque, 1), OURO_ERR_INDEX,
                         "deque: index 1 out of range, the length is 1"));
    check(refused(rt, ouro_deque_set(rt, w.deque, -2, w.one), OURO_ERR_INDEX, "deque: index -2 out of range"));
    check(refused(rt, ouro_deque_append(rt, w.list, w.one), OURO_ERR_TYPE, "'deque' expected, not 'list'"));
    check(refused(rt, ouro_deque_append_left(rt, w.list, w.one), OURO_ERR_TYPE, "'deque' expected, not 'list'"));
    check(refused(rt, popped(rt, w.list, ouro_deque_pop), OURO_ERR_TYPE, "'deque' expected, not 'list'"));
    check(refused(rt, popped(rt, w.list, ouro_deque_pop_left), OURO_ERR_TYPE, "'deque' expected, not 'list'"));
    check(refused(rt, ouro_deque_extend(rt, w.deque, w.one), OURO_ERR_TYPE, "'int' object is not iterable"));
    check(refused(rt, ouro_deque_rotate(rt, w.list, 1), OURO_ERR_TYPE, "'deque' expected, not 'list'"));
    check(refused(rt, ouro_deque_clear(rt, w.list), OURO_ERR_TYPE, "'deque' expected, not 'list'"));
    check(world_is(&w, before));
}

CASE(errors, dicts) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_get_item(rt, w.dict, w.thousand), OURO_ERR_KEY, "1000"));
    check(refused_object(rt, ouro_get_item(rt, w.dict, w.list), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, ouro_del_item(rt, w.dict, w.str), OURO_ERR_KEY, "'abc'"));
    check(refused(rt, popped2(rt, w.list, w.one, ouro_dict_get), OURO_ERR_TYPE, "'dict' expected, not 'list'"));
    check(refused(rt, popped2(rt, w.dict, w.list, ouro_dict_get), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, popped2(rt, w.set, w.one, ouro_dict_pop), OURO_ERR_TYPE, "'dict' expected, not 'set'"));
    check(refused(rt, ouro_dict_has(rt, w.dict, w.list), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, ouro_dict_set(rt, w.dict, w.list, w.one), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, ouro_dict_set(rt, w.tuple, w.one, w.one), OURO_ERR_TYPE, "'dict' expected, not 'tuple'"));
    check(refused(rt, ouro_dict_set_text(rt, w.tuple, "x", w.one), OURO_ERR_TYPE, "'dict' expected, not 'tuple'"));
    check(refused_object(rt, ouro_dict_set_default(rt, w.dict, w.set, w.one), OURO_ERR_TYPE, "unhashable type: 'set'"));
    check(refused(rt, ouro_dict_del(rt, w.dict, w.list), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, ouro_dict_update(rt, w.dict, w.one), OURO_ERR_TYPE, "'int'"));
    check(refused(rt, ouro_dict_update(rt, w.dict, w.range), OURO_ERR_TYPE, "'int' object is not iterable"));
    check(refused(rt, ouro_dict_reserve(rt, w.list, 1), OURO_ERR_TYPE, "'dict' expected, not 'list'"));
    check(refused(rt, ouro_dict_clear(rt, w.list), OURO_ERR_TYPE, "'dict' expected, not 'list'"));
    check(refused_object(rt, ouro_dict_keys(rt, w.list), OURO_ERR_TYPE, "'dict' expected, not 'list'"));
    check(refused_object(rt, ouro_dict_values(rt, w.list), OURO_ERR_TYPE, "'dict' expected, not 'list'"));
    check(refused_object(rt, ouro_dict_items(rt, w.list), OURO_ERR_TYPE, "'dict' expected, not 'list'"));
    check(world_is(&w, before));
}

CASE(errors, sets) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_set_new(rt, w.none), OURO_ERR_TYPE, "'NoneType' object is not iterable"));
    check(refused(rt, ouro_set_has(rt, w.set, w.list), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, ouro_set_add(rt, w.set, w.list), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, ouro_set_add(rt, w.frozenset, w.one), OURO_ERR_TYPE, "'set' expected, not 'frozenset'"));
    check(refused(rt, ouro_set_remove(rt, w.list, w.one), OURO_ERR_TYPE, "'set' expected, not 'list'"));
    check(refused(rt, popped(rt, w.list, ouro_set_pop), OURO_ERR_TYPE, "'set' expected, not 'list'"));
    check(refused(rt, ouro_set_update(rt, w.set, w.one), OURO_ERR_TYPE, "'int' object is not iterable"));
    check(refused(rt, ouro_set_clear(rt, w.frozenset), OURO_ERR_TYPE, "'set' expected, not 'frozenset'"));
    check(refused_object(rt, ouro_set_combine(rt, OURO_LSHIFT, w.set, w.set), OURO_ERR_VALUE, "is none of sets"));
    check(
        refused_object(rt, ouro_set_combine(rt, OURO_OR, w.set, w.one), OURO_ERR_TYPE, "'int' object is not iterable"));
    check(world_is(&w, before));
}

CASE(errors, odicts) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, ouro_get_item(rt, w.odict, w.thousand), OURO_ERR_KEY, "1000"));
    check(refused(rt, ouro_odict_set(rt, w.odict, w.list, w.one), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, ouro_odict_set(rt, w.dict, w.one, w.one), OURO_ERR_TYPE, "expected, not 'dict'"));
    check(refused(rt, ouro_odict_move(rt, w.odict, w.list, OURO_LAST), OURO_ERR_TYPE, "unhashable type: 'list'"));
    check(refused(rt, ouro_odict_del(rt, w.dict, w.one), OURO_ERR_TYPE, "expected, not 'dict'"));
    check(refused(rt, ouro_odict_clear(rt, w.dict), OURO_ERR_TYPE, "expected, not 'dict'"));
    check(world_is(&w, before));
}

CASE(errors, programs) {
    world w;
    ouro_obj *before = own(world_open(rt, &w) ? world_text(&w) : NULL);
    need(before);
    check(refused_object(rt, called(rt, w.native, &w, 1), OURO_ERR_TYPE, "two() takes 2 arguments (1 given)"));
    check(refused_object(rt, called(rt, w.native, &w, 3), OURO_ERR_TYPE, "two() takes 2 arguments (3 given)"));
    check(refused_object(rt, ouro_get_attr_text(rt, w.module, "nowhere"), OURO_ERR_ATTRIBUTE, "nowhere"));
    check(refused_object(rt, ouro_get_attr_text(rt, w.class_object, "nowhere"), OURO_ERR_ATTRIBUTE, "nowhere"));
    check(refused_object(rt, ouro_class_new(rt, "X", w.one, NULL), OURO_ERR_TYPE, "'tuple' expected, not 'int'"));
    check(refused_object(rt, ouro_class_new(rt, "X", w.tuple, NULL), OURO_ERR_TYPE, "'class' expected, not 'int'"));
    check(
        refused_object(rt, ouro_class_new(rt, "X", NULL, w.tuple), OURO_ERR_TYPE, "slots: 'str' expected, not 'int'"));
    check(refused_object(rt, class_of_two(rt), OURO_ERR_TYPE,
                         "the bases of class 'X' do not go together: 'list' and 'dict'"));
    check(refused_object(rt, ouro_class_of_type(rt, ouro_none_type), OURO_ERR_TYPE,
                         "no class may derive from 'NoneType'"));
    check(refused(rt, ouro_class_set(rt, w.one, "x", w.one), OURO_ERR_TYPE, "'int'"));
    check(refused_object(rt, ouro_instance_new(rt, w.one, NULL), OURO_ERR_TYPE, "'int'"));
    check(refused_object(rt, called(rt, w.class_object, &w, 2), OURO_ERR_TYPE, "Thing"));
    check(world_is(&w, before));
}
