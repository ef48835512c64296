/* index.h - reading and checking operands that hold positions: int32, int64 or uint8, from 0. */
#ifndef KNN__INDEX_H
#define KNN__INDEX_H

#include "ops.h"

static inline int64_t knn__index_at(const knn__buf *indices, int64_t i) {
  switch (indices->spec.dtype) {
    case KNN_I32: return ((const int32_t *)indices->data)[i];
    case KNN_I64: return ((const int64_t *)indices->data)[i];
    default: return ((const uint8_t *)indices->data)[i];
  }
}

/* KNN_ETYPE unless the operand has one of the three types. */
knn_status knn__need_indices(knn_ctx *ctx, const knn__spec *indices);
/* KNN_EDATA with value and place if one is outside 0 .. n - 1. */
knn_status knn__check_indices(knn_ctx *ctx, const knn__buf *indices, int64_t n);

#endif
