// SPDX-License-Identifier: MIT
// bench.h: what the benchmark programs share. There is one program for each peer, and one process for each run.
//
//   peer     something Ouro is compared with, and Ouro
//   row      a workload (W1), a variant of it (hot), the heap it runs on (fresh, aged, or - where that makes no
//            difference) and how much there is to do. bench.c has the one table of rows, so that all peers do the same.
//   special  a distinction within a row that a peer can make, such as roots that are registered or not. The report
//            compares graph:held of one peer with graph:held of another, or else with its graph. A mode that only a
//            peer has, such as another collector, is a peer of its own: another program of the same sources.
//   ops      what a peer does in its own way, the way its users would: a step of at least ten objects each, so that
//            the call through a pointer does not show. Where single objects are timed the peer has the whole loop.
//   part     some works of a peer, and what they need: the core's (workloads.c), those that ask for pauses
//            (bench_pauses.h) and those of the standard objects (bench_std.h), which a peer may not have
//
// `prog list` prints what the peer can do, `prog W1 hot -` runs it and prints a line "metric value unit" for each thing
// measured (smaller is always better), `prog version` says what the peer is. `prog -q ...` does about a fifth of it.
// A peer in another language is a program that does the same; or one like these, whose works become another program
// (bench_exec), so that it needs neither the rows nor what is done before a run.
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

// How many of the latest objects W7 holds.
enum { BENCH_WINDOW = 64 };

// A node is the peer's object with two slots, left and right; they are empty at first. References are void pointers.
// What a peer cannot do is NULL here, and missing in its works.
typedef struct bench_ops {
    void (*nodes)(void **a, size_t n);             // n nodes, one after the other
    void *(*tree)(int depth);                      // the children first, then the node for them
    void *(*tree_down)(int depth);                 // the node first, then its children into it
    size_t (*tree_count)(void *tree);              // visits all nodes
    void *(*balanced)(size_t n);                   // a balanced tree of n nodes
    void *(*balanced_of)(size_t n, void ***nodes); // the same of existing nodes: takes the next n
    void *(*chain)(size_t n);                      // left is the next
    void (*drop)(void *o);                         // gives up a reference; the caller forgets it
    void *(*blob)(size_t bytes);                   // an object without slots, all zero
    void (*hold)(void **a, size_t n);              // an array that will hold references, for a collector that must know
                                                   // where they are; NULL for those that count
    // Only where there is a collector:
    void (*collect)(void);             // a full collection, now
    void (*reclaim)(void);             // frees what was dropped, for a peer whose drop does not; or NULL
    void *(*ring)(void *leaf);         // ten nodes: left is the next, right the leaf; built without needless counting
    void (*linked_ring)(void);         // 21 nodes: left is the next, right the one before; dropped at once
    void (*graph)(void **a, size_t n); // both slots of every node: a[bench_below(n)]
    void *(*levels)(size_t n);         // n lists: the i-th holds i references to the one before
    void *(*lists)(size_t n);          // a list of n lists of n empty lists
    size_t (*living)(void);            // about how many objects there are
    void (*touch)(void *root);         // uses what root reaches, as far as a full collection wants that to do its work;
                                       // NULL if it always does all
    void (*root)(void **a, size_t n);  // makes n owned references (some NULL) known to the collector; or NULL
    void (*freeze)(void);              // sets all objects aside before a fork
    // A step of W7. Ten times: nine nodes whose left is live[bench_below(n)], put into the window from position `at`
    // on, round and round, where they take the place of what is dropped; then one node, to the end of a chain. At last
    // the chain is closed into a ring, and dropped.
    void (*mix)(void **live, size_t n, void **window, size_t at);
    // DOM. An element has four slots: parent, first and last child, next sibling; it has ten children, which have ten,
    // and so on to the depth. Who has no collector does not count the parent.
    void *(*element)(int depth);
    void (*element_append)(void *parent, void *child); // takes the child
    void (*element_remove)(void *parent);              // unlinks the first child from parent and sibling, and drops it
} bench_ops;

struct bench_std;

typedef struct bench_run {
    const char *workload, *variant, *special;
    size_t n, size;
    int aged;     // on an aged heap; in W5 the nodes are linked in another order than they were allocated in
    size_t age;   // with so many nodes the heap was aged
    int collects; // automatic collection is on
    double rss;   // resident memory before that
    const bench_ops *ops;
    const struct bench_std *std; // see bench_std.h
} bench_run;

