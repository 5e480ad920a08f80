// SPDX-License-Identifier: MIT
// seq.h: what tuples, lists, slices, iterators and deques know of each other.
//
// A *row* is where the items of a tuple or list lie, or the three fields of a slice. A *bare* list is one that is not
// tracked: only the function that made it knows of it, so nobody else can change it, and its items are simply owned.
//
//   I-seq-1  A row is valid until foreign code may have run (I-std-2).
//   I-seq-2  An empty place, left by the collector, reads as none.
//   I-seq-3  Items of a list beyond its size are not looked at, and hold no reference.
#ifndef OUROI_SEQ_H
#define OUROI_SEQ_H

#include "std.h"

typedef struct seq_row {
    ouro_obj **items;
    size_t size;
} seq_row;

// ---- row.c ----

// The row of a tuple, list or slice, of any layout.
seq_row ouroi_row_odd(ouro_obj *o);
static inline seq_row seq_row_of(ouro_obj *o) {
    if (ouroi_is_kind(o, OUROI_KIND_LIST)) {
        ouroi_list *l = (ouroi_list *)(void *)o;
        return (seq_row){l->items, l->size};
    }
    if (ouroi_is_kind(o, OUROI_KIND_TUPLE)) {
        ouroi_tuple *t = (ouroi_tuple *)(void *)o;
        return (seq_row){(ouro_obj **)(void *)(t + 1), (size_t)t->size};
    }
    return ouroi_row_odd(o);
}

// The steps of operations that lists, tuples and slices have in common; see ouro_ops.
int ouroi_row_pair(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b, ouro_step *step, ouro_obj **x,
                   ouro_obj **y);
int ouroi_row_length(ouro_rt *rt, ouro_obj *o, size_t *length);
int ouroi_row_contains(ouro_rt *rt, ouro_obj *o, ouro_obj *x);
// Writes the items with commas in between, after `open` and before `close`.
int ouroi_row_repr(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_builder *out, ouro_obj **part, const char *open,
                   const char *close);
// Fills `made`, whose places are none, with the copies.
int ouroi_row_deep(ouro_rt *rt, ouro_obj *o, ouro_step *step, ouro_obj *made, ouro_obj **part);

// 1 and the position of the first item equal to x; 0; -1. An item that the comparison itself took away does not count.
int ouroi_row_find(ouro_rt *rt, ouro_obj *o, ouro_obj *x, size_t *at);

// An index, or -1 and an error that names the operation. Runs nothing.
int ouroi_seq_key(ouro_rt *rt, const char *where, const ouro_obj *key, size_t length, size_t *at);

// How often OURO_MUL repeats a sequence of `size` items: 1 and `times`, which is 0 for negative numbers and such that
// the product fits a size; OURO_PASS if `by` is no number, -1 and an error if it is too large.
int ouroi_seq_times(ouro_rt *rt, const ouro_obj *by, size_t size, size_t *times);

// How a type of rows is added and repeated.
typedef struct row_sums {
    const ouro_type *type;
    ouro_obj *(*concat)(ouro_rt *rt, ouro_obj *a, ouro_obj *b);
    ouro_obj *(*repeat)(ouro_rt *rt, ouro_obj *o, size_t times);
} row_sums;

// The operation `binary` of such a type.
int ouroi_row_binary(ouro_rt *rt, ouro_op op, ouro_obj *a, ouro_obj *b, ouro_obj **out, const row_sums *sums);

// a <relation> b for lengths.
int ouroi_seq_relation(ouro_relation relation, size_t a, size_t b);

// ---- list.c ----

// An empty bare list. Returns: new; NULL on failure.
ouroi_list *ouroi_list_bare(ouro_rt *rt);
// A bare list of what an iterable gives. Returns: new; NULL on failure.
ouroi_list *ouroi_list_collect(ouro_rt *rt, ouro_obj *iterable);
// Gives a list a buffer of `capacity` places, unless it has more items than that by then. Runs: arbitrary code.
bool ouroi_list_resize(ouro_rt *rt, ouroi_list *l, size_t capacity);
// Makes room for `more` items behind the last; to be asked again afterwards. Runs: arbitrary code, if there is none.
bool ouroi_list_room(ouro_rt *rt, ouroi_list *l, size_t more);
// Gives memory back if most of it is empty; cannot fail. Runs: arbitrary code.
void ouroi_list_shrink(ouro_rt *rt, ouroi_list *l);
// Appends the items of a tuple or list. Returns: 0, or -1: unchanged. Runs: arbitrary code.
int ouroi_list_add_row(ouro_rt *rt, ouroi_list *l, ouro_obj *o);

