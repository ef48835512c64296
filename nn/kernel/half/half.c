/* half.c - products and convolutions of 16-bit floats by way of float32: operands are widened, the
 * best provider of float32 computes, the result is rounded once. For machines and libraries that
 * multiply no 16-bit floats themselves: the numbers are those of a product that adds in float32,
 * the speed is that of float32. */
#include "half.h"

#include <stdio.h>

#include "kernel.h"
#include "pool.h"

extern const knn__provider knn__provider_half;

enum { OPERANDS = 3, GRAIN = 32768 };

/* A problem's operands in the order a, b, c or x, w, y. */
typedef struct operands {
  void *data[OPERANDS];
  int64_t n[OPERANDS];
  int written; /* which is the result */
  bool reads_result;
} operands;

/* The float32 twin of a problem, solved by another provider. */
typedef struct twin {
  knn__kernel_kind kind;
  union {
    knn__gemm gemm;
    knn__conv conv;
  } problem;
  knn__choice choice;
  size_t at[OPERANDS], inner; /* bytes into the scratch */
  size_t scratch;
} twin;

static int64_t span(int64_t batch, int64_t stride, int64_t rows, int64_t columns, int64_t ld) {
  return rows * columns * batch == 0 ? 0 : (batch - 1) * stride + (rows - 1) * ld + columns;
}

static operands of_gemm(const knn__gemm *p) {
  operands o = {.written = 2, .reads_result = p->accumulate};
  o.data[0] = (void *)(uintptr_t)p->a;
  o.data[1] = (void *)(uintptr_t)p->b;
  o.data[2] = p->c;
  o.n[0] = p->trans_a ? span(p->batch, p->stride_a, p->k, p->m, p->lda)
                      : span(p->batch, p->stride_a, p->m, p->k, p->lda);
  o.n[1] = p->trans_b ? span(p->batch, p->stride_b, p->n, p->k, p->ldb)
                      : span(p->batch, p->stride_b, p->k, p->n, p->ldb);
  o.n[2] = span(p->batch, p->stride_c, p->m, p->n, p->ldc);
  return o;
}

static operands of_conv(const knn__conv *p, knn__kernel_kind kind) {
  const int64_t ins = p->in[0] * p->in[1] * p->in[2], outs = p->out[0] * p->out[1] * p->out[2];
  const int64_t window = p->kernel[0] * p->kernel[1] * p->kernel[2];
  return (operands){
      .data = {p->x, p->w, p->y},
      .n = {p->batch * ins * p->channels, window * (p->channels / p->groups) * p->filters,
            p->batch * outs * p->filters},
      .written = kind == KNN__CONV              ? 2
                 : kind == KNN__CONV_GRAD_INPUT ? 0
                                                : 1};
}

static operands operands_of(knn__kernel_kind kind, const void *problem) {
  return kind == KNN__GEMM ? of_gemm(problem) : of_conv(problem, kind);
}

/* It comes down to this provider only when nobody before it multiplies 16-bit floats. */
static void tell_once(knn_ctx *ctx) {
  if (ctx->halves_told) return;
  ctx->halves_told = true;
  knn_warn(ctx,
           "16-bit floats are multiplied through float32 here: the numbers are right, the "
           "speed is that of float32");
}

static knn_status prepare(knn_ctx *ctx, knn__kernel_kind kind, const void *problem, void **state) {
  tell_once(ctx);
  twin *t = knn__alloc(ctx, sizeof *t);
  if (!t) return KNN_ENOMEM;
  t->kind = kind;
  if (kind == KNN__GEMM)
    t->problem.gemm = *(const knn__gemm *)problem;
  else
    t->problem.conv = *(const knn__conv *)problem;
  *(knn_dtype *)&t->problem = KNN_F32;
  knn_status st = knn__choose(ctx, kind, &t->problem, &t->choice);
  if (st != KNN_OK) {
    knn__free(ctx, t);
    return st;
  }
  const operands o = operands_of(kind, problem);
  for (int i = 0; i < OPERANDS; i++) {
    t->at[i] = t->inner;
    t->inner += ((size_t)o.n[i] * sizeof(float) + 63) / 64 * 64;
  }
  t->scratch = t->inner + t->choice.scratch;
  *state = t;
  return KNN_OK;
}

