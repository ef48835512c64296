/* metric.h - metrics outside of fit: for C hosts and custom loops. Streaming: update as often as
 * there are batches, then read. */
#ifndef KNN_METRIC_H
#define KNN_METRIC_H

#include "knn/value.h"

KNN_BEGIN

typedef struct knn_metric knn_metric;

/* A metric by class name; options as text, "thresholds=[0.3, 0.7]" (NULL = defaults). */
KNN_API knn_status knn_metric_new(knn_ctx *ctx, const char *name, const char *options,
                                  knn_metric **out);
KNN_API void knn_metric_retain(knn_metric *metric);
KNN_API void knn_metric_release(knn_metric *metric); /* NULL is fine */
KNN_API knn_object *knn_metric_object(knn_metric *metric);
KNN_API knn_metric *knn_metric_of(knn_object *object); /* NULL if it is no metric */

/* Take in one batch. y_true and y_pred as the metric wants them (Mean and Sum: y_true NULL, y_pred
 * the values); sample_weight may be NULL. Computes at once on tensors; on nodes the update becomes
 * part of the graph. */
KNN_API knn_status knn_metric_update(knn_metric *metric, knn_value *y_true, knn_value *y_pred,
                                     knn_value *sample_weight);
/* What was seen since the last reset; 0 before the first batch. Most metrics give one number, those
 * made with a list of thresholds one per threshold: knn_metric_size tells how many, i counts from
 * 0. */
KNN_API double knn_metric_result(const knn_metric *metric);
KNN_API int knn_metric_size(const knn_metric *metric);
KNN_API double knn_metric_result_at(const knn_metric *metric, int i);
/* Number i, or how a metric of the host failed. */
KNN_API knn_status knn_metric_read(const knn_metric *metric, int i, double *out);
/* Mean and Sum: values come from outside, there are no targets. */
KNN_API bool knn_metric_takes_values(const knn_metric *metric);
/* The values that a mean of a function takes its mean of, one per sample (new reference); KNN_EARG
 * for metrics of another kind. */
KNN_API knn_status knn_metric_call(knn_metric *metric, knn_value *y_true, knn_value *y_pred,
                                   knn_value **out);
KNN_API void knn_metric_reset(knn_metric *metric);
/* Number i of the result as a value, which a plan finds anew at each run: a new reference. */
KNN_API knn_status knn_metric_result_value(knn_metric *metric, int i, knn_value **out);
/* +1: larger is better, -1: smaller is better, 0: neither. */
KNN_API int knn_metric_direction(const knn_metric *metric);

KNN_END

#endif
