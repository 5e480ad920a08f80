// SPDX-License-Identifier: MIT
// ouro/object.h: what an object is, how one is made, and what can be asked of it.
//
// An own object is a struct whose first member is the 8-byte header:
//
//     typedef struct node { ouro_obj head; ouro_obj *left, *right; int key; } node;
//
// Fields that hold references are declared `ouro_obj *` and described in the type (ouro/type.h). The header:
//
//     ouroi_count   31     30      29 ........... 2    1      0
//                  SLOW  SHARED  |    count      |  SPARE  TOUCHED
//     ouroi_meta    31 ... 26    25      24      23         22      21 20   19 ....... 0
//                   reserved   TRACED  WEAKLY  FINALIZED  TRACKED    GEN   | type index |
//
// SLOW 0: the count is bits 2 to 30 (29 bits) and the inline paths of ouro/refcount.h serve it.
// SLOW 1: the out-of-line paths do. SHARED 1: immortal (exactly 0xC0000000; never written), and later, counts shared
// by threads. SHARED 0: an old object that is clean, its count in bits 2 to 29: since it was harvested no reference to
// it was added, dropped or moved into a field. The first of these makes the word a plain one, with TOUCHED.
// A free or dying block has count word 0. GEN: 0 and 1 young, 2 old. Bit 0 of a reference is reserved and always 0.
#ifndef OURO_OBJECT_H
#define OURO_OBJECT_H

#include "base.h"
#include "type.h"

OURO_BEGIN

// The header of every object. Both words belong to the runtime; read them through the functions below.
struct ouro_obj {
    uint32_t ouroi_count;
    uint32_t ouroi_meta;
};

#define OUROI_ONE 4u
#define OUROI_TOUCHED 1u
#define OUROI_SPARE 2u
#define OUROI_SLOW 0x80000000u
#define OUROI_SHARED 0x40000000u
#define OUROI_IMMORTAL 0xC0000000u

#define OUROI_TYPE_MASK 0x000FFFFFu
#define OUROI_GEN_SHIFT 20
#define OUROI_GEN_MASK 0x00300000u
#define OUROI_TRACKED 0x00400000u
#define OUROI_FINALIZED 0x00800000u
#define OUROI_WEAKLY 0x01000000u
#define OUROI_TRACED 0x02000000u

// Makes an object of a registered type: all bytes behind the header zero, count 1, tracked if the type can be in a
// cycle.
// Returns: new, to be cast to the object's struct; NULL on failure.
// Fails: OURO_ERR_MEMORY, when a full collection has not helped; OURO_ERR_STATE if the type is not registered, or has
// items inside its objects (a tail that is a pointer is NULL, with no items).
// Runs: arbitrary code (a collection may start, before the object exists), unless the runtime collects at safepoints.
OURO_API void *ouro_new(ouro_rt *rt, const ouro_type *type);

// As ouro_new, for a type with a tail: `n` zeroed items, their number already in the count field.
// Fails: also OURO_ERR_OVERFLOW if n items cannot have a size, or do not fit the count field.
OURO_API void *ouro_new_tail(ouro_rt *rt, const ouro_type *type, size_t n);

// As ouro_new_tail (n is 0 for a type without one), but not yet tracked: the collector does not look inside, raw
// stores into its fields are legal, and if it dies before ouro_track it is freed without its finalizer.
OURO_API void *ouro_new_untracked(ouro_rt *rt, const ouro_type *type, size_t n);

// As ouro_new_untracked, with `bytes` more bytes in the same block: behind the fixed part, or where item n of an inline
// tail would be. They are not zeroed, and nobody but the type's callbacks looks at them: fill them in before anything
// else happens. An object whose type cannot be in a cycle is complete at once; for others ouro_track ends the
// construction.
// Fails: also OURO_ERR_OVERFLOW if items and bytes together cannot have a size.
OURO_API void *ouro_new_extra(ouro_rt *rt, const ouro_type *type, size_t n, size_t bytes);

