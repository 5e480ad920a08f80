// SPDX-License-Identifier: MIT
// ouro/list.h: a row of objects that changes; grows at its end, amortised O(1) an item.
#ifndef OURO_LIST_H
#define OURO_LIST_H

#include "kind.h"
#include "refcount.h"
#include "slice.h"

OURO_BEGIN

// The most items that a list can have.
#define OURO_LIST_MAX 0xFFFFFFFFu

OURO_API extern const ouro_type *const ouro_list_type;

typedef struct ouroi_list {
    ouro_obj head;
    ouro_obj **items;
    uint32_t size, capacity;
} ouroi_list;

// Makes a list of n objects (items may be NULL if n is 0). Takes: the items are kept. Returns: new; NULL on failure.
// Fails: OURO_ERR_MEMORY; OURO_ERR_OVERFLOW. Runs: as ouro_new.
OURO_API ouro_obj *ouro_list_new(ouro_rt *rt, ouro_obj *const *items, size_t n);

// Makes a list of what an iterable gives. Runs: arbitrary code.
OURO_API ouro_obj *ouro_list_from(ouro_rt *rt, ouro_obj *iterable);

// 1 if the object is a list, else 0.
static inline int ouro_is_list(const ouro_obj *o) {
    return ouroi_is_kind(o, OUROI_KIND_LIST);
}

// How many items a list has.
static inline size_t ouro_list_size(const ouro_obj *o) {
    return ((const ouroi_list *)(const void *)o)->size;
}

// The item at a position that is less than the size. Returns: borrowed, until the list changes.
static inline ouro_obj *ouro_list_peek(const ouro_obj *o, size_t i) {
    return ((const ouroi_list *)(const void *)o)->items[i];
}

// All functions below fail with OURO_ERR_TYPE if `list` is none, and leave it as it was when they fail. Positions may
// be negative. Those that change a list may run arbitrary code when an item dies, after the change.

// The item at a position. Returns: new. Fails: OURO_ERR_INDEX.
OURO_API ouro_obj *ouro_list_get(ouro_rt *rt, ouro_obj *list, ptrdiff_t i);

// Puts an item in the place of another. Takes: kept. Returns: 0, or -1. Fails: OURO_ERR_INDEX.
OURO_API int ouro_list_set(ouro_rt *rt, ouro_obj *list, ptrdiff_t i, ouro_obj *item);

// Adds an item at the end. Takes: kept (stolen, on failure too). Returns: 0, or -1. Fails: OURO_ERR_MEMORY.
OURO_API int ouro_list_append(ouro_rt *rt, ouro_obj *list, ouro_obj *item);
OURO_API int ouro_list_append_steal(ouro_rt *rt, ouro_obj *list, ouro_obj *item);

// Adds all that an iterable gives; the list itself is allowed. What was added before a failure is taken away again.
// Returns: 0, or -1. Runs: arbitrary code.
OURO_API int ouro_list_extend(ouro_rt *rt, ouro_obj *list, ouro_obj *iterable);

// Adds an item before a position, which is cut to what there is. Returns: 0, or -1. Cost: the items behind it.
OURO_API int ouro_list_insert(ouro_rt *rt, ouro_obj *list, ptrdiff_t i, ouro_obj *item);

// Takes the item at a position out (-1: the last). Returns: new. Fails: OURO_ERR_INDEX. Cost: the items behind it.
OURO_API ouro_obj *ouro_list_pop(ouro_rt *rt, ouro_obj *list, ptrdiff_t i);

// Removes the item at a position. Returns: 0, or -1. Fails: OURO_ERR_INDEX.
OURO_API int ouro_list_del(ouro_rt *rt, ouro_obj *list, ptrdiff_t i);

// 1 and the first position of an equal item in *at; 0; -1. Runs: arbitrary code.
OURO_API int ouro_list_find(ouro_rt *rt, ouro_obj *list, ouro_obj *x, size_t *at);

// Removes the first item that is equal to x. Returns: 1, 0 if there is none, -1. Runs: arbitrary code.
OURO_API int ouro_list_remove(ouro_rt *rt, ouro_obj *list, ouro_obj *x);

// The items that bounds name, as a new list. `bounds` comes from ouro_slice_bounds with the list's present size.
OURO_API ouro_obj *ouro_list_slice(ouro_rt *rt, ouro_obj *list, const ouro_bounds *bounds);

// Puts the items of an iterable (NULL: none) in the place of those between start and stop, cut to what there is.
// Returns: 0, or -1. Runs: arbitrary code.
OURO_API int ouro_list_splice(ouro_rt *rt, ouro_obj *list, ptrdiff_t start, ptrdiff_t stop, ouro_obj *iterable);

// Makes room for `n` items in all. Returns: 0, or -1.
OURO_API int ouro_list_reserve(ouro_rt *rt, ouro_obj *list, size_t n);

// Removes every item. Returns: 0, or -1 if it is no list.
OURO_API int ouro_list_clear(ouro_rt *rt, ouro_obj *list);

// Turns the order round. Returns: 0, or -1 if it is no list.
OURO_API int ouro_list_reverse(ouro_rt *rt, ouro_obj *list);

// Tells whether a goes before b: 1, 0, or -1 to end the sort with the pending error. Both are borrowed.
typedef int (*ouro_before_fn)(ouro_rt *rt, ouro_obj *a, ouro_obj *b, void *arg);

// Sorts a list, keeping the order of equal items; `before` of NULL is ouro_compare with OURO_LT. While it runs the list
// is empty to everybody else, and what they put in is an error, OURO_ERR_STATE, and dropped. When it fails all items
// are there, in some order. Returns: 0, or -1.
// Runs: arbitrary code. Cost: O(n log n) comparisons, O(n) if sorted; n/2 more references of memory.
// Merges the runs that are there already: Tim Peters, "listsort", 2002; J. Ian Munro, Sebastian Wild, "Nearly-Optimal
// Mergesorts: Fast, Practical Sorting Methods That Optimally Adapt to Existing Runs", 2018.
OURO_API int ouro_list_sort(ouro_rt *rt, ouro_obj *list, ouro_before_fn before, void *arg);

OURO_END

#endif
