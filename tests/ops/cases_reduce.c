/* cases_reduce.c - reductions over one, several and all axes, positions of extremes. The formula
 * walks the axes one element at a time, with the axes of the case that is run. */
#include <math.h>

#include "cases.h"

typedef double fold(double acc, double x);
/* clang-format off */
static double f_sum(double acc, double x) { return acc + x; }
static double f_prod(double acc, double x) { return acc * x; }
static double f_max(double acc, double x) {
  return isnan(acc) || isnan(x) ? (double)NAN : fmax(acc, x);
}
static double f_min(double acc, double x) {
  return isnan(acc) || isnan(x) ? (double)NAN : fmin(acc, x);
}
static double f_lse(double acc, double x) { return acc + exp(x); }
static double f_all(double acc, double x) { return acc != 0 && x != 0; }
static double f_any(double acc, double x) { return acc != 0 || x != 0; }
/* clang-format on */

/* Fold in[0] over the axes in `gone` (bits), into out[0] in row-major order of the others. */
static void reduce(const op_array *x, unsigned gone, double start, fold *f, op_array *out,
                   int64_t *count) {
  for (int64_t i = 0; i < out->n; i++) out->v[i] = start;
  for (int64_t i = 0; i < x->n; i++) {
    int64_t rest = i, at = 0, step = 1;
    for (int k = x->rank - 1; k >= 0; k--) {
      if (!(gone >> k & 1)) at += rest % x->dims[k] * step, step *= x->dims[k];
      rest /= x->dims[k];
    }
    out->v[at] = f(out->v[at], x->v[i]);
  }
  *count = out->n ? x->n / out->n : 0;
}

#define FORMULAS(name, gone)                                                      \
  static void sum_##name(const op_array *in, int n, op_array *out, int m) {       \
    int64_t c;                                                                    \
    (void)n, (void)m;                                                             \
    reduce(in, gone, 0, f_sum, out, &c);                                          \
  }                                                                               \
  static void mean_##name(const op_array *in, int n, op_array *out, int m) {      \
    int64_t c;                                                                    \
    (void)n, (void)m;                                                             \
    reduce(in, gone, 0, f_sum, out, &c);                                          \
    for (int64_t i = 0; i < out->n; i++) out->v[i] /= (double)c;                  \
  }                                                                               \
  static void prod_##name(const op_array *in, int n, op_array *out, int m) {      \
    int64_t c;                                                                    \
    (void)n, (void)m;                                                             \
    reduce(in, gone, 1, f_prod, out, &c);                                         \
  }                                                                               \
  static void max_##name(const op_array *in, int n, op_array *out, int m) {       \
    int64_t c;                                                                    \
    (void)n, (void)m;                                                             \
    reduce(in, gone, -(double)INFINITY, f_max, out, &c);                          \
  }                                                                               \
  static void min_##name(const op_array *in, int n, op_array *out, int m) {       \
    int64_t c;                                                                    \
    (void)n, (void)m;                                                             \
    reduce(in, gone, (double)INFINITY, f_min, out, &c);                           \
  }                                                                               \
  static void logsumexp_##name(const op_array *in, int n, op_array *out, int m) { \
    int64_t c;                                                                    \
    (void)n, (void)m;                                                             \
    reduce(in, gone, 0, f_lse, out, &c);                                          \
    for (int64_t i = 0; i < out->n; i++) out->v[i] = log(out->v[i]);              \
  }                                                                               \
  static void all_##name(const op_array *in, int n, op_array *out, int m) {       \
    int64_t c;                                                                    \
    (void)n, (void)m;                                                             \
    reduce(in, gone, 1, f_all, out, &c);                                          \
  }                                                                               \
  static void any_##name(const op_array *in, int n, op_array *out, int m) {       \
    int64_t c;                                                                    \
    (void)n, (void)m;                                                             \
    reduce(in, gone, 0, f_any, out, &c);                                          \
  }
FORMULAS(everything, ~0u)
FORMULAS(first, 1u)
FORMULAS(second, 2u)
FORMULAS(third, 4u)
FORMULAS(first_third, 5u)
FORMULAS(first_second, 3u)

