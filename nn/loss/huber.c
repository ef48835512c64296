/* huber.c - mean of e^2 / 2 for |e| <= delta, delta |e| - delta^2 / 2 beyond, e = p - t. */
#include "loss.h"

typedef struct huber_args {
  knn__loss_common common;
  double delta;
} huber_args;

static const knn_param params[] = {
    KNN__PARAM(huber_args, delta, KNN_P_FLOAT, "1", "Where squared becomes absolute.", .min = 0,
               .max = 1e30),
    KNN__LOSS_PARAMS(huber_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const huber_args *a = args;
  knn_value *size = knn__absolute(s, knn__subtract(s, p, t));
  knn_value *delta = knn__scalar_like(s, p, a->delta), *half = knn__scalar_like(s, p, 0.5);
  knn_value *inside = knn__multiply(s, half, knn__square(s, size));
  knn_value *outside = knn__subtract(s, knn__multiply(s, delta, size),
                                     knn__scalar_like(s, p, 0.5 * a->delta * a->delta));
  return knn__mean(s, knn__where(s, knn__less_equal(s, size, delta), inside, outside),
                   KNN__AXIS(-1), false);
}

const knn__loss_def knn__loss_huber = {
    .cls = {.family = "loss",
            .name = "Huber",
            .aliases = "huber",
            .summary = "Squared for small differences, absolute for large ones.",
            .detail =
                "mean of e^2 / 2 where |e| <= delta, else delta |e| - delta^2 / 2; e = p - t.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.Huber{}",
            .source = "Huber 1964, Robust Estimation of a Location Parameter",
            .see = "MeanSquaredError|LogCosh",
            KNN__PARAMS(params, huber_args)},
    .call = call,
};
