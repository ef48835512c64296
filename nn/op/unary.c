/* unary.c - elementwise ops of one operand: x (...) -> y (...). One walk, one inner loop per
 * function (kernel/ref/unary.c, integer.c); each gradient is one line over x, y and dy. Where a
 * derivative does not exist JAX's choice is taken: absolute'(0) = relu'(0) = 0; sign, floor, ceil,
 * round and trunc have gradient zero. */
#include <math.h>

#include "op_list.h"
#include "traverse.h"

/* d/dx of each function times dy. */
#define G(name) \
  static knn_value *name##_gradient(knn__scope *s, knn_value *x, knn_value *y, knn_value *dy)
#define UNUSED(v) ((void)(v))

static knn_value *scaled(knn__scope *s, knn_value *x, double factor) {
  return knn__multiply(s, x, knn__scalar_like(s, x, factor));
}
static knn_value *shifted(knn__scope *s, knn_value *x, double term) {
  return knn__add(s, x, knn__scalar_like(s, x, term));
}
/* 1 - x */
static knn_value *one_minus(knn__scope *s, knn_value *x) {
  return knn__subtract(s, knn__scalar_like(s, x, 1), x);
}

/* clang-format off */
G(negative) { UNUSED(x), UNUSED(y); return knn__negative(s, dy); }
G(absolute) { UNUSED(y); return knn__multiply(s, dy, knn__sign(s, x)); }
G(exp) { UNUSED(x); return knn__multiply(s, dy, y); }
G(expm1) { UNUSED(x); return knn__multiply(s, dy, shifted(s, y, 1)); }
G(log) { UNUSED(y); return knn__divide(s, dy, x); }
G(log1p) { UNUSED(y); return knn__divide(s, dy, shifted(s, x, 1)); }
G(log2) { UNUSED(y); return knn__divide(s, dy, scaled(s, x, M_LN2)); }
G(log10) { UNUSED(y); return knn__divide(s, dy, scaled(s, x, M_LN10)); }
G(sqrt) { UNUSED(x); return knn__divide(s, scaled(s, dy, 0.5), y); }
G(rsqrt) { return knn__multiply(s, scaled(s, dy, -0.5), knn__divide(s, y, x)); }
G(square) { UNUSED(y); return knn__multiply(s, dy, scaled(s, x, 2)); }
G(reciprocal) { UNUSED(x); return knn__negative(s, knn__multiply(s, dy, knn__square(s, y))); }
G(sin) { UNUSED(y); return knn__multiply(s, dy, knn__cos(s, x)); }
G(cos) { UNUSED(y); return knn__negative(s, knn__multiply(s, dy, knn__sin(s, x))); }
G(tan) { UNUSED(x); return knn__multiply(s, dy, shifted(s, knn__square(s, y), 1)); }
G(arcsin) {
  UNUSED(y);
  return knn__multiply(s, dy, knn__rsqrt(s, one_minus(s, knn__square(s, x))));
}
G(arccos) { return knn__negative(s, arcsin_gradient(s, x, y, dy)); }
G(arctan) { UNUSED(y); return knn__divide(s, dy, shifted(s, knn__square(s, x), 1)); }
G(sinh) { UNUSED(y); return knn__multiply(s, dy, knn__cosh(s, x)); }
G(cosh) { UNUSED(y); return knn__multiply(s, dy, knn__sinh(s, x)); }
G(tanh) { UNUSED(x); return knn__multiply(s, dy, one_minus(s, knn__square(s, y))); }
G(arcsinh) {
  UNUSED(y);
  return knn__multiply(s, dy, knn__rsqrt(s, shifted(s, knn__square(s, x), 1)));
}
G(arccosh) {
  UNUSED(y);
  return knn__multiply(s, dy, knn__rsqrt(s, shifted(s, knn__square(s, x), -1)));
}
G(arctanh) { UNUSED(y); return knn__divide(s, dy, one_minus(s, knn__square(s, x))); }
G(sigmoid) { UNUSED(x); return knn__multiply(s, dy, knn__multiply(s, y, one_minus(s, y))); }
G(log_sigmoid) { UNUSED(y); return knn__multiply(s, dy, knn__sigmoid(s, knn__negative(s, x))); }
G(softplus) { UNUSED(y); return knn__multiply(s, dy, knn__sigmoid(s, x)); }
G(relu) { UNUSED(x); return knn__apply2(s, &knn__op_relu_grad, dy, y); }
/* clang-format on */
G(erf) {
  UNUSED(y);
  return knn__multiply(s, scaled(s, dy, M_2_SQRTPI),
                       knn__exp(s, knn__negative(s, knn__square(s, x))));
}

