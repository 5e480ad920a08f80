// SPDX-License-Identifier: MIT
// work_ouro.c: the workloads on Ouro's public headers, as an interpreter's author would write them: a described type
// with two references, fields set by ouro_setref and its kin, and a list whose items are a described tail.
#include "bench_pauses.h"
#include "bench_std.h"

#include <ouro.h>
#include <stdio.h>
#include <string.h>

typedef struct node {
    ouro_obj head;
    ouro_obj *left, *right;
} node;

typedef struct element {
    ouro_obj head;
    ouro_obj *parent, *first, *last, *next;
} element;

typedef struct list {
    ouro_obj head;
    uint64_t n;
    ouro_obj **item;
} list;

static ouro_rt *rt;
static ouro_type node_type, element_type, list_type, block_type;

static node *node_new(void) {
    return ouro_new(rt, &node_type);
}

static void node_drop(void *o) {
    ouro_decref(o);
}

static void node_set(node *owner, ouro_obj **slot, node *v) {
    ouro_setref(&owner->head, slot, (ouro_obj *)v);
}

// Takes: v is stolen.
static void node_give(node *owner, ouro_obj **slot, node *v) {
    ouro_setref_steal(&owner->head, slot, (ouro_obj *)v);
}

// Takes: steals both references.
static node *node_of(node *left, node *right) {
    node *n = node_new();
    node_give(n, &n->left, left);
    node_give(n, &n->right, right);
    return n;
}

static void w1_hot(const bench_run *run) {
    ouro_obj *o = &node_new()->head;
    bench_use(o);
    double start = bench_now();
    for (size_t i = 0; i < run->n; i++) {
        ouro_incref(o);
        bench_use(o);
        ouro_decref(o);
    }
    bench_print_ns("pair", start, (double)run->n);
}

static void w1_sweep(const bench_run *run) {
    size_t n = run->n;
    ouro_obj **a = bench_array(n);
    for (size_t i = 0; i < n; i++)
        a[i] = &node_new()->head;
    if (strcmp(run->variant, "shuffled") == 0)
        bench_shuffle((void **)a, n);
    double start = bench_now();
    for (int sweep = 0; sweep < 20; sweep++) {
        for (size_t i = 0; i < n; i++) {
            ouro_incref(a[i]);
            bench_use(a[i]);
            ouro_decref(a[i]);
        }
    }
    bench_print_ns("pair", start, 20.0 * (double)n);
}

// Registers a type of so many bytes behind the header; a tracked one has a reference among them. Once in a process.
static void block_register(size_t bytes, int tracked) {
    static const ouro_field fields[] = {{sizeof(ouro_obj), "first", NULL}};
    ouro_type_init(&block_type, "block", sizeof(ouro_obj) + bytes);
    block_type.fields = fields;
    block_type.n_fields = tracked ? 1 : 0;
    if (ouro_type_register(rt, &block_type) < 0)
        bench_fail(ouro_error_message(rt));
}

static void w2_immediate(const bench_run *run) {
    block_register(run->size, bench_special(run, "tracked"));
    double start = bench_now();
    for (size_t i = 0; i < run->n; i++)
        ouro_decref(ouro_new(rt, &block_type));
    bench_print_ns("object", start, (double)run->n);
}

static void w2_lifo(const bench_run *run) {
    ouro_obj *a[1000];
    block_register(run->size, bench_special(run, "tracked"));
    double start = bench_now();
    for (size_t r = 0; r < run->n; r++) {
        for (size_t i = 0; i < 1000; i++)
            a[i] = ouro_new(rt, &block_type);
        for (size_t i = 1000; i-- > 0;)
            ouro_decref(a[i]);
    }
    bench_print_ns("object", start, 1000.0 * (double)run->n);
}

static void w2_random(const bench_run *run) {
    size_t n = 100000, *order = bench_order(n);
    ouro_obj **a = bench_array(n);
    block_register(run->size, bench_special(run, "tracked"));
    double start = bench_now();
    for (size_t r = 0; r < run->n; r++) {
        for (size_t i = 0; i < n; i++)
            a[i] = ouro_new(rt, &block_type);
        for (size_t i = 0; i < n; i++)
            ouro_decref(a[order[i]]);
    }
    bench_print_ns("object", start, (double)n * (double)run->n);
}

