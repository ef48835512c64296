/* softplus.c - smooth and piecewise rectifiers. x (...) -> (...)
 * softplus: ln(1 + e^x); squareplus: (x + (x^2 + b)^(1/2)) / 2; sparse_plus: 0 up to -1, (x + 1)^2
 * / 4 up to 1, then x; softsign: x / (1 + |x|). */
#include "activation_list.h"

static knn_value *softplus(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__softplus(s, x);
}

const knn__activation_def knn__activation_softplus = {
    .cls = {.family = "activation",
            .name = "softplus",
            .summary = "Smooth rectifier.",
            .detail = "y = ln(1 + e^x), without overflow",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.softplus(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Dugas et al. 2001",
            .see = "relu|squareplus"},
    .call = softplus,
};

static knn_value *softsign(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__divide(s, x, knn__plus(s, knn__absolute(s, x), 1));
}

const knn__activation_def knn__activation_softsign = {
    .cls = {.family = "activation",
            .name = "softsign",
            .summary = "Sign that rises smoothly.",
            .detail = "y = x / (1 + |x|)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.softsign(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Bergstra et al. 2009",
            .see = "tanh"},
    .call = softsign,
};

static knn_value *sparse_plus(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  knn_value *low = knn__greater(s, x, knn__scalar_like(s, x, -1)),
            *high = knn__less(s, x, knn__scalar_like(s, x, 1));
  knn_value *curve = knn__times(s, knn__square(s, knn__plus(s, x, 1)), 0.25);
  return knn__where(s, low, knn__where(s, high, curve, x), knn__scalar_like(s, x, 0));
}

const knn__activation_def knn__activation_sparse_plus = {
    .cls = {.family = "activation",
            .name = "sparse_plus",
            .summary = "Softplus that is exactly 0 up to -1.",
            .detail = "y = 0 for x <= -1, (x + 1)^2 / 4 for x < 1, else x",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.sparse_plus(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Martins and Astudillo 2016",
            .see = "sparse_sigmoid"},
    .call = sparse_plus,
};

typedef struct squareplus_args {
  double b;
} squareplus_args;

static const knn_param squareplus_params[] = {
    KNN__PARAM(squareplus_args, b, KNN_P_FLOAT, "4", "How smooth: y(0) = sqrt(b) / 2.", .min = 0,
               .max = 1e38),
};

static knn_value *squareplus(knn_object *self, knn__scope *s, knn_value *x) {
  const squareplus_args *args = self->args;
  return knn__times(s, knn__add(s, x, knn__sqrt(s, knn__plus(s, knn__square(s, x), args->b))), 0.5);
}

const knn__activation_def knn__activation_squareplus = {
    .cls = {.family = "activation",
            .name = "squareplus",
            .summary = "Smooth rectifier without exponential.",
            .detail = "y = (x + (x^2 + b)^(1/2)) / 2",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.squareplus(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Barron 2021",
            .see = "softplus",
            KNN__PARAMS(squareplus_params, squareplus_args)},
    .call = squareplus,
};
