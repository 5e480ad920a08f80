// SPDX-License-Identifier: MIT
// class.h: what the files of classes and instances know of each other.
//
// Words. A *standard* class stands for a standard type; it is immortal, and has no instances of its own. The *kind* of
// a class is the OUROI_KIND_ of the standard type that its instances are, 0 for none. The *layout* of a class is the
// names of its instances' attributes; a name's place in it is its *slot*. Layouts only grow. A class is *fixed* if its
// instances have the attributes of the layout and no others.
//
//   I-class-1  While `cached` equals `version`, what is in `found` and `absent` is what a search would give. Found
//              objects are not owned: a dict of a class in its order holds them, and it changes only in class_store,
//              which gives the class and all that inherit from it new versions, before and after. In between,
//              `changing` keeps what is found there, or is not, from being noted; and in a class that its bases have
//              not been told of yet.
//   I-class-2  The attribute dict's keys are interned strs, and the dict is not handed out.
//   I-class-3  An open instance has values for the first n_values slots of its class's layout. The one behind the last
//              slot there can be (OURO_LAYOUT_MAX) is no attribute's: it holds the dict of all that have no slot.
//   I-class-4  The type of a class's instances (`instances`) is set once the layout is complete; while it is NULL, and
//              for classes that are not fixed, they are open.
#ifndef OUROI_CLASS_H
#define OUROI_CLASS_H

#include "special.h"

#define CLASS_FOUND 16       // places of the cache
#define CLASS_INDEX_BITS 7   // at most half full
#define CLASS_KIND_COUNT 32  // kinds below OUROI_KIND_DERIVED
#define SLOT_NONE UINT32_MAX // a name that has no slot
#define SLOT_DICT OURO_LAYOUT_MAX

typedef struct class_found {
    const ouro_obj *name;
    ouro_obj *value;
} class_found;

typedef struct class_obj class_obj;
struct class_obj {
    ouro_obj head;
    ouro_obj *name;  // a str
    ouro_obj *bases; // a tuple
    ouro_obj
        *order; // a tuple of all that a class with several bases inherits from; NULL: its base, and that one's order
    ouro_obj *dict;
    ouro_obj *watch;      // a weak reference to this class, for the lists of its bases
    ouro_obj *subclasses; // a list of the watches of those that name it as a base; NULL while there are none
    ouro_obj **layout;    // n_layout interned strs
    uint32_t n_layout, layout_room;
    uint32_t kind;
    uint32_t changing; // how many changes of the dict are under way
    bool standard, fixed;
    bool ordered;               // the order of lookup is known
    const ouro_type *instances; // NULL: open ones
    uint64_t version, cached;
    uint64_t absent;                      // a bit for each special that has been looked for in vain
    class_obj *todo;                      // a chain, while versions are given out
    size_t behind;                        // see mro.c
    size_t prune_at;                      // how many subclasses may be listed before dead ones are taken off
    uint8_t index[1 << CLASS_INDEX_BITS]; // from the address of a name to its slot + 1
    class_found found[CLASS_FOUND];
};

// What all instances begin with.
typedef struct instance {
    ouro_obj head;
    ouro_obj *of_class;
} instance;

// An instance of a class that is fixed from the start: a slot for each name of the layout.
typedef struct slotted {
    instance base;
    ouro_obj *value[];
} slotted;

// Any other one.
typedef struct open_instance {
    instance base;
    ouro_obj **values; // see I-class-3
    uint32_t n_values;
    bool companion; // keeps the attributes of another object, whose class it has
} open_instance;

static inline class_obj *class_obj_of(const ouro_obj *o) {
    return (class_obj *)(uintptr_t)o;
}

static inline instance *instance_of(const ouro_obj *o) {
    return (instance *)(uintptr_t)o;
}

static inline slotted *slotted_of(const ouro_obj *o) {
    return (slotted *)(uintptr_t)o;
}

static inline open_instance *open_instance_of(const ouro_obj *o) {
    return (open_instance *)(uintptr_t)o;
}

// ---- class.c ----

// What a class, or one that it inherits from, has under an interned name. Returns: borrowed, until foreign code runs;
// NULL if there is none. Runs nothing.
ouro_obj *ouroi_class_search(ouro_rt *rt, class_obj *c, const ouro_obj *name);

// True if the class, or one that it inherits from, sets __eq__, and none up to there sets __hash__.
bool ouroi_class_is_unhashable(ouro_rt *rt, const class_obj *c);

static inline class_found *class_found_at(class_obj *c, const ouro_obj *name) {
    return &c->found[((uintptr_t)name >> 4 ^ (uintptr_t)name >> 8) % CLASS_FOUND];
}

