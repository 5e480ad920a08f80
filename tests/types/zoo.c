// SPDX-License-Identifier: MIT
// zoo.c: the kinds of zoo.h. A maker that fails half way drops what it has made.
#include "zoo.h"

#include <stdbool.h>

// `o` if what was done to it has worked; else nothing is left of it.
static ouro_obj *kept(ouro_obj *o, int result) {
    if (o && result >= 0)
        return o;
    ouro_xdecref(o);
    return NULL;
}

// ---- containers ----

static ouro_obj *zoo_tuple(ouro_rt *rt, ouro_obj *const *parts) {
    return ouro_tuple_new(rt, parts, ZOO_PARTS);
}

static ouro_obj *zoo_list(ouro_rt *rt, ouro_obj *const *parts) {
    return ouro_list_new(rt, parts, ZOO_PARTS);
}

static ouro_obj *zoo_dict(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = ouro_dict_new(rt);
    return kept(o, o && ouro_dict_set(rt, o, parts[1], parts[0]) == 0 ? ouro_dict_set(rt, o, parts[2], parts[3]) : -1);
}

static ouro_obj *zoo_dict_holes(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = zoo_dict(rt, parts);
    if (!o || ouro_dict_del(rt, o, parts[2]) < 0)
        return kept(o, -1);
    return kept(o, ouro_dict_set(rt, o, parts[3], parts[2]));
}

static ouro_obj *zoo_set(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *items = zoo_tuple(rt, parts), *o = items ? ouro_set_new(rt, items) : NULL;
    ouro_xdecref(items);
    return o;
}

static ouro_obj *zoo_frozenset(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *items = zoo_tuple(rt, parts), *o = items ? ouro_frozenset_new(rt, items) : NULL;
    ouro_xdecref(items);
    return o;
}

static ouro_obj *zoo_odict(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = ouro_odict_new(rt);
    if (!o || ouro_odict_set(rt, o, parts[1], parts[0]) < 0 || ouro_odict_set(rt, o, parts[3], parts[2]) < 0)
        return kept(o, -1);
    return kept(o, ouro_odict_move(rt, o, parts[1], OURO_LAST));
}

static ouro_obj *zoo_deque(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = ouro_deque_new(rt, SIZE_MAX);
    int result = o ? 0 : -1;
    for (size_t i = 0; result == 0 && i < ZOO_PARTS; i++)
        result = i % 2 ? ouro_deque_append(rt, o, parts[i]) : ouro_deque_append_left(rt, o, parts[i]);
    return kept(o, result);
}

static ouro_obj *zoo_slice(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *rest = ouro_tuple_new(rt, parts + 2, 2);
    ouro_obj *o = rest ? ouro_slice_new(rt, parts[0], parts[1], rest) : NULL;
    ouro_xdecref(rest);
    return o;
}

// ---- weak containers: the parts are their strong sides ----

// Puts the parts, as keys or as values of immortal objects, into `o`.
static ouro_obj *zoo_weakly(ouro_rt *rt, ouro_obj *o, ouro_obj *const *parts) {
    int result = o ? 0 : -1;
    for (size_t i = 0; result == 0 && i < ZOO_PARTS; i++) {
        ouro_obj *number = ouro_int_new(rt, (int64_t)i);
        bool keys = number && ouro_is(o, ouro_weakkeys_type);
        result = number ? ouro_weakdict_set(rt, o, keys ? number : parts[i], keys ? parts[i] : number) : -1;
        ouro_xdecref(number);
    }
    return kept(o, result);
}

static ouro_obj *zoo_weakkeys(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_weakly(rt, ouro_weakkeys_new(rt), parts);
}

static ouro_obj *zoo_weakvalues(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_weakly(rt, ouro_weakvalues_new(rt), parts);
}

// ---- iterators and views ----

// An iterator over `o` (stolen) that has given `steps` items.
static ouro_obj *zoo_walked(ouro_rt *rt, ouro_obj *o, size_t steps) {
    ouro_obj *it = o ? ouro_iter(rt, o) : NULL, *item;
    int more = it ? 1 : -1;
    ouro_xdecref(o);
    for (size_t i = 0; i < steps && more == 1; i++)
        if ((more = ouro_next(rt, it, &item)) == 1)
            ouro_decref(item);
    return kept(it, more);
}

static ouro_obj *zoo_list_iter(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_walked(rt, zoo_list(rt, parts), 1);
}

static ouro_obj *zoo_tuple_iter(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_walked(rt, zoo_tuple(rt, parts), 0);
}

static ouro_obj *zoo_dict_iter(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_walked(rt, zoo_dict(rt, parts), 1);
}

static ouro_obj *zoo_set_iter(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_walked(rt, zoo_set(rt, parts), 1);
}

