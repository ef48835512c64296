/* lamb.c - Adam's direction u = (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps), its length set by
 * that of the weight: w -= rate |w| / |u| u; the factor is 1 where either length is 0. You et al.
 * 2019. */
#include <math.h>

#include "optimizer.h"

typedef struct lamb_args {
  knn__optimizer_common common;
  double beta_1, beta_2, epsilon;
} lamb_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(lamb_args, "0.001", "null"),
    KNN__PARAM(lamb_args, beta_1, KNN_P_FLOAT, "0.9", "Share of the old mean gradient.", .min = 0,
               .max = 1),
    KNN__PARAM(lamb_args, beta_2, KNN_P_FLOAT, "0.999", "Share of the old mean square.", .min = 0,
               .max = 1),
    KNN__PARAM(lamb_args, epsilon, KNN_P_FLOAT, "1e-7", "Added to the root.", .min = 0,
               .max = 1e30),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  (void)args;
  specs[0] = (knn__slot_spec){.name = "momentum"};
  specs[1] = (knn__slot_spec){.name = "velocity"};
  return 2;
}

static float direct(const knn_optimizer *o, const knn__segment *weight, const knn__update *u) {
  const lamb_args *a = u->args;
  double t = (double)u->t, length = sqrt(u->loops->sum_of_squares(u->rule.n, u->rule.w));
  float rest_1 = (float)(1 - a->beta_1), rest_2 = (float)(1 - a->beta_2),
        epsilon = (float)a->epsilon, first = (float)(1 - pow(a->beta_1, t)),
        second = (float)(1 - pow(a->beta_2, t));
  float *restrict g = u->g, *restrict m = u->rule.slot[0], *restrict v = u->rule.slot[1];
  (void)o, (void)weight;
  for (int64_t i = 0; i < u->rule.n; i++) {
    m[i] += (g[i] - m[i]) * rest_1;
    v[i] += (g[i] * g[i] - v[i]) * rest_2;
    g[i] = m[i] / first / (sqrtf(v[i] / second) + epsilon);
  }
  double step = sqrt(u->loops->sum_of_squares(u->rule.n, u->g));
  return (float)(u->rate * (length > 0 && step > 0 ? length / step : 1));
}

const knn__optimizer_def knn__optimizer_lamb = {
    .cls = {.family = "optimizer",
            .name = "Lamb",
            .aliases = "lamb",
            .summary = "Adam whose steps are as long as the weights are: for large batches.",
            .detail = "u = (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps); w -= rate |w| / |u| u, "
                      "lengths taken weight by weight.",
            .shapes = "gradients -> weights, each as a whole",
            .example = "local optimizer = knn.optimizers.Lamb{learning_rate = 0.001}",
            .source = "You et al. 2019, Large batch optimization for deep learning",
            .see = "Adam|AdamW",
            KNN__PARAMS(params, lamb_args)},
    .slots = slots,
    .direct = direct,
};
