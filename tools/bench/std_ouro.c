// SPDX-License-Identifier: MIT
// std_ouro.c: the standard objects of Ouro by its public headers, as an interpreter's author would use them; see
// bench_std.h.
#include "bench_std.h"

#include <ouro/std.h>
#include <stdio.h>
#include <string.h>

static ouro_rt *rt;

static void *must(ouro_obj *o) {
    if (!o)
        bench_fail(ouro_error_message(rt));
    return o;
}

static void done(int result) {
    if (result < 0)
        bench_fail(ouro_error_message(rt));
}

static inline void take_and_drop(ouro_obj *o) {
    ouro_incref(o);
    bench_use(o);
    ouro_decref(o);
}

static void std_open(void *runtime) {
    rt = runtime;
    done(ouro_std_open(rt));
}

static void *integer_new(int64_t value) {
    return must(ouro_int_new(rt, value));
}

static void *product_new(void *a, void *b) {
    return must(ouro_binary(rt, OURO_MUL, a, b));
}

static void *real_new(double value) {
    return must(ouro_float_new(rt, value));
}

static void *str_new(const char *text) {
    return must(ouro_str_from(rt, text));
}

static void *interned_new(const char *text) {
    return must(ouro_intern(rt, text));
}

// ---- containers ----

static void *list_build(void **items, size_t n) {
    ouro_obj *list = must(ouro_list_new(rt, NULL, 0));
    for (size_t i = 0; i < n; i++)
        done(ouro_list_append(rt, list, items[i]));
    return list;
}

static void *list_of(void **items, size_t n) {
    return must(ouro_list_new(rt, (ouro_obj *const *)items, n));
}

static void list_read(void *box, void **items, const size_t *order, size_t n) {
    (void)items;
    for (size_t i = 0; i < n; i++)
        take_and_drop(ouro_list_peek(box, order[i]));
}

static void list_update(void *box, void **items, const size_t *order, size_t n) {
    for (size_t i = 0; i < n; i++)
        done(ouro_list_set(rt, box, (ptrdiff_t)order[i], items[i]));
}

static void list_sort(void *list) {
    done(ouro_list_sort(rt, list, NULL, NULL));
}

static void *tuple_build(void **items, size_t n) {
    return must(ouro_tuple_new(rt, (ouro_obj *const *)items, n));
}

static void tuple_read(void *box, void **items, const size_t *order, size_t n) {
    (void)items;
    for (size_t i = 0; i < n; i++)
        take_and_drop(ouro_tuple_peek(box, order[i]));
}

static void *dict_build(void **items, size_t n) {
    ouro_obj *dict = must(ouro_dict_new(rt));
    for (size_t i = 0; i < n; i++)
        done(ouro_dict_set(rt, dict, items[i], items[i]));
    return dict;
}

static void dict_read(void *box, void **items, const size_t *order, size_t n) {
    (void)order;
    for (size_t i = 0; i < n; i++) {
        ouro_obj *value;
        if (ouro_dict_get(rt, box, items[i], &value) != 1)
            bench_fail("an item is lost");
        bench_use(value);
        ouro_decref(value);
    }
}

static void dict_update(void *box, void **items, const size_t *order, size_t n) {
    (void)order;
    for (size_t i = 0; i < n; i++)
        done(ouro_dict_set(rt, box, items[i], items[i ? i - 1 : n - 1]));
}

static void *set_build(void **items, size_t n) {
    ouro_obj *set = must(ouro_set_new(rt, NULL));
    for (size_t i = 0; i < n; i++)
        done(ouro_set_add(rt, set, items[i]));
    return set;
}

static void set_read(void *box, void **items, const size_t *order, size_t n) {
    (void)order;
    for (size_t i = 0; i < n; i++)
        if (ouro_set_has(rt, box, items[i]) != 1)
            bench_fail("an item is lost");
}

