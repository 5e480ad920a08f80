// SPDX-License-Identifier: MIT
// objects.c: the interpreter's own types, and an interpreter as a whole. Each type lists its fields, and so is
// traversed, cleared and freed; its ops make it take part in what can be asked of any object. Data may be nested
// without end: no function here calls itself.
#include "lisp.h"

#include <string.h>
#include <sys/resource.h>

// ---- pairs ----

ouro_obj *lisp_cons(lisp *m, ouro_obj *car, ouro_obj *cdr, place at) {
    placed *p = car ? ouro_new_untracked(m->rt, at.file ? &placed_type : &pair_type, 0) : NULL;
    if (!p) {
        ouro_xdecref(car);
        return NULL;
    }
    p->pair.car = car; // until it is tracked, its fields are plain variables
    p->pair.cdr = ouro_incref(cdr);
    if (at.file)
        p->place = at;
    ouro_track(&p->pair.head);
    return &p->pair.head;
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
    *y = ouro_incref(step->at++ ? q->cdr : q->car);
    return OURO_MORE;
}

// ---- text ----

static int print_quoted(ouro_builder *out, const ouro_obj *s) {
    static const char plain[] = "\"\\\n\t", letters[] = "\"\\nt";
    const char *text = ouro_str_data(s), *end = text + ouro_str_size(s);
    (void)ouro_builder_text(out, "\""); // the builder remembers a failure
    for (; text < end; text++) {
        const char *found = memchr(plain, *text, sizeof plain - 1);
        if (found)
            (void)ouro_builder_format(out, "\\%c", letters[found - plain]);
        else
            (void)ouro_builder_add(out, text, 1);
    }
    return ouro_builder_text(out, "\"");
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
    while (step->held) {
        const pair *p = lisp_pair(step->held);
        if (p && step->at == step->number)
            return ouro_builder_text(out, " ...)");
        (void)ouro_builder_text(out, step->at++ == 0 ? "(" : p ? " " : " . "); // the builder remembers a failure
        *part = ouro_incref(p ? p->car : step->held);
        ouro_setslot(&step->held, p && p->cdr != m->nil ? p->cdr : NULL);
        if (!ouro_is_str(*part))
            return 1;
        (void)print_quoted(out, *part);
        ouro_setslot(part, NULL);
    }
    return ouro_builder_text(out, ")");
}

static int symbol_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt, (void)step, (void)part;
    return ouro_builder_str(out, ((symbol *)o)->name);
}

static int closure_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part) {
    (void)rt, (void)step, (void)part;
    const symbol *name = (symbol *)((closure *)o)->name;
    return ouro_builder_format(out, "#<procedure %s>", ouro_str_data(name->name));
}

ouro_obj *lisp_text(lisp *m, ouro_obj *o) {
    ouro_builder b;
    ouro_builder_open(m->rt, &b);
    (void)(ouro_is_str(o) ? print_quoted(&b, o) : ouro_builder_repr(&b, o));
    return ouro_builder_finish(&b);
}

// ---- the descriptions ----

#define LISP_TYPE(of, type_name) .struct_size = sizeof(ouro_type), .name = type_name, .size = sizeof(of)
#define LISP_FIELDS(list) .fields = list, .n_fields = sizeof list / sizeof *list

static const ouro_field pair_fields[] = {OURO_FIELD(pair, car), OURO_FIELD(pair, cdr)};
static const ouro_field symbol_fields[] = {OURO_FIELD(symbol, name), OURO_FIELD(symbol, value)};
static const ouro_field closure_fields[] = {OURO_FIELD(closure, name), OURO_FIELD(closure, code),
                                            OURO_FIELD(closure, scope)};
static const ouro_ops pair_ops = {.struct_size = sizeof(ouro_ops), .repr = pair_repr, .pair = pair_pair};
static const ouro_ops symbol_ops = {.struct_size = sizeof(ouro_ops), .repr = symbol_repr};
static const ouro_ops closure_ops = {.struct_size = sizeof(ouro_ops), .repr = closure_repr, .call = eval_apply};

