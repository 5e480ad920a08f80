// SPDX-License-Identifier: MIT
// bench.c: the rows, the command line, clock, memory and random numbers of the benchmark programs; see bench.h.
// What the workloads are is in README.md.
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct bench_row {
    const char *workload, *variant, *heap;
    size_t n;     // how many, or how deep
    size_t quick; // the same for a quick run, 0 if it leaves the row out
    size_t size;  // bytes of payload, or items of a container, where there are any
    size_t touch; // MiB to warm up before the run
    int collects; // 1 if automatic collection is on
    size_t age;   // with so many nodes the heap is aged, 0 for none
} bench_row;

static const bench_row bench_rows[] = {
    {"W0", "nothing", "-", 100, 100, 0, 1, 0, 0},
    {"W1", "hot", "-", 100000000, 20000000, 0, 1, 0, 0},
    {"W1", "in-order", "-", 1000000, 200000, 0, 60, 0, 0},
    {"W1", "shuffled", "-", 1000000, 200000, 0, 60, 0, 0},
    {"W2", "imm-16", "-", 5000000, 1000000, 16, 1, 1, 0},
    {"W2", "imm-48", "-", 5000000, 1000000, 48, 1, 1, 0},
    {"W2", "imm-200", "-", 5000000, 1000000, 200, 1, 1, 0},
    {"W2", "lifo-16", "-", 2000, 400, 16, 1, 1, 0},
    {"W2", "lifo-48", "-", 2000, 400, 48, 1, 1, 0},
    {"W2", "lifo-200", "-", 2000, 400, 200, 1, 1, 0},
    {"W2", "rand-16", "-", 30, 10, 16, 10, 1, 0},
    {"W2", "rand-48", "-", 30, 10, 48, 12, 1, 0},
    {"W2", "rand-200", "-", 30, 10, 200, 30, 1, 0},
    {"W3", "trees", "fresh", 18, 15, 0, 80, 1, 0},
    {"W3", "trees", "aged", 18, 0, 0, 80, 1, 1000000},
    {"W4", "rings", "fresh", 100000, 20000, 0, 70, 0, 0},
    {"W4", "rings", "aged", 100000, 20000, 0, 70, 0, 1000000},
    {"W5", "tree", "fresh", 5000000, 300000, 0, 300, 0, 0},
    {"W5", "tree", "aged", 5000000, 300000, 0, 300, 0, 0},
    {"W5", "graph", "fresh", 5000000, 300000, 0, 300, 0, 0},
    {"W5", "graph", "aged", 5000000, 300000, 0, 300, 0, 0},
    {"W6a", "collections", "fresh", 2000, 400, 0, 1, 1, 0},
    {"W6a", "collections", "aged", 2000, 0, 0, 1, 1, 4000},
    {"W6b", "rings", "fresh", 500000, 100000, 0, 20, 1, 0},
    {"W6b", "rings", "aged", 500000, 0, 0, 20, 1, 200000},
    {"W6c", "levels", "-", 1000, 500, 0, 10, 0, 0},
    {"W6c", "lists", "-", 1000, 500, 0, 90, 0, 0},
    {"W6d", "gcbench", "fresh", 18, 16, 0, 60, 1, 0},
    {"W6d", "gcbench", "aged", 18, 0, 0, 60, 1, 500000},
    {"W7", "mutator", "fresh", 200000, 5000, 20000, 120, 1, 0},
    {"W7", "mutator", "aged", 200000, 0, 20000, 120, 1, 2000000},
    {"W7", "steps", "fresh", 200000, 5000, 20000, 120, 1, 0},
    {"W7", "steps", "aged", 200000, 0, 20000, 120, 1, 2000000},
    {"W8", "chain", "fresh", 10000000, 2000000, 0, 500, 0, 0},
    {"W8", "chain", "aged", 10000000, 0, 0, 500, 0, 10000000},
    {"W9", "node", "-", 2000000, 400000, 0, 120, 0, 0},
    {"NC", "grow", "-", 2000000, 400000, 0, 120, 1, 0},
    {"NC", "churn", "-", 1000, 200, 0, 80, 1, 0},
    {"GR", "10k", "-", 10000, 10000, 0, 2, 1, 0},
    {"GR", "100k", "-", 100000, 100000, 0, 8, 1, 0},
    {"GR", "1m", "-", 1000000, 0, 0, 60, 1, 0},
    {"GR", "5m", "-", 5000000, 0, 0, 300, 1, 0},
    {"GR", "20m", "-", 20000000, 0, 0, 1000, 1, 0},
    {"FK", "collected", "-", 2000000, 200000, 0, 250, 0, 0},
    {"FK", "frozen", "-", 2000000, 200000, 0, 250, 0, 0},
    {"DOM", "document", "-", 5000, 500, 0, 60, 1, 0},
    {"RT", "create+destroy", "-", 50, 20, 0, 10, 1, 0},
    {"TR", "tiny", "-", 200, 50, 1000, 10, 1, 0},
    {"P1", "server", "-", 600000, 0, 10000000, 1000, 1, 0},
    {"P2", "10-0", "-", 50000, 0, 0, 100, 1, 0},
    {"P2", "1000-0", "-", 50000, 0, 0, 100, 1, 0},
    {"P2", "100000-0", "-", 50000, 0, 0, 100, 1, 0},
    {"P2", "10-400", "-", 20000, 0, 0, 300, 1, 0},
    {"P2", "1000-400", "-", 20000, 0, 0, 300, 1, 0},
    {"P2", "100000-400", "-", 20000, 0, 0, 300, 1, 0},
    {"P2", "10-0-live", "-", 50000, 0, 5000000, 600, 1, 0},
    {"P2", "1000-0-live", "-", 50000, 0, 5000000, 600, 1, 0},
    {"P2", "100000-0-live", "-", 50000, 0, 5000000, 600, 1, 0},
    {"P2", "10-400-live", "-", 20000, 0, 5000000, 800, 1, 0},
    {"P2", "1000-400-live", "-", 20000, 0, 5000000, 800, 1, 0},
    {"P2", "100000-400-live", "-", 20000, 0, 5000000, 800, 1, 0},
    {"P3", "clinging", "-", 300000, 20000, 0, 500, 1, 0},
    {"P4", "component", "-", 400000, 0, 1000000, 300, 1, 0},
    {"P5", "cursor", "-", 2000000, 0, 7, 1000, 1, 0},
    {"P6", "swap", "-", 200000, 0, 0, 1000, 1, 0},
    {"P7", "bursts", "-", 200000, 0, 10000000, 1500, 1, 0},
    {"S1", "10", "-", 1000000, 0, 10, 60, 0, 0},
    {"S1", "1k", "-", 1000000, 200000, 1000, 60, 0, 0},
    {"S1", "1m", "-", 1000000, 0, 1000000, 60, 0, 0},
    {"S1", "1m-random", "-", 1000000, 0, 1000000, 60, 0, 0},
    {"S2", "10", "-", 1000000, 0, 10, 60, 0, 0},
    {"S2", "1k", "-", 1000000, 0, 1000, 60, 0, 0},
    {"S2", "1m", "-", 1000000, 0, 1000000, 60, 0, 0},
    {"S2", "1m-random", "-", 1000000, 0, 1000000, 60, 0, 0},
    {"S3", "10", "-", 1000000, 0, 10, 150, 0, 0},
    {"S3", "1k", "-", 1000000, 200000, 1000, 150, 0, 0},
    {"S3", "1m", "-", 1000000, 0, 1000000, 300, 0, 0},
    {"S3", "1m-random", "-", 1000000, 0, 1000000, 300, 0, 0},
    {"S4", "10", "-", 1000000, 0, 10, 150, 0, 0},
    {"S4", "1k", "-", 1000000, 0, 1000, 150, 0, 0},
    {"S4", "1m", "-", 1000000, 0, 1000000, 200, 0, 0},
    {"S4", "1m-random", "-", 1000000, 0, 1000000, 200, 0, 0},
    {"S5", "10", "-", 1000000, 0, 10, 150, 0, 0},
    {"S5", "1k", "-", 1000000, 0, 1000, 150, 0, 0},
    {"S5", "1m", "-", 1000000, 0, 1000000, 300, 0, 0},
    {"S5", "1m-random", "-", 1000000, 0, 1000000, 300, 0, 0},
    {"S6", "append-1k", "-", 1000000, 0, 1000, 10, 0, 0},
    {"S6", "append-1m", "-", 1000000, 0, 1000000, 200, 0, 0},
    {"S6", "builder-1k", "-", 1000000, 0, 1000, 10, 0, 0},
    {"S6", "builder-1m", "-", 1000000, 0, 1000000, 200, 0, 0},
    {"S6", "join-1k", "-", 1000000, 0, 1000, 10, 0, 0},
    {"S6", "make-10", "-", 100000, 0, 10, 20, 0, 0},
    {"S6", "make-100", "-", 100000, 0, 100, 30, 0, 0},
    {"S6", "intern", "-", 100000, 0, 10, 20, 0, 0},
    {"S7", "1k", "-", 1000000, 0, 1000, 10, 0, 0},
    {"S7", "1m", "-", 1000000, 0, 1000000, 200, 0, 0},
    {"S8", "native", "-", 10000000, 2000000, 0, 1, 0, 0},
    {"S9", "words", "-", 5000000, 0, 1000, 1, 0, 0},
    {"S9", "1000-digits", "-", 2000, 0, 1000, 1, 0, 0},
    {"S10", "ints", "-", 1000000, 0, 200000, 40, 0, 0},
    {"S10", "strs", "-", 1000000, 0, 200000, 40, 0, 0},
    {"S10", "sorted", "-", 1000000, 0, 200000, 40, 0, 0},
    {"S10", "small", "-", 1000000, 0, 10, 40, 0, 0},
    {"SB", "int", "-", 1000000, 0, 0, 160, 0, 0},
    {"SB", "float", "-", 1000000, 0, 0, 160, 0, 0},
    {"SB", "str-10", "-", 1000000, 0, 0, 160, 0, 0},
    {"SB", "list-0", "-", 1000000, 0, 0, 160, 0, 0},
    {"SB", "list-3", "-", 1000000, 0, 0, 160, 0, 0},
    {"SB", "appended-3", "-", 1000000, 0, 0, 160, 0, 0},
    {"SB", "tuple-3", "-", 1000000, 0, 0, 160, 0, 0},
    {"SB", "dict-0", "-", 1000000, 0, 0, 300, 0, 0},
    {"SB", "dict-3", "-", 1000000, 100000, 0, 300, 0, 0},
    {"SB", "set-0", "-", 1000000, 0, 0, 250, 0, 0},
    {"SB", "set-3", "-", 1000000, 0, 0, 250, 0, 0},
    {"SB", "plain-3", "-", 1000000, 100000, 0, 160, 0, 0},
    {"SB", "slots-3", "-", 1000000, 0, 0, 160, 0, 0},
    {"SC", "random", "-", 100000, 0, 0, 40, 0, 0},
    {"SC", "sequential", "-", 100000, 0, 0, 40, 0, 0},
    {"SC", "stride-16", "-", 100000, 0, 0, 40, 0, 0},
    {"SC", "stride-32", "-", 100000, 0, 0, 40, 0, 0},
    {"SC", "mersenne", "-", 5000, 0, 0, 40, 0, 0},
    {"SC", "prepared", "-", 100000, 0, 0, 40, 0, 0},
    {"SC", "prepared-str", "-", 100000, 0, 0, 40, 0, 0},
};

