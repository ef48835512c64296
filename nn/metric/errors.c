/* errors.c - metrics of regression, margins and distributions: the mean over samples of a loss
 * function. */
#include "of_losses.h"

#include <math.h>

typedef struct plain_args {
  knn__metric_common common;
} plain_args;

KNN__METRIC_OF_LOSS(mean_squared_error, mean_squared_error, "MeanSquaredError",
                    "mean_squared_error|mse|MSE", "mean_squared_error",
                    "Mean of the squared errors.", "mean (t - p)^2",
                    "RootMeanSquaredError|MeanAbsoluteError")
KNN__METRIC_OF_LOSS(mean_absolute_error, mean_absolute_error, "MeanAbsoluteError",
                    "mean_absolute_error|mae|MAE", "mean_absolute_error",
                    "Mean of the absolute errors.", "mean |t - p|", "MeanSquaredError")
KNN__METRIC_OF_LOSS(mean_absolute_percentage_error, mean_absolute_percentage_error,
                    "MeanAbsolutePercentageError", "mean_absolute_percentage_error|mape|MAPE",
                    "mean_absolute_percentage_error",
                    "Mean of the absolute errors in per cent of the target.",
                    "100 mean |(t - p) / max(|t|, 1e-7)|", "MeanAbsoluteError")
KNN__METRIC_OF_LOSS(mean_squared_logarithmic_error, mean_squared_logarithmic_error,
                    "MeanSquaredLogarithmicError", "mean_squared_logarithmic_error|msle|MSLE",
                    "mean_squared_logarithmic_error",
                    "Mean of the squared differences of logarithms.",
                    "mean (ln(p + 1) - ln(t + 1))^2, p and t at least 1e-7", "MeanSquaredError")
KNN__METRIC_OF_LOSS(log_cosh_error, log_cosh, "LogCoshError", "log_cosh_error", "logcosh",
                    "Mean logarithm of the hyperbolic cosine of the error.", "mean ln cosh(p - t)",
                    "MeanSquaredError")
KNN__METRIC_OF_LOSS(hinge, hinge, "Hinge", "hinge", "hinge", "Mean shortfall from a margin of 1.",
                    "mean max(1 - t p, 0); targets 0 and 1 are mapped to -1 and 1",
                    "SquaredHinge|CategoricalHinge")
KNN__METRIC_OF_LOSS(squared_hinge, squared_hinge, "SquaredHinge", "squared_hinge", "squared_hinge",
                    "Mean squared shortfall from a margin of 1.",
                    "mean max(1 - t p, 0)^2; targets 0 and 1 are mapped to -1 and 1", "Hinge")
KNN__METRIC_OF_LOSS(categorical_hinge, categorical_hinge, "CategoricalHinge", "categorical_hinge",
                    "categorical_hinge",
                    "How far the right class fails to beat the best wrong one by 1.",
                    "max(max((1 - t) p) - sum t p + 1, 0)", "Hinge")
KNN__METRIC_OF_LOSS(kl_divergence, kl_divergence, "KLDivergence", "kl_divergence", "kl_divergence",
                    "Kullback-Leibler divergence of the prediction from the target distribution.",
                    "sum t ln(t / p), both held in [1e-7, 1]", "CategoricalCrossentropy")
KNN__METRIC_OF_LOSS(poisson, poisson, "Poisson", "poisson", "poisson",
                    "Negative log-likelihood of counts under predicted rates.",
                    "mean (p - t ln(p + 1e-7))", "MeanSquaredError")

static knn_value *squares(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  return knn__match_targets(s, &t, &p) ? knn__square(s, knn__subtract(s, t, p)) : NULL;
}

static double root(const knn_metric *self, const float *const *states, int i) {
  (void)self, (void)i;
  return sqrt(knn__metric_ratio((double)states[0][0], (double)states[1][0]));
}

static const knn_param root_params[] = {KNN__METRIC_PARAMS(plain_args, "root_mean_squared_error")};

const knn__metric_def knn__metric_root_mean_squared_error = {
    .cls = {.family = "metric",
            .name = "RootMeanSquaredError",
            .aliases = "root_mean_squared_error",
            .summary = "Square root of the mean of the squared errors.",
            .detail = "(mean (t - p)^2)^(1/2), the root taken of the mean over all samples seen.",
            .shapes = "y_true, y_pred (batch, ...) -> one number",
            .example = "local metric = knn.metrics.RootMeanSquaredError{}",
            .source = "Keras",
            .see = "MeanSquaredError",
            KNN__PARAMS(root_params, plain_args)},
    .direction = -1,
    .value = squares,
    .result = root,
};

typedef struct cosine_args {
  knn__metric_common common;
  int64_t axis;
} cosine_args;

static const knn_param cosine_params[] = {
    KNN__METRIC_PARAMS(cosine_args, "cosine_similarity"),
    KNN__PARAM(cosine_args, axis, KNN_P_INT, "-1", "Axis along which the vectors lie.",
               .mark = KNN_AXIS),
};

static knn_value *cosine(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const cosine_args *a = args;
  return knn__match_targets(s, &t, &p) ? knn__cosine(s, t, p, a->axis) : NULL;
}

const knn__metric_def knn__metric_cosine_similarity = {
    .cls = {.family = "metric",
            .name = "CosineSimilarity",
            .aliases = "cosine_similarity",
            .summary = "Cosine of the angle between target and prediction.",
            .detail = "sum t p / (|t| |p|) along the axis: 1 where they point the same way. The "
                      "loss of this name is its negative.",
            .shapes = "y_true, y_pred (batch, ..., n) -> one number",
            .example = "local metric = knn.metrics.CosineSimilarity{}",
            .source = "Keras",
            .see = "MeanSquaredError",
            KNN__PARAMS(cosine_params, cosine_args)},
    .direction = 1,
    .value = cosine,
};
