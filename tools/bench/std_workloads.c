// SPDX-License-Identifier: MIT
// std_workloads.c: the workloads of standard objects, S1 to SC, as far as they are the same for all peers; see
// bench_std.h and README.md. Most do the same work ROUNDS times and leave the first round out: after it the memory is
// there and the caches are warm.
#include "bench_std.h"

#include <stdio.h>
#include <string.h>

#define ROUNDS 4

// What has been spent in the rounds that count.
typedef struct laps {
    double build, read, update, free;
} laps;

static int starts_with(const bench_run *run, const char *text) {
    return strncmp(run->variant, text, strlen(text)) == 0;
}

static double per_ns(double spent, size_t n) {
    return spent * 1e9 / ((ROUNDS - 1) * (double)n);
}

// ---- keys ----

// Beyond the ints that a peer may have made once for all.
static void **ints_new(const bench_std *std, size_t n) {
    void **a = bench_array(n);
    for (size_t i = 0; i < n; i++)
        a[i] = std->integer((int64_t)(1000000 + i));
    return a;
}

static void key_text(char text[BENCH_TEXT], size_t i) {
    snprintf(text, BENCH_TEXT, "item%06u", (unsigned)i % 1000000);
}

static void **texts_new(void *(*make)(const char *), size_t n) {
    void **a = bench_array(n);
    for (size_t i = 0; i < n; i++) {
        char text[BENCH_TEXT];
        key_text(text, i);
        a[i] = make(text);
    }
    return a;
}

// The same objects in another order.
static void **shuffled(void **a, size_t n) {
    void **b = bench_array(n);
    memcpy(b, a, n * sizeof *a);
    bench_shuffle(b, n);
    return b;
}

static size_t *in_order(size_t n) {
    size_t *order = bench_array(n);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    return order;
}

// ---- S1 to S5: containers ----

typedef struct boxes {
    const bench_box *box;
    void **keys, **look; // to build from, and equal ones to read and update by
    const size_t *order; // of positions
    void **made;
    size_t size, count;
} boxes;

static void boxes_round(const bench_std *std, const boxes *b, laps *spent) {
    double at = bench_now();
    for (size_t i = 0; i < b->count; i++)
        b->made[i] = b->box->build(b->keys, b->size);
    spent->build += bench_lap(&at);
    for (size_t i = 0; i < b->count; i++)
        b->box->read(b->made[i], b->look, b->order, b->size);
    spent->read += bench_lap(&at);
    for (size_t i = 0; b->box->update && i < b->count; i++)
        b->box->update(b->made[i], b->look, b->order, b->size);
    spent->update += bench_lap(&at);
    std->drop(b->made, b->count);
    spent->free += bench_lap(&at);
}

static laps boxes_run(const bench_std *std, const boxes *b) {
    laps spent = {0, 0, 0, 0};
    for (int round = 0; round < ROUNDS; round++) {
        if (round == 1)
            spent = (laps){0, 0, 0, 0};
        boxes_round(std, b, &spent);
    }
    return spent;
}

static void boxes_print(const bench_run *run, const bench_box *box, void **keys, void **look) {
    size_t size = run->size < run->n ? run->size : run->n, count = run->n / size;
    int mixed = strstr(run->variant, "random") != NULL;
    boxes b = {box, keys, look, mixed ? bench_order(size) : in_order(size), bench_array(count), size, count};
    if (mixed) {
        b.keys = shuffled(keys, size);
        b.look = shuffled(look, size);
    }
    laps spent = boxes_run(run->std, &b);
    bench_print("build", per_ns(spent.build, run->n), "ns");
    bench_print("read", per_ns(spent.read, run->n), "ns");
    if (box->update)
        bench_print("update", per_ns(spent.update, run->n), "ns");
    bench_print("free", per_ns(spent.free, run->n), "ns");
}

static void s1_list(const bench_run *run) {
    void **items = ints_new(run->std, run->size);
    boxes_print(run, &run->std->list, items, items);
}

static void s2_tuple(const bench_run *run) {
    void **items = ints_new(run->std, run->size);
    boxes_print(run, &run->std->tuple, items, items);
}

static void s3_dict(const bench_run *run) {
    int same = bench_special(run, "interned");
    void **keys = texts_new(same ? run->std->interned : run->std->str, run->size);
    boxes_print(run, &run->std->dict, keys, same ? keys : texts_new(run->std->str, run->size));
}

static void s4_dict(const bench_run *run) {
    void **keys = ints_new(run->std, run->size);
    boxes_print(run, &run->std->dict, keys, keys);
}

