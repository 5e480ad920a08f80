// SPDX-License-Identifier: MIT
// graph.c: the mirror: nodes, counts, the search, deaths, and the comparison with the heap; see graph.h.
#include "graph.h"

#include <stdarg.h>

void graph_fail(graph *g, const char *format, ...) {
    if (g->failed)
        return;
    g->failed = 1;
    va_list list;
    va_start(list, format);
    vsnprintf(g->fault, sizeof g->fault, format, list);
    va_end(list);
    if (!g->opt.quiet)
        fprintf(stderr, "model: %s [OURO_MODEL_SEED=%llu, step %llu: %s]\n", g->fault, (unsigned long long)g->opt.seed,
                (unsigned long long)g->step, g->doing ? g->doing : "");
}

static uint32_t graph_canary(uint32_t serial) {
    return serial * 2654435761u ^ 0x5AFE0B1Du;
}

uint32_t graph_add(graph *g, ouro_obj *o, cell_kind kind) {
    uint32_t i = g->spare[--g->n_spare];
    graph_node *n = &g->node[i];
    uint32_t *slot = n->slot, room = n->room;
    *n = (graph_node){.o = o, .kind = kind, .state = NODE_LIVE, .serial = ++g->serial, .slot = slot, .room = room};
    n->tracked = ouro_gc_is_tracked(o) != 0;
    g->live++;
    graph_hold(g, i);
    if (kind == CELL_WEAK) {
        g->weak[g->n_weak++] = i;
        graph_resize(g, i, 1);
        return i;
    }
    ((cell *)o)->node = i;
    ((cell *)o)->canary = graph_canary(n->serial);
    graph_resize(g, i, cell_slots(o, kind));
    return i;
}

// The newest one of that address: silent, an older one may have died unnoticed and left its block.
uint32_t graph_find_weak(const graph *g, const ouro_obj *o) {
    uint32_t found = 0;
    for (uint32_t k = 0; k < g->n_weak; k++) {
        const graph_node *w = &g->node[g->weak[k]];
        if (w->o == o && (!found || w->serial > g->node[found].serial))
            found = g->weak[k];
    }
    return found;
}

uint32_t graph_find(graph *g, ouro_obj *o) {
    uint32_t i = ouro_is(o, ouro_weak_type) ? graph_find_weak(g, o) : ((cell *)o)->node;
    int known = i > 0 && i < g->n_nodes && g->node[i].o == o && g->node[i].state == NODE_LIVE;
    if (known && g->node[i].kind != CELL_WEAK)
        known = ((cell *)o)->canary == graph_canary(g->node[i].serial);
    if (!known)
        graph_fail(g, "an object that the mirror does not know to be alive was handed over (node %u)", i);
    return known ? i : 0;
}

static void graph_inc(graph *g, uint32_t i) {
    g->node[i].count++;
    g->links++;
}

static void graph_dec(graph *g, uint32_t i) {
    g->cuts++;
    if (g->node[i].count == 0) {
        graph_fail(g, "the mirror's count of node %u fell below 0", i);
        return;
    }
    if (--g->node[i].count > 0)
        return;
    if (g->n_zero == g->room_zero) {
        g->room_zero = g->room_zero * 2 + 64;
        g->zero = realloc(g->zero, g->room_zero * sizeof *g->zero);
        if (!g->zero)
            abort();
    }
    g->zero[g->n_zero++] = i;
}

void graph_hold(graph *g, uint32_t i) {
    g->node[i].held++;
    g->excused |= g->node[i].dated;
    graph_inc(g, i);
}

void graph_release(graph *g, uint32_t i) {
    g->node[i].held--;
    g->drops += g->depth > 0;
    graph_dec(g, i);
}

void graph_edge(graph *g, uint32_t owner, uint32_t slot, uint32_t v) {
    uint32_t old = g->node[owner].slot[slot];
    if (v)
        graph_inc(g, v);
    g->node[owner].slot[slot] = v;
    g->drops += old && g->depth > 0;
    if (old)
        graph_dec(g, old);
}

