// SPDX-License-Identifier: MIT
// safepoint_emergency.c: what happens when memory runs out: a collection that nobody asked for frees what garbage
// there is, and the allocation goes on. A runtime that collects at safepoints only runs no foreign code in an
// allocation, even then: it frees garbage without finalizers and callbacks, and leaves the rest for the next safepoint.
#include "graph.h"

enum { LIMIT = 1 << 20, BIG = 1 << 14 };

static void limited(ouro_options *options) {
    options->memory_limit = LIMIT;
}

static void limited_at_safepoint(ouro_options *options) {
    options->memory_limit = LIMIT;
    options->when = OURO_AT_SAFEPOINT;
}

static void never_by_itself(ouro_rt *rt) {
    ouro_gc_set_threshold(rt, 1000000, 10, 10);
    ouro_gc_set_threshold_bytes(rt, 0);
}

// Holds a big buffer, and has a finalizer.
typedef struct bag {
    ouro_obj head;
    ouro_obj **item;
    uint32_t n;
} bag;

static int bag_finalized;

static void bag_finalize(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    bag_finalized++;
}

static const ouro_type *bag_of(ouro_rt *rt) {
    static ouro_type type;
    if (!type.name) {
        ouro_type_init(&type, "bag", sizeof(bag));
        type.tail.place = OURO_TAIL_POINTER;
        type.tail.items = offsetof(bag, item);
        type.tail.count = offsetof(bag, n);
        type.tail.count_bytes = 4;
        type.tail.stride = sizeof(ouro_obj *);
        type.finalize = bag_finalize;
    }
    return ouro_type_register(rt, &type) < 0 ? NULL : &type;
}

// Gives a list or bag a buffer of BIG bytes, and makes it refer to itself and to `other`.
// Returns: new; NULL on failure.
static vec *big_new(ouro_rt *rt, const ouro_type *type, ouro_obj *other) {
    ouro_obj **item = type ? ouro_buf_alloc(rt, BIG) : NULL;
    vec *l = item ? ouro_new_tail(rt, type, 0) : NULL;
    if (!l) {
        ouro_buf_free(rt, item);
        return NULL;
    }
    ouro_buf_free(rt, l->item);
    l->item = item;
    item[0] = item[1] = NULL;
    l->n = 2;
    ouro_setref(&l->head, &l->item[0], &l->head);
    ouro_setref(&l->head, &l->item[1], other);
    return l;
}

// Makes garbage lists until that fails, at most n. Returns: how many could be made.
static int big_trash(ouro_rt *rt, const ouro_type *type, int n) {
    for (int i = 0; i < n; i++) {
        vec *l = big_new(rt, type, NULL);
        if (!l)
            return i;
        ouro_decref(&l->head);
    }
    return n;
}

CASE_WITH(safepoint_emergency, garbage_makes_room, limited) {
    never_by_itself(rt);
    int n = test_mode_now() == TEST_PLAIN ? 2000 : 100; // thirty times the limit
    int made = big_trash(rt, &vec_type, n);
    check(made == n);
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    always(usage.peak_pages <= LIMIT && usage.limit == LIMIT);
}

