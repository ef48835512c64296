/* binary.c - arithmetic of two operands with broadcasting: x (...), y (...) -> z (broadcast of
 * both), all of one type. A gradient is summed back over the axes along which its operand was
 * broadcast. Conventions are JAX's: where x = y, maximum and minimum give half of the gradient to
 * each; power passes ln(1) = 0 to the exponent where the base is 0. */
#include "entropy.h"
#include "op_list.h"
#include "traverse.h"

/* Give dx to operand i, in its own shape. */
static void give(knn__scope *s, const knn__vjp *g, int i, knn_value *dx) {
  if (s->status == KNN_OK) g->dx[i] = knn__sum_to(s, dx, &g->in[i]->spec);
}

#define VJP(name) static void name##_vjp(knn__scope *s, const knn__vjp *g)
#define OPERANDS knn_value *x = g->in[0], *y = g->in[1], *dz = g->dy[0]

VJP(add) {
  for (int i = 0; i < 2; i++)
    if (knn__wants(g, i)) give(s, g, i, g->dy[0]);
}

VJP(subtract) {
  if (knn__wants(g, 0)) give(s, g, 0, g->dy[0]);
  if (knn__wants(g, 1)) give(s, g, 1, knn__negative(s, g->dy[0]));
}

VJP(multiply) {
  OPERANDS;
  if (knn__wants(g, 0)) give(s, g, 0, knn__multiply(s, dz, y));
  if (knn__wants(g, 1)) give(s, g, 1, knn__multiply(s, dz, x));
}

VJP(divide) {
  OPERANDS;
  if (knn__wants(g, 0)) give(s, g, 0, knn__divide(s, dz, y));
  if (knn__wants(g, 1))
    give(s, g, 1, knn__negative(s, knn__multiply(s, dz, knn__divide(s, g->out[0], y))));
  (void)x;
}

/* y x^(y-1), and 0 where y = 0 even if x is 0 too; x^y ln x, with ln 0 replaced by 0. */
VJP(power) {
  OPERANDS;
  if (knn__wants(g, 0)) {
    knn_value *zero = knn__scalar_like(s, y, 0), *one = knn__scalar_like(s, y, 1),
              *none = knn__equal(s, y, zero);
    knn_value *exponent = knn__where(s, none, one, knn__subtract(s, y, one));
    give(s, g, 0, knn__multiply(s, dz, knn__multiply(s, y, knn__power(s, x, exponent))));
  }
  if (knn__wants(g, 1)) {
    knn_value *zero = knn__scalar_like(s, x, 0), *one = knn__scalar_like(s, x, 1);
    knn_value *log = knn__log(s, knn__where(s, knn__equal(s, x, zero), one, x));
    give(s, g, 1, knn__multiply(s, dz, knn__multiply(s, g->out[0], log)));
  }
}

/* dz where `wins`, half of it on ties, else 0. */
static knn_value *share(knn__scope *s, const knn__vjp *g, knn_value *wins) {
  OPERANDS;
  knn_value *half = knn__multiply(s, dz, knn__scalar_like(s, dz, 0.5)),
            *zero = knn__scalar_like(s, dz, 0);
  return knn__where(s, wins, dz, knn__where(s, knn__equal(s, x, y), half, zero));
}

VJP(maximum) {
  OPERANDS;
  if (knn__wants(g, 0)) give(s, g, 0, share(s, g, knn__greater(s, x, y)));
  if (knn__wants(g, 1)) give(s, g, 1, share(s, g, knn__less(s, x, y)));
  (void)dz;
}

VJP(minimum) {
  OPERANDS;
  if (knn__wants(g, 0)) give(s, g, 0, share(s, g, knn__less(s, x, y)));
  if (knn__wants(g, 1)) give(s, g, 1, share(s, g, knn__greater(s, x, y)));
  (void)dz;
}

VJP(mod) {
  OPERANDS;
  if (knn__wants(g, 0)) give(s, g, 0, dz);
  if (knn__wants(g, 1))
    give(s, g, 1, knn__negative(s, knn__multiply(s, dz, knn__floor_divide(s, x, y))));
}

VJP(arctan2) {
  OPERANDS;
  knn_value *share_of = knn__divide(s, dz, knn__add(s, knn__square(s, x), knn__square(s, y)));
  if (knn__wants(g, 0)) give(s, g, 0, knn__multiply(s, share_of, y));
  if (knn__wants(g, 1)) give(s, g, 1, knn__negative(s, knn__multiply(s, share_of, x)));
}

VJP(relu_grad) {
  if (knn__wants(g, 0)) g->dx[0] = knn__apply2(s, &knn__op_relu_grad, g->dy[0], g->in[1]);
}