// The same as ouroi_class_search, from the cache if it is there.
static inline ouro_obj *class_lookup(ouro_rt *rt, class_obj *c, const ouro_obj *name) {
    const class_found *f = class_found_at(c, name);
    return likely(f->name == name && c->cached == c->version) ? f->value : ouroi_class_search(rt, c, name);
}

// A special attribute of a class. Returns: borrowed, until foreign code runs; NULL if there is none, or no class.
static inline ouro_obj *special_find(ouro_rt *rt, class_obj *c, special s) {
    if (!c || (c->absent >> s & 1 && c->cached == c->version))
        return NULL;
    ouro_obj *found = class_lookup(rt, c, special_name(rt, s));
    if (!found && c->cached == c->version)
        c->absent |= (uint64_t)1 << s;
    return found;
}

// A class whose instances have the layout of `kind`, made at opening; `base` is a class or NULL. Returns: new.
ouro_obj *ouroi_class_builtin(ouro_rt *rt, const char *name, ouro_obj *base, uint32_t kind);

// The standard kind of a class's instances, 0 for none.
uint32_t ouroi_class_kind(const ouro_obj *class_object);

// ---- mro.c ----

// Finds the order of lookup of a class with several bases, others need none. Returns: 0; -1 if the bases' orders
// contradict each other (OURO_ERR_TYPE), or without memory.
int ouroi_mro_find(ouro_rt *rt, class_obj *c);

// A walk through the classes in the order of lookup, the class itself first. In a line of classes with one base each
// all share the rest of their orders, so that a deep line costs no more memory than it has classes.
typedef struct mro_walk {
    class_obj *next;       // where there is no tuple
    const ouro_obj *order; // what is left, from `at` on
    size_t at;
} mro_walk;

static inline mro_walk mro_begin(const ouro_obj *class_object) {
    class_obj *c = class_obj_of(class_object);
    return (mro_walk){c->ordered ? c : NULL, NULL, 0};
}

// Returns: borrowed; NULL at the end.
static inline class_obj *mro_step(mro_walk *w) {
    if (w->order)
        return w->at < ouro_tuple_size(w->order) ? class_obj_of(ouro_tuple_peek(w->order, w->at++)) : NULL;
    class_obj *c = w->next;
    if (!c)
        return NULL;
    w->order = c->order;
    w->next = c->bases && ouro_tuple_size(c->bases) ? class_obj_of(ouro_tuple_peek(c->bases, 0)) : NULL;
    return c;
}

// ---- layout.c ----

static inline uint32_t layout_hash(const ouro_obj *name) {
    return (uint32_t)((uint64_t)(uintptr_t)name * 0x9E3779B97F4A7C15u >> (64 - CLASS_INDEX_BITS));
}

// The slot of an interned name, SLOT_NONE if it has none.
static inline uint32_t layout_find(const class_obj *c, const ouro_obj *name) {
    for (uint32_t i = layout_hash(name);; i = (i + 1) % (1u << CLASS_INDEX_BITS)) {
        uint32_t slot = c->index[i];
        if (!slot)
            return SLOT_NONE;
        if (c->layout[slot - 1] == name)
            return slot - 1;
    }
}

// Gives an interned name a slot. Returns: 0 and the slot, or SLOT_DICT if no more are to be had; -1 without memory.
int ouroi_layout_add(ouro_rt *rt, class_obj *c, ouro_obj *name, uint32_t *slot);

// How many values an instance gets when it needs `need` of them.
uint32_t ouroi_layout_room(const class_obj *c, uint32_t need);

// ---- instance_type.c ----

int ouroi_instance_open(ouro_rt *rt);

// The type of instances with n slots inside. Returns: NULL on failure.
const ouro_type *ouroi_slotted_type(ouro_rt *rt, uint32_t n);
#define SLOTTED_MAX (OUROI_KIND_INSTANCE - OUROI_KIND_SLOTTED - 1)

// An instance without a standard part, no attributes yet; and one that keeps those of another object. Returns: new.
ouro_obj *ouroi_instance_plain(ouro_rt *rt, ouro_obj *class_object);
ouro_obj *ouroi_companion_new(ouro_rt *rt, ouro_obj *class_object);

// ---- instance.c ----

// The place of a slot in an instance; NULL if it has none, or none yet.
static inline ouro_obj **instance_place(const ouro_obj *o, uint32_t slot) {
    uint32_t slots = ouroi_kind(o) - OUROI_KIND_SLOTTED;
    if (slots <= SLOTTED_MAX)
        return slot < slots ? &slotted_of(o)->value[slot] : NULL;
    const open_instance *i = open_instance_of(o);
    return slot < i->n_values ? &i->values[slot] : NULL;
}

// The place of the slot that an instance's class has for a name.
static inline ouro_obj **instance_place_of(const ouro_obj *o, const ouro_obj *name) {
    const class_obj *c = class_obj_of(instance_of(o)->of_class);
    return c ? instance_place(o, layout_find(c, name)) : NULL;
}

