// SPDX-License-Identifier: MIT
// list_edit.c: what changes lists in the middle, and what runs when items leave them.
#include "rows.h"

static ouro_obj *edited; // the list that a hook changes; owned by the test
static int edited_seen;

CASE(list_edit, insert_at_every_position) {
    static const struct {
        ptrdiff_t at;
        const char *after;
    } cases[] = {{0, "x123"},  {1, "1x23"},  {3, "123x"},           {4, "123x"},          {99, "123x"},
                 {-1, "12x3"}, {-3, "x123"}, {PTRDIFF_MIN, "x123"}, {PTRDIFF_MAX, "123x"}};
    ouro_obj *x = own(ouro_str_from(rt, "x"));
    need(x);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ouro_obj *l = list_with(rt, "123");
        need(l);
        int result = went(rt, ouro_list_insert(rt, l, cases[i].at, x), l, "123", cases[i].after);
        ouro_decref(l);
        must(result);
    }
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    need(l);
    must(went(rt, ouro_list_insert(rt, l, 5, x), l, "", "x"));
}

CASE(list_edit, pop_and_del_take_one_item) {
    ouro_obj *l = own(list_with(rt, "12345"));
    need(l);
    ouro_obj *item = ouro_list_pop(rt, l, 1);
    always(ouro_int_word(item) == 2 && row_is(rt, l, "1345"));
    item = ouro_list_pop(rt, l, -1);
    always(ouro_int_word(item) == 5 && row_is(rt, l, "134"));
    always(ouro_list_del(rt, l, 0) == 0 && row_is(rt, l, "34"));
    always(ouro_list_del(rt, l, -1) == 0 && row_is(rt, l, "3"));
    item = ouro_list_pop(rt, l, 0);
    always(ouro_int_word(item) == 3 && ouro_list_size(l) == 0);
    always(!ouro_list_pop(rt, l, -1) && says(rt, OURO_ERR_INDEX, "index -1 out of range, the length is 0"));
}

CASE(list_edit, extend_takes_what_can_be_iterated) {
    ouro_obj *l = own(list_with(rt, "1")), *t = own(tuple_with(rt, "ab")), *s = own(ouro_str_from(rt, "xy"));
    need(l && t && s);
    must(went(rt, ouro_list_extend(rt, l, t), l, "1", "1ab"));
    must(went(rt, ouro_list_extend(rt, l, s), l, "1ab", "1abxy"));
    must(went(rt, ouro_list_extend(rt, l, l), l, "1abxy", "1abxy1abxy"));
    always(ouro_list_extend(rt, l, ouro_none(rt)) == -1);
    check(says(rt, OURO_ERR_TYPE, "not iterable") && row_is(rt, l, "1abxy1abxy"));
    ouro_error_clear(rt);
    ouro_obj *r = own(ouro_range_new(rt, 0, 3, 1));
    need(r);
    must(went(rt, ouro_list_splice(rt, l, 1, 99, NULL), l, "1abxy1abxy", "1"));
    must(went(rt, ouro_list_extend(rt, l, r), l, "1", "1012"));
}

CASE(list_edit, an_iterator_over_the_list_itself_ends) {
    ouro_obj *l = own(list_with(rt, "12"));
    need(l);
    ouro_obj *it = own(ouro_iter(rt, l));
    need(it);
    must(went(rt, ouro_list_extend(rt, l, it), l, "12", "1212"));
}

// A stream of ones that fails after `left` items, and does something to the edited list at each.
typedef struct stream {
    ouro_obj head;
    int left, fails;
} stream;

static void (*stream_hook)(ouro_rt *rt);

static int stream_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    stream *s = (stream *)(void *)o;
    if (stream_hook)
        stream_hook(rt);
    if (s->left <= 0)
        return s->fails ? ouro_error_set(rt, OURO_ERR_USER, "the stream is broken") : 0;
    s->left--;
    *out = ouro_int_new(rt, 1);
    return 1;
}

