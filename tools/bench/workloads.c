// SPDX-License-Identifier: MIT
// workloads.c: the workloads, as far as they are the same for all peers; see bench.h. Each prints what it measured.
// What must live over a collection is in an array that the peer was told of (hold) or in a static variable, which a
// collector that looks for references sees; bench_use keeps the compiler from doing without the variable.
// Processes end without taking their heaps apart, unless that is what is measured.
#include "bench.h"

#include <stdlib.h>

void bench_expect(const bench_run *run, size_t before, size_t n) {
    if (run->ops->living && llabs((long long)run->ops->living() - (long long)(before + n)) > 2000)
        bench_fail("the collector has freed too much or too little");
}

size_t bench_living(const bench_run *run) {
    return run->ops->living ? run->ops->living() : 0;
}

void **bench_places(const bench_run *run, size_t n) {
    void **a = bench_array(n);
    if (run->ops->hold)
        run->ops->hold(a, n);
    if (bench_special(run, "registered"))
        run->ops->root(a, n);
    return a;
}

void bench_drop(const bench_run *run, void **place) {
    run->ops->drop(*place);
    *place = NULL;
}

// What stays keeps its pages, so that free places lie scattered, and are handed out in no order.
void bench_age(const bench_run *run) {
    size_t n = run->age, third = n / 3;
    void **a = bench_array(n);
    if (run->ops->hold)
        run->ops->hold(a, n);
    run->ops->nodes(a, n);
    bench_shuffle(a, n);
    for (size_t i = n / 32; i < n; i++) {
        bench_drop(run, &a[i]);
        if (run->ops->collect && i % third == third - 1)
            run->ops->collect();
    }
}

// How long a full collection takes when there is nothing for it.
void bench_nothing(const bench_run *run) {
    double start = bench_now();
    for (size_t i = 0; i < run->n; i++)
        run->ops->collect();
    bench_print("collection", (bench_now() - start) * 1e6 / (double)run->n, "us");
    bench_print("resident", bench_rss() / 1048576, "MiB");
}

static size_t trees_try(const bench_ops *ops, int depth) {
    void *tree = ops->tree(depth);
    size_t n = ops->tree_count(tree);
    ops->drop(tree);
    return n;
}

void bench_trees(const bench_run *run) {
    const bench_ops *ops = run->ops;
    int depth = (int)run->n;
    double start = bench_now();
    size_t nodes = trees_try(ops, depth + 1);
    void *long_lived = ops->tree(depth);
    for (int d = 4; d <= depth; d += 2)
        for (size_t i = (size_t)1 << (depth - d + 4); i > 0; i--)
            nodes += trees_try(ops, d);
    nodes += ops->tree_count(long_lived);
    ops->drop(long_lived);
    bench_print_s("total", start);
    if (depth == 18 && nodes != 68332206)
        bench_fail("wrong number of nodes");
}

void bench_rings(const bench_run *run) {
    const bench_ops *ops = run->ops;
    void **heads = bench_array(run->n), *leaf = ops->blob(0);
    size_t before = bench_living(run);
    double start = 0, built = 0, dropped = 0, end = 0, scale = 1e9 / (10 * (double)run->n);
    for (int i = 0; i < 3; i++) { // the third time counts: memory is there, caches are warm
        start = bench_now();
        for (size_t r = 0; r < run->n; r++)
            heads[r] = ops->ring(leaf);
        built = bench_now();
        for (size_t r = 0; r < run->n; r++)
            bench_drop(run, &heads[r]);
        dropped = bench_now();
        ops->collect();
        end = bench_now();
    }
    bench_expect(run, before, 0);
    bench_print("drop+collect", (end - built) * scale, "ns");
    bench_print("drop", (dropped - built) * scale, "ns");
    bench_print("collect", (end - dropped) * scale, "ns");
    bench_print("build", (built - start) * scale, "ns");
}

static double collect_ns(const bench_run *run) {
    double start = bench_now();
    run->ops->collect();
    return (bench_now() - start) * 1e9 / (double)run->n;
}

// Full collections of a heap without garbage. All objects are used before each, but the one that measures what a heap
// costs that was not used since; to a peer without `touch` that makes no difference.
static void live_collect(const bench_run *run, double rss, void *root) {
    double ns = 0;
    for (int i = 0; i < 4; i++) {
        if (run->ops->touch)
            run->ops->touch(root);
        ns = collect_ns(run);
        if (i == 0)
            bench_print("first", ns, "ns");
    }
    bench_print("fourth", ns, "ns");
    bench_print("untouched", run->ops->touch ? collect_ns(run) : ns, "ns");
    bench_print("bytes", (bench_peak() - rss) / (double)run->n, "B");
}

// Drops the only reference to many objects, and has them freed.
static void drop_all(const bench_run *run, void **place) {
    bench_drop(run, place);
    if (run->ops->reclaim)
        run->ops->reclaim();
}

