// SPDX-License-Identifier: MIT
// extra.c: objects with more bytes behind them than their type says: of every size, alive and dead, in leaves and in
// types that can be in a cycle, behind the items of a tail; and types that keep references in those bytes.
#include "kit.h"

// A text: its bytes follow the fixed part.
typedef struct extra_text {
    ouro_obj head;
    uint32_t n, hash;
} extra_text;

static ouro_type extra_text_type, extra_noted_type, extra_odd_type;
static int extra_finalized;

static void extra_finalize(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    extra_finalized++;
}

static int extra_register(ouro_rt *rt) {
    extra_finalized = 0;
    if (!extra_text_type.name) {
        ouro_type_init(&extra_text_type, "text", sizeof(extra_text));
        ouro_type_init(&extra_noted_type, "noted text", sizeof(extra_text));
        extra_noted_type.finalize = extra_finalize;
        ouro_type_init(&extra_odd_type, "odd", 13);
    }
    return ouro_type_register(rt, &extra_text_type) < 0 || ouro_type_register(rt, &extra_noted_type) < 0
               ? -1
               : ouro_type_register(rt, &extra_odd_type);
}

// ---- leaves of every size ----

static extra_text *extra_text_new(ouro_rt *rt, size_t bytes, int fill) {
    extra_text *t = ouro_new_extra(rt, &extra_text_type, 0, bytes);
    if (!t)
        return NULL;
    always(t->n == 0 && t->hash == 0);
    t->n = (uint32_t)bytes;
    memset(t + 1, fill, bytes);
    return t;
}

static int extra_text_is(const extra_text *t, int fill) {
    const unsigned char *c = (const unsigned char *)(t + 1);
    for (size_t i = 0; i < t->n; i++)
        if (c[i] != fill)
            return 0;
    return 1;
}

CASE(extra, of_every_small_size) {
    must(extra_register(rt));
    for (size_t bytes = 0; bytes < 700; bytes += 1 + bytes / 40) {
        extra_text *t = extra_text_new(rt, bytes, (int)(bytes % 251));
        need(t);
        always(ouro_refcount(&t->head) == 1 && ouro_is(&t->head, &extra_text_type) &&
               extra_text_is(t, (int)(bytes % 251)));
        ouro_decref(&t->head);
    }
}

// The largest block of a page is 32 KiB; what is more has pages, or segments, of its own.
CASE(extra, of_large_sizes) {
    must(extra_register(rt));
    static const size_t sizes[] = {32000, 32751,   32752,           32753,           40000,
                                   65536, 1000000, (size_t)2 << 20, (size_t)5 << 20, 32752 - 64};
    ouro_mem_usage before = kit_usage(rt);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        extra_text *t = extra_text_new(rt, sizes[i], 0xA5);
        need(t);
        always(kit_usage(rt).object_bytes >= before.object_bytes + sizeof *t + sizes[i]);
        always(extra_text_is(t, 0xA5));
        must(ouro_verify(rt));
        ouro_decref(&t->head);
        always(kit_usage(rt).objects == before.objects && kit_usage(rt).object_bytes == before.object_bytes);
    }
}

CASE(extra, neighbours_do_not_overlap) {
    must(extra_register(rt));
    enum { NEIGHBOURS = 300 };
    row *r = own(row_new(rt, NEIGHBOURS));
    need(r);
    for (size_t i = 0; i < NEIGHBOURS; i++) {
        extra_text *t = extra_text_new(rt, i * 7 % 400, (int)(i % 256));
        need(t);
        ouro_setref_steal(&r->head, &r->item[i], &t->head);
    }
    must(ouro_verify(rt));
    for (size_t i = 0; i < NEIGHBOURS; i += 3) // what dies between them changes nothing
        ouro_clearref(&r->head, &r->item[i]);
    for (size_t i = 0; i < NEIGHBOURS; i++)
        always(!r->item[i] || extra_text_is((extra_text *)r->item[i], (int)(i % 256)));
    must(ouro_verify(rt));
}

