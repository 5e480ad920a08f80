// SPDX-License-Identifier: MIT
// compile.c: from expressions to code objects, in one pass. A variable is a place on the machine's stack. A function
// that uses one from outside takes its value along when it is made; a variable that is assigned, or used before it has
// its value, lives in a cell, which functions share. What is compiled leaves one value on the stack; in a tail position
// it returns it. The text of the program is nested at most LISP_NESTING deep, so these functions may call each other.
#include "compile.h"

#include <stdarg.h>
#include <string.h>

// ---- mistakes and places ----

int compile_fail(compiler *c, const char *format, ...) {
    char what[200];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    ouro_error_set(c->m->rt, OURO_ERR_VALUE, "%s", what);
    return vm_note(c->m, ouro_str_data(c->file), c->line, c->column);
}

symbol *compile_name(compiler *c, ouro_obj *x) {
    if (ouro_is(x, &symbol_type))
        return (symbol *)(void *)x;
    compile_fail(c, "a name is wanted, not %s", ouro_type_of(x)->name);
    return NULL;
}

// ---- emitting ----

// Makes room for one more instruction: a power of two, from 16 on.
static int emit_room(compiler *c) {
    function *f = c->f;
    if (f->n >= NO_JUMP)
        return compile_fail(c, "a function that is too large");
    if ((f->n & (f->n - 1)) || (f->n && f->n < 16))
        return 0;
    instruction *grown = ouro_buf_realloc(c->m->rt, f->text, (f->n ? 2 * f->n : 16) * sizeof *grown);
    f->text = grown ? grown : f->text;
    return grown ? 0 : -1;
}

// Adds an instruction that leaves `effect` more values on the stack. Returns: its number; -1.
int64_t emit(compiler *c, unsigned op, size_t arg, int effect) {
    function *f = c->f;
    if (emit_room(c) < 0)
        return -1;
    uint32_t column = c->column < 4096 ? c->column : 0;
    f->text[f->n] = (instruction){op & 0xFF, arg & 0xFFFFFF, c->line & 0xFFFFF, column & 0xFFF};
    f->depth += (size_t)(ptrdiff_t)effect;
    f->most = f->depth > f->most ? f->depth : f->most;
    return (int64_t)f->n++;
}

// An instruction whose arg is an object. Takes: kept.
int emit_with(compiler *c, unsigned op, ouro_obj *o, int effect) {
    size_t n = ouro_list_size(c->f->constants);
    return ouro_list_append(c->m->rt, c->f->constants, o) < 0 || emit(c, op, n, effect) < 0 ? -1 : 0;
}

// Adds a jump to a chain of jumps to the same place, which is not known yet: each holds the number of the one before.
int emit_jump(compiler *c, unsigned op, size_t *chain, int effect) {
    int64_t at = emit(c, op, *chain, effect);
    *chain = at < 0 ? *chain : (size_t)at;
    return at < 0 ? -1 : 0;
}

// All jumps of a chain lead to what comes next.
void emit_here(compiler *c, size_t chain) {
    while (chain != NO_JUMP) {
        size_t next = c->f->text[chain].arg;
        c->f->text[chain].arg = c->f->n & 0xFFFFFF;
        chain = next;
    }
}

// What is on top is the value of an expression.
int emit_value(compiler *c, position where) {
    return where == TAIL && emit(c, OP_RETURN, 0, 0) < 0 ? -1 : 0;
}

int emit_end(compiler *c, size_t n, size_t depth, position where) {
    size_t between = c->f->depth - depth - 1;
    int result = where == INNER && between && emit(c, OP_SLIDE, between, 0) < 0 ? -1 : 0;
    c->f->n_variables = n;
    c->f->depth = depth + 1;
    return result;
}

int emit_nothing(compiler *c, position where) {
    return emit_with(c, OP_CONSTANT, c->m->nothing, 1) < 0 ? -1 : emit_value(c, where);
}

// ---- variables ----

int compile_declare(compiler *c, symbol *name, size_t slot, bool boxed) {
    function *f = c->f;
    if (f->n_variables == LISP_NAMES)
        return compile_fail(c, "more than %d variables in a function", LISP_NAMES);
    f->variables[f->n_variables++] = (variable){name, (uint32_t)slot, boxed};
    return 0;
}

