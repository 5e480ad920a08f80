// SPDX-License-Identifier: MIT
// zoo_audit.c: the audit of zoo.h: counts the references that every object in the heap reports, and those of registered
// roots and of the tests' scopes, in a table of its own; then asks each object met how many it has.
#include "zoo.h"

typedef struct audit_line {
    ouro_obj *o;
    size_t reported;
    int walked;
} audit_line;

typedef struct audit {
    ouro_rt *rt;
    audit_line *lines;
    size_t n, capacity;
} audit;

static audit_line *audit_find(const audit *a, const ouro_obj *o) {
    size_t i = (uintptr_t)o / 8 * 0x9E3779B97F4A7C15u >> 20;
    while (a->lines[i &= a->capacity - 1].o && a->lines[i].o != o)
        i++;
    return &a->lines[i];
}

static void audit_grow(audit *a) {
    audit old = *a;
    a->capacity = old.capacity ? old.capacity * 2 : 4096;
    a->lines = calloc(a->capacity, sizeof *a->lines);
    always(a->lines);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.lines[i].o)
            *audit_find(a, old.lines[i].o) = old.lines[i];
    free(old.lines);
}

static audit_line *audit_meet(audit *a, ouro_obj *o) {
    if (a->n * 2 >= a->capacity)
        audit_grow(a);
    audit_line *line = audit_find(a, o);
    a->n += !line->o;
    line->o = o;
    return line;
}

static int audit_reference(ouro_obj *o, void *arg);

// Counts what an object refers to, once.
static int audit_object(ouro_obj *o, void *arg) {
    audit *a = arg;
    audit_line *line = audit_meet(a, o);
    if (line->walked)
        return 0;
    line->walked = 1;
    return ouro_gc_get_referents(a->rt, o, audit_reference, a);
}

static int audit_reference(ouro_obj *o, void *arg) {
    audit_meet(arg, o)->reported++;
    // What is tracked is handed over on its own; what is not holds little.
    return ouro_gc_is_tracked(o) ? 0 : audit_object(o, arg);
}

static int audit_root(ouro_obj *o, const char *name, void *arg) {
    (void)name;
    return audit_reference(o, arg);
}

static void audit_open(audit *a, ouro_rt *rt) {
    *a = (audit){.rt = rt};
    audit_grow(a);
    always(ouro_roots(rt, audit_root, a) == 0);
    always(ouro_gc_get_objects(rt, -1, audit_object, a) == 0);
}

size_t zoo_reported(ouro_rt *rt, const ouro_obj *o) {
    audit a;
    audit_open(&a, rt);
    size_t reported = audit_find(&a, o)->reported;
    free(a.lines);
    return reported;
}

int zoo_audit(ouro_rt *rt) {
    audit a;
    int well = 1;
    audit_open(&a, rt);
    for (size_t i = 0; i < a.capacity; i++) {
        const ouro_obj *o = a.lines[i].o;
        if (!o || ouro_is_immortal(o) || ouro_refcount(o) == a.lines[i].reported)
            continue;
        fprintf(stderr, "audit: a '%s' has %u references, reported are %zu\n", ouro_type_of(o)->name, ouro_refcount(o),
                a.lines[i].reported);
        well = 0;
    }
    free(a.lines);
    return well;
}