// Ends the construction of an object made untracked; from here on it must be traversable at any time.
// No effect on objects that are tracked already, or whose type cannot be in a cycle.
OURO_API void ouro_track(ouro_obj *o);

// Tells that an object of a type with OURO_TYPE_OWES_DEALLOC has something to release when it dies.
OURO_API void ouro_owe_dealloc(ouro_obj *o);

// The type of an object. Returns: borrowed, valid for ever.
OURO_API const ouro_type *ouro_type_of(const ouro_obj *o);

// The runtime an object belongs to.
OURO_API ouro_rt *ouro_rt_of(const ouro_obj *o);

// 1 if the object's type is exactly `type`, else 0. One load and one compare.
static inline int ouro_is(const ouro_obj *o, const ouro_type *type) {
    return (__atomic_load_n(&o->ouroi_meta, __ATOMIC_RELAXED) & OUROI_TYPE_MASK) ==
           __atomic_load_n(&type->ouroi_index, __ATOMIC_RELAXED);
}

// 1 if the object's type is `type` or has it among its bases, else 0. Cost: the depth of the base chain.
OURO_API int ouro_is_a(const ouro_obj *o, const ouro_type *type);

OURO_API void ouroi_cast_check(const ouro_obj *o, const ouro_type *type);

// The object as a pointer to its struct. The debug build panics, naming the object, its type and the type expected,
// when it is not an instance of `type` (or of a type based on it). NULL passes through.
static inline void *ouro_cast(ouro_obj *o, const ouro_type *type) {
    if (OURO_DEBUG)
        ouroi_cast_check(o, type);
    else
        (void)type;
    return o;
}

// The number of references owned to the object; OURO_COUNT_IMMORTAL for an immortal one.
OURO_API uint32_t ouro_refcount(const ouro_obj *o);
#define OURO_COUNT_IMMORTAL UINT32_MAX

// Makes an object immortal: it is never counted, written or freed again before its runtime is destroyed, and what it
// refers to stays alive with it.
OURO_API void ouro_immortalize(ouro_obj *o);

// 1 if the object is immortal, else 0.
static inline int ouro_is_immortal(const ouro_obj *o) {
    return __atomic_load_n(&o->ouroi_count, __ATOMIC_RELAXED) == OUROI_IMMORTAL;
}

#if OURO_DEBUG
// The debug build remembers the line that made an object, and the line whose drop freed it.
OURO_API void ouroi_here(const char *file, int line);
static inline void *ouroi_new_here(ouro_rt *rt, const ouro_type *t, const char *file, int line) {
    ouroi_here(file, line);
    return ouro_new(rt, t);
}
static inline void *ouroi_new_tail_here(ouro_rt *rt, const ouro_type *t, size_t n, const char *file, int line) {
    ouroi_here(file, line);
    return ouro_new_tail(rt, t, n);
}
static inline void *ouroi_new_untracked_here(ouro_rt *rt, const ouro_type *t, size_t n, const char *file, int line) {
    ouroi_here(file, line);
    return ouro_new_untracked(rt, t, n);
}
static inline void *ouroi_new_extra_here(ouro_rt *rt, const ouro_type *t, size_t n, size_t bytes, const char *file,
                                         int line) {
    ouroi_here(file, line);
    return ouro_new_extra(rt, t, n, bytes);
}
#define ouro_new(rt, t) ouroi_new_here((rt), (t), __FILE__, __LINE__)
#define ouro_new_tail(rt, t, n) ouroi_new_tail_here((rt), (t), (n), __FILE__, __LINE__)
#define ouro_new_untracked(rt, t, n) ouroi_new_untracked_here((rt), (t), (n), __FILE__, __LINE__)
#define ouro_new_extra(rt, t, n, bytes) ouroi_new_extra_here((rt), (t), (n), (bytes), __FILE__, __LINE__)
#endif

OURO_END

#endif
