/* iou.c - overlap of predicted and true regions: intersection over union per class, TP / (TP + FP +
 * FN), from a confusion matrix over all batches seen. Classes are numbers, or the place of the
 * largest along an axis. Pairs with a class outside of 0 .. num_classes - 1, or the ignored one, do
 * not count. The matrix counts in int32 unless dtype is a float, as Keras's does, so that fractions
 * of weights are cut off. Source: Keras. */
#include <math.h>

#include "loss.h"
#include "metric.h"

typedef struct iou_args {
  knn__metric_common common;
  int64_t num_classes, ignore_class, axis;
  knn_ints target_class_ids; /* n < 0 = all classes */
  bool sparse_y_true, sparse_y_pred;
  double threshold; /* of the binary one, else NaN */
  knn_dtype dtype;
} iou_args;

#define CLASSES                                                                                \
  KNN__PARAM(iou_args, num_classes, KNN_P_INT, NULL, "Number of classes.", .positional = true, \
             .mark = KNN_COUNT, .min = 2, .max = 1e4)
#define TARGETS                                                                                    \
  KNN__PARAM(iou_args, target_class_ids, KNN_P_INTS, NULL, "Classes whose mean is taken, from 0.", \
             .positional = true, .mark = KNN_LABEL)
#define DTYPE                                                                         \
  KNN__PARAM(iou_args, dtype, KNN_P_DTYPE, "null",                                    \
             "Type of the counts; null: int32, which cuts fractions of weights off.", \
             .nullable = true)
#define IGNORE                                                                                 \
  KNN__PARAM(iou_args, ignore_class, KNN_P_INT, "null", "Class of targets that do not count.", \
             .mark = KNN_LABEL, .nullable = true)
#define SPARSE(field, DEFAULT, WHAT)               \
  KNN__PARAM(iou_args, field, KNN_P_BOOL, DEFAULT, \
             WHAT " holds class numbers, not one number per class.")
#define AXIS KNN__PARAM(iou_args, axis, KNN_P_INT, "-1", "Axis of the classes.", .mark = KNN_AXIS)

static const knn_param iou_params[] = {
    CLASSES,
    TARGETS,
    KNN__METRIC_PARAMS(iou_args, "io_u"),
    DTYPE,
    IGNORE,
    SPARSE(sparse_y_true, "true", "y_true"),
    SPARSE(sparse_y_pred, "true", "y_pred"),
    AXIS,
};
static const knn_param mean_params[] = {
    CLASSES, KNN__METRIC_PARAMS(iou_args, "mean_io_u"), DTYPE,
    IGNORE,  SPARSE(sparse_y_true, "true", "y_true"),   SPARSE(sparse_y_pred, "true", "y_pred"),
    AXIS,
};
static const knn_param binary_params[] = {
    KNN__PARAM(iou_args, target_class_ids, KNN_P_INTS, "[0,1]",
               "Classes whose mean is taken, 0 or 1.", .positional = true, .mark = KNN_LABEL),
    KNN__PARAM(iou_args, threshold, KNN_P_FLOAT, "0.5", "Predictions from here on count as 1.",
               .positional = true),
    KNN__METRIC_PARAMS(iou_args, "binary_io_u"),
    DTYPE,
};
static const knn_param one_hot_params[] = {
    CLASSES, TARGETS, KNN__METRIC_PARAMS(iou_args, "one_hot_io_u"),
    DTYPE,   IGNORE,  SPARSE(sparse_y_pred, "false", "y_pred"),
    AXIS,
};
static const knn_param one_hot_mean_params[] = {
    CLASSES, KNN__METRIC_PARAMS(iou_args, "one_hot_mean_io_u"), DTYPE,
    IGNORE,  SPARSE(sparse_y_pred, "false", "y_pred"),          AXIS,
};

static knn_status check_targets(const knn_metric *self) {
  const iou_args *a = self->base.args;
  for (int i = 0; i < a->target_class_ids.n; i++)
    if (a->target_class_ids.v[i] < 0 || a->target_class_ids.v[i] >= a->num_classes)
      return knn_fail(self->base.ctx, KNN_EARG,
                      "%s: target_class_ids must lie in 0 .. %lld (num_classes is %lld), got %lld",
                      self->base.cls->name, (long long)a->num_classes - 1,
                      (long long)a->num_classes, (long long)a->target_class_ids.v[i]);
  return KNN_OK;
}

