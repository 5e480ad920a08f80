// SPDX-License-Identifier: MIT
// graph_weaks.c: operations on weak references; see graph.h.
#include "graph.h"

#define WEAKS_MOST 60 // the mirror finds them by looking at each

static void weaks_note(graph *g, ouro_obj *o, uint32_t target, uint32_t arg, int has_fn) {
    uint32_t i = graph_add(g, o, CELL_WEAK);
    graph_node *w = &g->node[i];
    w->target = target;
    w->target_serial = g->node[target].serial;
    w->has_fn = has_fn != 0;
    w->suspect = g->collecting != 0; // its target may be garbage, whose callbacks have been run
    if (arg)
        graph_edge(g, i, 0, arg);
    graph_put(g, i);
}

void graph_weak_new(graph *g, uint32_t target, uint32_t arg) {
    int has_fn = graph_draw(g, 3) > 0;
    if (graph_is_full(g) || g->n_weak >= WEAKS_MOST)
        return;
    graph_pin(g, target); // a collection may start first
    if (arg)
        graph_pin(g, arg);
    ouro_obj *o = ouro_weak_new(g->rt, g->node[target].o, has_fn ? graph_on_weak : NULL, arg ? g->node[arg].o : NULL);
    if (o)
        weaks_note(g, o, target, arg, has_fn);
    else
        graph_refused(g);
    if (arg)
        graph_unpin(g, arg);
    graph_unpin(g, target);
}

static void weaks_new(graph *g) {
    uint32_t target = graph_pick(g), arg = graph_draw(g, 2) ? graph_pick(g) : 0;
    if (target)
        graph_weak_new(g, target, arg);
}

// A weak node that can be reached; 0 if none was met.
static uint32_t weaks_pick(graph *g) {
    if (!g->n_weak)
        return 0;
    if (g->live < 400) {
        uint32_t i = g->weak[graph_draw(g, g->n_weak)];
        graph_search(g);
        return graph_reached(g, i) && g->node[i].count ? i : 0;
    }
    for (int tries = 0; tries < 8; tries++) {
        uint32_t i = graph_pick(g);
        if (i && g->node[i].kind == CELL_WEAK)
            return i;
    }
    return 0;
}

// 1 if the target lives for sure: nothing has begun to take it apart.
static int weaks_lives(graph *g, const graph_node *w) {
    const graph_node *t = &g->node[w->target];
    if (w->cleared || w->suspect || t->serial != w->target_serial || t->state != NODE_LIVE || !t->count)
        return 0;
    graph_search(g);
    return graph_reached(g, w->target);
}

static void weaks_get(graph *g) {
    uint32_t i = weaks_pick(g);
    if (!i)
        return;
    graph_node *w = &g->node[i];
    ouro_obj *out = NULL;
    int lives = weaks_lives(g, w), r = ouro_weak_get(w->o, &out);
    if (r < 0 || r > 1 || (r == 1) != (out != NULL))
        graph_fail(g, "ouro_weak_get returns %d", r);
    else if (r == 0 && lives)
        graph_fail(g, "weak node %u does not find its target, node %u", i, w->target);
    else if (r == 1 && (w->cleared || out != g->node[w->target].o))
        graph_fail(g, "weak node %u finds a dead or another target", i);
    else if (r == 1) {
        graph_hold(g, w->target);
        graph_put(g, w->target);
    }
}

static void weaks_count(graph *g) {
    uint32_t i = graph_pick(g), n = 0, unknown = 0;
    if (!i)
        return;
    for (uint32_t k = 0; k < g->n_weak; k++) {
        const graph_node *w = &g->node[g->weak[k]];
        int watches = !w->cleared && w->target == i && w->target_serial == g->node[i].serial;
        n += watches && !w->suspect;
        unknown += watches && w->suspect;
    }
    size_t count = ouro_weak_count(g->node[i].o);
    if (count < n || count > n + unknown)
        graph_fail(g, "%zu weak references to node %u instead of %u to %u", count, i, n, n + unknown);
}

const graph_operation graph_weak_operations[] = {
    {"weak new", weaks_new, 20, 1, 0},
    {"weak get", weaks_get, 30, 1, 0},
    {"weak count", weaks_count, 4, 0, 0},
    {NULL, NULL, 0, 0, 0},
};
