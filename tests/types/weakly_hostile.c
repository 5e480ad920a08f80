// SPDX-License-Identifier: MIT
// weakly_hostile.c: weak dicts and the weak set in collections, among finalizers and callbacks, and with keys whose
// comparison does what it likes.
#include "pen.h"

static ouro_obj *weakly_slot; // what a hook has brought back, owned
static ouro_obj *weakly_box;  // the container that a hook uses, borrowed
static int weakly_calls;
static int weakly_armed; // hooks do nothing once the test is over: garbage that had no memory to be found waits

static void weakly_begin(ouro_obj *container) {
    weakly_slot = NULL;
    weakly_armed = 1;
    weakly_box = container;
    weakly_calls = 0;
}

// ---- the collector ----

CASE(weakly_gc, entries_of_garbage_go_with_it) {
    ouro_obj *pen = own(pen_new(rt, 6)), *k = own(pen ? pen_keys(rt, pen) : NULL);
    ouro_obj *v = own(pen ? pen_values(rt, pen) : NULL), *s = own(pen ? pen_set(rt, pen) : NULL);
    need(k && v && s);
    pen_ring(rt, pen, 1, 5);
    exact(pen_has(rt, k, 6) && pen_has(rt, v, 6) && pen_has(rt, s, 6));
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(pen_has(rt, k, 2) && pen_has(rt, v, 2) && pen_has(rt, s, 2));
}

// A weak dict that is in the cycle of its own keys, values and members.
CASE(weakly_gc, the_container_is_garbage_too) {
    ouro_obj *pen = own(pen_new(rt, 4)), *k = pen ? pen_keys(rt, pen) : NULL, *v = pen ? pen_values(rt, pen) : NULL;
    ouro_obj *s = pen ? pen_set(rt, pen) : NULL, *alive = NULL;
    ouro_obj *watch = own(k ? ouro_weak_new(rt, k, NULL, NULL) : NULL);
    for (size_t i = 0; k && v && s && i < 3; i++) {
        node *x = (node *)(void *)pen_at(pen, i);
        set(x, right, i == 0 ? k : i == 1 ? v : s);
    }
    int put = k && v ? ouro_weakdict_set(rt, k, ouro_none(rt), v) : -1;
    if (put == 0 && s)
        put = ouro_weakdict_set(rt, k, pen_at(pen, 3), s);
    ouro_xdecref(k);
    ouro_xdecref(v);
    ouro_xdecref(s);
    if (pen)
        pen_ring(rt, pen, 0, 3);
    ouro_gc_collect(rt, OURO_GC_FULL);
    need(watch);
    must(put);
    check(s && ouro_weak_get(watch, &alive) == 0);
}

static void weakly_look(ouro_rt *rt, ouro_obj *weak, ouro_obj *arg) {
    ouro_obj *key, *value;
    size_t at = 0;
    (void)weak;
    (void)arg;
    weakly_calls++;
    while (ouro_weakdict_each(weakly_box, &at, &key, &value)) {
        always(((node *)(void *)key)->id >= 4);
        ouro_decref(key);
        ouro_decref(value);
    }
    always(pen_size(rt, weakly_box) >= 2);
}

// Callbacks of others run before, between and after those of a weak dict: none meets a dead key.
CASE(weakly_gc, nobody_meets_the_dead) {
    ouro_obj *pen = own(pen_new(rt, 6)), *before[4], *after[4];
    need(pen);
    for (size_t i = 0; i < 4; i++)
        before[i] = own(ouro_weak_new(rt, pen_at(pen, i), weakly_look, NULL));
    ouro_obj *k = own(pen_keys(rt, pen));
    need(k && before[0] && before[1] && before[2] && before[3]);
    weakly_begin(k);
    for (size_t i = 0; i < 4; i++)
        after[i] = own(ouro_weak_new(rt, pen_at(pen, i), weakly_look, NULL));
    need(after[0] && after[1] && after[2] && after[3]);
    pen_ring(rt, pen, 0, 4);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(weakly_calls == 8 && pen_has(rt, k, 2));
}

static void weakly_bring_back(ouro_rt *rt, fin *self) {
    (void)rt;
    if (weakly_armed && !weakly_slot)
        weakly_slot = ouro_incref(self->right ? self->right : &self->head);
}

