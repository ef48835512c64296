/* binary.c - scalar functions of two real operands, one line each, under one loop. floor_divide and
 * mod follow NumPy: the quotient is rounded down and the remainder has the divisor's sign. maximum
 * and minimum give NaN if either side is NaN. */
#include "real.h"

#include "elementwise.h"
#include "entropy.h"

#define F static inline real

/* clang-format off */
F f_add(real x, real y) { return x + y; }
F f_subtract(real x, real y) { return x - y; }
F f_multiply(real x, real y) { return x * y; }
F f_divide(real x, real y) { return x / y; }
F f_power(real x, real y) { return pow(x, y); }
F f_maximum(real x, real y) { return x > y || x != x ? x : y; }
F f_minimum(real x, real y) { return x < y || x != x ? x : y; }
F f_arctan2(real x, real y) { return atan2(x, y); }
F f_relu_grad(real dy, real y) { return y > 0 ? dy : 0; }
F f_nextafter(real x, real y) { return nextafter(x, y); }
/* clang-format on */

F f_mod(real x, real y) {
  real r = fmod(x, y);
  return r != 0 ? ((r < 0) != (y < 0) ? r + y : r) : copysign((real)0, y);
}
F f_floor_divide(real x, real y) {
  if (y == 0) return x / y;
  const real r = fmod(x, y),
             q = (x - r) / y; /* nearly whole; one less where the remainder's sign is wrong */
  return rint(r != 0 && (r < 0) != (y < 0) ? q - 1 : q);
}

/* Cross-entropies of a target t and a prediction p, kept away from 0 and 1, or its logit x; and
 * their gradients by p, and by x in terms of p. */
#define BETWEEN(low, x, high) ((x) < (low) ? (low) : (x) > (high) ? (high) : (x))
static const real least = (real)KNN__EPSILON, most = (real)(1 - KNN__EPSILON);

F f_binary_entropy(real t, real p) {
  const real q = BETWEEN(least, p, most);
  return -(t * log(q) + (1 - t) * log(1 - q));
}
F f_binary_entropy_grad(real t, real p) {
  return p < least || p > most ? 0 : (p - t) / (p * (1 - p));
}
F f_sigmoid_entropy(real t, real x) {
  const real low = (real)KNN__LOGIT_OF_EPSILON, high = (real)KNN__LOGIT_OF_REST,
             y = BETWEEN(low, x, high);
  return (y > 0 ? y : 0) - t * y + log1p(exp(-fabs(y)));
}
F f_sigmoid_entropy_grad(real t, real p) {
  return p < least || p > most ? 0 : p - t;
}

#define X(name) KNN__BINARY_LOOP(KNN__REAL(name), f_##name, real, real)
KNN__REAL_BINARY_LIST(X)
KNN__SPECIAL_BINARY_LIST(X)
#undef X

/* clang-format off */
static inline int f_equal(real x, real y) { return x == y; }
static inline int f_not_equal(real x, real y) { return x != y; }
static inline int f_less(real x, real y) { return x < y; }
static inline int f_less_equal(real x, real y) { return x <= y; }
static inline int f_greater(real x, real y) { return x > y; }
static inline int f_greater_equal(real x, real y) { return x >= y; }
/* clang-format on */

#define X(name) KNN__BINARY_LOOP(KNN__REAL(name), f_##name, real, uint8_t)
KNN__COMPARE_LIST(X)
#undef X