CASE(extra, the_fixed_part_is_zero_in_used_blocks) {
    must(extra_register(rt));
    for (int round = 0; round < 2000; round++) {
        extra_text *t = extra_text_new(rt, 24, 0xFF); // checks it
        need(t);
        t->n = t->hash = UINT32_MAX;
        ouro_decref(&t->head);
    }
}

CASE(extra, of_no_bytes_is_an_ordinary_object) {
    must(extra_register(rt));
    ouro_mem_usage before = kit_usage(rt);
    ouro_obj *plain = own(ouro_new(rt, &extra_text_type));
    need(plain);
    size_t bytes = kit_usage(rt).object_bytes - before.object_bytes;
    ouro_obj *extra = own(ouro_new_extra(rt, &extra_text_type, 0, 0));
    need(extra);
    always(kit_usage(rt).object_bytes == before.object_bytes + 2 * bytes);
    always((plain->ouroi_meta & ~OUROI_GEN_MASK) == (extra->ouroi_meta & ~OUROI_GEN_MASK));
}

// A fixed part that ends in the middle of a word.
CASE(extra, begins_right_behind_the_fixed_part) {
    must(extra_register(rt));
    for (size_t bytes = 0; bytes < 60; bytes++) {
        unsigned char *o = ouro_new_extra(rt, &extra_odd_type, 0, bytes);
        need(o);
        for (size_t i = sizeof(ouro_obj); i < 13; i++)
            always(o[i] == 0);
        memset(o + sizeof(ouro_obj), 0xEE, 13 - sizeof(ouro_obj) + bytes);
        ouro_decref((ouro_obj *)(void *)o); // a debug build looks whether anything was written behind the end
    }
    must(ouro_verify(rt));
}

CASE(extra, of_an_aligned_type) {
    static ouro_type types[3];
    for (size_t i = 0; i < 3; i++) {
        if (!types[i].name)
            ouro_type_init(&types[i], "aligned", sizeof(extra_text));
        types[i].align = (size_t)16 << i;
        must(ouro_type_register(rt, &types[i]));
        for (size_t bytes = 1; bytes < 5000; bytes = bytes * 2 + 3) {
            char *o = ouro_new_extra(rt, &types[i], 0, bytes);
            need(o);
            always((uintptr_t)o % types[i].align == 0);
            memset(o + sizeof(extra_text), 0x77, bytes);
            ouro_decref((ouro_obj *)(void *)o);
        }
    }
}

CASE(extra, a_leaf_is_complete_at_once) {
    must(extra_register(rt));
    static const size_t sizes[] = {5, 100000};
    for (int i = 0; i < 2; i++) {
        ouro_obj *o = ouro_new_extra(rt, &extra_noted_type, 0, sizes[i]);
        need(o);
        always(!ouro_gc_is_tracked(o));
        ouro_track(o); // no effect
        always(!ouro_gc_is_tracked(o));
        ouro_decref(o);
        always(extra_finalized == i + 1);
    }
}

CASE(extra, can_be_watched_and_immortal) {
    must(extra_register(rt));
    extra_text *t = extra_text_new(rt, 50, 1);
    need(t);
    ouro_obj *w = own(ouro_weak_new(rt, &t->head, NULL, NULL)), *got = &t->head;
    ouro_decref(&t->head);
    need(w);
    always(ouro_weak_get(w, &got) == 0 && !got);
    extra_text *forever = extra_text_new(rt, 70000, 2);
    need(forever);
    ouro_immortalize(&forever->head);
    ouro_decref(&forever->head);
    always(extra_text_is(forever, 2));
}

static int extra_born, extra_freed;

static void extra_count(ouro_rt *rt, const ouro_event *e, void *user) {
    (void)rt;
    (void)user;
    extra_born += e->kind == OURO_EVENT_BORN && ouro_is(e->o, &extra_text_type);
    extra_freed += e->kind == OURO_EVENT_FREED;
}

