/* poisson.c - mean (p - t log(p + eps)). */
#include "loss.h"

typedef struct poisson_args {
  knn__loss_common common;
} poisson_args;

static const knn_param params[] = {
    KNN__LOSS_PARAMS(poisson_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  knn_value *log_p = knn__log(s, knn__add(s, p, knn__scalar_like(s, p, KNN__EPSILON)));
  return knn__mean(s, knn__subtract(s, p, knn__multiply(s, t, log_p)), KNN__AXIS(-1), false);
}

const knn__loss_def knn__loss_poisson = {
    .cls = {.family = "loss",
            .name = "Poisson",
            .aliases = "poisson",
            .summary = "Negative log-likelihood of counts, up to a constant.",
            .detail = "mean (p - t log(p + eps)) over the last axis.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.Poisson{}",
            .source = "Keras, Poisson",
            .see = "MeanSquaredError",
            KNN__PARAMS(params, poisson_args)},
    .call = call,
};
