// SPDX-License-Identifier: MIT
// none.c: none, true and false.
#include "ask.h"

static int shows(ouro_rt *rt, ouro_obj *o, const char *text) {
    ouro_obj *repr = ouro_repr(rt, o), *str = ouro_to_str(rt, o);
    int right = repr && str && text_is(repr, text) && text_is(str, text);
    ouro_xdecref(repr);
    ouro_xdecref(str);
    return right;
}

CASE(none, one_of_each_in_a_runtime) {
    always(ouro_none(rt) == ouro_none(rt) && ouro_bool(rt, 1) == ouro_bool(rt, -7));
    always(ouro_bool(rt, 0) != ouro_bool(rt, 1));
    always(ouro_is_immortal(ouro_none(rt)) && ouro_is_immortal(ouro_bool(rt, 0)) && ouro_is_immortal(ouro_bool(rt, 1)));
    ouro_decref(ouro_none(rt)); // may be dropped, and need not be
    ouro_decref(ouro_bool(rt, 1));
    always(ouro_is_immortal(ouro_none(rt)) && ouro_bool_value(ouro_bool(rt, 1)) == 1);
}

CASE(none, told_apart) {
    ouro_obj *none = ouro_none(rt), *yes = ouro_bool(rt, 1), *one = ouro_int_new(rt, 1);
    always(ouro_is_none(none) && !ouro_is_none(yes) && !ouro_is_none(one));
    always(ouro_is_bool(yes) && !ouro_is_bool(none) && !ouro_is_bool(one));
    always(!ouro_is_int(yes) && !ouro_int_is_word(yes) && !ouro_is_int(none) && !ouro_is_float(yes));
    always(ouro_is(none, ouro_none_type) && ouro_is(yes, ouro_bool_type) && !ouro_is_a(yes, ouro_int_type));
    always(ouro_bool_value(yes) == 1 && ouro_bool_value(ouro_bool(rt, 0)) == 0);
}

CASE(none, shown_and_true_or_false) {
    check(shows(rt, ouro_none(rt), "None") && shows(rt, ouro_bool(rt, 1), "True"));
    check(shows(rt, ouro_bool(rt, 0), "False"));
    check(ouro_truth(rt, ouro_none(rt)) == 0 && ouro_truth(rt, ouro_bool(rt, 0)) == 0);
    check(ouro_truth(rt, ouro_bool(rt, 1)) == 1);
}

CASE(none, equal_to_itself_alone) {
    uint64_t h = 0, g = 1;
    ouro_obj *none = ouro_none(rt);
    check(ouro_equal(rt, none, none) == 1 && ouro_equal(rt, none, ouro_bool(rt, 0)) == 0);
    check(ouro_equal(rt, none, ouro_int_new(rt, 0)) == 0 && ouro_compare(rt, OURO_NE, none, none) == 0);
    check(ouro_hash(rt, none, &h) == 0 && ouro_hash(rt, none, &g) == 0 && h == g);
    check(ouro_copy(rt, none) == none && ouro_deep_copy(rt, none) == none);
}

CASE(none, does_nothing_else) {
    ouro_obj *none = ouro_none(rt), *list[1] = {none};
    check(ouro_compare(rt, OURO_LT, none, none) == -1 && says(rt, OURO_ERR_TYPE, "'<' not supported"));
    check(!ouro_binary(rt, OURO_ADD, none, none) && says(rt, OURO_ERR_TYPE, "'NoneType' and 'NoneType'"));
    check(!ouro_unary(rt, OURO_NEG, none) && says(rt, OURO_ERR_TYPE, "'NoneType'"));
    check(!ouro_iter(rt, none) && says(rt, OURO_ERR_TYPE, "'NoneType'"));
    check(!ouro_call(rt, none, list, 1, NULL) && says(rt, OURO_ERR_TYPE, "'NoneType'"));
}
