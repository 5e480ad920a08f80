// SPDX-License-Identifier: MIT
// runtime.c: the only file that sees every floor. Makes a runtime, hands the heap the hooks through which it asks
// upwards, and ends it.
#include "gc/gc.h"
#include "object/object.h"

#include <stdio.h>

const char *ouro_version(void) {
    return OURO_VERSION;
}

// ---- create ----

static void rt_no_memory(heap *h, size_t bytes) {
    if (h->limit && !ouroi_heap_within_limit(h, bytes > OURO_PAGE_BYTES ? bytes : OURO_PAGE_BYTES))
        ouro_error_set(rt_of_heap(h), OURO_ERR_MEMORY, "no memory for %zu bytes: the limit is %zu", bytes, h->limit);
    else
        ouro_error_set(rt_of_heap(h), OURO_ERR_MEMORY, "no memory for %zu bytes", bytes);
}

static bool rt_options_fit(ouro_options *o) {
    if (o->struct_size != sizeof(ouro_options) || o->version != OURO_VERSION_NUMBER)
        snprintf(o->error, sizeof o->error,
                 "the program was compiled with headers of version %u.%u.%u, the library is %s", o->version / 10000,
                 o->version / 100 % 100, o->version % 100, OURO_VERSION);
    else if (o->debug != OURO_DEBUG)
        snprintf(o->error, sizeof o->error, "the program was compiled with OURO_DEBUG=%u, the library with %d",
                 o->debug, OURO_DEBUG);
    else
        return true;
    return false;
}

static void rt_init(ouro_rt *rt, const ouro_options *o) {
    memset(rt, 0, sizeof *rt);
    ouroi_heap_init(&rt->heap, o->pages, o->memory_limit);
    rt->weak_is_wanted = ouroi_weak_is_wanted;
    rt->heap.hooks = (heap_hooks){ouroi_pace_due, ouroi_pace_emergency, rt_no_memory, ouroi_death_pay, ouroi_misuse};
    rt->user = o->user;
    rt->panic = o->panic;
    rt->warning = o->warning;
    rt->when = o->when;
    rt->weak_order = o->weak_order;
    rt->stress_generation = -1;
}

ouro_rt *ouro_rt_create(ouro_options *options) {
    ouro_options defaults;
    ouro_options_init(&defaults);
    ouro_options *o = options ? options : &defaults;
    if (!rt_options_fit(o))
        return NULL;
    ouro_rt *rt = malloc(sizeof *rt);
    if (rt)
        rt_init(rt, o);
    if (rt && ouroi_types_ready() && ouroi_gc_new(rt))
        return rt;
    free(rt);
    snprintf(o->error, sizeof o->error, "no memory for a runtime");
    return NULL;
}

void *ouro_rt_user(const ouro_rt *rt) {
    return rt->user;
}

void ouro_rt_set_user(ouro_rt *rt, void *user) {
    rt->user = user;
}

void ouroi_std_missing(const ouro_rt *rt) {
    ouroi_panic((ouro_rt *)(uintptr_t)rt, "the standard objects are used, but not open: call ouro_std_open first");
}

void ouroi_rt_set_std(ouro_rt *rt, void *std, void (*end)(ouro_rt *rt, void *std)) {
    rt->std = std;
    rt->std_end = end;
}

void ouroi_rt_set_std_hooks(ouro_rt *rt, void (*closing)(ouro_rt *rt, void *std),
                            void (*collected)(ouro_rt *rt, void *std)) {
    rt->std_closing = closing;
    rt->std_collected = collected;
}

int ouroi_rt_is_collecting(const ouro_rt *rt) {
    return rt->gc->collecting;
}

static void rt_collected(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)info;
    if (phase != OURO_GC_STOP)
        return;
    ouro_gc_callback_remove(rt, rt_collected, user);
    if (rt->std_collected)
        rt->std_collected(rt, rt->std);
}

int ouroi_rt_await_collected(ouro_rt *rt) {
    return ouro_gc_callback_add(rt, rt_collected, NULL);
}

void ouro_rt_set_leak_hook(ouro_rt *rt, ouro_visit visit, void *arg) {
    rt->leak_fn = visit;
    rt->leak_arg = arg;
}

// ---- destroy ----

typedef void (*object_step)(ouro_rt *rt, ouro_obj *o);

static void rt_each(ouro_rt *rt, object_step step) {
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));) {
        uint32_t slot = 0;
        if (page_holds_objects(p))
            for (ouro_obj *o; (o = ouroi_page_next_object(p, &slot));)
                step(rt, o);
    }
}

static void rt_drop_slot(ouro_obj **slot, void *arg) {
    (void)arg;
    ouro_xdecref(ouro_takeslot(slot));
}

