// SPDX-License-Identifier: MIT
// itertools.c: lazy iterators: what they give, what they read, and sources that fail, ask back and drop.
#include "actors.h"
#include "rows.h"

#include <inttypes.h>

// ---- a source that goes on after it has failed. A digit is given; a ! fails; h calls stream_hook, and goes on. ----

typedef struct stream {
    ouro_obj head;
    const char *items;
} stream;

static ouro_type stream_type;
static void (*stream_hook)(ouro_rt *rt);

static int stream_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    stream *s = (stream *)(void *)o;
    while (*s->items == 'h') {
        s->items++;
        stream_hook(rt);
    }
    if (!*s->items)
        return 0;
    char c = *s->items++;
    if (c == '!')
        return ouro_error_set(rt, OURO_ERR_USER, "stream");
    *out = ouro_int_new(rt, c - '0');
    return 1;
}

static ouro_obj *stream_new(ouro_rt *rt, const char *items) {
    static ouro_ops ops;
    if (!stream_type.name) {
        ouro_ops_init(&ops);
        ops.next = stream_next;
        ouro_type_init(&stream_type, "stream", sizeof(stream));
        stream_type.ops = &ops;
    }
    stream *s = ouro_type_register(rt, &stream_type) < 0 ? NULL : ouro_new(rt, &stream_type);
    if (!s)
        return NULL;
    s->items = items;
    return &s->head;
}

// What is left of a stream.
static const char *stream_rest(const ouro_obj *o) {
    return ((const stream *)(const void *)o)->items;
}

// Iterators of `of`, each a character: an int is its digit, a tuple the digits of its items.
static void text_add(char *text, const ouro_obj *item) {
    if (ouro_is_tuple(item)) {
        strcat(text, "(");
        for (size_t i = 0; i < ouro_tuple_size(item); i++)
            text_add(text, ouro_tuple_peek(item, i));
        strcat(text, ")");
    } else {
        snprintf(text + strlen(text), 24, "%" PRId64, ouro_int_word(item));
    }
}

// 1 if an iterator gives this, an error of the user's as !, and then nothing more, however often it is asked.
static int lists(ouro_rt *rt, ouro_obj *it, const char *expected) {
    char text[512] = "";
    ouro_obj *item = it;
    for (int more; (more = ouro_next(rt, it, &item)) != 0 && strlen(text) < 400; ouro_xdecref(item)) {
        if (more < 0 && !says(rt, OURO_ERR_USER, "stream"))
            return test_broken(rt);
        if (more < 0)
            strcat(text, "!");
        else
            text_add(text, item);
    }
    if (item || ouro_next(rt, it, &item) != 0 || item || strcmp(text, expected) != 0)
        fprintf(stderr, "expected %s, got %s\n", expected, text);
    return !strcmp(text, expected) || test_broken(rt);
}

static ouro_obj *double_it(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    if (ouro_int_word(args[0]) == 9) {
        ouro_error_set(rt, OURO_ERR_USER, "stream of nines");
        return NULL;
    }
    return ouro_int_new(rt, 2 * ouro_int_word(args[0]));
}

static ouro_obj *is_odd(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self, (void)n, (void)kwnames;
    if (ouro_int_word(args[0]) == 8) {
        ouro_error_set(rt, OURO_ERR_USER, "stream of eights");
        return NULL;
    }
    return ouro_bool(rt, ouro_int_word(args[0]) % 2 == 1);
}

static ouro_obj *native_of(ouro_rt *rt, ouro_native_fn fn) {
    return ouro_native_new(rt, "fn", fn, NULL, 1, 1);
}

// ---- what they give ----

CASE(itertools, map_calls) {
    ouro_obj *s = own(stream_new(rt, "12!394")), *f = own(native_of(rt, double_it));
    need(s && f);
    ouro_obj *it = own(ouro_iter_map(rt, f, s));
    need(it);
    always(!strcmp(stream_rest(s), "12!394") && ouro_refcount(s) == 2 && ouro_refcount(f) == 2);
    check(lists(rt, it, "24!6!8"));
    check(ouro_refcount(s) == 1 && ouro_refcount(f) == 1);
}

