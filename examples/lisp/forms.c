// SPDX-License-Identifier: MIT
// forms.c: the special forms. Each function gets the whole form, whose parts are a list that ends and has as many
// elements as its line in the table says; what is inside a part it checks itself.
#include "compile.h"

static const pair *form_parts(const pair *form) {
    return lisp_pair(form->cdr);
}

static int forms_quote(compiler *c, const pair *form, position where) {
    return emit_with(c, OP_CONSTANT, form_parts(form)->car, 1) < 0 ? -1 : emit_value(c, where);
}

static int forms_if(compiler *c, const pair *form, position where) {
    const pair *test = form_parts(form), *then = lisp_pair(test->cdr), *otherwise = lisp_pair(then->cdr);
    size_t no = NO_JUMP, end = NO_JUMP, depth = c->f->depth;
    if (compile_car(c, test, INNER) < 0 || emit_jump(c, OP_JUMP_FALSE, &no, -1) < 0 || compile_car(c, then, where) < 0)
        return -1;
    if (where == INNER && emit_jump(c, OP_JUMP, &end, 0) < 0)
        return -1;
    emit_here(c, no);
    c->f->depth = depth;
    if ((otherwise ? compile_car(c, otherwise, where) : emit_nothing(c, where)) < 0)
        return -1;
    emit_here(c, end);
    return 0;
}

int forms_define(compiler *c, const pair *form, position where) {
    symbol *name;
    if (c->f->outer || c->f->depth)
        return compile_fail(c, "a definition is not allowed here");
    if (compile_definition(c, form, &name) < 0)
        return -1;
    if (name->special)
        return compile_fail(c, "%s cannot be defined", ouro_str_data(name->name));
    return emit_with(c, OP_DEFINE, &name->head, -1) < 0 ? -1 : emit_nothing(c, where);
}

static int forms_set(compiler *c, const pair *form, position where) {
    const pair *parts = form_parts(form);
    symbol *name = compile_name(c, parts->car);
    if (!name || compile_car(c, lisp_pair(parts->cdr), INNER) < 0 || emit_set(c, name) < 0)
        return -1;
    return emit_nothing(c, where);
}

static int forms_lambda(compiler *c, const pair *form, position where) {
    const pair *parts = form_parts(form);
    symbol *name = compile_name(c, form->car);
    return compile_lambda(c, name, parts->car, parts->cdr) < 0 ? -1 : emit_value(c, where);
}

static int forms_begin(compiler *c, const pair *form, position where) {
    if (c->f->outer || c->f->depth)
        return compile_body(c, form->cdr, where);
    for (const pair *p = form_parts(form); p; p = lisp_pair(p->cdr)) { // so that definitions are global
        bool last = p->cdr == c->m->nil;
        if (compile_car(c, p, last ? where : INNER) < 0 || (!last && emit(c, OP_POP, 0, -1) < 0))
            return -1;
    }
    return 0;
}

// ---- conditions ----

// `and` and `or`: all parts but the last may end it with their value.
static int forms_chain(compiler *c, const pair *form, unsigned jump, position where) {
    size_t end = NO_JUMP;
    const pair *p = form_parts(form);
    for (; p->cdr != c->m->nil; p = lisp_pair(p->cdr))
        if (compile_car(c, p, INNER) < 0 || emit_jump(c, jump, &end, -1) < 0)
            return -1;
    if (compile_car(c, p, where) < 0)
        return -1;
    emit_here(c, end);
    return emit_value(c, where);
}

static int forms_and(compiler *c, const pair *form, position where) {
    return forms_chain(c, form, OP_JUMP_FALSE_KEEP, where);
}

static int forms_or(compiler *c, const pair *form, position where) {
    return forms_chain(c, form, OP_JUMP_TRUE_KEEP, where);
}

// `when` and `unless`: a body that a jump passes by.
static int forms_unless_jump(compiler *c, const pair *form, unsigned jump, position where) {
    const pair *parts = form_parts(form);
    size_t no = NO_JUMP, end = NO_JUMP, depth = c->f->depth;
    if (compile_car(c, parts, INNER) < 0 || emit_jump(c, jump, &no, -1) < 0 || compile_body(c, parts->cdr, where) < 0)
        return -1;
    if (where == INNER && emit_jump(c, OP_JUMP, &end, 0) < 0)
        return -1;
    emit_here(c, no);
    c->f->depth = depth;
    if (emit_nothing(c, where) < 0)
        return -1;
    emit_here(c, end);
    return 0;
}

