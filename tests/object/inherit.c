// SPDX-License-Identifier: MIT
// inherit.c: a type that extends another lists only what it adds: the base's fields, tail and callbacks count for it
// too. And traverse callbacks with many places, which are asked in portions.
#include "kit.h"

// ---- fields, tail and callbacks of a base ----

typedef struct inherit_base {
    ouro_obj head;
    ouro_obj *first;
    ouro_obj *secret; // by traverse and clear
} inherit_base;

typedef struct inherit_derived {
    inherit_base base;
    ouro_obj *second;
    ouro_obj *hidden; // by its own traverse and clear
} inherit_derived;

static ouro_type inherit_base_type, inherit_derived_type, inherit_plain_type;

static int inherit_base_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    inherit_base *b = (inherit_base *)o;
    (void)limit;
    return b->secret && !start ? visit(b->secret, arg) : 0;
}

static int inherit_derived_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    inherit_derived *d = (inherit_derived *)o;
    (void)limit;
    return d->hidden && !start ? visit(d->hidden, arg) : 0;
}

static void inherit_base_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    kit_trace_add("base-clear", -1);
    ouro_setslot(&((inherit_base *)o)->secret, NULL);
}

static void inherit_derived_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    kit_trace_add("clear", -1);
    ouro_setslot(&((inherit_derived *)o)->hidden, NULL);
}

static void inherit_base_finalize(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    kit_trace_add("base-finalize", -1);
}

static void inherit_derived_finalize(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    kit_trace_add("finalize", -1);
}

static void inherit_base_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    kit_trace_add("base-dealloc", -1);
}

static void inherit_derived_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    kit_trace_add("dealloc", -1);
}

static void inherit_describe(void) {
    static const ouro_field base[] = {OURO_FIELD(inherit_base, first)};
    static const ouro_field derived[] = {OURO_FIELD(inherit_derived, second)};
    ouro_type_init(&inherit_base_type, "base", sizeof(inherit_base));
    inherit_base_type.fields = base;
    inherit_base_type.n_fields = 1;
    inherit_base_type.traverse = inherit_base_traverse;
    inherit_base_type.clear = inherit_base_clear;
    inherit_base_type.finalize = inherit_base_finalize;
    inherit_base_type.dealloc = inherit_base_dealloc;
    ouro_type_init(&inherit_derived_type, "derived", sizeof(inherit_derived));
    inherit_derived_type.base = &inherit_base_type;
    inherit_derived_type.fields = derived;
    inherit_derived_type.n_fields = 1;
    inherit_derived_type.traverse = inherit_derived_traverse;
    inherit_derived_type.clear = inherit_derived_clear;
    inherit_derived_type.finalize = inherit_derived_finalize;
    inherit_derived_type.dealloc = inherit_derived_dealloc;
    ouro_type_init(&inherit_plain_type, "plain", sizeof(inherit_derived)); // adds nothing
    inherit_plain_type.base = &inherit_base_type;
}

static int inherit_register(ouro_rt *rt) {
    if (!inherit_base_type.name)
        inherit_describe();
    kit_trace_start();
    return ouro_type_register(rt, &inherit_base_type) < 0 || ouro_type_register(rt, &inherit_derived_type) < 0
               ? -1
               : ouro_type_register(rt, &inherit_plain_type);
}

static int inherit_count(ouro_obj *o, void *arg) {
    (void)o;
    ++*(int *)arg;
    return 0;
}

// A derived object whose four slots all hold `v`.
static inherit_derived *inherit_full(ouro_rt *rt, ouro_obj *v) {
    inherit_derived *d = ouro_new(rt, &inherit_derived_type);
    ouro_obj **slots[4] = {NULL};
    if (d)
        slots[0] = &d->base.first, slots[1] = &d->base.secret, slots[2] = &d->second, slots[3] = &d->hidden;
    for (int i = 0; d && i < 4; i++)
        ouro_setref(&d->base.head, slots[i], v);
    return d;
}

CASE(inherit, all_references_are_seen) {
    must(inherit_register(rt));
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    inherit_derived *d = own(inherit_full(rt, &l->head));
    need(d);
    int seen = 0;
    ouro_gc_get_referents(rt, &d->base.head, inherit_count, &seen);
    always(seen == 4 && ouro_refcount(&l->head) == 5);
    must(ouro_verify(rt));
}

CASE(inherit, callbacks_of_both_run_the_derived_first) {
    must(inherit_register(rt));
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    inherit_derived *d = inherit_full(rt, &l->head);
    need(d);
    ouro_decref(&d->base.head);
    always(kit_trace_is("finalize clear base-clear dealloc base-dealloc"));
    always(ouro_refcount(&l->head) == 1);
}

CASE(inherit, without_its_own_the_base_s_run) {
    must(inherit_register(rt));
    inherit_derived *d = ouro_new(rt, &inherit_plain_type);
    need(d);
    leaf *l = own(leaf_new(rt, 1));
    if (l) {
        ouro_setref(&d->base.head, &d->base.first, &l->head);
        ouro_setref(&d->base.head, &d->base.secret, &l->head);
    }
    ouro_decref(&d->base.head);
    need(l);
    always(kit_trace_is("base-finalize base-clear base-dealloc") && ouro_refcount(&l->head) == 1);
}

