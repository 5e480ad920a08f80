// SPDX-License-Identifier: MIT
// scenarios_gc.c: what CPython's test_gc promises about garbage, finalizers and weak references, one case for each of
// its tests that makes sense for C types. The comment before a case names the test, and in brackets what its calls of
// gc.collect return in CPython 3.11 when that differs.
//
// Counts differ where a Python object is several objects or none here: an instance is one node; a method is an object
// of its own; a class is not an object, so that test_class, test_newstyleclass and the classes in test_newinstance
// [8,6] are left out. Also left out: tp_del, which no type has (its place is taken by a type that cannot be taken
// apart); test_trashcan_threads, since a runtime is used by one thread; test_ast_fini; the attribute hook of
// test_boom. What test_gc says about counts, statistics and freezing is in scenarios_control.c, about callbacks and the
// end of the process in scenarios_callbacks.c; test_refcount_errors is surplus.c's reference_reported_twice.
#include "graph.h"

typedef struct entry {
    ouro_obj *key, *value;
} entry;

// As a dictionary: a buffer of pairs.
typedef struct table {
    ouro_obj head;
    entry *items;
    uint32_t n;
} table;

// A node with one more field.
typedef struct wide {
    node base;
    ouro_obj *extra;
} wide;

// Owns a reference that the collector cannot see, and says it is in no cycle.
typedef struct opaque {
    ouro_obj head;
    ouro_obj *value;
} opaque;

static ouro_type table_type, wide_type, opaque_type;
static const ouro_field entry_fields[] = {OURO_FIELD(entry, key), OURO_FIELD(entry, value)};
static const ouro_field wide_fields[] = {OURO_FIELD(wide, extra)};

static void opaque_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    ouro_setslot(&((opaque *)o)->value, NULL);
}

static int scenarios_types(ouro_rt *rt) {
    if (!table_type.name) {
        ouro_type_init(&table_type, "table", sizeof(table));
        table_type.tail.place = OURO_TAIL_POINTER;
        table_type.tail.items = offsetof(table, items);
        table_type.tail.count = offsetof(table, n);
        table_type.tail.count_bytes = 4;
        table_type.tail.stride = sizeof(entry);
        table_type.tail.fields = entry_fields;
        table_type.tail.n_fields = 2;
        ouro_type_init(&wide_type, "wide", sizeof(wide));
        wide_type.base = &node_type;
        wide_type.fields = wide_fields;
        wide_type.n_fields = 1;
        ouro_type_init(&opaque_type, "opaque", sizeof(opaque));
        opaque_type.dealloc = opaque_dealloc;
    }
    if (ouro_type_register(rt, &table_type) < 0 || ouro_type_register(rt, &wide_type) < 0)
        return -1;
    return ouro_type_register(rt, &opaque_type);
}

static int silent_calls;

static void silent_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    silent_calls++;
}

// test_list
CASE(scenarios_gc, list) {
    row *v = vars_new(rt);
    need(v);
    vec *l = keep(v, vec_new(rt));
    need(l);
    must(vec_append(rt, l, &l->head));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
}

// test_dict
CASE(scenarios_gc, dict) {
    row *v = vars_new(rt);
    need(v);
    must(scenarios_types(rt));
    table *d = keep(v, ouro_new_tail(rt, &table_type, 0));
    need(d);
    leaf *key = keep(v, leaf_new(rt, 1));
    need(key);
    d->items = ouro_buf_realloc(rt, d->items, sizeof(entry));
    need(d->items);
    memset(d->items, 0, sizeof(entry));
    d->n = 1;
    ouro_setref(&d->head, &d->items[0].key, &key->head);
    ouro_setref(&d->head, &d->items[0].value, &d->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1); // the key is no candidate
    check(object_count(rt) == 1);                  // v
}

// test_tuple
CASE(scenarios_gc, tuple) {
    row *v = vars_new(rt);
    need(v);
    vec *l = keep(v, vec_new(rt));
    need(l);
    row *t = keep(v, row_new(rt, 1));
    need(t);
    ouro_setref(&t->head, &t->item[0], &l->head);
    must(vec_append(rt, l, &t->head));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
}

