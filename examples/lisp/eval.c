// SPDX-License-Identifier: MIT
// eval.c: programs run. An expression whose value is needed first is a call of eval(); one in tail position is not: the
// loop goes on with it, if need be in another function. So a program that only calls in tail positions runs in constant
// space, and one that does not ends with an error at the end of the C stack.
//
// A C variable that holds a reference owns a count. Whatever runs in between, a collection or a function that is called
// back, cannot take away what is at hand: the loop owns the scope, and the scope the code.
#include "lisp.h"

#include <string.h>

// Where evaluation goes on: with the car of a pair; NULL: nowhere. Owns the scope.
typedef struct tail {
    const pair *at;
    ouro_obj *scope;
} tail;

// What a special form does: gives a value, or says in *t where to go on; or fails.
typedef struct special {
    const char *name;
    ouro_obj *(*run)(lisp *m, const pair *form, tail *t);
    size_t least, most; // parts behind the name
} special;

// The innermost variables among which there is one of this name; NULL if it is global.
static ouro_obj *scope_find(lisp *m, const ouro_obj *scope, const symbol *name) {
    for (const pair *s; (s = lisp_pair(scope)); scope = ((const closure *)s->cdr)->scope)
        if (ouro_dict_has(m->rt, s->car, name->name) == 1)
            return s->car;
    return NULL;
}

static ouro_obj *scope_get(lisp *m, const ouro_obj *scope, const symbol *name) {
    ouro_obj *variables = scope_find(m, scope, name);
    if (variables)
        return ouro_get_item(m->rt, variables, name->name);
    if (name->value)
        return ouro_incref(name->value);
    return lisp_fail(m, ouro_str_data(name->name), name->special ? " is no variable" : " is not defined");
}

// Gives a variable of a dict, or the global one if that is NULL, a value. Takes: steals the value.
static ouro_obj *scope_set(lisp *m, ouro_obj *variables, symbol *name, ouro_obj *value) {
    int result = 0;
    if (variables)
        result = ouro_dict_set(m->rt, variables, name->name, value);
    else
        ouro_setref(&name->head, &name->value, value);
    ouro_decref(value);
    return result < 0 ? NULL : ouro_incref(m->nothing);
}

static symbol *form_name(lisp *m, ouro_obj *o) {
    if (!ouro_is(o, &symbol_type))
        return lisp_fail(m, "a name is wanted, not ", ouro_type_of(o)->name);
    symbol *s = (symbol *)o;
    return s->special ? lisp_fail(m, ouro_str_data(s->name), " is no variable") : s;
}

// Makes variables of the parameters. One behind a dot, or alone, gets a list of the arguments that are left.
static int call_bind(lisp *m, const closure *c, ouro_obj *variables, ouro_obj *const *args, size_t n) {
    ouro_obj *names = c->names;
    const symbol *name;
    size_t i = 0;
    int result = 0;
    for (const pair *p; result == 0 && i < n && (p = lisp_pair(names)); names = p->cdr)
        result = (name = form_name(m, p->car)) ? ouro_dict_set(m->rt, variables, name->name, args[i++]) : -1;
    if (result == 0 && (names == m->nil ? i < n : lisp_pair(names) != NULL))
        return ouro_error_set(m->rt, OURO_ERR_TYPE, "%s does not want %zu argument%s",
                              ouro_str_data(((symbol *)c->name)->name), n, n == 1 ? "" : "s");
    if (result < 0 || names == m->nil)
        return result;
    ouro_obj *rest = ouro_incref(m->nil);
    while (n > i)
        rest = lisp_cons(m, ouro_incref(args[--n]), rest, nowhere);
    name = rest ? form_name(m, names) : NULL;
    result = name ? ouro_dict_set(m->rt, variables, name->name, rest) : -1;
    ouro_xdecref(rest);
    return result;
}

static ouro_obj *eval_body(lisp *m, const pair *body, tail *t) {
    for (; body->cdr != m->nil; body = lisp_pair(body->cdr)) {
        ouro_obj *value = eval(m, body, t->scope);
        if (!value)
            return NULL;
        ouro_decref(value);
    }
    t->at = body;
    return NULL;
}

