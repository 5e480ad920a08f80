// SPDX-License-Identifier: MIT
// forms.c: the special forms. Each gets its parts, a list whose length has been checked, and works in t->scope.
#include "lisp.h"

static const pair *part_next(const pair *p) {
    return lisp_pair(p->cdr);
}

static ouro_obj *form_quote(lisp *m, const pair *parts, tail *t) {
    (void)m, (void)t;
    return ouro_incref(parts->car);
}

static ouro_obj *form_begin(lisp *m, const pair *parts, tail *t) {
    return eval_body(m, parts, t);
}

// ---- conditions ----

// The truth of a value, which is dropped: 1, 0; -1 if it is NULL.
static int form_truth(const lisp *m, ouro_obj *value) {
    int result = value ? value != m->f : -1;
    ouro_xdecref(value);
    return result;
}

static ouro_obj *form_if(lisp *m, const pair *parts, tail *t) {
    int yes = form_truth(m, eval(m, parts, t->scope));
    if (yes < 0)
        return NULL;
    t->at = yes ? part_next(parts) : part_next(part_next(parts));
    return t->at ? NULL : ouro_incref(m->nothing);
}

static ouro_obj *form_when(lisp *m, const pair *parts, tail *t) {
    int yes = form_truth(m, eval(m, parts, t->scope));
    return yes > 0 ? eval_body(m, part_next(parts), t) : yes < 0 ? NULL : ouro_incref(m->nothing);
}

static ouro_obj *form_unless(lisp *m, const pair *parts, tail *t) {
    int yes = form_truth(m, eval(m, parts, t->scope));
    return yes == 0 ? eval_body(m, part_next(parts), t) : yes < 0 ? NULL : ouro_incref(m->nothing);
}

static ouro_obj *form_and(lisp *m, const pair *parts, tail *t) {
    for (; part_next(parts); parts = part_next(parts)) {
        int yes = form_truth(m, eval(m, parts, t->scope));
        if (yes <= 0)
            return yes < 0 ? NULL : ouro_incref(m->f);
    }
    t->at = parts;
    return NULL;
}

static ouro_obj *form_or(lisp *m, const pair *parts, tail *t) {
    for (; part_next(parts); parts = part_next(parts)) {
        ouro_obj *value = eval(m, parts, t->scope);
        if (value != m->f)
            return value;
        ouro_decref(value);
    }
    t->at = parts;
    return NULL;
}

// Clauses, each a test and a body, maybe empty. Goes on with the first whose test is true, or gives the value of that.
// Returns: 1; 0 if there is none; -1.
static int form_clauses(lisp *m, const ouro_obj *clauses, tail *t, ouro_obj **value) {
    for (const pair *p = lisp_pair(clauses); p; p = part_next(p)) {
        const pair *clause = lisp_pair(p->car);
        if (lisp_length(m, p->car) < 1) {
            lisp_fail(m, "a clause must be a list", "");
            return -1;
        }
        bool otherwise = ouro_is(clause->car, &symbol_type) && ouro_str_is(((symbol *)clause->car)->name, "else");
        *value = otherwise ? ouro_incref(m->t) : eval(m, clause, t->scope);
        if (!*value)
            return -1;
        if (*value != m->f && !part_next(clause))
            return 1;
        int yes = form_truth(m, *value);
        *value = NULL;
        if (!yes)
            continue;
        eval_body(m, part_next(clause), t);
        return 1;
    }
    return 0;
}

static ouro_obj *form_cond(lisp *m, const pair *parts, tail *t) {
    ouro_obj *value = NULL;
    int found = form_clauses(m, &parts->head, t, &value);
    return found ? value : ouro_incref(m->nothing);
}

// ---- variables ----

static ouro_obj *form_name(lisp *m, ouro_obj *o) {
    if (!ouro_is(o, &symbol_type))
        return lisp_fail(m, "a name is wanted, not ", ouro_type_of(o)->name);
    const symbol *s = (symbol *)o;
    return s->special ? lisp_fail(m, ouro_str_data(s->name), " is no variable") : o;
}

