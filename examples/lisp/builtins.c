// SPDX-License-Identifier: MIT
// builtins.c: functions in C. Each is an ouro native, so whatever calls objects can call it; they all share one entry,
// which finds the function in the table. Most hand on what the library has, which checks its arguments.
#include "lisp.h"

// What a function is called with.
typedef struct call {
    lisp *m;
    ouro_rt *rt;
    ouro_obj *const *at;
    size_t n;
    int op;
} call;

typedef struct builtin {
    const char *name;
    ouro_obj *(*run)(const call *c);
    size_t least, most;            // arguments
    int op;                        // what a function that serves several names makes of it
    const ouro_type *const *first; // what the first argument has to be; NULL: any, or the library looks
} builtin;

// Gives an answer of the library's, 1, 0 or -1, to the program.
static ouro_obj *answer(const call *c, int result) {
    return result < 0 ? NULL : ouro_incref(result ? c->m->t : c->m->f);
}

static ouro_obj *done(const call *c, int result) {
    return result < 0 ? NULL : ouro_incref(c->m->nothing);
}

// (+ a b c) is (a + b) + c; (- a) is 0 - a.
static ouro_obj *number_fold(const call *c) {
    size_t i = c->n > 1;
    ouro_obj *sum = i ? ouro_incref(c->at[0]) : ouro_int_new(c->rt, c->op == OURO_MUL);
    for (; i < c->n && sum; i++)
        ouro_setslot_steal(&sum, ouro_binary(c->rt, (ouro_op)c->op, sum, c->at[i]));
    return sum;
}

static ouro_obj *number_compare(const call *c) {
    int result = 1;
    for (size_t i = 1; i < c->n && result == 1; i++)
        result = ouro_compare(c->rt, (ouro_relation)c->op, c->at[i - 1], c->at[i]);
    return answer(c, result);
}

// (cons a b): a pair. (cons a b pair ...): one in the first place that one of the others has.
static ouro_obj *pair_cons(const call *c) {
    place at = nowhere;
    for (size_t i = 2; i < c->n && !at.file; i++)
        at = lisp_pair(c->at[i]) ? lisp_pair(c->at[i])->place : nowhere;
    return lisp_cons(c->m, ouro_incref(c->at[0]), ouro_incref(c->at[1]), at);
}

// Of a list, or what the library knows the length of.
static ouro_obj *item_count(const call *c) {
    int64_t list = lisp_length(c->m, c->at[0]);
    size_t n = (size_t)list;
    return list < 0 && ouro_length(c->rt, c->at[0], &n) < 0 ? NULL : ouro_int_new(c->rt, (int64_t)n);
}

static ouro_obj *text_put(const call *c) {
    ouro_obj *text = ouro_to_str(c->rt, c->at[0]);
    if (text)
        fwrite(ouro_str_data(text), 1, ouro_str_size(text), stdout); // main() looks whether that went well
    ouro_xdecref(text);
    return done(c, text ? 0 : -1);
}

static ouro_obj *weak_ref(const call *c) {
    ouro_obj *target;
    return ouro_weak_get(c->at[0], &target) ? target : ouro_incref(c->m->f);
}

static ouro_obj *memory(const call *c) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(c->rt, &usage);
    return ouro_int_new(c->rt, (int64_t)(c->op ? usage.peak_pages : usage.used));
}

// (raise x): any object can be an error. (raise x pair): one in the place of a pair of the program's text.
static ouro_obj *error_raise(const call *c) {
    ouro_obj *text = lisp_text(c->rt, c->at[0]);
    if (ouro_is_exception(c->at[0]))
        ouro_raise(c->rt, c->at[0]);
    else if (text)
        ouro_error_throw_text(c->rt, OURO_ERR_THROWN, c->at[0], ouro_str_data(text));
    if (c->n == 2 && lisp_pair(c->at[1]))
        lisp_note(c->m, lisp_pair(c->at[1])->place);
    ouro_xdecref(text);
    return NULL;
}

// Those that are one expression.
#define BUILTIN(name, value)                                                                                           \
    static ouro_obj *name(const call *c) {                                                                             \
        return value;                                                                                                  \
    }
BUILTIN(type_name, lisp_symbol(c->m, ouro_type_of(c->at[0])->name))
BUILTIN(is_same, answer(c, c->at[0] == c->at[1]))
BUILTIN(is_equal, answer(c, ouro_equal(c->rt, c->at[0], c->at[1])))
BUILTIN(pair_car, ouro_incref(lisp_pair(c->at[0])->car))
BUILTIN(pair_cdr, ouro_incref(lisp_pair(c->at[0])->cdr))
BUILTIN(vector_new, ouro_list_new(c->rt, c->at, c->n))
BUILTIN(vector_push, done(c, ouro_list_append(c->rt, c->at[0], c->at[1])))
BUILTIN(table_new, ouro_dict_new(c->rt))
BUILTIN(table_delete, answer(c, ouro_dict_del(c->rt, c->at[0], c->at[1])))
BUILTIN(item_get, ouro_get_item(c->rt, c->at[0], c->at[1]))
BUILTIN(item_has, answer(c, ouro_contains(c->rt, c->at[0], c->at[1])))
BUILTIN(item_set, done(c, ouro_set_item(c->rt, c->at[0], c->at[1], c->at[2])))
BUILTIN(item_all, ouro_list_from(c->rt, c->at[0]))
BUILTIN(text_split, ouro_str_split(c->rt, c->at[0], c->at[1]))
BUILTIN(text_join, ouro_str_join(c->rt, c->at[0], c->at[1]))
BUILTIN(text_symbol, lisp_symbol(c->m, ouro_str_data(c->at[0])))
BUILTIN(text_written, lisp_text(c->rt, c->at[0]))
BUILTIN(weak_make, ouro_weak_new(c->rt, c->at[0], NULL, NULL))
BUILTIN(collect, ouro_int_new(c->rt, ouro_gc_collect(c->rt, OURO_GC_FULL)))
BUILTIN(refcount, ouro_int_new(c->rt, (int64_t)ouro_refcount(c->at[0]) - 1)) // without the argument itself
BUILTIN(error_make,
        done(c, ouro_raise_format(c->rt, ouro_exception_class(c->rt, OURO_ERR_USER), "%s", ouro_str_data(c->at[0]))))