// test_instance
CASE(scenarios_gc, instance) {
    row *v = vars_new(rt);
    need(v);
    node *a = keep(v, ring_new(rt, 1));
    need(a);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
}

// test_newinstance: an instance of a type that extends another
CASE(scenarios_gc, newinstance) {
    row *v = vars_new(rt);
    need(v);
    must(scenarios_types(rt));
    wide *w = keep(v, ouro_new(rt, &wide_type));
    need(w);
    ouro_setref(&w->base.head, &w->extra, &w->base.head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
}

// test_method: an instance that stores its own bound method
CASE(scenarios_gc, method) {
    row *v = vars_new(rt);
    need(v);
    node *instance = keep(v, node_new(rt));
    need(instance);
    node *method = keep(v, node_new(rt));
    need(method);
    set(method, left, instance);
    set(instance, left, method);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
}

// test_legacy_finalizer, test_legacy_finalizer_newclass [0,2]: one object that cannot be taken apart, one that can
CASE(scenarios_gc, legacy_finalizer) {
    row *v = vars_new(rt);
    need(v);
    stubborn *a = keep(v, stubborn_new(rt));
    need(a);
    node *b = keep(v, ring_new(rt, 1));
    need(b);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    ouro_setslot(&a->left, &a->head);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(ouro_gc_garbage_count(rt) == 1 && ouro_gc_garbage_peek(rt, 0) == &a->head);
    ouro_setslot(&a->left, NULL);
    ouro_gc_garbage_clear(rt);
    check(ouro_gc_garbage_count(rt) == 0);
    check(object_count(rt) == 1);
}

// test_function: a function and the globals it was made in
CASE(scenarios_gc, function) {
    row *v = vars_new(rt);
    need(v);
    node *function = keep(v, node_new(rt));
    need(function);
    vec *globals = keep(v, vec_new(rt));
    need(globals);
    must(vec_append(rt, globals, &function->head));
    set(function, left, globals);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
}

static ouro_obj *latefin_slot;
static int latefin_seen; // 0: did not run, 1: the weak reference was dead, 2: it gave the function

static void latefin_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    if (self->left)
        latefin_seen = weak_alive(self->left) ? 2 : 1;
}

static void cyclic_hook(ouro_rt *rt, fin *self) {
    fin *latefin = (fin *)self->right;
    ouro_obj *weak = ouro_weak_new(rt, self->left, NULL, NULL);
    if (weak)
        ouro_setref_steal(&latefin->head, &latefin->left, weak);
    else
        ouro_error_clear(rt);
    ouro_setslot(&latefin_slot, NULL);
}

// test_function_tp_clear_leaves_consistent_state: a weak reference made by a finalizer to another member of the
// garbage, used while the garbage is being taken apart. As in 3.15 it is dead by then; 3.11 hands out a wreck.
CASE(scenarios_gc, function_tp_clear_leaves_consistent_state) {
    latefin_slot = NULL;
    latefin_seen = 0;
    row *v = vars_new(rt);
    need(v);
    must(ouro_root_add(rt, "latefin", &latefin_slot));
    fin *latefin = fin_new(rt, latefin_hook);
    need(latefin);
    latefin_slot = &latefin->head;
    node *function = keep(v, node_new(rt));
    need(function);
    fin *cyclic = keep(v, fin_new(rt, cyclic_hook));
    need(cyclic);
    set(cyclic, left, function);
    set(cyclic, right, latefin);
    set(function, left, cyclic);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(fin_calls == 2);
    check(latefin_seen == 1);
    check(object_count(rt) == 1);
}

