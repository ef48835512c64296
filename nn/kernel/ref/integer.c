/* integer.c - elementwise loops on int32, int64, uint8 and bool. Scalar functions work on int64 and
 * wrap around on overflow as NumPy's do; the loop narrows the result. A divisor of 0 gives 0, as
 * NumPy without its warning. */
#ifndef KNN_REAL_DOUBLE
#include <stdbool.h>

#include "elementwise.h"

#define F static inline int64_t

/* clang-format off */
F f_add(int64_t x, int64_t y) { return (int64_t)((uint64_t)x + (uint64_t)y); }
F f_subtract(int64_t x, int64_t y) { return (int64_t)((uint64_t)x - (uint64_t)y); }
F f_multiply(int64_t x, int64_t y) { return (int64_t)((uint64_t)x * (uint64_t)y); }
F f_maximum(int64_t x, int64_t y) { return x > y ? x : y; }
F f_minimum(int64_t x, int64_t y) { return x < y ? x : y; }
/* clang-format on */

F f_floor_divide(int64_t x, int64_t y) {
  if (y == 0) return 0;
  if (y == -1) return f_subtract(0, x); /* INT64_MIN / -1 would trap */
  return x / y - (x % y != 0 && (x % y < 0) != (y < 0));
}
F f_mod(int64_t x, int64_t y) {
  if (y == 0 || y == -1) return 0;
  return x % y + (x % y != 0 && (x % y < 0) != (y < 0) ? y : 0);
}
F f_power(int64_t x,
          int64_t y) { /* by squaring; a negative exponent leaves 0 except for 1 and -1 */
  if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 ? -1 : 1) : 0;
  int64_t result = 1;
  for (; y; y >>= 1, x = f_multiply(x, x))
    if (y & 1) result = f_multiply(result, x);
  return result;
}

/* clang-format off */
F f_bitwise_and(int64_t x, int64_t y) { return x & y; }
F f_bitwise_or(int64_t x, int64_t y) { return x | y; }
F f_bitwise_xor(int64_t x, int64_t y) { return x ^ y; }
/* Shifts by more than a word leave nothing but the sign. */
F f_bitwise_left_shift(int64_t x, int64_t y) { return y < 0 || y > 63 ? 0 : (int64_t)((uint64_t)x << y); }
F f_bitwise_right_shift(int64_t x, int64_t y) { return x >> (y < 0 || y > 63 ? 63 : y); }
/* clang-format on */

F f_absolute(int64_t x) {
  return x < 0 ? f_subtract(0, x) : x;
}
F f_gcd(int64_t x, int64_t y) {
  while (y != 0) {
    const int64_t rest = f_mod(x, y);
    x = y;
    y = rest;
  }
  return f_absolute(x);
}
F f_lcm(int64_t x, int64_t y) {
  const int64_t d = f_gcd(x, y);
  return d == 0 ? 0 : f_absolute(f_multiply(x / d, y));
}

/* clang-format off */
F f_negative(int64_t x) { return f_subtract(0, x); }
F f_sign(int64_t x) { return (x > 0) - (x < 0); }
F f_square(int64_t x) { return f_multiply(x, x); }
F f_relu(int64_t x) { return x < 0 ? 0 : x; }
/* clang-format on */

#define X(name)                                                       \
  KNN__BINARY_LOOP(knn__ref_##name##_i32, f_##name, int32_t, int32_t) \
  KNN__BINARY_LOOP(knn__ref_##name##_i64, f_##name, int64_t, int64_t) \
  KNN__BINARY_LOOP(knn__ref_##name##_u8, f_##name, uint8_t, uint8_t)
KNN__INTEGER_BINARY_LIST(X)
#undef X
#define X(name)                                                      \
  KNN__UNARY_LOOP(knn__ref_##name##_i32, f_##name, int32_t, int32_t) \
  KNN__UNARY_LOOP(knn__ref_##name##_i64, f_##name, int64_t, int64_t) \
  KNN__UNARY_LOOP(knn__ref_##name##_u8, f_##name, uint8_t, uint8_t)
KNN__INTEGER_UNARY_LIST(X)
#undef X

/* clang-format off */
static inline bool f_equal(int64_t x, int64_t y) { return x == y; }
static inline bool f_not_equal(int64_t x, int64_t y) { return x != y; }
static inline bool f_less(int64_t x, int64_t y) { return x < y; }
static inline bool f_less_equal(int64_t x, int64_t y) { return x <= y; }
static inline bool f_greater(int64_t x, int64_t y) { return x > y; }
static inline bool f_greater_equal(int64_t x, int64_t y) { return x >= y; }
/* clang-format on */

#define X(name)                                                       \
  KNN__BINARY_LOOP(knn__ref_##name##_i32, f_##name, int32_t, uint8_t) \
  KNN__BINARY_LOOP(knn__ref_##name##_i64, f_##name, int64_t, uint8_t) \
  KNN__BINARY_LOOP(knn__ref_##name##_u8, f_##name, uint8_t, uint8_t)
KNN__COMPARE_LIST(X)
#undef X

/* clang-format off */
static inline bool f_logical_and(uint8_t x, uint8_t y) { return x & y; }
static inline bool f_logical_or(uint8_t x, uint8_t y) { return x | y; }
static inline bool f_logical_xor(uint8_t x, uint8_t y) { return x ^ y; }
static inline bool f_logical_not(uint8_t x) { return !x; }
/* clang-format on */

#define X(name) KNN__BINARY_LOOP(knn__ref_##name##_bool, f_##name, uint8_t, uint8_t)
KNN__LOGICAL_LIST(X)
#undef X
KNN__UNARY_LOOP(knn__ref_logical_not_bool, f_logical_not, uint8_t, uint8_t)

KNN__CLIP_LOOP(knn__ref_clip_i32, int32_t)
KNN__CLIP_LOOP(knn__ref_clip_i64, int64_t)
KNN__CLIP_LOOP(knn__ref_clip_u8, uint8_t)

KNN__WHERE_LOOP(knn__ref_where_1, uint8_t)
KNN__WHERE_LOOP(knn__ref_where_2, uint16_t)
KNN__WHERE_LOOP(knn__ref_where_4, uint32_t)
KNN__WHERE_LOOP(knn__ref_where_8, uint64_t)

#define SAME(x) (x)
KNN__UNARY_LOOP(knn__ref_copy_1, SAME, uint8_t, uint8_t)
KNN__UNARY_LOOP(knn__ref_copy_2, SAME, uint16_t, uint16_t)
KNN__UNARY_LOOP(knn__ref_copy_4, SAME, uint32_t, uint32_t)
KNN__UNARY_LOOP(knn__ref_copy_8, SAME, uint64_t, uint64_t)
#endif