static int forms_when(compiler *c, const pair *form, position where) {
    return forms_unless_jump(c, form, OP_JUMP_FALSE, where);
}

static int forms_unless(compiler *c, const pair *form, position where) {
    return forms_unless_jump(c, form, OP_JUMP_TRUE, where);
}

// One clause of cond or guard. Jumps to `end` when it was the one. Returns: 1 for an `else`; 0; -1.
static int forms_clause(compiler *c, const pair *clause, position where, size_t *end) {
    size_t no = NO_JUMP, depth = c->f->depth;
    const symbol *s = ouro_is(clause->car, &symbol_type) ? (const symbol *)(const void *)clause->car : NULL;
    bool otherwise = s && ouro_str_is(s->name, "else");
    if (otherwise)
        return compile_body(c, clause->cdr, where) < 0 ? -1 : 1;
    if (compile_car(c, clause, INNER) < 0)
        return -1;
    if (clause->cdr == c->m->nil)
        return emit_jump(c, OP_JUMP_TRUE_KEEP, end, -1);
    if (emit_jump(c, OP_JUMP_FALSE, &no, -1) < 0 || compile_body(c, clause->cdr, where) < 0)
        return -1;
    if (where == INNER && emit_jump(c, OP_JUMP, end, 0) < 0)
        return -1;
    emit_here(c, no);
    c->f->depth = depth;
    return 0;
}

// Returns: 1 if the last one is an `else`, so that there is nothing behind; 0; -1.
static int forms_clauses(compiler *c, ouro_obj *clauses, position where, size_t *end) {
    int result = 0;
    for (const pair *p = lisp_pair(clauses); p && result == 0; p = lisp_pair(p->cdr)) {
        if (lisp_length(c->m, p->car) < 1)
            return compile_fail(c, "a clause must be a list");
        result = forms_clause(c, lisp_pair(p->car), where, end);
        if (result == 1 && p->cdr != c->m->nil)
            return compile_fail(c, "a clause behind else");
    }
    return result;
}

static int forms_cond(compiler *c, const pair *form, position where) {
    size_t end = NO_JUMP;
    int closed = forms_clauses(c, form->cdr, where, &end);
    if (closed < 0 || (closed == 0 && emit_nothing(c, INNER) < 0))
        return -1;
    emit_here(c, end);
    return emit_value(c, where);
}

// ---- variables ----

// Bindings are a list of lists: a name, a value, and up to `most` parts in all.
static int binding_check(compiler *c, ouro_obj *bindings, int64_t most) {
    if (lisp_length(c->m, bindings) < 0)
        return compile_fail(c, "the bindings must be a list");
    for (const pair *p = lisp_pair(bindings); p; p = lisp_pair(p->cdr)) {
        int64_t n = lisp_length(c->m, p->car);
        if (n < 2 || n > most)
            return compile_fail(c, "a binding must be a list of a name and a value");
        if (!compile_name(c, lisp_pair(p->car)->car))
            return -1;
    }
    return 0;
}

static symbol *binding_name(const pair *p) {
    return (symbol *)(void *)lisp_pair(p->car)->car;
}

static const pair *binding_value(const pair *p) {
    return lisp_pair(lisp_pair(p->car)->cdr);
}

// Leaves the value of a binding, in a cell if its variable needs one.
static int binding_push(compiler *c, const pair *p) {
    if (compile_car(c, binding_value(p), INNER) < 0)
        return -1;
    return binding_name(p)->assigned && emit(c, OP_BOX, c->f->depth - 1, 0) < 0 ? -1 : 0;
}

// The values of all bindings, one above the other, and then their names.
static int binding_all(compiler *c, ouro_obj *bindings) {
    size_t slot = c->f->depth;
    int result = 0;
    for (const pair *p = lisp_pair(bindings); p && result == 0; p = lisp_pair(p->cdr))
        result = binding_push(c, p);
    for (const pair *p = lisp_pair(bindings); p && result == 0; p = lisp_pair(p->cdr))
        result = compile_declare(c, binding_name(p), slot++, binding_name(p)->assigned);
    return result;
}

// The names of bindings as a list of parameters. Returns: new.
static ouro_obj *binding_parameters(compiler *c, ouro_obj *bindings) {
    ouro_obj *names = ouro_list_new(c->m->rt, NULL, 0), *list = NULL;
    int result = names ? 0 : -1;
    for (const pair *p = lisp_pair(bindings); p && result == 0; p = lisp_pair(p->cdr))
        result = ouro_list_append(c->m->rt, names, &binding_name(p)->head);
    if (result == 0)
        list = lisp_list(c->m, names);
    ouro_xdecref(names);
    return list;
}