/* Position along axis 1 of (a, b, c). */
static void position(const op_array *x, op_array *out, double sign) {
  int64_t a = x->dims[0], b = x->dims[1], c = x->dims[2];
  for (int64_t i = 0; i < a; i++)
    for (int64_t k = 0; k < c; k++) {
      int64_t best = 0;
      for (int64_t j = 1; j < b; j++)
        if (sign * x->v[(i * b + j) * c + k] > sign * x->v[(i * b + best) * c + k]) best = j;
      out->v[i * c + k] = (double)best;
    }
}
static void argmax_middle(const op_array *in, int n, op_array *out, int m) {
  (void)n, (void)m;
  position(in, out, 1);
}
static void argmin_middle(const op_array *in, int n, op_array *out, int m) {
  (void)n, (void)m;
  position(in, out, -1);
}
static void constant_2(const op_array *in, int n, op_array *out, int m) {
  (void)in, (void)n, (void)m;
  out->v[0] = 2;
}

#define ALL_AXES(name, inputs_, skip_)                                      \
  {.op = #name,                                                             \
   .inputs = inputs_,                                                       \
   .formula = name##_everything,                                            \
   .big = "f(300,400)",                                                     \
   .skip = skip_},                                                          \
      {.op = #name,                                                         \
       .options = "axis=0",                                                 \
       .inputs = inputs_,                                                   \
       .formula = name##_first,                                             \
       .big = "f(40000,10)",                                                \
       .skip = skip_},                                                      \
      {.op = #name,                                                         \
       .options = "axis=[1], keepdims=true",                                \
       .inputs = inputs_,                                                   \
       .formula = name##_second,                                            \
       .big = "f(20,30,400)",                                               \
       .skip = skip_},                                                      \
      {.op = #name,                                                         \
       .options = "axis=-1",                                                \
       .inputs = inputs_,                                                   \
       .formula = name##_third,                                             \
       .big = "f(20,30,400)",                                               \
       .skip = skip_},                                                      \
      {.op = #name,                                                         \
       .options = "axis=[0,-1]",                                            \
       .inputs = inputs_,                                                   \
       .formula = name##_first_third,                                       \
       .big = "f(50,6,400)",                                                \
       .skip = skip_},                                                      \
  {                                                                         \
    .op = #name, .options = "axis=[1,0], keepdims=true", .inputs = inputs_, \
    .formula = name##_first_second, .big = "f(50,6,400)", .skip = skip_     \
  }

static void running_sum(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  const int64_t n = in[0].dims[in[0].rank - 1];
  for (int64_t i = 0; i < in[0].n; i++) out->v[i] = in[0].v[i] + (i % n ? out->v[i - 1] : 0);
}

static void running_product(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  for (int64_t i = 0; i < in[0].n; i++) out->v[i] = in[0].v[i] * (i ? out->v[i - 1] : 1);
}

