/* adamw.c - Adam with decoupled weight decay; the rule stands in adam_rule.c. */
#include "adam_rule.h"

typedef struct adamw_args {
  knn__optimizer_common common;
  knn__adam_args adam;
} adamw_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(adamw_args, "0.001", "0.004"),
    KNN__ADAM_PARAMS(adamw_args),
};

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  return knn__adam_slots(&((const adamw_args *)args)->adam, specs);
}

static void update(const knn__update *u) {
  knn__adam_update(&((const adamw_args *)u->args)->adam, u);
}

const knn__optimizer_def knn__optimizer_adamw = {
    .cls =
        {.family = "optimizer",
         .name = "AdamW",
         .aliases = "adamw",
         .summary = "Adam with weight decay that does not go through the moments.",
         .detail = "w -= rate decay w, then Adam.",
         .shapes = "gradients -> weights, element by element",
         .example =
             "local optimizer = knn.optimizers.AdamW{learning_rate = 0.001, weight_decay = 0.004}",
         .source = "Loshchilov and Hutter 2017, Decoupled Weight Decay Regularization",
         .see = "Adam",
         KNN__PARAMS(params, adamw_args)},
    .slots = slots,
    .update = update,
};
