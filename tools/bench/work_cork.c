// SPDX-License-Identifier: MIT
// work_cork.c: the workloads on libcork's gc: counted references, and Bacon and Rajan's synchronous collection of
// cycles. A type is a pair of callbacks; who stores a reference counts it, and the collector takes care of the rest.
//
// An object whose count went down, but not to 0, becomes a candidate. When 1024 candidates are waiting, or when
// cork_gc_done is called, the collector looks at what hangs from them, and at nothing else. So a collection of a heap
// without garbage costs something only if the object that holds the heap is a candidate: `touch` makes it one.
// Nothing can be switched off, and nobody knows how many objects there are.
#include "bench.h"

#include <libcork/core/api.h>
#include <libcork/core/gc.h>
#include <stdio.h>
#include <string.h>

struct node {
    struct node *left, *right;
};

static void node_recurse(struct cork_gc *gc, void *obj, cork_gc_recurser recurser, void *ud) {
    struct node *n = obj;
    recurser(gc, n->left, ud);
    recurser(gc, n->right, ud);
}

// cork_gc_new looks for this name.
static struct cork_gc_obj_iface node__gc = {NULL, node_recurse};

struct element {
    struct element *parent, *first, *last, *next;
};

static void element_recurse(struct cork_gc *gc, void *obj, cork_gc_recurser recurser, void *ud) {
    struct element *e = obj;
    recurser(gc, e->parent, ud);
    recurser(gc, e->first, ud);
    recurser(gc, e->last, ud);
    recurser(gc, e->next, ud);
}

static struct cork_gc_obj_iface element__gc = {NULL, element_recurse};

struct list {
    size_t n;
    struct list *item[];
};

static void list_recurse(struct cork_gc *gc, void *obj, cork_gc_recurser recurser, void *ud) {
    struct list *l = obj;
    for (size_t i = 0; i < l->n; i++)
        recurser(gc, l->item[i], ud);
}

static struct cork_gc_obj_iface list__gc = {NULL, list_recurse};

static struct cork_gc_obj_iface block__gc = {NULL, NULL};

// Takes: steals both references.
static struct node *node_new(struct node *left, struct node *right) {
    struct node *n = cork_gc_new(node);
    n->left = left;
    n->right = right;
    return n;
}

static void w1_hot(const bench_run *run) {
    size_t n = run->n;
    struct node *o = node_new(NULL, NULL);
    bench_use(o);
    double start = bench_now();
    for (size_t i = 0; i < n; i++) {
        cork_gc_incref(o);
        bench_use(o);
        cork_gc_decref(o);
    }
    bench_print_ns("pair", start, (double)n);
}

static void w1_sweep(const bench_run *run) {
    size_t n = run->n;
    struct node **a = bench_array(n);
    for (size_t i = 0; i < n; i++)
        a[i] = node_new(NULL, NULL);
    if (strcmp(run->variant, "shuffled") == 0)
        bench_shuffle((void **)a, n);
    double start = bench_now();
    for (int sweep = 0; sweep < 20; sweep++) {
        for (size_t i = 0; i < n; i++) {
            cork_gc_incref(a[i]);
            bench_use(a[i]);
            cork_gc_decref(a[i]);
        }
    }
    bench_print_ns("pair", start, 20.0 * (double)n);
}

static void *block_new(size_t payload) {
    return cork_gc_alloc(payload, &block__gc);
}

static void w2_immediate(const bench_run *run) {
    size_t n = run->n;
    double start = bench_now();
    for (size_t i = 0; i < n; i++)
        cork_gc_decref(block_new(run->size));
    bench_print_ns("object", start, (double)n);
}

static void w2_lifo(const bench_run *run) {
    size_t rounds = run->n;
    void *a[1000];
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < 1000; i++)
            a[i] = block_new(run->size);
        for (size_t i = 1000; i-- > 0;)
            cork_gc_decref(a[i]);
    }
    bench_print_ns("object", start, 1000.0 * (double)rounds);
}

