// SPDX-License-Identifier: MIT
// none.c: none, true and false: immortal objects, one of each in a runtime. The two bools are laid out as ints of a
// word, so that arithmetic takes them as they are.
#include "int.h"

// ---- none ----

static int none_truth(ouro_rt *rt, ouro_obj *o) {
    (void)rt;
    (void)o;
    return 0;
}

static int none_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)o;
    (void)step;
    (void)part;
    return ouro_builder_add(out, "None", 4);
}

static const ouro_ops none_ops = {
    .struct_size = sizeof(ouro_ops),
    .truth = none_truth,
    .repr = none_repr,
    .copy = ouroi_number_copy,
};

static ouro_type none_type = {
    .struct_size = sizeof(ouro_type),
    .name = "NoneType",
    .size = sizeof(ouro_obj),
    .ops = &none_ops,
};
const ouro_type *const ouro_none_type = &none_type;

// ---- bool ----

static int bool_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt;
    (void)step;
    (void)part;
    return ouro_builder_text(out, ouro_bool_value(o) ? "True" : "False");
}

// And, or, and exclusive or of two bools are bools; all else is done with the ints that they are.
static int bool_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    if ((op == OURO_AND || op == OURO_OR || op == OURO_XOR) && ouro_is_bool(a) && ouro_is_bool(b)) {
        int x = ouro_bool_value(a), y = ouro_bool_value(b);
        return number_give(out, ouro_bool(rt, op == OURO_AND ? x & y : op == OURO_OR ? x | y : x ^ y));
    }
    return ouroi_int_binary(rt, op, a, b, out);
}

static const ouro_ops bool_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = ouroi_int_hash_op,
    .compare = ouroi_number_compare,
    .truth = ouroi_int_truth,
    .repr = bool_repr,
    .unary = ouroi_int_unary,
    .binary = bool_binary,
    .copy = ouroi_number_copy,
};

static ouro_type bool_type = {
    .struct_size = sizeof(ouro_type),
    .name = "bool",
    .size = sizeof(ouroi_int),
    .ops = &bool_ops,
};
const ouro_type *const ouro_bool_type = &bool_type;

int ouro_bool_value(const ouro_obj *o) {
    ASSERT(ouro_is_bool(o));
    return (int)ouro_int_word(o);
}

// ---- opening ----

static ouro_obj *bool_make(ouro_rt *rt, int value) {
    ouroi_int *o = ouro_new(rt, &bool_type);
    if (!o)
        return NULL;
    o->value = value;
    ouro_immortalize(&o->head);
    return &o->head;
}

int ouroi_none_open(ouro_rt *rt) {
    ouroi_std_front *front = &state_of(rt)->front;
    if (ouroi_kind_open(rt, &none_type, OUROI_KIND_NONE) < 0 || ouroi_kind_open(rt, &bool_type, OUROI_KIND_BOOL) < 0)
        return -1;
    front->none = ouro_new(rt, &none_type);
    if (!front->none)
        return -1;
    ouro_immortalize(front->none);
    for (int i = 0; i < 2; i++)
        if (!(front->bools[i] = bool_make(rt, i)))
            return -1;
    return 0;
}
