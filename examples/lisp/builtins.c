// SPDX-License-Identifier: MIT
// builtins.c: functions in C. Each is an ouro native, so whatever calls objects can call it; they all share one entry,
// which finds the function in the table. Most hand on what the library has, which checks its arguments.
#include "lisp.h"

#include <string.h>

typedef struct builtin builtin;

// What a builtin is called with.
typedef struct arguments {
    lisp *m;
    ouro_rt *rt;
    ouro_obj *const *at;
    size_t n;
    const builtin *b;
} arguments;

struct builtin {
    const char *name;
    ouro_obj *(*fn)(const arguments *a);
    size_t least, most; // arguments
    int op;             // what fn makes of it
};

// An answer of the library's: 1, 0, or -1.
static ouro_obj *give_answer(const arguments *a, int result) {
    return result < 0 ? NULL : ouro_incref(result ? a->m->t : a->m->f);
}

static ouro_obj *give_nothing(const arguments *a, int result) {
    return result < 0 ? NULL : ouro_incref(a->m->nothing);
}

// Sets OURO_ERR_TYPE: "car wants a pair, not int". Returns: NULL.
static void *give_wanted(const arguments *a, const char *what, size_t i) {
    ouro_error_set(a->rt, OURO_ERR_TYPE, "%s wants %s, not %s", a->b->name, what, ouro_type_of(a->at[i])->name);
    return NULL;
}

// The elements of anything that can be iterated. Takes: steals it; it may be NULL.
static ouro_obj *give_list(const arguments *a, ouro_obj *o) {
    ouro_obj *row = o ? ouro_list_from(a->rt, o) : NULL, *list = row ? ouro_incref(a->m->nil) : NULL;
    for (size_t i = row ? ouro_list_size(row) : 0; i-- > 0 && list;)
        ouro_setslot_steal(&list, lisp_cons(a->m, ouro_incref(ouro_list_peek(row, i)), list, (place){0}));
    ouro_xdecref(row);
    ouro_xdecref(o);
    return list;
}

// ---- what something is, and numbers ----

static ouro_obj *type_name(const arguments *a) {
    return lisp_symbol(a->m, ouro_type_of(a->at[0])->name);
}

// One object, or equal atoms.
static ouro_obj *is_same(const arguments *a) {
    const ouro_obj *x = a->at[0], *y = a->at[1];
    bool words = ouro_int_is_word(x) && ouro_int_is_word(y);
    return give_answer(a, x == y || (words && ouro_int_word(x) == ouro_int_word(y)));
}

static ouro_obj *is_equal(const arguments *a) {
    return give_answer(a, ouro_equal(a->rt, a->at[0], a->at[1]));
}

// (+ a b c) is (a + b) + c; (- a) is 0 - a.
static ouro_obj *number_fold(const arguments *a) {
    size_t i = a->n > 1;
    ouro_obj *sum = i ? ouro_incref(a->at[0]) : ouro_int_new(a->rt, a->b->op == OURO_MUL);
    for (; i < a->n && sum; i++)
        ouro_setslot_steal(&sum, ouro_binary(a->rt, (ouro_op)a->b->op, sum, a->at[i]));
    return sum;
}

static ouro_obj *number_compare(const arguments *a) {
    int result = 1;
    for (size_t i = 1; i < a->n && result == 1; i++)
        result = ouro_compare(a->rt, (ouro_relation)a->b->op, a->at[i - 1], a->at[i]);
    return give_answer(a, result);
}

// ---- pairs, vectors, tables, text ----

static ouro_obj *pair_cons(const arguments *a) {
    return lisp_cons(a->m, ouro_incref(a->at[0]), a->at[1], (place){0});
}

// The part of a pair that `op` says: 0 for the car.
static ouro_obj **pair_slot(const arguments *a) {
    pair *p = lisp_pair(a->at[0]);
    return p ? a->b->op ? &p->cdr : &p->car : give_wanted(a, "a pair", 0);
}

static ouro_obj *pair_part(const arguments *a) {
    ouro_obj **slot = pair_slot(a);
    return slot ? ouro_incref(*slot) : NULL;
}

static ouro_obj *pair_set(const arguments *a) {
    ouro_obj **slot = pair_slot(a);
    if (slot)
        ouro_setref(a->at[0], slot, a->at[1]);
    return give_nothing(a, slot ? 0 : -1);
}

static ouro_obj *list_length(const arguments *a) {
    int64_t n = lisp_length(a->m, a->at[0]);
    return n < 0 ? give_wanted(a, "a list", 0) : ouro_int_new(a->rt, n);
}

static ouro_obj *list_vector(const arguments *a) {
    bool good = lisp_length(a->m, a->at[0]) >= 0;
    ouro_obj *v = good ? ouro_list_new(a->rt, NULL, 0) : give_wanted(a, "a list", 0);
    for (const pair *p = lisp_pair(a->at[0]); p && v; p = lisp_pair(p->cdr))
        if (ouro_list_append(a->rt, v, p->car) < 0)
            ouro_setslot(&v, NULL);
    return v;
}

