// SPDX-License-Identifier: MIT
// work_boehm.c: the workloads on the Boehm-Demers-Weiser collector: GC_MALLOC, nothing is counted and nothing freed.
// Dropping an object means to forget it, which costs nothing. A collection marks what the stack, static data, the heap
// and registered arrays refer to; what is not marked is swept later, page by page, when memory is wanted.
//
// All references here are to the beginning of an object, and the collector is told so, as runtimes on top of it do: a
// node takes 16 bytes then, and not 32. Under the name bench_boehm-inc the program collects incrementally, and asks for
// pauses of a millisecond.
#include "bench_pauses.h"

#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <stdio.h>
#include <string.h>

typedef struct node {
    struct node *left, *right;
} node;

typedef struct element {
    struct element *parent, *first, *last, *next;
} element;

typedef struct list {
    size_t n;
    struct list *item[];
} list;

static int incremental;

static node *node_new(node *left, node *right) {
    node *n = GC_NEW(node);
    n->left = left;
    n->right = right;
    return n;
}

// Nothing that counts.
static void node_drop(void *o) {
    (void)o;
}

// A leaf has no references, and who knows when it dies frees it. Another block is left to the collector.
static void *block_new(size_t payload, int leaf) {
    return leaf ? GC_MALLOC_ATOMIC(payload) : GC_MALLOC(payload);
}

static void block_drop(void **slot, int leaf) {
    if (leaf)
        GC_FREE(*slot);
    *slot = NULL;
}

static void w2_immediate(const bench_run *run) {
    int leaf = bench_special(run, "leaf");
    size_t n = run->n;
    double start = bench_now();
    for (size_t i = 0; i < n; i++) {
        void *o = block_new(run->size, leaf);
        bench_use(o);
        block_drop(&o, leaf);
    }
    bench_print_ns("object", start, (double)n);
}

static void w2_lifo(const bench_run *run) {
    int leaf = bench_special(run, "leaf");
    size_t rounds = run->n;
    void *a[1000];
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < 1000; i++)
            a[i] = block_new(run->size, leaf);
        bench_use(a);
        for (size_t i = 1000; i-- > 0;)
            block_drop(&a[i], leaf);
    }
    bench_print_ns("object", start, 1000.0 * (double)rounds);
}

static void hold(void **a, size_t n) {
    GC_add_roots(a, a + n);
}

static void w2_random(const bench_run *run) {
    int leaf = bench_special(run, "leaf");
    size_t n = 100000, rounds = run->n;
    void **a = bench_array(n);
    size_t *order = bench_order(n);
    hold(a, n);
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < n; i++)
            a[i] = block_new(run->size, leaf);
        for (size_t i = 0; i < n; i++)
            block_drop(&a[order[i]], leaf);
    }
    bench_print_ns("object", start, (double)n * (double)rounds);
}

static void nodes_new(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = node_new(NULL, NULL);
}

static void *tree_new(int depth) {
    if (depth == 0)
        return node_new(NULL, NULL);
    node *left = tree_new(depth - 1), *right = tree_new(depth - 1);
    return node_new(left, right);
}

static void tree_populate(node *n, int depth) {
    if (depth == 0)
        return;
    n->left = node_new(NULL, NULL);
    n->right = node_new(NULL, NULL);
    tree_populate(n->left, depth - 1);
    tree_populate(n->right, depth - 1);
}

static void *tree_new_down(int depth) {
    node *n = node_new(NULL, NULL);
    tree_populate(n, depth);
    return n;
}

static size_t tree_count(void *tree) {
    node *n = tree;
    return n->left ? 1 + tree_count(n->left) + tree_count(n->right) : 1;
}

static void *balanced_new(size_t n) {
    if (n == 0)
        return NULL;
    size_t l = (n - 1) / 2;
    node *left = balanced_new(l), *right = balanced_new(n - 1 - l);
    return node_new(left, right);
}

static void *balanced_of(size_t n, void ***nodes) {
    if (n == 0)
        return NULL;
    size_t l = (n - 1) / 2;
    node *left = balanced_of(l, nodes), *right = balanced_of(n - 1 - l, nodes), *o = *(*nodes)++;
    o->left = left;
    o->right = right;
    return o;
}

static void *chain_new(size_t n) {
    node *head = NULL;
    for (size_t i = 0; i < n; i++)
        head = node_new(head, NULL);
    return head;
}

static void *blob_new(size_t bytes) {
    return memset(GC_MALLOC_ATOMIC(bytes), 0, bytes);
}

static void *ring_new(void *leaf) {
    node *first = node_new(NULL, leaf), *last = first;
    for (int i = 1; i < 10; i++)
        last = last->left = node_new(NULL, leaf);
    last->left = first;
    return first;
}

static void linked_ring(void) {
    node *a[21];
    for (int i = 0; i < 21; i++)
        a[i] = node_new(NULL, NULL);
    for (int i = 0; i < 21; i++) {
        a[i]->left = a[(i + 1) % 21];
        a[i]->right = a[(i + 20) % 21];
    }
}

static void graph_link(void **a, size_t n) {
    for (size_t i = 0; i < n; i++) {
        node *o = a[i];
        o->left = a[bench_below(n)];
        o->right = a[bench_below(n)];
    }
}

// A list of n items, to be filled.
static list *list_new(size_t n) {
    list *l = GC_MALLOC(sizeof *l + n * sizeof l->item[0]);
    l->n = n;
    return l;
}