/* What the rows of a class do not set. */
static knn_status init_of(knn_metric *self, bool mean, bool binary, bool one_hot) {
  iou_args *a = self->base.args;
  if (mean) a->target_class_ids.n = -1;
  if (one_hot) a->sparse_y_true = false;
  if (binary) {
    a->num_classes = 2;
    a->ignore_class = KNN_NONE;
    a->sparse_y_true = a->sparse_y_pred = true;
  } else {
    a->threshold = NAN;
  }
  return check_targets(self);
}

static knn_status iou_init(knn_metric *self) {
  return init_of(self, false, false, false);
}
static knn_status mean_init(knn_metric *self) {
  return init_of(self, true, false, false);
}
static knn_status binary_init(knn_metric *self) {
  return init_of(self, false, true, false);
}
static knn_status one_hot_init(knn_metric *self) {
  return init_of(self, false, false, true);
}
static knn_status one_hot_mean_init(knn_metric *self) {
  return init_of(self, true, false, true);
}

static bool whole(const iou_args *a) {
  return a->dtype == KNN_DTYPE_NONE || !knn_dtype_is_float(a->dtype);
}

static int states(const knn_metric *self, const knn__spec *y_pred, knn__spec *specs,
                  const char **names) {
  const iou_args *a = self->base.args;
  (void)y_pred;
  specs[0] = (knn__spec){
      .dtype = whole(a) ? KNN_I32 : KNN_F32, .rank = 2, .dims = {a->num_classes, a->num_classes}};
  names[0] = "total_confusion_matrix";
  return 1;
}

static knn_value *flat(knn__scope *s, knn_value *x) {
  return knn__reshape(s, x, 1, (int64_t[]){KNN_ANY});
}

/* Class numbers (n), int32. */
static knn_value *classes_of(knn__scope *s, knn_value *x, bool sparse, int64_t axis) {
  if (!sparse) x = knn__argmax(s, x, axis, false);
  return flat(s, knn__cast(s, x, KNN_I32));
}

/* Where 0 <= x < n. */
static knn_value *within(knn__scope *s, knn_value *x, int64_t n) {
  return knn__logical_and(s, knn__greater_equal(s, x, knn__scalar_like(s, x, 0)),
                          knn__less(s, x, knn__scalar_like(s, x, (double)n)));
}

static knn_value *valid(const iou_args *a, knn__scope *s, knn_value *t, knn_value *p) {
  knn_value *both = knn__logical_and(s, within(s, t, a->num_classes), within(s, p, a->num_classes));
  if (a->ignore_class == KNN_NONE) return both;
  knn_value *kept = knn__not_equal(s, t, knn__scalar_like(s, t, (double)a->ignore_class));
  return knn__logical_and(s, both, kept);
}

/* One weight per pair; weights of samples reach all pairs of the sample. */
static knn_value *weights_of(const iou_args *a, knn__scope *s, knn_value *w, knn_value *shape) {
  if (!w) return knn__broadcast_like(s, knn__scalar(s, KNN_F32, 1), flat(s, shape));
  w = knn__cast(s, w, KNN_F32);
  if (whole(a)) w = knn__trunc(s, w);
  if (s->status == KNN_OK && w->spec.rank == shape->spec.rank + 1) w = knn__squeeze(s, w, -1);
  while (s->status == KNN_OK && w->spec.rank < shape->spec.rank) w = knn__expand_dims(s, w, -1);
  return flat(s, knn__broadcast_like(s, w, shape));
}