static ouro_obj *list_from(const arguments *a) {
    return give_list(a, ouro_incref(a->at[0]));
}

static ouro_obj *vector_make(const arguments *a) {
    ouro_obj *one = ouro_list_new(a->rt, &a->at[1], 1), *v = one ? ouro_binary(a->rt, OURO_MUL, one, a->at[0]) : NULL;
    ouro_xdecref(one);
    return v;
}

static ouro_obj *vector_push(const arguments *a) {
    return give_nothing(a, ouro_list_append(a->rt, a->at[0], a->at[1]));
}

static ouro_obj *table_make(const arguments *a) {
    return ouro_dict_new(a->rt);
}

// Of a vector or a table; with a third argument, for a key that a table does not have.
static ouro_obj *item_get(const arguments *a) {
    ouro_obj *value;
    if (a->n == 2)
        return ouro_get_item(a->rt, a->at[0], a->at[1]);
    return ouro_dict_get(a->rt, a->at[0], a->at[1], &value) ? value : ouro_incref(a->at[2]);
}

static ouro_obj *item_set(const arguments *a) {
    return give_nothing(a, ouro_set_item(a->rt, a->at[0], a->at[1], a->at[2]));
}

static ouro_obj *item_delete(const arguments *a) {
    return give_answer(a, ouro_dict_del(a->rt, a->at[0], a->at[1]));
}

static ouro_obj *item_count(const arguments *a) {
    size_t n;
    return ouro_length(a->rt, a->at[0], &n) < 0 ? NULL : ouro_int_new(a->rt, (int64_t)n);
}

// Words of a text, or its parts between separators.
static ouro_obj *text_split(const arguments *a) {
    return give_list(a, ouro_str_split(a->rt, a->at[0], a->n == 2 ? a->at[1] : NULL));
}

static ouro_obj *text_join(const arguments *a) {
    return ouro_str_join(a->rt, a->at[0], a->at[1]);
}

static ouro_obj *text_symbol(const arguments *a) {
    return ouro_is_str(a->at[0]) ? lisp_symbol(a->m, ouro_str_data(a->at[0])) : give_wanted(a, "a string", 0);
}

static ouro_obj *text_written(const arguments *a) {
    return lisp_text(a->m, a->at[0]);
}

// `op` says whether as written in a program.
static ouro_obj *text_put(const arguments *a) {
    ouro_obj *text = a->b->op || !ouro_is_str(a->at[0]) ? lisp_text(a->m, a->at[0]) : ouro_incref(a->at[0]);
    int result = text ? 0 : -1;
    if (text && fwrite(ouro_str_data(text), 1, ouro_str_size(text), stdout) != ouro_str_size(text))
        result = ouro_error_set(a->rt, OURO_ERR_IO, "cannot write");
    ouro_xdecref(text);
    return give_nothing(a, result);
}

// ---- the runtime ----

static ouro_obj *weak_make(const arguments *a) {
    return ouro_weak_new(a->rt, a->at[0], NULL, NULL);
}

static ouro_obj *weak_ref(const arguments *a) {
    ouro_obj *target;
    if (!ouro_is(a->at[0], ouro_weak_type))
        return give_wanted(a, "a weak box", 0);
    return ouro_weak_get(a->at[0], &target) ? target : ouro_incref(a->m->f);
}

static ouro_obj *runtime_gc(const arguments *a) {
    return ouro_int_new(a->rt, ouro_gc_collect(a->rt, OURO_GC_FULL));
}

// Without the reference that the argument itself is.
static ouro_obj *runtime_refcount(const arguments *a) {
    return ouro_int_new(a->rt, (int64_t)ouro_refcount(a->at[0]) - 1);
}

static ouro_obj *runtime_memory(const arguments *a) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(a->rt, &usage);
    return ouro_int_new(a->rt, (int64_t)(a->b->op ? usage.peak_pages : usage.used));
}

static ouro_obj *runtime_apply(const arguments *a) {
    return eval_apply(a->rt, a->m->apply, a->at, a->n, NULL);
}

// ---- errors ----

static ouro_obj *error_raise(const arguments *a) {
    return form_raise(a->m, a->at[0]);
}

static ouro_obj *error_new(const arguments *a) {
    if (!ouro_is_str(a->at[0]))
        return give_wanted(a, "a string", 0);
    ouro_raise_format(a->rt, ouro_exception_class(a->rt, OURO_ERR_USER), "%s", ouro_str_data(a->at[0]));
    return NULL;
}

static ouro_obj *error_part(const arguments *a) {
    if (!ouro_is_exception(a->at[0]))
        return give_wanted(a, "an error", 0);
    return a->b->op ? lisp_symbol(a->m, ouro_class_name(ouro_class_peek(a->at[0]))) : ouro_to_str(a->rt, a->at[0]);
}

