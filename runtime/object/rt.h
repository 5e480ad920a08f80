// SPDX-License-Identifier: MIT
// rt.h: a runtime, as the floors from object/ upwards see it. It begins with what the standard objects keep, which
// ouro/runtime.h reads inline, and its heap, so that mem/ needs to know no more.
#ifndef OUROI_RT_H
#define OUROI_RT_H

#include "../mem/heap.h"

#include <ouro/debug.h>
#include <ouro/error.h>
#include <ouro/root.h>
#include <ouro/runtime.h>
#include <ouro/weak.h>

#define ERROR_TEXT sizeof(((ouro_error_state *)0)->message)

typedef struct root_slot {
    ouro_obj **slot;
    const char *name;
} root_slot;

typedef struct root_visitor {
    ouro_root_fn fn;
    void *user;
    const char *name;
} root_visitor;

typedef struct weak_entry weak_entry;
typedef enum weak_when { WEAK_NEVER, WEAK_NOW, WEAK_LATER } weak_when;
typedef weak_when (*weak_wanted)(const ouro_obj *weak);
typedef struct gc gc;

struct ouro_rt {
    void *std;              // the standard objects' own
    ouro_error_state error; // the pending one
    heap heap;

    void (*std_end)(ouro_rt *rt, void *std);       // frees what `std` points to
    void (*std_closing)(ouro_rt *rt, void *std);   // runs what waits for the end of the runtime
    void (*std_collected)(ouro_rt *rt, void *std); // and of a collection
    bool ending;                                   // ouro_rt_destroy has begun

    void *user;
    void (*panic)(void *user, const char *message);
    void (*warning)(void *user, const char *message);
    ouro_when when;
    ouro_weak_order weak_order;

    root_slot *roots;
    size_t root_n, root_cap;
    root_visitor *visitors;
    size_t visitor_n, visitor_cap;
    ouro_scope *scope;          // the innermost one open
    weak_entry *weak;           // table from a watched object to its weak references
    ouro_obj weak_later;        // stands for the targets of those whose callbacks wait
    weak_wanted weak_is_wanted; // a collection may know that a weak reference is garbage, or soon

    ouro_event_fn event_fn;
    void *event_user;
    ouro_visit leak_fn;
    void *leak_arg;
    int stress_generation; // -1: off
    uint64_t shuffle;      // state of the finalizers' disorder; 0: off

    gc *gc;
};

_Static_assert(offsetof(struct ouro_rt, std) == 0, "ouroi_rt_std reads the runtime's first word");
_Static_assert(offsetof(struct ouro_rt, error) == offsetof(ouroi_rt_front, error), "ouro_error_code reads the error");
_Static_assert(offsetof(struct ouro_rt, heap) == offsetof(rt_head, heap), "mem/ finds the heap where rt_head has it");

static inline ouro_rt *rt_of_heap(heap *h) {
    return (ouro_rt *)(void *)((char *)h - offsetof(struct ouro_rt, heap));
}

static inline ouro_rt *rt_of(const ouro_obj *o) {
    return rt_of_heap(page_of(o)->heap);
}

// Bit 26 of the meta word: made by ouro_new_untracked, and not finished yet.
#define META_HALF_BORN 0x04000000u
// Bit 27: has neither references nor callbacks that must run. To die, it gives its block back.
#define META_BARE 0x08000000u
// Bit 28: has references in described fields, and nothing else that its death must look at.
#define META_FIELDS 0x10000000u
#define META_KNOWN                                                                                                     \
    (OUROI_TYPE_MASK | OUROI_GEN_MASK | OUROI_TRACKED | OUROI_FINALIZED | OUROI_WEAKLY | META_HALF_BORN | META_BARE |  \
     META_FIELDS)

static inline void meta_set(ouro_obj *o, uint32_t flags) {
    o->ouroi_meta |= flags;
}

static inline void meta_clear(ouro_obj *o, uint32_t flags) {
    o->ouroi_meta &= ~flags;
}

static inline bool meta_has(const ouro_obj *o, uint32_t flag) {
    return (o->ouroi_meta & flag) != 0;
}

static inline uint32_t meta_generation(const ouro_obj *o) {
    return (o->ouroi_meta & OUROI_GEN_MASK) >> OUROI_GEN_SHIFT;
}

static inline void meta_set_generation(ouro_obj *o, uint32_t generation) {
    o->ouroi_meta = (o->ouroi_meta & ~OUROI_GEN_MASK) | generation << OUROI_GEN_SHIFT;
}

// ---- reports ----

void ouroi_warn(ouro_rt *rt, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ouroi_panic(ouro_rt *rt, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn, cold));
// "object 0x... of type 'node', made at f.c:3, freed at f.c:9" for an object or what is left of one.
void ouroi_describe(const ouro_obj *o, char *text, size_t size);
void ouroi_misuse(heap *h, const void *block, const char *what) __attribute__((noreturn, cold));

// Around foreign code: a pending error is put aside, one that the code leaves is a warning.
void ouroi_error_aside(ouro_rt *rt, ouro_error_state *aside);
void ouroi_error_back(ouro_rt *rt, ouro_error_state *aside, const char *whose, const ouro_type *type);

COLD void ouroi_event_send(ouro_rt *rt, ouro_event_kind kind, ouro_obj *o, ouro_obj *other, int64_t number);

static inline void event(ouro_rt *rt, ouro_event_kind kind, ouro_obj *o, ouro_obj *other, int64_t number) {
    if (unlikely(rt->heap.events & (uint32_t)kind))
        ouroi_event_send(rt, kind, o, other, number);
}

// ---- tables that grow, in side memory ----

// Room for one more item of `size` bytes behind the n that there are; false without memory, nothing changed.
bool ouroi_table_grow(heap *h, void **items, size_t n, size_t *cap, size_t size);
void ouroi_table_free(heap *h, void *items, size_t cap, size_t size);

#endif
