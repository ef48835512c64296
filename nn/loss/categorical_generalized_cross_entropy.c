/* categorical_generalized_cross_entropy.c - (1 - p[label]^q) / q over the last axis: between
 * cross-entropy (q near 0) and mean absolute error (q = 1), so that wrong labels pull less. Targets
 * 0 .. classes - 1. */
#include "loss.h"

typedef struct generalized_args {
  knn__loss_common common;
  double q;
} generalized_args;

static const knn_param params[] = {
    KNN__PARAM(generalized_args, q, KNN_P_FLOAT, "0.5",
               "Between 0 (as cross-entropy) and 1 (as absolute error).", .min = 0, .max = 1,
               .above_min = true),
    KNN__LOSS_PARAMS(generalized_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const generalized_args *a = args;
  knn_value *of_label = knn__at_labels(s, t, p, -1), *q = knn__scalar_like(s, p, a->q);
  knn_value *rest = knn__subtract(s, knn__scalar_like(s, p, 1), knn__power(s, of_label, q));
  return knn__divide(s, rest, q);
}

const knn__loss_def knn__loss_categorical_generalized_cross_entropy = {
    .cls = {.family = "loss",
            .name = "CategoricalGeneralizedCrossEntropy",
            .aliases = "categorical_generalized_cross_entropy",
            .summary = "Cross-entropy that wrong labels disturb less.",
            .detail = "(1 - p[label]^q) / q over the last axis; labels 0, 1, 2, ...",
            .shapes = "y_true (n, ...) of labels, y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.CategoricalGeneralizedCrossEntropy{q = 0.7}",
            .source = "Zhang and Sabuncu 2018, Generalized cross entropy loss for training deep "
                      "neural networks with noisy labels",
            .see = "SparseCategoricalCrossentropy",
            KNN__PARAMS(params, generalized_args)},
    .labels = true,
    .call = call,
};