typedef void (*bench_fn)(const bench_run *run);

typedef struct bench_work {
    const char *workload, *variant; // serves all rows of this workload whose variant starts with this
    const char *specials;           // the distinctions that the peer makes, separated by spaces; "" for none
    bench_fn run;
} bench_work;

typedef struct bench_part {
    const bench_work *works;
    size_t n_works;
    void (*open)(const bench_run *run); // called before the work
    const bench_ops *ops;
    const struct bench_std *std;
} bench_part;

typedef struct bench_peer {
    const bench_part *parts;
    size_t n_parts;
    const char *(*version)(void);
} bench_peer;

// Does what the command line asks for. Returns: main's result.
int bench_main(int argc, char **argv, const bench_peer *peer);

// The workloads that are made of ops (workloads.c, growth.c); what they are is in README.md.
void bench_nothing(const bench_run *run);     // W0
void bench_trees(const bench_run *run);       // W3
void bench_rings(const bench_run *run);       // W4
void bench_live_tree(const bench_run *run);   // W5
void bench_live_graph(const bench_run *run);  // W5
void bench_collections(const bench_run *run); // W6a
void bench_garbage(const bench_run *run);     // W6b
void bench_levels(const bench_run *run);      // W6c
void bench_lists(const bench_run *run);       // W6c
void bench_gcbench(const bench_run *run);     // W6d
void bench_mixed(const bench_run *run);       // W7
void bench_steps(const bench_run *run);       // W7
void bench_chain(const bench_run *run);       // W8
void bench_bytes(const bench_run *run);       // W9
void bench_grow(const bench_run *run);        // NC
void bench_churn(const bench_run *run);       // NC
void bench_growing(const bench_run *run);     // GR
void bench_fork(const bench_run *run);        // FK
void bench_document(const bench_run *run);    // DOM

// Makes the heap an old one: see README.md. For peers with ops; bench_main does it where a row asks for it.
void bench_age(const bench_run *run);

// For a peer in another language: becomes the program argv[0], which does the work. Its arguments are those of argv, up
// to a NULL, and then: workload, variant, special (or -), n, size, age (0 for a fresh heap), 1 if automatic collection
// is on, and 1 for an aged heap.
void bench_exec(const bench_run *run, char **argv);

// 1 if this is the distinction asked for.
int bench_special(const bench_run *run, const char *special);

// Process CPU time in seconds: other programs on the machine do not count.
double bench_now(void);

// Bytes of memory resident now, and the most that were at once.
double bench_rss(void);
double bench_peak(void);

// The time since *at, which becomes now.
double bench_lap(double *at);

// CPU time of this thread, for what takes microseconds.
double bench_thread_now(void);

// Bytes of memory, as /proc/self/smaps_rollup has them under this name: "Private_Dirty:".
double bench_smaps(const char *name);

// A random number below n; the same sequence in every run (splitmix64 with seed 42, the high half of the product with
// n), on an aged heap as on a fresh one.
size_t bench_below(size_t n);

void bench_shuffle(void **p, size_t n);

// An array of n pointers, all NULL, its pages touched.
void *bench_array(size_t n);

// Such an array for references: the collector learns of it if it must, or if the row says `registered`.
void **bench_places(const bench_run *run, size_t n);

// Drops what is there and forgets it.
void bench_drop(const bench_run *run, void **place);

// Ends the process if the peer has not about n objects more than `before`, which bench_living had said: it has freed
// too much or too little.
void bench_expect(const bench_run *run, size_t before, size_t n);
size_t bench_living(const bench_run *run);

// A random order of the numbers below n.
size_t *bench_order(size_t n);

void bench_print(const char *metric, double value, const char *unit);

// Prints the time since `start`: in seconds, or in nanoseconds for each of n things.
void bench_print_s(const char *metric, double start);
void bench_print_ns(const char *metric, double start, double n);

// Ends the process: a benchmark that did not do its work has no figure.
void bench_fail(const char *what);

// The compiler must assume that p is used here and that all memory changes.
static inline void bench_use(void *p) {
    __asm__ volatile("" : : "r"(p) : "memory");
}

#define BENCH_COUNT(array) (sizeof(array) / sizeof(array)[0])

#endif
