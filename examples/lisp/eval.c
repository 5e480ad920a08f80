// SPDX-License-Identifier: MIT
// eval.c: programs run. An expression whose value is needed first is a call of eval(); one in tail position is not: the
// loop goes on with it, if need be in another function. So a program that only calls in tail positions runs in constant
// space, and one that does not ends with an error at the end of the C stack.
//
// A C variable that holds a reference owns a count. Whatever runs in between, a collection or a function that is called
// back, cannot take away what is at hand: the loop owns the code that it is in, and the scope.
#include "lisp.h"

enum { EVAL_FEW = 6 }; // arguments that lie on the C stack

// ---- variables ----

pair *scope_find(const ouro_obj *scope, const ouro_obj *name) {
    const pair *box = lisp_pair(scope);
    for (const pair *p = box ? lisp_pair(box->car) : NULL; p; p = lisp_pair(p->cdr)) {
        pair *variable = (pair *)p->car;
        if (variable->car == name)
            return variable;
    }
    return NULL;
}

ouro_obj *scope_new(lisp *m, const ouro_obj *outer) {
    const pair *box = lisp_pair(outer);
    return lisp_cons(m, ouro_incref(box ? box->car : m->nil), m->nil, (place){0});
}

int scope_add(lisp *m, ouro_obj *scope, ouro_obj *name, ouro_obj *value) {
    pair *box = lisp_pair(scope);
    ouro_obj *variable = value ? lisp_cons(m, ouro_incref(name), value, (place){0}) : NULL;
    ouro_xdecref(value);
    ouro_obj *list = lisp_cons(m, variable, box->car, (place){0});
    if (list)
        ouro_setref_steal(scope, &box->car, list);
    return list ? 0 : -1;
}

// A symbol, or what is its own value.
static ouro_obj *eval_atom(lisp *m, ouro_obj *o, const ouro_obj *scope) {
    if (!ouro_is(o, &symbol_type))
        return o == m->nil ? lisp_fail(m, "() is no form", "") : ouro_incref(o);
    const symbol *s = (symbol *)o;
    const pair *variable = scope_find(scope, o);
    ouro_obj *value = variable ? variable->cdr : s->value;
    if (value)
        return ouro_incref(value);
    return lisp_fail(m, ouro_str_data(s->name), s->special ? " is no variable" : " is not defined");
}

// ---- calls ----

ouro_obj *lisp_closure(lisp *m, ouro_obj *name, ouro_obj *parameters, ouro_obj *body, ouro_obj *scope) {
    ouro_obj *code = lisp_cons(m, ouro_incref(parameters), body, (place){0});
    closure *c = code ? ouro_new_untracked(m->rt, &closure_type, 0) : NULL;
    if (c) {
        *c = (closure){c->head, ouro_incref(name), ouro_incref(code), ouro_incref(scope)};
        ouro_track(&c->head);
    }
    ouro_xdecref(code);
    return (ouro_obj *)c;
}

// The scope for a call of a closure. All parameters from n on, or all behind a dot, come as a list.
static ouro_obj *call_scope(lisp *m, const closure *c, ouro_obj *const *args, size_t n) {
    ouro_obj *parameters = lisp_pair(c->code)->car, *scope = scope_new(m, c->scope), *rest = NULL;
    size_t at = 0;
    int result = scope ? 0 : -1;
    for (const pair *p; (p = lisp_pair(parameters)) && at < n && result == 0; parameters = p->cdr) {
        const pair *binding = lisp_pair(p->car); // of a named let
        result = scope_add(m, scope, binding ? binding->car : p->car, ouro_incref(args[at++]));
    }
    if (result == 0 && (lisp_pair(parameters) || (parameters == m->nil && at < n))) {
        ouro_error_set(m->rt, OURO_ERR_TYPE, "%s does not want %zu argument%s",
                       ouro_str_data(((symbol *)c->name)->name), n, n == 1 ? "" : "s");
        result = -1;
    } else if (result == 0 && parameters != m->nil) {
        rest = ouro_incref(m->nil);
        while (n > at && rest)
            ouro_setslot_steal(&rest, lisp_cons(m, ouro_incref(args[--n]), rest, (place){0}));
        result = scope_add(m, scope, parameters, rest);
    }
    if (result < 0)
        ouro_setslot(&scope, NULL);
    return scope;
}

static ouro_obj *call(lisp *m, ouro_obj *f, ouro_obj *const *args, size_t n, tail *t);

