// SPDX-License-Identifier: MIT
// ouro/exception.h: errors as objects: a class, arguments, where it was raised and passed through, and what led to it.
//
// The error record (ouro/error.h) stays the one place where a failure is pending. Raising throws an exception object
// through it; catching takes it out, and makes an exception of an error that C code set with a code and a message, so
// that an interpreter has to know only exceptions. A code without a class of its own is kept, and is the code again
// when the exception is raised later.
//
// Out of memory is one exception for all who run out of it, so that it can be caught without memory: it has no message,
// and it never changes: no context, cause or trace entry is added to it.
#ifndef OURO_EXCEPTION_H
#define OURO_EXCEPTION_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_exception_type;

// One place that an exception passed through, newest last.
typedef struct ouro_trace_entry {
    const char *function, *file; // NUL-terminated; borrowed, until the exception changes
    int line;
} ouro_trace_entry;

// The class that belongs to an error code: Exception for those without one of their own; else MemoryError, TypeError,
// ValueError, IndexError and KeyError (both LookupError), AttributeError, OverflowError and ZeroDivisionError (both
// ArithmeticError), StateError, RecursionError, OSError. Returns: immortal.
OURO_API ouro_obj *ouro_exception_class(ouro_rt *rt, int code);

// The class, StopIteration, that a __next__ of a user's class raises to say: no more items. Returns: immortal.
OURO_API ouro_obj *ouro_stop_iteration(ouro_rt *rt);

// Makes an exception of a class that inherits from Exception, without calling __init__. `args` is a tuple, or NULL for
// none. Its text is that of its one argument, or of the tuple, or empty.
// Returns: new; NULL on failure. Fails: OURO_ERR_TYPE; OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_exception_new(ouro_rt *rt, ouro_obj *class_object, ouro_obj *args);

// 1 if the object is an exception.
static inline int ouro_is_exception(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_EXCEPTION);
}

// Makes an exception the pending error, with the code of the nearest class that has one and its text as message (or, if
// that cannot be made, the name of its class). An error that was pending becomes its context; a thrown object that is
// no exception cannot, and is replaced.
// Takes: kept. Returns: -1. Fails: OURO_ERR_TYPE is pending instead if it is no exception. Runs: arbitrary code.
// Cost: if the exception has been a context before, the length of the chain of contexts that it may be in.
OURO_API int ouro_raise(ouro_rt *rt, ouro_obj *exception);

// Makes an exception of a class with one argument, text formatted as by printf, and raises it. Returns: -1.
// Fails: what is pending then says why it could not be made: OURO_ERR_TYPE, OURO_ERR_VALUE (no UTF-8), OURO_ERR_MEMORY.
// Runs: arbitrary code.
OURO_API int ouro_raise_format(ouro_rt *rt, ouro_obj *class_object, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Takes the pending error out as an exception object. An object of another kind that was thrown is given as it is.
// Returns: new; NULL if no error is pending, or there is no memory to make one: the error then still is.
// Runs: as ouro_new.
OURO_API ouro_obj *ouro_catch(ouro_rt *rt);

// As ouro_catch, if the pending error is of a class that is `class_object` or inherits from it.
// Returns: 1 and the exception (new) in *exception; 0 if it is of another, or none is pending; -1 as ouro_catch.
OURO_API int ouro_catch_class(ouro_rt *rt, ouro_obj *class_object, ouro_obj **exception);

// Notes, on the pending error, a place that it passes through; an error without an object becomes an exception for it.
// Texts are copied; NULL, and what cannot be copied, is shown as "?". Without memory the entry is left out. Returns:
// -1.
// Runs: as ouro_new. Cost: amortised O(1), besides the texts.
OURO_API int ouro_trace(ouro_rt *rt, const char *function, const char *file, int line);

// The arguments, a tuple. Returns: borrowed, while the exception lives.
OURO_API ouro_obj *ouro_exception_args_peek(const ouro_obj *exception);

// What the exception was raised while handling, and what it was raised from on purpose; NULL if there is none.
// Returns: borrowed, until the exception changes.
OURO_API ouro_obj *ouro_exception_context_peek(const ouro_obj *exception);
OURO_API ouro_obj *ouro_exception_cause_peek(const ouro_obj *exception);

// Changes the cause, an exception or NULL for none. Takes: kept. Runs: arbitrary code, if the old one dies.
OURO_API void ouro_exception_set_cause(ouro_obj *exception, ouro_obj *cause);

// How many trace entries, and one of them: 0 is where it was raised. Returns: 1, or 0 if there is none at i.
OURO_API size_t ouro_exception_trace_size(const ouro_obj *exception);
OURO_API int ouro_exception_trace_at(const ouro_obj *exception, size_t i, ouro_trace_entry *entry);

// What a user is shown: the trace, outermost place first, then the class and the text; before that the same of its
// cause or else its context, and so on, each once. Lines end with a newline. A text that fails is said to be missing.
// Returns: a new str; NULL on failure. Fails: OURO_ERR_TYPE; OURO_ERR_MEMORY. Runs: arbitrary code.
OURO_API ouro_obj *ouro_exception_report(ouro_rt *rt, ouro_obj *exception);

OURO_END

#endif