CASE(extra, births_and_deaths_are_told) {
    must(extra_register(rt));
    extra_born = extra_freed = 0;
    ouro_event_hook(rt, OURO_EVENT_BORN | OURO_EVENT_FREED, extra_count, NULL);
    for (int i = 0; i < 20; i++) {
        extra_text *t = extra_text_new(rt, (size_t)i * 4000, 0);
        if (!t)
            break;
        ouro_decref(&t->head);
        always(extra_born == i + 1 && extra_freed == i + 1);
    }
    ouro_event_hook(rt, 0, NULL, NULL);
    check(extra_born == 20);
    ouro_error_clear(rt);
}

// ---- what cannot be ----

static void extra_refuse(ouro_rt *rt, const ouro_type *type, size_t n, size_t bytes, int code, int line) {
    size_t objects = kit_usage(rt).objects, buffers = kit_usage(rt).buffer_bytes;
    if (ouro_new_extra(rt, type, n, bytes) || ouro_error_code(rt) != code)
        test_fail(__FILE__, line, "it is refused");
    ouro_error_clear(rt);
    always(kit_usage(rt).objects == objects && kit_usage(rt).buffer_bytes == buffers);
}

CASE(extra, sizes_that_do_not_exist) {
    must(extra_register(rt));
    static const size_t huge[] = {SIZE_MAX, SIZE_MAX - 15, SIZE_MAX - 16, PTRDIFF_MAX, (size_t)PTRDIFF_MAX - 15};
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        extra_refuse(rt, &extra_text_type, 0, huge[i], OURO_ERR_OVERFLOW, __LINE__);
        extra_refuse(rt, &node_type, 0, huge[i], OURO_ERR_OVERFLOW, __LINE__);
        extra_refuse(rt, &row_type, 1, huge[i], OURO_ERR_OVERFLOW, __LINE__);
        extra_refuse(rt, &row_type, huge[i], 1, OURO_ERR_OVERFLOW, __LINE__);
        extra_refuse(rt, &vec_type, 0, huge[i], OURO_ERR_OVERFLOW, __LINE__);
    }
    extra_refuse(rt, &row_type, PTRDIFF_MAX / 16, (size_t)PTRDIFF_MAX / 2 + 1, OURO_ERR_OVERFLOW, __LINE__);
}

CASE(extra, types_that_cannot) {
    static ouro_type stranger;
    must(extra_register(rt));
    ouro_type_init(&stranger, "stranger", sizeof(extra_text));
    extra_refuse(rt, &stranger, 0, 8, OURO_ERR_STATE, __LINE__);
    extra_refuse(rt, &extra_text_type, 1, 8, OURO_ERR_STATE, __LINE__);
    extra_refuse(rt, &node_type, 3, 0, OURO_ERR_STATE, __LINE__);
}

CASE(extra, beyond_the_limit) {
    must(extra_register(rt));
    ouro_mem_set_limit(rt, (size_t)4 << 20);
    extra_refuse(rt, &extra_text_type, 0, (size_t)8 << 20, OURO_ERR_MEMORY, __LINE__);
    ouro_mem_set_limit(rt, 0);
}

// ---- types that can be in a cycle, and tails ----

