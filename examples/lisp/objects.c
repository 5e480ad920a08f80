// SPDX-License-Identifier: MIT
// objects.c: the interpreter's own types, and an interpreter as a whole. Each type lists its fields, and so is
// traversed, cleared and freed; its ops make it take part in what can be asked of any object. Data may be nested
// without end: no function here calls itself.
#include "lisp.h"

#include <string.h>
#include <sys/resource.h>

ouro_obj *lisp_cons(lisp *m, ouro_obj *car, ouro_obj *cdr, place at) {
    pair *p = car && cdr ? ouro_new_untracked(m->rt, &pair_type, 0) : NULL;
    if (!p) {
        ouro_xdecref(car);
        ouro_xdecref(cdr);
        return NULL;
    }
    *p = (pair){p->head, car, cdr, at}; // until it is tracked, its fields are plain variables
    ouro_track(&p->head);
    return &p->head;
}

int64_t lisp_length(const lisp *m, const ouro_obj *list) {
    int64_t n = 0;
    for (const pair *p; (p = lisp_pair(list)); list = p->cdr)
        n++;
    return list == m->nil ? n : -1;
}

// Are two pairs equal? First the cars are compared, then the cdrs.
static int pair_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                     ouro_obj **y) {
    const pair *p = lisp_pair(a), *q = lisp_pair(b);
    (void)rt;
    if (relation != OURO_EQ || !p || !q)
        return OURO_PASS;
    if (step->at == 2)
        return 1;
    *x = ouro_incref(step->at ? p->cdr : p->car);
    *y = ouro_incref(step->at++ ? q->cdr : q->car);
    return OURO_MORE;
}

static int text_quoted(ouro_builder *out, const ouro_obj *s) {
    (void)ouro_builder_text(out, "\""); // the builder remembers a failure
    for (const char *c = ouro_str_data(s), *end = c + ouro_str_size(s); c < end; c++)
        if (*c == '\n' || *c == '\t')
            (void)ouro_builder_text(out, *c == '\n' ? "\\n" : "\\t");
        else if (*c == '"' || *c == '\\')
            (void)ouro_builder_format(out, "\\%c", *c);
        else
            (void)ouro_builder_add(out, c, 1);
    return ouro_builder_text(out, "\"");
}

ouro_obj *lisp_text(ouro_rt *rt, ouro_obj *o) {
    ouro_builder b;
    ouro_builder_open(rt, &b);
    (void)(ouro_is_str(o) ? text_quoted(&b, o) : ouro_builder_repr(&b, o));
    return ouro_builder_finish(&b);
}

// Hands out one element after the other; `held` is what is still to be written.
static int pair_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const lisp *m = ouro_rt_user(rt);
    if (step->at == 0)
        step->held = ouro_incref(o);
    while (step->held) {
        const pair *p = lisp_pair(step->held);
        (void)ouro_builder_text(out, step->at++ == 0 ? "(" : p ? " " : " . ");
        *part = ouro_incref(p ? p->car : step->held);
        ouro_setslot(&step->held, p && p->cdr != m->nil ? p->cdr : NULL);
        if (!ouro_is_str(*part))
            return 1;
        (void)text_quoted(out, *part);
        ouro_setslot(part, NULL);
    }
    return ouro_builder_text(out, ")");
}

static int name_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    const closure *c = ouro_is(o, &closure_type) ? (closure *)o : NULL;
    const symbol *name = (symbol *)(c ? c->name : o);
    (void)rt, (void)step, (void)part;
    return ouro_builder_format(out, c ? "#<procedure %s>" : "%s", ouro_str_data(name->name));
}

#define LISP_TYPE(of, type_name) .struct_size = sizeof(ouro_type), .name = type_name, .size = sizeof(of)
#define LISP_FIELDS(list) .fields = list, .n_fields = sizeof list / sizeof *list

static const ouro_field pair_fields[] = {OURO_FIELD(pair, car), OURO_FIELD(pair, cdr)};
static const ouro_field symbol_fields[] = {OURO_FIELD(symbol, name), OURO_FIELD(symbol, value)};
static const ouro_field closure_fields[] = {OURO_FIELD(closure, name), OURO_FIELD(closure, names),
                                            OURO_FIELD(closure, body), OURO_FIELD(closure, scope)};
static const ouro_ops pair_ops = {.struct_size = sizeof(ouro_ops), .repr = pair_repr, .pair = pair_pair};
static const ouro_ops symbol_ops = {.struct_size = sizeof(ouro_ops), .repr = name_repr};
static const ouro_ops closure_ops = {.struct_size = sizeof(ouro_ops), .repr = name_repr, .call = eval_apply};

ouro_type pair_type = {LISP_TYPE(pair, "pair"), LISP_FIELDS(pair_fields), .ops = &pair_ops};
ouro_type symbol_type = {LISP_TYPE(symbol, "symbol"), LISP_FIELDS(symbol_fields), .ops = &symbol_ops};
static ouro_type constant_type = {LISP_TYPE(symbol, "constant"), .base = &symbol_type};
ouro_type closure_type = {LISP_TYPE(closure, "procedure"), LISP_FIELDS(closure_fields), .ops = &closure_ops};

ouro_obj *lisp_symbol(lisp *m, const char *name) {
    ouro_obj *found;
    if (ouro_dict_get_text(m->rt, m->symbols, name, &found) != 0)
        return found;
    symbol *s = ouro_new(m->rt, strchr("#(", *name) ? &constant_type : &symbol_type);
    ouro_obj *made = (ouro_obj *)s, *text = s ? ouro_str_from(m->rt, name) : NULL;
    if (text) {
        ouro_setref_steal(made, &s->name, text);
        s->special = eval_special(name);
    }
    if (made && (!text || ouro_dict_set(m->rt, m->symbols, text, made) < 0))
        ouro_setslot(&made, NULL);
    return made;
}

void lisp_note(lisp *m, place at) {
    if (!m->place.file)
        m->place = at;
}

void *lisp_fail(lisp *m, const char *text, const char *more) {
    ouro_error_set(m->rt, OURO_ERR_VALUE, "%s%s", text, more);
    return NULL;
}

int lisp_depth(lisp *m) {
    if ((uintptr_t)__builtin_frame_address(0) > m->stack_end)
        return 0;
    return ouro_error_set(m->rt, OURO_ERR_DEPTH, "nested too deep");
}

int lisp_open(lisp *m) {
    ouro_type *const types[] = {&pair_type, &symbol_type, &constant_type, &closure_type};
    const size_t most = (size_t)8 << 20;
    struct rlimit limit;
    size_t size = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < most ? limit.rlim_cur : most;
    // The library and the C library never need a quarter of the stack.
    m->stack_end = (uintptr_t)__builtin_frame_address(0) - size / 4 * 3;
    int result = ouro_std_open(m->rt);
    for (size_t i = 0; i < sizeof types / sizeof *types && result == 0; i++)
        result = ouro_type_register(m->rt, types[i]);
    if (result < 0 || !(m->symbols = ouro_dict_new(m->rt)) || ouro_root_add(m->rt, "symbols", &m->symbols) < 0)
        return -1;
    ouro_obj **const constants[] = {&m->t, &m->f, &m->nil, &m->nothing, &m->expand};
    const char *const names[] = {"#t", "#f", "()", "#<nothing>", "expand"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        *constants[i] = lisp_symbol(m, names[i]);
        if (!*constants[i])
            return -1;
        ouro_decref(*constants[i]); // the table has it
    }
    return 0;
}
