// SPDX-License-Identifier: MIT
// std_cpython.c: the standard objects of CPython by its C API, as an extension module would use them; see bench_std.h.
// Classes are what a class statement makes.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <malloc.h>

#include "bench_std.h"

static void *must(void *o) {
    if (!o) {
        PyErr_Print();
        bench_fail("CPython has failed");
    }
    return o;
}

static void done(int result) {
    must(result < 0 ? NULL : Py_None);
}

static inline void take_and_drop(PyObject *o) {
    Py_INCREF(o);
    bench_use(o);
    Py_DECREF(o);
}

static void *integer_new(int64_t value) {
    return must(PyLong_FromLongLong(value));
}

static void *product_new(void *a, void *b) {
    return must(PyNumber_Multiply(a, b));
}

static void *real_new(double value) {
    return must(PyFloat_FromDouble(value));
}

static void *str_new(const char *text) {
    return must(PyUnicode_FromString(text));
}

static void *interned_new(const char *text) {
    return must(PyUnicode_InternFromString(text));
}

// ---- containers ----

static void *list_build(void **items, size_t n) {
    PyObject *list = must(PyList_New(0));
    for (size_t i = 0; i < n; i++)
        done(PyList_Append(list, items[i]));
    return list;
}

static void *list_of(void **items, size_t n) {
    PyObject *list = must(PyList_New((Py_ssize_t)n));
    for (size_t i = 0; i < n; i++)
        PyList_SET_ITEM(list, (Py_ssize_t)i, Py_NewRef(items[i]));
    return list;
}

static void list_read(void *box, void **items, const size_t *order, size_t n) {
    (void)items;
    for (size_t i = 0; i < n; i++)
        take_and_drop(PyList_GET_ITEM((PyObject *)box, (Py_ssize_t)order[i]));
}

static void list_update(void *box, void **items, const size_t *order, size_t n) {
    for (size_t i = 0; i < n; i++)
        done(PyList_SetItem(box, (Py_ssize_t)order[i], Py_NewRef(items[i])));
}

static void list_sort(void *list) {
    done(PyList_Sort(list));
}

static void *tuple_build(void **items, size_t n) {
    PyObject *tuple = must(PyTuple_New((Py_ssize_t)n));
    for (size_t i = 0; i < n; i++)
        PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, Py_NewRef(items[i]));
    return tuple;
}

static void tuple_read(void *box, void **items, const size_t *order, size_t n) {
    (void)items;
    for (size_t i = 0; i < n; i++)
        take_and_drop(PyTuple_GET_ITEM((PyObject *)box, (Py_ssize_t)order[i]));
}

static void *dict_build(void **items, size_t n) {
    PyObject *dict = must(PyDict_New());
    for (size_t i = 0; i < n; i++)
        done(PyDict_SetItem(dict, items[i], items[i]));
    return dict;
}

static void dict_read(void *box, void **items, const size_t *order, size_t n) {
    (void)order;
    for (size_t i = 0; i < n; i++)
        take_and_drop(must(PyDict_GetItemWithError(box, items[i])));
}

static void dict_update(void *box, void **items, const size_t *order, size_t n) {
    (void)order;
    for (size_t i = 0; i < n; i++)
        done(PyDict_SetItem(box, items[i], items[i ? i - 1 : n - 1]));
}

static void *set_build(void **items, size_t n) {
    PyObject *set = must(PySet_New(NULL));
    for (size_t i = 0; i < n; i++)
        done(PySet_Add(set, items[i]));
    return set;
}

static void set_read(void *box, void **items, const size_t *order, size_t n) {
    (void)order;
    for (size_t i = 0; i < n; i++)
        if (PySet_Contains(box, items[i]) != 1)
            bench_fail("an item is lost");
}

static void set_update(void *box, void **items, const size_t *order, size_t n) {
    (void)order;
    for (size_t i = 0; i < n; i++) {
        done(PySet_Discard(box, items[i]));
        done(PySet_Add(box, items[i]));
    }
}

// ---- texts ----

