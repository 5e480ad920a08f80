// SPDX-License-Identifier: MIT
// work_cpython.c: the workloads on CPython's C API, as an extension module would write them: a static type with two
// slots that takes part in garbage collection, and the built-in list where a workload wants lists.
// Written for CPython 3.11. From 3.12 on automatic collection starts only in the interpreter's loop, so that a C
// program never collects: figures of the rows that collect automatically would mean nothing there.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "bench_pauses.h"
#include "bench_std.h"

typedef struct node {
    PyObject ob_base; // what PyObject_HEAD stands for
    PyObject *left, *right;
} node;

static int node_traverse(PyObject *o, visitproc visit, void *arg) {
    Py_VISIT(((node *)o)->left);
    Py_VISIT(((node *)o)->right);
    return 0;
}

static int node_clear(PyObject *o) {
    Py_CLEAR(((node *)o)->left);
    Py_CLEAR(((node *)o)->right);
    return 0;
}

static void node_dealloc(PyObject *o) {
    PyObject_GC_UnTrack(o);
    Py_XDECREF(((node *)o)->left);
    Py_XDECREF(((node *)o)->right);
    PyObject_GC_Del(o);
}

static PyTypeObject node_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "bench.node",
    .tp_basicsize = sizeof(node),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = node_traverse,
    .tp_clear = node_clear,
    .tp_dealloc = node_dealloc,
};

// The same with CPython's means against deep recursion, which a chain of ten million needs.
static void link_dealloc(PyObject *o) {
    PyObject_GC_UnTrack(o);
    Py_TRASHCAN_BEGIN(o, link_dealloc);
    Py_XDECREF(((node *)o)->left);
    Py_XDECREF(((node *)o)->right);
    PyObject_GC_Del(o);
    Py_TRASHCAN_END;
}

static PyTypeObject link_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "bench.link",
    .tp_basicsize = sizeof(node),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = node_traverse,
    .tp_clear = node_clear,
    .tp_dealloc = link_dealloc,
};

typedef struct element {
    PyObject ob_base;
    PyObject *parent, *first, *last, *next;
} element;

static int element_traverse(PyObject *o, visitproc visit, void *arg) {
    Py_VISIT(((element *)o)->parent);
    Py_VISIT(((element *)o)->first);
    Py_VISIT(((element *)o)->last);
    Py_VISIT(((element *)o)->next);
    return 0;
}

static int element_clear(PyObject *o) {
    Py_CLEAR(((element *)o)->parent);
    Py_CLEAR(((element *)o)->first);
    Py_CLEAR(((element *)o)->last);
    Py_CLEAR(((element *)o)->next);
    return 0;
}

// Siblings are long enough a chain for the means against deep recursion.
static void element_dealloc(PyObject *o) {
    PyObject_GC_UnTrack(o);
    Py_TRASHCAN_BEGIN(o, element_dealloc);
    element_clear(o);
    PyObject_GC_Del(o);
    Py_TRASHCAN_END;
}

static PyTypeObject element_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "bench.element",
    .tp_basicsize = sizeof(element),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = element_traverse,
    .tp_clear = element_clear,
    .tp_dealloc = element_dealloc,
};

// Takes: steals both references.
static PyObject *node_new_of(PyTypeObject *type, PyObject *left, PyObject *right) {
    node *n = PyObject_GC_New(node, type);
    n->left = left;
    n->right = right;
    PyObject_GC_Track(n);
    return (PyObject *)n;
}

static PyObject *node_new(PyObject *left, PyObject *right) {
    return node_new_of(&node_type, left, right);
}

static void w1_hot(const bench_run *run) {
    size_t n = run->n;
    PyObject *o = node_new(NULL, NULL);
    bench_use(o);
    double start = bench_now();
    for (size_t i = 0; i < n; i++) {
        Py_INCREF(o);
        bench_use(o);
        Py_DECREF(o);
    }
    bench_print_ns("pair", start, (double)n);
}

static void w1_sweep(const bench_run *run) {
    size_t n = run->n;
    PyObject **a = bench_array(n);
    for (size_t i = 0; i < n; i++)
        a[i] = node_new(NULL, NULL);
    if (strcmp(run->variant, "shuffled") == 0)
        bench_shuffle((void **)a, n);
    double start = bench_now();
    for (int sweep = 0; sweep < 20; sweep++) {
        for (size_t i = 0; i < n; i++) {
            Py_INCREF(a[i]);
            bench_use(a[i]);
            Py_DECREF(a[i]);
        }
    }
    bench_print_ns("pair", start, 20.0 * (double)n);
}

