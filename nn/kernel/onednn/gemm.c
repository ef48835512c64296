/* gemm.c - matrix products by oneDNN. Pieces are groups of products, or blocks of columns or rows
 * of the only one; sums over k stay whole. */
#include "onednn.h"
#include "pool.h"
#include "dnnl.h"

enum { WORTH = 2000000 }; /* multiplications that pay for waking a thread */

typedef struct job {
  const knn__gemm *p;
  int pieces;
} job;

static int64_t at_most(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static void block(const knn__gemm *p, int64_t product, int64_t row, int64_t rows, int64_t column,
                  int64_t columns) {
  const float *a = (const float *)p->a + product * p->stride_a + (p->trans_a ? row : row * p->lda);
  const float *b =
      (const float *)p->b + product * p->stride_b + (p->trans_b ? column * p->ldb : column);
  float *c = (float *)p->c + product * p->stride_c + row * p->ldc + column;
  knn__dnnl_sgemm(p->trans_a, p->trans_b, rows, columns, p->k, a, p->lda, b, p->ldb, p->accumulate,
                  c, p->ldc);
}

static void products(void *arg, int index) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->p->batch, j->pieces, index, &first, &last);
  for (int64_t i = first; i < last; i++) block(j->p, i, 0, j->p->m, 0, j->p->n);
}

static void columns(void *arg, int index) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->p->n, j->pieces, index, &first, &last);
  block(j->p, 0, 0, j->p->m, first, last - first);
}

static void rows(void *arg, int index) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->p->m, j->pieces, index, &first, &last);
  block(j->p, 0, first, last - first, 0, j->p->n);
}

static void run(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  (void)state, (void)scratch;
  const knn__gemm *p = problem;
  int64_t work = p->m * p->n * p->k, wide = p->n >= p->m;
  job j = {p, 1};
  if (p->batch > 1)
    j.pieces = knn__pieces(p->batch, WORTH / work + 1);
  else
    j.pieces = knn__pieces(at_most(work / WORTH, (wide ? p->n : p->m) / 64), 1);
  knn__parallel(ctx, j.pieces, p->batch > 1 ? products : wide ? columns : rows, &j);
}

static const char *declines(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  const knn__gemm *p = problem;
  if (p->dtype != KNN_F32) return "the numbers are not float32";
  return p->batch * p->m * p->n * p->k == 0 ? "the product is empty" : NULL;
}

const knn__kernel knn__onednn_gemm = {
    .declines = declines, .slower = knn__onednn_slower_gemm, .run = run};
