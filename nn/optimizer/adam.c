/* adam.c - moments of the gradient; the rule stands in adam_rule.c. */
#include "adam_rule.h"

typedef struct adam_args {
  knn__optimizer_common common;
  knn__adam_args adam;
} adam_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(adam_args, "0.001", "null"),
    KNN__ADAM_PARAMS(adam_args),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  return knn__adam_slots(&((const adam_args *)args)->adam, specs);
}

static void update(const knn__update *u) {
  knn__adam_update(&((const adam_args *)u->args)->adam, u);
}

const knn__optimizer_def knn__optimizer_adam = {
    .cls = {.family = "optimizer",
            .name = "Adam",
            .aliases = "adam",
            .summary = "Steps by running means of the gradient and of its square.",
            .detail = "m += (1 - b1)(g - m); v += (1 - b2)(g^2 - v); w -= rate sqrt(1 - b2^t) / (1 "
                      "- b1^t) m / (sqrt(v) + eps). amsgrad: the largest v so far.",
            .shapes = "gradients -> weights, element by element",
            .example = "local optimizer = knn.optimizers.Adam{learning_rate = 0.001}",
            .source = "Kingma and Ba 2014, Adam",
            .see = "AdamW|RMSprop",
            KNN__PARAMS(params, adam_args)},
    .slots = slots,
    .update = update,
};
