// SPDX-License-Identifier: MIT
// graph_compare.c: the whole mirror against the whole heap; see graph.h.
#include "graph.h"

static int compare_tally(ouro_obj *o, void *arg) {
    graph *g = arg;
    g->node[graph_find(g, o)].tally++;
    return g->failed;
}

// The references the library reports for an object are those of the mirror, as often.
static void compare_referents(graph *g, uint32_t i) {
    graph_node *n = &g->node[i];
    for (uint32_t s = 0; s < n->n; s++)
        g->node[n->slot[s]].tally = 0;
    ouro_gc_get_referents(g->rt, n->o, compare_tally, g);
    for (uint32_t s = 0; s < n->n; s++)
        g->node[n->slot[s]].tally--;
    for (uint32_t s = 0; s < n->n; s++)
        if (n->slot[s] && g->node[n->slot[s]].tally)
            graph_fail(g, "node %u: its references to node %u are reported wrongly", i, n->slot[s]);
}

static void compare_slots(graph *g, uint32_t i) {
    graph_node *n = &g->node[i];
    if (cell_slots(n->o, n->kind) != n->n) {
        graph_fail(g, "node %u has %u slots instead of %u", i, cell_slots(n->o, n->kind), n->n);
        return;
    }
    for (uint32_t s = 0; s < n->n; s++)
        if (*cell_slot(n->o, n->kind, s) != (n->slot[s] ? g->node[n->slot[s]].o : NULL))
            graph_fail(g, "slot %u of node %u (kind %d) holds something else", s, i, (int)n->kind);
}

static void compare_node(graph *g, uint32_t i) {
    graph_node *n = &g->node[i];
    if (graph_find(g, n->o) != i)
        return;
    if (!ouro_is(n->o, cell_type(n->kind)) || ouro_type_of(n->o) != cell_type(n->kind) || ouro_rt_of(n->o) != g->rt)
        graph_fail(g, "node %u has another type or runtime", i);
    uint32_t count = n->immortal ? OURO_COUNT_IMMORTAL : n->count;
    if (ouro_refcount(n->o) != count)
        graph_fail(g, "node %u (kind %d) has count %u instead of %u", i, (int)n->kind, ouro_refcount(n->o), count);
    if (!n->tracked != !ouro_gc_is_tracked(n->o) || (n->tracked && cell_is_acyclic(n->kind)))
        graph_fail(g, "node %u is tracked: %d", i, ouro_gc_is_tracked(n->o));
    if (!n->finalized != !ouro_gc_is_finalized(n->o))
        graph_fail(g, "node %u is finalized: %d", i, ouro_gc_is_finalized(n->o));
    if ((uintptr_t)n->o % (n->kind == CELL_ALIGNED ? 64 : 8))
        graph_fail(g, "node %u is not aligned", i);
    if (n->emptied)
        graph_fail(g, "node %u was taken apart, and lives", i);
    if (n->kind != CELL_WEAK)
        compare_slots(g, i);
    if (n->tracked)
        compare_referents(g, i);
}

static void compare_places(graph *g) {
    for (uint32_t i = 0; i < g->opt.places; i++) {
        graph_place *p = &g->place[i];
        if (p->ref != (p->node ? g->node[p->node].o : NULL))
            graph_fail(g, "place %u holds something else", i);
    }
}

void graph_compare(graph *g) {
    graph_finish(g);
    size_t frozen = 0;
    for (uint32_t i = 1; i < g->n_nodes && !g->failed; i++)
        if (g->node[i].state == NODE_LIVE) {
            compare_node(g, i);
            frozen += g->node[i].frozen && (g->node[i].count || g->node[i].immortal);
        }
    compare_places(g);
    ouro_mem_usage usage;
    ouro_mem_get_usage(g->rt, &usage);
    if (usage.objects != g->live)
        graph_fail(g, "%zu objects are in use instead of %u", usage.objects, g->live);
    if (usage.external_bytes != (size_t)g->external)
        graph_fail(g, "%zu external bytes instead of %td", usage.external_bytes, g->external);
    if (ouro_gc_get_freeze_count(g->rt) != frozen)
        graph_fail(g, "%zu frozen instead of %zu", ouro_gc_get_freeze_count(g->rt), frozen);
    if (!g->failed && ouro_verify(g->rt) < 0)
        graph_fail(g, "verify: %s", ouro_error_message(g->rt));
}