void graph_resize(graph *g, uint32_t i, uint32_t n) {
    graph_node *node = &g->node[i];
    if (n > node->room) {
        node->room = n * 2;
        node->slot = realloc(node->slot, node->room * sizeof *node->slot);
        if (!node->slot)
            abort();
    }
    for (uint32_t s = n; s < node->n; s++)
        if (node->slot[s])
            graph_fail(g, "a slot of node %u that is taken away is in use", i);
    for (uint32_t s = node->n; s < n; s++)
        node->slot[s] = 0;
    node->n = n;
}

// ---- the search ----

int graph_is_found(const graph *g, const graph_node *n) {
    return g->collecting && n->found_in == g->collection;
}

static int graph_is_root(const graph *g, const graph_node *n) {
    if (n->state != NODE_LIVE)
        return 0;
    if (g->ending)
        return n->held != 0;
    // A count of 0: it is dying, and what it refers to is not free before it is. Garbage that is being taken apart is.
    int dying = !n->count && !graph_is_found(g, n);
    return n->held || n->frozen || n->immortal || dying || (!n->tracked && !cell_is_acyclic(n->kind));
}

static uint32_t graph_mark(graph *g, uint32_t i, uint32_t end) {
    if (g->node[i].mark != g->mark) {
        g->node[i].mark = g->mark;
        g->queue[end++] = i;
    }
    return end;
}

void graph_search(graph *g) {
    if (g->searched_links == g->links && g->searched_cuts == g->cuts)
        return;
    g->mark++;
    uint32_t end = 0;
    for (uint32_t i = 1; i < g->n_nodes; i++)
        if (graph_is_root(g, &g->node[i]))
            end = graph_mark(g, i, end);
    for (uint32_t d = 0; d < g->depth; d++)
        if (g->running[d])
            end = graph_mark(g, g->running[d], end);
    for (uint32_t at = 0; at < end; at++) {
        const graph_node *n = &g->node[g->queue[at]];
        for (uint32_t s = 0; s < n->n; s++)
            if (n->slot[s])
                end = graph_mark(g, n->slot[s], end);
    }
    g->searched_links = g->links;
    g->searched_cuts = g->cuts;
}

int graph_reached(const graph *g, uint32_t i) {
    return g->node[i].mark == g->mark;
}

// ---- death ----

// 1 if a node that is reachable without i names i.
static int graph_is_named(const graph *g, uint32_t i) {
    for (uint32_t k = 1; k < g->n_nodes; k++) {
        const graph_node *n = &g->node[k];
        if (k == i || n->state != NODE_LIVE || !graph_reached(g, k))
            continue;
        for (uint32_t s = 0; s < n->n; s++)
            if (n->slot[s] == i)
                return 1;
    }
    return 0;
}

// What is set aside is a root of the search itself; it may still die by counting, when the last reference was one from
// garbage.
int graph_may_take(graph *g, uint32_t i) {
    const graph_node *n = &g->node[i];
    if (g->searched_links == g->links && !graph_reached(g, i))
        return 1; // nothing was linked since
    graph_search(g);
    if (!graph_reached(g, i))
        return 1;
    int aside = n->frozen || (!n->tracked && !cell_is_acyclic(n->kind));
    return aside && !n->held && !n->immortal && !graph_is_named(g, i);
}

// Weak node w is dead. If it has a callback and somebody can reach it, it has to be told.
static void graph_clear_one_weak(graph *g, uint32_t w) {
    graph_node *n = &g->node[w];
    if (n->cleared)
        return;
    graph_search(g);
    n->cleared = 1;
    n->due = n->has_fn && !n->suspect && n->count > 0 && graph_reached(g, w);
}

void graph_clear_weak(graph *g, uint32_t i, uint32_t only) {
    for (uint32_t k = 0; k < g->n_weak; k++) {
        uint32_t w = g->weak[k];
        int watches = g->node[w].target == i && g->node[w].target_serial == g->node[i].serial;
        if (watches && (!only || only == w))
            graph_clear_one_weak(g, w);
    }
}