static void nodes_new(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = node_new();
}

static void *tree_new(int depth) {
    if (depth == 0)
        return node_new();
    node *left = tree_new(depth - 1), *right = tree_new(depth - 1);
    return node_of(left, right);
}

static void tree_populate(node *n, int depth) {
    if (depth == 0)
        return;
    node_give(n, &n->left, node_new());
    node_give(n, &n->right, node_new());
    tree_populate((node *)n->left, depth - 1);
    tree_populate((node *)n->right, depth - 1);
}

static void *tree_new_down(int depth) {
    node *n = node_new();
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
    return node_of(left, right);
}

static void *balanced_of(size_t n, void ***nodes) {
    if (n == 0)
        return NULL;
    size_t l = (n - 1) / 2;
    node *left = balanced_of(l, nodes), *right = balanced_of(n - 1 - l, nodes), *o = *(*nodes)++;
    node_give(o, &o->left, left);
    node_give(o, &o->right, right);
    return o;
}

static void *chain_new(size_t n) {
    node *head = NULL;
    for (size_t i = 0; i < n; i++)
        head = node_of(head, NULL);
    return head;
}

static void *blob_new(size_t bytes) {
    block_register(bytes, 0);
    return ouro_new(rt, &block_type);
}

static void collect(void) {
    ouro_gc_collect(rt, OURO_GC_FULL);
}

static void *ring_new(void *leaf) {
    node *first = node_new(), *last = first;
    ouro_setref(&first->head, &first->right, leaf);
    for (int i = 1; i < 10; i++) {
        node *n = node_new();
        ouro_setref(&n->head, &n->right, leaf);
        node_give(last, &last->left, n);
        last = n;
    }
    node_set(last, &last->left, first);
    return first;
}

static void linked_ring(void) {
    node *a[21];
    for (int i = 0; i < 21; i++)
        a[i] = node_new();
    for (int i = 0; i < 21; i++) {
        node_set(a[i], &a[i]->left, a[(i + 1) % 21]);
        node_set(a[i], &a[i]->right, a[(i + 20) % 21]);
    }
    for (int i = 0; i < 21; i++)
        node_drop(a[i]);
}

static void graph_link(void **a, size_t n) {
    for (size_t i = 0; i < n; i++) {
        node *o = a[i];
        node_set(o, &o->left, a[bench_below(n)]);
        node_set(o, &o->right, a[bench_below(n)]);
    }
}

// A list of n items, to be filled and then tracked.
static list *list_new(size_t n) {
    return ouro_new_untracked(rt, &list_type, n);
}

static void *levels_new(size_t n) {
    list *below = NULL;
    for (size_t i = 0; i < n; i++) {
        list *l = list_new(i);
        for (size_t k = 0; k < i; k++)
            l->item[k] = ouro_incref(&below->head);
        ouro_track(&l->head);
        ouro_xdecref((ouro_obj *)below);
        below = l;
    }
    return below;
}

static void *lists_new(size_t n) {
    list *outer = list_new(n);
    for (size_t i = 0; i < n; i++) {
        list *inner = list_new(n);
        for (size_t k = 0; k < n; k++)
            inner->item[k] = ouro_new_tail(rt, &list_type, 0);
        ouro_track(&inner->head);
        outer->item[i] = &inner->head;
    }
    ouro_track(&outer->head);
    return outer;
}

static size_t living(void) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    return usage.objects;
}

static int touch_visit(ouro_obj *o, void *arg) {
    (void)arg;
    ouro_incref(o);
    ouro_decref(o);
    return 0;
}

static void touch(void *root) {
    (void)root;
    ouro_gc_get_objects(rt, -1, touch_visit, NULL);
}

typedef struct root_array {
    void **item;
    size_t n;
} root_array;

