/* bitwise.c - arithmetic on the bits and the divisors of integers, two operands with broadcasting:
 * x
 * (...), y (...) -> their broadcast, of one integer type. No gradients. */
#include "op_list.h"
#include "traverse.h"

#define ROW(op, loops, what, formula, values)                             \
  static knn__loop *const op##_loops[KNN_DTYPES] = {loops};               \
  static knn_status op##_infer(const knn__infer *q) {                     \
    return knn__infer_elementwise(q, op##_loops, 0, KNN_DTYPE_NONE);      \
  }                                                                       \
  static void op##_inner(const knn__call *call, knn__inner *out) {        \
    knn__best_loop(call, call->in[0].spec.dtype, op##_loops, 0, out);     \
  }                                                                       \
  const knn__op knn__op_##op = {                                          \
      .cls = {.family = "op",                                             \
              .name = #op,                                                \
              .summary = what,                                            \
              .detail = formula,                                          \
              .shapes = "x (...), y (...) -> their broadcast",            \
              .example = "print(knn.ops." #op "(" values ", 'int32')))"}, \
      .min_in = 2,                                                        \
      .max_in = 2,                                                        \
      .n_out = 1,                                                         \
      .flags = KNN__OP_INPLACE | KNN__OP_PROMOTE,                         \
      .infer = op##_infer,                                                \
      KNN__ELEMENTWISE(op##_inner)};

#define COMMA ,
#define WITH_BOOL(op, logical) KNN__INTEGER_LOOPS(op) COMMA[KNN_BOOL] = knn__ref_##logical##_bool
#define TWO(a, b) "knn.tensor({" a "}, 'int32'), knn.tensor({" b "}"

ROW(bitwise_and, WITH_BOOL(bitwise_and, logical_and), "Bits that both have.", "z = x & y",
    TWO("12, 6", "10"))
ROW(bitwise_or, WITH_BOOL(bitwise_or, logical_or), "Bits that one of the two has.", "z = x | y",
    TWO("12, 6", "10"))
ROW(bitwise_xor, WITH_BOOL(bitwise_xor, logical_xor), "Bits that exactly one of the two has.",
    "z = x ^ y", TWO("12, 6", "10"))
ROW(bitwise_left_shift, KNN__INTEGER_LOOPS(bitwise_left_shift), "Bits moved up.",
    "z = x 2^y; what leaves the type is lost.", TWO("1, 3", "2"))
ROW(bitwise_right_shift, KNN__INTEGER_LOOPS(bitwise_right_shift), "Bits moved down.",
    "z = x / 2^y, rounded down.", TWO("-8, 12", "2"))
ROW(gcd, KNN__INTEGER_LOOPS(gcd), "Greatest common divisor.",
    "The largest number that divides both; that of 0 and 0 is 0.", TWO("12, 18", "8"))
ROW(lcm, KNN__INTEGER_LOOPS(lcm), "Least common multiple.",
    "The smallest number that both divide; 0 if one is 0.", TWO("4, 6", "10"))
