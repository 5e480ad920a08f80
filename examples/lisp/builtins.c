// SPDX-License-Identifier: MIT
// builtins.c: functions in C. Each is an ouro native, so whatever calls objects can call it; all share one entry, which
// checks the arguments' types by the letters in the table, so that the functions themselves need not.
#include "lisp.h"

#include <string.h>

ouro_obj *builtins_wants(lisp *m, const char *name, const char *what, const ouro_obj *got) {
    ouro_error_set(m->rt, OURO_ERR_TYPE, "%s wants %s, not %s", name, what, ouro_type_of(got)->name);
    return NULL;
}

// What a letter stands for, if the object is none.
static const char *builtin_wanted(const lisp *m, char letter, const ouro_obj *o) {
    switch (letter) {
    case 'i':
        return ouro_is_int(o) && ouro_int_is_word(o) ? NULL : "a small integer";
    case 'n':
        return ouro_is_int(o) || ouro_is_float(o) ? NULL : "a number";
    case 'I':
        return ouro_is_int(o) ? NULL : "an integer";
    case 's':
        return ouro_is_str(o) ? NULL : "a string";
    case 'y':
        return ouro_is(o, &symbol_type) ? NULL : "a symbol";
    case 'p':
        return lisp_pair(o) ? NULL : "a pair";
    case 'l':
        return lisp_length(m, o) >= 0 ? NULL : "a list";
    case 'f':
        return ouro_is(o, &closure_type) || ouro_is_native(o) ? NULL : "a procedure";
    case 'e':
        return ouro_is_exception(o) ? NULL : "an error";
    case 'v':
        return ouro_is(o, &vector_type) ? NULL : "a vector";
    case 't':
        return ouro_is_dict(o) ? NULL : "a table";
    case 'w':
        return ouro_is(o, ouro_weak_type) ? NULL : "a weak box";
    default:
        return NULL;
    }
}

// `self` is an int that holds the function's place in a table.
static ouro_obj *builtin_call(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    const builtin *b = (const builtin *)(intptr_t)ouro_int_word(self);
    const call c = {ouro_rt_user(rt), b, args, n};
    const char *letter = b->types;
    (void)kwnames;
    for (size_t i = 0; i < n; i++) {
        const char *wanted = builtin_wanted(c.m, *letter, args[i]);
        if (wanted)
            return builtins_wants(c.m, b->name, wanted, args[i]);
        letter += letter[0] && letter[1];
    }
    return b->fn(&c);
}

static int builtin_define(lisp *m, const builtin *b) {
    ouro_obj *self = ouro_int_new(m->rt, (int64_t)(intptr_t)b);
    ouro_obj *f = self ? ouro_native_new(m->rt, b->name, builtin_call, self, b->least, b->most) : NULL;
    ouro_obj *name = f ? lisp_symbol(m, b->name) : NULL;
    symbol *s = (symbol *)(void *)name;
    if (s) {
        ouro_setref(name, &s->value, f);
        s->op = b->op;
        s->op_args = b->op_args;
    }
    ouro_xdecref(name);
    ouro_xdecref(f);
    ouro_xdecref(self);
    return s ? 0 : -1;
}

int builtins_open(lisp *m) {
    int result = 0;
    for (const builtin *b = builtins_table; b->name && result == 0; b++)
        result = builtin_define(m, b);
    for (const builtin *b = number_table; b->name && result == 0; b++)
        result = builtin_define(m, b);
    for (const builtin *b = text_table; b->name && result == 0; b++)
        result = builtin_define(m, b);
    ouro_obj *apply = result == 0 ? lisp_symbol(m, "apply") : NULL;
    if (apply)
        ouro_setslot(&m->apply, ((symbol *)(void *)apply)->value);
    ouro_xdecref(apply);
    return apply ? 0 : -1;
}

static ouro_obj *nothing(const call *c, int result) {
    return result < 0 ? NULL : ouro_incref(c->m->nothing);
}

// An answer of the library's: 1, 0, or -1.
static ouro_obj *answer(const call *c, int result) {
    return result < 0 ? NULL : lisp_bool(c->m, result);
}

// ---- what something is ----

