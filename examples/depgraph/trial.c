// SPDX-License-Identifier: MIT
// trial.c: builds the objects, drops the only root and looks on, three times over.
//
//   timed     with nothing but a clock around each step
//   watched   with an event hook that hears of each step of each object; so it takes longer, and its times say only how
//             the collection's time is spread over its phases
//   off       without the collector: what it would have freed is left at the end, and the runtime names it
//
// In the last two, each single package is held against the graph: the ones that died at once are those that no cycle
// reaches, the ones that the collector found, or that were left, are the others.
#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t trial_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static size_t trial_objects(const world *w) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(w->rt, &usage);
    return usage.objects;
}

// The first disagreement is kept: the others may follow from it.
static void trial_expect(trial_result *r, int holds, const char *what) {
    if (!holds && !r->disagreement)
        r->disagreement = what;
}

// A full collection. Returns: 0 and what it found; -1 after a message.
static int trial_collect(world *w, size_t *found) {
    int64_t n = ouro_gc_collect(w->rt, OURO_GC_FULL);
    ouro_gc_stats stats[3];
    ouro_gc_get_stats(w->rt, stats);
    if (n < 0 || stats[OURO_GC_FULL].skipped) {
        fprintf(stderr, "depgraph: the collection failed: %s\n", n < 0 ? ouro_error_message(w->rt) : "out of memory");
        ouro_error_clear(w->rt);
        return -1;
    }
    *found = (size_t)n;
    return 0;
}

// The end of a world whose collector is on: nothing may be left.
static void trial_close_clean(world *w, trial_result *r) {
    ouro_gc_enable(w->rt);
    size_t left = world_close(w);
    r->left += left;
    trial_expect(r, left == 0 && w->warnings == 0, "something was left although the collector was on");
}

// ---- timed ----

static int trial_timed(const trial_subject *s, trial_result *r) {
    world w;
    uint64_t begin = trial_now();
    if (world_open(&w, s->ix, s->g) < 0)
        return -1;
    r->build_ns = trial_now() - begin;
    size_t before = trial_objects(&w);
    begin = trial_now();
    ouro_setslot(&w.root, NULL);
    r->drop_ns = trial_now() - begin;
    r->died = before - trial_objects(&w) - 1; // the listing is no package
    begin = trial_now();
    int result = trial_collect(&w, &r->found);
    r->collect_ns = trial_now() - begin;
    trial_expect(r, before == (size_t)s->g->n + 1, "there were not as many objects as packages");
    trial_expect(r, r->died == s->g->n - s->c->waiting, "not as many died at once as the graph says");
    trial_expect(r, result < 0 || r->found == s->c->waiting, "the collector did not find as many as the graph says");
    trial_close_clean(&w, r);
    return result;
}

// ---- watched ----

// What the event hook has seen.
typedef struct trial_watch {
    trial_result *r;
    uint8_t *died;                    // for each package: 1 if it died outside a collection
    uint8_t *unreachable;             // for each package: 1 if the collection found it unreachable
    uint64_t begin[TRIAL_PHASES + 1]; // of each phase; 0 if it has not begun; the last one is the end
} trial_watch;

static void trial_begin(trial_watch *watch, trial_phase phase) {
    if (!watch->begin[phase])
        watch->begin[phase] = trial_now();
}

// Counts a thing that is done in a phase; the first of them begins it.
static void trial_step(trial_watch *watch, trial_phase phase) {
    trial_begin(watch, phase);
    watch->r->seen[phase]++;
}

static void trial_mark(uint8_t *marks, ouro_obj *o) {
    const package *p = world_package(o);
    if (p)
        marks[p->number] = 1;
}

static void trial_see_judgement(trial_watch *watch, const ouro_event *event) {
    trial_begin(watch, TRIAL_JUDGE);
    if (event->kind == OURO_EVENT_KEPT) {
        watch->r->kept++;
        return;
    }
    watch->r->seen[TRIAL_JUDGE]++;
    trial_mark(watch->unreachable, event->o);
}

static void trial_see_collection(trial_watch *watch, const ouro_event *event) {
    switch ((unsigned)event->kind) {
    case OURO_EVENT_ROOT:
        trial_step(watch, TRIAL_MARK);
        break;
    case OURO_EVENT_COPIED:
        trial_step(watch, TRIAL_COPY);
        break;
    case OURO_EVENT_SUBTRACTED:
        trial_step(watch, TRIAL_SUBTRACT);
        break;
    case OURO_EVENT_KEPT:
    case OURO_EVENT_UNREACHABLE:
        trial_see_judgement(watch, event);
        break;
    case OURO_EVENT_DEAD:
        trial_begin(watch, TRIAL_DROP);
        break;
    case OURO_EVENT_CLEARED:
        trial_step(watch, TRIAL_DROP);
        break;
    case OURO_EVENT_FREED:
        trial_step(watch, TRIAL_FREE);
        break;
    case OURO_EVENT_GC_DONE:
        trial_begin(watch, TRIAL_PHASES);
        break;
    }
}