static ouro_obj *zoo_odict_iter(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_walked(rt, zoo_odict(rt, parts), 1);
}

static ouro_obj *zoo_deque_iter(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_walked(rt, zoo_deque(rt, parts), 1);
}

static ouro_obj *zoo_view(ouro_rt *rt, ouro_obj *const *parts, ouro_obj *(*view)(ouro_rt *, ouro_obj *)) {
    ouro_obj *dict = zoo_dict(rt, parts), *o = dict ? view(rt, dict) : NULL;
    ouro_xdecref(dict);
    return o;
}

static ouro_obj *zoo_keys(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_view(rt, parts, ouro_dict_keys);
}

static ouro_obj *zoo_values(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_view(rt, parts, ouro_dict_values);
}

static ouro_obj *zoo_items(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_view(rt, parts, ouro_dict_items);
}

static ouro_obj *zoo_items_iter(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_walked(rt, zoo_items(rt, parts), 1);
}

static ouro_obj *zoo_weak_iter(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_walked(rt, zoo_weakkeys(rt, parts), 1);
}

// ---- programs ----

static ouro_obj *zoo_nothing(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)args, (void)n, (void)kwnames;
    return ouro_none(rt);
}

static ouro_obj *zoo_native(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *self = zoo_tuple(rt, parts);
    ouro_obj *o = self ? ouro_native_new(rt, "nothing", zoo_nothing, self, 0, OURO_ANY) : NULL;
    ouro_xdecref(self);
    return o;
}

static ouro_obj *zoo_method(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *function = zoo_native(rt, parts), *o = function ? ouro_method_new(rt, function, parts[0]) : NULL;
    ouro_xdecref(function);
    return o;
}

static ouro_obj *zoo_cell(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *value = zoo_tuple(rt, parts), *o = value ? ouro_cell_new(rt, value) : NULL;
    ouro_xdecref(value);
    return o;
}

static const char *const zoo_names[ZOO_PARTS] = {"zoo_a", "zoo_b", "zoo_c", "zoo_d"};

// Sets the parts as attributes of `o` (stolen).
static ouro_obj *zoo_with_attributes(ouro_rt *rt, ouro_obj *o, ouro_obj *const *parts) {
    int result = o ? 0 : -1;
    for (size_t i = 0; result == 0 && i < ZOO_PARTS; i++)
        result = ouro_set_attr_text(rt, o, zoo_names[i], parts[i]);
    return kept(o, result);
}

static ouro_obj *zoo_module(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_with_attributes(rt, ouro_module_new(rt, "zoo"), parts);
}

static ouro_obj *zoo_class(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_with_attributes(rt, ouro_class_new(rt, "Zoo", NULL, NULL), parts);
}

static ouro_obj *zoo_subclass(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *base = zoo_class(rt, parts), *o = base ? ouro_class_new(rt, "Sub", base, NULL) : NULL;
    ouro_xdecref(base);
    return zoo_with_attributes(rt, o, parts);
}

// An instance of a new class that derives from `base` (NULL: from none), its standard part as `start` (stolen).
static ouro_obj *zoo_derived(ouro_rt *rt, ouro_obj *base, ouro_obj *start, ouro_obj *const *parts) {
    ouro_obj *class_object = base ? ouro_class_new(rt, "Derived", base, NULL) : NULL;
    ouro_obj *o = class_object && start ? ouro_instance_new(rt, class_object, start) : NULL;
    ouro_xdecref(class_object);
    ouro_xdecref(start);
    return zoo_with_attributes(rt, o, parts);
}

static ouro_obj *zoo_derived_from(ouro_rt *rt, const ouro_type *type, ouro_obj *start, ouro_obj *const *parts) {
    return zoo_derived(rt, ouro_class_of_type(rt, type), start, parts);
}

static ouro_obj *zoo_instance(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *class_object = zoo_subclass(rt, parts);
    ouro_obj *o = class_object ? ouro_instance_new(rt, class_object, NULL) : NULL;
    ouro_xdecref(class_object);
    return zoo_with_attributes(rt, o, parts);
}

// More attributes than a layout has names.
static ouro_obj *zoo_instance_dict(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = zoo_instance(rt, parts);
    int result = o ? 0 : -1;
    for (int i = 0; result == 0 && i < OURO_LAYOUT_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "zoo_%d", i);
        result = ouro_set_attr_text(rt, o, name, parts[i % ZOO_PARTS]);
    }
    return kept(o, result);
}

static ouro_obj *zoo_derived_int(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_int_type, ouro_int_new(rt, 5), parts);
}

static ouro_obj *zoo_derived_big(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_int_type, ouro_int_parse(rt, "1000000000000000000000", 22, 10), parts);
}

static ouro_obj *zoo_derived_float(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_float_type, ouro_float_new(rt, 0.5), parts);
}

