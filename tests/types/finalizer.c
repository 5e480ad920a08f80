// SPDX-License-Identifier: MIT
// finalizer.c: functions that run when an object dies: when, in which order, once; with arguments, errors and
// collections; and what happens when the runtime ends.
#include "ask.h"

static int numbers[8] = {0, 1, 2, 3, 4, 5, 6, 7};

static void note(ouro_rt *rt, void *user) {
    (void)rt;
    kit_trace_add("f", *(int *)user);
}

// A node, and `n` finalizers for it, numbered from `first`, of which nobody but the runtime has a reference.
static ouro_obj *watched(ouro_rt *rt, int first, int n) {
    node *x = node_new(rt);
    for (int i = 0; x && i < n; i++) {
        ouro_obj *f = ouro_finalizer_new(rt, &x->head, note, &numbers[first + i]);
        if (!f) {
            ouro_decref(&x->head);
            return NULL;
        }
        ouro_decref(f);
    }
    return obj(x);
}

CASE(finalizer, runs_when_its_object_dies_the_newest_first) {
    kit_trace_start();
    ouro_obj *x = watched(rt, 1, 3), *y = watched(rt, 5, 1);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_trace_is(""));
    ouro_xdecref(x);
    check(kit_trace_is("f3 f2 f1"));
    ouro_xdecref(y);
    need(x && y);
    check(kit_trace_is("f3 f2 f1 f5"));
}

CASE(finalizer, runs_when_its_object_is_collected) {
    kit_trace_start();
    ouro_obj *x = watched(rt, 1, 2);
    need(x);
    set((node *)(void *)x, left, x);
    ouro_decref(x);
    exact(kit_trace_is(""));
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_trace_is("f2 f1"));
}

CASE(finalizer, runs_early_and_once) {
    kit_trace_start();
    node *x = own(node_new(rt));
    need(x);
    ouro_obj *f = own(ouro_finalizer_new(rt, &x->head, note, &numbers[1])), *got = NULL;
    need(f);
    always(ouro_is(f, ouro_finalizer_type));
    always(ouro_is_finalizer(f) && !ouro_is_finalizer(&x->head) && ouro_finalizer_is_alive(f));
    always(ouro_weak_get(f, &got) == 1 && got == obj(x));
    ouro_setslot_steal(&got, NULL);
    always(ouro_finalizer_run(rt, f, &got) == 1 && ouro_is_none(got) && !ouro_finalizer_is_alive(f));
    ouro_setslot_steal(&got, NULL);
    always(ouro_finalizer_run(rt, f, &got) == 0 && !got && ouro_finalizer_detach(rt, f) == 0);
    always(kit_trace_is("f1"));
    got = ouro_call(rt, f, NULL, 0, NULL);
    check(got && ouro_is_none(got));
    ouro_xdecref(got);
}

CASE(finalizer, detached_it_never_runs) {
    kit_trace_start();
    node *x = node_new(rt);
    need(x);
    ouro_obj *f = own(ouro_finalizer_new(rt, &x->head, note, &numbers[1]));
    ouro_obj *g = own(ouro_finalizer_new(rt, &x->head, note, &numbers[2]));
    ouro_obj *h = own(ouro_finalizer_new(rt, &x->head, note, &numbers[3]));
    int detached = g ? ouro_finalizer_detach(rt, g) : -1;
    ouro_decref(&x->head);
    need(f && g && h);
    always(detached == 1 && ouro_finalizer_detach(rt, g) == 0 && kit_trace_is("f3 f1"));
}

static ouro_obj *add_up(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    int64_t sum = 0;
    for (size_t i = 0; i < n + (kwnames ? ouro_tuple_size(kwnames) : 0); i++)
        sum = sum * 10 + ouro_int_word(args[i]);
    if (ouro_is_list(self) && ouro_list_append(rt, self, ouro_none(rt)) < 0)
        return NULL;
    return ouro_int_new(rt, sum);
}

CASE(finalizer, calls_an_object_with_arguments) {
    ouro_obj *calls = own(ouro_list_new(rt, NULL, 0)), *name = own(ouro_intern(rt, "by")), *got = NULL;
    ouro_obj *fn = own(calls ? ouro_native_new_kw(rt, "add_up", add_up, calls, 0, OURO_ANY) : NULL);
    ouro_obj *args[3] = {own(ouro_int_new(rt, 1)), own(ouro_int_new(rt, 2)), own(ouro_int_new(rt, 300))};
    need(calls && name && fn && args[0] && args[1] && args[2]);
    ouro_obj *names = own(ouro_tuple_new(rt, &name, 1));
    node *x = node_new(rt);
    ouro_obj *f = own(names && x ? ouro_finalizer_new_call(rt, &x->head, fn, args, 2, names) : NULL);
    ouro_obj *g = own(x ? ouro_finalizer_new_call(rt, &x->head, fn, args, 3, NULL) : NULL);
    check(ouro_refcount(args[2]) == 3 && ouro_finalizer_run(rt, f, &got) == 1 && ouro_int_word(got) == 420);
    ouro_xdecref(got);
    check(ouro_refcount(args[2]) == 2 && ouro_list_size(calls) == 1);
    ouro_xdecref(obj(x));
    need(f && g && x && names);
    check(ouro_refcount(args[2]) == 1 && ouro_list_size(calls) == 2 && !ouro_finalizer_is_alive(g));
}

