// SPDX-License-Identifier: MIT
// nd_cursor.c: goes through a view in order, block by block. A view whose elements lie side by side is read in place.
#include "ndarray.h"

// Takes away the dimensions of 1, and makes two one where the outer one's stride is the whole length of the inner one.
static void walk_simplify(nd_view *v, const nd_view *from) {
    *v = *from;
    v->dims = 0;
    for (size_t i = 0; i < from->dims; i++) {
        size_t outer = v->dims - 1;
        if (from->shape[i] == 1)
            continue;
        if (v->dims && v->strides[outer] == from->strides[i] * (ptrdiff_t)from->shape[i]) {
            v->shape[outer] *= from->shape[i];
            v->strides[outer] = from->strides[i];
            continue;
        }
        v->shape[v->dims] = from->shape[i];
        v->strides[v->dims++] = from->strides[i];
    }
}

static void walk_open(nd_walk *w, const nd_view *view) {
    walk_simplify(&w->view, view);
    memset(w->index, 0, sizeof w->index);
    w->constant = !w->view.dims || (w->view.dims == 1 && !w->view.strides[0]);
    w->dense = w->view.dims == 1 && w->view.strides[0] == (ptrdiff_t)ouro_dtype_size(view->dtype);
}

// The innermost dimension has come to its end: goes on with the next outer one.
static void walk_carry(nd_walk *w) {
    nd_view *v = &w->view;
    for (size_t i = v->dims - 1; w->index[i] == v->shape[i]; i--) {
        v->data -= (ptrdiff_t)v->shape[i] * v->strides[i];
        w->index[i] = 0;
        if (!i)
            return;
        w->index[i - 1]++;
        v->data += v->strides[i - 1];
    }
}

// Copies n elements, a stride apart on each side; the size is a constant where this is inlined.
FOLDED void copy_apart(char *to, ptrdiff_t to_stride, const char *from, ptrdiff_t from_stride, size_t n, size_t size) {
    for (; n; n--, to += to_stride, from += from_stride)
        memcpy(to, from, size);
}

static void copy_strided(char *to, ptrdiff_t to_stride, const char *from, ptrdiff_t from_stride, size_t n,
                         size_t size) {
    if (to_stride == (ptrdiff_t)size && from_stride == (ptrdiff_t)size)
        memcpy(to, from, n * size);
    else if (size == 8)
        copy_apart(to, to_stride, from, from_stride, n, 8);
    else if (size == 4)
        copy_apart(to, to_stride, from, from_stride, n, 4);
    else
        copy_apart(to, to_stride, from, from_stride, n, size);
}

// How many of n elements the innermost dimension has left.
static size_t walk_run(const nd_walk *w, size_t n) {
    size_t left = w->view.shape[w->view.dims - 1] - w->index[w->view.dims - 1];
    return left < n ? left : n;
}

static void walk_step(nd_walk *w, size_t n) {
    size_t inner = w->view.dims - 1;
    w->index[inner] += n;
    w->view.data += (ptrdiff_t)n * w->view.strides[inner];
    walk_carry(w);
}

// ---- reading ----

void ouroi_cursor_open(nd_cursor *c, const nd_view *view, ouro_dtype to) {
    walk_open(&c->walk, view);
    c->to = to;
    c->filled = false;
}

static void cursor_gather(nd_walk *w, char *to, size_t n) {
    size_t size = ouro_dtype_size(w->view.dtype);
    for (size_t run; n; n -= run, to += run * size) {
        run = walk_run(w, n);
        copy_strided(to, (ptrdiff_t)size, w->view.data, w->view.strides[w->view.dims - 1], run, size);
        walk_step(w, run);
    }
}

static const char *cursor_constant(nd_cursor *c) {
    if (!c->filled) {
        ouroi_elems_widen(c->to, c->out, c->walk.view.dtype, c->walk.view.data, 1);
        ouroi_elems_fill(c->to, c->out, BLOCK);
        c->filled = true;
    }
    return c->out;
}

const char *ouroi_cursor_next(nd_cursor *c, size_t n) {
    nd_walk *w = &c->walk;
    const char *raw = w->view.data;
    if (w->constant)
        return cursor_constant(c);
    if (w->dense)
        w->view.data += n * ouro_dtype_size(w->view.dtype);
    else
        cursor_gather(w, c->raw, n), raw = c->raw;
    if (w->view.dtype == c->to)
        return raw;
    ouroi_elems_widen(c->to, c->out, w->view.dtype, raw, n);
    return c->out;
}

// ---- writing ----

void ouroi_pen_open(nd_pen *p, const nd_view *view) {
    walk_open(&p->walk, view);
}

void ouroi_pen_put(nd_pen *p, const char *from, size_t n) {
    nd_walk *w = &p->walk;
    size_t size = ouro_dtype_size(w->view.dtype);
    if (!w->view.dims) {
        memcpy(w->view.data, from, size);
        return;
    }
    for (size_t run; n; n -= run, from += run * size) {
        run = walk_run(w, n);
        copy_strided(w->view.data, w->view.strides[w->view.dims - 1], from, (ptrdiff_t)size, run, size);
        walk_step(w, run);
    }
}
