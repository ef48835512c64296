/* relu.c - rectifiers. x (...) -> (...)
 * relu: y = min(x, max) where x > threshold, else slope (x - threshold); relu6: y = min(max(x, 0),
 * 6); leaky_relu: y = x for x >= 0, else slope x. Gradient of the plain relu at 0: 0. */
#include "activation_list.h"

#include <math.h>

typedef struct relu_args {
  double negative_slope, max_value, threshold;
} relu_args;

static const knn_param relu_params[] = {
    KNN__PARAM(relu_args, negative_slope, KNN_P_FLOAT, "0", "Slope below the threshold."),
    KNN__PARAM(relu_args, max_value, KNN_P_FLOAT, "null", "Largest result; null = none.", .min = 0,
               .max = 1e38),
    KNN__PARAM(relu_args, threshold, KNN_P_FLOAT, "0", "Where the function begins to rise."),
};

knn_value *knn__relu_of(knn__scope *s, knn_value *x, double negative_slope, double max_value,
                        double threshold) {
  knn_value *y, *zero = knn__scalar_like(s, x, 0);
  if (threshold == 0)
    y = knn__relu(s, x);
  else
    y = knn__where(s, knn__greater(s, x, knn__scalar_like(s, x, threshold)), x, zero);
  if (!isnan(max_value)) y = knn__clip(s, y, 0, max_value);
  if (negative_slope == 0) return y;
  knn_value *below = knn__relu(s, knn__subtract(s, knn__scalar_like(s, x, threshold), x));
  return knn__subtract(s, y, knn__times(s, below, negative_slope));
}

static knn_value *relu(knn_object *self, knn__scope *s, knn_value *x) {
  const relu_args *args = self->args;
  return knn__relu_of(s, x, args->negative_slope, args->max_value, args->threshold);
}

const knn__activation_def knn__activation_relu = {
    .cls = {.family = "activation",
            .name = "relu",
            .summary = "Rectifier: negatives become 0.",
            .detail =
                "y = min(x, max_value) where x > threshold, else negative_slope (x - threshold).",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.relu(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Nair and Hinton 2010",
            .see = "leaky_relu|relu6",
            KNN__PARAMS(relu_params, relu_args)},
    .call = relu,
};

static knn_value *relu6(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__clip(s, x, 0, 6);
}

const knn__activation_def knn__activation_relu6 = {
    .cls = {.family = "activation",
            .name = "relu6",
            .summary = "Rectifier cut at 6.",
            .detail = "y = min(max(x, 0), 6)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.relu6(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Krizhevsky 2010",
            .see = "relu"},
    .call = relu6,
};

typedef struct leaky_args {
  double negative_slope;
} leaky_args;

static const knn_param leaky_params[] = {
    KNN__PARAM(leaky_args, negative_slope, KNN_P_FLOAT, "0.2", "Slope below 0."),
};

knn_value *knn__leaky_relu(knn__scope *s, knn_value *x, double negative_slope) {
  knn_value *above = knn__greater_equal(s, x, knn__scalar_like(s, x, 0));
  return knn__where(s, above, x, knn__times(s, x, negative_slope));
}

static knn_value *leaky_relu(knn_object *self, knn__scope *s, knn_value *x) {
  const leaky_args *args = self->args;
  return knn__leaky_relu(s, x, args->negative_slope);
}

const knn__activation_def knn__activation_leaky_relu = {
    .cls = {.family = "activation",
            .name = "leaky_relu",
            .summary = "Rectifier with a small slope below 0.",
            .detail =
                "y = x where x >= 0, else negative_slope x. The layer LeakyReLU has slope 0.3.",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.leaky_relu(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Maas et al. 2013",
            .see = "relu",
            KNN__PARAMS(leaky_params, leaky_args)},
    .call = leaky_relu,
};
