/* shrink.c - functions that set small values to zero. x (...) -> (...)
 * soft_shrink: sign(x) max(|x| - t, 0); hard_shrink: x where |x| > t, else 0; tanh_shrink: x - tanh
 * x; threshold: x where x > t, else a value. */
#include "activation_list.h"

typedef struct shrink_args {
  double threshold;
} shrink_args;

static const knn_param shrink_params[] = {
    KNN__PARAM(shrink_args, threshold, KNN_P_FLOAT, "0.5", "Up to this size a value becomes 0.",
               .min = 0, .max = 1e38),
};

static knn_value *soft_shrink(knn_object *self, knn__scope *s, knn_value *x) {
  const shrink_args *args = self->args;
  knn_value *zero = knn__scalar_like(s, x, 0);
  knn_value *above = knn__greater(s, x, knn__scalar_like(s, x, args->threshold));
  knn_value *below = knn__less(s, x, knn__scalar_like(s, x, -args->threshold));
  knn_value *low = knn__where(s, below, knn__plus(s, x, args->threshold), zero);
  return knn__where(s, above, knn__plus(s, x, -args->threshold), low);
}

const knn__activation_def knn__activation_soft_shrink = {
    .cls = {.family = "activation",
            .name = "soft_shrink",
            .summary = "Values come nearer to 0 by the threshold.",
            .detail = "y = sign(x) max(|x| - threshold, 0)",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.soft_shrink(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Donoho 1995",
            .see = "hard_shrink",
            KNN__PARAMS(shrink_params, shrink_args)},
    .call = soft_shrink,
};

static knn_value *hard_shrink(knn_object *self, knn__scope *s, knn_value *x) {
  const shrink_args *args = self->args;
  knn_value *large = knn__greater(s, knn__absolute(s, x), knn__scalar_like(s, x, args->threshold));
  return knn__where(s, large, x, knn__scalar_like(s, x, 0));
}

const knn__activation_def knn__activation_hard_shrink = {
    .cls = {.family = "activation",
            .name = "hard_shrink",
            .summary = "Values up to the threshold become 0, the others stay.",
            .detail = "y = x where |x| > threshold, else 0",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.hard_shrink(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Donoho and Johnstone 1994",
            .see = "soft_shrink",
            KNN__PARAMS(shrink_params, shrink_args)},
    .call = hard_shrink,
};

static knn_value *tanh_shrink(knn_object *self, knn__scope *s, knn_value *x) {
  (void)self;
  return knn__subtract(s, x, knn__tanh(s, x));
}

const knn__activation_def knn__activation_tanh_shrink = {
    .cls = {.family = "activation",
            .name = "tanh_shrink",
            .summary = "What the hyperbolic tangent leaves of x.",
            .detail = "y = x - tanh x",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.tanh_shrink(knn.tensor{-2, -0.5, 0, 0.5, 2})",
            .source = "Keras, tanh_shrink",
            .see = "tanh"},
    .call = tanh_shrink,
};

typedef struct threshold_args {
  double threshold, default_value;
} threshold_args;

static const knn_param threshold_params[] = {
    KNN__PARAM(threshold_args, threshold, KNN_P_FLOAT, NULL, "Values above it stay.",
               .positional = true),
    KNN__PARAM(threshold_args, default_value, KNN_P_FLOAT, NULL, "What the others become.",
               .positional = true),
};

static knn_value *threshold(knn_object *self, knn__scope *s, knn_value *x) {
  const threshold_args *args = self->args;
  knn_value *above = knn__greater(s, x, knn__scalar_like(s, x, args->threshold));
  return knn__where(s, above, x, knn__scalar_like(s, x, args->default_value));
}

const knn__activation_def knn__activation_threshold = {
    .cls = {.family = "activation",
            .name = "threshold",
            .summary = "Values up to the threshold become a given one.",
            .detail = "y = x where x > threshold, else default_value",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.activations.threshold(knn.tensor{-2, -0.5, 0, 0.5, 2}, "
                       "{threshold = 0.1, default_value = 0})",
            .source = "Keras, threshold",
            KNN__PARAMS(threshold_params, threshold_args)},
    .call = threshold,
};
