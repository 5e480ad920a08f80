// SPDX-License-Identifier: MIT
// ouro/ndarray.h: arrays of up to eight dimensions: a shape and strides over the elements of a typed array
// (ouro/array.h), which it exports. Slices, transposed and reshaped arrays are views: they look at the same elements,
// and cost no more than an object.
//
// Arithmetic (ouro_binary, ouro_unary: + - * / // % neg pos abs) and ouro_ndarray_compare go element by element, with
// another array or with a number.
// - Shapes are matched from their ends; a dimension of 1, or one that is missing, is repeated (broadcasting, as NumPy
//   does it). Other differences are OURO_ERR_VALUE; the message names the shapes.
// - Element types meet as ouro_dtype_meet says. A number takes the array's type if that can be: ints always (so one
//   that does not fit is OURO_ERR_OVERFLOW), floats with float elements; a float and int elements meet in float64.
//   The quotient of ints is float64.
// - Ints wrap around, modulo 2 to the number of their bits. Their // and % by 0 are OURO_ERR_DIVISION.
// - Floats follow IEEE 754: overflow gives an infinity; x / 0 an infinity or NaN, so does x // 0, and x % 0 is NaN.
// - A comparison gives uint8, 1 where it holds. A NaN is unequal to everything, and neither less nor greater. Both are
//   compared in the type in which they meet: exactly, but for 64-bit ints with floats, and int64 with uint64.
//
// ouro_equal says whether two arrays have the same shape and equal elements. The truth of an array is that of its only
// element; with more, OURO_ERR_VALUE. Keys of ouro_get_item and ouro_set_item are ints and slices, or a tuple of them;
// an int takes a dimension away, and with none left the element is given. Iterating gives what the first int would.
#ifndef OURO_NDARRAY_H
#define OURO_NDARRAY_H

#include "array.h"
#include "ops.h"
#include "slice.h"

OURO_BEGIN

// The most dimensions.
#define OURO_DIMS_MAX 8
// For an axis: all of them.
#define OURO_ALL_AXES PTRDIFF_MIN
// For one dimension of a new shape: what is left for it.
#define OURO_DIM_REST SIZE_MAX

OURO_API extern const ouro_type *const ouro_ndarray_type;

// 1 if the object is an n-d array, else 0.
static inline int ouro_is_ndarray(const ouro_obj *o) {
    return ouro_is(o, ouro_ndarray_type);
}

// ---- making. Returns: new; NULL on failure. Fails: OURO_ERR_VALUE if there are too many dimensions or no such element
// type; OURO_ERR_OVERFLOW; OURO_ERR_MEMORY. Runs: as ouro_new. ----

// With elements of any value, to be filled in; zeros; elements that are all one number.
OURO_API ouro_obj *ouro_ndarray_blank(ouro_rt *rt, ouro_dtype dtype, size_t dims, const size_t *shape);
OURO_API ouro_obj *ouro_ndarray_zeros(ouro_rt *rt, ouro_dtype dtype, size_t dims, const size_t *shape);
OURO_API ouro_obj *ouro_ndarray_full(ouro_rt *rt, ouro_dtype dtype, size_t dims, const size_t *shape, ouro_obj *number);

// The int64 from start up to, and without, stop, step apart. Fails: also OURO_ERR_VALUE if the step is 0.
OURO_API ouro_obj *ouro_ndarray_range(ouro_rt *rt, int64_t start, int64_t stop, int64_t step);

// Of lists and tuples in each other, as deep as it has dimensions, those on one level of the same length; or of a
// number. Fails: also OURO_ERR_VALUE if they are not; as an element that does not fit.
OURO_API ouro_obj *ouro_ndarray_from(ouro_rt *rt, ouro_dtype dtype, ouro_obj *nested);

// One dimension over all elements of a typed array, the same memory. Fails: also OURO_ERR_TYPE.
OURO_API ouro_obj *ouro_ndarray_over(ouro_rt *rt, ouro_obj *array);

// ---- looking ----

// How many dimensions; how many elements; of which type.
OURO_API size_t ouro_ndarray_dims(const ouro_obj *a);
OURO_API size_t ouro_ndarray_size(const ouro_obj *a);
OURO_API ouro_dtype ouro_ndarray_dtype(const ouro_obj *a);

// The length of each dimension, and the bytes from one element along it to the next. Returns: borrowed, while it lives.
OURO_API const size_t *ouro_ndarray_shape(const ouro_obj *a);
OURO_API const ptrdiff_t *ouro_ndarray_strides(const ouro_obj *a);

