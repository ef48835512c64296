/* accuracy.c - the share of right predictions, each kind with its own idea of what a prediction is.
 * Accuracy: t == p element by element. Binary: (p > threshold) == t. Categorical: the largest of t
 * and of p (batch, ..., classes) stand at one place. Sparse: t (batch, ...) or (batch, ..., 1) is
 * that place. Ties go to the lower class. Source: Keras. */
#include "loss.h"
#include "metric.h"

typedef struct plain_args {
  knn__metric_common common;
} plain_args;

typedef struct binary_args {
  knn__metric_common common;
  double threshold;
} binary_args;

static const knn_param accuracy_params[] = {KNN__METRIC_PARAMS(plain_args, "accuracy")};
static const knn_param binary_params[] = {
    KNN__METRIC_PARAMS(binary_args, "binary_accuracy"),
    KNN__PARAM(binary_args, threshold, KNN_P_FLOAT, "0.5", "Predictions above it count as 1.",
               .min = 0, .max = 1),
};
static const knn_param categorical_params[] = {
    KNN__METRIC_PARAMS(plain_args, "categorical_accuracy")};
static const knn_param sparse_params[] = {
    KNN__METRIC_PARAMS(plain_args, "sparse_categorical_accuracy")};

/* 1 where a and b agree, else 0; a and b come from t and p. Shapes are never broadcast. */
static knn_value *agreement(knn__scope *s, knn_value *a, knn_value *b, const knn_value *t,
                            const knn_value *p) {
  if (s->status != KNN_OK) return NULL;
  if (!knn__dims_fit(a->spec.rank, a->spec.dims, b->spec.rank, b->spec.dims))
    return knn__scope_fail(s, KNN_ESHAPE,
                           "y_true has shape %s, which does not go with y_pred of shape %s",
                           KNN__SPEC(t->spec), KNN__SPEC(p->spec));
  return knn__cast(s, knn__equal(s, a, b), KNN_F32);
}

static knn_value *accuracy(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  t = knn__cast(s, t, p->spec.dtype);
  knn__rank_align(s, &t, &p);
  return agreement(s, t, p, t, p);
}

static knn_value *binary(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const binary_args *a = args;
  knn__rank_align(s, &t, &p);
  if (s->status != KNN_OK) return NULL;
  knn_value *yes = knn__greater(s, p, knn__scalar_like(s, p, a->threshold));
  return agreement(s, knn__cast(s, t, KNN_F32), knn__cast(s, yes, KNN_F32), t, p);
}

static knn_value *categorical(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  return agreement(s, knn__argmax(s, t, -1, false), knn__argmax(s, p, -1, false), t, p);
}

static knn_value *sparse(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  knn_value *labels = t, *best = knn__argmax(s, p, -1, false);
  if (t->spec.rank > 0 && t->spec.rank == p->spec.rank && t->spec.dims[t->spec.rank - 1] == 1)
    labels = knn__squeeze(s, t, -1);
  return s->status == KNN_OK ? agreement(s, labels, knn__cast(s, best, t->spec.dtype), t, p) : NULL;
}

const knn__metric_def knn__metric_accuracy = {
    .cls = {.family = "metric",
            .name = "Accuracy",
            .aliases = "accuracy",
            .summary = "Share of predictions that equal their targets.",
            .detail = "mean of (t == p). As a string in compile, 'accuracy' becomes the kind that "
                      "fits the shapes: binary for one output, "
                      "sparse categorical for class numbers, else categorical.",
            .shapes = "y_true, y_pred (batch, ...) -> one number",
            .example = "local metric = knn.metrics.Accuracy{}",
            .source = "Keras",
            .see = "BinaryAccuracy|CategoricalAccuracy|SparseCategoricalAccuracy",
            KNN__PARAMS(accuracy_params, plain_args)},
    .direction = 1,
    .value = accuracy,
};

const knn__metric_def knn__metric_binary_accuracy = {
    .cls =
        {.family = "metric",
         .name = "BinaryAccuracy",
         .aliases = "binary_accuracy",
         .summary = "Share of yes-or-no predictions on the right side of the threshold.",
         .detail =
             "mean of ((p > threshold) == t); a prediction of exactly the threshold counts as 0.",
         .shapes = "y_true, y_pred (batch, ...) -> one number",
         .example = "local metric = knn.metrics.BinaryAccuracy{threshold = 0.5}",
         .source = "Keras",
         .see = "Accuracy|Precision|Recall",
         KNN__PARAMS(binary_params, binary_args)},
    .direction = 1,
    .value = binary,
};

const knn__metric_def knn__metric_categorical_accuracy = {
    .cls = {.family = "metric",
            .name = "CategoricalAccuracy",
            .aliases = "categorical_accuracy",
            .summary = "Share of samples whose most likely class is that of the one-hot target.",
            .detail = "mean of (argmax t == argmax p) over the last axis.",
            .shapes = "y_true, y_pred (batch, ..., classes) -> one number",
            .example = "local metric = knn.metrics.CategoricalAccuracy{}",
            .source = "Keras",
            .see = "SparseCategoricalAccuracy|TopKCategoricalAccuracy",
            KNN__PARAMS(categorical_params, plain_args)},
    .direction = 1,
    .value = categorical,
};

const knn__metric_def knn__metric_sparse_categorical_accuracy = {
    .cls = {.family = "metric",
            .name = "SparseCategoricalAccuracy",
            .aliases = "sparse_categorical_accuracy",
            .summary = "Share of samples whose most likely class is the target, a class number.",
            .detail = "mean of (t == argmax p) over the last axis; classes 0, 1, 2, ...",
            .shapes = "y_true (batch, ...), y_pred (batch, ..., classes) -> one number",
            .example = "local metric = knn.metrics.SparseCategoricalAccuracy{}",
            .source = "Keras",
            .see = "CategoricalAccuracy|SparseTopKCategoricalAccuracy",
            KNN__PARAMS(sparse_params, plain_args)},
    .direction = 1,
    .value = sparse,
};
