/* sigmoid.c - the logistic function, its straight-line forms and its logarithm. x (...) -> (...) */
#include "activation_list.h"

static knn_value *sigmoid(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__sigmoid(s, x);
}

const knn__activation_def knn__activation_sigmoid = {
    .cls = {.family = "activation",
            .name = "sigmoid",
            .summary = "Logistic function: a number between 0 and 1.",
            .detail = "y = 1 / (1 + e^-x)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.sigmoid(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Verhulst 1838",
            .see = "softmax|hard_sigmoid"},
    .call = sigmoid,
};

static knn_value *hard_sigmoid(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__times(s, knn__clip(s, knn__plus(s, x, 3), 0, 6), 1.0 / 6);
}

const knn__activation_def knn__activation_hard_sigmoid = {
    .cls = {.family = "activation",
            .name = "hard_sigmoid",
            .summary = "Logistic function of straight lines.",
            .detail = "y = min(max(x / 6 + 1/2, 0), 1)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.hard_sigmoid(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Howard et al. 2019",
            .see = "sigmoid"},
    .call = hard_sigmoid,
};

static knn_value *sparse_sigmoid(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__clip(s, knn__times(s, knn__plus(s, x, 1), 0.5), 0, 1);
}

const knn__activation_def knn__activation_sparse_sigmoid = {
    .cls = {.family = "activation",
            .name = "sparse_sigmoid",
            .summary = "Logistic function that is exactly 0 up to -1 and 1 from 1 on.",
            .detail = "y = min(max((x + 1) / 2, 0), 1)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.sparse_sigmoid(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Martins and Astudillo 2016",
            .see = "sigmoid|sparse_plus"},
    .call = sparse_sigmoid,
};

static knn_value *log_sigmoid(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__log_sigmoid(s, x);
}

const knn__activation_def knn__activation_log_sigmoid = {
    .cls = {.family = "activation",
            .name = "log_sigmoid",
            .summary = "Logarithm of the logistic function.",
            .detail = "y = -ln(1 + e^-x), without overflow",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.log_sigmoid(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Keras, log_sigmoid",
            .see = "sigmoid"},
    .call = log_sigmoid,
};
