// SPDX-License-Identifier: MIT
// ouro/class.h: the user's classes and their instances. Classes are objects; they die like others.
//
//     ouro_obj *point = ouro_class_new(rt, "Point", NULL, NULL);          // no base
//     ouro_class_set(rt, point, "__init__", init);                         // a native, or any callable
//     ouro_obj *p = ouro_call(rt, point, args, 2, NULL);                   // makes an instance, calls __init__
//     ouro_obj *x = ouro_get_attr_text(rt, p, "x");
//
// Attributes. An instance keeps its attributes in the order of its class's layout: the class remembers which names its
// instances have used, so that an instance needs a slot for each and no dict. Beyond OURO_LAYOUT_MAX names, an instance
// gets a dict of its own for the rest. A class with fixed slots gives its instances those attributes and no others; if
// it derives from no standard type they lie inside the instance.
// A class attribute that can bind (a native) becomes a bound method when it is read through an instance.
//
// Bases. A class may have several; attributes are looked up in the order of C3 (Barrett, Cassels, Haahr, Moon,
// Playford, Withington, "A Monotonic Superclass Linearization for Dylan", 1996). At most one line of them may lead to a
// standard type: int, float, str, tuple, list, dict, OrderedDict, set, frozenset, an exception or a weak reference.
// Instances then are such objects too, and the functions of those types take them; functions that make a new object
// give one of the exact type.
//
// Special attributes of a class are what the protocols ask for: __new__ is not one of them; __init__, __del__,
// __call__, __repr__, __str__, __hash__, __eq__, __ne__, __lt__, __le__, __gt__, __ge__, __bool__, __len__,
// __getitem__, __setitem__, __delitem__, __contains__, __iter__, __next__, __getattr__ (when all else fails),
// __setattr__, __delattr__, __copy__, __deepcopy__, and for each number operation its name as in Python (__neg__,
// __pos__, __abs__, __invert__, __add__, __sub__, __mul__, __truediv__, __floordiv__, __mod__, __pow__, __and__,
// __or__, __xor__, __lshift__, __rshift__) and the same with an r (__radd__). A class that sets __eq__ and not __hash__
// is unhashable. A method answers "not for these operands" by returning ouro_not_implemented; __next__ says that there
// are no more items by raising ouro_stop_iteration. Without __init__, a class that derives from a standard type is
// called with what makes an object of that type: class Celsius(float) with 21.5.
#ifndef OURO_CLASS_H
#define OURO_CLASS_H

#include "kind.h"
#include "refcount.h"

OURO_BEGIN

// How many names a class's layout has at most.
#define OURO_LAYOUT_MAX 64

OURO_API extern const ouro_type *const ouro_class_type;
OURO_API extern const ouro_type *const ouro_instance_type;

// Makes a class. `bases` is a class, a tuple of classes, or NULL for none; `slots` is a tuple of str, or NULL for
// attributes that come as they are set.
// Returns: new; NULL on failure. Fails: OURO_ERR_TYPE if the bases do not go together; OURO_ERR_MEMORY.
// Runs: as ouro_new.
OURO_API ouro_obj *ouro_class_new(ouro_rt *rt, const char *name, ouro_obj *bases, ouro_obj *slots);

// The class that stands for a standard type, to derive from: of ouro_list_type, say. Returns: immortal; NULL on
// failure.
// Fails: OURO_ERR_TYPE if no class may derive from it.
OURO_API ouro_obj *ouro_class_of_type(ouro_rt *rt, const ouro_type *type);

// 1 if the object is a class.
static inline int ouro_is_class(const ouro_obj *o) {
    return ouroi_kind(o) == OUROI_KIND_CLASS;
}

// Sets an attribute of a class under a NUL-terminated name. Takes: kept. Returns: 0, or -1: unchanged.
OURO_API int ouro_class_set(ouro_rt *rt, ouro_obj *class_object, const char *name, ouro_obj *value);

// A class's name. Returns: borrowed, while the class lives.
OURO_API const char *ouro_class_name(const ouro_obj *class_object);

// The i-th of the class itself and all it inherits from, in the order of lookup. Cost: i.
// Returns: borrowed, while the class lives; NULL behind the last.
OURO_API ouro_obj *ouro_class_mro_peek(const ouro_obj *class_object, size_t i);

// A number that is another one after each change that may change what is found in the class or in those it inherits
// from; no two classes of a runtime ever have the same. For inline caches. Cost: as many as classes it inherits from,
// at the change.
OURO_API uint64_t ouro_class_version(const ouro_obj *class_object);

// What a name means in a class: 1 and a new reference, not bound; 0; -1. `name` is a str.
OURO_API int ouro_class_find(ouro_rt *rt, ouro_obj *class_object, ouro_obj *name, ouro_obj **value);

// 1 if a class is another or inherits from it.
OURO_API int ouro_class_is_a(const ouro_obj *class_object, const ouro_obj *base);

// Makes an instance without calling __init__. What it derives from a standard type starts empty (0, "", ()), or with
// the value of `start`, which is an object of that type; NULL for empty.
// Returns: new; NULL on failure. Fails: OURO_ERR_TYPE; OURO_ERR_MEMORY. Runs: as ouro_new.
OURO_API ouro_obj *ouro_instance_new(ouro_rt *rt, ouro_obj *class_object, ouro_obj *start);

// An object's own attribute, of an instance of a user's class or an exception: the class and __getattr__ are not asked.
// `name` is a str. 1 and the value (new) in *value; 0 and NULL; -1 and NULL.
OURO_API int ouro_instance_get(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **value);

// Sets an object's own attribute, or deletes it if `value` is NULL, without asking __setattr__ or __delattr__: so these
// can use it. Takes: kept. Returns: 0, or -1: unchanged. Fails: OURO_ERR_ATTRIBUTE if the class's slots are fixed and
// do not have it, or there is none to delete; OURO_ERR_TYPE if the object cannot have attributes; OURO_ERR_MEMORY.
// Runs: arbitrary code.
OURO_API int ouro_instance_set(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value);

// Walks over an object's own attributes from C: *at is 0 at first. 1 and the next name and value, borrowed until the
// object's attributes change; 0 at the end, and for an object that has none.
OURO_API int ouro_instance_each_peek(const ouro_obj *o, size_t *at, ouro_obj **name, ouro_obj **value);

// The class of an instance of a user's class, or of an exception; NULL for any other object. Returns: borrowed.
OURO_API ouro_obj *ouro_class_peek(const ouro_obj *o);

// 1 if the object is an instance of the class, or of one that inherits from it.
OURO_API int ouro_is_instance(const ouro_obj *o, const ouro_obj *class_object);

// What a special method returns to say: not for these operands. Returns: immortal.
OURO_API ouro_obj *ouro_not_implemented(ouro_rt *rt);

OURO_END

#endif
