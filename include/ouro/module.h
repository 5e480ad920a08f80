// SPDX-License-Identifier: MIT
// ouro/module.h: a named place for attributes, kept in a dict.
#ifndef OURO_MODULE_H
#define OURO_MODULE_H

#include "kind.h"
#include "native.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_module_type;

// One function of a module, for ouro_module_add.
typedef struct ouro_native_def {
    const char *name;
    ouro_native_fn fn;
    size_t least, most;
} ouro_native_def;

// Makes an empty module. Returns: new; NULL on failure. Fails: as ouro_str_from. Runs: as ouro_new.
OURO_API ouro_obj *ouro_module_new(ouro_rt *rt, const char *name);

// 1 if the object is a module.
static inline int ouro_is_module(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_MODULE;
}

// The dict of its attributes. Returns: borrowed, while the module lives.
OURO_API ouro_obj *ouro_module_dict_peek(const ouro_obj *module);

// Adds n native functions. Their `self` is NULL, so that a module does not hold itself. Returns: 0, or -1: those before
// the one that failed are added.
OURO_API int ouro_module_add(ouro_rt *rt, ouro_obj *module, const ouro_native_def *functions, size_t n);

OURO_END

#endif
