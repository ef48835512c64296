/* auc.c - area under a curve of the classifier as its threshold moves: ROC (recall against false
 * positive rate), PR (precision against recall) or PRGAIN (precision gain against recall gain,
 * Flach and Kull 2015). Riemann sums over the thresholds -eps, 1/(n-1), ..., (n-2)/(n-1), 1 + eps;
 * heights by interpolation, or the lower (minoring) or higher (majoring) neighbour. PR with
 * interpolation follows Davis and Goadrich 2006. Spec: Keras's AUC. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "confusion.h"
#include "loss.h"

typedef struct auc_args {
  knn__metric_common common;
  int64_t num_thresholds;
  int curve, summation_method;
  knn_floats thresholds;
  bool multi_label;
  int64_t num_labels;
  knn_floats label_weights;
  bool from_logits;
} auc_args;

enum { ROC, PR, PRGAIN };
enum { INTERPOLATION, MINORING, MAJORING };
enum { TP, FP, TN, FN }; /* the states */

static const knn_param params[] = {
    KNN__PARAM(auc_args, num_thresholds, KNN_P_INT, "200", "Number of thresholds, spread evenly.",
               .mark = KNN_COUNT, .min = 2, .max = 1e7),
    KNN__PARAM(auc_args, curve, KNN_P_ENUM, "ROC", "Which curve.", .choices = "ROC|PR|PRGAIN"),
    KNN__PARAM(auc_args, summation_method, KNN_P_ENUM, "interpolation",
               "Height between two thresholds.", .choices = "interpolation|minoring|majoring"),
    KNN__METRIC_PARAMS(auc_args, "auc"),
    KNN__PARAM(auc_args, thresholds, KNN_P_FLOATS, "null",
               "Thresholds in [0, 1], instead of num_thresholds.", .nullable = true),
    KNN__PARAM(auc_args, multi_label, KNN_P_BOOL, "false",
               "An area for each column of (batch, labels), then their mean."),
    KNN__PARAM(auc_args, num_labels, KNN_P_INT, "null",
               "Number of labels with multi_label; null: as y_pred has.", .mark = KNN_COUNT,
               .nullable = true, .min = 1, .max = 1e9),
    KNN__PARAM(auc_args, label_weights, KNN_P_FLOATS, "null",
               "Weight of each label, in the mean or, without multi_label, in the counts.",
               .nullable = true),
    KNN__PARAM(auc_args, from_logits, KNN_P_BOOL, "false",
               "Predictions are logits: a sigmoid is applied."),
};

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static knn_status init(knn_metric *self) {
  const auc_args *a = self->base.args;
  knn_ctx *ctx = self->base.ctx;
  if (a->num_labels != KNN_NONE && !a->multi_label)
    return knn_fail(ctx, KNN_EARG, "AUC: num_labels goes with multi_label = true only");
  for (int i = 0; i < a->thresholds.n; i++)
    if (!(a->thresholds.v[i] >= 0 && a->thresholds.v[i] <= 1))
      return knn_fail(ctx, KNN_EARG, "AUC: thresholds must lie in [0, 1], got %g",
                      a->thresholds.v[i]);
  int inner = a->thresholds.n >= 0 ? a->thresholds.n : (int)a->num_thresholds - 2, n = inner + 2;
  double *at = self->thresholds = knn__alloc(ctx, (size_t)n * sizeof *at);
  if (!at) return KNN_ENOMEM;
  for (int i = 1; i <= inner; i++)
    at[i] = a->thresholds.n >= 0 ? a->thresholds.v[i - 1] : (double)i / (n - 1);
  qsort(at + 1, (size_t)inner, sizeof *at, ascending);
  at[0] = 0;
  at[n - 1] = 1;
  self->even = a->thresholds.n < 0 || knn__evenly_spread(at, n);
  at[0] -= KNN__EPSILON;
  at[n - 1] += KNN__EPSILON;
  self->n_thresholds = n;
  return KNN_OK;
}

static int states(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                  const char **names) {
  const auc_args *a = self->base.args;
  int64_t labels = a->num_labels != KNN_NONE ? a->num_labels
                   : y_pred->rank > 0        ? y_pred->dims[y_pred->rank - 1]
                                             : 1;
  int n = knn__confusion_states(self, specs, names);
  for (int i = 0; i < n && a->multi_label; i++) {
    specs[i].rank = 2;
    specs[i].dims[1] = labels;
  }
  return n;
}

