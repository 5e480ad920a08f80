// SPDX-License-Identifier: MIT
// graph_links.c: operations that make objects and change what they refer to; see graph.h.
#include "graph.h"

// ---- what operations share ----

static uint32_t links_start(graph *g) {
    uint32_t self = g->depth ? g->running[g->depth - 1] : 0;
    if (self && graph_draw(g, 2))
        return self;
    if (g->n_scopes && graph_draw(g, 8) == 0) {
        graph_scope *s = &g->scope[g->n_scopes - 1];
        return s->n ? s->node[graph_draw(g, s->n)] : 0;
    }
    return graph_pick_place(g)->node;
}

uint32_t graph_pick(graph *g) {
    uint32_t i = links_start(g);
    for (uint32_t steps = graph_draw(g, 4); i && steps > 0; steps--) {
        const graph_node *n = &g->node[i];
        uint32_t next = n->n ? n->slot[graph_draw(g, n->n)] : 0;
        if (!next)
            break;
        i = next;
    }
    if (i && g->node[i].state != NODE_LIVE)
        graph_fail(g, "node %u can be reached, and is dead", i);
    return g->failed ? 0 : i;
}

graph_place *graph_pick_place(graph *g) {
    return &g->place[graph_draw(g, g->opt.places)];
}

void graph_put(graph *g, uint32_t i) {
    graph_place *p = graph_pick_place(g);
    uint32_t old = p->node;
    p->node = i;
    if (old)
        graph_release(g, old);
    ouro_setslot_steal(&p->ref, g->node[i].o);
}

void graph_pin(graph *g, uint32_t i) {
    graph_hold(g, i);
    ouro_incref(g->node[i].o);
}

void graph_unpin(graph *g, uint32_t i) {
    graph_release(g, i);
    ouro_decref(g->node[i].o);
}

void graph_refused(graph *g) {
    g->failures++;
    int reason = g->starved || (g->armed && ouro_stress_failures(g->rt) > 0);
    if (ouro_error_code(g->rt) != OURO_ERR_MEMORY || !reason)
        graph_fail(g, "a call failed with %s: %s", ouro_code_name(ouro_error_code(g->rt)), ouro_error_message(g->rt));
    ouro_error_clear(g->rt);
}

// A node with slots that the program may change; 0 if none was met.
static uint32_t links_owner(graph *g) {
    uint32_t i = graph_pick(g);
    return i && g->node[i].kind != CELL_WEAK && g->node[i].n ? i : 0;
}

ouro_obj **graph_slot(graph *g, uint32_t i, uint32_t s) {
    return cell_slot(g->node[i].o, g->node[i].kind, s);
}

// 1 if node v (0: NULL) may be put into a slot of this owner.
static int links_fits(const graph *g, uint32_t owner, uint32_t v) {
    return !v || g->node[owner].kind != CELL_BOX || g->node[v].kind == CELL_LEAF;
}

void graph_set(graph *g, uint32_t owner, uint32_t s, uint32_t v) {
    graph_edge(g, owner, s, v);
    ouro_setref(g->node[owner].o, graph_slot(g, owner, s), v ? g->node[v].o : NULL);
}

// ---- new objects ----

static size_t links_items(graph *g) {
    uint32_t r = graph_draw(g, 256);
    if (r == 255)
        return 1 + graph_draw(g, 6000); // up to blocks that have pages of their own
    return r < 200 ? r % 5 : r % 30;
}

// Callbacks of a birth may make objects too; what is spared here is for the births that wait for them.
int graph_is_full(const graph *g) {
    return g->n_spare < 8 || g->live >= g->opt.nodes;
}

uint32_t graph_new(graph *g, cell_kind kind, size_t items) {
    ouro_obj *o = graph_is_full(g) ? NULL : cell_new(g->rt, kind, items);
    if (o)
        return graph_add(g, o, kind);
    if (ouro_error_code(g->rt) != OURO_OK)
        graph_refused(g);
    return 0;
}

static void links_new(graph *g) {
    cell_kind kind = graph_draw(g, CELL_WEAK);
    uint32_t i = graph_new(g, kind, links_items(g));
    if (i)
        graph_put(g, i);
}

static void links_new_untracked(graph *g) {
    cell_kind kind = graph_draw(g, CELL_LEAF);
    if (graph_is_full(g))
        return;
    ouro_obj *o = cell_new_untracked(g->rt, kind, links_items(g));
    if (!o) {
        graph_refused(g);
        return;
    }
    uint32_t i = graph_add(g, o, kind);
    for (uint32_t s = 0; s < g->node[i].n && s < 3; s++) {
        uint32_t v = graph_pick(g);
        if (!v || v == i)
            continue;
        graph_edge(g, i, s, v);
        *graph_slot(g, i, s) = ouro_incref(g->node[v].o);
    }
    graph_put(g, i);
}

static void links_track(graph *g) {
    for (int tries = 0; tries < 6; tries++) {
        uint32_t i = graph_pick(g);
        if (!i || g->node[i].tracked || cell_is_acyclic(g->node[i].kind))
            continue;
        graph_track(g, i);
        return;
    }
}

// ---- references ----

