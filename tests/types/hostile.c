// SPDX-License-Identifier: MIT
// hostile.c: containers of imps. An imp answers every protocol, but first it does mischief: it fails, empties or fills
// the container, lets go of it, collects, or asks for the same again. Whatever happens, an operation fails if and only
// if an error is pending, an imp's error is not lost, and afterwards every count in the heap is right.
#include "zoo.h"

typedef enum mischief { FAIL, EMPTY, FILL, LET_GO, COLLECT, ASK_AGAIN, MISCHIEFS } mischief;

typedef struct imp {
    ouro_obj head;
    int steps; // of an iteration
} imp;

typedef int (*hostile_operation)(ouro_rt *rt, ouro_obj *o, ouro_obj *x);

static ouro_type imp_type;
static ouro_obj *box; // owns the container, besides who uses it
static mischief imp_does;
static int imp_equal, imp_failed, imp_filled, imp_depth, imp_asked;
static hostile_operation imp_operation;
static const zoo_kind *hostile_kind;

// ---- mischief ----

static void imp_empty(ouro_rt *rt) {
    if (ouro_is_list(box))
        ouro_list_clear(rt, box);
    else if (ouro_is_dict(box))
        ouro_dict_clear(rt, box);
    else if (ouro_is_odict(box))
        ouro_odict_clear(rt, box);
    else if (ouro_is_set(box))
        ouro_set_clear(rt, box);
    else if (ouro_is_deque(box))
        ouro_deque_clear(rt, box);
    else if (ouro_is_weakdict(box))
        ouro_weakdict_clear(rt, box);
    else if (ouro_is_weakset(box))
        ouro_weakset_clear(rt, box);
    else if (ouro_is_lru(box))
        ouro_lru_clear(rt, box);
}

static int imp_put(ouro_rt *rt, ouro_obj *x) {
    if (ouro_is_list(box))
        return ouro_list_append(rt, box, x);
    if (ouro_is_dict(box))
        return ouro_dict_set(rt, box, x, x);
    if (ouro_is_odict(box))
        return ouro_odict_set(rt, box, x, x);
    if (ouro_is_set(box))
        return ouro_set_add(rt, box, x);
    if (ouro_is_weakdict(box))
        return ouro_weakdict_set(rt, box, x, x);
    if (ouro_is_weakset(box))
        return ouro_weakset_add(rt, box, x);
    if (ouro_is_lru(box))
        return ouro_lru_put(rt, box, x, x);
    return ouro_is_deque(box) ? ouro_deque_append_left(rt, box, x) : 0;
}

// Enough that every buffer moves.
static void imp_fill(ouro_rt *rt) {
    for (int i = 0; i < 20; i++) {
        ouro_obj *x = ouro_int_new(rt, 1000 * ++imp_filled);
        if (!x || imp_put(rt, x) < 0)
            ouro_error_clear(rt);
        ouro_xdecref(x);
    }
}

static void imp_ask_again(ouro_rt *rt) {
    if (imp_depth >= 2 || imp_asked >= 5 || !box)
        return;
    imp_asked++;
    imp_depth++;
    ouro_obj *o = ouro_incref(box);
    if (imp_operation(rt, o, o) < 0)
        ouro_error_clear(rt);
    ouro_decref(o);
    imp_depth--;
}

static int imp_act(ouro_rt *rt) {
    if (imp_does == FAIL) {
        imp_failed++;
        return ouro_error_set(rt, OURO_ERR_USER, "an imp");
    }
    if (imp_does == EMPTY && box)
        imp_empty(rt);
    if (imp_does == FILL && box && imp_filled < 100)
        imp_fill(rt);
    if (imp_does == LET_GO)
        ouro_setslot(&box, NULL);
    if (imp_does == COLLECT)
        ouro_gc_collect(rt, OURO_GC_FULL);
    if (imp_does == ASK_AGAIN)
        imp_ask_again(rt);
    return 0;
}

// ---- imps ----

static imp *imp_of(ouro_obj *o) {
    return (imp *)(void *)o;
}

static int imp_hash(ouro_rt *rt, ouro_obj *o, ouro_step *step, uint64_t *hash, ouro_obj **part) {
    (void)o, (void)step, (void)part;
    *hash = 7; // so that they are compared
    return imp_act(rt);
}

static int imp_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b) {
    if (imp_act(rt) < 0)
        return -1;
    if (relation == OURO_EQ || relation == OURO_NE)
        return (imp_equal || a == b) == (relation == OURO_EQ);
    return (relation == OURO_LT || relation == OURO_LE) == (a < b);
}

