/* pool_loops.h - loops of max and average pooling and of their gradients; one set per element type.
 * The geometry is that of a convolution with as many filters as channels (kernel.h: knn__conv; its
 * pointers, filters and groups are not read). */
#ifndef KNN__POOL_LOOPS_H
#define KNN__POOL_LOOPS_H

#include "kernel.h"

#define KNN__POOL_LOOPS(type)                                                                  \
  /* y = largest element of each window; padding never wins. */                                \
  void knn__ref_max_pool_##type(knn_ctx *ctx, const knn__conv *p, const void *x, void *y);     \
  /* dx = dy at the first largest element of each window (row major), summed over windows. */  \
  void knn__ref_max_pool_grad_##type(knn_ctx *ctx, const knn__conv *p, const void *x,          \
                                     const void *y, const void *dy, void *dx);                 \
  /* dy = d at the first largest element of each window of x. */                               \
  void knn__ref_max_pool_pick_##type(knn_ctx *ctx, const knn__conv *p, const void *x,          \
                                     const void *y, const void *d, void *dy);                  \
  /* y = mean of the elements of each window that lie in x; 0 where none does. */              \
  void knn__ref_average_pool_##type(knn_ctx *ctx, const knn__conv *p, const void *x, void *y); \
  void knn__ref_average_pool_grad_##type(knn_ctx *ctx, const knn__conv *p, const void *dy,     \
                                         void *dx);
KNN__POOL_LOOPS(f32)
KNN__POOL_LOOPS(f64)

#endif
