// SPDX-License-Identifier: MIT
// graph_collects.c: operations that collect, or say when to; see graph.h.
#include "graph.h"

// Marks what cannot be reached now. Returns: how many of those the collector would find.
static uint64_t collects_doom(graph *g) {
    uint64_t tracked = 0;
    graph_finish(g);
    graph_search(g);
    for (uint32_t i = 1; i < g->n_nodes; i++) {
        graph_node *n = &g->node[i];
        n->doomed = n->state == NODE_LIVE && !graph_reached(g, i);
        tracked += n->doomed && n->tracked;
    }
    return tracked;
}

static uint64_t collects_skipped(const graph *g) {
    ouro_gc_stats stats[3];
    ouro_gc_get_stats(g->rt, stats);
    return stats[0].skipped + stats[1].skipped + stats[2].skipped;
}

static int slices_under_way(const graph *g) {
    ouro_gc_progress progress;
    ouro_gc_get_progress(g->rt, &progress);
    return progress.under_way;
}

// To the mirror an object is there or gone: what is between that is seen by random_slices.c.
static int slices_free(const graph *g) {
    ouro_gc_progress progress;
    ouro_gc_get_progress(g->rt, &progress);
    return progress.condemned > 0;
}

// After a full collection whatever was doomed is dead, unless a callback brought it back.
static void collects_check(graph *g) {
    graph_search(g);
    for (uint32_t i = 1; i < g->n_nodes; i++)
        if (g->node[i].doomed && g->node[i].state == NODE_LIVE && !graph_reached(g, i)) {
            graph_fail(g, "node %u (kind %d) is unreachable and survived a full collection", i, (int)g->node[i].kind);
            return;
        }
}

// What callbacks have dropped too late for this collection may survive it; then nothing can be said.
static void collects_full(graph *g) {
    uint64_t doomed = collects_doom(g), calls = g->calls, drops = g->drops, skipped = collects_skipped(g);
    int64_t found = ouro_gc_collect(g->rt, OURO_GC_FULL);
    if (found < 0)
        graph_fail(g, "a full collection fails: %s", ouro_error_message(g->rt));
    if (collects_skipped(g) != skipped) {
        if (!g->armed)
            graph_fail(g, "a collection was skipped");
        return;
    }
    graph_settle(g);
    int passive = g->calls == calls || g->opt.silent || g->calm;
    if (passive && (uint64_t)found != doomed)
        graph_fail(g, "a full collection found %lld objects instead of %llu", (long long)found,
                   (unsigned long long)doomed);
    if (passive || g->drops == drops)
        collects_check(g);
}

static void collects_collect(graph *g) {
    int generation = (int)graph_draw(g, g->opt.sliced && slices_under_way(g) ? 2 : 3);
    if (g->collecting) {
        if (ouro_gc_collect(g->rt, generation) != 0)
            graph_fail(g, "a collection within a collection, depth %u", g->depth);
    } else if (g->depth == 0 && generation == OURO_GC_FULL)
        collects_full(g);
    else if (ouro_gc_collect(g->rt, generation) < 0)
        graph_fail(g, "a collection fails: %s", ouro_error_message(g->rt));
}

void graph_sweep(graph *g) {
    if (g->opt.sliced && slices_under_way(g) && !g->ending)
        return;
    int before = g->calm;
    g->calm = 1;
    collects_full(g);
    g->calm = before;
}

// What a collection has put into garbage, node by node: all that was doomed. The list owns its references.
static void collects_note_saved(graph *g, uint64_t doomed) {
    size_t n = ouro_gc_garbage_count(g->rt);
    if (n != doomed || ouro_gc_garbage_peek(g->rt, n))
        graph_fail(g, "%zu objects are in garbage instead of %llu", n, (unsigned long long)doomed);
    for (size_t k = 0; k < n && !g->failed; k++) {
        uint32_t i = graph_find(g, ouro_gc_garbage_peek(g->rt, k));
        if (!g->node[i].doomed)
            graph_fail(g, "node %u is in garbage, and was reachable", i);
        graph_clear_weak(g, i, 0);
        g->node[i].suspect = 1; // a weak reference in garbage is dead
    }
    for (size_t k = 0; k < n && !g->failed; k++)
        graph_hold(g, graph_find(g, ouro_gc_garbage_peek(g->rt, k)));
}

