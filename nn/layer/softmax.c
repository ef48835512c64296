/* softmax.c - probabilities from scores along one axis or several together: e^x / sum e^x. x (...)
 * -> (...) */
#include "layer.h"

typedef struct softmax_args {
  knn__layer_common common;
  knn_ints axis;
} softmax_args;

static const knn_param params[] = {
    KNN__PARAM(softmax_args, axis, KNN_P_INTS, "-1",
               "Axis along which the results have the sum 1, or several.", .mark = KNN_AXIS),
    KNN__LAYER_PARAMS(softmax_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const softmax_args *args = layer->base.args;
  knn_value *x = io->in[0];
  knn__axes axes = {.n = args->axis.n};
  if (axes.n == 1) {
    io->out[0] = knn__softmax(s, x, args->axis.v[0]);
    return;
  }
  for (int i = 0; i < axes.n && i < KNN_MAX_RANK; i++) axes.v[i] = args->axis.v[i];
  io->out[0] = knn__exp(s, knn__subtract(s, x, knn__logsumexp(s, x, axes, true)));
}

const knn__layer_def knn__layer_softmax = {
    .cls = {.family = "layer",
            .name = "Softmax",
            .summary = "Probabilities from scores.",
            .detail = "y = e^x / sum e^x, the sum along axis",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.Softmax{}(knn.tensor{{1, 2, 3}})",
            .source = "Bridle 1990",
            .see = "Activation",
            KNN__PARAMS(params, softmax_args)},
    .min_rank = 1,
    .supports_masking = true,
    .call = call,
};
