// SPDX-License-Identifier: MIT
// ouro/dict.h: from keys to values, in the order in which the keys were first put in. Keys are any hashable objects;
// 1, 1.0 and true are one key. One array holds the entries in order, another finds them: 32 bytes and the entries' own.
// After Raymond Hettinger, "More compact dictionaries with faster iteration", 2012.
#ifndef OURO_DICT_H
#define OURO_DICT_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

OURO_API extern const ouro_type *const ouro_dict_type;

// Makes an empty dict. Returns: new; NULL on failure. Fails: OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_dict_new(ouro_rt *rt);

// 1 if the object is a dict, else 0.
static inline int ouro_is_dict(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_DICT);
}

// All functions below fail with OURO_ERR_TYPE if `dict` is none or a key cannot be hashed, and leave it as it was when
// they fail. Those that take a key may run arbitrary code, unless it and those it meets are strs or ints; if that code
// changes the dict each time that a key is compared, they fail with OURO_ERR_STATE.

// How many keys. `dict` is one.
OURO_API size_t ouro_dict_size(const ouro_obj *dict);

// A number that is another one after each change of the dict, and that no other dict of this runtime ever has at the
// same time: while it is the same, what was found in the dict is still there. For inline caches.
OURO_API uint64_t ouro_dict_version(const ouro_obj *dict);

// 1 and the value (new) in *value; 0 and NULL if there is no such key; -1 and NULL.
OURO_API int ouro_dict_get(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj **value);

// As ouro_dict_get, the key a NUL-terminated text.
OURO_API int ouro_dict_get_text(ouro_rt *rt, ouro_obj *dict, const char *key, ouro_obj **value);

// 1 if there is such a key; 0; -1.
OURO_API int ouro_dict_has(ouro_rt *rt, ouro_obj *dict, ouro_obj *key);

// Puts a value under a key; a new key goes behind all others. Takes: both are kept. Returns: 0, or -1.
OURO_API int ouro_dict_set(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj *value);
OURO_API int ouro_dict_set_text(ouro_rt *rt, ouro_obj *dict, const char *key, ouro_obj *value);

// The value under a key; if there is none, `value` is put there first. Returns: new; NULL on failure.
OURO_API ouro_obj *ouro_dict_set_default(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj *value);

// Removes a key. Returns: 1, 0 if there is none, -1.
OURO_API int ouro_dict_del(ouro_rt *rt, ouro_obj *dict, ouro_obj *key);

// Takes a value out with its key: 1 and the value (new); 0 and NULL; -1 and NULL.
OURO_API int ouro_dict_pop(ouro_rt *rt, ouro_obj *dict, ouro_obj *key, ouro_obj **value);

// Takes the newest key out: 1 and both (new); 0 and NULLs if the dict is empty.
OURO_API int ouro_dict_pop_last(ouro_rt *rt, ouro_obj *dict, ouro_obj **key, ouro_obj **value);

// Puts in all that another dict has, or an iterable of pairs gives. A failure half way leaves what was put in before
// it.
// Returns: 0, or -1. Runs: arbitrary code.
OURO_API int ouro_dict_update(ouro_rt *rt, ouro_obj *dict, ouro_obj *other);

// Makes room for `n` keys in all, so that putting them in needs no memory. Returns: 0, or -1.
OURO_API int ouro_dict_reserve(ouro_rt *rt, ouro_obj *dict, size_t n);

// Removes every key. Returns: 0, or -1 if it is no dict.
OURO_API int ouro_dict_clear(ouro_rt *rt, ouro_obj *dict);

// Walks over a dict from C: *at is 0 at first. 1 and the next key and value, borrowed until the dict changes; 0 at the
// end. A dict that is changed by the loop gives each of its present entries at most once, and maybe not all.
OURO_API int ouro_dict_each_peek(const ouro_obj *dict, size_t *at, ouro_obj **key, ouro_obj **value);

// A live view of the keys, the values, or the pairs as tuples: it can be iterated, measured and searched, and shows
// what the dict holds at the time. Keys and items are also operands of | & - ^, with anything that can be iterated as
// the other one; the result is a set. Returns: new.
OURO_API ouro_obj *ouro_dict_keys(ouro_rt *rt, ouro_obj *dict);
OURO_API ouro_obj *ouro_dict_values(ouro_rt *rt, ouro_obj *dict);
OURO_API ouro_obj *ouro_dict_items(ouro_rt *rt, ouro_obj *dict);

OURO_END

#endif
