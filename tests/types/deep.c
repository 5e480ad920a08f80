// SPDX-License-Identifier: MIT
// deep.c: nests of every kind, and of all kinds mixed, far deeper than the stack of 256 KiB could hold frames for: they
// die, are collected, compared, hashed, printed and copied. And what contains itself.
// OURO_DEEP=10000000 makes all of them so deep, in a plain run of an ordinary build (some gigabytes, some minutes):
//     OURO_DEEP=10000000 build/release/tests/types/suite --filter 'deep/*' -j1
#include "zoo.h"

#include <pthread.h>

typedef struct deep_task {
    ouro_rt *rt;
    const struct nest_kind *kind;
    size_t n;
    void (*body)(struct deep_task *task);
} deep_task;

// Puts an object (stolen) into a new one. Returns: new.
typedef ouro_obj *(*nest_wrap)(ouro_rt *rt, ouro_obj *inner);

typedef struct nest_kind {
    const char *name;
    nest_wrap wrap;
    size_t n; // how deep, in plain runs of ordinary builds
} nest_kind;

static ouro_obj *nest_class;

static ouro_obj *made(ouro_obj *o) {
    if (o)
        return o;
    fprintf(stderr, "no memory for a nest\n");
    exit(2);
}

// `o` after something was done to it, with what it now holds let go of.
static ouro_obj *holding(ouro_obj *o, int done, ouro_obj *inner) {
    ouro_decref(inner);
    return made(done < 0 ? NULL : o);
}

// ---- what nests ----

static ouro_obj *nest_tuple(ouro_rt *rt, ouro_obj *inner) {
    return made(ouro_tuple_new_steal(rt, &inner, 1));
}

static ouro_obj *nest_list(ouro_rt *rt, ouro_obj *inner) {
    return holding(ouro_list_new(rt, &inner, 1), 0, inner);
}

static ouro_obj *nest_dict(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *o = made(ouro_dict_new(rt));
    return holding(o, ouro_dict_set(rt, o, ouro_none(rt), inner), inner);
}

static ouro_obj *nest_odict(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *o = made(ouro_odict_new(rt));
    return holding(o, ouro_odict_set(rt, o, ouro_none(rt), inner), inner);
}

static ouro_obj *nest_weakkeys(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *o = made(ouro_weakkeys_new(rt));
    return holding(o, ouro_weakdict_set(rt, o, ouro_none(rt), inner), inner);
}

static ouro_obj *nest_deque(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *o = made(ouro_deque_new(rt, SIZE_MAX));
    return holding(o, ouro_deque_append(rt, o, inner), inner);
}

static ouro_obj *nest_frozenset(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *items = nest_tuple(rt, inner);
    return holding(ouro_frozenset_new(rt, items), 0, items);
}

static ouro_obj *nest_slice(ouro_rt *rt, ouro_obj *inner) {
    return holding(ouro_slice_new(rt, NULL, inner, NULL), 0, inner);
}

static ouro_obj *nest_cell(ouro_rt *rt, ouro_obj *inner) {
    return holding(ouro_cell_new(rt, inner), 0, inner);
}

static ouro_obj *nest_nothing(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)args, (void)n, (void)kwnames;
    return ouro_none(rt);
}

static ouro_obj *nest_native(ouro_rt *rt, ouro_obj *inner) {
    return holding(ouro_native_new(rt, "f", nest_nothing, inner, 0, 0), 0, inner);
}

static ouro_obj *nest_method(ouro_rt *rt, ouro_obj *inner) {
    return holding(ouro_method_new(rt, nest_class, inner), 0, inner);
}

static ouro_obj *nest_instance(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *o = made(ouro_instance_new(rt, nest_class, NULL));
    return holding(o, ouro_set_attr_text(rt, o, "inner", inner), inner);
}

static ouro_obj *nest_cause(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *o = made(ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_VALUE), NULL));
    ouro_exception_set_cause(o, inner);
    return holding(o, 0, inner);
}

static ouro_obj *nest_args(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *args = nest_tuple(rt, inner);
    return holding(ouro_exception_new(rt, ouro_exception_class(rt, OURO_ERR_VALUE), args), 0, args);
}

static ouro_obj *nest_iterator(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *list = nest_list(rt, inner);
    return holding(ouro_iter(rt, list), 0, list);
}