// A function, if these are parameters and a body.
static ouro_obj *form_function(lisp *m, ouro_obj *name, ouro_obj *parameters, ouro_obj *body, ouro_obj *scope) {
    ouro_obj *o = parameters;
    for (const pair *p; (p = lisp_pair(o)); o = p->cdr)
        if (!form_name(m, p->car))
            return NULL;
    if (o != m->nil && !form_name(m, o))
        return NULL;
    return lisp_closure(m, name, parameters, body, scope);
}

static ouro_obj *form_lambda(lisp *m, const pair *parts, tail *t) {
    ouro_obj *name = lisp_symbol(m, "lambda");
    ouro_obj *f = name ? form_function(m, name, parts->car, parts->cdr, t->scope) : NULL;
    ouro_xdecref(name);
    return f;
}

// Takes: steals the value, which may be NULL.
static ouro_obj *form_bind(lisp *m, ouro_obj *name, ouro_obj *value, ouro_obj *scope) {
    if (scope != m->nil)
        return scope_add(m, scope, name, value) < 0 ? NULL : ouro_incref(m->nothing);
    if (value)
        ouro_setref_steal(name, &((symbol *)name)->value, value);
    return value ? ouro_incref(m->nothing) : NULL;
}

// (define name value) or (define (name parameter ...) body ...)
static ouro_obj *form_define(lisp *m, const pair *parts, tail *t) {
    const pair *target = lisp_pair(parts->car);
    ouro_obj *name = form_name(m, target ? target->car : parts->car), *value = NULL;
    if (!name)
        return NULL;
    if (!target && part_next(part_next(parts)))
        return lisp_fail(m, "define wants a name and a value", "");
    value = target ? form_function(m, name, target->cdr, parts->cdr, t->scope) : eval(m, part_next(parts), t->scope);
    return form_bind(m, name, value, t->scope);
}

static ouro_obj *form_set(lisp *m, const pair *parts, tail *t) {
    ouro_obj *name = form_name(m, parts->car), *value = name ? eval(m, part_next(parts), t->scope) : NULL;
    if (!value)
        return NULL;
    pair *variable = scope_find(t->scope, name);
    if (variable)
        ouro_setref_steal(&variable->head, &variable->cdr, value);
    else if (((symbol *)name)->value)
        ouro_setref_steal(name, &((symbol *)name)->value, value);
    else {
        ouro_decref(value);
        return lisp_fail(m, ouro_str_data(((symbol *)name)->name), " is not defined");
    }
    return ouro_incref(m->nothing);
}

// ---- let, in its forms: a new scope, in which t goes on ----

// Makes the variables of bindings in a scope, their values computed in another, or in the same: then each sees those
// before it. Returns: 0, or -1.
static int let_bind(lisp *m, const ouro_obj *bindings, ouro_obj *values, ouro_obj *scope) {
    if (lisp_length(m, bindings) < 0)
        lisp_fail(m, "the bindings must be a list", "");
    int result = lisp_length(m, bindings) < 0 ? -1 : 0;
    for (const pair *p = lisp_pair(bindings); p && result == 0; p = part_next(p)) {
        const pair *binding = lisp_length(m, p->car) == 2 ? lisp_pair(p->car) : NULL;
        ouro_obj *name = binding ? form_name(m, binding->car) : NULL;
        if (!binding)
            lisp_fail(m, "a binding must be a list of a name and a value", "");
        result = name ? scope_add(m, scope, name, eval(m, part_next(binding), values)) : -1;
    }
    return result;
}

// Takes: steals the scope, which may be NULL. Goes on in it with a body. Returns: NULL.
static ouro_obj *let_enter(lisp *m, ouro_obj *scope, const pair *body, tail *t) {
    if (scope) {
        ouro_setslot_steal(&t->scope, scope);
        eval_body(m, body, t);
    }
    return NULL;
}

// (let name ((variable value) ...) body ...): the name is known in the body only, as a function of the variables.
static ouro_obj *let_named(lisp *m, const pair *parts, tail *t) {
    const pair *rest = part_next(parts);
    ouro_obj *name = rest->cdr == m->nil ? lisp_fail(m, "let", " wants a body") : form_name(m, parts->car);
    ouro_obj *outer = name ? scope_new(m, t->scope) : NULL;
    ouro_obj *f = outer ? lisp_closure(m, name, rest->car, rest->cdr, outer) : NULL;
    ouro_obj *scope = f && scope_add(m, outer, name, f) == 0 ? scope_new(m, outer) : NULL;
    if (scope && let_bind(m, rest->car, t->scope, scope) < 0)
        ouro_setslot(&scope, NULL);
    ouro_xdecref(outer);
    return let_enter(m, scope, part_next(rest), t);
}

