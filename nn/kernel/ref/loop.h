/* loop.h - inner loops of elementwise ops and reductions, per element type. A missing type is a
 * NULL in the op's table.
 *
 * The X-lists name the loops: X(add) stands for knn__ref_add_f32, _f64 and, in the integer lists,
 * _i32, _i64, _u8. */
#ifndef KNN__LOOP_H
#define KNN__LOOP_H

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

/* floats -> floats */
#define KNN__REAL_UNARY_LIST(X)                                                                    \
  X(negative)                                                                                      \
  X(absolute)                                                                                      \
  X(sign)                                                                                          \
  X(exp) X(expm1) X(log) X(log1p) X(log2) X(log10) X(sqrt) X(rsqrt) X(square) X(reciprocal) X(sin) \
      X(cos) X(tan) X(arcsin) X(arccos) X(arctan) X(sinh) X(cosh) X(tanh) X(arcsinh) X(arccosh)    \
          X(arctanh) X(sigmoid) X(log_sigmoid) X(softplus) X(relu) X(erf) X(floor) X(ceil)         \
              X(round) X(trunc)
/* floats -> bool */
#define KNN__REAL_TEST_LIST(X) X(isnan) X(isinf) X(isfinite)
#define KNN__REAL_BINARY_LIST(X) \
  X(add)                         \
  X(subtract)                    \
  X(multiply)                    \
  X(divide) X(power) X(maximum) X(minimum) X(floor_divide) X(mod) X(arctan2) X(relu_grad)
/* any two of a type -> bool */
#define KNN__COMPARE_LIST(X) X(equal) X(not_equal) X(less) X(less_equal) X(greater) X(greater_equal)
#define KNN__LOGICAL_LIST(X) X(logical_and) X(logical_or) X(logical_xor)
/* int32, int64, uint8 */
#define KNN__INTEGER_UNARY_LIST(X) X(negative) X(absolute) X(sign) X(square) X(relu)
#define KNN__INTEGER_BINARY_LIST(X) \
  X(add) X(subtract) X(multiply) X(power) X(maximum) X(minimum) X(floor_divide) X(mod)
#define KNN__REAL_FOLD_LIST(X) X(sum) X(max) X(min) X(prod) X(logsumexp)
#define KNN__INTEGER_FOLD_LIST(X) X(max) X(min)
/* uint8 adds into int32; its later stages are int32 */
#define KNN__WIDENING_FOLD_LIST(X) X(sum) X(prod)

#define KNN__DECLARE_REAL(name) knn__loop knn__ref_##name##_f32, knn__ref_##name##_f64;
#define KNN__DECLARE_INTEGER(name) \
  knn__loop knn__ref_##name##_i32, knn__ref_##name##_i64, knn__ref_##name##_u8;
#define KNN__DECLARE_BOOL(name) knn__loop knn__ref_##name##_bool;
#define KNN__DECLARE_REAL_FOLD(name) \
  knn__fold knn__ref_fold_##name##_f32, knn__ref_fold_##name##_f64;
#define KNN__DECLARE_INTEGER_FOLD(name) \
  knn__fold knn__ref_fold_##name##_i32, knn__ref_fold_##name##_i64, knn__ref_fold_##name##_u8;
KNN__REAL_UNARY_LIST(KNN__DECLARE_REAL)
KNN__REAL_TEST_LIST(KNN__DECLARE_REAL)
KNN__REAL_BINARY_LIST(KNN__DECLARE_REAL)
KNN__COMPARE_LIST(KNN__DECLARE_REAL)
KNN__COMPARE_LIST(KNN__DECLARE_INTEGER)
KNN__LOGICAL_LIST(KNN__DECLARE_BOOL)
KNN__INTEGER_UNARY_LIST(KNN__DECLARE_INTEGER)
KNN__INTEGER_BINARY_LIST(KNN__DECLARE_INTEGER)
KNN__REAL_FOLD_LIST(KNN__DECLARE_REAL_FOLD)
KNN__INTEGER_FOLD_LIST(KNN__DECLARE_INTEGER_FOLD)
KNN__WIDENING_FOLD_LIST(KNN__DECLARE_INTEGER_FOLD)
knn__loop knn__ref_logical_not_bool;
knn__arg_fold knn__ref_argmax_f32, knn__ref_argmax_f64, knn__ref_argmax_i32, knn__ref_argmax_i64,
    knn__ref_argmax_u8;
knn__arg_fold knn__ref_argmin_f32, knn__ref_argmin_f64, knn__ref_argmin_i32, knn__ref_argmin_i64,
    knn__ref_argmin_u8;
/* y = c ? x : y'; p[0] is bool, the others elements of the given size in bytes */
/* y = x held between a scalar p[1] and a scalar p[2] (which never advance) */
knn__loop knn__ref_clip_f32, knn__ref_clip_f64, knn__ref_clip_i32, knn__ref_clip_i64,
    knn__ref_clip_u8;
knn__loop knn__ref_where_1, knn__ref_where_4, knn__ref_where_8;
/* y = x, elements of the given size in bytes */
knn__loop knn__ref_copy_1, knn__ref_copy_4, knn__ref_copy_8;

#undef KNN__DECLARE_REAL
#undef KNN__DECLARE_INTEGER
#undef KNN__DECLARE_BOOL
#undef KNN__DECLARE_REAL_FOLD
#undef KNN__DECLARE_INTEGER_FOLD

#endif
