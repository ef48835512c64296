/* loss_scale_optimizer.c - a wrapper for training in float16, whose small gradients become 0: the
 * loss is multiplied by a scale and the gradients are divided by it. A step with a gradient that is
 * not finite is left out and halves the scale; dynamic_growth_steps good ones double it. The
 * wrapped optimizer gives its rule; its rate and
 * arguments stay with it, weights and slots are the wrapper's.
 * Micikevicius et al. 2018. */
#include <math.h>

#include "optimizer.h"

typedef struct scale_args {
  knn__optimizer_common common; /* only the name is the wrapper's own */
  knn_object *inner_optimizer;
  double initial_scale;
  int64_t dynamic_growth_steps;
} scale_args;

static const knn_param params[] = {
    KNN__PARAM(scale_args, inner_optimizer, KNN_P_OBJECT, NULL,
               "The optimizer that makes the steps.", .choices = "optimizer", .positional = true),
    KNN__PARAM(scale_args, initial_scale, KNN_P_FLOAT, "32768", "Scale of the first step.",
               .positional = true, .min = 0, .max = 1e30, .above_min = true),
    KNN__PARAM(scale_args, dynamic_growth_steps, KNN_P_INT, "2000",
               "Steps in a row with finite gradients after which the scale doubles.",
               .positional = true, .mark = KNN_COUNT, .min = 1, .max = 1e18),
    KNN__OPTIMIZER_PARAM(scale_args, name, KNN_P_STRING, "null", "Name."),
};

static knn_status wrap(knn_optimizer *o) {
  const scale_args *a = o->base.args;
  const knn__spec scalar = {.dtype = KNN_F32};
  knn_optimizer *inner = (knn_optimizer *)a->inner_optimizer;
  if (!inner || inner->inner)
    return knn_fail(o->base.ctx, KNN_EARG,
                    "LossScaleOptimizer: inner_optimizer must be an optimizer that wraps no other");
  KNN__TRY(knn__variable_new(o->base.ctx, "dynamic_scale", "loss_scale_optimizer/dynamic_scale",
                             &scalar, false, &o->scale));
  *(float *)knn_tensor_data(knn__variable_tensor(o->scale)) = (float)a->initial_scale;
  o->inner = inner;
  return KNN_OK;
}

static bool all_finite(const knn_optimizer *o, const float *g) {
  const knn__simd_set *loops = knn__simd_or_baseline(o->base.ctx, KNN_F32);
  return isfinite(loops->sum_of_squares(o->size, g));
}

static bool admit(knn_optimizer *o, float *g) {
  const scale_args *a = o->base.args;
  float *scale = knn_tensor_data(knn__variable_tensor(o->scale));
  if (!all_finite(o, g)) {
    *scale *= 0.5f;
    o->finite_steps = 0;
    return false;
  }
  for (int64_t i = 0; i < o->size; i++) g[i] /= *scale;
  if (++o->finite_steps < a->dynamic_growth_steps) return true;
  *scale *= 2;
  o->finite_steps = 0;
  return true;
}

const knn__optimizer_def knn__optimizer_loss_scale_optimizer = {
    .cls = {.family = "optimizer",
            .name = "LossScaleOptimizer",
            .aliases = "lossscaleoptimizer",
            .summary =
                "Another optimizer on a scaled loss, so that float16 gradients stay above 0.",
            .detail = "loss s, gradients / s; gradients that are not finite: no step, s = s / 2; "
                      "after dynamic_growth_steps good steps s = 2 s.",
            .shapes = "gradients -> weights, as the inner optimizer",
            .example = "local optimizer = knn.optimizers.LossScaleOptimizer{\"adam\"}",
            .source = "Micikevicius et al. 2018, Mixed precision training",
            .see = "Adam",
            KNN__PARAMS(params, scale_args)},
    .wrap = wrap,
    .admit = admit,
};