static ouro_obj *nest_view(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *dict = nest_dict(rt, inner);
    return holding(ouro_dict_values(rt, dict), 0, dict);
}

static ouro_obj *nest_lru(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *o = made(ouro_lru_new(rt, 1, 0));
    return holding(o, ouro_lru_put(rt, o, ouro_none(rt), inner), inner);
}

static ouro_obj *nest_cached(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *cache = made(ouro_lru_new(rt, 1, 0)), *o = made(ouro_cached_new(rt, inner, cache));
    ouro_decref(cache);
    return holding(o, 0, inner);
}

// Generators that delegate to what is inside; the second has something to do when it is closed.
static int nest_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
    (void)rt;
    if (f->why != OURO_RESUME_NEXT)
        return f->why == OURO_RESUME_THROW ? -1 : 0;
    *out = ouro_incref(f->slot[0]);
    return OURO_YIELD_FROM;
}

static ouro_obj *nest_generator(ouro_rt *rt, ouro_obj *inner) {
    static const ouro_generator_def def = {"nest", nest_step, NULL, 1, 0};
    return holding(ouro_generator_new(rt, &def, &inner, NULL), 0, inner);
}

static ouro_obj *nest_closed(ouro_rt *rt, ouro_obj *inner) {
    static const ouro_generator_def def = {"nest", nest_step, nest_step, 1, 0};
    return holding(ouro_generator_new(rt, &def, &inner, NULL), 0, inner);
}

static ouro_obj *nest_zip(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *list = nest_list(rt, inner), *o = made(ouro_iter_zip(rt, &list, 1));
    return holding(o, 0, list);
}

static ouro_obj *nest_map(ouro_rt *rt, ouro_obj *inner) {
    ouro_obj *list = made(ouro_list_new(rt, NULL, 0)), *o = made(ouro_iter_map(rt, inner, list));
    ouro_decref(list);
    return holding(o, 0, inner);
}

static ouro_obj *nest_mixed(ouro_rt *rt, ouro_obj *inner) {
    static const nest_wrap wraps[] = {nest_tuple,    nest_list,   nest_dict,     nest_odict,    nest_deque, nest_slice,
                                      nest_cell,     nest_native, nest_method,   nest_instance, nest_cause, nest_args,
                                      nest_iterator, nest_view,   nest_weakkeys, nest_lru,      nest_cached};
    static size_t next;
    return wraps[next++ % (sizeof wraps / sizeof *wraps)](rt, inner);
}

// Those that compare by what they hold.
static ouro_obj *nest_values(ouro_rt *rt, ouro_obj *inner) {
    static const nest_wrap wraps[] = {nest_tuple, nest_list, nest_dict, nest_odict, nest_deque};
    static size_t next;
    return wraps[next++ % (sizeof wraps / sizeof *wraps)](rt, inner);
}

static const nest_kind nest_kinds[] = {
    {"tuple", nest_tuple, 10000000}, {"list", nest_list, 3000000},          {"dict", nest_dict, 300000},
    {"odict", nest_odict, 300000},   {"deque", nest_deque, 300000},         {"frozenset", nest_frozenset, 300000},
    {"slice", nest_slice, 300000},   {"cell", nest_cell, 300000},           {"native", nest_native, 300000},
    {"method", nest_method, 300000}, {"instance", nest_instance, 300000},   {"cause", nest_cause, 300000},
    {"args", nest_args, 300000},     {"iterator", nest_iterator, 300000},   {"view", nest_view, 300000},
    {"mixed", nest_mixed, 3000000},  {"weak keys", nest_weakkeys, 300000},  {"lru", nest_lru, 300000},
    {"cached", nest_cached, 300000}, {"generator", nest_generator, 300000}, {"zip", nest_zip, 300000},
    {"map", nest_map, 300000},
};

static ouro_obj *nest_of(const deep_task *task, ouro_obj *core) {
    ouro_obj *o = made(core);
    for (size_t i = 0; i < task->n; i++)
        o = task->kind->wrap(task->rt, o);
    return o;
}

// ---- running ----

static void *deep_thread(void *arg) {
    deep_task *task = arg;
    nest_class = made(ouro_class_new(task->rt, "Nest", NULL, NULL));
    task->body(task);
    ouro_setslot(&nest_class, NULL);
    return NULL;
}