// Unreachable objects are saved instead of freed; some are kept, then garbage is dropped.
static void collects_save(graph *g) {
    if (g->armed || g->starved || (g->opt.sliced && slices_under_way(g)))
        return;
    g->calm = 1;
    uint64_t doomed = collects_doom(g);
    ouro_gc_set_debug(g->rt, OURO_GC_DEBUG_SAVEALL);
    ouro_gc_collect(g->rt, OURO_GC_FULL);
    ouro_gc_set_debug(g->rt, 0);
    collects_note_saved(g, doomed);
    size_t n = ouro_gc_garbage_count(g->rt);
    if (n && !g->failed) {
        uint32_t i = graph_find(g, ouro_gc_garbage_peek(g->rt, graph_draw(g, (uint32_t)n)));
        graph_pin(g, i);
        graph_put(g, i);
    }
    for (size_t k = 0; k < n && !g->failed; k++)
        graph_release(g, graph_find(g, ouro_gc_garbage_peek(g->rt, k)));
    if (!g->failed)
        ouro_gc_garbage_clear(g->rt);
    g->calm = 0;
}

static void slices_begin(graph *g) {
    graph_search(g);
    for (uint32_t i = 1; i < g->n_nodes; i++)
        g->node[i].dated = g->node[i].state == NODE_LIVE && !graph_reached(g, i);
    // To the mirror one that drops its references in parts has dropped them all.
    g->excused = g->freed != g->deaths && !g->opt.silent;
    g->slid_calls = g->calls;
    g->slid_skipped = collects_skipped(g);
}

// What was garbage when it began is gone, unless somebody has used some of it meanwhile.
static void slices_check(graph *g) {
    if (g->excused || collects_skipped(g) != g->slid_skipped ||
        (g->calls != g->slid_calls && !g->opt.silent && !g->calm))
        return;
    for (uint32_t i = 1; i < g->n_nodes; i++)
        if (g->node[i].dated && g->node[i].state == NODE_LIVE)
            graph_fail(g, "node %u (kind %d) was garbage when a collection in slices began, and survived it", i,
                       (int)g->node[i].kind);
}

static void collects_slice(graph *g) {
    static const uint32_t bursts[] = {1, 3, 10, 40, 200};
    for (uint32_t n = 1 + graph_draw(g, bursts[graph_draw(g, 5)]); n && !g->failed; n--) {
        if (!slices_under_way(g))
            slices_begin(g);
        // What objects that wait for their death refer to is not garbage yet.
        g->excused |= ouro_death_waiting(g->rt) > 0;
        int ended = ouro_gc_step(g->rt, graph_draw(g, 30) ? 0 : 50);
        while (slices_free(g))
            ended = ouro_gc_step(g->rt, 0);
        g->excused |= ouro_death_waiting(g->rt) > 0;
        if (g->collecting && ended)
            graph_fail(g, "a slice within a collection");
        graph_settle(g);
        if (ended && !g->failed)
            slices_check(g);
    }
}

static void collects_wrong(graph *g) {
    if (ouro_gc_collect(g->rt, 3) != -1 || ouro_error_code(g->rt) != OURO_ERR_VALUE)
        graph_fail(g, "generation 3 was collected");
    ouro_error_clear(g->rt);
}

static void collects_threshold(graph *g) {
    static const size_t small[] = {0, 1, 3, 20, 100, 700};
    size_t t[3], seen[3];
    for (int k = 0; k < 3; k++)
        t[k] = small[graph_draw(g, 6)];
    t[0] *= 1 + g->opt.nodes / 40; // each costs the mirror a walk over all nodes
    if (graph_draw(g, 3) == 0) {
        ouro_gc_adapt(g->rt);
        return;
    }
    ouro_gc_set_threshold(g->rt, t[0], t[1], t[2]);
    ouro_gc_get_threshold(g->rt, &seen[0], &seen[1], &seen[2]);
    if (memcmp(t, seen, sizeof t))
        graph_fail(g, "the thresholds are %zu %zu %zu", seen[0], seen[1], seen[2]);
}

