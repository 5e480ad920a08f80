// SPDX-License-Identifier: MIT
// std.cc: the headers of the standard objects from C++17: each type is made and asked something, and for each header
// something fails with the error that it names. Ends with 0 if all is well.
#include <ouro/std.h>

#include <cmath>
#include <cstdio>
#include <cstring>

namespace {

int wrong;

void expect(bool fact, const char *what) {
    if (!fact) {
        std::fprintf(stderr, "std.cc: not so: %s\n", what);
        wrong++;
    }
}

#define EXPECT(fact) expect((fact), #fact)

// A reference that is dropped at the end of its life.
class ref {
  public:
    explicit ref(ouro_obj *o) : o_(o) {
        EXPECT(o != nullptr);
    }
    ref(const ref &) = delete;
    ref &operator=(const ref &) = delete;
    ~ref() {
        ouro_xdecref(o_);
    }
    operator ouro_obj *() const {
        return o_;
    }

  private:
    ouro_obj *o_;
};

bool failed(ouro_rt *rt, int code) {
    bool as_expected = ouro_error_code(rt) == code;
    ouro_error_clear(rt);
    return as_expected;
}

void atoms(ouro_rt *rt) {
    EXPECT(ouro_is_none(ouro_none(rt)) && ouro_is_bool(ouro_bool(rt, 7)) && ouro_bool_value(ouro_bool(rt, 7)) == 1);
    ref i(ouro_int_new(rt, -7)), big(ouro_int_from_u64(rt, UINT64_MAX)), f(ouro_float_new(rt, 0.5));
    int64_t word = 0;
    uint64_t unsigned_word = 0;
    double d = 0;
    EXPECT(ouro_is_int(i) && ouro_int_is_word(i) && ouro_int_word(i) == -7 && ouro_int_sign(i) == -1);
    EXPECT(ouro_is_int(big) && !ouro_int_is_word(big) && ouro_int_bits(big) == 64);
    EXPECT(ouro_int_get(rt, i, &word) == 0 && word == -7 && ouro_int_get(rt, big, &word) < 0 &&
           failed(rt, OURO_ERR_OVERFLOW));
    EXPECT(ouro_int_get_u64(rt, big, &unsigned_word) == 0 && unsigned_word == UINT64_MAX);
    EXPECT(ouro_int_get_double(rt, big, &d) == 0 && d > 1.8e19);
    EXPECT(ouro_is_float(f) && ouro_float_value(f) == 0.5 && ouro_float_get(rt, i, &d) == 0 && d == -7);
    EXPECT(!ouro_float_parse(rt, "x", 1) && failed(rt, OURO_ERR_VALUE));
    EXPECT(!ouro_int_from_double(rt, std::nan("")) && failed(rt, OURO_ERR_VALUE));
    char text[OURO_FLOAT_TEXT];
    EXPECT(ouro_float_format(0.1, text) == 3 && std::strcmp(text, "0.1") == 0);
    ref hex(ouro_int_to_str(rt, i, 16)), parsed(ouro_int_parse(rt, "ff", 2, 16));
    EXPECT(ouro_str_is(hex, "-7") && ouro_int_word(parsed) == 255);
    EXPECT(!ouro_unary(rt, OURO_NEG, ouro_none(rt)) && failed(rt, OURO_ERR_TYPE));
}

void texts(ouro_rt *rt) {
    ref s(ouro_str_from(rt, "h\xc3\xa9")), name(ouro_intern(rt, "name")), same(ouro_str_intern(rt, name));
    EXPECT(ouro_is_str(s) && ouro_str_size(s) == 3 && ouro_str_length(s) == 2 && !ouro_str_is_ascii(s));
    EXPECT(ouro_str_is_interned(name) && same == static_cast<ouro_obj *>(name) && ouro_str_data(name)[4] == 0);
    EXPECT(!ouro_str_new(rt, "\xff", 1) && failed(rt, OURO_ERR_VALUE));
    uint32_t c = 0;
    EXPECT(ouro_str_at(rt, s, -1, &c) == 0 && c == 0xe9 && ouro_str_at(rt, s, 2, &c) < 0 && failed(rt, OURO_ERR_INDEX));
    ref b(ouro_bytes_new(rt, "ab", 2)), array(ouro_bytearray_new(rt, nullptr, 2));
    EXPECT(ouro_is_bytes(b) && ouro_bytes_size(b) == 2 && ouro_bytes_data(b)[1] == 'b');
    ouro_bytearray_data_peek(array)[0] = 7;
    EXPECT(ouro_is_bytearray(array) && ouro_bytearray_size(array) == 2 && ouro_bytearray_resize(rt, array, 9) == 0);
    EXPECT(ouro_bytearray_append(rt, b, "x", 1) < 0 && failed(rt, OURO_ERR_TYPE));
    ouro_builder builder;
    ouro_builder_open(rt, &builder);
    EXPECT(ouro_builder_format(&builder, "%d", 5) == 0 && ouro_builder_repr(&builder, b) == 0);
    EXPECT(ouro_builder_size(&builder) == 6 && ouro_builder_char(&builder, 0x110000) < 0);
    EXPECT(!ouro_builder_finish(&builder) && failed(rt, OURO_ERR_VALUE));
}

void sequences(ouro_rt *rt) {
    ref one(ouro_int_new(rt, 1)), two(ouro_int_new(rt, 2));
    ouro_obj *items[] = {two, one};
    ref tuple(ouro_tuple_new(rt, items, 2)), list(ouro_list_from(rt, tuple)), range(ouro_range_new(rt, 0, 9, 2));
    EXPECT(ouro_is_tuple(tuple) && ouro_tuple_size(tuple) == 2 && ouro_tuple_peek(tuple, 1) == items[1]);
    auto before = [](ouro_rt *runtime, ouro_obj *a, ouro_obj *b, void *) {
        return ouro_compare(runtime, OURO_LT, a, b);
    };
    EXPECT(ouro_is_list(list) && ouro_list_sort(rt, list, before, nullptr) == 0 && ouro_list_size(list) == 2);
    EXPECT(ouro_list_peek(list, 0) == items[1] && !ouro_list_get(rt, list, 2) && failed(rt, OURO_ERR_INDEX));
    EXPECT(!ouro_tuple_get(rt, list, 0) && failed(rt, OURO_ERR_TYPE));
    EXPECT(ouro_is_range(range) && ouro_range_count(range) == 5 && ouro_range_step(range) == 2);
    EXPECT(!ouro_range_new(rt, 0, 1, 0) && failed(rt, OURO_ERR_VALUE));
    ref slice(ouro_slice_new(rt, nullptr, two, nullptr)), bad(ouro_slice_new(rt, tuple, nullptr, nullptr));
    ouro_bounds bounds;
    EXPECT(ouro_is_slice(slice) && ouro_slice_bounds(rt, slice, 9, &bounds) == 0 && bounds.count == 2);
    EXPECT(ouro_slice_bounds(rt, bad, 9, &bounds) < 0 && failed(rt, OURO_ERR_TYPE));
    ref deque(ouro_deque_new(rt, 1));
    EXPECT(ouro_is_deque(deque) && ouro_deque_append(rt, deque, one) == 0 && ouro_deque_append(rt, deque, two) == 0);
    EXPECT(ouro_deque_size(deque) == 1 && !ouro_deque_get(rt, deque, 1) && failed(rt, OURO_ERR_INDEX));
    static const double doubles[] = {0.5, 1.5};
    ref array(ouro_array_new(rt, OURO_FLOAT64, doubles, 2));
    EXPECT(ouro_is_array(array) && ouro_array_append(rt, array, two) == 0 && ouro_array_size(array) == 3);
    EXPECT(static_cast<double *>(ouro_array_data_peek(array))[2] == 2 && ouro_array_dtype(array) == OURO_FLOAT64);
    EXPECT(ouro_array_append(rt, array, list) < 0 && failed(rt, OURO_ERR_TYPE));
    ref numbers(ouro_ndarray_over(rt, array)), twice(ouro_binary(rt, OURO_ADD, numbers, numbers));
    EXPECT(ouro_is_ndarray(numbers) && ouro_ndarray_dims(numbers) == 1 && ouro_ndarray_shape(twice)[0] == 3);
    EXPECT(static_cast<double *>(ouro_ndarray_data_peek(twice))[1] == 3 && ouro_ndarray_size(twice) == 3);
    EXPECT(!ouro_ndarray_pick(rt, numbers, 1, 0) && failed(rt, OURO_ERR_INDEX));
    EXPECT(ouro_array_append(rt, array, two) < 0 && failed(rt, OURO_ERR_STATE));
    ref it(ouro_iter(rt, range));
    ouro_obj *item = nullptr;
    EXPECT(ouro_next(rt, it, &item) == 1 && ouro_int_word(item) == 0);
    ouro_xdecref(item);
}

void tables(ouro_rt *rt) {
    ref dict(ouro_dict_new(rt)), odict(ouro_odict_new(rt)), list(ouro_list_new(rt, nullptr, 0)),
        key(ouro_int_new(rt, 5));
    ouro_obj *value = nullptr;
    EXPECT(ouro_is_dict(dict) && ouro_dict_set_text(rt, dict, "a", key) == 0 && ouro_dict_size(dict) == 1);
    EXPECT(ouro_dict_get_text(rt, dict, "a", &value) == 1 && value == static_cast<ouro_obj *>(key));
    ouro_xdecref(value);
    EXPECT(ouro_dict_set(rt, dict, list, key) < 0 && failed(rt, OURO_ERR_TYPE));
    EXPECT(!ouro_get_item(rt, dict, key) && failed(rt, OURO_ERR_KEY));
    EXPECT(ouro_is_odict(odict) && ouro_odict_set(rt, odict, key, list) == 0);
    EXPECT(ouro_odict_move(rt, odict, key, OURO_FIRST) == 1 && ouro_odict_has(rt, odict, list) < 0 &&
           failed(rt, OURO_ERR_TYPE));
    ref set(ouro_set_new(rt, nullptr)), frozen(ouro_frozenset_new(rt, nullptr));
    EXPECT(ouro_is_set(set) && !ouro_is_set(frozen) && ouro_is_frozenset(frozen) && ouro_set_add(rt, set, key) == 1);
    EXPECT(ouro_set_add(rt, frozen, key) < 0 && failed(rt, OURO_ERR_TYPE));
    uint64_t hash;
    EXPECT(ouro_hash(rt, dict, &hash) < 0 && failed(rt, OURO_ERR_TYPE));
}

ouro_obj *first(ouro_rt *, ouro_obj *, ouro_obj *const *args, size_t, ouro_obj *) {
    return ouro_incref(args[0]);
}

// Counts to what is in its bytes, then delegates to what is in its slot.
int count_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    int *left = static_cast<int *>(f->data);
    if (f->why == OURO_RESUME_BACK)
        return 0;
    *out = *left ? ouro_int_new(rt, *left) : ouro_incref(f->slot[0]);
    return (*left)-- ? 1 : OURO_YIELD_FROM;
}

