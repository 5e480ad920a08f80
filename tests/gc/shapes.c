// SPDX-License-Identifier: MIT
// shapes.c: cycles through every place where a description or a callback can say that a reference is: fields, inline
// and pointer tails, items of several fields, callbacks, all of these together, types that extend others, unusual
// alignments and very large objects. Each place alone must close a cycle, keep what it holds, and be emptied.
#include "graph.h"

typedef struct item {
    ouro_obj *first;
    uint64_t number;
    ouro_obj *second;
} item;

// Fields, then items of two references each behind the object.
typedef struct inline_items {
    ouro_obj head;
    ouro_obj *field;
    uint32_t n;
    item items[1];
} inline_items;

// Items in a buffer, their number 8 bytes wide.
typedef struct pointer_items {
    ouro_obj head;
    uint64_t n;
    item *items;
    ouro_obj *field;
} pointer_items;

// A field, a buffer of references, and a reference that only callbacks know.
typedef struct mixed {
    ouro_obj head;
    ouro_obj *field;
    ouro_obj **tail;
    uint32_t n;
    ouro_obj *secret;
} mixed;

// What it adds to `mixed`: a field and a secret of its own.
typedef struct derived {
    mixed base;
    ouro_obj *added;
    ouro_obj *own_secret;
} derived;

typedef struct aligned {
    ouro_obj head;
    ouro_obj *left, *right;
    double payload[3];
} aligned;

enum { HUGE_FIELDS = 6000 };

// One object of 48 KB.
typedef struct huge {
    ouro_obj head;
    ouro_obj *far_away[HUGE_FIELDS];
} huge;

static ouro_type inline_type, pointer_type, mixed_type, derived_type, aligned_type[3], huge_type;
static const ouro_field item_fields[] = {OURO_FIELD(item, first), OURO_FIELD(item, second)};
static const ouro_field inline_fields[] = {OURO_FIELD(inline_items, field)};
static const ouro_field pointer_fields[] = {OURO_FIELD(pointer_items, field)};
static const ouro_field mixed_fields[] = {OURO_FIELD(mixed, field)};
static const ouro_field derived_fields[] = {OURO_FIELD(derived, added)};
static const ouro_field aligned_fields[] = {OURO_FIELD(aligned, left), OURO_FIELD(aligned, right)};
static const ouro_field huge_fields[] = {{offsetof(huge, far_away), "first", NULL},
                                         {sizeof(huge) - sizeof(ouro_obj *), "last", NULL}};
static int secrets_cleared, deallocs;

static int mixed_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    mixed *m = (mixed *)o;
    (void)start;
    (void)limit;
    return m->secret ? visit(m->secret, arg) : 0;
}

static void mixed_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    secrets_cleared++;
    ouro_setslot(&((mixed *)o)->secret, NULL);
}

// Described fields are empty by now, and clear has run.
static void mixed_dealloc(ouro_rt *rt, ouro_obj *o) {
    const mixed *m = (const mixed *)o;
    (void)rt;
    deallocs += !m->field && !m->secret;
}

static int derived_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    derived *d = (derived *)o;
    (void)start;
    (void)limit;
    return d->own_secret ? visit(d->own_secret, arg) : 0;
}

static void derived_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    secrets_cleared++;
    ouro_setslot(&((derived *)o)->own_secret, NULL);
}

static void describe(ouro_type *type, const char *name, size_t size, const ouro_field *fields, size_t n_fields) {
    ouro_type_init(type, name, size);
    type->fields = fields;
    type->n_fields = n_fields;
}

static void describe_tails(void) {
    inline_type.tail = (ouro_tail){
        OURO_TAIL_INLINE, offsetof(inline_items, items), offsetof(inline_items, n), 4, sizeof(item), item_fields, 2};
    pointer_type.tail = (ouro_tail){
        OURO_TAIL_POINTER, offsetof(pointer_items, items), offsetof(pointer_items, n), 8, sizeof(item), item_fields, 2};
    mixed_type.tail =
        (ouro_tail){OURO_TAIL_POINTER, offsetof(mixed, tail), offsetof(mixed, n), 4, sizeof(ouro_obj *), NULL, 0};
}

