// SPDX-License-Identifier: MIT
// graph_react.c: what the runtime tells the model while it works: events, finalizers, weak callbacks; see graph.h.
// Finalizers and callbacks of a reacting graph do random operations of their own: they resurrect, link, drop, create,
// collect.
#include "graph.h"

static graph *react_graph(ouro_rt *rt) {
    return ouro_rt_user(rt);
}

// Up to two operations in the name of node `self` (0: nobody's).
static void react(graph *g, uint32_t self) {
    g->calls++;
    if (ouro_error_code(g->rt) != OURO_OK)
        graph_fail(g, "a callback sees an error of somebody else: %s", ouro_error_message(g->rt));
    if (g->opt.silent || g->calm || g->ending || g->failed || g->depth == GRAPH_DEPTH)
        return;
    g->running[g->depth++] = self;
    g->links++;
    for (uint32_t n = graph_draw(g, 3); n > 0 && !g->failed; n--)
        graph_react(g);
    if (graph_draw(g, 40) == 0) {
        ouro_error_set(g->rt, OURO_ERR_USER, "left by a callback");
        g->warnings_due++;
    }
    g->depth--;
    g->cuts++;
}

void graph_on_finalize(ouro_rt *rt, ouro_obj *o) {
    graph *g = react_graph(rt);
    uint32_t i = graph_find(g, o);
    graph_node *n = &g->node[i];
    if (!i)
        return;
    if (n->finalized++)
        graph_fail(g, "node %u is finalized again", i);
    // One that was found unreachable, and was brought back by the finalizer of another, still has its turn.
    if (n->count && !g->opt.silent && !graph_is_found(g, n) && !graph_may_take(g, i))
        graph_fail(g, "reachable node %u is finalized", i);
    for (uint32_t s = 0; s < n->n; s++)
        if (*cell_slot(o, n->kind, s) != (n->slot[s] ? g->node[n->slot[s]].o : NULL))
            graph_fail(g, "the finalizer of node %u does not find its fields intact", i);
    react(g, i);
}

void graph_on_dealloc(ouro_rt *rt) {
    react_graph(rt)->deallocs++;
}

// `arg` is the weak node's, which holds it.
static void react_check_weak(graph *g, uint32_t i, ouro_obj *arg) {
    graph_node *w = &g->node[i];
    ouro_obj *out = NULL;
    if (w->called++)
        graph_fail(g, "the callback of weak node %u runs again", i);
    if (ouro_weak_get(w->o, &out) != 0 || out)
        graph_fail(g, "in its callback weak node %u is not dead", i);
    if (arg != (w->slot[0] ? g->node[w->slot[0]].o : NULL))
        graph_fail(g, "weak node %u has another argument", i);
    if (graph_is_found(g, w) && w->count) {
        graph_search(g);
        if (!graph_reached(g, i))
            graph_fail(g, "weak node %u is garbage itself, and its callback runs", i);
    }
    if (!g->opt.silent && !w->cleared)
        graph_fail(g, "the callback of weak node %u runs, and its target was not seen to die", i);
}

void graph_on_weak(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    graph *g = react_graph(rt);
    uint32_t i = graph_find(g, weak);
    if (!i)
        return;
    react_check_weak(g, i, arg);
    // Garbage that no collection has found yet is still told: then it is used, and stays until the next.
    g->excused |= g->node[i].dated;
    react(g, i);
}

void graph_on_gc(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    graph *g = user;
    (void)rt;
    if (info->generation < 0 || info->generation > 2 || (phase == OURO_GC_START && info->collected))
        graph_fail(g, "a callback is given a collection of generation %d", info->generation);
    int before = g->collecting;
    g->collecting = 1;
    react(g, 0);
    g->collecting = before;
}

// Reports what it owns but for some, which is allowed; always the same within a step.
void graph_on_roots(ouro_rt *rt, ouro_visit visit, void *arg, void *user) {
    graph *g = user;
    (void)rt;
    for (uint32_t i = 0; i < g->opt.places; i++) {
        graph_place *p = &g->place[i];
        if (p->mode == PLACE_VISITED && p->ref && (i + g->step) % 7 && visit(p->ref, arg))
            return;
    }
}

