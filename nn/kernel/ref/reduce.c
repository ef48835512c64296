/* reduce.c - folds of reals. Sums and products of floats run in double and are rounded once per
 * fold, so their error does not grow with the number of elements; sums of doubles run in eight
 * lanes. Maxima and minima give NaN if one is there. logsumexp = m + log(sum_i exp(x_i - m)), m the
 * maximum: no overflow; all -inf gives -inf. */
#include "real.h"

#include "exp.h"
#include "fold.h"

/* clang-format off */
static inline double add(double a, double b) { return a + b; }
static inline double multiply(double a, double b) { return a * b; }
static inline real larger(real a, real b) { return b > a || b != b ? b : a; }
static inline real smaller(real a, real b) { return b < a || b != b ? b : a; }
/* clang-format on */

KNN__FOLD(KNN__REAL(fold_sum), add, real, double, real)
KNN__FOLD(KNN__REAL(fold_prod), multiply, real, double, real)
KNN__FOLD(KNN__REAL(fold_max), larger, real, real, real)
KNN__FOLD(KNN__REAL(fold_min), smaller, real, real, real)

void KNN__REAL(fold_logsumexp)(int64_t rows, int64_t columns, int64_t stride, const void *x,
                               void *y) {
  const real *from = x;
  real *to = y;
  for (int64_t first = 0; first < columns; first += KNN__TILE) {
    int64_t width = columns - first < KNN__TILE ? columns - first : KNN__TILE;
    double sum[KNN__TILE];
    real top[KNN__TILE];
    for (int64_t j = 0; j < width; j++) top[j] = from[first + j], sum[j] = 0;
    for (int64_t i = 1; i < rows; i++)
      for (int64_t j = 0; j < width; j++) top[j] = larger(top[j], from[i * stride + first + j]);
    for (int64_t j = 0; j < width; j++)
      if (fabs(top[j]) > REAL_MAX)
        top[j] = top[j] > 0 ? REAL_MAX : -REAL_MAX; /* inf - inf is no number */
    for (int64_t i = 0; i < rows; i++)
      for (int64_t j = 0; j < width; j++) sum[j] += real_exp(from[i * stride + first + j] - top[j]);
    for (int64_t j = 0; j < width; j++) to[first + j] = (real)(top[j] + log(sum[j]));
  }
}

/* clang-format off */
static inline int above(real x, real best) { return x > best || (x != x && best == best); }
static inline int below(real x, real best) { return x < best || (x != x && best == best); }
/* clang-format on */
KNN__ARG_FOLD(KNN__REAL(argmax), above, real)
KNN__ARG_FOLD(KNN__REAL(argmin), below, real)