// By counting, an object that its finalizer brings back has not died; out of a cycle it is brought back without its
// entries.
CASE(weakly_gc, objects_that_come_back) {
    ouro_obj *k = own(ouro_weakkeys_new(rt)), *alive = NULL;
    fin *f = fin_new(rt, weakly_bring_back);
    weakly_begin(k);
    int put = k && f ? ouro_weakdict_set(rt, k, &f->head, ouro_none(rt)) : -1;
    ouro_xdecref(obj(f));
    check(weakly_slot == obj(f) && pen_has(rt, k, 1));
    ouro_setslot(&weakly_slot, NULL);
    must(put);
    check(pen_has(rt, k, 0));
    f = fin_new(rt, weakly_bring_back);
    need(f);
    set(f, left, f);
    put = ouro_weakdict_set(rt, k, &f->head, ouro_none(rt));
    ouro_decref(&f->head);
    ouro_gc_collect(rt, OURO_GC_FULL);
    weakly_armed = 0;
    check(weakly_slot == obj(f) && pen_has(rt, k, 0));
    alive = ouro_takeslot(&weakly_slot);
    if (alive)
        ouro_clearref(alive, &((fin *)(void *)alive)->left);
    ouro_xdecref(alive);
    must(put);
}

// A container that a finalizer brings back is empty, and as good as new.
CASE(weakly_gc, a_container_that_comes_back) {
    ouro_obj *pen = own(pen_new(rt, 3));
    need(pen);
    for (int i = 0; i < 3; i++) {
        ouro_obj *o = i == 0 ? pen_keys(rt, pen) : i == 1 ? pen_values(rt, pen) : pen_set(rt, pen);
        need(o);
        ouro_obj *it = ouro_iter(rt, o), *x = NULL, *y = NULL;
        fin *f = fin_new(rt, weakly_bring_back);
        weakly_begin(o);
        int result = f && it ? ouro_next(rt, it, &x) : -1;
        ouro_xdecref(x);
        if (f) {
            set(f, left, f);
            set(f, right, o);
        }
        ouro_decref(o);
        ouro_xdecref(obj(f));
        ouro_xdecref(it);
        ouro_gc_collect(rt, OURO_GC_FULL);
        weakly_armed = 0;
        check(weakly_slot == o && ouro_refcount(o) == 1);
        o = own(ouro_takeslot(&weakly_slot));
        must(result);
        if (!o)
            return; // there was no memory to find it
        check(pen_has(rt, o, 0));
        result =
            i == 2 ? ouro_weakset_add(rt, o, pen_at(pen, 0)) : ouro_weakdict_set(rt, o, ouro_none(rt), ouro_none(rt));
        must(result);
        check(pen_has(rt, o, 1) &&
              (i == 2 ? ouro_weakset_pop(rt, o, &y) : ouro_weakdict_pop(rt, o, ouro_none(rt), &y)) == 1);
        ouro_xdecref(y);
    }
}

// Keeps what the container refers to: its refs, which nobody ought to have.
static int weakly_steal(ouro_obj *o, void *list) {
    ouro_rt *rt = ouro_rt_of(o);
    if (ouro_is_a(o, ouro_weak_type) && ouro_list_append(rt, list, o) < 0)
        ouro_error_clear(rt);
    return 0;
}

// So a collection does not find the refs to be garbage, and they outlive their container.
CASE(weakly_gc, refs_that_somebody_holds) {
    ouro_obj *pen = own(pen_new(rt, 3)), *stolen = own(ouro_list_new(rt, NULL, 0)), *k = NULL;
    fin *f = fin_new(rt, weakly_bring_back);
    weakly_begin(NULL);
    if (pen && stolen && f && (k = pen_keys(rt, pen))) {
        ouro_obj *list = stolen;
        ouro_gc_get_referents(rt, k, weakly_steal, list);
        set(f, left, f);
        set(f, right, k);
    }
    ouro_xdecref(k);
    ouro_xdecref(obj(f));
    ouro_gc_collect(rt, OURO_GC_FULL);
    weakly_armed = 0;
    ouro_obj *back = ouro_takeslot(&weakly_slot), *key, *value;
    size_t at = 0;
    check(back && ouro_list_size(stolen) == 4 && ouro_weakdict_each(back, &at, &key, &value) == 0);
    check(pen_has(rt, back, 0));
    ouro_xdecref(back);
    need(pen && stolen && f && k);
    pen_kill(rt, pen, 1);
    ouro_gc_collect(rt, OURO_GC_FULL);
}

