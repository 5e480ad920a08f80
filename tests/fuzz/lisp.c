// SPDX-License-Identifier: MIT
// lisp.c: a fuzzer's bytes as text for the Lisp example: read, printed, read again; never run, since programs may
// run for ever. What is printed and read again has to print as the same. The first two bytes say which allocation
// fails.
#include <ouro/std.h>

#include "../../examples/lisp/lisp.h"
#include "replay.h"

#include <stdlib.h>
#include <string.h>

static void lisp_need(int fact) {
    if (!fact)
        abort();
}

// Something failed: it has said why.
static void lisp_failed(lisp *m) {
    lisp_need(ouro_error_code(m->rt) != OURO_OK);
    ouro_error_clear(m->rt);
    m->place = nowhere;
}

// What a text is when it has been read and is printed. Returns: new; NULL after a failure, which is forgotten.
static ouro_obj *lisp_reread(lisp *m, const ouro_obj *text, const char *file) {
    FILE *in = fmemopen((char *)(uintptr_t)ouro_str_data(text), ouro_str_size(text), "r");
    reader r = {m, in, {file, 1, 1}, {file, 1, 1}};
    ouro_obj *at = NULL, *again = NULL;
    if (in && reader_read(&r, &at) == 1)
        again = lisp_text(m->rt, lisp_pair(at)->car);
    if (!again)
        lisp_failed(m);
    ouro_xdecref(at);
    if (in)
        fclose(in);
    return again;
}

static void lisp_try(lisp *m, ouro_obj *at, const char *file) {
    ouro_obj *text = lisp_text(m->rt, lisp_pair(at)->car);
    if (!text)
        lisp_failed(m);
    uint64_t faults = ouro_stress_failures(m->rt);
    ouro_obj *again = text ? lisp_reread(m, text, file) : NULL;
    lisp_need(!text || (again ? ouro_str_equal(text, again) : ouro_stress_failures(m->rt) > faults));
    ouro_xdecref(text);
    ouro_xdecref(again);
}

static void lisp_try_all(lisp *m, FILE *in, const char *file) {
    reader r = {m, in, {file, 1, 1}, {file, 1, 1}};
    ouro_obj *at;
    for (int more = 1; more != 0;) {
        more = reader_read(&r, &at);
        if (more < 0)
            lisp_failed(m);
        if (more == 1) {
            lisp_try(m, at, file);
            ouro_decref(at);
        }
    }
}

// To make an interpreter takes a hundred times longer than most inputs: each serves for many. Names that were read stay
// with it; all else has to be gone at its end.
static lisp *lisp_at_hand(void) {
    static lisp m;
    static unsigned uses;
    if (uses++ % 256 != 0)
        return &m;
    lisp_need(!m.rt || (ouro_verify(m.rt) == 0 && ouro_rt_destroy(m.rt) == 0));
    m = (lisp){.rt = ouro_rt_create(NULL)};
    lisp_need(m.rt != NULL);
    ouro_rt_set_user(m.rt, &m);
    lisp_need(lisp_open(&m) == 0);
    return &m;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    if (n < 3)
        return 0;
    lisp *m = lisp_at_hand();
    FILE *in = fmemopen((char *)(uintptr_t)(bytes + 2), n - 2, "r");
    lisp_need(in != NULL);
    ouro_stress_fail(m->rt, (uint64_t)bytes[0] << 8 | bytes[1], OURO_FAIL_ONCE); // 0: none
    lisp_try_all(m, in, "fuzz");
    ouro_stress_fail(m->rt, 0, OURO_FAIL_NEVER);
    fclose(in);
    return 0;
}
