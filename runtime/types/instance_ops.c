// SPDX-License-Identifier: MIT
// instance_ops.c: how objects of users' classes take part in the protocols, whatever their layout. Each operation asks
// for the special attribute of the class; without one, it does what the standard type below does, with that type's own
// operation, or what an object without the operation does.
#include "class.h"

const ouro_ops *ouroi_ops_below(const ouro_obj *o, size_t offset) {
    const ouro_type *t = ouro_type_of(o);
    while (t->ops != &ouroi_derived_ops) // a type of the embedder's that is based on one of ours
        t = t->base;
    while (t && t->ops == &ouroi_derived_ops)
        t = t->base;
    return t ? ouroi_ops_of_type(t, offset) : NULL;
}

static bool instance_has(ouro_rt *rt, const ouro_obj *o, special s) {
    return special_find(rt, class_of(o), s) != NULL;
}

static int instance_lacks(ouro_rt *rt, const ouro_obj *o, const char *what) {
    return ouro_error_set(rt, OURO_ERR_TYPE, "'%s' object %s", ouroi_type_name(o), what);
}

static ouro_obj *instance_lacks_null(ouro_rt *rt, const ouro_obj *o, const char *what) {
    instance_lacks(rt, o, what);
    return NULL;
}

static int instance_gave(ouro_rt *rt, special s, const char *expected, const ouro_obj *result) {
    return ouro_error_set(rt, OURO_ERR_TYPE, "%s() should give '%s', not '%s'", ouro_str_data(special_name(rt, s)),
                          expected, ouroi_type_name(result));
}

// Takes what a special attribute gave, as an answer. Returns: 1, 0, -1, or OURO_PASS.
static int instance_answer(ouro_rt *rt, ouro_obj *result) {
    int answer = result == ouro_not_implemented(rt) ? OURO_PASS : ouro_truth(rt, result);
    ouro_decref(result);
    return answer;
}

// ---- hashing and comparing ----

static int instance_call_hash(ouro_rt *rt, ouro_obj *o, uint64_t *hash) {
    ouro_obj *result;
    int asked = ouroi_special_call(rt, o, SPECIAL_HASH, NULL, 0, &result);
    if (asked <= 0)
        return asked;
    int done = ouro_is_int(result) || ouro_is_bool(result) ? ouro_hash(rt, result, hash)
                                                           : instance_gave(rt, SPECIAL_HASH, "int", result);
    ouro_decref(result);
    return done < 0 ? -1 : 1;
}

static int instance_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    class_obj *c = class_of(o);
    bool plain = !special_find(rt, c, SPECIAL_EQ) && !special_find(rt, c, SPECIAL_HASH);
    if (!plain && ouroi_class_is_unhashable(rt, c))
        return ouro_error_set(rt, OURO_ERR_TYPE, "unhashable type: '%s'", ouroi_type_name(o));
    int asked = plain ? 0 : instance_call_hash(rt, o, hash);
    if (asked)
        return asked < 0 ? -1 : 0;
    const ouro_ops *ops = ops_below(o, hash);
    if (ops)
        return ops->hash(rt, o, step, hash, part);
    if (ops_below(o, compare) || ops_below(o, pair))
        return ouro_error_set(rt, OURO_ERR_TYPE, "unhashable type: '%s'", ouroi_type_name(o));
    *hash = ouroi_hash_word(rt, (uint64_t)(uintptr_t)o);
    return 0;
}

static const ouro_relation instance_turned[] = {
    [OURO_EQ] = OURO_EQ, [OURO_NE] = OURO_NE, [OURO_LT] = OURO_GT,
    [OURO_LE] = OURO_GE, [OURO_GT] = OURO_LT, [OURO_GE] = OURO_LE,
};

// True if the class says what the relation is: the type below is not asked then. To differ is not to be equal.
static bool instance_relates(ouro_rt *rt, const ouro_obj *o, ouro_relation relation) {
    return instance_has(rt, o, special_of_relation(relation)) ||
           (relation == OURO_NE && instance_has(rt, o, SPECIAL_EQ));
}