static int block_traverse(PyObject *o, visitproc visit, void *arg) {
    (void)o;
    (void)visit;
    (void)arg;
    return 0;
}

static void block_dealloc_plain(PyObject *o) {
    PyObject_Free(o);
}

static void block_dealloc_gc(PyObject *o) {
    PyObject_GC_UnTrack(o);
    PyObject_GC_Del(o);
}

// Readies a type of so many bytes behind the header, with or without garbage collection.
static PyTypeObject *block_type(size_t payload, int gc) {
    static PyTypeObject type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "bench.block"};
    type.tp_basicsize = (Py_ssize_t)(sizeof(PyObject) + payload);
    type.tp_flags = Py_TPFLAGS_DEFAULT | (gc ? Py_TPFLAGS_HAVE_GC : 0);
    type.tp_traverse = gc ? block_traverse : NULL;
    type.tp_dealloc = gc ? block_dealloc_gc : block_dealloc_plain;
    if (PyType_Ready(&type) < 0)
        bench_fail("a type is not accepted");
    return &type;
}

static PyObject *block_new(PyTypeObject *type, int gc) {
    if (!gc)
        return PyObject_New(PyObject, type);
    PyObject *o = PyObject_GC_New(PyObject, type);
    PyObject_GC_Track(o);
    return o;
}

static void w2_immediate(const bench_run *run) {
    size_t n = run->n;
    int gc = bench_special(run, "tracked");
    PyTypeObject *type = block_type(run->size, gc);
    double start = bench_now();
    for (size_t i = 0; i < n; i++)
        Py_DECREF(block_new(type, gc));
    bench_print_ns("object", start, (double)n);
}

static void w2_lifo(const bench_run *run) {
    size_t rounds = run->n;
    int gc = bench_special(run, "tracked");
    PyTypeObject *type = block_type(run->size, gc);
    PyObject *a[1000];
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < 1000; i++)
            a[i] = block_new(type, gc);
        for (size_t i = 1000; i-- > 0;)
            Py_DECREF(a[i]);
    }
    bench_print_ns("object", start, 1000.0 * (double)rounds);
}

static void w2_random(const bench_run *run) {
    size_t n = 100000, rounds = run->n;
    int gc = bench_special(run, "tracked");
    PyTypeObject *type = block_type(run->size, gc);
    PyObject **a = bench_array(n);
    size_t *order = bench_order(n);
    double start = bench_now();
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < n; i++)
            a[i] = block_new(type, gc);
        for (size_t i = 0; i < n; i++)
            Py_DECREF(a[order[i]]);
    }
    bench_print_ns("object", start, (double)n * (double)rounds);
}

static void node_drop(void *o) {
    Py_DECREF(o);
}

static void nodes_new(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = node_new(NULL, NULL);
}

static void *tree_new(int depth) {
    if (depth == 0)
        return node_new(NULL, NULL);
    PyObject *left = tree_new(depth - 1), *right = tree_new(depth - 1);
    return node_new(left, right);
}

static void tree_populate(node *n, int depth) {
    if (depth == 0)
        return;
    n->left = node_new(NULL, NULL);
    n->right = node_new(NULL, NULL);
    tree_populate((node *)n->left, depth - 1);
    tree_populate((node *)n->right, depth - 1);
}

static void *tree_new_down(int depth) {
    PyObject *o = node_new(NULL, NULL);
    tree_populate((node *)o, depth);
    return o;
}

static size_t tree_count(void *tree) {
    node *n = tree;
    return n->left ? 1 + tree_count(n->left) + tree_count(n->right) : 1;
}

static void *balanced_new(size_t n) {
    if (n == 0)
        return NULL;
    size_t l = (n - 1) / 2;
    PyObject *left = balanced_new(l), *right = balanced_new(n - 1 - l);
    return node_new(left, right);
}

