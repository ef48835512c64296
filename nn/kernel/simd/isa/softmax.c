/* softmax.c - softmax and log_softmax of rows that lie packed, their gradients, and logsumexp:
 *   y[i] = exp(x[i] - max x) / s, s = sum_j exp(x[j] - max x);  dx = y (dy - sum_j dy[j] y[j])
 *   y[i] = x[i] - max x - log s;                                dx = dy - exp(y) sum_j dy[j]
 * In float; double takes ref's. A row's last elements are filled up to a whole vector, so that they
 * go through the same code. */
#include <math.h>
#include <string.h>

#include "functions.h"
#include "loop.h"
#include "set.h"

#ifndef KNN_REAL_DOUBLE

/* Elements i .. of a row of n, filled up with `rest`. */
INLINE vec read_row(const real *x, int64_t i, int64_t n, real rest) {
  if (n - i >= LANES) return load(x + i);
  vec v = all(rest);
  memcpy(&v, x + i, (size_t)(n - i) * sizeof(real));
  return v;
}

INLINE void write_row(real *y, int64_t i, int64_t n, vec v) {
  if (n - i >= LANES)
    store(y + i, v);
  else
    memcpy(y + i, &v, (size_t)(n - i) * sizeof(real));
}

INLINE real largest(const real *x, int64_t n) {
  vec most = all(-INFINITY);
  real lanes[LANES];
  for (int64_t i = 0; i < n; i += LANES) {
    vec v = read_row(x, i, n, -INFINITY);
    most = choose(v > most, v, most);
  }
  memcpy(lanes, &most, sizeof most);
  for (int half = LANES / 2; half; half /= 2)
    for (int l = 0; l < half; l++)
      lanes[l] = lanes[l] > lanes[l + half] ? lanes[l] : lanes[l + half];
  return lanes[0];
}

static void softmax_row(int64_t n, const real *x, real *y) {
  const real most = largest(x, n);
  vec sum = {0};
  for (int64_t i = 0; i < n; i += LANES) {
    vec e = exp_of(read_row(x, i, n, -INFINITY) - most);
    sum += e;
    write_row(y, i, n, e);
  }
  const real scale = 1 / sum_lanes(sum);
  for (int64_t i = 0; i < n; i += LANES) write_row(y, i, n, read_row(y, i, n, 0) * scale);
}

/* log of the sum of exp(x - most) */
static real log_of_sum(int64_t n, const real *x, real most) {
  vec sum = {0};
  for (int64_t i = 0; i < n; i += LANES) sum += exp_of(read_row(x, i, n, -INFINITY) - most);
  return logf(sum_lanes(sum));
}

void KNN__ISA(softmax)(int64_t rows, int64_t n, const void *x, void *y) {
  for (int64_t r = 0; r < rows; r++) softmax_row(n, (const real *)x + r * n, (real *)y + r * n);
}

void KNN__ISA(log_softmax)(int64_t rows, int64_t n, const void *x, void *y) {
  for (int64_t r = 0; r < rows; r++) {
    const real *from = (const real *)x + r * n, most = largest(from, n);
    const real log_sum = log_of_sum(n, from, most);
    real *to = (real *)y + r * n;
    for (int64_t i = 0; i < n; i += LANES)
      write_row(to, i, n, read_row(from, i, n, 0) - most - log_sum);
  }
}

void KNN__ISA(softmax_grad)(int64_t rows, int64_t n, const void *y, const void *dy, void *dx) {
  for (int64_t r = 0; r < rows; r++) {
    const real *a = (const real *)y + r * n, *b = (const real *)dy + r * n;
    real *to = (real *)dx + r * n;
    vec sum = {0};
    for (int64_t i = 0; i < n; i += LANES) sum += read_row(a, i, n, 0) * read_row(b, i, n, 0);
    const real dot = sum_lanes(sum);
    for (int64_t i = 0; i < n; i += LANES)
      write_row(to, i, n, read_row(a, i, n, 0) * (read_row(b, i, n, 0) - dot));
  }
}

void KNN__ISA(log_softmax_grad)(int64_t rows, int64_t n, const void *y, const void *dy, void *dx) {
  for (int64_t r = 0; r < rows; r++) {
    const real *a = (const real *)y + r * n, *b = (const real *)dy + r * n;
    real *to = (real *)dx + r * n;
    vec sum = {0};
    for (int64_t i = 0; i < n; i += LANES) sum += read_row(b, i, n, 0);
    const real total = sum_lanes(sum);
    for (int64_t i = 0; i < n; i += LANES)
      write_row(to, i, n, read_row(b, i, n, 0) - exp_of(read_row(a, i, n, 0)) * total);
  }
}

void KNN__ISA(fold_logsumexp)(int64_t rows, int64_t columns, int64_t stride, const void *x,
                              void *y) {
  if (columns != 1 || stride != 1) {
    knn__ref_fold_logsumexp_f32(rows, columns, stride, x, y);
    return;
  }
  real most = largest(x, rows);
  if (most > FLT_MAX) most = FLT_MAX; /* inf - inf is no number */
  if (most < -FLT_MAX) most = -FLT_MAX;
  *(real *)y = most + log_of_sum(rows, x, most);
}

#endif
