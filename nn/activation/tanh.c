/* tanh.c - the hyperbolic tangent and its straight-line form. x (...) -> (...) */
#include "activation_list.h"

static knn_value *hyperbolic_tangent(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__tanh(s, x);
}

const knn__activation_def knn__activation_tanh = {
    .cls = {.family = "activation",
            .name = "tanh",
            .summary = "Hyperbolic tangent.",
            .detail = "y = (e^x - e^-x) / (e^x + e^-x)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.tanh(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "LeCun et al. 1998, section 4.4",
            .see = "sigmoid|hard_tanh"},
    .call = hyperbolic_tangent,
};

static knn_value *hard_tanh(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__clip(s, x, -1, 1);
}

const knn__activation_def knn__activation_hard_tanh = {
    .cls = {.family = "activation",
            .name = "hard_tanh",
            .summary = "x cut at -1 and 1.",
            .detail = "y = min(max(x, -1), 1)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.hard_tanh(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Collobert 2004",
            .see = "tanh"},
    .call = hard_tanh,
};
