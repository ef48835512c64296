/* categorical_crossentropy.c - -sum t log q over the axis of the classes, targets one-hot. */
#include "loss.h"

typedef struct categorical_crossentropy_args {
  knn__loss_common common;
  knn__entropy how;
} categorical_crossentropy_args;

static const knn_param params[] = {
    KNN__ENTROPY_PARAM(categorical_crossentropy_args, from_logits, KNN_P_BOOL, "false",
                       "Predictions are logits, not probabilities."),
    KNN__ENTROPY_PARAM(categorical_crossentropy_args, label_smoothing, KNN_P_FLOAT, "0",
                       "Targets move this share of the way to an even distribution.", .min = 0,
                       .max = 1),
    KNN__ENTROPY_PARAM(categorical_crossentropy_args, axis, KNN_P_INT, "-1", "Axis of the classes.",
                       .mark = KNN_AXIS),
    KNN__LOSS_PARAMS(categorical_crossentropy_args),
};

knn_value *knn__categorical_entropy(knn__scope *s, knn_value *t, knn_value *p,
                                    const knn__entropy *how) {
  int axis;
  if (!knn__class_axis(s, p, how->axis, &axis)) return NULL;
  t = knn__smooth_labels(s, t, how->label_smoothing, (double)p->spec.dims[axis]);
  knn_value *log_q = knn__log_probabilities(s, p, how->from_logits, axis);
  return knn__negative(s, knn__sum(s, knn__multiply(s, t, log_q), KNN__AXIS(axis), false));
}

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  return knn__categorical_entropy(s, t, p, &((const categorical_crossentropy_args *)args)->how);
}

const knn__loss_def knn__loss_categorical_crossentropy = {
    .cls = {.family = "loss",
            .name = "CategoricalCrossentropy",
            .aliases = "categorical_crossentropy",
            .summary = "Cross-entropy of one-hot targets.",
            .detail = "-sum t log q; q = clip(p / sum p, eps, 1 - eps), or softmax of logits. "
                      "Smoothing s: t (1 - s) + s / classes.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.CategoricalCrossentropy{}",
            .source = "Keras, CategoricalCrossentropy",
            .see = "SparseCategoricalCrossentropy|BinaryCrossentropy",
            KNN__PARAMS(params, categorical_crossentropy_args)},
    .call = call,
};
