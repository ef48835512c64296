/* pooled.c - p = max over a window of relu(y + bias), and where it stands (the first of equals);
 * dy = dp there if p > 0, else 0. To the bits of the separate ops: every element sees the same
 * operations. */
#include "pooled.h"

#include <math.h>
#include <string.h>

#include "set.h"

enum { BLOCK = 64 }; /* channels whose windows are walked together */

/* One window; x: its first element, `at`: NULL = not wanted. */
static void largest(const knn__pooled *p, const real *x, const real *bias, int64_t n, real *best,
                    uint8_t *at) {
  int32_t place[BLOCK];
  for (int64_t c = 0; c < n; c++) best[c] = -INFINITY, place[c] = 0;
  for (int64_t k1 = 0; k1 < p->window[0]; k1++)
    for (int64_t k2 = 0; k2 < p->window[1]; k2++) {
      const real *from = x + (k1 * p->columns + k2) * p->channels;
      int32_t k = (int32_t)(k1 * p->window[1] + k2);
      for (int64_t c = 0; c < n; c++) {
        real y = from[c] + bias[c], old = best[c];
        int32_t before = place[c];
        y = y < 0 ? 0 : y;
        place[c] = y > old ? k : before;
        best[c] = y > old || y != y ? y : old; /* NaN stays visible */
      }
    }
  if (at)
    for (int64_t c = 0; c < n; c++) at[c] = (uint8_t)place[c];
}

void KNN__ISA(relu_pool)(const knn__pooled *p, int64_t lines, const void *y, const void *bias,
                         void *to, uint8_t *where) {
  const real *x = y, *b = bias;
  real *best = to;
  for (int64_t line = 0; line + p->window[0] <= lines; line += p->window[0])
    for (int64_t o = 0; o + p->window[1] <= p->columns; o += p->window[1]) {
      for (int64_t c = 0; c < p->channels; c += BLOCK) {
        int64_t n = p->channels - c < BLOCK ? p->channels - c : BLOCK;
        largest(p, x + (line * p->columns + o) * p->channels + c, b + c, n, best + c,
                where ? where + c : NULL);
      }
      best += p->channels;
      if (where) where += p->channels;
    }
}

/* One window; x: its first element. */
static void spread(const knn__pooled *p, const real *dp, const real *best, const uint8_t *where,
                   int64_t n, real *x) {
  real kept[BLOCK];
  int32_t place[BLOCK];
  for (int64_t c = 0; c < n; c++) {
    real d = dp[c];
    kept[c] = best[c] > 0 ? 0 + d : 0; /* as if added to 0 */
    place[c] = where[c];
  }
  for (int64_t k1 = 0; k1 < p->window[0]; k1++)
    for (int64_t k2 = 0; k2 < p->window[1]; k2++) {
      real *to = x + (k1 * p->columns + k2) * p->channels;
      int32_t k = (int32_t)(k1 * p->window[1] + k2);
      for (int64_t c = 0; c < n; c++) {
        real d = kept[c];
        to[c] = place[c] == k ? d : 0;
      }
    }
}

void KNN__ISA(relu_pool_grad)(const knn__pooled *p, const void *dp, const void *best,
                              const uint8_t *where, void *dy) {
  const real *d = dp, *b = best;
  real *to = dy;
  int64_t covered = p->columns / p->window[1] * p->window[1], row = p->columns * p->channels,
          line = 0;
  for (; line + p->window[0] <= p->lines; line += p->window[0]) {
    for (int64_t o = 0; o < covered; o += p->window[1]) {
      for (int64_t c = 0; c < p->channels; c += BLOCK) {
        int64_t n = p->channels - c < BLOCK ? p->channels - c : BLOCK;
        spread(p, d + c, b + c, where + c, n, to + line * row + o * p->channels + c);
      }
      d += p->channels, b += p->channels, where += p->channels;
    }
    for (int64_t k = 0; k < p->window[0] && covered < p->columns; k++)
      memset(to + (line + k) * row + covered * p->channels, 0,
             (size_t)(row - covered * p->channels) * sizeof(real));
  }
  memset(to + line * row, 0, (size_t)((p->lines - line) * row) * sizeof(real));
}
