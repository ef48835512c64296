/* adagrad.c - A += g^2; w -= rate g / sqrt(A + eps). */
#include "optimizer.h"

typedef struct adagrad_args {
  knn__optimizer_common common;
  double initial_accumulator_value, epsilon;
} adagrad_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(adagrad_args, "0.001", "null"),
    KNN__PARAM(adagrad_args, initial_accumulator_value, KNN_P_FLOAT, "0.1",
               "Contents of the sum before the first step.", .min = 0, .max = 1e30),
    KNN__PARAM(adagrad_args, epsilon, KNN_P_FLOAT, "1e-7", "Added under the root.", .min = 0,
               .max = 1e30),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  const adagrad_args *a = args;
  specs[0] = (knn__slot_spec){.name = "accumulator", .first = (float)a->initial_accumulator_value};
  return 1;
}

static void update(const knn__update *u) {
  const adagrad_args *a = u->args;
  knn__rule r = u->rule;
  r.c[0] = (float)u->rate, r.c[1] = (float)a->epsilon;
  u->loops->adagrad(&r);
}

const knn__optimizer_def knn__optimizer_adagrad = {
    .cls = {.family = "optimizer",
            .name = "Adagrad",
            .aliases = "adagrad",
            .summary = "Steps shrink with the sum of all squared gradients so far.",
            .detail = "A += g^2; w -= rate g / sqrt(A + eps).",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.Adagrad{learning_rate = 0.01}",
            .source = "Duchi, Hazan and Singer 2011, Adaptive Subgradient Methods",
            .see = "RMSprop",
            KNN__PARAMS(params, adagrad_args)},
    .slots = slots,
    .update = update,
};
