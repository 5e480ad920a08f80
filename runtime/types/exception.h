// SPDX-License-Identifier: MIT
// exception.h: what the files of exceptions know of each other, and the class machinery of them.
//
//   I-exc-1  Contexts never go round in a circle: ouro_raise, which alone sets them, cuts a chain that would. (Causes
//            may: they are the embedder's.)
//   I-exc-2  The exception of out-of-memory is shared by all that run out of it, so it never changes: it has no
//            context, no cause and no trace.
#ifndef OUROI_EXCEPTION_H
#define OUROI_EXCEPTION_H

#include "std.h"

// One place that an exception passed through. A text of NULL is not known.
typedef struct trace_item {
    ouro_obj *function, *file; // interned strs
    int64_t line;
} trace_item;

typedef struct exc {
    ouro_obj head;
    instance_ext ext;
    ouro_obj *args; // a tuple
    ouro_obj *context, *cause;
    trace_item *trace; // in a buffer
    uint32_t n_trace;
    uint32_t flags;
    int64_t code; // of the error that it was made from, if its class has another; else OURO_OK
} exc;

enum {
    EXCEPTION_LINKED = 1, // it has been a context: only then can it be in a chain of contexts
    EXCEPTION_SEEN = 2,   // set while a chain is measured, see report.c
};

static inline exc *exc_of(const ouro_obj *o) {
    return (exc *)(uintptr_t)o;
}

// Makes an exception of a class of kind OUROI_KIND_EXCEPTION; `args` is a tuple, or NULL for none. __init__ is not
// called. Returns: new; NULL on failure.
ouro_obj *ouroi_exception_make(ouro_rt *rt, ouro_obj *class_object, ouro_obj *args);

// Makes an exception of an error without one; out-of-memory has its own. Returns: new; NULL on failure. No error may be
// pending.
ouro_obj *ouroi_exception_from_error(ouro_rt *rt, int code, const char *message);

#endif
