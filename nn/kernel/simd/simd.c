/* simd.c - the provider row of our own vectorised kernels, and the choice of instruction set. */
#include "simd.h"

#include <stdio.h>

extern const knn__provider knn__provider_simd;

static const knn__simd_set *set_of(knn_dtype dtype) {
#ifdef __x86_64__
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    return dtype == KNN_F64 ? &knn__simd_avx512_f64 : &knn__simd_avx512_f32;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return dtype == KNN_F64 ? &knn__simd_avx2_f64 : &knn__simd_avx2_f32;
#endif
  return dtype == KNN_F64 ? &knn__simd_baseline_f64 : &knn__simd_baseline_f32;
}

static void describe(knn_ctx *ctx, char *text, size_t size) {
  (void)ctx;
  snprintf(text, size, "simd (%s)", set_of(KNN_F32)->name);
}

static const char *gemm_declines(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  const knn__gemm *p = problem;
  return p->batch * p->m * p->n * p->k == 0 ? "the product is empty" : NULL;
}

static size_t gemm_scratch(knn_ctx *ctx, const void *problem, void *state) {
  (void)ctx, (void)state;
  const knn__gemm *p = problem;
  return set_of(p->dtype)->gemm_scratch(p);
}

static void gemm_run(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  (void)state;
  const knn__gemm *p = problem;
  set_of(p->dtype)->gemm(ctx, p, scratch);
}

static const char *conv_declines(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  const knn__conv *p = problem;
  int64_t outs = p->out[0] * p->out[1] * p->out[2], ins = p->in[0] * p->in[1] * p->in[2];
  if (p->batch * outs * ins * p->channels * p->filters == 0) return "the convolution is empty";
  return p->batch > INT32_MAX ? "the batch is too large" : NULL;
}

static size_t conv_scratch(knn_ctx *ctx, const void *problem, void *state) {
  (void)ctx, (void)state;
  const knn__conv *p = problem;
  return set_of(p->dtype)->conv_scratch(p);
}

static void conv_run(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  (void)state;
  const knn__conv *p = problem;
  set_of(p->dtype)->conv(ctx, p, scratch);
}

static size_t conv_grad_input_scratch(knn_ctx *ctx, const void *problem, void *state) {
  (void)ctx, (void)state;
  const knn__conv *p = problem;
  return set_of(p->dtype)->conv_grad_input_scratch(p);
}

static void conv_grad_input_run(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  (void)state;
  const knn__conv *p = problem;
  set_of(p->dtype)->conv_grad_input(ctx, p, scratch);
}

static size_t conv_grad_filter_scratch(knn_ctx *ctx, const void *problem, void *state) {
  (void)ctx, (void)state;
  const knn__conv *p = problem;
  return set_of(p->dtype)->conv_grad_filter_scratch(p);
}

static void conv_grad_filter_run(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  (void)state;
  const knn__conv *p = problem;
  set_of(p->dtype)->conv_grad_filter(ctx, p, scratch);
}

static const knn__kernel gemm = {
    .declines = gemm_declines, .scratch = gemm_scratch, .run = gemm_run};
static const knn__kernel conv = {
    .declines = conv_declines, .scratch = conv_scratch, .run = conv_run};
static const knn__kernel conv_grad_input = {
    .declines = conv_declines, .scratch = conv_grad_input_scratch, .run = conv_grad_input_run};
static const knn__kernel conv_grad_filter = {
    .declines = conv_declines, .scratch = conv_grad_filter_scratch, .run = conv_grad_filter_run};

const knn__simd_set *knn__simd(const knn_ctx *ctx, knn_dtype dtype) {
  const bool has = dtype == KNN_F32 || dtype == KNN_F64;
  return has && knn__provider_allowed(ctx, &knn__provider_simd) ? set_of(dtype) : NULL;
}

const knn__simd_set *knn__simd_or_baseline(const knn_ctx *ctx, knn_dtype dtype) {
  const knn__simd_set *set = knn__simd(ctx, dtype);
  if (set) return set;
  return dtype == KNN_F64 ? &knn__simd_baseline_f64 : &knn__simd_baseline_f32;
}

const knn__provider knn__provider_simd = {
    .name = "simd",
    .describe = describe,
    .kernels = {[KNN__GEMM] = &gemm,
                [KNN__CONV] = &conv,
                [KNN__CONV_GRAD_INPUT] = &conv_grad_input,
                [KNN__CONV_GRAD_FILTER] = &conv_grad_filter},
};