CASE(inherit, cycles_through_every_slot_are_collected) {
    must(inherit_register(rt));
    size_t before = kit_usage(rt).objects;
    for (int i = 0; i < 4; i++) {
        inherit_derived *d = ouro_new(rt, &inherit_derived_type);
        need(d);
        ouro_obj **slots[4] = {&d->base.first, &d->base.secret, &d->second, &d->hidden};
        ouro_setref(&d->base.head, slots[i], &d->base.head);
        ouro_decref(&d->base.head);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(kit_usage(rt).objects == before);
    }
}

typedef struct inherit_list {
    vec base;
    ouro_obj *owner;
} inherit_list;

CASE(inherit, the_tail_of_a_base) {
    static ouro_type type;
    static const ouro_field fields[] = {OURO_FIELD(inherit_list, owner)};
    if (!type.name) {
        ouro_type_init(&type, "list with owner", sizeof(inherit_list));
        type.base = &vec_type;
        type.fields = fields;
        type.n_fields = 1;
    }
    must(ouro_type_register(rt, &type));
    size_t objects = kit_usage(rt).objects, bytes = kit_usage(rt).buffer_bytes;
    inherit_list *list = ouro_new_tail(rt, &type, 5);
    need(list);
    always(list->base.n == 5 && list->base.item && !list->base.item[4]);
    ouro_setref(&list->base.head, &list->base.item[4], &list->base.head);
    ouro_setref(&list->base.head, &list->owner, &list->base.head);
    int seen = 0;
    ouro_gc_get_referents(rt, &list->base.head, inherit_count, &seen);
    always(seen == 2);
    ouro_decref(&list->base.head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == objects && kit_usage(rt).buffer_bytes == bytes);
}

// ---- a traverse with more places than are asked for at once ----

enum { INHERIT_PLACES = 10000 };

typedef struct inherit_wide {
    ouro_obj head;
    ouro_obj **place; // malloc'ed
} inherit_wide;

static int inherit_wide_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    inherit_wide *w = (inherit_wide *)o;
    if (!w->place)
        return 0;
    size_t end = limit < INHERIT_PLACES - start ? start + limit : INHERIT_PLACES;
    for (size_t i = start; i < end; i++) {
        int r = w->place[i] ? visit(w->place[i], arg) : 0;
        if (r)
            return r;
    }
    return end < INHERIT_PLACES;
}

static void inherit_wide_clear(ouro_rt *rt, ouro_obj *o) {
    inherit_wide *w = (inherit_wide *)o;
    (void)rt;
    for (size_t i = 0; w->place && i < INHERIT_PLACES; i++)
        ouro_setslot(&w->place[i], NULL);
}

static void inherit_wide_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    free(((inherit_wide *)o)->place);
}

static inherit_wide *inherit_wide_new(ouro_rt *rt) {
    static ouro_type type;
    if (!type.name)
        ouro_type_init(&type, "wide", sizeof(inherit_wide));
    type.traverse = inherit_wide_traverse;
    type.clear = inherit_wide_clear;
    type.dealloc = inherit_wide_dealloc;
    inherit_wide *w = ouro_type_register(rt, &type) < 0 ? NULL : ouro_new(rt, &type);
    if (w)
        w->place = calloc(INHERIT_PLACES, sizeof *w->place);
    return w;
}

CASE(inherit, thousands_of_places_some_empty) {
    inherit_wide *w = own(inherit_wide_new(rt));
    need(w);
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    int filled = 0, seen = 0;
    for (size_t i = 0; i < INHERIT_PLACES; i += 1 + i % 3, filled++)
        ouro_setref(&w->head, &w->place[i], &l->head);
    ouro_gc_get_referents(rt, &w->head, inherit_count, &seen);
    always(seen == filled && ouro_refcount(&l->head) == (uint32_t)filled + 1);
    ouro_gc_collect(rt, OURO_GC_FULL);
    must(ouro_verify(rt));
}

CASE(inherit, a_cycle_through_any_place) {
    size_t before = kit_usage(rt).objects;
    for (size_t i = 0; i < INHERIT_PLACES; i += 1111) {
        inherit_wide *w = inherit_wide_new(rt);
        need(w);
        ouro_setref(&w->head, &w->place[i], &w->head);
        ouro_setref(&w->head, &w->place[INHERIT_PLACES - 1 - i], &w->head);
        ouro_decref(&w->head);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(kit_usage(rt).objects == before);
    }
}

static int inherit_stop_at(ouro_obj *o, void *arg) {
    (void)o;
    return --*(int *)arg == 0 ? 33 : 0;
}

CASE(inherit, the_visitor_can_stop_it_anywhere) {
    inherit_wide *w = own(inherit_wide_new(rt));
    need(w);
    for (size_t i = 0; i < INHERIT_PLACES; i++)
        ouro_setref(&w->head, &w->place[i], &w->head);
    for (int stop = 1; stop <= INHERIT_PLACES; stop += 1237) {
        int left = stop;
        always(ouro_gc_get_referents(rt, &w->head, inherit_stop_at, &left) == 33 && left == 0);
    }
    inherit_wide_clear(rt, &w->head);
}
