/* mean_absolute_error.c - mean over the last axis of |t - p|. */
#include "loss.h"

typedef struct mean_absolute_error_args {
  knn__loss_common common;
} mean_absolute_error_args;

static const knn_param params[] = {
    KNN__LOSS_PARAMS(mean_absolute_error_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  return knn__mean(s, knn__absolute(s, knn__subtract(s, p, t)), KNN__AXIS(-1), false);
}

const knn__loss_def knn__loss_mean_absolute_error = {
    .cls = {.family = "loss",
            .name = "MeanAbsoluteError",
            .aliases = "mean_absolute_error|mae|MAE",
            .summary = "Mean of absolute differences.",
            .detail = "mean |t - p| over the last axis.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.MeanAbsoluteError{}",
            .source = "Keras, MeanAbsoluteError",
            .see = "MeanSquaredError|Huber",
            KNN__PARAMS(params, mean_absolute_error_args)},
    .call = call,
};