static void w2_random(const bench_run *run) {
    size_t n = 100000, rounds = run->n;
    void **a = bench_array(n);
    size_t *order = bench_order(n);
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < n; i++)
            a[i] = block_new(run->size);
        for (size_t i = 0; i < n; i++)
            cork_gc_decref(a[order[i]]);
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
    struct node *left = tree_new(depth - 1), *right = tree_new(depth - 1);
    return node_new(left, right);
}

static void tree_populate(struct node *n, int depth) {
    if (depth == 0)
        return;
    n->left = node_new(NULL, NULL);
    n->right = node_new(NULL, NULL);
    tree_populate(n->left, depth - 1);
    tree_populate(n->right, depth - 1);
}

static void *tree_new_down(int depth) {
    struct node *n = node_new(NULL, NULL);
    tree_populate(n, depth);
    return n;
}

static size_t tree_count(void *tree) {
    struct node *n = tree;
    return n->left ? 1 + tree_count(n->left) + tree_count(n->right) : 1;
}

static void *balanced_new(size_t n) {
    if (n == 0)
        return NULL;
    size_t l = (n - 1) / 2;
    struct node *left = balanced_new(l), *right = balanced_new(n - 1 - l);
    return node_new(left, right);
}

static void *balanced_of(size_t n, void ***nodes) {
    if (n == 0)
        return NULL;
    size_t l = (n - 1) / 2;
    struct node *left = balanced_of(l, nodes), *right = balanced_of(n - 1 - l, nodes), *o = *(*nodes)++;
    o->left = left;
    o->right = right;
    return o;
}

static void *chain_new(size_t n) {
    struct node *head = NULL;
    for (size_t i = 0; i < n; i++)
        head = node_new(head, NULL);
    return head;
}

static void *blob_new(size_t bytes) {
    return memset(block_new(bytes), 0, bytes);
}

static void *ring_new(void *leaf) {
    struct node *first = node_new(NULL, cork_gc_incref(leaf)), *last = first;
    for (int i = 1; i < 10; i++)
        last = last->left = node_new(NULL, cork_gc_incref(leaf));
    last->left = cork_gc_incref(first);
    return first;
}

static void linked_ring(void) {
    struct node *a[21];
    for (int i = 0; i < 21; i++)
        a[i] = node_new(NULL, NULL);
    for (int i = 0; i < 21; i++) {
        a[i]->left = cork_gc_incref(a[(i + 1) % 21]);
        a[i]->right = cork_gc_incref(a[(i + 20) % 21]);
    }
    for (int i = 0; i < 21; i++)
        cork_gc_decref(a[i]);
}

static void graph_link(void **a, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct node *o = a[i];
        o->left = cork_gc_incref(a[bench_below(n)]);
        o->right = cork_gc_incref(a[bench_below(n)]);
    }
}

// A list of n items, to be filled.
static struct list *list_new(size_t n) {
    struct list *l = cork_gc_alloc(sizeof *l + n * sizeof l->item[0], &list__gc);
    l->n = n;
    return l;
}

static void *levels_new(size_t n) {
    struct list *below = NULL;
    for (size_t i = 0; i < n; i++) {
        struct list *l = list_new(i);
        for (size_t k = 0; k < i; k++)
            l->item[k] = cork_gc_incref(below);
        cork_gc_decref(below);
        below = l;
    }
    return below;
}

static void *lists_new(size_t n) {
    struct list *outer = list_new(n);
    for (size_t i = 0; i < n; i++) {
        struct list *inner = outer->item[i] = list_new(n);
        for (size_t k = 0; k < n; k++)
            inner->item[k] = list_new(0);
    }
    return outer;
}

static void touch(void *root) {
    cork_gc_decref(cork_gc_incref(root));
}

static void mix(void **live, size_t n, void **window, size_t at) {
    struct node *first = NULL, *last = NULL;
    for (int i = 0; i < 10; i++) {
        for (int k = 0; k < 9; k++, at++) {
            cork_gc_decref(window[at % BENCH_WINDOW]);
            window[at % BENCH_WINDOW] = node_new(cork_gc_incref(live[bench_below(n)]), NULL);
        }
        struct node *next = node_new(NULL, NULL);
        if (last)
            last->left = next;
        else
            first = next;
        last = next;
    }
    last->left = cork_gc_incref(first);
    cork_gc_decref(first);
}

