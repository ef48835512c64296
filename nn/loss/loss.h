/* loss.h - what training makes small. A row gives the loss per sample; reduction and weights are
 * common to all. Spec of the call pipeline: y_true and y_pred are rank-aligned, the row's function
 * gives L, then weights and reduction. */
#ifndef KNN__LOSS_H
#define KNN__LOSS_H

#include "entropy.h"
#include "object.h"
#include "ops.h"

/* What the cross-entropies share (probabilities.c). log q of predictions along an axis: log_softmax
 * of logits, or of probabilities log(clip(p / sum p, eps, 1 - eps)). */
knn_value *knn__log_probabilities(knn__scope *s, knn_value *p, bool from_logits, int64_t axis);
/* t (1 - s) + s / classes along an axis; t itself when s is 0. */
knn_value *knn__smooth_labels(knn__scope *s, knn_value *t, double smoothing, double classes);
/* Arguments of cross-entropies, whether losses or metrics, and their rows; `block` has a
 * knn__entropy called how. */
typedef struct knn__entropy {
  bool from_logits;
  double label_smoothing;
  int64_t axis;
  int64_t ignore_class; /* KNN_NONE = every label counts */
} knn__entropy;
#define KNN__ENTROPY_PARAM(block, field, KIND, DEFAULT, DOC, ...)   \
  {                                                                 \
    .name = #field, .kind = (KIND), .def = (DEFAULT), .doc = (DOC), \
    .offset = offsetof(block, how.field), __VA_ARGS__               \
  }
/* The class axis of p counted from 0; false, with the failure in the scope, if there is none. */
bool knn__class_axis(knn__scope *s, const knn_value *p, int64_t axis, int *out);
/* -sum t log q along the axis; -log q[label], 0 for labels that do not count. */
knn_value *knn__categorical_entropy(knn__scope *s, knn_value *t, knn_value *p,
                                    const knn__entropy *how);
knn_value *knn__sparse_entropy(knn__scope *s, knn_value *labels, knn_value *p,
                               const knn__entropy *how);
/* p at the labels: without the axis. */
knn_value *knn__at_labels(knn__scope *s, knn_value *labels, knn_value *p, int64_t axis);
/* Cosine of the angle between t and p along an axis; the loss is its negative. */
knn_value *knn__cosine(knn__scope *s, knn_value *t, knn_value *p, int64_t axis);
/* -(t log p + (1 - t) log(1 - p)) element by element; p clipped to [eps, 1 - eps] unless logits. */
knn_value *knn__binary_entropy(knn__scope *s, knn_value *t, knn_value *p, bool from_logits);
/* Labels 0 and 1 become -1 and 1 when the batch has no others (hinge losses). */
knn_value *knn__hinge_labels(knn__scope *s, knn_value *t);

/* First member of every loss's argument block. */
typedef struct knn__loss_common {
  int reduction; /* index in KNN__REDUCTIONS; -1 = none */
  char *name;
} knn__loss_common;
#define KNN__REDUCTIONS "sum_over_batch_size|mean|sum|mean_with_sample_weight|none"
/* The rows of the common arguments; `block` starts with a knn__loss_common called common. */
#define KNN__LOSS_PARAMS(block)                                                  \
  {.name = "reduction",                                                          \
   .kind = KNN_P_ENUM,                                                           \
   .def = "sum_over_batch_size",                                                 \
   .choices = KNN__REDUCTIONS,                                                   \
   .nullable = true,                                                             \
   .doc = "How the losses of the samples become one number.",                    \
   .offset = offsetof(block, common.reduction)},                                 \
  {                                                                              \
    .name = "name", .kind = KNN_P_STRING, .def = "null", .doc = "Name in logs.", \
    .offset = offsetof(block, common.name)                                       \
  }

typedef struct knn_loss {
  knn_object base;
  /* a loss written by the host (a Lua function); NULL for rows of the table */
  knn_status (*custom)(void *self, knn_value *y_true, knn_value *y_pred, knn_value **out);
  void *self;
  void (*free_self)(void *self);
} knn_loss;

typedef struct knn__loss_def {
  knn_class cls;
  bool labels; /* y_true holds class numbers, one rank less (or a last axis of 1) */
  bool own_labels; /* such that only `call` knows their shape and range */
  knn_value *(*call)(const void *args, knn__scope *s, knn_value *y_true, knn_value *y_pred);
  /* true where L counts, of L's shape; no function or NULL = all count */
  knn_value *(*valid)(const void *args, knn__scope *s, knn_value *y_true, knn_value *y_pred);
} knn__loss_def;

extern const knn__family knn__family_loss;

/* A loss that calls the host; y_true and y_pred are lent to `call`, which gives a new reference. */
knn_status knn__loss_custom(knn_ctx *ctx, const char *name,
                            knn_status (*call)(void *self, knn_value *y_true, knn_value *y_pred,
                                               knn_value **out),
                            void *self, void (*free_self)(void *self), knn_loss **out);

/* The reduced loss, a scalar; sample_weight (n) or (n, 1) or per element, or NULL. */
knn_value *knn__loss_value(knn_loss *loss, knn__scope *s, knn_value *y_true, knn_value *y_pred,
                           knn_value *sample_weight);
/* The label that counts as no label (ignore_class), NaN when there is none. */
double knn__loss_ignored_label(const knn_loss *loss);
/* The rank rule of losses and metrics: where ranks differ by one and the higher one ends in 1, the
 * lower gets a last axis of 1 if it has rank 1, else the higher loses its own. */
void knn__rank_align(knn__scope *s, knn_value **a, knn_value **b);
/* t in p's (float) type and rank. False, with the failure in the scope, if the shapes differ: they
 * are never broadcast. */
bool knn__match_targets(knn__scope *s, knn_value **t, knn_value **p);

#endif
