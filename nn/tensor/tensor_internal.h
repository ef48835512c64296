/* tensor_internal.h - inside of tensors. */
#ifndef KNN__TENSOR_INTERNAL_H
#define KNN__TENSOR_INTERNAL_H

#include "ctx.h"
#include "knn/tensor.h"
#include "shape.h"

typedef struct knn__storage {
  atomic_int refs;
  knn_ctx *ctx;
  void *data;
  size_t bytes;
  void (*free_data)(void *user); /* host memory; NULL = ours */
  void *user;
  bool wrapped;
  struct knn__storage *text; /* counted; with the bytes of the strings here, NULL = there are none
                                or they stand behind the elements */
  atomic_uint_fast64_t version; /* another number when somebody may have written */
} knn__storage;

struct knn_tensor {
  atomic_int refs;
  knn__storage *storage;
  knn__spec spec;
  int64_t strides[KNN_MAX_RANK]; /* in elements */
  int64_t offset;                /* of the first element, in elements */
};

/* A tensor over part of an existing storage, contiguous, from byte `at`. */
knn_status knn__tensor_over(knn__storage *storage, size_t at, const knn__spec *spec,
                            knn_tensor **out);
/* Storage of zeros. */
knn_status knn__storage_new(knn_ctx *ctx, size_t bytes, knn__storage **out);
void knn__storage_retain(knn__storage *storage);
void knn__storage_release(knn__storage *storage); /* NULL is fine */
/* Note that the contents have changed, or may. */
void knn__storage_touch(knn__storage *storage);
/* Make `t` refer to other memory of the same shape, contiguous (used when weights move into an
 * arena). */
void knn__tensor_rebase(knn_tensor *t, knn__storage *storage, size_t at);

/* Copy elements between types; both packed. Floats to integers truncate; NaN becomes 0; any nonzero
 * is true. */
void knn__convert(knn_dtype to, void *dst, knn_dtype from, const void *src, int64_t n);
/* strings.c: strings with their bytes behind them, and copies that point to the bytes of others. */
knn_status knn__strings_from(knn_ctx *ctx, const knn__spec *spec, const knn_string *strings,
                             knn_tensor **out);
/* The elements of `t`, new and not yet seen by anybody, were taken from those of the n tensors
 * `from`: let it hold their bytes, or copies of them if they stand in several blocks. */
knn_status knn__strings_adopt(knn_tensor *t, knn_tensor *const *from, int n);
/* The same with copies in any case, while the bytes are still held by others. */
knn_status knn__strings_own(knn_tensor *t);
knn_status knn__no_strings(const knn_tensor *t, const char *who);

double knn__element(knn_dtype type, const void *at);
void knn__set_element(knn_dtype type, void *at, double value);

#endif