// What an instance has in the slot of a name. Returns: borrowed, until foreign code runs; NULL if there is none.
static inline ouro_obj *instance_slot_value(const ouro_obj *o, const ouro_obj *name) {
    ouro_obj **place = instance_place_of(o, name);
    return place ? *place : NULL;
}

// Sets it, if there is a place; asks nobody. Runs: arbitrary code, if what was there dies.
static inline bool instance_store_quick(ouro_obj *o, const ouro_obj *name, ouro_obj *value) {
    ouro_obj **place = instance_place_of(o, name);
    if (place)
        ouro_setref(o, place, value);
    return place != NULL;
}

// Where an object keeps its class, if that is not an instance's own place; NULL for objects without one.
instance_ext *ouroi_ext_of(const ouro_obj *o);

// The class of an object of a user's class; NULL for others.
static inline class_obj *class_of(const ouro_obj *o) {
    if (ouroi_kind_is_instance(ouroi_kind(o)))
        return class_obj_of(instance_of(o)->of_class);
    const instance_ext *ext = ouroi_ext_of(o);
    return ext ? class_obj_of(ext->of_class) : NULL;
}

// Copies the attributes of one object to another one of the same class, which has none. Returns: 0, or -1.
int ouroi_instance_copy_values(ouro_rt *rt, ouro_obj *to, const ouro_obj *from);

// Makes the place for an object's attributes. Returns: 0, or -1.
int ouroi_instance_prepare(ouro_rt *rt, ouro_obj *o);

// What ouroi_attr_unbound answers besides 0 and -1: the attribute as it is; or a native of the class, not bound yet, to
// be called with the object before the arguments.
enum { ATTR_PLAIN = 1, ATTR_UNBOUND = 2 };

// Finds an attribute of an object of a user's class, under an interned name. The other two are the operations.
int ouroi_attr_unbound(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out);
int ouroi_instance_get_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj **out);
int ouroi_instance_set_attr(ouro_rt *rt, ouro_obj *o, ouro_obj *name, ouro_obj *value);

// ---- instance_ops.c ----

// What all objects of users' classes have in common, whatever their layout: the special attribute of the class if there
// is one, else what the type below does. `finalize` calls __del__, `finalizes` is 1 if there is one.
extern const ouro_ops ouroi_derived_ops;
void ouroi_derived_finalize(ouro_rt *rt, ouro_obj *o);
int ouroi_derived_finalizes(ouro_rt *rt, const ouro_obj *o);

// The operations of the nearest type below the layout of o that has the one at `offset`; NULL if none has.
const ouro_ops *ouroi_ops_below(const ouro_obj *o, size_t offset);
#define ops_below(o, member) ouroi_ops_below((o), offsetof(ouro_ops, member))

// ---- copies of objects of users' classes, in instance_copy.c ----

ouro_obj *ouroi_derived_copy(ouro_rt *rt, ouro_obj *o);
int ouroi_derived_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj **made, ouro_obj **part);

// ---- derived.c ----

// Registers the derived layouts.
int ouroi_derived_open(ouro_rt *rt);

// The standard type that classes may derive from, of a kind; NULL if they may not.
const ouro_type *ouroi_derived_base(uint32_t kind);

// Where the two references of a derived object lie. `o` is of a kind with OUROI_KIND_DERIVED.
instance_ext *ouroi_derived_ext(const ouro_obj *o);

// An object of a class that has a kind other than that of exceptions, its standard part as that of `start`, or empty if
// that is NULL. Returns: new.
ouro_obj *ouroi_derived_new(ouro_rt *rt, ouro_obj *class_object, ouro_obj *start);

// An empty copy of a derived object to be filled in by its type's `deep`: a tuple gets as many places as o has.
ouro_obj *ouroi_derived_blank(ouro_rt *rt, const ouro_obj *o);

// ---- construct.c ----

// Calls a class.
ouro_obj *ouroi_class_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames);

// ---- native.c, call.c ----

typedef struct ouroi_native {
    ouro_obj head;
    ouro_native_fn fn;
    const char *name;
    ouro_obj *self;     // NULL for none
    size_t least, most; // how many arguments
    bool takes_names;
} ouroi_native;

static inline const ouroi_native *ouroi_native_of(const ouro_obj *o) {
    return (const ouroi_native *)(const void *)o;
}

// Calls a native, which the caller holds.
ouro_obj *ouroi_native_call(ouro_rt *rt, ouro_obj *o, ouro_obj *const *args, size_t n, ouro_obj *kwnames);

// Calls f with `self` before the arguments.
ouro_obj *ouroi_call_prepended(ouro_rt *rt, ouro_obj *f, ouro_obj *self, ouro_obj *const *args, size_t n,
                               ouro_obj *kwnames);

#endif