static void root_visit(ouro_rt *of, ouro_visit visit, void *arg, void *user) {
    const root_array *a = user;
    (void)of;
    for (size_t i = 0; i < a->n; i++)
        if (a->item[i] && visit(a->item[i], arg))
            return;
}

static void root_add(void **a, size_t n) {
    static root_array arrays[4];
    static size_t used;
    if (used == BENCH_COUNT(arrays))
        bench_fail("too many arrays");
    arrays[used] = (root_array){a, n};
    if (ouro_root_visitor_add(rt, "roots", root_visit, &arrays[used++]) < 0)
        bench_fail(ouro_error_message(rt));
}

static void freeze(void) {
    ouro_gc_freeze(rt);
}

static void mix(void **live, size_t n, void **window, size_t at) {
    node *first = NULL, *last = NULL;
    for (int i = 0; i < 10; i++) {
        for (int k = 0; k < 9; k++) {
            node *o = node_new();
            node_set(o, &o->left, live[bench_below(n)]);
            ouro_setslot_steal((ouro_obj **)&window[at++ % BENCH_WINDOW], &o->head);
        }
        node *link = node_new();
        if (last)
            node_give(last, &last->left, link);
        else
            first = link;
        last = link;
    }
    node_set(last, &last->left, first);
    node_drop(first);
}

// Takes the child; its fields are empty but those for its own children.
static void element_append(void *parent, void *child) {
    element *p = parent, *c = child;
    ouro_setref(&c->head, &c->parent, &p->head);
    if (p->last)
        ouro_setref(p->last, &((element *)p->last)->next, &c->head);
    else
        ouro_setref(&p->head, &p->first, &c->head);
    ouro_setref_steal(&p->head, &p->last, &c->head);
}

static void element_remove(void *parent) {
    element *p = parent, *c = (element *)ouro_incref(p->first);
    ouro_setref(&p->head, &p->first, c->next);
    if (!p->first)
        ouro_setref(&p->head, &p->last, NULL);
    ouro_setref(&c->head, &c->next, NULL);
    ouro_setref(&c->head, &c->parent, NULL);
    ouro_decref(&c->head);
}

static void *element_new(int depth) {
    element *e = ouro_new(rt, &element_type);
    for (int i = 0; i < 10 && depth > 0; i++)
        element_append(e, element_new(depth - 1));
    return e;
}

static const bench_ops ouro_ops = {
    .nodes = nodes_new,
    .tree = tree_new,
    .tree_down = tree_new_down,
    .tree_count = tree_count,
    .balanced = balanced_new,
    .balanced_of = balanced_of,
    .chain = chain_new,
    .drop = node_drop,
    .blob = blob_new,
    .collect = collect,
    .ring = ring_new,
    .linked_ring = linked_ring,
    .graph = graph_link,
    .levels = levels_new,
    .lists = lists_new,
    .living = living,
    .touch = touch,
    .root = root_add,
    .freeze = freeze,
    .mix = mix,
    .element = element_new,
    .element_append = element_append,
    .element_remove = element_remove,
};

// The first runtime came from ouro_open. Memory is that of eight which are all alive.
static void rt_cycle(const bench_run *run) {
    double start = bench_now(), before;
    for (size_t i = 0; i < run->n; i++)
        ouro_rt_destroy(ouro_rt_create(NULL));
    bench_print("pair", (bench_now() - start) * 1e6 / (double)run->n, "us");
    before = bench_rss();
    for (int i = 0; i < 8; i++)
        if (!ouro_rt_create(NULL))
            bench_fail("no runtime");
    bench_print("memory", (bench_rss() - before) / 8 / 1024, "KiB");
}

// The runtime keeps the tree in a variable that it knows, and drops it when it ends.
static void rt_tiny(const bench_run *run) {
    double start = bench_now();
    for (size_t i = 0; i < run->n; i++) {
        ouro_obj *tree = NULL;
        rt = ouro_rt_create(NULL);
        if (ouro_type_register(rt, &node_type) < 0 || ouro_root_add(rt, "tree", &tree) < 0)
            bench_fail(ouro_error_message(rt));
        tree = balanced_new(run->size);
        if (ouro_rt_destroy(rt))
            bench_fail("there were objects left");
    }
    bench_print("cycle", (bench_now() - start) * 1e6 / (double)run->n, "us");
}

