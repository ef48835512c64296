/* softmax_loops.h - softmax and log_softmax along the middle axis of (outer, n, inner). */
#ifndef KNN__SOFTMAX_LOOPS_H
#define KNN__SOFTMAX_LOOPS_H

#include "ctx.h"

void knn__ref_softmax_f32(knn_ctx *ctx, int64_t outer, int64_t n, int64_t inner, const void *x,
                          void *y);
void knn__ref_softmax_f64(knn_ctx *ctx, int64_t outer, int64_t n, int64_t inner, const void *x,
                          void *y);
void knn__ref_log_softmax_f32(knn_ctx *ctx, int64_t outer, int64_t n, int64_t inner, const void *x,
                              void *y);
void knn__ref_log_softmax_f64(knn_ctx *ctx, int64_t outer, int64_t n, int64_t inner, const void *x,
                              void *y);

#endif
