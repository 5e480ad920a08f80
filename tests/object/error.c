// SPDX-License-Identifier: MIT
// error.c: the pending error: set, thrown, taken, cleared, replaced; kept apart from what finalizers and callbacks do.
#include "kit.h"

CASE(error, none_at_first) {
    always(ouro_error_code(rt) == OURO_OK);
    always(!strcmp(ouro_error_message(rt), ""));
    ouro_error_clear(rt);
    always(ouro_error_take(rt) == NULL && ouro_error_code(rt) == OURO_OK);
}

CASE(error, set_and_cleared) {
    always(ouro_error_set(rt, OURO_ERR_INDEX, "item %d of %s", 7, "a list") == -1);
    always(ouro_error_code(rt) == OURO_ERR_INDEX);
    always(!strcmp(ouro_error_message(rt), "item 7 of a list"));
    ouro_error_clear(rt);
    always(ouro_error_code(rt) == OURO_OK && !strcmp(ouro_error_message(rt), ""));
}

CASE(error, codes_of_the_embedder) {
    ouro_error_set(rt, OURO_ERR_USER + 12, "mine");
    always(ouro_error_code(rt) == OURO_ERR_USER + 12 && !strcmp(ouro_error_message(rt), "mine"));
    ouro_error_clear(rt);
}

CASE(error, messages_are_cut_at_255_bytes) {
    char text[600];
    for (size_t n = 250; n < 600; n += 5) {
        memset(text, 'x', n);
        text[0] = 'a';
        text[n] = 0;
        ouro_error_set(rt, OURO_ERR_VALUE, "%s", text);
        size_t length = strlen(ouro_error_message(rt));
        always(length == (n < 255 ? n : 255));
        always(ouro_error_message(rt)[0] == 'a' && ouro_error_message(rt)[length - 1] == 'x');
        ouro_error_clear(rt);
    }
}

CASE(error, a_message_may_quote_the_one_before) {
    test_expect_warnings();
    ouro_error_set(rt, OURO_ERR_IO, "no such file");
    ouro_error_set(rt, OURO_ERR_VALUE, "cannot load: %s", ouro_error_message(rt));
    always(!strcmp(ouro_error_message(rt), "cannot load: no such file"));
    ouro_error_clear(rt);
}

CASE(error, one_that_is_replaced_is_told) {
    test_expect_warnings();
    ouro_error_set(rt, OURO_ERR_KEY, "the older");
    always(test_warnings() == 0);
    ouro_error_set(rt, OURO_ERR_TYPE, "the newer");
    always(test_warnings() == 1 && strstr(test_last_warning(), "the older"));
    always(ouro_error_code(rt) == OURO_ERR_TYPE && !strcmp(ouro_error_message(rt), "the newer"));
    ouro_error_clear(rt);
    ouro_error_set(rt, OURO_ERR_KEY, "alone"); // nothing is pending: nothing is replaced
    always(test_warnings() == 1);
    ouro_error_clear(rt);
}

CASE(error, needs_no_memory) {
    uint64_t asked = ouro_stress_allocations(rt);
    ouro_error_set(rt, OURO_ERR_STATE, "%0200d", 1);
    always(ouro_stress_allocations(rt) == asked && ouro_error_code(rt) == OURO_ERR_STATE);
    ouro_error_clear(rt);
}

// ---- thrown objects ----

CASE(error, throwing_keeps_the_object) {
    node *n = own(node_new(rt));
    need(n);
    always(ouro_error_throw(rt, &n->head) == -1);
    always(ouro_error_code(rt) == OURO_ERR_THROWN && ouro_refcount(&n->head) == 2);
    always(!strcmp(ouro_error_message(rt), "node"));
    ouro_obj *taken = ouro_error_take(rt);
    always(taken == &n->head && ouro_refcount(taken) == 2);
    always(ouro_error_code(rt) == OURO_OK && !strcmp(ouro_error_message(rt), ""));
    ouro_decref(taken);
}

CASE(error, taking_without_an_object_clears) {
    ouro_error_set(rt, OURO_ERR_KEY, "plain");
    always(ouro_error_take(rt) == NULL);
    always(ouro_error_code(rt) == OURO_OK && !strcmp(ouro_error_message(rt), ""));
}

CASE(error, clearing_drops_the_object) {
    hidden *h = hidden_new(rt);
    need(h);
    ouro_error_throw(rt, &h->head);
    ouro_decref(&h->head);
    always(hidden_deallocs == 0); // the error holds the last reference
    ouro_error_clear(rt);
    always(hidden_deallocs == 1 && ouro_error_code(rt) == OURO_OK);
}

