/* log_cosh.c - mean log cosh(p - t), as d + softplus(-2 d) - log 2, which does not overflow. */
#include "loss.h"

typedef struct log_cosh_args {
  knn__loss_common common;
} log_cosh_args;

static const knn_param params[] = {
    KNN__LOSS_PARAMS(log_cosh_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  knn_value *d = knn__subtract(s, p, t);
  knn_value *soft = knn__softplus(s, knn__multiply(s, d, knn__scalar_like(s, d, -2)));
  knn_value *sum =
      knn__subtract(s, knn__add(s, d, soft), knn__scalar_like(s, d, 0.69314718055994530942));
  return knn__mean(s, sum, KNN__AXIS(-1), false);
}

const knn__loss_def knn__loss_log_cosh = {
    .cls = {.family = "loss",
            .name = "LogCosh",
            .aliases = "log_cosh",
            .summary = "Logarithm of the hyperbolic cosine of the difference.",
            .detail = "mean (d + softplus(-2 d) - log 2), d = p - t.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.LogCosh{}",
            .source = "Keras, LogCosh",
            .see = "Huber",
            KNN__PARAMS(params, log_cosh_args)},
    .call = call,
};
