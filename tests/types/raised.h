// SPDX-License-Identifier: MIT
// raised.h: what tests of exceptions need to make some.
#ifndef OURO_RAISED_H
#define OURO_RAISED_H

#include "ask.h"

// An exception of a code's class with one text. Returns: new; NULL on failure.
ouro_obj *error_new(ouro_rt *rt, int code, const char *text);

// What is caught; or NULL, and out-of-memory in the place of the error for which there was no memory.
ouro_obj *caught(ouro_rt *rt);

// A class that inherits from a code's. Returns: new; NULL on failure.
ouro_obj *error_class_new(ouro_rt *rt, const char *name, int code);

// Sets a method of a class. Returns: 0, or -1.
int method_set(ouro_rt *rt, ouro_obj *class_object, const char *name, ouro_native_fn fn);

#endif
