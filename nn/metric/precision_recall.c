/* precision_recall.c - Precision = TP / (TP + FP), Recall = TP / (TP + FN), and the four counts
 * themselves, over all batches seen and at each threshold. Source: Keras. */
#include "confusion.h"

typedef struct ratio_args {
  knn__metric_common common;
  knn_floats thresholds;
  int64_t top_k, class_id;
} ratio_args;

#define THRESHOLDS                                                                                \
  KNN__PARAM(ratio_args, thresholds, KNN_P_FLOATS, "null",                                        \
             "Predictions strictly above count as positive, 0 to 1; a list gives one result per " \
             "threshold. Default 0.5, or none with top_k.",                                       \
             .nullable = true)

#define RATIO_PARAMS(log_name)                                                                     \
  THRESHOLDS,                                                                                      \
      KNN__PARAM(ratio_args, top_k, KNN_P_INT, "null",                                             \
                 "Only the k best classes of a row can be positive.", .mark = KNN_COUNT,           \
                 .nullable = true, .min = 1, .max = 1e9),                                          \
      KNN__PARAM(ratio_args, class_id, KNN_P_INT, "null",                                          \
                 "Look at this class alone, counted from 0.", .mark = KNN_LABEL, .nullable = true, \
                 .min = 0, .max = 1e9),                                                            \
      KNN__METRIC_PARAMS(ratio_args, log_name)

static const knn_param precision_params[] = {RATIO_PARAMS("precision")};
static const knn_param recall_params[] = {RATIO_PARAMS("recall")};

static knn_status init(knn_metric *self) {
  const ratio_args *a = self->base.args;
  return knn__set_thresholds(self, &a->thresholds, a->top_k == KNN_NONE ? 0.5 : KNN__NO_THRESHOLD);
}

static knn__spec per_threshold(const knn_metric *self) {
  return (knn__spec){.dtype = KNN_F32, .rank = 1, .dims = {self->n_thresholds}};
}

static int precision_states(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                            const char **names) {
  (void)y_pred;
  specs[0] = specs[1] = per_threshold(self);
  names[0] = "true_positives";
  names[1] = "false_positives";
  return 2;
}

static int recall_states(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                         const char **names) {
  int n = precision_states(self, y_pred, specs, names);
  names[1] = "false_negatives";
  return n;
}

static knn__counts count(const knn_metric *self, knn__scope *s, knn_value *t, knn_value *p,
                         knn_value *weight) {
  const ratio_args *a = self->base.args;
  return knn__count_confusion(self, s, &(knn__counting){.top_k = a->top_k, .class_id = a->class_id},
                              t, p, weight);
}

static void precision_update(knn_metric *self, knn__scope *s, knn_value *t, knn_value *p,
                             knn_value *weight) {
  knn__counts counts = count(self, s, t, p, weight);
  knn__metric_add(self, s, 0, counts.of[KNN__TP]);
  knn__metric_add(self, s, 1, counts.of[KNN__FP]);
}

static void recall_update(knn_metric *self, knn__scope *s, knn_value *t, knn_value *p,
                          knn_value *weight) {
  knn__counts counts = count(self, s, t, p, weight);
  knn__metric_add(self, s, 0, counts.of[KNN__TP]);
  knn__metric_add(self, s, 1, counts.of[KNN__FN]);
}

static double share(const knn_metric *self, const float *const *states, int i) {
  (void)self;
  return knn__metric_ratio((double)states[0][i], (double)states[0][i] + (double)states[1][i]);
}

const knn__metric_def knn__metric_precision = {
    .cls = {.family = "metric",
            .name = "Precision",
            .aliases = "precision",
            .summary = "Share of the positive predictions that are right.",
            .detail = "TP / (TP + FP), 0 if nothing was predicted positive.",
            .shapes = "y_true, y_pred (batch, ...) -> one number per threshold",
            .example = "local metric = knn.metrics.Precision{thresholds = 0.7}",
            .source = "Keras",
            .see = "Recall|AUC",
            KNN__PARAMS(precision_params, ratio_args)},
    .direction = 1,
    .init = init,
    .states = precision_states,
    .update = precision_update,
    .result = share,
};

const knn__metric_def knn__metric_recall = {
    .cls = {.family = "metric",
            .name = "Recall",
            .aliases = "recall",
            .summary = "Share of the positive targets that were found.",
            .detail = "TP / (TP + FN), 0 if there was no positive target.",
            .shapes = "y_true, y_pred (batch, ...) -> one number per threshold",
            .example = "local metric = knn.metrics.Recall{class_id = 1}",
            .source = "Keras",
            .see = "Precision|AUC",
            KNN__PARAMS(recall_params, ratio_args)},
    .direction = 1,
    .init = init,
    .states = recall_states,
    .update = recall_update,
    .result = share,
};

/* The counts: one state each. They share the argument block; top_k and class_id are not among their
 * rows. */
static knn_status count_init(knn_metric *self) {
  ratio_args *a = self->base.args;
  a->top_k = a->class_id = KNN_NONE;
  return init(self);
}

static int count_states(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                        const char **names) {
  (void)y_pred;
  specs[0] = per_threshold(self);
  names[0] = "accumulator";
  return 1;
}

static double counted(const knn_metric *self, const float *const *states, int i) {
  (void)self;
  return (double)states[0][i];
}

#define COUNT(row, which, NAME, SUMMARY, SEE)                                                 \
  static const knn_param row##_params[] = {THRESHOLDS, KNN__METRIC_PARAMS(ratio_args, #row)}; \
  static void row##_update(knn_metric *self, knn__scope *s, knn_value *t, knn_value *p,       \
                           knn_value *weight) {                                               \
    knn__metric_add(self, s, 0, count(self, s, t, p, weight).of[which]);                      \
  }                                                                                           \
  const knn__metric_def knn__metric_##row = {                                                 \
      .cls = {.family = "metric",                                                             \
              .name = NAME,                                                                   \
              .aliases = #row,                                                                \
              .summary = SUMMARY,                                                             \
              .detail = "Sum of the weights of such predictions.",                            \
              .shapes = "y_true, y_pred (batch, ...) -> one number per threshold",            \
              .example = "local metric = knn.metrics." NAME "{}",                             \
              .source = "Keras",                                                              \
              .see = SEE,                                                                     \
              KNN__PARAMS(row##_params, ratio_args)},                                         \
      .init = count_init,                                                                     \
      .states = count_states,                                                                 \
      .update = row##_update,                                                                 \
      .result = counted,                                                                      \
  };

COUNT(true_positives, KNN__TP, "TruePositives", "Positive predictions of positive targets.",
      "FalsePositives|Recall")
COUNT(true_negatives, KNN__TN, "TrueNegatives", "Negative predictions of negative targets.",
      "FalseNegatives")
COUNT(false_positives, KNN__FP, "FalsePositives", "Positive predictions of negative targets.",
      "TruePositives|Precision")
COUNT(false_negatives, KNN__FN, "FalseNegatives", "Negative predictions of positive targets.",
      "TrueNegatives|Recall")
