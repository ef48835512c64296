/* pool_args.h - arguments of the pooling rows, for the pass that joins pooling with convolution. */
#ifndef KNN__POOL_ARGS_H
#define KNN__POOL_ARGS_H

#include "window.h"

typedef struct knn__pool_args {
  knn__window_args window;
  knn_ints size;
  knn_ints sizes; /* average_pool_grad: spatial sizes of x */
} knn__pool_args;

#endif