CASE(extra, is_tracked_when_it_is_told) {
    fin *f = ouro_new_extra(rt, &fin_type, 0, 100);
    need(f);
    memset(f + 1, 0x5A, 100);
    always(!ouro_gc_is_tracked(&f->head) && ouro_verify(rt) == 0);
    ouro_decref(&f->head);
    always(fin_calls == 0); // it never was complete
    f = ouro_new_extra(rt, &fin_type, 0, 100);
    need(f);
    f->left = ouro_incref(&f->head);
    ouro_track(&f->head);
    always(ouro_gc_is_tracked(&f->head));
    ouro_decref(&f->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(fin_calls == 1);
}

CASE(extra, behind_the_items) {
    static const size_t counts[] = {0, 1, 2, 5, 100, 5000};
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        size_t n = counts[i], objects = kit_usage(rt).objects;
        row *r = ouro_new_extra(rt, &row_type, n, 40);
        need(r);
        always(r->n == n && !ouro_gc_is_tracked(&r->head));
        memset(&r->item[n], 0xC3, 40);
        for (size_t k = 0; k < n; k++) {
            always(!r->item[k]);
            r->item[k] = ouro_incref(&l->head);
        }
        ouro_track(&r->head);
        always(ouro_refcount(&l->head) == n + 1 && ouro_verify(rt) == 0);
        ouro_decref(&r->head);
        always(ouro_refcount(&l->head) == 1 && kit_usage(rt).objects == objects);
    }
}

CASE(extra, beside_items_in_a_buffer) {
    size_t buffers = kit_usage(rt).buffer_bytes;
    vec *v = ouro_new_extra(rt, &vec_type, 3, 64);
    need(v);
    memset(v + 1, 0xC3, 64);
    always(v->n == 3 && v->item && !v->item[0] && !v->item[2] && !ouro_gc_is_tracked(&v->head));
    v->cap = 3;
    v->item[1] = ouro_incref(&v->head);
    ouro_track(&v->head);
    always(ouro_verify(rt) == 0);
    ouro_decref(&v->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).buffer_bytes == buffers);
}

// ---- types that extend another by what they keep in the extra bytes ----

// A row with two references behind its items: a class and a companion, as it were.
static ouro_type extra_row_type;
static int extra_deallocs;

static ouro_obj **extra_pair(ouro_obj *o) {
    row *r = (row *)(void *)o;
    return &r->item[r->n];
}

static int extra_row_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    ouro_obj **pair = extra_pair(o);
    (void)start;
    (void)limit;
    int r = pair[0] ? visit(pair[0], arg) : 0;
    return r || !pair[1] ? r : visit(pair[1], arg);
}

static void extra_row_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    ouro_setslot(&extra_pair(o)[0], NULL);
    ouro_setslot(&extra_pair(o)[1], NULL);
}

static void extra_row_dealloc(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    always(!extra_pair(o)[0] && !extra_pair(o)[1]);
    extra_deallocs++;
}

static row *extra_row_new(ouro_rt *rt, size_t n) {
    if (!extra_row_type.name) {
        ouro_type_init(&extra_row_type, "row with a pair", row_type.size);
        extra_row_type.base = &row_type;
        extra_row_type.traverse = extra_row_traverse;
        extra_row_type.clear = extra_row_clear;
        extra_row_type.dealloc = extra_row_dealloc;
    }
    row *r = ouro_type_register(rt, &extra_row_type) < 0
                 ? NULL
                 : ouro_new_extra(rt, &extra_row_type, n, 2 * sizeof(ouro_obj *));
    if (r) {
        extra_pair(&r->head)[0] = extra_pair(&r->head)[1] = NULL;
        ouro_track(&r->head);
    }
    return r;
}

static int extra_visit(ouro_obj *o, void *arg) {
    (void)o;
    ++*(int *)arg;
    return 0;
}

CASE(extra, references_in_the_bytes_are_seen_and_dropped) {
    extra_deallocs = 0;
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    row *r = extra_row_new(rt, 2);
    need(r);
    ouro_setref(&r->head, &r->item[1], &l->head);
    ouro_setref(&r->head, &extra_pair(&r->head)[0], &l->head);
    ouro_setref(&r->head, &extra_pair(&r->head)[1], &l->head);
    int seen = 0;
    ouro_gc_get_referents(rt, &r->head, extra_visit, &seen);
    always(seen == 3 && ouro_is_a(&r->head, &row_type) && ouro_verify(rt) == 0);
    ouro_decref(&r->head);
    always(extra_deallocs == 1 && ouro_refcount(&l->head) == 1);
}