static int instance_relate(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    bool negated = relation == OURO_NE && !instance_has(rt, a, SPECIAL_NE);
    ouro_obj *result;
    int asked = ouroi_special_call(rt, a, negated ? SPECIAL_EQ : special_of_relation(relation), &b, 1, &result);
    if (asked <= 0)
        return asked < 0 ? -1 : OURO_PASS;
    int answer = instance_answer(rt, result);
    return negated && answer >= 0 && answer != OURO_PASS ? !answer : answer;
}

// True if b's class inherits from a's, and does what `s` names in a way of its own.
static bool instance_overrides(ouro_rt *rt, const ouro_obj *b, const ouro_obj *a, special s) {
    class_obj *of_a = class_of(a), *of_b = class_of(b);
    return of_a && of_b && of_a != of_b && special_find(rt, of_b, s) != special_find(rt, of_a, s) &&
           ouro_class_is_a(&of_b->head, &of_a->head);
}

static int instance_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    ouro_relation turned = instance_turned[relation];
    int answer = OURO_PASS;
    if (instance_overrides(rt, b, a, special_of_relation(turned)))
        answer = instance_relate(rt, turned, b, a);
    if (answer != OURO_PASS)
        return answer;
    if (instance_relates(rt, a, relation))
        return instance_relate(rt, relation, a, b);
    const ouro_ops *ops = ops_below(a, compare);
    return ops ? ops->compare(rt, relation, a, b) : OURO_PASS;
}

static int instance_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                         ouro_obj **y) {
    const ouro_ops *ops = instance_relates(rt, a, relation) ? NULL : ops_below(a, pair);
    return ops ? ops->pair(rt, relation, a, b, step, x, y) : OURO_PASS;
}

// ---- truth and items ----

static int instance_call_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    ouro_obj *result;
    int asked = ouroi_special_call(rt, o, SPECIAL_LEN, NULL, 0, &result);
    if (asked <= 0)
        return asked;
    int64_t n = 0;
    if (!ouro_is_int(result) && !ouro_is_bool(result))
        asked = instance_gave(rt, SPECIAL_LEN, "int", result);
    else if (ouro_int_get(rt, result, &n) < 0)
        asked = -1;
    else if (n < 0)
        asked = ouro_error_set(rt, OURO_ERR_VALUE, "__len__() should not give less than 0");
    ouro_decref(result);
    *length = (size_t)n;
    return asked;
}

static int instance_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    int asked = instance_call_length(rt, o, length);
    if (asked)
        return asked < 0 ? -1 : 0;
    const ouro_ops *ops = ops_below(o, length);
    return ops ? ops->length(rt, o, length) : instance_lacks(rt, o, "has no length");
}

static int instance_truth_below(ouro_rt *rt, ouro_obj *o) {
    const ouro_ops *ops = ops_below(o, truth);
    if (ops)
        return ops->truth(rt, o);
    size_t length = 1;
    ops = ops_below(o, length);
    return ops && ops->length(rt, o, &length) < 0 ? -1 : length != 0;
}

static int instance_truth(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *result;
    int asked = ouroi_special_call(rt, o, SPECIAL_BOOL, NULL, 0, &result);
    if (asked > 0) {
        int answer = ouro_is_bool(result) ? ouro_bool_value(result) : instance_gave(rt, SPECIAL_BOOL, "bool", result);
        ouro_decref(result);
        return answer;
    }
    size_t length = 0;
    if (asked == 0)
        asked = instance_call_length(rt, o, &length);
    return asked < 0 ? -1 : asked ? length != 0 : instance_truth_below(rt, o);
}

static ouro_obj *instance_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    ouro_obj *result;
    if (ouroi_special_call(rt, o, SPECIAL_GETITEM, &key, 1, &result))
        return result;
    const ouro_ops *ops = ops_below(o, get_item);
    return ops ? ops->get_item(rt, o, key) : instance_lacks_null(rt, o, "has no items to read");
}