static void set_update(void *box, void **items, const size_t *order, size_t n) {
    (void)order;
    for (size_t i = 0; i < n; i++) {
        done(ouro_set_remove(rt, box, items[i]));
        done(ouro_set_add(rt, box, items[i]));
    }
}

// ---- texts ----

static void *text_append(void **pieces, size_t n) {
    ouro_obj *text = must(ouro_str_new(rt, "", 0));
    for (size_t i = 0; i < n; i++)
        done(ouro_str_append(rt, &text, pieces[i]));
    return text;
}

static void *text_join(void *list) {
    ouro_obj *empty = must(ouro_str_new(rt, "", 0)), *text = must(ouro_str_join(rt, empty, list));
    ouro_decref(empty);
    return text;
}

static void *text_build(void **pieces, size_t n) {
    ouro_builder b;
    ouro_builder_open(rt, &b);
    for (size_t i = 0; i < n; i++)
        done(ouro_builder_str(&b, pieces[i]));
    return must(ouro_builder_finish(&b));
}

static void strs_new(void **a, const char *text, size_t n) {
    size_t size = strlen(text);
    for (size_t i = 0; i < n; i++)
        a[i] = must(ouro_str_new(rt, text, size));
}

static void strs_hash(void **a, size_t n) {
    uint64_t hash;
    for (size_t i = 0; i < n; i++)
        done(ouro_hash(rt, a[i], &hash));
}

static void strs_intern(void **a, size_t n) {
    for (size_t i = 0; i < n; i++) {
        ouro_obj *one = must(ouro_str_intern(rt, a[i]));
        ouro_decref(a[i]);
        a[i] = one;
    }
}

static void texts_intern(void **a, const char (*text)[BENCH_TEXT], size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = must(ouro_intern(rt, text[i]));
}

// ---- instances and calls ----

static ouro_obj *name[3];

static void names_make(void) {
    static const char *const names[3] = {"x", "y", "z"};
    for (int i = 0; i < 3; i++)
        name[i] = interned_new(names[i]);
}

static void *plain_class_new(void) {
    names_make();
    return must(ouro_class_new(rt, "C", NULL, NULL));
}

static void *slots_class_new(void) {
    names_make();
    return must(ouro_class_new(rt, "C", NULL, must(ouro_tuple_new(rt, name, 3))));
}

static void instance_set(ouro_obj *o, void **value) {
    done(ouro_set_attr(rt, o, name[0], value[0]));
    done(ouro_set_attr(rt, o, name[1], value[1]));
    done(ouro_set_attr(rt, o, name[2], value[2]));
}

static void instances_new(void **a, void *of_class, void **value, size_t n) {
    for (size_t i = 0; i < n; i++) {
        a[i] = must(ouro_call(rt, of_class, NULL, 0, NULL));
        instance_set(a[i], value);
    }
}

static void instances_get(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            ouro_decref(must(ouro_get_attr(rt, a[i], name[k])));
}

static void instances_set(void **a, void **value, size_t n) {
    for (size_t i = 0; i < n; i++)
        instance_set(a[i], value);
}

static ouro_obj *first_of_two(ouro_rt *of, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)of;
    (void)self;
    (void)n;
    (void)kwnames;
    return ouro_incref(args[0]);
}

static void *native_new(void) {
    return must(ouro_native_new(rt, "first", first_of_two, NULL, 2, 2));
}

static void native_call(void *function, void **args, size_t n) {
    for (size_t i = 0; i < n; i++)
        ouro_decref(must(ouro_call(rt, function, (ouro_obj *const *)args, 2, NULL)));
}

// ---- ints ----

static void ints_add(void **a, void **b, size_t n) {
    for (size_t i = 0; i < n; i++)
        ouro_decref(must(ouro_binary(rt, OURO_ADD, a[i], b[i])));
}

static void ints_multiply(void **a, void **b, size_t n) {
    for (size_t i = 0; i < n; i++)
        ouro_decref(must(ouro_binary(rt, OURO_MUL, a[i], b[i])));
}