static void update(knn_metric *self, knn__scope *s, knn_value *y_true, knn_value *y_pred,
                   knn_value *weight) {
  const auc_args *a = self->base.args;
  if (a->from_logits) y_pred = knn__sigmoid(s, y_pred);
  if (s->status != KNN_OK) return;
  knn__counting how = {.top_k = KNN_NONE,
                       .class_id = KNN_NONE,
                       .label_weights = &a->label_weights,
                       .by_label = a->multi_label};
  knn__counts counts = knn__count_confusion(self, s, &how, y_true, y_pred, weight);
  for (int i = 0; i < 4; i++) knn__metric_add(self, s, i, counts.of[i]);
}

/* The four counts at a threshold of one label. */
typedef struct point {
  double tp, fp, tn, fn;
} point;

static point point_at(const float *const *counts, int64_t i) {
  return (point){(double)counts[TP][i], (double)counts[FP][i], (double)counts[TN][i],
                 (double)counts[FN][i]};
}

/* Place on the curve. */
static void coordinates(int curve, const point *c, double *x, double *y) {
  double recall = knn__metric_ratio(c->tp, c->tp + c->fn);
  if (curve == ROC) {
    *x = knn__metric_ratio(c->fp, c->fp + c->tn);
    *y = recall;
  } else if (curve == PR) {
    *x = recall;
    *y = knn__metric_ratio(c->tp, c->tp + c->fp);
  } else {
    double odds = knn__metric_ratio(c->tp + c->fn, c->tn + c->fp);
    *x = c->tp == 0 ? 0 : fmax(1 - odds * c->fn / c->tp, 0);
    *y = c->tp == 0 ? 1 : 1 - odds * c->fp / c->tp;
  }
}

static double slice(const auc_args *a, const point *here, const point *next) {
  double x0, y0, x1, y1;
  coordinates(a->curve, here, &x0, &y0);
  coordinates(a->curve, next, &x1, &y1);
  double height = a->summation_method == MINORING   ? fmin(y0, y1)
                  : a->summation_method == MAJORING ? fmax(y0, y1)
                                                    : (y0 + y1) / 2;
  return (x0 - x1) * height;
}

/* Positives are interpolated between two thresholds, not precision. */
static double slice_of_precision(const point *here, const point *next) {
  double gained = here->tp - next->tp, p0 = here->tp + here->fp, p1 = next->tp + next->fp;
  double slope = knn__metric_ratio(gained, fmax(p0 - p1, 0)), intercept = next->tp - slope * p1;
  double ratio = p0 > 0 && p1 > 0 ? p0 / p1 : 1;
  return knn__metric_ratio(slope * (gained + intercept * log(ratio)), fmax(next->tp + next->fn, 0));
}

static double area(const knn_metric *self, const float *const *counts, int64_t label,
                   int64_t labels) {
  const auc_args *a = self->base.args;
  double sum = 0;
  point here = point_at(counts, label);
  for (int64_t i = 1; i < self->n_thresholds; i++) {
    point next = point_at(counts, i * labels + label);
    sum += a->curve == PR && a->summation_method == INTERPOLATION ? slice_of_precision(&here, &next)
                                                                  : slice(a, &here, &next);
    here = next;
  }
  return sum;
}

static double result(const knn_metric *self, const float *const *counts, int i) {
  const auc_args *a = self->base.args;
  (void)i;
  if (!a->multi_label) return area(self, counts, 0, 1);
  int64_t labels = self->states[TP]->value->spec.dims[1];
  double sum = 0, total = 0;
  for (int64_t k = 0; k < labels; k++) {
    double weight = a->label_weights.n < 0 ? 1 : k < a->label_weights.n ? a->label_weights.v[k] : 0;
    sum += weight * area(self, counts, k, labels);
    total += weight;
  }
  return knn__metric_ratio(sum, total);
}

const knn__metric_def knn__metric_auc = {
    .cls = {.family = "metric",
            .name = "AUC",
            .aliases = "auc",
            .summary = "Area under the ROC curve or the precision-recall curve.",
            .detail = "Riemann sum over num_thresholds points of the curve, from counts over all "
                      "batches seen; ROC: 0.5 for a guess, 1 for "
                      "a perfect order.",
            .shapes = "y_true, y_pred (batch, ...) -> one number",
            .example = "local metric = knn.metrics.AUC{curve = \"PR\"}",
            .source = "Davis and Goadrich 2006, The relationship between precision-recall and ROC "
                      "curves; Keras",
            .see = "Precision|Recall|BinaryAccuracy",
            KNN__PARAMS(params, auc_args)},
    .direction = 1,
    .init = init,
    .states = states,
    .update = update,
    .result = result,
};