static void shapes_describe(void) {
    static const char *const aligned_name[] = {"aligned16", "aligned32", "aligned64"};
    describe(&inline_type, "inline", offsetof(inline_items, items), inline_fields, 1);
    describe(&pointer_type, "pointer", sizeof(pointer_items), pointer_fields, 1);
    describe(&mixed_type, "mixed", sizeof(mixed), mixed_fields, 1);
    describe(&derived_type, "derived", sizeof(derived), derived_fields, 1);
    describe(&huge_type, "huge", sizeof(huge), huge_fields, 2);
    describe_tails();
    mixed_type.traverse = mixed_traverse;
    mixed_type.clear = mixed_clear;
    mixed_type.dealloc = mixed_dealloc;
    derived_type.base = &mixed_type;
    derived_type.traverse = derived_traverse;
    derived_type.clear = derived_clear;
    for (int i = 0; i < 3; i++) {
        describe(&aligned_type[i], aligned_name[i], sizeof(aligned), aligned_fields, 2);
        aligned_type[i].align = (size_t)16 << i;
    }
}

static int shapes_register(ouro_rt *rt) {
    ouro_type *all[] = {&inline_type, &pointer_type,    &mixed_type,      &derived_type,
                        &huge_type,   &aligned_type[0], &aligned_type[1], &aligned_type[2]};
    secrets_cleared = deallocs = 0;
    if (!huge_type.name)
        shapes_describe();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (ouro_type_register(rt, all[i]) < 0)
            return -1;
    return 0;
}

// ---- one place at a time ----

// How an object of a shape is made, and where its places are. Places from `described` on belong to callbacks.
typedef struct shape {
    ouro_obj *(*make)(ouro_rt *rt);
    ouro_obj **(*place)(ouro_obj *o, int i);
    int places, described;
} shape;

static ouro_obj *make_inline(ouro_rt *rt) {
    return ouro_new_tail(rt, &inline_type, 3);
}

static ouro_obj **place_inline(ouro_obj *o, int i) {
    inline_items *x = (inline_items *)o;
    if (i == 0)
        return &x->field;
    return i & 1 ? &x->items[(i - 1) / 2].first : &x->items[(i - 1) / 2].second;
}

static ouro_obj *make_pointer(ouro_rt *rt) {
    pointer_items *x = ouro_new_tail(rt, &pointer_type, 3);
    for (uint64_t i = 0; x && i < x->n; i++)
        x->items[i].number = UINT64_MAX; // no reference, whoever may take it for one
    return (ouro_obj *)x;
}

static ouro_obj **place_pointer(ouro_obj *o, int i) {
    pointer_items *x = (pointer_items *)o;
    if (i == 0)
        return &x->field;
    return i & 1 ? &x->items[(i - 1) / 2].first : &x->items[(i - 1) / 2].second;
}

static ouro_obj *make_mixed(ouro_rt *rt) {
    return ouro_new_tail(rt, &mixed_type, 2);
}

static ouro_obj **place_mixed(ouro_obj *o, int i) {
    mixed *x = (mixed *)o;
    return i == 0 ? &x->field : i == 3 ? &x->secret : &x->tail[i - 1];
}

static ouro_obj *make_derived(ouro_rt *rt) {
    return ouro_new_tail(rt, &derived_type, 2);
}

static ouro_obj **place_derived(ouro_obj *o, int i) {
    derived *x = (derived *)o;
    if (i == 3)
        return &x->added;
    return i == 5 ? &x->own_secret : place_mixed(o, i == 4 ? 3 : i);
}