void bench_live_tree(const bench_run *run) {
    static void *root;
    const bench_ops *ops = run->ops;
    size_t before = bench_living(run);
    void **nodes = run->aged ? bench_array(run->n) : NULL, **next = nodes;
    double rss = bench_rss(), start = bench_now();
    if (run->aged) {
        ops->nodes(nodes, run->n);
        bench_shuffle(nodes, run->n);
        root = ops->balanced_of(run->n, &next);
    } else {
        root = ops->balanced(run->n);
    }
    bench_use(&root);
    bench_print_ns("build", start, (double)run->n);
    if (bench_special(run, "registered"))
        ops->root(&root, 1);
    live_collect(run, rss, root);
    bench_expect(run, before, run->n);
    start = bench_now();
    drop_all(run, &root);
    bench_print_ns("free", start, (double)run->n);
}

void bench_live_graph(const bench_run *run) {
    static void *first;
    const bench_ops *ops = run->ops;
    size_t before = bench_living(run), n = run->n;
    int held = bench_special(run, "held");
    void **nodes = held ? bench_array(n) : bench_places(run, n);
    double rss = bench_rss(), start = bench_now();
    ops->nodes(nodes, n);
    if (run->aged)
        bench_shuffle(nodes, n);
    ops->graph(nodes, n);
    bench_print_ns("build", start, (double)n);
    first = nodes[0];
    bench_use(&first);
    for (size_t i = 1; i < n && held; i++)
        bench_drop(run, &nodes[i]);
    live_collect(run, rss, first);
    if (!held)
        bench_expect(run, before, n);
}

void bench_collections(const bench_run *run) {
    const bench_ops *ops = run->ops;
    size_t before = bench_living(run);
    double spent = 0, start = bench_now();
    for (size_t i = 0; i < run->n; i++) {
        ops->collect();
        for (int r = 0; r < 100; r++)
            ops->linked_ring();
        double t = bench_now();
        ops->collect();
        spent += bench_now() - t;
    }
    bench_print_s("total", start);
    bench_print("collection", spent * 1e6 / (double)run->n, "us");
    bench_expect(run, before, 0);
}

void bench_garbage(const bench_run *run) {
    double rss = bench_rss(), start = bench_now();
    for (size_t i = 0; i < run->n; i++)
        run->ops->linked_ring();
    bench_print_s("total", start);
    bench_print("growth", (bench_peak() - rss) / 1048576, "MiB");
}

static void print_collections(const bench_ops *ops, void *root, int n) {
    double spent = 0;
    for (int i = 0; i < n; i++) {
        if (ops->touch)
            ops->touch(root);
        double start = bench_now();
        ops->collect();
        spent += bench_now() - start;
    }
    bench_print("collection", spent * 1e3 / n, "ms");
}

void bench_levels(const bench_run *run) {
    static void *top;
    size_t before = bench_living(run);
    top = run->ops->levels(run->n);
    bench_use(&top);
    print_collections(run->ops, top, 20);
    bench_expect(run, before, run->n);
}

void bench_lists(const bench_run *run) {
    static void *outer;
    size_t before = bench_living(run), n = run->n;
    double start = bench_now();
    outer = run->ops->lists(n);
    bench_use(&outer);
    bench_print("build", (bench_now() - start) * 1e3, "ms");
    run->ops->collect();
    print_collections(run->ops, outer, 5);
    bench_expect(run, before, 1 + n + n * n);
}

void bench_gcbench(const bench_run *run) {
    const bench_ops *ops = run->ops;
    int stretch = (int)run->n, longest = stretch - 2;
    double start = bench_now();
    ops->drop(ops->tree(stretch));
    void *long_lived = ops->tree_down(longest), *array = ops->blob(500000 * sizeof(double));
    for (int d = 4; d <= longest; d += 2) {
        size_t trees = 2 * (((size_t)2 << stretch) - 1) / (((size_t)2 << d) - 1);
        for (size_t i = 0; i < trees; i++)
            ops->drop(ops->tree_down(d));
        for (size_t i = 0; i < trees; i++)
            ops->drop(ops->tree(d));
    }
    ops->drop(array);
    ops->drop(long_lived);
    bench_print_s("total", start);
}

void bench_chain(const bench_run *run) {
    static void *head;
    double at = bench_now(), built;
    head = run->ops->chain(run->n);
    bench_use(&head);
    built = bench_lap(&at);
    drop_all(run, &head);
    bench_print("drop", bench_lap(&at), "s");
    bench_print("build", built, "s");
}

void bench_bytes(const bench_run *run) {
    void **a = bench_array(run->n);
    double before = bench_rss();
    run->ops->nodes(a, run->n);
    bench_print("bytes", (bench_rss() - before) / (double)run->n, "B");
}

void bench_grow(const bench_run *run) {
    double start = bench_now();
    for (int i = 0; i < 2; i++)
        run->ops->drop(run->ops->balanced(run->n));
    bench_print_s("total", start);
}

void bench_churn(const bench_run *run) {
    void **a = bench_places(run, run->n);
    double start = bench_now();
    for (size_t i = 0; i < 10 * run->n; i++) {
        void **place = &a[i < run->n ? i : bench_below(run->n)], *tree = run->ops->balanced(1000);
        if (*place)
            run->ops->drop(*place);
        *place = tree;
    }
    bench_print_s("total", start);
}
