// SPDX-License-Identifier: MIT
// operate.c: operations with one and two operands. The left operand's type is asked first, then the right one's; but if
// the right one's type extends the left one's, it goes first.
#include "int.h"

static const char *const operate_sign[] = {
    [OURO_NEG] = "-",       [OURO_POS] = "+", [OURO_ABS] = "abs",   [OURO_INVERT] = "~",
    [OURO_ADD] = "+",       [OURO_SUB] = "-", [OURO_MUL] = "*",     [OURO_DIV] = "/",
    [OURO_FLOORDIV] = "//", [OURO_MOD] = "%", [OURO_POW] = "**",    [OURO_AND] = "&",
    [OURO_OR] = "|",        [OURO_XOR] = "^", [OURO_LSHIFT] = "<<", [OURO_RSHIFT] = ">>",
};

static bool operate_known(ouro_rt *rt, ouro_op op, ouro_op from, ouro_op to) {
    if (op >= from && op <= to)
        return true;
    ouro_error_set(rt, OURO_ERR_VALUE, "operation %d is not one of its kind", (int)op);
    return false;
}

ouro_obj *ouro_unary(ouro_rt *rt, ouro_op op, ouro_obj *a) {
    if (!operate_known(rt, op, OURO_NEG, OURO_INVERT))
        return NULL;
    const ouro_ops *ops = ops_with(a, unary);
    ouro_obj *out = NULL;
    if (!ops || ops->unary(rt, op, a, &out) == OURO_PASS)
        ouro_error_set(rt, OURO_ERR_TYPE, "bad operand type for %s: '%s'", operate_sign[op], ouroi_type_name(a));
    return out;
}

NOINLINE static ouro_obj *operate_any(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b) {
    bool b_first = ouroi_kind(a) != ouroi_kind(b) && ouro_is_a(b, ouro_type_of(a));
    const ouro_ops *first = ops_with(b_first ? b : a, binary), *second = ops_with(b_first ? a : b, binary);
    ouro_obj *out = NULL;
    int answer = first ? first->binary(rt, op, a, b, &out) : OURO_PASS;
    // One table for both has been asked about both.
    if (answer == OURO_PASS && second && second != first)
        answer = second->binary(rt, op, a, b, &out);
    if (answer == OURO_PASS)
        ouro_error_set(rt, OURO_ERR_TYPE, "unsupported operand types for %s: '%s' and '%s'", operate_sign[op],
                       ouroi_type_name(a), ouroi_type_name(b));
    return answer == 1 ? out : NULL;
}

ouro_obj *ouro_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b) {
    if (!operate_known(rt, op, OURO_ADD, OURO_RSHIFT))
        return NULL;
    uint32_t x = ouroi_kind(a), y = ouroi_kind(b);
    if (likely(x == OUROI_KIND_INT && y == OUROI_KIND_INT))
        return ouroi_int_words(rt, op, a, b);
    if ((x | 1) == OUROI_KIND_BIG && (y | 1) == OUROI_KIND_BIG)
        return ouroi_int_operate(rt, op, a, b);
    return operate_any(rt, op, a, b);
}