static ouro_obj *make_aligned(ouro_rt *rt) {
    static int i;
    i = (i + 1) % 3;
    ouro_obj *o = ouro_new(rt, &aligned_type[i]);
    always((uintptr_t)o % aligned_type[i].align == 0);
    return o;
}

static ouro_obj **place_aligned(ouro_obj *o, int i) {
    return i ? &((aligned *)o)->right : &((aligned *)o)->left;
}

static ouro_obj *make_huge(ouro_rt *rt) {
    return ouro_new(rt, &huge_type);
}

static ouro_obj **place_huge(ouro_obj *o, int i) {
    return &((huge *)o)->far_away[i ? HUGE_FIELDS - 1 : 0];
}

static void put(const shape *s, ouro_obj *owner, int place, ouro_obj *o) {
    if (place < s->described)
        ouro_setref(owner, s->place(owner, place), o);
    else
        ouro_setslot(s->place(owner, place), o);
}

// A pair of objects that refer to each other through place i alone.
static void one_place(ouro_rt *rt, const shape *s, row *v, int i) {
    ouro_obj *a = keep(v, s->make(rt)), *b = keep(v, s->make(rt));
    need(a);
    need(b);
    put(s, a, i, b);
    put(s, b, i, a);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget_one(v, b);
    always(ouro_refcount(a) == 2 && ouro_refcount(b) == 1);
    for (int generation = 0; generation < 3; generation++)
        check(ouro_gc_collect(rt, generation) == 0);
    always(*s->place(a, i) == b && *s->place(b, i) == a && ouro_verify(rt) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(object_count(rt) == 1);
}

static void each_place(ouro_rt *rt, const shape *s) {
    row *v = vars_new(rt);
    need(v);
    must(shapes_register(rt));
    for (int i = 0; i < s->places; i++)
        one_place(rt, s, v, i);
}

CASE(shapes, inline_tail_of_items) {
    static const shape s = {make_inline, place_inline, 7, 7};
    each_place(rt, &s);
}

CASE(shapes, pointer_tail_of_items) {
    static const shape s = {make_pointer, place_pointer, 7, 7};
    each_place(rt, &s);
}

CASE(shapes, fields_tail_and_callbacks) {
    static const shape s = {make_mixed, place_mixed, 4, 3};
    each_place(rt, &s);
    check(secrets_cleared >= 8 && deallocs == 8);
}

CASE(shapes, extended_type) {
    static const shape s = {make_derived, place_derived, 6, 4};
    each_place(rt, &s);
    check(secrets_cleared >= 24 && deallocs == 12); // callbacks of both, the base's dealloc
}

CASE(shapes, aligned_objects) {
    static const shape s = {make_aligned, place_aligned, 2, 2};
    each_place(rt, &s);
}

CASE(shapes, huge_object) {
    static const shape s = {make_huge, place_huge, 2, 2};
    each_place(rt, &s);
}

// ---- together ----

// A ring of one object of each shape, each referring to the next through its last place.
CASE(shapes, ring_of_all) {
    static const shape s[] = {{make_inline, place_inline, 7, 7},   {make_pointer, place_pointer, 7, 7},
                              {make_mixed, place_mixed, 4, 3},     {make_derived, place_derived, 6, 4},
                              {make_aligned, place_aligned, 2, 2}, {make_huge, place_huge, 2, 2}};
    enum { N = sizeof s / sizeof *s };
    row *v = vars_new(rt);
    need(v);
    must(shapes_register(rt));
    ouro_obj *o[N];
    for (int i = 0; i < N; i++) {
        o[i] = keep(v, s[i].make(rt));
        need(o[i]);
    }
    for (int i = 0; i < N; i++)
        put(&s[i], o[i], s[i].places - 1, o[(i + 1) % N]);
    for (int i = 1; i < N; i++)
        forget_one(v, o[i]);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == N);
    check(object_count(rt) == 1);
}