static void *text_append(void **pieces, size_t n) {
    PyObject *text = must(PyUnicode_FromString(""));
    for (size_t i = 0; i < n; i++) {
        PyUnicode_Append(&text, pieces[i]);
        must(text);
    }
    return text;
}

static void *text_join(void *list) {
    PyObject *empty = must(PyUnicode_FromString("")), *text = must(PyUnicode_Join(empty, list));
    Py_DECREF(empty);
    return text;
}

// A list that is joined at the end: what CPython's users are told to do.
static void *text_build(void **pieces, size_t n) {
    PyObject *list = list_build(pieces, n), *text = text_join(list);
    Py_DECREF(list);
    return text;
}

static void strs_new(void **a, const char *text, size_t n) {
    size_t size = strlen(text);
    for (size_t i = 0; i < n; i++)
        a[i] = must(PyUnicode_FromStringAndSize(text, (Py_ssize_t)size));
}

static void strs_hash(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (PyObject_Hash(a[i]) == -1)
            bench_fail("no hash");
}

static void strs_intern(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        PyUnicode_InternInPlace((PyObject **)&a[i]);
}

static void texts_intern(void **a, const char (*text)[BENCH_TEXT], size_t n) {
    for (size_t i = 0; i < n; i++)
        a[i] = must(PyUnicode_InternFromString(text[i]));
}

// ---- instances and calls ----

static PyObject *name[3];

// The class C of a piece of source.
static void *class_new(const char *source) {
    static const char *const names[3] = {"x", "y", "z"};
    PyObject *globals = must(PyDict_New());
    for (int i = 0; i < 3; i++)
        name[i] = interned_new(names[i]);
    Py_DECREF(must(PyRun_String(source, Py_file_input, globals, globals)));
    return must(PyDict_GetItemString(globals, "C"));
}

static void *plain_class_new(void) {
    return class_new("class C:\n    pass\n");
}

static void *slots_class_new(void) {
    return class_new("class C:\n    __slots__ = ('x', 'y', 'z')\n");
}

static void instance_set(PyObject *o, void **value) {
    done(PyObject_SetAttr(o, name[0], value[0]));
    done(PyObject_SetAttr(o, name[1], value[1]));
    done(PyObject_SetAttr(o, name[2], value[2]));
}

static void instances_new(void **a, void *of_class, void **value, size_t n) {
    for (size_t i = 0; i < n; i++) {
        a[i] = must(PyObject_CallNoArgs(of_class));
        instance_set(a[i], value);
    }
}

static void instances_get(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            Py_DECREF(must(PyObject_GetAttr(a[i], name[k])));
}

static void instances_set(void **a, void **value, size_t n) {
    for (size_t i = 0; i < n; i++)
        instance_set(a[i], value);
}

static PyObject *first_of_two(PyObject *self, PyObject *const *args, Py_ssize_t n) {
    (void)self;
    if (!_PyArg_CheckPositional("first", n, 2, 2))
        return NULL;
    return Py_NewRef(args[0]);
}

static void *native_new(void) {
    static PyMethodDef method = {"first", (PyCFunction)(void (*)(void))first_of_two, METH_FASTCALL, NULL};
    return must(PyCFunction_New(&method, NULL));
}

static void native_call(void *function, void **args, size_t n) {
    for (size_t i = 0; i < n; i++)
        Py_DECREF(must(PyObject_Vectorcall(function, (PyObject *const *)args, 2, NULL)));
}

// ---- ints ----

static void ints_add(void **a, void **b, size_t n) {
    for (size_t i = 0; i < n; i++)
        Py_DECREF(must(PyNumber_Add(a[i], b[i])));
}

static void ints_multiply(void **a, void **b, size_t n) {
    for (size_t i = 0; i < n; i++)
        Py_DECREF(must(PyNumber_Multiply(a[i], b[i])));
}

static void ints_divide(void **a, void **b, size_t n) {
    for (size_t i = 0; i < n; i++)
        Py_DECREF(must(PyNumber_FloorDivide(a[i], b[i])));
}

static void ints_less(void **a, void **b, size_t n) {
    for (size_t i = 0; i < n; i++)
        done(PyObject_RichCompareBool(a[i], b[i], Py_LT));
}