// ---- list_edit.c ----

int ouroi_list_set_item(ouro_rt *rt, ouro_obj *o, ouro_obj *key, ouro_obj *value);

// ---- inline ----

static inline ouro_obj *seq_peek(ouro_rt *rt, ouro_obj *place) {
    return likely(place != NULL) ? place : ouro_none(rt);
}

static inline ouro_obj *seq_item(ouro_rt *rt, ouro_obj *place) {
    return ouro_incref(seq_peek(rt, place));
}

// Keeps a reference, and drops one, where that needs no call; else false, and nothing has changed. A function that
// leaves the rest to another one's end saves no registers, and with so few stores the processor has more items under
// way (measured: a million places set in random order, 41 -> 32 ns each).
static inline bool seq_keep(ouro_obj *o) {
    uint32_t n = __atomic_load_n(&o->ouroi_count, __ATOMIC_RELAXED) + OUROI_ONE;
    if (OURO_DEBUG || unlikely((int32_t)n <= 0))
        return false;
    __atomic_store_n(&o->ouroi_count, n, __ATOMIC_RELAXED);
    return true;
}

static inline bool seq_drop(ouro_obj *o) {
    uint32_t w = __atomic_load_n(&o->ouroi_count, __ATOMIC_RELAXED);
    if (OURO_DEBUG || unlikely((int32_t)w < (int32_t)(2 * OUROI_ONE)))
        return false;
    __atomic_store_n(&o->ouroi_count, w - OUROI_ONE, __ATOMIC_RELAXED);
    return true;
}

// 1 if two items are equal, 0 if not, where that can be said without running any code; else 2.
#define SEQ_ASK 2
static inline int seq_quick(const ouro_obj *a, const ouro_obj *b) {
    if (a == b)
        return 1;
    if (unlikely(!a || !b) || ouroi_kind(a) != ouroi_kind(b))
        return SEQ_ASK;
    if (ouroi_kind(a) == OUROI_KIND_INT)
        return ouro_int_word(a) == ouro_int_word(b);
    return ouroi_kind(a) == OUROI_KIND_STR ? ouro_str_equal(a, b) : SEQ_ASK;
}

// 1 for exact objects that hold no others and never change: a deep copy holds the same.
static inline bool seq_is_atom(const ouro_obj *o) {
    return ouroi_kind(o) >= OUROI_KIND_NONE && ouroi_kind(o) <= OUROI_KIND_BYTES;
}

// memcpy and memmove, for no items too: then there may be no memory.
static inline void seq_copy(ouro_obj **to, ouro_obj *const *from, size_t n) {
    if (n)
        memcpy(to, from, n * sizeof *to);
}

static inline void seq_move(ouro_obj **to, ouro_obj *const *from, size_t n) {
    if (n)
        memmove(to, from, n * sizeof *to);
}

static inline bool list_has_room(const ouroi_list *l, size_t more) {
    return l->capacity - l->size >= more;
}

// Puts an item behind the last; there is room. Takes: kept, and stolen.
static inline void list_push(ouroi_list *l, ouro_obj *item) {
    ouro_obj **place = &l->items[l->size++];
    *place = NULL;
    ouro_setref(&l->head, place, item);
}

static inline void list_push_steal(ouroi_list *l, ouro_obj *item) {
    ouro_obj **place = &l->items[l->size++];
    *place = NULL;
    ouro_setref_steal(&l->head, place, item);
}

// The list behind an object; NULL, and an error naming `where`, if it is none.
static inline ouroi_list *list_of(ouro_rt *rt, ouro_obj *o, const char *where) {
    if (likely(ouro_is_list(o)) || ouroi_expect(rt, where, ouro_list_type, o))
        return (ouroi_list *)(void *)o;
    return NULL;
}

#endif
