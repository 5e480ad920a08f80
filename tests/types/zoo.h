// SPDX-License-Identifier: MIT
// zoo.h: one object of each standard type that holds others, every field filled, and an audit of a whole heap: each
// object has exactly the references that what is in the heap, and what is registered, reports.
#ifndef OURO_ZOO_H
#define OURO_ZOO_H

#include "ask.h"

#define ZOO_PARTS 4

typedef struct zoo_kind {
    const char *name;
    // Makes an object that holds the four parts, itself or through objects that nobody else holds; the parts are
    // hashable by identity. Returns: new; NULL on failure, nothing left over.
    ouro_obj *(*make)(ouro_rt *rt, ouro_obj *const *parts);
} zoo_kind;

// Makers in files of their own.
ouro_obj *zoo_generator(ouro_rt *rt, ouro_obj *const *parts);
ouro_obj *zoo_delegates(ouro_rt *rt, ouro_obj *const *parts);

extern const zoo_kind zoo[];
extern const size_t zoo_size;

// Compares the count of every object with the references to it; shows what differs. Returns: 1 if all is well.
int zoo_audit(ouro_rt *rt);

// How many references to `o` its holders in the heap report.
size_t zoo_reported(ouro_rt *rt, const ouro_obj *o);

#endif