static const builtin builtins_table[] = {
    {"type", type_name, 1, 1, 0},
    {"eq?", is_same, 2, 2, 0},
    {"equal?", is_equal, 2, 2, 0},
    {"+", number_fold, 0, OURO_ANY, OURO_ADD},
    {"-", number_fold, 1, OURO_ANY, OURO_SUB},
    {"*", number_fold, 0, OURO_ANY, OURO_MUL},
    {"=", number_compare, 1, OURO_ANY, OURO_EQ},
    {"<", number_compare, 1, OURO_ANY, OURO_LT},
    {"<=", number_compare, 1, OURO_ANY, OURO_LE},
    {">", number_compare, 1, OURO_ANY, OURO_GT},
    {">=", number_compare, 1, OURO_ANY, OURO_GE},
    {"float-quotient", number_fold, 2, 2, OURO_DIV},
    {"floor-quotient", number_fold, 2, 2, OURO_FLOORDIV},
    {"modulo", number_fold, 2, 2, OURO_MOD},
    {"expt", number_fold, 2, 2, OURO_POW},
    {"cons", pair_cons, 2, 2, 0},
    {"car", pair_part, 1, 1, 0},
    {"cdr", pair_part, 1, 1, 1},
    {"set-car!", pair_set, 2, 2, 0},
    {"set-cdr!", pair_set, 2, 2, 1},
    {"length", list_length, 1, 1, 0},
    {"list->vector", list_vector, 1, 1, 0},
    {"items", list_from, 1, 1, 0},
    {"make-vector", vector_make, 2, 2, 0},
    {"vector-push!", vector_push, 2, 2, 0},
    {"size", item_count, 1, 1, 0},
    {"set-item!", item_set, 3, 3, 0},
    {"make-table", table_make, 0, 0, 0},
    {"table-ref", item_get, 2, 3, 0},
    {"table-delete!", item_delete, 2, 2, 0},
    {"string-split", text_split, 1, 2, 0},
    {"string-join", text_join, 2, 2, 0},
    {"string->symbol", text_symbol, 1, 1, 0},
    {"object->string", text_written, 1, 1, 0},
    {"display", text_put, 1, 1, 0},
    {"write", text_put, 1, 1, 1},
    {"make-weak", weak_make, 1, 1, 0},
    {"weak-ref", weak_ref, 1, 1, 0},
    {"gc", runtime_gc, 0, 0, 0},
    {"refcount", runtime_refcount, 1, 1, 0},
    {"memory-used", runtime_memory, 0, 0, 0},
    {"memory-peak", runtime_memory, 0, 0, 1},
    {"apply", runtime_apply, 2, OURO_ANY, 0},
    {"raise", error_raise, 1, 1, 0},
    {"make-error", error_new, 1, 1, 0},
    {"error-message", error_part, 1, 1, 0},
    {"error-kind", error_part, 1, 1, 1},
};

// prelude.lisp, as it lies in the tree when this is compiled there.
__asm__(".pushsection .rodata\nbuiltins_lisp: .incbin \"examples/lisp/prelude.lisp\"\nbuiltins_lisp_end:\n.popsection");
extern const char builtins_lisp[], builtins_lisp_end[];

// `self` is an int that holds the address of the function's line in the table.
static ouro_obj *builtin_call(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    const builtin *b = (const builtin *)(intptr_t)ouro_int_word(self);
    (void)kwnames;
    return b->fn(&(arguments){ouro_rt_user(rt), rt, args, n, b});
}

static int builtin_define(lisp *m, const builtin *b) {
    ouro_obj *self = ouro_int_new(m->rt, (int64_t)(intptr_t)b);
    ouro_obj *f = self ? ouro_native_new(m->rt, b->name, builtin_call, self, b->least, b->most) : NULL;
    ouro_obj *name = f ? lisp_symbol(m, b->name) : NULL;
    if (name)
        ouro_setref(name, &((symbol *)name)->value, f);
    if (name && b->fn == runtime_apply)
        m->apply = ouro_incref(f);
    ouro_xdecref(name);
    ouro_xdecref(f);
    ouro_xdecref(self);
    return name ? 0 : -1;
}

int builtins_open(lisp *m) {
    for (size_t i = 0; i < sizeof builtins_table / sizeof *builtins_table; i++)
        if (builtin_define(m, &builtins_table[i]) < 0)
            return -1;
    FILE *in = fmemopen((char *)(uintptr_t)builtins_lisp, (size_t)(builtins_lisp_end - builtins_lisp), "r");
    if (!in)
        return ouro_error_set(m->rt, OURO_ERR_IO, "the functions in Lisp cannot be read");
    int result = reader_run(m, in, NULL); // without places: mistakes are in what calls it
    fclose(in);
    return result;
}
