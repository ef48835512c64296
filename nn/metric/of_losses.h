/* of_losses.h - metrics that are the mean of a loss function of nn/loss. */
#ifndef KNN__OF_LOSSES_H
#define KNN__OF_LOSSES_H

#include "loss.h"
#include "metric.h"

/* A metric without arguments whose value is the loss of the same file name. */
#define KNN__METRIC_OF_LOSS(row, loss, NAME, ALIASES, LOG_NAME, SUMMARY, FORMULA, SEE)         \
  extern const knn__loss_def knn__loss_##loss;                                                 \
  static knn_value *row##_value(const void *args, knn__scope *s, knn_value *t, knn_value *p) { \
    (void)args;                                                                                \
    return knn__match_targets(s, &t, &p) ? knn__loss_##loss.call(NULL, s, t, p) : NULL;        \
  }                                                                                            \
  static const knn_param row##_params[] = {KNN__METRIC_PARAMS(plain_args, LOG_NAME)};          \
  const knn__metric_def knn__metric_##row = {                                                  \
      .cls = {.family = "metric",                                                              \
              .name = NAME,                                                                    \
              .aliases = ALIASES,                                                              \
              .summary = SUMMARY,                                                              \
              .detail = FORMULA,                                                               \
              .shapes = "y_true, y_pred (batch, ..., n) -> one number",                        \
              .example = "local metric = knn.metrics." NAME "{}",                              \
              .source = "Keras",                                                               \
              .see = SEE,                                                                      \
              KNN__PARAMS(row##_params, plain_args)},                                          \
      .direction = -1,                                                                         \
      .value = row##_value,                                                                    \
  };

#endif
