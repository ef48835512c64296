/* half.h - the two 16-bit float types, each number by itself: bfloat16 (8 bits of exponent, 7 of
 * fraction: the upper half of a float32) and float16 (IEEE 754 binary16: 5 and 10). Rounding is to
 * the nearest, ties to even; NaN stays NaN, what is too large becomes infinite. */
#ifndef KNN__HALF_H
#define KNN__HALF_H

#include <string.h>

#include "knn/dtype.h"

static inline uint32_t knn__float_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline float knn__bits_float(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline float knn__from_bf16(uint16_t h) {
  return knn__bits_float((uint32_t)h << 16);
}

static inline uint16_t knn__to_bf16(float x) {
  const uint32_t bits = knn__float_bits(x);
  const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  const uint32_t nan = bits >> 16 | 0x40; /* quiet, so that the fraction does not vanish */
  return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? nan : rounded);
}

/* Multiplying by 2^112 moves the exponent's bias from 15 to 127, subnormal numbers included. */
static inline float knn__from_f16(uint16_t h) {
  const uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = (uint32_t)(h & 0x7fff) << 13;
  const uint32_t scaled = knn__float_bits(knn__bits_float(rest) * 0x1p112f);
  return knn__bits_float(sign | (rest >= 0x0f800000 ? rest | 0x7f800000 : scaled));
}

/* Normal numbers are rounded in their bits; smaller ones by an addition whose result has the unit
 * of float16's subnormal numbers as its last bit. */
static inline uint16_t knn__to_f16(float x) {
  const uint32_t bits = knn__float_bits(x), sign = bits >> 16 & 0x8000, rest = bits & 0x7fffffff;
  const uint32_t normal = (rest - 0x38000000 + 0xfff + (rest >> 13 & 1)) >> 13;
  const uint32_t tiny = knn__float_bits(knn__bits_float(rest) + 0.5f) - 0x3f000000;
  const uint32_t nan = 0x7e00, infinite = 0x7c00;
  const uint32_t h = rest > 0x7f800000    ? nan
                     : rest >= 0x477ff000 ? infinite
                     : rest < 0x38800000  ? tiny
                                          : normal;
  return (uint16_t)(sign | h);
}

static inline bool knn__dtype_is_half(knn_dtype type) {
  return type == KNN_BF16 || type == KNN_F16;
}

/* n numbers to and from float32; type: one of the two. */
void knn__half_to_float(knn_dtype type, const uint16_t *x, float *y, int64_t n);
void knn__half_from_float(knn_dtype type, const float *x, uint16_t *y, int64_t n);

#endif
