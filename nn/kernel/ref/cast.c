/* cast.c - conversions between element types. Every number goes through double, which all types but
 * int64 fit into; int32 and smaller to int64 is exact that way too. Floats to integers truncate
 * towards 0 and stop at the type's limits, NaN becomes 0; any nonzero is true. */
#ifndef KNN_REAL_DOUBLE
#include "elementwise.h"
#include "half.h"

/* clang-format off */
static inline float to_f32(double x) { return (float)x; }
static inline double to_f64(double x) { return x; }
static inline uint16_t to_bf16(double x) { return knn__to_bf16((float)x); }
static inline uint16_t to_f16(double x) { return knn__to_f16((float)x); }
static inline int to_truth(double x) { return x != 0; }
static inline uint8_t to_u8(double x) { return x >= 255 ? 255 : x > 0 ? (uint8_t)x : 0; }
/* clang-format on */
static inline int32_t to_i32(double x) {
  return x >= INT32_MAX ? INT32_MAX : x <= INT32_MIN ? INT32_MIN : x == x ? (int32_t)x : 0;
}
static inline int64_t to_i64(double x) {
  return x >= 0x1p63 ? INT64_MAX : x <= -0x1p63 ? INT64_MIN : x == x ? (int64_t)x : 0;
}

/* A bool is one byte that is 0 or not. */
static inline double from_truth(uint8_t x) {
  return x != 0;
}

#define NUMBER(x) ((double)(x))
#define PAIR(from, F, read, to, R)      \
  static inline R from##_to_##to(F x) { \
    return (R)to_##to(read(x));         \
  }                                     \
  static KNN__UNARY_LOOP(cast_##from##_##to, from##_to_##to, F, R)
#define FROM(from, F, read)           \
  PAIR(from, F, read, f32, float)     \
  PAIR(from, F, read, f64, double)    \
  PAIR(from, F, read, i32, int32_t)   \
  PAIR(from, F, read, i64, int64_t)   \
  PAIR(from, F, read, u8, uint8_t)    \
  PAIR(from, F, read, truth, uint8_t) \
  PAIR(from, F, read, bf16, uint16_t) PAIR(from, F, read, f16, uint16_t)

FROM(f32, float, NUMBER)
FROM(f64, double, NUMBER)
FROM(i32, int32_t, NUMBER)
FROM(i64, int64_t, NUMBER)
FROM(u8, uint8_t, NUMBER)
FROM(truth, uint8_t, from_truth)
FROM(bf16, uint16_t, knn__from_bf16)
FROM(f16, uint16_t, knn__from_f16)

#define ROW(from)                                                                                 \
  {                                                                                               \
    [KNN_F32] = cast_##from##_f32, [KNN_F64] = cast_##from##_f64, [KNN_I32] = cast_##from##_i32,  \
    [KNN_I64] = cast_##from##_i64, [KNN_U8] = cast_##from##_u8, [KNN_BOOL] = cast_##from##_truth, \
    [KNN_BF16] = cast_##from##_bf16, [KNN_F16] = cast_##from##_f16                                \
  }

knn__loop *knn__ref_cast(knn_dtype to, knn_dtype from) {
  static knn__loop *const table[KNN_DTYPES][KNN_DTYPES] = {
      [KNN_F32] = ROW(f32), [KNN_F64] = ROW(f64),    [KNN_I32] = ROW(i32),   [KNN_I64] = ROW(i64),
      [KNN_U8] = ROW(u8),   [KNN_BOOL] = ROW(truth), [KNN_BF16] = ROW(bf16), [KNN_F16] = ROW(f16)};
  if (to != from) return table[from][to];
  size_t size = knn_dtype_size(to);
  return size == 1   ? knn__ref_copy_1
         : size == 2 ? knn__ref_copy_2
         : size == 4 ? knn__ref_copy_4
                     : knn__ref_copy_8;
}
#endif
