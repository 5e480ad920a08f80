// SPDX-License-Identifier: MIT
// ouro/protocol.h: what can be asked of any object, whatever its type. Every function here may run arbitrary code (an
// operation of the user's class, a collection), except where it says "Runs: nothing".
//
// Answers: 1 yes, 0 no, -1 failed; or a new reference, NULL when failed. An operation that a type does not have is
// OURO_ERR_TYPE, with the type and the operation named. Nothing here recurses on data: structures nested ten million
// deep are hashed, compared, printed and copied on a bounded C stack. Calls that run code which calls again are
// counted, and beyond ouro_std_options.max_depth they are OURO_ERR_DEPTH.
#ifndef OURO_PROTOCOL_H
#define OURO_PROTOCOL_H

#include "kind.h"
#include "ops.h"

OURO_BEGIN

// ---- comparing ----

// The hash of an object: equal objects have equal hashes in one runtime, and other runtimes' hashes differ.
// Returns: 0 and the hash; -1. Fails: OURO_ERR_TYPE if it is unhashable (list, dict, set, bytearray, ...).
// Cost: the parts of a tuple; a str's or frozenset's hash is kept.
OURO_API int ouro_hash(ouro_rt *rt, ouro_obj *o, uint64_t *hash);

// 1 if the two are equal. An object is equal to itself here (so a NaN is found in its list), as in ouro_contains.
// Fails: OURO_ERR_DEPTH for structures that contain themselves without end.
OURO_API int ouro_equal(ouro_rt *rt, ouro_obj *a, ouro_obj *b);

// 1 if a <relation> b. Fails: OURO_ERR_TYPE if they have no order.
OURO_API int ouro_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b);

// 1 if the object counts as true: numbers that are not 0, containers that are not empty, any other object but none.
OURO_API int ouro_truth(ouro_rt *rt, ouro_obj *o);

// ---- items ----

// Returns: 0 and the number of items (of a str: code points), or -1.
OURO_API int ouro_length(ouro_rt *rt, ouro_obj *o, size_t *length);

// o[key]. Indexes of sequences may be negative; a slice (ouro/slice.h) gives a part of a sequence.
// Returns: new. Fails: OURO_ERR_INDEX, OURO_ERR_KEY.
OURO_API ouro_obj *ouro_get_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key);

// o[key] = value. Returns: 0, or -1. Takes: the value is kept.
OURO_API int ouro_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value);

// Removes o[key]. Returns: 0, or -1.
OURO_API int ouro_del_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key);

// 1 if x is in o: a key of a dict, an item of the others, a part of a str or bytes.
OURO_API int ouro_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x);

// ---- iterating ----
//
//     ouro_obj *it = ouro_iter(rt, o), *item;
//     int more;
//     while ((more = ouro_next(rt, it, &item)) == 1) { ...; ouro_decref(item); }
//     ouro_decref(it);
//     if (more < 0) ...
//
// Changing the size of a dict, set or deque while it is iterated makes the next step fail with OURO_ERR_STATE; a list
// may be changed, and the iterator goes on by position.

// An iterator over the items (of a dict: the keys). An iterator gives itself. Returns: new.
OURO_API ouro_obj *ouro_iter(ouro_rt *rt, ouro_obj *o);

// 1 and the next item (new) in *out; 0 and NULL at the end; -1 and NULL.
OURO_API int ouro_next(ouro_rt *rt, ouro_obj *it, ouro_obj **out);

// ---- calling ----

// Calls an object with n positional arguments in args[0] to args[n - 1]; if kwnames is not NULL it is a tuple of str,
// and args goes on with a value for each name. Arguments are borrowed by what is called.
// Returns: new. Fails: OURO_ERR_TYPE if it cannot be called, or not with so many arguments; as what is called.
OURO_API ouro_obj *ouro_call(ouro_rt *rt, ouro_obj *callable, ouro_obj *const *args, size_t n, ouro_obj *kwnames);

// Calls the attribute `name` (NUL-terminated) of an object, without making a bound method first.
OURO_API ouro_obj *ouro_call_method(ouro_rt *rt, ouro_obj *o, const char *name, ouro_obj *const *args, size_t n,
                                    ouro_obj *kwnames);

// ---- attributes. A name is a str; the ones with _text take a NUL-terminated one. ----

// Returns: new. Fails: OURO_ERR_ATTRIBUTE.
OURO_API ouro_obj *ouro_get_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name);
OURO_API ouro_obj *ouro_get_attr_text(ouro_rt *rt, ouro_obj *o, const char *name);

// 1 and a new reference in *out, 0 and NULL if there is no such attribute, -1.
OURO_API int ouro_find_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out);

// Returns: 0, or -1. Takes: the value is kept.
OURO_API int ouro_set_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value);
OURO_API int ouro_set_attr_text(ouro_rt *rt, ouro_obj *o, const char *name, ouro_obj *value);

// Returns: 0, or -1. Fails: OURO_ERR_ATTRIBUTE if there is none.
OURO_API int ouro_del_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name);

// ---- text ----

// The object as a programmer would like to see it, a str. What contains itself is shown as [...], {...} or (...);
// what is nested deeper than ouro_std_options.max_print_depth as ... . Returns: new.
OURO_API ouro_obj *ouro_repr(ouro_rt *rt, ouro_obj *o);

// The object as a reader would like to see it, a str; a str gives itself. Returns: new.
OURO_API ouro_obj *ouro_to_str(ouro_rt *rt, ouro_obj *o);

// ---- numbers, and what is written with the same signs ----

// Returns: new. Fails: OURO_ERR_TYPE; OURO_ERR_DIVISION; OURO_ERR_OVERFLOW.
OURO_API ouro_obj *ouro_unary(ouro_rt *rt, ouro_op op, ouro_obj *a);
OURO_API ouro_obj *ouro_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b);

// ---- copies ----

// An object equal to this one that holds the same parts. Immutable objects give themselves. Returns: new.
OURO_API ouro_obj *ouro_copy(ouro_rt *rt, ouro_obj *o);

// A copy whose parts are copies, too; what occurs twice is copied once, so cycles and shared parts stay what they are.
// Returns: new; NULL on failure. Cost: the size of the structure, in time and (while it runs) in memory.
OURO_API ouro_obj *ouro_deep_copy(ouro_rt *rt, ouro_obj *o);

OURO_END

#endif