#define VJP(name)                                                                       \
  static void name##_vjp(knn__scope *s, const knn__vjp *g) {                            \
    if (knn__wants(g, 0)) g->dx[0] = name##_gradient(s, g->in[0], g->out[0], g->dy[0]); \
  }

/* loops: the types there are; simd: entry of the vector loops, 0 = none; result: KNN_DTYPE_NONE =
 * the operand's */
#define ROW(op, convert, loops, simd, result, gradient, what, formula, values)                 \
  static knn__loop *const op##_loops[KNN_DTYPES] = {loops};                                    \
  static knn_status op##_infer(const knn__infer *q) {                                          \
    return knn__infer_elementwise(q, op##_loops, 0, result);                                   \
  }                                                                                            \
  static void op##_inner(const knn__call *call, knn__inner *out) {                             \
    knn__best_loop(call, call->in[0].spec.dtype, op##_loops, simd, out);                       \
  }                                                                                            \
  const knn__op knn__op_##op = {.cls = {.family = "op",                                        \
                                        .name = #op,                                           \
                                        .summary = what,                                       \
                                        .detail = formula,                                     \
                                        .shapes = "x (...) -> (...)",                          \
                                        .example = "knn.ops." #op "(knn.tensor{" values "})"}, \
                                .min_in = 1,                                                   \
                                .max_in = 1,                                                   \
                                .n_out = 1,                                                    \
                                .flags = KNN__OP_INPLACE | (convert),                          \
                                .infer = op##_infer,                                           \
                                KNN__ELEMENTWISE(op##_inner),                                  \
                                .vjp = gradient};                                              \
  knn_value *knn__##op(knn__scope *s, knn_value *x) {                                          \
    return knn__apply1(s, &knn__op_##op, NULL, x);                                             \
  }

#define COMMA ,
#define VECTOR(op) offsetof(knn__simd_set, op)
/* Floats; integers are converted. */
#define REAL(op, what, formula, values)                                                      \
  VJP(op)                                                                                    \
  ROW(op, KNN__OP_TO_FLOAT, KNN__REAL_LOOPS(op), VECTOR(op), KNN_DTYPE_NONE, op##_vjp, what, \
      formula, values)
#define STEP(op, what, formula, values)                                                           \
  ROW(op, KNN__OP_TO_FLOAT, KNN__REAL_LOOPS(op), VECTOR(op), KNN_DTYPE_NONE, NULL, what, formula, \
      values)
