// SPDX-License-Identifier: MIT
// ouro/base.h: version, build mode, and the three names everything else is about.
//
//   object   a block that starts with an ouro_obj header; it lives as long as somebody owns a reference to it
//   type     a description of an object's layout, shared by the whole process (ouro/type.h)
//   runtime  a heap, a collector and an error record; used by one thread at a time (ouro/runtime.h)
//
// How to read the other headers. Each declaration has one plain sentence, then, where the answer is not "no":
//   Returns  new (the caller owns a reference and drops it), or borrowed (valid until ...)
//   Takes    what happens to arguments that are neither only read nor kept with a reference of their own
//   Fails    how, and what is untouched then
//   Runs     "arbitrary code" when finalizers, callbacks or a collection may run before the call returns
//   Cost     when it is not constant
// Results are new, arguments are read or kept. Exceptions carry it in their name: `_steal` consumes the reference,
// on failure too; `_peek` returns a borrowed one.
#ifndef OURO_BASE_H
#define OURO_BASE_H

#include <stddef.h>
#include <stdint.h>

#define OURO_VERSION_MAJOR 0
#define OURO_VERSION_MINOR 1
#define OURO_VERSION_PATCH 0
#define OURO_VERSION "0.1.0"
// One number, so that versions compare: 0.1.0 is 100.
#define OURO_VERSION_NUMBER (OURO_VERSION_MAJOR * 10000 + OURO_VERSION_MINOR * 100 + OURO_VERSION_PATCH)

// 1 selects the debug build: checks, red zones, poison, the line where an object was made and freed. Library and
// program must agree; ouro_rt_create refuses a mixture. `pkg-config --cflags ouro-debug` sets it.
#ifndef OURO_DEBUG
#define OURO_DEBUG 0
#endif

#ifndef OURO_API
#define OURO_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define OURO_BEGIN extern "C" {
#define OURO_END }
#else
#define OURO_BEGIN
#define OURO_END
#endif

OURO_BEGIN

typedef struct ouro_obj ouro_obj;
typedef struct ouro_type ouro_type;
typedef struct ouro_rt ouro_rt;

// The version of the library that is linked, for comparison with OURO_VERSION.
// Returns: a static string.
OURO_API const char *ouro_version(void);

// The shape of every function that is handed references one by one.
// Returns: 0 to go on; anything else stops the walk and becomes its result.
typedef int (*ouro_visit)(ouro_obj *o, void *arg);

OURO_END

#endif
