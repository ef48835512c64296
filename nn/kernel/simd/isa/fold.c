/* fold.c - sums, maxima and minima of a row or of many columns (loop_types.h). Sums run in double
 * and are rounded once. A row goes through four vectors that advance together, then a fixed tree,
 * then what is left; columns keep an accumulator each that runs down the rows, some vectors of them
 * in registers at a time, so a column's sum does not depend on its place. Maxima and minima give
 * NaN if one is there. */
#include <string.h>

#include "loop.h"
#include "set.h"
#include "vector.h"

enum { WIDE_LANES = KNN_VECTOR_BYTES / sizeof(double), TOGETHER = 4, STRIP = 8 };

typedef double wide __attribute__((vector_size(KNN_VECTOR_BYTES)));
/* as many reals as there are doubles in a vector */
typedef real part_at
    __attribute__((vector_size(sizeof(real) * WIDE_LANES), aligned(sizeof(real)), may_alias));

INLINE wide widened(const real *x) {
  return __builtin_convertvector(*(const part_at *)x, wide);
}

static double sum_of_row(int64_t n, const real *x) {
  wide acc[TOGETHER] = {{0}};
  int64_t i = 0;
  double sum = 0;
  if (n < WIDE_LANES) {
    for (; i < n; i++) sum += (double)x[i];
    return sum;
  }
  for (; i + TOGETHER * WIDE_LANES <= n; i += TOGETHER * WIDE_LANES)
    for (int k = 0; k < TOGETHER; k++) acc[k] += widened(x + i + k * WIDE_LANES);
  wide all_lanes = (acc[0] + acc[1]) + (acc[2] + acc[3]);
  for (; i + WIDE_LANES <= n; i += WIDE_LANES) all_lanes += widened(x + i);
  for (int l = 0; l < WIDE_LANES; l++) sum += all_lanes[l];
  for (; i < n; i++) sum += (double)x[i];
  return sum;
}

/* `vectors` vectors of columns down the rows */
INLINE void sum_strip(int64_t rows, int64_t stride, const real *x, real *y, const int vectors) {
  wide acc[STRIP];
  _Pragma("GCC unroll 8") for (int k = 0; k < vectors; k++) acc[k] = (wide){0};
  for (int64_t i = 0; i < rows; i++)
    _Pragma("GCC unroll 8") for (int k = 0; k < vectors; k++) acc[k] +=
        widened(x + i * stride + k * WIDE_LANES);
  for (int k = 0; k < vectors; k++)
    for (int l = 0; l < WIDE_LANES; l++) y[k * WIDE_LANES + l] = (real)acc[k][l];
}

static double sum_of_column(int64_t rows, int64_t stride, const real *x) {
  double sum = 0;
  for (int64_t i = 0; i < rows; i++) sum += (double)x[i * stride];
  return sum;
}

void KNN__ISA(fold_sum)(int64_t rows, int64_t columns, int64_t stride, const void *x, void *y) {
  const real *from = x;
  real *to = y;
  int64_t j = 0;
  if (rows == 1) { /* single elements stay as they are, -0 too */
    memcpy(y, x, (size_t)columns * sizeof(real));
    return;
  }
  if (columns == 1 && stride == 1) {
    *to = (real)sum_of_row(rows, from);
    return;
  }
  for (; j + STRIP * WIDE_LANES <= columns; j += STRIP * WIDE_LANES)
    sum_strip(rows, stride, from + j, to + j, STRIP);
  for (; j + WIDE_LANES <= columns; j += WIDE_LANES) sum_strip(rows, stride, from + j, to + j, 1);
  for (; j < columns; j++) to[j] = (real)sum_of_column(rows, stride, from + j);
}

/* a where it is above b or NaN */
INLINE vec larger(vec a, vec b) {
  return choose((a > b) | (a != a), a, b);
}
INLINE vec smaller(vec a, vec b) {
  return choose((a < b) | (a != a), a, b);
}
static inline real larger_one(real a, real b) {
  return a > b || a != a ? a : b;
}
static inline real smaller_one(real a, real b) {
  return a < b || a != a ? a : b;
}

#define EXTREME(name, of_vectors, of_reals)                                                    \
  void KNN__ISA(name)(int64_t rows, int64_t columns, int64_t stride, const void *x, void *y) { \
    const real *from = x;                                                                      \
    real *to = y;                                                                              \
    int64_t i = 0, j = 0;                                                                      \
    if (columns == 1 && stride == 1) {                                                         \
      vec best[TOGETHER];                                                                      \
      real most = from[0];                                                                     \
      for (int k = 0; k < TOGETHER; k++) best[k] = all(most);                                  \
      for (; i + TOGETHER * LANES <= rows; i += TOGETHER * LANES)                              \
        for (int k = 0; k < TOGETHER; k++)                                                     \
          best[k] = of_vectors(*(const vec_at *)(from + i + k * LANES), best[k]);              \
      best[0] = of_vectors(of_vectors(best[0], best[1]), of_vectors(best[2], best[3]));        \
      for (int l = 0; l < LANES; l++) most = of_reals(best[0][l], most);                       \
      for (; i < rows; i++) most = of_reals(from[i], most);                                    \
      *to = most;                                                                              \
      return;                                                                                  \
    }                                                                                          \
    for (; j + LANES <= columns; j += LANES) {                                                 \
      vec best = *(const vec_at *)(from + j);                                                  \
      for (i = 1; i < rows; i++)                                                               \
        best = of_vectors(*(const vec_at *)(from + i * stride + j), best);                     \
      *(vec_at *)(to + j) = best;                                                              \
    }                                                                                          \
    for (; j < columns; j++) {                                                                 \
      real most = from[j];                                                                     \
      for (i = 1; i < rows; i++) most = of_reals(from[i * stride + j], most);                  \
      to[j] = most;                                                                            \
    }                                                                                          \
  }
EXTREME(fold_max, larger, larger_one)
EXTREME(fold_min, smaller, smaller_one)

/* The first place of the extreme in a row: the extreme, then the search for it. Columns, and rows
 * that hold NaN, are those of ref. */
#define PLACE(name, fold, ref)                                                                    \
  void KNN__ISA(name)(int64_t rows, int64_t columns, int64_t stride, const void *x, int32_t *y) { \
    const real *from = x;                                                                         \
    real most;                                                                                    \
    int64_t i = 0;                                                                                \
    KNN__ISA(fold)(rows, 1, 1, x, &most);                                                         \
    if (columns != 1 || stride != 1 || most != most) {                                            \
      ref(rows, columns, stride, x, y);                                                           \
      return;                                                                                     \
    }                                                                                             \
    for (; i + LANES <= rows; i += LANES) {                                                       \
      ints same = *(const vec_at *)(from + i) == all(most);                                       \
      lane any = 0;                                                                               \
      for (int l = 0; l < LANES; l++) any |= same[l];                                             \
      if (any) break;                                                                             \
    }                                                                                             \
    while (from[i] != most) i++;                                                                  \
    *y = (int32_t)i;                                                                              \
  }
PLACE(argmax, fold_max, KNN__REF(argmax))
PLACE(argmin, fold_min, KNN__REF(argmin))