CASE(error, replacing_drops_the_object) {
    test_expect_warnings();
    hidden *h = hidden_new(rt), *g = hidden_new(rt);
    if (h && g) {
        ouro_error_throw(rt, &h->head);
        ouro_decref(&h->head);
        ouro_error_throw(rt, &g->head);
        always(hidden_deallocs == 1 && ouro_error_code(rt) == OURO_ERR_THROWN);
        ouro_decref(&g->head);
        ouro_error_set(rt, OURO_ERR_VALUE, "instead");
        always(hidden_deallocs == 2 && ouro_error_code(rt) == OURO_ERR_VALUE);
        ouro_error_clear(rt);
        return;
    }
    ouro_xdecref(obj(h));
    ouro_xdecref(obj(g));
    check(h && g);
}

CASE(error, a_thrown_object_survives_collections) {
    node *ring = kit_ring(rt, 10);
    need(ring);
    ouro_error_throw(rt, &ring->head);
    ouro_decref(&ring->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    int k = 1;
    for (ouro_obj *o = ring->left; o != &ring->head; o = ((node *)o)->left)
        always(((node *)o)->id == k++);
    ouro_obj *taken = ouro_error_take(rt);
    always(k == 10 && taken == &ring->head);
    ouro_decref(taken);
}

CASE(error, throwing_the_same_object_again) {
    test_expect_warnings();
    node *n = own(node_new(rt));
    need(n);
    ouro_error_throw(rt, &n->head);
    ouro_error_throw(rt, &n->head);
    always(ouro_refcount(&n->head) == 2 && ouro_error_code(rt) == OURO_ERR_THROWN);
    ouro_error_clear(rt);
    always(ouro_refcount(&n->head) == 1);
}

CASE(error, throwing_with_a_code_and_a_message) {
    node *n = own(node_new(rt));
    need(n);
    always(ouro_error_throw_text(rt, OURO_ERR_KEY, &n->head, "no such name: 100%d") == -1);
    always(ouro_error_code(rt) == OURO_ERR_KEY && !strcmp(ouro_error_message(rt), "no such name: 100%d"));
    always(ouro_error_peek(rt) == &n->head && ouro_refcount(&n->head) == 2);
    ouro_obj *taken = ouro_error_take(rt);
    always(taken == &n->head && ouro_error_code(rt) == OURO_OK && !ouro_error_peek(rt));
    ouro_decref(taken);
    char text[400];
    memset(text, 'y', sizeof text);
    text[sizeof text - 1] = 0;
    ouro_error_throw_text(rt, OURO_ERR_USER + 3, &n->head, text);
    always(ouro_error_code(rt) == OURO_ERR_USER + 3 && strlen(ouro_error_message(rt)) == 255);
    ouro_error_clear(rt);
    always(ouro_refcount(&n->head) == 1 && !strcmp(ouro_error_message(rt), ""));
}

CASE(error, peeking_finds_thrown_objects_only) {
    node *n = own(node_new(rt));
    need(n);
    always(!ouro_error_peek(rt));
    ouro_error_set(rt, OURO_ERR_KEY, "plain");
    always(!ouro_error_peek(rt));
    ouro_error_clear(rt);
    ouro_error_throw(rt, &n->head);
    always(ouro_error_peek(rt) == &n->head && ouro_refcount(&n->head) == 2);
    ouro_error_clear(rt);
    always(!ouro_error_peek(rt));
}

// A message that goes with the object thrown before, or that is the one before.
static char *error_lent;

static void error_take_back(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    memset(error_lent, '?', strlen(error_lent));
}

CASE(error, a_new_message_may_belong_to_the_old_error) {
    test_expect_warnings();
    static char lent[20];
    error_lent = lent;
    snprintf(lent, sizeof lent, "lent");
    node *n = own(node_new(rt));
    need(n);
    fin *f = fin_new(rt, error_take_back);
    need(f);
    ouro_error_throw(rt, &f->head);
    ouro_decref(&f->head);
    ouro_error_throw_text(rt, OURO_ERR_IO, &n->head, lent); // the older one dies with this
    always(fin_calls == 1 && !strcmp(lent, "????") && !strcmp(ouro_error_message(rt), "lent"));
    ouro_error_throw_text(rt, OURO_ERR_KEY, &n->head, ouro_error_message(rt) + 1);
    always(!strcmp(ouro_error_message(rt), "ent") && ouro_error_peek(rt) == &n->head && test_warnings() == 2);
    ouro_error_clear(rt);
}

// ---- put aside by the embedder ----

CASE(error, put_aside_and_back) {
    node *n = own(node_new(rt));
    need(n);
    ouro_error_state s;
    ouro_error_throw_text(rt, OURO_ERR_INDEX, &n->head, "first");
    ouro_error_save(rt, &s);
    always(ouro_error_code(rt) == OURO_OK && !ouro_error_peek(rt) && !strcmp(ouro_error_message(rt), ""));
    always(s.code == OURO_ERR_INDEX && s.thrown == &n->head && !strcmp(s.message, "first"));
    always(ouro_refcount(&n->head) == 2); // the state's now
    ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_error_restore(rt, &s);
    always(ouro_error_code(rt) == OURO_ERR_INDEX && !strcmp(ouro_error_message(rt), "first"));
    always(ouro_error_peek(rt) == &n->head && ouro_refcount(&n->head) == 2 && test_warnings() == 0);
    always(s.code == OURO_OK && !s.thrown);
    ouro_error_clear(rt);
}

CASE(error, an_aside_may_be_empty) {
    ouro_error_state s;
    ouro_error_save(rt, &s);
    always(s.code == OURO_OK && !s.thrown && !strcmp(s.message, ""));
    ouro_error_restore(rt, &s);
    always(ouro_error_code(rt) == OURO_OK && !strcmp(ouro_error_message(rt), "") && test_warnings() == 0);
}

CASE(error, what_came_in_between_is_told) {
    test_expect_warnings();
    for (int pending = 0; pending < 2; pending++) {
        ouro_error_state s;
        hidden *h = hidden_new(rt);
        need(h);
        if (pending)
            ouro_error_set(rt, OURO_ERR_KEY, "pending");
        ouro_error_save(rt, &s);
        ouro_error_throw_text(rt, OURO_ERR_IO, &h->head, "in between");
        ouro_decref(&h->head);
        always(test_warnings() == pending && hidden_deallocs == pending);
        ouro_error_restore(rt, &s);
        always(test_warnings() == pending + 1 && strstr(test_last_warning(), "in between"));
        always(hidden_deallocs == pending + 1 && ouro_error_code(rt) == (pending ? OURO_ERR_KEY : OURO_OK));
    }
    always(!strcmp(ouro_error_message(rt), "pending"));
    ouro_error_clear(rt);
}

CASE(error, asides_nest) {
    ouro_error_state outer, inner;
    ouro_error_set(rt, OURO_ERR_KEY, "one");
    ouro_error_save(rt, &outer);
    ouro_error_set(rt, OURO_ERR_IO, "two");
    ouro_error_save(rt, &inner);
    always(ouro_error_code(rt) == OURO_OK);
    ouro_error_restore(rt, &inner);
    always(ouro_error_code(rt) == OURO_ERR_IO);
    ouro_error_clear(rt);
    ouro_error_restore(rt, &outer);
    always(ouro_error_code(rt) == OURO_ERR_KEY && test_warnings() == 0);
    ouro_error_clear(rt);
}

// ---- finalizers and callbacks ----

static int error_seen_inside;

static void error_look(ouro_rt *rt, fin *self) {
    (void)self;
    error_seen_inside = ouro_error_code(rt);
}

static void error_leave(ouro_rt *rt, fin *self) {
    (void)self;
    error_seen_inside = ouro_error_code(rt);
    ouro_error_set(rt, OURO_ERR_IO, "left in a finalizer");
}

CASE(error, a_finalizer_does_not_see_what_is_pending) {
    fin *f = fin_new(rt, error_look);
    need(f);
    error_seen_inside = -1;
    ouro_error_set(rt, OURO_ERR_KEY, "pending");
    ouro_decref(&f->head);
    always(error_seen_inside == OURO_OK);
    always(ouro_error_code(rt) == OURO_ERR_KEY && !strcmp(ouro_error_message(rt), "pending"));
    ouro_error_clear(rt);
}

CASE(error, one_left_by_a_finalizer_is_a_warning) {
    test_expect_warnings();
    for (int pending = 0; pending < 2; pending++) {
        fin *f = fin_new(rt, error_leave);
        need(f);
        if (pending)
            ouro_error_set(rt, OURO_ERR_KEY, "pending");
        ouro_decref(&f->head);
        always(test_warnings() == pending + 1 && strstr(test_last_warning(), "left in a finalizer"));
        always(strstr(test_last_warning(), "fin") != NULL); // and whose
        always(ouro_error_code(rt) == (pending ? OURO_ERR_KEY : OURO_OK));
    }
    always(!strcmp(ouro_error_message(rt), "pending"));
    ouro_error_clear(rt);
}

CASE(error, a_thrown_object_is_put_back_after_a_finalizer) {
    node *n = own(node_new(rt));
    need(n);
    fin *f = fin_new(rt, error_look);
    need(f);
    ouro_error_throw(rt, &n->head);
    ouro_decref(&f->head);
    always(error_seen_inside == OURO_OK && ouro_refcount(&n->head) == 2);
    ouro_obj *taken = ouro_error_take(rt);
    always(taken == &n->head);
    ouro_xdecref(taken);
}

static void error_weak_leave(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)arg;
    error_seen_inside = ouro_error_code(rt);
    ouro_error_set(rt, OURO_ERR_IO, "left in a callback");
}