static int instance_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value) {
    ouro_obj *args[] = {key, value}, *result;
    int asked = value ? ouroi_special_call(rt, o, SPECIAL_SETITEM, args, 2, &result)
                      : ouroi_special_call(rt, o, SPECIAL_DELITEM, args, 1, &result);
    ouro_xdecref(result);
    if (asked)
        return asked < 0 ? -1 : 0;
    const ouro_ops *ops = ops_below(o, set_item);
    return ops ? ops->set_item(rt, o, key, value)
               : instance_lacks(rt, o, value ? "has no items to set" : "has no items to delete");
}

static int instance_is_item(ouro_rt *rt, ouro_obj *item, void *x) {
    return ouro_equal(rt, item, x);
}

static int instance_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    ouro_obj *result;
    int asked = ouroi_special_call(rt, o, SPECIAL_CONTAINS, &x, 1, &result);
    if (asked < 0)
        return -1;
    if (asked) {
        int answer = ouro_truth(rt, result);
        ouro_decref(result);
        return answer;
    }
    const ouro_ops *ops = ops_below(o, contains);
    return ops ? ops->contains(rt, o, x) : ouroi_iterate(rt, o, instance_is_item, x);
}

// ---- iterating ----

static ouro_obj *instance_iter(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *result;
    int asked = ouroi_special_call(rt, o, SPECIAL_ITER, NULL, 0, &result);
    if (asked > 0 && !ops_with(result, next)) {
        instance_gave(rt, SPECIAL_ITER, "iterator", result);
        ouro_setslot_steal(&result, NULL);
    }
    if (asked)
        return result;
    const ouro_ops *ops = ops_below(o, iter);
    if (ops)
        return ops->iter(rt, o);
    return instance_has(rt, o, SPECIAL_NEXT) ? ouro_incref(o) : instance_lacks_null(rt, o, "is not iterable");
}

// After a __next__ that has failed. Returns: 0 if it has only said that there are no more items, else -1.
static int instance_next_failed(ouro_rt *rt) {
    const ouro_obj *thrown = ouro_error_peek(rt);
    if (!thrown || !ouro_is_instance(thrown, ouro_stop_iteration(rt)))
        return -1;
    ouro_error_clear(rt);
    return 0;
}

static int instance_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    int asked = ouroi_special_call(rt, o, SPECIAL_NEXT, NULL, 0, out);
    if (asked == 0)
        return instance_lacks(rt, o, "is not an iterator");
    return asked < 0 ? instance_next_failed(rt) : 1;
}

// ---- calling ----

static ouro_obj *instance_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    ouro_obj *f = special_find(rt, class_of(o), SPECIAL_CALL);
    if (!f)
        return instance_lacks_null(rt, o, "is not callable");
    ouro_incref(f);
    ouro_obj *result = ouroi_special_apply(rt, f, o, args, n, kwnames);
    ouro_decref(f);
    return result;
}

// ---- text ----

// Writes the str that a special attribute gives. Returns: 1; 0 if there is none; -1.
static int instance_write(ouro_rt *rt, ouro_obj *o, special s, ouro_builder *out) {
    ouro_obj *result;
    int asked = ouroi_special_call(rt, o, s, NULL, 0, &result);
    if (asked <= 0)
        return asked;
    if (!ouro_is_str(result))
        asked = instance_gave(rt, s, "str", result);
    else if (ouro_builder_add(out, ouro_str_data(result), ouro_str_size(result)) < 0)
        asked = -1;
    ouro_decref(result);
    return asked;
}

static int instance_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    int asked = instance_write(rt, o, SPECIAL_REPR, out);
    if (asked)
        return asked < 0 ? -1 : 0;
    const ouro_ops *ops = ops_below(o, repr);
    if (ops)
        return ops->repr(rt, o, step, out, part);
    return ouro_builder_format(out, "<%s object at %p>", ouroi_type_name(o), (void *)o);
}

