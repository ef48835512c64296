/* mean_squared_error.c - mean over the last axis of (t - p)^2. */
#include "loss.h"

typedef struct mean_squared_error_args {
  knn__loss_common common;
} mean_squared_error_args;

static const knn_param params[] = {
    KNN__LOSS_PARAMS(mean_squared_error_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  return knn__mean(s, knn__square(s, knn__subtract(s, p, t)), KNN__AXIS(-1), false);
}

const knn__loss_def knn__loss_mean_squared_error = {
    .cls = {.family = "loss",
            .name = "MeanSquaredError",
            .aliases = "mean_squared_error|mse|MSE",
            .summary = "Mean of squared differences.",
            .detail = "mean (t - p)^2 over the last axis.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.MeanSquaredError{}",
            .source = "Keras, MeanSquaredError",
            .see = "MeanAbsoluteError|Huber",
            KNN__PARAMS(params, mean_squared_error_args)},
    .call = call,
};