static ouro_obj *stream_new(ouro_rt *rt, int left, int fails, void (*hook)(ouro_rt *rt)) {
    static ouro_type type;
    static ouro_ops ops;
    if (!type.name) {
        ouro_ops_init(&ops);
        ops.next = stream_next;
        ouro_type_init(&type, "stream", sizeof(stream));
        type.ops = &ops;
    }
    stream *s = ouro_type_register(rt, &type) < 0 ? NULL : ouro_new(rt, &type);
    if (!s)
        return NULL;
    s->left = left;
    s->fails = fails;
    stream_hook = hook;
    return &s->head;
}

static void stream_clears(ouro_rt *rt) {
    ouro_list_clear(rt, edited);
}

static void stream_drops(ouro_rt *rt) {
    if (ouro_list_size(edited))
        ouro_list_del(rt, edited, 0);
}

CASE(list_edit, a_stream_that_breaks_leaves_the_list_as_it_was) {
    ouro_obj *l = own(list_with(rt, "ab")), *s = own(stream_new(rt, 50, 1, NULL));
    need(l && s);
    always(ouro_list_extend(rt, l, s) == -1 && row_is(rt, l, "ab"));
    check(says(rt, OURO_ERR_USER, "broken"));
    ouro_error_clear(rt);
    ouro_obj *t = own(stream_new(rt, 3, 1, NULL));
    need(t);
    always(ouro_list_splice(rt, l, 0, 1, t) == -1 && row_is(rt, l, "ab"));
    check(says(rt, OURO_ERR_USER, "broken"));
    check(!ouro_list_from(rt, t));
    ouro_error_clear(rt);
}

CASE(list_edit, a_stream_that_changes_the_list_meanwhile) {
    edited = own(list_with(rt, "abcde"));
    ouro_obj *s = own(stream_new(rt, 3, 0, stream_clears));
    need(edited && s);
    int result = ouro_list_splice(rt, edited, 1, 4, s);
    must(result);
    check(row_is(rt, edited, "111"));
    must(ouro_list_clear(rt, edited));
    must(ouro_list_append(rt, edited, ouro_bool(rt, 0)));
    s = own(stream_new(rt, 3, 0, stream_drops));
    need(s);
    must(ouro_list_extend(rt, edited, s));
    check(row_is(rt, edited, "111"));
}

// Positions from the end are counted when the items are there.
CASE(list_edit, a_stream_that_shortens_the_list_whose_slice_it_fills) {
    for (ptrdiff_t step = 1; step < 3; step++) {
        edited = own(list_with(rt, "abcdefgh"));
        ouro_obj *s = own(stream_new(rt, step == 1 ? 3 : 2, 0, stream_drops));
        ouro_obj *from = ouro_int_new(rt, -3);
        ouro_obj *key = own(ouro_slice_new(rt, from, NULL, ouro_int_new(rt, step)));
        need(edited && s && key);
        must(ouro_set_item(rt, edited, key, s));
        check(row_is(rt, edited, step == 1 ? "e111" : "de1g1"));
    }
}

// ---- slices, compared with the plain way to do it ----

// The positions that a slice names in n items, as Python has them; returns how many.
static size_t slice_plain(ptrdiff_t start, ptrdiff_t stop, ptrdiff_t step, ptrdiff_t n, ptrdiff_t *at) {
    size_t count = 0;
    ptrdiff_t low = step < 0 ? -1 : 0, high = step < 0 ? n - 1 : n;
    start = start < 0 ? start + n : start;
    stop = stop < 0 ? stop + n : stop;
    start = start < low ? low : start > high ? high : start;
    stop = stop < low ? low : stop > high ? high : stop;
    for (ptrdiff_t i = start; step < 0 ? i > stop : i < stop; i += step)
        at[count++] = i;
    return count;
}

static void text_of(const char *from, const ptrdiff_t *at, size_t count, char *out) {
    for (size_t i = 0; i < count; i++)
        out[i] = from[at[i]];
    out[count] = 0;
}

