/* mean_absolute_percentage_error.c - 100 mean |(t - p) / max(|t|, eps)|. */
#include "loss.h"

typedef struct mean_absolute_percentage_error_args {
  knn__loss_common common;
} mean_absolute_percentage_error_args;

static const knn_param params[] = {
    KNN__LOSS_PARAMS(mean_absolute_percentage_error_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  knn_value *size = knn__maximum(s, knn__absolute(s, t), knn__scalar_like(s, t, KNN__EPSILON));
  knn_value *share = knn__absolute(s, knn__divide(s, knn__subtract(s, t, p), size));
  return knn__multiply(s, knn__mean(s, share, KNN__AXIS(-1), false), knn__scalar_like(s, p, 100));
}

const knn__loss_def knn__loss_mean_absolute_percentage_error = {
    .cls = {.family = "loss",
            .name = "MeanAbsolutePercentageError",
            .aliases = "mean_absolute_percentage_error|mape|MAPE",
            .summary = "Mean of absolute differences in percent of the target.",
            .detail = "100 mean |(t - p) / max(|t|, eps)| over the last axis.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.MeanAbsolutePercentageError{}",
            .source = "Keras, MeanAbsolutePercentageError",
            .see = "MeanAbsoluteError",
            KNN__PARAMS(params, mean_absolute_percentage_error_args)},
    .call = call,
};
