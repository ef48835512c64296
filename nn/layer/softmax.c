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

static knn_value *softmax(const softmax_args *args, knn__scope *s, knn_value *x) {
  knn__axes axes = {.n = args->axis.n};
  if (axes.n == 1) return knn__softmax(s, x, args->axis.v[0]);
  for (int i = 0; i < axes.n && i < KNN_MAX_RANK; i++) axes.v[i] = args->axis.v[i];
  return knn__exp(s, knn__subtract(s, x, knn__logsumexp(s, x, axes, true)));
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const softmax_args *args = layer->base.args;
  knn_value *x = io->in[0], *mask = io->mask[0];
  if (!mask) {
    io->out[0] = softmax(args, s, x);
    return;
  }
  if (knn_dtype_is_float(mask->spec.dtype))
    mask = knn__greater(s, mask, knn__scalar_like(s, mask, 0.5));
  x = knn__where(s, mask, x, knn__scalar_like(s, x, -1e9)); /* Keras's number */
  knn_value *y = softmax(args, s, x);
  io->out[0] = knn__where(s, mask, y, knn__scalar_like(s, y, 0));
}

const knn__layer_def knn__layer_softmax = {
    .cls = {.family = "layer",
            .name = "Softmax",
            .summary = "Probabilities from scores.",
            .detail = "y = e^x / sum e^x, the sum along axis. With a mask, of x's shape or "
                      "broadcast to it, elements where it is false get 0.",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.Softmax{}(knn.tensor{{1, 2, 3}})",
            .source = "Bridle 1990",
            .see = "Activation",
            KNN__PARAMS(params, softmax_args)},
    .min_rank = 1,
    .supports_masking = true,
    .call = call,
};
