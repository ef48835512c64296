/* norm_loops.h - layer and batch normalisation and their gradients (norm.h), one set per element
 * type. Sums are made in double, in the order of the elements. */
#ifndef KNN__NORM_LOOPS_H
#define KNN__NORM_LOOPS_H

#include "norm.h"

#define KNN__NORM_LOOPS(type)                               \
  void knn__ref_layer_norm_##type(const knn__norm *p);      \
  void knn__ref_layer_norm_grad_##type(const knn__norm *p); \
  void knn__ref_batch_norm_##type(const knn__norm *p);      \
  void knn__ref_batch_norm_grad_##type(const knn__norm *p);
KNN__NORM_LOOPS(f32)
KNN__NORM_LOOPS(f64)

#endif
