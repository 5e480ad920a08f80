// SPDX-License-Identifier: MIT
// ouro/weakdict.h: dicts with a weak side. A weak-value dict keeps its keys alive, but not its values; a weak-key dict
// its values, but not its keys. An entry goes in the moment in which the object on its weak side dies: who asks after
// that does not find it. For caches, and for what one wants to note about other people's objects.
//
// Any object may be on the weak side: all types of a runtime can be watched. Immortal ones (none, small ints, ...)
// never die, so their entries stay; of other ints, strs and the like it is the very object put in that counts, not
// another that equals it. Keys are compared as in a dict; a weak key is hashed once, when it is put in.
//
// - A value that refers to its own weak key keeps both, for ever.
// - The size counts an entry until it is taken out. Where several objects die at once, as in a collection, that happens
//   one after the other; code that runs in between does not find the dead ones, but may see them counted.
// - In garbage that a collection finds, entries go before finalizers run, so they are gone even if a finalizer brings
//   the object back. If the dict itself is such garbage and is brought back, it is empty.
#ifndef OURO_WEAKDICT_H
#define OURO_WEAKDICT_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_weakvalues_type; // "WeakValueDictionary"
OURO_API extern const ouro_type *const ouro_weakkeys_type;   // "WeakKeyDictionary"

// Makes an empty weak-value dict, or weak-key dict. Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY.
// Runs: as ouro_new.
OURO_API ouro_obj *ouro_weakvalues_new(ouro_rt *rt);
OURO_API ouro_obj *ouro_weakkeys_new(ouro_rt *rt);

// 1 if the object is a dict with a weak side.
OURO_API int ouro_is_weakdict(const ouro_obj *o);

// All functions below fail with OURO_ERR_TYPE if `dict` is none of the two or a key cannot be hashed, and leave it as
// it was when they fail, but ouro_weakdict_update. They may run arbitrary code.

// Returns: 0 and the number of entries, or -1.
OURO_API int ouro_weakdict_size(ouro_rt *rt, ouro_obj *dict, size_t *size);

// 1 and the value (new) in *value; 0 and NULL if there is no such key, or its value is dead; -1 and NULL. O(1).
OURO_API int ouro_weakdict_get(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj **value);

// 1 if there is such a key, and its value is alive; 0; -1. O(1).
OURO_API int ouro_weakdict_has(ouro_rt *rt, ouro_obj *dict, ouro_obj *key);

// Puts a value under a key; a new key goes behind all others. Takes: the strong side is kept. Returns: 0, or -1.
// Fails: OURO_ERR_MEMORY. O(1).
OURO_API int ouro_weakdict_set(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj *value);

// The value under a key; if there is none alive, `value` is put there first. Returns: new; NULL on failure.
OURO_API ouro_obj *ouro_weakdict_set_default(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj *value);

// Removes a key. Returns: 1, 0 if there is none, -1. O(1).
OURO_API int ouro_weakdict_del(ouro_rt *rt, ouro_obj *dict, ouro_obj *key);

// Takes a value out with its key: 1 and the value (new); 0 and NULL; -1 and NULL.
OURO_API int ouro_weakdict_pop(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj **value);

// Takes the newest living entry out: 1 and its key and value (both new); 0 and NULLs if there is none; -1 and NULLs.
OURO_API int ouro_weakdict_pop_last(ouro_rt *rt, ouro_obj *dict, ouro_obj **key, ouro_obj **value);

// Puts in all that another dict of any kind has, or an iterable of pairs gives, which are gathered in a dict first. A
// failure half way leaves what was put in before it; one of the iterable itself leaves all as it was.
// Returns: 0, or -1. Fails: as ouro_dict_update; OURO_ERR_STATE if the other dict changes meanwhile; OURO_ERR_MEMORY.
OURO_API int ouro_weakdict_update(ouro_rt *rt, ouro_obj *dict, ouro_obj *other);

// Removes every entry. Returns: 0, or -1.
OURO_API int ouro_weakdict_clear(ouro_rt *rt, ouro_obj *dict);

// Walks over a dict from C: *at is 0 at first. 1 and the next living key and value, both new; 0 and NULLs at the end.
// A dict that is changed by the loop gives each of its present entries at most once, and maybe not all. Runs: nothing.
OURO_API int ouro_weakdict_each(const ouro_obj *dict, size_t *at, ouro_obj **key, ouro_obj **value);

// An iterator over the values, or over the pairs as tuples; ouro_iter gives the keys. It passes over what has died, and
// an entry that goes does not disturb it; a key put in or removed by the program makes the next step fail with
// OURO_ERR_STATE. Returns: new; NULL on failure.
OURO_API ouro_obj *ouro_weakdict_values(ouro_rt *rt, ouro_obj *dict);
OURO_API ouro_obj *ouro_weakdict_items(ouro_rt *rt, ouro_obj *dict);

// A list of weak references, without callbacks, to the objects on the weak side that are alive now, oldest entry first.
// It keeps none of them alive. Returns: new; NULL on failure. Fails: OURO_ERR_STATE if the dict changes meanwhile;
// OURO_ERR_MEMORY.
OURO_API ouro_obj *ouro_weakdict_refs(ouro_rt *rt, ouro_obj *dict);

// Besides: they equal each other, and any dict, if the living entries are equal; a copy has the same entries; in a deep
// copy the objects on the weak side are the same. | (ouro_binary) of two dicts makes one of the kind of the left
// operand, or of the right one if the left one has no weak side; where both have a key, the value is the right one's.

OURO_END

#endif