// test_frame: a frame whose local variable holds the frame
CASE(scenarios_gc, frame) {
    row *v = vars_new(rt);
    need(v);
    row *frame = keep(v, row_new(rt, 3));
    need(frame);
    ouro_setref(&frame->head, &frame->item[2], &frame->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
}

// test_saveall
CASE(scenarios_gc, saveall) {
    row *v = vars_new(rt);
    need(v);
    vec *l = keep(v, vec_new(rt));
    need(l);
    must(vec_append(rt, l, &l->head));
    check(ouro_gc_garbage_count(rt) == 0);
    saveall_on(rt);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    ouro_gc_set_debug(rt, 0);
    check(ouro_gc_garbage_count(rt) == 1 && ouro_gc_garbage_peek(rt, 0) == &l->head);
    check(test_broken(rt) || (l->n == 1 && l->item[0] == &l->head)); // not cleared
    ouro_gc_garbage_clear(rt);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
}

static void allocating_hook(ouro_rt *rt, fin *self) {
    (void)self;
    node *n = node_new(rt);
    if (n)
        ouro_decref(&n->head);
    else
        ouro_error_clear(rt);
}

// test_del, test_del_newclass: a finalizer that allocates, while nearly every allocation collects
CASE(scenarios_gc, del) {
    ouro_gc_set_threshold(rt, 1, 1, 1);
    for (int i = 0; i < 20; i++) {
        fin *a = fin_new(rt, allocating_hook);
        need(a);
        if (i & 1)
            set(a, left, a);
        ouro_decref(&a->head);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(fin_calls == 20);
    check(object_count(rt) == 0);
}

// test_boom and its three variants: garbage is taken apart by the collector alone
CASE(scenarios_gc, boom) {
    row *v = vars_new(rt);
    need(v);
    hidden *a = keep(v, hidden_new(rt));
    need(a);
    hidden *b = keep(v, hidden_new(rt));
    need(b);
    ouro_setslot(&a->left, &b->head);
    ouro_setslot(&b->left, &a->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(ouro_gc_garbage_count(rt) == 0);
    check(hidden_deallocs == 2);
}

static ouro_obj *saved;

static void lazarus_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    saved_put(saved, &self->head);
}

// test_is_finalized
CASE(scenarios_gc, is_finalized) {
    must(saved_open(rt, &saved));
    leaf *number = own(leaf_new(rt, 3));
    need(number);
    check(!ouro_gc_is_finalized(&number->head));
    fin *lazarus = fin_new(rt, lazarus_hook);
    need(lazarus);
    check(!ouro_gc_is_finalized(&lazarus->head));
    ouro_decref(&lazarus->head);
    always(fin_calls == 1 && saved_count(saved) == 1);
    always(ouro_gc_is_finalized(&lazarus->head));
}

static int bug1055820b_calls, bug1055820b_alive;

static void bug1055820b_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    row *all = (row *)arg;
    bug1055820b_calls++;
    for (size_t i = 0; i < all->n; i++)
        bug1055820b_alive += all->item[i] && weak_alive(all->item[i]);
}

// test_bug1055820b: a callback looks through another weak reference at garbage
CASE(scenarios_gc, bug1055820b) {
    bug1055820b_calls = bug1055820b_alive = 0;
    row *v = vars_new(rt);
    need(v);
    row *all = own(row_new(rt, 2));
    need(all);
    for (size_t i = 0; i < 2; i++) {
        node *c = keep(v, ring_new(rt, 1));
        need(c);
        ouro_obj *weak = ouro_weak_new(rt, &c->head, bug1055820b_callback, &all->head);
        need(weak);
        ouro_setref_steal(&all->head, &all->item[i], weak);
    }
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(bug1055820b_calls == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(bug1055820b_calls == 2);
    check(bug1055820b_alive == 0);
}

static void bug21435_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    set(self, left, NULL);
}

// test_bug21435: a finalizer breaks the cycle, so that counting frees everything and the collection finds nothing
CASE(scenarios_gc, bug21435) {
    row *v = vars_new(rt);
    need(v);
    node *a = keep(v, node_new(rt));
    need(a);
    fin *b = keep(v, fin_new(rt, bug21435_hook));
    need(b);
    set(a, left, b);
    set(b, left, a);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == 1);
    check(object_count(rt) == 1);
}

