// SPDX-License-Identifier: MIT
// main.c: a small Lisp, to be copied from by who writes a larger one. README.md walks through it.
#include "lisp.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Says on stderr what went wrong, which needs no memory, and forgets it.
static void main_report(lisp *m) {
    const char *message = ouro_error_message(m->rt), *file = m->place.file ? m->place.file : "lisp";
    fflush(stdout);
    fprintf(stderr, "%s:%u:%u: %s\n", file, m->place.line, m->place.column,
            *message ? message : ouro_code_name(ouro_error_code(m->rt)));
    ouro_error_clear(m->rt);
    m->place = nowhere;
}

// The value of an expression that has been read. The function `expand`, if there is one yet, says what is run for it.
static ouro_obj *main_eval(lisp *m, ouro_obj *read) {
    const pair *p = lisp_pair(read);
    ouro_obj *expand = ((symbol *)m->expand)->value, *args[] = {p->car, read};
    ouro_obj *form = expand ? ouro_call(m->rt, expand, args, 2, NULL) : ouro_incref(p->car);
    ouro_obj *code = lisp_cons(m, form, ouro_incref(m->nil), p->place);
    ouro_obj *value = code ? eval(m, lisp_pair(code), m->nil) : NULL;
    if (!value)
        lisp_note(m, p->place);
    ouro_xdecref(code);
    return value;
}

// Runs the next expression; if it was typed, shows its value. 1; 0 at the end; -1.
static int main_step(reader *r) {
    ouro_obj *read, *value = NULL, *text = NULL;
    int more = reader_read(r, &read);
    if (more == 1 && !(value = main_eval(r->m, read)))
        more = -1;
    if (more == 1 && r->in == stdin && value != r->m->nothing)
        more = (text = lisp_text(r->m->rt, value)) ? puts(ouro_str_data(text)) >= 0 : -1;
    ouro_xdecref(text);
    ouro_xdecref(value);
    ouro_xdecref(read);
    return more;
}

// Runs a file to its end or its first error, and closes it. What is typed goes on after an error, behind its line, and
// with the memory that is set aside for this: so that who has used up all there is can still say what to drop.
static int main_run(lisp *m, FILE *in, const char *name) {
    reader r = {m, in, {name, 1, 1}, {name, 1, 1}};
    void *reserve = NULL;
    int more = 1;
    while (more > 0 || (more < 0 && in == stdin)) {
        if (in == stdin && !reserve && !(reserve = ouro_buf_alloc(m->rt, (size_t)1 << 20)))
            ouro_error_clear(m->rt);
        if (in == stdin && isatty(STDIN_FILENO))
            fputs("> ", stdout);
        fflush(stdout);
        more = main_step(&r);
        if (more < 0) {
            main_report(m);
            reader_skip_line(&r);
            ouro_buf_free(m->rt, reserve);
            reserve = NULL;
        }
    }
    ouro_buf_free(m->rt, reserve);
    fclose(in);
    return more < 0;
}

int main(int argc, char **argv) {
    lisp m = {0};
    ouro_options options;
    ouro_options_init(&options);
    char *end = "";
    int i = argc > 2 && strcmp(argv[1], "--limit") == 0 ? 3 : 1;
    if (i == 3)
        options.memory_limit = strtoul(argv[2], &end, 10) << 20;
    if (*end || (i < argc && argv[i][0] == '-'))
        return fputs("usage: lisp [--limit MEGABYTES] [FILE...]\n", stderr) < 0 ? 1 : 2;
    options.user = &m;
    m.rt = ouro_rt_create(&options);
    FILE *prelude = NULL;
    int failed = !m.rt || lisp_open(&m) < 0 || builtins_open(&m) < 0 || !(prelude = builtins_prelude());
    if (failed)
        fprintf(stderr, "lisp: %s\n", m.rt ? ouro_error_message(m.rt) : options.error);
    else
        failed = main_run(&m, prelude, NULL);
    if (!failed && i == argc)
        main_run(&m, stdin, "typed");
    for (; i < argc && !failed; i++) {
        FILE *in = fopen(argv[i], "r");
        if (!in)
            perror(argv[i]);
        failed = !in || main_run(&m, in, argv[i]);
    }
    if (m.rt && ouro_rt_destroy(m.rt) != 0)
        failed = 1;
    return fflush(stdout) != 0 || ferror(stdout) || failed;
}
