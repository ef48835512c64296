/* categorical_hinge.c - max(max((1 - t) p) - sum t p + 1, 0) over the last axis. */
#include "loss.h"

typedef struct categorical_hinge_args {
  knn__loss_common common;
} categorical_hinge_args;

static const knn_param params[] = {
    KNN__LOSS_PARAMS(categorical_hinge_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  knn_value *one = knn__scalar_like(s, p, 1);
  knn_value *right = knn__sum(s, knn__multiply(s, t, p), KNN__AXIS(-1), false);
  knn_value *wrong =
      knn__max(s, knn__multiply(s, knn__subtract(s, one, t), p), KNN__AXIS(-1), false);
  return knn__maximum(s, knn__add(s, knn__subtract(s, wrong, right), one),
                      knn__scalar_like(s, p, 0));
}

const knn__loss_def knn__loss_categorical_hinge = {
    .cls = {.family = "loss",
            .name = "CategoricalHinge",
            .aliases = "categorical_hinge",
            .summary = "Margin between the right class and the best wrong one.",
            .detail = "max(max((1 - t) p) - sum t p + 1, 0) over the last axis.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.CategoricalHinge{}",
            .source = "Keras, CategoricalHinge",
            .see = "Hinge",
            KNN__PARAMS(params, categorical_hinge_args)},
    .call = call,
};