// test_resurrection_only_happens_once_per_object
CASE(scenarios_gc, resurrection_only_happens_once_per_object) {
    row *v = vars_new(rt);
    need(v);
    must(saved_open(rt, &saved));
    fin *a = keep(v, fin_new(rt, lazarus_hook));
    need(a);
    set(a, left, a);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    check(fin_calls == 1 && saved_count(saved) == 1);
    forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(fin_calls == 1);
}

// test_resurrection_is_transitive
CASE(scenarios_gc, resurrection_is_transitive) {
    row *v = vars_new(rt);
    need(v);
    must(saved_open(rt, &saved));
    fin *lazarus = keep(v, fin_new(rt, lazarus_hook));
    need(lazarus);
    node *cargo = keep(v, node_new(rt));
    need(cargo);
    set(lazarus, left, cargo);
    set(cargo, left, lazarus);
    set(cargo, right, cargo);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    if (test_broken(rt))
        return;
    check(saved_count(saved) == 1 && ((row *)saved)->item[0] == &lazarus->head);
    check(lazarus->left == &cargo->head && cargo->left == &lazarus->head && cargo->right == &cargo->head);
}

// Returns: what a collection finds after n self-loops without and z with a resurrecting finalizer were dropped.
static int64_t collect_after(ouro_rt *rt, int n, int z) {
    for (int i = 0; i < n + z; i++) {
        fin *f = fin_new(rt, i < n ? NULL : lazarus_hook);
        if (!f)
            return -1;
        set(f, left, f);
        ouro_decref(&f->head);
    }
    return ouro_gc_collect(rt, OURO_GC_FULL);
}

// test_resurrection_does_not_block_cleanup_of_other_objects
CASE(scenarios_gc, resurrection_does_not_block_cleanup_of_other_objects) {
    must(saved_open(rt, &saved));
    ouro_gc_stats before[3], after[3];
    ouro_gc_get_stats(rt, before);
    int64_t found[3];
    static const int plain[] = {100, 0, 100}, lazarus[] = {0, 1, 1};
    for (int i = 0; i < 3; i++) {
        found[i] = collect_after(rt, plain[i], lazarus[i]);
        must(found[i]);
        ouro_gc_get_stats(rt, after);
        exact(after[2].collected - before[2].collected == (uint64_t)found[i]);
        before[2] = after[2];
    }
    exact(found[0] == 100 && found[1] == 0 && found[2] == 100);
    exact(after[2].resurrected == 2 && after[2].uncollectable == 0);
    check(saved_count(saved) == 2);
    forget((row *)saved);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(fin_calls == 202);
}

// test_trash_weakref_clear: Z is hidden from the collector behind an opaque object, so only the weak reference to it
// is known garbage; its callback must not run when Z dies with its holder.
CASE(scenarios_gc, trash_weakref_clear) {
    row *v = vars_new(rt);
    need(v);
    must(scenarios_types(rt));
    row *a = keep(v, row_new(rt, 3));
    need(a);
    row *cycle = keep(v, row_new(rt, 2));
    need(cycle);
    opaque *y = keep(v, ouro_new(rt, &opaque_type));
    need(y);
    node *z = keep(v, node_new(rt));
    need(z);
    ouro_obj *wz = keep(v, ouro_weak_new(rt, &z->head, silent_callback, NULL));
    need(wz);
    ouro_setslot(&y->value, &z->head);
    ouro_setref(&a->head, &a->item[0], &a->head);
    ouro_setref(&a->head, &a->item[1], &y->head);
    ouro_setref(&a->head, &a->item[2], wz);
    ouro_setref(&cycle->head, &cycle->item[0], wz);
    ouro_setref(&cycle->head, &cycle->item[1], &cycle->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    silent_calls = 0;
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    check(object_count(rt) == 1 && silent_calls == 0);
}
