/* arithmetic.c - elementwise loops whose scalar functions are exact or rounded once, so that any
 * vector width gives the bits of ref: the compiler makes the vectors. maximum and minimum give NaN
 * if either side is NaN. */
#include <string.h>
#include <tgmath.h>

#include "elementwise.h"
#include "entropy.h"
#include "set.h"
#include "vector.h"

#define F static inline real
#define T static inline int

/* clang-format off */
F f_negative(real x) { return -x; }
F f_absolute(real x) { return fabs(x); }
F f_sign(real x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
F f_sqrt(real x) { return sqrt(x); }
F f_rsqrt(real x) { return 1 / sqrt(x); }
F f_square(real x) { return x * x; }
F f_reciprocal(real x) { return 1 / x; }
F f_relu(real x) { return x < 0 ? 0 : x; }
F f_floor(real x) { return floor(x); }
F f_ceil(real x) { return ceil(x); }
F f_round(real x) { return rint(x); }
F f_trunc(real x) { return trunc(x); }

F f_add(real x, real y) { return x + y; }
F f_subtract(real x, real y) { return x - y; }
F f_multiply(real x, real y) { return x * y; }
F f_divide(real x, real y) { return x / y; }
F f_maximum(real x, real y) { return x > y || x != x ? x : y; }
F f_minimum(real x, real y) { return x < y || x != x ? x : y; }
F f_relu_grad(real dy, real y) { return y > 0 ? dy : 0; }
F f_sigmoid_entropy_grad(real t, real p) {
  return p < (real)KNN__EPSILON || p > (real)(1 - KNN__EPSILON) ? 0 : p - t;
}

T f_isnan(real x) { return x != x; }
T f_isfinite(real x) { return fabs(x) <= REAL_MAX; }
T f_isinf(real x) { return fabs(x) > REAL_MAX; }
T f_equal(real x, real y) { return x == y; }
T f_not_equal(real x, real y) { return x != y; }
T f_less(real x, real y) { return x < y; }
T f_less_equal(real x, real y) { return x <= y; }
T f_greater(real x, real y) { return x > y; }
T f_greater_equal(real x, real y) { return x >= y; }
/* clang-format on */

#define X(name) KNN__UNARY_LOOP(KNN__ISA(name), f_##name, real, real)
KNN__EXACT_UNARY_LIST(X)
#undef X
#define X(name) KNN__BINARY_LOOP(KNN__ISA(name), f_##name, real, real)
KNN__EXACT_BINARY_LIST(X)
#undef X
#define X(name) KNN__UNARY_LOOP(KNN__ISA(name), f_##name, real, uint8_t)
KNN__REAL_TEST_LIST(X)
#undef X
#define X(name) KNN__BINARY_LOOP(KNN__ISA(name), f_##name, real, uint8_t)
KNN__COMPARE_LIST(X)
#undef X

KNN__CLIP_LOOP(KNN__ISA(clip), real)

/* The mask's 0 or 1 as all bits of an element: compilers make the best of this form. */
F f_masked(real x, uint8_t mask, real scale) {
  const real scaled = x * scale;
  lane bits;
  real y;
  memcpy(&bits, &scaled, sizeof bits);
  bits &= -(lane)mask;
  memcpy(&y, &bits, sizeof y);
  return y;
}
KNN__MASKED_LOOP(KNN__ISA(masked), f_masked, real)

/* Conditions of a block are widened first, which compilers do well in a loop of its own. */
enum { CONDITIONS = 32 * LANES };

void KNN__ISA(where)(int64_t n, void *const p[], const int64_t s[]) {
  lane wide[CONDITIONS] __attribute__((aligned(KNN_VECTOR_BYTES)));
  const uint8_t *c = p[0];
  const real *x = p[1], *y = p[2];
  real *z = p[3];
  const int64_t sc = s[0], sx = s[1], sy = s[2];
  for (int64_t i = 0; i < n; i += CONDITIONS) {
    const int64_t count = n - i < CONDITIONS ? n - i : CONDITIONS;
    for (int64_t k = 0; k < count; k++) wide[k] = c[(i + k) * sc];
    int64_t k = 0;
    for (; k + LANES <= count; k += LANES) {
      vec a = all(x[0]), b = all(y[0]);
      if (sx) a = *(const vec_at *)(x + i + k);
      if (sy) b = *(const vec_at *)(y + i + k);
      *(vec_at *)(z + i + k) = choose(*(const ints *)(wide + k) != 0, a, b);
    }
    for (; k < count; k++) z[i + k] = wide[k] ? x[(i + k) * sx] : y[(i + k) * sy];
  }
}
