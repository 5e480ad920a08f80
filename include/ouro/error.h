// SPDX-License-Identifier: MIT
// ouro/error.h: one pending error a runtime: a code, a message that needs no memory, and optionally an object.
//
// Creators return NULL on failure, actions -1, lookups 1, 0 or -1; the error is then pending until it is taken,
// cleared or replaced. An error that is replaced while pending is not lost: it goes to the warning hook.
// Finalizers and callbacks never see or change an error that was pending when they started.
#ifndef OURO_ERROR_H
#define OURO_ERROR_H

#include "base.h"

OURO_BEGIN

typedef enum ouro_code {
    OURO_OK = 0,
    OURO_ERR_MEMORY,     // out of memory, or over the runtime's limit
    OURO_ERR_TYPE,       // an object of the wrong type
    OURO_ERR_VALUE,      // an argument out of its range
    OURO_ERR_INDEX,      // a position that does not exist
    OURO_ERR_KEY,        // a key that does not exist
    OURO_ERR_OVERFLOW,   // a size or number too large
    OURO_ERR_STATE,      // not now: wrong order of calls, changed during iteration
    OURO_ERR_IO,         // the outside world
    OURO_ERR_THROWN,     // an object was thrown
    OURO_ERR_USER = 1000 // an embedder's own codes start here
} ouro_code;

// Makes an error pending, its message formatted as by printf and cut at 255 bytes. Returns: -1.
OURO_API int ouro_error_set(ouro_rt *rt, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Makes an object the pending error, with code OURO_ERR_THROWN and its type's name as message.
// Takes: the object is kept. Returns: -1.
OURO_API int ouro_error_throw(ouro_rt *rt, ouro_obj *o);

// The code of the pending error; OURO_OK if there is none.
OURO_API int ouro_error_code(const ouro_rt *rt);

// The message of the pending error; "" if there is none. Returns: borrowed, until the error changes.
OURO_API const char *ouro_error_message(const ouro_rt *rt);

// Takes the thrown object out and clears the error.
// Returns: new; NULL if no object was thrown (the error is cleared all the same).
OURO_API ouro_obj *ouro_error_take(ouro_rt *rt);

// Forgets the pending error. Runs: arbitrary code, if a thrown object dies.
OURO_API void ouro_error_clear(ouro_rt *rt);

// A code's name, such as "OURO_ERR_MEMORY". Returns: a static string.
OURO_API const char *ouro_code_name(int code);

OURO_END

#endif