static void leave_error(ouro_rt *rt, void *user) {
    ouro_error_set(rt, OURO_ERR_USER, "%s", (const char *)user);
}

CASE(finalizer, errors) {
    test_expect_warnings();
    char text[] = "left behind";
    node *x = node_new(rt);
    ouro_obj *f = own(x ? ouro_finalizer_new(rt, &x->head, leave_error, text) : NULL), *got = NULL;
    ouro_obj *g = own(f ? ouro_finalizer_new(rt, &x->head, leave_error, text) : NULL);
    if (!g)
        ouro_xdecref(obj(x));
    need(g);
    check(ouro_finalizer_run(rt, f, &got) == -1 && !got && says(rt, OURO_ERR_USER, text));
    ouro_error_clear(rt);
    check(!ouro_finalizer_is_alive(f));
    ouro_decref(&x->head);
    check(test_warnings() == 1 && strstr(test_last_warning(), text) && ouro_error_code(rt) == OURO_OK);
    ouro_obj *no = own(ouro_list_new(rt, NULL, 0));
    need(no);
    check(ouro_finalizer_run(rt, no, &got) == -1 &&
          says(rt, OURO_ERR_TYPE, "ouro_finalizer_run: 'finalizer' expected"));
    check(ouro_finalizer_detach(rt, no) == -1 && says(rt, OURO_ERR_TYPE, "ouro_finalizer_detach: "));
    check(!ouro_call(rt, f, &no, 1, NULL) && says(rt, OURO_ERR_TYPE, "takes no arguments"));
    ouro_error_clear(rt);
}

CASE(finalizer, shows_what_it_is_for) {
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0));
    ouro_obj *f = own(list ? ouro_finalizer_new(rt, list, note, &numbers[1]) : NULL);
    need(f);
    ouro_obj *alive = own(ouro_repr(rt, f));
    always(ouro_finalizer_detach(rt, f) == 1);
    ouro_obj *dead = own(ouro_repr(rt, f));
    need(alive && dead);
    check(strstr(ouro_str_data(alive), "<finalizer at 0x") && strstr(ouro_str_data(alive), "; for 'list' at 0x"));
    check(strstr(ouro_str_data(dead), "; dead>"));
}

// ---- what runs while one runs ----

static ouro_obj *others[3];

static void runs_others(ouro_rt *rt, void *user) {
    ouro_obj *got = NULL;
    note(rt, user);
    for (int i = 0; i < 3; i++)
        if (others[i] && i == 2 ? ouro_finalizer_detach(rt, others[i]) : ouro_finalizer_run(rt, others[i], &got))
            ouro_setslot_steal(&got, NULL);
}

CASE(finalizer, one_that_runs_and_detaches_others_and_itself) {
    kit_trace_start();
    node *x = node_new(rt);
    need(x);
    others[2] = own(ouro_finalizer_new(rt, &x->head, note, &numbers[2]));
    others[1] = own(ouro_finalizer_new(rt, &x->head, note, &numbers[1]));
    others[0] = own(ouro_finalizer_new(rt, &x->head, runs_others, &numbers[0]));
    int all = others[0] && others[1] && others[2];
    for (int i = 0; !all && i < 3; i++)
        if (others[i])
            ouro_finalizer_detach(rt, others[i]);
    ouro_decref(&x->head);
    if (!all)
        return;
    always(kit_trace_is("f0 f1"));
}

static int made_late;

static void make_one(ouro_rt *rt, fin *self) {
    ouro_obj *f = ouro_finalizer_new(rt, &self->head, note, &numbers[7]);
    ouro_obj *g = ouro_finalizer_new(rt, &self->head, note, &numbers[6]);
    made_late = f && g;
    if (!f || !g)
        ouro_error_clear(rt);
    ouro_xdecref(f);
    ouro_xdecref(g);
}

// A finalizer that the dying object's own `finalize` makes runs all the same: by counting at once, and in a collection
// when that is over; also where the object has been brought back, but only when it has died.
CASE(finalizer, made_by_a_dying_object) {
    for (int cycle = 0; cycle < 2; cycle++) {
        kit_trace_start();
        made_late = 0;
        fin *x = fin_new(rt, make_one);
        need(x);
        if (cycle)
            set(x, left, x);
        ouro_decref(&x->head);
        ouro_gc_collect(rt, OURO_GC_FULL);
        check(made_late && kit_trace_is("f6 f7"));
    }
}

static ouro_obj *kept;

