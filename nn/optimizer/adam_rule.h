/* adam_rule.h - the rule that Adam and AdamW share. Slots: momentum, velocity, and velocity_hat for
 * amsgrad. */
#ifndef KNN__ADAM_RULE_H
#define KNN__ADAM_RULE_H

#include "optimizer.h"

typedef struct knn__adam_args {
  double beta_1, beta_2, epsilon;
  bool amsgrad;
} knn__adam_args;

#define KNN__ADAM_PARAM(block, field, KIND, DEFAULT, DOC, ...)      \
  {                                                                 \
    .name = #field, .kind = (KIND), .def = (DEFAULT), .doc = (DOC), \
    .offset = offsetof(block, adam.field), __VA_ARGS__              \
  }
/* `block` has a knn__adam_args called adam. */
#define KNN__ADAM_PARAMS(block)                                                                   \
  KNN__ADAM_PARAM(block, beta_1, KNN_P_FLOAT, "0.9", "Share of the old mean gradient.", .min = 0, \
                  .max = 1),                                                                      \
      KNN__ADAM_PARAM(block, beta_2, KNN_P_FLOAT, "0.999", "Share of the old mean square.",       \
                      .min = 0, .max = 1),                                                        \
      KNN__ADAM_PARAM(block, epsilon, KNN_P_FLOAT, "1e-7", "Added to the root.", .min = 0,        \
                      .max = 1e30),                                                               \
      KNN__ADAM_PARAM(block, amsgrad, KNN_P_BOOL, "false",                                        \
                      "Divide by the largest mean square so far.")

int knn__adam_slots(const knn__adam_args *a, knn__slot_spec specs[KNN__SLOTS]);
void knn__adam_update(const knn__adam_args *a, const knn__update *u);

#endif