static knn_status prepare_gemm(knn_ctx *ctx, const void *problem, void **state, const char **why) {
  (void)why;
  return prepare(ctx, KNN__GEMM, problem, state);
}
static knn_status prepare_conv(knn_ctx *ctx, const void *problem, void **state, const char **why) {
  (void)why;
  return prepare(ctx, KNN__CONV, problem, state);
}
static knn_status prepare_conv_grad_input(knn_ctx *ctx, const void *problem, void **state,
                                          const char **why) {
  (void)why;
  return prepare(ctx, KNN__CONV_GRAD_INPUT, problem, state);
}
static knn_status prepare_conv_grad_filter(knn_ctx *ctx, const void *problem, void **state,
                                           const char **why) {
  (void)why;
  return prepare(ctx, KNN__CONV_GRAD_FILTER, problem, state);
}

static size_t scratch(knn_ctx *ctx, const void *problem, void *state) {
  (void)ctx, (void)problem;
  return ((const twin *)state)->scratch;
}

static void release(knn_ctx *ctx, void *state) {
  twin *t = state;
  knn__choice_release(ctx, &t->choice);
  knn__free(ctx, t);
}

typedef struct conversion {
  knn_dtype type;
  uint16_t *half;
  float *wide;
  int64_t n;
  int pieces;
  bool widen;
} conversion;

static void piece(void *arg, int number) {
  const conversion *c = arg;
  int64_t first, last;
  knn__piece_range(c->n, c->pieces, number, &first, &last);
  if (c->widen)
    knn__half_to_float(c->type, c->half + first, c->wide + first, last - first);
  else
    knn__half_from_float(c->type, c->wide + first, c->half + first, last - first);
}

static void convert(knn_ctx *ctx, conversion c) {
  c.pieces = knn__pieces(c.n, GRAIN);
  knn__parallel(ctx, c.pieces, piece, &c);
}

/* The twin's pointers are set in a copy: several predictions may run one plan's kernels at once. */
static void run(knn_ctx *ctx, const void *problem, void *state, void *memory) {
  const twin *t = state;
  twin own = *t;
  const operands o = operands_of(t->kind, problem);
  const knn_dtype type = *(const knn_dtype *)problem;
  float *wide[OPERANDS];
  for (int i = 0; i < OPERANDS; i++) {
    wide[i] = (float *)(void *)((char *)memory + t->at[i]);
    if (i != o.written || o.reads_result)
      convert(ctx, (conversion){type, o.data[i], wide[i], o.n[i], 0, true});
  }
  if (t->kind == KNN__GEMM) {
    own.problem.gemm.a = wide[0];
    own.problem.gemm.b = wide[1];
    own.problem.gemm.c = wide[2];
  } else {
    own.problem.conv.x = wide[0];
    own.problem.conv.w = wide[1];
    own.problem.conv.y = wide[2];
  }
  t->choice.kernel->run(ctx, &own.problem, t->choice.state, (char *)memory + t->inner);
  convert(ctx, (conversion){type, o.data[o.written], wide[o.written], o.n[o.written], 0, false});
}

static void describe(knn_ctx *ctx, char *text, size_t size) {
  (void)ctx;
  snprintf(text, size, "half (16-bit floats through float32)");
}

static const char *declines(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  return knn__dtype_is_half(*(const knn_dtype *)problem) ? NULL : "takes 16-bit floats only";
}

static const knn__kernel gemm = {.declines = declines,
                                 .scratch = scratch,
                                 .prepare = prepare_gemm,
                                 .release = release,
                                 .run = run};
static const knn__kernel conv = {.declines = declines,
                                 .scratch = scratch,
                                 .prepare = prepare_conv,
                                 .release = release,
                                 .run = run};
static const knn__kernel conv_grad_input = {.declines = declines,
                                            .scratch = scratch,
                                            .prepare = prepare_conv_grad_input,
                                            .release = release,
                                            .run = run};
static const knn__kernel conv_grad_filter = {.declines = declines,
                                             .scratch = scratch,
                                             .prepare = prepare_conv_grad_filter,
                                             .release = release,
                                             .run = run};

const knn__provider knn__provider_half = {
    .name = "half",
    .describe = describe,
    .halves = true,
    .delegates = true,
    .kernels = {[KNN__GEMM] = &gemm,
                [KNN__CONV] = &conv,
                [KNN__CONV_GRAD_INPUT] = &conv_grad_input,
                [KNN__CONV_GRAD_FILTER] = &conv_grad_filter},
};