// Leaves a function that knows itself by a name. Its cell stays below it.
static int binding_function(compiler *c, symbol *name, ouro_obj *bindings, ouro_obj *body) {
    size_t slot = c->f->depth;
    ouro_obj *parameters = binding_parameters(c, bindings);
    if (!parameters)
        return -1;
    int result = compile_declare(c, name, slot, true);
    if (result == 0 && (emit(c, OP_EMPTY_BOX, 0, 1) < 0 || compile_lambda(c, name, parameters, body) < 0 ||
                        emit(c, OP_SET_LOCAL_CELL, slot, -1) < 0 || emit(c, OP_LOCAL_CELL, slot, 1) < 0))
        result = -1;
    ouro_decref(parameters);
    return result;
}

// (let name ((variable value) ...) body ...): the function is called with the values, which do not know the name.
static int forms_let_named(compiler *c, const pair *parts, position where) {
    const pair *rest = lisp_pair(parts->cdr);
    size_t n = c->f->n_variables, depth = c->f->depth, count = 0;
    if (!rest)
        return compile_fail(c, "let wants bindings");
    if (binding_check(c, rest->car, 2) < 0 ||
        binding_function(c, (symbol *)(void *)parts->car, rest->car, rest->cdr) < 0)
        return -1;
    c->f->n_variables = n;
    for (const pair *p = lisp_pair(rest->car); p; p = lisp_pair(p->cdr), count++)
        if (compile_car(c, binding_value(p), INNER) < 0)
            return -1;
    if (emit(c, where == TAIL ? OP_TAIL_CALL : OP_CALL, count, -(int)count) < 0 || emit_end(c, n, depth, where) < 0)
        return -1;
    return emit_value(c, where);
}

static int forms_let(compiler *c, const pair *form, position where) {
    const pair *parts = form_parts(form);
    size_t n = c->f->n_variables, depth = c->f->depth;
    if (ouro_is(parts->car, &symbol_type))
        return forms_let_named(c, parts, where);
    if (binding_check(c, parts->car, 2) < 0 || binding_all(c, parts->car) < 0 || compile_body(c, parts->cdr, where) < 0)
        return -1;
    return emit_end(c, n, depth, where);
}

static int forms_let_star(compiler *c, const pair *form, position where) {
    const pair *parts = form_parts(form);
    size_t n = c->f->n_variables, depth = c->f->depth;
    int result = binding_check(c, parts->car, 2);
    for (const pair *p = lisp_pair(parts->car); p && result == 0; p = lisp_pair(p->cdr)) {
        result = binding_push(c, p);
        if (result == 0)
            result = compile_declare(c, binding_name(p), c->f->depth - 1, binding_name(p)->assigned);
    }
    return result < 0 || compile_body(c, parts->cdr, where) < 0 ? -1 : emit_end(c, n, depth, where);
}

// All names are known in all values, which are computed in order.
static int forms_letrec(compiler *c, const pair *form, position where) {
    const pair *parts = form_parts(form);
    size_t n = c->f->n_variables, depth = c->f->depth, slot = depth;
    int result = binding_check(c, parts->car, 2);
    for (const pair *p = lisp_pair(parts->car); p && result == 0; p = lisp_pair(p->cdr)) {
        result = compile_declare(c, binding_name(p), c->f->depth, true);
        if (result == 0 && emit(c, OP_EMPTY_BOX, 0, 1) < 0)
            result = -1;
    }
    for (const pair *p = lisp_pair(parts->car); p && result == 0; p = lisp_pair(p->cdr), slot++)
        if (compile_car(c, binding_value(p), INNER) < 0 || emit(c, OP_SET_LOCAL_CELL, slot, -1) < 0)
            result = -1;
    return result < 0 || compile_body(c, parts->cdr, where) < 0 ? -1 : emit_end(c, n, depth, where);
}

// ---- loops ----

// The next values of a loop's variables, and then all at once in the places of the old ones. Each turn has cells of its
// own, so that functions made in it keep what they saw.
static int loop_step(compiler *c, ouro_obj *bindings) {
    size_t n = 0;
    for (const pair *p = lisp_pair(bindings); p; p = lisp_pair(p->cdr), n++) {
        const pair *step = lisp_pair(binding_value(p)->cdr);
        if (compile_car(c, step ? step : lisp_pair(p->car), INNER) < 0)
            return -1;
        if (binding_name(p)->assigned && emit(c, OP_BOX, c->f->depth - 1, 0) < 0)
            return -1;
    }
    return emit(c, OP_REBIND, n, -(int)n) < 0 ? -1 : 0;
}