CASE(itertools, filter_asks) {
    ouro_obj *s = own(stream_new(rt, "12!38546")), *f = own(native_of(rt, is_odd)), *z = own(stream_new(rt, "0102!3"));
    need(s && f && z);
    ouro_obj *it = own(ouro_iter_filter(rt, f, s)), *plain = own(ouro_iter_filter(rt, NULL, z));
    need(it && plain);
    check(lists(rt, it, "1!3!5") && lists(rt, plain, "12!3"));
    check(ouro_refcount(s) == 1 && ouro_refcount(z) == 1 && ouro_refcount(f) == 1);
}

CASE(itertools, chain_goes_on) {
    ouro_obj *parts[] = {own(stream_new(rt, "12!3")), own(stream_new(rt, "")), own(list_with(rt, "45")),
                         own(stream_new(rt, "!6"))};
    need(parts[0] && parts[1] && parts[2] && parts[3]);
    ouro_obj *all = own(ouro_tuple_new(rt, parts, 4)), *it = all ? own(ouro_iter_chain(rt, all)) : NULL;
    need(it);
    always(!strcmp(stream_rest(parts[0]), "12!3"));
    check(lists(rt, it, "12!345!6"));
    check(ouro_refcount(all) == 1);
}

CASE(itertools, chain_gets_over_what_is_no_iterable) {
    ouro_obj *list = own(list_with(rt, "1")), *item = list;
    need(list);
    ouro_obj *parts[] = {ouro_none(rt), list, ouro_none(rt)}, *all = own(ouro_tuple_new(rt, parts, 3));
    need(all);
    ouro_obj *it = own(ouro_iter_chain(rt, all));
    need(it);
    always(ouro_next(rt, it, &item) == -1 && !item);
    check(says(rt, OURO_ERR_TYPE, "'NoneType' object is not iterable"));
    check(answers(rt, it, NULL, 1) && ouro_next(rt, it, &item) == -1 && says(rt, OURO_ERR_TYPE, "NoneType"));
    check(ouro_next(rt, it, &item) == 0);
}

CASE(itertools, zip_takes_one_of_each) {
    ouro_obj *a = own(stream_new(rt, "1234")), *b = own(stream_new(rt, "56!78")), *c = own(list_with(rt, "123"));
    need(a && b && c);
    ouro_obj *it = own(ouro_iter_zip(rt, (ouro_obj *[]){a, b, c}, 3)), *none = own(ouro_iter_zip(rt, NULL, 0));
    need(it && none);
    check(lists(rt, it, "(151)(262)!(473)"));
    check(!*stream_rest(a) && ouro_refcount(a) == 1 && ouro_refcount(b) == 1);
    check(lists(rt, none, ""));
}

CASE(itertools, zip_of_the_same_takes_turns) {
    ouro_obj *s = own(stream_new(rt, "12345"));
    need(s);
    ouro_obj *it = own(ouro_iter_zip(rt, (ouro_obj *[]){s, s}, 2));
    need(it);
    check(lists(rt, it, "(12)(34)"));
}

CASE(itertools, enumerate_numbers) {
    ouro_obj *s = own(stream_new(rt, "12!3")), *t = own(stream_new(rt, "12"));
    need(s && t);
    ouro_obj *it = own(ouro_iter_enumerate(rt, s, -1)), *last = own(ouro_iter_enumerate(rt, t, INT64_MAX)), *item;
    need(it && last);
    check(lists(rt, it, "(-11)(02)!(13)"));
    int more = ouro_next(rt, last, &item);
    must(more);
    always(ouro_int_word(ouro_tuple_peek(item, 0)) == INT64_MAX);
    ouro_decref(item);
    for (int i = 0; i < 2; i++)
        always(ouro_next(rt, last, &item) == -1 && !item && says(rt, OURO_ERR_OVERFLOW, "no more numbers"));
    always(!strcmp(stream_rest(t), "2"));
}

