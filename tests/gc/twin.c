// SPDX-License-Identifier: MIT
// twin.c: marking with two threads finds what one finds, in a graph that is large enough for a second to begin. The
// thread sanitizer runs this, too.
#include "graph.h"

#include <stdbool.h>

#define TWIN_NODES 400000

static ouro_obj *twin_root;

static int twin_many(void) {
    return test_mode_now() != TEST_PLAIN ? 300 : OURO_DEBUG ? 100000 : TWIN_NODES;
}

// Between some of the nodes: only callbacks know of its reference.
typedef struct veil {
    ouro_obj head;
    ouro_obj *behind;
} veil;

static int veil_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    veil *v = (veil *)o;
    return start == 0 && limit > 0 && v->behind ? visit(v->behind, arg) : 0;
}

static void veil_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    ouro_clearref(o, &((veil *)o)->behind);
}

static void veil_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    ouro_setslot(&((veil *)o)->behind, NULL);
}

static veil *veil_new(ouro_rt *rt, ouro_obj *behind) {
    static ouro_type type;
    if (!type.struct_size) {
        ouro_type_init(&type, "veil", sizeof(veil));
        type.traverse = veil_traverse;
        type.clear = veil_clear;
        type.dealloc = veil_dealloc;
    }
    veil *v = ouro_type_register(rt, &type) < 0 ? NULL : ouro_new(rt, &type);
    if (v)
        ouro_setref(&v->head, &v->behind, behind);
    return v;
}

static uint32_t twin_draw(uint32_t *seed, uint32_t n) {
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)*seed * n >> 32);
}

// Links a node to two that are drawn by lot, now and then through a veil. False without memory.
static bool twin_link(ouro_rt *rt, row *all, int i, uint32_t *seed) {
    node *x = (node *)all->item[i];
    set(x, left, all->item[twin_draw(seed, (uint32_t)all->n)]);
    ouro_obj *other = all->item[twin_draw(seed, (uint32_t)all->n)];
    if (i % 16) {
        set(x, right, other);
        return true;
    }
    veil *v = veil_new(rt, other);
    if (v)
        ouro_setref_steal(&x->head, &x->right, &v->head);
    return v;
}

// A row that holds all nodes. NULL without memory.
static row *twin_graph(ouro_rt *rt, int n) {
    row *all = row_new(rt, (size_t)n);
    uint32_t seed = 1;
    for (int i = 0; all && i < n; i++) {
        node *x = node_new(rt);
        if (!x) {
            ouro_decref(&all->head);
            return NULL;
        }
        ouro_setref_steal(&all->head, &all->item[i], &x->head);
    }
    for (int i = 0; all && i < n; i++)
        if (!twin_link(rt, all, i, &seed))
            return ouro_decref(&all->head), NULL;
    return all;
}

// Lets go of every other node, and of all that only they hold.
static void twin_thin(row *all) {
    for (size_t i = 0; i < all->n; i += 2)
        ouro_clearref(&all->head, &all->item[i]);
}

// How many objects are left after the graph was thinned twice and collected, with so many threads.
static size_t twin_left(ouro_rt *rt, unsigned threads, bool registered, size_t left[2]) {
    ouro_gc_set_threads(rt, threads);
    row *all = twin_graph(rt, twin_many());
    if (!all)
        return 0;
    twin_root = &all->head;
    if (registered && ouro_root_add(rt, "twin", &twin_root) < 0) {
        ouro_decref(&all->head);
        return 0;
    }
    for (int round = 0; round < 2; round++) {
        ouro_gc_collect(rt, OURO_GC_FULL | OURO_GC_EXACT);
        twin_thin(all);
        ouro_gc_collect(rt, OURO_GC_FULL);
        left[round] = object_count(rt);
    }
    if (registered)
        ouro_root_remove(rt, &twin_root);
    ouro_decref(&all->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    return object_count(rt);
}

CASE(twin, two_find_what_one_finds) {
    size_t one[2] = {0, 0}, two[2] = {0, 0};
    for (int registered = 0; registered < 2; registered++) {
        exact(twin_left(rt, 1, registered, one) == 0);
        exact(twin_left(rt, 2, registered, two) == 0);
        exact(one[0] == two[0] && one[1] == two[1] && one[1] > 0);
    }
}

CASE(twin, one_or_two) {
    exact(ouro_gc_get_threads(rt) == 1);
    always(ouro_gc_set_threads(rt, 0) == -1 && ouro_error_code(rt) == OURO_ERR_VALUE);
    ouro_error_clear(rt);
    always(ouro_gc_set_threads(rt, 3) == -1 && ouro_error_code(rt) == OURO_ERR_VALUE);
    ouro_error_clear(rt);
    exact(ouro_gc_get_threads(rt) == 1);
    must(ouro_gc_set_threads(rt, 2));
    exact(ouro_gc_get_threads(rt) == 2);
}