/* Cross-entropies: x targets, y predictions q kept eps away from 0 and 1, beyond which the gradient
 * is 0. */
static knn_value *inside(knn__scope *s, knn_value *p, knn_value *dp) {
  knn_value *least = knn__scalar_like(s, p, KNN__EPSILON),
            *most = knn__scalar_like(s, p, 1 - KNN__EPSILON);
  knn_value *both =
      knn__logical_and(s, knn__greater_equal(s, p, least), knn__less_equal(s, p, most));
  return knn__where(s, both, dp, knn__scalar_like(s, dp, 0));
}

static knn_value *one_minus(knn__scope *s, knn_value *x) {
  return knn__subtract(s, knn__scalar_like(s, x, 1), x);
}

/* by y: (y - x) / (y (1 - y)); by x: ln(1 - q) - ln q */
VJP(binary_entropy) {
  OPERANDS;
  if (knn__wants(g, 1))
    give(s, g, 1, knn__multiply(s, dz, knn__apply2(s, &knn__op_binary_entropy_grad, x, y)));
  if (knn__wants(g, 0)) {
    knn_value *q = knn__clip(s, y, KNN__EPSILON, 1 - KNN__EPSILON);
    knn_value *slope = knn__subtract(s, knn__log(s, one_minus(s, q)), knn__log(s, q));
    give(s, g, 0, knn__multiply(s, dz, slope));
  }
}

/* by y: x / y^2 + (1 - x) / (1 - y)^2; by x: -1 / (y (1 - y)) */
VJP(binary_entropy_grad) {
  OPERANDS;
  knn_value *rest = one_minus(s, y);
  if (knn__wants(g, 1)) {
    knn_value *yes = knn__divide(s, x, knn__square(s, y)),
              *no = knn__divide(s, one_minus(s, x), knn__square(s, rest));
    give(s, g, 1, inside(s, y, knn__multiply(s, dz, knn__add(s, yes, no))));
  }
  if (knn__wants(g, 0))
    give(s, g, 0, inside(s, y, knn__negative(s, knn__divide(s, dz, knn__multiply(s, y, rest)))));
}

#define ROW(op, loops, options, gradient, what, formula, values)                                \
  static knn__loop *const op##_loops[KNN_DTYPES] = {loops};                                     \
  static knn_status op##_infer(const knn__infer *q) {                                           \
    return knn__infer_elementwise(q, op##_loops, 0, KNN_DTYPE_NONE);                            \
  }                                                                                             \
  static void op##_inner(const knn__call *call, knn__inner *out) {                              \
    knn__best_loop(call, call->in[0].spec.dtype, op##_loops, offsetof(knn__simd_set, op), out); \
  }                                                                                             \
  const knn__op knn__op_##op = {.cls = {.family = "op",                                         \
                                        .name = #op,                                            \
                                        .summary = what,                                        \
                                        .detail = formula,                                      \
                                        .shapes = "x (...), y (...) -> their broadcast",        \
                                        .example = "knn.ops." #op "(" values ")"},              \
                                .min_in = 2,                                                    \
                                .max_in = 2,                                                    \
                                .n_out = 1,                                                     \
                                .flags = KNN__OP_INPLACE | (options),                           \
                                .infer = op##_infer,                                            \
                                KNN__ELEMENTWISE(op##_inner),                                   \
                                .vjp = gradient};

#define FUNCTION(op)                                                \
  knn_value *knn__##op(knn__scope *s, knn_value *x, knn_value *y) { \
    return knn__apply2(s, &knn__op_##op, x, y);                     \
  }

#define COMMA ,
#define NUMBERS(op) KNN__REAL_LOOPS(op) COMMA KNN__INTEGER_LOOPS(op)
#define WITH_BOOL(op, logical) NUMBERS(op) COMMA[KNN_BOOL] = knn__ref_##logical##_bool
#define REALS KNN__OP_PROMOTE | KNN__OP_TO_FLOAT

ROW(add, WITH_BOOL(add, logical_or), KNN__OP_PROMOTE, add_vjp,
    "Sum of two arrays, element by element.", "z = x + y; integers wrap around, bools give x or y.",
    "knn.tensor{1, 2, 3}, knn.tensor{10}")
ROW(subtract, NUMBERS(subtract), KNN__OP_PROMOTE, subtract_vjp,
    "Difference of two arrays, element by element.", "z = x - y; integers wrap around.",
    "knn.tensor{1, 2, 3}, knn.tensor{10}")