CASE(error, weak_callbacks_are_kept_apart_too) {
    test_expect_warnings();
    leaf *l = leaf_new(rt, 1);
    need(l);
    ouro_obj *w = own(ouro_weak_new(rt, &l->head, error_weak_leave, NULL));
    if (w)
        ouro_error_set(rt, OURO_ERR_KEY, "pending");
    int before = test_warnings();
    ouro_decref(&l->head);
    need(w);
    always(error_seen_inside == OURO_OK && ouro_error_code(rt) == OURO_ERR_KEY);
    always(test_warnings() == before + 1 && strstr(test_last_warning(), "left in a callback"));
    ouro_error_clear(rt);
}

static void error_gc_leave(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)phase;
    (void)info;
    (void)user;
    error_seen_inside += ouro_error_code(rt) != OURO_OK;
    ouro_error_set(rt, OURO_ERR_IO, "left around a collection");
}

Test(error, gc_callbacks_are_kept_apart_too) {
    ouro_rt *rt = kit_rt_new(NULL);
    error_seen_inside = 0;
    always(ouro_gc_callback_add(rt, error_gc_leave, NULL) == 0);
    ouro_error_set(rt, OURO_ERR_KEY, "pending");
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(error_seen_inside == 0 && kit_warning_count == 2 && strstr(kit_warnings, "left around a collection"));
    always(ouro_error_code(rt) == OURO_ERR_KEY && !strcmp(ouro_error_message(rt), "pending"));
    ouro_gc_callback_remove(rt, error_gc_leave, NULL);
    ouro_error_clear(rt);
    ouro_rt_destroy(rt);
}

