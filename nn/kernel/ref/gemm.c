/* gemm.c - c = op(a) op(b), the plain way: for each row of c, add a[i, p] times row p of b.
 * The sum over k runs in increasing order. Pieces are blocks of rows of all products, so no sum is
 * ever split. */
#include "pool.h"
#include "real.h"
#include "ref.h"

static real a_at(const knn__gemm *p, const real *a, int64_t i, int64_t k) {
  return p->trans_a ? a[k * p->lda + i] : a[i * p->lda + k];
}

/* One row of c, n elements, when rows of b are contiguous. */
static void row(const knn__gemm *p, const real *a, const real *b, real *c, int64_t i) {
  for (int64_t k = 0; k < p->k; k++) {
    real x = a_at(p, a, i, k);
    const real *line = b + k * p->ldb;
    for (int64_t j = 0; j < p->n; j++) c[j] += x * line[j];
  }
}

/* The same with b transposed: each element is a dot product. */
static void row_of_dots(const knn__gemm *p, const real *a, const real *b, real *c, int64_t i) {
  for (int64_t j = 0; j < p->n; j++) {
    const real *line = b + j * p->ldb;
    real sum = c[j];
    for (int64_t k = 0; k < p->k; k++) sum += a_at(p, a, i, k) * line[k];
    c[j] = sum;
  }
}

typedef struct job {
  const knn__gemm *p;
  int pieces;
} job;

static void piece(void *arg, int index) {
  const job *j = arg;
  const knn__gemm *p = j->p;
  int64_t first, last;
  knn__piece_range(p->batch * p->m, j->pieces, index, &first, &last);
  for (int64_t r = first; r < last; r++) {
    int64_t product = r / p->m, i = r % p->m;
    const real *a = (const real *)p->a + product * p->stride_a;
    const real *b = (const real *)p->b + product * p->stride_b;
    real *c = (real *)p->c + product * p->stride_c + i * p->ldc;
    if (!p->accumulate)
      for (int64_t n = 0; n < p->n; n++) c[n] = 0;
    if (p->trans_b)
      row_of_dots(p, a, b, c, i);
    else
      row(p, a, b, c, i);
  }
}

void KNN__REAL(gemm)(knn_ctx *ctx, const knn__gemm *p) {
  if (p->m == 0 || p->n == 0 || p->batch == 0) return;
  int64_t row_work = p->n * (p->k + 1);
  job j = {p, knn__pieces(p->batch * p->m, 100000 / row_work + 1)};
  knn__parallel(ctx, j.pieces, piece, &j);
}