static int instance_str(ouro_rt *rt, ouro_obj *o, ouro_builder *out) {
    int asked = instance_write(rt, o, SPECIAL_STR, out);
    if (asked)
        return asked < 0 ? -1 : 0;
    const ouro_ops *ops = ops_below(o, str);
    return ops ? ops->str(rt, o, out) : ouroi_print(rt, o, out);
}

// ---- numbers ----

// Takes what a special attribute gave, as the result of an operation.
static int instance_result(ouro_rt *rt, int asked, ouro_obj *result, ouro_obj **out) {
    if (asked <= 0)
        return asked < 0 ? -1 : OURO_PASS;
    if (result == ouro_not_implemented(rt)) {
        ouro_decref(result);
        return OURO_PASS;
    }
    *out = result;
    return 1;
}

static int instance_unary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj **out) {
    ouro_obj *result;
    int asked = ouroi_special_call(rt, a, special_of_unary(op), NULL, 0, &result);
    const ouro_ops *ops = asked ? NULL : ops_below(a, unary);
    return ops ? ops->unary(rt, op, a, out) : instance_result(rt, asked, result, out);
}

// Asks the class of `o`, one of the two, what it does with the other one.
static int instance_operate(ouro_rt *rt, special s, ouro_obj *o, ouro_obj *other, ouro_obj **out) {
    ouro_obj *result;
    int asked = ouroi_special_call(rt, o, s, &other, 1, &result);
    return instance_result(rt, asked, result, out);
}

// What the standard type below `o` does with the two; unless the class of `o` has its own way, as `s`.
static int instance_operate_below(ouro_rt *rt, ouro_op op, special s, const ouro_obj *o, ouro_obj *a, ouro_obj *b,
                                  ouro_obj **out) {
    class_obj *c = class_of(o);
    const ouro_ops *ops = c && !special_find(rt, c, s) ? ops_below(o, binary) : NULL;
    return ops ? ops->binary(rt, op, a, b, out) : OURO_PASS;
}

// Left operand, right operand; but the right one first if its class knows better.
static int instance_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    special left = special_of_binary(op), right = special_reflected(op);
    bool b_first = instance_overrides(rt, b, a, right), alike = class_of(a) == class_of(b);
    int answer = b_first ? instance_operate(rt, right, b, a, out) : OURO_PASS;
    if (answer == OURO_PASS)
        answer = instance_operate(rt, left, a, b, out);
    if (answer == OURO_PASS)
        answer = instance_operate_below(rt, op, left, a, a, b, out);
    if (answer == OURO_PASS && !b_first && !alike)
        answer = instance_operate(rt, right, b, a, out);
    if (answer == OURO_PASS && !alike)
        answer = instance_operate_below(rt, op, right, b, a, b, out);
    return answer;
}

// ---- the end ----

// A companion has the class of the object whose attributes it keeps; that one is finalized.
static bool instance_is_companion(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_INSTANCE && open_instance_of(o)->companion;
}

int ouroi_derived_finalizes(ouro_rt *rt, const ouro_obj *o) {
    return instance_has(rt, o, SPECIAL_DEL) && !instance_is_companion(o);
}

void ouroi_derived_finalize(ouro_rt *rt, ouro_obj *o) {
    ouro_obj *result;
    if (!instance_is_companion(o) && ouroi_special_call(rt, o, SPECIAL_DEL, NULL, 0, &result) > 0)
        ouro_decref(result);
}

const ouro_ops ouroi_derived_ops = {
    .struct_size = sizeof(ouro_ops),
    .hash = instance_hash,
    .compare = instance_compare,
    .pair = instance_pair,
    .truth = instance_truth,
    .length = instance_length,
    .get_item = instance_get_item,
    .set_item = instance_set_item,
    .contains = instance_contains,
    .iter = instance_iter,
    .next = instance_next,
    .call = instance_call,
    .get_attr = ouroi_instance_get_attr,
    .set_attr = ouroi_instance_set_attr,
    .repr = instance_repr,
    .str = instance_str,
    .unary = instance_unary,
    .binary = instance_binary,
    .copy = ouroi_derived_copy,
    .deep = ouroi_derived_deep,
};
