/* slower.c - where our own kernels are faster than the library, as measured by tests/bench with
 * AVX-512. In short: the library is better at what it holds in an order of its own (products with a
 * transposed or a large operand, many filters for one image), at padding and strides, and at one
 * filter per channel; ours read their operands where they lie and are better at the rest. */
#include "onednn.h"

static int64_t volume(const int64_t dims[3]) {
  return dims[0] * dims[1] * dims[2];
}

static bool depthwise(const knn__conv *p) {
  return p->groups > 1 && p->groups == p->channels && p->groups == p->filters;
}

/* Multiplications of the whole problem. */
static int64_t work_of(const knn__conv *p) {
  return p->batch * volume(p->out) * volume(p->kernel) * (p->channels / p->groups) * p->filters;
}

static const char small[] = "small: the library's call costs more than it gains";

const char *knn__onednn_slower_gemm(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  const knn__gemm *p = problem;
  if (p->m < 32 || p->n < 32 || p->k < 32 || p->m * p->n * p->k < 1 << 22) return small;
  bool large = p->k * p->n >= 1 << 20;
  if (p->trans_a || (p->trans_b && large)) return NULL;
  return "our own product is faster: its operands are read where they lie";
}

const char *knn__onednn_slower_forward(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  const knn__conv *p = problem;
  if (work_of(p) < 1 << 18) return small;
  if (depthwise(p)) return NULL;
  bool copies = volume(p->stride) > 1 || p->pad[0] + p->pad[1] + p->pad[2] > 0;
  bool many = volume(p->kernel) * (p->channels / p->groups) * p->filters >= 1 << 17;
  bool short_sums = volume(p->kernel) == 1 && p->channels < 32;
  if (copies || many || short_sums) return NULL;
  return "our own convolution is faster: no padding, few filters";
}

const char *knn__onednn_slower_grad_input(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  const knn__conv *p = problem;
  return work_of(p) < 1 << 18 ? small : NULL;
}

const char *knn__onednn_slower_grad_filter(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  const knn__conv *p = problem;
  if (work_of(p) < 1 << 18) return small;
  bool short_sums = volume(p->kernel) == 1 && p->channels < 32;
  bool many = volume(p->stride) == 1 && p->channels >= 256 && volume(p->kernel) > 1;
  if (depthwise(p) || short_sums || many) return NULL;
  return "our own gradient is faster: it reads x and dy where they lie";
}
