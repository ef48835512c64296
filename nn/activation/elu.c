/* elu.c - exponential linear units. x (...) -> (...)
 * elu: y = x for x > 0, else alpha (e^x - 1); selu: 1.0507 elu(x, 1.6733); celu: y = x for x > 0,
 * else alpha (e^(x / alpha) - 1). The exponential sees no positive x, so that neither it nor its
 * gradient overflows. */
#include "activation_list.h"

typedef struct elu_args {
  double alpha;
} elu_args;

static const knn_param elu_params[] = {
    KNN__PARAM(elu_args, alpha, KNN_P_FLOAT, "1", "Minus the limit for x to -infinity."),
};

/* x where x > 0, else factor (e^(x / width) - 1) */
static knn_value *below_exponential(knn__scope *s, knn_value *x, double factor, double width) {
  knn_value *zero = knn__scalar_like(s, x, 0), *above = knn__greater(s, x, zero);
  knn_value *low = knn__where(s, above, zero, x);
  if (width != 1) low = knn__times(s, low, 1 / width);
  knn_value *curve = knn__expm1(s, low);
  if (factor != 1) curve = knn__times(s, curve, factor);
  return knn__where(s, above, x, curve);
}

knn_value *knn__elu(knn__scope *s, knn_value *x, double alpha) {
  return below_exponential(s, x, alpha, 1);
}

static knn_value *elu(knn_object *self, knn__scope *s, knn_value *x) {
  const elu_args *args = self->args;
  return knn__elu(s, x, args->alpha);
}

const knn__activation_def knn__activation_elu = {
    .cls = {.family = "activation",
            .name = "elu",
            .summary = "Exponential linear unit.",
            .detail = "y = x where x > 0, else alpha (e^x - 1)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.elu(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Clevert et al. 2015",
            .see = "selu|celu",
            KNN__PARAMS(elu_params, elu_args)},
    .call = elu,
};

static knn_value *selu(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  /* Klambauer et al. 2017, equation 2 and appendix */
  return knn__times(s, below_exponential(s, x, 1.6732632423543772, 1), 1.0507009873554805);
}

const knn__activation_def knn__activation_selu = {
    .cls = {.family = "activation",
            .name = "selu",
            .summary = "Scaled exponential linear unit, which keeps mean 0 and variance 1.",
            .detail = "y = 1.0507009873554805 elu(x, 1.6732632423543772)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.selu(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Klambauer et al. 2017",
            .see = "elu"},
    .call = selu,
};

static knn_value *celu(knn_object *self, knn__scope *s, knn_value *x) {
  const elu_args *args = self->args;
  return below_exponential(s, x, args->alpha, args->alpha);
}

const knn__activation_def knn__activation_celu = {
    .cls = {.family = "activation",
            .name = "celu",
            .summary = "Exponential linear unit with a continuous derivative.",
            .detail = "y = x where x > 0, else alpha (e^(x / alpha) - 1)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.celu(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Barron 2017",
            .see = "elu",
            KNN__PARAMS(elu_params, elu_args)},
    .call = celu,
};