static void weakly_put_self(ouro_rt *rt, fin *self) {
    if (!weakly_armed)
        return;
    int result = ouro_is_weakset(weakly_box) ? ouro_weakset_add(rt, weakly_box, &self->head)
                                             : ouro_weakdict_set(rt, weakly_box, ouro_none(rt), &self->head);
    if (result < 0)
        ouro_error_clear(rt);
    else
        weakly_calls++;
    check(pen_size(rt, weakly_box) == 1);
}

// What a finalizer puts into a weak container does not live longer for it, and leaves no entry behind: neither when it
// dies by counting nor, where no callback tells of it, when it is collected.
CASE(weakly_gc, put_in_by_its_own_finalizer) {
    for (int i = 0; i < 4; i++) {
        ouro_obj *o = own(i / 2 ? ouro_weakset_new(rt, NULL) : ouro_weakvalues_new(rt));
        need(o);
        weakly_begin(o);
        fin *f = fin_new(rt, weakly_put_self);
        need(f);
        if (i % 2)
            set(f, left, f);
        ouro_decref(&f->head);
        ouro_gc_collect(rt, OURO_GC_FULL);
        weakly_armed = 0;
        check(weakly_calls == 1 && ouroi_rt_is_collecting(rt) == 0);
        always(pen_has(rt, o, 0));
    }
}

static void weakly_drop_slot(ouro_rt *rt, fin *self) {
    (void)rt;
    (void)self;
    ouro_setslot(&weakly_slot, NULL);
}

// A key dies; the value that goes with it ends the dict.
CASE(weakly_gc, a_value_that_ends_its_dict) {
    ouro_obj *pen = own(pen_new(rt, 2)), *alive = NULL;
    fin *f = own(fin_new(rt, weakly_drop_slot));
    need(pen && f);
    weakly_begin(NULL);
    ouro_obj *d = ouro_weakkeys_new(rt);
    int put = d ? ouro_weakdict_set(rt, d, pen_at(pen, 1), pen) : -1;
    if (put == 0)
        put = ouro_weakdict_set(rt, d, pen_at(pen, 0), &f->head);
    ouro_obj *watch = own(d ? ouro_weak_new(rt, d, NULL, NULL) : NULL);
    weakly_slot = d;
    if (put < 0 || !watch)
        ouro_setslot(&weakly_slot, NULL);
    must(put);
    need(watch);
    ouro_incref(&f->head);
    ouro_decref(&f->head);
    pen_kill(rt, pen, 0);
    ouro_setslot(&weakly_slot, NULL);
    check(ouro_weak_get(watch, &alive) == 0);
}

// A value that knows its own key keeps both.
CASE(weakly_gc, a_value_that_holds_its_key) {
    ouro_obj *pen = own(pen_new(rt, 2)), *d = own(ouro_weakkeys_new(rt));
    node *v = own(node_new(rt));
    need(pen && d && v);
    set(v, left, pen_at(pen, 0));
    must(ouro_weakdict_set(rt, d, pen_at(pen, 0), &v->head));
    pen_kill(rt, pen, 0);
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(pen_has(rt, d, 1));
    must(ouro_weakdict_clear(rt, d));
}

// ---- comparisons ----

static ouro_obj *weakly_keys; // a list that alone holds the keys
static void (*weakly_act)(ouro_rt *rt);

static void weakly_kill_all(ouro_rt *rt) {
    ouro_list_clear(rt, weakly_keys);
}

static void weakly_clear(ouro_rt *rt) {
    if (ouro_is_weakset(weakly_box))
        ouro_weakset_clear(rt, weakly_box);
    else
        ouro_weakdict_clear(rt, weakly_box);
}

static void weakly_grow(ouro_rt *rt) {
    for (int i = 0; i < 30; i++) {
        ouro_obj *x = ouro_int_new(rt, -5 + i);
        if (!x || (ouro_is_weakset(weakly_box) ? ouro_weakset_add(rt, weakly_box, x)
                                               : ouro_weakdict_set(rt, weakly_box, x, x)) < 0)
            ouro_error_clear(rt);
        ouro_xdecref(x);
    }
}

static void weakly_hook(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    if (weakly_calls++ == 0)
        weakly_act(rt);
}

static void weakly_hook_always(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    weakly_clear(rt);
    int result = ouro_is_weakset(weakly_box)
                     ? ouro_weakset_add(rt, weakly_box, ouro_list_peek(weakly_keys, 0))
                     : ouro_weakdict_set(rt, weakly_box, ouro_list_peek(weakly_keys, 0), odd_key);
    if (result < 0)
        ouro_error_clear(rt);
}

