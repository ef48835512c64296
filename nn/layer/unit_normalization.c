/* unit_normalization.c - each vector along the axis divided by its length: y = x / sqrt(max(sum
 * x^2, 1e-24)). x (...) -> (...) */
#include "layer.h"

typedef struct unit_args {
  knn__layer_common common;
  knn_ints axis;
} unit_args;

static const knn_param params[] = {
    KNN__PARAM(unit_args, axis, KNN_P_INTS, "-1", "Axis along which the length is 1, or several.",
               .mark = KNN_AXIS),
    KNN__LAYER_PARAMS(unit_args),
};

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const unit_args *args = layer->base.args;
  knn__axes axes = {.n = args->axis.n};
  knn_value *x = io->in[0];
  for (int i = 0; i < axes.n && i < KNN_MAX_RANK; i++) axes.v[i] = args->axis.v[i];
  knn_value *squares = knn__sum(s, knn__square(s, x), axes, true);
  knn_value *least = knn__scalar_like(s, x, 1e-24);
  io->out[0] = knn__multiply(s, x, knn__rsqrt(s, knn__maximum(s, squares, least)));
}

const knn__layer_def knn__layer_unit_normalization = {
    .cls = {.family = "layer",
            .name = "UnitNormalization",
            .summary = "Each vector divided by its length.",
            .detail = "y = x / sqrt(max(sum x^2, 1e-24)), the sum along axis",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.UnitNormalization{}(knn.tensor{{3.0, 4.0}})",
            .source = "Keras, UnitNormalization",
            .see = "RMSNormalization",
            KNN__PARAMS(params, unit_args)},
    .min_rank = 1,
    .supports_masking = true,
    .call = call,
};
