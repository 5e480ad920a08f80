// SPDX-License-Identifier: MIT
// test.h: how every test is written, and the three ways in which it is run.
//
//     CASE(gc, ring_is_collected) {                 // `rt` is a fresh runtime, the test types are registered
//         node *a = own(node_new(rt));              // the reference belongs to the test's scope, which drops it
//         need(a);                                  // out of memory on purpose? then the run ends here, cleanly
//         check(ouro_refcount(&a->head) == 1);
//     }
//
// OURO_TEST_MODE=plain   (the default) runs the body once.
// OURO_TEST_MODE=stress  runs it with a collection before every allocation.
// OURO_TEST_MODE=fault   runs it again and again, with the 1st, 2nd, ... allocation failing once, then failing from
// there on. After every run: the heap verifies, everything is collected, nothing is left, and (plain, stress) no error
// is pending.
//
// A body may run often: it sets its own statics first, and a variable registered as a root is static.
//   check(c)    holds in every run in which no allocation was made to fail
//   always(c)   holds in every run
//   exact(c)    holds in plain runs only: figures that an additional collection changes
//   need(p)     p is not NULL, or an allocation was made to fail and the error says so; then the body returns
//   must(i)     the same for functions that return a negative number on failure
//   own(p)      gives a new reference to the test's scope; NULL passes through. borrow afterwards
// The same sources run on Criterion, or on a shim of 40 lines (OURO_TEST_SHIM) where Criterion cannot go: TSan,
// valgrind.
#ifndef OURO_TEST_H
#define OURO_TEST_H

#include <ouro.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if OURO_TEST_SHIM
#include "shim.h"
#else
#include <criterion/criterion.h>
#endif

typedef void (*test_body)(ouro_rt *rt);
typedef void (*test_setup)(ouro_options *options);

typedef enum test_mode { TEST_PLAIN, TEST_STRESS, TEST_FAULT } test_mode;

// Called for each fresh runtime, before allocations are made to fail; may be NULL. A suite sets it before its tests
// run.
extern int (*test_prepare)(ouro_rt *rt);
// Runs a body in the mode of the environment. `setup` may change the runtime's options, or is NULL.
void test_run(const char *name, test_body body, test_setup setup);
test_mode test_mode_now(void);
// 1 if an allocation was made to fail in this run.
int test_broken(ouro_rt *rt);
// The warnings that this run's runtime has given so far, and the last one's text.
int test_warnings(void);
const char *test_last_warning(void);
// For bodies that provoke warnings: those are expected. Otherwise a warning fails the run.
void test_expect_warnings(void);
void *test_own(ouro_rt *rt, void *object);
void test_fail(const char *file, int line, const char *what);
int test_may_stop(ouro_rt *rt, const char *file, int line, const char *what);

#define CASE_WITH(suite, name, setup)                                                                                  \
    static void suite##_##name##_body(ouro_rt *rt);                                                                    \
    Test(suite, name) {                                                                                                \
        test_run(#suite "." #name, suite##_##name##_body, setup);                                                      \
    }                                                                                                                  \
    static void suite##_##name##_body(ouro_rt *rt)
#define CASE(suite, name) CASE_WITH(suite, name, NULL)

#define always(c) ((c) ? (void)0 : test_fail(__FILE__, __LINE__, #c))
// The allocation that fails may be one that the condition itself asks for.
#define check(c) (test_broken(rt) || (c) || test_broken(rt) ? (void)0 : test_fail(__FILE__, __LINE__, #c))
#define exact(c) (test_mode_now() != TEST_PLAIN || (c) ? (void)0 : test_fail(__FILE__, __LINE__, #c))
#define own(p) test_own(rt, (p))
#define need(p)                                                                                                        \
    do {                                                                                                               \
        if (!(p) && test_may_stop(rt, __FILE__, __LINE__, #p))                                                         \
            return;                                                                                                    \
    } while (0)
#define must(i)                                                                                                        \
    do {                                                                                                               \
        if ((i) < 0 && test_may_stop(rt, __FILE__, __LINE__, #i))                                                      \
            return;                                                                                                    \
    } while (0)

// ---- types for tests ----

// Two references and a number.
typedef struct node {
    ouro_obj head;
    ouro_obj *left, *right;
    int id;
} node;

// A number: can never be in a cycle.
typedef struct leaf {
    ouro_obj head;
    int64_t value;
} leaf;

// A fixed number of references behind the header, as a tuple.
typedef struct row {
    ouro_obj head;
    uint64_t n;
    ouro_obj *item[1]; // n of them
} row;

// References in a buffer, as a list.
typedef struct vec {
    ouro_obj head;
    ouro_obj **item;
    uint32_t n, cap;
} vec;

// Two references, and a finalizer that calls a function of the test's choice (may be NULL); counts its calls.
typedef struct fin {
    ouro_obj head;
    ouro_obj *left, *right;
    void (*hook)(ouro_rt *rt, struct fin *self);
    int id, calls;
} fin;

// Two references that only callbacks know.
typedef struct hidden {
    ouro_obj head;
    ouro_obj *left, *right; // by traverse and clear
    int id;
} hidden;

extern ouro_type node_type, leaf_type, row_type, vec_type, fin_type, hidden_type;
extern int fin_calls;       // finalizers of `fin` run since the body began
extern int hidden_clears;   // calls of hidden's clear
extern int hidden_deallocs; // calls of hidden's dealloc

int test_types_register(ouro_rt *rt);
node *node_new(ouro_rt *rt);
leaf *leaf_new(ouro_rt *rt, int64_t value);
row *row_new(ouro_rt *rt, size_t n);
vec *vec_new(ouro_rt *rt);
int vec_append(ouro_rt *rt, vec *v, ouro_obj *o); // keeps o
fin *fin_new(ouro_rt *rt, void (*hook)(ouro_rt *, fin *));
hidden *hidden_new(ouro_rt *rt);

// Object pointers without casts: for any struct that starts with a header; NULL passes through.
static inline ouro_obj *obj(void *p) {
    return p;
}

// Stores into a field: set(a, left, b) for two struct pointers.
#define set(owner, field, value) ouro_setref(&(owner)->head, &(owner)->field, (ouro_obj *)(value))

#endif