enum { BENCH_SEED = 42 };

static uint64_t bench_state = BENCH_SEED;

int bench_special(const bench_run *run, const char *special) {
    return strcmp(run->special, special) == 0;
}

double bench_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double bench_thread_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// Finds "name:  number kB" in a file of /proc.
static double bench_proc(const char *path, const char *name) {
    char line[256];
    double kib = -1;
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtod(line + strlen(name), NULL);
    if (f)
        fclose(f);
    if (kib < 0)
        bench_fail("no figures about memory in /proc");
    return kib * 1024;
}

double bench_smaps(const char *name) {
    return bench_proc("/proc/self/smaps_rollup", name);
}

double bench_rss(void) {
    return bench_smaps("Rss:");
}

// Not getrusage: its maximum includes what the process was before exec.
double bench_peak(void) {
    return bench_proc("/proc/self/status", "VmHWM:");
}

// The peak is from now on, where the system can do that.
static void bench_peak_reset(void) {
    FILE *f = fopen("/proc/self/clear_refs", "w");
    if (f) {
        fputs("5", f);
        fclose(f);
    }
}

// splitmix64
static uint64_t bench_random(void) {
    uint64_t z = bench_state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

size_t bench_below(size_t n) {
    return (size_t)(((unsigned __int128)bench_random() * n) >> 64);
}

void bench_shuffle(void **p, size_t n) {
    for (size_t i = n; i > 1; i--) {
        size_t j = bench_below(i);
        void *t = p[i - 1];
        p[i - 1] = p[j];
        p[j] = t;
    }
}

// From the system, not from malloc: the memory of a peer's own allocator stays as that peer would have it.
void *bench_array(size_t n) {
    void *p = mmap(NULL, n * sizeof(void *), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        bench_fail("no memory");
    memset(p, 0, n * sizeof(void *));
    return p;
}

size_t *bench_order(size_t n) {
    size_t *order = bench_array(n);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    bench_shuffle((void **)order, n);
    return order;
}

void bench_print(const char *metric, double value, const char *unit) {
    printf("%s %.6g %s\n", metric, value, unit);
}

void bench_print_s(const char *metric, double start) {
    bench_print(metric, bench_now() - start, "s");
}

void bench_print_ns(const char *metric, double start, double n) {
    bench_print(metric, (bench_now() - start) * 1e9 / n, "ns");
}

double bench_lap(double *at) {
    double now = bench_now(), lap = now - *at;
    *at = now;
    return lap;
}

void bench_fail(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

// A virtual machine may have given its free pages back to the host: the first touch of such a page costs ten times
// that of another. A child takes that on itself, so that the run meets memory that was in use a moment ago.
static void bench_touch(size_t mib) {
    if (fork() == 0) {
        size_t bytes = mib << 20;
        char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (size_t i = 0; p != MAP_FAILED && i < bytes; i += 4096)
            p[i] = 1;
        _exit(0);
    }
    wait(NULL);
}

void bench_exec(const bench_run *run, char **argv) {
    char number[5][24];
    const char *all[16] = {0}, *special = *run->special ? run->special : "-";
    const char *tail[] = {run->workload, run->variant, special, number[0], number[1], number[2], number[3], number[4]};
    const size_t figures[] = {run->n, run->size, run->age, (size_t)run->collects, (size_t)run->aged};
    size_t n = 0;
    for (size_t i = 0; i < BENCH_COUNT(figures); i++)
        snprintf(number[i], sizeof number[i], "%zu", figures[i]);
    while (argv[n] && n + BENCH_COUNT(tail) + 1 < BENCH_COUNT(all)) {
        all[n] = argv[n];
        n++;
    }
    memcpy(all + n, tail, sizeof tail);
    execvp(all[0], (char **)all);
    bench_fail("the program cannot be started");
}

static void bench_start(const bench_part *part, const bench_row *row, const bench_work *work, const char *special,
                        int quick) {
    bench_run run = {.workload = row->workload,
                     .variant = row->variant,
                     .special = special,
                     .n = quick ? row->quick : row->n,
                     .size = row->size,
                     .aged = strcmp(row->heap, "aged") == 0,
                     .age = quick ? row->age / 5 : row->age,
                     .collects = row->collects,
                     .ops = part->ops,
                     .std = part->std};
    if (bench_special(&run, "auto") || bench_special(&run, "off"))
        run.collects = bench_special(&run, "auto");
    bench_touch(quick ? row->touch / 5 + 1 : row->touch);
    part->open(&run);
    run.rss = bench_rss();
    if (run.age && run.ops) {
        bench_age(&run);
        bench_state = BENCH_SEED;
        bench_peak_reset();
    }
    work->run(&run);
}

// Runs what is wanted ("W5 graph:held aged") of one row and one work; prints what there is if nothing is wanted.
// Returns: 1 if it was here.
static int bench_specials(const bench_part *part, const bench_row *row, const bench_work *work, const char *wanted,
                          int quick) {
    for (const char *s = work->specials;; s++) {
        char special[32], name[96];
        size_t n = strcspn(s, " ");
        snprintf(special, sizeof special, "%.*s", (int)n, s);
        snprintf(name, sizeof name, "%s %s%s%s %s", row->workload, row->variant, n ? ":" : "", special, row->heap);
        if (!wanted) {
            puts(name);
        } else if (strcmp(name, wanted) == 0) {
            bench_start(part, row, work, special, quick);
            return 1;
        }
        s += n;
        if (!*s)
            return 0;
    }
}

static int bench_row_walk(const bench_part *part, const bench_row *row, const char *wanted, int quick) {
    if (quick && !row->quick)
        return 0;
    for (size_t w = 0; w < part->n_works; w++) {
        const bench_work *work = &part->works[w];
        int serves = strcmp(row->workload, work->workload) == 0 &&
                     strncmp(row->variant, work->variant, strlen(work->variant)) == 0;
        if (serves && bench_specials(part, row, work, wanted, quick))
            return 1;
    }
    return 0;
}

static int bench_walk(const bench_peer *peer, const char *wanted, int quick) {
    for (size_t r = 0; r < BENCH_COUNT(bench_rows); r++)
        for (size_t p = 0; p < peer->n_parts; p++)
            if (bench_row_walk(&peer->parts[p], &bench_rows[r], wanted, quick))
                return 1;
    return 0;
}

int bench_main(int argc, char **argv, const bench_peer *peer) {
    int quick = argc > 1 && strcmp(argv[1], "-q") == 0;
    argv += quick;
    argc -= quick;
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        bench_walk(peer, NULL, quick);
    } else if (argc == 2 && strcmp(argv[1], "version") == 0) {
        puts(peer->version());
    } else if (argc == 4) {
        char name[96];
        snprintf(name, sizeof name, "%s %s %s", argv[1], argv[2], argv[3]);
        if (!bench_walk(peer, name, quick))
            bench_fail("this peer cannot do that; `list` says what it can");
    } else {
        fprintf(stderr, "usage: [-q] WORKLOAD VARIANT HEAP | [-q] list | version\n");
        return 2;
    }
    return 0;
}
