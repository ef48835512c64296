/* fused.h - arguments of the product, convolution and clip rows, shared with the rows that add a
 * bias and an activation. */
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

typedef struct knn__clip_args {
  double x_min, x_max;
} knn__clip_args;

/* The activation: a number into knn__activation_ops, and what clip takes. */
typedef struct knn__act_args {
  int activation;
  knn__clip_args bounds;
} knn__act_args;

/* Elementwise ops of one operand; the first is NULL, for no activation. */
extern const knn__op *const knn__activation_ops[];
extern const int knn__activation_ops_n;

/* y = activation(a b + bias), y = activation(conv(x, w) + bias); bias (columns or filters). The
 * plain row's arguments stand first, so that its infer, prepare and forward serve both. */
typedef struct knn__matmul_bias_act_args {
  knn__matmul_args plain;
  knn__act_args act;
} knn__matmul_bias_act_args;

typedef struct knn__conv_bias_act_args {
  knn__conv_args plain;
  knn__act_args act;
} knn__conv_bias_act_args;

/* The kernel's problem of a convolution of these sizes. */
knn_status knn__conv_problem(knn_ctx *ctx, const knn__conv_args *args, const knn__spec *x,
                             const knn__spec *w, const knn__spec *y, knn__conv *out);

extern const knn__op knn__op_matmul, knn__op_conv, knn__op_matmul_bias_act, knn__op_conv_bias_act;

#endif
