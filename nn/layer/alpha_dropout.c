/* alpha_dropout.c - dropout that keeps mean and variance of what selu gives: dropped elements take
 * the value that selu tends to, then all are scaled and shifted back. Training: y = a (x m + p
 * (1 - m)) + b, m = 0 with probability rate, else 1; p = -1.7581, a = ((1 - rate) (1 + rate
 * p^2))^-1/2, b = -a p rate; else the identity. x (...) -> (...) */
#include <math.h>

#include "layer.h"

typedef struct alpha_args {
  knn__layer_common common;
  double rate;
  int64_t seed;
  knn_ints noise_shape;
} alpha_args;

static const knn_param params[] = {
    KNN__PARAM(alpha_args, rate, KNN_P_FLOAT, NULL, "Share of the elements that are dropped.",
               .positional = true, .min = 0, .max = 1),
    KNN__PARAM(alpha_args, seed, KNN_P_INT, "null",
               "Start of this layer's random numbers; default: the context's.", .mark = KNN_LABEL),
    KNN__PARAM(alpha_args, noise_shape, KNN_P_INTS, "null",
               "Sizes of the mask: 1 = shared along the axis, None = the input's.",
               .mark = KNN_SIZE, .min = 1, .max = 1e15),
    KNN__LAYER_PARAMS(alpha_args),
};

static knn_status check(knn_layer *layer) {
  const alpha_args *args = layer->base.args;
  if (args->rate < 1) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG, "'rate' must be below 1, got %g", args->rate);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const alpha_args *args = layer->base.args;
  const knn_ints *noise = &args->noise_shape;
  knn_value *x = io->in[0];
  io->out[0] = x;
  if (!io->training || args->rate == 0) return;
  if (noise->n >= 0 && noise->n != x->spec.rank) {
    knn__scope_fail(s, KNN_ESHAPE, "'noise_shape' has %d sizes, the input %s has %d", noise->n,
                    KNN__SPEC(x->spec), x->spec.rank);
    return;
  }
  const double p = -1.6732632423543772 * 1.0507009873554805,
               a = pow((1 - args->rate) * (1 + args->rate * p * p), -0.5), b = -a * p * args->rate;
  knn_value *kept = knn__random_bernoulli_like(
      s, x, x->spec.rank, noise->n >= 0 ? noise->v : x->spec.dims, 1 - args->rate, args->seed);
  /* a (x m + p (1 - m)) + b = x (a m) + (a p + b - a p m) */
  knn_value *factor = knn__times(s, kept, a),
            *shift = knn__plus(s, knn__times(s, kept, -a * p), a * p + b);
  io->out[0] = knn__add(s, knn__multiply(s, x, factor), shift);
}

const knn__layer_def knn__layer_alpha_dropout = {
    .cls = {.family = "layer",
            .name = "AlphaDropout",
            .summary = "Dropout that keeps mean and variance of selu's results.",
            .detail = "Training: y = a (x m + p (1 - m)) + b, m = 0 with probability rate, else 1; "
                      "p = -1.7581, a = ((1 - rate) (1 + rate p^2))^-1/2, b = -a p rate. "
                      "Otherwise y = x.",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.AlphaDropout{0.25}(knn.ones{2, 8})",
            .source = "Klambauer et al. 2017",
            .see = "Dropout|Activation",
            KNN__PARAMS(params, alpha_args)},
    .supports_masking = true,
    .check = check,
    .call = call,
};
