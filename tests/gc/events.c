// SPDX-License-Identifier: MIT
// events.c: what a teacher sees: the events of small known graphs, one by one and in their order. Objects are written
// as letters, in the order in which they were named; an event reads "what object other number".
#include "graph.h"

static const ouro_obj *named[26];
static int named_n;
static char transcript[2048];

static char letter(const ouro_obj *o) {
    for (int i = 0; i < named_n; i++)
        if (named[i] == o)
            return (char)('a' + i);
    return o ? '?' : '-';
}

static const char *word(ouro_event_kind kind) {
    static const char *const words[] = {"born",        "dead",    "start",       "copied", "subtracted",
                                        "root",        "kept",    "unreachable", "weak",   "finalized",
                                        "resurrected", "cleared", "freed",       "done"};
    return words[__builtin_ctz((unsigned)kind)];
}

static void write_down(ouro_rt *rt, const ouro_event *e, void *user) {
    size_t n = strlen(transcript);
    (void)rt;
    (void)user;
    snprintf(transcript + n, sizeof transcript - n, "%s %c %c %lld\n", word(e->kind), letter(e->o), letter(e->other),
             (long long)e->number);
}

static void name(const void *o) {
    named[named_n++] = o;
}

static void listen(ouro_rt *rt, unsigned kinds) {
    transcript[0] = 0;
    ouro_event_hook(rt, kinds, write_down, NULL);
}

// Compares what was heard with what was expected, and stops listening.
static void heard(ouro_rt *rt, const char *expected) {
    ouro_event_hook(rt, 0, NULL, NULL);
    if (test_mode_now() == TEST_PLAIN && strcmp(transcript, expected))
        fprintf(stderr, "heard:\n%sexpected:\n%s", transcript, expected);
    exact(!strcmp(transcript, expected));
}

CASE(events, life_and_death_by_counting) {
    named_n = 0;
    listen(rt, OURO_EVENT_ALL);
    node *a = node_new(rt);
    need(a);
    name(a);
    node *b = node_new(rt);
    if (b)
        ouro_setref_steal(&a->head, &a->left, &b->head);
    name(b);
    ouro_decref(&a->head); // a is seen dead before b, and goes after it
    heard(rt, "born ? - 0\n"
              "born ? - 0\n"
              "dead a - 0\n"
              "dead b - 0\n"
              "freed b - 0\n"
              "freed a - 0\n");
    ouro_error_clear(rt);
}

CASE(events, garbage_pair) {
    named_n = 0;
    node *a = ring_new(rt, 2);
    need(a);
    name(a);
    name(a->left);
    ouro_decref(&a->head);
    listen(rt, OURO_EVENT_ALL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    heard(rt, "start - - 2\n"
              "copied a - 1\n"
              "copied b - 1\n"
              "subtracted a b 0\n"
              "subtracted b a 0\n"
              "unreachable a - 0\n"
              "unreachable b - 0\n"
              "dead a - 0\n"
              "dead b - 0\n"
              "cleared a - 0\n"
              "cleared b - 0\n"
              "freed a - 0\n"
              "freed b - 0\n"
              "done - - 2\n");
}

// The same pair, one of them held by a variable that nobody registered.
CASE(events, pair_with_a_surplus) {
    named_n = 0;
    node *a = ring_new(rt, 2);
    need(a);
    name(a);
    name(a->left);
    listen(rt, OURO_EVENT_ALL);
    ouro_gc_collect(rt, 0);
    heard(rt, "start - - 0\n"
              "copied a - 2\n"
              "copied b - 1\n"
              "subtracted a b 0\n"
              "subtracted b a 1\n"
              "kept a - 1\n"
              "kept b a 0\n"
              "done - - 0\n");
    ouro_decref(&a->head);
}

// A registered root is marked from in a full collection; what it reaches is not even a candidate.
CASE(events, root) {
    named_n = 0;
    node *a = own(ring_new(rt, 2));
    need(a);
    name(a);
    name(a->left);
    node *c = ring_new(rt, 1);
    need(c);
    name(c);
    listen(rt, OURO_EVENT_ALL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    heard(rt, "start - - 2\n"
              "root a - 0\n"
              "root b a 0\n"
              "copied c - 2\n"
              "subtracted c c 1\n"
              "kept c - 1\n"
              "done - - 0\n");
    ouro_decref(&c->head);
}

static ouro_obj *saved;

static void save_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    saved_put(saved, &self->head);
}

// a is brought back by its finalizer, and b through it; c is not reached by them.
CASE(events, resurrection) {
    named_n = 0;
    row *v = vars_new(rt);
    need(v);
    must(saved_open(rt, &saved));
    fin *a = keep(v, fin_new(rt, save_hook));
    need(a);
    node *b = keep(v, node_new(rt)), *c = keep(v, node_new(rt));
    need(b);
    need(c);
    set(a, left, b);
    set(b, left, a);
    set(c, left, a);
    set(c, right, c);
    name(a);
    name(b);
    name(c);
    forget(v);
    listen(rt, OURO_EVENT_ALL & ~(unsigned)(OURO_EVENT_ROOT | OURO_EVENT_COPIED | OURO_EVENT_SUBTRACTED));
    ouro_gc_collect(rt, OURO_GC_FULL);
    heard(rt, "start - - 2\n"
              "unreachable a - 0\n"
              "unreachable b - 0\n"
              "unreachable c - 0\n"
              "finalized a - 0\n"
              "resurrected a - 1\n"
              "resurrected b a 0\n"
              "dead c - 0\n"
              "cleared c - 0\n"
              "freed c - 0\n"
              "done - - 1\n");
}

static void no_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    (void)arg;
}

