/* rms_normalization.c - divided by the root of the mean square, then scaled: y = x / sqrt(mean(x^2)
 * + epsilon) scale. x (...) -> (...); scale has the sizes of the axes. */
#include "reg.h"

typedef struct rms_args {
  knn__layer_common common;
  knn_ints axis;
  double epsilon;
} rms_args;

typedef struct rms_fields {
  knn_variable *scale;
  knn__axes axes; /* ascending, from 0 */
} rms_fields;

static const knn_param params[] = {
    KNN__PARAM(rms_args, axis, KNN_P_INTS, "-1", "Axis over which the mean is taken, or several.",
               .mark = KNN_AXIS),
    KNN__PARAM(rms_args, epsilon, KNN_P_FLOAT, "1e-6", "Added to the mean, against division by 0.",
               .min = 0, .max = 1e30),
    KNN__LAYER_PARAMS(rms_args),
};

static knn_status build(knn_layer *layer, const knn__spec *in, int n_in) {
  const rms_args *args = layer->base.args;
  rms_fields *f = layer->fields;
  int64_t dims[KNN_MAX_RANK];
  knn_object *ones = NULL;
  (void)n_in;
  KNN__TRY(knn__sorted_axes(layer, "axis", &args->axis, &in[0], &f->axes));
  for (int i = 0; i < f->axes.n; i++) {
    dims[i] = in[0].dims[f->axes.v[i]];
    knn__fix_axis(layer, (int)f->axes.v[i] - in[0].rank, dims[i]);
  }
  KNN__TRY(knn_object_new(layer->base.ctx, "initializer", "Ones", NULL, &ones));
  const knn_status st =
      knn__add_weight(layer, "scale", f->axes.n, dims, ones, NULL, NULL, true, &f->scale);
  knn_object_release(ones);
  return st;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const rms_args *args = layer->base.args;
  const rms_fields *f = layer->fields;
  knn_value *x = io->in[0];
  knn_value *mean = knn__mean(s, knn__square(s, x), f->axes, true);
  knn_value *y = knn__multiply(s, x, knn__rsqrt(s, knn__plus(s, mean, args->epsilon)));
  io->out[0] = knn__multiply(s, y, knn__along_axes(s, f->scale->value, x, f->axes));
}

const knn__layer_def knn__layer_rms_normalization = {
    .cls = {.family = "layer",
            .name = "RMSNormalization",
            .summary = "Divided by the root of the mean square, then scaled.",
            .detail = "y = x / sqrt(mean(x^2) + epsilon) scale, the mean over axis. Weights: scale "
                      "(sizes of the axes).",
            .shapes = "x (...) -> (...)",
            .example = "local y = knn.layers.RMSNormalization{}(knn.tensor{{3.0, 4.0}})",
            .source = "Zhang and Sennrich 2019",
            .see = "UnitNormalization|GroupNormalization",
            KNN__PARAMS(params, rms_args)},
    .min_rank = 1,
    .fields_size = sizeof(rms_fields),
    .build = build,
    .call = call,
};
