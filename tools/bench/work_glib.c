// SPDX-License-Identifier: MIT
// work_glib.c: the workloads on GObject: a class with two references in its instances, which C code sets directly (they
// are not properties in GObject's sense, and nobody is notified), and a dispose that drops them. Counts are atomic.
// Nothing finds cycles, so that rings are not made here.
#include "bench.h"

// As releases of programs on GLib are built.
#define G_DISABLE_CAST_CHECKS
#include <glib-object.h>
#include <stdio.h>
#include <string.h>

G_DECLARE_FINAL_TYPE(BenchNode, bench_node, BENCH, NODE, GObject)

struct _BenchNode {
    GObject parent_instance;
    BenchNode *left, *right;
};

G_DEFINE_TYPE(BenchNode, bench_node, G_TYPE_OBJECT)

static void bench_node_dispose(GObject *object) {
    BenchNode *n = BENCH_NODE(object);
    g_clear_object(&n->left);
    g_clear_object(&n->right);
    G_OBJECT_CLASS(bench_node_parent_class)->dispose(object);
}

static void bench_node_class_init(BenchNodeClass *class) {
    G_OBJECT_CLASS(class)->dispose = bench_node_dispose;
}

static void bench_node_init(BenchNode *n) {
    (void)n;
}

// A reference to the first child is counted, and one to the next sibling. Those to the parent and to the last child are
// not: nothing would find the cycles.
G_DECLARE_FINAL_TYPE(BenchElement, bench_element, BENCH, ELEMENT, GObject)

struct _BenchElement {
    GObject parent_instance;
    BenchElement *parent, *first, *last, *next;
};

G_DEFINE_TYPE(BenchElement, bench_element, G_TYPE_OBJECT)

static void bench_element_dispose(GObject *object) {
    BenchElement *e = BENCH_ELEMENT(object);
    g_clear_object(&e->first);
    g_clear_object(&e->next);
    G_OBJECT_CLASS(bench_element_parent_class)->dispose(object);
}

static void bench_element_class_init(BenchElementClass *class) {
    G_OBJECT_CLASS(class)->dispose = bench_element_dispose;
}

static void bench_element_init(BenchElement *e) {
    (void)e;
}

// Takes: steals both references.
static BenchNode *node_new(BenchNode *left, BenchNode *right) {
    BenchNode *n = g_object_new(bench_node_get_type(), NULL);
    n->left = left;
    n->right = right;
    return n;
}

static void w1_hot(const bench_run *run) {
    size_t n = run->n;
    BenchNode *o = node_new(NULL, NULL);
    bench_use(o);
    double start = bench_now();
    for (size_t i = 0; i < n; i++) {
        g_object_ref(o);
        bench_use(o);
        g_object_unref(o);
    }
    bench_print_ns("pair", start, (double)n);
}

static void w1_sweep(const bench_run *run) {
    size_t n = run->n;
    BenchNode **a = bench_array(n);
    for (size_t i = 0; i < n; i++)
        a[i] = node_new(NULL, NULL);
    if (strcmp(run->variant, "shuffled") == 0)
        bench_shuffle((void **)a, n);
    double start = bench_now();
    for (int sweep = 0; sweep < 20; sweep++) {
        for (size_t i = 0; i < n; i++) {
            g_object_ref(a[i]);
            bench_use(a[i]);
            g_object_unref(a[i]);
        }
    }
    bench_print_ns("pair", start, 20.0 * (double)n);
}

// A class whose instances have so many bytes behind the header. Once in a process.
static GType block_type(size_t payload) {
    return g_type_register_static_simple(G_TYPE_OBJECT, "block", sizeof(GObjectClass), NULL,
                                         (guint)(sizeof(GObject) + payload), NULL, 0);
}

static void w2_immediate(const bench_run *run) {
    size_t n = run->n;
    GType type = block_type(run->size);
    double start = bench_now();
    for (size_t i = 0; i < n; i++)
        g_object_unref(g_object_new(type, NULL));
    bench_print_ns("object", start, (double)n);
}