// Weak references with a callback die before finalizers run, those without after (the order of 3.15).
CASE(events, weak_references_and_finalizer) {
    named_n = 0;
    row *v = vars_new(rt);
    need(v);
    fin *a = keep(v, fin_new(rt, NULL));
    need(a);
    set(a, left, a);
    ouro_obj *b = own(ouro_weak_new(rt, &a->head, no_callback, NULL));
    need(b);
    ouro_obj *c = own(ouro_weak_new(rt, &a->head, NULL, NULL));
    need(c);
    name(a);
    name(b);
    name(c);
    forget(v);
    listen(rt, OURO_EVENT_WEAK_CLEARED | OURO_EVENT_FINALIZED | OURO_EVENT_CLEARED | OURO_EVENT_FREED);
    ouro_gc_collect(rt, OURO_GC_FULL);
    heard(rt, "weak a b 0\n"
              "finalized a - 0\n"
              "weak a c 0\n"
              "cleared a - 0\n"
              "freed a - 0\n");
}

static void order_311(ouro_options *options) {
    options->weak_order = OURO_WEAK_ORDER_311;
}

CASE_WITH(events, weak_references_and_finalizer_311, order_311) {
    named_n = 0;
    row *v = vars_new(rt);
    need(v);
    fin *a = keep(v, fin_new(rt, NULL));
    need(a);
    set(a, left, a);
    ouro_obj *b = own(ouro_weak_new(rt, &a->head, NULL, NULL));
    need(b);
    name(a);
    name(b);
    forget(v);
    listen(rt, OURO_EVENT_WEAK_CLEARED | OURO_EVENT_FINALIZED);
    ouro_gc_collect(rt, OURO_GC_FULL);
    heard(rt, "weak a b 0\n"
              "finalized a - 0\n");
}

CASE(events, only_what_was_asked_for) {
    named_n = 0;
    listen(rt, OURO_EVENT_FREED | OURO_EVENT_GC_DONE);
    must(ring_trash(rt, 3));
    ouro_gc_collect(rt, OURO_GC_FULL);
    heard(rt, "freed ? - 0\n"
              "freed ? - 0\n"
              "freed ? - 0\n"
              "done - - 3\n");
    transcript[0] = 0;
    must(ring_trash(rt, 3));
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(!transcript[0]); // switched off
}

static int born, freed;

static void count_events(ouro_rt *rt, const ouro_event *e, void *user) {
    (void)rt;
    *(int *)user += 1;
    if (e->kind == OURO_EVENT_BORN)
        born++;
    if (e->kind == OURO_EVENT_FREED)
        freed++;
    always(e->o != NULL);
}

// Every object that is born is freed once, whichever way it goes, leaves too.
CASE(events, births_and_deaths_balance) {
    static int all;
    born = freed = all = 0;
    ouro_event_hook(rt, OURO_EVENT_BORN | OURO_EVENT_FREED, count_events, &all);
    for (int i = 0; i < 50; i++) {
        must(ring_trash(rt, 4));
        leaf *l = leaf_new(rt, i);
        need(l);
        ouro_decref(&l->head);
        fin *f = fin_ring_new(rt, 2, NULL);
        need(f);
        ouro_decref(&f->head);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(born == 50 * 7 && freed == 50 * 7 && all == 50 * 14);
}
