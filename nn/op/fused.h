/* fused.h - arguments of the product and convolution rows, shared with the rows that add a bias and
 * an activation. */
#ifndef KNN__FUSED_H
#define KNN__FUSED_H

#include "window.h"

typedef struct knn__matmul_args {
  bool trans_a, trans_b;
} knn__matmul_args;

typedef struct knn__conv_args {
  knn__window_args window;
  int64_t groups;
  knn_ints sizes; /* gradients: spatial sizes of the result */
} knn__conv_args;

typedef enum knn__act { KNN__ACT_NONE, KNN__ACT_RELU, KNN__ACT_SIGMOID, KNN__ACT_TANH } knn__act;

/* y = activation(a b + bias), y = activation(conv(x, w) + bias); bias (columns or filters). The
 * plain row's arguments stand first, so that its infer, prepare and forward serve both. */
typedef struct knn__matmul_bias_act_args {
  knn__matmul_args plain;
  int activation; /* knn__act */
} knn__matmul_bias_act_args;

typedef struct knn__conv_bias_act_args {
  knn__conv_args plain;
  int activation;
} knn__conv_bias_act_args;

/* The kernel's problem of a convolution of these sizes. */
knn_status knn__conv_problem(knn_ctx *ctx, const knn__conv_args *args, const knn__spec *x,
                             const knn__spec *w, const knn__spec *y, knn__conv *out);

extern const knn__op knn__op_matmul, knn__op_conv, knn__op_matmul_bias_act, knn__op_conv_bias_act;

#endif
