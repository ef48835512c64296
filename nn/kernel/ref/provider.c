/* provider.c - the row of `ref`: takes every problem, in float and in double. */
#include "ref.h"

#ifndef KNN_REAL_DOUBLE /* the folder is compiled twice; the row stands once */

extern const knn__provider knn__provider_ref;

static void run_gemm(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  const knn__gemm *p = problem;
  (void)state, (void)scratch;
  p->dtype == KNN_F64 ? knn__ref_gemm_f64(ctx, p) : knn__ref_gemm_f32(ctx, p);
}

/* All of y, when its lines go to finish. */
static size_t conv_scratch(knn_ctx *ctx, const void *problem, void *state) {
  const knn__conv *p = problem;
  (void)ctx, (void)state;
  int64_t n = p->batch * p->out[0] * p->out[1] * p->out[2] * p->filters;
  return p->finish ? (size_t)n * knn_dtype_size(p->dtype) : 0;
}

static void run_conv(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  knn__conv p = *(const knn__conv *)problem;
  (void)state;
  if (p.finish) p.y = scratch;
  p.dtype == KNN_F64 ? knn__ref_conv_f64(ctx, &p) : knn__ref_conv_f32(ctx, &p);
  size_t image = (size_t)(p.out[1] * p.out[2] * p.filters) * knn_dtype_size(p.dtype);
  for (int64_t i = 0; p.finish && i < p.batch * p.out[0]; i++)
    p.finish(p.finish_arg, (char *)p.y + (size_t)i * image, i * p.out[1], p.out[1]);
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
static const knn__kernel conv = {.scratch = conv_scratch, .run = run_conv};
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
