/* cases_unary.c - elementwise ops of one operand, cast, clip, stop_gradient. */
#include <math.h>

#include "cases.h"

#define F(name, value)                      \
  static double f_##name(const double *x) { \
    return value;                           \
  }
F(negative, -x[0])
F(absolute, x[0] < 0 ? -x[0] : x[0])
F(sign, (x[0] > 0) - (x[0] < 0))
F(exp, exp(x[0]))
F(expm1, expm1(x[0]))
F(log, log(x[0]))
F(log1p, log1p(x[0]))
F(log2, log(x[0]) / log(2))
F(log10, log(x[0]) / log(10))
F(sqrt, pow(x[0], 0.5))
F(rsqrt, pow(x[0], -0.5))
F(square, x[0] * x[0])
F(reciprocal, 1 / x[0])
F(sin, sin(x[0]))
F(cos, cos(x[0]))
F(tan, sin(x[0]) / cos(x[0]))
F(arcsin, atan2(x[0], sqrt(1 - x[0] * x[0])))
F(arccos, atan2(sqrt(1 - x[0] * x[0]), x[0]))
F(arctan, atan2(x[0], 1))
F(sinh, (exp(x[0]) - exp(-x[0])) / 2)
F(cosh, (exp(x[0]) + exp(-x[0])) / 2)
F(tanh, 1 - 2 / (exp(2 * x[0]) + 1))
F(arcsinh, log(x[0] + sqrt(x[0] * x[0] + 1)))
F(arccosh, log(x[0] + sqrt(x[0] * x[0] - 1)))
F(arctanh, log((1 + x[0]) / (1 - x[0])) / 2)
F(sigmoid, 1 / (1 + exp(-x[0])))
F(log_sigmoid, -log(1 + exp(-x[0])))
F(softplus, log(1 + exp(x[0])))
F(relu, x[0] > 0 ? x[0] : 0)
F(erf, 1 - erfc(x[0]))
F(floor, floor(x[0]))
F(ceil, -floor(-x[0]))
F(round, nearbyint(x[0]))
F(trunc, x[0] < 0 ? -floor(-x[0]) : floor(x[0]))
F(isnan, isnan(x[0]))
F(isinf, isinf(x[0]) != 0)
F(isfinite, isfinite(x[0]))
F(logical_not, x[0] == 0)
F(clip, fmin(fmax(x[0], -0.5), 0.75))
F(clip_low, fmax(x[0], -0.5))
F(same, x[0])
F(whole, trunc(x[0]))
F(true_if, x[0] != 0)

