// SPDX-License-Identifier: MIT
// oracle.c: the oracle of graph.h is told something wrong, and must complain. What never fails proves nothing.
#include "../support/test.h"
#include "graph.h"

typedef void (*oracle_lie)(graph *g);

// Two nodes, each in a place of its own: a pair and another.
static uint32_t oracle_pair(graph *g, uint32_t place) {
    uint32_t i = graph_add(g, cell_new(g->rt, CELL_PAIR, 0), CELL_PAIR);
    g->place[place].node = i;
    ouro_setslot_steal(&g->place[place].ref, g->node[i].o);
    return i;
}

static void oracle_link(graph *g, uint32_t owner, uint32_t slot, uint32_t v) {
    ouro_obj *o = g->node[owner].o;
    graph_edge(g, owner, slot, v);
    ouro_setref(o, cell_slot(o, CELL_PAIR, slot), v ? g->node[v].o : NULL);
}

static void oracle_drop(graph *g, uint32_t place) {
    graph_release(g, g->place[place].node);
    g->place[place].node = 0;
    ouro_setslot(&g->place[place].ref, NULL);
}

static void oracle_truth(graph *g) {
    oracle_link(g, oracle_pair(g, 0), 0, oracle_pair(g, 1));
}

static void oracle_link_not_made(graph *g) {
    graph_edge(g, oracle_pair(g, 0), 0, oracle_pair(g, 1));
}

static void oracle_link_not_told(graph *g) {
    uint32_t a = oracle_pair(g, 0), b = oracle_pair(g, 1);
    ouro_setref(g->node[a].o, cell_slot(g->node[a].o, CELL_PAIR, 1), g->node[b].o);
}

static void oracle_hold_not_made(graph *g) {
    graph_hold(g, oracle_pair(g, 0));
}

// The mirror believes that a ring is held; the heap knows better, and frees it.
static void oracle_ring_not_held(graph *g) {
    uint32_t a = oracle_pair(g, 0), b = oracle_pair(g, 1);
    oracle_link(g, a, 0, b);
    oracle_link(g, b, 0, a);
    graph_hold(g, a);
    oracle_drop(g, 0);
    oracle_drop(g, 1);
}

// The heap has a reference that the mirror does not know, and keeps what the mirror gives up.
static void oracle_ring_held(graph *g) {
    uint32_t a = oracle_pair(g, 0);
    oracle_link(g, a, 0, a);
    ouro_incref(g->node[a].o);
    g->place[2].ref = g->node[a].o; // for the end: somebody has to drop it
    oracle_drop(g, 0);
}

// Dropped for good, but the heap has one reference more.
static void oracle_drop_not_made(graph *g) {
    graph_release(g, oracle_pair(g, 0));
}

// 1 if the mirror complains about a heap after `lie`.
static int oracle_complains(oracle_lie lie, int silent) {
    graph_options options = {.seed = 1, .nodes = 20, .places = 4, .silent = silent, .quiet = 1};
    graph *g = graph_open(&options);
    cr_assert(g != NULL);
    lie(g);
    graph_settle(g);
    if (!g->failed)
        graph_compare(g);
    return graph_close(g);
}

Test(model, oracle_complains) {
    static const oracle_lie lies[] = {oracle_link_not_made, oracle_link_not_told, oracle_hold_not_made,
                                      oracle_ring_not_held, oracle_ring_held,     oracle_drop_not_made};
    for (int silent = 0; silent < 2; silent++) {
        cr_assert(!oracle_complains(oracle_truth, silent));
        for (size_t k = 0; k < sizeof lies / sizeof *lies; k++)
            cr_assert(oracle_complains(lies[k], silent));
    }
}

// What only a collection can show: the comparison is left out.
Test(model, oracle_watches_collections) {
    static const oracle_lie lies[] = {oracle_ring_not_held, oracle_ring_held};
    for (int silent = 0; silent < 2; silent++)
        for (size_t k = 0; k < 2; k++) {
            graph_options options = {.seed = 1, .nodes = 20, .places = 4, .silent = silent, .quiet = 1};
            graph *g = graph_open(&options);
            cr_assert(g != NULL);
            lies[k](g);
            graph_sweep(g);
            cr_assert(g->failed);
            graph_close(g);
        }
}
