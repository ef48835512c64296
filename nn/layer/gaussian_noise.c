/* gaussian_noise.c - noise of a normal distribution in training, else the identity. x (...) ->
 * (...) GaussianNoise adds it, GaussianDropout multiplies by it, as strongly as Dropout of the same
 * rate would. */
#include <math.h>

#include "layer.h"

typedef struct gaussian_args {
  knn__layer_common common;
  double strength; /* standard deviation, or rate */
  int64_t seed;
} gaussian_args;

#define STRENGTH(NAME, DOC, ...)                                                           \
  {                                                                                        \
    .name = NAME, .kind = KNN_P_FLOAT, .doc = DOC, .positional = true, .min = 0, .max = 1, \
    .offset = offsetof(gaussian_args, strength), __VA_ARGS__                               \
  }
#define SEED                                         \
  KNN__PARAM(gaussian_args, seed, KNN_P_INT, "null", \
             "Start of this layer's random numbers; default: the context's.", .mark = KNN_LABEL)

static const knn_param noise_params[] = {STRENGTH("stddev", "Standard deviation of the noise."),
                                         SEED, KNN__LAYER_PARAMS(gaussian_args)};
static const knn_param dropout_params[] = {
    STRENGTH("rate", "The factors have variance rate / (1 - rate), as those of Dropout."), SEED,
    KNN__LAYER_PARAMS(gaussian_args)};

static knn_value *draw(const gaussian_args *args, knn__scope *s, knn_value *x, double mean,
                       double stddev) {
  return knn__random_normal_like(s, x, x->spec.rank, x->spec.dims, mean, stddev, args->seed);
}

static void call_noise(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const gaussian_args *args = layer->base.args;
  knn_value *x = io->in[0];
  const bool off = !io->training || args->strength == 0;
  io->out[0] = off ? x : knn__add(s, x, draw(args, s, x, 0, args->strength));
}

static knn_status check_rate(knn_layer *layer) {
  const gaussian_args *args = layer->base.args;
  if (args->strength < 1) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG, "'rate' must be below 1, got %g", args->strength);
}

static void call_dropout(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const gaussian_args *args = layer->base.args;
  knn_value *x = io->in[0];
  const bool off = !io->training || args->strength == 0;
  const double stddev = sqrt(args->strength / (1 - args->strength));
  io->out[0] = off ? x : knn__multiply(s, x, draw(args, s, x, 1, stddev));
}

const knn__layer_def knn__layer_gaussian_noise = {
    .cls = {.family = "layer",
            .name = "GaussianNoise",
            .summary = "Adds normally distributed noise in training.",
            .detail = "Training: y = x + e, e normal with mean 0 and deviation stddev. Otherwise "
                      "y = x.",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.GaussianNoise{0.1}(knn.ones{2, 8})",
            .source = "Keras, GaussianNoise",
            .see = "GaussianDropout|Dropout",
            KNN__PARAMS(noise_params, gaussian_args)},
    .supports_masking = true,
    .call = call_noise,
};

const knn__layer_def knn__layer_gaussian_dropout = {
    .cls = {.family = "layer",
            .name = "GaussianDropout",
            .summary = "Multiplies by normally distributed noise around 1 in training.",
            .detail = "Training: y = x e, e normal with mean 1 and variance rate / (1 - rate). "
                      "Otherwise y = x.",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.GaussianDropout{0.25}(knn.ones{2, 8})",
            .source = "Srivastava et al. 2014",
            .see = "Dropout|GaussianNoise",
            KNN__PARAMS(dropout_params, gaussian_args)},
    .supports_masking = true,
    .check = check_rate,
    .call = call_dropout,
};
