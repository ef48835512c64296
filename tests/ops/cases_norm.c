/* cases_norm.c - layer and batch normalisation. */
#include <math.h>

#include "cases.h"

/* Groups of n elements `step` apart, the first of group i at first(i). */
static void normalise(const op_array *in, op_array *out, int64_t n, int64_t step, double epsilon) {
  int64_t columns = in[1].n, groups = in[0].n / n;
  for (int64_t i = 0; i < groups; i++) {
    const double *x = in[0].v + (step == 1 ? i * n : i);
    double mean = 0, variance = 0;
    for (int64_t k = 0; k < n; k++) mean += x[k * step] / (double)n;
    for (int64_t k = 0; k < n; k++) variance += pow(x[k * step] - mean, 2) / (double)n;
    for (int64_t k = 0; k < n; k++) {
      int64_t at = x - in[0].v + k * step;
      double normal = (in[0].v[at] - mean) / sqrt(variance + epsilon);
      out[0].v[at] = normal * in[1].v[at % columns] + in[2].v[at % columns];
    }
    out[1].v[i] = mean;
    out[2].v[i] = variance;
  }
}

static void rows(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  normalise(in, out, in[1].n, 1, 0.001);
}

static void columns(const op_array *in, int n_in, op_array *out, int n_out) {
  (void)n_in, (void)n_out;
  normalise(in, out, in[0].n / in[1].n, in[1].n, 0.1);
}

const op_case cases_norm[] = {
    {.op = "layer_norm",
     .inputs = "f(3,5) f(5) f(5)",
     .formula = rows,
     .big = "f(300,203) f(203) f(203)",
     .tolerance = 1e-4},
    {.op = "layer_norm", .inputs = "f(2,2,3,4) f(3,4) f(3,4)", .formula = rows, .tolerance = 1e-4},
    {.op = "layer_norm", .inputs = "f(2,70) f(70) f(70)", .formula = rows, .tolerance = 1e-4},
    {.op = "layer_norm", .inputs = "f(4,3) f(2) f(2)", .error = "gamma (2,) must have the sizes"},
    {.op = "layer_norm", .inputs = "f(4,3) f(3) f(4)", .error = "beta (4,) must have the sizes"},
    {.op = "layer_norm", .inputs = "i(4,3) i(3) i(3)", .error = "wants float32 or float64"},
    {.op = "layer_norm_grad",
     .inputs = "f(3,5) f(3,5) f(5) f(3,1) f(3,1)[0.5:1]",
     .skip = OP_NO_GRADIENT,
     .big = "f(300,203) f(300,203) f(203) f(300,1) f(300,1)[0.5:1]",
     .tolerance = 1e-4},
    {.op = "batch_norm",
     .options = "epsilon=0.1",
     .inputs = "f(6,3) f(3) f(3)",
     .formula = columns,
     .big = "f(40,30,30,5) f(5) f(5)",
     .tolerance = 1e-4},
    {.op = "batch_norm",
     .options = "epsilon=0.1",
     .inputs = "f(4,3,20) f(20) f(20)",
     .formula = columns,
     .big = "f(700,300) f(300) f(300)",
     .tolerance = 1e-4},
    {.op = "batch_norm",
     .options = "epsilon=0.1",
     .inputs = "f(2,2,3,64) f(64) f(64)",
     .formula = columns,
     .tolerance = 1e-4},
    {.op = "batch_norm", .inputs = "f(4) f(4) f(4)", .error = "(batch, ..., channels), got (4,)"},
    {.op = "batch_norm", .inputs = "f(4,3) f(3) f(4)", .error = "beta (4,) must have the sizes"},
    {.op = "batch_norm_grad",
     .inputs = "f(9,3) f(9,3) f(3) f(3) f(3)[0.5:1]",
     .skip = OP_NO_GRADIENT,
     .big = "f(40,900,5) f(40,900,5) f(5) f(5) f(5)[0.5:1]",
     .tolerance = 1e-4},
    {0},
};
