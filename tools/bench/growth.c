// SPDX-License-Identifier: MIT
// growth.c: the workloads that look like whole programs: a mixture of births and deaths beside what lives on (W7), a
// heap that grows (GR), a parent that forks (FK), a document whose elements know their parents (DOM). See bench.h.
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct mixture {
    const bench_run *run;
    void **live, **window;
    size_t living; // objects before
} mixture;

static mixture mixture_of(const bench_run *run) {
    mixture m = {run, bench_places(run, run->size), bench_places(run, BENCH_WINDOW), bench_living(run)};
    for (size_t i = 0; i < run->size; i++)
        m.live[i] = run->ops->balanced(100);
    return m;
}

static void mixture_step(const mixture *m, size_t i) {
    const bench_ops *ops = m->run->ops;
    ops->mix(m->live, m->run->size, m->window, i * 90);
    if (i % 100 < 99)
        return;
    void **place = &m->live[bench_below(m->run->size)];
    bench_drop(m->run, place);
    *place = ops->balanced(100);
}

static void mixture_check(const mixture *m) {
    if (m->run->ops->collect)
        m->run->ops->collect();
    bench_expect(m->run, m->living, m->run->size * 100 + BENCH_WINDOW);
}

void bench_mixed(const bench_run *run) {
    mixture m = mixture_of(run);
    double start = bench_now();
    for (size_t i = 0; i < run->n; i++)
        mixture_step(&m, i);
    bench_print_s("total", start);
    bench_print("peak", (bench_peak() - run->rss) * 1e-6, "MB");
    mixture_check(&m);
}

// The clock costs as much as half a step: what is measured here is not in the total.
void bench_steps(const bench_run *run) {
    mixture m = mixture_of(run);
    double longest = 0, at = bench_thread_now();
    for (size_t i = 0; i < run->n; i++) {
        mixture_step(&m, i);
        double now = bench_thread_now(), spent = now - at;
        at = now;
        if (spent > longest)
            longest = spent;
    }
    bench_print("longest", longest * 1e3, "ms");
    mixture_check(&m);
}

enum { TREE = 1000 };

// Fills the places with trees of a thousand nodes.
static void forest_grow(const bench_run *run, void **trees) {
    for (size_t i = 0; i < run->n / TREE; i++)
        trees[i] = run->ops->balanced(TREE);
}

// Heaps that are soon built are built again, so that all take about as long.
void bench_growing(const bench_run *run) {
    size_t rounds = run->n < 1000000 ? 1000000 / run->n : 1, before = bench_living(run);
    double building = 0, collecting = 0, scale = 1e9 / (double)(rounds * run->n), at;
    void **trees = bench_places(run, run->n / TREE);
    for (size_t r = 0; r < rounds; r++) {
        at = bench_now();
        forest_grow(run, trees);
        building += bench_lap(&at);
        if (run->ops->collect)
            run->ops->collect();
        collecting += bench_lap(&at);
        bench_expect(run, before, run->n);
        for (size_t i = 0; i < run->n / TREE && r + 1 < rounds; i++)
            bench_drop(run, &trees[i]);
    }
    bench_print("build", building * scale, "ns");
    if (run->ops->collect)
        bench_print("collect", collecting * scale, "ns");
}

// How many of the pages that hold the first nodes of the trees are this process's alone, in %; below 0 where a
// reference is not an address.
static double trees_own(void **trees, size_t n) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), own = 0, there = 0;
    int map = open("/proc/self/pagemap", O_RDONLY);
    for (size_t i = 0; i < n; i++) {
        uint64_t entry = 0;
        if (pread(map, &entry, sizeof entry, (off_t)((uintptr_t)trees[i] / page * sizeof entry)) != sizeof entry)
            break;
        there += entry >> 63;
        own += entry >> 63 && entry >> 56 & 1;
    }
    close(map);
    return there == n ? 100 * (double)own / (double)n : -1;
}

// `bytes` is what the parent's objects take.
static void fork_child(const bench_run *run, void **trees, double bytes) {
    size_t n = run->n / TREE;
    double copied = trees_own(trees, n), own = bench_smaps("Private_Dirty:"), start = bench_now();
    run->ops->collect();
    bench_print_ns("collect", start, (double)run->n);
    if (copied >= 0)
        bench_print("copied", trees_own(trees, n) - copied, "%");
    bench_print("private", 100 * (bench_smaps("Private_Dirty:") - own) / bytes, "%");
    fflush(stdout);
    _exit(0);
}

// The parent waits, so that its pages are in use.
void bench_fork(const bench_run *run) {
    int status = 0;
    double before = bench_rss();
    void **trees = bench_places(run, run->n / TREE);
    forest_grow(run, trees);
    double bytes = bench_rss() - before;
    if (run->variant[0] == 'f')
        run->ops->freeze();
    else
        run->ops->collect();
    if (fork() == 0)
        fork_child(run, trees, bytes);
    wait(&status);
    if (status)
        bench_fail("the child did not finish");
}

void bench_document(const bench_run *run) {
    const bench_ops *ops = run->ops;
    size_t n = run->n, before = bench_living(run);
    double scale = 1e9 / (111 * (double)n), at = bench_now();
    void **document = bench_places(run, 1);
    *document = ops->element(0);
    for (size_t i = 0; i < n; i++)
        ops->element_append(*document, ops->element(2));
    bench_print("build", bench_lap(&at) * scale, "ns");
    for (size_t i = 0; i < 2 * n; i++) {
        ops->element_remove(*document);
        ops->element_append(*document, ops->element(2));
    }
    bench_print("mutate", bench_lap(&at) * scale / 2, "ns");
    bench_drop(run, document);
    if (ops->collect)
        ops->collect();
    bench_print("drop", bench_lap(&at) * scale, "ns");
    bench_expect(run, before, 0);
}