// Calls a function: gives a value, or *t goes on in its body; or fails.
static ouro_obj *call(lisp *m, ouro_obj *f, ouro_obj *const *args, size_t n, tail *t) {
    if (!ouro_is(f, &closure_type))
        return ouro_call(m->rt, f, args, n, NULL);
    ouro_obj *variables = ouro_dict_new(m->rt);
    ouro_obj *scope = lisp_cons(m, variables, ouro_incref(f), nowhere);
    if (!scope || call_bind(m, (closure *)f, variables, args, n) < 0) {
        ouro_xdecref(scope);
        return NULL;
    }
    ouro_setslot_steal(&t->scope, scope); // now the caller's may be gone
    return eval_body(m, lisp_pair(((closure *)f)->body), t);
}

// A symbol, or what is its own value.
static ouro_obj *eval_atom(lisp *m, ouro_obj *o, const ouro_obj *scope) {
    return ouro_is(o, &symbol_type) ? scope_get(m, scope, (symbol *)o) : ouro_incref(o);
}

// (f a b), or (f a . more): then what the list `more` has are arguments as well, as with parameters.
static ouro_obj *call_form(lisp *m, const pair *form, tail *t) {
    ouro_obj *end = form->cdr, *value = NULL;
    size_t n = 1, done = 0;
    for (const pair *p; (p = lisp_pair(end)); end = p->cdr)
        n++;
    ouro_obj *list = eval_atom(m, end, t->scope);
    int64_t more = list ? lisp_length(m, list) : 0;
    if (more < 0)
        ouro_setslot_steal(&list, lisp_fail(m, "arguments must be a list", ""));
    ouro_obj **row = list ? ouro_buf_alloc(m->rt, (n + (size_t)more) * sizeof *row) : NULL;
    for (const pair *p = form; p && row && (row[done] = eval(m, p, t->scope)); p = lisp_pair(p->cdr))
        done++;
    for (const pair *p = done == n ? lisp_pair(list) : NULL; p; p = lisp_pair(p->cdr))
        row[done++] = ouro_incref(p->car);
    if (done >= n)
        value = call(m, row[0], row + 1, done - 1, t);
    while (done > 0)
        ouro_decref(row[--done]);
    ouro_buf_free(m->rt, row);
    ouro_xdecref(list);
    return value;
}

// The special forms get the whole form, its length checked. All others are macros (prelude.lisp).

static const pair *form_part(const pair *form, int i) {
    while (i-- > 0)
        form = lisp_pair(form->cdr);
    return form;
}

static ouro_obj *form_quote(lisp *m, const pair *form, tail *t) {
    (void)m, (void)t;
    return ouro_incref(form_part(form, 1)->car);
}

static ouro_obj *form_begin(lisp *m, const pair *form, tail *t) {
    return eval_body(m, form_part(form, 1), t);
}

static ouro_obj *form_if(lisp *m, const pair *form, tail *t) {
    ouro_obj *test = eval(m, form_part(form, 1), t->scope);
    if (!test)
        return NULL;
    t->at = form_part(form, test != m->f ? 2 : 3);
    ouro_decref(test);
    return t->at ? NULL : ouro_incref(m->nothing);
}

static ouro_obj *form_function(lisp *m, ouro_obj *name, ouro_obj *names, ouro_obj *body, ouro_obj *scope) {
    closure *c = ouro_new_untracked(m->rt, &closure_type, 0);
    if (c) {
        *c = (closure){c->head, ouro_incref(name), ouro_incref(names), ouro_incref(body), ouro_incref(scope)};
        ouro_track(&c->head);
    }
    return (ouro_obj *)c;
}

static ouro_obj *form_lambda(lisp *m, const pair *form, tail *t) {
    const pair *second = form_part(form, 1);
    return form_function(m, form->car, second->car, second->cdr, t->scope);
}