static void graph_forget_weak(graph *g, uint32_t i) {
    for (uint32_t k = 0; k < g->n_weak; k++)
        if (g->weak[k] == i)
            g->weak[k] = g->weak[--g->n_weak];
}

void graph_empty(graph *g, uint32_t i) {
    graph_node *n = &g->node[i];
    for (uint32_t s = 0; s < n->n; s++)
        if (n->slot[s]) {
            uint32_t v = n->slot[s];
            n->slot[s] = 0;
            graph_dec(g, v);
        }
    n->emptied = 1;
}

void graph_die(graph *g, uint32_t i) {
    graph_node *n = &g->node[i];
    if (n->immortal && !g->ending)
        graph_fail(g, "immortal node %u died", i);
    if (n->count && !g->ending && !graph_may_take(g, i))
        graph_fail(g, "node %u (kind %d) died while it was reachable", i, (int)n->kind);
    if (n->finalized > 1)
        graph_fail(g, "the finalizer of node %u ran %u times", i, n->finalized);
    if (!n->finalized && (n->tracked || cell_is_acyclic(n->kind)) && cell_has_finalizer(n->kind) && !g->ending)
        graph_fail(g, "node %u died without its finalizer", i);
    graph_clear_weak(g, i, 0);
    if (n->kind == CELL_WEAK)
        graph_forget_weak(g, i);
    n->state = NODE_DEAD;
    g->live--;
    g->deaths++;
    g->drops += !graph_is_found(g, n); // what it was given by its finalizer, say, goes with it
    g->deallocs_due += (uint64_t)cell_has_dealloc(n->kind);
    g->dead[g->n_dead++] = i;
    graph_empty(g, i);
}

// ---- after a step ----

static int graph_note_seen(ouro_obj *o, void *arg) {
    graph *g = arg;
    uint32_t i = graph_find(g, o);
    g->node[i].tally = 1;
    return g->failed;
}

// Nodes whose count fell to 0 are dead, or wait for that; or, silent, die now and take others with them.
static void graph_settle_zeros(graph *g) {
    uint32_t waiting = 0;
    for (uint32_t k = 0; k < g->n_zero && !g->failed; k++) {
        graph_node *n = &g->node[g->zero[k]];
        if (n->state != NODE_LIVE || n->count || n->immortal)
            continue;
        if (g->opt.silent)
            graph_die(g, g->zero[k]);
        else if (ouro_death_waiting(g->rt))
            g->zero[waiting++] = g->zero[k];
        else
            graph_fail(g, "the last reference to node %u (kind %d) is gone, and it lives", g->zero[k], (int)n->kind);
    }
    g->n_zero = waiting;
}

static int graph_collections_ran(graph *g) {
    ouro_gc_stats stats[3];
    ouro_gc_get_stats(g->rt, stats);
    ouro_gc_progress progress;
    ouro_gc_get_progress(g->rt, &progress);
    uint64_t collections = stats[0].collections + stats[1].collections + stats[2].collections + progress.slices +
                           progress.given_up,
             before = g->collections;
    g->collections = collections;
    return collections != before;
}

// Unreachable nodes that were not seen die; so do those that only they held. Returns: how many.
static uint32_t graph_take_unseen(graph *g) {
    uint32_t taken = 0;
    for (uint32_t i = 1; i < g->n_nodes; i++) {
        const graph_node *n = &g->node[i];
        if (n->state != NODE_LIVE || !n->tracked || n->frozen || n->tally || !graph_may_take(g, i))
            continue;
        graph_die(g, i);
        graph_settle_zeros(g);
        taken++;
    }
    return taken;
}

// Silent: what collections have freed is what they no longer hand out.
static void graph_notice_collections(graph *g) {
    if (!graph_collections_ran(g))
        return;
    for (uint32_t i = 0; i < g->n_nodes; i++)
        g->node[i].tally = 0;
    ouro_gc_get_objects(g->rt, -1, graph_note_seen, g);
    while (graph_take_unseen(g))
        ;
    for (uint32_t i = 1; i < g->n_nodes; i++) {
        const graph_node *n = &g->node[i];
        if (n->state == NODE_LIVE && n->tracked && !n->frozen && !n->tally)
            graph_fail(g, "node %u (kind %d) died while it was reachable", i, (int)n->kind);
    }
}

