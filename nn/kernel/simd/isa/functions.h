/* functions.h - e^x and its kin on vectors of float; double takes those of libm (ref). Errors, in
 * units in the last place, measured over all kinds of numbers by tests/ops/test_functions.c:
 * exp and log 1, the others 2, with and without fused multiply-add. NaN stays NaN, infinities and
 * zeros give what C's functions give, subnormal results are rounded as others.
 *
 * exp: x = n ln 2 + r, |r| <= ln 2 / 2; e^r by its Taylor series to r^7 (the rest is below 6e-9),
 *   times 2^n in two factors.
 * expm1: 2^n (e^r - 1) + (2^n - 1), at half the scale so that 2^128 need not exist.
 * log: x = 2^n (1 + f), sqrt(1/2) <= 1 + f < sqrt(2); ln(1 + f) = f - f^2/2 + s (f^2/2 + R), s = f
 * / (2 + f), R the series of 2 atanh(s) / s - 2 to s^8 (the rest is below 3e-9). log1p: the same
 * with what 1 + x rounds away added to f. tanh: x + x^3 P(x^2) up to 0.6, else t / (t + 2), t =
 * e^2|x| - 1. erf: x + x P(x^2) up to 0.95, else 1 - e^-Q(x). P and Q are minimax fits, errors
 * below 3e-9. */
#ifndef KNN__FUNCTIONS_H
#define KNN__FUNCTIONS_H

#include "entropy.h"
#include "vector.h"

#ifndef KNN_REAL_DOUBLE

/* for sums that wrap around where their bits mean nothing, as with NaN */
typedef uint32_t wraps __attribute__((vector_size(KNN_VECTOR_BYTES)));

INLINE vec magnitude(vec x) {
  return (vec)((ints)x & 0x7fffffff);
}

INLINE vec with_sign_of(vec y, vec x) {
  return (vec)((ints)magnitude(y) | ((ints)x & ~0x7fffffff));
}

INLINE vec at_most(vec x, float most) { /* NaN stays NaN */
  return choose(x > most, all(most), x);
}

INLINE vec at_least(vec x, float least) {
  return choose(x < least, all(least), x);
}

INLINE vec power_of_two(ints n) { /* -127 <= n <= 127; 2^-127 comes out as 0 */
  return (vec)(((wraps)n + 127) << 23);
}

/* n = round(x / ln 2) as a number and as an integer; r = x - n ln 2. For |x| < 2^21. */
INLINE vec reduce(vec x, ints *whole) {
  const float shift = 0x1.8p23f; /* adding it rounds and leaves the integer in the low bits */
  vec t = x * 0x1.715476p0f + shift, n = t - shift;
  *whole = (ints)((wraps)t - 0x4b400000);
  return x - n * 0x1.63p-1f - n * -0x1.bd0106p-13f; /* ln 2 in two parts, the first exact times n */
}

/* (e^r - 1 - r) / r^2 */
INLINE vec tail_of_exp(vec r) {
  vec p = r * (1 / 5040.0f) + 1 / 720.0f;
  p = p * r + 1 / 120.0f;
  p = p * r + 1 / 24.0f;
  p = p * r + 1 / 6.0f;
  return p * r + 0.5f;
}

INLINE vec exp_of(vec x) {
  ints n, none = x < -104; /* kept out of the way: subnormal numbers are slow */
  vec r = reduce(at_most(choose(none, all(0), x), 90), &n);
  vec p = r * r * tail_of_exp(r) + r + 1;
  ints half = n >> 1;
  return choose(none, all(0),
                p * power_of_two(half) * power_of_two((ints)((wraps)n - (wraps)half)));
}

INLINE vec expm1_of(vec x) {
  ints n;
  vec r = reduce(at_least(at_most(x, 88.8f), -87), &n);
  vec p = r * r * tail_of_exp(r) + r, scale = power_of_two((ints)((wraps)n - 1));
  vec y = (scale * p + (scale - 0.5f)) * 2;
  return choose(x == 0, x, y); /* keeps -0 */
}

/* ln(2^n (1 + f)) */
INLINE vec log_of_parts(vec n, vec f) {
  vec s = f / (f + 2), z = s * s, half = f * f * 0.5f;
  vec series = z * (2 / 9.0f) + 2 / 7.0f;
  series = series * z + 2 / 5.0f;
  series = series * z + 2 / 3.0f;
  vec rest = s * (series * z + half) + n * 0x1.2fefa4p-17f;
  return n * 0x1.62e3p-1f - ((half - rest) - f); /* ln 2 in two parts, the first exact times n */
}

/* x = 2^n m, sqrt(1/2) <= m < sqrt(2), for positive normal x */
INLINE ints exponent_of(vec x, vec *m) {
  ints n = (ints)((wraps)x - 0x3f3504f3) >> 23;
  *m = (vec)((wraps)x - ((wraps)n << 23));
  return n;
}

