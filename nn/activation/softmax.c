/* softmax.c - probabilities from scores, and their logarithms, along one axis. x (..., n, ...) ->
 * same shape softmax: e^(x - max) / sum e^(x - max); log_softmax: x - max - ln sum e^(x - max). */
#include "activation_list.h"

typedef struct axis_args {
  int64_t axis;
} axis_args;

static const knn_param axis_params[] = {
    KNN__PARAM(axis_args, axis, KNN_P_INT, "-1", "Axis along which it works.", .mark = KNN_AXIS),
};

static knn_value *softmax(knn_object *self, knn__scope *s, knn_value *x) {
  const axis_args *args = self->args;
  return knn__softmax(s, x, args->axis);
}

const knn__activation_def knn__activation_softmax = {
    .cls = {.family = "activation",
            .name = "softmax",
            .summary = "Probabilities from scores: positive, with sum 1 along the axis.",
            .detail = "y = e^x / sum e^x",
            .shapes = "x (..., n, ...) -> (..., n, ...)",
            .example = "local y = knn.activations.softmax(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Bridle 1990",
            .see = "log_softmax|sigmoid|sparsemax",
            KNN__PARAMS(axis_params, axis_args)},
    .call = softmax,
};

static knn_value *log_softmax(knn_object *self, knn__scope *s, knn_value *x) {
  const axis_args *args = self->args;
  return knn__log_softmax(s, x, args->axis);
}

const knn__activation_def knn__activation_log_softmax = {
    .cls = {.family = "activation",
            .name = "log_softmax",
            .summary = "Logarithm of softmax.",
            .detail = "y = x - ln sum e^x",
            .shapes = "x (..., n, ...) -> (..., n, ...)",
            .example = "local y = knn.activations.log_softmax(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Bridle 1990",
            .see = "softmax",
            KNN__PARAMS(axis_params, axis_args)},
    .call = log_softmax,
};