static void ints_text(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        Py_DECREF(must(PyObject_Str(a[i])));
}

static void *int_parsed(const char *digits) {
    return must(PyLong_FromString(digits, NULL, 10));
}

static void drop_all(void **a, size_t n) {
    for (size_t i = 0; i < n; i++)
        Py_DECREF((PyObject *)a[i]);
}

// ---- bytes of blocks ----

// Stands before each block that was allocated while blocks are counted. The mark, which depends on where it is, tells
// such blocks from older ones.
typedef struct counted {
    uint64_t mark, bytes;
} counted;

static PyMemAllocatorEx below_objects, below_memory;
static size_t bytes_in_use;

static uint64_t mark_of(const counted *c) {
    return (uint64_t)(uintptr_t)c ^ 0x9E3779B97F4A7C15u;
}

// What the block would take without its mark: CPython's allocator rounds up to 16 bytes, and hands requests over 512
// bytes on to malloc.
static void *counted_begin(counted *c, size_t n) {
    if (!c)
        return NULL;
    c->mark = mark_of(c);
    c->bytes = n <= 512 ? ((n ? n : 1) + 15) / 16 * 16 : malloc_usable_size(c) - sizeof *c + sizeof(size_t);
    bytes_in_use += c->bytes;
    return c + 1;
}

static void *counted_malloc(void *below, size_t n) {
    PyMemAllocatorEx *b = below;
    return counted_begin(b->malloc(b->ctx, n + sizeof(counted)), n);
}

static void *counted_calloc(void *below, size_t items, size_t size) {
    PyMemAllocatorEx *b = below;
    return counted_begin(b->calloc(b->ctx, 1, items * size + sizeof(counted)), items * size);
}

static void counted_free(void *below, void *p) {
    PyMemAllocatorEx *b = below;
    counted *c = (counted *)p - 1;
    if (p && c->mark == mark_of(c)) {
        bytes_in_use -= c->bytes;
        c->mark = 0;
        p = c;
    }
    b->free(b->ctx, p);
}

static void *counted_realloc(void *below, void *p, size_t n) {
    PyMemAllocatorEx *b = below;
    counted *c = (counted *)p - 1;
    if (!p)
        return counted_malloc(below, n);
    if (c->mark != mark_of(c))
        return b->realloc(b->ctx, p, n);
    bytes_in_use -= c->bytes;
    return counted_begin(b->realloc(b->ctx, c, n + sizeof(counted)), n);
}

static void count_blocks(PyMemAllocatorDomain domain, PyMemAllocatorEx *below) {
    PyMemAllocatorEx counting = {below, counted_malloc, counted_calloc, counted_realloc, counted_free};
    PyMem_GetAllocator(domain, below);
    PyMem_SetAllocator(domain, &counting);
}

// Counts from the first call on.
static size_t bytes_counted(void) {
    static int counts;
    if (!counts) {
        counts = 1;
        count_blocks(PYMEM_DOMAIN_OBJ, &below_objects);
        count_blocks(PYMEM_DOMAIN_MEM, &below_memory);
    }
    return bytes_in_use;
}

const bench_std bench_std_peer = {
    .integer = integer_new,
    .product = product_new,
    .real = real_new,
    .str = str_new,
    .interned = interned_new,
    .native = native_new,
    .plain_class = plain_class_new,
    .slots_class = slots_class_new,
    .list = {list_build, list_read, list_update},
    .tuple = {tuple_build, tuple_read, NULL},
    .dict = {dict_build, dict_read, dict_update},
    .set = {set_build, set_read, set_update},
    .list_of = list_of,
    .sort = list_sort,
    .append = text_append,
    .builder = text_build,
    .join = text_join,
    .strs = strs_new,
    .hash = strs_hash,
    .intern = strs_intern,
    .intern_text = texts_intern,
    .instances = instances_new,
    .get = instances_get,
    .set_all = instances_set,
    .call = native_call,
    .add = ints_add,
    .multiply = ints_multiply,
    .divide = ints_divide,
    .less = ints_less,
    .text_of = ints_text,
    .parsed = int_parsed,
    .drop = drop_all,
    .bytes = bytes_counted,
};
