/* peak.c - loops that do nothing but show what the machine can do: multiply-adds in registers, and
 * a pass over memory like an optimizer's, x = factor x + y. */
#include "set.h"

enum { CHAINS = 10 }; /* a multiply-add takes 4 cycles, two start in each: 8 hide the wait */

double KNN__ISA(multiply_adds)(int64_t rounds) {
  vec sum[CHAINS], factor = {0}, step = {0};
  real total = 0;
  factor += (real)0.75;
  step += (real)0.25;
  for (int c = 0; c < CHAINS; c++) sum[c] = step * (real)c;
  for (int64_t i = 0; i < rounds; i++) {
#pragma GCC unroll 10
    for (int c = 0; c < CHAINS; c++) sum[c] = sum[c] * factor + step;
  }
  for (int c = 0; c < CHAINS; c++)
    for (int l = 0; l < LANES; l++) total += sum[c][l]; /* so that nothing is left out */
  return total == 0 ? 0 : 2.0 * (double)rounds * CHAINS * LANES;
}

double KNN__ISA(pass)(int64_t n, void *x, const void *y) {
  real *restrict to = x;
  const real *restrict from = y;
  for (int64_t i = 0; i < n; i++) to[i] = (real)0.75 * to[i] + from[i];
  return 3.0 * (double)n * sizeof(real);
}