static int imp_truth(ouro_rt *rt, ouro_obj *o) {
    (void)o;
    return imp_act(rt) < 0 ? -1 : 1;
}

static int imp_length(ouro_rt *rt, ouro_obj *o, size_t *length) {
    (void)o;
    *length = 3;
    return imp_act(rt);
}

static ouro_obj *imp_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key) {
    (void)o, (void)key;
    return imp_act(rt) < 0 ? NULL : ouro_none(rt);
}

static ouro_obj *imp_iter(ouro_rt *rt, ouro_obj *o) {
    imp_of(o)->steps = 0;
    return imp_act(rt) < 0 ? NULL : ouro_incref(o);
}

static int imp_next(ouro_rt *rt, ouro_obj *o, ouro_obj **out) {
    if (imp_act(rt) < 0)
        return -1;
    if (imp_of(o)->steps++ >= 3)
        return 0;
    *out = ouro_int_new(rt, 5000 + imp_of(o)->steps);
    return *out ? 1 : -1;
}

static int imp_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)o, (void)step, (void)part;
    return imp_act(rt) < 0 ? -1 : ouro_builder_text(out, "imp");
}

static int imp_str(ouro_rt *rt, ouro_obj *o, ouro_builder *out) {
    (void)o;
    return imp_act(rt) < 0 ? -1 : ouro_builder_text(out, "imp");
}

static ouro_obj *imp_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    (void)o, (void)args, (void)n, (void)kwnames;
    return imp_act(rt) < 0 ? NULL : ouro_none(rt);
}

static int imp_unary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj **out) {
    (void)op;
    if (imp_act(rt) < 0)
        return -1;
    *out = ouro_incref(a);
    return 1;
}

static int imp_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out) {
    (void)b;
    return imp_unary(rt, op, a, out);
}

static ouro_obj *imp_copy(ouro_rt *rt, ouro_obj *o) {
    return imp_act(rt) < 0 ? NULL : ouro_incref(o);
}

static int imp_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part) {
    (void)o, (void)step, (void)part;
    if (!(*made = ouro_new(rt, &imp_type)))
        return -1;
    return imp_act(rt);
}

static int imp_open(ouro_rt *rt) {
    static ouro_ops ops;
    if (!imp_type.name) {
        ouro_ops_init(&ops);
        ops.hash = imp_hash;
        ops.compare = imp_compare;
        ops.truth = imp_truth;
        ops.length = imp_length;
        ops.get_item = imp_get_item;
        ops.iter = imp_iter;
        ops.next = imp_next;
        ops.repr = imp_repr;
        ops.str = imp_str;
        ops.call = imp_call;
        ops.unary = imp_unary;
        ops.binary = imp_binary;
        ops.copy = imp_copy;
        ops.deep = imp_deep;
        ouro_type_init(&imp_type, "imp", sizeof(imp));
        imp_type.ops = &ops;
    }
    box = NULL;
    return ouro_type_register(rt, &imp_type) < 0 ? -1 : ouro_root_add(rt, "box", &box);
}

// ---- operations: each on a container `o` and an imp, or the container itself again, `x`. 0, or -1 ----

static int took(ouro_obj *result) {
    ouro_xdecref(result);
    return result ? 0 : -1;
}

static int do_hash(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    uint64_t h;
    (void)x;
    return ouro_hash(rt, o, &h);
}

static int do_equal(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    return ouro_equal(rt, o, x);
}

static int do_less(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    return ouro_compare(rt, OURO_LT, o, x);
}

static int do_truth(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    return ouro_truth(rt, o) < 0 ? -1 : ouro_truth(rt, x);
}

static int do_length(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    size_t n;
    return ouro_length(rt, o, &n) < 0 ? -1 : ouro_length(rt, x, &n);
}

static int do_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    return took(ouro_get_item(rt, o, x));
}

static int do_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    return ouro_set_item(rt, o, x, x);
}

static int do_del_item(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    return ouro_del_item(rt, o, x);
}

static int do_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    return ouro_contains(rt, o, x);
}

static int do_iterate(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    ouro_obj *it = ouro_iter(rt, o), *item;
    int more = it ? 1 : -1;
    while (more == 1 && (more = ouro_next(rt, it, &item)) == 1) {
        if (ouro_equal(rt, item, x) < 0)
            more = -1;
        ouro_decref(item);
    }
    ouro_xdecref(it);
    return more;
}

