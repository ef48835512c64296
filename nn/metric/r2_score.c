/* r2_score.c - share of the targets' variance that the predictions explain: 1 - sum w (t - p)^2 /
 * (sum w t^2 - (sum w t)^2 / sum w) per column of (batch, outputs); infinite scores count as 0.
 * With regressors: 1 - (1 - r)(n - 1) / (n - k - 1), where n is the number of targets seen, as long
 * as n - 1 > k. Source: Keras. */
#include <math.h>

#include "loss.h"
#include "metric.h"

typedef struct r2_args {
  knn__metric_common common;
  int class_aggregation; /* -1 = none */
  int64_t num_regressors;
} r2_args;

enum { UNIFORM_AVERAGE, VARIANCE_WEIGHTED_AVERAGE };
enum { NUM_SAMPLES, SQUARED_SUM, SUM, RESIDUAL, COUNT, STATES };

static const knn_param params[] = {
    KNN__PARAM(r2_args, class_aggregation, KNN_P_ENUM, "uniform_average",
               "How the scores of the outputs become one; null: a score for each.",
               .choices = "uniform_average|variance_weighted_average", .nullable = true),
    KNN__PARAM(r2_args, num_regressors, KNN_P_INT, "0",
               "Number of the model's inputs, for the adjusted score; 0 = not adjusted.",
               .mark = KNN_COUNT, .min = 0, .max = 1e9),
    KNN__METRIC_PARAMS(r2_args, "r2_score"),
};

static int states(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                  const char **names) {
  static const char *const known[STATES] = {"num_samples", "squared_sum", "sum", "residual",
                                            "count"};
  (void)self;
  for (int i = 0; i < STATES; i++) {
    specs[i] = (knn__spec){.dtype = KNN_F32};
    if (i != NUM_SAMPLES) {
      specs[i].rank = 1;
      specs[i].dims[0] = y_pred->rank > 1 ? y_pred->dims[y_pred->rank - 1] : 1;
    }
    names[i] = known[i];
  }
  return STATES;
}

/* (batch), (batch, 1) or (batch, outputs) as (batch, outputs) */
static knn_value *spread(knn__scope *s, knn_value *w, knn_value *t) {
  w = knn__cast(s, w, KNN_F32);
  if (s->status == KNN_OK && w->spec.rank == 1) w = knn__expand_dims(s, w, -1);
  return knn__broadcast_like(s, w, t);
}

static void update(knn_metric *self, knn__scope *s, knn_value *t, knn_value *p, knn_value *weight) {
  p = knn__cast(s, p, KNN_F32);
  if (!knn__match_targets(s, &t, &p)) return;
  if (p->spec.rank == 1) t = knn__expand_dims(s, t, -1), p = knn__expand_dims(s, p, -1);
  if (s->status != KNN_OK) return;
  if (p->spec.rank != 2) {
    knn__scope_fail(s, KNN_ESHAPE, "y_pred must have shape (batch, outputs), got %s",
                    KNN__SPEC(p->spec));
    return;
  }
  knn_value *one = knn__broadcast_like(s, knn__scalar(s, KNN_F32, 1), t),
            *w = weight ? spread(s, weight, t) : one, *weighted = knn__multiply(s, t, w);
  knn_value *error = knn__square(s, knn__subtract(s, t, p));
  knn__metric_add(self, s, NUM_SAMPLES, knn__sum(s, one, KNN__ALL_AXES, false));
  knn__metric_add(self, s, SQUARED_SUM,
                  knn__sum(s, knn__multiply(s, t, weighted), KNN__AXIS(0), false));
  knn__metric_add(self, s, SUM, knn__sum(s, weighted, KNN__AXIS(0), false));
  knn__metric_add(self, s, RESIDUAL, knn__sum(s, knn__multiply(s, error, w), KNN__AXIS(0), false));
  knn__metric_add(self, s, COUNT, knn__sum(s, w, KNN__AXIS(0), false));
}

static int64_t outputs(const knn_metric *self) {
  return knn_tensor_size(knn__variable_tensor(self->states[SUM]));
}

static int size(const knn_metric *self) {
  return ((const r2_args *)self->base.args)->class_aggregation < 0 ? (int)outputs(self) : 1;
}

static double variance(const float *const *states, int64_t i) {
  double sum = (double)states[SUM][i];
  return (double)states[SQUARED_SUM][i] - sum * sum / (double)states[COUNT][i];
}

static double raw_score(const float *const *states, int64_t i) {
  double score = 1 - (double)states[RESIDUAL][i] / variance(states, i);
  return isinf(score) ? 0 : score;
}

static double adjusted(double score, double n, double k) {
  return k > 0 && n - k - 1 > 0 ? 1 - (1 - score) * (n - 1) / (n - k - 1) : score;
}

static double result(const knn_metric *self, const float *const *states, int i) {
  const r2_args *a = self->base.args;
  double n = (double)*states[NUM_SAMPLES], k = (double)a->num_regressors, sum = 0, total = 0;
  if (n == 0) return 0;
  if (a->class_aggregation < 0) return adjusted(raw_score(states, i), n, k);
  for (int64_t j = 0; j < outputs(self); j++) {
    double share = a->class_aggregation == UNIFORM_AVERAGE ? 1 : variance(states, j);
    sum += share * raw_score(states, j);
    total += share;
  }
  return adjusted(sum / total, n, k);
}

const knn__metric_def knn__metric_r2_score = {
    .cls = {.family = "metric",
            .name = "R2Score",
            .aliases = "r2_score",
            .summary = "Share of the targets' variance that the predictions explain.",
            .detail =
                "1 - sum w (t - p)^2 / (sum w t^2 - (sum w t)^2 / sum w) per output; 1 for "
                "right predictions, 0 for the mean; adjusted: 1 - (1 - r)(n - 1) / (n - k - 1).",
            .shapes = "y_true, y_pred (batch, outputs) -> one number, or one per output",
            .example = "local metric = knn.metrics.R2Score{}",
            .source = "Wright 1921, Correlation and causation; Keras",
            .see = "MeanSquaredError|PearsonCorrelation",
            KNN__PARAMS(params, r2_args)},
    .direction = 1,
    .states = states,
    .update = update,
    .size = size,
    .result = result,
};
