// SPDX-License-Identifier: MIT
// fields.c: of each kind of object that holds others: what it holds is what it reports, once each; and it lets go of
// each, once, when it dies by count, and when it is collected in a cycle.
#include "zoo.h"

static const zoo_kind *fields_kind;

// Four parts; the caller owns them. Returns: 0, or -1: those that could be made are there, the others NULL.
static int parts_make(ouro_rt *rt, ouro_obj **parts) {
    int result = 0;
    for (size_t i = 0; i < ZOO_PARTS; i++)
        result = (parts[i] = obj(node_new(rt))) ? result : -1;
    return result;
}

static void parts_drop(ouro_obj **parts) {
    for (size_t i = 0; i < ZOO_PARTS; i++)
        ouro_xdecref(parts[i]);
}

// 1 if nobody but the caller has a reference to the parts from `from` on.
static int parts_are_free(ouro_obj *const *parts, size_t from) {
    int all = 1;
    for (size_t i = from; i < ZOO_PARTS; i++)
        all &= ouro_refcount(parts[i]) == 1;
    return all;
}

// 1 if a class holds the parts: it is in its own order of lookup, so it waits for the collector.
static int fields_wait(void) {
    return strstr(fields_kind->name, "class") || strstr(fields_kind->name, "instance");
}

static void fields_run(void (*body)(ouro_rt *rt)) {
    char name[64];
    for (size_t i = 0; i < zoo_size; i++) {
        fields_kind = &zoo[i];
        snprintf(name, sizeof name, "fields, %s", zoo[i].name);
        test_run(name, body, NULL);
    }
}

// ---- reported, and dropped by death ----

static void fields_count(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = own(fields_kind->make(rt, parts));
    always(zoo_audit(rt) && ouro_verify(rt) == 0);
    always(o || fields_wait() || parts_are_free(parts, 0));
    need(o);
    for (size_t i = 0; i < ZOO_PARTS; i++)
        always(zoo_reported(rt, parts[i]) > 1); // the test's scope is one
}

static void fields_death(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = fields_kind->make(rt, parts);
    need(o);
    for (size_t i = 0; i < ZOO_PARTS; i++)
        always(ouro_refcount(parts[i]) > 1);
    ouro_decref(o);
    always(fields_wait() || parts_are_free(parts, 0));
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(parts_are_free(parts, 0));
}

static void fields_reported(ouro_rt *rt) {
    ouro_obj *parts[ZOO_PARTS];
    always(zoo_audit(rt));
    int made = parts_make(rt, parts);
    for (size_t i = 0; i < ZOO_PARTS; i++)
        own(parts[i]);
    must(made);
    fields_count(rt, parts);
}

static void fields_dropped(ouro_rt *rt) {
    ouro_obj *parts[ZOO_PARTS];
    int made = parts_make(rt, parts);
    if (made == 0)
        fields_death(rt, parts);
    parts_drop(parts);
    must(made);
}

Test(fields, each_reports_what_it_holds) {
    fields_run(fields_reported);
}

Test(fields, each_drops_what_it_holds) {
    fields_run(fields_dropped);
}

// ---- in a cycle ----

// `o` is held by its first part. Held by C alone it stays; when C lets go of both they are garbage.
static void fields_cycle(ouro_rt *rt, ouro_obj **parts) {
    ouro_obj *o = fields_kind->make(rt, parts), *alive = NULL;
    need(o);
    ouro_setref(parts[0], &((node *)parts[0])->left, o);
    ouro_obj *weak = ouro_weak_new(rt, o, NULL, NULL), *weak_part = ouro_weak_new(rt, parts[0], NULL, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(((node *)parts[0])->left == o && ouro_refcount(o) >= 2);
    ouro_decref(o);
    ouro_setslot(&parts[0], NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(weak && weak_part && ouro_weak_get(weak, &alive) == 0 && ouro_weak_get(weak_part, &alive) == 0);
    check(parts_are_free(parts, 1));
    ouro_xdecref(weak);
    ouro_xdecref(weak_part);
}

static void fields_collected(ouro_rt *rt) {
    ouro_obj *parts[ZOO_PARTS];
    int made = parts_make(rt, parts);
    if (made == 0)
        fields_cycle(rt, parts);
    parts_drop(parts);
    must(made);
}

Test(fields, each_is_collected_in_a_cycle) {
    fields_run(fields_collected);
}
