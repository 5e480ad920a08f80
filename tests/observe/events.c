// SPDX-License-Identifier: MIT
// events.c: what the event hook is told: births and deaths exactly, the order of the events of one death, and only the
// kinds that were asked for.
#include "kit.h"

typedef struct events_log {
    int n, readable;
    unsigned kinds[256];
    const ouro_obj *o[256];
    int64_t number[256];
} events_log;

static events_log events_seen;

static void events_note(ouro_rt *rt, const ouro_event *e, void *user) {
    events_log *log = user;
    (void)rt;
    if (log->n == 256)
        return;
    log->kinds[log->n] = e->kind;
    log->o[log->n] = e->o;
    log->number[log->n++] = e->number;
    if (e->kind == OURO_EVENT_BORN)
        log->readable += ouro_refcount(e->o) == 1 && ouro_type_of(e->o) != NULL && ouro_type_of(e->o)->name != NULL;
    if (e->kind == OURO_EVENT_DEAD)
        log->readable += ouro_type_of(e->o) != NULL && ouro_refcount(e->o) == 0;
}

static void events_start(ouro_rt *rt, unsigned kinds) {
    memset(&events_seen, 0, sizeof events_seen);
    ouro_event_hook(rt, kinds, events_note, &events_seen);
}

static int events_count(unsigned kind) {
    int n = 0;
    for (int i = 0; i < events_seen.n; i++)
        n += events_seen.kinds[i] == kind;
    return n;
}

// Where an event of this kind on this object stands; -1 if there is none.
static int events_at(unsigned kind, const void *o) {
    for (int i = 0; i < events_seen.n; i++)
        if (events_seen.kinds[i] == kind && events_seen.o[i] == o)
            return i;
    return -1;
}

CASE(events, births_and_deaths) {
    events_start(rt, OURO_EVENT_BORN | OURO_EVENT_DEAD);
    node *n = node_new(rt);
    leaf *l = leaf_new(rt, 1);
    check(events_count(OURO_EVENT_BORN) == 2 && events_count(OURO_EVENT_DEAD) == 0);
    check(events_at(OURO_EVENT_BORN, n) == 0 && events_at(OURO_EVENT_BORN, l) == 1);
    ouro_xdecref(obj(n));
    ouro_xdecref(obj(l));
    check(events_count(OURO_EVENT_DEAD) == 2);
    check(events_at(OURO_EVENT_DEAD, n) == 2 && events_at(OURO_EVENT_DEAD, l) == 3);
    always(events_seen.readable == events_seen.n);
    ouro_event_hook(rt, 0, NULL, NULL);
    ouro_error_clear(rt);
}

CASE(events, every_way_to_be_born) {
    events_start(rt, OURO_EVENT_BORN);
    node *n = node_new(rt);
    row *r = row_new(rt, 3), *large = row_new(rt, 50000);
    vec *v = ouro_new_tail(rt, &vec_type, 3);
    node *u = ouro_new_untracked(rt, &node_type, 0);
    ouro_obj *w = n ? ouro_weak_new(rt, &n->head, NULL, NULL) : NULL;
    void *buf = ouro_buf_alloc(rt, 100); // is no object
    check(events_count(OURO_EVENT_BORN) == 6 && events_seen.n == 6);
    always(events_seen.readable == events_seen.n);
    ouro_buf_free(rt, buf);
    ouro_event_hook(rt, 0, NULL, NULL);
    ouro_obj *all[] = {w, obj(n), obj(r), obj(large), obj(v), obj(u)};
    for (int i = 0; i < 6; i++)
        ouro_xdecref(all[i]);
    ouro_error_clear(rt);
}

CASE(events, deaths_of_a_whole_structure) {
    node *chain = kit_chain(rt, 100);
    need(chain);
    events_start(rt, OURO_EVENT_DEAD);
    ouro_decref(&chain->head);
    ouro_event_hook(rt, 0, NULL, NULL);
    always(events_seen.n == 100 && events_count(OURO_EVENT_DEAD) == 100 && events_seen.readable == 100);
    for (int i = 0; i < 100; i++) // each once
        for (int k = 0; k < i; k++)
            always(events_seen.o[i] != events_seen.o[k]);
}

static int events_intact;

static void events_look(ouro_rt *rt, const ouro_event *e, void *user) {
    (void)rt;
    (void)user;
    if (ouro_is(e->o, &node_type) && ((node *)e->o)->left)
        events_intact += ouro_is(((node *)e->o)->left, &leaf_type);
}

CASE(events, the_dead_still_have_their_fields) {
    events_intact = 0;
    for (int cyclic = 0; cyclic < 2; cyclic++) {
        leaf *l = leaf_new(rt, 1);
        need(l);
        node *n = node_new(rt);
        if (!n)
            ouro_decref(&l->head);
        need(n);
        ouro_setref_steal(&n->head, &n->left, &l->head);
        set(n, right, cyclic ? n : NULL);
        ouro_event_hook(rt, OURO_EVENT_DEAD, events_look, NULL);
        ouro_decref(&n->head);
        ouro_gc_collect(rt, OURO_GC_FULL);
        ouro_event_hook(rt, 0, NULL, NULL);
        check(events_intact == cyclic + 1);
    }
}

