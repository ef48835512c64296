/* simd.h - our own vectorised products and convolutions, compiled once per instruction set and
 * element type; the best that the machine has is taken when a context first chooses a kernel. All
 * of them rest on one tile (isa/tile.h), which reads its operands where they lie, so small products
 * and convolutions need neither im2col nor much packing. */
#ifndef KNN__SIMD_H
#define KNN__SIMD_H

#include "attention.h"
#include "kernel.h"
#include "loop_types.h"
#include "norm.h"
#include "pooled.h"
#include "random.h"
#include "recurrent.h"
#include "rule.h"

/* Most elements of a window of the pooling loops. */
enum { KNN__POOL_WINDOW = 64 };

/* scratch gives bytes; run computes. */
typedef struct knn__simd_set {
  const char *name; /* of the instruction set */
  void (*layer_norm)(knn_ctx *ctx, const knn__norm *p);
  size_t (*layer_norm_grad_scratch)(const knn__norm *p);
  void (*layer_norm_grad)(knn_ctx *ctx, const knn__norm *p, void *scratch);
  size_t (*batch_norm_scratch)(const knn__norm *p); /* of both */
  void (*batch_norm)(knn_ctx *ctx, const knn__norm *p, void *scratch);
  void (*batch_norm_grad)(knn_ctx *ctx, const knn__norm *p, void *scratch);
  size_t (*attention_scratch)(const knn__attention *p);
  void (*attention)(knn_ctx *ctx, const knn__attention *p,
                    void *scratch); /* with dy: the gradient */
  /* as those of ref/pool_loops.h, for windows of up to KNN__POOL_WINDOW elements */
  void (*max_pool)(knn_ctx *ctx, const knn__conv *p, const void *x, void *y);
  void (*max_pool_grad)(knn_ctx *ctx, const knn__conv *p, const void *x, const void *y,
                        const void *dy, void *dx);
  void (*average_pool)(knn_ctx *ctx, const knn__conv *p, const void *x, void *y);
  void (*average_pool_grad)(knn_ctx *ctx, const knn__conv *p, const void *dy, void *dx);
  /* 1 where the stream's numbers first .. first + n - 1 are at least the threshold, else 0 */
  void (*draw_mask)(const knn__stream *stream, uint32_t threshold, int64_t first, int64_t n,
                    uint8_t *mask);
  /* optimizers, by name: .adam, .sgd, ...; float only */
#define X(name) knn__rule_fn *name;
  KNN__RULE_LIST(X)
#undef X
  double (*sum_of_squares)(int64_t n, const float *x);
  size_t (*gemm_scratch)(const knn__gemm *p);
  void (*gemm)(knn_ctx *ctx, const knn__gemm *p, void *scratch);
  size_t (*conv_scratch)(const knn__conv *p);
  void (*conv)(knn_ctx *ctx, const knn__conv *p, void *scratch);
  size_t (*conv_grad_input_scratch)(const knn__conv *p);
  void (*conv_grad_input)(knn_ctx *ctx, const knn__conv *p, void *scratch);
  size_t (*conv_grad_filter_scratch)(const knn__conv *p);
  void (*conv_grad_filter)(knn_ctx *ctx, const knn__conv *p, void *scratch);
  /* sequences; one scratch is enough for any of them */
  size_t (*recurrent_scratch)(const knn__recurrent *p);
  knn__recurrent_fn *lstm, *lstm_grad, *gru, *gru_grad;
  /* relu_pool: `lines` of an image from y on, as whole windows as they hold; where: places in the
   * windows. relu_pool_grad: an image. */
  void (*relu_pool)(const knn__pooled *p, int64_t lines, const void *y, const void *bias, void *to,
                    uint8_t *where);
  void (*relu_pool_grad)(const knn__pooled *p, const void *dp, const void *best,
                         const uint8_t *where, void *dy);
  /* elementwise, by name: .add, .exp, .less, ... */
#define X(name) knn__loop *name;
  KNN__REAL_UNARY_LIST(X)
  KNN__REAL_TEST_LIST(X)
  KNN__REAL_BINARY_LIST(X)
  KNN__COMPARE_LIST(X)
#undef X
  knn__loop *clip, *where, *masked; /* masks are of 0 and 1 */
#define X(name) knn__fold *fold_##name;
  KNN__REAL_FOLD_LIST(X)
#undef X
  knn__arg_fold *argmax, *argmin;
  /* of rows that lie packed; NULL = take ref's */
  knn__rows *softmax, *log_softmax;
  knn__rows_grad *softmax_grad, *log_softmax_grad;
  /* For measuring the machine (peak.c): floating-point operations done, bytes moved. */
  double (*multiply_adds)(int64_t rounds);
  double (*pass)(int64_t n, void *x, const void *y);
} knn__simd_set;

extern const knn__simd_set knn__simd_baseline_f32, knn__simd_baseline_f64;
#ifdef __x86_64__
extern const knn__simd_set knn__simd_avx2_f32, knn__simd_avx2_f64;
extern const knn__simd_set knn__simd_avx512_f32, knn__simd_avx512_f64;
#endif

/* The loops of the best instruction set for ops that are no kernel of a provider (elementwise,
 * reductions, optimizers); NULL = the context may not take them, use those of ref. dtype: KNN_F32
 * or KNN_F64. */
const knn__simd_set *knn__simd(const knn_ctx *ctx, knn_dtype dtype);
/* The same for loops that ref has none of: plain C, of the platform's baseline where the context
 * may not take better ones. */
const knn__simd_set *knn__simd_or_baseline(const knn_ctx *ctx, knn_dtype dtype);

#endif