static int do_call(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    ouro_obj *args[] = {x};
    return took(ouro_call(rt, o, args, 1, NULL));
}

static int do_repr(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    (void)x;
    return took(ouro_repr(rt, o));
}

static int do_str(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    (void)x;
    return took(ouro_to_str(rt, o));
}

static int do_add(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    return took(ouro_binary(rt, OURO_ADD, o, x));
}

static int do_or(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    return took(ouro_binary(rt, OURO_OR, o, x));
}

static int do_negate(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    (void)x;
    return took(ouro_unary(rt, OURO_NEG, o));
}

static int do_copy(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    (void)x;
    return took(ouro_copy(rt, o));
}

static int do_deep_copy(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    (void)x;
    return took(ouro_deep_copy(rt, o));
}

static int do_list(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    ouro_obj *list = ouro_list_from(rt, o);
    int result = list ? ouro_list_extend(rt, list, x) : -1;
    ouro_xdecref(list);
    return result;
}

static int do_set(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    ouro_obj *set = ouro_set_new(rt, o);
    int result = set ? ouro_set_update(rt, set, x) : -1;
    ouro_xdecref(set);
    return result;
}

static int do_own_way(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    ouro_obj *got = NULL;
    int result = 0;
    if (ouro_is_list(o))
        result = ouro_list_remove(rt, o, x) < 0 ? -1 : ouro_list_sort(rt, o, NULL, NULL);
    else if (ouro_is_dict(o))
        result = ouro_dict_pop(rt, o, x, &got) < 0 ? -1 : took(ouro_dict_set_default(rt, o, x, x));
    else if (ouro_is_odict(o))
        result = ouro_odict_move(rt, o, x, OURO_FIRST);
    else if (ouro_is_set(o))
        result = ouro_set_remove(rt, o, x) < 0 ? -1 : ouro_set_is_subset(rt, o, x);
    else if (ouro_is_weakdict(o))
        result = ouro_weakdict_pop(rt, o, x, &got) < 0 ? -1 : took(ouro_weakdict_set_default(rt, o, x, x));
    else if (ouro_is_weakset(o))
        result = ouro_weakset_remove(rt, o, x) < 0 ? -1 : ouro_weakset_add(rt, o, x);
    else if (ouro_is_lru(o))
        result = ouro_lru_put(rt, o, x, x) < 0 ? -1 : ouro_lru_resize(rt, o, 1);
    else if (ouro_is_exception(o)) {
        result = took(ouro_exception_report(rt, o));
        imp_failed = 0; // a report says so, and goes on
    }
    ouro_xdecref(got);
    return result;
}

static int do_more_of_its_own(ouro_rt *rt, ouro_obj *o, ouro_obj *x) {
    size_t at;
    if (ouro_is_list(o))
        return ouro_list_find(rt, o, x, &at) < 0 ? -1 : ouro_list_splice(rt, o, 1, 2, x);
    if (ouro_is_dict(o))
        return ouro_dict_has(rt, o, x) < 0 ? -1 : ouro_dict_update(rt, o, o);
    if (ouro_is_odict(o))
        return ouro_odict_has(rt, o, x) < 0 ? -1 : ouro_odict_del(rt, o, x);
    if (ouro_is_set(o))
        return ouro_set_add(rt, o, x) < 0 ? -1 : took(ouro_set_combine(rt, OURO_XOR, o, x));
    if (ouro_is_weakset(o))
        return ouro_weakset_update(rt, o, x);
    if (ouro_is_weakdict(o))
        return took(ouro_weakdict_refs(rt, o)) < 0 ? -1 : ouro_weakdict_update(rt, o, x);
    if (ouro_is_lru(o)) {
        ouro_obj *got;
        int found = ouro_lru_get(rt, o, x, &got);
        ouro_xdecref(got);
        return found < 0 ? -1 : ouro_lru_del(rt, o, x);
    }
    return ouro_is_deque(o) ? ouro_deque_extend(rt, o, x) : 0;
}

static const hostile_operation operations[] = {
    do_hash,     do_equal,    do_less,     do_truth,           do_length, do_get_item,
    do_set_item, do_del_item, do_contains, do_iterate,         do_call,   do_repr,
    do_str,      do_add,      do_or,       do_negate,          do_copy,   do_deep_copy,
    do_list,     do_set,      do_own_way,  do_more_of_its_own,
};
#define OPERATIONS (sizeof operations / sizeof *operations)

// ---- all of it ----