static int weakly_fill(ouro_rt *rt, ouro_obj *o) {
    for (int64_t i = 0; i < 5; i++) {
        ouro_obj *key = odd_new(rt, i, 9);
        int result = key ? ouro_list_append(rt, weakly_keys, key) : -1;
        if (result == 0)
            result = ouro_is_weakset(o) ? ouro_weakset_add(rt, o, key) : ouro_weakdict_set(rt, o, key, ouro_none(rt));
        ouro_xdecref(key);
        if (result < 0)
            return -1;
    }
    return 0;
}

static int weakly_operate(ouro_rt *rt, ouro_obj *o, ouro_obj *x, int how) {
    ouro_obj *got = NULL;
    int result = ouro_is_weakset(o) ? how == 0   ? ouro_weakset_has(rt, o, x)
                                      : how == 1 ? ouro_weakset_add(rt, o, x)
                                                 : ouro_weakset_remove(rt, o, x)
                 : how == 0 ? ouro_weakdict_get(rt, o, x, &got)
                 : how == 1         ? ouro_weakdict_set(rt, o, x, x)
                                    : ouro_weakdict_pop(rt, o, x, &got);
    ouro_xdecref(got);
    return result;
}

CASE(weakly_hostile, comparisons_that_kill_clear_and_fill) {
    static void (*const acts[])(ouro_rt *) = {weakly_kill_all, weakly_clear, weakly_grow};
    must(odd_open(rt));
    for (int turn = 0; turn < 18; turn++) {
        ouro_obj *o = own(turn / 9 ? ouro_weakset_new(rt, NULL) : ouro_weakkeys_new(rt));
        ouro_obj *x = own(odd_new(rt, 4, 9));
        weakly_keys = own(ouro_list_new(rt, NULL, 0));
        need(o && x && weakly_keys);
        odd_hook = NULL;
        must(weakly_fill(rt, o));
        weakly_begin(o);
        weakly_act = acts[turn % 3];
        odd_hook = weakly_hook;
        int result = weakly_operate(rt, o, x, turn / 3 % 3);
        odd_hook = NULL;
        must(result);
        size_t n = pen_size(rt, o);
        always(pen_has(rt, o, n) && ouro_verify(rt) == 0);
        check(turn % 3 == 2 ? n > 30 : n == (size_t)(turn / 3 % 3 == 1));
    }
}

CASE(weakly_hostile, comparisons_that_never_rest_and_that_fail) {
    must(odd_open(rt));
    for (int turn = 0; turn < 6; turn++) {
        ouro_obj *o = own(turn / 3 ? ouro_weakset_new(rt, NULL) : ouro_weakkeys_new(rt));
        ouro_obj *x = own(odd_new(rt, 4, 9));
        weakly_keys = own(ouro_list_new(rt, NULL, 0));
        need(o && x && weakly_keys);
        odd_hook = NULL;
        must(weakly_fill(rt, o));
        weakly_begin(o);
        odd_key = x;
        odd_fails = 1;
        check(weakly_operate(rt, o, x, turn % 3) == -1 && says(rt, OURO_ERR_USER, "no comparison"));
        ouro_error_clear(rt);
        always(pen_has(rt, o, 5));
        odd_fails = 0;
        odd_hook = weakly_hook_always;
        int result = weakly_operate(rt, o, x, turn % 3);
        odd_hook = NULL;
        check(result == -1 && says(rt, OURO_ERR_STATE, "changed each time"));
        ouro_error_clear(rt);
        always(pen_size(rt, o) <= 1);
    }
}

// What has a weak dict walked changes it meanwhile.
static void weakly_hook_removes(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    ouro_weakdict_del(rt, weakly_box, ouro_none(rt));
}

CASE(weakly_hostile, changed_while_it_is_copied) {
    must(odd_open(rt));
    ouro_obj *d = own(ouro_weakkeys_new(rt)), *x = own(odd_new(rt, 1, 1)), *y = own(odd_new(rt, 2, 1));
    need(d && x && y);
    must(ouro_weakdict_set(rt, d, x, y));
    must(ouro_weakdict_set(rt, d, ouro_none(rt), y));
    must(ouro_weakdict_set(rt, d, y, y));
    weakly_begin(d);
    odd_hook = weakly_hook_removes;
    check(!ouro_copy(rt, d) && says(rt, OURO_ERR_STATE, "WeakKeyDictionary changed size during iteration"));
    ouro_error_clear(rt);
    odd_hook = NULL;
    must(ouro_weakdict_set(rt, d, ouro_none(rt), y));
    odd_hook = weakly_hook_removes;
    check(!ouro_deep_copy(rt, d) && says(rt, OURO_ERR_STATE, "WeakKeyDictionary changed"));
    ouro_error_clear(rt);
}

