// SPDX-License-Identifier: MIT
// bounds.c: what one slice may do at most, and what is told of a collection in slices: how much it has done, and how
// much garbage there may be. Visits are counted, not nanoseconds.
#include "../support/test.h"

// Any number of references in memory of its own, which only callbacks know.
typedef struct wide {
    ouro_obj head;
    ouro_obj **item;
    size_t n;
} wide;

static size_t wide_visits;

static int wide_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    const wide *w = (wide *)o;
    size_t i = start;
    for (; i < w->n && i - start < limit; i++) {
        wide_visits++;
        int r = visit(w->item[i], arg);
        if (r)
            return r;
    }
    return i < w->n;
}

static void wide_clear(ouro_rt *rt, ouro_obj *o) {
    wide *w = (wide *)o;
    (void)rt;
    for (size_t i = 0; i < w->n; i++)
        ouro_setslot(&w->item[i], NULL);
}

static void wide_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    free(((wide *)o)->item);
}

static ouro_type wide_type = {.struct_size = sizeof(ouro_type),
                              .name = "wide",
                              .size = sizeof(wide),
                              .traverse = wide_traverse,
                              .clear = wide_clear,
                              .dealloc = wide_dealloc};

// One object that refers so often to others, of which there are a few, and to itself.
static wide *wide_new(ouro_rt *rt, size_t n) {
    wide *w = ouro_type_register(rt, &wide_type) < 0 ? NULL : ouro_new(rt, &wide_type);
    node *few[8] = {NULL};
    for (int i = 0; w && i < 8; i++)
        few[i] = node_new(rt);
    if (w)
        w->item = calloc(n, sizeof *w->item);
    for (; w && w->item && w->n < n; w->n++)
        w->item[w->n] = ouro_xincref(w->n ? obj(few[w->n % 8]) : &w->head);
    for (int i = 0; i < 8; i++)
        ouro_xdecref(obj(few[i]));
    return w;
}

// Steps to the end of a collection. Returns: the most references of wide objects that one slice has followed.
static size_t most_visits(ouro_rt *rt) {
    size_t most = 0;
    int ended = 0;
    while (!ended) {
        wide_visits = 0;
        ended = ouro_gc_step(rt, 0);
        most = wide_visits > most ? wide_visits : most;
    }
    return most;
}

