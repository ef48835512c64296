/* compare.c - comparisons and logic of two operands with broadcasting: x (...), y (...) -> bool
 * (broadcast of both). Comparisons with NaN are false, except not_equal. Numbers count as true
 * where they are not 0. Strings are equal byte by byte. No gradients. */
#include <string.h>

#include "elementwise.h"
#include "op_list.h"
#include "traverse.h"

static inline bool same(knn_string x, knn_string y) {
  return x.size == y.size && (x.size == 0 || memcmp(x.bytes, y.bytes, x.size) == 0);
}

static inline bool differ(knn_string x, knn_string y) {
  return !same(x, y);
}

static KNN__BINARY_LOOP(equal_strings, same, knn_string,
                        uint8_t) static KNN__BINARY_LOOP(not_equal_strings, differ, knn_string,
                                                         uint8_t)

#define ROW(op, loops, simd, options, what, formula, values)                        \
  static knn__loop *const op##_loops[KNN_DTYPES] = {loops};                         \
  static knn_status op##_infer(const knn__infer *q) {                               \
    return knn__infer_elementwise(q, op##_loops, 0, KNN_BOOL);                      \
  }                                                                                 \
  static void op##_inner(const knn__call *call, knn__inner *out) {                  \
    knn__best_loop(call, call->in[0].spec.dtype, op##_loops, simd, out);            \
  }                                                                                 \
  const knn__op knn__op_##op = {                                                    \
      .cls = {.family = "op",                                                       \
              .name = #op,                                                          \
              .summary = what,                                                      \
              .detail = formula,                                                    \
              .shapes = "x (...), y (...) -> their broadcast, bool",                \
              .example = "knn.ops." #op "(knn.tensor{" values "}, knn.tensor{1})"}, \
      .min_in = 2,                                                                  \
      .max_in = 2,                                                                  \
      .n_out = 1,                                                                   \
      .flags = KNN__OP_INPLACE | (options),                                         \
      .infer = op##_infer,                                                          \
      KNN__ELEMENTWISE(op##_inner)};                                                \
  knn_value *knn__##op(knn__scope *s, knn_value *x, knn_value *y) {                 \
    return knn__apply2(s, &knn__op_##op, x, y);                                     \
  }

#define COMMA ,
#define NUMBERS(op) \
  KNN__REAL_LOOPS(op) COMMA KNN__INTEGER_LOOPS(op) COMMA[KNN_BOOL] = knn__ref_##op##_u8
#define COMPARE(op, what, formula) \
  ROW(op, NUMBERS(op), offsetof(knn__simd_set, op), KNN__OP_PROMOTE, what, formula, "0, 1, 2")
#define COMPARE_ANY(op, what, formula)                                               \
  ROW(op, NUMBERS(op) COMMA[KNN_STRING] = op##_strings, offsetof(knn__simd_set, op), \
      KNN__OP_PROMOTE | KNN__OP_STRINGS, what, formula, "0, 1, 2")
#define LOGICAL(op, what, formula) \
  ROW(op, [KNN_BOOL] = knn__ref_##op##_bool, 0, KNN__OP_TO_BOOL, what, formula, "0, 1")

    COMPARE_ANY(equal, "Where two arrays are equal.",
                "z = (x == y)") COMPARE_ANY(not_equal, "Where two arrays differ.",
                                            "z = (x != y); NaN differs from everything.")
        COMPARE(less, "Where x is less than y.", "z = (x < y)")
            COMPARE(less_equal, "Where x is at most y.", "z = (x <= y)")
                COMPARE(greater, "Where x is greater than y.", "z = (x > y)")
                    COMPARE(greater_equal, "Where x is at least y.", "z = (x >= y)")
                        LOGICAL(logical_and, "Where both are true.", "z = x and y")
                            LOGICAL(logical_or, "Where at least one is true.", "z = x or y")
                                LOGICAL(logical_xor, "Where exactly one is true.", "z = (x ~= y)")
