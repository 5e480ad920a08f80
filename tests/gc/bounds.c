// SPDX-License-Identifier: MIT
// bounds.c: what one slice may do at most, and what is told of a collection in slices: how much it has done, and how
// much garbage there may be. Visits are counted, not nanoseconds.
#include "../support/test.h"

// Any number of references in memory of its own, which only callbacks know.
typedef struct wide {
    ouro_obj head;
    ouro_obj **item;
    size_t n;
} wide;

static size_t wide_visits;

static int wide_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    const wide *w = (wide *)o;
    size_t i = start;
    for (; i < w->n && i - start < limit; i++) {
        wide_visits++;
        int r = visit(w->item[i], arg);
        if (r)
            return r;
    }
    return i < w->n;
}

static void wide_clear(ouro_rt *rt, ouro_obj *o) {
    wide *w = (wide *)o;
    (void)rt;
    for (size_t i = 0; i < w->n; i++)
        ouro_setslot(&w->item[i], NULL);
}

static void wide_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    free(((wide *)o)->item);
}

static ouro_type wide_type = {.struct_size = sizeof(ouro_type),
                              .name = "wide",
                              .size = sizeof(wide),
                              .traverse = wide_traverse,
                              .clear = wide_clear,
                              .dealloc = wide_dealloc};

// One object that refers so often to others, of which there are a few, and to itself.
static wide *wide_new(ouro_rt *rt, size_t n) {
    wide *w = ouro_type_register(rt, &wide_type) < 0 ? NULL : ouro_new(rt, &wide_type);
    node *few[8] = {NULL};
    for (int i = 0; w && i < 8; i++)
        few[i] = node_new(rt);
    if (w)
        w->item = calloc(n, sizeof *w->item);
    for (; w && w->item && w->n < n; w->n++)
        w->item[w->n] = ouro_xincref(w->n ? obj(few[w->n % 8]) : &w->head);
    for (int i = 0; i < 8; i++)
        ouro_xdecref(obj(few[i]));
    return w;
}

// Steps to the end of a collection. Returns: the most references of wide objects that one slice has followed.
static size_t most_visits(ouro_rt *rt) {
    size_t most = 0;
    int ended = 0;
    while (!ended) {
        wide_visits = 0;
        ended = ouro_gc_step(rt, 0);
        most = wide_visits > most ? wide_visits : most;
    }
    return most;
}

CASE(bounds, a_callback_over_many_references_goes_on_in_parts) {
    ouro_gc_disable(rt);
    size_t n = test_mode_now() == TEST_PLAIN ? 100000 : 5000;
    wide *w = wide_new(rt, n);
    need(w);
    ouro_gc_collect(rt, 1);
    check(most_visits(rt) <= 2048);
    always(ouro_refcount(w->item[0]) == 2);
    for (size_t i = 1; i < w->n; i++)
        always(w->item[i] || test_broken(rt));
    ouro_decref(&w->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
}

static ouro_obj *root;

CASE(bounds, so_it_does_from_a_root) {
    ouro_gc_disable(rt);
    root = NULL;
    must(ouro_root_add(rt, "root", &root));
    wide *w = wide_new(rt, 5000);
    need(w);
    ouro_setslot_steal(&root, &w->head);
    ouro_gc_collect(rt, 1);
    check(most_visits(rt) <= 2048);
    ouro_setslot(&root, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
}

// Between two parts the object loses references, or dies and another is where it was.
CASE(bounds, what_is_followed_in_parts_may_change_and_die) {
    ouro_gc_disable(rt);
    for (int slices = 1; slices < 40; slices++) {
        wide *w = wide_new(rt, 5000);
        need(w);
        ouro_gc_collect(rt, 1);
        for (int i = 0; i < slices; i++)
            ouro_gc_step(rt, 0);
        while (w->n > 1 && slices % 2)
            ouro_setslot(&w->item[--w->n], NULL);
        if (w->n)
            ouro_setslot(&w->item[0], NULL);
        ouro_decref(&w->head);
        node *other = node_new(rt);
        most_visits(rt);
        ouro_xdecref(obj(other));
        always(ouro_verify(rt) == 0);
    }
}

// A tail whose number of items is there before the items are.
CASE(bounds, a_tail_that_is_not_there_yet) {
    ouro_gc_disable(rt);
    vec *v = vec_new(rt);
    need(v);
    v->n = 100000;
    ouro_gc_collect(rt, 1);
    most_visits(rt);
    v->n = 0;
    ouro_decref(&v->head);
}
