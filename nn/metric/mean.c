/* mean.c - running mean and sum of values that come from outside (y_pred of the update; y_true is
 * not looked at). Mean: sum of w v / sum of w. Sum: sum of w v. Weights reach the leading axes that
 * they have; trailing ones are averaged (Mean) or added up (Sum). Source: Keras. */
#include "loss.h"
#include "metric.h"

typedef struct mean_args {
  knn__metric_common common;
} mean_args;

static const knn_param mean_params[] = {KNN__METRIC_PARAMS(mean_args, "mean")};
static const knn_param sum_params[] = {KNN__METRIC_PARAMS(mean_args, "sum")};

static knn_value *values(const void *args, knn__scope *s, knn_value *y_true, knn_value *y_pred) {
  (void)args, (void)s, (void)y_true;
  return y_pred;
}

static int sum_states(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                      const char **names) {
  (void)self, (void)y_pred;
  specs[0] = (knn__spec){.dtype = KNN_F32};
  names[0] = "total";
  return 1;
}

static void sum_update(knn_metric *self, knn__scope *s, knn_value *y_true, knn_value *y_pred,
                       knn_value *weights) {
  (void)y_true;
  knn_value *x = knn__cast(s, y_pred, KNN_F32);
  if (weights) {
    weights = knn__cast(s, weights, KNN_F32);
    knn__rank_align(s, &x, &weights);
    while (s->status == KNN_OK && weights->spec.rank < x->spec.rank)
      weights = knn__expand_dims(s, weights, -1);
    x = knn__multiply(s, x, weights);
  }
  knn__metric_add(self, s, 0, knn__sum(s, x, KNN__ALL_AXES, false));
}

static double sum_result(const knn_metric *self, const float *const *states, int i) {
  (void)self, (void)i;
  return (double)states[0][0];
}

const knn__metric_def knn__metric_mean = {
    .cls = {.family = "metric",
            .name = "Mean",
            .aliases = "mean",
            .summary = "Weighted mean of the values given so far.",
            .detail =
                "sum w v / sum w; a sample's values are averaged first. 0 before the first value.",
            .shapes = "values (batch, ...) -> one number",
            .example = "local mean = knn.metrics.Mean{}",
            .source = "Keras",
            .see = "Sum",
            KNN__PARAMS(mean_params, mean_args)},
    .values_only = true,
    .value = values,
};

const knn__metric_def knn__metric_sum = {
    .cls = {.family = "metric",
            .name = "Sum",
            .aliases = "sum",
            .summary = "Weighted sum of the values given so far.",
            .detail = "sum w v",
            .shapes = "values (batch, ...) -> one number",
            .example = "local sum = knn.metrics.Sum{}",
            .source = "Keras",
            .see = "Mean",
            KNN__PARAMS(sum_params, mean_args)},
    .values_only = true,
    .states = sum_states,
    .update = sum_update,
    .result = sum_result,
};