static void *balanced_of(size_t n, void ***nodes) {
    if (n == 0)
        return NULL;
    size_t l = (n - 1) / 2;
    PyObject *left = balanced_of(l, nodes), *right = balanced_of(n - 1 - l, nodes);
    node *o = *(*nodes)++;
    o->left = left;
    o->right = right;
    return o;
}

// With CPython's means against deep recursion.
static void *chain_new(size_t n) {
    PyObject *head = NULL;
    for (size_t i = 0; i < n; i++)
        head = node_new_of(&link_type, head, NULL);
    return head;
}

static void *blob_new(size_t bytes) {
    PyObject *o = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)bytes);
    memset(PyBytes_AS_STRING(o), 0, bytes);
    return o;
}

// PyGC_Collect does nothing while the collector is disabled.
static void collect(void) {
    int was_enabled = PyGC_Enable();
    PyGC_Collect();
    if (!was_enabled)
        PyGC_Disable();
}

static void *ring_new(void *leaf) {
    PyObject *first = node_new(NULL, Py_NewRef(leaf)), *last = first;
    for (int i = 1; i < 10; i++) {
        PyObject *n = node_new(NULL, Py_NewRef(leaf));
        ((node *)last)->left = n;
        last = n;
    }
    ((node *)last)->left = Py_NewRef(first);
    return first;
}

static void linked_ring(void) {
    PyObject *a[21];
    for (int i = 0; i < 21; i++)
        a[i] = node_new(NULL, NULL);
    for (int i = 0; i < 21; i++) {
        ((node *)a[i])->left = Py_NewRef(a[(i + 1) % 21]);
        ((node *)a[i])->right = Py_NewRef(a[(i + 20) % 21]);
    }
    for (int i = 0; i < 21; i++)
        Py_DECREF(a[i]);
}

static void graph_link(void **a, size_t n) {
    for (size_t i = 0; i < n; i++) {
        node *o = a[i];
        o->left = Py_NewRef(a[bench_below(n)]);
        o->right = Py_NewRef(a[bench_below(n)]);
    }
}

static void *levels_new(size_t n) {
    PyObject *below = NULL;
    for (Py_ssize_t i = 0; i < (Py_ssize_t)n; i++) {
        PyObject *list = PyList_New(i);
        for (Py_ssize_t k = 0; k < i; k++)
            PyList_SET_ITEM(list, k, Py_NewRef(below));
        Py_XDECREF(below);
        below = list;
    }
    return below;
}

static void *lists_new(size_t count) {
    Py_ssize_t n = (Py_ssize_t)count;
    PyObject *outer = PyList_New(n);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *list = PyList_New(n);
        for (Py_ssize_t k = 0; k < n; k++)
            PyList_SET_ITEM(list, k, PyList_New(0));
        PyList_SET_ITEM(outer, i, list);
    }
    return outer;
}

// Blocks of memory, which is close enough.
static size_t living(void) {
    PyObject *blocks = PyObject_CallNoArgs(PySys_GetObject("getallocatedblocks"));
    size_t n = PyLong_AsSize_t(blocks);
    Py_DECREF(blocks);
    return n;
}

// As gc.freeze() does, which has no name in C.
static void freeze(void) {
    PyObject *gc = PyImport_ImportModule("gc");
    Py_DECREF(PyObject_CallMethod(gc, "freeze", NULL));
    Py_DECREF(gc);
}

static void mix(void **live, size_t n, void **window, size_t at) {
    PyObject *first = NULL, *last = NULL;
    for (int i = 0; i < 10; i++) {
        for (int k = 0; k < 9; k++) {
            PyObject **place = (PyObject **)&window[at++ % BENCH_WINDOW];
            Py_XSETREF(*place, node_new(Py_NewRef(live[bench_below(n)]), NULL));
        }
        PyObject *link = node_new(NULL, NULL);
        if (last)
            ((node *)last)->left = link;
        else
            first = link;
        last = link;
    }
    ((node *)last)->left = Py_NewRef(first);
    Py_DECREF(first);
}

// Takes the child; its slots are empty but those for its own children.
static void element_append(void *parent, void *child) {
    element *p = parent, *c = child;
    c->parent = Py_NewRef(parent);
    if (p->last)
        ((element *)p->last)->next = Py_NewRef(child);
    else
        p->first = Py_NewRef(child);
    Py_XSETREF(p->last, child);
}