void generators(ouro_rt *rt) {
    static const ouro_generator_def def = {"count", count_step, nullptr, 1, sizeof(int)};
    ref range(ouro_range_new(rt, 7, 9, 1));
    ouro_obj *slots[] = {range};
    const int from = 2;
    ref g(ouro_generator_new(rt, &def, slots, &from)), zip(ouro_iter_zip(rt, slots, 1)),
        chain(ouro_iter_chain(rt, zip));
    ref some(ouro_iter_take(rt, g, 3)), list(ouro_list_from(rt, some)), pairs(ouro_iter_enumerate(rt, chain, 1));
    EXPECT(ouro_is_generator(g) && ouro_list_size(list) == 3 && ouro_int_word(ouro_list_peek(list, 2)) == 7);
    EXPECT(ouro_generator_state_of(g) == OURO_GENERATOR_SUSPENDED && ouro_generator_close(rt, g) == 0);
    EXPECT(ouro_generator_state_of(g) == OURO_GENERATOR_DONE && ouro_is_none(ouro_generator_result_peek(g)));
    ref first(ouro_iter_filter(rt, nullptr, pairs)), pair(ouro_list_from(rt, first));
    EXPECT(ouro_list_size(pair) == 2 && ouro_is_tuple(ouro_list_peek(pair, 0)));
    EXPECT(!ouro_lines_open(rt, "no/such/file") && failed(rt, OURO_ERR_IO));
}