static const bench_work ouro_works[] = {
    {"W0", "nothing", "", bench_nothing},
    {"W1", "hot", "", w1_hot},
    {"W1", "in-order", "", w1_sweep},
    {"W1", "shuffled", "", w1_sweep},
    {"W2", "imm", "leaf tracked", w2_immediate},
    {"W2", "lifo", "leaf tracked", w2_lifo},
    {"W2", "rand", "leaf tracked", w2_random},
    {"W3", "trees", "auto off", bench_trees},
    {"W4", "rings", "", bench_rings},
    {"W5", "tree", "registered unregistered", bench_live_tree},
    {"W5", "graph", "registered unregistered held", bench_live_graph},
    {"W6a", "collections", "", bench_collections},
    {"W6b", "rings", "", bench_garbage},
    {"W6c", "levels", "", bench_levels},
    {"W6c", "lists", "", bench_lists},
    {"W6d", "gcbench", "", bench_gcbench},
    {"W7", "mutator", "registered unregistered", bench_mixed},
    {"W7", "steps", "registered unregistered", bench_steps},
    {"W8", "chain", "", bench_chain},
    {"W9", "node", "", bench_bytes},
    {"NC", "grow", "auto off", bench_grow},
    {"NC", "churn", "auto off", bench_churn},
    {"GR", "", "registered", bench_growing},
    {"FK", "collected", "registered unregistered", bench_fork},
    {"FK", "frozen", "registered unregistered", bench_fork},
    {"DOM", "document", "registered", bench_document},
    {"RT", "create+destroy", "", rt_cycle},
    {"TR", "tiny", "", rt_tiny},
};

static void ouro_open(const bench_run *run) {
    static const ouro_field node_fields[] = {OURO_FIELD(node, left), OURO_FIELD(node, right)};
    static const ouro_field element_fields[] = {OURO_FIELD(element, parent), OURO_FIELD(element, first),
                                                OURO_FIELD(element, last), OURO_FIELD(element, next)};
    rt = ouro_rt_create(NULL);
    if (!rt)
        bench_fail("no runtime");
    ouro_type_init(&node_type, "node", sizeof(node));
    node_type.fields = node_fields;
    node_type.n_fields = 2;
    ouro_type_init(&element_type, "element", sizeof(element));
    element_type.fields = element_fields;
    element_type.n_fields = 4;
    ouro_type_init(&list_type, "list", sizeof(list));
    list_type.tail.place = OURO_TAIL_POINTER;
    list_type.tail.items = offsetof(list, item);
    list_type.tail.count = offsetof(list, n);
    list_type.tail.count_bytes = sizeof(uint64_t);
    list_type.tail.stride = sizeof(ouro_obj *);
    if (ouro_type_register(rt, &node_type) < 0 || ouro_type_register(rt, &element_type) < 0 ||
        ouro_type_register(rt, &list_type) < 0)
        bench_fail(ouro_error_message(rt));
    if (!run->collects)
        ouro_gc_disable(rt);
}

static const char *ouro_version_text(void) {
    static char text[32];
    snprintf(text, sizeof text, "Ouro %s", ouro_version());
    return text;
}

static void std_open(const bench_run *run) {
    ouro_open(run);
    run->std->open(rt);
}

static void pauses_open(const bench_run *run) {
    ouro_open(run);
    bench_pauses_peer.open(run, rt);
}

int main(int argc, char **argv) {
    const bench_part parts[] = {{ouro_works, BENCH_COUNT(ouro_works), ouro_open, &ouro_ops, NULL},
                                bench_pauses_part(&bench_pauses_peer, pauses_open, &ouro_ops),
                                bench_std_part(std_open),
                                bench_keyed_part(std_open)};
    const bench_peer peer = {parts, BENCH_COUNT(parts), ouro_version_text};
    return bench_main(argc, argv, &peer);
}
