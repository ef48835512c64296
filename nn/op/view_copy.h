/* view_copy.h - packed elements from a strided view of others: the forward of transpose, slice,
 * flip, tile, repeat. */
#ifndef KNN__VIEW_COPY_H
#define KNN__VIEW_COPY_H

#include "ops.h"

enum { KNN__VIEW_RANK = 2 * KNN_MAX_RANK };

/* dst (packed, dims) = the elements of src at the given strides, in elements; negative and 0 are
 * fine. */
typedef struct knn__view {
  int rank;
  int64_t dims[KNN__VIEW_RANK], strides[KNN__VIEW_RANK];
  const void *src;
  size_t size; /* bytes per element: 1, 2, 4, 8, or those of a string */
} knn__view;

void knn__view_copy(knn_ctx *ctx, knn__view view, void *dst);

/* `count` blocks of `bytes` bytes, the source advancing by src_step bytes each, the destination by
 * dst_step. */
void knn__copy_blocks(knn_ctx *ctx, int64_t count, size_t bytes, void *dst, size_t dst_step,
                      const void *src, size_t src_step);

/* Sizes around one axis: outer (all before), inner (all after). */
void knn__around(const knn__spec *x, int axis, int64_t *outer, int64_t *inner);

/* Strides of a packed array. */
void knn__packed_strides(int rank, const int64_t *dims, int64_t *strides);

#endif
