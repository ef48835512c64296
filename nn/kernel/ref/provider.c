/* provider.c - the row of `ref`: takes every problem, in float and in double. */
#include "ref.h"

#ifndef KNN_REAL_DOUBLE /* the folder is compiled twice; the row stands once */

extern const knn__provider knn__provider_ref;

static void run_gemm(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  const knn__gemm *p = problem;
  (void)state, (void)scratch;
  p->dtype == KNN_F64 ? knn__ref_gemm_f64(ctx, p) : knn__ref_gemm_f32(ctx, p);
}

static void run_conv(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  const knn__conv *p = problem;
  (void)state, (void)scratch;
  p->dtype == KNN_F64 ? knn__ref_conv_f64(ctx, p) : knn__ref_conv_f32(ctx, p);
}

static void run_conv_grad_input(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  const knn__conv *p = problem;
  (void)state, (void)scratch;
  p->dtype == KNN_F64 ? knn__ref_conv_grad_input_f64(ctx, p) : knn__ref_conv_grad_input_f32(ctx, p);
}

static void run_conv_grad_filter(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  const knn__conv *p = problem;
  (void)state, (void)scratch;
  p->dtype == KNN_F64 ? knn__ref_conv_grad_filter_f64(ctx, p)
                      : knn__ref_conv_grad_filter_f32(ctx, p);
}

static const knn__kernel gemm = {.run = run_gemm};
static const knn__kernel conv = {.run = run_conv};
static const knn__kernel conv_grad_input = {.run = run_conv_grad_input};
static const knn__kernel conv_grad_filter = {.run = run_conv_grad_filter};

const knn__provider knn__provider_ref = {
    .name = "ref",
    .kernels = {[KNN__GEMM] = &gemm,
                [KNN__CONV] = &conv,
                [KNN__CONV_GRAD_INPUT] = &conv_grad_input,
                [KNN__CONV_GRAD_FILTER] = &conv_grad_filter},
};

#endif