/* Floats and integers, each in its own type. */
#define NUMBER(op, what, formula, values)                                                  \
  VJP(op)                                                                                  \
  ROW(op, 0, KNN__REAL_LOOPS(op) COMMA KNN__INTEGER_LOOPS(op), VECTOR(op), KNN_DTYPE_NONE, \
      op##_vjp, what, formula, values)
/* Floats to bool. */
#define TEST(op, what, formula, values) \
  ROW(op, KNN__OP_TO_FLOAT, KNN__REAL_LOOPS(op), VECTOR(op), KNN_BOOL, NULL, what, formula, values)

NUMBER(negative, "Negative of each element.", "y = -x; uint8 wraps around.", "-1, 0, 2")
NUMBER(absolute, "Absolute value of each element.", "y = |x|; the gradient at 0 is 0.", "-1, 0, 2")
ROW(sign, 0, KNN__REAL_LOOPS(sign) COMMA KNN__INTEGER_LOOPS(sign), VECTOR(sign), KNN_DTYPE_NONE,
    NULL, "Sign of each element.", "y = -1, 0 or 1; NaN stays NaN; gradient zero.", "-3, 0, 2")
REAL(exp, "Exponential of each element.", "y = e^x", "-1, 0, 1")
REAL(expm1, "e^x - 1, exact for small x.", "y = e^x - 1", "1e-8, 0.5")
REAL(log, "Natural logarithm of each element.", "y = ln x; 0 gives -inf, negatives give NaN.",
     "0.5, 1, 2")
REAL(log1p, "ln(1 + x), exact for small x.", "y = ln(1 + x)", "1e-8, 0.5")
REAL(log2, "Logarithm to base 2 of each element.", "y = ln x / ln 2", "0.5, 1, 8")
REAL(log10, "Logarithm to base 10 of each element.", "y = ln x / ln 10", "0.1, 1, 1000")
REAL(sqrt, "Square root of each element.", "y = x^(1/2); negatives give NaN.", "0.25, 1, 2")
REAL(rsqrt, "Reciprocal of the square root of each element.", "y = x^(-1/2)", "0.25, 1, 4")
NUMBER(square, "Square of each element.", "y = x * x", "-2, 0, 3")
REAL(reciprocal, "Reciprocal of each element.", "y = 1 / x", "-2, 0.5, 4")
REAL(sin, "Sine of each element, in radians.", "y = sin x", "0, 0.5, 1")
REAL(cos, "Cosine of each element, in radians.", "y = cos x", "0, 0.5, 1")
REAL(tan, "Tangent of each element, in radians.", "y = sin x / cos x", "0, 0.5, 1")
REAL(arcsin, "Inverse sine of each element, in radians.",
     "sin y = x, -pi/2 <= y <= pi/2; NaN outside -1 .. 1.", "-0.5, 0, 0.5")
REAL(arccos, "Inverse cosine of each element, in radians.",
     "cos y = x, 0 <= y <= pi; NaN outside -1 .. 1.", "-0.5, 0, 0.5")
REAL(arctan, "Inverse tangent of each element, in radians.", "tan y = x, -pi/2 < y < pi/2",
     "-1, 0, 1")
REAL(sinh, "Hyperbolic sine of each element.", "y = (e^x - e^-x) / 2", "-1, 0, 1")
REAL(cosh, "Hyperbolic cosine of each element.", "y = (e^x + e^-x) / 2", "-1, 0, 1")
REAL(tanh, "Hyperbolic tangent of each element.", "y = (e^x - e^-x) / (e^x + e^-x)", "-1, 0, 1")
REAL(arcsinh, "Inverse hyperbolic sine of each element.", "y = ln(x + (x^2 + 1)^(1/2))", "-1, 0, 1")
REAL(arccosh, "Inverse hyperbolic cosine of each element.",
     "y = ln(x + (x^2 - 1)^(1/2)); NaN below 1.", "1.5, 2, 3")
REAL(arctanh, "Inverse hyperbolic tangent of each element.",
     "y = ln((1 + x) / (1 - x)) / 2; NaN outside -1 .. 1.", "-0.5, 0, 0.5")
REAL(sigmoid, "Logistic function of each element.", "y = 1 / (1 + e^-x)", "-2, 0, 2")
REAL(log_sigmoid, "Logarithm of the logistic function.", "y = -ln(1 + e^-x), without overflow.",
     "-2, 0, 2")
REAL(softplus, "Smooth rectifier.", "y = ln(1 + e^x), without overflow.", "-2, 0, 2")
NUMBER(relu, "Rectifier: negatives become 0.", "y = max(x, 0); the gradient at 0 is 0.", "-2, 0, 2")
REAL(erf, "Error function of each element.", "y = 2 / pi^(1/2) * integral of e^(-t^2) from 0 to x",
     "-1, 0, 1")
STEP(floor, "Largest whole number not above each element.", "Gradient zero.", "-1.5, 0.5")
STEP(ceil, "Smallest whole number not below each element.", "Gradient zero.", "-1.5, 0.5")
STEP(round, "Nearest whole number; halves go to the even one.", "Gradient zero.", "-1.5, 0.5, 2.5")
STEP(trunc, "Whole part of each element, towards 0.", "Gradient zero.", "-1.5, 0.5")
TEST(isnan, "Which elements are not a number.", "y = true where x is NaN.", "0, 0/0")
TEST(isinf, "Which elements are infinite.", "y = true where x is inf or -inf.", "0, 1/0")
TEST(isfinite, "Which elements are neither infinite nor NaN.",
     "y = true where x is a finite number.", "0, 1/0")
ROW(logical_not, KNN__OP_TO_BOOL, [KNN_BOOL] = knn__ref_logical_not_bool, 0, KNN_BOOL, NULL,
    "Logical not of each element.", "y = not x; numbers count as true where they are not 0.",
    "0, 1")
