/* fold.h - stamps a reduction around a two-operand function f: T elements, A accumulator, R result.
 * One column: eight lanes that advance together, then a fixed tree, then the tail. Several columns:
 * a tile of accumulators that runs down the rows. The order of operations depends on the sizes
 * only, and both forms vectorise. */
#ifndef KNN__FOLD_H
#define KNN__FOLD_H

#include "loop.h"

enum { KNN__LANES = 8, KNN__TILE = 128 };

#define KNN__FOLD(name, f, T, A, R) KNN__FOLD_EXPANDED(name, f, T, A, R) /* name may be a macro */
#define KNN__FOLD_EXPANDED(name, f, T, A, R)                                                 \
  static A name##_row(int64_t n, const T *x) {                                               \
    A lane[KNN__LANES];                                                                      \
    int64_t i = KNN__LANES;                                                                  \
    if (n < KNN__LANES) {                                                                    \
      A acc = (A)x[0];                                                                       \
      for (i = 1; i < n; i++) acc = f(acc, (A)x[i]);                                         \
      return acc;                                                                            \
    }                                                                                        \
    for (int l = 0; l < KNN__LANES; l++) lane[l] = (A)x[l];                                  \
    for (; i + KNN__LANES <= n; i += KNN__LANES)                                             \
      for (int l = 0; l < KNN__LANES; l++) lane[l] = f(lane[l], (A)x[i + l]);                \
    for (int half = KNN__LANES / 2; half; half /= 2)                                         \
      for (int l = 0; l < half; l++) lane[l] = f(lane[l], lane[l + half]);                   \
    for (; i < n; i++) lane[0] = f(lane[0], (A)x[i]);                                        \
    return lane[0];                                                                          \
  }                                                                                          \
  static void name##_tile(int64_t rows, int64_t columns, int64_t stride, const T *x, R *y) { \
    A acc[KNN__TILE];                                                                        \
    for (int64_t j = 0; j < columns; j++) acc[j] = (A)x[j];                                  \
    for (int64_t i = 1; i < rows; i++) {                                                     \
      const T *row = x + i * stride;                                                         \
      for (int64_t j = 0; j < columns; j++) acc[j] = f(acc[j], (A)row[j]);                   \
    }                                                                                        \
    for (int64_t j = 0; j < columns; j++) y[j] = (R)acc[j];                                  \
  }                                                                                          \
  void name(int64_t rows, int64_t columns, int64_t stride, const void *x, void *y) {         \
    const T *from = x;                                                                       \
    R *to = y;                                                                               \
    if (columns == 1 && stride == 1) {                                                       \
      *to = (R)name##_row(rows, from);                                                       \
      return;                                                                                \
    }                                                                                        \
    for (int64_t j = 0; j < columns; j += KNN__TILE) {                                       \
      int64_t width = columns - j < KNN__TILE ? columns - j : KNN__TILE;                     \
      name##_tile(rows, width, stride, from + j, to + j);                                    \
    }                                                                                        \
  }

/* Position of the best element of each column; better(x, best) decides, so equals keep the first.
 */
#define KNN__ARG_FOLD(name, better, T)                                                  \
  void name(int64_t rows, int64_t columns, int64_t stride, const void *x, int32_t *y) { \
    const T *from = x;                                                                  \
    for (int64_t first = 0; first < columns; first += KNN__TILE) {                      \
      int64_t width = columns - first < KNN__TILE ? columns - first : KNN__TILE;        \
      T best[KNN__TILE];                                                                \
      int32_t at[KNN__TILE];                                                            \
      for (int64_t j = 0; j < width; j++) best[j] = from[first + j], at[j] = 0;         \
      for (int64_t i = 1; i < rows; i++) {                                              \
        const T *row = from + i * stride + first;                                       \
        for (int64_t j = 0; j < width; j++)                                             \
          if (better(row[j], best[j])) best[j] = row[j], at[j] = (int32_t)i;            \
      }                                                                                 \
      for (int64_t j = 0; j < width; j++) y[first + j] = at[j];                         \
    }                                                                                   \
  }

#endif
