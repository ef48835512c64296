/* transpose.h - a square of LANES x LANES elements transposed in registers. */
#ifndef KNN__TRANSPOSE_H
#define KNN__TRANSPOSE_H

#include "vector.h"

/* Elements of two vectors in turns, from the i-th of each on: as many as the vector has. */
#define KNN__TURNS_2(i) i, LANES + i
#define KNN__TURNS_4(i) KNN__TURNS_2(i), KNN__TURNS_2(i + 1)
#define KNN__TURNS_8(i) KNN__TURNS_4(i), KNN__TURNS_4(i + 2)
#define KNN__TURNS_16(i) KNN__TURNS_8(i), KNN__TURNS_8(i + 4)
#ifdef KNN_REAL_DOUBLE
#define KNN__LANES (KNN_VECTOR_BYTES / 8)
#else
#define KNN__LANES (KNN_VECTOR_BYTES / 4)
#endif
#if KNN__LANES == 16
#define KNN__TURNS KNN__TURNS_16
#elif KNN__LANES == 8
#define KNN__TURNS KNN__TURNS_8
#elif KNN__LANES == 4
#define KNN__TURNS KNN__TURNS_4
#else
#define KNN__TURNS KNN__TURNS_2
#endif

/* to[j][i] = from[i][j], rows lying from_row and to_row apart. Shuffling the first half of the rows
 * with the second turns the bits of (row, column) by one place; after log2(LANES) such steps row
 * and column have changed places. */
INLINE void transpose(const real *from, int64_t from_row, real *to, int64_t to_row) {
  vec x[LANES], y[LANES];
#pragma GCC unroll 16
  for (int i = 0; i < LANES; i++) x[i] = load(from + i * from_row);
#pragma GCC unroll 4
  for (int step = 1; step < LANES; step *= 2) {
#pragma GCC unroll 8
    for (int i = 0; i < LANES / 2; i++) {
      y[2 * i] = __builtin_shufflevector(x[i], x[i + LANES / 2], KNN__TURNS(0));
      y[2 * i + 1] = __builtin_shufflevector(x[i], x[i + LANES / 2], KNN__TURNS(LANES / 2));
    }
#pragma GCC unroll 16
    for (int i = 0; i < LANES; i++) x[i] = y[i];
  }
#pragma GCC unroll 16
  for (int i = 0; i < LANES; i++) store(to + i * to_row, x[i]);
}

#endif
