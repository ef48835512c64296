/* loop_types.h - what the inner loops of elementwise ops and reductions look like, and which there
 * are. The X-lists name them: X(add) stands for knn__ref_add_f32, _f64 and, in the integer lists,
 * _i32, _i64, _u8 (ref/loop.h), and for the entry `add` of a knn__simd_set (simd/simd.h). */
#ifndef KNN__LOOP_TYPES_H
#define KNN__LOOP_TYPES_H

#include <stdint.h>

/* n elements. p[0 ..] first elements of the operands, the result last; s[k] = 1: operand k
 * advances, 0: it stays. The result may be the memory of an operand that advances. */
typedef void knn__loop(int64_t n, void *const p[], const int64_t s[]);

/* `rows` x `columns` elements at x, rows `stride` elements apart, folded over the rows into
 * y[columns] (columns > 1), or a single column with stride 1. The order of the additions depends on
 * the sizes only. rows >= 1. */
typedef void knn__fold(int64_t rows, int64_t columns, int64_t stride, const void *x, void *y);
/* As knn__fold: position of the largest or smallest element, the first of equals; NaN wins. */
typedef void knn__arg_fold(int64_t rows, int64_t columns, int64_t stride, const void *x,
                           int32_t *y);

/* rows x n elements, packed, row by row: y from x; dx from y and dy */
typedef void knn__rows(int64_t rows, int64_t n, const void *x, void *y);
typedef void knn__rows_grad(int64_t rows, int64_t n, const void *y, const void *dy, void *dx);

/* floats -> floats */
#define KNN__REAL_UNARY_LIST(X)                                                               \
  X(negative)                                                                                 \
  X(absolute)                                                                                 \
  X(sign)                                                                                     \
  X(exp)                                                                                      \
  X(expm1)                                                                                    \
  X(log)                                                                                      \
  X(log1p)                                                                                    \
  X(log2) X(log10) X(sqrt) X(rsqrt) X(square) X(reciprocal) X(sin) X(cos) X(tan) X(arcsin)    \
      X(arccos) X(arctan) X(sinh) X(cosh) X(tanh) X(arcsinh) X(arccosh) X(arctanh) X(sigmoid) \
          X(log_sigmoid) X(softplus) X(relu) X(erf) X(floor) X(ceil) X(round) X(trunc)
/* floats -> bool */
#define KNN__REAL_TEST_LIST(X) X(isnan) X(isinf) X(isfinite)
#define KNN__REAL_BINARY_LIST(X) \
  X(add)                         \
  X(subtract)                    \
  X(multiply)                    \
  X(divide) X(power) X(maximum) X(minimum) X(floor_divide) X(mod) X(arctan2) X(relu_grad)          \
      X(binary_entropy) X(binary_entropy_grad) X(sigmoid_entropy) X(sigmoid_entropy_grad)
/* seldom used: of these there are no vector loops */
#define KNN__SPECIAL_UNARY_LIST(X) X(erfinv)
#define KNN__SPECIAL_BINARY_LIST(X) X(nextafter)
/* any two of a type -> bool */
#define KNN__COMPARE_LIST(X) X(equal) X(not_equal) X(less) X(less_equal) X(greater) X(greater_equal)
#define KNN__LOGICAL_LIST(X) X(logical_and) X(logical_or) X(logical_xor)
/* int32, int64, uint8 */
#define KNN__INTEGER_UNARY_LIST(X) X(negative) X(absolute) X(sign) X(square) X(relu)
#define KNN__INTEGER_BINARY_LIST(X)                                                            \
  X(add)                                                                                       \
  X(subtract) X(multiply) X(power) X(maximum) X(minimum) X(floor_divide) X(mod) X(bitwise_and) \
      X(bitwise_or) X(bitwise_xor) X(bitwise_left_shift) X(bitwise_right_shift) X(gcd) X(lcm)
#define KNN__REAL_FOLD_LIST(X) X(sum) X(max) X(min) X(prod) X(logsumexp)
#define KNN__INTEGER_FOLD_LIST(X) X(max) X(min)
/* uint8 adds into int32; its later stages are int32 */
#define KNN__WIDENING_FOLD_LIST(X) X(sum) X(prod)

#endif
