/* sparse_categorical_crossentropy.c - -log q[label] over the axis of the classes, targets 0 ..
 * classes - 1. Labels equal to ignore_class give 0, whatever the prediction there, and stay out of
 * the mean. */
#include "loss.h"

typedef struct sparse_categorical_crossentropy_args {
  knn__loss_common common;
  knn__entropy how;
} sparse_categorical_crossentropy_args;

static const knn_param params[] = {
    KNN__ENTROPY_PARAM(sparse_categorical_crossentropy_args, from_logits, KNN_P_BOOL, "false",
                       "Predictions are logits, not probabilities."),
    KNN__ENTROPY_PARAM(sparse_categorical_crossentropy_args, ignore_class, KNN_P_INT, "null",
                       "Label that does not count.", .mark = KNN_LABEL),
    KNN__ENTROPY_PARAM(sparse_categorical_crossentropy_args, axis, KNN_P_INT, "-1",
                       "Axis of the classes.", .mark = KNN_AXIS),
    KNN__LOSS_PARAMS(sparse_categorical_crossentropy_args),
};

/* Integer labels of p's rank with size 1 on the class axis. */
static knn_value *label_column(knn__scope *s, knn_value *t, const knn_value *p, int axis) {
  bool flat = t->spec.rank == p->spec.rank - 1;
  if (!flat && (t->spec.rank != p->spec.rank || t->spec.dims[axis] != 1))
    return knn__scope_fail(s, KNN_ESHAPE,
                           "y_true of shape %s cannot hold one class number for each row of "
                           "y_pred, shape %s; one-hot targets go with "
                           "categorical_crossentropy",
                           KNN__SPEC(t->spec), KNN__SPEC(p->spec));
  t = knn__cast(s, t, t->spec.dtype == KNN_I64 ? KNN_I64 : KNN_I32);
  return flat ? knn__expand_dims(s, t, axis) : t;
}

knn_value *knn__at_labels(knn__scope *s, knn_value *labels, knn_value *p, int64_t axis) {
  int at;
  if (!knn__class_axis(s, p, axis, &at)) return NULL;
  return knn__squeeze(s, knn__take_along_axis(s, p, label_column(s, labels, p, at), at), at);
}

/* Which of the labels count; NULL = all. */
static knn_value *counts(knn__scope *s, knn_value *labels, int64_t ignore_class) {
  if (s->status != KNN_OK || ignore_class == KNN_NONE) return NULL;
  return knn__not_equal(s, labels, knn__scalar_like(s, labels, (double)ignore_class));
}

/* log q of the labels alone, what knn__log_probabilities gives there. */
static knn_value *log_at(knn__scope *s, knn_value *labels, knn_value *p, bool from_logits,
                         int axis) {
  if (from_logits) return knn__take_along_axis(s, knn__log_softmax(s, p, axis), labels, axis);
  knn_value *total = knn__sum(s, p, KNN__AXIS(axis), true);
  knn_value *q = knn__divide(s, knn__take_along_axis(s, p, labels, axis), total);
  return knn__log(s, knn__clip(s, q, KNN__EPSILON, 1 - KNN__EPSILON));
}

knn_value *knn__sparse_entropy(knn__scope *s, knn_value *t, knn_value *p, const knn__entropy *how) {
  int axis;
  if (!knn__class_axis(s, p, how->axis, &axis)) return NULL;
  knn_value *labels = label_column(s, t, p, axis), *valid = counts(s, labels, how->ignore_class);
  if (valid) {
    /* an ignored label is looked up as 0, and a row that belongs to none (zeros, say) must not
     * bring in NaN */
    labels = knn__where(s, valid, labels, knn__scalar_like(s, labels, 0));
    p = knn__where(s, valid, p, knn__scalar_like(s, p, 1));
  }
  knn_value *loss = knn__negative(s, log_at(s, labels, p, how->from_logits, axis));
  if (valid) loss = knn__where(s, valid, loss, knn__scalar_like(s, loss, 0));
  return knn__squeeze(s, loss, axis);
}

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  return knn__sparse_entropy(s, t, p, &((const sparse_categorical_crossentropy_args *)args)->how);
}

static knn_value *valid(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const knn__entropy *how = &((const sparse_categorical_crossentropy_args *)args)->how;
  int axis;
  if (how->ignore_class == KNN_NONE || !knn__class_axis(s, p, how->axis, &axis)) return NULL;
  knn_value *column = counts(s, label_column(s, t, p, axis), how->ignore_class);
  return knn__squeeze(s, column, axis);
}

const knn__loss_def knn__loss_sparse_categorical_crossentropy = {
    .cls = {.family = "loss",
            .name = "SparseCategoricalCrossentropy",
            .aliases = "sparse_categorical_crossentropy",
            .summary = "Cross-entropy of labels 0 .. classes - 1.",
            .detail = "-log q[label]; q = clip(p / sum p, eps, 1 - eps), or softmax of logits. "
                      "Labels equal to ignore_class do not count.",
            .shapes = "y_true (n, ...) of labels, y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.SparseCategoricalCrossentropy{}",
            .source = "Keras, SparseCategoricalCrossentropy",
            .see = "CategoricalCrossentropy",
            KNN__PARAMS(params, sparse_categorical_crossentropy_args)},
    .labels = true,
    .valid = valid,
    .call = call,
};
