/* reals.h - elements of a float32 or float64 operand read and written as double, for ops whose
 * arithmetic is in double. */
#ifndef KNN__REALS_H
#define KNN__REALS_H

#include "op.h"

static inline double knn__real_at(const knn__buf *x, int64_t i) {
  return x->spec.dtype == KNN_F64 ? ((const double *)x->data)[i]
                                  : (double)((const float *)x->data)[i];
}

static inline void knn__set_real(const knn__buf *x, int64_t i, double value) {
  if (x->spec.dtype == KNN_F64)
    ((double *)x->data)[i] = value;
  else
    ((float *)x->data)[i] = (float)value;
}

#endif
