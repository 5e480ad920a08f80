// SPDX-License-Identifier: MIT
// child.c: see child.h.
#include "child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef OURO_COVERAGE
void __gcov_dump(void);
#define child_save_coverage __gcov_dump
#else
static void child_save_coverage(void) {
}
#endif

// A process that is stopped takes its coverage with it, unless that is written first.
static void child_stops(int number) {
    child_save_coverage();
    signal(number, SIG_DFL);
    raise(number);
}

static _Noreturn void child_body(void (*body)(void), int out) {
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGABRT, child_stops);
    signal(SIGALRM, SIG_DFL);
    dup2(out, STDERR_FILENO);
    close(out);
    alarm(60);
    body();
    fflush(NULL);
    child_save_coverage();
    _exit(0);
}

// Reads to the end, so that a child with much to say is not blocked; keeps what fits.
static void child_listen(int in, child_result *r) {
    char chunk[1024];
    ssize_t got;
    while ((got = read(in, chunk, sizeof chunk)) > 0) {
        size_t room = sizeof r->text - 1 - r->length, n = (size_t)got < room ? (size_t)got : room;
        memcpy(r->text + r->length, chunk, n);
        r->length += n;
    }
    r->text[r->length] = 0;
}

void child_run(void (*body)(void), child_result *r) {
    int ends[2], status = 0;
    memset(r, 0, sizeof *r);
    fflush(NULL);
    if (pipe(ends) < 0)
        abort();
    pid_t pid = fork();
    if (pid < 0)
        abort();
    if (pid == 0) {
        close(ends[0]);
        child_body(body, ends[1]);
    }
    close(ends[1]);
    child_listen(ends[0], r);
    close(ends[0]);
    if (waitpid(pid, &status, 0) < 0)
        abort();
    r->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    r->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

int child_aborted(const child_result *r) {
    if (r->signal == SIGABRT || (CHILD_ASAN && r->code > 0 && strstr(r->text, "AddressSanitizer")))
        return 1;
    fprintf(stderr, "the child was not stopped: exit code %d, signal %d, last words:\n%s\n", r->code, r->signal,
            r->text);
    return 0;
}

int child_said(const child_result *r, const char *words) {
    if (strstr(r->text, words))
        return 1;
    fprintf(stderr, "\"%s\" is not among the child's last words:\n%s\n", words, r->text);
    return 0;
}
