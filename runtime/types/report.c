// SPDX-License-Identifier: MIT
// report.c: what a user is shown of an exception that nobody caught: what led to it first, then where it passed, then
// what it says. The chain is taken down before anything is written, with a reference to each exception in it, for the
// texts may run foreign code that changes it.
#include "exception.h"

// What led to an exception: a cause that was given, or else what it was raised in the handling of. NULL if nothing did.
static exc *report_before(const exc *e) {
    const ouro_obj *before = e->cause ? e->cause : e->context;
    return before && ouro_is_exception(before) ? exc_of(before) : NULL;
}

// How many exceptions there are in a chain, each counted once. Runs nothing.
static size_t report_length(exc *e) {
    size_t n = 0;
    for (exc *at = e; at && !(at->flags & EXCEPTION_SEEN); at = report_before(at)) {
        at->flags |= EXCEPTION_SEEN;
        n++;
    }
    exc *at = e;
    for (size_t i = 0; i < n; i++, at = report_before(at))
        at->flags &= ~(uint32_t)EXCEPTION_SEEN;
    return n;
}

// ---- one exception ----

// How many entries from i down are the same place, one after the other.
static size_t report_repeated(const exc *e, size_t i) {
    const trace_item *t = &e->trace[i];
    size_t n = 1;
    while (n <= i && t[0].function == e->trace[i - n].function && t[0].file == e->trace[i - n].file &&
           t[0].line == e->trace[i - n].line)
        n++;
    return n;
}

static int report_place(ouro_builder *out, const trace_item *t, size_t times) {
    const char *file = t->file ? ouro_str_data(t->file) : "?";
    const char *function = t->function ? ouro_str_data(t->function) : "?";
    if (ouro_builder_text(out, "  File \"") < 0 || ouro_builder_text(out, file) < 0 ||
        ouro_builder_format(out, "\", line %d, in ", (int)t->line) < 0 || ouro_builder_text(out, function) < 0)
        return -1;
    return times > 1 ? ouro_builder_format(out, " (%zu times)\n", times) : ouro_builder_text(out, "\n");
}

// The outermost place first. What writing runs may add entries behind those that are left.
static int report_trace(ouro_builder *out, const exc *e) {
    size_t left = e->n_trace;
    int result = left ? ouro_builder_text(out, "Traceback (most recent call last):\n") : 0;
    while (left && result == 0) {
        size_t times = report_repeated(e, left - 1);
        trace_item t = e->trace[left - 1];
        ouro_xincref(t.function);
        ouro_xincref(t.file);
        result = report_place(out, &t, times);
        ouro_xdecref(t.function);
        ouro_xdecref(t.file);
        left -= times;
    }
    return result;
}

// "Class: text", or the class alone. A text that cannot be made is no reason to show nothing.
static int report_text(ouro_rt *rt, ouro_builder *out, exc *e) {
    ouro_obj *text = ouro_to_str(rt, &e->head);
    if (!text && ouro_error_code(rt) == OURO_ERR_MEMORY)
        return -1;
    if (!text)
        ouro_error_clear(rt);
    int result = ouro_builder_text(out, ouroi_type_name(&e->head));
    if (result == 0 && (!text || ouro_str_size(text)))
        result = ouro_builder_text(out, ": ");
    if (result == 0)
        result = text ? ouro_builder_add(out, ouro_str_data(text), ouro_str_size(text))
                      : ouro_builder_text(out, "<its text cannot be made>");
    ouro_xdecref(text);
    return result == 0 ? ouro_builder_text(out, "\n") : -1;
}

static int report_one(ouro_rt *rt, ouro_builder *out, exc *e) {
    return report_trace(out, e) < 0 ? -1 : report_text(rt, out, e);
}

// ---- the chain ----

// The exceptions of a chain, newest first, each held. Returns: a buffer; NULL without memory.
static exc **report_take(ouro_rt *rt, exc *e, size_t *n) {
    size_t length = report_length(e);
    exc **chain = ouro_buf_alloc(rt, length * sizeof(exc *)); // runs code: the chain may be another now
    *n = 0;
    for (exc *at = e; chain && at && *n < length; at = report_before(at)) {
        ouro_incref(&at->head);
        chain[(*n)++] = at;
    }
    return chain;
}

static int report_chain(ouro_rt *rt, ouro_builder *out, exc *const *chain, size_t n) {
    int result = report_one(rt, out, chain[n - 1]);
    for (size_t i = n - 1; i-- > 0 && result == 0;) {
        bool caused = chain[i]->cause == &chain[i + 1]->head;
        result = ouro_builder_text(out, caused ? "\nThe error above is the reason for this one:\n\n"
                                               : "\nWhile the error above was handled, this one came up:\n\n");
        if (result == 0)
            result = report_one(rt, out, chain[i]);
    }
    return result;
}

ouro_obj *ouro_exception_report(ouro_rt *rt, ouro_obj *exception) {
    if (!ouro_is_exception(exception) && !ouroi_expect(rt, "ouro_exception_report", ouro_exception_type, exception))
        return NULL;
    size_t n;
    exc **chain = report_take(rt, exc_of(exception), &n);
    if (!chain)
        return NULL;
    ouro_builder out;
    ouro_builder_open(rt, &out);
    ouro_obj *report = report_chain(rt, &out, chain, n) == 0 ? ouro_builder_finish(&out) : NULL;
    ouro_builder_close(&out);
    for (size_t i = 0; i < n; i++)
        ouro_decref(&chain[i]->head);
    ouro_buf_free(rt, chain);
    return report;
}
