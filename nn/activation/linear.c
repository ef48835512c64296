/* linear.c - y = x, and y = e^x. x (...) -> (...) */
#include "activation_list.h"

static knn_value *linear(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  (void)s;
  return x;
}

const knn__activation_def knn__activation_linear = {
    .cls = {.family = "activation",
            .name = "linear",
            .summary = "The identity.",
            .detail = "y = x",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.linear(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Keras, linear"},
    .call = linear,
};

static knn_value *exponential(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__exp(s, x);
}

const knn__activation_def knn__activation_exponential = {
    .cls = {.family = "activation",
            .name = "exponential",
            .summary = "Exponential of each element.",
            .detail = "y = e^x",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.exponential(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Keras, exponential"},
    .call = exponential,
};
