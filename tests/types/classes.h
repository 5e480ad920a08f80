// SPDX-License-Identifier: MIT
// classes.h: what the tests of classes share: classes and tuples in one line, attributes by text, and C functions that
// serve as methods.
#ifndef OURO_CLASSES_H
#define OURO_CLASSES_H

#include "ask.h"

// A class with at most two bases, each of which may be NULL. Returns: new.
ouro_obj *class_make(ouro_rt *rt, const char *name, ouro_obj *base, ouro_obj *second);
// The same, its slots the words of `slots`, with a blank between them.
ouro_obj *class_make_fixed(ouro_rt *rt, const char *name, ouro_obj *base, const char *slots);
// Gives a class a native method; 0 or -1.
int class_method(ouro_rt *rt, ouro_obj *class_object, const char *name, ouro_native_fn fn);

// A tuple of n objects, which are stolen; NULL if one of them is. Returns: new.
ouro_obj *tuple_of(ouro_rt *rt, size_t n, ...);

// Calls with up to two arguments (NULL: not given), borrowed. Returns: new.
ouro_obj *call_with(ouro_rt *rt, ouro_obj *f, ouro_obj *first, ouro_obj *second);

int attr_put(ouro_rt *rt, ouro_obj *o, const char *name, int64_t value);
// 1 if the attribute is this int; no error is left.
int attr_is(ouro_rt *rt, ouro_obj *o, const char *name, int64_t value);
// 1 if there is no such attribute.
int attr_lacks(ouro_rt *rt, ouro_obj *o, const char *name);
int attr_drop(ouro_rt *rt, ouro_obj *o, const char *name);

// 1 if o is an int of this value.
int int_is(const ouro_obj *o, int64_t value);
// 1 if o's repr is this text.
int repr_is(ouro_rt *rt, ouro_obj *o, const char *text);

// Methods that note their name and how many arguments they have (kit_trace_is), and give none, their class's word for
// "not for these", an int, or their last argument.
ouro_obj *note_none(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames);
ouro_obj *note_pass(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames);
ouro_obj *note_seven(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames);
ouro_obj *note_true(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames);
ouro_obj *note_last(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames);
ouro_obj *note_fails(ouro_rt *rt, ouro_obj *self, ouro_obj *const *args, size_t n, ouro_obj *kwnames);

// An instance of a new class S with one method (a name of NULL: none). Returns: new.
ouro_obj *object_with(ouro_rt *rt, const char *name, ouro_native_fn fn);
// Gives an object's class a method; 0 or -1.
int method_put(ouro_rt *rt, ouro_obj *o, const char *name, ouro_native_fn fn);

// A storm: before every allocation there is a collection, and in each of them foreign code runs, at most `strikes`
// times. storm_end must follow, whatever happens.
void storm_begin(ouro_rt *rt, void (*strike)(ouro_rt *rt), int strikes);
void storm_end(ouro_rt *rt);

#endif