CASE(events, of_one_death_in_order) {
    fin *f = fin_new(rt, NULL);
    need(f);
    ouro_obj *w = own(ouro_weak_new(rt, &f->head, NULL, NULL));
    events_start(rt, OURO_EVENT_ALL);
    ouro_decref(&f->head);
    ouro_event_hook(rt, 0, NULL, NULL);
    need(w);
    int finalized = events_at(OURO_EVENT_FINALIZED, f), dead = events_at(OURO_EVENT_DEAD, f);
    int cleared = events_at(OURO_EVENT_WEAK_CLEARED, f), freed = events_at(OURO_EVENT_FREED, f);
    always(finalized >= 0 && dead > finalized && cleared > dead && freed > cleared);
    always(events_count(OURO_EVENT_FREED) == 1 && events_count(OURO_EVENT_FINALIZED) == 1);
}

static ouro_obj *events_saved;

static void events_save(ouro_rt *rt, fin *self) {
    (void)rt;
    ouro_setslot(&events_saved, &self->head);
}

CASE(events, the_resurrected_are_not_dead) {
    events_saved = NULL;
    fin *f = fin_new(rt, events_save);
    need(f);
    events_start(rt, OURO_EVENT_DEAD | OURO_EVENT_FREED | OURO_EVENT_FINALIZED);
    ouro_decref(&f->head);
    always(events_seen.n == 1 && events_at(OURO_EVENT_FINALIZED, f) == 0);
    ouro_setslot(&events_saved, NULL);
    ouro_event_hook(rt, 0, NULL, NULL);
    always(events_seen.n == 3 && events_at(OURO_EVENT_DEAD, f) == 1 && events_at(OURO_EVENT_FREED, f) == 2);
}

CASE(events, only_the_kinds_asked_for) {
    events_start(rt, OURO_EVENT_FREED);
    node *chain = kit_chain(rt, 10);
    ouro_xdecref(obj(chain));
    ouro_event_hook(rt, 0, NULL, NULL);
    check(events_seen.n == 10);
    always(events_count(OURO_EVENT_FREED) == events_seen.n);
    ouro_error_clear(rt);
}

CASE(events, off_is_off) {
    events_start(rt, 0);
    ouro_xdecref((ouro_obj *)node_new(rt));
    always(events_seen.n == 0);
    events_start(rt, OURO_EVENT_ALL);
    ouro_event_hook(rt, 0, NULL, NULL);
    ouro_xdecref((ouro_obj *)kit_chain(rt, 10));
    ouro_gc_collect(rt, OURO_GC_FULL);
    always(events_seen.n == 0);
    ouro_error_clear(rt);
}

CASE(events, turned_on_in_the_middle) {
    node *early = node_new(rt);
    need(early);
    events_start(rt, OURO_EVENT_BORN | OURO_EVENT_DEAD);
    ouro_decref(&early->head); // its birth was not seen, its death is
    check(events_seen.n == 1 && events_at(OURO_EVENT_DEAD, early) == 0);
    for (int i = 0; i < 5; i++)
        ouro_xdecref((ouro_obj *)leaf_new(rt, i)); // blocks that had been handed out before are seen too
    check(events_count(OURO_EVENT_BORN) == 5 && events_count(OURO_EVENT_DEAD) == 6);
    ouro_event_hook(rt, 0, NULL, NULL);
    ouro_error_clear(rt);
}

CASE(events, of_a_collection) {
    node *kept = own(node_new(rt));
    need(kept);
    node *ring = kit_ring(rt, 3);
    need(ring);
    events_start(rt, OURO_EVENT_GC_START | OURO_EVENT_UNREACHABLE | OURO_EVENT_FREED | OURO_EVENT_GC_DONE);
    ouro_decref(&ring->head);
    int64_t found = ouro_gc_collect(rt, OURO_GC_FULL);
    ouro_event_hook(rt, 0, NULL, NULL);
    check(found == 3 && events_count(OURO_EVENT_GC_START) == 1 && events_count(OURO_EVENT_GC_DONE) == 1);
    check(events_count(OURO_EVENT_UNREACHABLE) == 3 && events_count(OURO_EVENT_FREED) == 3);
    check(events_seen.kinds[0] == OURO_EVENT_GC_START && events_seen.number[0] == OURO_GC_FULL);
    check(events_seen.kinds[events_seen.n - 1] == OURO_EVENT_GC_DONE && events_seen.number[events_seen.n - 1] == 3);
    check(events_at(OURO_EVENT_UNREACHABLE, kept) == -1 && events_at(OURO_EVENT_UNREACHABLE, ring) > 0);
}

CASE(events, a_refused_birth_is_none) {
    events_start(rt, OURO_EVENT_BORN);
    always(!ouro_new(rt, &row_type));
    ouro_error_clear(rt);
    always(!ouro_new_tail(rt, &row_type, SIZE_MAX));
    always(events_seen.n == 0);
    ouro_event_hook(rt, 0, NULL, NULL);
    ouro_error_clear(rt);
}
