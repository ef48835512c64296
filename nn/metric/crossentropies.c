/* crossentropies.c - cross-entropies as metrics: the mean over samples of the losses of the same
 * names. In Keras an ignored label of the sparse one gives 0 and still counts as a sample; so it
 * does here. */
#include "loss.h"
#include "metric.h"

typedef struct crossentropy_args {
  knn__metric_common common;
  knn__entropy how;
} crossentropy_args;

#define LOGITS                                                            \
  KNN__ENTROPY_PARAM(crossentropy_args, from_logits, KNN_P_BOOL, "false", \
                     "Predictions are logits, not probabilities.")
#define AXIS                                                                           \
  KNN__ENTROPY_PARAM(crossentropy_args, axis, KNN_P_INT, "-1", "Axis of the classes.", \
                     .mark = KNN_AXIS)
#define SMOOTHING(what) \
  KNN__ENTROPY_PARAM(crossentropy_args, label_smoothing, KNN_P_FLOAT, "0", what, .min = 0, .max = 1)

static const knn_param binary_params[] = {
    LOGITS,
    SMOOTHING("Targets move this share of the way to 0.5."),
    KNN__METRIC_PARAMS(crossentropy_args, "binary_crossentropy"),
};
static const knn_param categorical_params[] = {
    LOGITS,
    SMOOTHING("Targets move this share of the way to an even distribution."),
    AXIS,
    KNN__METRIC_PARAMS(crossentropy_args, "categorical_crossentropy"),
};
static const knn_param sparse_params[] = {
    LOGITS,
    KNN__ENTROPY_PARAM(crossentropy_args, ignore_class, KNN_P_INT, "null", "Label that gives 0.",
                       .mark = KNN_LABEL),
    AXIS,
    KNN__METRIC_PARAMS(crossentropy_args, "sparse_categorical_crossentropy"),
};

static const knn__entropy *how_of(const void *args) {
  return &((const crossentropy_args *)args)->how;
}

static knn_value *binary(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  if (!knn__match_targets(s, &t, &p)) return NULL;
  t = knn__smooth_labels(s, t, how_of(args)->label_smoothing, 2);
  return knn__mean(s, knn__binary_entropy(s, t, p, how_of(args)->from_logits), KNN__AXIS(-1),
                   false);
}

static knn_value *categorical(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  return knn__match_targets(s, &t, &p) ? knn__categorical_entropy(s, t, p, how_of(args)) : NULL;
}

static knn_value *sparse(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  return knn__sparse_entropy(s, t, p, how_of(args));
}

const knn__metric_def knn__metric_binary_crossentropy = {
    .cls = {.family = "metric",
            .name = "BinaryCrossentropy",
            .aliases = "binary_crossentropy|bce|BCE",
            .summary = "Mean cross-entropy of yes-or-no targets.",
            .detail = "mean -(t ln p + (1 - t) ln(1 - p)), p held in [1e-7, 1 - 1e-7].",
            .shapes = "y_true, y_pred (batch, ..., n) -> one number",
            .example = "local metric = knn.metrics.BinaryCrossentropy{}",
            .source = "Keras",
            .see = "CategoricalCrossentropy",
            KNN__PARAMS(binary_params, crossentropy_args)},
    .direction = -1,
    .value = binary,
};

const knn__metric_def knn__metric_categorical_crossentropy = {
    .cls = {.family = "metric",
            .name = "CategoricalCrossentropy",
            .aliases = "categorical_crossentropy",
            .summary = "Mean cross-entropy of one-hot (or soft) targets.",
            .detail = "-sum t ln q along the axis; q = p / sum p held in [1e-7, 1 - 1e-7], or "
                      "softmax of logits.",
            .shapes = "y_true, y_pred (batch, ..., classes) -> one number",
            .example = "local metric = knn.metrics.CategoricalCrossentropy{}",
            .source = "Keras",
            .see = "SparseCategoricalCrossentropy|BinaryCrossentropy",
            KNN__PARAMS(categorical_params, crossentropy_args)},
    .direction = -1,
    .value = categorical,
};

const knn__metric_def knn__metric_sparse_categorical_crossentropy = {
    .cls = {.family = "metric",
            .name = "SparseCategoricalCrossentropy",
            .aliases = "sparse_categorical_crossentropy",
            .summary = "Mean cross-entropy of targets given as class numbers.",
            .detail = "-ln q[label]; q as in CategoricalCrossentropy.",
            .shapes = "y_true (batch, ...), y_pred (batch, ..., classes) -> one number",
            .example = "local metric = knn.metrics.SparseCategoricalCrossentropy{}",
            .source = "Keras",
            .see = "CategoricalCrossentropy",
            KNN__PARAMS(sparse_params, crossentropy_args)},
    .direction = -1,
    .value = sparse,
};
