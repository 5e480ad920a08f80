// SPDX-License-Identifier: MIT
// birth.c: the one door in. A collection that is due runs first; then the heap gives a block of the type's bin; the
// body is zeroed; the header is stamped last, so that no walker ever sees half an object (I-heap-1).
#include "object.h"

#define BIRTH_SHORT 136u

// The body of a small object is cleared two words at a time, from its end: a call to memset would cost more than the
// rest of the birth. The header may be among them, since the count of a free block is 0. At most BIRTH_SHORT bytes.
static inline void birth_zero(block *b, size_t bytes) {
    char *end = (char *)b + bytes;
    switch (bytes / 16) {
    case 8:
        memset(end - 128, 0, 16); // fall through
    case 7:
        memset(end - 112, 0, 16); // fall through
    case 6:
        memset(end - 96, 0, 16); // fall through
    case 5:
        memset(end - 80, 0, 16); // fall through
    case 4:
        memset(end - 64, 0, 16); // fall through
    case 3:
        memset(end - 48, 0, 16); // fall through
    case 2:
        memset(end - 32, 0, 16); // fall through
    case 1:
        memset(end - 16, 0, 16); // fall through
    case 0:
        return;
    default:
        __builtin_unreachable();
    }
}

static inline ouro_obj *birth_done(block *b, uint32_t meta) {
    ouro_obj *o = (ouro_obj *)(void *)b;
    o->ouroi_meta = meta;
    __atomic_store_n(&o->ouroi_count, OUROI_ONE, __ATOMIC_RELAXED);
    return o;
}

NOINLINE static ouro_obj *birth_stamp_long(ouro_rt *rt, block *b, size_t zeroed, size_t bytes, uint32_t meta) {
    memset(b, 0, round_up(zeroed, 8));
    if (OURO_DEBUG)
        ouroi_guard_born(&rt->heap, b, bytes);
    return birth_done(b, meta);
}

// Of the object's bytes, the first `zeroed` are; what is behind them is for its maker to fill in.
__attribute__((always_inline)) static inline ouro_obj *birth_stamp(ouro_rt *rt, block *b, size_t zeroed, size_t bytes,
                                                                   uint32_t meta) {
    if (OURO_DEBUG || unlikely(zeroed > BIRTH_SHORT))
        return birth_stamp_long(rt, b, zeroed, bytes, meta);
    birth_zero(b, round_up(zeroed, 8));
    return birth_done(b, meta);
}

COLD static void birth_refuse(ouro_rt *rt, const ouro_type *type) {
    if (type->ouroi_index)
        ouro_error_set(rt, OURO_ERR_STATE, "type '%s' has items inside: its objects are made by ouro_new_tail",
                       type->name);
    else
        ouro_error_set(rt, OURO_ERR_STATE, "type '%s' is not registered", type->name);
}

// A block for an object of any size.
static block *birth_block(ouro_rt *rt, const type_record *t, size_t bytes) {
    size_t whole = bytes + GUARD_BYTES; // size_fits left room for it: twice PTRDIFF_MAX is below SIZE_MAX
    unsigned c = whole > CLASS_BYTES_MAX ? CLASS_COUNT : class_of_aligned(whole, t->align);
    if (c == CLASS_COUNT)
        return ouroi_block_take_large(&rt->heap, (ouro_page_kind)t->kind, whole);
    return block_take(&rt->heap, bin_of(t->kind, c));
}

static void birth_count_items(ouro_obj *o, const type_record *t, size_t n) {
    char *at = (char *)o + t->tail_count;
    if (t->tail_wide)
        *(uint64_t *)(void *)at = n;
    else
        *(uint32_t *)(void *)at = (uint32_t)n;
}

// What an object needs: bytes of its block that are zeroed, all bytes of its block, bytes of a buffer for its items.
typedef struct birth_size {
    size_t zeroed, whole, items;
} birth_size;

// False if there is no such size.
static bool birth_measure(const type_record *t, size_t n, size_t extra, birth_size *s) {
    *s = (birth_size){t->size, t->size, 0};
    bool fits = t->tail_wide || n <= UINT32_MAX;
    if (t->tail_place == OURO_TAIL_INLINE && (n || extra))
        fits = fits && size_fits(n, t->tail_stride, t->tail_items, &s->zeroed);
    else if (t->tail_place == OURO_TAIL_POINTER)
        fits = fits && size_fits(n, t->tail_stride, 0, &s->items);
    return fits && size_fits(1, extra, s->zeroed, &s->whole);
}

COLD static ouro_obj *birth_too_large(ouro_rt *rt, const type_record *t, size_t n, size_t extra) {
    if (extra)
        ouro_error_set(rt, OURO_ERR_OVERFLOW, "%zu items and %zu more bytes of type '%s' are too many", n, extra,
                       t->type->name);
    else
        ouro_error_set(rt, OURO_ERR_OVERFLOW, "%zu items of type '%s' are too many", n, t->type->name);
    return NULL;
}

// Any object but the common one. The items of a pointer tail are made first: what can fail comes before the birth.
static ouro_obj *birth_general(ouro_rt *rt, const type_record *t, size_t n, size_t extra, uint32_t meta) {
    birth_size s;
    if (!birth_measure(t, n, extra, &s))
        return birth_too_large(rt, t, n, extra);
    void *items = s.items ? ouro_buf_alloc(rt, s.items) : NULL;
    block *b = s.items && !items ? NULL : birth_block(rt, t, s.whole);
    if (!b) {
        ouro_buf_free(rt, items);
        return NULL;
    }
    if (items)
        memset(items, 0, s.items);
    ouro_obj *o = birth_stamp(rt, b, s.zeroed, s.whole, meta);
    if (t->flags & TYPE_HAS_TAIL)
        birth_count_items(o, t, n);
    if (t->tail_place == OURO_TAIL_POINTER)
        *(void **)(void *)((char *)o + t->tail_items) = items;
    event(rt, OURO_EVENT_BORN, o, NULL, 0);
    return o;
}

