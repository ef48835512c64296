/* squared_hinge.c - mean max(1 - t p, 0)^2, labels -1 and 1. */
#include "loss.h"

typedef struct squared_hinge_args {
  knn__loss_common common;
} squared_hinge_args;

static const knn_param params[] = {
    KNN__LOSS_PARAMS(squared_hinge_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  knn_value *margin =
      knn__subtract(s, knn__scalar_like(s, p, 1), knn__multiply(s, knn__hinge_labels(s, t), p));
  return knn__mean(s, knn__square(s, knn__maximum(s, margin, knn__scalar_like(s, p, 0))),
                   KNN__AXIS(-1), false);
}

const knn__loss_def knn__loss_squared_hinge = {
    .cls = {.family = "loss",
            .name = "SquaredHinge",
            .aliases = "squared_hinge",
            .summary = "Square of the distance from the right side of the margin.",
            .detail = "mean max(1 - t p, 0)^2; labels 0 and 1 are taken as -1 and 1.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.SquaredHinge{}",
            .source = "Keras, SquaredHinge",
            .see = "Hinge",
            KNN__PARAMS(params, squared_hinge_args)},
    .call = call,
};
