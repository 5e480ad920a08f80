// SPDX-License-Identifier: MIT
// child.h: run a function that is expected to end its process, in a process of its own, and read its last words.
//
//     static void drop_twice(void) { ... }
//     child_result r;
//     child_run(drop_twice, &r);
//     always(child_aborted(&r) && child_said(&r, "node"));
//
// The child's stderr is captured (the first 16 KiB). A child that comes to the end of its function exits with code 0;
// one that does not end within a minute is killed by SIGALRM.
#ifndef OURO_CHILD_H
#define OURO_CHILD_H

#include <stddef.h>

// 1 in a build whose own tools stop a program at a touch of poisoned memory.
#if defined(__SANITIZE_ADDRESS__)
#define CHILD_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHILD_ASAN 1
#endif
#endif
#ifndef CHILD_ASAN
#define CHILD_ASAN 0
#endif

typedef struct child_result {
    int code;   // its exit code, or -1 if a signal killed it
    int signal; // that signal, or 0
    size_t length;
    char text[16384]; // what it wrote to stderr
} child_result;

// Runs `body` in a forked process and waits for its end.
void child_run(void (*body)(void), child_result *r);

// 1 if it was stopped: aborted, or ended by the address sanitizer's report.
int child_aborted(const child_result *r);

// 1 if its last words contain `words`; otherwise they are shown, so that a failing test explains itself.
int child_said(const child_result *r, const char *words);

#endif
