/* softmax.c - softmax and log_softmax of rows that lie packed, their gradients, and logsumexp:
 *   y[i] = exp(x[i] - max x) / s, s = sum_j exp(x[j] - max x);  dx = y (dy - sum_j dy[j] y[j])
 *   y[i] = x[i] - max x - log s;                                dx = dy - exp(y) sum_j dy[j]
 * In float; double takes ref's. A row's last elements are filled up to a whole vector, so that they
 * go through the same code. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "functions.h"
#include "loop.h"
#include "set.h"

#ifndef KNN_REAL_DOUBLE

/* A row of n elements; behind it, up to `end`, lie the next ones. */
typedef struct row {
  real *at;
  const real *end;
  int64_t n;
} row;

static row row_of(const void *x, int64_t index, int64_t rows, int64_t n) {
  real *first = (real *)(uintptr_t)x;
  return (row){first + index * n, first + rows * n, n};
}

/* Its elements from i on, filled up with `rest`. */
INLINE vec read_row(const row *x, int64_t i, real rest) {
  const int64_t left = x->n - i;
  if (left >= LANES) return load(x->at + i);
  if (x->end - (x->at + i) >= LANES) {
    ints place;
    for (int l = 0; l < LANES; l++) place[l] = l;
    return choose(place < (lane)left, load(x->at + i), all(rest));
  }
  vec v = all(rest);
  memcpy(&v, x->at + i, (size_t)left * sizeof(real));
  return v;
}

/* What spills over is the beginning of the next row, which is written later. */
INLINE void write_row(const row *y, int64_t i, vec v) {
  if (y->end - (y->at + i) >= LANES)
    store(y->at + i, v);
  else
    memcpy(y->at + i, &v, (size_t)(y->end - (y->at + i)) * sizeof(real));
}

INLINE real largest(const row *x) {
  vec most = all(-INFINITY);
  real lanes[LANES];
  for (int64_t i = 0; i < x->n; i += LANES) {
    vec v = read_row(x, i, -INFINITY);
    most = choose(v > most, v, most);
  }
  store(lanes, most);
  for (int half = LANES / 2; half; half /= 2)
    for (int l = 0; l < half; l++)
      lanes[l] = lanes[l] > lanes[l + half] ? lanes[l] : lanes[l + half];
  return lanes[0];
}

/* log of the sum of exp(x - most) */
static real log_of_sum(const row *x, real most) {
  vec sum = {0};
  for (int64_t i = 0; i < x->n; i += LANES) sum += exp_of(read_row(x, i, -INFINITY) - most);
  return logf(sum_lanes(sum));
}

enum { SHORT = 8 }; /* vectors of a row that need not be written before they are scaled */

static void softmax_row(const row *x, const row *y) {
  const real most = largest(x);
  vec sum = {0}, kept[SHORT];
  const bool is_short = x->n <= SHORT * LANES;
  for (int64_t i = 0; i < x->n; i += LANES) {
    vec e = exp_of(read_row(x, i, -INFINITY) - most);
    sum += e;
    if (is_short)
      kept[i / LANES] = e;
    else
      write_row(y, i, e);
  }
  const real scale = 1 / sum_lanes(sum);
  for (int64_t i = 0; i < x->n; i += LANES) {
    vec e;
    if (is_short)
      e = kept[i / LANES];
    else
      e = read_row(y, i, 0);
    write_row(y, i, e * scale);
  }
}

void KNN__ISA(softmax)(int64_t rows, int64_t n, const void *x, void *y) {
  for (int64_t r = 0; r < rows; r++) {
    const row from = row_of(x, r, rows, n), to = row_of(y, r, rows, n);
    softmax_row(&from, &to);
  }
}

void KNN__ISA(log_softmax)(int64_t rows, int64_t n, const void *x, void *y) {
  for (int64_t r = 0; r < rows; r++) {
    const row from = row_of(x, r, rows, n), to = row_of(y, r, rows, n);
    const real most = largest(&from), log_sum = log_of_sum(&from, most);
    for (int64_t i = 0; i < n; i += LANES)
      write_row(&to, i, read_row(&from, i, 0) - most - log_sum);
  }
}

void KNN__ISA(softmax_grad)(int64_t rows, int64_t n, const void *y, const void *dy, void *dx) {
  for (int64_t r = 0; r < rows; r++) {
    const row a = row_of(y, r, rows, n), b = row_of(dy, r, rows, n), to = row_of(dx, r, rows, n);
    vec sum = {0};
    for (int64_t i = 0; i < n; i += LANES) sum += read_row(&a, i, 0) * read_row(&b, i, 0);
    const real dot = sum_lanes(sum);
    for (int64_t i = 0; i < n; i += LANES)
      write_row(&to, i, read_row(&a, i, 0) * (read_row(&b, i, 0) - dot));
  }
}

void KNN__ISA(log_softmax_grad)(int64_t rows, int64_t n, const void *y, const void *dy, void *dx) {
  for (int64_t r = 0; r < rows; r++) {
    const row a = row_of(y, r, rows, n), b = row_of(dy, r, rows, n), to = row_of(dx, r, rows, n);
    vec sum = {0};
    for (int64_t i = 0; i < n; i += LANES) sum += read_row(&b, i, 0);
    const real total = sum_lanes(sum);
    for (int64_t i = 0; i < n; i += LANES)
      write_row(&to, i, read_row(&b, i, 0) - exp_of(read_row(&a, i, 0)) * total);
  }
}

void KNN__ISA(fold_logsumexp)(int64_t rows, int64_t columns, int64_t stride, const void *x,
                              void *y) {
  if (columns != 1 || stride != 1) {
    knn__ref_fold_logsumexp_f32(rows, columns, stride, x, y);
    return;
  }
  const row from = row_of(x, 0, 1, rows);
  real most = largest(&from);
  if (most > FLT_MAX) most = FLT_MAX; /* inf - inf is no number */
  if (most < -FLT_MAX) most = -FLT_MAX;
  *(real *)y = most + log_of_sum(&from, most);
}

#endif
