/* softmax_loops.c - y[i] = exp(x[i] - max x) / sum_j exp(x[j] - max x), and its logarithm x[i] -
 * max x - log(sum_j ...). A line is n elements at distance `inner`; pieces are groups of lines. */
#include "softmax_loops.h"

#include "pool.h"
#include "real.h"

typedef struct job {
  int64_t lines, n, inner;
  const real *x;
  real *y;
  int pieces;
} job;

static real largest(const real *x, int64_t n, int64_t step) {
  real most = x[0];
  for (int64_t i = 1; i < n; i++) most = x[i * step] > most ? x[i * step] : most;
  return most;
}

static void softmax_line(const real *x, real *y, int64_t n, int64_t step) {
  real most = largest(x, n, step), sum = 0;
  for (int64_t i = 0; i < n; i++) {
    y[i * step] = (real)exp(x[i * step] - most);
    sum += y[i * step];
  }
  real scale = 1 / sum;
  for (int64_t i = 0; i < n; i++) y[i * step] *= scale;
}

static void log_softmax_line(const real *x, real *y, int64_t n, int64_t step) {
  real most = largest(x, n, step), sum = 0;
  for (int64_t i = 0; i < n; i++) sum += (real)exp(x[i * step] - most);
  real log_sum = (real)log(sum);
  for (int64_t i = 0; i < n; i++) y[i * step] = x[i * step] - most - log_sum;
}

typedef void line_fn(const real *x, real *y, int64_t n, int64_t step);

static void lines(const job *j, int piece, line_fn *fn) {
  int64_t first, last;
  knn__piece_range(j->lines, j->pieces, piece, &first, &last);
  for (int64_t i = first; i < last; i++) {
    int64_t at = i / j->inner * j->n * j->inner + i % j->inner;
    fn(j->x + at, j->y + at, j->n, j->inner);
  }
}

static void softmax_piece(void *arg, int piece) {
  lines(arg, piece, softmax_line);
}

static void log_softmax_piece(void *arg, int piece) {
  lines(arg, piece, log_softmax_line);
}

static void run(knn_ctx *ctx, int64_t outer, int64_t n, int64_t inner, const real *x, real *y,
                void (*piece)(void *, int)) {
  if (outer * n * inner == 0) return;
  const int64_t grain = 4096; /* exponentials that pay for waking a thread */
  job j = {outer * inner, n, inner, x, y, knn__pieces(outer * inner, grain / n + 1)};
  knn__parallel(ctx, j.pieces, piece, &j);
}

void KNN__REAL(softmax)(knn_ctx *ctx, int64_t outer, int64_t n, int64_t inner, const void *x,
                        void *y) {
  run(ctx, outer, n, inner, x, y, softmax_piece);
}

void KNN__REAL(log_softmax)(knn_ctx *ctx, int64_t outer, int64_t n, int64_t inner, const void *x,
                            void *y) {
  run(ctx, outer, n, inner, x, y, log_softmax_piece);
}
