// SPDX-License-Identifier: MIT
// count.c: the out-of-line side of the count word (ouro/object.h draws it, ouro/refcount.h serves the common case).
//
//   I-count-1  A count that would pass 2^29 - 1 becomes 0xC0000000 and is never written again: it leaks, never frees.
//   I-count-2  A word with SLOW and without SHARED holds a true count in bits 2 to 29. Its first change, or the first
//              move of a reference, makes it a plain word with TOUCHED.
//   I-count-3  An object whose word is 0 is dying or free: nobody may own a reference to it.
#include "object.h"

_Static_assert(sizeof(ouro_obj) == 8, "the header is eight bytes");
_Static_assert(OUROI_IMMORTAL == (OUROI_SLOW | OUROI_SHARED), "immortal is the lowest shared word");
_Static_assert((OUROI_ONE & (OUROI_TOUCHED | OUROI_SPARE)) == 0, "the count lies above the flags");
_Static_assert((OUROI_TYPE_MASK & (OUROI_GEN_MASK | OUROI_TRACKED | OUROI_FINALIZED | OUROI_WEAKLY | OUROI_TRACED)) ==
                   0,
               "the type index overlaps no flag");
_Static_assert((int32_t)(OUROI_SLOW - OUROI_ONE) > 0, "the largest plain count is below SLOW");

static bool count_is_shared(uint32_t w) {
    return (w & OUROI_IMMORTAL) == OUROI_IMMORTAL;
}

static void count_store(ouro_obj *o, uint32_t w) {
    __atomic_store_n(&o->ouroi_count, w, __ATOMIC_RELAXED);
}

// Makes a word that a harvest set aside a plain one; the page tells the next harvest to look for it.
static void count_unset_aside(ouro_obj *o) {
    page_of(o)->flags |= PAGE_STALE;
    count_store(o, (count_word(o) & ~OUROI_SLOW) | OUROI_TOUCHED);
}

bool ouroi_count_back(ouro_obj *o) {
    if ((count_word(o) & OUROI_IMMORTAL) != OUROI_SLOW)
        return false;
    count_unset_aside(o);
    return true;
}

void ouroi_incref_slow(ouro_obj *o) {
    uint32_t w = count_word(o);
    if (count_is_shared(w))
        return;
    if (w < OUROI_ONE)
        ouroi_misuse(page_of(o)->heap, o, "was kept after it had died");
    if ((int32_t)w > 0) {
        count_store(o, OUROI_IMMORTAL);
        return;
    }
    count_unset_aside(o);
    ouro_incref(o);
}

void ouroi_decref_odd(ouro_obj *o) {
    uint32_t w = count_word(o);
    if (count_is_shared(w))
        return;
    if (w < OUROI_ONE)
        ouroi_misuse(page_of(o)->heap, o, "was dropped once more than it was kept");
    count_unset_aside(o);
    reference_drop(o);
}

void ouroi_touch_slow(ouro_obj *o) {
    if (!count_is_shared(count_word(o)))
        count_unset_aside(o);
}

uint32_t ouro_refcount(const ouro_obj *o) {
    uint32_t w = count_word(o);
    if (count_is_shared(w))
        return OURO_COUNT_IMMORTAL;
    return ((int32_t)w < 0 ? w & ~OUROI_SLOW : w) / OUROI_ONE;
}

void ouro_immortalize(ouro_obj *o) {
    count_store(o, OUROI_IMMORTAL);
}

ouro_rt *ouro_rt_of(const ouro_obj *o) {
    return rt_of(o);
}

// Debug builds: a store into a field names its owner, the slot lies in it, and the value is alive and of the same
// runtime. An owner that is being taken apart may still be emptied.
void ouroi_store_check(ouro_obj *owner, ouro_obj **slot, ouro_obj *v) {
    char text[256];
    if (owner && !v && !object_is_live(owner))
        return;
    if (!owner || !object_is_live(owner))
        ouroi_panic(NULL, "a store into a field of %p, which is not a living object", (void *)owner);
    const type_record *t = type_of(owner);
    ouroi_describe(owner, text, sizeof text);
    if (!(t->flags & TYPE_TRAVERSES) && !ouroi_type_slot_name(owner, slot))
        ouroi_panic(rt_of(owner), "a store into %s, at a place that its type does not describe", text);
    if (!v)
        return;
    if ((uintptr_t)v & 1)
        ouroi_panic(rt_of(owner), "a store into %s of %p, whose bit 0 is set", text, (void *)v);
    if (!object_is_live(v))
        ouroi_panic(rt_of(owner), "a store into %s of an object that has died", text);
    if (page_of(v)->heap != page_of(owner)->heap)
        ouroi_panic(rt_of(owner), "a store into %s of an object of another runtime", text);
}
