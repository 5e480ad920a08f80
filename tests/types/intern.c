// SPDX-License-Identifier: MIT
// intern.c: interned strs are unique while they live, and dying ones are left in peace.
#include "ask.h"

CASE(intern, one_object_for_one_text) {
    ouro_obj *a = own(ouro_intern(rt, "a name")), *b = own(ouro_intern(rt, "a name"));
    need(a && b);
    check(a == b && ouro_str_is_interned(a) && text_is(a, "a name"));
    ouro_obj *s = own(ouro_str_from(rt, "a name"));
    need(s);
    check(s != a && !ouro_str_is_interned(s) && ouro_str_equal(s, a));
    check(own(ouro_str_intern(rt, s)) == a && !ouro_str_is_interned(s));
    check(own(ouro_str_intern(rt, a)) == a);
    ouro_obj *other = own(ouro_str_from(rt, "another name"));
    need(other);
    check(own(ouro_str_intern(rt, other)) == other && ouro_str_is_interned(other));
    ouro_obj *again = own(ouro_intern(rt, "another name"));
    check(again == other && !ouro_str_equal(a, other));
    check(!ouro_intern(rt, "\xff") && says(rt, OURO_ERR_VALUE, "not UTF-8"));
}

CASE(intern, shared_ones) {
    ouro_obj *x = ouro_str_from(rt, "x");
    need(x);
    ouro_obj *interned = ouro_intern(rt, "x"), *empty = ouro_intern(rt, "");
    check(interned == x && empty == ouro_str_from(rt, "") && ouro_str_is_interned(empty));
    check(ouro_intern(rt, "") == empty && ouro_intern(rt, "x") == x && ouro_str_from(rt, "x") == x);
}

CASE(intern, texts_other_than_ascii) {
    ouro_obj *a = own(ouro_intern(rt, "na\xc3\xafve")), *b = own(ouro_intern(rt, "na\xc3\xafve"));
    need(a && b);
    check(a == b && ouro_str_length(a) == 5);
}

// The table holds nothing: an interned str dies with its last reference, and the next is a new one.
CASE(intern, dies_when_nobody_holds_it) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *a = ouro_intern(rt, "short-lived");
    need(a);
    exact(kit_usage(rt).objects == before + 1);
    ouro_decref(a);
    exact(kit_usage(rt).objects == before);
    a = own(ouro_intern(rt, "short-lived"));
    need(a);
    check(text_is(a, "short-lived") && ouro_refcount(a) == 1);
}

static ouro_obj *numbered(ouro_rt *rt, size_t i) {
    char text[32];
    snprintf(text, sizeof text, "name %zu", i);
    return ouro_intern(rt, text);
}

CASE(intern, many_come_and_go) {
    size_t n = kit_size(20000, 600), made = 0;
    ouro_obj **all = calloc(n, sizeof *all);
    always(all);
    while (made < n && (all[made] = numbered(rt, made)))
        made++;
    check(made == n);
    for (size_t i = 0; i < made; i += 3) { // a third goes; the rest is found as before
        ouro_decref(all[i]);
        all[i] = NULL;
    }
    for (size_t i = 0; i < made; i++) {
        ouro_obj *again = numbered(rt, i);
        if (again && all[i])
            always(again == all[i]);
        if (again)
            always(ouro_str_is_interned(again) && ouro_refcount(again) == (all[i] ? 2u : 1u));
        ouro_xdecref(again);
    }
    for (size_t i = 0; i < made; i++)
        ouro_xdecref(all[made - 1 - i]);
    free(all);
}

CASE(intern, the_table_gets_smaller_again) {
    size_t n = kit_size(10000, 600), made = 0;
    ouro_obj **all = calloc(n, sizeof *all), *one;
    always(all);
    size_t before = kit_usage(rt).buffer_bytes;
    while (made < n && (all[made] = numbered(rt, made)))
        made++;
    size_t full = kit_usage(rt).buffer_bytes;
    for (size_t i = 0; i < made; i++)
        ouro_decref(all[i]);
    free(all);
    one = numbered(rt, 0); // succeeds, even if a smaller table cannot be had
    check(made == n && one && full > before + n * 8 && kit_usage(rt).buffer_bytes < full - n * 4);
    ouro_xdecref(one);
}

CASE(intern, the_table_stays_when_it_cannot_get_smaller) {
    if (test_mode_now() != TEST_PLAIN)
        return;
    static ouro_obj *all[3000];
    for (size_t i = 0; i < 3000; i++)
        all[i] = numbered(rt, i);
    for (size_t i = 1; i < 3000; i++)
        ouro_decref(all[i]);
    ouro_stress_fail(rt, 2, OURO_FAIL_ONCE); // the first is the str
    ouro_obj *s = numbered(rt, 5000), *again = numbered(rt, 0);
    always(ouro_stress_failures(rt) == 1 && s && again == all[0] && ouro_error_code(rt) == OURO_OK);
    ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
    ouro_decref(again);
    ouro_decref(s);
    ouro_decref(all[0]);
}

// ---- the dying ----

static ouro_obj *dying_seen; // what was interned while the old one was dying

static void dying_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)arg;
    dying_seen = ouro_intern(rt, "watched while it dies");
    if (!dying_seen)
        ouro_error_clear(rt);
}

