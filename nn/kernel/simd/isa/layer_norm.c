/* layer_norm.c - each row of x (rows, columns) with mean 0 and variance 1, times gamma plus beta,
 * and the gradient (norm.h). A row is read several times while it is in the cache. Pieces are
 * ranges of rows; each has a dgamma and a dbeta of its own in scratch, added in the order of
 * pieces. */
#include "norm.h"

#include <math.h>
#include <string.h>

#include "pool.h"
#include "set.h"
#include "vector.h"

enum { GRAIN = 16384, MOST = 8 }; /* elements that pay for waking a thread; pieces of a gradient */

typedef struct job {
  const knn__norm *p;
  int pieces;
  real *sums; /* by piece: dgamma, dbeta */
} job;

static int pieces_of(const knn__norm *p, int most) {
  int64_t n = knn__pieces(p->rows * p->columns, GRAIN);
  if (n > most) n = most;
  if (n > p->rows) n = p->rows;
  return n < 1 ? 1 : (int)n;
}

static real sum_of(int64_t n, const real *x) {
  vec a = {0}, b = {0};
  int64_t i = 0;
  for (; i + 2 * LANES <= n; i += 2 * LANES) {
    a += load(x + i);
    b += load(x + i + LANES);
  }
  real sum = sum_lanes(a + b);
  for (; i < n; i++) sum += x[i];
  return sum;
}

static real squares_of(int64_t n, const real *x, real mean) {
  vec a = {0}, b = {0};
  int64_t i = 0;
  for (; i + 2 * LANES <= n; i += 2 * LANES) {
    vec c = load(x + i) - mean, d = load(x + i + LANES) - mean;
    a += c * c;
    b += d * d;
  }
  real sum = sum_lanes(a + b);
  for (; i < n; i++) sum += (x[i] - mean) * (x[i] - mean);
  return sum;
}

static real factor_of(const knn__norm *p, real variance) {
  return (real)(1 / sqrt((double)variance + p->epsilon));
}

static void normalise_row(const knn__norm *p, int64_t row) {
  const int64_t n = p->columns;
  const real *restrict x = (const real *)p->x + row * n, *restrict gamma = p->gamma,
                       *restrict beta = p->beta;
  real *restrict y = (real *)p->y + row * n;
  const real mean = sum_of(n, x) / (real)n, variance = squares_of(n, x, mean) / (real)n;
  const real factor = factor_of(p, variance);
  ((real *)p->mean)[row] = mean;
  ((real *)p->variance)[row] = variance;
  for (int64_t i = 0; i < n; i++) y[i] = (x[i] - mean) * factor * gamma[i] + beta[i];
}

static void piece(void *arg, int index) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->p->rows, j->pieces, index, &first, &last);
  for (int64_t row = first; row < last; row++) normalise_row(j->p, row);
}

void KNN__ISA(layer_norm)(knn_ctx *ctx, const knn__norm *p) {
  job j = {.p = p, .pieces = pieces_of(p, 64)};
  knn__parallel(ctx, j.pieces, piece, &j);
}

/* sum of dy gamma, and of dy gamma (x - mean) */
static void row_sums(int64_t n, const real *x, const real *dy, const real *gamma, real mean,
                     real *sum, real *along) {
  vec a = {0}, b = {0};
  int64_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    vec d = load(dy + i) * load(gamma + i);
    a += d;
    b += d * (load(x + i) - mean);
  }
  *sum = sum_lanes(a);
  *along = sum_lanes(b);
  for (; i < n; i++) {
    real d = dy[i] * gamma[i];
    *sum += d;
    *along += d * (x[i] - mean);
  }
}

static void gradient_row(const knn__norm *p, int64_t row, real *restrict dgamma,
                         real *restrict dbeta) {
  const int64_t n = p->columns;
  const real *restrict x = (const real *)p->x + row * n,
                       *restrict dy = (const real *)p->dy + row * n, *restrict gamma = p->gamma;
  real *restrict dx = (real *)p->dx + row * n, sum, along;
  const real mean = ((const real *)p->mean)[row];
  const real factor = factor_of(p, ((const real *)p->variance)[row]);
  row_sums(n, x, dy, gamma, mean, &sum, &along);
  const real shift = factor * sum / (real)n, slope = factor * factor * factor * along / (real)n;
  for (int64_t i = 0; i < n; i++) {
    real centered = x[i] - mean, d = dy[i];
    dgamma[i] += d * centered * factor;
    dbeta[i] += d;
    dx[i] = d * gamma[i] * factor - shift - centered * slope;
  }
}

static void gradient_piece(void *arg, int index) {
  const job *j = arg;
  const int64_t n = j->p->columns;
  real *sums = j->sums + 2 * n * index;
  int64_t first, last;
  memset(sums, 0, (size_t)(2 * n) * sizeof *sums);
  knn__piece_range(j->p->rows, j->pieces, index, &first, &last);
  for (int64_t row = first; row < last; row++) gradient_row(j->p, row, sums, sums + n);
}

size_t KNN__ISA(layer_norm_grad_scratch)(const knn__norm *p) {
  return (size_t)(2 * p->columns * pieces_of(p, MOST)) * sizeof(real);
}

void KNN__ISA(layer_norm_grad)(knn_ctx *ctx, const knn__norm *p, void *scratch) {
  job j = {.p = p, .pieces = pieces_of(p, MOST), .sums = scratch};
  const int64_t n = p->columns;
  real *restrict dgamma = p->dgamma, *restrict dbeta = p->dbeta;
  knn__parallel(ctx, j.pieces, gradient_piece, &j);
  memcpy(dgamma, j.sums, (size_t)n * sizeof *dgamma);
  memcpy(dbeta, j.sums + n, (size_t)n * sizeof *dbeta);
  for (int k = 1; k < j.pieces; k++) {
    const real *restrict sums = j.sums + 2 * n * k;
    for (int64_t i = 0; i < n; i++) dgamma[i] += sums[i];
    for (int64_t i = 0; i < n; i++) dbeta[i] += sums[n + i];
  }
}
