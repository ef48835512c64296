/* decompose.h - what the decompositions of matrices share: sizes, reading and writing the last two
 * axes, and matrices as values in gradients. */
#ifndef KNN__DECOMPOSE_H
#define KNN__DECOMPOSE_H

#include "ops.h"

/* KNN_ESHAPE unless x is floats (..., m, n) of known sizes; square: m = n. */
knn_status knn__need_matrices(const knn__infer *q, bool square);

/* x with rows and columns as its last two axes. */
static inline int64_t knn__matrix_rows(const knn__spec *x) {
  return x->dims[x->rank - 2];
}
static inline int64_t knn__matrix_columns(const knn__spec *x) {
  return x->dims[x->rank - 1];
}
static inline int64_t knn__matrix_count(const knn__spec *x) {
  return knn__count(x->rank - 2, x->dims);
}
/* x's spec with other sizes of the last two axes, or with one axis in their place (columns -1). */
knn__spec knn__matrix_spec(const knn__spec *x, int64_t rows, int64_t columns);
/* Matrix i of x, n numbers. */
void knn__matrix_read(const knn__buf *x, int64_t i, int64_t n, double *to);
void knn__matrix_write(const knn__buf *x, int64_t i, int64_t n, const double *from);

/* In gradients: the last two axes exchanged; ones on the diagonals of matrices like x. */
knn_value *knn__matrix_turned(knn__scope *s, knn_value *x);
knn_value *knn__matrix_identities(knn__scope *s, knn_value *like);
/* Below the diagonal and on it, else 0. */
knn_value *knn__matrix_lower(knn__scope *s, knn_value *x);

#endif
