// SPDX-License-Identifier: MIT
// count.c: the count word: counting, its upper end, immortality, the flag that says "lowered or moved", and a long
// random walk beside a model. Counts near the limit are set by hand; no program gets there by counting.
#include "kit.h"

#include <sys/mman.h>
#include <unistd.h>

#define COUNT_MAX_WORD 0x7FFFFFFCu // the largest count: 29 ones
#define COUNT_FLAGS (OUROI_TOUCHED | OUROI_SPARE)

CASE(count, goes_up_and_down) {
    node *n = own(node_new(rt));
    need(n);
    for (uint32_t i = 1; i < 1000; i++) {
        always(ouro_refcount(&n->head) == i);
        always(ouro_incref(&n->head) == &n->head);
    }
    for (uint32_t i = 1000; i > 1; i--) {
        always(ouro_refcount(&n->head) == i);
        ouro_decref(&n->head);
    }
    always(ouro_refcount(&n->head) == 1);
}

CASE(count, the_last_drop_kills) {
    size_t before = kit_usage(rt).objects;
    hidden *h = hidden_new(rt);
    need(h);
    ouro_incref(&h->head);
    ouro_decref(&h->head);
    always(hidden_deallocs == 0 && kit_usage(rt).objects == before + 1);
    ouro_decref(&h->head);
    always(hidden_deallocs == 1 && kit_usage(rt).objects == before);
}

CASE(count, null_is_let_through) {
    always(ouro_xincref(NULL) == NULL);
    ouro_xdecref(NULL);
    node *n = own(node_new(rt));
    need(n);
    always(ouro_xincref(&n->head) == &n->head && ouro_refcount(&n->head) == 2);
    ouro_xdecref(&n->head);
    always(ouro_refcount(&n->head) == 1);
}

// ---- the upper end ----

CASE(count, the_largest_count_still_counts) {
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    uint32_t *word = &l->head.ouroi_count, saved = *word;
    *word = COUNT_MAX_WORD - 2 * OUROI_ONE;
    ouro_incref(&l->head);
    ouro_incref(&l->head);
    always(*word == COUNT_MAX_WORD && ouro_refcount(&l->head) == 0x1FFFFFFFu && !ouro_is_immortal(&l->head));
    ouro_decref(&l->head);
    always(ouro_refcount(&l->head) == 0x1FFFFFFEu && (*word & ~COUNT_FLAGS) == COUNT_MAX_WORD - OUROI_ONE);
    *word = saved;
}

CASE(count, one_more_is_immortal) {
    leaf *l = own(leaf_new(rt, 1));
    need(l);
    uint32_t *word = &l->head.ouroi_count, saved = *word;
    for (uint32_t flags = 0; flags <= COUNT_FLAGS; flags++) {
        *word = COUNT_MAX_WORD | flags;
        always(ouro_incref(&l->head) == &l->head);
        always(*word == OUROI_IMMORTAL && ouro_is_immortal(&l->head));
        always(ouro_refcount(&l->head) == OURO_COUNT_IMMORTAL);
    }
    *word = saved;
}

CASE(count, immortal_stays_so_whatever_is_done) {
    leaf *l = own(leaf_new(rt, 1));
    node *n = own(node_new(rt));
    need(l);
    need(n);
    uint32_t *word = &l->head.ouroi_count, saved = *word;
    *word = OUROI_IMMORTAL;
    for (int i = 0; i < 1000; i++) {
        ouro_incref(&l->head);
        always(*word == OUROI_IMMORTAL);
    }
    for (int i = 0; i < 3000; i++) {
        ouro_decref(&l->head);
        always(*word == OUROI_IMMORTAL);
    }
    set(n, left, l);
    ouro_setref_steal(&n->head, &n->right, &l->head);
    always(*word == OUROI_IMMORTAL);
    ouro_clearref(&n->head, &n->left);
    always(ouro_takeref(&n->head, &n->right) == &l->head && *word == OUROI_IMMORTAL);
    always(l->value == 1);
    *word = saved;
}

// As many drops as there were references cannot free what has saturated on the way.
CASE(count, saturation_leaks_and_never_frees) {
    hidden *h = own(hidden_new(rt));
    need(h);
    uint32_t *word = &h->head.ouroi_count, saved = *word;
    *word = COUNT_MAX_WORD - OUROI_ONE;
    for (int i = 0; i < 5; i++)
        ouro_incref(&h->head);
    for (int i = 0; i < 100000; i++)
        ouro_decref(&h->head);
    always(hidden_deallocs == 0 && *word == OUROI_IMMORTAL);
    *word = saved;
}

// The header's page is made read-only: a write would end this process.
static int count_protect(ouro_obj *o, int protection) {
    uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)o & ~(size - 1);
    return mprotect((void *)start, size, protection);
}