CASE(extra, cycles_through_the_bytes_are_collected) {
    extra_deallocs = 0;
    size_t objects = kit_usage(rt).objects;
    for (size_t n = 0; n < 3000; n = n * 2 + 1) {
        row *r = extra_row_new(rt, n);
        need(r);
        ouro_setref(&r->head, &extra_pair(&r->head)[1], &r->head);
        ouro_decref(&r->head);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(extra_deallocs == 12 && kit_usage(rt).objects == objects);
}

// A text with a reference behind its bytes, which makes a leaf one that can be in a cycle.
static ouro_type extra_named_type;

static ouro_obj **extra_named_slot(ouro_obj *o) {
    extra_text *t = (extra_text *)(void *)o;
    return (ouro_obj **)(void *)((char *)(t + 1) + (t->n + 7) / 8 * 8);
}

static int extra_named_traverse(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg) {
    (void)start;
    (void)limit;
    return *extra_named_slot(o) ? visit(*extra_named_slot(o), arg) : 0;
}

static void extra_named_clear(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    ouro_setslot(extra_named_slot(o), NULL);
}

CASE(extra, a_leaf_extended_by_a_reference) {
    must(extra_register(rt));
    if (!extra_named_type.name) {
        ouro_type_init(&extra_named_type, "named text", sizeof(extra_text));
        extra_named_type.base = &extra_text_type;
        extra_named_type.traverse = extra_named_traverse;
        extra_named_type.clear = extra_named_clear;
    }
    must(ouro_type_register(rt, &extra_named_type));
    always(ouro_type_is_acyclic(&extra_text_type) && !ouro_type_is_acyclic(&extra_named_type));
    size_t objects = kit_usage(rt).objects;
    for (uint32_t n = 0; n < 100; n += 9) {
        extra_text *t = ouro_new_extra(rt, &extra_named_type, 0, (n + 7) / 8 * 8 + sizeof(ouro_obj *));
        need(t);
        t->n = n;
        memset(t + 1, 0x11, n);
        *extra_named_slot(&t->head) = ouro_incref(&t->head);
        ouro_track(&t->head);
        always(ouro_verify(rt) == 0);
        ouro_decref(&t->head);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == objects);
}

// What an object may use of its block is its own, and in a release build what the size class adds.
CASE(extra, the_block_of_an_object_is_known) {
    must(extra_register(rt));
    for (size_t bytes = 1; bytes < 200; bytes += 13) {
        extra_text *t = own(ouro_new_extra(rt, &extra_text_type, 0, bytes));
        need(t);
        size_t least = sizeof *t + bytes, size = ouro_block_size(&t->head);
        check(size >= least && size <= least + least / 4 + 8);
        check(!OURO_DEBUG || size == least);
    }
}

#if OURO_DEBUG

static void extra_write_behind(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    if (extra_register(rt) < 0)
        return;
    extra_text *t = ouro_new_extra(rt, &extra_text_type, 0, 21);
    ((char *)(t + 1))[21] = 'x';
    ouro_decref(&t->head);
}

static void extra_write_the_dead(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    if (extra_register(rt) < 0)
        return;
    extra_text *t = ouro_new_extra(rt, &extra_text_type, 0, 100);
    ouro_decref(&t->head);
    ((char *)(t + 1))[90] = 'x';
    ouro_verify(rt);
}

// The debug build guards the bytes as it guards the fixed part, and says where the object was made.
Test(extra, mistakes_are_noticed) {
    child_result r;
    child_run(extra_write_behind, &r);
    always(child_aborted(&r));
    always(CHILD_ASAN ||
           (child_said(&r, "behind its end") && child_said(&r, "'text', made at ") && child_said(&r, "extra.c:")));
    child_run(extra_write_the_dead, &r);
    always(child_aborted(&r));
    always(CHILD_ASAN || child_said(&r, "after it was freed"));
}

#endif
