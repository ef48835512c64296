/* nadam.c - Adam with Nesterov's look ahead: mu_t = b1 (1 - 0.96^t / 2), P = mu_1 ... mu_t;
 * m += (1 - b1)(g - m); v += (1 - b2)(g^2 - v); w -= rate (mu_(t+1) m / (1 - P mu_(t+1)) +
 * (1 - mu_t) g / (1 - P)) / (sqrt(v / (1 - b2^t)) + eps). P follows from t alone, so it is not
 * kept, only written to files. Dozat 2016. */
#include <math.h>

#include "optimizer.h"

typedef struct nadam_args {
  knn__optimizer_common common;
  double beta_1, beta_2, epsilon;
} nadam_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(nadam_args, "0.001", "null"),
    KNN__PARAM(nadam_args, beta_1, KNN_P_FLOAT, "0.9", "Share of the old mean gradient.", .min = 0,
               .max = 1),
    KNN__PARAM(nadam_args, beta_2, KNN_P_FLOAT, "0.999", "Share of the old mean square.", .min = 0,
               .max = 1),
    KNN__PARAM(nadam_args, epsilon, KNN_P_FLOAT, "1e-7", "Added to the root.", .min = 0,
               .max = 1e30),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  (void)args;
  specs[0] = (knn__slot_spec){.name = "momentum"};
  specs[1] = (knn__slot_spec){.name = "velocity"};
  return 2;
}

/* mu_t and mu_(t+1); returns P = mu_1 ... mu_t, 0 once it is too small to matter in 1 - P. */
static double schedule(double beta, int64_t t, double *now, double *next) {
  double product = 1, power = 1;
  for (int64_t i = 1; i <= t && product > 1e-20; i++) {
    power *= 0.96;
    product *= beta * (1 - 0.5 * power);
  }
  *now = beta * (1 - 0.5 * pow(0.96, (double)t));
  *next = beta * (1 - 0.5 * pow(0.96, (double)t + 1));
  return product > 1e-20 ? product : 0;
}

static double product_of(const void *args, int64_t t) {
  double now, next;
  return schedule(((const nadam_args *)args)->beta_1, t, &now, &next);
}

static void update(const knn__update *u) {
  const nadam_args *a = u->args;
  double now, next, product = schedule(a->beta_1, u->t, &now, &next);
  float of_m = (float)(u->rate * next / (1 - product * next)),
        of_g = (float)(u->rate * (1 - now) / (1 - product)), rest_1 = (float)(1 - a->beta_1),
        rest_2 = (float)(1 - a->beta_2), epsilon = (float)a->epsilon,
        correction = (float)(1 - pow(a->beta_2, (double)u->t));
  float *restrict w = u->rule.w, *restrict m = u->rule.slot[0], *restrict v = u->rule.slot[1];
  const float *restrict g = u->rule.g;
  for (int64_t i = 0; i < u->rule.n; i++) {
    m[i] += (g[i] - m[i]) * rest_1;
    v[i] += (g[i] * g[i] - v[i]) * rest_2;
    w[i] -= (of_m * m[i] + of_g * g[i]) / (sqrtf(v[i] / correction) + epsilon);
  }
}

const knn__optimizer_def knn__optimizer_nadam = {
    .cls = {.family = "optimizer",
            .name = "Nadam",
            .aliases = "nadam",
            .summary = "Adam that looks ahead along its momentum, as Nesterov's does.",
            .detail = "mu_t = b1 (1 - 0.96^t / 2), P = mu_1 ... mu_t; m, v as in Adam; w -= rate "
                      "(mu_(t+1) m / (1 - P mu_(t+1)) + (1 - mu_t) g / (1 - P)) / (sqrt(v / (1 - "
                      "b2^t)) + eps).",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.Nadam{learning_rate = 0.001}",
            .source = "Dozat 2016, Incorporating Nesterov momentum into Adam",
            .see = "Adam|SGD",
            KNN__PARAMS(params, nadam_args)},
    .slots = slots,
    .update = update,
    .product = product_of,
};
