// SPDX-License-Identifier: MIT
// graph_holds.c: operations on what C holds: locals, roots, the root visitor, scopes, the pending error, and on memory;
// see graph.h.
#include "graph.h"

static void holds_keep(graph *g) {
    uint32_t i = graph_pick(g);
    if (!i)
        return;
    graph_pin(g, i);
    graph_put(g, i);
}

static void holds_drop(graph *g) {
    graph_place *p = graph_pick_place(g);
    uint32_t i = p->node;
    if (!i)
        return;
    p->node = 0;
    graph_release(g, i);
    ouro_setslot(&p->ref, NULL);
}

// ---- roots ----

static void holds_root_add(graph *g) {
    graph_place *p = graph_pick_place(g);
    if (p->mode == PLACE_VISITED)
        return;
    int r = ouro_root_add(g->rt, "place", &p->ref);
    if (p->mode == PLACE_ROOT) {
        if (r == 0 || ouro_error_code(g->rt) != OURO_ERR_STATE)
            graph_fail(g, "a root was added twice");
        ouro_error_clear(g->rt);
    } else if (r < 0)
        graph_refused(g);
    else
        p->mode = PLACE_ROOT;
}

static void holds_root_remove(graph *g) {
    graph_place *p = graph_pick_place(g);
    if (p->mode == PLACE_VISITED)
        return;
    ouro_root_remove(g->rt, &p->ref);
    p->mode = PLACE_LOCAL;
}

static void holds_visit(graph *g) {
    graph_place *p = graph_pick_place(g);
    if (p->mode != PLACE_ROOT)
        p->mode = p->mode == PLACE_VISITED ? PLACE_LOCAL : PLACE_VISITED;
}

static void holds_visitor(graph *g) {
    if (g->visitor)
        ouro_root_visitor_remove(g->rt, graph_on_roots, g);
    else if (ouro_root_visitor_add(g->rt, "visited", graph_on_roots, g) < 0) {
        graph_refused(g);
        return;
    }
    g->visitor = !g->visitor;
}

// ---- scopes ----

static void holds_scope_open(graph *g) {
    if (g->n_scopes == GRAPH_SCOPES)
        return;
    graph_scope *s = &g->scope[g->n_scopes++];
    s->n = 0;
    ouro_scope_open(g->rt, &s->scope);
}

// Keeping steals, on failure too: the second pin is for what follows.
static void holds_scope_keep(graph *g) {
    uint32_t i = g->n_scopes ? graph_pick(g) : 0;
    if (!i || g->scope[g->n_scopes - 1].n == GRAPH_SCOPE_ITEMS)
        return;
    graph_scope *s = &g->scope[g->n_scopes - 1];
    graph_pin(g, i);
    graph_pin(g, i);
    if (ouro_scope_keep(&s->scope, g->node[i].o))
        s->node[s->n++] = i;
    else {
        graph_release(g, i);
        graph_refused(g);
    }
    graph_unpin(g, i);
}

static void holds_scope_close(graph *g) {
    if (!g->n_scopes)
        return;
    graph_scope *s = &g->scope[--g->n_scopes];
    for (uint32_t k = s->n; k-- > 0;)
        graph_release(g, s->node[k]);
    ouro_scope_close(&s->scope);
}

void graph_close_scopes(graph *g) {
    while (g->n_scopes)
        holds_scope_close(g);
}

// A scope that is opened and closed within a callback, with more references than need no memory.
static void holds_scope_inside(graph *g) {
    uint32_t i = graph_pick(g), n = graph_draw(g, 24), kept = 0;
    if (!i)
        return;
    graph_pin(g, i);
    ouro_scope scope;
    ouro_scope_open(g->rt, &scope);
    for (; kept < n; kept++) {
        graph_pin(g, i);
        if (!ouro_scope_keep(&scope, g->node[i].o)) {
            graph_release(g, i);
            graph_refused(g);
            break;
        }
    }
    while (kept-- > 0)
        graph_release(g, i);
    ouro_scope_close(&scope);
    graph_unpin(g, i);
}

// ---- the pending error ----

// An object is thrown, things die while it is pending, then it is taken or forgotten.
static void holds_throw(graph *g) {
    uint32_t i = graph_pick(g);
    if (!i)
        return;
    graph_hold(g, i);
    ouro_error_throw(g->rt, g->node[i].o);
    for (uint32_t n = graph_draw(g, 4); n > 0; n--)
        holds_drop(g);
    if (ouro_error_code(g->rt) != OURO_ERR_THROWN)
        graph_fail(g, "a thrown object was lost");
    if (graph_draw(g, 2)) {
        graph_release(g, i);
        ouro_error_clear(g->rt);
    } else if (ouro_error_take(g->rt) == g->node[i].o)
        graph_put(g, i);
    else
        graph_fail(g, "another object was thrown");
    if (ouro_error_code(g->rt) != OURO_OK)
        graph_fail(g, "an error is left");
}

// ---- memory ----

static void holds_limit(graph *g) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(g->rt, &usage);
    g->starved = g->opt.faults && !g->starved;
    ouro_mem_set_limit(g->rt, g->starved ? usage.pages + graph_draw(g, 3) * OURO_PAGE_BYTES + 1 : 0);
}

static void holds_external(graph *g) {
    ptrdiff_t bytes = g->external ? -g->external : (ptrdiff_t)graph_draw(g, 1 << 20);
    if (ouro_external(g->rt, bytes) < 0)
        graph_refused(g);
    else
        g->external += bytes;
}

static void holds_trim(graph *g) {
    ouro_mem_trim(g->rt);
}

static void holds_immortalize(graph *g) {
    uint32_t i = graph_pick(g);
    if (!i || graph_draw(g, 20))
        return;
    ouro_immortalize(g->node[i].o);
    g->node[i].immortal = 1;
    g->links++;
}

const graph_operation graph_hold_operations[] = {
    {"keep", holds_keep, 80, 1, 0},
    {"drop", holds_drop, 90, 1, 0},
    {"root add", holds_root_add, 10, 1, 0},
    {"root remove", holds_root_remove, 6, 1, 0},
    {"visit", holds_visit, 6, 1, 0},
    {"visitor", holds_visitor, 2, 0, 0},
    {"scope open", holds_scope_open, 4, 0, 0},
    {"scope keep", holds_scope_keep, 30, 0, 0},
    {"scope close", holds_scope_close, 5, 0, 0},
    {"scope inside", holds_scope_inside, 2, 1, 0},
    {"throw", holds_throw, 4, 0, 0},
    {"limit", holds_limit, 2, 0, 0},
    {"external", holds_external, 3, 1, 0},
    {"trim", holds_trim, 1, 1, 0},
    {"immortalize", holds_immortalize, 1, 0, 0},
    {NULL, NULL, 0, 0, 0},
};
