// SPDX-License-Identifier: MIT
// std_bounds.c: two workloads about bounds rather than speed. SB: how many bytes of blocks a standard object takes.
// SC: what sets of keys that are unkind to a table cost beside random ones.
#include "bench_std.h"

#include <stdio.h>
#include <string.h>

// ---- SB ----

// What the objects are made of: shared, so that their own bytes do not count.
typedef struct parts {
    const bench_std *std;
    void *key[3], *value[3], *of_class;
} parts;

typedef void (*make_fn)(const parts *p, void **a, size_t n);

static void make_int(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->integer((int64_t)(1000000 + i));
}

static void make_float(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->real(0.5 + (double)i);
}

static void make_str(const parts *p, void **a, size_t n) {
    p->std->strs(a, "0123456789", n);
}

static void make_list_0(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->list.build(NULL, 0);
}

static void make_list_3(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->list_of((void **)p->key, 3);
}

static void make_appended_3(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->list.build((void **)p->key, 3);
}

static void make_tuple_3(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->tuple.build((void **)p->key, 3);
}

static void make_dict_0(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->dict.build(NULL, 0);
}

static void make_dict_3(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->dict.build((void **)p->key, 3);
}

static void make_set_0(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->set.build(NULL, 0);
}

static void make_set_3(const parts *p, void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = p->std->set.build((void **)p->key, 3);
}

static void make_instances(const parts *p, void **a, size_t n) {
    p->std->instances(a, p->of_class, (void **)p->value, n);
}

static const struct {
    const char *variant;
    make_fn make;
} makes[] = {
    {"int", make_int},           {"float", make_float},   {"str-10", make_str},
    {"list-0", make_list_0},     {"list-3", make_list_3}, {"appended-3", make_appended_3},
    {"tuple-3", make_tuple_3},   {"dict-0", make_dict_0}, {"dict-3", make_dict_3},
    {"set-0", make_set_0},       {"set-3", make_set_3},   {"plain-3", make_instances},
    {"slots-3", make_instances},
};

static make_fn make_of(const char *variant) {
    for (size_t i = 0; i < BENCH_COUNT(makes); i++)
        if (strcmp(makes[i].variant, variant) == 0)
            return makes[i].make;
    bench_fail("there is no such object");
    return NULL;
}

// The first thousand are not counted: what their type makes once is there after them.
void bench_object_bytes(const bench_run *run) {
    const bench_std *std = run->std;
    make_fn make = make_of(run->variant);
    void **a = bench_array(run->n + 1000);
    parts p = {std, {0}, {0}, strcmp(run->variant, "slots-3") == 0 ? std->slots_class() : std->plain_class()};
    static const char *const name[3] = {"first", "second", "third"};
    for (int i = 0; i < 3; i++) {
        p.key[i] = std->interned(name[i]);
        p.value[i] = std->integer(1000000 + i);
    }
    std->bytes();
    make(&p, a, 1000);
    size_t before = std->bytes();
    make(&p, a + 1000, run->n);
    bench_print("bytes", (double)(std->bytes() - before) / (double)run->n, "B");
}

// ---- SC ----

static int64_t random_word(void) {
    return (int64_t)bench_below((size_t)1 << 62);
}

// Numbers that are all 0 modulo 2 to the 61st less 1, which is what CPython hashes an int by; or other large ones.
static void **products_new(const bench_std *std, size_t n, int colliding) {
    void **a = bench_array(n), *prime = std->integer(((int64_t)1 << 61) - 1);
    for (size_t i = 0; i < n; i++) {
        void *pair[2] = {std->integer(colliding ? (int64_t)i + 1 : random_word()), std->integer(random_word())};
        a[i] = std->product(pair[0], colliding ? prime : pair[1]);
        std->drop(pair, 2);
    }
    std->drop(&prime, 1);
    return a;
}

static void words_fill(const bench_run *run, int64_t *value, size_t n) {
    unsigned shift = 0;
    if (strcmp(run->variant, "prepared") == 0) {
        run->std->prepare(value, n);
        return;
    }
    sscanf(run->variant, "stride-%u", &shift);
    for (size_t i = 0; i < n; i++)
        value[i] = strcmp(run->variant, "random") == 0 ? random_word() : (int64_t)((i + 1) << shift);
}

static void **words_new(const bench_std *std, const int64_t *value, size_t n) {
    void **a = bench_array(n);
    for (size_t i = 0; i < n; i++)
        a[i] = std->integer(value[i]);
    return a;
}

static void **texts_of(const bench_std *std, char (*text)[BENCH_TEXT], size_t n) {
    void **a = bench_array(n);
    for (size_t i = 0; i < n; i++)
        a[i] = std->str(text[i]);
    return a;
}

// Texts of the form that a peer prepares, but any.
static void **random_texts_new(const bench_std *std, size_t n) {
    char(*text)[BENCH_TEXT] = bench_array(n * BENCH_TEXT / sizeof(void *));
    for (size_t i = 0; i < n; i++)
        snprintf(text[i], BENCH_TEXT, "%015llx", (unsigned long long)random_word() >> 4);
    return texts_of(std, text, n);
}

// The keys of this row, and as many random ones of the same kind.
static void keys_new(const bench_run *run, void ***keys, void ***random) {
    const bench_std *std = run->std;
    size_t n = run->n;
    int64_t *value = bench_array(n);
    if (strcmp(run->variant, "mersenne") == 0) {
        *keys = products_new(std, n, 1);
        *random = products_new(std, n, 0);
    } else if (strcmp(run->variant, "prepared-str") == 0) {
        char(*text)[BENCH_TEXT] = bench_array(n * BENCH_TEXT / sizeof(void *));
        std->prepare_texts(text, n);
        *keys = texts_of(std, text, n);
        *random = random_texts_new(std, n);
    } else {
        words_fill(run, value, n);
        *keys = words_new(std, value, n);
        for (size_t i = 0; i < n; i++)
            value[i] = random_word();
        *random = words_new(std, value, n);
    }
}

typedef struct times {
    double insert, find;
} times;

static void keys_time(const bench_run *run, void **keys, const size_t *order, times *spent) {
    const bench_box *box = bench_special(run, "dict") ? &run->std->dict : &run->std->set;
    double at = bench_now();
    void *made = box->build(keys, run->n);
    spent->insert += bench_lap(&at);
    box->read(made, keys, order, run->n);
    spent->find += bench_lap(&at);
    run->std->drop(&made, 1);
}

// Both sets of keys in turn, three times after a first that is not counted.
void bench_key_sets(const bench_run *run) {
    const size_t *order = bench_order(run->n);
    void **keys, **random;
    times own = {0, 0}, other = {0, 0};
    double scale = 1e9 / (3 * (double)run->n);
    keys_new(run, &keys, &random);
    for (int round = 0; round < 4; round++) {
        if (round == 1)
            own = other = (times){0, 0};
        keys_time(run, random, order, &other);
        keys_time(run, keys, order, &own);
    }
    bench_print("insert", own.insert * scale, "ns");
    bench_print("find", own.find * scale, "ns");
    bench_print("insert-x", own.insert / other.insert, "x");
    bench_print("find-x", own.find / other.find, "x");
}
