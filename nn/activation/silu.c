/* silu.c - x times a gate. x (...) -> (...)
 * silu: x sigmoid(x); hard_silu: x hard_sigmoid(x); mish: x tanh(softplus x); gelu: x P(normal <=
 * x), exactly by erf, or by tanh. */
#include "activation_list.h"

#include <math.h>

static knn_value *silu(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__multiply(s, x, knn__sigmoid(s, x));
}

const knn__activation_def knn__activation_silu = {
    .cls = {.family = "activation",
            .name = "silu",
            .aliases = "swish",
            .summary = "x times its logistic function.",
            .detail = "y = x / (1 + e^-x)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.silu(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Ramachandran et al. 2017",
            .see = "gelu|mish"},
    .call = silu,
};

static knn_value *hard_silu(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__multiply(s, x, knn__times(s, knn__clip(s, knn__plus(s, x, 3), 0, 6), 1.0 / 6));
}

const knn__activation_def knn__activation_hard_silu = {
    .cls = {.family = "activation",
            .name = "hard_silu",
            .aliases = "hard_swish",
            .summary = "silu of straight lines.",
            .detail = "y = x min(max(x + 3, 0), 6) / 6",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.hard_silu(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Howard et al. 2019",
            .see = "silu|hard_sigmoid"},
    .call = hard_silu,
};

static knn_value *mish(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__multiply(s, x, knn__tanh(s, knn__softplus(s, x)));
}

const knn__activation_def knn__activation_mish = {
    .cls = {.family = "activation",
            .name = "mish",
            .summary = "x times tanh of its softplus.",
            .detail = "y = x tanh(ln(1 + e^x))",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.mish(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Misra 2019",
            .see = "silu"},
    .call = mish,
};

typedef struct gelu_args {
  bool approximate;
} gelu_args;

static const knn_param gelu_params[] = {
    KNN__PARAM(gelu_args, approximate, KNN_P_BOOL, "false", "The tanh formula instead of erf."),
};

static knn_value *gelu(knn_object *self, knn__scope *s, knn_value *x) {
  const gelu_args *args = self->args;
  const double pi = 3.14159265358979323846;
  if (!args->approximate)
    return knn__times(
        s, knn__multiply(s, x, knn__plus(s, knn__erf(s, knn__times(s, x, sqrt(0.5))), 1)), 0.5);
  knn_value *cube = knn__multiply(s, x, knn__square(s, x)); /* equation 2 of the paper */
  knn_value *inner = knn__times(s, knn__add(s, x, knn__times(s, cube, 0.044715)), sqrt(2 / pi));
  return knn__times(s, knn__multiply(s, x, knn__plus(s, knn__tanh(s, inner), 1)), 0.5);
}

const knn__activation_def knn__activation_gelu = {
    .cls = {.family = "activation",
            .name = "gelu",
            .summary = "x times the probability that a normal number is below it.",
            .detail = "y = x (1 + erf(x / 2^(1/2))) / 2; approximate: x (1 + tanh((2 / pi)^(1/2) "
                      "(x + 0.044715 x^3))) / 2",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.gelu(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Hendrycks and Gimpel 2016",
            .see = "silu",
            KNN__PARAMS(gelu_params, gelu_args)},
    .call = gelu,
};
