/* softmax_loops.c - y[i] = exp(x[i] - max x) / sum_j exp(x[j] - max x), and its logarithm x[i] -
 * max x - log(sum_j ...); their gradients y (dy - sum_j dy[j] y[j]) and dy - exp(y) sum_j dy[j]. A
 * line is n elements at distance `inner`; pieces are groups of lines. */
#include "softmax_loops.h"

#include "pool.h"
#include "real.h"

typedef struct job {
  int64_t lines, n, inner;
  const real *x, *dy; /* dy: gradients only, where x is the softmax itself */
  real *y;
  int pieces;
} job;

static real largest(const real *x, int64_t n, int64_t step) {
  real most = x[0];
  for (int64_t i = 1; i < n; i++) most = x[i * step] > most ? x[i * step] : most;
  return most;
}

static void softmax_line(const real *x, const real *dy, real *y, int64_t n, int64_t step) {
  real most = largest(x, n, step), sum = 0;
  (void)dy;
  for (int64_t i = 0; i < n; i++) {
    y[i * step] = (real)exp(x[i * step] - most);
    sum += y[i * step];
  }
  real scale = 1 / sum;
  for (int64_t i = 0; i < n; i++) y[i * step] *= scale;
}

static void log_softmax_line(const real *x, const real *dy, real *y, int64_t n, int64_t step) {
  real most = largest(x, n, step), sum = 0;
  (void)dy;
  for (int64_t i = 0; i < n; i++) sum += (real)exp(x[i * step] - most);
  real log_sum = (real)log(sum);
  for (int64_t i = 0; i < n; i++) y[i * step] = x[i * step] - most - log_sum;
}

static void softmax_grad_line(const real *x, const real *dy, real *y, int64_t n, int64_t step) {
  real sum = 0;
  for (int64_t i = 0; i < n; i++) sum += dy[i * step] * x[i * step];
  for (int64_t i = 0; i < n; i++) y[i * step] = x[i * step] * (dy[i * step] - sum);
}

static void log_softmax_grad_line(const real *x, const real *dy, real *y, int64_t n, int64_t step) {
  real sum = 0;
  for (int64_t i = 0; i < n; i++) sum += dy[i * step];
  for (int64_t i = 0; i < n; i++) y[i * step] = dy[i * step] - (real)exp(x[i * step]) * sum;
}

typedef void line_fn(const real *x, const real *dy, real *y, int64_t n, int64_t step);

static void lines(const job *j, int piece, line_fn *fn) {
  int64_t first, last;
  knn__piece_range(j->lines, j->pieces, piece, &first, &last);
  for (int64_t i = first; i < last; i++) {
    int64_t at = i / j->inner * j->n * j->inner + i % j->inner;
    fn(j->x + at, j->dy ? j->dy + at : NULL, j->y + at, j->n, j->inner);
  }
}

static void softmax_piece(void *arg, int piece) {
  lines(arg, piece, softmax_line);
}

static void log_softmax_piece(void *arg, int piece) {
  lines(arg, piece, log_softmax_line);
}

static void softmax_grad_piece(void *arg, int piece) {
  lines(arg, piece, softmax_grad_line);
}

static void log_softmax_grad_piece(void *arg, int piece) {
  lines(arg, piece, log_softmax_grad_line);
}

static void run(knn_ctx *ctx, const knn__softmax_problem *p, void (*piece)(void *, int)) {
  if (p->outer * p->n * p->inner == 0) return;
  const int64_t grain = 4096; /* exponentials that pay for waking a thread */
  job j = {p->outer * p->inner,
           p->n,
           p->inner,
           p->x,
           p->dy,
           p->y,
           knn__pieces(p->outer * p->inner, grain / p->n + 1)};
  knn__parallel(ctx, j.pieces, piece, &j);
}

void KNN__REAL(softmax)(knn_ctx *ctx, const knn__softmax_problem *p) {
  run(ctx, p, softmax_piece);
}

void KNN__REAL(log_softmax)(knn_ctx *ctx, const knn__softmax_problem *p) {
  run(ctx, p, log_softmax_piece);
}

void KNN__REAL(softmax_grad)(knn_ctx *ctx, const knn__softmax_problem *p) {
  run(ctx, p, softmax_grad_piece);
}

void KNN__REAL(log_softmax_grad)(knn_ctx *ctx, const knn__softmax_problem *p) {
  run(ctx, p, log_softmax_grad_piece);
}