static ouro_obj *zoo_derived_str(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_str_type, ouro_str_from(rt, "five \xc3\xa4"), parts);
}

static ouro_obj *zoo_derived_tuple(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_tuple_type, zoo_tuple(rt, parts), parts);
}

static ouro_obj *zoo_derived_list(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_list_type, zoo_list(rt, parts), parts);
}

static ouro_obj *zoo_derived_dict(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_dict_type, zoo_dict(rt, parts), parts);
}

static ouro_obj *zoo_derived_set(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_set_type, zoo_set(rt, parts), parts);
}

static ouro_obj *zoo_derived_frozenset(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *set = zoo_set(rt, parts), *frozen = set ? ouro_frozenset_new(rt, set) : NULL;
    ouro_xdecref(set);
    return zoo_derived_from(rt, ouro_frozenset_type, frozen, parts);
}

static ouro_obj *zoo_derived_odict(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_odict_type, zoo_odict(rt, parts), parts);
}

static ouro_obj *zoo_derived_weak(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_derived_from(rt, ouro_weak_type, ouro_weak_new(rt, parts[3], NULL, NULL), parts);
}

static ouro_obj *zoo_weak(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *arg = zoo_tuple(rt, parts), *o = arg ? ouro_weak_new(rt, parts[3], NULL, arg) : NULL;
    ouro_xdecref(arg);
    return o;
}

// An exception with all that it can have.
static ouro_obj *zoo_exception(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *args = zoo_tuple(rt, parts);
    ouro_obj *inner = args ? ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_KEY), args) : NULL;
    ouro_obj *o = inner ? zoo_derived(rt, ouro_exception_class(rt, OURO_ERR_INDEX), ouro_incref(inner), parts) : NULL;
    if (o) {
        ouro_exception_set_cause(o, inner);
        ouro_raise(rt, inner);
        ouro_raise(rt, o);
        ouro_trace(rt, "f", "file", 1);
        ouro_trace(rt, "g", "file", 2);
        ouro_error_clear(rt);
    }
    ouro_xdecref(inner);
    ouro_xdecref(args);
    return o;
}

// ---- caches ----

// `o` with a value under each of two keys; pairs are parts in turns.
static ouro_obj *zoo_two_cached(ouro_rt *rt, ouro_obj *o, ouro_obj *const *parts) {
    return kept(o, o && ouro_lru_put(rt, o, parts[0], parts[1]) == 0 ? ouro_lru_put(rt, o, parts[2], parts[3]) : -1);
}

static ouro_obj *zoo_lru(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_two_cached(rt, ouro_lru_new(rt, 2, 0), parts);
}

static ouro_obj *zoo_lru_typed(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_two_cached(rt, ouro_lru_new(rt, 2, OURO_LRU_TYPED), parts);
}

// Each part is a key, and weakly the value of another one.
static ouro_obj *zoo_lru_weak(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = ouro_lru_new(rt, OURO_LRU_UNBOUNDED, OURO_LRU_WEAK);
    int result = o ? 0 : -1;
    for (size_t i = 0; result == 0 && i < ZOO_PARTS; i++)
        result = ouro_lru_put(rt, o, parts[i], parts[(i + 1) % ZOO_PARTS]);
    return kept(o, result);
}

static ouro_obj *zoo_lru_iter(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = zoo_lru_weak(rt, parts);
    return zoo_walked(rt, o, 1);
}

static ouro_obj *zoo_cached(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *function = zoo_native(rt, parts), *cache = function ? zoo_lru(rt, parts) : NULL;
    ouro_obj *o = cache ? ouro_cached_new(rt, function, cache) : NULL;
    ouro_xdecref(function);
    ouro_xdecref(cache);
    return o;
}

// The key of a call whose last argument has a name.
static ouro_obj *zoo_call_key(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *cache = ouro_lru_new(rt, 1, 0), *name = cache ? ouro_str_from(rt, "name") : NULL;
    ouro_obj *names = name ? ouro_tuple_new(rt, &name, 1) : NULL, *keys = NULL, *key = NULL;
    ouro_obj *f = names ? ouro_native_new_kw(rt, "nothing", zoo_nothing, NULL, 0, OURO_ANY) : NULL;
    ouro_obj *cached = f ? ouro_cached_new(rt, f, cache) : NULL;
    if (cached && ouro_call(rt, cached, parts, ZOO_PARTS - 1, names))
        keys = ouro_lru_keys(rt, cache);
    if (keys && ouro_list_size(keys))
        key = ouro_incref(ouro_list_peek(keys, 0));
    ouro_xdecref(keys);
    ouro_xdecref(cached);
    ouro_xdecref(f);
    ouro_xdecref(names);
    ouro_xdecref(name);
    ouro_xdecref(cache);
    return key;
}

// ---- one item at a time ----

