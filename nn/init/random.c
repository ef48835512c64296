/* random.c - numbers of a given law, whatever the shape. w (...)
 * Truncated: numbers beyond two deviations are drawn again, so that the deviation of what is left
 * is 0.8796 stddev, as in Keras. */
#include "initializer_list.h"

typedef struct normal_args {
  knn__seed_args base;
  double mean, stddev;
} normal_args;

static const knn_param normal_params[] = {
    KNN__PARAM(normal_args, mean, KNN_P_FLOAT, "0", "Mean."),
    KNN__PARAM(normal_args, stddev, KNN_P_FLOAT, "0.05", "Standard deviation.", .min = 0,
               .max = 1e30),
    KNN__SEED_PARAM(normal_args),
};

static knn_status fill_normal(const knn_initializer *self, knn_tensor *w) {
  const normal_args *args = self->base.args;
  knn__draw(self, KNN__DRAW_NORMAL, args->mean, args->stddev, w);
  return KNN_OK;
}

const knn__initializer_def knn__initializer_random_normal = {
    .cls = {.family = "initializer",
            .name = "RandomNormal",
            .aliases = "random_normal|normal",
            .summary = "Normal numbers.",
            .detail = "w ~ N(mean, stddev^2)",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"random_normal\"}",
            .source = "Keras, RandomNormal",
            .see = "TruncatedNormal|RandomUniform",
            KNN__PARAMS(normal_params, normal_args)},
    .random = true,
    .fill = fill_normal,
};

static knn_status fill_truncated(const knn_initializer *self, knn_tensor *w) {
  const normal_args *args = self->base.args;
  knn__draw(self, KNN__DRAW_TRUNCATED, args->mean, args->stddev, w);
  return KNN_OK;
}

const knn__initializer_def knn__initializer_truncated_normal = {
    .cls = {.family = "initializer",
            .name = "TruncatedNormal",
            .aliases = "truncated_normal",
            .summary = "Normal numbers within two deviations.",
            .detail = "w ~ N(mean, stddev^2), numbers with |w - mean| > 2 stddev drawn again",
            .shapes = "w (...)",
            .example =
                "local layer = knn.layers.Dense{4, kernel_initializer = \"truncated_normal\"}",
            .source = "Keras, TruncatedNormal",
            .see = "RandomNormal",
            KNN__PARAMS(normal_params, normal_args)},
    .random = true,
    .fill = fill_truncated,
};

typedef struct uniform_args {
  knn__seed_args base;
  double minval, maxval;
} uniform_args;

static const knn_param uniform_params[] = {
    KNN__PARAM(uniform_args, minval, KNN_P_FLOAT, "-0.05", "Smallest number."),
    KNN__PARAM(uniform_args, maxval, KNN_P_FLOAT, "0.05", "Bound above; it is not reached."),
    KNN__SEED_PARAM(uniform_args),
};

static knn_status fill_uniform(const knn_initializer *self, knn_tensor *w) {
  const uniform_args *args = self->base.args;
  knn__draw(self, KNN__DRAW_UNIFORM, args->minval, args->maxval, w);
  return KNN_OK;
}

const knn__initializer_def knn__initializer_random_uniform = {
    .cls = {.family = "initializer",
            .name = "RandomUniform",
            .aliases = "random_uniform|uniform",
            .summary = "Numbers spread evenly between two bounds.",
            .detail = "w ~ U[minval, maxval)",
            .shapes = "w (...)",
            .example = "local layer = knn.layers.Dense{4, kernel_initializer = \"random_uniform\"}",
            .source = "Keras, RandomUniform",
            .see = "RandomNormal",
            KNN__PARAMS(uniform_params, uniform_args)},
    .random = true,
    .fill = fill_uniform,
};
