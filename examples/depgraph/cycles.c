// SPDX-License-Identifier: MIT
// cycles.c: strongly connected components by Tarjan's algorithm (R. E. Tarjan, Depth-first search and linear graph
// algorithms, SIAM Journal on Computing 1, 1972), without recursion.
//
// Each package gets a number when it is first met, and `low`: the smallest number known to be reachable from it within
// the component being built. A package whose low is its own number is the first of its component; the rest of it lies
// above it on the stack of the open ones.
#include "cycles.h"

#include <stdlib.h>
#include <string.h>

typedef struct cycles_search {
    const graph *g;
    cycles *c;
    uint32_t *number; // 0 if not met yet
    uint32_t *low;    // UINT32_MAX once the component is closed
    size_t *next;     // the reference to follow next
    uint32_t *path, *open;
    size_t path_length, open_length;
    uint32_t met;
} cycles_search;

static void cycles_enter(cycles_search *s, uint32_t v) {
    s->number[v] = s->low[v] = ++s->met;
    s->next[v] = s->g->start[v];
    s->path[s->path_length++] = v;
    s->open[s->open_length++] = v;
}

// The component that begins with `first` is complete: keep it if it is a cycle.
static void cycles_close(cycles_search *s, uint32_t first) {
    cycles *c = s->c;
    size_t begin = s->open_length;
    do
        s->low[s->open[--begin]] = UINT32_MAX;
    while (s->open[begin] != first);
    size_t size = s->open_length - begin;
    s->open_length = begin;
    if (size < 2)
        return;
    memcpy(c->member + c->in_cycles, s->open + begin, size * sizeof *c->member);
    c->in_cycles += size;
    c->start[++c->n] = c->in_cycles;
}

static void cycles_lower(cycles_search *s, uint32_t v, uint32_t low) {
    if (low < s->low[v])
        s->low[v] = low;
}

// All references of the last package of the path are followed: go back to the one before.
static void cycles_leave(cycles_search *s) {
    uint32_t v = s->path[--s->path_length], low = s->low[v];
    if (low == s->number[v])
        cycles_close(s, v);
    else
        cycles_lower(s, s->path[s->path_length - 1], low);
}

static void cycles_walk_from(cycles_search *s, uint32_t root) {
    cycles_enter(s, root);
    while (s->path_length) {
        uint32_t v = s->path[s->path_length - 1];
        if (s->next[v] == s->g->start[v + 1]) {
            cycles_leave(s);
            continue;
        }
        uint32_t to = s->g->to[s->next[v]++];
        if (!s->number[to])
            cycles_enter(s, to);
        else if (s->low[to] != UINT32_MAX)
            cycles_lower(s, v, s->number[to]);
    }
}

static int cycles_compare_numbers(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// One cycle while they are put in order.
typedef struct cycles_span {
    size_t size;
    const uint32_t *member;
} cycles_span;

// Larger ones first; of the same size, the one whose first member comes first.
static int cycles_compare_spans(const void *a, const void *b) {
    const cycles_span *x = a, *y = b;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return cycles_compare_numbers(x->member, y->member);
}

static void cycles_copy_spans(cycles *c, const cycles_span *span, uint32_t *sorted) {
    size_t at = 0;
    for (size_t i = 0; i < c->n; i++) {
        memcpy(sorted + at, span[i].member, span[i].size * sizeof *sorted);
        at += span[i].size;
        c->start[i + 1] = at;
    }
}

static int cycles_sort(cycles *c) {
    cycles_span *span = malloc((c->n + 1) * sizeof *span);
    uint32_t *sorted = malloc((c->in_cycles + 1) * sizeof *sorted);
    if (!span || !sorted) {
        free(span);
        free(sorted);
        return -1;
    }
    for (size_t i = 0; i < c->n; i++) {
        span[i] = (cycles_span){c->start[i + 1] - c->start[i], c->member + c->start[i]};
        qsort(c->member + c->start[i], span[i].size, sizeof *c->member, cycles_compare_numbers);
    }
    qsort(span, c->n, sizeof *span, cycles_compare_spans);
    cycles_copy_spans(c, span, sorted);
    free(span);
    free(c->member);
    c->member = sorted;
    return 0;
}

// Marks what the cycles reach. `list` has room for all packages.
static void cycles_mark_waiting(cycles *c, const graph *g, uint32_t *list) {
    memcpy(list, c->member, c->in_cycles * sizeof *list);
    c->waiting = c->in_cycles;
    for (size_t i = 0; i < c->in_cycles; i++)
        c->waits[list[i]] = 1;
    for (size_t i = 0; i < c->waiting; i++)
        for (size_t r = g->start[list[i]]; r < g->start[list[i] + 1]; r++)
            if (!c->waits[g->to[r]]) {
                c->waits[g->to[r]] = 1;
                list[c->waiting++] = g->to[r];
            }
}

static int cycles_search_alloc(cycles_search *s, cycles *c, const graph *g) {
    size_t n = (size_t)g->n + 1;
    *c = (cycles){.member = malloc(n * sizeof *c->member), .start = calloc(n, sizeof *c->start), .waits = calloc(n, 1)};
    *s = (cycles_search){.g = g, .c = c};
    s->number = calloc(n, sizeof *s->number);
    s->low = malloc(n * sizeof *s->low);
    s->next = malloc(n * sizeof *s->next);
    s->path = malloc(n * sizeof *s->path);
    s->open = malloc(n * sizeof *s->open);
    return c->member && c->start && c->waits && s->number && s->low && s->next && s->path && s->open ? 0 : -1;
}

int cycles_find(cycles *c, const graph *g) {
    cycles_search s;
    int result = cycles_search_alloc(&s, c, g);
    if (result == 0) {
        for (uint32_t v = 0; v < g->n; v++)
            if (!s.number[v])
                cycles_walk_from(&s, v);
        result = cycles_sort(c);
    }
    if (result == 0)
        cycles_mark_waiting(c, g, s.open);
    free(s.number);
    free(s.low);
    free(s.next);
    free(s.path);
    free(s.open);
    return result;
}

void cycles_free(cycles *c) {
    free(c->member);
    free(c->start);
    free(c->waits);
    *c = (cycles){0};
}