// Calls a function with n values and those of a list. Takes: steals the values and their buffer.
static ouro_obj *call_row(lisp *m, ouro_obj *f, ouro_obj **row, size_t n, const ouro_obj *more, tail *t) {
    for (const pair *p = lisp_pair(more); p && row; p = lisp_pair(p->cdr))
        row[n++] = ouro_incref(p->car);
    ouro_obj *value = row ? call(m, f, row, n, t) : NULL;
    while (row && n)
        ouro_decref(row[--n]);
    ouro_buf_free(m->rt, row);
    return value;
}

// (apply f argument ... list)
static ouro_obj *call_spread(lisp *m, ouro_obj *const *args, size_t n, tail *t) {
    int64_t more = lisp_length(m, args[n - 1]);
    if (more < 0)
        return lisp_fail(m, "apply wants a list behind all others", "");
    ouro_obj **row = ouro_buf_alloc(m->rt, (n + (size_t)more) * sizeof *row);
    for (size_t i = 0; i < n - 2 && row; i++)
        row[i] = ouro_incref(args[i + 1]);
    return call_row(m, args[0], row, n - 2, args[n - 1], t);
}

static ouro_obj *call(lisp *m, ouro_obj *f, ouro_obj *const *args, size_t n, tail *t) {
    if (f == m->apply && n >= 2)
        return call_spread(m, args, n, t);
    if (!ouro_is(f, &closure_type))
        return ouro_call(m->rt, f, args, n, NULL);
    const closure *c = (closure *)f;
    ouro_obj *scope = call_scope(m, c, args, n);
    if (!scope)
        return NULL;
    const pair *body = lisp_pair(lisp_pair(c->code)->cdr);
    ouro_setslot(&t->code, c->code); // now the caller's may be gone
    ouro_setslot_steal(&t->scope, scope);
    return eval_body(m, body, t);
}

static ouro_obj *eval_call(lisp *m, const pair *form, size_t n, tail *t) {
    ouro_obj *few[EVAL_FEW], *value = NULL;
    ouro_obj **values = n <= EVAL_FEW ? few : ouro_buf_alloc(m->rt, n * sizeof *values);
    size_t done = 0;
    for (const pair *p = form; p && values && (values[done] = eval(m, p, t->scope)); p = lisp_pair(p->cdr))
        done++;
    if (values && done == n)
        value = call(m, values[0], values + 1, n - 1, t);
    while (done)
        ouro_decref(values[--done]);
    if (n > EVAL_FEW)
        ouro_buf_free(m->rt, values);
    return value;
}

// ---- the loop ----

ouro_obj *eval_body(lisp *m, const pair *body, tail *t) {
    for (; body->cdr != m->nil; body = lisp_pair(body->cdr)) {
        ouro_obj *value = eval(m, body, t->scope);
        if (!value)
            return NULL;
        ouro_decref(value);
    }
    t->at = body;
    return NULL;
}

static ouro_obj *eval_form(lisp *m, ouro_obj *o, tail *t) {
    const pair *form = lisp_pair(o);
    const special *s = ouro_is(form->car, &symbol_type) ? ((symbol *)form->car)->special : NULL;
    int64_t n = lisp_length(m, o);
    if (n < 0)
        return lisp_fail(m, "a form must be a list that ends", "");
    if (lisp_depth(m) < 0)
        return NULL;
    if (!s)
        return eval_call(m, form, (size_t)n, t);
    if (n <= s->least || n > s->most + 1)
        return lisp_fail(m, s->name, " does not have so many parts");
    return s->run(m, lisp_pair(form->cdr), t);
}

static ouro_obj *eval_loop(lisp *m, tail t) {
    ouro_obj *value = NULL;
    place at = {NULL, 0, 0};
    while (t.at) {
        ouro_obj *o = t.at->car;
        if (ouro_is(&t.at->head, &placed_type))
            at = ((const placed *)t.at)->place;
        t.at = NULL;
        value = lisp_pair(o) ? eval_form(m, o, &t) : eval_atom(m, o, t.scope);
    }
    if (!value)
        lisp_note(m, at);
    ouro_xdecref(t.code);
    ouro_xdecref(t.scope);
    return value;
}

ouro_obj *eval(lisp *m, const pair *at, ouro_obj *scope) {
    return eval_loop(m, (tail){at, NULL, ouro_incref(scope)});
}

ouro_obj *eval_apply(ouro_rt *rt, ouro_obj *f, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
    tail t = {NULL, NULL, NULL};
    (void)kwnames; // nobody here calls with names
    ouro_obj *value = call(ouro_rt_user(rt), f, args, n, &t);
    if (t.at)
        return eval_loop(ouro_rt_user(rt), t);
    ouro_xdecref(t.code); // the body failed before its last expression
    ouro_xdecref(t.scope);
    return value;
}