void programs(ouro_rt *rt) {
    ref native(ouro_native_new(rt, "first", first, nullptr, 1, 1)), cell(ouro_cell_new(rt, nullptr));
    ref point(ouro_class_new(rt, "Point", nullptr, nullptr)), p(ouro_instance_new(rt, point, nullptr));
    EXPECT(ouro_is_native(native) && !ouro_call(rt, native, nullptr, 0, nullptr) && failed(rt, OURO_ERR_TYPE));
    ouro_cell_set(cell, native);
    EXPECT(ouro_is_cell(cell) && ouro_cell_peek(cell) == static_cast<ouro_obj *>(native));
    EXPECT(ouro_is_class(point) && ouro_class_set(rt, point, "itself", native) == 0 && ouro_is_instance(p, point));
    ref method(ouro_get_attr_text(rt, p, "itself")), result(ouro_call_method(rt, p, "itself", nullptr, 0, nullptr));
    EXPECT(ouro_is_method(method) && ouro_method_instance_peek(method) == static_cast<ouro_obj *>(p));
    EXPECT(result == static_cast<ouro_obj *>(p));
    EXPECT(!ouro_class_of_type(rt, ouro_none_type) && failed(rt, OURO_ERR_TYPE));
    ref module(ouro_module_new(rt, "m"));
    const ouro_native_def functions[] = {{"first", first, 1, 1}};
    EXPECT(ouro_is_module(module) && ouro_module_add(rt, module, functions, 1) == 0);
    EXPECT(!ouro_get_attr_text(rt, module, "second") && failed(rt, OURO_ERR_ATTRIBUTE));
}

