/* dropout.c - in training each element becomes 0 with probability rate, the others are divided by 1
 * - rate; else the identity. x (...) -> (...). noise_shape: sizes of the mask, 1 = one draw for the
 * whole axis, None = as the input. */
#include "layer.h"

typedef struct dropout_args {
  knn__layer_common common;
  double rate;
  int64_t seed;
  knn_ints noise_shape;
} dropout_args;

static const knn_param params[] = {
    KNN__PARAM(dropout_args, rate, KNN_P_FLOAT, NULL, "Share of the elements that become 0.",
               .positional = true, .min = 0, .max = 1),
    KNN__PARAM(dropout_args, seed, KNN_P_INT, "null",
               "Start of this layer's random numbers; default: the context's.", .mark = KNN_LABEL),
    KNN__PARAM(dropout_args, noise_shape, KNN_P_INTS, "null",
               "Sizes of the mask: 1 = shared along the axis, None = the input's.",
               .mark = KNN_SIZE, .min = 1, .max = 1e15),
    KNN__LAYER_PARAMS(dropout_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const dropout_args *args = layer->base.args;
  const knn_ints *noise = &args->noise_shape;
  knn_value *x = io->in[0];
  int64_t dims[KNN_MAX_RANK];
  io->out[0] = x;
  if (!io->training || args->rate == 0) return;
  if (noise->n >= 0 && noise->n != x->spec.rank) {
    knn__scope_fail(s, KNN_ESHAPE, "'noise_shape' has %d sizes, the input %s has %d", noise->n,
                    KNN__SPEC(x->spec), x->spec.rank);
    return;
  }
  for (int i = 0; i < noise->n; i++)
    dims[i] = noise->v[i] == KNN_ANY ? x->spec.dims[i] : noise->v[i];
  io->out[0] = knn__dropout(s, x, args->rate, noise->n >= 0 ? dims : NULL, args->seed);
}

const knn__layer_def knn__layer_dropout = {
    .cls = {.family = "layer",
            .name = "Dropout",
            .summary = "Sets a random share of the elements to 0 in training.",
            .detail = "Training: y = x m / (1 - rate), m = 0 with probability rate, else 1. "
                      "Otherwise y = x.",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.Dropout{0.25}(knn.ones{2, 8})",
            .source = "Srivastava et al. 2014",
            .see = "BatchNormalization",
            KNN__PARAMS(params, dropout_args)},
    .supports_masking = true,
    .call = call,
};
