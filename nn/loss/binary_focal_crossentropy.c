/* binary_focal_crossentropy.c - cross-entropy that looks away from what is already right: mean over
 * an axis of (1 - p_t)^gamma times the binary cross-entropy, p_t = t p + (1 - t)(1 - p); with class
 * balancing times t alpha + (1 - t)(1 - alpha). */
#include "loss.h"

typedef struct focal_args {
  knn__loss_common common;
  bool apply_class_balancing;
  double alpha, gamma;
  knn__entropy how;
} focal_args;

static const knn_param params[] = {
    KNN__PARAM(focal_args, apply_class_balancing, KNN_P_BOOL, "false",
               "Weigh targets 1 with alpha and targets 0 with 1 - alpha."),
    KNN__PARAM(focal_args, alpha, KNN_P_FLOAT, "0.25", "Weight of targets 1 with class balancing.",
               .min = 0, .max = 1),
    KNN__PARAM(focal_args, gamma, KNN_P_FLOAT, "2",
               "How far to look away; 0 = plain cross-entropy.", .min = 0, .max = 1e3),
    KNN__ENTROPY_PARAM(focal_args, from_logits, KNN_P_BOOL, "false",
                       "Predictions are logits, not probabilities."),
    KNN__ENTROPY_PARAM(focal_args, label_smoothing, KNN_P_FLOAT, "0",
                       "Targets move this share of the way to 0.5.", .min = 0, .max = 1),
    KNN__ENTROPY_PARAM(focal_args, axis, KNN_P_INT, "-1", "Axis over which the mean is taken.",
                       .mark = KNN_AXIS),
    KNN__LOSS_PARAMS(focal_args),
};

/* t a + (1 - t)(1 - a) */
static knn_value *blend(knn__scope *s, knn_value *t, knn_value *a) {
  knn_value *one = knn__scalar_like(s, t, 1);
  return knn__add(s, knn__multiply(s, t, a),
                  knn__multiply(s, knn__subtract(s, one, t), knn__subtract(s, one, a)));
}

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const focal_args *a = args;
  t = knn__smooth_labels(s, t, a->how.label_smoothing, 2);
  if (a->how.from_logits) p = knn__sigmoid(s, p);
  knn_value *miss = knn__subtract(s, knn__scalar_like(s, p, 1), blend(s, t, p));
  knn_value *loss = knn__multiply(s, knn__power(s, miss, knn__scalar_like(s, p, a->gamma)),
                                  knn__binary_entropy(s, t, p, false));
  if (a->apply_class_balancing)
    loss = knn__multiply(s, blend(s, t, knn__scalar_like(s, t, a->alpha)), loss);
  return knn__mean(s, loss, KNN__AXIS(a->how.axis), false);
}

const knn__loss_def knn__loss_binary_focal_crossentropy = {
    .cls = {.family = "loss",
            .name = "BinaryFocalCrossentropy",
            .aliases = "binary_focal_crossentropy",
            .summary = "Binary cross-entropy that weighs hard samples more.",
            .detail = "mean of (1 - p_t)^gamma bce, p_t = t p + (1 - t)(1 - p); with class "
                      "balancing times t alpha + (1 - t)(1 - alpha).",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.BinaryFocalCrossentropy{gamma = 2}",
            .source = "Lin et al. 2017, Focal loss for dense object detection",
            .see = "BinaryCrossentropy|CategoricalFocalCrossentropy",
            KNN__PARAMS(params, focal_args)},
    .call = call,
};
