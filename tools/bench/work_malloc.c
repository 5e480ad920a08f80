// SPDX-License-Identifier: MIT
// work_malloc.c: the workloads in plain C: an int count and two pointers, malloc and free, nothing that finds cycles.
// The floor that counting on this allocator can reach. Linked with mimalloc instead it is that allocator's floor.
// A block's count and the link to the next dying block share a word, so that dying needs no stack.
#include "bench.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct node node;

struct node {
    union {
        int count;
        node *next_dead;
    };
    node *left, *right;
};

static node *node_new(node *left, node *right) {
    node *n = malloc(sizeof *n);
    n->count = 1;
    n->left = left;
    n->right = right;
    return n;
}

// Takes one from the count and, if that was the last, puts the node on the list of the dying.
static node *node_lower(node *n, node *dead) {
    if (!n || --n->count)
        return dead;
    n->next_dead = dead;
    return n;
}

static void node_drop(void *n) {
    for (node *dead = node_lower(n, NULL); dead;) {
        node *d = dead, *left = d->left, *right = d->right;
        dead = d->next_dead;
        free(d);
        dead = node_lower(left, node_lower(right, dead));
    }
}

static void w1_hot(const bench_run *run) {
    size_t n = run->n;
    node *o = node_new(NULL, NULL);
    bench_use(o);
    double start = bench_now();
    for (size_t i = 0; i < n; i++) {
        o->count++;
        bench_use(o);
        if (--o->count == 0)
            free(o);
    }
    bench_print_ns("pair", start, (double)n);
}

static void w1_sweep(const bench_run *run) {
    size_t n = run->n;
    node **a = bench_array(n);
    for (size_t i = 0; i < n; i++)
        a[i] = node_new(NULL, NULL);
    if (strcmp(run->variant, "shuffled") == 0)
        bench_shuffle((void **)a, n);
    double start = bench_now();
    for (int sweep = 0; sweep < 20; sweep++) {
        for (size_t i = 0; i < n; i++) {
            a[i]->count++;
            bench_use(a[i]);
            if (--a[i]->count == 0)
                free(a[i]);
        }
    }
    bench_print_ns("pair", start, 20.0 * (double)n);
}

typedef struct block {
    int64_t count;
    char payload[];
} block;

static block *block_new(size_t payload) {
    block *b = malloc(sizeof *b + payload);
    b->count = 1;
    bench_use(b);
    return b;
}

static void block_drop(block *b) {
    if (--b->count == 0)
        free(b);
}

static void w2_immediate(const bench_run *run) {
    size_t n = run->n;
    double start = bench_now();
    for (size_t i = 0; i < n; i++)
        block_drop(block_new(run->size));
    bench_print_ns("object", start, (double)n);
}

static void w2_lifo(const bench_run *run) {
    size_t rounds = run->n;
    block *a[1000];
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < 1000; i++)
            a[i] = block_new(run->size);
        for (size_t i = 1000; i-- > 0;)
            block_drop(a[i]);
    }
    bench_print_ns("object", start, 1000.0 * (double)rounds);
}

static void w2_random(const bench_run *run) {
    size_t n = 100000, rounds = run->n;
    block **a = bench_array(n);
    size_t *order = bench_order(n);
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < n; i++)
            a[i] = block_new(run->size);
        for (size_t i = 0; i < n; i++)
            block_drop(a[order[i]]);
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

static void *chain_new(size_t n) {
    node *head = NULL;
    for (size_t i = 0; i < n; i++)
        head = node_new(head, NULL);
    return head;
}

static void *blob_new(size_t bytes) {
    node *n = calloc(1, sizeof *n + bytes);
    n->count = 1;
    return n;
}

// Owns its first child (left) and next sibling (right), and knows the others.
typedef struct element {
    node links;
    struct element *parent, *last;
} element;

static void element_append(void *parent, void *child) {
    element *p = parent, *c = child;
    c->parent = p;
    if (p->last)
        p->last->links.right = &c->links;
    else
        p->links.left = &c->links;
    p->last = c;
}

static void element_remove(void *parent) {
    element *p = parent;
    node *c = p->links.left;
    p->links.left = c->right;
    if (!c->right)
        p->last = NULL;
    c->right = NULL;
    ((element *)c)->parent = NULL;
    node_drop(c);
}

static void *element_new(int depth) {
    element *e = calloc(1, sizeof *e);
    e->links.count = 1;
    for (int i = 0; i < 10 && depth > 0; i++)
        element_append(e, element_new(depth - 1));
    return e;
}

static const bench_ops malloc_ops = {
    .nodes = nodes_new,
    .tree = tree_new,
    .tree_down = tree_new_down,
    .tree_count = tree_count,
    .balanced = balanced_new,
    .chain = chain_new,
    .drop = node_drop,
    .blob = blob_new,
    .element = element_new,
    .element_append = element_append,
    .element_remove = element_remove,
};

static const bench_work malloc_works[] = {
    {"W1", "hot", "", w1_hot},        {"W1", "in-order", "", w1_sweep},
    {"W1", "shuffled", "", w1_sweep}, {"W2", "imm", "", w2_immediate},
    {"W2", "lifo", "", w2_lifo},      {"W2", "rand", "", w2_random},
    {"W3", "trees", "", bench_trees}, {"W6d", "gcbench", "", bench_gcbench},
    {"W8", "chain", "", bench_chain}, {"W9", "node", "", bench_bytes},
    {"NC", "grow", "", bench_grow},   {"NC", "churn", "", bench_churn},
    {"GR", "", "", bench_growing},    {"DOM", "document", "", bench_document},
};

static void malloc_open(const bench_run *run) {
    (void)run;
}

// There when mimalloc is linked, as it is by bench_mimalloc.
extern int mi_version(void) __attribute__((weak));

static const char *malloc_version(void) {
    static char text[64];
    if (mi_version)
        snprintf(text, sizeof text, "mimalloc %d.%d.%d", mi_version() / 100, mi_version() / 10 % 10, mi_version() % 10);
    else
        snprintf(text, sizeof text, "glibc %s", gnu_get_libc_version());
    return text;
}

int main(int argc, char **argv) {
    const bench_part parts[] = {{malloc_works, BENCH_COUNT(malloc_works), malloc_open, &malloc_ops, NULL}};
    const bench_peer peer = {parts, BENCH_COUNT(parts), malloc_version};
    return bench_main(argc, argv, &peer);
}
