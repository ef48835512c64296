/* exp.h - e^x and tanh x for loops: in float without branches and calls, so that compilers
 * vectorise them; in double from libm.
 *
 * e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln 2 / 2; e^r by its Taylor series to r^7 (the
 * rest is below 6e-9), 2^n in two factors so that subnormal and infinite results come out right.
 * Within 2 units in the last place; NaN stays NaN. tanh x = x (10395 + 1260 x^2 + 21 x^4) / (10395
 * + 4725 x^2 + 210 x^4 + x^6) near 0 (Lambert's continued fraction cut after six steps), else 1 - 2
 * / (e^2|x| + 1) with the sign of x. */
#ifndef KNN__EXP_H
#define KNN__EXP_H

#include <stdint.h>
#include <string.h>

#include "real.h"

#ifdef KNN_REAL_DOUBLE
static inline real real_exp(real x) {
  return exp(x);
}
static inline real real_tanh(real x) {
  return tanh(x);
}
#else
static inline float power_of_two(int32_t n) { /* -126 <= n <= 127 */
  const uint32_t bits = (uint32_t)(n + 127) << 23;
  float y;
  memcpy(&y, &bits, sizeof y);
  return y;
}

static inline float real_exp(float x) {
  const float shift =
      0x1.8p23f; /* adding it rounds to a whole number and leaves that in the low bits */
  x = x > 90 ? 90 : x;
  x = x < -105 ? -105 : x;
  const float t = x * 0x1.715476p0f + shift, n = t - shift;
  const float r =
      x - n * 0x1.63p-1f - n * -0x1.bd0106p-13f; /* ln 2 in two parts, the first exact times n */
  int32_t whole, base;
  memcpy(&whole, &t, sizeof whole);
  memcpy(&base, &shift, sizeof base);
  whole -= base;
  whole = whole < -160 ? -160 : whole > 160 ? 160 : whole; /* for NaN, whose bits mean nothing */
  const float p =
      1 + r * (1 + r * (0.5f +
                        r * (1 / 6.0f +
                             r * (1 / 24.0f + r * (1 / 120.0f + r * (1 / 720.0f + r / 5040.0f))))));
  return p * power_of_two(whole >> 1) * power_of_two(whole - (whole >> 1));
}

static inline float real_tanh(float x) {
  const float a = fabsf(x), s = x * x;
  const float near = x * (10395 + s * (1260 + s * 21)) / (10395 + s * (4725 + s * (210 + s)));
  const float far = copysignf(1 - 2 / (real_exp(2 * a) + 1), x);
  return a > 0.75f ? far : near;
}
#endif

#endif