// An operation has ended as it should.
static void hostile_judge(ouro_rt *rt, int result) {
    always((result < 0) == (ouro_error_code(rt) != OURO_OK));
    check(!imp_failed || (imp_failed == 1 && ouro_error_code(rt) == OURO_ERR_USER));
    ouro_error_clear(rt);
}

// Makes a container of imps and does one operation on it, and on it and its like.
static void hostile_one(ouro_rt *rt, hostile_operation operation, mischief does) {
    ouro_scope s;
    ouro_scope_open(rt, &s);
    ouro_obj *parts[ZOO_PARTS], *like[ZOO_PARTS];
    int made = 1;
    imp_does = MISCHIEFS; // none while it is made
    imp_equal = imp_failed = imp_filled = imp_depth = imp_asked = 0;
    imp_operation = operation;
    for (size_t i = 0; i < ZOO_PARTS; i++) {
        made &= (parts[i] = ouro_scope_keep(&s, ouro_new(rt, &imp_type))) != NULL;
        made &= (like[i] = ouro_scope_keep(&s, ouro_new(rt, &imp_type))) != NULL;
    }
    ouro_setslot_steal(&box, made ? hostile_kind->make(rt, parts) : NULL);
    ouro_obj *other = box ? ouro_scope_keep(&s, hostile_kind->make(rt, like)) : NULL;
    if (other) {
        ouro_obj *o = ouro_incref(box), *x[] = {parts[0], like[1], other};
        for (size_t i = 0; i < 3; i++) {
            imp_does = does;
            imp_failed = 0;
            hostile_judge(rt, operation(rt, o, x[i]));
            imp_equal = !imp_equal;
            imp_does = MISCHIEFS;
        }
        ouro_decref(o);
    }
    ouro_error_clear(rt); // there may have been no memory to make them
    ouro_setslot(&box, NULL);
    ouro_scope_close(&s);
}

static void hostile_body(ouro_rt *rt) {
    must(imp_open(rt));
    size_t every =
        test_mode_now() == TEST_FAULT ? 25 : 1; // of all that can happen, in each of so many runs another part
    static size_t turn;
    for (size_t i = turn++ % every; i < OPERATIONS * MISCHIEFS; i += every) {
        hostile_one(rt, operations[i / MISCHIEFS], (mischief)(i % MISCHIEFS));
        always(ouro_verify(rt) == 0);
    }
    always(zoo_audit(rt));
    ouro_error_clear(rt);
    ouro_root_remove(rt, &box);
}

static void hostile_run_kind(const zoo_kind *kind) {
    char name[64];
    hostile_kind = kind;
    snprintf(name, sizeof name, "hostile, %s", kind->name);
    test_run(name, hostile_body, NULL);
}

static void hostile_run(size_t from, size_t to) {
    for (size_t i = from; i < to && i < zoo_size; i++)
        hostile_run_kind(&zoo[i]);
}

Test(hostile, containers) {
    hostile_run(0, 9);
}

Test(hostile, iterators_and_views) {
    hostile_run(9, 19);
}

Test(hostile, programs) {
    hostile_run(19, 27);
}

Test(hostile, derived) {
    hostile_run(27, 40);
}

// Weak containers whose weak sides are the imps.
static ouro_obj *hostile_weakkeys(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = ouro_weakkeys_new(rt);
    for (size_t i = 0; o && i < ZOO_PARTS; i++)
        if (ouro_weakdict_set(rt, o, parts[i], parts[ZOO_PARTS - 1 - i]) < 0)
            ouro_setslot_steal(&o, NULL);
    return o;
}

static ouro_obj *hostile_weakvalues(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *o = ouro_weakvalues_new(rt);
    for (size_t i = 0; o && i < ZOO_PARTS; i++)
        if (ouro_weakdict_set(rt, o, parts[i], parts[0]) < 0)
            ouro_setslot_steal(&o, NULL);
    return o;
}

static ouro_obj *hostile_weakset(ouro_rt *rt, ouro_obj *const *parts) {
    ouro_obj *items = ouro_tuple_new(rt, parts, ZOO_PARTS), *o = items ? ouro_weakset_new(rt, items) : NULL;
    ouro_xdecref(items);
    return o;
}

Test(hostile, weak) {
    static const zoo_kind kinds[] = {
        {"weak keys", hostile_weakkeys}, {"weak values", hostile_weakvalues}, {"weak set", hostile_weakset}};
    hostile_run(40, SIZE_MAX);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        hostile_run_kind(&kinds[i]);
}