void exceptions(ouro_rt *rt) {
    EXPECT(ouro_raise_format(rt, ouro_exception_class(rt, OURO_ERR_KEY), "no %s", "key") == -1);
    EXPECT(ouro_trace(rt, "f", "std.cc", 1) == -1 && ouro_error_code(rt) == OURO_ERR_KEY);
    ref e(ouro_catch(rt)), report(ouro_exception_report(rt, e));
    ouro_trace_entry entry;
    EXPECT(ouro_is_exception(e) && ouro_exception_trace_at(e, 0, &entry) == 1 && entry.line == 1);
    EXPECT(std::strstr(ouro_str_data(report), "KeyError: no key\n") != nullptr);
    EXPECT(!ouro_exception_report(rt, ouro_none(rt)) && failed(rt, OURO_ERR_TYPE));
    EXPECT(ouro_raise(rt, ouro_none(rt)) == -1 && failed(rt, OURO_ERR_TYPE));
}

// An own type with operations: a number that says "seven".
struct seven {
    ouro_obj head;
};
ouro_type seven_type;
ouro_ops seven_ops;

int seven_repr(ouro_rt *, ouro_obj *, ouro_step *, ouro_builder *out, ouro_obj **) {
    return ouro_builder_text(out, "seven");
}

void own_type(ouro_rt *rt) {
    ouro_ops_init(&seven_ops);
    seven_ops.repr = seven_repr;
    ouro_type_init(&seven_type, "seven", sizeof(seven));
    seven_type.ops = &seven_ops;
    EXPECT(ouro_type_register(rt, &seven_type) == 0);
    ref o(static_cast<ouro_obj *>(ouro_new(rt, &seven_type))), text(ouro_repr(rt, o));
    EXPECT(ouro_str_is(text, "seven") && ouroi_kind(o) > OUROI_KIND_DERIVED);
    EXPECT(!ouro_copy(rt, o) && failed(rt, OURO_ERR_TYPE));
}

} // namespace

int main() {
    ouro_std_options options;
    ouro_std_options_init(&options);
    options.seeded = 1;
    ouro_rt *rt = ouro_rt_create(nullptr);
    if (!rt || ouro_std_open_with(rt, &options) < 0)
        return 1;
    EXPECT(ouro_std_open_with(rt, &options) < 0 && failed(rt, OURO_ERR_STATE) && ouro_std_open(rt) == 0);
    atoms(rt);
    texts(rt);
    sequences(rt);
    tables(rt);
    generators(rt);
    programs(rt);
    exceptions(rt);
    own_type(rt);
    EXPECT(ouro_error_code(rt) == OURO_OK && ouro_verify(rt) == 0);
    EXPECT(ouro_rt_destroy(rt) == 0);
    return wrong != 0;
}
