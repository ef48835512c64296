/* recurrent_rows.h - what LSTM and GRU share: pieces of the batch, the packed recurrent kernel, its
 * product with a few rows, functions of whole and partial vectors. */
#ifndef KNN__RECURRENT_ROWS_H
#define KNN__RECURRENT_ROWS_H

#include <string.h>

#include "functions.h"
#include "set.h"
#include "tile.h"

/* One piece: rows [first, first + rows) of the batch, and its scratch. */
typedef struct piece {
  const knn__recurrent *p;
  int64_t first, rows;
  const real *packed; /* the kernel, or its transpose, in panels of columns */
  real *z;            /* (rows, gates units) */
  real *h, *c;        /* (rows, units): states, or gradients by them */
} piece;

typedef void piece_fn(const piece *w);

/* Pack the kernel (or its transpose) and run fn on all pieces. */
void KNN__ISA(recurrent)(knn_ctx *ctx, const knn__recurrent *p, bool transposed, piece_fn *fn,
                         void *scratch);
/* y (rows, n) = or += a (rows, k) times the packed (k, n); rows of a lie a_row apart. */
void KNN__ISA(recurrent_product)(const piece *w, const real *a, int64_t a_row, int64_t k, int64_t n,
                                 real *y, bool add);

/* Element (row, t, 0) of an array (batch, steps, width); NULL stays NULL. */
INLINE real *at_step(const piece *w, const void *array, int64_t row, int64_t t, int64_t width) {
  return array ? (real *)(uintptr_t)array + ((w->first + row) * w->p->steps + t) * width : NULL;
}

INLINE bool counts(const piece *w, int64_t row, int64_t t) {
  return !w->p->mask || w->p->mask[(w->first + row) * w->p->steps + t];
}

/* Up to LANES elements. */
INLINE vec load_part(const real *x, int64_t n) {
  vec v = {0};
  if (n >= LANES) return *(const vec_at *)x;
  memcpy(&v, x, (size_t)n * sizeof(real));
  return v;
}

INLINE void store_part(real *y, vec v, int64_t n) {
  if (n >= LANES)
    *(vec_at *)y = v;
  else
    memcpy(y, &v, (size_t)n * sizeof(real));
}

#ifdef KNN_REAL_DOUBLE
vec KNN__ISA(tanh_of)(vec x);
vec KNN__ISA(sigmoid_of)(vec x);
#define tanh_of KNN__ISA(tanh_of)
#define sigmoid_of KNN__ISA(sigmoid_of)
#endif

#endif
