// SPDX-License-Identifier: MIT
// scenarios_callbacks.c: what CPython's test_gc promises about callbacks, automatic collections that run callbacks of
// weak references, and the end of the process; one case for each of its tests that makes sense for C types, named in
// the comment before it.
//
// Counts differ in test_collect_garbage: tp_del is played by a type that cannot be taken apart, and all four of its
// objects are found again by the second collection. The end of the process is ouro_rt_destroy: what is in garbage then
// is reported as left behind (CPython: a warning about uncollectable objects). test_global_del_SystemExit has no
// meaning here.
#include "graph.h"

static char last_words[4][256];
static int last_words_n;

static void last_words_hook(void *user, const char *message) {
    (void)user;
    if (last_words_n < 4)
        snprintf(last_words[last_words_n++], sizeof last_words[0], "%s", message);
}

// A runtime beside the test's own, whose end can be seen.
static ouro_rt *mortal_new(void) {
    ouro_options options;
    ouro_options_init(&options);
    options.warning = last_words_hook;
    last_words_n = 0;
    return ouro_rt_create(&options);
}

// test_garbage_at_shutdown: what cannot be taken apart is named at the end
CASE(scenarios_callbacks, garbage_at_shutdown) {
    (void)rt;
    ouro_rt *mortal = mortal_new();
    always(mortal != NULL);
    for (int i = 0; mortal && i < 2; i++) {
        stubborn *s = stubborn_new(mortal);
        always(s != NULL);
        ouro_setslot(&s->left, &s->head);
        ouro_decref(&s->head);
    }
    always(ouro_gc_collect(mortal, OURO_GC_FULL) == 2 && ouro_gc_garbage_count(mortal) == 2);
    always(ouro_rt_destroy(mortal) == 2);
    always(last_words_n == 1 && strstr(last_words[0], "stubborn") && strstr(last_words[0], "2"));
}

// test_gc_main_module_at_shutdown, test_gc_ordinary_module_at_shutdown: what a global holds is finalized at the end
CASE(scenarios_callbacks, module_at_shutdown) {
    static ouro_obj *module;
    module = NULL;
    ouro_rt *mortal = mortal_new();
    always(mortal && ouro_root_add(mortal, "module", &module) == 0);
    vec *list = vec_new(mortal);
    fin *f = fin_new(mortal, NULL);
    always(list && f && vec_append(mortal, list, &list->head) == 0 && vec_append(mortal, list, &f->head) == 0);
    module = &list->head;
    ouro_decref(&f->head);
    always(fin_calls == 0);
    always(ouro_rt_destroy(mortal) == 0);
    always(fin_calls == 1 && module == NULL && last_words_n == 0);
    check(object_count(rt) == 0);
}

// test_collect, test_collect_generation: two callbacks, each called at the start and at the end
CASE(scenarios_callbacks, callbacks) {
    static watch one, two;
    must(watch_open(rt, &one));
    must(watch_open(rt, &two));
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(one.starts == 1 && one.stops == 1 && two.starts == 1 && two.stops == 1);
    check(one.of[2] == 1 && two.of[2] == 1 && one.last.generation == 2 && two.last.generation == 2);
}

static stubborn *cleanup_list[4];
static int cleanup_armed;

// All of them are alive: nothing else can break their links.
static void cleanup_links(ouro_rt *rt) {
    cleanup_armed = 0;
    for (int i = 0; i < 4; i++)
        ouro_incref(&cleanup_list[i]->head);
    ouro_gc_garbage_clear(rt);
    for (int i = 0; i < 4; i++)
        ouro_setslot(&cleanup_list[i]->left, NULL);
    for (int i = 0; i < 4; i++)
        ouro_decref(&cleanup_list[i]->head);
}

static void cleanup_callback(ouro_rt *rt, ouro_gc_phase phase, const ouro_gc_info *info, void *user) {
    (void)info;
    (void)user;
    if (phase == OURO_GC_STOP && cleanup_armed)
        cleanup_links(rt);
}

