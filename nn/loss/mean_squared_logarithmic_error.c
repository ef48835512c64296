/* mean_squared_logarithmic_error.c - mean (log(max(p, eps) + 1) - log(max(t, eps) + 1))^2. */
#include "loss.h"

typedef struct mean_squared_logarithmic_error_args {
  knn__loss_common common;
} mean_squared_logarithmic_error_args;

static const knn_param params[] = {
    KNN__LOSS_PARAMS(mean_squared_logarithmic_error_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  knn_value *least = knn__scalar_like(s, p, KNN__EPSILON), *one = knn__scalar_like(s, p, 1);
  knn_value *log_p = knn__log(s, knn__add(s, knn__maximum(s, p, least), one));
  knn_value *log_t = knn__log(s, knn__add(s, knn__maximum(s, t, least), one));
  return knn__mean(s, knn__square(s, knn__subtract(s, log_p, log_t)), KNN__AXIS(-1), false);
}

const knn__loss_def knn__loss_mean_squared_logarithmic_error = {
    .cls = {.family = "loss",
            .name = "MeanSquaredLogarithmicError",
            .aliases = "mean_squared_logarithmic_error|msle|MSLE",
            .summary = "Mean of squared differences of logarithms.",
            .detail = "mean (log(max(p, eps) + 1) - log(max(t, eps) + 1))^2 over the last axis.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.MeanSquaredLogarithmicError{}",
            .source = "Keras, MeanSquaredLogarithmicError",
            .see = "MeanSquaredError",
            KNN__PARAMS(params, mean_squared_logarithmic_error_args)},
    .call = call,
};