CASE_WITH(safepoint_emergency, live_objects_do_not, limited) {
    never_by_itself(rt);
    row *v = vars_new(rt);
    need(v);
    vec *chain = keep(v, big_new(rt, &vec_type, NULL));
    need(chain);
    int made = 0;
    for (vec *l; made < 1000 && (l = big_new(rt, &vec_type, v->item[0])); made++)
        ouro_setref_steal(&v->head, &v->item[0], &l->head);
    check(made > 16 && made < 64);
    check(ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    always(ouro_verify(rt) == 0);
    for (vec *l = (vec *)v->item[0]; l; l = (vec *)l->item[1])
        always(ouro_is(&l->head, &vec_type) && l->item[0] == &l->head);
    forget(v);
    check(big_trash(rt, &vec_type, 40) == 40); // all of it comes back
}

CASE_WITH(safepoint_emergency, finalizers_run_when_that_is_allowed, limited) {
    never_by_itself(rt);
    bag_finalized = 0;
    check(big_trash(rt, bag_of(rt), 150) == 150);
    check(bag_finalized >= 80);
    if (!test_broken(rt))
        ouro_error_clear(rt);
}

CASE_WITH(safepoint_emergency, garbage_makes_room_between_safepoints, limited_at_safepoint) {
    static watch w;
    never_by_itself(rt);
    must(watch_open(rt, &w));
    check(big_trash(rt, &vec_type, 300) == 300);
    exact(w.starts == 0); // quietly: gc callbacks are foreign code too
}

CASE_WITH(safepoint_emergency, no_finalizer_runs_in_an_allocation, limited_at_safepoint) {
    never_by_itself(rt);
    bag_finalized = 0;
    int made = big_trash(rt, bag_of(rt), 1000);
    exact(made > 16 && made < 64 && bag_finalized == 0);
    exact(ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    ouro_safepoint(rt); // it was asked for
    exact(bag_finalized == made);
    check(big_trash(rt, bag_of(rt), 10) == 10);
    ouro_gc_collect(rt, OURO_GC_FULL);
    if (!test_broken(rt))
        always(object_count(rt) == 0);
    else
        ouro_error_clear(rt);
}

static int weak_calls;

static void weak_count(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    weak_calls++;
}

// Garbage that a weak reference with a callback watches waits; so does what it alone keeps alive.
CASE_WITH(safepoint_emergency, no_callback_runs_in_an_allocation, limited_at_safepoint) {
    never_by_itself(rt);
    weak_calls = 0;
    row *v = vars_new(rt);
    need(v);
    vec *inner = keep(v, big_new(rt, &vec_type, NULL));
    need(inner);
    vec *watched = keep(v, big_new(rt, &vec_type, &inner->head));
    need(watched);
    ouro_obj *weak = own(ouro_weak_new(rt, &watched->head, weak_count, NULL));
    need(weak);
    forget(v);
    exact(big_trash(rt, &vec_type, 200) == 200);
    exact(weak_calls == 0 && weak_alive(weak));
    exact(inner->item[0] == &inner->head);
    ouro_safepoint(rt);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(weak_calls == 1 && !weak_alive(weak));
    check(object_count(rt) == 2);
}

// Garbage with a finalizer waits together with all that it reaches: the finalizer sees its neighbours intact.
static int intact;

static void look_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    vec *l = (vec *)self->left;
    intact += l && ouro_is(&l->head, &vec_type) && l->item[0] == &l->head && l->item[1] == &self->head;
}

CASE_WITH(safepoint_emergency, neighbours_of_a_finalizer_wait, limited_at_safepoint) {
    never_by_itself(rt);
    intact = 0;
    row *v = vars_new(rt);
    need(v);
    fin *f = keep(v, fin_new(rt, look_hook));
    need(f);
    vec *l = keep(v, big_new(rt, &vec_type, &f->head));
    need(l);
    set(f, left, l);
    forget(v);
    exact(big_trash(rt, &vec_type, 200) == 200);
    exact(fin_calls == 0);
    ouro_safepoint(rt);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(fin_calls == 1 && intact == 1);
    check(object_count(rt) == 1);
}

// Buffers and external memory meet the same limit as objects.
CASE_WITH(safepoint_emergency, external_memory_meets_the_limit, limited) {
    never_by_itself(rt);
    always(ouro_external(rt, 2 * LIMIT) == -1 && ouro_error_code(rt) == OURO_ERR_MEMORY);
    ouro_error_clear(rt);
    ouro_mem_usage usage;
    ouro_mem_get_usage(rt, &usage);
    always(usage.external_bytes == 0);
    always(ouro_external(rt, LIMIT / 2) == 0);
    int made = big_trash(rt, &vec_type, 200);
    check(made == 200);
    ouro_external(rt, -LIMIT / 2);
}

CASE_WITH(safepoint_emergency, raising_the_limit_helps, limited) {
    never_by_itself(rt);
    row *v = vars_new(rt);
    need(v);
    need(keep(v, big_new(rt, &vec_type, NULL)));
    int made = 0;
    for (vec *l; made < 1000 && (l = big_new(rt, &vec_type, v->item[0])); made++)
        ouro_setref_steal(&v->head, &v->item[0], &l->head);
    check(made < 64);
    ouro_error_clear(rt);
    ouro_mem_set_limit(rt, 4 * LIMIT);
    vec *more = big_new(rt, &vec_type, NULL);
    need(more);
    ouro_decref(&more->head);
}

static int told_begun, told_ended;

static void count_told(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)rt;
    (void)user;
    told_begun += info->generation == OURO_GC_FULL && phase == OURO_GC_START;
    told_ended += info->generation == OURO_GC_FULL && phase == OURO_GC_STOP;
}

// A collection in slices is given up where nobody can be told; that is made good as soon as code may run.
CASE_WITH(safepoint_emergency, one_in_slices_is_told_its_end_later, limited_at_safepoint) {
    never_by_itself(rt);
    told_begun = told_ended = 0;
    must(ouro_gc_callback_add(rt, count_told, NULL));
    ouro_gc_step(rt, 0);
    exact(told_begun == 1 && told_ended == 0);
    check(big_trash(rt, &vec_type, 150) == 150);
    exact(told_begun == 1 && told_ended == 0);
    ouro_gc_step(rt, 0);
    exact(told_begun == 2 && told_ended == 1);
    ouro_safepoint(rt);
    always(told_begun == told_ended);
}
