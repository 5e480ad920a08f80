// SPDX-License-Identifier: MIT
// objects.c: the interpreter's own types. Each lists its fields, and so is traversed, cleared and checked; its ops make
// it take part in what can be asked of any object. Data may be nested without end: no function here calls itself.
#include "lisp.h"

// ---- making ----

ouro_obj *lisp_cons(lisp *m, ouro_obj *car, ouro_obj *cdr) {
    pair *p = ouro_new_untracked(m->rt, &pair_type, 0);
    if (!p)
        return NULL;
    p->car = ouro_incref(car); // until it is tracked, its fields are plain variables
    p->cdr = ouro_incref(cdr);
    ouro_track(&p->head);
    return &p->head;
}

ouro_obj *lisp_atom(lisp *m, const char *text) {
    atom *a = ouro_new(m->rt, &atom_type);
    if (a)
        a->text = text;
    return (ouro_obj *)a;
}

ouro_obj *lisp_symbol(lisp *m, const char *name) {
    ouro_obj *found;
    if (ouro_dict_get_text(m->rt, m->symbols, name, &found) != 0)
        return found;
    ouro_obj *text = ouro_str_from(m->rt, name);
    symbol *s = text ? ouro_new(m->rt, &symbol_type) : NULL;
    if (s) {
        ouro_setref(&s->head, &s->name, text);
        s->op_args = NEVER;
    }
    ouro_obj *result = (ouro_obj *)s;
    if (s && ouro_dict_set(m->rt, m->symbols, text, result) < 0)
        ouro_setslot_steal(&result, NULL);
    ouro_xdecref(text);
    return result;
}

// Counts pairs, until none is left or one comes back (R. P. Brent, "An improved Monte Carlo factorization algorithm",
// 1980). *rest is where it ended.
static uint64_t pair_extent(const ouro_obj *o, const ouro_obj **rest) {
    const ouro_obj *mark = NULL;
    uint64_t n = 0;
    for (const pair *p; o != mark && (p = lisp_pair(o)); o = p->cdr, n++)
        if ((n & (n - 1)) == 0)
            mark = o;
    *rest = o;
    return n;
}

int64_t lisp_length(const lisp *m, const ouro_obj *list) {
    const ouro_obj *rest;
    uint64_t n = pair_extent(list, &rest);
    return rest == m->nil ? (int64_t)n : -1;
}

ouro_obj *lisp_vector_of(lisp *m, ouro_obj *list) {
    ouro_obj *v = ouro_new(m->rt, &vector_type);
    int result = v ? 0 : -1;
    for (const pair *p = lisp_pair(list); p && result == 0; p = lisp_pair(p->cdr))
        result = ouro_list_append(m->rt, v, p->car);
    if (result < 0)
        ouro_setslot_steal(&v, NULL);
    ouro_decref(list);
    return v;
}

ouro_obj *lisp_list(lisp *m, const ouro_obj *row) {
    ouro_obj *list = ouro_incref(m->nil);
    for (size_t i = ouro_list_size(row); i-- > 0 && list;)
        ouro_setslot_steal(&list, lisp_cons(m, ouro_list_peek(row, i), list));
    return list;
}

// ---- text ----

static int print_quoted(ouro_builder *out, const ouro_obj *s) {
    const char *text = ouro_str_data(s), *end = text + ouro_str_size(s);
    int result = ouro_builder_text(out, "\"");
    for (; text < end && result == 0; text++)
        if (*text == '\n')
            result = ouro_builder_text(out, "\\n");
        else if (*text == '\t')
            result = ouro_builder_text(out, "\\t");
        else if (*text == '"' || *text == '\\')
            result = ouro_builder_format(out, "\\%c", *text);
        else
            result = ouro_builder_add(out, text, 1);
    return result < 0 ? -1 : ouro_builder_text(out, "\"");
}

// Writes `lead`, and then x: standard objects whose own text is not Lisp's here, 0; any other is handed out, 1.
// Takes: steals x.
static int print_part(ouro_builder *out, const char *lead, ouro_obj *x, ouro_obj **part) {
    int result = ouro_builder_text(out, lead);
    if (result == 0 && ouro_is_str(x))
        result = print_quoted(out, x);
    else if (result == 0 && ouro_is_dict(x))
        result = ouro_builder_format(out, "#<table of %zu>", ouro_dict_size(x));
    else if (result == 0) {
        *part = x;
        return 1;
    }
    ouro_decref(x);
    return result;
}

// `held` is what is still to be written, `number` how many pairs there are: a list that goes in circles ends in three
// points, whatever happens to it meanwhile.
static int pair_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const lisp *m = ouro_rt_user(rt);
    const ouro_obj *rest;
    if (step->at == 0) {
        step->number = pair_extent(o, &rest);
        step->held = ouro_incref(o);
    }
    int result = 0;
    while (result == 0 && step->held) {
        const pair *p = lisp_pair(step->held);
        if (p && step->at == step->number)
            return ouro_builder_text(out, " ...)");
        ouro_obj *x = ouro_incref(p ? p->car : step->held);
        ouro_setslot(&step->held, p && p->cdr != m->nil ? p->cdr : NULL);
        result = print_part(out, step->at++ == 0 ? "(" : p ? " " : " . ", x, part);
    }
    return result ? result : ouro_builder_text(out, ")");
}