#define BIG "f(300,400)"
#define SMOOTH(name) \
  { .op = #name, .inputs = "f(3,4)", .scalar = f_##name, .big = BIG }
#define POSITIVE(name) \
  { .op = #name, .inputs = "f(3,4)[0.2:3]", .scalar = f_##name, .big = "f(300,400)[0.2:3]" }
#define INSIDE(name) \
  { .op = #name, .inputs = "f(3,4)[-0.8:0.8]", .scalar = f_##name }

/* By halving the interval. */
static double inverse_erf(const double *x) {
  double low = -6, high = 6;
  for (int i = 0; i < 100; i++) {
    const double middle = (low + high) / 2;
    if (erf(middle) < x[0])
      low = middle;
    else
      high = middle;
  }
  return low;
}

const op_case cases_unary[] = {
    SMOOTH(negative),
    SMOOTH(absolute),
    SMOOTH(exp),
    SMOOTH(expm1),
    SMOOTH(square),
    SMOOTH(sin),
    SMOOTH(cos),
    SMOOTH(arctan),
    SMOOTH(sinh),
    SMOOTH(cosh),
    SMOOTH(tanh),
    SMOOTH(arcsinh),
    SMOOTH(sigmoid),
    SMOOTH(log_sigmoid),
    SMOOTH(softplus),
    SMOOTH(relu),
    SMOOTH(erf),
    SMOOTH(sign),
    SMOOTH(floor),
    SMOOTH(ceil),
    SMOOTH(round),
    SMOOTH(trunc),
    POSITIVE(log),
    POSITIVE(log1p),
    POSITIVE(log2),
    POSITIVE(log10),
    POSITIVE(sqrt),
    POSITIVE(rsqrt),
    POSITIVE(reciprocal),
    INSIDE(tan),
    INSIDE(arcsin),
    INSIDE(arccos),
    INSIDE(arctanh),
    {.op = "arccosh", .inputs = "f(3,4)[1.3:3]", .scalar = f_arccosh},
    {.op = "negative", .inputs = "i(5)[-9:9]", .scalar = f_negative},
    {.op = "absolute", .inputs = "l(5)[-9:9]", .scalar = f_absolute},
    {.op = "square", .inputs = "u(5)[0:15]", .scalar = f_square},
    {.op = "relu", .inputs = "i(5)[-9:9]", .scalar = f_relu},
    {.op = "relu", .inputs = "f(3)={nan,3,0}", .scalar = f_same, .skip = OP_NO_GRADIENT},
    {.op = "sign", .inputs = "i(5)[-9:9]", .scalar = f_sign},
    {.op = "negative",
     .inputs = "b(3)",
     .error = "op negative: not defined for bool; cast the operand first"},
    {.op = "exp", .inputs = "i(5)[-2:3]", .scalar = f_exp},
    {.op = "exp", .inputs = "f(0,3)", .scalar = f_exp},
    {.op = "exp", .inputs = "f()", .scalar = f_exp},
    {.op = "sigmoid",
     .inputs = "f(6)={-1000,1000,0,inf,-inf,nan}",
     .scalar = f_sigmoid,
     .skip = OP_NO_GRADIENT},
    {.op = "log_sigmoid", .inputs = "f(3)={-30,30,0}", .scalar = f_log_sigmoid, .tolerance = 1e-5},
    {.op = "round",
     .inputs = "f(6)={-1.5,-0.5,0.5,1.5,2.5,3.2}",
     .scalar = f_round,
     .skip = OP_NO_GRADIENT},
    {.op = "isnan", .inputs = "f(4)={1,nan,inf,-inf}", .scalar = f_isnan},
    {.op = "isinf", .inputs = "f(4)={1,nan,inf,-inf}", .scalar = f_isinf},
    {.op = "isfinite", .inputs = "f(4)={1,nan,inf,-inf}", .scalar = f_isfinite},
    {.op = "isfinite", .inputs = "i(4)", .scalar = f_isfinite},
    {.op = "logical_not", .inputs = "b(7)", .scalar = f_logical_not},
    {.op = "logical_not", .inputs = "f(3)={0,0.5,-1}", .scalar = f_logical_not},
    {.op = "clip",
     .options = "x_min=-0.5, x_max=0.75",
     .inputs = "f(4,5)",
     .scalar = f_clip,
     .big = BIG},
    {.op = "clip", .options = "x_min=-0.5", .inputs = "f(4,5)", .scalar = f_clip_low},
    {.op = "clip", .options = "x_min=0, x_max=300", .inputs = "i(9)[-5:5]", .scalar = f_relu},
    {.op = "clip",
     .options = "x_min=1, x_max=-1",
     .inputs = "f(2)",
     .error = "op clip: x_min 1 is above x_max -1"},
    {.op = "stop_gradient", .inputs = "f(2,3)", .scalar = f_same},
    {.op = "cast", .options = "dtype=int32", .inputs = "f(9)[-9:9]", .scalar = f_whole, .big = BIG},
    {.op = "cast", .options = "dtype=float64", .inputs = "f(3,3)", .scalar = f_same},
    {.op = "cast", .options = "dtype=uint8", .inputs = "i(9)[0:255]", .scalar = f_same},
    {.op = "cast", .options = "dtype=bool", .inputs = "f(4)={0,0.3,-1,nan}", .scalar = f_true_if},
    {.op = "cast", .options = "dtype=int64", .inputs = "u(9)[0:255]", .scalar = f_same},
    {.op = "erfinv", .inputs = "f(3,4)[-0.99:0.99]", .scalar = inverse_erf},
    {.op = "erfinv", .inputs = "f(5)={-1,1,2,0,nan}", .skip = OP_NO_GRADIENT},
    {0},
};
