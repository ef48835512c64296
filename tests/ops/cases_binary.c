/* cases_binary.c - arithmetic, comparisons, logic and where, with broadcasting in all its forms. */
#include <math.h>

#include "cases.h"

#define F(name, value)                      \
  static double f_##name(const double *x) { \
    return value;                           \
  }
F(add, x[0] + x[1])
F(subtract, x[0] - x[1])
F(multiply, x[0] * x[1])
F(divide, x[0] / x[1])
F(power, exp(x[1] * log(x[0])))
F(int_power, pow(x[0], x[1]))
F(maximum, isnan(x[0]) || isnan(x[1]) ? (double)NAN : fmax(x[0], x[1]))
F(minimum, isnan(x[0]) || isnan(x[1]) ? (double)NAN : fmin(x[0], x[1]))
F(floor_divide, floor(x[0] / x[1]))
F(mod, x[0] - floor(x[0] / x[1]) * x[1])
F(arctan2, atan2(x[0], x[1]))
F(relu_grad, x[1] > 0 ? x[0] : 0)
static double clipped(double p) {
  return fmin(fmax(p, 1e-7), 1 - 1e-7);
}
F(binary_entropy, -(x[0] * log(clipped(x[1])) + (1 - x[0]) * log(1 - clipped(x[1]))))
F(binary_entropy_grad, clipped(x[1]) == x[1] ? (x[1] - x[0]) / (x[1] * (1 - x[1])) : 0)
F(sigmoid_entropy, fmax(x[1], 0) - x[0] * x[1] + log1p(exp(-fabs(x[1]))))
F(sigmoid_entropy_grad, clipped(x[1]) == x[1] ? x[1] - x[0] : 0)
F(equal, x[0] == x[1])
F(not_equal, x[0] != x[1])
F(less, x[0] < x[1])
F(less_equal, x[0] <= x[1])
F(greater, x[0] > x[1])
F(greater_equal, x[0] >= x[1])
F(logical_and, x[0] != 0 && x[1] != 0)
F(logical_or, x[0] != 0 || x[1] != 0)
F(logical_xor, (x[0] != 0) != (x[1] != 0))
F(where, x[0] != 0 ? x[1] : x[2])

