/* index.c - see index.h. */
#include "index.h"

#include <stdio.h>

knn_status knn__need_indices(knn_ctx *ctx, const knn__spec *indices) {
  knn_dtype type = indices->dtype;
  if (type == KNN_I32 || type == KNN_I64 || type == KNN_U8) return KNN_OK;
  return knn_fail(ctx, KNN_ETYPE, "indices must be int32, int64 or uint8, got %s; cast them",
                  knn_dtype_name(type));
}

/* "(3, 1)": where element i of the array stands, counted from 1. */
static const char *place(const knn__spec *x, int64_t i, char buffer[KNN__SHAPE_TEXT]) {
  int64_t at[KNN_MAX_RANK];
  for (int k = x->rank - 1; k >= 0; k--) {
    at[k] = i % x->dims[k] + 1;
    i /= x->dims[k];
  }
  return knn__shape_text(x->rank, at, buffer);
}

knn_status knn__check_indices(knn_ctx *ctx, const knn__buf *indices, int64_t n) {
  for (int64_t i = 0; i < indices->n; i++) {
    int64_t value = knn__index_at(indices, i);
    if (value < 0 || value >= n)
      return knn_fail(ctx, KNN_EDATA, "index %lld at position %s is outside 0 .. %lld",
                      (long long)value, place(&indices->spec, i, (char[KNN__SHAPE_TEXT]){0}),
                      (long long)n - 1);
  }
  return KNN_OK;
}
