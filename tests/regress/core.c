// SPDX-License-Identifier: MIT
// core.c: faults of the core that were found once, each in the smallest form that still shows it. None may come back.
#include "test.h"

#include <stdint.h>
#include <sys/mman.h>

// ---- a page was given up while the queue of dying objects still led to it ----

// Nested this deep, what dies next has to wait.
#define DEEP 49

static void *unmapping_acquire(void *user, size_t bytes) {
    (void)user;
    char *at = mmap(NULL, bytes + OURO_SEGMENT_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return NULL;
    size_t before = OURO_SEGMENT_BYTES - (uintptr_t)at % OURO_SEGMENT_BYTES;
    munmap(at, before);
    munmap(at + before + bytes, OURO_SEGMENT_BYTES - before);
    return at + before;
}

static void unmapping_release(void *user, void *memory, size_t bytes) {
    (void)user;
    munmap(memory, bytes);
}

static const ouro_page_source unmapping = {unmapping_acquire, unmapping_release, NULL};

static void unmapping_setup(ouro_options *options) {
    options->pages = &unmapping;
}

// Puts o, which is stolen, at the end of a chain that is held by its head alone. NULL on failure.
static node *chain_above(ouro_rt *rt, ouro_obj *o) {
    node *head = NULL;
    for (int i = 0; i < DEEP; i++) {
        node *n = node_new(rt);
        if (!n) {
            ouro_xdecref(o);
            return NULL;
        }
        ouro_setref_steal(&n->head, &n->left, o);
        o = &n->head;
        head = n;
    }
    return head;
}

CASE_WITH(regress, page_of_waiting_objects_stays, unmapping_setup) {
    size_t children = test_mode_now() == TEST_PLAIN ? 200000 : 200;
    row *wide = row_new(rt, children);
    need(wide);
    for (size_t i = 0; i < children; i++) {
        node *n = node_new(rt);
        if (!n)
            ouro_decref(&wide->head);
        need(n);
        ouro_setref_steal(&wide->head, &wide->item[i], &n->head);
    }
    node *head = chain_above(rt, &wide->head);
    need(head);
    ouro_decref(&head->head); // the row dies at depth 50, and all of its children wait at once
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    always(usage.objects == 0);
}

// ---- what waited to die, and came back, was young without its page knowing it ----

static row *saved;
static size_t saved_n;

// The first collects, and all come back.
static void save_self(ouro_rt *rt, fin *self) {
    if (saved_n == 0)
        ouro_gc_collect(rt, 0);
    always(ouro_verify(rt) == 0);
    ouro_setref(&saved->head, &saved->item[saved_n++], &self->head);
}

CASE(regress, brought_back_while_waiting) {
    size_t children = 100;
    saved_n = 0;
    saved = own(row_new(rt, children));
    need(saved);
    row *wide = row_new(rt, children);
    need(wide);
    for (size_t i = 0; i < children; i++) {
        fin *f = fin_new(rt, save_self);
        if (!f)
            ouro_decref(&wide->head);
        need(f);
        ouro_setref_steal(&wide->head, &wide->item[i], &f->head);
    }
    node *head = chain_above(rt, &wide->head);
    need(head);
    ouro_decref(&head->head);
    always(saved_n == children);
    always(ouro_verify(rt) == 0);
    for (size_t i = 0; i < children; i++)
        always(ouro_refcount(saved->item[i]) == 1);
}

// ---- freeing a buffer of fewer than four bytes wrote into its red zone ----

CASE(regress, tiny_buffers) {
    for (size_t bytes = 0; bytes < 10; bytes++) {
        char *buf = ouro_buf_alloc(rt, bytes);
        need(buf);
        memset(buf, 1, bytes);
        char *more = ouro_buf_realloc(rt, buf, bytes + 1);
        if (!more)
            ouro_buf_free(rt, buf);
        need(more);
        always(bytes == 0 || (more[0] == 1 && more[bytes - 1] == 1));
        ouro_buf_free(rt, more);
    }
}

// ---- a traverse callback that counts empty slots was asked for some references twice ----

#define SPARSE 6000

typedef struct sparse {
    ouro_obj head;
    ouro_obj *slot[SPARSE];
} sparse;

static int sparse_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    sparse *s = (sparse *)o;
    size_t end = SPARSE - start < limit ? SPARSE : start + limit;
    for (size_t i = start; i < end; i++) {
        int r = s->slot[i] ? visit(s->slot[i], arg) : 0;
        if (r)
            return r;
    }
    return end < SPARSE;
}

static void sparse_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    for (size_t i = 0; i < SPARSE; i++)
        ouro_clearref(o, &((sparse *)o)->slot[i]);
}

static ouro_type sparse_type = {
    .struct_size = sizeof(ouro_type),
    .name = "sparse",
    .size = sizeof(sparse),
    .traverse = sparse_traverse,
    .clear = sparse_clear,
};

static int count_visit(ouro_obj *o, void *arg) {
    (void)o;
    ++*(size_t *)arg;
    return 0;
}

CASE(regress, traverse_resumes_behind_empty_slots) {
    must(ouro_type_register(rt, &sparse_type));
    sparse *s = ouro_new(rt, &sparse_type);
    need(s);
    size_t references = 0, seen = 0;
    for (size_t i = 0; i < SPARSE; i += 2, references++)
        ouro_setref(&s->head, &s->slot[i], &s->head);
    ouro_gc_get_referents(rt, &s->head, count_visit, &seen);
    always(seen == references);
    ouro_decref(&s->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
}

// ---- a weak reference made by a finalizer to the object that is being collected ----

static ouro_obj *late_weak;
static int late_calls, late_on; // on: the test is not over

static void late_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    late_calls++;
}

static void late_watch(ouro_rt *rt, fin *self) {
    if (!late_on)
        return;
    late_weak = ouro_weak_new(rt, &self->head, late_callback, NULL);
    ouro_error_clear(rt);
}

// The object goes all the same; the weak reference is dead afterwards, and its callback has not run.
CASE(regress, weak_reference_made_by_a_finalizer) {
    late_weak = NULL;
    late_calls = 0;
    late_on = 1;
    fin *f = fin_new(rt, late_watch);
    need(f);
    set(f, left, f);
    ouro_decref(&f->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(fin_calls == 1 && late_weak != NULL);
    ouro_obj *target = NULL;
    always(!late_weak || ouro_weak_get(late_weak, &target) == 0);
    always(late_calls == 0);
    late_on = 0;
    ouro_xdecref(late_weak);
}