CASE(bounds, a_callback_over_many_references_goes_on_in_parts) {
    ouro_gc_disable(rt);
    size_t n = test_mode_now() == TEST_PLAIN ? 100000 : 5000;
    wide *w = wide_new(rt, n);
    need(w);
    ouro_gc_collect(rt, 1);
    check(most_visits(rt) <= 2048);
    always(ouro_refcount(w->item[0]) == 2);
    for (size_t i = 1; i < w->n; i++)
        always(w->item[i] || test_broken(rt));
    ouro_decref(&w->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
}

static ouro_obj *root;

CASE(bounds, so_it_does_from_a_root) {
    ouro_gc_disable(rt);
    root = NULL;
    must(ouro_root_add(rt, "root", &root));
    wide *w = wide_new(rt, 5000);
    need(w);
    ouro_setslot_steal(&root, &w->head);
    ouro_gc_collect(rt, 1);
    check(most_visits(rt) <= 2048);
    ouro_setslot(&root, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
}

// Between two parts the object loses references, or dies and another is where it was.
CASE(bounds, what_is_followed_in_parts_may_change_and_die) {
    ouro_gc_disable(rt);
    for (int slices = 1; slices < 40; slices++) {
        wide *w = wide_new(rt, 5000);
        need(w);
        ouro_gc_collect(rt, 1);
        for (int i = 0; i < slices; i++)
            ouro_gc_step(rt, 0);
        while (w->n > 1 && slices % 2)
            ouro_setslot(&w->item[--w->n], NULL);
        if (w->n)
            ouro_setslot(&w->item[0], NULL);
        ouro_decref(&w->head);
        node *other = node_new(rt);
        most_visits(rt);
        ouro_xdecref(obj(other));
        always(ouro_verify(rt) == 0);
    }
}

// A tail whose number of items is there before the items are.
CASE(bounds, a_tail_that_is_not_there_yet) {
    ouro_gc_disable(rt);
    vec *v = vec_new(rt);
    need(v);
    v->n = 100000;
    ouro_gc_collect(rt, 1);
    most_visits(rt);
    v->n = 0;
    ouro_decref(&v->head);
}

// ---- how much garbage there may be ----

// Two fields, and a count of the bytes of those that were garbage when a collection began.
typedef struct dated {
    ouro_obj head;
    ouro_obj *left, *right;
    int is_dated;
} dated;

static size_t dated_bytes;

static void dated_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    dated_bytes -= ((dated *)o)->is_dated ? ouro_block_size(o) : 0;
}

static ouro_type dated_type;

static int dated_register(ouro_rt *rt) {
    static const ouro_field fields[] = {OURO_FIELD(dated, left), OURO_FIELD(dated, right)};
    if (!dated_type.name)
        ouro_type_init(&dated_type, "dated", sizeof(dated));
    dated_type.fields = fields;
    dated_type.n_fields = 2;
    dated_type.dealloc = dated_dealloc;
    dated_bytes = 0;
    return ouro_type_register(rt, &dated_type);
}

#define PAIRS 40

// Two that refer to each other, into a place that is empty or dropped by that.
static void pair_put(ouro_rt *rt, dated **place) {
    dated *a = ouro_new(rt, &dated_type), *b = a ? ouro_new(rt, &dated_type) : NULL;
    if (b) {
        set(a, left, b);
        set(b, left, a);
        ouro_decref(&b->head);
    }
    ouro_xdecref(obj(*place));
    *place = a;
}

// A pair is garbage from now on; the program knows what that is in bytes.
static void pair_date(dated **place) {
    dated *a = *place, *b = a ? (dated *)a->left : NULL;
    if (!b)
        return;
    a->is_dated = b->is_dated = 1;
    dated_bytes += ouro_block_size(&a->head) + ouro_block_size(&b->head);
    ouro_decref(&a->head);
    *place = NULL;
}

static ouro_gc_progress progress_of(const ouro_rt *rt) {
    ouro_gc_progress p;
    ouro_gc_get_progress(rt, &p);
    return p;
}

static void garbage_is_bounded(ouro_rt *rt, int disturbed) {
    static dated *pairs[PAIRS];
    int tight = 0;
    memset(pairs, 0, sizeof pairs);
    for (int i = 0; i < PAIRS; i++)
        pair_put(rt, &pairs[i]);
    ouro_gc_collect(rt, 1);
    for (int i = 0; i < PAIRS; i += 2)
        pair_date(&pairs[i]);
    for (int i = 0, ended = 0; !ended; i++) {
        ended = ouro_gc_step(rt, 0);
        ouro_gc_progress p = progress_of(rt);
        check(p.garbage_most >= dated_bytes && p.garbage_most <= p.in_use);
        tight |= p.garbage_most == dated_bytes && dated_bytes > 0;
        if (disturbed && i < 4096 && i % 16 == 0) // a collection at every birth would give each one up
            pair_put(rt, &pairs[i / 16 % PAIRS]);
    }
    check(dated_bytes == 0 && progress_of(rt).garbage_most == 0);
    exact(tight || disturbed || OURO_DEBUG);
    for (int i = 0; i < PAIRS; i++)
        ouro_xdecref(obj(pairs[i]));
    ouro_error_clear(rt);
}

CASE(bounds, garbage_is_no_more_than_is_told) {
    ouro_gc_disable(rt);
    must(dated_register(rt));
    garbage_is_bounded(rt, 0);
}

CASE(bounds, nor_if_the_program_is_busy) {
    ouro_gc_disable(rt);
    must(dated_register(rt));
    garbage_is_bounded(rt, 1);
}

CASE(bounds, one_that_was_given_up_bounds_nothing) {
    ouro_gc_disable(rt);
    must(dated_register(rt));
    dated *a = NULL;
    pair_put(rt, &a);
    need(a);
    ouro_gc_collect(rt, 1);
    pair_date(&a);
    ouro_gc_step(rt, 0);
    ouro_gc_set_mode(rt, OURO_GC_ONE_STOP);
    ouro_gc_progress p = progress_of(rt);
    check(p.given_up == 1 && !p.under_way && p.garbage_most == p.in_use && p.in_use >= dated_bytes);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(dated_bytes == 0 && progress_of(rt).garbage_most == 0);
    ouro_xdecref(obj(a)); // alone, without memory for the second
}

// ---- work and pauses ----

static ouro_gc_info last_info;

static void keep_info(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)rt;
    (void)user;
    if (phase == OURO_GC_STOP && info->generation == OURO_GC_FULL)
        last_info = *info;
}

CASE(bounds, work_and_allocation_are_told) {
    enum { BYTES = 300000 };
    ouro_gc_disable(rt);
    memset(&last_info, 0, sizeof last_info);
    must(ouro_gc_callback_add(rt, keep_info, NULL));
    node *kept = own(node_new(rt));
    need(kept);
    uint64_t slices = progress_of(rt).slices, visits = 0;
    ouro_gc_step(rt, 0);
    always(progress_of(rt).allocated == 0);
    void *large = ouro_buf_alloc(rt, BYTES);
    exact(progress_of(rt).allocated >= BYTES && progress_of(rt).allocated < BYTES + OURO_PAGE_BYTES);
    ouro_buf_free(rt, large);
    for (int ended = 0; !ended; ended = ouro_gc_step(rt, 0)) {
        ouro_gc_progress p = progress_of(rt);
        exact(p.visits > visits && p.visits <= p.visits_expected);
        visits = p.visits;
    }
    ouro_gc_progress p = progress_of(rt);
    exact(p.visits == 0 && p.visits_expected == 0 && p.alive >= ouro_block_size(&kept->head));
    exact(last_info.slices == p.slices - slices && last_info.allocated >= BYTES && last_info.alive == p.alive);
    check(last_info.longest_ns <= last_info.duration_ns);
    ouro_gc_callback_remove(rt, keep_info, NULL);
}

// The longest stop of one in slices is a slice.
CASE(bounds, the_longest_is_a_slice) {
    ouro_gc_stats stats[3];
    ouro_gc_disable(rt);
    wide *w = wide_new(rt, 2000);
    need(w);
    while (!ouro_gc_step(rt, 0))
        continue;
    ouro_gc_get_stats(rt, stats);
    exact(stats[OURO_GC_FULL].longest_ns < stats[OURO_GC_FULL].duration_ns);
    ouro_decref(&w->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
}
