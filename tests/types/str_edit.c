// SPDX-License-Identifier: MIT
// str_edit.c: strs indexed, cut, joined and appended to, also while foreign code runs; and derived ones.
#include "ask.h"

// ---- positions ----

// A text of n code points of one to four bytes, chosen by their positions.
static const uint32_t mixed_points[] = {'a', 0xE9, 0x20AC, 0x1F40D, 'z', 0x7FF, 0x800, 0xFFFF, 0x10FFFF, ' '};

static uint32_t mixed_at(size_t i) {
    return mixed_points[i * i % 7 + i % 4];
}

static ouro_obj *mixed_new(ouro_rt *rt, size_t n) {
    ouro_builder b;
    ouro_builder_open(rt, &b);
    for (size_t i = 0; i < n; i++)
        ouro_builder_char(&b, mixed_at(i));
    return ouro_builder_finish(&b);
}

static int mixed_is(ouro_rt *rt, ouro_obj *s, size_t start, size_t n) {
    uint32_t c;
    for (size_t i = 0; i < n; i++)
        if (ouro_str_at(rt, s, (ptrdiff_t)i, &c) < 0 || c != mixed_at(start + i))
            return 0;
    return ouro_str_length(s) == n;
}

CASE(str_edit, positions) {
    static const size_t lengths[] = {1, 2, 63, 64, 65, 127, 128, 129, 1000, 5000};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        size_t n = lengths[k];
        ouro_obj *s = own(mixed_new(rt, n));
        need(s);
        uint32_t c;
        must(ouro_str_at(rt, s, -1, &c)); // the last first: the table is made as far as that
        check(c == mixed_at(n - 1));
        check(mixed_is(rt, s, 0, n));
        must(ouro_str_at(rt, s, -(ptrdiff_t)n, &c));
        check(c == mixed_at(0));
        check(ouro_str_at(rt, s, (ptrdiff_t)n, &c) < 0 && says(rt, OURO_ERR_INDEX, "str"));
        check(ouro_str_at(rt, s, -(ptrdiff_t)n - 1, &c) < 0 && says(rt, OURO_ERR_INDEX, "str"));
        check(ouro_str_at(rt, s, PTRDIFF_MIN, &c) < 0 && says(rt, OURO_ERR_INDEX, "str"));
    }
}

CASE(str_edit, positions_from_both_ends_in_turn) {
    size_t n = kit_size(20000, 700);
    ouro_obj *s = own(mixed_new(rt, n));
    need(s);
    for (size_t i = 0; i < n; i++) {
        uint32_t c;
        size_t at = i % 2 ? n - 1 - i / 2 : i / 2;
        must(ouro_str_at(rt, s, (ptrdiff_t)at, &c));
        check(c == mixed_at(at));
    }
}

// Each question costs a few steps, however long the text; otherwise this would take minutes.
CASE(str_edit, positions_cost_little) {
    size_t n = kit_size(2000000, 3000);
    ouro_obj *s = own(mixed_new(rt, n));
    need(s);
    for (size_t i = 0; i < n; i += 7) {
        uint32_t c;
        size_t at = i * 7919 % n;
        must(ouro_str_at(rt, s, (ptrdiff_t)at, &c));
        check(c == mixed_at(at));
    }
}

CASE(str_edit, the_table_goes_with_the_str) {
    size_t before = kit_usage(rt).buffer_bytes;
    ouro_obj *s = mixed_new(rt, 3000);
    need(s);
    uint32_t c;
    if (ouro_str_at(rt, s, 2000, &c) == 0)
        check(kit_usage(rt).buffer_bytes > before && c == mixed_at(2000));
    else
        always(kit_usage(rt).buffer_bytes == before && ouro_str_length(s) == 3000); // nothing has changed
    ouro_decref(s);
    exact(kit_usage(rt).buffer_bytes == before);
}