// Where a function finds a variable that is its own, or that it has taken along already.
static bool variable_known(const function *f, const symbol *name, capture *found) {
    for (size_t i = f->n_variables; i-- > 0;)
        if (f->variables[i].name == name) {
            *found = (capture){NULL, f->variables[i].slot, OP_LOCAL, f->variables[i].boxed};
            return true;
        }
    for (size_t i = 0; i < f->n_captures; i++)
        if (f->captures[i].name == name) {
            *found = (capture){NULL, (uint32_t)i, OP_CAPTURED, f->captures[i].boxed};
            return true;
        }
    return false;
}

// Where the innermost function finds a variable: 1; 0 if it is global. Each function on the way takes it along.
static int variable_find(compiler *c, symbol *name, capture *found) {
    function *way[LISP_NESTING + 1];
    size_t n = 0;
    for (function *f = c->f; f && !variable_known(f, name, found); f = f->outer)
        way[n++] = f;
    if (n && !way[n - 1]->outer)
        return 0;
    while (n-- > 0) {
        function *f = way[n];
        if (f->n_captures == LISP_NAMES)
            return compile_fail(c, "more than %d variables from outside in a function", LISP_NAMES);
        f->captures[f->n_captures] = (capture){name, found->slot, found->op, found->boxed};
        *found = (capture){NULL, (uint32_t)f->n_captures++, OP_CAPTURED, found->boxed};
    }
    return 1;
}

static int compile_variable(compiler *c, symbol *name) {
    capture found;
    int local = variable_find(c, name, &found);
    if (local < 0)
        return -1;
    if (!local && name->special)
        return compile_fail(c, "%s is no variable", ouro_str_data(name->name));
    if (!local)
        return emit_with(c, OP_GLOBAL, &name->head, 1);
    // OP_LOCAL_CELL follows OP_LOCAL, and so with the captured ones.
    return emit(c, found.op + found.boxed, found.slot, 1) < 0 ? -1 : 0;
}

// Pops the new value of a variable.
int emit_set(compiler *c, symbol *name) {
    capture found;
    int local = variable_find(c, name, &found);
    if (local < 0)
        return -1;
    if (!local && name->special)
        return compile_fail(c, "%s is no variable", ouro_str_data(name->name));
    if (!local)
        return emit_with(c, OP_SET_GLOBAL, &name->head, -1);
    if (!found.boxed) // compile_mark has not come so far
        return compile_fail(c, "%s is assigned in too deep a nest", ouro_str_data(name->name));
    return emit(c, found.op == OP_LOCAL ? OP_SET_LOCAL_CELL : OP_SET_CAPTURED_CELL, found.slot, -1) < 0 ? -1 : 0;
}

// Finds the names that an expression assigns, so that their variables get cells. What is quoted does no harm.
static int compile_mark(compiler *c, ouro_obj *x, const symbol *set) {
    const pair *p = lisp_pair(x), *next = p ? lisp_pair(p->cdr) : NULL;
    if (!p || c->nesting == LISP_NESTING) // emit_set or compile_car will say so
        return 0;
    if (c->marked++ == NO_JUMP)
        return compile_fail(c, "an expression that is too large");
    if (p->car == &set->head && next && ouro_is(next->car, &symbol_type))
        ((symbol *)(void *)next->car)->assigned = true;
    int result = 0;
    c->nesting++;
    for (int64_t n = lisp_length(c->m, x); n > 0 && result == 0; n--, p = lisp_pair(p->cdr))
        result = compile_mark(c, p->car, set);
    c->nesting--;
    return result;
}

// ---- calls ----

int compile_call(compiler *c, ouro_obj *arguments, position where) {
    size_t n = 0;
    for (const pair *p = lisp_pair(arguments); p; p = lisp_pair(p->cdr), n++)
        if (compile_car(c, p, INNER) < 0)
            return -1;
    if (emit(c, where == TAIL ? OP_TAIL_CALL : OP_CALL, n, -(int)n) < 0)
        return -1;
    return emit_value(c, where); // a native returns here from a tail call, too
}

// A call of a builtin that has an instruction of its own. A program may give the name another value; what is compiled
// after that calls it.
static int compile_operation(compiler *c, const symbol *s, const pair *form, position where) {
    for (const pair *p = lisp_pair(form->cdr); p; p = lisp_pair(p->cdr))
        if (compile_car(c, p, INNER) < 0)
            return -1;
    return emit(c, s->op, 0, 1 - s->op_args) < 0 ? -1 : emit_value(c, where);
}

