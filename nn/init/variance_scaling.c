/* variance_scaling.c - random numbers with variance v = scale / max(1, fan), so that signals keep
 * their size through layers. fan_in, fan_out: sizes of a matrix (n, m) are n, m; of a kernel
 * (window..., n, m) they are n, m times the window's size; of a vector (n) both n. glorot: scale 1,
 * fan_avg; lecun: scale 1, fan_in; he: scale 2, fan_in. normal draws are cut at two deviations and
 * corrected for it. */
#include "initializer_list.h"

#include <math.h>

typedef struct scaling_args {
  knn__seed_args base;
  double scale;
  int mode, distribution;
  knn_ints input_axes, output_axes;
} scaling_args;

enum { FAN_IN, FAN_OUT, FAN_AVERAGE };
enum { TRUNCATED, NORMAL, UNTRUNCATED, UNIFORM };

/* clang-format off */
#define AXES_PARAMS(block)                                                                       \
  KNN__PARAM(block, input_axes, KNN_P_INTS, "null", "Axes of the inputs; default: Keras's fans.", \
             .mark = KNN_AXIS),                                                                  \
  KNN__PARAM(block, output_axes, KNN_P_INTS, "null", "Axes of the outputs; default: Keras's fans.", \
             .mark = KNN_AXIS)
/* clang-format on */

static const knn_param scaling_params[] = {
    KNN__PARAM(scaling_args, scale, KNN_P_FLOAT, "1", "Factor of the variance.", .min = 0,
               .max = 1e30, .above_min = true),
    KNN__PARAM(scaling_args, mode, KNN_P_ENUM, "fan_in", "What the variance is divided by.",
               .choices = "fan_in|fan_out|fan_avg"),
    KNN__PARAM(scaling_args, distribution, KNN_P_ENUM, "truncated_normal", "Law of the numbers.",
               .choices = "truncated_normal|normal|untruncated_normal|uniform"),
    KNN__SEED_PARAM(scaling_args),
    AXES_PARAMS(scaling_args),
};

typedef struct named_args {
  knn__seed_args base;
  knn_ints input_axes, output_axes;
} named_args;

static const knn_param named_params[] = {
    KNN__SEED_PARAM(named_args),
    AXES_PARAMS(named_args),
};

static double product(const knn_tensor *w, const knn_ints *axes) {
  double n = 1;
  int axis;
  for (int i = 0; i < axes->n; i++)
    if (knn__axis(axes->v[i], knn_tensor_rank(w), &axis)) n *= (double)knn_tensor_dim(w, axis);
  return n;
}

/* Keras's fans: a matrix has its two sizes, a kernel also the product of the window's. */
static void fans(const knn_tensor *w, const knn_ints *input_axes, const knn_ints *output_axes,
                 double *in, double *out) {
  const int rank = knn_tensor_rank(w);
  double window = 1;
  for (int i = 0; i < rank - 2; i++) window *= (double)knn_tensor_dim(w, i);
  *in = rank == 0 ? 1 : (double)knn_tensor_dim(w, rank == 1 ? 0 : rank - 2) * window;
  *out = rank == 0 ? 1 : (double)knn_tensor_dim(w, rank - 1) * window;
  if (input_axes->n >= 0) *in = product(w, input_axes);
  if (output_axes->n >= 0) *out = product(w, output_axes);
}

static knn_status fill_scaled(const knn_initializer *self, knn_tensor *w,
                              const scaling_args *args) {
  double in, out;
  fans(w, &args->input_axes, &args->output_axes, &in, &out);
  const double fan = args->mode == FAN_IN ? in : args->mode == FAN_OUT ? out : (in + out) / 2;
  const double variance = args->scale / fmax(1, fan);
  if (args->distribution == UNIFORM)
    knn__draw(self, KNN__DRAW_UNIFORM, -sqrt(3 * variance), sqrt(3 * variance), w);
  else if (args->distribution == UNTRUNCATED)
    knn__draw(self, KNN__DRAW_NORMAL, 0, sqrt(variance), w);
  else /* the deviation of N(0, 1) within +-2 is 0.8796...: after the cut the variance is the one
          wanted */
    knn__draw(self, KNN__DRAW_TRUNCATED, 0, sqrt(variance) / 0.87962566103423978, w);
  return KNN_OK;
}

static knn_status fill_named(const knn_initializer *self, knn_tensor *w, double scale, int mode,
                             int distribution) {
  const named_args *args = self->base.args;
  return fill_scaled(self, w,
                     &(scaling_args){.scale = scale,
                                     .mode = mode,
                                     .distribution = distribution,
                                     .input_axes = args->input_axes,
                                     .output_axes = args->output_axes});
}

static knn_status fill_by_arguments(const knn_initializer *self, knn_tensor *w) {
  return fill_scaled(self, w, self->base.args);
}

