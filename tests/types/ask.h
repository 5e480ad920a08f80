// SPDX-License-Identifier: MIT
// ask.h: two types to ask the protocols of. A `pair` holds two objects and nests; a `thing` answers every operation
// with what the test has put into it, and notes that it was asked (kit_trace_is).
#ifndef OURO_ASK_H
#define OURO_ASK_H

#include "std_test.h"

#include "kit.h"

typedef struct pair {
    ouro_obj head;
    ouro_obj *left, *right;
} pair;

typedef struct thing {
    ouro_obj head;
    int id;
    int answer; // 1, 0, OURO_PASS; -1 fails with OURO_ERR_USER
    ouro_obj *value;
} thing;

extern ouro_type pair_type, thing_type, thing2_type;    // the third extends the second
extern void (*thing_hook)(ouro_rt *rt, ouro_obj *self); // run whenever a thing is asked
extern int pair_hashes;                                 // how many pairs were hashed

// Registers the types, and forgets what was noted.
int ask_open(ouro_rt *rt);
pair *pair_of(ouro_obj *o);
ouro_obj *pair_new(ouro_rt *rt, ouro_obj *left, ouro_obj *right);
ouro_obj *thing_new(ouro_rt *rt, const ouro_type *type, int id, int answer);
// A nest of n pairs, each the right part of the next, around an int.
ouro_obj *nest_new(ouro_rt *rt, size_t n, int64_t core);
// 1 if the pending error has this code and these words in its message; it is cleared.
int says(ouro_rt *rt, int code, const char *words);
// 1 if s is a str of this text; shows it if not.
int text_is(ouro_obj *s, const char *text);

#endif