CASE(str_edit, the_table_grows_with_the_str) {
    size_t before = kit_usage(rt).buffer_bytes;
    ouro_obj *s = mixed_new(rt, 500), *one;
    need(s);
    size_t n = kit_size(9000, 700);
    uint32_t c;
    for (size_t i = 500; i < n; i++) {
        one = ouro_str_from_char(rt, mixed_at(i));
        if (one && ouro_str_append(rt, &s, one) == 0 && ouro_str_at(rt, s, (ptrdiff_t)i, &c) == 0)
            check(c == mixed_at(i) && ouro_str_at(rt, s, (ptrdiff_t)(i * 31 % i), &c) == 0 &&
                  c == mixed_at(i * 31 % i));
        else
            n = 0;
        ouro_xdecref(one);
    }
    check(n && mixed_is(rt, s, 0, n));
    ouro_decref(s);
    exact(kit_usage(rt).buffer_bytes == before);
}

// ---- cutting ----

CASE(str_edit, slices) {
    static const size_t lengths[] = {10, 70, 400};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        ptrdiff_t n = (ptrdiff_t)lengths[k], step = n / 10;
        ouro_obj *s = own(mixed_new(rt, lengths[k]));
        need(s);
        for (ptrdiff_t i = 0; i <= n; i += step)
            for (ptrdiff_t j = 0; j <= n; j += step) {
                size_t length = i < j ? (size_t)(j - i) : 0;
                ouro_obj *part = ouro_str_slice(rt, s, i, j), *again = NULL;
                need(part);
                check(ouro_str_length(part) == length && mixed_is(rt, part, (size_t)i, length));
                if (i < n && j < n)
                    check((again = ouro_str_slice(rt, s, i - n, j - n)) && ouro_str_equal(part, again));
                ouro_decref(part);
                ouro_xdecref(again);
            }
        ouro_obj *whole = own(ouro_str_slice(rt, s, PTRDIFF_MIN, PTRDIFF_MAX));
        check(whole == s);
        check(ouro_str_slice(rt, s, PTRDIFF_MAX, PTRDIFF_MIN) == ouro_str_from(rt, ""));
    }
}

CASE(str_edit, a_slice_of_ascii_is_ascii) {
    ouro_obj *s = own(ouro_str_from(rt, "abc\xc3\xa9 def")), *part;
    need(s);
    part = own(ouro_str_slice(rt, s, 0, 3));
    need(part);
    check(ouro_str_is_ascii(part) && text_is(part, "abc"));
    part = own(ouro_str_slice(rt, s, 2, 5));
    need(part);
    check(!ouro_str_is_ascii(part) && text_is(part, "c\xc3\xa9 ") && ouro_str_length(part) == 3);
}

// ---- joining ----

CASE(str_edit, concatenated) {
    ouro_obj *a = own(ouro_str_from(rt, "abc")), *b = own(ouro_str_from(rt, "d\xc3\xa9")), *e = ouro_str_from(rt, "");
    need(a && b);
    ouro_obj *s = own(ouro_str_concat(rt, a, b));
    need(s);
    check(text_is(s, "abcd\xc3\xa9") && ouro_str_length(s) == 5 && !ouro_str_is_ascii(s));
    s = own(ouro_str_concat(rt, b, a));
    need(s);
    check(text_is(s, "d\xc3\xa9"
                     "abc") &&
          ouro_str_length(s) == 5);
    s = own(ouro_str_concat(rt, a, a));
    need(s);
    check(text_is(s, "abcabc") && ouro_str_is_ascii(s) && ouro_refcount(a) == 1);
    check(own(ouro_str_concat(rt, a, e)) == a && own(ouro_str_concat(rt, e, b)) == b);
    check(ouro_str_concat(rt, e, e) == e);
}