// An iterator, and a callable where there is one, that hold the parts.
static ouro_obj *zoo_lazy(ouro_rt *rt, ouro_obj *const *parts,
                          ouro_obj *(*make)(ouro_rt *rt, ouro_obj *callable, ouro_obj *iterable)) {
    ouro_obj *source = zoo_list_iter(rt, parts), *callable = source ? zoo_native(rt, parts) : NULL;
    ouro_obj *o = callable ? make(rt, callable, source) : NULL;
    ouro_xdecref(source);
    ouro_xdecref(callable);
    return o;
}

static ouro_obj *zoo_map(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_lazy(rt, parts, ouro_iter_map);
}

static ouro_obj *zoo_filter(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_lazy(rt, parts, ouro_iter_filter);
}

static ouro_obj *zoo_enumerate_of(ouro_rt *rt, ouro_obj *callable, ouro_obj *iterable) {
    (void)callable;
    return ouro_iter_enumerate(rt, iterable, 0);
}

static ouro_obj *zoo_enumerate(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_lazy(rt, parts, zoo_enumerate_of);
}

static ouro_obj *zoo_islice_of(ouro_rt *rt, ouro_obj *callable, ouro_obj *iterable) {
    (void)callable;
    return ouro_iter_slice(rt, iterable, 1, 3, 1);
}

static ouro_obj *zoo_islice(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_lazy(rt, parts, zoo_islice_of);
}

static ouro_obj *zoo_zip_of(ouro_rt *rt, ouro_obj *callable, ouro_obj *iterable) {
    ouro_obj *both[] = {iterable, iterable};
    (void)callable;
    return ouro_iter_zip(rt, both, 2);
}

static ouro_obj *zoo_zip(ouro_rt *rt, ouro_obj *const *parts) {
    return zoo_lazy(rt, parts, zoo_zip_of);
}

// One that is in the middle of a list of the parts.
static ouro_obj *zoo_chain(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *list = zoo_list(rt, parts), *both[] = {list, list};
    ouro_obj *all = list ? ouro_list_new(rt, both, 2) : NULL, *o = all ? ouro_iter_chain(rt, all) : NULL;
    ouro_xdecref(list);
    ouro_xdecref(all);
    return o ? zoo_walked(rt, o, 1) : NULL;
}

const zoo_kind zoo[] = {
    {"tuple", zoo_tuple},
    {"list", zoo_list},
    {"dict", zoo_dict},
    {"dict with holes", zoo_dict_holes},
    {"set", zoo_set},
    {"frozenset", zoo_frozenset},
    {"odict", zoo_odict},
    {"deque", zoo_deque},
    {"slice", zoo_slice},
    {"list iterator", zoo_list_iter},
    {"tuple iterator", zoo_tuple_iter},
    {"dict iterator", zoo_dict_iter},
    {"set iterator", zoo_set_iter},
    {"odict iterator", zoo_odict_iter},
    {"deque iterator", zoo_deque_iter},
    {"dict keys", zoo_keys},
    {"dict values", zoo_values},
    {"dict items", zoo_items},
    {"dict items iterator", zoo_items_iter},
    {"native", zoo_native},
    {"method", zoo_method},
    {"cell", zoo_cell},
    {"module", zoo_module},
    {"class", zoo_class},
    {"subclass", zoo_subclass},
    {"instance", zoo_instance},
    {"instance with a dict", zoo_instance_dict},
    {"derived int", zoo_derived_int},
    {"derived big int", zoo_derived_big},
    {"derived float", zoo_derived_float},
    {"derived str", zoo_derived_str},
    {"derived tuple", zoo_derived_tuple},
    {"derived list", zoo_derived_list},
    {"derived dict", zoo_derived_dict},
    {"derived set", zoo_derived_set},
    {"derived frozenset", zoo_derived_frozenset},
    {"derived OrderedDict", zoo_derived_odict},
    {"derived weak", zoo_derived_weak},
    {"weak", zoo_weak},
    {"exception", zoo_exception},
    {"weak-key dict", zoo_weakkeys},
    {"weak-value dict", zoo_weakvalues},
    {"weak-key dict iterator", zoo_weak_iter},
    {"LRU cache", zoo_lru},
    {"LRU cache, typed", zoo_lru_typed},
    {"LRU cache, weak", zoo_lru_weak},
    {"LRU cache iterator", zoo_lru_iter},
    {"cached function", zoo_cached},
    {"call key", zoo_call_key},
    {"generator", zoo_generator},
    {"generator that delegates", zoo_delegates},
    {"map", zoo_map},
    {"filter", zoo_filter},
    {"enumerate", zoo_enumerate},
    {"islice", zoo_islice},
    {"zip", zoo_zip},
    {"chain", zoo_chain},
};
const size_t zoo_size = sizeof zoo / sizeof *zoo;
