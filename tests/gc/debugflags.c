// SPDX-License-Identifier: MIT
// debugflags.c: what the debug flags print and save, and the garbage list.
#include "graph.h"

#include <unistd.h>

CASE(debugflags, are_what_was_set) {
    always(ouro_gc_get_debug(rt) == 0);
    ouro_gc_set_debug(rt, OURO_GC_DEBUG_SAVEALL | OURO_GC_DEBUG_UNCOLLECTABLE);
    always(ouro_gc_get_debug(rt) == 36);
    ouro_gc_set_debug(rt, 0);
    always(ouro_gc_get_debug(rt) == 0);
}

// Runs a full collection with these flags. Returns: what it wrote to stderr, in a static buffer.
static const char *said(ouro_rt *rt, unsigned flags) {
    static char text[8192];
    FILE *file = tmpfile();
    int old = dup(2);
    if (!file || old < 0)
        return "no temporary file";
    fflush(stderr);
    dup2(fileno(file), 2);
    ouro_gc_set_debug(rt, flags);
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_gc_set_debug(rt, 0);
    fflush(stderr);
    dup2(old, 2);
    close(old);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

static int lines_with(const char *text, const char *word) {
    int n = 0;
    while (*text) {
        size_t length = strcspn(text, "\n");
        const char *hit = strstr(text, word);
        n += hit && hit < text + length;
        text += length + (text[length] == '\n');
    }
    return n;
}

CASE(debugflags, silent_without_flags) {
    must(ring_trash(rt, 3));
    check(*said(rt, 0) == 0);
}

CASE(debugflags, stats_prints_a_summary) {
    must(ring_trash(rt, 37));
    const char *text = said(rt, OURO_GC_DEBUG_STATS);
    check(lines_with(text, "") >= 1);
    exact(lines_with(text, "37") >= 1);
    check(lines_with(text, "node") == 0);
}

CASE(debugflags, collectable_prints_a_line_for_each) {
    must(ring_trash(rt, 5));
    fin *f = fin_new(rt, NULL);
    need(f);
    set(f, left, f);
    ouro_decref(&f->head);
    const char *text = said(rt, OURO_GC_DEBUG_COLLECTABLE);
    exact(lines_with(text, "node") == 5);
    check(lines_with(text, "fin") == 1);
}

CASE(debugflags, uncollectable_prints_a_line_for_each) {
    must(ring_trash(rt, 5));
    stubborn *s = stubborn_new(rt);
    need(s);
    ouro_setslot(&s->left, &s->head);
    ouro_decref(&s->head);
    const char *text = said(rt, OURO_GC_DEBUG_UNCOLLECTABLE);
    check(lines_with(text, "stubborn") == 1);
    check(lines_with(text, "node") == 0);
    ouro_setslot(&s->left, NULL);
}

CASE(debugflags, saveall_saves_whole_graphs) {
    row *v = vars_new(rt);
    need(v);
    node *ring = keep(v, ring_new(rt, 4));
    need(ring);
    leaf *l = keep(v, leaf_new(rt, 9));
    need(l);
    set(ring, right, l);
    saveall_on(rt);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4);
    check(ouro_gc_garbage_count(rt) == 4); // the leaf is no candidate
    for (size_t i = 0; i < ouro_gc_garbage_count(rt); i++) {
        node *n = (node *)ouro_gc_garbage_peek(rt, i);
        check(ouro_is(&n->head, &node_type) && ouro_refcount(&n->head) == 2 && n->left != NULL);
        check(n->id != 0 || n->right == &l->head);
    }
    check(ouro_gc_garbage_peek(rt, 4) == NULL && ouro_gc_garbage_peek(rt, SIZE_MAX) == NULL);
    ouro_gc_set_debug(rt, 0);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0); // the list owns them
    ouro_gc_garbage_clear(rt);
    check(ouro_gc_garbage_count(rt) == 0 && ouro_gc_garbage_peek(rt, 0) == NULL);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4);
}

static int weak_calls;

static void weak_count(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
    weak_calls++;
}

CASE(debugflags, saveall_still_finalizes_and_clears_weak_references) {
    weak_calls = 0;
    row *v = vars_new(rt);
    need(v);
    fin *f = keep(v, fin_ring_new(rt, 2, NULL));
    need(f);
    ouro_obj *plain = own(ouro_weak_new(rt, &f->head, NULL, NULL));
    need(plain);
    ouro_obj *loud = own(ouro_weak_new(rt, &f->head, weak_count, NULL));
    need(loud);
    saveall_on(rt);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(fin_calls == 2 && weak_calls == 1);
    check(!weak_alive(plain) && !weak_alive(loud));
    ouro_gc_set_debug(rt, 0);
    ouro_gc_garbage_clear(rt);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(fin_calls == 2 && weak_calls == 1); // not again
}

CASE(debugflags, saveall_does_not_keep_what_counting_frees) {
    saveall_on(rt);
    node *n = node_new(rt);
    need(n);
    ouro_decref(&n->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0 && ouro_gc_garbage_count(rt) == 0);
    check(object_count(rt) == 0);
}

CASE(debugflags, uncollectable_is_kept_and_counted) {
    stubborn *s = stubborn_new(rt);
    need(s);
    ouro_setslot(&s->left, &s->head);
    ouro_decref(&s->head);
    ouro_gc_stats stats[3];
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 1);
    ouro_gc_get_stats(rt, stats);
    check(stats[2].uncollectable == 1 && stats[2].collected == 0);
    check(ouro_gc_garbage_count(rt) == 1 && ouro_gc_garbage_peek(rt, 0) == &s->head);
    check(ouro_refcount(&s->head) == 2); // itself, and the list
    for (int generation = 0; generation < 3; generation++)
        check(ouro_gc_collect(rt, generation) == 0);
    check(ouro_gc_garbage_count(rt) == 1);
    ouro_setslot(&s->left, NULL);
    check(ouro_refcount(&s->head) == 1);
    ouro_gc_garbage_clear(rt);
    check(object_count(rt) == 0);
}

CASE(debugflags, one_clearable_member_is_enough) {
    row *v = vars_new(rt);
    need(v);
    stubborn *s[3];
    for (int i = 0; i < 3; i++) {
        s[i] = keep(v, stubborn_new(rt));
        need(s[i]);
    }
    node *n = keep(v, node_new(rt));
    need(n);
    ouro_setslot(&s[0]->left, &s[1]->head);
    ouro_setslot(&s[1]->left, &s[2]->head);
    ouro_setslot(&s[2]->left, &n->head);
    set(n, left, s[0]);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4);
    check(ouro_gc_garbage_count(rt) == 0);
    check(object_count(rt) == 1);
}

CASE(debugflags, saveall_saves_the_uncollectable_too) {
    stubborn *s = stubborn_new(rt);
    need(s);
    node *n = ring_new(rt, 2);
    if (!n)
        ouro_decref(&s->head);
    need(n);
    ouro_setslot(&s->left, &s->head);
    saveall_on(rt);
    ouro_decref(&s->head);
    ouro_decref(&n->head);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 3);
    check(ouro_gc_garbage_count(rt) == 3);
    ouro_gc_set_debug(rt, 0);
    ouro_setslot(&s->left, NULL);
    ouro_gc_garbage_clear(rt);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 2);
    check(object_count(rt) == 0);
}
