// SPDX-License-Identifier: MIT
// pause_cpython.c: the steps of P1 to P7 on CPython's C API: a static type with three slots that takes part in garbage
// collection, and has CPython's means against deep recursion. Fields of objects that nobody else has seen are stored
// directly.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "bench_pauses.h"

typedef struct linked {
    PyObject ob_base; // what PyObject_HEAD stands for
    PyObject *back, *next, *down;
} linked;

static int link_traverse(PyObject *o, visitproc visit, void *arg) {
    Py_VISIT(((linked *)o)->back);
    Py_VISIT(((linked *)o)->next);
    Py_VISIT(((linked *)o)->down);
    return 0;
}

static int link_clear(PyObject *o) {
    Py_CLEAR(((linked *)o)->back);
    Py_CLEAR(((linked *)o)->next);
    Py_CLEAR(((linked *)o)->down);
    return 0;
}

static void link_dealloc(PyObject *o) {
    PyObject_GC_UnTrack(o);
    Py_TRASHCAN_BEGIN(o, link_dealloc);
    Py_XDECREF(((linked *)o)->back);
    Py_XDECREF(((linked *)o)->next);
    Py_XDECREF(((linked *)o)->down);
    PyObject_GC_Del(o);
    Py_TRASHCAN_END;
}

static PyTypeObject link_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "bench.link",
    .tp_basicsize = sizeof(linked),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = link_traverse,
    .tp_clear = link_clear,
    .tp_dealloc = link_dealloc,
};

// Takes: steals both references.
static linked *link_new(void *back, void *down) {
    linked *o = PyObject_GC_New(linked, &link_type);
    o->back = back;
    o->next = NULL;
    o->down = down;
    PyObject_GC_Track((PyObject *)o);
    return o;
}

static PyObject *blob_new(size_t bytes) {
    PyObject *o = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)bytes);
    memset(PyBytes_AS_STRING(o), 0, bytes);
    return o;
}

static void *list_extend(void *list, size_t n, size_t payload) {
    linked *last = list;
    for (size_t i = 0; i < n; i++) {
        linked *o = link_new(last, payload ? blob_new(payload) : NULL);
        if (last)
            last->next = Py_NewRef((PyObject *)o);
        last = o;
    }
    return last;
}

static void link_hang(void *o, void *down) {
    ((linked *)o)->down = down;
}

// Dropped at once. The down of its first link is the session.
static void string_pass(PyObject *session) {
    linked *first = link_new(NULL, Py_NewRef(session)), *last = first;
    for (int i = 1; i < 10; i++) {
        last->next = (PyObject *)link_new(NULL, NULL);
        last = (linked *)last->next;
    }
    Py_DECREF(first);
}

static void *request(void *session) {
    for (int i = 0; i < 9; i++)
        string_pass(session);
    return list_extend(link_new(NULL, Py_NewRef((PyObject *)session)), 9, 0);
}

static void *tree_new(int depth) {
    linked *parent = link_new(NULL, NULL), *last = NULL;
    for (int i = 0; i < 10 && depth > 0; i++) {
        linked *child = tree_new(depth - 1);
        child->back = Py_NewRef((PyObject *)parent);
        if (last)
            last->next = (PyObject *)child;
        else
            parent->down = (PyObject *)child;
        last = child;
    }
    return parent;
}

static void cursor_set(linked **at, void *to) {
    Py_INCREF((PyObject *)to);
    Py_SETREF(*at, to);
}

static void *cursor_walk(void *cursor, void *root, size_t n) {
    linked *at = cursor ? cursor : (linked *)Py_NewRef((PyObject *)root);
    for (size_t i = 0; i < n; i++) {
        if (at->down) {
            cursor_set(&at, at->down);
            continue;
        }
        while (!at->next && at->back)
            cursor_set(&at, at->back);
        cursor_set(&at, at->next ? at->next : root);
    }
    return at;
}

static void cursor_renew(void *cursor) {
    linked *parent = (linked *)((linked *)cursor)->back, *old = parent ? (linked *)parent->next : NULL;
    int depth = old && old->down ? 1 : 0;
    if (!old || (depth && ((linked *)old->down)->down))
        return;
    linked *fresh = tree_new(depth);
    fresh->back = Py_NewRef(parent->back);
    fresh->next = old->next;
    old->next = NULL;
    Py_CLEAR(old->back);
    Py_SETREF(parent->next, (PyObject *)fresh);
}

static void pauses_open(const bench_run *run, void *runtime) {
    (void)run;
    (void)runtime;
    if (PyType_Ready(&link_type) < 0)
        bench_fail("a type is not accepted");
}

static const bench_work works[] = {
    {"P1", "server", "", bench_server},     {"P2", "", "", bench_grid},
    {"P3", "clinging", "", bench_clinging}, {"P4", "component", "", bench_component},
    {"P5", "cursor", "", bench_cursor},     {"P6", "swap", "", bench_swap},
    {"P7", "bursts", "", bench_bursts},
};

const bench_pauses bench_pauses_peer = {
    .open = pauses_open,
    .extend = list_extend,
    .hang = link_hang,
    .request = request,
    .tree = tree_new,
    .walk = cursor_walk,
    .renew = cursor_renew,
    .counts = 1,
    .works = works,
    .n_works = BENCH_COUNT(works),
};