static int compile_form(compiler *c, const pair *form, position where) {
    int64_t n = lisp_length(c->m, form->cdr);
    if (n < 0)
        return compile_fail(c, "a form must be a list that ends");
    symbol *s = ouro_is(form->car, &symbol_type) ? (symbol *)(void *)form->car : NULL;
    capture found;
    int local = s && (s->special || s->op_args != NEVER) ? variable_find(c, s, &found) : 1;
    if (local < 0)
        return -1;
    if (!local && s->special && (n < s->special->least || n > s->special->most))
        return compile_fail(c, "%s does not have so many parts", s->special->name);
    if (!local && s->special)
        return s->special->compile(c, form, where);
    if (!local && n == s->op_args)
        return compile_operation(c, s, form, where);
    return compile_car(c, form, INNER) < 0 ? -1 : compile_call(c, form->cdr, where);
}

int compile_car(compiler *c, const pair *at, position where) {
    ouro_obj *x = at->car;
    uint32_t line = c->line, column = c->column;
    if (ouro_is(&at->head, &placed_type)) {
        c->line = ((const placed *)(const void *)at)->line;
        c->column = ((const placed *)(const void *)at)->column;
    }
    int result = -1;
    if (++c->nesting > LISP_NESTING)
        compile_fail(c, "forms are nested more than %d deep", LISP_NESTING);
    else if (lisp_pair(x))
        result = compile_form(c, lisp_pair(x), where);
    else if (x == c->m->nil)
        compile_fail(c, "() is no form");
    else if ((ouro_is(x, &symbol_type) ? compile_variable(c, (symbol *)(void *)x) : emit_with(c, OP_CONSTANT, x, 1)) ==
             0)
        result = emit_value(c, where);
    c->nesting--;
    c->line = line;
    c->column = column;
    return result;
}

// ---- bodies ----

static const pair *body_definition(const ouro_obj *x) {
    const pair *p = lisp_pair(x);
    const symbol *s = p && ouro_is(p->car, &symbol_type) ? (const symbol *)(const void *)p->car : NULL;
    return s && s->special && s->special->compile == forms_define ? p : NULL;
}

int compile_definition(compiler *c, const pair *form, symbol **name) {
    const pair *parts = lisp_pair(form->cdr), *target = parts ? lisp_pair(parts->car) : NULL;
    *name = parts ? compile_name(c, target ? target->car : parts->car) : NULL;
    if (!*name || lisp_length(c->m, form->cdr) < 2 || (!target && lisp_length(c->m, form->cdr) != 2))
        return parts && !*name ? -1 : compile_fail(c, "define wants a name and a value");
    return target ? compile_lambda(c, *name, target->cdr, parts->cdr) : compile_car(c, lisp_pair(parts->cdr), INNER);
}

// A body's own names are known in all of it.
static int body_declare(compiler *c, ouro_obj *forms) {
    for (const pair *p = lisp_pair(forms), *d; p; p = lisp_pair(p->cdr)) {
        if (!(d = body_definition(p->car)))
            continue;
        const pair *parts = lisp_pair(d->cdr), *target = parts ? lisp_pair(parts->car) : NULL;
        symbol *name = parts ? compile_name(c, target ? target->car : parts->car) : NULL;
        if (!name)
            return parts ? -1 : compile_fail(c, "define wants a name and a value");
        if (compile_declare(c, name, c->f->depth, true) < 0 || emit(c, OP_EMPTY_BOX, 0, 1) < 0)
            return -1;
    }
    return 0;
}

int compile_body(compiler *c, ouro_obj *forms, position where) {
    size_t n = c->f->n_variables, depth = c->f->depth, next = n;
    if (forms == c->m->nil)
        return compile_fail(c, "a body without an expression");
    int result = body_declare(c, forms);
    for (const pair *p = lisp_pair(forms), *d; p && result == 0; p = lisp_pair(p->cdr)) {
        bool last = p->cdr == c->m->nil;
        symbol *name;
        if (!(d = body_definition(p->car)))
            result = compile_car(c, p, last ? where : INNER);
        else if ((result = compile_definition(c, d, &name)) == 0)
            result = emit(c, OP_SET_LOCAL_CELL, c->f->variables[next++].slot, -1) < 0 ? -1 : emit_nothing(c, INNER);
        if (result == 0 && last && d)
            result = emit_value(c, where);
        else if (result == 0 && !last)
            result = emit(c, OP_POP, 0, -1) < 0 ? -1 : 0;
    }
    return result < 0 ? -1 : emit_end(c, n, depth, where);
}

// ---- functions ----

static int function_begin(compiler *c, function *f) {
    f->outer = c->f;
    f->text = NULL;
    f->n = f->depth = f->most = f->n_variables = f->n_captures = 0;
    f->constants = ouro_list_new(c->m->rt, NULL, 0);
    c->f = f;
    return f->constants ? 0 : -1;
}