static int vector_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    int result = step->at || ouro_list_size(o) ? 0 : ouro_builder_text(out, "#(");
    (void)rt;
    while (result == 0 && step->at < ouro_list_size(o)) {
        ouro_obj *x = ouro_incref(ouro_list_peek(o, step->at));
        result = print_part(out, step->at++ == 0 ? "#(" : " ", x, part);
    }
    return result ? result : ouro_builder_text(out, ")");
}

static int atom_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt, (void)step, (void)part;
    return ouro_builder_text(out, ((atom *)(void *)o)->text);
}

static int symbol_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt, (void)step, (void)part;
    return ouro_builder_str(out, ((symbol *)(void *)o)->name);
}

static int closure_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt, (void)step, (void)part;
    const code *c = (const code *)(const void *)((const closure *)(const void *)o)->code;
    return ouro_builder_format(out, "#<procedure %s>", ouro_str_data(c->name));
}

ouro_obj *lisp_text(lisp *m, ouro_obj *o, bool written) {
    if (ouro_is_str(o) && !written)
        return ouro_incref(o);
    ouro_builder b;
    ouro_obj *part = NULL;
    ouro_builder_open(m->rt, &b);
    if (print_part(&b, "", ouro_incref(o), &part) == 1) {
        (void)ouro_builder_repr(&b, part); // the builder remembers a failure
        ouro_decref(part);
    }
    return ouro_builder_finish(&b);
}

// ---- equality ----

// First the cars, then the cdrs.
static int pair_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                     ouro_obj **y) {
    const pair *p = lisp_pair(a), *q = lisp_pair(b);
    (void)rt;
    if (relation != OURO_EQ || !p || !q)
        return OURO_PASS;
    if (step->at == 2)
        return 1;
    *x = ouro_incref(step->at ? p->cdr : p->car);
    *y = ouro_incref(step->at ? q->cdr : q->car);
    step->at++;
    return OURO_MORE;
}

// ---- the descriptions. A vector is a list with a text of its own. ----

#define LISP_TYPE(struct_name, type_name)                                                                              \
    .struct_size = sizeof(ouro_type), .name = type_name, .size = sizeof(struct_name)
#define LISP_FIELDS(list) .fields = list, .n_fields = sizeof list / sizeof *list
#define LISP_TAIL(struct_name, member, count)                                                                          \
    .tail = {OURO_TAIL_INLINE, offsetof(struct_name, member), offsetof(struct_name, count), 8, sizeof(ouro_obj *), 0, 0}

static const ouro_field pair_fields[] = {OURO_FIELD(pair, car), OURO_FIELD(pair, cdr)};
static const ouro_field symbol_fields[] = {OURO_FIELD(symbol, name), OURO_FIELD(symbol, value)};
static const ouro_field code_fields[] = {OURO_FIELD(code, name), OURO_FIELD(code, file)};
static const ouro_field closure_fields[] = {OURO_FIELD(closure, code)};
static const ouro_ops pair_ops = {.struct_size = sizeof(ouro_ops), .repr = pair_repr, .pair = pair_pair};
static const ouro_ops vector_ops = {.struct_size = sizeof(ouro_ops), .repr = vector_repr};
static const ouro_ops atom_ops = {.struct_size = sizeof(ouro_ops), .repr = atom_repr};
static const ouro_ops symbol_ops = {.struct_size = sizeof(ouro_ops), .repr = symbol_repr};
static const ouro_ops closure_ops = {.struct_size = sizeof(ouro_ops), .repr = closure_repr, .call = vm_apply};

ouro_type pair_type = {LISP_TYPE(pair, "pair"), LISP_FIELDS(pair_fields), .ops = &pair_ops};
ouro_type placed_type = {LISP_TYPE(placed, "pair"), .base = &pair_type};
ouro_type vector_type = {LISP_TYPE(ouroi_list, "vector"), .ops = &vector_ops}; // its base is set below
ouro_type atom_type = {LISP_TYPE(atom, "constant"), .ops = &atom_ops};
ouro_type symbol_type = {LISP_TYPE(symbol, "symbol"), LISP_FIELDS(symbol_fields), .ops = &symbol_ops};
ouro_type code_type = {LISP_TYPE(code, "code"), LISP_FIELDS(code_fields), LISP_TAIL(code, constants, n_constants)};
ouro_type closure_type = {LISP_TYPE(closure, "procedure"), LISP_FIELDS(closure_fields), LISP_TAIL(closure, captured, n),
                          .ops = &closure_ops};

int objects_register(ouro_rt *rt) {
    ouro_type *const types[] = {&pair_type,   &placed_type, &vector_type, &atom_type,
                                &symbol_type, &code_type,   &closure_type};
    vector_type.base = ouro_list_type;
    int result = 0;
    for (size_t i = 0; i < sizeof types / sizeof *types && result == 0; i++)
        result = ouro_type_register(rt, types[i]);
    return result;
}