// `op` is the letter of what is asked for.
static ouro_obj *is_kind(const call *c) {
    return answer(c, !builtin_wanted(c->m, (char)c->b->op, c->args[0]));
}

static ouro_obj *is_pair(const call *c) {
    return answer(c, lisp_pair(c->args[0]) != NULL);
}

static ouro_obj *is_null(const call *c) {
    return answer(c, c->args[0] == c->m->nil);
}

static ouro_obj *is_false(const call *c) {
    return answer(c, c->args[0] == c->m->f);
}

static ouro_obj *is_same(const call *c) {
    return answer(c, number_same(c->args[0], c->args[1]));
}

static ouro_obj *is_equal(const call *c) {
    return answer(c, ouro_equal(c->m->rt, c->args[0], c->args[1]));
}

// ---- pairs, vectors, tables ----

static ouro_obj *pair_cons(const call *c) {
    return lisp_cons(c->m, c->args[0], c->args[1]);
}

static ouro_obj *pair_car(const call *c) {
    return ouro_incref(lisp_pair(c->args[0])->car);
}

static ouro_obj *pair_cdr(const call *c) {
    return ouro_incref(lisp_pair(c->args[0])->cdr);
}

static ouro_obj *pair_set_car(const call *c) {
    ouro_setref(c->args[0], &((pair *)(void *)c->args[0])->car, c->args[1]);
    return nothing(c, 0);
}

static ouro_obj *pair_set_cdr(const call *c) {
    ouro_setref(c->args[0], &((pair *)(void *)c->args[0])->cdr, c->args[1]);
    return nothing(c, 0);
}

static ouro_obj *list_new(const call *c) {
    ouro_obj *list = ouro_incref(c->m->nil);
    for (size_t i = c->n; i-- > 0 && list;)
        ouro_setslot_steal(&list, lisp_cons(c->m, c->args[i], list));
    return list;
}

static ouro_obj *list_length(const call *c) {
    return ouro_int_new(c->m->rt, lisp_length(c->m, c->args[0]));
}

static int list_before(ouro_rt *rt, ouro_obj *a, ouro_obj *b, void *less) {
    ouro_obj *args[] = {a, b}, *yes = ouro_call(rt, less, args, 2, NULL);
    int result = yes ? yes != ((lisp *)ouro_rt_user(rt))->f : -1;
    ouro_xdecref(yes);
    return result;
}

static ouro_obj *list_sort(const call *c) {
    ouro_obj *row = lisp_vector_of(c->m, ouro_incref(c->args[0])), *list = NULL;
    if (row && ouro_list_sort(c->m->rt, row, list_before, c->args[1]) == 0)
        list = lisp_list(c->m, row);
    ouro_xdecref(row);
    return list;
}

static ouro_obj *vector_from(const call *c) {
    return lisp_vector_of(c->m, ouro_incref(c->args[0]));
}

static ouro_obj *vector_list(const call *c) {
    return lisp_list(c->m, c->args[0]);
}

static ouro_obj *vector_new(const call *c) {
    ouro_obj *list = list_new(c);
    return list ? lisp_vector_of(c->m, list) : NULL;
}

static ouro_obj *vector_make(const call *c) {
    ouro_obj *v = lisp_vector_of(c->m, ouro_incref(c->m->nil));
    int result = v ? ouro_list_reserve(c->m->rt, v, (size_t)ouro_int_word(c->args[0])) : -1;
    for (int64_t i = 0; i < ouro_int_word(c->args[0]) && result == 0; i++)
        result = ouro_list_append(c->m->rt, v, c->n == 2 ? c->args[1] : c->m->zero);
    if (result < 0)
        ouro_setslot_steal(&v, NULL);
    return v;
}

static ouro_obj *vector_ref(const call *c) {
    return ouro_list_get(c->m->rt, c->args[0], (ptrdiff_t)ouro_int_word(c->args[1]));
}

static ouro_obj *vector_set(const call *c) {
    return nothing(c, ouro_list_set(c->m->rt, c->args[0], (ptrdiff_t)ouro_int_word(c->args[1]), c->args[2]));
}

static ouro_obj *vector_push(const call *c) {
    return nothing(c, ouro_list_append(c->m->rt, c->args[0], c->args[1]));
}

