// SPDX-License-Identifier: MIT
// ouro/generator.h: a C function that gives one item after another, and keeps what it needs in between.
//
// A generator has a frame: slots that hold objects, and bytes that are the step's own. Its step is called whenever the
// next item is wanted. All of 0, 1, 1, 2, 3, 5, ...:
//
//     static int fibonacci_step(ouro_rt *rt, ouro_frame *f, ouro_obj **out) {
//         ouro_obj *sum = ouro_binary(rt, OURO_ADD, f->slot[0], f->slot[1]);
//         if (!sum)
//             return -1;
//         *out = ouro_incref(f->slot[0]);
//         ouro_frame_set(f, 0, f->slot[1]);
//         ouro_frame_set_steal(f, 1, sum);
//         return 1;
//     }
//     static const ouro_generator_def fibonacci = {"fibonacci", fibonacci_step, NULL, 2, 0};
//     ...
//     ouro_obj *first[] = {zero, one}, *numbers = ouro_generator_new(rt, &fibonacci, first, NULL);
//
// A generator is an iterator (ouro/protocol.h); besides, values are sent and errors thrown into it. It is suspended,
// runs, or is done. One that runs cannot be resumed. One that is done holds nothing any more but its result, and its
// functions are not called again: it is done when one of them has given 0 or -1, and when it was closed.
//
// A step that has something to give back (a file, memory) has an `unwind`, too: it is called once with
// OURO_RESUME_CLOSE if the generator is closed, dropped or collected before its end, even before its first step. The
// slots are all still there then. What is dropped is closed by a finalizer: an error goes to the warning hook, and it
// may make the generator live on, done.
//
// Generators that delegate to each other are resumed without recursion, however many there are.
#ifndef OURO_GENERATOR_H
#define OURO_GENERATOR_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_generator_type;

// Why a generator's function is called.
typedef enum ouro_resume {
    OURO_RESUME_NEXT,  // the next item is wanted
    OURO_RESUME_SEND,  // the same, and `value` was sent
    OURO_RESUME_BACK,  // the iterable that it has delegated to has ended; `value` is the result
    OURO_RESUME_THROW, // an error was thrown in, and is pending: give -1 to let it pass, or clear it and go on
    OURO_RESUME_CLOSE  // no more items are wanted: give 0, or -1 and an error
} ouro_resume;

// What a step finds. Nobody else changes it while it runs.
typedef struct ouro_frame {
    ouro_resume why;
    ouro_obj *value;     // borrowed; NULL if there is none
    ouro_obj **slot;     // each NULL or an object, borrowed until the slot is changed
    void *data;          // aligned to 8 bytes, and always at the same place
    ouro_obj *generator; // borrowed
} ouro_frame;

// What a step returns besides 1, 0 and -1: go on with all that the iterable in *out gives.
#define OURO_YIELD_FROM 2

// Goes on until there is something to say. Returns: 1 and the next item (new) in *out; OURO_YIELD_FROM and an iterable
// (new); 0 at the end, and the result (new) or NULL for none; or -1 and an error.
typedef int (*ouro_step_fn)(ouro_rt *rt, ouro_frame *f, ouro_obj **out);

// What generators of one kind have in common; static. `step` is called for NEXT, SEND and BACK, `unwind` for THROW and
// CLOSE; it may be the same function. NULL: an error passes, and there is nothing to close.
typedef struct ouro_generator_def {
    const char *name;
    ouro_step_fn step, unwind;
    size_t slots, bytes; // of the frame
} ouro_generator_def;

// Makes a generator. `slots` are the objects in its slots at first (each may be NULL; NULL: all empty), `data` is the
// bytes to begin with (NULL: all 0). Takes: the objects are kept, the bytes copied; if it fails, what they own is still
// the caller's. Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY; OURO_ERR_OVERFLOW. Runs: as ouro_new.
OURO_API ouro_obj *ouro_generator_new(ouro_rt *rt, const ouro_generator_def *def, ouro_obj *const *slots,
                                      const void *data);

// 1 if the object is a generator.
static inline int ouro_is_generator(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_GENERATOR;
}

// Changes a slot, for a step. Takes: kept; or stolen. Runs: arbitrary code, if what was there dies.
static inline void ouro_frame_set(ouro_frame *f, size_t i, ouro_obj *o) {
    ouro_setref(f->generator, &f->slot[i], o);
}
static inline void ouro_frame_set_steal(ouro_frame *f, size_t i, ouro_obj *o) {
    ouro_setref_steal(f->generator, &f->slot[i], o);
}

// As ouro_next, and sends a value in; one that has not begun gets it, too. What a generator delegates to gets it if it
// is a generator; another iterator takes only none. Returns: 1 and the next item (new) in *out; 0 and NULL; -1.
// Fails: OURO_ERR_STATE if it runs; OURO_ERR_DEPTH; as its step. Runs: arbitrary code.
OURO_API int ouro_generator_send(ouro_rt *rt, ouro_obj *generator, ouro_obj *value, ouro_obj **out);

// Throws the pending error into a generator: it passes (-1), or the generator handles it and goes on. Returns, fails:
// as ouro_generator_send; also OURO_ERR_STATE if no error is pending. Runs: arbitrary code.
OURO_API int ouro_generator_throw(ouro_rt *rt, ouro_obj *generator, ouro_obj **out);

// Ends a generator, and what it delegates to before. Returns: 0, or -1: it has ended all the same, unless it runs.
// Fails: OURO_ERR_STATE if it runs, or gave an item instead of ending; OURO_ERR_DEPTH; as `unwind`. Runs: arbitrary
// code.
OURO_API int ouro_generator_close(ouro_rt *rt, ouro_obj *generator);

typedef enum ouro_generator_state {
    OURO_GENERATOR_SUSPENDED,
    OURO_GENERATOR_RUNNING,
    OURO_GENERATOR_DONE
} ouro_generator_state;

// Where a generator is.
OURO_API ouro_generator_state ouro_generator_state_of(const ouro_obj *generator);

// What a generator has given at its end; none if that was nothing, or it has not ended by itself.
// Returns: borrowed, while the generator lives and is not resumed.
OURO_API ouro_obj *ouro_generator_result_peek(const ouro_obj *generator);

OURO_END

#endif
