// SPDX-License-Identifier: MIT
// ouro/array.h: numbers of one element type, side by side in memory as C has them: 1 to 8 bytes a number instead of an
// object and a reference. Grows at its end in O(1) amortised. Not hashable.
//
// What fits. An element takes numbers that it can hold, and nothing is cut off silently: an int outside the range of an
// int element is OURO_ERR_OVERFLOW; a finite number that is too large for a float element is, too; other numbers are
// rounded to the nearest float, ties to even. Objects that are put in: int elements take ints and bools, float elements
// floats, too; all else is OURO_ERR_TYPE. Conversions between arrays: floats lose what is behind the point; a NaN that
// is to become an int is OURO_ERR_VALUE, an infinity OURO_ERR_OVERFLOW.
//
// Looking inside. ouro_array_data_peek gives the elements themselves, to read and write. While something has exported
// the array (ouro_array_export; every n-d array on it does) its size does not change and the elements do not move: what
// would change the size is OURO_ERR_STATE. Without that the pointer is good until the size changes.
#ifndef OURO_ARRAY_H
#define OURO_ARRAY_H

#include "kind.h"

OURO_BEGIN

// Element types. The lowest two bits are the binary logarithm of the size, the rest says signed, unsigned or float.
typedef enum ouro_dtype {
    OURO_INT8 = 0,
    OURO_INT16 = 1,
    OURO_INT32 = 2,
    OURO_INT64 = 3,
    OURO_UINT8 = 4,
    OURO_UINT16 = 5,
    OURO_UINT32 = 6,
    OURO_UINT64 = 7,
    OURO_FLOAT32 = 10,
    OURO_FLOAT64 = 11
} ouro_dtype;

OURO_API extern const ouro_type *const ouro_array_type;

typedef struct ouroi_array {
    ouro_obj head;
    ouro_dtype dtype;
    uint32_t exports;
    void *data;
    uint64_t size, capacity; // in elements
} ouroi_array;

// How many bytes an element has.
static inline size_t ouro_dtype_size(ouro_dtype dtype) {
    return (size_t)1 << (dtype & 3);
}

// Its name, such as "int32"; "?" if there is no such type. Returns: a static string.
OURO_API const char *ouro_dtype_name(ouro_dtype dtype);

// The element type in which two meet: the smallest that holds all numbers of both; float64 for 64-bit ints (and for
// 32-bit ones with float32), whose numbers it rounds.
OURO_API ouro_dtype ouro_dtype_meet(ouro_dtype a, ouro_dtype b);

// Makes an array with a copy of n elements as C has them; `items` of NULL gives n zeros. Returns: new; NULL on failure.
// Fails: OURO_ERR_VALUE if there is no such element type; OURO_ERR_MEMORY; OURO_ERR_OVERFLOW. Runs: as ouro_new.
OURO_API ouro_obj *ouro_array_new(ouro_rt *rt, ouro_dtype dtype, const void *items, size_t n);

// Makes an array of what an iterable gives. Of bytes and bytearrays: their bytes as numbers. Runs: arbitrary code.
OURO_API ouro_obj *ouro_array_from(ouro_rt *rt, ouro_dtype dtype, ouro_obj *iterable);

// Makes an array of the bytes of a bytes object or bytearray as they are: elements in the machine's order.
// Fails: also OURO_ERR_VALUE if they are no whole number of elements; OURO_ERR_TYPE.
OURO_API ouro_obj *ouro_array_from_bytes(ouro_rt *rt, ouro_dtype dtype, ouro_obj *bytes);

// The elements as they lie in memory, as a bytes object. Returns: new.
OURO_API ouro_obj *ouro_array_to_bytes(ouro_rt *rt, ouro_obj *array);

// The same numbers as elements of another type, in a new array. Returns: new. Fails: see "What fits". Cost: n.
OURO_API ouro_obj *ouro_array_convert(ouro_rt *rt, ouro_obj *array, ouro_dtype dtype);

