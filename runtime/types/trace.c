// SPDX-License-Identifier: MIT
// trace.c: the places that an exception passes through on its way out. An entry costs 24 bytes: its texts are interned,
// since the same places come again and again.
#include "exception.h"

// A text to keep; NULL if it is not known, or cannot be kept: the entry is worth having without it.
static ouro_obj *trace_text(ouro_rt *rt, const char *text) {
    ouro_obj *s = text ? ouro_intern(rt, text) : NULL;
    if (text && !s)
        ouro_error_clear(rt);
    return s;
}

static size_t trace_capacity(const exc *e) {
    return e->trace ? ouro_buf_size(e->trace) / sizeof *e->trace : 0;
}

// Makes room for one more entry. The allocation may run code that adds entries, too: hence a new buffer, taken into use
// only if all that is there by then fits in.
static bool trace_reserve(ouro_rt *rt, exc *e) {
    while (e->n_trace == trace_capacity(e)) {
        size_t capacity = e->n_trace ? (size_t)e->n_trace * 2 : 4;
        trace_item *spare = e->n_trace < UINT32_MAX ? ouro_buf_alloc(rt, capacity * sizeof *spare) : NULL;
        if (!spare)
            return false;
        if (e->n_trace == trace_capacity(e) && e->n_trace < capacity) {
            trace_item *old = e->trace;
            if (e->n_trace)
                memcpy(spare, old, e->n_trace * sizeof *spare);
            e->trace = spare;
            spare = old;
        }
        ouro_buf_free(rt, spare);
    }
    return true;
}

static void trace_add(ouro_rt *rt, exc *e, const char *function, const char *file, int line) {
    ouro_obj *function_text = trace_text(rt, function), *file_text = trace_text(rt, file);
    if (!trace_reserve(rt, e)) {
        ouro_error_clear(rt);
        ouro_xdecref(function_text);
        ouro_xdecref(file_text);
        return;
    }
    trace_item *t = &e->trace[e->n_trace];
    *t = (trace_item){NULL, NULL, line};
    e->n_trace++;
    ouro_setref_steal(&e->head, &t->function, function_text);
    ouro_setref_steal(&e->head, &t->file, file_text);
}

int ouro_trace(ouro_rt *rt, const char *function, const char *file, int line) {
    ouro_error_state error;
    ouro_error_save(rt, &error);
    if (error.code != OURO_OK && !error.thrown) {
        error.thrown = ouroi_exception_from_error(rt, error.code, error.message);
        if (!error.thrown)
            ouro_error_clear(rt);
    }
    if (error.thrown && ouro_is_exception(error.thrown) && !ouro_is_immortal(error.thrown))
        trace_add(rt, exc_of(error.thrown), function, file, line);
    ouro_error_restore(rt, &error);
    return -1;
}

size_t ouro_exception_trace_size(const ouro_obj *exception) {
    return exc_of(exception)->n_trace;
}

static const char *trace_shown(const ouro_obj *text) {
    return text ? ouro_str_data(text) : "?";
}

int ouro_exception_trace_at(const ouro_obj *exception, size_t i, ouro_trace_entry *out) {
    if (i >= exc_of(exception)->n_trace)
        return 0;
    const trace_item *t = &exc_of(exception)->trace[i];
    *out = (ouro_trace_entry){trace_shown(t->function), trace_shown(t->file), (int)t->line};
    return 1;
}
