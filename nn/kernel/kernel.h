/* kernel.h - arithmetic on pointers and sizes, behind a narrow table of providers.
 *
 * A kernel solves one kind of problem (KNN__GEMM, ...) described by a plain struct. Providers stand
 * in a list, best first, `ref` last and complete. A provider may decline a problem with a reason,
 * which the profile shows. Choosing and preparing happen when a plan is made (or an eager op runs);
 * running only computes. Sizes must be set when choosing, pointers only when running. Element type:
 * `dtype`, the first member of a problem: KNN_F32, KNN_F64 or a 16-bit type. Work inside a kernel
 * is cut with knn__parallel into pieces whose number depends on the problem alone; a library's own
 * threads are not used. */
#ifndef KNN__KERNEL_H
#define KNN__KERNEL_H

#include "ctx.h"
#include "knn/dtype.h"

typedef enum knn__kernel_kind {
  KNN__GEMM,             /* knn__gemm */
  KNN__CONV,             /* knn__conv: y from x and w */
  KNN__CONV_GRAD_INPUT,  /* knn__conv: x (as output) from y and w */
  KNN__CONV_GRAD_FILTER, /* knn__conv: w (as output) from x and y */
  KNN__KERNEL_KINDS
} knn__kernel_kind;

/* c (m, n) = op(a) (m, k) x op(b) (k, n), plus c itself if `accumulate`. Row-major with row
 * strides lda, ldb, ldc. `batch` such products, a, b, c advancing by the strides (0 = shared; c's
 * is never 0). */
typedef struct knn__gemm {
  knn_dtype dtype;
  bool trans_a, trans_b, accumulate;
  int64_t m, n, k, lda, ldb, ldc;
  int64_t batch, stride_a, stride_b, stride_c;
  const void *a, *b;
  void *c;
} knn__gemm;

/* Convolution (cross-correlation) over 3 spatial axes; fewer axes have size 1. Channels last:
 * x (batch, in[0..2], channels), w (k[0..2], channels / groups, filters), y (batch, out[0..2],
 * filters). y[o, f] = sum over i, c of x[o * stride + i * dilation - pad, c] * w[i, c, f]; outside
 * of x counts as 0. */
typedef struct knn__conv {
  knn_dtype dtype;
  int64_t batch, in[3], out[3], kernel[3], stride[3], dilation[3],
      pad[3]; /* pad: before the first element */
  int64_t channels, filters, groups;
  void *x, *w, *y; /* which of them is written depends on the kind */
  /* KNN__CONV only: y is NULL, and its lines (first .. first + lines - 1, counted through all
   * images and planes) are given to this function while they are in the cache, by the thread that
   * made them: a multiple of finish_lines of an image, or what it has left. NULL = y is stored. */
  void (*finish)(const void *arg, const void *y, int64_t first, int64_t lines);
  const void *finish_arg;
  int64_t finish_lines;
} knn__conv;

typedef struct knn__kernel {
  /* The reason, or NULL = takes it; NULL fn = takes all. Asked before the provider is opened. */
  const char *(*declines)(knn_ctx *ctx, const void *problem);
  /* Why the next provider is the better choice by measurement, or NULL; not asked when the context
   * is restricted to this provider. */
  const char *(*slower)(knn_ctx *ctx, const void *problem);
  /* Make what running needs (a library's primitive object), or decline with a reason after all;
   * NULL = nothing. */
  knn_status (*prepare)(knn_ctx *ctx, const void *problem, void **state, const char **why);
  /* Bytes wanted when running, once prepared; NULL = none. */
  size_t (*scratch)(knn_ctx *ctx, const void *problem, void *state);
  void (*release)(knn_ctx *ctx, void *state);
  void (*run)(knn_ctx *ctx, const void *problem, void *state, void *scratch);
} knn__kernel;

typedef struct knn__provider {
  const char *name;
  /* NULL = ready, else why it cannot be used at all (library absent); called once per context and
   * only when a choice comes down to it, may load the library. */
  const char *(*open)(knn_ctx *ctx);
  void (*describe)(knn_ctx *ctx, char *text,
                   size_t size); /* "openblas 0.3.21 (Haswell)"; NULL = the name */
  bool halves;                   /* multiplies 16-bit floats; the others are not asked */
  bool delegates;                /* solves by another provider, and so is never switched off */
  const knn__kernel *kernels[KNN__KERNEL_KINDS];
} knn__provider;

/* The providers of this build, best first; the last is `ref`. One line per provider in
 * kernel/provider_list.h. */
extern const knn__provider *const knn__providers[];
extern const int knn__providers_n;

/* A kernel chosen for a problem. */
typedef struct knn__choice {
  const knn__provider *provider;
  const knn__kernel *kernel;
  void *state;
  size_t scratch;  /* bytes */
  const char *why; /* why a better provider declined, or NULL */
} knn__choice;

/* Ask the providers in order and prepare the first that takes the problem. */
knn_status knn__choose(knn_ctx *ctx, knn__kernel_kind kind, const void *problem, knn__choice *out);
void knn__choice_release(knn_ctx *ctx, knn__choice *choice);

/* Restrict the context to one provider and `ref` (tests, benchmarks); NULL = all again. KNN_EARG
 * for an unknown name. */
knn_status knn__kernels_only(knn_ctx *ctx, const char *provider);
/* Is the provider among those that the context may take? */
bool knn__provider_allowed(const knn_ctx *ctx, const knn__provider *provider);

#endif
