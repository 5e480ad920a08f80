// SPDX-License-Identifier: MIT
// builder.c: text put together piece by piece; once a piece has failed, all fails.
#include "rows.h"

#include <wchar.h>

CASE(builder, pieces) {
    ouro_builder b;
    ouro_builder_open(rt, &b);
    ouro_obj *list = own(ouro_list_new(rt, NULL, 0)), *s = own(ouro_str_from(rt, "it's"));
    need(list && s);
    ouro_builder_text(&b, "x = ");
    ouro_builder_add(&b, "12345", 2);
    ouro_builder_char(&b, 0x20AC);
    ouro_builder_format(&b, "|%03d|", 7);
    ouro_builder_str(&b, s);
    ouro_builder_repr(&b, s);
    ouro_builder_repr(&b, list);
    check(ouro_builder_size(&b) == 4 + 2 + 3 + 5 + 4 + 6 + 2);
    ouro_obj *made = own(ouro_builder_finish(&b));
    need(made);
    check(text_is(made, "x = 12\xe2\x82\xac|007|it's\"it's\"[]") && ouro_str_length(made) == 24);
    check(ouro_builder_size(&b) == 0);
}

CASE(builder, nothing) {
    ouro_builder b;
    ouro_builder_open(rt, &b);
    check(ouro_builder_add(&b, "x", 0) == 0 && ouro_builder_finish(&b) == ouro_str_from(rt, ""));
    ouro_builder_open(rt, &b);
    ouro_builder_close(&b);
    ouro_builder_close(&b);
}

CASE(builder, grows) {
    size_t n = kit_size(300000, 2000);
    for (size_t piece = 1; piece < 300; piece = piece * 3 + 1) {
        char text[300];
        memset(text, 'p', sizeof text);
        ouro_builder b;
        ouro_builder_open(rt, &b);
        for (size_t size = 0; size < n; size += piece)
            if (ouro_builder_add(&b, text, piece) == 0)
                check(ouro_builder_size(&b) == size + piece);
        ouro_obj *s = ouro_builder_finish(&b);
        need(s);
        check(ouro_str_size(s) == (n + piece - 1) / piece * piece);
        for (size_t i = 0; i < ouro_str_size(s); i++)
            always(ouro_str_data(s)[i] == 'p');
        ouro_decref(s);
    }
}

CASE(builder, a_large_text) {
    size_t n = kit_size(3000000, 500);
    ouro_obj *piece = own(ouro_str_from(rt, "\xc3\xa4"
                                            "bc")),
             *s;
    ouro_builder b;
    need(piece);
    ouro_builder_open(rt, &b);
    for (size_t i = 0; i < n && ouro_builder_str(&b, piece) == 0; i++)
        ;
    s = own(ouro_builder_finish(&b));
    need(s);
    always(ouro_str_size(s) == 4 * n && ouro_str_length(s) == 3 * n);
    for (size_t i = 0; i < n; i++)
        always(memcmp(ouro_str_data(s) + 4 * i, ouro_str_data(piece), 4) == 0);
    must(ouro_verify(rt));
}

static ouro_obj *piece_held;
static void piece_drop(ouro_rt *rt) {
    (void)rt;
    ouro_setslot(&piece_held, NULL);
}

// The piece may be held by nobody else by the time there is room for it.
CASE(builder, holds_the_str_that_it_adds) {
    char text[300];
    ouro_builder b;
    memset(text, 'p', sizeof text);
    piece_held = NULL;
    ouro_obj *piece = ouro_str_new(rt, text, sizeof text);
    need(piece);
    piece_held = piece;
    ouro_builder_open(rt, &b);
    int result = trap_set(rt, piece_drop);
    if (result == 0)
        result = ouro_builder_str(&b, piece);
    trap_done(rt);
    ouro_setslot(&piece_held, NULL);
    ouro_obj *s = own(ouro_builder_finish(&b));
    must(result);
    need(s);
    always(ouro_str_size(s) == sizeof text && memcmp(ouro_str_data(s), text, sizeof text) == 0);
}

// Formatted text that fits, fills the room, or does not fit, at every size of what is there.
CASE(builder, formats_at_any_place) {
    for (size_t before = 0; before < 130; before += kit_size(1, 13))
        for (size_t n = 0; n < 130; n += kit_size(3, 17)) {
            ouro_builder b;
            ouro_builder_open(rt, &b);
            for (size_t i = 0; i < before; i++)
                ouro_builder_text(&b, "b");
            ouro_builder_format(&b, "%.*s", (int)n,
                                "0123456789012345678901234567890123456789012345678901234567890123456789"
                                "012345678901234567890123456789012345678901234567890123456789");
            ouro_builder_text(&b, "!");
            ouro_obj *s = ouro_builder_finish(&b);
            need(s);
            check(ouro_str_size(s) == before + n + 1 && ouro_str_data(s)[before + n] == '!');
            check(n == 0 || ouro_str_data(s)[before + n - 1] == (char)('0' + (n - 1) % 10));
            ouro_decref(s);
        }
}

