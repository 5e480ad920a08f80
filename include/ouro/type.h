// SPDX-License-Identifier: MIT
// ouro/type.h: describe a type once. Traversal, clearing, deallocation, heap checks and leak reports follow from it.
//
//     static const ouro_field node_fields[] = { OURO_FIELD(node, left), OURO_FIELD(node, right) };
//     static ouro_type node_type;
//     ...
//     ouro_type_init(&node_type, "node", sizeof(node));
//     node_type.fields = node_fields;
//     node_type.n_fields = 2;
//     if (ouro_type_register(rt, &node_type) < 0) ...
//
// A description lists the fields that hold references: each is NULL or an object. A layout that a list cannot say
// has callbacks, which handle ONLY what the list does not. Reporting a reference that is not owned is the one mistake
// that could free a live object; the collector notices it, keeps the object and says so through the warning hook.
// A type is a layout: a language's classes are objects, not types.
//
// What a callback may do:
//                                 allocate, run code   change counts       an error it leaves pending
//   traverse, finalizes,          no                   no                  -
//   root visitor
//   clear, dealloc                no                   only drop           -
//   finalize, weak callback,      yes; to collect in   yes; finalize may   goes to the warning hook; an error pending
//   gc callback                   a collection gives 0 resurrect           before is put back
//   event hook, page source,      read-only queries    no                  -
//   warning and panic hook
#ifndef OURO_TYPE_H
#define OURO_TYPE_H

#include "base.h"

OURO_BEGIN

// One field that holds a reference.
typedef struct ouro_field {
    size_t offset;           // of the field in the object (or in the tail's item)
    const char *name;        // for reports; a static string
    const ouro_type *target; // the exact type of what it holds, or NULL for any
} ouro_field;

// The description of a field of a struct, any object allowed in it.
#define OURO_FIELD(struct_type, member)                                                                                \
    { offsetof(struct_type, member), #member, 0 }

// Where a type keeps a variable number of items.
typedef enum ouro_tail_place {
    OURO_TAIL_NONE,
    OURO_TAIL_INLINE,  // the items follow the object's fixed part; their number is fixed at birth
    OURO_TAIL_POINTER, // a field points to the items in a buffer (ouro/mem.h); freed with the object
} ouro_tail_place;

// A counted sequence of items that hold references.
typedef struct ouro_tail {
    ouro_tail_place place;
    size_t items;             // offset of the first item, or of the pointer to the items
    size_t count;             // offset of the number of items
    size_t count_bytes;       // width of that number: 4 (uint32_t) or 8 (uint64_t)
    size_t stride;            // bytes from one item to the next
    const ouro_field *fields; // the references in an item; NULL if the item is one reference
    size_t n_fields;
} ouro_tail;

enum {
    OURO_TYPE_ACYCLIC = 1, // the author vouches that no object of this type can be in a cycle
    // dealloc runs only for the objects of which ouro_owe_dealloc has been told. For leaves of which few have anything
    // to release, and without a base: the others die as fast as those of a type without dealloc.
    OURO_TYPE_OWES_DEALLOC = 2,
};

// A description. All zero is a valid value for everything but name and size.
struct ouro_type {
    size_t struct_size; // set by ouro_type_init: the library knows by it which version wrote the description
    const char *name;
    size_t size;  // of the object's struct, header included, inline items not
    size_t align; // 0 for 8; or 16, 32, 64
    unsigned flags;
    const ouro_field *fields;
    size_t n_fields;
    ouro_tail tail;

    // Reports references that the lists do not describe: those in places `start` to `start + limit - 1`, in an order
    // that stays the same while the object does not change. Empty places count, and are skipped. `start` may
    // be behind the last place: a collection in slices comes back to an object that may have changed meanwhile. A type
    // with less than 4,096 places may ignore start and limit, report all, and return 0.
    // Returns: 1 if there are more behind, 0 if not; at once the visitor's result if that is not 0.
    int (*traverse)(ouro_obj *o, size_t start, size_t limit, ouro_visit visit, void *arg);
    // Drops the references that traverse reports, each slot set to NULL before its reference is dropped.
    void (*clear)(ouro_rt *rt, ouro_obj *o);
    // Runs once, before the object dies, with all its fields intact; may resurrect it by storing it somewhere.
    void (*finalize)(ouro_rt *rt, ouro_obj *o);
    // For a type of whose objects few have anything to finalize: asked first, and 0 means no. It only reads. NULL: all
    // have.
    int (*finalizes)(ouro_rt *rt, const ouro_obj *o);
    // Releases what is not an object: files, malloc'ed memory, references that traverse does not report. The
    // described fields are NULL already; `clear` has run. Must not free the object itself.
    void (*dealloc)(ouro_rt *rt, ouro_obj *o);

    // The type this one extends. Its layout begins with the base's, whose fields, tail and callbacks count for it too:
    // list only what is added. Callbacks of both run, this type's first; of finalizers (with `finalizes`) only the
    // nearest.
    const ouro_type *base;
    const void *ops; // protocols, for the standard objects
    void *user;

    uint32_t ouroi_index; // given at registration; 0 before
};

// Starts a description: every member zero but name and size.
static inline void ouro_type_init(ouro_type *type, const char *name, size_t size) {
    const ouro_type zero = {0, 0, 0, 0, 0, 0, 0, {OURO_TAIL_NONE, 0, 0, 0, 0, 0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    *type = zero;
    type->struct_size = sizeof(ouro_type);
    type->name = name;
    type->size = size;
}

// Makes a type known to the process. The description and all it points to are static and never change afterwards.
// Registering the same address again does nothing, from any thread and any runtime; it is never undone. A base and
// the targets of fields are registered first; then a type whose references can never lead to itself is recognised as
// acyclic, and the collector never visits its objects.
// Fails: OURO_ERR_VALUE naming the member that is wrong; OURO_ERR_MEMORY; OURO_ERR_OVERFLOW beyond 2^20 types.
OURO_API int ouro_type_register(ouro_rt *rt, ouro_type *type);

// The first index of types that are not standard objects'.
#define OUROI_TYPE_STD 128u

// Registers a standard object's type at a fixed index, 1 to OUROI_TYPE_STD - 1; otherwise as ouro_type_register.
// Fails: also OURO_ERR_STATE if the index is another description's, or the description has another index.
OURO_API int ouroi_type_register_std(ouro_rt *rt, ouro_type *type, uint32_t index);

// 1 if objects of this registered type can never be in a cycle, so that the collector does not track them.
OURO_API int ouro_type_is_acyclic(const ouro_type *type);

OURO_END

#endif