// (do ((variable value step) ...) (test result ...) body ...)
static int forms_do(compiler *c, const pair *form, position where) {
    const pair *parts = form_parts(form), *ending = lisp_pair(parts->cdr), *test = lisp_pair(ending->car);
    size_t n = c->f->n_variables, depth = c->f->depth, more = NO_JUMP, end = NO_JUMP;
    if (lisp_length(c->m, ending->car) < 1)
        return compile_fail(c, "do wants a test in a list");
    if (binding_check(c, parts->car, 3) < 0 || binding_all(c, parts->car) < 0)
        return -1;
    size_t top = c->f->n, inside = c->f->depth;
    if (compile_car(c, test, INNER) < 0 || emit_jump(c, OP_JUMP_FALSE, &more, -1) < 0)
        return -1;
    if ((test->cdr == c->m->nil ? emit_nothing(c, where) : compile_body(c, test->cdr, where)) < 0 ||
        (where == INNER && emit_jump(c, OP_JUMP, &end, 0) < 0))
        return -1;
    emit_here(c, more);
    c->f->depth = inside;
    for (const pair *p = lisp_pair(ending->cdr); p; p = lisp_pair(p->cdr))
        if (compile_car(c, p, INNER) < 0 || emit(c, OP_POP, 0, -1) < 0)
            return -1;
    if (loop_step(c, parts->car) < 0 || emit(c, OP_JUMP, top, 1) < 0) // 1: as the value is on top behind the loop
        return -1;
    emit_here(c, end);
    return emit_end(c, n, depth, where);
}

// ---- errors ----

// (guard (variable clause ...) body ...). The machine jumps to the clauses with two values on the stack: where the
// error was raised, and what was. If no clause is for it, it goes on as it was.
static int forms_guard(compiler *c, const pair *form, position where) {
    const pair *parts = form_parts(form), *head = lisp_pair(parts->car);
    symbol *name = head ? compile_name(c, head->car) : NULL;
    size_t n = c->f->n_variables, depth = c->f->depth, handler = NO_JUMP, end = NO_JUMP, done = NO_JUMP;
    if (!name || lisp_length(c->m, parts->car) < 1)
        return head && !name ? -1 : compile_fail(c, "guard wants a list of a name and clauses");
    if (emit_jump(c, OP_GUARD, &handler, 0) < 0 || compile_body(c, parts->cdr, INNER) < 0 ||
        emit(c, OP_UNGUARD, 0, 0) < 0 || emit_jump(c, OP_JUMP, &end, 1) < 0) // now as in the clauses
        return -1;
    emit_here(c, handler);
    if (name->assigned && emit(c, OP_BOX, depth + 1, 0) < 0)
        return -1;
    int closed = compile_declare(c, name, depth + 1, name->assigned);
    if (closed == 0)
        closed = forms_clauses(c, head->cdr, where, &done);
    if (closed < 0 || (closed == 0 && emit(c, OP_RAISE_AGAIN, depth, 1) < 0))
        return -1;
    emit_here(c, done);
    if (emit_end(c, n, depth, INNER) < 0)
        return -1;
    emit_here(c, end);
    return emit_value(c, where);
}

const special forms_table[] = {
    {"quote", forms_quote, 1, 1},
    {"if", forms_if, 2, 3},
    {"define", forms_define, 2, INT64_MAX},
    {"set!", forms_set, 2, 2},
    {"lambda", forms_lambda, 2, INT64_MAX},
    {"begin", forms_begin, 1, INT64_MAX},
    {"and", forms_and, 1, INT64_MAX},
    {"or", forms_or, 1, INT64_MAX},
    {"when", forms_when, 2, INT64_MAX},
    {"unless", forms_unless, 2, INT64_MAX},
    {"cond", forms_cond, 1, INT64_MAX},
    {"let", forms_let, 2, INT64_MAX},
    {"let*", forms_let_star, 2, INT64_MAX},
    {"letrec", forms_letrec, 2, INT64_MAX},
    {"do", forms_do, 2, INT64_MAX},
    {"guard", forms_guard, 2, INT64_MAX},
    {NULL, NULL, 0, 0},
};