static ouro_obj *vector_length(const call *c) {
    return ouro_int_new(c->m->rt, (int64_t)ouro_list_size(c->args[0]));
}

static ouro_obj *table_new(const call *c) {
    return ouro_dict_new(c->m->rt);
}

// (table-ref table key default)
static ouro_obj *table_ref(const call *c) {
    ouro_obj *value;
    int found = ouro_dict_get(c->m->rt, c->args[0], c->args[1], &value);
    if (found == 0 && c->n == 3)
        return ouro_incref(c->args[2]);
    if (found == 0)
        ouro_error_set(c->m->rt, OURO_ERR_KEY, "table-ref: there is no such key");
    return value;
}

static ouro_obj *table_set(const call *c) {
    return nothing(c, ouro_dict_set(c->m->rt, c->args[0], c->args[1], c->args[2]));
}

static ouro_obj *table_delete(const call *c) {
    return answer(c, ouro_dict_del(c->m->rt, c->args[0], c->args[1]));
}

static ouro_obj *table_size(const call *c) {
    return ouro_int_new(c->m->rt, (int64_t)ouro_dict_size(c->args[0]));
}

static ouro_obj *table_keys(const call *c) {
    ouro_obj *row = ouro_list_from(c->m->rt, c->args[0]), *list = row ? lisp_list(c->m, row) : NULL;
    ouro_xdecref(row);
    return list;
}

// ---- the runtime ----

static ouro_obj *weak_make(const call *c) {
    return ouro_weak_new(c->m->rt, c->args[0], NULL, NULL);
}

static ouro_obj *weak_ref(const call *c) {
    ouro_obj *target;
    return ouro_weak_get(c->args[0], &target) ? target : ouro_incref(c->m->f);
}

static ouro_obj *runtime_gc(const call *c) {
    int64_t found = ouro_gc_collect(c->m->rt, OURO_GC_FULL);
    return found < 0 ? NULL : ouro_int_new(c->m->rt, found);
}

// Without the reference that the argument itself is.
static ouro_obj *runtime_refcount(const call *c) {
    return ouro_int_new(c->m->rt, (int64_t)ouro_refcount(c->args[0]) - 1);
}

static ouro_obj *runtime_memory(const call *c) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(c->m->rt, &usage);
    return ouro_int_new(c->m->rt, (int64_t)usage.used);
}

static ouro_obj *runtime_peak(const call *c) {
    ouro_mem_usage usage;
    ouro_mem_get_usage(c->m->rt, &usage);
    return ouro_int_new(c->m->rt, (int64_t)usage.peak_pages);
}

static ouro_obj *runtime_eval(const call *c) {
    ouro_obj *at = lisp_cons(c->m, c->args[0], c->m->nil), *file = at ? ouro_str_from(c->m->rt, "eval") : NULL;
    ouro_obj *f = file ? compile_expression(c->m, at, file) : NULL,
             *value = f ? vm_apply(c->m->rt, f, NULL, 0, NULL) : NULL;
    ouro_xdecref(f);
    ouro_xdecref(file);
    ouro_xdecref(at);
    return value;
}

// The machine does what `apply` is for, see vm_call.
static ouro_obj *runtime_apply(const call *c) {
    ouro_error_set(c->m->rt, OURO_ERR_STATE, "apply was called by a builtin function");
    return NULL;
}

// ---- errors ----

static ouro_obj *error_raise(const call *c) {
    vm_raise(c->m, c->args[0]);
    return NULL;
}

// (error text object ...): the objects are written behind the text.
static ouro_obj *error_new(const call *c) {
    ouro_builder b;
    ouro_builder_open(c->m->rt, &b);
    for (size_t i = 0; i < c->n && ouro_error_code(c->m->rt) == OURO_OK; i++) {
        ouro_obj *part = lisp_text(c->m, c->args[i], i > 0);
        if (part && ouro_builder_text(&b, i ? " " : "") == 0)
            (void)ouro_builder_str(&b, part); // a failure is seen below
        ouro_xdecref(part);
    }
    ouro_obj *text = ouro_error_code(c->m->rt) == OURO_OK ? ouro_builder_finish(&b) : NULL;
    if (text)
        ouro_raise_format(c->m->rt, ouro_exception_class(c->m->rt, OURO_ERR_USER), "%s", ouro_str_data(text));
    ouro_builder_close(&b);
    ouro_xdecref(text);
    return NULL;
}