static void trial_see(ouro_rt *rt, const ouro_event *event, void *user) {
    trial_watch *watch = user;
    (void)rt;
    if (event->kind == OURO_EVENT_GC_START)
        trial_begin(watch, TRIAL_MARK);
    else if (watch->begin[TRIAL_MARK])
        trial_see_collection(watch, event);
    else if (event->kind == OURO_EVENT_DEAD)
        trial_mark(watch->died, event->o);
}

// A phase lasts until the next one begins; one in which nothing was seen takes no time.
static void trial_phase_times(trial_watch *watch) {
    trial_begin(watch, TRIAL_PHASES);
    for (int i = TRIAL_PHASES - 1; i >= 0; i--) {
        if (!watch->begin[i])
            watch->begin[i] = watch->begin[i + 1];
        watch->r->phase_ns[i] = watch->begin[i + 1] - watch->begin[i];
    }
}

static int trial_look_on(const trial_subject *s, trial_result *r, trial_watch *watch) {
    static const unsigned kinds = OURO_EVENT_DEAD | OURO_EVENT_GC_START | OURO_EVENT_ROOT | OURO_EVENT_COPIED |
                                  OURO_EVENT_SUBTRACTED | OURO_EVENT_KEPT | OURO_EVENT_UNREACHABLE |
                                  OURO_EVENT_CLEARED | OURO_EVENT_FREED | OURO_EVENT_GC_DONE;
    world w;
    size_t found = 0;
    if (world_open(&w, s->ix, s->g) < 0)
        return -1;
    ouro_event_hook(w.rt, kinds, trial_see, watch);
    ouro_setslot(&w.root, NULL);
    int result = trial_collect(&w, &found);
    trial_phase_times(watch);
    ouro_event_hook(w.rt, 0, NULL, NULL);
    for (uint32_t i = 0; result == 0 && i < s->g->n; i++) {
        trial_expect(r, watch->died[i] != s->c->waits[i], "a package died at once, or did not, against the graph");
        trial_expect(r, watch->unreachable[i] == s->c->waits[i], "the collector judged a package against the graph");
    }
    trial_close_clean(&w, r);
    return result;
}

static int trial_watched(const trial_subject *s, trial_result *r) {
    trial_watch watch = {.r = r, .died = calloc(s->g->n, 1), .unreachable = calloc(s->g->n, 1)};
    int result = -1;
    if (watch.died && watch.unreachable)
        result = trial_look_on(s, r, &watch);
    else
        fputs("depgraph: out of memory\n", stderr);
    free(watch.died);
    free(watch.unreachable);
    return result;
}

// ---- off ----

typedef struct trial_left {
    trial_result *r;
    uint8_t *is_left; // for each package
} trial_left;

static void trial_name(trial_result *r, const package *p) {
    char *name = r->name[r->n_names++];
    if (p->n_refs == p->n_deps)
        snprintf(name, sizeof r->name[0], "%.40s (needs %u)", p->name, p->n_deps);
    else
        snprintf(name, sizeof r->name[0], "%.40s (needs %u, needed by %u)", p->name, p->n_deps, p->n_refs - p->n_deps);
}

static int trial_see_left(ouro_obj *o, void *arg) {
    trial_left *left = arg;
    const package *p = world_package(o);
    if (!p)
        return 0;
    trial_mark(left->is_left, o);
    if (left->r->n_names < TRIAL_NAMES)
        trial_name(left->r, p);
    return 0;
}

static int trial_leave(const trial_subject *s, trial_result *r, trial_left *left) {
    world w;
    if (world_open(&w, s->ix, s->g) < 0)
        return -1;
    ouro_rt_set_leak_hook(w.rt, trial_see_left, left);
    ouro_setslot(&w.root, NULL);
    r->left_off = world_close(&w); // the collector is still off
    memcpy(r->warning, w.warning, sizeof r->warning);
    trial_expect(r, r->left_off == s->c->waiting, "with the collector off not as many were left as the graph says");
    trial_expect(r, memcmp(left->is_left, s->c->waits, s->g->n) == 0, "others were left than the graph says");
    trial_expect(r, w.warnings == (s->c->waiting > 0), "the runtime did not warn once of what was left");
    return 0;
}

static int trial_off(const trial_subject *s, trial_result *r) {
    trial_left left = {r, calloc(s->g->n, 1)};
    int result = -1;
    if (left.is_left)
        result = trial_leave(s, r, &left);
    else
        fputs("depgraph: out of memory\n", stderr);
    free(left.is_left);
    return result;
}

int trial_run(const trial_subject *s, trial_result *r) {
    *r = (trial_result){0};
    if (trial_timed(s, r) < 0 || trial_watched(s, r) < 0)
        return -1;
    return trial_off(s, r);
}