/* Results of logarithms at and below 0, at infinity and NaN; x is what the logarithm is taken of.
 */
INLINE vec log_at_edges(vec y, vec x) {
  y = choose(x == __builtin_inff(), x, y);
  y = choose(x == 0, all(-__builtin_inff()), y);
  return choose((x >= 0), y, all(__builtin_nanf("")));
}

INLINE vec log_of(vec x) {
  ints tiny = x < 0x1p-126f;
  vec m, normal = choose(tiny, x * 0x1p23f, x);
  ints n = exponent_of(normal, &m) - (tiny & 23);
  return log_at_edges(log_of_parts(__builtin_convertvector(n, vec), m - 1), x);
}

INLINE vec log1p_of(vec x) {
  vec u = x + 1, m;
  vec lost = choose(x > 1, 1 - (u - x), x - (u - 1));
  ints n = exponent_of(u, &m);
  ints small = n < 64; /* what a larger u loses does not count */
  vec f = (m - 1) + lost * (vec)(((127 - (wraps)n) << 23) & (wraps)small);
  vec y = log_at_edges(log_of_parts(__builtin_convertvector(n, vec), f), u);
  return choose(x == 0, x, y); /* keeps -0 */
}

INLINE vec tanh_of(vec x) {
  vec t = expm1_of(at_most(magnitude(x) * 2, 40)), z = x * x;
  vec near = z * -0x1.830be6157e468p-8f + 0x1.54e014057409cp-6f;
  near = near * z + -0x1.b89ed8abfc63cp-5f;
  near = near * z + 0x1.1109db69e64c6p-3f;
  near = near * z + -0x1.55553e7974abdp-2f;
  return with_sign_of(choose(z > 0.36f, t / (t + 2), near * z * x + x), x);
}

INLINE vec sigmoid_of(vec x) {
  vec e = exp_of(-magnitude(x));
  return choose(x < 0, e, all(1)) / (e + 1);
}

INLINE vec softplus_of(vec x) {
  return choose(x < 0, all(0), x) + log1p_of(exp_of(-magnitude(x)));
}

INLINE vec log_sigmoid_of(vec x) {
  return choose(x > 0, all(0), x) - log1p_of(exp_of(-magnitude(x)));
}

/* Cross-entropies of targets t, as ref has them. */

INLINE vec binary_entropy_of(vec t, vec p) {
  vec q = at_most(at_least(p, (float)KNN__EPSILON), (float)(1 - KNN__EPSILON));
  return -(t * log_of(q) + (1 - t) * log_of(1 - q));
}

INLINE vec binary_entropy_grad_of(vec t, vec p) {
  ints clipped = (p < (float)KNN__EPSILON) | (p > (float)(1 - KNN__EPSILON));
  return choose(clipped, all(0), (p - t) / (p * (1 - p)));
}

/* ln(1 + x), 0 <= x <= 1, within 3 units */
INLINE vec log1p_below_1(vec x) {
  vec p = x * -0x1.b2f588p-9f + 0x1.4b0836p-6f;
  p = p * x + -0x1.d86324p-5f;
  p = p * x + 0x1.b579c2p-4f;
  p = p * x + -0x1.3a7a82p-3f;
  p = p * x + 0x1.935ca0p-3f;
  p = p * x + -0x1.ff26e2p-3f;
  p = p * x + 0x1.554df0p-2f;
  p = p * x + -0x1.ffffd2p-2f;
  return x * x * p + x;
}

INLINE vec sigmoid_entropy_of(vec t, vec x) {
  vec y = at_most(at_least(x, (float)KNN__LOGIT_OF_EPSILON), KNN__LOGIT_OF_REST);
  return at_least(y, 0) - t * y + log1p_below_1(exp_of(-magnitude(y)));
}

INLINE vec erf_of(vec x) {
  vec a = at_most(magnitude(x), 4), z = a * a; /* 1 - erf(4) is below half a unit of 1 */
  vec near = z * 0x1.496a275eee066p-14f - 0x1.a3f6fbcee6179p-11f;
  near = near * z + 0x1.5405b12c5d2c6p-8f;
  near = near * z + -0x1.b7f90cef6c5a0p-6f;
  near = near * z + 0x1.ce2cf73e0fd4bp-4f;
  near = near * z + -0x1.81273de93ee92p-2f;
  near = near * z + 0x1.06eba7f2456b8p-3f;
  vec far = a * -0x1.919d7b45fc17fp-13f + 0x1.89282a241f870p-9f;
  far = far * a + -0x1.694ce9f5384a8p-6f;
  far = far * a + 0x1.a835d2b590f0bp-4f;
  far = far * a + 0x1.467380daba999p-1f;
  far = far * a + 0x1.209eff9f88c4bp+0f;
  far = far * a + 0x1.0ce4afd574000p-12f;
  return with_sign_of(choose(a > 0.95f, 1 - exp_of(-far), near * a + a), x);
}

#endif
#endif