static ouro_obj *error_message(const call *c) {
    return ouro_to_str(c->m->rt, c->args[0]);
}

static ouro_obj *error_kind(const call *c) {
    return lisp_symbol(c->m, ouro_class_name(ouro_class_peek(c->args[0])));
}

const builtin builtins_table[] = {
    {"number?", is_kind, 1, 1, "", 'n', NEVER},
    {"integer?", is_kind, 1, 1, "", 'I', NEVER},
    {"string?", is_kind, 1, 1, "", 's', NEVER},
    {"symbol?", is_kind, 1, 1, "", 'y', NEVER},
    {"vector?", is_kind, 1, 1, "", 'v', NEVER},
    {"table?", is_kind, 1, 1, "", 't', NEVER},
    {"list?", is_kind, 1, 1, "", 'l', NEVER},
    {"procedure?", is_kind, 1, 1, "", 'f', NEVER},
    {"error?", is_kind, 1, 1, "", 'e', NEVER},
    {"pair?", is_pair, 1, 1, "", OP_PAIR, 1},
    {"null?", is_null, 1, 1, "", OP_NULL, 1},
    {"not", is_false, 1, 1, "", OP_NOT, 1},
    {"eq?", is_same, 2, 2, "", OP_SAME, 2},
    {"equal?", is_equal, 2, 2, "", 0, NEVER},
    {"cons", pair_cons, 2, 2, "", OP_CONS, 2},
    {"car", pair_car, 1, 1, "p", OP_CAR, 1},
    {"cdr", pair_cdr, 1, 1, "p", OP_CDR, 1},
    {"set-car!", pair_set_car, 2, 2, "po", 0, NEVER},
    {"set-cdr!", pair_set_cdr, 2, 2, "po", 0, NEVER},
    {"list", list_new, 0, OURO_ANY, "", 0, NEVER},
    {"length", list_length, 1, 1, "l", 0, NEVER},
    {"sort", list_sort, 2, 2, "lf", 0, NEVER},
    {"vector", vector_new, 0, OURO_ANY, "", 0, NEVER},
    {"make-vector", vector_make, 1, 2, "io", 0, NEVER},
    {"list->vector", vector_from, 1, 1, "l", 0, NEVER},
    {"vector->list", vector_list, 1, 1, "v", 0, NEVER},
    {"vector-ref", vector_ref, 2, 2, "vi", 0, NEVER},
    {"vector-set!", vector_set, 3, 3, "vio", 0, NEVER},
    {"vector-push!", vector_push, 2, 2, "vo", 0, NEVER},
    {"vector-length", vector_length, 1, 1, "v", 0, NEVER},
    {"make-table", table_new, 0, 0, "", 0, NEVER},
    {"table-ref", table_ref, 2, 3, "to", 0, NEVER},
    {"table-set!", table_set, 3, 3, "to", 0, NEVER},
    {"table-delete!", table_delete, 2, 2, "to", 0, NEVER},
    {"table-size", table_size, 1, 1, "t", 0, NEVER},
    {"table-keys", table_keys, 1, 1, "t", 0, NEVER},
    {"make-weak", weak_make, 1, 1, "", 0, NEVER},
    {"weak-ref", weak_ref, 1, 1, "w", 0, NEVER},
    {"gc", runtime_gc, 0, 0, "", 0, NEVER},
    {"refcount", runtime_refcount, 1, 1, "", 0, NEVER},
    {"memory-used", runtime_memory, 0, 0, "", 0, NEVER},
    {"memory-peak", runtime_peak, 0, 0, "", 0, NEVER},
    {"eval", runtime_eval, 1, 1, "", 0, NEVER},
    {"apply", runtime_apply, 2, OURO_ANY, "", 0, NEVER},
    {"raise", error_raise, 1, 1, "", 0, NEVER},
    {"error", error_new, 1, OURO_ANY, "so", 0, NEVER},
    {"error-message", error_message, 1, 1, "e", 0, NEVER},
    {"error-kind", error_kind, 1, 1, "e", 0, NEVER},
    {NULL, NULL, 0, 0, NULL, 0, 0},
};
