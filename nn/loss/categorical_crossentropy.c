/* categorical_crossentropy.c - -sum t log q over the axis of the classes, targets one-hot. */
#include "loss.h"

typedef struct categorical_crossentropy_args {
  knn__loss_common common;
  bool from_logits;
  double label_smoothing;
  int64_t axis;
} categorical_crossentropy_args;

static const knn_param params[] = {
    KNN__PARAM(categorical_crossentropy_args, from_logits, KNN_P_BOOL, "false", "Predictions are logits, not probabilities."),
    KNN__PARAM(categorical_crossentropy_args, label_smoothing, KNN_P_FLOAT, "0", "Share of each label spread over all classes.", .min = 0, .max = 1),
    KNN__PARAM(categorical_crossentropy_args, axis, KNN_P_INT, "-1", "Axis of the classes.", .mark = KNN_AXIS),
    KNN__LOSS_PARAMS(categorical_crossentropy_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const categorical_crossentropy_args *a = args;
  int axis = 0;
  if (s->status != KNN_OK) return NULL;
  if (!knn__axis(a->axis, p->spec.rank, &axis)) return knn__scope_fail(s, KNN_EARG, "axis %lld is outside predictions of shape %s", (long long)a->axis, KNN__SPEC(p->spec));
  t = knn__smooth_labels(s, t, a->label_smoothing, (double)p->spec.dims[axis]);
  knn_value *log_q = knn__log_probabilities(s, p, a->from_logits, axis);
  return knn__negative(s, knn__sum(s, knn__multiply(s, t, log_q), KNN__AXIS(axis), false));
}

const knn__loss_def knn__loss_categorical_crossentropy = {
    .cls = {.family = "loss",
            .name = "CategoricalCrossentropy",
            .aliases = "categorical_crossentropy",
            .summary = "Cross-entropy of one-hot targets.",
            .detail = "-sum t log q; q = clip(p / sum p, eps, 1 - eps), or softmax of logits. Smoothing s: t (1 - s) + s / classes.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.CategoricalCrossentropy{}",
            .source = "Keras, CategoricalCrossentropy",
            .see = "SparseCategoricalCrossentropy|BinaryCrossentropy",
            KNN__PARAMS(params, categorical_crossentropy_args)},
    .call = call,
};
