/* shape_args.h - argument blocks that several shape ops share. */
#ifndef KNN__SHAPE_ARGS_H
#define KNN__SHAPE_ARGS_H

#include "ops.h"

typedef struct knn__axis_args {
  int64_t axis; /* KNN_NONE = null */
} knn__axis_args;

typedef struct knn__ints_args {
  knn_ints shape;
} knn__ints_args;

/* Axis of an operand with `rank` axes, or KNN_EARG. */
static inline knn_status knn__need_axis(knn_ctx *ctx, int64_t axis, int rank, int *out) {
  if (knn__axis(axis, rank, out)) return KNN_OK;
  return knn_fail(ctx, KNN_EARG, "axis %lld is out of range for an operand with %d axes",
                  (long long)axis, rank);
}

#endif
