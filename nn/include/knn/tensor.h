/* tensor.h - n-dimensional arrays of numbers. Two levels, both counted: storage (bytes) and tensor
 * (shape, strides, offset). Axes go outermost to innermost and count from 0; sizes are int64_t; a
 * scalar has rank 0. Views share storage.
 *
 * A tensor may hold strings too (KNN_STRING). Its elements are knn_string, their bytes stand in a
 * block that views and copies hold together, and neither ever changes. Strings are data for
 * preprocessing: layers turn them into numbers, ops compute with numbers only. */
#ifndef KNN_TENSOR_H
#define KNN_TENSOR_H

#include "knn/context.h"
#include "knn/dtype.h"

KNN_BEGIN

typedef struct knn_tensor knn_tensor;

/* New tensor, contiguous, filled with zeros. KNN_ESHAPE for a negative size or one whose bytes
 * overflow, KNN_ENOMEM. */
KNN_API knn_status knn_tensor_new(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims,
                                  knn_tensor **out);
/* New tensor with elements copied from host memory (packed, row major, same type); of strings the
 * bytes are copied too. */
KNN_API knn_status knn_tensor_from(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims,
                                   const void *data, knn_tensor **out);
/* Tensor over memory of the host, not copied; `free_data` (may be NULL) is called with `user` when
 * the last view goes. The bytes of strings must live as long as the elements. */
KNN_API knn_status knn_tensor_wrap(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims,
                                   void *data, void (*free_data)(void *user), void *user,
                                   knn_tensor **out);
KNN_API void knn_tensor_retain(knn_tensor *t);
KNN_API void knn_tensor_release(knn_tensor *t); /* NULL is fine */

KNN_API knn_ctx *knn_tensor_ctx(const knn_tensor *t);
KNN_API knn_dtype knn_tensor_dtype(const knn_tensor *t);
KNN_API int knn_tensor_rank(const knn_tensor *t);
KNN_API int64_t knn_tensor_dim(const knn_tensor *t, int axis); /* axis -1 is the last */
KNN_API const int64_t *knn_tensor_dims(const knn_tensor *t);
KNN_API int64_t knn_tensor_size(const knn_tensor *t); /* number of elements */
KNN_API size_t knn_tensor_bytes(const knn_tensor *t); /* elements times element size */
KNN_API bool knn_tensor_is_contiguous(const knn_tensor *t);
/* First element; elements follow row major only if contiguous. Ask anew before each round of
 * writing: plans keep what they have made of weights until somebody asks, trains or assigns. */
KNN_API void *knn_tensor_data(const knn_tensor *t);

/* Views (share storage). Reshape: one size may be KNN_ANY; needs a contiguous tensor. */
KNN_API knn_status knn_tensor_reshape(knn_tensor *t, int rank, const int64_t *dims,
                                      knn_tensor **out);
/* `count` elements of an axis from `first`, every `step`-th (step may be negative). */
KNN_API knn_status knn_tensor_slice(knn_tensor *t, int axis, int64_t first, int64_t count,
                                    int64_t step, knn_tensor **out);
/* drops the axis */
KNN_API knn_status knn_tensor_select(knn_tensor *t, int axis, int64_t index, knn_tensor **out);
KNN_API knn_status knn_tensor_transpose(knn_tensor *t, const int *axes, knn_tensor **out);

/* Copies. */
KNN_API knn_status
knn_tensor_contiguous(knn_tensor *t, knn_tensor **out); /* t itself, retained, if it already is */
KNN_API knn_status knn_tensor_clone(const knn_tensor *t, knn_tensor **out);
KNN_API knn_status knn_tensor_cast(const knn_tensor *t, knn_dtype type, knn_tensor **out);
/* Copy all elements of `src` into `dst` (same shape), converting the type. */
KNN_API knn_status knn_tensor_copy(knn_tensor *dst, const knn_tensor *src);
KNN_API knn_status knn_tensor_fill(knn_tensor *t, double value);
/* Packed row-major copy out; KNN_ESHAPE if `bytes` is not exactly knn_tensor_bytes. */
KNN_API knn_status knn_tensor_read(const knn_tensor *t, void *dst, size_t bytes);
KNN_API knn_status knn_tensor_write(knn_tensor *t, const void *src, size_t bytes);
/* One element by position from 0, in row-major order, as a double (int64 beyond 2^53 loses digits).
 */
KNN_API double knn_tensor_get(const knn_tensor *t, int64_t index); /* of a string 0 */
KNN_API void knn_tensor_set(knn_tensor *t, int64_t index, double value);
/* One element of a tensor of strings; its bytes live as long as the tensor. */
KNN_API knn_string knn_tensor_string(const knn_tensor *t, int64_t index);

/* Print bounded text as NumPy does (3 edge items above `threshold` elements); returns the full
 * length as snprintf does. */
KNN_API size_t knn_tensor_print(const knn_tensor *t, int64_t threshold, int width, char *buffer,
                                size_t size);

KNN_END

#endif