ouro_type pair_type = {LISP_TYPE(pair, "pair"), LISP_FIELDS(pair_fields), .ops = &pair_ops};
ouro_type placed_type = {LISP_TYPE(placed, "pair"), .base = &pair_type};
ouro_type symbol_type = {LISP_TYPE(symbol, "symbol"), LISP_FIELDS(symbol_fields), .ops = &symbol_ops};
static ouro_type constant_type = {LISP_TYPE(symbol, "constant"), .base = &symbol_type};
ouro_type closure_type = {LISP_TYPE(closure, "procedure"), LISP_FIELDS(closure_fields), .ops = &closure_ops};

static int types_register(ouro_rt *rt) {
    ouro_type *const types[] = {&pair_type, &placed_type, &symbol_type, &constant_type, &closure_type};
    int result = 0;
    for (size_t i = 0; i < sizeof types / sizeof *types && result == 0; i++)
        result = ouro_type_register(rt, types[i]);
    return result;
}

// ---- symbols ----

static ouro_obj *symbol_new(lisp *m, const ouro_type *type, const char *name) {
    ouro_obj *text = ouro_str_from(m->rt, name);
    symbol *s = text ? ouro_new(m->rt, type) : NULL;
    if (s)
        ouro_setref(&s->head, &s->name, text);
    ouro_xdecref(text);
    return (ouro_obj *)s;
}

ouro_obj *lisp_symbol(lisp *m, const char *name) {
    ouro_obj *found;
    if (ouro_dict_get_text(m->rt, m->symbols, name, &found) != 0)
        return found;
    ouro_obj *made = symbol_new(m, &symbol_type, name);
    if (made && ouro_dict_set(m->rt, m->symbols, ((symbol *)made)->name, made) < 0)
        ouro_setslot(&made, NULL);
    return made;
}

// ---- an interpreter ----

void *lisp_fail(lisp *m, const char *text, const char *more) {
    ouro_error_set(m->rt, OURO_ERR_VALUE, "%s%s", text, more);
    return NULL;
}

void lisp_note(lisp *m, place at) {
    if (!m->noted && at.file) {
        m->place = at;
        m->noted = true;
    }
}

int lisp_depth(lisp *m) {
    if ((uintptr_t)__builtin_frame_address(0) > m->stack_end)
        return 0;
    return ouro_error_set(m->rt, OURO_ERR_DEPTH, "nested too deep");
}

// Three quarters of the stack, of at most 8 MB, are for us; the library and the C library never need much.
static uintptr_t lisp_stack_end(void) {
    const size_t most = (size_t)8 << 20;
    struct rlimit limit;
    size_t size = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < most ? limit.rlim_cur : most;
    return (uintptr_t)__builtin_frame_address(0) - size / 4 * 3;
}

int lisp_open(lisp *m) {
    m->stack_end = lisp_stack_end();
    if (ouro_std_open(m->rt) < 0 || types_register(m->rt) < 0 || !(m->symbols = ouro_dict_new(m->rt)) ||
        ouro_root_add(m->rt, "symbols", &m->symbols) < 0)
        return -1;
    bool made = (m->t = symbol_new(m, &constant_type, "#t")) && (m->f = symbol_new(m, &constant_type, "#f")) &&
                (m->nil = symbol_new(m, &constant_type, "()")) &&
                (m->nothing = symbol_new(m, &constant_type, "#<nothing>"));
    return made && forms_open(m) == 0 ? builtins_open(m) : -1;
}

size_t lisp_close(lisp *m) {
    ouro_obj **const held[] = {&m->t, &m->f, &m->nil, &m->nothing, &m->apply, &m->symbols};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        ouro_setslot(held[i], NULL);
    return ouro_rt_destroy(m->rt);
}
