// SPDX-License-Identifier: MIT
// type.h: what the library has worked out from a type's description, and the walk over an object's references.
//
// Records live in a process-wide table of chunks that never move. An index is published by a release store after its
// record is complete and is read without a lock; index 0 is a record that no object has. Indices below OUROI_TYPE_STD
// are the standard objects' and may be holes.
#ifndef OUROI_TYPE_H
#define OUROI_TYPE_H

#include "rt.h"

#define TYPE_CHUNK 256u
#define TYPE_CHUNKS ((OUROI_TYPE_MASK + 1) / TYPE_CHUNK)

enum {
    TYPE_REGISTERED = 1,
    TYPE_CYCLIC = 2,    // its objects are tracked
    TYPE_PLAIN = 4,     // to die, an object of it only drops its described fields, and frees their buffer
    TYPE_TRAVERSES = 8, // has a traverse callback, its own or a base's
    TYPE_CLEARS = 16,   // has a clear callback
    TYPE_HAS_TAIL = 32,
    TYPE_DEALLOCS = 64,
    TYPE_OPEN = 128, // any object might be reached from one of it
    TYPE_WEAK = 256, // its objects are weak references
    TYPE_ASKS = 512  // would be plain, but for a finalizer of which `finalizes` tells whether it is to run
};

typedef struct type_record {
    const ouro_type *type;
    const uint32_t *refs; // offsets of the described fields, bases' first
    uint32_t ref_n;
    uint32_t size;
    uint32_t birth_meta; // the meta word of a new object
    uint16_t flags;
    uint8_t bin;  // BIN_LARGE for objects with items inside, and those that need pages of their own
    uint8_t kind; // of its pages
    // What follows is the tail, in place of ouro_tail, with offsets instead of fields.
    uint8_t tail_place, tail_wide;
    uint32_t extra_limit; // of bytes that a small leaf can have more, and ouro_new_extra makes at once; 0 for others
    uint32_t row_limit;   // of items inside that ouro_new_tail makes at once; 0 for others
    uint32_t align;
    uint32_t tail_items, tail_count, tail_stride;
    uint32_t tail_ref_n;
    const uint32_t *tail_refs;
    void (*finalize)(ouro_rt *rt, ouro_obj *o);
    int (*finalizes)(ouro_rt *rt, const ouro_obj *o);
} type_record;

extern atomic_word ouroi_type_chunks[TYPE_CHUNKS];

static inline const type_record *type_record_at(uint32_t index) {
    const type_record *chunk = (const type_record *)atomic_get(&ouroi_type_chunks[index / TYPE_CHUNK]);
    return chunk + index % TYPE_CHUNK;
}

static inline const type_record *type_of(const ouro_obj *o) {
    return type_record_at(o->ouroi_meta & OUROI_TYPE_MASK);
}

// The type found last: objects that lie together are mostly of one type, and finding it again costs a compare.
typedef struct type_memo {
    const type_record *record;
    uint32_t index;
} type_memo;

static inline const type_record *type_of_next(const ouro_obj *o, type_memo *last) {
    uint32_t index = o->ouroi_meta & OUROI_TYPE_MASK;
    if (unlikely(index != last->index)) {
        last->index = index;
        last->record = type_record_at(index);
    }
    return last->record;
}

// The record of a description; record 0 if it is not registered.
static inline const type_record *type_record_of(const ouro_type *type) {
    return type_record_at(__atomic_load_n(&type->ouroi_index, __ATOMIC_ACQUIRE));
}

// NULL if there is no such type: for verification.
const type_record *ouroi_type_find(uint32_t index);
// The name of the described field that a slot of an object is, "item" for a tail's; NULL if it is none.
const char *ouroi_type_slot_name(const ouro_obj *o, ouro_obj *const *slot);
// The target type of that field; NULL for any.
const ouro_type *ouroi_type_slot_target(const ouro_obj *o, ouro_obj *const *slot);
// Index 0 and ouroi_weak_type, once for the process. False without memory.
bool ouroi_types_ready(void);
extern ouro_type ouroi_weak_type;

// ---- references ----