static void element_remove(void *parent) {
    element *p = parent, *c = (element *)p->first;
    p->first = c->next;
    c->next = NULL;
    if (!p->first)
        Py_CLEAR(p->last);
    Py_CLEAR(c->parent);
    Py_DECREF(c);
}

static void *element_new(int depth) {
    element *e = PyObject_GC_New(element, &element_type);
    e->parent = e->first = e->last = e->next = NULL;
    PyObject_GC_Track(e);
    for (int i = 0; i < 10 && depth > 0; i++)
        element_append(e, element_new(depth - 1));
    return e;
}

static void interpreter_open(void) {
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    PyStatus status = Py_InitializeFromConfig(&config);
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);
    PyConfig_Clear(&config);
}

// The first one came from cpython_open; it goes too.
static void rt_cycle(const bench_run *run) {
    Py_FinalizeEx();
    double start = bench_now();
    for (size_t i = 0; i < run->n; i++) {
        interpreter_open();
        Py_FinalizeEx();
    }
    bench_print("pair", (bench_now() - start) * 1e6 / (double)run->n, "us");
}

// A runtime beside others is a subinterpreter.
static void rt_tiny(const bench_run *run) {
    PyThreadState *outer = PyThreadState_Get();
    double start = bench_now();
    for (size_t i = 0; i < run->n; i++) {
        PyThreadState *inner = Py_NewInterpreter();
        PyObject *tree = balanced_new(run->size);
        Py_DECREF(tree);
        Py_EndInterpreter(inner);
        PyThreadState_Swap(outer);
    }
    bench_print("cycle", (bench_now() - start) * 1e6 / (double)run->n, "us");
}

static const bench_ops cpython_ops = {
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
    .freeze = freeze,
    .mix = mix,
    .element = element_new,
    .element_append = element_append,
    .element_remove = element_remove,
};

static const bench_work cpython_works[] = {
    {"W0", "nothing", "", bench_nothing},
    {"W1", "hot", "", w1_hot},
    {"W1", "in-order", "", w1_sweep},
    {"W1", "shuffled", "", w1_sweep},
    {"W2", "imm", "leaf tracked", w2_immediate},
    {"W2", "lifo", "leaf tracked", w2_lifo},
    {"W2", "rand", "leaf tracked", w2_random},
    {"W3", "trees", "auto off", bench_trees},
    {"W4", "rings", "", bench_rings},
    {"W5", "tree", "", bench_live_tree},
    {"W5", "graph", " held", bench_live_graph},
    {"W6a", "collections", "", bench_collections},
    {"W6b", "rings", "", bench_garbage},
    {"W6c", "levels", "", bench_levels},
    {"W6c", "lists", "", bench_lists},
    {"W6d", "gcbench", "", bench_gcbench},
    {"W7", "mutator", "", bench_mixed},
    {"W7", "steps", "", bench_steps},
    {"W8", "chain", "", bench_chain},
    {"W9", "node", "", bench_bytes},
    {"NC", "grow", "auto off", bench_grow},
    {"NC", "churn", "auto off", bench_churn},
    {"GR", "", "", bench_growing},
    {"FK", "collected", "", bench_fork},
    {"FK", "frozen", "", bench_fork},
    {"DOM", "document", "", bench_document},
    {"RT", "create+destroy", "", rt_cycle},
    {"TR", "tiny", "", rt_tiny},
};

static void cpython_open(const bench_run *run) {
    interpreter_open();
    if (PyType_Ready(&node_type) < 0 || PyType_Ready(&link_type) < 0 || PyType_Ready(&element_type) < 0)
        bench_fail("a type is not accepted");
    if (!run->collects)
        PyGC_Disable();
}

static const char *cpython_version(void) {
    return "CPython " PY_VERSION;
}

static void pauses_open(const bench_run *run) {
    cpython_open(run);
    bench_pauses_peer.open(run, NULL);
}

int main(int argc, char **argv) {
    const bench_part parts[] = {{cpython_works, BENCH_COUNT(cpython_works), cpython_open, &cpython_ops, NULL},
                                bench_pauses_part(&bench_pauses_peer, pauses_open, &cpython_ops),
                                bench_std_part(cpython_open)};
    const bench_peer peer = {parts, BENCH_COUNT(parts), cpython_version};
    return bench_main(argc, argv, &peer);
}
