/* norm.h - problem of the normalisations: x (rows, columns), y = gamma (x - mean) / sqrt(variance +
 * epsilon) + beta with gamma and beta (columns). Layer normalisation has a mean and a (biased)
 * variance per row, batch normalisation per column. Gradients read dy, x, gamma, mean, variance and
 * give dx, dgamma, dbeta. */
#ifndef KNN__NORM_H
#define KNN__NORM_H

#include "ctx.h"

typedef struct knn__norm {
  int64_t rows, columns;
  double epsilon;
  const void *x, *gamma, *beta, *dy;
  void *y, *mean, *variance;
  void *dx, *dgamma, *dbeta;
} knn__norm;

#endif
