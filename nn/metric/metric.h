/* metric.h - numbers that watch training. State lives in variables; `update` writes ops, so it runs
 * inside the plan; `result` reads the states on the host. Streaming rules: spec keras-training.md
 * section 2. */
#ifndef KNN__METRIC_H
#define KNN__METRIC_H

#include "knn/custom.h"
#include "knn/metric.h"
#include "object.h"
#include "ops.h"
#include "variable.h"

enum { KNN__METRIC_STATES = 8 };

/* First member of every metric's argument block. */
typedef struct knn__metric_common {
  char *name;
} knn__metric_common;
#define KNN__METRIC_PARAMS(block, default_name)                                  \
  {                                                                              \
    .name = "name", .kind = KNN_P_STRING, .def = default_name, .nullable = true, \
    .doc = "Name in logs.", .offset = offsetof(block, common.name)               \
  }

struct knn_metric {
  knn_object base;
  knn_variable *states[KNN__METRIC_STATES];
  int n_states; /* 0 until built */
  double
      *thresholds; /* of metrics that count at thresholds, else NULL; set when the metric is made */
  int n_thresholds;
  bool even;                      /* thresholds lie evenly over [0, 1] */
  int n_results;                  /* numbers in the result; 0 stands for 1 */
  const knn_metric_methods *host; /* a host's with states of its own; NULL = none */
  /* a metric written by the host: mean over samples of custom(y_true, y_pred); NULL for rows of the
   * table */
  knn_status (*custom)(void *self, knn_value *y_true, knn_value *y_pred, knn_value **out);
  void *self;
  void (*free_self)(void *self);
};

typedef struct knn__metric_def {
  knn_class cls;
  bool values_only; /* y_pred alone is looked at */
  int direction;    /* +1: larger is better, -1: smaller, 0: neither */
  /* Check arguments and make what they imply; NULL = nothing to do. */
  knn_status (*init)(knn_metric *self);
  /* Either `value`: the metric is the mean over samples of this function, states total and count.
   * y_true and y_pred come as they are. */
  knn_value *(*value)(const void *args, knn__scope *s, knn_value *y_true, knn_value *y_pred);
  /* Or these two. Specs and names of the states (start at zero), their number; update with
   * knn__assign. */
  int (*states)(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                const char **names);
  void (*update)(knn_metric *self, knn__scope *s, knn_value *y_true, knn_value *y_pred,
                 knn_value *sample_weight);
  /* How many numbers the result has, once the states are made; NULL = n_results. */
  int (*size)(const knn_metric *self);
  /* Number i of the result from the states; NULL with `value` = total / count. Before the states
   * are made, 0. */
  double (*result)(const knn_metric *self, const float *const *states, int i);
} knn__metric_def;

extern const knn__family knn__family_metric;

knn_status knn__metric_custom(knn_ctx *ctx, const char *name,
                              knn_status (*call)(void *self, knn_value *y_true, knn_value *y_pred,
                                                 knn_value **out),
                              void *self, void (*free_self)(void *self), knn_metric **out);
/* One more state, of zeros; for build. */
knn_status knn__metric_add_state(knn_metric *m, const char *name, const knn__spec *spec);
/* Make the states, once; later calls do nothing. */
knn_status knn__metric_build(knn_metric *m, const knn__spec *y_pred);
/* Update from one batch (tensors: at once; nodes: recorded). */
void knn__metric_update(knn_metric *m, knn__scope *s, knn_value *y_true, knn_value *y_pred,
                        knn_value *sample_weight);
/* Mean-type update with a value per sample (or a scalar) and optional weights: also the loss
 * tracker uses it. */
void knn__metric_mean_update(knn_metric *m, knn__scope *s, knn_value *values, knn_value *weights);
/* state += x */
void knn__metric_add(knn_metric *m, knn__scope *s, int state, knn_value *x);
/* Drops states and what init made (the family's finalize). */
void knn__metric_finalize(knn_object *object);
/* total / count, 0 where count is 0: how all means end. */
double knn__metric_ratio(double total, double count);
/* How many numbers the result has: one per threshold where a list of them was given, else 1; and
 * number i of them. */
int knn__metric_size(const knn_metric *m);
double knn__metric_result_at(const knn_metric *m, int i);
/* The same, or how a host's result failed. */
knn_status knn__metric_read(const knn_metric *m, int i, double *out);
double knn__metric_result(const knn_metric *m); /* the first */
int knn__metric_direction(const knn_metric *m);
void knn__metric_reset(knn_metric *m);
/* "accuracy" and "crossentropy" depend on the shapes (and loss): the class that Keras picks for
 * y_true and y_pred. */
const char *knn__metric_for_shapes(const char *name, const knn__spec *y_true,
                                   const knn__spec *y_pred);

#endif
