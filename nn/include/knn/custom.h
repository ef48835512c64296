/* custom.h - losses and metrics written by a host, and the table's functions called on values. */
#ifndef KNN_CUSTOM_H
#define KNN_CUSTOM_H

#include "knn/metric.h"

KNN_BEGIN

/* A number between the serials of the objects made before and after this call. */
KNN_API uint64_t knn_next_serial(knn_ctx *ctx);

/* A function of targets and predictions, both lent, that gives a new reference: a loss per sample
 * (or per element; the mean over the last axes is not taken), reduced as the loss says. It is
 * called once per plan, on nodes, and must consist of ops. `self` is handed to it; free_self (may
 * be NULL) is called when the object goes. */
typedef knn_status (*knn_pair_fn)(void *self, knn_value *y_true, knn_value *y_pred,
                                  knn_value **out);

/* An object of the family "loss"; the values are averaged over the batch. name NULL = "custom". On
 * failure free_self has not been called. */
KNN_API knn_status knn_loss_new_custom(knn_ctx *ctx, const char *name, knn_pair_fn call, void *self,
                                       void (*free_self)(void *self), knn_object **out);
/* An object of the family "metric": the mean over samples of the function's values. */
KNN_API knn_status knn_metric_new_custom(knn_ctx *ctx, const char *name, knn_pair_fn call,
                                         void *self, void (*free_self)(void *self),
                                         knn_object **out);

/* A metric with states of its own. build adds them, for predictions of a shape; update changes them
 * by knn_value_assign, with ops, once per plan (sample_weight may be NULL); result reads them. */
typedef struct knn_metric_methods {
  knn_status (*build)(void *self, knn_metric *metric, int rank, const int64_t *dims);
  knn_status (*update)(void *self, knn_value *y_true, knn_value *y_pred, knn_value *sample_weight);
  knn_status (*result)(void *self, double *out);
} knn_metric_methods;
KNN_API knn_status knn_metric_new_stateful(knn_ctx *ctx, const char *name,
                                           const knn_metric_methods *methods, void *self,
                                           void (*free_self)(void *self), knn_object **out);
/* In build: a state of zeros, float32; the value that stands for it is lent. */
KNN_API knn_status knn_metric_add_variable(knn_metric *metric, const char *name, int rank,
                                           const int64_t *dims, knn_value **out);
/* The variable that a value stands for holds x from now on: at once on tensors, in a graph from
 * this point of it. */
KNN_API knn_status knn_value_assign(knn_value *variable, knn_value *x);

/* A function of one value, lent, that gives a new reference; it must consist of ops. As an object
 * of the family "activation" (x -> y), "regularizer" (weight -> penalty, a scalar) or "constraint"
 * (weight -> weight). name NULL = "custom". On failure free_self has not been called. */
typedef knn_status (*knn_value_fn)(void *self, knn_value *x, knn_value **out);
KNN_API knn_status knn_activation_new_custom(knn_ctx *ctx, const char *name, knn_value_fn call,
                                             void *self, void (*free_self)(void *self),
                                             knn_object **out);
KNN_API knn_status knn_regularizer_new_custom(knn_ctx *ctx, const char *name, knn_value_fn call,
                                              void *self, void (*free_self)(void *self),
                                              knn_object **out);
KNN_API knn_status knn_constraint_new_custom(knn_ctx *ctx, const char *name, knn_value_fn call,
                                             void *self, void (*free_self)(void *self),
                                             knn_object **out);
/* An object of the family "schedule": the function gives the learning rate of step 0, 1, ...; it is
 * called before every step. */
typedef knn_status (*knn_schedule_fn)(void *self, int64_t step, double *rate);
KNN_API knn_status knn_schedule_new_custom(knn_ctx *ctx, knn_schedule_fn call, void *self,
                                           void (*free_self)(void *self), knn_object **out);

/* A loss of the table (or a custom one) on values: reduced, a scalar unless reduction is "none".
 * sample_weight may be NULL. */
KNN_API knn_status knn_loss_call(knn_object *loss, knn_value *y_true, knn_value *y_pred,
                                 knn_value *sample_weight, knn_value **out);
/* y, whose gradient by x is what the function of a custom loss gives for that of y and x; gradients
 * of y itself go on as they are, so y should depend on x by this alone. A new reference. */
KNN_API knn_status knn_custom_gradient(knn_object *function, knn_value *y, knn_value *x,
                                       knn_value **out);

/* An object of the family "schedule": the learning rate of step 0, 1, ... */
KNN_API knn_status knn_schedule_call(const knn_object *schedule, int64_t step, double *out);

KNN_END

#endif
