/* reduce_integer.c - folds of int32, int64 and uint8 (which serves bool). Sums and products wrap
 * around on overflow; those of uint8 are int32, as NumPy widens small integers. */
#ifndef KNN_REAL_DOUBLE
#include "fold.h"

/* clang-format off */
static inline int64_t add(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
static inline int64_t multiply(int64_t a, int64_t b) {
  return (int64_t)((uint64_t)a * (uint64_t)b);
}
static inline int64_t larger(int64_t a, int64_t b) { return b > a ? b : a; }
static inline int64_t smaller(int64_t a, int64_t b) { return b < a ? b : a; }
/* clang-format on */

KNN__FOLD(knn__ref_fold_sum_i32, add, int32_t, int64_t, int32_t)
KNN__FOLD(knn__ref_fold_sum_i64, add, int64_t, int64_t, int64_t)
KNN__FOLD(knn__ref_fold_sum_u8, add, uint8_t, int64_t, int32_t)
KNN__FOLD(knn__ref_fold_prod_i32, multiply, int32_t, int64_t, int32_t)
KNN__FOLD(knn__ref_fold_prod_i64, multiply, int64_t, int64_t, int64_t)
KNN__FOLD(knn__ref_fold_prod_u8, multiply, uint8_t, int64_t, int32_t)
KNN__FOLD(knn__ref_fold_max_i32, larger, int32_t, int64_t, int32_t)
KNN__FOLD(knn__ref_fold_max_i64, larger, int64_t, int64_t, int64_t)
KNN__FOLD(knn__ref_fold_max_u8, larger, uint8_t, int64_t, uint8_t)
KNN__FOLD(knn__ref_fold_min_i32, smaller, int32_t, int64_t, int32_t)
KNN__FOLD(knn__ref_fold_min_i64, smaller, int64_t, int64_t, int64_t)
KNN__FOLD(knn__ref_fold_min_u8, smaller, uint8_t, int64_t, uint8_t)

/* clang-format off */
static inline int above(int64_t x, int64_t best) { return x > best; }
static inline int below(int64_t x, int64_t best) { return x < best; }
/* clang-format on */
KNN__ARG_FOLD(knn__ref_argmax_i32, above, int32_t)
KNN__ARG_FOLD(knn__ref_argmax_i64, above, int64_t)
KNN__ARG_FOLD(knn__ref_argmax_u8, above, uint8_t)
KNN__ARG_FOLD(knn__ref_argmin_i32, below, int32_t)
KNN__ARG_FOLD(knn__ref_argmin_i64, below, int64_t)
KNN__ARG_FOLD(knn__ref_argmin_u8, below, uint8_t)
#endif