static void links_link(graph *g) {
    uint32_t owner = links_owner(g), v = graph_pick(g);
    if (!owner || !links_fits(g, owner, v))
        return;
    graph_set(g, owner, graph_draw(g, g->node[owner].n), v);
}

// Moves the reference of a place into a field.
static void links_steal(graph *g) {
    uint32_t owner = links_owner(g);
    graph_place *p = graph_pick_place(g);
    uint32_t v = p->node;
    if (!owner || !v || !links_fits(g, owner, v))
        return;
    uint32_t s = graph_draw(g, g->node[owner].n);
    p->node = 0;
    graph_edge(g, owner, s, v);
    graph_release(g, v);
    ouro_setref_steal(g->node[owner].o, graph_slot(g, owner, s), ouro_takeslot(&p->ref));
}

// Moves the reference of a field into a place.
static void links_take(graph *g) {
    uint32_t owner = links_owner(g);
    if (!owner)
        return;
    uint32_t s = graph_draw(g, g->node[owner].n), v = g->node[owner].slot[s];
    if (!v)
        return;
    graph_hold(g, v);
    graph_edge(g, owner, s, 0);
    if (ouro_takeref(g->node[owner].o, graph_slot(g, owner, s)) != g->node[v].o)
        graph_fail(g, "slot %u of node %u held something else", s, owner);
    graph_put(g, v);
}

// Moves a reference from field to field.
static void links_move(graph *g) {
    uint32_t from = links_owner(g), to = links_owner(g);
    if (!from || !to)
        return;
    uint32_t a = graph_draw(g, g->node[from].n), b = graph_draw(g, g->node[to].n), v = g->node[from].slot[a];
    if (!v || !links_fits(g, to, v) || (from == to && a == b))
        return;
    graph_hold(g, v);
    graph_edge(g, from, a, 0);
    graph_edge(g, to, b, v);
    graph_release(g, v);
    ouro_obj *moved = ouro_takeref(g->node[from].o, graph_slot(g, from, a));
    ouro_setref_steal(g->node[to].o, graph_slot(g, to, b), moved);
}

// Moving about inside one object is free.
static void links_swap(graph *g) {
    uint32_t i = links_owner(g);
    if (!i)
        return;
    uint32_t a = graph_draw(g, g->node[i].n), b = graph_draw(g, g->node[i].n);
    uint32_t *slot = g->node[i].slot, was = slot[a];
    slot[a] = slot[b];
    slot[b] = was;
    ouro_obj **x = graph_slot(g, i, a), **y = graph_slot(g, i, b), *o = *x;
    *x = *y;
    *y = o;
}

static void links_unlink(graph *g) {
    uint32_t owner = links_owner(g);
    if (!owner)
        return;
    uint32_t s = graph_draw(g, g->node[owner].n);
    graph_edge(g, owner, s, 0);
    ouro_clearref(g->node[owner].o, graph_slot(g, owner, s));
}

// ---- tails that grow ----

// Growing may collect first, and callbacks must not move the buffer meanwhile.
static void links_grow(graph *g, uint32_t i) {
    if (g->growing)
        return;
    graph_pin(g, i);
    g->growing = i;
    if (cell_make_room(g->rt, g->node[i].o, g->node[i].kind) < 0)
        graph_refused(g);
    g->growing = 0;
    graph_unpin(g, i);
}

static void links_push(graph *g) {
    uint32_t i = graph_pick(g), v = graph_pick(g);
    graph_node *n = &g->node[i];
    if (!i || !cell_grows(n->kind) || n->n > 5000)
        return;
    if (!cell_has_room(n->o, n->kind)) {
        links_grow(g, i);
        return;
    }
    uint32_t first = n->n;
    graph_resize(g, i, first + cell_item_slots(n->kind));
    cell_push(n->o, n->kind);
    graph_set(g, i, first, v);
}

static void links_pop(graph *g) {
    uint32_t i = graph_pick(g);
    graph_node *n = &g->node[i];
    if (!i || !cell_grows(n->kind) || !n->n)
        return;
    uint32_t per_item = cell_item_slots(n->kind), first = n->n - per_item;
    ouro_obj *taken[2] = {NULL, NULL};
    for (uint32_t s = 0; s < per_item; s++) {
        graph_edge(g, i, first + s, 0);
        taken[s] = ouro_takeref(n->o, graph_slot(g, i, first + s));
    }
    graph_resize(g, i, first);
    cell_pop(n->o, n->kind);
    ouro_xdecref(taken[0]); // these may run code
    ouro_xdecref(taken[1]);
}

const graph_operation graph_link_operations[] = {
    {"new", links_new, 180, 1, 0},      {"new untracked", links_new_untracked, 12, 0, 0},
    {"track", links_track, 12, 1, 0},   {"link", links_link, 220, 1, 0},
    {"steal", links_steal, 60, 1, 0},   {"take", links_take, 40, 1, 0},
    {"move", links_move, 40, 1, 0},     {"swap", links_swap, 20, 1, 0},
    {"unlink", links_unlink, 40, 1, 0}, {"push", links_push, 100, 1, 0},
    {"pop", links_pop, 30, 1, 0},       {NULL, NULL, 0, 0, 0},
};