static void s5_set(const bench_run *run) {
    void **keys = bench_special(run, "str") ? texts_new(run->std->str, run->size) : ints_new(run->std, run->size);
    boxes_print(run, &run->std->set, keys, keys);
}

// ---- S6: texts ----

static void s6_joined(const bench_run *run) {
    const bench_std *std = run->std;
    size_t count = run->n / run->size;
    void **pieces = texts_new(std->str, run->size), *list = std->list_of(pieces, run->size), *text;
    double at = 0;
    for (int round = 0; round < ROUNDS; round++) {
        if (round == 1)
            at = bench_now();
        for (size_t i = 0; i < count; i++) {
            if (starts_with(run, "append"))
                text = std->append(pieces, run->size);
            else
                text = starts_with(run, "join") ? std->join(list) : std->builder(pieces, run->size);
            std->drop(&text, 1);
        }
    }
    bench_print("piece", per_ns(bench_lap(&at), run->n), "ns");
}

static void s6_make(const bench_run *run) {
    const bench_std *std = run->std;
    void **a = bench_array(run->n);
    char text[128] = "";
    laps spent = {0, 0, 0, 0};
    memset(text, 'x', run->size);
    for (int round = 0; round < ROUNDS; round++) {
        double at = bench_now();
        if (round == 1)
            spent = (laps){0, 0, 0, 0};
        std->strs(a, text, run->n);
        spent.build += bench_lap(&at);
        std->hash(a, run->n);
        spent.read += bench_lap(&at);
        std->drop(a, run->n);
        spent.free += bench_lap(&at);
    }
    bench_print("make", per_ns(spent.build, run->n), "ns");
    bench_print("hash", per_ns(spent.read, run->n), "ns");
    bench_print("free", per_ns(spent.free, run->n), "ns");
}

// Interning what has been interned before: a new str, and a text of C.
static void s6_intern(const bench_run *run) {
    const bench_std *std = run->std;
    size_t n = run->n;
    void **known = texts_new(std->interned, n), **a;
    char(*text)[BENCH_TEXT] = bench_array(n * BENCH_TEXT / sizeof(void *));
    laps spent = {0, 0, 0, 0};
    for (size_t i = 0; i < n; i++)
        key_text(text[i], i);
    for (int round = 0; round < ROUNDS; round++) {
        if (round == 1)
            spent = (laps){0, 0, 0, 0};
        a = texts_new(std->str, n);
        double at = bench_now();
        std->intern(a, n);
        spent.build += bench_lap(&at);
        if (memcmp(a, known, n * sizeof *a) != 0)
            bench_fail("interned strs are not unique");
        std->drop(a, n);
        bench_lap(&at);
        std->intern_text(a, (const char(*)[BENCH_TEXT])text, n);
        spent.read += bench_lap(&at);
        std->drop(a, n);
    }
    bench_print("str", per_ns(spent.build, n), "ns");
    bench_print("text", per_ns(spent.read, n), "ns");
}

// ---- S7 to S10 ----

static void s7_round(const bench_std *std, void *of_class, void **a, size_t n, laps *spent) {
    static void **value;
    if (!value)
        value = ints_new(std, 3);
    double at = bench_now();
    std->instances(a, of_class, value, n);
    spent->build += bench_lap(&at);
    std->get(a, n);
    spent->read += bench_lap(&at);
    std->set_all(a, value, n);
    spent->update += bench_lap(&at);
    std->drop(a, n);
    spent->free += bench_lap(&at);
}

static void s7_instances(const bench_run *run) {
    const bench_std *std = run->std;
    void *of_class = bench_special(run, "slots") ? std->slots_class() : std->plain_class();
    void **a = bench_array(run->size);
    laps spent = {0, 0, 0, 0};
    for (int round = 0; round < ROUNDS; round++) {
        if (round == 1)
            spent = (laps){0, 0, 0, 0};
        for (size_t i = 0; i < run->n / run->size; i++)
            s7_round(std, of_class, a, run->size, &spent);
    }
    bench_print("make", per_ns(spent.build, run->n), "ns");
    bench_print("get", per_ns(spent.read, run->n), "ns");
    bench_print("set", per_ns(spent.update, run->n), "ns");
    bench_print("free", per_ns(spent.free, run->n), "ns");
}

static void s8_call(const bench_run *run) {
    void *function = run->std->native(), **args = ints_new(run->std, 2);
    double start = bench_now();
    run->std->call(function, args, run->n);
    bench_print_ns("call", start, (double)run->n);
}