CASE(intern, again_while_it_dies) {
    dying_seen = NULL;
    ouro_obj *s = ouro_intern(rt, "watched while it dies");
    need(s);
    ouro_obj *weak = own(ouro_weak_new(rt, s, dying_callback, NULL)), *target;
    uintptr_t old = (uintptr_t)s;
    ouro_decref(s);
    need(weak);
    check(dying_seen && (uintptr_t)dying_seen != old); // the old one's memory was still in use
    if (dying_seen) {
        always(text_is(dying_seen, "watched while it dies") && ouro_refcount(dying_seen) == 1);
        ouro_obj *again = own(ouro_intern(rt, "watched while it dies"));
        check(again == dying_seen && ouro_weak_get(weak, &target) == 0);
    }
    ouro_xdecref(dying_seen);
}

// A new one comes and goes while the old one dies, and many others make the table move.
static void dying_busy_callback(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    (void)weak;
    (void)arg;
    for (size_t i = 0; i < 3; i++) {
        ouro_obj *s = ouro_intern(rt, "watched while it dies");
        ouro_xdecref(s);
    }
    static ouro_obj *kept[300];
    size_t n = 0;
    while (n < 300 && (kept[n] = numbered(rt, n)))
        n++;
    dying_seen = ouro_intern(rt, "watched while it dies");
    while (n)
        ouro_decref(kept[--n]);
    ouro_error_clear(rt);
}

CASE(intern, busy_while_it_dies) {
    dying_seen = NULL;
    ouro_obj *s = ouro_intern(rt, "watched while it dies");
    need(s);
    ouro_obj *weak = own(ouro_weak_new(rt, s, dying_busy_callback, NULL));
    ouro_decref(s);
    need(weak);
    check(dying_seen && own(ouro_intern(rt, "watched while it dies")) == dying_seen);
    ouro_xdecref(dying_seen);
}

// Deep in the death of a long chain, interned strs wait to die with their count at 0.
static void dying_deep_hook(ouro_rt *rt, fin *self) {
    (void)self;
    dying_seen = ouro_intern(rt, "at the end of a chain");
    if (!dying_seen)
        ouro_error_clear(rt);
}

CASE(intern, at_the_end_of_a_chain) {
    dying_seen = NULL;
    node *chain = kit_chain(rt, 200), *last = chain;
    need(chain);
    while (last->left)
        last = (node *)last->left;
    ouro_obj *s = ouro_intern(rt, "at the end of a chain");
    fin *f = fin_new(rt, dying_deep_hook);
    if (s && f) {
        set(last, left, s); // waits to die before the finalizer behind it runs
        set(last, right, f);
    }
    int made = s && f;
    ouro_xdecref(s);
    ouro_xdecref(obj(f));
    ouro_decref(&chain->head);
    check(made && dying_seen);
    if (dying_seen)
        always(text_is(dying_seen, "at the end of a chain") && ouro_refcount(dying_seen) == 1);
    ouro_xdecref(dying_seen);
}

// ---- foreign code while the table grows ----

static int grow_armed; // a finalizer that comes late does nothing
static ouro_obj *grow_kept[600];
static size_t grow_n;

// Garbage with a finalizer that runs at one of the next allocations.
static fin *grow_garbage(ouro_rt *rt);
static int grow_later; // so many finalizers only make the next

static void grow_hook(ouro_rt *rt, fin *self) {
    (void)self;
    if (grow_armed && grow_later-- > 0) {
        grow_garbage(rt);
        ouro_error_clear(rt);
        return;
    }
    while (grow_armed && grow_n < 600 && (grow_kept[grow_n] = numbered(rt, 100000 + grow_n)))
        grow_n++;
    if (grow_armed)
        ouro_setslot_steal(&dying_seen, ouro_intern(rt, "the same text"));
    ouro_error_clear(rt);
}

static fin *grow_garbage(ouro_rt *rt) {
    fin *f = fin_new(rt, grow_hook);
    if (f) {
        set(f, left, f);
        ouro_decref(&f->head);
    }
    return f;
}

static void grow_drop(void) {
    while (grow_n)
        ouro_decref(grow_kept[--grow_n]);
    ouro_setslot(&dying_seen, NULL);
}

// The str is made, or the table grows; in either allocation somebody interns the same text, and many others.
CASE(intern, the_same_text_meanwhile) {
    ouro_obj *kept[300];
    size_t n = 0;
    grow_armed = 1;
    dying_seen = NULL;
    while (n < 300 && (kept[n] = numbered(rt, n))) {
        n++;
        grow_later = (int)(n % 3);
        if (!grow_garbage(rt))
            break;
        if (n % kit_size(1, 60) == 0) {
            ouro_stress_collect(rt, 2);
            ouro_obj *s = ouro_intern(rt, "the same text");
            if (s && dying_seen)
                always(s == dying_seen);
            if (test_mode_now() == TEST_PLAIN)
                ouro_stress_collect(rt, -1);
            ouro_xdecref(s);
        } else {
            ouro_gc_collect(rt, 2);
        }
        grow_drop();
    }
    grow_armed = 0;
    grow_drop();
    check(n == 300);
    for (size_t i = 0; i < n; i++)
        ouro_decref(kept[i]);
}

CASE(intern, names_of_many_runtimes) {
    ouro_obj *a = own(ouro_intern(rt, "one name")), *b = NULL;
    need(a);
    ouro_rt *other = kit_rt_new(NULL);
    always(ouro_std_open(other) == 0 && (b = ouro_intern(other, "one name")) != NULL);
    always(a != b && ouro_rt_of(b) == other && ouro_str_is_interned(b));
    uint64_t x = 0, y = 0;
    always(ouro_hash(rt, a, &x) == 0 && ouro_hash(other, b, &y) == 0 && x != y);
    ouro_decref(b);
    always(ouro_rt_destroy(other) == 0);
}
