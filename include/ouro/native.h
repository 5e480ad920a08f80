// SPDX-License-Identifier: MIT
// ouro/native.h: C functions as objects, methods bound to an instance, and cells: the places that closures share.
//
//     static ouro_obj *add(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames) {
//         return ouro_binary(rt, OURO_ADD, args[0], args[1]);
//     }
//     ouro_obj *f = ouro_native_new(rt, "add", add, NULL, 2, 2);
//
// Arguments are borrowed: they live until the function returns, also if it drops what holds them elsewhere. The result
// is new; NULL, with an error pending, means failure; a function that returns the one without the other is reported.
#ifndef OURO_NATIVE_H
#define OURO_NATIVE_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_native_type;
OURO_API extern const ouro_type *const ouro_method_type;
OURO_API extern const ouro_type *const ouro_cell_type;

// A function in C. `args` has n positional arguments, and behind them one for each name in kwnames (a tuple of str, or
// NULL).
typedef ouro_obj *(*ouro_native_fn)(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames);

#define OURO_ANY SIZE_MAX

// Makes an object that calls `fn` with `self` (may be NULL, is kept), for `least` to `most` positional arguments
// (OURO_ANY: without end) and none by name. `name` is a static string. In a class it becomes a method: the instance is
// args[0]. Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_native_new(ouro_rt *rt, const char *name, ouro_native_fn fn, ouro_obj *self, size_t least,
                                   size_t most);

// As ouro_native_new, for a function that takes arguments by name, too, and looks into kwnames itself.
OURO_API ouro_obj *ouro_native_new_kw(ouro_rt *rt, const char *name, ouro_native_fn fn, ouro_obj *self, size_t least,
                                      size_t most);

// 1 if the object is a native function.
static inline int ouro_is_native(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_NATIVE;
}

// The name it was made with.
OURO_API const char *ouro_native_name(const ouro_obj *o);

// Makes a callable that calls `function` with `instance` before the other arguments. Takes: both are kept.
// Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_method_new(ouro_rt *rt, ouro_obj *function, ouro_obj *instance);

// 1 if the object is a bound method.
static inline int ouro_is_method(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_METHOD;
}

// What a bound method calls, and with what. Returns: borrowed, while the method lives.
OURO_API ouro_obj *ouro_method_function_peek(const ouro_obj *method);
OURO_API ouro_obj *ouro_method_instance_peek(const ouro_obj *method);

// Makes a cell that holds an object, or nothing if it is NULL. Takes: kept. Returns: new; NULL on failure.
// Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_cell_new(ouro_rt *rt, ouro_obj *value);

typedef struct ouroi_cell {
    ouro_obj head;
    ouro_obj *value;
} ouroi_cell;

// 1 if the object is a cell.
static inline int ouro_is_cell(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_CELL;
}

// What a cell holds; NULL if nothing. Returns: borrowed, until the cell changes.
static inline ouro_obj *ouro_cell_peek(const ouro_obj *cell) {
    return ((const ouroi_cell *)(const void *)cell)->value;
}

// Changes what a cell holds; NULL for nothing. Takes: kept. Runs: arbitrary code, if what was there dies.
static inline void ouro_cell_set(ouro_obj *cell, ouro_obj *value) {
    ouro_setref(cell, &((ouroi_cell *)(void *)cell)->value, value);
}

OURO_END

#endif