static void rt_empty(ouro_rt *rt, ouro_obj *o) {
    const type_record *t = type_of(o);
    object_each_slot(o, t, rt_drop_slot, NULL);
    ouroi_object_clear_hidden(rt, o, t);
}

// Immortal objects let go of what they kept alive: that is not what the embedder forgot.
static void rt_empty_immortal(ouro_rt *rt, ouro_obj *o) {
    if (ouro_is_immortal(o))
        rt_empty(rt, o);
}

static void rt_hold(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    ouro_incref(o);
}

static void rt_dealloc(ouro_rt *rt, ouro_obj *o) {
    if (!meta_has(o, META_BARE))
        ouroi_object_dealloc(rt, o, type_of(o));
}

typedef struct leak {
    const ouro_type *type;
    size_t n;
} leak;

// No memory is asked for: it may be what has run out. Beyond LEAK_TYPES types only the sum is told.
#define LEAK_TYPES 32

typedef struct leaks {
    leak types[LEAK_TYPES];
    size_t type_n, others, n;
} leaks;

static void leaks_add(leaks *l, const ouro_type *type) {
    l->n++;
    for (size_t i = 0; i < l->type_n; i++)
        if (l->types[i].type == type) {
            l->types[i].n++;
            return;
        }
    if (l->type_n < LEAK_TYPES)
        l->types[l->type_n++] = (leak){type, 1};
    else
        l->others++;
}

static void leaks_find(ouro_rt *rt, leaks *l) {
    size_t cursor = 0;
    for (page *p; (p = ouroi_heap_next_page(&rt->heap, &cursor));) {
        uint32_t slot = 0;
        if (!page_holds_objects(p))
            continue;
        for (ouro_obj *o; (o = ouroi_page_next_object(p, &slot));) {
            if (ouro_is_immortal(o))
                continue;
            leaks_add(l, ouro_type_of(o));
            if (rt->leak_fn)
                rt->leak_fn(o, rt->leak_arg);
        }
    }
}

static size_t leaks_report(ouro_rt *rt) {
    leaks l = {.type_n = 0};
    leaks_find(rt, &l);
    for (size_t i = 0; i < l.type_n; i++)
        ouroi_warn(rt, "%zu object%s of type '%s' %s left when the runtime ended", l.types[i].n,
                   l.types[i].n == 1 ? "" : "s", l.types[i].type->name, l.types[i].n == 1 ? "was" : "were");
    if (l.others)
        ouroi_warn(rt, "%zu objects of other types were left when the runtime ended", l.others);
    return l.n;
}

// From here on no death is put off, unless by a finalizer that asks for it.
static void rt_collect(ouro_rt *rt) {
    ouro_death_set_budget(rt, 0);
    if (ouro_gc_isenabled(rt))
        ouroi_collect_finally(rt);
}

// From here on nothing dies: each object is held once more, so that it can be taken apart whoever refers to it.
static void rt_take_apart(ouro_rt *rt) {
    rt_each(rt, rt_hold);
    rt_each(rt, rt_empty);
    rt_each(rt, rt_dealloc);
    if (rt->std_end)
        rt->std_end(rt, rt->std);
}

size_t ouro_rt_destroy(ouro_rt *rt) {
    if (!rt)
        return 0;
    if (rt->ending || rt->gc->collecting || rt->gc->walking || rt->heap.depth)
        ouroi_panic(rt, "a runtime was destroyed by code that it runs: a finalizer, callback or visitor");
    rt->ending = true;
    if (rt->std_closing)
        rt->std_closing(rt, rt->std);
    rt->gc->debug = 0;
    rt->stress_generation = -1;
    ouroi_roots_empty(rt);
    ouro_error_clear(rt);
    ouro_gc_unfreeze(rt);
    ouro_gc_garbage_clear(rt);
    rt_collect(rt);
    ouro_gc_garbage_clear(rt);
    ouro_error_clear(rt);
    ouroi_heap_hold(&rt->heap);
    rt->gc->walking++;
    rt_each(rt, rt_empty_immortal);
    rt->gc->walking--;
    ouroi_heap_unhold(&rt->heap);
    rt_collect(rt);
    ouro_death_set_budget(rt, 0);
    ouroi_heap_hold(&rt->heap);
    rt->gc->walking++;
    size_t left = leaks_report(rt);
    rt_take_apart(rt);
    ouroi_roots_free(rt);
    ouroi_gc_free(rt);
    if (OURO_DEBUG)
        ouroi_guard_flush(&rt->heap);
    ouroi_heap_fini(&rt->heap);
    free(rt);
    return left;
}
