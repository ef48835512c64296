/* binary_crossentropy.c - mean over an axis of -(t log p + (1 - t) log(1 - p)). */
#include "loss.h"

typedef struct binary_crossentropy_args {
  knn__loss_common common;
  bool from_logits;
  double label_smoothing;
  int64_t axis;
} binary_crossentropy_args;

static const knn_param params[] = {
    KNN__PARAM(binary_crossentropy_args, from_logits, KNN_P_BOOL, "false",
               "Predictions are logits, not probabilities."),
    KNN__PARAM(binary_crossentropy_args, label_smoothing, KNN_P_FLOAT, "0",
               "Targets move this share of the way to 0.5.", .min = 0, .max = 1),
    KNN__PARAM(binary_crossentropy_args, axis, KNN_P_INT, "-1",
               "Axis over which the mean is taken.", .mark = KNN_AXIS),
    KNN__LOSS_PARAMS(binary_crossentropy_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const binary_crossentropy_args *a = args;
  t = knn__smooth_labels(s, t, a->label_smoothing, 2);
  return knn__mean(s, knn__binary_entropy(s, t, p, a->from_logits), KNN__AXIS(a->axis), false);
}

const knn__loss_def knn__loss_binary_crossentropy = {
    .cls = {.family = "loss",
            .name = "BinaryCrossentropy",
            .aliases = "binary_crossentropy|bce|BCE",
            .summary = "Cross-entropy of yes-or-no targets.",
            .detail = "mean of -(t log p + (1 - t) log(1 - p)), p clipped to [eps, 1 - eps]; "
                      "logits by log-sigmoid. Smoothing s: t (1 - s) + s / 2.",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.BinaryCrossentropy{}",
            .source = "Keras, BinaryCrossentropy",
            .see = "CategoricalCrossentropy",
            KNN__PARAMS(params, binary_crossentropy_args)},
    .call = call,
};
