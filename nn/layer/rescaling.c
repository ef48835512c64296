/* rescaling.c - y = x scale + offset. x (...) of any type -> (...) floats; scale and offset may be
 * lists, along the last axes. */
#include "numbers.h"

typedef struct rescaling_args {
  knn__layer_common common;
  knn_config *scale, *offset;
} rescaling_args;

static const knn_param params[] = {
    KNN__PARAM(rescaling_args, scale, KNN_P_CONFIG, NULL,
               "Factor: a number, or a list with one for each element of the last axis.",
               .positional = true),
    KNN__PARAM(rescaling_args, offset, KNN_P_CONFIG, "0.0", "What is added, as the factor."),
    KNN__LAYER_PARAMS(rescaling_args),
};

static knn_status check(knn_layer *layer) {
  const rescaling_args *args = layer->base.args;
  KNN__TRY(knn__numbers_check(layer->base.ctx, "scale", args->scale));
  return knn__numbers_check(layer->base.ctx, "offset", args->offset);
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const rescaling_args *args = layer->base.args;
  const knn_dtype type = knn__layer_dtype(layer);
  knn_value *y = knn__multiply(s, io->in[0], knn__numbers(s, args->scale, type, 0, NULL));
  io->out[0] = knn__add(s, y, knn__numbers(s, args->offset, type, 0, NULL));
}

const knn__layer_def knn__layer_rescaling = {
    .cls = {.family = "layer",
            .name = "Rescaling",
            .summary = "Numbers on another scale.",
            .detail = "y = x scale + offset. Bytes of images become floats.",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.Rescaling{1 / 255}(knn.ones{1, 2, 2, 3})",
            .source = "Keras, Rescaling",
            .see = "BatchNormalization",
            KNN__PARAMS(params, rescaling_args)},
    .supports_masking = true,
    .check = check,
    .call = call,
};