NOINLINE static ouro_obj *birth_from(ouro_rt *rt, const type_record *t, unsigned bin, size_t bytes) {
    block *b = ouroi_block_take_slow(&rt->heap, bin);
    if (!b)
        return NULL;
    ouro_obj *o = birth_stamp(rt, b, t->size, bytes, t->birth_meta);
    event(rt, OURO_EVENT_BORN, o, NULL, 0);
    return o;
}

// Any birth for which no block is at hand; no block ever is for BIN_LARGE.
NOINLINE static ouro_obj *birth_slow(ouro_rt *rt, const ouro_type *type, const type_record *t) {
    if (likely(t->bin != BIN_LARGE))
        return birth_from(rt, t, t->bin, t->size);
    if (!(t->flags & TYPE_REGISTERED) || t->tail_place == OURO_TAIL_INLINE) {
        birth_refuse(rt, type);
        return NULL;
    }
    return birth_general(rt, t, 0, 0, t->birth_meta);
}

// The common birth calls nothing, so that it needs no room on the stack (measured: 11.4 -> 8 ns for birth and death of
// 48 bytes). Births that somebody listens to are all slow.
void *(ouro_new)(ouro_rt *rt, const ouro_type *type) {
    const type_record *t = type_record_of(type);
    block *b = block_pop(&rt->heap, t->bin);
    return likely(b != NULL) ? birth_stamp(rt, b, t->size, t->size, t->birth_meta) : birth_slow(rt, type, t);
}

// The record of a type whose objects may have n items; NULL with the error pending.
static const type_record *birth_record_for(ouro_rt *rt, const ouro_type *type, size_t n) {
    const type_record *t = type_record_of(type);
    if (unlikely(!(t->flags & TYPE_REGISTERED))) {
        birth_refuse(rt, type);
        return NULL;
    }
    if (n && !(t->flags & TYPE_HAS_TAIL)) {
        ouro_error_set(rt, OURO_ERR_STATE, "type '%s' has no tail for %zu items", type->name, n);
        return NULL;
    }
    return t;
}

static uint32_t birth_meta_untracked(const type_record *t) {
    return (t->birth_meta & ~OUROI_TRACKED) | META_HALF_BORN;
}

// An object with a few items inside, and nothing unusual about it; NULL if it is not such a one. Tuples are born here
// (measured: 19.5 -> 16.8 ns for three items, with death).
static inline ouro_obj *birth_row(ouro_rt *rt, const type_record *t, size_t n, uint32_t meta) {
    if (unlikely(n >= t->row_limit))
        return NULL;
    size_t bytes = n ? t->tail_items + n * t->tail_stride : t->size;
    block *b = block_pop(&rt->heap, bin_of(t->kind, class_of(bytes + GUARD_BYTES)));
    if (unlikely(!b))
        return NULL;
    ouro_obj *o = birth_stamp(rt, b, bytes, bytes, meta);
    birth_count_items(o, t, n);
    return o;
}

NOINLINE static ouro_obj *birth_tail(ouro_rt *rt, const ouro_type *type, size_t n, bool tracked) {
    const type_record *t = birth_record_for(rt, type, n);
    return t ? birth_general(rt, t, n, 0, tracked ? t->birth_meta : birth_meta_untracked(t)) : NULL;
}

void *(ouro_new_tail)(ouro_rt *rt, const ouro_type *type, size_t n) {
    const type_record *t = type_record_of(type);
    ouro_obj *o = birth_row(rt, t, n, t->birth_meta);
    return likely(o != NULL) ? o : birth_tail(rt, type, n, true);
}

void *(ouro_new_untracked)(ouro_rt *rt, const ouro_type *type, size_t n) {
    const type_record *t = type_record_of(type);
    ouro_obj *o = birth_row(rt, t, n, birth_meta_untracked(t));
    return likely(o != NULL) ? o : birth_tail(rt, type, n, false);
}

NOINLINE static ouro_obj *birth_extra_odd(ouro_rt *rt, const ouro_type *type, size_t n, size_t bytes) {
    const type_record *t = birth_record_for(rt, type, n);
    if (!t)
        return NULL;
    return birth_general(rt, t, n, bytes, t->flags & TYPE_CYCLIC ? birth_meta_untracked(t) : t->birth_meta);
}

// Strings are born here: a small leaf costs what it costs in ouro_new, and finding the class of its size.
void *(ouro_new_extra)(ouro_rt *rt, const ouro_type *type, size_t n, size_t bytes) {
    const type_record *t = type_record_of(type);
    if (unlikely(bytes >= t->extra_limit || n))
        return birth_extra_odd(rt, type, n, bytes);
    size_t whole = t->size + bytes;
    unsigned bin = bin_of(OURO_PAGE_LEAF, class_of(whole + GUARD_BYTES));
    block *b = block_pop(&rt->heap, bin);
    return likely(b != NULL) ? birth_stamp(rt, b, t->size, whole, t->birth_meta) : birth_from(rt, t, bin, whole);
}

void ouro_owe_dealloc(ouro_obj *o) {
    meta_clear(o, META_BARE);
}

void ouro_track(ouro_obj *o) {
    if (!meta_has(o, META_HALF_BORN))
        return;
    meta_clear(o, META_HALF_BORN);
    if (type_of(o)->flags & TYPE_CYCLIC)
        meta_set(o, OUROI_TRACKED);
}
