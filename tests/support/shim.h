// SPDX-License-Identifier: MIT
// shim.h: the little of Criterion that the tests use, for builds in which Criterion cannot run (it cannot initialise
// under TSan, and valgrind loses its exit codes). Tests register themselves before main; main (shim.c) runs those
// whose "suite.name" contains the text given as argument, each in this process, and ends with the closing line of
// Criterion. No test run is a failure.
#ifndef OURO_SHIM_H
#define OURO_SHIM_H

typedef struct shim_test {
    const char *suite, *name;
    void (*body)(void);
    struct shim_test *next;
} shim_test;

void shim_register(shim_test *t);
void shim_failed(const char *file, int line, const char *what);

#define Test(suite_, name_)                                                                                            \
    static void suite_##_##name_##_test(void);                                                                         \
    __attribute__((constructor)) static void suite_##_##name_##_register(void) {                                       \
        static shim_test t = {#suite_, #name_, suite_##_##name_##_test, 0};                                            \
        shim_register(&t);                                                                                             \
    }                                                                                                                  \
    static void suite_##_##name_##_test(void)

#define cr_assert(condition) ((condition) ? (void)0 : shim_failed(__FILE__, __LINE__, #condition))
#define cr_expect(condition) cr_assert(condition)

#endif