const knn__initializer_def knn__initializer_variance_scaling = {
    .cls = {.family = "initializer",
            .name = "VarianceScaling",
            .aliases = "variance_scaling",
            .summary = "Numbers whose variance is divided by the number of inputs or outputs.",
            .detail = "v = scale / max(1, fan); truncated_normal: N(0, v) within two deviations; "
                      "uniform: U(-a, a), a = sqrt(3 v); fan_avg = (fan_in + fan_out) / 2",
            .shapes = "w (...)",
            .example =
                "local layer = knn.layers.Dense{4, kernel_initializer = \"variance_scaling\"}",
            .source = "He et al. 2015",
            .see = "GlorotUniform|HeNormal|LecunNormal",
            KNN__PARAMS(scaling_params, scaling_args)},
    .random = true,
    .fill = fill_by_arguments,
};

static knn_status fill_glorot_uniform(const knn_initializer *self, knn_tensor *w) {
  return fill_named(self, w, 1, FAN_AVERAGE, UNIFORM);
}

const knn__initializer_def knn__initializer_glorot_uniform = {
    .cls = {.family = "initializer",
            .name = "GlorotUniform",
            .aliases = "glorot_uniform",
            .summary = "Uniform numbers scaled by inputs and outputs.",
            .detail = "w ~ U(-a, a), a = sqrt(6 / (fan_in + fan_out))",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"glorot_uniform\"}",
            .source = "Glorot and Bengio 2010",
            .see = "GlorotNormal|HeUniform",
            KNN__PARAMS(named_params, named_args)},
    .random = true,
    .fill = fill_glorot_uniform,
};

static knn_status fill_glorot_normal(const knn_initializer *self, knn_tensor *w) {
  return fill_named(self, w, 1, FAN_AVERAGE, TRUNCATED);
}

const knn__initializer_def knn__initializer_glorot_normal = {
    .cls = {.family = "initializer",
            .name = "GlorotNormal",
            .aliases = "glorot_normal",
            .summary = "Normal numbers scaled by inputs and outputs.",
            .detail = "w ~ truncated N(0, 2 / (fan_in + fan_out))",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"glorot_normal\"}",
            .source = "Glorot and Bengio 2010",
            .see = "GlorotUniform|HeNormal",
            KNN__PARAMS(named_params, named_args)},
    .random = true,
    .fill = fill_glorot_normal,
};

static knn_status fill_lecun_uniform(const knn_initializer *self, knn_tensor *w) {
  return fill_named(self, w, 1, FAN_IN, UNIFORM);
}

const knn__initializer_def knn__initializer_lecun_uniform = {
    .cls = {.family = "initializer",
            .name = "LecunUniform",
            .aliases = "lecun_uniform",
            .summary = "Uniform numbers scaled by inputs.",
            .detail = "w ~ U(-a, a), a = sqrt(3 / fan_in)",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"lecun_uniform\"}",
            .source = "LeCun et al. 1998",
            .see = "LecunNormal",
            KNN__PARAMS(named_params, named_args)},
    .random = true,
    .fill = fill_lecun_uniform,
};

static knn_status fill_lecun_normal(const knn_initializer *self, knn_tensor *w) {
  return fill_named(self, w, 1, FAN_IN, TRUNCATED);
}

const knn__initializer_def knn__initializer_lecun_normal = {
    .cls = {.family = "initializer",
            .name = "LecunNormal",
            .aliases = "lecun_normal",
            .summary = "Normal numbers scaled by inputs; goes with selu.",
            .detail = "w ~ truncated N(0, 1 / fan_in)",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"lecun_normal\"}",
            .source = "LeCun et al. 1998; Klambauer et al. 2017",
            .see = "LecunUniform",
            KNN__PARAMS(named_params, named_args)},
    .random = true,
    .fill = fill_lecun_normal,
};

static knn_status fill_he_uniform(const knn_initializer *self, knn_tensor *w) {
  return fill_named(self, w, 2, FAN_IN, UNIFORM);
}

const knn__initializer_def knn__initializer_he_uniform = {
    .cls = {.family = "initializer",
            .name = "HeUniform",
            .aliases = "he_uniform",
            .summary = "Uniform numbers for rectifiers.",
            .detail = "w ~ U(-a, a), a = sqrt(6 / fan_in)",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"he_uniform\"}",
            .source = "He et al. 2015",
            .see = "HeNormal|GlorotUniform",
            KNN__PARAMS(named_params, named_args)},
    .random = true,
    .fill = fill_he_uniform,
};

static knn_status fill_he_normal(const knn_initializer *self, knn_tensor *w) {
  return fill_named(self, w, 2, FAN_IN, TRUNCATED);
}

const knn__initializer_def knn__initializer_he_normal = {
    .cls = {.family = "initializer",
            .name = "HeNormal",
            .aliases = "he_normal",
            .summary = "Normal numbers for rectifiers.",
            .detail = "w ~ truncated N(0, 2 / fan_in)",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"he_normal\"}",
            .source = "He et al. 2015",
            .see = "HeUniform|GlorotNormal",
            KNN__PARAMS(named_params, named_args)},
    .random = true,
    .fill = fill_he_normal,
};
