// SPDX-License-Identifier: MIT
// main.c: a small Lisp, to be copied from by who writes a larger one. README.md walks through it.
//
//   lisp.c      an interpreter as a whole           vm.c        the machine that runs them
//   objects.c   the types                           builtins.c  functions in C
//   reader.c    text becomes data                   numbers.c   those on numbers
//   compile.c   expressions become code objects     text.c      those on strings, output, and some in Lisp
//   forms.c     the special forms
#include "lisp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAIN_RESERVE = 1 << 19 }; // bytes

static const char help[] = "usage: lisp [--limit MB] [FILE...]\n"
                           "\n"
                           "Runs the files, one after the other; without one, what is typed, and shows each value.\n"
                           "\n"
                           "  --limit MB   the most memory that programs may use\n"
                           "  --help       print this\n"
                           "\n"
                           "Ends with 0 if all went well, 1 after an error, 2 if called wrongly.\n";

static int main_show(lisp *m, ouro_obj *value) {
    if (value == m->nothing)
        return 0;
    ouro_obj *text = lisp_text(m, value, true);
    if (text)
        printf("%s\n", ouro_str_data(text));
    ouro_xdecref(text);
    return text ? 0 : -1;
}

// After an error the rest of its line is skipped, and the memory set aside for this is free: so that who has used up
// all there is can still say what to drop. After a success it is set aside again.
static void main_settle(lisp *m, reader *r, int more, void **reserve) {
    if (more < 0) {
        lisp_report(m);
        reader_skip_line(r);
        ouro_buf_free(m->rt, *reserve);
        *reserve = NULL;
    } else if (!*reserve && !(*reserve = ouro_buf_alloc(m->rt, MAIN_RESERVE)))
        ouro_error_clear(m->rt);
}

// What is typed, until it ends.
static int main_talk(lisp *m) {
    reader r = {m, stdin, ouro_str_from(m->rt, "typed"), 1, 1};
    const char *prompt = isatty(STDIN_FILENO) ? "> " : "";
    void *reserve = NULL;
    for (int more = r.file ? 1 : 0; more != 0;) {
        ouro_obj *value = NULL;
        main_settle(m, &r, more, &reserve);
        printf("%s", prompt);
        fflush(stdout);
        more = lisp_step(&r, &value);
        if (more == 1 && main_show(m, value) < 0)
            more = -1;
        ouro_xdecref(value);
    }
    ouro_buf_free(m->rt, reserve);
    ouro_xdecref(r.file);
    return 0;
}

static int main_file(lisp *m, const char *name) {
    FILE *in = fopen(name, "r");
    if (!in) {
        fprintf(stderr, "lisp: %s: %s\n", name, strerror(errno));
        return 1;
    }
    int result = lisp_run(m, in, name);
    if (result < 0)
        lisp_report(m);
    fclose(in);
    return result < 0;
}

// Returns: the number of the first file name; 0 if the program was called wrongly.
static int main_arguments(int argc, char **argv, ouro_options *options) {
    int i = 1;
    if (i + 1 < argc && strcmp(argv[i], "--limit") == 0) {
        char *end;
        unsigned long megabytes = strtoul(argv[i + 1], &end, 10);
        if (*end || megabytes == 0 || megabytes > SIZE_MAX >> 20)
            return 0;
        options->memory_limit = (size_t)megabytes << 20;
        i += 2;
    }
    return i < argc && argv[i][0] == '-' ? 0 : i;
}

int main(int argc, char **argv) {
    lisp m = {0};
    ouro_options options;
    ouro_options_init(&options);
    int i = main_arguments(argc, argv, &options), failed = 0;
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(help, stdout) < 0;
    if (i == 0) {
        fputs(help, stderr);
        return 2;
    }
    options.user = &m;
    m.rt = ouro_rt_create(&options);
    if (!m.rt || lisp_open(&m) < 0) {
        fprintf(stderr, "lisp: %s\n", m.rt ? ouro_error_message(m.rt) : options.error);
        failed = 1;
    } else if (i == argc)
        failed = main_talk(&m);
    for (; i < argc && !failed; i++)
        failed = main_file(&m, argv[i]);
    if (m.rt && lisp_close(&m) != 0)
        failed = 1;
    return fflush(stdout) != 0 || failed;
}