static void weakly_hook_empties(ouro_rt *rt, odd *a, odd *b) {
    (void)a;
    (void)b;
    if (ouro_is_dict(weakly_box))
        ouro_dict_clear(rt, weakly_box);
    else
        ouro_weakdict_clear(rt, weakly_box);
}

// What is read for an update is emptied by the first comparison: what was put in before stays.
CASE(weakly_hostile, emptied_while_another_is_updated_from_it) {
    must(odd_open(rt));
    for (int weak = 0; weak < 2; weak++) {
        ouro_obj *d = own(ouro_weakkeys_new(rt)), *from = own(weak ? ouro_weakkeys_new(rt) : ouro_dict_new(rt));
        ouro_obj *x = own(odd_new(rt, 1, 1)), *y = own(odd_new(rt, 2, 1)), *none = ouro_none(rt);
        need(d && from && x && y);
        odd_hook = NULL;
        must(ouro_weakdict_set(rt, d, x, y));
        must(ouro_set_item(rt, from, none, y));
        must(ouro_set_item(rt, from, y, none));
        weakly_begin(from);
        odd_hook = weakly_hook_empties;
        int result = ouro_weakdict_update(rt, d, from);
        odd_hook = NULL;
        check(result == -1 &&
              says(rt, OURO_ERR_STATE, weak ? "WeakKeyDictionary changed" : "dict changed size during iteration"));
        ouro_error_clear(rt);
        exact(pen_has(rt, d, 3));
        always(ouro_verify(rt) == 0);
    }
}

static void weakly_clear_box(ouro_rt *rt, fin *self) {
    (void)self;
    if (weakly_armed)
        ouro_weakdict_clear(rt, weakly_box);
    weakly_calls++;
}

// A value that is replaced dies, and empties the dict that is being updated.
CASE(weakly_hostile, a_value_that_empties_the_dict_when_it_is_replaced) {
    ouro_obj *pen = own(pen_new(rt, 2)), *k = own(ouro_weakkeys_new(rt)), *from = own(pen ? pen_keys(rt, pen) : NULL);
    need(k && from);
    weakly_begin(k);
    fin *f = fin_new(rt, weakly_clear_box);
    int result = f ? ouro_weakdict_set(rt, k, pen_at(pen, 0), &f->head) : -1;
    ouro_xdecref(obj(f));
    if (result == 0)
        result = ouro_weakdict_update(rt, k, from);
    weakly_armed = 0;
    must(result);
    ouro_obj *one = NULL;
    check(weakly_calls == 1 && pen_has(rt, k, 1) && ouro_weakdict_get(rt, k, pen_at(pen, 1), &one) == 1);
    ouro_xdecref(one);
}

// Puts one more entry in, and leaves garbage whose finalizer does the same.
static void weakly_put_more(ouro_rt *rt, fin *self) {
    (void)self;
    if (!weakly_armed)
        return;
    ouro_obj *number = ouro_int_new(rt, weakly_calls++);
    fin *f = number && ouro_weakdict_set(rt, weakly_box, number, number) == 0 ? fin_new(rt, weakly_put_more) : NULL;
    ouro_xdecref(number);
    if (!f) {
        ouro_error_clear(rt);
        return;
    }
    set(f, left, f);
    ouro_decref(&f->head);
}

// Collections, while the references are made, run finalizers that change the dict, and would for ever.
CASE(weakly_hostile, changed_while_references_are_made) {
    ouro_obj *pen = own(pen_new(rt, 2)), *k = own(pen ? pen_keys(rt, pen) : NULL);
    need(k);
    weakly_begin(k);
    weakly_put_more(rt, NULL);
    ouro_stress_collect(rt, 2);
    ouro_obj *refs = ouro_weakdict_refs(rt, k);
    if (test_mode_now() != TEST_STRESS)
        ouro_stress_collect(rt, -1);
    weakly_armed = 0;
    check(!refs && says(rt, OURO_ERR_STATE, "WeakKeyDictionary changed"));
    ouro_error_clear(rt);
    ouro_xdecref(refs);
}
