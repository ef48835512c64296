/* f_score.c - (1 + b^2) P R / (b^2 P + R + eps) per class, P = TP / (TP + FP + eps), R = TP / (TP +
 * FN + eps), from counts over all batches seen. y_true, y_pred (batch, classes). Positive is what
 * lies above the threshold; without one, the largest of each row unless it is 0. Source: Keras. */
#include <math.h>

#include "loss.h"
#include "metric.h"

typedef struct f_args {
  knn__metric_common common;
  int average; /* -1 = none */
  double beta, threshold;
} f_args;

enum { MICRO, MACRO, WEIGHTED };
enum { TP, FP, FN, SUPPORT, STATES };

#define F_AVERAGE                                                                       \
  KNN__PARAM(f_args, average, KNN_P_ENUM, "null",                                       \
             "null: a number per class; micro: all classes as one; macro: their mean; " \
             "weighted: their mean by the number of targets.",                          \
             .choices = "micro|macro|weighted", .nullable = true)
#define F_THRESHOLD                                                                          \
  KNN__PARAM(f_args, threshold, KNN_P_FLOAT, "null",                                         \
             "Predictions strictly above count as positive; null: the largest of each row.", \
             .nullable = true, .min = 0, .max = 1, .above_min = true)

static const knn_param beta_params[] = {
    F_AVERAGE,
    KNN__PARAM(f_args, beta, KNN_P_FLOAT, "1", "Weight of recall against precision.", .min = 0,
               .max = 1e6, .above_min = true),
    F_THRESHOLD,
    KNN__METRIC_PARAMS(f_args, "fbeta_score"),
};
static const knn_param f1_params[] = {F_AVERAGE, F_THRESHOLD,
                                      KNN__METRIC_PARAMS(f_args, "f1_score")};

static knn_status f1_init(knn_metric *self) {
  ((f_args *)self->base.args)->beta = 1;
  return KNN_OK;
}

static int states(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                  const char **names) {
  static const char *const known[STATES] = {"true_positives", "false_positives", "false_negatives",
                                            "intermediate_weights"};
  const f_args *a = self->base.args;
  for (int i = 0; i < STATES; i++) {
    specs[i] = (knn__spec){.dtype = KNN_F32};
    if (a->average != MICRO && y_pred->rank > 0) {
      specs[i].rank = 1;
      specs[i].dims[0] = y_pred->dims[y_pred->rank - 1];
    }
    names[i] = known[i];
  }
  return STATES;
}

static knn_value *positive(const f_args *a, knn__scope *s, knn_value *p) {
  knn_value *yes;
  if (isnan(a->threshold)) {
    knn_value *some = knn__greater(s, knn__absolute(s, p), knn__scalar_like(s, p, 1e-9));
    knn_value *best = knn__greater_equal(s, p, knn__max(s, p, KNN__AXIS(-1), true));
    yes = knn__logical_and(s, best, some);
  } else {
    yes = knn__greater(s, p, knn__scalar_like(s, p, a->threshold));
  }
  return knn__cast(s, yes, KNN_F32);
}

static knn_value * not(knn__scope * s, knn_value *x) {
  return knn__subtract(s, knn__scalar_like(s, x, 1), x);
}

static void update(knn_metric *self, knn__scope *s, knn_value *t, knn_value *p, knn_value *weight) {
  const f_args *a = self->base.args;
  p = knn__cast(s, p, KNN_F32);
  if (!knn__match_targets(s, &t, &p)) return;
  if (p->spec.rank != 2) {
    knn__scope_fail(s, KNN_ESHAPE, "y_pred must have shape (batch, classes), got %s",
                    KNN__SPEC(p->spec));
    return;
  }
  knn_value *yes = positive(a, s, p);
  knn_value *counted[STATES] = {knn__multiply(s, yes, t), knn__multiply(s, yes, not(s, t)),
                                knn__multiply(s, not(s, yes), t), t};
  if (weight && weight->spec.rank == 1) weight = knn__expand_dims(s, weight, -1);
  if (weight) weight = knn__cast(s, weight, KNN_F32);
  for (int i = 0; i < STATES; i++) {
    knn_value *each = weight ? knn__multiply(s, counted[i], weight) : counted[i];
    knn__axes over = a->average == MICRO ? KNN__ALL_AXES : KNN__AXIS(0);
    knn__metric_add(self, s, i, knn__sum(s, each, over, false));
  }
}

static int size(const knn_metric *self) {
  const f_args *a = self->base.args;
  return a->average < 0 ? (int)knn_tensor_size(knn__variable_tensor(self->states[TP])) : 1;
}

static double score(const f_args *a, const float *const *states, int64_t i) {
  double tp = (double)states[TP][i], square = a->beta * a->beta;
  double precision = tp / (tp + (double)states[FP][i] + KNN__EPSILON),
         recall = tp / (tp + (double)states[FN][i] + KNN__EPSILON);
  return (1 + square) * precision * recall / (square * precision + recall + KNN__EPSILON);
}

static double result(const knn_metric *self, const float *const *states, int i) {
  const f_args *a = self->base.args;
  int64_t classes = knn_tensor_size(knn__variable_tensor(self->states[TP]));
  double sum = 0, support = 0;
  if (a->average < 0) return score(a, states, i);
  for (int64_t k = 0; k < classes; k++) {
    double share = a->average == WEIGHTED ? (double)states[SUPPORT][k] : 1;
    sum += share * score(a, states, k);
    support += share;
  }
  return sum / (a->average == WEIGHTED ? support + KNN__EPSILON : support);
}

const knn__metric_def knn__metric_fbeta_score = {
    .cls = {.family = "metric",
            .name = "FBetaScore",
            .aliases = "f_beta_score",
            .summary = "Weighted harmonic mean of precision and recall.",
            .detail =
                "(1 + b^2) P R / (b^2 P + R + 1e-7) per class, P = TP / (TP + FP + 1e-7), R = "
                "TP / (TP + FN + 1e-7).",
            .shapes = "y_true, y_pred (batch, classes) -> one number, or one per class",
            .example = "local metric = knn.metrics.FBetaScore{average = \"macro\", beta = 2}",
            .source = "van Rijsbergen 1979, Information Retrieval; Keras",
            .see = "F1Score|Precision|Recall",
            KNN__PARAMS(beta_params, f_args)},
    .direction = 1,
    .states = states,
    .update = update,
    .size = size,
    .result = result,
};

const knn__metric_def knn__metric_f1_score = {
    .cls = {.family = "metric",
            .name = "F1Score",
            .aliases = "f1_score",
            .summary = "Harmonic mean of precision and recall.",
            .detail = "2 P R / (P + R + 1e-7) per class, P = TP / (TP + FP + 1e-7), R = TP / (TP + "
                      "FN + 1e-7).",
            .shapes = "y_true, y_pred (batch, classes) -> one number, or one per class",
            .example = "local metric = knn.metrics.F1Score{average = \"macro\"}",
            .source = "van Rijsbergen 1979, Information Retrieval; Keras",
            .see = "FBetaScore|Precision|Recall",
            KNN__PARAMS(f1_params, f_args)},
    .direction = 1,
    .init = f1_init,
    .states = states,
    .update = update,
    .size = size,
    .result = result,
};