static void *levels_new(size_t n) {
    list *below = NULL;
    for (size_t i = 0; i < n; i++) {
        list *l = list_new(i);
        for (size_t k = 0; k < i; k++)
            l->item[k] = below;
        below = l;
    }
    return below;
}

static void *lists_new(size_t n) {
    list *outer = list_new(n);
    for (size_t i = 0; i < n; i++) {
        list *inner = outer->item[i] = list_new(n);
        for (size_t k = 0; k < n; k++)
            inner->item[k] = list_new(0);
    }
    return outer;
}

static void count_one(void *o, size_t bytes, void *count) {
    (void)o;
    (void)bytes;
    ++*(size_t *)count;
}

static void *count_all(void *count) {
    GC_enumerate_reachable_objects_inner(count_one, count);
    return NULL;
}

// Those that the latest collection found alive.
static size_t living(void) {
    size_t count = 0;
    GC_call_with_alloc_lock(count_all, &count);
    return count;
}

static void mix(void **live, size_t n, void **window, size_t at) {
    node *first = NULL, *last = NULL;
    for (int i = 0; i < 10; i++) {
        for (int k = 0; k < 9; k++)
            window[at++ % BENCH_WINDOW] = node_new(live[bench_below(n)], NULL);
        node *next = node_new(NULL, NULL);
        if (last)
            last->left = next;
        else
            first = next;
        last = next;
    }
    last->left = first;
}

static void element_append(void *parent, void *child) {
    element *p = parent, *c = child;
    c->parent = p;
    if (p->last)
        p->last->next = c;
    else
        p->first = c;
    p->last = c;
}

static void *element_new(int depth) {
    element *e = GC_NEW(element);
    for (int i = 0; depth > 0 && i < 10; i++)
        element_append(e, element_new(depth - 1));
    return e;
}

static void element_remove(void *parent) {
    element *p = parent, *c = p->first;
    p->first = c->next;
    if (!p->first)
        p->last = NULL;
    c->parent = c->next = NULL;
}

static const bench_ops boehm_ops = {
    .nodes = nodes_new,
    .tree = tree_new,
    .tree_down = tree_new_down,
    .tree_count = tree_count,
    .balanced = balanced_new,
    .balanced_of = balanced_of,
    .chain = chain_new,
    .drop = node_drop,
    .blob = blob_new,
    .hold = hold,
    .collect = GC_gcollect,
    .reclaim = GC_gcollect,
    .ring = ring_new,
    .linked_ring = linked_ring,
    .graph = graph_link,
    .levels = levels_new,
    .lists = lists_new,
    .living = living,
    .mix = mix,
    .element = element_new,
    .element_append = element_append,
    .element_remove = element_remove,
};

static const bench_work automatic_works[] = {
    {"W3", "trees", "auto", bench_trees}, {"W6b", "rings", "", bench_garbage}, {"W6d", "gcbench", "", bench_gcbench},
    {"W7", "mutator", "", bench_mixed},   {"W7", "steps", "", bench_steps},    {"NC", "grow", "auto", bench_grow},
    {"NC", "churn", "auto", bench_churn},
};

static const bench_work document_works[] = {{"DOM", "document", "", bench_document}};

// To these the mode makes no difference: memory, and collections that are asked for.
static const bench_work other_works[] = {
    {"W0", "nothing", "", bench_nothing},
    {"W2", "imm", "leaf tracked", w2_immediate},
    {"W2", "lifo", "leaf tracked", w2_lifo},
    {"W2", "rand", "leaf tracked", w2_random},
    {"W4", "rings", "", bench_rings},
    {"W5", "tree", "", bench_live_tree},
    {"W5", "graph", " held", bench_live_graph},
    {"W6a", "collections", "", bench_collections},
    {"W6c", "levels", "", bench_levels},
    {"W6c", "lists", "", bench_lists},
    {"W8", "chain", "", bench_chain},
    {"W9", "node", "", bench_bytes},
    {"GR", "", "", bench_growing},
    {"FK", "collected", "", bench_fork},
};

static void boehm_open(const bench_run *run) {
    GC_set_all_interior_pointers(0);
    GC_set_handle_fork(1);
    if (incremental) {
        GC_enable_incremental();
        GC_set_time_limit(1);
    }
    GC_INIT();
    GC_set_disable_automatic_collection(!run->collects);
}

static const char *boehm_version(void) {
    static char text[64];
    unsigned v = GC_get_version();
    snprintf(text, sizeof text, "Boehm GC %u.%u.%u%s", v >> 16, v >> 8 & 0xff, v & 0xff,
             incremental ? ", incremental" : "");
    return text;
}

int main(int argc, char **argv) {
    // Now and then a document stays for the sake of one word that looks like a reference to any of its elements; the
    // collector itself has such words in static data. That is no failure of such a collector.
    bench_ops document_ops = boehm_ops;
    document_ops.living = NULL;
    const bench_part parts[] = {{automatic_works, BENCH_COUNT(automatic_works), boehm_open, &boehm_ops, NULL},
                                {document_works, BENCH_COUNT(document_works), boehm_open, &document_ops, NULL},
                                bench_pauses_part(&bench_pauses_peer, boehm_open, &boehm_ops),
                                {other_works, BENCH_COUNT(other_works), boehm_open, &boehm_ops, NULL}};
    incremental = strstr(argv[0], "boehm-inc") != NULL;
    const bench_peer peer = {parts, incremental ? 3 : BENCH_COUNT(parts), boehm_version};
    return bench_main(argc, argv, &peer);
}
