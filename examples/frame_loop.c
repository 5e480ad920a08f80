// SPDX-License-Identifier: MIT
// A program that has to draw a frame every few milliseconds. Its scene is a tree of parts that know their parents; each
// frame replaces some, which is garbage for the collector, and in the middle the backdrop is dropped, a tree without
// parents, which counting ends. Look at: the longest frame. First everything happens at once: whenever the runtime
// likes, and as long as it takes. Then in portions: each frame gives a slice to the collector, and a budget to deaths.
#include <ouro.h>
#include <stdio.h>
#include <time.h>

typedef struct part {
    ouro_obj head;
    ouro_obj *parent, *left, *right;
} part;
static const ouro_field part_fields[] = {OURO_FIELD(part, parent), OURO_FIELD(part, left), OURO_FIELD(part, right)};
static ouro_type part_type = {
    .struct_size = sizeof(ouro_type), .name = "part", .size = sizeof(part), .fields = part_fields, .n_fields = 3};
static ouro_obj *scene, *backdrop; // registered; own references
enum { DEPTH = 17, SMALL = 6, FRAMES = 600, CHANGES = 10, DEATHS = 2000, SLICE = 500 };

// A tree of that depth whose parts refer to their parents, or do not. Returns: new; NULL on failure.
static part *tree_new(ouro_rt *rt, int depth, int parents) {
    part *p = ouro_new(rt, &part_type);
    for (int side = 0; p && depth > 1 && side < 2; side++) {
        part *below = tree_new(rt, depth - 1, parents);
        if (!below) {
            ouro_decref(&p->head);
            return NULL;
        }
        ouro_setref(&below->head, &below->parent, parents ? &p->head : NULL);
        ouro_setref_steal(&p->head, side ? &p->right : &p->left, &below->head);
    }
    return p;
}

// Puts a new small tree in place of one in the scene; `where` says which. Returns: 0; -1 on failure.
static int change(ouro_rt *rt, unsigned where) {
    part *at = (part *)scene, *fresh = tree_new(rt, SMALL, 1);
    if (!fresh)
        return -1;
    for (int i = 0; i < DEPTH - SMALL - 1; i++, where >>= 1)
        at = (part *)(where & 1 ? at->right : at->left);
    ouro_setref(&fresh->head, &fresh->parent, &at->head);
    ouro_setref_steal(&at->head, &at->left, &fresh->head);
    return 0;
}

// Returns: how long the longest frame took, in ms; -1 on failure.
static double play(ouro_rt *rt, int in_portions) {
    clock_t longest = 0;
    unsigned random = 1;
    for (int frame = 0; frame < FRAMES; frame++) {
        clock_t start = clock();
        for (int i = 0; i < CHANGES; i++)
            if (change(rt, (random = random * 1664525u + 1013904223u) >> 8) < 0)
                return -1;
        if (frame == FRAMES / 2)
            ouro_setslot(&backdrop, NULL);
        if (in_portions) {
            ouro_gc_step(rt, SLICE);
            ouro_death_finish(rt, DEATHS);
        }
        longest = clock() - start > longest ? clock() - start : longest;
    }
    return (double)longest * 1e3 / CLOCKS_PER_SEC;
}

static int run(const char *how, int in_portions) {
    ouro_gc_pauses p;
    ouro_rt *rt = ouro_rt_create(NULL);
    int failed = !rt || ouro_type_register(rt, &part_type) < 0 || ouro_root_add(rt, "scene", &scene) < 0 ||
                 ouro_root_add(rt, "backdrop", &backdrop) < 0;
    if (!failed && (scene = (ouro_obj *)tree_new(rt, DEPTH, 1)) &&
        (backdrop = (ouro_obj *)tree_new(rt, DEPTH + 1, 0))) {
        ouro_gc_collect(rt, OURO_GC_FULL);
        ouro_gc_set_mode(rt, in_portions ? OURO_GC_SLICED : OURO_GC_ONE_STOP);
        ouro_death_set_budget(rt, in_portions ? DEATHS : 0);
        ouro_gc_reset_pauses(rt);
        double longest = play(rt, in_portions);
        ouro_gc_get_pauses(rt, &p);
        printf("%-12s %12.2f ms %20d %15.2f ms\n", how, longest, (int)p.n, (double)p.p50_ns / 1e6);
        failed = longest < 0;
    }
    return ouro_rt_destroy(rt) != 0 || failed;
}

int main(void) {
    puts("               longest frame   stops of the collector   half of them");
    return run("at once", 0) || run("in portions", 1);
}
