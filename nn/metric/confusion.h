/* confusion.h - counting hits and misses at thresholds, for precision, recall, AUC and their kin. A
 * prediction is positive if it lies strictly above the threshold, a target if it is not 0. Spec:
 * Keras's update_confusion_matrix_variables. */
#ifndef KNN__CONFUSION_H
#define KNN__CONFUSION_H

#include "metric.h"

/* The threshold that all but filtered-out scores are above, when top_k decides instead. */
#define KNN__NO_THRESHOLD (-1e10)

enum { KNN__TP, KNN__FP, KNN__TN, KNN__FN };

typedef struct knn__counts {
  knn_value *of[4]; /* (thresholds), or (thresholds, labels): lent by the scope */
} knn__counts;

typedef struct knn__counting {
  int64_t top_k, class_id;         /* KNN_NONE = off */
  const knn_floats *label_weights; /* one per label; NULL or n < 0 = off */
  bool by_label;                   /* count each column of (batch, labels) for itself */
} knn__counting;

/* Counts of one batch at the thresholds of m. */
knn__counts knn__count_confusion(const knn_metric *m, knn__scope *s, const knn__counting *how,
                                 knn_value *y_true, knn_value *y_pred, knn_value *sample_weight);
/* Keep the thresholds, each of which gives a result, and see whether they lie evenly over [0, 1];
 * then an AUC over many is one pass. `given` may be unset (n < 0): `otherwise` alone is taken.
 * Values must be in [0, 1]. */
knn_status knn__set_thresholds(knn_metric *m, const knn_floats *given, double otherwise);
/* The states of a metric that keeps all four counts at its thresholds, in the order of enum. */
int knn__confusion_states(const knn_metric *m, knn__spec *specs, const char **names);
bool knn__evenly_spread(const double *thresholds, int n);

#endif
