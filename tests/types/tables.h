// SPDX-License-Identifier: MIT
// tables.h: what the tests of dicts and sets share: keys with a hash and an equality of the test's choice, and contents
// written as texts.
//
// In a text, an object is one character: a digit is that int, a letter the str of it, '-' is none, '?' anything else. A
// map is its keys, each with its value behind it: "a1b2".
#ifndef OURO_TABLES_H
#define OURO_TABLES_H

#include "rows.h"

// A key that says what its hash is, and equals those with the same id.
typedef struct odd {
    ouro_obj head;
    uint64_t hash;
    int64_t id; // below 0: hashing fails
} odd;

extern ouro_type odd_type;
extern void (*odd_hook)(ouro_rt *rt, odd *a, odd *b); // called by each comparison, and by each copy with b NULL
extern int odd_fails;                                 // 1: comparing fails with OURO_ERR_USER
extern ouro_obj *odd_map, *odd_map2, *odd_key;        // for hooks, borrowed
extern int odd_asked;                                 // comparisons so far

// Registers the type, and forgets what a test has set.
int odd_open(ouro_rt *rt);
ouro_obj *odd_new(ouro_rt *rt, int64_t id, uint64_t hash);

// The object of a character: a new reference; NULL on failure.
ouro_obj *char_object(ouro_rt *rt, char c);
// A dict, ordered dict or set with these contents. Returns: new; NULL on failure.
ouro_obj *dict_with(ouro_rt *rt, const char *pairs);
ouro_obj *odict_with(ouro_rt *rt, const char *pairs);
ouro_obj *set_with(ouro_rt *rt, const char *items);
ouro_obj *frozen_with(ouro_rt *rt, const char *items);
// 1 if a dict, ordered dict or set has exactly these contents, in this order; shows what it has if not. Needs no
// memory.
int holds(const ouro_obj *o, const char *text);
// Asserts that the text of an object is this. Returns: 0, or -1 without memory.
int shows(ouro_rt *rt, ouro_obj *o, const char *text);
// Puts a value under a key in a dict, both given by their characters. Returns: 0, or -1.
int put(ouro_rt *rt, ouro_obj *dict, char key, char value);

#endif