static void graph_settle_dead(graph *g) {
    for (uint32_t k = 0; k < g->n_dead; k++) {
        uint32_t i = g->dead[k];
        if (g->node[i].count)
            graph_fail(g, "node %u is dead, and still referred to", i);
        g->node[i].state = NODE_UNUSED;
        g->node[i].n = 0;
        g->spare[g->n_spare++] = i;
    }
    g->n_dead = 0;
}

// A callback may have to wait for the end of a collection in slices.
static void graph_settle_weak(graph *g) {
    ouro_gc_progress progress;
    ouro_gc_get_progress(g->rt, &progress);
    for (uint32_t k = 0; k < g->n_weak && !progress.under_way; k++) {
        graph_node *w = &g->node[g->weak[k]];
        if (w->due && !w->called && w->count && !g->ending)
            graph_fail(g, "the callback of weak node %u was not run", g->weak[k]);
        w->due = 0;
    }
}

// Silent, the mirror cannot know who waits.
void graph_settle(graph *g) {
    if (g->opt.silent && !g->ending)
        ouro_death_finish(g->rt, SIZE_MAX);
    graph_settle_zeros(g);
    if (g->opt.silent && !g->ending)
        graph_notice_collections(g);
    graph_settle_zeros(g);
    graph_settle_dead(g);
    graph_settle_weak(g);
    // One with many references drops them in parts.
    uint64_t half_dead = ouro_death_waiting(g->rt) && !g->opt.silent ? g->deaths - g->freed : 0;
    if (half_dead > 1 || g->deallocs_due - g->deallocs > half_dead)
        graph_fail(g, "%llu deallocs instead of %llu", (unsigned long long)g->deallocs,
                   (unsigned long long)g->deallocs_due);
    if (!g->opt.silent && g->freed + half_dead != g->deaths)
        graph_fail(g, "%llu dead, %llu freed", (unsigned long long)g->deaths, (unsigned long long)g->freed);
    if (g->warnings != g->warnings_due)
        graph_fail(g, "%u warnings instead of %u", g->warnings, g->warnings_due);
}

void graph_finish(graph *g) {
    while (ouro_death_waiting(g->rt) && !g->failed)
        ouro_death_finish(g->rt, SIZE_MAX);
    graph_settle(g);
}

// ---- what is set aside ----

void graph_track(graph *g, uint32_t i) {
    ouro_track(g->node[i].o);
    g->node[i].tracked = 1;
    g->node[i].frozen = g->node[i].shelved;
    g->cuts++;
}

void graph_freeze(graph *g) {
    ouro_gc_freeze(g->rt);
    for (uint32_t i = 1; i < g->n_nodes; i++) {
        graph_node *n = &g->node[i];
        n->frozen = n->state == NODE_LIVE && n->tracked;
        n->shelved = n->state == NODE_LIVE && !n->tracked && !cell_is_acyclic(n->kind);
    }
    g->links++;
}

void graph_unfreeze(graph *g) {
    ouro_gc_unfreeze(g->rt);
    for (uint32_t i = 1; i < g->n_nodes; i++)
        g->node[i].frozen = g->node[i].shelved = 0;
    g->cuts++;
}

uint32_t graph_end(graph *g) {
    uint32_t left = 0;
    g->ending = 1;
    g->cuts++;
    for (uint32_t i = 1; i < g->n_nodes; i++)
        for (uint32_t s = 0; g->node[i].immortal && s < g->node[i].n; s++)
            graph_edge(g, i, s, 0);
    graph_search(g);
    for (uint32_t i = 1; i < g->n_nodes; i++)
        if (g->node[i].state == NODE_LIVE) {
            left += !g->node[i].immortal && graph_reached(g, i);
            g->kept += g->node[i].immortal || graph_reached(g, i);
        }
    return left;
}
