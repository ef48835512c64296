/* eigen.c - eigenvalues and eigenvectors of symmetric matrices: a = v diag(w) v', w ascending. a
 * (..., n, n) -> w (..., n), v (..., n, n), a vector in each column; its largest element is
 * positive. By Jacobi's rotations in double, which are slow for large n and exact for small
 * eigenvalues. With F[i, j] = 1 / (w[j] - w[i]) off the diagonal, da is the symmetric part of v
 * (diag(dw) + F * (v' dv)) v'; it is infinite between equal eigenvalues. */
#include <math.h>
#include <string.h>

#include "decompose.h"
#include "op_list.h"

static knn_status infer(const knn__infer *q) {
  KNN__TRY(knn__need_matrices(q, true));
  const int64_t n = knn__matrix_rows(&q->in[0]);
  q->out[0] = knn__matrix_spec(&q->in[0], n, -1);
  q->out[1] = q->in[0];
  return KNN_OK;
}

static knn_status prepare(knn__call *call) {
  const size_t n = (size_t)knn__matrix_rows(&call->in[0].spec);
  call->scratch_bytes = (3 * n * n + n) * sizeof(double);
  return KNN_OK;
}

/* Turns rows (or columns) i and k of a by the angle with sine s and cosine c. */
static void rotate(double *a, int64_t n, int64_t first, int64_t second, int64_t step, double c,
                   double s) {
  for (int64_t j = 0; j < n; j++) {
    double *x = a + first + j * step, *y = a + second + j * step;
    const double old = *x;
    *x = c * old - s * *y;
    *y = s * old + c * *y;
  }
}

/* Makes a[i][k] 0 (Golub and Van Loan, 8.5.2). */
static void annul(double *a, double *v, int64_t n, int64_t i, int64_t k) {
  const double off = a[i * n + k];
  if (off == 0) return;
  const double theta = (a[k * n + k] - a[i * n + i]) / (2 * off),
               t = copysign(1, theta) / (fabs(theta) + sqrt(theta * theta + 1)),
               c = 1 / sqrt(t * t + 1), s = t * c;
  rotate(a, n, i, k, n, c, s);
  rotate(a, n, i * n, k * n, 1, c, s);
  rotate(v, n, i, k, n, c, s);
}

static double off_diagonal(const double *a, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++)
    for (int64_t k = 0; k < i; k++) sum += a[i * n + k] * a[i * n + k];
  return sum;
}

static void diagonalise(double *a, double *v, int64_t n) {
  enum { MOST_SWEEPS = 60 };
  for (int64_t i = 0; i < n * n; i++) v[i] = i % (n + 1) == 0;
  double scale = 0;
  for (int64_t i = 0; i < n * n; i++) scale += a[i] * a[i];
  for (int sweep = 0; sweep < MOST_SWEEPS && off_diagonal(a, n) > 1e-32 * scale; sweep++)
    for (int64_t i = 0; i < n; i++)
      for (int64_t k = i + 1; k < n; k++) annul(a, v, n, i, k);
}

/* Eigenvalue w[k] and column k of v, in ascending order. */
static void put_in_order(const double *a, const double *v, int64_t n, double *w, double *out) {
  for (int64_t i = 0; i < n; i++) {
    int64_t place = 0;
    for (int64_t k = 0; k < n; k++)
      place += a[k * n + k] < a[i * n + i] || (a[k * n + k] == a[i * n + i] && k < i);
    double largest = 0;
    for (int64_t j = 0; j < n; j++)
      if (fabs(v[j * n + i]) > fabs(largest) * (1 + 1e-9)) largest = v[j * n + i];
    for (int64_t j = 0; j < n; j++) out[j * n + place] = largest < 0 ? -v[j * n + i] : v[j * n + i];
    w[place] = a[i * n + i];
  }
}

static knn_status forward(const knn__call *call) {
  const int64_t n = knn__matrix_rows(&call->in[0].spec);
  double *a = call->scratch, *v = a + n * n, *out = v + n * n, *w = out + n * n;
  for (int64_t c = 0; c < knn__matrix_count(&call->in[0].spec); c++) {
    knn__matrix_read(&call->in[0], c, n * n, out);
    for (int64_t i = 0; i < n * n; i++) a[i] = (out[i] + out[i % n * n + i / n]) / 2;
    diagonalise(a, v, n);
    put_in_order(a, v, n, w, out);
    knn__matrix_write(&call->out[0], c, n, w);
    knn__matrix_write(&call->out[1], c, n * n, out);
  }
  return KNN_OK;
}

/* 1 / (w[j] - w[i]), 0 on the diagonal. */
static knn_value *distances(knn__scope *s, knn_value *w, knn_value *like) {
  knn_value *d = knn__subtract(s, knn__expand_dims(s, w, -2), knn__expand_dims(s, w, -1)),
            *one = knn__matrix_identities(s, like);
  d = knn__add(s, d, one); /* 1 instead of 0 on the diagonal */
  return knn__subtract(s, knn__reciprocal(s, d), one);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  knn_value *w = g->out[0], *v = g->out[1], *inner = NULL;
  if (!g->wanted[0] || (!g->dy[0] && !g->dy[1])) return;
  if (g->dy[0])
    inner = knn__multiply(s, knn__matrix_identities(s, v), knn__expand_dims(s, g->dy[0], -1));
  if (g->dy[1]) {
    knn_value *turn =
        knn__multiply(s, distances(s, w, v), knn__matmul(s, v, g->dy[1], true, false));
    inner = inner ? knn__add(s, inner, turn) : turn;
  }
  knn_value *da = knn__matmul(s, knn__matmul(s, v, inner, false, false), v, false, true);
  g->dx[0] = knn__times(s, knn__add(s, da, knn__matrix_turned(s, da)), 0.5);
}

const knn__op knn__op_symmetric_eigen = {
    .cls = {.family = "op",
            .name = "symmetric_eigen",
            .summary = "Eigenvalues and eigenvectors of symmetric matrices.",
            .detail = "a = v diag(w) v', w ascending; of each vector the largest element is "
                      "positive. knn.ops.eigh is the same.",
            .shapes = "a (..., n, n) -> w (..., n), v (..., n, n)",
            .example = "print(knn.ops.symmetric_eigen(knn.tensor{{2.0, 1}, {1, 2}}))",
            .source = "Jacobi 1846; Keras, ops.eigh",
            .see = "singular_values|cholesky"},
    .min_in = 1,
    .max_in = 1,
    .n_out = 2,
    .flags = KNN__OP_TO_FLOAT,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp,
};