static ouro_obj *form_let(lisp *m, const pair *parts, tail *t) {
    if (ouro_is(parts->car, &symbol_type))
        return let_named(m, parts, t);
    ouro_obj *scope = scope_new(m, t->scope);
    if (scope && let_bind(m, parts->car, t->scope, scope) < 0)
        ouro_setslot(&scope, NULL);
    return let_enter(m, scope, part_next(parts), t);
}

// Also letrec: a function knows the variables that come after it, because its scope is the one that gets them.
static ouro_obj *form_let_star(lisp *m, const pair *parts, tail *t) {
    ouro_obj *scope = scope_new(m, t->scope);
    if (scope && let_bind(m, parts->car, scope, scope) < 0)
        ouro_setslot(&scope, NULL);
    return let_enter(m, scope, part_next(parts), t);
}

// ---- errors ----

ouro_obj *form_raise(lisp *m, ouro_obj *o) {
    ouro_obj *text = ouro_is_exception(o) ? NULL : lisp_text(m, o);
    if (text)
        ouro_error_throw_text(m->rt, OURO_ERR_THROWN, o, ouro_str_data(text));
    else if (ouro_is_exception(o))
        ouro_raise(m->rt, o);
    ouro_xdecref(text);
    return NULL;
}

static ouro_obj *guard_body(lisp *m, const pair *body, ouro_obj *scope) {
    ouro_obj *value = NULL;
    for (; body && (value = eval(m, body, scope)) && part_next(body); body = part_next(body))
        ouro_decref(value);
    return value;
}

// (guard (variable clause ...) body ...): what no clause is for is raised again, with the place that it had.
static ouro_obj *form_guard(lisp *m, const pair *parts, tail *t) {
    const pair *head = lisp_length(m, parts->car) < 1 ? NULL : lisp_pair(parts->car);
    if (!head)
        return lisp_fail(m, "guard wants a list of a name and clauses", "");
    if (!form_name(m, head->car))
        return NULL;
    ouro_obj *value = guard_body(m, part_next(parts), t->scope), *raised = value ? NULL : ouro_catch(m->rt);
    if (!raised)
        return value; // or there is no memory to make an object of the error, which goes on
    const place at = m->place;
    m->noted = false;
    ouro_obj *scope = scope_new(m, t->scope);
    if (scope)
        ouro_setslot_steal(&t->scope, scope);
    if (scope && scope_add(m, scope, head->car, ouro_incref(raised)) == 0 &&
        form_clauses(m, head->cdr, t, &value) == 0) {
        form_raise(m, raised);
        lisp_note(m, at);
    }
    ouro_decref(raised);
    return value;
}

static const special forms_table[] = {
    {"quote", form_quote, 1, 1},
    {"begin", form_begin, 1, INT64_MAX - 1},
    {"if", form_if, 2, 3},
    {"when", form_when, 2, INT64_MAX - 1},
    {"unless", form_unless, 2, INT64_MAX - 1},
    {"and", form_and, 1, INT64_MAX - 1},
    {"or", form_or, 1, INT64_MAX - 1},
    {"cond", form_cond, 1, INT64_MAX - 1},
    {"lambda", form_lambda, 2, INT64_MAX - 1},
    {"define", form_define, 2, INT64_MAX - 1},
    {"set!", form_set, 2, 2},
    {"let", form_let, 2, INT64_MAX - 1},
    {"let*", form_let_star, 2, INT64_MAX - 1},
    {"letrec", form_let_star, 2, INT64_MAX - 1},
    {"guard", form_guard, 2, INT64_MAX - 1},
};

int forms_open(lisp *m) {
    ouro_obj *name = m->nil;
    for (size_t i = 0; i < sizeof forms_table / sizeof *forms_table && name; i++) {
        name = lisp_symbol(m, forms_table[i].name);
        if (name)
            ((symbol *)name)->special = &forms_table[i];
        ouro_xdecref(name);
    }
    return name ? 0 : -1;
}