// 1 if the object is a typed array, else 0.
static inline int ouro_is_array(const ouro_obj *o) {
    return ouro_is(o, ouro_array_type);
}

// How many elements, and of which type.
static inline size_t ouro_array_size(const ouro_obj *array) {
    return (size_t)((const ouroi_array *)(const void *)array)->size;
}
static inline ouro_dtype ouro_array_dtype(const ouro_obj *array) {
    return ((const ouroi_array *)(const void *)array)->dtype;
}

// The elements, to read and write; may be NULL if there are none. Returns: borrowed, until the size changes.
static inline void *ouro_array_data_peek(const ouro_obj *array) {
    return ((const ouroi_array *)(const void *)array)->data;
}

// Forbids changes of the size, until as many calls of ouro_array_release; whoever exports holds a reference, too.
// Returns: 0, or -1. Fails: OURO_ERR_TYPE; OURO_ERR_OVERFLOW beyond 2^32 - 1 exports. Runs: nothing.
OURO_API int ouro_array_export(ouro_rt *rt, ouro_obj *array);
OURO_API void ouro_array_release(ouro_obj *array);

// All functions below fail with OURO_ERR_TYPE if `array` is none, and leave it as it was when they fail. Positions may
// be negative. Those that change the size fail with OURO_ERR_STATE while it is exported, with OURO_ERR_MEMORY and
// OURO_ERR_OVERFLOW, and run arbitrary code (a collection may start).

// The element at a position, as an int or a float. Returns: new. Fails: OURO_ERR_INDEX.
OURO_API ouro_obj *ouro_array_get(ouro_rt *rt, ouro_obj *array, ptrdiff_t i);

// Changes an element. Returns: 0, or -1. Fails: OURO_ERR_INDEX; see "What fits". Runs: nothing.
OURO_API int ouro_array_set(ouro_rt *rt, ouro_obj *array, ptrdiff_t i, ouro_obj *number);

// Adds a number at the end; n elements as C has them (not the array's own), NULL for zeros; what an iterable gives, the
// array itself allowed. Returns: 0, or -1: unchanged. Cost: what is added, amortised.
OURO_API int ouro_array_append(ouro_rt *rt, ouro_obj *array, ouro_obj *number);
OURO_API int ouro_array_add(ouro_rt *rt, ouro_obj *array, const void *items, size_t n);
OURO_API int ouro_array_extend(ouro_rt *rt, ouro_obj *array, ouro_obj *iterable);

// Adds a number before a position, which is cut to what there is. Returns: 0, or -1. Cost: the elements behind it.
OURO_API int ouro_array_insert(ouro_rt *rt, ouro_obj *array, ptrdiff_t i, ouro_obj *number);

// Takes the element at a position out (-1: the last). Returns: new. Fails: OURO_ERR_INDEX. Cost: those behind it.
OURO_API ouro_obj *ouro_array_pop(ouro_rt *rt, ouro_obj *array, ptrdiff_t i);

// Makes the array n elements long, by zeros behind it or by cutting it off. Returns: 0, or -1.
OURO_API int ouro_array_resize(ouro_rt *rt, ouro_obj *array, size_t n);

// Makes every element the same number. Returns: 0, or -1. Runs: nothing.
OURO_API int ouro_array_fill(ouro_rt *rt, ouro_obj *array, ouro_obj *number);

// Turns the order round. Returns: 0, or -1 if it is no array. Runs: nothing.
OURO_API int ouro_array_reverse(ouro_rt *rt, ouro_obj *array);

// 1 and the first position of an equal number in *at; 0; -1. Runs: arbitrary code, if x is no number.
OURO_API int ouro_array_find(ouro_rt *rt, ouro_obj *array, ouro_obj *x, size_t *at);

// How many elements are equal to x. Returns: 0, or -1. Runs: arbitrary code, if x is no number.
OURO_API int ouro_array_count(ouro_rt *rt, ouro_obj *array, ouro_obj *x, size_t *count);

OURO_END

#endif