CASE(str_edit, repeated) {
    ouro_obj *a = own(ouro_str_from(rt, "ab\xc3\xa9"));
    need(a);
    for (ptrdiff_t n = -1; n < 20; n++) {
        ouro_obj *s = own(ouro_str_repeat(rt, a, n));
        need(s);
        size_t times = n < 0 ? 0 : (size_t)n;
        check(ouro_str_size(s) == times * 4 && ouro_str_length(s) == times * 3 && (n != 1 || s == a));
        for (size_t i = 0; i < times; i++)
            check(memcmp(ouro_str_data(s) + 4 * i, "ab\xc3\xa9", 4) == 0);
    }
    ouro_obj *empty = ouro_str_from(rt, "");
    check(ouro_str_repeat(rt, empty, PTRDIFF_MAX) == empty);
}

// ---- appending ----

CASE(str_edit, appended_to_in_place) {
    ouro_obj *s = ouro_str_from(rt, ""), *x = own(ouro_str_from(rt, "some text"));
    need(x);
    size_t n = kit_size(100000, 300), moves = 0, i;
    for (i = 0; i < n; i++) {
        ouro_obj *before = s;
        if (ouro_str_append(rt, &s, x) < 0)
            break;
        moves += s != before;
        check(i == 0 || ouro_refcount(s) == 1);
    }
    check(i == n && moves < 60);
    always(ouro_str_size(s) == 9 * i && ouro_str_length(s) == 9 * i && ouro_str_data(s)[9 * i] == 0);
    for (size_t k = 0; k < i; k++)
        always(memcmp(ouro_str_data(s) + 9 * k, "some text", 9) == 0);
    ouro_decref(s);
}

CASE(str_edit, appended_to_itself) {
    ouro_obj *s = ouro_str_format(rt, "%s", "ab\xc3\xa9");
    need(s);
    size_t length = 3;
    for (int i = 0; i < 8; i++)
        if (ouro_str_append(rt, &s, s) == 0)
            length *= 2;
    check(length == 3 * 256);
    always(ouro_str_length(s) == length && ouro_str_size(s) == length / 3 * 4);
    for (size_t k = 0; k < length / 3; k++)
        always(memcmp(ouro_str_data(s) + 4 * k, "ab\xc3\xa9", 4) == 0);
    ouro_decref(s);
}

// A str that has room, since it was appended to.
static ouro_obj *roomy(ouro_rt *rt, const char *text) {
    size_t half = strlen(text) / 2;
    ouro_obj *s = ouro_str_new(rt, text, half), *rest = ouro_str_from(rt, text + half);
    if (s && (!rest || ouro_str_append(rt, &s, rest) < 0))
        ouro_setslot(&s, NULL);
    ouro_xdecref(rest);
    return s;
}

CASE(str_edit, appending_forgets_the_hash) {
    ouro_obj *x = ouro_str_from(rt, "x"), *s = x ? roomy(rt, "a long enough text to have some room") : NULL;
    need(s);
    uint64_t before, after = 0, expected = 0;
    ouro_obj *plain = own(ouro_str_format(rt, "%sx", ouro_str_data(s)));
    if (plain && ouro_hash(rt, s, &before) == 0) {
        ouro_obj *was = s;
        check(ouro_str_append(rt, &s, x) == 0 && s == was);
        check(ouro_hash(rt, s, &after) == 0 && ouro_hash(rt, plain, &expected) == 0);
        check(after == expected && after != before && ouro_str_equal(s, plain));
    }
    ouro_decref(s);
}

CASE(str_edit, what_somebody_sees_is_not_changed) {
    const char *text = "a long enough text to have some room";
    ouro_obj *x = ouro_str_from(rt, "x"), *s = x ? roomy(rt, text) : NULL, *also, *was;
    need(s);
    also = was = ouro_incref(s); // another reference
    check(ouro_str_append(rt, &s, x) == 0 && s != was && text_is(also, text));
    ouro_decref(also);
    ouro_decref(s);
    s = was = roomy(rt, text); // a weak reference
    need(s);
    ouro_obj *weak = own(ouro_weak_new(rt, s, NULL, NULL));
    if (weak)
        check(ouro_str_append(rt, &s, x) == 0 && s != was);
    ouro_decref(s);
    s = was = roomy(rt, text); // the table of interned strs
    need(s);
    ouro_obj *interned = ouro_str_intern(rt, s);
    check(interned == s);
    ouro_xdecref(interned);
    if (interned)
        check(ouro_str_append(rt, &s, x) == 0 && s != was);
    ouro_decref(s);
    s = x; // immortal
    check(ouro_str_append(rt, &s, x) == 0 && text_is(s, "xx") && text_is(x, "x"));
    ouro_decref(s);
}