CASE(itertools, slice_takes_some) {
    static const struct {
        size_t start, stop, step;
        const char *items, *gives, *rest;
    } slices[] = {
        {0, 3, 1, "12345", "123", "45"},         {2, 4, 1, "12345", "34", "5"},
        {1, SIZE_MAX, 2, "12345", "24", ""},     {0, 0, 1, "12345", "", "12345"},
        {3, 2, 1, "12345", "", "12345"},         {7, 9, 1, "12345", "", ""},
        {0, SIZE_MAX, SIZE_MAX, "12", "1", "2"}, {1, 5, 3, "123456", "25", "6"},
        {1, 4, 2, "1!2!3!4!5", "!2!!4", "!5"},   {SIZE_MAX - 1, SIZE_MAX, 5, "12", "", ""},
    };
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        ouro_obj *s = own(stream_new(rt, slices[i].items));
        need(s);
        ouro_obj *it = own(ouro_iter_slice(rt, s, slices[i].start, slices[i].stop, slices[i].step));
        need(it);
        check(lists(rt, it, slices[i].gives));
        check(!strcmp(stream_rest(s), slices[i].rest) && ouro_refcount(s) == 1);
    }
}

CASE(itertools, take_lets_go_with_the_last_item) {
    ouro_obj *s = own(stream_new(rt, "123"));
    need(s);
    ouro_obj *it = own(ouro_iter_take(rt, s, 2));
    need(it);
    always(answers(rt, it, NULL, 1) && ouro_refcount(s) == 2 && answers(rt, it, NULL, 2) && ouro_refcount(s) == 1);
    always(lists(rt, it, ""));
}

CASE(itertools, are_iterators_with_names) {
    ouro_obj *s = own(list_with(rt, "1")), *f = own(native_of(rt, is_odd));
    need(s && f);
    ouro_obj *all[] = {own(ouro_iter_chain(rt, s)),        own(ouro_iter_map(rt, f, s)),
                       own(ouro_iter_filter(rt, f, s)),    own(ouro_iter_zip(rt, &s, 1)),
                       own(ouro_iter_enumerate(rt, s, 0)), own(ouro_iter_take(rt, s, 1))};
    static const char *const names[] = {"chain", "map", "filter", "zip", "enumerate", "islice"};
    for (size_t i = 0; i < 6; i++) {
        need(all[i]);
        ouro_obj *it = own(ouro_iter(rt, all[i])), *text = own(ouro_repr(rt, all[i]));
        char expected[64];
        snprintf(expected, sizeof expected, "<%s object at %p>", names[i], (void *)all[i]);
        check(it == all[i]);
        check(text_is(text, expected));
    }
}

// ---- what is wrong ----

CASE(itertools, of_what_is_no_iterable) {
    ouro_obj *none = ouro_none(rt), *list = own(list_with(rt, "1"));
    need(list);
    ouro_obj *both[] = {list, none};
    check(!ouro_iter_chain(rt, none) && says(rt, OURO_ERR_TYPE, "'NoneType' object is not iterable"));
    check(!ouro_iter_map(rt, none, none) && says(rt, OURO_ERR_TYPE, "is not iterable"));
    check(!ouro_iter_filter(rt, NULL, none) && says(rt, OURO_ERR_TYPE, "is not iterable"));
    check(!ouro_iter_zip(rt, both, 2) && says(rt, OURO_ERR_TYPE, "is not iterable"));
    check(!ouro_iter_enumerate(rt, none, 0) && says(rt, OURO_ERR_TYPE, "is not iterable"));
    check(!ouro_iter_take(rt, none, 0) && says(rt, OURO_ERR_TYPE, "is not iterable"));
    check(!ouro_iter_slice(rt, list, 0, 1, 0) && says(rt, OURO_ERR_VALUE, "the step must not be 0"));
    ouro_error_clear(rt);
    always(ouro_refcount(list) == 1);
}