static void function_end(compiler *c, function *f) {
    c->f = f->outer;
    ouro_xdecref(f->constants);
    ouro_buf_free(c->m->rt, f->text);
}

// The function at hand as an object, which needs nothing of the compiler.
static code *function_code(compiler *c, const symbol *name, size_t n_args, bool rest) {
    const function *f = c->f;
    size_t n = ouro_list_size(f->constants), bytes = f->n * sizeof *f->text;
    code *o = ouro_new_extra(c->m->rt, &code_type, n, bytes);
    if (!o)
        return NULL;
    for (size_t i = 0; i < n; i++)
        o->constants[i] = ouro_incref(ouro_list_peek(f->constants, i));
    memcpy(o->constants + n, f->text, bytes);
    o->name = ouro_incref(name->name);
    o->file = ouro_incref(c->file);
    o->n_args = (uint32_t)n_args;
    o->n_captured = (uint32_t)f->n_captures;
    o->rest = rest;
    o->most = (uint32_t)f->most;
    ouro_track(&o->head);
    return o;
}

// Returns: how many parameters; -1. *rest: whether one more takes all further arguments.
static int64_t function_parameters(compiler *c, ouro_obj *x, bool *rest) {
    function *f = c->f;
    const pair *p = lisp_pair(x);
    int64_t n = 0;
    capture twice;
    for (*rest = false; p || x != c->m->nil; n += p != NULL, x = p ? p->cdr : c->m->nil, p = lisp_pair(x)) {
        symbol *name = compile_name(c, p ? p->car : x);
        if (name && variable_known(f, name, &twice))
            return compile_fail(c, "two parameters %s", ouro_str_data(name->name));
        if (!name || compile_declare(c, name, f->depth, name->assigned) < 0)
            return -1;
        *rest = !p;
        f->most = ++f->depth;
    }
    for (size_t i = 0; i < f->n_variables; i++)
        if (f->variables[i].boxed && emit(c, OP_BOX, i, 0) < 0)
            return -1;
    return n;
}

// Leaves a closure: its code, and behind the instruction where each captured value is found.
static int function_closure(compiler *c, const function *f, ouro_obj *o) {
    int64_t result = emit_with(c, OP_CLOSURE, o, 1);
    for (size_t i = 0; i < f->n_captures && result >= 0; i++)
        result = emit(c, f->captures[i].op, f->captures[i].slot, 0);
    return result < 0 ? -1 : 0;
}

int compile_lambda(compiler *c, symbol *name, ouro_obj *parameters, ouro_obj *body) {
    function f;
    bool rest;
    code *o = NULL;
    int64_t n = function_begin(c, &f) < 0 ? -1 : function_parameters(c, parameters, &rest);
    if (n >= 0 && compile_body(c, body, TAIL) == 0)
        o = function_code(c, name, (size_t)n, rest);
    c->f = f.outer;
    int result = o ? function_closure(c, &f, &o->head) : -1;
    function_end(c, &f);
    ouro_xdecref((ouro_obj *)o);
    return result;
}

static ouro_obj *compile_program(compiler *c, const pair *at, const symbol *set, const symbol *name) {
    function f;
    closure *result = NULL;
    code *o = NULL;
    if (function_begin(c, &f) == 0 && compile_mark(c, at->car, set) == 0 && compile_car(c, at, TAIL) == 0)
        o = function_code(c, name, 0, false);
    if (o && (result = ouro_new_tail(c->m->rt, &closure_type, 0)))
        ouro_setref(&result->head, &result->code, &o->head);
    function_end(c, &f);
    ouro_xdecref((ouro_obj *)o);
    return (ouro_obj *)result;
}

ouro_obj *compile_expression(lisp *m, ouro_obj *at, ouro_obj *file) {
    compiler c = {.m = m, .file = file};
    ouro_obj *set = lisp_symbol(m, "set!"), *name = set ? lisp_symbol(m, "program") : NULL, *result = NULL;
    if (name)
        result = compile_program(&c, lisp_pair(at), (symbol *)(void *)set, (symbol *)(void *)name);
    ouro_xdecref(set);
    ouro_xdecref(name);
    return result;
}

int compile_open(lisp *m) {
    for (const special *s = forms_table; s->name; s++) {
        ouro_obj *name = lisp_symbol(m, s->name);
        if (!name)
            return -1;
        ((symbol *)(void *)name)->special = s;
        ouro_decref(name);
    }
    return 0;
}