CASE(str_edit, appending_makes_text_other_than_ascii) {
    ouro_obj *s = roomy(rt, "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"), *was = s;
    ouro_obj *x = own(ouro_str_from(rt, "\xc3\xa9"));
    uint32_t c = 0;
    if (s && x) {
        check(ouro_str_append(rt, &s, x) == 0 && ouro_str_length(s) == 63 && !ouro_str_is_ascii(s));
        check(ouro_str_at(rt, s, 62, &c) == 0 && c == 0xE9);
        exact(s == was);
    }
    ouro_xdecref(s);
    check(s && x);
}

// ---- foreign code at an allocation: a finalizer that appends to the variable that is being appended to ----

static ouro_obj *hostile_slot;
static int hostile_mode;

static void hostile_hook(ouro_rt *rt, fin *self) {
    (void)self;
    ouro_obj *x = ouro_str_from(rt, "!!");
    if (hostile_mode == 0)
        ouro_setslot(&hostile_slot, NULL);
    else if (x && hostile_slot)
        ouro_str_append(rt, &hostile_slot, x);
    ouro_xdecref(x);
}

// Garbage whose finalizer runs at the next allocation.
static int hostile_arm(ouro_rt *rt, int mode) {
    fin *f = fin_new(rt, hostile_hook);
    hostile_mode = mode;
    if (!f)
        return -1;
    set(f, left, f);
    ouro_decref(&f->head);
    ouro_stress_collect(rt, 2);
    return 0;
}

CASE(str_edit, appending_while_the_variable_changes) {
    ouro_obj *x = own(ouro_str_from(rt, "some more text, so that there is not enough room"));
    need(x);
    for (int mode = 0; mode < 2; mode++) {
        hostile_slot = ouro_str_from(rt, "text");
        need(hostile_slot);
        if (hostile_arm(rt, mode) == 0 && ouro_str_append(rt, &hostile_slot, x) == 0)
            always(text_is(hostile_slot, "textsome more text, so that there is not enough room"));
        if (test_mode_now() == TEST_PLAIN)
            ouro_stress_collect(rt, -1);
        ouro_setslot(&hostile_slot, NULL);
    }
}

CASE(str_edit, cutting_and_joining_what_others_drop) {
    for (int op = 0; op < 6; op++) {
        hostile_slot = ouro_str_format(rt, "%s", "one \xc3\xa9 three four five six seven eight nine ten eleven");
        need(hostile_slot);
        ouro_obj *s = hostile_slot, *made = NULL, *space = ouro_str_from(rt, " ");
        if (space && hostile_arm(rt, op % 2) == 0)
            made = op == 0   ? ouro_str_slice(rt, s, 2, 30)
                   : op == 1 ? ouro_str_concat(rt, s, s)
                   : op == 2 ? ouro_str_repeat(rt, s, 3)
                   : op == 3 ? ouro_str_replace(rt, s, space, s)
                   : op == 4 ? ouro_str_split(rt, s, NULL)
                             : ouro_str_split(rt, s, space);
        check(made);
        if (made && op >= 4)
            check(ouro_list_size(made) == 11 && text_is(ouro_list_peek(made, 10), "eleven"));
        if (made && op == 0)
            check(ouro_str_length(made) == 28 && memcmp(ouro_str_data(made), "e \xc3\xa9 three", 9) == 0);
        if (test_mode_now() == TEST_PLAIN)
            ouro_stress_collect(rt, -1);
        ouro_xdecref(made);
        ouro_setslot(&hostile_slot, NULL);
    }
}

// Somebody else needs the same shared character, or the same table of positions, while it is made.
static ouro_obj *hostile_shared;