// Lists of many pages: the buffer is walked to its end, and freed with the list.
CASE(shapes, long_tails) {
    size_t n = test_mode_now() == TEST_PLAIN ? 300000 : 9000;
    row *v = vars_new(rt);
    need(v);
    vec *list = keep(v, vec_new(rt));
    need(list);
    row *tuple = keep(v, row_new(rt, n));
    need(tuple);
    node *last = keep(v, node_new(rt));
    need(last);
    for (size_t i = 0; i < n; i++) {
        must(vec_append(rt, list, i % 3 ? NULL : &last->head));
        if (i % 7 == 0)
            ouro_setref(&tuple->head, &tuple->item[i], &last->head);
    }
    ouro_setref(&tuple->head, &tuple->item[n - 1], &list->head);
    set(last, left, tuple);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    check(usage.objects == 1 && usage.buffer_bytes == 0);
}

// A callback over many references is asked in portions; none is left out and none counted twice.
typedef struct wide {
    ouro_obj head;
    ouro_obj *slot[20000];
} wide;

static int wide_portions;

static int wide_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    wide *w = (wide *)o;
    const size_t n = sizeof w->slot / sizeof *w->slot;
    size_t i = start;
    wide_portions++;
    for (; i < n && i - start < limit; i++) {
        int r = w->slot[i] ? visit(w->slot[i], arg) : 0;
        if (r)
            return r;
    }
    return i < n;
}

static void wide_clear(ouro_rt *rt, ouro_obj *o) {
    wide *w = (wide *)o;
    (void)rt;
    for (size_t i = 0; i < sizeof w->slot / sizeof *w->slot; i++)
        ouro_setslot(&w->slot[i], NULL);
}

CASE(shapes, callback_in_portions) {
    static ouro_type type;
    if (!type.name) {
        ouro_type_init(&type, "wide", sizeof(wide));
        type.traverse = wide_traverse;
        type.clear = wide_clear;
    }
    row *v = vars_new(rt);
    need(v);
    must(ouro_type_register(rt, &type));
    wide *w = keep(v, ouro_new(rt, &type));
    need(w);
    node *n = keep(v, node_new(rt));
    need(n);
    size_t references = 0;
    for (size_t i = 0; i < sizeof w->slot / sizeof *w->slot; i++)
        if (i % 3) { // every third is empty
            ouro_setslot(&w->slot[i], &n->head);
            references++;
        }
    set(n, left, w);
    size_t seen = 0;
    wide_portions = 0;
    ouro_gc_get_referents(rt, &w->head, count_visit, &seen);
    check(seen == references && wide_portions > 1);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2); // a reference counted twice would keep n
}

// Tails without items, and items without references.
CASE(shapes, empty_tails) {
    row *v = vars_new(rt);
    need(v);
    must(shapes_register(rt));
    need(keep(v, row_new(rt, 0)));
    need(keep(v, vec_new(rt)));
    need(keep(v, ouro_new_tail(rt, &inline_type, 0)));
    need(keep(v, ouro_new_tail(rt, &pointer_type, 0)));
    pointer_items *p = keep(v, make_pointer(rt));
    need(p);
    ouro_setref(&p->head, &p->field, &p->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    check(object_count(rt) == 1);
}

// However deep: a ring of garbage, a live chain behind a root, one behind a variable that nobody registered.
CASE(shapes, deep_structures) {
    int n = test_mode_now() == TEST_PLAIN ? 500000 : 300;
    must(ring_trash(rt, n));
    int64_t found = ouro_gc_collect(rt, OURO_GC_FULL);
    exact(found == n);
    node *registered = own(ring_new(rt, n));
    need(registered);
    node *local = ring_new(rt, n);
    need(local);
    for (int generation = 0; generation < 3; generation++)
        check(ouro_gc_collect(rt, generation) == 0);
    exact(object_count(rt) == 2 * (size_t)n);
    ouro_decref(&local->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == n);
}
