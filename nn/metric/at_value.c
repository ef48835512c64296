/* at_value.c - the best of one rate over all thresholds at which another is at least a given value:
 * sensitivity TP / (TP + FN) (recall), specificity TN / (TN + FP), precision TP / (TP + FP); 0 if
 * no threshold will do. Counts over all batches seen, at thresholds spread evenly over [0, 1].
 * Source: Keras. */
#include <math.h>

#include "confusion.h"

typedef struct at_args {
  knn__metric_common common;
  double value;
  int64_t num_thresholds, class_id;
} at_args;

#define AT_PARAMS(row, given, DOC)                                                                 \
  static const knn_param row##_params[] = {                                                        \
      {.name = given,                                                                              \
       .kind = KNN_P_FLOAT,                                                                        \
       .doc = DOC,                                                                                 \
       .offset = offsetof(at_args, value),                                                         \
       .positional = true,                                                                         \
       .min = 0,                                                                                   \
       .max = 1},                                                                                  \
      KNN__PARAM(at_args, num_thresholds, KNN_P_INT, "200",                                        \
                 "Number of thresholds, spread evenly.", .mark = KNN_COUNT, .min = 1, .max = 1e7), \
      KNN__PARAM(at_args, class_id, KNN_P_INT, "null",                                             \
                 "Look at this class alone, counted from 0.", .mark = KNN_LABEL, .nullable = true, \
                 .min = 0, .max = 1e9),                                                            \
      KNN__METRIC_PARAMS(at_args, #row),                                                           \
  };

static knn_status init(knn_metric *self) {
  const at_args *a = self->base.args;
  int n = (int)a->num_thresholds;
  self->thresholds = knn__alloc(self->base.ctx, (size_t)n * sizeof *self->thresholds);
  if (!self->thresholds) return KNN_ENOMEM;
  for (int i = 0; i < n; i++) self->thresholds[i] = n > 1 ? (double)i / (n - 1) : 0.5;
  self->n_thresholds = n;
  self->even = n > 1;
  return KNN_OK;
}

static int states(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                  const char **names) {
  (void)y_pred;
  return knn__confusion_states(self, specs, names);
}

static void update(knn_metric *self, knn__scope *s, knn_value *t, knn_value *p, knn_value *weight) {
  const at_args *a = self->base.args;
  knn__counting how = {.top_k = KNN_NONE, .class_id = a->class_id};
  knn__counts counts = knn__count_confusion(self, s, &how, t, p, weight);
  for (int i = 0; i < 4; i++) knn__metric_add(self, s, i, counts.of[i]);
}

/* A rate: share of `part` in it and `rest`, two of the counts. */
typedef struct rate {
  int part, rest;
} rate;

static const rate sensitivity = {KNN__TP, KNN__FN}, specificity = {KNN__TN, KNN__FP},
                  precision = {KNN__TP, KNN__FP};

static float rate_at(const float *const *counts, const rate *r, int i) {
  float part = counts[r->part][i], all = part + counts[r->rest][i];
  return all == 0 ? 0 : part / all;
}

static double best(const knn_metric *self, const float *const *counts, const rate *wanted,
                   const rate *bound) {
  const at_args *a = self->base.args;
  float most = 0;
  for (int i = 0; i < self->n_thresholds; i++)
    if (rate_at(counts, bound, i) >= (float)a->value)
      most = fmaxf(most, rate_at(counts, wanted, i));
  return (double)most;
}

#define AT(row, NAME, given, wanted, bound, SUMMARY, FORMULA, SEE)                        \
  AT_PARAMS(row, given, "Least value of the other rate.")                                 \
  static double row##_result(const knn_metric *self, const float *const *counts, int i) { \
    (void)i;                                                                              \
    return best(self, counts, &wanted, &bound);                                           \
  }                                                                                       \
  const knn__metric_def knn__metric_##row = {                                             \
      .cls = {.family = "metric",                                                         \
              .name = NAME,                                                               \
              .aliases = #row,                                                            \
              .summary = SUMMARY,                                                         \
              .detail = FORMULA ", over num_thresholds thresholds; 0 if none will do.",   \
              .shapes = "y_true, y_pred (batch, ...) -> one number",                      \
              .example = "local metric = knn.metrics." NAME "{0.5}",                      \
              .source = "Keras",                                                          \
              .see = SEE,                                                                 \
              KNN__PARAMS(row##_params, at_args)},                                        \
      .direction = 1,                                                                     \
      .init = init,                                                                       \
      .states = states,                                                                   \
      .update = update,                                                                   \
      .result = row##_result,                                                             \
  };

AT(sensitivity_at_specificity, "SensitivityAtSpecificity", "specificity", sensitivity, specificity,
   "Best sensitivity among thresholds of at least this specificity.",
   "max TP / (TP + FN) where TN / (TN + FP) >= specificity", "SpecificityAtSensitivity|AUC")
AT(specificity_at_sensitivity, "SpecificityAtSensitivity", "sensitivity", specificity, sensitivity,
   "Best specificity among thresholds of at least this sensitivity.",
   "max TN / (TN + FP) where TP / (TP + FN) >= sensitivity", "SensitivityAtSpecificity|AUC")
AT(precision_at_recall, "PrecisionAtRecall", "recall", precision, sensitivity,
   "Best precision among thresholds of at least this recall.",
   "max TP / (TP + FP) where TP / (TP + FN) >= recall", "RecallAtPrecision|Precision")
AT(recall_at_precision, "RecallAtPrecision", "precision", sensitivity, precision,
   "Best recall among thresholds of at least this precision.",
   "max TP / (TP + FN) where TP / (TP + FP) >= precision", "PrecisionAtRecall|Recall")
