// SPDX-License-Identifier: MIT
// intern.c: the table of interned strs. It owns no references: a str takes itself off when it dies. Open addressing,
// the next free slot is taken; removing moves back what follows, so that no slot has to be marked as left (Donald E.
// Knuth, "The Art of Computer Programming", volume 3, section 6.4, algorithm R).
//
//   I-intern-1  At most half of the slots are taken.
//   I-intern-2  A str in the table may be dying: its count word is 0, its memory is there until its dealloc has run.
//               Nobody is handed such a str; a new one of the same text takes its slot and its flag.
#include "str.h"

struct intern_table {
    size_t mask; // one less than the number of slots, a power of two
    size_t count;
    ouroi_str *slots[];
};

#define INTERN_LEAST ((size_t)256)

static bool intern_is_dying(const ouroi_str *s) {
    return __atomic_load_n(&s->head.ouroi_count, __ATOMIC_RELAXED) == 0;
}

static uint32_t intern_hash(const ouroi_str *s) {
    return s->hash_bits & STR_HASH_MASK;
}

// The slot of a text, or the free one where it belongs.
static ouroi_str **intern_slot(intern_table *t, uint32_t hash, const char *utf8, size_t n) {
    for (size_t i = hash & t->mask;; i = (i + 1) & t->mask) {
        ouroi_str *s = t->slots[i];
        if (!s || (intern_hash(s) == hash && s->size == n && memcmp(str_text(s), utf8, n) == 0))
            return &t->slots[i];
    }
}

// ---- size ----

// How many slots there should be for one str more. A table that is nearly empty gets smaller.
static size_t intern_wanted(const intern_table *t) {
    size_t slots = t ? t->mask + 1 : INTERN_LEAST;
    if (t && (t->count + 1) * 2 > slots)
        return slots * 2;
    while (t && slots > INTERN_LEAST && (t->count + 1) * 16 < slots)
        slots /= 2;
    return slots;
}

static void intern_move_all(const intern_table *from, intern_table *to) {
    to->count = from->count;
    for (size_t i = 0; i <= from->mask; i++) {
        ouroi_str *s = from->slots[i];
        if (s)
            *intern_slot(to, intern_hash(s), str_text(s), s->size) = s;
    }
}

// Makes a table of another size. The allocation may run code that uses the present one, or replaces it.
static int intern_resize(ouro_rt *rt, size_t slots) {
    size_t bytes;
    intern_table *t;
    if (!size_fits(slots, sizeof t->slots[0], sizeof *t, &bytes))
        return ouro_error_set(rt, OURO_ERR_OVERFLOW, "too many interned strs");
    if (!(t = ouro_buf_alloc(rt, bytes)))
        return -1;
    intern_table *old = state_of(rt)->interned;
    if (intern_wanted(old) != slots) {
        ouro_buf_free(rt, t);
        return 0;
    }
    memset(t, 0, bytes);
    t->mask = slots - 1;
    if (old)
        intern_move_all(old, t);
    state_of(rt)->interned = t;
    ouro_buf_free(rt, old);
    return 0;
}

// Room for one more str. A table that cannot get smaller stays as it is.
static int intern_reserve(ouro_rt *rt) {
    for (;;) {
        const intern_table *t = state_of(rt)->interned;
        size_t wanted = intern_wanted(t);
        if (t && wanted == t->mask + 1)
            return 0;
        if (intern_resize(rt, wanted) == 0)
            continue;
        t = state_of(rt)->interned;
        if (!t || (t->count + 1) * 2 > t->mask + 1)
            return -1;
        ouro_error_clear(rt);
        return 0;
    }
}

// ---- in and out ----

// The interned str equal to an exact one that the caller holds: that one itself if there is none. Returns: new.
static ouro_obj *intern_add(ouro_rt *rt, ouroi_str *s) {
    uint32_t hash = ouroi_str_place(rt, &s->head);
    if (intern_reserve(rt) < 0)
        return NULL;
    intern_table *t = state_of(rt)->interned;
    ouroi_str **slot = intern_slot(t, hash, str_text(s), s->size);
    if (*slot && !intern_is_dying(*slot))
        return ouro_incref(&(*slot)->head);
    if (*slot)
        (*slot)->hash_bits &= ~OURO_STR_INTERNED;
    else
        t->count++;
    s->hash_bits |= OURO_STR_INTERNED;
    ouro_owe_dealloc(&s->head);
    *slot = s;
    return ouro_incref(&s->head);
}

ouro_obj *ouroi_intern_bytes(ouro_rt *rt, const char *utf8, size_t n) {
    intern_table *t = state_of(rt)->interned;
    if (likely(t != NULL)) {
        uint32_t hash = str_hash_of(rt, utf8, n);
        ouroi_str *s = *intern_slot(t, hash, utf8, n);
        if (likely(s != NULL) && !intern_is_dying(s))
            return ouro_incref(&s->head);
    }
    ouro_obj *fresh = ouro_str_new(rt, utf8, n);
    if (!fresh)
        return NULL;
    ouro_obj *one = intern_add(rt, str_of(fresh));
    ouro_decref(fresh);
    return one;
}

ouro_obj *ouro_intern(ouro_rt *rt, const char *utf8) {
    return ouroi_intern_bytes(rt, utf8, strlen(utf8));
}

// The reference held keeps a str from being appended to, and the text of a derived one in place.
ouro_obj *ouro_str_intern(ouro_rt *rt, ouro_obj *s) {
    if (!str_expect(rt, "ouro_str_intern", s))
        return NULL;
    ouro_incref(s);
    if (ouro_str_is_interned(s))
        return s;
    ouro_obj *one = ouro_is(s, ouro_str_type) ? intern_add(rt, str_of(s))
                                              : ouroi_intern_bytes(rt, ouro_str_data(s), ouro_str_size(s));
    ouro_decref(s);
    return one;
}

// Moves back into slot `free` what follows it and would not be found otherwise.
static void intern_close_gap(intern_table *t, size_t free) {
    for (size_t i = (free + 1) & t->mask; t->slots[i]; i = (i + 1) & t->mask) {
        size_t home = intern_hash(t->slots[i]) & t->mask;
        if (((i - home) & t->mask) < ((i - free) & t->mask))
            continue;
        t->slots[free] = t->slots[i];
        free = i;
    }
    t->slots[free] = NULL;
}

void ouroi_intern_forget(ouro_rt *rt, ouro_obj *o) {
    intern_table *t = state_of(rt)->interned;
    size_t i = intern_hash(str_of(o)) & t->mask;
    while (t->slots[i] != str_of(o)) {
        ASSERT(t->slots[i]);
        i = (i + 1) & t->mask;
    }
    intern_close_gap(t, i);
    t->count--;
}

void ouroi_intern_end(ouro_rt *rt) {
    ouro_buf_free(rt, state_of(rt)->interned);
}
