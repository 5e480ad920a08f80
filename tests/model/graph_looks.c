// SPDX-License-Identifier: MIT
// graph_looks.c: operations that only look, each compared with the mirror; see graph.h.
#include "graph.h"

static void looks_forget(graph *g) {
    for (uint32_t i = 0; i < g->n_nodes; i++)
        g->node[i].tally = 0;
}

static int looks_tally(ouro_obj *o, void *arg) {
    graph *g = arg;
    uint32_t i = graph_find(g, o);
    if (g->node[i].tally++)
        graph_fail(g, "node %u is handed over twice", i);
    return g->failed;
}

// Who waits for its death is not seen; who hangs on one that drops its references in parts is.
static int looks_unsure(const graph *g, const graph_node *n) {
    return !n->count && !n->immortal && ouro_death_waiting(g->rt);
}

static void looks_objects(graph *g) {
    int generation = (int)graph_draw(g, 4) - 1;
    looks_forget(g);
    if (ouro_gc_get_objects(g->rt, generation, looks_tally, g) < 0)
        graph_fail(g, "ouro_gc_get_objects fails: %s", ouro_error_message(g->rt));
    for (uint32_t i = 1; i < g->n_nodes && !g->failed; i++) {
        const graph_node *n = &g->node[i];
        int in = n->state == NODE_LIVE && n->tracked && !n->frozen;
        in = in && (generation < 0 || ouro_gc_generation(n->o) == generation);
        if (n->tally != (unsigned)in && !looks_unsure(g, n))
            graph_fail(g, "node %u is handed over %u times by ouro_gc_get_objects(%d)", i, n->tally, generation);
    }
}

// The visitor drops and keeps: what is dead by then must not be handed over.
static int looks_disturb(ouro_obj *o, void *arg) {
    graph *g = arg;
    uint32_t i = graph_find(g, o);
    if (!i)
        return 1;
    if (graph_draw(g, 6) == 0) {
        graph_pin(g, i);
        graph_put(g, i);
    }
    return g->failed;
}

static void looks_disturbing(graph *g) {
    if (g->opt.silent) // there deaths within a step would be seen too late
        return;
    if (graph_draw(g, 2))
        ouro_gc_get_objects(g->rt, -1, looks_disturb, g);
    else {
        uint32_t i = graph_pick(g);
        if (!i)
            return;
        graph_pin(g, i);
        ouro_gc_get_referrers(g->rt, g->node[i].o, looks_disturb, g);
        graph_unpin(g, i);
    }
}

static void looks_referrers(graph *g) {
    uint32_t i = graph_pick(g);
    if (!i)
        return;
    looks_forget(g);
    if (ouro_gc_get_referrers(g->rt, g->node[i].o, looks_tally, g) < 0)
        graph_fail(g, "ouro_gc_get_referrers fails: %s", ouro_error_message(g->rt));
    for (uint32_t k = 1; k < g->n_nodes && !g->failed; k++) {
        const graph_node *n = &g->node[k];
        unsigned refers = 0;
        for (uint32_t s = 0; s < n->n; s++)
            refers |= n->slot[s] == i;
        refers &= n->state == NODE_LIVE && n->tracked && !n->frozen;
        if (n->tally != refers && !looks_unsure(g, n))
            graph_fail(g, "node %u is handed over %u times as referrer of node %u", k, n->tally, i);
    }
}

static int looks_root(ouro_obj *o, const char *name, void *arg) {
    graph *g = arg;
    graph_node *n = &g->node[graph_find(g, o)];
    if (!name || n->tally++ >= n->held)
        graph_fail(g, "root \"%s\" is reported more often than it holds", name ? name : "");
    return g->failed;
}

// Registered roots and scopes are all reported, and nothing that is not held.
static void looks_roots(graph *g) {
    looks_forget(g);
    ouro_roots(g->rt, looks_root, g);
    uint32_t reported = 0, registered = 0;
    for (uint32_t i = 1; i < g->n_nodes; i++)
        reported += g->node[i].tally;
    for (uint32_t i = 0; i < g->opt.places; i++) {
        const graph_place *p = &g->place[i];
        registered += p->ref && p->mode == PLACE_ROOT;
        registered += p->ref && p->mode == PLACE_VISITED && g->visitor && (i + g->step) % 7;
    }
    for (uint32_t k = 0; k < g->n_scopes; k++)
        registered += g->scope[k].n;
    if (reported != registered)
        graph_fail(g, "%u references of roots are reported instead of %u", reported, registered);
}

static void looks_verify(graph *g) {
    if (ouro_verify(g->rt) < 0)
        graph_fail(g, "verify: %s", ouro_error_message(g->rt));
}

const graph_operation graph_look_operations[] = {
    {"objects", looks_objects, 2, 0, 1},
    {"disturbing", looks_disturbing, 5, 1, 1},
    {"referrers", looks_referrers, 2, 0, 1},
    {"roots", looks_roots, 2, 0, 1},
    {"verify", looks_verify, 1, 1, 1},
    {"compare", graph_compare, 1, 0, 1},
    {NULL, NULL, 0, 0, 0},
};
