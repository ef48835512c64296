/* correlation.c - how far target and prediction move together along an axis, then the mean over
 * samples. With deviations d from the mean: Pearson: mean d_t d_p / (sd t sd p), NaN for constants;
 * concordance: 2 mean d_t d_p / (var t + var p + (mean t - mean p)^2 + eps). Source: Keras. */
#include "loss.h"
#include "metric.h"

typedef struct correlation_args {
  knn__metric_common common;
  int64_t axis;
} correlation_args;

#define CORRELATION_PARAMS(log_name)                                                   \
  KNN__METRIC_PARAMS(correlation_args, log_name),                                      \
      KNN__PARAM(correlation_args, axis, KNN_P_INT, "-1", "Axis along which to look.", \
                 .mark = KNN_AXIS)

static const knn_param pearson_params[] = {CORRELATION_PARAMS("pearson_correlation")};
static const knn_param concordance_params[] = {CORRELATION_PARAMS("concordance_correlation")};

/* Mean and deviations of x along the axis, and their mean square. */
typedef struct moments {
  knn_value *mean, *deviation, *variance;
} moments;

static moments moments_of(knn__scope *s, knn_value *x, int64_t axis) {
  moments m = {.mean = knn__mean(s, x, KNN__AXIS(axis), true)};
  m.deviation = knn__subtract(s, x, m.mean);
  m.variance = knn__mean(s, knn__square(s, m.deviation), KNN__AXIS(axis), true);
  return m;
}

static knn_value *pearson(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  int64_t axis = ((const correlation_args *)args)->axis;
  if (!knn__match_targets(s, &t, &p)) return NULL;
  moments a = moments_of(s, t, axis), b = moments_of(s, p, axis);
  knn_value *x = knn__divide(s, a.deviation, knn__sqrt(s, a.variance));
  knn_value *y = knn__divide(s, b.deviation, knn__sqrt(s, b.variance));
  return knn__mean(s, knn__multiply(s, x, y), KNN__AXIS(axis), false);
}

static knn_value *concordance(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  int64_t axis = ((const correlation_args *)args)->axis;
  if (!knn__match_targets(s, &t, &p)) return NULL;
  moments a = moments_of(s, t, axis), b = moments_of(s, p, axis);
  knn_value *off = knn__square(s, knn__subtract(s, a.mean, b.mean));
  knn_value *under =
      knn__plus(s, knn__add(s, knn__add(s, a.variance, b.variance), off), KNN__EPSILON);
  knn_value *both = knn__times(s, knn__multiply(s, a.deviation, b.deviation), 2);
  return knn__mean(s, knn__divide(s, both, under), KNN__AXIS(axis), false);
}

const knn__metric_def knn__metric_pearson_correlation = {
    .cls = {.family = "metric",
            .name = "PearsonCorrelation",
            .aliases = "pearson_correlation",
            .summary = "Pearson's correlation of target and prediction.",
            .detail = "mean (t - mean t)(p - mean p) / (sd t sd p) along the axis, from -1 to 1.",
            .shapes = "y_true, y_pred (batch, ..., n) -> one number",
            .example = "local metric = knn.metrics.PearsonCorrelation{}",
            .source = "Pearson 1895; Keras",
            .see = "ConcordanceCorrelation|R2Score",
            KNN__PARAMS(pearson_params, correlation_args)},
    .direction = 1,
    .value = pearson,
};

const knn__metric_def knn__metric_concordance_correlation = {
    .cls = {.family = "metric",
            .name = "ConcordanceCorrelation",
            .aliases = "concordance_correlation",
            .summary = "Correlation that also sees differences in mean and scale.",
            .detail =
                "2 mean (t - mean t)(p - mean p) / (var t + var p + (mean t - mean p)^2 + 1e-7) "
                "along the axis.",
            .shapes = "y_true, y_pred (batch, ..., n) -> one number",
            .example = "local metric = knn.metrics.ConcordanceCorrelation{}",
            .source = "Lin 1989, A concordance correlation coefficient; Keras",
            .see = "PearsonCorrelation",
            KNN__PARAMS(concordance_params, correlation_args)},
    .direction = 1,
    .value = concordance,
};