#define OP(name, operands, ...) \
  { .op = #name, .inputs = operands, .scalar = f_##name, __VA_ARGS__ }
#define EVERY_BROADCAST(name)                                                                      \
  OP(name, "f(2,3,4) f(2,3,4)", .big = "f(300,400) f(300,400)"), OP(name, "f(3,4) f()"),           \
      OP(name, "f() f(3,4)"), OP(name, "f(2,3,4) f(4)", .big = "f(300,400) f(400)"),               \
      OP(name, "f(3,1) f(3,4)", .big = "f(300,1) f(300,400)"), OP(name, "f(3,1) f(1,4)"),          \
      OP(name, "f(2,1,4) f(3,1)"), OP(name, "f(2,3,4) f(2,1,4)", .big = "f(30,40,50) f(30,1,50)"), \
      OP(name, "f(1) f(1,1)"), OP(name, "f(0,3) f(3)"), OP(name, "f(2,1,3,1) f(4,1,2)")
#define COMPARE(name)                                                       \
  OP(name, "f(3,4)[0:1] f(4)[0:1]", .big = "f(300,400) f(400)"),            \
      OP(name, "i(20)[0:2] i(20)[0:2]"), OP(name, "u(20)[0:2] u(20)[0:2]"), \
      OP(name, "b(20) b(20)"), OP(name, "l(20)[0:2] i(20)[0:2]"),           \
      OP(name, "f(4)={nan,1,inf,nan} f(4)={nan,nan,inf,0}")
#define LOGICAL(name) \
  OP(name, "b(9) b(9)"), OP(name, "f(4)={0,1,0,2} i(4)={0,0,3,1}"), OP(name, "b(3,1) b(4)")

static double neighbour(const double *x) {
  return nextafter(x[0], x[1]);
}
static double both_bits(const double *x) {
  return (double)((int)x[0] & (int)x[1]);
}
static double any_bits(const double *x) {
  return (double)((int)x[0] | (int)x[1]);
}
static double one_bit(const double *x) {
  return (double)((int)x[0] ^ (int)x[1]);
}
static double moved_up(const double *x) {
  return x[0] * exp2(x[1]);
}
static double moved_down(const double *x) {
  return floor(x[0] / exp2(x[1]));
}
static double common_divisor(const double *x) {
  const double a = fabs(x[0]), b = fabs(x[1]);
  for (double d = fmin(a, b); d > 0; d--)
    if (fmod(a, d) == 0 && fmod(b, d) == 0) return d;
  return fmax(a, b);
}
static double common_multiple(const double *x) {
  return x[0] * x[1] == 0 ? 0 : fabs(x[0] * x[1]) / common_divisor(x);
}

const op_case cases_binary[] = {
    EVERY_BROADCAST(add),
    EVERY_BROADCAST(subtract),
    EVERY_BROADCAST(multiply),
    EVERY_BROADCAST(maximum),
    EVERY_BROADCAST(minimum),
    EVERY_BROADCAST(arctan2),
    OP(divide, "f(3,4) f(4)[0.5:2]"),
    OP(divide, "f(4)[0.5:2] f(3,1)[0.5:2]"),
    OP(divide, "i(5)[-9:9] i(5)[1:4]"),
    OP(power, "f(3,4)[0.3:2] f(4)"),
    OP(power, "f(4)[0.3:2] f()"),
    {.op = "power", .inputs = "i(6)[-3:3] i(6)[0:4]", .scalar = f_int_power},
    {.op = "power",
     .inputs = "f(4)={0,0,-2,2} f(4)={0,2,2,0}",
     .scalar = f_int_power,
     .skip = OP_NO_GRADIENT},
    OP(floor_divide, "f(3,4) f(4)[0.5:2]"),
    OP(floor_divide, "i(30)[-9:9] i(30)[1:4]"),
    OP(floor_divide, "i(30)[-9:9] i(30)[-4:-1]"),
    OP(mod, "f(3,4) f(4)[0.5:2]", .skip = OP_NO_SECOND),
    OP(mod, "f(3,4) f(4)[-2:-0.5]"),
    OP(mod, "i(30)[-9:9] i(30)[1:4]"),
    OP(mod, "i(30)[-9:9] i(30)[-4:-1]"),
    {.op = "relu_grad",
     .inputs = "f(3,4) d(3,4)",
     .scalar = f_relu_grad,
     .skip = OP_NO_FLOAT | OP_NO_GRADIENT,
     .error = "one type"},
    {.op = "relu_grad",
     .inputs = "f(3,4) f(3,4)",
     .scalar = f_relu_grad,
     .big = "f(300,400) f(300,400)"},
    OP(binary_entropy, "f(3,4)[0:1] f(3,4)[0.1:0.9]", .big = "f(300,400)[0:1] f(300,400)[0.1:0.9]"),
    OP(binary_entropy, "f(3)={1,0.5,0} f(3)={0,1e-9,0}", .skip = OP_NO_GRADIENT),
    OP(binary_entropy_grad, "f(3,4)[0:1] f(4)[0.1:0.9]",
       .big = "f(300,400)[0:1] f(300,400)[0.1:0.9]"),
    OP(binary_entropy_grad, "f(4)={0,1,1,0.5} f(4)={1,0,1e-9,0}", .skip = OP_NO_GRADIENT),
    OP(sigmoid_entropy, "f(3,4)[0:1] f(3,4)[-9:9]", .big = "f(300,400)[0:1] f(300,400)[-9:9]",
       .skip = OP_NO_GRADIENT),
    OP(sigmoid_entropy_grad, "f(3,4)[0:1] f(3,4)[0:1]", .big = "f(300,400)[0:1] f(300,400)[0:1]",
       .skip = OP_NO_GRADIENT),
    OP(sigmoid_entropy_grad, "f(4)={0,1,1,0.5} f(4)={1,0,1e-9,0}", .skip = OP_NO_GRADIENT),
    OP(add, "i(5)[-9:9] i(5)[-9:9]"),
    OP(subtract, "l(5)[-9:9] l(5)[-9:9]"),
    OP(multiply, "u(5)[0:15] u(5)[0:15]"),
    OP(maximum, "i(5)[-9:9] i(5)[-9:9]"),
    OP(minimum, "u(5)[0:15] u(5)[0:15]"),
    {.op = "add", .inputs = "b(9) b(9)", .scalar = f_logical_or},
    {.op = "multiply", .inputs = "b(9) b(9)", .scalar = f_logical_and},
    OP(maximum, "f(4)={nan,1,inf,-1} f(4)={1,nan,2,-2}", .skip = OP_NO_GRADIENT),
    OP(minimum, "f(4)={nan,1,inf,-1} f(4)={1,nan,2,-2}", .skip = OP_NO_GRADIENT),
    /* operands of different types */
    OP(add, "s(3) d(3)"),
    OP(add, "i(3) s(3)"),
    OP(add, "u(3) i(3)"),
    OP(add, "b(3) s(3)"),
    OP(multiply, "l(3) s(3)"),
    OP(add, "i(3) l(3)"),
    COMPARE(equal),
    COMPARE(not_equal),
    COMPARE(less),
    COMPARE(less_equal),
    COMPARE(greater),
    COMPARE(greater_equal),
    LOGICAL(logical_and),
    LOGICAL(logical_or),
    LOGICAL(logical_xor),
    OP(where, "b(3,4) f(3,4) f(3,4)", .big = "b(300,400) f(300,400) f(300,400)"),
    OP(where, "b(3,4) f() f(4)"),
    OP(where, "b(4) f(3,1) f()"),
    OP(where, "f(4)={0,1,nan,-1} f(4) f(4)"),
    OP(where, "b(9) u(9) u(9)"),
    OP(where, "b(9) l(9) l(9)"),
    OP(where, "b(9) s(9) i(9)"),
    OP(where, "b(9) b(9) b(9)"),
    {.op = "add",
     .inputs = "f(2,3) f(4)",
     .error = "op add: shapes (2, 3) and (4,) do not broadcast"},
    {.op = "less",
     .inputs = "f(2,3) f(2)",
     .error = "op less: shapes (2, 3) and (2,) do not broadcast"},
    {.op = "where",
     .inputs = "b(2) f(3) f(1)",
     .error = "op where: shapes (2,) and (3,) do not broadcast"},
    {.op = "subtract",
     .inputs = "b(2) b(2)",
     .error = "op subtract: not defined for bool; cast the operand first"},
    {.op = "add", .inputs = "f(2)", .error = "op add: takes 2 operands, got 1"},
    {.op = "bitwise_and", .inputs = "i(3,4)[-9:9] i(4)[0:9]", .scalar = both_bits},
    {.op = "bitwise_and", .inputs = "b(3,4) b(4)", .scalar = both_bits},
    {.op = "bitwise_or", .inputs = "l(3,4)[-9:9] l(4)[0:9]", .scalar = any_bits},
    {.op = "bitwise_xor", .inputs = "u(3,4)[0:255] u(4)[0:9]", .scalar = one_bit},
    {.op = "bitwise_and", .inputs = "f(3) i(3)", .error = "float"},
    {.op = "bitwise_left_shift", .inputs = "i(3,4)[-9:9] i(4)[0:9]", .scalar = moved_up},
    {.op = "bitwise_right_shift", .inputs = "i(3,4)[-99:99] i(4)[0:70]", .scalar = moved_down},
    {.op = "gcd", .inputs = "i(5,6)[-30:30] i(6)[-30:30]", .scalar = common_divisor},
    {.op = "lcm", .inputs = "l(5,6)[-30:30] l(6)[-30:30]", .scalar = common_multiple},
    {.op = "nextafter", .inputs = "d(3,4) d(4)", .scalar = neighbour},
    {0},
};
