/* random_loops.h - filling memory from a random stream. Element i depends on the stream and on i
 * only. */
#ifndef KNN__RANDOM_LOOPS_H
#define KNN__RANDOM_LOOPS_H

#include "ctx.h"
#include "random.h"

#define KNN__RANDOM_LOOPS(type)                                                                    \
  /* a + (b - a) u, u in [0, 1): a is reached, b is not. */                                        \
  void knn__ref_random_uniform_##type(knn_ctx *ctx, const knn__stream *stream, int64_t n,          \
                                      double a, double b, void *y);                                \
  /* Mean a, standard deviation b, by Box and Muller. */                                           \
  void knn__ref_random_normal_##type(knn_ctx *ctx, const knn__stream *stream, int64_t n, double a, \
                                     double b, void *y);                                           \
  /* The same without values beyond two standard deviations, which are drawn again. */             \
  void knn__ref_random_truncated_normal_##type(knn_ctx *ctx, const knn__stream *stream, int64_t n, \
                                               double a, double b, void *y);
KNN__RANDOM_LOOPS(f32)
KNN__RANDOM_LOOPS(f64)

/* 32 random bits for each element first .. first + n - 1. */
void knn__ref_random_bits(const knn__stream *stream, int64_t first, int64_t n, uint32_t *bits);

#endif
