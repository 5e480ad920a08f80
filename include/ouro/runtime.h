// SPDX-License-Identifier: MIT
// ouro/runtime.h: a runtime's life. Several may live at once; each is used by one thread at a time and may be handed
// from one to another. An object belongs to the runtime that made it, and fields hold objects of the same runtime.
#ifndef OURO_RUNTIME_H
#define OURO_RUNTIME_H

#include "base.h"
#include "mem.h"

OURO_BEGIN

// When an automatic collection may start.
typedef enum ouro_when {
    OURO_AT_ALLOCATION, // inside a call that allocates, before the new object exists
    OURO_AT_SAFEPOINT   // only inside ouro_safepoint: then an allocation runs no code at all
} ouro_when;

// Which weak references a collection clears before finalizers run.
typedef enum ouro_weak_order {
    OURO_WEAK_ORDER_315, // those with a callback; the others stay usable in finalizers (as CPython 3.15 does)
    OURO_WEAK_ORDER_311  // all (as CPython 3.11 does)
} ouro_weak_order;

// What a runtime is made with. Fill by ouro_options_init, then change what you like.
typedef struct ouro_options {
    size_t struct_size;
    uint32_t version;
    uint32_t debug;
    size_t memory_limit;           // bytes of pages in use and external memory together; 0 for none
    const ouro_page_source *pages; // where memory comes from; NULL for the operating system. Copied.
    ouro_when when;
    ouro_weak_order weak_order;
    void *user; // for ouro_rt_user, and the hooks below
    // Says the last words before the process is aborted for a misuse that cannot be survived; NULL prints to stderr.
    void (*panic)(void *user, const char *message);
    // Told of what nobody can be handed as an error: an error left by a finalizer, a leak; NULL prints to stderr.
    void (*warning)(void *user, const char *message);
    char error[256]; // set by ouro_rt_create when it fails: why
} ouro_options;

// Fills in the defaults, and the version and build mode that the program was compiled with.
static inline void ouro_options_init(ouro_options *o) {
    o->struct_size = sizeof(ouro_options);
    o->version = OURO_VERSION_NUMBER;
    o->debug = OURO_DEBUG;
    o->memory_limit = 0;
    o->pages = 0;
    o->when = OURO_AT_ALLOCATION;
    o->weak_order = OURO_WEAK_ORDER_315;
    o->user = 0;
    o->panic = 0;
    o->warning = 0;
    o->error[0] = 0;
}

// Makes a runtime. NULL stands for the default options (a failure then has no reason).
// Returns: the runtime, for ouro_rt_destroy; NULL on failure, with the reason in options->error.
// Fails: out of memory; a header of another version or build mode than the library.
OURO_API ouro_rt *ouro_rt_create(ouro_options *options);

// Ends a runtime: runs what waits for its end (ouro/finalizer.h), empties the registered root slots, collects (unless
// the collector is disabled), lets immortal objects drop all they hold (their fields are NULL to the finalizers that
// this runs), collects again, then takes the objects that are still there apart without running their finalizers
// (dealloc does run). Each type of which objects were left is named to the warning hook with their number: references
// that the embedder forgot to drop, or cycles if the collector was disabled. NULL is allowed. Every object of the
// runtime is gone afterwards.
// Not to be called by code that the runtime runs: that is a panic.
// Returns: how many objects were left. Runs: arbitrary code.
OURO_API size_t ouro_rt_destroy(ouro_rt *rt);

// The pointer given in the options, or by ouro_rt_set_user.
OURO_API void *ouro_rt_user(const ouro_rt *rt);
OURO_API void ouro_rt_set_user(ouro_rt *rt, void *user);

// Sets a function that ouro_rt_destroy hands each object that was left, before any is taken apart. NULL for none.
// The visitor only reads.
OURO_API void ouro_rt_set_leak_hook(ouro_rt *rt, ouro_visit visit, void *arg);

// What the standard objects keep for a runtime, its first word; NULL if they are not open.
static inline void *ouroi_rt_std(const ouro_rt *rt) {
    return *(void *const *)(const void *)rt;
}

// Says that they are not open though they are used, and ends the process.
OURO_API void ouroi_std_missing(const ouro_rt *rt) __attribute__((noreturn, cold));

// Sets that pointer. ouro_rt_destroy hands it to `end` (NULL for none) when every object has been taken apart and the
// memory is still there: `end` frees buffers and does nothing else.
OURO_API void ouroi_rt_set_std(ouro_rt *rt, void *std, void (*end)(ouro_rt *rt, void *std));

// Sets two functions that are called with that pointer; NULL for none. `closing` is called by ouro_rt_destroy first of
// all, while every object is as the program left it; `collected` at the end of a collection, if it is awaited. Both may
// run arbitrary code.
OURO_API void ouroi_rt_set_std_hooks(ouro_rt *rt, void (*closing)(ouro_rt *rt, void *std),
                                     void (*collected)(ouro_rt *rt, void *std));

// 1 if a collection is under way, and runs the finalizer or callback that asks.
OURO_API int ouroi_rt_is_collecting(const ouro_rt *rt);

// Has `collected` called when the collection that is under way is over. Returns: 0, or -1. Fails: OURO_ERR_MEMORY.
OURO_API int ouroi_rt_await_collected(ouro_rt *rt);

// A point where a collection that is due may run, and one asked for by ouro_gc_request. Cost: a load and a test.
// Runs: arbitrary code.
OURO_API void ouro_safepoint(ouro_rt *rt);

OURO_END

#endif