static void text_without(const char *from, const ptrdiff_t *at, size_t count, char *out) {
    for (ptrdiff_t i = 0; from[i]; i++) {
        int named_there = 0;
        for (size_t k = 0; k < count; k++)
            named_there |= at[k] == i;
        if (!named_there)
            *out++ = from[i];
    }
    *out = 0;
}

static ouro_obj *slice_of_ints(ouro_rt *rt, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t step) {
    ouro_obj *a = ouro_int_new(rt, start), *b = a ? ouro_int_new(rt, stop) : NULL, *slice = NULL;
    if (b)
        slice = ouro_slice_new(rt, a, b, ouro_int_new(rt, step)); // a step here is small: no memory is asked for
    ouro_xdecref(a);
    ouro_xdecref(b);
    return slice;
}

// One slice of "abcdefg" cut to n: read, deleted, and replaced by as many.
static int slice_check(ouro_rt *rt, size_t n, ptrdiff_t start, ptrdiff_t stop, ptrdiff_t step) {
    char text[8] = "abcdefg", part[8], rest[8], changed[8];
    ptrdiff_t at[8];
    text[n] = 0;
    size_t count = slice_plain(start, stop, step, (ptrdiff_t)n, at);
    text_of(text, at, count, part);
    text_without(text, at, count, rest);
    strcpy(changed, text);
    for (size_t i = 0; i < count; i++)
        changed[at[i]] = (char)('0' + i);
    char digits[8] = "0123456";
    digits[count] = 0;
    int result = -1;
    ouro_obj *l = list_with(rt, text), *m = list_with(rt, text), *t = tuple_with(rt, text);
    ouro_obj *with = list_with(rt, digits), *key = slice_of_ints(rt, start, stop, step);
    ouro_obj *read = l && key ? ouro_get_item(rt, l, key) : NULL, *cut = t && key ? ouro_get_item(rt, t, key) : NULL;
    if (read && cut && m && with) {
        always(row_is(rt, read, part) && row_is(rt, cut, part) && ouro_is(cut, ouro_tuple_type));
        result = went(rt, ouro_set_item(rt, l, key, with), l, text, changed);
        if (result == 0)
            result = went(rt, ouro_del_item(rt, m, key), m, text, rest);
    }
    ouro_obj *all[] = {l, m, t, with, key, read, cut};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ouro_xdecref(all[i]);
    return result;
}

CASE(list_edit, every_slice_of_a_short_list) {
    ptrdiff_t reach = (ptrdiff_t)kit_size(9, 4);
    for (size_t n = 0; n < kit_size(8, 5); n++)
        for (ptrdiff_t start = -reach; start <= reach; start++)
            for (ptrdiff_t stop = -reach; stop <= reach; stop += 1 + (reach < 5))
                for (ptrdiff_t step = -4; step <= 4; step++)
                    if (step)
                        must(slice_check(rt, n, start, stop, step));
}

