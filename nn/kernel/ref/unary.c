/* unary.c - scalar functions of one real operand, one line each, under one loop.
 * sigmoid, log_sigmoid and softplus are written so that no intermediate overflows:
 *   softplus(x) = max(x, 0) + log1p(exp(-|x|)),  log_sigmoid(x) = -softplus(-x),  sigmoid(x) = e /
 * (1 + e) for x < 0. */
#include "real.h"

#include "elementwise.h"
#include "exp.h"

#define F static inline real

/* clang-format off */
F f_negative(real x) { return -x; }
F f_absolute(real x) { return fabs(x); }
F f_sign(real x) { return x > 0 ? 1 : x < 0 ? -1 : x; } /* NaN stays NaN */
F f_exp(real x) { return real_exp(x); }
F f_expm1(real x) { return expm1(x); }
F f_log(real x) { return log(x); }
F f_log1p(real x) { return log1p(x); }
F f_log2(real x) { return log2(x); }
F f_log10(real x) { return log10(x); }
F f_sqrt(real x) { return sqrt(x); }
F f_rsqrt(real x) { return 1 / sqrt(x); }
F f_square(real x) { return x * x; }
F f_reciprocal(real x) { return 1 / x; }
F f_sin(real x) { return sin(x); }
F f_cos(real x) { return cos(x); }
F f_tan(real x) { return tan(x); }
F f_arcsin(real x) { return asin(x); }
F f_arccos(real x) { return acos(x); }
F f_arctan(real x) { return atan(x); }
F f_sinh(real x) { return sinh(x); }
F f_cosh(real x) { return cosh(x); }
F f_tanh(real x) { return real_tanh(x); }
F f_arcsinh(real x) { return asinh(x); }
F f_arccosh(real x) { return acosh(x); }
F f_arctanh(real x) { return atanh(x); }
F f_relu(real x) { return x < 0 ? 0 : x; } /* NaN stays NaN */
F f_erf(real x) { return erf(x); }
F f_floor(real x) { return floor(x); }
F f_ceil(real x) { return ceil(x); }
F f_round(real x) { return rint(x); } /* halves to even, as NumPy */
F f_trunc(real x) { return trunc(x); }
/* clang-format on */

F f_softplus(real x) {
  return (x > 0 ? x : 0) + log1p(exp(-fabs(x))); /* a NaN comes back through the second term */
}
F f_log_sigmoid(real x) {
  return (x < 0 ? x : 0) - log1p(exp(-fabs(x)));
}
F f_sigmoid(real x) {
  const real e = real_exp(-fabs(x)), one = 1;
  return (x < 0 ? e : one) / (one + e);
}

/* Winitzki's formula (2008) and four steps of Halley on erf(y) - x, or where that is all but 1 on
 * erfc; in double. */
F f_erfinv(real x) {
  const double a = 0.147, size = fabs((double)x), l = log1p(-size * size),
               b = 2 / (M_PI * a) + l / 2;
  if (!(size < 1)) return size == 1 ? x * (real)INFINITY : (real)NAN;
  double y = sqrt(sqrt(b * b - l / a) - b);
  for (int i = 0; i < 4 && y > 0; i++) {
    const double slope = M_2_SQRTPI * exp(-y * y),
                 off = (size < 0.5 ? erf(y) - size : 1 - size - erfc(y)) / slope;
    y -= off / (1 + y * off);
  }
  return (real)copysign(y, (double)x);
}

#define X(name) KNN__UNARY_LOOP(KNN__REAL(name), f_##name, real, real)
KNN__REAL_UNARY_LIST(X)
KNN__SPECIAL_UNARY_LIST(X)
#undef X

/* clang-format off */
static inline int f_isnan(real x) { return x != x; }
static inline int f_isfinite(real x) { return fabs(x) <= REAL_MAX; }
static inline int f_isinf(real x) { return fabs(x) > REAL_MAX; }
/* clang-format on */

#define X(name) KNN__UNARY_LOOP(KNN__REAL(name), f_##name, real, uint8_t)
KNN__REAL_TEST_LIST(X)
#undef X

KNN__CLIP_LOOP(KNN__REAL(clip), real)

static inline real f_masked(real x, uint8_t mask, real scale) {
  return mask ? x * scale : 0;
}
KNN__MASKED_LOOP(KNN__REAL(masked), f_masked, real)