void graph_on_warning(void *user, const char *message) {
    graph *g = user;
    g->warnings++;
    if (strstr(message, "left by a callback") || g->ending)
        return;
    graph_fail(g, "warning: %s", message);
}

// 1 if an unreachable node that nothing else has ended still has to be finalized.
static int react_finalizers_wait(const graph *g) {
    for (uint32_t i = 1; i < g->n_nodes; i++) {
        const graph_node *n = &g->node[i];
        int found = n->state == NODE_LIVE && n->count && graph_is_found(g, n);
        if (found && cell_has_finalizer(n->kind) && !n->finalized)
            return 1;
    }
    return 0;
}

// Comes before the target's death when the collector sees to it, after it otherwise.
static void react_to_cleared_weak(graph *g, ouro_obj *target, ouro_obj *weak) {
    uint32_t w = graph_find_weak(g, weak), i = g->node[w].target;
    const graph_node *n = &g->node[i];
    if (!w)
        return; // it is dying itself
    if (n->o != target || n->serial != g->node[w].target_serial)
        graph_fail(g, "weak node %u watched another object", w);
    if (n->state == NODE_LIVE && n->count && !g->ending && !graph_may_take(g, i))
        graph_fail(g, "a weak reference to reachable node %u became dead", i);
    int early = n->state == NODE_LIVE && n->count && graph_is_found(g, n) && !g->node[w].has_fn;
    if (early && g->opt.weak_order == OURO_WEAK_ORDER_315 && react_finalizers_wait(g))
        graph_fail(g, "weak node %u without a callback became dead before finalizers had run", w);
    graph_clear_weak(g, i, w);
}

static void react_to_finding(graph *g, ouro_obj *o) {
    uint32_t i = graph_find(g, o);
    graph_search(g);
    if (graph_reached(g, i))
        graph_fail(g, "a collection finds that reachable node %u is unreachable", i);
    g->node[i].found_in = g->collection;
    g->node[i].suspect = 1;
}

// The clearing of an object whose death was told first says nothing new.
static void react_to_clearing(graph *g, ouro_obj *o) {
    uint32_t i = ouro_is(o, ouro_weak_type) ? graph_find_weak(g, o) : ((cell *)o)->node;
    if (i && i < g->n_nodes && g->node[i].o == o && g->node[i].state == NODE_LIVE)
        graph_empty(g, i);
}

static void react_to_death(graph *g, ouro_obj *o) {
    if (g->opt.faults && ouro_is(o, ouro_weak_type) && !graph_find_weak(g, o)) {
        g->deaths++; // ouro_weak_new could not finish it, for lack of memory
        return;
    }
    uint32_t i = graph_find(g, o);
    if (i)
        graph_die(g, i);
}

void graph_on_event(ouro_rt *rt, const ouro_event *event, void *user) {
    graph *g = user;
    (void)rt;
    if (event->kind == OURO_EVENT_GC_START || event->kind == OURO_EVENT_SLICE_START) {
        g->collecting = 1;
        g->collection++;
    }
    if (event->kind == OURO_EVENT_UNREACHABLE && !g->failed && !g->ending)
        react_to_finding(g, event->o);
    if (event->kind == OURO_EVENT_GC_DONE || event->kind == OURO_EVENT_SLICE_DONE)
        g->collecting = 0;
    if (event->kind == OURO_EVENT_FREED)
        g->freed++;
    if (event->kind == OURO_EVENT_WEAK_CLEARED && !g->failed)
        react_to_cleared_weak(g, event->o, event->other);
    if (event->kind == OURO_EVENT_CLEARED && !g->failed && !g->ending)
        react_to_clearing(g, event->o);
    if (event->kind == OURO_EVENT_DEAD && !g->failed)
        react_to_death(g, event->o);
}
