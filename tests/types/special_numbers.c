// SPDX-License-Identifier: MIT
// special_numbers.c: the special methods of operations, and methods that go too deep or take themselves away.
#include "classes.h"

CASE(special, every_operation_has_its_name) {
    static const char *const names[] = {"neg",      "pos", "abs", "invert", "add", "sub", "mul",    "truediv",
                                        "floordiv", "mod", "pow", "and",    "or",  "xor", "lshift", "rshift"};
    ouro_obj *o = own(object_with(rt, NULL, NULL)), *other = own(ouro_list_new(rt, NULL, 0)), *got;
    need(o);
    need(other);
    char name[32];
    for (unsigned op = OURO_NEG; op <= OURO_RSHIFT; op++) {
        snprintf(name, sizeof name, "__%s__", names[op]);
        must(method_put(rt, o, name, note_seven));
        kit_trace_start();
        got = own(op <= OURO_INVERT ? ouro_unary(rt, (ouro_op)op, o) : ouro_binary(rt, (ouro_op)op, o, other));
        check(int_is(got, 7) && kit_trace_is(op <= OURO_INVERT ? "seven1" : "seven2"));
        must(method_put(rt, o, name, note_pass));
        kit_trace_start();
        got = own(op <= OURO_INVERT ? ouro_unary(rt, (ouro_op)op, o) : ouro_binary(rt, (ouro_op)op, o, other));
        check(!got && says(rt, OURO_ERR_TYPE, "operand") && kit_trace_is(op <= OURO_INVERT ? "pass1" : "pass2"));
        ouro_error_clear(rt);
        must(attr_drop(rt, ouro_class_peek(o), name));
        if (op <= OURO_INVERT)
            continue;
        snprintf(name, sizeof name, "__r%s__", names[op]);
        must(method_put(rt, o, name, note_last));
        kit_trace_start();
        got = own(ouro_binary(rt, (ouro_op)op, other, o));
        check(got == other && kit_trace_is("last2"));
        got = own(ouro_binary(rt, (ouro_op)op, o, o)); // not reflected: both are of one class
        check(!got && says(rt, OURO_ERR_TYPE, "operand"));
        ouro_error_clear(rt);
        must(method_put(rt, o, name, note_fails));
        got = own(ouro_binary(rt, (ouro_op)op, other, o));
        check(!got && says(rt, OURO_ERR_USER, "on purpose"));
        ouro_error_clear(rt);
    }
}

CASE(special, both_sides_are_asked_once) {
    ouro_obj *o = own(object_with(rt, "__add__", note_pass)), *p = own(object_with(rt, "__radd__", note_pass));
    need(o);
    need(p);
    kit_trace_start();
    check(!ouro_binary(rt, OURO_ADD, o, p) && says(rt, OURO_ERR_TYPE, "operand types for +: 'S' and 'S'"));
    check(kit_trace_is("pass2 pass2"));
    ouro_error_clear(rt);
}

// ---- too deep ----

static ouro_obj *special_deeper(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)kwnames;
    return n ? ouro_unary(rt, OURO_NEG, args[0]) : NULL;
}

CASE(special, calls_without_end) {
    ouro_obj *o = own(object_with(rt, "__neg__", special_deeper));
    need(o);
    check(!ouro_unary(rt, OURO_NEG, o) && says(rt, OURO_ERR_DEPTH, "deep"));
    ouro_error_clear(rt);
    must(method_put(rt, o, "__neg__", note_seven));
    ouro_obj *got = own(ouro_unary(rt, OURO_NEG, o));
    check(int_is(got, 7));
}

// A special method that takes itself off its class, and whose object nobody else holds.
static ouro_obj *special_undo(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)self;
    (void)n;
    (void)kwnames;
    if (attr_drop(rt, ouro_class_peek(args[0]), "__add__") < 0)
        return NULL;
    ouro_gc_collect(rt, OURO_GC_FULL);
    return ouro_int_new(rt, 5);
}

CASE(special, a_method_that_takes_itself_off) {
    ouro_obj *o = own(object_with(rt, "__add__", special_undo)), *got;
    need(o);
    got = own(ouro_binary(rt, OURO_ADD, o, o));
    check(int_is(got, 5));
    check(!ouro_binary(rt, OURO_ADD, o, o) && says(rt, OURO_ERR_TYPE, "operand"));
    ouro_error_clear(rt);
}