// The first element, to read and write. Returns: borrowed, while it lives.
OURO_API void *ouro_ndarray_data_peek(const ouro_obj *a);

// The typed array that has the elements, and perhaps others between them. Returns: borrowed, while it lives.
OURO_API ouro_obj *ouro_ndarray_array_peek(const ouro_obj *a);

// ---- views. Each looks at the same elements. Returns: new; NULL on failure. Fails: OURO_ERR_TYPE if `a` is no n-d
// array; OURO_ERR_INDEX for an axis or position that is not there; OURO_ERR_MEMORY. Axes may be negative. ----

// What lies at one position of an axis, which is gone; what bounds (of ouro_slice_bounds) name along an axis.
OURO_API ouro_obj *ouro_ndarray_pick(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis, ptrdiff_t i);
OURO_API ouro_obj *ouro_ndarray_cut(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis, const ouro_bounds *bounds);

// The axes in another order; NULL turns their order round. Fails: also OURO_ERR_VALUE if one is named twice.
OURO_API ouro_obj *ouro_ndarray_transpose(ouro_rt *rt, ouro_obj *a, const ptrdiff_t *axes);

// The same elements in the same order, in another shape; one dimension may be OURO_DIM_REST.
// Fails: also OURO_ERR_VALUE if the number of elements is another, or it cannot be done without a copy (ouro_copy gives
// one that any shape fits).
OURO_API ouro_obj *ouro_ndarray_reshape(ouro_rt *rt, ouro_obj *a, size_t dims, const size_t *shape);

// ---- working. Fails: OURO_ERR_TYPE, OURO_ERR_MEMORY and what is named. Runs: as ouro_new. Cost: the elements. ----

// Puts a number, or the elements of an n-d array or typed array (repeated as broadcasting says), in the place of all.
// Memory that both look at is no problem. Returns: 0, or -1: unchanged. Fails: as conversions of ouro/array.h;
// OURO_ERR_VALUE if the shapes do not fit.
OURO_API int ouro_ndarray_assign(ouro_rt *rt, ouro_obj *a, ouro_obj *value);

// A copy with another element type, in the order of its dimensions (ouro_copy: with the same type). Returns: new.
// Fails: as conversions of ouro/array.h.
OURO_API ouro_obj *ouro_ndarray_convert(ouro_rt *rt, ouro_obj *a, ouro_dtype dtype);

// a <relation> b, element by element; one of them may be a number. Returns: new, of uint8. Fails: OURO_ERR_VALUE.
OURO_API ouro_obj *ouro_ndarray_compare(ouro_rt *rt, ouro_relation relation, ouro_obj *a, ouro_obj *b);

// Over all elements (OURO_ALL_AXES): an int or float; along an axis: an n-d array without it. Returns: new.
// The sum of ints is exact, int64 or uint64, and OURO_ERR_OVERFLOW if it does not fit. That of floats (float64, of
// float32, too) is compensated: the error is at most some 2^-51 of the sum of the absolute values, however many
// (W. Kahan, "Further remarks on reducing truncation errors", 1965). They are added up in any order.
OURO_API ouro_obj *ouro_ndarray_sum(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis);

// The same, in float64: the mean; the standard deviation, the root of the mean of the squared distances from the mean
// (of all, not of a sample: divided by n). Fails: OURO_ERR_VALUE if there are no elements.
OURO_API ouro_obj *ouro_ndarray_mean(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis);
OURO_API ouro_obj *ouro_ndarray_std(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis);

// The same: the least and the greatest element; NaN if one is. Fails: OURO_ERR_VALUE if there are no elements.
OURO_API ouro_obj *ouro_ndarray_min(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis);
OURO_API ouro_obj *ouro_ndarray_max(ouro_rt *rt, ouro_obj *a, ptrdiff_t axis);

// The product of matrices, which have two dimensions; one of one dimension is a row in front, and a column behind, and
// that dimension is gone from the result: two of them give an int or float. Computed in the type in which they meet:
// ints wrap around; floats are added up plainly, error at most n times 2^-53 (float32: 2^-24) of the sum of the
// absolute products.
// Fails: OURO_ERR_VALUE if the shapes do not fit.
OURO_API ouro_obj *ouro_ndarray_dot(ouro_rt *rt, ouro_obj *a, ouro_obj *b);

OURO_END

#endif