static void collects_threshold_bytes(graph *g) {
    static const size_t bytes[] = {0, 1, OURO_PAGE_BYTES, OURO_SEGMENT_BYTES, (size_t)64 << 20};
    size_t t = bytes[graph_draw(g, 5)];
    ouro_gc_set_threshold_bytes(g->rt, t);
    if (ouro_gc_get_threshold_bytes(g->rt) != t)
        graph_fail(g, "the threshold in bytes is not kept");
}

static void collects_switch(graph *g) {
    int on = g->off >= 3 || graph_draw(g, 2);
    unsigned off = on ? ouro_gc_enable(g->rt) : ouro_gc_disable(g->rt);
    g->off += on ? -(g->off > 0) : 1;
    if (off != (unsigned)g->off || ouro_gc_isenabled(g->rt) != !g->off)
        graph_fail(g, "the collector is off %u times instead of %d", off, g->off);
}

static void collects_safepoint(graph *g) {
    if (graph_draw(g, 4) == 0)
        ouro_gc_request(g->rt);
    ouro_safepoint(g->rt);
}

// ---- stress ----

static void collects_shuffle(graph *g) {
    ouro_stress_shuffle(g->rt, graph_draw(g, 4));
}

static void collects_stress(graph *g) {
    int usual = g->opt.stress ? OURO_GC_FULL : -1;
    ouro_stress_collect(g->rt, graph_draw(g, 8) ? usual : (int)graph_draw(g, 3));
}

static void collects_budget(graph *g) {
    static const size_t budgets[] = {0, 1, 1, 2, 5, 20, 100};
    size_t n = budgets[graph_draw(g, 7)];
    uint64_t calls = g->calls;
    if (!g->opt.budget)
        return;
    ouro_death_set_budget(g->rt, n);
    if (ouro_death_get_budget(g->rt) != n && g->calls == calls)
        graph_fail(g, "the budget for deaths is not kept");
}

static void collects_finish(graph *g) {
    size_t left = ouro_death_finish(g->rt, graph_draw(g, 20));
    if (left != ouro_death_waiting(g->rt))
        graph_fail(g, "%zu objects wait instead of %zu", ouro_death_waiting(g->rt), left);
}

static void collects_callback(graph *g) {
    if (g->gc_callback)
        ouro_gc_callback_remove(g->rt, graph_on_gc, g);
    else if (ouro_gc_callback_add(g->rt, graph_on_gc, g) < 0) {
        graph_refused(g);
        return;
    }
    g->gc_callback = !g->gc_callback;
}

const graph_operation graph_collect_operations[] = {
    {"collect", collects_collect, 6, 1, 1},
    {"sweep", graph_sweep, 2, 0, 1},
    {"save", collects_save, 1, 0, 1},
    {"slice", collects_slice, 20, 0, 0},
    {"collect wrong", collects_wrong, 1, 0, 0},
    {"threshold", collects_threshold, 2, 0, 0},
    {"threshold bytes", collects_threshold_bytes, 1, 0, 0},
    {"switch", collects_switch, 2, 0, 0},
    {"safepoint", collects_safepoint, 4, 1, 1},
    {"freeze", graph_freeze, 1, 0, 1},
    {"unfreeze", graph_unfreeze, 3, 0, 1},
    {"shuffle", collects_shuffle, 1, 0, 0},
    {"stress", collects_stress, 2, 0, 1},
    {"gc callback", collects_callback, 1, 0, 0},
    {"death budget", collects_budget, 2, 1, 0},
    {"death finish", collects_finish, 6, 1, 0},
    {NULL, NULL, 0, 0, 0},
};