CASE(builder, what_is_no_text) {
    ouro_builder b;
    ouro_builder_open(rt, &b);
    ouro_builder_add(&b, "\xe2\x82", 2); // half of a code point is fine, until the end
    ouro_builder_add(&b, "\xac", 1);
    check(text_is(own(ouro_builder_finish(&b)), "\xe2\x82\xac"));
    ouro_builder_open(rt, &b);
    ouro_builder_add(&b, "a\xe2\x82", 3);
    check(!ouro_builder_finish(&b) && says(rt, OURO_ERR_VALUE, "not UTF-8: byte 0xe2 at 1"));
    ouro_builder_open(rt, &b); // a wide character that the C locale does not have
    check(ouro_builder_format(&b, "%lc", (wint_t)0x20AC) < 0 && says(rt, OURO_ERR_VALUE, "cannot be formatted"));
    check(!ouro_builder_finish(&b) && says(rt, OURO_ERR_VALUE, "an earlier call"));
    ouro_builder_open(rt, &b);
    check(ouro_builder_char(&b, 0xD800) < 0 && says(rt, OURO_ERR_VALUE, "0xd800 is not a code point"));
    ouro_builder_close(&b);
}

CASE(builder, too_large) {
    ouro_builder b;
    ouro_builder_open(rt, &b);
    ouro_builder_text(&b, "x");
    check(ouro_builder_add(&b, "y", OURO_STR_MAX) < 0 && says(rt, OURO_ERR_OVERFLOW, "too large"));
    check(ouro_builder_size(&b) == 1 && !ouro_builder_finish(&b) && says(rt, OURO_ERR_OVERFLOW, "earlier call"));
}

CASE(builder, the_first_error_stays) {
    must(ask_open(rt));
    ouro_obj *x = own(thing_new(rt, &thing_type, 3, -1));
    need(x);
    ouro_builder b;
    ouro_builder_open(rt, &b);
    ouro_builder_text(&b, "before");
    check(ouro_builder_char(&b, 0x110000) < 0 && ouro_error_code(rt) == OURO_ERR_VALUE);
    size_t size = ouro_builder_size(&b);
    check(ouro_builder_text(&b, "x") < 0 && ouro_builder_add(&b, "x", 1) < 0 && ouro_builder_char(&b, 'x') < 0);
    check(ouro_builder_char(&b, 0xDFFF) < 0 && ouro_builder_format(&b, "%d", 5) < 0);
    check(ouro_builder_str(&b, x) < 0 && ouro_builder_repr(&b, x) < 0 && ouro_builder_size(&b) == size);
    check(says(rt, OURO_ERR_VALUE, "0x110000")); // still the first
    check(ouro_builder_text(&b, "x") < 0 && says(rt, OURO_ERR_VALUE, "an earlier call"));
    check(!ouro_builder_finish(&b) && says(rt, OURO_ERR_VALUE, "an earlier call"));
}

// A type whose text fails with an error, and without one.
static int odd_repr_answer;

static int odd_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)o;
    (void)step;
    (void)part;
    ouro_builder_text(out, "half of it");
    return odd_repr_answer ? ouro_error_set(rt, OURO_ERR_IO, "the other half") : -1;
}

CASE(builder, objects_that_fail) {
    static ouro_type odd_type;
    static ouro_ops odd_ops;
    if (!odd_type.struct_size) {
        ouro_ops_init(&odd_ops);
        odd_ops.repr = odd_repr;
        ouro_type_init(&odd_type, "odd", sizeof(ouro_obj));
        odd_type.ops = &odd_ops;
    }
    must(ouro_type_register(rt, &odd_type));
    ouro_obj *x = own(ouro_new(rt, &odd_type));
    need(x);
    for (odd_repr_answer = 0; odd_repr_answer < 2; odd_repr_answer++) {
        ouro_builder b;
        ouro_builder_open(rt, &b);
        check(ouro_builder_repr(&b, x) < 0);
        check(!odd_repr_answer || says(rt, OURO_ERR_IO, "the other half"));
        check(!ouro_builder_finish(&b));
        check(says(rt, odd_repr_answer ? OURO_ERR_IO : OURO_ERR_STATE, "an earlier call"));
        ouro_builder_open(rt, &b);
        check(ouro_builder_str(&b, x) < 0 && !ouro_builder_finish(&b));
        ouro_error_clear(rt);
    }
}
