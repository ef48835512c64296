/* kl_divergence.c - sum t log(t / p), both clipped to [eps, 1]. */
#include "loss.h"

typedef struct kl_divergence_args {
  knn__loss_common common;
} kl_divergence_args;

static const knn_param params[] = {
    KNN__LOSS_PARAMS(kl_divergence_args),
};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  (void)args;
  t = knn__clip(s, t, KNN__EPSILON, 1);
  p = knn__clip(s, p, KNN__EPSILON, 1);
  return knn__sum(s, knn__multiply(s, t, knn__log(s, knn__divide(s, t, p))), KNN__AXIS(-1), false);
}

const knn__loss_def knn__loss_kl_divergence = {
    .cls = {.family = "loss",
            .name = "KLDivergence",
            .aliases = "kl_divergence|kld|KLD|kullback_leibler_divergence",
            .summary = "How far a distribution is from the target one.",
            .detail = "sum t log(t / p) over the last axis, both clipped to [eps, 1].",
            .shapes = "y_true (n, ..., c), y_pred (n, ..., c) -> (n, ...)",
            .example = "local loss = knn.losses.KLDivergence{}",
            .source = "Kullback and Leibler 1951, On Information and Sufficiency",
            .see = "CategoricalCrossentropy",
            KNN__PARAMS(params, kl_divergence_args)},
    .call = call,
};
