// SPDX-License-Identifier: MIT
// bench_std.h: what a peer with standard objects (lists, dicts, texts, classes ...) does for the workloads S1 to SC.
//
// std_workloads.c has the sizes, the clock and the sets of keys, the same for all peers; a peer (std_NAME.c) has the
// loops, each over at least ten items, or over three in many objects where that is what is measured. Every reference
// that a loop is given is taken and dropped as often by one peer as by another.
#ifndef BENCH_STD_H
#define BENCH_STD_H

#include "bench.h"

// Room for a short text, its NUL included.
#define BENCH_TEXT 16

// What a type of containers does. Items of a dict are its keys and, at the same time, its values.
typedef struct bench_box {
    void *(*build)(void **items, size_t n);                                 // empty first, then one by one
    void (*read)(void *box, void **items, const size_t *order, size_t n);   // takes and drops each item
    void (*update)(void *box, void **items, const size_t *order, size_t n); // an item in the place of another
} bench_box;

typedef struct bench_std {
    void (*open)(void *runtime); // where the peer's part of its work_NAME.c has one to hand over; or NULL

    // Single objects, which are never timed: new references.
    void *(*integer)(int64_t value);
    void *(*product)(void *a, void *b); // of two ints
    void *(*real)(double value);
    void *(*str)(const char *text);
    void *(*interned)(const char *text);
    void *(*native)(void); // a function of two arguments that returns the first
    void *(*plain_class)(void);
    void *(*slots_class)(void); // its attributes are fixed: x, y, z

    // Containers. Lists and tuples are read and changed at the positions that `order` has, the others at the items.
    bench_box list, tuple, dict, set;
    void *(*list_of)(void **items, size_t n); // made at once
    void (*sort)(void *list);

    // Texts.
    void *(*append)(void **pieces, size_t n);  // to a variable, piece by piece
    void *(*builder)(void **pieces, size_t n); // with what the peer has for that
    void *(*join)(void *list);
    void (*strs)(void **a, const char *text, size_t n);
    void (*hash)(void **a, size_t n);
    void (*intern)(void **a, size_t n); // puts the interned strs in their place
    void (*intern_text)(void **a, const char (*text)[BENCH_TEXT], size_t n);

    // Instances with the attributes x, y and z. `value` has three objects.
    void (*instances)(void **a, void *of_class, void **value, size_t n);
    void (*get)(void **a, size_t n); // all three
    void (*set_all)(void **a, void **value, size_t n);

    void (*call)(void *function, void **args, size_t n);

    // Ints: a[i] and b[i]; the result is dropped.
    void (*add)(void **a, void **b, size_t n);
    void (*multiply)(void **a, void **b, size_t n);
    void (*divide)(void **a, void **b, size_t n); // rounded down
    void (*less)(void **a, void **b, size_t n);
    void (*text_of)(void **a, size_t n); // in decimal
    void *(*parsed)(const char *digits);

    void (*drop)(void **a, size_t n);
    size_t (*bytes)(void); // in blocks that are in use
    // Numbers that meet in few buckets of a table, if the table had a key that its owner knows; or NULL.
    void (*prepare)(int64_t *value, size_t n);
    void (*prepare_texts)(char (*text)[BENCH_TEXT], size_t n);
} bench_std;

// The workloads SB and SC (std_bounds.c).
void bench_object_bytes(const bench_run *run);
void bench_key_sets(const bench_run *run);

// Of the peer that this program is for.
extern const bench_std bench_std_peer;

// The works S1 to SC; and those with prepared keys, for a peer that can prepare them.
bench_part bench_std_part(bench_fn open);
bench_part bench_keyed_part(bench_fn open);

#endif