static void make_one_and_stay(ouro_rt *rt, fin *self) {
    make_one(rt, self);
    kept = ouro_incref(&self->head);
}

CASE(finalizer, made_by_one_that_comes_back) {
    kit_trace_start();
    kept = NULL;
    made_late = 0;
    fin *x = fin_new(rt, make_one_and_stay);
    need(x);
    set(x, left, x);
    ouro_decref(&x->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    if (!kept)
        x->hook = NULL; // no memory to find it
    check(made_late && kept == obj(x) && kit_trace_is(""));
    if (!kept)
        return;
    ouro_clearref(kept, &x->left);
    ouro_setslot(&kept, NULL);
    check(kit_trace_is("f6 f7"));
}

CASE(finalizer, many_for_many) {
    int64_t n = (int64_t)kit_size(20000, 50), counted = 0;
    static int count;
    count = 0;
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *all = own(ouro_list_new(rt, NULL, 0));
    need(list && all);
    for (int64_t i = 0; i < n; i++) {
        ouro_obj *x = obj(node_new(rt)), *f = x ? ouro_finalizer_new(rt, x, note, &count) : NULL;
        int result = f ? ouro_list_append(rt, list, x) : -1;
        if (result == 0)
            result = ouro_list_append(rt, all, f);
        if (f && i % 3 == 0)
            ouro_finalizer_detach(rt, f);
        ouro_xdecref(f);
        ouro_xdecref(x);
        must(result);
    }
    kit_trace_start();
    for (int64_t i = 0; i < n; i += 2)
        always(ouro_list_set(rt, list, i, ouro_none(rt)) == 0);
    for (int64_t i = 0; i < n; i++)
        counted += ouro_finalizer_is_alive(ouro_list_peek(all, (size_t)i));
    check(counted == n / 2 - (n + 2) / 6);
}

// ---- the end of the runtime ----

static node *end_object;

static void end_looks(ouro_rt *rt, void *user) {
    note(rt, user);
    always(ouro_refcount(&end_object->head) == 1 && end_object->id == 5);
}

static void end_makes(ouro_rt *rt, void *user) {
    note(rt, user);
    ouro_obj *f = ouro_finalizer_new(rt, &end_object->head, end_looks, &numbers[7]);
    always(f);
    ouro_decref(f);
}

static void end_drops(ouro_rt *rt, void *user) {
    note(rt, user);
    ouro_setslot((ouro_obj **)(void *)&end_object, NULL);
    leave_error(rt, "at the end");
}

static void end_refused(ouro_rt *rt, fin *self) {
    always(!ouro_finalizer_new(rt, &self->head, note, &numbers[0]) && ouro_error_code(rt) == OURO_ERR_STATE);
    ouro_error_clear(rt);
    kit_trace_add("refused", -1);
}

static ouro_obj *made(ouro_obj *o) {
    always(o);
    return o;
}

Test(finalizer, what_runs_at_the_end) {
    ouro_rt *rt = kit_rt_new(NULL);
    always(ouro_std_open(rt) == 0);
    kit_trace_start();
    end_object = node_new(rt);
    end_object->id = 5;
    fin *late = fin_new(rt, end_refused);
    set(late, left, late);
    ouro_obj *f[5] = {made(ouro_finalizer_new(rt, &end_object->head, end_drops, &numbers[0])),
                      made(ouro_finalizer_new(rt, &end_object->head, end_looks, &numbers[1])),
                      made(ouro_finalizer_new(rt, &end_object->head, end_looks, &numbers[2])),
                      made(ouro_finalizer_new(rt, ouro_none(rt), end_makes, &numbers[3])),
                      made(ouro_finalizer_new(rt, &late->head, note, &numbers[4]))};
    ouro_decref(&late->head);
    always(ouro_finalizer_at_end(f[2]) == 1);
    ouro_finalizer_set_at_end(f[2], 0);
    always(ouro_finalizer_at_end(f[2]) == 0);
    for (int i = 0; i < 5; i++)
        ouro_decref(f[i]);
    ouro_error_set(rt, OURO_ERR_USER, "pending");
    always(ouro_rt_destroy(rt) == 0);
    always(kit_trace_is("f4 f3 f7 f1 f0 refused"));
    always(kit_warning_count == 1 && strstr(kit_warnings, "at the end"));
}

static void end_again(ouro_rt *rt, void *user) {
    (void)user;
    ouro_rt_destroy(rt);
}

static void end_twice(void) {
    ouro_rt *rt = kit_rt_new(NULL);
    always(ouro_std_open(rt) == 0);
    ouro_decref(made(ouro_finalizer_new(rt, ouro_none(rt), end_again, NULL)));
    ouro_rt_destroy(rt);
}

Test(finalizer, the_end_cannot_be_asked_for_at_the_end) {
    child_result r;
    child_run(end_twice, &r);
    always(child_aborted(&r) && child_said(&r, "destroyed by code that it runs"));
}