CASE(list_edit, a_slice_of_step_one_takes_any_number) {
    static const struct {
        ptrdiff_t start, stop;
        const char *with, *after;
    } cases[] = {{1, 3, "123", "a123de"}, {0, 0, "12", "12abcde"}, {5, 9, "1", "abcde1"},
                 {3, 1, "1", "abc1de"},   {0, 99, "", ""},         {-2, 99, "123456789", "abc123456789"},
                 {1, 4, "", "ae"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ouro_obj *l = own(list_with(rt, "abcde")), *with = own(list_with(rt, cases[i].with));
        ouro_obj *key = own(slice_of_ints(rt, cases[i].start, cases[i].stop, 1));
        need(l && with && key);
        must(went(rt, ouro_set_item(rt, l, key, with), l, "abcde", cases[i].after));
        ouro_obj *m = own(list_with(rt, "abcde"));
        need(m);
        must(went(rt, ouro_list_splice(rt, m, cases[i].start, cases[i].stop, with), m, "abcde", cases[i].after));
    }
}

CASE(list_edit, a_slice_with_a_step_takes_as_many_as_it_has) {
    ouro_obj *l = own(list_with(rt, "abcde")), *key = own(slice_of_ints(rt, 0, 5, 2)), *two = own(list_with(rt, "12"));
    need(l && key && two);
    always(ouro_set_item(rt, l, key, two) == -1 && row_is(rt, l, "abcde"));
    check(says(rt, OURO_ERR_VALUE, "2 items for a slice of 3"));
    always(ouro_set_item(rt, l, key, ouro_none(rt)) == -1 && row_is(rt, l, "abcde"));
    check(says(rt, OURO_ERR_TYPE, "not iterable"));
    ouro_error_clear(rt);
    ouro_obj *zero = own(slice_of_ints(rt, 0, 5, 0)), *odd = own(ouro_slice_new(rt, l, NULL, NULL));
    need(zero && odd);
    check(!ouro_get_item(rt, l, zero) && says(rt, OURO_ERR_VALUE, "the step is 0"));
    check(ouro_set_item(rt, l, zero, two) == -1 && says(rt, OURO_ERR_VALUE, "the step is 0"));
    check(!ouro_get_item(rt, l, odd) && says(rt, OURO_ERR_TYPE, "'int' expected"));
    check(ouro_del_item(rt, l, odd) == -1 && says(rt, OURO_ERR_TYPE, "'int' expected"));
    ouro_error_clear(rt);
    always(row_is(rt, l, "abcde"));
}

CASE(list_edit, a_list_is_assigned_to_its_own_slice) {
    ouro_obj *l = own(list_with(rt, "abc")), *key = own(slice_of_ints(rt, 1, 2, 1)),
             *back = own(ouro_slice_new(rt, NULL, NULL, ouro_int_new(rt, -1)));
    need(l && key && back);
    must(went(rt, ouro_set_item(rt, l, key, l), l, "abc", "aabcc"));
    must(went(rt, ouro_set_item(rt, l, back, l), l, "aabcc", "ccbaa"));
}

// ---- memory that is asked for meanwhile runs code ----

static void trap_shorten(ouro_rt *rt) {
    while (ouro_list_size(edited) > 3)
        ouro_list_del(rt, edited, -1);
    edited_seen++;
}

static void trap_lengthen(ouro_rt *rt) {
    for (int i = 0; i < 60; i++)
        ouro_list_append(rt, edited, ouro_int_new(rt, 9));
    edited_seen++;
}

// Each operation works on what there is when it has its memory.
CASE(list_edit, lists_that_change_while_an_operation_asks_for_memory) {
    static void (*const traps[])(ouro_rt *) = {trap_shorten, trap_lengthen};
    static const char *const after[2][3] = {{"12", "1", "19123"}, {"12", "1", "19123456"}};
    for (int which = 0; which < 2; which++)
        for (int op = 0; op < 3; op++) {
            edited = own(list_with(rt, "123456"));
            ouro_obj *evens = own(ouro_slice_new(rt, ouro_int_new(rt, 1), NULL, ouro_int_new(rt, 2)));
            ouro_obj *nine = own(list_with(rt, "9"));
            need(edited && evens && nine);
            must(trap_set(rt, traps[which]));
            int result = op == 0   ? ouro_list_splice(rt, edited, 2, PTRDIFF_MAX, NULL)
                         : op == 1 ? ouro_del_item(rt, edited, evens)
                                   : ouro_list_splice(rt, edited, 1, 1, nine);
            trap_done(rt);
            must(result);
            const char *expected = after[which][op];
            size_t n = op == 1 && which ? 33 : op == 1 ? 2 : op == 2 && which ? 67 : strlen(expected) - (op == 2);
            check(ouro_list_size(edited) == n);
            must(ouro_verify(rt));
        }
    check(edited_seen > 0);
}

// ---- items that die ----

static void dying_appends(ouro_rt *rt, fin *self) {
    (void)self;
    if (!edited || !ouro_refcount(edited))
        return; // the test has ended
    edited_seen += (int)ouro_list_size(edited) + 1;
    ouro_list_append(rt, edited, ouro_none(rt));
    ouro_error_clear(rt);
}

static ouro_obj *dying_list(ouro_rt *rt, int n) {
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0));
    edited = NULL;
    for (int i = 0; l && i < n; i++) {
        fin *f = fin_new(rt, dying_appends);
        if (!f || ouro_list_append_steal(rt, l, &f->head) < 0)
            return NULL;
    }
    edited_seen = 0;
    return l;
}