// (define name value) or (define (name parameter ...) body ...)
static ouro_obj *form_define(lisp *m, const pair *form, tail *t) {
    const pair *second = form_part(form, 1), *target = lisp_pair(second->car), *scope = lisp_pair(t->scope);
    symbol *name = form_name(m, target ? target->car : second->car);
    ouro_obj *value = NULL;
    if (name && target)
        value = form_function(m, &name->head, target->cdr, second->cdr, t->scope);
    else if (name && form_part(form, 3))
        lisp_fail(m, "define wants a name and a value", "");
    else if (name)
        value = eval(m, form_part(form, 2), t->scope);
    return value ? scope_set(m, scope ? scope->car : NULL, name, value) : NULL;
}

static ouro_obj *form_set(lisp *m, const pair *form, tail *t) {
    symbol *name = form_name(m, form_part(form, 1)->car);
    ouro_obj *old = name ? scope_get(m, t->scope, name) : NULL;
    ouro_obj *value = old ? eval(m, form_part(form, 2), t->scope) : NULL;
    ouro_xdecref(old); // it only had to be there
    return value ? scope_set(m, scope_find(m, t->scope, name), name, value) : NULL;
}

// (try f expression): its value; after a failure, that of a call of f with the error and a pair that has its place.
static ouro_obj *form_try(lisp *m, const pair *form, tail *t) {
    ouro_obj *value = eval(m, form_part(form, 2), t->scope), *raised = value ? NULL : ouro_catch(m->rt);
    if (!raised)
        return value; // or there is no memory to make an object of the error, which goes on
    const place at = m->place;
    m->place = nowhere;
    ouro_obj *f = eval(m, form_part(form, 1), t->scope);
    ouro_obj *args[] = {raised, f ? lisp_cons(m, ouro_incref(raised), ouro_incref(m->nil), at) : NULL};
    value = args[1] ? call(m, f, args, 2, t) : NULL;
    ouro_xdecref(args[1]);
    ouro_xdecref(f);
    ouro_decref(raised);
    return value;
}

static const special specials[] = {
    {"quote", form_quote, 1, 1},
    {"begin", form_begin, 1, SIZE_MAX},
    {"if", form_if, 2, 3},
    {"lambda", form_lambda, 2, SIZE_MAX},
    {"define", form_define, 2, SIZE_MAX},
    {"set!", form_set, 2, 2},
    {"try", form_try, 2, 2},
};

const special *eval_special(const char *name) {
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (strcmp(specials[i].name, name) == 0)
            return &specials[i];
    return NULL;
}

static ouro_obj *eval_form(lisp *m, const pair *form, tail *t) {
    const special *s = ouro_is(form->car, &symbol_type) ? ((symbol *)form->car)->special : NULL;
    int64_t n = s ? lisp_length(m, form->cdr) : 0;
    if (lisp_depth(m) < 0)
        return NULL;
    if (!s)
        return call_form(m, form, t);
    if (n < 0 || (size_t)n < s->least || (size_t)n > s->most)
        return lisp_fail(m, s->name, " does not have so many parts");
    return s->run(m, form, t);
}

// Goes on until there is a value, or an error, which gets the place of the innermost expression. Takes: steals the
// scope, and the value that there may be already.
static ouro_obj *eval_loop(lisp *m, ouro_obj *value, tail t) {
    place at = nowhere;
    while (t.at) {
        ouro_obj *o = t.at->car;
        const pair *form = lisp_pair(o), *begin = form && form->place.file ? form : t.at;
        if (begin->place.file)
            at = begin->place;
        t.at = NULL;
        value = form ? eval_form(m, form, &t) : eval_atom(m, o, t.scope);
    }
    if (!value)
        lisp_note(m, at);
    ouro_xdecref(t.scope);
    return value;
}

ouro_obj *eval(lisp *m, const pair *at, ouro_obj *scope) {
    return eval_loop(m, NULL, (tail){at, ouro_incref(scope)});
}

ouro_obj *eval_apply(ouro_rt *rt, ouro_obj *f, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    tail t = {NULL, NULL};
    (void)kwnames; // nobody here calls with names
    ouro_obj *value = call(ouro_rt_user(rt), f, args, n, &t);
    return eval_loop(ouro_rt_user(rt), value, t);
}
