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
    OURO_ERR_ATTRIBUTE,  // an attribute that does not exist
    OURO_ERR_DIVISION,   // a division by zero
    OURO_ERR_DEPTH,      // calls or structures nested too deep
    OURO_ERR_THROWN,     // an object was thrown
    OURO_ERR_USER = 1000 // an embedder's own codes start here
} ouro_code;

// Makes an error pending, its message formatted as by printf and cut at 255 bytes. Returns: -1.
// Runs: arbitrary code, if an error with a thrown object is replaced.
OURO_API int ouro_error_set(ouro_rt *rt, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Makes an object the pending error, with code OURO_ERR_THROWN and its type's name as message.
// Takes: the object is kept. Returns: -1. Runs: as ouro_error_set.
OURO_API int ouro_error_throw(ouro_rt *rt, ouro_obj *o);

// Makes an object the pending error, with a code and a message (cut at 255 bytes) of the caller's.
// Takes: the object is kept, the message copied. Returns: -1. Runs: as ouro_error_set.
OURO_API int ouro_error_throw_text(ouro_rt *rt, int code, ouro_obj *o, const char *message);

// The message of the pending error; "" if there is none. Returns: borrowed, until the error changes.
OURO_API const char *ouro_error_message(const ouro_rt *rt);

// The thrown object; NULL if none was. Returns: borrowed, until the error changes.
OURO_API ouro_obj *ouro_error_peek(const ouro_rt *rt);

// Takes the thrown object out and clears the error.
// Returns: new; NULL if no object was thrown (the error is cleared all the same).
OURO_API ouro_obj *ouro_error_take(ouro_rt *rt);

// Forgets the pending error. Runs: arbitrary code, if a thrown object dies.
OURO_API void ouro_error_clear(ouro_rt *rt);

// An error put aside. `thrown` is owned; code OURO_OK says that none was pending.
typedef struct ouro_error_state {
    int code;
    char message[256];
    ouro_obj *thrown;
} ouro_error_state;

// How a runtime begins.
typedef struct ouroi_rt_front {
    void *std; // what the standard objects keep for it
    ouro_error_state error;
} ouroi_rt_front;

// The code of the pending error; OURO_OK if there is none.
static inline int ouro_error_code(const ouro_rt *rt) {
    return ((const ouroi_rt_front *)(const void *)rt)->error.code;
}

// Moves the pending error out, for code that must run in spite of it: none is pending then.
// Takes: what `s` held is overwritten, not dropped. Each save is followed by one restore.
OURO_API void ouro_error_save(ouro_rt *rt, ouro_error_state *s);

// Puts back what ouro_error_save moved out, an error or none. One that is pending by now goes to the warning hook.
// Takes: `s` holds no error afterwards. Runs: arbitrary code, if an object thrown in between dies.
OURO_API void ouro_error_restore(ouro_rt *rt, ouro_error_state *s);

// A code's name, such as "OURO_ERR_MEMORY". Returns: a static string.
OURO_API const char *ouro_code_name(int code);

OURO_END

#endif