static void hostile_shared_hook(ouro_rt *rt, fin *self) {
    (void)self;
    uint32_t c;
    hostile_shared = ouro_str_from(rt, "\x05");
    if (!hostile_shared || (hostile_slot && ouro_str_at(rt, hostile_slot, 900, &c) < 0))
        ouro_error_clear(rt);
}

static int hostile_shared_arm(ouro_rt *rt) {
    fin *f = fin_new(rt, hostile_shared_hook);
    if (!f)
        return -1;
    set(f, left, f);
    ouro_decref(&f->head);
    ouro_stress_collect(rt, 2);
    return 0;
}

CASE(str_edit, made_by_two_at_once) {
    hostile_slot = NULL;
    must(hostile_shared_arm(rt));
    ouro_obj *a = ouro_str_from(rt, "\x05");
    need(a);
    check(a == ouro_str_from(rt, "\x05") && a == hostile_shared && ouro_is_immortal(a));
    hostile_slot = mixed_new(rt, 1000);
    need(hostile_slot);
    uint32_t c = 0;
    if (hostile_shared_arm(rt) == 0)
        check(ouro_str_at(rt, hostile_slot, 500, &c) == 0 && c == mixed_at(500));
    if (test_mode_now() != TEST_STRESS)
        ouro_stress_collect(rt, -1);
    check(mixed_is(rt, hostile_slot, 0, 1000));
    ouro_setslot(&hostile_slot, NULL);
}

// ---- derived strs ----

CASE(str_edit, derived_ones_are_strs) {
    static const char *const texts[] = {"", "x", "plain text", "na\xc3\xafve"};
    ouro_obj *base = ouro_class_of_type(rt, ouro_str_type),
             *derived = base ? ouro_class_new(rt, "Name", base, NULL) : NULL;
    need(own(derived));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ouro_obj *s = own(ouro_str_from(rt, texts[i])), *d, *same;
        need(s);
        d = own(ouro_instance_new(rt, derived, s));
        need(d);
        uint64_t x = 0, y = 1;
        check(ouro_is_str(d) && !ouro_is(d, ouro_str_type) && text_is(d, texts[i]) && ouro_str_equal(d, s));
        check(ouro_hash(rt, d, &x) == 0 && ouro_hash(rt, s, &y) == 0 && x == y);
        check(ouro_compare(rt, OURO_EQ, d, s) == 1 && ouro_compare(rt, OURO_NE, s, d) == 0);
        check(ouro_compare(rt, OURO_LT, d, s) == 0 && ouro_compare(rt, OURO_GE, d, s) == 1);
        same = own(ouro_str_slice(rt, d, 0, PTRDIFF_MAX)); // results are exact
        check(same && same != d && ouro_is(same, ouro_str_type) && ouro_str_equal(same, s));
        same = own(ouro_str_intern(rt, d));
        check(same && same != d && ouro_str_is_interned(same) && !ouro_str_is_interned(d) && ouro_str_equal(same, s));
        same = own(ouro_str_repeat(rt, d, 1));
        check(same && ouro_is(same, ouro_str_type) && ouro_str_equal(same, s));
        same = own(ouro_str_concat(rt, d, ouro_str_from(rt, "")));
        check(same && ouro_is(same, ouro_str_type) && ouro_str_equal(same, s));
        same = ouro_incref(d);
        check(ouro_str_append(rt, &same, s) == 0 && ouro_str_size(same) == 2 * ouro_str_size(s) &&
              text_is(d, texts[i]));
        ouro_decref(same);
        must(ouro_set_attr_text(rt, d, "extra", s));
        same = own(ouro_get_attr_text(rt, d, "extra"));
        check(same == s && text_is(d, texts[i]));
    }
    ouro_obj *many = own(mixed_new(rt, 500)), *d;
    need(many);
    d = own(ouro_instance_new(rt, derived, many)); // has a table of positions, which goes with it
    need(d);
    check(mixed_is(rt, d, 0, 500));
}
