// SPDX-License-Identifier: MIT
// graph.c: resolves the relations of all packages to references.
//
// The rule, also printed by the program: every alternative of `a | b` is a reference. A name is the package called so,
// of the same architecture if there is one; if nobody is called so, all packages that provide it. Versions in relations
// are not compared. Each package refers to another at most once, and never to itself.
#include "graph.h"

#include <stdlib.h>
#include <string.h>

// The package whose references are being made.
typedef struct graph_builder {
    graph *g;
    const pkg_index *ix;
    const names *d;
    uint32_t from;
    uint32_t *seen; // for each package: 1 + the last one that referred to it
} graph_builder;

static int graph_alloc(graph *g, uint32_t n) {
    *g = (graph){.n = n};
    g->start = calloc((size_t)n + 1, sizeof *g->start);
    g->needed = calloc((size_t)n + 1, sizeof *g->needed);
    return g->start && g->needed ? 0 : -1;
}

static int graph_append(graph *g, uint32_t to) {
    if (g->n_refs == g->room) {
        size_t room = g->room ? 2 * g->room : 4096;
        uint32_t *grown = room <= GRAPH_REFS_MAX ? realloc(g->to, room * sizeof *grown) : NULL;
        if (!grown)
            return -1;
        g->to = grown;
        g->room = room;
    }
    g->to[g->n_refs++] = to;
    return 0;
}

static int graph_refer(graph_builder *b, uint32_t to) {
    if (to == b->from) {
        b->g->itself++;
        return 0;
    }
    if (b->seen[to] == b->from + 1)
        return 0;
    b->seen[to] = b->from + 1;
    return graph_append(b->g, to);
}

// Refers to those in a list that fit an architecture, to `most` of them. Returns: how many fitted; -1 on failure.
static int graph_refer_list(graph_builder *b, uint32_t list, const char *arch, size_t arch_length, int most) {
    int taken = 0;
    for (; list != NAMES_NONE && taken < most; list = b->d->link[list].next) {
        uint32_t to = b->d->link[list].package;
        if (!names_fit(b->ix, to, arch, arch_length))
            continue;
        if (graph_refer(b, to) < 0)
            return -1;
        taken++;
    }
    return taken;
}

// Refers to what one alternative stands for. Returns: how many that is; -1 on failure.
static int graph_refer_item(graph_builder *b, const names_item *item) {
    const names_entry *e = names_find(b->d, item->name, item->name_length);
    if (!e)
        return 0;
    int has_package = e->packages != NAMES_NONE, most = has_package ? 1 : INT32_MAX;
    uint32_t list = has_package ? e->packages : e->providers;
    if (item->arch)
        return graph_refer_list(b, list, item->arch, item->arch_length, most);
    const char *own = index_text(b->ix, b->from, INDEX_ARCHITECTURE);
    int taken = graph_refer_list(b, list, own, strlen(own), most);
    return taken ? taken : graph_refer_list(b, list, "all", 3, most); // "all" fits any
}

static int graph_refer_relation(graph_builder *b, const char *text) {
    names_item item;
    int taken = 0;
    while (names_next(&text, &item)) {
        int n = graph_refer_item(b, &item);
        if (n < 0)
            return -1;
        taken |= n;
        if (!item.ends_group)
            continue;
        b->g->unresolved += taken == 0;
        taken = 0;
    }
    return 0;
}

static int graph_refer_all(graph_builder *b, index_field last) {
    for (b->from = 0; b->from < b->ix->n; b->from++) {
        for (index_field f = INDEX_PRE_DEPENDS; f <= last; f++)
            if (graph_refer_relation(b, index_text(b->ix, b->from, f)) < 0)
                return -1;
        b->g->start[b->from + 1] = b->g->needed[b->from] = b->g->n_refs;
    }
    return 0;
}

int graph_build(graph *g, const pkg_index *ix, const names *d, index_field last) {
    graph_builder b = {.g = g, .ix = ix, .d = d};
    if (graph_alloc(g, ix->n) < 0 || !(b.seen = calloc((size_t)ix->n + 1, sizeof *b.seen)))
        return -1;
    int result = graph_refer_all(&b, last);
    free(b.seen);
    return result;
}

// Where each package's references begin when those that need it are added.
static void graph_place_both(graph *g, const graph *from) {
    for (size_t r = 0; r < from->n_refs; r++)
        g->start[from->to[r] + 1]++;
    for (uint32_t i = 0; i < g->n; i++) {
        size_t own = from->start[i + 1] - from->start[i];
        g->needed[i] = g->start[i] + own;
        g->start[i + 1] += g->needed[i];
    }
}

int graph_build_both_ways(graph *g, const graph *from) {
    if (graph_alloc(g, from->n) < 0)
        return -1;
    g->n_refs = g->room = 2 * from->n_refs;
    g->unresolved = from->unresolved;
    g->itself = from->itself;
    size_t *end = malloc(((size_t)g->n + 1) * sizeof *end);
    g->to = malloc((g->room + 1) * sizeof *g->to);
    if (end && g->to) {
        graph_place_both(g, from);
        memcpy(end, g->needed, g->n * sizeof *end);
        for (uint32_t i = 0; i < g->n; i++)
            for (size_t r = from->start[i]; r < from->start[i + 1]; r++) {
                uint32_t to = from->to[r];
                g->to[g->start[i] + (r - from->start[i])] = to;
                g->to[end[to]++] = i;
            }
    }
    int result = end && g->to ? 0 : -1;
    free(end);
    return result;
}

void graph_free(graph *g) {
    free(g->start);
    free(g->needed);
    free(g->to);
    *g = (graph){0};
}