static void update(knn_metric *self, knn__scope *s, knn_value *t, knn_value *p, knn_value *weight) {
  const iou_args *a = self->base.args;
  if (!isnan(a->threshold)) {
    p = knn__cast(s, p, KNN_F32);
    p = knn__greater_equal(s, p, knn__scalar_like(s, p, a->threshold));
  }
  knn_value *shape = a->sparse_y_true ? t : knn__argmax(s, t, a->axis, false);
  knn_value *true_class = classes_of(s, t, a->sparse_y_true, a->axis),
            *guess = classes_of(s, p, a->sparse_y_pred, a->axis);
  if (s->status != KNN_OK) return;
  if (!knn__dims_fit(1, true_class->spec.dims, 1, guess->spec.dims)) {
    knn__scope_fail(s, KNN_ESHAPE, "y_true has shape %s, which does not go with y_pred of shape %s",
                    KNN__SPEC(t->spec), KNN__SPEC(p->spec));
    return;
  }
  knn_value *counts = valid(a, s, true_class, guess), *w = weights_of(a, s, weight, shape);
  knn_value *cell = knn__add(s, knn__times(s, true_class, (double)a->num_classes), guess);
  cell = knn__where(s, counts, cell, knn__scalar_like(s, cell, 0));
  w = knn__where(s, counts, w, knn__scalar(s, KNN_F32, 0));
  knn_value *cells = knn__scatter_add(s, cell, w, a->num_classes * a->num_classes);
  cells = knn__reshape(s, cells, 2, (int64_t[]){a->num_classes, a->num_classes});
  knn__metric_add(self, s, 0, knn__cast(s, cells, whole(a) ? KNN_I32 : KNN_F32));
}

/* Intersection and union of one class. */
static void overlap(const knn_tensor *cells, int64_t n, int64_t class, double *both, double *any) {
  double row = 0, column = 0;
  for (int64_t i = 0; i < n; i++) {
    row += knn_tensor_get(cells, class * n + i);
    column += knn_tensor_get(cells, i * n + class);
  }
  *both = knn_tensor_get(cells, class * (n + 1));
  *any = row + column - *both;
}

static double result(const knn_metric *self, const float *const *states, int i) {
  const iou_args *a = self->base.args;
  const knn_tensor *cells = knn__variable_tensor(self->states[0]);
  bool all = a->target_class_ids.n < 0;
  int64_t n = all ? a->num_classes : a->target_class_ids.n;
  double sum = 0, counted = 0, both, any;
  (void)states, (void)i;
  for (int64_t k = 0; k < n; k++) {
    overlap(cells, a->num_classes, all ? k : a->target_class_ids.v[k], &both, &any);
    if (any <= 1e-9) continue;
    sum += both / (any + KNN__EPSILON);
    counted++;
  }
  return sum / (counted + KNN__EPSILON);
}

#define IOU(row, word, NAME, SUMMARY, SHAPES, EXAMPLE, SEE)                                   \
  const knn__metric_def knn__metric_##word = {                                                \
      .cls = {.family = "metric",                                                             \
              .name = NAME,                                                                   \
              .aliases = #word,                                                               \
              .summary = SUMMARY,                                                             \
              .detail = "TP / (TP + FP + FN) per class, then the mean over the classes that " \
                        "occur.",                                                             \
              .shapes = SHAPES " -> one number",                                              \
              .example = "local metric = knn.metrics." NAME EXAMPLE,                          \
              .source = "Jaccard 1901; Keras",                                                \
              .see = SEE,                                                                     \
              KNN__PARAMS(row##_params, iou_args)},                                           \
      .direction = 1,                                                                         \
      .init = row##_init,                                                                     \
      .states = states,                                                                       \
      .update = update,                                                                       \
      .result = result,                                                                       \
  };

IOU(iou, io_u, "IoU", "Overlap of true and predicted regions of some classes.",
    "y_true, y_pred (batch, ...) of class numbers", "{2, {1}}", "MeanIoU|BinaryIoU")
IOU(mean, mean_io_u, "MeanIoU", "Overlap of true and predicted regions, mean over all classes.",
    "y_true, y_pred (batch, ...) of class numbers", "{2}", "IoU|OneHotMeanIoU")
IOU(binary, binary_io_u, "BinaryIoU", "Overlap of true and predicted regions of two classes.",
    "y_true, y_pred (batch, ...)", "{threshold = 0.3}", "IoU|Dice")
IOU(one_hot, one_hot_io_u, "OneHotIoU", "Overlap of regions given as one number per class.",
    "y_true, y_pred (batch, ..., classes)", "{3, {0, 2}}", "IoU|OneHotMeanIoU")
IOU(one_hot_mean, one_hot_mean_io_u, "OneHotMeanIoU",
    "Overlap of regions given as one number per class, mean over all classes.",
    "y_true, y_pred (batch, ..., classes)", "{3}", "MeanIoU|OneHotIoU")
