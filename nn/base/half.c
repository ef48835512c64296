/* half.c - rows of 16-bit floats to and from float32. */
#include "half.h"

void knn__half_to_float(knn_dtype type, const uint16_t *x, float *y, int64_t n) {
  if (type == KNN_BF16)
    for (int64_t i = 0; i < n; i++) y[i] = knn__from_bf16(x[i]);
  else
    for (int64_t i = 0; i < n; i++) y[i] = knn__from_f16(x[i]);
}

void knn__half_from_float(knn_dtype type, const float *x, uint16_t *y, int64_t n) {
  if (type == KNN_BF16)
    for (int64_t i = 0; i < n; i++) y[i] = knn__to_bf16(x[i]);
  else
    for (int64_t i = 0; i < n; i++) y[i] = knn__to_f16(x[i]);
}