ROW(multiply, WITH_BOOL(multiply, logical_and), KNN__OP_PROMOTE, multiply_vjp,
    "Product of two arrays, element by element.",
    "z = x * y; integers wrap around, bools give x and y.", "knn.tensor{1, 2, 3}, knn.tensor{10}")
ROW(divide, KNN__REAL_LOOPS(divide), REALS, divide_vjp,
    "Quotient of two arrays, element by element.", "z = x / y, always a float.",
    "knn.tensor{1, 2, 3}, knn.tensor{10}")
ROW(power, NUMBERS(power), KNN__OP_PROMOTE, power_vjp, "x raised to y, element by element.",
    "z = x^y; NaN for a negative base with a fractional exponent.",
    "knn.tensor{1, 2, 3}, knn.tensor{2}")
ROW(maximum, WITH_BOOL(maximum, logical_or), KNN__OP_PROMOTE, maximum_vjp,
    "Larger of two arrays, element by element.",
    "z = max(x, y); NaN if either is NaN; ties share the gradient equally.",
    "knn.tensor{1, 2, 3}, knn.tensor{2}")
ROW(minimum, WITH_BOOL(minimum, logical_and), KNN__OP_PROMOTE, minimum_vjp,
    "Smaller of two arrays, element by element.",
    "z = min(x, y); NaN if either is NaN; ties share the gradient equally.",
    "knn.tensor{1, 2, 3}, knn.tensor{2}")
ROW(floor_divide, NUMBERS(floor_divide), KNN__OP_PROMOTE, NULL,
    "Quotient rounded down, element by element.",
    "z = floor(x / y); gradient zero; an integer divided by 0 gives 0.",
    "knn.tensor{-7, 7}, knn.tensor{2}")
ROW(mod, NUMBERS(mod), KNN__OP_PROMOTE, mod_vjp,
    "Remainder of the quotient rounded down; has the sign of y.",
    "z = x - floor(x / y) * y; an integer modulo 0 gives 0.", "knn.tensor{-7, 7}, knn.tensor{3}")
ROW(arctan2, KNN__REAL_LOOPS(arctan2), REALS, arctan2_vjp,
    "Angle of the point with ordinate x and abscissa y, in radians.",
    "z = arctan(x / y) in the quadrant of (y, x), -pi .. pi.", "knn.tensor{1, -1}, knn.tensor{1}")
ROW(relu_grad, KNN__REAL_LOOPS(relu_grad), KNN__OP_HIDDEN, relu_grad_vjp,
    "Gradient of relu: dy where its result y is positive, else 0.", "dx = dy if y > 0 else 0",
    "knn.tensor{1, 2}, knn.tensor{0, 3}")

ROW(binary_entropy, KNN__REAL_LOOPS(binary_entropy), REALS | KNN__OP_HIDDEN, binary_entropy_vjp,
    "Cross-entropy of targets x and probabilities y, element by element.",
    "z = -(x ln q + (1 - x) ln(1 - q)); q = y kept 1e-7 away from 0 and 1.",
    "knn.tensor{0, 1}, knn.tensor{0.2, 0.7}")
ROW(binary_entropy_grad, KNN__REAL_LOOPS(binary_entropy_grad), REALS | KNN__OP_HIDDEN,
    binary_entropy_grad_vjp, "Gradient of binary_entropy by y.",
    "z = (y - x) / (y (1 - y)); 0 nearer than 1e-7 to 0 and 1.",
    "knn.tensor{0, 1}, knn.tensor{0.2, 0.7}")
/* Of the pass that takes logits; a gradient is written before, so there is no vjp. */
ROW(sigmoid_entropy, KNN__REAL_LOOPS(sigmoid_entropy), KNN__OP_HIDDEN, NULL,
    "binary_entropy of targets x and sigmoid(y), from y.",
    "z = max(y, 0) - x y + ln(1 + e^-|y|); y kept between the logits of 1e-7 and 1 - 1e-7.",
    "knn.tensor{0, 1}, knn.tensor{-2, 0.5}")
ROW(sigmoid_entropy_grad, KNN__REAL_LOOPS(sigmoid_entropy_grad), KNN__OP_HIDDEN, NULL,
    "Gradient of sigmoid_entropy in terms of y = sigmoid(its logits).",
    "z = y - x; 0 nearer than 1e-7 to 0 and 1.", "knn.tensor{0, 1}, knn.tensor{0.2, 0.7}")

FUNCTION(add)
FUNCTION(subtract)
FUNCTION(multiply)
FUNCTION(divide)
FUNCTION(power)
FUNCTION(maximum)
FUNCTION(minimum)
FUNCTION(floor_divide)
FUNCTION(mod)
FUNCTION(arctan2)
