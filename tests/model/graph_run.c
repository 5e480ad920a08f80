// SPDX-License-Identifier: MIT
// graph_run.c: the source of decisions, and a graph's life from an empty runtime to an empty runtime; see graph.h.
#include "graph.h"

// ---- decisions ----

static uint64_t run_random(graph *g) {
    uint64_t x = g->random += 0x9E3779B97F4A7C15u; // splitmix64
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static uint32_t run_byte(graph *g) {
    return g->at_byte < g->opt.n_bytes ? g->opt.bytes[g->at_byte++] : 0;
}

uint32_t graph_draw(graph *g, uint32_t n) {
    if (!g->opt.bytes)
        return (uint32_t)((run_random(g) >> 32) * n >> 32);
    uint32_t v = run_byte(g);
    if (n > 256)
        v |= run_byte(g) << 8;
    return v % n;
}

int graph_exhausted(const graph *g) {
    return g->opt.bytes && g->at_byte == g->opt.n_bytes;
}

uint64_t graph_env(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

// ---- operations ----

static const graph_operation *const run_tables[] = {graph_link_operations,    graph_shape_operations,
                                                    graph_hold_operations,    graph_weak_operations,
                                                    graph_collect_operations, graph_look_operations};
#define RUN_TABLES (sizeof run_tables / sizeof *run_tables)

// The operation at this point of the sum of all weights; NULL beyond the end.
static const graph_operation *run_operation(uint32_t at) {
    for (size_t t = 0; t < RUN_TABLES; t++)
        for (const graph_operation *op = run_tables[t]; op->name; op++) {
            if (at < op->weight)
                return op;
            at -= op->weight;
        }
    return NULL;
}

static uint32_t run_weight(void) {
    uint32_t sum = 0;
    for (size_t t = 0; t < RUN_TABLES; t++)
        for (const graph_operation *op = run_tables[t]; op->name; op++)
            sum += op->weight;
    return sum;
}

static void run_one(graph *g, int in_callback) {
    const graph_operation *op = run_operation(graph_draw(g, g->weight));
    if (!op || (in_callback && !op->anywhere))
        return;
    if (op->whole && graph_draw(g, 1 + g->live / 400))
        return;
    if (!in_callback)
        g->doing = op->name;
    op->run(g);
}

void graph_react(graph *g) {
    run_one(g, 1);
}

// Allocations are made to fail from time to time, and then for a while.
static void run_faults(graph *g) {
    if (g->armed && g->step >= g->armed_until) {
        ouro_stress_fail(g->rt, 0, OURO_FAIL_NEVER);
        g->armed = 0;
    }
    if (g->armed || graph_draw(g, 20))
        return;
    ouro_stress_fail(g->rt, 1 + graph_draw(g, 12), graph_draw(g, 2) ? OURO_FAIL_ONCE : OURO_FAIL_FROM);
    g->armed = 1;
    g->armed_until = g->step + 1 + graph_draw(g, 30);
}

void graph_step(graph *g) {
    uint64_t failures = g->failures;
    g->step++;
    if (g->opt.faults)
        run_faults(g);
    run_one(g, 0);
    if (!g->failed)
        graph_settle(g);
    if (!g->failed && g->failures != failures)
        graph_compare(g); // a call that failed has changed nothing
}

// ---- life ----

static int run_tables_new(graph *g) {
    g->n_nodes = g->opt.nodes * 3 + 64;
    g->node = calloc(g->n_nodes, sizeof *g->node);
    g->spare = calloc(g->n_nodes, sizeof *g->spare);
    g->dead = calloc(g->n_nodes, sizeof *g->dead);
    g->queue = calloc(g->n_nodes, sizeof *g->queue);
    g->weak = calloc(g->n_nodes, sizeof *g->weak);
    g->place = calloc(g->opt.places, sizeof *g->place);
    if (!g->node || !g->spare || !g->dead || !g->queue || !g->weak || !g->place)
        return -1;
    for (uint32_t i = g->n_nodes - 1; i > 0; i--)
        g->spare[g->n_spare++] = i;
    return 0;
}

static void run_free(graph *g) {
    for (uint32_t i = 0; g->node && i < g->n_nodes; i++)
        free(g->node[i].slot);
    free(g->node);
    free(g->spare);
    free(g->zero);
    free(g->dead);
    free(g->queue);
    free(g->weak);
    free(g->place);
    free(g);
}

static ouro_rt *run_runtime(graph *g) {
    ouro_options options;
    ouro_options_init(&options);
    options.when = g->opt.when;
    options.weak_order = g->opt.weak_order;
    options.user = g;
    options.warning = graph_on_warning;
    return ouro_rt_create(&options);
}

graph *graph_open(const graph_options *options) {
    graph *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    g->opt = *options;
    g->random = options->seed;
    g->weight = run_weight();
    g->mark = 1;
    if (run_tables_new(g) == 0)
        g->rt = run_runtime(g);
    if (!g->rt || cell_types_register(g->rt) < 0) {
        ouro_rt_destroy(g->rt);
        run_free(g);
        return NULL;
    }
    unsigned kinds = OURO_EVENT_DEAD | OURO_EVENT_FREED | OURO_EVENT_WEAK_CLEARED | OURO_EVENT_UNREACHABLE |
                     OURO_EVENT_CLEARED | OURO_EVENT_GC_START | OURO_EVENT_GC_DONE | OURO_EVENT_SLICE_START |
                     OURO_EVENT_SLICE_DONE;
    if (!options->silent)
        ouro_event_hook(g->rt, kinds, graph_on_event, g);
    if (options->stress)
        ouro_stress_collect(g->rt, OURO_GC_FULL);
    return g;
}

static void run_track_all(graph *g) {
    for (uint32_t i = 1; i < g->n_nodes; i++) {
        const graph_node *n = &g->node[i];
        if (n->state == NODE_LIVE && !n->tracked && !cell_is_acyclic(n->kind))
            graph_track(g, i);
    }
}

// Back to a quiet runtime: no failures, no stress, no callbacks that do anything, no scopes.
static void run_calm(graph *g) {
    g->calm = 1;
    ouro_stress_fail(g->rt, 0, OURO_FAIL_NEVER);
    ouro_stress_collect(g->rt, -1);
    ouro_mem_set_limit(g->rt, 0);
    g->armed = g->starved = 0;
    ouro_death_set_budget(g->rt, 0);
    if (g->gc_callback)
        ouro_gc_callback_remove(g->rt, graph_on_gc, g);
    for (; g->off; g->off--)
        ouro_gc_enable(g->rt);
    graph_close_scopes(g);
    graph_settle(g);
    run_track_all(g);
    graph_settle(g);
}

static void run_drop_places(graph *g) {
    for (uint32_t i = 0; i < g->opt.places; i++) {
        graph_place *p = &g->place[i];
        uint32_t v = p->node;
        p->node = 0;
        if (v)
            graph_release(g, v);
        ouro_setslot(&p->ref, NULL);
    }
    graph_settle(g);
}

// Destroys. Only what is held now is left.
static int run_end(graph *g) {
    if (!g->failed) {
        uint32_t expected = graph_end(g);
        size_t left = ouro_rt_destroy(g->rt);
        if (left != expected)
            graph_fail(g, "%zu objects were left instead of %u", left, expected);
        if (!g->opt.silent && g->live != g->kept)
            graph_fail(g, "the runtime is gone, and %u objects did not die, instead of %u", g->live, g->kept);
        if (g->deallocs < g->deallocs_due)
            graph_fail(g, "deallocs are missing at the end");
    } else if (g->opt.quiet) // provoked: the heap is whole, the mirror is not
        ouro_rt_destroy(g->rt);
    int failed = g->failed;
    run_free(g); // after any other fault the runtime is left alone: it may be broken
    return failed;
}

int graph_close(graph *g) {
    if (!g->failed)
        run_calm(g);
    if (!g->failed) {
        graph_unfreeze(g);
        run_drop_places(g);
    }
    for (int k = 0; k < 2 && !g->failed; k++)
        graph_sweep(g);
    if (!g->failed)
        graph_compare(g);
    return run_end(g);
}

// Registered roots are emptied by the runtime itself.
int graph_abandon(graph *g) {
    if (!g->failed)
        run_calm(g);
    if (!g->failed)
        graph_sweep(g);
    for (uint32_t i = 0; i < g->opt.places && !g->failed; i++)
        if (g->place[i].mode == PLACE_ROOT && g->place[i].node) {
            graph_release(g, g->place[i].node);
            g->place[i].node = 0;
        }
    return run_end(g);
}

int graph_run(const graph_options *options, uint64_t steps) {
    graph *g = graph_open(options);
    if (!g) {
        fprintf(stderr, "model: no runtime\n");
        return 1;
    }
    while (g->step < steps && !g->failed && !graph_exhausted(g))
        graph_step(g);
    return graph_draw(g, 4) ? graph_close(g) : graph_abandon(g);
}