CASE(itertools, map_of_what_cannot_be_called) {
    ouro_obj *s = own(stream_new(rt, "12")), *item = s;
    need(s);
    ouro_obj *it = own(ouro_iter_map(rt, s, s));
    need(it);
    always(ouro_next(rt, it, &item) == -1 && !item && says(rt, OURO_ERR_TYPE, "'stream' object is not callable"));
    always(ouro_next(rt, it, &item) == -1 && says(rt, OURO_ERR_TYPE, "not callable") && lists(rt, it, ""));
}

CASE(itertools, nested_too_deep) {
    ouro_obj *s = own(stream_new(rt, "123")), *item = s;
    need(s);
    ouro_obj *it = ouro_incref(s);
    for (int i = 0; it && i < 1100; i++)
        ouro_setslot_steal(&it, ouro_iter_take(rt, it, 2));
    it = own(it);
    need(it);
    for (int i = 0; i < 2; i++)
        always(ouro_next(rt, it, &item) == -1 && !item && says(rt, OURO_ERR_DEPTH, "calls nested more than 1000 deep"));
    always(!strcmp(stream_rest(s), "123"));
}

// ---- no memory ----

// Each allocation on the way fails once: asked again, the iterator gives what it would have given.
static void retry(ouro_rt *rt, ouro_obj *it, const char *expected) {
    char text[256] = "";
    ouro_obj *item = NULL;
    int more = 1;
    for (uint64_t n = 1; more; ouro_xdecref(item)) {
        ouro_stress_fail(rt, n, OURO_FAIL_ONCE);
        more = ouro_next(rt, it, &item);
        n = more < 0 ? n + 1 : 1;
        ouro_stress_fail(rt, 0, OURO_FAIL_NEVER);
        if (more < 0)
            always(says(rt, OURO_ERR_MEMORY, ""));
        else if (more)
            text_add(text, item);
    }
    always(!strcmp(text, expected));
}

CASE(itertools, lose_nothing_for_want_of_memory) {
    if (test_mode_now() == TEST_FAULT)
        return;
    ouro_obj *a = own(stream_new(rt, "1234")), *b = own(stream_new(rt, "5678"));
    ouro_obj *it = own(ouro_iter_enumerate(rt, a, 1000)), *zip = own(ouro_iter_zip(rt, (ouro_obj *[]){b, b}, 2));
    retry(rt, it, "(10001)(10012)(10023)(10034)");
    retry(rt, zip, "(56)(78)");
}

// ---- sources that ask back, and drop ----

static ouro_obj *itertools_it;
static int itertools_hooks;

static void hook_asks_back(ouro_rt *rt) {
    ouro_obj *item = itertools_it;
    itertools_hooks++;
    always(ouro_next(rt, itertools_it, &item) == -1 && !item);
    check(says(rt, OURO_ERR_STATE, "is asked by its own source"));
    ouro_error_clear(rt);
}

// One of each kind, over a source.
static ouro_obj *one_of(ouro_rt *rt, size_t i, ouro_obj *source, ouro_obj *f) {
    ouro_obj *some = i == 0 ? ouro_tuple_new(rt, &source, 1) : NULL, *chain = some ? ouro_iter_chain(rt, some) : NULL;
    ouro_xdecref(some);
    return i == 0   ? chain
           : i == 1 ? ouro_iter_map(rt, f, source)
           : i == 2 ? ouro_iter_filter(rt, f, source)
           : i == 3 ? ouro_iter_zip(rt, &source, 1)
           : i == 4 ? ouro_iter_enumerate(rt, source, 0)
                    : ouro_iter_slice(rt, source, 0, 3, 2);
}
static const char *const one_gives[] = {"12!3", "24!6", "1!3", "(1)(2)!(3)", "(01)(12)!(23)", "1!3"};