static void w2_lifo(const bench_run *run) {
    size_t rounds = run->n;
    GType type = block_type(run->size);
    void *a[1000];
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < 1000; i++)
            a[i] = g_object_new(type, NULL);
        for (size_t i = 1000; i-- > 0;)
            g_object_unref(a[i]);
    }
    bench_print_ns("object", start, 1000.0 * (double)rounds);
}

static void w2_random(const bench_run *run) {
    size_t n = 100000, rounds = run->n;
    GType type = block_type(run->size);
    void **a = bench_array(n);
    size_t *order = bench_order(n);
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < n; i++)
            a[i] = g_object_new(type, NULL);
        for (size_t i = 0; i < n; i++)
            g_object_unref(a[order[i]]);
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
    BenchNode *left = tree_new(depth - 1), *right = tree_new(depth - 1);
    return node_new(left, right);
}

static void tree_populate(BenchNode *n, int depth) {
    if (depth == 0)
        return;
    n->left = node_new(NULL, NULL);
    n->right = node_new(NULL, NULL);
    tree_populate(n->left, depth - 1);
    tree_populate(n->right, depth - 1);
}

static void *tree_new_down(int depth) {
    BenchNode *n = node_new(NULL, NULL);
    tree_populate(n, depth);
    return n;
}

static size_t tree_count(void *tree) {
    BenchNode *n = tree;
    return n->left ? 1 + tree_count(n->left) + tree_count(n->right) : 1;
}

static void *balanced_new(size_t n) {
    if (n == 0)
        return NULL;
    size_t l = (n - 1) / 2;
    BenchNode *left = balanced_new(l), *right = balanced_new(n - 1 - l);
    return node_new(left, right);
}

static void *chain_new(size_t n) {
    BenchNode *head = NULL;
    for (size_t i = 0; i < n; i++)
        head = node_new(head, NULL);
    return head;
}

static void *blob_new(size_t bytes) {
    GObject *o = g_object_new(G_TYPE_OBJECT, NULL);
    g_object_set_data_full(o, "bytes", g_malloc0(bytes), g_free);
    return o;
}

// Takes: the child.
static void element_append(void *parent, void *child) {
    BenchElement *p = parent, *c = child;
    c->parent = p;
    if (p->last)
        p->last->next = c;
    else
        p->first = c;
    p->last = c;
}

static void *element_new(int depth) {
    BenchElement *e = g_object_new(bench_element_get_type(), NULL);
    for (int i = 0; depth > 0 && i < 10; i++)
        element_append(e, element_new(depth - 1));
    return e;
}

static void element_remove(void *parent) {
    BenchElement *p = parent, *c = p->first;
    p->first = c->next;
    if (!p->first)
        p->last = NULL;
    c->parent = c->next = NULL;
    g_object_unref(c);
}

static const bench_ops glib_ops = {
    .nodes = nodes_new,
    .tree = tree_new,
    .tree_down = tree_new_down,
    .tree_count = tree_count,
    .balanced = balanced_new,
    .chain = chain_new,
    .drop = g_object_unref,
    .blob = blob_new,
    .element = element_new,
    .element_append = element_append,
    .element_remove = element_remove,
};

static const bench_work glib_works[] = {
    {"W1", "hot", "", w1_hot},        {"W1", "in-order", "", w1_sweep},
    {"W1", "shuffled", "", w1_sweep}, {"W2", "imm", "", w2_immediate},
    {"W2", "lifo", "", w2_lifo},      {"W2", "rand", "", w2_random},
    {"W3", "trees", "", bench_trees}, {"W6d", "gcbench", "", bench_gcbench},
    {"W8", "chain", "", bench_chain}, {"W9", "node", "", bench_bytes},
    {"NC", "grow", "", bench_grow},   {"NC", "churn", "", bench_churn},
    {"GR", "", "", bench_growing},    {"DOM", "document", "", bench_document},
};

static void glib_open(const bench_run *run) {
    (void)run;
}

static const char *glib_version_text(void) {
    static char text[32];
    snprintf(text, sizeof text, "GLib %u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
    return text;
}

int main(int argc, char **argv) {
    const bench_part parts[] = {{glib_works, BENCH_COUNT(glib_works), glib_open, &glib_ops, NULL}};
    const bench_peer peer = {parts, BENCH_COUNT(parts), glib_version_text};
    return bench_main(argc, argv, &peer);
}
