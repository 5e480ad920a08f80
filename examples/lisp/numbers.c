// SPDX-License-Identifier: MIT
// numbers.c: arithmetic on the library's ints, of any size, and floats.
#include "lisp.h"

bool number_same(const ouro_obj *a, const ouro_obj *b) {
    if (ouro_int_is_word(a) && ouro_int_is_word(b))
        return ouro_int_word(a) == ouro_int_word(b);
    return a == b || (ouro_is_float(a) && ouro_is_float(b) && ouro_float_value(a) == ouro_float_value(b));
}

static bool number_is(const ouro_obj *o) {
    return ouro_is_int(o) || ouro_is_float(o);
}

ouro_obj *number_arithmetic(lisp *m, unsigned op, ouro_obj *a, ouro_obj *b) {
    static const char *const names[] = {"+", "-", "*", "=", "<", "<=", ">", ">="};
    static const ouro_op ops[] = {OURO_ADD, OURO_SUB, OURO_MUL};
    static const ouro_relation relations[] = {OURO_EQ, OURO_LT, OURO_LE, OURO_GT, OURO_GE};
    if (!number_is(a) || !number_is(b))
        return builtins_wants(m, names[op - OP_ADD], "a number", number_is(a) ? b : a);
    if (op <= OP_MUL)
        return ouro_binary(m->rt, ops[op - OP_ADD], a, b);
    int answer = ouro_compare(m->rt, relations[op - OP_EQ], a, b);
    return answer < 0 ? NULL : lisp_bool(m, answer);
}

// ---- builtin functions ----

// (+ a b c) is (a + b) + c.
static ouro_obj *number_fold(const call *c, ouro_obj *first, size_t i) {
    ouro_obj *sum = ouro_incref(first);
    for (; i < c->n && sum; i++)
        ouro_setslot_steal(&sum, number_arithmetic(c->m, c->b->op, sum, c->args[i]));
    return sum;
}

static ouro_obj *number_add(const call *c) {
    return number_fold(c, c->m->zero, 0);
}

static ouro_obj *number_multiply(const call *c) {
    return number_fold(c, c->m->one, 0);
}

static ouro_obj *number_subtract(const call *c) {
    return c->n == 1 ? number_fold(c, c->m->zero, 0) : number_fold(c, c->args[0], 1);
}

static ouro_obj *number_compare(const call *c) {
    ouro_obj *result = ouro_incref(c->m->t);
    for (size_t i = 1; i < c->n && result == c->m->t; i++)
        ouro_setslot_steal(&result, number_arithmetic(c->m, c->b->op, c->args[i - 1], c->args[i]));
    return result;
}

// Exact if it can be.
static ouro_obj *number_divide(const call *c) {
    ouro_obj *a = c->args[0], *b = c->args[1];
    if (ouro_is_float(a) || ouro_is_float(b))
        return ouro_binary(c->m->rt, OURO_DIV, a, b);
    ouro_obj *rest = ouro_binary(c->m->rt, OURO_MOD, a, b);
    ouro_obj *result = rest ? ouro_binary(c->m->rt, ouro_int_sign(rest) ? OURO_DIV : OURO_FLOORDIV, a, b) : NULL;
    ouro_xdecref(rest);
    return result;
}

// `op` is the library's name of the operation.
static ouro_obj *number_binary(const call *c) {
    return ouro_binary(c->m->rt, (ouro_op)c->b->op, c->args[0], c->args[1]);
}

static ouro_obj *number_float(const call *c) {
    double value;
    return ouro_float_get(c->m->rt, c->args[0], &value) < 0 ? NULL : ouro_float_new(c->m->rt, value);
}

static ouro_obj *number_int(const call *c) {
    return ouro_is_int(c->args[0]) ? ouro_incref(c->args[0])
                                   : ouro_int_from_double(c->m->rt, ouro_float_value(c->args[0]));
}

const builtin number_table[] = {
    {"+", number_add, 0, OURO_ANY, "n", OP_ADD, 2},
    {"-", number_subtract, 1, OURO_ANY, "n", OP_SUB, 2},
    {"*", number_multiply, 0, OURO_ANY, "n", OP_MUL, 2},
    {"=", number_compare, 1, OURO_ANY, "n", OP_EQ, 2},
    {"<", number_compare, 1, OURO_ANY, "n", OP_LT, 2},
    {"<=", number_compare, 1, OURO_ANY, "n", OP_LE, 2},
    {">", number_compare, 1, OURO_ANY, "n", OP_GT, 2},
    {">=", number_compare, 1, OURO_ANY, "n", OP_GE, 2},
    {"/", number_divide, 2, 2, "n", 0, NEVER},
    {"floor-quotient", number_binary, 2, 2, "n", OURO_FLOORDIV, NEVER},
    {"modulo", number_binary, 2, 2, "n", OURO_MOD, NEVER},
    {"expt", number_binary, 2, 2, "n", OURO_POW, NEVER},
    {"inexact", number_float, 1, 1, "n", 0, NEVER},
    {"truncate", number_int, 1, 1, "n", 0, NEVER},
    {NULL, NULL, 0, 0, NULL, 0, 0},
};
