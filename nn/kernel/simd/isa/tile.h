/* tile.h - the one inner loop: c (rows, columns) = or += sum over k of a[i, k] b[k, j], held in
 * registers.
 *
 * The k axis is a list of runs of `run` elements; run q of a starts at a + starts[q]. Inside a run
 * a advances by a_col per k, rows lie a_row apart. b has one row of columns per k, b_row apart,
 * straight through all runs, readable up to whole vectors. This covers products (one run),
 * convolutions (a run per line of the window) and filter gradients (a run per line of y). */
#ifndef KNN__TILE_H
#define KNN__TILE_H

#include <stdbool.h>

#include "isa.h"

typedef struct tile {
  const real *a;
  int64_t a_row, a_col;
  const int64_t *starts;
  int64_t runs, run;
  const real *b;
  int64_t b_row;
  real *c;
  int64_t c_row;
  int64_t rows, columns; /* at most tile_rows(columns), COLUMNS */
  bool add;              /* to what stands in c */
} tile;

/* Vectors that cover so many columns. */
static inline int64_t vectors_of(int64_t columns) {
  return (columns + LANES - 1) / LANES;
}

/* Most rows of a tile of so many columns. */
static inline int64_t tile_rows(int64_t columns) {
  return vectors_of(columns) > 2 ? WIDE_ROWS : ROWS;
}

void KNN__ISA(tile)(const tile *t);

/* Rows [0, n) in tiles of nearly equal height: the last rows then cost no more than the others. */
static inline int64_t tiles_of(int64_t n, int64_t most) {
  return (n + most - 1) / most;
}

#endif