static void ints_divide(void **a, void **b, size_t n) {
    for (size_t i = 0; i < n; i++)
        ouro_decref(must(ouro_binary(rt, OURO_FLOORDIV, a[i], b[i])));
}

static void ints_less(void **a, void **b, size_t n) {
    for (size_t i = 0; i < n; i++)
        done(ouro_compare(rt, OURO_LT, a[i], b[i]));
}

static void ints_text(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        ouro_decref(must(ouro_to_str(rt, a[i])));
}

static void *int_parsed(const char *digits) {
    return must(ouro_int_parse(rt, digits, strlen(digits), 10));
}

static void drop_all(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        ouro_decref(a[i]);
}

static size_t bytes_used(void) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    return usage.used;
}

// ---- keys for SC: who knows the key of the hash can choose keys that meet. He knows that of another runtime. ----

// One in so many keys is good enough: it meets the others in so small a part of the table.
#define PREPARED_PART 64

static ouro_rt *other_new(void) {
    ouro_std_options options;
    ouro_rt *other = ouro_rt_create(NULL);
    ouro_std_options_init(&options);
    options.seeded = 1;
    options.seed[0] = 1;
    options.seed[1] = 2;
    if (!other || ouro_std_open_with(other, &options) < 0)
        bench_fail("no second runtime");
    return other;
}

// Where a table of 2^n buckets puts a hash: the lower n bits of this. As the library does it (hash_place).
static uint32_t place_of(uint64_t hash) {
    for (int i = 0; i < 2; i++)
        hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
    hash ^= hash >> 32;
    return (uint32_t)((hash >> 8) + hash % 256);
}

// Takes: the key is stolen. 1 if the key comes into one bucket in so many, in every table of that runtime.
static int meets(ouro_rt *other, ouro_obj *key) {
    uint64_t hash = 0;
    if (!key || ouro_hash(other, key, &hash) < 0)
        bench_fail("no hash");
    ouro_decref(key);
    return place_of(hash) % PREPARED_PART == 0;
}

static void ints_prepare(int64_t *value, size_t n) {
    ouro_rt *other = other_new();
    for (size_t i = 0; i < n;) {
        value[i] = (int64_t)bench_below((size_t)1 << 62);
        i += (size_t)meets(other, ouro_int_new(other, value[i]));
    }
    ouro_rt_destroy(other);
}

static void texts_prepare(char (*text)[BENCH_TEXT], size_t n) {
    ouro_rt *other = other_new();
    for (size_t i = 0; i < n;) {
        snprintf(text[i], BENCH_TEXT, "%015llx", (unsigned long long)bench_below((size_t)1 << 60));
        i += (size_t)meets(other, ouro_str_from(other, text[i]));
    }
    ouro_rt_destroy(other);
}

const bench_std bench_std_peer = {
    .open = std_open,
    .integer = integer_new,
    .product = product_new,
    .real = real_new,
    .str = str_new,
    .interned = interned_new,
    .native = native_new,
    .plain_class = plain_class_new,
    .slots_class = slots_class_new,
    .list = {list_build, list_read, list_update},
    .tuple = {tuple_build, tuple_read, NULL},
    .dict = {dict_build, dict_read, dict_update},
    .set = {set_build, set_read, set_update},
    .list_of = list_of,
    .sort = list_sort,
    .append = text_append,
    .builder = text_build,
    .join = text_join,
    .strs = strs_new,
    .hash = strs_hash,
    .intern = strs_intern,
    .intern_text = texts_intern,
    .instances = instances_new,
    .get = instances_get,
    .set_all = instances_set,
    .call = native_call,
    .add = ints_add,
    .multiply = ints_multiply,
    .divide = ints_divide,
    .less = ints_less,
    .text_of = ints_text,
    .parsed = int_parsed,
    .drop = drop_all,
    .bytes = bytes_used,
    .prepare = ints_prepare,
    .prepare_texts = texts_prepare,
};
