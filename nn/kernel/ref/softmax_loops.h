/* softmax_loops.h - softmax, log_softmax and their gradients along the middle axis of (outer, n,
 * inner). */
#ifndef KNN__SOFTMAX_LOOPS_H
#define KNN__SOFTMAX_LOOPS_H

#include "ctx.h"

/* y from x; a gradient: y = dx from x, which is the softmax or its logarithm, and dy. */
typedef struct knn__softmax_problem {
  int64_t outer, n, inner;
  const void *x, *dy; /* dy NULL unless a gradient */
  void *y;
} knn__softmax_problem;

typedef void knn__softmax_loop(knn_ctx *ctx, const knn__softmax_problem *p);
knn__softmax_loop knn__ref_softmax_f32, knn__ref_softmax_f64;
knn__softmax_loop knn__ref_log_softmax_f32, knn__ref_log_softmax_f64;
knn__softmax_loop knn__ref_softmax_grad_f32, knn__ref_softmax_grad_f64;
knn__softmax_loop knn__ref_log_softmax_grad_f32, knn__ref_log_softmax_grad_f64;

#endif