CASE(count, immortal_is_never_written) {
    leaf *l = own(leaf_new(rt, 1));
    row *r = own(row_new(rt, 2000)); // in another page than the leaf
    need(l);
    need(r);
    uint32_t saved = l->head.ouroi_count;
    l->head.ouroi_count = OUROI_IMMORTAL;
    always(count_protect(&l->head, PROT_READ) == 0);
    ouro_incref(&l->head);
    ouro_decref(&l->head);
    set(r, item[0], l);
    ouro_setref_steal(&r->head, &r->item[1], &l->head);
    ouro_setref(&r->head, &r->item[0], NULL);
    ouro_clearref(&r->head, &r->item[1]);
    always(ouro_refcount(&l->head) == OURO_COUNT_IMMORTAL && ouro_is(&l->head, &leaf_type));
    always(count_protect(&l->head, PROT_READ | PROT_WRITE) == 0);
    l->head.ouroi_count = saved;
}

CASE(count, the_flags_of_a_plain_word_are_left_alone) {
    node *n = own(node_new(rt)), *v = node_new(rt);
    ouro_obj *held = obj(v);
    if (!n)
        ouro_xdecref(held);
    need(n);
    need(v);
    for (uint32_t flags = 0; flags <= COUNT_FLAGS; flags++) {
        v->head.ouroi_count = OUROI_ONE | flags;
        ouro_incref(&v->head);
        ouro_decref(&v->head);
        ouro_setref_steal(&n->head, &n->left, &v->head);
        always(v->head.ouroi_count == (OUROI_ONE | flags));
        always(ouro_takeref(&n->head, &n->left) == held);
    }
    v->head.ouroi_count = OUROI_ONE;
    ouro_decref(held);
}

// ---- counts of old objects that nobody has changed since the last harvest: SLOW, in bits 2 to 29 ----

static int count_touched(const ouro_obj *o) {
    return (o->ouroi_count & (OUROI_TOUCHED | OUROI_SLOW)) == OUROI_TOUCHED;
}

CASE(count, clean_old_objects_count_right) {
    node *n = own(node_new(rt));
    need(n);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
    for (uint32_t k = 1; k < 20; k++) {
        n->head.ouroi_count = OUROI_SLOW | k * OUROI_ONE;
        always(ouro_refcount(&n->head) == k && !ouro_is_immortal(&n->head));
        ouro_incref(&n->head);
        always(ouro_refcount(&n->head) == k + 1 && count_touched(&n->head));
        n->head.ouroi_count = OUROI_SLOW | (k + 1) * OUROI_ONE;
        ouro_decref(&n->head);
        always(ouro_refcount(&n->head) == k && count_touched(&n->head));
    }
    n->head.ouroi_count = OUROI_ONE | OUROI_TOUCHED;
}

CASE(count, dropping_the_last_reference_to_a_clean_object) {
    hidden *h = hidden_new(rt);
    need(h);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
    h->head.ouroi_count = OUROI_SLOW | OUROI_ONE;
    ouro_decref(&h->head);
    always(hidden_deallocs == 1);
}

CASE(count, stealing_a_clean_object_touches_it) {
    node *n = own(node_new(rt)), *v = node_new(rt);
    if (!n)
        ouro_xdecref(obj(v));
    need(n);
    need(v);
    v->head.ouroi_count = OUROI_SLOW | OUROI_ONE;
    ouro_setref_steal(&n->head, &n->left, &v->head);
    always(count_touched(&v->head) && ouro_refcount(&v->head) == 1);
}

// A random walk over all ranges of the word beside a plain number.
static int count_walk(ouro_obj *o, unsigned *random) {
    uint32_t refs = 1;
    for (size_t i = 0; i < kit_size(1000000, 20000); i++) {
        *random = *random * 1103515245u + 12345u;
        unsigned r = *random >> 16;
        if (r % 97 == 0 && !(o->ouroi_count & OUROI_SLOW))
            o->ouroi_count = (o->ouroi_count & ~COUNT_FLAGS) | OUROI_SLOW; // as the harvest leaves it
        if (r % 5 < 3) {
            ouro_incref(o);
            refs++;
        } else if (refs > 1) {
            ouro_decref(o);
            refs--;
        }
        if (ouro_refcount(o) != refs)
            return 0;
    }
    while (refs-- > 1)
        ouro_decref(o);
    return ouro_refcount(o) == 1;
}

CASE(count, a_random_walk_agrees_with_the_model) {
    node *n = own(node_new(rt));
    need(n);
    unsigned random = 12;
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_clear(rt);
    always(count_walk(&n->head, &random));
    n->head.ouroi_count = OUROI_ONE | OUROI_TOUCHED;
}
