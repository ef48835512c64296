/* cosine_similarity.c - -sum of products of the unit vectors of t and p along an axis. */
#include "loss.h"

typedef struct cosine_similarity_args {
  knn__loss_common common;
  int64_t axis;
} cosine_similarity_args;

static const knn_param params[] = {
    KNN__PARAM(cosine_similarity_args, axis, KNN_P_INT, "-1", "Axis of the vectors.",
               .mark = KNN_AXIS),
    KNN__LOSS_PARAMS(cosine_similarity_args),
};

static knn_value *unit(knn__scope *s, knn_value *x, int64_t axis) {
  knn_value *squares = knn__sum(s, knn__square(s, x), KNN__AXIS(axis), true);
  return knn__multiply(
      s, x,
      knn__rsqrt(s, knn__maximum(s, squares, knn__scalar_like(s, x, KNN__EPSILON * KNN__EPSILON))));
}

knn_value *knn__cosine(knn__scope *s, knn_value *t, knn_value *p, int64_t axis) {
  return knn__sum(s, knn__multiply(s, unit(s, t, axis), unit(s, p, axis)), KNN__AXIS(axis), false);
}

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  return knn__negative(s, knn__cosine(s, t, p, ((const cosine_similarity_args *)args)->axis));
}

const knn__loss_def knn__loss_cosine_similarity = {
    .cls = {.family = "loss",
            .name = "CosineSimilarity",
            .aliases = "cosine_similarity",
            .summary = "Minus the cosine of the angle between target and prediction.",
            .detail = "-sum n(t) n(p) along the axis, n(x) = x / sqrt(max(sum x^2, eps^2)).",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.CosineSimilarity{}",
            .source = "Keras, CosineSimilarity",
            .see = "MeanSquaredError",
            KNN__PARAMS(params, cosine_similarity_args)},
    .call = call,
};
