/* lion.c - w -= rate sign(b1 m + (1 - b1) g); then m = b2 m + (1 - b2) g. Chen et al. 2023. */
#include "optimizer.h"

typedef struct lion_args {
  knn__optimizer_common common;
  double beta_1, beta_2;
} lion_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(lion_args, "0.001", "null"),
    KNN__PARAM(lion_args, beta_1, KNN_P_FLOAT, "0.9",
               "Share of the mean gradient in the step's direction.", .min = 0, .max = 1,
               .above_min = true),
    KNN__PARAM(lion_args, beta_2, KNN_P_FLOAT, "0.99", "Share of the old mean gradient.", .min = 0,
               .max = 1),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  (void)args;
  specs[0] = (knn__slot_spec){.name = "momentum"};
  return 1;
}

static void update(const knn__update *u) {
  const lion_args *a = u->args;
  knn__rule r = u->rule;
  r.c[0] = (float)u->rate, r.c[1] = (float)a->beta_1, r.c[2] = (float)a->beta_2;
  u->loops->lion(&r);
}

const knn__optimizer_def knn__optimizer_lion = {
    .cls = {.family = "optimizer",
            .name = "Lion",
            .aliases = "lion",
            .summary = "Steps of one size in the direction of the sign of the mean gradient.",
            .detail = "w -= rate sign(b1 m + (1 - b1) g); then m = b2 m + (1 - b2) g. Wants a rate "
                      "3 to 10 times smaller than Adam's.",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.Lion{learning_rate = 0.0001}",
            .source = "Chen et al. 2023, Symbolic discovery of optimization algorithms",
            .see = "Adam|SGD",
            KNN__PARAMS(params, lion_args)},
    .slots = slots,
    .update = update,
};
