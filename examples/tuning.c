// SPDX-License-Identifier: MIT
// One program under five settings of the collector. It loads a list that stays, then serves requests that each leave a
// small cycle behind; the latest of them are still in use. Look at: time, against peak memory and the longest full
// collection. A low threshold looks at few objects, often; freezing what was loaded takes it out of all full
// collections, so that they cost little and find garbage earlier; with the collector off all garbage is kept.
#include <ouro.h>
#include <stdio.h>
#include <time.h>

typedef struct node {
    ouro_obj head;
    ouro_obj *next;
} node;
static const ouro_field node_fields[] = {OURO_FIELD(node, next)};
static ouro_type node_type;

enum { LOADED = 500000, REQUESTS = 1000000, IN_USE = 10000, DEFAULT = -1 };

// Takes: next is stolen, and may be NULL. Returns: new; NULL on failure.
static ouro_obj *node_new(ouro_rt *rt, ouro_obj *next) {
    node *n = ouro_new(rt, &node_type);
    if (n)
        ouro_setref_steal(&n->head, &n->next, next);
    else
        ouro_xdecref(next);
    return (ouro_obj *)n;
}

// Loads, and freezes what was loaded if asked to; then serves. Returns: 0; -1 on failure.
static int work(ouro_rt *rt, int frozen, ouro_obj **list, ouro_obj **in_use) {
    if (frozen)
        ouro_gc_disable(rt); // nothing that is loaded becomes garbage
    for (int i = 0; i < LOADED; i++)
        if (!(*list = node_new(rt, *list)))
            return -1;
    if (frozen) {
        ouro_gc_freeze(rt);
        ouro_gc_enable(rt);
    }
    for (int i = 0; i < REQUESTS; i++) {
        ouro_obj *a = node_new(rt, NULL), *b = a ? node_new(rt, a) : NULL;
        if (!b)
            return -1;
        ouro_setref(a, &((node *)a)->next, b);
        ouro_setslot_steal(&in_use[i % IN_USE], b);
    }
    return 0;
}

static int run(const char *name, int threshold, int frozen) {
    static ouro_obj *list, *in_use[IN_USE];
    ouro_rt *rt = ouro_rt_create(NULL);
    if (!rt)
        return -1;
    if (threshold != DEFAULT)
        ouro_gc_set_threshold(rt, (size_t)threshold, 10, 10);
    clock_t start = clock();
    int failed = ouro_type_register(rt, &node_type) < 0 || work(rt, frozen, &list, in_use) < 0;
    double spent = (double)(clock() - start) / CLOCKS_PER_SEC;
    ouro_gc_stats g[3];
    ouro_mem_usage u;
    ouro_gc_get_stats(rt, g);
    ouro_mem_get_usage(rt, &u);
    printf("%-12s %6.2f s %7.1f MiB %6d %5d %8.2f ms\n", name, spent, (double)u.peak_pages / (1 << 20),
           (int)(g[0].collections + g[1].collections), (int)g[2].collections, (double)g[2].longest_ns / 1e6);
    ouro_setslot(&list, NULL);
    for (int i = 0; i < IN_USE; i++)
        ouro_setslot(&in_use[i], NULL);
    return ouro_rt_destroy(rt) != 0 || failed ? -1 : 0;
}

int main(void) {
    ouro_type_init(&node_type, "node", sizeof(node));
    node_type.fields = node_fields;
    node_type.n_fields = 1;
    puts("setting        time     peak       young  full  longest full");
    return run("700", 700, 0) || run("50000", 50000, 0) || run("700, frozen", 700, 1) || run("default", DEFAULT, 0) ||
           run("off", 0, 0);
}