CASE(itertools, whose_source_asks_back) {
    stream_hook = hook_asks_back;
    ouro_obj *f = own(native_of(rt, double_it)), *odd = own(native_of(rt, is_odd));
    need(f && odd);
    for (size_t i = 0; i < 6; i++) {
        ouro_obj *s = own(stream_new(rt, "h1h2!h3"));
        need(s);
        itertools_it = own(one_of(rt, i, s, i == 2 ? odd : f));
        need(itertools_it);
        itertools_hooks = 0;
        check(lists(rt, itertools_it, one_gives[i]));
        check(itertools_hooks == 3);
    }
}

// ---- tuples that are given again ----

// Zip or enumerate over a list of three new objects. Returns: new; NULL on failure.
static ouro_obj *tuples_of(ouro_rt *rt, int numbered, ouro_obj *list) {
    for (int i = 0; i < 3; i++) {
        node *x = node_new(rt);
        int result = x ? ouro_list_append(rt, list, &x->head) : -1;
        ouro_xdecref(obj(x));
        if (result < 0)
            return NULL;
    }
    return numbered ? ouro_iter_enumerate(rt, list, 0) : ouro_iter_zip(rt, &list, 1);
}

// A tuple that nobody else has is given again; its items are held until then. At the end nothing is.
CASE(itertools, a_tuple_that_is_free_is_given_again) {
    for (int numbered = 0; numbered < 2; numbered++) {
        ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *it = own(list ? tuples_of(rt, numbered, list) : NULL);
        ouro_obj *first, *second, *none;
        need(it);
        int more = ouro_next(rt, it, &first);
        must(more);
        always(more == 1 && ouro_refcount(first) == 2);
        ouro_decref(first);
        always(ouro_refcount(ouro_list_peek(list, 0)) == 2);
        more = ouro_next(rt, it, &second);
        must(more);
        always(second == first && ouro_refcount(second) == 2);
        always(ouro_tuple_peek(second, (size_t)numbered) == ouro_list_peek(list, 1));
        always(ouro_refcount(ouro_list_peek(list, 0)) == 1 && ouro_refcount(ouro_list_peek(list, 1)) == 2);
        ouro_decref(second);
        always(ouro_list_set(rt, list, 2, ouro_none(rt)) == 0 && ouro_list_del(rt, list, 2) == 0);
        always(ouro_next(rt, it, &none) == 0 && !none && ouro_refcount(ouro_list_peek(list, 1)) == 1);
    }
}

// One that somebody has stays as it is, and one that is watched dies.
CASE(itertools, a_tuple_that_is_not_free_is_not) {
    for (int numbered = 0; numbered < 2; numbered++) {
        ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *it = own(list ? tuples_of(rt, numbered, list) : NULL);
        ouro_obj *held = NULL, *watched = NULL, *last = NULL, *alive;
        need(it);
        int more = ouro_next(rt, it, &held);
        must(own(held) ? more : -1);
        more = ouro_next(rt, it, &watched);
        must(more);
        always(watched != held && ouro_refcount(held) == 1);
        always(ouro_tuple_peek(held, (size_t)numbered) == ouro_list_peek(list, 0));
        ouro_obj *weak = own(ouro_weak_new(rt, watched, NULL, NULL));
        ouro_decref(watched);
        need(weak);
        more = ouro_next(rt, it, &last);
        must(more);
        always(!ouro_weak_get(weak, &alive) && ouro_refcount(ouro_list_peek(list, 1)) == 1);
        ouro_decref(last);
    }
}

static int tuples_calls;