// ---- names ----

CASE(error, codes_have_names) {
    static const struct {
        int code;
        const char *name;
    } all[] = {
        {OURO_OK, "OURO_OK"},
        {OURO_ERR_MEMORY, "OURO_ERR_MEMORY"},
        {OURO_ERR_TYPE, "OURO_ERR_TYPE"},
        {OURO_ERR_VALUE, "OURO_ERR_VALUE"},
        {OURO_ERR_INDEX, "OURO_ERR_INDEX"},
        {OURO_ERR_KEY, "OURO_ERR_KEY"},
        {OURO_ERR_OVERFLOW, "OURO_ERR_OVERFLOW"},
        {OURO_ERR_STATE, "OURO_ERR_STATE"},
        {OURO_ERR_IO, "OURO_ERR_IO"},
        {OURO_ERR_ATTRIBUTE, "OURO_ERR_ATTRIBUTE"},
        {OURO_ERR_DIVISION, "OURO_ERR_DIVISION"},
        {OURO_ERR_DEPTH, "OURO_ERR_DEPTH"},
        {OURO_ERR_THROWN, "OURO_ERR_THROWN"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        always(all[i].code == (int)i && !strcmp(ouro_code_name(all[i].code), all[i].name));
    const int strange[] = {-1, OURO_ERR_THROWN + 1, 999, OURO_ERR_USER, OURO_ERR_USER + 5, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        always(ouro_code_name(strange[i]) && *ouro_code_name(strange[i]));
    always(ouro_error_code(rt) == OURO_OK);
}

// ---- several runtimes ----

CASE(error, is_the_runtimes_own) {
    ouro_rt *other = kit_rt_new(NULL);
    ouro_error_set(other, OURO_ERR_IO, "there");
    always(ouro_error_code(rt) == OURO_OK && ouro_error_code(other) == OURO_ERR_IO);
    ouro_error_clear(rt);
    always(ouro_error_code(other) == OURO_ERR_IO);
    ouro_error_clear(other);
    ouro_rt_destroy(other);
}
