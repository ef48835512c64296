/* dropout_loops.c - see dropout_loops.h. */
#include "dropout_loops.h"

#include "real.h"

void KNN__REAL(masked)(int64_t n, const void *x, const uint8_t *mask, double scale, void *y) {
  const real *from = x, factor = (real)scale;
  real *to = y;
  for (int64_t i = 0; i < n; i++) to[i] = mask[i] ? from[i] * factor : 0;
}