// Takes: the child.
static void element_append(void *parent, void *child) {
    struct element *p = parent, *c = child;
    c->parent = cork_gc_incref(p);
    if (p->last)
        p->last->next = cork_gc_incref(c);
    else
        p->first = cork_gc_incref(c);
    cork_gc_decref(p->last);
    p->last = c;
}

static void *element_new(int depth) {
    struct element *e = cork_gc_new(element);
    memset(e, 0, sizeof *e);
    for (int i = 0; depth > 0 && i < 10; i++)
        element_append(e, element_new(depth - 1));
    return e;
}

static void element_remove(void *parent) {
    struct element *p = parent, *c = p->first;
    p->first = c->next;
    if (!p->first) {
        cork_gc_decref(p->last);
        p->last = NULL;
    }
    cork_gc_decref(c->parent);
    c->parent = c->next = NULL;
    cork_gc_decref(c);
}

// About every twelfth step collects, which takes ten milliseconds each time: a hundredth of the steps show the longest.
static void w7_steps(const bench_run *run) {
    bench_run some = *run;
    some.n = 2000;
    bench_steps(&some);
}

static const bench_ops cork_ops = {
    .nodes = nodes_new,
    .tree = tree_new,
    .tree_down = tree_new_down,
    .tree_count = tree_count,
    .balanced = balanced_new,
    .balanced_of = balanced_of,
    .chain = chain_new,
    .drop = cork_gc_decref,
    .blob = blob_new,
    .collect = cork_gc_done,
    .ring = ring_new,
    .linked_ring = linked_ring,
    .graph = graph_link,
    .levels = levels_new,
    .lists = lists_new,
    .touch = touch,
    .mix = mix,
    .element = element_new,
    .element_append = element_append,
    .element_remove = element_remove,
};

static const bench_work cork_works[] = {
    {"W0", "nothing", "", bench_nothing},    {"W1", "hot", "", w1_hot},
    {"W1", "in-order", "", w1_sweep},        {"W1", "shuffled", "", w1_sweep},
    {"W2", "imm", "", w2_immediate},         {"W2", "lifo", "", w2_lifo},
    {"W2", "rand", "", w2_random},           {"W3", "trees", "auto", bench_trees},
    {"W4", "rings", "", bench_rings},        {"W5", "tree", "", bench_live_tree},
    {"W5", "graph", "", bench_live_graph},   {"W6a", "collections", "", bench_collections},
    {"W6b", "rings", "", bench_garbage},     {"W6c", "levels", "", bench_levels},
    {"W6c", "lists", "", bench_lists},       {"W6d", "gcbench", "", bench_gcbench},
    {"W7", "mutator", "", bench_mixed},      {"W7", "steps", "", w7_steps},
    {"W8", "chain", "", bench_chain},        {"W9", "node", "", bench_bytes},
    {"NC", "grow", "auto", bench_grow},      {"NC", "churn", "auto", bench_churn},
    {"DOM", "document", "", bench_document},
};

static const bench_work growing_works[] = {{"GR", "", "", bench_growing}};

static void cork_open(const bench_run *run) {
    (void)run;
    cork_gc_init();
}

static const char *cork_version_text(void) {
    static char text[64];
    snprintf(text, sizeof text, "libcork %s", cork_version_string());
    return text;
}

int main(int argc, char **argv) {
    bench_ops growing_ops = cork_ops; // a collection would find no candidates, and do nothing
    growing_ops.collect = NULL;
    const bench_part parts[] = {{cork_works, BENCH_COUNT(cork_works), cork_open, &cork_ops, NULL},
                                {growing_works, BENCH_COUNT(growing_works), cork_open, &growing_ops, NULL}};
    const bench_peer peer = {parts, BENCH_COUNT(parts), cork_version_text};
    return bench_main(argc, argv, &peer);
}