BUILTIN(error_text, ouro_to_str(c->rt, c->at[0]))
BUILTIN(error_kind, lisp_symbol(c->m, ouro_class_name(ouro_class_peek(c->at[0]))))

static const ouro_type *const any_pair = &pair_type;

static const builtin builtins_table[] = {
    {"+", number_fold, 0, OURO_ANY, OURO_ADD, NULL},
    {"-", number_fold, 1, OURO_ANY, OURO_SUB, NULL},
    {"*", number_fold, 0, OURO_ANY, OURO_MUL, NULL},
    {"float-quotient", number_fold, 2, 2, OURO_DIV, NULL},
    {"floor-quotient", number_fold, 2, 2, OURO_FLOORDIV, NULL},
    {"modulo", number_fold, 2, 2, OURO_MOD, NULL},
    {"expt", number_fold, 2, 2, OURO_POW, NULL},
    {"=", number_compare, 1, OURO_ANY, OURO_EQ, NULL},
    {"<", number_compare, 1, OURO_ANY, OURO_LT, NULL},
    {"<=", number_compare, 1, OURO_ANY, OURO_LE, NULL},
    {">", number_compare, 1, OURO_ANY, OURO_GT, NULL},
    {">=", number_compare, 1, OURO_ANY, OURO_GE, NULL},
    {"eq?", is_same, 2, 2, 0, NULL},
    {"equal?", is_equal, 2, 2, 0, NULL},
    {"type", type_name, 1, 1, 0, NULL},
    {"cons", pair_cons, 2, OURO_ANY, 0, NULL},
    {"car", pair_car, 1, 1, 0, &any_pair},
    {"cdr", pair_cdr, 1, 1, 0, &any_pair},
    {"length", item_count, 1, 1, 0, NULL},
    {"vector", vector_new, 0, OURO_ANY, 0, NULL},
    {"vector-push!", vector_push, 2, 2, 0, NULL},
    {"make-table", table_new, 0, 0, 0, NULL},
    {"table-delete!", table_delete, 2, 2, 0, NULL},
    {"item", item_get, 2, 2, 0, NULL},
    {"has-item?", item_has, 2, 2, 0, NULL},
    {"set-item!", item_set, 3, 3, 0, NULL},
    {"items", item_all, 1, 1, 0, NULL},
    {"split", text_split, 2, 2, 0, NULL},
    {"string-join", text_join, 2, 2, 0, NULL},
    {"string->symbol", text_symbol, 1, 1, 0, &ouro_str_type},
    {"object->string", text_written, 1, 1, 0, NULL},
    {"display", text_put, 1, 1, 0, NULL},
    {"make-weak", weak_make, 1, 1, 0, NULL},
    {"weak-ref", weak_ref, 1, 1, 0, &ouro_weak_type},
    {"gc", collect, 0, 0, 0, NULL},
    {"refcount", refcount, 1, 1, 0, NULL},
    {"memory-used", memory, 0, 0, 0, NULL},
    {"memory-peak", memory, 0, 0, 1, NULL},
    {"raise", error_raise, 1, 2, 0, NULL},
    {"make-error", error_make, 1, 1, 0, &ouro_str_type},
    {"error-kind", error_kind, 1, 1, 0, &ouro_exception_type},
    {"error-message", error_text, 1, 1, 0, &ouro_exception_type},
};

// `self` is an int that holds the address of the function's line in the table.
static ouro_obj *builtin_call(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    const builtin *b = (const builtin *)(intptr_t)ouro_int_word(self);
    (void)kwnames;
    if (!b->first || ouro_is_a(args[0], *b->first))
        return b->run(&(call){ouro_rt_user(rt), rt, args, n, b->op});
    const char *wanted = (*b->first)->name, *given = ouro_type_of(args[0])->name;
    ouro_error_set(rt, OURO_ERR_TYPE, "%s wants a %s, not %s", b->name, wanted, given);
    return NULL;
}

// Makes a function known under its name.
static int builtin_open(lisp *m, const builtin *b) {
    ouro_obj *self = ouro_int_new(m->rt, (int64_t)(intptr_t)b), *name = lisp_symbol(m, b->name);
    ouro_obj *f = self && name ? ouro_native_new(m->rt, b->name, builtin_call, self, b->least, b->most) : NULL;
    if (f)
        ouro_setref_steal(name, &((symbol *)name)->value, f);
    ouro_xdecref(self);
    ouro_xdecref(name);
    return f ? 0 : -1;
}

int builtins_open(lisp *m) {
    int result = 0;
    for (size_t i = 0; i < sizeof builtins_table / sizeof *builtins_table && result == 0; i++)
        result = builtin_open(m, &builtins_table[i]);
    return result;
}

// prelude.lisp, as it lies in the tree when this is compiled there.
__asm__(".pushsection .rodata\nbuiltins_lisp: .incbin \"examples/lisp/prelude.lisp\"\nbuiltins_lisp_end:\n.popsection");
extern const char builtins_lisp[], builtins_lisp_end[];

FILE *builtins_prelude(void) {
    return fmemopen((char *)(uintptr_t)builtins_lisp, (size_t)(builtins_lisp_end - builtins_lisp), "r");
}
