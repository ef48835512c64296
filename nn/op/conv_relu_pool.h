/* conv_relu_pool.h - arguments of the rows that pool while they convolve, for the pass that puts
 * them in. */
#ifndef KNN__CONV_RELU_POOL_H
#define KNN__CONV_RELU_POOL_H

#include "fused.h"

typedef struct knn__conv_relu_pool_args {
  knn__conv_args conv;
  knn_ints pool;
} knn__conv_relu_pool_args;

typedef struct knn__conv_relu_pool_grad_args {
  knn_ints pool, sizes;
} knn__conv_relu_pool_grad_args;

extern const knn__op knn__op_conv_relu_pool, knn__op_conv_relu_pool_grad;

#endif
