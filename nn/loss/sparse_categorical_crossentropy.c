/* sparse_categorical_crossentropy.c - -log q[label] over the axis of the classes, targets 0 .. classes - 1. */
#include "loss.h"

typedef struct sparse_categorical_crossentropy_args {
  knn__loss_common common;
  bool from_logits;
  int64_t ignore_class, axis;
} sparse_categorical_crossentropy_args;

static const knn_param params[] = {
    KNN__PARAM(sparse_categorical_crossentropy_args, from_logits, KNN_P_BOOL, "false", "Predictions are logits, not probabilities."),
    KNN__PARAM(sparse_categorical_crossentropy_args, ignore_class, KNN_P_INT, "null", "Label that does not count.", .mark = KNN_LABEL),
    KNN__PARAM(sparse_categorical_crossentropy_args, axis, KNN_P_INT, "-1", "Axis of the classes.", .mark = KNN_AXIS),
    KNN__LOSS_PARAMS(sparse_categorical_crossentropy_args),
};

/* Labels of one rank less than p, ignored ones replaced by 0 so that they can be looked up. */
static knn_value *class_numbers(const sparse_categorical_crossentropy_args *a, knn__scope *s, knn_value *t, knn_value *p) {
  t = knn__cast(s, t, KNN_I32);
  if (t && t->spec.rank == p->spec.rank) t = knn__squeeze(s, t, -1);
  if (a->ignore_class == KNN_NONE) return t;
  knn_value *ignored = knn__equal(s, t, knn__scalar(s, KNN_I32, (double)a->ignore_class));
  return knn__where(s, ignored, knn__scalar(s, KNN_I32, 0), t);
}

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const sparse_categorical_crossentropy_args *a = args;
  if (s->status != KNN_OK) return NULL;
  int axis = 0;
  if (!knn__axis(a->axis, p->spec.rank, &axis)) return knn__scope_fail(s, KNN_EARG, "axis %lld is outside predictions of shape %s", (long long)a->axis, KNN__SPEC(p->spec));
  knn_value *log_q = knn__log_probabilities(s, p, a->from_logits, axis);
  knn_value *labels = knn__expand_dims(s, class_numbers(a, s, t, p), axis);
  return knn__negative(s, knn__squeeze(s, knn__take_along_axis(s, log_q, labels, axis), axis));
}

/* 0 where the label is to be ignored. */
static knn_value *valid(const void *args, knn__scope *s, knn_value *t) {
  const sparse_categorical_crossentropy_args *a = args;
  if (a->ignore_class == KNN_NONE) return NULL;
  return knn__not_equal(s, knn__cast(s, t, KNN_I32), knn__scalar(s, KNN_I32, (double)a->ignore_class));
}

const knn__loss_def knn__loss_sparse_categorical_crossentropy = {
    .cls = {.family = "loss",
            .name = "SparseCategoricalCrossentropy",
            .aliases = "sparse_categorical_crossentropy",
            .summary = "Cross-entropy of labels 0 .. classes - 1.",
            .detail = "-log q[label]; q = clip(p / sum p, eps, 1 - eps), or softmax of logits. Labels equal to ignore_class do not count.",
            .shapes = "y_true (n, ...) of labels, y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.SparseCategoricalCrossentropy{}",
            .source = "Keras, SparseCategoricalCrossentropy",
            .see = "CategoricalCrossentropy",
            KNN__PARAMS(params, sparse_categorical_crossentropy_args)},
    .labels = true,
    .valid = valid,
    .call = call,
};
