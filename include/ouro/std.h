// SPDX-License-Identifier: MIT
// ouro/std.h: the standard objects: what an interpreter's author would otherwise write first. They are a library of
// their own (`pkg-config --cflags --libs ouro-std`) on the public headers of the core.
//
//   ouro/protocol.h   what can be asked of any object: hash, compare, items, iterate, call, attributes, text, copies
//   ouro/ops.h        how a type of your own answers
//   ouro/none.h bool.h int.h float.h str.h bytes.h bytearray.h        atoms
//   ouro/tuple.h list.h dict.h set.h odict.h deque.h range.h slice.h  containers
//   ouro/weakdict.h weakset.h finalizer.h                             what does not keep alive; a function at the end
//   ouro/lru.h        a cache, and functions that keep their results in one
//   ouro/array.h ndarray.h  many numbers side by side, in one dimension or more
//   ouro/native.h module.h class.h exception.h                        programs
//   ouro/builder.h    text, piece by piece
//   ouro/generator.h itertools.h lines.h                              items one at a time
//
//     ouro_rt *rt = ouro_rt_create(NULL);
//     if (ouro_std_open(rt) < 0) ...
//     ouro_obj *list = ouro_list_new(rt, NULL, 0);
#ifndef OURO_STD_H
#define OURO_STD_H

#include "../ouro.h"
#include "array.h"
#include "bool.h"
#include "builder.h"
#include "bytearray.h"
#include "bytes.h"
#include "class.h"
#include "deque.h"
#include "dict.h"
#include "exception.h"
#include "finalizer.h"
#include "float.h"
#include "generator.h"
#include "int.h"
#include "itertools.h"
#include "kind.h"
#include "lines.h"
#include "list.h"
#include "lru.h"
#include "module.h"
#include "native.h"
#include "ndarray.h"
#include "none.h"
#include "odict.h"
#include "ops.h"
#include "protocol.h"
#include "range.h"
#include "set.h"
#include "slice.h"
#include "str.h"
#include "tuple.h"
#include "weakdict.h"
#include "weakset.h"

OURO_BEGIN

// How the standard objects of a runtime behave. Fill by ouro_std_options_init, then change what you like.
typedef struct ouro_std_options {
    size_t struct_size;
    int seeded;             // 1: use `seed`; 0: a random one from the system
    uint64_t seed[2];       // the key of all hashes
    size_t max_depth;       // of calls that run code which calls again
    size_t max_print_depth; // of what ouro_repr shows
    size_t max_digits;      // of ints read and written as decimal text; 0 for any number
} ouro_std_options;

// Fills in the defaults: a random seed, 1,000 calls, 100 levels of text, 4,300 digits.
static inline void ouro_std_options_init(ouro_std_options *o) {
    o->struct_size = sizeof(ouro_std_options);
    o->seeded = 0;
    o->seed[0] = o->seed[1] = 0;
    o->max_depth = 1000;
    o->max_print_depth = 100;
    o->max_digits = 4300;
}

// Brings the standard objects into a runtime; they stay until it is destroyed. Doing so again changes nothing.
// Returns: 0, or -1. Fails: OURO_ERR_MEMORY. Cost: some hundred small objects are made.
OURO_API int ouro_std_open(ouro_rt *rt);

// As ouro_std_open, with options. Fails: also OURO_ERR_STATE if they are open already; OURO_ERR_VALUE.
OURO_API int ouro_std_open_with(ouro_rt *rt, const ouro_std_options *options);

OURO_END

#endif