static size_t deep_size(size_t n) {
    const char *asked = getenv("OURO_DEEP");
    if (!kit_is_lean() || test_mode_now() != TEST_PLAIN)
        return 30000;
    return asked ? (size_t)strtoull(asked, NULL, 10) : n;
}

// Runs a body on a small stack, with a runtime of its own that must be empty afterwards.
static void deep_run(const nest_kind *kind, size_t n, void (*body)(deep_task *task)) {
    deep_task task = {kit_rt_new(NULL), kind, deep_size(n), body};
    pthread_attr_t attributes;
    pthread_t thread;
    always(ouro_std_open(task.rt) == 0);
    pthread_attr_init(&attributes);
    ouro_gc_disable(task.rt); // building is not what is tested
    always(pthread_attr_setstacksize(&attributes, 256 * 1024) == 0);
    always(pthread_create(&thread, &attributes, deep_thread, &task) == 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    ouro_gc_enable(task.rt);
    always(ouro_error_code(task.rt) == OURO_OK && kit_warning_count == 0);
    always(ouro_rt_destroy(task.rt) == 0);
}

static void deep_run_each(void (*body)(deep_task *task)) {
    for (size_t i = 0; i < sizeof nest_kinds / sizeof *nest_kinds; i++)
        deep_run(&nest_kinds[i], nest_kinds[i].n, body);
}

// ---- dying ----

// While no allocation succeeds.
static void deep_drop(deep_task *task) {
    size_t before = kit_usage(task->rt).objects;
    ouro_obj *o = nest_of(task, ouro_int_new(task->rt, 1000));
    always(kit_usage(task->rt).objects > before + task->n);
    ouro_stress_fail(task->rt, 1, OURO_FAIL_FROM);
    ouro_decref(o);
    ouro_stress_fail(task->rt, 0, OURO_FAIL_NEVER);
    always(kit_usage(task->rt).objects <= before + 1); // a name may stay with the class
}

Test(deep, dropped) {
    static const nest_kind closed = {"closed", nest_closed, 300000};
    deep_run_each(deep_drop);
    deep_run(&closed, closed.n, deep_drop);
}

static void deep_collect(deep_task *task) {
    size_t before = kit_usage(task->rt).objects;
    ouro_obj *cell = made(ouro_cell_new(task->rt, NULL)), *o = nest_of(task, ouro_incref(cell));
    ouro_cell_set(cell, o);
    ouro_decref(cell);
    ouro_decref(o);
    always(ouro_gc_collect(task->rt, OURO_GC_FULL) > (int64_t)task->n);
    always(kit_usage(task->rt).objects <= before + 1);
}

Test(deep, collected) {
    deep_run_each(deep_collect);
}

// ---- asked ----

static void deep_compare(deep_task *task) {
    ouro_rt *rt = task->rt;
    ouro_obj *a = nest_of(task, ouro_int_new(rt, 1000)), *b = nest_of(task, ouro_int_new(rt, 1000));
    ouro_obj *c = nest_of(task, ouro_int_new(rt, 1001));
    always(ouro_equal(rt, a, b) == 1 && ouro_equal(rt, a, c) == 0 && ouro_compare(rt, OURO_NE, a, c) == 1);
    ouro_decref(a);
    ouro_decref(b);
    ouro_decref(c);
}

Test(deep, compared) {
    static const nest_kind kinds[] = {{"tuple", nest_tuple, 1000000},      {"list", nest_list, 1000000},
                                      {"dict", nest_dict, 300000},         {"odict", nest_odict, 300000},
                                      {"deque", nest_deque, 300000},       {"values", nest_values, 300000},
                                      {"weak keys", nest_weakkeys, 300000}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        deep_run(&kinds[i], kinds[i].n - kinds[i].n % 5, deep_compare);
}

static void deep_order(deep_task *task) {
    ouro_rt *rt = task->rt;
    ouro_obj *a = nest_of(task, ouro_int_new(rt, 1000)), *b = nest_of(task, ouro_int_new(rt, 1001));
    always(ouro_compare(rt, OURO_LT, a, b) == 1 && ouro_compare(rt, OURO_GE, a, b) == 0);
    always(ouro_compare(rt, OURO_GT, b, a) == 1 && ouro_compare(rt, OURO_LE, a, a) == 1);
    ouro_decref(a);
    ouro_decref(b);
}

Test(deep, ordered) {
    static const nest_kind kinds[] = {{"tuple", nest_tuple, 1000000}, {"list", nest_list, 1000000}};
    for (size_t i = 0; i < 2; i++)
        deep_run(&kinds[i], kinds[i].n, deep_order);
}

static void deep_hash(deep_task *task) {
    uint64_t h1 = 0, h2 = 0, h3 = 0;
    ouro_obj *a = nest_of(task, ouro_int_new(task->rt, 1000)), *b = nest_of(task, ouro_int_new(task->rt, 1000));
    ouro_obj *c = nest_of(task, ouro_int_new(task->rt, 1001));
    always(ouro_hash(task->rt, a, &h1) == 0 && ouro_hash(task->rt, b, &h2) == 0 && ouro_hash(task->rt, c, &h3) == 0);
    always(h1 == h2 && h1 != h3);
    ouro_decref(a);
    ouro_decref(b);
    ouro_decref(c);
}

Test(deep, hashed) {
    static const nest_kind kinds[] = {{"tuple", nest_tuple, 1000000}, {"frozenset", nest_frozenset, 300000}};
    for (size_t i = 0; i < 2; i++)
        deep_run(&kinds[i], kinds[i].n, deep_hash);
}

static void deep_print(deep_task *task) {
    ouro_obj *o = nest_of(task, ouro_int_new(task->rt, 1000)), *s = ouro_repr(task->rt, o);
    always(s && ouro_str_size(s) < 100 * 200 && !strstr(ouro_str_data(s), "1000"));
    ouro_decref(s);
    ouro_decref(o);
}

Test(deep, printed) {
    for (size_t i = 0; i < sizeof nest_kinds / sizeof *nest_kinds; i++)
        deep_run(&nest_kinds[i], 100000, deep_print);
}

static void deep_copy(deep_task *task) {
    size_t before = kit_usage(task->rt).objects;
    ouro_obj *o = nest_of(task, ouro_int_new(task->rt, 1000));
    size_t one = kit_usage(task->rt).objects - before;
    ouro_obj *copy = made(ouro_deep_copy(task->rt, o));
    always(kit_usage(task->rt).objects - before >= 2 * one - 2 && copy != o);
    always(ouro_equal(task->rt, o, copy) == 1);
    ouro_decref(o);
    ouro_decref(copy);
}

Test(deep, copied) {
    static const nest_kind kinds[] = {{"list", nest_list, 1000000},    {"dict", nest_dict, 300000},
                                      {"odict", nest_odict, 300000},   {"deque", nest_deque, 300000},
                                      {"values", nest_values, 300000}, {"weak keys", nest_weakkeys, 300000}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        deep_run(&kinds[i], kinds[i].n, deep_copy);
}

// Compared by identity: the copy is looked at as it is taken apart.
static void deep_copy_objects(deep_task *task) {
    size_t before = kit_usage(task->rt).objects;
    ouro_obj *list = made(ouro_list_new(task->rt, NULL, 0)), *o = nest_of(task, ouro_incref(list));
    size_t one = kit_usage(task->rt).objects - before;
    ouro_obj *copy = made(ouro_deep_copy(task->rt, o));
    always(kit_usage(task->rt).objects - before >= 2 * one - 2 && copy != o);
    ouro_decref(list);
    ouro_decref(o);
    always(kit_usage(task->rt).objects - before <= one);
    ouro_decref(copy);
}

Test(deep, objects_copied) {
    static const nest_kind kinds[] = {
        {"instance", nest_instance, 300000}, {"args", nest_args, 300000}, {"lru", nest_lru, 300000}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        deep_run(&kinds[i], kinds[i].n, deep_copy_objects);
}

// Generators that delegate to each other: the innermost gives an item, gets one, an error, and is closed.
static void deep_delegate(deep_task *task) {
    ouro_rt *rt = task->rt;
    ouro_obj *item, *ints = made(ouro_range_new(rt, 0, 3, 1)), *o = nest_of(task, ouro_incref(ints));
    for (int i = 0; i < 2; i++) {
        always(ouro_next(rt, o, &item) == 1 && ouro_int_word(item) == i);
        ouro_decref(item);
    }
    always(ouro_generator_send(rt, o, ouro_none(rt), &item) == 1 && ouro_int_word(item) == 2);
    always(ouro_next(rt, o, &item) == 0 && !item);
    ouro_decref(o);
    o = nest_of(task, ouro_incref(ints));
    always(ouro_next(rt, o, &item) == 1);
    ouro_error_set(rt, OURO_ERR_USER, "thrown");
    always(ouro_generator_throw(rt, o, &item) == -1 && says(rt, OURO_ERR_USER, "thrown"));
    ouro_decref(o);
    o = nest_of(task, ints);
    always(ouro_next(rt, o, &item) == 1 && ouro_generator_close(rt, o) == 0);
    ouro_decref(o);
}

static const nest_kind nest_lines[] = {{"generator", nest_generator, 300000}, {"closed", nest_closed, 300000}};

Test(deep, delegated) {
    for (size_t i = 0; i < 2; i++)
        deep_run(&nest_lines[i], nest_lines[i].n, deep_delegate);
}

// One that is dropped half way closes all of its line.
static void deep_drop_line(deep_task *task) {
    ouro_obj *item, *o = nest_of(task, made(ouro_range_new(task->rt, 0, 3, 1)));
    always(ouro_next(task->rt, o, &item) == 1);
    ouro_stress_fail(task->rt, 1, OURO_FAIL_FROM);
    ouro_decref(o);
    ouro_stress_fail(task->rt, 0, OURO_FAIL_NEVER);
}

Test(deep, line_dropped) {
    for (size_t i = 0; i < 2; i++)
        deep_run(&nest_lines[i], nest_lines[i].n, deep_drop_line);
}

// ---- what contains itself ----

typedef struct self_kind {
    const char *name, *text; // NULL: not compared
    nest_wrap wrap;
} self_kind;

static const self_kind self_kinds[] = {
    {"tuple", "[([...],)]", nest_tuple},       {"list", "[[[...]]]", nest_list},
    {"dict", "[{None: [...]}]", nest_dict},    {"odict", NULL, nest_odict},
    {"deque", "[deque([[...]])]", nest_deque}, {"weak keys", "[WeakKeyDictionary({None: [...]})]", nest_weakkeys},
};

// A list that holds an object of the kind that holds the list.
static ouro_obj *self_new(ouro_rt *rt, const self_kind *kind) {
    ouro_obj *list = made(ouro_list_new(rt, NULL, 0)), *o = kind->wrap(rt, ouro_incref(list));
    always(ouro_list_append(rt, list, o) == 0);
    ouro_decref(o);
    return list;
}

CASE(deep, what_contains_itself) {
    if (test_mode_now() == TEST_FAULT)
        return; // the makers here need memory
    for (size_t i = 0; i < sizeof self_kinds / sizeof *self_kinds; i++) {
        ouro_obj *a = own(self_new(rt, &self_kinds[i])), *b = own(self_new(rt, &self_kinds[i]));
        ouro_obj *s = own(ouro_repr(rt, a));
        always(s && (!self_kinds[i].text || text_is(s, self_kinds[i].text)));
        always(ouro_equal(rt, a, a) == 1);
        always(ouro_equal(rt, a, b) == -1 && says(rt, OURO_ERR_DEPTH, "contains itself"));
        ouro_obj *copy = own(ouro_deep_copy(rt, a)), *inside = NULL;
        always(copy && copy != a && ouro_list_size(copy) == 1);
        size_t at = 0;
        ouro_obj *o = ouro_list_peek(copy, 0), *key;
        always(o != ouro_list_peek(a, 0));
        if (ouro_is_tuple(o))
            inside = ouro_tuple_peek(o, 0);
        else if (ouro_is_list(o))
            inside = ouro_list_peek(o, 0);
        else if (ouro_is_dict(o))
            ouro_dict_each_peek(o, &at, &key, &inside);
        else if (ouro_is_odict(o))
            ouro_odict_each_peek(o, &at, &key, &inside);
        else if (ouro_is_weakdict(o))
            always(ouro_weakdict_get(rt, o, ouro_none(rt), &inside) == 1 && own(inside));
        else
            inside = own(ouro_deque_get(rt, o, 0));
        always(inside == copy);
    }
}
