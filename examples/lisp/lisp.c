// SPDX-License-Identifier: MIT
// lisp.c: an interpreter as a whole: made, run, ended. main.c uses it, and so would any program that embeds it.
#include "lisp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// ---- running ----

int lisp_step(reader *r, ouro_obj **value) {
    ouro_obj *at, *f;
    int more = reader_read(r, &at);
    if (more <= 0)
        return more;
    f = compile_expression(r->m, at, r->file);
    ouro_decref(at); // the code does not need its text
    *value = f ? vm_apply(r->m->rt, f, NULL, 0, NULL) : NULL;
    ouro_xdecref(f);
    return *value ? 1 : -1;
}

int lisp_run(lisp *m, FILE *in, const char *name) {
    reader r = {m, in, ouro_str_from(m->rt, name), 1, 1};
    ouro_obj *value;
    int more = r.file ? 1 : -1;
    while (more == 1 && (more = lisp_step(&r, &value)) == 1)
        ouro_decref(value);
    ouro_xdecref(r.file);
    return more;
}

void lisp_report(lisp *m) {
    const char *message = ouro_error_message(m->rt);
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", m->noted ? m->place : "lisp",
            *message ? message : ouro_code_name(ouro_error_code(m->rt)));
    ouro_error_clear(m->rt);
    m->noted = false;
}

// ---- the machine's stacks ----

static void stack_roots(ouro_rt *rt, ouro_visit visit, void *arg, void *user) {
    const lisp *m = user;
    (void)rt;
    for (ouro_obj **o = m->stack; o < m->sp; o++)
        visit(*o, arg);
}

static int stack_open(lisp *m) {
    m->stack = m->sp = m->base = malloc(LISP_STACK * sizeof *m->stack); // what is not used is never backed by memory
    m->frames = malloc(LISP_FRAMES * sizeof *m->frames);
    m->guards = malloc(LISP_GUARDS * sizeof *m->guards);
    if (!m->stack || !m->frames || !m->guards)
        return ouro_error_set(m->rt, OURO_ERR_MEMORY, "no memory for the machine");
    return ouro_root_visitor_add(m->rt, "stack", stack_roots, m);
}

static void stack_close(lisp *m) {
    ouro_root_visitor_remove(m->rt, stack_roots, m);
    free(m->stack);
    free(m->frames);
    free(m->guards);
}

// ---- made and ended ----

static int lisp_atoms(lisp *m) {
    int made = (m->t = lisp_atom(m, "#t")) && (m->f = lisp_atom(m, "#f")) && (m->nil = lisp_atom(m, "()")) &&
               (m->nothing = lisp_atom(m, "#<nothing>")) && (m->zero = ouro_int_new(m->rt, 0)) &&
               (m->one = ouro_int_new(m->rt, 1)) && (m->symbols = ouro_dict_new(m->rt));
    return made ? 0 : -1;
}

// Its references count whether or not they are registered; as roots, what they reach is marked at once.
int lisp_open(lisp *m) {
    if (ouro_std_open(m->rt) < 0 || objects_register(m->rt) < 0 || stack_open(m) < 0 || lisp_atoms(m) < 0 ||
        ouro_root_add(m->rt, "symbols", &m->symbols) < 0 || compile_open(m) < 0 || builtins_open(m) < 0)
        return -1;
    FILE *in = fmemopen((char *)(uintptr_t)text_prelude, strlen(text_prelude), "r");
    if (!in)
        return ouro_error_set(m->rt, OURO_ERR_IO, "%s", strerror(errno));
    int result = lisp_run(m, in, "prelude");
    fclose(in);
    return result;
}

size_t lisp_close(lisp *m) {
    ouro_obj **const held[] = {&m->t, &m->f, &m->nil, &m->nothing, &m->zero, &m->one, &m->apply, &m->symbols};
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        ouro_setslot(held[i], NULL);
    stack_close(m);
    return ouro_rt_destroy(m->rt);
}
