/* set.h - what the files of this compilation offer to its table. */
#ifndef KNN__SET_H
#define KNN__SET_H

#include "isa.h"
#include "simd.h"

void KNN__ISA(layer_norm)(knn_ctx *ctx, const knn__norm *p);
size_t KNN__ISA(layer_norm_grad_scratch)(const knn__norm *p);
void KNN__ISA(layer_norm_grad)(knn_ctx *ctx, const knn__norm *p, void *scratch);
size_t KNN__ISA(batch_norm_scratch)(const knn__norm *p);
void KNN__ISA(batch_norm)(knn_ctx *ctx, const knn__norm *p, void *scratch);
void KNN__ISA(batch_norm_grad)(knn_ctx *ctx, const knn__norm *p, void *scratch);
size_t KNN__ISA(attention_scratch)(const knn__attention *p);
void KNN__ISA(attention)(knn_ctx *ctx, const knn__attention *p, void *scratch);
void KNN__ISA(max_pool)(knn_ctx *ctx, const knn__conv *p, const void *x, void *y);
void KNN__ISA(max_pool_grad)(knn_ctx *ctx, const knn__conv *p, const void *x, const void *y,
                             const void *dy, void *dx);
void KNN__ISA(average_pool)(knn_ctx *ctx, const knn__conv *p, const void *x, void *y);
void KNN__ISA(average_pool_grad)(knn_ctx *ctx, const knn__conv *p, const void *dy, void *dx);
void KNN__ISA(draw_mask)(const knn__stream *stream, uint32_t threshold, int64_t first, int64_t n,
                         uint8_t *mask);
#ifndef KNN_REAL_DOUBLE
#define X(name) void KNN__ISA(name)(const knn__rule *r);
KNN__RULE_LIST(X)
#undef X
double KNN__ISA(sum_of_squares)(int64_t n, const float *x);
#endif
size_t KNN__ISA(gemm_scratch)(const knn__gemm *p);
void KNN__ISA(gemm)(knn_ctx *ctx, const knn__gemm *p, void *scratch);
size_t KNN__ISA(conv_scratch)(const knn__conv *p);
void KNN__ISA(conv)(knn_ctx *ctx, const knn__conv *p, void *scratch);
size_t KNN__ISA(conv_grad_input_scratch)(const knn__conv *p);
void KNN__ISA(conv_grad_input)(knn_ctx *ctx, const knn__conv *p, void *scratch);
size_t KNN__ISA(conv_grad_filter_scratch)(const knn__conv *p);
void KNN__ISA(conv_grad_filter)(knn_ctx *ctx, const knn__conv *p, void *scratch);
void KNN__ISA(relu_pool)(const knn__pooled *p, int64_t lines, const void *y, const void *bias,
                         void *to, uint8_t *where);
void KNN__ISA(relu_pool_grad)(const knn__pooled *p, const void *dp, const void *best,
                              const uint8_t *where, void *dy);
double KNN__ISA(multiply_adds)(int64_t rounds);
double KNN__ISA(pass)(int64_t n, void *x, const void *y);

size_t KNN__ISA(recurrent_scratch)(const knn__recurrent *p);
knn__recurrent_fn KNN__ISA(lstm), KNN__ISA(lstm_grad), KNN__ISA(gru), KNN__ISA(gru_grad);

/* arithmetic.c */
#define KNN__EXACT_UNARY_LIST(X) \
  X(negative)                    \
  X(absolute)                    \
  X(sign) X(sqrt) X(rsqrt) X(square) X(reciprocal) X(relu) X(floor) X(ceil) X(round) X(trunc)
#define KNN__EXACT_BINARY_LIST(X) \
  X(add)                          \
  X(subtract) X(multiply) X(divide) X(maximum) X(minimum) X(relu_grad) X(sigmoid_entropy_grad)
/* functions.c, in float */
#define KNN__FUNCTION_LIST(X) \
  X(exp)                      \
  X(expm1) X(log) X(log1p) X(tanh) X(sigmoid) X(log_sigmoid) X(softplus) X(erf)
#define KNN__FUNCTION2_LIST(X) \
  X(binary_entropy) X(binary_entropy_grad) X(sigmoid_entropy)
/* those of ref: seldom in models, or bound by division anyhow */
#define KNN__REF_LIST(X)                                                                         \
  X(log2)                                                                                        \
  X(log10)                                                                                       \
  X(sin)                                                                                         \
  X(cos)                                                                                         \
  X(tan) X(arcsin) X(arccos) X(arctan) X(sinh) X(cosh) X(arcsinh) X(arccosh) X(arctanh) X(power) \
      X(floor_divide) X(mod) X(arctan2)

#define X(name) knn__loop KNN__ISA(name);
KNN__EXACT_UNARY_LIST(X)
KNN__EXACT_BINARY_LIST(X)
KNN__REAL_TEST_LIST(X)
KNN__COMPARE_LIST(X)
KNN__FUNCTION_LIST(X)
KNN__FUNCTION2_LIST(X)
#undef X
knn__loop KNN__ISA(clip), KNN__ISA(where), KNN__ISA(masked);

/* fold.c */
knn__fold KNN__ISA(fold_sum), KNN__ISA(fold_max), KNN__ISA(fold_min);
knn__arg_fold KNN__ISA(argmax), KNN__ISA(argmin);
/* softmax.c, in float */
knn__fold KNN__ISA(fold_logsumexp);
knn__rows KNN__ISA(softmax), KNN__ISA(log_softmax);
knn__rows_grad KNN__ISA(softmax_grad), KNN__ISA(log_softmax_grad);

/* ref's loop of this element type */
#define KNN__REF_PASTE(name, type) knn__ref_##name##_##type
#define KNN__REF_EXPAND(name, type) KNN__REF_PASTE(name, type)
#define KNN__REF(name) KNN__REF_EXPAND(name, KNN__ISA_TYPE)

#endif