static void tuples_hook(ouro_rt *rt, fin *self) {
    ouro_obj *item = NULL;
    (void)self;
    if (!itertools_it)
        return;
    tuples_calls++;
    always(ouro_next(rt, itertools_it, &item) == -1 && !item && says(rt, OURO_ERR_STATE, "asked by its own"));
    ouro_error_clear(rt);
    ouro_setslot(&itertools_it, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
}

// The last reference to an item is in the tuple: it dies when the next is asked for, and drops the iterator.
CASE(itertools, an_item_that_dies_when_its_tuple_is_given_again) {
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *item = NULL;
    fin *f = list ? fin_new(rt, tuples_hook) : NULL;
    tuples_calls = 0;
    itertools_it = NULL;
    int result = f ? ouro_list_append_steal(rt, list, &f->head) : -1;
    must(result);
    itertools_it = tuples_of(rt, 1, list);
    int more = itertools_it ? ouro_next(rt, itertools_it, &item) : -1;
    if (more < 0)
        ouro_setslot(&itertools_it, NULL);
    must(more);
    ouro_decref(item);
    always(ouro_list_set(rt, list, 0, ouro_none(rt)) == 0 && tuples_calls == 0);
    always(ouro_next(rt, itertools_it, &item) == 1 && tuples_calls == 1 && !itertools_it);
    always(ouro_refcount(item) == 1 && ouro_tuple_peek(item, 1) == ouro_list_peek(list, 1));
    ouro_decref(item);
}

static void hook_drops_it(ouro_rt *rt) {
    ouro_setslot(&itertools_it, NULL);
    ouro_gc_collect(rt, OURO_GC_FULL);
    itertools_hooks++;
}

CASE(itertools, whose_source_drops_them) {
    static const char *const first[] = {"1", "2", "1", "(1)", "(01)", "1"};
    stream_hook = hook_drops_it;
    ouro_obj *f = own(native_of(rt, double_it)), *odd = own(native_of(rt, is_odd)), *item;
    need(f && odd);
    for (size_t i = 0; i < 12; i++) {
        ouro_obj *s = own(stream_new(rt, i < 6 ? "h12" : "h!"));
        need(s);
        itertools_it = one_of(rt, i % 6, s, i % 6 == 2 ? odd : f);
        need(itertools_it);
        char text[64] = "";
        int more = ouro_next(rt, itertools_it, &item);
        if (more == 1)
            text_add(text, item);
        ouro_xdecref(item);
        ouro_setslot(&itertools_it, NULL);
        check(i < 6 ? more == 1 && !strcmp(text, first[i]) : more == -1 && says(rt, OURO_ERR_USER, "stream"));
        ouro_error_clear(rt);
        always(ouro_refcount(s) == 1);
    }
}

static void fin_asks_it(ouro_rt *rt, fin *self) {
    ouro_obj *item = NULL;
    (void)self;
    itertools_hooks++;
    if (itertools_it)
        always(ouro_next(rt, itertools_it, &item) == 0 && !item);
}

// What a chain lets go of with its part asks the chain: it is running, or at its end.
CASE(itertools, asked_by_what_they_let_go_of) {
    itertools_it = NULL;
    fin *f = fin_new(rt, fin_asks_it);
    need(f);
    ouro_obj *g = actor_new(rt, 1, "1", obj(f), NULL);
    ouro_decref(obj(f));
    need(g);
    itertools_it = own(ouro_iter_take(rt, g, 1));
    ouro_decref(g);
    need(itertools_it);
    itertools_hooks = 0;
    always(answers(rt, itertools_it, NULL, 1) && itertools_hooks == 1 && lists(rt, itertools_it, ""));
    itertools_it = NULL;
}

CASE(itertools, in_a_cycle_are_collected) {
    size_t before = kit_usage(rt).objects;
    ouro_obj *f = own(native_of(rt, double_it));
    need(f);
    for (size_t i = 0; i < 6; i++) {
        ouro_obj *list = ouro_list_new(rt, NULL, 0);
        need(list);
        ouro_obj *it = one_of(rt, i, list, f);
        int put = it ? ouro_list_append(rt, list, it) : -1;
        ouro_xdecref(it);
        ouro_decref(list);
        must(put);
    }
    ouro_gc_collect(rt, OURO_GC_FULL);
    check(kit_usage(rt).objects == before + 1);
}
