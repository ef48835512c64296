/* categorical_focal_crossentropy.c - sum over the classes of alpha (1 - q)^gamma (-t log q); q =
 * clip(p / sum p, eps, 1 - eps), of the softmax for logits. alpha: one number, or one per class. */
#include "loss.h"

typedef struct focal_args {
  knn__loss_common common;
  knn_floats alpha;
  double gamma;
  knn__entropy how;
} focal_args;

static const knn_param params[] = {
    KNN__PARAM(focal_args, alpha, KNN_P_FLOATS, "0.25",
               "Weight of the classes: a number, or a list of one per class."),
    KNN__PARAM(focal_args, gamma, KNN_P_FLOAT, "2",
               "How far to look away from what is right; 0 = plain cross-entropy.", .min = 0,
               .max = 1e3),
    KNN__ENTROPY_PARAM(focal_args, from_logits, KNN_P_BOOL, "false",
                       "Predictions are logits, not probabilities."),
    KNN__ENTROPY_PARAM(focal_args, label_smoothing, KNN_P_FLOAT, "0",
                       "Targets move this share of the way to an even distribution.", .min = 0,
                       .max = 1),
    KNN__ENTROPY_PARAM(focal_args, axis, KNN_P_INT, "-1", "Axis of the classes.", .mark = KNN_AXIS),
    KNN__LOSS_PARAMS(focal_args),
};

/* alpha as a scalar, or along the axis of the classes */
static knn_value *class_weights(knn__scope *s, const knn_floats *alpha, const knn_value *p,
                                int axis) {
  int64_t dims[KNN_MAX_RANK];
  knn_tensor *t = NULL;
  knn_value *v = NULL;
  if (s->status != KNN_OK) return NULL;
  if (alpha->n != 1 && alpha->n != p->spec.dims[axis])
    return knn__scope_fail(s, KNN_EARG,
                           "alpha has %d numbers, expected 1 or one per class of y_pred, shape %s",
                           alpha->n, KNN__SPEC(p->spec));
  for (int i = 0; i < p->spec.rank; i++) dims[i] = i == axis ? alpha->n : 1;
  s->status = knn_tensor_new(s->ctx, p->spec.dtype, p->spec.rank, dims, &t);
  if (s->status == KNN_OK) {
    for (int i = 0; i < alpha->n; i++) knn_tensor_set(t, i, alpha->v[i]);
    s->status = knn_value_from(t, &v);
  }
  knn_tensor_release(t);
  return knn__hold(s, v);
}

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const focal_args *a = args;
  int axis;
  if (!knn__class_axis(s, p, a->how.axis, &axis)) return NULL;
  t = knn__smooth_labels(s, t, a->how.label_smoothing, (double)p->spec.dims[axis]);
  if (a->how.from_logits) p = knn__softmax(s, p, axis);
  knn_value *log_q = knn__log_probabilities(s, p, false, axis), *one = knn__scalar_like(s, p, 1);
  knn_value *miss = knn__subtract(s, one, knn__exp(s, log_q));
  knn_value *factor = knn__multiply(s, knn__power(s, miss, knn__scalar_like(s, p, a->gamma)),
                                    class_weights(s, &a->alpha, p, axis));
  return knn__negative(
      s, knn__sum(s, knn__multiply(s, factor, knn__multiply(s, t, log_q)), KNN__AXIS(axis), false));
}

const knn__loss_def knn__loss_categorical_focal_crossentropy = {
    .cls = {.family = "loss",
            .name = "CategoricalFocalCrossentropy",
            .aliases = "categorical_focal_crossentropy",
            .summary = "Categorical cross-entropy that weighs hard samples more.",
            .detail = "sum of alpha (1 - q)^gamma (-t log q) over the classes; q = clip(p / sum p, "
                      "eps, 1 - eps).",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.CategoricalFocalCrossentropy{gamma = 2}",
            .source = "Lin et al. 2017, Focal loss for dense object detection",
            .see = "CategoricalCrossentropy|BinaryFocalCrossentropy",
            KNN__PARAMS(params, focal_args)},
    .call = call,
};