static inline uint64_t tail_length(const ouro_obj *o, const type_record *t) {
    const char *at = (const char *)o + t->tail_count;
    return t->tail_wide ? *(const uint64_t *)(const void *)at : *(const uint32_t *)(const void *)at;
}

static inline char *tail_start(const ouro_obj *o, const type_record *t) {
    char *at = (char *)(uintptr_t)o + t->tail_items;
    return t->tail_place == OURO_TAIL_INLINE ? at : *(char **)(void *)at;
}

typedef void (*slot_fn)(ouro_obj **slot, void *arg);

// Items that are references and nothing else come first: a plain loop, which reads nothing of the record again.
__attribute__((always_inline)) static inline void tail_each_slot(ouro_obj *o, const type_record *t, slot_fn fn,
                                                                 void *arg) {
    char *item = tail_start(o, t);
    if (!item)
        return;
    uint64_t n = tail_length(o, t);
    if (t->tail_stride == sizeof(ouro_obj *)) {
        for (ouro_obj **slot = (ouro_obj **)(void *)item, **end = slot + n; slot < end; slot++)
            fn(slot, arg);
        return;
    }
    for (; n; n--, item += t->tail_stride)
        for (uint32_t i = 0; i < t->tail_ref_n; i++)
            fn((ouro_obj **)(void *)(item + t->tail_refs[i]), arg);
}

// The fields of an object, but for its tail; its tail's.
__attribute__((always_inline)) static inline void object_each_field(ouro_obj *o, const type_record *t, slot_fn fn,
                                                                    void *arg) {
    const uint32_t *ref = t->refs, *end = ref + t->ref_n;
    for (; ref < end; ref++)
        fn((ouro_obj **)(void *)((char *)o + *ref), arg);
}

__attribute__((always_inline)) static inline void object_each_item(ouro_obj *o, const type_record *t, slot_fn fn,
                                                                   void *arg) {
    if (t->flags & TYPE_HAS_TAIL)
        tail_each_slot(o, t, fn, arg);
}

// Hands every described slot of an object to fn. Always inlined, and fn with it, where fn is a constant.
__attribute__((always_inline)) static inline void object_each_slot(ouro_obj *o, const type_record *t, slot_fn fn,
                                                                   void *arg) {
    object_each_field(o, t, fn, arg);
    object_each_item(o, t, fn, arg);
}

// The i-th described slot of an object.
static inline ouro_obj **object_slot(ouro_obj *o, const type_record *t, uint64_t i) {
    if (i < t->ref_n)
        return (ouro_obj **)(void *)((char *)o + t->refs[i]);
    i -= t->ref_n;
    char *item = tail_start(o, t) + i / t->tail_ref_n * t->tail_stride;
    return (ouro_obj **)(void *)(item + t->tail_refs[i % t->tail_ref_n]);
}

// How many described slots an object has; its tail may not be there yet.
static inline uint64_t object_slots(const ouro_obj *o, const type_record *t) {
    return t->ref_n + (t->flags & TYPE_HAS_TAIL && tail_start(o, t) ? tail_length(o, t) * t->tail_ref_n : 0);
}

// Hands the references that only callbacks know to visit, in one go. Returns what the last visit returned.
int ouroi_object_traverse(ouro_obj *o, const type_record *t, ouro_visit visit, void *arg);

// How far the walk over those has got: the type whose callback is next, NULL at the end, and the first of its places.
typedef struct hidden_place {
    const ouro_type *type;
    size_t start;
} hidden_place;

#define HIDDEN_PART ((size_t)1024)

// Hands the references in the next HIDDEN_PART places to visit, which accepts NULL and returns 0. True if there are
// more.
bool ouroi_object_traverse_part(ouro_obj *o, hidden_place *at, ouro_visit visit, void *arg);
// All references, described or not. Returns what the last visit returned.
int ouroi_object_visit(ouro_obj *o, ouro_visit visit, void *arg);
// Calls the clear, or dealloc, callbacks of a type and its bases.
void ouroi_object_clear_hidden(ouro_rt *rt, ouro_obj *o, const type_record *t);
void ouroi_object_dealloc(ouro_rt *rt, ouro_obj *o, const type_record *t);

#endif
