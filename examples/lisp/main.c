// SPDX-License-Identifier: MIT
// main.c: a small Lisp, to be copied from by who writes a larger one. README.md walks through it.
#include "lisp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAIN_RESERVE = 1 << 19 }; // bytes

static const char help[] = "usage: lisp [--limit MB] [FILE...]\n"
                           "Runs the files, one after the other; without one, what is typed, and shows each value.\n"
                           "Programs may use MB megabytes. Ends with 0 if all went well, 1 after an error, 2 if called "
                           "wrongly.\n";

// Says on stderr what went wrong, which needs no memory, and forgets it.
static void main_report(lisp *m) {
    const char *message = ouro_error_message(m->rt);
    fflush(stdout);
    fprintf(stderr, "%s:%u:%u: %s\n", m->noted ? m->place.file : "lisp", m->place.line, m->place.column,
            *message ? message : ouro_code_name(ouro_error_code(m->rt)));
    ouro_error_clear(m->rt);
    m->noted = false;
}

static int main_show(lisp *m, ouro_obj *value) {
    ouro_obj *text = value == m->nothing ? NULL : lisp_text(m, value);
    if (text)
        printf("%s\n", ouro_str_data(text));
    ouro_xdecref(text);
    return text || value == m->nothing ? 1 : -1;
}

// What is typed, until it ends. After an error the rest of its line is skipped, and the memory set aside for this is
// free: so that who has used up all there is can still say what to drop. After a success it is set aside again.
static void main_talk(lisp *m) {
    reader r = {m, stdin, {"typed", 1, 1}, {"typed", 1, 1}};
    void *reserve = NULL;
    for (int more = 1; more != 0;) {
        ouro_obj *value = NULL;
        if (!reserve && !(reserve = ouro_buf_alloc(m->rt, MAIN_RESERVE)))
            ouro_error_clear(m->rt);
        printf("%s", isatty(STDIN_FILENO) ? "> " : "");
        fflush(stdout);
        more = reader_step(&r, &value);
        if (more == 1)
            more = main_show(m, value);
        ouro_xdecref(value);
        if (more < 0) {
            main_report(m);
            reader_skip_line(&r);
            ouro_buf_free(m->rt, reserve);
            reserve = NULL;
        }
    }
    ouro_buf_free(m->rt, reserve);
}

static int main_file(lisp *m, const char *name) {
    FILE *in = fopen(name, "r");
    if (!in) {
        fprintf(stderr, "lisp: %s: %s\n", name, strerror(errno));
        return 1;
    }
    int result = reader_run(m, in, name);
    if (result < 0)
        main_report(m);
    fclose(in);
    return result < 0;
}

int main(int argc, char **argv) {
    lisp m = {0};
    ouro_options options;
    ouro_options_init(&options);
    char *end = "";
    int i = argc > 2 && strcmp(argv[1], "--limit") == 0 ? 3 : 1;
    if (i == 3)
        options.memory_limit = strtoul(argv[2], &end, 10) << 20;
    if (*end || (i < argc && argv[i][0] == '-')) {
        bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;
        return fputs(help, asked ? stdout : stderr) < 0 || !asked ? 2 : 0;
    }
    options.user = &m;
    m.rt = ouro_rt_create(&options);
    int failed = !m.rt || lisp_open(&m) < 0;
    if (failed)
        fprintf(stderr, "lisp: %s\n", m.rt ? ouro_error_message(m.rt) : options.error);
    else if (i == argc)
        main_talk(&m);
    for (; i < argc && !failed; i++)
        failed = main_file(&m, argv[i]);
    if (m.rt && lisp_close(&m) != 0)
        failed = 1;
    return fflush(stdout) != 0 || failed;
}
