/* adamax.c - m += (1 - b1)(g - m); u = max(b2 u, |g|); w -= rate m / ((1 - b1^t)(u + eps)). Adam
 * with the largest gradient in place of the root of the mean square. Kingma and Ba 2014,
 * section 7.1. */
#include <math.h>

#include "optimizer.h"

typedef struct adamax_args {
  knn__optimizer_common common;
  double beta_1, beta_2, epsilon;
} adamax_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(adamax_args, "0.001", "null"),
    KNN__PARAM(adamax_args, beta_1, KNN_P_FLOAT, "0.9", "Share of the old mean gradient.", .min = 0,
               .max = 1),
    KNN__PARAM(adamax_args, beta_2, KNN_P_FLOAT, "0.999", "Decay of the largest gradient.",
               .min = 0, .max = 1),
    KNN__PARAM(adamax_args, epsilon, KNN_P_FLOAT, "1e-7", "Added to the largest gradient.",
               .min = 0, .max = 1e30),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  (void)args;
  specs[0] = (knn__slot_spec){.name = "momentum"};
  specs[1] = (knn__slot_spec){.name = "norm"};
  return 2;
}

static void update(const knn__update *u) {
  const adamax_args *a = u->args;
  knn__rule r = u->rule;
  r.c[0] = (float)u->rate, r.c[1] = (float)(1 - a->beta_1), r.c[2] = (float)a->beta_2;
  r.c[3] = (float)a->epsilon, r.c[4] = (float)(1 - pow(a->beta_1, (double)u->t));
  u->loops->adamax(&r);
}

const knn__optimizer_def knn__optimizer_adamax = {
    .cls = {.family = "optimizer",
            .name = "Adamax",
            .aliases = "adamax",
            .summary = "Adam by the largest gradient so far instead of the mean square.",
            .detail =
                "m += (1 - b1)(g - m); u = max(b2 u, |g|); w -= rate m / ((1 - b1^t)(u + eps)).",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.Adamax{learning_rate = 0.001}",
            .source = "Kingma and Ba 2014, Adam, section 7.1",
            .see = "Adam",
            KNN__PARAMS(params, adamax_args)},
    .slots = slots,
    .update = update,
};