typedef void (*pairs_fn)(void **a, void **b, size_t n);

static void s9_print(const bench_run *run, const char *metric, pairs_fn work, void **a, void **b) {
    double at = 0;
    for (int round = 0; round < ROUNDS; round++) {
        if (round == 1)
            at = bench_now();
        for (size_t i = 0; i < run->n / run->size; i++)
            work(a, b, run->size);
    }
    bench_print(metric, per_ns(bench_lap(&at), run->n), "ns");
}

// Small ones are below 2 to the 30th, and so are their results; large ones are below 2 to the 60th, and their products
// below 2 to the 63rd.
static void s9_words(const bench_run *run) {
    const bench_std *std = run->std;
    void **a = bench_array(run->size), **b = bench_array(run->size);
    int64_t scale = bench_special(run, "large") ? (int64_t)1 << 36 : 1000;
    for (size_t i = 0; i < run->size; i++) {
        a[i] = std->integer((int64_t)(1000 + bench_below(1000)) * scale);
        b[i] = std->integer((int64_t)(300 + bench_below(300)));
    }
    s9_print(run, "add", std->add, a, b);
    s9_print(run, "multiply", std->multiply, a, b);
    s9_print(run, "divide", std->divide, a, b);
    s9_print(run, "less", std->less, a, b);
}

// The digits of an int that has `n` of them.
static char *digits_new(size_t n) {
    char *text = bench_array(n / sizeof(void *) + 1);
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('1' + bench_below(9));
    return text;
}

static void s9_big(const bench_run *run) {
    const bench_std *std = run->std;
    char *digits = digits_new(run->size);
    void *a = std->parsed(digits), *b = std->parsed(digits_new(run->size));
    double at = bench_now();
    for (size_t i = 0; i < run->n; i++)
        std->multiply(&a, &b, 1);
    bench_print("multiply", bench_lap(&at) * 1e6 / (double)run->n, "us");
    for (size_t i = 0; i < run->n; i++)
        std->text_of(&a, 1);
    bench_print("text", bench_lap(&at) * 1e6 / (double)run->n, "us");
    for (size_t i = 0; i < run->n; i++) {
        void *parsed = std->parsed(digits);
        std->drop(&parsed, 1);
    }
    bench_print("parse", bench_lap(&at) * 1e6 / (double)run->n, "us");
}

static void s10_sort(const bench_run *run) {
    const bench_std *std = run->std;
    size_t n = run->size, count = run->n / n;
    void **items = starts_with(run, "strs") ? texts_new(std->str, n) : ints_new(std, n), **lists = bench_array(count);
    double spent = 0;
    if (!starts_with(run, "sorted"))
        bench_shuffle(items, n);
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < count; i++)
            lists[i] = std->list_of(items, n);
        double at = bench_now();
        for (size_t i = 0; i < count; i++)
            std->sort(lists[i]);
        spent = round == 0 ? 0 : spent + bench_lap(&at);
        std->drop(lists, count);
    }
    bench_print("item", per_ns(spent, run->n), "ns");
}

static const bench_work std_works[] = {
    {"S1", "", "", s1_list},
    {"S2", "", "", s2_tuple},
    {"S3", "", "interned equal", s3_dict},
    {"S4", "", "", s4_dict},
    {"S5", "", "int str", s5_set},
    {"S6", "append", "", s6_joined},
    {"S6", "builder", "", s6_joined},
    {"S6", "join", "", s6_joined},
    {"S6", "make", "", s6_make},
    {"S6", "intern", "", s6_intern},
    {"S7", "", "plain slots", s7_instances},
    {"S8", "native", "", s8_call},
    {"S9", "words", "small large", s9_words},
    {"S9", "1000-digits", "", s9_big},
    {"S10", "", "", s10_sort},
    {"SB", "", "", bench_object_bytes},
    {"SC", "random", "dict set", bench_key_sets},
    {"SC", "sequential", "dict set", bench_key_sets},
    {"SC", "stride", "dict set", bench_key_sets},
    {"SC", "mersenne", "dict set", bench_key_sets},
};

static const bench_work keyed_works[] = {
    {"SC", "prepared", "dict set", bench_key_sets},
};

bench_part bench_std_part(bench_fn open) {
    return (bench_part){std_works, BENCH_COUNT(std_works), open, NULL, &bench_std_peer};
}

bench_part bench_keyed_part(bench_fn open) {
    return (bench_part){keyed_works, BENCH_COUNT(keyed_works), open, NULL, &bench_std_peer};
}
