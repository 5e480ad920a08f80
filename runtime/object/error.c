// SPDX-License-Identifier: MIT
// error.c: the pending error, warnings, panics, the words that describe an object in them, and the event hook.
#include "type.h"

#include <ouro/refcount.h>
#include <stdarg.h>
#include <stdio.h>

// ---- warnings and panics ----

void ouroi_warn(ouro_rt *rt, const char *format, ...) {
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (rt->warning)
        rt->warning(rt->user, message);
    else
        fprintf(stderr, "ouro: warning: %s\n", message);
}

void ouroi_panic(ouro_rt *rt, const char *format, ...) {
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (rt && rt->panic)
        rt->panic(rt->user, message);
    else
        fprintf(stderr, "ouro: %s\n", message);
    abort();
}

static size_t describe_site(char *text, size_t size, const char *what, const char *file, unsigned line) {
    int n = file && size ? snprintf(text, size, ", %s at %s:%u", what, file, line) : 0;
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size;
}

void ouroi_describe(const ouro_obj *o, char *text, size_t size) {
    const type_record *t = ouroi_type_find(o->ouroi_meta & OUROI_TYPE_MASK);
    int n = snprintf(text, size, "object %p of type '%s'", (const void *)o, t ? t->type->name : "?");
    size_t at = n < 0 ? 0 : (size_t)n < size ? (size_t)n : size;
    const guard *g = ouroi_guard_of(o);
    if (!g)
        return;
    at += describe_site(text + at, size - at, "made", g->born_file, g->born_line);
    describe_site(text + at, size - at, "freed", g->dead_file, g->dead_line);
}

void ouroi_misuse(heap *h, const void *at, const char *what) {
    char text[320];
    if (page_of(at)->kind == OURO_PAGE_BUFFER) {
        const guard *g = ouroi_guard_of(at);
        ouroi_panic(rt_of_heap(h), "buffer %p of %llu bytes, made at %s:%u, %s", at, (unsigned long long)g->bytes,
                    g->born_file ? g->born_file : "?", g->born_line, what);
    }
    ouroi_describe(at, text, sizeof text);
    ouroi_panic(rt_of_heap(h), "%s %s", text, what);
}

// ---- the pending error ----

// Takes the new error over. What was thrown before is dropped last: that may run code, which sees the new error whole.
static int error_replace(ouro_rt *rt, const ouro_error_state *error) {
    if (rt->error.code != OURO_OK)
        ouroi_warn(rt, "error %s replaced: %s", ouro_code_name(rt->error.code), rt->error.message);
    ouro_obj *old = rt->error.thrown;
    rt->error = *error;
    ouro_xdecref(old);
    return -1;
}

int ouro_error_set(ouro_rt *rt, int code, const char *format, ...) {
    // Formatted first: the arguments may point into the message that is replaced.
    ouro_error_state error = {.code = code};
    va_list args;
    va_start(args, format);
    vsnprintf(error.message, sizeof error.message, format, args);
    va_end(args);
    return error_replace(rt, &error);
}

int ouro_error_throw_text(ouro_rt *rt, int code, ouro_obj *o, const char *message) {
    ouro_error_state error = {.code = code, .thrown = ouro_incref(o)};
    snprintf(error.message, sizeof error.message, "%s", message);
    return error_replace(rt, &error);
}

int ouro_error_throw(ouro_rt *rt, ouro_obj *o) {
    return ouro_error_throw_text(rt, OURO_ERR_THROWN, o, ouro_type_of(o)->name);
}

ouro_obj *ouro_error_peek(const ouro_rt *rt) {
    return rt->error.thrown;
}

const char *ouro_error_message(const ouro_rt *rt) {
    return rt->error.code == OURO_OK ? "" : rt->error.message;
}

ouro_obj *ouro_error_take(ouro_rt *rt) {
    rt->error.code = OURO_OK;
    return ouro_takeslot(&rt->error.thrown);
}

void ouro_error_clear(ouro_rt *rt) {
    ouro_xdecref(ouro_error_take(rt));
}

const char *ouro_code_name(int code) {
    static const char *const names[] = {"OURO_OK",        "OURO_ERR_MEMORY",    "OURO_ERR_TYPE",     "OURO_ERR_VALUE",
                                        "OURO_ERR_INDEX", "OURO_ERR_KEY",       "OURO_ERR_OVERFLOW", "OURO_ERR_STATE",
                                        "OURO_ERR_IO",    "OURO_ERR_ATTRIBUTE", "OURO_ERR_DIVISION", "OURO_ERR_DEPTH",
                                        "OURO_ERR_THROWN"};
    _Static_assert(sizeof names / sizeof *names == OURO_ERR_THROWN + 1, "each code has a name");
    if (code >= OURO_ERR_USER)
        return "OURO_ERR_USER";
    return code >= 0 && code <= OURO_ERR_THROWN ? names[code] : "unknown";
}

void ouroi_error_aside(ouro_rt *rt, ouro_error_state *aside) {
    aside->code = rt->error.code;
    if (aside->code == OURO_OK)
        return;
    *aside = rt->error;
    rt->error.code = OURO_OK;
    rt->error.thrown = NULL;
}

void ouroi_error_back(ouro_rt *rt, ouro_error_state *aside, const char *whose, const ouro_type *type) {
    if (rt->error.code != OURO_OK) {
        ouroi_warn(rt, "%s of '%s' left an error: %s: %s", whose, type ? type->name : "?",
                   ouro_code_name(rt->error.code), rt->error.message);
        ouro_error_clear(rt);
    }
    if (aside->code != OURO_OK)
        rt->error = *aside;
}

void ouro_error_save(ouro_rt *rt, ouro_error_state *s) {
    s->message[0] = 0;
    s->thrown = NULL;
    ouroi_error_aside(rt, s);
}

void ouro_error_restore(ouro_rt *rt, ouro_error_state *s) {
    if (rt->error.code != OURO_OK) {
        ouroi_warn(rt, "error %s forgotten by ouro_error_restore: %s", ouro_code_name(rt->error.code),
                   rt->error.message);
        ouro_error_clear(rt);
    }
    rt->error = *s;
    s->code = OURO_OK;
    s->thrown = NULL;
}

// ---- events ----

void ouroi_event_send(ouro_rt *rt, ouro_event_kind kind, ouro_obj *o, ouro_obj *other, int64_t number) {
    ouro_event e = {kind, o, other, number};
    rt->event_fn(rt, &e, rt->event_user);
}

// ---- tables ----

bool ouroi_table_grow(heap *h, void **items, size_t n, size_t *cap, size_t size) {
    if (n < *cap)
        return true;
    size_t more = *cap ? *cap * 2 : 8;
    void *grown = ouroi_side_alloc(h, more * size);
    if (!grown)
        return false;
    if (n)
        memcpy(grown, *items, n * size);
    ouroi_side_free(h, *items, *cap * size);
    *items = grown;
    *cap = more;
    return true;
}

void ouroi_table_free(heap *h, void *items, size_t cap, size_t size) {
    ouroi_side_free(h, items, cap * size);
}
