// SPDX-License-Identifier: MIT
// graph_shapes.c: operations that make many objects at once, in shapes that single steps seldom lead to: long chains,
// wide fans below them, knots of cycles; see graph.h.
#include "graph.h"

#define SHAPES_KNOT 14

// Puts node v, of which C holds a reference, into a slot of an owner, which then holds it alone.
static void shapes_give(graph *g, uint32_t owner, uint32_t slot, uint32_t v) {
    graph_edge(g, owner, slot, v);
    graph_release(g, v);
    ouro_setref_steal(g->node[owner].o, graph_slot(g, owner, slot), g->node[v].o);
}

// One object that alone holds many others.
static uint32_t shapes_fan(graph *g) {
    uint32_t fan = graph_new(g, CELL_ROW, graph_draw(g, 300));
    for (uint32_t s = 0; fan && s < g->node[fan].n; s++) {
        uint32_t i = graph_new(g, graph_draw(g, 9) ? CELL_PAIR : CELL_FIN, 0);
        if (!i)
            break;
        shapes_give(g, fan, s, i);
    }
    return fan;
}

// A chain, so long that its death cannot all be nested, perhaps with a fan at its end, which then dies at some depth.
static void shapes_chain(graph *g) {
    static const cell_kind kinds[] = {CELL_PAIR, CELL_PAIR, CELL_FIN, CELL_ALIGNED, CELL_HIDDEN};
    uint32_t head = graph_draw(g, 2) ? shapes_fan(g) : 0;
    for (uint32_t n = graph_draw(g, graph_draw(g, 2) ? 60 : 300); n > 0 && !g->failed; n--) {
        uint32_t i = graph_new(g, kinds[graph_draw(g, 5)], 0);
        if (!i)
            break;
        if (head)
            shapes_give(g, i, 0, head);
        head = i;
    }
    if (head)
        graph_put(g, head);
}

static uint32_t shapes_members(graph *g, uint32_t *member) {
    uint32_t n = 0, wanted = 2 + graph_draw(g, SHAPES_KNOT - 1);
    while (n < wanted && !g->failed) {
        uint32_t i = graph_new(g, graph_draw(g, CELL_LEAF), 1 + graph_draw(g, 4));
        if (!i)
            break;
        member[n++] = i;
    }
    return n;
}

// Most slots refer to members, some to anything.
static void shapes_tie(graph *g, uint32_t i, const uint32_t *member, uint32_t n) {
    for (uint32_t s = 0; s < g->node[i].n && s < 4; s++) {
        uint32_t r = graph_draw(g, 8);
        if (r < 6)
            graph_set(g, i, s, member[graph_draw(g, n)]);
        else if (r < 7)
            graph_set(g, i, s, graph_pick(g));
    }
}

// A few objects of all kinds that refer to each other; one of them is kept, or none.
static void shapes_knot(graph *g) {
    uint32_t member[SHAPES_KNOT + 1], n = shapes_members(g, member);
    for (uint32_t k = 0; k < n; k++)
        shapes_tie(g, member[k], member, n);
    for (uint32_t weak = n ? graph_draw(g, 4) : 0; weak > 0 && !g->failed; weak--)
        graph_weak_new(g, member[graph_draw(g, n)], graph_draw(g, 3) ? 0 : member[graph_draw(g, n)]);
    uint32_t kept = n && graph_draw(g, 2) ? 1 : 0;
    for (uint32_t k = kept; k < n && !g->failed; k++)
        graph_unpin(g, member[k]);
    if (kept && !g->failed)
        graph_put(g, member[0]);
}

const graph_operation graph_shape_operations[] = {
    {"chain", shapes_chain, 1, 0, 0},
    {"knot", shapes_knot, 20, 0, 0},
    {NULL, NULL, 0, 0, 0},
};
