// SPDX-License-Identifier: MIT
// world.c: describes the two types and builds the objects.
//
// The listing is made first and goes into the root slot at once; each package goes into the listing as soon as it is
// made. So everything is owned at any time, and a failure half way needs no clearing up: the runtime is destroyed.
#include "world.h"

#include <stdio.h>
#include <string.h>

static ouro_type package_type, listing_type;

static int world_describe(ouro_rt *rt) {
    if (!package_type.name) {
        ouro_type_init(&package_type, "package", sizeof(package));
        package_type.tail.place = OURO_TAIL_POINTER;
        package_type.tail.items = offsetof(package, refs);
        package_type.tail.count = offsetof(package, n_refs);
        package_type.tail.count_bytes = sizeof(uint32_t);
        package_type.tail.stride = sizeof(ouro_obj *);
        ouro_type_init(&listing_type, "listing", offsetof(listing, packages));
        listing_type.tail.place = OURO_TAIL_INLINE;
        listing_type.tail.items = offsetof(listing, packages);
        listing_type.tail.count = offsetof(listing, n);
        listing_type.tail.count_bytes = sizeof(uint64_t);
        listing_type.tail.stride = sizeof(ouro_obj *);
    }
    if (ouro_type_register(rt, &package_type) < 0)
        return -1;
    return ouro_type_register(rt, &listing_type);
}

package *world_package(ouro_obj *o) {
    return ouro_is(o, &package_type) ? ouro_cast(o, &package_type) : NULL;
}

// Makes all packages, their references still empty.
static int world_make_packages(world *w, listing *all, const pkg_index *ix, const graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        package *p = ouro_new_tail(w->rt, &package_type, g->start[i + 1] - g->start[i]);
        if (!p)
            return -1;
        p->name = index_text(ix, i, INDEX_PACKAGE);
        p->n_deps = (uint32_t)(g->needed[i] - g->start[i]);
        p->number = i;
        ouro_setref_steal(&all->head, &all->packages[i], &p->head);
    }
    return 0;
}

static void world_link_packages(listing *all, const graph *g) {
    for (uint32_t i = 0; i < g->n; i++) {
        package *p = ouro_cast(all->packages[i], &package_type);
        for (uint32_t k = 0; k < p->n_refs; k++)
            ouro_setref(&p->head, &p->refs[k], all->packages[g->to[g->start[i] + k]]);
    }
}

static int world_build(world *w, const pkg_index *ix, const graph *g) {
    ouro_gc_disable(w->rt);
    if (world_describe(w->rt) < 0 || ouro_root_add(w->rt, "the index", &w->root) < 0)
        return -1;
    listing *all = ouro_new_tail(w->rt, &listing_type, g->n);
    if (!all)
        return -1;
    ouro_setslot_steal(&w->root, &all->head);
    if (world_make_packages(w, all, ix, g) < 0)
        return -1;
    world_link_packages(all, g);
    return 0;
}

static void world_take_warning(void *user, const char *message) {
    world *w = user;
    w->warnings++;
    snprintf(w->warning, sizeof w->warning, "%s", message);
}

int world_open(world *w, const pkg_index *ix, const graph *g) {
    *w = (world){0};
    ouro_options options;
    ouro_options_init(&options);
    options.user = w;
    options.warning = world_take_warning;
    w->rt = ouro_rt_create(&options);
    if (!w->rt) {
        fprintf(stderr, "depgraph: no runtime: %s\n", options.error);
        return -1;
    }
    if (world_build(w, ix, g) == 0)
        return 0;
    fprintf(stderr, "depgraph: while making the objects: %s\n", ouro_error_message(w->rt));
    ouro_error_clear(w->rt);
    ouro_gc_enable(w->rt);
    if (world_close(w) != 0)
        fprintf(stderr, "depgraph: and objects were left: %s\n", w->warning);
    return -1;
}

size_t world_close(world *w) {
    size_t left = ouro_rt_destroy(w->rt);
    w->rt = NULL;
    return left;
}