// test_collect_garbage [0,5,2,2,0]
CASE(scenarios_callbacks, collect_garbage) {
    static watch w;
    row *v = vars_new(rt);
    need(v);
    cleanup_armed = 0;
    must(watch_open(rt, &w));
    must(ouro_gc_callback_add(rt, cleanup_callback, NULL));
    for (int i = 0; i < 4; i++) {
        cleanup_list[i] = keep(v, stubborn_new(rt));
        need(cleanup_list[i]);
    }
    need(keep(v, ring_new(rt, 1)));
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 0);
    for (int i = 0; i < 4; i++)
        ouro_setslot(&cleanup_list[i]->left, &cleanup_list[i ^ 1]->head);
    forget(v);
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 5);
    check(w.last.collected == 1 && w.last.uncollectable == 4);
    check(ouro_gc_garbage_count(rt) == 4);
    ouro_gc_garbage_clear(rt);
    cleanup_armed = 1;
    check(ouro_gc_collect(rt, OURO_GC_FULL) == 4);
    check(w.last.collected == 0 && w.last.uncollectable == 4);
    check(ouro_gc_garbage_count(rt) == 0);
    check(object_count(rt) == 1);
    if (cleanup_armed) // the collection was skipped
        cleanup_links(rt);
}

static int toggle_calls, toggle_alive;

static void toggle_ask(ouro_obj *weak) {
    toggle_calls++;
    toggle_alive += weak_alive(weak);
}

static void toggle_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)rt;
    (void)weak;
    toggle_ask(arg);
}

static void toggle_hook(ouro_rt *rt, fin *self) {
    (void)rt;
    toggle_ask(self->right);
}

// Drops the variables, then makes live objects until a collection of generation 0 comes by itself.
static int toggle_run(ouro_rt *rt, row *v) {
    ouro_gc_set_threshold(rt, 100, 10, 10);
    node *junk = own(node_new(rt));
    if (!junk)
        return -1;
    forget(v);
    for (int i = 0; i < 10000 && !toggle_calls; i++) {
        node *n = node_new(rt);
        if (!n)
            return -1;
        ouro_setref_steal(&n->head, &n->left, ouro_takeref(&junk->head, &junk->left));
        ouro_setref_steal(&junk->head, &junk->left, &n->head);
    }
    return 0;
}

// test_bug1055820c: c0 is old, only the young garbage c1 keeps it alive; the callback of its death looks through a
// weak reference at c2, young garbage too
CASE(scenarios_callbacks, bug1055820c) {
    toggle_calls = toggle_alive = 0;
    row *v = vars_new(rt);
    need(v);
    node *c0 = keep(v, node_new(rt));
    need(c0);
    ouro_gc_collect(rt, OURO_GC_FULL);
    node *c1 = keep(v, ring_new(rt, 1)), *c2 = keep(v, ring_new(rt, 1));
    need(c1);
    need(c2);
    set(c1, right, c0);
    ouro_obj *c2wr = own(ouro_weak_new(rt, &c2->head, NULL, NULL));
    need(c2wr);
    ouro_obj *c0wr = own(ouro_weak_new(rt, &c0->head, toggle_callback, c2wr));
    need(c0wr);
    must(toggle_run(rt, v));
    check(toggle_calls == 1);
    exact(toggle_alive == 0); // a full collection finds both together, and then it still works (see weak_order)
    check(!weak_alive(c0wr) && !weak_alive(c2wr));
}

// test_bug1055820d: the same with a finalizer instead of a callback
CASE(scenarios_callbacks, bug1055820d) {
    toggle_calls = toggle_alive = 0;
    row *v = vars_new(rt);
    need(v);
    fin *d0 = keep(v, fin_new(rt, NULL));
    need(d0);
    ouro_gc_collect(rt, OURO_GC_FULL);
    node *c1 = keep(v, ring_new(rt, 1)), *c2 = keep(v, ring_new(rt, 1));
    need(c1);
    need(c2);
    set(c1, right, d0);
    ouro_obj *c2wr = own(ouro_weak_new(rt, &c2->head, NULL, NULL));
    need(c2wr);
    set(d0, right, c2wr);
    d0->hook = toggle_hook;
    must(toggle_run(rt, v));
    check(toggle_calls == 1);
    exact(toggle_alive == 0); // a full collection finds both together, and then it still works (see weak_order)
    check(!weak_alive(c2wr));
}
