// SPDX-License-Identifier: MIT
// rows.h: sequences of small things, written as texts: a digit is that int, a letter the str of it. None of these needs
// memory once it has been made, so what is asked here can be asked at any time.
#ifndef OURO_ROWS_H
#define OURO_ROWS_H

#include "ask.h"

// A list, tuple or deque with an item for each character. Returns: new; NULL on failure.
ouro_obj *list_with(ouro_rt *rt, const char *items);
ouro_obj *tuple_with(ouro_rt *rt, const char *items);
ouro_obj *deque_with(ouro_rt *rt, size_t max, const char *items);

// 1 if the list, tuple or deque has exactly these items; shows what it has if not.
int row_is(ouro_rt *rt, ouro_obj *o, const char *items);

// Asserts that an operation that has succeeded (0 or more) has turned the sequence into `after`, and one that has
// failed has left it as it was, `before`. Returns: the result.
int went(ouro_rt *rt, int result, ouro_obj *o, const char *before, const char *after);

// Makes garbage whose finalizer calls `hook` in the next allocation, which collects; once, and not after trap_done.
// 0, or -1.
int trap_set(ouro_rt *rt, void (*hook)(ouro_rt *rt));
void trap_done(ouro_rt *rt);

#endif