const op_case cases_reduce[] = {
    {.op = "cumsum", .options = "axis=-1", .inputs = "f(3,4)", .formula = running_sum},
    {.op = "cumsum", .options = "axis=-1", .inputs = "i(3,4)", .formula = running_sum},
    {.op = "cumsum", .options = "axis=1", .inputs = "f(2,3,4)"},
    {.op = "cumsum", .inputs = "f(2,3)", .skip = OP_NO_ANY},
    {.op = "cumsum", .inputs = "u(3)", .error = "wants int32"},
    {.op = "cumprod", .inputs = "f(5)[0.5:2]", .formula = running_product},
    {.op = "cumprod", .options = "axis=0", .inputs = "f(3,4)[0.5:2]"},
    ALL_AXES(sum, "f(3,5,4)", 0),
    ALL_AXES(mean, "f(3,5,4)", 0),
    ALL_AXES(max, "f(3,5,4)", 0),
    ALL_AXES(min, "f(3,5,4)", 0),
    ALL_AXES(logsumexp, "f(3,5,4)", 0),
    ALL_AXES(prod, "f(2,5,2)[0.5:1.5]", 0),
    ALL_AXES(all, "b(3,3,2)", 0),
    ALL_AXES(any, "b(3,3,2)", 0),
    ALL_AXES(sum, "i(3,5,4)[-9:9]", 0),
    ALL_AXES(sum, "u(30,5,4)[0:255]", 0),
    ALL_AXES(sum, "b(3,5,4)", 0),
    ALL_AXES(max, "l(3,5,4)[-9:9]", 0),
    ALL_AXES(min, "u(3,5,4)", 0),
    ALL_AXES(mean, "i(3,5,4)[-9:9]", 0),
    ALL_AXES(prod, "i(2,3,2)[-3:3]", 0),
    ALL_AXES(max, "b(3,5,4)", 0),
    ALL_AXES(any, "f(3,5,4)", 0),
    {.op = "sum", .inputs = "f(3000)", .formula = sum_everything},
    {.op = "sum", .options = "axis=0", .inputs = "f(700,3)", .formula = sum_first},
    {.op = "sum", .options = "axis=1", .inputs = "f(3,700)", .formula = sum_second},
    {.op = "sum", .options = "axis=1", .inputs = "f(2,3,300)", .formula = sum_second},
    {.op = "sum", .inputs = "f()", .formula = sum_everything},
    {.op = "sum", .options = "axis=[]", .inputs = "f(3)", .formula = sum_everything},
    {.op = "sum", .options = "axis=1", .inputs = "f(3,1)", .formula = sum_second},
    {.op = "sum", .options = "axis=0", .inputs = "f(0,3)", .formula = sum_first},
    {.op = "mean",
     .options = "axis=0",
     .inputs = "f(0,3)",
     .formula = mean_first,
     .skip = OP_NO_GRADIENT},
    {.op = "prod", .options = "axis=0", .inputs = "f(0,3)", .formula = prod_first},
    {.op = "all", .options = "axis=0", .inputs = "b(0,3)", .formula = all_first},
    {.op = "prod",
     .options = "axis=1",
     .inputs = "f(3,3)={0,2,3,0,0,5,1,2,3}",
     .formula = prod_second,
     .skip = OP_NO_SECOND},
    {.op = "max", .inputs = "f(4)={1,nan,3,2}", .formula = max_everything, .skip = OP_NO_GRADIENT},
    {.op = "min",
     .inputs = "f(12)={1,2,3,4,5,6,7,8,9,10,nan,3}",
     .formula = min_everything,
     .skip = OP_NO_GRADIENT},
    {.op = "logsumexp",
     .inputs = "f(3)={-inf,-inf,-inf}",
     .formula = logsumexp_everything,
     .skip = OP_NO_GRADIENT},
    {.op = "logsumexp",
     .inputs = "f(3)={inf,0,1}",
     .formula = logsumexp_everything,
     .skip = OP_NO_GRADIENT},
    {.op = "logsumexp",
     .inputs = "f(3)={nan,0,1}",
     .formula = logsumexp_everything,
     .skip = OP_NO_GRADIENT},
    {.op = "argmax",
     .options = "axis=1",
     .inputs = "f(3,5,4)",
     .formula = argmax_middle,
     .big = "f(90,50,20)"},
    {.op = "argmin",
     .options = "axis=-2, keepdims=true",
     .inputs = "f(3,5,4)",
     .formula = argmin_middle,
     .big = "f(90,50,20)"},
    {.op = "argmax", .options = "axis=1", .inputs = "i(3,5,4)", .formula = argmax_middle},
    {.op = "argmin", .options = "axis=1", .inputs = "u(3,5,200)", .formula = argmin_middle},
    {.op = "argmax", .inputs = "f(5)={1,2,nan,inf,nan}", .formula = constant_2},
    {.op = "argmin", .inputs = "f(2,2)={3,2,1,1}", .formula = constant_2},
    {.op = "sum",
     .options = "axis=2",
     .inputs = "f(3,4)",
     .error = "op sum: axis 2 is out of range for an operand with 2 axes"},
    {.op = "max",
     .options = "axis=[0,-2]",
     .inputs = "f(3,4)",
     .error = "op max: axis -2 is given twice"},
    {.op = "max",
     .options = "axis=1",
     .inputs = "f(3,0)",
     .error = "op max: no element to choose from: axis 1 of (3, 0) has size 0"},
    {.op = "argmax", .inputs = "f(0)", .error = "op argmax: no element to choose from in (0,)"},
    {0},
};