CASE(list_edit, what_dies_in_clear_sees_an_empty_list) {
    need(edited = dying_list(rt, 3));
    always(ouro_list_clear(rt, edited) == 0);
    always(fin_calls == 3);
    exact(edited_seen == 1 + 2 + 3 && ouro_list_size(edited) == 3);
    must(ouro_list_clear(rt, edited));
}

CASE(list_edit, what_dies_of_an_operation_sees_the_list_as_it_is_afterwards) {
    need(edited = dying_list(rt, 6));
    must(ouro_list_del(rt, edited, 0));
    check(ouro_list_size(edited) == 6 && edited_seen == 6);
    must(ouro_list_set(rt, edited, 0, ouro_none(rt)));
    check(ouro_list_size(edited) == 7 && edited_seen == 6 + 7);
    must(ouro_list_splice(rt, edited, 0, 3, NULL));
    check(ouro_list_size(edited) == 6 && fin_calls == 4);
    ouro_obj *key = own(ouro_slice_new(rt, NULL, NULL, ouro_int_new(rt, 2)));
    need(key);
    must(ouro_del_item(rt, edited, key));
    check(fin_calls == 5 && ouro_list_size(edited) == 4);
    ouro_obj *first = ouro_int_new(rt, 0);
    must(ouro_set_item(rt, edited, first, first));
    check(fin_calls == 6 && ouro_list_size(edited) == 5);
    must(ouro_list_append(rt, edited, ouro_none(rt)));
    must(ouro_list_clear(rt, edited));
    edited_seen = 0;
}

CASE(list_edit, reversed_in_place) {
    static const char *const texts[][2] = {{"", ""}, {"1", "1"}, {"12", "21"}, {"123", "321"}, {"1234", "4321"}};
    for (size_t i = 0; i < 5; i++) {
        ouro_obj *l = own(list_with(rt, texts[i][0]));
        need(l);
        always(ouro_list_reverse(rt, l) == 0 && row_is(rt, l, texts[i][1]));
    }
}

// A list of n items edited n times costs about n: what were quadratic would not end.
CASE(list_edit, many_at_once_cost_as_much_as_they_are) {
    size_t n = kit_size(300000, 500);
    ouro_obj *l = own(ouro_list_new(rt, NULL, 0)), *r = own(ouro_range_new(rt, 0, (int64_t)n, 1));
    need(l && r);
    must(ouro_list_extend(rt, l, r));
    always(ouro_list_size(l) == n);
    ouro_obj *odd = own(slice_of_ints(rt, 1, (ptrdiff_t)n, 2)),
             *back = own(ouro_slice_new(rt, NULL, NULL, ouro_int_new(rt, -1)));
    need(odd && back);
    must(ouro_del_item(rt, l, odd));
    always(ouro_list_size(l) == n / 2 && ouro_int_word(ouro_list_peek(l, 10)) == 20);
    ouro_obj *turned = own(ouro_get_item(rt, l, back));
    need(turned);
    always(ouro_list_reverse(rt, l) == 0);
    check(ouro_equal(rt, l, turned) == 1);
    must(ouro_list_splice(rt, l, 10, (ptrdiff_t)n / 2 - 10, NULL));
    always(ouro_list_size(l) == 20);
}
